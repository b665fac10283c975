//! What does a reader ask for who has found too much, or nothing?
//!
//! A [`Job`] narrows a search by what the columns say of the articles, counts what was found by value or by time, and says what
//! is near a query, or begins like it. It is the second module's half of the engine, which is fetched when one of these is first
//! asked for. It has a reader of its own, and does not search itself: where a question depends on what matches, it hands out a
//! [`Question`], which [`Search`](crate::search::Search) answers in the first module, and goes on with the answer.

mod counts;
mod forms;
mod near;
pub mod period;
mod request;
mod select;
pub mod timeline;

use std::rc::Rc;

use crate::codec::digits::put_decimal;
use crate::error::Error;
use crate::fold::Off;
use crate::format::columns::Facets;
use crate::format::{File, Number};
#[cfg(feature = "cli")]
use crate::search::answer::Found;
use crate::search::answer::Problem;
use crate::search::index::Reader;
use crate::search::step::{Lacks, Stop, lost};
use crate::search::value::{Fields, Value};
#[cfg(feature = "cli")]
use crate::search::{Options, Search, Sort};

pub use request::{BETWEEN, Call, Request};

/// The key of an article that is not meant.
pub const OUT: u32 = u32::MAX;

/// Which articles hold this?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// A query.
    pub query: String,
    /// The articles it is asked of, by their keys; `None`: all.
    pub keys: Option<Rc<Vec<u32>>>,
    /// Which texts are read for it.
    pub texts: Texts,
    /// Folds switched off.
    pub off: Off,
    /// Which narrowing the keys are of.
    pub(crate) narrowing: usize,
}

#[cfg(feature = "cli")]
impl Question {
    /// The search that answers it.
    pub fn search(&self) -> Search {
        let limit = if self.texts == Texts::All { 0 } else { 1 };
        let mut search =
            Search::new(&self.query, Options { limit, offset: 0, sort: Sort::Newest, off: self.off, counted: false });
        if let Some(keys) = &self.keys {
            search.among(keys.to_vec());
        }
        if self.texts != Texts::Some {
            search.list();
        }
        search
    }
}

#[cfg(feature = "cli")]
impl From<Found> for Told {
    fn from(found: Found) -> Told {
        Told {
            list: found.list.unwrap_or_default(),
            articles: found.articles,
            exact: found.articles_exact,
            problem: found.problem,
        }
    }
}

/// Which texts are read to answer a question?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Texts {
    /// None: what the dictionary says.
    None,
    /// Some, until it is seen in a few articles; they are not listed.
    Some,
    /// All that must be.
    All,
}

/// The articles that hold what was asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Their numbers, as far as they are known one by one.
    pub list: Vec<Number>,
    /// How many they are, at least.
    pub articles: u32,
    /// Whether there are no others.
    pub exact: bool,
    /// What could not be read.
    pub problem: Option<Problem>,
}

/// How far a job got.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Files to feed, or to report as failed.
    pub need: Lacks,
    /// Questions to answer, with their numbers.
    pub asks: Vec<(usize, Question)>,
    /// The end.
    pub found: Option<Outcome>,
}

/// What a job comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The articles that a search is to look among.
    Narrowed(Narrowed),
    /// A list of values, times, forms.
    Listing(Listing),
}

/// The articles that are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Narrowed {
    /// By number: how early it stands; [`OUT`] leaves an article out. `None`: all are meant.
    pub keys: Option<Rc<Vec<u32>>>,
    /// The file that could not be read, and the code.
    pub lost: Option<(File, String)>,
}

/// One line of a [`Listing`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Item {
    /// What sort of thing it is, where there are several.
    pub kind: Option<&'static str>,
    /// What it is.
    pub label: String,
    /// Articles, for each query.
    pub articles: Vec<u32>,
    /// All articles there, whatever is in them.
    pub all: Option<u32>,
    /// Whether the numbers are exact.
    pub exact: Option<bool>,
}

/// A list of values, times, forms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// What the labels are called.
    pub label: &'static str,
    /// Whether each line has one number only.
    pub single: bool,
    /// The lines.
    pub items: Vec<Item>,
    /// What is in none of them, and what it is called.
    pub rest: Option<(&'static str, Item)>,
    /// Whether all numbers are exact.
    pub exact: bool,
    /// What could not be read.
    pub problem: Option<Problem>,
}

