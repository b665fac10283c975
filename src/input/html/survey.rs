//! What stands where on a page?
//!
//! One walk over the tree finds everything that is not the words of the main part: where that part is, the marks, the heads.

use super::marks::{self, Ignored};
use super::tree::{DOCUMENT, Data, Element, Id, Step, Tree, is_silent};
use super::{Html, noise};

/// What was found.
#[derive(Default)]
pub(super) struct Survey {
    pub(super) html: Option<Id>,
    pub(super) body: Option<Id>,
    pub(super) title: Option<Id>,
    /// `<meta>`, `<link>`, `<script type=application/ld+json>` and what gives an author: in the order of the page.
    pub(super) heads: Vec<Id>,
    /// Parts that are marked as the text: the outermost ones, those that are seen.
    marked: Vec<Id>,
    /// Whether any is marked, seen or not.
    pub(super) has_mark: bool,
    /// What the owner has chosen to be read.
    roots: Vec<Id>,
    mains: Vec<Id>,
    articles: Vec<Id>,
    /// The first heading of level 1 that has words, anywhere, and whether it is seen.
    pub(super) first: Option<(Id, bool)>,
    pub(super) facts: Marked,
    /// Address and words of the image that goes with the title.
    pub(super) image: Option<(String, String)>,
    /// The first value of `ignore` that nobody knows.
    pub(super) strange: Option<String>,
}

/// What the marks of a page say of it.
#[derive(Clone, Default)]
pub(super) struct Marked {
    /// The last of each name.
    pub(super) meta: Vec<(String, String)>,
    /// Where nothing else says it.
    pub(super) default: Vec<(String, String)>,
    /// All of them.
    pub(super) filter: Vec<(String, String)>,
    /// The last of each name.
    pub(super) sort: Vec<(String, String)>,
}

impl Survey {
    /// Looks a page over.
    pub(super) fn new(tree: &Tree, options: &Html) -> Survey {
        let mut out = Survey::default();
        // The outermost element of each of these sorts that the walk is in.
        let (mut unseen, mut root, mut marked, mut article, mut main) = (None, None, None, None, None);
        let mut waiting = false;
        // What is left out as a whole says nothing of the page either.
        let mut left = None;
        let mut walk = tree.walk(DOCUMENT);
        while let Some(step) = walk.next() {
            match step {
                Step::Enter(id) => {
                    let Some(element) = tree.element(id) else { continue };
                    let ignored = marks::ignored(element);
                    if let Ignored::Unknown(value) = ignored {
                        out.strange.get_or_insert_with(|| value.to_owned());
                    }
                    let all = matches!(ignored, Ignored::All | Ignored::Unknown(_));
                    if all && marks::of(element, "body").is_none() || options.excludes(tree, id) {
                        left = Some(id);
                        walk.pass(id);
                        continue;
                    }
                    let within = root.is_some() || options.is_root(tree, id);
                    if within && root.is_none() {
                        root = Some(id);
                        out.roots.push(id);
                    }
                    if unseen.is_none() && is_hidden(element) {
                        unseen = Some(id);
                    }
                    let seen = unseen.is_none() && within;
                    if within && marked.is_none() && marks::of(element, "body").is_some() && may_be_body(element) {
                        out.has_mark = true;
                        if seen {
                            marked = Some(id);
                            out.marked.push(id);
                        }
                    }
                    if !element.html {
                        continue;
                    }
                    let is_main = &*element.name == "main" || element.get("role") == Some("main");
                    if seen && main.is_none() && is_main {
                        main = Some(id);
                        out.mains.push(id);
                    }
                    if seen && article.is_none() && &*element.name == "article" {
                        article = Some(id);
                        out.articles.push(id);
                    }
                    match &*element.name {
                        "html" if out.html.is_none() => out.html = Some(id),
                        "body" if out.body.is_none() => out.body = Some(id),
                        "title" if out.title.is_none() => out.title = Some(id),
                        "img" if waiting && out.image.is_none() => {
                            if let Some(src) = element.get("src") {
                                out.image = Some((src.to_owned(), element.get("alt").unwrap_or_default().to_owned()));
                            }
                        }
                        _ if is_head(element) => out.heads.push(id),
                        _ => {}
                    }
                }
                Step::Leave(id) if left == Some(id) => left = None,
                Step::Leave(id) => {
                    for open in [&mut unseen, &mut root, &mut marked, &mut article, &mut main] {
                        *open = open.filter(|&open| open != id);
                    }
                    let Some(element) = tree.element(id) else { continue };
                    if element.html && &*element.name == "h1" && out.first.is_none() && !words(tree, id).is_empty() {
                        out.first = Some((id, unseen.is_none() && !is_hidden(element)));
                        waiting = true;
                    }
                    if out.facts.take(tree, id, element) {
                        (waiting, out.image) = (true, None);
                    }
                }
            }
        }
        out
    }

