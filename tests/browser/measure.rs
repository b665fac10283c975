//! What does a reader wait for? Bytes, requests and dependent steps are asserted, times only printed.
//!
//! `cargo test --release --features embed --test browser measure -- --nocapture`; on docs-cn where `XUNZI_CORPORA` has it.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::chromium::{Browser, Page};
use crate::generate::typed;
use crate::server::Server;
use crate::site::{self, EMPTY, large_corpora};
use crate::{demo, folder};

/// Slow 4G as browsers' tools have it: so many milliseconds from a request to its answer, and bytes a second.
pub const SLOW_4G: (u32, u32) = (150, 200_000);
/// Bytes that the heads of an answer take on the wire, about.
const HEAD: usize = 250;

/// What the first ten results may take, in the median over the queries.
struct Most {
    bytes: usize,
    requests: usize,
    steps: f64,
}

/// The demo is one file: that, the engine and the manifest wait for the script.
const DEMO: Most = Most { bytes: 86_000, requests: 6, steps: 2.0 };
/// On documentation gram pages and blocks come after them. What other corpora take is told, not asserted.
const LARGE: Most = Most { bytes: 128_000, requests: 22, steps: 5.0 };
/// Milliseconds that the page's own thread may be kept from answering, with and without a worker. Times are only told until
/// this is a number.
const LONGEST_TASK: f64 = f64::INFINITY;

/// What one first answer took.
#[derive(Debug)]
pub struct First {
    pub ms: f64,
    pub requests: usize,
    pub bytes: usize,
    /// The articles shown.
    pub ids: Vec<u64>,
}

/// What a script takes in a browser that knows nothing yet, until it has the `ids` of its results.
pub fn first(browser: &Browser, server: &Server, script: &str, (latency, bytes): (u32, u32)) -> First {
    let page = browser.private_page();
    page.open(&server.url("/empty.html"));
    server.forget();
    server.set_line(Duration::from_millis(latency.into()), bytes);
    let first = page.evaluate(&format!(
        r"(async () => {{
            const start = performance.now();
            {script}
            return {{ ms: performance.now() - start, ids }};
        }})()"
    ));
    let requests = server.requests();
    First {
        ms: first["ms"].as_f64().unwrap_or(f64::NAN),
        requests: requests.len(),
        bytes: requests.iter().map(|r| r.bytes + HEAD).sum(),
        ids: first["ids"].as_array().expect("a list of ids").iter().filter_map(Value::as_u64).collect(),
    }
}

/// The first answer for a query, from the moment the script is asked for to the first results with their snippets.
pub fn first_answer(browser: &Browser, server: &Server, base: &str, query: &str, limit: u32, line: (u32, u32)) -> First {
    let script = format!(
        r#"const {{ open }} = await import("{base}xunzi.js");
            const index = await open("{base}");
            const {{ results, state }} = await index.search({}, {{ limit: {limit} }});
            if (state !== "complete") throw new Error(state);
            const ids = results.map((result) => result.id);"#,
        json!(query)
    );
    first(browser, server, &script, line)
}

pub fn median<T: Copy + PartialOrd>(of: impl Iterator<Item = T>) -> T {
    let mut all: Vec<T> = of.collect();
    all.sort_by(|a, b| a.partial_cmp(b).expect("numbers"));
    all[all.len() / 2]
}

/// First answers on slow 4G, and dependent steps: with a network of nothing but latency the time is their number.
fn first_answers(name: &str, folder: &Path, base: &str, queries: &[String], most: Option<&Most>) {
    let server = Server::start(folder, true);
    let browser = Browser::start();
    let firsts: Vec<First> = queries.iter().map(|q| first_answer(&browser, &server, base, q, 10, SLOW_4G)).collect();
    // Three results: a browser asks a host of HTTP/1.1 for six files at once, and ten results would wait for their turn.
    let longest = 2000;
    let steps: Vec<f64> = queries
        .iter()
        .take(3)
        .map(|q| (first_answer(&browser, &server, base, q, 3, (longest, 100_000_000)).ms / f64::from(longest)).floor())
        .collect();
    for (query, first) in queries.iter().zip(&firsts) {
        println!(
            "  {:>6.0} ms {:>3} requests {:>7} bytes {:>3} results  {query}",
            first.ms,
            first.requests,
            first.bytes,
            first.ids.len()
        );
    }
    let (ms, requests, bytes) =
        (median(firsts.iter().map(|f| f.ms)), median(firsts.iter().map(|f| f.requests)), median(firsts.iter().map(|f| f.bytes)));
    let steps = median(steps.into_iter());
    println!(
        "{name}, first ten results on slow 4G, medians: {ms:.0} ms, {requests} requests, {bytes} bytes, {steps} dependent steps"
    );
    assert!(firsts.iter().all(|f| !f.ids.is_empty()), "{firsts:?}");
    if let Some(most) = most {
        assert!(
            bytes <= most.bytes && requests <= most.requests && steps <= most.steps,
            "{name}: {bytes} bytes, {requests} requests, {steps} steps"
        );
    }
}

