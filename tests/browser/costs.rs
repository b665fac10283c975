//! What does a build cost beside the best peer's? Time and peak memory of both on the same pages, in one run.
//!
//! `XUNZI_ALL=1 cargo test --release --features embed --test browser costs -- --nocapture`, on docs-cn as HTML and on 100 MB of HTML, made
//! of the corpora in `XUNZI_CORPORA`; npm brings Pagefind. `XUNZI_COSTS=docs` asks of docs-cn alone, `XUNZI_COSTS=poems` of those alone.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::peers::{pagefind, pages};
use crate::site::{Corpus, large_corpora};

/// How much of the peer's time and memory a build may take.
const TIME: f64 = 1.0 / 5.0;
const MEMORY: f64 = 1.0 / 2.0;

/// Runs of each; the fastest counts, for another program may slow a run down and none speeds it up.
const RUNS: usize = 3;

/// Seconds, those of processors, and bytes at the most.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    pub seconds: f64,
    pub processor: f64,
    pub bytes: u64,
}

/// The most memory that a process had so far. A peak is not taken back, so that the last look before the end tells it.
fn peak(child: &Child) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? << 10)
}

/// How many seconds processors worked for a process so far, in its hundredths.
fn processor(child: &Child) -> Option<f64> {
    let stat = fs::read_to_string(format!("/proc/{}/stat", child.id())).ok()?;
    // Behind the name, which may hold anything: user and system time are the 12th and 13th word.
    let words: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |at: usize| words.get(at)?.parse::<f64>().ok();
    Some((ticks(11)? + ticks(12)?) / 100.0)
}

/// What a command costs that does its work; where it prints.
pub fn cost(command: &mut Command, told: Stdio) -> Cost {
    let started = Instant::now();
    let mut child = command.stdout(told).stderr(Stdio::null()).spawn().expect("the command starts");
    let (mut bytes, mut worked) = (0, 0.0f64);
    let status = loop {
        bytes = peak(&child).unwrap_or(0).max(bytes);
        worked = processor(&child).unwrap_or(0.0).max(worked);
        if let Some(status) = child.try_wait().expect("our own process") {
            break status;
        }
        thread::sleep(Duration::from_millis(5));
    };
    assert!(status.success(), "{command:?}: {status}");
    Cost { seconds: started.elapsed().as_secs_f64(), processor: worked, bytes }
}

/// The program itself, which npm's command starts.
fn program(command: &Path) -> Option<PathBuf> {
    let packages = command.parent()?.parent()?.join("@pagefind");
    let folders = fs::read_dir(packages).ok()?.flatten().map(|entry| entry.path().join("bin"));
    let programs = folders.filter_map(|folder| fs::read_dir(folder).ok()).flatten().flatten().map(|entry| entry.path());
    let mut programs: Vec<PathBuf> = programs.filter(|path| path.extension().is_none_or(|end| end == "exe")).collect();
    programs.sort();
    // The one that knows Chinese.
    programs.iter().find(|path| path.to_string_lossy().contains("extended")).or(programs.first()).cloned()
}

/// Pages of at least so many bytes: the articles in turn, each time with their paragraphs in another order.
fn grown(corpora: &[(String, Corpus)], bytes: usize) -> Corpus {
    let all = || corpora.iter().flat_map(|(_, corpus)| corpus);
    let mut out = Corpus::new();
    let (mut size, mut turn) = (0, 0);
    while size < bytes {
        for (title, text) in all() {
            let mut lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
            let middle = (turn * 7) % lines.len().max(1);
            lines.rotate_left(middle);
            let text = lines.join("\n") + &format!("\n{turn}.");
            size += title.len() + text.len() + lines.len() * "<p></p>\n".len();
            out.push((format!("{title} {turn}"), text));
            if size >= bytes {
                break;
            }
        }
        turn += 1;
    }
    out
}

/// The costs of both, ours first.
fn compare(name: &str, corpus: &[(String, String)], pagefind: &Path) -> [Cost; 2] {
    let folder = crate::folder();
    let site = folder.path().join("pages");
    pages(corpus, &site);
    let (ours, theirs) = (folder.path().join("xunzi"), folder.path().join("pagefind"));
    let mut best: [Option<Cost>; 2] = [None, None];
    for _ in 0..RUNS {
        for out in [&ours, &theirs] {
            let _ = fs::remove_dir_all(out);
        }
        let mut build = Command::new(env!("CARGO_BIN_EXE_xunzi"));
        build.arg("build").arg(&site).arg("--out").arg(&ours).arg("--quiet").current_dir(folder.path());
        let mut peer = Command::new(pagefind);
        peer.arg("--site").arg(&site).arg("--output-path").arg(&theirs).current_dir(folder.path());
        for (best, cost) in best.iter_mut().zip([cost(&mut build, Stdio::null()), cost(&mut peer, Stdio::null())]) {
            let least = |best: Cost| Cost {
                seconds: best.seconds.min(cost.seconds),
                processor: best.processor.min(cost.processor),
                bytes: best.bytes.min(cost.bytes),
            };
            *best = Some(best.map_or(cost, least));
        }
    }
    let [Some(ours), Some(theirs)] = best else { unreachable!("both ran") };
    let megabytes = |bytes: u64| bytes as f64 / 1e6;
    println!(
        "{name}, {} pages: xunzi {:.2} s ({:.2} s of processors), {:.0} MB; Pagefind {:.2} s ({:.2} s), {:.0} MB: {:.2} of its time \
         ({:.2}), {:.2} of its memory",
        corpus.len(),
        ours.seconds,
        ours.processor,
        megabytes(ours.bytes),
        theirs.seconds,
        theirs.processor,
        megabytes(theirs.bytes),
        ours.seconds / theirs.seconds,
        ours.processor / theirs.processor,
        ours.bytes as f64 / theirs.bytes as f64,
    );
    [ours, theirs]
}

/// One of the long tests.
#[test]
fn a_build_costs_a_fifth_of_the_time_and_half_of_the_memory() {
    if std::env::var_os("XUNZI_ALL").is_none() || !Path::new("/proc/self/status").exists() {
        return;
    }
    let command = match pagefind() {
        Ok(command) => program(&command).unwrap_or(command),
        Err(reason) => return eprintln!("skipped: the comparison with Pagefind needs npm and its registry: {reason}"),
    };
    let corpora = large_corpora();
    if let Ok(name) = std::env::var("XUNZI_COSTS")
        && name != "docs"
    {
        // Those of many short pages are told and held to nothing.
        let told = corpora.iter().filter(|corpus| corpus.0.contains(&name)).map(|(name, corpus)| compare(name, corpus, &command));
        return assert!(told.count() > 0, "XUNZI_COSTS={name}: no such corpus");
    }
    let Some((_, docs)) = corpora.iter().find(|(name, _)| name.contains("docs-cn")) else {
        return eprintln!("skipped: XUNZI_CORPORA has no docs-cn");
    };
    let mut all = vec![compare("docs-cn", docs, &command)];
    if std::env::var("XUNZI_COSTS").as_deref() != Ok("docs") {
        all.push(compare("100 MB", &grown(&corpora, 100_000_000), &command));
    }
    for [ours, theirs] in all {
        assert!(ours.seconds <= theirs.seconds * TIME, "{ours:?} beside {theirs:?}");
        assert!(ours.bytes as f64 <= theirs.bytes as f64 * MEMORY, "{ours:?} beside {theirs:?}");
    }
}
