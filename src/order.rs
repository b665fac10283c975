//! How are lists put in order in little code?
//!
//! The standard library's sorts are fast and large, and compiled anew for every type: in the page they were a third of the
//! engine. Here one heap sort works on positions, whatever is behind them.

use std::cmp::Ordering;

/// Sorts by a key; items with equal keys stay in their order. O(n log n).
pub fn by_key<T, K: Ord>(items: &mut Vec<T>, key: impl Fn(&T) -> K) {
    let keys: Vec<K> = items.iter().map(key).collect();
    let order = positions(keys.len(), &|a, b| keys[a].cmp(&keys[b]));
    let mut old: Vec<Option<T>> = std::mem::take(items).into_iter().map(Some).collect();
    items.extend(order.into_iter().filter_map(|k| old[k].take()));
}

/// Sorts numbers and removes repeated ones. O(n log n).
pub fn set<T: Ord + Copy>(items: &mut Vec<T>) {
    by_key(items, |&x| x);
    items.dedup();
}

/// The positions 0..n, sorted by what stands there, then by position.
fn positions(n: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut heap: Vec<usize> = (0..n).collect();
    let less = |a: usize, b: usize| compare(a, b).then(a.cmp(&b)) == Ordering::Less;
    let sift = |heap: &mut [usize], mut at: usize| {
        loop {
            let mut child = 2 * at + 1;
            if child >= heap.len() {
                return;
            }
            if child + 1 < heap.len() && less(heap[child], heap[child + 1]) {
                child += 1;
            }
            if !less(heap[at], heap[child]) {
                return;
            }
            heap.swap(at, child);
            at = child;
        }
    };
    for at in (0..n / 2).rev() {
        sift(&mut heap, at);
    }
    for end in (1..n).rev() {
        heap.swap(0, end);
        sift(&mut heap[..end], 0);
    }
    heap
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_the_standard_library_sorts() {
        let mut seed = 1u64;
        for n in 0..200 {
            let mut items: Vec<(u64, usize)> = (0..n)
                .map(|k| {
                    seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    (seed >> 60, k)
                })
                .collect();
            let mut expected = items.clone();
            expected.sort_by_key(|x| x.0);
            by_key(&mut items, |x| x.0);
            assert_eq!(items, expected);
        }
    }
}
