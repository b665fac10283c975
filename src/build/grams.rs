//! Which grams does a corpus need?
//!
//! Level by level: the grams of n + 1 characters are looked for only at positions where the gram of n characters and the
//! one that starts a character later both stand in more than B passages. Positions are sorted by (gram, next character)
//! with two stable counting sorts, so lists come out in passage order. Time and memory are linear in the text, per level.

use std::ops::Range;

use crate::format::gamma_bits;
use crate::grams::{LONGEST_GRAM, Trie};
use crate::postings::set_bits;

/// Not a gram of the dictionary.
const NONE: u32 = u32::MAX;

/// All streams of a corpus, one after the other: the folded titles and bodies as ranks, [`END`] after each.
pub struct Stream {
    /// Ranks in the folded alphabet.
    pub ranks: Vec<u32>,
    /// The passage of each position.
    pub passage: Vec<u32>,
}

/// Ends a title or a body: no gram holds it.
pub const END: u32 = u32::MAX;

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

impl Levels {
    /// Finds the grams. `alphabet`: number of ranks.
    pub fn find(stream: &Stream, alphabet: u32, bound: u32, longest: u32) -> Levels {
        let n = stream.ranks.len();
        // The gram that starts at each position, by its number in the level at hand.
        let mut gram: Vec<u32> = stream.ranks.clone();
        let mut at: Vec<u32> = (0..n as u32).filter(|&i| stream.ranks[i as usize] != END).collect();
        let mut order = at.clone();
        sort_by(&mut order, alphabet as usize, |i| stream.ranks[i as usize]);
        let mut levels = vec![Level { first: vec![0, alphabet], ..Level::default() }];
        let level = &mut levels[0];
        let mut k = 0;
        for rank in 0..alphabet {
            let from = k;
            while k < order.len() && stream.ranks[order[k] as usize] == rank {
                k += 1;
            }
            level.start.push(level.posts.len() as u64);
            level.rank.push(rank);
            level.enters.push(u32::MAX);
            push_passages(&mut level.posts, &order[from..k], &stream.passage);
        }
        level.start.push(level.posts.len() as u64);
        drop(order);
        for length in 1..longest.min(LONGEST_GRAM as u32) as usize {
            let Some(last) = levels.last() else { break };
            let frequent = |g: u32| g != NONE && g != END && last.df(g as usize) > bound;
            at.retain(|&i| frequent(gram[i as usize]) && gram.get(i as usize + 1).is_some_and(|&g| frequent(g)));
            if at.is_empty() {
                break;
            }
            let next = |i: u32| stream.ranks[i as usize + length];
            let mut order = at.clone();
            sort_by(&mut order, alphabet as usize, next);
            sort_by(&mut order, last.rank.len(), |i| gram[i as usize]);
            let mut level = Level { first: vec![0; last.rank.len() + 1], ..Level::default() };
            let mut longer = vec![NONE; n];
            for group in order.chunk_by(|&a, &b| gram[a as usize] == gram[b as usize] && next(a) == next(b)) {
                let (parent, suffix) = (gram[group[0] as usize] as usize, gram[group[0] as usize + 1] as usize);
                let number = level.rank.len() as u32;
                level.first[parent + 1] += 1;
                level.rank.push(next(group[0]));
                level.start.push(level.posts.len() as u64);
                // It enters with B if its prefix and suffix enter and have more than B passages.
                let enters = last.enters[parent].min(last.enters[suffix]);
                level.enters.push(enters.min(last.df(parent) - 1).min(last.df(suffix) - 1));
                push_passages(&mut level.posts, group, &stream.passage);
                for &i in group {
                    longer[i as usize] = number;
                }
            }
            level.start.push(level.posts.len() as u64);
            for k in 1..level.first.len() {
                level.first[k] += level.first[k - 1];
            }
            gram = longer;
            levels.push(level);
        }
        Levels { levels }
    }

