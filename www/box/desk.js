// What is done with an answer, beyond opening it? It is narrowed, read here, and taken along.
//
// Published as desk.js, which comes after the first answer. What filters and helps is a module of its own again (narrow.js).
import { keep } from "./address.js";
import { make, sheet } from "./make.js";
import { parameter } from "./parameter.js";
import { Reader } from "./reader.js";
import { Switches, offered } from "./switches.js";
import { table } from "./table.js";
import { Tools } from "./tools.js";

const CSS = "__XUNZI_CSS__";
// Ms without a key after which it is told what goes on from what is typed.
const PAUSE = 400;

/** Beside a panel. */
export class Desk {
  words;
  #host;
  #shell;
  #frame;
  #asker;
  #limit;
  #switches = new Switches(this);
  #tools = new Tools(this);
  #reader = new Reader(this);
  #filters = make("button", { part: "switch", type: "button", "aria-expanded": "false" });
  #chips = make("div", { part: "chips" });
  #offers = make("div", {});
  // The filters, once somebody has opened them.
  #narrow;
  #drawn = "";
  #timer;
  /** Whether an article is being read. */
  reads = false;

  /**
   * @param {HTMLElement} host @param {object} shell @param {Frame} frame @param {Asker} asker
   * @param {(text: string) => void} put as if it were typed @param {() => object} limit
   */
  constructor(host, shell, frame, asker, put, limit) {
    this.#host = host;
    this.#shell = shell;
    this.#frame = frame;
    this.#asker = asker;
    this.#limit = limit;
    this.put = put;
    host.shadowRoot.adoptedStyleSheets.push(sheet(CSS));
    frame.bar.append(this.#filters, this.#switches.node, this.#tools.node);
    frame.bar.after(this.#chips);
    frame.scroll.after(this.#reader.node);
    this.#filters.hidden = !(host.hasAttribute("filters") || host.getAttribute("mode") === "page");
    this.#filters.onclick = () => this.#open();
  }

  /** @param {Words} words */
  name(words) {
    this.words = words;
    this.#filters.textContent = words.say("narrow:filter");
    this.#switches.name(words, offered(this.#host, words.lang.toLowerCase()));
  }

  // ---- what its parts ask ----

  get results() {
    return this.#asker.state.results;
  }
  get narrow() {
    return this.#asker.narrow;
  }
  get query() {
    return this.#asker.state.shown ?? this.#asker.state.query;
  }
  /** Those that the site names; nothing if it names none. */
  get fields() {
    return this.#host.getAttribute("filters")?.match(/[^\s,]+/g);
  }
  index() {
    return this.#asker.index();
  }
  article(id) {
    return this.#asker.article(id);
  }
  focus() {
    this.#host.focus();
  }

  /** Asks the same, narrowed in another way. @param {object} change */
  refine(change) {
    this.#frame.status.textContent = "";
    this.#asker.refine(change, this.#limit());
    keep(this.#host, this.#asker.state.query, this.narrow);
  }

  /** @param {string} field `date` for both ends @param {string[]} values none: any */
  filter(field, values) {
    if (field === "date") return this.refine({ from: undefined, to: undefined });
    const filters = { ...this.narrow.filters, [field]: values };
    if (!values.length) delete filters[field];
    this.refine({ filters });
  }

  /** How many articles fewer it would be; nothing if that is not known exactly. @param {object} change */
  async fewer(change) {
    const { shown, found } = this.#asker.state;
    if (!shown || !found?.articlesExact) return null;
    const { articles, articlesExact } = await (await this.index()).search(shown, { ...this.narrow, ...change, limit: 1 });
    return articlesExact ? found.articles - articles : null;
  }

  /** Every place as a table. @param {object} options */
  async table(options) {
    return table(await this.index(), this.query, this.narrow, { ...options, partial: this.words.say("partial") });
  }

  // ---- what is drawn ----

  /** @param {State} state */
  draw({ phase, results, shown, found }) {
    this.#switches.set(this.narrow.exact);
    this.#drawChips();
    if (phase === "waits") return;
    this.#tools.show(!!parameter(this.#host), results.length > 0);
    const now = JSON.stringify([phase, shown, this.narrow, results.length > 0]);
    if (now === this.#drawn) return;
    this.#drawn = now;
    this.#offers.remove();
    this.#narrow?.draw();
    clearTimeout(this.#timer);
    if (phase !== "done" || !shown) return;
    if (!results.length && found.state === "complete") this.#offer("help", this.#frame.note);
    else if (this.#host.hasAttribute("complete")) this.#timer = setTimeout(() => this.#offer("completions", this.#chips), PAUSE);
  }

  /** What narrows it, each with a way to let it go. */
  #drawChips() {
    const { filters = {}, from, to } = this.narrow;
    const chip = (text, name, act) => {
      const node = make("button", { part: "chip", type: "button", "aria-label": `${this.words.say("narrow:remove")}: ${name} ${text}` }, make("bdi", {}, text), "×");
      node.onclick = () => {
        this.focus();
        act();
      };
      return node;
    };
    const range = from === to ? from : [from, to].map((end) => end ?? "").join(" – ");
    const dates = from || to ? [chip(range, "", () => this.filter("date", []))] : [];
    const values = Object.entries(filters).flatMap(([field, all]) => all.map((value) => chip(value || this.words.say("narrow:without"), this.words.field(field), () => this.filter(field, all.filter((other) => other !== value)))));
    this.#chips.replaceChildren(...dates, ...values);
    const count = dates.length + values.length;
    this.#filters.textContent = this.words.say("narrow:filter") + (count ? ` ${this.words.number(count)}` : "");
  }

  async #open() {
    const { Narrow } = await this.#shell.bring("narrow.js");
    if (!this.#narrow) {
      this.#narrow = new Narrow(this, this.#host.shadowRoot);
      this.#chips.after(this.#narrow.node);
    }
    const on = this.#narrow.node.hidden;
    this.#filters.setAttribute("aria-expanded", on);
    await this.#narrow.show(on);
  }

  /** What narrow.js has to offer for a query. @param {"help"|"completions"} what @param {HTMLElement} after */
  async #offer(what, after) {
    const query = this.query;
    try {
      const made = await this.#shell.bring("narrow.js");
      made.dress(this.#host.shadowRoot);
      const node = await made[what](this, query);
      if (!node || query !== this.query) return;
      this.#offers.replaceChildren(node);
      after.after(this.#offers);
    } catch {
      // An index that has nothing of the kind, or no network: what was said is enough.
    }
  }

  /** On with the first of what is offered; whether there is any. */
  enter() {
    const first = this.#offers.isConnected && this.#offers.querySelector("[part=near]");
    if (first) first.click();
    return !!first;
  }

  // ---- reading ----

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
    if (focus) this.focus();
  }
}
