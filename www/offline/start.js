// How does a page begin that is one file (`--single-file`)? Its script is in it, compressed; this one runs it.
import { unpack } from "./unpack.js";

unpack(document.getElementById("xunzi/page.js").textContent).text().then((text) => {
  const script = document.createElement("script");
  script.textContent = text;
  document.head.append(script);
}).catch((e) => {
  // A browser from before 2023, say; or a file that is damaged.
  document.body.append("这个浏览器打不开这一页。 This browser cannot open this page: ", e.message);
});
