//! How is one posting list, or any set of numbers, coded?
//!
//! By the binary interpolative code (Moffat and Stuiver 2000): the middle number of the set first, in the range that its
//! neighbours leave, then each half in its own range. It has no parameter, costs nothing for a full range, little for
//! clusters, and is the smallest of the codes tried on posting lists of this kind. A list of a gram is coded *inside its
//! parent's list*: as the ranks of its passages among the parent's passages.

use std::borrow::Cow;

use crate::codec::bits::{BitReader, BitWriter};
use crate::codec::{Bad, bad};

/// Room made for a list before anything of it is read, at most.
const MOST_RESERVED: u64 = 1 << 19;

/// Writes the strictly increasing `set` of numbers from `lo..hi`. O(n).
pub fn put_set(w: &mut BitWriter, set: &[u32], lo: u64, hi: u64) {
    let Some((below, v, above)) = around_middle(set).filter(|_| hi - lo != set.len() as u64) else { return };
    let first = lo + below.len() as u64;
    w.uniform(v - first, hi - above.len() as u64 - first);
    put_set(w, below, lo, v);
    put_set(w, above, v + 1, hi);
}

/// Bits that [`put_set`] takes. O(n).
pub fn set_bits(set: &[u32], lo: u64, hi: u64) -> u64 {
    let Some((below, v, above)) = around_middle(set).filter(|_| hi - lo != set.len() as u64) else { return 0 };
    let first = lo + below.len() as u64;
    let r = hi - above.len() as u64 - first;
    let k = u64::from(r.ilog2());
    let own = if r == 1 { 0 } else { k + u64::from(v - first >= (2u64 << k) - r) };
    own + set_bits(below, lo, v) + set_bits(above, v + 1, hi)
}

/// The middle number of a set, those below and those above it.
fn around_middle(set: &[u32]) -> Option<(&[u32], u64, &[u32])> {
    let (below, rest) = set.split_at_checked(set.len() / 2)?;
    let (&middle, above) = rest.split_first()?;
    Some((below, middle.into(), above))
}

/// The places of the numbers of `list` in `parent`, which holds them all; both increase. O(list · log gap).
pub fn ranks_in(parent: &[u32], list: &[u32]) -> Vec<u32> {
    let mut at = 0;
    let rank = |&number: &u32| {
        // First in growing steps, then between the last two.
        let mut step = 1;
        while parent.get(at + step).is_some_and(|&p| p <= number) {
            at += step;
            step *= 2;
        }
        let between = parent.get(at..(at + step).min(parent.len())).unwrap_or_default();
        at += between.partition_point(|&p| p < number);
        at as u32
    };
    list.iter().map(rank).collect()
}

/// A list as it is coded: as places in the list that it is part of, and how many that has; or as it is, out of `all` numbers.
pub fn within<'a>(parent: Option<&[u32]>, list: &'a [u32], all: u64) -> (Cow<'a, [u32]>, u64) {
    match parent {
        None => (list.into(), all),
        Some(parent) => (ranks_in(parent, list).into(), parent.len() as u64),
    }
}

/// The places of numbers in one list, for many lists of which each is a part of it: one that is long is looked through once for
/// all of them.
#[derive(Default)]
pub struct Places {
    /// The place of each number; of those that the list has not, anything.
    of: Vec<u32>,
    told: Vec<u32>,
}

impl Places {
    /// For numbers below `all`.
    pub fn new(all: u32) -> Places {
        Places { of: vec![0; all as usize], told: Vec::new() }
    }

    /// Numbers a list. O(its length).
    pub fn number(&mut self, list: &[u32]) {
        for (place, &number) in (0..).zip(list) {
            if let Some(of) = self.of.get_mut(number as usize) {
                *of = place;
            }
        }
    }

    /// The places of a list's numbers in the one that was numbered last, which has them all.
    pub fn each<'a>(&'a self, list: &'a [u32]) -> impl Iterator<Item = u32> + 'a {
        list.iter().map(|&number| self.of.get(number as usize).copied().unwrap_or_default())
    }

