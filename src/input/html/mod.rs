//! What does a page of a built site say to its reader?
//!
//! ```text
//! bytes ─ charset ─ nest ─ tree (as a browser reads it) ─ survey (where is what?) ─┬─ head (what it says of itself)
//!                                                                                  ├─ words (what its reader sees)
//!                                                                                  └─ out (is it an article at all?)
//! all pages ─ site (what they share) ─ titles, languages, addresses ─ articles
//! ```
//!
//! Pages are read by several threads, and handed on in input order: what comes out does not depend on their number.

mod charset;
mod head;
mod marks;
mod nest;
mod noise;
mod out;
mod repeats;
mod select;
mod site;
mod survey;
mod tree;
mod weights;
mod words;

use super::address::percent;
use super::blocks::before;
use super::encoding;
use super::facts::{self, Facts, WEIGHT};
use super::kept::{Kept, Made, Stamp};
use super::lines::BLOCK_END;
use super::note::Level;
use super::sink::{SHOWN, Sink, whole};
use super::walk::Found;
use crate::{Article, Heading, Weight};
use head::Head;
use out::Reason;
use rayon::prelude::*;
pub use select::Selector;
use site::Site;
use std::collections::BTreeMap;
use survey::{Marked, Survey};
use tree::{Id, Tree};
use words::{First, Words};

/// How pages are read.
#[derive(Clone, Debug, Default)]
pub struct Html {
    /// The element that is read of each page; without, all of it.
    pub root: Option<Selector>,
    /// Elements that are left out with all they say.
    pub exclude: Vec<Selector>,
    /// Whether a final `index.html` stays in an address.
    pub keep_index: bool,
    /// Whether `.html` is left out of addresses.
    pub clean: bool,
    /// Whether what is hidden is text.
    pub hidden: bool,
    /// Pages that are let in although they would be left out: words of [`REASONS`].
    pub include: Vec<String>,
    /// The language of all pages, whatever they say.
    pub lang: Option<String>,
}

/// What [`Html::include`] may name.
pub const REASONS: [&str; 7] = ["noindex", "404", "print", "lists", "unmarked", "copies", "redirects"];

impl Html {
    fn excludes(&self, tree: &Tree, id: Id) -> bool {
        self.exclude.iter().any(|selector| selector.means(tree, id))
    }

    fn is_root(&self, tree: &Tree, id: Id) -> bool {
        self.root.as_ref().is_none_or(|selector| selector.means(tree, id))
    }

    fn lets_in(&self, reason: Reason) -> bool {
        self.include.iter().any(|name| name == reason.name())
    }
}

/// What one file says, before all are known.
#[derive(Clone)]
pub(super) struct Page {
    /// Its path in the input, as it would stand in an address.
    path: String,
    stem: String,
    head: Head,
    /// Whether a part of it is marked as the text.
    marked: bool,
    /// Whether a mark says how much a part of it counts.
    weighted: bool,
    /// Whether it has words, all of them hidden.
    hidden: bool,
    words: Words,
    /// A heading of level 1 outside of the main part.
    banner: Option<String>,
    facts: Marked,
    image: Option<(String, String)>,
    out: Option<Reason>,
    notes: Vec<(Level, String)>,
}

impl Page {
    /// The title that a mark gives.
    fn given(&self) -> Option<&str> {
        survey::value(&self.facts.meta, "title")
    }

    /// What it is called when it is compared with others.
    fn name(&self) -> &str {
        self.given().or(self.words.title.as_deref()).unwrap_or(&self.head.title)
    }

    /// The path of its canonical address.
    fn canonical(&self) -> Option<&str> {
        let address = self.head.canonical.as_deref()?;
        match address.split_once("://") {
            Some((_, rest)) => Some(rest.find('/').map_or("/", |at| &rest[at..])),
            None if address.starts_with('/') && !address.starts_with("//") => Some(address),
            None => None,
        }
    }
}

/// The text of a piece of HTML, as stands in a field of JSON or between the lines of Markdown.
pub(super) struct Fragment {
    /// Its first heading of level 1, if no title was given.
    pub(super) title: Option<String>,
    pub(super) text: String,
    pub(super) headings: Vec<Heading>,
    /// What its marks say of parts of the text, and what its headings count where it has such marks.
    pub(super) weights: Vec<Weight>,
}

