// How does a page ask? open(base) gives an index with search(), article(), counts(), timeline(), near(), complete(), fields(),
// stats(), keep() and close().
//
// The page reads the manifest and, without waiting for it, asks for the worker's script, the engine and the files that
// every query needs as this script knows them: its publisher has put their names in. The manifest decides. When it names
// others, what was asked for is dropped.
//
// It comes when a page first opens an index (first.js), which asks for these files before there is this.
import { HOME, XunziError, module } from "./given.js";
import { Link, links } from "./link.js";
import { sum } from "./manifest.js";
import { LATE, soon } from "./soon.js";
import { aborted, ours } from "./told.js";

/** What the page's script must know of this one to get on with it. */
export const ASKING = 1;

/** The value, if it is of this type. What else a question may be made of, the engine knows. */
function typed(type, value) {
  if (typeof value === type) return value;
  throw TypeError(`not a ${type}`);
}

/** The names of folds, as the engine takes them. */
const folds = ({ exact }) => typed("string", Array.isArray(exact) ? exact.map((name) => name || "?").join() : exact ?? "");

/** What narrows, as parts for the engine: of each condition its name and what it says. */
function narrowing({ filters, from, to, scope, lenient }, own) {
  // Of several indexes, one may lack a field that others have.
  const parts = lenient ? ["lenient", ""] : [];
  // A scope may stand in an address: `version=2.1&lang=en`.
  const pairs = (value) => (typeof value === "string" ? [...new URLSearchParams(value)] : Object.entries(typed("object", value ?? {})));
  // What one of them asks for, the others only narrow further.
  [own, scope, filters].forEach((group) => pairs(group).forEach(([field, values]) => {
    parts.push("and", "");
    for (const value of [values].flat()) parts.push("filter", field, typed("string", value));
    if (Array.isArray(values) && !values.length) parts.push("none", field);
  }));
  if (from != null) parts.push("from", typed("string", from));
  if (to != null) parts.push("to", typed("string", to));
  return parts;
}

// A browser remembers that a module has failed.
let attempts = 0;


/** A list of answers, with what is said of all of them. */
const listing = ({ list, ...rest }) => Object.assign(list, rest);

/**
 * Open the index in the folder `base`; several opens of one folder share one engine.
 * @param {string|URL} [base] the folder that holds `manifest`; by default this script's own
 * @param {{scope?: object|string, onbytes?: (got: number, expected: number) => void, pace?: number}} [options] `scope` narrows all that is asked as
 * `filters` do; `onbytes` is told the bytes read so far, and those that the start needs
 * (`pace` is for tests: every time to wait is multiplied by it)
 */
