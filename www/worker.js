// How are the engine's questions answered from a static host?
//
// The engine never reads anything itself: a step of it answers with the files that it lacks. This script fetches
// them, feeds them, and steps again. It is a classic worker script; where no worker can be had, the page loads the
// same text and drives it through a MessageChannel.
//
// In:  start {dialect, pace, manifest, root, build, wasm, names, early}   file {name, bytes}   ask {id, call, values}   drop {id}   same   ping
// Out: hello   damaged   ready {articles, memory}   found {id, found, done, memory}   fault {id, code, message}   broken {id}
//      moved {bytes, requests}   stale   pong
//      (`fault` without an id: the engine could not be started.)
// A release has the engine's glue in front of this script, and `seal` around both; the development folder has the glue
// beside it, and no seal.
if (typeof wasm_bindgen === "undefined") importScripts("engine.js");

(() => {
  const sealed = typeof seal === "object" && seal;
  const DIALECT = 1;
  const IDLE = 10000; // a request is given up when no byte came for so many milliseconds
  const GRACE = 250; // so long an unwanted fetch may run on: the next query often wants the same file
  const SHOW = 250; // after so long, what can be said without the files that are still on their way is said
  const ENOUGH = 4; // files that a job does without; then it does without all others too
  const READ = ["force-cache", "default", "reload"]; // names are hashes, so the first try takes any cached copy

  let pace = 1;
  const pause = (ms) => new Promise((go) => setTimeout(go, ms * pace));
  const fault = (code, message) => ({ code, message });
  // What goes wrong in a way that was thought of has a code; all else is a trap, after which the instance is worthless.
  const coded = (e) => typeof e?.code === "string";
  const checked = (answer) => {
    if (coded(answer)) throw answer;
    return answer;
  };

  /** Answer the messages of `port` (a worker's global scope, or one end of a MessageChannel). */
  function drive(port) {
    /** Jobs under way, by id. @type {Map<number, {handle: number|undefined, left: boolean, lost: number, fault: object}>} */
    const jobs = new Map();
    /** Files on their way, each with the jobs that wait for it; `null` stands for the start. */
    const loads = new Map();
    /** Files that the page is already fetching. @type {Map<string, {bytes: Promise, give: Function}>} */
    const early = new Map();
    let engine, folder, recheck, same;

    const post = (type, rest) => port.postMessage({ type, ...rest });

    /** The bytes of one file, in one request. */
    async function get(name, cache, signal) {
      const control = new AbortController();
      const stop = () => control.abort();
      let timer = setTimeout(stop, IDLE * pace);
      signal.addEventListener("abort", stop);
      post("moved", { bytes: 0, requests: 1 });
      try {
        const answer = await fetch(new URL(name, folder), { cache, signal: control.signal });
        if (!answer.ok) throw fault("not-found", `${name}: the server answered ${answer.status}`);
        const parts = [];
        for (const reader = answer.body.getReader(); ;) {
          const { done, value } = await reader.read();
          clearTimeout(timer);
          if (done) break;
          timer = setTimeout(stop, IDLE * pace);
          parts.push(value);
          post("moved", { bytes: value.length, requests: 0 });
        }
        return await new Blob(parts).arrayBuffer();
      } catch (e) {
        if (coded(e)) throw e;
        throw { ...fault("offline", `${name} did not arrive: ${e.message}`), slow: control.signal.aborted };
      } finally {
        clearTimeout(timer);
        signal.removeEventListener("abort", stop);
      }
    }

    /** Ask the page whether the manifest still names this build. If it does not, this worker's days are over. */
    function current() {
      same ||= new Promise((go) => {
        recheck = go;
        post("stale");
      });
      return same;
    }

    /** Fetch one file and hand it to `use`, which throws when the bytes are not what they should be. */
    async function bring(name, use, signal) {
      let last;
      for (let attempt = 0; attempt < READ.length; attempt++) {
        if (attempt) await pause(400 * attempt);
        if (signal.aborted) throw last;
        try {
          // What was wrong once may be in the browser's cache.
          const cache = last && last.code !== "offline" ? "reload" : READ[attempt];
          const given = await early.get(name)?.bytes;
          early.delete(name);
          return await use(given || (await get(name, cache, signal)));
        } catch (e) {
          if (!coded(e)) throw e;
          last = e;
        }
        if (signal.aborted || last.code === "unsupported") break;
        // Missing, or not what was promised (a page of HTML, say): perhaps the site was published anew.
        if (last.code !== "offline") await current();
        // A server that hangs is asked twice, not three times.
        if (last.slow) attempt++;
      }
      throw last;
    }

    const feed = (name) => (bytes) => checked(engine.feed(name, new Uint8Array(bytes)));

    /** One load per file, however many jobs want it. */
    function want(name, job, use = feed(name)) {
      let load = loads.get(name);
      if (!load) {
        const control = new AbortController();
        load = { control, users: new Set(), done: null };
        load.done = bring(name, use, control.signal).finally(() => loads.get(name) === load && loads.delete(name));
        loads.set(name, load);
      }
      load.users.add(job);
      return load.done;
    }

    async function start(told) {
      pace = told.pace;
      folder = new URL(told.build + "/", told.root);
      for (const name of told.early) {
        let give;
        early.set(name, { bytes: new Promise((go) => (give = go)), give });
      }
      try {
        if (told.dialect !== DIALECT) throw fault("version", "the page's script and the engine's are of different versions; reload the page");
        if (typeof WebAssembly === "undefined") throw fault("unsupported", "there is no WebAssembly here");
        const load = want(told.wasm, null, async (bytes) => {
          if (sealed && seal.sum(new Uint8Array(bytes)) !== seal.wasm) throw fault("corrupt", `${told.wasm} is not what was published`);
          try {
            await wasm_bindgen({ module_or_path: await WebAssembly.compile(bytes) });
          } catch (e) {
            // Of a module that is whole, it is the browser that does not take it.
            throw fault(sealed ? "unsupported" : "corrupt", `${told.wasm}: ${e.message}`);
          }
          engine = wasm_bindgen;
          checked(engine.open(told.manifest));
        });
        await Promise.all([load, ...told.names.map((name) => want(name, null, (bytes) => load.then(() => feed(name)(bytes))))]);
        post("ready", { articles: engine.articles(), memory: engine.memory() });
      } catch (e) {
        post("fault", fault(coded(e) ? e.code : "corrupt", `The engine did not start: ${e.message}`));
      }
    }

    async function ask({ id, call, values }) {
      const job = { handle: undefined, left: false, lost: 0 };
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
        job.handle = checked(engine[call](...values));
        for (;;) {
          const { need, found, done } = checked(engine.step(job.handle));
          if (found || done) post("found", { id, found, done, memory: engine.memory() });
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
        if (job.left) return;
        if (!coded(e)) return post("broken", { id, message: String(e) });
        leave(id);
        post("fault", { id, ...fault(e.code, e.message) });
      }
    }

    /** The end of a job, whether it is finished or no longer wanted. */
    function leave(id) {
      const job = jobs.get(id);
      if (!job) return;
      jobs.delete(id);
      job.left = true;
      if (job.handle !== undefined) engine.close(job.handle);
      for (const load of loads.values()) load.users.delete(job);
      setTimeout(() => {
        for (const [name, load] of loads) {
          if (load.users.size) continue;
          loads.delete(name);
          load.control.abort();
        }
      }, GRACE * pace);
    }

    port.onmessage = ({ data }) => {
      if (data.type === "start") start(data);
      else if (data.type === "file") early.get(data.name)?.give(data.bytes);
      else if (data.type === "ask") ask(data);
      else if (data.type === "drop") leave(data.id);
      else if (data.type === "ping") post("pong");
      else if (data.type === "same") {
        same = null;
        recheck?.();
      }
    };
    post(sealed && !seal.whole ? "damaged" : "hello");
  }

  if (typeof WorkerGlobalScope === "undefined") globalThis.xunziDrive = drive;
  else drive(globalThis);
})();
