// Where does a place lead? To its words: an address with a text fragment, whose context is grown to the edges of words.
//
// A browser looks for `prefix-,words,-suffix`. The prefix must start at the edge of a word and the suffix end at one; where they
// meet the words there need be none, so that a place inside a Chinese word is found as well.
import { intl } from "../reading/intl.js";

// Characters of context on each side, about: enough to be the only such place in most articles.
const CONTEXT = 12;
// More than so many characters are told by their beginning and end.
const LONG = 120;
const ENDS = 24;

const BLOCK = /[\u2029\n]/;

/** As a fragment has it: its own signs are told from those of the text. */
const written = (text) => encodeURIComponent(text.replace(/\s+/g, " ")).replace(/-/g, "%2D");

/** Where words begin and end in a text, in order. @param {string} text @param {string} [lang] */
function edges(text, lang) {
  const all = new Set([0, text.length]);
  for (const { index, segment } of intl("Segmenter", lang, { granularity: "word" }).segment(text)) all.add(index).add(index + segment.length);
  return [...all].sort((a, b) => a - b);
}

/**
 * The text directive of a place; empty where a browser has nothing to look for.
 * @param {string} text what stands around it
 * @param {[number, number]} mark where it is in the text
 * @param {string} [lang]
 * @param {number} [context] characters of it on each side, about
 * @param {string} [heading] what has an address of its own: a table of contents has its words as well, and there a browser would find them first
 */
export function directive(text, [start, end], lang, context = CONTEXT, heading) {
  if (!globalThis.Intl?.Segmenter) return "";
  // Its own block only, without the signs of what is left out.
  let from = 0;
  for (let at = start; at-- > 0 && !from; ) if (BLOCK.test(text[at])) from = at + 1;
  const next = text.slice(end).search(BLOCK);
  let to = next < 0 ? text.length : end + next;
  if (text[from] === "…" && from < start) from++;
  if (text[to - 1] === "…" && to > end) to--;
  while (from < start && /\s/.test(text[from])) from++;
  while (to > end && /\s/.test(text[to - 1])) to--;
  const words = text.slice(start, end);
  if (BLOCK.test(words) || !words.trim() || text.slice(from, to) === heading) return "";
  const at = edges(text.slice(from, to), lang).map((edge) => edge + from);
  // The first edge that is far enough away, else the block's own.
  const begin = at.findLast((edge) => edge <= start - context) ?? from;
  const finish = at.find((edge) => edge >= end + context) ?? to;
  const prefix = text.slice(begin, start).trim();
  const suffix = text.slice(end, finish).trim();
  let middle = written(words);
  if (words.length > LONG) {
    const first = at.find((edge) => edge >= start + ENDS) ?? end;
    const last = at.findLast((edge) => edge <= end - ENDS) ?? start;
    if (first < last) middle = `${written(text.slice(start, first))},${written(text.slice(last, end))}`;
  }
  return `:~:text=${prefix ? written(prefix) + "-," : ""}${middle}${suffix ? ",-" + written(suffix) : ""}`;
}
