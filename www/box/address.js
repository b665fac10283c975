// What of a search stands in the page's address? If the site asks for it: a link can be passed on then, and Back works.
import { parameter } from "./parameter.js";

// What narrows a search, each with a parameter of its own; several values stand in one, divided by commas.
const LISTS = ["exact"];
const SINGLE = ["from", "to", "sort"];
const FILTER = "filter"; // section:要闻, once for each value

/** What the address asks for, and where the reader had been in the list. @param {HTMLElement} host */
export function asked(host) {
  const name = parameter(host);
  if (!name) return null;
  const parameters = new URLSearchParams(location.search);
  const query = parameters.get(name);
  const narrow = {};
  for (const key of LISTS) if (parameters.get(key)) narrow[key] = parameters.get(key).split(",");
  for (const key of SINGLE) if (parameters.get(key)) narrow[key] = parameters.get(key);
  for (const pair of parameters.getAll(FILTER)) {
    const [field, ...value] = pair.split(":");
    ((narrow.filters ??= {})[field] ??= []).push(value.join(":"));
  }
  return query == null ? null : { query, narrow, ...history.state?.xunzi };
}

/** @param {HTMLElement} host @param {string} query @param {object} narrow what narrows it @param {object} [place] where the reader is in the list */
export function keep(host, query, narrow, place) {
  const name = parameter(host);
  if (!name) return;
  const url = new URL(location.href);
  const put = (key, value) => (value ? url.searchParams.set(key, value) : url.searchParams.delete(key));
  put(name, query);
  for (const key of LISTS) put(key, query && narrow[key]?.join());
  for (const key of SINGLE) put(key, query && narrow[key]);
  url.searchParams.delete(FILTER);
  for (const field in query && narrow.filters) for (const value of narrow.filters[field]) url.searchParams.append(FILTER, `${field}:${value}`);
  try {
    history.replaceState({ ...history.state, xunzi: place }, "", url);
  } catch {
    // Browsers stop a page that does this very often.
  }
}
