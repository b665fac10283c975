// What does the box say? Its words by name, and numbers put in.
//
// Each language is a file of named words (`words/*.json`), published in the folder of the release. What is called as an error's
// code tells of that error; `broken` tells of the others. English stands here too, for when a file does not come.
import { intl } from "../reading/intl.js";

const ENGLISH = __XUNZI_WORDS__;

// Endings in brackets go with a number that is not one.
const ENDING = /\((\p{L}+)\)/gu;

/** What the box says in one language. */
export class Words {
  #words;

  /**
   * @param {string} lang that of the words and numbers
   * @param {object} [words] a file's; English if there is none
   * @param {object} [own] the site's own, which win
   */
  constructor(lang, words, own) {
    this.#words = { ...ENGLISH, ...words, ...own };
    this.lang = words ? lang : "en";
  }

  /** @param {number} n */
  number(n) {
    return intl("NumberFormat", this.lang).format(n);
  }

  /**
   * A phrase, with `value` for {} and `other` for {1}.
   * @param {string} name the word's, or an error's code
   * @param {string|number} [value]
   * @param {string|number} [other]
   */
  say(name, value = "", other = "") {
    const word = Object.hasOwn(this.#words, name) ? this.#words[name] : (String(name).split(":")[1] ?? this.#words.broken);
    const put = (of) => () => (typeof of === "number" ? this.number(of) : of);
    return word.replace(ENDING, value === 1 ? "" : "$1").replace("{1}", put(other)).replace("{}", put(value));
  }

  /** A number of things; one that is not exact is a lower bound. */
  count(word, number, exact) {
    return this.say(word, exact === false ? this.number(number) + "+" : number);
  }

  /** What is known of an answer: the places are only told when they are counted. */
  tally({ articles, hits, articlesExact, hitsExact }) {
    return [this.count("articles", articles, articlesExact), hitsExact !== false && this.count("hits", hits)].filter(Boolean);
  }

  /** @param {string|string[]} values a fact of an article, of which there may be several */
  list(values) {
    return [values].flat().join(/^(zh|ja)/.test(this.lang) ? "、" : ", ");
  }

  /** What a column is called. @param {string} field */
  field(field) {
    return this.#words["field:" + field] ?? field;
  }

  date(date) {
    const day = new Date(/^\d{4}-\d\d-\d\d/.exec(date)?.[0]);
    return isNaN(+day) ? date : intl("DateTimeFormat", this.lang, { dateStyle: "long", timeZone: "UTC" }).format(day);
  }
}
