//! How is an index asked in a terminal?

use std::ffi::OsString;
use std::fmt::Write as _;
use std::io::{self, IsTerminal};

use lexopt::prelude::*;

use xunzi::disk::folder::OnDisk;
use xunzi::fold::Off;
use xunzi::search::answer::Found;
use xunzi::search::{Options, Search, Sort};

use crate::tell;
use crate::usage::{End, folder, help, number, text};

/// `xunzi search`.
pub fn search(mut parser: lexopt::Parser) -> Result<(), End> {
    let mut values = Vec::new();
    let mut options = Options::default();
    let mut json = false;
    while let Some(argument) = parser.next()? {
        match argument {
            Long("json") => json = true,
            Long("limit") => options.limit = number(&mut parser, "--limit", "a number of articles from 0, which means all")?,
            Long("offset") => options.offset = number(&mut parser, "--offset", "a number of articles from 0")?,
            Long("sort") => {
                options.sort = match text("--sort", parser.value()?)?.as_str() {
                    "best" => Sort::Best,
                    "newest" => Sort::Newest,
                    "oldest" => Sort::Oldest,
                    other => return Err(End::Usage(format!("--sort takes best, newest or oldest, not {other}"))),
                }
            }
            Long("exact") => {
                for name in text("--exact", parser.value()?)?.split(',').filter(|n| !n.is_empty()) {
                    let Some(off) = Off::parse(name) else {
                        return Err(End::Usage(format!("--exact takes {} or all, not {name}", Off::NAMES.join(","))));
                    };
                    options.off = Off(options.off.0 | off.0);
                }
            }
            Long("help") | Short('h') => return help(),
            Value(value) => values.push(value),
            other => {
                let unknown = other.unexpected();
                let hint = "a query that begins with a hyphen stands after --, as in xunzi search DIR -- QUERY";
                return Err(End::Usage(format!("{unknown}; {hint}")));
            }
        }
    }
    let [dir, query] = <[OsString; 2]>::try_from(values).map_err(|values| {
        End::Usage(format!("search takes DIR and QUERY, not {} of them; quote a query of several words", values.len()))
    })?;
    let (dir, query) = (folder(dir)?, text("QUERY", query)?);
    let found = loop {
        let mut index = OnDisk::open(&dir)?;
        let mut search = Search::new(&query, options);
        match index.run(|reader| search.step(reader)) {
            // The index was built anew meanwhile: what it lacks now belongs to another build.
            Err(_) if index.is_outdated() => {}
            found => break found?,
        }
    };
    let Some(found) = found else {
        return Err(End::Failed(format!("{}: no answer; check it with `xunzi check`", dir.display())));
    };
    if json { tell::json(&found) } else { tell::print(&shown(&found)) }
}

/// The answer for people. Marks are shown in bold on a terminal, in brackets elsewhere.
fn shown(found: &Found) -> String {
    let (open, close) = if io::stdout().is_terminal() { ("\x1b[1;33m", "\x1b[0m") } else { ("[", "]") };
    let marked = |text: &str, marks: &[(u32, u32)]| -> String {
        let units: Vec<u16> = text.encode_utf16().collect();
        let part = |from: usize, to: usize| tell::plain(&String::from_utf16_lossy(&units[from..to]));
        let mut line = String::new();
        let mut at = 0;
        for &(from, to) in marks {
            line += &format!("{}{open}{}{close}", part(at, from as usize), part(from as usize, to as usize));
            at = to as usize;
        }
        line + &part(at, units.len())
    };
    let more = |exact: bool| if exact { "" } else { "+" };
    let (articles, hits) = (more(found.articles_exact), more(found.hits_exact));
    let mut out = format!("{}{articles} articles, {}{hits} occurrences\n", found.articles, found.hits);
    for (k, hit) in found.results.iter().enumerate() {
        let date = hit.meta.iter().find(|m| m.0 == "date").map_or(String::new(), |m| format!("  {}", tell::plain(&m.1)));
        let title = marked(&hit.title, &hit.title_marks);
        let between = if k > 0 { "\n" } else { "" };
        let _ = write!(out, "{between}{title}{date}  ({})\n  {}\n", hit.hits, tell::plain(&hit.url));
        for snippet in hit.snippets.iter().filter(|s| s.field == "text") {
            let _ = writeln!(out, "  {}", marked(&snippet.text, &snippet.marks));
        }
    }
    out
}
