//! Which constructs does an owner's Markdown have? All of the table in [`super`], but those that are switched off.

use pulldown_cmark::Options;

/// A construct that may be switched off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Construct {
    /// `$x$`, `$$x$$`
    Math,
    /// `[^1]`, `^[words]`
    Footnotes,
    /// `[ ]` of an item
    Tasks,
    /// `~~words~~`
    Strikethrough,
    /// a term, and `: what it is` below
    Definitions,
    /// `{#id .class}`, `{: .class}`, `[words]{.class}`
    Attributes,
    /// emphasis beside punctuation of scripts without spaces
    Emphasis,
    /// `==words==`, `++words++`
    Highlights,
    /// `x^2^`, `H~2~O`
    Scripts,
    /// `::: kind Title`, `/// kind | Title`, fences such as `{note} Title`
    Containers,
    /// `> [!kind] Title`
    Alerts,
    /// `!!! kind "Title"`, `=== "Title"`
    Admonitions,
    /// `{{< x >}}`, `{{% x %}}`
    Shortcodes,
    /// `{% x %}`, `{{ x }}`, `{# x #}`
    Templates,
    /// `[[page|words]]`
    Wikilinks,
    /// `%% words %%`
    Comments,
    /// `{++ ++}`, `{-- --}`, `{~~ ~> ~~}`, `{>> <<}`
    Critic,
    /// `{東京|とうきょう}`, `東京《とうきょう》`
    Ruby,
    /// `^name` at the end of a block
    Blocks,
    /// `[TOC]`, `--8<-- "file"`, `<<< file`, `*[HTML]: …`
    Includes,
    /// `import`, `export`, titles of `<Component title="…">`
    Components,
}

/// All of them, with the names that xunzi.toml has for them.
const NAMES: [(&str, Construct); 21] = [
    ("math", Construct::Math),
    ("footnotes", Construct::Footnotes),
    ("tasks", Construct::Tasks),
    ("strikethrough", Construct::Strikethrough),
    ("definitions", Construct::Definitions),
    ("attributes", Construct::Attributes),
    ("emphasis", Construct::Emphasis),
    ("highlights", Construct::Highlights),
    ("scripts", Construct::Scripts),
    ("containers", Construct::Containers),
    ("alerts", Construct::Alerts),
    ("admonitions", Construct::Admonitions),
    ("shortcodes", Construct::Shortcodes),
    ("templates", Construct::Templates),
    ("wikilinks", Construct::Wikilinks),
    ("comments", Construct::Comments),
    ("critic", Construct::Critic),
    ("ruby", Construct::Ruby),
    ("blocks", Construct::Blocks),
    ("includes", Construct::Includes),
    ("components", Construct::Components),
];

/// Constructs that are switched off: a bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Without(u32);

impl Without {
    /// Reads their names.
    ///
    /// # Errors
    ///
    /// A name that is none, in words for the owner.
    pub fn named(names: &[String]) -> Result<Without, String> {
        let mut out = Without::default();
        for name in names {
            let known = NAMES.iter().find(|(known, _)| known == name);
            let Some((_, construct)) = known else {
                let all: Vec<&str> = NAMES.iter().map(|(name, _)| *name).collect();
                return Err(format!("without = {name:?} is no construct of Markdown; {} are", all.join(", ")));
            };
            out.0 |= 1 << *construct as u32;
        }
        Ok(out)
    }

    /// Whether a construct is read.
    pub(super) fn has(self, construct: Construct) -> bool {
        self.0 & 1 << construct as u32 == 0
    }

    /// What the parser reads: CommonMark, tables, and those of the constructs that are its own.
    pub(super) fn parser(self) -> Options {
        let own = [
            (Construct::Math, Options::ENABLE_MATH),
            (Construct::Footnotes, Options::ENABLE_FOOTNOTES),
            (Construct::Tasks, Options::ENABLE_TASKLISTS),
            (Construct::Strikethrough, Options::ENABLE_STRIKETHROUGH),
            (Construct::Definitions, Options::ENABLE_DEFINITION_LIST),
            (Construct::Attributes, Options::ENABLE_HEADING_ATTRIBUTES),
        ];
        let read = own.into_iter().filter(|(construct, _)| self.has(*construct));
        read.fold(Options::ENABLE_TABLES, |all, (_, option)| all | option)
    }
}
