// How do strings and objects get in and out of a module?
//
// In place of wasm-bindgen's own glue, of which the engine needs little: functions that take numbers, strings and bytes.
// `src/bin/page.rs` puts in what each of the two modules takes from the page, as wasm-bindgen wrote it, and which functions
// answer a number, not an object; and it makes sure that wasm-bindgen's glue is still what this one was made after.

/** The functions of a module. @param {boolean} second which of the two it is */
const instantiate = async (module, second) => {
let wasm;

// Objects by number, as the module knows them: 1024 to 1027 are constants, and what comes then it owns. A free place holds the number of the next free one.
const heap = { 1025: null, 1026: true, 1027: false };
let next = 1028;
function getObject(place) {
  return heap[place];
}
function addHeapObject(value) {
  const place = next;
  next = heap[place] ?? place + 1;
  heap[place] = value;
  return place;
}
function takeObject(place) {
  const value = heap[place];
  if (place > 1027) {
    heap[place] = next;
    next = place;
  }
  return value;
}

// A new view each time, for the memory moves when it grows.
function getArrayU8FromWasm0(at, length) {
  return new Uint8Array(wasm.memory.buffer, at >>> 0, length);
}
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
function getStringFromWasm0(at, length) {
  return decoder.decode(getArrayU8FromWasm0(at, length));
}

const x = second ? __MORE__ : __IMPORTS__;
// Where there is no WebAssembly, the module is a function.
wasm = typeof module === "function" ? module(x) : (await WebAssembly.instantiate(module, { x })).exports;
const functions = {};
for (const name in wasm) {
  functions[name] = (...values) => {
    const result = wasm[name](...values.flatMap((value) => {
      const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
      if (typeof bytes === "number") return bytes;
      const at = wasm.__wbindgen_export(bytes.length, 1);
      getArrayU8FromWasm0(at, bytes.length).set(bytes);
      return [at, bytes.length];
    }));
    return __NUMBERS__.includes(name) ? result : takeObject(result);
  };
}
return functions;
};
