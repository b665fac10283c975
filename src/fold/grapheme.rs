//! Where may a text be cut without tearing what a reader sees as one character?
//!
//! Where Unicode's grapheme clusters (UAX 29) end, told by the classes of the corpus' table; in doubt a text is left whole.

use crate::fold::folder::BLOCK_END;
use crate::fold::{Class, class};

/// Flags in a row that are looked at: no text has more, and one that has must not take time with the square of their number.
const FLAGS: usize = 1 << 10;
/// Marks in a row that are looked at for one that joins letters.
const MARKS: usize = 1 << 6;

/// Whether a text of `length` characters may be cut before character `at`. `character`: what stands at a place, and its class.
pub fn is_boundary(length: usize, at: usize, character: impl Fn(usize) -> (Option<u32>, Class)) -> bool {
    if at == 0 || at >= length {
        return true;
    }
    let ((b, before), (a, after)) = (character(at - 1), character(at));
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
    // What joins two letters may have other marks beside it.
    let classes = |most| (0..at).rev().take(most).map(|k| character(k).1);
    if classes(MARKS).take_while(|c| c.is(class::EXTEND | class::JOINER)).any(|c| c.is(class::JOINER)) {
        return false;
    }
    if after.is(class::REGIONAL) && before.is(class::REGIONAL) {
        return classes(FLAGS).take_while(|c| c.is(class::REGIONAL)).count() % 2 == 0;
    }
    true
}
