//! What becomes of an index when several builds write into its folder at a time?
//!
//! Each of them has a process-id namespace of its own where the machine allows it, as in containers: then all of them are
//! process 1, and no name that is made of a process id keeps them apart.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::{COMMAND, articles, command, done, err, manifest, run, snapshot, temp, write};

/// How the command is started in a process-id namespace of its own, if the machine allows it.
fn apart() -> Option<&'static [&'static str]> {
    let ways: [&[&str]; 2] = [&["--pid", "--fork"], &["--map-root-user", "--pid", "--fork"]];
    let says = |way: &&&[&str]| {
        let output = Command::new("unshare").args(**way).args(["sh", "-c", "echo $$"]).stdin(Stdio::null()).output();
        output.is_ok_and(|output| output.stdout == b"1\n")
    };
    ways.iter().find(says).copied()
}

fn start(way: Option<&[&str]>, cwd: &Path, arguments: &[&str]) -> Child {
    let mut build = match way {
        Some(way) => {
            let mut build = Command::new("unshare");
            build.args(way).arg(COMMAND).current_dir(cwd).stdin(Stdio::null());
            build
        }
        None => command(cwd),
    };
    build.args(arguments).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the command starts")
}

/// Two, four and eight builds of different articles into one folder: each ends well, the index is whole, and it is that of the
/// last one. What each build found there says who came after whom: with `--keep 8` the manifest lists all of them.
#[test]
fn builds_at_a_time_leave_one_whole_index() {
    let rounds = if std::env::var_os("XUNZI_ALL").is_some() { 200 } else { 20 };
    let way = apart();
    if way.is_none() {
        println!("this machine lets no test make a process-id namespace: the builds have different process ids");
    }
    let dir = temp();
    let at = dir.path();
    // Eight editions of a few articles, and eight of enough for an index of many files.
    for k in 0..8 {
        write(&at.join(format!("small-{k}/a.md")), format!("# 第{k}版\n\n这是第{k}版，志愿者除雪。\n"));
        articles(&at.join(format!("large-{k}")), 230 + k, "同时");
    }
    let mut waited = 0;
    for round in 0..rounds {
        for together in [2, 4, 8] {
            let size = if round % 10 == 9 { "large" } else { "small" };
            let keep = if round % 2 == 0 { "8" } else { "0" };
            let index = at.join("xunzi");
            let inputs: Vec<String> = (0..together).map(|k| format!("{size}-{k}")).collect();
            let builds: Vec<Child> =
                inputs.iter().map(|input| start(way, at, &["build", input, "--out", "xunzi", "--keep", keep])).collect();
            for build in builds {
                let output = build.wait_with_output().expect("our own child");
                let told = err(&output);
                assert_eq!(output.status.code(), Some(0), "round {round}, {together} together: {told}");
                waited += usize::from(told.contains("another build"));
            }
            let what = format!("round {round}, {together} together, {size}, --keep {keep}");
            let checked = run(at, &["check", "xunzi"]);
            assert_eq!(checked.status.code(), Some(0), "{what}: {}", err(&checked));
            let manifest = manifest(&index);
            let kept: Vec<&str> = manifest.kept.iter().filter_map(|k| k.split('+').next()).collect();
            let listed: BTreeSet<&str> = kept.iter().copied().chain([manifest.build.as_str()]).collect();
            assert_eq!(listed.len(), kept.len() + 1, "{what}: a build is listed twice: {manifest:?}");
            // The folders that are there are those that the manifest names.
            let folders: BTreeSet<String> = fs::read_dir(&index)
                .expect("the index is there")
                .map(|e| e.expect("a name").file_name().to_string_lossy().into_owned())
                .filter(|name| *name != manifest.engine && index.join(name).is_dir())
                .collect();
            assert_eq!(folders.iter().map(String::as_str).collect::<BTreeSet<_>>(), listed, "{what}: folders of builds");
            assert_eq!(listed.len(), if keep == "0" { 1 } else { together }, "{what}: each build found the one before it");
            let hidden: Vec<_> = snapshot(&index).into_keys().filter(|name| name.to_string_lossy().starts_with('.')).collect();
            assert!(hidden.is_empty(), "{what}: {hidden:?} was left");
            // It is the index of one of the inputs.
            let said = done(run(at, &["search", "xunzi", "\"这是第\"", "--json"]));
            let of_one = |k: usize| said.contains(&format!("第{k}版"));
            assert!(size == "large" || (0..together).filter(|&k| of_one(k)).count() == 1, "{what}: {said}");
            fs::remove_dir_all(&index).expect("our own folder");
        }
    }
    println!("{rounds} rounds of 2, 4 and 8 builds at a time: every index whole; {waited} builds said that they wait");
}
