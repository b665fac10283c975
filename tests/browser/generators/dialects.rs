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

/// Where a generator has no way of its own.
const USUAL: Dialect =
    Dialect { name: "", front: Front::Yaml, more: "", heading: false, note: "> **TITLE**\n>\n> TEXT", main: "" };
const MKDOCS: Dialect = Dialect { heading: true, note: "!!! note \"TITLE\"\n    TEXT", ..USUAL };
const SPHINX: Dialect = Dialect { heading: true, note: ":::{admonition} TITLE\nTEXT\n:::", ..USUAL };

/// All of them.
pub const ALL: [Dialect; 16] = [
    Dialect { name: "mkdocs", main: "article.md-content__inner", ..MKDOCS },
    Dialect { name: "sphinx", main: "#furo-main-content", ..SPHINX },
    Dialect { name: "sphinx-rtd", main: "div[itemprop=articleBody]", ..SPHINX },
    Dialect { name: "pelican", front: Front::Pelican, main: "article, #content .body, #content", ..USUAL },
    Dialect { name: "vitepress", heading: true, note: "::: tip TITLE\nTEXT\n:::", main: ".vp-doc", ..USUAL },
    Dialect { name: "docusaurus", note: ":::note[TITLE]\n\nTEXT\n\n:::", main: ".theme-doc-markdown", ..USUAL },
    Dialect { name: "hexo", main: ".article-entry, .e-content", ..USUAL },
    Dialect { name: "starlight", note: ":::note[TITLE]\nTEXT\n:::", main: ".sl-markdown-content", ..USUAL },
    Dialect { name: "eleventy", more: "layout: base.njk\n", main: "#content", ..USUAL },
    Dialect { name: "hugo", main: ".content", ..USUAL },
    Dialect { name: "jekyll", more: "layout: post\n", main: ".post-content", ..USUAL },
    Dialect { name: "mdbook", front: Front::None, heading: true, main: "#content > main, #mdbook-content > main", ..USUAL },
    Dialect { name: "mkdocs-rtd", main: "[role=main]", ..MKDOCS },
    Dialect { name: "sphinx-alabaster", main: "div.body", ..SPHINX },
    Dialect { name: "hexo-next", main: ".post-body", ..USUAL },
    Dialect { name: "hexo-butterfly", main: "#article-container", ..USUAL },
];
