//! Which fields of an object are read, under which names, and what do they say of the article?
//!
//! | read as | names, in the order of their rank                                                       |
//! |---------|------------------------------------------------------------------------------------------|
//! | title   | `title name headline subject heading`                                                    |
//! | text    | `text content contents body fulltext content_text message paragraphs passage blocks messages`, see [`TEXTS`] |
//! | markdown| `markdown content_markdown content_md body_markdown`                                     |
//! | html    | `html content_html body_html`; a text that is one block of HTML                          |
//! | url     | `url link permalink href uri`                                                            |
//! | facts   | see `facts.rs`                                                                           |
//!
//! Any case, with or without `-` and `_`; of two of one name the last holds, an empty one counts as missing. Numbers and ids come back as
//! they were written. Of all else no more than its form is looked at, so that a line of numbers or brackets takes no more memory
//! than it is long.

use super::super::facts::{self, Facts};
use super::super::html;
use super::super::lines::{clean, is_title, one_line, trim};
use super::super::markdown::{self, Markdown};
use super::super::options::{Field, Options};
use super::super::private::{self, Verdict};
use super::words;
use crate::Article;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// Names of what an article is made of.
const TEXTS: [(&str, &[&str]); 5] = [
    ("title", &["title", "name", "headline", "subject", "heading", "标题", "標題"]),
    (
        "text",
        &[
            "text",
            "content",
            "contents",
            "body",
            "fulltext",
            "contenttext",
            "message",
            "paragraphs",
            "passage",
            "blocks",
            "messages",
            "articlebody",
            "bodytext",
            "maintext",
            "rawtext",
            "passagetext",
            "pagecontent",
            "selftext",
            "transcript",
            "transcription",
            "conversations",
            "conversation",
            "children",
            "ops",
            "正文",
            "内容",
        ],
    ),
    ("markdown", &["markdown", "contentmarkdown", "contentmd", "bodymarkdown"]),
    ("html", &["html", "contenthtml", "bodyhtml"]),
    ("url", &["url", "link", "permalink", "href", "uri", "链接", "網址"]),
];

/// A field that is not read and holds this many bytes of words is named.
const MUCH: usize = 100;

/// Fields of other names among which those are that the owner names.
const OTHERS: usize = 256;

/// The fields of an object that are read.
pub(super) struct Object<'a> {
    /// Each with the rank of its name.
    fields: Vec<(&'static str, usize, &'a RawValue)>,
    /// Whether the article stays out.
    pub(super) verdict: Verdict,
    /// The first of all others.
    others: Vec<(String, &'a RawValue)>,
    /// Names of other fields with much text.
    pub(super) unread: Vec<String>,
}

/// What an object becomes.
pub(super) struct Made {
    pub(super) article: Article,
    pub(super) facts: Facts,
    pub(super) warnings: Vec<String>,
}

/// The field that a key means, and the rank of this name.
fn meant(key: &str) -> Option<(&'static str, usize)> {
    let mut all = TEXTS.into_iter().chain(facts::NAMES);
    all.find_map(|(name, names)| Some((name, names.iter().position(|known| facts::is(key, known))?)))
}

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Object<'de>, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object<'de>, A::Error> {
                let mut object = Object { fields: Vec::new(), verdict: Verdict::Public, others: Vec::new(), unread: Vec::new() };
                while let Some(key) = map.next_key::<Cow<str>>()? {
                    let value = map.next_value::<&RawValue>()?;
                    object.verdict = object.verdict.max(verdict(&key, value));
                    match meant(&key) {
                        Some((name, rank)) => {
                            object.fields.retain(|(other, known, _)| (*other, *known) != (name, rank));
                            object.fields.push((name, rank, value));
                        }
                        None => {
                            if object.unread.len() < 8 && holds_text(value) {
                                object.unread.push(key.to_string());
                            }
                            if object.others.len() < OTHERS && key.len() <= MUCH {
                                object.others.push((key.into_owned(), value));
                            }
                        }
                    }
                }
                Ok(object)
            }
        }
        deserializer.deserialize_map(Fields)
    }
}

