//! A text folded, and the way back.

use std::ops::Range;
use std::sync::Arc;

use crate::fold::steps::Unit;
use crate::fold::table::Table;
use crate::fold::term::Term;
use crate::fold::{Class, Off, class, hangul};
use crate::sort;

/// The end of a block.
pub const BLOCK_END: u32 = 0x2029;
const LINE_FEED: u32 = 0x0A;
const DASH: u32 = 0x2D;
const SOFT_HYPHEN: u32 = 0xAD;

/// Characters of white space that are looked through for a dash behind it.
const MOST_WHITE: usize = 64;
/// From here on signs are wide.
const WIDE: u32 = 0x2E80;

/// What a folded character is to the white space and the dashes beside it.
pub(super) mod kind {
    use super::{Class, class, hangul};

    /// A sign, or nothing.
    pub const OTHER: u32 = 0;
    /// A letter of a script that writes white space between words.
    pub const LETTER: u32 = 1;
    /// A digit.
    pub const DIGIT: u32 = 2;
    /// A letter of another script.
    pub const UNSPACED: u32 = 3;
    /// A letter of Hangul, where white space counts for nothing but shows where a word starts.
    pub const HANGUL: u32 = 4;
    /// Han or kana.
    pub const HAN_KANA: u32 = 5;
    /// A narrow `.`, `!` or `?`.
    pub const STOP: u32 = 6;
    /// White space, the end of a block, or the beginning of the text.
    pub const WHITE: u32 = 7;

    /// The kind of a character.
    pub fn of(c: u32, class: Class) -> u32 {
        match class {
            class if class.is(class::WHITE) => WHITE,
            class if class.is(class::HAN_KANA) => HAN_KANA,
            class if class.is(class::NARROW) && matches!(c, 0x21 | 0x2E | 0x3F) => STOP,
            class if !class.is(class::WORD) => OTHER,
            class if class.is(class::DIGIT) => DIGIT,
            class if !class.is(class::UNSPACED) => LETTER,
            _ if hangul::is(c) => HANGUL,
            _ => UNSPACED,
        }
    }
    /// A letter, digit or mark of any script.
    pub fn is_word(kind: u32) -> bool {
        (LETTER..=HAN_KANA).contains(&kind)
    }
    /// A letter, digit or mark of a script that writes white space between words.
    pub fn is_spaced(kind: u32) -> bool {
        kind == LETTER || kind == DIGIT
    }
    /// A letter that is neither Han nor kana: it makes a dash beside it a hyphen.
    pub fn is_letter(kind: u32) -> bool {
        matches!(kind, LETTER | UNSPACED | HANGUL)
    }
}

/// What was dropped between two folded characters.
pub(super) mod gap {
    /// White space.
    pub const SPACE: u8 = 1;
    /// It stood between a digit and a letter.
    pub const WORDS: u8 = 2;
    /// It stood between two letters of Hangul.
    pub const START: u8 = 4;
    /// It had a line feed in it.
    pub const LINE: u8 = 8;
}

/// A folded text with the way back.
#[derive(Clone, Default, Debug, PartialEq, Eq)]
pub struct Folded {
    /// The folded characters (code points).
    pub chars: Vec<u32>,
    /// Where they come from, in the order of the text.
    runs: Vec<Run>,
    /// Dashes that were dropped inside of words: before which folded character, and where they stand in the original.
    hyphens: Vec<[u32; 3]>,
    /// It ends in a dash of which only what comes next could say whether it is dropped.
    pub(super) open: bool,
}

/// Folded characters from `at` up to the next run: the first comes from original characters [start, end), and if that is
/// one, each further one from the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    at: u32,
    start: u32,
    end: u32,
    /// What was dropped before it: see [`gap`].
    gap: u8,
}

impl Folded {
    /// The run of a folded character, by number.
    fn run_of(&self, at: usize) -> usize {
        self.runs.partition_point(|run| run.at as usize <= at).saturating_sub(1)
    }

