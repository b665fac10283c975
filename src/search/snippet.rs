//! Which parts of a text show best where the query was found?
//!
//! Windows of a few clauses around the places found: they start and end at the end of a sentence or clause, else at a word's
//! edge, never inside a grapheme. Widths are counted in columns: an East Asian character takes two.

use crate::fold::folder::Folder;
use crate::fold::{Class, class};
use crate::sort;

/// Columns of a snippet, at most, unless one mark alone is longer.
const WIDEST: u32 = 150;
/// Columns before the first mark, at most.
const BEFORE: u32 = 50;

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

/// A text to cut from.
pub struct Cut<'a> {
    /// Its characters, as ranks of an alphabet.
    pub ranks: &'a [u32],
    /// The alphabet: code points by rank.
    pub alphabet: &'a [u32],
    /// Knows what the characters are.
    pub folder: &'a Folder,
}

/// A window: characters [start, end), the marks within, and how much it shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// First character.
    pub start: u32,
    /// After the last character.
    pub end: u32,
    /// Marks within, not overlapping.
    pub marks: Vec<Mark>,
    /// Different terms in it, then marks.
    pub score: (usize, usize),
}

/// A key that sorts by score, the best first: more terms, then more marks.
pub fn score_key(score: (usize, usize)) -> u128 {
    u128::from(!(score.0 as u32)) << 32 | u128::from(!(score.1 as u32))
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

impl Cut<'_> {
    fn class(&self, at: usize) -> Class {
        self.ranks.get(at).map_or(Class::default(), |&rank| self.folder.class(rank))
    }

    /// The character's code point.
    fn code(&self, at: usize) -> Option<u32> {
        self.alphabet.get(*self.ranks.get(at)? as usize).copied()
    }

    fn width(&self, at: usize) -> u32 {
        match self.code(at) {
            _ if self.class(at).is(class::EXTEND | class::INVISIBLE) => 0,
            Some(c) if c >= 0x2E80 || (0x1100..0x1160).contains(&c) => 2,
            _ => 1,
        }
    }

    /// Whether a text may be cut before character `at` without tearing a grapheme.
    pub fn is_boundary(&self, at: usize) -> bool {
        if at == 0 || at >= self.ranks.len() {
            return true;
        }
        let (before, after) = (self.class(at - 1), self.class(at));
        if after.is(class::EXTEND) || after.is(class::INVISIBLE) || before.is(class::JOINER) {
            return false;
        }
        if after.is(class::REGIONAL) && before.is(class::REGIONAL) {
            // No text has that many flags in a row; one that has must not take time with the square of their number.
            let run = (0..at).rev().take(1 << 10).take_while(|&k| self.class(k).is(class::REGIONAL)).count();
            return run % 2 == 0;
        }
        !(self.code(at - 1) == Some(0x0D) && self.code(at) == Some(0x0A))
    }

    /// How strongly the text may be divided after a character: 3 paragraph, 2 sentence, 1 clause.
    #[inline(never)]
    fn strength(&self, at: usize) -> u8 {
        let char_at = |at: usize| self.code(at).and_then(char::from_u32);
        // A Latin full stop or comma divides only before white space: not in 3.14 or xunzi.js.
        let spaced = char_at(at + 1).is_none_or(char::is_whitespace);
        match char_at(at).unwrap_or(' ') {
            '\n' => 3,
            '。' | '！' | '？' | '｡' | '…' | '؟' | '।' | '۔' => 2,
            '.' | '!' | '?' if spaced => 2,
            '，' | '；' | '、' | '：' | '､' | '،' | '؛' => 1,
            ',' | ';' | ':' if spaced => 1,
            _ => 0,
        }
    }

    fn is_white(&self, at: usize) -> bool {
        self.class(at).is(class::WHITE)
    }

    fn is_word(&self, at: usize) -> bool {
        self.class(at).is(class::WORD)
    }

    /// Where a snippet that shows characters from `at` on may start.
    fn start(&self, at: usize, least: usize) -> usize {
        let mut width = 0;
        let mut best = (0, at);
        let mut edge = at;
        let mut k = at;
        while k > least {
            k -= 1;
            width += self.width(k);
            if width > BEFORE {
                break;
            }
            let strength = self.strength(k);
            if strength >= 2 {
                best = (2, k + 1);
                break;
            }
            if strength == 1 {
                best = (1, k + 1);
            }
            if self.is_boundary(k) && (k == 0 || !(self.is_word(k - 1) && self.is_word(k))) {
                edge = k;
            }
            if k == least {
                best = (2, least);
            }
        }
        let mut from = if best.0 > 0 { best.1 } else { edge };
        while from < at && (self.is_white(from) || !self.is_boundary(from)) {
            from += 1;
        }
        from
    }

    /// Where a snippet that starts at `from` and shows everything up to `at` may end: at the last end of a sentence, or of a
    /// clause, that leaves enough to read, else at the last word's edge.
    fn end(&self, from: usize, at: usize) -> usize {
        let mut width: u32 = (from..at).map(|k| self.width(k)).sum();
        // The last ends of a clause and of a sentence, and how wide the snippet is there.
        let mut ends = [(at, 0); 2];
        let mut edge = at;
        let mut k = at;
        while k < self.ranks.len() {
            width += self.width(k);
            if width > WIDEST {
                break;
            }
            let strength = self.strength(k);
            k += 1;
            if strength > 0 {
                ends[usize::from(strength > 1)] = (k, width);
            }
            // A paragraph's end is good enough once there is something to read.
            if k == self.ranks.len() || strength == 3 && width * 2 >= WIDEST {
                ends[1] = (k, WIDEST);
                break;
            }
            if self.is_boundary(k) && !(self.is_word(k - 1) && self.is_word(k)) {
                edge = k;
            }
        }
        let mut to = match ends {
            [_, (sentence, wide)] if wide * 3 >= WIDEST => sentence,
            [(clause, 1..), (sentence, _)] => clause.max(sentence),
            [_, (sentence, 1..)] => sentence,
            _ => edge,
        };
        while to > at && (self.is_white(to - 1) || !self.is_boundary(to)) {
            to -= 1;
        }
        to
    }

    /// Up to `most` windows that do not overlap, the densest first. `marks` must be disjoint and in order. O(text).
    pub fn windows(&self, marks: &[Mark], most: usize) -> Vec<Window> {
        let mut out: Vec<Window> = Vec::new();
        let mut k = 0;
        let mut least = 0;
        while let Some(first) = marks.get(k) {
            // A mark may begin or end inside of a grapheme, which is shown whole.
            let (mut from, mut to) = (first.start as usize, (first.end as usize).min(self.ranks.len()));
            while from > least && !self.is_boundary(from) {
                from -= 1;
            }
            while !self.is_boundary(to) {
                to += 1;
            }
            let start = self.start(from, least);
            let end = self.end(start, to);
            let within: Vec<Mark> = marks.iter().skip(k).take_while(|m| m.end as usize <= end).copied().collect();
            k += within.len().max(1);
            least = end;
            let mut terms: Vec<u32> = within.iter().map(|m| m.term).collect();
            sort::set(&mut terms);
            let score = (terms.len(), within.len());
            out.push(Window { start: start as u32, end: end as u32, marks: within, score });
        }
        sort::by_key(&mut out, |w| score_key(w.score) << 32 | u128::from(w.start));
        out.truncate(most);
        out
    }

    /// The beginning of a text, to show where nothing is marked.
    pub fn lead(&self) -> (usize, usize) {
        let from = (0..self.ranks.len()).find(|&k| !self.is_white(k)).unwrap_or(self.ranks.len());
        (from, self.end(from, from))
    }
}
