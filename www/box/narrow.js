// How is an answer narrowed, and what helps when there is none? Filters with their numbers, a range of dates on a timeline, words that do occur.
//
// Published as narrow.js, which is fetched when somebody opens the filters, when nothing is found, or when the site offers completions.
import { make, sheet } from "./make.js";
import { Range } from "./range.js";
import { Timeline } from "./timeline.js";

const CSS = "__XUNZI_CSS__";
// Values of a field that are listed at once; if there are not many more, all are.
const TOP = 6;
const MOST = 8;
// Columns that are nobody's filter, unless the site says so.
const PLAIN = /^(id|url|title|date|lang|image|description|weight)$/;
// Words that are offered of each kind.
const OFFERED = 4;

/** @param {string} part @param {() => void} act @param {(Node|string)[]} content */
function button(part, act, ...content) {
  const node = make("button", { part, type: "button" }, ...content);
  node.onclick = act;
  return node;
}

const dressed = new WeakSet();
/** Puts the style in, once. @param {ShadowRoot} root */
export function dress(root) {
  if (dressed.has(root)) return;
  dressed.add(root);
  root.adoptedStyleSheets.push(sheet(CSS));
}

/** What stands in the panel when the filters are open. */
export class Narrow {
  node = make("section", { part: "narrow", hidden: "" });
  #desk;
  #timeline;
  #range;
  #turn = 0;
  #known = new Map();
  #all = new Set();

  /** @param {Desk} desk @param {ShadowRoot} root */
  constructor(desk, root) {
    this.#desk = desk;
    dress(root);
    const chosen = (from, to) => desk.refine({ from, to });
    this.#timeline = new Timeline(desk.words, chosen);
    this.#range = new Range(desk.words, chosen);
  }

  /** @param {boolean} on */
  async show(on) {
    this.node.hidden = !on;
    if (on) await this.draw();
  }

  /** The numbers of what is searched now. */
  async draw() {
    if (this.node.hidden) return;
    const turn = ++this.#turn;
    const { words, narrow, query } = this.#desk;
    this.node.setAttribute("aria-label", words.say("narrow:filter"));
    const index = await this.#desk.index();
    const fields = this.#desk.fields ?? (await index.fields()).map(({ field }) => field).filter((field) => !PLAIN.test(field));
    if (turn !== this.#turn) return;
    const groups = fields.map((field) => this.#group(field));
    this.node.replaceChildren(this.#timeline.node, this.#range.node, ...groups.map(({ node }) => node));
    const range = index.timeline([query], { unit: "year", ...narrow, from: undefined, to: undefined }).then((periods) => {
      if (turn !== this.#turn) return;
      this.#timeline.draw(periods, narrow);
      this.#range.draw(periods, narrow);
    });
    const counts = groups.map(({ field, rows }) => this.#counts(index, field).then((values) => turn === this.#turn && this.#rows(field, rows, values)));
    await Promise.allSettled([range, ...counts]);
  }

  #group(field) {
    const rows = make("div", { part: "values" });
    const node = make("fieldset", { part: "filter" }, make("legend", {}, this.#desk.words.field(field)), rows);
    const known = this.#known.get(field);
    if (known) this.#rows(field, rows, known);
    return { field, rows, node };
  }

  /** How many articles have each value, whatever of this field is chosen. */
  async #counts(index, field) {
    const { narrow, query } = this.#desk;
    const filters = { ...narrow.filters };
    delete filters[field];
    const values = await index.counts(query, field, { ...narrow, filters });
    // What is there no more stays, so that nothing jumps.
    const now = new Map(values.map((value) => [value.value, value]));
    const before = (this.#known.get(field) ?? []).map(({ value }) => now.get(value) ?? { value, articles: 0 });
    const list = before.length ? [...before, ...values.filter(({ value }) => !before.some((known) => known.value === value))] : [...values];
    for (const value of narrow.filters?.[field] ?? []) if (!list.some((known) => known.value === value)) list.push({ value, articles: 0 });
    this.#known.set(field, list);
    return Object.assign(list, { exact: values.exact });
  }

  #rows(field, rows, values) {
    const { words, narrow } = this.#desk;
    const chosen = narrow.filters?.[field] ?? [];
    const few = values.length <= MOST || this.#all.has(field) ? values : values.filter(({ value }, k) => k < TOP || chosen.includes(value));
    const row = ({ value, articles }) => {
      const box = make("input", { type: "checkbox" });
      box.checked = chosen.includes(value);
      box.onchange = () => this.#desk.filter(field, box.checked ? [...chosen, value] : chosen.filter((other) => other !== value));
      const number = articles === 0 ? words.number(0) : words.number(articles) + (values.exact === false ? "+" : "");
      return make("label", { part: "value", "data-none": articles ? null : "" }, box, make("bdi", {}, value || words.say("narrow:without")), make("span", {}, number));
    };
    const more = few.length < values.length && button("all", () => {
      this.#all.add(field);
      this.#rows(field, rows, values);
      rows.querySelectorAll("input")[few.length]?.focus();
    }, words.say("narrow:all", values.length));
    // The focus stays where it was.
    const at = [...rows.querySelectorAll("input")].indexOf(rows.getRootNode().activeElement);
    rows.replaceChildren(...few.map(row), ...(more ? [more] : []));
    if (at >= 0) rows.querySelectorAll("input")[at]?.focus();
  }
}

/** A text with what differs from another in a mark: what both begin and end with is left out. */
function differing(text, other) {
  const [a, b] = [[...text], [...other]];
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const cut = (from, to) => a.slice(from, to).join("");
  return [cut(0, start), start < a.length - end && make("mark", {}, cut(start, a.length - end)), cut(a.length - end)];
}

/**
 * What does occur, when a query does not: parts of it, words that differ in one character, filters that leave nothing.
 * @param {Desk} desk
 * @param {string} query
 * @returns {Promise<HTMLElement|null>}
 */
export async function help(desk, query) {
  const index = await desk.index();
  const found = await index.near(query, desk.narrow);
  const { words } = desk;
  const group = (kind, drawn, act) => {
    const of = found.filter((near) => near.kind === kind).slice(0, OFFERED);
    if (!of.length) return null;
    const rows = of.map((near) => button("near", () => act(near), make("bdi", {}, ...drawn(near)), make("span", { part: "count" }, words.count("articles", near.articles, near.exact))));
    const name = words.say("narrow:" + (kind === "filter" ? "filter-off" : kind));
    return make("div", { part: "nears", role: "group", "aria-label": name }, make("small", {}, name), ...rows);
  };
  const put = ({ text }) => desk.put(text);
  const groups = [
    group("filter", ({ text }) => [words.field(text)], ({ text }) => desk.filter(text, [])),
    group("part", ({ text }) => [text], put),
    group("character", ({ text }) => differing(text, query), put),
  ].filter(Boolean);
  return groups.length ? make("div", { part: "help" }, ...groups) : null;
}

/**
 * What goes on from what is typed.
 * @param {Desk} desk
 * @param {string} query
 * @returns {Promise<HTMLElement|null>}
 */
export async function completions(desk, query) {
  const index = await desk.index();
  const found = await index.complete(query, { limit: 5 });
  if (!found.length) return null;
  const chips = found.map(({ text, articles, exact }) => button("chip", () => desk.put(text), make("bdi", {}, text), make("span", { part: "count" }, desk.words.number(articles) + (exact === false ? "+" : ""))));
  return make("div", { part: "chips", role: "group", "aria-label": desk.words.say("narrow:goes-on") }, ...chips);
}
