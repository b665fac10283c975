// Where does the engine's script run? In pages that must do without a host, `www/offline/inside.js` has its own way.

/** Instances of the engine in the page itself. */
let loads = 0;
/** Runs a script in the page. Every start needs an instance of its own, hence an address of its own. */
export const runHere = (script) => import(script + "?" + loads++);
