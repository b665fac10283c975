//! The table of a corpus: its parts and its bits.
//!
//! `gamma(n + 1)` ranges of characters that have a class though they may not occur (marks, invisible characters), each
//! `gamma(gap + 1)`, `gamma(length)`. Then the six layers: the number of entries n, `gamma(n + 1)`; the characters that are
//! mapped, a set in 0..110000 hex; the characters that occur in what they are mapped to: `gamma(t + 1)` and a set. Then
//! alternately, until there are n entries: `gamma(k + 1)`, so many entries map to one character at the distance of the last one
//! that is spelt out; and one entry spelt out: one bit whether it has the shape of the last one (at first: one character); if
//! not, `gamma` of its number of characters plus one and, for two characters of the first layer, one bit whether they compose
//! again; then its characters, as indices of the t: *recent* numbers, those of the first, second, third and any further place
//! each among themselves.
//!
//! Last the classes: `gamma(k + 1)`; the k distinct ones, a set in 0..400000 hex (bits of the class · 256 + combining class);
//! then for all characters of alphabets, ranges and targets in code point order, run lengths `gamma` and the index of the class,
//! recent numbers too.
//!
//! A recent number v < r is: bits 1 and 0 if it is one more than the number before; bit 0 and `gamma(k + 1)` if it is one of
//! the last 16 different ones, k of them later; else bits 1 and 1 and `uniform(v, r)`.

use crate::codec::bits::{BitReader, BitWriter};
use crate::codec::sets::{append_list, get_list, put_set};
use crate::codec::{Bad, bad};
use crate::fold::{Class, class, hangul};
use crate::sort;

/// The layers of step 2, as they are numbered in the table.
#[derive(Clone, Copy)]
#[allow(missing_docs)]
pub enum Layer {
    Canonical = 0,
    Compatible = 1,
    Letter = 2,
    Case = 3,
    Variant = 4,
    Punctuation = 5,
}

/// How many layers there are.
pub const LAYERS: usize = 6;

/// Entries of a table and characters that they map to, at most: all of Unicode takes less than half.
const MOST_MAPPED: u64 = 1 << 17;

/// One more than the largest code point.
pub const CODE_POINTS: u64 = 0x11_0000;

/// Classes as numbers: bits, then the combining class.
const CLASSES: u64 = 1 << (class::BITS + 8);

/// How many numbers are remembered.
const RECENT: usize = 16;

/// Codes numbers many of which come again soon, or follow one another. At first all that came are zeros.
#[derive(Default)]
struct Recent([u32; RECENT]);

impl Recent {
    fn put(&mut self, w: &mut BitWriter, v: u32, range: u64) {
        let [last, ..] = self.0;
        if v == last + 1 {
            w.put(1, 2);
        } else if let Some(k) = self.0.iter().position(|&r| r == v) {
            w.put(0, 1);
            w.gamma(k as u64 + 1);
        } else {
            w.put(3, 2);
            w.uniform(v.into(), range);
        }
        self.note(v);
    }

    fn get(&mut self, r: &mut BitReader<'_>, range: u64) -> Result<u32, Bad> {
        let [last, ..] = self.0;
        let v = if r.get(1)? == 0 {
            let k = r.gamma(RECENT as u64, "recent number")? - 1;
            self.0.get(k as usize).copied().unwrap_or(0)
        } else if r.get(1)? == 0 {
            last.wrapping_add(1)
        } else {
            r.uniform(range)? as u32
        };
        self.note(v);
        Ok(v)
    }

    /// Makes a number the last one: those that came after it before move on by one place.
    fn note(&mut self, v: u32) {
        let mut moved = v;
        for r in &mut self.0 {
            std::mem::swap(r, &mut moved);
            if moved == v {
                break;
            }
        }
    }
}

/// How many of the next entries are at the distance of the one before; of `left` entries.
fn get_run(r: &mut BitReader<'_>, left: u64) -> Result<u64, Bad> {
    if left == 0 { Ok(0) } else { Ok(r.gamma(left + 1, "run of the folding table")? - 1) }
}

#[derive(Clone, Default, Debug, PartialEq)]
pub(super) struct Map {
    /// Sorted code points.
    pub(super) from: Vec<u32>,
    /// Where each entry's characters start in `to`; one more at the end.
    pub(super) start: Vec<u32>,
    pub(super) to: Vec<u32>,
    /// First layer only: whether the two characters compose again.
    pub(super) composes: Vec<bool>,
}

