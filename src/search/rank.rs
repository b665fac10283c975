//! In which order?
//!
//! *Best* must not need the whole text. So there are two orders, both total, and both of query and index only:
//!
//! * which articles are opened first is decided by facts that the index holds ([`Candidate`]): the title is the query, the whole
//!   query stands together as one term, all terms stand in the title, a heading is the query, weight, candidate passages, newer,
//!   input order;
//! * each five of them, once verified, stands in the order of what was seen ([`Facts`]): the title is the query, the whole
//!   query together, all of it in the title, a heading is the query, all of it in a heading, the exact form, a whole word, the
//!   terms near each other, weight, occurrences by the weight of their elements, density, newer, input order.

use std::ops::Range;
use std::rc::Rc;

use crate::fold::Off;
use crate::format::root::Root;
use crate::format::{Group, Number, Passage};
use crate::search::answer::Hit;
use crate::search::more::OUT;
use crate::search::plan::Plan;
use crate::sort;

/// Order of the results.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// What matches best.
    #[default]
    Best,
    /// By date, newest first.
    Newest,
    /// By date, oldest first; articles without a date last.
    Oldest,
    /// By the keys of the articles that are meant.
    Key,
}

/// What is asked for besides the query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Articles wanted; 0: every article, verified.
    pub limit: u32,
    /// Articles to leave out first.
    pub offset: u32,
    /// Order.
    pub sort: Sort,
    /// Folds switched off.
    pub off: Off,
    /// Whether every candidate is read for the numbers, however many are shown.
    pub counted: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options { limit: 10, offset: 0, sort: Sort::Best, off: Off::default(), counted: false }
    }
}

/// Articles that are put in order among themselves, once they are verified.
pub(super) const FIVE: usize = 5;

/// Candidates of which a title may be the query are read first, so many at a time, until one's is;
pub(super) const EQUALS: usize = 6;
/// the ones after these are like all that have it in a title. Of a query of few letters there is one try.
const MOST_EQUALS: usize = 24;

/// Candidate articles that share their passages, or one that is alone: what the index knows of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    pub(super) group: Group,
    /// Those of the group that are meant: the first, and after the last.
    pub(super) first: Number,
    pub(super) end: Number,
    /// Whether it shares its passages with none.
    pub(super) alone: bool,
    /// A title is the query.
    pub(super) equal: bool,
    /// The whole query may stand in one as one term,
    pub(super) together: bool,
    /// each term may stand in a title.
    pub(super) title: bool,
    /// A heading is the query.
    pub(super) heading: bool,
    /// Passages in which a term may start.
    pub(super) passages: u32,
}

impl Candidate {
    /// The best first; newer ones have smaller numbers. What shares its passages counts as much as the heaviest of it.
    fn key(&self, root: &Root) -> u128 {
        let facts = flags(&[self.equal, self.together, self.title, self.heading]);
        key(facts << 32 | u64::from(!root.heaviest(self.first..self.end)), !self.passages, self.first)
    }
}

/// What is known of an article from where the query stands in it, as far as it was read.
#[derive(Clone, Copy, Default)]
pub(crate) struct Facts {
    /// The title is the query.
    pub(crate) equal: bool,
    /// The query stands in it as one term,
    pub(crate) together: bool,
    /// all of it in the title.
    pub(crate) title: bool,
    /// A heading is the query,
    pub(crate) heading: bool,
    /// or has all of it.
    pub(crate) in_heading: bool,
    /// The query stands somewhere as it was typed,
    pub(crate) exact: bool,
    /// somewhere with no word going on at either end.
    pub(crate) whole: bool,
    /// The fewest characters that hold all terms; 0 for one term.
    pub(crate) near: u32,
    /// How much the article counts, in hundredths.
    pub(crate) weight: u32,
    /// Places where a term starts,
    pub(crate) hits: u64,
    /// and the sum of what each counts, in hundredths.
    pub(crate) weighed: u64,
    /// Characters looked through.
    pub(crate) chars: u64,
}

