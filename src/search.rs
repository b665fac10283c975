//! Which articles hold the query, in which order, and what is shown of them?
//!
//! A [`Search`] goes through stages, each of which may lack files: fold the query (root), ask the dictionary (gram pages),
//! order the candidates by what the index knows, then verify articles on their original text (blocks) until enough are
//! found. [`Search::step`] goes as far as it can and names what it lacks.
//!
//! *Best* order: which articles make the page is decided by facts of the index: the whole query together as one term, all
//! terms in the title, candidate passages, newer, input order. The page's articles, once verified, stand in this order: together,
//! in the title, exact form, whole word, occurrences, density, newer, input order.
//!
//! On an index of many files a page of results verifies, of each article, as many blocks as it takes to show every term once;
//! `limit` 0 verifies everything, and so does any query on an index that is in memory as a whole.

use std::cmp::Reverse;
use std::collections::VecDeque;
use std::rc::Rc;

use crate::fold::{Class, Folded, Folder, Off, class};
use crate::format::{Error, File, Reason};
use crate::order;
use crate::plan::{Plan, run_all};
use crate::query::{Query, Term, parse};
use crate::reader::{Block, Lacks, Reader, Ready};
use crate::root::Root;
use crate::snippet::{Cut, Mark, Window, disjoint};
use crate::store::Piece;

/// Blocks that one step may ask for.
const BLOCKS_A_STEP: usize = 24;
/// Snippets of a result.
const SNIPPETS: usize = 3;

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

/// Whether all that was needed could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(any(feature = "cli", feature = "web"), derive(serde::Serialize), serde(rename_all = "lowercase"))]
pub enum State {
    /// Every byte behind the answer was verified.
    Complete,
    /// Something could not be read.
    Partial,
}

/// Why an answer is partial.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(any(feature = "cli", feature = "web"), derive(serde::Serialize))]
pub struct Problem {
    /// A code such as `not-found`.
    pub code: String,
    /// The files concerned.
    pub message: String,
}

/// An answer, as scripts and the command print it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(any(feature = "cli", feature = "web"), derive(serde::Serialize), serde(rename_all = "camelCase"))]
pub struct Found {
    /// The query as typed.
    pub query: String,
    /// Articles that match; an upper bound while not exact.
    pub articles: u32,
    /// Occurrences in all of them; an estimate while not exact.
    pub hits: u64,
    /// Whether `articles` is exact.
    pub articles_exact: bool,
    /// Whether `hits` is exact.
    pub hits_exact: bool,
    /// Whether anything could not be read.
    pub state: State,
    /// What could not be read.
    #[cfg_attr(any(feature = "cli", feature = "web"), serde(skip_serializing_if = "Option::is_none"))]
    pub problem: Option<Problem>,
    /// The page of results.
    pub results: Vec<Hit>,
}

/// An article found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(any(feature = "cli", feature = "web"), derive(serde::Serialize), serde(rename_all = "camelCase"))]
pub struct Hit {
    /// Its place in input order, from 0.
    pub id: u32,
    /// Its address.
    pub url: String,
    /// Its title.
    pub title: String,
    /// Places found in the title: [start, end) in UTF-16 units.
    pub title_marks: Vec<(u32, u32)>,
    /// Occurrences; at least so many while not exact.
    pub hits: u64,
    /// Whether `hits` is exact.
    pub hits_exact: bool,
    /// Metadata.
    #[cfg_attr(any(feature = "cli", feature = "web"), serde(serialize_with = "as_map"))]
    pub meta: Vec<(String, String)>,
    /// Up to three parts of the text, the densest first.
    pub snippets: Vec<Snippet>,
    /// The first words of the text, where only the title matches.
    #[cfg_attr(any(feature = "cli", feature = "web"), serde(skip_serializing_if = "Option::is_none"))]
    pub lead: Option<String>,
}

/// A part of an article with what was found in it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(any(feature = "cli", feature = "web"), derive(serde::Serialize))]
pub struct Snippet {
    /// `text`, or `title` when the article matches nowhere else.
    pub field: &'static str,
    /// Original text.
    pub text: String,
    /// Places found: [start, end) in UTF-16 units of `text`.
    pub marks: Vec<(u32, u32)>,
    /// The heading it stands under.
    #[cfg_attr(any(feature = "cli", feature = "web"), serde(skip_serializing_if = "Option::is_none"))]
    pub heading: Option<String>,
    /// That heading's anchor.
    #[cfg_attr(any(feature = "cli", feature = "web"), serde(skip_serializing_if = "Option::is_none"))]
    pub anchor: Option<String>,
}

