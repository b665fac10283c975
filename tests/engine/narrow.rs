//! Is what is narrowed, counted and found near the same as a scan says?

use std::collections::BTreeMap;

use xunzi::Article;
use xunzi::format::{File, Kind};
use xunzi::search::more::{Call, Job, Listing, Outcome, Request, Told};
use xunzi::search::{Options, Search};

use crate::generate::{self, Rng};
use crate::naive;
use crate::support::{self, Engine};

const SECTIONS: [&str; 4] = ["社区", "要闻", "Sport", "9"];
const TAGS: [&str; 5] = ["a", "b", "雪", "10", ""];

/// Articles of made-up dates, sections and tags.
pub fn made_up(rng: &mut Rng, mut articles: Vec<Article>) -> Vec<Article> {
    articles.iter_mut().for_each(|article| article.meta.clear());
    for article in &mut articles {
        if rng.chance(3, 4) {
            let date = format!("{}-{:02}-{:02}", rng.within(2021, 2023), rng.within(1, 12), rng.within(1, 28));
            article.meta.push(("date".into(), date));
        }
        if rng.chance(3, 4) {
            article.meta.push(("section".into(), (*rng.pick(&SECTIONS)).into()));
        }
        for _ in 0..rng.below(3) {
            article.meta.push(("tags".into(), (*rng.pick(&TAGS)).into()));
        }
    }
    // At least one of each, so that every field is there.
    articles[0].meta = [("date", "2022-02-03"), ("section", "社区"), ("tags", "a")].map(|(k, v)| (k.into(), v.into())).into();
    articles
}

fn values<'a>(article: &'a Article, field: &str) -> Vec<&'a str> {
    let mut values: Vec<&str> = article.meta.iter().filter(|m| m.0 == field && !m.1.is_empty()).map(|m| m.1.as_str()).collect();
    values.sort_unstable();
    values.dedup();
    values
}

/// Whether an article is meant, said anew: a date of these digits is as its text.
fn meant(article: &Article, request: &Request) -> bool {
    let date = values(article, "date").first().copied().unwrap_or("");
    let from = request.from.as_deref().is_none_or(|from| !date.is_empty() && &date[..from.len()] >= from);
    let to = request.to.as_deref().is_none_or(|to| !date.is_empty() && &date[..to.len()] <= to);
    let filters = request.filters.iter().all(|(field, wanted)| {
        let own = values(article, field);
        wanted.iter().any(|wanted| match (field.as_str(), wanted.as_str()) {
            (_, "") => own.is_empty(),
            ("date", wanted) => date.starts_with(wanted),
            (_, wanted) => own.contains(&wanted),
        })
    });
    from && to && filters
}

pub fn request(rng: &mut Rng) -> Request {
    let mut request = Request::parse("").expect("nothing is asked for");
    for (field, all) in [("section", &SECTIONS[..]), ("tags", &TAGS[..]), ("date", &["2021", "2022-02", ""][..])] {
        if rng.chance(1, 3) {
            for _ in 0..rng.within(1, 2) {
                request.filter(0, field.into(), (*rng.pick(all)).into());
            }
        }
    }
    let date = |rng: &mut Rng| match rng.below(3) {
        0 => format!("{}", rng.within(2020, 2024)),
        1 => format!("{}-{:02}", rng.within(2021, 2023), rng.within(1, 12)),
        _ => format!("{}-{:02}-{:02}", rng.within(2021, 2023), rng.within(1, 12), rng.within(1, 28)),
    };
    request.from = rng.chance(1, 3).then(|| date(rng));
    request.to = rng.chance(1, 3).then(|| date(rng));
    request
}

/// Runs a job to its end; files of a kind may be lost.
pub fn run(engine: &mut Engine, call: Call, request: &Request, lost: Option<Kind>) -> Outcome {
    let mut job = Job::new(call, request.clone());
    for _ in 0..10_000 {
        let step = job.step(&mut engine.reader).unwrap_or_else(|e| panic!("{request:?}: {e}"));
        if let Some(found) = step.found {
            return found;
        }
        assert!(!step.need.is_empty() || !step.asks.is_empty(), "a job that is not done needs something");
        for file in step.need {
            if lost == Some(file.kind) { job.fail(file, "not-found") } else { feed(engine, file) }
        }
        for (number, question) in step.asks {
            let mut search = question.search();
            job.tell(number, Told::from(finish(engine, &mut search)));
        }
    }
    panic!("a job without end: {request:?}");
}

fn feed(engine: &mut Engine, file: File) {
    engine.feed(file).expect("a whole file");
}

