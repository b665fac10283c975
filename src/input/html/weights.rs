//! How much does which part of the text count?
//!
//! The innermost mark holds. Where a site gives any, its headings count more than its text, those excepted that stand in a marked
//! element or on a page that has a weight of its own.

use super::marks;
use super::tree::{Element, Id, Tree};
use crate::Weight;

/// A part of the text of a page.
#[derive(Clone, Copy)]
pub(super) struct Part {
    weight: Weight,
    /// It is a heading, and no mark says how much it counts.
    implied: bool,
}

/// What is known so far of the weights of a text.
#[derive(Default)]
pub(super) struct Weights {
    parts: Vec<Part>,
    /// What the elements that the walk is in say, the innermost last.
    open: Vec<(Id, u16)>,
    /// What the whole page counts, and this part of it.
    page: Option<u16>,
    root: Option<u16>,
    /// The level of the heading that is open.
    level: Option<u8>,
    /// Where the last words end.
    end: usize,
}

impl Weights {
    /// Of a page whose text is in some elements.
    pub(super) fn new(tree: &Tree, parts: &[Id]) -> Weights {
        let page = parts.first().and_then(|&part| marks::weight(tree, part));
        Weights { page, ..Weights::default() }
    }

    /// One of these elements begins.
    pub(super) fn root(&mut self, tree: &Tree, id: Id) {
        self.root = marks::weight(tree, id);
    }

    /// An element inside begins.
    pub(super) fn enter(&mut self, id: Id, element: &Element) {
        self.open.extend(marks::said(element).map(|weight| (id, weight)));
    }

    /// It ends.
    pub(super) fn leave(&mut self, id: Id) {
        self.open.pop_if(|open| open.0 == id);
    }

    /// A heading begins, of this level if it has one, or ends.
    pub(super) fn heading(&mut self, level: Option<u8>) {
        self.level = level;
    }

    /// `words` were written, and are the last of a text.
    pub(super) fn wrote(&mut self, text: &str, words: &str) {
        let end = text.trim_end().len();
        let start = text.len().saturating_sub(words.trim_start().len());
        if start >= end {
            return;
        }
        let before = std::mem::replace(&mut self.end, end);
        let said = self.open.last().map(|open| open.1).or(self.root);
        // h1 to h6 count 7 to 2.
        let level = self.level.filter(|_| said.is_none()).map(|level| (8 - u16::from(level)) * 100);
        let Some(hundredths) = level.or(said.filter(|_| said != self.page)) else { return };
        match self.parts.last_mut() {
            Some(last)
                if last.weight.end == before && last.weight.hundredths == hundredths && last.implied == level.is_some() =>
            {
                last.weight.end = end;
            }
            _ => self.parts.push(Part { weight: Weight { start, end, hundredths }, implied: level.is_some() }),
        }
    }

    /// The text from a byte on was taken back.
    pub(super) fn cut(&mut self, from: usize) {
        // Only the last ones can lie there: headings are taken back by the hundred thousand.
        while self.parts.pop_if(|part| part.weight.start >= from).is_some() {}
        if let Some(last) = self.parts.last_mut() {
            last.weight.end = last.weight.end.min(from);
        }
        self.end = self.end.min(from);
    }

    /// The parts, in order.
    pub(super) fn parts(self) -> Vec<Part> {
        self.parts
    }
}

/// Whether a mark says how much a part of the page counts.
pub(super) fn any(parts: &[Part]) -> bool {
    parts.iter().any(|part| !part.implied)
}

/// The weights of a text, those of headings only if they are to count.
pub(super) fn list(parts: Vec<Part>, headings: bool) -> Vec<Weight> {
    parts.into_iter().filter(|part| headings || !part.implied).map(|part| part.weight).collect()
}
