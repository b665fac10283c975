//! Does this article match, and how much of it must be read to know?
//!
//! On an index of many files a page of results verifies, of each article, as many blocks as it takes to show every term once,
//! and where the index says that the whole query is a heading or stands together, there; `limit` 0 verifies everything, and so
//! does any query on an index that is in memory as a whole.

use std::borrow::Cow;
use std::ops::Range;

use crate::address;
use crate::fold::Off;
use crate::fold::folder::{Folded, Folder};
use crate::format::blocks::{Piece, named};
use crate::format::root::Root;
use crate::format::{File, Number, Passage};
use crate::search::answer::{Hit, Snippet};
use crate::search::index::Reader;
use crate::search::matching::{Places, Text, hangs_over, occurrences};
use crate::search::original::Original;
use crate::search::plan::{Edges, Plan};
use crate::search::query::{Query, Term};
use crate::search::rank::{Candidate, Facts};
use crate::search::snippet::{Cut, Window};
use crate::search::step::{Stop, lost};
use crate::sort;

/// Snippets of a result.
const SNIPPETS: usize = 3;

/// What stands where a text goes on that is not shown.
const CUT_OFF: char = '…';

/// What verification has found of one article so far.
pub(super) struct Work {
    pub(super) candidate: Candidate,
    pub(super) article: Number,
    /// The candidate's place among the candidates.
    pub(super) at: usize,
    /// Blocks that may hold a term, not yet read, the last one first; by term.
    pub(super) blocks: Vec<Vec<u32>>,
    /// The same for all terms together, after those in which the whole query may be a heading.
    pub(super) first: Vec<u32>,
    /// How many of `first` are those of all terms together.
    pub(super) together: usize,
    pub(super) seen: Vec<bool>,
    /// Whether each term occurs with all folds on: with some off, an article must match either way.
    pub(super) seen_folded: Vec<bool>,
    pub(super) read: Vec<u32>,
    pub(super) facts: Facts,
    pub(super) hit: Option<Hit>,
    pub(super) windows: Vec<(u128, Snippet)>,
    /// A block could not be had.
    pub(super) gaps: bool,
}

/// What the verification of every article needs to know of the search.
pub(super) struct Task<'a> {
    pub(super) root: &'a Root,
    pub(super) query: &'a Query,
    /// One per term, then the one for all together.
    pub(super) plans: &'a [Plan],
    /// Where the whole query is a title or a heading, if that was asked.
    pub(super) edges: Option<&'a Edges>,
    /// Folds as the query has it.
    pub(super) folder: &'a Folder,
    /// Whether everything is read, whatever it takes.
    pub(super) thorough: bool,
    /// Files that cannot be had.
    pub(super) failed: &'a [(File, String)],
}

