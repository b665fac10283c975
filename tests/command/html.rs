//! Does the command index a built site, say what it left out, and follow its changes?

use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use crate::{Running, command, done, err, failed, run, temp, write};

fn page(title: &str, text: &str) -> String {
    format!("<!doctype html><html lang=zh><title>{title}</title><main>{text}</main>")
}

#[test]
fn a_site_is_indexed_into_itself_again_and_again() {
    let dir = temp();
    write(&dir.path().join("site/a/index.html"), page("甲", "志愿者除雪"));
    write(&dir.path().join("site/404.html"), page("找不到", "没有"));
    write(&dir.path().join("site/secret.html"), page("密", "<meta name=robots content=noindex>密钥"));
    for _ in 0..3 {
        let output = run(dir.path(), &["build", "site", "--out", "site/xunzi"]);
        let told = err(&output);
        done(output);
        assert!(told.contains("1 articles from 1 files") && told.contains("left out: 1 noindex, 1 404"), "{told}");
        assert!(told.contains("site/secret.html: left out") && told.contains("site/404.html: left out"), "{told}");
    }
    assert!(done(run(dir.path(), &["search", "site/xunzi", "密钥"])).starts_with("0 articles"));
    done(run(dir.path(), &["check", "site/xunzi", "--deep"]));
}

#[test]
fn a_site_that_leaves_everything_out_says_why() {
    let dir = temp();
    write(&dir.path().join("site/a.html"), page("甲", "<meta name=robots content=noindex>密钥"));
    let output = run(dir.path(), &["build", "site", "--out", "o", "--quiet"]);
    let told = failed(&output, "site");
    assert!(told.contains("every page was left out: 1 noindex"), "{told}");
    assert!(!dir.path().join("o").exists());
    write(&dir.path().join("xunzi.toml"), "[html]\ninclude = [\"noindex\"]\n");
    done(run(dir.path(), &["build", "site", "--out", "o", "--quiet"]));
    for (wrong, named) in [
        ("[html]\ninclude = [\"all\"]\n", "include takes noindex"),
        ("[html]\nroot = \"p:first-child\"\n", "the selector \"p:first-child\""),
        ("glob = [\"{a\"]\n", "the pattern \"{a\""),
    ] {
        write(&dir.path().join("xunzi.toml"), wrong);
        let output = run(dir.path(), &["build", "site", "--out", "o", "--quiet"]);
        assert_eq!(output.status.code(), Some(1));
        assert!(err(&output).contains(named) && err(&output).contains("xunzi.toml"), "{}", err(&output));
    }
}

#[test]
fn the_configuration_of_pagefind_is_read() {
    let configurations = [
        (
            "pagefind.yml",
            "site: site\nroot_selector: '#c'\nexclude_selectors:\n  - .x\nglob: \"**/*.{html}\"\nkeep_index_url: true\nforce_language: en\n",
        ),
        (
            "pagefind.toml",
            "site = \"site\"\nroot_selector = \"#c\"\nexclude_selectors = [\".x\"]\nkeep_index_url = true\nforce_language = \"en\"\n",
        ),
        (
            "pagefind.json",
            "{\"site\":\"site\",\"root_selector\":\"#c\",\"exclude_selectors\":[\".x\"],\"keep_index_url\":true,\"force_language\":\"en\"}",
        ),
    ];
    for (name, text) in configurations {
        let dir = temp();
        write(&dir.path().join("site/a/index.html"), page("甲", "外<div id=c>内<p class=x>除</p></div>"));
        write(&dir.path().join(name), text);
        done(run(dir.path(), &["build", "--out", "o", "--quiet"]));
        let count = |query: &str| done(run(dir.path(), &["search", "o", query, "--json"]));
        assert!(
            count("内").contains("\"url\":\"/a/index.html\"") && count("内").contains("\"lang\":\"en\""),
            "{name}: {}",
            count("内")
        );
        for query in ["外", "除"] {
            assert!(count(query).contains("\"articles\":0"), "{name}: {query}");
        }
        // What xunzi.toml says goes before it; what is wrong is named.
        write(&dir.path().join("xunzi.toml"), "[html]\nroot = \"main\"\n");
        done(run(dir.path(), &["build", "--out", "o", "--quiet"]));
        assert!(count("外").contains("\"articles\":1"), "{name}");
        write(&dir.path().join(name), if name.ends_with("json") { "[1]" } else { "keep_index_url = 3\n" });
        let output = run(dir.path(), &["build", "--out", "o", "--quiet"]);
        assert_eq!(output.status.code(), Some(1));
        assert!(err(&output).contains(name), "{}", err(&output));
    }
}

#[test]
fn an_article_that_cannot_be_indexed_is_named_and_left_out() {
    let dir = temp();
    write(&dir.path().join("in/a.md"), "# 甲\n\n别的文字\n");
    let long = format!(
        "{{\"title\":\"乙\",\"text\":\"文\",\"url\":\"/b\"}}\n{{\"title\":\"丙\",\"text\":\"e{}\",\"url\":\"/c\"}}\n",
        "\u{301}".repeat(1_200_000)
    );
    write(&dir.path().join("in/b.jsonl"), long);
    let output = run(dir.path(), &["build", "in", "--out", "o", "-q"]);
    let told = err(&output);
    done(output);
    assert!(told.contains("in/b.jsonl:2: skipped: ") && told.len() < 400, "{told}");
    for query in ["别的文字", "文"] {
        assert!(!done(run(dir.path(), &["search", "o", query])).starts_with("0 articles"), "{query}");
    }
    assert_eq!(run(dir.path(), &["build", "in", "--out", "o", "-q", "--strict"]).status.code(), Some(1));
}

#[test]
fn what_is_edited_is_found_while_the_command_watches() {
    let dir = temp();
    let article = dir.path().join("site/a.html");
    write(&article, page("甲", "原来的文字"));
    for arguments in
        [&["build", "site", "--out", "site/xunzi", "--watch", "-q"][..], &["serve", "site", "--watch", "--port", "0"]]
    {
        let mut watching = command(dir.path());
        let _running =
            Running(watching.args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the command starts"));
        let found_now = |query: &str| {
            let output = run(dir.path(), &["search", "site/xunzi", query]);
            output.status.success() && !output.stdout.starts_with(b"0 articles")
        };
        let within = |what: &dyn Fn() -> bool| {
            let started = Instant::now();
            while started.elapsed() < Duration::from_secs(60) {
                if what() {
                    return true;
                }
                thread::sleep(Duration::from_millis(50));
            }
            false
        };
        let found = |query: &str| within(&|| found_now(query));
        for words in ["改过的文字", "又改过一次"] {
            write(&article, page("甲", words));
            assert!(found(words), "{arguments:?}: {words}");
        }
        write(&dir.path().join("site/new.html"), page("乙", "新来的一页"));
        assert!(found("新来的一页"), "{arguments:?}");
        // What xunzi.toml says is read again too; one that is wrong costs nothing.
        write(&dir.path().join("site/new.html"), page("乙", "外<p id=in>里面的一段</p>"));
        write(&dir.path().join("xunzi.toml"), "[html]\nroot = ");
        write(&dir.path().join("xunzi.toml"), "[html]\nexclude = [\"#in\"]\n");
        assert!(within(&|| found_now("外") && !found_now("里面的一段")), "{arguments:?}");
        std::fs::remove_file(dir.path().join("xunzi.toml")).expect("our own file");
        assert!(found("里面的一段"), "{arguments:?}");
    }
}
