//! How are articles made into an index from the command line?

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use lexopt::prelude::*;

use xunzi::address;
use xunzi::builder::{Built, Options as Parameters, build as index};
use xunzi::disk::lock::Lock;
use xunzi::disk::publish::{self, Written};
use xunzi::input::html::{Html, REASONS, Selector};
use xunzi::input::newspaper::{self, Rules};
use xunzi::input::{self, Files, Level, Read, Split, encoding, globs};
use xunzi::page::Page;

use crate::config::{Config, chosen, config, wrong};
use crate::tell;
use crate::usage::{End, help, number, text};

/// What the command line says.
#[derive(Default)]
struct Flags {
    inputs: Vec<PathBuf>,
    out: Option<PathBuf>,
    base_url: Option<String>,
    split: Option<String>,
    encoding: Option<String>,
    keep: Option<usize>,
    max_article: Option<u32>,
    max_file: Option<u32>,
    strict: bool,
    engine: Option<String>,
    explained: Vec<PathBuf>,
    parameters: Parameters,
    help: bool,
    quiet: bool,
    verbose: bool,
}

impl Flags {
    fn read(mut parser: lexopt::Parser) -> Result<Flags, End> {
        let mut flags = Flags::default();
        while let Some(argument) = parser.next()? {
            match argument {
                Long("out") | Short('o') => flags.out = Some(parser.value()?.into()),
                Long("base-url") => flags.base_url = Some(text("--base-url", parser.value()?)?),
                Long("split") => flags.split = Some(text("--split", parser.value()?)?),
                Long("encoding") => flags.encoding = Some(text("--encoding", parser.value()?)?),
                Long("keep") => flags.keep = Some(number(&mut parser, "--keep", "a number of older builds from 0")?),
                Long("max-article") => flags.max_article = Some(number(&mut parser, "--max-article", "a number of MB from 1")?),
                Long("max-file") => flags.max_file = Some(number(&mut parser, "--max-file", "a number of MB from 1")?),
                Long("strict") => flags.strict = true,
                Long("budget") => {
                    flags.parameters.budget = Some(number(&mut parser, "--budget", "a number of bytes per 100 bytes of text")?);
                }
                Long("engine") => flags.engine = Some(text("--engine", parser.value()?)?),
                Long("explain") => flags.explained.push(parser.value()?.into()),
                Long("quiet") | Short('q') => (flags.quiet, flags.verbose) = (true, false),
                Long("verbose") | Short('v') => (flags.quiet, flags.verbose) = (false, true),
                Long("help") | Short('h') => {
                    flags.help = true;
                    return Ok(flags);
                }
                Value(path) if path.is_empty() => {
                    return Err(End::Usage("an INPUT is empty: name a file or folder to index".into()));
                }
                Value(path) => flags.inputs.push(path.into()),
                other => return Err(other.unexpected().into()),
            }
        }
        if flags.engine.as_deref().is_some_and(|e| e.is_empty() || !e.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')) {
            return Err(End::Usage("--engine takes the name of a folder in DIR: letters, digits, hyphens".into()));
        }
        Ok(flags)
    }

    /// How the input is read, with what xunzi.toml says where no flag does.
    fn options(&self, config: &Config) -> Result<input::Options, End> {
        let split = chosen("split", self.split.as_deref(), config.split.as_deref(), |name, value| match value {
            "auto" => Ok(Split::Auto),
            "newspaper" => Ok(Split::Newspaper),
            "off" => Ok(Split::Off),
            _ => Err(format!("{name} takes auto, newspaper or off, not {value}")),
        })?;
        // A wrong one would skip every text file.
        let encoding = chosen("encoding", self.encoding.as_deref(), config.encoding.as_deref(), |_, value| {
            let unknown = || encoding::Undecodable::Unknown(value.to_owned()).to_string();
            encoding::is_known(value).then(|| value.to_owned()).ok_or_else(unknown)
        })?;
        let base_url = chosen("base-url", self.base_url.as_deref(), config.base_url.as_deref(), |name, value| {
            let takes = || format!("{name} takes an address of http or https or a path such as /docs/, not {value}");
            address::is_safe(value).then(|| value.to_owned()).ok_or_else(takes)
        })?;
        let megabytes = |name, flag: Option<u32>, file: Option<u32>, default| {
            let chosen = chosen(name, flag.as_ref(), file.as_ref(), |name, &n| match n {
                0 => Err(format!("{name} takes a number of MB from 1, not 0")),
                _ => Ok(u64::from(n) * 1_000_000),
            })?;
            Ok::<u64, End>(chosen.unwrap_or(default))
        };
        let defaults = input::Options::default();
        let rules = &config.newspaper;
        let (headline, lead) = (rules.headline.clone(), rules.lead.clone());
        Ok(input::Options {
            split: split.unwrap_or_default(),
            max_article: megabytes("max-article", self.max_article, config.max_article, defaults.max_article)?,
            max_file: megabytes("max-file", self.max_file, config.max_file, defaults.max_file)?,
            base_url: base_url.unwrap_or(defaults.base_url),
            encoding,
            rules: Rules { headline, lead, drop: rules.drop.clone(), text: rules.text.clone() },
            files: Files {
                only: globs(&config.glob).map_err(wrong)?,
                ignore: globs(&config.ignore).map_err(wrong)?,
                out: self.out.clone().or_else(|| config.out.clone()),
                follow: config.follow_links,
            },
            html: pages(config)?,
        })
    }

