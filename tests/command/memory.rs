//! Is a build the same whatever memory it may take, and what is left where its temporary files fail?

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::generate::Rng;
use crate::{COMMAND, command, done, err, failed, in_own_mounts, path, prose, run, seed, snapshot, temp, untouched, write};

/// So many articles in no order of their dates, of every length, with facts and headings, in one file.
fn archive(file: &Path, articles: usize) {
    let mut rng = Rng::new(20_231_224);
    let mut lines = String::new();
    for k in 0..articles {
        let length = if k % 40 == 0 { 9000 } else { 30 + rng.below(1500) };
        let text = prose(&mut rng, length).replace('\n', "\\n");
        let day = match rng.below(9) {
            0 => String::new(),
            _ => format!("\"date\":\"20{:02}-{:02}-{:02}\",", rng.below(24), 1 + rng.below(12), 1 + rng.below(28)),
        };
        let weight = if k % 17 == 0 { "\"search_weight\":\"2\"," } else { "" };
        let tags = format!("\"tags\":[\"标签{}\",\"t{}\"]", rng.below(30), rng.below(900));
        writeln!(lines, "{{\"title\":\"第{k}篇 {}\",{day}{weight}{tags},\"url\":\"/a/{k}\",\"text\":\"{text}\"}}", k % 97)
            .expect("a string");
    }
    write(file, lines);
}

/// A build with so many threads.
fn build(at: &Path, threads: usize, arguments: &[&str]) -> Output {
    let mut build = command(at);
    build.env("RAYON_NUM_THREADS", threads.to_string()).args(["build", "in.jsonl"]).args(arguments);
    build.output().expect("the command starts")
}

/// With little memory at least three runs are merged; with one, two and seven threads.
#[test]
fn the_same_bytes_come_out_of_any_memory_and_any_threads() {
    let dir = temp();
    let at = dir.path();
    archive(&at.join("in.jsonl"), 1800);
    let told = err(&build(at, 2, &["--out", "whole", "--memory", "2GB"]));
    assert!(told.contains("MB in one run"), "{told}");
    let whole = snapshot(&at.join("whole"));
    done(run(at, &["check", "whole"]));
    for (threads, memory) in [(1, "16MB"), (2, "16MB"), (7, "16MB"), (1, "2GB"), (7, "2GB"), (2, "40MB")] {
        let out = format!("{threads}-{memory}");
        let told = err(&build(at, threads, &["--out", &out, "--memory", memory]));
        // What cannot be kept is told, with what it takes.
        let exceeded = told.contains(" MB of memory could not be kept: this text took ");
        assert!(if memory == "2GB" { !exceeded } else { exceeded || memory == "40MB" }, "{threads} threads, {memory}: {told}");
        if memory == "16MB" {
            let runs = told.split(" in ").find_map(|part| part.strip_suffix(" runs, ")?.parse::<usize>().ok());
            let runs = runs.or_else(|| told.split(" runs, ").next()?.rsplit(' ').next()?.parse().ok());
            assert!(runs.is_some_and(|runs| runs >= 3), "{threads} threads, {memory}: {told}");
        }
        untouched(&at.join(&out), &whole);
    }
}

/// An article that no index takes is named and left out, and the others are the same as without it, wherever they waited.
#[test]
fn an_article_too_long_is_left_out_of_runs_as_well() {
    let dir = temp();
    let at = dir.path();
    archive(&at.join("in.jsonl"), 1200);
    let text = fs::read_to_string(at.join("in.jsonl")).expect("our own file");
    done(build(at, 2, &["--out", "without", "--quiet"]));
    let without = snapshot(&at.join("without"));
    let long = format!("{{\"title\":\"长\",\"url\":\"/long\",\"text\":\"a{}\"}}\n", "\u{300}".repeat(400_000));
    let middle = text.match_indices('\n').nth(599).map_or(0, |found| found.0 + 1);
    write(&at.join("in.jsonl"), [&text[..middle], &long, &text[middle..]].concat());
    for memory in ["16MB", "2GB"] {
        let output = build(at, 2, &["--out", memory, "--quiet", "--memory", memory]);
        let told = err(&output);
        assert!(output.status.success() && told.contains("in.jsonl:601: skipped: "), "{memory}: {told}");
        untouched(&at.join(memory), &without);
    }
}

/// An index in `xunzi`, as it is; its input has grown since to what no 16 MB hold.
fn outgrown(at: &Path) -> BTreeMap<PathBuf, Option<Vec<u8>>> {
    archive(&at.join("in.jsonl"), 200);
    done(build(at, 2, &["--out", "xunzi", "--quiet"]));
    let before = snapshot(&at.join("xunzi"));
    archive(&at.join("in.jsonl"), 1200);
    before
}

