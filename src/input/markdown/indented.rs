//! Which blocks do generators know by a line and the indented lines below it?
//!
//! Admonitions and tabs of MkDocs (`!!! note "Title"`, `??? tip`, `=== "Tab"`) would be code to a reader of plain Markdown, for their
//! text is indented. Here it moves to the left, the title becomes a paragraph. Tags for code (`{% codeblock %}`, `{% highlight %}`,
//! `{{< highlight >}}`) become the fences that they stand for. One pass, whatever is nested in what.

use super::constructs::{Construct, Without};
use super::fence::Fence;
use std::borrow::Cow;

/// Tags around code, and what ends each.
const CODE: [(&str, &str, &str); 6] = [
    ("{%", "codeblock", "endcodeblock"),
    ("{%", "highlight", "endhighlight"),
    ("{%", "code", "endcode"),
    ("{%", "prism", "endprism"),
    ("{{<", "highlight", "/highlight"),
    ("{{%", "highlight", "/highlight"),
];

/// A fence that no code holds.
const FENCE: &str = "````````````";

/// The text with such blocks as plain Markdown has them.
pub(super) fn plain(text: &str, without: Without) -> Cow<'_, str> {
    const SIGNS: [&str; 11] =
        ["!!!", "???", "=== \"", "===! \"", "===+ \"", "codeblock", "highlight", "endcode", "endprism", "```{", "~~~{"];
    if !SIGNS.iter().any(|sign| text.contains(sign)) {
        return Cow::Borrowed(text);
    }
    let is_tag = |open: &str| without.has(if open == "{%" { Construct::Templates } else { Construct::Shortcodes });
    let ends: Vec<Option<usize>> =
        CODE.iter().map(|(open, _, close)| last_tag(text, open, close).filter(|_| is_tag(open))).collect();
    let mut out = String::with_capacity(text.len());
    // For every block that is open: how far its text is indented.
    let mut open: Vec<usize> = Vec::new();
    let mut fence: Option<Fence> = None;
    // Fences around text, and whether the lines are read that say how it is shown.
    let (mut directives, mut options): (Vec<Fence>, bool) = (Vec::new(), false);
    // The tag that ends the code being read.
    let mut code: Option<usize> = None;
    let mut at = 0;
    // How many marks of quotation begin the line.
    let mut quoted = 0;
    for whole in text.split_inclusive('\n') {
        let start = at;
        at += whole.len();
        let (marks, line) = quotation(whole);
        out.push_str(marks);
        if line.trim().is_empty() {
            out.push('\n');
            continue;
        }
        let depth = marks.bytes().filter(|b| *b == b'>').count();
        if depth != quoted && code.is_none() {
            (quoted, fence) = (depth, None);
            open.clear();
        }
        let indent = indent(line);
        while code.is_none() && open.last().is_some_and(|&text| indent < text) {
            open.pop();
            fence = None;
        }
        let rest = moved(line, open.len() * 4);
        let words = rest.trim();
        if let Some(of) = code {
            if tag(words, CODE[of].0) == Some(CODE[of].2) {
                out.push_str(FENCE);
                out.push('\n');
                code = None;
            } else {
                out.push_str(rest);
            }
            continue;
        }
        if let Some(inside) = &fence {
            if inside.ends(rest) {
                fence = None;
            }
            out.push_str(rest);
            continue;
        }
        if options && words.starts_with(':') {
            continue;
        }
        options = false;
        if let Some(at) = directives.iter().rposition(|open| open.ends(rest)) {
            directives.truncate(at);
            out.push('\n');
            continue;
        }
        fence = Fence::starts(rest);
        if let Some(title) = fence.as_ref().and_then(|_| directive(words)).filter(|_| without.has(Construct::Containers)) {
            directives.extend(fence.take());
            let left = &rest[..rest.len() - rest.trim_start().len()];
            out.extend(["\n", marks, left, title, "\n", marks, "\n"]);
            options = true;
            continue;
        }
        if fence.is_some() {
            out.push_str(rest);
            continue;
        }
        let opened = CODE
            .iter()
            .zip(&ends)
            .position(|((open, name, _), end)| tag(words, open) == Some(name) && end.is_some_and(|end| end > start));
        if let Some(of) = opened {
            out.push_str(FENCE);
            out.push('\n');
            code = Some(of);
            continue;
        }
        let next = || text[at..].lines().map(|line| quotation(line).1).find(|line| !line.trim().is_empty());
        let item = item(words);
        let text = indent + item.len() + 4;
        match marker(&words[item.len()..]) {
            Some(title) if without.has(Construct::Admonitions) && next().is_some_and(|line| self::indent(line) >= text) => {
                let left = &rest[..rest.len() - rest.trim_start().len()];
                if item.is_empty() {
                    if !title.is_empty() {
                        out.extend(["\n", marks, left, title, "\n", marks]);
                    }
                } else {
                    // An item may not begin with two empty lines.
                    out.extend([left, item, if title.is_empty() { "<!-- -->" } else { title }, "\n", marks]);
                }
                out.push('\n');
                open.push(text);
            }
            _ => out.push_str(rest),
        }
    }
    Cow::Owned(out)
}

