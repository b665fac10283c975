//! What stands in a file of JSON lines? One object a line, one article each.
//!
//! Fields: `title`, `text`, `url`; `id`, `date`, `author`, `source`, `section`, `tags`, `lang` become metadata. A
//! line that is not such an object is named and skipped; the rest of the file is read. Lines are read one at a time,
//! so that a large file does not stand in memory twice.

use super::address::Anchors;
use super::encoding;
use super::facts::{self, Facts};
use super::lines::{TITLE, clean};
use super::note::{Level, because};
use super::sink::{SHOWN, Sink};
use super::walk::Found;
use crate::Article;
use serde_json::{Map, Value};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};

/// Counts the bytes that come from disk, before they are unpacked.
struct Counted<R> {
    inner: R,
    bytes: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.bytes += n as u64;
        Ok(n)
    }
}

/// The two ways to the lines of a file.
enum Lines {
    Plain(BufReader<Counted<File>>),
    Gzip(Box<BufReader<flate2::read::MultiGzDecoder<BufReader<Counted<File>>>>>),
}

impl Lines {
    fn next(&mut self, line: &mut Vec<u8>) -> io::Result<usize> {
        match self {
            Lines::Plain(reader) => reader.read_until(b'\n', line),
            Lines::Gzip(reader) => reader.read_until(b'\n', line),
        }
    }

    /// The beginning of the file, without taking it.
    fn peek(&mut self) -> io::Result<&[u8]> {
        match self {
            Lines::Plain(reader) => reader.fill_buf(),
            Lines::Gzip(reader) => reader.fill_buf(),
        }
    }

    fn rest(&mut self, bytes: &mut Vec<u8>) -> io::Result<usize> {
        match self {
            Lines::Plain(reader) => reader.read_to_end(bytes),
            Lines::Gzip(reader) => reader.read_to_end(bytes),
        }
    }

    /// Bytes taken from disk since the last call.
    fn taken(&mut self) -> u64 {
        let counted = match self {
            Lines::Plain(reader) => reader.get_mut(),
            Lines::Gzip(reader) => reader.get_mut().get_mut().get_mut(),
        };
        std::mem::take(&mut counted.bytes)
    }
}

/// What is known about one file while it is read.
#[derive(Default)]
struct State {
    line: usize,
    skipped: usize,
    without_url: usize,
    /// Lines that are not UTF-8 are in this encoding.
    encoding: Option<&'static str>,
    anchors: Anchors,
}

/// Reads a file of JSON lines.
pub(super) fn read(found: &Found, gzip: bool, sink: &mut Sink) {
    let mut state = State::default();
    if let Err(error) = lines(found, gzip, &mut state, sink) {
        let line = (state.line > 0).then_some(state.line + 1);
        let text = if gzip && error.kind() != io::ErrorKind::PermissionDenied {
            format!("the gzip stream breaks off ({error}); what comes after is not read; make the file again")
        } else {
            because(&error)
        };
        sink.note(found, line, Level::Skipped, text);
    }
    if state.skipped > SHOWN {
        let text = format!("and {} more lines of this file", state.skipped - SHOWN);
        sink.note(found, None, Level::Skipped, text);
    }
    if state.without_url > 0 {
        let text = format!("{} articles have no \"url\"; they were given the file's address and their line", state.without_url);
        sink.note(found, None, Level::Info, text);
    }
}

fn lines(found: &Found, gzip: bool, state: &mut State, sink: &mut Sink) -> io::Result<()> {
    let file = Counted { inner: File::open(&found.path)?, bytes: 0 };
    let mut lines = if gzip {
        let unpacked = flate2::read::MultiGzDecoder::new(BufReader::with_capacity(1 << 16, file));
        Lines::Gzip(Box::new(BufReader::with_capacity(1 << 18, unpacked)))
    } else {
        Lines::Plain(BufReader::with_capacity(1 << 18, file))
    };
    let head = lines.peek()?;
    // Line feeds are two bytes in UTF-16, so such a file is decoded as a whole.
    if head.starts_with(&[0xFF, 0xFE]) || head.starts_with(&[0xFE, 0xFF]) || head.iter().take(64).any(|&b| b == 0) {
        let mut bytes = Vec::new();
        lines.rest(&mut bytes)?;
        sink.progress(lines.taken());
        match encoding::decode(bytes, None) {
            Err(why) => sink.note(found, None, Level::Skipped, why.to_string()),
            Ok(decoded) => {
                for (level, text) in decoded.notes() {
                    sink.note(found, None, level, text);
                }
                for line in decoded.text.split('\n') {
                    state.line += 1;
                    object(found, line, state, sink);
                }
            }
        }
        return Ok(());
    }
    let mut line = Vec::new();
    loop {
        line.clear();
        if lines.next(&mut line)? == 0 {
            return Ok(());
        }
        sink.progress(lines.taken());
        state.line += 1;
        let mut bytes: &[u8] = &line;
        if state.line == 1 {
            bytes = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes);
        }
        match std::str::from_utf8(bytes) {
            Ok(text) => object(found, text, state, sink),
            Err(error) => {
                let text = foreign(found, bytes, error.valid_up_to(), state, sink);
                object(found, &text, state, sink);
            }
        }
    }
}

