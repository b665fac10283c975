// What are the buttons called, and which keys are there?
import { make } from "./make.js";

/** The keys and what they do, for the foot of the dialog. @param {Words} words @param {boolean} mac */
export function keys(words, mac) {
  const key = (name, ...signs) => make("span", {}, ...signs.map((sign) => make("kbd", {}, sign)), words.say(name));
  return [key("choose", "↑", "↓"), key("go", "↵"), key("tab", mac ? "⌘ ↵" : "Ctrl ↵"), key("close", "Esc")];
}

/** The level of a heading under the one that the box stands under. @param {HTMLElement} host */
export function level(host) {
  const above = [...document.querySelectorAll("h1, h2, h3, h4, h5")].findLast((heading) => heading.compareDocumentPosition(host) & Node.DOCUMENT_POSITION_FOLLOWING);
  return above ? +above.tagName[1] + 1 : 2;
}

/** The site's own words, in an attribute. @param {HTMLElement} host */
export function ownWords(host) {
  try {
    return JSON.parse(host.getAttribute("words") || "{}");
  } catch (e) {
    console.warn("xunzi: the attribute `words` is no JSON:", e.message);
    return {};
  }
}
