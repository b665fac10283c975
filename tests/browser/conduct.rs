//! How does a page behave with its host and its reader? What it asks for, how often, in which order; what it shows and tells
//! meanwhile; what goes on when nobody wants it any more.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;
use xunzi::format::manifest::Manifest;

use crate::chromium::Browser;
use crate::folder;
use crate::server::{Server, Wrong};
use crate::site;
use crate::world::{
    SITES, World, ask, engine, is_of_some_blocks, is_whole, on_the_large_site, page_without_worker, repeated, spoiled,
};

const ASK_ALL: &str = r#"
    const index = await open("/xunzi/", { pace });
    const found = await Promise.all([0, 1, 2, 3].map((k) => ask(index, k)));
    return found.every(whole);"#;

#[test]
fn files_are_fetched_side_by_side_and_once() {
    let (world, browser) = (World::new(), Browser::start());
    for gzip in [true, false] {
        let server = Server::start(world.folder.path(), gzip);
        // the root comes when everything else that the start needs has been asked for
        let seen = Arc::new(Mutex::new(Vec::new()));
        let seeing = Arc::clone(&seen);
        server.set_fault(move |path, _| {
            seeing.lock().expect("nobody panics").push(path.to_string());
            for _ in 0..if path.ends_with("/root.dat") { 400 } else { 0 } {
                let paths = seeing.lock().expect("nobody panics").clone();
                if ["/worker.js", "/engine.wasm"].iter().all(|name| paths.iter().any(|path| path.ends_with(name))) {
                    return None;
                }
                thread::sleep(Duration::from_millis(5));
            }
            path.ends_with("/root.dat").then_some(Wrong::Status(500))
        });
        assert_eq!(on_the_large_site(&world, &browser, &server, ASK_ALL), true, "gzip: {gzip}");
        assert_eq!(repeated(&server), [], "gzip: {gzip}: nothing is fetched twice");
        let failed: Vec<_> = server.requests().into_iter().filter(|request| request.status != 200).collect();
        assert!(failed.is_empty(), "gzip: {gzip}: {failed:?}");
    }
}

/// A script out of a browser's cache that was published with another build and another engine: the manifest decides.
#[test]
fn a_script_of_an_old_build_answers_from_the_new_one() {
    let (world, browser) = (Arc::new(World::new()), Browser::start());
    let root = world.folder.path();
    let old = Manifest::read(&fs::read_to_string(root.join("xunzi/manifest")).expect("a manifest")).expect("a whole one");
    for kept in [true, false] {
        let server = world.serve();
        let page = browser.private_page();
        page.open(&server.url("/empty.html"));
        server.forget();
        let folders = [old.build.clone(), old.engine.clone()];
        server.set_fault(move |path, _| {
            let name = path.strip_prefix("/xunzi/").filter(|name| *name != "xunzi.js")?;
            let old = folders.iter().any(|folder| name.starts_with(folder.as_str()));
            match (old, kept) {
                (false, _) => Some(Wrong::Other(format!("/b/{name}"))),
                (true, false) => Some(Wrong::Status(404)),
                // so slow that it would be seen among the bytes if it were not given up, by the module, which is small and there
                (true, true) => (!name.ends_with("/ask.js")).then_some(Wrong::Drip(Duration::from_millis(300))),
            }
        });
        for (outcome, asked) in ask(&page, SITES[0], &world.truths[1]).iter().zip(&world.truths[1]) {
            assert!(is_whole(outcome, asked), "kept: {kept}: {}: {outcome}", asked.0);
        }
        // Where the old release is gone, the manifest tells first where its module is, then what there is.
        let twice = repeated(&server).into_iter().filter(|(path, _)| kept || path != "/xunzi/manifest").collect::<Vec<_>>();
        assert_eq!(twice, [], "kept: {kept}: nothing is fetched twice");
        let requests = server.requests();
        let (stale, fresh): (Vec<_>, Vec<_>) =
            requests.iter().partition(|r| [&old.build, &old.engine].iter().any(|folder| r.path.contains(folder.as_str())));
        let mut names: Vec<&str> = stale.iter().filter_map(|r| r.path.rsplit('/').next()).collect();
        names.sort_unstable();
        let mut first: Vec<&str> = old.open.iter().map(String::as_str).chain(["ask.js", "engine.wasm", "worker.js"]).collect();
        first.sort_unstable();
        assert_eq!(names, first, "kept: {kept}: asked for at once, and no more");
        let read = page.evaluate("index.stats().bytesFetched").as_u64().unwrap_or(u64::MAX);
        let size = |path: &str| fs::metadata(root.join("b").join(path.trim_start_matches("/xunzi/"))).map_or(0, |m| m.len());
        let needed: u64 = fresh.iter().filter(|r| !r.path.ends_with(".js")).map(|r| size(&r.path)).sum();
        let engine = fs::metadata(root.join("xunzi").join(&old.engine).join("engine.wasm")).expect("an engine").len();
        assert!(read < needed + engine / 2, "kept: {kept}: {read} bytes read, {needed} were needed");
        let complaints = page.complaints();
        assert!(complaints.iter().all(|told| !kept && told.contains("404")), "kept: {kept}: {complaints:?}");
    }
}

