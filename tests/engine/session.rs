//! What does a session take of a site, in bytes and requests?
//!
//! On the corpora of `XUNZI_CORPORA`, or on the files of `XUNZI_TEXTS`, JSON Lines, their names joined by colons. Each prints what
//! its index weighs, what first answers take beside the script and the engine, and what each further query takes; run with
//! `--nocapture` to see that. Without either there is nothing to measure. `XUNZI_PARAMETERS=longest=3,bound=512,window=2048` tries others
//! than the builder would choose; with `XUNZI_EACH` every further query has a line. `XUNZI_INDEX=DIR` measures an index of that file which the
//! command has made: of a gigabyte it takes less memory.

use std::collections::BTreeMap;
use std::path::PathBuf;

use xunzi::builder::Options as Parameters;
use xunzi::search::Options;

use crate::generate::{Rng, typed};
use crate::scale::open;
use crate::support::{Engine, each_of};

/// Bytes that the heads of an answer take on the wire, about.
const HEAD: usize = 250;

/// Queries that are asked of a cold page, and those asked after one another.
const QUERIES: (usize, usize) = (10, 30);

/// The corpora that there are.
pub fn corpora() -> Vec<PathBuf> {
    if let Some(texts) = std::env::var_os("XUNZI_TEXTS") {
        return std::env::split_paths(&texts).collect();
    }
    let Some(folder) = std::env::var_os("XUNZI_CORPORA").map(|c| PathBuf::from(c).join("corpora")) else { return Vec::new() };
    let found = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.path());
    let mut found: Vec<PathBuf> = found.filter(|p| p.to_string_lossy().ends_with(".jsonl.gz")).collect();
    found.sort();
    found
}

/// Bytes by kind of file: of the root, the dictionary, gram pages, text, and all else.
fn by_kind(fed: &[(String, usize)]) -> [usize; 5] {
    let mut bytes = [0; 5];
    for (name, length) in fed {
        let kind = ["root", "dict", "g/", "t/"].iter().position(|start| name.starts_with(start)).unwrap_or(4);
        bytes[kind] += length + HEAD;
    }
    bytes
}

fn median<const N: usize>(all: &[[usize; N]]) -> [usize; N] {
    std::array::from_fn(|k| {
        let mut one: Vec<usize> = all.iter().map(|x| x[k]).collect();
        one.sort_unstable();
        one[one.len() / 2]
    })
}

/// The builder's parameters, those of the environment in place of its own.
fn parameters() -> Parameters {
    let mut out = Parameters::default();
    for (name, value) in std::env::var("XUNZI_PARAMETERS").unwrap_or_default().split(',').filter_map(|part| part.split_once('='))
    {
        let value = value.parse().expect("a number");
        *match name {
            "longest" => &mut out.longest,
            "bound" => &mut out.bound,
            "window" => &mut out.window,
            "share" => &mut out.share,
            "budget" => &mut out.budget,
            other => panic!("{other} is no parameter"),
        } = Some(value);
    }
    out
}

fn measure(name: &str, engine: &mut Engine, corpus: &[(String, String)]) {
    let _ = engine.search(&mut Rng::new(1), "", Options::default());
    let root = engine.reader.outline().expect("a root");
    let (articles, text) = (root.article_count(), root.kib * 1024);
    println!("{name}: N, B, W {:?}, {} groups", [root.longest, root.bound, root.window], root.group_count());
    let mut kinds: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (file, bytes) in &engine.files {
        let kind = kinds.entry(file.split(['/', '.']).next().unwrap_or_default()).or_default();
        *kind = (kind.0 + 1, kind.1 + bytes.len());
    }
    let size: usize = engine.files.values().map(Vec::len).sum();
    println!(
        "{name}: {articles} articles, {text} bytes of text, index {size}, {:.3} of the text, {} files: {kinds:?}",
        size as f64 / text as f64,
        engine.files.len()
    );
    let queries = typed(corpus, QUERIES.0 + QUERIES.1);
    let mut rng = Rng::new(1);
    for limit in [5, 10] {
        let mut firsts = Vec::new();
        for query in &queries[..QUERIES.0] {
            engine.cold();
            engine.fed.clear();
            engine.search(&mut rng, query, Options { limit, ..Options::default() }).expect("a short query");
            let [root, dict, grams, text, other] = by_kind(&engine.fed);
            firsts.push([root + dict + grams + text + other, engine.fed.len(), root, dict, grams, text]);
        }
        let [all, files, root, dict, grams, text] = median(&firsts);
        println!("  first {limit}: {all} bytes in {files} files; root {root}, dictionary {dict}, grams {grams}, text {text}");
    }
    engine.cold();
    let mut further = Vec::new();
    for (k, query) in queries.iter().enumerate() {
        engine.fed.clear();
        let found = engine.search(&mut rng, query, Options::default()).expect("a short query");
        if std::env::var_os("XUNZI_EACH").is_some() {
            let [.., grams, text, _] = by_kind(&engine.fed);
            println!("    {query}: {} articles, {} files, grams {grams}, text {text}", found.articles, engine.fed.len());
        }
        if k == 0 || k >= QUERIES.0 {
            let [root, dict, grams, text, _] = by_kind(&engine.fed);
            further.push([root + dict + grams + text, engine.fed.len(), grams, text]);
        }
    }
    let [all, files, grams, text]: [usize; 4] = std::array::from_fn(|k| further[1..].iter().map(|f| f[k]).sum::<usize>());
    let n = QUERIES.1;
    println!(
        "  each of {n} further: {} bytes in {:.1} files; grams {}, text {}",
        all / n,
        files as f64 / n as f64,
        grams / n,
        text / n
    );
}

#[test]
fn bytes_of_a_session() {
    for path in corpora() {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if let Some(index) = std::env::var_os("XUNZI_INDEX") {
            let mut corpus = Vec::new();
            each_of(&path, 64, &mut |title, text| corpus.push((title, text)));
            measure(&name, &mut open(index.as_ref()), &corpus);
            continue;
        }
        let read = xunzi::input::read(&[path], &Default::default(), &mut |_| {}).expect("the corpus can be read");
        let corpus: Vec<(String, String)> = read.articles.iter().map(|a| (a.title.clone(), a.text.clone())).collect();
        measure(&name, &mut Engine::new(&read.articles, &parameters()), &corpus);
    }
}
