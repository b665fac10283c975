//! Is what the reader sees what is found: on real text, however it is spaced, in every order of asking?
//!
//! The real text is docs-cn (below `XUNZI_CORPORA`; `XUNZI_REAL=poems` takes another), elsewhere the sample articles with fewer cases.
//! `XUNZI_ALL` asks many more queries, `XUNZI_QUERIES` so many; `XUNZI_SEED` makes others.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use unicode_segmentation::UnicodeSegmentation as _;
use xunzi::builder::{Options as Parameters, build};
use xunzi::fold::Off;
use xunzi::search::answer::State;
use xunzi::search::{Options, Sort};
use xunzi::{Article, Heading};

use crate::generate::{self, Rng};
use crate::naive;
use crate::support::{self, Engine, real_articles, seed};

/// A real corpus and its index.
struct Real {
    /// Whether it is a large one.
    large: bool,
    articles: Vec<Article>,
    corpus: Vec<(String, String)>,
    library: naive::Library,
    scan: naive::scan::Scan,
    files: BTreeMap<String, Vec<u8>>,
    open: Vec<String>,
    build: u64,
}

static REAL: LazyLock<Real> = LazyLock::new(|| {
    let started = Instant::now();
    let (articles, large) = real_articles();
    let corpus: Vec<(String, String)> = articles.iter().map(|a| (a.title.clone(), a.text.clone())).collect();
    let library = naive::Library::new(&corpus, naive::Off::NONE);
    let scan = naive::scan::Scan::new(&corpus);
    let folded = started.elapsed();
    let built = build(&articles, &Parameters::default()).expect("the corpus has articles");
    println!(
        "{} articles, {} bytes: read and folded by the judge in {folded:.1?}, indexed in {:.1?}",
        corpus.len(),
        built.report.utf8,
        started.elapsed() - folded
    );
    let files = built.files.into_iter().collect();
    Real { large, articles, corpus, library, scan, files, open: built.open, build: built.id }
});

impl Real {
    /// An engine that has read nothing yet.
    fn engine(&self) -> Engine {
        Engine::of(self.files.clone(), self.open.clone(), self.build)
    }
}

// Phrases of real text, spaced otherwise.

fn is_han(c: char) -> bool {
    ('\u{4E00}'..='\u{9FFF}').contains(&c)
}

/// Whether the usual way of typing puts a space between the two, or leaves it out.
fn meet(a: char, b: char) -> bool {
    is_han(a) && b.is_ascii_alphanumeric() || a.is_ascii_alphanumeric() && is_han(b)
}

/// Seeded phrases of 4 to 12 characters, each with its article: `around` finds a place in the text for which a phrase is to
/// be cut, and how many characters are there.
fn phrases(rng: &mut Rng, most: usize, around: impl Fn(&[char], usize) -> Option<usize>) -> Vec<(usize, String)> {
    let texts: Vec<Vec<char>> = REAL.corpus.iter().map(|(_, text)| text.chars().collect()).collect();
    let mut places: Vec<(usize, usize, usize)> = Vec::new();
    for (id, text) in texts.iter().enumerate() {
        places.extend((1..text.len()).filter_map(|at| Some((id, at, around(text, at)?))));
    }
    let mut seen = BTreeSet::new();
    let mut out = Vec::new();
    // Where there are fewer places than phrases wanted, a place is cut in several ways.
    for _ in 0..20 * most {
        if out.len() == most || places.is_empty() {
            break;
        }
        let (id, at, width) = *rng.pick(&places);
        let text = &texts[id];
        // A few tries: a phrase may not begin or end with white space, nor hold what means something in a query.
        for _ in 0..8 {
            let length = rng.within(4.max(width + 2), 12);
            let before = rng.within(1, length - width - 1);
            let Some(from) = at.checked_sub(before) else { continue };
            let Some(phrase) = text.get(from..from + length) else { continue };
            let whole = (from == 0 || !inside_of_a_character(text, from)) && !inside_of_a_character(text, from + length);
            let plain = !phrase.iter().any(|&c| "\"“”\n\t\u{2029}".contains(c) || c == '\u{3000}');
            if whole && plain && !phrase[0].is_whitespace() && !phrase[length - 1].is_whitespace() {
                let phrase: String = phrase.iter().collect();
                if seen.insert(phrase.clone()) {
                    out.push((id, phrase));
                }
                break;
            }
        }
    }
    out
}

