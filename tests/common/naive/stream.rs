//! How is a text folded, and where does a term stand in it?
//!
//! A text and a term go through the same steps:
//!
//! 1. invisible characters are dropped, and a line feed behind a soft hyphen with them;
//! 2. each remaining character is replaced on its own (`characters`);
//! 3. combining marks are put into canonical order;
//! 4. marks that writers leave out on Latin, Greek and Cyrillic letters go, their place added to the letter's;
//! 5. what composes is composed: that is the text as written, as far as the next two steps ask;
//! 6. hyphens inside words are dropped, with the white space behind them;
//! 7. white space is dropped, or made one space.
//!
//! Then they are compared character for character, and what the text had between two characters that the term has side by side is
//! asked about. Everything carries the range of original characters it came from. Nothing here is fast, except that step 2 is
//! remembered per character.

use std::collections::BTreeSet;

use unicode_normalization::char::{canonical_combining_class, compose};
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

use super::Off;
use super::characters::{Class, class, is_han_or_kana, is_hangul, is_invisible, is_left_out, is_points, is_unspaced, replace};

/// The end of a block.
const BLOCK: char = '\u{2029}';

/// One folded character on its way through the steps, with its `[start, end)` in original characters.
#[derive(Clone, Copy, Debug)]
struct Piece {
    c: char,
    /// The original character that it came from.
    written: char,
    start: u32,
    end: u32,
}

impl Piece {
    /// Takes over the original characters of `other`.
    fn cover(&mut self, other: Piece) {
        self.start = self.start.min(other.start);
        self.end = self.end.max(other.end);
    }
}

/// The text as written, after step 5.
#[derive(Clone, Debug, Default)]
struct Written {
    pieces: Vec<Piece>,
    /// Which of them are hyphens inside words, and the white space behind these.
    hyphens: BTreeSet<usize>,
}

impl Written {
    fn c(&self, at: usize) -> Option<char> {
        self.pieces.get(at).map(|p| p.c)
    }

    fn is_space(&self, at: usize) -> bool {
        self.c(at).is_some_and(|c| c != BLOCK && c.is_whitespace())
    }

    fn is_dash(&self, at: usize) -> bool {
        self.c(at) == Some('-')
    }

    /// What the character at `at` belongs to as seen from behind: marks are a part of what they stand on, which they do across a
    /// dropped hyphen. A mark behind white space or at a block's start stands on nothing: there the first of them counts.
    fn base(&self, at: usize) -> usize {
        if !self.c(at).is_some_and(|c| class(c) == Class::Mark) {
            return at;
        }
        let mut first = at;
        for k in (0..at).rev().filter(|k| !self.hyphens.contains(k)) {
            match self.c(k) {
                Some(c) if class(c) == Class::Mark => first = k,
                Some(c) if c.is_whitespace() => break,
                _ => return k,
            }
        }
        first
    }

    /// The character before `at`, or what its marks stand on.
    fn before(&self, at: usize) -> Option<usize> {
        at.checked_sub(1).map(|k| self.base(k))
    }

    /// A letter, a digit, or a mark that stands on nothing, for that is a letter; a mark that stands on something is what that is.
    fn is_letter_or_digit(&self, at: usize) -> bool {
        self.c(self.base(at)).is_some_and(|c| class(c) != Class::Other)
    }

    /// A letter that is not Han or kana: one of the two beside a hyphen inside a word.
    fn is_hyphened(&self, at: usize) -> bool {
        self.c(self.base(at)).is_some_and(|c| matches!(class(c), Class::Letter | Class::Mark) && !is_han_or_kana(c))
    }

    /// A letter, digit or mark of a script that parts its words by spaces.
    fn is_spaced(&self, at: usize) -> bool {
        self.c(at).is_some_and(|c| class(c) != Class::Other && !is_unspaced(c))
    }

    fn is_hangul(&self, at: usize) -> bool {
        self.c(at).is_some_and(is_hangul)
    }

    /// One of . ! ? as narrow characters are, and no full-width or ideographic form.
    fn is_narrow_stop(&self, at: usize) -> bool {
        self.pieces.get(at).is_some_and(|p| matches!(p.c, '.' | '!' | '?') && p.written < '\u{2E80}')
    }

