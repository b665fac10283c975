//! Does the command say how it is used, and does its file of options do what it says?

use std::fs;

use crate::{done, err, out, run, small_index, snapshot, temp, untouched, write};

#[test]
fn wrong_usage_has_exit_status_2() {
    let dir = temp();
    small_index(dir.path());
    let before = snapshot(dir.path());
    for line in [
        "",
        "fly",
        "--fly",
        "build",
        "build in",
        "build --out xunzi",
        "build in --out",
        "build in --out xunzi --fly",
        "build in --out xunzi --split sideways",
        "build in --out xunzi --encoding utf-9",
        "build --explain in/a.md --encoding utf-9",
        "build in --out xunzi --keep many",
        "build in --out xunzi --keep -1",
        "build in --out xunzi --engine a/b",
        "search",
        "search xunzi",
        "search xunzi a b",
        "search xunzi a --sort sideways",
        "search xunzi a --exact sideways",
        "search xunzi a --exact case,sideways",
        "search xunzi a --limit many",
        "search xunzi a --limit -1",
        "search xunzi a --limit",
        "search xunzi a --json=yes",
        "check",
        "check xunzi xunzi",
        "check xunzi --fly",
        "stats",
        "stats xunzi xunzi",
        "serve",
        "serve xunzi --port many",
        "serve xunzi --port 70000",
        "init here",
    ] {
        let arguments: Vec<&str> = line.split_whitespace().collect();
        let output = run(dir.path(), &arguments);
        assert_eq!(output.status.code(), Some(2), "xunzi {line}: {}", err(&output));
        assert_eq!(out(&output), "", "xunzi {line}");
        assert!(err(&output).ends_with("Try `xunzi --help`.\n"), "xunzi {line}: {}", err(&output));
        assert_eq!(err(&output).lines().count(), 2, "xunzi {line}: {}", err(&output));
    }
    untouched(dir.path(), &before);
    for help in ["--help", "-h", "build --help", "search --help", "serve --help", "check --help", "stats --help", "init --help"] {
        let arguments: Vec<&str> = help.split_whitespace().collect();
        let text = done(run(dir.path(), &arguments));
        assert!(text.contains("examples:") && text.contains("xunzi build articles --out public/xunzi"), "xunzi {help}");
    }
    assert_eq!(done(run(dir.path(), &["--version"])).trim(), concat!("xunzi ", env!("CARGO_PKG_VERSION")));
}

#[test]
fn init_writes_a_file_that_changes_nothing_until_it_is_changed() {
    let dir = temp();
    small_index(dir.path());
    done(run(dir.path(), &["init"]));
    let text = fs::read_to_string(dir.path().join("xunzi.toml")).expect("it was written");
    assert!(text.lines().all(|line| line.is_empty() || line.starts_with('#')), "{text}");
    let output = run(dir.path(), &["init"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("xunzi.toml: is there already"), "{}", err(&output));
    assert_eq!(fs::read_to_string(dir.path().join("xunzi.toml")).expect("it is left alone"), text);
    done(run(dir.path(), &["build", "in", "--out", "xunzi", "--quiet"]));
    // Each line of it, taken from its comment, is a valid one; a flag wins over it.
    let lines: String = text
        .lines()
        .map(|line| line.strip_prefix("# ").filter(|l| l.contains(" = ") || l.starts_with('[')).unwrap_or("").to_owned() + "\n")
        .collect();
    write(&dir.path().join("xunzi.toml"), lines.replace("articles", "in").replace("encoding", "# encoding"));
    done(run(dir.path(), &["build", "--quiet"]));
    done(run(dir.path(), &["check", "public/xunzi"]));
    done(run(dir.path(), &["build", "in/a.md", "--out", "flag", "--quiet"]));
    assert!(done(run(dir.path(), &["search", "flag", "志愿者"])).starts_with("1 articles"));
    // One that is wrong is named.
    let before = snapshot(&dir.path().join("xunzi"));
    write(&dir.path().join("xunzi.toml"), "out = 7\n");
    let output = run(dir.path(), &["build", "in", "--out", "xunzi"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("xunzi.toml: "), "{}", err(&output));
    untouched(&dir.path().join("xunzi"), &before);
}