fn finish(engine: &mut Engine, search: &mut Search) -> xunzi::search::answer::Found {
    loop {
        let step = search.step(&mut engine.reader).expect("a search of a whole index");
        if step.done {
            return step.found.expect("an answer");
        }
        step.need.into_iter().for_each(|file| feed(engine, file));
    }
}

pub fn listing(outcome: Outcome) -> Listing {
    match outcome {
        Outcome::Listing(listing) => listing,
        other => panic!("no list: {other:?}"),
    }
}

/// The ids that a narrowed search finds, and whether all was read.
pub fn ids(engine: &mut Engine, request: &Request, lost: Option<Kind>) -> (Vec<u32>, bool) {
    let Outcome::Narrowed(narrowed) = run(engine, Call::Narrow, request, lost) else { panic!("nothing is narrowed") };
    let options = Options { limit: 0, ..Options::default() };
    let mut search = Search::new(request.query(), options);
    if let Some(keys) = &narrowed.keys {
        search.among(keys.to_vec());
    }
    if let Some((file, code)) = &narrowed.lost {
        search.fail(*file, code);
    }
    let found = finish(engine, &mut search);
    let mut ids: Vec<u32> = found.results.iter().map(|hit| hit.id).collect();
    assert_eq!(found.articles as usize, ids.len(), "{request:?}");
    assert_eq!(found.articles_exact, narrowed.lost.is_none(), "{request:?}");
    ids.sort_unstable();
    (ids, found.problem.is_none())
}

/// What a scan finds of a query.
pub type Judge<'a> = dyn Fn(&str) -> Result<Vec<naive::Match>, naive::TooLong> + 'a;

/// What a scan says; `None`: it is no question.
pub fn scanned(judge: &Judge<'_>, articles: &[Article], request: &Request) -> Option<Vec<u32>> {
    let all: Vec<u32> = match request.query().trim().is_empty() {
        true if !request.narrows() => return None,
        true => (0..articles.len() as u32).collect(),
        // What folds to nothing is not an empty query: nothing holds it.
        false => judge(request.query()).ok()?.iter().map(|m| m.id as u32).collect(),
    };
    Some(all.into_iter().filter(|&id| meant(&articles[id as usize], request)).collect())
}

pub fn check_counts(engine: &mut Engine, articles: &[Article], request: &Request, want: &[u32]) {
    for (field, exact) in [("section", true), ("tags", true), ("tags", false)] {
        let request = Request { field: field.into(), exact, ..request.clone() };
        let counted = listing(run(engine, Call::Counts, &request, None));
        let mut expected: BTreeMap<&str, u32> = BTreeMap::new();
        want.iter().flat_map(|&id| values(&articles[id as usize], field)).for_each(|v| *expected.entry(v).or_default() += 1);
        let got: BTreeMap<&str, u32> = counted.items.iter().map(|item| (item.label.as_str(), item.articles[0])).collect();
        assert!(!exact || counted.exact, "exact on demand: {request:?}");
        if counted.exact {
            assert_eq!(got, expected, "{request:?}");
        } else {
            assert!(got.iter().all(|(value, n)| expected.get(value).is_some_and(|most| n <= most)), "{request:?}: {got:?}");
        }
    }
}

pub fn check_timeline(engine: &mut Engine, articles: &[Article], request: &Request, want: &[u32]) {
    let request = Request { exact: true, months: want.len().is_multiple_of(2), ..request.clone() };
    let timeline = listing(run(engine, Call::Timeline, &request, None));
    let length = if request.months { 7 } else { 4 };
    let of = |id: u32| values(&articles[id as usize], "date").first().map(|date| date[..length].to_owned());
    let all = (0..articles.len() as u32).filter(|&id| meant(&articles[id as usize], &request));
    let mut expected: BTreeMap<Option<String>, (u32, u32)> = BTreeMap::new();
    all.for_each(|id| expected.entry(of(id)).or_default().1 += 1);
    want.iter().for_each(|&id| expected.entry(of(id)).or_default().0 += 1);
    let line = |item: &xunzi::search::more::Item| (item.articles[0], item.all.expect("all of them"));
    let mut got: BTreeMap<Option<String>, (u32, u32)> =
        timeline.items.iter().map(|item| (Some(item.label.clone()), line(item))).collect();
    got.extend(timeline.rest.iter().map(|(_, item)| (None, line(item))));
    got.retain(|_, n| *n != (0, 0));
    assert_eq!(got, expected, "{request:?}");
}