#[cfg(any(feature = "cli", feature = "web"))]
fn as_map<S: serde::Serializer>(pairs: &[(String, String)], s: S) -> Result<S::Ok, S::Error> {
    s.collect_map(pairs.iter().map(|(k, v)| (k, v)))
}

/// What a step came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step<T> {
    /// Files to feed, or to report as failed, before the next step.
    pub need: Lacks,
    /// The answer so far.
    pub found: Option<T>,
    /// Whether the answer is final.
    pub done: bool,
}

/// A candidate article.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    article: u32,
    together: bool,
    title: bool,
    passages: u32,
}

/// What verification has found of one article so far.
struct Work {
    candidate: Candidate,
    /// Blocks that may hold a term, not yet read; by term.
    blocks: Vec<VecDeque<u32>>,
    /// The same for all terms together.
    together: VecDeque<u32>,
    seen: Vec<bool>,
    /// Whether each term occurs with all folds on: with some off, an article must match either way.
    seen_folded: Vec<bool>,
    read: Vec<u32>,
    facts: Facts,
    hit: Option<Hit>,
    windows: Vec<((usize, usize), u32, Snippet)>,
    /// A block could not be had.
    gaps: bool,
}

#[derive(Clone, Copy, Default)]
struct Facts {
    together: bool,
    title: bool,
    exact: bool,
    whole: bool,
    hits: u64,
    chars: u64,
}

/// A query under way.
pub struct Search {
    text: String,
    options: Options,
    query: Option<Query>,
    /// One per term, then the one for all together.
    plans: Vec<Plan>,
    folder: Option<Rc<Folder>>,
    /// Candidates in order, and how many of them have been taken up.
    order: Option<Vec<Candidate>>,
    taken: usize,
    work: Vec<Work>,
    verified: Vec<(Facts, u32, Hit)>,
    /// Candidates that turned out not to match.
    refuted: u32,
    all_exact: bool,
    all_known: bool,
    failed: Vec<(File, String)>,
}

impl Search {
    /// A query. Nothing is read yet; an index of any state will do.
    pub fn new(query: &str, options: Options) -> Search {
        Search {
            text: query.to_owned(),
            options,
            query: None,
            plans: Vec::new(),
            folder: None,
            order: None,
            taken: 0,
            work: Vec::new(),
            verified: Vec::new(),
            refuted: 0,
            all_exact: false,
            all_known: true,
            failed: Vec::new(),
        }
    }

    /// A file cannot be had: the search goes on without it, and its answer will be partial.
    pub fn fail(&mut self, file: File, code: &str) {
        if self.failed.iter().all(|f| f.0 != file) {
            self.failed.push((file, code.to_owned()));
        }
    }

    fn lost(&self, files: &[File]) -> bool {
        files.iter().any(|f| self.failed.iter().any(|(g, _)| f == g))
    }

    /// Goes on as far as the files in memory allow.
    pub fn step(&mut self, reader: &mut Reader) -> Result<Step<Found>, Error> {
        let needs = |need: Lacks| Step { need, found: None, done: false };
        let root = match reader.root() {
            Ok(root) => root,
            Err(lacks) if self.lost(&lacks) => return Ok(self.nothing()),
            Err(lacks) => return Ok(needs(lacks)),
        };
        if self.query.is_none() {
            let query = parse(&root.table, &root.folded, &self.text, self.options.off)?;
            self.plans = query.terms.iter().chain(&query.together).map(|t| Plan::new(&root, &t.folded)).collect();
            self.folder = Some(match self.options.off == Off::default() {
                true => reader.folder().unwrap_or_else(|_| Rc::new(Folder::new(&root.table, &root.original, Off::default()))),
                false => Rc::new(Folder::new(&root.table, &root.original, self.options.off)),
            });
            self.query = Some(query);
        }
        if self.query.as_ref().is_none_or(|q| q.terms.is_empty()) {
            return Ok(Step { need: Lacks::new(), found: Some(self.answer(&root, reader)), done: true });
        }
        if self.order.is_none() {
            let failed: Vec<File> = self.failed.iter().map(|f| f.0).collect();
            let lacks = run_all(&mut self.plans, reader, &root, &failed)?;
            if !lacks.is_empty() {
                return Ok(needs(lacks));
            }
            let days = match self.options.sort {
                Sort::Oldest => match reader.dates()? {
                    Ok(days) => days,
                    Err(lacks) if self.lost(&lacks) => Vec::new(),
                    Err(lacks) => return Ok(needs(lacks)),
                },
                _ => Vec::new(),
            };
            self.order = Some(self.candidates(&root, &days));
        }
        self.verify(reader, &root)
    }

