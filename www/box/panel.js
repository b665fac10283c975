// What does the reader see and touch once the box is used? The panel of <xunzi-search>: the state of an Asker, drawn.
import { keep } from "./address.js";
import { Asker, plain } from "./asker.js";
import { Choice } from "./choice.js";
import { Composition } from "./composition.js";
import { outcome, rested } from "./events.js";
import { Frame } from "./frame.js";
import { press } from "./keys.js";
import { List } from "./list.js";
import { make, sheet } from "./make.js";
import { note, spoken } from "./notes.js";
import { Recent } from "./recent.js";
import { form, limit, looks, ownWords } from "./site.js";
import { Surface } from "./surface.js";
import { scheme } from "./theme.js";
import { Visit } from "./visit.js";
import { Voice } from "./voice.js";
import { Wait } from "./wait.js";
import { Words } from "./words.js";

const CSS = "__XUNZI_CSS__";
// Ms after the first results in which nothing else is asked for.
const SEEN = 200;

export const FACE = 1;
/** @param {HTMLElement} host @param {object} nodes what the shell has drawn @param {object} shell what it knows */
export const attach = (host, nodes, shell) => new Panel(host, nodes, shell);

class Panel {
  mac;
  input;
  #host;
  #nodes;
  #shell;
  #words;
  #list;
  #surface;
  #recent;
  #frame = new Frame();
  #voice = new Voice();
  #asker;
  #composition;
  #wait;
  // What the reader has closed opens again when something is typed.
  #closed = true;
  #choice;
  #visit;
  // The words of its language have come.
  #said;
  /** Whether the first place of the page that is on its way is gone to. */
  #goes = false;

  constructor(host, nodes, shell) {
    this.#host = host;
    this.#nodes = nodes;
    this.#shell = shell;
    this.mac = shell.MAC;
    this.input = nodes.input;
    const base = host.getAttribute("src") || "";
    this.#recent = new Recent(base, host.getAttribute("recent") === "off");
    host.shadowRoot.adoptedStyleSheets.push(sheet(CSS));
    nodes.head.prepend(this.#frame.back);
    this.#wait = new Wait(() => this.#waits());
    nodes.head.append(this.#frame.clear, this.#frame.close, this.#wait.node);
    nodes.root.append(this.#voice.node);
    this.#surface = new Surface(nodes, this.#frame.body, () => this.hide());
    this.#list = new List(this);
    this.#frame.scroll.append(this.#list.node, this.#frame.note, this.#frame.more);
    this.#asker = new Asker(shell.ask, (state, answer) => this.#changed(state, answer), (state) => rested(host, state), shell.first);
    this.#visit = new Visit(host, this.input, this.#asker, () => {
      nodes.root.toggleAttribute("data-typed", this.input.value !== "" || this.#asker.narrowed);
      this.show();
      return this.#limit;
    });
    this.#choice = new Choice(host, this.#asker, this.#recent, () => this.#desk());
    shell.listen = (got, expected) => this.#wait.bytes(got, expected);
    this.#listen();
    this.#say(shell.said);
    this.changed();
    if (this.#visit.again()) return;
    if (this.input.value || this.focused() === this.input) this.typed();
  }

  #listen() {
    const { input } = this;
    const { root } = this.#nodes;
    this.#composition = new Composition(input, () => this.typed(), () => {
      this.typed();
      this.#draw();
    });
    input.addEventListener("focus", () => this.typed());
    input.addEventListener("pointerdown", () => this.shown || this.typed());
    root.addEventListener("keydown", (e) => press(this, e));
    // What has the focus elsewhere ends a popup; a keyboard that is put away does not.
    root.addEventListener("focusout", (e) => e.relatedTarget && !root.contains(e.relatedTarget) && this.#popup && this.#shut());
    // A press on the panel must not take the focus from the input.
    this.#frame.body.addEventListener("mousedown", (e) => this.inline || e.target.closest("button, [part=reading], [part=narrow]") || e.preventDefault());
    for (const name of ["pointermove", "wheel", "touchmove"]) this.#frame.scroll.addEventListener(name, () => (this.#asker.touched = true), { passive: true });
    this.#frame.scroll.addEventListener("touchmove", () => this.input.blur(), { passive: true });
    this.#frame.scroll.addEventListener("scroll", () => this.#scrolls(), { passive: true });
    this.#frame.more.onclick = () => this.further();
    this.#frame.exact.onclick = () => {
      this.input.focus();
      this.#asker.more({ all: true });
    };
    this.#frame.back.onclick = this.#frame.close.onclick = () => this.hide();
    this.#frame.clear.onclick = () => this.#put("");
    this.connected();
  }

  // ---- what the shell calls ----

