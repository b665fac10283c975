//! Does the command do what it promises, seen from outside: messages, exit status, files?
//!
//! Every test starts the real command on folders of its own. Where a test needs a file system of a certain size, it makes
//! one in a mount namespace (`unshare`); where the machine does not allow that, it says so, and limits on the size of files,
//! which every machine has, do the same work.

#![cfg(unix)]

#[path = "gen/mod.rs"]
mod generate;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::process::{CommandExt as _, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use generate::Rng;
use xunzi::codec::crc::Crc;
use xunzi::disk::folder::OnDisk;
use xunzi::disk::inspect;
use xunzi::format::manifest::Manifest;
use xunzi::input;

// What the tests are made of.

const COMMAND: &str = env!("CARGO_BIN_EXE_xunzi");

fn temp() -> TempDir {
    let dir = TempDir::with_prefix("xunzi-command-").expect("a temporary folder");
    // Other users may look in: some tests run the command as one.
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).expect("our own folder");
    dir
}

/// The command, in a folder where no xunzi.toml stands.
fn command(cwd: &Path) -> Command {
    let mut command = Command::new(COMMAND);
    command.current_dir(cwd).stdin(Stdio::null());
    command
}

fn run(cwd: &Path, arguments: &[&str]) -> Output {
    command(cwd).args(arguments).output().expect("the command starts")
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("the command prints UTF-8")
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("the command prints UTF-8")
}

#[track_caller]
fn done(output: Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    out(&output)
}

/// The work failed: exit status 1 and one line, which names `named` and says what to do.
#[track_caller]
fn failed(output: &Output, named: &str) -> String {
    let told = err(output);
    assert_eq!(output.status.code(), Some(1), "{named}: {told}");
    assert_eq!(out(output), "", "{named}: nothing on standard output");
    let lines: Vec<&str> = told.lines().collect();
    let [line] = lines[..] else { panic!("{named}: {} lines:\n{told}", lines.len()) };
    assert!(line.starts_with("xunzi: ") && line.contains(named), "{named} is not named: {line}");
    let advice = line.rsplit("; ").next().unwrap_or_default();
    let says = ["build", "make", "choose", "check", "free", "reads", "remove", "name the folder", "--strict", "shorten", "allow"];
    assert!(line.contains("; ") && says.iter().any(|word| advice.contains(word)), "{named}: what to do? {line}");
    line.to_owned()
}

/// Everything below a folder: names, and the bytes of files.
fn snapshot(dir: &Path) -> BTreeMap<PathBuf, Option<Vec<u8>>> {
    let mut all = BTreeMap::new();
    for entry in walkdir::WalkDir::new(dir).min_depth(1) {
        let entry = entry.expect("a folder that can be read");
        let name = entry.path().strip_prefix(dir).expect("it is below").to_owned();
        let bytes = entry.file_type().is_file().then(|| fs::read(entry.path()).expect("a file that can be read"));
        all.insert(name, bytes);
    }
    all
}

/// Makes a folder hold what a snapshot holds.
fn restore(dir: &Path, all: &BTreeMap<PathBuf, Option<Vec<u8>>>) {
    if dir.exists() {
        fs::remove_dir_all(dir).expect("our own folder");
    }
    fs::create_dir_all(dir).expect("our own folder");
    for (name, bytes) in all {
        match bytes {
            None => fs::create_dir_all(dir.join(name)).expect("our own folder"),
            Some(bytes) => fs::write(dir.join(name), bytes).expect("our own folder"),
        }
    }
}

#[track_caller]
fn untouched(dir: &Path, before: &BTreeMap<PathBuf, Option<Vec<u8>>>) {
    let after = snapshot(dir);
    let names = |all: &BTreeMap<PathBuf, Option<Vec<u8>>>| all.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&after), names(before), "{} holds other files", dir.display());
    let changed: Vec<_> = after.iter().filter(|(name, bytes)| before.get(*name) != Some(*bytes)).map(|x| x.0).collect();
    assert!(changed.is_empty(), "{changed:?} have other bytes");
}

fn write(path: &Path, bytes: impl AsRef<[u8]>) {
    fs::create_dir_all(path.parent().expect("a file stands in a folder")).expect("our own folder");
    fs::write(path, bytes).expect("our own folder");
}