/// The steps of a first answer, from the script to the snippets, each of which can only be asked for when the one before
/// has come: with a line of nothing but latency they are what the time is made of.
#[test]
fn a_first_answer_takes_five_steps_or_two() {
    let (world, browser) = (World::new(), Browser::start());
    let latency = 1500;
    // One of the five asks whose title is the query, where more than five have it.
    for (site, most) in [(0, 5), (2, 2)] {
        let server = world.serve();
        let page = browser.private_page();
        page.open(&server.url("/empty.html"));
        server.forget();
        server.set_line(Duration::from_millis(latency), 100_000_000);
        let base = SITES[site];
        let (asked, truth) = &world.truths[site][0];
        let outcome = page.evaluate(&format!(
            r#"(async () => {{
                const start = performance.now();
                const {{ open }} = await import("{base}xunzi.js");
                const index = await open("{base}");
                const found = await index.search({}, {{ limit: 3 }});
                const asked = performance.getEntriesByType("resource").map((e) => `${{((e.startTime - start) / {latency}).toFixed(1)}} ${{e.name}}`);
                return {{ ms: performance.now() - start, state: found.state, articles: found.articles, asked }};
            }})()"#,
            asked[1]
        ));
        assert_eq!((&outcome["state"], &outcome["articles"]), (&json!("complete"), &truth["articles"]), "{outcome}");
        let steps = outcome["ms"].as_f64().unwrap_or(f64::MAX) / latency as f64;
        println!("{base}: {steps:.2} steps in {} requests", server.requests().len());
        assert!((2..=most).contains(&(steps as u64)), "{base}: {outcome:#}");
        assert_eq!(repeated(&server), [], "nothing is fetched twice");
    }
}

/// What every reader of a page with the box is sent of script, compressed, as it is published, and what its first use costs.
#[test]
fn script_and_worker_are_small() {
    let world = World::new();
    let site = world.folder.path().join("xunzi");
    let zipped = |path: &Path| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        let bytes = fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        encoder.write_all(&bytes).and_then(|()| encoder.finish()).expect("memory").len()
    };
    let (script, worker) = (zipped(&site.join("xunzi.js")), zipped(&engine(&site).join("worker.js")));
    let (ask, in_use) = (zipped(&engine(&site).join("ask.js")), zipped(&engine(&site).join("box.js")));
    let words = zipped(&engine(&site).join("zh-hans.json"));
    println!("at rest {script} bytes; on first use {ask} to ask, worker {worker}; of the box {in_use} and {words} of words");
    assert!(script <= 4_050, "{script} bytes at rest");
    assert!(ask <= 5_050 && worker <= 3_000, "{ask} and {worker} bytes");
    assert!(in_use <= 15_000 && words <= 1_300, "{in_use} and {words} bytes");
}

