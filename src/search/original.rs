//! An original text: what are its characters, how long is it in UTF-16, where may it be cut?

use crate::fold::folder::Folder;
use crate::fold::grapheme::is_boundary;
use crate::fold::{Class, class};
use crate::format::Rank;
use crate::sort;

/// A place found: original characters [start, end), and which term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// First character.
    pub start: u32,
    /// After the last character.
    pub end: u32,
    /// Number of the term.
    pub term: u32,
}

/// Keeps of overlapping marks the first, of those that start together the longest.
pub fn disjoint(marks: &mut Vec<Mark>) {
    sort::by_key(marks, |m| u128::from(m.start) << 64 | u128::from(!m.end) << 32 | u128::from(m.term));
    let mut end = 0;
    marks.retain(|m| {
        let keep = m.start >= end;
        if keep {
            end = m.end;
        }
        keep
    });
}

/// A text as it was written.
#[derive(Clone, Copy)]
pub struct Original<'a> {
    /// Its characters, as ranks of the alphabet.
    pub ranks: &'a [Rank],
    /// Code points by rank.
    pub alphabet: &'a [u32],
    /// Knows what the characters are.
    pub folder: &'a Folder,
}

impl Original<'_> {
    /// What the character is; nothing special beyond the text.
    pub fn class(&self, at: usize) -> Class {
        self.ranks.get(at).map_or(Class::default(), |&rank| self.folder.class(rank))
    }

    /// The character's code point.
    pub fn code(&self, at: usize) -> Option<u32> {
        self.alphabet.get(*self.ranks.get(at)? as usize).copied()
    }

    /// The character.
    pub fn char(&self, at: usize) -> Option<char> {
        self.code(at).and_then(char::from_u32)
    }

    /// Characters as a string.
    pub fn string(&self, from: usize, to: usize) -> String {
        self.spell(self.ranks.get(from..to).unwrap_or_default())
    }

    /// Ranks as a string.
    #[inline(never)]
    pub fn spell(&self, ranks: &[Rank]) -> String {
        let mut out = String::new();
        for &rank in ranks {
            out.push(self.alphabet.get(rank as usize).and_then(|&c| char::from_u32(c)).unwrap_or('\u{FFFD}'));
        }
        out
    }

    /// Marks as UTF-16 ranges of the string that starts at character `from`. O(text).
    pub fn utf16(&self, from: usize, marks: &[Mark]) -> Vec<(u32, u32)> {
        let (mut at, mut units) = (from, 0);
        let mut to = |end: u32| {
            while at < end as usize {
                units += 1 + u32::from(self.code(at).is_some_and(|c| c > 0xFFFF));
                at += 1;
            }
            units
        };
        marks.iter().map(|m| (to(m.start), to(m.end))).collect()
    }

    /// Columns that it takes on a screen of characters of one width: an East Asian one takes two.
    pub fn width(&self, at: usize) -> u32 {
        match self.code(at) {
            _ if self.class(at).is(class::EXTEND | class::INVISIBLE) => 0,
            Some(c) if c >= 0x2E80 || (0x1100..0x1160).contains(&c) => 2,
            _ => 1,
        }
    }

    /// Whether the text may be cut before character `at` without tearing a grapheme.
    pub fn is_boundary(&self, at: usize) -> bool {
        is_boundary(self.ranks.len(), at, |k| (self.code(k), self.class(k)))
    }

    /// Whether it is white space.
    pub fn is_white(&self, at: usize) -> bool {
        self.class(at).is(class::WHITE)
    }

    /// Whether a word goes on from the character before `at` to this one.
    pub fn inside_word(&self, at: usize) -> bool {
        at > 0 && self.class(at - 1).is(class::WORD) && self.class(at).is(class::WORD)
    }
}
