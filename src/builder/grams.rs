//! Which grams does a corpus need?
//!
//! Level by level: the grams of n + 1 characters are looked for only at positions where the gram of n characters and the
//! one that starts a character later both stand in more than B passages. The positions of a frequent gram are kept together,
//! in the order of the text; sorted by the character that follows they are those of its children. Each gram is extended on
//! its own, so all cores take part. Time per level is that of sorting the positions that are left.
//!
//! The work is in *parts*: each is some of the characters, with all grams that begin with them. What a level of a part gives
//! is sealed into two pieces (`shelf.rs`): its grams with their passages, which stay until the pages are written, and the positions
//! of the frequent ones, which the next level takes. So in memory are the text, two bits for each of its characters, twenty
//! bytes for each frequent gram, of which there is at most one for B characters, and the parts that are at work.

use std::ops::Range;

use rayon::prelude::*;

use crate::builder::levels::{Costs, Levels};
use crate::builder::shelf::{Memory, Numbers, Shelf, put, put_rising};
use crate::builder::sorter::{HUGE, Sorter};
use crate::builder::stream::Stream;
use crate::builder::{Failure, Told};
use crate::codec::sets::{Places, ranks_in};
use crate::format::grams::{LONGEST_GRAM, Page, Shape, Writer};

/// Parts of a large corpus, about: each has as many positions.
const PARTS: usize = 256;
/// Positions of a part, at least.
const LEAST: usize = 1 << 15;
/// Positions of the parts that are worked on at the same time, at least;
const ROUND: usize = 1 << 22;
/// and which share of all.
const ROUNDS: usize = 16;

/// A set of positions.
struct Positions(Vec<u64>);

impl Positions {
    fn insert(&mut self, i: u32) {
        self.0[(i >> 6) as usize] |= 1 << (i & 63);
    }
    fn has(&self, i: u32) -> bool {
        self.0[(i >> 6) as usize] >> (i & 63) & 1 == 1
    }
}

/// The frequent grams of one length, in order: those that are extended. `first[k]..first[k + 1]` begin with number k of those that are
/// a character shorter.
#[derive(Default)]
struct Frequent {
    first: Vec<u32>,
    rank: Vec<u32>,
    /// The largest B with which each enters.
    enters: Vec<u32>,
    /// In how many passages each stands.
    df: Vec<u32>,
    /// The number, one length shorter, of each without its first character.
    suffix: Vec<u32>,
}

impl Frequent {
    fn children(&self, parent: usize) -> Range<usize> {
        self.first[parent] as usize..self.first[parent + 1] as usize
    }
}

/// What a level of a part gives. Of `frequent.first` each number counts the frequent children of one parent.
#[derive(Default)]
struct Part {
    grams: Vec<u8>,
    /// The positions of the frequent grams, sealed if they are to be,
    sealed: Vec<u8>,
    /// and as they are, with where those of each end.
    positions: Vec<u32>,
    ends: Vec<usize>,
    frequent: Frequent,
    /// Whether it has any grams.
    any: bool,
    /// The passages of a gram, at the moment.
    list: Vec<u32>,
}

/// The positions of the frequent grams of a part.
enum Order {
    Open(Vec<u32>, Vec<usize>),
    Sealed(Vec<u8>),
}

/// A level under way.
struct Level<'m> {
    grams: Shelf<'m>,
    /// The positions of each part, where there is so much room that they need not be sealed;
    open: Vec<Order>,
    /// else here.
    sealed: Shelf<'m>,
    frequent: Frequent,
    positions: Positions,
    /// For each part the number of its first frequent gram, and its positions.
    parts: Vec<(u32, usize)>,
    any: bool,
}

