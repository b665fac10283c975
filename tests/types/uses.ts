// Does `xunzi.d.ts` let a page say what it may, and nothing else? Every call and event once, for `tsc` alone.
import { open, XunziError, type Found, type Kept, type Near } from "../../www/xunzi";

export async function uses(): Promise<number> {
  const index = await open("/xunzi/", { scope: { version: "2.1" }, onbytes: (got, expected) => got / expected });
  await open();
  await open(new URL("https://example.org/xunzi/"), { scope: "version=2.1&lang=en" });
  const { signal } = new AbortController();
  const narrow = { filters: { section: ["a", ""], author: "b" }, from: "2023", to: "2023-05-14", scope: "v=1", signal };

  const found: Found = await index.search("志愿", { ...narrow, exact: ["case", "all"], limit: 0, offset: 10, sort: "-title", count: "exact", onprogress: ({ results }) => results.length });
  const [first] = found.results;
  const place: string = first.snippets[0].text.slice(...first.snippets[0].marks[0]) + (first.snippets[0].anchor ?? "");
  const problem: string | undefined = found.problem?.message;
  // @ts-expect-error a fold there is none of
  await index.search("a", { exact: ["letters"] });
  // @ts-expect-error there is no such way to count
  await index.search("a", { count: "about" });
  // @ts-expect-error a query is a string
  await index.search(7);

  const article = await index.article(first.id, "志愿", { exact: ["case"], signal });
  const heading: string | undefined = article?.headings[0].anchor;

  const counts = await index.counts("志愿", "section", { ...narrow, count: "exact" });
  const most: number = counts[0].articles + (counts.without?.articles ?? 0);
  const value: string = counts[0].value;
  // @ts-expect-error of which field
  await index.counts("志愿");

  const years = await index.timeline(["a", "b"], { unit: "month", ...narrow });
  const period: string = years[0].from + years[0].articles[1] + years[0].all + (years.undated?.all ?? "");
  // @ts-expect-error neither a year nor a month
  await index.timeline("a", { unit: "day" });

  const near: Near[] = await index.near("志愿着", { limit: 4, ...narrow });
  const kind: "part" | "character" | "filter" = near[0].kind;

  const words = await index.complete("志.", { limit: 5, count: "quick", signal });
  const goes: string = words[0].text + words[0].articles + words[0].exact + words.exact + words.state;

  const fields = await index.fields({ signal });
  const field: string = fields[0].field + fields[0].articles;

  const kept: Kept = await index.keep({ signal, onprogress: ({ bytes, allBytes }) => bytes / allBytes });
  const whole: boolean = (await index.kept({ signal })).kept || kept.older || kept.persisted;
  const none: void = await index.forget();

  const { articles, bytesFetched, requests, memoryBytes } = index.stats();
  index.close();
  void [place, problem, heading, value, period, kind, goes, field, whole, none];
  return articles + bytesFetched + requests + memoryBytes + most;
}

/** The element and its events. */
export function element(): void {
  const box = document.createElement("xunzi-search");
  box.value = "志愿";
  void box.show("志愿").then(() => box.hide());
  box.addEventListener("xunzi-found", ({ detail }) => detail.found?.articles);
  box.addEventListener("xunzi-rest", ({ detail }) => detail.exact && detail.state === "complete" && detail.hits);
  box.addEventListener("xunzi-select", (e) => e.detail.snippet?.marks.length || e.preventDefault());
  box.addEventListener("xunzi-error", ({ detail }) => detail.error instanceof XunziError && detail.error.code === "offline");
  // @ts-expect-error there is no such event detail
  box.addEventListener("xunzi-select", ({ detail }) => detail.place);
}
