//! When does a query match an article? The judge: every fold, every position and every count worked out
//! character by character, in the plainest way, from Unicode data. The engine may never disagree with it.
//!
//! `characters` says what one character folds to, `stream` how a text is folded and where a term stands in it, `snippets` and
//! `order` what is promised of an answer; `scan` is the same quicker. The data of MATCHING's named sources stand beside them, reduced to what is used:
//! `latin.txt` (CLDR's Latin-ASCII) and `radicals.txt` (Unicode's EquivalentUnifiedIdeograph.txt); a test compares them with
//! Debian's packages where these are installed.

// Each test binary that includes this module uses its own part of it.
#![allow(dead_code)]

#[path = "naive/characters.rs"]
pub mod characters;
#[path = "naive/order.rs"]
pub mod order;
#[path = "naive/scan.rs"]
pub mod scan;
#[path = "naive/snippets.rs"]
pub mod snippets;
#[path = "naive/stream.rs"]
mod stream;

use std::collections::BTreeSet;

pub use characters::is_invisible;
pub use stream::{Folded, Term, fold, occurrences, places};

/// The longest query, in characters of all its terms together after every fold.
pub const LONGEST_QUERY: usize = 512;

/// Which folds are switched off; the default is none. Composition and invisible characters are always folded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Off {
    /// `TiDB` and `tidb` are two things.
    pub case: bool,
    /// Full width, half width, ligatures, circled digits and other compatibility forms are what they are.
    pub width: bool,
    /// Simplified, traditional and variant Han characters are told apart.
    pub variant: bool,
    /// White space counts as it stands.
    pub space: bool,
    /// `café` and `cafe` are two things.
    pub diacritics: bool,
    /// Quotation marks, dashes, dots and commas of different shape are told apart.
    pub punctuation: bool,
}

impl Off {
    /// No fold is switched off.
    pub const NONE: Off = Off::from_bits(0);
    /// Every fold that can be switched off is.
    pub const ALL: Off = Off::from_bits(63);

    /// The `bits`-th of the 64 combinations: case 1, width 2, variant 4, space 8, diacritics 16, punctuation 32.
    pub const fn from_bits(bits: u8) -> Off {
        Off {
            case: bits & 1 != 0,
            width: bits & 2 != 0,
            variant: bits & 4 != 0,
            space: bits & 8 != 0,
            diacritics: bits & 16 != 0,
            punctuation: bits & 32 != 0,
        }
    }

    /// The names that the command's and the script's `exact` take, joined by commas.
    pub fn names(self) -> String {
        [
            (self.case, "case"),
            (self.width, "width"),
            (self.variant, "variant"),
            (self.space, "space"),
            (self.diacritics, "diacritics"),
            (self.punctuation, "punctuation"),
        ]
        .iter()
        .filter(|(off, _)| *off)
        .map(|(_, name)| *name)
        .collect::<Vec<_>>()
        .join(",")
    }
}

/// The terms of a query, as typed, quotation marks taken off, empty ones too.
///
/// White space parts terms. A `"` or `“` at the start of a term opens a quoted term; it ends at the next `"` or
/// `”` (the kind that fits) that white space or the query's end follows, or else at the query's end. Quotation
/// marks anywhere else are characters like others, and so are they when no term has a character after folding.
pub fn terms(query: &str) -> Vec<String> {
    let chars: Vec<char> = query.chars().collect();
    let mut terms = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        if chars[at].is_whitespace() {
            at += 1;
            continue;
        }
        let closing = match chars[at] {
            '"' => Some('"'),
            '“' => Some('”'),
            _ => None,
        };
        let mut end;
        if let Some(closing) = closing {
            at += 1;
            end = at;
            while end < chars.len() && !(chars[end] == closing && chars.get(end + 1).is_none_or(|next| next.is_whitespace())) {
                end += 1;
            }
        } else {
            end = at;
            while end < chars.len() && !chars[end].is_whitespace() {
                end += 1;
            }
        }
        terms.push(chars[at..end].iter().collect());
        // Past the closing quotation mark or the white space.
        at = end + 1;
    }
    if terms.iter().all(|term: &String| Term::new(term, Off::NONE).length() == 0) {
        terms = Some(query.trim().to_owned()).filter(|typed| !typed.is_empty()).into_iter().collect();
    }
    terms
}

/// A query that is over [`LONGEST_QUERY`]; it is not searched for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong {
    /// Its length in characters after every fold, all terms together.
    pub folded: usize,
}