    /// The candidate articles, in the order in which they are verified and, but for "best", shown.
    fn candidates(&mut self, root: &Root, days: &[i32]) -> Vec<Candidate> {
        let terms = self.query.as_ref().map_or(0, |q| q.terms.len());
        self.all_known = self.plans[..terms].iter().all(|p| p.candidates().is_some() && !p.has_gaps());
        self.all_exact = self.all_known && self.options.off == Off::default() && self.plans[..terms].iter().all(Plan::is_exact);
        let mut out: Vec<Candidate> = Vec::new();
        for (k, plan) in self.plans[..terms].iter().enumerate() {
            let passages = plan.candidates().unwrap_or(&[]);
            let mut articles: Vec<Candidate> = Vec::new();
            for &p in passages {
                let article = root.article_of(p);
                let title = p < root.article_count();
                match articles.last_mut() {
                    Some(last) if last.article == article && !title => last.passages += 1,
                    _ => articles.push(Candidate { article, together: terms == 1, title, passages: 1 }),
                }
            }
            // Titles come first in a list: bring each article's together.
            order::by_key(&mut articles, |c| (c.article, !c.title));
            articles.dedup_by(|b, a| {
                let same = a.article == b.article;
                if same {
                    a.passages += b.passages;
                }
                same
            });
            out = if k == 0 { articles } else { both(&out, &articles) };
        }
        if let Some(plan) = self.plans.get(terms) {
            let mut together: Vec<u32> = plan.candidates().unwrap_or(&[]).iter().map(|&p| root.article_of(p)).collect();
            order::set(&mut together);
            for c in &mut out {
                c.together = together.binary_search(&c.article).is_ok();
            }
        }
        match self.options.sort {
            Sort::Best => order::by_key(&mut out, |c| (!c.together, !c.title, Reverse(c.passages), c.article)),
            Sort::Newest => order::by_key(&mut out, |c| c.article),
            Sort::Oldest => order::by_key(&mut out, |c| {
                let day = days.get(c.article as usize);
                (day.is_none(), day.copied(), c.article)
            }),
        }
        out
    }

    fn thorough(&self, reader: &Reader) -> bool {
        self.options.limit == 0 || reader.is_whole()
    }

    fn wanted(&self, reader: &Reader) -> usize {
        match self.options.limit {
            // With everything in memory counts may as well be exact.
            _ if self.thorough(reader) => usize::MAX,
            limit => self.options.offset as usize + limit as usize,
        }
    }

    fn verify(&mut self, reader: &mut Reader, root: &Rc<Root>) -> Result<Step<Found>, Error> {
        let wanted = self.wanted(reader);
        let mut need = Lacks::new();
        loop {
            // Take up as many candidates as may still be needed.
            let total = self.order.as_ref().map_or(0, Vec::len);
            while self.taken < total && self.work.len() < BLOCKS_A_STEP && self.verified.len() + self.work.len() < wanted {
                if let Some(candidate) = self.order.as_ref().and_then(|o| o.get(self.taken)).copied() {
                    let work = self.take_up(root, reader, candidate);
                    self.work.push(work);
                }
                self.taken += 1;
            }
            if self.work.is_empty() {
                break;
            }
            let mut going = Vec::new();
            for mut work in std::mem::take(&mut self.work) {
                match self.advance(&mut work, reader, root)? {
                    Ok(true) => {
                        let (facts, article) = (work.facts, work.candidate.article);
                        match finish(work) {
                            Some(hit) => self.verified.push((facts, article, hit)),
                            None => self.refuted += 1,
                        }
                    }
                    Ok(false) => self.refuted += 1,
                    Err(lacks) => {
                        need.extend(lacks);
                        going.push(work);
                    }
                }
            }
            self.work = going;
            if !need.is_empty() {
                order::set(&mut need);
                need.truncate(BLOCKS_A_STEP);
                let found = (!self.verified.is_empty()).then(|| self.answer(root, reader));
                return Ok(Step { need, found, done: false });
            }
        }
        Ok(Step { need, found: Some(self.answer(root, reader)), done: true })
    }

