// How is one index asked? What is its worker doing, and is it alive?
//
// The page does all the fetching; the worker says what a query turns out to need. A worker is expendable: when it traps,
// hangs, or its build has been replaced on the server, it is ended, a new one is started, and what was asked is asked
// again. No answer mixes two builds, for a worker knows one manifest only.
import { HOME, KNOWN, XunziError, begun, employ } from "./given.js";
import { Loader, drop } from "./load.js";
import { decode, readManifest } from "./manifest.js";
import { runHere, workerAt } from "./run.js";
import { aborted, ours, tell } from "./told.js";

// Ticks without the first word of a worker, then its script is read anew.
const SILENT = 2;
// Ticks without a byte or an answer, then what was asked is given up.
const STALL = 6;
// Workers started in a row without one answer.
const STARTS = 4;
// What the worker's script and this one say to each other; one is not the other's of another release.
const DIALECT = 4;
// In place of the manifest while it is on its way.
const AWAITED = "…";

const failing = () => new XunziError("corrupt", "The engine keeps failing.");

/** Indexes that are open, by their address; several opens of one folder share one. @type {Map<string, Link>} */
export const links = new Map();

/** One index, its worker, and what is being asked of it. */
export class Link extends Loader {
  users = 0;
  #root;
  // What would stand in a manifest, of a build that has none: one that a catalog names.
  #given;
  #jobs = new Map();
  // Id of the newest job.
  #last = 0;
  // Which worker is listened to; what an older one still says is not heard.
  #turn = 0;
  // Workers started since the last answer.
  #starts = 0;
  // The manifest as it was read, empty when there is no worker.
  #text = "";
  // What it says.
  #facts;
  // The engine's folder that the worker is of.
  #engine;
  // Settled when the manifest has come; what a worker says before is heard after.
  #verdict;
  // Files that the page asks for before the worker can, by address. @type {Map<string, {dropped: boolean, stop: () => void, coming: Promise<ArrayBuffer>}>}
  #early = new Map();
  // Files that the worker has asked for, by its number.
  #wanted = new Map();
  // Whether the manifest is being read again.
  #checking;
  #port;
  #ready;
  // Whether the worker has said anything yet.
  #awake;
  // No worker is to be had: the engine runs in the page.
  #here;
  #mended;
  #heard = true;
  #ticked;
  // When the worker was started.
  #begun;
  #timer;
  #settle;