/// Each line is a query that was answered: its number is the scan's, or a lower bound and said to be one.
pub fn check_forms(engine: &mut Engine, judge: &Judge<'_>, articles: &[Article], request: &Request) -> usize {
    let mut lines = 0;
    for call in [Call::Near, Call::Complete] {
        for item in listing(run(engine, call, request, None)).items {
            let mut other = request.clone();
            if item.kind == Some("filter") {
                if item.label == "date" && (request.from.is_some() || request.to.is_some()) {
                    continue;
                }
                other.filters.retain(|f| f.0 != item.label);
            } else {
                other = Request { queries: vec![item.label.clone()], ..Request::parse("").expect("nothing else") };
            }
            let true_number = scanned(judge, articles, &other).map_or(0, |ids| ids.len() as u32);
            let (n, exact) = (item.articles[0], item.exact == Some(true));
            assert!(n > 0 && n <= true_number && (!exact || n == true_number), "{request:?}: {item:?}, a scan: {true_number}");
            lines += 1;
        }
    }
    lines
}

#[test]
fn what_is_narrowed_counted_and_near_equals_a_scan() {
    let all = std::env::var_os("XUNZI_ALL").is_some();
    let (corpora, queries) = if all { (1_300, 20) } else { (150, 20) };
    let (mut combinations, mut lines) = (0, 0);
    let mut rng = Rng::new(support::seed());
    for _ in 0..corpora {
        let corpus = generate::corpus(&mut rng);
        if corpus.is_empty() {
            continue;
        }
        let articles = made_up(&mut rng, support::articles(&corpus));
        let mut engine = Engine::new(&articles, &support::options(&mut rng));
        let library = naive::Library::new(&corpus, naive::Off::NONE);
        let judge: &Judge<'_> = &|query| library.search(query);
        for k in 0..queries {
            let mut request = request(&mut rng);
            let query = if rng.chance(1, 6) { String::new() } else { generate::query(&mut rng, &corpus) };
            request.queries.push(query);
            let Some(want) = scanned(judge, &articles, &request) else { continue };
            combinations += 1;
            assert_eq!(ids(&mut engine, &request, None), (want.clone(), true), "{request:?}");
            check_counts(&mut engine, &articles, &request, &want);
            check_timeline(&mut engine, &articles, &request, &want);
            if k % 4 == 0 && !request.query().trim().is_empty() && request.query().chars().count() < 40 {
                lines += check_forms(&mut engine, judge, &articles, &request);
            }
        }
    }
    println!("{combinations} combinations and {lines} lines of what is near or begins so equal a scan");
    assert!(!all || combinations >= 20_000, "{combinations}");
}

/// Without a column nothing is shown that is not meant, and the answer says that it is partial.
#[test]
fn a_column_that_is_lost_makes_an_answer_partial_never_wrong() {
    let mut rng = Rng::new(support::seed());
    let mut seen = 0;
    for _ in 0..60 {
        let corpus = generate::corpus(&mut rng);
        if corpus.is_empty() {
            continue;
        }
        let articles = made_up(&mut rng, support::articles(&corpus));
        let mut engine = Engine::new(&articles, &xunzi::builder::Options { pack: Some(false), ..Default::default() });
        let library = naive::Library::new(&corpus, naive::Off::NONE);
        let mut request = request(&mut rng);
        request.queries.push(generate::query(&mut rng, &corpus));
        let Some(want) = scanned(&|query| library.search(query), &articles, &request).filter(|_| request.narrows()) else {
            continue;
        };
        engine.cold();
        let (got, whole) = ids(&mut engine, &request, Some(Kind::Column));
        assert!(!whole, "{request:?}");
        assert!(got.iter().all(|id| want.contains(id)), "{request:?}");
        seen += 1;
    }
    assert!(seen > 20, "{seen} are enough to tell");
}

