//! Do the links of places lead to their words, on sites as generators make them, in Chromium and in Firefox?
//!
//! `XUNZI_ALL=1 cargo test --release --features embed --test browser links_of_places -- --nocapture`; `XUNZI_GENERATORS` names other
//! sites. Each link is followed twice: by the text fragment alone, and on pages that have `xunzi-highlight.js`. The demo's lead into
//! its reading view.

use std::env;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::{ALL, Dialect, Index, led, make, pages, stretch};
use crate::chromium::{Browser, Page};
use crate::firefox::Driven;
use crate::generate::Rng;
use crate::server::Server;
use crate::site::xunzi;
use crate::world::Tab;

/// Sites by themselves, and links of each: three hundred with those of the demo.
const SITES: [&str; 3] = ["mkdocs", "hexo", "hugo"];
const LINKS: usize = 75;

/// A link that a reader would follow.
struct Link {
    query: String,
    /// With the fragment alone, and for pages with the script.
    hrefs: [String; 2],
    /// What is shown of the place, and its words.
    text: String,
    words: String,
}

/// Whether the words of a place are seen: those that stand in the text around them, as it was shown; where the script is, those that
/// it stands at. What the page does by itself, scrolling smoothly say, has a while; what it leads a heading to is rounded to a pixel.
const SEEN: &str = r#"(async (text, words, marked) => {
    const plain = (text) => text.normalize("NFKC").replace(/[\s\u200b…]+/g, "").toLowerCase();
    const seen = (range) => [...range.getClientRects()].some(({ top, bottom, height }) => height && top > -1 && bottom < innerHeight + 1);
    const place = () => {
        if (marked) return [...(CSS.highlights.get("xunzi-here") ?? [])].filter((range) => plain(range.toString()) === plain(words));
        const at = [];
        let all = "";
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            if (node.parentElement.closest("script, style, rt, rp, nav, xunzi-search")) continue;
            [...node.data].reduce((from, letter) => {
                const to = from + letter.length;
                for (const own of plain(letter)) { all += own; for (let k = own.length; k--; ) at.push([node, from, to]); }
                return to;
            }, 0);
        }
        const around = plain(text), start = around.indexOf(plain(words)), end = start + plain(words).length;
        for (const reach of [12, 6, 0]) {
            const [from, to] = [Math.max(0, start - reach), Math.min(around.length, end + reach)];
            const part = around.slice(from, to), ranges = [];
            for (let here = all.indexOf(part); here >= 0; here = all.indexOf(part, here + 1)) {
                const [first, last] = [at[here + start - from], at[here + end - from - 1]];
                const range = document.createRange();
                range.setStart(first[0], first[1]);
                range.setEnd(last[0], last[2]);
                ranges.push(range);
            }
            if (ranges.length) return ranges;
        }
        return [];
    };
    for (let tries = 0; tries < 30; tries++) {
        if (place().some(seen)) return true;
        await new Promise((go) => setTimeout(go, 100));
    }
    // Where it is instead.
    return JSON.stringify(place().map((range) => [...range.getClientRects()].map(({ top, bottom }) => [top, bottom])));
})"#;

