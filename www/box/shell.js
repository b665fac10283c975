// What stands on the page before anybody searches? The element <xunzi-search> at rest.
//
// It draws the box or the button, hears the keys that call it, and keeps what is typed. At the first sign that it will be
// wanted it asks for the rest: the panel (panel.js and what that imports, published as box.js), its words, and the index.
// Nothing is read before. The attributes and events are told of in xunzi.d.ts.
import { ahead, asking, open } from "../index/first.js";
import { ENGINE } from "../index/known.js";
import { module } from "../index/release.js";
import { icon, make, sheet } from "./make.js";
import { parameter } from "./parameter.js";

const CSS = "__XUNZI_CSS__";

// What is said before the words have come: the name of it all, and the way on when they do not come.
const FIRST = {
  __proto__: null,
  en: "Search: Try again",
  "zh-hans": "搜索: 重试",
  "zh-hant": "搜尋: 重試",
  ja: "検索: 再試行",
  ko: "검색: 다시 시도",
  ru: "Поиск: Повторить",
  ar: "بحث: إعادة المحاولة",
  de: "Suchen: Erneut versuchen",
  fr: "Rechercher: Réessayer",
  es: "Buscar: Reintentar",
};

const MAC = /Mac|iP/.test(navigator.platform);
const HARE = "M12.5 12.5 16.5 16.5M13.5 8a5.5 5.5 0 1 1-11 0 5.5 5.5 0 0 1 11 0Z";
// What takes letters itself, and must not lose its `/`.
const WRITES = /^(text|combo|search)box$|^spin|^app/;

/** What has the focus, however deep it stands. */
function focused() {
  let node = document.activeElement;
  while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
  return node;
}

