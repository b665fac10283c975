//! When does a query match an article? The judge: every fold, every position and every count worked out
//! character by character, in the plainest way, from Unicode data. The engine may never disagree with it.
//!
//! A text and a term are folded by the same rules and then compared character for character:
//!
//! 1. invisible characters (Default_Ignorable_Code_Point) are dropped;
//! 2. each remaining character is replaced on its own: decomposed, width and case folded, simplified, look-alike
//!    punctuation made plain;
//! 3. combining marks are put into canonical order;
//! 4. nonspacing marks on Latin and Greek letters are dropped, their place added to the letter's;
//! 5. what composes is composed;
//! 6. white space stays, as one space, only between two letters, digits or marks neither of which is Han or kana.
//!
//! Everything carries the range of original characters it came from. Nothing here is fast, except that step 2
//! is remembered per character.

// Each test binary that includes this module uses its own part of it.
#![allow(dead_code)]

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

use caseless::Caseless;
use unicode_normalization::char::{canonical_combining_class, compose, decompose_canonical, decompose_compatible};
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};
use unicode_script::{Script, UnicodeScript};

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

/// A folded text and where each of its characters stood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folded {
    /// The folded characters.
    pub chars: Vec<char>,
    /// For each of `chars`, the `[start, end)` of original characters (not bytes) that it came from.
    pub ranges: Vec<(usize, usize)>,
}

/// One folded character on its way through the steps, with its `[start, end)` in original characters.
#[derive(Clone, Copy, Debug)]
struct Piece {
    c: char,
    start: usize,
    end: usize,
}

impl Piece {
    /// Takes over the original characters of `other`.
    fn cover(&mut self, other: Piece) {
        self.start = self.start.min(other.start);
        self.end = self.end.max(other.end);
    }
}

/// Folds `text` with all folds but those that are `off`.
pub fn fold(text: &str, off: Off) -> Folded {
    let mut stream = Vec::new();
    for (at, original) in text.chars().enumerate() {
        if is_invisible(original) {
            continue;
        }
        for c in replace_remembered(original, off) {
            stream.push(Piece { c, start: at, end: at + 1 });
        }
    }
    order_marks(&mut stream);
    if !off.diacritics {
        stream = drop_diacritics(&stream);
    }
    stream = compose_all(&stream);
    if !off.space {
        stream = fold_spaces(&stream);
    }
    Folded { chars: stream.iter().map(|p| p.c).collect(), ranges: stream.iter().map(|p| (p.start, p.end)).collect() }
}

/// Step 1: Default_Ignorable_Code_Point, reserved code points included.
pub fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{AD}'                    // soft hyphen
        | '\u{34F}'                 // combining grapheme joiner
        | '\u{61C}'                 // Arabic letter mark
        | '\u{115F}'..='\u{1160}'   // Hangul choseong and jungseong fillers
        | '\u{17B4}'..='\u{17B5}'   // Khmer inherent vowels
        | '\u{180B}'..='\u{180F}'   // Mongolian variation selectors and vowel separator
        | '\u{200B}'..='\u{200F}'   // zero-width space, joiners, direction marks
        | '\u{202A}'..='\u{202E}'   // direction embeddings and overrides
        | '\u{2060}'..='\u{206F}'   // word joiner, invisible operators, direction isolates
        | '\u{3164}'                // Hangul filler
        | '\u{FE00}'..='\u{FE0F}'   // variation selectors
        | '\u{FEFF}'                // byte order mark
        | '\u{FFA0}'                // half-width Hangul filler
        | '\u{FFF0}'..='\u{FFF8}'   // reserved
        | '\u{1BCA0}'..='\u{1BCA3}' // shorthand format controls
        | '\u{1D173}'..='\u{1D17A}' // musical format controls
        | '\u{E0000}'..='\u{E0FFF}' // tags, supplementary variation selectors
    )
}

thread_local! {
    /// What step 2 made of a character; asking the conversion tables again and again is most of the cost.
    static REPLACED: RefCell<HashMap<(char, Off), Vec<char>>> = RefCell::default();
}

fn replace_remembered(c: char, off: Off) -> Vec<char> {
    REPLACED.with_borrow_mut(|known| known.entry((c, off)).or_insert_with(|| replace(c, off)).clone())
}