    /// Where the index goes.
    fn out(&self, config: &Config) -> Result<PathBuf, End> {
        let out = chosen("out", self.out.as_deref(), config.out.as_deref(), |name, value: &Path| {
            let named = !value.as_os_str().is_empty();
            named.then(|| value.to_owned()).ok_or_else(|| format!("{name} is empty: name the folder where the index goes"))
        })?;
        out.ok_or_else(|| End::Usage("--out DIR is missing: where the index goes".into()))
    }

    /// How many older builds stay.
    fn keep(&self, config: &Config) -> Result<usize, End> {
        let in_file = config.keep.as_ref().map(|value| {
            let number = value.as_integer().and_then(|n| usize::try_from(n).ok());
            number.ok_or_else(|| wrong(format!("keep takes a number of older builds from 0, not {value}")))
        });
        self.keep.map_or_else(|| in_file.unwrap_or(Ok(1)), Ok)
    }
}

/// How pages are read.
fn pages(config: &Config) -> Result<Html, End> {
    let html = &config.html;
    if let Some(unknown) = html.include.iter().find(|name| !REASONS.contains(&name.as_str())) {
        return Err(wrong(format!("include takes {}, not {unknown}", REASONS.join(", "))));
    }
    Ok(Html {
        root: html.root.as_deref().map(Selector::parse).transpose().map_err(wrong)?,
        exclude: html.exclude.iter().map(|selector| Selector::parse(selector)).collect::<Result<_, _>>().map_err(wrong)?,
        keep_index: html.keep_index,
        clean: html.clean,
        hidden: html.hidden,
        include: html.include.clone(),
        lang: html.lang.clone(),
    })
}

/// `xunzi build`.
pub fn build(parser: lexopt::Parser) -> Result<(), End> {
    let flags = Flags::read(parser)?;
    if flags.help {
        return help();
    }
    let config = config()?;
    let options = flags.options(&config)?;
    if !flags.explained.is_empty() {
        return explain(&flags.explained, &options);
    }
    let (out, keep, strict) = (flags.out(&config)?, flags.keep(&config)?, flags.strict || config.strict);
    let Flags { inputs, engine, parameters, quiet, verbose, .. } = flags;
    let inputs = if inputs.is_empty() { config.input } else { inputs };
    if inputs.is_empty() {
        return Err(End::Usage("an INPUT is missing: a file or folder to index".into()));
    }
    // Said before the work, not after it.
    publish::may_write(&out)?;

    let started = Instant::now();
    let bar = if quiet || !io::stderr().is_terminal() { ProgressBar::hidden() } else { ProgressBar::new_spinner() };
    bar.set_style(ProgressStyle::with_template("{spinner} {msg}").unwrap_or_else(|_| ProgressStyle::default_spinner()));
    bar.enable_steady_tick(Duration::from_millis(100));
    let mut since = started;
    // How long was it since this was last asked?
    let mut lap = || std::mem::replace(&mut since, Instant::now()).elapsed().as_secs_f64();
    let note = |text: String| bar.suspend(|| tell::note(text));

    let read = read(&inputs, &options, strict, &out, quiet, &bar)?;
    if verbose {
        let (articles, files, bytes) = (read.articles.len(), read.files, read.bytes as f64 / 1e3);
        note(format!("read {bytes:.1} kB; {articles} articles in {files} files; {:.2} s", lap()));
    }
    bar.set_message(format!("indexing {} articles", read.articles.len()));
    let built = index(&read.articles, &parameters).map_err(|e| End::Failed(format!("{}: {e}", names(&inputs))))?;
    if verbose {
        let [longest, bound, window] = built.report.parameters;
        let (passages, chars) = (built.report.passages, built.report.chars);
        note(format!("indexed {chars} characters in {passages} passages; N {longest}, B {bound}, W {window}; {:.2} s", lap()));
    }
    bar.set_message("writing");
    let page = Page::new(engine.as_deref());
    let mut waiting = || note(format!("{}: another build is writing there; waiting for it", out.display()));
    let lock = Lock::take(&out, &mut waiting)?;
    let written = publish::write(&lock, &built, &page, keep)?;
    // Others need not wait until all is told.
    drop(lock);
    bar.finish_and_clear();
    if verbose {
        tell::note(format!("wrote build {:016x} and page {}; {:.2} s", built.id, page.folder, lap()));
        for path in &written.removed {
            tell::note(format!("removed {}", path.display()));
        }
    }
    if !quiet {
        summarize(&out, &read, &built, &written, &page, started);
    }
    written.left.iter().for_each(tell::note);
    match written.left.len() {
        left if left > 0 && keep == 0 => Err(End::Failed(format!(
            "{}: the new index is there, but not all that --keep 0 should have removed is gone: {left} named above; remove it",
            out.display()
        ))),
        _ => Ok(()),
    }
}

