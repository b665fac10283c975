//! Does it work on any host: behind nginx and Caddy, in a subfolder, from another origin, without a secure address, without WebAssembly?
//!
//! Each place has the answers asked of it; with `XUNZI_ALL` the faults of files as well (`faults.rs`).

use std::sync::{Arc, Mutex};
use std::time::Instant;

use serde_json::{Value, json};

use crate::chromium::{Browser, Page};
use crate::faults::{Place, faults_elsewhere};
use crate::firefox::Driven;
use crate::programs::{Host, missing};
use crate::server::{SUBFOLDER, Server, Wrong};
use crate::world::{SITES, Tab, World, ask_at, ask_paced, engine, is_whole};
use crate::{ask_box, ask_from, offline, shown, site};

/// A name of this machine that browsers do not take for safe.
const UNSAFE: &str = "xunzi.test";

fn browser() -> Browser {
    Browser::start_with(&[&format!("--host-resolver-rules=MAP {UNSAFE} 127.0.0.1")])
}

fn all() -> bool {
    std::env::var_os("XUNZI_ALL").is_some()
}

/// All sites answer what is asked of them, and of the large one the page finds what a scan finds.
fn answers(world: &World, page: &Page, place: &Place) {
    answers_in(world, page, place, asked());
    assert_eq!(page.complaints(), Vec::<String>::new());
}

/// Of how many queries a place is asked.
fn asked() -> usize {
    if all() { 500 } else { 60 }
}

fn answers_in(world: &World, page: &dyn Tab, place: &Place, count: usize) {
    for (site, truths) in SITES.into_iter().zip(&world.truths) {
        page.open(&place.page);
        for (outcome, asked) in ask_at(page, &place.base, site, truths).iter().zip(truths) {
            assert!(is_whole(outcome, asked), "{}{site}: {}: {outcome}", place.base, asked.0);
        }
    }
    let corpus = world.corpus();
    let queries = offline::cut(&corpus, count);
    page.open(&place.page);
    let answers: Vec<Value> = queries.chunks(25).flat_map(|some| ask_from(page, &place.base, some)).collect();
    let answers: Vec<_> = queries.iter().zip(&answers).map(|(query, answer)| site::found(query, answer)).collect();
    site::compare(&corpus, &queries, &answers);
    println!("{}: {} answers as a scan has them", place.page, queries.len());
}

/// One place: the answers, and the faults among the long tests.
fn check(world: &Arc<World>, browser: &Browser, spared: &[&str], host: &(dyn Fn(&Server) -> Place + Sync)) {
    let server = world.serve();
    server.set_headers(|path| "Access-Control-Allow-Origin: *\r\n".to_owned() + &crate::world::header_of(path));
    answers(world, &browser.private_page(), &host(&server));
    if all() {
        faults_elsewhere(world, browser, spared, host);
    }
}

#[test]
fn in_a_subfolder() {
    let world = Arc::new(World::new());
    check(&world, &browser(), &[], &|server| {
        let folder = SUBFOLDER.trim_end_matches('/');
        Place { page: server.url(&format!("{folder}/empty.html")), base: folder.into() }
    });
}

#[test]
fn from_another_origin() {
    let world = Arc::new(World::new());
    let page = Server::start(world.folder.path(), true);
    check(&world, &browser(), &[], &|server| Place { page: page.url("/empty.html"), base: server.url("") });
}

#[test]
fn at_an_address_that_is_not_safe() {
    let world = Arc::new(World::new());
    let browser = browser();
    check(&world, &browser, &[], &|server| Place {
        page: format!("http://{UNSAFE}:{}/empty.html", server.port()),
        base: String::new(),
    });
    // The search page is there, and says that it keeps nothing.
    let server = world.serve();
    let page = browser.private_page();
    page.open(&format!("http://{UNSAFE}:{}/xunzi/search.html", server.port()));
    assert_eq!(page.evaluate("isSecureContext"), false);
    ask_box(&page, "一");
    page.until("results", &shown("count('[part=result]') > 0"));
    page.until("that nothing is kept", "/keeps nothing/.test(document.querySelector('#keeper').textContent)");
}

