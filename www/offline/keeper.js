// How does a reader keep an index for a time without network? A line with a button, for `search.html` and pages like it.
import { intl } from "../reading/intl.js";
import { button, node } from "../reading/reading.js";

const megabytes = (bytes, lang) => intl("NumberFormat", lang, { maximumFractionDigits: bytes < 1e7 ? 1 : 0 }).format(bytes / 1e6) + " MB";

/**
 * Shows how much of the index is kept, with what can be done.
 * @param {HTMLElement} place
 * @param {() => Promise<object>} index the open index
 * @param {(name: string, value?: string) => string} say
 */
export async function keeper(place, index, say, lang) {
  const size = (bytes) => megabytes(bytes, lang);
  const tell = (...parts) => place.replaceChildren(...parts.filter(Boolean).flatMap((part) => [part, " "]));
  const act = (name, value, action) => button(say(name, value), () => action().catch(failed));
  const failed = ({ code, message }) => {
    const known = ["full", "offline", "unsupported"].includes(code);
    tell(say("not-" + (known ? code : "kept")), node("small", {}, message), code !== "unsupported" && act("retry", "", keep));
  };
  const shown = ({ kept, older, bytes, allBytes, quota, usage, persisted }) => {
    const notes = [kept && !persisted && say("loose"), quota && say("room", size(quota - usage))].filter(Boolean).join(" ");
    if (kept) tell(say("is-kept", size(bytes)), act("forget", "", forget), node("small", {}, notes));
    else tell(older && say("older"), act(bytes ? "rest" : "keep", size(allBytes - bytes), keep), node("small", {}, notes));
  };
  const look = async () => shown(await (await index()).kept());
  const forget = async () => {
    await (await index()).forget();
    await look();
  };
  const keep = async () => {
    const control = new AbortController();
    const stop = button(say("stop"), () => control.abort());
    const bar = node("progress", { max: 1, value: 0 });
    const words = node("span", {});
    tell(bar, words, stop);
    const onprogress = ({ bytes, allBytes }) => {
      bar.value = bytes / allBytes;
      words.textContent = say("keeping", `${size(bytes)} / ${size(allBytes)}`);
    };
    try {
      shown(await (await index()).keep({ onprogress, signal: control.signal }));
    } catch (e) {
      if (e.code !== "aborted") throw e;
      await look();
    }
  };
  await look().catch(({ code }) => code === "unsupported" && tell(say("not-unsupported")));
}
