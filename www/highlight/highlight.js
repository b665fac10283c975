// Where on this page is what was searched? Marks every place, and walks from one to the next.
//
// For pages that results lead to: <script type="module" src="/xunzi/xunzi-highlight.js"></script>, with `highlight` on the box. The
// query comes in the address (`?highlight=…`); `data-parameter` on the script names another parameter, `data-root` (a selector) what
// is looked through. Nothing of the page is changed but what is shown: marks are painted by the browser (CSS highlights), or where it
// cannot, the place that was walked to is selected. It is found across inline elements and line breaks, without what a ruby reads as.
//
// A step past the last place leads to the next article that the box had found, if that is known.
//
// Folds are those that a page can do alone: case, width and compatibility (NFKC), combining marks, white space, invisible characters.
import { intl } from "../reading/intl.js";

// Ms in which a browser may still lead to what the address names.
const LATE = 2000;
const SKIP = "nav, rt, rp, script, style, noscript, template, textarea, select, iframe, svg, [hidden], xunzi-search, .xunzi-hits";
const BLOCK = "address, article, aside, blockquote, body, dd, details, dialog, div, dl, dt, figcaption, figure, footer, form, h1, h2, h3, h4, h5, h6, header, hr, li, main, nav, ol, p, pre, section, summary, table, td, th, tr, ul";
const MOST = 2000;

// The place before, the next one, to close, the article before, the next one.
const WORDS = { zh: ["上一处", "下一处", "关闭", "上一篇", "下一篇"], ja: ["前の箇所", "次の箇所", "閉じる", "前の記事", "次の記事"], ko: ["이전", "다음", "닫기", "이전 글", "다음 글"],
  ru: ["Назад", "Дальше", "Закрыть", "Предыдущая статья", "Следующая статья"], ar: ["السابق", "التالي", "إغلاق", "المقال السابق", "المقال التالي"],
  de: ["Vorige Stelle", "Nächste Stelle", "Schließen", "Voriger Artikel", "Nächster Artikel"], fr: ["Passage précédent", "Passage suivant", "Fermer", "Article précédent", "Article suivant"],
  es: ["Anterior", "Siguiente", "Cerrar", "Artículo anterior", "Artículo siguiente"], en: ["Previous", "Next", "Close", "Previous article", "Next article"] };
// Where the box leaves the articles that it found.
const ARTICLES = "xunzi-articles";

const STYLE = `:host { all: initial; position: fixed; z-index: 2147483647; inset: auto 0 max(16px, env(safe-area-inset-bottom)); display: flex; justify-content: center; pointer-events: none; }
div { display: flex; align-items: center; pointer-events: auto; color: #1c1917; background: #fff; color-scheme: light; border-radius: 26px; font: 14px/20px system-ui, sans-serif; font-variant-numeric: tabular-nums; box-shadow: 0 0 0 1px rgb(0 0 0 / .12), 0 8px 24px rgb(0 0 0 / .22); }
output { min-width: 64px; text-align: center; }
button { width: 48px; height: 48px; padding: 0; border: 0; border-radius: 24px; background: none; color: inherit; font: 18px/1 system-ui, sans-serif; cursor: pointer; }
button:hover { background: rgb(0 0 0 / .07); }
button:focus-visible { outline: 2px solid currentColor; outline-offset: -2px; }
[data-leaves]::after { content: "⇥"; font-size: 12px; } :dir(rtl)[data-leaves]::after { content: "⇤"; }
@media (prefers-color-scheme: dark) { div { color: #ebe7e0; background: #1d1b18; color-scheme: dark; } button:hover { background: rgb(255 255 255 / .12); } }
@media (forced-colors: active) { div { border: 1px solid CanvasText; } }
@media print { :host { display: none; } }`;
const PAINT = `::highlight(xunzi) { background-color: #fde7a9; color: #1c1917; } ::highlight(xunzi-here) { background-color: #f0a35e; color: #1c1917; }`;

// Marks that are left out: those of letters. Others are vowels, or make another sound of a sign, or another letter as in й.
const MARKS = /(?![\u3099\u309a])(?<![иИ](?=\u0306))(?=\p{Mn})[\p{sc=Zinh}\p{sc=Latn}\p{sc=Grek}\p{sc=Hebr}\p{sc=Arab}]|\p{Cf}/gu;

