// Where had the reader been? What the address holds is asked again, and the list is as it was left.
import { asked } from "./address.js";

export class Visit {
  #host;
  #input;
  #asker;
  #begin;

  /** @param {HTMLElement} host @param {HTMLInputElement} input @param {Asker} asker @param {() => {limit: number}} begin what there is to do before it is asked; answers with the articles a page */
  constructor(host, input, asker, begin) {
    this.#host = host;
    this.#input = input;
    this.#asker = asker;
    this.#begin = begin;
  }

  /** Whether there is something to come back to, which is then done. */
  again() {
    const before = asked(this.#host);
    if (!before || this.#input.value) return false;
    this.#restore(before);
    return true;
  }

  /** Back, or forward. */
  popped = () => {
    const before = asked(this.#host);
    if (before && before.query !== this.#input.value) this.#restore(before);
  };

  async #restore({ query, narrow, y, limit }) {
    this.#input.value = query;
    this.#asker.narrow = narrow;
    const page = this.#begin();
    await this.#asker.ask(query, { limit: Math.max(limit ?? 0, page.limit) });
    if (y) scrollTo(0, y);
  }
}