/// What a field says about whether its article is public.
fn verdict(key: &str, value: &RawValue) -> Verdict {
    let raw = value.get();
    if raw.len() > 500 {
        return Verdict::Public;
    }
    match serde_json::from_str::<serde_json::Value>(raw) {
        Ok(serde_json::Value::Object(inner)) => {
            let scalar = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_string);
            inner.iter().map(|(name, value)| private::says(&format!("{key}.{name}"), &scalar(value))).max().unwrap_or_default()
        }
        Ok(serde_json::Value::String(text)) => private::says(key, &text),
        Ok(serde_json::Value::Array(_)) if !private::decides(key) => Verdict::Public,
        _ => private::says(key, raw),
    }
}

/// True for a string, or a list of such, with many words and no numbers for a machine.
fn holds_text(value: &RawValue) -> bool {
    let raw = value.get();
    if raw.len() <= MUCH {
        return false;
    }
    // Bytes, for a character may stand where the beginning ends.
    let mut beginning = raw.bytes().take(4000);
    let words = raw.starts_with(['"', '[']) && raw.contains('"') && beginning.any(|b| b == b' ' || !b.is_ascii());
    words || (raw.starts_with('"') && raw.contains("\\u"))
}

impl<'a> Object<'a> {
    /// The value of a field, of the name that ranks highest and says something: first of those that the owner names.
    fn get(&self, name: &str, further: &[Field]) -> Option<&'a RawValue> {
        let says = |raw: &str| !matches!(raw, "null" | "\"\"" | "[]" | "{}");
        let named = further.iter().filter(|field| field.name == name).flat_map(|field| &field.names);
        let other = |name: &String| {
            let other = self.others.iter().rev().find(|(key, _)| key == name).map(|(_, value)| *value);
            // It may be a name that means something else where the owner says nothing.
            let known = || meant(name).and_then(|name| self.fields.iter().find(|(field, rank, _)| (*field, *rank) == name));
            other.or_else(|| known().map(|(.., value)| *value)).filter(|value| says(value.get()))
        };
        if let Some(value) = named.filter_map(other).next() {
            return Some(value);
        }
        let found = self.fields.iter().filter(|(other, _, value)| *other == name && says(value.get()));
        found.min_by_key(|(_, rank, _)| *rank).map(|(.., value)| *value)
    }

    /// The HTML that the text is, or is made of.
    fn marked(&self, further: &[Field], options: &Markdown) -> Option<String> {
        if let Some(text) = self.get("text", further) {
            // A field that may hold both holds HTML, if it is a block of it as a whole.
            return words::html(text);
        }
        let markdown = self.get("markdown", further).map(|value| markdown::html(&clean(words::of(value)), options));
        markdown.or_else(|| self.get("html", further).map(|value| words::html(value).unwrap_or_else(|| words::of(value))))
    }

    /// Title and text. A text without a title may begin with one.
    fn text(&self, options: &Options, title: String) -> Article {
        let further = &options.fields[..];
        if let Some(html) = self.marked(further, &options.markdown) {
            let given = Some(title.as_str()).filter(|title| !title.is_empty());
            let html::Fragment { title: first, text, headings, weights } = html::fragment(&clean(html), given);
            let mut read = Article { title: first.unwrap_or(title), text, headings, weights, ..Article::default() };
            if read.title.is_empty()
                && read.headings.is_empty()
                && let Some((first, rest)) = first_line(&read.text)
            {
                let cut = read.text.len() - rest.len();
                read.weights.retain(|weight| weight.start >= cut);
                for weight in &mut read.weights {
                    weight.start -= cut;
                    weight.end -= cut;
                }
                (read.title, read.text) = (first, rest.to_string());
            }
            return read;
        }
        let text = self.get("text", further).map(words::of).map_or(String::new(), |text| tidy(&clean(text)));
        let (title, text) = match first_line(&text).filter(|_| title.is_empty()) {
            Some((first, rest)) => (first, rest.to_string()),
            None => (title, text),
        };
        Article { title, text, ..Article::default() }
    }

    /// The article. `address` gives one that has none.
    pub(super) fn article(&self, options: &Options, address: impl FnOnce() -> String) -> Result<Made, String> {
        let further = &options.fields[..];
        let words = |name: &str| self.get(name, further).map(words::of);
        let mut made = self.text(options, one_line(&clean(words("title").unwrap_or_default())));
        if made.title.is_empty() && made.text.is_empty() {
            return Err("neither \"title\" nor \"text\"; the line is left out".to_string());
        }
        made.url = words("url").map(|url| url.trim().to_string()).filter(|url| !url.is_empty()).unwrap_or_else(address);
        if made.title.is_empty() {
            made.title.clone_from(&made.url);
        }
        let (mut facts, mut warnings) = (Facts::default(), Vec::new());
        let known =
            |name: &str| TEXTS.iter().any(|(known, _)| *known == name) || facts::NAMES.iter().any(|(known, _)| *known == name);
        let own = further.iter().map(|field| field.name.as_str()).filter(|name| !known(name));
        for name in facts::NAMES.iter().map(|(name, _)| *name).chain(own) {
            let Some(value) = self.get(name, further) else { continue };
            if let Some(value) = words::scalar(value.get()) {
                facts.put(name, value);
                continue;
            }
            match serde_json::from_str(value.get()) {
                Ok(List { values: Some(values), more }) => {
                    values.into_iter().for_each(|value| facts.put(name, value));
                    facts.dropped += more;
                }
                _ => {
                    warnings.push(format!("\"{name}\" is neither a string nor a list of strings; the article is kept without it"))
                }
            }
        }
        facts.found_by_keywords(&mut made);
        Ok(Made { article: made, facts, warnings })
    }
}