    /// Bytes in memory.
    pub fn memory(&self) -> usize {
        self.chars.capacity() * 4 + self.runs.capacity() * size_of::<Run>() + self.hyphens.capacity() * 12
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

    /// What was dropped before each folded character of a range before which anything was: characters with what.
    pub(super) fn gaps(&self, from: usize, to: usize) -> impl Iterator<Item = (usize, u8)> {
        let first = self.runs.partition_point(|run| (run.at as usize) < from);
        let runs = self.runs.get(first..).unwrap_or_default();
        runs.iter().map(|run| (run.at as usize, run.gap)).take_while(move |&(at, _)| at < to).filter(|&(_, gap)| gap != 0)
    }

    /// Where the dash stands in the original that was dropped before a folded character.
    fn hyphen(&self, at: usize) -> Option<(u32, u32)> {
        let k = self.hyphens.binary_search_by(|&[length, ..]| length.cmp(&(at as u32))).ok()?;
        self.hyphens.get(k).map(|&[_, start, end]| (start, end))
    }
}

/// What becomes of one original character.
#[derive(Clone, Copy)]
struct Outcome {
    /// Its units when it stands alone: `units[start..mid]`; as mapped, before steps 3 to 5: `units[mid..end]`, or the same.
    start: u32,
    mid: u32,
    end: u32,
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
    /// It is a mark.
    pub const ATTACHED: u32 = 1 << 23;
    /// A line feed behind it is dropped.
    pub const SOFT: u32 = 1 << 24;
    /// Its kind stands above this many bits.
    pub const KIND: u32 = 25;
}

/// A folded character and what it is, in one word.
fn code(c: u32, class: Class) -> u32 {
    let attached = if class.is(class::ATTACHED) { plain::ATTACHED } else { 0 };
    c | attached | kind::of(c, class) << plain::KIND
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
            let narrow = if c < WIDE { class::NARROW } else { 0 };
            let unit = |c: u32| {
                let mut class = table.class(c);
                class.bits |= narrow;
                Unit { c, start: 0, end: 1, class }
            };
            let own = unit(c);
            if table.leaves(own) {
                // Most characters, and this is in the way of a first answer.
                folder.learn(own, &[own], &[own]);
                continue;
            }
            let mut alone: Vec<Unit> = table.map(c, off).into_iter().map(unit).collect();
            let mapped = alone.clone();
            table.normalize(&mut alone, off);
            folder.learn(own, &alone, &mapped);
        }
        folder
    }

    /// Notes what becomes of the next character of the alphabet.
    fn learn(&mut self, own: Unit, alone: &[Unit], mapped: &[Unit]) {
        let start = self.units.len() as u32;
        let mid = start + alone.len() as u32;
        for u in alone.iter().chain(mapped.iter().filter(|_| alone != mapped)) {
            self.units.push((u.c, u.class));
        }
        let mut word = match *alone {
            [Unit { c, class, .. }] => code(c, class),
            _ => plain::NOT,
        };
        if mapped.first().is_none_or(|u| u.class.is(class::COMBINES)) {
            word |= plain::NOT | plain::JOINS;
        }
        if own.c == SOFT_HYPHEN {
            word |= plain::SOFT;
        }
        self.plain.push(word);
        self.outcomes.push(Outcome { start, mid, end: self.units.len() as u32, class: own.class });
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
            hyphens: !self.off.has(Off::PUNCTUATION),
            folded: Folded { chars: vec![0; text.len()], ..Folded::default() },
            last: kind::WHITE,
            ..Folding::default()
        };
        let mut cluster: Vec<Unit> = Vec::new();
        let mut at = 0;
        let mut here = self.known(text, 0);
        while at < text.len() {
            let next = self.known(text, at + 1);
            let joined = next.is_some_and(|next| next & plain::JOINS != 0);
            let start = at as u32;
            at += 1;
            match here {
                // A cluster of one character that folds to one.
                Some(code) if code & plain::NOT == 0 && !joined => out.push(code, start, start + 1),
                Some(word) if !joined && word & plain::SOFT == 0 => {
                    for &(c, class) in self.units_of(text.get(at - 1), |o| o.start..o.mid) {
                        out.turn(code(c, class), start, start + 1);
                    }
                }
                Some(_) => {
                    at -= 1;
                    loop {
                        for &(c, class) in self.units_of(text.get(at), Outcome::mapped) {
                            cluster.push(Unit { c, start: at as u32, end: at as u32 + 1, class });
                        }
                        let soft = self.known(text, at).is_some_and(|word| word & plain::SOFT != 0);
                        at += 1;
                        if soft {
                            at += self.line_end(text, at);
                        }
                        if self.known(text, at).is_none_or(|word| word & plain::JOINS == 0) {
                            break;
                        }
                    }
                    self.table.normalize(&mut cluster, self.off);
                    for u in std::mem::take(&mut cluster) {
                        out.turn(code(u.c, u.class), u.start, u.end);
                    }
                    here = self.known(text, at);
                    continue;
                }
                None => {}
            }
            here = next;
        }
        out.finish()
    }

    #[inline(always)]
    fn known(&self, text: &[u32], at: usize) -> Option<u32> {
        self.plain.get(*text.get(at)? as usize).copied()
    }

    /// How many characters a line feed takes that stands here: none if there is none.
    fn line_end(&self, text: &[u32], at: usize) -> usize {
        let is = |at: usize, c: u32| self.known(text, at).is_some_and(|word| word & (plain::CHAR | plain::NOT) == c);
        match is(at, 0x0D) {
            true if is(at + 1, LINE_FEED) => 2,
            _ => is(at, LINE_FEED).into(),
        }
    }

    fn units_of(&self, rank: Option<&u32>, part: fn(&Outcome) -> Range<u32>) -> &[(u32, Class)] {
        let range = rank.and_then(|&rank| self.outcomes.get(rank as usize)).map(part).unwrap_or_default();
        self.units.get(range.start as usize..range.end as usize).unwrap_or_default()
    }

    /// Whether a text may be cut before character `at` so that both parts, folded alone, give what the whole gives, but for
    /// one space at the cut. `Some(true)`: it would be cut inside of a word, where what is asked of a word's edge goes wrong.
    pub fn cuts(&self, text: &[u32], at: usize) -> Option<bool> {
        let (Some(before), Some(after)) = (at.checked_sub(1).and_then(|k| text.get(k)), text.get(at)) else { return Some(false) };
        let joins = |&rank: &u32| self.plain.get(rank as usize).is_none_or(|word| word & plain::JOINS != 0);
        let last = self.units_of(Some(before), |o| o.start..o.mid).last();
        let first = self.units_of(Some(after), |o| o.start..o.mid).first();
        let (false, false, Some(&(b, before)), Some(&(a, after))) = (joins(before), joins(after), last, first) else {
            return None;
        };
        let (before, after) = (kind::of(b, before), kind::of(a, after));
        // Blocks may end several times in a row; a dash needs its neighbours, white space between them or not. But one that
        // has some before it is always kept, and is missed by nobody who sees what comes next.
        let torn = if before == kind::WHITE {
            // A line's end behind a soft hyphen is none.
            let soft = |k: usize| self.known(text, at.wrapping_sub(k)).is_some_and(|word| word & plain::SOFT != 0);
            (a != DASH || soft(2) || soft(3)) && (b != BLOCK_END || after == kind::WHITE)
        } else {
            a == DASH || b == DASH || after == kind::WHITE && self.leads_to_dash(text.get(at..).unwrap_or_default())
        };
        let same = before == after && before == kind::HANGUL;
        (!torn).then_some(same || kind::is_spaced(before) && kind::is_spaced(after))
    }

    /// Whether a dash is the first that a text folds to besides white space. In doubt it is.
    fn leads_to_dash(&self, text: &[u32]) -> bool {
        let white = |&&(c, class): &&(u32, Class)| kind::of(c, class) == kind::WHITE && c != BLOCK_END;
        let mut folded = text.iter().take(MOST_WHITE).flat_map(|rank| self.units_of(Some(rank), |o| o.start..o.mid));
        folded.find(|unit| !white(unit)).is_none_or(|unit| unit.0 == DASH)
    }

    /// Whether a term may stand where its folded form does, at folded character `at` of a text, and the original characters
    /// that it covers there. O(log length + runs within).
    pub fn place(&self, text: &Folded, term: &Term, at: usize) -> Option<(u32, u32)> {
        let end = at + term.chars.len();
        let (mut from, mut to) = text.original(at, end);
        // A dash that was kept, or one that was dropped.
        let dash = |kept: Option<usize>, dropped: usize| match kept {
            Some(k) if text.chars.get(k) == Some(&DASH) => Some(text.original(k, k + 1)),
            _ => text.hyphen(dropped),
        };
        if term.before {
            let shown = dash(at.checked_sub(1), at)?;
            // A point on it may stand behind other marks.
            (from, to) = (shown.0, to.max(shown.1));
        }
        if term.after {
            to = to.max(dash(Some(end), end)?.1);
        }
        let class = |k: usize| text.chars.get(k).map_or((0, Class::default()), |&c| (c, self.table.class(c)));
        let torn = |at: usize| at == 0 || text.gaps(at, at + 1).next().is_some();
        let inside = |k: usize, inside: fn(u32) -> bool| {
            let (c, class) = class(k);
            inside(kind::of(c, class))
        };
        let edge = |at: usize, is: fn(u32) -> bool| {
            // A mark is what it stands on.
            let mut before = at.saturating_sub(1);
            while class(before).1.is(class::ATTACHED) && !torn(before) && !inside(before - 1, |kind| kind == kind::WHITE) {
                before -= 1;
            }
            torn(at) || text.hyphen(at).is_some() || !inside(before, is) || !inside(at, is)
        };
        let stands = text.gaps(at + 1, end).all(|(k, gap)| {
            // What is seen with white space at the very same place may be typed so.
            gap & gap::LINE != 0
                || term.spaces.contains(&((k - at) as u32))
                || (gap & gap::WORDS == 0 || edge(at, kind::is_spaced) && edge(end, kind::is_spaced))
                    && (gap & gap::START == 0 || edge(at, kind::is_word))
        });
        stands.then_some((from, to))
    }
}