// A character with its marks, and Korean syllables in parts.
const LETTER = /[\u1100-\u11ff]+|\P{M}\p{M}*|\p{M}+/gu;

/** As it is compared: one character with its marks at a time. */
function fold(text) {
  return text.normalize("NFKD").replace(MARKS, "").toLowerCase().replace(/ς/g, "σ").normalize("NFC");
}

/**
 * The text of an element as it is compared, block by block, and where each of its units stands.
 * @returns {{text: string, at: [Text, number, number][]}[]}
 */
function blocks(root) {
  const out = [];
  let block = { text: "", at: [] };
  const end = () => {
    if (block.at.length) out.push(block);
    block = { text: "", at: [] };
  };
  const walk = (node) => {
    for (const child of node.childNodes) {
      if (child.nodeType === Node.TEXT_NODE) letters(child);
      else if (child.nodeType === Node.ELEMENT_NODE && !child.matches(SKIP)) {
        const apart = child.matches(BLOCK);
        if (apart) end();
        walk(child);
        if (apart) end();
      }
    }
  };
  const letters = (node) => {
    let at = 0;
    for (const letter of node.data.match(LETTER) ?? []) {
      const next = at + letter.length;
      if (!/\s/.test(letter)) {
        const folded = fold(letter);
        block.text += folded;
        for (let n = folded.length; n--; ) block.at.push([node, at, next]);
      }
      at = next;
    }
  };
  walk(root);
  end();
  return out;
}