/// A line that is not UTF-8: in another encoding altogether, or UTF-8 with ill-formed places.
fn foreign(found: &Found, bytes: &[u8], at: usize, state: &mut State, sink: &mut Sink) -> String {
    if state.encoding.is_none() {
        let label = sink.options.encoding.clone();
        if let Ok(decoded) = encoding::decode(bytes.to_vec(), label.as_deref())
            && decoded.encoding != "UTF-8"
            && decoded.replaced.is_none()
        {
            let text = format!("JSON lines should be UTF-8; from here on, lines that are not are read as {}", decoded.encoding);
            sink.note(found, Some(state.line), Level::Warning, text);
            state.encoding = Some(decoded.encoding);
        }
    }
    if let Some(name) = state.encoding
        && let Ok(decoded) = encoding::decode(bytes.to_vec(), Some(name))
    {
        return decoded.text;
    }
    let text = format!("byte {} of the line is not UTF-8; such bytes are shown as \u{FFFD}", at + 1);
    sink.note(found, Some(state.line), Level::Warning, text);
    String::from_utf8_lossy(bytes).into_owned()
}

/// One line: an article, or a note why not.
fn object(found: &Found, line: &str, state: &mut State, sink: &mut Sink) {
    if line.trim().is_empty() {
        return;
    }
    let article = match serde_json::from_str::<Value>(line) {
        Ok(Value::Object(map)) => article(found, map, state, sink),
        Ok(_) => Err("a line must hold one object: {\"title\": …, \"text\": …, \"url\": …}".to_string()),
        Err(error) => Err(format!("broken JSON: {}; the line is left out", place(&error, line))),
    };
    match article {
        Ok((article, facts)) => sink.article(found, Some(state.line), article, facts),
        Err(text) => {
            state.skipped += 1;
            if state.skipped <= SHOWN {
                sink.note(found, Some(state.line), Level::Skipped, text);
            }
        }
    }
}

/// What serde_json says, without its line number (always 1: it sees one line), the column in characters.
fn place(error: &serde_json::Error, line: &str) -> String {
    let text = error.to_string();
    let Some(at) = text.find(" at line ") else {
        return text;
    };
    let before = error.column().saturating_sub(1).min(line.len());
    let before = line.char_indices().take_while(|(start, _)| *start < before).count();
    format!("{} at character {}", &text[..at], before + 1)
}

fn article(found: &Found, mut map: Map<String, Value>, state: &mut State, sink: &mut Sink) -> Result<(Article, Facts), String> {
    let mut string = |name: &str| match map.remove(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(other) => Err(format!("\"{name}\" is {}, not a string; the line is left out", sort(&other))),
    };
    let title = string("title")?.map(|title| clean(title).replace('\n', " ").trim().to_string());
    let text = string("text")?.map(clean);
    let html = string("html")?;
    let url = string("url")?;
    let text = match (text, html) {
        (Some(text), _) => tidy(&text),
        (None, Some(_)) => {
            return Err("html is not read yet; give the words as \"text\"".to_string());
        }
        (None, None) => String::new(),
    };
    let mut title = title.unwrap_or_default();
    let mut text = text;
    if title.is_empty() {
        // A short first line is the title, as in a text file.
        let first = text.split('\n').next().unwrap_or("");
        if !first.is_empty() && first.chars().count() <= TITLE {
            title = first.to_string();
            text = text[title.len()..].trim_start_matches('\n').to_string();
        }
    }
    if title.is_empty() && text.is_empty() {
        return Err("neither \"title\" nor \"text\"; the line is left out".to_string());
    }
    let url = match url {
        Some(url) if !url.trim().is_empty() => url.trim().to_string(),
        _ => {
            state.without_url += 1;
            let anchor = state.anchors.slug(&format!("L{}", state.line));
            format!("{}#{anchor}", sink.url(found))
        }
    };
    if title.is_empty() {
        title = url.clone();
    }
    let mut facts = Facts::default();
    for name in facts::NAMES {
        match map.remove(name).map(values) {
            None => {}
            Some(Some(values)) => values.into_iter().for_each(|value| facts.put(name, value)),
            Some(None) => {
                let text = format!("\"{name}\" is neither a string nor a list of strings; the article is kept without it");
                sink.note(found, Some(state.line), Level::Warning, text);
            }
        }
    }
    Ok((Article { title, text, headings: Vec::new(), url, meta: Vec::new() }, facts))
}

/// The values of a fact: a string or number is one, as it stands; a list holds one an element.
fn values(value: Value) -> Option<Vec<String>> {
    match value {
        Value::Array(list) => list.into_iter().map(single).collect(),
        value => Some(vec![single(value)?]),
    }
}

fn single(value: Value) -> Option<String> {
    match value {
        Value::Null => Some(String::new()),
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Array(_) | Value::Object(_) => None,
    }
}

fn sort(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// Paragraphs separated by one line feed, without white space at their ends.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split('\n') {
        let line = line.trim();
        if !line.is_empty() {
            if !out.is_empty() {
                out.push('\n');
            }
            out.push_str(line);
        }
    }
    out
}
