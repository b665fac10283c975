// What does the reader see and touch? The element <xunzi-search>: a combobox over open(), with its results.
//
// Attributes: src (folder of the index), placeholder, lang (of the words around the box), link (address of a result,
// with {id} {url} {anchor} {q}), limit (articles a page), shortcut="off", mode="inline" (results in the page's flow).
// Events: xunzi-select (cancelable; detail {result, snippet, url, query}), xunzi-found ({query, found}), xunzi-error ({error}).
// What stands inside the element is shown under the box, above the results.
// Nothing is read before the box is pointed at or focused. Texts of articles reach the page as text nodes only.
import { open, wellFormed } from "./client.js";

const CSS = "__XUNZI_CSS__";

/** The box's own words, one language a line, in the order of WORDS; those of further languages are in `words.json`. */
const WORDS = "search articles hits about loading none among partial retry more clear offline broken long unable".split(" ");
const TONGUES = new Map([
  ["zh-hans", "搜索文章|{} 篇|{} 处|约 {}|正在载入|没有找到“{}”|查遍了 {} 篇文章|有一部分没能读到，结果可能不全|重试|更多|清除|网络不通，没能读到索引|索引暂时读不出来|查询太长了|这个浏览器无法运行搜索"],
  ["zh-hant", "搜尋文章|{} 篇|{} 處|約 {}|正在載入|沒有找到「{}」|查遍了 {} 篇文章|有一部分沒能讀到，結果可能不全|重試|更多|清除|網路不通，沒能讀到索引|索引暫時讀不出來|查詢太長了|這個瀏覽器無法執行搜尋"],
  ["en", "Search articles|{} article(s)|{} place(s)|about {}|Loading|“{}” was not found|Looked through {} article(s)|Part of the index could not be read; there may be more|Try again|More|Clear|No connection: the index could not be read|The index cannot be read at the moment|This query is too long|Search cannot run in this browser"],
].map(([tongue, words]) => [tongue, words.split("|")]));
let further;
/** The words of a language that is not in this script, or nothing. */
async function fetchWords(tongue) {
  further ||= fetch(new URL("xunzi-words.json", import.meta.url)).then((answer) => answer.json());
  const words = (await further)[tongue]?.split("|");
  return words?.length === WORDS.length && words;
}
/** Which of the words tells of an error; for the other codes it is `broken`. */
const FAULTS = new Map([["offline", "offline"], ["too-long", "long"], ["unsupported", "unable"]]);

// Ms after a key.
const DEBOUNCE = 60;
// Ms before waiting is shown.
const PATIENCE = 300;
const MAC = /Mac|iP/.test(navigator.platform);
const ANDROID = /Android/.test(navigator.userAgent);
// What an input method shows while a word is not one yet: Latin of either width, bopomofo, single jamo.
const UNFINISHED = /[a-zａ-ｚ\u3105-\u318e]/i;

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null) node.setAttribute(name, value);
  node.append(...children.filter((child) => child !== null));
  return node;
}

/** The text in pieces, with a <mark> around every range. */
function marked(text, marks = []) {
  const pieces = [];
  let at = 0;
  for (const [start, end] of marks) {
    // Places may overlap, as `aa` does in `aaa`.
    if (end <= at) continue;
    pieces.push(text.slice(at, Math.max(at, start)), make("mark", { part: "mark" }, text.slice(Math.max(at, start), end)));
    at = end;
  }
  return [...pieces, text.slice(at)];
}

