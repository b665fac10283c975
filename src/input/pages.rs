//! Which lines of a text belong to its pages, and not to its sentences?
//!
//! Where a book was scanned or a PDF was printed to text, a page's number and its running head stand between two halves of a sentence. There
//! they go, with the empty lines around them, and the halves join. Anywhere else they stay: a number may be what the author wrote.

use super::lines::{ends_sentence, heading, trim, width};
use std::collections::HashMap;

/// A head is not longer than this, in characters.
const HEAD: usize = 40;

/// Lines between two halves, the empty ones included, are not more than this.
const MOST: usize = 9;

/// A line before a page's end is at least this wide.
const WIDE: usize = 16;

/// For every line, whether it belongs to a page.
pub(super) fn lines(lines: &[&str]) -> Vec<bool> {
    let mut gone = vec![false; lines.len()];
    let heads = heads(lines);
    let mut at = 0;
    while at < lines.len() {
        // The line before, and the first after.
        let before = at;
        at += 1;
        if trim(lines[before]).is_empty() || !breaks_off(lines[before]) {
            continue;
        }
        let mut next = at;
        let mut number = false;
        while next < lines.len() && next - before <= MOST {
            let line = trim(lines[next]);
            let page = is_number(line) || numbered(line).is_some_and(|head| is_head(head, &heads));
            if !(line.is_empty() || page || (next > at && is_head(line, &heads))) {
                break;
            }
            number |= page;
            next += 1;
        }
        if number && next < lines.len() && next - before <= MOST && goes_on(trim(lines[before]), lines[next]) {
            gone[at..next].fill(true);
            at = next;
        }
    }
    gone
}

/// The words of heads, with how often each stands in the text: short lines, and those that hold a number at an end.
fn heads<'a>(lines: &[&'a str]) -> HashMap<&'a str, usize> {
    let mut heads = HashMap::new();
    for line in lines {
        let line = trim(line);
        if !line.is_empty() && line.len() <= HEAD * 4 && line.chars().count() <= HEAD {
            *heads.entry(numbered(line).unwrap_or(line)).or_insert(0) += 1;
        }
    }
    heads
}

/// True for a line that stands in the text several times.
fn is_head(line: &str, heads: &HashMap<&str, usize>) -> bool {
    heads.get(line).is_some_and(|times| *times > 1)
}

/// The words beside a number: `红楼梦 47`, `47 · The Voyage`.
fn numbered(line: &str) -> Option<&str> {
    let words = line.trim_matches(|c: char| c.is_ascii_digit() || c.is_whitespace() || "·•|-–—─[]()".contains(c));
    (words.len() < line.len() && !words.is_empty() && line.contains(|c: char| c.is_ascii_digit())).then_some(words)
}

/// True for the number of a page: `47`, `— 47 —`, `- xii -`, `第 47 页`, `Page 47 of 120`, `47 / 120`.
fn is_number(line: &str) -> bool {
    if line.is_empty() || line.chars().count() > 24 {
        return false;
    }
    let core =
        line.trim_matches(|c: char| c.is_whitespace() || "-–—―─•·~*_=<>〈〉《》[]()（）【】〔〕|".contains(c)).to_lowercase();
    let dressed = core.chars().count() < line.chars().count();
    let mut rest = core.as_str();
    for word in ["page", "pg.", "p.", "seite", "página", "pagina", "стр.", "страница", "第", "頁", "页"] {
        rest = rest.strip_prefix(word).unwrap_or(rest).trim_start();
    }
    for word in ["页", "頁", "ページ", "쪽", "페이지"] {
        rest = rest.strip_suffix(word).unwrap_or(rest).trim_end();
    }
    let parts: Vec<&str> = rest.split(['/', '／']).flat_map(|part| part.split(" of ")).map(str::trim).collect();
    let digits = |part: &&str| {
        !part.is_empty() && part.chars().count() <= 5 && part.chars().all(|c| c.is_ascii_digit() || ('０'..='９').contains(&c))
    };
    let roman = |part: &&str| dressed && part.len() <= 7 && part.bytes().all(|b| b"ivxlc".contains(&b));
    let han =
        |part: &&str| (dressed || rest.len() < core.len()) && part.chars().all(|c| "〇零一二三四五六七八九十百".contains(c));
    !rest.is_empty() && parts.len() <= 2 && parts.iter().all(|part| digits(part) || roman(part) || han(part))
}

/// True for a line that ends in the middle of a sentence.
fn breaks_off(line: &str) -> bool {
    let line = trim(line);
    width(line) >= WIDE && !ends_sentence(line) && heading(line).is_none() && !is_number(line)
}

/// True if `after` may be the other half of a sentence that `before` begins.
fn goes_on(before: &str, after: &str) -> bool {
    let (Some(last), Some(first)) = (before.chars().next_back(), trim(after).chars().next()) else { return false };
    let indented = after.starts_with(['\u{3000}', '\t']) || after.starts_with("    ");
    let cased = first.is_uppercase() && !matches!(last, ',' | '-');
    !indented && heading(trim(after)).is_none() && !cased && !first.is_ascii_digit()
}
