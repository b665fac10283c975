//! Hangul syllables by arithmetic (The Unicode Standard, section 3.12).

const S: u32 = 0xAC00;
const L: u32 = 0x1100;
const V: u32 = 0x1161;
const T: u32 = 0x11A7;

/// Whether `c` is a precomposed syllable.
pub fn is_syllable(c: u32) -> bool {
    (S..S + 11172).contains(&c)
}
/// Whether a letter is Hangul, if it is of a script beside which white space counts for nothing.
pub fn is(c: u32) -> bool {
    matches!(c, 0x1100..0x1200 | 0x3131..0x3190 | 0xA960..0xA980 | 0xAC00..)
}
/// Whether `c` is a vowel or a final, which combine with what stands before them.
pub fn combines(c: u32) -> bool {
    (V..V + 21).contains(&c) || (T + 1..T + 28).contains(&c)
}
/// Leading consonant, vowel and final of a syllable, with 0 for none; any other character as it is.
pub fn decompose(c: u32) -> [u32; 3] {
    if !is_syllable(c) {
        return [c, 0, 0];
    }
    let s = c - S;
    let t = s % 28;
    [L + s / 588, V + s % 588 / 28, if t > 0 { T + t } else { 0 }]
}
/// The syllable of two parts.
pub fn compose(a: u32, b: u32) -> Option<u32> {
    if (L..L + 19).contains(&a) && (V..V + 21).contains(&b) {
        return Some(S + (a - L) * 588 + (b - V) * 28);
    }
    (is_syllable(a) && (a - S).is_multiple_of(28) && (T + 1..T + 28).contains(&b)).then(|| a + (b - T))
}
