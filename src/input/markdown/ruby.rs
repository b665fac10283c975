//! Which words are the reading of those before them? They go, so that the base is found as one word.

use super::super::lines::unspaced;
use super::constructs::Construct;
use super::edits::Edits;

/// A ruby in braces at `at`: `{東京|とうきょう}`. Its base stays.
pub(super) fn braces(edits: &mut Edits, at: usize) -> Option<usize> {
    if !edits.has(Construct::Ruby) {
        return None;
    }
    let rest = &edits.text[at + 1..];
    let end =
        rest.bytes().take(200).position(|b| matches!(b, b'}' | b'\n' | b'{')).filter(|end| rest.as_bytes()[*end] == b'}')?;
    let (base, reading) = rest[..end].split_once('|')?;
    (!base.is_empty() && base.chars().all(is_base) && !reading.is_empty() && reading.chars().all(is_reading)).then(|| {
        edits.put(at..at + end + 2, base);
        at + end + 2
    })
}

/// What may have a reading.
fn is_base(c: char) -> bool {
    unspaced(c) && c.is_alphabetic()
}

/// What a reading is written with: kana or Bopomofo, and what parts it into those of single characters.
fn is_reading(c: char) -> bool {
    matches!(u32::from(c), 0x3040..=0x312F) || matches!(c, '|' | 'ー')
}

/// Readings as Aozora writes them: `東京《とうきょう》`, `｜東京タワー《とうきょうタワー》`. The base stays. Titles of books stand between the
/// same brackets; they have no base, or hold more than a reading.
pub(super) fn aozora(edits: &mut Edits) {
    /// The longest reading and the longest base, in bytes.
    const LONGEST: usize = 120;
    let text = edits.text;
    for (at, open) in text.match_indices('《') {
        let after = &text[at + open.len()..];
        let after = &after[..after.floor_char_boundary(LONGEST + '》'.len_utf8())];
        let Some((reading, _)) = after.split_once('》') else { continue };
        let short = !reading.is_empty() && reading.chars().all(is_reading);
        let before = &text[..at];
        let near = &before[before.floor_char_boundary(before.len().saturating_sub(LONGEST))..];
        let line = near.rsplit('\n').next().unwrap_or_default();
        let bar = line.rfind('｜').filter(|bar| !line[*bar..].contains('》'));
        let han = before.ends_with(|c: char| is_base(c) && !is_reading(c));
        if !short || edits.inside(at).is_some() || !(han || bar.is_some()) {
            continue;
        }
        let to = at + open.len() + reading.len() + '》'.len_utf8();
        edits.put(at..to, "");
        if let Some(bar) = bar {
            let bar = at - line.len() + bar;
            edits.put(bar..bar + '｜'.len_utf8(), "");
        }
    }
}