    /// What dictionaries with other parameters would cost.
    pub fn costs(&self, passages: u32) -> Costs {
        let mut costs = Costs { bits: [[0; 33]; LONGEST_GRAM] };
        let mut ranks = Vec::new();
        for (depth, level) in self.levels.iter().enumerate() {
            for parent in 0..level.first.len() - 1 {
                let above: Option<&[u32]> = depth.checked_sub(1).map(|d| self.levels[d].list(parent));
                for k in level.first[parent] as usize..level.first[parent + 1] as usize {
                    let list = level.list(k);
                    let lists = match above {
                        None => set_bits(list, 0, u64::from(passages)),
                        Some(above) => {
                            let mut at = 0;
                            ranks.clear();
                            ranks.extend(list.iter().map(|p| {
                                at += above[at..].partition_point(|q| q < p);
                                at as u32
                            }));
                            set_bits(&ranks, 0, above.len() as u64)
                        }
                    };
                    // A character of the trie costs about five bits more: its rank among its siblings, and whether more follow.
                    let bits = gamma_bits(list.len() as u64) + lists + 5;
                    costs.bits[depth][level.enters[k].checked_ilog2().map_or(0, |b| b as usize + 1)] += bits;
                }
            }
        }
        costs
    }

    /// The dictionary for a larger B, or a smaller N, than it was found with.
    pub fn restrict(self, bound: u32, longest: u32) -> Levels {
        let mut levels: Vec<Level> = Vec::new();
        // Numbers of the kept nodes of the level above.
        let mut kept: Vec<u32> = vec![0];
        for level in self.levels.into_iter().take(longest as usize) {
            let mut out = Level { first: vec![0], ..Level::default() };
            let mut numbers = Vec::new();
            for &parent in &kept {
                for k in level.first[parent as usize]..level.first[parent as usize + 1] {
                    if level.enters[k as usize] >= bound {
                        numbers.push(k);
                        out.rank.push(level.rank[k as usize]);
                        out.enters.push(level.enters[k as usize]);
                        out.start.push(out.posts.len() as u64);
                        out.posts.extend_from_slice(level.list(k as usize));
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
        self.levels.get(depth).map_or(0..0, |l| l.first[at] as usize..l.first[at + 1] as usize)
    }
    fn rank(&self, level: usize, at: usize) -> u32 {
        self.levels[level].rank[at]
    }
    fn list(&self, level: usize, at: usize) -> &[u32] {
        self.levels[level].list(at)
    }
}

/// Bits of a dictionary by length of gram and by the largest B (as a power of two) that admits it.
pub struct Costs {
    bits: [[u64; 33]; LONGEST_GRAM],
}

impl Costs {
    /// Bytes of the dictionary with `bound` a power of two (at least the one it was found with) and `longest`.
    pub fn bytes(&self, bound: u32, longest: u32) -> u64 {
        let from = bound.ilog2() as usize + 1;
        self.bits.iter().take(longest as usize).map(|level| level[from..].iter().sum::<u64>()).sum::<u64>() / 8
    }
}

fn push_passages(posts: &mut Vec<u32>, positions: &[u32], passage: &[u32]) {
    let from = posts.len();
    for &i in positions {
        let p = passage[i as usize];
        if posts.len() == from || posts[posts.len() - 1] != p {
            posts.push(p);
        }
    }
}

/// Stable counting sort by a key below `keys`. O(positions + keys).
fn sort_by(positions: &mut Vec<u32>, keys: usize, key: impl Fn(u32) -> u32) {
    let mut start = vec![0u32; keys + 1];
    for &i in positions.iter() {
        start[key(i) as usize + 1] += 1;
    }
    for k in 1..start.len() {
        start[k] += start[k - 1];
    }
    let mut out = vec![0; positions.len()];
    for &i in positions.iter() {
        let at = &mut start[key(i) as usize];
        out[*at as usize] = i;
        *at += 1;
    }
    *positions = out;
}
