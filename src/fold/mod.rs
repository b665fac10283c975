//! When do two spellings count as the same?
//!
//! When they fold to the same characters. Folding is done by one [`Table`], made by the builder from Unicode data
//! (`src/builder/unicode.rs`) for one corpus and carried by its index; there is no Unicode data here. The steps, for a text:
//!
//! 1. invisible characters are dropped;
//! 2. each character is mapped on its own through the layers: canonical decomposition, compatibility decomposition
//!    (fold *width*), case folding (*case*), canonical decomposition again, simplified/traditional variants (*variant*),
//!    look-alike punctuation (*punctuation*);
//! 3. marks are put in canonical order;
//! 4. marks on Latin and Greek letters are dropped (*diacritics*);
//! 5. pairs are composed (NFC; Hangul by arithmetic);
//! 6. white space stays, as one space, only between two letters or digits that are neither Han nor kana (*space*).
//!
//! Steps 3 to 5 never reach across a character that combines with nothing before it, so they are done cluster by
//! cluster; almost every cluster is a single character, whose outcome is computed once and kept.
//!
//! # The table's bits
//!
//! `gamma(n + 1)` ranges of characters that have a class though they may not occur (marks, invisible characters), each
//! `gamma(gap)`, `gamma(length)`. Then the five layers: the number of entries n, `gamma(n + 1)`; the characters that are
//! mapped, a set in 0..110000 hex; the characters that occur in what they are mapped to: `gamma(t + 1)` and a set. Per
//! entry one bit whether it maps to one character at the same distance as the entry before; if not, one bit whether it maps to
//! as many characters as the last such entry, else `gamma` of their number plus one; then each character as
//! `uniform(index, t)`, the first of several after one bit whether it is that of the last such entry; in the first layer one more bit per entry of two characters: whether
//! the two compose again. Last the classes: `gamma(k)`, k distinct classes of 10 + 8 bits, then for all characters of
//! alphabets, ranges and layers in code point order, run lengths `gamma` and `uniform(class, k)`.

use std::ops::Range;
use std::sync::Arc;

use crate::codec::bits::{BitReader, BitWriter};
use crate::codec::sets::{append_list, get_list, put_set};
use crate::codec::{Bad, bad};
use crate::sort;

/// Folds that a query may switch off, a bit each.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub struct Off(pub u8);

impl Off {
    /// Upper and lower case.
    pub const CASE: u8 = 1;
    /// Full and half width, and all compatibility forms.
    pub const WIDTH: u8 = 2;
    /// Simplified, traditional and variant characters.
    pub const VARIANT: u8 = 4;
    /// White space.
    pub const SPACE: u8 = 8;
    /// Diacritics of Latin and Greek.
    pub const DIACRITICS: u8 = 16;
    /// Look-alike punctuation.
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
    fn has(self, bit: u8) -> bool {
        self.0 & bit != 0
    }
}

