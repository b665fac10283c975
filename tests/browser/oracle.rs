//! Does the page answer as the same engine does natively, to the last mark, and as a naive scan does?

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use xunzi::builder::build;
use xunzi::disk::folder::OnDisk;
use xunzi::disk::lock::Lock;
use xunzi::disk::publish;
use xunzi::fold::Off;
use xunzi::search::{Options, Search, Sort};

use crate::chromium::{Browser, Page};
use crate::generate::{self, Rng};
use crate::server::Server;
#[cfg(unix)]
use crate::site::given;
use crate::site::{EMPTY, large_corpora};
use crate::{folder, naive, support};

/// How long one answer is waited for: where folds are off, it may take reading most of a large index.
const PATIENCE: Duration = Duration::from_secs(300);

/// A question as a script puts it: a string of UTF-16 units, which need not be well-formed.
pub struct Question {
    units: Vec<u16>,
    options: Options,
}

impl Question {
    /// The query as the engine gets it: what is half of a surrogate pair becomes U+FFFD.
    fn query(&self) -> String {
        String::from_utf16_lossy(&self.units)
    }

    pub fn json(&self) -> Value {
        let Options { limit, offset, sort, off, .. } = self.options;
        let sort = match sort {
            Sort::Best => "best",
            Sort::Newest => "newest",
            Sort::Oldest => "oldest",
            Sort::Key => panic!("a field is not asked for here"),
        };
        let exact: Vec<&str> =
            Off::NAMES.into_iter().filter(|name| Off::parse(name).is_some_and(|bit| off.0 & bit.0 != 0)).collect();
        json!({"units": self.units, "options": {"limit": limit, "offset": offset, "sort": sort, "exact": exact}})
    }
}

/// Opens an index in a page, for the questions to come.
fn open(page: &Page, base: &str) {
    page.evaluate(&format!(
        r#"(async () => {{
            const {{ open }} = await import("{base}xunzi.js");
            window.index = await open("{base}");
        }})()"#
    ));
}

/// The page's answers, one after the other, or the codes of its errors; and what the slowest took in ms, with its place.
fn ask(page: &Page, questions: &[Question]) -> (Vec<Value>, (f64, usize)) {
    let listed: Vec<Value> = questions.iter().map(Question::json).collect();
    // It is not waited for in one call: all together may take longer than a call may.
    page.evaluate(&format!(
        r"window.answers = [];
        (async () => {{
            for (const {{ units, options }} of {}) {{
                const start = performance.now();
                const query = String.fromCharCode(...units);
                const found = await index.search(query, options).catch((e) => ({{ code: e.code }}));
                delete found.build;
                answers.push([found, performance.now() - start]);
            }}
        }})(), 0",
        Value::from(listed)
    ));
    let (mut answered, mut since) = (0, Instant::now());
    while answered < questions.len() {
        let now = page.evaluate("answers.length").as_u64().expect("a number") as usize;
        if now > answered {
            (answered, since) = (now, Instant::now());
        }
        assert!(since.elapsed() < PATIENCE, "no answer: {:?}, {:?}", questions[answered].query(), questions[answered].options);
        std::thread::sleep(Duration::from_millis(5));
    }
    let mut answers = Vec::new();
    let mut slowest = (0.0, 0);
    for (place, mut answer) in page.evaluate("answers").as_array().expect("a list of answers").clone().into_iter().enumerate() {
        let ms = answer[1].as_f64().unwrap_or(0.0);
        slowest = if ms > slowest.0 { (ms, place) } else { slowest };
        answers.push(answer[0].take());
    }
    (answers, slowest)
}

/// Closes the index: what it took.
fn close(page: &Page) -> Value {
    page.evaluate("index.close(), index.stats()")
}

/// The native engine's answers to the same questions.
fn ask_natively(dir: &Path, questions: &[Question]) -> Vec<Value> {
    let mut site = OnDisk::open(dir).unwrap_or_else(|e| panic!("{e}"));
    let mut answer = |question: &Question| {
        let mut search = Search::new(&question.query(), question.options);
        loop {
            match search.step(&mut site.reader) {
                Err(error) => break json!({"code": error.code()}),
                Ok(step) if step.done => break json!(step.found),
                Ok(step) => step.need.iter().for_each(|file| site.feed(*file).unwrap_or_else(|e| panic!("{e}"))),
            }
        }
    };
    questions.iter().map(&mut answer).collect()
}

