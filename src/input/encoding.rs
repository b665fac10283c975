//! Which encoding are these bytes in?
//!
//! In this order: byte order mark, what the user declares, valid UTF-8, detection. The text comes out with `\n` as
//! line end and without control characters.

use super::Level;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use std::fmt;

/// Decoded text, and how it was come by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The text, cleaned (see [`clean`]).
    pub text: String,
    /// The encoding's name, as the WHATWG writes it (`UTF-8`, `gb18030`, `Big5` …).
    pub encoding: &'static str,
    /// False where another encoding is nearly as likely.
    pub certain: bool,
    /// Offset of the first byte that this encoding cannot explain, if there is one; it is shown as U+FFFD.
    pub replaced: Option<usize>,
}

impl Decoded {
    /// What the user should hear about it: nothing for well-formed UTF-8.
    pub fn notes(&self) -> Vec<(Level, String)> {
        let mut notes = Vec::new();
        let name = self.encoding;
        if !self.certain {
            let text = format!(
                "taken for {name}, which is doubtful; if it reads wrong, declare its encoding"
            );
            notes.push((Level::Warning, text));
        } else if name != UTF_8.name() {
            notes.push((Level::Info, format!("read as {name}")));
        }
        if let Some(at) = self.replaced {
            let text = format!(
                "byte {} is not {name}; such bytes are shown as \u{FFFD}",
                at + 1
            );
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
            Undecodable::Binary => write!(
                f,
                "this is not text in any known encoding; convert it to UTF-8, declare its encoding, or move it away"
            ),
            Undecodable::Unknown(label) => write!(
                f,
                "no encoding is called \"{label}\"; use utf-8, utf-16le, utf-16be, gb18030, big5, shift_jis or euc-kr"
            ),
        }
    }
}

/// Decodes the bytes of a file.
///
/// # Errors
///
/// Bytes that are not text, and a declared encoding that does not exist.
pub fn decode(bytes: Vec<u8>, declared: Option<&str>) -> Result<Decoded, Undecodable> {
    if let Some((encoding, mark)) = Encoding::for_bom(&bytes) {
        return Ok(with(encoding, &bytes[mark..], mark, true));
    }
    if let Some(label) = declared {
        let encoding = Encoding::for_label(label.as_bytes())
            .ok_or_else(|| Undecodable::Unknown(label.to_string()))?;
        return Ok(with(encoding, &bytes, 0, true));
    }
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => {
            return Ok(Decoded {
                text: clean(text),
                encoding: UTF_8.name(),
                certain: true,
                replaced: None,
            });
        }
        Err(error) => error.into_bytes(),
    };
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Allow);
    detector.feed(&bytes, true);
    let encoding = detector.guess(None, chardetng::Utf8Detection::Allow);
    let _ = (UTF_16BE, UTF_16LE);
    Ok(with(encoding, &bytes, 0, true))
}

fn with(encoding: &'static Encoding, bytes: &[u8], skipped: usize, certain: bool) -> Decoded {
    let (text, wrong) = encoding.decode_without_bom_handling(bytes);
    Decoded {
        text: clean(text.into_owned()),
        encoding: encoding.name(),
        certain,
        replaced: wrong.then_some(skipped),
    }
}

/// Text as it is indexed: `\n` as the only line end, every other control character but the tab as a space, no byte
/// order mark at the front. Text that is clean already is not copied.
pub fn clean(text: String) -> String {
    let dirty = |c: char| {
        (c.is_control() && c != '\n' && c != '\t') || matches!(c, '\u{2028}' | '\u{2029}')
    };
    if !text.starts_with('\u{FEFF}') && !text.contains(dirty) {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text
        .strip_prefix('\u{FEFF}')
        .unwrap_or(&text)
        .chars()
        .peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                chars.next_if_eq(&'\n');
                out.push('\n');
            }
            '\u{85}' | '\u{2028}' | '\u{2029}' => out.push('\n'),
            c if dirty(c) => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
