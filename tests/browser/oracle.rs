//! Does the page answer as the same engine does natively, to the last mark, and as a naive scan does?

use std::path::Path;

use serde_json::{Value, json};

use xunzi::build::build;
use xunzi::fold::Off;
use xunzi::search::{Options, Search, Sort};
use xunzi::site::{self, Site};

use crate::chromium::{Browser, Page};
use crate::generate::{self, Rng};
use crate::server::Server;
use crate::site::{EMPTY, large_corpora};
use crate::{folder, naive, support};

/// A question as a script puts it: a string of UTF-16 units, which need not be well-formed.
struct Question {
    units: Vec<u16>,
    options: Options,
}

impl Question {
    /// The query as the engine gets it: what is half of a surrogate pair becomes U+FFFD.
    fn query(&self) -> String {
        String::from_utf16_lossy(&self.units)
    }

    fn json(&self) -> Value {
        let Options { limit, offset, sort, off } = self.options;
        let sort = match sort {
            Sort::Best => "best",
            Sort::Newest => "newest",
            Sort::Oldest => "oldest",
        };
        let exact: Vec<&str> =
            Off::NAMES.into_iter().filter(|name| Off::parse(name).is_some_and(|bit| off.0 & bit.0 != 0)).collect();
        json!({"units": self.units, "options": {"limit": limit, "offset": offset, "sort": sort, "exact": exact}})
    }
}

/// The page's answers, one after the other, or the codes of its errors.
fn ask(page: &Page, base: &str, questions: &[Question]) -> Vec<Value> {
    let questions: Vec<Value> = questions.iter().map(Question::json).collect();
    let script = format!(
        r#"(async () => {{
            const {{ open }} = await import("{base}xunzi.js");
            const index = await open("{base}");
            const answers = [];
            for (const {{ units, options }} of {}) {{
                try {{
                    const found = await index.search(String.fromCharCode(...units), options);
                    delete found.build;
                    answers.push(found);
                }} catch (e) {{
                    answers.push({{ code: e.code }});
                }}
            }}
            index.close();
            return answers;
        }})()"#,
        Value::from(questions)
    );
    page.evaluate(&script).as_array().expect("a list of answers").clone()
}

/// The native engine's answers to the same questions.
fn ask_natively(dir: &Path, questions: &[Question]) -> Vec<Value> {
    let mut site = Site::open(dir).unwrap_or_else(|e| panic!("{e}"));
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
        site::write(&dir, &built, &site::Page::new(None), 0).unwrap_or_else(|e| panic!("{e}"));
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
        let answers = ask(&page, &format!("/{number}/"), &questions);
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

/// The same 2,000 questions natively and in the browser, on the large corpora and on a tenth of each.
#[test]
fn the_page_equals_the_native_engine_on_large_corpora() {
    for (name, corpus) in large_corpora() {
        for part in [corpus.len() / 10, corpus.len()] {
            same_answers(&name, &corpus[..part], 2_000);
        }
    }
}

fn same_answers(name: &str, corpus: &[(String, String)], count: usize) {
    let folder = folder();
    crate::site::build(corpus, folder.path());
    let dir = folder.path().join("xunzi");
    let server = Server::start(folder.path(), true);
    let browser = Browser::start();
    let page = browser.page();
    page.open(&server.url("/empty.html"));
    let mut rng = Rng::new(20_261_123);
    let question = |rng: &mut Rng| {
        let query = generate::query(rng, corpus);
        let offset = *rng.pick(&[0, 0, 0, 10]);
        let sort = *rng.pick(&[Sort::Best, Sort::Best, Sort::Newest, Sort::Oldest]);
        let off = support::off_of(if rng.chance(1, 10) { rng.below(64) as u8 } else { 0 });
        Question { units: query.encode_utf16().collect(), options: Options { limit: 10, offset, sort, off } }
    };
    let questions: Vec<Question> = (0..count).map(|_| question(&mut rng)).collect();
    let native = ask_natively(&dir, &questions);
    // In parts: one call of the protocol is not waited for over a minute.
    for (questions, native) in questions.chunks(200).zip(native.chunks(200)) {
        compare(questions, &ask(&page, "/xunzi/", questions), native, &|| format!("{name}, {} articles", corpus.len()));
    }
    let found = native.iter().filter(|a| a["results"].as_array().is_some_and(|r| !r.is_empty())).count();
    let bytes: usize = corpus.iter().map(|(title, text)| title.len() + text.len()).sum();
    println!(
        "{name}, {} articles, {bytes} bytes: {count} questions, {found} with results, the same natively and in the page",
        corpus.len()
    );
    assert!(found * 2 > count, "{found} of {count}");
    assert_eq!(page.complaints(), Vec::<String>::new());
}