/// Steps 6 and 7 of folding, and the text as far as it is folded.
#[derive(Default)]
struct Folding {
    /// White space is a character like any other.
    keep: bool,
    /// Dashes inside of words are dropped.
    hyphens: bool,
    /// There is a dash or white space on which what follows decides.
    waits: bool,
    dash: Option<Dash>,
    /// White space is kept back: its original range.
    white: Option<(u32, u32)>,
    /// There is a line feed in it.
    line: bool,
    /// The kind of the last character.
    last: u32,
    /// Room for as many characters as the text has; so many are in use.
    folded: Folded,
    length: usize,
    /// The original character that would go on with the last run.
    due: u32,
}

/// A dash behind a letter or digit.
#[derive(Clone, Copy)]
struct Dash {
    /// Folded characters and runs before it.
    length: usize,
    runs: usize,
    /// The kind of the character before it.
    after: u32,
    /// Where it stands in the original.
    start: u32,
    end: u32,
}

impl Folding {
    #[inline(always)]
    fn push(&mut self, word: u32, start: u32, end: u32) {
        let (c, kind) = (word & plain::CHAR, word >> plain::KIND);
        if self.waits || kind == kind::WHITE || c == DASH {
            return self.turn(word, start, end);
        }
        self.put(c, start, end, 0);
        if word & plain::ATTACHED == 0 || self.last == kind::WHITE {
            self.last = kind;
        }
    }