impl Map {
    pub(super) fn get(&self, c: u32) -> Option<&[u32]> {
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
    pub(super) maps: [Map; LAYERS],
    /// Ranges of characters that have a class though they need not occur: [start, end).
    pub(super) extra: Vec<(u32, u32)>,
    /// Sorted characters and their classes.
    pub(super) known: Vec<u32>,
    pub(super) classes: Vec<Class>,
    /// (first, second) → composed, sorted.
    pub(super) pairs: Vec<(u32, u32, u32)>,
}

impl Table {
    /// A table from its parts. `layers` need not be sorted; `alphabet` is every character of the corpus, original and folded.
    pub fn new(layers: [Vec<Entry>; LAYERS], extra: Vec<(u32, u32)>, alphabet: &[u32], class_of: impl Fn(u32) -> Class) -> Table {
        let maps = layers.map(|mut entries| {
            sort::by_key(&mut entries, |e| u128::from(e.from as u32));
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
        let table = Table { maps: self.maps.clone(), extra: self.extra.clone(), ..Table::default() };
        table.with_classes(self, alphabet)
    }

    /// These ranges and layers, with what another table says of their characters and of an alphabet's.
    pub(super) fn with_classes(mut self, of: &Table, alphabet: &[u32]) -> Table {
        self.learn(&[alphabet]);
        self.classes = self.known.iter().map(|&c| of.class(c)).collect();
        self.finish();
        self
    }

    /// Every character that the table knows, from what is already there and the alphabets. What is mapped and does not occur
    /// needs no class: nothing is asked of it but what it comes to.
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
            map.to.iter().copied().for_each(&mut note);
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
            sort::set(&mut targets);
            w.gamma(targets.len() as u64 + 1);
            put_set(w, &targets, 0, CODE_POINTS);
            let (mut distance, mut shape, mut run) = (0, (1, false), 0);
            let mut recent = <[Recent; 4]>::default();
            for (&from, &composes) in map.from.iter().zip(&map.composes) {
                let to = map.get(from).unwrap_or_default();
                if matches!(to, [one] if one.wrapping_sub(from) == distance) {
                    run += 1;
                    continue;
                }
                w.gamma(run + 1);
                run = 0;
                let own = (to.len(), composes);
                w.put(u64::from(own == shape), 1);
                if own != shape {
                    shape = own;
                    w.gamma(to.len() as u64 + 1);
                    if layer == 0 && to.len() == 2 {
                        w.put(u64::from(composes), 1);
                    }
                }
                for (k, c) in to.iter().enumerate() {
                    if let Some(recent) = recent.get_mut(k.min(3)) {
                        recent.put(w, targets.binary_search(c).unwrap_or(0) as u32, targets.len() as u64);
                    }
                }
                if let [one] = to {
                    distance = one.wrapping_sub(from);
                }
            }
            if run > 0 {
                w.gamma(run + 1);
            }
        }
        let plain: Vec<u32> = self.classes.iter().map(|c| u32::from(c.bits & !class::COMBINES) << 8 | u32::from(c.ccc)).collect();
        let mut distinct = plain.clone();
        sort::set(&mut distinct);
        w.gamma(distinct.len() as u64 + 1);
        put_set(w, &distinct, 0, CLASSES);
        let mut recent = Recent::default();
        for run in plain.chunk_by(|a, b| a == b) {
            w.gamma(run.len() as u64);
            let class = run.first().and_then(|c| distinct.binary_search(c).ok()).unwrap_or(0);
            recent.put(w, class as u32, distinct.len() as u64);
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
            // Entries may take no bits.
            let n = r.gamma(room + 1, "entries of the folding table")? - 1;
            append_list(&mut map.from, r, n, 0, CODE_POINTS)?;
            let t = r.gamma(room + 1, "targets of the folding table")? - 1;
            let targets = get_list(r, t, 0, CODE_POINTS)?;
            map.start.push(0);
            let (mut distance, mut length, mut composes, mut run) = (0, 1, false, get_run(r, n)?);
            let mut recent = <[Recent; 4]>::default();
            for (&c, left) in map.from.iter().zip((0..n).rev()) {
                let before = map.to.len();
                if let Some(fewer) = run.checked_sub(1) {
                    run = fewer;
                    map.to.push(c.wrapping_add(distance));
                    map.composes.push(false);
                } else {
                    if r.get(1)? == 0 {
                        length = r.gamma(33, "length of a mapping")? - 1;
                        composes = layer == 0 && length == 2 && r.get(1)? == 1;
                    }
                    for k in 0..length {
                        let Some(recent) = recent.get_mut(k.min(3) as usize) else { break };
                        let Some(&to) = targets.get(recent.get(r, t)? as usize) else { return bad("targets of a mapping", 1, 0) };
                        map.to.push(to);
                    }
                    if length == 1 {
                        distance = map.to.last().copied().unwrap_or(0).wrapping_sub(c);
                    }
                    run = get_run(r, left)?;
                    map.composes.push(composes);
                }
                map.start.push(map.to.len() as u32);
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
        let distinct = get_list(r, k, 0, CLASSES)?;
        let mut recent = Recent::default();
        while self.classes.len() < self.known.len() {
            let left = (self.known.len() - self.classes.len()) as u64;
            let run = r.gamma(left, "run of classes")?;
            let Some(&c) = distinct.get(recent.get(r, k)? as usize) else { return bad("class", k, 0) };
            for _ in 0..run {
                self.classes.push(Class { bits: (c >> 8) as u16, ccc: c as u8 });
            }
        }
        self.finish();
        Ok(())
    }

    /// What a character is. A character that the table does not know cannot occur in the corpus in any form, unless folding
    /// composes it: then it is what it begins with.
    pub fn class(&self, c: u32) -> Class {
        let [canonical, ..] = &self.maps;
        let mut first = c;
        for _ in 0..4 {
            if let Ok(k) = self.known.binary_search(&first) {
                return self.classes.get(k).copied().unwrap_or_default();
            }
            let Some(&[a, ..]) = canonical.get(first) else { break };
            first = a;
        }
        Class { bits: if hangul::is_syllable(c) { class::WORD | class::UNSPACED } else { 0 }, ccc: 0 }
    }

    /// Whether it is a letter, a digit, or a mark of any script.
    pub fn is_word(&self, c: u32) -> bool {
        self.class(c).is(class::WORD | class::HAN_KANA | class::DIGIT)
    }

    /// Whether it is of a script that writes words without gaps, where a character more says something by itself.
    pub fn is_gapless(&self, c: u32) -> bool {
        self.class(c).is(class::HAN_KANA | class::UNSPACED)
    }

    /// Entries of each layer, and characters known.
    pub fn sizes(&self) -> ([usize; LAYERS], usize) {
        (self.maps.each_ref().map(|map| map.from.len()), self.known.len())
    }
}