/// Whether a cut at this place would part a character from its marks.
fn inside_of_a_character(text: &[char], at: usize) -> bool {
    let around: String = text[at.saturating_sub(4)..(at + 4).min(text.len())].iter().collect();
    let before: usize = text[at.saturating_sub(4)..at].iter().map(|c| c.len_utf8()).sum();
    !around.grapheme_indices(true).any(|(start, _)| start == before) && before != around.len()
}

/// How many of the phrases, typed otherwise, find the article they stand in.
fn found_when_typed(phrases: &[(usize, String)], typed: impl Fn(&str) -> String) -> usize {
    let mut engine = REAL.engine();
    let mut rng = Rng::new(seed());
    let mut found = 0;
    for (id, phrase) in phrases {
        let typed = typed(phrase);
        assert_ne!(typed, *phrase, "typed otherwise");
        let answer = engine.all(&mut rng, &typed, Off::default()).unwrap_or_else(|e| panic!("{typed}: {e}"));
        match answer.results.iter().any(|hit| hit.id as usize == *id) {
            true => found += 1,
            false => println!("not found: {phrase:?} of article {id}, typed {typed:?}"),
        }
    }
    found
}

/// A phrase with spaces is one term only between quotation marks.
fn as_phrase(text: &str) -> String {
    if text.contains(char::is_whitespace) { format!("\"{text}\"") } else { text.to_owned() }
}

fn without_spaces(phrase: &str) -> String {
    let chars: Vec<char> = phrase.chars().collect();
    let between = |k: usize| k > 0 && k + 1 < chars.len() && chars[k] == ' ' && meet(chars[k - 1], chars[k + 1]);
    (0..chars.len()).filter(|&k| !between(k)).map(|k| chars[k]).collect()
}

fn with_spaces(phrase: &str) -> String {
    let mut out = String::new();
    let mut before = None;
    for c in phrase.chars() {
        if before.is_some_and(|b| meet(b, c)) {
            out.push(' ');
        }
        out.push(c);
        before = Some(c);
    }
    out
}

#[test]
fn phrases_are_found_however_they_are_spaced() {
    let mut rng = Rng::new(seed());
    let (most, least) = if REAL.large { (1000, 1000) } else { (1000, 20) };
    let spaced = phrases(&mut rng, most, |text, at| {
        let after = text.get(at + 1)?;
        (text[at] == ' ' && meet(text[at - 1], *after)).then_some(1)
    });
    let close = phrases(&mut rng, most, |text, at| meet(text[at - 1], text[at]).then_some(0));
    let spaced_found = found_when_typed(&spaced, |p| as_phrase(&without_spaces(p)));
    let close_found = found_when_typed(&close, |p| as_phrase(&with_spaces(p)));
    let bare_found = found_when_typed(&close[..close.len().min(100)], with_spaces);
    println!("{spaced_found} of {} phrases with a space between Han and Latin are found when typed without it", spaced.len());
    println!(
        "{close_found} of {} phrases without one are found when typed with it; {bare_found} of the first 100 as terms of their own",
        close.len()
    );
    assert!(spaced.len() >= least && close.len() >= least, "{} and {} phrases", spaced.len(), close.len());
    assert_eq!((spaced_found, close_found, bare_found), (spaced.len(), close.len(), close.len().min(100)));
}

// The same answer whatever was asked before.

