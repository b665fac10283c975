// How are many indexes asked as one?
//
// A catalog is an index whose articles are indexes (`src/builder/catalog.rs`): its engine says which of them may hold a query. Those are
// asked, newest first, two at a time once the first did not suffice, until the page is full: the order is by index, and within each its
// own. What was not asked is not counted, and the numbers say so; an index that cannot be asked makes the answer partial. This module is
// fetched by those who open a catalog.

/** Indexes that are open at a time: each has an engine, and megabytes of memory. */
const MOST = 4;
/** Indexes that are asked for what needs no more than a few of them. */
const FEW = 2;
/** Ids of an index of another folder: as many as there may be, for nobody knows how many articles it has today. */
const UNKNOWN = 2 ** 23;
/** Bytes before the payload of a file, and those that an index takes in it at least. */
const ENVELOPE = 32, LEAST = 6;
/** What is wrong with a question is wrong with it everywhere; a field that one index has not, others may have. */
const ASKED = ["too-long", "aborted"];

/** The indexes that a catalog names, see src/format/members.rs. @param {ArrayBuffer} file */
function read(file, build, sum, fault) {
  const damaged = fault("corrupt", "members.dat is damaged.");
  const bytes = new Uint8Array(file);
  if (bytes.length < ENVELOPE) throw damaged;
  const view = new DataView(file);
  const hex = (at) => view.getBigUint64(at, true).toString(16).padStart(16, "0");
  const own = new Uint8Array(bytes.length - 8);
  own.set(bytes.subarray(0, 24));
  own.set(bytes.subarray(ENVELOPE), 24);
  // Magic, version, kind.
  if (view.getUint32(0) !== 0x58554e5a || view.getUint32(4, true) !== 0x802 || view.getUint32(12, true) !== bytes.length - ENVELOPE
    || hex(16) !== build || hex(24) !== sum(own)) throw damaged;
  let at = ENVELOPE;
  const number = () => {
    for (let n = 0, unit = 1; at < bytes.length && unit < 2 ** 50; unit *= 128) {
      const byte = bytes[at++];
      n += (byte & 127) * unit;
      if (byte < 128) return n;
    }
    throw damaged;
  };
  const string = () => {
    const length = number();
    if (length > bytes.length - at) throw damaged;
    return new TextDecoder().decode(bytes.subarray(at, (at += length)));
  };
  const count = number();
  if (!count || count > (bytes.length - ENVELOPE) / LEAST) throw damaged;
  const members = [];
  for (let first = 0; members.length < count; ) {
    const member = { name: string(), address: string(), first, from: NaN, to: NaN };
    if (!member.address) {
      if (at + 8 > bytes.length) throw damaged;
      member.id = hex(at);
      at += 8;
      const files = number();
      member.open = files & 1 ? ["pack.dat"] : ["root.dat", "dict.dat"].slice(0, files >> 1);
      member.sizes = member.open.map(number);
    }
    member.articles = number();
    number();
    if (number()) {
      const day = number();
      member.from = day % 2 ? -(day + 1) / 2 : day / 2;
      member.to = member.from + number();
    }
    first += member.address ? UNKNOWN : member.articles;
    members.push(member);
  }
  if (at !== bytes.length) throw damaged;
  return members;
}

/** The first and the last day of a year, a month or a day, counted from 1970-01-01; NaN if it is none. */
function days(text) {
  const [year, month, day] = /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?$/.exec(text)?.slice(1) ?? [];
  // Date.UTC takes the years before 100 for those of a century that is over.
  const at = (y, m, d) => new Date(0).setUTCFullYear(y, m, d) / 864e5;
  const first = at(+year, (month ?? 1) - 1, +(day ?? 1));
  // A 31st of February is none.
  if (isNaN(first) || !new Date(first * 864e5).toISOString().startsWith(text)) return [NaN, NaN];
  return [first, day ? first : month ? at(+year, +month, 0) : at(+year, 12, 0)];
}

/** Years or months in order; those between them without an article are there too, as one index has them. */
function filled(lines) {
  const place = (from) => {
    const [, year, month] = /^(\d{4})(?:-(\d\d))?$/.exec(from) ?? [];
    return month ? year * 12 + +month - 1 : +year;
  };
  const name = (n, months) => (months ? String(Math.floor(n / 12)).padStart(4, "0") + "-" + String((n % 12) + 1).padStart(2, "0") : String(n).padStart(4, "0"));
  return lines.flatMap((line, k) => {
    const gap = [];
    if (k && line.from) for (let n = place(lines[k - 1].from) + 1; n < place(line.from); n++) gap.push({ ...line, from: name(n, line.from[4] === "-"), articles: line.articles.map(() => 0), all: 0 });
    return [...gap, line];
  });
}