/// What a character is, as far as folding, ranking and cutting need to know. Bits of [`Class::bits`].
pub mod class {
    /// White space.
    pub const WHITE: u16 = 1;
    /// A letter, digit or mark that is neither Han nor kana: white space between two of them counts.
    pub const WORD: u16 = 2;
    /// A nonspacing or enclosing mark: not a base.
    pub const MARK: u16 = 4;
    /// A mark that is dropped after a Latin or Greek letter.
    pub const DIACRITIC: u16 = 8;
    /// A Latin or Greek letter.
    pub const LATIN_GREEK: u16 = 16;
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
    /// How many bits are written.
    pub const BITS: u32 = 10;
    /// May combine with what stands before it. Not written: it follows from the rest.
    pub const COMBINES: u16 = 1024;
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

/// The layers of step 2, in the order they are numbered in the table.
#[derive(Clone, Copy)]
#[allow(missing_docs)]
pub enum Layer {
    Canonical = 0,
    Compatible = 1,
    Case = 2,
    Variant = 3,
    Punctuation = 4,
}

/// Characters that one may fold to, at most, on the way through the layers.
const LONGEST_OUTCOME: usize = 32;

/// Entries of a table and characters that they map to, at most: all of Unicode takes less than half.
const MOST_MAPPED: u64 = 1 << 17;

/// One more than the largest code point.
pub const CODE_POINTS: u64 = 0x11_0000;

#[derive(Clone, Default, Debug, PartialEq)]
struct Map {
    /// Sorted code points.
    from: Vec<u32>,
    /// Where each entry's characters start in `to`; one more at the end.
    start: Vec<u32>,
    to: Vec<u32>,
    /// First layer only: whether the two characters compose again.
    composes: Vec<bool>,
}

impl Map {
    fn get(&self, c: u32) -> Option<&[u32]> {
        let k = self.from.binary_search(&c).ok()?;
        self.to.get(*self.start.get(k)? as usize..*self.start.get(k + 1)? as usize)
    }
}

/// One character of a builder's table: where it is mapped.
pub struct Entry {
    /// The character.
    pub from: char,
    /// What it is mapped to.
    pub to: Vec<char>,
    /// Whether the two characters of `to` compose to `from` again.
    pub composes: bool,
}

/// The folding table of an index.
#[derive(Clone, Default, Debug, PartialEq)]
pub struct Table {
    maps: [Map; 5],
    /// Ranges of characters that have a class though they need not occur: [start, end).
    extra: Vec<(u32, u32)>,
    /// Sorted characters and their classes.
    known: Vec<u32>,
    classes: Vec<Class>,
    /// (first, second) → composed, sorted.
    pairs: Vec<(u32, u32, u32)>,
}

impl Table {
    /// A table from its parts. `layers` need not be sorted; `alphabet` is every character of the corpus, original and folded.
    pub fn new(layers: [Vec<Entry>; 5], extra: Vec<(u32, u32)>, alphabet: &[u32], class_of: impl Fn(u32) -> Class) -> Table {
        let maps = layers.map(|mut entries| {
            entries.sort_by_key(|e| e.from);
            entries.dedup_by_key(|e| e.from);
            let mut map = Map { start: vec![0], ..Map::default() };
            for e in entries {
                map.from.push(e.from as u32);
                map.to.extend(e.to.iter().map(|&c| c as u32));
                map.start.push(map.to.len() as u32);
                map.composes.push(e.composes && e.to.len() == 2);
            }
            map
        });
        let mut table = Table { maps, extra, ..Table::default() };
        table.learn(&[alphabet]);
        table.classes = table.known.iter().map(|&c| class_of(c)).collect();
        table.finish();
        table
    }

    /// The same table, knowing just its own characters and those of `alphabet`: as [`Table::get`] will read it.
    pub fn restricted(&self, alphabet: &[u32]) -> Table {
        let mut table = Table { maps: self.maps.clone(), extra: self.extra.clone(), ..Table::default() };
        table.learn(&[alphabet]);
        table.classes = table.known.iter().map(|&c| self.class(c)).collect();
        table.finish();
        table
    }

    /// Every character that the table knows, from what is already there and the alphabets.
    fn learn(&mut self, alphabets: &[&[u32]]) {
        // A bit a character: there are far too many to sort.
        let mut bits = vec![0u64; (CODE_POINTS / 64) as usize];
        let mut note = |c: u32| {
            if let Some(word) = bits.get_mut(c as usize / 64) {
                *word |= 1 << (c % 64);
            }
        };
        for alphabet in alphabets {
            alphabet.iter().copied().for_each(&mut note);
        }
        for &(a, b) in &self.extra {
            (a..b).for_each(&mut note);
        }
        for map in &self.maps {
            map.from.iter().chain(&map.to).copied().for_each(&mut note);
        }
        self.known = Vec::with_capacity(bits.iter().map(|word| word.count_ones() as usize).sum());
        for (at, mut word) in (0..).zip(bits) {
            while word != 0 {
                self.known.push(at * 64 + word.trailing_zeros());
                word &= word - 1;
            }
        }
    }

    /// Derives the pairs, and who combines.
    fn finish(&mut self) {
        let [map, ..] = &self.maps;
        for (&from, _) in map.from.iter().zip(&map.composes).filter(|(_, composes)| **composes) {
            if let Some(&[a, b]) = map.get(from) {
                self.pairs.push((a, b, from));
            }
        }
        sort::by_key(&mut self.pairs, |&(a, b, c)| u128::from(a) << 64 | u128::from(b) << 32 | u128::from(c));
        self.pairs.dedup();
        for (_, second, _) in &self.pairs {
            if let Some(class) = self.known.binary_search(second).ok().and_then(|k| self.classes.get_mut(k)) {
                class.bits |= class::COMBINES;
            }
        }
        for (c, class) in self.known.iter().zip(&mut self.classes) {
            if class.ccc > 0 || class.is(class::MARK) || hangul::combines(*c) {
                class.bits |= class::COMBINES;
            }
        }
    }

