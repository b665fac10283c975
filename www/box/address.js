// Is what is searched kept in the page's address? If the site asks for it: a link can be passed on then, and Back works.

/** The name of the parameter; null if nothing is kept. @param {HTMLElement} host */
function parameter(host) {
  return host.getAttribute("address") || (host.hasAttribute("address") || host.getAttribute("mode") === "page" ? "q" : null);
}

/** What the address asks for, and where the reader had been in the list. @param {HTMLElement} host */
export function asked(host) {
  const name = parameter(host);
  const query = name && new URLSearchParams(location.search).get(name);
  return query == null ? null : { query, ...history.state?.xunzi };
}

/** @param {HTMLElement} host @param {string} query @param {object} [place] where the reader is in the list */
export function keep(host, query, place) {
  const name = parameter(host);
  if (!name) return;
  const url = new URL(location.href);
  if (query) url.searchParams.set(name, query);
  else url.searchParams.delete(name);
  try {
    history.replaceState({ ...history.state, xunzi: place }, "", url);
  } catch {
    // Browsers stop a page that does this very often.
  }
}
