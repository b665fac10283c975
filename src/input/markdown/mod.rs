//! What does a Markdown file say to its reader? Front matter as metadata, the body as plain text with its headings.
//!
//! Paragraphs, headings, items of lists, cells, quotations and code are blocks, each parted from the next by U+2029. Headings keep the
//! anchors that GitHub gives them.
//!
//! | construct                                                  | what the reader sees of it                             |
//! |------------------------------------------------------------|--------------------------------------------------------|
//! | paragraph, heading, item, cell, quotation, footnote, term  | its words, a block each                                |
//! | soft line break                                            | a space; none between characters written without       |
//! | hard line break, `<br>`                                    | a line feed                                            |
//! | emphasis, strikethrough, `==highlight==`                   | its words, also beside CJK punctuation                 |
//! | code, span or block                                        | every character; nothing below happens in it           |
//! | formula `$x$`, `$$x$$`                                     | its source                                             |
//! | link, reference                                            | its words                                              |
//! | image                                                      | its alternative text                                   |
//! | mark of a task, of a footnote; definition of a reference   | nothing                                                |
//! | `[[page]]`, `[[page\|words]]`, `![[picture.png]]`          | page; words; nothing                                   |
//! | container `::: kind Title`, alert `> [!kind] Title`        | the title, a block; the kind is nothing                |
//! | admonition `!!! kind "Title"`, tab `=== "Title"`           | the title, a block; the indented text                  |
//! | tag `{{< x >}}`, `{{% x %}}`, `{% x %}`, `{{ x }}`         | nothing but a quoted title, header, caption, summary, label, alt |
//! | `{% codeblock %}`, `{% highlight %}`, `{{< highlight >}}`  | the code                                               |
//! | `{% raw %}` … `{% endraw %}`                               | what is between, as it stands                          |
//! | comment `<!-- -->`, `%% %%`, `{# #}`, `{% comment %}`      | nothing                                                |
//! | attributes `{#id .class}`, `{: .class}`, `^block`          | nothing; a heading's id is its anchor                  |
//! | `*[HTML]: …`, `[TOC]`, `--8<-- "file"`                     | nothing                                                |
//! | ruby `<ruby>`, `{東京\|とうきょう}`                        | its base                                               |
//! | HTML                                                       | its words but for scripts, styles and hidden elements  |

mod body;
mod fence;
mod front;
mod generators;
mod indented;
mod value;

use super::address::percent;
use super::facts::{self, Facts};
use super::note::Level;
use super::options::Field;
use super::private::{self, Verdict};
use super::sink::Sink;
use super::walk::Found;
use crate::Article;
use value::Value;

/// Reads a Markdown file.
pub(super) fn read(found: &Found, sink: &mut Sink) {
    let Some(text) = sink.text(found) else { return };
    let front = front::read(&text);
    if private::in_drafts(&found.inside) || front.verdict == Verdict::Private {
        sink.private(found, None, true);
        return;
    }
    if front.verdict == Verdict::Unclear {
        sink.private(found, Some(1), false);
        return;
    }
    if let Some(problem) = &front.problem {
        let text = format!("the front matter was read line by line: {problem}");
        sink.note(found, Some(1), Level::Warning, text);
    }
    let mut fields = Fields::of(&front.fields, &sink.options.fields);
    let mut plain = plain(front.body);
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
    if plain.text.is_empty() && front.body.trim().is_empty() && front.fields.is_empty() {
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
    let mut article = Article { title, text: plain.text, headings: plain.headings, url, meta: Vec::new() };
    fields.facts.found_by_keywords(&mut article);
    sink.article(found, None, article, fields.facts.dated(found));
}

/// The text of Markdown, with its headings.
fn plain(markdown: &str) -> body::Plain {
    let markdown = indented::plain(markdown);
    let markdown = generators::plain(&markdown);
    body::plain(&markdown)
}

/// What the front matter says of the article.
struct Fields {
    title: Option<String>,
    url: Option<String>,
    slug: Option<String>,
    facts: Facts,
}

impl Fields {
    fn of(table: &[(String, Value)], further: &[Field]) -> Fields {
        let find = |name: &str| table.iter().find(|(key, _)| facts::is(key, name)).map(|(_, value)| value);
        let get = |names: &[&str]| names.iter().find_map(|name| find(name).and_then(Value::line));
        let mut facts = Facts::default();
        for (name, keys) in facts::NAMES {
            for key in keys {
                if facts.has(name) {
                    break;
                }
                for value in find(key).iter().flat_map(|value| value.values()) {
                    // `published: true` is no date.
                    if name != "date" || *key == "date" || value.contains(|c: char| c.is_numeric()) {
                        facts.put(name, value);
                    }
                }
            }
        }
        if let Some(search) = find("search").filter(|_| !facts.has(facts::WEIGHT)) {
            let mut take = |name: &str, value: &str| {
                if name == "search.boost" {
                    facts.put(facts::WEIGHT, value);
                }
            };
            search.each("search", 0, &mut take);
        }
        for Field { name, names } in further {
            for value in names.iter().filter_map(|name| find_exact(table, name)).flat_map(Value::values) {
                facts.put(name, value);
            }
        }
        let url = get(&["url", "permalink"]).filter(|url| !matches!(url.as_str(), "true" | "false" | "pretty" | "date" | "none"));
        // A pattern is no address.
        let url = url.filter(|url| !url.contains(['{', '<']) && !url.split('/').any(|part| part.starts_with(':')));
        let own = |name: &str| {
            let field = further.iter().find(|field| field.name == name)?;
            field.names.iter().find_map(|name| find_exact(table, name)).and_then(Value::line)
        };
        Fields { title: own("title").or_else(|| get(&["title"])), url: own("url").or(url), slug: get(&["slug"]), facts }
    }
}

/// The value of the field of this very name, as the owner of the site writes it.
fn find_exact<'a>(table: &'a [(String, Value)], name: &str) -> Option<&'a Value> {
    table.iter().find(|(key, _)| key == name).map(|(_, value)| value)
}
