//! Does the command answer what is asked of an index, in the promised form?

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Value, json};
use xunzi::disk::folder::OnDisk;
use xunzi::disk::inspect;
use xunzi::input;

use crate::{done, failed, path, run, small_index, temp, write};

/// A query over the longest is refused in one line; it is not "nothing found".
#[test]
fn a_query_that_is_too_long_is_refused() {
    let dir = temp();
    small_index(dir.path());
    let longest = "志".repeat(512);
    assert!(done(run(dir.path(), &["search", "xunzi", &longest])).starts_with("0 articles"));
    assert!(failed(&run(dir.path(), &["search", "xunzi", &(longest + "愿")]), "xunzi").contains("513 characters"));
    for empty in ["", "   ", "\u{3000}", "\u{200b}\u{feff}", "\"\"", "\""] {
        let answer: Value = serde_json::from_str(&done(run(dir.path(), &["search", "xunzi", empty, "--json"]))).expect("JSON");
        assert_eq!(answer["articles"].as_u64(), Some(0), "{empty:?}");
        assert_eq!(answer["state"], "complete", "{empty:?}");
    }
}

fn jsonl(lines: &[Value]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

fn ask(dir: &Path, arguments: &[&str]) -> Value {
    let printed = done(run(dir, &[&["search", "xunzi", "--json"], arguments].concat()));
    assert_eq!(printed.lines().count(), 1, "one object in one line: {printed}");
    serde_json::from_str(&printed).unwrap_or_else(|e| panic!("{e}: {printed}"))
}

fn ids(answer: &Value) -> Vec<u64> {
    let results = answer["results"].as_array().expect("a list of results");
    results.iter().map(|r| r["id"].as_u64().expect("an id is a number")).collect()
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap_or_else(|| panic!("no object: {value}")).keys().map(String::as_str).collect()
}

#[test]
fn the_json_has_the_promised_shape() {
    let dir = temp();
    let lines = [
        json!({"title": "志愿者的一天", "text": "除雪。\n𠮷野家门前，志愿者扫雪；志愿者又扫雪。", "url": "/2023/12/11/", "date": "2023-12-11",
            "author": "记者甲", "id": "a-7", "tags": ["雪", "社区"], "section": "要闻", "source": "样报", "lang": "zh-Hans"}),
        json!({"title": "别的", "text": "没有那三个字。", "url": "/other/"}),
        json!({"title": "只有题目里有志愿者", "text": "正文里没有。", "url": "/title/"}),
    ];
    write(&dir.path().join("in.jsonl"), jsonl(&lines));
    write(&dir.path().join("page.md"), "# 第四篇\n\n开头。\n\n## 除雪 现场\n\n志愿者到了现场。\n");
    done(run(dir.path(), &["build", "in.jsonl", "page.md", "--out", "xunzi", "--quiet"]));
    let answer = ask(dir.path(), &["志愿者"]);
    for key in ["query", "articles", "hits", "articlesExact", "hitsExact", "state", "results"] {
        assert!(keys(&answer).contains(&key), "{key} is missing: {answer}");
    }
    assert_eq!(answer["query"], "志愿者");
    assert_eq!((answer["articles"].as_u64(), answer["hits"].as_u64()), (Some(3), Some(5)));
    assert_eq!((&answer["articlesExact"], &answer["hitsExact"]), (&json!(true), &json!(true)));
    assert_eq!(answer["state"], "complete");
    assert!(!keys(&answer).contains(&"problem"), "nothing is wrong: {answer}");
    let results = answer["results"].as_array().expect("a list");
    assert_eq!(results.len(), 3);
    for result in results {
        for key in ["id", "url", "title", "hits", "meta", "snippets"] {
            assert!(keys(result).contains(&key), "{key} is missing: {result}");
        }
        let text_of = |key: &str| result[key].as_str().unwrap_or_else(|| panic!("{key} is no text: {result}"));
        assert!(!text_of("url").is_empty() && !text_of("title").is_empty());
        assert!(result["id"].is_u64() && result["hits"].is_u64() && result["meta"].is_object());
        let is_text = |value: &Value| value.is_string() || value.as_array().is_some_and(|list| list.iter().all(Value::is_string));
        assert!(result["meta"].as_object().expect("an object").values().all(is_text));
        for snippet in result["snippets"].as_array().expect("a list") {
            let units: Vec<u16> = snippet["text"].as_str().expect("a text").encode_utf16().collect();
            let marks = snippet["marks"].as_array().expect("a list");
            assert!(!marks.is_empty(), "{snippet}");
            for mark in marks {
                let at = |k: usize| mark[k].as_u64().expect("a number") as usize;
                assert_eq!(mark.as_array().map(Vec::len), Some(2));
                assert_eq!(String::from_utf16_lossy(&units[at(0)..at(1)]), "志愿者", "{snippet}");
            }
            assert!(snippet.get("heading").is_none_or(Value::is_string) && snippet.get("anchor").is_none_or(Value::is_string));
        }
    }
    let by_id = |id: u64| results.iter().find(|r| r["id"] == id).unwrap_or_else(|| panic!("{id} is missing: {answer}"));
    assert_eq!(
        by_id(0)["meta"],
        json!({"id": "a-7", "date": "2023-12-11", "author": "记者甲", "source": "样报", "section": "要闻", "tags": ["雪", "社区"], "lang": "zh-Hans"})
    );
    assert_eq!((by_id(0)["url"].as_str(), by_id(0)["hits"].as_u64()), (Some("/2023/12/11/"), Some(3)));
    assert_eq!(by_id(0)["titleMarks"], json!([[0, 3]]));
    assert_eq!(by_id(2)["meta"], json!({}));
    let title = &by_id(2)["snippets"][0];
    assert_eq!(
        (&title["field"], &title["text"], &title["marks"]),
        (&json!("title"), &json!("只有题目里有志愿者"), &json!([[6, 9]]))
    );
    assert_eq!(by_id(2)["lead"], "正文里没有。");
    let under = &by_id(3)["snippets"][0];
    assert_eq!((under["heading"].as_str(), under["anchor"].as_str()), (Some("除雪 现场"), Some("除雪-现场")), "{under}");

    // Nothing found is an answer.
    let nothing = ask(dir.path(), &["这一句没有"]);
    assert_eq!((nothing["articles"].as_u64(), nothing["hits"].as_u64()), (Some(0), Some(0)));
    assert_eq!((&nothing["results"], &nothing["state"]), (&json!([]), &json!("complete")));
    assert_eq!((&nothing["articlesExact"], &nothing["hitsExact"]), (&json!(true), &json!(true)));

    // People read something else.
    let printed = done(run(dir.path(), &["search", "xunzi", "志愿者"]));
    assert!(
        printed.starts_with("3 articles, 5 occurrences\n")
            && printed.contains("[志愿者]的一天")
            && printed.contains("/2023/12/11/"),
        "{printed}"
    );
}

#[test]
fn limit_sort_and_exact_do_what_they_say() {
    let dir = temp();
    // Article k is dated; every fifth has no date. Three of them are in other forms.
    let mut lines: Vec<Value> = (0..35)
        .map(|k| {
            let mut line = json!({"title": format!("第{k}篇"), "text": "后端使用 TiDB。", "url": format!("/{k}")});
            if k % 5 != 4 {
                line["date"] = json!(format!("2024-{:02}-{:02}", k * 7 % 12 + 1, k % 28 + 1));
            }
            line
        })
        .collect();
    lines[3]["text"] = json!("後端使用 TiDB。");
    lines[7]["text"] = json!("后端使用 tidb。");
    lines[12]["text"] = json!("后端使用ＴｉＤＢ。");
    write(&dir.path().join("in.jsonl"), jsonl(&lines));
    done(run(dir.path(), &["build", "in.jsonl", "--out", "xunzi", "--quiet"]));
    let ask = |arguments: &[&str]| ask(dir.path(), arguments);
    let date = |id: u64| lines[id as usize]["date"].as_str().map(str::to_owned);

    assert_eq!(ids(&ask(&["后端"])).len(), 10, "ten unless said otherwise");
    assert_eq!(ids(&ask(&["后端", "--limit", "3"])).len(), 3);
    let all = ask(&["后端", "--limit", "0"]);
    assert_eq!(ids(&all).into_iter().collect::<BTreeSet<_>>().len(), 35, "--limit 0 is every article");
    assert_eq!((all["articles"].as_u64(), all["hits"].as_u64()), (Some(35), Some(35)));
    let pages: Vec<u64> = (0..4).flat_map(|k| ids(&ask(&["后端", "--limit", "10", "--offset", &(k * 10).to_string()]))).collect();
    assert_eq!(pages, ids(&all), "pages of ten, one after the other");
    assert_eq!(ids(&ask(&["后端", "--offset", "35"])), [0; 0]);

    let mut dated: Vec<u64> = (0..35).filter(|&k| date(k).is_some()).collect();
    let undated: Vec<u64> = (0..35).filter(|&k| date(k).is_none()).collect();
    dated.sort_by_key(|&k| (std::cmp::Reverse(date(k)), k));
    assert_eq!(ids(&ask(&["后端", "--limit", "0", "--sort", "newest"])), [&dated[..], &undated].concat());
    dated.sort_by_key(|&k| (date(k), k));
    let oldest = ids(&ask(&["后端", "--limit", "0", "--sort", "oldest"]));
    assert_eq!(
        oldest.iter().map(|&k| date(k)).collect::<Vec<_>>(),
        [&dated[..], &undated].concat().iter().map(|&k| date(k)).collect::<Vec<_>>()
    );
    assert_eq!(ids(&ask(&["后端", "--limit", "0", "--sort", "best"])), ids(&all));

    let without = |query: &str, exact: &str| -> Vec<u64> {
        let found: BTreeSet<u64> = ids(&ask(&[query, "--limit", "0", "--exact", exact])).into_iter().collect();
        (0..35).filter(|k| !found.contains(k)).collect()
    };
    assert_eq!(without("后端", "variant"), [3]);
    assert_eq!(without("TiDB", "case"), [7]);
    assert_eq!(without("TiDB", "width"), [12]);
    assert_eq!(without("TiDB", "case,width"), [7, 12]);
    assert_eq!(without("后端使用TiDB", ""), [0; 0]);
    assert_eq!(without("\"后端使用 TiDB\"", "space"), [12]);
    assert_eq!(without("\"后端使用 TiDB\"", "all"), [3, 7, 12]);
    assert_eq!(ids(&ask(&["後端", "--exact", "all", "--limit", "0"])), [3]);
}

#[test]
fn stats_show_grams_and_queries_are_answered_from_them() {
    let dir = temp();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("articles");
    done(run(dir.path(), &["build", path(&folder), "--out", "xunzi", "--quiet", "--budget", "100"]));
    let stats: Value = serde_json::from_str(&done(run(dir.path(), &["stats", "xunzi", "--json"]))).expect("JSON");
    let printed = done(run(dir.path(), &["stats", "xunzi"]));
    // A small site is one file.
    assert_eq!((&stats["firstQuery"]["files"], stats["firstQuery"]["bytes"].as_u64() > Some(10_000)), (&Value::from(1), true));
    assert!(printed.contains("a first query: about ") && printed.contains(" of all"), "{printed}");
    for length in 1..=3u64 {
        let grams = stats["grams"].as_array().expect("a list").iter().find(|g| g["length"] == length);
        let grams = grams.unwrap_or_else(|| panic!("no grams of length {length}: {stats}"));
        let (number, entries) = (grams["grams"].as_u64().unwrap_or(0), grams["entries"].as_u64().unwrap_or(0));
        println!("{length}-grams: {number}, with {entries} entries in their lists");
        assert!(number > 0 && entries >= number, "{grams}");
        let line = [length.to_string(), number.to_string(), entries.to_string()];
        assert!(printed.lines().any(|l| l.split_whitespace().take(3).eq(line.iter())), "{printed}");
    }

    // The strings of two and three Han characters that stand in most articles.
    let read = input::read(&[folder], &input::Options::default(), &mut |_| ()).expect("the sample articles");
    let han = |c: &char| ('\u{4E00}'..='\u{9FFF}').contains(c);
    let mut site = OnDisk::open(&dir.path().join("xunzi")).expect("an index");
    for length in [2, 3] {
        let mut holders: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
        for (id, article) in read.articles.iter().enumerate() {
            let chars: Vec<char> = article.text.chars().collect();
            for window in chars.windows(length).filter(|w| w.iter().all(han)) {
                holders.entry(window.iter().collect()).or_default().insert(id);
            }
        }
        let mut terms: Vec<(String, usize)> = holders.into_iter().map(|(term, ids)| (term, ids.len())).collect();
        terms.sort_by_key(|t| std::cmp::Reverse(t.1));
        let mut answered = Vec::new();
        for (term, articles) in terms.iter().take(400) {
            let (found, passages) = inspect::gram(&mut site, term).expect("an index").expect("its characters are known");
            if found == length {
                // Short articles share a passage, and a folded term stands in more of them.
                assert!(passages > 0, "{term}: {passages} passages, {articles} articles");
                answered.push(format!("{term} ({passages} passages)"));
            }
        }
        println!(
            "answered by the dictionary alone, {length} characters: {} of 400, such as {}",
            answered.len(),
            answered[..answered.len().min(3)].join(", ")
        );
        assert!(!answered.is_empty(), "no query of {length} characters is answered by the dictionary alone");
    }
    assert_eq!(inspect::gram(&mut site, "\u{2A6D6}").expect("an index"), None);
}
