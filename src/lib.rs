//! Exact substring search for static sites.
//!
//! # Life of an article
//!
//! `build` (native only) folds its text with a table made for the corpus (`fold`), cuts it into passages, enters each
//! passage into the posting lists of the n-grams that start in it (`grams`, `postings`), and packs its original text into
//! blocks (`store`). `root` says where everything lies; `columns` holds metadata for all articles at once. Each file is
//! sealed with its length and checksum (`format`).
//!
//! # Life of a query
//!
//! `query` takes it apart and folds it with the same table. `plan` asks the gram dictionary for candidate passages: exact, or
//! few, or none. `search` verifies candidates on the original text, block by block (`text`), ranks the articles, and cuts snippets
//! (`snippet`) for the `answer`; `reading` marks a whole article. It never reads anything itself: `search::Search::step` names the files it lacks, `reader::Reader::feed`
//! takes them in any order, after verifying them.
//!
//! # Invariants
//!
//! * The library does no I/O and has no clock, no threads but the builder's, and no `unsafe`.
//! * It never panics on bytes from outside, never loops or allocates beyond what their size allows.
//! * `build` and `search` never use each other; what they share are the sections of the format.
//! * An answer depends on query, options and index only, never on what was asked before or is in memory.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod address;
#[cfg(feature = "cli")]
pub mod builder;
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
pub mod page;
pub mod search;
pub mod sort;

/// An article as it comes in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Article {
    /// Its title. Not repeated in `text`.
    pub title: String,
    /// What a reader sees below the title: paragraphs and headings, a line each.
    pub text: String,
    /// The headings within `text`.
    pub headings: Vec<Heading>,
    /// Its address.
    pub url: String,
    /// Metadata by key: `id`, `date`, `author`, `source`, `section`, `tags` (joined by `, `), `lang`, and any other.
    pub meta: Vec<(String, String)>,
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
