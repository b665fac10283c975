//! How are many indexes searched as one?
//!
//! Those that may hold the query, newest first, one after the other, until the page is full: so the order is by index, and within each
//! index its own. What was not asked is not counted; the numbers say so. An index that cannot be asked makes the answer partial.

use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::rc::Rc;

use crate::disk::Trouble;
use crate::disk::catalog::Catalog;
use crate::disk::folder::OnDisk;
use crate::format::members::Member;
use crate::search::answer::{Found, Problem, State};
use crate::search::more::timeline::filled;
use crate::search::more::{Item, Listing};
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

/// Lists of several indexes as one: the numbers of what has one name are added.
#[derive(Default)]
pub struct Sums {
    sum: Option<Listing>,
    lost: Option<Problem>,
}

impl Sums {
    /// Adds what an index tells.
    pub fn add(&mut self, listing: Listing) {
        let Some(sum) = &mut self.sum else {
            self.sum = Some(listing);
            return;
        };
        sum.exact &= listing.exact;
        sum.problem = sum.problem.take().or(listing.problem);
        let known: HashMap<_, usize> = (sum.items.iter().map(|item| (item.kind, item.label.clone()))).zip(0..).collect();
        for item in listing.items {
            match known.get(&(item.kind, item.label.clone())) {
                Some(&at) => plus(&mut sum.items[at], item),
                None => sum.items.push(item),
            }
        }
        match (&mut sum.rest, listing.rest) {
            (Some(rest), Some(more)) => plus(&mut rest.1, more.1),
            (rest, more) => *rest = rest.take().or(more),
        }
    }

    /// An index cannot be asked.
    pub fn lost(&mut self, message: String) {
        self.lost.get_or_insert(Problem { code: "corrupt".into(), message });
    }

    /// All of it; `most`: what has most articles first, not what comes first by its name.
    pub fn sum(self, most: bool) -> Listing {
        let mut sum = self.sum.unwrap_or_default();
        match most {
            true => sum.items.sort_by(|a, b| b.articles.first().cmp(&a.articles.first()).then_with(|| a.label.cmp(&b.label))),
            false => {
                sum.items.sort_by(|a, b| a.label.cmp(&b.label));
                sum.items = filled(sum.items);
            }
        }
        sum.exact &= self.lost.is_none();
        sum.problem = sum.problem.or(self.lost);
        sum
    }
}

fn plus(sum: &mut Item, more: Item) {
    sum.articles.iter_mut().zip(more.articles).for_each(|(sum, n)| *sum += n);
    sum.all = sum.all.map(|all| all + more.all.unwrap_or(0));
    sum.exact = sum.exact.map(|exact| exact && more.exact.unwrap_or(false));
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
    let mut candidates = catalog.of_days(asked.query, options.off, asked.days.as_ref())?;
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
