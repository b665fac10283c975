//! Which encoding are these bytes in?
//!
//! In this order: byte order mark, what the user declares, valid UTF-8, detection. The text comes out with `\n` as
//! line end and without control characters.
//!
//! What a file holds need not be one encoding: lines that are UTF-8 may stand beside others (`mixed`), and characters may be in
//! two halves (`halves.rs`). Which encoding, of those that nobody declares, is asked of all that it may be (`detect.rs`), and of
//! alphabetic scripts, which language it would be (`letters.rs`).

mod detect;
mod halves;
mod letters;

pub use super::lines::clean;
use super::note::Level;
use detect::detect;
use encoding_rs::{DecoderResult, Encoding, GB18030, GBK, UTF_8};
use std::borrow::Cow;
use std::fmt;

/// Decoded text, and how it was come by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The text, cleaned (see [`clean`]).
    pub text: String,
    /// The encoding's name, as the WHATWG writes it (`UTF-8`, `gb18030`, `Big5` …).
    pub encoding: &'static str,
    /// False where another encoding is nearly as likely, or where what was declared does not fit the bytes.
    pub certain: bool,
    /// Offset of the first byte that this encoding cannot explain, if there is one; it is shown as U+FFFD.
    pub replaced: Option<usize>,
    /// Some characters were in two halves (CESU-8); they were put together.
    pub halves: bool,
    /// Lines that are UTF-8 stood beside others; these are in `encoding`.
    pub mixed: bool,
}

impl Decoded {
    /// Text that nothing is to be said of but its encoding.
    fn of(text: String, encoding: &'static Encoding, certain: bool) -> Decoded {
        Decoded { text: clean(text), encoding: encoding.name(), certain, replaced: None, halves: false, mixed: false }
    }

    /// What the user should hear about it: nothing for well-formed UTF-8.
    pub fn notes(&self) -> Vec<(Level, String)> {
        let mut notes = Vec::new();
        let name = self.encoding;
        if self.halves {
            let text = "emoji in two halves (CESU-8); they are read as what they are, half of one as \u{FFFD}".to_string();
            notes.push((Level::Warning, text));
        }
        if self.mixed {
            let text =
                format!("a file of two encodings: most lines are UTF-8 or {name}, and each is read as what it is; make it UTF-8");
            notes.push((Level::Warning, text));
        } else if !self.certain {
            let text = format!("taken for {name}, which is doubtful; if it reads wrong, declare its encoding");
            notes.push((Level::Warning, text));
        } else if name != UTF_8.name() {
            notes.push((Level::Info, format!("read as {name}")));
        }
        if let Some(at) = self.replaced {
            let text = format!("the byte at offset {at} is not {name}; it and others like it are shown as \u{FFFD}");
            notes.push((Level::Warning, text));
        }
        notes
    }
}

/// Why there is no text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Undecodable {
    /// The bytes are not text.
    Binary,
    /// No such encoding.
    Unknown(String),
}

impl fmt::Display for Undecodable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Undecodable::Binary => {
                write!(f, "this is not text in any known encoding; convert it to UTF-8, declare its encoding, or move it away")
            }
            Undecodable::Unknown(label) => {
                write!(f, "no encoding is called \"{label}\"; use utf-8, utf-16le, utf-16be, gb18030, big5, shift_jis or euc-kr")
            }
        }
    }
}

/// Decodes the bytes of a file. Time linear in their number, memory at most three times their number.
///
/// # Errors
///
/// Bytes that are not text, and a declared encoding that does not exist.
pub fn decode(bytes: Vec<u8>, declared: Option<&str>) -> Result<Decoded, Undecodable> {
    if let Some((encoding, mark)) = Encoding::for_bom(&bytes) {
        return Ok(with(encoding, &bytes, mark, true));
    }
    if let Some(label) = declared {
        let encoding = label_of(label).ok_or_else(|| Undecodable::Unknown(label.to_string()))?;
        // Bytes that are UTF-8 and cannot be what was declared are UTF-8.
        let utf8 = encoding != UTF_8 && first_malformed(encoding, &bytes).is_some() && std::str::from_utf8(&bytes).is_ok();
        return Ok(if utf8 { with(UTF_8, &bytes, 0, false) } else { with(encoding, &bytes, 0, true) });
    }
    let bytes = match String::from_utf8(bytes) {
        Ok(text) if !perhaps_utf16(text.as_bytes()) => {
            return Ok(Decoded::of(text, UTF_8, true));
        }
        Ok(text) => text.into_bytes(),
        Err(error) => error.into_bytes(),
    };
    if let Some(decoded) = halves(&bytes) {
        return Ok(decoded);
    }
    if let Some(decoded) = mixed(&bytes) {
        return Ok(decoded);
    }
    let guess = detect(&bytes).ok_or(Undecodable::Binary)?;
    Ok(with(guess.encoding, &bytes, 0, guess.certain))
}

/// Decodes one line of many, which is not UTF-8. `before`: the encoding of other such lines before it, which it has as well where it
/// cannot tell for itself.
pub(super) fn decode_line(bytes: &[u8], declared: Option<&str>, before: Option<&'static str>) -> Result<Decoded, Undecodable> {
    if declared.is_some() {
        return decode(bytes.to_vec(), declared);
    }
    if let Some(decoded) = halves(bytes) {
        return Ok(decoded);
    }
    let guess = detect(bytes);
    let before = before.and_then(label_of).filter(|before| first_malformed(before, bytes).is_none());
    match (guess, before) {
        (Some(guess), None) => Ok(with(guess.encoding, bytes, 0, guess.certain)),
        (Some(guess), Some(_)) if guess.certain || guess.encoding == UTF_8 => Ok(with(guess.encoding, bytes, 0, guess.certain)),
        (_, Some(before)) => Ok(with(before, bytes, 0, true)),
        (None, None) => Err(Undecodable::Binary),
    }
}

