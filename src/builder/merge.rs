//! How do several sequences in order become one?
//!
//! Each is read from its beginning, an item at a time, and the least of the items that come next is taken: what is merged may be
//! of any length. Items that are equal come in the order of their sequences.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Sequences of items with keys, each in order, as one. O(log sequences) an item.
pub(super) struct Merge<K, T, S> {
    sequences: Vec<S>,
    /// Of each sequence that goes on the key of its next item, and its number,
    next: BinaryHeap<Reverse<(K, usize)>>,
    /// and the item.
    items: Vec<Option<T>>,
}

impl<K: Ord, T, E, S: Iterator<Item = Result<(K, T), E>>> Merge<K, T, S> {
    /// Begins with the first item of each.
    pub(super) fn new(sequences: Vec<S>) -> Result<Merge<K, T, S>, E> {
        let mut merge = Merge { next: BinaryHeap::new(), items: sequences.iter().map(|_| None).collect(), sequences };
        (0..merge.sequences.len()).try_for_each(|number| merge.advance(number))?;
        Ok(merge)
    }

    /// Looks at the next item of a sequence.
    fn advance(&mut self, number: usize) -> Result<(), E> {
        if let Some((key, item)) = self.sequences[number].next().transpose()? {
            self.items[number] = Some(item);
            self.next.push(Reverse((key, number)));
        }
        Ok(())
    }
}

impl<K: Ord, T, E, S: Iterator<Item = Result<(K, T), E>>> Iterator for Merge<K, T, S> {
    type Item = Result<(K, T), E>;

    fn next(&mut self) -> Option<Self::Item> {
        let Reverse((key, number)) = self.next.pop()?;
        let item = self.items[number].take()?;
        match self.advance(number) {
            Ok(()) => Some(Ok((key, item))),
            Err(fault) => Some(Err(fault)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Sequence = std::vec::IntoIter<Result<(u32, usize), &'static str>>;

    fn sequence(number: usize, keys: &[u32]) -> Sequence {
        keys.iter().map(|&key| Ok((key, number))).collect::<Vec<_>>().into_iter()
    }

    #[test]
    fn sequences_become_one_in_order() {
        let sequences = vec![sequence(0, &[1, 4, 4, 9]), sequence(1, &[]), sequence(2, &[0, 4, 10]), sequence(3, &[4])];
        let merged: Result<Vec<_>, _> = Merge::new(sequences).and_then(Iterator::collect);
        assert_eq!(merged, Ok(vec![(0, 2), (1, 0), (4, 0), (4, 0), (4, 2), (4, 3), (9, 0), (10, 2)]));
        let merged: Result<Vec<_>, &str> = Merge::new(Vec::<Sequence>::new()).and_then(Iterator::collect);
        assert_eq!(merged, Ok(Vec::new()));
    }

    #[test]
    fn what_fails_is_told() {
        let broken = || vec![Ok((1, 1)), Err("gone")].into_iter();
        let merged: Result<Vec<_>, _> = Merge::new(vec![sequence(0, &[1, 2]), broken()]).and_then(Iterator::collect);
        assert_eq!(merged, Err("gone"));
        let merged = Merge::new(vec![sequence(0, &[]), vec![Err("gone")].into_iter()]);
        assert_eq!(merged.err(), Some("gone"));
    }
}
