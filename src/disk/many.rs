//! How are many indexes searched as one?
//!
//! Those that may hold the query, newest first, one after the other, until the page is full: so the order is by index, and within each
//! index its own. What was not asked is not counted; the numbers say so. An index that cannot be asked makes the answer partial.

use std::ops::RangeInclusive;
use std::rc::Rc;

use crate::disk::Trouble;
use crate::disk::catalog::Catalog;
use crate::disk::folder::OnDisk;
use crate::format::members::Member;
use crate::search::answer::{Found, Problem, State};
use crate::search::{Options, Sort};

/// What is asked of a catalog.
pub struct Asked<'a> {
    /// The query.
    pub query: &'a str,
    /// How.
    pub options: Options,
    /// The days that are meant; `None`: articles without one as well.
    pub days: Option<RangeInclusive<i32>>,
}

/// An answer under way.
struct Sum {
    found: Found,
    /// Articles that are still to be left out.
    skip: u32,
}

impl Sum {
    /// Adds what an index has found; `first`: the id of its first article. `wanted` results were asked for, none: all.
    fn add(&mut self, found: Found, member: &Member, first: u32, wanted: u32) {
        let sum = &mut self.found;
        sum.articles += found.articles;
        sum.hits += found.hits;
        sum.articles_exact &= found.articles_exact;
        sum.hits_exact &= found.hits_exact;
        if let Some(problem) = found.problem {
            (sum.state, sum.problem) = (State::Partial, sum.problem.take().or(Some(problem)));
        }
        // Whatever came, came after those that were to be left out.
        self.skip = if found.results.is_empty() { self.skip.saturating_sub(found.articles) } else { 0 };
        for hit in found.results.iter().take(wanted as usize) {
            let mut hit = hit.as_ref().clone();
            hit.id += first;
            if !member.name.is_empty() {
                hit.meta.push(("site".into(), member.name.clone()));
            }
            sum.results.push(Rc::new(hit));
        }
    }

    /// An index cannot be asked.
    fn lost(&mut self, message: String) {
        let sum = &mut self.found;
        (sum.articles_exact, sum.hits_exact, sum.state) = (false, false, State::Partial);
        sum.problem.get_or_insert(Problem { code: "corrupt".into(), message });
    }
}

/// Has one of the indexes answer; the inner error: that one cannot, and why.
pub type Ask<'a, E> = &'a mut dyn FnMut(&mut OnDisk, Options) -> Result<Result<Found, String>, E>;

/// Searches.
pub fn search<E: From<Trouble>>(catalog: &mut Catalog, asked: &Asked<'_>, ask: Ask<'_, E>) -> Result<Found, E> {
    let options = asked.options;
    let mut candidates = catalog.may(asked.query, options.off)?;
    let overlaps = |member: &Member| match &asked.days {
        Some(days) => member.dated > 0 && member.days[0] <= *days.end() && *days.start() <= member.days[1],
        None => true,
    };
    candidates.retain(|&at| overlaps(&catalog.members[at]));
    if options.sort == Sort::Oldest {
        candidates.reverse();
    }
    let found = Found {
        query: asked.query.to_owned(),
        articles: 0,
        hits: 0,
        articles_exact: true,
        hits_exact: true,
        state: State::Complete,
        problem: None,
        results: Vec::new(),
        list: None,
    };
    let mut sum = Sum { found, skip: options.offset };
    for at in candidates {
        let left = options.limit - sum.found.results.len() as u32 * u32::from(options.limit > 0);
        if options.limit > 0 && left == 0 && !options.counted {
            (sum.found.articles_exact, sum.found.hits_exact) = (false, false);
            break;
        }
        let wanted = if options.limit == 0 { u32::MAX } else { left };
        let limit = if options.limit == 0 { 0 } else { left.max(1) };
        let outcome = match catalog.member(at) {
            Ok(mut index) => ask(&mut index, Options { limit, offset: sum.skip, ..options })?,
            Err(trouble) => Err(trouble.to_string()),
        };
        match outcome {
            Ok(found) => sum.add(found, &catalog.members[at], catalog.before(at), wanted),
            Err(message) => sum.lost(message),
        }
    }
    Ok(sum.found)
}
