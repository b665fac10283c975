//! What is there without a network? An index that a reader has kept, one that he has not, one whose keeping was cut off; the search
//! page, the demo, and what the service worker has nothing to do with.

use std::collections::BTreeSet;
use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::chromium::{Browser, Page};
use crate::generate::Rng;
use crate::server::{Server, Wrong};
use crate::world::{articles, repeated};
use crate::{ask, ask_box, folder, shown, site};

/// Articles of a site whose index has every kind of file.
pub fn corpus(seed: u64) -> site::Corpus {
    let text = |article: &Value, key: &str| article[key].as_str().unwrap_or_default().to_owned();
    articles(seed, 400).iter().map(|a| (text(a, "title"), text(a, "text"))).collect()
}

/// Such a site, and queries out of its texts: most of them cut from one, some from two.
fn large(folder: &TempDir, seed: u64, queries: usize) -> Vec<String> {
    let corpus = corpus(seed);
    site::build(&corpus, folder.path());
    cut(&corpus, queries)
}

/// Queries out of the texts of a corpus.
pub fn cut(corpus: &site::Corpus, queries: usize) -> Vec<String> {
    let mut rng = Rng::new(16);
    let mut part = |length: usize| {
        let text: Vec<char> = rng.pick(corpus).1.chars().filter(|c| !c.is_whitespace() && !"\"“”".contains(*c)).collect();
        let from = rng.below(text.len() - length);
        text[from..from + length].iter().collect::<String>()
    };
    (0..queries).map(|n| if n % 5 == 4 { part(2) + &part(2) } else { part(1 + n % 7) }).collect()
}

/// Answers without what they say of where they are from.
fn plain(answers: &[Value]) -> Vec<Value> {
    answers.iter().map(|answer| json!([answer["articles"], answer["hits"], answer["state"], answer["results"]])).collect()
}

const KEEPER: &str = "document.querySelector('#keeper').textContent";

/// Opens a page with a box and a keeper, searches, and has the index kept.
pub fn keep(page: &Page, address: &str, query: &str) {
    page.open(address);
    ask_box(page, query);
    page.until("results", &shown("count('[part=result]') > 0"));
    page.until("what can be kept", "document.querySelector('#keeper button') !== null");
    page.until("the service worker", "(async () => (await Promise.race([navigator.serviceWorker.ready, 0])) !== 0)()");
    if page.evaluate(KEEPER).as_str().is_some_and(|text| text.contains("Keep")) {
        page.evaluate("document.querySelector('#keeper button').click()");
    }
    page.until("all of it is kept", &format!("/All of it|已全部/.test({KEEPER})"));
}

/// Opens the first result of a query in the reading view.
pub fn read(page: &Page, query: &str) {
    page.evaluate(&format!("document.querySelector('xunzi-search').value = {}", json!(query)));
    page.until("results", &shown("count('[part=result]') > 0"));
    page.evaluate(&shown("root.querySelector('[part=name]').click()"));
    page.until("the article", "document.querySelectorAll('#reading mark').length > 0");
    let title = page.evaluate("document.querySelector('#reading h1').textContent.length > 0");
    assert_eq!(title, true);
}

/// The server is stopped, the browser starts again: 200 queries get the answers that they got before, and articles open.
#[test]
fn what_was_kept_is_searched_and_read_without_network() {
    let folder = folder();
    let queries = large(&folder, 1, 200);
    let server = Server::start(folder.path(), true);
    let address = server.url("/xunzi/search.html");
    let browser = Browser::start();
    let page = browser.page();
    keep(&page, &address, &queries[3]);
    let online = plain(&ask(&page, &queries));
    assert_eq!(page.complaints(), Vec::<String>::new());
    drop(page);
    drop(server);
    let browser = Browser::start_again(browser.end(), &[]);
    let page = browser.page();
    page.open(&address);
    let offline = ask(&page, &queries);
    assert_eq!(plain(&offline), online);
    assert!(online.iter().filter(|answer| answer[0].as_u64() > Some(0)).count() > 100);
    read(&page, &queries[3]);
    ask_note(&page, "还没有人写过的一句话", "last known index");
}

/// What the box says of a query.
fn ask_note(page: &Page, query: &str, part: &str) {
    page.evaluate("history.back()");
    page.until("the list", "!document.querySelector('#desk').hidden");
    page.evaluate(&format!("document.querySelector('xunzi-search').value = {}", json!(query)));
    page.until(part, &shown(&format!("text('note').includes({})", json!(part))));
}

