//! Which signs stand among words: tags of templates, links of wikis, comments, attributes?

use super::constructs::Construct;
use super::edits::Edits;
use super::generators::SEAM;
use super::lines::{is_attributes, named};
use super::ruby;
use std::collections::HashMap;

/// The longest tag of a template, in bytes.
const TAG: usize = 4_000;

/// Finds them.
pub(super) fn read(edits: &mut Edits) {
    let text = edits.text;
    let bytes = text.as_bytes();
    let mut at = 0;
    // The next place of each: it is asked for from further and further on, so no stretch of the text is looked through twice.
    let mut next: HashMap<&'static str, Option<usize>> = HashMap::new();
    let mut find = |what: &'static str, from: usize| -> Option<usize> {
        let look = || text[from..].find(what).map(|found| from + found);
        let known = next.entry(what).or_insert_with(look);
        if known.is_some_and(|place| place < from) {
            *known = look();
        }
        *known
    };
    let mut notes = String::new();
    while at < bytes.len() {
        let sign = |b: &u8| matches!(b, b'{' | b'[' | b'%' | b'\\' | b'^' | b'<');
        let Some(step) = bytes[at..].iter().position(sign) else { break };
        at += step;
        if let Some(end) = edits.inside(at) {
            at = end.max(at + 1);
            continue;
        }
        let rest = &bytes[at..];
        let end = match rest {
            [b'\\', ..] => {
                // What begins right behind it may be the same sign once more.
                at += if rest.get(1..3) == Some(b"{#") { 1 } else { 2 };
                continue;
            }
            [b'{', ..] => template(edits, at, &mut find)
                .or_else(|| critic(edits, at, &mut find))
                .or_else(|| attributes(edits, at))
                .or_else(|| ruby::braces(edits, at)),
            [b'[', b'[', ..] if edits.has(Construct::Wikilinks) => wiki(edits, at),
            [b'[', b'^', ..] if edits.has(Construct::Footnotes) => {
                // The number of a note is no word of the link behind it.
                let end = bracket(&text[at..]).map(|end| at + end + 1).filter(|end| text[*end..].starts_with('['));
                end.into_iter().for_each(|end| edits.put(end..end, SEAM));
                end
            }
            [b'%', b'%', ..] if edits.has(Construct::Comments) => comment(edits, at, &mut find),
            [b'^', b'[', ..] if edits.has(Construct::Footnotes) => note(edits, at, &mut notes),
            [b'<', b'A'..=b'Z', ..] if edits.has(Construct::Components) => component(edits, at),
            _ => None,
        };
        at = end.unwrap_or(at + 1);
    }
    if !notes.is_empty() {
        edits.put(text.len()..text.len(), notes);
    }
    if edits.has(Construct::Ruby) {
        ruby::aozora(edits);
    }
}

/// The first place of a sign from a place on.
type Find<'a> = &'a mut dyn FnMut(&'static str, usize) -> Option<usize>;

/// A comment of Obsidian at `at`: where it ends.
fn comment(edits: &mut Edits, at: usize, find: Find) -> Option<usize> {
    let word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '%');
    if word(edits.text[..at].chars().next_back()) {
        return None;
    }
    let end = find("%%", at + 2)? + 2;
    edits.put(at..end, "");
    Some(end)
}

/// A footnote among words at `at`, `^[words]`: where it ends. It becomes a block at the end of the text.
fn note(edits: &mut Edits, at: usize, notes: &mut String) -> Option<usize> {
    let end = bracket(&edits.text[at + 1..])? + at + 1;
    notes.push_str("\n\n");
    notes.push_str(edits.text[at + 2..end].trim());
    notes.push('\n');
    edits.put(at..end + 1, "");
    Some(end + 1)
}

