//! Which lines does the file have? Empty ones dropped, those that a narrow column wrapped joined.

use super::kind::{Found, Kind, Role};
use super::line;
use super::rules::{Rules, matches};
use super::web::{breadcrumb, footer, list_title, pager, tools};
use crate::input::lines::{self, ends_sentence, join, width};

/// One line of the page, or several that a narrow column wrapped.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// First and last line of the file, counted from 1.
    pub(super) from: usize,
    /// See `from`.
    pub(super) to: usize,
    /// The words, without `#`.
    pub(super) words: String,
    /// The words' key (see [`line::key`]).
    pub(super) key: String,
    /// Empty lines before it.
    pub(super) gap: usize,
    /// What it looks like by itself.
    pub(super) kind: Kind,
    /// What it is on this page.
    pub(super) role: Role,
    /// Why.
    pub(super) why: String,
}

/// A line of the file that is not empty.
struct Raw<'a> {
    /// Counted from 1.
    number: usize,
    words: &'a str,
    /// Empty lines before it.
    gap: usize,
    /// It begins with white space, as paragraphs do.
    indent: bool,
    /// In columns of a terminal: two for a Han character. White space at its beginning counts.
    width: usize,
}

/// The lines of a page that are not empty; lines that a narrow column wrapped are joined.
pub(super) fn lines(text: &str, rules: &Rules) -> Vec<Line> {
    let mut raws: Vec<Raw> = Vec::new();
    let mut gap = 0;
    for (at, line) in text.split('\n').enumerate() {
        let words = line.trim();
        if words.is_empty() {
            gap += 1;
            continue;
        }
        let before = &line[..line.len() - line.trim_start().len()];
        raws.push(Raw {
            number: at + 1,
            words,
            gap,
            indent: before.contains('\u{3000}') || before.chars().count() >= 2,
            width: width(before) + width(words),
        });
        gap = 0;
    }
    let mut out: Vec<Line> = Vec::new();
    let mut at = 0;
    while at < raws.len() {
        let end = at + run(&raws[at..]);
        let mut words = String::new();
        for raw in &raws[at..end] {
            join(&mut words, raw.words);
        }
        let raw = &raws[at];
        let (words, level) = match lines::heading(&words) {
            Some(heading) => (heading.to_string(), Some(words.len() - words.trim_start_matches('#').len())),
            None => (words, None),
        };
        let key = line::key(&words);
        let kind = if let Some(level) = level {
            Kind::Mark(level)
        } else if rules.text.iter().any(|rule| matches(rule, &words)) {
            Kind::Text(None)
        } else if rules.lead.iter().any(|rule| matches(rule, &words)) {
            Kind::Lead(Found { because: "a rule of the site says so".to_string(), ..Found::default() })
        } else {
            line::kind(&words, &key)
        };
        out.push(Line {
            from: raw.number,
            to: raws[end - 1].number,
            key,
            words,
            gap: raw.gap,
            kind,
            role: Role::Text,
            why: String::new(),
        });
        at = end;
    }
    out
}

/// How many lines, from the first on, are one paragraph wrapped at the margin of a column: at least three of nearly the
/// same width, few of which end where a sentence ends; two, if the first is indented as paragraphs are. 1 if there is no such run.
fn run(lines: &[Raw]) -> usize {
    let Some(first) = lines.first() else { return 0 };
    let head = |raw: &Raw| line::key(&raw.words.chars().take(90).collect::<String>());
    let alone = |key: &str| {
        let furniture = breadcrumb(key) || pager(key) || tools(key) || footer(key) || list_title(key);
        let kind = || line::kind(key, key);
        furniture || matches!(kind(), Kind::Byline(_) | Kind::Info(_) | Kind::Folio(_) | Kind::Caption)
    };
    // A row of a table: three cells or more, half of them numbers.
    let row = |raw: &Raw| {
        let cells: Vec<&str> = raw.words.split_whitespace().collect();
        let number = |cell: &&&str| cell.chars().all(|c| c.is_ascii_digit() || "+-.,:%℃—".contains(c));
        cells.len() >= 3 && cells.iter().filter(number).count() * 2 >= cells.len()
    };
    // What the file shows without looking at the words.
    let joins = |next: &Raw| next.gap == 0 && !next.indent && next.width <= first.width + 3 && !row(next);
    if first.width < 20 || !lines.get(1).is_some_and(joins) || first.words.starts_with('#') || alone(&head(first)) {
        return 1;
    }
    let mut end = 1;
    let mut stops = usize::from(ends_sentence(first.words));
    while let Some(next) = lines.get(end).filter(|next| joins(next)) {
        let key = head(next);
        if next.words.starts_with('#') || line::bullet(&key) || line::lead(&key).is_some() || alone(&key) {
            break;
        }
        end += 1;
        if next.width + 3 < first.width {
            break;
        }
        stops += usize::from(ends_sentence(next.words));
    }
    let two = end == 2 && first.indent && !ends_sentence(first.words);
    if two || (end >= 3 && stops * 2 <= end) { end } else { 1 }
}
