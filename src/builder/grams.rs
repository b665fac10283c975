//! Which grams does a corpus need?
//!
//! Level by level: the grams of n + 1 characters are looked for only at positions where the gram of n characters and the
//! one that starts a character later both stand in more than B passages. The positions of a frequent gram are kept together,
//! in the order of the text; sorted by the character that follows they are those of its children. Each gram is extended on
//! its own, so all cores take part. Time per level is that of sorting the positions that are left; memory is linear.

use std::ops::Range;

use rayon::prelude::*;

use crate::codec::bits::gamma_bits;
use crate::codec::sets::{Places, ranks_in, set_bits};
use crate::format::grams::{LONGEST_GRAM, Trie};

/// All streams of a corpus, one after the other: the folded titles and bodies as ranks, [`END`] after each.
pub struct Stream {
    /// Ranks in the folded alphabet.
    pub ranks: Vec<u32>,
    /// Where each passage starts, the first one at 0.
    pub passages: Vec<u32>,
}

/// Ends a title or a body: no gram holds it.
pub const END: u32 = u32::MAX;

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

/// The grams of one length. Node k of the level above has the children `first[k]..first[k + 1]` here.
#[derive(Default)]
struct Level {
    first: Vec<u32>,
    rank: Vec<u32>,
    start: Vec<u64>,
    posts: Vec<u32>,
    /// The largest B with which the gram still enters.
    enters: Vec<u32>,
}

impl Level {
    /// The children of a node of the level above.
    fn children(&self, parent: usize) -> Range<usize> {
        self.first[parent] as usize..self.first[parent + 1] as usize
    }
    fn list(&self, at: usize) -> &[u32] {
        &self.posts[self.start[at] as usize..self.start[at + 1] as usize]
    }
    fn df(&self, at: usize) -> u32 {
        (self.start[at + 1] - self.start[at]) as u32
    }
}

/// The dictionary of a corpus for one B and N, and what it would cost with a larger B or a smaller N.
pub struct Levels {
    levels: Vec<Level>,
}

/// A level under way, or a part of it. `level.first` counts the children of those parents that were extended, in their order.
#[derive(Default)]
struct Growing {
    level: Level,
    /// For each node the number, in the level above, of the gram without its first character.
    suffix: Vec<u32>,
    /// The positions of the frequent nodes, one node after the other.
    order: Vec<u32>,
    /// The frequent nodes, and where their positions end.
    groups: Vec<(u32, usize)>,
}

impl Growing {
    /// The frequent nodes and their positions.
    fn frequent(&self) -> Vec<(u32, &[u32])> {
        let starts = std::iter::once(0).chain(self.groups.iter().map(|g| g.1));
        self.groups.iter().zip(starts).map(|(&(node, end), start)| (node, &self.order[start..end])).collect()
    }

    /// Adds the nodes of another part behind one's own.
    fn append(&mut self, part: Growing) {
        let (nodes, positions, posts) = (self.level.rank.len() as u32, self.order.len(), self.level.posts.len() as u64);
        self.level.first.extend(part.level.first);
        self.level.rank.extend(part.level.rank);
        self.level.enters.extend(part.level.enters);
        self.level.start.extend(part.level.start.iter().map(|start| start + posts));
        self.level.posts.extend(part.level.posts);
        self.suffix.extend(part.suffix);
        self.order.extend(part.order);
        self.groups.extend(part.groups.iter().map(|&(node, end)| (node + nodes, end + positions)));
    }

