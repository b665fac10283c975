// What does the reader see and touch? The element <xunzi-search>: a combobox over open(), with its results.
//
// Attributes: src (folder of the index), placeholder, lang (of the words around the box), link (address of a result,
// with {id} {url} {anchor} {q}), limit (articles a page), shortcut="off", mode="inline" (results in the page's flow).
// Events: xunzi-select (cancelable; detail {result, snippet, url, query}), xunzi-found ({query, found}), xunzi-error ({error}).
// What stands inside the element is shown under the box, above the results.
// Nothing is read before the box is pointed at or focused. Texts of articles reach the page as text nodes only.
import { beside, open } from "../index/open.js";
import { entry, make } from "./results.js";
import { Words } from "./words.js";

const CSS = "__XUNZI_CSS__";

// The style of what opens under the box. @type {Promise<string>}
let style;

// Ms after a key.
const DEBOUNCE = 60;
// Ms after which the panel is shown without its style.
const STYLE = 3000;
// Ms before waiting is shown.
const PATIENCE = 300;
// What an input method shows while a word is not one yet: Latin of either width, bopomofo, single jamo.
const UNFINISHED = /[a-zａ-ｚ\u3105-\u318e]/i;

class XunziSearch extends HTMLElement {
  #input = make("input", { part: "input", type: "search", role: "combobox", autocomplete: "off", autocapitalize: "off", spellcheck: "false",
    enterkeyhint: "search", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": "list" });
  #hint = make("kbd", { part: "hint", "aria-hidden": "true" }, "/");
  #clear = make("button", { part: "clear" }, "×");
  #box = make("div", { part: "box" }, this.#input, this.#hint, this.#clear);
  #status = make("div", { part: "status" });
  #list = make("div", { part: "list", id: "list", role: "listbox" });
  #note = make("div", { part: "note" });
  #more = make("button", { part: "more", hidden: "" });
  #panel = make("div", { part: "panel", hidden: "" }, this.#status, this.#list, this.#note, this.#more);
  #live = make("div", { id: "live", role: "status" });
  #sheet = new CSSStyleSheet();
  // The panel has its style, or will have none.
  #styled;
  /** @type {Words} */
  #words;
  // The promise of open().
  #index;
  // Of the search under way.
  #control;
  #typing;
  // Set while a search is under way.
  #slow;
  #speaking;
  // An input method holds letters that are no words yet.
  #held;
  // What was asked last; null after a failure.
  #query = "";
  #found;
  // Articles in the list.
  #shown = 0;
  // Which option the arrow keys are on.
  #active = -1;
  #late;
  // Bytes read so far.
  #got = 0;
  // Those that had been read when the search began.
  #base = 0;

