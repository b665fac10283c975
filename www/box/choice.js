// What happens when a result is chosen? It is remembered, told, and opened: by the browser, or here.
import { keep } from "./address.js";
import { send } from "./events.js";

// Where xunzi-highlight.js looks for the articles to go on to.
const NEXT = "xunzi-articles";

export class Choice {
  /** What narrows an answer, reads it here and takes it along: a module of its own, which comes after the first answer. @type {Desk|null} */
  desk = null;
  #host;
  #asker;
  #recent;
  #make;
  #coming;

  /** @param {HTMLElement} host @param {Asker} asker @param {Recent} recent @param {() => Promise<Desk>} make */
  constructor(host, asker, recent, make) {
    this.#host = host;
    this.#asker = asker;
    this.#recent = recent;
    this.#make = make;
  }

  /** The desk, when it is wanted. */
  bring() {
    this.#coming ??= this.#make().then((desk) => (this.desk = desk), (e) => {
      this.#coming = null;
      throw e;
    });
    return this.#coming;
  }

  /**
   * @param {MouseEvent} e @param {object} detail what is chosen @param {HTMLElement} list
   * @returns {boolean} whether the reader leaves the list
   */
  take(e, detail, list) {
    this.#recent.add(detail.query);
    keep(this.#host, detail.query, this.#asker.narrow, { y: scrollY, limit: this.#asker.state.results.length });
    if (this.#host.hasAttribute("highlight")) this.#pass(detail.query, list);
    if (e.ctrlKey || e.metaKey || e.shiftKey) return false;
    if (!send(this.#host, "select", detail)) e.preventDefault();
    else if (!detail.url || this.#host.hasAttribute("reading")) {
      e.preventDefault();
      this.bring().then((desk) => desk.read(detail)).catch(() => detail.url && (location.href = detail.url));
      return false;
    }
    return true;
  }

  /** The first place of every article that is listed, for the page that is opened. */
  #pass(query, list) {
    const articles = [...list.children].map((node) => node.querySelector("a[part=snippet], a[part=name]")?.href).filter(Boolean);
    try {
      sessionStorage.setItem(NEXT, JSON.stringify({ query, articles }));
    } catch {
      // A browser that keeps nothing.
    }
  }
}
