//! Is who mistypes a character led to the right word, and who has typed the beginning to what is frequent?
//!
//! On docs-cn of `XUNZI_CORPORA`; without it on the sample articles, with fewer words.

use std::collections::{BTreeMap, BTreeSet};

use xunzi::builder::Options as Parameters;
use xunzi::search::more::{Call, Item, Request};

use crate::generate::Rng;
use crate::naive;
use crate::narrow::{listing, run};
use crate::support::{self, Engine};

struct Help {
    texts: Vec<Vec<char>>,
    scan: naive::scan::Scan,
    engine: Engine,
    ids: usize,
    large: bool,
}

impl Help {
    fn new() -> Help {
        let (articles, large) = support::real_articles();
        let corpus: Vec<(String, String)> = articles.iter().map(|a| (a.title.clone(), a.text.clone())).collect();
        Help {
            texts: articles.iter().map(|a| a.text.chars().collect()).filter(|text: &Vec<char>| !text.is_empty()).collect(),
            scan: naive::scan::Scan::new(&corpus),
            engine: Engine::new(&articles, &Parameters::default()),
            ids: corpus.len(),
            large,
        }
    }

    /// Letters and digits that stand in a row somewhere.
    fn word(&self, rng: &mut Rng, length: usize) -> String {
        loop {
            let text = rng.pick(&self.texts);
            let from = rng.below(text.len());
            if let Some(word) = text.get(from..from + length).filter(|word| word.iter().all(|c| c.is_alphanumeric())) {
                return word.iter().collect();
            }
        }
    }

    fn articles(&self, query: &str) -> usize {
        self.scan.search(query).map_or(0, |found| found.len())
    }

    fn ask(&mut self, call: Call, query: &str, limit: usize) -> Vec<Item> {
        self.engine.cold();
        let request = Request { queries: vec![query.to_owned()], limit, ..Request::default() };
        listing(run(&mut self.engine, call, &request, None)).items
    }
}

/// Articles that a word stands in which is more than a chance cut.
const OFTEN: usize = 10;

fn folded(text: &str) -> String {
    naive::fold(text, naive::Off::NONE).chars.into_iter().collect()
}

#[test]
fn the_right_word_is_among_the_near_misses() {
    let mut help = Help::new();
    let mut rng = Rng::new(support::seed());
    let words = if help.large { 500 } else { 50 };
    // By length: words, those that are among ten, those that are among all.
    let mut shares: BTreeMap<usize, [usize; 3]> = BTreeMap::new();
    let mut often = [0; 2];
    let (mut bytes, mut missed, mut kinds) = (Vec::new(), Vec::new(), [0; 4]);
    for k in 0..words {
        let (right, wrong) = loop {
            let right = help.word(&mut rng, 2 + k % 5);
            let mut wrong: Vec<char> = right.chars().collect();
            let at = rng.below(wrong.len());
            wrong[at] = help.word(&mut rng, 1).chars().next().expect("a character");
            let wrong: String = wrong.into_iter().collect();
            if help.articles(&wrong) == 0 && folded(&right).chars().count() == right.chars().count() {
                break (right, wrong);
            }
        };
        let items = help.ask(Call::Near, &wrong, 1000);
        let fed: BTreeSet<&(String, usize)> = help.engine.fed.iter().collect();
        bytes.push(fed.iter().map(|f| f.1).sum::<usize>());
        for (sum, kind) in kinds.iter_mut().zip(["root", "dict", "g/", "t/"]) {
            *sum += fed.iter().filter(|f| f.0.starts_with(kind)).map(|f| f.1).sum::<usize>() / words;
        }
        let near = items.iter().filter(|item| item.kind == Some("character"));
        let place = near.clone().position(|item| item.label == folded(&right));
        for item in near.take(20) {
            let articles = help.articles(&item.label);
            let n = item.articles[0] as usize;
            assert!(
                n > 0 && n <= articles && (item.exact != Some(true) || n == articles),
                "{wrong}: {item:?}, a scan: {articles}"
            );
        }
        let share = shares.entry(2 + k % 5).or_default();
        share[0] += 1;
        share[1] += usize::from(place.is_some_and(|place| place < 10));
        share[2] += usize::from(place.is_some());
        if help.articles(&right) >= OFTEN {
            often[0] += 1;
            often[1] += usize::from(place.is_some());
        }
        if place.is_none() {
            missed.push(format!("{right} ({}) as {wrong}", help.articles(&right)));
        }
    }
    bytes.sort_unstable();
    let all: [usize; 3] = std::array::from_fn(|k| shares.values().map(|share| share[k]).sum());
    println!("one wrong character: of {words} words {} among ten, {} among all; by length {shares:?}", all[1], all[2]);
    println!(
        "bytes of files, cold: median {}, most {}; mean of root, dict, grams, text {kinds:?}",
        bytes[words / 2],
        bytes[words - 1]
    );
    println!("missed: {missed:?}; of {} that are in {OFTEN} articles or more {} are found", often[0], often[1]);
    assert!(all[2] * 100 >= words * 90 && often[1] * 100 >= often[0] * 99, "{all:?} {often:?}");
}

