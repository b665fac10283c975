//! Does typing stay undisturbed, and is what is said meanwhile true?

use std::time::Duration;

use serde_json::{Value, json};

use super::{Boxes, find, see, until};
use crate::chromium::Page;
use crate::server::{Server, Wrong};
use crate::world::World;
use crate::{naive, site};

/// Shows `text` as an input method does that is not done with it.
fn compose(page: &Page, text: &str) {
    let at = text.encode_utf16().count();
    page.call("Input.imeSetComposition", json!({"text": text, "selectionStart": at, "selectionEnd": at}));
}

/// Lets an answer come, if one is on its way.
fn rest(page: &Page) {
    page.evaluate("new Promise((go) => setTimeout(go, 150))");
}

/// What is half written is not searched, or not said to be nowhere; Enter and Escape belong to the input method; every word is
/// searched once.
#[test]
fn an_input_method_composes_undisturbed() {
    let boxes = Boxes::new();
    let page = boxes.one("mode=modal");
    page.evaluate("document.querySelector('xunzi-search').show()");
    until(&page, "a dialog", "open");
    page.evaluate("window.asked = [], addEventListener('xunzi-found', (e) => asked.push(e.detail.query))");
    let scripts: [(&str, &[&str], &str, &[&str]); 6] = [
        ("pinyin", &["z", "zhi", "zhi'yuan'zhe"], "志愿者", &["志愿者"]),
        ("bopomofo", &["ㄓ", "ㄓˋ", "ㄓˋㄩㄢˋ"], "志願", &["志願"]),
        ("kana", &["け", "けん", "けんさ", "けんさく"], "検索", &["検索"]),
        ("hangul", &["ㄱ", "거", "검", "검ㅅ"], "검색", &["거", "검", "검색"]),
        ("telex", &["ti", "tiê"], "tiến", &["tiến"]),
        ("dead key", &["´"], "é", &["´", "é"]),
    ];
    for (name, steps, word, asked) in scripts {
        page.evaluate("document.querySelector('xunzi-search').value = '的'");
        until(&page, "results", "count('[part=result]') > 1 && input.value === '的' && !count('[data-old]')");
        page.evaluate("document.querySelector('xunzi-search').shadowRoot.querySelector('input').select(), asked.length = 0");
        for step in steps {
            compose(&page, step);
            rest(&page);
            assert_eq!(see(&page, "count('[data-kind=none]:not([hidden])')"), 0, "{name}: {step} is not said to be nowhere");
            assert_eq!(see(&page, "count('[part=result]') > 0"), true, "{name}: {step}: what was there stays");
        }
        page.evaluate(
            "window.keys = [], document.addEventListener('keydown', (e) => keys.push(e.isComposing || e.keyCode === 229), true)",
        );
        for key in ["Enter", "Escape", "ArrowDown"] {
            let key =
                json!({"type": "rawKeyDown", "key": key, "code": key, "windowsVirtualKeyCode": 229, "nativeVirtualKeyCode": 229});
            page.call("Input.dispatchKeyEvent", key);
        }
        assert_eq!(
            page.evaluate("keys.length > 2 && keys.every((composes) => composes)"),
            true,
            "{name}: the keys are the input method's"
        );
        assert_eq!(see(&page, "open && input.value !== ''"), true, "{name}: and do nothing else");
        page.insert(word);
        page.until(&format!("{name}: the word is asked for"), &format!("asked.at(-1) === {}", json!(word)));
        assert_eq!(page.evaluate("asked"), json!(asked), "{name}");
        assert_eq!(see(&page, "input.value"), word, "{name}");
    }
    assert_eq!(page.complaints(), Vec::<String>::new());
}

/// A script of the page sets the value while an input method is at work, which then never says that it is done.
#[test]
fn a_disturbed_composition_is_searched_all_the_same() {
    let boxes = Boxes::new();
    let page = boxes.one("mode=inline");
    find(&page, "的");
    compose(&page, "chuxue");
    page.evaluate("document.querySelector('xunzi-search').value = '除雪'");
    until(&page, "what was set is answered", "text('status').startsWith('5 ') && !count('[data-old]')");
    page.insert("设");
    until(
        &page,
        "and what is typed then",
        "input.value === '除雪设' && text('note').includes('除雪设') && text('status') === ''",
    );
}

