//! In which order do characters stand in an alphabet?

use std::cmp::Reverse;

/// The rare characters of a text are those that together make up one in so many: where they stand among each other matters to
/// nobody, and saying it would be half of an alphabet.
const RARE: u64 = 1024;

/// Counts of characters as classes: the logarithm to base 2. Rare characters are taken for as frequent as the most frequent of
/// them.
pub(super) fn classes(counts: &[u64]) -> Vec<(u32, u8)> {
    let mut all: Vec<(u32, u8)> = Vec::new();
    let mut of_class = [0u64; 64];
    for (c, &n) in (0..).zip(counts).filter(|(_, n)| **n > 0) {
        let class = n.ilog2().min(31);
        all.push((c, class as u8));
        of_class[class as usize] += n;
    }
    let rare = of_class.iter().sum::<u64>() / RARE;
    let mut sum = 0;
    let within = |&&n: &&u64| {
        sum += n;
        sum <= rare
    };
    let least = of_class.iter().take_while(within).count().min(31) as u8;
    all.iter_mut().for_each(|x| x.1 = x.1.max(least));
    all
}

/// An alphabet in order, by falling class, then by code point; and the classes.
pub(super) fn alphabet(mut chars: Vec<(u32, u8)>) -> (Vec<u32>, Vec<u8>) {
    chars.sort_unstable_by_key(|&(c, class)| (Reverse(class), c));
    chars.into_iter().unzip()
}
