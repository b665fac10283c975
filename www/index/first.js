// How does a page ask before there is anything to ask with? Its open() brings the rest, open.js and what that imports, published
// as ask.js.
//
// Nothing waits for another: with that module it asks for the manifest, the engine and the files that every
// query needs, as this script knows them, and starts the worker; the module takes all of it over.
import { XunziError } from "./error.js";
import { BUILD, ENGINE, NAMES, OWN } from "./known.js";
import { module, release } from "./release.js";
import { HOME, get } from "./source.js";

// What a module of another release may not understand of this script.
const ASKS = 1;
// Ms without the module, then it is given up; a pause before it is asked for again, and how often that is done.
const LATE = 30000;
const PAUSE = 400;
const ATTEMPTS = 4;

/** Files that were asked for here, and the worker, by address. @type {Map<string, any>} */
const begun = new Map();
/** The promise of the module. @type {Promise<any>} */
let rest;
let tries = 0;

/** Whether this is the folder of this script. What no address is, an element takes as it is. */
const own = (base) => Object.assign(document.createElement("a"), { href: base }).href.replace(/\/*$/, "/") === HOME.href;

/** Ask for a file that the module will want; the promise of the answer. @param {string} name @param {RequestCache} [cache] */
export function ahead(name, cache = "force-cache") {
  const control = new AbortController();
  const answer = get(HOME + name, { cache, signal: control.signal, referrerPolicy: "strict-origin" });
  answer.catch(() => {});
  begun.set(HOME + name, { control, answer });
  return answer;
}

/** For pages under Trusted Types, if they allow it; a policy can be made once. */
let policy;

/** A worker: `early` is what it says before anybody listens, `failed` whether it does not run. @param {any} address */
export function employ(address) {
  try {
    policy ||= trustedTypes.createPolicy("xunzi", { createScriptURL: (url) => url });
    address = policy.createScriptURL(address);
  } catch {
    // As it is.
  }
  const worker = /** @type {any} */ (new Worker(address));
  worker.onmessage = (e) => (worker.early = e);
  worker.onerror = (e) => {
    e.preventDefault();
    worker.failed = true;
  };
  return worker;
}

/** All that a query will. */
function begin() {
  const script = HOME + ENGINE + "/worker.js";
  try {
    // One may be there still, for which no module came.
    if (script.startsWith(location.origin + "/") && !begun.has(script)) begun.set(script, employ(script));
  } catch {
    // The module knows another way.
  }
  ahead("manifest", "no-cache");
  ahead(ENGINE + (self.WebAssembly ? "/engine.wasm" : "/plain.js"));
  for (const name of NAMES) ahead(BUILD + "/" + name);
}

/** Why there is no module; in place of what the browser may have of it comes what the host has. @param {string} engine @returns {Promise<import("./error.js").Code>} */
async function why(engine) {
  const answer = await ahead(engine + "/ask.js", "reload");
  await answer.text();
  return answer.ok ? "corrupt" : "not-found";
}

/** The module. A page from before the site was published anew takes that of today. @param {number} pace @param {string} [engine] @param {number} [tried] */
async function bring(pace, engine, tried = 1) {
  engine ||= ENGINE;
  const pause = (ms) => new Promise((go) => setTimeout(go, ms * pace));
  const soon = (coming) => Promise.race([coming, pause(LATE)]).catch(() => "");
  const made = await soon(module("ask.js", tries++, engine));
  if (made?.ASKING === ASKS) {
    made.give({ XunziError, HOME, OWN, get, module, release, employ, begun });
    return made;
  }
  /** @type {import("./error.js").Code} */
  let code = made?.ASKING ? "version" : "offline";
  // One that is damaged may be a module all the same: without what it says of itself.
  if (made != null && !made.ASKING) {
    const there = await soon(release());
    if (!there || there === engine) {
      code = (await soon(why(engine))) || code;
      await pause(PAUSE * tried);
    }
    if (tried < ATTEMPTS) return bring(pace, there, tried + 1);
  }
  throw new XunziError(code, "ask.js");
}

/** The module, as soon as it is there. @param {number} [pace] */
export const asking = (pace = 1) => (rest ??= bring(pace).catch((e) => {
  rest = null;
  throw e;
}));

/** See xunzi.d.ts. @param {string|URL} [base] @param {any} [options] */
export async function open(base = HOME, options) {
  const first = !rest;
  const made = asking(options?.pace);
  if (first && BUILD && own(base)) begin();
  return (await made).open(base, options);
}
