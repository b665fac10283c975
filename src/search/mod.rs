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

pub mod answer;
pub mod index;
mod matching;
pub mod plan;
pub mod query;
pub mod snippet;
pub mod whole;

use std::borrow::Cow;
use std::rc::Rc;

use crate::fold::Off;
use crate::fold::folder::{Folded, Folder};
use crate::format::root::Root;
use crate::format::{Error, File};
use crate::search::answer::{Found, Hit, Problem, Snippet, State};
use crate::search::index::{Lacks, Reader, Stop, in_order};
use crate::search::matching::{Facts, Text, hangs_over, named, occurrences};
use crate::search::plan::{Plan, run_all};
use crate::search::query::{Query, Term, parse};
use crate::search::snippet::score_key;
use crate::sort;

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
    /// Blocks that may hold a term, not yet read, the last one first; by term.
    blocks: Vec<Vec<u32>>,
    /// The same for all terms together.
    together: Vec<u32>,
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

/// A query under way.
pub struct Search {
    text: String,
    options: Options,
    query: Option<Rc<Query>>,
    /// One per term, then the one for all together.
    plans: Vec<Plan>,
    folder: Option<Rc<Folder>>,
    /// Candidates in order, and how many of them have been taken up.
    order: Option<Vec<Candidate>>,
    taken: usize,
    work: Vec<Work>,
    verified: Vec<(Facts, u32, Rc<Hit>)>,
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
        let root = match reader.root() {
            Ok(root) => root,
            Err(lacks) if self.lost(&lacks) => {
                // Not even the root can be had.
                return Ok(Step { need: Lacks::new(), found: Some(self.found(Vec::new())), done: true });
            }
            Err(need) => return Ok(Step { need, found: None, done: false }),
        };
        match self.go(reader, &root) {
            Ok(()) => Ok(Step { need: Lacks::new(), found: Some(self.answer(&root, reader)), done: true }),
            Err(Stop::Lacks(need)) => {
                let found = (!self.verified.is_empty()).then(|| self.answer(&root, reader));
                Ok(Step { need, found, done: false })
            }
            Err(Stop::Error(error)) => Err(error),
        }
    }

    fn go(&mut self, reader: &mut Reader, root: &Rc<Root>) -> Result<(), Stop> {
        let query = match &self.query {
            Some(query) => Rc::clone(query),
            None => {
                let query = parse(&root.table, &root.folded, &self.text, self.options.off)?;
                self.plans = query.terms.iter().chain(&query.together).map(|t| Plan::new(root, &t.folded)).collect();
                self.folder = match reader.folder() {
                    Ok(folder) if self.options.off == Off::default() => Some(folder),
                    _ => Some(Rc::new(Folder::new(&root.table, &root.original, self.options.off))),
                };
                Rc::clone(self.query.insert(Rc::new(query)))
            }
        };
        if query.terms.is_empty() {
            return Ok(());
        }
        if self.order.is_none() {
            let failed: Vec<File> = self.failed.iter().map(|f| f.0).collect();
            run_all(&mut self.plans, reader, root, &failed)?;
            let days = match self.options.sort {
                Sort::Oldest => match reader.dates() {
                    Err(Stop::Lacks(lacks)) if self.lost(&lacks) => Vec::new(),
                    days => days?,
                },
                _ => Vec::new(),
            };
            self.order = Some(self.candidates(root, query.terms.len(), &days));
        }
        self.verify(reader, root, &query)
    }

    /// The candidate articles, in the order in which they are verified and, but for "best", shown.
    fn candidates(&mut self, root: &Root, terms: usize, days: &[i32]) -> Vec<Candidate> {
        self.all_known = true;
        self.all_exact = self.options.off == Off::default();
        let mut out: Vec<Candidate> = Vec::new();
        for (k, plan) in self.plans.iter().enumerate() {
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
            let find =
                |c: &Candidate| articles.binary_search_by(|a| a.article.cmp(&c.article)).ok().and_then(|at| articles.get(at));
            if k == terms {
                // The plan for all terms together.
                for c in &mut out {
                    c.together = find(c).is_some();
                }
                break;
            }
            self.all_known &= plan.candidates().is_some() && !plan.has_gaps();
            self.all_exact &= plan.is_exact();
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
        self.all_exact &= self.all_known;
        let sort = self.options.sort;
        sort::by_key(&mut out, |c| {
            let above = match sort {
                Sort::Best => u64::from(!c.together) << 33 | u64::from(!c.title) << 32 | u64::from(!c.passages),
                Sort::Newest => 0,
                // Without a date: after the last day there is.
                Sort::Oldest => days.get(c.article as usize).map_or(1 << 32, |&day| u64::from(day as u32 ^ 1 << 31)),
            };
            u128::from(above) << 32 | u128::from(c.article)
        });
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

    fn verify(&mut self, reader: &mut Reader, root: &Rc<Root>, query: &Query) -> Result<(), Stop> {
        let wanted = self.wanted(reader);
        loop {
            // Take up as many candidates as may still be needed.
            while self.work.len() < BLOCKS_A_STEP
                && self.verified.len() + self.work.len() < wanted
                && let Some(&candidate) = self.order.as_ref().and_then(|order| order.get(self.taken))
            {
                let work = self.take_up(root, reader, candidate);
                self.work.push(work);
                self.taken += 1;
            }
            if self.work.is_empty() {
                return Ok(());
            }
            let mut need = Lacks::new();
            for mut work in std::mem::take(&mut self.work) {
                match self.advance(&mut work, reader, root, query) {
                    Ok(true) => {
                        let (facts, article) = (work.facts, work.candidate.article);
                        match finish(&mut work) {
                            Some(hit) => self.verified.push((facts, article, Rc::new(hit))),
                            None => self.refuted += 1,
                        }
                    }
                    Ok(false) => self.refuted += 1,
                    Err(Stop::Lacks(lacks)) => {
                        need.extend(lacks);
                        self.work.push(work);
                    }
                    Err(error) => return Err(error),
                }
            }
            if !need.is_empty() {
                in_order(&mut need);
                need.truncate(BLOCKS_A_STEP);
                return Err(Stop::Lacks(need));
            }
        }
    }

    fn take_up(&self, root: &Root, reader: &Reader, candidate: Candidate) -> Work {
        let passages = root.passages_of(candidate.article);
        let (first, last) = (root.block_of(passages.start), root.block_of(passages.end.saturating_sub(1)));
        let all_on = self.options.off == Off::default();
        let mut by_term = Vec::new();
        for plan in &self.plans {
            let mut blocks: Vec<u32> = Vec::new();
            let list = plan.candidates().unwrap_or_default();
            if !all_on && self.thorough(reader) {
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
        let terms = self.query.as_ref().map_or(0, |q| q.terms.len());
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
    fn advance(&self, work: &mut Work, reader: &mut Reader, root: &Rc<Root>, query: &Query) -> Result<bool, Stop> {
        let thorough = self.thorough(reader);
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
            match self.read_block(work, number, reader, root, query) {
                Err(Stop::Lacks(lacks)) if self.lost(&lacks) => work.gaps = true,
                other => other?,
            }
            work.read.push(number);
        }
    }

    fn read_block(&self, work: &mut Work, number: u32, reader: &mut Reader, root: &Rc<Root>, query: &Query) -> Result<(), Stop> {
        let Some(folder) = &self.folder else { return Ok(()) };
        let block = reader.block(number)?;
        let article = work.candidate.article;
        let Some((piece, usual)) = block.piece(article) else { return Ok(()) };
        // The text with all folds on, where the query's are others, and the text with the query's folds.
        let mut default = None;
        let mut folded = Cow::Borrowed(usual);
        if self.options.off != Off::default() {
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
                Err(Stop::Lacks(lacks)) if self.lost(&lacks) => work.gaps = true,
                Err(stop) => return Err(stop),
            }
        }
        if let Some(mut default) = default {
            let folder = reader.folder().unwrap_or_else(|_| Rc::clone(folder));
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
                url: piece.url.clone(),
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

    /// The answer from what is verified so far.
    #[inline(never)]
    fn answer(&self, root: &Root, reader: &Reader) -> Found {
        let order = self.order.as_deref().unwrap_or_default();
        let total = order.len() as u32;
        let open = total - self.refuted - self.verified.len() as u32;
        let thorough = self.thorough(reader);
        // Verification may end in any order; the candidates' order is the rule.
        let mut place = vec![u32::MAX; if self.verified.is_empty() { 0 } else { root.article_count() as usize }];
        for (k, c) in (0..).zip(order) {
            if let Some(p) = place.get_mut(c.article as usize) {
                *p = k;
            }
        }
        let mut shown: Vec<&(Facts, u32, Rc<Hit>)> = self.verified.iter().collect();
        sort::by_key(&mut shown, |v| place.get(v.1 as usize).map_or(0, |&p| p.into()));
        let (from, limit) = (self.options.offset as usize, self.options.limit as usize);
        let page = (0u32..).zip(shown).skip(from).take(if limit == 0 { usize::MAX } else { limit });
        let mut results: Vec<_> = page.collect();
        if self.options.sort == Sort::Best {
            // With no limit, within pages of ten.
            sort::by_key(&mut results, |(k, (f, article, _))| {
                let page = if limit == 0 { k / 10 } else { 0 };
                let density = f.hits.saturating_mul(1 << 20) / f.chars.max(1);
                let facts = [f.together, f.title, f.exact, f.whole]
                    .iter()
                    .fold(page.into(), |key: u128, fact| key << 1 | u128::from(!fact));
                facts << 96 | u128::from(!(f.hits as u32)) << 64 | u128::from(!(density as u32)) << 32 | u128::from(*article)
            });
        }
        let unread: u64 = order.iter().skip(self.taken).map(|c| u64::from(c.passages)).sum();
        let mut found = self.found(results.into_iter().map(|(_, v)| Rc::clone(&v.2)).collect());
        let known = self.failed.is_empty() && self.all_known;
        found.articles = total - self.refuted;
        found.hits = unread;
        found.articles_exact = known && (self.all_exact || open == 0);
        found.hits_exact = known && open == 0;
        for (_, _, hit) in &self.verified {
            found.hits += hit.hits;
            found.hits_exact &= thorough || hit.hits_exact;
        }
        found
    }

    /// An answer with these results and nothing else.
    fn found(&self, results: Vec<Rc<Hit>>) -> Found {
        let problem = self
            .failed
            .first()
            .map(|(file, code)| Problem { code: code.clone(), message: file.name() + " of the index could not be read" });
        Found {
            query: self.text.clone(),
            articles: 0,
            hits: 0,
            articles_exact: false,
            hits_exact: false,
            state: if problem.is_some() { State::Partial } else { State::Complete },
            problem,
            results,
        }
    }
}

impl Work {
    fn satisfied(&self) -> bool {
        self.seen.iter().chain(&self.seen_folded).all(|&s| s)
    }
}

fn finish(work: &mut Work) -> Option<Hit> {
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
