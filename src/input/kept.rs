//! What of a file need not be read again?
//!
//! A command that watches reads the same folder over and over, and nearly all of it is as it was. What a page or a text gave is kept
//! in memory with the size and the time of its file; what is kept does not depend on other files, so that a build with it is the same
//! as one without. Files of JSON lines are one for many articles, and read anew.

use super::given::Told;
use super::html::Page;
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// A file that was written so short a time before it was read may be written again without another time.
const FRESH: Duration = Duration::from_millis(50);

/// What was read of files, for the next time: good for as long as they are read with the same options.
#[derive(Default)]
pub struct Kept {
    /// `None`: nothing is kept.
    files: Option<HashMap<PathBuf, (Stamp, Made)>>,
}

/// When a file was written, and how long it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    bytes: u64,
    time: SystemTime,
}

/// What a file gave that could be read: one that cannot may be allowed to be, and is as old then.
#[derive(Clone)]
pub(super) enum Made {
    /// Bytes read, and a page.
    Page(u64, Box<Page>),
    Told(u64, Vec<Told>),
}

impl Kept {
    /// For a command that reads again.
    pub fn new() -> Kept {
        Kept { files: Some(HashMap::new()) }
    }

    /// The stamp of a file that may be kept; asked for before it is read.
    pub(super) fn stamp(&self, path: &Path) -> Option<Stamp> {
        self.files.as_ref()?;
        let data = fs::metadata(path).ok()?;
        let time = data.modified().ok()?;
        let old = SystemTime::now().duration_since(time).is_ok_and(|age| age > FRESH);
        old.then_some(Stamp { bytes: data.len(), time })
    }

    /// What the file gave, if it is as it was.
    pub(super) fn get(&self, path: &Path, stamp: Option<Stamp>) -> Option<Made> {
        let (known, made) = self.files.as_ref()?.get(path)?;
        (Some(*known) == stamp).then(|| made.clone())
    }

    /// Keeps what a file gave.
    pub(super) fn put(&mut self, path: &Path, stamp: Option<Stamp>, made: Made) {
        if let (Some(files), Some(stamp)) = (&mut self.files, stamp) {
            files.insert(path.to_owned(), (stamp, made));
        }
    }

    /// Forgets the files that are not there any more.
    pub(super) fn only<'a>(&mut self, there: impl Iterator<Item = &'a Path>) {
        if let Some(files) = &mut self.files {
            let there: std::collections::HashSet<&Path> = there.collect();
            files.retain(|path, _| there.contains(path.as_path()));
        }
    }
}
