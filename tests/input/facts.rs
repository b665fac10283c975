//! Do dates, authors and tags stay what they are, from every kind of input to the columns of an index and to scripts?

use std::collections::BTreeMap;
use std::fs;

use xunzi::builder::{Options as Parameters, build};
use xunzi::format::columns::{get_dates, get_facets};
use xunzi::format::root::Root;
use xunzi::format::{File, Kind, open};
use xunzi::input::{self, Level, Options, Read};
use xunzi::search::answer::{Found, Hit, State};

/// What is read from one file of this name.
fn read(name: &str, text: &str) -> Read {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join(name);
    fs::write(&path, text).expect("a file");
    input::read(&[path], &Options::default(), &mut |_| {}).expect("a file that exists")
}

/// The values of a key of the first article.
fn values<'a>(read: &'a Read, key: &str) -> Vec<&'a str> {
    read.articles[0].meta.iter().filter(|m| m.0 == key).map(|m| m.1.as_str()).collect()
}

/// The columns of an index of these articles by name, each with the values of the first article; days for `date`.
fn columns(read: &Read) -> BTreeMap<String, Vec<String>> {
    let filters = read.filters.iter().cloned().collect();
    let built = build(&read.articles, &Parameters { pack: Some(false), filters, ..Parameters::default() }).expect("an index");
    let files: BTreeMap<String, Vec<u8>> = built.files.into_iter().collect();
    let payload = |file: File| open(file, built.id, &files[&file.name()]).expect("a sound file");
    let root = Root::get(payload(File::ROOT)).expect("a sound root");
    let mut out = BTreeMap::new();
    for (number, &key) in (0..).zip(&root.columns) {
        let payload = payload(File { kind: Kind::Column, number });
        let key = root.keys[key as usize].clone();
        let values = if key == "date" {
            get_dates(payload, root.dated).expect("days").iter().map(i32::to_string).collect()
        } else {
            let facets = get_facets(payload, root.article_count()).expect("values");
            facets.of[0].iter().map(|&v| facets.values[v as usize].clone()).collect()
        };
        out.insert(key, values);
    }
    out
}

/// A page of a newspaper with one article by two people.
const PAGE: &str = "2023年12月11日 星期一 第4版 责编：王明\n\n大雪里的社区\n\n本报讯（记者 景静 通讯员 王焱）昨日大雪，社区的志愿者清早出门除雪，\
    到中午时分，主要的道路都已经畅通。\n\n河边的早市\n\n本报讯（记者 李明）早市开张，人来人往，卖菜的和买菜的都起得很早，天还没有亮透。\n";

#[test]
fn two_authors_and_a_tag_with_a_comma_reach_the_columns() {
    let inputs = [
        (
            "a.jsonl",
            "{\"title\":\"题\",\"text\":\"文\",\"url\":\"/\",\"date\":\"2023-12-11\",\"author\":[\"景静\",\"王焱\"],\"tags\":[\"雪, 冰\",\"冬\"]}\n",
        ),
        ("yaml.md", "---\ntitle: 题\ndate: 2023-12-11\nauthor:\n  - 景静\n  - 王焱\ntags: [\"雪, 冰\", 冬]\n---\n\n文\n"),
        (
            "tables.md",
            "---\ntitle: 题\ndate: 2023/12/11\nauthors:\n  - name: 景静\n  - {name: 王焱, url: /w}\ntags: [\"雪, 冰\", 冬]\n---\n\n文\n",
        ),
        (
            "toml.md",
            "+++\ntitle = \"题\"\ndate = 2023-12-11\nauthor = [\"景静\", \"王焱\"]\ntags = [\"雪, 冰\", \"冬\"]\n+++\n\n文\n",
        ),
        ("page.txt", PAGE),
    ];
    for (name, text) in inputs {
        let read = read(name, text);
        assert_eq!(values(&read, "author"), ["景静", "王焱"], "{name}");
        let columns = columns(&read);
        let of = |key: &str| {
            let mut values = columns.get(key).cloned().unwrap_or_default();
            values.sort_unstable();
            values
        };
        assert_eq!(of("author"), ["景静", "王焱"], "{name}");
        assert_eq!(of("date")[0], "19702", "{name}");
        if name != "page.txt" {
            assert_eq!(values(&read, "tags"), ["雪, 冰", "冬"], "{name}");
            assert_eq!(of("tags"), ["冬", "雪, 冰"], "{name}");
        }
    }
}

