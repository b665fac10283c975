// Is the page light or dark? What floats above it has a paper of its own, and marks have one everywhere.

const DARK = "(prefers-color-scheme: dark)";

/** Red, green, blue and opacity of a computed colour, from 0 to 1; nothing if it is written in another way. */
function parts(colour) {
  const numbers = colour.match(/[\d.]+/g)?.map(Number);
  if (/^rgba?\(/.test(colour)) return [...numbers.slice(0, 3).map((n) => n / 255), numbers[3] ?? 1];
  if (/^color\(srgb /.test(colour)) return [...numbers.slice(0, 3), numbers[3] ?? 1];
  return null;
}

/** @param {number[]} colour */
const light = ([red, green, blue]) => 0.2126 * red ** 2.2 + 0.7152 * green ** 2.2 + 0.0722 * blue ** 2.2 > 0.18;

/** @param {HTMLElement} host @returns {"light"|"dark"} what the attribute `theme` says, else what stands behind the box */
export function scheme(host) {
  const set = host.getAttribute("theme");
  if (set === "light" || set === "dark") return set;
  for (let node = host; node; node = node.parentElement ?? /** @type {any} */ (node.getRootNode()).host) {
    const paper = parts(getComputedStyle(node).backgroundColor);
    if (paper?.[3] > 0.5) return light(paper) ? "light" : "dark";
  }
  return /dark/.test(getComputedStyle(host).colorScheme) && matchMedia(DARK).matches ? "dark" : "light";
}
