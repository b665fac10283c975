//! Is real text narrowed and counted as a scan says, and for how many bytes?
//!
//! On the corpora of `XUNZI_CORPORA`, with made-up dates, sections and tags; without it there is nothing to ask. `XUNZI_ALL` asks
//! more. `XUNZI_SHORT` names a file of JSON Lines, 100 MB of short articles, whose bytes are measured too.

use std::path::{Path, PathBuf};

use xunzi::Article;
use xunzi::builder::Options as Parameters;
use xunzi::search::more::{Call, Request};

use crate::generate::{self, Rng};
use crate::naive;
use crate::narrow::{check_counts, check_forms, check_timeline, ids, made_up, request, run, scanned};
use crate::support::{self, Engine};

/// A corpus of this name, if it is there.
pub fn corpus(name: &str) -> Option<Vec<Article>> {
    let file = PathBuf::from(std::env::var_os("XUNZI_CORPORA")?).join(format!("corpora/{name}.jsonl.gz"));
    file.exists().then(|| read(&file))
}

fn read(file: &Path) -> Vec<Article> {
    xunzi::input::read(&[file.to_owned()], &Default::default(), &mut |_| {}).expect("the corpus can be read").articles
}

/// So many results are compared one by one; of more it takes minutes to show each.
const SHOWN: usize = 500;

fn narrowed(name: &str, queries: usize) {
    let Some(articles) = corpus(name) else { return };
    let mut rng = Rng::new(support::seed());
    let articles = made_up(&mut rng, articles);
    let texts: Vec<(String, String)> = articles.iter().map(|a| (a.title.clone(), a.text.clone())).collect();
    let scan = naive::scan::Scan::new(&texts);
    let mut engine = Engine::new(&articles, &Parameters::default());
    let (mut asked, mut sets, mut lines) = (0, 0, 0);
    while asked < queries {
        let mut request = request(&mut rng);
        let query = if rng.chance(1, 10) { String::new() } else { generate::cut(&mut rng, &texts, 6) };
        request.queries.push(query);
        let judge = |query: &str| scan.search(query);
        let Some(want) = scanned(&judge, &articles, &request) else { continue };
        // Of what stands nearly everywhere every text would be read, several times.
        if want.len() > SHOWN * 10 {
            continue;
        }
        if want.len() <= SHOWN {
            assert_eq!(ids(&mut engine, &request, None), (want.clone(), true), "{request:?}");
            sets += 1;
        }
        check_counts(&mut engine, &articles, &request, &want);
        check_timeline(&mut engine, &articles, &request, &want);
        if asked % 10 == 0 && !request.query().trim().is_empty() {
            lines += check_forms(&mut engine, &judge, &articles, &request);
        }
        asked += 1;
    }
    println!("{name}: {asked} combinations, {sets} sets, {lines} lines of what is near or begins so equal a scan");
}

#[test]
fn real_text_is_narrowed_and_counted_as_a_scan_says() {
    let queries = if std::env::var_os("XUNZI_ALL").is_some() { 400 } else { 12 };
    for name in ["docs-cn", "poems", "records-en"] {
        narrowed(name, queries);
    }
}

/// Bytes of files that a cold engine is fed for a call.
fn bytes(engine: &mut Engine, call: Call, request: &Request) -> usize {
    engine.cold();
    run(engine, call, request, None);
    engine.fed.iter().map(|fed| fed.1).sum()
}

/// What each call takes beyond the files that are there already, once a plain search has been answered.
fn measure(name: &str, articles: Vec<Article>) -> [usize; 4] {
    let mut rng = Rng::new(1);
    let articles = made_up(&mut rng, articles);
    let texts: Vec<(String, String)> = articles.iter().map(|a| (a.title.clone(), a.text.clone())).collect();
    let mut engine = Engine::new(&articles, &Parameters::default());
    // Two or three characters that are often grams, as most that is typed is.
    let queries: Vec<String> = generate::typed(&texts, 200).into_iter().filter(|q| q.chars().count() <= 3).take(20).collect();
    let opens: usize = ["root.dat", "dict.dat"].iter().filter_map(|name| engine.files.get(*name)).map(Vec::len).sum();
    let mut all = [Vec::new(), Vec::new(), Vec::new(), Vec::new()];
    for query in &queries {
        let request =
            Request { queries: vec![query.clone()], field: "section".into(), limit: 10, months: false, ..Request::default() };
        let wrong = Request { queries: vec![format!("{query}鿕")], ..request.clone() };
        for (at, (call, request)) in
            [(Call::Counts, &request), (Call::Timeline, &request), (Call::Near, &wrong), (Call::Complete, &request)]
                .into_iter()
                .enumerate()
        {
            all[at].push(bytes(&mut engine, call, request).saturating_sub(opens));
        }
    }
    let middle = all.map(|mut bytes| {
        bytes.sort_unstable();
        (bytes[bytes.len() / 2], bytes[bytes.len() - 1])
    });
    let [counts, timeline, near, complete] = middle;
    println!(
        "{name}: root and dict {opens} bytes, which a plain search has read; beyond them, median and most of {} queries: counts {counts:?}, timeline {timeline:?}, near {near:?}, complete {complete:?}",
        queries.len()
    );
    middle.map(|middle| middle.0)
}

#[test]
fn bytes_of_what_narrows_and_helps() {
    if let Some(articles) = corpus("docs-cn") {
        let [counts, timeline, near, complete] = measure("docs-cn", articles);
        assert!(counts.max(timeline).max(complete) <= 40_000, "{counts} {timeline} {near} {complete}");
    }
    if let Some(file) = std::env::var_os("XUNZI_SHORT") {
        let [counts, timeline, near, complete] = measure("short articles", read(Path::new(&file)));
        assert!(counts.max(timeline).max(complete) <= 80_000, "{counts} {timeline} {near} {complete}");
    }
}
