//! How do scripts and the command see an answer?

use crate::codec::digits::{put_decimal, put_hex};
use crate::search::answer::{Found, Hit, Problem, Snippet, Whole};

/// What scripts and the command print: one type for all answers, so that a serializer is compiled for one type only.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// Nothing.
    Null,
    /// True or false.
    Flag(bool),
    /// A count or place.
    Number(u64),
    /// A text.
    Text(&'a str),
    /// A list.
    List(Vec<Value<'a>>),
    /// Names and values, in order.
    Object(Vec<(&'a str, Value<'a>)>),
}

#[cfg(any(feature = "cli", feature = "web"))]
impl serde::Serialize for Value<'_> {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        use serde::ser::{SerializeMap, SerializeSeq};
        match self {
            Value::Null => s.serialize_none(),
            Value::Flag(flag) => s.serialize_bool(*flag),
            // Scripts have no other numbers; the count of a corpus is far below where they are no longer exact.
            Value::Number(n) if cfg!(target_arch = "wasm32") => s.serialize_f64(*n as f64),
            Value::Number(n) => s.serialize_u64(*n),
            Value::Text(text) => s.serialize_str(text),
            Value::List(list) => {
                let mut out = s.serialize_seq(Some(list.len()))?;
                for value in list {
                    out.serialize_element(value)?;
                }
                out.end()
            }
            Value::Object(fields) => {
                let mut out = s.serialize_map(Some(fields.len()))?;
                for (name, value) in fields {
                    // A text as well: the serializer need not be compiled for `str` too.
                    out.serialize_key(&Value::Text(name))?;
                    out.serialize_value(value)?;
                }
                out.end()
            }
        }
    }
}

impl Value<'_> {
    /// The value as JSON: what the first module answers in, for a text goes over to scripts whole, and they have a parser.
    pub fn json(&self) -> String {
        let mut out = String::new();
        self.put_json(&mut out);
        out
    }

    fn put_json(&self, out: &mut String) {
        match self {
            Value::Null => out.push_str("null"),
            Value::Flag(flag) => out.push_str(if *flag { "true" } else { "false" }),
            Value::Number(n) => put_decimal(out, *n),
            Value::Text(text) => quoted(out, text),
            Value::List(list) => {
                let mut before = '[';
                for value in list {
                    out.push(std::mem::replace(&mut before, ','));
                    value.put_json(out);
                }
                closed(out, before, '[', ']');
            }
            Value::Object(fields) => {
                let mut before = '{';
                for (name, value) in fields {
                    out.push(std::mem::replace(&mut before, ','));
                    quoted(out, name);
                    out.push(':');
                    value.put_json(out);
                }
                closed(out, before, '{', '}');
            }
        }
    }
}

/// Ends a list or an object; one that is empty has not begun.
fn closed(out: &mut String, before: char, open: char, close: char) {
    if before == open {
        out.push(open);
    }
    out.push(close);
}

/// A text as JSON has it: with a backslash before what would end it, and no control characters.
fn quoted(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\0'..' ' => {
                out.push_str("\\u");
                put_hex(out, c as u64, 4);
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(any(feature = "cli", feature = "web"))]
impl serde::Serialize for Found {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(s)
    }
}

/// The fields of a [`Value::Object`] under way.
#[derive(Default)]
pub struct Fields<'a>(Vec<(&'a str, Value<'a>)>);

