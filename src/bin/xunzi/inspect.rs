//! Is an index whole, and what does it cost? In words.

use std::fmt::Write as _;

use lexopt::prelude::*;

use xunzi::disk::check::{self, Effort};
use xunzi::disk::inspect;

use crate::tell;
use crate::usage::{End, folder, help, no_folder, number};

/// `xunzi check`.
pub fn check(mut parser: lexopt::Parser) -> Result<(), End> {
    let mut dir = None;
    let mut effort = Effort::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("deep") => effort.deep = true,
            Long("sample") => effort.sample = number(&mut parser, "--sample", "a number of strings from 0")?,
            Long("help") | Short('h') => return help(),
            Value(value) if dir.is_none() => dir = Some(folder(value)?),
            other => return Err(other.unexpected().into()),
        }
    }
    let dir = dir.ok_or_else(no_folder)?;
    let done = check::check(&dir, effort)?;
    for left in &done.left {
        tell::note(format!("{}: left by a build that was interrupted; the next build removes it", left.display()));
    }
    let also = |n: u64, what: &str| if n > 0 { format!(", {n} {what}") } else { String::new() };
    tell::print(&format!(
        "{}: {} files, {} bytes{}{}{}, all verified\n",
        tell::plain(&dir.display().to_string()),
        done.files,
        done.bytes,
        also(done.kept as u64, "older builds"),
        also(done.lists as u64, "lists"),
        also(done.strings.into(), "strings searched"),
    ))
}

/// `xunzi stats`.
pub fn stats(mut parser: lexopt::Parser) -> Result<(), End> {
    let mut dir = None;
    let mut json = false;
    while let Some(argument) = parser.next()? {
        match argument {
            Long("json") => json = true,
            Long("help") | Short('h') => return help(),
            Value(value) if dir.is_none() => dir = Some(folder(value)?),
            other => return Err(other.unexpected().into()),
        }
    }
    let dir = dir.ok_or_else(no_folder)?;
    let s = inspect::stats(&dir)?;
    if json { tell::json(&s) } else { tell::print(&shown(&s)) }
}

/// The numbers as a table.
fn shown(s: &inspect::Stats) -> String {
    let mut out = String::new();
    // Into a string nothing fails.
    let _ = write_all(&mut out, s);
    out
}

fn write_all(out: &mut String, s: &inspect::Stats) -> std::fmt::Result {
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
    let of_all = |bytes: u64| bytes as f64 * 100.0 / s.bytes.max(1) as f64;
    writeln!(out, "\n{:<12} {:>7} {:>12} {:>8} {:>7}", "files", "number", "bytes", "of text", "of all")?;
    for (name, kind) in &s.kinds {
        let (files, bytes) = (kind.files, kind.bytes);
        writeln!(out, "{name:<12} {files:>7} {bytes:>12} {:>8.4} {:>5.1} %", share(bytes), of_all(bytes))?;
    }
    writeln!(out, "{:<12} {:>7} {:>12} {:>8.4}", "all", "", s.bytes, share(s.bytes))?;
    writeln!(out, "{:<12} {:>7} {:>12}", "page", "", s.page)?;
    writeln!(out, "a first query: about {} bytes of the index in {} files", s.first_query.bytes, s.first_query.files)?;
    writeln!(out)?;
    for (name, bits) in &s.root_bits {
        writeln!(out, "root: {name}: {} bytes", bits.div_ceil(8))?;
    }
    writeln!(out, "folding table, gzipped: {} bytes", s.folding_gzipped)?;
    writeln!(out, "\n{:<12} {:>10} {:>12} {:>14}", "gram length", "grams", "list entries", "entries a list")?;
    for g in &s.grams {
        writeln!(out, "{:<12} {:>10} {:>12} {:>14.1}", g.length, g.grams, g.entries, g.entries as f64 / g.grams as f64)?;
    }
    writeln!(out, "longest list: {} passages", s.longest_list)
}
