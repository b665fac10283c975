// From which day until which? Two fields for dates, for whoever wants it more exactly than the bars of the timeline have it.
import { make } from "./make.js";

/** A year or a month as a day, its first or its last. @param {string} [date] @param {boolean} [last] */
function day(date, last) {
  const [year, month, own] = (date ?? "").split("-");
  if (!year || own) return date ?? "";
  const end = new Date(Date.UTC(+year, +(month ?? 12), 0)).toISOString().slice(8, 10);
  return [year, month ?? (last ? "12" : "01"), last ? end : "01"].join("-");
}

export class Range {
  node = make("div", { part: "range", role: "group", hidden: "" });
  #ends = ["from", "to"].map((name) => make("input", { part: "day", type: "date", name }));
  #words;
  #chosen;

  /** @param {Words} words @param {(from?: string, to?: string) => void} chosen */
  constructor(words, chosen) {
    this.#words = words;
    this.#chosen = chosen;
    this.node.append(...this.#ends.map((end) => make("label", {}, make("span", {}, words.say("narrow:" + end.name)), end)));
    this.node.addEventListener("change", () => this.#changed());
    // What is no range is said when the fields are left, not while a year is being typed.
    this.node.addEventListener("focusout", (e) => this.node.contains(e.relatedTarget) || this.#ends.forEach((end) => end.setAttribute("aria-invalid", String(!end.validity.valid))));
  }

  /** @param {{from: string}[]} periods those that there are @param {{from?: string, to?: string}} narrow */
  draw(periods, narrow) {
    this.node.hidden = !periods.length;
    this.node.setAttribute("aria-label", this.#words.field("date"));
    const [first, last] = [day(periods[0]?.from), day(periods.at(-1)?.from, true)];
    for (const end of this.#ends) {
      const value = day(narrow[end.name], end.name === "to");
      // What is being typed is not written over.
      if (end !== end.getRootNode().activeElement || value) end.value = value;
      end.removeAttribute("aria-invalid");
    }
    const [from, to] = this.#ends;
    from.min = to.min = first;
    from.max = to.max = last;
    this.#bound(first, last);
  }

  /** Neither lies beyond the other. */
  #bound(first, last) {
    const [from, to] = this.#ends;
    from.max = to.value || last;
    to.min = from.value || first;
  }

  #changed() {
    const [from, to] = this.#ends;
    this.#bound(from.min, to.max);
    if (this.#ends.every((end) => end.validity.valid)) this.#chosen(from.value || undefined, to.value || undefined);
  }
}
