//! Which articles hold the query, in which order, and what is shown of them?
//!
//! A [`Search`] goes through stages, each of which may lack files: fold the query (root), ask the dictionary (gram pages),
//! order the candidates by what the index knows, then verify articles on their original text (blocks) until enough are
//! found. [`Search::step`] goes as far as it can and names what it lacks.
//!
//! How much of an article is read is said in `article.rs`, and in which order articles stand in `rank.rs`.

pub mod answer;
mod article;
pub mod index;
mod matching;
pub mod more;
pub mod original;
pub mod plan;
pub mod query;
pub mod rank;
pub mod snippet;
pub mod step;
pub mod value;
pub mod whole;

use std::rc::Rc;
use std::sync::Arc;

use crate::error::Error;
use crate::fold::Off;
use crate::fold::folder::Folder;
use crate::format::File;
use crate::format::root::Root;
use crate::search::answer::{Found, Hit, Problem, State};
use crate::search::article::{Task, Work, finish};
use crate::search::index::Reader;
use crate::search::plan::{Edges, Plan, run_all};
use crate::search::query::{Query, parse};
use crate::search::rank::{Candidate, FIVE, Verified, candidates, everything, mark_edges, page, put_in_order, reach};
use crate::search::step::{Lacks, Step, Stop, in_order, lost};

pub use rank::{Options, Sort};

/// Folded characters of a query that is hardly a heading.
const SHORT: usize = 3;

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
    /// Where the whole query is a title or a heading.
    edges: Option<Edges>,
    /// Candidates in order.
    order: Option<Vec<Candidate>>,
    work: Vec<Work>,
    /// Of each candidate taken up its articles, in their order; those under way are open.
    verified: Vec<Vec<Option<Verified>>>,
    /// Those of them that match,
    matching: u32,
    /// as many as there were in the last answer before the end, and the candidates that had been taken up for it.
    answered: (u32, usize),
    all_exact: bool,
    all_known: bool,
    /// By number: how early an article is shown where that is the order; the largest: it is not meant.
    among: Option<Vec<u32>>,
    /// The matching articles are listed, and none is shown.
    lists: bool,
    /// Those as well that may match.
    may: bool,
    /// Results are told as they become known: what has been told.
    told: Option<Told>,
    failed: Vec<(File, String)>,
}