#[test]
fn an_answer_depends_on_nothing_that_was_asked_before() {
    let mut rng = Rng::new(seed() + 1);
    let mut queries: Vec<(String, Options)> = Vec::new();
    while queries.len() < 200 {
        let query = generate::query(&mut rng, &REAL.corpus);
        let sort = *rng.pick(&[Sort::Best, Sort::Best, Sort::Newest, Sort::Oldest]);
        let offset = *rng.pick(&[0, 0, 0, 10, 3]);
        let off = support::off_of(if rng.chance(1, 8) { rng.below(64) as u8 } else { 0 });
        queries.push((query, Options { offset, sort, off, ..Options::default() }));
    }
    let answers = |engine: &mut Engine, order: &[usize], before: &mut dyn FnMut(&mut Engine)| -> Vec<String> {
        let mut answers = vec![String::new(); queries.len()];
        for &k in order {
            before(engine);
            let (query, options) = &queries[k];
            answers[k] = format!("{:?}", engine.search(&mut Rng::new(k as u64), query, *options));
        }
        answers
    };
    let in_order: Vec<usize> = (0..queries.len()).collect();
    let mut warm = REAL.engine();
    let expected = answers(&mut warm, &in_order, &mut |_| ());
    let with_results = expected.iter().filter(|a| a.contains("Snippet")).count();
    assert!(with_results * 3 > queries.len(), "only {with_results} queries have an answer");
    let same = |name: &str, answers: Vec<String>| {
        for (k, (got, want)) in answers.iter().zip(&expected).enumerate() {
            assert!(got == want, "{name}: {:?}\n{want}\n{got}", queries[k]);
        }
    };
    for round in 0..3 {
        let mut order = in_order.clone();
        (1..order.len()).rev().for_each(|k| order.swap(k, rng.below(k + 1)));
        match round {
            0 => same("the same reader, other order", answers(&mut warm, &order, &mut |_| ())),
            1 => same("a new reader for every query", answers(&mut REAL.engine(), &order, &mut Engine::cold)),
            _ => {
                let mut small = REAL.engine();
                small.reader.set_cap(50_000);
                same("a reader that keeps little", answers(&mut small, &order, &mut |_| ()));
            }
        }
    }
    println!(
        "200 queries, {with_results} with an answer: the same answers in another order, from cold readers, from a small one"
    );
}

// What a reader looks for by its name.

/// How many of the queries (what is typed, its article) have that article among so many first results.
fn among_the_first(engine: &mut Engine, queries: &[(String, usize)], first: usize) -> usize {
    let mut rng = Rng::new(seed());
    let mut found = 0;
    for (query, id) in queries {
        let options = Options { limit: 10, ..Options::default() };
        let answer = engine.search(&mut rng, query, options).unwrap_or_else(|e| panic!("{query:?}: {e}"));
        match answer.results.iter().take(first).any(|hit| hit.id as usize == *id) {
            true => found += 1,
            false => {
                let titles: Vec<&str> = answer.results.iter().take(3).map(|hit| hit.title.as_str()).collect();
                println!("{query:?} does not have article {id} among the first {first}, but {titles:?}");
            }
        }
    }
    found
}

fn shuffle<T>(rng: &mut Rng, list: &mut [T]) {
    (1..list.len()).rev().for_each(|k| list.swap(k, rng.below(k + 1)));
}

/// What stands once only among `names`, with its article.
fn unique(names: impl Iterator<Item = (String, usize)>) -> Vec<(String, usize)> {
    let mut all: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    names.for_each(|(name, id)| all.entry(name).or_default().push(id));
    all.into_iter().filter(|(name, ids)| ids.len() == 1 && !name.trim().is_empty()).map(|(name, ids)| (name, ids[0])).collect()
}