/// The demo after one visit, without asking it to keep anything.
#[test]
fn the_demo_works_without_network_after_one_visit() {
    let folder = folder();
    site::build_demo(folder.path());
    let server = Server::start(folder.path(), true);
    let address = server.url("/");
    let corpus: site::Corpus = walkdir::WalkDir::new(site::root().join("articles"))
        .into_iter()
        .flatten()
        .filter(|e| e.path().extension().is_some_and(|e| e == "md"))
        .map(|e| (String::new(), fs::read_to_string(e.path()).expect("a sample")))
        .collect();
    let queries = cut(&corpus, 200);
    let browser = Browser::start();
    let page = browser.page();
    page.open(&address);
    let about = page.call("Page.getAppManifest", json!({}));
    assert_eq!(about["errors"], json!([]), "the web app's manifest");
    assert!(about["url"].as_str().is_some_and(|url| url.ends_with("/app.webmanifest")), "{about}");
    let errors = page.call("Page.getInstallabilityErrors", json!({}));
    assert_eq!(errors["installabilityErrors"], json!([]));
    page.evaluate("navigator.serviceWorker.ready.then(() => 0)");
    let online = plain(&ask(&page, &queries));
    drop(page);
    drop(server);
    let browser = Browser::start_again(browser.end(), &[]);
    let page = browser.page();
    page.open(&address);
    assert_eq!(plain(&ask(&page, &queries)), online);
    read(&page, "志愿者");
    // For what is not xunzi's, or the demo's own, nobody answers.
    for path in ["/xunzi/owner.txt", "/other.html", "/xunzi/0123456789abcdef", "/xunzi/"] {
        let got = page.evaluate(&format!("fetch({path:?}).then((answer) => answer.status, () => 'nothing')"));
        assert_eq!(got, "nothing", "{path}");
    }
}

/// Without having been asked to keep anything the page is there, and says that it knows a part only, and why.
#[test]
fn what_was_not_kept_is_told() {
    let folder = folder();
    let queries = large(&folder, 1, 20);
    let server = Server::start(folder.path(), true);
    let browser = Browser::start();
    let page = browser.page();
    page.open(&server.url("/xunzi/search.html"));
    page.evaluate("navigator.serviceWorker.ready.then(() => 0)");
    server.set_fault(|_, _| Some(Wrong::Closed));
    page.open(&server.url("/xunzi/search.html"));
    let answers = ask(&page, &queries);
    let partial = answers.iter().filter(|answer| answer["state"] == "partial").count();
    assert!(partial > queries.len() / 2, "{answers:?}");
    ask_box(&page, &queries[2]);
    page.until("that it is a part, and why", &shown("/No connection/.test(text('note'))"));
    page.open(&server.url("/xunzi/search.html?read=3&q=x"));
    page.until("why there is no article", "/No connection/.test(document.querySelector('#reading').textContent)");
    // It heals by itself.
    server.set_fault(|_, _| None);
    page.evaluate("document.querySelector('#reading button').click()");
    page.until("the article", "document.querySelector('#reading h1') !== null");
}

/// What ends keeping before it is done.
const ENDS: [&str; 3] = ["the connection breaks", "the page is left", "the reader stops it"];

/// Cut off at a random moment, then asked for again: what had come is not fetched again, and all is there.
#[test]
fn keeping_that_was_cut_off_goes_on() {
    let folder = folder();
    let queries = large(&folder, 1, 20);
    let browser = Browser::start();
    let times = if std::env::var_os("XUNZI_ALL").is_some() { 20 } else { 4 };
    let mut rng = Rng::new(20);
    for time in 0..times {
        let server = Server::start(folder.path(), true);
        let page = browser.private_page();
        let opened = "import('/xunzi/xunzi.js').then(async ({ open }) => { window.index = await open('/xunzi/', { pace: .2 }); return index.kept(); })";
        page.open(&server.url("/empty.html"));
        let before = page.evaluate(opened);
        assert_eq!(before["kept"], false);
        let all = before["allFiles"].as_u64().expect("a number") - before["files"].as_u64().expect("a number");
        // Not all that is missing are files of the index.
        let at = rng.below(all as usize / 2);
        let end = ENDS[time % ENDS.len()];
        server.forget();
        let begin = "window.control = new AbortController(); window.keeping = index.keep({ signal: control.signal, onprogress: ({ files }) => (window.files = files) }).then(() => 'kept', (e) => e.code); 0";
        match end {
            "the connection breaks" => {
                let came = AtomicUsize::new(0);
                server.set_fault(move |path, _| {
                    (path.ends_with(".dat") && came.fetch_add(1, Ordering::Relaxed) >= at).then_some(Wrong::Closed)
                });
                page.evaluate(begin);
                assert_eq!(page.evaluate("keeping"), "offline", "{end}");
            }
            _ => {
                page.evaluate(begin);
                page.until("so many files", &format!("window.files >= {at}"));
                if end == "the page is left" {
                    page.open("about:blank");
                } else {
                    page.evaluate("control.abort(), 0");
                    let ended = page.evaluate("keeping");
                    assert!(ended == "aborted" || ended == "kept", "{end}: {ended}");
                }
            }
        }
        server.set_fault(|_, _| None);
        page.open(&server.url("/empty.html"));
        let again = page.evaluate(opened);
        let there = again["files"].as_u64().unwrap_or(0);
        server.forget();
        let whole = page.evaluate("index.keep()");
        assert_eq!(
            (&whole["kept"], &whole["files"], &whole["bytes"]),
            (&json!(true), &whole["allFiles"], &whole["allBytes"]),
            "{end}"
        );
        let fetched = server.requests().iter().filter(|r| r.path.ends_with(".dat")).count() as u64;
        println!("{end} after {at}: {there} files were there, {fetched} came then");
        assert!(fetched <= whole["allFiles"].as_u64().unwrap_or(0) - there, "{end}: {fetched} fetched, {there} were there");
        assert_eq!(repeated(&server), []);
        let online = plain(&ask(&page, &queries));
        server.set_fault(|path, _| path.ends_with(".dat").then_some(Wrong::Closed));
        page.evaluate("index.close()");
        page.open(&server.url("/empty.html"));
        assert_eq!(plain(&ask(&page, &queries)), online, "{end}: without the host");
    }
}

