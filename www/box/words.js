// What does the box say? Its words by name, and numbers put in.
//
// The words of two languages are in this script; those of others are files of the same names (`words/*.json`), which are
// published in the folder of the release that this script is of.
import { beside } from "../index/open.js";

// What is called as an error's code tells of that error; `broken` tells of the others.
const TONGUES = {
  zh: {
    search: "搜索文章",
    articles: "{} 篇",
    hits: "{} 处",
    about: "约 {}",
    loading: "正在载入",
    none: "没有找到“{}”",
    among: "查遍了 {} 篇文章",
    partial: "有一部分读不出来，结果可能不全",
    stale: "连不上网站，搜的是上次的索引",
    retry: "重试",
    more: "更多",
    clear: "清除",
    offline: "网络不通",
    broken: "索引暂时读不出来",
    "too-long": "查询太长了",
    unsupported: "浏览器无法运行搜索",
  },
  en: {
    search: "Search articles",
    articles: "{} article(s)",
    hits: "{} place(s)",
    about: "about {}",
    loading: "Loading",
    none: "“{}” was not found",
    among: "in {} article(s)",
    partial: "Part of the index cannot be read; there may be more",
    stale: "The site cannot be reached; this is its last known index",
    retry: "Try again",
    more: "More",
    clear: "Clear",
    offline: "No connection",
    broken: "The index cannot be read now",
    "too-long": "The query is too long",
    unsupported: "This browser cannot search",
  },
};

// The languages whose words are files.
const FURTHER = /^(ar|de|ja|ko|ru|zh-hant)$/;

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
    lang = this.lang.toLowerCase();
    this.#tongue = /^zh-(hant|tw|hk|mo)/.test(lang) ? "zh-hant" : lang.split("-")[0];
  }

  /** Asks for the words, if they are in a file and not there yet; `then` is called when they have come. */
  async seek(then) {
    const tongue = this.#tongue;
    if (TONGUES[tongue] || !FURTHER.test(tongue)) return;
    try {
      TONGUES[tongue] = JSON.parse(await beside(tongue + ".json"));
      then();
    } catch {
      // They are asked for again when the box is used.
    }
  }

  get #words() {
    return TONGUES[this.#tongue] || TONGUES[this.#tongue.split("-")[0]] || TONGUES.en;
  }

  /**
   * A phrase, with `value` for {}.
   * @param {string} word its name
   * @param {string|number} [value]
   */
  say(word, value = "") {
    return this.#words[word].replace("(s)", value === 1 ? "" : "s").replace("{}", () => value.toLocaleString(this.lang));
  }
  /** What tells of an error. @param {string} code */
  fault(code) {
    return this.say(this.#words[code] ? code : "broken");
  }
  count(word, number, exact) {
    const text = this.say(word, number);
    return exact === false ? this.say("about", text) : text;
  }
  tally({ articles, hits, articlesExact, hitsExact }, joint) {
    return this.count("articles", articles, articlesExact) + joint + this.count("hits", hits, hitsExact);
  }
  date(date) {
    const day = new Date(/^\d{4}-\d\d-\d\d/.exec(date)?.[0]);
    return isNaN(day) ? date : day.toLocaleDateString(this.lang, { dateStyle: "long", timeZone: "UTC" });
  }
}