    fn take_up(&self, root: &Root, reader: &Reader, candidate: Candidate) -> Work {
        let terms = self.query.as_ref().map_or(0, |q| q.terms.len());
        let first = root.articles.get(candidate.article as usize).copied().unwrap_or(0) + root.article_count();
        let last = root.articles.get(candidate.article as usize + 1).copied().unwrap_or(0) + root.article_count();
        let blocks = |plan: &Plan| -> VecDeque<u32> {
            let list = plan.candidates().unwrap_or(&[]);
            let range = list.partition_point(|&p| p < first)..list.partition_point(|&p| p < last);
            let mut blocks: Vec<u32> = list[range].iter().map(|&p| root.block_of(p)).collect();
            if self.options.off != Off::default() && self.thorough(reader) {
                // With fewer folds a term may occur in more places of an article that has it.
                blocks = (root.block_of(first)..=root.block_of(last.saturating_sub(1))).collect();
            }
            // The title can be read in any block of the article; only if there is no other, in the first.
            if blocks.is_empty() && list.binary_search(&candidate.article).is_ok() {
                blocks.push(root.block_of(first));
            }
            blocks.dedup();
            blocks.into()
        };
        Work {
            candidate,
            blocks: self.plans[..terms].iter().map(blocks).collect(),
            together: self.plans.get(terms).filter(|_| candidate.together).map(blocks).unwrap_or_default(),
            seen: vec![false; terms],
            seen_folded: vec![self.options.off == Off::default(); terms],
            read: Vec::new(),
            facts: Facts::default(),
            hit: None,
            windows: Vec::new(),
            gaps: false,
        }
    }

    /// Verifies an article as far as possible: true if it matches, false if it does not.
    fn advance(&self, work: &mut Work, reader: &mut Reader, root: &Rc<Root>) -> Ready<bool> {
        let thorough = self.thorough(reader);
        loop {
            let satisfied = work.satisfied();
            let read = std::mem::take(&mut work.read);
            let fresh = |blocks: &mut VecDeque<u32>| {
                while blocks.front().is_some_and(|b| read.contains(b)) {
                    blocks.pop_front();
                }
                blocks.front().copied()
            };
            let phrase = if work.facts.together { None } else { fresh(&mut work.together) };
            let mut next = phrase;
            if next.is_none() && (thorough || !satisfied) {
                let seen = work.seen.iter().zip(&work.seen_folded).map(|(a, b)| *a && *b);
                for (blocks, seen) in work.blocks.iter_mut().zip(seen) {
                    if thorough || !seen {
                        let block = fresh(blocks);
                        // In order of the text where everything is read anyway.
                        next = match (next, block) {
                            (Some(a), Some(b)) if thorough => Some(a.min(b)),
                            (a, b) => a.or(b),
                        };
                        if block.is_none() && !seen && !work.gaps {
                            work.read = read;
                            return Ok(Ok(false));
                        }
                    }
                }
            }
            work.read = read;
            let Some(number) = next else { return Ok(Ok(satisfied)) };
            match self.read_block(work, number, reader, root)? {
                Ok(()) => {}
                Err(lacks) if self.lost(&lacks) => work.gaps = true,
                Err(lacks) => return Ok(Err(lacks)),
            }
            work.read.push(number);
        }
    }

