// Where do files and scripts come from? From the host. In pages that must do without one, `www/offline/inside.js` stands in the
// place of this script.

/** The folder of this script. */
export const HOME = new URL(".", import.meta.url);

/** One file. */
export const get = (address, options) => fetch(address, options);

/** Where a worker starts: its script must be of the page's origin, but may import one of another. */
export const workerAt = (script) => (script.startsWith(location.origin + "/") ? script
  : URL.createObjectURL(new Blob([`importScripts(${JSON.stringify(script)})`], { type: "text/javascript" })));

/** A module, once it is needed. */
export const moduleAt = (address) => import(address);
