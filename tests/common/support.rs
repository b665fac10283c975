//! An index in memory and a search over it, fed as a page feeds it, for all tests that need one.

#![allow(dead_code)]

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

use xunzi::Article;
use xunzi::builder::{Options as Parameters, build};
use xunzi::error::Error;
use xunzi::fold::Off;
use xunzi::format::File;
use xunzi::search::answer::Found;
use xunzi::search::index::Reader;
use xunzi::search::{Options, Search, Sort};

use crate::generate::Rng;
use crate::generate::chain::Chain;
use crate::naive;

/// Where random cases begin: `XUNZI_SEED`, or always the same.
pub fn seed() -> u64 {
    std::env::var("XUNZI_SEED").ok().and_then(|v| v.parse().ok()).unwrap_or(20_261_122)
}

/// Real text: docs-cn where `XUNZI_CORPORA` has it, or what `XUNZI_REAL` names in its place, else the sample articles; and whether it
/// is the former, which is large.
pub fn real_articles() -> (Vec<Article>, bool) {
    let name = std::env::var("XUNZI_REAL").unwrap_or_else(|_| "docs-cn".into());
    let docs = std::env::var_os("XUNZI_CORPORA").map(|c| PathBuf::from(c).join(format!("corpora/{name}.jsonl.gz")));
    let (input, large) = match docs.filter(|d| d.exists()) {
        Some(docs) => (docs, true),
        None => (PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("articles"), false),
    };
    let read = xunzi::input::read(&[input], &Default::default(), &mut |_| {}).expect("the corpus can be read");
    (read.articles, large)
}

/// Characters that two stretches share where one continues the other. So grams up to here are as frequent as in the source,
/// and most longer ones that lie across such a place are new, as more text of the same kind brings new ones.
const CONTEXT: usize = 3;

/// Articles of about 8 kB, `bytes` in all, with the statistics of real text: stretches of a real corpus, each continued elsewhere
/// where the same characters stand.
pub fn texts(bytes: usize) -> Vec<Article> {
    let source: Vec<char> = real_articles().0.iter().flat_map(|a| a.text.chars().chain(['\n'])).collect();
    let mut places: Vec<usize> = (CONTEXT..source.len()).collect();
    let context = |at: usize| &source[at - CONTEXT..at];
    places.sort_by_key(|&at| context(at));
    let mut rng = Rng::new(bytes as u64);
    let mut articles = Vec::new();
    let mut total = 0;
    while total < bytes {
        let mut text = String::new();
        // An article keeps to its subject: of the places where it may go on, one of the nearest to where it started.
        let home = rng.within(CONTEXT, source.len() - 1);
        let mut at = home;
        while text.len() < 8000 {
            for _ in 0..rng.within(20, 120) {
                text.push(source[at]);
                at = if at + 1 < source.len() { at + 1 } else { CONTEXT };
            }
            let from = places.partition_point(|&p| context(p) < context(at));
            let to = places.partition_point(|&p| context(p) <= context(at));
            let near = from + places[from..to].partition_point(|&p| p < home);
            at = places[rng.within(near.saturating_sub(4).max(from), (near + 4).min(to) - 1)];
        }
        total += text.len();
        let number = articles.len();
        articles.push(Article { title: format!("第{number}篇"), text, url: format!("/{number}"), ..Article::default() });
    }
    articles
}

/// Tells title and text of every so many-th article of a file of JSON Lines, which may be larger than memory.
pub fn each_of(file: &Path, every: usize, told: &mut dyn FnMut(String, String)) {
    let lines = BufReader::new(std::fs::File::open(file).unwrap_or_else(|e| panic!("{}: {e}", file.display()))).lines();
    for line in lines.step_by(every) {
        let mut article: serde_json::Value = serde_json::from_str(&line.expect("a line")).expect("an article");
        let [title, text] = ["title", "text"].map(|name| match article[name].take() {
            serde_json::Value::String(value) => value,
            other => panic!("{name}: {other}"),
        });
        told(title, text);
    }
}

/// Tells titles and texts of all of them, so many at a time, and the number of the first.
pub fn batches(file: &Path, many: usize, mut told: impl FnMut(u32, &[(String, String)])) {
    let (mut first, mut corpus) = (0, Vec::new());
    let mut tell = |corpus: &mut Vec<(String, String)>| {
        told(first, corpus);
        first += corpus.len() as u32;
        corpus.clear();
    };
    each_of(file, 1, &mut |title, text| {
        corpus.push((title, text));
        if corpus.len() == many {
            tell(&mut corpus);
        }
    });
    tell(&mut corpus);
}

