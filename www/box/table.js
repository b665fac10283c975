// How are the places taken along? As a table: one place a line, with what stands before and after it.

// Characters of it on each side.
const AROUND = 40;
const HEAD = ["title", "url", "date", "section", "author", "source", "before", "match", "after"];

/** A cell; what a spreadsheet would take for a formula is text. @param {string} text */
function cell(text) {
  const safe = /^[=+\-@\t\r]/.test(text) ? "'" + text : text;
  return `"${safe.replace(/"/g, '""')}"`;
}

/** @param {string[]} cells */
const line = (cells) => cells.map(cell).join(",") + "\r\n";

/** One line for each place of an article; one without any is a line as well. */
function lines({ title, titleMarks = [], text, marks = [], url, meta = {} }) {
  const facts = [title, url ?? "", ...["date", "section", "author", "source"].map((key) => [meta[key] ?? ""].flat().join("; "))];
  const flat = (part) => part.replace(/[\u2029\n]+/g, " ");
  const row = (whole) => ([start, end]) => line([...facts, ...[whole.slice(Math.max(0, start - AROUND), start), whole.slice(start, end), whole.slice(end, end + AROUND)].map(flat)]);
  const all = [...titleMarks.map(row(title)), ...marks.map(row(text))];
  return all.length ? all.join("") : line([...facts, "", "", ""]);
}

/**
 * All places of all articles that a search finds. The byte order mark tells spreadsheets that it is UTF-8.
 * @param {object} index
 * @param {string} query
 * @param {object} narrow what narrows it
 * @param {{signal?: AbortSignal, onprogress?: (done: number, all: number) => void, partial: string}} options partial: said in a line of its own, if these are not all
 * @returns {Promise<string>}
 */
export async function table(index, query, narrow, { signal, onprogress, partial }) {
  const { results, state } = await index.search(query, { ...narrow, limit: 0, signal });
  let out = "\ufeff" + line(HEAD) + (state === "partial" ? line([partial]) : "");
  for (let k = 0; k < results.length; k++) {
    onprogress?.(k, results.length);
    const article = await index.article(results[k].id, query, { exact: narrow.exact, signal });
    if (article) out += lines(article);
  }
  return out;
}