impl Facts {
    /// The best first.
    fn key(&self, article: Number) -> u128 {
        let facts = [self.equal, self.together, self.title, self.heading, self.in_heading, self.exact, self.whole];
        let density = self.hits.saturating_mul(1 << 20) / self.chars.max(1);
        // 10 bits hold the largest weight.
        let high = flags(&facts) << 57
            | u64::from(self.near.min(0xFFFF)) << 41
            | u64::from(!self.weight & 0x3FF) << 31
            | (!self.weighed.min(0x7FFF_FFFF) & 0x7FFF_FFFF);
        key(high, !(density as u32), article)
    }
}

/// What decides first, and then.
fn key(high: u64, then: u32, last: u32) -> u128 {
    u128::from(high) << 64 | u128::from(u64::from(then) << 32 | u64::from(last))
}

/// Facts as a number, smaller where an earlier one holds.
fn flags(facts: &[bool]) -> u64 {
    facts.iter().fold(0, |key, fact| key << 1 | u64::from(!fact))
}

/// An article that has been verified.
pub(super) struct Verified {
    pub(super) article: Number,
    pub(super) facts: Facts,
    /// The result; `None`: it does not match.
    pub(super) hit: Option<Rc<Hit>>,
}

/// All candidate articles, and what is known of them.
pub(super) struct Candidates {
    /// In the order of the index.
    pub(super) all: Vec<Candidate>,
    /// Whether every page behind them could be had.
    pub(super) known: bool,
    /// Whether in each passage of theirs each term starts, with all folds on.
    pub(super) exact: bool,
}

/// The candidates by what the index knows. `plans`: one per term, then perhaps the one for all together.
pub(super) fn candidates(plans: &[Plan], root: &Root, terms: usize) -> Candidates {
    let (mut known, mut exact) = (true, true);
    let mut out: Vec<Candidate> = Vec::new();
    for (k, plan) in plans.iter().enumerate() {
        let mut groups: Vec<Candidate> = Vec::new();
        let mut add = |group, title| match groups.last_mut() {
            Some(last) if last.group == group => last.passages += 1,
            _ => {
                let Range { start: first, end } = root.articles_of(group);
                let (alone, together) = (end - first == 1, terms == 1);
                groups.push(Candidate { group, first, end, alone, equal: false, together, title, heading: false, passages: 1 });
            }
        };
        // Titles come first in a list: each is brought to its body.
        let list = plan.candidates().unwrap_or_default();
        let titles = list.partition_point(|&p| p < root.group_count());
        let (titles, bodies) = list.split_at_checked(titles).unwrap_or_default();
        let mut titles = titles.iter().copied().peekable();
        for group in bodies.iter().map(|&p| root.group_of(p)).chain([u32::MAX]) {
            while let Some(title) = titles.next_if(|&title| title <= group) {
                add(title, true);
            }
            if group < u32::MAX {
                add(group, false);
            }
        }
        let find = |c: &Candidate| groups.binary_search_by(|g| g.group.cmp(&c.group)).ok().and_then(|at| groups.get(at));
        if k == terms {
            // The plan for all terms together.
            for c in &mut out {
                c.together = find(c).is_some();
            }
            break;
        }
        known &= plan.candidates().is_some() && !plan.has_gaps();
        exact &= plan.is_exact();
        if k == 0 {
            out = groups;
        } else {
            out.retain_mut(|c| match find(c) {
                Some(other) => {
                    c.title &= other.title;
                    c.passages += other.passages;
                    true
                }
                None => false,
            });
        }
    }
    Candidates { all: out, known, exact: exact && known }
}

/// Every article, where nothing is looked for: each matches.
pub(super) fn everything(root: &Root) -> Candidates {
    let one = |first| Candidate {
        group: root.group_with(first),
        first,
        end: first + 1,
        alone: true,
        equal: false,
        together: false,
        title: false,
        heading: false,
        passages: 0,
    };
    Candidates { all: (0..root.article_count()).map(one).collect(), known: true, exact: true }
}

