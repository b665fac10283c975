// What is done with an answer, beyond opening it? It is narrowed, read here, and taken along.
//
// Published as desk.js, which comes after the first answer.
import { keep, parameter } from "./address.js";
import { sheet } from "./make.js";
import { Reader } from "./reader.js";
import { Switches, offered } from "./switches.js";
import { table } from "./table.js";
import { Tools } from "./tools.js";

const CSS = "__XUNZI_CSS__";

/** Beside a panel; `panel.desk`. */
export class Desk {
  words;
  input;
  #host;
  #frame;
  #asker;
  #limit;
  #switches = new Switches(this);
  #tools = new Tools(this);
  #reader = new Reader(this);
  /** Whether an article is being read. */
  reads = false;

  /** @param {HTMLElement} host @param {Frame} frame @param {Asker} asker @param {HTMLInputElement} input @param {() => object} limit */
  constructor(host, frame, asker, input, limit) {
    this.#host = host;
    this.#frame = frame;
    this.#asker = asker;
    this.#limit = limit;
    this.input = input;
    host.shadowRoot.adoptedStyleSheets.push(sheet(CSS));
    frame.scroll.after(this.#reader.node);
    frame.bar.append(this.#switches.node, this.#tools.node);
  }

  /** @param {Words} words */
  name(words) {
    this.words = words;
    this.#switches.name(words, offered(this.#host, words.lang.toLowerCase()));
  }

  /** @param {State} state */
  draw({ phase, results }) {
    this.#switches.set(this.#asker.narrow.exact);
    if (phase !== "waits") this.#tools.show(!!parameter(this.#host), results.length > 0);
  }

  get results() {
    return this.#asker.state.results;
  }
  article(id) {
    return this.#asker.article(id);
  }

  /** Asks the same, narrowed in another way. @param {object} change */
  refine(change) {
    this.#frame.status.textContent = "";
    this.#asker.refine(change, this.#limit());
    keep(this.#host, this.#asker.state.query, this.#asker.narrow);
  }

  /** How many articles fewer it would be; nothing if that is not known exactly. @param {object} change */
  async fewer(change) {
    const { shown, found } = this.#asker.state;
    if (!shown || !found?.articlesExact) return null;
    const index = await this.#asker.index();
    const { articles, articlesExact } = await index.search(shown, { ...this.#asker.narrow, ...change, limit: 1 });
    return articlesExact ? found.articles - articles : null;
  }

  /** Opens an article here. @param {object} detail what was chosen */
  async read(detail) {
    this.reads = true;
    this.#frame.body.toggleAttribute("data-reads", true);
    await this.#reader.open(detail);
  }

  /** Back to the list. @param {boolean} [focus] and to the input */
  unread(focus = true) {
    if (!this.reads) return;
    this.reads = false;
    this.#frame.body.removeAttribute("data-reads");
    this.#reader.close();
    if (focus) this.input.focus();
  }

  /** Every place as a table. @param {object} options */
  async table(options) {
    return table(await this.#asker.index(), this.#asker.state.shown, this.#asker.narrow, options);
  }
}
