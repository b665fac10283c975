//! What stands in the main part and is no word of it?
//!
//! Signs that link to a heading, buttons that copy, numbers of lines, second copies of formulas, words for screen readers only,
//! lists of a page's own headings. Each rule names the generators that it was seen with.

use super::tree::{Data, Element, Id, Step, Tree};

/// Whether this element says nothing to a reader. `heading`: the heading that it stands in.
pub(super) fn is_noise(tree: &Tree, id: Id, element: &Element, heading: Option<Id>) -> bool {
    match &*element.name {
        "a" => is_sign(tree, id, element, heading),
        "button" | "clipboard-copy" => copies(element),
        "ul" | "ol" => is_contents(tree, id),
        _ => leads_away(tree, id, element) || unseen(element) || is_number(tree, id, element) || is_second(tree, id, element),
    }
}

/// Classes of links to the heading that they stand in or beside.
const SIGNS: [&str; 10] = [
    "headerlink",     // Sphinx, MkDocs, Hexo
    "header-anchor",  // VitePress
    "hash-link",      // Docusaurus
    "anchor-link",    // Zola, Jupyter
    "sl-anchor-link", // Starlight
    "heading-anchor",
    "anchorjs-link",
    "permalink",
    "anchor", // Docsy, GitHub
    "td-heading-self-link",
];

/// A link into its own page of which the words are no part of what it stands beside.
fn is_sign(tree: &Tree, id: Id, element: &Element, heading: Option<Id>) -> bool {
    let Some(target) = element.get("href").and_then(|href| href.strip_prefix('#')) else {
        // An anchor without a link marks a place; what it holds is text.
        return false;
    };
    let words = tree.words(id, 500);
    if !words.contains(char::is_alphanumeric) {
        return true;
    }
    let classed = element.words("class").any(|class| SIGNS.contains(&class));
    let says =
        ["Section titled", "Permalink", "Direct link to", "Link to this", "Anchor link"].iter().any(|p| words.starts_with(p));
    match heading {
        // The only words of a heading are the heading (mdBook).
        Some(heading) => {
            let own = tree.element(heading).and_then(|element| element.get("id")).is_some_and(|id| id == target);
            (classed || says || (own && element.get("aria-hidden") == Some("true")))
                && tree.words(heading, 1000).len() > words.len()
        }
        None => says || (classed && !element.has_class("anchor")),
    }
}

/// Ways to other pages that no `<nav>` stands around.
fn leads_away(tree: &Tree, id: Id, element: &Element) -> bool {
    const WAYS: [&str; 16] = [
        "relatedPosts", // Butterfly
        "pagination-post",
        "related-posts", // Jekyll, Hugo
        "related",       // Sphinx
        "post-nav",      // NexT
        "post-navigation",
        "posts-nav",
        "page-navigation",
        "prev-next",
        "prev-next-area", // PyData
        "pagination",
        "pager",
        "breadcrumb",
        "breadcrumbs",
        "post-tags",
        "related-articles",
    ];
    if !element.words("class").chain(element.words("id")).any(|name| WAYS.contains(&name)) {
        return false;
    }
    let (mut all, mut linked) = (0, 0);
    only(tree, id, |words, link| {
        let n = words.trim().len();
        all += n;
        linked += if link == Link::Away { n } else { 0 };
        true
    });
    linked * 2 > all
}

/// A button that copies what stands beside it, or folds its lines.
fn copies(element: &Element) -> bool {
    let told = ["class", "title", "aria-label", "data-clipboard-text", "data-clipboard-target"];
    &*element.name == "clipboard-copy"
        || told.iter().filter_map(|name| Some((name, element.get(name)?))).any(|(name, value)| {
            let value = value.to_ascii_lowercase();
            name.starts_with("data-")
                || ["copy", "clipboard", "clip-", "word wrap", "wordwrap", "复制", "複製", "拷贝", "コピー"]
                    .iter()
                    .any(|word| value.contains(word))
        })
}

/// Classes of what only screen readers read.
fn unseen(element: &Element) -> bool {
    const UNSEEN: [&str; 9] = [
        "sr-only",
        "visually-hidden",
        "visuallyhidden",
        "screen-reader-text",
        "screen-reader-only",
        "screenreader-only",
        "sl-sr-only",
        "a11y-hidden",
        "MJX_Assistive_MathML",
    ];
    element.words("class").any(|class| UNSEEN.contains(&class))
}

/// The numbers of lines of code.
fn is_number(tree: &Tree, id: Id, element: &Element) -> bool {
    const NUMBERS: [&str; 17] = [
        "gutter", // Hexo
        "lntd",   // Hugo: the first of two
        "lnt",
        "ln",
        "lnlinks",
        "linenos", // Sphinx, MkDocs
        "linenodiv",
        "lineno", // Jekyll
        "rouge-gutter",
        "line-number",
        "line-numbers",
        "line-numbers-wrapper", // VitePress
        "line-numbers-rows",
        "hljs-ln-numbers",
        "codeLineNumber",
        "blob-num",
        "linenumber",
    ];
    let named = element.words("class").any(|class| NUMBERS.contains(&class) || class.starts_with("codeLineNumber"));
    named && only(tree, id, |words, _| words.chars().all(|c| c.is_ascii_digit() || c.is_whitespace()))
}

/// The second copy of a formula: KaTeX writes it once as MathML and once as it is drawn, in an order of its own.
fn is_second(tree: &Tree, id: Id, element: &Element) -> bool {
    element.has_class("katex-html")
        && tree.before(id).filter_map(|id| tree.element(id)).any(|before| before.has_class("katex-mathml"))
}

/// A list of nothing but links into the page: its headings once more.
fn is_contents(tree: &Tree, id: Id) -> bool {
    let mut links = 0;
    let all = only(tree, id, |words, link| {
        links += usize::from(link == Link::Within);
        link == Link::Within || words.trim().is_empty()
    });
    all && links > 1
}

/// What kind of link words stand in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Link {
    None,
    Within,
    Away,
}

/// Whether all words below an element are as wanted. Of each is told which kind of link it stands in.
fn only(tree: &Tree, root: Id, mut wanted: impl FnMut(&str, Link) -> bool) -> bool {
    let mut link: Option<(Id, Link)> = None;
    for step in tree.walk(root) {
        match step {
            Step::Enter(id) => match tree.data(id) {
                Data::Text(words) if !wanted(words, link.map_or(Link::None, |(_, kind)| kind)) => return false,
                Data::Element(element) if link.is_none() && &*element.name == "a" => {
                    let kind = |href: &str| if href.starts_with('#') { Link::Within } else { Link::Away };
                    link = element.get("href").map(|href| (id, kind(href)));
                }
                _ => {}
            },
            Step::Leave(id) => link = link.filter(|&(link, _)| link != id),
        }
    }
    true
}
