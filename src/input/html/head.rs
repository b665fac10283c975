//! What does a page say of itself besides its text?
//!
//! `<meta>`, `<link>`, Open Graph, JSON-LD, `<time>` and microdata, the first of them that says it. What marks say goes before all.

use super::survey::Survey;
use super::tree::{Data, Id, Tree};
use crate::input::facts::WEIGHT;
use serde_json::Value;

/// What the heads of a page say.
#[derive(Clone, Default)]
pub(super) struct Head {
    /// The words of `<title>`.
    pub(super) title: String,
    pub(super) lang: Option<String>,
    pub(super) canonical: Option<String>,
    /// It asks not to be found.
    pub(super) noindex: bool,
    /// It says that it is a draft.
    pub(super) draft: bool,
    /// It leads elsewhere at once.
    pub(super) redirect: bool,
    /// What sort of thing it is by Open Graph or JSON-LD: that of an article.
    pub(super) is_article: bool,
    /// Date, authors and so on, by their name here.
    pub(super) facts: Vec<(&'static str, String)>,
}

/// JSON-LD that is longer is not read.
const LONGEST: usize = 1 << 20;

impl Head {
    pub(super) fn new(tree: &Tree, survey: &Survey) -> Head {
        let mut out = Head { title: survey.title.map(|id| tree.words(id, 4096)).unwrap_or_default(), ..Head::default() };
        let html = survey.html.and_then(|id| tree.element(id));
        let lang = html.and_then(|html| html.get("lang").or_else(|| html.get("xml:lang")));
        out.lang = lang.map(|lang| lang.trim().to_ascii_lowercase()).filter(|lang| !lang.is_empty());
        out.draft = [survey.html, survey.body].into_iter().flatten().filter_map(|id| tree.element(id)).any(|element| {
            element.get("data-draft").or_else(|| element.get("data-xunzi-draft")).is_some_and(|value| !is_false(value))
        });
        let mut found = Found::default();
        for &id in &survey.heads {
            let Some(element) = tree.element(id) else { continue };
            match &*element.name {
                "meta" => {
                    let content = element.get("content").unwrap_or_default();
                    let name = ["name", "property", "itemprop"].iter().find_map(|key| element.get(key));
                    if let Some(name) = name {
                        out.meta(&name.trim().to_ascii_lowercase(), content, &mut found);
                    }
                    match element.get("http-equiv").map(|name| name.trim().to_ascii_lowercase()).as_deref() {
                        Some("refresh") => out.redirect |= leads_elsewhere(content),
                        Some("x-robots-tag") => out.noindex |= forbids(content),
                        _ => {}
                    }
                }
                "link" if element.words("rel").any(|rel| rel.eq_ignore_ascii_case("canonical")) => {
                    out.canonical = out.canonical.take().or_else(|| element.get("href").map(|href| href.trim().to_owned()));
                }
                "script" => {
                    let words = raw(tree, id);
                    if words.len() <= LONGEST
                        && let Ok(value) = serde_json::from_str::<Value>(&words)
                    {
                        out.linked(&value, &mut found, 0);
                    }
                }
                "a" => found.author[3].push(tree.words(id, 500)),
                name => {
                    let value = || match element.get("datetime") {
                        Some(date) if name == "time" => date.to_owned(),
                        _ => tree.words(id, 500),
                    };
                    match element.get("itemprop") {
                        Some("datePublished") => found.date[2].push(value()),
                        Some("author") => found.author[2].push(value()),
                        _ => {}
                    }
                }
            }
        }
        out.facts = found.list();
        out
    }

    /// What one `<meta>` says.
    fn meta(&mut self, name: &str, content: &str, found: &mut Found) {
        let value = content.trim().to_owned();
        match name {
            "robots" | "googlebot" | "bingbot" | "xunzi" => self.noindex |= forbids(content),
            "draft" => self.draft |= !is_false(content),
            "published" | "public" => self.draft |= is_false(content),
            "og:type" => self.is_article |= value.eq_ignore_ascii_case("article"),
            "article:published_time" => {
                self.is_article = true;
                found.date[0].push(value);
            }
            "datepublished"
            | "date"
            | "dc.date"
            | "dc.date.issued"
            | "dcterms.date"
            | "dcterms.issued"
            | "dcterms.created"
            | "pubdate"
            | "publishdate"
            | "publish_date"
            | "citation_publication_date"
            | "og:published_time" => {
                found.date[2].push(value);
            }
            "author" | "dc.creator" | "dcterms.creator" | "citation_author" => found.author[1].push(value),
            "article:author" if !value.contains("://") => found.author[1].push(value),
            "search_weight" | "search-weight" | "xunzi:weight" => found.weight.push(value),
            "article:section" => found.section.push(value),
            "article:tag" => found.tags.push(value),
            "keywords" => found.keywords.extend(value.split([',', '，', '、', ';']).map(|word| word.trim().to_owned())),
            _ => {}
        }
    }

