// Is the engine's script what was published? It sums up its own text: a changed byte is found before it does harm.
//
// `src/bin/page.rs` puts in MAIN, a function of the glue and the worker's script; SUM, the checksum of its text; and
// WASM, the checksum of the module that it drives, and MORE, that of the second one; PLAIN and OTHER, those of the same as scripts.
{
  /** FNV-1a, 32 bits: a byte that differs always makes another sum. */
  const sum = (bytes) => bytes.reduce((sum, byte) => Math.imul(sum ^ byte, 0x1000193), -1);
  const main = MAIN;
  main({ sum, wasm: [WASM, MORE], plain: [PLAIN, OTHER], whole: sum(new TextEncoder().encode(main)) === SUM });
}
