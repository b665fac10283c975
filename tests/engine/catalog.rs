//! Do parts that are joined, and indexes that a catalog names, answer as one index of the same articles does?
//!
//! Corpora of the oracle are cut at random into 2 to 40 parts; some are empty, some of one article. `XUNZI_CASES` sets how many queries.

use std::collections::BTreeMap;
use std::io;

use xunzi::Article;
use xunzi::builder::catalog::{self, Grams};
use xunzi::builder::part::{self, Names, Part};
use xunzi::builder::{Options as Parameters, build};
use xunzi::fold::Off;
use xunzi::format::members::{Member, Place, get_members};
use xunzi::format::{File, open};
use xunzi::search::{Options, Search, Sort};

use crate::generate::{self, Rng};
use crate::support::{Engine, articles, off_of, options, seed};

/// Articles of some corpora.
fn corpus(rng: &mut Rng) -> Vec<(String, String)> {
    (0..rng.within(1, 6)).flat_map(|_| generate::corpus(rng)).collect()
}

/// Cuts articles into parts, and puts them together again out of the bytes of the parts, which come in any order.
fn cut(rng: &mut Rng, all: &[Article]) -> Vec<Vec<Article>> {
    let many = rng.within(2, 40);
    let mut cuts: Vec<usize> = (1..many).map(|_| rng.below(all.len() + 1)).collect();
    cuts.extend([0, all.len()]);
    cuts.sort_unstable();
    let mut parts: Vec<(u32, Vec<u8>)> = (0..)
        .zip(cuts.windows(2))
        .map(|(number, cut)| {
            (number, part::put(number, "", &Names::default(), &all[cut[0]..cut[1]], None).expect("into memory").1)
        })
        .collect();
    for at in (1..parts.len()).rev() {
        parts.swap(at, rng.below(at + 1));
    }
    let mut read: Vec<(Part, Vec<Article>)> = Vec::new();
    for (_, bytes) in &parts {
        let part = Part::verify(&bytes[..]).expect("whole");
        let articles = part.articles(io::Cursor::new(bytes)).expect("whole").collect::<io::Result<Vec<_>>>().expect("whole");
        assert_eq!(articles.len(), part.articles as usize);
        read.push((part, articles));
    }
    read.sort_by_key(|x| x.0.number);
    read.into_iter().map(|x| x.1).collect()
}

/// A catalog and its indexes.
struct Many {
    catalog: Engine,
    /// Each with the id of its first article.
    members: Vec<(u32, Engine)>,
}

impl Many {
    fn new(parts: &[Vec<Article>], parameters: &Parameters) -> Many {
        let (mut members, mut list, mut first) = (Vec::new(), Vec::new(), 0);
        for part in parts.iter().filter(|part| !part.is_empty()) {
            let built = build(part, parameters).expect("there are articles");
            let place = Place::Build { id: built.id, pack: built.open.len() == 1, sizes: vec![1; built.open.len()] };
            list.push((
                Member { place, articles: part.len() as u64, text: built.report.utf8, ..Member::default() },
                Grams::of(part),
            ));
            members.push((first, Engine::of(built.files.into_iter().collect(), built.open, built.id)));
            first += part.len() as u32;
        }
        let built = catalog::build(&list).expect("there are indexes");
        let catalog = Engine::of(built.files.into_iter().collect(), built.open, built.id);
        let payload = open(File::MEMBERS, built.id, &catalog.files["members.dat"]).expect("whole");
        assert_eq!(get_members(payload).expect("whole"), list.into_iter().map(|x| x.0).collect::<Vec<_>>());
        Many { catalog, members }
    }

    /// The indexes that may hold a query.
    fn may(&mut self, rng: &mut Rng, query: &str, off: Off) -> Vec<u32> {
        let mut search = Search::new(query, Options { limit: 1, sort: Sort::Newest, off, ..Options::default() });
        search.may();
        loop {
            let step = search.step(&mut self.catalog.reader).expect("whole files");
            if step.done {
                return step.found.and_then(|found| found.list).expect("a list");
            }
            let mut need = step.need;
            while !need.is_empty() {
                let file = need.swap_remove(rng.below(need.len()));
                self.catalog.feed(file).expect("whole files");
            }
        }
    }
}

#[test]
fn parts_and_catalogs_answer_as_one_index() {
    let total: usize = std::env::var("XUNZI_CASES").ok().and_then(|v| v.parse().ok()).unwrap_or(5_000);
    let mut rng = Rng::new(seed() + 20);
    let (mut cases, mut found_some, mut left_out, mut asked) = (0, 0, 0, 0);
    while cases < total {
        let corpus = corpus(&mut rng);
        let all = articles(&corpus);
        let parameters = options(&mut rng);
        let one = build(&all, &parameters).expect("there are articles");
        let parts = cut(&mut rng, &all);
        let joined = build(&parts.concat(), &parameters).expect("there are articles");
        assert_eq!((joined.id, &joined.files), (one.id, &one.files), "joined, the parts are one build");
        let mut many = Many::new(&parts, &parameters);
        let mut one = Engine::of(one.files.into_iter().collect(), one.open, one.id);
        for _ in 0..50 {
            let query = generate::query(&mut rng, &corpus);
            let off = off_of(if rng.chance(1, 4) { rng.below(64) as u8 } else { 0 });
            let Ok(want) = one.all(&mut rng, &query, off) else { continue };
            let want: BTreeMap<u32, u64> = want.results.iter().map(|hit| (hit.id, hit.hits)).collect();
            let may = many.may(&mut rng, &query, off);
            let mut got = BTreeMap::new();
            for (number, (first, engine)) in (0u32..).zip(&mut many.members) {
                asked += 1;
                if !may.contains(&number) {
                    left_out += 1;
                    continue;
                }
                let found = engine.all(&mut rng, &query, off).unwrap_or_else(|e| panic!("{query:?}: {e}"));
                got.extend(found.results.iter().map(|hit| (hit.id + *first, hit.hits)));
            }
            assert_eq!(got, want, "{query:?}, off {off:?}, of {} parts, {may:?} may hold it: {corpus:?}", parts.len());
            cases += 1;
            found_some += usize::from(!want.is_empty());
        }
    }
    println!("{cases} queries, {found_some} with an answer; {left_out} of {asked} indexes were left out");
    assert!(found_some * 3 > cases && left_out * 3 > asked, "{found_some} of {cases}, {left_out} of {asked}");
}
