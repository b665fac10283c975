//! What was typed?
//!
//! Terms separated by white space, all of which must occur. A quotation mark at the start of a term opens a phrase, which keeps
//! its spaces and ends at a quotation mark before white space or the end; a phrase that is not closed goes to the end of the
//! query. Anywhere else a quotation mark is a character like any other, and so it is where nothing else was typed.

use std::sync::Arc;

use crate::error::{Error, Reason};
use crate::fold::Off;
use crate::fold::table::Table;
use crate::fold::term::Term as Folded;
use crate::format::grams::SHORTEST_PASSAGE;

/// The longest query, in folded characters over all terms.
pub const LONGEST: usize = SHORTEST_PASSAGE;

/// One term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// As typed, without quotation marks.
    pub typed: String,
    /// Folded with all folds.
    pub folded: Folded,
    /// Folded with the query's folds.
    pub exact: Folded,
}

impl Term {
    // One copy of it in the module.
    #[inline(never)]
    fn new(table: &Arc<Table>, typed: &str, off: Off) -> Term {
        Term { typed: typed.to_owned(), folded: Folded::new(table, typed, Off::default()), exact: Folded::new(table, typed, off) }
    }

    /// Whether the two ask for the same. With folds switched off they may have one exact form and yet fold to two.
    fn is(&self, other: &Term) -> bool {
        self.exact == other.exact && self.folded == other.folded
    }
}

/// A query, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// The terms that have characters after folding, each once.
    pub terms: Vec<Term>,
    /// Two or more terms as one, in the order they were typed, each as often as it was.
    pub together: Option<Term>,
    /// Folds switched off.
    pub off: Off,
}

impl Query {
    /// All that was typed, as one term, where it can be looked for.
    pub fn whole(&self) -> Option<&Term> {
        match (&self.together, &self.terms[..]) {
            (None, [one]) => Some(one),
            (together, _) => together.as_ref(),
        }
    }
}

/// Splits a query at white space and quotation marks.
pub fn split(query: &str) -> Vec<&str> {
    let mut terms = Vec::new();
    let mut rest = query.trim_start();
    while let Some(first) = rest.chars().next() {
        let closing = match first {
            '"' => Some('"'),
            '“' => Some('”'),
            _ => None,
        };
        let inner = if closing.is_some() { rest.get(first.len_utf8()..).unwrap_or_default() } else { rest };
        let (mut end, mut next) = (inner.len(), inner.len());
        let mut chars = inner.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            let ends = match closing {
                Some(closing) => c == closing && chars.peek().is_none_or(|(_, c)| c.is_whitespace()),
                None => c.is_whitespace(),
            };
            if ends {
                (end, next) = (at, at + c.len_utf8());
                break;
            }
        }
        terms.push(inner.get(..end).unwrap_or_default());
        rest = inner.get(next..).unwrap_or_default().trim_start();
    }
    terms
}

/// Folds a query with an index' table. O(length · log table).
///
/// `alphabet`: the folded characters of the corpus. A term with any other does not occur, and how long it is cannot be said
/// without data on characters that the index does not need; it is refused only when it is far too long.
pub fn parse(table: &Arc<Table>, alphabet: &[u32], query: &str, off: Off) -> Result<Query, Error> {
    let mut chars = 0;
    query.chars().for_each(|_| chars += 1);
    if chars > LONGEST * 64 {
        return Err(Reason::TooLong { most: LONGEST, got: chars }.into());
    }
    let term = |typed: &str| Term::new(table, typed, off);
    let mut terms: Vec<Term> = Vec::new();
    // The length counts a term each time it is typed, and together they stand as typed.
    let mut got = 0;
    let mut whole = String::new();
    let mut count = 0;
    for typed in split(query) {
        let term = term(typed);
        got += term.folded.chars.len();
        if !term.folded.chars.is_empty() {
            if count > 0 {
                whole.push(' ');
            }
            whole.push_str(typed);
            count += 1;
        }
        // Of too many, the rest need not be told apart.
        if !term.folded.chars.is_empty() && got <= LONGEST * 4 && terms.iter().all(|t| !t.is(&term)) {
            terms.push(term);
        }
    }
    if terms.is_empty() {
        let marks = term(query.trim());
        got = marks.folded.chars.len();
        if got > 0 {
            terms.push(marks);
        }
    }
    let known = || terms.iter().flat_map(|t| &t.folded.chars).all(|c| alphabet.contains(c));
    if got > LONGEST * 4 || got > LONGEST && known() {
        return Err(Reason::TooLong { most: LONGEST, got }.into());
    }
    let together = (count > 1).then(|| term(&whole));
    // Together they may be longer than the longest query by the spaces between them; then together they are not looked for.
    Ok(Query { terms, together: together.filter(|t| t.folded.chars.len() <= LONGEST), off })
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn terms_and_phrases() {
        for (query, terms) in [
            ("", vec![]),
            (" \u{3000}\n ", vec![]),
            ("a  b\u{3000}c", vec!["a", "b", "c"]),
            ("\"a b\" c", vec!["a b", "c"]),
            ("“a b” c", vec!["a b", "c"]),
            ("\"a b", vec!["a b"]),
            ("5\"x \"", vec!["5\"x", ""]),
            ("\"a\"b c\" d", vec!["a\"b c", "d"]),
            ("\"\"", vec![""]),
        ] {
            assert_eq!(split(query), terms, "{query}");
        }
    }
}