    fn read_block(&self, work: &mut Work, number: u32, reader: &mut Reader, root: &Rc<Root>) -> Ready<()> {
        let (Some(query), Some(folder)) = (&self.query, &self.folder) else { return Ok(Ok(())) };
        let block = match reader.block(number)? {
            Ok(block) => block,
            Err(lacks) => return Ok(Err(lacks)),
        };
        let article = work.candidate.article;
        let Some((piece, folded)) = block.pieces.iter().find(|(p, _)| p.article == article) else { return Ok(Ok(())) };
        let all_on = self.options.off == Off::default();
        let own;
        let (default, folded) = if all_on {
            (None, folded)
        } else {
            own = folder.fold(&piece.text);
            (Some(folded), &own)
        };
        // An occurrence may run into the next block.
        let all_terms = || query.terms.iter().chain(&query.together);
        let goes_on = root.blocks.get(number as usize + 1) < root.articles.get(article as usize + 1);
        let longer;
        let (text, folded) = if goes_on && all_terms().any(|t| hangs_over(&folded.chars, &t.exact) || default.is_some_and(|d| hangs_over(&d.chars, &t.folded))) {
            let next = match reader.block(number + 1)? {
                Ok(next) => next,
                Err(lacks) if self.lost(&lacks) => {
                    work.gaps = true;
                    Rc::new(Block { pieces: Vec::new() })
                }
                Err(lacks) => return Ok(Err(lacks)),
            };
            let mut text = piece.text.clone();
            if let Some((more, _)) = next.pieces.iter().find(|(p, _)| p.article == article) {
                text.extend(&more.text);
            }
            longer = (folder.fold(&text), text);
            (&longer.1, &longer.0)
        } else {
            (&piece.text, folded)
        };
        if let Some(default) = default {
            let folder = reader.folder().unwrap_or_else(|_| Rc::clone(folder));
            let longer = (text.len() > piece.text.len()).then(|| folder.fold(text));
            let default = longer.as_ref().unwrap_or(default);
            let title = folder.fold(&piece.title);
            for (term, seen) in query.terms.iter().zip(&mut work.seen_folded) {
                let occurs = |text: &Folded| text.chars.windows(term.folded.len()).any(|w| w == term.folded);
                *seen = *seen || occurs(default) || occurs(&title);
            }
        }
        let text = Text { ranks: text, folded, folder, root };
        let title_folded = folder.fold(&piece.title);
        let title = Text { ranks: &piece.title, folded: &title_folded, folder, root };
        if work.hit.is_none() {
            let mut marks = Vec::new();
            for (k, term) in query.terms.iter().enumerate() {
                let found = title.places(term, k as u32, piece.title.len());
                work.facts.hits += distinct(&found);
                work.seen[k] |= !found.is_empty();
                title.judge(term, &found, query.together.is_none(), &mut work.facts);
                marks.extend(found);
            }
            work.facts.title = work.seen.iter().all(|&s| s);
            work.facts.chars += piece.title.len() as u64;
            if let Some(term) = &query.together {
                let found = title.places(term, 0, piece.title.len());
                work.facts.together |= !found.is_empty();
                title.judge(term, &found, true, &mut work.facts);
            }
            disjoint(&mut marks);
            let lead = text.cut().lead();
            work.hit = Some(Hit {
                id: piece.id,
                url: piece.url.clone(),
                title: title.string(0, piece.title.len()),
                title_marks: title.utf16(0, &marks),
                hits: 0,
                hits_exact: true,
                meta: piece.meta.iter().map(|(k, v)| (root.keys.get(*k as usize).cloned().unwrap_or_default(), v.clone())).collect(),
                snippets: Vec::new(),
                lead: (piece.offset == 0).then(|| text.string(lead.0, lead.1)),
            });
        }
        let mut marks = Vec::new();
        for (k, term) in query.terms.iter().enumerate() {
            let found = text.places(term, k as u32, piece.text.len());
            work.facts.hits += distinct(&found);
            work.seen[k] |= !found.is_empty();
            text.judge(term, &found, query.together.is_none(), &mut work.facts);
            marks.extend(found);
        }
        if let Some(term) = &query.together {
            let found = text.places(term, 0, piece.text.len());
            work.facts.together |= !found.is_empty();
            text.judge(term, &found, true, &mut work.facts);
        } else {
            work.facts.together = true;
        }
        work.facts.chars += piece.text.len() as u64;
        disjoint(&mut marks);
        for window in text.cut().windows(&marks, SNIPPETS) {
            let at = piece.offset + window.start;
            let snippet = text.snippet(piece, &window);
            work.windows.push((window.score, at, snippet));
        }
        order::by_key(&mut work.windows, |w| (Reverse(w.0), w.1));
        work.windows.truncate(SNIPPETS);
        Ok(Ok(()))
    }

