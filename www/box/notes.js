// What is said when there is no answer, or not all of it? What happened, what that means for these results, and what to do.
import { icon, make } from "./make.js";

const SIGNS = {
  line: "M2.5 9h13M9 2.5v13",
  offline: "M2 6.5a10.500 10.500 0 0 1 14 0M5 10a6 6 0 0 1 8 0M9 13.500v.01M3 16 15 2",
  broken: "M9 2 1.500 15.500h15ZM9 7v4M9 13.200v.01",
};

/**
 * @param {State} state
 * @param {Words} words
 * @returns {{kind: string, text: string, aside?: string, action?: string, sign?: string}|null}
 */
export function note(state, words) {
  const { phase, error, found, results, articles, shown, typed } = state;
  if (phase === "failed") return failed(error, results, typed, words);
  if (phase !== "done" || !found) return null;
  const stale = found.stale ? words.say("stale") : "";
  if (found.state === "partial") {
    // An index of a catalog that does not answer is no fault of the reader's line.
    const offline = found.problem?.code === "offline" && !found.problem.index;
    if (!results.length) return { kind: "failed", sign: offline ? "offline" : "broken", text: words.say(offline ? "offline" : "broken"), aside: words.say("rest"), action: "retry" };
    return { kind: "partial", sign: offline ? "offline" : "broken", text: words.say(offline ? "unread" : "partial"), aside: stale, action: "retry" };
  }
  if (!results.length) return { kind: "none", text: words.say("none", shown, articles), aside: stale || words.say("sure") };
  return stale ? { kind: "stale", sign: "offline", text: stale } : null;
}

/** @param {Fault} error @param {object[]} results @param {number} typed @param {Words} words */
function failed({ code }, results, typed, words) {
  if (code === "too-long") return { kind: "failed", text: words.say("too-long", typed), aside: words.say("rest") };
  const offline = code === "offline";
  const action = code === "version" ? "reload" : code === "unsupported" ? undefined : "retry";
  return { kind: "failed", sign: offline ? "offline" : "broken", text: words.say(code), aside: results.length ? words.say("partial") : words.say("rest"), action };
}

/** What is heard of a state: its numbers, and what is said of it. @param {State} state @param {Words} words */
export function spoken(state, words) {
  const told = note(state, words);
  const numbers = state.found?.articles ? words.tally(state.found).join(", ") : "";
  return [numbers, told?.text, told?.aside].filter(Boolean).join(". ");
}

/** @param {ReturnType<typeof note>} told @param {Words} words @param {() => void} act */
export function drawn(told, words, act) {
  const button = told.action && make("button", { part: told.action, type: "button" }, words.say(told.action));
  if (button) button.onclick = act;
  return [told.sign && icon(SIGNS[told.sign]), make("div", { part: "told" }, make("p", {}, told.text), told.aside && make("small", {}, told.aside)), button].filter(Boolean);
}
