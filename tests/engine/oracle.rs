//! Does the engine find what a naive scan finds?
//!
//! Random corpora and queries from a seed; every index is built, written, verified and read again as a page would read it, its
//! files fed in random order. `XUNZI_CASES` sets how many queries; `XUNZI_SEED` another start.

use crate::generate::Rng;
use crate::support::{Engine, articles, off_of, options, seed};
use crate::{generate, naive, support};
use xunzi::builder::Options as Parameters;
use xunzi::fold::Off;
use xunzi::search::plan::Plan;
use xunzi::search::query::parse;

fn cases(default: usize) -> usize {
    let all = std::env::var_os("XUNZI_ALL").is_some();
    std::env::var("XUNZI_CASES").ok().and_then(|v| v.parse().ok()).unwrap_or(if all { default * 10 } else { default })
}

/// Random corpora, parameters, folds and queries: article sets, hits and counts are the naive ones.
#[test]
fn engine_equals_naive() {
    let total = cases(200_000);
    let threads = 2;
    std::thread::scope(|scope| {
        let workers: Vec<_> =
            (0..threads).map(|t| scope.spawn(move || run(seed().wrapping_add(t as u64 * 7919), total / threads))).collect();
        let mut sum = (0, 0, 0);
        for worker in workers {
            let (cases, found, marks) = worker.join().expect("a worker that failed has said why");
            sum = (sum.0 + cases, sum.1 + found, sum.2 + marks);
        }
        println!("{} cases, {} with an answer, {} marks checked", sum.0, sum.1, sum.2);
        assert!(sum.0 >= total && sum.1 * 3 > sum.0, "{sum:?}");
    });
}

fn run(seed: u64, total: usize) -> (usize, usize, usize) {
    let mut rng = Rng::new(seed);
    let (mut cases, mut with_answer, mut marks) = (0, 0, 0);
    while cases < total {
        let corpus = generate::corpus(&mut rng);
        let parameters = options(&mut rng);
        let mut engine = Engine::new(&articles(&corpus), &parameters);
        let default = naive::Library::new(&corpus, naive::Off::NONE);
        // Most queries with all folds; a few corpora with some switched off.
        let bits = if rng.chance(1, 4) { rng.below(64) as u8 } else { 0 };
        let library = naive::Library::new(&corpus, naive::Off::from_bits(bits));
        for _ in 0..50 {
            let query = generate::query(&mut rng, &corpus);
            cases += 1;
            let context =
                || format!("seed {seed}, case {cases}, {parameters:?}, folds off {bits}, query {query:?}\ncorpus {corpus:?}");
            let expected = match (default.search(&query), library.search(&query)) {
                (Ok(all), Ok(some)) => some.into_iter().filter(|m| all.iter().any(|a| a.id == m.id)).collect::<Vec<_>>(),
                _ => {
                    // Too long; an engine that knows fewer characters may count fewer, and then finds nothing.
                    if let Ok(found) = engine.all(&mut rng, &query, off_of(bits)) {
                        assert!(found.results.is_empty(), "{}", context());
                    }
                    continue;
                }
            };
            let found = engine.all(&mut rng, &query, off_of(bits)).unwrap_or_else(|e| panic!("{e}\n{}", context()));
            let mut got: Vec<(u32, u64)> = found.results.iter().map(|r| (r.id, r.hits)).collect();
            got.sort_unstable();
            let want: Vec<(u32, u64)> = expected.iter().map(|m| (m.id as u32, m.hits as u64)).collect();
            assert_eq!(got, want, "{}", context());
            assert_eq!(found.articles as usize, want.len(), "{}", context());
            assert_eq!(found.hits, want.iter().map(|w| w.1).sum::<u64>(), "{}", context());
            assert!(found.articles_exact && found.hits_exact, "{}", context());
            with_answer += usize::from(!want.is_empty());
            for hit in &found.results {
                marks += support::check_marks(hit, &corpus[hit.id as usize], &query, bits)
                    .unwrap_or_else(|e| panic!("{e}\n{}", context()));
            }
            // A page of results holds the same articles, in the order of the whole listing's pages.
            if rng.chance(1, 4) {
                support::check_page(&mut engine, &mut rng, &query, off_of(bits), &want)
                    .unwrap_or_else(|e| panic!("{e}\n{}", context()));
            }
        }
    }
    (cases, with_answer, marks)
}

