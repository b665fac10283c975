// What does a page import, and what is <xunzi-search>?

export type Code =
  | "offline" | "not-found" | "corrupt" | "version" | "too-long" | "aborted" | "unsupported" | "bad-request" | "no-article" | "full";

export class XunziError extends Error {
  readonly name: "XunziError";
  readonly code: Code;
}

export type Fold = "case" | "width" | "variant" | "space" | "diacritics" | "punctuation" | "all";
/** [start, end) in UTF-16 units. */
export type Mark = [start: number, end: number];
export type Meta = Record<string, string | string[]>;

export interface Snippet {
  field: "title" | "text";
  text: string;
  marks: Mark[];
  heading?: string;
  anchor?: string;
}

export interface Result {
  id: number;
  url: string;
  title: string;
  titleMarks?: Mark[];
  hits: number;
  hitsExact?: boolean;
  meta?: Meta;
  snippets: Snippet[];
}

export interface Found {
  query: string;
  /** Lower bounds while they are not exact. */
  articles: number;
  hits: number;
  articlesExact: boolean;
  hitsExact: boolean;
  state: "complete" | "partial";
  /** `index`, in a catalog: the name, address or id of the index that could not be asked. */
  problem?: { code: Code; message: string; index?: string };
  /** The site could not be reached: this is of its last known index. */
  stale?: boolean;
  build: string;
  results: Result[];
}

export interface Article {
  id: number;
  url: string;
  title: string;
  titleMarks: Mark[];
  text: string;
  marks: Mark[];
  hits: number;
  headings: { start: number; end: number; anchor: string }[];
  meta?: Meta;
}

/** Fields with the values that will do: of one field any, of several fields one of each; "" is an article without one. */
export type Filters = Record<string, string | string[]>;

export interface Narrowing {
  filters?: Filters;
  /** 2023, 2023-05 or 2023-05-14, from its first day; articles without a date are left out. */
  from?: string;
  /** Until its last day. */
  to?: string;
  /** Narrows as `filters` do; also as in an address, `version=2.1&lang=en`. */
  scope?: Filters | string;
  /** Folds that are switched off. */
  exact?: Fold[];
  signal?: AbortSignal;
}

export interface Counting extends Narrowing {
  /** `quick`, what the dictionary says: lower bounds while not exact; `exact`: texts are read until they are. */
  count?: "quick" | "exact";
}

/** Lines, with what is said of all of them. */
export type Lines<Line, More = {}> = Line[] & { exact: boolean; state: "complete" | "partial"; problem?: { code: Code; message: string } } & More;

export interface Period {
  /** 2023, or 2023-05. */
  from: string;
  /** For each query. */
  articles: number[];
  /** All that there are. */
  all: number;
}

/** A query that finds something: a part of the one that was asked, one that differs in a character, or the same without a condition. */
export interface Near {
  kind: "part" | "character" | "filter";
  /** The query; of a filter its field. */
  text: string;
  /** At least so many while not exact. */
  articles: number;
  exact: boolean;
}

export interface SearchOptions extends Narrowing {
  /** Articles a page, 10; 0: all of them, verified. */
  limit?: number;
  offset?: number;
  /** Or a field; with "-" in front from its last value to its first. */
  sort?: "best" | "newest" | "oldest" | (string & {});
  /** `exact`: everything is read until the numbers are exact, however many articles are shown. By itself `quick`. */
  count?: "quick" | "exact";
  /** Told of what is found before all of it is; with limit 0 of what none was told before. */
  onprogress?: (found: Found) => void;
}

export interface Kept {
  /** All of it is there. */
  kept: boolean;
  /** An older build is there whole. */
  older: boolean;
  files: number;
  allFiles: number;
  bytes: number;
  allBytes: number;
  /** What the browser says of its room, where it does. */
  usage?: number;
  quota?: number;
  /** Whether the browser has promised not to remove it by itself. */
  persisted: boolean;
}

