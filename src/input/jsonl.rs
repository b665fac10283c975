//! What stands in a file of JSON lines? One object a line, one article each.
//!
//! Fields: `title`, `text`, `url`; `id`, `date`, `author`, `source`, `section`, `tags`, `lang` become metadata. A
//! line that is not such an object is named and skipped; the rest of the file is read. Lines are read one at a time,
//! so that a large file does not stand in memory twice.

use super::address::Anchors;
use super::encoding;
use super::facts::{self, Facts};
use super::lines::{clean, is_title, one_line, trim};
use super::note::{Level, because};
use super::sink::{SHOWN, Sink, megabytes};
use super::walk::Found;
use crate::Article;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::rc::Rc;

/// Counts the bytes that come from disk, before they are unpacked.
struct Counted {
    inner: File,
    bytes: Rc<Cell<u64>>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.bytes.set(self.bytes.get() + n as u64);
        Ok(n)
    }
}

/// The lines of a file, unpacked if need be, each no longer than is wanted.
struct Lines {
    reader: Box<dyn BufRead>,
    disk: Rc<Cell<u64>>,
    /// Bytes that the file may still have, unpacked.
    left: u64,
}

/// What comes next in a file.
enum Next {
    Line,
    /// A line that is too long, passed over.
    Long,
    End,
    /// More bytes than a file may have.
    Beyond,
}

impl Lines {
    fn open(found: &Found, gzip: bool, most: u64) -> io::Result<Lines> {
        let disk = Rc::new(Cell::new(0));
        let file = Counted { inner: File::open(&found.path)?, bytes: disk.clone() };
        let reader: Box<dyn BufRead> = if gzip {
            let unpacked = flate2::read::MultiGzDecoder::new(BufReader::with_capacity(1 << 16, file));
            Box::new(BufReader::with_capacity(1 << 18, unpacked))
        } else {
            Box::new(BufReader::with_capacity(1 << 18, file))
        };
        Ok(Lines { reader, disk, left: most })
    }