impl<'m> Level<'m> {
    fn new(memory: &'m Memory<'m>, stream: &Stream) -> Level<'m> {
        Level {
            grams: Shelf::new(memory),
            open: Vec::new(),
            sealed: Shelf::new(memory),
            frequent: Frequent { first: vec![0], ..Frequent::default() },
            positions: Positions(vec![0; stream.ranks.len() / 64 + 1]),
            parts: Vec::new(),
            any: false,
        }
    }

    fn append(&mut self, part: Part, open: bool) -> Result<(), Failure> {
        let Part { grams, sealed, positions, ends, frequent, any, .. } = part;
        self.parts.push((self.frequent.rank.len() as u32, positions.len()));
        positions.iter().for_each(|&i| self.positions.insert(i));
        if open {
            self.open.push(Order::Open(positions, ends));
        } else {
            drop((positions, ends));
            self.sealed.put(sealed)?;
        }
        let own = &mut self.frequent;
        for children in frequent.first {
            own.first.push(own.first.last().copied().unwrap_or(0) + children);
        }
        own.rank.extend(frequent.rank);
        own.enters.extend(frequent.enters);
        own.df.extend(frequent.df);
        own.suffix.extend(frequent.suffix);
        self.any |= any;
        self.grams.put(grams)
    }

    /// The positions of a part: they are not needed again.
    fn order(&mut self, part: usize) -> Result<Order, Failure> {
        match self.open.get_mut(part) {
            Some(open) => Ok(std::mem::replace(open, Order::Sealed(Vec::new()))),
            None => self.sealed.take(part).map(Order::Sealed),
        }
    }

    /// The parts from number `from` on that are worked on together.
    fn round(&self, from: usize, all: usize) -> Range<usize> {
        let mut positions = 0;
        let fits = |part: &&(u32, usize)| {
            let before = positions;
            positions += part.1;
            before < ROUND.max(all / ROUNDS)
        };
        from..from + self.parts[from..].iter().take_while(fits).count()
    }
}

/// What finding grams needs all the time.
struct Finder<'a> {
    stream: &'a Stream,
    /// The passage of every position that is a multiple of 2^[`NEAR`].
    near: Vec<u32>,
    /// How many ranks there are.
    alphabet: u32,
    bound: u32,
    longest: usize,
    /// Whether there is so much room that positions need not be sealed.
    open: bool,
}

const NEAR: u32 = 8;