/// Where the bracket closes that `text` begins with: in its own paragraph, and not far.
fn bracket(text: &str) -> Option<usize> {
    const FAR: usize = 2_000;
    let mut depth = 0_usize;
    let mut before = 0;
    for (at, b) in text.bytes().enumerate().take(FAR) {
        match b {
            b'\n' if before == b'\n' => return None,
            _ if before == b'\\' => {}
            b'[' => depth += 1,
            b']' if depth == 1 => return Some(at),
            b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        before = b;
    }
    None
}

/// A change that somebody suggests, at `at`: where it ends. What is said of it is not shown.
fn critic(edits: &mut Edits, at: usize, find: Find) -> Option<usize> {
    let text = edits.text;
    if !edits.has(Construct::Critic) {
        return None;
    }
    let close = match text.get(at..at + 3)? {
        "{++" => "++}",
        "{--" => "--}",
        "{==" => "==}",
        "{~~" => "~~}",
        "{>>" => "<<}",
        _ => return None,
    };
    let end = find(close, at + 3).filter(|end| end - at <= TAG && !text[at..*end].contains("\n\n"))?;
    if close == "<<}" {
        edits.put(at..end + 3, "");
        return Some(end + 3);
    }
    edits.put(at..at + 3, "");
    if let Some(middle) = text[at..end].find("~>").filter(|_| close == "~~}") {
        edits.put(at + middle..at + middle + 2, " ");
    }
    edits.put(end..end + 3, "");
    Some(at + 3)
}

/// Attributes that hold words which a reader sees.
const SHOWN: [&str; 8] = ["title", "header", "caption", "summary", "label", "text", "content", "alt"];

/// True if a text may have components: tags that begin with a capital letter.
pub(super) fn has_component(text: &str) -> bool {
    text.as_bytes().windows(2).any(|pair| pair[0] == b'<' && pair[1].is_ascii_uppercase())
}

/// A component of MDX or Vue at `at`: where its tag ends. Its title, or what it is labelled with, is shown.
fn component(edits: &mut Edits, at: usize) -> Option<usize> {
    let text = edits.text;
    let (mut quote, mut end) = (None, None);
    for (n, b) in text[at..].bytes().enumerate().take(TAG) {
        match (quote, b) {
            (None, b'>') => {
                end = Some(at + n + 1);
                break;
            }
            (None, b'"' | b'\'') => quote = Some(b),
            (Some(open), _) if open == b => quote = None,
            _ => {}
        }
    }
    let end = end?;
    let tag = &text[at..end];
    let shown = shown(tag, &SHOWN[..6]);
    if !shown.is_empty() {
        let line = |before: &str| before.rsplit('\n').next().is_none_or(|line| line.trim().is_empty());
        let alone = line(&text[..at]) && text[end..].lines().next().is_none_or(|line| line.trim().is_empty());
        edits.put(end..end, if alone { format!("\n\n{}\n\n", shown.join("\n\n")) } else { format!(" {} ", shown.join(" ")) });
    }
    Some(end)
}

/// The values of these attributes that a tag has, each once.
fn shown<'a>(tag: &'a str, names: &[&str]) -> Vec<&'a str> {
    let mut out: Vec<&str> = Vec::new();
    for name in names {
        if let Some(value) = named(tag, &[name]).filter(|value| !out.contains(value)) {
            out.push(value);
        }
    }
    out
}

/// Tags of which a quoted word, or the words behind the kind, are a title.
const TITLED: [&str; 22] = [
    "accordion",
    "admonition",
    "alert",
    "badge",
    "blockquote",
    "callout",
    "collapse",
    "details",
    "expand",
    "fold",
    "folding",
    "hint",
    "info",
    "note",
    "notice",
    "panel",
    "quote",
    "spoiler",
    "tab",
    "tabitem",
    "tip",
    "warning",
];

/// The title in a tag that names none: `tab "Title"`, `note info Title`.
fn positional(inside: &str) -> Option<&str> {
    let (name, rest) = inside.split_once(char::is_whitespace)?;
    if !TITLED.contains(&name.to_ascii_lowercase().as_str()) {
        return None;
    }
    let kind = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || matches!(b, b'-' | b',' | b'_'));
    let mut rest = rest.trim();
    if rest.contains(['"', '\'', '`']) {
        let words = rest.split(['"', '\'', '`']).skip(1).step_by(2);
        let before = |word: &str| rest.find(word).map_or("", |at| &rest[..at - 1]);
        return words.into_iter().find(|word| !kind(word) && !word.trim().is_empty() && !before(word).ends_with(['=', ':']));
    }
    if rest.contains('=') {
        return None;
    }
    loop {
        let (word, after) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        if !kind(word) {
            break;
        }
        rest = after.trim_start();
    }
    (!rest.is_empty()).then_some(rest)
}

/// A tag of a template at `at`: where it ends. Values that readers see stay, as a line of their own.
fn template(edits: &mut Edits, at: usize, find: Find) -> Option<usize> {
    let text = edits.text;
    let rest = &text[at..];
    let (close, construct) = match rest.get(..3).unwrap_or_default() {
        "{{<" => (">}}", Construct::Shortcodes),
        "{{%" => ("%}}", Construct::Shortcodes),
        "{{/" if rest.starts_with("{{/*") => ("*/}}", Construct::Shortcodes),
        sign if sign.starts_with("{{") => ("}}", Construct::Templates),
        sign if sign.starts_with("{%") => ("%}", Construct::Templates),
        "{# " => ("#}", Construct::Templates),
        "{/*" => ("*/}", Construct::Components),
        _ => return None,
    };
    if text[..at].ends_with('$') || !edits.has(construct) {
        return None;
    }
    let end = find(close, at + 2).filter(|end| end - at <= TAG)?;
    let inside = rest[2..end - at].trim_matches(['<', '%', '-', '*', '/', ' ', '\n']);
    let after = end + close.len();
    let first = inside.split_whitespace().next().unwrap_or_default();
    // `{{</* x */>}}` shows `{{< x >}}`.
    if let Some(shown) =
        rest.strip_prefix("{{</*").or_else(|| rest.strip_prefix("{{%/*")).filter(|_| rest[..end - at].ends_with("*/"))
    {
        let words = shown[..end - at - 5].trim_end_matches("*/").trim();
        edits.put(at..after, format!("`{}{words}{}`", &rest[..3], close).replace("{{<", "{{< ").replace(">}}", " >}}"));
        return Some(after);
    }
    if let Some(end) = around(edits, at, after, first, find) {
        return Some(end);
    }
    let mut shown = if matches!(close, ">}}" | "%}}" | "%}") { shown(inside, &SHOWN) } else { Vec::new() };
    if shown.is_empty() && matches!(close, ">}}" | "%}}" | "%}") {
        shown.extend(positional(inside));
    }
    let with = if shown.is_empty() { String::new() } else { format!("\n\n{}\n\n", shown.join("\n\n")) };
    edits.put(at..after, with);
    Some(after)
}

