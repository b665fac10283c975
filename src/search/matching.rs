//! Where does a query stand in an original text, and how is that shown?

use crate::fold::{Class, Folded, Folder, class};
use crate::format::blocks::Piece;
use crate::format::root::Root;
use crate::search::answer::Snippet;
use crate::search::query::{Query, Term};
use crate::search::rank::Facts;
use crate::search::snippet::{Cut, Mark, Window, disjoint};
use crate::sort;

/// An original text, folded.
pub(crate) struct Text<'a> {
    pub(crate) ranks: &'a [u32],
    pub(crate) folded: &'a Folded,
    pub(crate) folder: &'a Folder,
    pub(crate) root: &'a Root,
}

impl Text<'_> {
    /// Where a term starts, before original character `limit`.
    fn places(&self, term: &Term, number: u32, limit: usize) -> Vec<Mark> {
        let mut out = Vec::new();
        for at in occurrences(&self.folded.chars, &term.exact) {
            if (self.folded.original(at, at + 1).0 as usize) < limit {
                let (start, end) = self.folded.original(at, at + term.exact.len());
                out.push(Mark { start, end, term: number });
            }
        }
        out
    }

    /// Looks for all of a query, before original character `limit`; the places found, not overlapping.
    #[inline(never)]
    pub(crate) fn look(&self, query: &Query, limit: usize, seen: &mut [bool], facts: &mut Facts) -> Vec<Mark> {
        let mut marks = Vec::new();
        for ((k, term), seen) in (0..).zip(&query.terms).zip(seen) {
            let found = self.places(term, k, limit);
            // Two terms of one exact form stand in the same places.
            if query.terms.iter().take(k as usize).all(|t| t.exact != term.exact) {
                facts.hits += distinct(&found);
            }
            *seen |= !found.is_empty();
            if query.together.is_none() {
                self.judge(term, &found, facts);
            }
            marks.extend(found);
        }
        if let Some(term) = &query.together {
            let found = self.places(term, 0, limit);
            facts.together |= !found.is_empty();
            self.judge(term, &found, facts);
        }
        facts.chars += limit as u64;
        disjoint(&mut marks);
        marks
    }

    /// All places of a query's terms, in UTF-16 units, not overlapping.
    pub(crate) fn all_marks(&self, query: &Query) -> Vec<(u32, u32)> {
        let mut marks = Vec::new();
        for (k, term) in (0..).zip(&query.terms) {
            marks.extend(self.places(term, k, usize::MAX));
        }
        disjoint(&mut marks);
        self.utf16(0, &marks)
    }

    fn class(&self, at: usize) -> Class {
        self.ranks.get(at).map_or(Class::default(), |&r| self.folder.class(r))
    }

    fn code(&self, rank: u32) -> u32 {
        self.root.original.get(rank as usize).copied().unwrap_or(0xFFFD)
    }

    pub(crate) fn string(&self, from: usize, to: usize) -> String {
        self.spell(self.ranks.get(from..to).unwrap_or_default())
    }

    #[inline(never)]
    fn spell(&self, ranks: &[u32]) -> String {
        let mut out = String::new();
        for &rank in ranks {
            out.push(char::from_u32(self.code(rank)).unwrap_or('\u{FFFD}'));
        }
        out
    }

    /// Marks as UTF-16 ranges of the string that starts at character `from`.
    pub(crate) fn utf16(&self, from: usize, marks: &[Mark]) -> Vec<(u32, u32)> {
        let (mut at, mut units) = (from, 0);
        let mut to = |end: u32| {
            while at < end as usize {
                units += 1 + u32::from(self.ranks.get(at).is_some_and(|&r| self.code(r) > 0xFFFF));
                at += 1;
            }
            units
        };
        marks.iter().map(|m| (to(m.start), to(m.end))).collect()
    }

    pub(crate) fn cut(&self) -> Cut<'_> {
        Cut { ranks: self.ranks, alphabet: &self.root.original, folder: self.folder }
    }

    /// Notes whether a term, which is all that was typed, stands in the exact form, and as a whole word.
    #[inline(never)]
    fn judge(&self, term: &Term, found: &[Mark], facts: &mut Facts) {
        let inside = |at: usize| at > 0 && self.class(at - 1).is(class::WORD) && self.class(at).is(class::WORD);
        for mark in found {
            let (start, end) = (mark.start as usize, mark.end as usize);
            facts.exact = facts.exact || self.string(start, end) == term.typed;
            facts.whole = facts.whole || !inside(start) && !inside(end);
        }
    }

    pub(crate) fn snippet(&self, piece: &Piece, window: &Window) -> Snippet {
        let (start, end) = (window.start as usize, window.end as usize);
        let first = window.marks.first().map_or(window.start, |m| m.start);
        let (heading, anchor) = match piece.heading_at(first) {
            Some((words, anchor)) => (Some(self.spell(words)), Some(anchor.to_owned())),
            None => (None, None),
        };
        Snippet { field: "text", text: self.string(start, end), marks: self.utf16(start, &window.marks), heading, anchor }
    }
}

/// Whether a proper beginning of the term stands at the end of the text.
pub(crate) fn hangs_over(text: &[u32], term: &[u32]) -> bool {
    (1..term.len()).any(|k| term.get(..k).is_some_and(|start| text.ends_with(start)))
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

/// Different starts among places of one term.
fn distinct(marks: &[Mark]) -> u64 {
    let mut starts: Vec<u32> = marks.iter().map(|m| m.start).collect();
    sort::set(&mut starts);
    starts.len() as u64
}
