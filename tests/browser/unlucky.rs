//! What if the reader, the page's own code, or chance is against it? Nothing is lost, nothing hangs, nothing is said that is
//! not so.

use std::collections::BTreeSet;
use std::fs;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use xunzi::format::manifest::Manifest;

use crate::chromium::{Browser, Page};
use crate::folder;
use crate::server::{Request, Server, Wrong};
use crate::site::{self, EMPTY};
use crate::world::{SITES, World, ask, engine, is_of_some_blocks, is_whole, on_the_large_site, repeated, spoiled};

/// All of many results, step by step: what is told on the way was not told before, and is no more than a page can take at a time.
#[test]
fn a_search_of_everything_costs_what_it_reads() {
    let (world, browser) = (World::new(), Browser::start());
    let server = world.serve();
    let outcome = on_the_large_site(
        &world,
        &browser,
        &server,
        r#"const index = await open("/xunzi/"), told = [];
        const found = await ask(index, 0, { limit: 0, onprogress: ({ results }) => told.push(results.length) });
        return [told, found.results.length];"#,
    );
    let told: Vec<u64> = outcome[0].as_array().expect("a list").iter().filter_map(Value::as_u64).collect();
    let all = outcome[1].as_u64().expect("a number");
    assert!(all > 200, "too few for a test: {outcome}");
    assert!(told.iter().sum::<u64>() <= all && told.iter().all(|&n| n <= 500), "{outcome}");
}

/// A browser sends six requests to a host at a time. What waits for its turn has not been kept waiting by the host.
#[test]
fn a_request_has_its_time_from_when_it_is_sent() {
    let (world, browser) = (World::new(), Browser::start());
    let server = world.serve();
    // Half of a request's time each, three times in a row.
    server.set_fault(|path, _| path.contains("/t/").then_some(Wrong::Late(Duration::from_millis(1500))));
    let outcome = on_the_large_site(
        &world,
        &browser,
        &server,
        r#"const index = await open("/xunzi/", { pace: .3 });
        const { results, state, problem } = await index.search(asked[0][1], { limit: 24 });
        return [results.length, state, problem?.code ?? null];"#,
    );
    assert_eq!(outcome, json!([24, "complete", null]));
    let blocks = server.requests().iter().filter(|request| request.path.contains("/t/")).count();
    assert!(blocks > 12, "{blocks} blocks are no three rounds");
}

/// What a listener of the page's throws is reported as the page's own, and the search knows nothing of it.
#[test]
fn a_listener_that_throws_costs_nothing_else() {
    let (world, browser) = (World::new(), Browser::start());
    let server = world.serve();
    server.set_fault(|path, _| is_of_some_blocks(path).then_some(Wrong::Late(Duration::from_millis(600))));
    let outcome = on_the_large_site(
        &world,
        &browser,
        &server,
        r#"const errors = new Set(), fail = (what) => { throw Error(what); };
        addEventListener("error", (e) => { e.preventDefault(); errors.add(e.error.message); });
        addEventListener("unhandledrejection", (e) => errors.add("rejected: " + e.reason));
        const index = await open("/xunzi/", { pace, onbytes: () => fail("bytes") });
        const found = await ask(index, 0, { onprogress: () => fail("progress") });
        return [whole(found, 0), [...errors]];"#,
    );
    assert_eq!(outcome, json!([true, ["bytes", "progress"]]));
    assert_eq!(repeated(&server), [], "nothing is fetched twice");
}

