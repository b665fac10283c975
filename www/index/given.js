// What has the page's script handed over? What there may be only one of, and what it knows alone.

/** @type {typeof import("./error.js").XunziError} */
export let XunziError;
/** The folder of that script. @type {URL} */
export let HOME;
/** What the manifest says that it was published with; it may be long since the host has said so. @type {any} */
export let KNOWN;
/** @type {typeof import("./source.js").get} */
export let get;
/** @type {typeof import("./release.js").module} */
export let module;
/** @type {typeof import("./release.js").release} */
export let release;
/** @type {typeof import("./first.js").employ} */
export let employ;
/** Files that it has asked for, and the worker, by address; whoever wants one takes it out. @type {Map<string, any>} */
export let begun;

export function give(given) {
  ({ XunziError, HOME, get, module, release, employ, begun } = given);
  KNOWN = { ...JSON.parse(given.OWN), text: given.OWN, stale: true };
}
