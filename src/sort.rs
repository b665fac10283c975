//! How are lists put in order in little code?
//!
//! The standard library's sorts are fast and large, and compiled anew for every type: in the page they were a third of the
//! engine. Here one heap sort works on keys that are all of one type; whoever sorts packs what decides into 128 bits, the most
//! significant first.

/// Sorts by a key; items with equal keys stay in their order. O(n log n).
pub fn by_key<T>(items: &mut [T], key: impl Fn(&T) -> u128) {
    // What is compiled for every type is kept small.
    let mut keys = keys(items.len(), &|at| items.get(at).map_or(0, &key));
    sort(&mut keys, &mut |a, b| swap(items, a, b));
}

/// A key in two halves and the place before sorting: a quarter smaller than with the key in one.
type Key = (u64, u64, u32);

#[inline(never)]
fn keys(n: usize, key: &dyn Fn(usize) -> u128) -> Vec<Key> {
    let halves = |at: usize, key: u128| ((key >> 64) as u64, key as u64, at as u32);
    (0..n).map(|at| halves(at, key(at))).collect()
}

/// Sorts numbers and removes repeated ones. O(n log n).
#[inline(never)]
pub fn set(items: &mut Vec<u32>) {
    by_key(items, |&x| x.into());
    items.dedup();
}

/// Exchanges two items. The standard library's has a message for places that are not there, and with it all that formats.
fn swap<T>(items: &mut [T], a: usize, b: usize) {
    if let Ok([a, b]) = items.get_disjoint_mut([a, b]) {
        std::mem::swap(a, b);
    }
}

/// Sorts keys, no two of which are equal, and tells `told` each exchange of two places.
#[inline(never)]
fn sort(keys: &mut [Key], told: &mut dyn FnMut(usize, usize)) {
    // First the heap is made from the leaves up, then the largest key goes to the end again and again.
    let (mut root, mut end) = (keys.len() / 2, keys.len());
    loop {
        if root > 0 {
            root -= 1;
        } else if end > 1 {
            end -= 1;
            swap(keys, 0, end);
            told(0, end);
        } else {
            return;
        }
        let heap = keys.get_mut(..end).unwrap_or_default();
        let mut at = root;
        while let Some(&left) = heap.get(2 * at + 1) {
            let right = heap.get(2 * at + 2).is_some_and(|&right| right > left);
            let child = 2 * at + 1 + usize::from(right);
            if heap.get(at) >= heap.get(child) {
                break;
            }
            swap(heap, at, child);
            told(at, child);
            at = child;
        }
    }
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
            by_key(&mut items, |x| x.0.into());
            assert_eq!(items, expected);
        }
    }
}
