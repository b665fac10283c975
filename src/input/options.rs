//! What to read and how?

use super::html::Html;
use super::markdown::Markdown;
use super::newspaper::rules::{Rules, Split};
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use std::path::PathBuf;

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
    /// Which files of a folder are read.
    pub files: Files,
    /// How pages of a site are read.
    pub html: Html,
    /// How Markdown is read.
    pub markdown: Markdown,
    /// Fields of articles, as a site's owner calls them.
    pub fields: Vec<Field>,
    /// What holds for the articles of some folders.
    pub folders: Vec<Folder>,
}

/// A field of Markdown and JSON lines.
#[derive(Clone, Debug, Default)]
pub struct Field {
    /// What it is called here: `title`, `text`, `url`, a fact that is known, or any other.
    pub name: String,
    /// What the articles call it.
    pub names: Vec<String>,
}

/// What holds for the articles of some folders where they say nothing else.
#[derive(Clone, Debug)]
pub struct Folder {
    /// The paths of their files in the input.
    pub paths: GlobSet,
    /// Facts: name and value.
    pub facts: Vec<(String, String)>,
}

/// Which files of a folder are read.
#[derive(Clone, Debug, Default)]
pub struct Files {
    /// Only those whose path in the folder is one of these, if there are any.
    pub only: Option<GlobSet>,
    /// None of these, and nothing in a folder of these.
    pub ignore: Option<GlobSet>,
    /// The folder where the index goes. Nothing in it is read.
    pub out: Option<PathBuf>,
    /// Whether links that lead out of the input are followed.
    pub follow: bool,
}

/// Patterns of paths: `*` stands for anything but `/`, `**` for any folders, `{a,b}` for one of them.
///
/// # Errors
///
/// The pattern that is none, in words for the owner.
pub fn globs(patterns: &[String]) -> Result<Option<GlobSet>, String> {
    if patterns.is_empty() {
        return Ok(None);
    }
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let glob = GlobBuilder::new(pattern.trim_start_matches("./")).literal_separator(true).build();
        set.add(glob.map_err(|error| format!("the pattern {pattern:?} is none: {}", error.kind()))?);
    }
    set.build().map(Some).map_err(|error| error.to_string())
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
            files: Files::default(),
            html: Html::default(),
            markdown: Markdown::default(),
            fields: Vec::new(),
            folders: Vec::new(),
        }
    }
}
