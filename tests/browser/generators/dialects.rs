//! Which generators are there, and in which ways do they differ from one another in what they are given?
//!
//! How each is installed and run says `tests/generators/NAME/make.sh`: `make.sh TOOLS WORK` reads `WORK/pages` (of which
//! `WORK/pages/LIST` tells the paths), and leaves the site in `WORK/site`. What it installs goes to TOOLS, once.

/// How a page begins.
pub enum Front {
    Yaml,
    /// `Title: …` and so on, as Pelican has it.
    Pelican,
    None,
}

/// A generator.
pub struct Dialect {
    pub name: &'static str,
    pub front: Front,
    /// Further lines of the front matter.
    pub more: &'static str,
    /// Whether the title stands in the text as a heading of level 1.
    pub heading: bool,
    /// How a note is written.
    pub note: &'static str,
    /// Where a browser shows what the author wrote.
    pub main: &'static str,
}

const QUOTE: &str = "> **TITLE**\n>\n> TEXT";

/// All of them.
pub const ALL: [Dialect; 16] = [
    Dialect {
        name: "mkdocs",
        front: Front::Yaml,
        more: "",
        heading: true,
        note: "!!! note \"TITLE\"\n    TEXT",
        main: "article.md-content__inner",
    },
    Dialect {
        name: "sphinx",
        front: Front::Yaml,
        more: "",
        heading: true,
        note: ":::{admonition} TITLE\nTEXT\n:::",
        main: "#furo-main-content",
    },
    Dialect {
        name: "sphinx-rtd",
        front: Front::Yaml,
        more: "",
        heading: true,
        note: ":::{admonition} TITLE\nTEXT\n:::",
        main: "div[itemprop=articleBody]",
    },
    Dialect {
        name: "pelican",
        front: Front::Pelican,
        more: "",
        heading: false,
        note: QUOTE,
        main: "article, #content .body, #content",
    },
    Dialect { name: "vitepress", front: Front::Yaml, more: "", heading: true, note: "::: tip TITLE\nTEXT\n:::", main: ".vp-doc" },
    Dialect {
        name: "docusaurus",
        front: Front::Yaml,
        more: "",
        heading: false,
        note: ":::note[TITLE]\n\nTEXT\n\n:::",
        main: ".theme-doc-markdown",
    },
    Dialect { name: "hexo", front: Front::Yaml, more: "", heading: false, note: QUOTE, main: ".article-entry, .e-content" },
    Dialect {
        name: "starlight",
        front: Front::Yaml,
        more: "",
        heading: false,
        note: ":::note[TITLE]\nTEXT\n:::",
        main: ".sl-markdown-content",
    },
    Dialect { name: "eleventy", front: Front::Yaml, more: "layout: base.njk\n", heading: false, note: QUOTE, main: "#content" },
    Dialect { name: "hugo", front: Front::Yaml, more: "", heading: false, note: QUOTE, main: ".content" },
    Dialect { name: "jekyll", front: Front::Yaml, more: "layout: post\n", heading: false, note: QUOTE, main: ".post-content" },
    Dialect {
        name: "mdbook",
        front: Front::None,
        more: "",
        heading: true,
        note: QUOTE,
        main: "#content > main, #mdbook-content > main",
    },
    Dialect {
        name: "mkdocs-rtd",
        front: Front::Yaml,
        more: "",
        heading: true,
        note: "!!! note \"TITLE\"\n    TEXT",
        main: "[role=main]",
    },
    Dialect {
        name: "sphinx-alabaster",
        front: Front::Yaml,
        more: "",
        heading: true,
        note: ":::{admonition} TITLE\nTEXT\n:::",
        main: "div.body",
    },
    Dialect { name: "hexo-next", front: Front::Yaml, more: "", heading: false, note: QUOTE, main: ".post-body" },
    Dialect { name: "hexo-butterfly", front: Front::Yaml, more: "", heading: false, note: QUOTE, main: "#article-container" },
];