/// A small index is one file, and helps as well.
#[test]
fn an_index_of_one_file_has_near_misses() {
    let mut articles = support::articles(&[("甲".into(), "社区志愿者上门".into()), ("乙".into(), "志愿者，除雪".into())]);
    articles.extend(support::articles(&vec![("丙".to_owned(), "原来如此，记者志气高".to_owned()); 16]));
    for pack in [true, false] {
        let mut engine = Engine::new(&articles, &Parameters { pack: Some(pack), ..Parameters::default() });
        for (wrong, right, n) in [
            ("志原者", "志愿者", 2),
            ("志愿者除血", "志愿者除雪", 0),
            ("志者", "志愿者", 2),
            ("志愿社者", "志愿者", 2),
            ("社区志者愿", "社区志愿者", 1),
        ] {
            let request = Request { queries: vec![wrong.to_owned()], limit: 10, ..Request::default() };
            let items = listing(run(&mut engine, Call::Near, &request, None)).items;
            let found = items.iter().find(|item| item.kind == Some("character") && item.label == right);
            assert_eq!(found.map_or(0, |item| item.articles[0]), n, "{wrong}: {items:?}");
        }
    }
}

/// The characters that go on from `start`, each with the articles in which it does, most first.
fn next(help: &Help, start: &[char]) -> Vec<(usize, char)> {
    let mut found: BTreeMap<char, BTreeSet<usize>> = BTreeMap::new();
    for id in 0..help.ids {
        for text in help.scan.folded(id) {
            for at in text.chars.windows(start.len() + 1).filter(|at| at.starts_with(start)) {
                found.entry(at[start.len()]).or_default().insert(id);
            }
        }
    }
    let mut all: Vec<(usize, char)> =
        found.into_iter().filter(|x| x.0.is_alphanumeric()).map(|(c, ids)| (ids.len(), c)).collect();
    all.sort_by_key(|x| std::cmp::Reverse(x.0));
    all
}

