//! Does the command do what it promises, seen from outside: messages, exit status, files?
//!
//! Every test starts the real command on folders of its own. Where a test needs a file system of a certain size, it makes
//! one in a mount namespace (`unshare`); where the machine does not allow that, it says so, and limits on the size of files,
//! which every machine has, do the same work.

#![cfg(unix)]

mod answers;
mod canaries;
mod check;
mod html;
mod inputs;
mod limits;
mod memory;
mod messages;
mod mutated;
mod notices;
mod odd;
mod ownership;
mod parts;
mod publish;
mod serve;
mod together;
mod usage;
mod whole;

#[path = "../common/generate.rs"]
mod generate;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;
use xunzi::format::manifest::Manifest;

use generate::Rng;

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

/// Ends a command that would not end by itself, whatever the test finds.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
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

/// Where random cases begin: `XUNZI_SEED`, or always the same.
fn seed() -> u64 {
    std::env::var("XUNZI_SEED").ok().and_then(|v| v.parse().ok()).unwrap_or(20_261_122)
}
