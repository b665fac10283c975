//! How do scripts and the command see an answer? As JSON, written here in little code.

use crate::codec::digits::{put_decimal, put_hex};
use crate::search::answer::{Found, Heading, Hit, Snippet, State, Whole};

/// JSON under way. The commas it puts in by itself.
#[derive(Default)]
pub struct Json(String);

impl Json {
    /// The whole of it.
    pub fn end(self) -> String {
        self.0
    }
    fn next(&mut self) {
        if !self.0.is_empty() && !self.0.ends_with(['{', '[', ':']) {
            self.0.push(',');
        }
    }
    /// A value that needs no quotation marks, or the bracket that opens one.
    #[inline(never)]
    pub fn plain(&mut self, text: &str) -> &mut Json {
        self.next();
        self.0.push_str(text);
        self
    }
    /// The bracket that closes one.
    #[inline(never)]
    pub fn close(&mut self, bracket: char) -> &mut Json {
        self.0.push(bracket);
        self
    }
    /// A name; its value comes next.
    #[inline(never)]
    pub fn name(&mut self, name: &str) -> &mut Json {
        self.text(name).close(':')
    }
    /// A text.
    #[inline(never)]
    pub fn text(&mut self, text: &str) -> &mut Json {
        self.plain("\"");
        for c in text.chars() {
            if c < ' ' {
                self.0.push_str("\\u");
                put_hex(&mut self.0, c.into(), 4);
                continue;
            }
            if matches!(c, '"' | '\\') {
                self.0.push('\\');
            }
            self.0.push(c);
        }
        self.close('"')
    }
    /// A count or place.
    #[inline(never)]
    pub fn number(&mut self, n: u64) -> &mut Json {
        self.next();
        put_decimal(&mut self.0, n);
        self
    }
    /// True or false.
    #[inline(never)]
    pub fn flag(&mut self, flag: bool) -> &mut Json {
        self.plain(if flag { "true" } else { "false" })
    }
    /// A list.
    pub fn list<T>(&mut self, items: impl IntoIterator<Item = T>, put: impl Fn(&mut Json, T)) -> &mut Json {
        self.plain("[");
        for item in items {
            put(self, item);
        }
        self.close(']')
    }
    /// A text that may be left out, with its name.
    #[inline(never)]
    fn some(&mut self, name: &str, text: &Option<String>) {
        if let Some(text) = text {
            self.name(name).text(text);
        }
    }
    /// Places found.
    #[inline(never)]
    fn marks(&mut self, name: &str, marks: &[(u32, u32)]) {
        self.name(name).list(marks, |out, &(start, end)| {
            out.plain("[").number(start.into()).number(end.into()).close(']');
        });
    }
    #[inline(never)]
    fn metadata(&mut self, meta: &[(String, String)]) {
        self.name("meta").plain("{");
        for (k, (key, value)) in meta.iter().enumerate() {
            let same = |other: &&(String, String)| other.0 == *key;
            // A key with several values stands once, with a list of them.
            if meta.iter().take(k).any(|other| same(&other)) {
                continue;
            }
            self.name(key);
            match meta.iter().filter(same).nth(1) {
                None => self.text(value),
                Some(_) => self.list(meta.iter().filter(same), |out, (_, value)| {
                    out.text(value);
                }),
            };
        }
        self.close('}');
    }
}

impl Found {
    /// As scripts see it.
    pub fn json(&self, out: &mut Json) {
        out.plain("{").name("query").text(&self.query);
        out.name("articles").number(self.articles.into()).name("hits").number(self.hits);
        out.name("articlesExact").flag(self.articles_exact).name("hitsExact").flag(self.hits_exact);
        out.name("state").text(if self.state == State::Complete { "complete" } else { "partial" });
        if let Some(problem) = &self.problem {
            out.name("problem").plain("{").name("code").text(&problem.code).name("message").text(&problem.message).close('}');
        }
        out.name("results").list(&self.results, |out, hit| hit.json(out)).close('}');
    }
}

#[cfg(feature = "cli")]
impl serde::Serialize for Found {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let mut out = Json::default();
        self.json(&mut out);
        serde_json::from_str::<serde_json::Value>(&out.end()).map_err(serde::ser::Error::custom)?.serialize(s)
    }
}

impl Hit {
    fn json(&self, out: &mut Json) {
        out.plain("{").name("id").number(self.id.into());
        out.name("url").text(&self.url).name("title").text(&self.title);
        out.marks("titleMarks", &self.title_marks);
        out.name("hits").number(self.hits).name("hitsExact").flag(self.hits_exact);
        out.metadata(&self.meta);
        out.name("snippets").list(&self.snippets, |out, snippet| snippet.json(out));
        out.some("lead", &self.lead);
        out.close('}');
    }
}

impl Snippet {
    fn json(&self, out: &mut Json) {
        out.plain("{").name("field").text(self.field).name("text").text(&self.text);
        out.marks("marks", &self.marks);
        out.some("heading", &self.heading);
        out.some("anchor", &self.anchor);
        out.close('}');
    }
}

impl Whole {
    /// As scripts see it.
    pub fn json(&self, out: &mut Json) {
        out.plain("{").name("id").number(self.id.into());
        out.name("url").text(&self.url).name("title").text(&self.title);
        out.marks("titleMarks", &self.title_marks);
        out.name("text").text(&self.text);
        out.marks("marks", &self.marks);
        out.name("hits").number(self.hits);
        out.name("headings").list(&self.headings, |out, Heading { start, end, anchor }| {
            out.plain("{").name("start").number((*start).into()).name("end").number((*end).into());
            out.name("anchor").text(anchor).close('}');
        });
        out.metadata(&self.meta);
        out.close('}');
    }
}