/// Text that compresses about as badly as writing does: words of two or three characters, in clauses.
fn prose(rng: &mut Rng, characters: usize) -> String {
    let mut text = String::new();
    let mut written = 0;
    while written < characters {
        let (first, second) = (rng.below(1 << 11), rng.below(3));
        for k in 0..2 + second {
            let code = 0x4E00 + ((first * 31 + k * 977 + first * k * 7) % 5000) as u32;
            text.push(char::from_u32(code).expect("a Han character"));
            written += 1;
        }
        match rng.below(24) {
            0 => text.push('。'),
            1..=2 => text.push('，'),
            3 => text.push('\n'),
            4 => text.push_str(" TiDB "),
            _ => {}
        }
    }
    text
}

/// A folder of `files` articles, large enough for an index of many files; `edition` makes the difference between two.
fn articles(dir: &Path, files: usize, edition: &str) {
    let mut rng = Rng::new(20_231_211);
    for k in 0..files {
        let mut text = prose(&mut rng, 900);
        if k % 3 == 0 {
            write!(text, "\n这是第{k}篇的{edition}。\n").expect("a string");
        }
        write(&dir.join(format!("{k:03}.txt")), format!("第{k}篇\n\n{text}"));
    }
}

/// An index that is one file, in `dir/xunzi`; returns that folder.
fn small_index(dir: &Path) -> PathBuf {
    write(&dir.join("in/a.md"), "# 除雪\n\n志愿者在街上除雪。\n");
    write(&dir.join("in/b.txt"), "网格\n\n后端使用 TiDB，志愿者不用。\n");
    let index = dir.join("xunzi");
    done(run(dir, &["build", "in", "--out", "xunzi", "--quiet"]));
    index
}

/// An index of many files, in `dir/xunzi`, of the articles in `dir/in`.
fn large_index(dir: &Path) -> PathBuf {
    articles(&dir.join("in"), 240, "旧版");
    done(run(dir, &["build", "in", "--out", "xunzi", "--quiet"]));
    let index = dir.join("xunzi");
    let manifest = manifest(&index);
    assert_eq!(manifest.open.first().map(String::as_str), Some("root.dat"), "the index is of many files");
    index
}

fn manifest(index: &Path) -> Manifest {
    let text = fs::read_to_string(index.join("manifest")).expect("an index has a manifest");
    Manifest::read(&text).expect("the manifest is whole")
}

fn path(path: &Path) -> &str {
    path.to_str().expect("our own paths are UTF-8")
}

fn is_root() -> bool {
    let dir = temp();
    fs::metadata(dir.path()).is_ok_and(|m| m.uid() == 0)
}

// Bad input.

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

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let dir = temp();
    let at = dir.path();
    small_index(at);
    // A regular file where a folder is needed, or on the way to it.
    write(&at.join("file"), "a regular file");
    for out in ["file", "file/below", "file/far/below"] {
        failed(&run(at, &["build", "in", "--out", out]), "file");
        assert_eq!(fs::read(at.join("file")).expect("it is there"), b"a regular file");
    }
    // A link to nowhere.
    std::os::unix::fs::symlink("nowhere/at/all", at.join("link")).expect("a link");
    failed(&run(at, &["build", "in", "--out", "link/below"]), "link");
    // Something of another kind where a file of the index must go.
    let blocked = at.join("blocked");
    fs::create_dir_all(blocked.join("manifest/inside")).expect("our own folder");
    let before = snapshot(&blocked);
    failed(&run(at, &["build", "in", "--out", "blocked"]), "blocked/manifest");
    untouched(&blocked, &before);

    // Without the right to write. Nothing is forbidden to root, so then the command runs as nobody.
    let own = at.join("command");
    fs::copy(COMMAND, &own).expect("a copy of the command");
    for (name, mode) in [("xunzi", 0o555), ("bare", 0o555), ("locked", 0o000)] {
        let out = at.join(name);
        fs::create_dir_all(&out).expect("our own folder");
        let before = snapshot(&out);
        fs::set_permissions(&out, fs::Permissions::from_mode(mode)).expect("our own folder");
        let mut command = Command::new(&own);
        command.current_dir(at).stdin(Stdio::null());
        if is_root() {
            command.uid(65_534).gid(65_534);
        }
        let output = command.args(["build", "in", "--out", name]).output().expect("the command starts");
        fs::set_permissions(&out, fs::Permissions::from_mode(0o755)).expect("our own folder");
        assert!(failed(&output, name).contains("choose another --out, or allow writing there"), "{}", err(&output));
        untouched(&out, &before);
    }
    // A disk that is mounted for reading only.
    let script = r#"mount -t tmpfs none "$1" && mkdir "$1/dir" && mount -o remount,ro "$1" || exit 99
        "$2" build in --out "$1/dir""#;
    let disk = at.join("disk");
    fs::create_dir_all(&disk).expect("our own folder");
    match in_own_mounts(at, script, &[path(&disk), COMMAND]) {
        Some(output) => assert!(failed(&output, "disk/dir").contains("choose another --out"), "{}", err(&output)),
        None => println!("this machine lets no test mount a disk: rights alone were tested"),
    }
}

