// Is an input method at work in an input, and does it hold letters that are no words yet?

// What it shows till then: Latin of either width, kana, bopomofo, single jamo. On Android Latin words are composed as well.
const UNFINISHED = /[a-zａ-ｚ\u3041-\u30ff\u3105-\u318e\uff66-\uff9f]/i;
const ANDROID = /Android/.test(navigator.userAgent);

export class Composition {
  held = false;
  works = false;

  /** @param {HTMLInputElement} input @param {() => void} typed told when something is typed @param {() => void} done when a word is */
  constructor(input, typed, done) {
    input.addEventListener("input", (/** @type {InputEvent} */ e) => {
      // Where it ends without a word of it.
      if (!e.isComposing) this.end();
      typed();
    });
    input.addEventListener("compositionstart", () => (this.works = true));
    input.addEventListener("compositionupdate", (e) => (this.held = !ANDROID && UNFINISHED.test(e.data)));
    input.addEventListener("compositionend", () => {
      this.end();
      done();
    });
  }

  end() {
    this.held = this.works = false;
  }
}
