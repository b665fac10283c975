// How long does an answer take? When it is long, waiting is shown: how much has come of what the start needs.
import { make } from "./make.js";

const PATIENCE = 300; // ms

export class Wait {
  // An attribute of anything further out would have the style of all that is listed made anew, at every key.
  node = make("i", { part: "progress" });
  late = false;
  #told;
  #timer;
  // Bytes read, and how many there will be; those that had been read when the search began.
  #got = 0;
  #expected = 0;
  #base = 0;

  /** @param {() => void} told what to say of it, when it is long and when more has come */
  constructor(told) {
    this.#told = told;
  }

  /** A search begins. */
  start() {
    this.#base = this.#got;
  }

  /** Whether something is waited for. */
  set(on) {
    this.node.toggleAttribute("data-busy", on);
    if (on) this.#timer ??= setTimeout(() => this.#long(), PATIENCE);
    else {
      this.#timer = clearTimeout(this.#timer);
      this.late = false;
      this.node.removeAttribute("data-late");
      this.node.style.width = "0";
    }
  }

  bytes(got, expected) {
    [this.#got, this.#expected] = [got, expected];
    if (!this.node.hasAttribute("data-busy")) return;
    this.node.style.width = `${Math.max(8, this.#share * 100)}%`;
    if (this.late) this.#told();
  }

  /** Kilobytes that have come of all, if that is known and worth telling. @returns {[number, number]|null} */
  get kilobytes() {
    const now = this.#got - this.#base;
    const kilobytes = (bytes) => Math.round(bytes / 1024);
    return now > 1024 && this.#share ? [kilobytes(now), kilobytes(this.#expected - this.#base)] : null;
  }

  get #share() {
    const all = this.#expected - this.#base;
    return all > 0 ? Math.min((this.#got - this.#base) / all, 1) : 0;
  }

  #long() {
    this.late = true;
    this.node.toggleAttribute("data-late", true);
    this.bytes(this.#got, this.#expected);
    this.#told();
  }
}