/// No number stands beside a query that it is not of; a number without a plus is the true one, and none is more than that.
#[test]
fn totals_never_lie() {
    let world = World::new();
    let server = world.serve();
    super::write(
        world.folder.path(),
        "many.html",
        "lang=en",
        "",
        "<h1>Many</h1><xunzi-search mode=inline limit=5></xunzi-search>",
    );
    let browser = crate::chromium::Browser::start();
    let page = browser.page();
    page.open(&server.url("/many.html"));
    let texts: Vec<(String, String)> = world.texts[0]
        .iter()
        .map(|article| {
            (article["title"].as_str().unwrap_or_default().to_owned(), article["text"].as_str().unwrap_or_default().to_owned())
        })
        .collect();
    let library = naive::Library::new(&texts, naive::Off::NONE);
    let number = |text: &str| -> u64 { text.chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap_or(0) };
    for truth in world.truths[0].iter().filter(|truth| truth.1["articles"].as_u64() > Some(0)).take(4) {
        let query = truth.0[1].as_str().expect("a query");
        let matches = library.search(query).expect("a short query");
        let (articles, hits) = (matches.len() as u64, matches.iter().map(|m| m.hits as u64).sum::<u64>());
        let at_once = see(&page, &format!("(box.value = {}, text('status'))", json!(query)));
        assert_eq!(at_once, "", "no total of another query");
        until(&page, "an answer", "!count('[data-busy]') && !count('[data-old]') && text('status') !== ''");
        let check = |told: &Value| {
            for (k, true_one) in [articles, hits].into_iter().enumerate() {
                let Some(told) = told[k].as_str() else { continue };
                let lower = told.contains('+');
                assert!(
                    if lower { number(told) <= true_one } else { number(told) == true_one },
                    "{query}: {told}, in truth {true_one}"
                );
            }
        };
        let told = see(&page, "[...root.querySelectorAll('[part=status] span')].map((span) => span.textContent)");
        check(&told);
        let more = see(&page, "one('[part=exact]').hidden");
        if more == false {
            see(&page, "one('[part=exact]').click()");
            until(&page, "exact numbers", "one('[part=exact]').hidden && !count('[data-busy]')");
        }
        let told = see(&page, "[...root.querySelectorAll('[part=status] span')].map((span) => span.textContent)");
        assert_eq!(told.as_array().map(Vec::len), Some(2), "{query}: {told}");
        assert!(!told.to_string().contains('+'), "{query}: {told}");
        check(&told);
        assert_eq!(see(&page, "count('[part=result]') <= 5"), true, "counting shows no more");
    }
}

/// What is too long stays in the box, and is not searched: it is said how long it may be and how long it is.
#[test]
fn a_paste_over_the_limit_is_kept_and_told() {
    let boxes = Boxes::new();
    let page = boxes.one("");
    for length in [600, 100_000] {
        let paste = "长".repeat(length);
        page.evaluate("document.querySelector('xunzi-search').value = ''");
        page.evaluate("document.querySelector('xunzi-search').focus()");
        page.insert(&paste);
        let told = if length == 600 { "these are 600" } else { "these are 100,000" };
        until(&page, told, &format!("text('note').includes('At most 512') && text('note').includes('{told}')"));
        assert_eq!(see(&page, "[input.value.length, count('[part=retry]')]"), json!([length, 0]));
    }
}

/// What was chosen stays chosen, and in its place, when the rest of an answer comes.
#[test]
fn the_rest_of_an_answer_moves_nothing_that_is_chosen() {
    let world = World::new();
    let server = world.serve();
    super::write(world.folder.path(), "late.html", "lang=en", "", "<xunzi-search mode=modal></xunzi-search>");
    let browser = crate::chromium::Browser::start();
    let page = browser.page();
    page.open(&server.url("/late.html"));
    server.set_fault(|path, _| crate::world::is_of_some_blocks(path).then_some(Wrong::Late(Duration::from_millis(1500))));
    let query = world.truths[0][0].0[1].as_str().expect("a query");
    page.evaluate("document.querySelector('xunzi-search').show()");
    page.insert(query);
    until(&page, "some results, not all yet", "count('[part=result]') > 1 && count('[data-busy]') === 1");
    page.press("ArrowDown");
    let chosen = see(
        &page,
        "[one('[aria-selected=true]').textContent, [...root.querySelectorAll('[part=name]')].map((name) => name.textContent)]",
    );
    until(&page, "all of it", "!count('[data-busy]')");
    let after = see(
        &page,
        "[one('[aria-selected=true]')?.textContent, [...root.querySelectorAll('[part=name]')].map((name) => name.textContent)]",
    );
    assert_eq!(after[0], chosen[0]);
    let (before, now) = (chosen[1].as_array().expect("names"), after[1].as_array().expect("names"));
    assert_eq!(now[..before.len()], before[..], "nothing comes in above");
}

/// What listeners hear: the numbers once the typing rests, nothing of an unfinished word, and a site learns what was looked for.
#[test]
fn an_answer_is_said_once_the_typing_rests() {
    let boxes = Boxes::new();
    let page = boxes.one("mode=modal");
    page.evaluate("window.rested = [], addEventListener('xunzi-rest', (e) => rested.push(e.detail))");
    page.evaluate("document.querySelector('xunzi-search').show()");
    for letter in ["志", "愿", "者"] {
        page.insert(letter);
    }
    until(&page, "the numbers are said", "live === '18 articles, 21 places'");
    page.until(
        "and that somebody looked for it",
        "rested.length === 1 && rested[0].query === '志愿者' && rested[0].articles === 18",
    );
    page.press("Escape");
    page.press("Escape");
    assert_eq!(see(&page, "live"), "");
}

