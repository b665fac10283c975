//! How does an index get onto a disk: whole or not at all, whatever happens meanwhile?

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::process::{CommandExt as _, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use xunzi::disk::folder::OnDisk;
use xunzi::format::manifest::Manifest;

use crate::generate::Rng;
use crate::{
    COMMAND, articles, command, done, err, failed, in_own_mounts, is_root, large_index, manifest, path, restore, run, seed,
    small_index, snapshot, temp, untouched, write,
};

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

// Builds that are interrupted.

fn kill(mut child: Child) -> bool {
    child.kill().expect("our own child");
    let status = child.wait().expect("our own child");
    status.signal() == Some(9)
}

/// `kill -9` at 70 moments of a build, 1,000 with `XUNZI_ALL`: whatever it was about, the index is the old one or the new one.
/// Some of the killed builds leave what they leave to the next.
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
    let (mut killed, mut old_ones, mut new_ones, mut left) = (0u32, 0u32, 0, 0);
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
    let times = if std::env::var_os("XUNZI_ALL").is_some() { 1000 } else { 70 };
    let mut rng = Rng::new(seed());
    // Anywhere in the run.
    for k in 0..times * 4 / 7 {
        if k % 4 == 0 {
            restore(&index, &rebuild.old);
        }
        let child = spawn();
        std::thread::sleep(all * rng.below(1000) as u32 / 950);
        judge("anywhere", kill(child));
    }
    // While it writes.
    for _ in 0..times / 5 {
        restore(&index, &rebuild.old);
        let mut child = spawn();
        while child.try_wait().expect("our own child").is_none() && !gathering() {
            std::thread::sleep(Duration::from_micros(50));
        }
        std::thread::sleep(writing * rng.below(1000) as u32 / 950);
        judge("writing", kill(child));
    }
    // While it gives the new files their names: between the renames, or right after them.
    for _ in 0..times / 5 {
        restore(&index, &rebuild.old);
        let mut child = spawn();
        while child.try_wait().expect("our own child").is_none() && !new.exists() {
            std::thread::yield_now();
        }
        judge("publishing", kill(child));
    }
    println!(
        "killed {killed} of {times} builds (of {} ms, {} of them writing): {old_ones} times the old index, {new_ones} times the new one, whole; {left} left files",
        all.as_millis(),
        writing.as_millis()
    );
    assert!(killed * 3 >= times && old_ones * 7 >= times, "{killed} killed, {old_ones} old");

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
    let others = ["CNAME", "0123456789abcdef", "img", ".hidden", "aaaaaaaaaaaaaaaa"];
    foreign.retain(|name, _| others.iter().any(|own| name.starts_with(own)));
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
    // Moments at the ends of days and years.
    let dated = |to: &Path| {
        write(&to.join("dated.md"), "---\ntitle: İI\ndate: 2023-12-31 23:30:00 +0800\n---\n文\n");
        write(&to.join("local.md"), "---\ntitle: ıi\ndate: 2024-03-31 02:30:00\nscore: 1,5\n---\n文\n");
        write(
            &to.join("dated.html"),
            "<title>甲</title><main><h1>甲</h1><time datetime=2024-01-01T00:10:00Z>昨日</time> 乙</main>",
        );
    };
    dated(&dir.path().join("in"));
    let mut all = Vec::new();
    let places: [(&str, &[(&str, &str)]); 7] = [
        ("a", &[]),
        ("b", &[]),
        ("c", &[("RAYON_NUM_THREADS", "1")]),
        ("d", &[("RAYON_NUM_THREADS", "7")]),
        // Where it is another day, and where letters have other cases and numbers other signs.
        ("f", &[("TZ", "Pacific/Kiritimati"), ("LC_ALL", "tr_TR.UTF-8"), ("LANG", "tr_TR.UTF-8")]),
        ("g", &[("TZ", "Pacific/Pago_Pago"), ("LC_ALL", "zh_CN.GB18030"), ("LANGUAGE", "de")]),
        ("h", &[("TZ", "UTC+11:30"), ("LC_ALL", "C")]),
    ];
    for (name, variables) in places {
        let mut build = command(dir.path());
        build.envs(variables.iter().copied());
        done(build.args(["build", "in", "--quiet", "--out", name]).output().expect("the command starts"));
        all.push(snapshot(&dir.path().join(name)));
    }
    assert!(all[0].len() > 20, "an index of many files");
    for other in &all[1..] {
        assert!(*other == all[0], "other bytes");
    }
    // The order in which a file system lists its files says nothing either.
    let moved = dir.path().join("moved/in");
    dated(&moved);
    for name in (0..200).rev().map(|k| format!("{k:03}.txt")) {
        write(&moved.join(&name), fs::read(dir.path().join("in").join(&name)).expect("our own file"));
    }
    done(run(&dir.path().join("moved"), &["build", "in", "--quiet", "--out", "e"]));
    assert!(snapshot(&dir.path().join("moved/e")) == all[0], "other bytes");
}
