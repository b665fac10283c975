//! Does a page narrow, count and find what is near as the command does, and what does it fetch for that?

use std::fs;

use serde_json::{Value, json};

use crate::chromium::Browser;
use crate::server::Server;
use crate::{folder, site};

/// An index whose articles have made-up dates, sections and tags.
fn build(folder: &std::path::Path) {
    let lines = site::corpus().into_iter().enumerate().map(|(k, (title, text))| {
        let sections = ["社区", "要闻", "文艺"];
        let date = (k % 5 > 0).then(|| format!("{}-{:02}-{:02}", 2021 + k % 3, 1 + k % 12, 1 + k % 28));
        let tags: Vec<String> = (0..k % 3).map(|n| format!("{}", (k + n) % 11)).collect();
        json!({"title": title, "text": text, "url": format!("/{k}/"), "section": sections[k % 3], "date": date, "tags": tags})
    });
    let file = folder.join("articles.jsonl");
    fs::write(&file, lines.map(|line| line.to_string() + "\n").collect::<String>()).expect("written");
    fs::write(folder.join("empty.html"), "<!doctype html><title>empty</title><link rel=icon href=data:,>").expect("written");
    site::xunzi(&["build", &file.to_string_lossy(), "--out", &folder.join("xunzi").to_string_lossy()]);
}

/// What a page asks, and what the command is asked in the same words.
const ASKED: [(&str, &[&str]); 16] = [
    (
        "search('志愿者', { limit: 0, filters: { section: ['社区', '文艺'] } })",
        &["志愿者", "--limit", "0", "--filter", "section=社区", "--filter", "section=文艺"],
    ),
    (
        "search('志愿者', { limit: 0, filters: { section: '社区', tags: ['1', ''] }, from: '2021' })",
        &["志愿者", "--limit", "0", "--filter", "section=社区", "--filter", "tags=1", "--filter", "tags=", "--from", "2021"],
    ),
    ("search('', { limit: 0, from: '2021-03', to: '2022' })", &["", "--limit", "0", "--from", "2021-03", "--to", "2022"]),
    ("search('的', { limit: 5, sort: 'tags' })", &["的", "--limit", "5", "--sort", "tags"]),
    ("search('的', { limit: 5, sort: '-date' })", &["的", "--limit", "5", "--sort", "-date"]),
    ("counts('志愿者', 'section', { count: 'exact' })", &["志愿者", "--counts", "section"]),
    ("counts('的', 'tags', { count: 'exact', scope: 'section=社区' })", &["的", "--counts", "tags", "--filter", "section=社区"]),
    ("timeline('志愿者', { count: 'exact' })", &["志愿者", "--timeline", "year"]),
    ("timeline(['的'], { unit: 'month', count: 'exact' })", &["的", "--timeline", "month"]),
    ("near('志愿着')", &["志愿着", "--near"]),
    (
        "near('志愿者', { filters: { section: '文艺' }, from: '2024' })",
        &["志愿者", "--near", "--filter", "section=文艺", "--from", "2024"],
    ),
    ("complete('志.者', { count: 'exact' })", &["志.者", "--complete"]),
    ("near('志愿着', { exact: ['variant', 'case'] })", &["志愿着", "--near", "--exact", "variant,case"]),
    ("complete('..者', { count: 'exact', exact: 'variant' })", &["..者", "--complete", "--exact", "variant"]),
    ("search('!!!', { limit: 0, filters: { section: '社区' } })", &["!!!", "--limit", "0", "--filter", "section=社区"]),
    ("counts('的', 'section', { count: 'exact', exact: ['case'] })", &["的", "--counts", "section", "--exact", "case"]),
];

#[test]
fn a_page_narrows_and_counts_as_the_command_does() {
    let folder = folder();
    build(folder.path());
    let index = folder.path().join("xunzi");
    let server = Server::start(folder.path(), true);
    let browser = Browser::start();
    let page = browser.page();
    page.open(&server.url("/empty.html"));
    let asked: Vec<&str> = ASKED.iter().map(|asked| asked.0).collect();
    let script = format!(
        r#"(async () => {{
            const {{ open }} = await import("/xunzi/xunzi.js");
            const index = await open("/xunzi/");
            await index.search("志愿者");
            const answers = [(await fetch("/first")).status];
            const list = (found) => Array.isArray(found) ? {{ list: [...found], ...found }} : found;
            for (const answer of [{}]) {{
                const found = {{ ...list(await answer(index)) }};
                for (const key of Object.keys(found)) if (/^\d+$/.test(key) || key === "build") delete found[key];
                answers.push(JSON.parse(JSON.stringify(found)));
            }}
            const whole = await index.article(0, "志愿者");
            answers.push(whole.id, await index.article(99999999), (await index.counts("志愿者", "place").catch((e) => e.code + ": " + e.message)));
            return answers;
        }})()"#,
        asked.iter().map(|asked| format!("(index) => index.{asked}")).collect::<Vec<_>>().join(", ")
    );
    let answers = page.evaluate(&script).as_array().expect("answers").clone();
    for ((asked, arguments), answer) in ASKED.iter().zip(&answers[1..]) {
        let mut all = vec!["search".to_owned(), index.to_string_lossy().into_owned(), "--json".into()];
        all.extend(arguments.iter().map(|a| (*a).to_owned()));
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        let printed: Value = serde_json::from_str(&site::xunzi(&all)).expect("JSON");
        assert_eq!(*answer, printed, "{asked}");
    }
    let rest = &answers[ASKED.len() + 1..];
    assert_eq!(rest[0], json!(0));
    assert_eq!(rest[1], Value::Null);
    assert_eq!(rest[2], json!("bad-request: the fields are date, section, tags, not place"));
    // The second module once, and not before it is wanted; no file twice.
    let paths: Vec<String> = server.requests().into_iter().map(|r| r.path).collect();
    let at = |end: &str| paths.iter().position(|path| path.ends_with(end));
    assert!(at("/more.wasm") > at("/first"), "{paths:?}");
    let mut once = paths.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), paths.len(), "{paths:?}");
    for request in server.requests().iter().filter(|r| r.path.ends_with(".wasm") || r.path.contains("/c/")) {
        println!("{:>8}  {}", request.bytes, request.path);
    }
}
