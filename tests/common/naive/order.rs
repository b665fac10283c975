//! In which order do articles stand, as far as a reader can tell?

use super::characters::replace;
use super::{Folded, Off, Term, folded_terms, in_a_row, occurrences, places, whole};

/// What MATCHING's list goes by within five articles, from the first fact on, as far as it is the text's: greater comes first.
/// Nearness and all that follows it are compared where everything before is equal and there is one term only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// The title is the query.
    pub is_title: bool,
    /// The whole query stands in the article, in a row.
    pub together: bool,
    /// Every term is in the title.
    pub in_title: bool,
    /// It stands so as typed.
    pub exact: bool,
}

/// What a query asks for, for every article.
pub struct Order {
    terms: Vec<Term>,
    whole: Option<Term>,
    /// All that was typed, in a row.
    typed: String,
    /// Whether what was typed is seen in the text from end to end: nothing at its ends that counts as nothing.
    plain: bool,
}

impl Order {
    /// `None` if nothing can be said: too long, or nothing to look for.
    pub fn new(query: &str, off: Off) -> Option<Order> {
        let found = folded_terms(query, off).ok()?;
        let whole = whole(query, off);
        let typed = in_a_row(query);
        let seen = |c: Option<char>| c.is_some_and(|c| !c.is_whitespace() && !replace(c, off).is_empty());
        let plain = seen(typed.chars().next()) && seen(typed.chars().next_back());
        (!found.is_empty() && whole.is_some()).then_some(Order { terms: found, whole, typed, plain })
    }

    /// Whether some occurrence is what was typed, letter for letter.
    fn is_exact(&self, text: &str, folded: &Folded, whole: &Term) -> bool {
        let typed: Vec<char> = self.typed.chars().collect();
        let chars: Vec<char> = text.chars().collect();
        places(folded, whole).into_iter().any(|(start, end)| chars[start..end] == typed)
    }

    /// The key of an article that matches.
    pub fn key(&self, title: &str, text: &str, folded: [&Folded; 2]) -> Key {
        let whole = self.whole.as_ref().expect("checked");
        let [in_title, in_text] = folded;
        Key {
            is_title: is_all(in_title, whole),
            together: !places(in_title, whole).is_empty() || !places(in_text, whole).is_empty(),
            in_title: self.terms.iter().all(|t| !occurrences(in_title, t).is_empty()),
            exact: self.plain && (self.is_exact(title, in_title, whole) || self.is_exact(text, in_text, whole)),
        }
    }
}

/// Whether a term is all that a title says.
fn is_all(title: &Folded, term: &Term) -> bool {
    title.chars.len() == term.chars.len() && !places(title, term).is_empty()
}
