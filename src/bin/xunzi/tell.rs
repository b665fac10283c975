//! How do words reach a terminal?
//!
//! Everything for people to read goes through here. Messages go to standard error and never cost the work: if nobody can take them,
//! they are lost. Results go to standard output, and whoever cannot be given them is told by the exit status.
//!
//! What comes from files (titles, dates, addresses, names) may hold characters that steer a terminal, begin lines of their own, or turn
//! what follows around. None of them is printed.

use std::fmt::Display;
use std::io::{self, Write as _};

use serde::Serialize;

use crate::usage::End;

/// Tells something that is no result, in a line of its own.
pub fn note(text: impl Display) {
    line(format!("xunzi: {text}"));
}

/// The same without saying who tells it.
pub fn line(text: impl Display) {
    let _ = io::stderr().write_all(format!("{}\n", plain(&text.to_string())).as_bytes());
}

/// Prints a result, all of it, or says that it could not.
pub fn print(text: &str) -> Result<(), End> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|e| match e.kind() {
        io::ErrorKind::BrokenPipe => End::Closed,
        _ => End::Failed(format!("standard output: cannot be written: {e}; choose another place for it, or free some space")),
    })
}

/// Prints a result for scripts, in one line.
pub fn json(value: &impl Serialize) -> Result<(), End> {
    print(&line_of_json(value)?)
}

/// A result for scripts, in one line.
pub fn line_of_json(value: &impl Serialize) -> Result<String, End> {
    let text = serde_json::to_string(value).map_err(|e| End::Failed(e.to_string()))?;
    // What steers a terminal only ever stands inside strings, and there any character may be written as its number.
    let mut line = String::with_capacity(text.len() + 1);
    for c in text.chars() {
        if steers(c) {
            line += &format!("\\u{:04x}", u32::from(c));
        } else {
            line.push(c);
        }
    }
    line.push('\n');
    Ok(line)
}

/// A text in one line, for reading: white space as a space, what steers a terminal as its number.
pub fn plain(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\t' | '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => line.push(' '),
            c if steers(c) => line.extend(c.escape_unicode()),
            c => line.push(c),
        }
    }
    line
}

/// Whether a character does something to a terminal other than take its place: control characters, the ends of lines and
/// paragraphs, and those that turn the direction of what follows. None of them is above U+FFFF.
fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FFF9}'..='\u{FFFB}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_steers_a_terminal() {
        let all: String = (0..0x1_1000).filter_map(char::from_u32).collect();
        let shown = plain(&all);
        assert!(!shown.chars().any(steers) && !shown.contains('\n'));
        assert_eq!(plain("\u{1b}[2J\u{9b}31m\u{202e}a\tb\nc\u{7f}"), "\\u{1b}[2J\\u{9b}31m\\u{202e}a b c\\u{7f}");
        assert_eq!(plain("除雪，café 👩‍👩‍👧 می‌خواهم"), "除雪，café 👩‍👩‍👧 می‌خواهم");
    }
}
