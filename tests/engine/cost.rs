//! What does an answer cost a reader, in bytes? What does an index cost its site?
//!
//! Bytes are exact, so they are asserted; times are printed and never asserted. On docs-cn where `XUNZI_CORPORA` has it, else
//! on the sample articles, which are one file and cost nothing after it. Run with `--nocapture` to see the tables.

use std::time::Instant;

use crate::generate::Rng;
use crate::support;
use crate::support::Engine;
use xunzi::Article;
use xunzi::builder::Options as Parameters;
use xunzi::search::Options;

/// How a query comes about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    /// A string of a random article.
    Present,
    /// Two such halves glued together that occur nowhere.
    Glued,
    /// Such a string with one character changed that occurs nowhere.
    Near,
}

/// A query of `n` characters. Whether an absent one is absent is for the caller to see: folding may find it all the same.
fn draw(rng: &mut Rng, articles: &[Article], n: usize, kind: Kind) -> String {
    loop {
        let part = |rng: &mut Rng, n: usize| -> Vec<char> {
            let text: Vec<char> = articles[rng.below(articles.len())].text.chars().collect();
            let at = rng.below(text.len().max(n + 1) - n);
            text.into_iter().skip(at).take(n).collect()
        };
        let query: Vec<char> = match kind {
            Kind::Present => part(rng, n),
            Kind::Glued => [part(rng, n / 2), part(rng, n - n / 2)].concat(),
            Kind::Near => {
                let (mut query, other) = (part(rng, n), part(rng, 1));
                if let (false, [other]) = (query.is_empty(), other.as_slice()) {
                    let at = rng.below(query.len());
                    query[at] = *other;
                }
                query
            }
        };
        if query.len() == n && !query.iter().any(|c| c.is_whitespace() || ['"', '“'].contains(c)) {
            return query.into_iter().collect();
        }
    }
}

/// Bytes that one query fetches with only the root in memory: of gram pages, of text; files; results.
fn cost(engine: &mut Engine, rng: &mut Rng, query: &str) -> [usize; 4] {
    engine.cold();
    // The root first, by a query that needs nothing else.
    let _ = engine.search(rng, "", Options::default());
    engine.fed.clear();
    let found = engine.search(rng, query, Options::default()).expect("a short query");
    let mut cost = [0, 0, 0, found.results.len()];
    for (name, bytes) in &engine.fed {
        // The dictionary of the texts is fetched once, by whoever asks first.
        if name != "dict.dat" {
            cost[usize::from(!name.starts_with("g/"))] += bytes;
            cost[2] += 1;
        }
    }
    cost
}

#[test]
fn bytes_of_an_answer() {
    let (articles, large) = support::real_articles();
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
        assert!(size as f64 / utf8 as f64 <= 0.62 && root + 300 <= 17 << 10 && engine.files.len() < 3000);
    }
    let all = std::env::var_os("XUNZI_ALL").is_some();
    let mut rng = Rng::new(7);
    let rounds = if all { 100 } else { 12 };
    println!("with the root and the dictionary of the texts in memory, ten results, {rounds} queries a line:");
    println!("query    length  grams kB: mean   max  text kB: mean   max  files  results");
    for kind in [Kind::Present, Kind::Glued, Kind::Near] {
        for n in [1, 2, 3, 4, 6, 10] {
            if kind != Kind::Present && n == 1 {
                continue;
            }
            let (mut sum, mut most, mut asked) = ([0; 4], [0; 4], 0);
            while asked < rounds {
                let query = draw(&mut rng, &articles, n, kind);
                // A digit and a letter that stand side by side only across a space are all read in vain: known, and some 400 kB; and
                // so is what has a dash at its end, which may be dropped from a text.
                let torn =
                    |w: [char; 2]| w[0].is_ascii_digit() != w[1].is_ascii_digit() && w.iter().all(char::is_ascii_alphanumeric);
                let chars: Vec<char> = query.chars().collect();
                let dash = |end: Option<&char>| {
                    end.is_some_and(|c| matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FF0D}'))
                };
                let known = chars.windows(2).any(|w| torn([w[0], w[1]])) || dash(chars.first()) || dash(chars.last());
                if kind != Kind::Present && known {
                    continue;
                }
                let cost = cost(&mut engine, &mut rng, &query);
                if (kind == Kind::Present) != (cost[3] > 0) {
                    assert!(kind != Kind::Present, "{query} is not found");
                    continue;
                }
                asked += 1;
                for k in 0..4 {
                    sum[k] += cost[k];
                    most[k] = most[k].max(cost[k]);
                }
            }
            let mean = |k: usize| sum[k] as f64 / f64::from(asked);
            println!(
                "{:<8} {n:>6} {:>15.1} {:>5.1} {:>14.1} {:>5.1} {:>6.1} {:>8.1}",
                format!("{kind:?}").to_lowercase(),
                mean(0) / 1e3,
                most[0] as f64 / 1e3,
                mean(1) / 1e3,
                most[1] as f64 / 1e3,
                mean(2),
                mean(3)
            );
            if large {
                // Mostly the dictionary proves absent ones absent; if not, some B passages at most are read in vain.
                assert!(mean(0) <= 25e3 && mean(1) <= 40e3 && most[1] <= 200_000, "{kind:?}, length {n}");
            }
        }
    }
    if !all {
        return; // what follows takes minutes
    }
    // Warm: everything in memory that was ever asked for.
    let queries: Vec<String> =
        (0..200).map(|k| draw(&mut rng, &articles, 1 + k % 10, if k % 3 == 0 { Kind::Glued } else { Kind::Present })).collect();
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
