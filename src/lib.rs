//! Exact substring search for static sites, lazily: an n-gram index as small immutable files, read in the reader's browser.
//!
//! # The life of an article, from disk to disk
//!
//! ```text
//! input     files ─ which kind, which encoding ─ titles, texts, headings, facts: an Article each
//! builder   Articles, as they come ─ corpus (order, alphabets, folding table) ─ passages ─┬─ grams ─ pages
//!           what its memory does not hold waits in temporary files (disk)                 ├─ blocks of text
//!                                                                                         └─ columns of facts
//! format    each of these as the payload of a file, sealed with length, checksum and the build's id
//! disk      new files beside the old ones; the manifest, which names them, last
//! ```
//!
//! # The life of a query, from disk to disk
//!
//! ```text
//! www       what was typed ─ worker ─ bin/engine (conversions, nothing else)        or bin/xunzi, from a folder
//! search    query (terms, folded by the index' own table) ─ plan (gram pages: which passages may hold a term)
//!           ─ rank (which articles to open first) ─ article (verified on the original text, block by block)
//!           ─ snippet, answer ─ value (what scripts see)
//! ```
//!
//! [`search::Search::step`] goes as far as the files in memory allow and names those it lacks; whoever drives it fetches
//! them, in any order, and hands them to [`search::index::Reader::feed`], which verifies each whole before it keeps it.
//!
//! ```
//! # #[cfg(feature = "cli")] {
//! use xunzi::search::{Options, Search, index::Reader};
//! use xunzi::{Article, builder};
//!
//! let article = Article { title: "早报".into(), text: "志愿者清扫积雪。".into(), ..Article::default() };
//! let built = builder::build(&[article], &builder::Options::default()).expect("there is an article");
//!
//! let open: Vec<&str> = built.open.iter().map(String::as_str).collect();
//! let mut reader = Reader::new(built.id, &open).expect("the build names its first file");
//! let mut search = Search::new("志愿", Options::default());
//! let found = loop {
//!     let step = search.step(&mut reader).expect("the files are whole");
//!     if step.done {
//!         break step.found.expect("nothing was missing");
//!     }
//!     for file in step.need {
//!         let (_, bytes) = built.files.iter().find(|(name, _)| *name == file.name()).expect("a file of the build");
//!         reader.feed(file, bytes).expect("a whole file");
//!     }
//! };
//! assert_eq!((found.articles, found.hits, found.hits_exact), (1, 1, true));
//! assert_eq!(found.results[0].snippets[0].marks, [(0, 2)]);
//! # }
//! ```
//!
//! # Four numbers
//!
//! What they count is said once, at their names: [`format::Passage`], [`format::Number`] (of an article), [`format::Id`] (of
//! an article, too) and [`format::Rank`] (of a character).
//!
//! # The floors
//!
//! A folder is a floor; who may import whom is kept by `tests/house.rs`:
//!
//! ```text
//! bin      page     the command; the engine; the tool that makes the page's files
//! disk              reads and writes folders
//! search   builder  input      the page's half; its twin; what there is to read. None knows another
//! format                       the bytes of an index, each section with its writer and its reader
//! fold                         when two spellings count as the same
//! error                        what can go wrong with a question or a file
//! codec sort date address     numbers as bits and bytes; lists in order; days; which addresses are handed out
//! ```
//!
//! # Invariants
//!
//! * The library does no I/O but in `input`, `disk` and `bin`; it has no clock, no threads but the builder's, and no `unsafe`.
//! * It never panics on bytes from outside, never loops or allocates beyond what their size allows.
//! * `builder` and `search` never use each other; what they share are the sections of the format.
//! * An answer depends on query, options and index only, never on what was asked before or is in memory.
//! * In `codec`, `fold`, `format` and `search` there is no `format!`, no sort of the standard library and no index that can
//!   panic, but in what the builder alone calls. Readers wait for every byte of the engine, and the first use of each brought
//!   3,072, 5,937 and 1,364 bytes (gzipped 1,462, 2,665 and 794) to an engine of 97,631 (43,813).

#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod address;
#[cfg(feature = "cli")]
pub mod builder;
#[doc(hidden)] // public for the tests, which write bytes of their own
pub mod codec;
#[cfg(feature = "cli")]
mod date;
#[cfg(feature = "cli")]
pub mod disk;
pub mod error;
pub mod fold;
pub mod format;
#[cfg(feature = "cli")]
pub mod input;
#[doc(hidden)] // public for the tool that makes the page's files
pub mod page;
pub mod search;
mod sort;

/// An article as it comes in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Article {
    /// Its title. Not repeated in `text`.
    pub title: String,
    /// What a reader sees below the title: paragraphs and headings, a line each. U+2029 ends a block, across whose end
    /// nothing is found; where there is none, all of the text is one block.
    pub text: String,
    /// The headings within `text`.
    pub headings: Vec<Heading>,
    /// Parts of `text` that count more or less than the rest: none lies in another, and each is in order.
    pub weights: Vec<Weight>,
    /// Its address.
    pub url: String,
    /// Metadata by key: `id`, `date`, `author`, `source`, `section`, `tags`, `lang`, and any other. A key with several
    /// values, an article's tags say, stands once for each, in order.
    pub meta: Vec<(String, String)>,
}

/// A part of the text of an article, and how much an occurrence in it counts; elsewhere one counts as much as its article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weight {
    /// Where it starts in the text, in bytes.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// In hundredths of what is usual, 1,000 at most.
    pub hundredths: u16,
}

/// A heading within the text of an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// Where its words start in the text, in bytes.
    pub start: usize,
    /// Where they end.
    pub end: usize,
    /// What a link to it has after `#`.
    pub anchor: String,
}
