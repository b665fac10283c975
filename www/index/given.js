// What has the page's script handed over? What there may be only one of, and what it knows alone.

/** @type {typeof import("./error.js").XunziError} */
export let XunziError;
/** The folder of that script. @type {URL} */
export let HOME;
/** What the manifest said that it was published with. @type {any} */
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

export const give = (given) => ({ XunziError, HOME, KNOWN, get, module, release, employ, begun } = given);
