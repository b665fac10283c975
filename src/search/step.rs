//! How far did a job get, and which files does it lack?

use crate::error::Error;
use crate::format::File;
use crate::sort;

/// Files that must be fed before the work can go on.
pub type Lacks = Vec<File>;

/// Either an outcome or the files it lacks.
pub type Ready<T> = Result<Result<T, Lacks>, Error>;

/// Why the work cannot go on.
#[derive(Debug)]
pub enum Stop {
    /// Files must be fed first.
    Lacks(Lacks),
    /// It never will.
    Error(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Stop {
        Stop::Error(error)
    }
}

/// Puts files in order and removes repeated ones.
pub fn in_order(files: &mut Lacks) {
    sort::by_key(files, |f| u128::from(f.kind as u8) << 32 | u128::from(f.number));
    files.dedup();
}

/// What a step came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step<T> {
    /// Files to feed, or to report as failed, before the next step.
    pub need: Lacks,
    /// The answer so far, if there is more in it than there was before.
    pub found: Option<T>,
    /// Whether the answer is final.
    pub done: bool,
}

/// Whether one of these files cannot be had.
pub(crate) fn lost(failed: &[(File, String)], files: &[File]) -> bool {
    files.iter().any(|f| failed.iter().any(|(g, _)| f == g))
}
