//! Does the whole path work: the real command, its files on a static server, the page in a real browser?
//!
//! `cargo test --release --features embed --test browser` (after `./dev demo --build` has made target/page), or
//! `./dev test`, which sets up everything first. Needs Chromium; `XUNZI_CHROMIUM` names it if it is not found.

mod archive;
mod boxes;
mod catalog;
#[allow(dead_code)]
// what a driver of browsers and a server of faults can do is not all used at once
mod chromium;
mod conduct;
mod costs;
mod faults;
mod firefox;
mod generators;
mod hosts;
mod lost;
mod marks;
mod measure;
mod narrow;
mod offline;
mod peers;
mod portable;
mod programs;
mod recipes;
mod schedules;
#[allow(dead_code)]
mod server;
mod site;
mod unlucky;
mod world;

#[path = "../common/generate.rs"]
mod generate;
#[allow(unused_imports)]
// what only other tests take from it
#[path = "../common/naive.rs"]
mod naive;
#[path = "../common/nested.rs"]
mod nested;
mod oracle;
#[path = "../common/support.rs"]
mod support;

use serde_json::{Value, json};
use tempfile::TempDir;

use chromium::{Browser, Page};
use server::{Server, Wrong};
use site::root;

/// The seed of the sampled queries; any other must do as well.
const SEED: u64 = 20_231_211;

fn folder() -> TempDir {
    TempDir::with_prefix("xunzi-site-").expect("a temporary folder")
}

/// Asks a page for all answers, in order, through `open()` and `search()`.
fn ask(page: &Page, queries: &[String]) -> Vec<Value> {
    ask_from(page, "", queries)
}

/// The same where the index stands behind this address.
fn ask_from(page: &dyn world::Tab, base: &str, queries: &[String]) -> Vec<Value> {
    let script = format!(
        r#"(async () => {{
            const {{ open }} = await import("{base}/xunzi/xunzi.js");
            const index = await open("{base}/xunzi/");
            const answers = [];
            for (const query of {}) {{
                const {{ articles, hits, state, results }} = await index.search(query, {{ limit: 0 }});
                answers.push({{ articles, hits, state, results: results.map(({{ id, hits }}) => ({{ id, hits }})) }});
            }}
            index.close();
            return answers;
        }})()"#,
        json!(queries)
    );
    page.evaluate(&script).as_array().expect("a list of answers").clone()
}

#[test]
fn the_command_finds_what_a_scan_finds() {
    let (corpus, folder) = (site::corpus(), folder());
    site::build(&corpus, folder.path());
    let index = folder.path().join("xunzi");
    let queries = site::queries(&corpus, SEED);
    let answer = |query: &String| {
        let printed = site::xunzi(&["search", &index.to_string_lossy(), "--json", "--limit", "0", "--", query]);
        site::found(query, &serde_json::from_str(&printed).unwrap_or_else(|e| panic!("{query}: {e}: {printed}")))
    };
    let answers: Vec<_> = queries.iter().map(answer).collect();
    site::compare(&corpus, &queries, &answers);
}

/// Builds a site of the corpus, asks a browser, compares.
fn check_page(corpus: &site::Corpus) {
    let folder = folder();
    site::build(corpus, folder.path());
    let queries = site::queries(corpus, SEED);
    let server = Server::start(folder.path(), true);
    let browser = Browser::start();
    let page = browser.page();
    page.open(&server.url("/empty.html"));
    let answers: Vec<_> = ask(&page, &queries).iter().zip(&queries).map(|(answer, query)| site::found(query, answer)).collect();
    site::compare(corpus, &queries, &answers);
    assert_eq!(page.workers().len(), 1, "the engine runs in one worker");
    assert_eq!(page.complaints(), Vec::<String>::new());
}

#[test]
fn the_page_finds_what_a_scan_finds() {
    check_page(&site::corpus());
}

/// One of the long tests.
#[test]
fn the_page_finds_what_a_scan_finds_in_large_corpora() {
    if std::env::var_os("XUNZI_ALL").is_none() {
        return;
    }
    for (name, corpus) in site::large_corpora() {
        eprintln!("{name}: {} articles", corpus.len());
        check_page(&corpus);
    }
}

/// A page of a site of the five newspaper pages, or the sample articles, with nothing on it but the box; it is asked
/// for with a server that can misbehave.
fn box_site(folder: &TempDir) -> Server {
    site::build(&site::corpus(), folder.path());
    let page = r#"<!doctype html><html lang=en><meta charset=utf-8><title>box</title><link rel=icon href=data:,>
        <script type=module src=/xunzi/xunzi.js></script><xunzi-search></xunzi-search>"#;
    std::fs::write(folder.path().join("box.html"), page).expect("the page is written");
    Server::start(folder.path(), false)
}

/// Puts the focus into the box and types.
fn ask_box(page: &Page, query: &str) {
    page.evaluate("document.querySelector('xunzi-search').focus()");
    page.insert(query);
}

