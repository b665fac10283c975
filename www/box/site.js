// What does the site want of the box? What the attributes of its element say, see xunzi.d.ts.

/** @param {HTMLElement} host @returns {"box"|"button"|"inline"} */
export function form(host) {
  const mode = host.getAttribute("mode");
  return mode === "inline" || mode === "page" ? "inline" : mode === "modal" ? "button" : "box";
}

/** Articles a page. @param {HTMLElement} host */
export const limit = (host) => Number(host.getAttribute("limit")) || 10;

/** How results are drawn, as far as the site says it. @param {HTMLElement} host @returns {Partial<Manner>} */
export function looks(host) {
  const list = form(host) !== "inline";
  return {
    list,
    template: host.getAttribute("link"),
    plain: host.getAttribute("fragments") === "off",
    mark: host.hasAttribute("highlight") ? host.getAttribute("highlight") || "highlight" : null,
    level: list ? null : level(host),
  };
}

/** The level of a heading under the one that the box stands under. */
function level(host) {
  const above = [...document.querySelectorAll("h1, h2, h3, h4, h5")].findLast((heading) => heading.compareDocumentPosition(host) & Node.DOCUMENT_POSITION_FOLLOWING);
  return above ? +above.tagName[1] + 1 : 2;
}

/** The site's own words. @param {HTMLElement} host */
export function ownWords(host) {
  try {
    return JSON.parse(host.getAttribute("words") || "{}");
  } catch (e) {
    console.warn("xunzi: the attribute `words` is no JSON:", e.message);
    return {};
  }
}
