//! Do the marks of a site mean what they mean to Pagefind? The same pages, read by both, a test an attribute.
//!
//! `XUNZI_ALL=1 cargo test --release --features embed --test browser marks -- --nocapture`; npm brings Pagefind. What each mark means here is
//! tested without it in `tests/input/html_marks.rs`. Where the two read differently on purpose, the case says why, and that they do.

use std::collections::BTreeSet;
use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use xunzi::input::{self, Options};

use crate::peers::pagefind;

/// What of a page is compared.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Seen {
    url: String,
    /// Letters and digits of title and text: how blocks are parted is another matter.
    words: String,
    title: String,
    meta: BTreeSet<(String, String)>,
    /// Places that links lead to: those of headings and of marked titles.
    places: BTreeSet<String>,
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// What Pagefind keeps of the pages of a site: each is a file of JSON behind a word.
fn theirs(command: &Path, site: &Path) -> BTreeSet<Seen> {
    let out = site.with_extension("pagefind");
    let run = Command::new(command).args(["--site", &site.to_string_lossy(), "--output-path", &out.to_string_lossy()]).output();
    let run = run.expect("Pagefind runs");
    let Ok(files) = fs::read_dir(out.join("fragment")) else {
        assert!(String::from_utf8_lossy(&run.stdout).contains("Indexed 0 pages") || !run.status.success(), "{run:?}");
        return BTreeSet::new();
    };
    files.map(|file| fragment(&file.expect("a file").path())).collect()
}

fn fragment(file: &Path) -> Seen {
    let mut text = String::new();
    let packed = fs::read(file).expect("a file of Pagefind's");
    flate2::read::GzDecoder::new(&packed[..]).read_to_string(&mut text).expect("it is packed");
    let page: Value = serde_json::from_str(text.strip_prefix("pagefind_dcd").expect("its word")).expect("JSON");
    let of = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let title = of(&page["meta"]["title"]);
    let mut meta = BTreeSet::new();
    for (name, value) in page["meta"]
        .as_object()
        .expect("facts")
        .iter()
        .filter(|(name, value)| *name != "title" && *name != "url" && **value != "")
    {
        meta.insert((name.clone(), of(value)));
    }
    for (name, values) in page["filters"].as_object().expect("filters") {
        meta.extend(values.as_array().expect("a list").iter().map(|value| (name.clone(), of(value))));
    }
    let anchors = page["anchors"].as_array().expect("places").iter();
    let places = anchors.filter(|a| of(&a["element"]).starts_with('h') && of(&a["element"]) != "h1").map(|a| of(&a["id"]));
    let url = page["meta"].get("url").map_or_else(|| of(&page["url"]), of);
    let words = letters(&of(&page["content"]));
    Seen { url, words, title, meta, places: places.collect() }
}

/// What is read here.
fn ours(site: &Path) -> BTreeSet<Seen> {
    let read = input::read(&[site.to_path_buf()], &Options::default(), &mut |_| {}).expect("our own folder");
    let seen = |article: xunzi::Article| {
        let facts = article.meta.into_iter().filter(|(name, _)| name != "lang");
        let places = article.headings.into_iter().map(|heading| heading.anchor).filter(|anchor| !anchor.is_empty());
        Seen {
            url: article.url,
            words: letters(&article.text),
            title: article.title,
            meta: facts.collect(),
            places: places.collect(),
        }
    };
    read.articles.into_iter().map(seen).collect()
}

/// What differs, if anything does. The title is a block of the text there where it stands in it, and of none here.
fn difference(theirs: &BTreeSet<Seen>, ours: &BTreeSet<Seen>) -> Option<String> {
    let same = |theirs: &Seen, ours: &Seen| {
        let titled = theirs.title.is_empty() || theirs.title == ours.title;
        let whole = letters(&ours.title) + &ours.words;
        let words = theirs.words == ours.words || theirs.words == whole;
        titled && words && theirs.url == ours.url && theirs.meta == ours.meta && theirs.places == ours.places
    };
    let all = theirs.len() == ours.len() && theirs.iter().zip(ours).all(|(theirs, ours)| same(theirs, ours));
    (!all).then(|| format!("Pagefind {theirs:#?}\nhere {ours:#?}"))
}