/// Runs a shell script that may mount disks nobody else sees; `None` where the machine does not allow it.
fn in_own_mounts(cwd: &Path, script: &str, arguments: &[&str]) -> Option<Output> {
    let shell = |flags: &str, script: &str, arguments: &[&str]| {
        let mut command = Command::new("unshare");
        command.args([flags, "sh", "-c", script, "sh"]).args(arguments).current_dir(cwd).stdin(Stdio::null()).output().ok()
    };
    let probe = cwd.join("probe");
    fs::create_dir_all(&probe).ok()?;
    let may = r#"mount -t tmpfs -o size=64k none "$1" && mount -o remount,size=128k "$1" && df -Pk "$1""#;
    let works = |flags: &&str| shell(flags, may, &[path(&probe)]).is_some_and(|output| output.status.success());
    let flags = ["-m", "-rm"].into_iter().find(works)?;
    shell(flags, script, arguments)
}

/// An old index, and what a build of new articles makes of it when nothing goes wrong.
struct Rebuild {
    dir: TempDir,
    old: BTreeMap<PathBuf, Option<Vec<u8>>>,
    new: BTreeMap<PathBuf, Option<Vec<u8>>>,
}

impl Rebuild {
    fn new() -> Rebuild {
        let dir = temp();
        let index = large_index(dir.path());
        let old = snapshot(&index);
        articles(&dir.path().join("in"), 230, "新版");
        done(run(dir.path(), &["build", "in", "--out", "xunzi", "--quiet"]));
        let new = snapshot(&index);
        restore(&index, &old);
        Rebuild { dir, old, new }
    }

    /// Asserts that a folder holds the old index or the new one, whole, and nothing in their place. True: the new one.
    #[track_caller]
    fn is_whole(&self, index: &Path) -> bool {
        done(run(self.dir.path(), &["check", path(index)]));
        let after = snapshot(index);
        let new = after.get(Path::new("manifest")) == self.new.get(Path::new("manifest"));
        let wanted = if new { &self.new } else { &self.old };
        for (name, bytes) in wanted {
            // A new build keeps the old one for pages that are open; interrupted, it may not have removed anything yet. Between
            // the last two names that it puts in place, the script is new already: it heeds the manifest, which is old.
            let ahead = name == Path::new("xunzi.js") && after.get(name) == self.new.get(name);
            assert!(
                ahead || after.get(name) == Some(bytes),
                "{} of the {} index",
                name.display(),
                if new { "new" } else { "old" }
            );
        }
        new
    }
}

/// A disk with room for a part of the new index only, in steps, by bytes and by number of files.
#[test]
fn a_full_disk_leaves_the_index_as_it_was() {
    let rebuild = Rebuild::new();
    let at = rebuild.dir.path();
    let (disk, kept) = (at.join("disk"), at.join("kept"));
    fs::create_dir_all(&disk).expect("our own folder");
    fs::create_dir_all(&kept).expect("our own folder");
    let script = r#"
        disk=$1 old=$2 kept=$3 xunzi=$4 bytes=$5 files=$6
        mount -t tmpfs -o size=256m none "$disk" || exit 99
        run() {
            rm -rf "$disk/dir" && cp -a "$old" "$disk/dir" || exit 98
            used=$(df -P$3 "$disk" | awk 'NR == 2 { print $3 }')
            mount -o "remount,$1=$((used + $2))$4" "$disk" || exit 97
            status=0
            "$xunzi" build in --quiet --out "$disk/dir" 2>"$kept/$1-$2.err" || status=$?
            mount -o remount,size=256m,nr_inodes=100000 "$disk" || exit 96
            echo $status >"$kept/$1-$2.status"
            cp -a "$disk/dir" "$kept/$1-$2" || exit 95
        }
        for k in 0 1 2 3 4 5 6 7 8 9; do
            run size $((bytes * k / 8)) k k
            run nr_inodes $((files * k / 8)) i ''
        done"#;
    let files = rebuild.new.len() - rebuild.old.len() + 2;
    let new: u64 =
        rebuild.new.iter().filter(|(name, _)| !rebuild.old.contains_key(*name)).flat_map(|x| x.1).map(|b| b.len() as u64).sum();
    let (kilobytes, files) = ((new / 1024 + 4 * files as u64).to_string(), files.to_string());
    let index = at.join("xunzi");
    let Some(output) = in_own_mounts(at, script, &[path(&disk), path(&index), path(&kept), COMMAND, &kilobytes, &files]) else {
        println!("this machine lets no test mount a small disk: limits on the size of files are tested instead");
        return;
    };
    assert!(output.status.success(), "{}: {}", output.status, err(&output));
    let (mut refused, mut built) = (0, 0);
    for k in 0..10 {
        for (what, all) in [("size", &kilobytes), ("nr_inodes", &files)] {
            let name = format!("{what}-{}", all.parse::<u64>().expect("a number") * k / 8);
            let read = |end: &str| fs::read_to_string(kept.join(format!("{name}.{end}"))).expect("the script wrote it");
            let dir = kept.join(&name);
            if read("status").trim() == "0" {
                assert!(rebuild.is_whole(&dir), "{name}: the new index");
                built += 1;
            } else {
                let output =
                    Output { status: ExitStatusExt::from_raw(1 << 8), stdout: Vec::new(), stderr: read("err").into_bytes() };
                assert_eq!(read("status").trim(), "1");
                assert!(failed(&output, "disk/dir").contains("free some space"), "{name}: {}", read("err"));
                untouched(&dir, &rebuild.old);
                refused += 1;
            }
        }
    }
    println!("full disk: {refused} builds refused, the index as it was; {built} had room enough");
    assert!(refused >= 12 && built >= 2, "{refused} refused, {built} built");
}

