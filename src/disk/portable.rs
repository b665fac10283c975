//! How does an index work from `file://`, where nothing can be fetched?
//!
//! Scripts of the classic kind may still be loaded: `xunzi-classic.js` has the engine inside, and beside each file of an index, in
//! `BUILD/js/`, stands a script that hands its bytes over. [`single`] writes all of it, texts included, as one page.

use std::fs;
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::builder::Built;
use crate::codec::text116::encode;
use crate::disk::fresh::Fresh;
use crate::disk::{Trouble, failed, trouble};
use crate::format::manifest::Manifest;
use crate::page::{Page, SEARCH_PAGE};

/// The name of the script that has the engine inside.
pub(super) const CLASSIC: &str = "xunzi-classic.js";
/// What the search page begins with, and so every page that is one file.
const START: &str = "<!doctype html>\n<html>\n<head>\n";
/// The engine for browsers without WebAssembly is in a page whose index is so many times as large.
const PART: usize = 20;
/// By this it is known later on.
const MARK: &str = "<meta name=\"generator\" content=\"xunzi\">\n";

/// The script that hands over a file of an index.
pub(super) fn script(name: &str, bytes: &[u8]) -> (String, Vec<u8>) {
    let text = ["xunziFile(\"", name, "\",\"", &encode(bytes), "\");\n"].concat();
    (format!("js/{name}.js"), text.into_bytes())
}

/// The files beside a manifest of this text, where they must work from `file://` as well.
pub(super) fn beside(page: &Page, manifest: &str) -> Vec<(&'static str, Vec<u8>)> {
    let mut files = page.beside(manifest);
    files.push((CLASSIC, classic(page, manifest).into_bytes()));
    let scripts = plain(page).map(|(name, text)| ["xunziFile(\"", name, "\",\"", &text, "\");\n"].concat());
    let scripts: String = scripts.collect();
    if !scripts.is_empty() {
        files.push(("xunzi-plain.js", scripts.into_bytes()));
    }
    if let Some((_, text)) = files.iter_mut().find(|(name, _)| *name == "search.html") {
        *text = page_with(&format!("<script defer src=\"{CLASSIC}\"></script>\n"), "").into_bytes();
    }
    files
}

/// The script with the engine inside, all its files but what only a network needs: compressed as one, and where each is in that.
fn classic(page: &Page, manifest: &str) -> String {
    // These the script has in itself, or only a network needs them.
    const OTHER: [&str; 9] =
        ["sums", "ask.js", "box.js", "desk.js", "narrow.js", "agent.js", "keep.js", "plain.js", "plain-more.js"];
    let needed = page.engine.iter().filter(|(name, _)| !OTHER.contains(name));
    let (mut all, mut places) = (Vec::new(), Vec::new());
    for (name, bytes) in needed {
        let from = all.len();
        all.extend_from_slice(bytes);
        places.push(format!("\"{}/{name}\":[{from},{}]", page.folder, all.len()));
    }
    page.classic(manifest, &format!("[\"{}\",{{{}}}]", encode(&zipped(&all)), places.join(",")))
}

/// The engine for browsers without WebAssembly: its files' names and what stands for their bytes, compressed.
fn plain(page: &Page) -> impl Iterator<Item = (&'static str, String)> {
    let files = page.engine.iter().filter(|(name, _)| name.starts_with("plain"));
    files.map(|(name, bytes)| (*name, encode(&zipped(bytes))))
}

fn zipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    // Into memory nothing fails.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

/// The search page with other scripts, and with something after it.
fn page_with(scripts: &str, after: &str) -> String {
    let kept = SEARCH_PAGE.split_inclusive('\n').filter(|line| !line.starts_with("<script"));
    let page: String = kept.collect();
    let (head, body) = page.split_once("</head>\n").unwrap_or(("", &page));
    let (body, end) = body.split_once("</body>").unwrap_or((body, ""));
    if after.is_empty() {
        return [head, scripts, "</head>\n", body, "</body>", end].concat();
    }
    [head, MARK, "</head>\n", body, scripts, after, "</body>", end].concat()
}

/// Writes one page that holds all: articles, index, engine and box.
pub fn single(file: &Path, built: &Built, page: &Page) -> Result<u64, Trouble> {
    may_write(file)?;
    let sizes = built.open.iter().filter_map(|name| built.files.iter().find(|f| f.0 == *name)).map(|f| f.1.len() as u64);
    let manifest = Manifest {
        engine: page.folder.clone(),
        build: format!("{:016x}", built.id),
        open: built.open.clone(),
        sizes: sizes.collect(),
        ..Manifest::default()
    };
    let script = element("page.js", &zipped(classic(page, &manifest.write()).as_bytes()));
    let script = [&script, "<script id=\"xunzi\">", page.start(), "</script>\n"].concat();
    // What every query needs comes first: it is used while the rest is still being read.
    let (mut first, rest): (Vec<_>, Vec<_>) = built.files.iter().partition(|(name, _)| built.open.contains(name));
    first.sort_by_key(|(name, _)| built.open.iter().position(|open| open == name));
    let mut data: String = first.iter().chain(&rest).map(|(name, bytes)| element(name, bytes)).collect();
    // Last, since hardly any browser reads it.
    let more: String = plain(page).map(|(name, text)| holding(name, &text)).collect();
    if more.len() < data.len() / PART {
        data += &more;
    }
    let title = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let text = page_with(&script, &data).replacen(
        "<body data-xunzi=\"search\">",
        &format!("<body data-xunzi=\"search\" data-title=\"{}\">", escaped(&title)),
        1,
    );
    let fresh = Fresh::new(file)?;
    fresh.file().write_all(text.as_bytes()).map_err(failed(file, "write"))?;
    fresh.name()?;
    Ok(text.len() as u64)
}

/// A file in a page.
fn element(name: &str, bytes: &[u8]) -> String {
    holding(name, &encode(bytes))
}

/// The same of what stands for its bytes.
fn holding(name: &str, text: &str) -> String {
    format!("<script type=x id=\"xunzi/{name}\">{text}</script>\n")
}

/// Says whether a page may be written there: nothing stands there, or one of ours.
pub fn may_write(file: &Path) -> Result<(), Trouble> {
    let Ok(about) = fs::symlink_metadata(file) else { return Ok(()) };
    let ours = || {
        let text = fs::read(file).unwrap_or_default();
        let head = String::from_utf8_lossy(text.get(..1000).unwrap_or(&text)).into_owned();
        text.is_empty() || head.starts_with(START) && head.contains(MARK)
    };
    match about.is_file() && ours() {
        true => Ok(()),
        false => Err(trouble(file, "is not a page of ours, and is left alone; name another file, or remove it")),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
}
