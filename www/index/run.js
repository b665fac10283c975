// Where does the engine's script run? In a worker, or in the page. In pages that must do without a host, `www/offline/inside.js` has its own ways.

/** Instances of the engine in the page itself. */
let loads = 0;
/** Runs a script in the page. Every start needs an instance of its own, hence an address of its own. */
export const runHere = (script) => import(script + "?" + loads++);

/** Where a worker starts: its script must be of the page's origin, but may import one of another. */
export const workerAt = (script) => (script.startsWith(location.origin + "/") ? script
  : URL.createObjectURL(new Blob([`importScripts(${JSON.stringify(script)})`], { type: "text/javascript" })));