/// The engine traps on a file that came when its search was no longer wanted: the next search is answered all the same.
#[test]
fn a_trap_that_nobody_waits_for_is_got_over() {
    let (world, browser) = (Arc::new(World::new()), Browser::start());
    let server = world.serve();
    let site = world.folder.path().join("xunzi");
    let manifest = Manifest::read(&fs::read_to_string(site.join("manifest")).expect("a manifest")).expect("a whole one");
    let blocks = fs::read_dir(site.join(manifest.build).join("t")).expect("blocks of text").flatten();
    let sizes: BTreeSet<u64> = blocks.map(|block| block.metadata().expect("a file").len()).collect();
    // The last value that feeding takes is the length of the file.
    let how = format!("{}.includes(values.at(-1)) && trap()", json!(sizes));
    let trapping = Arc::clone(&world);
    server.set_fault(move |path, before| match path {
        path if path.contains("/worker.js") && before < 1 => Some(spoiled(&trapping, "feed", &how)),
        path if path.contains("/t/") && before < 1 => Some(Wrong::Late(Duration::from_millis(2500))),
        _ => None,
    });
    let outcome = on_the_large_site(
        &world,
        &browser,
        &server,
        // A search looks up every two seconds, and is then gone if nobody wants it; its files may come for two more.
        r#"const index = await open("/xunzi/", { pace: 8 }), control = new AbortController();
        const first = ask(index, 0, { signal: control.signal }).catch((e) => e.code);
        const before = index.stats().requests;
        while (index.stats().requests < before + 4) await pause(5);
        await pause(1000);
        control.abort();
        await pause(1950);
        await fetch("/empty.html");
        const next = await ask(index, 1).catch((e) => e.code + ": " + e.message);
        return [await first, whole(next, 1) || next];"#,
    );
    assert_eq!(outcome, json!(["aborted", true]));
    // Before the next search, which would meet the trap as well and be asked twice.
    let started = |at: &Request| at.path.ends_with("/worker.js");
    let before: Vec<Request> = server.requests().into_iter().take_while(|r| r.path != "/empty.html").collect();
    assert_eq!(before.iter().filter(|r| started(r)).count(), 2, "the worker was started anew at once");
    assert_eq!(server.requests().iter().filter(|r| started(r)).count(), 2, "and once");
}

/// The engine traps while it starts, on whatever it is given first: the next worker answers, also a question that is none.
#[test]
fn a_trap_at_the_start_is_got_over() {
    let (world, browser) = (Arc::new(World::new()), Browser::start());
    let server = world.serve();
    for (function, how) in [("open", "trap()"), ("feed", "if (n === 0) trap()"), ("articles", "trap()")] {
        server.forget();
        let trapping = Arc::clone(&world);
        server.set_fault(move |path, before| {
            (path.contains("/worker.js") && before < 1).then(|| spoiled(&trapping, function, how))
        });
        let outcome = on_the_large_site(
            &world,
            &browser,
            &server,
            r#"const code = (e) => e.code + ": " + e.message;
            const index = await open("/xunzi/").catch(code);
            if (typeof index === "string") return [index];
            const wrong = await index.search("一", { sort: "none" }).catch((e) => e.code);
            const right = await ask(index, 1).catch(code);
            return [wrong, whole(right, 1) || right];"#,
        );
        assert_eq!(outcome, json!(["bad-request", true]), "{function}: {how}");
    }
}

/// One code means one thing, whatever it is that was asked wrongly.
#[test]
fn codes_mean_one_thing_each() {
    let (world, browser) = (World::new(), Browser::start());
    let server = world.serve();
    let told = on_the_large_site(
        &world,
        &browser,
        &server,
        r#"const index = await open("/xunzi/", { pace }), told = {};
        const bad = {
            query: [undefined, null, 5, {}, ["a"], Symbol()].map((query) => () => index.search(query)),
            limit: [NaN, -1, 1.5, "10", -Infinity, {}, 5n].map((limit) => () => index.search("一", { limit })),
            offset: [NaN, -1, 1.5, "10", true].map((offset) => () => index.search("一", { offset })),
            sort: ["", "Best", "title", 1, ["best"]].map((sort) => () => index.search("一", { sort })),
            exact: [["none"], [""], [undefined], ["case", ""], 7, {}, "case,", [Symbol()]].map((exact) => () => index.search("一", { exact })),
            signal: [5, {}].map((signal) => () => index.search("一", { signal })),
            id: [NaN, -1, 1.5, "7", undefined, null, Infinity - Infinity].map((id) => () => index.article(id)),
            article: [() => index.article(7, 5), () => index.article(7, "", { exact: ["none"] })],
            base: ["http://[", 5, null, {}].map((base) => () => open(base)),
        };
        for (const [name, calls] of Object.entries(bad)) {
            told[name] = [];
            for (const call of calls) {
                // what is thrown at once would not reach a page's `catch`
                const code = await call().then(() => "answered", (e) => e.code ?? String(e));
                if (!told[name].includes(code)) told[name].push(code);
            }
        }
        told.long = await index.search("一".repeat(600)).catch((e) => e.code);
        told.none = [await index.article(400), await index.article(4e9), await index.article(2 ** 40)];
        const good = [{}, null, undefined, { limit: null, offset: null, sort: null, exact: null, signal: null }, { exact: [] }, { exact: "" },
            { exact: "case,width" }, { exact: ["case", "width"] }];
        told.good = [];
        for (const options of good) told.good.push((await index.search("一", options)).results.length);
        told.read = (await index.article(11, null, null)).title.startsWith("1:11 ");
        return told;"#,
    );
    for name in ["query", "limit", "offset", "sort", "exact", "signal", "id", "article", "base"] {
        assert_eq!(told[name], json!(["bad-request"]), "{name}: {told}");
    }
    assert_eq!(told["long"], "too-long");
    assert_eq!(told["none"], json!([null, null, null]), "an id that is not there is no error");
    assert_eq!(told["read"], true);
    assert_eq!(told["good"], json!([10, 10, 10, 10, 10, 10, 10, 10]), "{told}");
    assert_eq!(repeated(&server), [], "no worker was ended for it");
}

