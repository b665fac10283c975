//! What does a build make of input that something has gone through?
//!
//! Files of every kind that is read (plain text in several encodings, newspaper pages, JSON lines, packed or not, Markdown,
//! xunzi.toml), with bytes changed, cut, doubled, moved between files, and with what means something to one of
//! the readers put in anywhere. Some of them are built together: the command must end within ten seconds, with one of its own
//! exit statuses and without a panic, and what it has built must be whole.
//!
//! `XUNZI_ALL` makes 20,000, `XUNZI_CASES` so many; `XUNZI_SEED` others; `XUNZI_ONLY` repeats the build of that number and keeps its folder.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::generate::Rng;
use crate::{COMMAND, seed, temp, write};

/// Mutated files of a build.
const FILES: usize = 10;

/// No run takes longer.
const LONGEST: Duration = Duration::from_secs(10);
const SLOW: &str = "does not end within";

/// What means something to one of the readers.
const SIGNS: [&[u8]; 44] = [
    b"---\n",
    b"+++\n",
    b"{\n",
    b"}\n",
    b"\n\n",
    b"\r\n",
    b"\r",
    b"\0",
    b"\xEF\xBB\xBF",
    b"\xFF\xFE",
    b"\xFE\xFF",
    b"\xFF",
    b"\x80",
    b"\xED\xA0\xBD\xED\xB8\x80",
    b"\xF4\x90\x80\x80",
    b"\xC2\x85",
    "\u{2028}".as_bytes(),
    "\u{2029}".as_bytes(),
    "\u{200D}\u{FE0F}".as_bytes(),
    "\u{301}\u{323}".as_bytes(),
    "\u{202E}".as_bytes(),
    b"\x1B[31m",
    b"\\u0000",
    b"\\ud800",
    b"\"",
    b"'",
    b"[",
    b"]",
    b"draft: true\n",
    b"date: 2024-02-30\n",
    b"tags: [a, b\n",
    b"title: &a [*a, *a]\n",
    b"<<: *a\n",
    b"# \n",
    b"```\n",
    b"<script>",
    b"&#x110000;",
    b"[a]: b\n",
    b"|---|\n",
    "本报讯（记者".as_bytes(),
    "　　".as_bytes(),
    b"\t",
    b"99999999999999999999",
    b"-1e999",
];

/// What is long or deep: a beginning, and a part that comes again.
const LONG: [(&str, &str); 10] = [
    ("", "["),
    ("", "> "),
    ("", "- "),
    ("", "a\u{301}"),
    ("", "\u{301}"),
    ("", "*"),
    ("", "志"),
    ("title: ", "{a: "),
    ("{\"a\":", "[{\"a\":"),
    ("", "# x\n"),
];

/// Changes some bytes. `other`: bytes to take parts from.
fn mutate(rng: &mut Rng, bytes: &mut Vec<u8>, other: &[u8]) {
    for _ in 0..rng.within(1, 6) {
        let at = rng.below(bytes.len() + 1);
        let most = *rng.pick(&[4, 40, 4000]);
        let end = (at + rng.below(most)).min(bytes.len());
        match rng.below(9) {
            0 => bytes.truncate(at),
            1 => drop(bytes.drain(at..end)),
            2 => bytes[at..end].iter_mut().for_each(|b| *b = rng.next() as u8),
            3 => bytes[at..end].iter_mut().take(1).for_each(|b| *b ^= 1 << rng.below(8)),
            4 => {
                let part = bytes[at..end].to_vec();
                let times = rng.within(1, 20);
                bytes.splice(at..at, part.repeat(times));
            }
            5 if !other.is_empty() => {
                let from = rng.below(other.len());
                let to = (from + rng.below(500)).min(other.len());
                bytes.splice(at..end, other[from..to].iter().copied());
            }
            6 => {
                let (start, part) = rng.pick(&LONG);
                let times = [10, 1000, 50_000][rng.below(3)];
                bytes.splice(at..at, [start.as_bytes(), &part.repeat(times).into_bytes()].concat());
            }
            _ => drop(bytes.splice(at..at, rng.pick(&SIGNS).iter().copied())),
        }
    }
}

