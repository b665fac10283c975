// What does the reader see and touch once the box is used? The panel of <xunzi-search>: the state of an Asker, drawn.
import { asked, keep } from "./address.js";
import { Asker, plain } from "./asker.js";
import { composes, press } from "./keys.js";
import { icon, make } from "./make.js";
import { drawn, note } from "./notes.js";
import { Recent } from "./recent.js";
import { List } from "./list.js";
import { Surface } from "./surface.js";
import { scheme } from "./theme.js";
import { Words } from "./words.js";

const CSS = "__XUNZI_CSS__";

export const FACE = 1;
/** @param {HTMLElement} host @param {object} nodes what the shell has drawn @param {object} shell what it knows */
export const attach = (host, nodes, shell) => new Panel(host, nodes, shell);

// Ms before waiting is shown; before it is said.
const PATIENCE = 300;
const PAUSE = 500;
// What an input method shows while a word is not one yet: Latin of either width, kana, bopomofo, single jamo.
const UNFINISHED = /[a-zａ-ｚ\u3041-\u30ff\u3105-\u318e\uff66-\uff9f]/i;
const ANDROID = /Android/.test(navigator.userAgent);
const CROSS = "M4.5 4.5 13.5 13.500M13.500 4.500 4.500 13.500";
const BACK = "M11 3.500 5.500 9 11 14.500";

