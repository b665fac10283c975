//! What do odd queries find, and what does an opened article show?

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use xunzi::Article;
use xunzi::fold::Off;
use xunzi::format::Kind;
use xunzi::search::answer::State;
use xunzi::search::whole::Reading;

use crate::generate::{self, Rng};
use crate::support::{self, Engine, seed};
use crate::{article, engine, naive};

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
/// A page that lists a whole script, as tables of characters do: an alphabet of thousands, each of them once.
#[test]
fn a_page_of_a_whole_script_builds_and_is_found() {
    let kinds = [
        ("Hangul", 0xAC00..=0xD7A3),
        ("Tangut", 0x17000..=0x187F7),
        ("private", 0xE000..=0xF8FF),
        ("private", 0xF0000..=0xF2000),
    ];
    for (name, codes) in kinds {
        let chars: Vec<char> = codes.filter_map(char::from_u32).collect();
        let lines: Vec<String> = chars.chunks(28).map(|line| line.iter().collect()).collect();
        let articles = [article(name, &lines.join("\n")), article("other", "nothing of it")];
        for pack in [true, false] {
            let mut engine = engine(&articles, pack);
            for at in [0, 1, 27, chars.len() / 2, chars.len() - 2] {
                let pair: String = chars[at..at + 2].iter().collect();
                for query in [chars[at].to_string(), chars[at + 1].to_string(), pair] {
                    let found = engine.all(&mut Rng::new(1), &query, Off::default()).unwrap_or_else(|e| panic!("{query:?}: {e}"));
                    let ids: Vec<u32> = found.results.iter().map(|r| r.id).collect();
                    // A line feed between two letters is a space, unless their script is known to have none.
                    let apart = name == "Tangut" && query.chars().count() == 2 && (at + 1) % 28 == 0;
                    assert_eq!(ids, if apart { vec![] } else { vec![0] }, "{name} {query:?}");
                }
            }
        }
    }
}

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

/// The engine finds in a text, for each of some queries, what the judge finds: in as many articles, as often.
fn as_the_judge(text: String, queries: &[&str], pack: bool) {
    let corpus = [(String::new(), text)];
    let articles: Vec<Article> = corpus.iter().map(|(title, text)| article(title, text)).collect();
    let mut engine = engine(&articles, pack);
    for query in queries {
        let found = engine.all(&mut Rng::new(1), query, Off::default()).unwrap_or_else(|e| panic!("{query}: {e}"));
        let want = naive::search(&corpus, query, naive::Off::NONE).unwrap_or_default();
        let hits = want.iter().map(|m| m.hits as u64).sum::<u64>();
        let start: String = corpus[0].1.chars().take(12).collect();
        assert_eq!((found.articles as usize, found.hits), (want.len(), hits), "{query:?} in {start:?}…");
    }
}

/// Where a passage ends is nobody's business: a dash is found with what it stands beside, wherever the two are parted.
#[test]
fn a_dash_is_found_beside_any_cut() {
    for (line, queries) in
        [("文\n-", ["文-", "-文"]), ("3 -", ["3-", "-3"]), ("a\n- ", ["a -", "- a"]), ("5 \u{2013}™ ", ["5 –", "–5"])]
    {
        as_the_judge(line.repeat(20_000), &queries, false);
    }
}

/// Signs that are marks on a space compose like any other.
#[test]
fn a_sign_of_several_marks_is_one_sign() {
    for text in ["¨\u{301}", "΅", "᾿\u{300}"] {
        as_the_judge(text.into(), &["¨", "\u{301}", "¨\u{301}", "΅", "\u{1FCD}"], true);
    }
}

/// A mark reaches as far as what it covers is shown: marks that fold away stand behind others, on a dash as on a letter, but
/// never on white space.
#[test]
fn a_mark_ends_where_what_it_covers_ends() {
    for (text, query) in
        [("־\u{307}\u{307}\u{591}", "־ \u{307}"), ("٢ \u{308}\u{308}\u{711}", "٢ \u{308}"), ("na\u{20dd}\u{301}a", "ａ\u{20dd}")]
    {
        let mut engine = engine(&[article("", text)], true);
        let found = engine.all(&mut Rng::new(1), query, Off::default()).unwrap_or_else(|e| panic!("{query:?}: {e}"));
        let marks = &found.results[0].snippets[0].marks;
        let possible = naive::marks(text, query, naive::Off::NONE);
        let whole = naive::whole(query, naive::Off::NONE).map(|term| naive::places(&naive::fold(text, naive::Off::NONE), &term));
        assert!(!marks.is_empty(), "{query:?}");
        for &(start, end) in marks {
            let mark = (start as usize, end as usize);
            // All of these characters are one UTF-16 unit.
            let together = whole.as_ref().is_some_and(|places| places.contains(&mark));
            assert!(possible.contains(&mark) || together, "{query:?} in {text:?}: {mark:?}, {possible:?}, {whole:?}");
        }
    }
}

/// Where each article of the input stands is said in several files where there are many: each is read alone.
#[test]
fn one_of_many_articles_is_opened() {
    let day = |k: u32| vec![("date".to_owned(), format!("{}-{:02}-{:02}", 1900 + k / 336, k / 28 % 12 + 1, k % 28 + 1))];
    let articles: Vec<Article> =
        (0..40_000).map(|k| Article { text: format!("n{k}"), meta: day(k), ..Article::default() }).collect();
    let mut engine = crate::engine(&articles, false);
    for id in [0, 16_383, 16_384, 32_767, 32_768, 39_999] {
        engine.cold();
        let mut reading = Reading::new(id, "", Off::default());
        let mut columns = 0;
        let whole = loop {
            let step = reading.step(&mut engine.reader).expect("whole files");
            if step.done {
                break step.found.expect("no file is missing");
            }
            columns += step.need.iter().filter(|file| file.kind == Kind::Column).count();
            step.need.into_iter().for_each(|file| engine.feed(file).expect("our own file"));
        };
        assert_eq!((whole.text, columns), (format!("n{id}"), 1));
    }
    let largest = engine.files.iter().filter(|f| f.0.starts_with("c/00") && f.0.as_str() > "c/000.dat").map(|f| f.1.len()).max();
    assert!(largest.is_some_and(|bytes| bytes <= 64 << 10), "{largest:?}");
}