/// The first values of a list, if none of them is a list or an object without a name, and how many there are beyond.
struct List {
    values: Option<Vec<String>>,
    more: usize,
}

impl<'de> Deserialize<'de> for List {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<List, D::Error> {
        struct Values;
        impl<'de> Visitor<'de> for Values {
            type Value = List;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a list")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<List, A::Error> {
                let mut values = Some(Vec::new());
                let mut more = 0;
                while let Some(kept) = &mut values {
                    if kept.len() > facts::MOST {
                        break;
                    }
                    let Some(raw) = list.next_element::<&RawValue>()? else {
                        return Ok(List { values, more });
                    };
                    match words::scalar(raw.get()) {
                        Some(value) => kept.push(value),
                        None => values = None,
                    }
                }
                while list.next_element::<IgnoredAny>()?.is_some() {
                    more += 1;
                }
                Ok(List { values, more })
            }
        }
        deserializer.deserialize_seq(Values)
    }
}

/// The title that a text begins with, if it does, and the rest.
fn first_line(text: &str) -> Option<(String, &str)> {
    // Collections of passages write the title so.
    let quoted = text.strip_prefix('"').and_then(|text| text.split_once("\"\n")).filter(|(first, _)| is_title(first));
    if let Some((first, rest)) = quoted {
        return Some((one_line(first), rest.trim_start()));
    }
    // A first line that stands by itself is the title, as in a text file.
    let (first, rest) = text.split_once("\n\n").filter(|(first, _)| !first.contains('\n') && is_title(first))?;
    Some((first.to_string(), rest))
}

/// The lines of a text without white space at their ends; of several empty lines one stays.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut apart = false;
    for line in text.split('\n') {
        let line = trim(line);
        if line.is_empty() {
            apart = true;
            continue;
        }
        if !out.is_empty() {
            out.push_str(if apart { "\n\n" } else { "\n" });
        }
        apart = false;
        out.push_str(line);
    }
    out
}
