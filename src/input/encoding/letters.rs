//! Which language, in which code page, are these bytes of an alphabetic script?
//!
//! Code pages of one byte a character put different letters under the same bytes, so only a language can tell them apart: which of its
//! letters follow which. `letters.txt` holds that for 32 languages, in the pages that each was usually written in: a line with the
//! language and its pages, a line with its letters, and for a word's beginning and after each letter a line with what each letter costs,
//! in half bits from `0` to `v`. The numbers come from the relative frequencies of pairs of letters in the language models of
//! the crates `lingua-…-language-model` 1.3.0 (news, Apache-2.0); a hundredth of a letter's own frequency is added for pairs that were
//! never seen.

use super::super::lines::unspaced;
use super::detect::base;
use encoding_rs::Encoding;
use std::collections::HashSet;
use std::sync::OnceLock;
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

/// How many bytes are looked at. A language is known after some hundred.
pub(super) const SAMPLE: usize = 4 << 10;

/// Costs are counted in quarters of a bit, as everywhere in detection.
const BIT: i64 = 4;

/// What a byte is in a code page, to a language.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    /// No letter, and the same in all pages.
    Ascii,
    /// A letter of the language, by its place; whether it is a capital.
    Letter(u8, bool),
    /// An accent or a vowel above or below a letter: says nothing about the next.
    Mark,
    /// Quotation marks and dashes, as the typewriters of all languages have them.
    Quote,
    /// One that stands behind a word, or in it.
    Closing,
    /// A sign that is common.
    Sign,
    /// Another sign.
    Odd,
    /// A letter of another language.
    Foreign,
    /// Nothing.
    Unassigned,
}

/// A language in one of its pages.
struct Page {
    language: usize,
    encoding: &'static Encoding,
    classes: [Class; 256],
}

struct Language {
    letters: usize,
    /// For a word's beginning and after each letter: what each letter costs.
    costs: Vec<u8>,
    /// It has letters of ASCII.
    latin: bool,
}

struct Pages {
    languages: Vec<Language>,
    pages: Vec<Page>,
    /// What the characters of ASCII cost in every other reading.
    ascii: [i64; 128],
}

/// The most probable reading of bytes in code pages.
pub(super) struct Best {
    pub(super) encoding: &'static Encoding,
    /// What it costs, ASCII as in every other reading.
    pub(super) bits: i64,
    /// By how much the whole text costs more in the next page that gives another text.
    pub(super) margin: i64,
    /// Bytes that are no character of the page, or one that no text has.
    pub(super) odd: usize,
    /// Characters beyond ASCII.
    pub(super) chars: usize,
}

/// What a page makes of the bytes.
struct Reading {
    page: usize,
    /// All letters as the language has them; the same beyond ASCII, and ASCII as in every other reading.
    all: i64,
    beyond: i64,
    odd: usize,
    chars: usize,
}

/// The best page for these bytes, which begin near the first that is not ASCII.
pub(super) fn best(bytes: &[u8]) -> Option<Best> {
    let pages = Pages::get();
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    let mut used: Vec<u8> = sample.iter().copied().filter(|b| !b.is_ascii()).collect();
    used.sort_unstable();
    used.dedup();
    if used.is_empty() {
        return None;
    }
    let mut readings: Vec<Reading> = (0..pages.pages.len()).map(|page| pages.reading(page, sample)).collect();
    readings.sort_by_key(|reading| reading.all);
    let first = readings.first()?;
    let encoding = pages.pages[first.page].encoding;
    let text = |encoding: &'static Encoding| encoding.decode_without_bom_handling(&used).0;
    let (best, mut same) = (text(encoding), HashSet::from([encoding.name()]));
    let rival = readings.iter().skip(1).find(|reading| {
        let other = pages.pages[reading.page].encoding;
        // A page that gives the same text is no rival; nor is it asked twice.
        !same.contains(other.name()) && {
            let differs = text(other) != best;
            if !differs {
                same.insert(other.name());
            }
            differs
        }
    });
    let margin = rival.map_or(i64::MAX, |rival| rival.all - first.all);
    Some(Best { encoding, bits: first.beyond, margin, odd: first.odd, chars: first.chars })
}

