import starlight from "@astrojs/starlight";
import { defineConfig } from "astro/config";
export default defineConfig({
  site: "https://example.org",
  integrations: [
    starlight({
      title: "示例站点",
      locales: { root: { label: "简体中文", lang: "zh-CN" } },
      editLink: { baseUrl: "https://example.org/edit/" },
      pagefind: false,
    }),
  ],
});
