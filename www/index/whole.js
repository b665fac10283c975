// Is ask.js what was published? It sums up its own text, as the worker's script does (seal.js); one that is damaged exports nothing.
//
// `src/bin/page.rs` puts in MAIN, a function of all that it is made of, and SUM, the checksum of its text.
const main = MAIN;
const sum = new TextEncoder().encode(main).reduce((sum, byte) => Math.imul(sum ^ byte, 0x1000193), -1);
export const { ASKING, give, open, panel } = sum === SUM ? main() : {};
