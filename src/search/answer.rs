//! What does an answer say?

use std::rc::Rc;

use crate::format::Number;

/// Whether all that was needed could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Every byte behind the answer was verified.
    Complete,
    /// Something could not be read.
    Partial,
}

/// Why an answer is partial.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// A code such as `not-found`.
    pub code: String,
    /// The files concerned.
    pub message: String,
}

/// An answer, as scripts and the command print it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The query as typed.
    pub query: String,
    /// Articles that match; at least so many while not exact.
    pub articles: u32,
    /// Occurrences in all of them, titles and texts; at least so many while not exact.
    pub hits: u64,
    /// Whether `articles` is exact.
    pub articles_exact: bool,
    /// Whether `hits` is exact.
    pub hits_exact: bool,
    /// Whether anything could not be read.
    pub state: State,
    /// What could not be read.
    pub problem: Option<Problem>,
    /// The page of results.
    pub results: Vec<Rc<Hit>>,
    /// Numbers of articles that match, where they are to be listed; all of them if `articles` is exact.
    pub list: Option<Vec<Number>>,
}

/// An article found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Its place in input order, from 0.
    pub id: u32,
    /// Its address, if it is one of the web or relative; otherwise empty.
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
    pub meta: Vec<(String, String)>,
    /// Up to three parts of the text, first where the whole query stands together. No two show the same.
    pub snippets: Vec<Snippet>,
    /// The first words of the text, where only the title matches.
    pub lead: Option<String>,
}

/// A part of an article with what was found in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snippet {
    /// `text`, or `title` when the article matches nowhere else.
    pub field: &'static str,
    /// Original text, with … at an end that is no sentence's.
    pub text: String,
    /// Places found: [start, end) in UTF-16 units of `text`.
    pub marks: Vec<(u32, u32)>,
    /// The heading it stands under.
    pub heading: Option<String>,
    /// That heading's anchor.
    pub anchor: Option<String>,
}

/// A whole article, with everything found in it marked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whole {
    /// Its place in input order, from 0.
    pub id: u32,
    /// Its address, if it is one of the web or relative; otherwise empty.
    pub url: String,
    /// Its title.
    pub title: String,
    /// Places found in the title, in UTF-16 units.
    pub title_marks: Vec<(u32, u32)>,
    /// Its text.
    pub text: String,
    /// Places found in the text, in UTF-16 units, not overlapping.
    pub marks: Vec<(u32, u32)>,
    /// Occurrences in title and text, counted as in a list of results.
    pub hits: u64,
    /// Headings in the text, in UTF-16 units.
    pub headings: Vec<Heading>,
    /// Metadata.
    pub meta: Vec<(String, String)>,
}

/// A heading in a whole article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// Start of its words, in UTF-16 units of the text.
    pub start: u32,
    /// Their end.
    pub end: u32,
    /// What a link to it has after `#`.
    pub anchor: String,
}
