//! What does xunzi.toml say?

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use xunzi::disk::read_text;

use crate::pagefind;
use crate::usage::End;

/// Where they stand.
pub const FILE: &str = "xunzi.toml";

/// What xunzi.toml says.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    pub input: Vec<PathBuf>,
    pub out: Option<PathBuf>,
    pub base_url: Option<String>,
    pub split: Option<String>,
    pub encoding: Option<String>,
    pub keep: Option<toml::Value>,
    pub strict: bool,
    pub portable: bool,
    pub max_article: Option<u32>,
    pub max_file: Option<u32>,
    pub memory: Option<String>,
    pub glob: Vec<String>,
    pub ignore: Vec<String>,
    pub follow_links: bool,
    pub newspaper: Newspaper,
    pub html: Pages,
    pub markdown: Markdown,
    /// What the articles call a field.
    pub fields: BTreeMap<String, Names>,
    /// The same, of fields by which readers narrow a search.
    pub filters: BTreeMap<String, Names>,
    pub folder: Vec<Folder>,
}

/// One name or several.
#[derive(Deserialize)]
#[serde(untagged)]
pub enum Names {
    One(String),
    Several(Vec<String>),
}

/// A table `[[folder]]`: what holds for the articles there.
#[derive(Deserialize)]
pub struct Folder {
    pub glob: Vec<String>,
    #[serde(flatten)]
    pub facts: BTreeMap<String, Names>,
}

impl Names {
    /// All of them.
    pub fn list(&self) -> Vec<String> {
        match self {
            Names::One(name) => vec![name.clone()],
            Names::Several(names) => names.clone(),
        }
    }
}

/// Its table `[html]`: how the pages of a site are read.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Pages {
    pub root: Option<String>,
    pub exclude: Vec<String>,
    pub keep_index: bool,
    pub clean: bool,
    pub hidden: bool,
    pub include: Vec<String>,
    pub lang: Option<String>,
}

/// Its table `[markdown]`: how Markdown is read.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Markdown {
    pub generator: Option<String>,
    pub anchors: Option<String>,
    pub clean: bool,
    pub without: Vec<String>,
}

/// Its table `[newspaper]`: a site's own rules for cutting pages.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Newspaper {
    pub headline: Vec<String>,
    pub lead: Vec<String>,
    pub drop: Vec<String>,
    pub text: Vec<String>,
}

/// What stands in xunzi.toml of the current folder, and where it says nothing, in Pagefind's configuration.
pub fn config() -> Result<Config, End> {
    let mut config = own()?;
    pagefind::fill(&mut config)?;
    Ok(config)
}

/// What stands in xunzi.toml, or nothing.
fn own() -> Result<Config, End> {
    let Some(text) = read(FILE)? else { return Ok(Config::default()) };
    toml::from_str(&text).map_err(|e| {
        let line = e.span().and_then(|at| text.get(..at.start)).map(|before| before.matches('\n').count() + 1);
        let line = line.map_or(String::new(), |line| format!("line {line}: "));
        End::Failed(format!("{FILE}: {line}{}; correct it, or remove the line", e.message()))
    })
}

/// The text of a configuration, if it is there.
pub fn read(name: &str) -> Result<Option<String>, End> {
    match read_text(Path::new(name)) {
        Ok(text) => Ok(Some(text)),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(End::Failed(format!("{name}: cannot be read: {e}; make it a readable file, or remove it"))),
    }
}

/// Something that xunzi.toml says and that cannot be done.
pub fn wrong(what: impl std::fmt::Display) -> End {
    End::Failed(format!("{FILE}: {what}; correct it there"))
}

/// What was chosen: a flag wins over the file, and the fault of either is told as its own. `read` says what is wrong of
/// an option that it is given the name of.
pub fn chosen<T, V: ?Sized>(
    name: &str,
    flag: Option<&V>,
    file: Option<&V>,
    read: impl Fn(&str, &V) -> Result<T, String>,
) -> Result<Option<T>, End> {
    match (flag, file) {
        (Some(value), _) => read(&format!("--{name}"), value).map(Some).map_err(End::Usage),
        (None, Some(value)) => read(name, value).map(Some).map_err(wrong),
        (None, None) => Ok(None),
    }
}
