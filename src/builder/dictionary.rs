//! Which strings should the text blocks share?
//!
//! Those that save most when they need not be written again. The samples are taken in as many stretches as the dictionary
//! has room for segments; each stretch gives the segment whose 8-byte strings are most frequent in all samples, counting
//! each such string once (the COVER method: Liao, Petri, Moffat, Wirth 2016, in the simple greedy form that is used to train
//! dictionaries for small files). The best segments go last, where deflate reaches them with the shortest distances.

/// Bytes of a segment.
const SEGMENT: usize = 96;
/// Bytes of the strings that are counted.
const STRING: usize = 8;
/// Bits of the hash under which they are counted.
const PLACES: u32 = 22;
/// Bytes of samples that are looked at, at most.
const SAMPLE: usize = 12 << 20;

/// Of so many bytes every how many samples are looked at?
pub fn step(bytes: usize) -> usize {
    bytes.div_ceil(SAMPLE).max(1)
}

/// A dictionary of about `size` bytes for texts like `samples`.
pub fn train(samples: &[&[u8]], size: usize) -> Vec<u8> {
    let data: Vec<u8> = samples.concat();
    let segments = size / SEGMENT;
    if segments == 0 || data.len() < size * 4 {
        return Vec::new();
    }
    // Counts by a hash of the string: two strings that share a place only make each other look a little more frequent.
    let place = |at: usize| -> usize {
        let bytes = data.get(at..at + STRING).and_then(|b| b.try_into().ok()).map_or(0, u64::from_le_bytes);
        (bytes.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - PLACES)) as usize
    };
    let mut count = vec![0u32; 1 << PLACES];
    for at in 0..data.len() - STRING {
        count[place(at)] += 1;
    }
    // What occurs once saves nothing.
    count.iter_mut().filter(|n| **n == 1).for_each(|n| *n = 0);
    let stretch = data.len() / segments;
    let mut chosen: Vec<(u64, usize)> = Vec::new();
    for s in 0..segments {
        let (from, to) = (s * stretch, ((s + 1) * stretch).min(data.len()).saturating_sub(SEGMENT));
        let inside = SEGMENT - STRING + 1;
        let scores: Vec<u64> = (from..to.max(from + 1) + inside - 1).map(|at| u64::from(count[place(at)])).collect();
        let mut sum: u64 = scores[..inside].iter().sum();
        let (mut best, mut best_at) = (sum, from);
        for (at, (leaves, comes)) in (from + 1..).zip(scores.iter().zip(&scores[inside..])) {
            sum = sum + comes - leaves;
            if sum > best {
                (best, best_at) = (sum, at);
            }
        }
        if best > 0 {
            for at in best_at..best_at + inside {
                count[place(at)] = 0;
            }
            chosen.push((best, best_at));
        }
    }
    chosen.sort_unstable();
    chosen.iter().flat_map(|&(_, at)| data[at..(at + SEGMENT).min(data.len())].iter().copied()).collect()
}
