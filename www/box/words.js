// What does the box say? Its words by name, and numbers put in.
//
// The words of two languages are in this script; those of others are files of the same names (`words/*.json`), which are
// published in the folder of the release that this script is of.
import { beside } from "../index/open.js";

// Each in Chinese and in English. What is called as an error's code tells of that error; `broken` tells of the others.
const WORDS = {
  search: ["搜索文章", "Search articles"],
  articles: ["{} 篇", "{} article(s)"],
  hits: ["{} 处", "{} place(s)"],
  least: ["{}+", "{}+"],
  loading: ["正在载入", "Loading"],
  none: ["没有找到“{}”", "“{}” was not found"],
  among: ["查遍了 {} 篇文章", "in {} article(s)"],
  partial: ["有一部分读不出来，结果可能不全", "Part of the index cannot be read; there may be more"],
  stale: ["连不上网站，搜的是上次的索引", "The site is out of reach; this is its last known index"],
  retry: ["重试", "Try again"],
  more: ["更多", "More"],
  clear: ["清除", "Clear"],
  offline: ["网络不通", "No connection"],
  broken: ["索引暂时读不出来", "The index cannot be read now"],
  "too-long": ["查询太长了", "The query is too long"],
  unsupported: ["浏览器无法运行搜索", "This browser cannot search"],
};

// The languages whose words are files.
const FURTHER = /^(ar|de|ja|ko|ru|zh-hant)$/;

/** Those that have come. @type {Object<string, Object<string, string>>} */
const files = {};

/** What the box says in one language. */
export class Words {
  #tongue;

  /** @param {string} [lang] that of the page; the browser's if it has none */
  constructor(lang) {
    try {
      [this.lang] = Intl.getCanonicalLocales(lang.replace(/_/g, "-"));
    } catch {
      this.lang = navigator.language;
    }
    this.#tongue = /^zh-(hant|tw|hk|mo)/i.test(this.lang) ? "zh-hant" : this.lang.split("-")[0];
  }

  /** Asks for the words, if they are in a file and not there yet; `then` is called when they have come. */
  async seek(then) {
    const tongue = this.#tongue;
    if (files[tongue] || !FURTHER.test(tongue)) return;
    try {
      files[tongue] = JSON.parse(await beside(tongue + ".json"));
      then();
    } catch {
      // They are asked for again when the box is used.
    }
  }

  /**
   * A phrase, with `value` for {}.
   * @param {string} name the word's, or an error's code
   * @param {string|number} [value]
   */
  say(name, value = "") {
    if (!WORDS[name]) name = "broken";
    const word = files[this.#tongue]?.[name] ?? WORDS[name][+!/^zh/.test(this.#tongue)];
    return word.replace("(s)", value === 1 ? "" : "s").replace("{}", () => value.toLocaleString(this.lang));
  }
  count(word, number, exact) {
    const text = this.say(word, number);
    return exact === false ? this.say("least", text) : text;
  }
  tally({ articles, hits, articlesExact, hitsExact }, joint) {
    return this.count("articles", articles, articlesExact) + joint + this.count("hits", hits, hitsExact);
  }
  /** @param {string|string[]} values a fact of an article, of which there may be several */
  list(values) {
    return [values].flat().join(/^(zh|ja)/.test(this.lang) ? "、" : ", ");
  }
  date(date) {
    const day = new Date(/^\d{4}-\d\d-\d\d/.exec(date)?.[0]);
    return isNaN(day) ? date : day.toLocaleDateString(this.lang, { dateStyle: "long", timeZone: "UTC" });
  }
}
