// What does an article look like that was found? Texts of articles become text nodes and nothing else.
import { directive } from "./fragment.js";
import { make } from "./make.js";

/** The text in pieces, with a <mark> around every range; they are in order and do not overlap. */
export function marked(text, marks = []) {
  const pieces = [];
  let at = 0;
  for (const [start, end] of marks) {
    pieces.push(text.slice(at, start), make("mark", { part: "mark" }, text.slice(start, end)));
    at = end;
  }
  return [...pieces, text.slice(at)];
}

// Options, for their ids.
let made = 0;

/**
 * How results are drawn for one query.
 * @typedef {object} Manner
 * @property {string} query
 * @property {Words} words
 * @property {boolean} list whether it is a listbox whose options are chosen from the input; otherwise a list of links
 * @property {string|null} template addresses, with {id} {url} {anchor} {q}
 * @property {boolean} plain no text fragments
 * @property {string|null} mark the name of a parameter that carries the query
 * @property {number} level of the headings in a list of links
 * @property {(e: Event, detail: object) => void} select what to do when a link is chosen
 * @property {(result: object, node: HTMLElement) => void} expand shows all places of an article
 */

/** One article: its title and facts, then the places, each with an address of its own. @param {object} result @param {Manner} manner */
export function entry(result, manner) {
  const { title, titleMarks, meta = {}, lead, hits, hitsExact, snippets } = result;
  const { words, list } = manner;
  const lang = [meta.lang].flat()[0];
  const places = snippets.filter((snippet) => snippet.field !== "title");
  const facts = ["date", "section", "author", "source"]
    .map((key) => meta[key] && make("bdi", { part: key }, words[key === "date" ? key : "list"](meta[key])));
  const id = `t${made++}`;
  const name = link(result, undefined, manner, "name", ...marked(title, titleMarks));
  name.id = id;
  // In a listbox the places are what is chosen; a title is, if nothing else can be.
  if (list && places.length) {
    name.setAttribute("aria-hidden", "true");
    name.removeAttribute("role");
  }
  const count = hits ? make("bdi", { part: "count" }, words.count("hits", hits, hitsExact)) : null;
  const head = make("div", { part: "title", role: list ? null : "heading", "aria-level": list ? null : manner.level }, name, count);
  const source = make("div", { part: "meta" }, ...facts, lead && make("span", { part: "lead" }, lead));
  const box = make("div", { part: "places", role: list ? "presentation" : null }, ...placed(result, places, manner));
  // In a list that is chosen from, this is chosen like a place.
  const rest = hits - places.reduce((sum, { marks }) => sum + marks.length, titleMarks?.length ?? 0);
  const more = rest > 0 && places.length ? make(list ? "div" : "button", { part: "inside", type: list ? null : "button", role: list ? "option" : null, id: list ? `o${made++}` : null },
    words.count("inside", rest, hitsExact)) : null;
  const node = make(list ? "div" : "li", { part: "result", role: list ? "group" : null, "aria-labelledby": list ? id : null, dir: "auto", lang },
    head, source.firstChild && source, box, more);
  if (more) more.onclick = () => manner.expand(result, node);
  if (list && places.length) {
    const first = box.querySelector("[role=option]");
    first.setAttribute("aria-label", [title, count?.textContent, first.textContent].filter(Boolean).join(", "));
  }
  return node;
}

/** Places of an article. What is printed twice has more of what stands around it in its address. */
export function placed(result, places, manner) {
  const known = new Set();
  const lang = [result.meta?.lang].flat()[0];
  return places.map((snippet, i) => {
    const draw = (context) => place(result, snippet, places[i - 1], { ...manner, lang, context });
    let node = draw();
    if (known.has(node.href)) node = draw(Infinity);
    known.add(node.href);
    return node;
  });
}

function place(result, snippet, before, manner) {
  return link(result, snippet, manner, "snippet",
    snippet.heading && snippet.heading !== before?.heading && make("span", { part: "heading" }, snippet.heading),
    make("span", { part: "text" }, ...marked(shown(snippet.text), snippet.marks)));
}

/** A block's end is shown as a space, of the same length. */
const shown = (text) => text.replace(/[\u2029\n]/g, " ");

function link(result, snippet, manner, part, ...children) {
  const url = address(result, snippet, manner);
  const option = manner.list;
  const node = make(url ? "a" : "div", { part, href: url, role: option ? "option" : null, id: option ? `o${made++}` : null, tabindex: option ? "-1" : null, draggable: option ? "false" : null }, ...children);
  node.onclick = (e) => manner.select(e, { result, snippet, url, query: manner.query });
  return node;
}

/** Where a result or a place of it leads; null when that is no address of the web. */
function address({ id, url }, snippet, { query, template, plain, mark, lang, context }) {
  const anchor = snippet?.anchor;
  const fields = { id, url, anchor, q: query };
  let address = template?.replace(/\{(\w+)\}/g, (_, key) => encodeURIComponent(fields[key] ?? "")) ?? url;
  if (!address) return null;
  if (anchor && !template?.includes("{anchor}")) address = address.replace(/#.*/, "") + "#" + anchor;
  try {
    const to = new URL(address, location.href);
    // A page that is opened as a file may lead to itself.
    if (!/^https?:$/.test(to.protocol) && !(template && to.pathname === location.pathname)) return null;
    if (mark && to.origin === location.origin) to.searchParams.set(mark, query);
    const words = snippet?.marks?.length && !template && !plain && directive(snippet.text, snippet.marks[0], lang, context, anchor && snippet.heading);
    if (!words) return to.href;
    return (to.hash ? to.href : to.href.replace(/#$/, "") + "#") + words;
  } catch {
    return null;
  }
}

/** Grey shapes where results will be. */
export const skeleton = () => make("div", { part: "skeleton", "aria-hidden": "true" }, ...[58, 92, 74].map((width) => {
  const line = make("i");
  line.style.inlineSize = `${width}%`;
  return line;
}));