/// The text, if it is UTF-8 with characters in two halves.
fn halves(bytes: &[u8]) -> Option<Decoded> {
    let (joined, _) = halves::joined(bytes)?;
    let text = String::from_utf8(joined).ok()?;
    Some(Decoded { halves: true, ..Decoded::of(text, UTF_8, true) })
}

/// Lines of UTF-8 that are looked at, and of others, to see whether a file has two encodings.
const LINES: usize = 64 << 10;

/// The text of a file of which some lines are UTF-8 and others are not, if two encodings explain it better than one.
fn mixed(bytes: &[u8]) -> Option<Decoded> {
    let (mut utf8, mut other) = (Vec::new(), Vec::new());
    for line in bytes.split_inclusive(|&b| b == b'\n').filter(|line| !line.is_ascii()) {
        let whole = unicode(line);
        let (lines, line) = match &whole {
            Some((line, _)) => (&mut utf8, line.as_bytes()),
            None => (&mut other, line),
        };
        if lines.len() < LINES {
            lines.extend_from_slice(&line[..line.len().min(LINES)]);
        }
    }
    if utf8.is_empty() || other.is_empty() {
        return None;
    }
    let encoding = detect::second(&utf8, &other)?;
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 2);
    let (mut replaced, mut halves) = (None, false);
    let mut at = 0;
    for line in bytes.split_inclusive(|&b| b == b'\n') {
        match unicode(line) {
            Some((line, joined)) => {
                text.push_str(&line);
                halves |= joined;
            }
            None => {
                let (line, wrong) = encoding.decode_without_bom_handling(line);
                replaced = replaced.or(wrong.then_some(at));
                text.push_str(&line);
            }
        }
        at += line.len();
    }
    Some(Decoded { replaced, halves, mixed: true, ..Decoded::of(text, encoding, true) })
}

/// A line that is UTF-8, and whether characters of it were in two halves.
fn unicode(line: &[u8]) -> Option<(Cow<'_, str>, bool)> {
    if let Ok(line) = std::str::from_utf8(line) {
        return Some((Cow::Borrowed(line), false));
    }
    let (joined, _) = halves::joined(line)?;
    Some((Cow::Owned(String::from_utf8(joined).ok()?), true))
}

/// True if an encoding has this label, so that it may be declared.
pub fn is_known(label: &str) -> bool {
    label_of(label).is_some()
}

/// The encoding with this label. GBK and GB2312 are read as GB18030, which contains them.
fn label_of(label: &str) -> Option<&'static Encoding> {
    let label = label.trim();
    // Names that are in use, but not labels of the web.
    let label = match label.to_ascii_lowercase().replace('_', "-").as_str() {
        "cp936" | "ms936" => "gbk",
        "gb-18030" => "gb18030",
        "cp950" | "ms950" => "big5",
        "cp932" | "shift-jis" => "shift_jis",
        "cp949" | "uhc" => "euc-kr",
        _ => label,
    };
    let encoding = Encoding::for_label_no_replacement(label.as_bytes())?;
    Some(if encoding == GBK { GB18030 } else { encoding })
}

/// Decodes `bytes` from `start`, replacing what is malformed.
fn with(encoding: &'static Encoding, bytes: &[u8], start: usize, certain: bool) -> Decoded {
    let (text, wrong) = encoding.decode_without_bom_handling(&bytes[start..]);
    let replaced = if wrong { first_malformed(encoding, &bytes[start..]) } else { None };
    Decoded { replaced: replaced.map(|at| start + at), ..Decoded::of(text.into_owned(), encoding, certain) }
}

/// Offset of the first malformed sequence.
fn first_malformed(encoding: &'static Encoding, bytes: &[u8]) -> Option<usize> {
    let mut first = None;
    pieces(encoding, bytes, true, |piece| match piece {
        Piece::Text(_) => true,
        Piece::Malformed(at) => {
            first = Some(at);
            false
        }
    });
    first
}

/// What a decoder finds in its input.
enum Piece<'a> {
    Text(&'a str),
    /// A malformed sequence that begins at this offset.
    Malformed(usize),
}

/// Decodes piece by piece until `each` says no. `last`: the input ends here, so that a character cut off at the end is malformed.
fn pieces(encoding: &'static Encoding, bytes: &[u8], last: bool, mut each: impl FnMut(Piece) -> bool) {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut buffer = String::with_capacity(16 << 10);
    let mut at = 0;
    loop {
        buffer.clear();
        let (result, read) = decoder.decode_to_string_without_replacement(&bytes[at..], &mut buffer, last);
        at += read;
        if !buffer.is_empty() && !each(Piece::Text(&buffer)) {
            return;
        }
        match result {
            DecoderResult::InputEmpty => return,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(bad, after) => {
                let start = at.saturating_sub(usize::from(bad) + usize::from(after));
                if !each(Piece::Malformed(start)) {
                    return;
                }
            }
        }
    }
}

/// True for bytes that, though valid UTF-8, should be asked about UTF-16: they hold control characters, or they are so few
/// that a text of Han characters in UTF-16 may be valid UTF-8 by chance.
fn perhaps_utf16(bytes: &[u8]) -> bool {
    bytes.iter().any(|&b| control(b)) || ((8..=128).contains(&bytes.len()) && bytes.len().is_multiple_of(2))
}

/// Control characters that plain text does not use.
fn control(b: u8) -> bool {
    b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r' | 0x0C)
}