/// Files as they should be, with the ending of their names.
fn seeds() -> Vec<(&'static str, Vec<u8>)> {
    let mut seeds: Vec<(&'static str, Vec<u8>)> = Vec::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/input/newspaper");
    let text = |name: &str| fs::read_to_string(folder.join(name)).expect("a page");
    for name in ["01-daily.txt", "08-scraped.txt", "31-tight.txt", "39-letters.txt", "plain-novel.txt", "plain-japanese.txt"] {
        seeds.push(("txt", text(name).into_bytes()));
    }
    let encoded = |label: &str, text: &str| {
        encoding_rs::Encoding::for_label(label.as_bytes()).expect("an encoding").encode(text).0.into_owned()
    };
    for (label, name) in [
        ("gb18030", "04-agency.txt"),
        ("big5", "10-taipei.txt"),
        ("shift_jis", "plain-japanese.txt"),
        ("euc-kr", "plain-korean.txt"),
    ] {
        seeds.push(("txt", encoded(label, &text(name))));
    }
    let wide = |to: fn(u16) -> [u8; 2], mark: [u8; 2]| {
        let text = text("plain-poem.txt");
        mark.into_iter().chain(text.encode_utf16().flat_map(to)).collect::<Vec<u8>>()
    };
    seeds.push(("txt", wide(u16::to_le_bytes, [0xFF, 0xFE])));
    seeds.push(("txt", wide(u16::to_be_bytes, [0xFE, 0xFF])));
    let line = |k: usize| {
        format!(
            "{{\"title\":\"第{k}篇\",\"text\":\"志愿者除雪。\\n第二段。\",\"url\":\"/{k}\",\"date\":\"2024-0{k}-11\",\"author\":[\"甲\",\"乙\"],\"tags\":[\"雪\"],\"n\":{k}.5}}\n"
        )
    };
    seeds.push(("jsonl", (1..8).map(line).collect::<String>().into_bytes()));
    seeds.push(("jsonl", "{\"title\":\"HTML\",\"html\":\"<h2 id=a>甲</h2><p>乙 &amp; 丙<br>丁</p>\",\"url\":\"/h\"}\n".into()));
    for (start, end) in [
        ("---\ntitle: 除雪\ndate: 2024-01-02\ntags: [雪, 社区]\ndraft: false\n", "---\n"),
        ("+++\ntitle = \"除雪\"\ndate = 2024-01-02\n", "+++\n"),
        ("{\n\"title\": \"除雪\"\n", "}\n"),
        ("", ""),
    ] {
        let body = "\n# 除雪\n\n志愿者*除雪*，见[这里](b.md \"题\")。\n\n## 早晨 {#am}\n\n- 一\n- 二\n\n> 引用\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```rust\nfn main() {}\n```\n\n<div>html</div>\n";
        seeds.push(("md", format!("{start}{end}{body}").into_bytes()));
    }
    seeds
}

const CONFIG: &str = "out = \"o\"\nbase-url = \"/b/\"\nsplit = \"auto\"\nencoding = \"gb18030\"\nkeep = 1\nstrict = false\nbudget = 40\n\n\
    [newspaper]\nheadline = [\"评论*\"]\ntext = [\"镇上*\"]\nlead = [\"导读*\"]\ndrop = [\"广告*\"]\n";

/// Runs the command to its end: its exit status and what it said.
fn ends(cwd: &Path, arguments: &[&str]) -> Result<(Option<i32>, String), String> {
    let told = fs::File::create(cwd.join("told")).expect("our own folder");
    let mut child = Command::new(COMMAND)
        .args(arguments)
        .current_dir(cwd)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(told)
        .spawn()
        .expect("the command starts");
    let since = Instant::now();
    let status = loop {
        match child.try_wait().expect("our own child") {
            Some(status) => break status,
            None if since.elapsed() > LONGEST => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(format!("{arguments:?} {SLOW} {LONGEST:?}"));
            }
            None => std::thread::sleep(Duration::from_millis(3)),
        }
    };
    let told = String::from_utf8_lossy(&fs::read(cwd.join("told")).expect("our own file")).into_owned();
    if told.contains("panicked") || !matches!(status.code(), Some(0..=2)) {
        return Err(format!("{arguments:?} ends with {status}: {told}"));
    }
    // Line feeds are its own; no other control character reaches a terminal.
    if let Some(c) = told.chars().find(|c| c.is_control() && *c != '\n') {
        return Err(format!("{arguments:?} prints {c:?}: {told:?}"));
    }
    Ok((status.code(), told))
}