/** What a query looks for: phrases in quotation marks, else its parts. */
function terms(query) {
  const parts = query.match(/["“”][^"“”]+["“”]?|[^\s"“”]+/g) ?? [];
  return [...new Set(parts.map((part) => fold(part.replace(/["“”]/g, "").replace(/\s/g, ""))).filter(Boolean))];
}

/** Every place, in the order of the page; those that overlap are one. @param {Element} root @param {string} query @returns {Range[]} */
export function find(root, query) {
  const looked = terms(query);
  const ranges = [];
  for (const { text, at } of blocks(root)) {
    const spans = [];
    for (const term of looked) for (let from = text.indexOf(term); from >= 0; from = text.indexOf(term, from + term.length)) spans.push([from, from + term.length]);
    spans.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
    let last = 0;
    for (const [from, to] of spans) {
      if (from < last || ranges.length >= MOST) continue;
      last = to;
      const range = document.createRange();
      range.setStart(at[from][0], at[from][1]);
      range.setEnd(at[to - 1][0], at[to - 1][2]);
      // What is not shown is no place, but where a reader may open it.
      if (range.getClientRects().length || closed(range)) ranges.push(range);
    }
  }
  return ranges;
}

/** What is closed around a place. @param {Range} range */
const closed = (range) => range.startContainer.parentElement.closest("details:not([open])");

/** A sheet of ours beside the page's, which no policy of the page forbids. */
function sheet(css) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  return sheet;
}

/**
 * Marks all places of a query on the page, and shows the bar that walks through them.
 * @param {string} query
 * @param {{root?: Element}} [options]
 * @returns {{count: number, go: (n: number) => void, close: () => void}}
 */
export function highlight(query, { root = document.querySelector("main, article, [data-xunzi-body], [data-pagefind-body]") ?? document.body } = {}) {
  const ranges = find(root, query);
  if (!ranges.length) return { count: 0, go() {}, close() {} };
  const paints = "highlights" in API && typeof Highlight === "function";
  const style = sheet(PAINT);
  if (paints) {
    document.adoptedStyleSheets.push(style);
    API.highlights.set("xunzi", new Highlight(...ranges));
  }
  let here = -1;
  const bar = shown(ranges.length, (by) => go(here + by), () => close());
  const beside = neighbours(query);
  const go = (n) => {
    // Past the ends stand other articles.
    const other = n < 0 ? beside[0] : n >= ranges.length ? beside[1] : null;
    if (other) return void location.assign(other);
    here = (n + ranges.length) % ranges.length;
    const range = ranges[here];
    for (let around; (around = closed(range)); ) around.setAttribute("open", "");
    if (paints) API.highlights.set("xunzi-here", new Highlight(range));
    else getSelection().setBaseAndExtent(range.startContainer, range.startOffset, range.endContainer, range.endOffset);
    const box = range.getBoundingClientRect();
    if (box.top < 0 || box.bottom > innerHeight - 96) range.startContainer.parentElement.scrollIntoView({ block: "center" });
    bar.tell(here + 1, here === 0 && beside[0], here === ranges.length - 1 && beside[1]);
  };
  const close = () => {
    removeEventListener("scrollend", late);
    bar.remove();
    API.highlights?.delete("xunzi");
    API.highlights?.delete("xunzi-here");
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== style);
  };
  // From what is seen: a text fragment has led there.
  const seen = (some) => some.some((range) => {
    const { top, bottom } = range.getBoundingClientRect();
    return bottom > 0 && top < innerHeight;
  });
  go(scrollY > 0 && seen(ranges) ? nearest(ranges) : 0);
  // A busy browser is later than this script with what the address names: where it leads to then is the place.
  const late = () => seen([ranges[here]]) || !seen(ranges) || go(nearest(ranges));
  addEventListener("scrollend", late);
  setTimeout(() => removeEventListener("scrollend", late), LATE);
  return { count: ranges.length, go, close };
}

/** The articles that were found before and after this one. @param {string} query @returns {(string|undefined)[]} */
function neighbours(query) {
  try {
    const known = JSON.parse(sessionStorage.getItem(ARTICLES));
    if (known.query !== query) return [];
    const pages = known.articles.map((address) => new URL(address)).filter(({ protocol }) => /^https?:$/.test(protocol));
    const at = pages.findIndex(({ origin, pathname, search }) => origin === location.origin && pathname === location.pathname && search === location.search);
    return at < 0 ? [] : [pages[at - 1]?.href, pages[at + 1]?.href];
  } catch {
    return [];
  }
}

/** The place next to the middle of the window, where a text fragment puts what it found. */
function nearest(ranges) {
  const far = ranges.map((range) => Math.abs((range.getBoundingClientRect().top + range.getBoundingClientRect().bottom) / 2 - innerHeight / 2));
  return far.indexOf(Math.min(...far));
}

function shown(count, step, close) {
  const lang = document.documentElement.lang || navigator.language;
  const number = (n) => intl("NumberFormat", lang).format(n);
  const [before, after, end, former, next] = WORDS[lang.split(/[-_]/)[0]] ?? WORDS.en;
  const host = document.createElement("div");
  host.className = "xunzi-hits";
  const shadow = host.attachShadow({ mode: "open" });
  shadow.adoptedStyleSheets = [sheet(STYLE)];
  const bar = document.createElement("div");
  bar.setAttribute("role", "group");
  const button = (sign, name, act) => {
    const node = document.createElement("button");
    node.type = "button";
    node.textContent = sign;
    node.setAttribute("aria-label", name);
    node.onclick = act;
    return node;
  };
  const told = document.createElement("output");
  const [up, down] = [button("↑", before, () => step(-1)), button("↓", after, () => step(1))];
  bar.append(up, told, down, button("×", end, close));
  bar.addEventListener("keydown", (e) => e.key === "Escape" && close());
  shadow.append(bar);
  document.body.append(host);
  const name = (node, text, leaves) => {
    node.title = text;
    node.setAttribute("aria-label", text);
    node.toggleAttribute("data-leaves", leaves);
  };
  const tell = (n, first, last) => {
    told.textContent = `${number(n)} / ${number(count)}`;
    name(up, first ? former : before, !!first);
    name(down, last ? next : after, !!last);
  };
  return { tell, remove: () => host.remove() };
}

/** @type {{highlights?: any}} */
const API = globalThis.CSS ?? {};
const own = /** @type {HTMLElement} */ (document.querySelector("script[src*='xunzi-highlight.js']"))?.dataset ?? {};
const asked = new URLSearchParams(location.search).get(own.parameter ?? "highlight");
if (asked) {
  const start = () => highlight(asked, { root: (own.root && document.querySelector(own.root)) || undefined });
  // After the browser has gone to the place that the address names.
  if (document.readyState === "complete") requestAnimationFrame(start);
  else addEventListener("load", () => requestAnimationFrame(start), { once: true });
}
