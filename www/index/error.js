// What can go wrong, as scripts see it?

/** @typedef {"offline"|"not-found"|"corrupt"|"version"|"too-long"|"aborted"|"unsupported"} Code */

/** Why there is no answer. */
export class XunziError extends Error {
  name = "XunziError";
  /** @param {Code} code @param {string} message */
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

export const aborted = () => new XunziError("aborted", "Not wanted.");