/// One of the long tests.
#[test]
fn links_of_places_are_followed_in_both_browsers() {
    if env::var_os("XUNZI_ALL").is_none() {
        return;
    }
    let named = env::var("XUNZI_GENERATORS").unwrap_or_else(|_| SITES.join(","));
    let (browser, firefox) = (Browser::start(), Driven::start(&[]));
    let sources = pages::all();
    let (mut alone, mut with) = ([(0, 0); 2], [(0, 0); 2]);
    let mut missed = Vec::new();
    for dialect in ALL.iter().filter(|dialect| named.split(',').any(|name| name == dialect.name)) {
        let folder = crate::folder();
        if let Err(reason) = make(dialect, &sources, folder.path()) {
            println!("{}: cannot be had here: {reason}", dialect.name);
            continue;
        }
        let site = folder.path().join("site");
        let (links, server) = links(dialect, &sources, &site, &browser);
        let chromium = browser.page();
        chromium.look(1000, 600, 1, "light");
        for (k, tab) in [&chromium as &dyn Tab, &(&firefox)].into_iter().enumerate() {
            for link in &links {
                for (how, tally) in [&mut alone, &mut with].into_iter().enumerate() {
                    tab.open("about:blank");
                    tab.open(&link.hrefs[how]);
                    let seen = tab.evaluate(&format!("{SEEN}({}, {}, {})", json!(link.text), json!(link.words), how == 1));
                    tally[k].0 += usize::from(seen == true);
                    tally[k].1 += 1;
                    if seen != true {
                        missed.push(format!(
                            "{} {} {}: {} ({}): {seen}",
                            dialect.name,
                            ["Chromium", "Firefox"][k],
                            ["alone", "script"][how],
                            link.query,
                            link.hrefs[how]
                        ));
                    }
                }
            }
        }
        println!("{}: alone {alone:?}, with the script {with:?} (Chromium, Firefox) so far", dialect.name);
        println!("{}", missed.join("\n"));
        drop(server);
    }
    read_in_the_demo(&browser, &firefox, &mut with, &mut missed);
    println!("by the text fragment alone {alone:?}, with a script {with:?} (Chromium, Firefox)\n{}", missed.join("\n"));
    for k in [0, 1] {
        assert!(alone[k].0 * 100 >= alone[k].1 * 95, "by the text fragment alone: {alone:?}");
        assert!(with[k].0 * 100 >= with[k].1 * 99, "with the script: {with:?}");
    }
}

/// Links out of the box on a site, of seeded queries for what its pages show. The pages have the script from then on.
fn links(dialect: &Dialect, sources: &[pages::Source], site: &Path, browser: &Browser) -> (Vec<Link>, Server) {
    let out = site.join("xunzi");
    xunzi(&["build", &site.to_string_lossy(), "--out", &out.to_string_lossy(), "--quiet"]);
    let mut index = Index(xunzi::disk::folder::OnDisk::open(&out).expect("an index"));
    let server = Server::start(site, false);
    let page = browser.page();
    let mut blocks: Vec<Vec<char>> = Vec::new();
    for source in sources {
        let found = index.ask(&source.mark, 1);
        let Some(hit) = found.results.first() else { continue };
        page.open(&server.url(&led(site, &hit.url)));
        blocks.extend(super::judge::look(&page, dialect.main).blocks.iter().map(|block| block.chars().collect()));
    }
    for file in walkdir::WalkDir::new(site).into_iter().flatten() {
        let path = file.path();
        if path.extension().is_some_and(|end| end == "html") && !path.starts_with(&out) {
            let text = fs::read_to_string(path).expect("a page");
            fs::write(path, text + "\n<script type=module src=/xunzi/xunzi-highlight.js></script>\n")
                .expect("the page is written");
        }
    }
    for (name, more) in [("box-alone.html", ""), ("box-marks.html", "highlight")] {
        let body = format!(
            "<!doctype html><meta charset=utf-8><xunzi-search mode=inline {more}></xunzi-search><script type=module src=/xunzi/xunzi.js></script>"
        );
        fs::write(site.join(name), body).expect("the page is written");
    }
    let boxes = ["/box-alone.html", "/box-marks.html"].map(|name| {
        let page = browser.page();
        page.open(&server.url(name));
        page
    });
    let mut rng = Rng::new(crate::SEED);
    let mut all = Vec::new();
    for _ in 0..LINKS * 20 {
        if all.len() == LINKS {
            break;
        }
        let Some(query) = stretch(rng.pick::<Vec<char>>(&blocks), &mut rng, 12) else { continue };
        if query.chars().filter(|letter| letter.is_alphanumeric()).count() < 2 {
            continue;
        }
        let [first, second] = boxes.each_ref().map(|page| places(page, &query));
        let Some(at) = (!first.is_empty() && first.len() == second.len()).then(|| rng.below(first.len())) else { continue };
        let text = |key: &str| first[at][key].as_str().unwrap_or_default().to_owned();
        let hrefs = [&first, &second].map(|places| with_slash(site, places[at]["href"].as_str().unwrap_or_default()));
        all.push(Link { query, hrefs, text: text("text"), words: text("words") });
    }
    assert_eq!(all.len(), LINKS, "{}", dialect.name);
    (all, server)
}