    /// The answer from what is verified so far.
    fn answer(&self, root: &Root, reader: &Reader) -> Found {
        let total = self.order.as_ref().map_or(0, Vec::len) as u32;
        let open = total - self.refuted - self.verified.len() as u32;
        let thorough = self.thorough(reader);
        let mut shown: Vec<&(Facts, u32, Hit)> = self.verified.iter().collect();
        let (from, limit) = (self.options.offset as usize, self.options.limit as usize);
        let order = self.order.as_deref().unwrap_or(&[]);
        // Verification may end in any order; the candidates' order is the rule.
        let mut place = vec![u32::MAX; if shown.is_empty() { 0 } else { root.article_count() as usize }];
        for (k, c) in order.iter().enumerate() {
            if let Some(p) = place.get_mut(c.article as usize) {
                *p = k as u32;
            }
        }
        order::by_key(&mut shown, |(_, article, _)| place.get(*article as usize).copied());
        let page = |k: usize| if limit == 0 { 0 } else { k.saturating_sub(from) / limit };
        let mut results: Vec<(usize, &(Facts, u32, Hit))> = shown.into_iter().enumerate().collect();
        if self.options.sort == Sort::Best {
            // Within each page of the listing; with no limit, pages of ten.
            let page_of = |k: usize| if limit == 0 { k / 10 } else { page(k) };
            order::by_key(&mut results, |(k, (f, article, _))| {
                let density = f.hits.saturating_mul(1 << 20) / f.chars.max(1);
                let best = (!f.together, !f.title, !f.exact, !f.whole, Reverse(f.hits), Reverse(density));
                (*k < from, page_of(*k), best, *article)
            });
        }
        let results: Vec<Hit> = results
            .into_iter()
            .filter(|(k, _)| *k >= from && (limit == 0 || *k < from + limit))
            .map(|(_, (_, _, hit))| hit.clone())
            .collect();
        let verified_hits: u64 = self.verified.iter().map(|v| v.2.hits).sum();
        let unread: u64 = order[self.taken.min(order.len())..].iter().map(|c| u64::from(c.passages)).sum();
        let gaps = self.verified.iter().any(|v| !v.2.hits_exact);
        let partial = !self.failed.is_empty();
        Found {
            query: self.text.clone(),
            articles: total - self.refuted,
            hits: verified_hits + unread,
            articles_exact: !partial && self.all_known && (self.all_exact || open == 0),
            hits_exact: !partial && self.all_known && open == 0 && (thorough || !gaps),
            state: if partial { State::Partial } else { State::Complete },
            problem: self.failed.first().map(|(file, code)| Problem {
                code: code.clone(),
                message: format!("{} of the index could not be read", file.name()),
            }),
            results,
        }
    }

    /// The answer when not even the root can be had.
    fn nothing(&self) -> Step<Found> {
        let (file, code) = self.failed.first().cloned().unwrap_or((File::ROOT, "not-found".into()));
        let problem = Some(Problem { code, message: format!("{} of the index could not be read", file.name()) });
        let found = Found {
            query: self.text.clone(),
            articles: 0,
            hits: 0,
            articles_exact: false,
            hits_exact: false,
            state: State::Partial,
            problem,
            results: Vec::new(),
        };
        Step { need: Lacks::new(), found: Some(found), done: true }
    }
}

fn both(a: &[Candidate], b: &[Candidate]) -> Vec<Candidate> {
    a.iter()
        .filter_map(|x| {
            let y = b[b.binary_search_by_key(&x.article, |c| c.article).ok()?];
            Some(Candidate { title: x.title && y.title, passages: x.passages + y.passages, ..*x })
        })
        .collect()
}

impl Work {
    fn satisfied(&self) -> bool {
        self.seen.iter().chain(&self.seen_folded).all(|&s| s)
    }
}

fn finish(mut work: Work) -> Option<Hit> {
    let satisfied = work.satisfied();
    let mut hit = work.hit.take().filter(|_| satisfied)?;
    hit.hits = work.facts.hits;
    hit.hits_exact = !work.gaps && work.blocks.iter().flatten().all(|b| work.read.contains(b));
    hit.snippets = work.windows.into_iter().map(|w| w.2).collect();
    if hit.snippets.is_empty() {
        let (text, marks) = (hit.title.clone(), hit.title_marks.clone());
        hit.snippets.push(Snippet { field: "title", text, marks, heading: None, anchor: None });
    } else {
        hit.lead = None;
    }
    Some(hit)
}

/// Whether a proper beginning of the term stands at the end of the text.
fn hangs_over(text: &[u32], term: &[u32]) -> bool {
    let longest = text.len().min(term.len() - 1);
    (1..=longest).any(|k| text[text.len() - k..] == term[..k])
}

/// Different starts among places of one term.
fn distinct(marks: &[Mark]) -> u64 {
    let mut starts: Vec<u32> = marks.iter().map(|m| m.start).collect();
    order::set(&mut starts);
    starts.len() as u64
}