/// The site is published anew: a whole generation takes the place of a whole one, and nothing of the old stays.
#[test]
fn what_is_kept_is_renewed() {
    let (old, new) = (folder(), folder());
    let queries = large(&old, 1, 30);
    large(&new, 2, 0);
    let server = Server::start(old.path(), true);
    let browser = Browser::start();
    let page = browser.page();
    let address = server.url("/xunzi/search.html");
    keep(&page, &address, &queries[3]);
    server.set_folder(new.path());
    page.open(&address);
    let answers = plain(&ask(&page, &queries));
    let names = "caches.open(`xunzi ${new URL('.', location)}`).then((cache) => cache.keys()).then((keys) => [...new Set(keys.map(({ url }) => url.split('/')[4]).filter((part) => part.length === 16))])";
    let manifest: Value =
        serde_json::from_str(&fs::read_to_string(new.path().join("xunzi/manifest")).expect("a manifest")).expect("JSON");
    let wanted: BTreeSet<&str> = ["engine", "build"].iter().filter_map(|key| manifest[key].as_str()).collect();
    page.until(
        "the new generation and no other",
        &format!(
            "({names}).then((names) => names.sort().join() === {})",
            json!(wanted.iter().copied().collect::<Vec<_>>().join(","))
        ),
    );
    server.set_fault(|_, _| Some(Wrong::Closed));
    page.open(&address);
    assert_eq!(plain(&ask(&page, &queries)), answers);
}

/// A script that asks `index` these queries one after the other and gives the state, or code, build and articles of each.
fn with_builds(queries: &[String]) -> String {
    format!(
        "(async () => {{ const told = [];
            for (const query of {}) told.push(await index.search(query, {{ limit: 0 }}).then(
                ({{ state, build, articles, results }}) => [state, build, articles, results.map(({{ id }}) => id)], ({{ code }}) => [code]));
            return told; }})()",
        json!(queries)
    )
}

