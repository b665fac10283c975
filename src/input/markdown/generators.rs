//! Which signs of a generator stand in Markdown that its readers never see?
//!
//! A first reading by the parser tells where code and formulas are: nothing is touched there. Everywhere else signs are found by their
//! characters, and all that is to go or to change becomes a list of edits, applied at once. One pass over the text for each
//! sort, whatever is never closed is looked for once.

use super::super::lines::unspaced;
use super::indented::item;
use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

/// Stands between emphasis and punctuation, so that the parser sees emphasis there. A code point that is no character; the
/// text is written without it.
pub(super) const SEAM: &str = "\u{FDD0}";

/// The longest tag of a template, in bytes.
const TAG: usize = 4_000;

/// The text without these signs.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    const SIGNS: [&str; 12] = [":::", "{", "[[", "==", "%%", "[!", "\n///", "*[", "[TOC]", "[toc]", " ^", "--8<--"];
    let emphasis = emphasis(text);
    if emphasis.is_empty() && !SIGNS.iter().any(|sign| text.contains(sign)) {
        return Cow::Borrowed(text);
    }
    let mut edits = Edits { text, code: code(text), list: Vec::new() };
    lines(&mut edits);
    signs(&mut edits);
    pairs(&mut edits);
    for at in emphasis {
        // Beside code, not in it.
        let beside = edits.code.binary_search_by_key(&at, |range| range.start).is_ok();
        if beside || edits.inside(at).is_none() {
            edits.put(at..at, SEAM);
        }
    }
    edits.apply()
}

/// Changes of a text.
struct Edits<'a> {
    text: &'a str,
    /// Where code and formulas are, in order.
    code: Vec<Range<usize>>,
    list: Vec<(Range<usize>, Cow<'a, str>)>,
}

impl<'a> Edits<'a> {
    fn put(&mut self, range: Range<usize>, with: impl Into<Cow<'a, str>>) {
        self.list.push((range, with.into()));
    }

    /// The end of the code that `at` stands in.
    fn inside(&self, at: usize) -> Option<usize> {
        let next = self.code.partition_point(|range| range.end <= at);
        self.code.get(next).filter(|range| range.start <= at).map(|range| range.end)
    }

    /// Applies them in order; of two that overlap the first.
    fn apply(mut self) -> Cow<'a, str> {
        if self.list.is_empty() {
            return Cow::Borrowed(self.text);
        }
        self.list.sort_by_key(|(range, _)| (range.start, usize::MAX - range.end));
        let mut out = String::with_capacity(self.text.len() + self.list.len());
        let mut done = 0;
        for (range, with) in self.list {
            if range.start >= done {
                out.push_str(&self.text[done..range.start]);
                out.push_str(&with);
                done = range.end;
            }
        }
        out.push_str(&self.text[done..]);
        Cow::Owned(out)
    }
}

/// Where code and formulas are, in order and apart.
fn code(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    // HTML that holds code, among words.
    let mut open: Option<usize> = None;
    let mut block = None;
    for (event, range) in Parser::new_ext(text, super::body::OPTIONS).into_offset_iter() {
        match event {
            Event::Code(_) | Event::InlineMath(_) | Event::DisplayMath(_) | Event::Start(Tag::CodeBlock(_)) => found.push(range),
            Event::Start(Tag::HtmlBlock) => block = Some(range),
            Event::Html(html) => {
                if let Some(block) = block.take() {
                    let html = html.trim_start().to_ascii_lowercase();
                    if ["<pre", "<script", "<style", "<code", "<!--"].iter().any(|tag| html.starts_with(tag)) {
                        found.push(block);
                    }
                }
            }
            Event::InlineHtml(tag) => match tag.as_ref() {
                "<code>" | "<pre>" | "<kbd>" | "<samp>" => open = open.or(Some(range.start)),
                "</code>" | "</pre>" | "</kbd>" | "</samp>" => found.extend(open.take().map(|start| start..range.end)),
                tag if tag.starts_with("<code ") || tag.starts_with("<pre ") => open = open.or(Some(range.start)),
                _ => {}
            },
            Event::End(TagEnd::Paragraph) => open = None,
            _ => {}
        }
    }
    found.sort_by_key(|range| range.start);
    let mut apart: Vec<Range<usize>> = Vec::with_capacity(found.len());
    for range in found {
        match apart.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            _ => apart.push(range),
        }
    }
    apart
}

