//! The command: how does a site owner use all this from a terminal?

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use lexopt::prelude::*;
use serde::Deserialize;

use xunzi::builder::{Options as Parameters, build};
use xunzi::disk::inspect;
use xunzi::disk::publish::{self, Page, Site};
use xunzi::fold::Off;
use xunzi::input::newspaper::Rules;
use xunzi::input::{self, Level, Split, encoding};
use xunzi::search::answer::Found;
use xunzi::search::{Options, Search, Sort};

const HELP: &str = "\
xunzi: exact substring search for static sites

usage:
  xunzi build INPUT... --out DIR      index files and folders (.md .markdown .txt .jsonl), write DIR
  xunzi build --explain FILE          show how a newspaper page is cut into articles, and why
  xunzi search DIR QUERY [--json] [--limit N] [--offset N] [--sort best|newest|oldest] [--exact LIST]
  xunzi serve DIR [--port N]          a local server for trying it out
  xunzi check DIR                     verify every byte of an index
  xunzi stats DIR [--json]            what an index holds and costs
  xunzi init                          write a commented xunzi.toml

build:
  --out DIR            the folder a page includes xunzi.js from
  --base-url URL       stands before the path of a file in its address (default: /)
  --split auto|newspaper|off          cut text files into the articles they hold
  --encoding NAME      encoding of text files, where it is known (otherwise it is detected): utf-8, utf-16le, utf-16be,
                       gb18030, big5, shift_jis, euc-kr
  --keep N             older generations kept for pages that are open (default 1)
  --strict             exit 1 when any file was skipped
  --budget N           bytes of gram pages per 100 bytes of text
  --quiet, --verbose
search:
  --limit N            articles shown; 0: every one, verified (default 10)
  --exact LIST         folds switched off: case,width,variant,space,diacritics,punctuation or all

examples:
  xunzi build articles --out public/xunzi
  xunzi search public/xunzi '志愿者 除雪'
  xunzi search public/xunzi '\"Hello World\"' --exact case
  xunzi serve public

Options of `build` may stand in xunzi.toml in the current folder; a flag wins over the file.
Exit status: 0 done, 1 the work failed, 2 wrong usage.
";

const CONFIG: &str = "\
# Options of `xunzi build`. A flag on the command line wins over this file.

# input = [\"articles\"]      # what is indexed when the command line names nothing
# out = \"public/xunzi\"      # the folder a page includes xunzi.js from
# base-url = \"/\"            # stands before the path of a file in its address
# split = \"auto\"            # auto, newspaper, off: cut text files into the articles they hold
# encoding = \"gb18030\"      # of text files, where it is known
# keep = 1                  # older generations kept for pages that are open
# strict = false            # fail when any file was skipped

# Rules of your own for cutting newspaper pages; each is a pattern for a whole line, * stands for any characters.
# `xunzi build --explain FILE` shows how a page is cut.
# [newspaper]
# headline = [\"【*】\"]      # an article begins here
# lead = [\"本报综合消息*\"]  # the headlines stand above this paragraph
# drop = [\"责任编辑*\"]      # left out
# text = [\"编者按*\"]        # text, whatever it looks like
";

/// Why the command ends without having done its work.
enum End {
    /// Wrong usage: exit status 2.
    Usage(String),
    /// The work failed: exit status 1.
    Failed(String),
    /// Standard output was closed: nobody listens any more.
    Closed,
}

impl From<lexopt::Error> for End {
    fn from(e: lexopt::Error) -> End {
        End::Usage(e.to_string())
    }
}

impl From<publish::Trouble> for End {
    fn from(e: publish::Trouble) -> End {
        End::Failed(e.to_string())
    }
}

impl From<io::Error> for End {
    fn from(e: io::Error) -> End {
        match e.kind() {
            io::ErrorKind::BrokenPipe => End::Closed,
            _ => End::Failed(e.to_string()),
        }
    }
}

fn main() -> ExitCode {
    match run(lexopt::Parser::from_env()) {
        Ok(()) | Err(End::Closed) => ExitCode::SUCCESS,
        Err(End::Usage(text)) => {
            eprintln!("xunzi: {text}\nTry `xunzi --help`.");
            ExitCode::from(2)
        }
        Err(End::Failed(text)) => {
            eprintln!("xunzi: {text}");
            ExitCode::FAILURE
        }
    }
}

