// What does the search page of an index do? It lists what is found, opens articles from the index, and keeps what is searched and
// read in the address, so that Back works and a link can be passed on.
import { open } from "../index/first.js";
import { keeper } from "./keeper.js";
import { intl } from "../reading/intl.js";
import { asHash, button, node, show } from "../reading/reading.js";

const LOOKS = "__XUNZI_SEARCH_CSS__";

// Each in Chinese and in English.
const PHRASES = {
  title: ["检索", "Search"],
  results: ["“{}”的结果", "Results for “{}”"],
  back: ["回到检索", "Back to the search"],
  fetching: ["正在取来这篇文章…", "Fetching the article…"],
  "no-article": ["没有这篇文章。", "There is no such article."],
  unread: ["这篇文章暂时读不出来。", "The article cannot be read now."],
  "unread-offline": ["网络不通，这篇文章没能取来。", "No connection: the article did not arrive."],
  origin: ["原文", "Original"],
  places: ["找到的地方", "Places found"],
  place: ["{} 处", "{}"],
  before: ["上一处", "Previous place"],
  after: ["下一处", "Next place"],
  spent: ["共 {} 篇文章", "{} articles"],
  read: ["，到现在为止读取了 {}。", ", {} read so far."],
  retry: ["重试", "Try again"],
  stop: ["停下", "Stop"],
  keep: ["存下来，没有网络也能用（{}）", "Keep for offline ({})"],
  rest: ["存下其余的，没有网络也能用（{}）", "Keep the rest for offline ({})"],
  older: ["存下的是上一版。", "What is kept is an older edition."],
  keeping: ["正在存下：{}", "Keeping: {}"],
  "is-kept": ["已全部存在这个浏览器里（{}），没有网络也能用。", "All of it is in this browser ({}) and works offline."],
  forget: ["删掉", "Remove"],
  loose: ["空间不够时，浏览器可能会自己删掉它。", "The browser may remove it when it runs out of room."],
  room: ["浏览器还给 {}。", "The browser has room for {} more."],
  "not-full": ["浏览器的空间不够，没能全部存下。", "The browser has no room for all of it."],
  "not-offline": ["网络断了，没能全部存下；已经存下的还在。", "The connection broke; what came is kept."],
  "not-unsupported": ["这个浏览器不让这个地址存东西，只能联网检索。", "This browser keeps nothing for this address: searching needs the network."],
  "not-kept": ["没能全部存下。", "Not all of it could be kept."],
};

const tongue = () => document.documentElement.lang || navigator.language;
const say = (name, value = "") => PHRASES[name][+!/^zh/.test(tongue())].replace("{}", () => value);

/**
 * Makes a page of a box, a list and a reading view. Its elements: `xunzi-search`, `#desk` around it, `#reading`, `#ledger` for what
 * was read, `#keeper` for what is kept; the last two may be missing.
 * @param {string} [src] the folder of the index
 */
export function start(src) {
  const find = (name) => document.querySelector(name);
  const [box, desk, reading, ledger, place] = ["xunzi-search", "#desk", "#reading", "#ledger", "#keeper"].map(find);
  const lang = tongue();
  const number = (n) => intl("NumberFormat", lang).format(n);
  const name = document.title;
  // A file's address has no query that a page may change.
  const sign = location.protocol === "file:" ? "#" : "?";

  let opened = null; // the promise of the index; the box has the same one
  let turn = 0; // the newest view; answers for an older one are dropped
  let scrolled = 0; // where the list of results was left
  const index = () => {
    opened ||= open(src);
    opened.catch(() => (opened = null));
    return opened;
  };
  const addressed = (asked) => {
    const text = new URLSearchParams(asked).toString();
    return text ? sign + text : sign === "#" ? "#" : location.pathname;
  };

  async function read(id, query, hash) {
    const mine = ++turn;
    const address = addressed(query ? { q: query } : {});
    const back = node("a", { class: "back", href: address }, "← ", query ? say("results", query) : say("back"));
    back.addEventListener("click", (e) => {
      if (e.ctrlKey || e.metaKey || e.shiftKey) return;
      e.preventDefault();
      if (history.state?.list) return history.back();
      history.pushState(null, "", address);
      route();
    });
    desk.hidden = true;
    reading.hidden = false;
    document.body.classList.add("reads");
    const wait = setTimeout(() => reading.replaceChildren(back, node("p", { class: "wait" }, say("fetching"))), 200);
    try {
      const article = await (await index()).article(id, query);
      if (mine !== turn) return;
      tally();
      if (!article) return reading.replaceChildren(back, node("p", { class: "wait" }, say("no-article")));
      document.title = `${article.title} · ${name}`;
      show(reading, back, article, hash, say, lang);
    } catch (e) {
      if (mine !== turn) return;
      const why = say(e.code === "offline" ? "unread-offline" : "unread");
      reading.replaceChildren(back, node("p", { class: "wait" }, why, " ", button(say("retry"), route)));
    } finally {
      clearTimeout(wait);
    }
  }

  function list(query) {
    turn++;
    document.title = query ? `${query} · ${name}` : name;
    document.body.classList.remove("reads");
    reading.hidden = true;
    reading.replaceChildren();
    desk.hidden = false;
    if (box.value !== query) box.value = query;
    window.scrollTo(0, scrolled);
  }

  function route() {
    const asked = new URLSearchParams((sign === "#" && location.hash.slice(1)) || location.search);
    const query = asked.get("q") || "";
    const hash = asked.has("at") ? asHash(asked.get("at")) : sign === "#" ? "" : location.hash;
    if (asked.has("read")) read(Number(asked.get("read")), query, hash);
    else list(query);
  }

  let counted;
  /** Say what the searching has cost so far, and what could be kept. */
  async function tally() {
    const { articles, bytesFetched } = (await index()).stats();
    const size = number(Math.max(1, Math.round(bytesFetched / 1000))) + " kB";
    if (ledger) ledger.textContent = say("spent", number(articles)) + say("read", size);
    if (place && sign === "?" && !counted) {
      counted = true;
      // What that reads must not come before the first articles.
      setTimeout(keeper, 1500, place, index, say, lang);
    }
  }

  box.addEventListener("xunzi-found", (e) => {
    const { query } = e.detail;
    if (!desk.hidden) {
      history.replaceState(history.state, "", addressed(query ? { q: query } : {}));
      document.title = query ? `${query} · ${name}` : name;
    }
    if (query) tally().catch(() => {});
  });
  box.addEventListener("xunzi-select", (e) => {
    e.preventDefault();
    const { result, snippet, query } = e.detail;
    scrolled = window.scrollY;
    history.pushState({ list: true }, "", addressed({ read: result.id, q: query, ...(snippet?.anchor && { at: snippet.anchor }) }));
    route();
  });
  history.scrollRestoration = "manual";
  addEventListener("popstate", route);
  if (sign === "#") addEventListener("hashchange", route);
  route();
}

/** Registers a service worker when the page rests: what that fetches must not come before the first answer. */
export const register = (script) => setTimeout(() => navigator.serviceWorker?.register(script).catch(() => {}), 3000);

// In `search.html`.
if (document.body.dataset.xunzi) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(LOOKS);
  document.adoptedStyleSheets = [sheet];
  document.documentElement.lang ||= navigator.language;
  document.title = document.body.dataset.title || say("title");
  start();
  // Where it cannot be had, nothing is lost but what it is for.
  if (location.protocol !== "file:") register("xunzi-sw.js");
}