/// Notes of each candidate whether its title, or a heading, is the query; whether any is. `list`: passages in which one starts.
pub(super) fn mark_edges(candidates: &mut [Candidate], list: &[Passage], root: &Root) -> bool {
    let mut any = false;
    for c in candidates {
        let passages = root.passages_of(c.group);
        c.equal = c.title && list.binary_search(&c.group).is_ok();
        c.heading = list.get(list.partition_point(|&p| p < passages.start)).is_some_and(|&p| p < passages.end);
        any |= c.equal || c.heading;
    }
    any
}

/// Puts candidates in the order in which they are verified and, but for "best", shown. `among`: keys of the articles that are meant.
pub(super) fn put_in_order(
    candidates: &mut Vec<Candidate>,
    root: &Root,
    sort: Sort,
    days: &[i32],
    among: Option<&[u32]>,
    long: bool,
) {
    let key = |c: &Candidate| among.map_or(0, |keys| keys.get(c.first as usize).copied().unwrap_or(OUT));
    if sort == Sort::Oldest || among.is_some() {
        // Articles of one group need not be neighbours then.
        let single = |c: &Candidate, article| Candidate { first: article, end: article + 1, ..*c };
        let n = candidates.iter().map(|c| (c.end - c.first) as usize).sum();
        // There may be millions, and a list that grows takes three times its room.
        let mut articles = Vec::with_capacity(n);
        articles.extend(candidates.iter().flat_map(|c| (c.first..c.end).map(|article| single(c, article))));
        *candidates = articles;
        candidates.retain(|c| key(c) != OUT);
    }
    sort::by_key(candidates, |c| match sort {
        Sort::Best => c.key(root),
        Sort::Newest => c.first.into(),
        Sort::Key => u128::from(key(c)) << 32 | u128::from(c.first),
        // Without a date: after the last day there is.
        Sort::Oldest => {
            let day = days.get(c.first as usize).map_or(1 << 32, |&day| u64::from(day as u32 ^ 1 << 31));
            u128::from(day) << 32 | u128::from(c.first)
        }
    });
    candidates.iter_mut().skip(if long { MOST_EQUALS } else { EQUALS }).for_each(|c| c.equal = false);
}

/// How many of the first candidates are read for a title that is the query, as far as is known by now.
pub(super) fn reach(order: &[Candidate], verified: &[Vec<Option<Verified>>]) -> usize {
    let mut reach = EQUALS;
    while order.get(reach).is_some_and(|next| next.equal)
        && let Some(read) = verified.get(..reach)
        && read.iter().flatten().all(|v| v.as_ref().is_some_and(|v| v.hit.is_none() || !v.facts.equal))
    {
        reach += EQUALS;
    }
    reach
}

/// The results that are asked for, in the order in which they are shown. `verified`: of each candidate taken up so far its
/// articles; of those that are still open nothing is known. `reach`: of so many the ones whose title is the query come first.
pub(super) fn page(options: &Options, order: &[Candidate], verified: &[Vec<Option<Verified>>], reach: usize) -> Vec<Rc<Hit>> {
    let best = options.sort == Sort::Best;
    // Of those whose title may be the query, the ones whose title it is come first.
    let (mut shown, mut others): (Vec<&Verified>, Vec<&Verified>) = (Vec::new(), Vec::new());
    for (at, (candidate, articles)) in order.iter().zip(verified).enumerate() {
        let mut own: Vec<&Verified> = articles.iter().flatten().filter(|v| v.hit.is_some()).collect();
        if best {
            // What shares a passage follows by its own facts: all of it has been read.
            sort::by_key(&mut own, |v| v.facts.key(v.article));
        }
        for v in own {
            if at < reach && candidate.equal && v.facts.equal { &mut shown } else { &mut others }.push(v);
        }
    }
    shown.extend(others);
    if best {
        for five in shown.chunks_mut(FIVE) {
            sort::by_key(five, |v| v.facts.key(v.article));
        }
    }
    let limit = if options.limit == 0 { usize::MAX } else { options.limit as usize };
    shown.into_iter().skip(options.offset as usize).take(limit).filter_map(|v| v.hit.clone()).collect()
}