/// A write that fails because the file may not grow: on every machine.
#[test]
fn a_write_that_fails_leaves_the_index_as_it_was() {
    let rebuild = Rebuild::new();
    let at = rebuild.dir.path();
    let index = at.join("xunzi");
    let (mut refused, mut built) = (0, 0);
    for blocks in [0, 1, 2, 4, 6, 8, 10, 12, 16, 24, 48, 1 << 20] {
        restore(&index, &rebuild.old);
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" build in --quiet --out xunzi");
        let output = Command::new("sh").args(["-c", &script, COMMAND]).current_dir(at).output().expect("a shell");
        if output.status.success() {
            assert!(rebuild.is_whole(&index), "{blocks} blocks");
            built += 1;
        } else {
            failed(&output, path(Path::new("xunzi/")));
            untouched(&index, &rebuild.old);
            refused += 1;
        }
        // Where nothing was, nothing is left.
        if blocks < 2 {
            let script = script.replace("--out xunzi", "--out new/deep");
            let output = Command::new("sh").args(["-c", &script, COMMAND]).current_dir(at).output().expect("a shell");
            failed(&output, "new/deep");
            assert!(!at.join("new").exists(), "nothing is left of a failed build");
        }
    }
    println!("failing writes: {refused} builds refused, the index as it was; {built} went through");
    assert!(refused >= 3 && built >= 1, "{refused} refused, {built} built");
}

#[test]
fn an_index_of_another_version_is_refused() {
    let dir = temp();
    let index = small_index(dir.path());
    let whole = snapshot(&index);
    let refuse = |named: &str| {
        let before = snapshot(&index);
        for arguments in
            [&["search", "xunzi", "志愿者"][..], &["check", "xunzi"], &["stats", "xunzi"], &["stats", "xunzi", "--json"]]
        {
            let line = failed(&run(dir.path(), arguments), named);
            assert!(
                line.contains("expected 1, got 2") && line.contains("build the index again with this version of xunzi"),
                "{line}"
            );
        }
        untouched(&index, &before);
    };
    // The manifest of another version, its sum right.
    let text = fs::read_to_string(index.join("manifest")).expect("a manifest");
    let (head, _) = text.rsplit_once(",\"sum\"").expect("a manifest ends with its sum");
    let head = head.replacen("{\"xunzi\":1,", "{\"xunzi\":2,", 1);
    let sum = Crc::new().update(head.as_bytes()).finish();
    write(&index.join("manifest"), format!("{head},\"sum\":\"{sum:016x}\"}}\n"));
    refuse("manifest");
    // What another version wrote is no hindrance to a new build.
    done(run(dir.path(), &["build", "in", "--out", "xunzi", "--quiet"]));
    done(run(dir.path(), &["check", "xunzi"]));

    // A file of another version, its sum right.
    restore(&index, &whole);
    let pack = index.join(manifest(&index).build).join("pack.dat");
    let mut bytes = fs::read(&pack).expect("the index is one file");
    bytes[4] = 2;
    let sum = Crc::new().update(&bytes[..24]).update(&bytes[32..]).finish();
    bytes[24..32].copy_from_slice(&sum.to_le_bytes());
    write(&pack, bytes);
    refuse("pack.dat");
}