/// Of a query that runs over the end of a passage, the rare part may stand in the next one only. In this text every twelfth
/// character is rare and what is between stands everywhere; of each query the last character is the rare one.
#[test]
fn occurrences_across_passages_are_found() {
    let mut rng = Rng::new(seed());
    let rare = |k: usize| char::from_u32(0x4E00 + k as u32 % 500 * 37).expect("a Han character");
    let text: Vec<char> = (0..18_000).map(|k| if k % 12 == 11 { rare(k / 12) } else { *rng.pick(&['あ', 'い']) }).collect();
    let corpus = [("う".to_owned(), text.iter().collect())];
    let parameters =
        Parameters { bound: Some(4), longest: Some(3), window: Some(1024), pack: Some(false), ..Parameters::default() };
    let mut engine = Engine::new(&articles(&corpus), &parameters);
    for piece in text.chunks_exact(12) {
        let query: String = piece.iter().collect();
        let found = engine.all(&mut rng, &query, Off::default()).expect("a short query");
        let hits = text.chunks_exact(12).filter(|p| *p == piece).count() as u64;
        assert_eq!(found.results.first().map(|r| r.hits), Some(hits), "{query}");
    }
    assert!(engine.reader.root().is_ok_and(|r| r.body_passages() > 12));
}

/// What the dictionary promises: a term no longer than the longest gram is a gram itself, or occurs nowhere, or is narrowed
/// down to the passages of a rare gram, at most B, and the one before each in its article.
#[test]
fn short_terms_have_few_candidates() {
    let mut rng = Rng::new(seed() + 3);
    let (mut exact, mut absent, mut few) = (0, 0, 0);
    while exact + absent + few < cases(20_000) {
        let corpus = generate::corpus(&mut rng);
        let parameters = Parameters { pack: Some(true), ..options(&mut rng) };
        let mut engine = Engine::new(&articles(&corpus), &parameters);
        engine.all(&mut rng, "x", off_of(0)).expect("a short query");
        let root = engine.reader.root().expect("the pack was read");
        for _ in 0..50 {
            let query = generate::query(&mut rng, &corpus);
            let Ok(query) = parse(&root.table, &root.folded, &query, off_of(0)) else { continue };
            for term in query.terms.iter().filter(|t| t.folded.len() <= root.longest as usize) {
                let mut plan = Plan::new(&root, &term.folded);
                plan.run(&mut engine.reader, &root, &[]).unwrap_or_else(|_| panic!("the pack has all pages"));
                let candidates = plan.candidates().expect("no page is missing").len();
                match (plan.is_exact(), candidates) {
                    (true, _) => exact += 1,
                    (false, 0) => absent += 1,
                    _ => few += 1,
                }
                let most = 2 * root.bound as usize;
                assert!(plan.is_exact() || candidates <= most, "{:?}: {candidates}, B {}\n{corpus:?}", term.typed, root.bound);
            }
        }
    }
    println!("{exact} terms are grams, {absent} are proved absent, {few} have few candidates");
    assert!(exact > 1000 && absent > 100 && few > 1000, "{exact} {absent} {few}");
}

/// Quotation marks around nothing are characters like others: whoever sees them in an article finds them.
#[test]
fn quotation_marks_alone_are_found() {
    let texts = ["「文」", "he said \"no\"", "nothing", "“\"", "5\" x \"\""];
    let corpus = texts.map(|text| ("".to_owned(), text.to_owned()));
    let mut rng = Rng::new(seed());
    let mut engine = Engine::new(&articles(&corpus), &Parameters::default());
    for (query, articles) in
        [("\"", 4), ("“", 4), ("\"\"", 2), (" “” ", 2), ("\" \"", 2), ("\"no", 2), ("「", 4), ("\"\u{200b}", 4), ("\u{200b}", 0)]
    {
        let found = engine.all(&mut rng, query, Off::default()).expect("a short query");
        let expected = naive::search(&corpus, query, naive::Off::NONE).expect("short");
        assert_eq!((found.articles, expected.len()), (articles, articles as usize), "{query:?}");
    }
    // as they were typed, where that is asked for
    let found = engine.all(&mut rng, "「", Off(Off::PUNCTUATION)).expect("a short query");
    assert_eq!(found.results.iter().map(|r| r.id).collect::<Vec<_>>(), [0]);
}

/// With case off U+0345 is a mark, dropped as others are; with it on it is a letter, which this article lacks.
#[test]
fn terms_of_one_exact_form_are_both_asked_for() {
    let corpus = [("".to_owned(), "ΩΩ".to_owned()), ("".to_owned(), "ΩΩ Ω\u{345}".to_owned())];
    let mut rng = Rng::new(seed());
    for pack in [true, false] {
        let mut engine = Engine::new(&articles(&corpus), &Parameters { pack: Some(pack), ..Parameters::default() });
        let found = engine.all(&mut rng, "ΩΩ ΩΩ\u{345} Ω", Off(Off::CASE)).expect("a short query");
        let expected = naive::search_among_default(&corpus, "ΩΩ ΩΩ\u{345} Ω", naive::Off::from_bits(1)).expect("short");
        let got: Vec<(usize, u64)> = found.results.iter().map(|r| (r.id as usize, r.hits)).collect();
        assert_eq!(got, expected.iter().map(|m| (m.id, m.hits as u64)).collect::<Vec<_>>());
        assert!(expected.iter().all(|m| m.id == 1), "{expected:?}");
    }
}
