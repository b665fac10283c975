//! How is a catalog asked in a terminal?

use std::ops::RangeInclusive;
use std::path::Path;

use xunzi::disk::catalog::Catalog;
use xunzi::disk::folder::OnDisk;
use xunzi::disk::many::{self, Sums};
use xunzi::search::answer::Found;
use xunzi::search::more::period;
use xunzi::search::more::{Call, Outcome, Request};
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

/// Which indexes have taken a question for one: a field that one has not, others may have.
#[derive(Default)]
struct Taken {
    refused: Option<String>,
    taken: bool,
}

impl Taken {
    /// Has an index asked, and again if it refuses: as one that has no values of a field which it has not.
    fn ask<T>(&mut self, request: &Request, mut ask: impl FnMut(Request) -> Result<T, End>) -> Result<T, End> {
        match ask(request.clone()) {
            Err(End::Usage(text)) => {
                self.refused = Some(text);
                ask(Request { lenient: true, ..request.clone() })
            }
            told => {
                self.taken |= told.is_ok();
                told
            }
        }
    }

    /// What no index takes for a question is none; those that were not asked may.
    fn check(self, catalog: &mut Catalog, mut ask: impl FnMut(&mut OnDisk) -> Result<(), End>) -> Result<(), End> {
        let Some(text) = self.refused.filter(|_| !self.taken) else { return Ok(()) };
        for at in 0..catalog.members.len() {
            // Of one that cannot be asked nobody knows.
            let refuses = catalog.member(at).is_ok_and(|mut index| matches!(ask(&mut index), Err(End::Usage(_))));
            if !refuses {
                return Ok(());
            }
        }
        Err(End::Usage(text))
    }
}

/// What the indexes find.
fn found(catalog: &mut Catalog, asked: &Asked, query: &str, options: Options) -> Result<Found, End> {
    let mut request = asked.request.clone();
    request.queries = vec![query.to_owned()];
    let what = many::Asked { query, options, days: days(asked) };
    let mut taken = Taken::default();
    let found = many::search(catalog, &what, &mut |index, options| match taken
        .ask(&request, |request| Asked { request, ..asked.clone() }.found(index, options))
    {
        Ok(found) => Ok(Ok(found)),
        Err(End::Failed(text)) => Ok(Err(text)),
        Err(other) => Err(other),
    })?;
    taken.check(catalog, |index| more::outcome(index, Call::Narrow, request.clone()).map(drop))?;
    Ok(found)
}

/// Numbers, times, and what is near: each index tells its own, and they are summed.
fn listing(catalog: &mut Catalog, asked: &Asked, call: Call) -> Result<String, End> {
    let mut request = asked.request.clone();
    (request.limit, request.exact) = (usize::MAX, true);
    // A time tells of all articles as well, and what is near may be in any index.
    let query = if matches!(call, Call::Counts) { request.query().to_owned() } else { String::new() };
    // What is near may be beyond the days that are meant: then it is said which condition to drop.
    let days = if matches!(call, Call::Near) { None } else { days(asked) };
    let (mut sums, mut taken) = (Sums::default(), Taken::default());
    for at in catalog.of_days(&query, asked.options.off, days.as_ref())? {
        let told = match catalog.member(at) {
            Ok(mut index) => taken.ask(&request, |request| more::outcome(&mut index, call, request)),
            Err(trouble) => Err(End::Failed(trouble.to_string())),
        };
        match told {
            Ok(Outcome::Listing(listing)) => sums.add(listing),
            Ok(Outcome::Narrowed(_)) => {}
            Err(End::Failed(text)) => sums.lost(text),
            Err(other) => return Err(other),
        }
    }
    taken.check(catalog, |index| more::outcome(index, call, request.clone()).map(drop))?;
    let limit = if asked.options.limit == 0 { usize::MAX } else { asked.options.limit as usize };
    let mut sum = sums.sum(!matches!(call, Call::Timeline));
    if matches!(call, Call::Near | Call::Complete) {
        sum.items.truncate(limit);
        // As one index counts them: whatever else is meant.
        let bare = Request { filters: Vec::new(), from: None, to: None, sort: None, ..asked.request.clone() };
        let bare = Asked { request: if matches!(call, Call::Near) { bare } else { asked.request.clone() }, ..asked.clone() };
        // An index in which something else is nearer has it all the same.
        for item in sum.items.iter_mut().filter(|item| item.kind != Some("filter")) {
            let counted = Options { limit: 1, offset: 0, sort: Sort::Newest, counted: true, ..asked.options };
            let found = found(catalog, &bare, &item.label, counted)?;
            (item.articles, item.exact) = (vec![found.articles], Some(found.articles_exact));
        }
    }
    if let (Some(problem), false) = (&sum.problem, asked.json) {
        tell::note(format!("not all could be asked: {}", problem.message));
    }
    more::told(&Outcome::Listing(sum), asked.json)
}
