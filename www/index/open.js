// How does a page ask? open(base) gives an index with search(), article(), stats() and close().
//
// The page reads the manifest and, without waiting for it, asks for the worker's script, the engine and the files that
// every query needs as this script knows them: its publisher has put their names in. The manifest decides. When it names
// others, what was asked for is dropped.
import { aborted } from "./error.js";
import { linkTo } from "./link.js";
import { HOME } from "./manifest.js";
export { XunziError } from "./error.js";
export { beside } from "./load.js";

/**
 * Open the index in the folder `base`; several opens of one folder share one engine.
 * @param {string|URL} [base] the folder that holds `manifest`; by default this script's own
 * @param {{onbytes?: (got: number, expected: number) => void}} [watch] told the bytes read so far, and those that the start needs
 * (`pace` is for tests: every time to wait is multiplied by it)
 */
export async function open(base = HOME, { onbytes, pace = 1 } = {}) {
  const link = linkTo(new URL(String(base).replace(/\/*$/, "/"), document.baseURI).href, pace);
  const { listeners, spent } = link.loader;
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
  const ask = (call, values, options) =>
    closed ? Promise.reject(aborted()) : link.ask(call, values, options);
  return {
    /**
     * Every article that holds `query`, a page of them.
     * @param {string} query
     * @param {{limit?: number, offset?: number, sort?: "best"|"newest"|"oldest", exact?: string[], signal?: AbortSignal,
     *          onprogress?: (found: object) => void}} [options] limit 0: all of them, verified
     */
    search(query, options = {}) {
      const { limit, offset, sort, exact } = options;
      return ask("search", [String(query), Number(limit ?? 10), Number(offset ?? 0), String(sort ?? "best"), String(exact ?? "")], options);
    },
    /**
     * One article, whole, with every place where `query` stands in it.
     * @param {number} id as in a search's results
     * @param {string} [query]
     * @param {{exact?: string[], signal?: AbortSignal}} [options]
     */
    article(id, query = "", options = {}) {
      return ask("article", [Number(id), String(query), String(options.exact ?? "")], options);
    },
    /** What has been read so far; bytes as they are once HTTP has unpacked them. */
    stats: () => ({ ...spent }),
    close,
  };
}
