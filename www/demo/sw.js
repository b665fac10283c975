// What of the demo is there without network? Its own files, as any site keeps them; xunzi's are seen to by the worker that it takes
// in with one line.
importScripts("xunzi/xunzi-sw.js");

const NAME = "demo";
const FILES = ["./", "app.webmanifest", "demo/demo.css", "demo/demo.js", "demo/icon.svg"].map((name) => new URL(name, location.href).href);

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll(FILES)));
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const address = event.request.url.split(/[?#]/)[0];
  if (event.request.method !== "GET" || !FILES.includes(address)) return;
  // Today's, else the last one.
  const today = fetch(event.request).then(async (answer) => {
    if (answer.ok) await (await caches.open(NAME)).put(address, answer.clone());
    return answer;
  });
  event.respondWith(today.catch(async (e) => (await (await caches.open(NAME)).match(address)) ?? Promise.reject(e)));
});
