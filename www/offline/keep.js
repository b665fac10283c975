// How does a page keep its index for a time without network?
//
// What `kept()`, `keep()` and `forget()` of an open index do. Asked for when one of them is called, for no other reader needs it.
// It stands behind `store.js`, in one module.

/** The cache of a folder; or why this browser keeps nothing. */
async function storeOf(root) {
  try {
    return await caches.open(nameOf(root));
  } catch (e) {
    throw new Lost("unsupported", "This browser keeps nothing here: " + e.message + " An address of http: that is not localhost has no storage, nor have some private windows.");
  }
}

/** What the browser says of its room: bytes, as far as it tells. */
async function room() {
  try {
    const [{ usage, quota }, persisted] = await Promise.all([navigator.storage.estimate(), navigator.storage.persisted()]);
    return { usage, quota, persisted };
  } catch {
    return { persisted: false };
  }
}

const sizeOf = (files) => files.reduce((sum, { size }) => sum + size, 0);

/** How it stands, of the files of a generation and those of them that are missing. */
async function state(cache, root, { build }, files, missing) {
  const of = await keptFacts(cache, root);
  const [total, left] = [sizeOf(files), sizeOf(missing)];
  return {
    kept: of?.build === build && !missing.length, older: !!of && of.build !== build,
    files: files.length - missing.length, allFiles: files.length, bytes: total - left, allBytes: total, ...(await room()),
  };
}

/** How much of the index is in this browser. @param {string} root @param {object} facts the manifest's */
export async function kept(root, facts, { signal } = {}) {
  const cache = await storeOf(root);
  const files = await filesOf(cache, root, facts, signal);
  return state(cache, root, facts, files, await lacking(cache, root, files));
}

/**
 * Fetches what is not there yet. What came before an interruption stays, and is not asked for again.
 * @param {{signal?: AbortSignal, onprogress?: (state: {bytes: number, allBytes: number, files: number, allFiles: number}) => void}} options
 */
export async function keep(root, facts, { signal, onprogress } = {}) {
  const cache = await storeOf(root);
  // Some browsers ask the reader, who may take his time; what he answers changes nothing of what is fetched.
  navigator.storage?.persist?.().catch(() => {});
  const files = await filesOf(cache, root, facts, signal);
  const missing = await lacking(cache, root, files);
  const now = await state(cache, root, facts, files, missing);
  const left = now.allBytes - now.bytes;
  if (left > now.quota - now.usage) throw new Lost("full", `${left} bytes are to be kept; the browser has room for ${now.quota - now.usage}.`);
  const progress = () => onprogress?.({ ...now });
  progress();
  await gather(cache, root, missing, {
    signal,
    came(bytes) {
      now.bytes += bytes;
      now.files++;
      progress();
    },
  });
  await settle(cache, root, facts, facts.text, true);
  return state(cache, root, facts, files, []);
}

/** Removes what is kept. */
export async function forget(root) {
  await storeOf(root);
  await caches.delete(nameOf(root));
}
