//! How does an index get onto a disk, and off it?

pub mod catalog;
pub mod check;
#[cfg(test)]
mod faulty;
pub mod folder;
pub mod fresh;
pub mod inspect;
pub mod lock;
pub mod many;
mod own;
pub mod portable;
pub mod publish;
pub mod scratch;

use std::fmt;
use std::fs;
use std::io;
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

/// What the file system refused to do with `path`, and what can be done about it.
pub fn failed(path: &Path, doing: &str) -> impl Fn(io::Error) -> Trouble {
    move |e| {
        let advice = match e.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "free some space, then build again",
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => "choose another --out, or allow writing there",
            io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => "choose a folder for --out",
            _ => "remove the cause, then build again",
        };
        trouble(path, format!("cannot {doing}: {e}; {advice}"))
    }
}

/// No file of an index is longer: an envelope counts its payload in 32 bits.
const LONGEST: u64 = u32::MAX as u64 + 64;

/// Reads a regular file and nothing else: to open a pipe in its place may last for ever, and a device may have no end.
pub fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    let about = fs::metadata(path)?;
    let refused = |text: &str| Err(io::Error::other(text));
    match about.len() {
        _ if about.is_dir() => refused("it is a folder"),
        _ if !about.is_file() => refused("it is no regular file"),
        length if length > LONGEST => refused("it is too long to be one"),
        _ => fs::read(path),
    }
}

/// Reads a regular file that is a text.
pub fn read_text(path: &Path) -> io::Result<String> {
    String::from_utf8(read_file(path)?).map_err(|_| io::Error::other("it is not UTF-8"))
}