/**
 * The indexes of a catalog as one.
 * @param {{index: any, list: Function, member: Function, may: Function, link: any, sum: Function, fault: Function}} catalog
 */
export function gather({ index, list, member, may, link, sum, fault }) {
  // Which indexes there are, and of which build of the catalog: read when one of them is wanted, which for what stands nowhere none is.
  let build, members = [];
  /** The list on its way, and of which build. @type {{of: string, coming: Promise<void>}|null} */
  let reading = null;
  const current = () => link.place[1];
  const aborted = () => fault("aborted", "Not wanted.");
  const wanted = () => {
    if (over) throw aborted();
  };
  async function readList() {
    for (wanted(); build !== current().build; wanted()) {
      reading ??= {
        of: current().build,
        coming: list((file, of) => {
          members = read(file, of, sum, fault);
          build = of;
        }).finally(() => (reading = null)),
      };
      const { of, coming } = reading;
      try {
        await coming;
      } catch (e) {
        wanted();
        // Perhaps it was published anew.
        await link.check();
        if (current().build === of) throw e;
      }
    }
  }
  /** Resolves once it is known which indexes there are, or when nobody waits for it any more. @param {AbortSignal} [signal] */
  const listed = (signal) => new Promise((resolve, reject) => {
    const stop = () => reject(aborted());
    if (signal?.aborted) return stop();
    signal?.addEventListener("abort", stop);
    readList().then(resolve, reject).finally(() => signal?.removeEventListener("abort", stop));
  });
  /** Those that are open, by what tells them apart, the latest used last: a build stays what it is, whatever the catalog says by then. @type {Map<string, {users: number, opening: Promise<any>}>} */
  const opened = new Map();
  const closed = { bytesFetched: 0, requests: 0 };
  let over = false;

  const end = async ({ opening }) => {
    const one = await opening.catch(() => {});
    if (!one) return;
    const { bytesFetched, requests } = one.stats();
    closed.bytesFetched += bytesFetched;
    closed.requests += requests;
    one.close();
  };

  /** Has one of the indexes asked, which is opened for that. @param {(index: any) => Promise<any>} ask */
  async function use(of, ask) {
    wanted();
    const key = of.id ?? of.address;
    let one = /** @type {any} */ (opened.get(key));
    opened.delete(key);
    if (!one) {
      one = { users: 0, opening: member(of) };
      one.opening.then((index) => (one.index = index), () => opened.get(key) === one && opened.delete(key));
    }
    opened.set(key, one);
    one.users++;
    for (const [other, idle] of opened) {
      if (opened.size <= MOST) break;
      if (idle.users) continue;
      opened.delete(other);
      end(idle);
    }
    try {
      return await ask(await one.opening);
    } finally {
      one.users--;
    }
  }

  /** The indexes that may hold an article of these days. */
  function dated({ from, to }) {
    const [first] = from == null ? [-Infinity] : days(from);
    const last = to == null ? Infinity : days(to)[1];
    // What is no day the indexes say better; of those of other folders nobody knows today's days.
    if (from == null && to == null || isNaN(first) || isNaN(last)) return members;
    return members.filter((of) => of.address || (of.to >= first && of.from <= last));
  }

  /** Those of them that may hold a query. */
  async function holding(query, options) {
    if (typeof query === "string" && !query.trim()) {
      await listed(options.signal);
      return dated(options);
    }
    for (let times = 0; ; times++) {
      wanted();
      const found = await may(query, options).catch((e) => {
        if (!e.code) throw fault("bad-request", e.message);
        return [...ASKED, "bad-request"].includes(e.code) ? Promise.reject(e) : {};
      });
      // Indexes of other folders may hold anything.
      const [, elsewhere] = current().members ?? [];
      if (found.state === "complete" && !found.list.length && !elsewhere) return [];
      await listed(options.signal);
      // It was published anew, and speaks of other indexes.
      if (found.build && found.build !== build && times < 3) continue;
      // Of what could not be read nothing follows.
      if (found.state !== "complete" || found.build !== build) return dated(options);
      const known = new Set(found.list);
      return dated(options).filter((of) => known.has(members.indexOf(of)) || of.address);
    }
  }

  /** Notes in an answer that an index could not be asked, or throws what is wrong with the question. */
  function lost(sum, e, { name, address, id }) {
    if (!e?.code || ASKED.includes(e.code)) throw e;
    sum.state = "partial";
    // Perhaps the catalog was published anew, and names others by now.
    if (e.code === "not-found" && !address) link.check();
    sum.problem ??= { code: e.code, message: e.message, index: name || address || id };
  }

  /** A question: has an index asked; one that has not a field that is meant is asked as one that has no values of it. */
  function question() {
    let refused, answered = false, unknown = false;
    const failed = (e) => {
      unknown ||= e.code !== "bad-request";
    };
    return {
      ask: (of, ask) => use(of, async (index) => {
        try {
          const told = await ask(index, {});
          answered = true;
          return told;
        } catch (e) {
          if (e.code !== "bad-request") throw e;
          refused ??= e;
          return ask(index, { lenient: true });
        }
      }).catch((e) => {
        failed(e);
        throw e;
      }),
      /** What no index takes for a question is none; those that were not asked may. */
      async check(asked, ask) {
        for (const of of members) {
          if (!refused || answered) return;
          if (!asked.includes(of)) await use(of, (index) => ask(index, {})).then(() => (answered = true), failed);
        }
        if (refused && !answered && !unknown) throw refused;
      },
    };
  }

  /** What an index has found, as the catalog tells it. */
  const told = ({ first, name, address }) => (hit) => {
    // Shown as the source where an article names none.
    const meta = name ? { source: name, ...hit.meta, site: name } : hit.meta;
    // Of another site, an address from the root is one of its host.
    let { url } = hit;
    try {
      if (address && url) url = new URL(url, new URL("/", new URL(address, link.place[0]))).href;
    } catch {
      // What is no address leads nowhere.
      url = "";
    }
    return { ...hit, id: hit.id + first, url, ...(meta && { meta }) };
  };

  /** Every article that holds `query`, a page of them. */
  async function search(query, options = {}) {
    const { limit = 10, offset = 0, count, sort, onprogress, signal } = options;
    const candidates = [...(await holding(query, options))];
    if (sort === "oldest") candidates.reverse();
    const common = limit > 0 && count !== "exact" && candidates.length * 2 > dated(options).length;
    const sum = { query, articles: 0, hits: 0, articlesExact: true, hitsExact: true, state: "complete", build: current().build, results: [] };
    let skip = offset;
    const room = () => limit - sum.results.length;
    const control = new AbortController();
    const stop = () => control.abort();
    signal?.addEventListener("abort", stop);
    if (signal?.aborted) stop();
    const ask = (number) => {
      const own = { ...options, limit: limit && Math.max(room(), 1), offset: skip, signal: control.signal, onprogress: undefined };
      const found = asking.ask(number, (index, how) => index.search(query, { ...own, ...how }));
      found.catch(() => {});
      return found;
    };
    const asking = question();
    const ahead = new Map();
    try {
      for (const [at, number] of candidates.entries()) {
        if (limit && room() <= 0 && count !== "exact") {
          sum.articlesExact = sum.hitsExact = false;
          break;
        }
        const found = ahead.get(number) ?? ask(number);
        // How many the next one is to leave out is not known while any are. What stands in most indexes may fill the page from the first
        // alone, sooner if no other shares the line with it.
        const next = candidates[at + 1];
        if (next !== undefined && !skip && (at || next.address || !common)) ahead.set(next, ask(next));
        try {
          add(await found, number);
        } catch (e) {
          lost(sum, e, number);
          sum.articlesExact = sum.hitsExact = false;
        }
      }
      await asking.check(candidates, (index) => index.search("", { ...options, limit: 1, offset: 0, onprogress: undefined }));
      return sum;
    } finally {
      signal?.removeEventListener("abort", stop);
      // What was asked ahead and is not wanted any more.
      stop();
    }

    function add(found, number) {
      sum.articles += found.articles;
      sum.hits += found.hits;
      sum.articlesExact &&= found.articlesExact;
      sum.hitsExact &&= found.hitsExact;
      if (found.stale) sum.stale = true;
      if (found.problem) lost(sum, found.problem, number);
      skip = found.results.length ? 0 : Math.max(skip - found.articles, 0);
      const results = found.results.slice(0, limit ? Math.max(room(), 0) : undefined).map(told(number));
      sum.results.push(...results);
      // The others may have more.
      if (results.length) onprogress?.({ ...sum, articlesExact: false, hitsExact: false, results: limit ? [...sum.results] : results });
    }
  }

  /** Has indexes asked, two at a time; `add` takes what each says. */
  async function each(numbers, sum, ask, add) {
    const left = [...numbers];
    const asking = question();
    const one = async () => {
      for (let number; (number = left.shift()) !== undefined; ) {
        try {
          const lines = await asking.ask(number, ask);
          sum.exact &&= lines.exact;
          if (lines.problem) lost(sum, lines.problem, number);
          add(lines);
        } catch (e) {
          sum.exact = false;
          lost(sum, e, number);
        }
      }
    };
    await Promise.all([one(), one()]);
    await asking.check(numbers, ask);
  }

  /** Lines of several indexes as those of one: the numbers of what has one name are added. */
  async function lines(numbers, name, ask, order, most = Infinity, add = (a, b) => a + b) {
    const sum = { exact: true, state: "complete" };
    const all = new Map();
    const plus = (a, b) => (typeof a === "number" ? add(a, b) : Array.isArray(a) ? a.map((n, k) => add(n, b[k])) : a && b);
    const join = (a, b) => (a ? Object.fromEntries(Object.entries(b).map(([key, value]) => [key, key === name || key === "kind" ? value : plus(a[key] ?? 0, value)])) : b);
    await each(numbers, sum, ask, (lines) => {
      for (const line of lines) {
        const key = (line.kind ?? "") + line[name];
        all.set(key, join(all.get(key), line));
      }
      for (const rest of ["without", "undated"]) if (lines[rest]) sum[rest] = join(sum[rest], lines[rest]);
    });
    return Object.assign(filled([...all.values()].sort(order)).slice(0, most), sum);
  }

  const more = (a, b) => b.articles - a.articles || ((a.value ?? a.text) < (b.value ?? b.text) ? -1 : 1);
  /** Lines of a few indexes: the others may have more of each. */
  async function some(numbers, ask, options) {
    const found = await lines(numbers.slice(0, FEW), "text", ask, more, options.limit ?? 10);
    for (const line of found) line.exact = false;
    return found;
  }
  const unsupported = () => Promise.reject(fault("unsupported", "A catalog cannot be kept; its indexes can."));

  return {
    search,
    async article(id, query, options) {
      await listed(options?.signal);
      const of = members.findLast(({ first }) => first <= id);
      if (!of) return index.article(id, query, options);
      const whole = await use(of, (index) => index.article(id - of.first, query, options));
      return whole && told(of)(whole);
    },
    counts: async (query, field, options = {}) => lines(await holding(query, options), "value",
      (index, how) => index.counts(query, field, { ...options, ...how }), more),
    timeline: async (queries, options = {}) => (await listed(options.signal), lines(dated(options), "from", (index, how) => index.timeline(queries, { ...options, ...how }), (a, b) => (a.from < b.from ? -1 : 1))),
    // Which condition to drop those know that hold it otherwise, whatever the days.
    near: async (query, options = {}) => (await listed(options.signal), some([...new Set([...(await holding(query, { exact: options.exact, signal: options.signal })), ...members])], (index, how) => index.near(query, { ...options, ...how }), options)),
    complete: async (text, options = {}) => (await listed(options.signal), some(dated(options), (index, how) => index.complete(text, { ...options, ...how }), options)),
    async fields(options) {
      await listed(options?.signal);
      const found = await lines(members.slice(0, FEW), "field", (index) => index.fields(options), () => 0, Infinity, Math.max);
      found.exact &&= members.length === 1;
      return found;
    },
    stats() {
      const sum = { ...index.stats(), articles: current().members?.[2] ?? 0 };
      sum.bytesFetched += closed.bytesFetched;
      sum.requests += closed.requests;
      for (const { index } of /** @type {any} */ (opened.values())) {
        const { bytesFetched = 0, requests = 0, memoryBytes = 0 } = index?.stats() ?? {};
        sum.bytesFetched += bytesFetched;
        sum.requests += requests;
        sum.memoryBytes += memoryBytes;
      }
      return sum;
    },
    kept: unsupported,
    keep: unsupported,
    forget: unsupported,
    close() {
      over = true;
      opened.forEach(end);
      opened.clear();
      index.close();
    },
  };
}