  constructor() {
    super();
    const input = this.#input;
    this.attachShadow({ mode: "open" }).append(this.#box, make("slot"), this.#panel, this.#live);
    this.#sheet.replaceSync(CSS);
    this.shadowRoot.adoptedStyleSheets = [this.#sheet];
    input.oninput = () => this.#typed();
    input.addEventListener("compositionupdate", (e) => (this.#held = !/Android/.test(navigator.userAgent) && UNFINISHED.test(e.data)));
    input.addEventListener("compositionend", () => {
      this.#held = false;
      this.#typed();
    });
    input.onkeydown = (e) => this.#key(e);
    input.onfocus = () => {
      this.#warm();
      if (!this.#held) this.#search();
    };
    this.addEventListener("pointerenter", () => this.#warm());
    this.addEventListener("focusout", () => this.#inline || this.#show(false));
    // A press on the panel must not take the focus from the input.
    this.#panel.onmousedown = (e) => this.#inline || e.preventDefault();
    this.#more.onclick = () => this.#search(this.#shown);
    this.#clear.onclick = () => {
      this.value = "";
      input.focus();
    };
  }

  connectedCallback() {
    this.#words = new Words(this.closest("[lang]")?.lang);
    this.#label();
    this.#hint.hidden = this.getAttribute("shortcut") === "off";
    if (!this.#hint.hidden) {
      this.#input.setAttribute("aria-keyshortcuts", "/ Control+K Meta+K");
      document.addEventListener("keydown", this.#summon);
    }
  }

  /** Its words, as far as they are there. */
  #label() {
    const words = this.#words;
    const search = words.say("search");
    this.#input.placeholder = this.getAttribute("placeholder") || search;
    for (const node of [this.#input, this.#list]) node.setAttribute("aria-label", search);
    this.#clear.setAttribute("aria-label", words.say("clear"));
    this.#more.textContent = words.say("more");
    words.seek(() => this.#label());
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.#summon);
    // An element that is only moved is connected again at once, and keeps its index.
    setTimeout(() => {
      if (this.isConnected) return;
      clearTimeout(this.#typing);
      this.#control?.abort();
      this.#query = null;
      this.#index?.then((index) => index.close(), () => {});
      this.#index = null;
    });
  }

  get value() {
    return this.#input.value;
  }
  set value(text) {
    this.#input.value = text;
    this.#search();
  }
  focus(options) {
    this.#input.focus(options);
  }

  get #inline() {
    return this.getAttribute("mode") === "inline";
  }

  /** The index, opened at the first sign that it will be wanted. */
  #warm() {
    if (!this.#index) {
      // What has failed before may come now.
      this.#label();
      style ||= beside("xunzi.css", AbortSignal.timeout(STYLE));
      style.then((text) => this.#sheet.replaceSync(CSS + text), () => (style = null)).then(() => {
        this.#styled = true;
        this.#show(true);
      });
      const opening = open(this.getAttribute("src") || undefined, { onbytes: (got) => this.#wait(got) });
      this.#index = opening;
      opening.catch(() => this.#index === opening && (this.#index = null));
    }
    return this.#index;
  }

  #typed() {
    clearTimeout(this.#typing);
    if (!this.#held) this.#typing = setTimeout(() => this.#held || this.#search(), DEBOUNCE);
  }

  /** Ask for what the input holds: the first page, or the one from `offset` on. */
  async #search(offset = 0) {
    clearTimeout(this.#typing);
    // Without halves of surrogate pairs.
    const query = new TextDecoder().decode(new TextEncoder().encode(this.value)).trim();
    // More of what is listed, not of what has been typed since.
    if (query !== this.#found?.query) offset = 0;
    if (!offset && query === this.#query) return this.#show(true);
    this.#control?.abort();
    const { signal } = (this.#control = new AbortController());
    this.#query = query;
    this.#busy(!!query);
    if (!query) return this.#answer(null, 0, true);
    try {
      const index = await this.#warm();
      if (signal.aborted) return;
      const limit = Number(this.getAttribute("limit")) || 10;
      const onprogress = (found) => signal.aborted || offset || this.#answer(found, 0, false);
      const found = await index.search(query, { limit, offset, signal, onprogress });
      if (signal.aborted) return;
      this.#busy(false);
      if (offset && found.build !== this.#found.build) return this.#again();
      this.#answer(found, offset, true, index.stats().articles);
    } catch (e) {
      if (signal.aborted) return;
      this.#busy(false);
      this.#fail(e, offset);
    }
  }

  #again(offset) {
    this.#query = null;
    return this.#search(offset);
  }

  #busy(on) {
    this.#slow = clearTimeout(this.#slow);
    this.#late = false;
    this.#base = this.#got;
    this.#box.toggleAttribute("data-busy", on);
    this.#list.setAttribute("aria-busy", on);
    if (on) {
      this.#slow = setTimeout(() => {
        this.#late = true;
        this.#wait(this.#got);
      }, PATIENCE);
    }
  }

  /** Waiting is shown when it is long, with what has come meanwhile. */
  #wait(got) {
    this.#got = got;
    const size = (got - this.#base) >> 10;
    if (this.#late && !this.#shown) this.#tell(this.#words.say("loading") + "…" + (size ? ` ${size.toLocaleString(this.#words.lang)} kB` : ""));
  }

  #answer(found, offset, done, among) {
    const results = found?.results || [];
    if (!done && !results.length) return;
    this.#found = found;
    if (!offset) this.#empty(done ? -1 : this.#active);
    this.#list.append(...results.map((result) => entry(result, this.#query, this.#words, this.getAttribute("link"), this.#select)));
    this.#shown += results.length;
    this.#status.textContent = found?.articles ? this.#words.tally(found, " · ") : "";
    this.#more.hidden = !done || !results.length || this.#shown >= found.articles;
    const partial = done && found?.state === "partial";
    const none = done && found && !partial && !this.#shown;
    const text = partial ? this.#words.say("partial") : none ? this.#words.say("none", this.#query) : "";
    const aside = [none && this.#words.say("among", among), partial && found.problem?.code === "offline" && this.#words.say("offline"), found?.stale && this.#words.say("stale")].filter(Boolean).join(" · ");
    this.#tell(text, aside, partial && (() => this.#again()), partial ? "before" : "after");
    if (!done) return;
    if (found) this.#speak([found.articles && this.#words.tally(found, ", "), text, aside].filter(Boolean).join(". "));
    this.#send("found", { query: this.#query, found });
  }

  /** Takes away what is listed. @param {number} active which option the arrow keys are on then */
  #empty(active) {
    this.#shown = 0;
    this.#list.replaceChildren();
    this.#mark(active);
    this.#status.textContent = "";
    this.#panel.scrollTop = 0;
  }

  #fail(error, offset) {
    this.#query = null;
    if (!offset) this.#empty(-1);
    this.#more.hidden = true;
    const text = this.#words.say(error.code);
    this.#tell(text, "", error.code !== "too-long" && (() => this.#again(offset)));
    this.#speak(text);
    this.#send("error", { error });
  }

  /** A note under the list, or above it, with a line in small type and a way to try again. */
  #tell(text, aside, retry, place = "after") {
    const button = make("button", { part: "retry" }, this.#words.say("retry"));
    button.onclick = retry;
    this.#note.replaceChildren(...[text && make("p", {}, text), aside && make("small", {}, aside), retry && button].filter(Boolean));
    this.#list[place](this.#note);
    this.#show(true);
  }

  /** Say it to those who listen, once the typing rests. */
  #speak(text) {
    clearTimeout(this.#speaking);
    this.#speaking = setTimeout(() => (this.#live.textContent = text), 500);
  }

  #send(name, detail) {
    return this.dispatchEvent(new CustomEvent("xunzi-" + name, { bubbles: true, composed: true, cancelable: true, detail }));
  }

  #show(on) {
    const panel = this.#panel;
    const full = this.value.trim() && (this.#shown > 0 || this.#note.firstChild);
    // An answer that comes after the reader has left opens nothing.
    panel.hidden = !on || !full || !this.#styled || !(this.#inline || this.shadowRoot.activeElement);
    this.#input.setAttribute("aria-expanded", !panel.hidden && this.#shown > 0);
    if (panel.hidden || this.#inline) return;
    // Keep a panel that is wider than its box inside the window.
    panel.style.translate = "";
    const { left, right } = panel.getBoundingClientRect();
    const shift = Math.max(8 - left, Math.min(0, document.documentElement.clientWidth - 8 - right));
    panel.style.translate = `${shift}px`;
  }

  #options() {
    return [...this.#list.querySelectorAll("[role=option]")];
  }

  /** Put the arrow keys' place on option `n`, or on none. */
  #mark(n) {
    const options = this.#options();
    options[this.#active]?.removeAttribute("aria-selected");
    this.#active = n < options.length ? n : -1;
    const option = options[this.#active];
    if (option) {
      option.setAttribute("aria-selected", "true");
      option.scrollIntoView({ block: "nearest" });
      this.#input.setAttribute("aria-activedescendant", option.id);
    } else this.#input.removeAttribute("aria-activedescendant");
  }

  #select = (e, detail) => {
    if (e.ctrlKey || e.metaKey || e.shiftKey) return;
    if (!this.#send("select", detail)) e.preventDefault();
    if (!this.#inline) this.#show(false);
  };

  #key(e) {
    // The key belongs to the input method; Safari tells only by the key code.
    if (e.isComposing || e.keyCode === 229) return;
    const options = this.#options();
    // Only what is seen and was asked for can be chosen.
    const option = !this.#panel.hidden && this.value.trim() === this.#found?.query && options[this.#active];
    const letter = /Mac|iP/.test(navigator.platform) && e.ctrlKey && e.key;
    if (e.key === "Escape") {
      if (this.value) this.value = "";
      else this.#input.blur();
    } else if (e.key === "Enter") {
      if (!option) this.#search();
      else if (e.ctrlKey || e.metaKey) option.href && window.open(option.href, "_blank", "noopener");
      else option.click();
    } else if (e.key === "ArrowDown" || letter === "n") {
      if (this.#panel.hidden) this.#search();
      else if (this.#active + 1 < options.length || this.#more.hidden) this.#mark((this.#active + 1) % options.length);
      else if (!this.#slow) this.#search(this.#shown).then(() => this.#mark(this.#active + 1));
    } else if (e.key === "ArrowUp" || letter === "p") {
      this.#mark((this.#active > 0 ? this.#active : options.length) - 1);
    } else if (option && e.key === "Home") this.#mark(0);
    else if (option && e.key === "End") this.#mark(options.length - 1);
    else return;
    e.preventDefault();
  }

  /** The keys that call the box from anywhere on the page. */
  #summon = (e) => {
    const { tagName, isContentEditable } = e.composedPath()[0];
    const writing = isContentEditable || /INPUT|TEXTAREA|SELECT/.test(tagName);
    const called = e.ctrlKey || e.metaKey ? e.key === "k" && !e.shiftKey : e.key === "/" && !writing;
    if (e.defaultPrevented || e.isComposing || e.altKey || !called || !this.getClientRects().length) return;
    e.preventDefault();
    if (this.shadowRoot.activeElement === this.#input) return this.#input.blur();
    this.focus();
    this.#input.select();
  };
}

if (!customElements.get("xunzi-search")) customElements.define("xunzi-search", XunziSearch);
