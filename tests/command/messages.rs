//! What reaches a terminal, and what becomes of the work when nothing can?

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::{COMMAND, command, done, err, failed, manifest, out, run, small_index, temp, write};

/// What steers a terminal: controls of ASCII and of Latin-1, the ends of lines and paragraphs, the turning of directions.
fn steers(c: char) -> bool {
    c.is_control()
        || "\u{61c}\u{200e}\u{200f}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}\u{2028}\u{2029}"
            .contains(c)
}

#[track_caller]
fn is_plain(output: &Output) {
    for text in [out(output), err(output)] {
        let steering: Vec<String> =
            text.chars().filter(|&c| c != '\n' && steers(c)).map(|c| format!("{:04x}", u32::from(c))).collect();
        assert!(steering.is_empty(), "{steering:?} in {text}");
    }
}

const NASTY: &str = "\u{1b}[2J\u{1b}]0;x\u{7}\u{9b}31m\u{8}\r\n\u{b}\u{85}\u{7f}\u{202e}\u{2066}\u{200f}\u{2028}z";

#[test]
fn nothing_steers_the_terminal_whatever_it_comes_from() {
    let dir = temp();
    let at = dir.path();
    // Everything that an article brings, and the names of files.
    let line = |key: &str| {
        let mut line = json!({"title": "题", "text": "文字", "url": "/a"});
        line[key] = json!(format!("值{NASTY}文字"));
        line.to_string()
    };
    let all: String =
        ["title", "text", "url", "date", "author", "section", "tags", "lang", "id", "x"].map(|key| line(key) + "\n").concat();
    write(&at.join("in/all.jsonl"), all);
    for name in [format!("a{NASTY}.md"), format!("b{}.txt", "\u{1b}[31m\n"), "c\u{202e}\u{9b}.jsonl".to_string()] {
        write(&at.join("in").join(&name), "# 题\n\n文字\n");
        write(&at.join("in").join(name.replace('.', "2.")), b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01");
    }
    let index = format!("o{NASTY}");
    for verbose in ["--verbose", "--quiet", "--strict"] {
        let output = run(at, &["build", "in", "--out", &index, verbose]);
        is_plain(&output);
        assert!(!err(&output).is_empty() && err(&output).lines().all(|line| line.starts_with("xunzi: ")), "{}", err(&output));
    }
    for arguments in [
        &["search", &index, "文字"][..],
        &["search", &index, "文字", "--limit", "0", "--sort", "newest"],
        &["search", &index, "文字", "--json"],
        &["search", &index, NASTY],
        &["search", &index, NASTY, "--json"],
        &["search", &index, "文", "--sort", NASTY],
        &["search", &index, "文", "--limit", NASTY],
        &["search", &index, NASTY, NASTY, NASTY],
        &["check", &index],
        &["check", &index, NASTY],
        &["check", NASTY],
        &["stats", &index],
        &["stats", &index, "--json"],
        &["stats", &index, &format!("--{NASTY}")],
        &[NASTY],
        &["build", NASTY, "--out", "p"],
        &["build", "in", "--out", "p", "--split", NASTY],
        &["build", "in", "--out", "p", "--encoding", NASTY],
        &["build", "--explain", NASTY],
        &["build", "--explain", &format!("in/a{NASTY}.md")],
        &["serve", NASTY],
    ] {
        let output = run(at, arguments);
        is_plain(&output);
        assert_ne!(output.status.code(), Some(101), "{arguments:?}: {}", err(&output));
        // One message, one line; wrong usage has its hint.
        assert!(err(&output).lines().count() <= 2, "{arguments:?}: {}", err(&output));
    }
    // Scripts get every character all the same.
    let answer: serde_json::Value =
        serde_json::from_str(&done(run(at, &["search", &index, "文字", "--json", "--limit", "0"]))).expect("JSON");
    let results = answer["results"].as_array().expect("a list");
    // But for what a browser takes out of an address or encodes in it.
    let url = "值%1B[2J%1B]0;x%07%C2%9B31m%08%0B%C2%85%7F\u{202e}\u{2066}\u{200f}\u{2028}z文字";
    assert!(results.iter().any(|r| r["url"] == url), "{answer}");
    assert!(results.iter().any(|r| r["title"].as_str().is_some_and(|t| t.contains("\u{202e}\u{2066}\u{200f}"))), "{answer}");
    // A page of text, explained.
    write(&at.join("page.txt"), format!("县城新桥通车{NASTY}\n本报讯（记者 王小明）昨日{NASTY}，通车。\n"));
    is_plain(&run(at, &["build", "--explain", "page.txt"]));
    write(
        &at.join("xunzi.toml"),
        format!("x = \"{}\"", NASTY.escape_unicode().to_string().replace("\\u{", "\\U").replace('}', "")),
    );
    is_plain(&run(at, &["build", "in", "--out", "p"]));
    write(&at.join("xunzi.toml"), "[\"\\u001b[31m\\u202e\"]\nsplit = 1\n");
    is_plain(&run(at, &["build", "in", "--out", "p"]));
}

/// The far end of a pipe that nobody reads.
fn broken() -> Stdio {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    writer.into()
}

fn full() -> Stdio {
    File::options().write(true).open("/dev/full").expect("a disk that is full").into()
}

#[test]
fn a_message_that_nobody_can_take_costs_nothing() {
    let dir = temp();
    let at = dir.path();
    write(&at.join("in/a.md"), "# 甲\n\n文字\n");
    (0..300).for_each(|k| write(&at.join(format!("in/e{k}.txt")), ""));
    write(&at.join("in/p.txt"), b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01");
    for (k, stderr) in [broken as fn() -> Stdio, full].iter().enumerate() {
        for flag in ["--quiet", "--verbose", "--keep=0"] {
            let name = format!("o{k}");
            let mut build = command(at);
            build.args(["build", "in", "--out", &name, flag]).stdout(stderr()).stderr(stderr());
            assert_eq!(build.status().expect("it starts").code(), Some(0), "{flag}");
            done(run(at, &["check", &name]));
        }
        // A failure keeps its status, and a usage error its own.
        for (line, status) in
            [("build nowhere --out o", 1), ("fly", 2), ("search o0", 2), ("check nowhere", 1), ("build in --out in", 1)]
        {
            let mut failing = command(at);
            failing.args(line.split(' ')).stdout(stderr()).stderr(stderr());
            assert_eq!(failing.status().expect("it starts").code(), Some(status), "{line}");
        }
    }
}

#[test]
fn a_result_that_nobody_can_take_is_a_failure() {
    let dir = temp();
    let at = dir.path();
    small_index(at);
    for line in [
        "search xunzi 志愿者",
        "search xunzi 志愿者 --json",
        "check xunzi",
        "stats xunzi",
        "stats xunzi --json",
        "--help",
        "--version",
        "search --help",
        "build --explain in/b.txt",
    ] {
        let output = command(at).args(line.split(' ')).stdout(broken()).output().expect("it starts");
        assert_eq!((output.status.code(), err(&output).as_str()), (Some(1), ""), "{line}: whoever closed the pipe knows it");
        let output = command(at).args(line.split(' ')).stdout(full()).output().expect("it starts");
        let told = err(&output);
        assert_eq!(output.status.code(), Some(1), "{line}: {told}");
        assert!(told.starts_with("xunzi: standard output: ") && told.lines().count() == 1, "{line}: {told}");
    }
}

/// A pipe or a device where a file should be: nobody waits for what may never come.
#[test]
fn nothing_but_regular_files_is_opened() {
    let dir = temp();
    let at = dir.path();
    let index = small_index(at);
    write(&at.join("own/.keep"), "");
    let fifo = |path: &Path| {
        let _ = fs::remove_file(path);
        assert!(Command::new("mkfifo").arg(path).status().expect("mkfifo").success());
    };
    let quick = |arguments: &[&str], status: &[i32]| {
        let started = Instant::now();
        let mut child = command(at).args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        while child.try_wait().expect("our own child").is_none() {
            if started.elapsed() > Duration::from_secs(20) {
                child.kill().expect("our own child");
                panic!("{arguments:?} hangs");
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        let output = child.wait_with_output().expect("our own child");
        assert!(output.status.code().is_some_and(|code| status.contains(&code)), "{arguments:?}: {}", err(&output));
        output
    };
    // Inputs.
    fifo(&at.join("pipe.md"));
    quick(&["build", "pipe.md", "--out", "p"], &[1]);
    quick(&["build", "in", "pipe.md", "--out", "p"], &[0]);
    quick(&["build", "--explain", "pipe.md"], &[1]);
    fifo(&at.join("in/pipe.jsonl"));
    quick(&["build", "in", "--out", "p"], &[0]);
    for device in ["/dev/zero", "/dev/null", "/dev/full"] {
        std::os::unix::fs::symlink(device, at.join("in/device.txt")).expect("a link");
        quick(&["build", "in", "--out", "p"], &[0]);
        fs::remove_file(at.join("in/device.txt")).expect("our own link");
    }
    fs::remove_file(at.join("in/pipe.jsonl")).expect("our own pipe");
    // A folder of somebody else's.
    for name in ["manifest", "xunzi.js"] {
        let own = at.join("own").join(name);
        fifo(&own);
        quick(&["build", "in", "--out", "own"], &[1]);
        quick(&["check", "own"], &[1]);
        quick(&["search", "own", "文"], &[1]);
        quick(&["stats", "own"], &[1]);
        fs::remove_file(own).expect("our own pipe");
    }
    // In place of each file of an index.
    let build = manifest(&index).build;
    let other = fs::read(index.join("manifest")).expect("a manifest");
    for (name, rebuilt) in [("manifest".to_owned(), 1), ("xunzi.js".into(), 0), (format!("{build}/pack.dat"), 0)] {
        let file = index.join(&name);
        let bytes = fs::read(&file).expect("a file of the index");
        for device in [false, true] {
            fifo(&file);
            if device {
                fs::remove_file(&file).expect("our own pipe");
                std::os::unix::fs::symlink("/dev/zero", &file).expect("a link");
            }
            let told = quick(&["check", "xunzi"], &[1]);
            failed(&told, &name);
            quick(&["search", "xunzi", "志愿者"], &[0, 1]);
            quick(&["stats", "xunzi"], &[0, 1]);
            quick(&["build", "in", "--out", "xunzi"], &[rebuilt]);
            let _ = fs::remove_file(&file);
            write(&file, &bytes);
        }
    }
    write(&index.join("manifest"), other);
    // What the command itself leaves there while it works.
    fifo(&index.join(".xunzi-lock"));
    failed(&quick(&["build", "in", "--out", "xunzi", "-q"], &[1]), "xunzi");
    fs::remove_file(index.join(".xunzi-lock")).expect("our own pipe");
    fs::create_dir_all(index.join(".xunzi-new-1")).expect("our own folder");
    fifo(&index.join(".xunzi-new-1/manifest"));
    quick(&["check", "xunzi"], &[0]);
    quick(&["build", "in", "--out", "xunzi"], &[0]);
    assert!(!index.join(".xunzi-new-1").exists());
    // The configuration.
    fifo(&at.join("xunzi.toml"));
    failed(&quick(&["build", "in", "--out", "p"], &[1]), "xunzi.toml");
    quick(&["init"], &[1]);
}

#[test]
fn messages_name_the_option_what_it_takes_and_what_to_do() {
    let dir = temp();
    let at = dir.path();
    small_index(at);
    for (line, told) in [
        ("search xunzi -志", "a query that begins with a hyphen stands after --"),
        ("search xunzi --志", "a query that begins with a hyphen stands after --"),
        ("search xunzi 志 --limit -1", "--limit takes a number of articles from 0, which means all, not -1"),
        ("search xunzi 志 --limit many", "--limit takes a number of articles from 0"),
        ("search xunzi 志 --offset 1.5", "--offset takes a number of articles from 0, not 1.5"),
        ("search xunzi 志 愿", "search takes DIR and QUERY, not 3 of them; quote a query of several words"),
        (
            "search xunzi 志 --sort upwards",
            "--sort takes best, newest or oldest, or a field: this index has no fields to narrow by, not upwards",
        ),
        ("search xunzi 志 --exact x", "--exact takes "),
        ("check xunzi --sample some", "--sample takes a number of strings from 0, not some"),
        ("build in --out o --keep -1", "--keep takes a number of older builds from 0, not -1"),
        ("build in --out o --budget x", "--budget takes a number of bytes per 100 bytes of text, not x"),
        ("build in --out o --split Off", "--split takes auto, newspaper or off, not Off"),
        ("build in --out o --base-url javascript:x", "--base-url takes an address of http or https or a path such as /docs/"),
        ("bulid in", "there is no command bulid, only build, search, serve, check, stats, init"),
    ] {
        let output = run(at, &line.split(' ').collect::<Vec<_>>());
        assert_eq!(output.status.code(), Some(2), "{line}: {}", err(&output));
        assert!(err(&output).contains(told), "{line}: {}", err(&output));
    }
    // What the hint says works.
    assert!(done(run(at, &["search", "xunzi", "--", "-志"])).starts_with("0 articles"));
    assert!(failed(&run(at, &["build", "--explain", "nofile"]), "nofile").contains("there is no such file; check the path"));
    for (text, told) in [
        ("split = \"Off\"\n", "xunzi.toml: split takes auto, newspaper or off, not Off; correct it there"),
        ("\n\nencoding = \"utf-9\"\n", "xunzi.toml: no encoding is called"),
        ("keep = -1\n", "xunzi.toml: keep takes a number of older builds from 0, not -1"),
        ("keep = \"all\"\n", "xunzi.toml: keep takes a number of older builds from 0, not \"all\""),
        ("base-url = \"data:x\"\n", "xunzi.toml: base-url takes an address of http or https"),
        ("out = 7\n", "xunzi.toml: line 1: "),
        ("keep = 1\nuot = \"o\"\n", "xunzi.toml: line 2: unknown field `uot`"),
        ("keep = \n", "xunzi.toml: line 1: "),
        ("\u{feff}\u{0}", "xunzi.toml: line 1: "),
    ] {
        write(&at.join("xunzi.toml"), text);
        let output = run(at, &["build", "in", "--out", "p"]);
        assert_eq!((output.status.code(), err(&output).lines().count()), (Some(1), 1), "{text:?}: {}", err(&output));
        assert!(err(&output).contains(told), "{text:?}: {}", err(&output));
        // Whoever asks for help gets it.
        assert!(done(run(at, &["build", "--help"])).contains("examples:"), "{text:?}");
        assert!(done(run(at, &["build", "in", "--out", "p", "-h"])).contains("examples:"), "{text:?}");
    }
    write(&at.join("xunzi.toml"), b"\xff\xfe");
    failed(&run(at, &["build", "in", "--out", "p"]), "xunzi.toml");
    // A flag wins over what is wrong in the file.
    write(&at.join("xunzi.toml"), "split = \"Off\"\nkeep = -1\n");
    done(run(at, &["build", "in", "--out", "p", "-q", "--split", "off", "--keep", "1"]));
}

#[test]
fn verbose_says_more_and_quiet_says_less() {
    let dir = temp();
    let at = dir.path();
    small_index(at);
    let told = |edition: &str, flag: &str| {
        write(&at.join("in/a.md"), format!("# 版本\n\n{edition}。\n"));
        let output = run(at, &["build", "in", "--out", "xunzi", "--keep", "0", flag]);
        assert_eq!(output.status.code(), Some(0));
        err(&output)
    };
    let old = manifest(&at.join("xunzi")).build;
    let verbose = told("第一版", "--verbose");
    for part in [
        "read ",
        "2 articles in 2 files",
        "indexed ",
        "passages; N ",
        "wrote build ",
        &manifest(&at.join("xunzi")).build,
        &format!("removed xunzi/{old}"),
    ] {
        assert!(verbose.contains(part), "{part}: {verbose}");
    }
    let usual = told("第二版", "--keep=0");
    assert!(usual.contains("2 articles from 2 files") && !usual.contains("indexed ") && verbose.len() > usual.len(), "{usual}");
    assert_eq!(told("第三版", "--quiet"), "");
}

/// Addresses that no link leads to: the build names them, and no interface hands them out.
#[test]
fn no_address_is_handed_out_that_is_none_of_the_web() {
    let dir = temp();
    let at = dir.path();
    let addresses = [
        "javascript:alert(1)",
        " JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        "\u{1}javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "/a:b",
        "https://example.org/",
        "第一章:序.html",
        "https://user:secret@example.org/",
    ];
    let lines: String =
        addresses.iter().map(|url| json!({"title": "题", "text": "文字", "url": url}).to_string() + "\n").collect();
    write(&at.join("in.jsonl"), lines);
    let output = run(at, &["build", "in.jsonl", "--out", "xunzi", "-q"]);
    let told = err(&output);
    done(output);
    for line in [1, 2, 3, 4, 5, 6, 7, 11] {
        assert_eq!(told.matches(&format!("in.jsonl:{line}: warning: the address ")).count(), 1, "line {line}: {told}");
    }
    assert_eq!(told.lines().count(), 8, "{told}");
    assert!(!told.contains("secret"), "{told}");
    let answer: serde_json::Value =
        serde_json::from_str(&done(run(at, &["search", "xunzi", "文字", "--json", "--limit", "0"]))).expect("JSON");
    for result in answer["results"].as_array().expect("a list") {
        let id = result["id"].as_u64().expect("a number") as usize;
        let wanted = if id < 7 { "" } else { addresses[id] };
        assert_eq!(result["url"], wanted, "{result}");
    }
    let printed = done(run(at, &["search", "xunzi", "文字", "--limit", "0"]));
    assert!(!printed.to_lowercase().contains("script:") && !printed.contains("data:") && !printed.contains("file:"), "{printed}");
}

/// A reader of messages that stops in the middle, as `head` does.
#[test]
fn whoever_reads_one_message_and_no_more_stops_nothing() {
    let dir = temp();
    let at = dir.path();
    write(&at.join("in/a.md"), "# 甲\n\n文字\n");
    (0..3000).for_each(|k| write(&at.join(format!("in/e{k}.txt")), ""));
    let mut build = Command::new(COMMAND);
    build.args(["build", "in", "--out", "o"]).current_dir(at).stdin(Stdio::null()).stderr(Stdio::piped());
    let mut build = build.spawn().expect("it starts");
    let mut line = String::new();
    BufReader::new(build.stderr.take().expect("a pipe")).read_line(&mut line).expect("a message");
    assert!(line.starts_with("xunzi: "), "{line}");
    assert_eq!(build.wait().expect("our own child").code(), Some(0));
    done(run(at, &["check", "o"]));
}
