//! Does the work grow with the text, and no faster? Are answers still right when there is much of it?
//!
//! Texts of 1, 10 and 100 MB (the large ones with `XUNZI_ALL`), generated with the statistics of real text. The command builds
//! them, a reader is asked, and a plain scan says what is right. Counts are asserted; times and memory are printed, run with `--nocapture` to see them.
//!
//! For benchmarks of the command, `XUNZI_GENERATE=FILE XUNZI_ARTICLES=2000000 cargo test --release --test engine short_articles` writes so many
//! articles of about 500 bytes, with dates and sections, as JSON Lines: a gigabyte. The same number gives the same bytes.

use std::collections::BTreeMap;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use crate::generate::Rng;
use crate::generate::chain::Chain;
use crate::naive;
use crate::session::corpora;
use crate::support::{Engine, batches, each_of, real_articles, texts, write_articles};
use xunzi::Article;
use xunzi::builder::Options as Parameters;
use xunzi::search::{Options, Search};

/// What the system said of a process when it was last asked: its largest memory in kB, its time on processors in s.
#[derive(Clone, Copy, Default)]
struct Usage {
    memory: u64,
    time: f64,
}

impl Usage {
    /// `None` where there is no /proc, and once the process has ended.
    fn of(child: &Child) -> Option<Usage> {
        let folder = PathBuf::from(format!("/proc/{}", child.id()));
        let status = std::fs::read_to_string(folder.join("status")).ok()?;
        let memory = status.lines().find_map(|l| l.strip_prefix("VmHWM:"))?.trim().split(' ').next()?.parse().ok()?;
        // After the name, which may hold anything: user and system time are the 12th and 13th, in hundredths of a second.
        let stat = std::fs::read_to_string(folder.join("stat")).ok()?;
        let times: Vec<f64> = stat.rsplit(") ").next()?.split(' ').skip(11).take(2).filter_map(|t| t.parse().ok()).collect();
        Some(Usage { memory, time: times.iter().sum::<f64>() / 100.0 })
    }
}

