//! Is what is shown of an article true, and cut as promised?

use std::collections::BTreeSet;

use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory as _};
use unicode_segmentation::UnicodeSegmentation as _;
use xunzi::search::answer::{Hit, Snippet};

use super::{Folded, Off, Term, fold, folded_terms, places, utf16_starts, whole};

/// A title or body: as it came in, and folded.
#[derive(Clone, Copy)]
pub struct Field<'a> {
    /// As it came in.
    pub text: &'a str,
    /// The same, folded with the folds that the query leaves on.
    pub folded: &'a Folded,
}

/// The most snippets of an article.
const MOST: usize = 3;

/// Checks all that is shown of an article that was found: marks are occurrences, snippets stand in the article as they are shown,
/// and the whole query together comes first. `all` says that every block of the article was read. Returns how many marks there
/// were.
pub fn check(hit: &Hit, title: Field, body: Field, query: &str, off: Off, all: bool) -> Result<usize, String> {
    let terms = folded_terms(query, off).map_err(|e| format!("{e:?}"))?;
    let together = whole(query, off);
    if hit.title != title.text {
        return Err(format!("title {:?}, expected {:?}", hit.title, title.text));
    }
    let mut checked = hit.title_marks.len();
    let in_title = marks_of(title, &terms);
    in_order(&hit.title_marks)?;
    if let Some(mark) = hit.title_marks.iter().find(|m| !in_title.contains(&(m.0 as usize, m.1 as usize))) {
        return Err(format!("mark {mark:?} in the title {:?} is no occurrence", hit.title));
    }
    if hit.snippets.is_empty() || hit.snippets.len() > MOST {
        return Err(format!("{} snippets", hit.snippets.len()));
    }
    let fields = [title, body].map(|field| {
        let single = marks_of(field, &terms);
        let together = together.iter().flat_map(|t| marks_of(field, std::slice::from_ref(t))).collect::<BTreeSet<_>>();
        (field, single, together)
    });
    let mut shown: Vec<&str> = Vec::new();
    for (number, snippet) in hit.snippets.iter().enumerate() {
        if snippet.marks.is_empty() {
            return Err(format!("a snippet without a mark: {snippet:?}"));
        }
        in_order(&snippet.marks)?;
        checked += snippet.marks.len();
        let (field, single, together) = &fields[usize::from(snippet.field != "title")];
        if snippet.field == "title" {
            if snippet.text != field.text {
                return Err(format!("a title that is cut: {snippet:?}"));
            }
            if all && !fields[1].1.is_empty() {
                return Err(format!("the title is shown though the text has an occurrence: {snippet:?}"));
            }
        }
        let possible: BTreeSet<(usize, usize)> = single.union(together).copied().collect();
        let place = stands(snippet, field.text, &possible)?;
        let is_together =
            |m: &(u32, u32)| together.contains(&(m.0 as usize + place.unit - place.lead, m.1 as usize + place.unit - place.lead));
        let first = number == 0 && snippet.field == "text" && terms.len() > 1;
        if all && first && !together.is_empty() && !snippet.marks.iter().all(is_together) {
            return Err(format!("the first snippet shows other than the whole query together: {snippet:?}\n{together:?}"));
        }
        if shown.contains(&place.core) {
            return Err(format!("two snippets with the same text: {:?}", hit.snippets));
        }
        shown.push(place.core);
    }
    Ok(checked)
}

/// All marks that the terms may get in a field.
fn marks_of(field: Field, terms: &[Term]) -> BTreeSet<(usize, usize)> {
    let units = utf16_starts(field.text);
    let chars: Vec<char> = field.text.chars().collect();
    let is_mark = |at: usize| {
        chars.get(at).is_some_and(|c| {
            c.general_category_group() == GeneralCategoryGroup::Mark
                || matches!(c, 'ﾞ' | 'ﾟ' | '\u{FC5E}'..='\u{FC63}' | '\u{FE70}'..='\u{FE7F}')
        })
    };
    let mut out = BTreeSet::new();
    for (start, end) in terms.iter().flat_map(|t| places(field.folded, t)) {
        out.insert((units[start], units[end]));
        // Whether the mark of a character covers what is dropped behind it and the points on that, the definition leaves open.
        let folded = |from: usize, to: usize| fold(&chars[from..to].iter().collect::<String>(), Off::NONE).chars;
        let nothing = |at: usize| folded(at, at + 1).is_empty();
        // By itself, or on what it stands on.
        let dropped = |at: usize| is_mark(at) && (nothing(at) || folded(at - 1, at + 1) == folded(at - 1, at));
        for end in (start + 1..end).rev().take_while(|&end| dropped(end)) {
            out.insert((units[start], units[end]));
        }
        for end in (end + 1..=chars.len()).take_while(|&end| is_mark(end - 1) || nothing(end - 1)) {
            out.insert((units[start], units[end]));
        }
    }
    out
}

