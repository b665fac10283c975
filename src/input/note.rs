//! What is the owner told?

use std::fmt;
use std::io;
use std::path::PathBuf;

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
    /// What is the matter, and what to do about it.
    pub text: String,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
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
        write!(f, "{}: {}", self.path.display(), self.text)
    }
}

impl std::error::Error for Fatal {}

/// What an error of the file system means for the user.
pub(super) fn because(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => "permission denied; make it readable, or move it away".to_string(),
        io::ErrorKind::NotFound => "it is not there any more; run the build again".to_string(),
        _ => format!("it cannot be read: {error}"),
    }
}