#[test]
fn a_truncated_index_is_refused() {
    let dir = temp();
    let index = small_index(dir.path());
    let build = manifest(&index).build;
    for (name, named) in [(PathBuf::from("manifest"), "manifest"), (Path::new(&build).join("pack.dat"), "pack.dat")] {
        let path = index.join(&name);
        let bytes = fs::read(&path).expect("a file of the index");
        for length in [0, 1, 10, 31, 32, 33, bytes.len() / 2, bytes.len() - 2, bytes.len() - 1] {
            write(&path, &bytes[..length]);
            let before = snapshot(&index);
            for arguments in [
                &["search", "xunzi", "志愿者"][..],
                &["search", "xunzi", "志愿者", "--json"],
                &["check", "xunzi"],
                &["stats", "xunzi"],
            ] {
                failed(&run(dir.path(), arguments), named);
            }
            untouched(&index, &before);
        }
        write(&path, &bytes);
    }
    done(run(dir.path(), &["check", "xunzi"]));
    // A new build mends it.
    write(&index.join(&build).join("pack.dat"), b"XUNZ");
    done(run(dir.path(), &["build", "in", "--out", "xunzi", "--quiet"]));
    done(run(dir.path(), &["check", "xunzi"]));
}

#[test]
fn every_file_of_a_large_index_is_needed_and_checked() {
    let dir = temp();
    let index = large_index(dir.path());
    let build = index.join(manifest(&index).build);
    let files: Vec<PathBuf> = snapshot(&build).into_iter().filter(|(_, bytes)| bytes.is_some()).map(|x| x.0).collect();
    let kinds: BTreeSet<_> = files.iter().map(|f| f.components().next()).collect();
    assert!(files.len() > 20 && kinds.len() >= 3, "{files:?}");
    for (k, name) in files.iter().enumerate() {
        let path = build.join(name);
        let bytes = fs::read(&path).expect("a file of the index");
        let mut changed = bytes.clone();
        changed[(k * 37) % bytes.len()] ^= 1 << (k % 8);
        let worse = [Some(&bytes[..k * 13 % bytes.len()]), Some(&changed[..]), None];
        match worse[k % 3] {
            Some(worse) => write(&path, worse),
            None => fs::remove_file(&path).expect("our own file"),
        }
        let text = name.to_str().expect("our own names");
        failed(&run(dir.path(), &["check", "xunzi"]), text);
        write(&path, &bytes);
    }
    write(&build.join("t/fff.dat"), fs::read(build.join("t/000.dat")).expect("a block"));
    failed(&run(dir.path(), &["check", "xunzi"]), "t/fff.dat");
    // A search that needs a file that is not there says so, and does not say that there is nothing.
    fs::remove_file(build.join("t/fff.dat")).expect("our own file");
    for entry in fs::read_dir(build.join("t")).expect("a folder").flatten() {
        fs::remove_file(entry.path()).expect("our own file");
    }
    failed(&run(dir.path(), &["search", "xunzi", "第3篇"]), "/t/");
}

