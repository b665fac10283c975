// What does the demo do beyond the box? It opens articles in a reading view with every found place marked, and keeps
// what is searched and read in the address, so that Back works and a link can be passed on.
import { open } from "../xunzi/xunzi.js";

const box = document.querySelector("xunzi-search");
const desk = document.getElementById("desk");
const reading = document.getElementById("reading");
const ledger = document.getElementById("ledger");
const name = document.title;

let opened = null; // the promise of the index; the box has the same one
let turn = 0; // the newest view; answers for an older one are dropped
let scrolled = 0; // where the list of results was left

function index() {
  opened ||= open();
  opened.catch(() => (opened = null));
  return opened;
}

function make(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

function button(label, title, action) {
  const node = make("button", { type: "button", title, "aria-label": title }, label);
  node.addEventListener("click", action);
  return node;
}

/** What stands between `from` and `to` of a text, marked, places numbered from `base`; a place that reaches over a line break is cut in two. */
function marked(text, marks, from, to, base = 0) {
  const pieces = [];
  let at = from;
  marks.forEach(([start, end], n) => {
    if (end <= at || start >= to) return;
    const begin = Math.max(start, at);
    pieces.push(text.slice(at, begin), make("mark", { "data-n": base + n }, text.slice(begin, Math.min(end, to))));
    at = Math.min(end, to);
  });
  return [...pieces, text.slice(at, to)];
}

const HAN = /\p{Script=Han}/u;
const DECK = /^(——|□)[^。]{1,60}$/; // a paper's subtitle or byline

/** The article's paragraphs and headings as nodes. */
function body({ text, marks, headings }, base) {
  const heads = new Map((headings || []).map((heading) => [heading.start, heading]));
  const nodes = [];
  let from = 0;
  for (const line of text.split("\n")) {
    const to = from + line.length;
    const head = heads.get(from);
    const pieces = marked(text, marks, from, to, base);
    if (head) nodes.push(make("h2", { dir: "auto" }, ...pieces));
    else if (line.trim()) nodes.push(make("p", { dir: "auto", class: DECK.test(line) ? "deck" : HAN.test(line) ? "han" : "" }, ...pieces));
    from = to + 1;
  }
  return nodes;
}

function date(text) {
  const day = /^\d{4}-\d\d-\d\d/.test(text) ? new Date(text.slice(0, 10)) : NaN;
  return isNaN(day) ? text : day.toLocaleDateString("zh-Hans", { dateStyle: "full", timeZone: "UTC" });
}

function byline(meta = {}) {
  const facts = [meta.date && date(meta.date), meta.section, meta.author, meta.source].filter(Boolean);
  // There may be several authors, say.
  return make("p", { class: "byline", dir: "auto" }, ...facts.map((fact) => make("span", {}, [fact].flat().join("、"))));
}

/** A link to where the article came from, if it is from another place on the web. */
function origin(address) {
  try {
    const { href, protocol } = new URL(address);
    if (/^https?:$/.test(protocol)) return [make("p", { class: "origin" }, make("a", { href }, "原文"))];
  } catch {
    // no link then
  }
  return [];
}

/** The bar that walks from one found place to the next. */
function stepper(count, first) {
  let at = -1;
  const label = make("span", { role: "status" });
  const go = (n) => {
    for (const mark of reading.querySelectorAll("mark.here")) mark.classList.remove("here");
    at = (n + count) % count;
    const marks = reading.querySelectorAll(`mark[data-n="${at}"]`);
    for (const mark of marks) mark.classList.add("here");
    marks[0]?.scrollIntoView({ block: "center" });
    label.textContent = `${at + 1} / ${count} 处`;
  };
  const bar = make("div", { class: "stepper", role: "group", "aria-label": "找到的地方" },
    button("↑", "上一处", () => go(at - 1)), label, button("↓", "下一处", () => go(at + 1)));
  return { bar, start: () => go(first) };
}

async function read(id, query, hash) {
  const mine = ++turn;
  const address = query ? `?q=${encodeURIComponent(query.toWellFormed?.() ?? query)}` : "./";
  const back = make("a", { class: "back", href: address }, "← ", query ? `“${query}”的结果` : "回到检索");
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
  const wait = setTimeout(() => reading.replaceChildren(back, make("p", { class: "wait" }, "正在取来这篇文章…")), 200);
  try {
    const article = await (await index()).article(id, query);
    if (mine !== turn) return;
    tally();
    if (!article) throw new Error("没有这篇文章。");
    const { title, titleMarks = [], text, marks = [], headings = [], meta, url } = article;
    const head = headings.find((heading) => new URL("#" + heading.anchor, location.href).hash === hash);
    // Places in the title count, as in the list of results; reading begins in the text.
    const base = titleMarks.length;
    const first = marks.length ? base + Math.max(0, marks.findIndex(([start]) => start >= (head ? head.start : 0))) : 0;
    const steps = base + marks.length ? stepper(base + marks.length, first) : null;
    document.title = `${title} · ${name}`;
    reading.replaceChildren(back,
      make("h1", { dir: "auto", tabindex: "-1" }, ...marked(title, titleMarks, 0, title.length)), byline(meta),
      make("div", { class: "text" }, ...body({ text, marks, headings }, base)), ...origin(url), ...(steps ? [steps.bar] : []));
    window.scrollTo(0, 0);
    reading.querySelector("h1").focus({ preventScroll: true });
    steps?.start();
  } catch (e) {
    if (mine !== turn) return;
    const why = e.code === "offline" ? "网络不通，这篇文章没能取来。" : e.code ? "这篇文章暂时读不出来。" : e.message;
    reading.replaceChildren(back, make("p", { class: "wait" }, why, " ", button("重试", "重试", route)));
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
  document.body.classList.toggle("finds", query !== "");
  window.scrollTo(0, scrolled);
}

function route() {
  const asked = new URLSearchParams(location.search);
  const query = asked.get("q") || "";
  if (asked.has("read")) read(Number(asked.get("read")), query, location.hash);
  else list(query);
}

/** Say what the searching has cost so far. */
async function tally() {
  const { articles, bytesFetched, requests } = (await index()).stats();
  const size = Math.max(1, Math.round(bytesFetched / 1000)).toLocaleString("zh-Hans");
  ledger.textContent = `共 ${articles.toLocaleString("zh-Hans")} 篇文章，到现在为止读取了 ${size} kB，${requests} 个请求。`;
}

// The masthead makes room as soon as something is typed.
box.addEventListener("input", () => document.body.classList.toggle("finds", box.value !== ""));

box.addEventListener("xunzi-found", (e) => {
  const { query } = e.detail;
  if (!desk.hidden) {
    history.replaceState(history.state, "", query ? `?q=${encodeURIComponent(query)}` : location.pathname);
    document.title = query ? `${query} · ${name}` : name;
  }
  if (query) tally().catch(() => {});
});

box.addEventListener("xunzi-select", (e) => {
  if (!e.detail.url) return;
  e.preventDefault();
  scrolled = window.scrollY;
  history.pushState({ list: true }, "", e.detail.url);
  route();
});

document.getElementById("samples").addEventListener("click", (e) => {
  const sample = e.target.closest("button");
  if (!sample) return;
  box.value = sample.textContent;
  document.body.classList.add("finds");
});

ledger.textContent = "什么都还没有下载：等您把光标放进搜索框。";
history.scrollRestoration = "manual";
addEventListener("popstate", route);
route();