/// Firefox with its search page, which is told what to do.
struct Fox<'f>(&'f Driven);

impl Fox<'_> {
    fn until(&self, what: &str, holds: &str) {
        let script = format!(
            "(async () => {{ for (let n = 0; n < 3000; n++) {{
                if (await ({holds})) return true;
                await new Promise((go) => setTimeout(go, 20));
            }} return document.body.textContent; }})()"
        );
        assert_eq!(self.0.evaluate(&script), true, "{what}");
    }

    /// Opens the search page and asks.
    fn ask(&self, address: &str, query: &str) {
        self.0.open(address);
        self.0.evaluate(&format!("document.querySelector('xunzi-search').value = '{query}'"));
        self.until("results", &shown("count('[part=result]') > 0"));
    }
}

/// In the other browser, one thing after the other: answers, keeping, no host, and the faults.
#[test]
fn in_firefox() {
    if !all() {
        eprintln!("skipped: Firefox is one of the long tests, set XUNZI_ALL");
        return;
    }
    let world = Arc::new(World::new());
    let browser = Driven::start(&[]);
    let server = world.serve();
    answers_in(&world, &&browser, &Place { page: server.url("/empty.html"), base: String::new() }, asked());
    let (fox, address) = (Fox(&browser), server.url("/xunzi/search.html"));
    fox.ask(&address, "一");
    fox.until("the service worker", "navigator.serviceWorker.ready.then(() => true)");
    fox.until("what can be kept", "document.querySelector('#keeper button') !== null");
    fox.0.evaluate("document.querySelector('#keeper button').click()");
    fox.until("all of it is kept", "/All of it/.test(document.querySelector('#keeper').textContent)");
    drop(server);
    fox.ask(&address, "一");
    fox.0.evaluate(&shown("root.querySelector('[part=name]').click()"));
    fox.until("the article", "document.querySelectorAll('#reading mark').length > 0");
    faults_elsewhere(&world, &browser, &[], &|server| Place { page: server.url("/empty.html"), base: String::new() });
}

/// As some have set it: without storage, without WebAssembly, always private.
#[test]
fn in_firefox_that_refuses() {
    if !all() {
        eprintln!("skipped: Firefox is one of the long tests, set XUNZI_ALL");
        return;
    }
    let world = World::new();
    let server = world.serve();
    for (name, value) in [
        ("network.cookie.cookieBehavior", "2"),
        ("javascript.options.wasm", "false"),
        ("browser.privatebrowsing.autostart", "true"),
    ] {
        let browser = Driven::start(&[(name, value)]);
        server.forget();
        answers_in(&world, &&browser, &Place { page: server.url("/empty.html"), base: String::new() }, asked());
        let plain = server.requests().iter().any(|request| request.path.ends_with("/plain.js"));
        assert_eq!(plain, name.ends_with("wasm"), "{name}");
        let fox = Fox(&browser);
        fox.ask(&server.url("/xunzi/search.html"), "一");
        fox.until(
            "what becomes of keeping",
            "/Keep .*for offline|keeps nothing/.test(document.querySelector('#keeper').textContent)",
        );
        let told = fox.0.evaluate("document.querySelector('#keeper').textContent");
        println!("{name} = {value}: {told}");
        let refused = told.as_str().is_some_and(|told| told.contains("keeps nothing"));
        assert_eq!(refused, name.contains("cookie"), "{told}");
        // Where it says that it can be kept, that is so.
        if !refused {
            fox.0.evaluate("document.querySelector('#keeper button').click()");
            fox.until("all of it is kept", "/All of it/.test(document.querySelector('#keeper').textContent)");
        }
    }
}

