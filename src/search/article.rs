//! Does this article match, and how much of it must be read to know?
//!
//! On an index of many files a page of results verifies, of each article, as many blocks as it takes to show every term once;
//! `limit` 0 verifies everything, and so does any query on an index that is in memory as a whole.

use std::borrow::Cow;

use crate::address;
use crate::fold::{Folded, Folder, Off};
use crate::format::File;
use crate::format::blocks::named;
use crate::format::root::Root;
use crate::search::answer::{Hit, Snippet};
use crate::search::index::Reader;
use crate::search::matching::{Text, hangs_over, occurrences};
use crate::search::plan::Plan;
use crate::search::query::{Query, Term};
use crate::search::rank::{Candidate, Facts};
use crate::search::snippet::score_key;
use crate::search::step::{Stop, lost};
use crate::sort;

/// Snippets of a result.
const SNIPPETS: usize = 3;

/// What verification has found of one article so far.
pub(super) struct Work {
    pub(super) candidate: Candidate,
    /// Blocks that may hold a term, not yet read, the last one first; by term.
    pub(super) blocks: Vec<Vec<u32>>,
    /// The same for all terms together.
    pub(super) together: Vec<u32>,
    pub(super) seen: Vec<bool>,
    /// Whether each term occurs with all folds on: with some off, an article must match either way.
    pub(super) seen_folded: Vec<bool>,
    pub(super) read: Vec<u32>,
    pub(super) facts: Facts,
    pub(super) hit: Option<Hit>,
    pub(super) windows: Vec<((usize, usize), u32, Snippet)>,
    /// A block could not be had.
    pub(super) gaps: bool,
}

/// What the verification of every article needs to know of the search.
pub(super) struct Task<'a> {
    pub(super) root: &'a Root,
    pub(super) query: &'a Query,
    /// One per term, then the one for all together.
    pub(super) plans: &'a [Plan],
    /// Folds as the query has it.
    pub(super) folder: &'a Folder,
    /// Whether everything is read, whatever it takes.
    pub(super) thorough: bool,
    /// Files that cannot be had.
    pub(super) failed: &'a [(File, String)],
}

