//! Which words stand between two marks that are not shown?

use super::constructs::Construct;
use super::edits::Edits;

/// Finds them: `==words==`, `++words++`, `x^2^`, `H~2~O`.
pub(super) fn read(edits: &mut Edits) {
    if edits.has(Construct::Highlights) {
        pairs(edits, b'=');
        pairs(edits, b'+');
    }
    if edits.has(Construct::Scripts) {
        scripts(edits, b'^');
        scripts(edits, b'~');
    }
}

fn space(c: Option<char>) -> bool {
    c.is_none_or(char::is_whitespace)
}

/// Two of the mark before words, and two behind. They go, if they are a pair inside one paragraph.
fn pairs(edits: &mut Edits, mark: u8) {
    let text = edits.text;
    let bytes = text.as_bytes();
    let mut open: Option<usize> = None;
    let mut at = 0;
    while let Some(step) = bytes[at..].iter().position(|b| *b == mark || matches!(b, b'\\' | b'\n')) {
        at += step;
        if let Some(end) = edits.inside(at) {
            at = end.max(at + 1);
            continue;
        }
        match bytes[at] {
            b'\\' => at += 1,
            b'\n' => {
                if matches!(bytes.get(at + 1), None | Some(b'\n')) {
                    open = None;
                }
            }
            _ => {
                let run = bytes[at..].iter().take_while(|b| **b == mark).count();
                let before = text[..at].chars().next_back();
                let after = text[at + run..].chars().next();
                if run == 2 {
                    match open {
                        Some(start) if !space(before) => {
                            edits.put(start..start + 2, "");
                            edits.put(at..at + 2, "");
                            open = None;
                        }
                        None if !space(after)
                            && !before.is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '!' | '<' | '>')) =>
                        {
                            open = Some(at);
                        }
                        _ => {}
                    }
                }
                at += run - 1;
            }
        }
        at += 1;
        if at >= bytes.len() {
            break;
        }
    }
}

/// One of the mark before a few letters or digits right behind a word, and one behind them.
fn scripts(edits: &mut Edits, mark: u8) {
    const LONGEST: usize = 40;
    let text = edits.text;
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(step) = bytes[at..].iter().position(|b| *b == mark) {
        let start = at + step;
        at = start + 1;
        let inner = text[at..].split(char::from(mark)).next().unwrap_or_default();
        let before = text[..start].chars().next_back();
        let word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || matches!(c, ')' | ']' | '+' | '-' | '−'));
        let fits = inner.len() <= LONGEST
            && bytes.get(at + inner.len()) == Some(&mark)
            && bytes.get(at + inner.len() + 1) != Some(&mark)
            && !inner.contains(char::is_whitespace)
            && (word(inner.chars().next()) && word(inner.chars().next_back()))
            && before.is_some_and(|c| c.is_alphanumeric() || matches!(c, ')' | ']' | '*' | '}'));
        if fits && edits.inside(start).is_none() {
            edits.put(start..start + 1, "");
            edits.put(at + inner.len()..at + inner.len() + 1, "");
            at += inner.len() + 1;
        }
    }
}