impl Pages {
    fn get() -> &'static Pages {
        static PAGES: OnceLock<Pages> = OnceLock::new();
        PAGES.get_or_init(Pages::new)
    }

    fn new() -> Pages {
        let ascii = std::array::from_fn(|b| i64::from(u8::try_from(b).map_or(0, |b| base(char::from(b)))));
        let mut made = Pages { languages: Vec::new(), pages: Vec::new(), ascii };
        let mut lines = include_str!("letters.txt").lines();
        while let (Some(head), Some(letters)) = (lines.next(), lines.next()) {
            let letters: Vec<char> = letters.chars().collect();
            let digit = |b: u8| if b.is_ascii_digit() { b - b'0' } else { b - b'a' + 10 };
            let costs: Vec<u8> = lines.by_ref().take(letters.len() + 1).flat_map(str::bytes).map(digit).collect();
            for label in head.split(' ').skip(1) {
                if let Some(encoding) = Encoding::for_label(label.as_bytes()) {
                    let classes = std::array::from_fn(|b| class(u8::try_from(b).unwrap_or_default(), encoding, &letters));
                    made.pages.push(Page { language: made.languages.len(), encoding, classes });
                }
            }
            let latin = letters.iter().any(char::is_ascii);
            made.languages.push(Language { letters: letters.len(), costs, latin });
        }
        made
    }

    fn reading(&self, page: usize, bytes: &[u8]) -> Reading {
        let Page { language, classes, .. } = &self.pages[page];
        let Language { letters, costs, latin } = &self.languages[*language];
        let mut reading = Reading { page, all: 0, beyond: 0, odd: 0, chars: 0 };
        // The letter before, 0 for none; whether it is a small one.
        let (mut before, mut small) = (0_usize, false);
        // Whether the letter before, if there is one, is of the language.
        let mut other = None;
        // An apostrophe stands before, and no letter before it.
        let mut apart = false;
        for &b in bytes {
            let class = classes[usize::from(b)];
            let mut cost = match class {
                Class::Ascii => 0,
                Class::Letter(at, capital) => {
                    let cost = costs.get(before * letters + usize::from(at)).copied().unwrap_or(31);
                    // A capital behind a small letter.
                    i64::from(cost) * BIT / 2 + if capital && small { 6 * BIT } else { 0 }
                }
                Class::Mark => 4 * BIT,
                Class::Quote | Class::Closing => 6 * BIT,
                Class::Sign => 9 * BIT,
                Class::Odd => 15 * BIT,
                // Everybody writes a word of English now and then.
                Class::Foreign if b.is_ascii() && !latin => 11 * BIT / 2,
                Class::Foreign => 15 * BIT,
                Class::Unassigned => 28 * BIT,
            };
            // Signs stand between words, seldom between letters; an apostrophe seldom begins a word.
            if (matches!(class, Class::Odd) && before > 0) || (apart && matches!(class, Class::Letter(..))) {
                cost += 3 * BIT;
            }
            apart = matches!(class, Class::Closing) && before == 0;
            let own = match class {
                Class::Letter(..) => Some(true),
                Class::Foreign => Some(false),
                Class::Mark => other,
                _ => None,
            };
            // Two alphabets in one word.
            if !latin && other.is_some() && own.is_some() && other != own {
                cost += 8 * BIT;
            }
            other = own;
            reading.all += cost;
            if b.is_ascii() {
                reading.beyond += self.ascii[usize::from(b)];
            } else {
                reading.beyond += cost;
                reading.chars += 1;
                reading.odd += usize::from(class == Class::Unassigned);
            }
            match class {
                Class::Letter(at, capital) => (before, small) = (usize::from(at) + 1, !capital),
                Class::Mark => {}
                _ => (before, small) = (0, false),
            }
        }
        reading
    }
}

/// What a byte is to a language with these letters.
fn class(b: u8, encoding: &'static Encoding, letters: &[char]) -> Class {
    let bytes = [b];
    let text = encoding.decode_without_bom_handling_and_without_replacement(&bytes);
    let Some(c) = text.as_ref().and_then(|text| text.chars().next()) else { return Class::Unassigned };
    // Greeks who type the sign of a millionth mean their letter.
    let c = if c == 'µ' && letters.contains(&'μ') { 'μ' } else { c };
    let lower = c.to_lowercase().next().unwrap_or(c);
    if let Some(at) = letters.iter().position(|letter| *letter == lower) {
        return u8::try_from(at).map_or(Class::Foreign, |at| Class::Letter(at, lower != c));
    }
    match c.general_category_group() {
        _ if c.is_ascii_alphabetic() => Class::Foreign,
        _ if c.is_ascii() => Class::Ascii,
        _ if c == '’' => Class::Closing,
        _ if matches!(c, '“' | '”' | '„' | '–' | '…' | '«' | '»' | '\u{A0}') => Class::Quote,
        _ if matches!(c, 'º' | 'ª') => Class::Sign,
        GeneralCategoryGroup::Mark => Class::Mark,
        _ if c.is_control() || ('\u{E000}'..='\u{F8FF}').contains(&c) => Class::Unassigned,
        GeneralCategoryGroup::Letter => Class::Foreign,
        _ if matches!(c, '°' | '§' | '·' | '€' | '№' | '،' | '؟' | '؛' | '¿' | '¡') || unspaced(c) => Class::Sign,
        _ => Class::Odd,
    }
}
