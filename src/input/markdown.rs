//! What does a Markdown file say to its reader? Front matter as metadata, the body as plain text with its headings.
//!
//! CommonMark with tables, footnotes, task lists and strikethrough. Paragraphs, headings, items of lists, cells, quotations
//! and code are blocks, each parted from the next by U+2029. Headings keep the anchors that
//! GitHub gives them (`{#id}` is honoured). An image is its alt text, tags are dropped and the words between them kept.

use super::address::{Anchors, percent};
use super::blocks::{Gap, Writer};
use super::facts::{self, Facts};
use super::lines::{BLOCK_END, one_line, trim_end};
use super::note::Level;
use super::sink::Sink;
use super::walk::Found;
use crate::{Article, Heading};
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use saphyr::{LoadableYamlNode, Scalar, Yaml};

/// Front matter longer than this is not looked at: none is, and a parser should not be made to work on it.
const FRONT_BYTES: usize = 64 << 10;

/// Reads a Markdown file.
pub(super) fn read(found: &Found, sink: &mut Sink) {
    let Some(text) = sink.text(found) else { return };
    let (front, body) = split(&text);
    let mut fields = Fields::default();
    if let Some((kind, front)) = front
        && let Err(problem) = fields.read(kind, front)
    {
        let text = format!("the front matter is left out: {problem}");
        sink.note(found, Some(1), Level::Warning, text);
    }
    if fields.draft {
        sink.note(found, None, Level::Info, "a draft; it is left out".to_string());
        return;
    }
    let mut plain = plain(body);
    let heading = plain.title.take();
    let title = match (fields.title.take(), heading) {
        (Some(title), None) => title,
        (Some(title), Some(heading)) => {
            plain.restore(&title, heading);
            title
        }
        (None, Some(heading)) => heading.words,
        (None, None) => found.stem(),
    };
    if plain.text.is_empty() && body.trim().is_empty() && fields.nothing {
        sink.note(found, None, Level::Skipped, "it is empty".to_string());
        return;
    }
    let url = match (&fields.url, &fields.slug) {
        (Some(url), _) if url.contains("://") => url.clone(),
        (Some(url), _) => sink.under_base(url),
        (None, Some(slug)) => {
            let folder = found.inside.iter().rposition(|&b| b == b'/').map_or(0, |at| at + 1);
            let mut path = found.inside[..folder].to_vec();
            path.extend_from_slice(slug.trim_matches('/').as_bytes());
            path.push(b'/');
            sink.under_base(&percent(&path, true))
        }
        (None, None) => sink.url(found),
    };
    let article = Article { title, text: plain.text, headings: plain.headings, url, meta: Vec::new() };
    sink.article(found, None, article, fields.facts);
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Front {
    Yaml,
    Toml,
}

/// Front matter and body. Without a closing line there is no front matter.
fn split(text: &str) -> (Option<(Front, &str)>, &str) {
    let (kind, open) = if text.starts_with("---\n") {
        (Front::Yaml, "---")
    } else if text.starts_with("+++\n") {
        (Front::Toml, "+++")
    } else {
        return (None, text);
    };
    let start = open.len() + 1;
    let mut at = start;
    for line in text[start..].split_inclusive('\n') {
        let end = line.trim_end();
        if end == open || (kind == Front::Yaml && end == "...") {
            return (Some((kind, &text[start..at])), &text[at + line.len()..]);
        }
        at += line.len();
    }
    (None, text)
}

/// What the front matter says.
struct Fields {
    title: Option<String>,
    url: Option<String>,
    slug: Option<String>,
    draft: bool,
    facts: Facts,
    /// No field at all was given.
    nothing: bool,
}

impl Default for Fields {
    fn default() -> Self {
        Fields { title: None, url: None, slug: None, draft: false, facts: Facts::default(), nothing: true }
    }
}

/// A value of either format: words, or a list or a table of values.
enum Value {
    Words(String),
    List(Vec<Value>),
    Table(Vec<(String, Value)>),
}

impl Value {
    /// The value as one line: the first of a list, the name of an author that is a table.
    fn line(&self) -> Option<String> {
        let first = self.values().into_iter().next()?;
        let line = first.split_whitespace().collect::<Vec<_>>().join(" ");
        (!line.is_empty()).then_some(line)
    }

    /// Every value of a list; one where there is no list.
    fn values(&self) -> Vec<&str> {
        match self {
            Value::Words(words) => vec![words.as_str()],
            Value::List(list) => list.iter().flat_map(Value::values).collect(),
            Value::Table(table) => table.iter().find(|(name, _)| name == "name").map_or(Vec::new(), |(_, name)| name.values()),
        }
    }
}

impl Fields {
    fn read(&mut self, kind: Front, front: &str) -> Result<(), String> {
        if front.len() > FRONT_BYTES {
            return Err(format!("it is longer than {FRONT_BYTES} bytes"));
        }
        let table = match kind {
            Front::Yaml => yaml(front)?,
            Front::Toml => toml(front)?,
        };
        self.nothing = table.is_empty();
        let get = |name: &str| table.iter().find(|(key, _)| key == name).and_then(|(_, value)| value.line());
        let is = |name: &str, truth: &str| get(name).is_some_and(|value| value.eq_ignore_ascii_case(truth));
        self.title = get("title");
        self.url = get("url").or_else(|| get("permalink"));
        self.slug = get("slug");
        self.draft = is("draft", "true") || is("published", "false");
        for name in facts::NAMES {
            // Other names of the same fact, in the order of their rank.
            let names: &[&str] = match name {
                "author" => &["author", "authors"],
                "section" => &["section", "categories", "category"],
                "lang" => &["lang", "language"],
                _ => &[name],
            };
            for key in names {
                if self.facts.has(name) {
                    break;
                }
                let value = table.iter().find(|(other, _)| other == key);
                value.iter().flat_map(|(_, value)| value.values()).for_each(|value| self.facts.put(name, value));
            }
        }
        Ok(())
    }
}

fn yaml(front: &str) -> Result<Vec<(String, Value)>, String> {
    // A line of indicators opens one nested list each; no front matter needs many.
    let deep = |line: &str| line.split([' ', '\t']).filter(|word| matches!(*word, "-" | "?" | ":")).count() > 16;
    if front.lines().any(deep) || front.bytes().filter(|b| matches!(b, b'[' | b'{')).count() > 2000 {
        return Err("it is nested too deeply".to_string());
    }
    let documents = Yaml::load_from_str(front).map_err(|error| format!("broken YAML: {error}"))?;
    let Some(Yaml::Mapping(mapping)) = documents.first() else {
        return match documents.first() {
            None | Some(Yaml::Value(Scalar::Null)) => Ok(Vec::new()),
            Some(_) => Err("it is YAML, but not of the form \"name: value\"".to_string()),
        };
    };
    let mut table = Vec::new();
    for (key, value) in mapping {
        let Some(key) = key.as_str() else { continue };
        let literal = match value {
            // `title: 2.10` means these very characters, not the number 2.1.
            Yaml::Value(Scalar::Integer(_) | Scalar::FloatingPoint(_)) => literal(front, key),
            _ => None,
        };
        if let Some(value) = literal.map(Value::Words).or_else(|| from_yaml(value, 0)) {
            table.push((key.to_string(), value));
        }
    }
    Ok(table)
}

/// The characters that stand after `key:` on its line.
fn literal(front: &str, key: &str) -> Option<String> {
    let value = front.lines().find_map(|line| line.strip_prefix(key)?.trim_start().strip_prefix(':'))?;
    let value = value.split(" #").next().unwrap_or(value).trim();
    (!value.is_empty() && !value.starts_with(['"', '\'', '&', '*', '!', '|', '>'])).then(|| value.to_string())
}

fn from_yaml(value: &Yaml, depth: usize) -> Option<Value> {
    if depth > 8 {
        return None;
    }
    match value {
        Yaml::Value(scalar) => match scalar {
            Scalar::Null => None,
            Scalar::Boolean(truth) => Some(Value::Words(truth.to_string())),
            Scalar::Integer(number) => Some(Value::Words(number.to_string())),
            Scalar::FloatingPoint(number) => Some(Value::Words(number.to_string())),
            Scalar::String(text) => Some(Value::Words(text.to_string())),
        },
        Yaml::Representation(text, _, _) => Some(Value::Words(text.to_string())),
        Yaml::Sequence(list) => Some(Value::List(list.iter().filter_map(|v| from_yaml(v, depth + 1)).collect())),
        Yaml::Mapping(mapping) => Some(Value::Table(
            mapping.iter().filter_map(|(key, value)| Some((key.as_str()?.to_string(), from_yaml(value, depth + 1)?))).collect(),
        )),
        Yaml::Tagged(_, inner) => from_yaml(inner, depth + 1),
        Yaml::Alias(_) | Yaml::BadValue => None,
    }
}

fn toml(front: &str) -> Result<Vec<(String, Value)>, String> {
    let table: toml::Table =
        front.parse().map_err(|error: toml::de::Error| format!("broken TOML: {}", error.message().trim()))?;
    Ok(table.into_iter().filter_map(|(key, value)| Some((key, from_toml(value)?))).collect())
}

fn from_toml(value: toml::Value) -> Option<Value> {
    Some(match value {
        toml::Value::String(text) => Value::Words(text),
        toml::Value::Integer(number) => Value::Words(number.to_string()),
        toml::Value::Float(number) => Value::Words(number.to_string()),
        toml::Value::Boolean(truth) => Value::Words(truth.to_string()),
        toml::Value::Datetime(date) => Value::Words(date.to_string()),
        toml::Value::Array(list) => Value::List(list.into_iter().filter_map(from_toml).collect()),
        toml::Value::Table(table) => {
            Value::Table(table.into_iter().filter_map(|(key, value)| Some((key, from_toml(value)?))).collect())
        }
    })
}

/// The body as plain text.
#[derive(Default)]
struct Plain {
    text: String,
    headings: Vec<Heading>,
    /// The first heading of level 1, if nothing but the title can stand before it: it was not put into the text.
    title: Option<Title>,
}

/// A heading that may be the title.
struct Title {
    words: String,
    anchor: String,
    /// Where it stands in the text.
    at: usize,
    /// How many headings stand before it.
    before: usize,
}

impl Plain {
    /// Puts the first heading back into the text: the front matter gives another title than it.
    fn restore(&mut self, title: &str, heading: Title) {
        if heading.words == title {
            return;
        }
        let mut block = heading.words.clone();
        let mut start = heading.at;
        if heading.at > 0 {
            // The block before ends at `at`, and the end of the one that is put in is in place.
            block.insert(0, BLOCK_END);
            start += BLOCK_END.len_utf8();
        } else if !self.text.is_empty() {
            block.push(BLOCK_END);
        }
        self.text.insert_str(heading.at, &block);
        for other in &mut self.headings[heading.before..] {
            other.start += block.len();
            other.end += block.len();
        }
        let found = Heading { start, end: start + heading.words.len(), anchor: heading.anchor };
        self.headings.insert(heading.before, found);
    }
}

/// Turns Markdown into plain text with headings.
fn plain(body: &str) -> Plain {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES;
    let mut out = Plain::default();
    let mut anchors = Anchors::default();
    let mut writer = Writer::default();
    let mut level_one = false;
    // The heading being written: its start, its level, the id it gives itself.
    let mut heading: Option<(usize, HeadingLevel, Option<String>)> = None;
    let mut code = false;
    let mut html: Option<String> = None;
    for event in Parser::new_ext(body, options) {
        match event {
            Event::Start(tag) => match tag {
                Tag::Heading { level, id, .. } => {
                    writer.end();
                    heading = Some((writer.text.len(), level, id.map(|id| id.to_string())));
                }
                Tag::CodeBlock(_) => {
                    writer.end();
                    code = true;
                }
                Tag::HtmlBlock => {
                    writer.end();
                    html = Some(String::new());
                }
                Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Superscript | Tag::Subscript => {}
                Tag::Link { .. } | Tag::Image { .. } => {}
                _ => writer.end(),
            },
            Event::End(tag) => match tag {
                TagEnd::Heading(_) => {
                    writer.end();
                    if let Some((at, level, id)) = heading.take() {
                        let words = one_line(&writer.text[at..]);
                        writer.text.truncate(at);
                        let anchor = match id {
                            Some(id) => anchors.given(&id),
                            None => anchors.slug(&words),
                        };
                        let first = level == HeadingLevel::H1 && !level_one;
                        level_one |= first;
                        if first && !words.is_empty() {
                            out.title = Some(Title { words, anchor, at, before: out.headings.len() });
                        } else if !words.is_empty() {
                            writer.words(&words);
                            out.headings.push(Heading { start: writer.text.len() - words.len(), end: writer.text.len(), anchor });
                        }
                    }
                    writer.end();
                }
                TagEnd::CodeBlock => {
                    code = false;
                    writer.end();
                }
                TagEnd::HtmlBlock => {
                    if let Some(block) = html.take() {
                        strip(&block, &mut writer);
                    }
                    writer.end();
                }
                TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Superscript | TagEnd::Subscript => {}
                TagEnd::Link | TagEnd::Image => {}
                _ => writer.end(),
            },
            Event::Text(words) => {
                if code {
                    for line in words.split_inclusive('\n') {
                        writer.verbatim(trim_end(line));
                        if line.ends_with('\n') {
                            writer.gap(Gap::Hard);
                        }
                    }
                } else {
                    writer.words(&words);
                }
            }
            Event::Code(words) => writer.words(&words),
            Event::Html(piece) => match &mut html {
                Some(block) => block.push_str(&piece),
                None => strip(&piece, &mut writer),
            },
            Event::InlineHtml(tag) => match name_of(&tag).as_str() {
                "br" => writer.gap(Gap::Hard),
                name if heading.is_none() && BLOCKS.contains(&name) => writer.end(),
                _ => {}
            },
            Event::SoftBreak if heading.is_some() => writer.words(" "),
            Event::SoftBreak => writer.gap(Gap::Soft),
            Event::HardBreak => writer.gap(Gap::Hard),
            Event::InlineMath(words) | Event::DisplayMath(words) => writer.words(&words),
            Event::Rule => writer.end(),
            Event::FootnoteReference(_) | Event::TaskListMarker(_) => {}
        }
    }
    writer.end();
    out.text = writer.text;
    out
}

/// Tags that end a block also where they stand among words, as in the cell of a table.
const BLOCKS: [&str; 33] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "dd",
    "details",
    "dialog",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "td",
    "th",
    "ul",
];