/// Panics at the first answer of the page that is not the native one.
fn compare(questions: &[Question], page: &[Value], native: &[Value], about: &dyn Fn() -> String) {
    assert_eq!(page.len(), questions.len(), "every question has an answer");
    for ((question, page), native) in questions.iter().zip(page).zip(native) {
        assert!(page == native, "{:?}, {:?}\npage   {page}\nnative {native}\n{}", question.query(), question.options, about());
    }
}

/// The query's units, a few of them torn: half of a pair put in, taken out, or put in the place of another.
fn torn(rng: &mut Rng, query: &str) -> Vec<u16> {
    let mut units: Vec<u16> = query.encode_utf16().collect();
    for _ in 0..rng.within(1, 3) {
        let half = 0xD800 + rng.below(0x800) as u16;
        let at = rng.below(units.len() + 1);
        match rng.below(3) {
            0 => units.insert(at, half),
            1 if at < units.len() => units[at] = half,
            // This tears a pair if it is one.
            _ if at < units.len() => drop(units.remove(at)),
            _ => units.push(half),
        }
    }
    units
}

/// A few thousand random cases in the browser: corpora, parameters, folds and queries as in the native oracle.
#[test]
fn the_page_equals_the_native_engine_and_the_naive_scan() {
    let cases = if std::env::var_os("XUNZI_ALL").is_some() { 20_000 } else { 4_000 };
    let folder = folder();
    let server = Server::start(folder.path(), false);
    std::fs::write(folder.path().join("empty.html"), EMPTY).expect("the page is written");
    let browser = Browser::start();
    let page = browser.page();
    page.open(&server.url("/empty.html"));
    let mut rng = Rng::new(20_261_122);
    let (mut asked, mut with_answer, mut halves) = (0, 0, 0);
    for number in 0.. {
        if asked >= cases {
            break;
        }
        let mut corpus = generate::corpus(&mut rng);
        if rng.chance(1, 3) {
            // What a half of a pair is searched as.
            corpus.push(("\u{FFFD}".into(), format!("{0}\u{FFFD}{0}\u{FFFD}\u{FFFD}", generate::cut(&mut rng, &corpus, 6))));
        }
        let parameters = support::options(&mut rng);
        let dir = folder.path().join(number.to_string());
        let built = build(&support::articles(&corpus), &parameters).expect("there are articles");
        let lock = Lock::take(&dir, &mut || ()).unwrap_or_else(|e| panic!("{e}"));
        publish::write(&lock, &built, &xunzi::page::Page::new(None), 0).unwrap_or_else(|e| panic!("{e}"));
        let bits = if rng.chance(1, 4) { rng.below(64) as u8 } else { 0 };
        let question = |rng: &mut Rng| {
            let query = generate::query(rng, &corpus);
            let units = if rng.chance(1, 5) { torn(rng, &query) } else { query.encode_utf16().collect() };
            let options = match rng.below(3) {
                0 => Options {
                    limit: 2,
                    offset: rng.below(4) as u32,
                    sort: *rng.pick(&[Sort::Best, Sort::Newest]),
                    ..Options::default()
                },
                _ => Options { limit: 0, ..Options::default() },
            };
            Question { units, options: Options { off: support::off_of(bits), ..options } }
        };
        let questions: Vec<Question> = (0..50).map(|_| question(&mut rng)).collect();
        let about = || format!("corpus {number}, {parameters:?}, folds off {bits}\n{corpus:?}");
        open(&page, &format!("/{number}/"));
        let (answers, _) = ask(&page, &questions);
        close(&page);
        compare(&questions, &answers, &ask_natively(&dir, &questions), &about);
        asked += questions.len();
        halves += questions.iter().filter(|q| String::from_utf16(&q.units).is_err()).count();

        let default = naive::Library::new(&corpus, naive::Off::NONE);
        let library = naive::Library::new(&corpus, naive::Off::from_bits(bits));
        for (question, answer) in questions.iter().zip(&answers).filter(|(q, _)| q.options.limit == 0) {
            let (Ok(all), Ok(some)) = (default.search(&question.query()), library.search(&question.query())) else { continue };
            let want: Vec<(u64, u64)> =
                some.into_iter().filter(|m| all.iter().any(|a| a.id == m.id)).map(|m| (m.id as u64, m.hits as u64)).collect();
            let results = answer["results"].as_array().unwrap_or_else(|| panic!("{:?}: {answer}", question.query()));
            let number = |value: &Value| value.as_u64().unwrap_or_else(|| panic!("no number: {answer}"));
            let mut got: Vec<(u64, u64)> = results.iter().map(|r| (number(&r["id"]), number(&r["hits"]))).collect();
            got.sort_unstable();
            assert_eq!(got, want, "{:?}, {}", question.query(), about());
            assert_eq!(answer["state"], "complete");
            with_answer += usize::from(!want.is_empty());
        }
        std::fs::remove_dir_all(&dir).expect("our own folder");
    }
    println!("{asked} cases in the browser, {halves} with halves of pairs, {with_answer} with an answer that a scan confirms");
    assert!(halves * 20 > asked && with_answer * 4 > asked, "{asked} {halves} {with_answer}");
    assert_eq!(page.complaints(), Vec::<String>::new());
}

