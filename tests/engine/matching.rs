//! Is what the reader sees what is found: on real text, in every order of asking, at the edges, and in the order and with the
//! snippets that were promised?
//!
//! The real text is docs-cn (below `XUNZI_CORPORA`), elsewhere the sample articles with fewer cases. `XUNZI_ALL` asks many
//! more queries; `XUNZI_SEED` makes others.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use unicode_segmentation::UnicodeSegmentation as _;

use crate::generate::Rng;
use crate::support::{Engine, real_articles, seed};
use crate::{generate, naive, support};
use rayon::prelude::*;
use xunzi::builder::{Options as Parameters, build};
use xunzi::fold::Off;
use xunzi::search::answer::{Found, Hit, Snippet, State};
use xunzi::search::whole::Reading;
use xunzi::search::{Options, Sort};
use xunzi::{Article, Heading};

/// A real corpus and its index.
struct Real {
    /// Whether it is a large one.
    large: bool,
    articles: Vec<Article>,
    corpus: Vec<(String, String)>,
    library: naive::Library,
    scan: Scan,
    files: BTreeMap<String, Vec<u8>>,
    open: Vec<String>,
    build: u64,
}

static REAL: LazyLock<Real> = LazyLock::new(|| {
    let started = Instant::now();
    let (articles, large) = real_articles();
    let corpus: Vec<(String, String)> = articles.iter().map(|a| (a.title.clone(), a.text.clone())).collect();
    let library = naive::Library::new(&corpus, naive::Off::NONE);
    let scan = Scan::new(&corpus);
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

fn engine(articles: &[Article], pack: bool) -> Engine {
    Engine::new(articles, &Parameters { pack: Some(pack), ..Parameters::default() })
}

fn ask(engine: &mut Engine, query: &str, sort: Sort) -> Found {
    let options = Options { sort, ..Options::default() };
    engine.search(&mut Rng::new(1), query, options).unwrap_or_else(|e| panic!("{query}: {e}"))
}

fn ids(found: &Found) -> Vec<u32> {
    found.results.iter().map(|r| r.id).collect()
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
            let plain = !phrase.iter().any(|&c| "\"“”\n\t".contains(c) || c == '\u{3000}');
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
        queries.push((query, Options { limit: 10, offset, sort, off }));
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

// The edges.

fn article(title: &str, text: &str) -> Article {
    Article { title: title.into(), text: text.into(), url: format!("/{title}"), ..Article::default() }
}

#[test]
fn odd_queries_have_defined_answers() {
    let texts = [
        ("除雪", "志愿者除雪，一直到晚上。"),
        ("别的", "除雪的时候，志愿者也在。\"引号\" 和 “弯引号” 在这里。"),
        ("零", "前\0后，还有\u{FFFD}在这里。"),
        ("长", &"志愿者".repeat(300)),
        ("单位", &"㌔ﬃ".repeat(300)),
    ];
    let articles: Vec<Article> = texts.iter().map(|(title, text)| article(title, text)).collect();
    for pack in [true, false] {
        let mut engine = engine(&articles, pack);
        let mut rng = Rng::new(1);
        let mut all = |query: &str| engine.all(&mut rng, query, Off::default());
        // Nothing to look for: no search, and no error.
        let empty = ["", " ", " \t\r\n\u{3000}\u{2003}\u{a0}", "\u{ad}\u{200b}\u{200d}\u{feff}\u{fe0f}\u{e0100}"];
        for query in empty {
            let found = all(query).unwrap_or_else(|e| panic!("{query:?}: {e}"));
            assert_eq!((found.articles, found.hits, found.results.len()), (0, 0, 0), "{query:?}");
            assert!(found.state == State::Complete && found.articles_exact && found.hits_exact, "{query:?}");
            assert_eq!(found.query, query, "the query as typed");
        }
        let mut found = |query: &str| -> Vec<(u32, u64)> {
            let found = all(query).unwrap_or_else(|e| panic!("{query:?}: {e}"));
            let mut list: Vec<(u32, u64)> = found.results.iter().map(|r| (r.id, r.hits)).collect();
            list.sort_unstable();
            assert_eq!((found.articles as usize, found.hits), (list.len(), list.iter().map(|l| l.1).sum()), "{query:?}");
            list
        };
        // A quotation mark that is not closed goes to the end of the query.
        assert_eq!(found("\"志愿者 除雪"), [(0, 1)]);
        assert_eq!(found("“志愿者 除雪"), [(0, 1)]);
        assert_eq!(found("志愿者 除雪").len(), 2);
        assert_eq!(found("志愿者 \"除雪 ，"), [(0, 2)]);
        // Where nothing else was typed it is a character, whatever its form.
        assert_eq!(found("\""), [(1, 4)]);
        assert_eq!(found("“ "), [(1, 4)]);
        for query in ["\"\"", "“”", "\" \"", "\"\u{200b}\"", " \"\" \"\" "] {
            assert_eq!(found(query), [], "{query:?}");
        }
        // A quotation mark inside of a term, or at its end, is a character.
        assert_eq!(found("引号\""), [(1, 2)]);
        assert_eq!(found("志愿者\"除雪"), []);
        // Characters nobody types, and what stands for half a surrogate pair.
        assert_eq!(found("\0"), [(2, 1)]);
        assert_eq!(found("前\0后"), [(2, 1)]);
        assert_eq!(found("\u{FFFD}"), [(2, 1)]);
        assert_eq!(found("有\u{FFFD}在"), [(2, 1)]);
        assert_eq!(found("\u{FFFD}\u{FFFD}"), []);
        assert_eq!(found("\u{10FFFF}"), []);
        assert_eq!(found("\u{E000}志愿者"), []);
        // Terms that fold to nothing ask for nothing; the others are looked for.
        assert_eq!(found("\u{200b} \"\" 除雪 \u{ad}").len(), 2);
        // One term twice is one term.
        assert_eq!(found("除雪 \"除雪\" 除\u{200b}雪"), [(0, 2), (1, 1)]);

        // The longest query has 512 folded characters.
        let repeated = |text: &str, times: usize| text.repeat(times);
        for (query, matches) in [
            (repeated("志愿者", 170) + "志愿", true),
            (repeated("志愿者 ", 1), true),
            (format!("\"{}\"", "志 愿 者 ".repeat(170)), true),
            (repeated("志\u{ad}愿\u{200b}者\u{feff}", 170), true),
            (repeated("㌔ﬃ", 102), true),
            (repeated("志者", 256), false),
            (format!("{} {}", "志愿者".repeat(100), "愿者志".repeat(70)), true),
            (repeated(" ", 30_000) + "除雪", true),
        ] {
            assert_eq!(!found(&query).is_empty(), matches, "{} characters", query.chars().count());
        }
        for query in [
            repeated("志愿者", 171),
            repeated("㌔ﬃ", 103),
            format!("\"{}\"", "志 愿 者 ".repeat(171)),
            format!("{} {}", "志愿者".repeat(100), "愿者志".repeat(71)),
            repeated("没见过的字", 1000),
        ] {
            let error = all(&query).expect_err("too long");
            assert_eq!(error.code(), "too-long");
            let text = error.to_string();
            assert!(text.contains("the longest has 512") && text.contains("shorten it") && !text.contains('\n'), "{text}");
        }
        // Ten megabytes of whatever: refused, or found to be nothing, and at once.
        for part in ["志愿者", "a", "\"", "\" ", "除 雪 ", "\u{FFFD}", "\0", "\u{301}", "㌔", "👨\u{200d}👩"] {
            let query = part.repeat(10_000_000 / part.len());
            let started = Instant::now();
            assert_eq!(all(&query).map(|f| f.articles).expect_err("too long").code(), "too-long", "{part:?}");
            assert!(started.elapsed() < Duration::from_secs(5), "{part:?}: {:?}", started.elapsed());
        }
        for part in [" ", "\u{3000}", "\u{200b}", "\"\" "] {
            let query = part.repeat(10_000_000 / part.len());
            let started = Instant::now();
            match all(&query) {
                Ok(found) => assert_eq!(found.articles, 0, "{part:?}"),
                Err(error) => assert_eq!(error.code(), "too-long", "{part:?}"),
            }
            assert!(started.elapsed() < Duration::from_secs(5), "{part:?}: {:?}", started.elapsed());
        }
    }
}

/// An article that is opened: its text as it came in, everything found in it marked.
#[test]
fn an_opened_article_is_whole_and_marked() {
    let mut rng = Rng::new(seed() + 2);
    let (mut opened, mut marks) = (0, 0);
    for _ in 0..60 {
        let corpus = generate::corpus(&mut rng);
        let mut engine = Engine::new(&support::articles(&corpus), &support::options(&mut rng));
        for _ in 0..20 {
            let query = generate::query(&mut rng, &corpus);
            if naive::folded_terms(&query, naive::Off::NONE).is_err() {
                continue;
            }
            let id = rng.below(corpus.len());
            let mut reading = Reading::new(id as u32, &query, Off::default());
            let whole = loop {
                let step = match reading.step(&mut engine.reader) {
                    Ok(step) => step,
                    // An engine that knows fewer characters counts fewer, or stops sooner.
                    Err(e) => panic!("{query:?}: {e}"),
                };
                if step.done {
                    break step.found.expect("no file is missing");
                }
                for file in step.need {
                    engine.reader.feed(file, &engine.files[&file.name()]).expect("our own file");
                }
            };
            let (title, text) = &corpus[id];
            assert_eq!((whole.id as usize, &whole.title, &whole.text), (id, title, text));
            let terms = naive::terms(&query);
            for (field, places) in [(title, &whole.title_marks), (text, &whole.marks)] {
                let mut possible: BTreeSet<(usize, usize)> = BTreeSet::new();
                terms.iter().for_each(|t| possible.extend(naive::marks(field, t, naive::Off::NONE)));
                let mut end = 0;
                for &(from, to) in places {
                    assert!(
                        from >= end && possible.contains(&(from as usize, to as usize)),
                        "{query:?}: {from}..{to} in {field:?}"
                    );
                    end = to;
                }
                // Every place is marked, by a mark of its own or one that covers a part of it.
                let covered = |p: &(usize, usize)| places.iter().any(|&(from, to)| (from as usize) < p.1 && p.0 < to as usize);
                assert!(possible.iter().all(covered), "{query:?}: {possible:?}, marked are {places:?}");
                marks += places.len();
            }
            opened += 1;
        }
    }
    println!("{opened} articles opened, {marks} marks");
    assert!(opened > 1000 && marks > 1000);
}

// The order of results.

/// Articles (title, text, date) that all match `query`, in the order in which they are to be shown.
fn in_order(query: &str, sort: Sort, shown: &[(&str, &str, &str)]) {
    // Whatever the input order: the order of results may depend on it only where all else is equal.
    for (pack, reversed) in [(true, false), (true, true), (false, false), (false, true)] {
        let mut list: Vec<usize> = (0..shown.len()).collect();
        if reversed {
            list.reverse();
        }
        let articles: Vec<Article> = list
            .iter()
            .map(|&k| {
                let (title, text, date) = shown[k];
                let meta = if date.is_empty() { vec![] } else { vec![("date".into(), date.into())] };
                Article { meta, ..article(title, text) }
            })
            .collect();
        let found = ask(&mut engine(&articles, pack), query, sort);
        let got: Vec<usize> = found.results.iter().map(|r| list[r.id as usize]).collect();
        assert_eq!(got, (0..shown.len()).collect::<Vec<_>>(), "{query}, {sort:?}, pack {pack}, reversed {reversed}: {shown:?}");
    }
}

#[test]
fn results_stand_in_the_promised_order() {
    let best = |query: &str, shown: &[(&str, &str, &str)]| in_order(query, Sort::Best, shown);
    // Together before apart, whatever else.
    best(
        "志愿者 除雪",
        &[("", "志愿者除雪。", "2001-01-01"), ("除雪 志愿者", "除雪，除雪，志愿者；志愿者，除雪。", "2024-01-01")],
    );
    best("hello world", &[("", "Hello, world? Hello world!", ""), ("world, hello", "world, hello", "")]);
    // A hit in the title before hits in the text.
    best("除雪", &[("今天除雪", "一句别的话。", "2001-01-01"), ("今天", "除雪，除雪，除雪。", "2024-01-01")]);
    // All terms in the title before some of them.
    best("雪 街", &[("街上有雪", "别的。", ""), ("雪", "街，街，街。雪，街。", "")]);
    // The exact form before a folded one, both ways.
    best("後端", &[("", "一個後端。", "2001-01-01"), ("", "后端，后端，后端。", "2024-01-01")]);
    best("后端", &[("", "一个后端。", "2001-01-01"), ("", "後端，後端，後端。", "2024-01-01")]);
    best("TiDB", &[("", "some TiDB here", ""), ("", "tidb tidb tidb", "")]);
    best("ＴｉＤＢ", &[("", "some ＴｉＤＢ here", ""), ("", "TiDB TiDB TiDB", "")]);
    // The exact form before the whole word.
    best("Cat", &[("", "the Category", ""), ("", "a cat, a cat, a cat", "")]);
    // A whole word before a part of one.
    best("cat", &[("", "there is a cat somewhere", "2001-01-01"), ("", "concatenate, category, cats", "2024-01-01")]);
    best("кот", &[("", "вот кот сидит", ""), ("", "который, котлета", "")]);
    // More occurrences before fewer.
    best("雪", &[("", "雪，雪，雪，还有很多别的话要说，说上很久也说不完。", "2001-01-01"), ("", "雪，雪。", "2024-01-01")]);
    // Where there are as many, the denser text.
    best("雪", &[("", "雪，雪。", "2001-01-01"), ("", "雪，雪，还有很多别的话要说，说上很久也说不完。", "2024-01-01")]);
    // Then the newer; what has no date comes last.
    best("雪", &[("", "雪来了", "2024-02-29"), ("", "雪来了", "2024-02-28"), ("", "雪来了", "1969-12-31"), ("", "雪来了", "")]);

    let shown =
        [("甲", "雪", "2024-12-01"), ("乙", "雪雪雪", "2023-06-15"), ("丙", "雪", "1999-01-01"), ("雪", "雪", "1890-05-05")];
    in_order("雪", Sort::Newest, &shown);
    let undated = ("雪", "雪雪雪雪雪雪", "");
    in_order("雪", Sort::Newest, &[&shown[..], &[undated]].concat());
    in_order("雪", Sort::Oldest, &[&shown.iter().rev().copied().collect::<Vec<_>>()[..], &[undated]].concat());
}

/// All else equal, the input's order, over all pages of the listing.
#[test]
fn the_last_word_has_the_input_order() {
    let articles: Vec<Article> = (0..37).map(|k| Article { url: format!("/{k}"), ..article("", "雪来了") }).collect();
    for pack in [true, false] {
        let mut engine = engine(&articles, pack);
        for sort in [Sort::Best, Sort::Newest, Sort::Oldest] {
            let pages = (0..4).map(|page| Options { limit: 10, offset: page * 10, sort, off: Off::default() });
            let listed: Vec<u32> =
                pages.flat_map(|options| ids(&engine.search(&mut Rng::new(1), "雪", options).expect("found"))).collect();
            assert_eq!(listed, (0..37).collect::<Vec<u32>>(), "{sort:?}, pack {pack}");
        }
        let all = engine.all(&mut Rng::new(1), "雪", Off::default()).expect("found");
        assert_eq!(ids(&all), (0..37).collect::<Vec<u32>>());
    }
}

// Snippets.

const PADDING: &str = "这里讲别的事情，一句接着一句，说了很久。";

/// An article of sections: heading, anchor, text; padding between them keeps their snippets apart.
fn sections(title: &str, sections: &[(&str, &str, &str)]) -> Article {
    let mut out = article(title, "");
    for (heading, anchor, text) in sections {
        if !heading.is_empty() {
            let start = out.text.len();
            out.text += heading;
            out.headings.push(Heading { start, end: out.text.len(), anchor: anchor.to_string() });
            out.text.push('\n');
        }
        out.text += &format!("{0}{text}{0}\n", PADDING.repeat(6));
    }
    out.text.pop();
    out
}

fn marked(snippet: &Snippet) -> Vec<String> {
    let units: Vec<u16> = snippet.text.encode_utf16().collect();
    snippet
        .marks
        .iter()
        .map(|&(from, to)| String::from_utf16(&units[from as usize..to as usize]).expect("whole characters"))
        .collect()
}

fn only(engine: &mut Engine, query: &str) -> Hit {
    let mut found = ask(engine, query, Sort::Best);
    assert_eq!(found.results.len(), 1, "{query}: {found:?}");
    found.results.remove(0).as_ref().clone()
}

#[test]
fn snippets_are_the_densest_places_with_their_headings() {
    let text = sections(
        "扫雪",
        &[
            ("", "", "开头有雪。"),
            ("甲节", "jia", "雪停了，雪又下，雪再停。"),
            ("乙节", "yi", "只有一处雪。"),
            ("丙节", "bing", "雪大，雪小。"),
            ("丁节", "ding", "又是一处雪。"),
        ],
    );
    for pack in [true, false] {
        let mut engine = engine(&[text.clone(), article("无关", "无关的一篇。")], pack);
        let hit = only(&mut engine, "雪");
        let shown: Vec<(usize, Option<&str>, Option<&str>)> =
            hit.snippets.iter().map(|s| (s.marks.len(), s.heading.as_deref(), s.anchor.as_deref())).collect();
        assert_eq!(shown, [(3, Some("甲节"), Some("jia")), (2, Some("丙节"), Some("bing")), (1, None, None)]);
        assert!(hit.snippets.iter().flat_map(marked).all(|m| m == "雪"), "{:?}", hit.snippets);
        assert_eq!((hit.hits, hit.title_marks.as_slice(), &hit.lead), (9, &[(1, 2)][..], &None));
        // More different terms are denser than more occurrences of one.
        let hit = only(&mut engine, "雪 一处");
        assert_eq!(hit.snippets[0].heading.as_deref(), Some("乙节"), "{:?}", hit.snippets);
        assert_eq!(hit.snippets[1].heading.as_deref(), Some("丁节"), "{:?}", hit.snippets);
        // A heading is found as the text is, and stands under itself.
        let hit = only(&mut engine, "丙节");
        assert_eq!(hit.snippets.len(), 1);
        assert_eq!((hit.snippets[0].heading.as_deref(), marked(&hit.snippets[0])), (Some("丙节"), vec!["丙节".to_owned()]));
    }
}

#[test]
fn a_title_alone_is_shown_with_the_beginning_of_the_text() {
    for text in [format!("\n{}", PADDING.repeat(20)), PADDING.to_owned(), String::new()] {
        for pack in [true, false] {
            let hit = only(&mut engine(&[article("𠮷野家的雪", &text), article("无关", "无关。")], pack), "雪");
            let [snippet] = &hit.snippets[..] else { panic!("{:?}", hit.snippets) };
            assert_eq!((snippet.field, snippet.text.as_str(), snippet.marks.as_slice()), ("title", "𠮷野家的雪", &[(5, 6)][..]));
            assert_eq!((&snippet.heading, &snippet.anchor), (&None, &None));
            let lead = hit.lead.expect("the first words");
            assert!(
                text.trim_start().starts_with(&lead) && lead.is_empty() == text.is_empty() && lead.chars().count() < 160,
                "{lead:?}"
            );
        }
    }
}

#[test]
fn snippets_are_cut_where_clauses_end() {
    let mut rng = Rng::new(seed() + 3);
    let ends: Vec<char> = "。！？；，、：\n".chars().collect();
    let (mut cut, mut snippets) = (0, 0);
    for _ in 0..200 {
        // Clauses of 3 to 16 characters: some end is always near.
        let mut text = String::new();
        for _ in 0..rng.within(10, 120) {
            (0..rng.within(3, 16)).for_each(|_| text.push(*rng.pick(&['天', '地', '人', '你', '我', '他', '山', '水'])));
            if rng.chance(1, 8) {
                text.push('雪');
            }
            text.push(*rng.pick(&ends));
        }
        text.push('雪');
        let found = ask(&mut engine(&[article("", &text)], rng.chance(1, 2)), "雪", Sort::Best);
        for snippet in &found.results[0].snippets {
            let width = snippet.text.chars().count() * 2;
            assert!(width <= 260, "{width} columns: {}", snippet.text);
            let whole = text.match_indices(&snippet.text).any(|(at, _)| {
                let before = text[..at].chars().next_back();
                let last = snippet.text.chars().next_back();
                let after = text[at + snippet.text.len()..].chars().next();
                before.is_none_or(|c| ends.contains(&c))
                    && (after.is_none_or(|c| c == '\n') || last.is_some_and(|c| ends.contains(&c)))
            });
            if !whole {
                println!("{:?}", snippet.text);
            }
            cut += usize::from(whole);
            snippets += 1;
        }
    }
    println!("{cut} of {snippets} snippets are cut at clause marks");
    assert_eq!(cut, snippets);

    // Without any, at the edges of words.
    let words = ["snow", "shovel", "street", "winter", "volunteers", "community", "ice"];
    for _ in 0..100 {
        let text: Vec<&str> = (0..rng.within(20, 300)).map(|_| *rng.pick(&words)).collect();
        let text = text.join(" ");
        let Some(hit) = ask(&mut engine(&[article("", &text)], false), "shovel", Sort::Best).results.pop() else { continue };
        for snippet in &hit.snippets {
            let at = text.find(&snippet.text).expect("it stands in the text");
            let edge = |c: Option<char>| c.is_none_or(char::is_whitespace);
            let outside = (text[..at].chars().next_back(), text[at + snippet.text.len()..].chars().next());
            assert!(edge(outside.0) && edge(outside.1), "{outside:?} around {:?}", snippet.text);
            assert!(snippet.text.len() <= 220 && snippet.text.trim() == snippet.text, "{:?}", snippet.text);
        }
    }
}

/// No snippet tears a combining sequence, an emoji sequence or a syllable of letters.
#[test]
fn snippets_tear_nothing() {
    let mut rng = Rng::new(seed() + 4);
    let mut checked = 0;
    let mut check = |corpus: &[(String, String)], engine: &mut Engine, query: &str| {
        let Ok(found) = engine.search(&mut Rng::new(1), query, Options::default()) else { return };
        for hit in &found.results {
            let (_, text) = &corpus[hit.id as usize];
            let boundaries: BTreeSet<usize> = text.grapheme_indices(true).map(|g| g.0).chain([text.len()]).collect();
            assert!(hit.snippets.len() <= 3, "{query:?}: {:?}", hit.snippets);
            for snippet in hit.snippets.iter().filter(|s| s.field == "text") {
                let whole = |at: usize| boundaries.contains(&at) && boundaries.contains(&(at + snippet.text.len()));
                let mut places = (0..=text.len() - snippet.text.len())
                    .filter(|&at| text.is_char_boundary(at) && text[at..].starts_with(&snippet.text));
                assert!(places.any(whole), "{query:?}: torn: {:?}\nin {text:?}", snippet.text);
                checked += 1;
            }
        }
    };
    for _ in 0..150 {
        let corpus = generate::corpus(&mut rng);
        let mut engine = Engine::new(&support::articles(&corpus), &support::options(&mut rng));
        for _ in 0..20 {
            let query = generate::query(&mut rng, &corpus);
            check(&corpus, &mut engine, &query);
        }
    }
    // Sequences without any place to cut for long, searched by their first part, their last, and one in the middle.
    for sequence in [
        "👨\u{200d}👩\u{200d}👧",
        "e\u{301}\u{323}\u{302}",
        "🇨🇳",
        "👍🏽",
        "각\u{11a8}",
        "か\u{3099}",
        "क\u{94d}षि",
        "1\u{fe0f}\u{20e3}",
    ] {
        for before in [0, 1, 7, 30, 100] {
            let text = format!("{0}甲{0}", sequence.repeat(before + 1));
            let corpus = [(String::new(), text)];
            let mut engine = Engine::new(&support::articles(&corpus), &Parameters::default());
            let chars: Vec<char> = sequence.chars().collect();
            let mut queries = vec![
                "甲".to_owned(),
                chars[0].to_string(),
                chars[chars.len() - 1].to_string(),
                chars[chars.len() / 2].to_string(),
            ];
            // A query that is wider than a snippet, and begins or ends inside of a sequence.
            let long: String = sequence.repeat(before + 1);
            let long: Vec<char> = long.chars().collect();
            queries.push(long[..long.len() - 1].iter().collect());
            queries.push(long[1..].iter().collect::<String>() + "甲");
            queries.push(long[long.len() / 3..].iter().collect());
            for query in queries {
                check(&corpus, &mut engine, &query);
            }
        }
    }
    println!("{checked} snippets, none of them torn");
    assert!(checked > 1000);
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

/// The judge's library once more, with the same folded texts as strings, which the standard library searches fast.
struct Scan {
    /// Title and body of each article.
    articles: Vec<[Stream; 2]>,
}

struct Stream {
    folded: String,
    /// For each byte of it, the original character it came from.
    origins: Vec<u32>,
}

impl Scan {
    fn new(corpus: &[(String, String)]) -> Scan {
        let stream = |text: &String| {
            let naive::Folded { chars, ranges } = naive::fold(text, naive::Off::NONE);
            let origins = chars.iter().zip(&ranges).flat_map(|(c, r)| std::iter::repeat_n(r.0 as u32, c.len_utf8())).collect();
            Stream { folded: chars.into_iter().collect(), origins }
        };
        Scan { articles: corpus.par_iter().map(|(title, text)| [stream(title), stream(text)]).collect() }
    }

    fn search(&self, query: &str) -> Result<Vec<naive::Match>, naive::TooLong> {
        let terms = naive::folded_terms(query, naive::Off::NONE)?;
        let terms: Vec<String> = terms.into_iter().map(String::from_iter).collect();
        let has_all = |[title, text]: &[Stream; 2]| {
            !terms.is_empty() && terms.iter().all(|t| text.folded.contains(t) || title.folded.contains(t))
        };
        let hits = |streams: &[Stream; 2]| terms.iter().flat_map(|t| streams.iter().map(|s| s.occurrences(t))).sum();
        let found = self.articles.iter().enumerate().filter(|(_, streams)| has_all(streams));
        Ok(found.map(|(id, streams)| naive::Match { id, hits: hits(streams) }).collect())
    }
}

impl Stream {
    /// As the judge counts them: overlapping ones too, those that start inside one original character once.
    fn occurrences(&self, term: &str) -> usize {
        let (mut starts, mut from) = (BTreeSet::new(), 0);
        let first = term.chars().next().map_or(1, char::len_utf8);
        while let Some(at) = self.folded[from..].find(term) {
            starts.insert(self.origins[from + at]);
            from += at + first;
        }
        starts.len()
    }
}

/// What the order of results goes by, as far as a definition can be written down from what a reader sees: not what is a whole
/// word, and nothing that comes after it where that may differ.
struct Order {
    terms: Vec<String>,
    /// All that was typed, in a row.
    typed: String,
    folded: String,
    /// Whether its edges are seen: a space that folds away there is in no mark, so it is not said what its exact form is.
    plain: bool,
    /// Whether every place is that of a whole word: what stands at its edges is of a script that has no spaces.
    whole: bool,
}

impl Order {
    /// `None` if the whole is too long to be looked for.
    fn new(query: &str) -> Option<Order> {
        let fold = |text: &str| -> String { naive::fold(text, naive::Off::NONE).chars.into_iter().collect() };
        let (mut terms, mut typed) = (Vec::new(), Vec::new());
        for term in naive::terms(query) {
            let folded = fold(&term);
            if !folded.is_empty() && !terms.contains(&folded) {
                terms.push(folded);
                typed.push(term);
            }
        }
        let typed = typed.join(" ");
        let folded = fold(&typed);
        let edges = [folded.chars().next()?, folded.chars().next_back()?];
        let fits = folded.chars().count() <= 512;
        let seen = |c: Option<char>| c.is_some_and(|c| !c.is_whitespace() && !naive::is_invisible(c));
        let plain = seen(typed.chars().next()) && seen(typed.chars().next_back());
        let whole = plain && edges.into_iter().all(naive::is_han_or_kana);
        fits.then_some(Order { terms, typed, folded, plain, whole })
    }

    /// In a row, in the title, in the exact form, more often.
    fn key(&self, id: usize, hits: u64) -> (bool, bool, bool, u64) {
        let [title, text] = &REAL.scan.articles[id];
        let together = self.terms.len() == 1 || title.folded.contains(&self.folded) || text.folded.contains(&self.folded);
        let in_title = self.terms.iter().all(|t| title.folded.contains(t));
        let (title, text) = &REAL.corpus[id];
        let exact = self.plain && (title.contains(&self.typed) || text.contains(&self.typed));
        (together, in_title, exact, if self.whole { hits } else { 0 })
    }
}

/// Asks for one page of a listing that is known to be right: the same ten articles; by date, in that order.
fn check_page_of(engine: &mut Engine, rng: &mut Rng, query: &str, listing: &[(usize, u64)], want: &[(usize, u64)]) {
    let sort = *rng.pick(&[Sort::Best, Sort::Best, Sort::Best, Sort::Newest, Sort::Oldest]);
    let offset = rng.below(want.len().div_ceil(10)) * 10;
    let mut expected: Vec<usize> = if sort == Sort::Best { listing } else { want }.iter().map(|w| w.0).collect();
    let date = |id: &usize| REAL.articles[*id].meta.iter().find(|m| m.0 == "date").map(|m| m.1.as_str());
    match sort {
        Sort::Best => {}
        // What has no date comes last.
        Sort::Newest => expected.sort_by_key(|id| Reverse(date(id))),
        Sort::Oldest => expected.sort_by_key(|id| (date(id).is_none(), date(id))),
    }
    let mut expected = expected[offset..(offset + 10).min(want.len())].to_vec();
    let options = Options { limit: 10, offset: offset as u32, sort, off: Off::default() };
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
    assert!(found.articles as usize == want.len() || !found.articles_exact && found.articles as usize > want.len(), "{query:?}");
}

#[test]
fn answers_on_real_text_are_those_of_a_scan() {
    let all = std::env::var_os("XUNZI_ALL").is_some();
    let total = if all { 20_000 } else { 300 };
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
            if let Some(order) = Order::new(query) {
                // A listing is in order within its pages of ten.
                for page in listing.chunks(10) {
                    let keys: Vec<_> = page.iter().map(|&(id, hits)| order.key(id, hits)).collect();
                    assert!(keys.is_sorted_by(|a, b| a >= b), "{k}: {query:?}: {page:?}, {keys:?}");
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
    assert!(too_long * 20 < total && (!all || !REAL.large || long > 100), "{too_long} too long, {long} long");
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
