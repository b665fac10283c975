//! Which words does a value hold? A string, a number, or lists and objects of text as chats and editors write them.
//!
//! Strings beside objects in one list are pieces of one sentence, as Telegram writes them; strings alone are lines; an object is a piece
//! of a sentence, unless its type or its speaker says that it is a block.

use super::super::html;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// Deeper than this no value is looked at: every level is read once more.
const DEPTH: usize = 32;

/// Fields of an object that hold its words.
const TEXT: [&str; 27] = [
    "title",
    "text",
    "content",
    "contents",
    "body",
    "html",
    "rendered",
    "value",
    "data",
    "children",
    "blocks",
    "parts",
    "paragraphs",
    "sentences",
    "items",
    "messages",
    "message",
    "spans",
    "runs",
    "elements",
    "nodes",
    "caption",
    "insert",
    "ops",
    "root",
    "plain_text",
    "rich_text",
];

/// Fields that say who speaks: what an object says is a block then.
const SPEAKER: [&str; 6] = ["role", "from", "speaker", "sender", "author", "user"];

/// The words of a value.
pub(super) fn of(value: &RawValue) -> String {
    let mut text = Text::default();
    text.add(value.get(), 0);
    text.out
}

/// The HTML that a value is: a string that is a block of it from its first to its last character, or an object or a list of such.
pub(super) fn html(value: &RawValue) -> Option<String> {
    const BLOCKS: [&str; 16] = [
        "<p>",
        "<p ",
        "<div",
        "<article",
        "<section",
        "<h1",
        "<h2",
        "<h3",
        "<ul",
        "<ol",
        "<table",
        "<figure",
        "<blockquote",
        "<html",
        "<!doctype",
        "<main",
    ];
    let raw = value.get();
    match raw.as_bytes().first()? {
        b'"' => string(raw).filter(|text| {
            let text = text.trim();
            let start: String = text.chars().take(12).collect::<String>().to_ascii_lowercase();
            text.ends_with('>') && BLOCKS.iter().any(|block| start.starts_with(block))
        }),
        b'{' => {
            // Only what an object calls HTML, as WordPress does.
            let object: std::collections::HashMap<String, &RawValue> = serde_json::from_str(raw).ok()?;
            let inner = object.get("rendered").or_else(|| object.get("html"))?;
            inner.get().starts_with('"').then(|| string(inner.get()))?
        }
        b'[' => {
            let list: Vec<&RawValue> = serde_json::from_str(raw).ok().filter(|list: &Vec<_>| list.len() < 10_000)?;
            let all: Option<Vec<String>> = list.into_iter().map(html).collect();
            all.filter(|all| !all.is_empty()).map(|all| all.concat())
        }
        _ => None,
    }
}

/// A string, a number, true or false as they are written; the name of an object that has one.
pub(super) fn scalar(raw: &str) -> Option<String> {
    match raw.as_bytes().first()? {
        b'"' => string(raw),
        b'[' => None,
        b'{' => {
            let object: serde_json::Map<String, serde_json::Value> =
                serde_json::from_str(raw).ok().filter(|_| raw.len() < 10_000)?;
            let name = ["name", "title", "label", "$date", "$oid", "value", "term", "slug", "username"]
                .into_iter()
                .find_map(|name| object.get(name))?;
            match name {
                serde_json::Value::String(name) => Some(name.clone()),
                serde_json::Value::Number(number) => Some(number.to_string()),
                serde_json::Value::Object(inner) => inner.values().find_map(|value| value.as_str().map(str::to_string)),
                _ => None,
            }
        }
        b'n' => Some(String::new()),
        _ => Some(raw.to_string()),
    }
}

fn string(raw: &str) -> Option<String> {
    serde_json::from_str(raw).ok()
}

/// How two pieces are parted, the strongest last.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    #[default]
    None,
    Line,
    Block,
}