/// Marks follow each other, and none is empty.
fn in_order(marks: &[(u32, u32)]) -> Result<(), String> {
    let mut end = 0;
    for &(from, to) in marks {
        if from < end || from >= to {
            return Err(format!("marks overlap or are empty: {marks:?}"));
        }
        end = to;
    }
    Ok(())
}

/// Where a snippet stands in its field.
struct Place<'a> {
    /// What is shown of the original.
    core: &'a str,
    /// Where that starts, in UTF-16 units of the field.
    unit: usize,
    /// The units of the … before it.
    lead: usize,
}

/// A place in the field where the snippet stands whole, is cut at characters that a reader sees, in one block, with … where it
/// must be and not where it must not, and its marks are possible ones; or what is wrong at each place where it stands.
fn stands<'a>(snippet: &'a Snippet, field: &str, possible: &BTreeSet<(usize, usize)>) -> Result<Place<'a>, String> {
    let whole = snippet.text.as_str();
    let mut wrong = Vec::new();
    for lead in [false, true].into_iter().filter(|&lead| !lead || whole.starts_with('…')) {
        for tail in [false, true].into_iter().filter(|&tail| !tail || whole.ends_with('…')) {
            let core = if lead { &whole['…'.len_utf8()..] } else { whole };
            let Some(core) = (if tail { core.strip_suffix('…') } else { Some(core) }) else { continue };
            if core.is_empty() || snippet.field != "title" && core.contains('\u{2029}') {
                wrong.push(format!("{core:?} is empty or runs over a block's end"));
                continue;
            }
            let mut unit = 0;
            for (at, c) in field.char_indices() {
                if field[at..].starts_with(core) {
                    let bad = snippet.marks.iter().find(|&&(from, to)| {
                        let place = |mark: u32| (mark as usize + unit).checked_sub(usize::from(lead));
                        !place(from).zip(place(to)).is_some_and(|mark| possible.contains(&mark))
                    });
                    let cut = is_cut_well(field, at, at + core.len(), lead, tail);
                    match (bad, cut) {
                        (None, Ok(())) => return Ok(Place { core, unit, lead: usize::from(lead) }),
                        (Some(bad), _) => wrong.push(format!("at {unit} the mark {bad:?} is no occurrence")),
                        (None, Err(cut)) => wrong.push(format!("at {unit} {cut}")),
                    }
                }
                unit += c.len_utf16();
            }
        }
    }
    Err(format!("a snippet that does not stand in the article so: {snippet:?}: {}", wrong.join("; ")))
}

/// Whether `[from, to)` of a field may be shown so, with … before it or behind it; or why not.
fn is_cut_well(field: &str, from: usize, to: usize, lead: bool, tail: bool) -> Result<(), String> {
    let boundary = |at: usize| at == 0 || at == field.len() || field.grapheme_indices(true).any(|(k, _)| k == at);
    let around = |at: usize| {
        let before: String = field[..at].chars().rev().take(6).collect::<Vec<_>>().into_iter().rev().collect();
        let after: String = field[at..].chars().take(6).collect();
        format!("{before:?} | {after:?}")
    };
    for at in [from, to] {
        if !boundary(at) {
            return Err(format!("a character is torn: {}", around(at)));
        }
    }
    let is_space = |c: char| c != '\u{2029}' && c.is_whitespace();
    let before = field[..from].trim_end_matches(is_space);
    let after = field[to..].trim_start_matches(is_space);
    let starts = before.is_empty() || before.ends_with('\u{2029}');
    let ends = after.is_empty() || after.starts_with('\u{2029}');
    // Where a sentence surely goes on; where it surely does not.
    let goes_on = |left: &str, between: &str, right: &str| {
        left.chars().next_back().is_some_and(|c| c.is_alphanumeric() || "，、；,;".contains(c))
            && right.chars().next().is_some_and(char::is_alphanumeric)
            && !between.contains(['\n', '\u{2028}', '\u{85}', '\r'])
    };
    let core = &field[from..to];
    let (gap_before, gap_after) = (&field[before.len()..from], &field[to..field.len() - after.len()]);
    // What stands beyond the part of a text that was read, the end of a block even, is not known.
    if lead && before.is_empty() || tail && after.is_empty() {
        return Err("there is a … at the end of a text".into());
    }
    if !lead && !starts && goes_on(before, gap_before, core) {
        return Err(format!("there is no … before it: {}", around(from)));
    }
    if !tail && !ends && goes_on(core, gap_after, after) {
        return Err(format!("there is no … behind it: {}", around(to)));
    }
    Ok(())
}
