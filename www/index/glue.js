// How do strings and bytes get in and out of the module?
//
// In place of wasm-bindgen's own glue, of which this engine needs little: that of one instance, whose functions take
// numbers, strings and bytes, and tell what they have to tell by calling back with a string. `src/bin/page.rs` puts in what
// the module takes from the page, as wasm-bindgen wrote it, and makes sure that wasm-bindgen's glue is still what this one was
// made after.
let wasm;

// A new view each time, for the memory moves when it grows.
function getArrayU8FromWasm0(at, length) {
  return new Uint8Array(wasm.memory.buffer, at >>> 0, length);
}
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
function getStringFromWasm0(at, length) {
  return decoder.decode(getArrayU8FromWasm0(at, length));
}

const wasm_bindgen = async ({ module_or_path: module }) => {
  wasm = (await WebAssembly.instantiate(module, { x: __IMPORTS__ })).exports;
  for (const name in wasm) {
    // Numbers are the only results, and unsigned.
    wasm_bindgen[name] = (...values) => wasm[name](...values.flatMap((value) => {
      const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
      if (typeof bytes === "number") return bytes;
      const at = wasm.__wbindgen_export(bytes.length, 1);
      getArrayU8FromWasm0(at, bytes.length).set(bytes);
      return [at, bytes.length];
    })) >>> 0;
  }
};