    /// What JSON-LD says: of the page or the article, not of the publisher or the breadcrumbs.
    fn linked(&mut self, value: &Value, found: &mut Found, depth: usize) {
        if depth > 4 {
            return;
        }
        match value {
            Value::Array(list) => list.iter().for_each(|value| self.linked(value, found, depth + 1)),
            Value::Object(object) => {
                if let Some(graph) = object.get("@graph") {
                    self.linked(graph, found, depth + 1);
                }
                let kinds = strings(object.get("@type"));
                let is = |end: &str| kinds.iter().any(|kind| kind.ends_with(end));
                let article = is("Article") || is("BlogPosting") || is("Posting");
                if !article && !is("WebPage") && !is("Book") && !is("Chapter") && !is("HowTo") && !is("QAPage") {
                    return;
                }
                self.is_article |= article;
                found.date[1].extend(strings(object.get("datePublished")));
                found.author[0].extend(strings(object.get("author")));
                found.section.extend(strings(object.get("articleSection")));
                for words in strings(object.get("keywords")) {
                    found.keywords.extend(words.split(',').map(|word| word.trim().to_owned()));
                }
            }
            _ => {}
        }
    }
}

/// What was found, the surest source first.
#[derive(Default)]
struct Found {
    date: [Vec<String>; 3],
    author: [Vec<String>; 4],
    section: Vec<String>,
    tags: Vec<String>,
    keywords: Vec<String>,
    weight: Vec<String>,
}

impl Found {
    fn list(self) -> Vec<(&'static str, String)> {
        let full = |list: &Vec<String>| list.iter().any(|value| !value.is_empty());
        let mut out = Vec::new();
        out.extend(self.date.into_iter().flatten().find(|date| !date.is_empty()).map(|date| ("date", date)));
        let authors = self.author.into_iter().find(full).unwrap_or_default();
        out.extend(authors.into_iter().map(|author| ("author", author)));
        out.extend(self.section.into_iter().map(|section| ("section", section)));
        out.extend(self.tags.into_iter().map(|tag| ("tags", tag)));
        out.extend(self.weight.into_iter().take(1).map(|weight| (WEIGHT, weight)));
        out.extend(self.keywords.into_iter().map(|word| ("keywords", word)));
        out.retain(|(_, value)| !value.is_empty());
        out
    }
}

/// The strings of a value of JSON-LD, or the names of the things in it.
fn strings(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(text)) => vec![text.clone()],
        Some(Value::Array(list)) => list.iter().flat_map(|value| strings(Some(value)).into_iter().take(1)).collect(),
        Some(Value::Object(object)) => match object.get("name") {
            Some(Value::String(name)) => vec![name.clone()],
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// Whether rules for robots forbid that a page is found. They are words parted by commas, but who wrote something like them meant it.
fn forbids(content: &str) -> bool {
    let content = content.to_ascii_lowercase();
    let plain: String = content.chars().filter(char::is_ascii_alphanumeric).collect();
    plain.contains("noindex") || content.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == "none")
}

/// Whether a flag is off.
fn is_false(value: &str) -> bool {
    ["false", "no", "off", "0", "n"].iter().any(|no| value.trim().eq_ignore_ascii_case(no))
}

/// Whether a refresh leads to another page before anybody has read this one.
fn leads_elsewhere(content: &str) -> bool {
    const SECONDS: f64 = 30.0;
    let (delay, rest) = content.split_once([';', ',']).unwrap_or((content, ""));
    !rest.trim().is_empty() && delay.trim().parse::<f64>().is_ok_and(|delay| delay <= SECONDS)
}

/// The text of a script.
fn raw(tree: &Tree, id: Id) -> String {
    let mut out = String::new();
    for child in tree.children(id) {
        if let Data::Text(words) = tree.data(child) {
            out.push_str(words);
        }
    }
    out
}
