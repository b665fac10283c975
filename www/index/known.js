// What does the page's script know of the index before the host has said anything?

/** The manifest that this script was published with, put in then. */
export const OWN = __XUNZI_OWN__;
export const { engine: ENGINE, build: BUILD, open: NAMES } = JSON.parse(OWN);
