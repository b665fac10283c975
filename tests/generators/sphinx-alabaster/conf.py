project = "示例站点"
author = "示例公司"
language = "zh_CN"
extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
html_theme = "alabaster"
html_show_sourcelink = True
