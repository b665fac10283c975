//! What does a Markdown file say to its reader? Front matter as metadata, the body as plain text with its headings.
//!
//! Markdown becomes HTML (`body.rs`), which the one reader of HTML reads. Paragraphs, headings, items of lists, cells, quotations and
//! code are blocks, each parted from the next by U+2029. Headings have the anchors, files the addresses that their generator gives them
//! (`anchors.rs`, `addresses.rs`). Constructs that a generator does not know can be switched off (`constructs.rs`).
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
//! | image                                                      | its alternative text, a block behind its own           |
//! | list of nothing but links into the page                    | nothing: the headings once more                        |
//! | mark of a task, of a footnote; definition of a reference   | nothing                                                |
//! | note among words `^[words]`                                | its words, a block at the end                          |
//! | `++words++`, `x^2^`, `H~2~O`                               | the words without the marks                            |
//! | change `{++a++}`, `{--a--}`, `{~~a~>b~~}`, `{>>a<<}`       | both words; what is said of it is nothing              |
//! | `[[page]]`, `[[page\|words]]`, `![[picture.png]]`          | page; words; nothing                                   |
//! | container `/// kind | Title`, fence `{note} Title`         | the title, a block; the kind is nothing                |
//! | component `<Tab label="Title">`, `import`, `export`        | title, label, header, caption, summary, text; nothing  |
//! | container `::: kind Title`, alert `> [!kind] Title`        | the title, a block; the kind is nothing                |
//! | admonition `!!! kind "Title"`, tab `=== "Title"`           | the title, a block; the indented text                  |
//! | tag `{{< x >}}`, `{{% x %}}`, `{% x %}`, `{{ x }}`         | nothing but its title, header, caption, summary, label, text, content, alt |
//! | `{% codeblock %}`, `{% highlight %}`, `{{< highlight >}}`  | the code                                               |
//! | `{% raw %}` … `{% endraw %}`                               | what is between, as it stands                          |
//! | comment `<!-- -->`, `%% %%`, `{# #}`, `{% comment %}`      | nothing                                                |
//! | attributes `{#id .class}`, `{: .class}`, `^block`          | nothing; a heading's id is its anchor                  |
//! | `*[HTML]: …`, `[TOC]`, `--8<-- "file"`, `<<< file`         | nothing                                                |
//! | ruby `<ruby>`, `{東京\|とうきょう}`, `東京《とうきょう》`  | its base                                               |
//! | HTML                                                       | as in a page: no scripts, styles, hidden or ignored elements |

mod addresses;
mod body;
mod constructs;
mod edits;
mod emphasis;
mod fence;
mod field_lines;
mod front;
mod generators;
mod indented;
mod lines;
mod pairs;
mod ruby;
mod signs;
mod value;

use super::address::percent;
use super::anchors::{Anchors, Style};
use super::facts::{self, Facts};
use super::given::Given;
use super::html;
use super::note::Level;
use super::options::Field;
use super::private::Verdict;
use super::walk::Found;
use crate::Article;
use addresses::{Generator, Said};
use constructs::Without;
use value::Value;

/// How Markdown is read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Markdown {
    generator: Generator,
    anchors: Style,
    /// Whether `.html` is left out of addresses.
    clean: bool,
    without: Without,
}

/// Names of generators, with the addresses and the anchors that each makes.
const GENERATORS: [(&str, Generator, Style); 14] = [
    ("github", Generator::None, Style::GitHub),
    ("docusaurus", Generator::Docusaurus, Style::GitHub),
    ("vitepress", Generator::VitePress, Style::VitePress),
    ("vuepress", Generator::VitePress, Style::VitePress),
    ("hugo", Generator::Hugo, Style::Hugo),
    ("mkdocs", Generator::MkDocs, Style::MkDocs),
    ("jekyll", Generator::Jekyll, Style::GitHub),
    ("hexo", Generator::Hexo, Style::Hexo),
    ("mdbook", Generator::MdBook, Style::MdBook),
    ("sphinx", Generator::Sphinx, Style::Sphinx),
    ("myst", Generator::Sphinx, Style::Sphinx),
    ("quarto", Generator::Sphinx, Style::Pandoc),
    ("pandoc", Generator::None, Style::Pandoc),
    ("kramdown", Generator::None, Style::Kramdown),
];

impl Markdown {
    /// Reads what xunzi.toml says: the generator that makes the pages, that of which the anchors are if it is another, whether
    /// addresses leave `.html` out, and constructs that are not read.
    ///
    /// # Errors
    ///
    /// A name that is none, in words for the owner.
    pub fn new(generator: Option<&str>, anchors: Option<&str>, clean: bool, without: &[String]) -> Result<Markdown, String> {
        let find = |option: &str, name: &str| {
            let all = || GENERATORS.map(|(name, ..)| name).join(", ");
            let known = GENERATORS.iter().find(|(known, ..)| known.eq_ignore_ascii_case(name));
            known.ok_or_else(|| format!("{option} = {name:?} is no generator that is known; {} are", all()))
        };
        let mut out = Markdown { clean, without: Without::named(without)?, ..Markdown::default() };
        if let Some(name) = generator {
            (_, out.generator, out.anchors) = *find("generator", name)?;
        }
        if let Some(name) = anchors {
            out.anchors = find("anchors", name)?.2;
        }
        Ok(out)
    }
}

