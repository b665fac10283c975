// How is an article read in the box? Whole, out of the index, with its places marked; a step past the last one leads to the next article.
import { button, drawn } from "../reading/reading.js";
import { make } from "./make.js";

/** Where in the whole text a snippet's first mark stands. */
function place({ text }, snippet) {
  if (!snippet?.marks?.length) return 0;
  const from = text.indexOf(snippet.text.replace(/^…|…$/g, ""));
  return from < 0 ? 0 : from + snippet.marks[0][0] - +snippet.text.startsWith("…");
}

export class Reader {
  node = make("article", { part: "reading", hidden: "" });
  #desk;
  #turn = 0;

  /** @param {Desk} desk */
  constructor(desk) {
    this.#desk = desk;
  }

  /**
   * @param {{result: object, snippet?: object}} at where it is entered
   * @param {number} [end] of the article, if it is entered at its last place
   */
  async open({ result, snippet }, end) {
    const turn = ++this.#turn;
    const { words } = this.#desk;
    const say = (name, value) => (name === "place" ? value : words.say("read:" + name, value));
    const back = button("", () => this.#desk.unread(), say("back"));
    back.append("← ", say("back"));
    back.className = "back";
    this.node.lang = [result.meta?.lang].flat()[0] ?? "";
    this.node.replaceChildren(back);
    this.node.hidden = false;
    let article;
    try {
      article = await this.#desk.article(result.id);
    } catch (e) {
      if (turn === this.#turn) this.node.append(make("p", {}, words.say(e.code)));
      return back.focus();
    }
    if (turn !== this.#turn || !article) return;
    const beyond = (by) => this.#beyond(result.id, by);
    const { nodes, start } = drawn(this.node, article, { from: end ?? place(article, snippet), say, lang: words.lang, beyond });
    this.node.append(...nodes);
    this.node.scrollTop = 0;
    this.node.querySelector("h1").focus({ preventScroll: true });
    start?.();
  }

  /** The next article of the list, or the one before; whether there is one. */
  #beyond(id, by) {
    const { results } = this.#desk;
    const next = results[results.findIndex((result) => result.id === id) + by];
    if (next) this.open({ result: next });
    return !!next;
  }

  close() {
    this.#turn++;
    this.node.hidden = true;
    this.node.replaceChildren();
  }
}