/// An expression: what the box shows, by part; `text(part)`, `count(selector)`.
fn shown(expression: &str) -> String {
    format!(
        "(() => {{ const root = document.querySelector('xunzi-search').shadowRoot;
            const text = (part) => root.querySelector(`[part=${{part}}]`)?.textContent ?? '';
            const count = (selector) => root.querySelectorAll(selector).length;
            return {expression}; }})()"
    )
}

#[test]
fn the_box_tells_that_nothing_was_found() {
    let folder = folder();
    let server = box_site(&folder);
    let browser = Browser::start();
    let page = browser.page();
    page.open(&server.url("/box.html"));
    let query = "這裏絕對没有这一句";
    ask_box(&page, query);
    page.until("a note that nothing was found", &shown(&format!("text('note').includes({})", json!(query))));
    assert_eq!(page.evaluate(&shown("count('[role=option]')")), 0);
    assert_eq!(page.evaluate(&shown("count('[part=retry]')")), 0, "it is an answer, not a failure");
    assert_eq!(page.complaints(), Vec::<String>::new());
}

/// While the first answer is on its way, how much of it has come is seen.
#[test]
fn a_slow_start_is_told() {
    let folder = folder();
    let server = box_site(&folder);
    let browser = Browser::start();
    let page = browser.page();
    page.open(&server.url("/box.html"));
    server.set_line(std::time::Duration::from_millis(50), 40_000);
    ask_box(&page, "志愿者");
    let seen = "root.querySelector('[part=status]')?.getBoundingClientRect().height > 0 && /^Loading \\d+ of \\d+ kB$/.test(text('status'))";
    page.until("how much has come", &shown(seen));
    page.until("results", &shown("count('[part=result]') > 0"));
}

#[test]
fn the_box_tells_of_missing_files_and_recovers() {
    let folder = folder();
    let server = box_site(&folder);
    let browser = Browser::start();
    // a word that stands in the five pages and in the sample articles
    let query = "志愿者";
    for part in ["manifest", "worker.js", "engine.wasm", ".dat"] {
        let page = browser.private_page();
        server.set_fault(move |path, _| path.ends_with(part).then_some(Wrong::Status(404)));
        page.open(&server.url("/box.html"));
        ask_box(&page, query);
        page.until(&format!("a way to try again ({part} is missing)"), &shown("count('[part=retry]') === 1"));
        let note = page.evaluate(&shown("text('note')"));
        assert!(!note.as_str().is_some_and(|text| text.contains(query)), "{part} is missing, yet the box says: {note}");
        assert_eq!(page.evaluate(&shown("count('[role=option]')")), 0);
        server.set_fault(|_, _| None);
        page.evaluate(&shown("root.querySelector('[part=retry]').click()"));
        page.until(&format!("results ({part} is back)"), &shown("count('[role=option]') > 0"));
    }
}

/// What is typed but not answered yet: nothing of the list before gets mixed into its answer, nor is chosen in its name.
#[test]
fn the_list_is_of_one_query() {
    let folder = folder();
    let server = box_site(&folder);
    let browser = Browser::start();
    let page = browser.page();
    page.open(&server.url("/box.html"));
    page.evaluate("document.querySelector('xunzi-search').setAttribute('limit', 2)");
    let type_on = |text: &str| page.evaluate(&shown(&format!("root.querySelector('input').value = {}", json!(text))));
    ask_box(&page, "的");
    // More of an answer is only offered, and the keys only lead on to it, once it is there.
    let answered = shown("count('[part=result]') === 2 && !root.querySelector('[part=more]').hidden");
    page.until("more than a page", &answered);
    let nowhere = "這裏絕对没有这一句";
    type_on(nowhere);
    page.evaluate(&shown("root.querySelector('[part=more]').click()"));
    page.until("nothing", &shown(&format!("count('[part=result]') === 0 && text('note').includes({})", json!(nowhere))));
    // All there is, with the arrow keys: pressed again and again they lead on from where they are.
    page.evaluate("document.querySelector('xunzi-search').value = '的'");
    page.until("a page", &answered);
    let before = page.evaluate(&shown("count('[role=option]')")).as_u64().unwrap_or(0);
    for _ in 0..before + 2 {
        page.press("ArrowDown");
    }
    let active = shown("[...root.querySelectorAll('[role=option]')].findIndex((option) => option.ariaSelected === 'true')");
    page.until("the next page", &shown("count('[part=result]') > 2"));
    page.until("its first result, or one of the next", &format!("[{before}, {before} + 1, {before} + 2].includes({active})"));
    // An option that stands there from the query before is not opened.
    page.evaluate("addEventListener('xunzi-select', () => { window.opened = true; })");
    type_on("志愿者");
    page.press("Enter");
    page.until("the new answer", &shown("count('mark') > 0 && text('list').includes('志愿者')"));
    assert_eq!(page.evaluate("window.opened ?? null"), Value::Null);
    assert_eq!(page.complaints(), Vec::<String>::new());
}