    /// Puts the next line into `line`, if it is no longer than `most`.
    fn next(&mut self, line: &mut Vec<u8>, most: u64) -> io::Result<Next> {
        line.clear();
        let mut length = 0;
        loop {
            let buffer = match self.reader.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                buffer => buffer?,
            };
            let end = buffer.iter().position(|&b| b == b'\n');
            let piece = &buffer[..end.map_or(buffer.len(), |end| end + 1)];
            let n = piece.len() as u64;
            length += n;
            if n > self.left {
                return Ok(Next::Beyond);
            }
            if length <= most {
                line.extend_from_slice(piece);
            } else {
                line.clear();
            }
            self.left -= n;
            self.reader.consume(n as usize);
            if n == 0 || end.is_some() {
                return Ok(match length {
                    0 => Next::End,
                    _ if length > most => Next::Long,
                    _ => Next::Line,
                });
            }
        }
    }

    /// The beginning of the file, without taking it.
    fn peek(&mut self) -> io::Result<&[u8]> {
        self.reader.fill_buf()
    }

    /// Everything, but no more than a byte beyond `most`.
    fn rest(&mut self, most: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.reader.by_ref().take(most.saturating_add(1)).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Bytes taken from disk since the last call.
    fn taken(&mut self) -> u64 {
        self.disk.take()
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
    let (most, most_file) = (sink.options.max_article, sink.options.max_file);
    let mut lines = Lines::open(found, gzip, most_file)?;
    let head = lines.peek()?;
    // Line feeds are two bytes in UTF-16, so such a file is decoded as a whole.
    if head.starts_with(&[0xFF, 0xFE]) || head.starts_with(&[0xFE, 0xFF]) || head.iter().take(64).any(|&b| b == 0) {
        let bytes = lines.rest(most)?;
        sink.progress(lines.taken());
        if bytes.len() as u64 > most {
            let text = format!("no UTF-8, and longer than {}; make it UTF-8, or raise --max-article", megabytes(most));
            sink.note(found, None, Level::Skipped, text);
            return Ok(());
        }
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
        let next = lines.next(&mut line, most)?;
        sink.progress(lines.taken());
        state.line += 1;
        match next {
            Next::Line => {}
            Next::Long => {
                let text = format!("longer than {}; the line is left out. Cut it, or raise --max-article", megabytes(most));
                skipped(found, text, state, sink);
                continue;
            }
            Next::Beyond => {
                let file = if gzip { "unpacked, the file" } else { "the file" };
                let text =
                    format!("{file} is longer than {}; the rest is not read. Cut it, or raise --max-file", megabytes(most_file));
                sink.note(found, Some(state.line), Level::Skipped, text);
                return Ok(());
            }
            Next::End => return Ok(()),
        }
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
    let article = match serde_json::from_str::<Object>(line) {
        Ok(object) => article(found, object, state, sink),
        Err(error) if error.is_data() => Err("a line must hold one object: {\"title\": …, \"text\": …, \"url\": …}".to_string()),
        Err(error) => Err(format!("broken JSON: {}; the line is left out", place(&error, line))),
    };
    match article {
        Ok((article, facts)) => sink.article(found, Some(state.line), article, facts),
        Err(text) => skipped(found, text, state, sink),
    }
}

/// Names a line that is left out; after some of a file, they are only counted.
fn skipped(found: &Found, text: String, state: &mut State, sink: &mut Sink) {
    state.skipped += 1;
    if state.skipped <= SHOWN {
        sink.note(found, Some(state.line), Level::Skipped, text);
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

fn article(found: &Found, mut object: Object, state: &mut State, sink: &mut Sink) -> Result<(Article, Facts), String> {
    let mut string = |name: &str| match object.take(name) {
        Field::Null => Ok(None),
        Field::Text(text) => Ok(Some(text)),
        other => Err(format!("\"{name}\" is {}, not a string; the line is left out", other.sort())),
    };
    let title = string("title")?.map(|title| one_line(&clean(title)));
    let text = string("text")?.map(clean);
    let html = string("html")?;
    let url = string("url")?;
    let mut title = title.unwrap_or_default();
    let mut headings = Vec::new();
    let text = match (text, html) {
        (Some(text), _) => tidy(&text),
        (None, Some(html)) => {
            let read = super::html::fragment(&html, Some(title.as_str()).filter(|title| !title.is_empty()));
            title = read.title.unwrap_or(title);
            headings = read.headings;
            read.text
        }
        (None, None) => String::new(),
    };
    let mut text = text;
    if title.is_empty()
        && headings.is_empty()
        && let Some((first, rest)) = text.split_once("\n\n")
        && !first.contains('\n')
        && is_title(first)
    {
        // A first line that stands by itself is the title, as in a text file.
        title = first.to_string();
        text = rest.to_string();
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
        match object.take(name) {
            Field::Null => {}
            Field::Text(value) | Field::Number(value) => facts.put(name, value),
            Field::Flag(truth) => facts.put(name, truth.to_string()),
            Field::List { values: Some(values), more } => {
                values.into_iter().for_each(|value| facts.put(name, value));
                facts.dropped += more;
            }
            Field::List { values: None, .. } | Field::Object => {
                let text = format!("\"{name}\" is neither a string nor a list of strings; the article is kept without it");
                sink.note(found, Some(state.line), Level::Warning, text);
            }
        }
    }
    Ok((Article { title, text, headings, url, meta: Vec::new() }, facts))
}

/// The fields of an object that are read; of all else no more than its form is looked at, so that a line of numbers or
/// brackets takes no more memory than it is long.
struct Object(Vec<(&'static str, Field)>);

impl Object {
    /// Takes a field; null where it is missing. Of two of one name the last holds.
    fn take(&mut self, name: &str) -> Field {
        let found = self.0.iter_mut().rev().find(|(other, _)| *other == name);
        found.map_or(Field::Null, |(_, field)| std::mem::replace(field, Field::Null))
    }
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Object, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = Object;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
                const TEXTS: [&str; 4] = ["title", "text", "html", "url"];
                let mut fields: Vec<(&'static str, Field)> = Vec::new();
                while let Some(key) = map.next_key::<Cow<str>>()? {
                    let Some(name) = TEXTS.into_iter().chain(facts::NAMES).find(|name| *name == key) else {
                        map.next_value::<IgnoredAny>()?;
                        continue;
                    };
                    fields.retain(|(other, _)| *other != name);
                    fields.push((name, map.next_value()?));
                }
                Ok(Object(fields))
            }
        }
        deserializer.deserialize_map(Fields)
    }
}

/// The value of a field.
enum Field {
    Null,
    Flag(bool),
    Number(String),
    Text(String),
    /// The first values of a list, if none of them is a list or an object, and how many there are beyond.
    List {
        values: Option<Vec<String>>,
        more: usize,
    },
    Object,
}

impl Field {
    fn sort(&self) -> &'static str {
        match self {
            Field::Null => "null",
            Field::Flag(_) => "true or false",
            Field::Number(_) => "a number",
            Field::Text(_) => "a string",
            Field::List { .. } => "a list",
            Field::Object => "an object",
        }
    }

    /// As one of a list of values.
    fn single(self) -> Option<String> {
        match self {
            Field::Null => Some(String::new()),
            Field::Flag(truth) => Some(truth.to_string()),
            Field::Number(text) | Field::Text(text) => Some(text),
            Field::List { .. } | Field::Object => None,
        }
    }
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Field, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Field;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a value")
            }

            fn visit_unit<E>(self) -> Result<Field, E> {
                Ok(Field::Null)
            }

            fn visit_bool<E>(self, truth: bool) -> Result<Field, E> {
                Ok(Field::Flag(truth))
            }

            fn visit_i64<E>(self, number: i64) -> Result<Field, E> {
                Ok(Field::Number(number.to_string()))
            }

            fn visit_u64<E>(self, number: u64) -> Result<Field, E> {
                Ok(Field::Number(number.to_string()))
            }

            fn visit_f64<E>(self, number: f64) -> Result<Field, E> {
                Ok(Field::Number(serde_json::Value::from(number).to_string()))
            }

            fn visit_str<E>(self, text: &str) -> Result<Field, E> {
                Ok(Field::Text(text.to_string()))
            }

            fn visit_string<E>(self, text: String) -> Result<Field, E> {
                Ok(Field::Text(text))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Field, A::Error> {
                let mut values = Some(Vec::new());
                let mut more = 0;
                while let Some(kept) = &mut values {
                    if kept.len() > facts::MOST {
                        break;
                    }
                    let Some(field) = list.next_element::<Field>()? else {
                        return Ok(Field::List { values, more });
                    };
                    match field.single() {
                        Some(value) => kept.push(value),
                        None => values = None,
                    }
                }
                while list.next_element::<IgnoredAny>()?.is_some() {
                    more += 1;
                }
                Ok(Field::List { values, more })
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Field, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Field::Object)
            }
        }
        deserializer.deserialize_any(Any)
    }
}

/// The lines of a text without white space at their ends; of several empty lines one stays.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut apart = false;
    for line in text.split('\n') {
        let line = trim(line);
        if line.is_empty() {
            apart = true;
            continue;
        }
        if !out.is_empty() {
            out.push_str(if apart { "\n\n" } else { "\n" });
        }
        apart = false;
        out.push_str(line);
    }
    out
}