#[test]
fn an_unwanted_search_takes_nothing_from_the_others() {
    let (world, browser) = (World::new(), Browser::start());
    let server = world.serve();
    let run = |script| on_the_large_site(&world, &browser, &server, script);
    server.set_fault(|path, _| path.contains("/t/").then_some(Wrong::Late(Duration::from_millis(300))));
    let outcome = run(r#"
        const index = await open("/xunzi/", { pace });
        const control = new AbortController(), { signal } = control;
        const first = ask(index, 0, { signal }).catch((e) => e.code), second = ask(index, 0), third = ask(index, 1);
        const before = index.stats().requests;
        while (index.stats().requests < before + 3) await pause(10);
        control.abort();
        const late = await ask(index, 2, { signal }).catch((e) => e.code);
        return [await first, whole(await second, 0), whole(await third, 1), late];"#);
    assert_eq!(outcome, json!(["aborted", true, true, "aborted"]));
    assert_eq!(repeated(&server), [], "nothing is fetched twice");
    // what a search that nobody waits for any more has still under way is of use, and its failure is not another's
    server.set_fault(|path, before| (path.contains("/t/") && before < 3).then_some(Wrong::Status(404)));
    let outcome = run(r#"
        const index = await open("/xunzi/", { pace: 1 });
        const control = new AbortController();
        setTimeout(() => control.abort(), 1100); // between the second attempt and the third
        const first = await ask(index, 0, { limit: 5, signal: control.signal }).catch((e) => e.code);
        await pause(50);
        const { state, results, problem } = await ask(index, 0, { limit: 5 });
        return [first, state, results.length, problem ?? null];"#);
    assert_eq!(outcome, json!(["aborted", "complete", 5, null]));
    // a search that nobody waits for lets go of what hangs
    server.set_fault(|path, _| path.contains("/t/").then_some(Wrong::Hang));
    let outcome = run(r#"
        const index = await open("/xunzi/", { pace });
        const control = new AbortController(), started = Date.now();
        setTimeout(() => control.abort(), 300);
        const first = await ask(index, 0, { signal: control.signal }).catch((e) => e.code);
        return [first, Date.now() - started < 4000];"#);
    assert_eq!(outcome, json!(["aborted", true]));
}

#[test]
fn results_and_bytes_are_told_as_they_come() {
    let (world, browser) = (World::new(), Browser::start());
    let server = world.serve();
    let run = |script| on_the_large_site(&world, &browser, &server, script);
    server.set_fault(|path, _| {
        let drips = path.ends_with("/root.dat") || path.ends_with("/engine.wasm");
        drips
            .then_some(Wrong::Drip(Duration::from_millis(40)))
            .or(is_of_some_blocks(path).then_some(Wrong::Late(Duration::from_millis(400))))
    });
    let outcome = run(r#"
        const bytes = [], steps = [];
        const index = await open("/xunzi/", { pace, onbytes: (got, expected) => bytes.push([got, expected]) });
        const opening = bytes.length;
        const found = await ask(index, 0, { onprogress: (found) => steps.push(found) });
        const page = await ask(index, 0, { offset: 10 });
        const ids = new Set([...found.results, ...page.results].map((result) => result.id));
        const known = new Map(found.results.map((result) => [result.id, result.title]));
        return {
            whole: whole(found, 0), more: page.results.length, ids: ids.size,
            steps: steps.length, early: steps.every((step) => step.results.length > 0 && step.results.length <= 10 && !step.hitsExact),
            opening, rising: bytes.every(([got], i) => !i || got >= bytes[i - 1][0]), expected: bytes.at(-1)[1] > 0,
        };"#);
    let steps = outcome["steps"].as_u64().unwrap_or(0);
    let opening = outcome["opening"].as_u64().unwrap_or(0);
    assert!(steps >= 1, "what is found first is told first: {outcome}");
    assert!(opening >= 10, "bytes are told while they come: {outcome}");
    for (key, value) in
        [("whole", json!(true)), ("more", json!(10)), ("ids", json!(20)), ("early", json!(true)), ("rising", json!(true))]
    {
        assert_eq!(outcome[key], value, "{key}: {outcome}");
    }
}

/// A reader who types on does not keep a worker alive that hangs, nor does one who has stopped.
#[test]
fn a_hung_worker_is_ended_whoever_waits() {
    let (world, browser) = (Arc::new(World::new()), Browser::start());
    let server = world.serve();
    let first_worker_loops = || {
        let loops = Arc::clone(&world);
        move |path: &str, before: usize| (path.contains("/worker.js") && before < 1).then(|| spoiled(&loops, "step", "for (;;);"))
    };
    server.set_fault(first_worker_loops());
    let outcome = on_the_large_site(
        &world,
        &browser,
        &server,
        r#"const index = await open("/xunzi/", { pace: .3 });
        for (let n = 1; n < 20; n++) {
            const control = new AbortController();
            setTimeout(() => control.abort(), 1200);
            const found = await ask(index, 1, { signal: control.signal }).catch(({ code }) => code);
            if (found !== "aborted") return whole(found, 1);
        }
        return "never";"#,
    );
    assert_eq!(outcome, true);

    server.set_fault(first_worker_loops());
    let page = browser.private_page();
    page.open(&server.url("/empty.html"));
    server.forget();
    page.evaluate(
        r#"(async () => {
            globalThis.index = await (await import("/xunzi/xunzi.js")).open("/xunzi/", { pace: .3 });
            await index.search("一", { signal: AbortSignal.timeout(2200) }).catch(() => {});
        })()"#,
    );
    page.wait_events("Target.detachedFromTarget", 1);
}

/// What ran in the page itself, for want of a worker, ends when nobody wants it.
#[test]
fn without_a_worker_nothing_goes_on_after_the_end() {
    let (world, browser) = (World::new(), Browser::start());
    let server = world.serve();
    let page = page_without_worker(&browser, &server);
    server.set_fault(|path, _| path.contains("/t/").then_some(Wrong::Hang));
    let timers = page.evaluate(
        r#"(async () => {
            const { open } = await import("/xunzi/xunzi.js"), index = await open("/xunzi/", { pace: .3 });
            const code = await index.article(NaN).catch(({ code }) => code);
            const waiting = index.search("一").catch(({ code }) => code);
            await new Promise((go) => setTimeout(go, 1000));
            index.close();
            let set = 0;
            const real = setTimeout;
            globalThis.setTimeout = (...given) => (set++, real(...given));
            await new Promise((go) => real(go, 1500));
            return [code, await waiting, set <= 1];
        })()"#,
    );
    assert_eq!(timers, json!(["bad-request", "aborted", true]));
}

