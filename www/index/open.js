// How does a page ask? open(base) gives an index with search(), article(), stats(), keep() and close().
//
// The page reads the manifest and, without waiting for it, asks for the worker's script, the engine and the files that
// every query needs as this script knows them: its publisher has put their names in. The manifest decides. When it names
// others, what was asked for is dropped.
import { aborted, ours } from "./error.js";
import { Link, links } from "./link.js";
import { module } from "./load.js";
import { HOME } from "./source.js";
export { XunziError } from "./error.js";
export { beside, module, release } from "./load.js";

/** The value, if it is of this type. What else a question may be made of, the engine knows. */
function typed(type, value) {
  if (typeof value === type) return value;
  throw TypeError(`not a ${type}`);
}

/** The names of folds, as the engine takes them. */
const folds = ({ exact }) => typed("string", Array.isArray(exact) ? exact.map((name) => name || "?").join() : exact ?? "");

/**
 * Open the index in the folder `base`; several opens of one folder share one engine.
 * @param {string|URL} [base] the folder that holds `manifest`; by default this script's own
 * @param {{onbytes?: (got: number, expected: number) => void, pace?: number, scope?: string}} [options] told the bytes read so far, and those that the start needs
 * (`pace` is for tests: every time to wait is multiplied by it)
 */
export async function open(base = HOME, options) {
  const { onbytes, pace = 1 } = options ?? {};
  let link;
  try {
    const root = new URL(typed("string", /** @type {any} */ (base).href ?? base).replace(/\/*$/, "/"), document.baseURI).href;
    link = links.get(root) ?? new Link(root, pace);
    link.users++;
  } catch (e) {
    throw ours("bad-request", e);
  }
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
     * @param {{limit?: number, offset?: number, sort?: "best"|"newest"|"oldest", exact?: string[], signal?: AbortSignal,
     *          onprogress?: (found: object) => void}} [options] limit 0: all of them, verified
     */
    search: (query, options) => ask("search", (options) => [typed("string", query), typed("number", options.limit ?? 10),
      typed("number", options.offset ?? 0), typed("string", options.sort ?? "best"), folds(options)], options),
    /**
     * One article, whole, with every place where `query` stands in it; null if there is none of this id.
     * @param {number} id as in a search's results
     * @param {string} [query]
     * @param {{exact?: string[], signal?: AbortSignal}} [options]
     */
    article: (id, query, options) => ask("article", (options) => [typed("number", id), typed("string", query ?? ""), folds(options)], options),
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
