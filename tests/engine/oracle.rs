//! Does the engine find what a naive scan finds?
//!
//! Random corpora and queries from a seed; every index is built, written, verified and read again as a page would read it, its
//! files fed in random order. `XUNZI_CASES` sets how many queries; `XUNZI_SEED` another start.

use std::rc::Rc;
use std::time::{Duration, Instant};

use crate::generate::Rng;
use crate::naive::order::Order;
use crate::naive::snippets::{self, Field};
use crate::support::{Engine, articles, off_of, options, seed};
use crate::{generate, naive, support};
use xunzi::builder::Options as Parameters;
use xunzi::fold::Off;
use xunzi::search::answer::Hit;
use xunzi::search::plan::Plan;
use xunzi::search::query::parse;

fn cases(default: usize) -> usize {
    let all = std::env::var_os("XUNZI_ALL").is_some();
    std::env::var("XUNZI_CASES").ok().and_then(|v| v.parse().ok()).unwrap_or(if all { default * 10 } else { default })
}

/// Wrong answers that are looked for before a test gives up, each made as small as it gets.
const MOST_FAULTS: usize = 12;

/// Random corpora, parameters, folds and queries: article sets, hits, counts, marks, snippets and order are as the judge says.
#[test]
fn engine_equals_naive() {
    let total = cases(200_000);
    let threads = 2;
    std::thread::scope(|scope| {
        let workers: Vec<_> =
            (0..threads).map(|t| scope.spawn(move || run(seed().wrapping_add(t as u64 * 7919), total / threads))).collect();
        let mut sum = Sum::default();
        for worker in workers {
            let part = worker.join().expect("a worker that failed has said why");
            sum.cases += part.cases;
            sum.with_answer += part.with_answer;
            sum.marks += part.marks;
            sum.faults.extend(part.faults);
        }
        println!("{} cases, {} with an answer, {} marks checked", sum.cases, sum.with_answer, sum.marks);
        assert!(sum.faults.is_empty(), "{} wrong answers:\n\n{}", sum.faults.len(), sum.faults.join("\n\n"));
        assert!(sum.cases >= total && sum.with_answer * 3 > sum.cases);
    });
}

/// What came of many cases.
#[derive(Default)]
struct Sum {
    cases: usize,
    with_answer: usize,
    marks: usize,
    faults: Vec<String>,
}

fn run(seed: u64, total: usize) -> Sum {
    let mut rng = Rng::new(seed);
    let mut sum = Sum::default();
    while sum.cases < total && sum.faults.len() < MOST_FAULTS {
        let corpus = generate::corpus(&mut rng);
        let parameters = options(&mut rng);
        // Most queries with all folds; a few corpora with some switched off.
        let bits = if rng.chance(1, 4) { rng.below(64) as u8 } else { 0 };
        let mut trial = Trial::new(&corpus, &parameters, bits);
        for _ in 0..50 {
            let query = generate::query(&mut rng, &corpus);
            sum.cases += 1;
            match trial.ask(&mut rng, &query) {
                Ok(marks) => {
                    sum.with_answer += usize::from(marks.is_some());
                    sum.marks += marks.unwrap_or(0);
                }
                Err(fault) => {
                    let (corpus, query, fault) = smallest(&corpus, &parameters, bits, &query, fault);
                    sum.faults.push(format!(
                        "seed {seed}, case {}, {parameters:?}, folds off {bits}\nquery {query:?}, corpus {corpus:?}\n{fault}",
                        sum.cases
                    ));
                    break;
                }
            }
        }
    }
    sum
}

/// An index and the judge of it.
struct Trial<'a> {
    corpus: &'a [(String, String)],
    engine: Engine,
    default: naive::Library,
    library: naive::Library,
    bits: u8,
}

