//! What to read and how?

use super::newspaper::rules::{Rules, Split};

/// What to read and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// Whether text files are cut into articles.
    pub split: Split,
    /// What stands before a file's path in its address: `/`, `/docs/`, `https://example.org/`; empty for relative addresses.
    pub base_url: String,
    /// The encoding of text and Markdown files, if the user has declared one (a label such as `gb18030` or `big5`).
    pub encoding: Option<String>,
    /// Most bytes of one line of JSON lines, and of one Markdown or text file: each stands in memory as a whole.
    pub max_article: u64,
    /// Most bytes of one file of JSON lines; of a packed one, as unpacked.
    pub max_file: u64,
    /// A site's own rules for cutting pages.
    pub rules: Rules,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            split: Split::Auto,
            base_url: "/".to_string(),
            encoding: None,
            max_article: 32_000_000,
            max_file: 1_000_000_000,
            rules: Rules::default(),
        }
    }
}
