//! Which parts of a text show best where the query was found?
//!
//! Windows of a few clauses around the places found: they start and end at the end of a sentence or clause, else at a word's
//! edge, never inside a grapheme and never across the end of a block. First comes where the whole query stands together,
//! then where more different terms stand near each other, then where more places are. Widths are counted in columns: an East
//! Asian character takes two.

use crate::fold::folder::BLOCK_END;
use crate::search::original::{Mark, Original};
use crate::sort;

/// Columns of a snippet, at most, unless one mark alone is longer.
const WIDEST: u32 = 150;
/// Marks that are looked at together, at most: there may be thousands that take no column.
const MOST: usize = 64;
/// Columns before the first mark, at most.
const BEFORE: u32 = 50;

/// A text to cut from.
pub struct Cut<'a> {
    text: Original<'a>,
    /// Whether blocks end at U+2029 alone; in a text without any, at an empty line.
    blocks: bool,
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
    /// Whether the whole query stands in it together.
    pub together: bool,
    /// Different terms in it, then marks.
    pub score: (usize, usize),
}

impl Window {
    /// A key that sorts the best first: together, more terms, more marks. Below 2^65.
    pub fn key(&self) -> u128 {
        let (terms, marks) = (self.score.0 as u32, self.score.1 as u32);
        u128::from(!self.together) << 64 | u128::from(!terms) << 32 | u128::from(!marks)
    }
}