class XunziSearch extends HTMLElement {
  #input = make("input", { part: "input", type: "search", role: "combobox", autocomplete: "off", autocapitalize: "off", spellcheck: "false",
    enterkeyhint: "search", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": "list" });
  #hint = make("kbd", { part: "hint", "aria-hidden": "true" }, "/");
  #clear = make("button", { part: "clear", type: "button" }, "×");
  #box = make("div", { part: "box" }, this.#input, this.#hint, this.#clear);
  #status = make("div", { part: "status" });
  #list = make("div", { part: "list", id: "list", role: "listbox" });
  #note = make("div", { part: "note" });
  #more = make("button", { part: "more", type: "button", hidden: "" });
  #panel = make("div", { part: "panel", hidden: "" }, this.#status, this.#list, this.#note, this.#more);
  #live = make("div", { id: "live", role: "status" });
  #lang = "";
  #words;
  // The promise of open().
  #index = null;
  // Of the search under way.
  #control = new AbortController();
  #typing = 0;
  #slow = 0;
  #speaking = 0;
  // An input method holds letters that are no words yet.
  #held = false;
  // What was asked last; null after a failure.
  #query = "";
  #found = null;
  // Articles in the list.
  #shown = 0;
  // Options, for their ids.
  #made = 0;
  // Which option the arrow keys are on.
  #active = -1;
  // What an option stands for.
  #told = new WeakMap();
  #late = false;
  // Bytes read so far.
  #got = 0;
  // Those that had been read when the search began.
  #base = 0;

