module.exports = {
  title: "示例站点",
  url: "https://example.org",
  baseUrl: "/",
  i18n: { defaultLocale: "zh-Hans", locales: ["zh-Hans"] },
  onBrokenLinks: "ignore",
  markdown: { format: "detect" },
  presets: [
    ["classic", { docs: { routeBasePath: "/", editUrl: "https://example.org/edit/", sidebarPath: undefined }, blog: false }],
  ],
  themeConfig: {
    navbar: { title: "示例站点", items: [{ to: "/", label: "导航栏一" }] },
    footer: { links: [{ title: "页脚一栏", items: [{ label: "页脚链接", to: "/" }] }], copyright: "版权所有 示例公司" },
  },
};