/// A page, and why it is read otherwise here, if it is.
type Case = (&'static str, Option<&'static str>);

const BODY: [Case; 9] = [
    ("outside<div data-pagefind-body>inside</div><p>between<p data-pagefind-body=false>more", None),
    ("<nav>way<p data-pagefind-body>inside</p></nav>", None),
    ("<footer><p data-pagefind-body>inside</p></footer>", None),
    ("<div data-pagefind-ignore>away<p data-pagefind-body>inside</p></div>", None),
    ("<div data-pagefind-body data-pagefind-ignore>inside</div>", None),
    ("<nav data-pagefind-body>way</nav><p>text", None),
    ("<div data-pagefind-ignore=all><p data-pagefind-body>away</p></div><p>text", None),
    (
        "<div data-pagefind-body>one<div data-pagefind-body>two</div>three</div>",
        Some("of nested bodies only the innermost is kept there"),
    ),
    ("<h1>Head</h1><p>text<header>letter</header>", Some("a header beside the text is no text here")),
];

const IGNORE: [Case; 6] = [
    (
        "<div data-pagefind-ignore><h1>Head</h1><img src=a.png alt=picture><p data-pagefind-meta=author>Jing</p>away</div>text",
        None,
    ),
    ("<div data-pagefind-ignore=index><h1>Head</h1>away</div>text", None),
    ("<div data-pagefind-ignore=all><h1>Head</h1><p data-pagefind-meta=author>Jing</p>away</div>text", None),
    ("<div data-pagefind-ignore=none>away</div>text", None),
    ("be<span data-pagefind-ignore>away</span>fore", None),
    ("<p data-pagefind-ignore>away<p>text", Some("the end of a tag that HTML leaves out is not seen there")),
];

const ATTRIBUTES: [Case; 2] = [
    (
        "<p><a href=x title=one data-pagefind-index-attrs='title,aria-label' aria-label=two>word</a> more</p>",
        Some("they are blocks behind the text here"),
    ),
    ("<p>word</p><img src=a.png alt=picture data-pagefind-index-attrs=alt>", None),
];

const TITLE: [Case; 6] = [
    ("<h1>Head</h1><p data-pagefind-meta=title>Given</p>", None),
    ("<p data-pagefind-meta='title:Literal, all of it'>text</p>", None),
    ("<nav><h1>Way</h1></nav><main>text</main>", None),
    ("<h1><img src=a></h1><h1>Second</h1>text", None),
    ("<h2>Two</h2>text", None),
    ("<p data-pagefind-default-meta='title:Default'>text</p>", None),
];

const META: [Case; 6] = [
    ("<h1>Head</h1><p data-pagefind-meta='author, from[data-x]' data-x=Paper>Jing</p><p data-pagefind-meta=author>Li</p>", None),
    ("<h1>Head</h1><template><p data-pagefind-meta=inner>yes</p></template><p>text</p>", None),
    ("<h1>Head</h1>text<p data-pagefind-meta=empty></p><footer data-pagefind-meta=foot>Foot</footer>", None),
    ("<h1>Head</h1>text<div data-pagefind-meta=outer>Out<b data-pagefind-meta=outer>In</b></div>", None),
    ("<h1>Head</h1>text<img src=../2.png alt=picture><img src=3.png>", Some("the description of an image is text here")),
    ("<h1>Head</h1>text<p data-pagefind-meta='version:2, all'></p>", None),
];

const DEFAULTS: [Case; 3] = [
    ("<p data-pagefind-default-meta='image:none.png'></p><h1>Head</h1>text<img src=some.png>", None),
    ("<p data-pagefind-default-meta='image:none.png, one'></p><h1>Head</h1>text", None),
    ("<h1>Head</h1>text<p data-pagefind-default-meta=from:nobody></p><p data-pagefind-meta=from>given</p>", None),
];

const FILTER: [Case; 3] = [
    ("<h1>Head</h1><b data-pagefind-filter=tags>snow, ice</b> <b data-pagefind-filter=tags>party</b>", None),
    ("<h1>Head</h1><b data-pagefind-filter='colour:red, green'>text</b>", None),
    ("<h1>Head</h1>text<i data-pagefind-filter='section[data-a], writer[title]' data-a=Town title=Jing></i>", None),
];

