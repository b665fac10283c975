//! What does xunzi.toml say?

use std::io::{self, Write};
use std::path::PathBuf;

use lexopt::prelude::*;
use serde::Deserialize;

use xunzi::input::{Split, encoding};

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

/// xunzi.toml.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    pub input: Vec<PathBuf>,
    pub out: Option<PathBuf>,
    pub base_url: Option<String>,
    pub split: Option<String>,
    pub encoding: Option<String>,
    pub keep: Option<usize>,
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

const CONFIG_FILE: &str = "xunzi.toml";

/// What stands in xunzi.toml, or nothing.
pub fn config() -> Result<Config, End> {
    match std::fs::read_to_string(CONFIG_FILE) {
        Ok(text) => toml::from_str(&text).map_err(|e| End::Failed(format!("{CONFIG_FILE}: {e}"))),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Config::default()),
        Err(e) => Err(End::Failed(format!("{CONFIG_FILE}: cannot be read: {e}"))),
    }
}

/// A bound in bytes, given in MB.
pub fn bound(name: &str, megabytes: Option<u32>, default: u64) -> Result<u64, End> {
    match megabytes {
        None => Ok(default),
        Some(0) => Err(End::Usage(format!("{name} takes a number of MB, at least 1"))),
        Some(n) => Ok(u64::from(n) * 1_000_000),
    }
}

/// How text files are cut.
pub fn split(name: &str) -> Result<Split, End> {
    match name {
        "auto" => Ok(Split::Auto),
        "newspaper" => Ok(Split::Newspaper),
        "off" => Ok(Split::Off),
        _ => Err(End::Usage(format!("--split takes auto, newspaper or off, not {name}"))),
    }
}

/// The label of an encoding, which must exist: a wrong one would skip every text file.
pub fn known(label: String) -> Result<String, End> {
    if encoding::is_known(&label) { Ok(label) } else { Err(End::Usage(encoding::Undecodable::Unknown(label).to_string())) }
}

/// `xunzi init`.
pub fn init(mut parser: lexopt::Parser) -> Result<(), End> {
    match parser.next()? {
        None => {}
        Some(Long("help") | Short('h')) => return help(),
        Some(other) => return Err(other.unexpected().into()),
    }
    let written = std::fs::File::options().write(true).create_new(true).open(CONFIG_FILE);
    match written.and_then(|mut file| file.write_all(CONFIG.as_bytes())) {
        Ok(()) => {
            eprintln!("xunzi: {CONFIG_FILE} written; every line of it is a comment until you change it");
            Ok(())
        }
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {
            Err(End::Failed(format!("{CONFIG_FILE}: is there already; it is left alone")))
        }
        Err(e) => Err(End::Failed(format!("{CONFIG_FILE}: cannot be written: {e}"))),
    }
}