/// Without a worker the engine runs in the page, and must not hold it up.
#[test]
fn without_a_worker_the_page_stays_alive() {
    let (world, browser) = (World::new(), Browser::start());
    let server = world.serve();
    let page = page_without_worker(&browser, &server);
    page.evaluate(
        "globalThis.tasks = []; new PerformanceObserver((list) => tasks.push(...list.getEntries().map((e) => e.duration)))
            .observe({ entryTypes: ['longtask'] })",
    );
    for (outcome, asked) in ask(&page, SITES[0], &world.truths[0]).iter().zip(&world.truths[0]) {
        assert!(is_whole(outcome, asked), "{outcome}");
    }
    assert_eq!(page.workers().len(), 0);
    let tasks = page.evaluate("tasks");
    println!("tasks of over 50 ms in the page: {tasks}");
    // a machine that does other things as well is slower than any reader's
    assert!(tasks.as_array().is_some_and(|tasks| tasks.iter().all(|ms| ms.as_f64().is_some_and(|ms| ms < 400.0))), "{tasks}");
}

/// A host that is not secure in the browser's eyes, where much of the platform is missing.
#[test]
fn it_works_over_plain_http() {
    let world = World::new();
    let browser = Browser::start_with(&["--host-resolver-rules=MAP plain.test 127.0.0.1"]);
    let server = world.serve();
    let page = browser.page();
    page.open(&server.url("/empty.html").replace("127.0.0.1", "plain.test"));
    assert_eq!(page.evaluate("[isSecureContext, typeof caches, typeof crypto.subtle].join()"), "false,undefined,undefined");
    for (outcome, asked) in ask(&page, SITES[0], &world.truths[0]).iter().zip(&world.truths[0]) {
        assert!(is_whole(outcome, asked), "{outcome}");
    }
}

/// A fact that has several values is shown as a list of them; an article is written in the first of its languages.
#[test]
fn several_values_of_a_fact_are_listed() {
    let folder = folder();
    site::build_demo(folder.path());
    let (lines, out) = (folder.path().join("articles.jsonl"), folder.path().join("xunzi"));
    let article =
        json!({"title": "题目", "text": "两人写的文字", "author": ["甲", "乙, 丙"], "section": "版", "lang": ["ja", "zh"]});
    fs::write(&lines, article.to_string()).expect("the article is written");
    site::xunzi(&["build", &lines.to_string_lossy(), "--out", &out.to_string_lossy()]);
    let server = Server::start(folder.path(), true);
    let browser = Browser::start();
    for (lang, authors) in [("en", "甲, 乙, 丙"), ("de", "甲, 乙, 丙"), ("zh", "甲、乙, 丙"), ("ja", "甲、乙, 丙")]
    {
        let html = format!(
            "<!doctype html><html lang={lang}><meta charset=utf-8><title>box</title><link rel=icon href=data:,>
            <script type=module src=/xunzi/xunzi.js></script><xunzi-search mode=inline></xunzi-search>"
        );
        fs::write(folder.path().join("box.html"), html).expect("the page is written");
        let page = browser.private_page();
        page.open(&server.url("/box.html"));
        page.evaluate("document.querySelector('xunzi-search').value = '文字'");
        let part = |name: &str| format!("document.querySelector('xunzi-search').shadowRoot.querySelector('[part={name}]')");
        page.until(&format!("the authors ({lang})"), &format!("{}?.textContent === {}", part("author"), json!(authors)));
        assert_eq!(page.evaluate(&format!("{}.textContent", part("section"))), "版");
        assert_eq!(page.evaluate(&format!("{}.lang", part("result"))), "ja");
    }
    let page = browser.page();
    page.open(&server.url("/?read=0"));
    page.until("the byline", "document.querySelector('.byline')?.textContent.includes('甲、乙, 丙') ?? false");
    // Each language has its own sign between them.
    page.open(&server.url("/xunzi/search.html?read=0"));
    page.until("the byline", "document.querySelector('.byline')?.textContent.includes('甲, 乙, 丙') ?? false");
}
