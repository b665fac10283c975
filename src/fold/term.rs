//! A term folded: what is looked for, and what is asked of where it stands.
//!
//! At the edges of a term nobody knows what stood beyond, so a dash there that touches a letter or digit may have been
//! dropped from a text or not: it is taken off the term, and must stand in the original. Where white space was dropped from a
//! text, a term must have white space too, or a word's edge at its own ends: [`crate::fold::folder::Folder::place`].

use std::sync::Arc;

use crate::fold::folder::{BLOCK_END, fold_codes, gap, kind};
use crate::fold::table::Table;
use crate::fold::{Off, class};

/// A folded term.
#[derive(Clone, Default, Debug, PartialEq, Eq)]
pub struct Term {
    /// The folded characters (code points).
    pub chars: Vec<u32>,
    /// A dash must stand before them,
    pub(super) before: bool,
    /// and behind them.
    pub(super) after: bool,
    /// Before which of them the term has white space that was dropped, where it may count.
    pub(super) spaces: Vec<u32>,
}

impl Term {
    /// Folds what was typed. O(length · log table).
    pub fn new(table: &Arc<Table>, typed: &str, off: Off) -> Term {
        // No block ends in a query.
        let mut codes = Vec::new();
        for c in typed.chars() {
            codes.push(if c as u32 == BLOCK_END { 0x20 } else { c as u32 });
        }
        let folded = fold_codes(table, codes, off);
        let second = folded.chars.get(1).map(|&c| (c, table.class(c)));
        // A mark stands on the dash, unless there is white space between the two: then it is a letter of its own.
        let apart = folded.gaps(1, 2).next().is_some();
        let touched = |(c, class)| kind::is_word(kind::of(c, class)) && (apart || !class.is(class::ATTACHED));
        let before = !off.has(Off::PUNCTUATION) && folded.chars.first() == Some(&0x2D) && second.is_some_and(touched);
        let (from, to) = (usize::from(before), folded.chars.len() - usize::from(folded.open));
        let mut term = Term { before, after: folded.open, ..Term::default() };
        for (at, gap) in folded.gaps(from + 1, to) {
            if gap & (gap::WORDS | gap::START) != 0 {
                term.spaces.push((at - from) as u32);
            }
        }
        term.chars.extend(folded.chars.get(from..to).unwrap_or_default());
        term
    }

    /// Whether a dash must stand behind its characters.
    pub fn has_dash_behind(&self) -> bool {
        self.after
    }

    /// Whether it may stand in a text in its folded form and yet not stand there. Known from the term alone.
    pub fn needs_a_look(&self, table: &Table) -> bool {
        let mut before = kind::OTHER;
        let mut runs_over = (0..).zip(&self.chars).filter(|&(at, &c)| {
            let (last, this) = (before, kind::of(c, table.class(c)));
            before = this;
            let words = last != this && kind::is_spaced(last) && kind::is_spaced(this);
            (words || last == this && this == kind::HANGUL) && !self.spaces.contains(&at)
        });
        self.before || self.after || runs_over.next().is_some()
    }
}
