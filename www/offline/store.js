// What of an index is in this browser, and is it whole?
//
// Files are kept in the Cache API, in one cache a folder (`xunzi ROOT`), by their addresses. Every file has a checksum of its
// own, which stands in a list: the manifest lists the page's files, the build's folder has a list of its own, whose last line is of
// itself, and the name of the engine's folder is the checksum of the list there. Nothing is kept that is not as it was published.
//
// This script is a part of the service worker and of what the page does when it is asked to keep an index (`keep.js`).

/** Requests at a time. */
const LINES = 6;
// Of a file, and ms before the first of them is repeated.
const ATTEMPTS = 4;
const PAUSE = 500;
/** Names that are not asked for by any reader, or only by browsers of another kind. */
const NEEDLESS = self.WebAssembly ? /\/(notices\.txt|sums|xunzi\.d\.ts|(xunzi-)?plain.*\.js)$/ : /\/(notices\.txt|sums|xunzi\.d\.ts|xunzi-plain\.js|.*\.wasm)$/;
/** Which build is kept whole: what this entry says. No file is called so. */
const KEPT = "kept?";

const nameOf = (root) => "xunzi " + root;
const isHash = (name) => /^[0-9a-f]{16}$/.test(name);

class Lost extends Error {
  /** @param {string} code as in `www/index/error.js`, or `full` */
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

// CRC-64/XZ, a byte at a time: the halves of the table's numbers.
const LOW = new Int32Array(256), HIGH = new Int32Array(256);
for (let byte = 0; byte < 256; byte++) {
  let [low, high] = [byte, 0];
  for (let bit = 8; bit--; ) {
    const odd = low & 1;
    low = (low >>> 1) | (high << 31);
    high >>>= 1;
    if (odd) [low, high] = [low ^ 0xd7870f42, high ^ 0xc96c5795];
  }
  [LOW[byte], HIGH[byte]] = [low, high];
}

/** The checksum of a file in hexadecimal digits. @param {Uint8Array} bytes */
function sumOf(bytes) {
  let low = -1, high = -1;
  for (const byte of bytes) {
    const at = (low ^ byte) & 255;
    low = ((low >>> 8) | (high << 24)) ^ LOW[at];
    high = (high >>> 8) ^ HIGH[at];
  }
  return [~high, ~low].map((half) => (half >>> 0).toString(16).padStart(8, "0")).join("");
}

/** Lines of `name bytes checksum`, with a folder before each name. */
const listed = (lines, folder = "") => lines.map((line) => {
  const [name, size, sum] = line.split(" ");
  return { name: folder + name, size: +size, sum };
});

/** Whether these bytes are those of a file as it was published; of a list without a sum its last line tells. @param {Uint8Array} bytes */
function isWhole(bytes, { sum, tail = "" }) {
  if (!sum) {
    const text = new TextDecoder().decode(bytes);
    const at = text.trimEnd().lastIndexOf("\n") + 1;
    return text.slice(at) === `sums ${at} ${sumOf(bytes.subarray(0, at))}\n`;
  }
  const end = bytes.length - tail.length;
  return sumOf(bytes.subarray(0, end)) === sum && new TextDecoder().decode(bytes.subarray(end)) === tail;
}

/**
 * One file as it was published, or why it cannot be had.
 * @param {{name: string, size?: number, sum: string, tail?: string}} file
 * @returns {Promise<Response>}
 */
async function obtain(root, file, signal) {
  const { name } = file;
  for (let attempt = 1; ; attempt++) {
    try {
      // What the browser has will do where the name says what it is, unless it is damaged.
      const cache = attempt > 1 ? "reload" : isHash(name.split("/")[0]) ? "force-cache" : "default";
      const answer = await fetch(root + name, { cache, signal, referrerPolicy: "strict-origin" });
      if (!answer.ok) throw new Lost("not-found", `${root + name}: the server answered ${answer.status}.`);
      const bytes = await answer.arrayBuffer();
      if (!isWhole(new Uint8Array(bytes), file)) throw new Lost("corrupt", `${root + name} is damaged.`);
      return again(answer, bytes);
    } catch (e) {
      if (signal?.aborted) throw new Lost("aborted", "Not wanted.");
      if (attempt === ATTEMPTS || (e.code === "not-found" && attempt > 1)) throw e instanceof Lost ? e : new Lost("offline", `${root + name} did not arrive: ${e.message}`);
      await new Promise((go) => setTimeout(go, PAUSE * attempt));
    }
  }
}

/** An answer with these bytes: as it came, but unpacked. */
function again({ headers }, bytes) {
  const kept = new Headers(headers);
  for (const name of ["content-encoding", "content-length", "transfer-encoding", "vary"]) kept.delete(name);
  return new Response(bytes, { headers: kept });
}

/** Puts a file into the cache, or says that there is no room. */
async function put(cache, address, answer) {
  try {
    await cache.put(address, answer);
  } catch (e) {
    throw new Lost("full", `There is no room for ${address}: ${e.message}`);
  }
}

/** A file's text, from the cache or, when it is not there, from the host. */
async function textOf(cache, root, file, signal) {
  const there = await cache.match(root + file.name);
  if (there) return there.text();
  const answer = await obtain(root, file, signal);
  await put(cache, root + file.name, answer.clone());
  return answer.text();
}

/** The files of the generation that a manifest names. @returns {Promise<{name: string, size: number, sum: string}[]>} */
async function filesOf(cache, root, { engine, build, files = [] }, signal) {
  const top = listed(files);
  const lists = [{ name: build + "/sums" }, ...(isHash(engine) ? [{ name: engine + "/sums", sum: engine }] : [])];
  const all = [...top];
  for (const list of lists) {
    const text = await textOf(cache, root, list, signal);
    const folder = list.name.slice(0, -"sums".length);
    const inside = listed(text.trimEnd().split("\n"), folder);
    // The worker's script ends with its release's name, which the list cannot know.
    const script = inside.find(({ name }) => name === engine + "/worker.js");
    if (script) [script.size, script.tail] = [script.size + engine.length + 3, `//${engine}\n`];
    all.push(...inside);
  }
  return all.filter(({ name }) => !NEEDLESS.test("/" + name));
}

/** Names of what the cache holds of a folder. @returns {Promise<Set<string>>} */
const held = async (cache, root) => new Set((await cache.keys()).map(({ url }) => url.slice(root.length)));

/** The generation that is kept whole, as its manifest's facts; undefined if there is none. */
const keptFacts = async (cache, root) => (await cache.match(root + KEPT))?.json();

/** Those of these files that are not there, or not in this state: the names of some are the same in every generation. */
async function lacking(cache, root, files) {
  const there = await held(cache, root);
  const out = [];
  for (const file of files) {
    const loose = there.has(file.name) && !isHash(file.name.split("/")[0]);
    const copy = loose && (await cache.match(root + file.name));
    if (copy ? !isWhole(new Uint8Array(await copy.arrayBuffer()), file) : !there.has(file.name)) out.push(file);
  }
  return out;
}

/**
 * Fetches files.
 * @param {(bytes: number) => void} [came] told the bytes of each file when it is there
 */
async function gather(cache, root, files, { signal, came } = {}) {
  const missing = [...files];
  let failed;
  const one = async () => {
    for (let file; !failed && (file = missing.shift()); ) {
      try {
        await put(cache, root + file.name, await obtain(root, file, signal));
        came?.(file.size);
      } catch (e) {
        failed ||= e;
      }
    }
  };
  await Promise.all(Array.from({ length: LINES }, one));
  if (failed) throw failed;
}

/** Says that this generation is kept, and removes what belongs to others. */
async function settle(cache, root, facts, text, whole) {
  await put(cache, root + "manifest", new Response(text, { headers: { "content-type": "application/json" } }));
  if (whole) await put(cache, root + KEPT, new Response(JSON.stringify(facts)));
  await clear(cache, root, [facts.build, facts.engine]);
}

/** Removes the folders of other generations. @param {string[]} used names of folders */
async function clear(cache, root, used) {
  for (const name of await held(cache, root)) {
    const [folder] = name.split("/");
    if (isHash(folder) && !used.includes(folder)) await cache.delete(root + name);
  }
}