/// The site is published anew, all of the old is gone from the host, and a page is open whose service worker knows the old manifest:
/// the page goes on, each answer of one build; who comes next sees the new one, and nothing of the old stays.
#[test]
fn a_new_build_under_a_service_worker() {
    let (old, new) = (folder(), folder());
    let queries = large(&old, 1, 12);
    large(&new, 2, 0);
    let manifest = |folder: &TempDir| -> Value {
        serde_json::from_str(&fs::read_to_string(folder.path().join("xunzi/manifest")).expect("a manifest")).expect("JSON")
    };
    let builds = [manifest(&old)["build"].clone(), manifest(&new)["build"].clone()];
    let browser = Browser::start();
    const OPEN: &str =
        "import('/xunzi/xunzi.js').then(async ({ open }) => { window.index = await open('/xunzi/', { pace: .3 }); })";
    let truths = [&old, &new].map(|folder| {
        let server = Server::start(folder.path(), true);
        let page = browser.private_page();
        page.open(&server.url("/empty.html"));
        page.evaluate(OPEN);
        page.evaluate(&with_builds(&queries)).as_array().expect("answers").clone()
    });
    for whole in [false, true] {
        let server = Server::start(old.path(), true);
        let address = server.url("/xunzi/search.html");
        let page = browser.private_page();
        match whole {
            true => keep(&page, &address, &queries[3]),
            false => {
                page.open(&address);
                page.evaluate("navigator.serviceWorker.ready.then(() => 0)");
            }
        }
        // The worker controls the page from now on.
        page.open(&address);
        page.until("a controlled page", "navigator.serviceWorker.controller !== null");
        page.evaluate(OPEN);
        assert_eq!(page.evaluate(&with_builds(&queries[..3])), json!(truths[0][..3]), "before");
        server.set_folder(new.path());
        for round in 0..3 {
            for (answer, k) in page.evaluate(&with_builds(&queries)).as_array().expect("answers").iter().zip(0..) {
                let of = builds.iter().position(|build| *build == answer[1]);
                let right = of.is_some_and(|of| *answer == truths[of][k]);
                assert!(right, "kept: {whole}, round {round}: {} is answered by {answer:.300}", queries[k]);
            }
        }
        // The box of the page goes on, too.
        read(&page, queries.iter().zip(&truths[1]).find(|(_, truth)| truth[2].as_u64() > Some(0)).expect("a query").0);
        // The next visit.
        let next = "(async () => { const { open } = await import('/xunzi/xunzi.js'); window.index = await open('/xunzi/', { pace: .3 }); })()";
        page.open(&address);
        page.evaluate(next);
        assert_eq!(page.evaluate(&with_builds(&queries)), json!(truths[1]), "kept: {whole}, the next visit");
        let names = "caches.open(`xunzi ${new URL('.', location)}`).then((cache) => cache.keys()).then((keys) => keys.map(({ url }) => url.split('/')[4]))";
        let gone = format!("{names}.then((names) => names.includes({}) && !names.includes({}))", builds[1], builds[0]);
        page.until("the new generation, and nothing of the old", &gone);
        // And without the host, as far as it was kept.
        server.set_fault(|_, _| Some(Wrong::Closed));
        page.open(&address);
        page.evaluate(next);
        let answers = page.evaluate(&with_builds(&queries));
        for (answer, truth) in answers.as_array().expect("answers").iter().zip(&truths[1]) {
            assert_eq!(answer[1], builds[1], "kept: {whole}, without the host");
            assert!(answer == truth || !whole && answer[0] == "partial", "{answer} for {truth}");
        }
    }
}

/// What comes damaged by the way, when nothing is kept yet, is not kept either: trying again helps.
#[test]
fn what_came_damaged_is_not_kept() {
    let folder = folder();
    let queries = large(&folder, 1, 5);
    let server = Server::start(folder.path(), true);
    let browser = Browser::start();
    let page = browser.page();
    server.set_fault(|path, _| path.ends_with("/sums").then_some(Wrong::Status(404)));
    page.open(&server.url("/empty.html"));
    page.evaluate(
        "navigator.serviceWorker.register('/xunzi/xunzi-sw.js').then(({ installing }) => new Promise((go) => {
            installing.onstatechange = () => installing.state === 'activated' && go(0); }))",
    );
    server.set_fault(|path, before| (path.ends_with("/box.js") && before < 1).then_some(Wrong::Short(0)));
    page.open(&server.url("/xunzi/search.html"));
    page.until("a controlled page", "navigator.serviceWorker.controller !== null");
    page.evaluate("document.querySelector('xunzi-search').focus()");
    page.insert(&queries[2]);
    page.until("that it could not be loaded", &shown("count('[part=retry]') === 1"));
    page.evaluate(&shown("root.querySelector('[part=retry]').click()"));
    page.until("results", &shown("count('[part=result]') > 0"));
}

/// No room, no storage: in words.
#[test]
fn what_cannot_be_kept_is_told() {
    let folder = folder();
    let queries = large(&folder, 1, 5);
    let server = Server::start(folder.path(), true);
    let browser = Browser::start();
    let page = browser.private_page();
    page.call("Storage.overrideQuotaForOrigin", json!({"origin": server.url(""), "quotaSize": 250_000}));
    page.open(&server.url("/xunzi/search.html"));
    ask_box(&page, &queries[2]);
    page.until("a button", "document.querySelector('#keeper button') !== null");
    page.evaluate("document.querySelector('#keeper button').click()");
    page.until("that there is no room", &format!("/no room/.test({KEEPER})"));
    page.until("results", &shown("count('[part=result]') > 0"));
    // Without storage, as on http: pages are.
    let page = browser.private_page();
    page.call("Page.addScriptToEvaluateOnNewDocument", json!({"source": "delete globalThis.caches; Object.defineProperty(navigator, 'serviceWorker', { value: undefined }); delete Window.prototype.caches;"}));
    page.open(&server.url("/xunzi/search.html"));
    ask_box(&page, &queries[2]);
    page.until("results", &shown("count('[part=result]') > 0"));
    page.until("that nothing is kept here", &format!("/keeps nothing/.test({KEEPER})"));
    assert_eq!(page.complaints(), Vec::<String>::new());
}
