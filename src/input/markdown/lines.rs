//! Which lines are a sign as a whole, or end with one?

use super::constructs::Construct;
use super::edits::Edits;
use super::indented::item;
use std::ops::Range;

/// Finds them.
pub(super) fn read(edits: &mut Edits) {
    let text = edits.text;
    let slashes = edits.has(Construct::Containers) && text.lines().any(|line| line.len() >= 3 && line.bytes().all(|b| b == b'/'));
    let tabs = edits.has(Construct::Templates) && text.contains("{% tabs");
    let mut at = 0;
    // What was imported or exported ends here.
    let mut module = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let line = line.trim_end();
        let words = after_marks(line);
        let from = start + line.len() - words.len();
        let whole = from..start + line.len();
        if tabs && let Some(tab) = words.strip_prefix("<!-- tab ").and_then(|tab| tab.strip_suffix("-->")) {
            // Hexo names a tab so.
            edits.put(whole, format!("\n{}\n", tab.split('@').next().unwrap_or_default().trim()));
            continue;
        }
        if words.is_empty() || start < module || edits.inside(from).is_some() {
            continue;
        }
        if edits.has(Construct::Components) && begins_module(line) {
            module = start + module_end(&text[start..]);
            edits.put(start..module, "\n");
            continue;
        }
        if edits.has(Construct::Containers) && words.starts_with(":::") && words.trim_matches([':', ' ']) == "v-pre" {
            // What is inside stands there as it is.
            let end = text[at..].find("\n:::").map_or(text.len(), |end| at + end);
            edits.keep(at..end);
        }
        let marks = &line[..line.len() - words.len()];
        if let Some(title) = title(edits, words, marks, slashes, &text[at..]) {
            if title.is_empty() {
                edits.put(whole, "");
            } else {
                // A paragraph of its own, on the same level of quotations and lists.
                let level: String = marks.chars().map(|c| if c == '>' { '>' } else { ' ' }).collect();
                edits.put(whole, format!("\n{level}{title}\n{level}"));
            }
            continue;
        }
        ends(edits, words, whole, marks);
    }
}

/// The title that a line shows of which all else is a sign; empty if it shows nothing. `after`: the lines below it.
fn title<'a>(edits: &Edits, words: &'a str, marks: &str, slashes: bool, after: &str) -> Option<&'a str> {
    if edits.has(Construct::Containers) {
        if words.starts_with(":::") {
            return Some(container(words.trim_start_matches(':').trim()));
        }
        if slashes && words.starts_with("///") && matches!(words.trim_start_matches('/').chars().next(), None | Some(' ')) {
            return Some(words.split_once('|').map_or("", |(_, title)| title.trim()));
        }
    }
    if edits.has(Construct::Alerts) && marks.contains('>') && words.starts_with("[!") {
        return words.find(']').map(|end| words[end + 1..].trim_start_matches(['+', '-']).trim());
    }
    let below = || after.lines().next().unwrap_or_default().trim_start();
    let contents = words.eq_ignore_ascii_case("toc") && below().starts_with("{:toc");
    let gone = (edits.has(Construct::Includes) && (is_gone(words) || contents))
        || (edits.has(Construct::Attributes) && is_attributes_line(words));
    gone.then_some("")
}

/// What stands at an end of a line: attributes of a heading, the name of a block, a mark of a task that only some have.
fn ends(edits: &mut Edits, words: &str, whole: Range<usize>, marks: &str) {
    let from = whole.start;
    if words.starts_with('#') && words.ends_with('}') && edits.has(Construct::Attributes) {
        // Kramdown and MkDocs write a heading's id as `{: #id}`, MDX as `{/* #id */}` or `\\{#id}`.
        let open = ["{:", "{/*", "\\{#"].iter().find_map(|open| words.rfind(open));
        if let Some(open) = open {
            let inner = words[open..words.len() - 1].trim_matches(['\\', '{', ':', '/', '*', ' ']);
            let id = inner.split_whitespace().find(|word| word.starts_with('#'));
            edits.put(from + open..whole.end, id.map_or(String::new(), |id| format!("{{{id}}}")));
        }
    } else if let Some(block) = words.rfind(" ^").filter(|_| edits.has(Construct::Blocks)) {
        // The name that Obsidian gives a block.
        let name = &words[block + 2..];
        if !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') && !words.contains("^ ") {
            edits.put(from + block..whole.end, "");
        }
    }
    let task = || matches!(words.as_bytes(), [b'[', mark, b']', b' ', ..] if mark.is_ascii_punctuation());
    if edits.has(Construct::Tasks) && marks.contains(['-', '*', '+']) && task() {
        edits.put(from..from + 4, "");
    }
}

