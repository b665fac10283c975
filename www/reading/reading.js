// What does an article look like that is read from the index? Its texts become text nodes and nothing else.
import { intl } from "./intl.js";

export function node(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

export function button(label, action, title = label) {
  const made = node("button", { type: "button", title, "aria-label": title }, label);
  made.addEventListener("click", action);
  return made;
}

/** What stands between `from` and `to` of a text, marked, places numbered from `base`; a place that reaches over a line break is cut in two. */
function between(text, marks, from, to, base = 0) {
  const pieces = [];
  let at = from;
  marks.forEach(([start, end], n) => {
    if (end <= at || start >= to) return;
    const begin = Math.max(start, at);
    pieces.push(text.slice(at, begin), node("mark", { "data-n": base + n }, text.slice(begin, Math.min(end, to))));
    at = Math.min(end, to);
  });
  return [...pieces, text.slice(at, to)];
}

const HAN = /\p{Script=Han}/u;
const DECK = /^(——|□)[^。]{1,60}$/; // a paper's subtitle or byline

/** The article's paragraphs and headings as nodes. */
function body({ text, marks = [], headings = [] }, base) {
  const heads = new Map(headings.map((heading) => [heading.start, heading]));
  const nodes = [];
  let from = 0;
  for (const line of text.split("\n")) {
    const to = from + line.length;
    const pieces = between(text, marks, from, to, base);
    if (heads.has(from)) nodes.push(node("h2", { dir: "auto" }, ...pieces));
    else if (line.trim()) nodes.push(node("p", { dir: "auto", class: DECK.test(line) ? "deck" : HAN.test(line) ? "han" : "" }, ...pieces));
    from = to + 1;
  }
  return nodes;
}

/** Its facts in a line. @param {string} lang how dates are written */
function byline(meta = {}, lang) {
  const day = /^\d{4}-\d\d-\d\d/.exec(meta.date);
  const date = new Date(day?.[0]);
  const told = isNaN(+date) ? meta.date : intl("DateTimeFormat", lang, { dateStyle: "full", timeZone: "UTC" }).format(date);
  const facts = [told, meta.section, meta.author, meta.source].filter(Boolean);
  // There may be several authors, say: each language has its own sign between them.
  const several = intl("ListFormat", lang, { type: "conjunction", style: "narrow" });
  return node("p", { class: "byline", dir: "auto" }, ...facts.map((fact) => node("span", {}, several.format([fact].flat().map(String)))));
}

/** A link to where the article came from, if that is an address of the web. */
function origin(address, word) {
  try {
    const { href, protocol } = new URL(address);
    if (/^https?:$/.test(protocol)) return [node("p", { class: "origin" }, node("a", { href }, word))];
  } catch {
    // no link then
  }
  return [];
}

/**
 * The bar that walks from one found place to the next.
 * @param {HTMLElement} view @param {number} count @param {number} first @param {(name: string, value?: string) => string} say
 * @param {(by: number) => boolean} [beyond] told when a step leaves the article; whether there is another one
 */
function stepper(view, count, first, say, beyond) {
  let at = -1;
  const label = node("span", { role: "status" });
  const go = (n) => {
    if ((n < 0 || n >= count) && beyond?.(n < 0 ? -1 : 1)) return;
    for (const mark of view.querySelectorAll("mark.here")) mark.classList.remove("here");
    at = (n + count) % count;
    const marks = view.querySelectorAll(`mark[data-n="${at}"]`);
    for (const mark of marks) mark.classList.add("here");
    marks[0]?.scrollIntoView({ block: "center" });
    label.textContent = say("place", `${at + 1} / ${count}`);
  };
  const bar = node("div", { class: "stepper", role: "group", "aria-label": say("places") },
    button("↑", () => go(at - 1), say("before")), label, button("↓", () => go(at + 1), say("after")));
  return { bar, start: () => go(first) };
}

/** An anchor as it stands in an address. */
export const asHash = (anchor) => new URL("#" + anchor, "https://x.invalid").hash;

/**
 * An article as it is read, from the heading of this anchor or the first place after `from` on.
 * @param {HTMLElement} view what it is put into
 * @param {object} article as the index gives it
 * @param {{hash?: string, from?: number, say: (name: string, value?: string) => string, lang: string, beyond?: (by: number) => boolean}} how
 * @returns {{nodes: HTMLElement[], start?: () => void}} `start` goes to the place
 */
export function drawn(view, article, { hash, from = 0, say, lang, beyond }) {
  const { title, titleMarks = [], text, marks = [], headings = [], meta, url } = article;
  const head = hash && headings.find((heading) => asHash(heading.anchor) === hash);
  // Places in the title count, as in the list of results; reading begins in the text.
  const base = titleMarks.length;
  const first = marks.length ? base + Math.max(0, marks.findIndex(([start]) => start >= (head ? head.start : from))) : 0;
  const steps = base + marks.length ? stepper(view, base + marks.length, first, say, beyond) : null;
  const nodes = [node("h1", { dir: "auto", tabindex: "-1" }, ...between(title, titleMarks, 0, title.length)), byline(meta, lang),
    node("div", { class: "text" }, ...body({ text, marks, headings }, base)), ...origin(url, say("origin")), ...(steps ? [steps.bar] : [])];
  return { nodes, start: steps?.start };
}

/**
 * Puts an article into the view, at the heading of this anchor or at the first place that was found.
 * @param {HTMLElement} view
 * @param {HTMLElement} back the way back to the list
 * @param {object} article as the index gives it
 */
export function show(view, back, article, hash, say, lang) {
  const { nodes, start } = drawn(view, article, { hash, say, lang });
  view.replaceChildren(back, ...nodes);
  window.scrollTo(0, 0);
  view.querySelector("h1").focus({ preventScroll: true });
  start?.();
}
