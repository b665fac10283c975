//! Which elements does a selector of the owner's mean?
//!
//! Tags, `#ids`, `.classes`, `[attributes]`, a space or `>` between them, and lists. What else CSS has is refused when the
//! options are read, so that nobody waits for a rule that does nothing.

use super::tree::{Element, Id, Tree};

/// A list of selectors.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selector(Vec<Vec<(Relation, Compound)>>);

/// How an element stands to the one that the next part of a selector means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Relation {
    /// It is meant itself: the last part.
    Itself,
    Inside,
    Below,
}

/// What one element must have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Compound {
    name: Option<String>,
    tests: Vec<(String, Test)>,
}

/// What the value of an attribute must be.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Test {
    There,
    Equals(String),
    Word(String),
    Begins(String),
    Ends(String),
    Holds(String),
}

impl Selector {
    /// Reads a selector.
    ///
    /// # Errors
    ///
    /// What is not understood, in words for the owner.
    pub fn parse(text: &str) -> Result<Selector, String> {
        let wrong =
            || format!("the selector {text:?} is not understood; tags, #ids, .classes, [attributes], spaces, > and commas are");
        let mut all = Vec::new();
        let mut parts: Vec<(Relation, Compound)> = Vec::new();
        let mut relation = Some(Relation::Inside);
        let mut rest = text.trim();
        loop {
            if let (Some(between), Some((compound, after))) = (relation, compound(rest)) {
                // Of each part is kept how it stands to the next one.
                if let Some(last) = parts.last_mut() {
                    last.0 = between;
                }
                parts.push((Relation::Itself, compound));
                (rest, relation) = (after, None);
                continue;
            }
            let trimmed = rest.trim_start();
            match trimmed.chars().next() {
                Some('>') if !parts.is_empty() && relation != Some(Relation::Below) => {
                    (rest, relation) = (trimmed[1..].trim_start(), Some(Relation::Below));
                }
                Some(',') | None if relation.is_none() => {
                    all.push(std::mem::take(&mut parts));
                    if trimmed.is_empty() {
                        return Ok(Selector(all));
                    }
                    (rest, relation) = (trimmed[1..].trim_start(), Some(Relation::Inside));
                }
                Some(_) if relation.is_none() && trimmed.len() < rest.len() => {
                    (rest, relation) = (trimmed, Some(Relation::Inside))
                }
                _ => return Err(wrong()),
            }
        }
    }

    /// Whether it means this element.
    pub(super) fn means(&self, tree: &Tree, id: Id) -> bool {
        self.0.iter().any(|parts| fits(tree, id, parts))
    }
}

fn fits(tree: &Tree, id: Id, parts: &[(Relation, Compound)]) -> bool {
    let Some(((relation, compound), before)) = parts.split_last() else { return true };
    match relation {
        Relation::Itself => here(tree, id, compound) && fits(tree, id, before),
        Relation::Below => tree.parent(id).is_some_and(|parent| here(tree, parent, compound) && fits(tree, parent, before)),
        Relation::Inside => {
            let above = std::iter::successors(tree.parent(id), |&id| tree.parent(id));
            above.into_iter().any(|parent| here(tree, parent, compound) && fits(tree, parent, before))
        }
    }
}

fn here(tree: &Tree, id: Id, compound: &Compound) -> bool {
    tree.element(id).is_some_and(|element| compound.fits(element))
}

impl Compound {
    fn fits(&self, element: &Element) -> bool {
        self.name.as_ref().is_none_or(|name| str::eq_ignore_ascii_case(&element.name, name))
            && self.tests.iter().all(|(name, test)| element.get(name).is_some_and(|value| test.fits(value)))
    }
}

impl Test {
    fn fits(&self, value: &str) -> bool {
        match self {
            Test::There => true,
            Test::Equals(wanted) => value == wanted,
            Test::Word(wanted) => value.split_ascii_whitespace().any(|word| word == wanted),
            Test::Begins(wanted) => value.starts_with(wanted),
            Test::Ends(wanted) => value.ends_with(wanted),
            Test::Holds(wanted) => value.contains(wanted),
        }
    }
}

/// The part that `text` begins with, and what follows it.
fn compound(text: &str) -> Option<(Compound, &str)> {
    let mut out = Compound::default();
    let mut rest = text;
    if let Some(after) = rest.strip_prefix('*') {
        rest = after;
    } else if let Some((name, after)) = name(rest) {
        (out.name, rest) = (Some(name.to_owned()), after);
    }
    loop {
        if let Some((class, after)) = rest.strip_prefix('.').and_then(name) {
            out.tests.push(("class".to_owned(), Test::Word(class.to_owned())));
            rest = after;
        } else if let Some((id, after)) = rest.strip_prefix('#').and_then(name) {
            out.tests.push(("id".to_owned(), Test::Equals(id.to_owned())));
            rest = after;
        } else if let Some(inside) = rest.strip_prefix('[') {
            let (test, after) = attribute(inside)?;
            out.tests.push(test);
            rest = after;
        } else {
            return (rest.len() < text.len()).then_some((out, rest));
        }
    }
}

/// What stands in brackets, and what follows them.
fn attribute(text: &str) -> Option<((String, Test), &str)> {
    let (key, rest) = name(text.trim_start())?;
    let key = key.to_ascii_lowercase();
    let rest = rest.trim_start();
    if let Some(after) = rest.strip_prefix(']') {
        return Some(((key, Test::There), after));
    }
    let (sign, rest) = rest.split_once('=')?;
    let rest = rest.trim_start();
    let (value, rest) = match rest.chars().next()? {
        quote @ ('"' | '\'') => rest[1..].split_once(quote)?,
        _ => name(rest)?,
    };
    let value = value.to_owned();
    let test = match sign {
        "" => Test::Equals(value),
        "~" => Test::Word(value),
        "^" => Test::Begins(value),
        "$" => Test::Ends(value),
        "*" => Test::Holds(value),
        _ => return None,
    };
    Some(((key, test), rest.trim_start().strip_prefix(']')?))
}

/// The name that `text` begins with, and what follows it.
fn name(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_')).unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::html::tree::{DOCUMENT, Step};

    fn ids(selector: &str) -> String {
        let tree = Tree::read(
            r#"<div id=a class="x y"><p id=b lang=zh><b id=c></b></p></div><p id=d class=y data-z="a b"></p><section id=e><div id=f class=x></div></section>"#,
        );
        let selector = Selector::parse(selector).expect(selector);
        let met = tree.walk(DOCUMENT).filter_map(|step| match step {
            Step::Enter(id) if selector.means(&tree, id) => tree.element(id)?.get("id"),
            _ => None,
        });
        met.collect()
    }

    #[test]
    fn selectors_mean_what_they_mean_in_css() {
        for (selector, expected) in [
            ("p", "bd"),
            ("P.y", "d"),
            (".x", "af"),
            (".x.y", "a"),
            ("#a b", "c"),
            ("div > p", "b"),
            ("div>b", ""),
            ("body b, #d", "cd"),
            ("[lang]", "b"),
            ("[data-z~=b]", "d"),
            ("p[data-z='a b']", "d"),
            ("[id^=\"a\"] *", "bc"),
            ("section div , .y p > b", "cf"),
        ] {
            assert_eq!(ids(selector), expected, "{selector}");
        }
        for wrong in ["", ",", "p,", "> p", "p >", "p:first-child", "p + b", "a >> b", "[a", "p::before", "p!"] {
            assert!(Selector::parse(wrong).is_err(), "{wrong}");
        }
    }
}
