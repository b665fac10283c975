//! What is near a query that finds nothing?

use crate::search::index::Reader;
use crate::search::more::{Halt, Job, Listing};

impl Job {
    pub(super) fn near(&mut self, reader: &mut Reader) -> Result<Listing, Halt> {
        let _ = reader;
        Ok(Listing { label: "text", single: true, ..Listing::default() })
    }
}
