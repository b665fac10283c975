//! Which index has which gram, of more of them than memory holds?
//!
//! The grams of an index come in the order of code points, those of the dictionary stand in that of ranks. So they are dealt out into groups of
//! characters that stand side by side, by what they begin with, each group small enough to be put in order in memory. What waits for that
//! lies on a shelf: an index after the other, its number, how far each gram is above the one before, and 0.

use std::ops::Range;

use rayon::prelude::*;

use super::Letters;
use super::grams::{CHAR, decoded};
use crate::builder::Failure;
use crate::builder::shelf::{Memory, Shelf};
use crate::codec::bytes::{Bytes, put_varint};

/// Bytes of a group that wait until they are put on the shelf, at least and at most.
const LEAST: usize = 4 << 10;
const MOST: usize = 1 << 20;

/// All pairs of gram and index, by groups of the characters that they begin with.
pub(super) struct Pairs<'m> {
    shelf: Shelf<'m>,
    /// Of each group its characters, by rank, how many pairs it has, and its pieces.
    groups: Vec<(Range<u32>, u64, Vec<usize>)>,
}

/// The characters, by rank, in groups of at most so many pairs, or of one character, and how many pairs there are.
fn groups(pairs: &[u64], most: usize) -> Vec<(Range<u32>, u64)> {
    let mut groups = Vec::<(Range<u32>, u64)>::new();
    for (&pairs, rank) in pairs.iter().zip(0..) {
        match groups.last_mut() {
            Some((group, sum)) if *sum + pairs <= most as u64 => (group.end, *sum) = (rank + 1, *sum + pairs),
            _ => groups.push((rank..rank + 1, pairs)),
        }
    }
    groups
}

impl<'m> Pairs<'m> {
    /// Deals out the grams of the indexes. `coded`: those of each, in the order of the indexes. `most`: pairs that are put in order at a time.
    pub(super) fn new(
        coded: impl Iterator<Item = Result<Vec<u8>, Failure>>,
        letters: &Letters,
        memory: &'m Memory<'m>,
        most: usize,
    ) -> Result<Pairs<'m>, Failure> {
        let groups = groups(&letters.pairs, most);
        let of_rank: Vec<u32> = groups.iter().zip(0..).flat_map(|((group, _), k)| group.clone().map(move |_| k)).collect();
        let some = (memory.room() / 4 / groups.len().max(1)).clamp(LEAST, MOST);
        let mut waiting: Vec<(u64, Vec<u8>)> = vec![Default::default(); groups.len()];
        let groups = groups.into_iter().map(|(group, pairs)| (group, pairs, Vec::new())).collect();
        let mut all = Pairs { shelf: Shelf::new(memory), groups };
        for (coded, index) in coded.zip(0..) {
            for gram in decoded(&coded?) {
                let group = of_rank[letters.ranks[(gram >> (2 * CHAR)) as usize - 1] as usize];
                let (before, bytes) = &mut waiting[group as usize];
                if *before == 0 {
                    put_varint(bytes, index);
                }
                put_varint(bytes, gram - *before);
                *before = gram;
            }
            for ((before, bytes), (.., pieces)) in waiting.iter_mut().zip(&mut all.groups) {
                if std::mem::take(before) > 0 {
                    bytes.push(0);
                }
                if bytes.len() >= some {
                    pieces.push(all.shelf.len());
                    all.shelf.put(std::mem::take(bytes))?;
                }
            }
        }
        for ((_, bytes), (.., pieces)) in waiting.into_iter().zip(&mut all.groups).filter(|((_, bytes), _)| !bytes.is_empty()) {
            pieces.push(all.shelf.len());
            all.shelf.put(bytes)?;
        }
        Ok(all)
    }

    /// How many groups there are.
    pub(super) fn groups(&self) -> usize {
        self.groups.len()
    }

    /// The pairs of a group in order, each once: grams as ranks, cut after some, and the passage of the index.
    pub(super) fn of(&self, group: usize, letters: &Letters, longest: usize, indexes: u32) -> Result<Vec<(u64, u32)>, Failure> {
        let (_, pairs, pieces) = &self.groups[group];
        let mut all = Vec::with_capacity(*pairs as usize);
        for &piece in pieces {
            let piece = self.shelf.get(piece)?;
            let mut left = Bytes(&piece);
            // Our own, so that nothing can be missing.
            while let Ok(index) = left.varint() {
                let mut gram = 0;
                while let Some(more) = left.varint().ok().filter(|&more| more > 0) {
                    gram += more;
                    // The passages of titles come first, and hold nothing.
                    let pair = (letters.ranked(gram, longest), indexes + index as u32);
                    if all.last() != Some(&pair) {
                        all.push(pair);
                    }
                }
            }
        }
        all.par_sort_unstable();
        all.dedup();
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_divided_by_what_begins_with_them() {
        let divided = |most| groups(&[3, 0, 4, 9, 1, 1], most);
        assert_eq!(divided(usize::MAX), [(0..6, 18)]);
        assert_eq!(divided(7), [(0..3, 7), (3..4, 9), (4..6, 2)]);
        assert_eq!(divided(0).len(), 5 + usize::from(divided(0)[0].0 == (0..1)));
    }
}