/// Titles that only one article has, all of them or 2,000: typed, each finds that article first.
#[test]
fn a_title_typed_finds_its_article_first() {
    let mut titles = unique(REAL.corpus.iter().enumerate().map(|(id, (title, _))| (title.clone(), id)));
    shuffle(&mut Rng::new(seed() + 6), &mut titles);
    titles.truncate(2_000);
    let found = among_the_first(&mut REAL.engine(), &titles, 1);
    println!("{found} of {} unique titles, typed, have their article first", titles.len());
    assert_eq!(found, titles.len());
    assert!(titles.len() >= if REAL.large { 1000 } else { 10 });
}

/// The real articles with headings: docs-cn has lost which lines were any, so short lines of a few words over a long one are
/// taken for such.
fn with_headings() -> Vec<Article> {
    let mut articles = REAL.articles.clone();
    for article in articles.iter_mut().filter(|a| a.headings.is_empty()) {
        let mut text = String::new();
        let lines: Vec<&str> = article.text.split_inclusive('\n').collect();
        for (k, line) in lines.iter().enumerate() {
            let words = line.trim_end();
            let short = (4..=30).contains(&words.chars().count()) && words.contains(is_han);
            let plain = words.starts_with(char::is_alphanumeric) && words.ends_with(char::is_alphanumeric);
            let over = lines[k + 1..].iter().find(|l| !l.trim().is_empty()).is_some_and(|next| next.chars().count() > 40);
            if k == 0 || !short || !plain || !over {
                text += line;
                continue;
            }
            // A heading is a block of its own, as every reader of markup writes it.
            text.truncate(text.trim_end().len());
            text.push('\u{2029}');
            let (start, anchor) = (text.len(), format!("h{}", article.headings.len()));
            text += words;
            article.headings.push(Heading { start, end: text.len(), anchor });
            text.push('\u{2029}');
        }
        article.text = text;
    }
    articles
}

/// Headings that only one article has, and none as its title: typed, they find their article among the first three.
#[test]
fn a_heading_typed_finds_its_article_among_the_first() {
    let articles = with_headings();
    let titles: BTreeSet<&str> = articles.iter().map(|a| a.title.as_str()).collect();
    let headings =
        articles.iter().enumerate().flat_map(|(id, a)| a.headings.iter().map(move |h| (a.text[h.start..h.end].to_owned(), id)));
    let mut headings = unique(headings.filter(|h| !titles.contains(h.0.as_str())));
    let mut rng = Rng::new(seed() + 7);
    shuffle(&mut rng, &mut headings);
    headings.truncate(500);
    let mut engine = Engine::new(&articles, &Parameters::default());
    let found = among_the_first(&mut engine, &headings, 3);
    println!("{found} of {} unique headings, typed, have their article among the first three", headings.len());
    // The samples have a handful of headings, and one of them is a character.
    assert!(found * 100 >= headings.len() * 95 || !REAL.large && found + 1 >= headings.len(), "{found} of {}", headings.len());
    assert!(!REAL.large || headings.len() == 500, "{} headings", headings.len());
}

// Many queries on real text.

/// What is asked of real text: its own words, at any length, some of them in another form, a third of them made absent.
fn query(rng: &mut Rng) -> String {
    if rng.chance(1, 4) {
        return generate::query(rng, &REAL.corpus);
    }
    let longest = match rng.below(40) {
        0 => 512,
        1..=2 => 2,
        3..=20 => 12,
        _ => 64,
    };
    let mut cut = generate::cut(rng, &REAL.corpus, longest);
    if longest == 512 {
        // As long as a query may be.
        let (_, text) = rng.pick(&REAL.corpus);
        let chars: Vec<char> = text.chars().collect();
        let from = rng.below(chars.len().saturating_sub(512).max(1));
        let folded = |to: usize| naive::fold(&chars[from..to].iter().collect::<String>(), naive::Off::NONE).chars.len();
        let most = (from..=(from + 600).min(chars.len())).rev().find(|&to| folded(to) <= 512).unwrap_or(from);
        cut = chars[from..most].iter().collect();
    }
    if rng.chance(1, 3) {
        // One character other than it was; or halves of two places.
        let mut chars: Vec<char> = cut.chars().collect();
        let other: Vec<char> = generate::cut(rng, &REAL.corpus, 8).chars().collect();
        if !chars.is_empty() && !other.is_empty() {
            let at = rng.below(chars.len());
            match rng.chance(1, 2) {
                true => chars[at] = other[0],
                false => chars.splice(at.., other).for_each(drop),
            }
        }
        cut = chars.into_iter().collect();
    }
    if rng.chance(1, 4) {
        cut = generate::disturbed(rng, &cut);
    }
    // Without its white space it is one term; quoted it keeps it.
    match rng.below(3) {
        0 => format!("\"{cut}\""),
        1 => cut.split_whitespace().collect(),
        _ => cut,
    }
}