#[test]
fn what_is_no_question_is_told_what_there_is() {
    let mut rng = Rng::new(1);
    let articles = made_up(&mut rng, support::articles(&[("雪".into(), "志愿者除雪".into())]));
    let between = xunzi::search::more::BETWEEN.to_string();
    let apart = xunzi::builder::Options { pack: Some(false), ..Default::default() };
    let mut engines = [Default::default(), apart].map(|options| Engine::new(&articles, &options));
    for (parts, told) in [
        (&["filter", "place", "x"][..], "the fields are date, section, tags, not place"),
        (&["sort", "-size"], "the fields are date, section, tags, not size"),
        (&["from", "2023-13"], "a date is 2023, 2023-05 or 2023-05-14, not 2023-13"),
        (&["filter", "date", "heute"], "a date is 2023, 2023-05 or 2023-05-14, not heute"),
        (&["unit", "week"], "unit takes year or month, not week"),
        (&["limit", "many"], "limit is a whole number up to 1000, not many"),
    ] {
        for engine in &mut engines {
            let request = Request::parse(&parts.join(&between)).map(|r| Request { queries: vec!["雪".into()], ..r });
            let mut failed = None;
            match request {
                Err(error) => failed = Some(error),
                Ok(request) => {
                    let mut job = Job::new(Call::Narrow, request);
                    while failed.is_none() {
                        match job.step(&mut engine.reader) {
                            Ok(step) if step.found.is_none() => {
                                // Else it would not be told where that file is lost.
                                assert!(!step.need.contains(&File::DICT), "{parts:?}: what there is stands in the root");
                                step.need.into_iter().for_each(|file| feed(engine, file));
                            }
                            Ok(step) => panic!("{parts:?}: {step:?}"),
                            Err(error) => failed = Some(error),
                        }
                    }
                }
            }
            let error = failed.expect("an error");
            assert_eq!((error.code(), error.text().as_str()), ("bad-request", told));
        }
    }
}

/// A column that is cut into several files is read whole, or not at all.
#[test]
fn a_column_of_several_files_says_the_same() {
    let mut articles = support::articles(&vec![(String::new(), "雪".to_owned()); 40]);
    let value = |k: usize| format!("{k}{}", "漏".repeat(1000));
    articles.iter_mut().enumerate().for_each(|(k, article)| article.meta.push(("section".into(), value(k))));
    let parameters = xunzi::builder::Options { pack: Some(false), ..Default::default() };
    let mut engine = Engine::new(&articles, &parameters);
    let files: Vec<String> = engine.files.keys().filter(|name| name.starts_with("c/")).cloned().collect();
    assert_eq!(files, ["c/000.dat", "c/001.dat"]);
    assert!(files.iter().all(|name| engine.files[name].len() <= 64 << 10));
    let mut request = Request { queries: vec!["雪".into()], ..Request::default() };
    request.filter(0, "section".into(), value(39));
    assert_eq!(ids(&mut engine, &request, None), (vec![39], true));
    engine.cold();
    assert_eq!(ids(&mut engine, &request, Some(Kind::Column)), (vec![], false));
    // Files that come one after the other, while there is room for one.
    engine.cold();
    engine.reader.set_cap(1);
    assert_eq!(ids(&mut engine, &request, None), (vec![39], true));
}

/// Who types nothing is shown all that is meant; who types only what counts for nothing, or signs that stand nowhere, finds nothing.
#[test]
fn nothing_but_signs_is_not_an_empty_query() {
    let articles = made_up(&mut Rng::new(1), support::articles(&vec![("雪".into(), "志愿者除雪".into()); 9]));
    let mut engine = Engine::new(&articles, &Default::default());
    for (query, found) in [("", true), (" \u{3000}", true), ("!!!", false), ("\u{200B}", false), ("\"\"", false), ("— —", false)]
    {
        let mut request = Request { queries: vec![query.into()], field: "section".into(), ..Request::default() };
        request.filter(0, "section".into(), "社区".into());
        let (list, whole) = ids(&mut engine, &request, None);
        assert_eq!((list.is_empty(), whole), (!found, true), "{query:?}");
        for exact in [false, true] {
            let request = Request { exact, ..request.clone() };
            let counted = listing(run(&mut engine, Call::Counts, &request, None));
            assert_eq!((counted.items.is_empty(), counted.exact), (!found, true), "{query:?}");
        }
    }
}

/// What is offered is asked as the reader asks: with the folds of the request.
#[test]
fn folds_that_are_off_are_off_in_every_question() {
    let articles = support::articles(&[
        ("甲".into(), "MySQL and mysql".into()),
        ("乙".into(), "MySQL".into()),
        ("丙".into(), "mysql".into()),
    ]);
    let mut engine = Engine::new(&articles, &Default::default());
    let between = xunzi::search::more::BETWEEN.to_string();
    for (folds, n) in [("", 3), ("case", 2), ("case,width", 2)] {
        for (call, query) in [(Call::Near, "mysqk"), (Call::Complete, "my?ql")] {
            let request = Request::parse(&["query", query, "exact", folds].join(&between)).expect("a request");
            let found = listing(run(&mut engine, call, &request, None));
            let item = found.items.iter().find(|item| item.label == "mysql").unwrap_or_else(|| panic!("{query}: {found:?}"));
            assert!(item.articles[0] <= n && (item.exact != Some(true) || item.articles[0] == n), "{folds}: {item:?}");
            assert!(item.articles[0] > 0);
        }
    }
}
