//! How does an index get onto a disk, and off it?

pub mod folder;
pub mod inspect;
pub mod publish;

use std::fmt;
use std::path::{Path, PathBuf};

use crate::error::Error;

/// Something that went wrong with a file.
#[derive(Debug)]
pub struct Trouble {
    /// The file or folder.
    pub path: PathBuf,
    /// What happened, and what to do.
    pub text: String,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.text)
    }
}

impl std::error::Error for Trouble {}

/// Something that went wrong with `path`.
pub(crate) fn trouble(path: &Path, text: impl Into<String>) -> Trouble {
    Trouble { path: path.to_owned(), text: text.into() }
}

/// A fault of an index, with the file's path.
pub(crate) fn of_index(path: &Path) -> impl Fn(Error) -> Trouble {
    move |e| trouble(path, e.to_string())
}