impl<'a> Cut<'a> {
    /// O(text).
    pub fn new(text: Original<'a>) -> Cut<'a> {
        let blocks = (0..text.ranks.len()).any(|at| text.code(at) == Some(BLOCK_END));
        Cut { text, blocks }
    }

    /// Whether a block ends before character `at`: nothing is shown across.
    pub fn block_ends(&self, at: usize) -> bool {
        if self.blocks || self.text.char(at) != Some('\n') {
            return self.text.code(at) == Some(BLOCK_END);
        }
        // An empty line: nothing but white space up to the next line feed.
        let mut next = at + 1;
        while next < at + 100 && self.text.is_white(next) && self.text.char(next) != Some('\n') {
            next += 1;
        }
        self.text.char(next) == Some('\n')
    }

    /// How strongly the text may be divided after a character: 2 sentence, 1 clause.
    #[inline(never)]
    fn strength(&self, at: usize) -> u8 {
        // A Latin full stop or comma divides only before white space: not in 3.14 or xunzi.js.
        let spaced = self.text.char(at + 1).is_none_or(char::is_whitespace);
        match self.text.char(at).unwrap_or(' ') {
            '。' | '！' | '？' | '｡' | '…' | '؟' | '।' | '۔' => 2,
            '.' | '!' | '?' if spaced => 2,
            '，' | '；' | '、' | '：' | '､' | '،' | '؛' => 1,
            ',' | ';' | ':' if spaced => 1,
            _ => 0,
        }
    }

    /// Whether a character closes what a sentence stands in.
    fn closes(&self, at: usize) -> bool {
        matches!(self.text.char(at), Some('”' | '’' | '」' | '』' | '"' | '）' | ')'))
    }

    /// Whether a sentence, or more, begins with character `at`: nothing is left out before it. `whole`: nothing stands before the
    /// text.
    pub fn begins(&self, at: usize, whole: bool) -> bool {
        let mut at = at;
        while at > 0 {
            at -= 1;
            if self.block_ends(at) || self.strength(at) == 2 {
                return true;
            }
            // Closing marks and white space belong to the sentence before.
            if !self.text.is_white(at) && !self.closes(at) {
                return false;
            }
        }
        whole
    }

    /// Whether a sentence, or more, ends before character `at`. `whole`: nothing stands behind the text.
    pub fn ends(&self, at: usize, whole: bool) -> bool {
        let mut next = at;
        while next < self.text.ranks.len() && !self.block_ends(next) {
            if !self.text.is_white(next) {
                let mut last = at;
                while last > 0 && self.closes(last - 1) {
                    last -= 1;
                }
                return last > 0 && self.strength(last - 1) == 2;
            }
            next += 1;
        }
        next < self.text.ranks.len() || whole || self.strength(at.saturating_sub(1)) == 2
    }

    /// Where a snippet that shows characters from `at` on may start, not before `least`.
    fn start(&self, at: usize, least: usize) -> usize {
        let mut width = 0;
        let mut best = (0, at);
        let mut edge = at;
        let mut k = at;
        while k > least {
            k -= 1;
            width += self.text.width(k);
            if width > BEFORE {
                break;
            }
            let strength = if self.block_ends(k) { 2 } else { self.strength(k) };
            if strength >= 2 {
                best = (2, k + 1);
                break;
            }
            if strength == 1 {
                best = (1, k + 1);
            }
            if self.text.is_boundary(k) && !self.text.inside_word(k) {
                edge = k;
            }
            if k == least {
                best = (2, least);
            }
        }
        let mut from = if best.0 > 0 { best.1 } else { edge };
        while from < at && (self.text.is_white(from) || !self.text.is_boundary(from)) {
            from += 1;
        }
        from
    }

    /// Where a snippet that starts at `from` and shows everything up to `at` may end, not after `most`: at the last end of a
    /// sentence, or of a clause, that leaves enough to read, else at the last word's edge.
    fn end(&self, from: usize, at: usize, most: usize) -> usize {
        let mut width: u32 = (from..at).map(|k| self.text.width(k)).sum();
        // The last ends of a clause and of a sentence, and how wide the snippet is there.
        let mut ends = [(at, 0); 2];
        let mut edge = at;
        let mut k = at;
        loop {
            if k >= most || self.block_ends(k) {
                ends[1] = (k, WIDEST); // In bounds: there are two.
                break;
            }
            width += self.text.width(k);
            if width > WIDEST {
                break;
            }
            let strength = self.strength(k);
            k += 1;
            if strength > 0 {
                ends[usize::from(strength > 1)] = (k, width); // In bounds: there are two.
            }
            if self.text.is_boundary(k) && !self.text.inside_word(k) {
                edge = k;
            }
        }
        let mut to = match ends {
            [_, (sentence, wide)] if wide * 3 >= WIDEST => sentence,
            [(clause, 1..), (sentence, _)] => clause.max(sentence),
            [_, (sentence, 1..)] => sentence,
            _ => edge,
        };
        while to > at && (self.text.is_white(to - 1) || !self.text.is_boundary(to)) {
            to -= 1;
        }
        to
    }

    /// Up to `most` windows around `marks`, which must be disjoint and in order; none of them touches one of `taken`, to which
    /// they are added. O(text + marks within reach of each other).
    pub fn windows(&self, marks: &[Mark], together: bool, most: usize, taken: &mut Vec<Window>) {
        // The columns before each mark and before its end, and whether a block ends between it and the mark before.
        let mut columns: Vec<(u32, u32, bool)> = Vec::new();
        let (mut at, mut width, mut apart) = (0, 0, false);
        for mark in marks {
            let (start, end) = (mark.start as usize, (mark.end as usize).min(self.text.ranks.len()));
            while at < start {
                width += self.text.width(at);
                apart |= self.block_ends(at);
                at += 1;
            }
            let before = width;
            while at < end {
                width += self.text.width(at);
                at += 1;
            }
            columns.push((before, width, apart));
            apart = false;
        }
        let mut found = 0;
        while found < most {
            // The best run of marks that are near each other: more different terms, more marks, nearer, earlier.
            let mut best: Option<(u128, usize, usize)> = None;
            for (first, mark) in marks.iter().enumerate() {
                let Some(&(from, _, _)) = columns.get(first) else { break };
                let mut terms: Vec<u32> = Vec::new();
                for (last, other) in marks.iter().enumerate().skip(first).take(MOST) {
                    let Some(&(_, to, apart)) = columns.get(last) else { break };
                    let touches = |w: &Window| w.start < other.end && mark.start < w.end;
                    if last > first && (apart || to - from > WIDEST - BEFORE) || taken.iter().any(touches) {
                        break;
                    }
                    if !terms.contains(&other.term) {
                        terms.push(other.term);
                    }
                    let count = (last - first + 1) as u32;
                    let key = u128::from(!(terms.len() as u32)) << 96
                        | u128::from(!count) << 64
                        | u128::from(to - from) << 32
                        | u128::from(mark.start);
                    if best.is_none_or(|b| key < b.0) {
                        best = Some((key, first, last));
                    }
                }
            }
            let Some((_, first, last)) = best else { return };
            let (Some(a), Some(b)) = (marks.get(first), marks.get(last)) else { return };
            // What is shown already stays apart.
            let least = taken.iter().map(|w| w.end).filter(|&end| end <= a.start).fold(0, u32::max) as usize;
            let length = self.text.ranks.len();
            let room = taken.iter().map(|w| w.start).filter(|&start| start >= b.end).fold(length as u32, u32::min) as usize;
            // A mark may begin or end inside of a grapheme, which is shown whole.
            let (mut from, mut to) = (a.start as usize, (b.end as usize).min(length));
            while from > least && !self.text.is_boundary(from) {
                from -= 1;
            }
            while to < room && !self.text.is_boundary(to) {
                to += 1;
            }
            let start = self.start(from, least);
            let end = self.end(start, to, room.max(to));
            let within: Vec<Mark> =
                marks.iter().filter(|m| m.start as usize >= start && m.end as usize <= end).copied().collect();
            let mut terms: Vec<u32> = within.iter().map(|m| m.term).collect();
            sort::set(&mut terms);
            let score = (terms.len(), within.len());
            taken.push(Window { start: start as u32, end: end as u32, marks: within, together, score });
            found += 1;
        }
    }

    /// The beginning of a text, to show where nothing is marked.
    pub fn lead(&self) -> (usize, usize) {
        let skip = |&at: &usize| !self.text.is_white(at) && self.text.code(at) != Some(BLOCK_END);
        let from = (0..self.text.ranks.len()).find(skip).unwrap_or(self.text.ranks.len());
        (from, self.end(from, from, self.text.ranks.len()))
    }
}
