// Is this a manifest, and what does it say?
import { XunziError } from "./given.js";

export const decode = (file) => new TextDecoder().decode(file);

/** CRC-64/XZ in hexadecimal: a manifest has that of all but its last 27 bytes, see src/format/manifest.rs. @param {Uint8Array} bytes */
export function sum(bytes) {
  const all = (1n << 64n) - 1n;
  let crc = all;
  for (const byte of bytes) {
    crc ^= BigInt(byte);
    for (let bit = 8; bit--; ) crc = (crc >> 1n) ^ (crc & 1n && 0xc96c5795d7870f42n);
  }
  return (all - crc).toString(16).padStart(16, "0");
}

/** A manifest's text and what it says, and whether the host was asked for it; or why it is none: what a damaged one names is missing, and would be told of instead. */
export function readManifest(file, cache) {
  const text = decode(file);
  const facts = JSON.parse(text);
  if (facts.xunzi > 2) throw new XunziError("version", "The manifest is newer: reload.");
  if (sum(new Uint8Array(file, 0, text.length - 27)) !== facts.sum) throw new XunziError("corrupt", "The manifest is damaged.");
  return { ...facts, text, stale: cache === "force-cache" };
}
