//! A text folded, and the way back.

use std::ops::Range;
use std::sync::Arc;

use crate::fold::steps::Unit;
use crate::fold::table::Table;
use crate::fold::{Class, Off, class};
use crate::sort;

/// A folded text with the way back.
#[derive(Clone, Default, Debug, PartialEq, Eq)]
pub struct Folded {
    /// The folded characters (code points).
    pub chars: Vec<u32>,
    /// Where they come from, in the order of the text.
    runs: Vec<Run>,
}

/// Folded characters from `at` up to the next run: the first comes from original characters [start, end), and if that is
/// one, each further one from the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    at: u32,
    start: u32,
    end: u32,
}

impl Folded {
    /// The run of a folded character, by number.
    fn run_of(&self, at: usize) -> usize {
        self.runs.partition_point(|run| run.at as usize <= at).saturating_sub(1)
    }

    /// Bytes in memory.
    pub fn memory(&self) -> usize {
        self.chars.capacity() * 4 + self.runs.capacity() * size_of::<Run>()
    }

    /// After the last folded character of a run.
    fn end_of(&self, run: usize) -> usize {
        self.runs.get(run + 1).map_or(self.chars.len(), |next| next.at as usize)
    }

    /// The original range of folded characters [from, to), in characters. O(log length + runs within).
    pub fn original(&self, from: usize, to: usize) -> (u32, u32) {
        let (mut least, mut most) = (u32::MAX, 0);
        let mut at = from;
        let mut number = self.run_of(from);
        while let Some(run) = self.runs.get(number).filter(|_| at < to) {
            let until = self.end_of(number).min(to);
            let skipped = at as u32 - run.at;
            least = least.min(run.start + skipped);
            most = most.max(run.end + (until as u32).saturating_sub(run.at + 1));
            (at, number) = (until, number + 1);
        }
        (least.min(most), most)
    }

    /// The first folded character that comes from original character `at` or a later one. O(log length).
    pub fn first_from(&self, at: usize) -> usize {
        let number = self.runs.partition_point(|run| (run.start as usize) < at);
        let before = number.checked_sub(1).and_then(|number| Some((number, self.runs.get(number)?)));
        before.map_or(0, |(number, run)| (run.at as usize + at - run.start as usize).min(self.end_of(number)))
    }
}

/// What becomes of one original character.
#[derive(Clone, Copy)]
struct Outcome {
    /// Its units when it stands alone: `units[start..mid]`; as mapped, before steps 3 to 5: `units[mid..end]`, or the same.
    start: u32,
    mid: u32,
    end: u32,
    /// It may combine with what stands before it, or is dropped: it belongs to the cluster before it.
    joins: bool,
    class: Class,
}

impl Outcome {
    /// Where its units as mapped stand.
    fn mapped(&self) -> Range<u32> {
        if self.mid == self.end { self.start..self.mid } else { self.mid..self.end }
    }
}

/// What becomes of a character in one word, for those that fold to one character: that, and these bits.
mod plain {
    /// The character that it folds to.
    pub const CHAR: u32 = (1 << 21) - 1;
    /// It folds to none, to several, or belongs to the cluster before it: see its [`super::Outcome`].
    pub const NOT: u32 = 1 << 21;
    /// It belongs to the cluster before it.
    pub const JOINS: u32 = 1 << 22;
    /// It folds to a letter, digit or mark that is neither Han nor kana.
    pub const WORD: u32 = 1 << 23;
    /// It folds to white space.
    pub const WHITE: u32 = 1 << 24;
}

/// Folds texts whose characters are given as ranks of one alphabet. Each character's outcome is computed once.
pub struct Folder {
    table: Arc<Table>,
    off: Off,
    outcomes: Vec<Outcome>,
    /// The same in short, for almost all of a text: see [`plain`].
    plain: Vec<u32>,
    units: Vec<(u32, Class)>,
}

impl Folder {
    /// For texts over `alphabet` (code points by rank). O(alphabet).
    pub fn new(table: &Arc<Table>, alphabet: &[u32], off: Off) -> Folder {
        let mut folder = Folder {
            table: Arc::clone(table),
            off,
            outcomes: Vec::with_capacity(alphabet.len()),
            plain: Vec::with_capacity(alphabet.len()),
            units: Vec::with_capacity(alphabet.len()),
        };
        for &c in alphabet {
            let unit = |c: u32| Unit { c, start: 0, end: 1, class: table.class(c) };
            let own = unit(c);
            if table.leaves(own) {
                // Most characters, and this is in the way of a first answer.
                folder.learn(own.class, &[own], &[own]);
                continue;
            }
            let mut alone: Vec<Unit> = table.map(c, off).into_iter().map(unit).collect();
            let mapped = alone.clone();
            table.normalize(&mut alone, off);
            folder.learn(own.class, &alone, &mapped);
        }
        folder
    }

    /// Notes what becomes of the next character of the alphabet.
    fn learn(&mut self, class: Class, alone: &[Unit], mapped: &[Unit]) {
        let joins = mapped.first().is_none_or(|u| u.class.is(class::COMBINES));
        let start = self.units.len() as u32;
        let mid = start + alone.len() as u32;
        for u in alone.iter().chain(mapped.iter().filter(|_| alone != mapped)) {
            self.units.push((u.c, u.class));
        }
        let bit = |is: bool, bit: u32| if is { bit } else { 0 };
        self.plain.push(match *alone {
            [Unit { c, class, .. }] if !joins => {
                c | bit(class.is(class::WORD), plain::WORD) | bit(class.is(class::WHITE), plain::WHITE)
            }
            _ => plain::NOT | bit(joins, plain::JOINS),
        });
        self.outcomes.push(Outcome { start, mid, end: self.units.len() as u32, joins, class });
    }

