// What does an answer look like? Texts of articles become text nodes and nothing else.

export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const name in attributes) if (attributes[name] != null) node.setAttribute(name, attributes[name]);
  node.append(...children.filter(Boolean));
  return node;
}

/** The text in pieces, with a <mark> around every range; they are in order and do not overlap. */
function marked(text, marks) {
  const pieces = [];
  let at = 0;
  for (const [start, end] of marks) {
    pieces.push(text.slice(at, start), make("mark", { part: "mark" }, text.slice(start, end)));
    at = end;
  }
  return [...pieces, text.slice(at)];
}

// Options, for their ids.
let made = 0;

/**
 * One article: its title and facts, then the places, each a link of its own.
 * @param {object} result
 * @param {string} query
 * @param {Words} words
 * @param {string|null} template addresses, with {id} {url} {anchor} {q}
 * @param {(e: Event, detail: object) => void} select what to do when a link is chosen
 */
export function entry(result, query, words, template, select) {
  const option = (part, snippet, ...children) => {
    const url = address(result, snippet?.anchor, query, template);
    const node = make(url ? "a" : "div", { part, role: "option", id: `o${made++}`, href: url, tabindex: "-1" }, ...children);
    node.onclick = (e) => select(e, { result, snippet, url, query });
    return node;
  };
  const { title, titleMarks, meta = {}, lead, hits, hitsExact, snippets } = result;
  const facts = ["date", "section", "author", "source"].map((key) => meta[key] && make("bdi", { part: key }, words[key === "date" ? key : "list"](meta[key])));
  const name = make("span", { part: "name" }, ...marked(title, titleMarks));
  const count = make("bdi", { part: "count" }, hits ? words.count("hits", hits, hitsExact) : "");
  const head = option("title", null, name, count, make("span", { part: "meta" }, ...facts), lead && make("span", { part: "lead" }, lead));
  const places = snippets.filter((snippet) => snippet.field !== "title").map((snippet, i, all) =>
    option("snippet", snippet,
      snippet.heading !== all[i - 1]?.heading && snippet.heading && make("span", { part: "heading" }, snippet.heading),
      make("span", { part: "text" }, ...marked(snippet.text, snippet.marks))));
  return make("div", { part: "result", role: "group", "aria-label": title, dir: "auto", lang: [meta.lang].flat()[0] }, head, ...places);
}

/** Where a result leads; null when that is no address of the web. */
function address({ id, url }, anchor, query, template) {
  const fields = { id, url, anchor, q: query };
  let address = template?.replace(/\{(\w+)\}/g, (_, key) => encodeURIComponent(fields[key] ?? "")) ?? url;
  if (!address) return null;
  if (anchor && !template?.includes("{anchor}")) address = address.replace(/#.*/, "") + "#" + anchor;
  try {
    const { href } = new URL(address, location.href);
    return /^https?:/.test(href) ? href : null;
  } catch {
    return null;
  }
}
