// How does a page ask? open(base) gives an index with search(), article(), stats() and close().
//
// The page reads the manifest, then asks for the worker's script, the engine and the files that every query needs,
// all at once; the worker takes those bytes over and fetches whatever else a query turns out to need.
// A worker is expendable: when it traps, hangs, or its build has been replaced on the server, it is ended, a new one
// is started, and what was asked is asked again. No answer mixes two builds, for a worker knows one manifest only.

/** @typedef {"offline"|"not-found"|"corrupt"|"version"|"too-long"|"aborted"|"unsupported"} Code */

/** Why there is no answer. */
export class XunziError extends Error {
  name = "XunziError";
  /** @param {Code} code @param {string} message */
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

// Ms: a worker that says nothing for so long after a ping is hung.
const TICK = 5000;
// Ticks without a byte, then a request is given up.
const IDLE = 2;
// Ticks without a byte or an answer, then what was asked is given up.
const STALL = 6;
// Workers started in a row without one answer.
const STARTS = 4;
// What the worker's script and this one say to each other; one is not the other's of another release.
const DIALECT = 1;

/** Instances of the engine in the page itself. */
let loads = 0;
/** For pages under Trusted Types; a policy can be made once. */
let policy;

// The engine's folder, put in when the script is published.
const ENGINE = "__XUNZI_ENGINE__";
// In place of the manifest while it is on its way.
const AWAITED = "…";

/** Indexes that are open, by their address. @type {Map<string, Link>} */
const links = new Map();

/**
 * Open the index in the folder `base`; several opens of one folder share one engine.
 * @param {string|URL} [base] the folder that holds `manifest`; by default this script's own
 * @param {{onbytes?: (got: number, expected: number) => void}} [watch] told the bytes read so far, and those that the start needs
 * (`pace` is for tests: every time to wait is multiplied by it)
 */
export async function open(base = new URL(".", import.meta.url), { onbytes, pace = 1 } = {}) {
  const root = new URL(String(base).replace(/\/*$/, "/"), document.baseURI).href;
  let link = links.get(root);
  if (!link) links.set(root, (link = new Link(root, pace)));
  link.users++;
  if (onbytes) link.listeners.add(onbytes);
  let closed = false;
  const close = () => {
    if (closed) return;
    closed = true;
    link.listeners.delete(onbytes);
    link.leave();
  };
  try {
    await link.opened;
  } catch (e) {
    close();
    throw e;
  }
  const ask = (call, values, options) =>
    closed ? Promise.reject(new XunziError("aborted", "This index was closed.")) : link.ask(call, values, options);
  return {
    /**
     * Every article that holds `query`, a page of them.
     * @param {string} query
     * @param {{limit?: number, offset?: number, sort?: "best"|"newest"|"oldest", exact?: string[], signal?: AbortSignal,
     *          onprogress?: (found: object) => void}} [options] limit 0: all of them, verified
     */
    search(query, options = {}) {
      const { limit, offset, sort, exact } = options;
      return ask("search", [wellFormed(query), limit ?? 10, offset ?? 0, sort ?? "best", String(exact ?? "")], options);
    },
    /**
     * One article, whole, with every place where `query` stands in it.
     * @param {number} id as in a search's results
     * @param {string} [query]
     * @param {{exact?: string[], signal?: AbortSignal}} [options]
     */
    article(id, query = "", options = {}) {
      return ask("article", [Number(id), wellFormed(query), String(options.exact ?? "")], options);
    },
    /** What has been read so far; bytes as they are once HTTP has unpacked them. */
    stats: () => ({ ...link.stats }),
    close,
  };
}

/** The string without halves of surrogate pairs. */
export function wellFormed(query) {
  const text = String(query);
  if (text.toWellFormed) return text.toWellFormed();
  return text.replace(/[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]/g, (s) => (s.length > 1 ? s : "\ufffd"));
}

/** A script's address in the form that a page under Trusted Types lets through, if it allows the policy `xunzi`. */
function scriptAddress(address) {
  try {
    policy ||= globalThis.trustedTypes.createPolicy("xunzi", { createScriptURL: (url) => url });
    return policy.createScriptURL(address);
  } catch {
    return address;
  }
}

/** One index, its worker, and what is being asked of it. */
class Link {
  users = 0;
  stats = { articles: 0, bytesFetched: 0, requests: 0, memoryBytes: 0 };
  listeners = new Set();
  #root;
  // Ms.
  #tick;
  #pace;
  #jobs = new Map();
  // Id of the newest job.
  #last = 0;
  // Which worker is listened to; what an older one still says is not heard.
  #turn = 0;
  // Workers started since the last answer.
  #starts = 0;
  // The manifest as it was read, empty when there is no worker.
  #text = "";
  #build;
  #expected = 0;
  // Files that the page asks for before the worker can, by name.
  #early = new Map();
  #port;
  #end = () => {};
  #ready = false;
  // Whether the worker has said anything yet.
  #awake = false;
  // No worker is to be had: the engine runs in the page.
  #here = false;
  #mended = false;
  #heard = true;
  // When something last came.
  #moved = 0;
  #ticked = 0;
  // When the worker was started.
  #begun = 0;
  #timer = 0;
  #settle;

  /** @param {string} root @param {number} pace */
  constructor(root, pace) {
    this.#root = root;
    this.#pace = pace;
    this.#tick = TICK * pace;
    this.opened = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
    this.opened.catch(() => {});
    this.#open();
  }

  /**
   * Have the engine's `call` answered.
   * @param {"search"|"article"} call
   * @param {unknown[]} values its arguments
   * @param {{signal?: AbortSignal, onprogress?: (found: object) => void}} options
   */
  ask(call, values, { signal, onprogress }) {
    return new Promise((resolve, reject) => {
      const aborted = new XunziError("aborted", "No longer wanted.");
      if (signal?.aborted) return reject(aborted);
      const id = ++this.#last;
      const drop = () => {
        if (this.#ready) this.#port.postMessage({ type: "drop", id });
        this.#finish(id, "reject", aborted);
      };
      signal?.addEventListener("abort", drop);
      const forget = () => signal?.removeEventListener("abort", drop);
      const job = { message: { type: "ask", id, call, values }, resolve, reject, onprogress, forget, tried: false };
      this.#jobs.set(id, job);
      if (this.#ready) this.#port.postMessage(job.message);
      else if (!this.#text) this.#open();
      if (this.#jobs.size === 1) this.#watch();
    });
  }

  leave() {
    if (--this.users) return;
    this.#forget();
    this.#fail(new XunziError("aborted", "The index was closed."));
  }

  /** Whoever opens this index from now on has another link. */
  #forget() {
    if (links.get(this.#root) === this) links.delete(this.#root);
  }

  /** @param {number} id @param {"resolve"|"reject"} how */
  #finish(id, how, value) {
    const job = this.#jobs.get(id);
    if (!job) return;
    this.#jobs.delete(id);
    job.forget();
    job[how](value);
  }

  /** All that was asked fails. What is asked later starts afresh. */
  #fail(reason) {
    const error = reason instanceof XunziError ? reason : new XunziError("corrupt", `The index cannot be opened: ${reason.message}`);
    this.#stop();
    this.#text = "";
    this.#early.clear();
    this.#starts = 0;
    this.#mended = this.#here = false;
    if (!this.stats.articles) this.#forget();
    this.#settle.reject(error);
    for (const id of [...this.#jobs.keys()]) this.#finish(id, "reject", error);
  }

  #stop() {
    this.#turn++;
    this.#ready = this.#awake = false;
    this.#end();
    this.#end = () => {};
    this.#port = null;
  }

  /** One file, in one request. */
  async #read(name, cache) {
    const control = new AbortController();
    let timer;
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(() => control.abort(), IDLE * this.#tick);
    };
    try {
      wait();
      this.stats.requests++;
      // The page's address may hold the query, which is nobody's business: its path is not sent along.
      const answer = await fetch(new URL(name, this.#root), { cache, signal: control.signal, referrerPolicy: "strict-origin" });
      if (!answer.ok) throw new XunziError("not-found", `${name}: the server answered ${answer.status}.`);
      const parts = [];
      for (const reader = answer.body.getReader(); ;) {
        const { done, value } = await reader.read();
        if (done) return new Blob(parts);
        wait();
        parts.push(value);
        this.#came(value.length, 0);
      }
    } catch (e) {
      throw e instanceof XunziError ? e : new XunziError("offline", `${name} did not arrive: ${e.message}`);
    } finally {
      clearTimeout(timer);
    }
  }

  #came(bytes, requests) {
    if (bytes) this.#moved = Date.now();
    this.stats.bytesFetched += bytes;
    this.stats.requests += requests;
    for (const listener of this.listeners) listener(this.stats.bytesFetched, this.#expected);
  }

  async #manifest(cache) {
    for (let attempt = 0; ; attempt++) {
      try {
        const text = await (await this.#read("manifest", attempt ? "reload" : cache)).text();
        readManifest(text);
        return text;
      } catch (e) {
        if (attempt > 1 || (attempt && e.code !== "offline")) throw e;
        await new Promise((go) => setTimeout(go, 400 * this.#pace * (attempt + 1)));
      }
    }
  }

  /** @param {string} engine the engine's folder */
  #wasm(engine) {
    return new URL(engine + (engine === "dev" ? "/engine_bg.wasm" : "/engine.wasm"), this.#root).href;
  }

  /** Ask for a file that the worker will want, if that was not done yet. */
  #fetch(name, folder = "") {
    if (this.#early.has(name)) return;
    const file = this.#read(folder + name, "force-cache");
    file.catch(() => {});
    this.#early.set(name, file);
  }

  /** Read the manifest, start a worker. */
  async #open() {
    const turn = ++this.#turn;
    this.#text = AWAITED;
    this.#watch();
    // Most likely the engine that this script was published with: a round trip sooner than the manifest can say.
    if (!ENGINE.startsWith("_") && new URL(".", import.meta.url).href === this.#root) this.#fetch(this.#wasm(ENGINE));
    try {
      const text = await this.#manifest("no-cache");
      if (turn === this.#turn) this.#begin(text);
    } catch (e) {
      if (turn === this.#turn) this.#fail(e);
    }
  }

  /** Start a worker on the build that this manifest names, and ask it all that is still unanswered. */
  async #begin(text) {
    this.#stop();
    const turn = this.#turn;
    try {
      if (++this.#starts > STARTS) throw new XunziError("corrupt", "The engine was started again and again, and never answered.");
      const { engine, build, names, expected } = readManifest(text);
      const wasm = this.#wasm(engine);
      if (text !== this.#text) {
        for (const name of this.#early.keys()) if (name !== wasm || this.#text !== AWAITED) this.#early.delete(name);
        this.#mended = false;
      }
      this.#text = text;
      this.#build = build;
      this.#expected = expected;
      this.#moved = this.#begun = Date.now();
      // Asked for by the page, so that they need not wait for the worker's own script.
      this.#fetch(wasm);
      for (const name of names) this.#fetch(name, build + "/");
      const { port, end } = await this.#spawn(engine, turn);
      if (turn !== this.#turn) return end();
      this.#port = port;
      this.#end = end;
      port.onmessage = ({ data }) => {
        if (turn !== this.#turn) return;
        if (data.type === "hello") this.#start({ manifest: text, root: this.#root, build, wasm, names });
        else this.#hear(data);
      };
    } catch (e) {
      if (turn === this.#turn) this.#fail(e);
    }
  }

  /** The worker's script runs: tell it what to open, and hand over the files that the page has asked for. */
  async #start(message) {
    const turn = this.#turn;
    const early = [...this.#early];
    this.#awake = true;
    this.#early.clear();
    this.#port.postMessage({ type: "start", dialect: DIALECT, pace: this.#pace, early: early.map(([name]) => name), ...message });
    for (const [name, file] of early) {
      // What the page could not get, the worker tries again by itself.
      const bytes = await file.then((blob) => blob.arrayBuffer()).catch(() => null);
      if (turn !== this.#turn) return;
      this.#port.postMessage({ type: "file", name, bytes }, bytes ? [bytes] : []);
    }
  }

  /** A worker; where the page may have none, the same script in the page itself. */
  async #spawn(engine, turn) {
    const script = new URL(engine + "/worker.js", this.#root);
    if (!this.#here) {
      try {
        // A worker's script must be of the page's origin, but may import one of another.
        const own = script.origin === location.origin;
        const worker = new Worker(scriptAddress(own ? script.href
          : URL.createObjectURL(new Blob([`importScripts(${JSON.stringify(script.href)})`], { type: "text/javascript" }))));
        worker.onerror = (e) => {
          e.preventDefault();
          if (turn !== this.#turn) return;
          if (this.#ready) this.#revive();
          else this.#mend();
        };
        return { port: worker, end: () => worker.terminate() };
      } catch {
        this.#here = true;
      }
    }
    try {
      // Every start needs an instance of its own, hence an address of its own.
      await import(script.href + (loads++ ? "?" + loads : ""));
    } catch (e) {
      const code = e instanceof SyntaxError ? "corrupt" : "unsupported";
      throw new XunziError(code, `The engine can run neither in a worker nor in the page: ${e.message}`);
    }
    const { port1, port2 } = new MessageChannel();
    globalThis.xunziDrive(port1);
    return { port: port2, end: () => port2.close() };
  }

  /** The worker's script does not run: once, replace a broken copy of it in the browser's cache; then do without a worker. */
  #mend() {
    this.#stop();
    return this.#recheck(async () => {
      const { engine } = readManifest(this.#text);
      const name = engine + "/worker.js";
      if (this.#mended) this.#here = true;
      else {
        const text = await (await this.#read(name, "reload")).text();
        // Its last line is its name.
        if (engine !== "dev" && !text.endsWith(engine + "\n")) throw new XunziError("corrupt", `${name} is not the engine's script.`);
      }
      this.#mended = true;
      await this.#begin(this.#text);
    });
  }

  #hear(data) {
    this.#heard = true;
    const { type, id } = data;
    if (type === "moved") this.#came(data.bytes, data.requests);
    else if (type === "damaged") this.#mend();
    else if (type === "stale") this.#recheck(() => this.#port.postMessage({ type: "same" }));
    else if (type === "broken") this.#revive(id);
    else if (type === "fault") {
      const error = new XunziError(data.code, data.message);
      if (id) this.#finish(id, "reject", error);
      else this.#fail(error);
    } else if (type === "ready") {
      this.#ready = true;
      Object.assign(this.stats, { articles: data.articles, memoryBytes: data.memory });
      this.#settle.resolve();
      for (const job of this.#jobs.values()) this.#port.postMessage(job.message);
      this.#watch();
    } else if (type === "found") {
      this.#starts = 0;
      this.#moved = Date.now();
      this.stats.memoryBytes = data.memory;
      if (data.found) data.found.build = this.#build;
      if (data.done) this.#finish(id, "resolve", data.found);
      else this.#jobs.get(id)?.onprogress?.(data.found);
    }
  }

  /** Something is missing: has the site been published anew? Then go over to the new build, else `same()`. */
  async #recheck(same) {
    const turn = this.#turn;
    const text = await this.#manifest("reload").catch(() => this.#text);
    if (turn !== this.#turn) return;
    if (text !== this.#text) return this.#begin(text);
    try {
      await same();
    } catch (e) {
      if (turn === this.#turn) this.#fail(e);
    }
  }

  /** The worker trapped (on job `id`) or hangs: take a new one, but try no job a third time. */
  #revive(id) {
    for (const [key, job] of [...this.#jobs]) {
      if (id && id !== key) continue;
      if (job.tried) this.#finish(key, "reject", new XunziError("corrupt", "The engine failed twice on this query."));
      job.tried = true;
    }
    this.#begin(this.#text);
  }

  #watch() {
    clearInterval(this.#timer);
    this.#ticked = this.#moved = Date.now();
    this.#ping();
    this.#timer = setInterval(() => this.#look(), this.#tick);
  }

  /** Does the worker live, does anything come? */
  #look() {
    const now = Date.now();
    // The page was frozen, and so perhaps was the worker.
    const slept = now - this.#ticked > 1.5 * this.#tick;
    this.#ticked = now;
    if (!this.#text || (this.#ready && !this.#jobs.size)) {
      clearInterval(this.#timer);
    } else if (slept) {
      this.#moved = now;
      this.#heard = true;
    } else if (now - this.#moved > STALL * this.#tick) {
      this.#fail(new XunziError("offline", `Nothing came for ${(STALL * this.#tick) / 1000} seconds.`));
    } else if (this.#ready && !this.#heard) {
      this.#revive();
    } else if (this.#port && !this.#awake && now - this.#begun > IDLE * this.#tick) {
      this.#mend();
    } else {
      this.#ping();
    }
  }

  #ping() {
    this.#heard = !this.#ready;
    if (this.#ready) this.#port.postMessage({ type: "ping" });
  }
}

/** The manifest's facts, or why it is none; the engine will look at its checksum. */
function readManifest(text) {
  let manifest = null;
  try {
    manifest = JSON.parse(text);
  } catch {
    // said below
  }
  const { xunzi, engine, build, open: names, sizes } = manifest ?? {};
  if (xunzi !== 1 && typeof xunzi === "number") throw new XunziError("version", "The index and this page are of different versions; reload the page.");
  if (!xunzi || !engine || !build || !Array.isArray(names)) throw new XunziError("corrupt", "This is not the manifest of an index.");
  return { engine, build, names, expected: (sizes ?? []).reduce((sum, size) => sum + size, 0) };
}