/// The same questions natively and in the browser, on a tenth of each large corpus; 2,000, and on the whole, as one of the
/// long tests.
#[test]
fn the_page_equals_the_native_engine_on_large_corpora() {
    let all = std::env::var_os("XUNZI_ALL").is_some();
    for (name, corpus) in large_corpora() {
        same_answers(&name, &corpus[..corpus.len() / 10], if all { 2_000 } else { 300 });
        if all {
            same_answers(&name, &corpus, 2_000);
        }
    }
}

/// The same on generated texts, the large one as one of the long tests.
#[test]
fn the_page_equals_the_native_engine_at_every_size() {
    let sizes: &[usize] = if std::env::var_os("XUNZI_ALL").is_some() { &[1_000_000, 100_000_000] } else { &[1_000_000] };
    for &bytes in sizes {
        let corpus: Vec<(String, String)> = support::texts(bytes).into_iter().map(|a| (a.title, a.text)).collect();
        same_answers("generated", &corpus, 2_000);
    }
}

/// An index of any size that is there already: `XUNZI_INDEX=DIR XUNZI_TEXTS=FILE cargo test … --test browser a_large_index -- --nocapture`,
/// with 300 queries, or as many as `XUNZI_QUERIES` says, from every 499th article of the JSON Lines that it was made of, all folds on; the native
/// answers are compared with a scan by the engine's test of that name.
#[cfg(unix)]
#[test]
fn a_large_index_answers_the_same_in_the_page() {
    let folder = folder();
    let Some(corpus) = given(folder.path()) else { return };
    let dir = folder.path().join("xunzi");
    let count = std::env::var("XUNZI_QUERIES").map_or(300, |n| n.parse().expect("a number of queries"));
    let mut rng = Rng::new(20_261_123);
    let questions: Vec<Question> = (0..count).map(|_| question(&mut rng, &corpus, false)).collect();

    let (server, browser) = (Server::start(folder.path(), true), Browser::start());
    let page = browser.page();
    page.open(&server.url("/empty.html"));
    open(&page, "/xunzi/");
    let (started, mut asked, mut found) = (Instant::now(), 0, 0);
    // Hours of silence would not tell a slow index from one that stands still.
    for some in questions.chunks(10) {
        let (native, (answers, (slowest, at))) = std::thread::scope(|scope| {
            let native = scope.spawn(|| ask_natively(&dir, some));
            let page = ask(&page, some);
            (native.join().expect("the native answers"), page)
        });
        compare(some, &answers, &native, &|| format!("{}", dir.display()));
        asked += some.len();
        found += native.iter().filter(|a| a["results"].as_array().is_some_and(|r| !r.is_empty())).count();
        println!(
            "{asked} the same after {:.1?}; of ten, {:?} took {slowest:.0} ms in the page",
            started.elapsed(),
            some[at].query()
        );
    }
    let stats = close(&page);
    println!("{found} of {asked} with results; in the page {stats}");
    assert!(found * 3 > asked, "{found} of {asked}");
    assert_eq!(page.complaints(), Vec::<String>::new());
}