#[derive(Default)]
struct Text {
    out: String,
    gap: Gap,
    /// What is added are the children of a block: words alone are pieces of it.
    children: bool,
}

impl Text {
    fn part(&mut self, gap: Gap) {
        self.gap = self.gap.max(gap);
    }

    fn push(&mut self, words: &str) {
        if words.is_empty() {
            return;
        }
        let gap = std::mem::take(&mut self.gap);
        if !self.out.is_empty() {
            self.out.push_str(match gap {
                Gap::None => "",
                Gap::Line => "\n",
                Gap::Block => "\n\n",
            });
        }
        self.out.push_str(words);
    }

    fn add(&mut self, raw: &str, depth: usize) {
        if depth > DEPTH {
            return;
        }
        let mut json = serde_json::Deserializer::from_str(raw);
        // The value was read once and is sound.
        match raw.as_bytes().first() {
            Some(b'"') => self.push(&string(raw).unwrap_or_default()),
            Some(b'[') => {
                let mixed = json.deserialize_seq(Mixed).unwrap_or_default();
                let mut json = serde_json::Deserializer::from_str(raw);
                let _ = json.deserialize_seq(List { text: self, mixed, depth });
            }
            Some(b'{') => {
                if let Ok(object) = json.deserialize_map(Fields) {
                    self.object(&object, depth);
                }
            }
            Some(b'n') | None => {}
            Some(_) => self.push(raw),
        }
    }

    fn object(&mut self, object: &Known, depth: usize) {
        let leaf = self.children && object.sort.is_none() && !object.speaker && matches!(object.texts[..], [("text", _)]);
        let gap = if leaf { Gap::None } else { object.gap() };
        self.part(gap);
        if object.texts.is_empty() {
            // A text in several languages.
            for raw in &object.languages {
                self.part(Gap::Block);
                self.add(raw, depth + 1);
            }
        }
        for (name, raw) in &object.texts {
            if matches!(*name, "html" | "rendered") && raw.starts_with('"') {
                self.push(&html::text(&string(raw).unwrap_or_default()));
            } else {
                let around = std::mem::replace(&mut self.children, *name == "children");
                self.add(raw, depth + 1);
                self.children = around;
            }
            if object.texts.len() > 1 {
                self.part(Gap::Block);
            }
        }
        self.part(gap);
    }
}

/// Does a list hold an object?
struct Mixed;

impl<'de> Visitor<'de> for Mixed {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<bool, A::Error> {
        let mut mixed = false;
        while let Some(raw) = list.next_element::<&RawValue>()? {
            mixed |= raw.get().starts_with('{');
        }
        Ok(mixed)
    }
}

/// Adds the words of a list.
struct List<'a> {
    text: &'a mut Text,
    mixed: bool,
    depth: usize,
}

impl<'de> Visitor<'de> for List<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let apart = if self.mixed { Gap::None } else { Gap::Line };
        while let Some(raw) = list.next_element::<&RawValue>()? {
            let gap = if raw.get().starts_with('[') { Gap::Block } else { apart };
            self.text.part(gap);
            self.text.add(raw.get(), self.depth + 1);
            self.text.part(gap);
        }
        Ok(())
    }
}

/// What is known of an object.
#[derive(Default)]
struct Known<'a> {
    texts: Vec<(&'static str, &'a str)>,
    languages: Vec<&'a str>,
    sort: Option<String>,
    speaker: bool,
}

