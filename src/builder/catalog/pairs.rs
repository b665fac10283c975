//! Which index has which gram, of more of them than memory holds?
//!
//! The grams of an index come in the order of code points, those of the dictionary stand in that of ranks. So they are dealt out into groups of
//! characters that stand side by side, by what they begin with, each group small enough to be put in order in memory. What waits for that
//! lies on a shelf: an index after the other, its number, how far each gram is above the one before, and 0.

use std::ops::Range;

use rayon::prelude::*;

use super::grams::{CHAR, decoded};
use super::{LONGEST, Letters};
use crate::builder::Failure;
use crate::builder::shelf::{Memory, Shelf};
use crate::codec::bytes::{Bytes, put_varint};

/// Bytes of a group that wait until they are put on the shelf, at least and at most.
const LEAST: usize = 1 << 10;
const MOST: usize = 1 << 20;

/// All pairs of gram and index, by groups of the characters that they begin with.
pub(super) struct Pairs<'m> {
    shelf: Shelf<'m>,
    groups: Vec<Group>,
}

struct Group {
    /// How many pairs it has;
    pairs: u64,
    /// its pieces;
    pieces: Vec<usize>,
    /// what waits to be one, and of the index that is dealt out the last gram of it, 0 if its number has not been written.
    waiting: Vec<u8>,
    before: u64,
}

impl Group {
    /// Ends what waits of one index.
    fn end(&mut self) {
        self.before = 0;
        self.waiting.push(0);
    }

    fn put(&mut self, shelf: &mut Shelf<'_>) -> Result<(), Failure> {
        self.pieces.push(shelf.len());
        shelf.put(std::mem::take(&mut self.waiting))
    }
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
        let of_rank: Vec<usize> = groups.iter().zip(0..).flat_map(|((group, _), k)| group.clone().map(move |_| k)).collect();
        let some = (memory.room() / 4 / groups.len().max(1)).clamp(LEAST.min(most), MOST);
        let new = |(_, pairs): (Range<u32>, u64)| Group { pairs, pieces: Vec::new(), waiting: Vec::new(), before: 0 };
        let (mut shelf, mut groups): (_, Vec<Group>) = (Shelf::new(memory), groups.into_iter().map(new).collect());
        for (coded, index) in coded.zip(0..) {
            for gram in decoded(&coded?) {
                let group = &mut groups[of_rank[letters.ranks[(gram >> (2 * CHAR)) as usize - 1] as usize]];
                if group.before == 0 {
                    put_varint(&mut group.waiting, index);
                }
                put_varint(&mut group.waiting, gram - group.before);
                group.before = gram;
                if group.waiting.len() >= some {
                    group.end();
                    group.put(&mut shelf)?;
                }
            }
            groups.iter_mut().filter(|group| group.before > 0).for_each(Group::end);
        }
        groups.iter_mut().filter(|group| !group.waiting.is_empty()).try_for_each(|group| group.put(&mut shelf))?;
        Ok(Pairs { shelf, groups })
    }

    /// How many groups there are.
    pub(super) fn groups(&self) -> usize {
        self.groups.len()
    }

    /// The pairs of a group in order, each once: grams as ranks, cut after some, and the passage of the index.
    pub(super) fn of(&self, group: usize, letters: &Letters, longest: usize, indexes: u32) -> Result<Vec<(u64, u32)>, Failure> {
        let group = &self.groups[group];
        // Cut ones are fewer.
        let mut all = Vec::with_capacity(if longest == LONGEST { group.pairs as usize } else { 0 });
        for &piece in &group.pieces {
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
        assert_eq!(divided(0).len(), 6);
    }
}
