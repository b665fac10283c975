// What does a reader without a network get? The service worker, for whoever wants one.
//
// Registered by itself it controls its own folder, where `search.html` is; a site's own worker takes it in with one line,
// `importScripts("/xunzi/xunzi-sw.js")`, and it answers for xunzi's files alone: for all else it is not there.
//
// Folders named by a hash never change: what is kept of them is the answer. The manifest and the files beside it are asked of
// the host first. That the manifest is not today's, the page shall know: it is told only when it asks for any (`force-cache`).

// A script that is imported is told nowhere where it is from, but in a trace.
const HERE = /\bhttps?:[^\s@()]*?(?=xunzi-sw\.js)/.exec(new Error().stack)?.[0] ?? new URL(".", location.href).href;
const ALONE = location.href.split(/[?#]/)[0] === HERE + "xunzi-sw.js";
/** Files beside the manifest that are ours. Some hosts call the page `search`. */
const TOP = { manifest: "manifest", "xunzi.js": "xunzi.js", "xunzi-classic.js": "xunzi-classic.js", "xunzi-highlight.js": "xunzi-highlight.js",
  "search.js": "search.js", "search.html": "search.html", search: "search.html" };
// Ms: what is kept is the better answer than a host that is silent for so long.
const SILENT = 4000;

const opened = () => caches.open(nameOf(HERE));

/** The part of an address below our folder, if it is one of ours. */
function ourName(address) {
  const name = address.split(/[?#]/)[0];
  if (!name.startsWith(HERE)) return null;
  const rest = name.slice(HERE.length);
  return Object.hasOwn(TOP, rest) ? TOP[rest] : /^[0-9a-f]{16}\/./.test(rest) ? rest : null;
}

const isPage = ({ headers }) => /html/.test(headers.get("content-type"));

/** From the host, within a time if something is kept. */
async function ask(request, kept) {
  const late = kept && new Promise((_, fail) => setTimeout(fail, SILENT, new TypeError("the host is silent")));
  return Promise.race([fetch(request), ...(late ? [late] : [])]);
}

/** A file whose name never means another. */
async function lasting(request, name, event) {
  const cache = await opened();
  const kept = await cache.match(HERE + name);
  // Who asks for it anew has met a damaged one.
  if (kept && request.cache !== "reload") return kept;
  const answer = await fetch(request).catch((e) => kept ?? Promise.reject(e));
  if (answer.ok && answer !== kept) event.waitUntil(take(cache, name, answer.clone()));
  return answer;
}

/** A file of a release as its list has it; that one has the release's name for its own sum. */
async function ofRelease(cache, folder, name) {
  const text = await textOf(cache, HERE, { name: folder + "/sums", sum: folder });
  const file = listed(text.trimEnd().split("\n"), folder + "/").find((file) => file.name === name);
  // The worker's script ends with its release's name, which the list cannot know.
  return { ...file, tail: name.endsWith("/worker.js") ? `//${folder}\n` : "" };
}

/** Keeps what has come by the way, if it is what its name says. */
async function take(cache, name, answer) {
  try {
    const bytes = new Uint8Array(await answer.clone().arrayBuffer());
    const [folder] = name.split("/");
    const text = (from, to) => String.fromCharCode(...bytes.subarray(from, to));
    // A file of an index says what it is of, how long it is, and its sum; of a release the list does; a page in the place of another
    // is told by its type.
    const view = new DataView(bytes.buffer);
    const whole = name.endsWith(".dat")
      ? text(0, 4) === "XUNZ" && view.getUint32(12, true) === bytes.length - 32 && view.getBigUint64(16, true) === BigInt("0x" + folder)
        && sumOf(new Uint8Array([...bytes.subarray(0, 24), ...bytes.subarray(32)])) === view.getBigUint64(24, true).toString(16).padStart(16, "0")
      : !isPage(answer) && (!/\.(js|json|wasm)$/.test(name) || isWhole(bytes, await ofRelease(cache, folder, name)));
    if (whole) await cache.put(HERE + name, again(answer, bytes));
  } catch {
    // No room, say: it comes from the host the next time too.
  }
}

/** A file that stands beside the manifest: today's, else the last one. */
async function current(request, name, event) {
  const cache = await opened();
  const kept = await cache.match(HERE + name);
  try {
    const answer = await ask(request, kept);
    const bytes = answer.ok && (await answer.clone().arrayBuffer());
    // Some hosts answer with a page of theirs for whatever they do not have, some in error, some with a way to log in.
    const ours = bytes && (name.endsWith(".js") ? !isPage(answer) : new TextDecoder().decode(bytes).includes("<xunzi-search"));
    if (!ours) return kept ?? answer;
    event.waitUntil(cache.put(HERE + name, again(answer, bytes)).catch(() => {}));
    return answer;
  } catch (e) {
    if (kept) return kept;
    throw e;
  }
}

/** The manifest: what it says of a new generation is seen to. */
async function manifest(request, event) {
  const kept = await (await opened()).match(HERE + "manifest");
  if (kept && request.cache === "force-cache") return kept;
  const answer = await ask(request, kept);
  if (answer.ok) event.waitUntil(follow(answer.clone()).catch(() => {}));
  return answer;
}

let following;
/** When there is a new generation: a whole one in this browser is replaced by a whole one, what is there of others goes. */
const follow = (answer) => (following ??= renew(answer).finally(() => (following = null)));
async function renew(answer) {
  const [cache, text] = [await opened(), await answer.text()];
  const facts = JSON.parse(text);
  const whole = await keptFacts(cache, HERE);
  if (!whole) return settle(cache, HERE, facts, text, false);
  if (whole.build === facts.build && whole.engine === facts.engine) return;
  // Whoever saves data keeps the older one; it is told as such.
  if (navigator.connection?.saveData) return;
  const files = await filesOf(cache, HERE, facts);
  await gather(cache, HERE, await lacking(cache, HERE, files));
  await settle(cache, HERE, facts, text, true);
}

/** What every query needs, and the page of our own. */
async function first() {
  const [cache, answer] = [await opened(), await fetch(HERE + "manifest", { cache: "no-cache" })];
  const text = await answer.text();
  const facts = JSON.parse(text);
  if (await keptFacts(cache, HERE)) return;
  const open = facts.open.map((name) => facts.build + "/" + name);
  const files = (await filesOf(cache, HERE, facts)).filter(({ name }) => open.includes(name) || !name.startsWith(facts.build));
  await gather(cache, HERE, await lacking(cache, HERE, files));
  await settle(cache, HERE, facts, text, false);
}

addEventListener("install", (event) => {
  if (ALONE) self.skipWaiting();
  // Without it the worker is as good as before: what is read is kept.
  event.waitUntil(first().catch(() => {}));
});
addEventListener("activate", (event) => ALONE && event.waitUntil(self.clients.claim()));
addEventListener("fetch", (event) => {
  const { request } = event;
  const name = request.method === "GET" ? ourName(request.url) : null;
  if (name === null) return;
  event.respondWith(name === "manifest" ? manifest(request, event) : (name.includes("/") ? lasting : current)(request, name, event));
});
