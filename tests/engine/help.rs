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
            assert!(n > 0 && n <= articles && (item.exact != Some(true) || n == articles), "{wrong}: {item:?}, a scan: {articles}");
        }
        let share = shares.entry(2 + k % 5).or_default();
        share[0] += 1;
        share[1] += usize::from(place.is_some_and(|place| place < 10));
        share[2] += usize::from(place.is_some());
        if place.is_none() {
            missed.push(format!("{right} ({}) as {wrong}", help.articles(&right)));
        }
    }
    bytes.sort_unstable();
    let all: [usize; 3] = std::array::from_fn(|k| shares.values().map(|share| share[k]).sum());
    println!("one wrong character: of {words} words {} among ten, {} among all; by length {shares:?}", all[1], all[2]);
    println!("bytes of files, cold: median {}, most {}; mean of root, dict, grams, text {kinds:?}", bytes[words / 2], bytes[words - 1]);
    println!("missed: {missed:?}");
    assert!(all[2] * 100 >= words * 99, "{all:?}");
}