    /// The parts that are the text of the page, in the order of the page, and whether they are the main part: not all of it.
    pub(super) fn parts(&self, tree: &Tree, options: &Html) -> (Vec<Id>, bool) {
        if self.has_mark {
            return (self.marked.clone(), true);
        }
        // A page that a script fills has an empty one.
        let full = |list: &[Id]| list.iter().copied().filter(|&id| tree.has_words(id)).collect::<Vec<_>>();
        for list in [full(&self.mains), full(&self.articles)] {
            if !list.is_empty() {
                return (list, true);
            }
        }
        match options.root {
            Some(_) => (self.roots.clone(), true),
            None => (self.body.into_iter().collect(), false),
        }
    }

    /// How many articles stand side by side.
    pub(super) fn articles(&self) -> usize {
        self.articles.len()
    }
}

impl Marked {
    /// Takes what an element says when it ends. Returns true if it gives the title.
    fn take(&mut self, tree: &Tree, id: Id, element: &Element) -> bool {
        let mut titled = false;
        if let Some(list) = marks::of(element, "meta") {
            for (name, value) in marks::facts(tree, id, list) {
                titled |= name == "title";
                last(&mut self.meta, name, value);
            }
        }
        if let Some(list) = marks::of(element, "default-meta") {
            for (name, value) in marks::facts(tree, id, list) {
                last(&mut self.default, name, value);
            }
        }
        if let Some(list) = marks::of(element, "filter") {
            self.filter.extend(marks::facts(tree, id, list));
        }
        if let Some(list) = marks::of(element, "sort") {
            for (name, value) in marks::facts(tree, id, list) {
                last(&mut self.sort, name, value);
            }
        }
        titled
    }
}

/// The value of a name.
pub(super) fn value<'a>(list: &'a [(String, String)], name: &str) -> Option<&'a str> {
    list.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// Of one name the last value holds, at the place of the first.
fn last(list: &mut Vec<(String, String)>, name: String, value: String) {
    match list.iter_mut().find(|(known, _)| *known == name) {
        Some(entry) => entry.1 = value,
        None => list.push((name, value)),
    }
}

/// The words of a heading, or of a fact, as one line, without the sign that links to it; no more than a few thousand bytes.
pub(super) fn words(tree: &Tree, heading: Id) -> String {
    let mut out = String::new();
    let mut walk = tree.walk(heading);
    while let Some(step) = walk.next() {
        let Step::Enter(id) = step else { continue };
        match tree.data(id) {
            Data::Text(words) => out.push_str(words),
            Data::Element(element) if id != heading => {
                if !element.html || is_silent(element) || is_hidden(element) || noise::is_noise(tree, id, element, Some(heading))
                {
                    walk.pass(id);
                } else if &*element.name == "br" {
                    out.push(' ');
                }
            }
            _ => {}
        }
        if out.len() > 4096 {
            break;
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a browser does not show, or an author keeps from searches. A panel behind a tab is shown when its reader wants it.
pub(super) fn is_hidden(element: &Element) -> bool {
    let panel = element.get("role") == Some("tabpanel");
    let hidden = ["hidden", "style"].iter().any(|name| element.get(name).is_some_and(|value| hides(name, value)));
    (hidden && !panel) || ["data-nosearch", "data-search-exclude"].iter().any(|name| element.get(name).is_some())
}

/// Whether a browser does not show an element with this attribute. `content-visibility:hidden` ends in the second rule.
fn hides(name: &str, value: &str) -> bool {
    match name {
        "hidden" => !value.eq_ignore_ascii_case("until-found"),
        "style" => {
            let style: String = value.to_ascii_lowercase().split_ascii_whitespace().collect();
            ["display:none", "visibility:hidden"].iter().any(|rule| style.contains(rule))
        }
        _ => false,
    }
}

/// Elements on which a mark of the text counts.
fn may_be_body(element: &Element) -> bool {
    !matches!(
        &*element.name,
        "nav" | "footer" | "form" | "head" | "style" | "script" | "noscript" | "svg" | "iframe" | "template"
    )
}

/// Whether an element may say something of the whole page.
fn is_head(element: &Element) -> bool {
    match &*element.name {
        "meta" => true,
        "link" => element.get("rel").is_some(),
        "script" => element.get("type").is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/ld+json")),
        "a" => element.words("rel").any(|rel| rel.eq_ignore_ascii_case("author")),
        _ => element.get("itemprop").is_some(),
    }
}