#[test]
fn measure_first_answers() {
    let folder = folder();
    let built = demo(&folder);
    std::fs::write(built.join("empty.html"), EMPTY).expect("the page is written");
    let queries: Vec<String> =
        ["志愿者", "除雪", "農", "search", "검색", "検索", "поиск", "2023年", "的", "新闻"].map(String::from).into();
    first_answers("the demo", &built, "/xunzi/", &queries, Some(&DEMO));
    // Many thousand short articles make an index that takes minutes on such a line.
    for (name, corpus) in large_corpora().into_iter().filter(|(_, corpus)| corpus.len() < 10_000) {
        let folder = super::folder();
        site::build(&corpus, folder.path());
        first_answers(&name, folder.path(), "/xunzi/", &typed(&corpus, 10), name.contains("docs-cn").then_some(&LARGE));
    }
}

/// What the first five and the first ten results of a cold page cost on the wire, and each of thirty further queries.
#[test]
fn measure_bytes_of_a_session() {
    for (name, corpus) in large_corpora() {
        let folder = super::folder();
        site::build(&corpus, folder.path());
        let server = Server::start(folder.path(), true);
        let browser = Browser::start();
        let queries = typed(&corpus, 40);
        let firsts = |limit| {
            let firsts: Vec<First> = queries
                .iter()
                .take(10)
                .map(|q| first_answer(&browser, &server, "/xunzi/", q, limit, (0, 1_000_000_000)))
                .collect();
            (median(firsts.iter().map(|f| f.bytes)), median(firsts.iter().map(|f| f.requests)))
        };
        let (five, ten) = (firsts(5), firsts(10));
        let page = browser.private_page();
        page.open(&server.url("/empty.html"));
        let ask = |queries: &[String]| {
            server.forget();
            page.evaluate(&format!(
                r#"(async () => {{
                    window.index ??= await (await import("/xunzi/xunzi.js")).open("/xunzi/");
                    for (const query of {}) await index.search(query, {{ limit: 10 }});
                }})()"#,
                json!(queries)
            ));
            server.requests().iter().map(|r| r.bytes + HEAD).sum::<usize>()
        };
        let (first, further) = queries.split_at(10);
        ask(&first[..1]);
        let mean = ask(further) / further.len();
        println!(
            "{name}, {} articles: first five {} bytes in {} requests, ten {} in {}, each of {} further queries {mean}",
            corpus.len(),
            five.0,
            five.1,
            ten.0,
            ten.1,
            further.len()
        );
        assert!(five.0 <= ten.0 && mean < five.0, "{name}: {five:?}, {ten:?}, {mean}");
    }
}

/// Queries in a page that has been open for a while: how long each takes there, how much memory, and whether the page's own
/// thread is ever kept from answering; then the same where a page may have no worker.
#[test]
fn measure_a_long_session() {
    let folder = folder();
    let corpora = large_corpora();
    let corpus = match corpora.first() {
        Some((_, corpus)) => corpus.clone(),
        None => site::corpus(),
    };
    site::build(&corpus, folder.path());
    let server = Server::start(folder.path(), true);
    let browser = Browser::start();
    let queries = typed(&corpus, if std::env::var_os("XUNZI_ALL").is_some() { 2_000 } else { 1_000 });
    println!("{} articles", corpus.len());
    let page = browser.page();
    page.open(&server.url("/empty.html"));
    let longest = session(&page, &queries);
    assert_eq!(page.workers().len(), 1);
    assert!(longest <= LONGEST_TASK, "a task of {longest} ms");

    println!("without a worker:");
    let page = browser.private_page();
    page.call("Page.addScriptToEvaluateOnNewDocument", json!({"source": "delete window.Worker"}));
    page.open(&server.url("/empty.html"));
    let longest = session(&page, &queries);
    assert_eq!(page.workers().len(), 0);
    assert!(longest <= LONGEST_TASK, "without a worker a task of {longest} ms");
}

