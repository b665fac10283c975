//! How is a catalog asked in a terminal?

use std::path::Path;

use xunzi::disk::catalog::Catalog;
use xunzi::disk::many;
use xunzi::search::more::period;

use crate::search::{Asked, shown};
use crate::tell;
use crate::usage::End;

/// What is to be printed.
pub fn answer(dir: &Path, asked: &Asked) -> Result<String, End> {
    if asked.call.is_some() {
        let text = "a catalog answers searches; ask one of its indexes for counts, times, and what is near";
        return Err(End::Usage(text.into()));
    }
    let mut catalog = Catalog::open(dir)?;
    let request = &asked.request;
    let bound = |text: &Option<String>| text.as_deref().and_then(period::days);
    let days = match (bound(&request.from), bound(&request.to)) {
        (None, None) => None,
        (from, to) => Some(from.map_or(i32::MIN, |days| *days.start())..=to.map_or(i32::MAX, |days| *days.end())),
    };
    let what = many::Asked { query: request.query(), options: asked.options, days };
    let found = many::search(&mut catalog, &what, &mut |index, options| match asked.found(index, options) {
        Ok(found) => Ok(Ok(found)),
        Err(End::Failed(text)) => Ok(Err(text)),
        Err(other) => Err(other),
    })?;
    if let (Some(problem), false) = (&found.problem, asked.json) {
        tell::note(format!("not all could be asked: {}", problem.message));
    }
    if asked.json { tell::line_of_json(&found) } else { Ok(shown(&found)) }
}