/// Asks for one page of a listing that is known to be right: the same ten articles; by date, in that order.
fn check_page_of(engine: &mut Engine, rng: &mut Rng, query: &str, listing: &[(usize, u64)], want: &[(usize, u64)]) {
    let sort = *rng.pick(&[Sort::Best, Sort::Best, Sort::Best, Sort::Newest, Sort::Oldest]);
    let offset = rng.below(want.len().div_ceil(10)) * 10;
    let mut expected: Vec<usize> = if sort == Sort::Best { listing } else { want }.iter().map(|w| w.0).collect();
    let date = |id: &usize| REAL.articles[*id].meta.iter().find(|m| m.0 == "date").map(|m| m.1.as_str());
    match sort {
        Sort::Best | Sort::Key => {}
        // What has no date comes last.
        Sort::Newest => expected.sort_by_key(|id| Reverse(date(id))),
        Sort::Oldest => expected.sort_by_key(|id| (date(id).is_none(), date(id))),
    }
    let mut expected = expected[offset..(offset + 10).min(want.len())].to_vec();
    let options = Options { offset: offset as u32, sort, ..Options::default() };
    let found = engine.search(rng, query, options).unwrap_or_else(|e| panic!("{query:?}: {e}"));
    let mut got: Vec<usize> = found.results.iter().map(|r| r.id as usize).collect();
    for hit in &found.results {
        let hits = want[want.partition_point(|w| w.0 < hit.id as usize)].1;
        assert!(hit.hits == hits || !hit.hits_exact && hit.hits < hits, "{query:?}, article {}: {} of {hits}", hit.id, hit.hits);
    }
    if sort == Sort::Best {
        // What a page does not read of its articles cannot put them in order.
        got.sort_unstable();
        expected.sort_unstable();
    }
    assert_eq!(got, expected, "{query:?}, {options:?}");
    assert!(
        found.articles as usize == want.len() || !found.articles_exact && (found.articles as usize) < want.len(),
        "{query:?}"
    );
}

