//! What does xunzi.toml say?

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use lexopt::prelude::*;
use serde::Deserialize;

use xunzi::disk::read_text;

use crate::tell;
use crate::usage::{End, help};

const CONFIG: &str = "\
# Options of `xunzi build`. A flag on the command line wins over this file.

# input = [\"articles\"]      # what is indexed when the command line names nothing
# out = \"public/xunzi\"      # the folder a page includes xunzi.js from
# base-url = \"/\"            # stands before the path of a file in its address
# split = \"auto\"            # auto, newspaper, off: cut text files into the articles they hold
# encoding = \"gb18030\"      # of text files, where it is known
# keep = 1                  # older generations kept for pages that are open
# strict = false            # fail when any file was skipped
# max-article = 32          # MB of one line of JSON lines, of one Markdown or text file; a longer one is skipped
# max-file = 1000           # MB of one file of JSON lines, unpacked; the rest of a longer one is skipped

# Rules of your own for cutting newspaper pages; each is a pattern for a whole line, * stands for any characters.
# `xunzi build --explain FILE` shows how a page is cut.
# [newspaper]
# headline = [\"【*】\"]      # an article begins here
# lead = [\"本报综合消息*\"]  # the headlines stand above this paragraph
# drop = [\"责任编辑*\"]      # left out
# text = [\"编者按*\"]        # text, whatever it looks like
";

/// Where they stand.
const FILE: &str = "xunzi.toml";

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
    pub max_article: Option<u32>,
    pub max_file: Option<u32>,
    pub newspaper: Newspaper,
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

/// What stands in xunzi.toml of the current folder, or nothing.
pub fn config() -> Result<Config, End> {
    let text = match read_text(Path::new(FILE)) {
        Ok(text) => text,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Config::default()),
        Err(e) => return Err(End::Failed(format!("{FILE}: cannot be read: {e}; make it a readable file, or remove it"))),
    };
    toml::from_str(&text).map_err(|e| {
        let line = e.span().and_then(|at| text.get(..at.start)).map(|before| before.matches('\n').count() + 1);
        let line = line.map_or(String::new(), |line| format!("line {line}: "));
        End::Failed(format!("{FILE}: {line}{}; correct it, or remove the line", e.message()))
    })
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

/// `xunzi init`.
pub fn init(mut parser: lexopt::Parser) -> Result<(), End> {
    match parser.next()? {
        None => {}
        Some(Long("help") | Short('h')) => return help(),
        Some(other) => return Err(other.unexpected().into()),
    }
    let cannot =
        |e: io::Error| End::Failed(format!("{FILE}: cannot be written: {e}; choose another folder, or allow writing there"));
    let mut file = match fs::File::options().write(true).create_new(true).open(FILE) {
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {
            return Err(End::Failed(format!("{FILE}: is there already; it is left alone")));
        }
        opened => opened.map_err(cannot)?,
    };
    if let Err(e) = file.write_all(CONFIG.as_bytes()) {
        // Half of it would be in the way of the next try.
        let _ = fs::remove_file(FILE);
        return Err(cannot(e));
    }
    tell::note(format!("{FILE} written; every line of it is a comment until you change it"));
    Ok(())
}