impl Known<'_> {
    /// How it is parted from what stands beside it.
    fn gap(&self) -> Gap {
        const INLINE: [&str; 8] = ["text", "plain", "span", "bold", "italic", "link", "code", "mention"];
        const BLOCKS: [&str; 22] = [
            "paragraph",
            "heading",
            "header",
            "list",
            "item",
            "quote",
            "block",
            "table",
            "row",
            "cell",
            "unstyled",
            "doc",
            "root",
            "section",
            "image",
            "message",
            "div",
            "p",
            "li",
            "ul",
            "ol",
            "h1",
        ];
        match self.sort.as_deref() {
            _ if self.speaker => Gap::Block,
            // Quill writes the pieces of a text so.
            None if self.texts.first().is_some_and(|(name, _)| *name == "insert") => Gap::None,
            Some(sort) if INLINE.contains(&sort) => Gap::None,
            Some(sort) if BLOCKS.iter().any(|block| sort == *block || (block.len() > 2 && sort.contains(block))) => Gap::Block,
            Some(_) => Gap::None,
            None if self.texts.len() > 1 || self.texts.is_empty() => Gap::Block,
            None => Gap::Line,
        }
    }
}

/// Reads what is known of an object.
struct Fields;

impl<'de> Visitor<'de> for Fields {
    type Value = Known<'de>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Known<'de>, A::Error> {
        let mut known = Known::default();
        // Notion has the words of a block under the name of its sort.
        let mut inner: Vec<(String, &str)> = Vec::new();
        while let Some(key) = map.next_key::<Cow<str>>()? {
            let raw = map.next_value::<&RawValue>()?.get();
            let key = key.to_ascii_lowercase();
            if let Some(name) = TEXT.into_iter().find(|name| *name == key) {
                known.texts.retain(|(other, _)| *other != name);
                known.texts.push((name, raw));
            } else if matches!(key.as_str(), "type" | "_type" | "kind") {
                known.sort = scalar(raw).map(|sort| sort.to_lowercase());
            } else if SPEAKER.contains(&key.as_str()) {
                known.speaker = true;
            } else if is_language(&key) && raw.starts_with('"') && known.languages.len() < 100 {
                known.languages.push(raw);
            } else if raw.starts_with('{') && inner.len() < 20 {
                inner.push((key, raw));
            }
        }
        if known.texts.is_empty()
            && let Some((_, raw)) = inner.into_iter().find(|(key, _)| known.sort.as_ref() == Some(key))
        {
            known.texts.push(("content", raw));
        }
        if let Some(plain) = known.texts.iter().position(|(name, _)| *name == "plain_text") {
            // The others say it once more.
            known.texts = vec![known.texts.swap_remove(plain)];
            known.sort = known.sort.or_else(|| Some("text".to_owned()));
        }
        // Texts of one piece stand in one of these fields, whichever comes first.
        Ok(known)
    }
}

/// True for what may name a language: `zh`, `zh-hans`, `en_us`.
fn is_language(key: &str) -> bool {
    let mut parts = key.split(['-', '_']);
    let first = parts.next().is_some_and(|part| (2..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_lowercase()));
    first && !matches!(key, "id" | "url" | "src") && parts.all(|part| (2..=8).contains(&part.len()))
}

/// A line without halves of characters: an emoji is written as two `\u…`, and where somebody cut between them, one is left.
pub(super) fn whole(line: &str) -> Cow<'_, str> {
    if !line.contains("\\uD") && !line.contains("\\ud") {
        return Cow::Borrowed(line);
    }
    let unit = |at: usize| -> Option<u32> {
        let digits = line.get(at..at + 6)?.strip_prefix("\\u")?;
        u32::from_str_radix(digits, 16).ok()
    };
    let mut out = String::new();
    let mut done = 0;
    let mut at = 0;
    while let Some(step) = line[at..].find('\\') {
        at += step;
        match unit(at) {
            Some(0xD800..=0xDBFF) if matches!(unit(at + 6), Some(0xDC00..=0xDFFF)) => at += 12,
            Some(0xD800..=0xDFFF) => {
                out.push_str(&line[done..at]);
                out.push_str("\\ufffd");
                at += 6;
                done = at;
            }
            Some(_) => at += 6,
            // The character behind it may be any.
            None => at += 1 + line[at + 1..].chars().next().map_or(0, char::len_utf8),
        }
    }
    if done == 0 {
        return Cow::Borrowed(line);
    }
    out.push_str(&line[done..]);
    Cow::Owned(out)
}