    /// Whether a word of a spaced script begins or ends between `at` and the character before it.
    fn is_edge(&self, at: usize) -> bool {
        !(self.before(at).is_some_and(|before| self.is_spaced(before)) && self.is_spaced(at))
    }

    fn is_word(&self, at: usize) -> bool {
        self.c(at).is_some_and(|c| class(c) != Class::Other)
    }

    /// Whether a word, of any script, begins between `at` and the character before it.
    fn is_start(&self, at: usize) -> bool {
        !(self.before(at).is_some_and(|before| self.is_word(before)) && self.is_word(at))
    }

    /// Where a dash stands before `at`, white space between allowed or not.
    fn dash_before(&self, at: usize, spaces: bool) -> Option<usize> {
        (0..at).rev().find(|&k| !(spaces && self.is_space(k))).filter(|&k| self.is_dash(k))
    }

    /// Where a dash stands at `at` or behind, white space between allowed or not.
    fn dash_from(&self, at: usize, spaces: bool) -> Option<usize> {
        (at..self.pieces.len()).find(|&k| !(spaces && self.is_space(k))).filter(|&k| self.is_dash(k))
    }
}

/// White space that was dropped before a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gap {
    /// There was none, or nothing is ever asked about it.
    None,
    /// Between a digit and a letter of spaced scripts, with a line feed or without.
    Unit { line_feed: bool },
    /// Between Hangul, with a line feed or without.
    Hangul { line_feed: bool },
}

/// A folded text and where each of its characters stood.
#[derive(Clone, Debug, Default)]
pub struct Folded {
    /// The folded characters. Blocks are parted by U+2029, which no term has.
    pub chars: Vec<char>,
    /// For each of `chars`, the `[start, end)` of original characters (not bytes) that it came from.
    pub ranges: Vec<(u32, u32)>,
    /// For each of `chars`, its first and last piece of the text as written.
    places: Vec<(u32, u32)>,
    /// For each of `chars`, what white space was dropped before it.
    gaps: Vec<Gap>,
    written: Written,
}

impl Folded {
    fn push(&mut self, c: char, first: usize, last: usize, gap: Gap) {
        let covered = &self.written.pieces[first..=last];
        let start = covered.iter().map(|p| p.start).min().unwrap_or(0);
        let end = covered.iter().map(|p| p.end).max().unwrap_or(0);
        self.chars.push(c);
        self.ranges.push((start, end));
        self.places.push((first as u32, last as u32));
        self.gaps.push(gap);
    }
}

/// Folds `text` with all folds but those that are `off`.
pub fn fold(text: &str, off: Off) -> Folded {
    let mut stream = replaced(text, off);
    order_marks(&mut stream);
    if !off.diacritics {
        stream = drop_diacritics(&stream);
    }
    let mut written = Written { pieces: compose_all(&stream), ..Written::default() };
    if !off.punctuation {
        find_hyphens(&mut written, !off.space);
    }
    let mut folded = Folded { written, ..Folded::default() };
    let mut gap = Gap::None;
    let mut at = 0;
    while at < folded.written.pieces.len() {
        let written = &folded.written;
        let piece = written.pieces[at];
        if written.hyphens.contains(&at) {
            at += 1;
        } else if off.space || !written.is_space(at) {
            folded.push(piece.c, at, at, gap);
            gap = Gap::None;
            at += 1;
        } else {
            let end = (at..written.pieces.len()).find(|&k| !written.is_space(k)).unwrap_or(written.pieces.len());
            if stays(written, at, end) {
                folded.push(' ', at, end - 1, Gap::None);
            } else {
                gap = dropped_as(written, at, end);
            }
            at = end;
        }
    }
    folded
}