class XunziSearch extends HTMLElement {
  static observedAttributes = ["lang", "placeholder", "shortcut", "mode", "theme"];
  #input = make("input", { part: "input", id: "input", type: "text", inputmode: "search", role: "combobox", autocomplete: "off", autocapitalize: "off",
    autocorrect: "off", spellcheck: "false", enterkeyhint: "search", "aria-autocomplete": "list", "aria-expanded": "false" });
  #key = make("kbd", { part: "hint", "aria-hidden": "true" }, "/");
  #head = make("div", { part: "box" }, icon(HARE), this.#input, this.#key);
  #name = make("span", { part: "label" });
  #shortcut = make("kbd", { part: "hint", "aria-hidden": "true" }, MAC ? "⌘ K" : "Ctrl K");
  #button = make("button", { part: "button", type: "button", "aria-haspopup": "dialog" }, icon(HARE), this.#name, this.#shortcut);
  #slot = make("slot", { name: "button" }, this.#button);
  #field = make("div", { part: "field" }, this.#slot, this.#head);
  #note = make("div", { part: "failure", role: "alert", hidden: "" });
  #root = make("div", { part: "root", role: "search" }, this.#field, this.#note, make("slot"));
  // The promise of the panel, and the panel.
  #coming;
  #panel;
  #offered;
  // What the panel is told. `before`: where the focus was before the box was called.
  #shell = /** @type {any} */ ({ MAC, tries: -1 });

  constructor() {
    super();
    this.attachShadow({ mode: "open" }).append(this.#root);
    this.shadowRoot.adoptedStyleSheets = [sheet(CSS)];
    this.addEventListener("pointerenter", () => this.#load());
    this.#input.addEventListener("focus", () => this.#load());
    this.#button.addEventListener("focus", () => this.#load());
    this.#slot.addEventListener("click", () => this.show());
  }

  connectedCallback() {
    this.#label();
    document.addEventListener("keydown", this.#summon);
    this.#panel?.connected();
    this.#offer();
    // What the address holds is searched.
    const name = parameter(this);
    if (name && new URLSearchParams(location.search).get(name)) this.#load();
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.#summon);
    this.#offered?.abort();
    // An element that is only moved is connected again at once, and keeps what it has.
    setTimeout(() => this.isConnected || this.#panel?.disconnected());
  }

  attributeChangedCallback() {
    if (!this.isConnected) return;
    this.#label();
    this.#panel?.changed();
  }

  get value() {
    return this.#input.value;
  }
  set value(text) {
    this.#input.value = text;
    if (this.#panel) this.#panel.typed(true);
    else if (text) this.#load();
  }
  focus(options) {
    (this.#modal && !this.#panel?.shown ? this.#button : this.#input).focus(options);
  }
  /** Opens it, wherever the focus is. @param {string} [query] */
  async show(query) {
    this.#shell.before ??= focused();
    if (query != null) this.#input.value = query;
    // What is typed while the panel is on its way is kept.
    if (!this.#panel?.shown) this.#head.classList.add("waits");
    this.#input.focus({ preventScroll: this.#modal });
    if (query == null) this.#input.select();
    (await this.#load())?.show(true);
    this.#head.classList.remove("waits");
  }
  hide() {
    this.#panel?.hide();
  }

  get #modal() {
    return this.getAttribute("mode") === "modal";
  }

  /** No key calls it. */
  get #silent() {
    return this.getAttribute("shortcut") === "off";
  }

  /** Its language, of those that it has words in. */
  #tongue() {
    const lang = (this.lang || /** @type {HTMLElement} */ (this.closest("[lang]"))?.lang || navigator.language).toLowerCase();
    const [first] = lang.split(/[-_]/);
    if (/zh|yue|cmn/.test(first)) return /hant|tw|hk|mo/.test(lang) ? "zh-hant" : "zh-hans";
    return FIRST[first] ? first : "en";
  }

  #label() {
    const [search] = FIRST[this.#tongue()].split(":");
    const off = this.#silent;
    this.#input.placeholder = this.#name.textContent = this.getAttribute("placeholder") || search;
    this.#input.ariaLabel = search;
    this.#slot.hidden = !this.#modal;
    this.#head.hidden = this.#modal && !this.#panel;
    this.#key.hidden = this.#shortcut.hidden = off;
    this.#input.ariaKeyShortcuts = this.#button.ariaKeyShortcuts = off ? null : "/ Control+K Meta+K";
  }

  /** @param {(got: number, expected: number) => void} [onbytes] */
  #open(onbytes) {
    const options = { onbytes, scope: this.getAttribute("scope") || undefined };
    return open(this.getAttribute("src") || undefined, options);
  }

  /** For the reader's own agent, if the site offers that and the browser has such a thing. */
  #offer() {
    const context = document.modelContext ?? navigator.modelContext;
    const about = this.getAttribute("agent");
    if (!context || about == null) return;
    const offered = (this.#offered = new AbortController());
    module("agent.js").then(({ offer }) => offer(context, about, () => this.#open(), offered.signal)).catch(reportError);
  }

  /** The panel; null if it cannot be had. */
  #load() {
    return (this.#coming ??= this.#bring().catch(() => {
      this.#coming = null;
      this.#fail();
      return null;
    }));
  }

  async #bring() {
    this.#head.hidden = false;
    const shell = this.#shell;
    shell.tongue = this.#tongue();
    shell.ask = () => this.#open((got, expected) => shell.listen?.(got, expected));
    shell.first = shell.ask();
    // Whether it comes is told when it is used.
    shell.first.catch(() => {});
    ahead(`${ENGINE}/${shell.tongue}.json`);
    module("box.js", ++shell.tries).catch(() => {});
    const { panel } = await asking();
    this.#panel = await panel(this, { root: this.#root, field: this.#field, head: this.#head, input: this.#input, button: this.#button }, shell);
    this.#note.hidden = true;
    return this.#panel;
  }

  /** Neither panel nor words: said here, with a way to try again. */
  #fail() {
    const button = make("button", { part: "retry", type: "button" }, "⚠ " + FIRST[this.#tongue()]);
    button.onclick = () => {
      this.#note.hidden = true;
      this.show();
    };
    this.#note.replaceChildren(button);
    this.#note.hidden = false;
    this.#head.classList.remove("waits");
    if (this.#modal) this.#head.hidden = true;
    addEventListener("online", button.onclick, { once: true });
  }

  /** The keys that call the box from anywhere on the page. */
  #summon = (e) => {
    const at = e.composedPath()[0];
    const writing = at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName) || WRITES.test(at.getAttribute?.("role"));
    const called = e.ctrlKey || e.metaKey ? e.key?.toLowerCase() === "k" && !e.shiftKey : e.key === "/" && !writing;
    if (e.defaultPrevented || e.isComposing || e.keyCode === 229 || e.altKey || !called) return;
    if (this.#silent || !this.getClientRects().length) return;
    e.preventDefault();
    if (this.#panel?.shown || this.shadowRoot.activeElement === this.#input) {
      if (this.#panel) this.#panel.hide();
      else this.#input.blur();
    } else this.show();
  };
}

if (!customElements.get("xunzi-search")) customElements.define("xunzi-search", XunziSearch);