/** That of a heading under the one that the box stands under. @param {HTMLElement} host */
function level(host) {
  const above = [...document.querySelectorAll("h1, h2, h3, h4, h5")].findLast((heading) => heading.compareDocumentPosition(host) & Node.DOCUMENT_POSITION_FOLLOWING);
  return above ? +above.tagName[1] + 1 : 2;
}

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
  #status = make("div", { part: "status" });
  #exact = make("button", { part: "exact", type: "button", hidden: "" });
  #bar = make("div", { part: "bar" }, this.#status, this.#exact);
  #note = make("div", { part: "note", hidden: "" });
  #more = make("button", { part: "more", type: "button", hidden: "" });
  #scroll = make("div", { part: "scroll" });
  #foot = make("div", { part: "foot", "aria-hidden": "true" });
  #body = make("div", { part: "panel", hidden: "" }, this.#bar, this.#scroll, this.#foot);
  #live = make("div", { id: "live", role: "status" });
  #back = make("button", { part: "back", type: "button" }, icon(BACK));
  #clear = make("button", { part: "clear", type: "button" }, icon(CROSS));
  #close = make("button", { part: "close", type: "button" }, "Esc");
  #progress = make("i", { part: "progress" });
  #asker;
  // An input method holds letters that are no words yet; it is at work.
  #held = false;
  #composing = false;
  // What the reader has closed opens again when something is typed.
  #closed = true;
  // The words of its language have come.
  #said;
  #slow;
  #speaking;
  // Bytes: read so far, and when the search began.
  #got = [0, 0];
  #base = 0;

  constructor(host, nodes, shell) {
    this.#host = host;
    this.#nodes = nodes;
    this.#shell = shell;
    this.mac = shell.MAC;
    this.input = nodes.input;
    const base = host.getAttribute("src") || "";
    this.#recent = new Recent(base, host.getAttribute("recent") === "off");
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
    host.shadowRoot.adoptedStyleSheets.push(sheet);
    nodes.head.prepend(this.#back);
    nodes.head.append(this.#clear, this.#close, this.#progress);
    nodes.root.append(this.#live);
    this.#surface = new Surface(nodes, this.#body, () => this.hide());
    this.#list = new List(this);
    this.#scroll.append(this.#list.node, this.#note, this.#more);
    this.#asker = new Asker(shell.ask, (state, answer) => this.#changed(state, answer), (state) => this.#rested(state), shell.first);
    shell.listen = (...got) => {
      this.#got = got;
      this.#advance();
    };
    this.#listen();
    this.#say(shell.said);
    this.changed();
    const before = asked(host);
    if (before && !this.input.value) this.#restore(before);
    else if (this.input.value || host.shadowRoot.activeElement === this.input) this.typed();
  }

  #listen() {
    const { input } = this;
    const { root } = this.#nodes;
    input.addEventListener("input", (e) => {
      // Where a composition ends without a word of it.
      if (!e.isComposing) this.#held = this.#composing = false;
      this.typed();
    });
    input.addEventListener("compositionstart", () => (this.#composing = true));
    input.addEventListener("compositionupdate", (e) => (this.#held = !ANDROID && UNFINISHED.test(e.data)));
    input.addEventListener("compositionend", () => {
      this.#held = this.#composing = false;
      this.typed();
      this.#draw();
    });
    input.addEventListener("focus", () => this.typed());
    input.addEventListener("pointerdown", () => this.shown || this.typed());
    root.addEventListener("keydown", (e) => press(this, e));
    // What has the focus elsewhere ends a popup; a keyboard that is put away does not.
    root.addEventListener("focusout", (e) => e.relatedTarget && !root.contains(e.relatedTarget) && this.#popup && this.#shut());
    // A press on the panel must not take the focus from the input.
    this.#body.addEventListener("mousedown", (e) => this.inline || e.target.closest("button") || e.preventDefault());
    for (const name of ["pointermove", "wheel", "touchmove"]) this.#scroll.addEventListener(name, () => (this.#asker.touched = true), { passive: true });
    this.#scroll.addEventListener("touchmove", () => this.input.blur(), { passive: true });
    this.#scroll.addEventListener("scroll", () => this.current && this.#near() && this.further(false), { passive: true });
    this.#more.onclick = () => this.further();
    this.#exact.onclick = () => {
      this.input.focus();
      this.#asker.more({ all: true });
    };
    this.#back.onclick = this.#close.onclick = () => this.hide();
    this.#clear.onclick = () => {
      this.input.value = "";
      this.input.focus();
      this.typed();
    };
    this.connected();
  }

  // ---- what the shell calls ----

  connected() {
    document.addEventListener("pointerdown", this.#outside, true);
    addEventListener("online", this.#online);
    addEventListener("popstate", this.#popped);
  }

  disconnected() {
    document.removeEventListener("pointerdown", this.#outside, true);
    removeEventListener("online", this.#online);
    removeEventListener("popstate", this.#popped);
    clearTimeout(this.#speaking);
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
    if (this.#words) this.#draw();
  }

  get shown() {
    return this.#surface.open;
  }

  /** @param {boolean} [called] by a key or a button: where there is a dialog, it is opened with nothing in it */
  show(called) {
    this.#closed = false;
    const { root } = this.#nodes;
    root.dataset.theme = scheme(this.#host);
    if (this.inline) this.#body.hidden = !this.#full;
    // An answer that comes after the reader has left opens nothing.
    else if (!called && !this.shown && !this.focused()) this.#closed = true;
    else if (called || this.shown || this.#full) {
      this.#body.hidden = false;
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
    if (open || this.#host.shadowRoot.activeElement) this.#shell.back();
  }

  /** What the input holds is asked for, unless it is no word yet. @param {boolean} [set] by a script, whatever an input method does */
  typed(set) {
    this.#closed = false;
    if (set) this.#held = this.#composing = false;
    if (!this.#said) this.#learn();
    const query = plain(this.input.value);
    const old = query !== this.#asker.state.shown;
    this.#nodes.root.toggleAttribute("data-typed", this.input.value !== "");
    this.#list.old(old);
    if (old) this.#status.textContent = "";
    if (this.#modal && !this.#surface.dialog.open && this.#host.shadowRoot.activeElement === this.input && !this.#composing) this.show(true);
    if (!this.#held) this.ask();
  }

  // ---- what the keys do ----

  get #form() {
    const mode = this.#host.getAttribute("mode");
    return mode === "inline" || mode === "page" ? "inline" : mode === "modal" ? "button" : "box";
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
  /** Whether what is listed is what was asked for. */
  get current() {
    return plain(this.input.value) === this.#asker.state.shown;
  }
  get active() {
    return this.#list.active;
  }
  get #full() {
    return !!plain(this.input.value) || (!this.inline && !!this.#recent.list().length);
  }
  get #limit() {
    return { limit: Number(this.#host.getAttribute("limit")) || 10 };
  }

  options() {
    return this.#list.options();
  }
  links() {
    return [...this.#scroll.querySelectorAll("a[href]")];
  }
  focused() {
    return this.#host.shadowRoot.activeElement;
  }
  mark(option) {
    this.#asker.touched = true;
    this.#list.mark(option);
  }
  ask() {
    const query = plain(this.input.value);
    if (query !== this.#asker.state.query) {
      this.#base = this.#got[0];
      if (this.inline) keep(this.#host, query);
    }
    this.show();
    this.#asker.ask(this.input.value, this.#limit);
  }

  /** @param {KeyboardEvent} e */
  choose(e) {
    const option = this.active;
    if ((e.ctrlKey || e.metaKey) && option.href) window.open(option.href, "_blank", "noopener");
    else option.click();
  }

  escape() {
    if (this.inline && this.focused() !== this.input) this.input.focus();
    else if (this.input.value) {
      this.input.value = "";
      this.input.focus();
      this.typed();
    } else if (this.shown || this.focused()) this.hide();
    else return false;
    return true;
  }

  /** The next page, if there is one. @param {boolean} [go] to its first place */
  async further(go = true) {
    if (!this.current) return this.ask();
    if (this.#more.hidden || this.#asker.state.phase !== "done") return;
    const stops = this.inline ? () => this.links() : () => this.options();
    const before = stops().length;
    await this.#asker.more(this.#limit);
    const first = stops()[before];
    if (!go || !first) return;
    if (this.inline) first.focus();
    else this.mark(first);
  }

  // ---- what the list asks ----

  get words() {
    return this.#words;
  }
  get manner() {
    const host = this.#host;
    return {
      query: this.#asker.state.shown,
      words: this.#words,
      list: !this.inline,
      template: host.getAttribute("link"),
      plain: host.getAttribute("fragments") === "off",
      mark: host.hasAttribute("highlight") ? host.getAttribute("highlight") || "highlight" : null,
      level: level(host),
      select: (e, detail) => this.#selected(e, detail),
    };
  }
  article(id) {
    return this.#asker.article(id);
  }

  #selected(e, detail) {
    this.#recent.add(detail.query);
    keep(this.#host, detail.query, { y: scrollY, limit: this.#asker.state.results.length });
    if (e.ctrlKey || e.metaKey || e.shiftKey) return;
    if (!this.#send("select", detail)) e.preventDefault();
    if (!this.inline) this.hide();
  }

  #send(name, detail) {
    return this.#host.dispatchEvent(new CustomEvent("xunzi-" + name, { bubbles: true, composed: true, cancelable: true, detail }));
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
    let own = {};
    try {
      own = JSON.parse(this.#host.getAttribute("words") || "{}");
    } catch (e) {
      console.warn("xunzi: the attribute `words` is no JSON:", e.message);
    }
    this.#words = new Words(this.#host.lang || this.#shell.tongue, file, own);
    const say = (name) => this.#words.say(name);
    this.#clear.setAttribute("aria-label", say("clear"));
    // What is seen is part of the name.
    this.#close.setAttribute("aria-label", "Esc " + say("close"));
    this.#back.setAttribute("aria-label", say("back"));
    this.#exact.textContent = say("exact");
    this.#surface.dialog.setAttribute("aria-label", say("search"));
    this.#list.name(say("results"));
    const key = (name, ...keys) => make("span", {}, ...keys.map((text) => make("kbd", {}, text)), say(name));
    this.#foot.replaceChildren(key("choose", "↑", "↓"), key("go", "↵"), key("tab", this.mac ? "⌘ ↵" : "Ctrl ↵"), key("close", "Esc"));
    this.#nodes.root.lang = this.#words.lang;
  }

  #changed(state, answer) {
    const waits = state.phase === "waits" || state.phase === "grows";
    this.#nodes.root.toggleAttribute("data-busy", waits);
    this.#list.busy(waits);
    if (!waits) this.#slow = clearTimeout(this.#slow);
    else this.#slow ??= setTimeout(() => this.#late(), PATIENCE);
    if (!waits) this.#progress.style.width = "0";
    this.#draw();
    if (answer && state.phase === "done") {
      this.#nodes.root.removeAttribute("data-late");
      this.#send("found", { query: state.shown, found: state.found });
    }
    if (state.phase === "failed") this.#send("error", { error: state.error });
    if (!waits) this.#speak();
  }

  /** Waiting is shown when it is long. */
  #late() {
    this.#nodes.root.toggleAttribute("data-late", true);
    this.#advance();
    if (!this.#asker.state.results.length || this.#asker.state.shown !== this.#asker.state.query) this.#draw();
  }

  #advance() {
    const [got, expected] = this.#got;
    const [now, all] = [got - this.#base, expected - this.#base];
    const share = all > 0 ? Math.min(now / all, 1) : 0;
    if (this.#nodes.root.hasAttribute("data-busy")) this.#progress.style.width = `${Math.max(8, share * 100)}%`;
    if (this.#nodes.root.hasAttribute("data-late") && !this.#asker.state.results.length) {
      const kilo = (bytes) => Math.round(bytes / 1024);
      this.#status.textContent = this.#words.say("loading") + (now > 1024 && share ? ` ${this.#words.say("of", kilo(all), kilo(now))}` : "…");
    }
  }

  #draw() {
    const { state } = this.#asker;
    const { phase, found, results } = state;
    const query = plain(this.input.value);
    // What is half written is not said to be nowhere.
    if (this.#composing && phase === "done" && !results.length && !this.#list.empty) return;
    const waiting = phase === "waits" && this.#nodes.root.hasAttribute("data-late");
    if (phase !== "waits") this.#list.draw(state, this.#composing);
    else if (waiting && this.#list.empty) this.#list.wait();
    const told = phase === "waits" || (this.#composing && !results.length) ? null : note(state, this.#words);
    if (phase !== "waits") {
      this.#status.replaceChildren(...(found?.articles ? this.#words.tally(found).map((text) => make("span", {}, text)) : []));
      this.#exact.hidden = !(phase === "done" && found?.articles && (found.hitsExact === false || found.articlesExact === false) && found.state !== "partial");
    }
    // The focus is not lost with the button that had it.
    if (this.#note.contains(this.focused())) this.input.focus();
    this.#note.hidden = !told && !!query;
    this.#note.dataset.kind = told?.kind ?? "rest";
    this.#note.replaceChildren(...(told ? drawn(told, this.#words, () => this.#act(told.action)) : query ? [] : this.#rest()));
    // What is wrong with a list is said above it.
    this.#list.node[told?.kind === "partial" ? "before" : "after"](this.#note);
    const left = found ? found.articles - results.length : 0;
    this.#more.hidden = phase === "waits" || !results.length || left <= 0 || state.phase === "failed";
    this.#more.textContent = this.#words.count("more", left, found?.articlesExact);
    if (!this.#closed) this.show();
    this.#hold(query);
    if (this.current && this.#near()) this.further(false);
  }

  /** In the page's flow: once as high, never lower while something is typed, so that what is below stays where it is. */
  #hold(query) {
    const { style } = this.#body;
    if (!this.inline || !query) style.minHeight = "";
    else if (this.#asker.state.phase !== "waits") style.minHeight = `${this.#body.offsetHeight}px`;
  }

  /** Nothing is typed: what was searched before, and what this is. */
  #rest() {
    const recent = this.#recent.list();
    if (this.inline || (!recent.length && !this.#modal)) return [];
    if (!recent.length) return [make("small", {}, this.#words.say("hint"))];
    const past = recent.map((query) => {
      const button = make("button", { part: "past", type: "button", dir: "auto" }, query);
      button.onclick = () => {
        this.input.value = query;
        this.input.focus();
        this.typed();
      };
      return button;
    });
    const forget = make("button", { part: "exact", type: "button" }, this.#words.say("forget"));
    forget.onclick = () => {
      this.#recent.clear();
      this.input.focus();
      this.#draw();
    };
    return [make("div", { part: "recent" }, make("div", { part: "bar" }, make("small", {}, this.#words.say("recent")), forget), ...past)];
  }

  #act(action) {
    this.input.focus();
    if (action === "reload") location.reload();
    else this.#asker.again(this.#limit);
  }

  /** Said to those who listen, once the typing rests; not what is half written. */
  #speak() {
    clearTimeout(this.#speaking);
    this.#speaking = setTimeout(() => {
      const { state } = this.#asker;
      if (!this.current || (this.#composing && !state.results.length)) return;
      const told = note(state, this.#words);
      const numbers = state.found?.articles ? this.#words.tally(state.found).join(", ") : "";
      this.#live.textContent = this.input.value ? [numbers, told?.text, told?.aside].filter(Boolean).join(". ") : "";
    }, PAUSE);
  }

  #rested({ shown, found }) {
    const { articles, hits, articlesExact, hitsExact, state } = found;
    this.#send("rest", { query: shown, articles, hits, exact: !!(articlesExact && hitsExact), state });
  }

  #near() {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroll;
    return !this.inline && this.shown && scrollTop > 0 && scrollTop + clientHeight > scrollHeight - 300;
  }

  #expand() {
    if (this.inline) this.input.removeAttribute("aria-expanded");
    else this.input.setAttribute("aria-expanded", !this.#body.hidden && !this.#list.empty && this.shown);
  }

  #shut() {
    this.#closed = true;
    this.#surface.close();
    if (!this.inline) this.#body.hidden = true;
    this.#nodes.head.hidden = this.#form === "button";
    this.#live.textContent = "";
    clearTimeout(this.#speaking);
    this.#expand();
  }

  #outside = (e) => this.#popup && !e.composedPath().includes(this.#nodes.root) && this.#shut();
  /** What failed for want of a network comes by itself. */
  #online = () => {
    const { phase, error, found } = this.#asker.state;
    if ((phase === "failed" && error.code === "offline") || found?.problem?.code === "offline") this.#asker.again(this.#limit);
  };
  #popped = () => {
    const before = asked(this.#host);
    if (before && before.query !== this.input.value) this.#restore(before);
  };

  async #restore({ query, y, limit }) {
    this.input.value = query;
    this.#nodes.root.toggleAttribute("data-typed", query !== "");
    this.show();
    await this.#asker.ask(query, { limit: Math.max(limit ?? 0, this.#limit.limit) });
    if (y) scrollTo(0, y);
  }
}
