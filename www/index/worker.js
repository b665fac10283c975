// How are the engine's questions answered from a static host?
//
// The engine never reads anything itself: a step of it answers with the files that it lacks. This script has the page
// fetch them, feeds them, and steps again. It is a classic worker script; where no worker can be had, the page loads the
// same text and drives it through a MessageChannel.
//
// There are two modules, two engines of one build: what a plain search does without is in the second, which is fetched when it is
// first asked for. It has a reader of its own, fed with the same files; and what depends on what matches it asks of the first.
//
// In:  start {dialect, pace, build, wasm, names}   file {id, bytes, fault}   ask {id, call, values}   drop {id}   ping
//      (`values` of a search: query, limit, offset, sort, exact, the parts by which it is narrowed, how exact its numbers
//      are to be; of other calls their parts)
// Out: hello   damaged   want {id, name, attempt}   unwant {id}   ready {articles, memory}   found {id, found, done, memory, piece}
//      fault {id, code, message}   broken {id}   pong
//      (`fault` without an id: the engine could not be started; `broken` with 0: no job met the trap.)
// In front of this script stands the engine's glue; in a release, `seal` is around both.

const DIALECT = 4;
const GRACE = 250; // so long an unwanted fetch may run on: the next query often wants the same file
const SHOW = 250; // after so long, what can be said without the files that are still on their way is said
const ENOUGH = 4; // files that a job does without; then it does without all others too
const ROOM = 6 << 20; // bytes of files that are kept as they came, for the other engine
const PIECE = 500; // results that are told at a time
const BETWEEN = "\uFFFF"; // joins the parts of what is asked of the second engine

let pace = 1;
const pause = (ms) => new Promise((go) => setTimeout(go, ms * pace));
const fault = (code, message) => ({ code, message });
// What goes wrong in a way that was thought of has a code; all else is a trap, after which the instance is worthless.
const coded = (e) => typeof e?.code === "string";

/** The engine where there is no WebAssembly, out of the same source: a function of what it takes from the page. @param {Uint8Array} bytes what came from there */
async function plain(address, bytes) {
  const run = (script) => (self.document ? import(script) : importScripts(script));
  try {
    await run(address);
  } catch {
    // In a page that is one file it stands at no address.
    await run(URL.createObjectURL(new Blob([bytes], { type: "text/javascript" })));
  }
  return xunziEngine;
}

