//! Whose is what stands in a folder, and who writes there?
//!
//! A build writes into a folder that is empty or holds an index of ours, one build at a time; it writes over and removes only what
//! a manifest of ours names.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use xunzi::codec::crc::Crc;
use xunzi::disk::lock::Lock;
use xunzi::format::manifest::Manifest;

use crate::parts::{join, lines, members, parts};
use crate::{
    COMMAND, articles, command, done, err, failed, is_root, manifest, path, restore, run, small_index, snapshot, temp, untouched,
    write,
};

/// The top-level names of a folder.
fn names(dir: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(dir).expect("a folder").flatten();
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

/// What the folder of a current index holds, and nothing else.
fn expected(index: &Path) -> BTreeSet<String> {
    let Manifest { build, engine, kept, files, .. } = manifest(index);
    let kept = kept.iter().flat_map(|k| k.split('+')).map(str::to_owned);
    let listed = files.into_iter().map(|f| f.name);
    let folders = [build, engine].into_iter().chain(kept).filter(|name| name != "none");
    listed.chain(folders).chain(["manifest".to_owned()]).collect()
}

#[test]
fn a_folder_of_somebody_elses_is_not_written_into() {
    let dir = temp();
    let at = dir.path();
    let index = small_index(at);
    let whole = fs::read_to_string(index.join("manifest")).expect("a manifest");
    let other = r#"{"name":"an app","start_url":"/","icons":[]}"#;
    let cut = &whole[..whole.len() / 2];
    let touched = whole.replace("\"kept\":[]", "\"kept\":[\"..+..\"]");
    let cases: [&[(&str, &str)]; 12] = [
        &[("manifest", "the owner's own")],
        &[("manifest", "")],
        &[("manifest", other)],
        &[("manifest", cut)],
        &[("manifest", &touched)],
        &[("xunzi.js", "the owner's own")],
        &[("xunzi.css", "the owner's own")],
        &[("index.html", "a page"), ("img/a.png", "a picture")],
        &[("0123456789abcdef/root.dat", "no index")],
        &[("0123456789abcdef/engine.wasm", "no engine"), ("CNAME", "example.org")],
        &[("Manifest.toml", "a file"), (".git/HEAD", "ref: x")],
        &[("xunzi/manifest", "below")],
    ];
    for files in cases {
        let own = at.join("own");
        restore(&own, &Default::default());
        files.iter().for_each(|(name, bytes)| write(&own.join(name), bytes));
        let before = snapshot(&own);
        for more in [&[][..], &["--keep", "0"]] {
            let told = failed(&run(at, &[&["build", "in", "--out", "own", "-q"], more].concat()), "own");
            assert!(told.contains("choose"), "{told}");
            untouched(&own, &before);
        }
    }
    // What tools hide in an empty folder leaves it empty, and is not touched.
    let own = at.join("own");
    restore(&own, &Default::default());
    write(&own.join(".gitkeep"), "");
    write(&own.join(".git/HEAD"), "ref: x");
    done(run(at, &["build", "in", "--out", "own", "-q"]));
    assert_eq!(fs::read_to_string(own.join(".git/HEAD")).ok().as_deref(), Some("ref: x"));
    done(run(at, &["check", "own"]));
}

#[test]
fn no_name_of_a_folder_is_wrong_usage() {
    let dir = temp();
    let at = dir.path();
    write(&at.join("in/a.md"), "# 甲\n\n文字\n");
    let before = snapshot(at);
    for (line, told) in [
        (&["build", "in", "--out", ""][..], "--out is empty"),
        (&["build", "in", "--out="], "--out is empty"),
        (&["build", "", "--out", "o"], "an INPUT is empty"),
        (&["search", "", "文"], "DIR is empty"),
        (&["check", ""], "DIR is empty"),
        (&["stats", ""], "DIR is empty"),
    ] {
        let output = run(at, line);
        assert_eq!(output.status.code(), Some(2), "{line:?}: {}", err(&output));
        assert!(err(&output).contains(told), "{line:?}: {}", err(&output));
    }
    untouched(at, &before);
    write(&at.join("xunzi.toml"), "out = \"\"\n");
    let output = run(at, &["build", "in"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("xunzi.toml: out is empty"), "{}", err(&output));
}

/// In a folder of ours stand things of others: they stay as they are, and where one is in the way, all stays as it is.
#[test]
fn what_no_manifest_of_ours_names_is_never_removed_or_replaced() {
    let dir = temp();
    let at = dir.path();
    let index = small_index(at);
    let others = [
        ("CNAME", "example.org"),
        ("0123456789abcdef/root.dat", "an index of somebody else's"),
        ("fedcba9876543210/pack.dat", "the same"),
        ("aaaaaaaaaaaaaaaa/engine.wasm", "an engine"),
        ("bbbbbbbbbbbbbbbb/index.html", "a page"),
        ("page.html", "a page"),
        ("xunzi-service.js", "a script"),
        (".xunzi-newsletter/x", "letters"),
        (".xunzi-new-file", "a file"),
    ];
    others.iter().for_each(|(name, bytes)| write(&index.join(name), bytes));
    for k in 0..4 {
        write(&at.join("in/a.md"), format!("# 版本\n\n第{k}版。\n"));
        done(run(at, &["build", "in", "--out", "xunzi", "-q", "--keep", if k % 2 == 0 { "0" } else { "1" }]));
        for (name, bytes) in others {
            assert_eq!(fs::read_to_string(index.join(name)).ok().as_deref(), Some(bytes), "{name}, build {k}");
        }
        done(run(at, &["check", "xunzi"]));
    }
    // The folder of the next build is somebody else's, or a manifest of ours lists no such file.
    write(&at.join("in/a.md"), "# 版本\n\n下一版。\n");
    done(run(at, &["build", "in", "--out", "elsewhere", "-q"]));
    let next = manifest(&at.join("elsewhere")).build;
    write(&index.join(&next).join("root.dat"), "somebody else's");
    let before = snapshot(&index);
    failed(&run(at, &["build", "in", "--out", "xunzi", "-q"]), &next);
    untouched(&index, &before);
    fs::remove_dir_all(index.join(&next)).expect("our own folder");
    let ours = manifest(&index);
    let renamed = Manifest {
        files: ours
            .files
            .iter()
            .cloned()
            .map(|mut f| {
                f.name = "other.js".into();
                f
            })
            .collect(),
        ..ours
    };
    write(&index.join("manifest"), renamed.write());
    let before = snapshot(&index);
    failed(&run(at, &["build", "in", "--out", "xunzi", "-q"]), "xunzi.js");
    untouched(&index, &before);
}

/// A forged manifest makes nobody remove what is elsewhere.
#[test]
fn a_manifest_cannot_name_what_is_outside() {
    let dir = temp();
    let at = dir.path();
    let index = small_index(at);
    write(&at.join("precious/file"), "precious");
    let ours = manifest(&index);
    let kept = vec!["../precious+..".into(), format!("{}+../precious", "0".repeat(16)), "+".into(), ".+.".into()];
    write(&index.join("manifest"), Manifest { kept, ..ours }.write());
    write(&at.join("in/a.md"), "# 版本\n\n另一版。\n");
    done(run(at, &["build", "in", "--out", "xunzi", "-q", "--keep", "0"]));
    assert!(at.join("precious/file").exists() && at.join("in/a.md").exists());
    assert_eq!(names(&index), expected(&index));
}

/// What the release before wrote: no list of files, three files beside the manifest.
#[test]
fn a_folder_of_the_first_release_is_taken_over() {
    let dir = temp();
    let at = dir.path();
    let index = small_index(at);
    let old = manifest(&index);
    for (name, bytes) in [("xunzi.js", "old"), ("xunzi.css", "old"), ("xunzi-words.json", "{}")] {
        write(&index.join(name), bytes);
    }
    for name in ["xunzi-sw.js", "search.html", "search.js", "xunzi.d.ts", "xunzi-highlight.js"] {
        let _ = fs::remove_file(index.join(name));
    }
    write(&index.join("manifest"), Manifest { files: Vec::new(), ..old.clone() }.write());
    assert!(failed(&run(at, &["check", "xunzi"]), "xunzi.js").contains("build the index again"));
    write(&at.join("in/a.md"), "# 版本\n\n新版。\n");
    done(run(at, &["build", "in", "--out", "xunzi", "-q"]));
    // As long as its pages may be open, what they ask for is there.
    assert_eq!(manifest(&index).kept, [format!("{}+{}", old.build, old.engine)]);
    assert!(index.join("xunzi-words.json").exists() && index.join("xunzi.css").exists());
    assert_eq!(names(&index), expected(&index));
    done(run(at, &["check", "xunzi"]));
    done(run(at, &["build", "in", "--out", "xunzi", "-q", "--keep", "0"]));
    assert!(!index.join("xunzi-words.json").exists() && !index.join("xunzi.css").exists());
    assert_eq!(names(&index), expected(&index));
    done(run(at, &["check", "xunzi"]));
}

/// What a build leaves that is killed: before its first rename, or between its renames in a folder without an index.
#[test]
fn the_rest_of_a_killed_build_goes_at_once() {
    let dir = temp();
    let at = dir.path();
    let index = small_index(at);
    let (whole, ours) = (snapshot(&index), manifest(&index));
    let left = index.join(".xunzi-new-Ab3dEf6hIj9k");
    for (name, bytes) in &whole {
        if let Some(bytes) = bytes {
            write(&left.join(name), bytes);
        }
    }
    write(&index.join(".xunzi-lock"), "");
    let told = run(at, &["check", "xunzi"]);
    assert!(err(&told).contains(".xunzi-new-"), "check tells of it: {}", err(&told));
    done(told);
    done(run(at, &["build", "in", "--out", "xunzi", "-q", "--keep", "1"]));
    untouched(&index, &whole);

    // Everything has its name but the manifest.
    let first = at.join("first");
    restore(&first, &whole);
    fs::create_dir(first.join(".xunzi-new-0")).expect("our own folder");
    fs::rename(first.join("manifest"), first.join(".xunzi-new-0/manifest")).expect("our own file");
    write(&at.join("in/a.md"), "# 版本\n\n新版。\n");
    done(run(at, &["build", "in", "--out", "first", "-q"]));
    assert!(!first.join(&ours.build).exists(), "what only the killed build named");
    assert_eq!(names(&first), expected(&first));
    // A folder in which a build began to gather, and got no further, is an empty one.
    write(&at.join("second/.xunzi-new-1/0123456789abcdef/root.dat"), "half a fi");
    done(run(at, &["build", "in", "--out", "second", "-q"]));
    assert_eq!(names(&at.join("second")), expected(&at.join("second")));
}

/// The script of the next build is in place and its manifest is not: the index is the old one, and whole.
#[test]
fn a_script_that_is_ahead_of_its_manifest_is_verified() {
    let dir = temp();
    let at = dir.path();
    let index = small_index(at);
    let old = snapshot(&index);
    write(&at.join("in/a.md"), "# 版本\n\n新版。\n");
    // Without an engine the script is the same for every build: another release's is not.
    let script = [fs::read(index.join("xunzi.js")).expect("a script"), b"// another\n".to_vec()].concat();
    let mut next = manifest(&index);
    next.files = vec![xunzi::format::manifest::Listed::new("xunzi.js", &script)];
    write(&index.join("xunzi.js"), &script);
    failed(&run(at, &["check", "xunzi"]), "xunzi.js");
    write(&index.join(".xunzi-new-2/manifest"), next.write());
    done(run(at, &["check", "xunzi"]));
    done(run(at, &["build", "in", "--out", "xunzi", "-q"]));
    done(run(at, &["check", "xunzi"]));
    assert!(old.keys().all(|name| index.join(name).exists()));
}

/// What cannot be removed is named, with `--keep 0` the build fails, and the next build tries again.
#[test]
fn what_cannot_be_removed_is_named_and_remembered() {
    let dir = temp();
    let at = dir.path();
    fs::set_permissions(at, fs::Permissions::from_mode(0o777)).expect("our own folder");
    let own = at.join("command");
    fs::copy(COMMAND, &own).expect("a copy of the command");
    // Nothing is forbidden to root, so then the command runs as nobody.
    let build = |edition: &str, more: &[&str]| -> Output {
        write(&at.join("in/a.md"), format!("# 版本\n\n这是{edition}。\n"));
        let mut command = Command::new(&own);
        command.current_dir(at).stdin(Stdio::null());
        if is_root() {
            command.uid(65_534).gid(65_534);
        }
        command.args([&["build", "in", "--out", "o", "-q"], more].concat()).output().expect("the command starts")
    };
    let index = at.join("o");
    done(build("第一版", &[]));
    let first = index.join(manifest(&index).build);
    fs::set_permissions(&first, fs::Permissions::from_mode(0o555)).expect("our own folder");
    let output = build("第二版", &["--keep", "0"]);
    assert_eq!(output.status.code(), Some(1), "{}", err(&output));
    assert!(err(&output).contains(path(first.strip_prefix(at).expect("below"))), "{}", err(&output));
    assert!(err(&output).contains("--keep 0"), "{}", err(&output));
    done(run(at, &["check", "o"]));
    assert!(first.join("pack.dat").exists());
    // Not asked for at once, it is still told.
    let output = build("第三版", &["--keep", "1"]);
    assert!(err(&output).contains(path(first.strip_prefix(at).expect("below"))), "{}", err(&output));
    done(output);
    assert_eq!(names(&index).iter().filter(|name| name.starts_with(".xunzi-new-")).count(), 1, "one manifest remembers it");
    fs::set_permissions(&first, fs::Permissions::from_mode(0o755)).expect("our own folder");
    done(build("第四版", &["--keep", "0"]));
    assert_eq!(names(&index), expected(&index));
    done(run(at, &["check", "o"]));
}

// Builds at a time.

/// Starts a build in a process-id namespace of its own, where the machine allows that: there it is process 1 each time.
fn start(at: &Path, input: &str, alone: bool) -> Child {
    let mut command = if alone { Command::new("unshare") } else { Command::new(COMMAND) };
    if alone {
        command.args(["-pf", "--mount-proc", COMMAND]);
    }
    command.args(["build", input, "--out", "race", "-q"]).current_dir(at);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the command starts")
}

#[test]
fn two_four_and_eight_builds_at_a_time_leave_one_whole_index() {
    let dir = temp();
    let at = dir.path();
    for k in 0..8 {
        articles(&at.join(format!("in{k}")), 12, &format!("第{k}版"));
    }
    let alone = Command::new("unshare").args(["-pf", "--mount-proc", "true"]).status().is_ok_and(|status| status.success());
    if !alone {
        println!("this machine gives no namespaces: every build has a process id of its own");
    }
    let rounds = if std::env::var_os("XUNZI_ALL").is_some() { 200 } else { 20 };
    for round in 0..rounds {
        let index = at.join("race");
        if round % 5 == 0 && index.exists() {
            fs::remove_dir_all(&index).expect("our own folder");
        }
        let builds: Vec<Child> = (0..[2, 4, 8][round % 3]).map(|k| start(at, &format!("in{k}"), alone)).collect();
        let ended: Vec<Output> = builds.into_iter().map(|build| build.wait_with_output().expect("our own child")).collect();
        for output in &ended {
            assert_eq!(output.status.code(), Some(0), "round {round}: {}", err(output));
        }
        done(run(at, &["check", "race", "--sample", "2"]));
        assert_eq!(names(&index), expected(&index), "round {round}: nothing is left");
    }
}

#[test]
fn a_build_waits_for_another_and_a_killed_one_is_not_waited_for() {
    let dir = temp();
    let at = dir.path();
    let index = small_index(at);
    let lock = Lock::take(&index, &mut || panic!("nobody else is there")).expect("a lock");
    let mut build =
        command(at).args(["build", "in", "--out", "xunzi"]).stderr(Stdio::piped()).spawn().expect("the command starts");
    let mut told = String::new();
    {
        use std::io::{BufRead as _, BufReader};
        let mut lines = BufReader::new(build.stderr.take().expect("a pipe"));
        lines.read_line(&mut told).expect("a message");
    }
    assert!(told.contains("xunzi: another build is writing there; waiting"), "{told}");
    std::thread::sleep(Duration::from_millis(200));
    assert!(build.try_wait().expect("our own child").is_none(), "it waits");
    drop(lock);
    assert!(build.wait().expect("our own child").success());

    // Stopped while it has the lock, then killed.
    for k in 0..5 {
        write(&at.join("in/a.md"), format!("# 版本\n\n第{k}版。\n"));
        let mut build = command(at).args(["build", "in", "--out", "xunzi", "-q"]).spawn().expect("the command starts");
        while !index.join(".xunzi-lock").exists() && build.try_wait().expect("our own child").is_none() {
            std::thread::yield_now();
        }
        build.kill().expect("our own child");
        build.wait().expect("our own child");
        let started = Instant::now();
        done(run(at, &["build", "in", "--out", "xunzi", "-q"]));
        assert!(started.elapsed() < Duration::from_secs(20), "the system has taken the lock back");
        assert_eq!(names(&index), expected(&index));
    }
}

// What the system refuses, one call at a time.

/// Runs the command under strace, which lets system calls fail; `None` where there is no strace, or it may not trace.
fn refused(at: &Path, calls: &str, how: &str, arguments: &[&str]) -> Option<Output> {
    let inject = format!("inject={calls}:{how}");
    let strace = ["-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={calls}"), "-e", &inject, COMMAND];
    let works = Command::new("strace").args(["-o", "/dev/null", "true"]).output().is_ok_and(|output| output.status.success());
    works.then(|| Command::new("strace").args(strace).args(arguments).current_dir(at).output().expect("strace starts"))
}

/// Without locks nothing is removed, the message says so, and the index is whole.
#[test]
fn where_locks_do_not_work_nothing_is_removed() {
    let dir = temp();
    let at = dir.path();
    let index = small_index(at);
    let first = manifest(&index).build;
    write(&at.join("in/a.md"), "# 版本\n\n新版。\n");
    let Some(output) = refused(at, "flock", "error=ENOLCK", &["build", "in", "--out", "xunzi", "-q", "--keep", "0"]) else {
        println!("this machine has no strace: not tested");
        return;
    };
    assert_eq!(output.status.code(), Some(1), "{}", err(&output));
    assert!(err(&output).contains(&first) && err(&output).contains("locks do not work here"), "{}", err(&output));
    assert!(index.join(&first).exists() && !index.join(".xunzi-lock").exists());
    done(run(at, &["check", "xunzi"]));
    // With locks again, it goes.
    write(&at.join("in/a.md"), "# 版本\n\n第三版。\n");
    let second = manifest(&index).build;
    done(run(at, &["build", "in", "--out", "xunzi", "-q", "--keep", "0"]));
    assert!(!index.join(second).exists());
}

/// Each rename, link, sync and removal failing once: the old index, or the new one, whole; and what is said is so.
#[test]
fn each_call_failing_once_leaves_the_old_index_or_the_new_one() {
    let dir = temp();
    let at = dir.path();
    let index = small_index(at);
    let old = snapshot(&index);
    write(&at.join("in/a.md"), "# 版本\n\n新版。\n");
    done(run(at, &["build", "in", "--out", "xunzi", "-q"]));
    let new = snapshot(&index);
    let (mut refused_all, mut built_all) = (0, 0);
    for (calls, errors) in [
        ("rename,renameat,renameat2", &["EIO", "ENOSPC"][..]),
        ("link,linkat", &["EPERM"]),
        ("mkdir,mkdirat", &["ENOSPC", "EMFILE"]),
        ("fdatasync,fsync", &["EIO"]),
        ("unlink,unlinkat,rmdir", &["EIO"]),
    ] {
        for error in errors {
            for nth in 1..=12 {
                restore(&index, &old);
                let how = format!("error={error}:when={nth}");
                let Some(output) = refused(at, calls, &how, &["build", "in", "--out", "xunzi", "-q"]) else {
                    println!("this machine has no strace: not tested");
                    return;
                };
                let told = err(&output);
                assert!(matches!(output.status.code(), Some(0 | 1)), "{calls} {nth} {error}: {told}");
                done(run(at, &["check", "xunzi"]));
                let now = fs::read(index.join("manifest")).expect("a manifest");
                let whole = if output.status.success() { &new } else { &old };
                assert_eq!(whole.get(Path::new("manifest")), Some(&Some(now)), "{calls} {nth} {error}: {told}");
                if output.status.success() {
                    built_all += 1;
                    if told.is_empty() {
                        // Nothing was told, or nothing failed: this call was the last.
                        let visible = snapshot(&index);
                        let missing: Vec<&PathBuf> = new.keys().filter(|name| visible.get(*name) != new.get(*name)).collect();
                        assert!(missing.is_empty(), "{calls} {nth} {error}: {missing:?}");
                    }
                } else {
                    refused_all += 1;
                    for (name, bytes) in &old {
                        assert_eq!(snapshot(&index).get(name), Some(bytes), "{calls} {nth} {error}: {}", name.display());
                    }
                }
                // Whatever is left, the next build clears it away.
                done(run(at, &["build", "in", "--out", "xunzi", "-q"]));
                assert_eq!(names(&index), expected(&index), "{calls} {nth} {error}");
            }
        }
    }
    println!("failing calls: {refused_all} builds refused, {built_all} went through");
    assert!(refused_all > 5 && built_all > 5);
}

/// Killed at each of the calls that move and remove: the old catalog, or the new one, and the next join knows what is left of both for ours,
/// though a manifest does not name the builds of a catalog, and the list that does may be gone before they are.
#[test]
fn a_join_killed_at_any_call_leaves_nothing_for_good() {
    let dir = temp();
    let at = dir.path();
    let index = at.join("many");
    let made = parts(at, &lines(0..40, 300), &[10, 20, 30], &[]);
    // The first of these is the last of those.
    let later = at.join("later");
    fs::create_dir(&later).expect("our own folder");
    let later = parts(&later, &lines(30..60, 300), &[10, 20], &[]);
    done(join(at, &made, &["--out", "many", "--target", "1kB"]));
    let (old, of_old) = (snapshot(&index), members(&index));
    done(join(at, &later, &["--out", "many", "--target", "1kB", "--keep", "0"]));
    let (new, of_new) = (snapshot(&index), members(&index));
    let both = [&old, &new].map(|all| all.get(Path::new("manifest")).cloned().flatten().expect("a manifest"));
    assert!(of_old.iter().filter(|id| of_new.contains(id)).count() == 1 && of_old.len() == 4, "{of_old:?} {of_new:?}");
    let (mut killed, mut half) = ([0, 0], 0);
    for (calls, most) in [("rename,renameat,renameat2", 16), ("unlink,unlinkat,rmdir", 128)] {
        for nth in (1..=most).step_by(most / 16) {
            restore(&index, &old);
            let how = format!("signal=KILL:when={nth}");
            let paths = later.iter().map(|part| path(part));
            let arguments: Vec<&str> =
                ["join", "--quiet", "--out", "many", "--target", "1kB", "--keep", "0"].into_iter().chain(paths).collect();
            let Some(output) = refused(at, calls, &how, &arguments) else {
                println!("this machine has no strace: not tested");
                return;
            };
            done(run(at, &["check", "many"]));
            let now = fs::read(index.join("manifest")).expect("a manifest");
            let which = both.iter().position(|manifest| *manifest == now).expect("the old one or the new one");
            if !output.status.success() {
                killed[which] += 1;
                half += usize::from(of_old.iter().any(|id| !index.join(id).exists()));
            }
            done(join(at, &later, &["--out", "many", "--target", "1kB", "--keep", "0"]));
            untouched(&index, &new);
        }
    }
    println!("killed with the old one in its place, with the new one, and when some of the old one was gone: {killed:?} {half}");
    assert!(killed[0] > 3 && killed[1] > 3 && half > 3, "{killed:?} {half}");
}

/// The sum of a manifest is no proof against forgery, only against accidents; but it must be there.
#[test]
fn a_manifest_without_its_sum_is_not_ours() {
    let dir = temp();
    let at = dir.path();
    let index = small_index(at);
    let text = fs::read_to_string(index.join("manifest")).expect("a manifest");
    let (head, _) = text.rsplit_once(",\"sum\"").expect("it ends with its sum");
    let resealed = |head: &str| format!("{head},\"sum\":\"{:016x}\"}}\n", Crc::new().update(head.as_bytes()).finish());
    assert_eq!(resealed(head), text);
    write(&index.join("manifest"), format!("{head}}}\n"));
    let before = snapshot(&index);
    failed(&run(at, &["build", "in", "--out", "xunzi", "-q"]), "manifest");
    untouched(&index, &before);
    // One of another version of the format is: what it names may be removed.
    write(&index.join("manifest"), resealed(&head.replacen(":2,", ":9,", 1)));
    let old = manifest_build(head);
    write(&at.join("in/a.md"), "# 版本\n\n新版。\n");
    done(run(at, &["build", "in", "--out", "xunzi", "-q"]));
    assert!(!index.join(old).exists(), "a build of another version cannot be kept");
    done(run(at, &["check", "xunzi"]));
}

fn manifest_build(head: &str) -> String {
    let (_, rest) = head.split_once("\"build\":\"").expect("a build");
    rest[..16].to_owned()
}
