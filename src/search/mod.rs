//! Which articles hold the query, in which order, and what is shown of them?
//!
//! A [`Search`] goes through stages, each of which may lack files: fold the query (root), ask the dictionary (gram pages),
//! order the candidates by what the index knows, then verify articles on their original text (blocks) until enough are
//! found. [`Search::step`] goes as far as it can and names what it lacks.
//!
//! How much of an article is read is said in [`article`](self), and in which order articles stand in `rank`.

pub mod answer;
mod article;
pub mod index;
mod matching;
pub mod plan;
pub mod query;
pub mod rank;
pub mod snippet;
pub mod step;
pub mod value;
pub mod whole;

use std::rc::Rc;

use crate::error::Error;
use crate::fold::{Folder, Off};
use crate::format::File;
use crate::format::root::Root;
use crate::search::answer::{Found, Hit, Problem, State};
use crate::search::article::{Task, Work, finish};
use crate::search::index::Reader;
use crate::search::plan::{Plan, run_all};
use crate::search::query::{Query, parse};
use crate::search::rank::{Candidate, Facts, candidates, page};
use crate::search::step::{Lacks, Step, Stop, in_order, lost};

pub use rank::{Options, Sort};

/// Blocks that one step may ask for.
const BLOCKS_A_STEP: usize = 24;

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

    /// Goes on as far as the files in memory allow.
    pub fn step(&mut self, reader: &mut Reader) -> Result<Step<Found>, Error> {
        let root = match reader.root() {
            Ok(root) => root,
            Err(lacks) if lost(&self.failed, &lacks) => {
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
                    Err(Stop::Lacks(lacks)) if lost(&self.failed, &lacks) => Vec::new(),
                    days => days?,
                },
                _ => Vec::new(),
            };
            let candidates = candidates(&self.plans, root, query.terms.len(), self.options.sort, &days);
            self.all_known = candidates.known;
            self.all_exact = candidates.exact && self.options.off == Off::default();
            self.order = Some(candidates.order);
        }
        self.verify(reader, root, &query)
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
        let Some(folder) = &self.folder else { return Ok(()) };
        let wanted = self.wanted(reader);
        let task = Task { root, query, plans: &self.plans, folder, thorough: self.thorough(reader), failed: &self.failed };
        loop {
            // Take up as many candidates as may still be needed.
            while self.work.len() < BLOCKS_A_STEP
                && self.verified.len() + self.work.len() < wanted
                && let Some(&candidate) = self.order.as_ref().and_then(|order| order.get(self.taken))
            {
                self.work.push(task.take_up(candidate));
                self.taken += 1;
            }
            if self.work.is_empty() {
                return Ok(());
            }
            let mut need = Lacks::new();
            for mut work in std::mem::take(&mut self.work) {
                match task.advance(&mut work, reader) {
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

    /// The answer from what is verified so far.
    #[inline(never)]
    fn answer(&self, root: &Root, reader: &Reader) -> Found {
        let order = self.order.as_deref().unwrap_or_default();
        let total = order.len() as u32;
        let open = total - self.refuted - self.verified.len() as u32;
        let thorough = self.thorough(reader);
        let mut found = self.found(page(&self.options, order, &self.verified, root.article_count()));
        let known = self.failed.is_empty() && self.all_known;
        found.articles = total - self.refuted;
        found.hits = order.iter().skip(self.taken).map(|c| u64::from(c.passages)).sum();
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