    /// The same as a list. O(its length).
    pub fn of(&mut self, list: &[u32]) -> &[u32] {
        let mut told = std::mem::take(&mut self.told);
        told.clear();
        told.extend(self.each(list));
        self.told = told;
        &self.told
    }
}

/// Reads `n` numbers from `lo..hi` and hands each to `take`, in the code's order (middle first, with its index), O(n).
/// The recursion is at most log₂ n deep. A set that cannot exist (more numbers than places) is refused.
pub fn get_set(r: &mut BitReader<'_>, n: u64, lo: u64, hi: u64, take: &mut dyn FnMut(usize, u32)) -> Result<(), Bad> {
    if hi < lo || n > hi - lo || hi > 1 << 32 {
        return bad("size of a set", hi.saturating_sub(lo), n);
    }
    halves(r, 0, n, lo, hi, take)
}

fn halves(r: &mut BitReader<'_>, at: u64, n: u64, lo: u64, hi: u64, take: &mut dyn FnMut(usize, u32)) -> Result<(), Bad> {
    if n == 0 {
        return Ok(());
    }
    if hi - lo == n {
        for k in 0..n {
            take((at + k) as usize, (lo + k) as u32);
        }
        return Ok(());
    }
    let mid = n / 2;
    let first = lo + mid;
    let v = first + r.uniform(hi - (n - mid - 1) - first)?;
    halves(r, at, mid, lo, v, take)?;
    take((at + mid) as usize, v as u32);
    halves(r, at + mid + 1, n - mid - 1, v + 1, hi, take)
}

/// Passes over a set. O(bits of the set), whatever its size.
#[inline(never)]
pub fn skip_set(r: &mut BitReader<'_>, n: u64, lo: u64, hi: u64) -> Result<(), Bad> {
    if n == 0 || hi.checked_sub(lo) == Some(n) {
        return Ok(());
    }
    if hi < lo || n > hi - lo {
        return bad("size of a set", hi.saturating_sub(lo), n);
    }
    let mid = n / 2;
    let first = lo + mid;
    let v = first + r.uniform(hi - (n - mid - 1) - first)?;
    skip_set(r, mid, lo, v)?;
    skip_set(r, n - mid - 1, v + 1, hi)
}

/// Reads a set as an increasing list. `n` must have been checked against what the file can hold.
#[inline(never)]
pub fn get_list(r: &mut BitReader<'_>, n: u64, lo: u64, hi: u64) -> Result<Vec<u32>, Bad> {
    let mut list = Vec::new();
    append_list(&mut list, r, n, lo, hi)?;
    Ok(list)
}

/// Reads a set at the end of a list.
#[inline(never)]
pub fn append_list(list: &mut Vec<u32>, r: &mut BitReader<'_>, n: u64, lo: u64, hi: u64) -> Result<(), Bad> {
    // More than the places there are is refused; so much is a list of the largest index.
    list.reserve_exact(n.min(MOST_RESERVED) as usize);
    get_set(r, n, lo, hi, &mut |_, v| list.push(v))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_small_set_round_trips() {
        for hi in 0..12u64 {
            for mask in 0..1u32 << hi {
                let set: Vec<u32> = (0..hi as u32).filter(|k| mask >> k & 1 == 1).map(|k| k + 5).collect();
                let mut w = BitWriter::default();
                put_set(&mut w, &set, 5, hi + 5);
                assert_eq!(w.bits(), set_bits(&set, 5, hi + 5));
                let bytes = w.finish();
                let got = get_list(&mut BitReader::new(&bytes), set.len() as u64, 5, hi + 5);
                assert_eq!(got, Ok(set));
            }
        }
    }

    #[test]
    fn impossible_sets_are_refused() {
        assert!(get_list(&mut BitReader::new(&[0; 64]), 5, 0, 4).is_err());
        assert!(get_list(&mut BitReader::new(&[]), 1, 0, 4).is_err());
        assert!(get_list(&mut BitReader::new(&[]), 1, 4, 0).is_err());
    }
}