impl Task<'_> {
    pub(super) fn take_up(&self, candidate: Candidate) -> Work {
        let root = self.root;
        let passages = root.passages_of(candidate.article);
        let (first, last) = (root.block_of(passages.start), root.block_of(passages.end.saturating_sub(1)));
        let all_on = self.query.off == Off::default();
        let mut by_term = Vec::new();
        for plan in self.plans {
            let mut blocks: Vec<u32> = Vec::new();
            let list = plan.candidates().unwrap_or_default();
            if !all_on && self.thorough {
                // With fewer folds a term may occur in more places of an article that has it.
                blocks.extend((first..=last).rev());
            } else {
                let end = list.partition_point(|&p| p < passages.end);
                for &p in list.iter().take(end).rev().take_while(|&&p| p >= passages.start) {
                    blocks.push(root.block_of(p));
                }
            }
            // The title can be read in any block of the article; only if there is no other, in the first.
            if blocks.is_empty() && list.binary_search(&candidate.article).is_ok() {
                blocks.push(first);
            }
            blocks.dedup();
            by_term.push(blocks);
        }
        let terms = self.query.terms.len();
        let together = by_term.pop_if(|_| self.plans.len() > terms).filter(|_| candidate.together).unwrap_or_default();
        Work {
            candidate,
            blocks: by_term,
            together,
            seen: vec![false; terms],
            seen_folded: vec![all_on; terms],
            read: Vec::new(),
            facts: Facts::default(),
            hit: None,
            windows: Vec::new(),
            gaps: false,
        }
    }

    /// Verifies an article as far as possible: true if it matches, false if it does not.
    pub(super) fn advance(&self, work: &mut Work, reader: &mut Reader) -> Result<bool, Stop> {
        let thorough = self.thorough;
        loop {
            let satisfied = work.satisfied();
            let read = &work.read;
            let fresh = |blocks: &mut Vec<u32>| {
                while blocks.pop_if(|b| read.contains(b)).is_some() {}
                blocks.last().copied()
            };
            let mut next = if work.facts.together { None } else { fresh(&mut work.together) };
            if next.is_none() && (thorough || !satisfied) {
                for ((blocks, seen), folded) in work.blocks.iter_mut().zip(&work.seen).zip(&work.seen_folded) {
                    let seen = *seen && *folded;
                    if thorough || !seen {
                        let block = fresh(blocks);
                        // In order of the text where everything is read anyway.
                        next = match (next, block) {
                            (Some(a), Some(b)) if thorough => Some(a.min(b)),
                            (a, b) => a.or(b),
                        };
                        if block.is_none() && !seen && !work.gaps {
                            return Ok(false);
                        }
                    }
                }
            }
            let Some(number) = next else { return Ok(satisfied) };
            match self.read_block(work, number, reader) {
                Err(Stop::Lacks(lacks)) if lost(self.failed, &lacks) => work.gaps = true,
                other => other?,
            }
            work.read.push(number);
        }
    }

    fn read_block(&self, work: &mut Work, number: u32, reader: &mut Reader) -> Result<(), Stop> {
        let Task { root, query, folder, .. } = *self;
        let block = reader.block(number)?;
        let article = work.candidate.article;
        let Some((piece, usual)) = block.piece(article) else { return Ok(()) };
        // The text with all folds on, where the query's are others, and the text with the query's folds.
        let mut default = None;
        let mut folded = Cow::Borrowed(usual);
        if query.off != Off::default() {
            default = Some(Cow::Borrowed(usual));
            folded = Cow::Owned(folder.fold(&piece.text));
        }
        // An occurrence may run into the next block.
        let goes_on = root.blocks.get(number as usize + 1) < root.articles.get(article as usize + 1);
        let mut text = Cow::Borrowed(&piece.text[..]);
        let over =
            |t: &Term| hangs_over(&folded.chars, &t.exact) || default.as_ref().is_some_and(|d| hangs_over(&d.chars, &t.folded));
        if goes_on && query.terms.iter().chain(&query.together).any(over) {
            match reader.block(number + 1) {
                Ok(next) => {
                    if let Some((more, _)) = next.piece(article) {
                        text.to_mut().extend(&more.text);
                        folded = Cow::Owned(folder.fold(&text));
                    }
                }
                Err(Stop::Lacks(lacks)) if lost(self.failed, &lacks) => work.gaps = true,
                Err(stop) => return Err(stop),
            }
        }
        if let Some(mut default) = default {
            let folder = reader.folder().map_err(Stop::Lacks)?;
            if text.len() > piece.text.len() {
                default = Cow::Owned(folder.fold(&text));
            }
            let title = folder.fold(&piece.title);
            for (term, seen) in query.terms.iter().zip(&mut work.seen_folded) {
                let occurs = |text: &Folded| occurrences(&text.chars, &term.folded).next().is_some();
                *seen = *seen || occurs(&default) || occurs(&title);
            }
        }
        let text = Text { ranks: &text, folded: &folded, folder, root };
        let cut = text.cut();
        if work.hit.is_none() {
            let folded = folder.fold(&piece.title);
            let title = Text { ranks: &piece.title, folded: &folded, folder, root };
            let marks = title.look(query, piece.title.len(), &mut work.seen, &mut work.facts);
            work.facts.title = work.seen.iter().all(|&s| s);
            let (from, to) = cut.lead();
            work.hit = Some(Hit {
                id: piece.id,
                url: address::safe(&piece.url),
                title: title.string(0, piece.title.len()),
                title_marks: title.utf16(0, &marks),
                hits: 0,
                hits_exact: true,
                meta: named(root, piece),
                snippets: Vec::new(),
                lead: (piece.offset == 0).then(|| text.string(from, to)),
            });
        }
        let marks = text.look(query, piece.text.len(), &mut work.seen, &mut work.facts);
        // One term is always together.
        work.facts.together |= query.together.is_none();
        for window in cut.windows(&marks, SNIPPETS) {
            let at = piece.offset + window.start;
            let snippet = text.snippet(piece, &window);
            work.windows.push((window.score, at, snippet));
        }
        sort::by_key(&mut work.windows, |w| score_key(w.0) << 32 | u128::from(w.1));
        work.windows.truncate(SNIPPETS);
        Ok(())
    }
}

impl Work {
    pub(super) fn satisfied(&self) -> bool {
        self.seen.iter().chain(&self.seen_folded).all(|&s| s)
    }
}

pub(super) fn finish(work: &mut Work) -> Option<Hit> {
    let satisfied = work.satisfied();
    let mut hit = work.hit.take().filter(|_| satisfied)?;
    hit.hits = work.facts.hits;
    hit.hits_exact = !work.gaps && work.blocks.iter().flatten().all(|b| work.read.contains(b));
    for (_, _, snippet) in std::mem::take(&mut work.windows) {
        hit.snippets.push(snippet);
    }
    if hit.snippets.is_empty() {
        let (text, marks) = (hit.title.clone(), hit.title_marks.clone());
        hit.snippets.push(Snippet { field: "title", text, marks, heading: None, anchor: None });
    } else {
        hit.lead = None;
    }
    Some(hit)
}