    /// Ends a level: `parents`, out of so many, are those that were extended.
    fn finish(mut self, parents: &[(u32, &[u32])], of: usize) -> Growing {
        let mut first = vec![0; of + 1];
        for ((parent, _), children) in parents.iter().zip(&self.level.first) {
            first[*parent as usize + 1] = *children;
        }
        for k in 1..first.len() {
            first[k] += first[k - 1];
        }
        self.level.first = first;
        self.level.start.push(self.level.posts.len() as u64);
        self
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
}

const NEAR: u32 = 8;

/// Sorts the positions of a gram by the character that follows: by counting, for they are in the order of the text already. What it
/// needs is kept from one gram to the next.
struct Sorter {
    /// The positions that are sorted, in the order of the text.
    followed: Vec<u32>,
    /// The rank that follows each of them.
    next: Vec<u32>,
    /// For each rank of the alphabet, how often it follows, and then where its next position goes; 0 between two grams.
    counts: Vec<u32>,
    /// The ranks that do follow, increasing, and where the positions of each end.
    ranks: Vec<u32>,
    ends: Vec<u32>,
    sorted: Vec<u32>,
}

impl Sorter {
    fn new(alphabet: u32) -> Sorter {
        let [followed, next, ranks, ends, sorted] = Default::default();
        Sorter { followed, next, counts: vec![0; alphabet as usize], ranks, ends, sorted }
    }

    /// Takes the positions that are to be sorted. Each is written, and the next one over those that are not wanted: nobody can foresee
    /// which are.
    fn keep(&mut self, positions: &[u32], wanted: impl Fn(u32) -> bool) {
        self.followed.resize(positions.len(), 0);
        let mut kept = 0;
        for &i in positions {
            self.followed[kept] = i;
            kept += usize::from(wanted(i));
        }
        self.followed.truncate(kept);
    }

