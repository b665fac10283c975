//! Does the work grow with the text, and no faster?
//!
//! Texts of 1, 10 and (with `XUNZI_ALL`) 100 MB, generated with the statistics of real text: stretches of a real corpus, each
//! continued elsewhere where the same two characters stand. Files and bytes are asserted; times and memory are printed.

#[path = "gen/mod.rs"]
mod generate;
mod naive;
mod support;

use std::path::PathBuf;
use std::time::Instant;

use generate::Rng;
use support::Engine;
use xunzi::Article;
use xunzi::build::Options as Parameters;
use xunzi::search::Options;

/// Articles of about 8 kB, `bytes` in all.
fn texts(bytes: usize) -> Vec<Article> {
    let docs = std::env::var_os("XUNZI_CORPORA").map(|c| PathBuf::from(c).join("corpora/docs-cn.jsonl.gz"));
    let input = docs.filter(|d| d.exists()).unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("articles"));
    let read = xunzi::input::read(&[input], &Default::default(), &mut |_| {}).expect("the corpus can be read");
    let source: Vec<char> = read.articles.iter().flat_map(|a| a.text.chars().chain(['\n'])).collect();
    let mut places: Vec<u32> = (2..source.len() as u32).collect();
    let context = |at: u32| (source[at as usize - 2], source[at as usize - 1]);
    places.sort_by_key(|&at| context(at));
    let mut rng = Rng::new(bytes as u64);
    let mut articles = Vec::new();
    let mut total = 0;
    while total < bytes {
        let mut text = String::new();
        let mut at = rng.within(2, source.len() - 1);
        while text.len() < 8000 {
            for _ in 0..rng.within(5, 30) {
                text.push(source[at]);
                at = if at + 1 < source.len() { at + 1 } else { 2 };
            }
            let key = context(at as u32);
            let range = places.partition_point(|&p| context(p) < key)..places.partition_point(|&p| context(p) <= key);
            at = places[rng.within(range.start, range.end - 1)] as usize;
        }
        total += text.len();
        let number = articles.len();
        articles.push(Article { title: format!("第{number}篇"), text, url: format!("/{number}"), ..Article::default() });
    }
    articles
}

#[cfg(target_os = "linux")]
fn peak_memory() -> Option<String> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find(|l| l.starts_with("VmHWM")).map(|l| l.split_whitespace().skip(1).collect::<Vec<_>>().join(" "))
}

#[cfg(not(target_os = "linux"))]
fn peak_memory() -> Option<String> {
    None
}

#[test]
fn work_grows_with_the_text() {
    let all = std::env::var_os("XUNZI_ALL").is_some();
    let sizes: &[usize] = if all { &[1_000_000, 10_000_000, 100_000_000] } else { &[300_000, 3_000_000] };
    for &bytes in sizes {
        let articles = texts(bytes);
        let start = Instant::now();
        let mut engine = Engine::new(&articles, &Parameters::default());
        let built = start.elapsed();
        let size: usize = engine.files.values().map(Vec::len).sum();
        let root = engine.reader.root().map_or(0, |r| r.body_passages());
        println!(
            "{bytes} bytes, {} articles: built in {built:.1?} ({:.2} µs a byte), index {:.3} of the text, {} files, passages {root}, peak memory {}",
            articles.len(),
            built.as_secs_f64() * 1e6 / bytes as f64,
            size as f64 / bytes as f64,
            engine.files.len(),
            peak_memory().unwrap_or_else(|| "unknown".into())
        );
        assert!(engine.files.len() <= if bytes <= 20_000_000 { 4000 } else { 6000 }, "{} files", engine.files.len());
        // Any piece of any article is found, and that article is among the results.
        let mut rng = Rng::new(3);
        let mut fetched = 0;
        for n in [2usize, 4, 8, 20, 40] {
            for _ in 0..4 {
                let number = rng.below(articles.len());
                let text: Vec<char> = articles[number].text.chars().filter(|c| !c.is_whitespace() && *c != '"').collect();
                let piece: String = text.iter().skip(rng.below(text.len() - n)).take(n).collect();
                let first = piece.chars().next();
                if !articles[number].text.contains(&piece) || first == Some('“') {
                    continue;
                }
                engine.cold();
                let limit = if n < 8 { 10 } else { 0 };
                let found = engine.search(&mut rng, &piece, Options { limit, ..Options::default() }).expect("a short query");
                assert!(n < 8 || found.results.iter().any(|r| r.id as usize == number), "{piece}");
                assert!(!found.results.is_empty(), "{piece}");
                fetched += engine.fed.iter().map(|f| f.1).sum::<usize>();
            }
        }
        println!("    20 cold queries of 2 to 40 characters fetched {} kB", fetched / 1000);
    }
}