/// The terms to look for, folded: those that every fold together leaves something of, each once.
///
/// The length is that after all folds, whatever is switched off, and counts a term typed twice twice.
pub fn folded_terms(query: &str, off: Off) -> Result<Vec<Term>, TooLong> {
    let mut folded: Vec<Term> = Vec::new();
    let mut length = 0;
    for typed in terms(query) {
        let full = Term::new(&typed, Off::NONE).length();
        if full == 0 {
            continue;
        }
        length += full;
        let term = Term::new(&typed, off);
        if !folded.contains(&term) {
            folded.push(term);
        }
    }
    if length > LONGEST_QUERY {
        return Err(TooLong { folded: length });
    }
    Ok(folded)
}

/// The whole query in a row, as typed: all terms of which something is left, a repeated one too, a space between.
pub fn in_a_row(query: &str) -> String {
    terms(query).into_iter().filter(|term| Term::new(term, Off::NONE).length() > 0).collect::<Vec<String>>().join(" ")
}

/// The whole query as one term. `None` if nothing of it is left, or it is too long.
pub fn whole(query: &str, off: Off) -> Option<Term> {
    let typed = in_a_row(query);
    let length = Term::new(&typed, Off::NONE).length();
    (1..=LONGEST_QUERY).contains(&length).then(|| Term::new(&typed, off))
}

/// What the judge needs of an article.
pub trait Searched {
    /// The title; empty when there is none.
    fn title(&self) -> &str;
    /// The body, in reading order.
    fn text(&self) -> &str;
}

impl<A: AsRef<str>, B: AsRef<str>> Searched for (A, B) {
    fn title(&self) -> &str {
        self.0.as_ref()
    }
    fn text(&self) -> &str {
        self.1.as_ref()
    }
}

/// An article that matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Match {
    /// Its place among the articles, from 0.
    pub id: usize,
    /// Occurrences in title and body, of all different terms together.
    pub hits: usize,
}

/// Articles folded once, for many queries.
#[derive(Clone, Debug)]
pub struct Library {
    off: Off,
    /// Title and body of each article: two streams, never joined.
    articles: Vec<[Folded; 2]>,
}

impl Library {
    /// Folds all articles with all folds but those that are `off`.
    pub fn new<A: Searched>(articles: &[A], off: Off) -> Library {
        Library { off, articles: articles.iter().map(|a| [fold(a.title(), off), fold(a.text(), off)]).collect() }
    }

    /// Title and body of an article, folded.
    pub fn folded(&self, id: usize) -> &[Folded; 2] {
        &self.articles[id]
    }

    /// Every article that has every term, in input order. A query without terms finds nothing.
    pub fn search(&self, query: &str) -> Result<Vec<Match>, TooLong> {
        let terms = folded_terms(query, self.off)?;
        let mut found = Vec::new();
        if terms.is_empty() {
            return Ok(found);
        }
        for (id, streams) in self.articles.iter().enumerate() {
            let hits: Vec<usize> = terms.iter().map(|t| streams.iter().map(|s| occurrences(s, t).len()).sum()).collect();
            if hits.iter().all(|&h| h > 0) {
                found.push(Match { id, hits: hits.iter().sum() });
            }
        }
        Ok(found)
    }
}

/// Every article that matches `query` when the folds in `off` are switched off on both sides, in input order.
pub fn search<A: Searched>(articles: &[A], query: &str, off: Off) -> Result<Vec<Match>, TooLong> {
    Library::new(articles, off).search(query)
}

/// Like [`search`], but an article must also match with every fold on. That is the same except where a fold
/// that is switched off joins characters: with `width` off `ｶ` is found in `ｶﾞ`, which with it on is the one
/// letter `ガ`.
pub fn search_among_default<A: Searched>(articles: &[A], query: &str, off: Off) -> Result<Vec<Match>, TooLong> {
    let default = search(articles, query, Off::NONE)?;
    let mut found = search(articles, query, off)?;
    found.retain(|m| default.iter().any(|d| d.id == m.id));
    Ok(found)
}

/// All marks that a term may get in `text`, as `[start, end)` in UTF-16 units, one for every place where it
/// stands, in order and without repeats; marks of overlapping places overlap.
pub fn marks(text: &str, term: &str, off: Off) -> Vec<(usize, usize)> {
    let units = utf16_starts(text);
    let places: BTreeSet<(usize, usize)> = places(&fold(text, off), &Term::new(term, off)).into_iter().collect();
    places.into_iter().map(|(start, end)| (units[start], units[end])).collect()
}

/// Where each character of `text` starts in UTF-16 units, and where the text ends.
pub fn utf16_starts(text: &str) -> Vec<usize> {
    let mut starts = vec![0];
    let mut at = 0;
    for c in text.chars() {
        at += c.len_utf16();
        starts.push(at);
    }
    starts
}