  /** @param {string} root @param {number} pace @param {object} [given] what stands in place of a manifest */
  constructor(root, pace, given) {
    super(pace);
    this.#root = root;
    this.#given = given;
    links.set(this.#key, this);
    this.opened = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
    this.#open();
  }

  /**
   * Have the engine's `call` answered.
   * @param {"search"|"may"|"article"|"counts"|"timeline"|"near"|"complete"|"fields"} call
   * @param {unknown[]} values its arguments
   * @param {{signal?: AbortSignal, onprogress?: (found: object) => void}} options
   */
  ask(call, values, { signal, onprogress }) {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(aborted());
      const id = ++this.#last;
      const drop = () => {
        if (this.#ready) this.#port.postMessage({ type: "drop", id });
        this.#finish(id, "reject", aborted());
      };
      signal?.addEventListener("abort", drop);
      const forget = () => signal?.removeEventListener("abort", drop);
      const job = { message: { type: "ask", id, call, values }, resolve, reject, onprogress, forget, tried: false, pieces: [] };
      this.#jobs.set(id, job);
      if (this.#ready) this.#port.postMessage(job.message);
      else if (!this.#text) this.#open();
      if (this.#facts?.stale) this.#recheck("no-cache");
      if (this.#jobs.size === 1) this.#watch();
    });
  }

  get #key() {
    return this.#root + (this.#given?.build ?? "");
  }

  /** The folder's address, and what its manifest says. */
  get place() {
    return [this.#root, this.#facts];
  }

  leave() {
    if (--this.users) return;
    this.#forget();
    this.#fail(aborted());
  }

  /** Whoever opens this index from now on has another link. */
  #forget() {
    if (links.get(this.#key) === this) links.delete(this.#key);
  }

  /** @param {number} id @param {"resolve"|"reject"} how */
  #finish(id, how, value) {
    const job = this.#jobs.get(id);
    if (!job) return;
    this.#jobs.delete(id);
    job.forget();
    job[how](value);
  }

  /** All that was asked fails, unless the worker it was asked of has ended. What is asked later starts afresh. */
  #fail(reason, turn = this.#turn) {
    if (turn !== this.#turn) return;
    const error = ours("corrupt", reason);
    this.#stop();
    this.#text = "";
    this.#keep([]);
    this.#starts = 0;
    this.#mended = this.#here = false;
    if (!this.spent.articles) this.#forget();
    this.#settle.reject(error);
    this.#jobs.forEach((_, id) => this.#finish(id, "reject", error));
  }

  #stop() {
    this.#turn++;
    this.#ready = this.#awake = false;
    this.#port?.terminate();
    this.#port = this.#engine = null;
    this.#wanted.forEach((load) => drop(load));
    this.#wanted.clear();
  }

  /** @param {RequestCache[]} caches */
  #manifest(...caches) {
    return this.#given ? Promise.resolve(this.#given) : this.obtain(this.#root + "manifest", caches, {}, readManifest);
  }

  /** The addresses of what every query needs, the engine's first. */
  #files({ engine, build, open }) {
    return [engine + (self.WebAssembly ? "/engine.wasm" : "/plain.js"), ...open.map((name) => build + "/" + name)].map((name) => this.#root + name);
  }

  /** Ask for files that the worker will want, if that was not done yet, and for no others. @param {string[]} addresses */
  #keep(addresses) {
    for (const [address, load] of this.#early) {
      if (addresses.includes(address)) continue;
      drop(load);
      this.#early.delete(address);
    }
    for (const address of addresses) {
      if (this.#early.has(address)) continue;
      const load = /** @type {any} */ ({});
      load.coming = this.request(address, "force-cache", load);
      load.coming.catch(() => {});
      this.#early.set(address, load);
    }
  }

  /** Read the manifest, start a worker. */
  #open() {
    const turn = ++this.#turn;
    this.#text = AWAITED;
    this.#begun = Infinity;
    this.#watch();
    const own = KNOWN.build && HOME.href === this.#root && !this.#given;
    // When the host cannot be asked, what an earlier visit has left in the browser answers. Where that was lost (Chromium
    // throws it away when a request for it has to be ended), it is the index that this script came with.
    this.#verdict = this.#manifest("no-cache", "force-cache", "reload", "reload").catch((e) => {
      if (own && e.code === "offline") return KNOWN;
      throw e;
    }).then(
      (facts) => turn === this.#turn && this.#begin(facts),
      (e) => this.#fail(e, turn),
    );
    // Most likely the build that this script was published with: a round trip sooner than the manifest can say.
    if (own) {
      this.#keep(this.#files(KNOWN));
      this.#spawn(KNOWN.engine);
    }
  }

  /** Have a worker on the build that this manifest names, and ask it all that is still unanswered. */
  #begin(facts) {
    const { text, engine } = facts;
    // The worker that was started before the manifest came may be the right one.
    const right = this.#text === AWAITED && this.#engine === engine;
    if (!right) this.#stop();
    if (++this.#starts > STARTS) return this.#fail(failing());
    if (text !== this.#text) this.#mended = false;
    this.#text = text;
    this.#facts = facts;
    this.expected = facts.sizes.reduce((sum, size) => sum + size);
    this.moved = this.#begun = Date.now();
    // Asked for by the page, so that they need not wait for the worker's own script.
    this.#keep(this.#files(facts));
    if (!right) this.#spawn(engine);
    if (facts.stale) this.#recheck("no-cache");
  }

  /** Hand a file to the worker, that got `attempt` times what was wrong. */
  async #give({ id, name, attempt }) {
    const turn = this.#turn;
    const address = new URL(name, this.#root + this.#facts.build + "/").href;
    const load = this.#early.get(address) ?? {};
    this.#early.delete(address);
    this.#wanted.set(id, load);
    let bytes, fault;
    try {
      // What the page could not get early is asked for anew.
      const early = await load.coming?.catch(() => null);
      // Missing, or not what was promised (a page of HTML, say): perhaps the site was published anew.
      const amiss = () => this.#recheck("reload", "reload", "reload");
      if (attempt) await amiss();
      bytes = early ?? (await this.obtain(address, /** @type {RequestCache[]} */ (["force-cache", "reload", "reload"]).slice(attempt), load, (file) => file, amiss));
    } catch ({ code, message }) {
      fault = { code, message };
    }
    if (turn !== this.#turn) return;
    this.#wanted.delete(id);
    this.#port.postMessage({ type: "file", id, bytes, fault }, bytes ? [bytes] : []);
  }

  /** A worker; where the page may have none, the same script in the page itself. @param {string} engine */
  async #spawn(engine) {
    const turn = this.#turn;
    this.#engine = engine;
    const later = async (go) => {
      await this.#verdict;
      if (turn === this.#turn) go();
    };
    try {
      const port = await this.#make(engine, () => later(() => (this.#ready ? this.#revive() : this.#mend())));
      if (turn !== this.#turn) return port.terminate();
      this.#port = port;
      port.onmessage = ({ data }) => later(() => this.#hear(data));
      // What was said before.
      if (port.early) port.onmessage(port.early);
    } catch (e) {
      later(() => this.#fail(e));
    }
  }

  /** @param {string} engine @param {() => void} failed */
  async #make(engine, failed) {
    const script = this.#root + engine + "/worker.js";
    if (!this.#here) {
      try {
        const early = begun.get(script);
        begun.delete(script);
        const worker = early ?? employ(await workerAt(script));
        worker.onerror = (e) => {
          e.preventDefault();
          failed();
        };
        if (worker.failed) failed();
        return worker;
      } catch {
        this.#here = true;
      }
    }
    try {
      await runHere(script);
    } catch (e) {
      // Unless it is missing or damaged, it is the browser that does not take it.
      await this.#renew(engine);
      throw ours(e instanceof SyntaxError ? "corrupt" : "unsupported", e, "The engine cannot run: ");
    }
    const { port1, port2 } = new MessageChannel();
    const end = xunziDrive(port1);
    port2.terminate = () => {
      port2.close();
      end();
    };
    return port2;
  }

  /** The worker's script does not run: once, replace a broken copy of it in the browser's cache; then do without a worker. */
  async #mend() {
    this.#stop();
    const turn = this.#turn;
    await this.#recheck("no-cache");
    try {
      const { engine } = this.#facts;
      if (turn !== this.#turn) return;
      if (this.#mended) this.#here = true;
      else await this.#renew(engine);
      this.#mended = true;
      if (turn === this.#turn) this.#begin(this.#facts);
    } catch (e) {
      this.#fail(e, turn);
    }
  }

  /** Reads the worker's script anew, into the browser's cache. @param {string} engine */
  async #renew(engine) {
    const script = this.#root + engine + "/worker.js";
    const text = decode(await this.request(script, "reload", {}));
    // Its last line is its name.
    if (!text.endsWith(engine + "\n")) throw new XunziError("corrupt", `${script} is damaged.`);
  }

  #hear(data) {
    this.#heard = true;
    const { type, id, memory, found, code, message } = data;
    if (memory) this.spent.memoryBytes = memory;
    if (type === "hello") {
      const [wasm] = this.#files(this.#facts);
      this.#awake = true;
      this.#port.postMessage({ type: "start", dialect: DIALECT, pace: this.pace, build: this.#facts.build, wasm, names: this.#facts.open });
    } else if (type === "want") this.#give(data);
    else if (type === "unwant") drop(this.#wanted.get(id));
    else if (type === "damaged") this.#mend();
    else if (type === "broken") this.#revive(id);
    else if (type === "fault") {
      const error = new XunziError(code, message);
      if (id) this.#finish(id, "reject", error);
      else this.#fail(error);
    } else if (type === "ready") {
      this.#ready = true;
      this.spent.articles = data.articles;
      this.#settle.resolve();
      this.#jobs.forEach((job) => {
        job.pieces = [];
        this.#port.postMessage(job.message);
      });
      this.#watch();
    } else if (type === "found") {
      this.#starts = 0;
      this.moved = Date.now();
      if (found) found.build = this.#facts.build;
      if (found && this.#facts.stale) found.stale = true;
      const job = this.#jobs.get(id);
      if (data.piece) job?.pieces.push(found.results);
      if (!data.done) tell(job?.onprogress, found);
      else this.#finish(id, "resolve", data.piece ? { ...found, results: job?.pieces.flat() } : found);
    }
  }

  /**
   * Has the site been published anew? Then go over to the new build.
   * @param {RequestCache[]} caches a request to reload takes what the browser has, even if it fails: only when the host answers
   */
  #recheck(...caches) {
    const turn = this.#turn;
    return (this.#checking ??= this.#manifest(...caches).catch(() => this.#facts).then((/** @type {any} */ facts) => {
      this.#checking = null;
      if (turn !== this.#turn) return;
      if (facts.text !== this.#text) this.#begin(facts);
      else this.#facts = facts;
    }));
  }

  /** Asks the host whether the site was published anew. */
  check() {
    return this.#recheck("reload", "reload", "reload");
  }

  /** The worker trapped (on job `id`, 0: on none) or hangs: take a new one, but try no job a third time. */
  #revive(id) {
    for (const [key, job] of this.#jobs) {
      if ((id ?? key) !== key) continue;
      if (job.tried) this.#finish(key, "reject", failing());
      job.tried = true;
    }
    this.#begin(this.#facts);
  }

  /** How often that is looked at. Where there is no WebAssembly a step of the engine may take long, and no worker hangs so soon. */
  get #beat() {
    return this.tick * (self.WebAssembly ? 1 : 4);
  }

  #watch() {
    this.moved = Date.now();
    // What is asked all the time, as somebody types, must not put off what is to be seen.
    if (this.#timer) return;
    this.ticked = this.moved;
    this.#ping();
    this.#timer = setInterval(() => this.#look(), this.#beat);
  }

  /** Does the worker live, does anything come? */
  #look() {
    const now = Date.now();
    // The page was frozen, and so perhaps was the worker.
    const slept = now - this.ticked > 1.5 * this.#beat;
    this.ticked = now;
    // A worker that hangs is ended, even if nobody waits for it any more.
    if (!this.#text || (this.#ready && this.#heard && !this.#jobs.size)) {
      this.#timer = clearInterval(this.#timer);
    } else if (slept) {
      this.moved = now;
      this.#heard = true;
    } else if (now - this.moved > STALL * this.tick) {
      this.#fail(new XunziError("offline", "Nothing came."));
    } else if (this.#ready && !this.#heard) {
      this.#revive();
    } else if (this.#port && !this.#awake && now - this.#begun > SILENT * this.tick) {
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