/// Reads a piece of HTML. A heading of level 1 that repeats `title` is left out.
pub(super) fn fragment(html: &str, title: Option<&str>) -> Fragment {
    let (tree, options) = (Tree::read(html), &Html::default());
    let survey = Survey::new(&tree, options);
    // A `<main>` or an `<article>` in a piece is one block of it.
    let parts = if survey.has_mark { survey.parts(&tree, options).0 } else { survey.body.into_iter().collect() };
    let first = title.map_or(First::Title, First::Heading);
    let Words { text, headings, title, weights, .. } = words::read(&tree, &parts, true, first, options);
    let weighted = weights::any(&weights);
    Fragment { title, text, headings, weights: weights::list(weights, weighted) }
}

/// The words that a piece of HTML shows.
pub(super) fn text(html: &str) -> String {
    fragment(html, Some("")).text
}

/// Pages that stand in memory as trees at a time, at most, a thread.
const BATCH: usize = 64;

/// The stamp of a page that is to be kept, bytes read, and the page, or why there is none.
type Looked = (Option<Stamp>, u64, Result<Page, String>);

/// Pages of the input, read and not yet handed on: in input order, with the place of each.
pub(super) struct Pages {
    pages: Vec<Option<Page>>,
    site: Site,
    left: BTreeMap<Reason, Vec<String>>,
}

/// Reads all pages among the files, those that are kept excepted.
pub(super) fn read_all(files: &[Found], kept: &mut Kept, sink: &mut Sink) -> Pages {
    let options = sink.options;
    let mut pages: Vec<Option<Page>> = Vec::new();
    for batch in files.chunks(BATCH) {
        let one = |found: &Found| -> Looked {
            let stamp = kept.stamp(&found.path);
            if let Some(Made::Page(taken, page)) = kept.get(&found.path, stamp) {
                return (None, taken, Ok(*page));
            }
            let bytes = whole(&found.path, options.max_article);
            let taken = bytes.as_ref().map_or(0, |bytes| bytes.len() as u64);
            (stamp, taken, bytes.and_then(|bytes| page(found, bytes, options.max_article, &options.html)))
        };
        let read: Vec<Option<Looked>> = batch.par_iter().map(|found| found.is_html().then(|| one(found))).collect();
        for (found, read) in batch.iter().zip(read) {
            pages.push(read.and_then(|(stamp, taken, page)| {
                if let (Some(_), Ok(page)) = (stamp, &page) {
                    kept.put(&found.path, stamp, Made::Page(taken, Box::new(page.clone())));
                }
                sink.progress(taken);
                page.map_err(|why| sink.note(found, None, Level::Skipped, why)).ok()
            }));
        }
    }
    let site = Site::new(pages.iter().flatten());
    Pages { pages, site, left: BTreeMap::new() }
}

impl Pages {
    /// Hands one page on as an article, or counts why not.
    pub(super) fn hand(&mut self, at: usize, found: &Found, sink: &mut Sink) {
        let Some(page) = self.pages.get_mut(at).and_then(Option::take) else { return };
        if let Some(reason) = self.site.reason(&page, &sink.options.html) {
            self.left.entry(reason).or_default().push(found.path.display().to_string());
            return;
        }
        for (level, text) in &page.notes {
            sink.note(found, None, *level, text.clone());
        }
        let (title, other) = self.site.title(&page);
        let url = address(&page, &self.site, sink);
        let mut facts = Facts::default();
        let lang = sink.options.html.lang.as_deref().or(self.site.lang(&page)).map(str::to_owned);
        let Page { head, words, facts: marked, image, .. } = page;
        let mut automatic = head.facts;
        automatic.extend(words.date.filter(|_| automatic.iter().all(|(name, _)| *name != "date")).map(|date| ("date", date)));
        // What orders a list is asked of all articles at once, as is what narrows it.
        sink.read.filters.extend(marked.filter.iter().chain(&marked.sort).map(|(name, _)| name.clone()));
        let given = |name: &str| marked.meta.iter().chain(&marked.filter).any(|(known, _)| known == name);
        let taken = ["title", "url"];
        for (name, value) in marked.meta.iter().chain(&marked.filter).chain(&marked.sort) {
            if !taken.contains(&name.as_str()) {
                facts.put(name, value.as_str());
            }
        }
        for (name, value) in automatic.into_iter().filter(|(name, _)| !given(name)) {
            facts.put(name, value);
        }
        if let Some((src, alt)) = image.filter(|_| !given("image")) {
            facts.put("image", src);
            facts.put("image_alt", alt);
        }
        if let Some(lang) = lang.filter(|_| !given("lang")) {
            facts.put("lang", lang);
        }
        for (name, value) in &marked.default {
            if !facts.has(name) && !taken.contains(&name.as_str()) {
                facts.put(name, value.as_str());
            }
        }
        let weights = weights::list(words.weights, self.site.weighted && !facts.has(WEIGHT));
        let mut article = Article { title, text: words.text, headings: words.headings, weights, url, meta: Vec::new() };
        if survey::value(&marked.meta, facts::KEYWORDS).is_some() {
            facts.found_by_keywords(&mut article);
        }
        if let Some(mut other) = other {
            if !article.text.is_empty() {
                other.push(BLOCK_END);
            }
            before(&mut article, &other);
        }
        sink.article(found, None, article, facts);
    }