fn run(mut parser: lexopt::Parser) -> Result<(), End> {
    match parser.next()? {
        Some(Value(command)) => match command.to_str() {
            Some("build") => build_index(parser),
            Some("search") => search(parser),
            Some("serve") => serve(parser),
            Some("check") => check(parser),
            Some("stats") => stats(parser),
            Some("init") => init(parser),
            _ => Err(End::Usage(format!("there is no command {}", command.to_string_lossy()))),
        },
        Some(Short('h') | Long("help")) => help(),
        Some(Short('V') | Long("version")) => Ok(writeln!(io::stdout(), "xunzi {}", env!("CARGO_PKG_VERSION"))?),
        Some(other) => Err(other.unexpected().into()),
        None => Err(End::Usage("a command is missing: build, search, serve, check, stats, init".into())),
    }
}

fn help() -> Result<(), End> {
    Ok(io::stdout().write_all(HELP.as_bytes())?)
}

/// xunzi.toml.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct Config {
    input: Vec<PathBuf>,
    out: Option<PathBuf>,
    base_url: Option<String>,
    split: Option<String>,
    encoding: Option<String>,
    keep: Option<usize>,
    strict: bool,
    newspaper: Newspaper,
}

/// Its table `[newspaper]`: a site's own rules for cutting pages.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Newspaper {
    headline: Vec<String>,
    lead: Vec<String>,
    drop: Vec<String>,
    text: Vec<String>,
}

const CONFIG_FILE: &str = "xunzi.toml";

fn config() -> Result<Config, End> {
    match std::fs::read_to_string(CONFIG_FILE) {
        Ok(text) => toml::from_str(&text).map_err(|e| End::Failed(format!("{CONFIG_FILE}: {e}"))),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Config::default()),
        Err(e) => Err(End::Failed(format!("{CONFIG_FILE}: cannot be read: {e}"))),
    }
}

fn split(name: &str) -> Result<Split, End> {
    match name {
        "auto" => Ok(Split::Auto),
        "newspaper" => Ok(Split::Newspaper),
        "off" => Ok(Split::Off),
        _ => Err(End::Usage(format!("--split takes auto, newspaper or off, not {name}"))),
    }
}

/// The label of an encoding, which must exist: a wrong one would skip every text file.
fn known(label: String) -> Result<String, End> {
    if encoding::is_known(&label) { Ok(label) } else { Err(End::Usage(encoding::Undecodable::Unknown(label).to_string())) }
}

fn text(value: OsString) -> Result<String, End> {
    value.into_string().map_err(|v| End::Usage(format!("{} is not UTF-8", v.to_string_lossy())))
}

fn build_index(mut parser: lexopt::Parser) -> Result<(), End> {
    let mut config = config()?;
    let mut inputs = Vec::new();
    let (mut quiet, mut verbose) = (false, false);
    let mut engine = None;
    let mut explained = Vec::new();
    let mut parameters = Parameters::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("out") | Short('o') => config.out = Some(parser.value()?.into()),
            Long("base-url") => config.base_url = Some(text(parser.value()?)?),
            Long("split") => config.split = Some(text(parser.value()?)?),
            Long("encoding") => config.encoding = Some(text(parser.value()?)?),
            Long("keep") => config.keep = Some(parser.value()?.parse()?),
            Long("strict") => config.strict = true,
            Long("budget") => parameters.budget = Some(parser.value()?.parse()?),
            Long("engine") => engine = Some(text(parser.value()?)?),
            Long("explain") => explained.push(PathBuf::from(parser.value()?)),
            Long("quiet") | Short('q') => quiet = true,
            Long("verbose") | Short('v') => verbose = true,
            Long("help") | Short('h') => return help(),
            Value(path) => inputs.push(PathBuf::from(path)),
            other => return Err(other.unexpected().into()),
        }
    }
    let defaults = input::Options::default();
    let options = input::Options {
        split: config.split.as_deref().map_or(Ok(Split::Auto), split)?,
        base_url: config.base_url.unwrap_or(defaults.base_url),
        encoding: config.encoding.map(known).transpose()?,
        rules: Rules {
            headline: config.newspaper.headline,
            lead: config.newspaper.lead,
            drop: config.newspaper.drop,
            text: config.newspaper.text,
        },
    };
    if !explained.is_empty() {
        return explain(&explained, &options);
    }
    if inputs.is_empty() {
        inputs = config.input;
    }
    let Some(out) = config.out else { return Err(End::Usage("--out DIR is missing: where the index goes".into())) };
    if inputs.is_empty() {
        return Err(End::Usage("an INPUT is missing: a file or folder to index".into()));
    }
    if engine.as_deref().is_some_and(|e| e.is_empty() || !e.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')) {
        return Err(End::Usage("--engine takes the name of a folder in DIR: letters, digits, hyphens".into()));
    }
    let started = Instant::now();
    let bar = if quiet || !io::stderr().is_terminal() { ProgressBar::hidden() } else { ProgressBar::new_spinner() };
    bar.set_style(ProgressStyle::with_template("{spinner} {msg}").unwrap_or_else(|_| ProgressStyle::default_spinner()));
    bar.enable_steady_tick(Duration::from_millis(100));
    let mut bytes = 0;
    let read = input::read(&inputs, &options, &mut |n| {
        bytes += n;
        bar.set_message(format!("reading: {:.1} MB", bytes as f64 / 1e6));
    })
    .map_err(|e| End::Failed(e.to_string()))?;
    let mut skipped = 0;
    for note in &read.notes {
        skipped += usize::from(note.level == Level::Skipped);
        if note.level != Level::Info || verbose || !quiet {
            bar.suspend(|| eprintln!("xunzi: {note}"));
        }
    }
    let names = || inputs.iter().map(|p| p.display().to_string()).collect::<Vec<_>>().join(", ");
    if read.articles.is_empty() {
        return Err(End::Failed(format!(
            "{}: no article could be read there; xunzi reads .md, .markdown, .txt and .jsonl files",
            names()
        )));
    }
    if skipped > 0 && config.strict {
        return Err(End::Failed(format!("{skipped} skipped, and --strict was given; {} is unchanged", out.display())));
    }
    bar.set_message(format!("indexing {} articles", read.articles.len()));
    let built = build(&read.articles, &parameters).map_err(|e| End::Failed(format!("{}: {e}", names())))?;
    bar.set_message("writing");
    let page = Page::new(engine.as_deref());
    let written = publish::write(&out, &built, &page, config.keep.unwrap_or(1))?;
    bar.finish_and_clear();
    if !quiet {
        let report = &built.report;
        eprintln!(
            "xunzi: {} articles from {} files, {:.1} kB of text: index {:.1} kB in {} files, {:.2} bytes per byte, {:.2} s",
            report.articles,
            read.files,
            report.utf8 as f64 / 1e3,
            written.bytes as f64 / 1e3,
            written.files,
            written.bytes as f64 / report.utf8.max(1) as f64,
            started.elapsed().as_secs_f64()
        );
        if written.kept > 0 {
            eprintln!(
                "xunzi: {} older generation kept for pages that are open: articles removed since stay readable until the next build \
                 (--keep 0 removes them now)",
                written.kept
            );
        }
        if !page.is_complete() {
            eprintln!("xunzi: this command carries no engine: {} can be searched here, not in a page", out.display());
        }
    }
    Ok(())
}

