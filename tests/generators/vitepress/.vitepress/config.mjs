import { readFileSync } from "node:fs";
const items = readFileSync("LIST", "utf8").trim().split("\n").map((path) => ({ text: path, link: `/${path}` }));
export default {
  title: "示例站点",
  lang: "zh-CN",
  markdown: { lineNumbers: true },
  themeConfig: {
    nav: [{ text: "导航栏一", link: "/" }],
    sidebar: items,
    outline: [2, 3],
    editLink: { pattern: "https://example.org/edit/:path", text: "在某处编辑此页" },
    footer: { message: "页脚信息", copyright: "版权所有 示例公司" },
    docFooter: { prev: "上一页", next: "下一页" },
  },
};
