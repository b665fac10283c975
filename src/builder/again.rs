//! Which articles of some parts say once more what an earlier part says? A build of the whole leaves those out.
//!
//! Each part has the keys of its articles, by address. They are read a range of addresses at a time, from all parts, and put in order: so
//! memory holds some of them, however many articles there are.

use std::collections::BTreeSet;

use crate::builder::part::Key;

/// Keys that are in memory, about, 24 bytes each.
const AT_ONCE: u64 = 4 << 20;

/// The articles that another with their address, in an earlier part, says word for word: the place of their part among so
/// `many`, and their key. `keys`: those of a part, without the first so many of them. O(n log n).
pub fn again<E, K: Iterator<Item = Result<Key, E>>>(
    many: usize,
    articles: u64,
    mut keys: impl FnMut(usize, u64) -> Result<K, E>,
) -> Result<BTreeSet<(usize, Key)>, E> {
    let ranges = articles.div_ceil(AT_ONCE).max(1);
    let (mut read, mut range, mut again) = (vec![0; many], Vec::new(), BTreeSet::new());
    for number in 1..=ranges {
        let last = if number == ranges { u64::MAX } else { u64::MAX / ranges * number };
        for (part, read) in read.iter_mut().enumerate() {
            for key in keys(part, *read)? {
                let key = key?;
                if key.address > last {
                    break;
                }
                range.push((key.address, key.words, part));
                *read += 1;
            }
        }
        range.sort_unstable();
        for same in range.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            let &(address, words, first) = &same[0];
            again.extend(same.iter().filter(|one| one.2 != first).map(|one| (one.2, Key { address, words })));
        }
        range.clear();
    }
    Ok(again)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_said_is_told() {
        let key = |address, words| Key { address, words };
        let top = u64::MAX;
        let parts = [
            vec![key(1, 1), key(1, 2), key(top, 1)],
            vec![],
            vec![key(0, 1), key(1, 2), key(1, 1), key(top, 2)],
            vec![key(0, 1), key(1, 1), key(top, 1)],
        ];
        // In one range, and in many.
        for articles in [10, 3 * AT_ONCE, 1000 * AT_ONCE] {
            let keys = |part: usize, from: u64| Ok::<_, ()>(parts[part][from as usize..].iter().map(|key| Ok(*key)));
            let told: Vec<_> = again(4, articles, keys).expect("no error").into_iter().collect();
            assert_eq!(told, [(2, key(1, 1)), (2, key(1, 2)), (3, key(0, 1)), (3, key(1, 1)), (3, key(top, 1))]);
        }
    }
}
