//! Where does a query stand in a text?

use crate::fold;
use crate::fold::folder::Folded;
use crate::search::original::{Mark, Original, disjoint};
use crate::search::query::{Query, Term};
use crate::search::rank::Facts;
use crate::sort;

/// An original text, folded.
#[derive(Clone, Copy)]
pub(crate) struct Text<'a> {
    pub(crate) original: Original<'a>,
    pub(crate) folded: &'a Folded,
}

/// What was found in one text, each list in order and not overlapping.
#[derive(Default)]
pub(crate) struct Places {
    /// The terms.
    pub(crate) terms: Vec<Mark>,
    /// The whole query as one term, where it has several.
    pub(crate) together: Vec<Mark>,
}

impl Text<'_> {
    /// Where a term starts, before original character `limit`.
    fn places(&self, term: &Term, number: u32, limit: usize) -> Vec<Mark> {
        let mut out = Vec::new();
        for at in occurrences(&self.folded.chars, &term.exact.chars) {
            if let Some((start, end)) = self.original.folder.place(self.folded, &term.exact, at)
                && (start as usize) < limit
            {
                out.push(Mark { start, end, term: number });
            }
        }
        out
    }

    /// Looks for all of a query, before original character `limit`. `weights`: how much a start at each
    /// character counts, if not as much as the article.
    #[inline(never)]
    pub(crate) fn look(&self, query: &Query, limit: usize, weights: &[u32], seen: &mut [bool], facts: &mut Facts) -> Places {
        let mut places = Places::default();
        for ((k, term), seen) in (0..).zip(&query.terms).zip(seen) {
            let found = self.places(term, k, limit);
            // Two terms of one exact form stand in the same places.
            if query.terms.iter().take(k as usize).all(|t| t.exact != term.exact) {
                count(&found, weights, facts);
            }
            *seen |= !found.is_empty();
            if query.together.is_none() {
                self.judge(term, &found, facts);
            }
            places.terms.extend(found);
        }
        if let Some(term) = &query.together {
            places.together = self.places(term, 0, limit);
            self.judge(term, &places.together, facts);
        }
        facts.chars += limit as u64;
        facts.near = facts.near.min(nearness(&mut places.terms, query.terms.len()));
        disjoint(&mut places.terms);
        disjoint(&mut places.together);
        places
    }

    /// Whether the whole query is all that stands in original characters [start, end).
    pub(crate) fn is(&self, query: &Query, start: usize, end: usize) -> bool {
        let Some(term) = query.whole() else { return false };
        let (from, to) = (self.folded.first_from(start), self.folded.first_from(end));
        self.folded.chars.get(from..to) == Some(&term.exact.chars[..])
            && self.original.folder.place(self.folded, &term.exact, from).is_some()
    }

    /// All places of a query's terms, in UTF-16 units, not overlapping; and how many occurrences they are.
    pub(crate) fn all_marks(&self, query: &Query) -> (Vec<(u32, u32)>, u64) {
        let (mut facts, mut seen) = (Facts::default(), vec![false; query.terms.len()]);
        let places = self.look(query, usize::MAX, &[], &mut seen, &mut facts);
        (self.original.utf16(0, &places.terms), facts.hits)
    }

    /// Notes whether the whole query stands here together, in the exact form, and as a whole word.
    #[inline(never)]
    fn judge(&self, term: &Term, found: &[Mark], facts: &mut Facts) {
        facts.together |= !found.is_empty();
        for mark in found {
            let (start, end) = (mark.start as usize, mark.end as usize);
            facts.exact = facts.exact || self.original.string(start, end) == term.typed;
            facts.whole = facts.whole || !self.original.inside_word(start) && !self.original.inside_word(end);
        }
    }
}

/// Whether a proper beginning of the term stands at the end of the text.
pub(crate) fn hangs_over(text: &[u32], term: &fold::term::Term) -> bool {
    let all = term.chars.len() + usize::from(term.has_dash_behind());
    (1..all).any(|k| term.chars.get(..k).is_some_and(|start| text.ends_with(start)))
}

/// Where a term, not empty, stands in a text.
pub(crate) fn occurrences(text: &[u32], term: &[u32]) -> impl Iterator<Item = usize> {
    let first = term.first().copied();
    let mut at = 0;
    std::iter::from_fn(move || {
        while let Some(&c) = text.get(at) {
            at += 1;
            if Some(c) == first && text.get(at - 1..).is_some_and(|rest| rest.starts_with(term)) {
                return Some(at - 1);
            }
        }
        None
    })
}

/// Counts the different starts among places of one term.
fn count(marks: &[Mark], weights: &[u32], facts: &mut Facts) {
    let mut starts: Vec<u32> = marks.iter().map(|m| m.start).collect();
    sort::set(&mut starts);
    facts.hits += starts.len() as u64;
    let weight = |&start: &u32| u64::from(weights.get(start as usize).copied().unwrap_or(facts.weight));
    facts.weighed += starts.iter().map(weight).sum::<u64>();
}

/// The fewest characters in which each of `terms` terms stands; the largest number if they never all do, 0 for one term.
/// Puts the marks in order. O(marks · log marks).
fn nearness(marks: &mut [Mark], terms: usize) -> u32 {
    if terms < 2 {
        return 0;
    }
    sort::by_key(marks, |m| u128::from(m.start) << 32 | u128::from(m.end));
    // The last place of each term so far: its start and its end.
    let mut last: Vec<Option<(u32, u32)>> = vec![None; terms];
    let mut best = u32::MAX;
    for mark in marks.iter() {
        if let Some(place) = last.get_mut(mark.term as usize) {
            *place = Some((mark.start, mark.end));
        }
        let all =
            last.iter().try_fold((u32::MAX, 0), |(start, end): (u32, u32), place| place.map(|(s, e)| (start.min(s), end.max(e))));
        if let Some((start, end)) = all {
            best = best.min(end - start);
        }
    }
    best
}
