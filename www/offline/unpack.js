// What was the text that stands here for bytes? Seven digits for six of them, see `src/codec/text116.rs`; and what was compressed.

const BASE = 116;
const VALUES = new Uint8Array(128);
for (let code = 1, value = 0; code < 127; code++) if (!/[\t-\r\x1a\x1b"<\\]/.test(String.fromCharCode(code))) VALUES[code] = value++;

/** Bytes out of a text. @param {string} text */
export function decoded(text) {
  const bytes = new Uint8Array(Math.floor((text.length * 6) / 7));
  const digits = (from, to) => {
    let number = 0;
    for (; from < to; from++) number = number * BASE + (VALUES[text.charCodeAt(from)] ?? BASE - 1);
    return number;
  };
  for (let from = 0, to = 0; from < text.length; from += 7) {
    // What is more than 32 bits is not for shifting.
    const number = digits(from, from + 4) * BASE ** 3 + digits(from + 4, from + 7);
    const [high, low] = [Math.floor(number / 2 ** 24), number % 2 ** 24];
    for (let shift = 16; shift >= 0; shift -= 8) {
      bytes[to] = high >>> shift;
      bytes[to++ + 3] = low >>> shift;
    }
    to += 3;
  }
  return bytes;
}

/** What was compressed, out of a text. */
export const unpack = (text) => new Response(new Blob([decoded(text)]).stream().pipeThrough(new DecompressionStream("gzip")));