/// Steps 1 and 2.
fn replaced(text: &str, off: Off) -> Vec<Piece> {
    let chars: Vec<char> = text.chars().collect();
    let mut stream = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let written = chars[at];
        if is_invisible(written) {
            at += match (written, chars.get(at + 1), chars.get(at + 2)) {
                ('\u{AD}', Some('\n'), _) => 2,
                ('\u{AD}', Some('\r'), Some('\n')) => 3,
                _ => 1,
            };
            continue;
        }
        let (start, end) = (at as u32, at as u32 + 1);
        let plain = replace(written, off);
        if plain.is_empty() && is_points(written) {
            // A mark that is dropped is still shown on its letter.
            if let Some(letter) = stream.iter_mut().rfind(|p: &&mut Piece| !is_small_mark(p.c)) {
                letter.end = end;
            }
        }
        stream.extend(plain.into_iter().map(|c| Piece { c, written, start, end }));
        at += 1;
    }
    stream
}

/// Step 3: each run of characters with a combining class is sorted by it; equal classes keep their order.
fn order_marks(stream: &mut [Piece]) {
    let mut from = 0;
    while from < stream.len() {
        let mut to = from;
        while to < stream.len() && canonical_combining_class(stream[to].c) != 0 {
            to += 1;
        }
        stream[from..to].sort_by_key(|p| canonical_combining_class(p.c));
        from = to + 1;
    }
}

/// Step 4. A mark with nothing before it to stand on stays.
fn drop_diacritics(stream: &[Piece]) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::new();
    // Where in `out` the last character stands that is neither a nonspacing nor an enclosing mark.
    let mut base: Option<usize> = None;
    for &piece in stream {
        if let Some(base) = base
            && is_left_out(piece.c, out[base].c)
        {
            out[base].cover(piece);
            continue;
        }
        out.push(piece);
        if !is_small_mark(piece.c) {
            base = Some(out.len() - 1);
        }
    }
    out
}

/// A nonspacing or an enclosing mark.
fn is_small_mark(c: char) -> bool {
    matches!(c.general_category(), GeneralCategory::NonspacingMark | GeneralCategory::EnclosingMark)
}

/// Step 5: Unicode's canonical composition. A character joins the last starter unless something between the two
/// blocks it: another character whose combining class is not lower.
fn compose_all(stream: &[Piece]) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::new();
    let mut starter: Option<usize> = None;
    for &piece in stream {
        let class = canonical_combining_class(piece.c);
        if let Some(starter) = starter {
            let blocked = out[starter + 1..].iter().any(|between| canonical_combining_class(between.c) >= class);
            if !blocked && let Some(both) = compose(out[starter].c, piece.c) {
                out[starter].c = both;
                out[starter].cover(piece);
                continue;
            }
        }
        out.push(piece);
        if class == 0 {
            starter = Some(out.len() - 1);
        }
    }
    out
}

/// Step 6: which places go: single dashes directly behind a letter or digit and, directly or after white space, before another,
/// one of the two a letter that is not Han or kana; and that white space. Where white space is a character like others, only
/// those directly before one.
fn find_hyphens(written: &mut Written, spaces: bool) {
    for dash in 0..written.pieces.len() {
        if !written.is_dash(dash) {
            continue;
        }
        let Some(left) = written.before(dash) else { continue };
        let Some(right) = (dash + 1..written.pieces.len()).find(|&k| !(spaces && written.is_space(k))) else { continue };
        if written.is_letter_or_digit(left)
            && written.is_letter_or_digit(right)
            && (written.is_hyphened(left) || written.is_hyphened(right))
        {
            written.hyphens.extend(dash..right);
        }
    }
}

/// Step 7: whether the white space `[at, end)` stays: between two letters, digits or marks of spaced scripts, but not between a
/// digit and a letter; and between a narrow . ! ? and one of them.
fn stays(written: &Written, at: usize, end: usize) -> bool {
    let Some(left) = written.before(at) else { return false };
    written.is_spaced(end)
        && (written.is_narrow_stop(left) || written.is_spaced(left) && is_digit(written, left) == is_digit(written, end))
}

fn is_digit(written: &Written, at: usize) -> bool {
    written.c(at).is_some_and(|c| class(c) == Class::Digit)
}

