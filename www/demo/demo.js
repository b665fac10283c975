// What does the demo do beyond the search page of its index? It offers samples, makes room for the results, and works without network
// after one visit.
import { start } from "../xunzi/search.js";

const box = document.querySelector("xunzi-search");
const finds = () => document.body.classList.toggle("finds", box.value !== "");

document.getElementById("ledger").textContent = "什么都还没有下载：等您把光标放进搜索框。";
start();
finds();
// The masthead makes room as soon as something is typed.
for (const name of ["input", "xunzi-found"]) box.addEventListener(name, finds);
addEventListener("popstate", finds);
document.getElementById("samples").addEventListener("click", (e) => {
  const sample = e.target.closest("button");
  if (!sample) return;
  box.value = sample.textContent;
  finds();
});
navigator.serviceWorker?.register("sw.js").catch(() => {});