/// As many as there are, after the first few: numbers of 32 bits do not begin anew.
#[test]
fn offset_and_limit_do_not_wrap() {
    let (world, browser) = (World::new(), Browser::start());
    let server = world.serve();
    let outcome = on_the_large_site(
        &world,
        &browser,
        &server,
        r#"const index = await open("/xunzi/", { pace });
        const { articles } = await ask(index, 0, { limit: 0 });
        const count = async (limit, offset) => (await ask(index, 0, { limit, offset })).results.length;
        return [articles, await count(2 ** 32 - 1, 5), await count(2 ** 40, 7), await count(10, 2 ** 32 - 1), await count(0, 3)];"#,
    );
    let all = outcome[0].as_u64().expect("a number");
    assert_eq!(outcome, json!([all, all - 5, all - 7, 0, all - 3]));
}

/// An article that takes more room, once inflated, than the engine keeps files and blocks in.
#[test]
fn the_largest_article_is_read_once() {
    let folder = folder();
    let lines: String =
        (0..60_000).map(|n| format!("第{n}段：这一段里没有什么新的，不过是把篇幅凑足罢了，一字一句都要读得出来。\n")).collect();
    let rest = (0..200).map(|n| (format!("短文{n}"), format!("其余的文章之{n}。").repeat(400)));
    // 13 MB; 60 MB are as far as it goes with the usual memory of a page.
    let times = if std::env::var_os("XUNZI_ALL").is_some() { 9 } else { 2 };
    let corpus: Vec<(String, String)> = [("长文".to_string(), lines.repeat(times))].into_iter().chain(rest).collect();
    site::build_with(&corpus, folder.path(), &["--max-article", "64"]);
    let server = Server::start(folder.path(), true);
    // The blocks come so far apart that the engine goes on in between.
    let late = Duration::from_millis(if times > 2 { 50 } else { 400 });
    server.set_fault(move |path, _| {
        let number = path.strip_suffix(".dat").and_then(|path| path.bytes().last())?;
        path.contains("/t/").then_some(Wrong::Late(if number % 2 == 0 { Duration::ZERO } else { late }))
    });
    let browser = Browser::start();
    let page = browser.page();
    page.open(&server.url("/empty.html"));
    let read = |query: &str| {
        page.evaluate(&format!(
            r#"(async () => {{
                const {{ open }} = await import("/xunzi/xunzi.js");
                globalThis.index ??= await open("/xunzi/");
                const began = performance.now();
                const {{ text, marks }} = await index.article(0, {});
                let sum = 0;
                for (let at = 0; at < text.length; at++) sum = (Math.imul(sum, 31) + text.charCodeAt(at)) | 0;
                return [text.length, sum, marks.length, Math.round(performance.now() - began), index.stats().memoryBytes];
            }})()"#,
            json!(query)
        ))
    };
    let text = corpus[0].1.trim_end();
    let sum = text.encode_utf16().fold(0i32, |sum, unit| sum.wrapping_mul(31).wrapping_add(unit.into()));
    let outcome = read("凑足");
    println!("{} bytes of text in {} ms, with {} bytes of memory", text.len(), outcome[3], outcome[4]);
    assert_eq!((&outcome[0], &outcome[1]), (&json!(text.encode_utf16().count()), &json!(sum)));
    assert_eq!(outcome[2], 60_000 * times);
    let blocks = server.requests().iter().filter(|request| request.path.contains("/t/")).count();
    assert!(blocks > 24, "{blocks} blocks are asked for at once");
    assert_eq!(repeated(&server), [], "nothing is fetched twice");
}

