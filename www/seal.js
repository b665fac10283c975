// Is the engine's script what was published? It sums up its own text: a changed byte is found before it does harm.
//
// `src/bin/page.rs` puts in MAIN, a function of the glue and the worker's script; SUM, the checksum of its text; and
// WASM, the checksum of the module that it drives.
{
  /** The CRC-32 of some bytes. */
  const sum = (bytes) => {
    let rest = -1;
    for (const byte of bytes) {
      rest ^= byte;
      for (let bit = 8; bit--; ) rest = (rest >>> 1) ^ (rest & 1 && 0xedb88320);
    }
    return ~rest >>> 0;
  };
  const main = MAIN;
  main({ sum, wasm: WASM, whole: sum(new TextEncoder().encode(main)) === SUM });
}
