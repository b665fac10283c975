// What is the page told? The events of the element, see xunzi.d.ts.

/** @returns {boolean} whether the page lets it happen */
export const send = (host, name, detail) => host.dispatchEvent(new CustomEvent("xunzi-" + name, { bubbles: true, composed: true, cancelable: true, detail }));

/** @param {HTMLElement} host @param {State} state @param {boolean} [answer] whether it has an answer that is new */
export function outcome(host, { phase, shown, found, error }, answer) {
  if (answer && phase === "done") send(host, "found", { query: shown, found });
  if (phase === "failed") send(host, "error", { error });
}

/** Nobody has typed for a while. @param {HTMLElement} host @param {State} state */
export function rested(host, { shown, found }) {
  const { articles, hits, articlesExact, hitsExact, state } = found;
  send(host, "rest", { query: shown, articles, hits, exact: !!(articlesExact && hitsExact), state });
}
