//! What does a part of the dictionary hold, and what would it cost with a larger B or a smaller N?

use std::borrow::Cow;
use std::ops::Range;

use crate::builder::Failure;
use crate::builder::shelf::Numbers;
use crate::codec::bits::gamma_bits;
use crate::codec::sets::{Places, set_bits};
use crate::format::grams::{LONGEST_GRAM, Trie, bound_of};

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

    /// Reads the children of the nodes that were frequent; of each of them is said which one it is of those that were kept above,
    /// if it is. Those that enter with `bound` are kept; the same is said of those that are in more than `found` passages.
    fn read(bytes: &[u8], parents: &[Option<u32>], above: usize, found: u32, bound: u32) -> (Level, Vec<Option<u32>>) {
        let mut level = Level { first: vec![0], ..Level::default() };
        let mut frequent = Vec::new();
        let mut numbers = Numbers(bytes);
        for &parent in parents {
            if let Some(parent) = parent {
                level.first.resize(parent as usize + 1, level.rank.len() as u32);
            }
            for _ in 0..numbers.next() {
                let (rank, enters) = (numbers.next(), numbers.next().wrapping_sub(1));
                let number = level.rank.len() as u32;
                let kept = (parent.is_some() && enters >= bound).then_some(number);
                let df = if kept.is_some() {
                    level.rank.push(rank);
                    level.enters.push(enters);
                    level.start.push(level.posts.len() as u64);
                    numbers.rising(&mut level.posts)
                } else {
                    numbers.skip()
                };
                if df > found as usize {
                    frequent.push(kept);
                }
            }
        }
        level.first.resize(above + 1, level.rank.len() as u32);
        level.start.push(level.posts.len() as u64);
        (level, frequent)
    }
}

/// A part of the dictionary of a corpus for one B and N: some of its characters, with all that begins with them.
pub struct Levels {
    levels: Vec<Level>,
}

impl Levels {
    /// Reads a part, level by level, as it was found with the bound `found`: what of it enters with `bound`.
    pub(super) fn read<'a>(
        pieces: impl Iterator<Item = Result<Cow<'a, [u8]>, Failure>>,
        found: u32,
        bound: u32,
    ) -> Result<Levels, Failure> {
        let mut levels: Vec<Level> = Vec::new();
        let mut parents = vec![Some(0)];
        let mut above = 1;
        for (length, piece) in pieces.enumerate() {
            // A gram enters by those that are a character shorter.
            let (level, frequent) = Level::read(&piece?, &parents, above, found, bound_of(bound, length));
            (parents, above) = (frequent, level.rank.len());
            levels.push(level);
        }
        Ok(Levels { levels })
    }

    /// What dictionaries with other parameters would cost. `places`: for the passages of the corpus.
    pub(super) fn costs(&self, places: &mut Places, passages: u32) -> Costs {
        let mut costs = Costs::default();
        for (depth, (level, sums)) in self.levels.iter().zip(&mut costs.bits).enumerate() {
            for parent in 0..level.first.len() - 1 {
                let of = match depth.checked_sub(1).map(|d| self.levels[d].list(parent)) {
                    None => u64::from(passages),
                    Some(above) => {
                        if !level.children(parent).is_empty() {
                            places.number(above);
                        }
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
            }
        }
        costs
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

impl Default for Costs {
    fn default() -> Costs {
        Costs { bits: [[0; STEPS]; LONGEST_GRAM] }
    }
}

impl Costs {
    /// Those of two parts.
    pub(super) fn add(mut self, other: &Costs) -> Costs {
        self.bits.iter_mut().flatten().zip(other.bits.iter().flatten()).for_each(|(sum, more)| *sum += more);
        self
    }

    /// Bytes of the dictionary with `bound` one of [`bounds`] (at least the one it was found with) and `longest`.
    pub fn bytes(&self, bound: u32, longest: u32) -> u64 {
        let from = |length| step(bound_of(bound, length));
        let levels = self.bits.iter().take(longest as usize).enumerate();
        levels.map(|(length, level)| level[from(length)..].iter().sum::<u64>()).sum::<u64>() / 8
    }
}
