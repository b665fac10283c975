// How is a fault told, to whom?
import { XunziError } from "./given.js";

/** An error as the page is told of it: one that is not ours yet is of this code. @param {import("./error.js").Code} code @param {string} [about] */
export const ours = (code, e, about = "") => (e instanceof XunziError ? e : new XunziError(code, about + e.message));

export const aborted = () => new XunziError("aborted", "Not wanted.");

/** Calls a function of the page's. What it throws is the page's affair, and costs nothing else. */
export function tell(listener, ...values) {
  try {
    listener?.(...values);
  } catch (e) {
    reportError(e);
  }
}
