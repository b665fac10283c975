//! What does a build say of input that it cannot read, and what of input that it cuts?

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::{done, err, failed, run, small_index, snapshot, temp, untouched, write};

#[test]
fn a_missing_or_empty_input_is_named_and_the_index_stays() {
    let dir = temp();
    let index = small_index(dir.path());
    let before = snapshot(&index);
    fs::create_dir_all(dir.path().join("empty/inside")).expect("our own folder");
    write(&dir.path().join("only/blank.txt"), "");
    write(&dir.path().join("only/blank.jsonl"), "\n\n");
    for (input, named) in [("nowhere", "nowhere"), ("empty", "empty"), ("nowhere.md", "nowhere.md")] {
        for out in ["xunzi", "new/deep"] {
            failed(&run(dir.path(), &["build", input, "--out", out]), named);
            if input != "empty" {
                failed(&run(dir.path(), &["build", "in", input, "empty", "--out", out]), named);
            }
            untouched(&index, &before);
            assert!(!dir.path().join("new").exists(), "nothing is left of a failed build");
        }
    }
    // Files with nothing in them may be named as well; still there is no article.
    let told = run(dir.path(), &["build", "only", "--out", "xunzi"]);
    assert_eq!(told.status.code(), Some(1), "{}", err(&told));
    assert!(
        err(&told).lines().last().is_some_and(|line| line.contains("only: no article could be read there")),
        "{}",
        err(&told)
    );
    untouched(&index, &before);
}