    /// Writes the table.
    pub fn put(&self, w: &mut BitWriter) {
        w.gamma(self.extra.len() as u64 + 1);
        let mut at = 0;
        for &(a, b) in &self.extra {
            w.gamma(u64::from(a - at) + 1);
            w.gamma(u64::from(b - a));
            at = b;
        }
        for (layer, map) in self.maps.iter().enumerate() {
            w.gamma(map.from.len() as u64 + 1);
            put_set(w, &map.from, 0, CODE_POINTS);
            let mut targets = map.to.clone();
            targets.sort_unstable();
            targets.dedup();
            w.gamma(targets.len() as u64 + 1);
            put_set(w, &targets, 0, CODE_POINTS);
            let (mut distance, mut length, mut first) = (0, 1, 0);
            for (k, &from) in map.from.iter().enumerate() {
                let to = &map.to[map.start[k] as usize..map.start[k + 1] as usize];
                let same = to.len() == 1 && to[0].wrapping_sub(from) == distance;
                w.put(u64::from(same), 1);
                if !same {
                    w.put(u64::from(to.len() == length), 1);
                    if to.len() != length {
                        w.gamma(to.len() as u64 + 1);
                        length = to.len();
                    }
                    for (k, c) in to.iter().enumerate() {
                        let index = targets.binary_search(c).unwrap_or(0) as u64;
                        if k == 0 && to.len() > 1 {
                            w.put(u64::from(index == first), 1);
                            if index == first {
                                continue;
                            }
                            first = index;
                        }
                        w.uniform(index, targets.len() as u64);
                    }
                    if let [one] = to {
                        distance = one.wrapping_sub(from);
                    }
                    if layer == 0 && to.len() == 2 {
                        w.put(u64::from(map.composes[k]), 1);
                    }
                }
            }
        }
        let plain: Vec<Class> = self.classes.iter().map(|c| Class { bits: c.bits & !class::COMBINES, ..*c }).collect();
        let mut distinct = plain.clone();
        distinct.sort_unstable();
        distinct.dedup();
        w.gamma(distinct.len() as u64 + 1);
        for c in &distinct {
            w.put(u64::from(c.bits), class::BITS);
            w.put(u64::from(c.ccc), 8);
        }
        for run in plain.chunk_by(|a, b| a == b) {
            w.gamma(run.len() as u64);
            w.uniform(distinct.binary_search(&run[0]).unwrap_or(0) as u64, distinct.len() as u64);
        }
    }

    /// Reads a table. `alphabets`: every character of the root.
    pub fn get(r: &mut BitReader<'_>, alphabets: &[&[u32]]) -> Result<Table, Bad> {
        let mut table = Table::default();
        table.read(r)?;
        table.classify(r, alphabets)?;
        Ok(table)
    }

    /// Reads ranges and layers. What has been read stands in the table: nothing else must be cleared away after a fault.
    fn read(&mut self, r: &mut BitReader<'_>) -> Result<(), Bad> {
        let mut at = 0u64;
        let mut total = 0;
        let mut room = MOST_MAPPED;
        for _ in 1..r.gamma(5000, "ranges of the folding table")? {
            let a = at + r.gamma(CODE_POINTS, "range of the folding table")? - 1;
            let b = a + r.gamma(5000, "range of the folding table")?;
            total += b - a;
            if b > CODE_POINTS || total > 20_000 {
                return bad("range of the folding table", CODE_POINTS, b);
            }
            self.extra.push((a as u32, b as u32));
            at = b;
        }
        for (layer, map) in self.maps.iter_mut().enumerate() {
            // An entry takes at least one bit.
            let n = r.gamma(r.left().min(room) + 1, "entries of the folding table")? - 1;
            append_list(&mut map.from, r, n, 0, CODE_POINTS)?;
            let t = r.gamma(r.left().min(room) + 1, "targets of the folding table")? - 1;
            let targets = get_list(r, t, 0, CODE_POINTS)?;
            map.start.push(0);
            let (mut distance, mut length, mut first) = (0, 1, 0);
            for &c in &map.from {
                let before = map.to.len();
                let mut composes = false;
                if r.get(1)? == 1 {
                    map.to.push(c.wrapping_add(distance));
                } else {
                    if r.get(1)? == 0 {
                        length = r.gamma(33, "length of a mapping")? - 1;
                    }
                    for k in 0..length {
                        let mut index = first;
                        if k > 0 || length == 1 || r.get(1)? == 0 {
                            index = r.uniform(t)?;
                        }
                        if k == 0 && length > 1 {
                            first = index;
                        }
                        let Some(&to) = targets.get(index as usize) else { return bad("targets of a mapping", 1, 0) };
                        map.to.push(to);
                    }
                    if length == 1 {
                        distance = map.to.last().copied().unwrap_or(0).wrapping_sub(c);
                    }
                    composes = layer == 0 && length == 2 && r.get(1)? == 1;
                }
                map.start.push(map.to.len() as u32);
                map.composes.push(composes);
                room = room.saturating_sub((map.to.len() - before) as u64 + 1);
                if room == 0 {
                    return bad("size of the folding table", MOST_MAPPED, 0);
                }
            }
        }
        Ok(())
    }