    /// Any character.
    #[inline(never)]
    fn turn(&mut self, word: u32, start: u32, end: u32) {
        let (c, kind, attached) = (word & plain::CHAR, word >> plain::KIND, word & plain::ATTACHED != 0);
        let block_end = c == BLOCK_END;
        let mut gap = 0;
        if kind == kind::WHITE && !block_end {
            if !self.keep {
                self.white = Some(self.white.map_or((start, end), |w| (w.0.min(start), w.1.max(end))));
                self.line |= c == LINE_FEED;
                self.waits = true;
                return;
            }
        } else {
            gap = self.decide(kind, attached);
            let directly = gap == 0 && self.hyphens && c == DASH && kind::is_word(self.last);
            let dash = Dash { length: self.length, runs: self.folded.runs.len(), after: self.last, start, end };
            self.dash = directly.then_some(dash);
            self.waits = directly;
        }
        if !block_end || self.length == 0 || self.folded.chars.get(self.length - 1) != Some(&c) {
            self.add(c, start, end, gap);
        }
        if !attached || self.last == kind::WHITE || gap != 0 {
            self.last = kind;
        }
    }

    /// Decides on what waits, before a character of this kind; what is dropped.
    fn decide(&mut self, next: u32, attached: bool) -> u8 {
        let (dash, white) = (self.dash.take(), self.white.take());
        let line = std::mem::take(&mut self.line);
        if let Some(dash) = dash
            && kind::is_word(next)
            && (kind::is_letter(dash.after) || kind::is_letter(next))
            // White space that is kept may stand behind it, and a mark on it.
            && self.length == dash.length + 1
            && !(attached && white.is_none())
        {
            self.length = dash.length;
            self.folded.runs.truncate(dash.runs);
            self.last = dash.after;
            self.due = u32::MAX;
            self.folded.hyphens.push([dash.length as u32, dash.start, dash.end]);
            return 0;
        }
        let Some((start, end)) = white else { return 0 };
        let last = self.last;
        let spaced = kind::is_spaced(next);
        if spaced && (last == next || last == kind::STOP) {
            self.add(0x20, start, end, 0);
            self.last = kind::WHITE;
            return 0;
        }
        let bit = |is: bool, bit: u8| if is { bit } else { 0 };
        gap::SPACE
            | bit(spaced && kind::is_spaced(last), gap::WORDS)
            | bit(last == kind::HANGUL && next == last, gap::START)
            | bit(line, gap::LINE)
    }