/// Step 2: what one character, seen alone, folds to: none, one or more characters, all decomposed.
fn replace(c: char, off: Off) -> Vec<char> {
    let mut chars = decomposed(&[c]);
    if !off.width {
        let mut plain = Vec::new();
        for &c in &chars {
            if is_lone_jamo(c) {
                // A Hangul letter that stands alone stays alone: 감사 is to be found in 감사ㄳ.
                plain.push(c);
            } else if let '\u{FFA1}'..='\u{FFDC}' = c {
                // Its half-width form is that letter.
                let letter = ('\u{3131}'..='\u{318E}').find(|&l| compatible(l) == compatible(c));
                plain.push(letter.unwrap_or(c));
            } else {
                plain.extend(compatible(c));
            }
        }
        chars = plain;
    }
    if !off.case {
        chars = chars.into_iter().default_case_fold().collect();
        chars = decomposed(&chars);
    }
    if !off.variant {
        for c in &mut chars {
            if c.script() == Script::Han {
                *c = plain_variant(*c);
            }
        }
    }
    if !off.punctuation {
        chars = chars.into_iter().flat_map(plain_punctuation).collect();
    }
    chars.retain(|&c| !is_invisible(c));
    chars
}

/// Hangul Compatibility Jamo.
fn is_lone_jamo(c: char) -> bool {
    ('\u{3131}'..='\u{318E}').contains(&c)
}

fn compatible(c: char) -> Vec<char> {
    let mut out = Vec::new();
    decompose_compatible(c, |d| out.push(d));
    out
}

/// The canonical decomposition of each of `chars`.
fn decomposed(chars: &[char]) -> Vec<char> {
    let mut out = Vec::new();
    for &c in chars {
        decompose_canonical(c, |d| out.push(d));
    }
    out
}

/// The one character that stands for all variants of the Han character `c`: the simplified one, as far as the
/// tables lead there; where they lead in a circle, the circle's smallest code point.
pub fn plain_variant(c: char) -> char {
    let mut path = vec![c];
    loop {
        let next = one_step_plainer(path[path.len() - 1]);
        if let Some(seen) = path.iter().position(|&p| p == next) {
            // A fixed point is a circle of one.
            return path[seen..].iter().copied().min().unwrap_or(next);
        }
        path.push(next);
    }
}

/// Japanese to traditional, then Hong Kong's, Taiwan's and general traditional forms to simplified.
fn one_step_plainer(c: char) -> char {
    let c = if_one_char(hanconv::jp2t(c.to_string()), c);
    let c = if_one_char(hanconv::hk2s(c.to_string()), c);
    let c = if_one_char(hanconv::tw2s(c.to_string()), c);
    if_one_char(hanconv::t2s(c.to_string()), c)
}

fn if_one_char(converted: String, otherwise: char) -> char {
    let mut chars = converted.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) => c,
        _ => otherwise,
    }
}

/// The closed list of punctuation that looks alike.
fn plain_punctuation(c: char) -> Vec<char> {
    match c {
        '“' | '”' | '„' | '‟' | '«' | '»' | '「' | '」' | '『' | '』' => vec!['"'],
        '‘' | '’' | '‚' | '‹' | '›' => vec!['\''],
        // hyphen, non-breaking hyphen, figure dash, en dash, em dash, horizontal bar, minus sign
        '\u{2010}' | '\u{2011}' | '\u{2012}' | '\u{2013}' | '\u{2014}' | '\u{2015}' | '\u{2212}' => vec!['-'],
        '⋯' | '…' => vec!['.', '.', '.'],
        '、' => vec![','],
        '。' | '｡' => vec!['.'],
        _ => vec![c],
    }
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

/// Step 4: nonspacing marks on Latin and Greek letters go. A mark with nothing before it to stand on stays.
fn drop_diacritics(stream: &[Piece]) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::new();
    // Where in `out` the last character stands that is neither a nonspacing nor an enclosing mark.
    let mut base: Option<usize> = None;
    for &piece in stream {
        if let Some(base) = base
            && is_script(out[base].c, &[Script::Latin, Script::Greek])
            && piece.c.general_category() == GeneralCategory::NonspacingMark
            && is_script(piece.c, &[Script::Inherited, Script::Latin, Script::Greek])
        {
            out[base].cover(piece);
            continue;
        }
        out.push(piece);
        if !matches!(piece.c.general_category(), GeneralCategory::NonspacingMark | GeneralCategory::EnclosingMark) {
            base = Some(out.len() - 1);
        }
    }
    out
}