/// One about a page of results; where folds may be off, they are for a tenth: such a question reads every text that would match with
/// all of them.
fn question(rng: &mut Rng, corpus: &[(String, String)], unfolded: bool) -> Question {
    let query = generate::query(rng, corpus);
    let offset = *rng.pick(&[0, 0, 0, 10]);
    let sort = *rng.pick(&[Sort::Best, Sort::Best, Sort::Newest, Sort::Oldest]);
    let off = support::off_of(if rng.chance(1, 10) && unfolded { rng.below(64) as u8 } else { 0 });
    Question { units: query.encode_utf16().collect(), options: Options { offset, sort, off, ..Options::default() } }
}

/// Questions about a corpus with the native answers: pages of results, then whole listings of what is in a few articles only.
pub fn asked_natively(dir: &Path, corpus: &[(String, String)], count: usize) -> (Vec<Question>, Vec<Value>) {
    let mut rng = Rng::new(20_261_123);
    let mut questions: Vec<Question> = (0..count).map(|_| question(&mut rng, corpus, true)).collect();
    let mut native = ask_natively(dir, &questions);
    let few = questions.iter().zip(&native).filter(|(_, a)| a["articles"].as_u64().is_some_and(|n| (1..=50).contains(&n)));
    let whole = |(q, _): (&Question, &Value)| Question { units: q.units.clone(), options: Options { limit: 0, ..q.options } };
    let few: Vec<Question> = few.take(count / 20).map(whole).collect();
    native.extend(ask_natively(dir, &few));
    questions.extend(few);
    (questions, native)
}

/// The questions to one page that stays open.
fn same_answers(name: &str, corpus: &[(String, String)], count: usize) {
    let started = Instant::now();
    let folder = folder();
    crate::site::build(corpus, folder.path());
    let built = started.elapsed();
    let (questions, native) = asked_natively(&folder.path().join("xunzi"), corpus, count);
    let found = native.iter().take(count).filter(|a| a["results"].as_array().is_some_and(|r| !r.is_empty())).count();
    let natively = started.elapsed() - built;
    let server = Server::start(folder.path(), true);
    let browser = Browser::start();
    let page = browser.page();
    page.open(&server.url("/empty.html"));
    open(&page, "/xunzi/");
    let (answers, (slowest, at)) = ask(&page, &questions);
    compare(&questions, &answers, &native, &|| format!("{name}, {} articles", corpus.len()));
    let stats = close(&page);
    let bytes: usize = corpus.iter().map(|(title, text)| title.len() + text.len()).sum();
    println!(
        "{name}, {} articles, {bytes} bytes: {} questions, {found} pages with results, the same natively and in the page; \
         built in {built:.1?}, asked natively in {:.1?}, in the page in {:.1?}; there {} bytes of memory, {} requests, {} bytes fetched; \
         the slowest took {slowest:.0} ms: {:?}, {:?}",
        corpus.len(),
        questions.len(),
        natively,
        started.elapsed() - built - natively,
        stats["memoryBytes"],
        stats["requests"],
        stats["bytesFetched"],
        questions[at].query(),
        questions[at].options
    );
    assert!(found * 3 > count, "{found} of {count}");
    // 7 to 8 MB for long articles and poems; a question that reads half of ten thousand packages has taken 34.3 MB.
    let most = if bytes / corpus.len() < 100 { 36 } else { 32 };
    assert!(stats["memoryBytes"].as_u64().is_some_and(|bytes| bytes <= most << 20), "{stats}");
    assert_eq!(page.complaints(), Vec::<String>::new());
}