/// Asks all queries, five hundred of them again; tells the longest task of the page in ms.
fn session(page: &Page, queries: &[String]) -> f64 {
    page.evaluate(
        r#"(async () => {
            window.slow = [];
            new PerformanceObserver((list) => slow.push(...list.getEntries().map((e) => e.duration))).observe({ type: "longtask" });
            const { open } = await import("/xunzi/xunzi.js");
            window.index = await open("/xunzi/");
        })()"#,
    );
    let ask = |queries: &[String]| {
        let script = format!(
            r#"(async () => {{
                const times = [];
                for (const query of {}) {{
                    const start = performance.now();
                    await index.search(query, {{ limit: 10 }});
                    times.push(performance.now() - start);
                }}
                return {{ times, memory: index.stats().memoryBytes, slow: window.slow }};
            }})()"#,
            json!(queries)
        );
        page.evaluate(&script)
    };
    let mut cold: Vec<f64> = Vec::new();
    let mut memory: Vec<u64> = Vec::new();
    let mut slow: Vec<f64> = Vec::new();
    let mut told = |answer: &Value, times: &mut Vec<f64>| {
        let numbers = |name: &str| answer[name].as_array().expect("times").iter().filter_map(Value::as_f64).collect::<Vec<_>>();
        times.extend(numbers("times"));
        memory.push(answer["memory"].as_u64().expect("memory"));
        slow = numbers("slow");
    };
    let started = Instant::now();
    let (twice, once) = queries.split_at(500);
    let mut warm: Vec<f64> = Vec::new();
    for times in [&mut cold, &mut warm] {
        twice.chunks(100).for_each(|part| told(&ask(part), times));
    }
    once.chunks(100).for_each(|part| told(&ask(part), &mut cold));
    let p95 = |times: &mut Vec<f64>| {
        times.sort_by(f64::total_cmp);
        (times[times.len() / 2], times[times.len() * 95 / 100])
    };
    let ((cold_half, cold_most), (half, most)) = (p95(&mut cold), p95(&mut warm));
    let longest = slow.iter().copied().fold(0.0, f64::max);
    println!(
        "  {} queries in {:.1?}: first time median {cold_half:.1} ms, 95 % within {cold_most:.1} ms; five hundred a second time median {half:.1} ms, 95 % within {most:.1} ms",
        queries.len(),
        started.elapsed()
    );
    println!("  memory of the engine after each hundred queries: {memory:?} bytes");
    println!("  {} tasks of the page over 50 ms, the longest {longest:.0} ms", slow.len());
    assert!(memory.iter().all(|&m| m <= 32 << 20), "{memory:?}");
    assert_eq!(page.complaints(), Vec::<String>::new());
    longest
}

/// Every article that has a letter, of the corpus with the most: how long the page's own thread is kept from answering, and what
/// it takes. With `XUNZI_ALL` only.
#[test]
fn measure_everything() {
    let Some((name, corpus)) = large_corpora().into_iter().max_by_key(|(_, corpus)| corpus.len()) else { return };
    if std::env::var_os("XUNZI_ALL").is_none() {
        return;
    }
    let folder = folder();
    site::build(&corpus, folder.path());
    let server = Server::start(folder.path(), true);
    let browser = Browser::start();
    let page = browser.page();
    page.open(&server.url("/empty.html"));
    let outcome = page.evaluate(
        r#"(async () => {
            const slow = [];
            new PerformanceObserver((list) => slow.push(...list.getEntries().map((e) => e.duration))).observe({ type: "longtask" });
            const { open } = await import("/xunzi/xunzi.js");
            const index = await open("/xunzi/");
            const start = performance.now();
            let first;
            const found = await index.search("e", { limit: 0, onprogress: () => (first ??= performance.now() - start) });
            return { results: found.results.length, articles: found.articles, ms: performance.now() - start, first, slow, memory: index.stats().memoryBytes };
        })()"#,
    );
    let slow = outcome["slow"].as_array().expect("times");
    println!(
        "{name}: all {} of {} articles in {:.0} ms, the first after {:.0} ms, {} tasks of the page over 50 ms {slow:.0?}; {} bytes of memory",
        outcome["results"],
        corpus.len(),
        outcome["ms"].as_f64().unwrap_or(0.0),
        outcome["first"].as_f64().unwrap_or(0.0),
        slow.len(),
        outcome["memory"]
    );
    assert_eq!(outcome["results"], outcome["articles"]);
    assert_eq!(
        outcome["results"],
        corpus.iter().filter(|(title, text)| (title.clone() + text).to_lowercase().contains('e')).count()
    );
}

