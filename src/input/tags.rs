//! Which words does HTML show that stands in Markdown or in a field of JSON?
//!
//! Tags and comments go, the words between them stay; what scripts, styles and hidden elements hold goes, and so does the
//! reading of a ruby, so that its base is found as one word. A block ends where a tag says so. Nothing is built: a tag changes what
//! is known of the next words, and that may lie in another piece, for Markdown parts HTML at every empty line.

use super::blocks::{Gap, Writer};
use super::html;

/// Elements whose words nobody sees.
const UNSEEN: [&str; 10] = ["script", "style", "template", "noscript", "svg", "iframe", "object", "head", "rt", "rp"];

/// Elements that hold characters and no tags.
const RAW: [&str; 2] = ["script", "style"];

/// Elements that hold nothing.
const VOID: [&str; 14] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];

/// Elements that stand among words.
const INLINE: [&str; 34] = [
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "font", "i", "img", "ins", "kbd", "mark", "q",
    "rb", "rp", "rt", "rtc", "ruby", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr",
];

/// What the tags so far say of the words that come.
#[derive(Default)]
pub(super) struct Tags {
    /// The element that hides them, and how many of its name are open.
    hidden: Option<(String, usize)>,
    /// They stand in `<pre>`.
    pre: bool,
}

impl Tags {
    /// True if the words that come are not shown.
    pub(super) fn hide(&self) -> bool {
        self.hidden.is_some()
    }

    /// A block of the text around the tags ends: what stands among words ends with it.
    pub(super) fn end_block(&mut self) {
        if self.hidden.as_ref().is_some_and(|(name, _)| name == "p" || INLINE.contains(&name.as_str())) {
            self.hidden = None;
        }
    }

    /// A single tag or comment. `heading`: among the words of a heading, which is one line.
    pub(super) fn tag(&mut self, tag: &str, heading: bool, writer: &mut Writer) {
        let name = name_of(tag);
        let closing = tag.starts_with("</");
        if let Some((hidden, depth)) = &mut self.hidden {
            let ruby = matches!(hidden.as_str(), "rt" | "rp");
            if *hidden == name && closing {
                *depth -= 1;
            } else if *hidden == name && !ruby && !RAW.contains(&name.as_str()) {
                *depth += 1;
            } else if ruby && matches!(name.as_str(), "rb" | "ruby") {
                *depth = 0;
            } else if ruby && !closing && matches!(name.as_str(), "rt" | "rp") {
                *hidden = name.clone();
            }
            if *depth == 0 {
                self.hidden = None;
            }
            if self.hidden.is_some() || closing {
                return;
            }
        }
        match name.as_str() {
            "" => return,
            "br" => writer.gap(Gap::Hard),
            name if INLINE.contains(&name) => {}
            name if heading || UNSEEN.contains(&name) => {}
            _ => writer.end(),
        }
        if name == "pre" {
            self.pre = !closing;
        }
        let starts = !closing && !VOID.contains(&name.as_str()) && !tag.ends_with("/>");
        if starts && (UNSEEN.contains(&name.as_str()) || hides(tag)) {
            self.hidden = Some((name, 1));
        }
    }

    /// A piece of HTML.
    pub(super) fn html(&mut self, html: &str, writer: &mut Writer) {
        let mut rest = html;
        while let Some(open) = rest.find('<') {
            self.words(&rest[..open], writer);
            rest = &rest[open..];
            if let Some((raw, _)) = self.hidden.as_ref().filter(|(name, _)| RAW.contains(&name.as_str())) {
                let close = format!("</{raw}");
                let end = rest.as_bytes().windows(close.len()).position(|part| part.eq_ignore_ascii_case(close.as_bytes()));
                let Some(end) = end else { return };
                rest = &rest[end..];
            }
            let skipped = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")].into_iter().find_map(|(open, close)| {
                let inner = rest.strip_prefix(open)?;
                Some(inner.find(close).map_or("", |end| &inner[end + close.len()..]))
            });
            if let Some(after) = skipped {
                rest = after;
                continue;
            }
            if name_of(rest).is_empty() && !rest[1..].starts_with('!') {
                self.words("<", writer);
                rest = &rest[1..];
                continue;
            }
            let after = tag_end(rest);
            self.tag(&rest[..rest.len() - after.len()], false, writer);
            rest = after;
        }
        self.words(rest, writer);
    }

    /// The words between two tags, with their character references. A line feed is white space, but in `<pre>`.
    fn words(&mut self, text: &str, writer: &mut Writer) {
        if self.hide() {
            return;
        }
        for (n, line) in text.split('\n').enumerate() {
            if n > 0 {
                writer.gap(if self.pre { Gap::Hard } else { Gap::Soft });
            }
            let line = html::unescape(line);
            writer.words(&line);
        }
    }
}

/// The name of the tag that `tag` begins with, in lower case; empty if it is none.
fn name_of(tag: &str) -> String {
    let name = tag.trim_start_matches('<').trim_start_matches('/');
    let custom = |c: &char| c.is_ascii_alphanumeric() || *c == '-';
    let name: String = name.chars().take_while(custom).collect();
    if name.starts_with(|c: char| c.is_ascii_alphabetic()) { name.to_ascii_lowercase() } else { String::new() }
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

/// True if an attribute of the tag says that its element is not shown, or not to be found.
fn hides(tag: &str) -> bool {
    attributes(tag).any(|(name, value)| match name.to_ascii_lowercase().as_str() {
        "data-xunzi-ignore" | "data-pagefind-ignore" => true,
        name => html::hides(name, value),
    })
}

/// The attributes of a tag, with their values as written.
fn attributes(tag: &str) -> impl Iterator<Item = (&str, &str)> {
    let inner = tag.trim_start_matches('<').trim_end_matches('>').trim_end_matches('/');
    let mut rest = inner.find(char::is_whitespace).map_or("", |at| &inner[at..]);
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        let end = rest.find(|c: char| c.is_whitespace() || c == '=').unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        let after = after.trim_start();
        let Some(value) = after.strip_prefix('=').map(str::trim_start) else {
            rest = if name.is_empty() { "" } else { after };
            return (!name.is_empty()).then_some((name, ""));
        };
        let (value, after) = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => value[1..].split_once(quote).unwrap_or((&value[1..], "")),
            _ => value.split_at(value.find(char::is_whitespace).unwrap_or(value.len())),
        };
        rest = after;
        Some((name, value))
    })
}

/// The words that a piece of HTML shows, a block each. The one place where HTML inside a field becomes text.
pub(super) fn text(html: &str) -> String {
    let mut writer = Writer::default();
    Tags::default().html(html, &mut writer);
    writer.end();
    writer.text
}
