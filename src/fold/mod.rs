//! When do two spellings count as the same?
//!
//! When they fold to the same characters. Folding is done by one [`table::Table`], made by the builder from Unicode data
//! (`src/builder/unicode.rs`) for one corpus and carried by its index; there is no Unicode data here. The steps, for a text:
//!
//! 1. invisible characters are dropped, and a line feed behind a soft hyphen;
//! 2. each character is mapped on its own through the layers: canonical decomposition, look-alike punctuation (fold
//!    *punctuation*), compatibility decomposition and digits (*width*), letters that differ by a stroke (*diacritics*), case
//!    folding (*case*), canonical decomposition again, simplified/traditional variants (*variant*), punctuation again;
//! 3. marks are put in canonical order;
//! 4. optional marks are dropped (*diacritics*): all on Latin and Greek letters, stress on Cyrillic vowels, the points of
//!    Arabic, Hebrew and Syriac anywhere;
//! 5. pairs are composed (NFC; Hangul by arithmetic);
//! 6. a dash directly behind a letter or digit, and before another, is dropped with the white space after it if one of the
//!    two is a letter that is neither Han nor kana (*punctuation*);
//! 7. white space stays, as one space, only between two letters or two digits of scripts that write it between words, and
//!    between a narrow `.` `!` `?` and such a character (*space*).
//!
//! Steps 3 to 5 never reach across a character that combines with nothing before it, so they are done cluster by
//! cluster; almost every cluster is a single character, whose outcome is computed once and kept. Steps 6 and 7 look at what
//! the neighbours fold to, so that what folds alike acts alike; only the narrow signs are asked for as they are written.
//!
//! The end of a block, U+2029, stays in a text, one of several in a row: no query holds it, so no match crosses it.
//!
//! An occurrence of a folded term is not always one of the term: what was dropped is remembered, and [`folder::Folder::place`]
//! says whether it may stand.

pub mod folder;
pub mod grapheme;
pub mod hangul;
mod levels;
mod steps;
pub mod table;
pub mod term;

/// Folds that a query may switch off, a bit each.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub struct Off(pub u8);

impl Off {
    /// Upper and lower case.
    pub const CASE: u8 = 1;
    /// Full and half width, all compatibility forms, and digits.
    pub const WIDTH: u8 = 2;
    /// Simplified, traditional and variant characters, radicals, forms in names.
    pub const VARIANT: u8 = 4;
    /// White space.
    pub const SPACE: u8 = 8;
    /// Marks and strokes that writers may leave out.
    pub const DIACRITICS: u8 = 16;
    /// Look-alike punctuation, and hyphens inside words.
    pub const PUNCTUATION: u8 = 32;
    /// All of them off: only composition and invisible characters are folded.
    pub const ALL: Off = Off(63);
    /// Names in the order of the bits.
    pub const NAMES: [&'static str; 6] = ["case", "width", "variant", "space", "diacritics", "punctuation"];

    /// The fold of a name, or all of them for `all`.
    pub fn parse(name: &str) -> Option<Off> {
        if name == "all" {
            return Some(Off::ALL);
        }
        Off::NAMES.iter().position(|n| *n == name).map(|k| Off(1 << k))
    }
    /// The names of those that are off, joined by commas.
    pub fn names(self) -> String {
        let mut out = String::new();
        for name in Off::NAMES.iter().enumerate().filter(|(k, _)| self.has(1 << k)).map(|x| x.1) {
            if !out.is_empty() {
                out.push(',');
            }
            out.push_str(name);
        }
        out
    }
    fn has(self, bit: u8) -> bool {
        self.0 & bit != 0
    }
}

/// What a character is, as far as folding, ranking and cutting need to know. Bits of [`Class::bits`].
pub mod class {
    /// White space.
    pub const WHITE: u16 = 1;
    /// A letter, digit or mark that is neither Han nor kana.
    pub const WORD: u16 = 2;
    /// A nonspacing or enclosing mark: not a base.
    pub const MARK: u16 = 4;
    /// A mark that is dropped after a Latin or Greek letter.
    pub const DIACRITIC: u16 = 8;
    /// A Latin or Greek letter.
    pub const LATIN_GREEK: u16 = 16;
    /// Of a mark: dropped wherever it stands.
    pub const POINT: u16 = LATIN_GREEK;
    /// Dropped always.
    pub const INVISIBLE: u16 = 32;
    /// Belongs to the grapheme before it: marks, joiners, modifiers.
    pub const EXTEND: u16 = 64;
    /// Joins the next character to the grapheme.
    pub const JOINER: u16 = 128;
    /// Half of a flag.
    pub const REGIONAL: u16 = 256;
    /// Han or kana.
    pub const HAN_KANA: u16 = 512;
    /// A digit or another number, of no script.
    pub const DIGIT: u16 = 1024;
    /// A letter or mark of a script beside which white space counts for nothing: Hangul, Thai and others.
    pub const UNSPACED: u16 = 2048;
    /// Of a mark: dropped after a letter that has this bit too. Stress, and Cyrillic vowels.
    pub const STRESS: u16 = 4096;
    /// A mark of any kind: to white space and dashes behind it, what it stands on.
    pub const ATTACHED: u16 = 8192;
    /// How many bits are written.
    pub const BITS: u32 = 14;
    /// May combine with what stands before it. Not written: it follows from the rest.
    pub const COMBINES: u16 = 16384;
    /// Comes from a character as narrow as a letter. Not written: the folder knows the character.
    pub const NARROW: u16 = 32768;
}

/// Class and canonical combining class of a character.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub struct Class {
    /// See [`class`].
    pub bits: u16,
    /// Canonical combining class; 0 for a starter.
    pub ccc: u8,
}

impl Class {
    /// Whether it has one of these bits.
    pub fn is(self, bits: u16) -> bool {
        self.bits & bits != 0
    }
}
