// What do the scripts call by name without importing it? For `tsc` alone; what is published has no part of it.

type Words = import("./box/words.js").Words;
type State = import("./box/asker.js").State;
type Asker = import("./box/asker.js").Asker;
type Recent = import("./box/recent.js").Recent;
type Frame = import("./box/frame.js").Frame;
type Panel = any;
type Fault = { code?: string; message?: string };
type Desk = import("./box/desk.js").Desk;
type Manner = import("./box/results.js").Manner;
type Found = import("./xunzi").Found;

// What is put in when it is published.
declare const __XUNZI_WORDS__: Record<string, string>;
declare const __XUNZI_FILES__: Record<string, string>;
declare const __XUNZI_OWN__: string;
declare const USED: Record<string, unknown>;
declare const trustedTypes: any;
declare const OWN: string, BUILD: string;
// The parts of a worker's script, which are joined.
declare const seal: { wasm: any; plain: any } | null | any;
declare const MAIN: any, PLAIN: any, WASM: any, SUM: any, xunziEngine: any;
declare function xunziDrive(port: MessagePort): () => void;
declare function importScripts(...scripts: string[]): void;

interface Document { modelContext?: any }
interface Navigator { modelContext?: any; connection?: any }
interface Window { xunziFile: any; xunziDrive: any; clients: any; skipWaiting: any; registration: any }
interface Worker { onerror: any }
interface MessagePort { terminate?: () => void }
