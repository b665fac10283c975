// How are the engine's questions answered from a static host?
//
// The engine never reads anything itself: a step of it answers with the files that it lacks. This script has the page
// fetch them, feeds them, and steps again. It is a classic worker script; where no worker can be had, the page loads the
// same text and drives it through a MessageChannel.
//
// In:  start {dialect, pace, manifest, wasm, names}   file {id, bytes, fault}   ask {id, call, values}   drop {id}   ping
// Out: hello   damaged   want {id, name, attempt}   unwant {id}   ready {articles, memory}   found {id, found, done, memory}
//      fault {id, code, message}   broken {id}   pong
//      (`fault` without an id: the engine could not be started; `broken` with 0: no job met the trap.)
// In front of this script stands the engine's glue; in a release, `seal` is around both.

const DIALECT = 2;
const GRACE = 250; // so long an unwanted fetch may run on: the next query often wants the same file
const SHOW = 250; // after so long, what can be said without the files that are still on their way is said
const ENOUGH = 4; // files that a job does without; then it does without all others too

let pace = 1;
const pause = (ms) => new Promise((go) => setTimeout(go, ms * pace));
const fault = (code, message) => ({ code, message });
// What goes wrong in a way that was thought of has a code; all else is a trap, after which the instance is worthless.
const coded = (e) => typeof e?.code === "string";

/** The engine where there is no WebAssembly, out of the same source: a function of what it takes from the page. */
async function plain(address) {
  await (self.document ? import(address) : importScripts(address));
  return xunziEngine;
}

/** Answer the messages of `port` (a worker's global scope, or one end of a MessageChannel). The answer ends all that is under way. */
function drive(port) {
  /** Jobs under way, by id. @type {Map<number, {handle: number, left: boolean, lost: number, fault: object}>} */
  const jobs = new Map();
  /** Files on their way, each with the jobs that wait for it; `null` stands for the start. */
  const loads = new Map();
  /** What to do with the files that the page was asked for, by number. @type {Map<number, Function>} */
  const wanted = new Map();
  let engine;
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

  /** What a function of the engine answers; its faults are thrown. */
  const call = (name, ...values) => {
    const answer = engine[name](...values);
    if (coded(answer)) throw answer;
    return answer;
  };
  const feed = (name) => (bytes) => call("feed", name, bytes);

  /** One load per file, however many jobs want it. */
  function want(name, job, use = feed(name)) {
    let load = loads.get(name);
    if (!load) {
      load = { users: new Set() };
      load.done = bring(name, use, load).finally(() => loads.get(name) === load && loads.delete(name));
      // Of a file that nobody waits for any more nobody else would tell.
      load.done.catch((e) => coded(e) || load.users.size || trapped());
      loads.set(name, load);
    }
    load.users.add(job);
    return load.done;
  }

  async function start(asked) {
    pace = asked.pace;
    try {
      if (asked.dialect !== DIALECT) throw fault("version", "another release");
      const load = want(asked.wasm, null, async (bytes) => {
        try {
          // Compiling goes on elsewhere while the sum is made here.
          const module = self.WebAssembly?.compile(bytes);
          module?.catch(() => {});
          if (seal && seal.sum(bytes) !== (module ? seal.wasm : seal.plain)) throw fault("corrupt", `${asked.wasm} is damaged.`);
          await wasm_bindgen({ module_or_path: await (module ?? plain(asked.wasm)) });
        } catch (e) {
          // Of a module that is whole, it is the browser that does not take it.
          throw coded(e) ? e : fault(seal ? "unsupported" : "corrupt", `${asked.wasm}: ${e.message}`);
        }
        engine = wasm_bindgen;
        call("open", asked.manifest);
      });
      // What else the index opens with is on its way, and fed when a query turns out to need it.
      const [name] = asked.names;
      await Promise.all([load, want(name, null, (bytes) => load.then(() => feed(name)(bytes)))]);
      post("ready", { articles: engine.articles(), memory: engine.taken() });
    } catch (e) {
      if (!coded(e)) return trapped();
      const { code } = e;
      // A build without that script.
      post("fault", fault(!self.WebAssembly && code === "not-found" ? "unsupported" : code, e.message));
    }
  }

  async function ask({ id, call: name, values }) {
    const job = { handle: -1, left: false, lost: 0 };
    /** What the job lacks and has asked for. */
    const waits = new Map();
    let came;
    const lack = (name) =>
      (job.lost < ENOUGH ? want(name, job) : Promise.reject(job.fault)).catch((e) => {
        if (!coded(e)) throw e;
        // Where nothing comes through, or much is missing, the rest is not waited for.
        job.lost += e.code === "offline" ? ENOUGH : 1;
        job.fault = e;
        if (!job.left) engine.fail(job.handle, name, e.code);
      }).then(() => (came = waits.delete(name)));
    jobs.set(id, job);
    try {
      job.handle = call(name, ...values);
      for (;;) {
        const { need, found, done } = call("step", job.handle);
        if (found || done) post("found", { id, found, done, memory: engine.taken() });
        if (done) break;
        for (const name of need) if (!waits.has(name)) waits.set(name, lack(name));
        // With nothing to wait for, let messages in: this job may have been dropped. With much, go on with what has come.
        came = !need.length;
        do await (came ? pause(0) : Promise.race([Promise.all(waits.values()), pause(SHOW)]));
        while (!came && !job.left);
        if (job.left) return;
      }
      leave(id);
    } catch (e) {
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
    engine.close(job.handle);
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
    start,
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
