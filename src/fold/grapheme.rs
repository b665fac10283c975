//! Where may a text be cut without tearing what a reader sees as one character?
//!
//! Where Unicode's grapheme clusters (UAX 29) end, told by the classes of the corpus' table; in doubt a text is left whole.

use crate::fold::folder::BLOCK_END;
use crate::fold::{Class, class};

/// Characters that are looked back at: no text has more marks or flags in a row, and one that has must not take time with the square
/// of their number.
const MOST: usize = 1 << 10;

/// Whether a text of `length` characters may be cut before character `at`. `character`: what stands at a place, and its class.
pub fn is_boundary(length: usize, at: usize, character: impl Fn(usize) -> (Option<u32>, Class)) -> bool {
    if at == 0 || at >= length {
        return true;
    }
    let ((b, _), (a, after)) = (character(at - 1), character(at));
    // Nothing joins across the end of a line or of a block.
    let ends = |c| matches!(c, Some(0x0A | 0x0D | BLOCK_END));
    if ends(b) || ends(a) {
        return (b, a) != (Some(0x0D), Some(0x0A));
    }
    // Jamo, old ones too, join what stands before them.
    let jamo = |c| matches!(c, Some(0x1100..=0x11FF | 0xA960..=0xA97F | 0xD7B0..=0xD7FF));
    let syllable = |c| matches!(c, Some(0xAC00..=0xD7A3));
    if jamo(a) && (jamo(b) || syllable(b)) || syllable(a) && jamo(b) || after.is(class::EXTEND | class::INVISIBLE) {
        return false;
    }
    // What joins two letters may have other marks behind it; flags are pairs.
    let (mut flags, mut k) = (0, at);
    while k > 0 && at - k < MOST {
        k -= 1;
        let class = character(k).1;
        if class.is(class::JOINER) && flags == 0 {
            return false;
        }
        flags += usize::from(class.is(class::REGIONAL) && flags == at - k - 1);
        if !class.is(class::EXTEND) && flags < at - k {
            break;
        }
    }
    !(after.is(class::REGIONAL) && flags % 2 == 1)
}
