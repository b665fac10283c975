//! What stands in a file of JSON lines? One object a line, one article each.
//!
//! Fields are read under the names that others write (`fields.rs`). A line that is not such an object is named and skipped; the rest of
//! the file is read. Lines are read one at a time, so that a large file does not stand in memory twice; a file that is one JSON
//! array is read object by object.

mod fields;
mod mend;
mod source;
mod words;

use super::anchors::Anchors;
use super::encoding;
use super::note::{Level, because, brief};
use super::private::Verdict;
use super::sink::{SHOWN, Sink, megabytes};
use super::walk::Found;
use fields::Object;
use serde::de::{Deserializer, SeqAccess, Visitor};
use serde_json::value::RawValue;
use source::{Lines, Next};
use std::borrow::Cow;
use std::fmt;
use std::fs::File;
use std::io;

/// What is known about one file while it is read.
#[derive(Default)]
struct State {
    line: usize,
    skipped: usize,
    without_url: usize,
    /// Lines that are not UTF-8 are in this encoding.
    encoding: Option<&'static str>,
    anchors: Anchors,
    /// Fields with much text that nobody reads, each named once.
    unread: Vec<String>,
    /// Lines with half an emoji.
    halves: usize,
}

/// Reads a file of JSON lines.
pub(super) fn read(found: &Found, gzip: bool, sink: &mut Sink) {
    let file = File::open(&found.path);
    read_from(found, file.map(|file| Lines::of(file, gzip, sink.options.max_file)), gzip, sink);
}

/// The same of what comes from elsewhere, as if it were a file, which may be of any length.
pub(super) fn read_stream(found: &Found, from: impl io::Read + 'static, sink: &mut Sink) {
    read_from(found, Ok(Lines::of(from, false, u64::MAX)), false, sink);
}