fn explain(files: &[PathBuf], options: &input::Options) -> Result<(), End> {
    for file in files {
        let text = input::read_text(file, options).map_err(|note| End::Failed(note.to_string()))?;
        write!(io::stdout(), "{}", input::newspaper::explain(&text, &options.rules, options.split))?;
    }
    Ok(())
}

/// The one folder that a command takes; `None` where help is asked for.
fn folder(parser: &mut lexopt::Parser) -> Result<Option<PathBuf>, End> {
    match parser.next()? {
        Some(Value(dir)) => Ok(Some(dir.into())),
        Some(Long("help") | Short('h')) => Ok(None),
        Some(other) => Err(other.unexpected().into()),
        None => Err(End::Usage("DIR is missing: the folder that `xunzi build --out` wrote".into())),
    }
}

fn search(mut parser: lexopt::Parser) -> Result<(), End> {
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
    let mut site = Site::open(Path::new(&dir))?;
    let mut search = Search::new(&query, options);
    let found = site.run(|reader| search.step(reader))?;
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

fn check(mut parser: lexopt::Parser) -> Result<(), End> {
    let Some(dir) = folder(&mut parser)? else { return help() };
    if let Some(other) = parser.next()? {
        return Err(other.unexpected().into());
    }
    let (files, bytes) = inspect::check(&dir)?;
    Ok(writeln!(io::stdout(), "{}: {files} files, {bytes} bytes, all verified", dir.display())?)
}

fn stats(mut parser: lexopt::Parser) -> Result<(), End> {
    let mut dir = None;
    let mut json = false;
    while let Some(argument) = parser.next()? {
        match argument {
            Long("json") => json = true,
            Long("help") | Short('h') => return help(),
            Value(value) if dir.is_none() => dir = Some(PathBuf::from(value)),
            other => return Err(other.unexpected().into()),
        }
    }
    let dir = dir.ok_or_else(|| End::Usage("DIR is missing: the folder that `xunzi build --out` wrote".into()))?;
    let s = inspect::stats(&dir)?;
    let mut out = io::stdout().lock();
    if json {
        let text = serde_json::to_string(&s).map_err(|e| End::Failed(e.to_string()))?;
        return Ok(writeln!(out, "{text}")?);
    }
    let share = |bytes: u64| bytes as f64 / s.text_bytes.max(1) as f64;
    writeln!(
        out,
        "build {}: {} articles ({} dated), {} passages, {} bytes of text",
        s.build, s.articles, s.dated, s.passages, s.text_bytes
    )?;
    writeln!(
        out,
        "parameters: B {}, N {}, W {}; characters: {} original, {} folded",
        s.bound, s.longest, s.window, s.alphabets[0], s.alphabets[1]
    )?;
    writeln!(out, "\n{:<12} {:>7} {:>12} {:>8}", "files", "number", "bytes", "of text")?;
    for (name, kind) in &s.kinds {
        writeln!(out, "{name:<12} {:>7} {:>12} {:>8.4}", kind.files, kind.bytes, share(kind.bytes))?;
    }
    writeln!(out, "{:<12} {:>7} {:>12} {:>8.4}", "all", "", s.bytes, share(s.bytes))?;
    writeln!(out, "{:<12} {:>7} {:>12}", "page", "", s.page)?;
    writeln!(out)?;
    for (name, bits) in &s.root_bits {
        writeln!(out, "root: {name}: {} bytes", bits.div_ceil(8))?;
    }
    writeln!(out, "folding table, gzipped: {} bytes", s.folding_gzipped)?;
    writeln!(out, "\n{:<12} {:>10} {:>12} {:>14}", "gram length", "grams", "list entries", "entries a list")?;
    for g in &s.grams {
        writeln!(out, "{:<12} {:>10} {:>12} {:>14.1}", g.length, g.grams, g.entries, g.entries as f64 / g.grams as f64)?;
    }
    Ok(writeln!(out, "longest list: {} passages", s.longest_list)?)
}

fn init(mut parser: lexopt::Parser) -> Result<(), End> {
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

fn serve(mut parser: lexopt::Parser) -> Result<(), End> {
    let mut dir = None;
    let mut port = 8080u16;
    let mut given = false;
    while let Some(argument) = parser.next()? {
        match argument {
            Long("port") | Short('p') => {
                port = parser.value()?.parse()?;
                given = true;
            }
            Long("help") | Short('h') => return help(),
            Value(value) if dir.is_none() => dir = Some(PathBuf::from(value)),
            other => return Err(other.unexpected().into()),
        }
    }
    let dir = dir.ok_or_else(|| End::Usage("DIR is missing: the folder to serve".into()))?;
    let root = dir.canonicalize().map_err(|e| End::Failed(format!("{}: cannot be served: {e}", dir.display())))?;
    // The next free port, unless one was asked for.
    let tries = if given { 1 } else { 20 };
    let mut last = String::new();
    let server = (0..tries).find_map(|k| match tiny_http::Server::http(("127.0.0.1", port.saturating_add(k))) {
        Ok(server) => Some(server),
        Err(e) => {
            last = e.to_string();
            None
        }
    });
    let Some(server) = server else { return Err(End::Failed(format!("port {port}: {last}; choose another with --port"))) };
    writeln!(io::stdout(), "http://{}/", server.server_addr())?;
    io::stdout().flush()?;
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Ok(request) = server.recv() {
                    answer(&root, request);
                }
            });
        }
    });
    Ok(())
}