/// What stands below a box in the page's flow stays where it is while somebody types.
#[test]
fn nothing_below_jumps_while_somebody_types() {
    let folder = crate::folder();
    site::build_demo(folder.path());
    let server = Server::start(folder.path(), false);
    let body = format!("<h1>Page</h1><xunzi-search mode=inline></xunzi-search>{}", super::TEXT.repeat(30));
    super::write(folder.path(), "still.html", "lang=en", "xunzi-search:not(:defined){display:block;min-height:44px}", &body);
    let browser = crate::chromium::Browser::start();
    let page = browser.page();
    page.look(1280, 800, 1, "light");
    page.open(&server.url("/still.html"));
    page.evaluate(
        "window.shift = 0, window.slow = [];
        new PerformanceObserver((list) => list.getEntries().forEach((e) => e.hadRecentInput || (shift += e.value))).observe({ type: 'layout-shift', buffered: true });
        new PerformanceObserver((list) => slow.push(...list.getEntries().map((e) => e.duration))).observe({ type: 'longtask' })",
    );
    page.evaluate("document.querySelector('xunzi-search').focus()");
    for query in ["search", "ngram", "zzzz", "the"] {
        for letter in query.chars() {
            page.press(&letter.to_string());
            rest(&page);
        }
        for _ in query.chars() {
            page.press("Backspace");
            rest(&page);
        }
    }
    let (shift, slow) = (page.evaluate("shift"), page.evaluate("slow"));
    println!("cumulative layout shift {shift}, tasks over 50 ms: {slow}");
    assert!(shift.as_f64().is_some_and(|shift| shift < 0.02), "{shift}");
}

/// From a key to the picture of its answer, with the files there: `XUNZI_ALL=1 cargo test … --test browser measure_keys -- --nocapture`.
#[test]
fn measure_keys() {
    let corpora = if std::env::var_os("XUNZI_ALL").is_some() { site::large_corpora() } else { Vec::new() };
    let Some((_, corpus)) = corpora.into_iter().find(|(name, _)| name.contains("docs-cn")) else {
        eprintln!("skipped: one of the long tests, set XUNZI_ALL and XUNZI_CORPORA");
        return;
    };
    let folder = crate::folder();
    site::build(&corpus, folder.path());
    let server = Server::start(folder.path(), true);
    let browser = crate::chromium::Browser::start();
    for mode in ["mode=modal", "", "mode=inline"] {
        super::write(
            folder.path(),
            "keys.html",
            "lang=zh-Hans",
            "",
            &format!("<h1>Page</h1><xunzi-search {mode}></xunzi-search>"),
        );
        let page = browser.private_page();
        page.look(1280, 800, 1, "light");
        page.open(&server.url("/keys.html"));
        page.evaluate(
            "window.slow = [], window.taken = [], window.shift = 0;
            new PerformanceObserver((list) => list.getEntries().forEach((e) => e.hadRecentInput || (shift += e.value))).observe({ type: 'layout-shift', buffered: true });
            new PerformanceObserver((list) => slow.push(...list.getEntries().map((e) => Math.round(e.duration)))).observe({ type: 'longtask' });
            addEventListener('keydown', (e) => { window.since = e.timeStamp; window.painted = false; }, true);
            addEventListener('xunzi-found', ({ detail: { query, found } }) => { if (!found || query !== document.querySelector('xunzi-search').value.trim()) return;
                const since = window.since; requestAnimationFrame(() => setTimeout(() => { taken.push(performance.now() - since); window.painted = true; })); })",
        );
        page.evaluate("document.querySelector('xunzi-search').show()");
        let words = ["tidb", "select", "region", "raft", "index", "table", "where", "kv"];
        for round in 0..2 {
            // The first time, files come; the second, they are there.
            if round == 1 {
                page.evaluate("taken.length = slow.length = 0");
            }
            for word in words {
                for letter in word.chars() {
                    page.press(&letter.to_string());
                    page.until("its picture", "window.painted === true");
                }
                page.evaluate("document.querySelector('xunzi-search').value = ''");
            }
        }
        let mut taken: Vec<f64> = serde_json::from_value(page.evaluate("taken")).expect("numbers");
        taken.sort_by(f64::total_cmp);
        let at = |share: usize| taken[(taken.len() - 1) * share / 100];
        println!(
            "{mode}: {} keys, p50 {:.0} ms, p95 {:.0} ms, tasks over 50 ms: {}, layout shift {}",
            taken.len(),
            at(50),
            at(95),
            page.evaluate("slow"),
            page.evaluate("shift")
        );
    }
}
