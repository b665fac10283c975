//! Does the command index a built site, say what it left out, and follow its changes?

use std::io::BufRead as _;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use crate::{Running, command, done, err, failed, manifest, run, temp, write};

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

/// What a command that watches says until it waits.
fn told(lines: &mut impl Iterator<Item = std::io::Result<String>>) -> String {
    let mut all = String::new();
    for line in lines {
        all += &line.expect("it is text");
        all.push('\n');
        if all.contains("waiting for changes") {
            return all;
        }
    }
    panic!("it ended: {all}");
}

#[test]
fn a_build_after_an_edit_is_the_one_that_all_would_get() {
    let dir = temp();
    let mut state = 7u32;
    let mut text = |length: usize| -> String {
        let mut letter = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            char::from_u32(0x4E00 + (state >> 16) % 700).unwrap_or('一')
        };
        (0..length).map(|_| letter()).collect()
    };
    for n in 0..400 {
        write(&dir.path().join(format!("site/{n}.html")), page(&format!("第{n}页"), &text(1500)));
    }
    let mut watching = command(dir.path());
    watching.args(["build", "site", "--out", "o", "--watch", "-v"]).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut running = Running(watching.spawn().expect("the command starts"));
    let errors = running.0.stderr.take().expect("its messages");
    let mut lines = std::io::BufReader::new(errors).lines();
    assert!(!told(&mut lines).contains("as before"));
    let mut before = 0;
    for n in [3, 200, 3] {
        write(&dir.path().join(format!("site/{n}.html")), page(&format!("第{n}页"), &(text(1500) + "改过的一页")));
        before += usize::from(told(&mut lines).contains(" as before"));
        done(run(dir.path(), &["build", "site", "--out", "fresh", "-q"]));
        assert_eq!(manifest(&dir.path().join("o")).build, manifest(&dir.path().join("fresh")).build);
    }
    println!("{before} of 3 builds took N and B from the one before");
    assert!(done(run(dir.path(), &["search", "o", "改过的一页"])).starts_with("2 articles"));
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
