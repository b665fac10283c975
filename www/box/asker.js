// What is asked, and how far is the answer? The box without its face: it knows no element, and can be used with another face.
//
// One query at a time: a newer one ends the older, whose answer is never heard of. The state is one plain object; `changed` is
// told whenever it is another. What is shown of a query stays in its place when the rest of its answer comes, unless nobody
// has looked yet.

// Code points that are sent to the engine, which knows its own limit: a whole book that was pasted need not travel.
const FAR = 4096;
// Ms without a key after which what was found is what was looked for.
const REST = 1500;

/**
 * @typedef {object} State
 * @property {"rest"|"waits"|"grows"|"done"|"failed"} phase `waits`: nothing of this query is there; `grows`: some of it
 * @property {string} query what was asked last
 * @property {object[]} results those of the query `shown`, in the order in which they are shown
 * @property {string} shown the query that the results are of
 * @property {object} [found] the newest answer to `shown`
 * @property {Fault} [error] why there is none, or no more
 * @property {number} [typed] code points of a query that is too long
 * @property {number} articles in the whole index, once it is open
 */

/** A query as it is asked: without halves of surrogate pairs, and white space around it. @param {string} text */
export const plain = (text) => new TextDecoder().decode(new TextEncoder().encode(text)).trim();

export class Asker {
  /** @type {State} */
  state = { phase: "rest", query: "", shown: "", results: [], articles: 0 };
  /** Somebody reads, or chooses: what is shown keeps its place. */
  touched = false;
  /** What narrows every search: folds that are off, and more. @type {{exact?: string[], filters?: Object<string, string[]>, from?: string, to?: string, sort?: string}} */
  narrow = {};
  #open;
  #index;
  // The same, once it is there.
  #opened;
  #changed;
  #rested;
  #control;
  #resting;

  /**
   * @param {() => Promise<object>} open an index, as `open` of xunzi.js gives it
   * @param {(state: State, answer?: boolean) => void} changed
   * @param {(state: State) => void} [rested] told of an answer when nobody has typed for a while
   * @param {Promise<object>} [first] an index that is being opened already
   */
  constructor(open, changed, rested, first) {
    this.#open = open;
    this.#changed = changed;
    this.#rested = rested;
    if (first) this.#take(first);
  }

  /** The index, opened when it is first wanted and again after a failure. */
  index() {
    return this.#index ?? this.#take(this.#open());
  }

  #take(opening) {
    this.#index = opening;
    opening.then(
      (index) => this.#index === opening && (this.#opened = index),
      () => this.#index === opening && (this.#index = null),
    );
    return opening;
  }

  /** Ask, unless that is what was asked last and did not fail. @param {string} text @param {{limit?: number}} [options] */
  async ask(text, options = {}) {
    const query = plain(text);
    if (query === this.state.query && this.state.phase !== "failed") return;
    const signal = this.#begin();
    this.touched = false;
    if (!query && !this.narrowed) return this.#set({ phase: "rest", query, shown: query, results: [], found: null, error: null });
    const typed = [...query].length;
    if (typed > FAR) return this.#fail(query, { code: "too-long" }, typed);
    const onprogress = (found) => signal.aborted || !found.results.length || this.#show(query, found, "grows");
    const search = (index) => index.search(query, { ...this.narrow, limit: options.limit ?? 10, signal, onprogress });
    // The engine works while the page is told.
    const asked = this.#opened && search(this.#opened);
    this.#set({ phase: "waits", query, error: null });
    try {
      const found = await (asked ?? this.index().then(search));
      if (signal.aborted) return;
      this.state.articles = this.#opened.stats().articles;
      this.#show(query, found, "done");
      this.#resting = setTimeout(() => this.#rested?.(this.state), REST);
    } catch (error) {
      if (!signal.aborted) this.#fail(query, error, typed);
    }
  }

  /** Ask again, from the beginning. */
  again(options) {
    const { query } = this.state;
    this.state.query = null;
    return this.ask(query, options);
  }

  /** Whether there is something to list without any words. */
  get narrowed() {
    const { filters = {}, from, to } = this.narrow;
    return !!(from || to || Object.values(filters).some((values) => values.length));
  }

  /** Ask the same, narrowed in another way. @param {object} change @param {{limit?: number}} [options] */
  refine(change, options) {
    this.narrow = { ...this.narrow, ...change };
    // What is shown is of another question.
    this.state.shown = null;
    return this.again(options);
  }

  /** The next page of what is shown. @param {{limit?: number, all?: boolean}} [options] all: every article, with exact numbers */
  async more({ limit = 10, all = false } = {}) {
    const { shown, found, results } = this.state;
    if (this.state.phase !== "done") return;
    const signal = this.#begin();
    this.touched = true;
    this.#set({ phase: "grows" });
    try {
      const index = await this.index();
      const next = await index.search(shown, { ...this.narrow, ...(all ? { limit: 0 } : { limit, offset: results.length }), signal });
      if (signal.aborted) return;
      // The site has been published anew meanwhile.
      if (next.build !== found.build) return this.again({ limit });
      if (!all) return this.#show(shown, { ...next, results: [...results, ...next.results] }, "done");
      const known = new Set(results.map(({ id }) => id));
      const rest = next.results.filter(({ id }) => !known.has(id)).length;
      // Of all that were read, those are shown that were asked for; the numbers are of all.
      const same = new Map(next.results.map((result) => [result.id, result]));
      this.#show(shown, { ...next, results: results.map((result) => same.get(result.id) ?? result), rest }, "done");
    } catch (error) {
      if (!signal.aborted) this.#set({ phase: "failed", error });
    }
  }

  /** One article, whole. @param {number} id */
  async article(id) {
    return (await this.index()).article(id, this.state.shown, { exact: this.narrow.exact });
  }

  /** Ends what is under way, and lets go of the index. */
  close() {
    this.#begin();
    this.state.query = null;
    this.#index?.then((index) => index.close(), () => {});
    this.#index = this.#opened = null;
  }

  #begin() {
    clearTimeout(this.#resting);
    this.#control?.abort();
    return (this.#control = new AbortController()).signal;
  }

  #set(change, answer) {
    Object.assign(this.state, change);
    this.#changed(this.state, answer);
  }

  #show(query, found, phase) {
    let { results } = found;
    if (this.touched && query === this.state.shown) {
      const fresh = new Map(results.map((result) => [result.id, result]));
      const kept = this.state.results.map((result) => fresh.get(result.id) ?? result);
      const known = new Set(kept.map(({ id }) => id));
      results = [...kept, ...results.filter(({ id }) => !known.has(id))];
    }
    this.#set({ phase, query, shown: query, results, found, error: null }, true);
  }

  #fail(query, error, typed) {
    const kept = this.state.shown === query ? {} : { shown: query, results: [], found: null };
    this.#set({ phase: "failed", query, error, typed, ...kept }, true);
  }
}
