//! How are articles made into an index from the command line?

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use lexopt::prelude::*;

use xunzi::builder::{Options as Parameters, build};
use xunzi::disk::publish;
use xunzi::input::newspaper::Rules;
use xunzi::input::{self, Level, Split};
use xunzi::page::Page;

use crate::config::{bound, config, known, split};
use crate::usage::{End, help, text};

/// `xunzi build`.
pub fn build_index(mut parser: lexopt::Parser) -> Result<(), End> {
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
            Long("max-article") => config.max_article = Some(parser.value()?.parse()?),
            Long("max-file") => config.max_file = Some(parser.value()?.parse()?),
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
        max_article: bound("max-article", config.max_article, defaults.max_article)?,
        max_file: bound("max-file", config.max_file, defaults.max_file)?,
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
