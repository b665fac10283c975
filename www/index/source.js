// Where do files and scripts come from? From the host. In pages that must do without one, `www/offline/inside.js` stands in the
// place of this script.

/** The folder of this script. */
export const HOME = new URL(".", import.meta.url);

/** One file. */
export const get = (address, options) => fetch(address, options);

/** A module, once it is needed. */
export const moduleAt = (address) => import(address);