/// Why a job cannot go on.
pub(crate) enum Halt {
    /// Files, or what was found wrong.
    Stop(Stop),
    /// Answers.
    Asks(Vec<(usize, Question)>),
}

impl From<Stop> for Halt {
    fn from(stop: Stop) -> Halt {
        Halt::Stop(stop)
    }
}

impl From<Error> for Halt {
    fn from(error: Error) -> Halt {
        Halt::Stop(Stop::Error(error))
    }
}

/// A request under way.
pub struct Job {
    call: Call,
    request: Request,
    asked: Vec<(Question, Option<Told>)>,
    facets: Vec<(u32, Rc<Facets>)>,
    failed: Vec<(File, String)>,
    forms: forms::Forms,
}

impl Job {
    /// A request. Nothing is read yet.
    pub fn new(call: Call, request: Request) -> Job {
        Job { call, request, asked: Vec::new(), facets: Vec::new(), failed: Vec::new(), forms: forms::Forms::default() }
    }

    /// A file cannot be had: the job goes on without it, and its answer will be partial.
    pub fn fail(&mut self, file: File, code: &str) {
        if self.failed.iter().all(|f| f.0 != file) {
            self.failed.push((file, code.to_owned()));
        }
    }

    /// The answer to a question.
    pub fn tell(&mut self, number: usize, told: Told) {
        if let Some(asked) = self.asked.get_mut(number) {
            asked.1 = Some(told);
        }
    }

    /// Goes on as far as files and answers allow.
    pub fn step(&mut self, reader: &mut Reader) -> Result<Progress, Error> {
        let outcome = match self.call {
            Call::Narrow => self.narrow(reader).map(Outcome::Narrowed),
            Call::Counts => self.counts(reader).map(Outcome::Listing),
            Call::Timeline => self.timeline(reader).map(Outcome::Listing),
            Call::Near => self.near(reader).map(Outcome::Listing),
            Call::Complete => self.complete(reader).map(Outcome::Listing),
            Call::Fields => self.fields(reader).map(Outcome::Listing),
        };
        match outcome {
            Ok(found) => Ok(Progress { found: Some(found), ..Progress::default() }),
            Err(Halt::Asks(asks)) => Ok(Progress { asks, ..Progress::default() }),
            // Not even the root can be had.
            Err(Halt::Stop(Stop::Lacks(need))) if lost(&self.failed, &need) => {
                let listing = Listing { problem: self.problem(), ..Listing::default() };
                Ok(Progress { found: Some(Outcome::Listing(listing)), ..Progress::default() })
            }
            Err(Halt::Stop(Stop::Lacks(need))) => Ok(Progress { need, ..Progress::default() }),
            Err(Halt::Stop(Stop::Error(error))) => Err(error),
        }
    }

    /// Has questions answered, all of them together; their answers, in order.
    fn ask(&mut self, questions: Vec<Question>) -> Result<Vec<&Told>, Halt> {
        let mut places = Vec::new();
        for question in questions {
            // Keys are told apart by what they are of.
            let all = |q: &Question| (q.narrowing, q.texts, q.off);
            let same = |q: &Question| q.query == question.query && all(q) == all(&question);
            let place = self.asked.iter().position(|(asked, _)| same(asked)).unwrap_or(self.asked.len());
            if place == self.asked.len() {
                self.asked.push((question, None));
            }
            places.push(place);
        }
        let open: Vec<(usize, Question)> = places
            .iter()
            .filter_map(|&place| self.asked.get(place).filter(|a| a.1.is_none()).map(|a| (place, a.0.clone())))
            .collect();
        if !open.is_empty() {
            return Err(Halt::Asks(open));
        }
        Ok(places.iter().filter_map(|&place| self.asked.get(place)?.1.as_ref()).collect())
    }