/// The end of what a tag says of all up to another one: it stands there as it is, or is not shown.
fn around(edits: &mut Edits, at: usize, after: usize, first: &str, find: Find) -> Option<usize> {
    let ends: &[&'static str] = match first {
        "raw" => &["{% endraw %}", "{%endraw%}", "{%- endraw -%}"],
        "verbatim" => &["{% endverbatim %}"],
        "comment" => &["{% endcomment %}", "{%- endcomment -%}", "{{< /comment >}}", "{{% /comment %}}"],
        _ => return None,
    };
    let (to, end) = ends.iter().filter_map(|end| find(end, after).map(|to| (to, to + end.len()))).min()?;
    if first == "comment" {
        edits.put(at..end, "");
    } else {
        edits.put(at..after, "");
        edits.put(to..end, "");
    }
    Some(end)
}

/// Attributes in braces at `at`, right behind what they are about: where they end.
fn attributes(edits: &mut Edits, at: usize) -> Option<usize> {
    let text = edits.text;
    let rest = &text[at..];
    if !edits.has(Construct::Attributes) || !text[..at].ends_with([')', ']', '*', '_', '`', '"', '>', '=']) {
        return None;
    }
    let end = rest.bytes().skip(1).take(500).position(|b| matches!(b, b'}' | b'{' | b'\n')).map(|end| end + 1);
    let end = end.filter(|end| rest.as_bytes()[*end] == b'}')?;
    let inner = &rest[1..end];
    if !inner.strip_prefix(':').map_or(is_attributes(inner), |inner| !inner.trim().is_empty()) {
        return None;
    }
    edits.put(at..at + end + 1, "");
    if text[..at].ends_with(']') {
        span(edits, at - 1);
    }
    Some(at + end + 1)
}

/// Brackets around words that have attributes and are no link: the second is at `close`. Both go.
fn span(edits: &mut Edits, close: usize) {
    const FAR: usize = 500;
    let mut depth = 0_usize;
    for (n, b) in edits.text[..close].bytes().rev().enumerate().take(FAR) {
        match b {
            b'\n' if edits.text[..close - n].ends_with("\n\n") => return,
            b']' => depth += 1,
            b'[' if depth == 0 => {
                let open = close - n - 1;
                if !edits.text[..open].ends_with(['!', '[', '^', ']']) {
                    edits.put(open..open + 1, "");
                    edits.put(close..close + 1, "");
                }
                return;
            }
            b'[' => depth -= 1,
            _ => {}
        }
    }
}

/// A link of a wiki at `at`: where it ends.
fn wiki(edits: &mut Edits, at: usize) -> Option<usize> {
    let text = edits.text;
    let inner = &text[at + 2..];
    let end = inner.bytes().take(1000).position(|b| matches!(b, b'[' | b']' | b'\n'))?;
    let after = inner[end..].strip_prefix("]]")?;
    let words = &inner[..end];
    if words.is_empty() || words.starts_with(' ') || after.starts_with(['(', '[', ']', ':']) || text[..at].ends_with('[') {
        return None;
    }
    let embeds = text[..at].ends_with('!');
    let (target, alias) = match words.split_once('|') {
        Some((target, alias)) => (target.trim_end_matches('\\'), Some(alias.trim())),
        None => (words, None),
    };
    let file = target.split('#').next().unwrap_or_default().to_ascii_lowercase();
    let media = [".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".bmp", ".avif", ".mp3", ".mp4", ".webm", ".pdf", ".canvas"];
    let size = |alias: &str| alias.bytes().all(|b| b.is_ascii_digit() || b == b'x');
    let shown = match alias {
        Some(alias) if embeds && size(alias) => String::new(),
        Some(alias) => alias.to_string(),
        None if embeds && media.iter().any(|end| file.ends_with(end)) => String::new(),
        None => target.trim_start_matches('#').replace('#', " > "),
    };
    let to = at + 2 + end + 2;
    edits.put(at - usize::from(embeds)..to, shown);
    Some(to)
}