/// An original text, folded.
struct Text<'a> {
    ranks: &'a [u32],
    folded: &'a Folded,
    folder: &'a Folder,
    root: &'a Root,
}

impl Text<'_> {
    /// Where a term starts, before original character `limit`.
    fn places(&self, term: &Term, number: u32, limit: usize) -> Vec<Mark> {
        let (text, term) = (&self.folded.chars, &term.exact);
        let Some(&first) = term.first() else { return Vec::new() };
        let mut out = Vec::new();
        for at in 0..(text.len() + 1).saturating_sub(term.len()) {
            if text[at] == first && text[at..at + term.len()] == term[..] && (self.folded.start[at] as usize) < limit {
                let (start, end) = self.folded.original(at, at + term.len());
                out.push(Mark { start, end, term: number });
            }
        }
        out
    }

    fn class(&self, at: usize) -> Class {
        self.ranks.get(at).map_or(Class::default(), |&r| self.folder.class(r))
    }

    fn code(&self, rank: u32) -> u32 {
        self.root.original.get(rank as usize).copied().unwrap_or(0xFFFD)
    }

    fn string(&self, from: usize, to: usize) -> String {
        let ranks = self.ranks.get(from..to).unwrap_or(&[]);
        ranks.iter().map(|&r| char::from_u32(self.code(r)).unwrap_or('\u{FFFD}')).collect()
    }

    /// Marks as UTF-16 ranges of the string that starts at character `from`.
    fn utf16(&self, from: usize, marks: &[Mark]) -> Vec<(u32, u32)> {
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

    fn cut(&self) -> CutText<'_> {
        let chars = self.ranks.iter().map(|&r| self.code(r)).collect();
        CutText { chars, class: Box::new(|at| self.class(at)) }
    }

    /// Notes whether a term stands in the exact form, and as a whole word. `whole_query`: it is all that was typed.
    fn judge(&self, term: &Term, found: &[Mark], whole_query: bool, facts: &mut Facts) {
        if !whole_query {
            return;
        }
        for mark in found {
            let (start, end) = (mark.start as usize, mark.end as usize);
            let same = || term.typed.chars().map(|c| c as u32).eq(self.ranks[start..end].iter().map(|&r| self.code(r)));
            facts.exact = facts.exact || same();
            let word = |at: usize| self.class(at).is(class::WORD);
            let inside = |at: usize| at > 0 && at < self.ranks.len() && word(at - 1) && word(at);
            facts.whole = facts.whole || !inside(start) && !inside(end);
        }
    }

    fn snippet(&self, piece: &Piece, window: &Window) -> Snippet {
        let (start, end) = (window.start as usize, window.end as usize);
        let first = window.marks.first().map_or(window.start, |m| m.start);
        let (heading, anchor) = match piece.heading_at(first) {
            Some((words, anchor)) => {
                let words: String = words.iter().map(|&r| char::from_u32(self.code(r)).unwrap_or('\u{FFFD}')).collect();
                (Some(words), Some(anchor.to_owned()))
            }
            None => (None, None),
        };
        Snippet { field: "text", text: self.string(start, end), marks: self.utf16(start, &window.marks), heading, anchor }
    }
}

/// A text's characters with their classes, ready to be cut.
struct CutText<'a> {
    chars: Vec<u32>,
    class: Box<dyn Fn(usize) -> Class + 'a>,
}

impl CutText<'_> {
    fn windows(&self, marks: &[Mark], most: usize) -> Vec<Window> {
        Cut { chars: &self.chars, class: &*self.class }.windows(marks, most)
    }
    fn lead(&self) -> (usize, usize) {
        Cut { chars: &self.chars, class: &*self.class }.lead()
    }
}

/// A whole article, with everything found in it marked.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(any(feature = "cli", feature = "web"), derive(serde::Serialize), serde(rename_all = "camelCase"))]
pub struct Whole {
    /// Its place in input order, from 0.
    pub id: u32,
    /// Its address.
    pub url: String,
    /// Its title.
    pub title: String,
    /// Places found in the title, in UTF-16 units.
    pub title_marks: Vec<(u32, u32)>,
    /// Its text.
    pub text: String,
    /// Places found in the text, in UTF-16 units, not overlapping.
    pub marks: Vec<(u32, u32)>,
    /// Headings in the text, in UTF-16 units.
    pub headings: Vec<Heading>,
    /// Metadata.
    #[cfg_attr(any(feature = "cli", feature = "web"), serde(serialize_with = "as_map"))]
    pub meta: Vec<(String, String)>,
}

