//! What is the owner told?

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// How much a [`Note`] matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Worth knowing; nothing is wrong.
    Info,
    /// Everything was read, but something is doubtful.
    Warning,
    /// Something was left out.
    Skipped,
}

/// One message about one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The file or folder, as the user would name it.
    pub path: PathBuf,
    /// The line, counted from 1, if the message is about one.
    pub line: Option<usize>,
    /// How much it matters.
    pub level: Level,
    /// What is the matter, and what to do about it: one line without control characters, whatever stands in the input.
    pub text: String,
}

impl Note {
    /// A message about a file or folder.
    pub(super) fn new(path: &Path, line: Option<usize>, level: Level, text: &str) -> Note {
        Note { path: path.to_path_buf(), line, level, text: visible(text) }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", visible(&self.path.to_string_lossy()))?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        let level = match self.level {
            Level::Info => "",
            Level::Warning => "warning: ",
            Level::Skipped => "skipped: ",
        };
        write!(f, ": {level}{}", self.text)
    }
}

/// An input that is not there. Nothing was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fatal {
    /// The input, as given.
    pub path: PathBuf,
    /// What is the matter, and what to do about it.
    pub text: String,
}

impl fmt::Display for Fatal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", visible(&self.path.to_string_lossy()), self.text)
    }
}

impl std::error::Error for Fatal {}

/// `text` as a terminal may show it: what would command the terminal or turn the line around is written as its number.
fn visible(text: &str) -> String {
    let commands =
        |c: char| c.is_control() || matches!(c, '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if commands(c) { out.extend(c.escape_unicode()) } else { out.push(c) }
    }
    out
}

/// Words of the input inside a message: no more than a line can hold.
pub(super) fn brief(words: &str) -> String {
    const MOST: usize = 120;
    match words.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words.to_string(),
    }
}

/// What an error of the file system means for the user.
pub(super) fn because(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => "permission denied; make it readable, or move it away".to_string(),
        io::ErrorKind::NotFound => "it is not there any more; run the build again".to_string(),
        _ => format!("it cannot be read: {error}"),
    }
}