    /// Reads the classes of all characters that the table and the alphabets have.
    fn classify(&mut self, r: &mut BitReader<'_>, alphabets: &[&[u32]]) -> Result<(), Bad> {
        self.learn(alphabets);
        let k = r.gamma(1000, "classes")? - 1;
        let mut distinct = Vec::new();
        for _ in 0..k {
            distinct.push(Class { bits: r.get(class::BITS)? as u16, ccc: r.get(8)? as u8 });
        }
        while self.classes.len() < self.known.len() {
            let left = (self.known.len() - self.classes.len()) as u64;
            let run = r.gamma(left, "run of classes")?;
            let Some(&c) = distinct.get(r.uniform(k)? as usize) else { return bad("class", k, 0) };
            for _ in 0..run {
                self.classes.push(c);
            }
        }
        self.finish();
        Ok(())
    }

    /// What a character is. A character that the table does not know cannot occur in the corpus in any form.
    pub fn class(&self, c: u32) -> Class {
        match self.known.binary_search(&c) {
            Ok(k) => self.classes.get(k).copied().unwrap_or_default(),
            // A syllable that was composed of jamo.
            Err(_) if hangul::is_syllable(c) => Class { bits: class::WORD, ccc: 0 },
            Err(_) => Class::default(),
        }
    }

    /// Entries of each layer, and characters known.
    pub fn sizes(&self) -> ([usize; 5], usize) {
        ([0, 1, 2, 3, 4].map(|k: usize| self.maps[k].from.len()), self.known.len())
    }

    /// Maps the characters of one layer; tells whether there were any.
    fn layer(&self, layer: Layer, seq: &mut Vec<u32>) -> bool {
        let map = &self.maps[layer as usize];
        if map.from.is_empty() || !seq.iter().any(|c| map.from.binary_search(c).is_ok()) {
            return false;
        }
        let mut out = Vec::with_capacity(seq.len() + 3);
        for &c in seq.iter() {
            match map.get(c) {
                Some(to) => out.extend_from_slice(to),
                None => out.push(c),
            }
        }
        // No character folds to more than 18; a forged table must not multiply without end.
        out.truncate(LONGEST_OUTCOME);
        *seq = out;
        true
    }

    fn decompose(&self, seq: &mut Vec<u32>) {
        // The table holds single steps; no decomposition takes more than four.
        let _ = (0..4).all(|_| self.layer(Layer::Canonical, seq));
        if seq.iter().any(|&c| hangul::is_syllable(c)) {
            for c in std::mem::take(seq) {
                let [l, v, t] = hangul::decompose(c);
                seq.push(l);
                if v != 0 {
                    seq.push(v);
                }
                if t != 0 {
                    seq.push(t);
                }
            }
        }
    }

    /// Whether a character that stands alone stays as it is, whatever folds are on.
    fn leaves(&self, unit: Unit) -> bool {
        let mapped = self.maps.iter().any(|map| map.from.binary_search(&unit.c).is_ok());
        !mapped && !unit.class.is(class::INVISIBLE) && !hangul::is_syllable(unit.c)
    }