impl<'a> Finder<'a> {
    fn new(stream: &'a Stream, alphabet: u32, bound: u32, longest: usize, memory: &Memory<'_>) -> Finder<'a> {
        let mut passage = 0;
        let near = (0..stream.ranks.len()).step_by(1 << NEAR).map(|at| {
            while stream.passages.get(passage + 1).is_some_and(|&start| start as usize <= at) {
                passage += 1;
            }
            passage as u32
        });
        // Those of two levels are there at a time.
        let open = memory.has(stream.ranks.len() * 8);
        Finder { near: near.collect(), stream, alphabet, bound, longest, open }
    }

    /// Adds a gram of `length` characters by its last one and its positions in the order of the text. Whether it is extended.
    fn add(&self, out: &mut Part, length: usize, rank: u32, enters: u32, suffix: u32, positions: &[u32]) -> bool {
        out.list.clear();
        let mut end = 0; // of the passage found last
        for &i in positions {
            if i < end {
                continue;
            }
            let mut passage = self.near[(i >> NEAR) as usize];
            loop {
                end = self.stream.passages.get(passage as usize + 1).copied().unwrap_or(u32::MAX);
                if i < end {
                    break;
                }
                passage += 1;
            }
            out.list.push(passage);
        }
        out.any = true;
        put(&mut out.grams, rank);
        put(&mut out.grams, enters.wrapping_add(1));
        put_rising(&mut out.grams, &out.list);
        let frequent = out.list.len() > self.bound as usize;
        if frequent {
            out.frequent.rank.push(rank);
            out.frequent.enters.push(enters);
            out.frequent.df.push(out.list.len() as u32);
            out.frequent.suffix.push(suffix);
            if length < self.longest {
                if !self.open {
                    put_rising(&mut out.sealed, positions);
                }
                out.positions.extend_from_slice(positions);
                out.ends.push(out.positions.len());
            }
        }
        frequent
    }

    /// The characters, and the ranks of all.
    fn characters<'m>(&self, memory: &'m Memory<'m>) -> Result<(Level<'m>, Vec<u32>), Failure> {
        let mut counts = vec![0usize; self.alphabet as usize];
        self.stream.ranks.each(|_, rank| counts[rank as usize] += 1);
        // The end of a block is a character that is in no gram.
        let tops: Vec<u32> = (0..self.alphabet).filter(|&rank| counts[rank as usize] > 0).collect();
        let count = |tops: &[u32]| tops.iter().map(|&rank| counts[rank as usize]).sum::<usize>();
        let all = count(&tops);
        let groups = |tops: &mut &[u32], most: usize| -> Option<Vec<u32>> {
            let mut sum = 0;
            let fits = |rank: &&u32| {
                let before = sum;
                sum += counts[**rank as usize];
                before == 0 || sum <= most
            };
            let n = tops.iter().take_while(fits).count();
            let (group, rest) = tops.split_at(n);
            *tops = rest;
            (n > 0).then(|| group.to_vec())
        };
        let mut left = tops.as_slice();
        let parts: Vec<Vec<u32>> = std::iter::from_fn(|| groups(&mut left, LEAST.max(all / PARTS))).collect();
        let mut level = Level::new(memory, self.stream);
        let mut left = parts.as_slice();
        while !left.is_empty() {
            let mut sum = 0;
            let fits = |part: &&Vec<u32>| {
                let before = sum;
                sum += count(part);
                before == 0 || sum <= if self.open { all } else { (2 * ROUND).max(all / ROUNDS) }
            };
            let (round, rest) = left.split_at(left.iter().take_while(fits).count());
            left = rest;
            for part in self.some_characters(round, &counts) {
                level.append(part, self.open)?;
            }
        }
        level.frequent.first = vec![0, level.frequent.rank.len() as u32];
        Ok((level, tops))
    }

    /// Some parts of the characters: the text is looked through once for all of them.
    fn some_characters(&self, round: &[Vec<u32>], counts: &[usize]) -> Vec<Part> {
        let mut starts = vec![usize::MAX; self.alphabet as usize];
        let mut end = 0;
        for &rank in round.iter().flatten() {
            starts[rank as usize] = end;
            end += counts[rank as usize];
        }
        let mut positions = vec![0; end];
        let mut next = starts.clone();
        self.stream.ranks.each(|i, rank| {
            if let Some(at) = positions.get_mut(next[rank as usize]) {
                *at = i;
                next[rank as usize] += 1;
            }
        });
        let part = |ranks: &Vec<u32>| {
            let mut part = Part::default();
            put(&mut part.grams, ranks.len() as u32);
            for &rank in ranks {
                let start = starts[rank as usize];
                self.add(&mut part, 1, rank, u32::MAX, 0, &positions[start..start + counts[rank as usize]]);
            }
            part
        };
        round.par_iter().map(part).collect()
    }

    /// The grams of a character more than those of `last`, which have `length`.
    fn longer<'m>(&self, memory: &'m Memory<'m>, last: &mut Level<'m>, length: usize) -> Result<Level<'m>, Failure> {
        let mut level = Level::new(memory, self.stream);
        let all = last.parts.iter().map(|part| part.1).sum();
        while level.parts.len() < last.parts.len() {
            let round = last.round(level.parts.len(), all);
            let orders: Vec<(usize, Order)> = round.map(|part| Ok((part, last.order(part)?))).collect::<Result<_, Failure>>()?;
            let last = &*last;
            let start = || Sorter::new(self.alphabet);
            let parts: Vec<Part> = orders
                .into_par_iter()
                .map_init(start, |sorter, (part, order)| self.extend(sorter, last, part, order, length))
                .collect();
            for part in parts {
                level.append(part, self.open)?;
            }
        }
        Ok(level)
    }

    /// Extends the frequent grams of a part.
    fn extend(&self, sorter: &mut Sorter, last: &Level<'_>, part: usize, order: Order, length: usize) -> Part {
        let mut out = Part::default();
        let first = last.parts[part].0 as usize;
        match order {
            Order::Open(positions, ends) => {
                let starts = std::iter::once(0).chain(ends.iter().copied());
                for (parent, (start, &end)) in (first..).zip(starts.zip(&ends)) {
                    self.extend_one(&mut out, sorter, last, parent, &positions[start..end], length);
                }
            }
            Order::Sealed(bytes) => {
                let (mut numbers, mut positions) = (Numbers(&bytes), Vec::new());
                for parent in first.. {
                    if numbers.is_empty() {
                        break;
                    }
                    positions.clear();
                    numbers.rising(&mut positions);
                    self.extend_one(&mut out, sorter, last, parent, &positions, length);
                }
            }
        }
        out
    }

    /// Extends a gram of `length` characters, number `parent` of those that are.
    fn extend_one(&self, out: &mut Part, sorter: &mut Sorter, last: &Level<'_>, parent: usize, positions: &[u32], length: usize) {
        let frequent = &last.frequent;
        let rank_at = |i: u32| self.stream.ranks.at(i as usize + length);
        let several = (positions.len() > HUGE).then(|| sorter.ranges(positions, |i| last.positions.has(i + 1), rank_at));
        if let Some((ranks, _)) = &several {
            put(&mut out.grams, *ranks);
        }
        let suffixes = frequent.children(frequent.suffix[parent] as usize);
        let mut children = 0;
        let all = 0..u32::MAX;
        for range in several.as_ref().map_or(std::slice::from_ref(&all), |several| &several.1) {
            // The position before the end of a text has no frequent one after it.
            sorter.keep(positions, |i| last.positions.has(i + 1) && (several.is_none() || range.contains(&rank_at(i))));
            sorter.sort(rank_at);
            if several.is_none() {
                put(&mut out.grams, sorter.ranks.len() as u32);
            }
            let places = ranks_in(&frequent.rank[suffixes.clone()], &sorter.ranks);
            let mut start = 0;
            for ((&rank, &end), place) in sorter.ranks.iter().zip(&sorter.ends).zip(places) {
                let suffix = suffixes.start + place as usize;
                // It enters with B if its prefix and suffix enter and have more than B passages.
                let enters = [parent, suffix].map(|k| frequent.enters[k].min(frequent.df[k] - 1));
                let positions = &sorter.sorted[start..end as usize];
                let extended = self.add(out, length + 1, rank, enters[0].min(enters[1]), suffix as u32, positions);
                children += u32::from(extended);
                start = end as usize;
            }
        }
        out.frequent.first.push(children);
    }
}