    /// How many articles hold each query, at least, and whether there are no others.
    fn count(&mut self, queries: &[String], texts: Texts) -> Result<Vec<(u32, bool)>, Halt> {
        let off = self.request.off;
        let question = |query: &String| Question { query: query.clone(), keys: None, texts, off, narrowing: 0 };
        let told = self.ask(queries.iter().map(question).collect())?;
        Ok(told.iter().map(|told| (told.articles, told.exact)).collect())
    }

    /// Files that cannot be had.
    fn failed(&self) -> &[(File, String)] {
        &self.failed
    }

    /// Which texts are read for a number.
    fn texts(&self) -> Texts {
        if self.request.exact { Texts::All } else { Texts::None }
    }

    /// The values of a column, read once; `None`: they cannot be had.
    fn column(&mut self, reader: &mut Reader, number: u32) -> Result<Option<Rc<Facets>>, Stop> {
        if let Some((_, facets)) = self.facets.iter().find(|(n, _)| *n == number) {
            return Ok(Some(Rc::clone(facets)));
        }
        match reader.facets(number) {
            Err(Stop::Lacks(lacks)) if lost(&self.failed, &lacks) => Ok(None),
            facets => {
                let facets = Rc::new(facets?);
                self.facets.push((number, Rc::clone(&facets)));
                Ok(Some(facets))
            }
        }
    }

    /// The days of the dated articles; `None`: they cannot be had.
    fn days(&self, reader: &mut Reader) -> Result<Option<Vec<i32>>, Stop> {
        match reader.dates() {
            Err(Stop::Lacks(lacks)) if lost(&self.failed, &lacks) => Ok(None),
            days => Ok(Some(days?)),
        }
    }

    /// What could not be read, here or where questions were answered.
    fn problem(&self) -> Option<Problem> {
        let own = self.failed.first();
        own.map(|(file, code)| Problem { code: code.clone(), message: file.name() + " of the index could not be read" })
            .or_else(|| self.asked.iter().filter_map(|(_, told)| told.as_ref()?.problem.clone()).next())
    }
}

impl Outcome {
    /// As scripts see it.
    pub fn value<'a>(&'a self, texts: &'a mut (String, String)) -> Value<'a> {
        let mut out = Fields::default();
        match self {
            Outcome::Narrowed(narrowed) => {
                let (packed_keys, name) = texts;
                if let Some(keys) = &narrowed.keys {
                    *packed_keys = packed(keys);
                    out.text("keys", packed_keys);
                }
                if let Some((file, code)) = &narrowed.lost {
                    *name = file.name();
                    out.put("lost", Value::List(vec![Value::Text(name), Value::Text(code)]));
                }
            }
            Outcome::Listing(listing) => {
                out.put("list", Value::List(listing.items.iter().map(|item| listing.line(item)).collect()));
                if let Some((name, item)) = &listing.rest {
                    out.put(name, listing.line(item));
                }
                out.flag("exact", listing.exact && listing.problem.is_none());
                out.problem(&listing.problem);
            }
        }
        out.end()
    }
}

impl Listing {
    fn line<'a>(&self, item: &'a Item) -> Value<'a> {
        let number = |n: u32| Value::Number(n.into());
        let mut out = Fields::default();
        if let Some(kind) = item.kind {
            out.text("kind", kind);
        }
        if !item.label.is_empty() {
            out.text(self.label, &item.label);
        }
        let articles = match (self.single, item.articles.as_slice()) {
            (true, &[n]) => number(n),
            (_, list) => Value::List(list.iter().map(|&n| number(n)).collect()),
        };
        out.put("articles", articles);
        if let Some(all) = item.all {
            out.number("all", all.into());
        }
        if let Some(exact) = item.exact {
            out.flag("exact", exact);
        }
        out.end()
    }
}

/// Keys as they go out of the second module: a text of numbers, each one more than the key, so that most are 0, left out, or 1.
pub fn packed(keys: &[u32]) -> String {
    let mut out = String::with_capacity(keys.len() * 2);
    for (at, key) in keys.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        put_decimal(&mut out, key.wrapping_add(1).into());
    }
    out
}

/// Numbers as they come into a module: four bytes each.
pub fn unpacked(bytes: &[u8]) -> Vec<u32> {
    bytes.chunks_exact(4).filter_map(|four| Some(u32::from_le_bytes(four.try_into().ok()?))).collect()
}