/// What has been told of an answer that is told piece by piece: candidates, articles that match, places in them.
#[derive(Clone, Copy, Default)]
struct Told {
    candidates: usize,
    articles: u32,
    hits: u64,
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
            edges: None,
            order: None,
            work: Vec::new(),
            verified: Vec::new(),
            matching: 0,
            answered: (0, 0),
            all_exact: false,
            all_known: true,
            among: None,
            lists: false,
            may: false,
            told: None,
            failed: Vec::new(),
        }
    }

    /// Looks among some articles only. `keys`: by number, how early an article stands in [`Sort::Key`]; [`more::OUT`] leaves it out.
    pub fn among(&mut self, keys: Vec<u32>) {
        self.among = Some(keys);
    }

    /// The answer lists the articles that match, and shows none. With a limit it goes by the dictionary alone.
    pub fn list(&mut self) {
        self.lists = true;
        // A list is told at its end, of all that was verified.
        self.told = None;
    }

    /// The answer lists the articles that may match: those that the dictionary does not leave out. For a limit, and articles that are
    /// alone in their groups.
    pub fn may(&mut self) {
        (self.lists, self.may) = (true, true);
    }

    /// Of an answer without limit each [`Search::step`] tells what none has told yet, and keeps nothing of it.
    pub fn stream(&mut self) {
        self.told = (self.options.limit == 0).then(Told::default);
    }

    /// A file cannot be had: the search goes on without it, and its answer will be partial.
    pub fn fail(&mut self, file: File, code: &str) {
        if self.failed.iter().all(|f| f.0 != file) {
            self.failed.push((file, code.to_owned()));
        }
    }

    /// Goes on as far as the files in memory allow.
    pub fn step(&mut self, reader: &mut Reader) -> Result<Step<Found>, Error> {
        let root = match reader.outline() {
            Ok(root) => root,
            Err(lacks) if lost(&self.failed, &lacks) => {
                // Not even the root can be had.
                return Ok(Step { need: Lacks::new(), found: Some(self.found(Vec::new())), done: true });
            }
            Err(need) => return Ok(Step { need, found: None, done: false }),
        };
        match self.go(reader, &root) {
            Ok(()) => {
                let found = if self.told.is_some() { self.tell(true) } else { self.answer(reader) };
                Ok(Step { need: Lacks::new(), found: Some(found), done: true })
            }
            // Without the rest of the root nothing can be shown.
            Err(Stop::Lacks(need)) if need.contains(&File::DICT) && lost(&self.failed, &[File::DICT]) => {
                Ok(Step { need: Lacks::new(), found: Some(self.found(Vec::new())), done: true })
            }
            Err(Stop::Lacks(need)) => {
                let found = match self.told {
                    Some(_) => Some(self.tell(false)).filter(|found| !found.results.is_empty()),
                    None => (self.options.limit > 0 && self.has_more()).then(|| self.answer(reader)),
                };
                Ok(Step { need, found, done: false })
            }
            Err(Stop::Error(error)) => Err(error),
        }
    }

    /// Whether there is more to be shown than in the answer before. All of it once more at every step would take time with the square
    /// of what is read: it is told when more matches, which ends with the page; where all is read for the numbers, when a sixteenth more
    /// has been read.
    fn has_more(&mut self) -> bool {
        let (before, taken) = self.answered;
        let page = self.options.offset.saturating_add(self.options.limit);
        let read = self.verified.len();
        let more = self.matching > before && (!self.options.counted || before < page || read - taken > taken / 16);
        if more {
            self.answered = (self.matching, read);
        }
        more
    }

    fn go(&mut self, reader: &mut Reader, root: &Rc<Root>) -> Result<(), Stop> {
        let query = match &self.query {
            Some(query) => Rc::clone(query),
            None => {
                // Folds of their own, and letters that are not among the frequent ones, take more than an outline.
                let settled = self.options.off == Off::default() && self.text.chars().all(|c| root.table.settles(c as u32));
                let table = match reader.table(&self.text) {
                    Err(Stop::Lacks(_)) if !root.whole && settled => Arc::clone(&root.table),
                    Err(Stop::Lacks(lacks)) if lacks == [File::FOLD] && lost(&self.failed, &lacks) => Arc::clone(&root.table),
                    table => table?,
                };
                let query = parse(&table, &root.folded, &self.text, self.options.off)?;
                if query.terms.iter().any(|t| t.folded.chars.iter().any(|c| !root.folded.contains(c))) {
                    reader.root().map_err(Stop::Lacks)?;
                }
                self.plans = query.terms.iter().chain(&query.together).map(|t| Plan::new(root, &t.folded.chars)).collect();
                self.edges = query.whole().and_then(|t| Edges::new(root, &t.folded.chars));
                Rc::clone(self.query.insert(Rc::new(query)))
            }
        };
        // Who types nothing is shown all that is meant; who types only what counts for nothing finds nothing.
        if query.terms.is_empty() && (self.among.is_none() || !self.text.trim().is_empty()) {
            return Ok(());
        }
        if self.order.is_none() {
            self.order = Some(self.candidates(reader, root, &query)?);
        }
        let root = &reader.root().map_err(Stop::Lacks)?;
        if self.folder.is_none() {
            self.folder = Some(match self.options.off == Off::default() {
                true => reader.folder().map_err(Stop::Lacks)?,
                false => Rc::new(Folder::new(&root.table, &root.original, self.options.off)),
            });
        }
        if self.lists && !self.thorough(reader) { Ok(()) } else { self.verify(reader, root, &query) }
    }

    /// The candidate articles in the order in which they are verified.
    fn candidates(&mut self, reader: &mut Reader, root: &Root, query: &Query) -> Result<Vec<Candidate>, Stop> {
        let failed: Vec<File> = self.failed.iter().map(|f| f.0).collect();
        let best = self.options.sort == Sort::Best;
        // What comes after the grams takes the rest of the root: that is on its way with them.
        match (run_all(&mut self.plans, reader, root, &failed), reader.root()) {
            (Err(Stop::Lacks(mut lacks)), Err(rest)) => {
                lacks.extend(rest);
                return Err(Stop::Lacks(lacks));
            }
            (outcome, _) => outcome?,
        }
        let root = &*reader.root().map_err(Stop::Lacks)?;
        let mut candidates = match query.terms.len() {
            0 => everything(root),
            terms => candidates(&self.plans, root, terms),
        };
        // Five are read in any case: which of them comes first is seen then. Two or three characters are hardly a heading.
        let titles = candidates.all.iter().filter(|c| c.title && c.together).count();
        let long = query.whole().is_some_and(|whole| whole.folded.chars.len() > SHORT);
        if best
            && (titles > FIVE || long && candidates.all.len() > FIVE)
            && let Some(edges) = &mut self.edges
        {
            edges.run(reader, root, &failed, titles > FIVE, &mut |list| mark_edges(&mut candidates.all, list, root))?;
            mark_edges(&mut candidates.all, edges.passages(), root);
        } else if best && titles > 1 {
            // Of those that share a passage, five may match before the one whose title it is has been read.
            candidates.all.iter_mut().for_each(|c| c.equal = c.title && c.together && !c.alone);
        }
        let days = match self.options.sort {
            Sort::Oldest => match reader.dates() {
                Err(Stop::Lacks(lacks)) if lost(&self.failed, &lacks) => Vec::new(),
                days => days?,
            },
            _ => Vec::new(),
        };
        put_in_order(&mut candidates.all, root, self.options.sort, &days, self.among.as_deref(), long);
        self.all_known = candidates.known;
        // A term that may stand in a text as it is folded and yet not stand there is known when it is seen.
        let plain = query.terms.iter().all(|term| !term.folded.needs_a_look(&root.table));
        self.all_exact = candidates.exact && plain && self.options.off == Off::default();
        Ok(candidates.all)
    }

    fn thorough(&self, reader: &Reader) -> bool {
        self.options.limit == 0 || self.options.counted || reader.is_whole()
    }

    fn wanted(&self, reader: &Reader) -> usize {
        match self.options.limit {
            // With everything in memory counts may as well be exact.
            _ if self.thorough(reader) => usize::MAX,
            // Fives are put in order as a whole, whatever part of them is asked for.
            limit => (self.options.offset as usize).saturating_add(limit as usize).saturating_add(FIVE - 1) / FIVE * FIVE,
        }
    }

    fn verify(&mut self, reader: &mut Reader, root: &Rc<Root>, query: &Query) -> Result<(), Stop> {
        let Some(folder) = &self.folder else { return Ok(()) };
        let wanted = self.wanted(reader);
        let task = Task {
            root,
            query,
            plans: &self.plans,
            edges: self.edges.as_ref(),
            folder,
            thorough: self.thorough(reader),
            failed: &self.failed,
        };
        loop {
            // Take up as many candidates as may still be needed. Each is of one article, or of some that share a block.
            let order = self.order.as_deref().unwrap_or_default();
            let mut open = self.work.chunk_by(|a, b| a.at == b.at).count();
            // The first five are shown before the others are asked for.
            let first = self.options.limit > 0 && self.options.offset == 0 && (self.matching as usize) < FIVE;
            let wanted = if first { wanted.min(FIVE) } else { wanted };
            let reach = reach(order, &self.verified);
            while open < BLOCKS_A_STEP
                && let Some(&candidate) = order.get(self.verified.len())
                && (self.matching as usize + open < wanted || candidate.equal && self.verified.len() < reach)
            {
                let at = self.verified.len();
                self.work.extend((candidate.first..candidate.end).map(|article| task.take_up(candidate, article, at)));
                self.verified.push((candidate.first..candidate.end).map(|_| None).collect());
                open += 1;
            }
            if self.work.is_empty() {
                return Ok(());
            }
            let mut need = Lacks::new();
            for mut work in std::mem::take(&mut self.work) {
                let matches = match task.advance(&mut work, reader) {
                    Err(Stop::Lacks(lacks)) => {
                        need.extend(lacks);
                        self.work.push(work);
                        continue;
                    }
                    other => other?,
                };
                let Work { facts, article, at, .. } = work;
                let place = (article - work.candidate.first) as usize;
                let hit = if matches { finish(&mut work).map(Rc::new) } else { None };
                self.matching += u32::from(hit.is_some());
                if let Some(open) = self.verified.get_mut(at).and_then(|articles| articles.get_mut(place)) {
                    *open = Some(Verified { article, facts, hit });
                }
            }
            if !need.is_empty() {
                in_order(&mut need);
                need.truncate(BLOCKS_A_STEP);
                return Err(Stop::Lacks(need));
            }
        }
    }

    /// The answer from what is verified so far. What is not exact is a lower bound.
    #[inline(never)]
    fn answer(&self, reader: &Reader) -> Found {
        let order = self.order.as_deref().unwrap_or_default();
        // What is read beyond what is wanted depends on what came first; no answer may.
        let wanted = self.wanted(reader);
        let thorough = self.thorough(reader);
        if self.lists {
            return self.listed(order);
        }
        let reach = reach(order, &self.verified);
        let mut found = self.found(page(&self.options, order, &self.verified, reach));
        let (mut read, mut whole_hits) = (0, true);
        for (candidate, articles) in order.iter().zip(&self.verified) {
            if found.articles as usize >= wanted && !(candidate.equal && read < reach) || articles.iter().any(Option::is_none) {
                break;
            }
            for hit in articles.iter().flatten().filter_map(|v| v.hit.as_ref()) {
                found.articles += 1;
                found.hits += hit.hits;
                whole_hits &= thorough || hit.hits_exact;
            }
            read += 1;
        }
        let all_read = read == order.len();
        let known = self.failed.is_empty() && self.all_known;
        // One article in whose passages each term starts matches. Of several that share them, one does if there is one term.
        let whole = self.plans.len() == 1 && self.options.sort != Sort::Oldest && self.among.is_none();
        let sure = |c: &Candidate| self.all_exact && (c.alone || whole);
        let mut alone = true;
        for candidate in order.iter().skip(read) {
            alone &= candidate.alone;
            if sure(candidate) {
                found.articles += 1;
                // In a passage where a term starts it stands at least once.
                found.hits += u64::from(candidate.passages);
            }
        }
        if !self.work.is_empty() {
            found.articles = found.articles.max(self.matching);
        }
        found.articles_exact = known && (all_read || self.all_exact && alone);
        found.hits_exact = known && all_read && whole_hits;
        found
    }

    /// The results that can be told by now and were not, in the order in which [`page`] shows all of them; nothing of them is kept.
    #[inline(never)]
    fn tell(&mut self, done: bool) -> Found {
        let mut told = self.told.take().unwrap_or_default();
        let order = self.order.as_deref().unwrap_or_default();
        let (mut count, mut at, mut end) = (0, told.candidates, told.candidates);
        // What has been told is not looked at again.
        let reach = if at > 0 { 0 } else { reach(order, &self.verified) };
        for articles in self.verified.iter().skip(at) {
            if articles.iter().any(Option::is_none) {
                break;
            }
            at += 1;
            count += articles.iter().flatten().filter(|v| v.hit.is_some()).count();
            // Fives are put in order as a whole, and the first ones wait for those that may come before them.
            if done || self.options.sort != Sort::Best || count.is_multiple_of(FIVE) && at >= reach {
                end = at;
            }
        }
        let new = told.candidates..end;
        let options = Options { offset: self.options.offset.saturating_sub(told.articles), ..self.options };
        let (order, verified) = (order.get(new.clone()).unwrap_or_default(), self.verified.get_mut(new).unwrap_or_default());
        let results = page(&options, order, verified, reach);
        for articles in verified {
            for hit in std::mem::take(articles).into_iter().flatten().filter_map(|v| v.hit) {
                told.articles += 1;
                told.hits += hit.hits;
            }
        }
        let mut found = self.found(results);
        (found.articles, found.hits, told.candidates) = (told.articles, told.hits, end);
        found.articles_exact = done && self.failed.is_empty() && self.all_known;
        found.hits_exact = found.articles_exact;
        self.told = Some(told);
        found
    }

    /// The articles that match for sure, instead of any result.
    fn listed(&self, order: &[Candidate]) -> Found {
        let mut found = self.found(Vec::new());
        let mut list = Vec::new();
        found.articles_exact = self.failed.is_empty() && self.all_known;
        for (at, candidate) in order.iter().enumerate() {
            match self.verified.get(at) {
                Some(articles) => list.extend(articles.iter().flatten().filter(|v| v.hit.is_some()).map(|v| v.article)),
                None if self.may || self.all_exact && candidate.alone => list.push(candidate.first),
                None => {
                    // One article at least of those that share a passage, but not which.
                    found.articles += u32::from(self.all_exact && self.plans.len() == 1 && self.among.is_none());
                    found.articles_exact = false;
                }
            }
        }
        found.articles += list.len() as u32;
        found.list = Some(list);
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
            list: None,
        }
    }
}