/// True for a line of MDX with which what is imported or exported begins.
fn begins_module(line: &str) -> bool {
    let from = |rest: &str| [" from '", " from \"", "} from"].iter().any(|from| rest.contains(from));
    if let Some(rest) = line.strip_prefix("import ") {
        return from(line) || rest.starts_with(['\'', '"']) || (rest.starts_with('{') && !rest.contains('}'));
    }
    let what = |rest: &str| {
        ["const ", "let ", "var ", "function ", "default ", "async ", "class ", "{", "* "]
            .iter()
            .any(|what| rest.starts_with(what))
    };
    line.strip_prefix("export ").is_some_and(|rest| what(rest) && rest.contains(['=', '(', '{', '*', ';']))
}

/// How long it is: up to an empty line outside of its braces.
fn module_end(text: &str) -> usize {
    const LONGEST: usize = 20_000;
    let (mut depth, mut at) = (0_i64, 0);
    for line in text.split_inclusive('\n') {
        if (line.trim().is_empty() && depth <= 0) || at > LONGEST {
            break;
        }
        let count = |signs: &[u8]| line.bytes().filter(|b| signs.contains(b)).count() as i64;
        depth += count(b"{([") - count(b"})]");
        at += line.len();
    }
    at
}

/// A line without what says that it is part of a quotation or a list.
fn after_marks(line: &str) -> &str {
    let mut rest = line.trim_start();
    loop {
        let next = rest.strip_prefix('>').unwrap_or(&rest[item(rest).len()..]).trim_start();
        if next.len() == rest.len() {
            return rest;
        }
        rest = next;
    }
}

/// The title of a container, from what stands behind its colons. Its kind is no title.
fn container(words: &str) -> &str {
    let words = words.trim_end_matches(':').trim_end();
    if let Some(attributes) = words.strip_prefix('{') {
        // `{note} Title`, `{.warning title="…"}`
        let (inside, after) = attributes.split_once('}').unwrap_or((attributes, ""));
        return named(inside, &["title", "label"]).unwrap_or_else(|| after.trim());
    }
    let end = words.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))).unwrap_or(words.len());
    let after = &words[end..];
    if let Some(title) = after.strip_prefix('[') {
        return title.split(']').next().unwrap_or_default();
    }
    let after = after.trim();
    match after.find('{') {
        Some(open) if after.ends_with('}') => {
            let title = after[..open].trim();
            if title.is_empty() { named(&after[open..], &["title", "label"]).unwrap_or_default() } else { title }
        }
        _ => after,
    }
}

/// True for a line that no reader sees.
fn is_gone(words: &str) -> bool {
    const MARKS: [&str; 7] = ["--8<--", "<<< ", "@[code", "@include", "!!!include", "!include ", "{!"];
    let abbreviation = || words.starts_with("*[") && words.contains("]: ");
    matches!(words.to_ascii_lowercase().as_str(), "[toc]" | "[[toc]]" | "[[_toc_]]" | "@[toc]" | "{{toc}}" | "${toc}")
        || MARKS.iter().any(|mark| words.starts_with(mark))
        || abbreviation()
}

/// True for a line of attributes of what stands above it.
fn is_attributes_line(words: &str) -> bool {
    let inner = words.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    inner.is_some_and(|inner| inner.starts_with(':') || is_attributes(inner))
}

/// True for what stands in the braces of attributes: `#id`, `.class`, `name=value`.
pub(super) fn is_attributes(inner: &str) -> bool {
    let inner = inner.trim();
    let word = |word: &str| {
        let name = word.split('=').next().unwrap_or_default();
        let bare = name.trim_start_matches(['#', '.']);
        let fits = !bare.is_empty() && bare.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | ':'));
        fits && (word.contains('=') || name.len() > bare.len())
    };
    let first = inner.split_whitespace().next().unwrap_or_default();
    !inner.is_empty() && !inner.contains(['{', '\n']) && word(first)
}

/// The value of the first of these attributes that a tag has.
pub(super) fn named<'a>(tag: &'a str, names: &[&str]) -> Option<&'a str> {
    names.iter().find_map(|name| {
        tag.match_indices(*name).find_map(|(at, _)| {
            let apart = at == 0 || tag[..at].ends_with(|c: char| c.is_whitespace() || matches!(c, '{' | ','));
            let value = tag[at + name.len()..].trim_start().strip_prefix(['=', ':'])?.trim_start();
            let quote = value.chars().next().filter(|c| apart && matches!(c, '"' | '\'' | '`'))?;
            value[1..].split(quote).next().filter(|value| !value.trim().is_empty())
        })
    })
}
