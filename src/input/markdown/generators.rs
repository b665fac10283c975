//! Which signs of a generator stand in Markdown that its readers never see?
//!
//! A first reading by the parser tells where code and formulas are: nothing is touched there. Everywhere else signs are found by their
//! characters, and all that is to go or to change becomes a list of edits, applied at once. One pass over the text for each
//! sort, and what closes a sign is looked for once.

use super::constructs::{Construct, Without};
use super::edits::Edits;
use super::{emphasis, lines, pairs, signs};
use std::borrow::Cow;

/// Stands between emphasis and punctuation, so that the parser sees emphasis there. A code point that is no character; the
/// text is written without it.
pub(super) const SEAM: &str = "\u{FDD0}";

/// The text without these signs.
pub(super) fn plain(text: &str, without: Without) -> Cow<'_, str> {
    const SIGNS: [&str; 22] = [
        ":::", "{", "[[", "==", "++", "%%", "[!", "\n///", "*[", "[TOC]", "[toc]", " ^", "--8<--", "^[", "《", "\n<<< ", "@[",
        "@include", "[^", "import ", "export ", "- [",
    ];
    let seams = if without.has(Construct::Emphasis) { emphasis::seams(text) } else { Vec::new() };
    let scripts = without.has(Construct::Scripts) && text.contains(['^', '~']);
    let components = without.has(Construct::Components) && signs::has_component(text);
    if seams.is_empty() && !scripts && !components && !SIGNS.iter().any(|sign| text.contains(sign)) {
        return Cow::Borrowed(text);
    }
    let mut edits = Edits::new(text, without);
    lines::read(&mut edits);
    signs::read(&mut edits);
    pairs::read(&mut edits);
    for at in seams {
        // Beside code, not in it.
        let beside = edits.code.binary_search_by_key(&at, |range| range.start).is_ok();
        if beside || edits.inside(at).is_none() {
            edits.put(at..at, SEAM);
        }
    }
    edits.apply()
}
