// What does the box say? Its words by name, and numbers put in.
//
// The words of three languages are in this script; those of others are files of the same names (`words/*.json`), which are
// published in the folder of the release that this script is of.
import { beside } from "../index/open.js";

// What is called as an error's code tells of that error; `broken` tells of the others.
const TONGUES = {
  "zh-hans": {
    search: "搜索文章",
    articles: "{} 篇",
    hits: "{} 处",
    about: "约 {}",
    loading: "正在载入",
    none: "没有找到“{}”",
    among: "查遍了 {} 篇文章",
    partial: "有一部分读不出来，结果可能不全",
    retry: "重试",
    more: "更多",
    clear: "清除",
    offline: "网络不通",
    broken: "索引暂时读不出来",
    "too-long": "查询太长了",
    unsupported: "浏览器无法运行搜索",
  },
  "zh-hant": {
    search: "搜尋文章",
    articles: "{} 篇",
    hits: "{} 處",
    about: "約 {}",
    loading: "正在載入",
    none: "沒有找到「{}」",
    among: "查遍了 {} 篇文章",
    partial: "有一部分讀不出來，結果可能不全",
    retry: "重試",
    more: "更多",
    clear: "清除",
    offline: "網路不通",
    broken: "索引暫時讀不出來",
    "too-long": "查詢太長了",
    unsupported: "瀏覽器無法執行搜尋",
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
    retry: "Try again",
    more: "More",
    clear: "Clear",
    offline: "No connection",
    broken: "The index cannot be read now",
    "too-long": "The query is too long",
    unsupported: "This browser cannot search",
  },
};

/** Files of further words, by language. @type {Object<string, Promise<object>>} */
const further = {};

/** What the box says in one language. */
export class Words {
  #words;

  /** @param {string} lang @param {(words: Words) => void} changed called now, and when better words have come */
  constructor(lang, changed) {
    try {
      [this.lang] = Intl.getCanonicalLocales(lang.replace(/_/g, "-"));
    } catch {
      this.lang = "zh-Hans";
    }
    lang = this.lang.toLowerCase();
    const tongue = /^zh-(hant|tw|hk|mo)/.test(lang) ? "zh-hant" : lang.startsWith("zh") ? "zh-hans" : lang.slice(0, 2);
    const take = (words) => {
      this.#words = words;
      changed(this);
    };
    take(TONGUES[tongue] || TONGUES.en);
    if (TONGUES[tongue]) return;
    further[tongue] ||= beside(tongue + ".json").then(JSON.parse);
    further[tongue].then(take, () => {});
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
