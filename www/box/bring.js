// How does the panel come, with its words? A part of ask.js; the element has asked for both by then.
import { HOME, KNOWN, begun, get, module, release } from "../index/given.js";
import { LATE, soon } from "../index/soon.js";

// What a panel of another release may not understand of this script.
const FACE = 1;

/** The words of a language. @param {string} address */
async function words(address) {
  const early = begun.get(address);
  begun.delete(address);
  const answer = await (early?.answer ?? get(address));
  if (!answer.ok) throw answer;
  // The element may want it too.
  return answer.clone().json();
}

/** @param {HTMLElement} host @param {object} nodes what the element has drawn @param {any} shell what it knows */
export async function panel(host, nodes, shell) {
  const attempt = shell.tries;
  const bring = (engine) => {
    shell.bring = (name) => module(name, attempt, engine);
    shell.words = () => words(`${HOME}${engine}/${shell.tongue}.json`);
    return Promise.all([shell.bring("box.js"), soon(shell.words(), LATE, "No words.").catch(() => null)]);
  };
  // A page from before the site was published anew takes what there is now, box and words of one release.
  const [made, said] = await soon(bring(KNOWN.engine).catch(async () => bring(await release())), 3 * LATE, "No box.js.");
  if (made.FACE !== FACE) throw Error("another release");
  return made.attach(host, nodes, Object.assign(shell, { said }));
}
