//! In which order?
//!
//! *Best* order: which articles make the page is decided by facts of the index: the whole query together as one term, all
//! terms in the title, candidate passages, newer, input order. The page's articles, once verified, stand in this order: together,
//! in the title, exact form, whole word, occurrences, density, newer, input order.

use std::rc::Rc;

use crate::fold::Off;
use crate::format::root::Root;
use crate::search::answer::Hit;
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
}

impl Default for Options {
    fn default() -> Self {
        Options { limit: 10, offset: 0, sort: Sort::Best, off: Off::default() }
    }
}

/// A candidate article.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    pub(super) article: u32,
    pub(super) together: bool,
    pub(super) title: bool,
    pub(super) passages: u32,
}

/// What is known of an article from where the query stands in it; results are ordered by it.
#[derive(Clone, Copy, Default)]
pub(crate) struct Facts {
    /// The query stands in it in a row,
    pub(crate) together: bool,
    /// all of it in the title,
    pub(crate) title: bool,
    /// somewhere as it was typed,
    pub(crate) exact: bool,
    /// somewhere with no word going on at either end.
    pub(crate) whole: bool,
    /// Places where a term starts.
    pub(crate) hits: u64,
    /// Characters looked through.
    pub(crate) chars: u64,
}

/// All candidate articles, and what is known of them.
pub(super) struct Candidates {
    /// In the order in which they are verified and, but for "best", shown.
    pub(super) order: Vec<Candidate>,
    /// Whether every page behind them could be had.
    pub(super) known: bool,
    /// Whether they are just the articles that match with all folds on.
    pub(super) exact: bool,
}

/// The candidates by what the index knows. `plans`: one per term, then perhaps the one for all together.
pub(super) fn candidates(plans: &[Plan], root: &Root, terms: usize, sort: Sort, days: &[i32]) -> Candidates {
    let (mut known, mut exact) = (true, true);
    let mut out: Vec<Candidate> = Vec::new();
    for (k, plan) in plans.iter().enumerate() {
        let mut articles: Vec<Candidate> = Vec::new();
        let mut add = |article, title| match articles.last_mut() {
            Some(last) if last.article == article => last.passages += 1,
            _ => articles.push(Candidate { article, together: terms == 1, title, passages: 1 }),
        };
        // Titles come first in a list: each is brought to its body.
        let list = plan.candidates().unwrap_or_default();
        let (titles, bodies) = list.split_at(list.partition_point(|&p| p < root.article_count()));
        let mut titles = titles.iter().copied().peekable();
        for article in bodies.iter().map(|&p| root.article_of(p)).chain([u32::MAX]) {
            while let Some(title) = titles.next_if(|&title| title <= article) {
                add(title, true);
            }
            if article < u32::MAX {
                add(article, false);
            }
        }
        let find = |c: &Candidate| articles.binary_search_by(|a| a.article.cmp(&c.article)).ok().and_then(|at| articles.get(at));
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
            out = articles;
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
    sort::by_key(&mut out, |c| {
        let above = match sort {
            Sort::Best => u64::from(!c.together) << 33 | u64::from(!c.title) << 32 | u64::from(!c.passages),
            Sort::Newest => 0,
            // Without a date: after the last day there is.
            Sort::Oldest => days.get(c.article as usize).map_or(1 << 32, |&day| u64::from(day as u32 ^ 1 << 31)),
        };
        u128::from(above) << 32 | u128::from(c.article)
    });
    Candidates { order: out, known, exact: exact && known }
}

/// The results that are asked for, in the order in which they are shown.
pub(super) fn page(options: &Options, order: &[Candidate], verified: &[(Facts, u32, Rc<Hit>)], articles: u32) -> Vec<Rc<Hit>> {
    // Verification may end in any order; the candidates' order is the rule.
    let mut place = vec![u32::MAX; if verified.is_empty() { 0 } else { articles as usize }];
    for (k, c) in (0..).zip(order) {
        if let Some(p) = place.get_mut(c.article as usize) {
            *p = k;
        }
    }
    let mut shown: Vec<&(Facts, u32, Rc<Hit>)> = verified.iter().collect();
    sort::by_key(&mut shown, |v| place.get(v.1 as usize).map_or(0, |&p| p.into()));
    let (from, limit) = (options.offset as usize, options.limit as usize);
    let page = (0u32..).zip(shown).skip(from).take(if limit == 0 { usize::MAX } else { limit });
    let mut results: Vec<_> = page.collect();
    if options.sort == Sort::Best {
        // With no limit, within pages of ten.
        sort::by_key(&mut results, |(k, (f, article, _))| {
            let page = if limit == 0 { k / 10 } else { 0 };
            let density = f.hits.saturating_mul(1 << 20) / f.chars.max(1);
            let facts =
                [f.together, f.title, f.exact, f.whole].iter().fold(page.into(), |key: u128, fact| key << 1 | u128::from(!fact));
            facts << 96 | u128::from(!(f.hits as u32)) << 64 | u128::from(!(density as u32)) << 32 | u128::from(*article)
        });
    }
    results.into_iter().map(|(_, v)| Rc::clone(&v.2)).collect()
}