/// The places that the box lists.
fn places(page: &Page, query: &str) -> Vec<Value> {
    page.evaluate(&format!("document.querySelector('xunzi-search').value = {}", json!(query)));
    page.until(
        query,
        &crate::shown(
            "(count('[part=result]') > 0 || count('[data-kind=none]') > 0) && !count('[data-busy]') && !count('[data-old]')",
        ),
    );
    let list = page.evaluate(&crate::shown(
        "[...root.querySelectorAll('[part=snippet]')].filter((place) => place.querySelector('mark')).map((place) => ({ href: place.href, text: place.querySelector('[part=text]').textContent, words: place.querySelector('mark').textContent }))",
    ));
    list.as_array().expect("places").clone()
}

/// As hosts lead who asks for a folder.
fn with_slash(site: &Path, href: &str) -> String {
    let at = href.find(['?', '#']).unwrap_or(href.len());
    let path = href[..at].splitn(4, '/').nth(3).unwrap_or_default();
    let slash = if led(site, &format!("/{path}")).ends_with('/') && !path.ends_with('/') && !path.is_empty() { "/" } else { "" };
    format!("{}{slash}{}", &href[..at], &href[at..])
}

/// The demo's places lead into its reading view.
fn read_in_the_demo(browser: &Browser, firefox: &Driven, with: &mut [(usize, usize); 2], missed: &mut Vec<String>) {
    let folder = crate::folder();
    let server = Server::start(&crate::demo(&folder), true);
    let chromium = browser.page();
    chromium.look(1000, 600, 1, "light");
    chromium.open(&server.url("/"));
    // Its own articles, whatever other corpora there are.
    let listed = chromium.evaluate(
        r#"(async () => {
            const { open } = await import("/xunzi/xunzi.js");
            const index = await open("/xunzi/");
            await index.search("的");
            return Promise.all([...Array(index.stats().articles).keys()].map(async (id) => { const { title, text } = await index.article(id); return [title, text]; }));
        })()"#,
    );
    let corpus: Vec<(String, String)> = serde_json::from_value(listed).expect("titles and texts");
    let mut rng = Rng::new(crate::SEED);
    let mut queries = Vec::new();
    while queries.len() < LINKS {
        let query = crate::generate::cut(&mut rng, &corpus, [2, 3, 4, 6, 10][queries.len() % 5]);
        if query.chars().count() > 1 && !query.contains(|c: char| c.is_whitespace() || "\"“”".contains(c)) {
            queries.push(query);
        }
    }
    for (k, tab) in [&chromium as &dyn Tab, &firefox].into_iter().enumerate() {
        for query in &queries {
            tab.open("about:blank");
            tab.open(&server.url("/"));
            let seen = tab.evaluate(&format!(
                r##"(async (query) => {{
                    const until = async (holds) => {{ for (let tries = 0; tries < 200; tries++) {{ const it = holds(); if (it) return it; await new Promise((go) => setTimeout(go, 50)); }} }};
                    await customElements.whenDefined("xunzi-search");
                    // The page takes what is searched from its address once, when it starts.
                    await until(() => document.getElementById("ledger").textContent);
                    const box = document.querySelector("xunzi-search"), root = box.shadowRoot;
                    box.value = query;
                    const place = await until(() => !root.querySelector("[data-busy], [data-old]") && root.querySelector("[part=snippet], a[part=name]"));
                    if (!place) return "nothing";
                    place.click();
                    const here = () => [...document.querySelectorAll("#reading mark.here")].some((mark) => {{ const {{ top, bottom }} = mark.getBoundingClientRect(); return top > -1 && bottom < innerHeight + 1; }});
                    return !!(await until(here));
                }})({})"##,
                json!(query)
            ));
            with[k].0 += usize::from(seen == true);
            with[k].1 += 1;
            if seen != true {
                missed.push(format!("demo {} {query}: {seen}", ["Chromium", "Firefox"][k]));
            }
        }
    }
}
