// What can go wrong, as scripts see it?

// offline: nothing came. not-found: the host has no such file. corrupt: what came is not what was published, or the engine
// fails. version: of another release. too-long: the query. aborted: by the caller. unsupported: by the browser.
// bad-request: what was asked is no question. no-article: there is no article of that id. full: there is no room to keep the index.
/** @typedef {"offline"|"not-found"|"corrupt"|"version"|"too-long"|"aborted"|"unsupported"|"bad-request"|"no-article"|"full"} Code */

/** Why there is no answer. */
export class XunziError extends Error {
  name = "XunziError";
  /** @param {Code} code @param {string} message */
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}