impl<'a> Fields<'a> {
    /// One more.
    #[inline(never)]
    pub fn put(&mut self, name: &'a str, value: Value<'a>) {
        self.0.push((name, value));
    }
    /// A text.
    #[inline(never)]
    pub fn text(&mut self, name: &'a str, text: &'a str) {
        self.put(name, Value::Text(text));
    }
    /// A text that may be left out.
    #[inline(never)]
    fn some(&mut self, name: &'a str, text: &'a Option<String>) {
        if let Some(text) = text {
            self.text(name, text);
        }
    }
    /// A number.
    #[inline(never)]
    pub fn number(&mut self, name: &'a str, n: u64) {
        self.put(name, Value::Number(n));
    }
    /// True or false.
    #[inline(never)]
    pub fn flag(&mut self, name: &'a str, flag: bool) {
        self.put(name, Value::Flag(flag));
    }
    /// Places found.
    #[inline(never)]
    fn marks(&mut self, name: &'a str, marks: &[(u32, u32)]) {
        let number = |n: u32| Value::Number(n.into());
        self.put(name, Value::List(marks.iter().map(|&(start, end)| Value::List(vec![number(start), number(end)])).collect()));
    }
    #[inline(never)]
    fn metadata(&mut self, meta: &'a [(String, String)]) {
        let mut fields = Fields::default();
        // A key with several values stands once, with a list of them.
        for (key, value) in meta {
            let value = Value::Text(value);
            match fields.0.iter_mut().find(|field| field.0 == key) {
                None => fields.put(key, value),
                Some((_, Value::List(list))) => list.push(value),
                Some((_, first)) => *first = Value::List(vec![std::mem::replace(first, Value::Null), value]),
            }
        }
        self.put("meta", fields.end());
    }
    /// Whether all could be read, and if not, why.
    #[inline(never)]
    pub fn problem(&mut self, problem: &'a Option<Problem>) {
        self.text("state", if problem.is_none() { "complete" } else { "partial" });
        if let Some(problem) = problem {
            let mut fields = Fields::default();
            fields.text("code", &problem.code);
            fields.text("message", &problem.message);
            self.put("problem", fields.end());
        }
    }
    /// All of them.
    pub fn end(self) -> Value<'a> {
        Value::Object(self.0)
    }
}

impl Found {
    /// As scripts see it.
    pub fn value(&self) -> Value<'_> {
        let mut out = Fields::default();
        out.text("query", &self.query);
        out.number("articles", self.articles.into());
        out.number("hits", self.hits);
        out.flag("articlesExact", self.articles_exact);
        out.flag("hitsExact", self.hits_exact);
        out.problem(&self.problem);
        match &self.list {
            None => out.put("results", Value::List(self.results.iter().map(|hit| hit.value()).collect())),
            Some(list) => out.put("list", Value::List(list.iter().map(|&n| Value::Number(n.into())).collect())),
        }
        out.end()
    }
}

impl Hit {
    fn value(&self) -> Value<'_> {
        let mut out = Fields::default();
        out.number("id", self.id.into());
        out.text("url", &self.url);
        out.text("title", &self.title);
        out.marks("titleMarks", &self.title_marks);
        out.number("hits", self.hits);
        out.flag("hitsExact", self.hits_exact);
        out.metadata(&self.meta);
        out.put("snippets", Value::List(self.snippets.iter().map(Snippet::value).collect()));
        out.some("lead", &self.lead);
        out.end()
    }
}

impl Snippet {
    fn value(&self) -> Value<'_> {
        let mut out = Fields::default();
        out.text("field", self.field);
        out.text("text", &self.text);
        out.marks("marks", &self.marks);
        out.some("heading", &self.heading);
        out.some("anchor", &self.anchor);
        out.end()
    }
}

impl Whole {
    /// As scripts see it.
    pub fn value(&self) -> Value<'_> {
        let mut headings = Vec::new();
        for heading in &self.headings {
            let mut out = Fields::default();
            out.number("start", heading.start.into());
            out.number("end", heading.end.into());
            out.text("anchor", &heading.anchor);
            headings.push(out.end());
        }
        let mut out = Fields::default();
        out.number("id", self.id.into());
        out.text("url", &self.url);
        out.text("title", &self.title);
        out.marks("titleMarks", &self.title_marks);
        out.text("text", &self.text);
        out.marks("marks", &self.marks);
        out.number("hits", self.hits);
        out.put("headings", Value::List(headings));
        out.metadata(&self.meta);
        out.end()
    }
}