#[test]
fn every_filter_of_a_page_has_a_column() {
    let html = "<html lang=zh><main data-pagefind-filter='颜色:红'>文<b data-pagefind-filter=颜色>绿</b><b data-xunzi-filter=version>2</b>
        <i data-pagefind-meta=尺寸>大</i></main>";
    let columns = columns(&read("a.html", html));
    let sorted = |mut values: Vec<String>| {
        values.sort_unstable();
        values
    };
    assert_eq!(sorted(columns["颜色"].clone()), ["红", "绿"]);
    assert_eq!((&columns["version"][..], &columns["lang"][..]), (&["2".into()][..], &["zh".into()][..]));
    assert!(!columns.contains_key("尺寸"), "what is no filter has none");
}

#[test]
fn a_plain_string_is_one_value() {
    for (name, text) in [
        ("a.jsonl", "{\"title\":\"题\",\"text\":\"文\",\"url\":\"/\",\"author\":\"甲、乙\",\"tags\":\"雪, 冰\"}\n"),
        ("a.md", "---\ntitle: 题\nauthor: 甲、乙\ntags: \"雪, 冰\"\n---\n\n文\n"),
    ] {
        let read = read(name, text);
        let columns = columns(&read);
        assert_eq!((values(&read, "author"), values(&read, "tags")), (vec!["甲、乙"], vec!["雪, 冰"]), "{name}");
        assert_eq!((&columns["author"][..], &columns["tags"][..]), (&["甲、乙".into()][..], &["雪, 冰".into()][..]), "{name}");
    }
}

/// One value is a text, several are a list, wherever they stand among the others.
#[test]
fn scripts_see_a_text_or_a_list() {
    let meta = [("tags", "雪, 冰"), ("author", "甲"), ("tags", "冬"), ("date", "2023-12-11"), ("author", "乙"), ("tags", "春")];
    let hit = Hit {
        id: 0,
        url: "/".into(),
        title: "题".into(),
        title_marks: Vec::new(),
        hits: 1,
        hits_exact: true,
        meta: meta.map(|(key, value)| (key.to_string(), value.to_string())).into(),
        snippets: Vec::new(),
        lead: None,
    };
    let found = Found {
        query: String::new(),
        articles: 1,
        hits: 1,
        articles_exact: true,
        hits_exact: true,
        state: State::Complete,
        problem: None,
        results: vec![hit.into()],
        list: None,
    };
    let json = serde_json::to_value(&found).expect("an answer is JSON");
    let expected = serde_json::json!({"tags": ["雪, 冰", "冬", "春"], "author": ["甲", "乙"], "date": "2023-12-11"});
    assert_eq!(json["results"][0]["meta"], expected);
}

#[test]
fn a_date_that_names_no_day_is_said() {
    let read = read(
        "a.jsonl",
        "{\"title\":\"一\",\"text\":\"文\",\"url\":\"/1\",\"date\":\"2023年2月3日\"}\n{\"title\":\"二\",\"text\":\"文\",\"url\":\"/2\",\"date\":\"2023-02-33\"}\n",
    );
    let notes: Vec<_> = read.notes.iter().map(|n| (n.line, n.level)).collect();
    assert_eq!(notes, [(Some(2), Level::Warning)], "{:?}", read.notes);
    assert!(read.notes[0].text.contains("2023-02-33"));
    assert_eq!(read.articles.len(), 2);
}

#[test]
fn metadata_without_end_is_cut_and_said() {
    let tags: Vec<String> = (0..2000).map(|n| format!("标签{n}")).collect();
    let line = serde_json::json!({"title": "题", "text": "文", "url": "/", "tags": tags, "lang": "zh"});
    let read = read("a.jsonl", &line.to_string());
    assert_eq!(values(&read, "tags").len(), 500);
    assert!(read.notes.iter().any(|n| n.text.contains("1501 values")), "{:?}", read.notes);
    // A reader takes no more than a thousand; the index must hold what is kept.
    assert_eq!(columns(&read)["tags"].len(), 500);
}