export interface Index {
  search(query: string, options?: SearchOptions): Promise<Found>;
  article(id: number, query?: string, options?: { exact?: Fold[]; signal?: AbortSignal }): Promise<Article | null>;
  /** Articles that hold `query` by the values of a field, most first. What comes from here on is of a second module, fetched on first use. */
  counts(query: string, field: string, options?: Counting): Promise<Lines<{ value: string; articles: number }, { without?: { articles: number } }>>;
  /** Articles that hold each query by year or month; `undated` have no date. */
  timeline(queries: string | string[], options?: Counting & { unit?: "year" | "month" }): Promise<Lines<Period, { undated?: Omit<Period, "from"> }>>;
  /** What is near a query that finds nothing, each with its articles. */
  near(query: string, options?: Narrowing & { limit?: number }): Promise<Lines<Near>>;
  /** What begins like `text`, or fits it with `.` or `?` for any character. */
  complete(text: string, options?: { limit?: number; count?: "quick" | "exact"; signal?: AbortSignal }): Promise<Lines<{ text: string; articles: number; exact: boolean }>>;
  /** The fields to narrow and sort by, and how many values they have. */
  fields(options?: { signal?: AbortSignal }): Promise<Lines<{ field: string; articles: number }>>;
  /** How much of the index is in this browser, for a time without network. */
  kept(options?: { signal?: AbortSignal }): Promise<Kept>;
  /** Fetches the rest. What came before an interruption stays; errors have the codes of a search, and `full`. */
  keep(options?: { signal?: AbortSignal; onprogress?: (state: Kept) => void }): Promise<Kept>;
  /** Removes what is kept. */
  forget(): Promise<void>;
  stats(): { articles: number; bytesFetched: number; requests: number; memoryBytes: number };
  close(): void;
}

/** Opens the index, or the catalog of indexes, in the folder `base`, by default that of the script. */
export function open(base?: string | URL, options?: { scope?: Filters | string; onbytes?: (got: number, expected: number) => void }): Promise<Index>;

/**
 * <xunzi-search>. Attributes:
 *
 * - `mode`: none (a box, results in a popup; on a phone the screen), `modal` (a button that opens a dialog; another button may stand
 *   in the slot `button`), `inline` (results in the page's flow), `page` (the same, the query in the address as `q`)
 * - `src` (folder of the index), `lang` (of the words), `placeholder`, `limit` (articles a page, 10), `theme` (`light`, `dark`; by itself from
 *   the page's background), `shortcut="off"` (no `/`, no Ctrl or Cmd K), `recent="off"` (recent searches are not kept)
 * - `link`: address of a result, with {id} {url} {anchor} {q}; without it a place links to its words with a text fragment, unless
 *   `fragments="off"`
 * - `highlight`: name of a parameter that carries the query to pages with xunzi-highlight.js
 * - `address`: name of the parameter of the page's address that holds the query (`q` if empty)
 * - `words`: own words by name, as JSON (the names stand in en.json)
 * - `switches`: which differences a reader can make count (`case width variant space punctuation diacritics`; by itself those of the language;
 *   `off`: none)
 * - `reading`: articles are read in the box, out of the index; one without an address always is
 * - `filters`: columns to filter by, with their numbers, a timeline and a range of dates (empty: all there are; `mode="page"` has it); `scope`: what narrows every
 *   search (`version=2.1`); `complete`: what is typed is offered with what goes on from it
 * - `agent`: where the browser has `document.modelContext`, the reader's agent gets a tool `search_site`, which reads only; what stands here
 *   is added to its description
 *
 * What stands inside the element is shown under the box. Custom properties: --xunzi-ink, -soft, -paper, -line, -edge, -tint, -accent, -mark,
 * -mark-ink, -font, -title-font, -height, -radius, -shadow. Parts: root box button label input hint clear close back panel dialog popup bar
 * status exact scroll list result title name count meta date section author source lead places snippet heading text mark inside note
 * told retry reload more foot recent past skeleton progress switches switch tools tool chips chip reading narrow filter values value all timeline
 * year axis range day help nears near.
 */
export interface XunziSearchElement extends HTMLElement {
  /** What is typed; setting it searches. */
  value: string;
  /** Opens it, with a query if one is given. */
  show(query?: string): Promise<void>;
  hide(): void;
}

export interface XunziEvents {
  /** An answer is complete. */
  "xunzi-found": CustomEvent<{ query: string; found: Found | null }>;
  /** Nobody has typed for a while: what was found is what was looked for. */
  "xunzi-rest": CustomEvent<{ query: string; articles: number; hits: number; exact: boolean; state: Found["state"] }>;
  /** A result is opened; cancelable. */
  "xunzi-select": CustomEvent<{ result: Result; snippet?: Snippet; url: string | null; query: string }>;
  "xunzi-error": CustomEvent<{ error: Error }>;
}

declare global {
  interface HTMLElementTagNameMap {
    "xunzi-search": XunziSearchElement;
  }
  interface HTMLElementEventMap extends XunziEvents {}
}
