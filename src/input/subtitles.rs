//! Which sentences do subtitles and lyrics show? Their times, numbers and marks are no text.
//!
//! `.srt`: a number, a time, lines. `.vtt`: the same without numbers, with notes and styles. `.lrc`: a time before every line, and
//! tags such as `[ti:title]`. A sentence that goes on in the next picture is one sentence; a line that stays on the screen
//! is read once.

use super::html;
use super::lines::{ends_sentence, join, trim};

/// What subtitles hold.
#[derive(Default)]
pub(super) struct Subtitles {
    pub(super) title: Option<String>,
    pub(super) author: Option<String>,
    /// A sentence a line.
    pub(super) text: String,
}

/// Reads a text as subtitles, if it is such. `named`: the file's name says so.
pub(super) fn read(text: &str, named: bool) -> Option<Subtitles> {
    let mut lines = text.lines().map(trim).filter(|line| !line.is_empty());
    let (first, second) = (lines.next()?, lines.next().unwrap_or_default());
    let pictures = first.starts_with("WEBVTT") || is_time(first) || (is_count(first) && is_time(second));
    if pictures || (named && text.contains("-->")) {
        Some(pictures_of(text))
    } else if named && text.lines().any(|line| stamp(trim(line)).is_some()) {
        Some(lyrics(text))
    } else {
        None
    }
}

/// Pictures: each a time and the lines below it, up to an empty one.
fn pictures_of(text: &str) -> Subtitles {
    let mut out = Subtitles::default();
    // Whether lines are shown, and the last of the picture before.
    let (mut shown, mut last) = (false, String::new());
    let mut lines = text.lines().map(trim).peekable();
    while let Some(line) = lines.next() {
        // The number of the next picture need not stand behind an empty line.
        if line.is_empty() || (is_count(line) && lines.peek().is_some_and(|next| is_time(next))) {
            shown = false;
        } else if is_time(line) {
            shown = true;
        } else if shown {
            let words = words(line);
            if words != last {
                out.say(&words);
                last = words;
            }
        }
    }
    out
}

fn lyrics(text: &str) -> Subtitles {
    let mut out = Subtitles::default();
    for line in text.lines().map(trim) {
        let mut rest = line;
        while let Some(after) = stamp(rest) {
            rest = after.trim_start();
        }
        if let Some((name, value)) =
            rest.strip_prefix('[').and_then(|tag| tag.strip_suffix(']')).and_then(|tag| tag.split_once(':'))
        {
            match name.trim().to_ascii_lowercase().as_str() {
                "ti" => out.title = Some(value.trim().to_string()).filter(|title| !title.is_empty()),
                "ar" => out.author = Some(value.trim().to_string()),
                _ => {}
            }
            continue;
        }
        let words = words(rest);
        if !words.is_empty() {
            if !out.text.is_empty() {
                out.text.push('\n');
            }
            out.text.push_str(&words);
        }
    }
    out
}

impl Subtitles {
    /// Adds what a line says: to the sentence before it, if that has not ended.
    fn say(&mut self, words: &str) {
        let spoken = words.starts_with(['-', '–', '—', '♪']);
        if self.text.is_empty() {
            self.text.push_str(words);
        } else if ends_sentence(&self.text[self.text.rfind('\n').map_or(0, |at| at + 1)..]) || spoken {
            self.text.push('\n');
            self.text.push_str(words);
        } else {
            join(&mut self.text, words);
        }
    }
}

/// The words of a line: without tags, times inside it (`<00:01.5>`) and positions (`{\an8}`).
fn words(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find(['<', '{']) {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        let close = if rest.starts_with('<') { '>' } else { '}' };
        let mark = rest.starts_with("{\\") || rest[1..].starts_with(|c: char| c.is_ascii_digit());
        match rest.find(close).filter(|_| mark) {
            Some(end) => rest = &rest[end + 1..],
            None => {
                plain.push_str(&rest[..1]);
                rest = &rest[1..];
            }
        }
    }
    plain.push_str(rest);
    if plain.contains(['<', '&']) { html::text(&plain) } else { trim(&plain).to_string() }
}

/// True for a number alone.
fn is_count(line: &str) -> bool {
    !line.is_empty() && line.bytes().all(|b| b.is_ascii_digit())
}

/// True for the line of a time: `00:00:01,000 --> 00:00:04,000`.
fn is_time(line: &str) -> bool {
    let time = |text: &str| {
        let text = text.trim();
        let text = text.split(' ').next().unwrap_or_default();
        text.contains(':') && text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b':' | b'.' | b','))
    };
    line.split_once("-->").is_some_and(|(from, to)| time(from) && time(to))
}

/// What follows a time in brackets or angles: `[00:12.34]`.
fn stamp(line: &str) -> Option<&str> {
    let (time, rest) = line.strip_prefix('[')?.split_once(']')?;
    let fits = time.contains(':') && time.bytes().all(|b| b.is_ascii_digit() || matches!(b, b':' | b'.'));
    fits.then_some(rest)
}