/// nginx and Caddy as Debian has them: the recipes of docs/hosts.md.
#[test]
fn nginx_and_caddy_serve_it() {
    let world = Arc::new(World::new());
    let browser = browser();
    let root = world.folder.path().display();
    // With all that a host may do: compress everything, answer what is missing with a page.
    let nginx = format!(
        "gzip on; gzip_types *; gzip_min_length 1; server {{ listen 127.0.0.1:PORT; root {root}; location / {{ try_files $uri /empty.html; }} location ~ \"/[0-9a-f]{{16}}/\" {{ add_header Cache-Control 'max-age=31536000, immutable'; }} }}"
    );
    match Host::nginx(&nginx) {
        None => missing("nginx"),
        Some(host) => answers(&world, &browser.private_page(), &Place { page: host.url("/empty.html"), base: String::new() }),
    }
    match Host::caddy(&format!("http://127.0.0.1:PORT {{\n root * {root}\n encode gzip zstd\n file_server\n}}\n")) {
        None => missing("caddy"),
        Some(host) => answers(&world, &browser.private_page(), &Place { page: host.url("/empty.html"), base: String::new() }),
    }
    // The faults, from behind nginx. It ends what hangs or breaks off in its own words.
    if all() {
        let hosts = Mutex::new(Vec::new());
        faults_elsewhere(&world, &browser, &["breaks off", "is not answered", "hangs", "drips"], &|server| {
            let host = Host::nginx(&format!(
                "gzip on; gzip_types *; gzip_min_length 1; server {{ listen 127.0.0.1:PORT; location / {{ proxy_pass {}; proxy_http_version 1.1; }} }}",
                server.url("")
            ));
            let host = host.expect("nginx");
            let place = Place { page: host.url("/empty.html"), base: String::new() };
            hosts.lock().expect("nobody panics").push(host);
            place
        });
    }
}

/// What hosts do that cannot be had here, imitated: a name and how nginx serves a folder so, where the page stands and what is before
/// the sites.
const LIKE: [(&str, &str, &str, &str); 3] = [
    // A site in a subfolder, everything for ten minutes, a page of its own for what is missing, addresses with and without `.html`.
    (
        "GitHub Pages",
        "charset utf-8; gzip on; gzip_types application/javascript text/css; add_header Cache-Control max-age=600 always;
        error_page 404 /empty.html; rewrite ^/project/(.*)$ /$1; location / { try_files $uri $uri.html $uri/index.html =404; }",
        "/project/empty",
        "/project",
    ),
    // Addresses without `.html`, to which the others lead; the first page, with status 200, for what is missing.
    (
        "Cloudflare Pages",
        "gzip on; gzip_types *; gzip_min_length 1; add_header Cache-Control 'public, max-age=0, must-revalidate';
        if ($request_uri ~ \"^([^?]*)[.]html\") { return 308 $1; } location / { try_files $uri $uri.html /empty.html; }",
        "/empty",
        "",
    ),
    // Another origin, types of what every uploader knows alone, nothing compressed, a refusal in XML for what is missing.
    (
        "an object store",
        "types { text/javascript js; text/html html; } default_type application/octet-stream; add_header Access-Control-Allow-Origin * always; error_page 404 =403 /refused;
        location = /refused { internal; default_type application/xml; return 403 '<Error><Code>AccessDenied</Code></Error>'; }",
        "",
        "",
    ),
];

#[test]
fn hosts_that_are_imitated() {
    let world = Arc::new(World::new());
    let browser = browser();
    let elsewhere = Server::start(world.folder.path(), true);
    let root = world.folder.path().display();
    let query = world.truths[0][0].0[1].as_str().expect("a query");
    for (name, block, page, base) in LIKE {
        let Some(host) = Host::nginx(&format!("server {{ listen 127.0.0.1:PORT; root {root}; {block} }}")) else {
            return missing("nginx");
        };
        let place = match page {
            "" => Place { page: elsewhere.url("/empty.html"), base: host.url("") },
            page => Place { page: host.url(page), base: base.into() },
        };
        answers(&world, &browser.private_page(), &place);
        // The search page, kept, then without the host.
        if !page.is_empty() {
            let page = browser.private_page();
            let address = host.url(&format!("{base}/xunzi/search.html"));
            offline::keep(&page, &address, query);
            drop(host);
            page.open(&address);
            offline::read(&page, query);
            println!("{name}: searched and read without the host at {}", page.evaluate("location.pathname"));
        }
    }
}

/// As [`answers_in`], a question at a time and with the usual waits: each takes long where every step of the engine is interpreted.
/// How many there were.
fn one_by_one(world: &World, page: &dyn Tab, place: &Place, count: usize) -> usize {
    let mut asked = 0;
    for (site, truths) in SITES.into_iter().zip(&world.truths) {
        page.open(&place.page);
        for truth in truths {
            let outcomes = ask_paced(page, &place.base, site, std::slice::from_ref(truth), 1.0);
            assert!(is_whole(&outcomes[0], truth), "{site}: {}: {}", truth.0, outcomes[0]);
            asked += 1;
        }
    }
    page.open(&place.page);
    page.evaluate(&format!(
        "import('{}/xunzi/xunzi.js').then(async ({{ open }}) => {{ globalThis.index = await open(); }})",
        place.base
    ));
    let corpus = world.corpus();
    let queries = offline::cut(&corpus, count);
    let answer = |query: &String| page.evaluate(&format!("index.search({}, {{ limit: 0 }})", json!(query)));
    let answers: Vec<_> = queries.iter().map(|query| site::found(query, &answer(query))).collect();
    site::compare(&corpus, &queries, &answers);
    asked + count
}

/// An engine whose steps take twice the time after which one of WebAssembly counts as hung.
fn a_slow_engine_is_not_ended(world: &World, page: &Page, server: &Server) {
    let script =
        std::fs::read_to_string(engine(&world.folder.path().join("xunzi")).join("worker.js")).expect("the worker's script");
    let slow = r"{
        const real = importScripts;
        self.importScripts = (address) => {
            real(address);
            const make = xunziEngine;
            self.xunziEngine = (taken) => {
                const made = { ...make(taken) }, { step } = made;
                let n = 0;
                made.step = (...values) => {
                    for (const end = Date.now() + (n++ ? 0 : 2400); Date.now() < end; );
                    return step(...values);
                };
                return made;
            };
        };
    }
    ";
    let spoiled = (slow.to_owned() + &script).into_bytes();
    server.set_fault(move |path, _| path.ends_with("/worker.js").then(|| Wrong::Body(spoiled.clone())));
    page.open(&server.url("/empty.html"));
    let (truth, started) = (&world.truths[0][1], Instant::now());
    let outcomes = ask_paced(page, "", SITES[0], std::slice::from_ref(truth), 0.2);
    assert!(is_whole(&outcomes[0], truth), "{}", outcomes[0]);
    assert!(started.elapsed().as_millis() > 2400, "it is slow");
    assert_eq!(page.workers().len(), 1, "none was ended");
}