    /// Sorts what stands in `followed`.
    fn sort(&mut self, next: impl Fn(u32) -> u32) {
        // Nothing but reads, so that they do not wait for one another: the text is larger than what is near the processor.
        self.next.clear();
        self.next.extend(self.followed.iter().map(|&i| next(i)));
        self.ranks.clear();
        for &rank in &self.next {
            let count = &mut self.counts[rank as usize];
            if *count == 0 {
                self.ranks.push(rank);
            }
            *count += 1;
        }
        self.ranks.sort_unstable();
        self.ends.clear();
        let mut end = 0;
        for &rank in &self.ranks {
            let start = end;
            end += std::mem::replace(&mut self.counts[rank as usize], start);
            self.ends.push(end);
        }
        self.sorted.clear();
        self.sorted.resize(self.followed.len(), 0);
        for (&i, &rank) in self.followed.iter().zip(&self.next) {
            let at = &mut self.counts[rank as usize];
            self.sorted[*at as usize] = i;
            *at += 1;
        }
        self.ranks.iter().for_each(|&rank| self.counts[rank as usize] = 0);
    }
}

impl Finder<'_> {
    fn new(stream: &Stream, alphabet: u32, bound: u32) -> Finder<'_> {
        let mut passage = 0;
        let near = (0..stream.ranks.len()).step_by(1 << NEAR).map(|at| {
            while stream.passages.get(passage + 1).is_some_and(|&start| start as usize <= at) {
                passage += 1;
            }
            passage as u32
        });
        Finder { near: near.collect(), stream, alphabet, bound }
    }

    /// Adds a node by its last character and its positions in the order of the text.
    fn add(&self, out: &mut Growing, rank: u32, enters: u32, suffix: u32, positions: impl Iterator<Item = u32> + Clone) {
        let level = &mut out.level;
        let start = level.posts.len();
        let mut end = 0; // of the passage found last
        for i in positions.clone() {
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
            level.posts.push(passage);
        }
        if level.posts.len() - start > self.bound as usize {
            out.order.extend(positions);
            out.groups.push((level.rank.len() as u32, out.order.len()));
        }
        level.rank.push(rank);
        level.enters.push(enters);
        level.start.push(start as u64);
        out.suffix.push(suffix);
    }

    /// The characters.
    fn characters(&self) -> Growing {
        let alphabet = self.alphabet;
        let mut ends = vec![0usize; alphabet as usize + 1];
        for &rank in self.stream.ranks.iter().filter(|&&rank| rank != END) {
            ends[rank as usize + 1] += 1;
        }
        for k in 1..ends.len() {
            ends[k] += ends[k - 1];
        }
        let mut positions = vec![0; ends[alphabet as usize]];
        for (i, &rank) in (0..).zip(&self.stream.ranks).filter(|(_, rank)| **rank != END) {
            let at = &mut ends[rank as usize];
            positions[*at] = i;
            *at += 1;
        }
        let mut out = Growing::default();
        let mut start = 0;
        for (rank, &end) in (0..alphabet).zip(&ends) {
            // The end of a block is a character that is in no gram.
            if start < end {
                self.add(&mut out, rank, u32::MAX, 0, positions[start..end].iter().copied());
            }
            start = end;
        }
        out.level.first = vec![out.level.rank.len() as u32];
        out.finish(&[(0, &[])], 1)
    }

    /// The grams of a character more than those of `last`, which have `length`.
    fn longer(&self, last: &Growing, length: usize) -> Growing {
        let mut frequent = Positions(vec![0; self.stream.ranks.len() / 64 + 1]);
        last.order.iter().for_each(|&i| frequent.insert(i));
        let parents = last.frequent();
        let extend = |(mut out, mut sorter): (Growing, Sorter), &(parent, positions): &(u32, &[u32])| {
            sorter.keep(positions, |i| frequent.has(i + 1));
            // The position before the end of a text has no frequent one after it.
            sorter.sort(|i| self.stream.ranks[i as usize + length]);
            let before = out.level.rank.len();
            let level = &last.level;
            let suffixes = level.children(last.suffix[parent as usize] as usize);
            let places = ranks_in(&level.rank[suffixes.clone()], &sorter.ranks);
            let mut start = 0;
            for ((&rank, &end), place) in sorter.ranks.iter().zip(&sorter.ends).zip(places) {
                let suffix = suffixes.start + place as usize;
                // It enters with B if its prefix and suffix enter and have more than B passages.
                let enters = [parent as usize, suffix].map(|k| level.enters[k].min(level.df(k) - 1));
                let positions = sorter.sorted[start..end as usize].iter().copied();
                self.add(&mut out, rank, enters[0].min(enters[1]), suffix as u32, positions);
                start = end as usize;
            }
            out.level.first.push((out.level.rank.len() - before) as u32);
            (out, sorter)
        };
        // However the work is divided, its parts in a row are the same level.
        let start = || (Growing::default(), Sorter::new(self.alphabet));
        let parts: Vec<Growing> = parents.par_iter().fold(start, extend).map(|(part, _)| part).collect();
        let mut all = Growing::default();
        parts.into_iter().for_each(|part| all.append(part));
        all.finish(&parents, last.level.rank.len())
    }
}

impl Levels {
    /// Finds the grams. `alphabet`: number of ranks.
    pub fn find(stream: &Stream, alphabet: u32, bound: u32, longest: u32) -> Levels {
        let finder = Finder::new(stream, alphabet, bound);
        let mut levels = Vec::new();
        let mut last = finder.characters();
        for length in 1..longest.min(LONGEST_GRAM as u32) as usize {
            let next = finder.longer(&last, length);
            if next.level.rank.is_empty() {
                break;
            }
            levels.push(std::mem::replace(&mut last, next).level);
        }
        levels.push(last.level);
        Levels { levels }
    }