const PLACES: [Case; 2] = [
    ("<h1>Head</h1><h2 id=a>First</h2>text<p id=c>third</p>", None),
    ("<h1>Head</h1><h2>First</h2>text<h3 id=b>Second</h3>more", None),
];

const ADDRESS: [Case; 2] = [
    ("<h1>Head</h1><p data-pagefind-meta='url:/x/y/'>text</p>", None),
    ("<h1>Head</h1><a data-pagefind-meta='url[href]' href='https://example.org/'>text</a>", None),
];

/// Builds both and compares. Each page is a site of its own: one mark may speak for all pages.
fn compare(attribute: &str, cases: &[Case]) {
    if std::env::var_os("XUNZI_ALL").is_none() {
        return;
    }
    let command = match pagefind() {
        Ok(command) => command,
        Err(reason) => return eprintln!("skipped: the comparison with Pagefind needs npm and its registry: {reason}"),
    };
    let folder = crate::folder();
    let mut wrong = Vec::new();
    for (n, (html, why)) in cases.iter().enumerate() {
        let site = folder.path().join(n.to_string());
        fs::create_dir_all(site.join("a")).expect("a folder");
        fs::write(site.join("a/index.html"), format!("<!doctype html><html lang=en><body>{html}</body></html>")).expect("a page");
        let difference = difference(&theirs(&command, &site), &ours(&site));
        match (difference, why) {
            (Some(difference), None) => wrong.push(format!("{html}\n{difference}")),
            (None, Some(why)) => wrong.push(format!("{html}\nis read alike, and not otherwise: {why}")),
            _ => {}
        }
    }
    println!("{attribute}: {} pages, {} not as they should be", cases.len(), wrong.len());
    assert!(wrong.is_empty(), "{attribute}\n{}", wrong.join("\n\n"));
}

#[test]
fn the_body() {
    compare("data-pagefind-body", &BODY);
}

#[test]
fn what_is_ignored() {
    compare("data-pagefind-ignore", &IGNORE);
}

#[test]
fn attributes_that_are_text() {
    compare("data-pagefind-index-attrs", &ATTRIBUTES);
}

#[test]
fn the_title() {
    compare("data-pagefind-meta=title", &TITLE);
}

#[test]
fn facts() {
    compare("data-pagefind-meta", &META);
}

#[test]
fn defaults() {
    compare("data-pagefind-default-meta", &DEFAULTS);
}

#[test]
fn filters() {
    compare("data-pagefind-filter", &FILTER);
}

#[test]
fn places() {
    compare("headings with an id", &PLACES);
}

#[test]
fn addresses() {
    compare("data-pagefind-meta=url", &ADDRESS);
}

/// Pages, by their names, and an order of the results of `word`: what stands in front of a name in Pagefind's `sort` and the like.
struct Order {
    pages: &'static [(&'static str, &'static str)],
    /// The key that is sorted by; none: what counts most goes first.
    key: Option<&'static str>,
    why: Option<&'static str>,
}

const SORT: [Order; 3] = [
    Order {
        pages: &[
            ("a", "<h1>A</h1><p data-pagefind-sort='rank:10'>word"),
            ("b", "<h1>B</h1><p data-pagefind-sort='rank:9'>word"),
            ("c", "<h1>C</h1><p data-pagefind-sort=rank[data-r] data-r=+11>word"),
        ],
        key: Some("rank"),
        why: None,
    },
    // One value that is no number makes texts of all.
    Order {
        pages: &[
            ("a", "<h1>A</h1><p data-pagefind-sort='rank:10'>word"),
            ("b", "<h1>B</h1><p data-pagefind-sort='rank:9'>word"),
            ("c", "<h1>C</h1><p>word <b data-pagefind-sort=rank>ten</b>"),
        ],
        key: Some("rank"),
        why: None,
    },
    Order {
        pages: &[
            ("a", "<h1>A</h1><p data-pagefind-sort='weight:2'>word"),
            ("b", "<h1>B</h1><p data-pagefind-sort='weight:1'>word"),
        ],
        key: Some("weight"),
        why: None,
    },
];