/// Lines that are a sign as a whole, or end with one.
fn lines(edits: &mut Edits) {
    let text = edits.text;
    let slashes = text.contains("\n///\n") || text.ends_with("\n///");
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let line = line.trim_end();
        let words = after_marks(line);
        let from = start + line.len() - words.len();
        let quoted = line[..line.len() - words.len()].contains('>');
        if words.is_empty() || edits.inside(from).is_some() {
            continue;
        }
        let whole = from..start + line.len();
        let title = if words.starts_with(":::") {
            Some(container(words.trim_start_matches(':').trim()))
        } else if slashes && (words == "///" || words.starts_with("/// ")) {
            Some(words.split_once('|').map_or("", |(_, title)| title.trim()))
        } else if quoted && words.starts_with("[!") {
            words.find(']').map(|end| words[end + 1..].trim_start_matches(['+', '-']).trim())
        } else if is_gone(words) {
            Some("")
        } else {
            None
        };
        if let Some(title) = title {
            if title.is_empty() {
                edits.put(whole, "");
            } else {
                // A paragraph of its own, on the same level of quotations and lists.
                let level: String = line[..line.len() - words.len()].chars().map(|c| if c == '>' { '>' } else { ' ' }).collect();
                edits.put(whole, format!("\n{level}{title}\n{level}"));
            }
            continue;
        }
        if words.starts_with('#')
            && let Some(open) = words.rfind("{:")
            && words.ends_with('}')
        {
            // Kramdown and MkDocs write a heading's id so.
            let id = words[open + 2..words.len() - 1].split_whitespace().find(|word| word.starts_with('#'));
            edits.put(from + open..whole.end, id.map_or(String::new(), |id| format!("{{{id}}}")));
        } else if let Some(block) = words.rfind(" ^") {
            // The name that Obsidian gives a block.
            let name = &words[block + 2..];
            if !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') && !words.contains("^ ") {
                edits.put(from + block..whole.end, "");
            }
        }
    }
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
    let attributes = || {
        let inner = words.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        inner.is_some_and(|inner| inner.starts_with(':') || is_attributes(inner))
    };
    let abbreviation = || words.starts_with("*[") && words.contains("]: ");
    matches!(words.to_ascii_lowercase().as_str(), "[toc]" | "[[toc]]" | "[[_toc_]]" | "@[toc]" | "{{toc}}" | "${toc}")
        || words.starts_with("--8<--")
        || attributes()
        || abbreviation()
}

/// True for what stands in the braces of attributes: `#id`, `.class`, `name=value`.
fn is_attributes(inner: &str) -> bool {
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

/// The value of the first attribute of these names.
fn named<'a>(tag: &'a str, names: &[&str]) -> Option<&'a str> {
    names.iter().find_map(|name| {
        tag.match_indices(*name).find_map(|(at, _)| {
            let apart = at == 0 || tag[..at].ends_with(|c: char| c.is_whitespace() || matches!(c, '{' | ','));
            let value = tag[at + name.len()..].trim_start().strip_prefix(['=', ':'])?.trim_start();
            let quote = value.chars().next().filter(|c| apart && matches!(c, '"' | '\'' | '`'))?;
            value[1..].split(quote).next().filter(|value| !value.trim().is_empty())
        })
    })
}

/// Signs that stand among words: tags of templates, links of wikis, comments, attributes.
fn signs(edits: &mut Edits) {
    let text = edits.text;
    let bytes = text.as_bytes();
    let mut at = 0;
    // What nothing closes, from some place on, is looked for once.
    let mut last: HashMap<&'static str, Option<usize>> = HashMap::new();
    let mut find = |what: &'static str, from: usize| -> Option<usize> {
        let end = last.entry(what).or_insert_with(|| text.rfind(what));
        end.filter(|end| *end >= from)?;
        text[from..].find(what).map(|found| from + found)
    };
    while at < bytes.len() {
        let Some(step) = bytes[at..].iter().position(|b| matches!(b, b'{' | b'[' | b'%' | b'\\')) else { break };
        at += step;
        if let Some(end) = edits.inside(at) {
            at = end.max(at + 1);
            continue;
        }
        let rest = &text[at..];
        let end = match bytes[at] {
            b'\\' => {
                at += 2;
                continue;
            }
            b'{' => template(edits, at, &mut find).or_else(|| attributes(edits, at)).or_else(|| ruby(edits, at)),
            b'[' if rest.starts_with("[[") => wiki(edits, at),
            b'%' if rest.starts_with("%%") => {
                let word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '%');
                let open = !word(text[..at].chars().next_back());
                open.then(|| find("%%", at + 2)).flatten().map(|end| {
                    edits.put(at..end + 2, "");
                    end + 2
                })
            }
            _ => None,
        };
        at = end.unwrap_or(at + 1);
    }
}

