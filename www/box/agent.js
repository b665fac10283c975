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
 * Offers the tool `search_site`, which reads only.
 * @param {{registerTool: Function}} context the browser's
 * @param {string} about what the site says it searches
 * @param {() => Promise<object>} index
 * @param {AbortSignal} signal ends it
 */
export function offer(context, about, index, signal) {
  const execute = async ({ query, limit = 10, offset = 0 }) => {
    const found = await (await index()).search(String(query), { limit: Math.min(50, Math.max(1, limit | 0)), offset: Math.max(0, offset | 0) });
    return { content: [{ type: "text", text: JSON.stringify(told(found)) }] };
  };
  const description = "Finds every article of this site that holds the given words, letter by letter, with the places." + (about && ` ${about}`);
  return context.registerTool({ name: "search_site", description, inputSchema: SCHEMA, annotations: { readOnlyHint: true, untrustedContentHint: true }, execute }, { signal });
}
