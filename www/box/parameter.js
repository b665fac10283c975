// Is what is searched kept in the page's address, and where?

/** The name of the parameter; null if nothing is kept. @param {HTMLElement} host */
export function parameter(host) {
  return host.getAttribute("address") || (host.hasAttribute("address") || host.getAttribute("mode") === "page" ? "q" : null);
}