  connected() {
    document.addEventListener("pointerdown", this.#outside, true);
    addEventListener("online", this.#online);
    addEventListener("popstate", this.#visit.popped);
  }

  disconnected() {
    document.removeEventListener("pointerdown", this.#outside, true);
    removeEventListener("online", this.#online);
    removeEventListener("popstate", this.#visit.popped);
    this.#voice.hush();
    this.#surface.close();
    this.#asker.close();
  }

  /** An attribute is another. */
  changed() {
    const { root } = this.#nodes;
    root.dataset.theme = scheme(this.#host);
    root.dataset.form = this.#form;
    if (this.inline) this.#surface.flow();
    this.#nodes.head.hidden = this.#form === "button" && !this.shown;
    this.#list.form(this.inline);
    this.#draw();
  }

  get shown() {
    return this.#surface.open;
  }

  /** @param {boolean} [called] by a key or a button: where there is a dialog, it is opened with nothing in it */
  show(called) {
    this.#closed = false;
    const { root } = this.#nodes;
    root.dataset.theme = scheme(this.#host);
    if (this.inline) this.#frame.body.hidden = !this.#full;
    // An answer that comes after the reader has left opens nothing.
    else if (!called && !this.shown && !this.focused()) this.#closed = true;
    else if (called || this.shown || this.#full) {
      this.#frame.body.hidden = false;
      if (this.#modal) {
        if (!this.#surface.dialog.open) {
          this.#nodes.head.hidden = false;
          this.#surface.modal();
          this.input.focus();
          this.#draw();
        }
      } else if (this.#full) this.#surface.under();
      else this.#surface.close();
    }
    this.#expand();
  }

  hide() {
    const { open } = this.#surface.dialog;
    this.#shut();
    if (open || this.focused()) this.#back();
  }

  /** The focus goes where it was before the box was called. */
  #back() {
    const { before } = this.#shell;
    this.#shell.before = null;
    if (before?.isConnected && before !== document.body) before.focus({ preventScroll: true });
    else if (this.#form === "button") this.#nodes.button.focus({ preventScroll: true });
    else this.input.blur();
  }

  /** What the input holds is asked for, unless it is no word yet. @param {boolean} [set] by a script, whatever an input method does */
  typed(set) {
    this.#closed = false;
    if (set) this.#composition.end();
    if (!this.#said) this.#learn();
    this.#nodes.root.toggleAttribute("data-typed", this.input.value !== "" || this.#asker.narrowed);
    this.#list.old(!this.current, this.#wait.late);
    if (!this.current) this.#frame.status.textContent = "";
    this.#choice.desk?.unread();
    if (this.#modal && !this.#surface.dialog.open && this.focused() === this.input && !this.#composition.works) this.show(true);
    if (!this.#composition.held) this.ask();
  }

  /** As if it were typed. @param {string} text */
  #put(text) {
    this.input.value = text;
    this.input.focus();
    this.typed();
  }

  // ---- what the keys do ----

  get #form() {
    return form(this.#host);
  }
  get inline() {
    return this.#form === "inline";
  }
  get #modal() {
    return this.#form === "button" || (this.#form === "box" && (this.#surface.dialog.open || Surface.phone || (this.touch && !this.#surface.open)));
  }
  get #popup() {
    return !this.#surface.popup.hidden;
  }
  get touch() {
    return matchMedia("(pointer: coarse)").matches;
  }
  get #query() {
    return plain(this.input.value);
  }
  /** Whether what is listed is what was asked for. */
  get current() {
    return this.#query === this.#asker.state.shown;
  }
  get active() {
    return this.#list.active;
  }
  get #full() {
    return !!this.#query || this.#asker.narrowed || (!this.inline && !!this.#recent.list().length);
  }
  get #limit() {
    return { limit: limit(this.#host) };
  }

  options() {
    return this.#list.options();
  }
  links() {
    return [...this.#frame.scroll.querySelectorAll("a[href]")];
  }
  focused() {
    return this.#host.shadowRoot.activeElement;
  }
  mark(option) {
    this.#asker.touched = true;
    this.#goes = false;
    this.#list.mark(option);
  }
  ask() {
    if (this.#query !== this.#asker.state.query) {
      this.#wait.start();
      if (this.inline) keep(this.#host, this.#query, this.#asker.narrow);
    }
    this.#asker.ask(this.input.value, this.#limit);
    this.show();
  }

  /** Enter, when no place is chosen: on with what is offered, or asked again. */
  enter() {
    if (!(this.current && this.#choice.desk?.enter())) this.ask();
  }

  escape() {
    if (this.#choice.desk?.reads) this.#choice.desk.unread();
    else if (this.inline && this.focused() !== this.input) this.input.focus();
    else if (this.input.value) this.#put("");
    else if (this.shown || this.focused()) this.hide();
    else return false;
    return true;
  }

  /** The next page, if there is one. @param {boolean} [go] to its first place */
  async further(go = true) {
    if (!this.current) return this.ask();
    const { phase } = this.#asker.state;
    if (this.#frame.more.hidden) return;
    // Whoever scrolls has it on its way already when the key comes.
    this.#goes = go || (this.#goes && phase === "grows");
    if (phase !== "done") return;
    const stops = this.inline ? () => this.links() : () => this.options();
    const before = stops().length;
    await this.#asker.more(this.#limit);
    const first = stops()[before];
    if (!this.#goes || !first) return;
    if (this.inline) first.focus();
    else this.mark(first);
  }

  // ---- what the list asks ----

  get manner() {
    return {
      ...looks(this.#host),
      query: this.#asker.state.shown,
      words: this.#words,
      select: (e, detail) => this.#selected(e, detail),
    };
  }
  article(id) {
    return this.#asker.article(id);
  }

  #selected(e, detail) {
    if (this.#choice.take(e, detail, this.#list.node) && !this.inline) this.hide();
  }

  #scrolls() {
    this.#list.scrolled = this.#frame.scroll.scrollTop > 0;
    if (this.current && this.#near) this.further(false);
  }

  /** The desk comes when the first results have been seen for a moment: they need none of it. */
  #bring() {
    requestAnimationFrame(() => setTimeout(() => this.#choice.bring().catch(() => {}), SEEN));
  }

  async #desk() {
    const { Desk } = await this.#shell.bring("desk.js");
    const desk = new Desk(this.#host, this.#shell, this.#frame, this.#asker, (text) => this.#put(text), () => this.#limit);
    desk.name(this.#words);
    desk.draw(this.#asker.state);
    return desk;
  }

  // ---- what is drawn ----

  /** Words that did not come are asked for again when the box is used. */
  async #learn() {
    this.#said = true;
    try {
      this.#say(await this.#shell.words());
      this.#draw();
    } catch {
      this.#said = false;
    }
  }

  #say(file) {
    this.#said = !!file;
    this.#words = new Words(this.#host.lang || this.#shell.tongue, file, ownWords(this.#host));
    this.#frame.name(this.#words, this.mac);
    this.#surface.dialog.setAttribute("aria-label", this.#words.say("search"));
    this.#list.name(this.#words.say("results"));
    this.#choice.desk?.name(this.#words);
    this.#nodes.root.lang = this.#words.lang;
  }

  #changed(state, answer) {
    const waits = state.phase === "waits" || state.phase === "grows";
    this.#wait.set(waits);
    this.#list.busy(waits);
    this.#draw();
    outcome(this.#host, state, answer);
    if (!waits) this.#speak();
  }

  /** Waiting is shown when it is long. */
  #waits() {
    const { phase, results } = this.#asker.state;
    if (phase === "waits") this.#draw();
    if (results.length && phase !== "waits") return;
    this.#frame.waiting(this.#words, this.#wait.kilobytes);
  }

  #draw() {
    const { state } = this.#asker;
    const { phase, results } = state;
    // What is half written is not said to be nowhere.
    const composing = this.#composition.works;
    if (composing && phase === "done" && !results.length && !this.#list.empty) return;
    if (phase !== "waits") this.#list.draw(state, composing);
    else if (this.#wait.late && this.#list.empty) this.#list.wait();
    else this.#list.old(!this.current, this.#wait.late);
    const told = phase === "waits" || (composing && !results.length) ? null : note(state, this.#words);
    this.#frame.numbers(state, this.#words);
    if (phase === "done") this.#bring();
    this.#choice.desk?.draw(state);
    // The focus is not lost with the button that had it.
    if (this.#frame.note.contains(this.focused())) this.input.focus();
    this.#frame.tell(told, this.#query || this.#asker.narrowed ? [] : this.#rest(), this.#list.node, this.#words, () => this.#act(told.action));
    if (!this.#closed) this.show();
    if (phase === "waits") return;
    // What is read of the layout is read before what is written for it.
    const near = this.current && this.#near;
    this.#surface.settle(this.inline && !!this.#query);
    if (near) this.further(false);
  }

  /** Nothing is typed: what was searched before, and what this is. */
  #rest() {
    if (this.inline) return [];
    const recent = this.#recent.offered(this.#words, (query) => this.#put(query), () => {
      this.input.focus();
      this.#draw();
    });
    return recent ? [recent] : this.#modal ? [make("small", {}, this.#words.say("hint"))] : [];
  }

  #act(action) {
    this.input.focus();
    if (action === "reload") location.reload();
    else this.#asker.again(this.#limit);
  }

  /** Said to those who listen, once the typing rests; not what is half written. */
  #speak() {
    this.#voice.say(() => {
      const { state } = this.#asker;
      if (!this.current || (this.#composition.works && !state.results.length)) return null;
      return this.input.value ? spoken(state, this.#words) : "";
    });
  }

  get #near() {
    return !this.inline && this.shown && this.#frame.near;
  }

  #expand() {
    if (this.inline) this.input.removeAttribute("aria-expanded");
    else this.input.setAttribute("aria-expanded", !this.#frame.body.hidden && !this.#list.empty && this.shown);
  }

  #shut() {
    this.#closed = true;
    this.#surface.close();
    this.#choice.desk?.unread(false);
    if (!this.inline) this.#frame.body.hidden = true;
    this.#nodes.head.hidden = this.#form === "button";
    this.#voice.hush();
    this.#expand();
  }

  #outside = (e) => this.#popup && !e.composedPath().includes(this.#nodes.root) && this.#shut();
  /** What failed for want of a network comes by itself. */
  #online = () => {
    const { phase, error, found } = this.#asker.state;
    if ((phase === "failed" && error.code === "offline") || found?.problem?.code === "offline") this.#asker.again(this.#limit);
  };
}