impl<'a> Trial<'a> {
    fn new(corpus: &'a [(String, String)], parameters: &Parameters, bits: u8) -> Trial<'a> {
        Trial {
            corpus,
            engine: Engine::new(&articles(corpus), parameters),
            default: naive::Library::new(corpus, naive::Off::NONE),
            library: naive::Library::new(corpus, naive::Off::from_bits(bits)),
            bits,
        }
    }

    /// Asks the engine and the judge: how many marks were checked, none if nothing was to be found; or what is wrong.
    fn ask(&mut self, rng: &mut Rng, query: &str) -> Result<Option<usize>, String> {
        let (bits, off) = (self.bits, naive::Off::from_bits(self.bits));
        let answer = self.engine.all(rng, query, off_of(bits));
        let (Ok(all), Ok(some)) = (self.default.search(query), self.library.search(query)) else {
            // Too long; an engine that knows fewer characters may count fewer, and then finds nothing.
            let found = answer.is_ok_and(|found| !found.results.is_empty());
            return if found { Err("found, though it is too long".into()) } else { Ok(None) };
        };
        let found = answer.map_err(|e| e.to_string())?;
        let mut got: Vec<(u32, u64)> = found.results.iter().map(|r| (r.id, r.hits)).collect();
        got.sort_unstable();
        let among = some.iter().filter(|m| all.iter().any(|a| a.id == m.id));
        let want: Vec<(u32, u64)> = among.map(|m| (m.id as u32, m.hits as u64)).collect();
        if got != want {
            return Err(format!("the engine finds {got:?} (article, hits), the judge {want:?}"));
        }
        let hits = want.iter().map(|w| w.1).sum::<u64>();
        let counts = (found.articles as usize, found.hits, found.articles_exact, found.hits_exact);
        if counts != (want.len(), hits, true, true) {
            return Err(format!("counts {counts:?}, expected {:?}", (want.len(), hits, true, true)));
        }
        let mut marks = 0;
        for hit in &found.results {
            let (title, text) = &self.corpus[hit.id as usize];
            let [folded_title, folded_text] = self.library.folded(hit.id as usize);
            let (title, text) = (Field { text: title, folded: folded_title }, Field { text, folded: folded_text });
            marks += snippets::check(hit, title, text, query, off, true)?;
        }
        if bits == 0
            && let Some(order) = Order::new(query, naive::Off::NONE)
        {
            let key = |hit: &Rc<Hit>| {
                let (title, text) = &self.corpus[hit.id as usize];
                let [folded_title, folded_text] = self.library.folded(hit.id as usize);
                order.key(title, text, [folded_title, folded_text])
            };
            for five in found.results.chunks(5) {
                let keys: Vec<_> = five.iter().map(key).collect();
                if !keys.is_sorted_by(|a, b| a >= b) {
                    return Err(format!(
                        "articles {:?} stand in another order: {keys:?}",
                        five.iter().map(|h| h.id).collect::<Vec<_>>()
                    ));
                }
            }
        }
        // A page of results holds the same articles, in the order of the whole listing's pages.
        if rng.chance(1, 4) {
            support::check_page(&mut self.engine, rng, query, off_of(bits), &want)?;
        }
        Ok((!want.is_empty()).then_some(marks))
    }
}

/// The same fault in as little text as it takes: articles left out, then parts of titles, texts and the query, down to single
/// characters, as long as something is wrong and it takes no longer than a reader of the message would wait.
fn smallest(
    corpus: &[(String, String)],
    parameters: &Parameters,
    bits: u8,
    query: &str,
    fault: String,
) -> (Vec<(String, String)>, String, String) {
    let (mut corpus, mut query, mut fault) = (corpus.to_vec(), query.to_owned(), fault);
    let started = Instant::now();
    let wrong = |corpus: &[(String, String)], query: &str| -> Option<String> {
        if started.elapsed() > Duration::from_secs(10) {
            return None;
        }
        let mut trial = Trial::new(corpus, parameters, bits);
        (0..4).find_map(|seed| trial.ask(&mut Rng::new(seed), query).err())
    };
    for _ in 0..2 {
        let mut at = 0;
        while corpus.len() > 1 && at < corpus.len() {
            let mut fewer = corpus.clone();
            fewer.remove(at);
            match wrong(&fewer, &query) {
                Some(still) => (corpus, fault) = (fewer, still),
                None => at += 1,
            }
        }
        // Which text is made shorter: the query, then the fields of each article.
        for which in 0..=2 * corpus.len() {
            let part = |corpus: &[(String, String)], query: &str| match which {
                0 => query.to_owned(),
                k if k % 2 == 1 => corpus[k / 2].0.clone(),
                k => corpus[k / 2 - 1].1.clone(),
            };
            let mut piece = part(&corpus, &query).chars().count();
            while piece > 0 {
                let mut from = 0;
                loop {
                    let chars: Vec<char> = part(&corpus, &query).chars().collect();
                    if from >= chars.len() {
                        break;
                    }
                    let kept = |k: usize| k < from || k >= from + piece;
                    let shorter: String = (0..chars.len()).filter(|&k| kept(k)).map(|k| chars[k]).collect();
                    let (mut less, mut asked) = (corpus.clone(), query.clone());
                    match which {
                        0 => asked = shorter,
                        k if k % 2 == 1 => less[k / 2].0 = shorter,
                        k => less[k / 2 - 1].1 = shorter,
                    }
                    match wrong(&less, &asked) {
                        Some(still) => (corpus, query, fault) = (less, asked, still),
                        None => from += piece,
                    }
                }
                piece /= 2;
            }
        }
    }
    (corpus, query, fault)
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
            for term in query.terms.iter().filter(|t| t.folded.chars.len() <= root.longest as usize) {
                let mut plan = Plan::new(&root, &term.folded.chars);
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
