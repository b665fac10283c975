//! What does a xunzi.toml look like before anybody has changed it?

use std::fs;
use std::io::{self, Write as _};

use lexopt::prelude::*;

use crate::config::FILE;
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
# portable = false          # the index works from file:// as well
# strict = false            # fail when any file was skipped
# max-article = 32          # MB of one line of JSON lines, of one Markdown or text file; a longer one is skipped
# max-file = 1000           # MB of one file of JSON lines, unpacked; the rest of a longer one is skipped
# memory = \"2GB\"            # what a build takes; the default is a quarter of what there is, 2GB at most

# Which files of a folder are read. * stands for anything but /, ** for any folders, {a,b} for one of them.
# glob = [\"**/*.{html,md,txt,jsonl}\"]      # only these
# ignore = [\"drafts/**\"]    # none of these
# follow-links = false      # also links that lead out of the input

# What your articles call a field (in Markdown and JSON lines): title, url, a fact such as date or author, or one of your own.
# [fields]
# date = \"发布日期\"
# author = [\"记者\", \"通讯员\"]

# The same for fields by which readers narrow a search.
# [filters]
# product = \"产品\"

# What holds for the articles of a folder that do not say it themselves.
# [[folder]]
# glob = [\"blog/**\"]
# section = \"博客\"

# How the pages of a site are read.
# [html]
# root = \"main\"             # the element that is read of each page, as a selector
# exclude = [\".comments\"]   # elements that are left out with all they say
# keep-index = false        # addresses keep a final index.html
# clean = false             # addresses leave .html out
# hidden = false            # what is hidden is text
# include = []              # pages that are usually left out: noindex, 404, print, lists, unmarked, copies, redirects
# lang = \"zh\"               # the language of all pages, whatever they say

# How Markdown is read.
# [markdown]
# generator = \"hugo\"        # addresses and anchors as it makes them: github, docusaurus, vitepress, vuepress, hugo, mkdocs, jekyll,
#                           # hexo, mdbook, sphinx, myst, quarto, pandoc or kramdown
# anchors = \"github\"        # anchors of another one
# clean = false             # addresses leave .html out
# without = [\"wikilinks\"]   # constructs that your generator does not know, and whose signs are text: math, footnotes, tasks,
#                           # strikethrough, definitions, attributes, emphasis, highlights, scripts, containers, alerts, admonitions,
#                           # shortcodes, templates, wikilinks, comments, critic, ruby, blocks, includes, components

# Rules of your own for cutting newspaper pages; each is a pattern for a whole line, * stands for any characters.
# `xunzi build --explain FILE` shows how a page is cut.
# [newspaper]
# headline = [\"【*】\"]      # an article begins here
# lead = [\"本报综合消息*\"]  # the headlines stand above this paragraph
# drop = [\"责任编辑*\"]      # left out
# text = [\"编者按*\"]        # text, whatever it looks like
";

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
