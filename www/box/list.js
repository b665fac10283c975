// What is listed? The results of a state, each article once: a node stays while its article does.
import { make } from "./make.js";
import { entry, placed, skeleton } from "./results.js";

// Characters around a place, where all of an article are shown; and how many of them at most.
const AROUND = 60;
const PLACES = 100;

export class List {
  node = make("div", { part: "list", id: "list" });
  /** The option that Enter opens. @type {HTMLElement|null} */
  active = null;
  /** Whether its beginning is out of view: asking the layout would take longer. */
  scrolled = false;
  #panel;
  #inline;
  #name = "";
  // What each article was drawn of, and its node. @type {Map<number, {result: object, node: HTMLElement}>}
  #drawn = new Map();
  #query = null;

  /** @param {Panel} panel */
  constructor(panel) {
    this.#panel = panel;
  }

  /** Options of a combobox, or a list of links. @param {boolean} inline */
  form(inline) {
    if (this.#inline === inline) return;
    this.#inline = inline;
    const node = make(inline ? "ol" : "div", { part: "list", id: "list", role: inline ? null : "listbox" });
    this.node.replaceWith(node);
    this.node = node;
    this.#clear();
    this.#query = null;
    this.name(this.#name);
    const { input } = this.#panel;
    for (const [key, value] of [["role", "combobox"], ["aria-controls", "list"], ["aria-autocomplete", "list"]]) {
      if (inline) input.removeAttribute(key);
      else input.setAttribute(key, value);
    }
  }

  name(text) {
    this.#name = text;
    this.node.setAttribute("aria-label", text);
  }

  get empty() {
    return !this.#drawn.size;
  }

  /** It is of a query that is not typed any more; seen when the new one takes long. @param {boolean} on @param {boolean} [late] */
  old(on, late = false) {
    this.node.toggleAttribute("data-old", on);
    this.node.toggleAttribute("data-dim", on && late);
  }

  busy(on) {
    this.node.setAttribute("aria-busy", on);
  }

  options() {
    return [...this.node.querySelectorAll("[role=option]")];
  }

  /** @param {HTMLElement} [option] @param {boolean} [seen] it is in view */
  mark(option, seen = false) {
    this.active?.removeAttribute("aria-selected");
    this.active = option ?? null;
    const { input } = this.#panel;
    if (!option) return input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    input.setAttribute("aria-activedescendant", option.id);
    if (seen) return;
    // With its title, if it is the first of its article.
    const first = option.closest("[part=result]").querySelector("[role=option]") === option;
    (first ? option.closest("[part=result]") : option).scrollIntoView({ block: "nearest" });
    option.scrollIntoView({ block: "nearest" });
  }

  #clear() {
    this.#drawn.clear();
    this.mark(null);
    this.node.replaceChildren();
  }

  /** Shapes of results, where there are none yet. */
  wait() {
    this.node.setAttribute("aria-hidden", "true");
    this.node.replaceChildren(skeleton(), skeleton(), skeleton());
  }

  /** @param {State} state @param {boolean} composing nothing is chosen while words are half written */
  draw({ results, shown }, composing) {
    const other = shown !== this.#query;
    // Which place of which article is chosen.
    const chosen = this.active?.closest("[part=result]");
    const at = chosen ? [...chosen.querySelectorAll("[role=option]")].indexOf(this.active) : 0;
    const id = [...this.#drawn].find(([, { node }]) => node === chosen)?.[0];
    if (other) this.#drawn.clear();
    const manner = { ...this.#panel.manner, expand: (result, node) => this.#expand(result, node) };
    const now = new Map();
    for (const result of results) {
      const before = this.#drawn.get(result.id);
      const same = before && (before.result === result || before.all);
      now.set(result.id, same ? before : { result, node: entry(result, manner) });
    }
    const nodes = [...now.values()].map(({ node }) => node);
    // Nothing is taken out and put back in that stays where it is.
    const kept = nodes.findIndex((node, i) => this.node.children[i] !== node);
    if (kept >= 0 || this.node.children.length > nodes.length) {
      const from = kept < 0 ? nodes.length : kept;
      while (this.node.children.length > from) this.node.lastChild.remove();
      this.node.append(...nodes.slice(from));
    }
    this.#drawn = now;
    this.#query = shown;
    if (nodes.length || this.#inline) this.node.removeAttribute("aria-hidden");
    else this.node.setAttribute("aria-hidden", "true");
    this.node.hidden = !nodes.length;
    this.old(!this.#panel.current);
    if (other && this.scrolled) this.node.parentNode.scrollTop = 0;
    if (this.#inline) return;
    const again = other ? null : now.get(id)?.node.querySelectorAll("[role=option]")[at];
    if (again) {
      if (again !== this.active) this.mark(again);
    } else if (!composing && this.#panel.current) this.mark(this.options()[0], other);
    else this.mark(null);
  }

  /** All places of an article, where some were. */
  async #expand(result, node) {
    const button = node.querySelector("[part=inside]");
    button.disabled = true;
    try {
      const whole = await this.#panel.article(result.id);
      const manner = this.#panel.manner;
      if (!whole || manner.query !== this.#query || !node.isConnected) return;
      const snippets = windows(whole);
      const places = placed(result, snippets, manner);
      const active = node.contains(this.active);
      node.querySelector("[part=places]").replaceChildren(...places);
      button.remove();
      for (const drawn of this.#drawn.values()) if (drawn.node === node) drawn.all = true;
      if (this.#inline) places[0]?.focus();
      else if (active) this.mark(places[0]);
    } catch {
      button.disabled = false;
    }
  }
}

/** The places of a whole article, each with what stands around it; those that stand together, together. */
export function windows({ text, marks = [], headings = [] }) {
  const out = [];
  for (const [start, end] of marks) {
    const last = out.at(-1);
    if (last && start < last.to) {
      if (end <= last.to) last.marks.push([start - last.from, end - last.from]);
      continue;
    }
    if (out.length === PLACES) break;
    const line = text.slice(0, start).search(/[^\n\u2029]*$/);
    const rest = text.slice(end).search(/[\n\u2029]/);
    const stop = rest < 0 ? text.length : end + rest;
    let [from, to] = [Math.max(line, start - AROUND, last?.to ?? 0), Math.min(stop, end + AROUND)];
    // Never half of a character.
    if (/[\udc00-\udfff]/.test(text[from] ?? "")) from++;
    if (/[\udc00-\udfff]/.test(text[to] ?? "")) to++;
    const heading = headings.findLast((heading) => heading.start <= start);
    out.push({ from, to, cut: [from > line, to < stop], marks: [[start - from, end - from]], heading });
  }
  return out.map(({ from, to, cut, marks, heading }) => {
    const before = cut[0] ? "…" : "";
    const shift = before.length;
    return {
      text: before + text.slice(from, to) + (cut[1] ? "…" : ""),
      marks: marks.map(([start, end]) => [start + shift, end + shift]),
      heading: heading && text.slice(heading.start, heading.end),
      anchor: heading?.anchor,
    };
  });
}