  constructor() {
    super();
    const input = this.#input;
    this.attachShadow({ mode: "open" }).append(this.#box, make("slot"), this.#panel, this.#live);
    input.addEventListener("input", () => this.#typed());
    input.addEventListener("compositionupdate", (e) => (this.#held = !ANDROID && UNFINISHED.test(e.data)));
    input.addEventListener("compositionend", () => {
      this.#held = false;
      this.#typed();
    });
    input.addEventListener("keydown", (e) => this.#key(e));
    input.addEventListener("focus", () => {
      this.#warm();
      if (!this.#held) this.#search();
    });
    this.addEventListener("pointerenter", () => this.#warm());
    this.addEventListener("focusout", () => this.#inline || this.#show(false));
    // A press on the panel must not take the focus from the input.
    this.#panel.addEventListener("mousedown", (e) => this.#inline || e.preventDefault());
    this.#list.addEventListener("click", (e) => this.#select(e));
    this.#more.addEventListener("click", () => this.#search(this.#shown));
    this.#clear.addEventListener("click", () => {
      this.value = "";
      input.focus();
    });
  }

  connectedCallback() {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
    this.shadowRoot.adoptedStyleSheets = [sheet];
    this.#lang = (this.closest("[lang]")?.getAttribute("lang") || "zh-Hans").replace(/_/g, "-");
    try {
      Intl.getCanonicalLocales(this.#lang);
    } catch {
      this.#lang = "zh-Hans";
    }
    const lang = this.#lang.toLowerCase();
    const tongue = /^zh-(hant|tw|hk|mo)/.test(lang) ? "zh-hant" : lang.startsWith("zh") ? "zh-hans" : lang.slice(0, 2);
    this.#label(TONGUES.get(tongue) || TONGUES.get("en"));
    if (!TONGUES.has(tongue)) fetchWords(tongue).then((words) => words && this.#label(words), () => {});
    this.#hint.hidden = this.getAttribute("shortcut") === "off";
    if (!this.#hint.hidden) {
      this.#input.setAttribute("aria-keyshortcuts", "/ Control+K Meta+K");
      document.addEventListener("keydown", this.#summon);
    }
  }

  #label(words) {
    this.#words = new Map(WORDS.map((word, i) => [word, words[i]]));
    this.#input.placeholder = this.getAttribute("placeholder") || this.#say("search");
    for (const node of [this.#input, this.#list]) node.setAttribute("aria-label", this.#say("search"));
    this.#clear.setAttribute("aria-label", this.#say("clear"));
    this.#more.textContent = this.#say("more");
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.#summon);
    // An element that is only moved is connected again at once, and keeps its index.
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#control.abort();
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

  /**
   * A phrase in the box's language, with `value` for {}.
   * @param {string} word one of WORDS
   * @param {string|number} [value]
   */
  #say(word, value = "") {
    const text = typeof value === "number" ? value.toLocaleString(this.#lang) : value;
    return this.#words.get(word).replace("{}", () => text).replace("(s)", value === 1 ? "" : "s");
  }
  #count(word, number, exact) {
    const text = this.#say(word, number);
    return exact === false ? this.#say("about", text) : text;
  }
  #tally({ articles, hits, articlesExact, hitsExact }, joint) {
    return this.#count("articles", articles, articlesExact) + joint + this.#count("hits", hits, hitsExact);
  }

  /** The index, opened at the first sign that it will be wanted. */
  #warm() {
    if (!this.#index) {
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
    const query = wellFormed(this.#input.value).trim();
    this.#box.toggleAttribute("data-full", this.value !== "");
    if (!offset && query === this.#query) return this.#show(true);
    this.#control.abort();
    const { signal } = (this.#control = new AbortController());
    this.#query = query;
    this.#busy(query !== "");
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

  #again(offset = 0) {
    this.#query = null;
    return this.#search(offset);
  }

  #busy(on) {
    clearTimeout(this.#slow);
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
    const size = Math.round((got - this.#base) / 1000);
    if (this.#late && !this.#shown) this.#tell(this.#say("loading") + "…" + (size ? ` ${size.toLocaleString(this.#lang)} kB` : ""));
  }

  #answer(found, offset, done, among) {
    const results = found?.results || [];
    if (!done && !results.length) return;
    this.#found = found;
    if (!offset) {
      this.#shown = 0;
      this.#list.replaceChildren();
      this.#mark(done ? -1 : this.#active);
      this.#panel.scrollTop = 0;
    }
    this.#list.append(...results.map((result) => this.#entry(result)));
    this.#shown += results.length;
    this.#status.textContent = found?.articles ? this.#tally(found, " · ") : "";
    this.#more.hidden = !done || !results.length || this.#shown >= found.articles;
    this.#tell();
    const partial = done && found?.state === "partial";
    this.#list[partial ? "before" : "after"](this.#note);
    if (partial) this.#tell(this.#say("partial"), "", () => this.#again());
    else if (done && found && !this.#shown) this.#tell(this.#say("none", this.#query), this.#say("among", among));
    this.#show(true);
    if (!done) return;
    if (found) this.#speak(found.articles ? this.#tally(found, ", ") : this.#note.textContent);
    this.#send("found", { query: this.#query, found });
  }

  #fail(error, offset) {
    this.#query = null;
    if (!offset) {
      this.#shown = 0;
      this.#list.replaceChildren();
      this.#mark(-1);
      this.#status.textContent = "";
    }
    this.#more.hidden = true;
    this.#list.after(this.#note);
    const text = this.#say(FAULTS.get(error.code) || "broken");
    this.#tell(text, "", error.code === "too-long" ? null : () => this.#again(offset));
    this.#show(true);
    this.#speak(text);
    this.#send("error", { error });
  }

  /** A note under the list, with a line in small type and a way to try again. */
  #tell(text = "", aside = "", retry = null) {
    const button = retry && make("button", { part: "retry", type: "button" }, this.#say("retry"));
    button?.addEventListener("click", retry);
    this.#note.replaceChildren(...(text ? [make("p", {}, text), aside && make("small", {}, aside), button] : []).filter(Boolean));
    if (this.#late) this.#show(true);
  }

  /** Say it to those who listen, once the typing rests. */
  #speak(text) {
    clearTimeout(this.#speaking);
    this.#speaking = setTimeout(() => (this.#live.textContent = text), 500);
  }

  #send(name, detail, cancelable = false) {
    return this.dispatchEvent(new CustomEvent("xunzi-" + name, { bubbles: true, composed: true, cancelable, detail }));
  }

  #show(on) {
    const panel = this.#panel;
    const full = this.value.trim() !== "" && (this.#shown > 0 || this.#note.hasChildNodes());
    // An answer that comes after the reader has left opens nothing.
    panel.hidden = !on || !full || !(this.#inline || this.shadowRoot.activeElement);
    this.#input.setAttribute("aria-expanded", String(!panel.hidden && this.#shown > 0));
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

  /** One article: its title and facts, then the places, each a link of its own. */
  #entry(result) {
    const { title, titleMarks, meta = {}, hits, hitsExact, snippets = [] } = result;
    const facts = ["date", "section", "author", "source"].map((key) => meta[key] && make("bdi", { part: key }, key === "date" ? this.#date(meta.date) : meta[key]));
    const lead = result.lead || snippets.find((snippet) => snippet.lead)?.lead;
    const name = make("span", { part: "name" }, ...marked(title, titleMarks));
    const count = make("bdi", { part: "count" }, hits ? this.#count("hits", hits, hitsExact) : "");
    const head = this.#option("title", result, null, name, count, make("span", { part: "meta" }, ...facts.filter(Boolean)), lead && make("span", { part: "lead" }, lead));
    const places = snippets.filter((snippet) => snippet.field !== "title").map((snippet, i, all) =>
      this.#option("snippet", result, snippet,
        snippet.heading !== all[i - 1]?.heading && snippet.heading && make("span", { part: "heading" }, snippet.heading),
        make("span", { part: "text" }, ...marked(snippet.text, snippet.marks))));
    return make("div", { part: "result", role: "group", "aria-label": title, dir: "auto", lang: meta.lang || null }, head, ...places);
  }

  #option(part, result, snippet, ...children) {
    const href = this.#address(result, snippet?.anchor || "");
    const id = `o${this.#made++}`;
    const option = make(href ? "a" : "div", { part, role: "option", id, href, tabindex: "-1" }, ...children.filter(Boolean));
    this.#told.set(option, { result, snippet, url: href });
    return option;
  }

  #date(date) {
    const time = /^\d{4}-\d\d-\d\d/.test(date) ? Date.parse(date.slice(0, 10)) : NaN;
    return isNaN(time) ? date : new Date(time).toLocaleDateString(this.#lang, { dateStyle: "long", timeZone: "UTC" });
  }

  /** Where a result leads; null when that is no address of the web. */
  #address({ id, url }, anchor) {
    const fields = new Map([["id", String(id)], ["url", url], ["anchor", anchor], ["q", this.#query]]);
    const template = this.getAttribute("link");
    let address = template?.replace(/\{(\w+)\}/g, (_, key) => encodeURIComponent(fields.get(key) ?? "")) ?? url;
    if (!address) return null;
    if (anchor && !template?.includes("{anchor}")) address = address.replace(/#.*/, "") + "#" + anchor;
    try {
      const { href, protocol } = new URL(address, location.href);
      return /^https?:$/.test(protocol) ? href : null;
    } catch {
      return null;
    }
  }

  #select(e) {
    const option = e.target.closest("[role=option]");
    if (!option || e.ctrlKey || e.metaKey || e.shiftKey) return;
    if (!this.#send("select", { ...this.#told.get(option), query: this.#query }, true)) e.preventDefault();
    if (!this.#inline) this.#show(false);
  }

  #key(e) {
    // The key belongs to the input method; Safari tells only by the key code.
    if (e.isComposing || e.keyCode === 229) return;
    const options = this.#options();
    const option = options[this.#active];
    const letter = MAC && e.ctrlKey ? e.key : "";
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
      else this.#search(this.#shown).then(() => this.#mark(this.#active + 1));
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
    const writing = isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(tagName);
    const slash = e.key === "/" && !writing && !e.ctrlKey && !e.metaKey && !e.altKey;
    const letter = e.key === "k" && (e.ctrlKey || e.metaKey) && !e.altKey && !e.shiftKey;
    if (e.defaultPrevented || e.isComposing || !(slash || letter)) return;
    e.preventDefault();
    if (this.shadowRoot.activeElement) return this.#input.blur();
    this.focus();
    this.#input.select();
  };
}

if (!customElements.get("xunzi-search")) customElements.define("xunzi-search", XunziSearch);
