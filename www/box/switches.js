// Which differences count? By default those of case, width, variants, spaces and signs do not; a switch makes one of them count.
import { make } from "./make.js";

const EASTERN = ["case", "width", "variant", "space", "punctuation"];
const LATIN = ["case", "diacritics", "space", "punctuation"];

/** The switches that a site has: those that it names, else those of its language. @param {HTMLElement} host @param {string} lang */
export function offered(host, lang) {
  const named = host.getAttribute("switches");
  if (named === "off") return [];
  return named?.match(/\w+/g) ?? (/^(zh|ja|ko)/.test(lang) ? EASTERN : LATIN);
}

export class Switches {
  node = make("div", { part: "switches", role: "group" });
  #desk;
  #on = [];

  /** @param {Desk} desk */
  constructor(desk) {
    this.#desk = desk;
    this.node.addEventListener("pointerover", (e) => this.#tell(e.target));
    this.node.addEventListener("focusin", (e) => this.#tell(e.target));
  }

  /** @param {Words} words @param {string[]} names */
  name(words, names) {
    this.node.setAttribute("aria-label", words.say("only"));
    this.node.replaceChildren(...names.map((name) => {
      const [sign, says] = [words.say("fold:" + name), words.say("only:" + name)];
      const button = make("button", { part: "switch", type: "button", title: says, "aria-label": `${sign}, ${says}`, "data-fold": name }, sign);
      button.onclick = () => this.#desk.refine({ exact: this.#other(name) });
      return button;
    }));
    this.set(this.#on);
  }

  /** @param {string[]} on folds that count */
  set(on = []) {
    this.#on = on;
    for (const button of this.node.children) button.setAttribute("aria-pressed", on.includes(button.dataset.fold));
  }

  #other(name) {
    return this.#on.includes(name) ? this.#on.filter((other) => other !== name) : [...this.#on, name];
  }

  /** What a switch would change, told when somebody comes near it. */
  async #tell(button) {
    const { fold } = button.dataset ?? {};
    if (!fold || this.#on.includes(fold)) return;
    const fewer = await this.#desk.fewer({ exact: this.#other(fold) }).catch(() => null);
    if (fewer != null) button.title = `${this.#desk.words.say("only:" + fold)}: ${this.#desk.words.say("only:fewer", fewer)}`;
  }
}
