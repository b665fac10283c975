// What stands around the list, in every form: numbers, what is said, the way to more, the keys.
import { icon, make } from "./make.js";
import { drawn } from "./notes.js";

const CROSS = "M4.5 4.5 13.5 13.5M13.5 4.5 4.5 13.5";
const BACK = "M11 3.5 5.5 9 11 14.5";
// Pixels from the end of the list at which the next page is asked for.
const NEAR = 300;

/** The keys and what they do, for the foot of the dialog. @param {Words} words @param {boolean} mac */
function keys(words, mac) {
  const key = (name, ...signs) => make("span", {}, ...signs.map((sign) => make("kbd", {}, sign)), words.say(name));
  return [key("choose", "↑", "↓"), key("go", "↵"), key("tab", mac ? "⌘ ↵" : "Ctrl ↵"), key("close", "Esc")];
}

const button = (part, content, hidden) => make("button", { part, type: "button", hidden }, content);

export class Frame {
  status = make("div", { part: "status" });
  exact = button("exact", null, "");
  bar = make("div", { part: "bar" }, this.status, this.exact);
  note = make("div", { part: "note", hidden: "" });
  more = button("more", null, "");
  scroll = make("div", { part: "scroll" });
  foot = make("div", { part: "foot", "aria-hidden": "true" });
  body = make("div", { part: "panel", hidden: "" }, this.bar, this.scroll, this.foot);
  // In the box itself.
  back = button("back", icon(BACK));
  clear = button("clear", icon(CROSS));
  close = button("close", "Esc");

  /** @param {Words} words @param {boolean} mac */
  name(words, mac) {
    this.clear.setAttribute("aria-label", words.say("clear"));
    // What is seen is part of the name.
    this.close.setAttribute("aria-label", "Esc " + words.say("close"));
    this.back.setAttribute("aria-label", words.say("back"));
    this.exact.textContent = words.say("exact");
    this.foot.replaceChildren(...keys(words, mac));
  }

  /** What is known of an answer, and whether it can be known exactly. @param {State} state @param {Words} words */
  numbers({ phase, found, results }, words) {
    const { articles, articlesExact, hitsExact, state } = found ?? {};
    const left = articles ? articles - results.length : 0;
    this.more.hidden = phase === "waits" || phase === "failed" || !results.length || left <= 0;
    this.more.textContent = words.count("more", left, articlesExact);
    if (phase === "waits") return;
    this.status.replaceChildren(...(articles ? words.tally(found).map((text) => make("span", {}, text)) : []));
    const inexact = hitsExact === false || articlesExact === false;
    this.exact.hidden = !(phase === "done" && articles && inexact && state !== "partial");
  }

  /** @param {Words} words @param {[number, number]|null} kilobytes */
  waiting(words, kilobytes) {
    const size = kilobytes ? ` ${words.say("of", kilobytes[1], kilobytes[0])}` : "…";
    this.status.replaceChildren(make("span", {}, words.say("loading") + size));
  }

  /** What is wrong with a list is said above it, what is said in place of one, below. @param {object|null} told @param {Node[]} other what stands there if nothing is told */
  tell(told, other, list, words, act) {
    this.note.hidden = !told && !other.length;
    this.note.dataset.kind = told?.kind ?? "rest";
    this.note.replaceChildren(...(told ? drawn(told, words, act) : other));
    const partial = told?.kind === "partial";
    if (list[partial ? "previousSibling" : "nextSibling"] !== this.note) list[partial ? "before" : "after"](this.note);
  }

  get near() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroll;
    return scrollTop > 0 && scrollTop + clientHeight > scrollHeight - NEAR;
  }
}