/// The page with nothing but the box, whose `html` has the attribute `lang` or none.
fn box_page(world: &World, lang: &str) {
    let html = format!(
        r#"<!doctype html><html {lang}><meta charset=utf-8><title>box</title><link rel=icon href=data:,>
        <script type=module src=/xunzi/xunzi.js></script><xunzi-search></xunzi-search>"#
    );
    fs::write(world.folder.path().join("box.html"), html).expect("the page is written");
}

/// An expression about the box on the page: `part(name)` is the text of a part, `live` what is said.
fn inside(expression: &str) -> String {
    format!(
        "(() => {{ const root = document.querySelector('xunzi-search').shadowRoot;
            const part = (name) => root.querySelector(`[part=${{name}}]`)?.textContent ?? '', live = root.querySelector('#live')?.textContent ?? '';
            return {expression}; }})()"
    )
}

fn type_into_box(page: &Page, query: &str) {
    page.evaluate("document.querySelector('xunzi-search').focus()");
    page.insert(query);
}

/// Two letters that stand in many articles of the large site.
fn frequent(world: &World) -> String {
    world.truths[0][0].0[1].as_str().expect("a query").to_owned()
}

/// Who hears the results and does not see them hears that they are not all.
#[test]
fn a_partial_answer_is_said_to_be_partial() {
    let (world, browser) = (World::new(), Browser::start());
    box_page(&world, "lang=en");
    let server = world.serve();
    server.set_fault(|path, _| is_of_some_blocks(path).then_some(Wrong::Status(404)));
    let page = browser.private_page();
    page.open(&server.url("/box.html"));
    type_into_box(&page, &frequent(&world));
    page.until("some results, and that they are not all", &inside("part('name') && part('note').includes('could not be read')"));
    page.until("the same for the ear", &inside("live.includes('article') && live.includes('A part could not be read')"));
    let said = page.evaluate(&inside("live"));
    assert!(!said.as_str().is_some_and(|said| said.contains("Try again")), "a button is no part of it: {said}");
}

/// What does the box say of itself?
const PLACEHOLDER: &str = "document.querySelector('xunzi-search').shadowRoot.querySelector('input').placeholder";

/// Words that did not come are asked for again when the box is used, which speaks English till then; a page of HTML in their place
/// is no words.
#[test]
fn words_that_failed_are_asked_for_again() {
    let (world, browser) = (World::new(), Browser::start());
    box_page(&world, "lang=ja");
    for wrong in [Wrong::Status(503), Wrong::Html, Wrong::Short(40), Wrong::Closed] {
        let server = world.serve();
        let told = format!("{wrong:?}");
        server.set_fault(move |path, _| path.ends_with("/ja.json").then(|| wrong.clone()));
        let page = browser.private_page();
        page.open(&server.url("/box.html"));
        page.until("the box", &format!("{PLACEHOLDER} === '検索'"));
        let asked = server.requests().into_iter().filter(|request| request.path.ends_with(".json")).count();
        assert_eq!(asked, 0, "nothing but the script before it is used");
        let nowhere = "這裏絕对没有这一句";
        type_into_box(&page, nowhere);
        page.until(&format!("an answer in English ({told})"), &inside("part('note').includes('is in none of')"));
        server.set_fault(|_, _| None);
        page.insert("话");
        page.until(&format!("the words ({told})"), &inside("part('note').includes('ありません')"));
    }
}

/// The site of a script has been published anew by another release, which has kept nothing: the box is of that release then, and
/// so are its words.
#[test]
fn a_script_of_another_release_takes_box_and_words_of_one() {
    let (world, browser) = (World::new(), Browser::start());
    box_page(&world, "lang=de");
    let server = world.serve();
    let own = engine(&world.folder.path().join("xunzi")).file_name().expect("a name").to_string_lossy().into_owned();
    let gone = own.clone();
    server.set_fault(move |path, _| {
        let name = path.strip_prefix("/xunzi/").filter(|name| *name != "xunzi.js")?;
        Some(if name.starts_with(&gone) { Wrong::Status(404) } else { Wrong::Other(format!("/b/{name}")) })
    });
    let other = engine(&world.folder.path().join("b"));
    let words = fs::read_to_string(other.join("de.json")).expect("words").replace("Suchergebnisse", "Treffer von anderswo");
    fs::write(other.join("de.json"), words).expect("other words");
    let page = browser.private_page();
    page.open(&server.url("/box.html"));
    type_into_box(&page, &frequent(&world));
    page.until("results", &inside("!!part('name')"));
    assert_eq!(page.evaluate(&inside("root.querySelector('[part=list]').ariaLabel")), "Treffer von anderswo");
}

