//! By what are the positions of a gram sorted, so that they become those of longer ones?

use std::ops::Range;

/// Positions of a gram that are sorted at once, at most.
pub(super) const HUGE: usize = 1 << 22;

/// Sorts the positions of a gram by the character that follows: by counting, for they are in the order of the text already. What it
/// needs is kept from one gram to the next.
pub(super) struct Sorter {
    /// The positions that are sorted, in the order of the text.
    followed: Vec<u32>,
    /// The rank that follows each of them.
    next: Vec<u32>,
    /// For each rank of the alphabet, how often it follows, and then where its next position goes; 0 between two grams.
    counts: Vec<u32>,
    /// The ranks that do follow, increasing, and where the positions of each end.
    pub(super) ranks: Vec<u32>,
    pub(super) ends: Vec<u32>,
    pub(super) sorted: Vec<u32>,
}

impl Sorter {
    pub(super) fn new(alphabet: u32) -> Sorter {
        let [followed, next, ranks, ends, sorted] = Default::default();
        Sorter { followed, next, counts: vec![0; alphabet as usize], ranks, ends, sorted }
    }

    /// Takes the positions that are to be sorted. Each is written, and the next one over those that are not wanted: nobody can foresee
    /// which are.
    pub(super) fn keep(&mut self, positions: &[u32], wanted: impl Fn(u32) -> bool) {
        self.followed.resize(positions.len(), 0);
        let mut kept = 0;
        for &i in positions {
            self.followed[kept] = i;
            kept += usize::from(wanted(i));
        }
        self.followed.truncate(kept);
    }

    /// For positions that are too many to be sorted at once: how many ranks follow those that are wanted, and ranges of these of which
    /// each follows no more than can be, or is of one rank.
    pub(super) fn ranges(
        &mut self,
        positions: &[u32],
        wanted: impl Fn(u32) -> bool,
        next: impl Fn(u32) -> u32,
    ) -> (u32, Vec<Range<u32>>) {
        positions.iter().filter(|i| wanted(**i)).for_each(|&i| self.counts[next(i) as usize] += 1);
        let (mut ranks, mut sum, mut ranges) = (0, 0, Vec::<Range<u32>>::new());
        for (rank, count) in (0..).zip(&mut self.counts).filter(|(_, count)| **count > 0) {
            let count = std::mem::take(count) as usize;
            ranks += 1;
            sum += count;
            match ranges.last_mut() {
                Some(range) if sum <= HUGE => range.end = rank + 1,
                _ => {
                    let start = ranges.last().map_or(0, |range| range.end);
                    ranges.push(start..rank + 1);
                    sum = count;
                }
            }
        }
        (ranks, ranges)
    }

    /// Sorts what stands in `followed`.
    pub(super) fn sort(&mut self, next: impl Fn(u32) -> u32) {
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