/// Writes articles of about 500 bytes as lines of JSON, with a day of some years, in no order, and a section; `/a/` and its number is where
/// each stands. The same seed and numbers give the same bytes.
pub fn write_articles(
    chain: &Chain,
    seed: u64,
    numbers: Range<usize>,
    years: Range<usize>,
    out: &mut impl Write,
) -> std::io::Result<()> {
    let mut rng = Rng::new(seed);
    for k in numbers {
        let title = rng.within(12, 48);
        let title: String = chain.text(&mut rng, title).split_whitespace().collect::<Vec<_>>().join(" ");
        let length = rng.within(60, 880);
        let text = chain.text(&mut rng, length);
        let date = format!("{}-{:02}-{:02}", years.start + rng.below(years.len()), 1 + rng.below(12), 1 + rng.below(28));
        let section = format!("第{}版", 1 + rng.below(12));
        let line =
            serde_json::json!({ "title": title, "url": format!("/a/{k}"), "date": date, "section": section, "text": text });
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// Articles of titles and texts.
pub fn articles(corpus: &[(String, String)]) -> Vec<Article> {
    corpus
        .iter()
        .enumerate()
        .map(|(k, (title, text))| Article {
            title: title.clone(),
            text: text.clone(),
            url: format!("/{k}"),
            ..Article::default()
        })
        .collect()
}

/// Parameters at random: small bounds and windows, so that little text goes through every part of the engine.
pub fn options(rng: &mut Rng) -> Parameters {
    let bound = rng.chance(3, 4).then(|| 1 << rng.below(5));
    Parameters {
        bound,
        longest: rng.chance(1, 2).then(|| rng.within(1, 8) as u32),
        window: rng.chance(1, 2).then_some(1024),
        share: bound.map(|bound| bound * 8 - 7),
        pack: rng.chance(2, 3).then(|| rng.chance(1, 4)),
        ..Parameters::default()
    }
}

/// The engine's name for a set of folds that are off.
pub fn off_of(bits: u8) -> Off {
    let names = naive::Off::from_bits(bits).names();
    names
        .split(',')
        .filter(|n| !n.is_empty())
        .fold(Off::default(), |off, name| Off(off.0 | Off::parse(name).expect("both know the same folds").0))
}

/// An index and a reader of it.
pub struct Engine {
    /// The files, by name.
    pub files: BTreeMap<String, Vec<u8>>,
    /// What a manifest would say.
    pub open: Vec<String>,
    /// The build's id.
    pub build: u64,
    /// The reader.
    pub reader: Reader,
    /// Bytes fed so far, by name of the file.
    pub fed: Vec<(String, usize)>,
}

fn new_reader(build: u64, open: &[String]) -> Reader {
    let names: Vec<&str> = open.iter().map(String::as_str).collect();
    Reader::new(build, &names).expect("the builder names its own files")
}

impl Engine {
    /// Builds an index.
    pub fn new(articles: &[Article], parameters: &Parameters) -> Engine {
        let built = build(articles, parameters).expect("a test's corpus has articles");
        Engine::of(built.files.into_iter().collect(), built.open, built.id)
    }

    /// An engine of a finished index that has read nothing yet.
    pub fn of(files: BTreeMap<String, Vec<u8>>, open: Vec<String>, build: u64) -> Engine {
        let reader = new_reader(build, &open);
        Engine { files, open, build, reader, fed: Vec::new() }
    }

    /// Forgets what was read.
    pub fn cold(&mut self) {
        self.reader = new_reader(self.build, &self.open);
        self.fed.clear();
    }

    /// Feeds a file.
    pub fn feed(&mut self, file: File) -> Result<(), Error> {
        let bytes = self.files.get(&file.name()).unwrap_or_else(|| panic!("{} is not in the index", file.name()));
        self.fed.push((file.name(), bytes.len()));
        self.reader.feed(file, bytes)
    }

    /// Runs a search, feeding what it needs in random order.
    pub fn search(&mut self, rng: &mut Rng, query: &str, options: Options) -> Result<Found, Error> {
        self.run(rng, Search::new(query, options), &mut |_| {})
    }

    /// The same, told piece by piece: the last piece, with the results of all of them.
    pub fn stream(&mut self, rng: &mut Rng, query: &str, options: Options) -> Result<Found, Error> {
        let mut search = Search::new(query, options);
        search.stream();
        let mut results = Vec::new();
        let found = self.run(rng, search, &mut |found| results.extend(found.results.iter().cloned()))?;
        Ok(Found { results, ..found })
    }

    /// The numbers of all articles that match, asked for as a page does: of a search that would tell piece by piece.
    pub fn list(&mut self, rng: &mut Rng, query: &str, off: Off) -> Result<Vec<u32>, Error> {
        let mut search = Search::new(query, Options { limit: 0, off, ..Options::default() });
        search.stream();
        search.list();
        Ok(self.run(rng, search, &mut |_| {})?.list.unwrap_or_default())
    }

    /// Runs a search. `tell`: what is told at every step, also the last.
    fn run(&mut self, rng: &mut Rng, mut search: Search, tell: &mut dyn FnMut(&Found)) -> Result<Found, Error> {
        for _ in 0..100_000 {
            let step = search.step(&mut self.reader)?;
            if let Some(found) = &step.found {
                tell(found);
            }
            if step.done {
                return Ok(step.found.expect("a finished search has an answer"));
            }
            assert!(!step.need.is_empty(), "a search that is not done needs something");
            let mut need = step.need;
            while !need.is_empty() {
                let file = need.swap_remove(rng.below(need.len()));
                self.feed(file)?;
            }
        }
        panic!("a search without end");
    }

    /// Every article, verified.
    pub fn all(&mut self, rng: &mut Rng, query: &str, off: Off) -> Result<Found, Error> {
        self.search(rng, query, Options { limit: 0, off, ..Options::default() })
    }
}

/// Pages of two results cover the listing: no article twice, none missing, none too many, whatever is in memory.
pub fn check_page(engine: &mut Engine, rng: &mut Rng, query: &str, off: Off, want: &[(u32, u64)]) -> Result<(), String> {
    let sort = *rng.pick(&[Sort::Best, Sort::Newest, Sort::Oldest]);
    let mut seen = Vec::new();
    for offset in (0..want.len() as u32 + 2).step_by(2) {
        if rng.chance(1, 3) {
            engine.cold();
        }
        let options = Options { limit: 2, offset, sort, off, ..Options::default() };
        let found = engine.search(rng, query, options).map_err(|e| e.to_string())?;
        let again = engine.search(rng, query, options).map_err(|e| e.to_string())?;
        if found != again {
            return Err(format!("two answers: {found:?}\n{again:?}"));
        }
        if found.articles_exact && found.articles as usize != want.len() || found.articles as usize > want.len() {
            return Err(format!("{} articles (exact: {}), expected {}", found.articles, found.articles_exact, want.len()));
        }
        for hit in &found.results {
            let true_hits = want.iter().find(|w| w.0 == hit.id).map(|w| w.1);
            if true_hits.is_none_or(|n| hit.hits > n || hit.hits_exact && hit.hits != n) {
                return Err(format!("article {}: {} hits (exact: {}), expected {true_hits:?}", hit.id, hit.hits, hit.hits_exact));
            }
            seen.push(hit.id);
        }
    }
    if sort != Sort::Best && seen.windows(2).any(|w| w[0] > w[1]) {
        return Err(format!("without dates the order is the input's: {seen:?}"));
    }
    seen.sort_unstable();
    // All of them at once, or piece by piece; two, and how many there are.
    let all = Options { limit: 0, offset: rng.below(3) as u32, sort, off, ..Options::default() };
    let counted = Options { limit: 2, counted: true, ..all };
    engine.cold();
    let listed = engine.list(rng, query, off).map_err(|e| e.to_string())?;
    if listed.len() != want.len() {
        return Err(format!("{} articles are listed, expected {}", listed.len(), want.len()));
    }
    let mut ask = |stream: bool, options| match stream {
        true => engine.stream(rng, query, options).map_err(|e| e.to_string()),
        false => engine.search(rng, query, options).map_err(|e| e.to_string()),
    };
    let (whole, pieces, two) = (ask(false, all)?, ask(true, all)?, ask(false, counted)?);
    if whole != pieces {
        return Err(format!("told at once: {whole:?}\nin pieces: {pieces:?}"));
    }
    if (Found { results: Vec::new(), ..two.clone() }) != (Found { results: Vec::new(), ..whole.clone() })
        || two.results != whole.results[..whole.results.len().min(2)]
    {
        return Err(format!("all: {whole:?}\ntwo, counted: {two:?}"));
    }
    let want: Vec<u32> = want.iter().map(|w| w.0).collect();
    if seen == want { Ok(()) } else { Err(format!("pages hold {seen:?}, expected {want:?}")) }
}
