// Where do files and scripts come from, when there is no host? Out of this script, the page, or further scripts.
//
// It takes the place of `www/index/source.js` in `xunzi-classic.js`, which a page includes that must work from `file://`, where no
// module, no worker and no fetch is allowed, but classic scripts are. The engine is in it; the index is in the page, an element a
// file (`--single-file`), or in scripts beside its files (`--portable`). Bytes stand there as text. So does, compressed, the engine
// for browsers without WebAssembly, which no other unpacks.
import { decoded, unpack } from "./unpack.js";

/** The engine's files, compressed, and by name where each begins and ends; put in when it is published. */
const [FILES, PLACES] = __XUNZI_FILES__;

/** The folder of this script, or of the page that it stands in. */
export const HOME = new URL(".", document.currentScript.src || document.baseURI);

/** All is in the page itself. */
const ALONE = document.getElementById("xunzi") !== null;
const FROM_FILE = location.protocol === "file:";

/** The engine's files, unpacked when the first of them is asked for. @type {Promise<ArrayBuffer>} */
let all;
/** A file of the engine. */
async function unpacked(name) {
  all ??= unpack(FILES).arrayBuffer();
  return (await all).slice(...PLACES[name]);
}

/** The text of the page's element of a file, when the browser has read it whole. */
async function inPage(name) {
  for (;;) {
    const reading = document.readyState === "loading";
    const element = document.getElementById("xunzi/" + name);
    if (element && (element.nextElementSibling || !reading)) return element.textContent;
    if (!reading) return null;
    await new Promise((go) => setTimeout(go, 20));
  }
}

/** Files that a script brings. @type {Map<string, (text: string) => void>} */
const awaited = new Map();
self.xunziFile = (name, text) => awaited.get(name)?.(text);

/** The text of a file out of a script of this folder. */
const delivered = (name, source) => new Promise((resolve, reject) => {
  const script = document.createElement("script");
  awaited.set(name, resolve);
  script.src = new URL(source, HOME).href;
  script.onload = script.onerror = () => {
    script.remove();
    reject(new TypeError("There is no such script, or it is damaged."));
  };
  document.head.append(script);
});

/** One file. */
export async function get(address, options) {
  const name = address.href ?? address;
  const own = name.startsWith(HOME.href) && name.slice(HOME.href.length);
  if (!own) return fetch(address, options);
  if (Object.hasOwn(PLACES, own)) return new Response(await unpacked(own));
  if (own === "manifest" && BUILD && (ALONE || FROM_FILE)) return new Response(OWN);
  const [folder, ...rest] = own.split("/");
  const file = rest.join("/");
  if (!ALONE && !(FROM_FILE && file)) return fetch(address, options);
  const plain = file.startsWith("plain");
  const text = await (ALONE ? inPage(file) : plain ? delivered(file, "xunzi-plain.js").catch(() => null) : delivered(file, `${folder}/js/${file}.js`));
  if (text === null) return new Response("", { status: 404 });
  return plain ? unpack(text) : new Response(decoded(text));
}

const text = async (script) => new TextDecoder().decode(await (await get(script)).arrayBuffer());

/** Where a worker starts: at a copy of its script, which is of no origin but the page's. */
export const workerAt = async (script) => URL.createObjectURL(new Blob([await text(script)], { type: "text/javascript" }));

/** Runs a script in the page. */
export async function runHere(script) {
  const element = document.createElement("script");
  element.textContent = await text(script);
  document.head.append(element);
  element.remove();
}

/** A module, once it is needed: those of the box are here. */
export const moduleAt = async (address) => USED[address.split("/").at(-1).split("?")[0]] ?? import(address);
