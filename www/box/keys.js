// What do the keys do? In a list that is chosen from the input, and in a list of links.

/** A key that belongs to the input method; Safari tells only by its code. */
const composes = (e) => e.isComposing || e.keyCode === 229;

const DOWN = 1;
const UP = -1;

/** What a key that moves says: by how much, and whether by articles. */
function step(e, mac) {
  const letter = mac && e.ctrlKey ? e.key : "";
  if (e.key === "ArrowDown" || letter === "n") return [DOWN, false];
  if (e.key === "ArrowUp" || letter === "p") return [UP, false];
  if (e.key === "PageDown") return [DOWN, true];
  if (e.key === "PageUp") return [UP, true];
  return null;
}

/** @param {Panel} panel @param {KeyboardEvent} e */
export function press(panel, e) {
  if (composes(e) || e.defaultPrevented || e.altKey) return;
  const input = e.composedPath()[0] === panel.input;
  if (e.key === "Escape") {
    // One that is in nobody's way stays the page's.
    if (panel.escape()) e.preventDefault();
    return;
  }
  const move = step(e, panel.mac);
  if (panel.inline ? links(panel, e, move, input) : input && options(panel, e, move)) e.preventDefault();
}

/** In the list that is chosen from the input. Answers whether the key was for it. */
function options(panel, e, move) {
  const all = panel.options();
  const active = all.indexOf(panel.active);
  if (e.key === "Enter") {
    // The search key of a phone's keyboard puts that away, and opens nothing that nobody has chosen.
    const phone = panel.touch && active < 1;
    if (phone) panel.input.blur();
    if (panel.current && panel.active) phone || choose(panel.active, e);
    else panel.enter();
    return true;
  }
  if ((e.key === "Home" || e.key === "End") && active > 0 && !e.shiftKey) {
    panel.mark(e.key === "Home" ? all[0] : all.at(-1));
    return true;
  }
  if (!move || e.shiftKey) return false;
  const [by, far] = move;
  if (!panel.shown) panel.show();
  else if (far) panel.mark(next(all, active, by));
  else if (active + by >= all.length) panel.further();
  else panel.mark(all[Math.max(0, active + by)]);
  return true;
}

function choose(option, e) {
  if ((e.ctrlKey || e.metaKey) && option.href) window.open(option.href, "_blank", "noopener");
  else option.click();
}

/** The first place of the next article, or the one before. */
function next(all, active, by) {
  const article = (node) => node?.closest("[part=result]");
  const here = article(all[active]);
  for (let at = active; all[at]; at += by) {
    const other = article(all[at]);
    if (other !== here) return all.find((node) => article(node) === other);
  }
  return by > 0 ? all.at(-1) : all[0];
}

/** In a list of links the focus itself moves. */
function links(panel, e, move, input) {
  if (input && e.key === "Enter") {
    panel.ask();
    // The keyboard of a phone goes, the results stay.
    if (panel.touch) panel.input.blur();
    return true;
  }
  if (!move || e.ctrlKey || e.metaKey || e.shiftKey) return false;
  const all = panel.links();
  const at = all.indexOf(panel.focused());
  if (at < 0 && !input) return false;
  const [by, far] = move;
  const to = at < 0 ? (by > 0 ? all[0] : null) : far ? next(all, at, by) : (all[at + by] ?? (by < 0 ? panel.input : null));
  to?.focus();
  return !!to || !input;
}