const WEIGHT: [Order; 5] = [
    Order {
        pages: &[("a", "<h1>A</h1><p>word and more"), ("b", "<main data-pagefind-weight=9><h1>B</h1><p>word and more</main>")],
        key: None,
        why: None,
    },
    Order {
        pages: &[("a", "<main data-pagefind-weight=0.2><h1>A</h1><p>word and more</main>"), ("b", "<h1>B</h1><p>word and more")],
        key: None,
        why: None,
    },
    // A heading counts more than a paragraph without any mark.
    Order {
        pages: &[("a", "<h1>A</h1><p>some word here</p><h2>Other</h2>"), ("b", "<h1>B</h1><h2>some word here</h2><p>Other")],
        key: None,
        why: None,
    },
    Order {
        pages: &[("a", "<h1>A</h1><p>word, word, other"), ("b", "<h1>B</h1><p data-pagefind-weight=10>word, other, more")],
        key: None,
        why: None,
    },
    // The innermost mark holds, and what counts nothing is found, last.
    Order {
        pages: &[
            ("a", "<h1>A</h1><div data-pagefind-weight=9><p data-pagefind-weight=0>word, word, other</p></div>"),
            ("b", "<h1>B</h1><p>word, more, other"),
        ],
        key: None,
        why: None,
    },
];

/// The names of the pages that each finds, first to last: theirs, then ours.
fn orders(order: &Order, command: &Path, folder: &Path, browser: &crate::chromium::Browser) -> [Vec<String>; 2] {
    let site = folder.join("site");
    for (name, html) in order.pages {
        fs::create_dir_all(site.join(name)).expect("a folder");
        let page = format!("<!doctype html><html lang=en><body>{html}</body></html>");
        fs::write(site.join(name).join("index.html"), page).expect("a page");
    }
    let run = Command::new(command).args(["--site", &site.to_string_lossy()]).output().expect("Pagefind runs");
    assert!(run.status.success(), "{run:?}");
    let server = crate::server::Server::start(&site, false);
    let page = browser.page();
    page.open(&server.url("/a/"));
    let sort = order.key.map(|key| format!("{{ sort: {{ {key}: 'asc' }} }}")).unwrap_or_default();
    let told = page.evaluate(&format!(
        "(async () => {{ const pagefind = await import('/pagefind/pagefind.js');
            const found = await pagefind.search('word', {sort});
            return (await Promise.all(found.results.map((one) => one.data()))).map((one) => one.url); }})()"
    ));
    let name = |url: &Value| url.as_str().unwrap_or_default().trim_matches('/').to_owned();
    let theirs = told.as_array().expect("a list").iter().map(name).collect();
    let out = folder.join("xunzi").to_string_lossy().into_owned();
    crate::site::xunzi(&["build", &site.to_string_lossy(), "--out", &out, "--quiet"]);
    let told = crate::site::xunzi(&["search", &out, "word", "--json", "--sort", order.key.unwrap_or("best")]);
    let told: Value = serde_json::from_str(told.trim()).expect("JSON");
    let ours = told["results"].as_array().expect("a list").iter().map(|hit| name(&hit["url"])).collect();
    [theirs, ours]
}

/// Builds both and compares which page goes first.
fn compare_orders(attribute: &str, all: &[Order]) {
    if std::env::var_os("XUNZI_ALL").is_none() {
        return;
    }
    let command = match pagefind() {
        Ok(command) => command,
        Err(reason) => return eprintln!("skipped: the comparison with Pagefind needs npm and its registry: {reason}"),
    };
    let browser = crate::chromium::Browser::start();
    let mut wrong = Vec::new();
    for order in all {
        let folder = crate::folder();
        let [theirs, ours] = orders(order, &command, folder.path(), &browser);
        match order.why {
            None if theirs != ours => wrong.push(format!("{:?}: Pagefind {theirs:?}, here {ours:?}", order.pages)),
            Some(why) if theirs == ours => wrong.push(format!("{:?}: alike, {ours:?}, and not otherwise: {why}", order.pages)),
            _ => {}
        }
    }
    println!("{attribute}: {} sites, {} not as they should be", all.len(), wrong.len());
    assert!(wrong.is_empty(), "{attribute}\n{}", wrong.join("\n"));
}

#[test]
fn keys_to_sort_by() {
    compare_orders("data-pagefind-sort", &SORT);
}

#[test]
fn weights() {
    compare_orders("data-pagefind-weight", &WEIGHT);
}
