// What has this reader searched here before? Kept in this browser alone, and only if something that was found was opened.
import { make } from "./make.js";

const MOST = 5;

/** The recent searches of one index. */
export class Recent {
  #key;

  /** @param {string} base the folder of the index @param {boolean} off */
  constructor(base, off) {
    this.#key = off ? null : "xunzi-recent " + base;
  }

  /** @returns {string[]} the newest first */
  list() {
    try {
      const all = JSON.parse(localStorage.getItem(this.#key));
      return this.#key && Array.isArray(all) ? all.filter((text) => typeof text === "string").slice(0, MOST) : [];
    } catch {
      return [];
    }
  }

  add(query) {
    this.#put([query, ...this.list().filter((text) => text !== query)].slice(0, MOST));
  }

  /** These searches as buttons; null if there are none. @param {Words} words @param {(query: string) => void} pick @param {() => void} cleared */
  offered(words, pick, cleared) {
    const past = this.list();
    if (!past.length) return null;
    const button = (part, text, act, dir) => {
      const node = make("button", { part, type: "button", dir }, text);
      node.onclick = act;
      return node;
    };
    const forget = button("exact", words.say("forget"), () => {
      this.#put([]);
      cleared();
    });
    const bar = make("div", { part: "bar" }, make("small", {}, words.say("recent")), forget);
    return make("div", { part: "recent" }, bar, ...past.map((query) => button("past", query, () => pick(query), "auto")));
  }

  #put(all) {
    try {
      if (this.#key) localStorage.setItem(this.#key, JSON.stringify(all));
    } catch {
      // A browser that keeps nothing.
    }
  }
}
