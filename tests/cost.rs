//! What does an answer cost a reader, in bytes? What does an index cost its site?
//!
//! Bytes are exact, so they are asserted; times are printed and never asserted. On docs-cn where `XUNZI_CORPORA` has it, else
//! on the sample articles, which are one file and cost nothing after it. Run with `--nocapture` to see the tables.

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

fn corpus() -> (Vec<Article>, bool) {
    let docs = std::env::var_os("XUNZI_CORPORA").map(|c| PathBuf::from(c).join("corpora/docs-cn.jsonl.gz"));
    let (input, large) = match docs.filter(|d| d.exists()) {
        Some(docs) => (docs, true),
        None => (PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("articles"), false),
    };
    let read = xunzi::input::read(&[input], &Default::default(), &mut |_| {}).expect("the corpus can be read");
    (read.articles, large)
}

/// `n` characters of a random article; for an absent one, two such halves glued.
fn draw(rng: &mut Rng, articles: &[Article], n: usize, absent: bool) -> String {
    loop {
        let part = |rng: &mut Rng, n: usize| -> String {
            let text: Vec<char> = articles[rng.below(articles.len())].text.chars().collect();
            let at = rng.below(text.len().max(n + 1) - n);
            text.iter().skip(at).take(n).collect()
        };
        let query = if absent { part(rng, n / 2) + &part(rng, n - n / 2) } else { part(rng, n) };
        let plain = !query.chars().any(|c| c.is_whitespace() || c == '"' || c == '“');
        if plain && query.chars().count() == n && (!absent || !articles.iter().any(|a| a.text.contains(&query))) {
            return query;
        }
    }
}

#[test]
fn bytes_of_an_answer() {
    let (articles, large) = corpus();
    let utf8: usize = articles.iter().map(|a| a.title.len() + a.text.len()).sum();
    let mut engine = Engine::new(&articles, &Parameters::default());
    let size: usize = engine.files.values().map(Vec::len).sum();
    let root = engine.files.get("root.dat").or(engine.files.get("pack.dat")).map_or(0, Vec::len);
    println!(
        "{} articles, {utf8} bytes of text; index {size} bytes, {:.3} of the text, {} files; root {root} bytes",
        articles.len(),
        size as f64 / utf8 as f64,
        engine.files.len()
    );
    if large {
        assert!(size as f64 / utf8 as f64 <= 0.62 && root + 300 <= 16 << 10 && engine.files.len() < 3000);
    }
    let all = std::env::var_os("XUNZI_ALL").is_some();
    let mut rng = Rng::new(7);
    println!("with only the root in memory, mean of 12 queries (60 with XUNZI_ALL), ten results:");
    println!("length  absent  grams kB  files  text kB  files  steps  results");
    for absent in [false, true] {
        for n in [1, 2, 3, 4, 6, 10] {
            if absent && (n == 1 || !all) {
                continue;
            }
            let rounds = if all { 60 } else { 12 };
            let (mut sums, mut results) = ([0usize; 4], 0);
            for _ in 0..rounds {
                let query = draw(&mut rng, &articles, n, absent);
                engine.cold();
                // The root first, by a query that needs nothing else.
                let _ = engine.search(&mut rng, "", Options::default());
                engine.fed.clear();
                let found = engine.search(&mut rng, &query, Options::default()).expect("a short query");
                results += found.results.len();
                for (name, bytes) in &engine.fed {
                    // The dictionary of the texts is fetched once, by whoever asks first; it counts as text.
                    let at = if name.starts_with("g/") { 0 } else { 2 };
                    sums[at] += bytes;
                    sums[at + 1] += 1;
                }
            }
            let mean = |k: usize| sums[k] as f64 / f64::from(rounds);
            let dictionary = engine.files.get("dict.dat").map_or(0, Vec::len) as f64;
            println!(
                "{n:>6} {absent:>7} {:>9.1} {:>6.1} {:>8.1} {:>6.1} {:>14.1}",
                mean(0) / 1e3,
                mean(1),
                mean(2) / 1e3,
                mean(3),
                results as f64 / f64::from(rounds)
            );
            if large && !absent {
                assert!(mean(0) <= 25e3 && mean(2) - dictionary <= 40e3, "length {n}");
            }
        }
    }
    if !all {
        return; // what follows takes minutes
    }
    // Warm: everything in memory that was ever asked for.
    let queries: Vec<String> = (0..200).map(|k| draw(&mut rng, &articles, 1 + k % 10, k % 3 == 0)).collect();
    let mut times = Vec::new();
    for round in 0..2 {
        times.clear();
        for query in &queries {
            let start = Instant::now();
            engine.search(&mut rng, query, Options::default()).expect("a short query");
            times.push(start.elapsed());
        }
        times.sort();
        println!("round {round}: median {:?}, p95 {:?}, memory {} kB", times[100], times[190], engine.reader.memory() / 1024);
    }
    assert!(engine.reader.memory() <= 16 << 20);
}