/// One build of some mutated files. Whether there is an index, and whether xunzi.toml was taken.
fn case(number: u64, at: &Path, seeds: &[(&str, Vec<u8>)]) -> Result<(bool, bool), String> {
    let mut rng = Rng::new(seed().wrapping_add(number << 20));
    for k in 0..FILES {
        let (ending, right) = rng.pick(seeds);
        let mut bytes = right.clone();
        let other = rng.pick(seeds).1.clone();
        let packed = *ending == "jsonl" && rng.chance(1, 2);
        let inside = !packed || rng.chance(1, 2);
        if inside {
            mutate(&mut rng, &mut bytes, &other);
        }
        let mut name = format!("in/{k}.{ending}");
        if packed {
            let mut gz = GzEncoder::new(Vec::new(), Compression::fast());
            gz.write_all(&bytes).expect("memory");
            bytes = gz.finish().expect("memory");
            if !inside || rng.chance(1, 4) {
                mutate(&mut rng, &mut bytes, &other);
            }
            name += ".gz";
        }
        write(&at.join(name), bytes);
    }
    let mut taken = true;
    if rng.chance(1, 3) {
        let mut config = CONFIG.as_bytes().to_vec();
        mutate(&mut rng, &mut config, CONFIG.as_bytes());
        write(&at.join("xunzi.toml"), config);
        taken = ends(at, &["build", "in", "--out", "c"])?.0 == Some(0);
        fs::remove_file(at.join("xunzi.toml")).expect("our own file");
    }
    let mut any = false;
    let (status, told) = ends(at, &["build", "in", "--out", "o"])?;
    any |= status == Some(0);
    // An article that no index can hold is named, and the build ends there.
    let reasons = ["no article could be read", "that cannot be divided, is too long"];
    if status != Some(0) && !told.lines().last().is_some_and(|last| reasons.iter().any(|r| last.contains(r))) {
        return Err(format!("not built: {}", told.lines().last().unwrap_or_default()));
    }
    for (out, there) in [("o", any), ("c", at.join("c/manifest").exists())] {
        let (status, told) = if there { ends(at, &["check", out])? } else { (Some(0), String::new()) };
        if status != Some(0) {
            return Err(format!("{out} is not whole: {told}"));
        }
    }
    Ok((any, taken))
}

#[test]
fn no_input_stops_the_command_or_spoils_an_index() {
    let seeds = seeds();
    if let Some(number) = std::env::var("XUNZI_ONLY").ok().and_then(|n| n.parse().ok()) {
        let dir = temp().keep();
        println!("build {number} in {}: {:?}", dir.display(), case(number, &dir, &seeds));
        return;
    }
    let usual = if std::env::var_os("XUNZI_ALL").is_some() { 20_000 } else { 300 };
    let inputs = std::env::var("XUNZI_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(usual);
    let (next, built, refused) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
    let work = || {
        let mut wrong = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number * FILES >= inputs {
                return wrong;
            }
            let attempt = || case(number as u64, temp().path(), &seeds);
            let mut outcome = attempt();
            // On a busy machine the clock runs for others: what is slow is slow twice.
            if outcome.as_ref().is_err_and(|why| why.contains(SLOW)) {
                outcome = attempt();
            }
            match outcome {
                Ok((any, taken)) => {
                    built.fetch_add(usize::from(any), Ordering::Relaxed);
                    refused.fetch_add(usize::from(!taken), Ordering::Relaxed);
                }
                Err(text) => wrong.push(format!("XUNZI_ONLY={number}: {}", text.chars().take(600).collect::<String>())),
            }
        }
    };
    let wrong = std::thread::scope(|scope| {
        let workers = [scope.spawn(work), scope.spawn(work)];
        workers.into_iter().flat_map(|w| w.join().expect("a worker says what is wrong")).collect::<Vec<_>>()
    });
    let (built, refused) = (built.into_inner(), refused.into_inner());
    println!("{inputs} mutated inputs: {built} indexes, all whole; {refused} builds refused xunzi.toml");
    assert!(wrong.is_empty(), "{} of {} builds:\n{}", wrong.len(), inputs / FILES, wrong.join("\n"));
    assert!(built * FILES * 10 > inputs * 8, "{built} indexes of {} builds", inputs / FILES);
}