/// Every language has every word, and the script knows them all: what it says before the words have come.
#[test]
fn every_language_has_every_word() {
    let world = World::new();
    let read = |path: &std::path::Path| -> Value { serde_json::from_slice(&fs::read(path).expect("words")).expect("JSON") };
    let release = engine(&world.folder.path().join("xunzi"));
    let names = |words: &Value| words.as_object().expect("words by name").keys().cloned().collect::<BTreeSet<_>>();
    let english = names(&read(&release.join("en.json")));
    let script = fs::read_to_string(site::root().join("www/box/shell.js")).expect("the element at rest");
    let first = script.split_once("const FIRST = {\n").and_then(|(_, rest)| rest.split_once("};")).expect("first words").0;
    let mut known: Vec<&str> = first.lines().filter_map(|line| Some(line.trim().split_once(':')?.0.trim_matches('"'))).collect();
    known.sort_unstable();
    let mut files = Vec::new();
    for entry in fs::read_dir(&release).expect("the release").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let Some(tongue) = name.strip_suffix(".json") else { continue };
        let words = read(&entry.path());
        assert_eq!(names(&words), english, "{name}");
        let whole = |word: &Value| word.as_str().is_some_and(|word| !word.trim().is_empty());
        assert!(words.as_object().is_some_and(|words| words.values().all(whole)), "{name}");
        // A number that a word tells has its place in all of them.
        for key in ["articles", "hits", "inside", "more", "too-long", "none"] {
            assert!(words[key].as_str().is_some_and(|word| word.contains("{}")), "{name}: {key}");
        }
        files.push(tongue.to_string());
    }
    files.sort();
    assert_eq!(files, known);
    assert_eq!(files.len(), 10);
}

#[test]
fn a_page_without_a_language_has_the_browsers() {
    let (world, browser) = (World::new(), Browser::start());
    let server = world.serve();
    for (lang, browsers, placeholder) in [
        ("", "ko-KR", "검색"),
        ("", "zh-TW", "搜尋"),
        ("", "fr-FR", "Rechercher"),
        ("lang=''", "ru", "Поиск"),
        ("lang=no_such_language_at_all", "ja", "検索"),
        ("lang=de", "ja", "Suchen"),
    ] {
        box_page(&world, lang);
        let page = browser.private_page();
        let agent = page.evaluate("navigator.userAgent");
        page.call("Emulation.setUserAgentOverride", json!({"userAgent": agent, "acceptLanguage": browsers}));
        page.open(&server.url("/box.html"));
        page.until(
            &format!("{placeholder} for html {lang}, browser {browsers}"),
            &format!("{PLACEHOLDER} === {}", json!(placeholder)),
        );
    }
}

/// Who has been here before can search when the host does not answer for its manifest, and is told what that means.
#[test]
fn after_one_visit_the_last_known_index_answers() {
    let (world, browser) = (World::new(), Browser::start());
    box_page(&world, "lang=en");
    let of_last_index = |outcome: &Value, asked: &(Value, Value), told: &str| {
        let mut outcome = outcome.clone();
        let stale = outcome["found"].as_object_mut().and_then(|found| found.remove("stale"));
        assert!(is_whole(&outcome, asked), "{told}: {}: {outcome}", asked.0);
        assert_eq!(stale, Some(json!(true)), "{told}: {}", asked.0);
    };
    for wrong in [Wrong::Closed, Wrong::Hang] {
        let told = format!("{wrong:?}");
        let server = world.serve();
        let page = browser.private_page();
        page.open(&server.url("/empty.html"));
        let first = ask(&page, SITES[0], &world.truths[0]);
        assert!(first.iter().zip(&world.truths[0]).all(|(outcome, asked)| is_whole(outcome, asked)), "{first:?}");
        server.set_fault(move |path, _| path.ends_with("/manifest").then(|| wrong.clone()));
        page.open(&server.url("/empty.html"));
        for (outcome, asked) in ask(&page, SITES[0], &world.truths[0]).iter().zip(&world.truths[0]) {
            of_last_index(outcome, asked, &told);
        }
        if told == "Closed" {
            page.open(&server.url("/box.html"));
            type_into_box(&page, &frequent(&world));
            page.until("results, and of which index", &inside("!!part('name') && part('note').includes('last known index')"));
            page.until("the same for the ear", &inside("live.includes('article') && live.includes('last known index')"));
            page.open(&server.url("/empty.html"));
            ask(&page, SITES[0], &world.truths[0]);
        }
        // The host is back: what it says now counts, without the page being loaded again.
        server.set_fault(|_, _| None);
        page.until(
            "an answer of today's index",
            &format!(
                "index.search({}).then((found) => found.state === 'complete' && !('stale' in found))",
                json!(frequent(&world))
            ),
        );
    }
    // Who has never been here, but has the script, has the index that it came with; of another index there is no answer, and
    // no false one.
    let server = world.serve();
    server.set_fault(|path, _| path.ends_with("/manifest").then_some(Wrong::Closed));
    for (site, truths) in SITES.iter().zip(&world.truths) {
        let page = browser.private_page();
        page.open(&server.url("/empty.html"));
        for (outcome, asked) in ask(&page, site, truths).iter().zip(truths) {
            match *site {
                "/xunzi/" => of_last_index(outcome, asked, "the script's own"),
                _ => assert_eq!(outcome["code"], "offline", "{site}: {outcome}"),
            }
        }
    }
}

