//! What begins like a text, or fits a pattern?

use crate::search::index::Reader;
use crate::search::more::{Halt, Job, Listing};

/// What was read so far.
#[derive(Default)]
pub struct Forms {}

impl Job {
    pub(super) fn complete(&mut self, reader: &mut Reader) -> Result<Listing, Halt> {
        let _ = reader;
        Ok(Listing { label: "text", single: true, ..Listing::default() })
    }
}