/// What is to be asked of an occurrence that runs over the white space `[at, end)`, which was dropped.
fn dropped_as(written: &Written, at: usize, end: usize) -> Gap {
    let Some(left) = written.before(at) else { return Gap::None };
    let line_feed = (at..end).any(|k| written.c(k) == Some('\n'));
    if written.is_spaced(left) && written.is_spaced(end) {
        Gap::Unit { line_feed }
    } else if written.is_hangul(left) && written.is_hangul(end) {
        Gap::Hangul { line_feed }
    } else {
        Gap::None
    }
}

/// A term to be looked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Term {
    /// Its folded characters, without the dashes at its edges that touch a letter or digit.
    pub chars: Vec<char>,
    /// Before which of them it has white space about which something could be asked.
    spaces: Vec<bool>,
    /// Whether a dash stood before them.
    dash_before: bool,
    /// Whether a dash stood behind them.
    dash_behind: bool,
    /// Whether white space may be between them and these dashes.
    spaced_dashes: bool,
}

impl Term {
    /// Folds a term as typed.
    pub fn new(typed: &str, off: Off) -> Term {
        let folded = fold(&typed.replace(BLOCK, " "), off);
        let written = &folded.written;
        let (mut from, mut to) = (0, folded.chars.len());
        if !off.punctuation {
            if to > 1 && folded.chars[0] == '-' {
                from += usize::from(written.is_letter_or_digit(folded.places[1].0 as usize));
            }
            if to > from + 1 && folded.chars[to - 1] == '-' {
                let left = written.before(folded.places[to - 1].0 as usize);
                to -= usize::from(left.is_some_and(|left| written.is_letter_or_digit(left)));
            }
        }
        Term {
            chars: folded.chars[from..to].to_vec(),
            spaces: (from..to).map(|k| k > from && folded.gaps[k] != Gap::None).collect(),
            dash_before: from > 0,
            dash_behind: to < folded.chars.len(),
            spaced_dashes: !off.space,
        }
    }

    /// Its length in folded characters, dashes at its edges included.
    pub fn length(&self) -> usize {
        self.chars.len() + usize::from(self.dash_before) + usize::from(self.dash_behind)
    }

    /// Where it starts at the `at`-th folded character of a text: the `[start, end)` of original characters that it covers there,
    /// if all that is asked of it is so.
    pub fn at(&self, text: &Folded, at: usize) -> Option<(usize, usize)> {
        if self.chars.is_empty() || !text.chars[at..].starts_with(&self.chars) {
            return None;
        }
        let end = at + self.chars.len();
        let (mut first, mut last) = (text.places[at].0 as usize, text.places[end - 1].1 as usize);
        for k in at + 1..end {
            let seen = match text.gaps[k] {
                // Whoever typed the white space too sees it there.
                _ if self.spaces[k - at] => true,
                Gap::Unit { line_feed: false } => text.written.is_edge(first) && text.written.is_edge(last + 1),
                Gap::Hangul { line_feed: false } => text.written.is_start(first),
                _ => true,
            };
            if !seen {
                return None;
            }
        }
        if self.dash_before {
            first = text.written.dash_before(first, self.spaced_dashes)?;
        }
        if self.dash_behind {
            last = text.written.dash_from(last + 1, self.spaced_dashes)?;
        }
        let covered = &text.written.pieces[first..=last];
        // White space that was dropped is not what is marked, whatever marks stand on it.
        let shown = covered.iter().enumerate().filter(|&(k, p)| first + k == last || !p.c.is_whitespace());
        Some((covered.iter().map(|p| p.start).min()? as usize, shown.map(|(_, p)| p.end).max()? as usize))
    }
}

/// All places where a term stands, overlapping ones too, as `[start, end)` in original characters widened to whole ones.
pub fn places(text: &Folded, term: &Term) -> Vec<(usize, usize)> {
    (0..text.chars.len()).filter_map(|at| term.at(text, at)).collect()
}

/// The occurrences of a term. An occurrence is a place in the original where it starts, so those that start inside one
/// character's expansion are one, and the first of them is told.
pub fn occurrences(text: &Folded, term: &Term) -> Vec<(usize, usize)> {
    let mut starts = BTreeSet::new();
    places(text, term).into_iter().filter(|place| starts.insert(place.0)).collect()
}