/// Whatever addresses articles come with: what is handed out leads to a place of the web or nowhere.
#[test]
fn no_address_runs_anything() {
    let folder = folder();
    let bad = [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        " javascript:alert(1)",
        "java\tscript:alert(1)",
        "javascript\n:alert(1)",
        "\u{1}javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "blob:http://127.0.0.1/x",
        "file:///etc/passwd",
        "mailto:a@example.org",
        "x-y.z+1:2",
    ];
    let good = [
        "/a/",
        "a/b",
        "?q=a:b",
        "#a:b",
        "//example.org/x",
        "http://example.org/",
        "HTTPS://example.org/",
        "./javascript:1",
        "1a:b",
        "目录/第一:二",
    ];
    let line = |url: &&str| json!({"title": "题", "text": format!("文字 {url}"), "url": url}).to_string() + "\n";
    let lines: String = bad.iter().chain(&good).map(line).collect();
    fs::write(folder.path().join("articles.jsonl"), lines).expect("the articles are written");
    let (input, out) = (folder.path().join("articles.jsonl"), folder.path().join("xunzi"));
    site::xunzi(&["build", &input.to_string_lossy(), "--out", &out.to_string_lossy()]);
    let html =
        EMPTY.to_string() + "<script type=module src=/xunzi/xunzi.js></script><xunzi-search mode=inline limit=99></xunzi-search>";
    fs::write(folder.path().join("box.html"), html).expect("the page is written");
    let server = Server::start(folder.path(), false);
    let browser = Browser::start();
    let page = browser.page();
    page.open(&server.url("/box.html"));
    let outcome = page.evaluate(
        r#"(async () => {
            const index = await (await import("/xunzi/xunzi.js")).open();
            const { results } = await index.search("文字", { limit: 0 });
            const whole = await Promise.all(results.map(({ id }) => index.article(id)));
            return results.sort((a, b) => a.id - b.id).map(({ id, url }) => [url, whole.find((article) => article.id === id).url]);
        })()"#,
    );
    let urls: Vec<&Value> = outcome.as_array().expect("results").iter().collect();
    assert_eq!(urls.len(), bad.len() + good.len());
    for (url, given) in urls.iter().zip(bad) {
        assert_eq!(**url, json!(["", ""]), "{given:?}");
    }
    for (url, given) in urls[bad.len()..].iter().zip(good) {
        assert_eq!(**url, json!([given, given]));
    }
    page.evaluate("document.querySelector('xunzi-search').value = '文字'");
    let links = "[...root.querySelectorAll('[part=name], [part=snippet]')]";
    page.until("results", &inside(&format!("{links}.length >= {}", urls.len())));
    let hrefs = page.evaluate(&inside(&format!("{links}.map((link) => link.href ?? '')")));
    for href in hrefs.as_array().expect("links") {
        let href = href.as_str().unwrap_or_default();
        assert!(href.is_empty() || href.starts_with("http://") || href.starts_with("https://"), "{href}");
    }
    for template in ["javascript:alert({id})", "data:text/html,{q}", " java\nscript:{id}"] {
        page.evaluate(&format!(
            "(() => {{ const box = document.querySelector('xunzi-search'); box.setAttribute('link', {}); box.value = ''; box.value = '文字'; }})()",
            json!(template)
        ));
        page.until(
            "results without a link",
            &inside(&format!("{links}.length >= {} && {links}.every((link) => !link.hasAttribute('href'))", urls.len())),
        );
    }
}