fn names(inputs: &[PathBuf]) -> String {
    inputs.iter().map(|p| p.display().to_string()).collect::<Vec<_>>().join(", ")
}

/// Reads the input and tells what is the matter with it.
fn read(
    inputs: &[PathBuf],
    options: &input::Options,
    strict: bool,
    out: &Path,
    quiet: bool,
    bar: &ProgressBar,
) -> Result<Read, End> {
    let mut bytes = 0;
    let read = input::read(inputs, options, &mut |n| {
        bytes += n;
        bar.set_message(format!("reading: {:.1} MB", bytes as f64 / 1e6));
    })
    .map_err(|e| End::Failed(e.to_string()))?;
    let told = read.notes.iter().filter(|note| note.level != Level::Info || !quiet);
    told.for_each(|note| bar.suspend(|| tell::note(note)));
    if read.articles.is_empty() {
        return Err(End::Failed(match left_out(&read) {
            left if left.is_empty() => {
                format!("{}: no article could be read there; xunzi reads .html, .md, .txt and .jsonl files", names(inputs))
            }
            left => format!("{}: every page was left out: {left}; `include` in xunzi.toml lets some in", names(inputs)),
        }));
    }
    let skipped = read.notes.iter().filter(|note| note.level == Level::Skipped).count();
    if skipped > 0 && strict {
        return Err(End::Failed(format!("{skipped} skipped, and --strict was given; {} is unchanged", out.display())));
    }
    Ok(read)
}

/// What was left out and why, in a few words.
fn left_out(read: &Read) -> String {
    read.left.iter().map(|(reason, n)| format!("{n} {reason}")).collect::<Vec<_>>().join(", ")
}

/// What was done, in a line, and what the owner should know of it.
fn summarize(out: &Path, read: &Read, built: &Built, written: &Written, page: &Page, started: Instant) {
    let report = &built.report;
    let skipped = read.notes.iter().filter(|note| note.level == Level::Skipped).count();
    let mut left = left_out(read);
    if skipped > 0 {
        left = format!("{left}{}{skipped} that could not be read", if left.is_empty() { "" } else { ", " });
    }
    let left = if left.is_empty() { left } else { format!("; left out: {left}") };
    tell::note(format!(
        "{} articles from {} files, {:.1} kB of text: index {:.1} kB in {} files, {:.2} bytes per byte, {:.2} s{left}",
        report.articles,
        read.files,
        report.utf8 as f64 / 1e3,
        written.bytes as f64 / 1e3,
        written.files,
        written.bytes as f64 / report.utf8.max(1) as f64,
        started.elapsed().as_secs_f64()
    ));
    if written.kept > 0 {
        tell::note(format!(
            "{} older generation kept for pages that are open: articles removed since stay readable until the next build \
             (--keep 0 removes them now)",
            written.kept
        ));
    }
    if !page.is_complete() {
        tell::note(format!("this command carries no engine: {} can be searched here, not in a page", out.display()));
    }
}

/// `xunzi build --explain`.
fn explain(files: &[PathBuf], options: &input::Options) -> Result<(), End> {
    for file in files {
        if !file.exists() {
            return Err(End::Failed(format!("{}: there is no such file; check the path", file.display())));
        }
        let text = input::read_text(file, options).map_err(|note| End::Failed(note.to_string()))?;
        let explained = newspaper::explain(&text, &options.rules, options.split).to_string();
        tell::print(&explained.lines().map(|line| tell::plain(line) + "\n").collect::<String>())?;
    }
    Ok(())
}