#[test]
fn a_folder_without_an_index_is_named() {
    let dir = temp();
    write(&dir.path().join("other/file.txt"), "no index");
    for arguments in [&["search", "other", "a"][..], &["check", "other"], &["stats", "other"]] {
        assert!(failed(&run(dir.path(), arguments), "other").contains("xunzi build"));
    }
    for arguments in [&["search", "nowhere", "a"][..], &["check", "nowhere"], &["stats", "nowhere"]] {
        failed(&run(dir.path(), arguments), "nowhere");
    }
    let output = run(dir.path(), &["serve", "nowhere"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("nowhere: cannot be served"), "{}", err(&output));
}

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

// Builds that are interrupted.

fn kill(mut child: Child) -> bool {
    child.kill().expect("our own child");
    let status = child.wait().expect("our own child");
    status.signal() == Some(9)
}

/// `kill -9` at many moments of a build: whatever it was about, the index is the old one or the new one.
#[test]
fn an_interrupted_build_leaves_the_old_index_or_the_new_one() {
    let rebuild = Rebuild::new();
    let at = rebuild.dir.path();
    let index = at.join("xunzi");
    let spawn = || {
        let mut build = command(at);
        build.args(["build", "in", "--out", "xunzi", "--quiet"]).stdout(Stdio::null()).stderr(Stdio::null());
        build.spawn().expect("the command starts")
    };
    let gathering = || -> bool {
        let entries = fs::read_dir(&index).expect("the index is there");
        entries.flatten().any(|e| e.file_name().to_string_lossy().starts_with(".xunzi-new-"))
    };
    let new = index.join(
        &Manifest::read(&String::from_utf8_lossy(rebuild.new[Path::new("manifest")].as_deref().unwrap_or_default()))
            .expect("whole")
            .build,
    );
    // How long does a build take, and how much of it is writing?
    let (mut all, mut writing) = (Duration::ZERO, Duration::ZERO);
    for _ in 0..2 {
        restore(&index, &rebuild.old);
        let started = Instant::now();
        let mut child = spawn();
        let mut since = None;
        while child.try_wait().expect("our own child").is_none() {
            if since.is_none() && gathering() {
                since = Some(Instant::now());
            }
            std::thread::sleep(Duration::from_micros(200));
        }
        all = started.elapsed();
        writing = since.map_or(Duration::ZERO, |s| s.elapsed());
        assert!(rebuild.is_whole(&index), "a build that is left alone");
    }
    let (mut killed, mut old_ones, mut new_ones, mut left) = (0, 0, 0, 0);
    let mut judge = |what: &str, was_killed: bool| {
        killed += u32::from(was_killed);
        left += u32::from(gathering());
        match rebuild.is_whole(&index) {
            true => new_ones += 1,
            false => old_ones += 1,
        }
        assert!(
            was_killed || manifest(&index).build != manifest_of(&rebuild.old).build,
            "{what}: it ended, and the index is new"
        );
    };
    // Anywhere in the run.
    for k in 0..40 {
        restore(&index, &rebuild.old);
        let child = spawn();
        std::thread::sleep(all * k / 38);
        judge("anywhere", kill(child));
    }
    // While it writes.
    for k in 0..15 {
        restore(&index, &rebuild.old);
        let mut child = spawn();
        while child.try_wait().expect("our own child").is_none() && !gathering() {
            std::thread::sleep(Duration::from_micros(50));
        }
        std::thread::sleep(writing * k / 14);
        judge("writing", kill(child));
    }
    // While it gives the new files their names: between the renames, or right after them.
    for _ in 0..15 {
        restore(&index, &rebuild.old);
        let mut child = spawn();
        while child.try_wait().expect("our own child").is_none() && !new.exists() {
            std::thread::yield_now();
        }
        judge("publishing", kill(child));
    }
    println!(
        "killed {killed} of 70 builds (of {} ms, {} of them writing): {old_ones} times the old index, {new_ones} times the new one, whole; {left} left files",
        all.as_millis(),
        writing.as_millis()
    );
    assert!(killed >= 20 && old_ones >= 10, "{killed} killed, {old_ones} old");

    // What was left does no harm, and the next build removes it: it has the lock, so nobody is at work there.
    restore(&index, &rebuild.old);
    let left = index.join(".xunzi-new-1");
    write(&left.join("0123456789abcdef/root.dat"), "half a fi");
    done(run(at, &["check", "xunzi"]));
    done(run(at, &["build", "in", "--out", "xunzi", "--quiet"]));
    assert!(!left.exists(), "what a build left whose process is gone");
    assert!(rebuild.is_whole(&index));
}

fn manifest_of(all: &BTreeMap<PathBuf, Option<Vec<u8>>>) -> Manifest {
    let bytes = all[Path::new("manifest")].as_deref().expect("a manifest is a file");
    Manifest::read(&String::from_utf8_lossy(bytes)).expect("the manifest is whole")
}

/// The same articles once more: the folders that the manifest names are never taken away, not for a moment.
#[test]
fn a_build_of_the_same_articles_takes_nothing_away() {
    let dir = temp();
    let index = small_index(dir.path());
    let before = snapshot(&index);
    let manifest = manifest(&index);
    let folders: Vec<PathBuf> =
        [&manifest.build, &manifest.engine].iter().map(|f| index.join(f)).filter(|f| f.exists()).collect();
    let inodes = || folders.iter().map(|f| fs::metadata(f).expect("it is there").ino()).collect::<Vec<u64>>();
    let first = inodes();
    done(run(dir.path(), &["build", "in", "--out", "xunzi", "--quiet"]));
    untouched(&index, &before);
    assert_eq!(inodes(), first, "{folders:?} were replaced");
}

// What the command prints.

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

// What an index holds.

#[test]
fn stats_show_grams_and_queries_are_answered_from_them() {
    let dir = temp();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("articles");
    done(run(dir.path(), &["build", path(&folder), "--out", "xunzi", "--quiet"]));
    let stats: Value = serde_json::from_str(&done(run(dir.path(), &["stats", "xunzi", "--json"]))).expect("JSON");
    let printed = done(run(dir.path(), &["stats", "xunzi"]));
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
                assert!(passages >= *articles, "{term}: {passages} passages, {articles} articles");
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

#[test]
fn generations_are_kept_for_pages_that_are_open() {
    let dir = temp();
    let at = dir.path();
    let index = small_index(at);
    // What others put into the folder is none of our business, whatever its name.
    for (name, bytes) in [
        ("CNAME", "example.org"),
        ("0123456789abcdef/index.html", "a page"),
        ("img/a.png", "png"),
        (".hidden/x", "x"),
        ("aaaaaaaaaaaaaaaa", "a file"),
    ] {
        write(&index.join(name), bytes);
    }
    let mut foreign = snapshot(&index);
    foreign.retain(|name, _| {
        ["CNAME", "0123456789abcdef", "img", ".hidden", "aaaaaaaaaaaaaaaa"].iter().any(|own| name.starts_with(own))
    });
    fs::remove_file(at.join("in/b.txt")).expect("our own file");
    let build = |edition: &str, more: &[&str]| -> (Manifest, BTreeMap<PathBuf, Option<Vec<u8>>>) {
        write(&at.join("in/a.md"), format!("# 版本\n\n这是{edition}。\n"));
        let output = run(at, &[&["build", "in", "--out", "xunzi"], more].concat());
        let manifest = manifest(&index);
        let told = err(&output);
        assert_eq!(output.status.code(), Some(0), "{told}");
        assert_eq!(
            told.contains("articles removed since stay readable until the next build"),
            !manifest.kept.is_empty(),
            "{told}"
        );
        done(run(at, &["check", "xunzi"]));
        let after = snapshot(&index);
        for (name, bytes) in &foreign {
            assert_eq!(after.get(name), Some(bytes), "{} is not ours", name.display());
        }
        let files = snapshot(&index.join(&manifest.build));
        (manifest, files)
    };
    let there = |m: &Manifest| index.join(&m.build).exists();
    let (first, first_files) = build("第一版", &["--keep", "0"]);
    assert_eq!(first.kept, [""; 0]);
    let (second, second_files) = build("第二版", &[]);
    assert_ne!(first.build, second.build);
    assert_eq!(second.kept, [format!("{}+{}", first.build, first.engine)]);
    untouched(&index.join(&first.build), &first_files);
    // A page that was opened before finds all it may still ask for.
    let mut before = OnDisk::open(&index).expect("an index");
    before.manifest = first.clone();
    assert_eq!(before.read("pack.dat").ok().as_ref(), first_files[Path::new("pack.dat")].as_ref());

    let (third, _) = build("第三版", &["--keep", "1"]);
    assert!(!there(&first), "the next build removes it");
    untouched(&index.join(&second.build), &second_files);
    // The same again is no new generation.
    let (again, _) = build("第三版", &[]);
    assert_eq!((again.build.as_str(), again.kept.as_slice()), (third.build.as_str(), third.kept.as_slice()));
    assert!(there(&second));
    // Back to an earlier one.
    let (back, _) = build("第二版", &[]);
    assert_eq!((&back.build, back.kept.len()), (&second.build, 1));
    assert!(there(&third));
    let (fourth, _) = build("第四版", &["--keep", "0"]);
    assert_eq!(fourth.kept, [""; 0]);
    assert!(!there(&second) && !there(&third), "--keep 0 removes at once");
    let (fifth, _) = build("第五版", &["--keep", "2"]);
    let (sixth, _) = build("第六版", &["--keep", "2"]);
    assert_eq!(sixth.kept.len(), 2);
    assert!(there(&fourth) && there(&fifth));
    // An article that was removed is found no more.
    let found = |query: &str| done(run(at, &["search", "xunzi", query]));
    assert!(found("第六版").starts_with("1 articles") && found("第五版").starts_with("0 articles"));
}

#[test]
fn the_same_articles_make_the_same_bytes() {
    let dir = temp();
    articles(&dir.path().join("in"), 200, "旧版");
    let mut all = Vec::new();
    for (name, threads) in [("a", None), ("b", None), ("c", Some("1")), ("d", Some("7"))] {
        let mut build = command(dir.path());
        if let Some(threads) = threads {
            build.env("RAYON_NUM_THREADS", threads);
        }
        done(build.args(["build", "in", "--quiet", "--out", name]).output().expect("the command starts"));
        all.push(snapshot(&dir.path().join(name)));
    }
    assert!(all[0].len() > 20, "an index of many files");
    for other in &all[1..] {
        assert!(*other == all[0], "other bytes");
    }
    // The order in which a file system lists its files says nothing either.
    let moved = dir.path().join("moved/in");
    for name in (0..200).rev().map(|k| format!("{k:03}.txt")) {
        write(&moved.join(&name), fs::read(dir.path().join("in").join(&name)).expect("our own file"));
    }
    done(run(&dir.path().join("moved"), &["build", "in", "--quiet", "--out", "e"]));
    assert!(snapshot(&dir.path().join("moved/e")) == all[0], "other bytes");
}

// The local server.

struct Served {
    child: Child,
    address: String,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Served {
    fn start(cwd: &Path, dir: &str) -> Served {
        let mut child =
            command(cwd).args(["serve", dir, "--port", "0"]).stdout(Stdio::piped()).spawn().expect("the command starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line).expect("an address");
        let address = line.trim().trim_start_matches("http://").trim_end_matches('/').to_owned();
        assert!(address.starts_with("127.0.0.1:"), "only this machine may ask: {line}");
        Served { child, address }
    }

    /// Status, head and body of the answer to a path, sent as it stands.
    fn get(&self, path: &str) -> (u16, String, Vec<u8>) {
        let mut stream = TcpStream::connect(&self.address).expect("the server listens");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a socket");
        write!(stream, "GET {path} HTTP/1.0\r\nHost: localhost\r\nConnection: close\r\n\r\n").expect("a socket");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("an answer");
        let end = answer.windows(4).position(|w| w == b"\r\n\r\n").unwrap_or_else(|| panic!("{path}: {answer:?}"));
        let head = String::from_utf8_lossy(&answer[..end]).into_owned();
        let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(0);
        (status, head.to_lowercase(), answer[end + 4..].to_vec())
    }
}

#[test]
fn serve_gives_the_files_of_its_folder_and_no_others() {
    let dir = temp();
    let site = dir.path().join("site");
    fs::create_dir_all(&site).expect("our own folder");
    let index = small_index(&site);
    let manifest = manifest(&index);
    write(&site.join("index.html"), "<!doctype html><title>站</title>");
    write(&site.join("中文 页/index.html"), "inside");
    write(&site.join("app.wasm"), "\0asm");
    write(&dir.path().join("secret.txt"), "secret");
    write(&dir.path().join("site-secret/secret.txt"), "secret");
    std::os::unix::fs::symlink(dir.path().join("secret.txt"), site.join("way-out.txt")).expect("a link");
    let server = Served::start(dir.path(), "site");
    for (path, file, kind) in [
        ("/xunzi/manifest", "xunzi/manifest", "application/octet-stream"),
        ("/xunzi/xunzi.js", "xunzi/xunzi.js", "text/javascript; charset=utf-8"),
        ("/", "index.html", "text/html; charset=utf-8"),
        ("/index.html?q=%E5%BF%97#x", "index.html", "text/html; charset=utf-8"),
        ("/%E4%B8%AD%E6%96%87%20%E9%A1%B5/", "中文 页/index.html", "text/html; charset=utf-8"),
        ("/app.wasm", "app.wasm", "application/wasm"),
        ("/xunzi/../index.html", "index.html", "text/html; charset=utf-8"),
    ] {
        let (status, head, body) = server.get(path);
        assert_eq!(status, 200, "{path}: {head}");
        assert!(body == fs::read(site.join(file)).expect("a file of the site"), "{path}: {} bytes", body.len());
        assert!(head.contains(&format!("content-type: {kind}")), "{path}: {head}");
    }
    let pack = format!("xunzi/{}/pack.dat", manifest.build);
    assert!(server.get(&format!("/{pack}")).2 == fs::read(site.join(&pack)).expect("the index is one file"));
    for outside in [
        "/../secret.txt",
        "/../../secret.txt",
        "/xunzi/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/%2E%2E%2Fsecret.txt",
        "/..%2fsecret.txt",
        "/../site-secret/secret.txt",
        "//etc/passwd",
        "/%2fetc/passwd",
        "/../../../../../../../../etc/passwd",
        "/way-out.txt",
        "/nowhere",
        "/xunzi",
        "/xunzi/nowhere.dat",
        "/%00",
        "/%ff%fe",
        "/%",
        "/index.html/",
    ] {
        let (status, _, body) = server.get(outside);
        assert_eq!(status, 404, "{outside}");
        assert!(!String::from_utf8_lossy(&body).contains("secret"), "{outside}");
    }
    // It is still there.
    assert_eq!(server.get("/").0, 200);
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