/// Reads a Markdown file.
pub(super) fn read(found: &Found, given: &mut Given) {
    let Some(text) = given.text(found) else { return };
    let front = front::read(&text);
    if front.verdict == Verdict::Private {
        given.private(None, true);
        return;
    }
    if front.verdict == Verdict::Unclear {
        given.private(Some(1), false);
        return;
    }
    if let Some(problem) = &front.problem {
        let text = format!("the front matter was read line by line: {problem}");
        given.note(Some(1), Level::Warning, text);
    }
    let mut fields = Fields::of(&front.fields, &given.options.fields);
    let said = fields.title.take();
    let read = html::fragment(&html(front.body, &given.options.markdown), said.as_deref());
    let title = said.or(read.title).unwrap_or_else(|| found.stem());
    if read.text.is_empty() && front.body.trim().is_empty() && front.fields.is_empty() {
        given.note(None, Level::Skipped, "it is empty".to_string());
        return;
    }
    let url = match &fields.url {
        Some(url) if url.contains("://") => url.clone(),
        Some(url) => given.under_base(url),
        None => {
            let Markdown { generator, clean, .. } = given.options.markdown;
            let path = match (generator, &fields.said.slug) {
                // A name need not be UTF-8.
                (Generator::None, None) => percent(&found.inside, true),
                _ => percent(addresses::page(generator, &String::from_utf8_lossy(&found.inside), &fields.said).as_bytes(), true),
            };
            given.under_base(path.strip_suffix(".html").filter(|_| clean).unwrap_or(&path))
        }
    };
    let html::Fragment { text, headings, weights, .. } = read;
    let mut article = Article { title, text, headings, weights, url, meta: Vec::new() };
    fields.facts.found_by_keywords(&mut article);
    given.article(None, article, fields.facts.dated(found));
}

/// The HTML of Markdown.
pub(super) fn html(markdown: &str, options: &Markdown) -> String {
    let without = options.without;
    let markdown = indented::plain(markdown, without);
    let markdown = generators::plain(&markdown, without);
    body::html(&markdown, without.parser(), Anchors::of(options.anchors))
}

/// What the front matter says of the article.
struct Fields {
    title: Option<String>,
    url: Option<String>,
    said: Said,
    facts: Facts,
}

impl Fields {
    fn of(table: &[(String, Value)], further: &[Field]) -> Fields {
        // Zola and Hugo have tables for what is their owner's.
        let inner = table.iter().filter_map(|(key, value)| match value {
            Value::Table(inner) if matches!(key.as_str(), "taxonomies" | "extra" | "params") => Some(inner.iter()),
            _ => None,
        });
        let all: Vec<&(String, Value)> = table.iter().chain(inner.flatten()).collect();
        let find = |name: &str| all.iter().find(|(key, _)| facts::is(key, name)).map(|(_, value)| value);
        let get = |names: &[&str]| names.iter().find_map(|name| find(name).and_then(Value::line));
        let facts = facts_of(table, further, &find);
        let url = get(&["url", "permalink"])
            .filter(|url| !matches!(url.to_ascii_lowercase().as_str(), "true" | "false" | "pretty" | "date" | "none"));
        // A pattern is no address.
        let url = url.filter(|url| !url.contains(['{', '<']) && !url.split('/').any(|part| part.starts_with(':')));
        let categories = find("categories").or_else(|| find("category")).map_or(Vec::new(), Value::values);
        let categories = categories.into_iter().map(str::to_string).collect();
        let date = facts.get("date").map(str::to_string);
        let said = Said { slug: get(&["slug"]), id: get(&["id"]), date, categories };
        let own = |name: &str| named(table, further, name).first().and_then(|value| value::line(value));
        let title = own("title").or_else(|| get(&["title", "标题", "標題"])).map(|title| clear(&title));
        Fields { title, url: own("url").or(url), said, facts }
    }
}

/// The facts of a page: what its fields say under the names that the owner gives, else under those that are known.
fn facts_of<'a>(table: &'a [(String, Value)], further: &[Field], find: &dyn Fn(&str) -> Option<&'a Value>) -> Facts {
    /// What an article is made of is no fact of it.
    const MADE_OF: [&str; 5] = ["title", "text", "url", "markdown", "html"];
    let mut facts = Facts::default();
    for (name, keys) in facts::NAMES {
        named(table, further, name).into_iter().for_each(|value| facts.put(name, value));
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
    let known = |name: &str| MADE_OF.contains(&name) || facts::NAMES.iter().any(|(known, _)| *known == name);
    for Field { name, .. } in further.iter().filter(|field| !known(&field.name)) {
        named(table, further, name).into_iter().for_each(|value| facts.put(name, value));
    }
    facts
}

/// The values of a field under the first of the names that the owner gives it and that says something.
fn named<'a>(table: &'a [(String, Value)], further: &[Field], name: &str) -> Vec<&'a str> {
    let names = further.iter().filter(|field| field.name == name).flat_map(|field| &field.names);
    let mut values = names.filter_map(|name| find_exact(table, name)).map(Value::values);
    values.find(|values| values.iter().any(|value| !value.trim().is_empty())).unwrap_or_default()
}

/// A title without the tags and references that a generator writes into its pages as they are.
fn clear(title: &str) -> String {
    if title.contains("</") {
        html::text(title)
    } else if title.contains('&') && title.contains(';') {
        html::text(&title.replace('<', "&lt;"))
    } else {
        title.to_string()
    }
}

/// The value of the field of this very name, as the owner of the site writes it.
fn find_exact<'a>(table: &'a [(String, Value)], name: &str) -> Option<&'a Value> {
    table.iter().find(|(key, _)| key == name).map(|(_, value)| value)
}