    #[inline(always)]
    fn put(&mut self, c: u32, start: u32, end: u32, gap: u8) {
        if start != self.due || end != start + 1 || gap != 0 || self.length == 0 {
            self.folded.runs.push(Run { at: self.length as u32, start, end, gap });
        }
        self.due = if end == start + 1 { end } else { u32::MAX };
        match self.folded.chars.get_mut(self.length) {
            Some(place) => *place = c,
            None => self.folded.chars.push(c),
        }
        self.length += 1;
    }

    /// The same, in little code.
    #[inline(never)]
    fn add(&mut self, c: u32, start: u32, end: u32, gap: u8) {
        self.put(c, start, end, gap);
    }

    /// White space at the end is dropped, a dash is kept.
    fn finish(mut self) -> Folded {
        // With white space behind it that is kept, it is not at the end.
        self.folded.open = self.dash.is_some_and(|dash| self.length == dash.length + 1);
        self.folded.chars.truncate(self.length);
        self.folded
    }
}

/// Folds a short text of any characters. O(length · log table).
pub fn fold_str(table: &Arc<Table>, text: &str, off: Off) -> Folded {
    let mut codes = Vec::new();
    for c in text.chars() {
        codes.push(c as u32);
    }
    fold_codes(table, codes, off)
}

/// The same, of code points.
pub(super) fn fold_codes(table: &Arc<Table>, mut codes: Vec<u32>, off: Off) -> Folded {
    let mut alphabet = codes.clone();
    sort::set(&mut alphabet);
    for c in &mut codes {
        *c = alphabet.binary_search(c).unwrap_or(0) as u32;
    }
    Folder::new(table, &alphabet, off).fold(&codes)
}