/// Names of directives of MyST that hold text, not code.
const DIRECTIVES: [&str; 33] = [
    "admonition",
    "aside",
    "attention",
    "callout",
    "card",
    "caution",
    "danger",
    "deprecated",
    "details",
    "div",
    "dropdown",
    "epigraph",
    "error",
    "example",
    "exercise",
    "grid",
    "grid-item",
    "grid-item-card",
    "hint",
    "important",
    "margin",
    "note",
    "proof",
    "seealso",
    "sidebar",
    "solution",
    "tab-item",
    "tab-set",
    "tip",
    "todo",
    "topic",
    "versionadded",
    "warning",
];

/// The title of a fence that holds text: `{note} Title`.
fn directive(line: &str) -> Option<&str> {
    let (name, title) = line.trim_start_matches(['`', '~']).trim_start().strip_prefix('{')?.split_once('}')?;
    DIRECTIVES.contains(&name.trim()).then_some(title.trim())
}

/// The marks of quotation that a line begins with, and what is quoted.
fn quotation(line: &str) -> (&str, &str) {
    let mut rest = line;
    while let Some(inner) = rest.trim_start_matches(' ').strip_prefix('>').filter(|_| indent(rest) < 4) {
        rest = inner.strip_prefix(' ').unwrap_or(inner);
    }
    line.split_at(line.len() - rest.len())
}

/// The mark of an item of a list that a line begins with, and the space behind it.
pub(super) fn item(line: &str) -> &str {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let mark = match line.as_bytes().get(digits) {
        Some(b'-' | b'*' | b'+') if digits == 0 => 1,
        Some(b'.' | b')') if (1..10).contains(&digits) => digits + 1,
        _ => return "",
    };
    let space = line[mark..].bytes().take_while(|b| *b == b' ').count();
    if space > 0 { &line[..mark + space] } else { "" }
}

/// The title of a line that begins such a block; empty if it has none.
fn marker(line: &str) -> Option<&str> {
    let (sign, rest) = line.split_at(line.find([' ', '"']).unwrap_or(line.len()));
    let rest = rest.trim();
    let title = rest.find('"').map(|at| rest[at + 1..].trim_end_matches('"')).unwrap_or_default();
    match sign {
        "!!!" | "???" | "???+" => rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '"').then_some(title),
        "===" | "===!" | "===+" => (rest.starts_with('"') && rest.ends_with('"') && rest.len() > 1).then_some(title),
        _ => None,
    }
}

/// The first word of a tag that a line consists of.
fn tag<'a>(line: &'a str, open: &str) -> Option<&'a str> {
    let inner = line.strip_prefix(open)?.trim_start_matches('-').trim_start();
    (line.ends_with("}}") || line.ends_with("%}")).then_some(())?;
    inner.split(|c: char| c.is_whitespace() || matches!(c, '%' | '>' | '-')).next()
}

/// Where the last line that is this tag begins.
fn last_tag(text: &str, open: &str, name: &str) -> Option<usize> {
    let mut found = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.contains(name) && tag(line.trim(), open) == Some(name) {
            found = Some(at);
        }
        at += line.len();
    }
    found
}

/// How far a line is indented, a tab up to the next multiple of four.
fn indent(line: &str) -> usize {
    let mut width = 0;
    for b in line.bytes() {
        match b {
            b' ' => width += 1,
            b'\t' => width = width / 4 * 4 + 4,
            _ => break,
        }
    }
    width
}

/// A line without so many columns of white space.
fn moved(line: &str, columns: usize) -> &str {
    let mut width = 0;
    for (at, b) in line.bytes().enumerate() {
        match b {
            _ if width >= columns => return &line[at..],
            b' ' => width += 1,
            b'\t' => width = width / 4 * 4 + 4,
            _ => return &line[at..],
        }
    }
    ""
}