    /// What dictionaries with other parameters would cost.
    pub fn costs(&self, passages: u32) -> Costs {
        let mut costs = Costs { bits: [[0; STEPS]; LONGEST_GRAM] };
        for (depth, (level, bits)) in self.levels.iter().zip(&mut costs.bits).enumerate() {
            let of_parent = |(mut sums, mut places): (Vec<u64>, Places), parent: usize| {
                let of = match depth.checked_sub(1).map(|d| self.levels[d].list(parent)) {
                    None => u64::from(passages),
                    Some(above) => {
                        places.number(above);
                        above.len() as u64
                    }
                };
                for k in level.children(parent) {
                    let list = level.list(k);
                    let ranks = if depth == 0 { list } else { places.of(list) };
                    // A character of the trie costs about five bits more: its rank among its siblings, and whether more follow.
                    let bits = gamma_bits(list.len() as u64) + set_bits(ranks, 0, of) + 5;
                    sums[step(level.enters[k])] += bits;
                }
                (sums, places)
            };
            let start = || (vec![0; STEPS], Places::new(passages));
            let parents = (0..level.first.len() - 1).into_par_iter();
            let parts: Vec<Vec<u64>> = parents.fold(start, of_parent).map(|(sums, _)| sums).collect();
            for part in parts {
                bits.iter_mut().zip(part).for_each(|(sum, more)| *sum += more);
            }
        }
        costs
    }

    /// The dictionary for a larger B, or a smaller N, than it was found with.
    pub fn restrict(self, bound: u32, longest: u32) -> Levels {
        let mut levels: Vec<Level> = Vec::new();
        // Numbers of the kept nodes of the level above.
        let mut kept: Vec<usize> = vec![0];
        for level in self.levels.into_iter().take(longest as usize) {
            let mut out = Level { first: vec![0], ..Level::default() };
            let mut numbers = Vec::new();
            for &parent in &kept {
                for k in level.children(parent) {
                    if level.enters[k] >= bound {
                        numbers.push(k);
                        out.rank.push(level.rank[k]);
                        out.enters.push(level.enters[k]);
                        out.start.push(out.posts.len() as u64);
                        out.posts.extend_from_slice(level.list(k));
                    }
                }
                out.first.push(numbers.len() as u32);
            }
            out.start.push(out.posts.len() as u64);
            kept = numbers;
            if kept.is_empty() {
                break;
            }
            levels.push(out);
        }
        Levels { levels }
    }
}

impl Trie for Levels {
    fn children(&self, node: Option<(usize, usize)>) -> Range<usize> {
        let (depth, at) = node.map_or((0, 0), |(level, at)| (level + 1, at));
        self.levels.get(depth).map_or(0..0, |level| level.children(at))
    }
    fn rank(&self, level: usize, at: usize) -> u32 {
        self.levels[level].rank[at]
    }
    fn list(&self, level: usize, at: usize) -> &[u32] {
        self.levels[level].list(at)
    }
}

/// Steps of B: 1, 2, 3, 4, 6, 8, 12 and so on; from 1,024 on four an octave.
const STEPS: usize = 130;

/// Which step of B a number reaches, from 1; 0: none.
fn step(n: u32) -> usize {
    match n.checked_ilog2() {
        None => 0,
        Some(k) => 4 * k as usize + (u64::from(n) << 2 >> k & 3) as usize + 1,
    }
}

/// The numbers that B may be, from `least` to `most`.
pub fn bounds(least: u32, most: u32) -> impl Iterator<Item = u32> + Clone {
    let all = (0..31).flat_map(|k| (4..8u64).map(move |quarters| (quarters << k, k)));
    let whole = all.filter(|&(n, k)| n & 3 == 0 && (n & (1 << k) == 0 || n >= 4096)).map(|(n, _)| (n >> 2) as u32);
    whole.filter(move |b| (least..=most).contains(b))
}

/// Bits of a dictionary by length of gram and by the largest step of B that admits it.
pub struct Costs {
    bits: [[u64; STEPS]; LONGEST_GRAM],
}

impl Costs {
    /// Bytes of the dictionary with `bound` one of [`bounds`] (at least the one it was found with) and `longest`.
    pub fn bytes(&self, bound: u32, longest: u32) -> u64 {
        let from = step(bound);
        self.bits.iter().take(longest as usize).map(|level| level[from..].iter().sum::<u64>()).sum::<u64>() / 8
    }
}