/// What one query took in a browser that knows nothing yet: the answer, ms, kB of the index, and of the rest.
pub struct Paid {
    /// `None`: given up after 50 s.
    pub answer: Option<Value>,
    pub cost: [f64; 3],
}

impl Paid {
    /// Whether there are results; `None`: it was given up.
    pub fn found(&self) -> Option<bool> {
        Some(!self.answer.as_ref()?["results"].as_array()?.is_empty())
    }
}

/// Strings as people type them, drawn from some of the articles of an index; and such that are glued of two and mostly stand nowhere.
pub fn strings(corpus: &[(String, String)]) -> Vec<String> {
    let there: Vec<String> = typed(corpus, 20);
    // The first of three characters or more.
    let glued = there.iter().zip(there.iter().skip(1)).filter(|(a, _)| a.chars().count() > 2);
    let glued: Vec<String> = glued.map(|(a, b)| a.clone() + b).collect();
    there.into_iter().chain(glued).collect()
}

/// Asks the index in `folder/xunzi` on slow 4G, for each string anew, and prints what it took. Returns the medians where there are results and
/// where there are none, too.
pub fn pay(folder: &Path, strings: &[String]) -> (Vec<Paid>, [[f64; 3]; 2]) {
    let (server, browser) = (Server::start(folder, true), Browser::start());
    let ask = |query| {
        let page = browser.private_page();
        page.open(&server.url("/empty.html"));
        server.forget();
        server.set_line(Duration::from_millis(SLOW_4G.0.into()), SLOW_4G.1);
        let mut told = page.evaluate(&format!(
            r#"(async () => {{
                const start = performance.now();
                const {{ open }} = await import("/xunzi/xunzi.js");
                const signal = AbortSignal.timeout(50_000);
                const answer = await (await open("/xunzi/")).search({}, {{ signal }}).catch((e) => {{
                    if (!signal.aborted) throw e;
                }});
                return {{ ms: performance.now() - start, answer: answer && {{
                    articles: answer.articles, exact: answer.articlesExact, results: answer.results.map((hit) => hit.url),
                }} }};
            }})()"#,
            json!(query)
        ));
        let kilobytes = |of_index: bool| {
            let requests = server.requests().into_iter().filter(|r| r.path.ends_with(".dat") == of_index);
            requests.map(|r| r.bytes + HEAD).sum::<usize>() as f64 / 1e3
        };
        let cost = [told["ms"].as_f64().expect("ms"), kilobytes(true), kilobytes(false)];
        let answer = Some(told["answer"].take()).filter(|answer| !answer.is_null());
        let results = answer.as_ref().map_or(Value::Null, |answer| answer["results"].as_array().map_or(0, Vec::len).into());
        println!(
            "  {:>6.0} ms {:>7.1} kB of the index, {:>5.1} of the rest; results: {results}  {query}",
            cost[0], cost[1], cost[2]
        );
        Paid { answer, cost }
    };
    let paid: Vec<Paid> = strings.iter().map(ask).collect();
    let medians = [("there", true), ("absent", false)].map(|(name, of)| {
        let costs: Vec<[f64; 3]> = paid.iter().filter(|paid| paid.found() == Some(of)).map(|paid| paid.cost).collect();
        let medians @ [ms, index, rest] = std::array::from_fn(|k| median(costs.iter().map(|cost| cost[k])));
        println!("{name}: {}, medians {ms:.0} ms, {index:.1} kB of the index, {rest:.1} kB of the rest", costs.len());
        medians
    });
    println!("given up after 50 s: {}", paid.iter().filter(|paid| paid.answer.is_none()).count());
    (paid, medians)
}

/// An index or a catalog of any size that is there already: `XUNZI_INDEX=DIR XUNZI_TEXTS=FILE cargo test … --test browser
/// measure_what_is_there -- --nocapture`, with the JSON Lines that it was made of, or some of them.
#[cfg(unix)]
#[test]
fn measure_what_is_there() {
    let folder = folder();
    let Some(corpus) = site::given(folder.path()) else { return };
    let (paid, _) = pay(folder.path(), &strings(&corpus));
    assert!(paid.iter().filter(|paid| paid.found() == Some(true)).count() >= 10);
}