/// Answers one request with a file below `root`.
fn answer(root: &Path, request: tiny_http::Request) {
    let path = request.url().split(['?', '#']).next().unwrap_or("");
    let decoded = percent_decode(path);
    let mut file = root.join(decoded.trim_start_matches('/'));
    if file.is_dir() {
        file.push("index.html");
    }
    let inside = file.canonicalize().is_ok_and(|f| f.starts_with(root));
    let opened = inside.then(|| std::fs::File::open(&file).ok()).flatten();
    let header = |name: &str, value: &str| tiny_http::Header::from_bytes(name, value);
    let kind = match file.extension().and_then(|e| e.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("json") => "application/json",
        Some("txt" | "md") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    };
    // A reader that has gone away needs no answer.
    let _ = match opened {
        Some(opened) => {
            let mut response = tiny_http::Response::from_file(opened);
            for (name, value) in [("Content-Type", kind), ("Cache-Control", "no-cache")] {
                if let Ok(header) = header(name, value) {
                    response.add_header(header);
                }
            }
            request.respond(response)
        }
        None => request.respond(tiny_http::Response::from_string("not found\n").with_status_code(404)),
    };
}

fn percent_decode(path: &str) -> String {
    let bytes = path.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex =
            bytes.get(at + 1..at + 3).and_then(|h| std::str::from_utf8(h).ok()).and_then(|h| u8::from_str_radix(h, 16).ok());
        match (bytes[at], hex) {
            (b'%', Some(byte)) => {
                out.push(byte);
                at += 3;
            }
            (byte, _) => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
