// How does a language write numbers and dates, and where do its words end? What the browser knows of that.

/** By kind, language and options: making one takes longer than a hundred numbers. */
const formats = {};

/**
 * An object of `Intl`. A page may say that its language is zh_CN, or nonsense; that is taken as the reader's own.
 * @param {"NumberFormat"|"DateTimeFormat"|"ListFormat"|"Segmenter"} kind @param {string} [lang] @param {object} [options]
 * @returns {any}
 */
export function intl(kind, lang, options) {
  const make = (lang) => new /** @type {any} */ (Intl)[kind](lang, options);
  const key = [kind, lang, ...Object.values(options ?? {})].join();
  try {
    return (formats[key] ??= make(lang?.replace(/_/g, "-")));
  } catch {
    return (formats[key] = make());
  }
}
