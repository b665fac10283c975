//! Where is emphasis beside punctuation, though the rules of CommonMark see none?

use super::super::lines::unspaced;
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

/// Where a seam is needed: emphasis beside punctuation, between characters that are written without spaces.
///
/// CommonMark parts words by white space and does not take `**「确认」**按钮` for bold. Here a mark of emphasis is one also where
/// the character outside, or the punctuation inside, is of a script without spaces, as readers of such scripts expect.
pub(super) fn seams(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let mut seams = Vec::new();
    let mut at = 0;
    while let Some(step) = bytes[at..].iter().position(|b| matches!(b, b'*' | b'_' | b'~')) {
        let start = at + step;
        let run = bytes[start..].iter().take_while(|b| **b == bytes[start]).count();
        at = start + run;
        let before = text[..start].chars().next_back();
        let after = text[at..].chars().next();
        let (Some(before), Some(after)) = (before, after) else { continue };
        if before == '\\' || run > 3 {
            continue;
        }
        if is_punctuation(after) && !before.is_whitespace() && !is_punctuation(before) && (joins(after) || joins(before)) {
            seams.push(at);
        } else if is_punctuation(before) && !after.is_whitespace() && !is_punctuation(after) && (joins(before) || joins(after)) {
            seams.push(start);
        }
    }
    seams
}

/// Punctuation and symbols, as CommonMark means it.
fn is_punctuation(c: char) -> bool {
    c.is_ascii_punctuation()
        || (!c.is_ascii()
            && matches!(c.general_category_group(), GeneralCategoryGroup::Punctuation | GeneralCategoryGroup::Symbol))
}

/// Characters of scripts that are written without spaces, or put their particles right behind a word.
fn joins(c: char) -> bool {
    !c.is_ascii()
        && (unspaced(c)
            || matches!(u32::from(c), 0x0E00..=0x0EFF | 0x1000..=0x11FF | 0x1780..=0x17FF | 0x3130..=0x318F | 0xA960..=0xA97F | 0xAC00..=0xD7FF))
}
