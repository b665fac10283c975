// Where are the other files of a release?
import { ENGINE } from "./known.js";
import { HOME, get, moduleAt } from "./source.js";

/** The release that the site has now, which may be another than that of this script. */
export async function release() {
  const answer = await get(HOME + "manifest", { cache: "no-cache" });
  return (await answer.json()).engine;
}

/** A module of a release. A browser remembers that one has failed: every attempt has an address of its own. @param {string} name @param {number} [attempt] @param {string} [engine] */
export const module = (name, attempt, engine = ENGINE) => moduleAt(HOME + engine + "/" + name + (attempt ? "?" + attempt : ""));