export async function open(base = HOME, options) {
  const { pace = 1 } = options ?? {};
  let link;
  try {
    const root = new URL(typed("string", /** @type {any} */ (base).href ?? base).replace(/\/*$/, "/"), document.baseURI).href;
    link = links.get(root) ?? new Link(root, pace);
  } catch (e) {
    throw ours("bad-request", e);
  }
  const index = await face(link, options ?? {});
  if (!link.place[1].members) return index;
  // It is a catalog of indexes, which few sites have.
  try {
    const list = (use) => {
      const [root, { build }] = link.place;
      return link.obtain(root + build + "/members.dat", ["force-cache", "reload", "reload"], {}, (file) => use(file, build));
    };
    const member = async ({ address, id, open: names, sizes }) => {
      const [root, { engine }] = link.place;
      return address ? open(new URL(address, root), options)
        : face(links.get(root + id) ?? new Link(root, pace, { engine, build: id, open: names, sizes, text: id }), options ?? {});
    };
    // One that was cut may be a module all the same.
    const bring = (attempt) => soon(module("catalog.js", attempt), 3 * LATE * pace, "No catalog.js.");
    let { gather } = await bring(attempts).catch(() => ({}));
    if (!gather) ({ gather } = await bring(++attempts));
    return gather({ index, list, member, sum, link,
      may: async (query, options) => link.ask("may", [typed("string", query), folds(options)], options),
      fault: (code, message) => new XunziError(code, message) });
  } catch (e) {
    index.close();
    throw ours("offline", e);
  }
}

/** An index as scripts see it, once it is open. @param {Link} link @param {{scope?: any, onbytes?: any}} options */
async function face(link, { onbytes, scope }) {
  link.users++;
  const { listeners, spent } = link;
  if (onbytes) listeners.add(onbytes);
  let closed = false;
  const close = () => {
    if (closed) return;
    closed = true;
    listeners.delete(onbytes);
    link.leave();
  };
  try {
    await link.opened;
  } catch (e) {
    close();
    throw e;
  }
  const ask = async (call, values, options) => {
    try {
      if (closed) throw aborted();
      return await link.ask(call, values(options ?? {}), options ?? {});
    } catch (e) {
      throw ours("bad-request", e);
    }
  };
  const further = async (call, parts, options) => listing(await ask(call, (options) => [
    ...parts(options), ...narrowing(options, scope), "exact", folds(options), "limit", typed("number", options.limit ?? 10), "count", typed("string", options.count ?? "quick"),
  ], options));
  // A module of its own, which hardly any reader wants.
  const offline = async (call, options) => {
    try {
      if (closed) throw aborted();
      const [root, facts] = link.place;
      return await (await module("keep.js"))[call](root, facts, options);
    } catch (e) {
      throw ours(e.code ?? "offline", e);
    }
  };
  return {
    /**
     * Every article that holds `query`, a page of them.
     * @param {string} query
     * @param {{limit?: number, offset?: number, sort?: string, exact?: string[], filters?: object, from?: string, to?: string,
     *          scope?: object|string, count?: string, signal?: AbortSignal, onprogress?: (found: object) => void}} [options] limit 0: all
     * of them, verified, and `onprogress` is told what is new; count "exact": all are verified and the first are shown; sort: "best", "newest", "oldest", or a field, with "-" from its last value to its first
     */
    search: (query, options) => ask("search", (options) => {
      const sort = typed("string", options.sort ?? "best");
      const parts = narrowing(options, scope);
      const own = ["best", "newest", "oldest"].includes(sort);
      if (!own) parts.push("sort", sort);
      return [typed("string", query), typed("number", options.limit ?? 10), typed("number", options.offset ?? 0), own ? sort : "key", folds(options), parts, typed("string", options.count ?? "quick")];
    }, options),
    /**
     * One article, whole, with every place where `query` stands in it; null if there is none of this id.
     * @param {number} id as in a search's results
     * @param {string} [query]
     * @param {{exact?: string[], signal?: AbortSignal}} [options]
     */
    article: (id, query, options) => ask("article", (options) => ["id", typed("number", id), "query", typed("string", query ?? ""), "exact", folds(options)], options),
    /** How many of the articles that hold `query` have each value of `field`. */
    counts: (query, field, options) => further("counts", (options) => ["query", typed("string", query), "field", typed("string", field)], options),
    /** How many articles of each year or month hold each of `queries`, and how many there are. */
    timeline: (queries, options) => further("timeline", (options) => [...[queries].flat().flatMap((query) => ["query", typed("string", query)]),
      "unit", typed("string", options.unit ?? "year")], options),
    /** What is near a query that finds nothing. */
    near: (query, options) => further("near", () => ["query", typed("string", query)], options),
    /** What begins like `text`, or fits it, with `.` or `?` for any character. */
    complete: (text, options) => further("complete", () => ["query", typed("string", text)], options),
    /** The columns there are. */
    fields: (options) => further("fields", () => [], options),
    /** What has been read so far; bytes as they are once HTTP has unpacked them. */
    stats: () => ({ ...spent }),
    /** How much of the index is in this browser, for a time without network: {kept, older, files, allFiles, bytes, allBytes, usage, quota, persisted}. */
    kept: (options) => offline("kept", options),
    /**
     * Fetch the rest of it. What came before an interruption stays, and is not asked for again.
     * @param {{signal?: AbortSignal, onprogress?: (state: object) => void}} [options]
     */
    keep: (options) => offline("keep", options),
    /** Remove what is kept. */
    forget: () => offline("forget"),
    close,
  };
}