/// Runs `xunzi build`: seconds, and what it used until shortly before its end.
fn build(input: &Path, out: &Path) -> (f64, Usage) {
    let start = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_xunzi"))
        .args(["build", "--quiet", "--out"])
        .args([out, input])
        .stderr(Stdio::null())
        .spawn()
        .expect("the command runs");
    let mut usage = Usage::default();
    loop {
        usage = Usage::of(&child).unwrap_or(usage);
        if let Some(status) = child.try_wait().expect("a child can be waited for") {
            assert!(status.success(), "{status}");
            return (start.elapsed().as_secs_f64(), usage);
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
}

/// The index that the command wrote.
pub fn open(out: &Path) -> Engine {
    let manifest = std::fs::read_to_string(out.join("manifest")).expect("a manifest");
    let manifest = xunzi::format::manifest::Manifest::read(&manifest).expect("a manifest of this version");
    let folder = out.join(&manifest.build);
    let mut files = BTreeMap::new();
    for entry in walkdir::WalkDir::new(&folder).into_iter().flatten().filter(|e| e.file_type().is_file()) {
        let name = entry.path().strip_prefix(&folder).expect("a path below its folder").to_string_lossy().into_owned();
        files.insert(name, std::fs::read(entry.path()).expect("a file of the index"));
    }
    Engine::of(files, manifest.open.clone(), manifest.id().expect("a build's id"))
}

/// A query of 1 to 20 characters: a piece of an article, or as often two such pieces glued, or one with a character changed.
fn draw(rng: &mut Rng, texts: &[&str]) -> String {
    loop {
        let n = rng.within(1, 20);
        let piece = |rng: &mut Rng, n: usize| -> Vec<char> {
            let text: Vec<char> = rng.pick(texts).chars().collect();
            let at = rng.below(text.len().saturating_sub(n));
            text[at..].iter().copied().cycle().take(n).collect()
        };
        let mut query = piece(rng, n);
        match rng.below(4) {
            0 => query[n / 2..].copy_from_slice(&piece(rng, n - n / 2)),
            1 => query[rng.below(n)] = piece(rng, 1)[0],
            _ => {}
        }
        let query: String = query.into_iter().collect();
        // White space would make several terms of it, and so would quotation marks.
        if naive::terms(&query) == [query.as_str()]
            && !query.contains(char::is_whitespace)
            && !naive::folded_terms(&query, naive::Off::NONE).expect("a short query").is_empty()
        {
            return query;
        }
    }
}

/// So many queries.
fn drawn(texts: &[&str], queries: usize) -> Vec<(String, Vec<u32>)> {
    let mut rng = Rng::new(3);
    (0..queries).map(|_| (draw(&mut rng, texts), Vec::new())).collect()
}

/// Adds to what each query is to find what a plain scan finds in some articles, the first of which has a number.
fn scan<A: naive::Searched + Sync>(corpus: &[A], first: u32, asked: &mut [(String, Vec<u32>)]) {
    let scan = naive::scan::Scan::new(corpus);
    for (query, want) in asked {
        want.extend(scan.search(query).expect("a short query").iter().map(|m| first + m.id as u32));
    }
}

/// Asks the index what a plain scan was asked; says what an answer costs.
fn ask(engine: &mut Engine, asked: &[(String, Vec<u32>)]) -> String {
    let (mut replies, queries) = (Rng::new(4), asked.len());
    let mut absent = 0;
    // Bytes of gram pages and of text, for strings that occur and for those that do not.
    let mut costs: [Vec<[usize; 2]>; 2] = Default::default();
    for (query, want) in asked {
        engine.cold();
        // The root first, by a query that needs nothing else.
        let _ = engine.search(&mut replies, "", Options::default());
        engine.fed.clear();
        let found = engine.search(&mut replies, query, Options::default()).expect("a short query");
        let mut cost = [0; 2];
        for (name, bytes) in engine.fed.iter().filter(|f| f.0 != "dict.dat") {
            cost[usize::from(!name.starts_with("g/"))] += bytes;
        }
        costs[usize::from(want.is_empty())].push(cost);
        absent += usize::from(want.is_empty());
        assert_eq!(found.results.len(), want.len().min(10), "{query}");
        assert!(found.results.iter().all(|r| want.binary_search(&r.id).is_ok()), "{query}");
        assert!(
            found.articles as usize == want.len() || !found.articles_exact && (found.articles as usize) < want.len(),
            "{query}: {} articles, exact: {}; {} by a scan",
            found.articles,
            found.articles_exact,
            want.len()
        );
        // Every article is compared where there are not too many to verify.
        if want.len() <= 100 {
            let all = engine.search(&mut replies, query, Options { limit: 0, ..Options::default() }).expect("a short query");
            let mut got: Vec<u32> = all.results.iter().map(|r| r.id).collect();
            got.sort_unstable();
            assert_eq!(&got, want, "{query}");
        }
    }
    assert!(absent * 5 > queries, "only {absent} of {queries} queries are absent");
    let told = |costs: &[[usize; 2]]| {
        let of = |at: usize| {
            let mut bytes: Vec<usize> = costs.iter().map(|cost| cost[at]).collect();
            bytes.sort_unstable();
            let mean = bytes.iter().sum::<usize>() as f64 / bytes.len().max(1) as f64 / 1e3;
            format!("{mean:.1} ({:.1})", bytes.get(bytes.len() / 2).map_or(0.0, |&b| b as f64 / 1e3))
        };
        format!("{} kB of gram pages and {} kB of text", of(0), of(1))
    };
    let [there, not_there] = costs.map(|costs| told(&costs));
    format!("{queries} queries, mean (median) for one: {there}; for one of the {absent} absent: {not_there}")
}

#[test]
fn work_grows_with_the_text() {
    let all = std::env::var_os("XUNZI_ALL").is_some();
    let sizes: &[usize] = if all { &[1_000_000, 10_000_000, 100_000_000] } else { &[300_000, 3_000_000] };
    println!("     bytes articles wall s  cpu s  peak MB  files  index/text  root kB    B  N");
    for &bytes in sizes {
        let articles = texts(bytes);
        let dir = tempfile::tempdir().expect("a temporary folder");
        let (input, out) = (dir.path().join("texts.jsonl"), dir.path().join("index"));
        let mut lines = BufWriter::new(std::fs::File::create(&input).expect("a file"));
        for a in &articles {
            writeln!(lines, "{}", serde_json::json!({ "title": a.title, "text": a.text, "url": a.url })).expect("a line");
        }
        lines.into_inner().expect("the last line");
        let (wall, usage) = build(&input, &out);
        let mut engine = open(&out);
        let _ = engine.search(&mut Rng::new(1), &articles[0].title, Options::default()); // with the whole root
        let root = engine.reader.root().expect("a root");
        let text: usize = articles.iter().map(|a| a.title.len() + a.text.len()).sum();
        let size = |name: &str| engine.files.get(name).map_or(0, Vec::len);
        let ratio = engine.files.values().map(Vec::len).sum::<usize>() as f64 / text as f64;
        let (files, root_size) = (engine.files.len(), size("root.dat") + size("pack.dat"));
        println!(
            "{text:>10} {:>8} {wall:>6.1} {:>6.1} {:>8.0} {files:>6} {ratio:>11.3} {:>8.1} {:>4} {:>2}",
            articles.len(),
            usage.time,
            usage.memory as f64 / 1024.0,
            root_size as f64 / 1e3,
            root.bound,
            root.longest,
        );
        assert!(files <= if bytes <= 20_000_000 { 4000 } else { 6000 }, "{files} files");
        assert!(ratio <= 0.7, "the index has {ratio:.3} of the text");
        // A small site is one file with everything in it.
        assert!(size("pack.dat") > 0 || root_size <= 16_000 + bytes / 2500, "the root has {root_size} bytes");
        let corpus: Vec<(&str, &str)> = articles.iter().map(|a| (a.title.as_str(), a.text.as_str())).collect();
        let texts: Vec<&str> = corpus.iter().map(|article| article.1).collect();
        let mut asked = drawn(&texts, if all { 200 } else { 60 });
        scan(&corpus, 0, &mut asked);
        println!("{:>10} {}", "", ask(&mut engine, &asked));
    }
}

/// Where B is above 512, and so another one for characters.
#[test]
fn a_large_bound_is_smaller_for_characters() {
    let articles = texts(2_000_000);
    let parameters =
        Parameters { bound: Some(520), longest: Some(3), window: Some(1024), pack: Some(false), ..Parameters::default() };
    let mut engine = Engine::new(&articles, &parameters);
    let corpus: Vec<(&str, &str)> = articles.iter().map(|a| (a.title.as_str(), a.text.as_str())).collect();
    let mut asked = drawn(&corpus.iter().map(|article| article.1).collect::<Vec<_>>(), 100);
    scan(&corpus, 0, &mut asked);
    println!("{}", ask(&mut engine, &asked));
}

/// Articles that are scanned together where there are too many for memory.
const TOGETHER: usize = 50_000;

/// With `XUNZI_INDEX=DIR`, which the command has made of `XUNZI_TEXTS=FILE`, JSON Lines of a gigabyte or so: 300 queries from random places,
/// or as many as `XUNZI_QUERIES` says.
#[test]
fn a_large_index_answers_as_a_scan() {
    let [Some(index), Some(file)] = ["XUNZI_INDEX", "XUNZI_TEXTS"].map(std::env::var_os) else {
        eprintln!("skipped: XUNZI_INDEX and XUNZI_TEXTS name no index and its texts");
        return;
    };
    let (index, file, mut texts) = (Path::new(&index), Path::new(&file), Vec::new());
    each_of(file, 499, &mut |_, text| texts.push(text));
    let queries = std::env::var("XUNZI_QUERIES").map_or(300, |n| n.parse().expect("a number of queries"));
    let mut asked = drawn(&texts.iter().map(String::as_str).collect::<Vec<_>>(), queries);
    let mut articles = 0;
    batches(file, TOGETHER, |first, corpus| {
        scan(corpus, first, &mut asked);
        articles += corpus.len();
    });
    println!("{articles} articles: {}", ask(&mut open(index), &asked));
}

/// A chain over the corpora, or over the sample articles.
fn chain() -> Chain {
    let sources = corpora();
    let read = |path| xunzi::input::read(&[path], &Default::default(), &mut |_| {}).expect("the corpus can be read").articles;
    let source: Vec<Article> = if sources.is_empty() { real_articles().0 } else { sources.into_iter().flat_map(read).collect() };
    Chain::new(source.iter().map(|article| article.text.as_str()))
}

#[test]
fn short_articles_are_written_for_benchmarks() {
    let articles = std::env::var("XUNZI_ARTICLES").map_or(300, |n| n.parse().expect("a number of articles"));
    let chain = chain();
    let write = |path: &Path| {
        let mut out = BufWriter::new(std::fs::File::create(path).expect("a file"));
        write_articles(&chain, articles as u64, 0..articles, 1995..2025, &mut out).expect("room for it");
        out.into_inner().expect("the last line");
    };
    if let Some(path) = std::env::var_os("XUNZI_GENERATE") {
        return write(Path::new(&path));
    }
    let dir = tempfile::tempdir().expect("a temporary folder");
    let files = [dir.path().join("a.jsonl"), dir.path().join("b.jsonl")];
    files.iter().for_each(|file| write(file));
    let [text, again] = files.each_ref().map(|file| std::fs::read(file).expect("our own file"));
    assert!(text == again && text.len() > articles * 400, "{} bytes", text.len());
    let read = xunzi::input::read(&files[..1], &Default::default(), &mut |_| {}).expect("our own file");
    assert_eq!((read.articles.len(), read.notes.len()), (articles, 0));
    assert!(read.articles.iter().all(|a| a.meta.len() == 2 && !a.title.is_empty()), "a date and a section each");
}

/// What was shown before is not made anew at each step: that would take time with the square of what is read.
#[test]
fn what_is_read_in_vain_is_not_told_again() {
    let mut rng = Rng::new(5);
    let text = |k: usize, rng: &mut Rng| {
        let filling: String = (0..2_000).map(|_| *rng.pick(&['d', 'e', 'f', '\n'])).collect();
        // The grams of `abc` are in each, and itself in three.
        filling.clone() + if k % 100 == 99 { "abc" } else { "ab bc" } + &filling
    };
    let articles = (0..300).map(|k| (format!("{k}"), text(k, &mut rng)));
    let articles: Vec<(String, String)> = articles.collect();
    let parameters =
        Parameters { bound: Some(1_000), longest: Some(2), window: Some(1024), pack: Some(false), ..Parameters::default() };
    let mut engine = Engine::new(&crate::support::articles(&articles), &parameters);
    let mut search = Search::new("abc", Options::default());
    let (mut steps, mut told) = (0, 0);
    let found = loop {
        let step = search.step(&mut engine.reader).expect("a short query");
        if step.done {
            break step.found.expect("no file is missing");
        }
        steps += 1;
        told += usize::from(step.found.is_some());
        for file in step.need.into_iter().take(1) {
            engine.reader.feed(file, &engine.files[&file.name()]).expect("our own file");
        }
    };
    assert_eq!((found.articles, found.articles_exact), (3, true));
    assert!(steps > 30 && told <= 3, "{told} answers in {steps} steps");
}