/// What temporary files cannot be written to, too small a disk and none at all, is told in a line; the index is as it was, and where none
/// was, nothing is.
#[test]
fn temporary_files_that_fail_leave_the_index_as_it_was() {
    let dir = temp();
    let at = dir.path();
    let before = outgrown(at);
    let limited = |blocks: u64, out: &str| {
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" build in.jsonl --quiet --memory 16MB --out {out}");
        Command::new("sh").args(["-c", &script, COMMAND]).current_dir(at).output().expect("a shell")
    };
    for blocks in [0, 50, 400, 1000] {
        let told = failed(&limited(blocks, "xunzi"), "xunzi");
        assert!(told.contains("cannot write temporary files"), "{blocks} blocks: {told}");
        untouched(&at.join("xunzi"), &before);
        failed(&limited(blocks, "new/deep"), "cannot write temporary files");
        assert!(!at.join("new").exists(), "nothing is left of a failed build");
    }
    let told = failed(&build(at, 2, &["--quiet", "--memory", "16MB", "--out", "/proc/xunzi"]), "/proc");
    assert!(told.contains("cannot write temporary files"), "{told}");
    let disk = at.join("disk");
    fs::create_dir_all(&disk).expect("our own folder");
    let script = r#"mount -t tmpfs -o size=2m none "$1" && mkdir "$1/dir" || exit 99
        "$2" build in.jsonl --quiet --memory 16MB --out "$1/dir/xunzi"; status=$?; [ -z "$(ls -A "$1/dir")" ] && exit $status"#;
    match in_own_mounts(at, script, &[path(&disk), COMMAND]) {
        Some(output) => assert!(failed(&output, "disk/dir").contains("free some space"), "{}", err(&output)),
        None => println!("this machine lets no test mount a disk: limits on the size of files alone were tested"),
    }
}

/// `kill -9` at 50 moments of a build that writes temporary files: nothing of them is left, not even until the next build.
#[test]
fn a_killed_build_leaves_no_temporary_files() {
    let dir = temp();
    let at = dir.path();
    let before = outgrown(at);
    let arguments = ["build", "in.jsonl", "--quiet", "--memory", "16MB", "--keep", "0", "--out"];
    let started = Instant::now();
    done(command(at).args(arguments).arg("other").output().expect("the command starts"));
    let (all, new) = (started.elapsed(), snapshot(&at.join("other")));
    let mut rng = Rng::new(seed());
    let (mut killed, mut left) = (0, 0);
    for round in 0..50 {
        let mut child = command(at).args(arguments).arg("xunzi").stderr(Stdio::null()).spawn().expect("the command starts");
        std::thread::sleep(Duration::from_micros(rng.below(all.as_micros() as usize + 1) as u64));
        let ended = child.try_wait().expect("our own child").is_some();
        child.kill().expect("our own child");
        child.wait().expect("our own child");
        killed += usize::from(!ended);
        done(run(at, &["check", "xunzi"]));
        let names: Vec<String> = fs::read_dir(at.join("xunzi"))
            .expect("our own folder")
            .map(|entry| entry.expect("a name").file_name().to_string_lossy().into_owned())
            .filter(|name| name.starts_with('.'))
            .collect();
        // Only what it was about to give its name.
        let known = |name: &String| name.starts_with(".xunzi-new-") || name == ".xunzi-lock";
        assert!(names.iter().all(known), "round {round}: {names:?}");
        left += usize::from(!names.is_empty());
        let others: Vec<_> = fs::read_dir(at).expect("our own folder").map(|e| e.expect("a name").file_name()).collect();
        assert_eq!(others.len(), 3, "round {round}: {others:?}");
        if round % 10 == 9 {
            done(command(at).args(arguments).arg("xunzi").output().expect("the command starts"));
            untouched(&at.join("xunzi"), &new);
            crate::restore(&at.join("xunzi"), &before);
        }
    }
    println!("{killed} builds killed, {left} left what the next one cleared away");
    assert!(killed > 30, "{killed} killed");
}

#[test]
fn a_size_of_memory_is_read_or_refused() {
    let dir = temp();
    let at = dir.path();
    write(&at.join("in.md"), "# 除雪\n\n志愿者在街上除雪。\n");
    for size in ["lots", "0", "-1GB", "8MB", "64", "1e9GB"] {
        let output = run(at, &["build", "in.md", "--out", "xunzi", "--memory", size]);
        let told = err(&output);
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(told.contains("--memory takes a size of memory from 16MB, such as 500MB or 3GB, not "), "{told}");
    }
    write(&at.join("xunzi.toml"), "memory = \"plenty\"\n");
    let output = run(at, &["build", "in.md", "--out", "xunzi"]);
    let told = err(&output);
    assert!(output.status.code() == Some(1) && told.contains("xunzi.toml: memory takes a size of memory from 16MB"), "{told}");
    write(&at.join("xunzi.toml"), "memory = \"64MB\"\n");
    done(run(at, &["build", "in.md", "--out", "xunzi"]));
    // What each part of a build took is told to whoever wants to know.
    let told = err(&run(at, &["build", "in.md", "--out", "xunzi", "--memory", "100MB", "--verbose"]));
    for part in ["of 100 MB of memory ", "reading ", "folding ", "cutting into passages ", "finding grams ", "writing grams "] {
        assert!(told.contains(part), "{part}: {told}");
    }
    // Where the system allows less than is asked for, that is said before the work.
    let script = "ulimit -v 600000; exec \"$0\" build in.md --out other --memory 3GB";
    let output = Command::new("sh").args(["-c", script, COMMAND]).current_dir(at).output().expect("a shell");
    assert!(
        err(&output).contains("--memory asks for 3GB, but this command may take no more than 614 MB here"),
        "{}",
        err(&output)
    );
    assert!(!at.join("other").exists(), "nothing is left of it");
}
