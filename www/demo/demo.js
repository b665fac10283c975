// What does the demo do beyond the search page of its index? It offers samples, and works without network after one visit.
import { start } from "../xunzi/search.js";

start();
document.getElementById("samples").addEventListener("click", (e) => {
  const sample = e.target.closest("button");
  if (sample) document.querySelector("xunzi-search").value = sample.textContent;
});
navigator.serviceWorker?.register("sw.js").catch(() => {});
