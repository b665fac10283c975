//! Where does each article of a newspaper page begin, and what is its head?

/// A site's own rules for cutting pages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {}

/// One article of a page.
pub(crate) struct Piece {
    /// Headline.
    pub(crate) title: String,
    /// Paragraphs.
    pub(crate) text: String,
    /// Byte ranges of headings in `text`.
    pub(crate) headings: Vec<(usize, usize)>,
    /// Byline, date, source.
    pub(crate) meta: Vec<(String, String)>,
    /// The page's line on which the article begins, counted from 1.
    pub(crate) line: usize,
}

/// Cuts a page into its articles; empty if it is none.
pub(crate) fn cut(_text: &str, _rules: &Rules, _certain: bool) -> Vec<Piece> {
    Vec::new()
}
