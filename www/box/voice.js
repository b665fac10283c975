// What do those hear who listen? One sentence, once the typing rests.
import { make } from "./make.js";

const PAUSE = 500; // ms

export class Voice {
  node = make("div", { id: "live", role: "status" });
  #timer;

  /** @param {() => string} text what is to be said by then; nothing if it is no string */
  say(text) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const told = text();
      if (typeof told === "string") this.node.textContent = told;
    }, PAUSE);
  }

  hush() {
    clearTimeout(this.#timer);
    this.node.textContent = "";
  }
}