/// A heading in a whole article.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(any(feature = "cli", feature = "web"), derive(serde::Serialize))]
pub struct Heading {
    /// Start of its words, in UTF-16 units of the text.
    pub start: u32,
    /// Their end.
    pub end: u32,
    /// What a link to it has after `#`.
    pub anchor: String,
}

/// Reads a whole article and marks a query in it.
pub struct Reading {
    id: u32,
    query: String,
    off: Off,
    failed: Vec<File>,
}

impl Reading {
    /// The article with an id; `query` may be empty.
    pub fn new(id: u32, query: &str, off: Off) -> Reading {
        Reading { id, query: query.to_owned(), off, failed: Vec::new() }
    }

    /// A file cannot be had: neither can the article.
    pub fn fail(&mut self, file: File) {
        self.failed.push(file);
    }

    /// Goes on as far as the files in memory allow. `found` is there at the end, unless a file could not be had.
    pub fn step(&mut self, reader: &mut Reader) -> Result<Step<Whole>, Error> {
        let lost = |need: &Lacks| need.iter().any(|f| self.failed.contains(f));
        let wait = |need: Lacks| match lost(&need) {
            true => Step { need: Lacks::new(), found: None, done: true },
            false => Step { need, found: None, done: false },
        };
        let root = match reader.root() {
            Ok(root) => root,
            Err(lacks) => return Ok(wait(lacks)),
        };
        let article = match reader.place(self.id)? {
            Ok(article) => article,
            Err(lacks) => return Ok(wait(lacks)),
        };
        let query = parse(&root.table, &root.folded, &self.query, self.off)?;
        let first = root.articles.get(article as usize).copied().unwrap_or(0) + root.article_count();
        let last = root.articles.get(article as usize + 1).copied().unwrap_or(0) + root.article_count();
        let mut pieces = Vec::new();
        let mut need = Lacks::new();
        for number in root.block_of(first)..=root.block_of(last.saturating_sub(1)) {
            match reader.block(number)? {
                Ok(block) => pieces.push(block),
                Err(lacks) => need.extend(lacks),
            }
        }
        if !need.is_empty() {
            order::set(&mut need);
            return Ok(wait(need));
        }
        let mut text = Vec::new();
        let mut heads: Vec<Mark> = Vec::new();
        let mut anchors = Vec::new();
        let mut head: Option<&Piece> = None;
        for (piece, _) in pieces.iter().flat_map(|b| &b.pieces).filter(|(p, _)| p.article == article) {
            let at = text.len() as u32;
            for h in &piece.heads {
                heads.push(Mark { start: h.start + at, end: h.end + at, term: 0 });
                anchors.push(h.anchor.clone());
            }
            text.extend(&piece.text);
            head = head.or(Some(piece));
        }
        let Some(piece) = head else { return Err(Reason::NoArticle { id: self.id }.into()) };
        let folder = Folder::new(&root.table, &root.original, self.off);
        let marks = |text: &Text<'_>| {
            let terms = query.terms.iter().zip(0..);
            let mut marks: Vec<Mark> = terms.flat_map(|(t, k)| text.places(t, k, usize::MAX)).collect();
            disjoint(&mut marks);
            text.utf16(0, &marks)
        };
        let (folded, title_folded) = (folder.fold(&text), folder.fold(&piece.title));
        let title = Text { ranks: &piece.title, folded: &title_folded, folder: &folder, root: &root };
        let body = Text { ranks: &text, folded: &folded, folder: &folder, root: &root };
        let headings = body.utf16(0, &heads).into_iter().zip(anchors);
        let whole = Whole {
            id: piece.id,
            url: piece.url.clone(),
            title: title.string(0, piece.title.len()),
            title_marks: marks(&title),
            text: body.string(0, text.len()),
            marks: marks(&body),
            headings: headings.map(|((start, end), anchor)| Heading { start, end, anchor }).collect(),
            meta: piece.meta.iter().map(|(k, v)| (root.keys.get(*k as usize).cloned().unwrap_or_default(), v.clone())).collect(),
        };
        Ok(Step { need: Lacks::new(), found: Some(whole), done: true })
    }
}
