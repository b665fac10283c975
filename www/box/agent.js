// What can a reader's own agent do on this page? Search it, if the site offers that and the browser knows how (`document.modelContext`).

const SCHEMA = {
  type: "object",
  properties: {
    query: { type: "string", description: "The exact words to look for, as they stand in the text; case, width and accents do not matter." },
    limit: { type: "integer", minimum: 1, maximum: 50, description: "Articles to return, 10 if not given." },
    offset: { type: "integer", minimum: 0, description: "Articles to skip." },
  },
  required: ["query"],
};

/** What an answer is told as. @param {Found} found */
const told = ({ query, articles, articlesExact, hits, hitsExact, state, results }) => ({
  query, articles, articlesExact, hits, hitsExact, state,
  results: results.map(({ url, title, hits, meta, snippets }) => ({ url: new URL(url, location.href).href, title, hits, meta, snippets: snippets.map(({ heading, text }) => ({ heading, text })) })),
});

/**
 * Offers the tool `search_site`, which reads only. The attribute `agent` says what the site searches.
 * @param {HTMLElement} host @param {() => Promise<any>} index
 * @returns {AbortController} ends it
 */
export function offer(host, index) {
  const control = new AbortController();
  // It may be gone by now.
  if (!host.isConnected) return control;
  const execute = async ({ query, limit = 10, offset = 0 }) => {
    const found = await (await index()).search(String(query), { limit: Math.min(50, Math.max(1, limit | 0)), offset: Math.max(0, offset | 0) });
    return { content: [{ type: "text", text: JSON.stringify(told(found)) }] };
  };
  const about = host.getAttribute("agent");
  const description = "Finds every article of this site that holds the given words, letter by letter, with the places." + (about && ` ${about}`);
  const tool = { name: "search_site", description, inputSchema: SCHEMA, annotations: { readOnlyHint: true, untrustedContentHint: true }, execute };
  Promise.resolve((document.modelContext ?? navigator.modelContext).registerTool(tool, { signal: control.signal })).catch(reportError);
  return control;
}