impl Task<'_> {
    pub(super) fn take_up(&self, candidate: Candidate, article: Number, at: usize) -> Work {
        let root = self.root;
        let passages = root.passages_of(candidate.group);
        let (first, last) = (root.block_of(passages.start), root.block_of(passages.end.saturating_sub(1)));
        let all_on = self.query.off == Off::default();
        let mut by_term = Vec::new();
        for plan in self.plans {
            let list = plan.candidates().unwrap_or_default();
            let mut blocks: Vec<u32> = if !all_on && self.thorough {
                // With fewer folds a term may occur in more places of an article that has it.
                (first..=last).rev().collect()
            } else {
                self.blocks_of(list, &passages)
            };
            // The title can be read in any block of the article; only if there is no other, in the first.
            if blocks.is_empty() && list.binary_search(&candidate.group).is_ok() {
                blocks.push(first);
            }
            blocks.dedup();
            by_term.push(blocks);
        }
        let terms = self.query.terms.len();
        let mut first = by_term.pop_if(|_| self.plans.len() > terms).filter(|_| candidate.together).unwrap_or_default();
        let mut together = first.len();
        if terms == 0 {
            // Nothing is looked for: the first block shows what there is.
            first.push(self.root.block_of(passages.start));
            together = 1;
        }
        if candidate.heading {
            // The last one is read first.
            first.extend(self.blocks_of(self.edges.map_or(&[], Edges::passages), &passages));
        }
        Work {
            candidate,
            article,
            at,
            blocks: by_term,
            first,
            together,
            seen: vec![false; terms],
            seen_folded: vec![all_on; terms],
            read: Vec::new(),
            facts: Facts { near: u32::MAX, weight: root.heaviest(article..article + 1), ..Facts::default() },
            hit: None,
            windows: Vec::new(),
            gaps: false,
        }
    }

    /// The blocks of an article's candidate passages, the last one first.
    fn blocks_of(&self, list: &[Passage], passages: &Range<Passage>) -> Vec<u32> {
        let end = list.partition_point(|&p| p < passages.end);
        let mut blocks = Vec::new();
        for &p in list.iter().take(end).rev().take_while(|&&p| p >= passages.start) {
            blocks.push(self.root.block_of(p));
        }
        blocks
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
            let first = fresh(&mut work.first);
            // Where no heading is left that may be the query, there is none.
            let no_heading = work.facts.heading || work.first.len() <= work.together;
            let mut next = if work.facts.together && no_heading { None } else { first };
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
        let article = work.article;
        let Some((piece, usual)) = block.piece(article) else { return Ok(()) };
        // The text with all folds on, where the query's are others, and the text with the query's folds.
        let mut default = None;
        let mut folded = Cow::Borrowed(usual);
        if query.off != Off::default() {
            default = Some(Cow::Borrowed(usual));
            folded = Cow::Owned(folder.fold(&piece.text));
        }
        // An occurrence may run into the next block.
        let goes_on = root.blocks.get(number as usize + 1) < root.groups.get(work.candidate.group as usize + 1);
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
                let occurs = |text: &Folded| {
                    occurrences(&text.chars, &term.folded.chars).any(|at| folder.place(text, &term.folded, at).is_some())
                };
                *seen = *seen || occurs(&default) || occurs(&title);
            }
        }
        let original = |ranks| Original { ranks, alphabet: &root.original, folder };
        let text = Text { original: original(&text), folded: &folded };
        let cut = Cut::new(text.original);
        if work.hit.is_none() {
            let folded = folder.fold(&piece.title);
            let title = Text { original: original(&piece.title), folded: &folded };
            let length = piece.title.len();
            let places = title.look(query, length, &[], &mut work.seen, &mut work.facts);
            work.facts.title = work.seen.iter().all(|&s| s);
            work.facts.equal = title.is(query, 0, length);
            work.hit = Some(Hit {
                id: piece.id,
                url: address::safe(&piece.url),
                title: title.original.string(0, length),
                title_marks: title.original.utf16(0, &places.terms),
                hits: 0,
                hits_exact: true,
                meta: named(root, piece),
                snippets: Vec::new(),
                lead: (piece.offset == 0).then(|| {
                    let (from, to) = cut.lead();
                    let mut lead = text.original.string(from, to);
                    if !cut.ends(to, !goes_on) {
                        lead.push(CUT_OFF);
                    }
                    lead
                }),
            });
        }
        let places = text.look(query, piece.text.len(), &piece.weights, &mut work.seen, &mut work.facts);
        self.headings(work, piece, &text, &places);
        let mut windows = Vec::new();
        // One term is always together.
        let alone = query.together.is_none();
        cut.windows(&places.together, true, SNIPPETS, &mut windows);
        cut.windows(&places.terms, alone, SNIPPETS.saturating_sub(windows.len()), &mut windows);
        for window in windows {
            let snippet = snippet(&text, &cut, piece, goes_on, &window);
            let key = window.key() << 32 | u128::from(piece.offset + window.start);
            // Two snippets of an article never show the same.
            let same = |other: &Snippet| {
                let core = |c: &char| *c != CUT_OFF;
                other.text.chars().filter(core).eq(snippet.text.chars().filter(core))
            };
            if !work.windows.iter().any(|(_, other)| same(other)) {
                work.windows.push((key, snippet));
            }
        }
        sort::by_key(&mut work.windows, |w| w.0);
        work.windows.truncate(SNIPPETS);
        Ok(())
    }

    /// Notes whether a heading of the piece is the query, or has all of it.
    fn headings(&self, work: &mut Work, piece: &Piece, text: &Text<'_>, places: &Places) {
        for head in &piece.heads {
            let within = places.terms.iter().filter(|m| m.start >= head.start && m.end <= head.end);
            let mut terms: Vec<u32> = within.map(|m| m.term).collect();
            sort::set(&mut terms);
            work.facts.in_heading |= terms.len() == self.query.terms.len();
            work.facts.heading =
                work.facts.heading || !terms.is_empty() && text.is(self.query, head.start as usize, head.end as usize);
        }
    }
}

/// A window as it is shown, with the heading it stands under.
fn snippet(text: &Text<'_>, cut: &Cut<'_>, piece: &Piece, goes_on: bool, window: &Window) -> Snippet {
    let original = &text.original;
    let (start, end) = (window.start as usize, window.end as usize);
    let mut shown = String::new();
    // What stood before the piece, nobody here knows.
    if !cut.begins(start, piece.offset == 0) {
        shown.push(CUT_OFF);
    }
    let shift = u32::from(!shown.is_empty());
    shown.push_str(&original.string(start, end));
    if !cut.ends(end, !goes_on) {
        shown.push(CUT_OFF);
    }
    let marks = original.utf16(start, &window.marks).into_iter().map(|(from, to)| (from + shift, to + shift)).collect();
    let first = window.marks.first().map_or(window.start, |m| m.start);
    let (heading, anchor) = match piece.heading_at(first) {
        Some((words, anchor)) => (Some(original.spell(words)), Some(anchor.to_owned())),
        None => (None, None),
    };
    Snippet { field: "text", text: shown, marks, heading, anchor }
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
    for (_, snippet) in std::mem::take(&mut work.windows) {
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