    /// The class of an original character.
    pub fn class(&self, rank: u32) -> Class {
        self.outcomes.get(rank as usize).map_or(Class::default(), |o| o.class)
    }

    /// Bounds the characters that a text folds to, and that this takes on the way: two for most characters. O(length).
    pub fn bound(&self, text: &[u32]) -> usize {
        text.iter()
            .filter_map(|&rank| self.outcomes.get(rank as usize))
            .map(|o| o.mid - o.start + o.mapped().len() as u32)
            .sum::<u32>() as usize
    }

    /// Folds a text. Ranks outside the alphabet are left out. O(length).
    pub fn fold(&self, text: &[u32]) -> Folded {
        let mut out = Folding {
            keep: self.off.has(Off::SPACE),
            folded: Folded { chars: vec![0; text.len()], runs: Vec::new() },
            ..Folding::default()
        };
        let mut cluster = Vec::new();
        let mut at = 0;
        let mut here = self.known(text, 0);
        while at < text.len() {
            let next = self.known(text, at + 1);
            let joined = next.is_some_and(|next| next & plain::JOINS != 0);
            let start = at as u32;
            at += 1;
            match here {
                // A cluster of one character that folds to one.
                Some(code) if code & plain::NOT == 0 && !joined => {
                    out.push(code & plain::CHAR, code & plain::WORD != 0, code & plain::WHITE != 0, start, start + 1);
                }
                Some(_) if !joined => {
                    for &(c, class) in self.units_of(text.get(at - 1), |o| o.start..o.mid) {
                        out.push(c, class.is(class::WORD), class.is(class::WHITE), start, start + 1);
                    }
                }
                Some(_) => {
                    at -= 1;
                    loop {
                        for &(c, class) in self.units_of(text.get(at), Outcome::mapped) {
                            cluster.push(Unit { c, start: at as u32, end: at as u32 + 1, class });
                        }
                        at += 1;
                        if self.known(text, at).is_none_or(|code| code & plain::JOINS == 0) {
                            break;
                        }
                    }
                    self.table.normalize(&mut cluster, self.off);
                    for u in std::mem::take(&mut cluster) {
                        out.push(u.c, u.class.is(class::WORD), u.class.is(class::WHITE), u.start, u.end);
                    }
                    here = self.known(text, at);
                    continue;
                }
                None => {}
            }
            here = next;
        }
        out.folded.chars.truncate(out.length);
        out.folded
    }

    #[inline(always)]
    fn known(&self, text: &[u32], at: usize) -> Option<u32> {
        self.plain.get(*text.get(at)? as usize).copied()
    }

    fn units_of(&self, rank: Option<&u32>, part: fn(&Outcome) -> Range<u32>) -> &[(u32, Class)] {
        let range = rank.and_then(|&rank| self.outcomes.get(rank as usize)).map(part).unwrap_or_default();
        self.units.get(range.start as usize..range.end as usize).unwrap_or_default()
    }

    /// Whether a text may be cut before character `at` so that both parts, folded alone, give what the whole gives.
    pub fn cuts(&self, text: &[u32], at: usize) -> bool {
        let Some((before, after)) = at.checked_sub(1).and_then(|k| Some((text.get(k)?, text.get(at)?))) else { return true };
        let (Some(b), Some(a)) = (self.outcomes.get(*before as usize), self.outcomes.get(*after as usize)) else { return false };
        if a.joins || b.joins {
            return false;
        }
        let class = |unit: u32| self.units.get(unit as usize).map(|u| u.1);
        let (Some(b), Some(a)) = (class(b.mid.wrapping_sub(1)), class(a.start)) else { return false };
        // White space at the cut is dropped on both sides, so it must be dropped anyway.
        !(b.is(class::WHITE) || a.is(class::WHITE) && b.is(class::WORD))
    }
}

/// Step 6 of folding, and the text as far as it is folded.
#[derive(Default)]
struct Folding {
    /// The fold is off: white space is a character like any other.
    keep: bool,
    /// White space is kept back until what follows it is known: its original range.
    white: Option<(u32, u32)>,
    /// Whether a letter stands before it.
    after_word: bool,
    /// Room for as many characters as the text has; so many are in use.
    folded: Folded,
    length: usize,
    /// The original character that would go on with the last run.
    due: u32,
}

impl Folding {
    #[inline(always)]
    fn push(&mut self, c: u32, word: bool, white: bool, start: u32, end: u32) {
        if white && !self.keep {
            self.white = Some(self.white.map_or((start, end), |w| (w.0.min(start), w.1.max(end))));
            return;
        }
        if let Some((from, to)) = self.white.take()
            && self.after_word
            && word
        {
            self.put(0x20, from, to);
        }
        self.put(c, start, end);
        self.after_word = word;
    }

    #[inline(always)]
    fn put(&mut self, c: u32, start: u32, end: u32) {
        if start != self.due || end != start + 1 || self.length == 0 {
            self.folded.runs.push(Run { at: self.length as u32, start, end });
        }
        self.due = if end == start + 1 { end } else { u32::MAX };
        match self.folded.chars.get_mut(self.length) {
            Some(place) => *place = c,
            None => self.folded.chars.push(c),
        }
        self.length += 1;
    }
}

/// Folds a short text of any characters, such as a query. O(length · log table).
pub fn fold_str(table: &Arc<Table>, text: &str, off: Off) -> Folded {
    let mut ranks = Vec::new();
    for c in text.chars() {
        ranks.push(c as u32);
    }
    let mut alphabet = ranks.clone();
    sort::set(&mut alphabet);
    for c in &mut ranks {
        *c = alphabet.binary_search(c).unwrap_or(0) as u32;
    }
    Folder::new(table, &alphabet, off).fold(&ranks)
}