/// The dictionary of a corpus, found with one B and N: for larger B and smaller N as well.
pub struct Found<'m> {
    /// The ranks of all characters.
    tops: Vec<u32>,
    /// By length of gram what each part has.
    levels: Vec<Shelf<'m>>,
    bound: u32,
}

/// What to look for.
pub struct Wanted {
    /// How many ranks there are.
    pub alphabet: u32,
    /// B,
    pub bound: u32,
    /// and N.
    pub longest: u32,
}

impl<'m> Found<'m> {
    /// Finds the grams. `enough`: is asked what those of each length cost with all that are shorter, whether longer ones are not wanted.
    pub fn new(
        stream: Stream,
        Wanted { alphabet, bound, longest }: Wanted,
        memory: &'m Memory<'m>,
        told: Told<'_>,
        mut enough: impl FnMut(&Found<'m>, usize) -> Result<bool, Failure>,
    ) -> Result<Found<'m>, Failure> {
        let longest = longest.min(LONGEST_GRAM as u32) as usize;
        let _room = memory.room_for(stream.ranks.bytes() + stream.ranks.len() / 4);
        let finder = Finder::new(&stream, alphabet, bound, longest, memory);
        let (mut last, tops) = finder.characters(memory)?;
        let mut found = Found { tops, levels: Vec::new(), bound };
        for length in 1..=longest {
            found.levels.push(std::mem::replace(&mut last.grams, Shelf::new(memory)));
            if length == longest || enough(&found, length)? {
                break;
            }
            told("finding grams", length as u64, longest as u64);
            last = finder.longer(memory, &mut last, length)?;
            if !last.any {
                break;
            }
        }
        Ok(found)
    }

    /// How many parts there are.
    fn parts(&self) -> usize {
        self.levels.first().map_or(0, Shelf::len)
    }

    /// A part for a larger B, or a smaller N.
    fn part(&self, part: usize, bound: u32, longest: u32) -> Result<Levels, Failure> {
        Levels::read(self.levels.iter().take(longest as usize).map(|level| level.get(part)), self.bound, bound)
    }

    /// What dictionaries with other parameters would cost.
    pub fn costs(&self, passages: u32, told: Told<'_>) -> Result<Costs, Failure> {
        told("choosing grams", 0, 1);
        let places = || Places::new(passages);
        let parts = (0..self.parts())
            .into_par_iter()
            .map_init(places, |places, part| Ok(self.part(part, self.bound, LONGEST_GRAM as u32)?.costs(places, passages)));
        parts.try_reduce(Costs::default, |a, b| Ok(a.add(&b)))
    }

    /// The pages of the dictionary, of about `target` bytes.
    pub fn pages(&self, shape: Shape, target: usize, told: Told<'_>) -> Result<Vec<Page>, Failure> {
        let mut writer = Writer::new(self.tops.clone(), shape, target);
        let read = |part| self.part(part, shape.bound, shape.longest);
        let mut next = if self.parts() > 0 { Some(read(0)?) } else { None };
        for part in 1..=self.parts() {
            let Some(levels) = next.take() else { break };
            // The next one is read while this one is written.
            let (_, after) = rayon::join(|| writer.add(&levels), || (part < self.parts()).then(|| read(part)).transpose());
            next = after?;
            told("writing grams", part as u64, self.parts() as u64);
        }
        Ok(writer.finish())
    }
}