/** Answer the messages of `port` (a worker's global scope, or one end of a MessageChannel). The answer ends all that is under way. */
function drive(port) {
  /** Jobs under way, by id, with what they have under way in the engines. @type {Map<number, {under: Set<Function[]>, left: boolean, lost: number, fault: object}>} */
  const jobs = new Map();
  /** Files on their way, each with the jobs that wait for it; `null` stands for the start. */
  const loads = new Map();
  /** What to do with the files that the page was asked for, by number. @type {Map<number, Function>} */
  const wanted = new Map();
  /** Files as they came, the latest last. @type {Map<string, Uint8Array>} */
  const kept = new Map();
  let room = ROOM;
  /** What the page has said of the index. */
  let start;
  let engine;
  /** The second one, once it is there. */
  let more;
  let last = 0;

  const post = (type, rest) => port.postMessage({ type, ...rest });
  const trapped = (id = 0) => post("broken", { id });

  /** Have the page fetch a file and hand it to `use`, which throws when the bytes are not what they should be. */
  async function bring(name, use, load) {
    for (let attempt = 0; ; attempt++) {
      const { bytes, fault } = await new Promise((give) => {
        load.id = ++last;
        wanted.set(last, give);
        post("want", { id: last, name, attempt });
      });
      // The page has tried what can be tried.
      if (fault) throw fault;
      try {
        return await use(new Uint8Array(bytes));
      } catch (e) {
        if (!coded(e) || e.code === "unsupported" || load.left || attempt > 1) throw e;
      }
    }
  }

  /** What a function of an engine answers; its faults are thrown. */
  const call = (engine, name, ...values) => {
    let answer = engine[name](...values);
    if (typeof answer === "string") answer = JSON.parse(answer);
    if (coded(answer)) throw answer;
    return answer;
  };
  const memory = () => engine.taken() + (more?.taken() ?? 0);

  /** A file is fed, and kept as it came while there is room: the other engine may want it. */
  const feed = (name, to) => (bytes) => {
    try {
      call(to, "feed", name, bytes);
    } catch (e) {
      // Whoever runs the site should see which file is bad, however well the page gets over it.
      if (coded(e)) console.warn("xunzi:", e.message);
      throw e;
    }
    room -= bytes.length - (kept.get(name)?.length ?? 0);
    kept.delete(name);
    kept.set(name, bytes);
    for (const [old, { length }] of kept) {
      if (room >= 0 || old === name) break;
      if (start.names.includes(old)) continue;
      kept.delete(old);
      room += length;
    }
  };

  /** Has an engine fed with a file, which may have come for the other. */
  async function supply(name, job, to) {
    if (!kept.has(name) && (await want(name, job, feed(name, to), to)).to === to) return;
    feed(name, to)(kept.get(name));
  }

  /** One load per file, however many jobs want it. */
  function want(name, job, use, to) {
    let load = loads.get(name);
    if (load && !load.users.size) {
      // It was begun for jobs that have left: what it fails of may be over by now.
      load.users.add(job);
      return load.done.catch((e) => (coded(e) && !job.left ? want(name, job, use, to) : Promise.reject(e)));
    }
    if (!load) {
      load = { users: new Set(), to };
      load.done = bring(name, use, load).then(() => load).finally(() => loads.get(name) === load && loads.delete(name));
      // Of a file that nobody waits for any more nobody else would tell.
      load.done.catch((e) => coded(e) || load.users.size || trapped());
      loads.set(name, load);
    }
    load.users.add(job);
    return load.done;
  }

  /** A module, whole, and with the build open. @param {boolean} second */
  const module = (address, second) => async (bytes) => {
    let functions;
    try {
      // Compiling goes on elsewhere while the sum is made here.
      const module = self.WebAssembly?.compile(bytes);
      module?.catch(() => {});
      if (seal && seal.sum(bytes) !== (module ? seal.wasm : seal.plain)[+second]) throw fault("corrupt", `${address} is damaged.`);
      functions = await instantiate(await (module ?? plain(address, bytes)), second);
    } catch (e) {
      // Of a module that is whole, it is the browser that does not take it.
      throw coded(e) ? e : fault(seal ? "unsupported" : "corrupt", `${address}: ${e.message}`);
    }
    call(functions, "open", start.build, start.names.join());
    if (second) more = functions;
    else engine = functions;
  };

  async function begin(asked) {
    pace = asked.pace;
    start = asked;
    try {
      if (asked.dialect !== DIALECT) throw fault("version", "another release");
      const load = want(asked.wasm, null, module(asked.wasm, false));
      // What else the index opens with is on its way, and fed when a query turns out to need it.
      const [name] = asked.names;
      await Promise.all([load, want(name, null, (bytes) => load.then(() => feed(name, engine)(bytes)))]);
      post("ready", { articles: engine.articles(), memory: memory() });
    } catch (e) {
      if (!coded(e)) return trapped();
      const { code } = e;
      // A build without that script.
      post("fault", fault(!self.WebAssembly && code === "not-found" ? "unsupported" : code, e.message));
    }
  }

  /** Has what is under way in an engine gone on with until it is done; the end of it. @param {Function} tell what has been found so far */
  async function run(job, engine, handle, tell) {
    const mine = [engine, handle];
    job.under.add(mine);
    /** What is lacking and has been asked for. */
    const waits = new Map();
    let came;
    const lack = (name) =>
      (job.lost < ENOUGH ? supply(name, job, engine) : Promise.reject(job.fault)).catch((e) => {
        if (!coded(e)) throw e;
        // Where nothing comes through, or much is missing, the rest is not waited for.
        job.lost += e.code === "offline" ? ENOUGH : 1;
        job.fault = e;
        if (!job.left) engine.fail(handle, name, e.code);
      }).then(() => (came = waits.delete(name)));
    for (;;) {
      const { need, asks, found, done } = call(engine, "step", handle);
      if (found || done) tell?.(found, done);
      if (done) {
        job.under.delete(mine);
        engine.close(handle);
        return found;
      }
      for (const name of need) if (!waits.has(name)) waits.set(name, lack(name));
      for (const { number, query, exact, limit, lists, keys } of asks ?? []) {
        const { list, articles, articlesExact, problem } = await among(job, [query, limit, 0, "newest", exact, "quick"], keys, lists);
        const numbers = new Uint8Array(Uint32Array.from(list ?? []).buffer);
        engine.told(handle, number, numbers, articles, +articlesExact, problem?.code ?? "", problem?.message ?? "");
      }
      // With nothing to wait for, let messages in: this job may have been dropped. With much, go on with what has come.
      came = !need.length;
      do await (came ? pause(0) : Promise.race([Promise.all(waits.values()), pause(SHOW)]));
      while (!came && !job.left);
      if (job.left) throw job;
    }
  }

  /** A search, narrowed. @param {number} lists whether the articles are only listed; 2: those that may match */
  function among(job, values, keys, lists, lost, tell) {
    const handle = call(engine, "search", ...values);
    // As texts they are one more, so that most are of one digit.
    const numbers = Uint32Array.from(keys ? keys.split(",") : [], (key) => key - 1);
    engine.among(handle, new Uint8Array(numbers.buffer), lists);
    if (lost) engine.fail(handle, ...lost);
    return run(job, engine, handle, tell);
  }

  /** What the second engine is asked. */
  async function further(job, name, parts, tell) {
    // Of what is not there as a script either, the browser cannot say more.
    const address = start.wasm.replace(/\/engine([^/]*)$/, "/more$1").replace(/plain(?=.js$)/, "plain-more");
    if (!more) await want(address, job, module(address, true));
    if (job.left) throw job;
    return run(job, more, call(more, "ask", name, parts.join(BETWEEN)), tell);
  }

  async function ask({ id, call: name, values }) {
    const job = { under: new Set(), left: false, lost: 0 };
    jobs.set(id, job);
    // Without limit each piece is told once; a page would stand still over a large one.
    const piece = name === "search" && values[1] === 0;
    const tell = (found, done) => {
      while (piece && found.results.length > PIECE) {
        post("found", { id, found: { ...found, results: found.results.splice(0, PIECE) }, memory: memory(), piece });
      }
      post("found", { id, found, done, memory: memory(), piece });
    };
    try {
      if (name === "search") {
        const [query, limit, offset, sort, exact, parts, numbers = "quick"] = values;
        const { keys, lost } = parts.length ? await further(job, "narrow", parts) : {};
        await among(job, [query, limit, offset, sort, exact, numbers], keys, 0, lost, tell);
      } else if (name === "may") {
        const [query, exact] = values;
        await among(job, [query, 1, 0, "newest", exact, "quick"], "", 2, 0, tell);
      } else {
        await further(job, name, values, tell);
      }
      leave(id);
    } catch (e) {
      if (e === job) return;
      if (!coded(e)) return trapped(id);
      if (job.left) return;
      leave(id);
      post("fault", { id, code: e.code, message: e.message });
    }
  }

  /** The end of a job, whether it is finished or no longer wanted. */
  function leave(id) {
    const job = jobs.get(id);
    if (!job) return;
    jobs.delete(id);
    job.left = true;
    for (const [engine, handle] of job.under) engine.close(handle);
    for (const load of loads.values()) load.users.delete(job);
    setTimeout(() => {
      for (const [name, load] of loads) {
        if (load.users.size) continue;
        loads.delete(name);
        load.left = true;
        post("unwant", { id: load.id });
      }
    }, GRACE * pace);
  }

  const heard = {
    start: begin,
    ask,
    file(answer) {
      wanted.get(answer.id)(answer);
      wanted.delete(answer.id);
    },
    drop: ({ id }) => leave(id),
    ping: () => post("pong"),
  };
  port.onmessage = async ({ data }) => {
    try {
      await heard[data.type](data);
    } catch {
      trapped();
    }
  };
  post(seal && !seal.whole ? "damaged" : "hello");
  return () => {
    for (const job of jobs.values()) job.left = true;
  };
}

if (self.document) self.xunziDrive = drive;
else drive(self);
