//! How is an index asked in a terminal?

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::path::Path;

use lexopt::prelude::*;

use xunzi::disk::folder::OnDisk;
use xunzi::fold::Off;
use xunzi::search::answer::Found;
use xunzi::search::{Options, Search, Sort};

use crate::usage::{End, help, text};

/// `xunzi search`.
pub fn search(mut parser: lexopt::Parser) -> Result<(), End> {
    let mut values = Vec::new();
    let mut options = Options::default();
    let mut json = false;
    while let Some(argument) = parser.next()? {
        match argument {
            Long("json") => json = true,
            Long("limit") => options.limit = parser.value()?.parse()?,
            Long("offset") => options.offset = parser.value()?.parse()?,
            Long("sort") => {
                options.sort = match text(parser.value()?)?.as_str() {
                    "best" => Sort::Best,
                    "newest" => Sort::Newest,
                    "oldest" => Sort::Oldest,
                    other => return Err(End::Usage(format!("--sort takes best, newest or oldest, not {other}"))),
                }
            }
            Long("exact") => {
                for name in text(parser.value()?)?.split(',').filter(|n| !n.is_empty()) {
                    let Some(off) = Off::parse(name) else {
                        return Err(End::Usage(format!("--exact takes {} or all, not {name}", Off::NAMES.join(","))));
                    };
                    options.off = Off(options.off.0 | off.0);
                }
            }
            Long("help") | Short('h') => return help(),
            Value(value) => values.push(value),
            other => return Err(other.unexpected().into()),
        }
    }
    let [dir, query] = <[OsString; 2]>::try_from(values).map_err(|_| End::Usage("search takes DIR and QUERY".into()))?;
    let query = text(query)?;
    let mut index = OnDisk::open(Path::new(&dir))?;
    let mut search = Search::new(&query, options);
    let found = index.run(|reader| search.step(reader))?;
    let Some(found) = found else { return Err(End::Failed(format!("{}: no answer", Path::new(&dir).display()))) };
    let mut out = io::stdout().lock();
    if json {
        let text = serde_json::to_string(&found).map_err(|e| End::Failed(e.to_string()))?;
        writeln!(out, "{text}")?;
    } else {
        print(&mut out, &found)?;
    }
    Ok(())
}

/// The answer for people. Marks are shown in bold on a terminal, in brackets elsewhere.
fn print(out: &mut impl Write, found: &Found) -> io::Result<()> {
    let (open, close) = if io::stdout().is_terminal() { ("\x1b[1;33m", "\x1b[0m") } else { ("[", "]") };
    let marked = |text: &str, marks: &[(u32, u32)]| -> String {
        let units: Vec<u16> = text.encode_utf16().collect();
        let part = |from: usize, to: usize| String::from_utf16_lossy(&units[from..to]).replace(char::is_control, " ");
        let mut line = String::new();
        let mut at = 0;
        for &(from, to) in marks {
            line += &format!("{}{open}{}{close}", part(at, from as usize), part(from as usize, to as usize));
            at = to as usize;
        }
        line + &part(at, units.len())
    };
    let about = |exact: bool| if exact { "" } else { "about " };
    writeln!(
        out,
        "{}{} articles, {}{} occurrences",
        about(found.articles_exact),
        found.articles,
        about(found.hits_exact),
        found.hits
    )?;
    for hit in &found.results {
        let date = hit.meta.iter().find(|m| m.0 == "date").map_or(String::new(), |m| format!("  {}", m.1));
        writeln!(out, "\n{}{date}  ({})\n  {}", marked(&hit.title, &hit.title_marks), hit.hits, hit.url)?;
        for snippet in hit.snippets.iter().filter(|s| s.field == "text") {
            writeln!(out, "  … {}", marked(&snippet.text, &snippet.marks))?;
        }
    }
    Ok(())
}
