//! How is an index asked in a terminal?

use std::ffi::OsString;
use std::fmt::Write as _;
use std::io::{self, IsTerminal};

use lexopt::prelude::*;

use xunzi::disk::folder::OnDisk;
use xunzi::fold::Off;
use xunzi::search::answer::Found;
use xunzi::search::more::{Call, Request};
use xunzi::search::{Options, Search, Sort};

use crate::tell;
use crate::usage::{End, folder, help, number, text};
use crate::{many, more};

/// `xunzi search`.
pub fn search(mut parser: lexopt::Parser) -> Result<(), End> {
    let mut values = Vec::new();
    let mut asked = Asked {
        json: false,
        options: Options::default(),
        request: Request::parse("").map_err(|e| End::Failed(e.text()))?,
        call: None,
    };
    while let Some(argument) = parser.next()? {
        match argument {
            Value(value) => values.push(value),
            Long("help") | Short('h') => return help(),
            Long(name) => {
                let name = name.to_owned();
                asked.option(&name, &mut parser)?;
            }
            other => return Err(unknown(other)),
        }
    }
    let [dir, query] = <[OsString; 2]>::try_from(values).map_err(|values| {
        End::Usage(format!("search takes DIR and QUERY, not {} of them; quote a query of several words", values.len()))
    })?;
    let dir = folder(dir)?;
    asked.request.queries.push(text("QUERY", query)?);
    loop {
        let mut index = OnDisk::open(&dir)?;
        if index.manifest.members.is_some() {
            return tell::print(&many::answer(&dir, &asked)?);
        }
        match asked.answer(&mut index) {
            // The index was built anew meanwhile: what it lacks now belongs to another build.
            Err(_) if index.is_outdated() => {}
            answer => return tell::print(&answer?),
        }
    }
}

fn unknown(argument: lexopt::Arg<'_>) -> End {
    let unknown = argument.unexpected();
    let hint = "a query that begins with a hyphen stands after --, as in xunzi search DIR -- QUERY";
    End::Usage(format!("{unknown}; {hint}"))
}

/// What is asked for.
#[derive(Clone)]
pub struct Asked {
    pub json: bool,
    pub options: Options,
    pub request: Request,
    /// Something else than results.
    pub call: Option<Call>,
}

impl Asked {
    fn option(&mut self, name: &str, parser: &mut lexopt::Parser) -> Result<(), End> {
        let Asked { options, request, .. } = self;
        let mut value = |name: &str| -> Result<String, End> { text(name, parser.value()?) };
        match name {
            "json" => self.json = true,
            "limit" => options.limit = number(parser, "--limit", "a number of articles from 0, which means all")?,
            "offset" => options.offset = number(parser, "--offset", "a number of articles from 0")?,
            "sort" => match value("--sort")?.as_str() {
                "best" => options.sort = Sort::Best,
                "newest" => options.sort = Sort::Newest,
                "oldest" => options.sort = Sort::Oldest,
                field => {
                    options.sort = Sort::Key;
                    request.sort = Some(field.to_owned());
                }
            },
            "exact" => {
                for name in value("--exact")?.split(',').filter(|n| !n.is_empty()) {
                    let Some(off) = Off::parse(name) else {
                        return Err(End::Usage(format!("--exact takes {} or all, not {name}", Off::NAMES.join(","))));
                    };
                    options.off = Off(options.off.0 | off.0);
                }
                request.off = options.off;
            }
            "filter" => {
                let filter = value("--filter")?;
                let Some((field, value)) = filter.split_once('=') else {
                    return Err(End::Usage(format!("--filter takes FIELD=VALUE, not {filter}")));
                };
                request.filter(0, field.to_owned(), value.to_owned());
            }
            "from" => request.from = Some(value("--from")?),
            "to" => request.to = Some(value("--to")?),
            "counts" => (self.call, request.field) = (Some(Call::Counts), value("--counts")?),
            "timeline" => {
                self.call = Some(Call::Timeline);
                request.months = match value("--timeline")?.as_str() {
                    "year" => false,
                    "month" => true,
                    other => return Err(End::Usage(format!("--timeline takes year or month, not {other}"))),
                }
            }
            "near" => self.call = Some(Call::Near),
            "complete" => self.call = Some(Call::Complete),
            other => return Err(unknown(Long(other))),
        }
        Ok(())
    }

    /// What an index answers.
    pub fn found(&self, index: &mut OnDisk, options: Options) -> Result<Found, End> {
        let mut search = Search::new(self.request.query(), options);
        if self.request.narrows() || self.request.sort.is_some() {
            more::narrow(index, &self.request, &mut search)?;
        }
        let found = index.run(|reader| search.step(reader))?;
        found.ok_or_else(|| End::Failed("no answer; check the index with `xunzi check`".into()))
    }

    /// What is to be printed.
    fn answer(&self, index: &mut OnDisk) -> Result<String, End> {
        if let Some(call) = self.call {
            let mut request = self.request.clone();
            request.limit = match self.options.limit {
                0 => usize::MAX,
                limit => limit as usize,
            };
            // With all files at hand, numbers may as well be exact.
            request.exact = true;
            return more::answer(index, call, request, self.json);
        }
        let found = self.found(index, self.options)?;
        if self.json {
            return tell::line_of_json(&found);
        }
        let near =
            if found.articles == 0 { more::answer(index, Call::Near, self.request.clone(), false)? } else { String::new() };
        Ok(shown(&found) + &near)
    }
}

/// The answer for people. Marks are shown in bold on a terminal, in brackets elsewhere.
pub fn shown(found: &Found) -> String {
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
