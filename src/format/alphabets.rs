//! How do the two alphabets of an index stand in its root?
//!
//! An alphabet is written by class of frequency, from 31 down: `gamma(n + 1)`, a set in 0..110000 hex. A character's rank is its
//! place in that order.

use crate::codec::bits::{BitReader, BitWriter};
use crate::codec::sets::{append_list, get_list, put_set};
use crate::codec::{Bad, bad};
use crate::fold::table::CODE_POINTS;
use crate::sort;

/// Different characters of a text, at most, but for what their bits allow: all that have a script take less, and so do all private ones.
const MOST_CHARACTERS: u64 = 1 << 18;

/// So few letters are not divided: that would save nothing.
const FEW: usize = 512;

/// How often each character of an alphabet occurs, as the logarithm to base 2, by rank; never increasing.
#[derive(Clone, Debug, Default)]
pub struct Frequencies {
    /// Of the original characters.
    pub original: Vec<u8>,
    /// Of the folded characters.
    pub folded: Vec<u8>,
}

impl Frequencies {
    /// How many of the folded characters are frequent: those of all classes but the last, where there are many.
    pub(super) fn frequent(&self) -> usize {
        let all = &self.folded;
        match all.last() {
            Some(rare) if all.len() > FEW => all.partition_point(|class| class > rare),
            _ => all.len(),
        }
    }
}

/// Characters with their classes.
pub(super) fn put_alphabet(w: &mut BitWriter, chars: impl Iterator<Item = (u32, u8)> + Clone) {
    for class in (0..32).rev() {
        let chars: Vec<u32> = chars.clone().filter(|x| x.1 == class).map(|x| x.0).collect();
        w.gamma(chars.len() as u64 + 1);
        put_set(w, &chars, 0, CODE_POINTS);
    }
}

/// From this bit on a number says how far a character's class is from the highest one; below stands the character.
const CLASS: u32 = 21;

/// Characters, with what orders them.
pub(super) fn get_alphabet(r: &mut BitReader<'_>) -> Result<Vec<u32>, Bad> {
    // All characters of a script cost no bits; all of Unicode is no alphabet.
    let most = MOST_CHARACTERS + r.left() / 16;
    let mut out = Vec::new();
    for class in 0..32 {
        let n = r.gamma(CODE_POINTS + 1, "size of an alphabet")? - 1;
        if n + out.len() as u64 > most {
            return bad("size of an alphabet", most, n);
        }
        append_list(&mut out, r, n, class << CLASS, (class << CLASS) + CODE_POINTS)?;
    }
    Ok(out)
}

/// The characters of an alphabet by rank.
pub(super) fn in_order(mut chars: Vec<u32>) -> Result<Vec<u32>, Bad> {
    sort::set(&mut chars);
    chars.iter_mut().for_each(|c| *c &= (1 << CLASS) - 1);
    let mut distinct = chars.clone();
    sort::set(&mut distinct);
    if distinct.len() < chars.len() { bad("different characters of an alphabet", chars.len() as u64, 0) } else { Ok(chars) }
}

/// Writes the original alphabet by what it has besides the folded one, and what it has not of that.
pub(super) fn put_original(w: &mut BitWriter, original: &[u32], folded: &[u32], frequency: &Frequencies) {
    let (mut own, mut other) = (original.to_vec(), folded.to_vec());
    sort::set(&mut own);
    sort::set(&mut other);
    let missing: Vec<u32> = (0..).zip(folded).filter(|(_, c)| own.binary_search(c).is_err()).map(|x| x.0).collect();
    w.gamma(missing.len() as u64 + 1);
    put_set(w, &missing, 0, folded.len() as u64);
    let classes = original.iter().copied().zip(frequency.original.iter().copied());
    put_alphabet(w, classes.filter(|(c, _)| other.binary_search(c).is_err()));
}

/// Reads the original alphabet. `folded`: the folded one, with what orders it.
pub(super) fn get_original(r: &mut BitReader<'_>, folded: &[u32]) -> Result<Vec<u32>, Bad> {
    let n = folded.len() as u64;
    let missing = r.gamma(n + 1, "folded characters of no text")? - 1;
    let mut missing = get_list(r, missing, 0, n)?.into_iter().peekable();
    let mut original = get_alphabet(r)?;
    for (rank, &both) in (0..).zip(folded) {
        if missing.next_if_eq(&rank).is_none() {
            original.push(both);
        }
    }
    in_order(original)
}