    /// Tells what was left out, a line a reason.
    pub(super) fn finish(self, sink: &mut Sink) {
        for (reason, paths) in self.left {
            let (first, others) = paths.split_first().map_or(("", &paths[..]), |(first, others)| (first.as_str(), others));
            let shown: Vec<&str> = others.iter().take(SHOWN / 4).map(String::as_str).collect();
            let dots = if others.len() > shown.len() { ", …" } else { "" };
            let (n, says) = (paths.len(), reason.says());
            let text = match others.len() {
                0 => format!("left out, as are pages that {says}"),
                1 => format!("left out with {}: they {says}", shown.join(", ")),
                more => format!("left out with {more} others ({}{dots}): they {says}", shown.join(", ")),
            };
            sink.left(reason.name(), n, first, text);
        }
    }
}

/// Reads one page.
fn page(found: &Found, bytes: Vec<u8>, most: u64, options: &Html) -> Result<Page, String> {
    let bytes = charset::without_nul(charset::unpacked(bytes, most)?);
    let declared = charset::declared(&bytes);
    let decoded = encoding::decode(bytes, declared.as_deref()).map_err(|why| why.to_string())?;
    let mut notes = decoded.notes();
    charset::bounded(&decoded.text)?;
    let tree = Tree::read(&decoded.text);
    drop(decoded.text);
    let survey = Survey::new(&tree, options);
    let head = Head::new(&tree, &survey);
    let (parts, main) = survey.parts(&tree, options);
    let unnamed = if survey.articles() > 1 { First::Unlinked } else { First::Title };
    let first = survey::value(&survey.facts.meta, "title").map_or(unnamed, First::Heading);
    let words = words::read(&tree, &parts, main, first, options);
    let path = percent(&found.inside, true);
    let inside = String::from_utf8_lossy(&found.inside);
    let out = out::reason(&inside, &head, &words, survey.articles());
    let hidden = words.text.is_empty()
        && !words::read(&tree, &parts, main, First::Title, &Html { hidden: true, ..options.clone() }).text.is_empty();
    let banner = survey.first.filter(|&(_, seen)| seen && words.firsts == 0).map(|(id, _)| survey::words(&tree, id));
    if let Some(value) = &survey.strange {
        let text = format!(
            "data-pagefind-ignore=\"{value}\" is read as \"all\": write \"all\", or \"index\" to keep what it says of the page"
        );
        notes.push((Level::Warning, text));
    }
    let weight = parts.first().and_then(|&part| marks::weight(&tree, part));
    let weighted = weight.is_some() || weights::any(&words.weights);
    let Survey { has_mark: marked, mut facts, image, .. } = survey;
    // The whole text of the page counts so much, unless the page says it of itself.
    if let Some(weight) =
        weight.map(|weight| (f64::from(weight) / 100.0).to_string()).filter(|_| survey::value(&facts.meta, WEIGHT).is_none())
    {
        facts.meta.push((WEIGHT.to_owned(), weight));
    }
    Ok(Page { path, stem: found.stem(), head, marked, weighted, hidden, words, banner, facts, image, out, notes })
}

/// The address of a page: what it says itself; its canonical one, if that is plainly this file's; its path.
fn address(page: &Page, site: &Site, sink: &Sink) -> String {
    let html = &sink.options.html;
    if let Some(url) = survey::value(&page.facts.meta, "url") {
        return url.to_owned();
    }
    if sink.options.base_url == "/"
        && !html.keep_index
        && let Some(canonical) = site.canonical(page)
    {
        return canonical.to_owned();
    }
    let mut path = page.path.as_str();
    if !html.keep_index {
        path = site::without_index(path);
    }
    if html.clean {
        path = path.strip_suffix(".html").unwrap_or(path);
    }
    sink.under_base(path)
}