fn read_from(found: &Found, from: io::Result<Lines>, gzip: bool, sink: &mut Sink) {
    let mut state = State::default();
    if let Err(error) = from.and_then(|from| lines(found, from, gzip, &mut state, sink)) {
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

fn lines(found: &Found, mut lines: Lines, gzip: bool, state: &mut State, sink: &mut Sink) -> io::Result<()> {
    let (most, most_file) = (sink.options.max_article, sink.options.max_file);
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
    let array = lines.is_array()?;
    let mut passed = 0;
    loop {
        let next = if array {
            let (next, before) = lines.value(&mut line, most, &mut passed)?;
            state.line = before + 1;
            next
        } else {
            state.line += 1;
            lines.next(&mut line, most)?
        };
        sink.progress(lines.taken());
        if sink.refused() {
            return Ok(());
        }
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
        // A mark stands at the beginning of every file, and files are put together.
        let mut bytes: &[u8] = &line;
        while let Some(rest) = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).or_else(|| bytes.strip_prefix(&[0x1E])) {
            bytes = rest;
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

/// A line that is not UTF-8: in another encoding altogether, or UTF-8 with ill-formed places. Each line says so for itself; where
/// it cannot, the lines before it decide.
fn foreign(found: &Found, bytes: &[u8], at: usize, state: &mut State, sink: &mut Sink) -> String {
    let label = sink.options.encoding.clone();
    if let Ok(decoded) = encoding::decode_line(bytes, label.as_deref(), state.encoding) {
        if decoded.encoding != "UTF-8" {
            if state.encoding != Some(decoded.encoding) {
                let text =
                    format!("JSON lines should be UTF-8; from here on, lines that are not are read as {}", decoded.encoding);
                sink.note(found, Some(state.line), Level::Warning, text);
                state.encoding = Some(decoded.encoding);
            }
            return decoded.text;
        }
        if decoded.halves {
            let text = "emoji in two halves (CESU-8); they are read as what they are".to_string();
            sink.note(found, Some(state.line), Level::Warning, text);
            return decoded.text;
        }
    }
    let text = format!("byte {} of the line is not UTF-8; such bytes are shown as \u{FFFD}", at + 1);
    sink.note(found, Some(state.line), Level::Warning, text);
    String::from_utf8_lossy(bytes).into_owned()
}

/// One line: an article, a list of articles, or a note why not.
fn object(found: &Found, line: &str, state: &mut State, sink: &mut Sink) {
    let line = line.trim().trim_end_matches(',');
    if line.is_empty() {
        return;
    }
    let whole = words::whole(line);
    if matches!(whole, Cow::Owned(_)) {
        state.halves += 1;
        if state.halves == 1 {
            let text = "half an emoji (one of two \\u…); it is shown as \u{FFFD}, here and in other lines".to_string();
            sink.note(found, Some(state.line), Level::Warning, text);
        }
    }
    if whole.starts_with('[') {
        list(found, &whole, state, sink);
    } else {
        single(found, &whole, state, sink);
    }
}

const FORM: &str = "a line must hold one object: {\"title\": …, \"text\": …, \"url\": …}";

/// One object.
fn single(found: &Found, line: &str, state: &mut State, sink: &mut Sink) {
    let mended;
    let mut read = serde_json::from_str::<Object>(line);
    if read.as_ref().is_err_and(|error| !error.is_data())
        && let Some(text) = mend::mended(line)
    {
        mended = text;
        // What is wrong is told of the line as it was written.
        if let Ok(object) = serde_json::from_str(&mended) {
            read = Ok(object);
        }
    }
    let object = match read {
        Ok(object) => object,
        Err(error) if error.is_data() => return skipped(found, FORM.to_string(), state, sink),
        Err(error) => {
            let text = format!("broken JSON: {}; the line is left out", place(&error, line));
            return skipped(found, text, state, sink);
        }
    };
    match object.verdict {
        Verdict::Public => {}
        verdict => return sink.private(found, Some(state.line), verdict == Verdict::Private),
    }
    let fields = &sink.options.fields;
    for name in object.unread.iter().filter(|name| !fields.iter().any(|field| field.names.contains(name))) {
        if state.unread.len() < SHOWN && !state.unread.contains(name) {
            let text = format!(
                "\"{}\" holds text and is not read, here and in other lines; to have it found, call it \"text\"",
                brief(name)
            );
            sink.note(found, Some(state.line), Level::Warning, text);
            state.unread.push(name.clone());
        }
    }
    let made = object.article(sink.options, || {
        state.without_url += 1;
        let anchor = state.anchors.slug(&format!("L{}", state.line));
        format!("{}#{anchor}", sink.url(found))
    });
    match made {
        Ok(made) => {
            for text in made.warnings {
                sink.note(found, Some(state.line), Level::Warning, text);
            }
            sink.article(found, Some(state.line), made.article, made.facts);
        }
        Err(text) => skipped(found, text, state, sink),
    }
}

/// A line that is a list of objects.
fn list(found: &Found, line: &str, state: &mut State, sink: &mut Sink) {
    struct Each<'a, 'b, 'c>(&'a Found, &'a mut State, &'b mut Sink<'c>);
    impl<'de> Visitor<'de> for Each<'_, '_, '_> {
        type Value = Option<String>;

        fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
            f.write_str("a list of objects")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Option<String>, A::Error> {
            let mut other = None;
            while let Some(raw) = list.next_element::<&RawValue>()? {
                if raw.get().starts_with('{') {
                    single(self.0, raw.get(), self.1, self.2);
                } else {
                    other = Some(FORM.to_string());
                }
            }
            Ok(other)
        }
    }
    let mut json = serde_json::Deserializer::from_str(line);
    match json.deserialize_seq(Each(found, state, sink)) {
        Ok(None) => {}
        Ok(Some(text)) => skipped(found, text, state, sink),
        Err(error) => {
            let text = format!("broken JSON: {}; the rest of the line is left out", place(&error, line));
            skipped(found, text, state, sink);
        }
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
