// When was it written of? A table of years, drawn as bars, on which a range is chosen: with a pointer, or with the keys.
import { make } from "./make.js";

export class Timeline {
  node = make("div", { part: "timeline", hidden: "" });
  #words;
  #chosen;
  #bars = [];
  #periods = [];
  // Where the range that is being drawn begins, and where it ends now.
  #range = null;

  /** @param {Words} words @param {(from?: string, to?: string) => void} chosen */
  constructor(words, chosen) {
    this.#words = words;
    this.#chosen = chosen;
    this.node.addEventListener("keydown", (e) => this.#key(e));
    this.node.addEventListener("pointerdown", (e) => this.#grab(e));
    this.node.addEventListener("pointermove", (e) => e.buttons && this.#range && this.#drag(e));
    this.node.addEventListener("pointerup", () => this.#range && this.#commit());
  }

  /** @param {{from: string, articles: number[], all: number}[] & {exact?: boolean}} periods @param {{from?: string, to?: string}} narrow */
  draw(periods, { from, to }) {
    const focus = this.#bars.indexOf(this.node.getRootNode().activeElement);
    this.#periods = periods;
    this.node.hidden = periods.length < 2;
    const most = Math.max(1, ...periods.map(({ articles }) => articles[0]));
    const rows = periods.map(({ from: period, articles: [n] }) => {
      const told = `${period}: ${this.#words.count("articles", n, periods.exact)}`;
      const bar = make("button", { part: "year", type: "button", tabindex: "-1", title: told, "aria-label": told }, make("i"));
      bar.firstChild.style.blockSize = n ? `${Math.max(4, (100 * n) / most)}%` : "0";
      return bar;
    });
    this.#bars = rows;
    const within = (period) => (!from || period >= from.slice(0, period.length)) && (!to || period <= to.slice(0, period.length));
    const inside = periods.map(({ from: period }) => within(period));
    this.#paint((k) => (from || to) && inside[k]);
    const table = make("table", { "aria-label": this.#words.say("narrow:years") },
      make("tbody", {}, ...rows.map((bar, k) => make("tr", {}, make("th", { scope: "row" }, periods[k].from), make("td", {}, bar)))));
    const axis = make("div", { part: "axis", "aria-hidden": "true" }, make("span", {}, periods[0]?.from ?? ""), make("span", {}, from || to ? [from, to].filter(Boolean).join(" – ") : ""), make("span", {}, periods.at(-1)?.from ?? ""));
    this.node.replaceChildren(table, axis);
    const at = focus >= 0 ? Math.min(focus, rows.length - 1) : Math.max(0, inside.indexOf(true));
    if (rows[at]) rows[at].tabIndex = 0;
    if (focus >= 0) rows[at]?.focus();
  }

  #paint(inside) {
    this.#bars.forEach((bar, k) => bar.setAttribute("aria-pressed", !!inside(k)));
  }

  /** The range that is being drawn, from its first bar to its last. */
  get #ends() {
    return [...this.#range].sort((x, y) => x - y);
  }

  #show() {
    const [a, b] = this.#ends;
    this.#paint((k) => k >= a && k <= b);
  }

  #commit() {
    const [a, b] = this.#ends;
    this.#range = null;
    this.#chosen(this.#periods[a].from, this.#periods[b].from);
  }

  #at(e) {
    const x = e.clientX;
    return this.#bars.findIndex((bar) => {
      const { left, right } = bar.getBoundingClientRect();
      return x >= left && x < right;
    });
  }

  #grab(e) {
    const at = this.#at(e);
    if (at < 0 || e.button) return;
    this.node.setPointerCapture(e.pointerId);
    this.#range = [at, at];
    this.#show();
  }

  #drag(e) {
    const at = this.#at(e);
    if (at < 0) return;
    this.#range[1] = at;
    this.#show();
  }

  #key(e) {
    const here = this.#bars.indexOf(e.target.closest?.("button"));
    if (here < 0) return;
    const right = getComputedStyle(this.node).direction === "rtl" ? -1 : 1;
    const by = { ArrowRight: right, ArrowLeft: -right }[e.key];
    if (by) {
      const to = Math.max(0, Math.min(this.#bars.length - 1, here + by));
      for (const bar of this.#bars) bar.tabIndex = -1;
      this.#bars[to].tabIndex = 0;
      this.#bars[to].focus();
      if (e.shiftKey) {
        this.#range ??= [here, here];
        this.#range[1] = to;
        this.#show();
      } else this.#range = null;
    } else if (e.key === "Enter" || e.key === " ") {
      this.#range ??= [here, here];
      this.#commit();
    } else if (e.key === "Escape" && this.#bars.some((bar) => bar.ariaPressed === "true")) {
      this.#range = null;
      this.#chosen(undefined, undefined);
    } else return;
    e.preventDefault();
    e.stopPropagation();
  }
}