/// Without WebAssembly: the same answers out of the script in its place; where the host has none, that the browser cannot search.
#[test]
fn without_webassembly() {
    let world = Arc::new(World::new());
    let browser = Browser::start_with(&["--js-flags=--jitless"]);
    let server = world.serve();
    let page = browser.private_page();
    page.open(&server.url("/empty.html"));
    assert_eq!(page.evaluate("typeof WebAssembly"), "undefined");
    let place = Place { page: server.url("/empty.html"), base: String::new() };
    if engine(&world.folder.path().join("xunzi")).join("plain.js").exists() {
        let started = Instant::now();
        let count = one_by_one(&world, &page, &place, if all() { 60 } else { 20 });
        assert_eq!(page.complaints(), Vec::<String>::new());
        println!("{count} answers without WebAssembly: {} ms", started.elapsed().as_millis());
        let requests = server.requests();
        let plain: Vec<usize> = requests.iter().filter(|r| r.path.ends_with("/plain.js")).map(|r| r.bytes).collect();
        println!("the engine as a script, gzipped: {plain:?} bytes");
        assert!(!plain.is_empty() && plain.iter().all(|bytes| *bytes < 150_000));
        assert!(requests.iter().all(|r| !r.path.ends_with("/engine.wasm")), "the module is not fetched there");
        a_slow_engine_is_not_ended(&world, &browser.private_page(), &server);
    } else {
        eprintln!("this command carries no engine without WebAssembly (XUNZI_BINARYEN)");
    }
    server.set_fault(|path, _| path.ends_with("/plain.js").then_some(Wrong::Status(404)));
    let page = browser.private_page();
    page.open(&server.url("/xunzi/search.html"));
    ask_box(&page, "一");
    page.until("that the browser cannot search", &shown("/cannot run/.test(text('note'))"));
}