#[test]
fn a_hidden_box_takes_no_keys() {
    let folder = folder();
    let server = box_site(&folder);
    let browser = Browser::start();
    let page = browser.page();
    page.open(&server.url("/box.html"));
    page.evaluate(
        "document.body.prepend(Object.assign(document.createElement('xunzi-search'), { hidden: true })), document.body.tabIndex = 0",
    );
    page.press("/");
    page.until("the box that is seen has the focus", "document.activeElement === document.querySelectorAll('xunzi-search')[1]");
    // One that is taken away opens nothing any more.
    page.evaluate("document.activeElement.value = ''");
    let requests = server.requests().len();
    page.insert("的");
    page.evaluate("document.activeElement.remove()");
    std::thread::sleep(std::time::Duration::from_millis(300));
    let later = page.evaluate("performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('manifest')).length");
    assert_eq!(later, 1, "{requests} requests before: {:?}", server.requests());
}

/// The folder of the demo site: `XUNZI_DEMO` names a finished one, else it is built as `./dev demo` does.
fn demo(folder: &TempDir) -> std::path::PathBuf {
    match std::env::var_os("XUNZI_DEMO") {
        Some(finished) => root().join(finished),
        None => {
            site::build_demo(folder.path());
            folder.path().to_path_buf()
        }
    }
}

#[test]
fn the_first_answer_of_the_demo_is_small() {
    let folder = folder();
    let server = Server::start(&demo(&folder), true);
    let browser = Browser::start();
    let page = browser.page();
    page.open(&server.url("/"));
    ask_box(&page, "志愿者");
    page.until("results", &shown("count('[part=result]') > 0"));
    // The demo's page is made of its own files and of search.js: what it costs to search is everything else.
    let of_the_index = |path: &str| path.starts_with("/xunzi/") && path != "/xunzi/search.js";
    let requests: Vec<_> = server.requests().into_iter().filter(|request| of_the_index(&request.path)).collect();
    println!("what the browser was sent for the first answer, gzipped, without headers:");
    for request in &requests {
        println!("{:>8}  {}", request.bytes, request.path);
    }
    let total: usize = requests.iter().map(|request| request.bytes).sum();
    println!("{total:>8}  in {} requests", requests.len());
    let engine: usize = requests.iter().filter(|r| r.path.ends_with(".wasm")).map(|r| r.bytes).sum();
    let later =
        requests.iter().find(|request| ["desk.js", "narrow.js", "more.wasm"].iter().any(|name| request.path.ends_with(name)));
    assert!(later.is_none(), "a first answer needs no {later:?}");
    let mut paths: Vec<&str> = requests.iter().map(|request| request.path.as_str()).collect();
    paths.sort_unstable();
    paths.dedup();
    assert_eq!(paths.len(), requests.len(), "no file is sent twice");
    if std::env::var_os("XUNZI_DEMO").is_none() {
        assert!(engine > 0 && engine <= 48_900, "the engine costs {engine} bytes");
        assert!(total < 102_500, "the first answer costs {total} bytes");
    }
}

#[test]
fn the_demo_is_used_with_the_keyboard() {
    let folder = folder();
    let server = Server::start(&demo(&folder), true);
    let browser = Browser::start();
    let page = browser.page();
    page.look(1280, 900, 2, "light");
    page.open(&server.url("/"));
    let query = "志愿者";
    // one character after the other, as a reader does without an input method
    page.evaluate("document.querySelector('xunzi-search').focus()");
    for letter in query.chars() {
        page.insert(&letter.to_string());
    }
    // the demo keeps in its address what was answered last
    let answered = format!("decodeURIComponent(location.search) === {} &&", json!(format!("?q={query}")));
    page.until("results with marks", &shown(&format!("{answered} count('[part=result] a') > 1 && count('mark') > 0")));
    let marks = page.evaluate(&shown("[...root.querySelectorAll('mark')].map((mark) => mark.textContent)"));
    let folded = |text: &str| naive::fold(text, naive::Off::NONE).chars;
    for mark in marks.as_array().expect("a list of marks") {
        let mark = mark.as_str().unwrap_or_default();
        assert_eq!(folded(mark), folded(query), "a mark is on what was searched");
    }
    page.press("ArrowDown");
    page.press("ArrowDown");
    page.press("ArrowUp");
    let active = shown("[...root.querySelectorAll('[part=result] a')].indexOf(root.activeElement)");
    assert_eq!(page.evaluate(&active), 0, "the arrow keys stand on the first result");
    page.screenshot(&root().join("target/screenshots/demo.png"));
    let title = page.evaluate(&shown("text('name')"));
    page.press("Enter");
    page.until(
        "the article, with its marks",
        &format!(
            "location.href !== {} && document.body.innerText.includes({title}) && document.querySelectorAll('mark').length > 0",
            json!(server.url("/"))
        ),
    );
    page.screenshot(&root().join("target/screenshots/article.png"));
    assert_eq!(page.complaints(), Vec::<String>::new());
}