#[test]
fn what_goes_on_is_what_a_scan_counts_and_the_most_frequent() {
    let mut help = Help::new();
    let mut rng = Rng::new(support::seed());
    // Of one, two, three characters: those that often go on in some way, and those where the most frequent way is shown.
    let (mut lines, mut exact, mut shares) = (0, 0, [[0; 2]; 3]);
    let (mut bytes, mut missed) = (Vec::new(), Vec::new());
    for k in 0..if help.large { 90 } else { 200 } {
        let start = folded(&help.word(&mut rng, 1 + k % 3));
        let chars: Vec<char> = start.chars().collect();
        let items = help.ask(Call::Complete, &start, 10);
        bytes.push(help.engine.fed.iter().filter(|f| f.0.starts_with("g/") || f.0.starts_with("t/")).map(|f| f.1).sum::<usize>());
        for item in &items {
            let articles = help.articles(&item.label) as u32;
            let (n, sure) = (item.articles[0], item.exact == Some(true));
            assert!(n > 0 && n <= articles && (!sure || n == articles), "{start}: {item:?}, a scan: {articles}");
            assert!(item.label.starts_with(&start) && item.label.ends_with(char::is_alphanumeric), "{start}: {item:?}");
            lines += 1;
            exact += usize::from(sure);
        }
        assert!(items.is_sorted_by(|a, b| a.articles[0] >= b.articles[0]), "{start}: {items:?}");
        // Where it most often goes on must be there; of one Latin letter, more pages begin so than are read.
        let shown = |c: char| items.iter().any(|item| item.label.chars().nth(chars.len()) == Some(c));
        if let Some(&(n, c)) = next(&help, &chars).first().filter(|x| x.0 >= OFTEN) {
            shares[k % 3][0] += 1;
            shares[k % 3][1] += usize::from(shown(c));
            if !shown(c) {
                missed.push(format!("{start}{c} ({n})"));
            }
        }
    }
    bytes.sort_unstable();
    println!(
        "{lines} continuations: {exact} equal a scan and say so, the others are lower bounds; the most frequent is shown: {shares:?}"
    );
    println!("bytes of grams and text: median {}, most {}; missed: {missed:?}", bytes[bytes.len() / 2], bytes[bytes.len() - 1]);
    let [wanted, found]: [usize; 2] =
        std::array::from_fn(|k| shares[1][k] + shares[2][k] + if help.large { 0 } else { shares[0][k] });
    assert!(found * 10 >= wanted * 9 && lines > 100, "{shares:?}, {lines} lines");
    // Where all is in memory each number is exact.
    assert_eq!(lines > exact, help.large, "{lines} lines, {exact} exact");
}

#[test]
fn what_fits_a_pattern_has_letters_in_its_gaps() {
    let mut help = Help::new();
    let mut rng = Rng::new(support::seed());
    let (mut words, mut found, mut lines) = (0, 0, 0);
    for k in 0..if help.large { 60 } else { 20 } {
        let word: Vec<char> = folded(&help.word(&mut rng, 2 + k % 3)).chars().collect();
        let gap = rng.below(word.len());
        let sign = if k % 2 == 0 { '.' } else { '?' };
        let pattern: String = word.iter().enumerate().map(|(at, &c)| if at == gap { sign } else { c }).collect();
        let items = help.ask(Call::Complete, &pattern, 20);
        for item in &items {
            let articles = help.articles(&item.label) as u32;
            let (n, sure) = (item.articles[0], item.exact == Some(true));
            assert!(n > 0 && n <= articles && (!sure || n == articles), "{pattern}: {item:?}, a scan: {articles}");
            let fits = item.label.chars().zip(pattern.chars()).all(|(c, p)| if p == sign { c.is_alphanumeric() } else { c == p });
            assert!(fits && item.label.chars().count() == word.len(), "{pattern}: {item:?}");
            lines += 1;
        }
        let word: String = word.into_iter().collect();
        words += 1;
        found += usize::from(items.iter().any(|item| item.label == word));
    }
    println!("{lines} forms fit their patterns; of {words} words {found} are among the twenty that fit");
    // A sign is no character that was forgotten.
    let articles =
        support::articles(&[("甲".into(), "本报，新闻。重大新闻；新闻".into()), ("乙".into(), "Node.js, Node7js".into())]);
    let mut engine = Engine::new(&articles, &Parameters::default());
    for (pattern, labels) in [("..新闻", &["重大新闻"][..]), ("node?js", &["node7js"]), ("?新闻", &["大新闻"]), ("新?闻", &[])]
    {
        let request = Request { queries: vec![pattern.to_owned()], limit: 10, ..Request::default() };
        let items = listing(run(&mut engine, Call::Complete, &request, None)).items;
        let got: Vec<&str> = items.iter().map(|item| item.label.as_str()).collect();
        assert_eq!(got, labels, "{pattern}");
    }
}