    /// Step 2 for one character.
    fn map(&self, c: u32, off: Off) -> Vec<u32> {
        let visible = |c: &u32| !self.class(*c).is(class::INVISIBLE);
        if !visible(&c) {
            return Vec::new();
        }
        let mut seq = vec![c];
        self.decompose(&mut seq);
        if !off.has(Off::WIDTH) {
            self.layer(Layer::Compatible, &mut seq);
        }
        if !off.has(Off::CASE) {
            self.layer(Layer::Case, &mut seq);
        }
        self.decompose(&mut seq);
        if !off.has(Off::VARIANT) {
            self.layer(Layer::Variant, &mut seq);
        }
        if !off.has(Off::PUNCTUATION) {
            self.layer(Layer::Punctuation, &mut seq);
        }
        seq.retain(visible);
        seq
    }

    fn compose(&self, a: u32, b: u32) -> Option<u32> {
        if let Some(c) = hangul::compose(a, b) {
            return Some(c);
        }
        let k = self.pairs.partition_point(|p| (p.0, p.1) < (a, b));
        self.pairs.get(k).filter(|p| (p.0, p.1) == (a, b)).map(|p| p.2)
    }

    /// Steps 3 to 5 on the units of one cluster.
    fn normalize(&self, units: &mut Vec<Unit>, off: Off) {
        // The sort is stable, and nothing passes a starter.
        for marks in units.split_mut(|u| u.class.ccc == 0) {
            sort::by_key(marks, |u| u.class.ccc.into());
        }
        let diacritics = off.has(Off::DIACRITICS);
        let mut kept: Vec<Unit> = Vec::new();
        let mut base: Option<usize> = None;
        for u in std::mem::take(units) {
            match base.and_then(|at| kept.get_mut(at)) {
                Some(base) if !diacritics && u.class.is(class::DIACRITIC) && base.class.is(class::LATIN_GREEK) => base.cover(u),
                _ => {
                    if !u.class.is(class::MARK) {
                        base = Some(kept.len());
                    }
                    kept.push(u);
                }
            }
        }
        let mut starter: Option<usize> = None;
        for u in kept {
            let last = units.len().checked_sub(1);
            // What stands between a starter and a mark must have a lower class.
            let free = starter == last || units.last().is_some_and(|l| l.class.ccc < u.class.ccc);
            if let Some(s) = starter.and_then(|s| units.get_mut(s))
                && free
                && let Some(c) = self.compose(s.c, u.c)
            {
                s.c = c;
                s.class = self.class(c);
                s.cover(u);
                continue;
            }
            if u.class.ccc == 0 {
                starter = Some(units.len());
            }
            units.push(u);
        }
    }
}

/// A folded character and the characters of the original text it came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Unit {
    c: u32,
    start: u32,
    end: u32,
    class: Class,
}

impl Unit {
    fn cover(&mut self, other: Unit) {
        self.start = self.start.min(other.start);
        self.end = self.end.max(other.end);
    }
}

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
        let ends = |o: &Outcome| (self.units[o.start as usize].1, self.units[o.mid as usize - 1].1);
        let (_, b) = ends(b);
        let (a, _) = ends(a);
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

/// Hangul syllables by arithmetic (The Unicode Standard, section 3.12).
pub mod hangul {
    const S: u32 = 0xAC00;
    const L: u32 = 0x1100;
    const V: u32 = 0x1161;
    const T: u32 = 0x11A7;

    /// Whether `c` is a precomposed syllable.
    pub fn is_syllable(c: u32) -> bool {
        (S..S + 11172).contains(&c)
    }
    /// Whether `c` is a vowel or a final, which combine with what stands before them.
    pub fn combines(c: u32) -> bool {
        (V..V + 21).contains(&c) || (T + 1..T + 28).contains(&c)
    }
    /// Leading consonant, vowel and final of a syllable, with 0 for none; any other character as it is.
    pub fn decompose(c: u32) -> [u32; 3] {
        if !is_syllable(c) {
            return [c, 0, 0];
        }
        let s = c - S;
        let t = s % 28;
        [L + s / 588, V + s % 588 / 28, if t > 0 { T + t } else { 0 }]
    }
    /// The syllable of two parts.
    pub fn compose(a: u32, b: u32) -> Option<u32> {
        if (L..L + 19).contains(&a) && (V..V + 21).contains(&b) {
            return Some(S + (a - L) * 588 + (b - V) * 28);
        }
        (is_syllable(a) && (a - S).is_multiple_of(28) && (T + 1..T + 28).contains(&b)).then(|| a + (b - T))
    }
}