/// The name of the tag that `tag` begins with, in lower case; empty if it is none.
fn name_of(tag: &str) -> String {
    let name = tag.trim_start_matches('<').trim_start_matches('/');
    name.chars().take_while(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}

/// Writes the words of a piece of HTML: tags and comments go, what scripts and styles hold goes, a block ends where a tag
/// says so.
fn strip(html: &str, writer: &mut Writer) {
    const HIDDEN: [&str; 4] = ["script", "style", "template", "noscript"];
    const INLINE: [&str; 29] = [
        "a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "font", "i", "img", "ins", "kbd", "mark",
        "q", "ruby", "s", "samp", "small", "span", "strong", "sub", "sup", "u", "var", "wbr",
    ];
    let mut rest = html;
    // What a line feed is: white space, but in <pre>.
    let mut line_feed = Gap::Soft;
    while let Some(open) = rest.find('<') {
        lines_of(&rest[..open], line_feed, writer);
        rest = &rest[open..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
            continue;
        }
        let name = name_of(rest);
        if name.is_empty() && !rest[1..].starts_with(['!', '?']) {
            writer.words("<");
            rest = &rest[1..];
            continue;
        }
        let closing = rest.starts_with("</");
        rest = tag_end(rest);
        match name.as_str() {
            "br" => writer.gap(Gap::Hard),
            name if INLINE.contains(&name) => {}
            _ => writer.end(),
        }
        if name == "pre" {
            line_feed = if closing { Gap::Soft } else { Gap::Hard };
        }
        if !closing && HIDDEN.contains(&name.as_str()) {
            let close = format!("</{name}");
            let end = rest.as_bytes().windows(close.len()).position(|part| part.eq_ignore_ascii_case(close.as_bytes()));
            rest = end.map_or("", |end| &rest[end..]);
        }
    }
    lines_of(rest, line_feed, writer);
}

/// Writes the words between two tags.
fn lines_of(text: &str, line_feed: Gap, writer: &mut Writer) {
    for (n, line) in text.split('\n').enumerate() {
        if n > 0 {
            writer.gap(line_feed);
        }
        let mut words = String::new();
        entities(line, &mut words);
        writer.words(&words);
    }
}

/// What comes after a tag; quoted attribute values may hold `>`.
fn tag_end(tag: &str) -> &str {
    let mut quote = None;
    for (at, b) in tag.bytes().enumerate() {
        match (quote, b) {
            (None, b'>') => return &tag[at + 1..],
            (None, b'"' | b'\'') => quote = Some(b),
            (Some(open), _) if open == b => quote = None,
            _ => {}
        }
    }
    ""
}

/// Appends `text` with the common character references resolved; others stay as they stand.
fn entities(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.bytes().take(12).position(|b| b == b';');
        let c = end.and_then(|end| character(&rest[1..end]));
        match (end, c) {
            (Some(end), Some(c)) => {
                out.push(c);
                rest = &rest[end + 1..];
            }
            _ => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
}

fn character(name: &str) -> Option<char> {
    const NAMED: [(&str, char); 18] = [
        ("amp", '&'),
        ("lt", '<'),
        ("gt", '>'),
        ("quot", '"'),
        ("apos", '\''),
        ("nbsp", ' '),
        ("middot", '·'),
        ("mdash", '—'),
        ("ndash", '–'),
        ("hellip", '…'),
        ("ldquo", '“'),
        ("rdquo", '”'),
        ("lsquo", '‘'),
        ("rsquo", '’'),
        ("times", '×'),
        ("copy", '©'),
        ("emsp", ' '),
        ("ensp", ' '),
    ];
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).filter(|c| !c.is_control() || *c == '\n');
    }
    NAMED.iter().find(|(known, _)| *known == name).map(|(_, c)| *c)
}