#[test]
fn answers_on_real_text_are_those_of_a_scan() {
    let all = std::env::var_os("XUNZI_ALL").is_some();
    let total = std::env::var("XUNZI_QUERIES").ok().and_then(|n| n.parse().ok()).unwrap_or(if all { 20_000 } else { 300 });
    let mut rng = Rng::new(seed() + 5);
    let (mut queries, mut seen) = (Vec::new(), BTreeSet::new());
    while queries.len() < total {
        let query = query(&mut rng);
        if seen.insert(query.clone()) {
            queries.push(query);
        }
    }
    LazyLock::force(&REAL);
    let started = Instant::now();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut engine = REAL.engine();
        let mut sum = Sum::default();
        loop {
            let k = next.fetch_add(1, Ordering::Relaxed);
            let Some(query) = queries.get(k) else { break sum };
            let mut rng = Rng::new(seed() + k as u64);
            // Mostly with all in memory that was ever read, or it takes an hour; often enough from files, in random order.
            if rng.chance(1, 10) {
                engine.cold();
            }
            engine.reader.set_cap(1 << 30);
            let before = Instant::now();
            let expected = REAL.scan.search(query);
            sum.scan += before.elapsed();
            if k.is_multiple_of(100) {
                assert_eq!(expected, REAL.library.search(query), "{k}: the quick scan is wrong: {query:?}");
            }
            let before = Instant::now();
            let found = engine.all(&mut rng, query, Off::default());
            sum.engine += before.elapsed();
            let Ok(expected) = expected else {
                // Too long; an engine that knows fewer characters may count fewer, and then finds nothing.
                assert!(found.map_or_else(|e| e.code() == "too-long", |f| f.articles == 0), "{k}: {query:?}");
                sum.too_long += 1;
                continue;
            };
            let found = found.unwrap_or_else(|e| panic!("{k}: {query:?}: {e}"));
            let listing: Vec<(usize, u64)> = found.results.iter().map(|r| (r.id as usize, r.hits)).collect();
            let mut got = listing.clone();
            got.sort_unstable();
            let want: Vec<(usize, u64)> = expected.iter().map(|m| (m.id, m.hits as u64)).collect();
            assert!(got == want, "{k}: {query:?}: got {got:?}, expected {want:?}");
            let hits: u64 = want.iter().map(|w| w.1).sum();
            assert_eq!((found.articles as usize, found.hits), (want.len(), hits), "{k}: {query:?}");
            assert!(found.articles_exact && found.hits_exact && found.state == State::Complete, "{k}: {query:?}");
            let length = query.chars().count();
            sum.longest = sum.longest.max(length);
            sum.long += usize::from(length >= 400);
            if want.is_empty() {
                continue;
            }
            sum.with_answer += 1;
            if let Some(order) = naive::order::Order::new(query, naive::Off::NONE) {
                // A listing is in order within its fives.
                for five in listing.chunks(5) {
                    let key = |&(id, _): &(usize, u64)| {
                        let (title, text) = &REAL.corpus[id];
                        order.key(title, text, REAL.scan.folded(id))
                    };
                    let keys: Vec<_> = five.iter().map(key).collect();
                    assert!(keys.is_sorted_by(|a, b| a >= b), "{k}: {query:?}: {five:?}, {keys:?}");
                    sum.told_apart += keys.windows(2).filter(|k| k[0] > k[1]).count();
                }
            }
            check_page_of(&mut engine, &mut rng, query, &listing, &want);
        }
    };
    let [mut sum, other] = std::thread::scope(|scope| {
        [scope.spawn(work), scope.spawn(work)].map(|t| t.join().expect("a worker that failed has said why"))
    });
    sum.add(&other);
    let Sum { with_answer, too_long, long, longest, told_apart, scan, engine } = sum;
    println!(
        "{total} different queries of up to {longest} characters, {long} of 400 and more, {too_long} too long, {with_answer} with an answer, all as a scan finds; \
         {told_apart} neighbours in the promised order: {:.1?}; the scans took {scan:.1?}, the engine {engine:.1?}",
        started.elapsed()
    );
    assert!(with_answer * 2 > total && with_answer < total * 4 / 5, "{with_answer} of {total} have an answer");
    assert!(too_long * 20 < total && (!all || total < 20_000 || !REAL.large || long > 100), "{too_long} too long, {long} long");
    assert_eq!(REAL.articles.len(), REAL.corpus.len());
}

/// What came of many queries.
#[derive(Default)]
struct Sum {
    with_answer: usize,
    too_long: usize,
    long: usize,
    longest: usize,
    told_apart: usize,
    scan: Duration,
    engine: Duration,
}

impl Sum {
    fn add(&mut self, other: &Sum) {
        self.with_answer += other.with_answer;
        self.too_long += other.too_long;
        self.long += other.long;
        self.longest = self.longest.max(other.longest);
        self.told_apart += other.told_apart;
        self.scan += other.scan;
        self.engine += other.engine;
    }
}