fn is_script(c: char, scripts: &[Script]) -> bool {
    scripts.contains(&c.script())
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

/// Step 6: a run of white space becomes one space between two characters of words written with spaces, and
/// nothing anywhere else.
fn fold_spaces(stream: &[Piece]) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::new();
    let mut at = 0;
    while at < stream.len() {
        if !stream[at].c.is_whitespace() {
            out.push(stream[at]);
            at += 1;
            continue;
        }
        let mut space = Piece { c: ' ', ..stream[at] };
        let before = at.checked_sub(1).map(|b| stream[b].c);
        while at < stream.len() && stream[at].c.is_whitespace() {
            space.cover(stream[at]);
            at += 1;
        }
        let after = stream.get(at).map(|a| a.c);
        if before.is_some_and(is_spaced_word) && after.is_some_and(is_spaced_word) {
            out.push(space);
        }
    }
    out
}

/// A letter, number or mark that is neither Han nor kana.
fn is_spaced_word(c: char) -> bool {
    let word = matches!(
        c.general_category_group(),
        GeneralCategoryGroup::Letter | GeneralCategoryGroup::Number | GeneralCategoryGroup::Mark
    );
    word && !is_han_or_kana(c)
}

/// Han or kana by script or by script extension. The extension is gone through one by one, because its
/// `contains_script` also says yes for characters of all scripts.
pub fn is_han_or_kana(c: char) -> bool {
    let east = [Script::Han, Script::Hiragana, Script::Katakana];
    matches!(c, 'ー' | 'ｰ') || is_script(c, &east) || c.script_extension().iter().any(|s| east.contains(&s))
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
    if terms.iter().all(|term: &String| fold(term, Off::NONE).chars.is_empty()) {
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
pub fn folded_terms(query: &str, off: Off) -> Result<Vec<Vec<char>>, TooLong> {
    let mut folded: Vec<Vec<char>> = Vec::new();
    let mut length = 0;
    for term in terms(query) {
        let full = fold(&term, Off::NONE).chars.len();
        if full == 0 {
            continue;
        }
        length += full;
        let chars = fold(&term, off).chars;
        if !folded.contains(&chars) {
            folded.push(chars);
        }
    }
    if length > LONGEST_QUERY {
        return Err(TooLong { folded: length });
    }
    Ok(folded)
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

/// Where a folded term stands in a folded text, as `[start, end)` in original characters, widened to whole ones.
///
/// An occurrence is a place in the original where it starts, so those that start inside one character's
/// expansion are one, and the first of them is told.
pub fn occurrences(text: &Folded, term: &[char]) -> Vec<(usize, usize)> {
    let mut starts = BTreeSet::new();
    let mut found = Vec::new();
    for at in places(&text.chars, term) {
        if starts.insert(text.ranges[at].0) {
            found.push(widened(text, at, term.len()));
        }
    }
    found
}

/// Every index at which `term` stands in `chars`, overlapping ones too; none for an empty term.
fn places(chars: &[char], term: &[char]) -> Vec<usize> {
    if term.is_empty() {
        return Vec::new();
    }
    (0..chars.len()).filter(|&at| chars[at..].starts_with(term)).collect()
}

/// The original characters that the `length` folded ones at `at` came from.
fn widened(text: &Folded, at: usize, length: usize) -> (usize, usize) {
    let ranges = &text.ranges[at..at + length];
    let start = ranges.iter().map(|r| r.0).min().unwrap_or(0);
    let end = ranges.iter().map(|r| r.1).max().unwrap_or(0);
    (start, end)
}

/// All marks that a term may get in `text`, as `[start, end)` in UTF-16 units, one for every place where it
/// stands, in order and without repeats; marks of overlapping places overlap.
pub fn marks(text: &str, term: &str, off: Off) -> Vec<(usize, usize)> {
    let folded = fold(text, off);
    let term = fold(term, off).chars;
    let units = utf16_starts(text);
    let marks: BTreeSet<(usize, usize)> = places(&folded.chars, &term)
        .into_iter()
        .map(|at| widened(&folded, at, term.len()))
        .map(|(start, end)| (units[start], units[end]))
        .collect();
    marks.into_iter().collect()
}

/// Where each character of `text` starts in UTF-16 units, and where the text ends.
fn utf16_starts(text: &str) -> Vec<usize> {
    let mut starts = vec![0];
    let mut at = 0;
    for c in text.chars() {
        at += c.len_utf16();
        starts.push(at);
    }
    starts
}

/// Is `mark`, in UTF-16 units of `snippet`, a true mark of `term`?
///
/// It must be within the snippet, not empty, and cut no character. Then the marked characters, folded again by
/// themselves, must be the folded term; or hold it in such a way that its first folded character comes from the
/// first marked character and its last from the last (what is more can only come from the expansion of those
/// two). A mark that is true only as a part of the snippet, one of [`marks`], is true as well: it takes a term that
/// starts with an enclosing mark to make that a difference.
pub fn mark_ok(snippet: &str, mark: (usize, usize), term: &str, off: Off) -> bool {
    let units = utf16_starts(snippet);
    let (Ok(start), Ok(end)) = (units.binary_search(&mark.0), units.binary_search(&mark.1)) else {
        return false;
    };
    if start >= end {
        return false;
    }
    let marked: String = snippet.chars().skip(start).take(end - start).collect();
    let folded = fold(&marked, off);
    let folded_term = fold(term, off).chars;
    if folded_term.is_empty() {
        return false;
    }
    folded.chars == folded_term
        || places(&folded.chars, &folded_term).into_iter().any(|at| widened(&folded, at, folded_term.len()) == (0, end - start))
        || marks(snippet, term, off).contains(&mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> String {
        fold(text, Off::NONE).chars.iter().collect()
    }

    fn folded_off(text: &str, off: Off) -> String {
        fold(text, off).chars.iter().collect()
    }

    fn only(name: &str) -> Off {
        (0..6).map(|bit| Off::from_bits(1 << bit)).find(|off| off.names() == name).unwrap()
    }

    fn same(a: &str, b: &str) {
        assert_eq!(folded(a), folded(b), "{a:?} and {b:?}");
    }

    fn differ(a: &str, b: &str) {
        assert_ne!(folded(a), folded(b), "{a:?} and {b:?}");
    }

    /// Equal, and no longer when the fold of that name is switched off.
    fn same_by(fold: &str, a: &str, b: &str) {
        same(a, b);
        let off = only(fold);
        assert_ne!(folded_off(a, off), folded_off(b, off), "{a:?} and {b:?} without {fold}");
    }

    /// Hits in the one article `text`.
    fn hits(text: &str, query: &str) -> usize {
        let found = search(&[("", text)], query, Off::NONE).unwrap();
        found.first().map_or(0, |m| m.hits)
    }

    #[test]
    fn case_is_folded_in_full() {
        same_by("case", "TiDB", "tidb");
        same_by("case", "ß", "ss");
        same_by("case", "ẞ", "SS");
        same_by("case", "Σ", "σ");
        same_by("case", "ς", "σ");
        same("ΟΔΟΣ", "οδος");
        same("İ", "i");
        differ("ı", "i");
        same_by("case", "Ж", "ж");
    }

    #[test]
    fn width_is_nfkc() {
        same_by("width", "ＣｈａｔＧＰＴ", "ChatGPT");
        same_by("width", "ｶﾞ", "ガ");
        same_by("width", "㌔", "キロ");
        same_by("width", "①", "1");
        same("ﬁ", "fi");
        // Full case folding takes the ligature apart as well: only both switched off keep it.
        assert_eq!(folded_off("ﬁ", only("width")), "fi");
        let both = Off { case: true, width: true, ..Off::NONE };
        assert_eq!(folded_off("ﬁ", both), "ﬁ");
        same_by("width", "㈱", "(株)");
        same_by("width", "²", "2");
        same_by("width", "，", ",");
        same_by("width", "ﺍﻟﻌﺮﺑﻴﺔ", "العربية");
        same_by("width", "กำ", "ก\u{e4d}า");
        same_by("width", "ﾊﾟ", "パ");
        same("㎏", "KG");
    }

    #[test]
    fn composition_is_always_folded() {
        for off in (0..64).map(Off::from_bits) {
            for (composed, apart) in [
                ("é", "e\u{301}"),
                ("が", "か\u{3099}"),
                ("й", "и\u{306}"),
                ("한", "\u{1112}\u{1161}\u{11ab}"),
                ("한", "하\u{11ab}"),
                ("ậ", "a\u{302}\u{323}"),
                ("ậ", "a\u{323}\u{302}"),
                ("\u{958}", "क\u{93c}"),
                ("神", "\u{fa19}"),
                ("Ω", "\u{2126}"),
            ] {
                assert_ne!(composed, apart);
                assert_eq!(folded_off(composed, off), folded_off(apart, off), "{composed} without {}", off.names());
            }
        }
        assert_eq!(folded("각"), "각");
        assert_eq!(folded_off("e\u{301}", Off::ALL), "é");
    }

    #[test]
    fn only_latin_and_greek_lose_their_diacritics() {
        same_by("diacritics", "café", "cafe");
        same_by("diacritics", "ά", "α");
        same_by("diacritics", "Ậ", "a");
        same_by("diacritics", "ｅ\u{301}", "e");
        differ("が", "か");
        differ("ぱ", "は");
        differ("й", "и");
        differ("ё", "е");
        differ("≠", "=");
        differ("की", "क");
        differ("मं", "म");
        differ("مُ", "م");
        assert_eq!(folded("й"), "й");
        // Nothing to stand on: the mark is all there is, so it stays.
        assert_eq!(folded("\u{301}"), "\u{301}");
        assert_eq!(folded(" \u{301}"), "\u{301}");
        // An enclosing mark is no base, and is no diacritic.
        assert_eq!(folded("a\u{20dd}\u{301}"), "a\u{20dd}");
        // A letter without a decomposition has no diacritic.
        differ("ø", "o");
    }

    #[test]
    fn simplified_traditional_and_variant_are_one() {
        same_by("variant", "後端", "后端");
        same_by("variant", "臺", "台");
        same_by("variant", "裏", "里");
        same_by("variant", "裡", "里");
        same_by("variant", "綫", "线");
        same_by("variant", "線", "线");
        same_by("variant", "図書館", "图书馆");
        same("憂鬱的臺灣烏龜", "忧郁的台湾乌龟");
        differ("猫", "狗");
    }

    #[test]
    fn white_space_stays_only_inside_spaced_words() {
        same_by("space", "使用TiDB", "使用 TiDB");
        same_by("space", "Hello, World", "Hello,World");
        same("Hello, World", "Hello，World");
        same_by("space", "一个\n句子", "一个句子");
        same_by("space", "ひら カナ", "ひらカナ");
        same_by("space", "コーヒー hot", "コーヒーhot");
        same_by("space", "第 3 章", "第3章");
        same_by("space", "hello  \t world", "hello world");
        same_by("space", " hello ", "hello");
        same("hello\u{a0}world", "hello world");
        same("hello\u{3000}world", "hello world");
        same("hello \u{200b} world", "hello world");
        same("a 👍", "a👍");
        differ("hello world", "helloworld");
        differ("대한 민국", "대한민국");
        assert_eq!(folded("नमस्ते दुनिया"), "नमस्ते दुनिया");
        assert_eq!(folded("版本 3 4 个"), "版本3 4个");
        assert_eq!(folded("\n \u{3000}"), "");
        assert_eq!(folded_off("a\u{3000}b", only("space")), "a b");
        assert_eq!(folded_off("a\u{3000}b", Off::ALL), "a\u{3000}b");
        // Space that is decided on after composition does not compose what it parted.
        differ("か \u{3099}", "が");
    }

    #[test]
    fn every_listed_punctuation_mark_is_folded() {
        let lists = [("\"", "“”„‟«»「」『』"), ("'", "‘’‚‹›"), ("-", "‐‑‒–—―−"), ("...", "⋯…"), (",", "、"), (".", "。｡")];
        for (plain, fancy) in lists {
            for c in fancy.chars() {
                assert_eq!(folded(&c.to_string()), plain, "{c}");
                assert_ne!(folded_off(&c.to_string(), Off::ALL), plain, "{c}");
                // The list does not need the width fold.
                assert_eq!(folded_off(&c.to_string(), only("width")), plain, "{c}");
            }
        }
        for (full, plain) in [("＂", "\""), ("＇", "'"), ("－", "-"), ("．", ".")] {
            same_by("width", full, plain);
        }
        // The list is closed.
        for c in ["〝", "《", "·", "～", "•", "‖"] {
            assert_eq!(folded_off(c, only("width")), c);
        }
    }

    #[test]
    fn invisible_characters_are_always_dropped() {
        for off in (0..64).map(Off::from_bits) {
            assert_eq!(folded_off("so\u{ad}ft", off), "soft");
            assert_eq!(folded_off("\u{feff}a\u{200b}b\u{200d}c\u{2060}", off), "abc");
            assert_eq!(folded_off("❤\u{fe0f}葛\u{e0100}", off), "❤葛");
            assert_eq!(folded_off("\u{3164}\u{115f}\u{ffa0}\u{34f}\u{61c}", off), "");
        }
        assert_eq!(hits("志\u{ad}愿\u{200b}者", "志愿者"), 1);
        assert_eq!(hits("👨\u{200d}👩\u{200d}👧", "👨👩👧"), 1);
        // What it parted meets again.
        same("か\u{200b}\u{3099}", "が");
    }

    #[test]
    fn exact_all_leaves_composition_and_invisible_only() {
        let text = "Ｔi “後端”。 ﬁ café ｶﾞ";
        assert_eq!(folded_off(text, Off::ALL), text);
    }

    #[test]
    fn with_folds_off_folding_is_unicode_normalization() {
        use unicode_normalization::UnicodeNormalization;
        let width_only = Off { width: false, ..Off::ALL };
        // Every character of the first 13,000, and samples of all others, beside letters and marks of many kinds.
        for code in (0..0x3400).chain((0x3400..0x110000).step_by(37)) {
            let Some(c) = char::from_u32(code) else {
                continue;
            };
            let text = format!("{c}\u{323}\u{301}e{c}\u{1161}{c}\u{3099}\u{1100}{c}\u{345}\u{338}{c}\u{9be}");
            let visible: String = text.chars().filter(|&c| !is_invisible(c)).collect();
            let nfc: String = visible.nfc().collect();
            assert_eq!(folded_off(&text, Off::ALL), nfc, "U+{code:04X}");
            let nfkc: String = visible.nfkc().filter(|&c| !is_invisible(c)).collect();
            // The one exception: Hangul letters that stand alone.
            if !is_lone_jamo(c) && !('\u{FFA1}'..='\u{FFDC}').contains(&c) {
                assert_eq!(folded_off(&text, width_only), nfkc, "U+{code:04X}");
            }
            // Folding a character once is enough.
            let once = folded(&c.to_string());
            assert_eq!(folded(&once), once, "U+{code:04X}");
        }
    }

    #[test]
    fn positions_go_back_to_original_characters() {
        let f = fold("a\u{301}ﬁ ㌔", Off::NONE);
        assert_eq!(f.chars.iter().collect::<String>(), "afiキロ");
        assert_eq!(f.ranges, [(0, 2), (2, 3), (2, 3), (4, 5), (4, 5)]);
        let f = fold("x \n\u{a0}y", Off::NONE);
        assert_eq!(f.ranges, [(0, 1), (1, 4), (4, 5)]);
        let f = fold("ｶ\u{ad}ﾞ", Off::NONE);
        assert_eq!(f.ranges, [(0, 3)]);
        let f = fold("q\u{301}\u{323}", Off::ALL);
        assert_eq!(f.chars, ['q', '\u{323}', '\u{301}']);
        assert_eq!(f.ranges, [(0, 1), (2, 3), (1, 2)]);
    }

    #[test]
    fn occurrences_are_original_starts() {
        assert_eq!(hits("aaa", "aa"), 2);
        assert_eq!(hits("…", "."), 1);
        assert_eq!(hits("……", "..."), 2);
        assert_eq!(hits("㌔", "ロ"), 1);
        assert_eq!(hits("㌔㌔", "ロキ"), 1);
        assert_eq!(hits("ﬃ", "f"), 1);
        assert_eq!(hits("ﬁx", "ix"), 1);
        assert_eq!(hits("Straße", "se"), 1);
    }

    #[test]
    fn terms_are_cut_at_white_space_and_quotes() {
        let cases: &[(&str, &[&str])] = &[
            ("", &[]),
            (" \u{3000}\n", &[]),
            ("a  b\u{3000}c", &["a", "b", "c"]),
            ("\"a b\" c", &["a b", "c"]),
            ("“a b” c", &["a b", "c"]),
            ("\"a b", &["a b"]),
            ("5\"x \"y\"", &["5\"x", "y"]),
            ("\"a\"b c\" d", &["a\"b c", "d"]),
            ("\"", &["\""]),
            ("\"\" ", &["\"\""]),
            ("\"\" a", &["", "a"]),
            ("\"\"\"", &["\""]),
            ("“a\" b”", &["a\" b"]),
            ("”a b", &["”a", "b"]),
            ("＂a b", &["＂a", "b"]),
            ("\u{feff}\"a b\"", &["\u{feff}\"a", "b\""]),
        ];
        for (query, expected) in cases {
            assert_eq!(&terms(query), expected, "{query:?}");
        }
    }

    #[test]
    fn every_term_must_occur_in_title_or_body() {
        let articles = [("TiDB 架构", "後端使用 TiDB。"), ("", "后端"), ("TiDB", ""), ("Ti", "DB")];
        let find = |query| search(&articles, query, Off::NONE).unwrap().iter().map(|m| (m.id, m.hits)).collect::<Vec<_>>();
        assert_eq!(find("tidb"), [(0, 2), (2, 1)]);
        assert_eq!(find("后端 tidb"), [(0, 3)]);
        assert_eq!(find("使用tidb"), [(0, 1)]);
        assert_eq!(find("\"使用 tidb\""), [(0, 1)]);
        assert_eq!(find("tidb TiDB ＴｉＤＢ"), [(0, 2), (2, 1)]);
        assert_eq!(find("架构后端"), []);
        assert_eq!(find("\u{ad} \"\" 后端 \u{200b}"), [(0, 1), (1, 1)]);
        assert_eq!(find(""), []);
        assert_eq!(find("  \u{3000} "), []);
        assert_eq!(find("\0"), []);
    }

    #[test]
    fn folds_switched_off_are_off_on_both_sides() {
        let articles = [("", "TiDB"), ("", "tidb"), ("", "ＴｉＤＢ")];
        let ids = |off| search(&articles, "TiDB", off).unwrap().iter().map(|m| m.id).collect::<Vec<_>>();
        assert_eq!(ids(Off::NONE), [0, 1, 2]);
        assert_eq!(ids(only("case")), [0, 2]);
        assert_eq!(ids(only("width")), [0, 1]);
        assert_eq!(ids(Off::ALL), [0]);

        let half = [("", "ｶﾞ")];
        assert_eq!(search(&half, "ｶ", Off::NONE).unwrap(), []);
        assert_eq!(search(&half, "ｶ", only("width")).unwrap().len(), 1);
        assert_eq!(search_among_default(&half, "ｶ", only("width")).unwrap(), []);
    }

    #[test]
    fn five_hundred_and_twelve_folded_characters_are_the_most() {
        assert!(folded_terms(&"a".repeat(512), Off::NONE).is_ok());
        assert_eq!(folded_terms(&"a".repeat(513), Off::NONE), Err(TooLong { folded: 513 }));
        assert!(folded_terms(&"ﬃ".repeat(171), Off::ALL).is_err());
        assert!(folded_terms(&"e\u{301}\u{ad}".repeat(512), Off::NONE).is_ok());
        let two = format!("{} {}", "a".repeat(300), "b".repeat(213));
        assert!(folded_terms(&two, Off::NONE).is_err());
        let spread = format!("\"{}\"", "志 ".repeat(512));
        assert!(folded_terms(&spread, Off::NONE).is_ok());
    }

    #[test]
    fn marks_are_tight_and_cut_no_character() {
        assert_eq!(marks("aaa", "aa", Off::NONE), [(0, 2), (1, 3)]);
        assert_eq!(marks("𠮷野家 Cafe\u{301}", "cafe", Off::NONE), [(5, 10)]);
        let ok = |snippet, mark, term| mark_ok(snippet, mark, term, Off::NONE);
        assert!(ok("xｶﾞy", (1, 3), "ガ"));
        assert!(!ok("xｶﾞy", (1, 2), "ガ"));
        assert!(!ok("xｶﾞy", (1, 4), "ガ"));
        assert!(ok("㌔", (0, 1), "ロ"));
        assert!(!ok("㌔x", (0, 2), "ロ"));
        assert!(ok("㌔㌔", (0, 2), "ロキ"));
        assert!(ok("ﬁ\u{301}", (0, 2), "i"));
        assert!(!ok("aaa", (0, 3), "aa"));
        assert!(ok("𠮷野家", (0, 3), "𠮷野"));
        assert!(!ok("𠮷野家", (1, 3), "野"));
        assert!(!ok("a", (0, 0), "a"));
        assert!(!ok("a", (0, 2), "a"));
        assert!(!ok("b", (0, 1), "a"));
        assert!(ok("a\u{20dd}\u{301}b", (1, 4), "\u{20dd}b"));
    }
}
