// What can be taken along? The places as a table, and a link to the search.
import { icon, make } from "./make.js";

const TABLE = "M9 2.500v8.500M5.500 7.500 9 11 12.500 7.500M3 14.500h12";
const LINK = "M7.500 10.500 10.500 7.500M8 5.500 10 3.500a3.200 3.200 0 0 1 4.500 4.500L12.500 10M10 12.500 8 14.500A3.200 3.200 0 0 1 3.500 10L5.500 8";

export class Tools {
  node = make("div", { part: "tools" });
  #desk;
  #table = make("button", { part: "tool", type: "button" }, icon(TABLE));
  #link = make("button", { part: "tool", type: "button" }, icon(LINK));
  #control;

  /** @param {Desk} desk */
  constructor(desk) {
    this.#desk = desk;
    this.node.append(this.#link, this.#table);
    this.#table.onclick = () => this.#save();
    this.#link.onclick = async () => {
      await navigator.clipboard.writeText(location.href);
      this.#name(this.#link, "tool:copied");
    };
  }

  #name(button, word) {
    button.title = this.#desk.words.say(word);
    button.setAttribute("aria-label", button.title);
  }

  /** @param {boolean} linked the address holds the search @param {boolean} any something was found */
  show(linked, any) {
    this.node.hidden = !any;
    this.#link.hidden = !linked || !navigator.clipboard;
    this.#name(this.#link, "tool:link");
    this.#name(this.#table, "tool:csv");
  }

  /** Every place; a second press ends it. */
  async #save() {
    if (this.#control) return this.#control.abort();
    this.#control = new AbortController();
    this.#name(this.#table, "tool:csv");
    const { signal } = this.#control;
    try {
      const text = await this.#desk.table({ signal, onprogress: (done, all) => this.#table.style.setProperty("--_done", `${(100 * done) / all}%`) });
      const link = make("a", { href: URL.createObjectURL(new Blob([text], { type: "text/csv" })), download: this.#desk.query.replace(/[^\p{L}\p{N}]+/gu, " ").trim().slice(0, 40) + ".csv" });
      link.click();
      URL.revokeObjectURL(link.href);
    } catch (e) {
      if (e.code !== "aborted") this.#name(this.#table, e.code);
    } finally {
      this.#control = null;
      this.#table.style.removeProperty("--_done");
    }
  }
}
