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

// What it is called before its words have come.
const FIRST = {
  en: "Search",
  "zh-hans": "搜索",
  "zh-hant": "搜尋",
  ja: "検索",
  ko: "검색",
  ru: "Поиск",
  ar: "بحث",
  de: "Suchen",
  fr: "Rechercher",
  es: "Buscar",
};

const MAC = /Mac|iP/.test(navigator.platform);
const HARE = "M12 12l5 5M8 3a5 5 0 1 0 0 10A5 5 0 0 0 8 3";
// What takes letters itself, and must not lose its `/`: by its role, too.
const WRITES = "input, textarea, select, [role$=box], [role^=spin], [role^=app]";

/** What has the focus, however deep it stands. */
function focused() {
  let node = document.activeElement;
  while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
  return node;
}

class XunziSearch extends HTMLElement {
  static observedAttributes = ["lang", "placeholder", "shortcut", "mode", "theme"];
  #input = make("input", { part: "input", id: "input", type: "text", inputmode: "search", role: "combobox", autocomplete: "off", autocapitalize: "off",
    autocorrect: "off", spellcheck: "false", enterkeyhint: "search", "aria-expanded": "false" });
  #key = make("kbd", { part: "hint", "aria-hidden": "true" }, "/");
  #head = make("div", { part: "box" }, icon(HARE), this.#input, this.#key);
  #name = make("span", { part: "label" });
  #shortcut = make("kbd", { part: "hint", "aria-hidden": "true" }, MAC ? "⌘ K" : "Ctrl K");
  #button = make("button", { part: "button", type: "button", "aria-haspopup": "dialog" }, icon(HARE), this.#name, this.#shortcut);
  #slot = make("slot", { name: "button" }, this.#button);
  #field = make("div", { part: "field" }, this.#slot, this.#head);
  #note = make("div", { part: "failure", role: "alert" });
  #root = make("div", { part: "root", role: "search" }, this.#field, make("slot"));
  // The promise of the panel, and the panel.
  #coming;
  #panel;
  #offered;
  // The promise of its words.
  #words;
  // What the panel is told. `before`: where the focus was before the box was called.
  #shell = /** @type {any} */ ({ MAC, tries: -1 });

  constructor() {
    super();
    this.attachShadow({ mode: "open" }).append(this.#root);
    this.shadowRoot.adoptedStyleSheets = [sheet(CSS)];
    for (const sign of ["pointerenter", "focusin"]) this.#field.addEventListener(sign, () => this.#load());
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
    if (query == null) this.#input.select();
    else this.#input.value = query;
    // What is typed while the panel is on its way is kept.
    if (!this.#panel?.shown) this.#head.classList.add("waits");
    this.#input.focus({ preventScroll: this.#modal });
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

  /** Its language, of those that it has words in: the page's, else the reader's. */
  #tongue() {
    const known = (lang) => {
      const [first, ...rest] = lang.toLowerCase().split(/[-_]/);
      return /zh|yue/.test(first) ? (/hant|tw|hk|mo/.test(rest) ? "zh-hant" : "zh-hans") : FIRST[first] && first;
    };
    return known(this.lang || /** @type {HTMLElement} */ (this.closest("[lang]"))?.lang || "") || known(navigator.language) || "en";
  }

  #label() {
    const search = FIRST[this.#tongue()];
    const off = this.#silent;
    this.#input.placeholder = this.#name.textContent = this.getAttribute("placeholder") || search;
    this.#input.ariaLabel = search;
    this.#slot.hidden = !this.#modal;
    this.#head.hidden = this.#modal && !this.#panel;
    this.#key.hidden = this.#shortcut.hidden = off;
    this.#input.ariaKeyShortcuts = this.#button.ariaKeyShortcuts = off ? null : "/ Control+K Meta+K";
  }

  #open() {
    const onbytes = (got, expected) => this.#shell.listen?.(got, expected);
    return open(this.getAttribute("src") || undefined, { onbytes, scope: this.getAttribute("scope") || undefined });
  }

  /** For the reader's own agent, if the site offers that and the browser has such a thing. */
  #offer() {
    if (this.hasAttribute("agent") && (document.modelContext ?? navigator.modelContext)) module("agent.js").then(({ offer }) => (this.#offered = offer(this, () => this.#open()))).catch(reportError);
  }

  /** The panel; null if it cannot be had. */
  #load() {
    return (this.#coming ??= this.#bring().catch(({ code }) => {
      this.#coming = null;
      this.#fail(code);
      return null;
    }));
  }

  async #bring() {
    this.#head.hidden = false;
    const shell = this.#shell;
    shell.tongue = this.#tongue();
    shell.ask = () => this.#open();
    shell.first = shell.ask();
    // Whether it comes is told when it is used.
    shell.first.catch(() => {});
    this.#words = ahead(`${ENGINE}/${shell.tongue}.json`);
    module("box.js", ++shell.tries).catch(() => {});
    const { panel } = await asking();
    this.#panel = await panel(this, { root: this.#root, field: this.#field, head: this.#head, input: this.#input, button: this.#button }, shell);
    this.#note.remove();
    return this.#panel;
  }

  /** No panel: said here, with a way to try again; in its words, if they have come. @param {string} [code] why */
  #fail(code) {
    const button = make("button", { part: "retry", type: "button" }, `⚠ ${FIRST[this.#tongue()]} ↻`);
    button.onclick = () => {
      this.#note.remove();
      this.show();
    };
    this.#words.then((answer) => answer.clone().json()).then((words) => words.retry && (button.textContent = `⚠ ${words[code] ?? words.broken}: ${words.retry}`)).catch(() => {});
    this.#note.replaceChildren(button);
    this.#field.after(this.#note);
    this.#head.classList.remove("waits");
    if (this.#modal) this.#head.hidden = true;
    addEventListener("online", () => button.isConnected && button.click(), { once: true });
  }

  /** The keys that call the box from anywhere on the page. */
  #summon = (e) => {
    const at = e.composedPath()[0];
    const writing = at.isContentEditable || at.matches?.(WRITES);
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