/// What cannot be read is named and skipped, the rest is built; with `--strict` nothing is.
#[test]
fn what_cannot_be_read_is_named_and_skipped() {
    let lines = "{\"title\": \"一\", \"text\": \"第一行\", \"url\": \"/1\"}\n{\"title\": \"二\", \"text\": \"第二行\", \"url\": \"/2\"}\n\
        {\"title\": \"三\", \"text\": \"第三\n{\"title\": \"四\", \"text\": \"第四行\", \"url\": \"/4\"}\n";
    let noise: Vec<u8> = (0..4096u32).map(|k| (k.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let cases: [(&str, Vec<u8>, &str); 4] = [
        ("picture.txt", [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice(), &noise].concat(), "in/picture.txt: skipped: "),
        ("program.md", [b"\x7fELF\x02\x01\x01\0\0\0\0\0".as_slice(), &noise].concat(), "in/program.md: skipped: "),
        ("three.jsonl", lines.into(), "in/three.jsonl:3: skipped: "),
        ("binary.jsonl", [b"{\"title\": \0\0".as_slice(), &noise].concat(), "in/binary.jsonl: skipped: "),
    ];
    for (name, bytes, message) in cases {
        let dir = temp();
        let index = small_index(dir.path());
        write(&dir.path().join("in").join(name), bytes);
        write(&dir.path().join("in/zzz.md"), "# 最后\n\n最后一篇照样编入。\n");
        let before = snapshot(&index);

        let output = run(dir.path(), &["build", "in", "--out", "xunzi", "--strict"]);
        let told = err(&output);
        assert_eq!(output.status.code(), Some(1), "{name}: {told}");
        assert_eq!(told.lines().filter(|line| line.contains(message)).count(), 1, "{name}: {told}");
        assert!(told.lines().last().is_some_and(|line| line.contains("1 skipped, and --strict was given")), "{name}: {told}");
        untouched(&index, &before);

        for quiet in [&[][..], &["--quiet"]] {
            let output = run(dir.path(), &[&["build", "in", "--out", "xunzi"], quiet].concat());
            let told = err(&output);
            assert_eq!(output.status.code(), Some(0), "{name}: {told}");
            assert_eq!(told.lines().filter(|line| line.contains(message)).count(), 1, "{name}: {told}");
            let line = told.lines().find(|line| line.contains(message)).unwrap_or_default();
            assert!(line.len() > message.len() + 20, "{name}: why, and what to do? {line}");
            if !quiet.is_empty() {
                assert_eq!(told.lines().count(), 1, "{name}: only what matters with --quiet: {told}");
            }
        }
        done(run(dir.path(), &["check", "xunzi"]));
        let search = |query: &str| done(run(dir.path(), &["search", "xunzi", query]));
        assert!(search("照样编入").starts_with("1 articles"), "{name}");
        assert!(search("志愿者").starts_with("2 articles"), "{name}");
        if name == "three.jsonl" {
            assert!(search("\"第四行\"").starts_with("1 articles"), "the lines after the third");
            assert!(search("第一行").starts_with("1 articles"), "the lines before it");
            assert!(search("第三").starts_with("0 articles"), "the line itself is left out");
        }
    }
}

#[test]
fn a_page_of_several_articles_is_cut_and_explained() {
    let dir = temp();
    let page = "县城新桥通车\n本报讯（记者 王小明）昨日，县城东门大桥正式通车，两岸居民往来方便多了。\n\n镇上开了书店\n本报讯（通讯员 \
                李梅）近日，镇上第一家书店开门迎客，店里有三千多册图书。\n";
    write(&dir.path().join("in/2003/04/05/page.txt"), page);
    let output = run(dir.path(), &["build", "in", "--out", "xunzi"]);
    assert!(err(&output).contains("page.txt: a newspaper page; it was cut into 2 articles"), "{}", err(&output));
    let answer = |dir: &Path| -> Value {
        serde_json::from_str(&done(run(dir, &["search", "xunzi", "三千多册", "--json"]))).expect("an answer")
    };
    let found = answer(dir.path());
    let slug = "%E9%95%87%E4%B8%8A%E5%BC%80%E4%BA%86%E4%B9%A6%E5%BA%97";
    assert_eq!(found["articles"], 1);
    assert_eq!(found["results"][0]["url"], format!("/2003/04/05/page.txt#{slug}"));
    assert_eq!(found["results"][0]["title"], "镇上开了书店");
    assert_eq!(found["results"][0]["meta"], json!({"author": "李梅", "date": "2003-04-05"}));
    // Elsewhere than at the site's root, or whole.
    done(run(dir.path(), &["build", "in", "--out", "xunzi", "--quiet", "--base-url", "https://example.org/b"]));
    assert_eq!(answer(dir.path())["results"][0]["url"], format!("https://example.org/b/2003/04/05/page.txt#{slug}"));
    done(run(dir.path(), &["build", "in", "--out", "xunzi", "--quiet", "--split", "off", "--base-url", ""]));
    assert_eq!(answer(dir.path())["results"][0]["url"], "2003/04/05/page.txt");
    let shown = done(run(dir.path(), &["build", "--explain", "in/2003/04/05/page.txt"]));
    assert!(shown.contains("a newspaper page of 2 articles") && shown.contains("(begins with 本报讯)"), "{shown}");
    // The archivist's rule.
    write(&dir.path().join("xunzi.toml"), "[newspaper]\ntext = [\"镇上*\"]\n");
    let shown = done(run(dir.path(), &["build", "--explain", "in/2003/04/05/page.txt"]));
    assert!(!shown.contains("headline    镇上开了书店"), "{shown}");
}

#[test]
fn an_unknown_encoding_is_refused_before_anything_is_read() {
    let dir = temp();
    small_index(dir.path());
    let before = snapshot(dir.path());
    let output = run(dir.path(), &["build", "in", "--out", "xunzi", "--encoding", "utf-9"]);
    assert_eq!(output.status.code(), Some(2));
    let line = "xunzi: no encoding is called \"utf-9\"; use utf-8, utf-16le, utf-16be, gb18030, big5, shift_jis or euc-kr\n";
    assert!(err(&output).starts_with(line), "{}", err(&output));
    untouched(dir.path(), &before);
    for label in ["GBK", "gb2312", "big5", "Shift_JIS", "cp949", "utf-16le", "utf-8"] {
        done(run(dir.path(), &["build", "in", "--out", "other", "--quiet", "--encoding", label]));
    }
}
