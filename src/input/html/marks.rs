//! What does a site say of its pages with attributes?
//!
//! `data-xunzi-*` and `data-pagefind-*` mean the same. Where an element has both, ours holds.

use super::survey;
use super::tree::{Element, Id, Tree};

/// The value of a mark of an element: `of(element, "body")`.
pub(super) fn of<'a>(element: &'a Element, name: &str) -> Option<&'a str> {
    let mut found = None;
    for (attribute, value) in element.attributes() {
        if attribute.strip_prefix("data-xunzi-") == Some(name) {
            return Some(value);
        }
        if attribute.strip_prefix("data-pagefind-") == Some(name) {
            found = Some(value);
        }
    }
    found
}

/// How much of an element is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ignored<'a> {
    /// Nothing.
    No,
    /// Its words; what it says of the page counts.
    Words,
    /// Everything.
    All,
    /// Everything: a value that nobody knows leaves out more rather than less.
    Unknown(&'a str),
}

/// Whether an element is left out.
pub(super) fn ignored(element: &Element) -> Ignored<'_> {
    let Some(value) = of(element, "ignore") else { return Ignored::No };
    match value.trim().to_ascii_lowercase().as_str() {
        "" | "index" | "true" => Ignored::Words,
        "all" => Ignored::All,
        _ => Ignored::Unknown(value),
    }
}

/// How much the words of an element count, in hundredths: the innermost mark holds.
pub(super) fn weight(tree: &Tree, id: Id) -> Option<u16> {
    std::iter::successors(Some(id), |&id| tree.parent(id)).find_map(|id| said(tree.element(id)?))
}

/// How much an element says that its words count, in hundredths: 1,000 at most, and what is no number is 1.
pub(super) fn said(element: &Element) -> Option<u16> {
    let said = of(element, "weight")?.trim().parse().ok().filter(|weight: &f64| weight.is_finite());
    Some((said.unwrap_or(1.0).clamp(0.0, 10.0) * 100.0).round() as u16)
}

/// The facts that a mark names: `author`, `image[src]`, `section:News, all of it`. A list of names parted by commas; a colon
/// begins a value that goes on to the end.
pub(super) fn facts(tree: &Tree, id: Id, list: &str) -> Vec<(String, String)> {
    let mut out = Vec::new();
    let mut rest = list;
    while !rest.trim().is_empty() {
        let end = rest.find([',', ':', '[']).unwrap_or(rest.len());
        let name = rest[..end].trim();
        let (value, after) = match rest[end..].chars().next() {
            Some(':') => (rest[end + 1..].trim().to_owned(), ""),
            Some('[') => {
                let inside = &rest[end + 1..];
                let close = inside.find(']').unwrap_or(inside.len());
                let attribute = inside[..close].trim().to_ascii_lowercase();
                let value = tree.element(id).and_then(|element| element.get(&attribute)).unwrap_or_default();
                let after = inside.get(close + 1..).unwrap_or_default();
                (value.trim().to_owned(), after.split_once(',').map_or("", |(_, after)| after))
            }
            _ => (survey::words(tree, id), rest.get(end + 1..).unwrap_or_default()),
        };
        if !name.is_empty() && !value.is_empty() {
            out.push((name.to_owned(), value));
        }
        rest = after;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::html::tree::{DOCUMENT, Step};

    #[test]
    fn facts_are_names_attributes_and_literals() {
        let tree = Tree::read("<p data-a='1, 2' title=题>甲 <b>乙</b></p>");
        let p = tree.walk(DOCUMENT).find_map(|step| match step {
            Step::Enter(id) if tree.name(id) == "p" => Some(id),
            _ => None,
        });
        let read = |list| facts(&tree, p.expect("a paragraph"), list);
        let all = |list: &[(&str, &str)]| list.iter().map(|(a, b)| (a.to_string(), b.to_string())).collect::<Vec<_>>();
        assert_eq!(read("x"), all(&[("x", "甲 乙")]));
        assert_eq!(read(" x , y[data-a], z[title]"), all(&[("x", "甲 乙"), ("y", "1, 2"), ("z", "题")]));
        assert_eq!(read("y[none], x:a, b:c"), all(&[("x", "a, b:c")]));
        assert_eq!(read("a[title],b:"), all(&[("a", "题")]));
        assert_eq!(read(""), all(&[]));
        assert_eq!(read("a[title"), all(&[("a", "题")]));
    }
}
