//! Is an index whole, and what does it cost? In words.

use std::io::{self, Write};
use std::path::PathBuf;

use lexopt::prelude::*;

use xunzi::disk::inspect;

use crate::usage::{End, folder, help};

/// `xunzi check`.
pub fn check(mut parser: lexopt::Parser) -> Result<(), End> {
    let Some(dir) = folder(&mut parser)? else { return help() };
    if let Some(other) = parser.next()? {
        return Err(other.unexpected().into());
    }
    let (files, bytes) = inspect::check(&dir)?;
    Ok(writeln!(io::stdout(), "{}: {files} files, {bytes} bytes, all verified", dir.display())?)
}

/// `xunzi stats`.
pub fn stats(mut parser: lexopt::Parser) -> Result<(), End> {
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