/// A tag of a template at `at`: where it ends. Values that readers see stay, as a line of their own.
fn template<'a>(edits: &mut Edits<'a>, at: usize, find: &mut impl FnMut(&'static str, usize) -> Option<usize>) -> Option<usize> {
    let text = edits.text;
    let rest = &text[at..];
    let close = match rest.get(..3).unwrap_or_default() {
        "{{<" => ">}}",
        "{{%" => "%}}",
        "{{/" if rest.starts_with("{{/*") => "*/}}",
        sign if sign.starts_with("{{") => "}}",
        sign if sign.starts_with("{%") => "%}",
        "{# " => "#}",
        "{/*" => "*/}",
        _ => return None,
    };
    if text[..at].ends_with('$') {
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
    let ends: &[&'static str] = match first {
        "raw" => &["{% endraw %}", "{%endraw%}", "{%- endraw -%}"],
        "verbatim" => &["{% endverbatim %}"],
        "comment" => &["{% endcomment %}", "{%- endcomment -%}", "{{< /comment >}}", "{{% /comment %}}"],
        _ => &[],
    };
    if let Some((to, end)) = ends.iter().find_map(|end| find(end, after).map(|to| (to, to + end.len()))) {
        if first == "comment" {
            edits.put(at..end, "");
        } else {
            edits.put(at..after, "");
            edits.put(to..end, "");
        }
        return Some(end);
    }
    let shown = matches!(close, ">}}" | "%}}" | "%}")
        .then(|| named(inside, &["title", "header", "caption", "summary", "label", "alt"]))
        .flatten();
    match shown {
        Some(shown) => edits.put(at..after, format!("\n\n{shown}\n\n")),
        None => edits.put(at..after, ""),
    }
    Some(after)
}

/// Attributes in braces at `at`, right behind what they are about: where they end.
fn attributes(edits: &mut Edits, at: usize) -> Option<usize> {
    let text = edits.text;
    let rest = &text[at..];
    if !text[..at].ends_with([')', ']', '*', '_', '`', '"', '>']) {
        return None;
    }
    let end = rest.bytes().skip(1).take(500).position(|b| matches!(b, b'}' | b'{' | b'\n')).map(|end| end + 1);
    let end = end.filter(|end| rest.as_bytes()[*end] == b'}')?;
    let inner = &rest[1..end];
    inner.strip_prefix(':').map_or(is_attributes(inner), |inner| !inner.trim().is_empty()).then(|| {
        edits.put(at..at + end + 1, "");
        at + end + 1
    })
}

/// A ruby in braces at `at`: `{東京|とうきょう}`. Its base stays.
fn ruby(edits: &mut Edits, at: usize) -> Option<usize> {
    let rest = &edits.text[at + 1..];
    let end =
        rest.bytes().take(200).position(|b| matches!(b, b'}' | b'\n' | b'{')).filter(|end| rest.as_bytes()[*end] == b'}')?;
    let (base, reading) = rest[..end].split_once('|')?;
    let han = |c: char| unspaced(c) && c.is_alphabetic();
    let kana = |c: char| matches!(u32::from(c), 0x3040..=0x312F) || c == '|' || c == 'ー';
    (!base.is_empty() && base.chars().all(han) && !reading.is_empty() && reading.chars().all(kana)).then(|| {
        edits.put(at..at + end + 2, base);
        at + end + 2
    })
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

/// Highlights: `==words==`. Both marks go, if they are a pair inside one paragraph.
fn pairs(edits: &mut Edits) {
    let text = edits.text;
    let bytes = text.as_bytes();
    let mut open: Option<usize> = None;
    let mut at = 0;
    while at < bytes.len() {
        if let Some(end) = edits.inside(at) {
            at = end.max(at + 1);
            continue;
        }
        match bytes[at] {
            b'\\' => at += 1,
            b'\n' if matches!(bytes.get(at + 1), None | Some(b'\n')) => open = None,
            b'=' => {
                let run = bytes[at..].iter().take_while(|b| **b == b'=').count();
                let before = text[..at].chars().next_back();
                let after = text[at + run..].chars().next();
                let space = |c: Option<char>| c.is_none_or(char::is_whitespace);
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
            _ => {}
        }
        at += 1;
    }
}

/// Where a seam is needed: emphasis beside punctuation, between characters that are written without spaces.
///
/// CommonMark parts words by white space and does not take `**「确认」**按钮` for bold. Here a mark of emphasis is one also where
/// the character outside, or the punctuation inside, is of a script without spaces, as readers of such scripts expect.
fn emphasis(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let mut seams = Vec::new();
    let mut at = 0;
    while let Some(step) = bytes[at..].iter().position(|b| matches!(b, b'*' | b'_' | b'~')) {
        let start = at + step;
        let run = bytes[start..].iter().take_while(|b| **b == bytes[start]).count();
        at = start + run;
        let before = text[..start].chars().next_back();
        let after = text[at..].chars().next();
        let (Some(before), Some(after)) = (before, after) else { continue };
        if before == '\\' || run > 3 {
            continue;
        }
        if is_punctuation(after) && !before.is_whitespace() && !is_punctuation(before) && (joins(after) || joins(before)) {
            seams.push(at);
        } else if is_punctuation(before) && !after.is_whitespace() && !is_punctuation(after) && (joins(before) || joins(after)) {
            seams.push(start);
        }
    }
    seams
}

/// Punctuation and symbols, as CommonMark means it.
fn is_punctuation(c: char) -> bool {
    c.is_ascii_punctuation()
        || (!c.is_ascii()
            && matches!(c.general_category_group(), GeneralCategoryGroup::Punctuation | GeneralCategoryGroup::Symbol))
}

/// Characters of scripts that are written without spaces, or put their particles right behind a word.
fn joins(c: char) -> bool {
    !c.is_ascii()
        && (unspaced(c)
            || matches!(u32::from(c), 0x0E00..=0x0EFF | 0x1000..=0x11FF | 0x1780..=0x17FF | 0x3130..=0x318F | 0xA960..=0xA97F | 0xAC00..=0xD7FF))
}
