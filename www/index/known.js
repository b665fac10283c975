// What does the page's script know of the index before the host has said anything?

// The manifest that this script was published with, put in then.
const OWN = __XUNZI_OWN__;
/** What it says; it may be long since the host has said so. */
export const KNOWN = { ...JSON.parse(OWN), text: OWN, stale: true };
export const { engine: ENGINE, build: BUILD, open: NAMES } = KNOWN;
