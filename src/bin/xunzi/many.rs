//! How is a catalog asked in a terminal?

use std::ops::RangeInclusive;
use std::path::Path;

use xunzi::disk::catalog::Catalog;
use xunzi::disk::many::{self, Sums};
use xunzi::search::answer::Found;
use xunzi::search::more::period;
use xunzi::search::more::{Call, Outcome};
use xunzi::search::{Options, Sort};

use crate::more;
use crate::search::{Asked, shown};
use crate::tell;
use crate::usage::End;

/// What is to be printed.
pub fn answer(dir: &Path, asked: &Asked) -> Result<String, End> {
    let mut catalog = Catalog::open(dir)?;
    if let Some(call) = asked.call {
        return listing(&mut catalog, asked, call);
    }
    let found = found(&mut catalog, asked, asked.request.query(), asked.options)?;
    if let (Some(problem), false) = (&found.problem, asked.json) {
        tell::note(format!("not all could be asked: {}", problem.message));
    }
    if asked.json { tell::line_of_json(&found) } else { Ok(shown(&found)) }
}

/// The days that are meant.
fn days(asked: &Asked) -> Option<RangeInclusive<i32>> {
    let bound = |text: &Option<String>| text.as_deref().and_then(period::days);
    match (bound(&asked.request.from), bound(&asked.request.to)) {
        (None, None) => None,
        (from, to) => Some(from.map_or(i32::MIN, |days| *days.start())..=to.map_or(i32::MAX, |days| *days.end())),
    }
}

/// What the indexes find.
fn found(catalog: &mut Catalog, asked: &Asked, query: &str, options: Options) -> Result<Found, End> {
    let mut asked = asked.clone();
    asked.request.queries = vec![query.to_owned()];
    let what = many::Asked { query, options, days: days(&asked) };
    many::search(catalog, &what, &mut |index, options| match asked.found(index, options) {
        Ok(found) => Ok(Ok(found)),
        Err(End::Failed(text)) => Ok(Err(text)),
        Err(other) => Err(other),
    })
}

/// Numbers, times, and what is near: each index tells its own, and they are summed.
fn listing(catalog: &mut Catalog, asked: &Asked, call: Call) -> Result<String, End> {
    let mut request = asked.request.clone();
    (request.limit, request.exact) = (usize::MAX, true);
    // A time tells of all articles as well, and what is near may be in any index.
    let query = if matches!(call, Call::Counts) { request.query().to_owned() } else { String::new() };
    let (mut sums, mut refused) = (Sums::default(), None);
    let candidates = catalog.of_days(&query, asked.options.off, days(asked).as_ref())?;
    for at in candidates {
        let told = match catalog.member(at) {
            Ok(mut index) => more::outcome(&mut index, call, request.clone()),
            Err(trouble) => Err(End::Failed(trouble.to_string())),
        };
        match told {
            Ok(Outcome::Listing(listing)) => sums.add(listing),
            Ok(Outcome::Narrowed(_)) => {}
            Err(End::Failed(text)) => sums.lost(text),
            // A field that one index has not, others may have.
            Err(End::Usage(text)) => {
                sums.lost(text.clone());
                refused = Some(text);
            }
            Err(End::Closed) => return Err(End::Closed),
        }
    }
    if let (Some(text), true) = (refused, sums.is_empty()) {
        return Err(End::Usage(text));
    }
    let limit = if asked.options.limit == 0 { usize::MAX } else { asked.options.limit as usize };
    let mut sum = sums.sum(!matches!(call, Call::Timeline));
    if !matches!(call, Call::Timeline) {
        sum.items.truncate(limit);
    }
    if matches!(call, Call::Near | Call::Complete) {
        // An index in which something else is nearer has it all the same.
        for item in sum.items.iter_mut().filter(|item| item.kind != Some("filter")) {
            let counted = Options { limit: 1, offset: 0, sort: Sort::Newest, counted: true, ..asked.options };
            let found = found(catalog, asked, &item.label, counted)?;
            (item.articles, item.exact) = (vec![found.articles], Some(found.articles_exact));
        }
    }
    if let (Some(problem), false) = (&sum.problem, asked.json) {
        tell::note(format!("not all could be asked: {}", problem.message));
    }
    more::told(&Outcome::Listing(sum), asked.json)
}
