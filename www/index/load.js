// How does a file come? In one request, or in a few. Nothing else in the page asks the network for anything.
import { XunziError, begun, get } from "./given.js";
import { aborted, ours, tell } from "./told.js";

// Ms: a worker that says nothing for so long after a ping is hung.
const TICK = 5000;
// Ticks without a byte, then a request is given up.
const IDLE = 2;
// Requests at a time. A browser has six under way with a host of HTTP/1.1: what it would keep waiting waits here instead,
// where its clock does not run yet. With later versions (h2, h3) nothing waits.
const LINES = /** @type {any} */ (performance.getEntriesByType("navigation")[0])?.nextHopProtocol[1] > 1 ? 32 : 6;

let busy = 0;
/** Requests that wait for their turn; a second attempt comes first. @type {Function[]} */
const queue = [];

/** Reads the files of one index, and counts what that costs. */
export class Loader {
  spent = { articles: 0, bytesFetched: 0, requests: 0, memoryBytes: 0 };
  /** Told of every piece. @type {Set<Function>} */
  listeners = new Set();
  /** Bytes that the start needs, once they are known. */
  expected = 0;
  /** When something last came. */
  moved;
  /** Ms. */
  tick;

  /** @param {number} pace */
  constructor(pace) {
    this.pace = pace;
    this.tick = TICK * pace;
  }

  /**
   * One file, in one request.
   * @param {string} address
   * @param {{dropped?: boolean, stop?: () => void, slow?: boolean}} load `stop` ends it; `slow`: it had to be ended
   */
  async request(address, cache, load) {
    // What the page's script has asked for already, before there was this one.
    const early = begun.get(address);
    begun.delete(address);
    const control = early?.control ?? new AbortController();
    load.stop = () => control.abort();
    if (busy < LINES) busy++;
    else await new Promise((go) => (load.slow ? queue.unshift(go) : queue.push(go)));
    let timer;
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(load.stop, IDLE * this.tick);
    };
    try {
      if (load.dropped) throw aborted();
      wait();
      this.spent.requests++;
      // The page's address may hold the query, which is nobody's business: its path is not sent along.
      const answer = await (early?.answer ?? get(address, { cache, signal: control.signal, referrerPolicy: "strict-origin" })).catch(async (e) => {
        // What was kept for a time without network, where no service worker gives it.
        const kept = cache === "force-cache" && (await self.caches?.match(address).catch(() => {}));
        return kept || Promise.reject(e);
      });
      if (!answer.ok) throw new XunziError("not-found", `${address}: the server answered ${answer.status}.`);
      const parts = [];
      let size = 0;
      for (const reader = answer.body.getReader(); ;) {
        const { done, value } = await reader.read();
        // A Blob would do this too, by way of another process.
        if (done) {
          const file = new Uint8Array(size);
          for (const part of parts.reverse()) file.set(part, (size -= part.length));
          return file.buffer;
        }
        wait();
        parts.push(value);
        size += value.length;
        this.moved = Date.now();
        this.spent.bytesFetched += value.length;
        for (const listener of this.listeners) tell(listener, this.spent.bytesFetched, this.expected);
      }
    } catch (e) {
      load.slow = control.signal.aborted;
      throw ours("offline", e, address + " did not arrive: ");
    } finally {
      clearTimeout(timer);
      if (queue.length) queue.shift()();
      else busy--;
    }
  }

  /**
   * One file, in several requests if need be.
   * @param {RequestCache[]} caches what each of them may take from the browser's cache; what was wrong once may be in it
   * @param {(file: ArrayBuffer, cache: RequestCache) => unknown} use what is wanted of it; throws when it is not what it should be
   * @param {() => Promise} [amiss] what to do when it is missing or wrong
   */
  async obtain(address, caches, load, use, amiss) {
    for (let ms = 400; ; ms += 400) {
      const cache = caches.shift();
      try {
        return await use(await this.request(address, cache, load), cache);
      } catch (e) {
        // A server that hangs is not asked so often.
        if (load.slow) caches.pop();
        if (load.dropped || !caches.length) throw e;
        await new Promise((go) => setTimeout(go, ms * this.pace));
        if (e.code !== "offline") await amiss?.();
      }
    }
  }
}

/** Nobody wants this file any more. */
export function drop(load = {}) {
  load.dropped = true;
  load.stop?.();
}
