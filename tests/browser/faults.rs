//! What if the host, the network, or the browser does not do what it should?
//!
//! One table of faults, one loop. While a fault lasts, every answer is whole and right, or says with the right code that
//! it is not; none mixes two builds, and none says "nothing found" of what was not read. Once the fault is over the same
//! page answers everything, without being loaded again. Waiting times are cut to a third (`pace`); `XUNZI_FAULT` picks the
//! cases whose names hold it.

use std::fs;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use tempfile::TempDir;
use xunzi::format::manifest::Manifest;

use crate::chromium::{Browser, Page};
use crate::generate::Rng;
use crate::server::{Fault, Server, Wrong};
use crate::site;

/// Two generations of a site of many files (`/xunzi/`, `/b/`) and a site of one (`/pack/`), under one server's root.
struct World {
    folder: TempDir,
    /// Per site its articles.
    texts: Vec<Vec<Value>>,
    /// Per site what is asked, with the true answer.
    truths: [Vec<(Value, Value)>; 3],
    /// A script and a module of another engine.
    other_worker: Vec<u8>,
    other_wasm: Vec<u8>,
}

/// The sites' folders under the server's root.
const SITES: [&str; 3] = ["/xunzi/", "/b/", "/pack/"];

/// Articles of random words, dated, so many that their index has every kind of file.
fn articles(seed: u64, count: usize) -> Vec<Value> {
    let mut rng = Rng::new(0); // all sites have the same words
    let letter = |rng: &mut Rng| char::from_u32(0x4e00 + (rng.below(40) * rng.below(40)) as u32).unwrap_or('一');
    let words: Vec<String> = (0..400).map(|_| (0..rng.within(1, 3)).map(|_| letter(&mut rng)).collect()).collect();
    let mut rng = Rng::new(seed);
    let sentence = |rng: &mut Rng, n: usize| (0..n).map(|_| rng.pick(&words).as_str()).collect::<String>();
    let article = |id: usize| {
        let (title, text) = (sentence(&mut rng, 3), sentence(&mut rng, 600));
        let date = format!("20{:02}-{:02}-{:02}", rng.below(25), rng.within(1, 12), rng.within(1, 28));
        json!({"title": format!("{seed}:{id} {title}"), "text": text, "url": format!("/{seed}/{id}/"), "date": date})
    };
    (0..count).map(article).collect()
}

impl World {
    fn new() -> World {
        let folder = TempDir::with_prefix("xunzi-faults-").expect("a temporary folder");
        let root = folder.path();
        let write = |name: &str, bytes: &[u8]| fs::write(root.join(name), bytes).unwrap_or_else(|e| panic!("{name}: {e}"));
        write("empty.html", b"<!doctype html><meta charset=utf-8><title>empty</title><link rel=icon href=data:,>");
        let seeds = [(1, 400), (2, 390), (3, 12)];
        let mut texts = Vec::new();
        let truths = [0, 1, 2].map(|site| {
            let (seed, count) = seeds[site];
            let articles = articles(seed, count);
            let lines: Vec<String> = articles.iter().map(|article| article.to_string() + "\n").collect();
            write("articles.jsonl", lines.concat().as_bytes());
            let out = root.join(SITES[site].trim_matches('/'));
            site::xunzi(&[
                "build",
                &root.join("articles.jsonl").to_string_lossy(),
                "--out",
                &out.to_string_lossy(),
                "--keep",
                "0",
            ]);
            let truth = answered(&questions(&articles), &articles, &out);
            let none: Vec<bool> = truth.iter().map(|(_, answer)| answer["articles"] == 0).collect();
            assert_eq!(none, [false, false, true, false, false], "site {site}");
            texts.push(articles);
            truth
        });
        let read = |name: &str| {
            let path = engine(&root.join("xunzi")).join(name);
            fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
        };
        let other_worker =
            b"onmessage = () => postMessage({ type: 'fault', code: 'version', message: 'of another build' });".to_vec();
        // the same module with a section that means nothing: another build that runs just as well
        let other_wasm = [read("engine.wasm"), vec![0, 2, 1, b'x']].concat();
        another_engine(&root.join("b"));
        World { folder, texts, truths, other_worker, other_wasm }
    }

    /// A server of these sites that sends what never changes as a good host does: to be kept for ever.
    fn serve(&self) -> Server {
        let server = Server::start(self.folder.path(), true);
        server.set_headers(header_of);
        server
    }
}

fn header_of(path: &str) -> String {
    let kept = path.ends_with(".dat") || path.contains("/worker.js") || path.ends_with(".wasm");
    if kept { "Cache-Control: max-age=31536000, immutable\r\n".into() } else { String::new() }
}

/// Gives the engine of a site another name, as if it were of another release.
fn another_engine(site: &Path) {
    let (old, name) = (engine(site), "00000000000000ee");
    let mut manifest = Manifest::read(&fs::read_to_string(site.join("manifest")).expect("a manifest")).expect("a whole one");
    manifest.engine = name.into();
    let worker = fs::read_to_string(old.join("worker.js")).expect("a script");
    let worker = worker.trim_end().rsplit_once("//").expect("the script's name").0.to_string() + "//" + name + "\n";
    let new = site.join(name);
    fs::rename(&old, &new).and_then(|()| fs::write(new.join("worker.js"), worker)).expect("the engine moves");
    fs::write(site.join("manifest"), manifest.write()).expect("the manifest is written");
}

/// The folder of a site's engine.
fn engine(site: &Path) -> std::path::PathBuf {
    let text = fs::read_to_string(site.join("manifest")).expect("a manifest");
    site.join(Manifest::read(&text).expect("a whole manifest").engine)
}

/// What is asked of a site: something frequent, something rare, something absent that only the text can refute, the
/// oldest first, an article.
fn questions(articles: &[Value]) -> Vec<Value> {
    let text = |id: usize| articles[id]["text"].as_str().unwrap_or_default().chars().collect::<Vec<char>>();
    let cut = |id: usize, from: usize, to: usize| text(id)[from..to].iter().collect::<String>();
    vec![
        json!(["search", cut(3, 40, 41), {"limit": 10}]),
        json!(["search", cut(5, 300, 308), {"limit": 10}]),
        json!(["search", cut(7, 100, 104) + &cut(8, 200, 204), {"limit": 10}]),
        json!(["search", cut(3, 40, 42), {"limit": 3, "sort": "oldest"}]),
        json!(["article", 11]),
    ]
}

/// The questions with the true answers: those of the command, and the article as it was given.
fn answered(questions: &[Value], articles: &[Value], index: &Path) -> Vec<(Value, Value)> {
    let answer = |question: &Value| {
        if question[0] == "article" {
            let whole = |key: &str| articles[11][key].clone();
            return json!({"title": whole("title"), "text": whole("text"), "url": whole("url")});
        }
        let (query, options) = (question[1].as_str().unwrap_or_default(), &question[2]);
        let (limit, sort) = (options["limit"].to_string(), options["sort"].as_str().unwrap_or("best"));
        let index = index.to_string_lossy();
        let printed = site::xunzi(&["search", &index, "--json", "--limit", &limit, "--sort", sort, "--", query]);
        serde_json::from_str(&printed).unwrap_or_else(|e| panic!("{query}: {e}: {printed}"))
    };
    questions.iter().map(|question| (question.clone(), answer(question))).collect()
}

/// Asks a page all of `asked` at once, opening the site if that has not succeeded yet.
fn ask(page: &Page, site: &str, asked: &[(Value, Value)]) -> Vec<Value> {
    let calls: Vec<&Value> = asked.iter().map(|(call, _)| call).collect();
    let script = format!(
        r#"(async () => {{
            const {{ open }} = await import("/xunzi/xunzi.js");
            try {{
                globalThis.index ??= await open("{site}", {{ pace: .3 }});
            }} catch (e) {{
                return {calls}.map(() => ({{ code: e.code, message: e.message }}));
            }}
            return Promise.all({calls}.map(([call, ...values]) =>
                index[call](...values).then((found) => ({{ found }}), (e) => ({{ code: e.code, message: e.message }}))));
        }})()"#,
        calls = json!(calls)
    );
    page.evaluate(&script).as_array().expect("a list of outcomes").clone()
}

/// Whether an outcome is the whole truth.
fn is_whole(outcome: &Value, (call, truth): &(Value, Value)) -> bool {
    let mut found = outcome["found"].clone();
    if call[0] == "article" {
        return truth.as_object().expect("fields").iter().all(|(key, value)| found[key] == *value);
    }
    if let Some(fields) = found.as_object_mut() {
        fields.remove("build");
    }
    found == *truth
}

/// What is wrong with an outcome under a fault, if anything: it must be whole, or tell one of `codes`. When what is at
/// fault is needed to start (`first`), nothing can be answered at all; otherwise a search can be answered in part.
fn judge(outcome: &Value, asked: &(Value, Value), codes: &[&str], first: bool) -> Result<bool, String> {
    if is_whole(outcome, asked) {
        return Ok(true);
    }
    let found = &outcome["found"];
    let wrong = |what: &str| Err(format!("{what}: {} answered {outcome:.600}", asked.0));
    let known = |code: &Value| code.as_str().is_some_and(|code| codes.contains(&code));
    if found.is_object() {
        if first || asked.0[0] == "article" || found["state"] != "partial" {
            return wrong("neither the whole answer nor an error");
        }
        if !known(&found["problem"]["code"]) || found["problem"]["message"].as_str().is_none_or(str::is_empty) {
            return wrong("the problem is another");
        }
        if found["articlesExact"] == true || found["hitsExact"] == true {
            return wrong("a part is no exact count");
        }
        // what is shown is of this build (titles and addresses say which)
        let build = &asked.1["results"][0]["title"].as_str().and_then(|t| t.split(':').next()).unwrap_or("");
        let foreign =
            |result: &Value| !result["title"].as_str().is_some_and(|title| build.is_empty() || title.starts_with(build));
        if found["results"].as_array().is_none_or(|results| results.iter().any(foreign)) {
            return wrong("results of another build");
        }
    } else if !known(&outcome["code"]) || outcome["message"].as_str().is_none_or(str::is_empty) {
        return wrong("the code is another");
    } else if !first && asked.0[0] == "search" {
        return wrong("an error instead of a part");
    }
    Ok(false)
}

/// One row of the table.
struct Case {
    name: String,
    /// Which of the sites.
    site: usize,
    /// Whether nothing can be answered without what is at fault.
    first: bool,
    /// The codes that may be told; none: the answers must be whole all the same.
    codes: &'static [&'static str],
    /// How a path is answered while the fault lasts.
    fault: Fault,
    /// Headers of the page.
    headers: &'static str,
    /// The fault is the page's own and never over.
    lasting: bool,
    /// Whether the host lets browsers keep files.
    kept: bool,
}

impl Case {
    /// A case of the large site that is over with its fault.
    fn new(
        name: &str,
        codes: &'static [&'static str],
        fault: impl Fn(&str, usize) -> Option<Wrong> + Send + Sync + 'static,
    ) -> Case {
        Case { name: name.into(), site: 0, first: true, codes, fault: Arc::new(fault), headers: "", lasting: false, kept: true }
    }
}

/// Every kind of file: its name in messages, what its path holds, the site that has it, whether it is needed to start.
const FILES: [(&str, &str, usize, bool); 9] = [
    ("manifest", "/manifest", 0, true),
    ("worker", "/worker.js", 0, true),
    ("engine", "/engine.wasm", 0, true),
    ("root", "/root.dat", 0, true),
    ("dictionary", "/dict.dat", 0, false),
    ("gram page", "/g/", 0, false),
    ("text block", "/t/", 0, false),
    ("column", "/c/", 0, false),
    ("pack", "/pack.dat", 2, true),
];

/// What can befall a file: a name, the answer for a path, the codes to tell.
type Befall = (&'static str, fn(&World, &str) -> Wrong, &'static [&'static str]);

const FAULTS: [Befall; 13] = [
    ("is missing", |_, _| Wrong::Status(404), &["not-found"]),
    ("meets an error of the server", |_, _| Wrong::Status(503), &["not-found"]),
    ("is a page of HTML", |_, _| Wrong::Html, &["corrupt", "not-found"]),
    ("is cut short unnoticed", |_, _| Wrong::Short(70), &["corrupt"]),
    ("is cut short when compressed", |_, _| Wrong::ShortZip(900), &["corrupt", "offline"]),
    ("is empty", |_, _| Wrong::Short(0), &["corrupt"]),
    ("has a wrong bit", |_, _| Wrong::Flip(500), &["corrupt"]),
    ("is of another build", of_another_build, &["corrupt", "version"]),
    ("breaks off", |_, _| Wrong::Cut(60), &["offline"]),
    ("is not answered", |_, _| Wrong::Closed, &["offline"]),
    ("hangs", |_, _| Wrong::Hang, &["offline"]),
    ("is late", |_, _| Wrong::Late(Duration::from_millis(300)), &[]),
    ("drips", |_, _| Wrong::Drip(Duration::from_millis(60)), &[]),
];

/// A file of the same name, but of another build.
fn of_another_build(world: &World, path: &str) -> Wrong {
    if path.ends_with("worker.js") {
        return Wrong::Body(world.other_worker.clone());
    }
    if path.ends_with(".wasm") {
        return Wrong::Body(world.other_wasm.clone());
    }
    let name = path.rsplit("/").next().unwrap_or_default();
    let folder = path.trim_end_matches(name).rsplit('/').nth(1).filter(|folder| folder.len() == 1);
    let folder = folder.map_or(String::new(), |folder| format!("{folder}/"));
    let site = world.folder.path().join("b");
    let build = Manifest::read(&fs::read_to_string(site.join("manifest")).expect("a manifest")).expect("a whole manifest").build;
    let other = site.join(&build).join(format!("{folder}{name}"));
    // the small site has one file, another build of it is any other file
    let other = if other.is_file() { other } else { site.join(&build).join("root.dat") };
    Wrong::Body(fs::read(&other).unwrap_or_else(|e| panic!("{}: {e}", other.display())))
}

/// Each fault on each kind of file.
fn files_at_fault(world: &Arc<World>) -> Vec<Case> {
    let mut cases = Vec::new();
    for (file, part, site, first) in FILES {
        for (name, wrong, codes) in FAULTS {
            // any other manifest is that of another build: the tests of a new build ask that
            if file == "manifest" && name == "is of another build" {
                continue;
            }
            let world = Arc::clone(world);
            let fault = move |path: &str, _: usize| path.contains(part).then(|| wrong(&world, path));
            cases.push(Case { site, first, ..Case::new(&format!("{file} {name}"), codes, fault) });
        }
    }
    cases
}

/// Asks under the fault, then after it, in a page that knows nothing yet.
fn run(world: &World, browser: &Browser, server: &Server, case: &Case) -> Result<(), String> {
    let truths = &world.truths[case.site];
    let page = browser.private_page();
    let headers = case.headers;
    let kept = case.kept;
    server.set_headers(move |path| match path {
        "/empty.html" => headers.into(),
        _ if kept => header_of(path),
        _ => String::new(),
    });
    server.set_fault(|_, _| None);
    page.open(&server.url("/empty.html"));
    server.forget();
    let fault = Arc::clone(&case.fault);
    server.set_fault(move |path, before| fault(path, before));
    let outcomes = ask(&page, SITES[case.site], truths);
    let mut whole = true;
    for (outcome, asked) in outcomes.iter().zip(truths) {
        whole &= judge(outcome, asked, case.codes, case.first)?;
    }
    if whole != case.codes.is_empty() {
        return Err(format!("all answers whole: {whole}"));
    }
    if case.lasting {
        return Ok(());
    }
    server.set_fault(|_, _| None);
    for (outcome, asked) in ask(&page, SITES[case.site], truths).iter().zip(truths) {
        if !is_whole(outcome, asked) {
            return Err(format!("the fault is over, yet {} answers {outcome:.600}", asked.0));
        }
    }
    Ok(())
}

/// Runs cases, several at a time: most of them wait most of the time.
fn run_all(world: &World, browser: &Browser, cases: &[Case]) {
    let next = AtomicUsize::new(0);
    let failures = Mutex::new(Vec::new());
    let only = std::env::var("XUNZI_FAULT").ok();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let server = world.serve();
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if only.as_ref().is_some_and(|only| !case.name.contains(only)) {
                        continue;
                    }
                    let started = Instant::now();
                    let attempt = || {
                        let outcome = catch_unwind(AssertUnwindSafe(|| run(world, browser, &server, case)));
                        outcome.unwrap_or_else(|_| Err("the browser gave no answer".into()))
                    };
                    // On a busy machine a file may come after the shortened waits; then the code is that of a host that is
                    // silent. Any other is wrong, and nothing wrong is given a second chance.
                    let silent = r#""code":"offline""#;
                    let late = |outcome: &Result<(), String>| outcome.as_ref().is_err_and(|why| why.contains(silent));
                    let mut outcome = attempt();
                    for _ in 0..2 {
                        if late(&outcome) {
                            outcome = attempt();
                        }
                    }
                    println!("{:>6} ms  {}", started.elapsed().as_millis(), case.name);
                    if let Err(why) = outcome {
                        failures.lock().expect("no test panics here").push(format!("{}: {why}", case.name));
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().expect("no test panics here");
    assert!(failures.is_empty(), "{} of {} cases:\n{}", failures.len(), cases.len(), failures.join("\n"));
}

#[test]
fn no_fault_of_a_file_makes_a_wrong_answer() {
    let world = Arc::new(World::new());
    let browser = Browser::start();
    // what is asked needs every kind of file, else the table would prove nothing
    for (file, part, site, _) in FILES {
        let (server, page) = (world.serve(), browser.private_page());
        page.open(&server.url("/empty.html"));
        for (outcome, asked) in ask(&page, SITES[site], &world.truths[site]).iter().zip(&world.truths[site]) {
            assert!(is_whole(outcome, asked), "{}: {outcome}", asked.0);
        }
        assert!(server.requests().iter().any(|request| request.path.contains(part)), "no {file} is asked for");
    }
    run_all(&world, &browser, &files_at_fault(&world));
}

/// A script that comes before the worker's and changes what the engine's functions do: `how` is put before each call of
/// `function`, with `n` calls before it in this worker.
fn spoiled(world: &World, function: &str, how: &str) -> Wrong {
    spoiled_of(world, "xunzi", function, how)
}

fn spoiled_of(world: &World, site: &str, function: &str, how: &str) -> Wrong {
    let site = world.folder.path().join(site);
    let script = fs::read_to_string(engine(&site).join("worker.js")).expect("the worker's script");
    let before = format!(
        r#"{{
            const real = WebAssembly.instantiate;
            WebAssembly.instantiate = async (...given) => {{
                const made = await real(...given), exports = {{ ...(made.instance || made).exports }};
                const trap = () => {{ throw new WebAssembly.RuntimeError("unreachable"); }};
                const called = exports.{function};
                let n = 0;
                exports.{function} = (...values) => {{ {how}; n++; return called(...values); }};
                const instance = Object.create(WebAssembly.Instance.prototype, {{ exports: {{ value: exports }} }});
                return made.instance ? {{ ...made, instance }} : instance;
            }};
        }}
        "#
    );
    Wrong::Body((before + &script).into_bytes())
}

/// What browsers, pages and engines do, rather than files.
fn other_faults(world: &Arc<World>) -> Vec<Case> {
    let none = |_: &str, _: usize| None;
    let policy = |name, headers, codes| Case { headers, lasting: true, ..Case::new(name, codes, none) };
    let mut cases = vec![
        policy("the page allows no WebAssembly, its worker does", "Content-Security-Policy: default-src 'self'\r\n", &[]),
        policy(
            "the page allows no worker",
            "Content-Security-Policy: default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'none'\r\n",
            &[],
        ),
        policy("the page allows neither", "Content-Security-Policy: default-src 'self'; worker-src 'none'\r\n", &["unsupported"]),
        policy(
            "the page wants trusted types and allows none",
            "Content-Security-Policy: require-trusted-types-for 'script'; trusted-types 'none'\r\n",
            &[],
        ),
        policy(
            "the page wants trusted types and allows ours",
            "Content-Security-Policy: require-trusted-types-for 'script'; trusted-types xunzi\r\n",
            &[],
        ),
    ];
    for media in ["text/plain", "", "text/html", "application/wasm; charset=utf-8"] {
        let typed = move |path: &str, _: usize| (path.contains(".wasm") || path.contains(".dat")).then_some(Wrong::Typed(media));
        cases.push(Case::new(&format!("engine and index are of type {media:?}"), &[], typed));
    }
    // whatever bit of the manifest is wrong, that is what is told, not what became of what it names
    for at in [20, 90, 160, 230, 300, 370, 440, 510, 580, 650, 720, 790, 860, 930, 980] {
        let fault = move |path: &str, _: usize| path.ends_with("/manifest").then_some(Wrong::Flip(at));
        cases.push(Case::new(&format!("the manifest has a wrong bit at {at} thousandths"), &["corrupt"], fault));
    }
    let once = |path: &str, before: usize| (path.ends_with("/manifest") && before < 1).then_some(Wrong::Flip(500));
    cases.push(Case::new("the manifest is damaged at first", &[], once));
    // what fails once or twice is tried again
    for (name, wrong) in
        [("404", Wrong::Status(404)), ("a page", Wrong::Html), ("cut", Wrong::Cut(9)), ("damaged", Wrong::Flip(300))]
    {
        let fault = move |path: &str, before: usize| (path.len() > 20 && before < 1).then(|| wrong.clone());
        cases.push(Case::new(&format!("every file is {name} at first"), &[], fault));
    }
    let engines: [(&str, &str, &str, &'static [&'static str]); 6] = [
        ("the engine always traps", "step", "trap()", &["corrupt"]),
        ("the engine traps when it is fed", "feed", "trap()", &["corrupt"]),
        ("the engine traps when it is made", "open", "trap()", &["corrupt"]),
        ("the engine traps once", "step", "n == 8 && trap()", &[]),
        ("the engine always loops", "step", "for (;;);", &["corrupt"]),
        ("the engine's memory cannot grow", "__wbindgen_export", "trap()", &["corrupt", "unsupported"]),
    ];
    for (name, function, how, codes) in engines {
        let world = Arc::clone(world);
        // What is to be answered after all is right in the next worker.
        let workers = if codes.is_empty() { 1 } else { usize::MAX };
        let fault = move |path: &str, before: usize| {
            (path.contains("/worker.js") && before < workers).then(|| spoiled(&world, function, how))
        };
        cases.push(Case { kept: false, ..Case::new(name, codes, fault) });
    }
    cases
}

#[test]
fn no_fault_of_browser_page_or_engine_makes_a_wrong_answer() {
    let world = Arc::new(World::new());
    run_all(&world, &Browser::start(), &other_faults(&world));
}

/// Browsers that give little memory: what can be answered is right, the rest says so.
#[test]
fn little_memory_makes_no_wrong_answer() {
    let world = Arc::new(World::new());
    // 64 kB each: less than the engine starts with; a bit more; 16 MB
    for (pages, codes) in [(10, &["unsupported"][..]), (20, &["corrupt", "unsupported"]), (30, &["corrupt"]), (256, &[])] {
        let browser = Browser::start_with(&[&format!("--js-flags=--wasm-max-mem-pages={pages}")]);
        let server = world.serve();
        let page = browser.page();
        page.open(&server.url("/empty.html"));
        for (outcome, asked) in ask(&page, SITES[0], &world.truths[0]).iter().zip(&world.truths[0]) {
            let whole = judge(outcome, asked, codes, true).unwrap_or_else(|why| panic!("{pages} pages: {why}"));
            println!("{pages} pages of memory: {}", if whole { json!("whole") } else { outcome.clone() });
            assert!(whole || !codes.is_empty(), "{pages} pages: {outcome}");
        }
    }
}

/// A site published anew while a page is open: at the n-th request, for every n; then back and forth at random.
#[test]
fn two_builds_are_never_mixed() {
    let world = Arc::new(World::new());
    let browser = Browser::start();
    let mut asked: Vec<Value> = world.truths[0].iter().chain(&world.truths[1]).map(|(question, _)| question.clone()).collect();
    asked.sort_by_key(Value::to_string);
    asked.dedup();
    let truth = |site: usize| answered(&asked, &world.texts[site], &world.folder.path().join(SITES[site].trim_matches('/')));
    let truths = [truth(0), truth(1)];
    let other = |path: &str| path.strip_prefix("/xunzi/").filter(|n| *n != "xunzi.js").map(|n| Wrong::Other(format!("/b/{n}")));
    let check = |name: &str, server: &Server, settle: &dyn Fn()| {
        let page = browser.private_page();
        page.open(&server.url("/empty.html"));
        // one after the other, so that a new build comes in between as well
        for (old, new) in truths[0].iter().zip(&truths[1]) {
            let outcome = &ask(&page, SITES[0], std::slice::from_ref(old))[0];
            let told = outcome["code"].is_string() || outcome["found"]["state"] == "partial";
            assert!(is_whole(outcome, old) || is_whole(outcome, new) || told, "{name}: {}: {outcome}", old.0);
            // only where builds come and go all the time there may be no answer
            assert!(!told || name.starts_with("seed"), "{name}: {}: {outcome}", old.0);
        }
        settle();
        for ((outcome, new), old) in ask(&page, SITES[0], &truths[1]).iter().zip(&truths[1]).zip(&truths[0]) {
            // what is in memory may still be answered from the old build, but wholly
            assert!(is_whole(outcome, new) || is_whole(outcome, old), "{name}: in the end {}: {outcome}", new.0);
        }
    };
    let mut n = 0;
    loop {
        let server = world.serve();
        let count = Arc::new(AtomicUsize::new(0));
        let counting = Arc::clone(&count);
        server.set_fault(move |path, _| {
            if !path.starts_with("/xunzi/") {
                return None;
            }
            (counting.fetch_add(1, Ordering::Relaxed) >= n).then(|| other(path)).flatten()
        });
        check(&format!("new at request {n}"), &server, &|| {});
        if count.load(Ordering::Relaxed) <= n {
            break;
        }
        n += if std::env::var_os("XUNZI_ALL").is_some() { 1 } else { 2 };
    }
    assert!(n > 10, "the site was published anew at {n} requests only");
    for seed in 0..if std::env::var_os("XUNZI_ALL").is_some() { 200 } else { 8 } {
        let server = world.serve();
        let mut rng = Rng::new(seed);
        let state = Mutex::new((false, move || rng.chance(1, 5)));
        server.set_fault(move |path, _| {
            let (new, flips) = &mut *state.lock().expect("nobody panics");
            *new ^= path.starts_with("/xunzi/") && flips();
            (*new).then(|| other(path)).flatten()
        });
        check(&format!("seed {seed}"), &server, &|| server.set_fault(move |path, _| other(path)));
    }
}

/// Traps and queries by the thousand: the engine goes on answering, one worker at a time, and memory stays flat.
#[test]
fn traps_and_queries_by_the_thousand_leave_nothing_behind() {
    let world = Arc::new(World::new());
    let (traps, queries) = if std::env::var_os("XUNZI_ALL").is_some() { (1_000, 10_000) } else { (150, 3_000) };
    let browser = Browser::start();
    let server = world.serve();
    let page = browser.page();
    server.set_headers(|_| String::new());
    // an engine that traps at the second query
    let trapping = Arc::clone(&world);
    let trapping = move |path: &str, _: usize| match path.strip_prefix("/pack/") {
        Some(name) if name.ends_with("/worker.js") => Some(spoiled_of(&trapping, "pack", "search", "n && trap()")),
        _ => None,
    };
    page.open(&server.url("/empty.html"));
    page.evaluate(
        r#"(async () => { globalThis.open = (await import("/xunzi/xunzi.js")).open; globalThis.same = async (times) => {
        for (let n = 0; n < times; n++) {
            const found = JSON.stringify(await index.search(n % 2 ? "仰" : "一", { limit: 3 }));
            const name = n % 2 ? "odd" : "even";
            globalThis[name] ??= found;
            if (globalThis[name] !== found) throw Error(`query ${n}: ${found} after ${globalThis[name]}`);
        }
        return index.stats().memoryBytes;
    }; })()"#,
    );
    let opened =
        || page.evaluate(r#"(async () => { globalThis.index?.close(); globalThis.index = await open("/pack/", {}); })()"#);
    // bytes of the page's heap, of the engine's files, and how many workers live
    let state = |memory: Value| {
        page.call("HeapProfiler.collectGarbage", json!({}));
        let heap = page.call("Runtime.getHeapUsage", json!({}))["usedSize"].as_f64().unwrap_or(f64::MAX);
        (heap, memory, page.workers().len() - page.events("Target.detachedFromTarget").len())
    };
    let flat = |what: &str, times: usize, piece: usize| {
        let before = state(page.evaluate(&format!("same({piece})")));
        let started = Instant::now();
        let mut memory = Value::Null;
        for _ in 0..times / piece {
            memory = page.evaluate(&format!("same({piece})"));
        }
        let took = started.elapsed().as_millis() as f64 / times as f64;
        let after = state(memory);
        println!("{times} {what}: {took:.2} ms each, heap {} -> {} bytes, engine {} -> {}", before.0, after.0, before.1, after.1);
        assert_eq!((before.1, after.2), (after.1, 1), "{what}: memory of the engine, workers");
        assert!(after.0 < before.0 + 300_000.0, "{what}: the page's heap grew from {} to {} bytes", before.0, after.0);
    };
    server.set_fault(trapping);
    opened();
    let workers = page.workers().len();
    flat("traps", traps, 50);
    assert!(page.workers().len() - workers >= traps, "so many workers were started anew");
    server.set_fault(|_, _| None);
    opened();
    flat("queries", queries, 500);
}

/// Opens the large site in a page of its own, on a host that lets nothing be kept, and runs a script there that has
/// `open`, `index`, `asked` and `whole(found, k)`.
fn on_the_large_site(world: &World, browser: &Browser, server: &Server, script: &str) -> Value {
    let page = browser.private_page();
    server.set_headers(|_| String::new());
    page.open(&server.url("/empty.html"));
    server.forget();
    let (asked, truths): (Vec<&Value>, Vec<&Value>) = world.truths[0].iter().map(|(asked, truth)| (asked, truth)).unzip();
    page.evaluate(&format!(
        r#"(async () => {{
            const {{ open }} = await import("/xunzi/xunzi.js");
            const asked = {}, truths = {}, pace = .5;
            const same = (a, b) => a === b || (a && b && typeof a === "object" && Object.keys(b).every((key) => same(a[key], b[key])));
            const whole = (found, k) => same(found, truths[k]);
            const ask = (index, k, options) => index.search(asked[k][1], {{ ...asked[k][2], ...options }});
            const pause = (ms) => new Promise((go) => setTimeout(go, ms));
            {script}
        }})()"#,
        json!(asked),
        json!(truths)
    ))
}

/// How often each path was asked for that was asked for more than once.
fn repeated(server: &Server) -> Vec<(String, usize)> {
    let paths: Vec<String> = server.requests().into_iter().map(|request| request.path).collect();
    let count = |path: &String| paths.iter().filter(|other| *other == path).count();
    let mut repeated: Vec<(String, usize)> =
        paths.iter().map(|path| (path.clone(), count(path))).filter(|(_, n)| *n > 1).collect();
    repeated.sort();
    repeated.dedup();
    repeated
}

const ASK_ALL: &str = r#"
    const index = await open("/xunzi/", { pace });
    const found = await Promise.all([0, 1, 2, 3].map((k) => ask(index, k)));
    return found.every(whole);"#;

#[test]
fn files_are_fetched_side_by_side_and_once() {
    let (world, browser) = (World::new(), Browser::start());
    for gzip in [true, false] {
        let server = Server::start(world.folder.path(), gzip);
        // the root comes when everything else that the start needs has been asked for
        let seen = Arc::new(Mutex::new(Vec::new()));
        let seeing = Arc::clone(&seen);
        server.set_fault(move |path, _| {
            seeing.lock().expect("nobody panics").push(path.to_string());
            for _ in 0..if path.ends_with("/root.dat") { 400 } else { 0 } {
                let paths = seeing.lock().expect("nobody panics").clone();
                if ["/worker.js", "/engine.wasm"].iter().all(|name| paths.iter().any(|path| path.ends_with(name))) {
                    return None;
                }
                thread::sleep(Duration::from_millis(5));
            }
            path.ends_with("/root.dat").then_some(Wrong::Status(500))
        });
        assert_eq!(on_the_large_site(&world, &browser, &server, ASK_ALL), true, "gzip: {gzip}");
        assert_eq!(repeated(&server), [], "gzip: {gzip}: nothing is fetched twice");
        let failed: Vec<_> = server.requests().into_iter().filter(|request| request.status != 200).collect();
        assert!(failed.is_empty(), "gzip: {gzip}: {failed:?}");
    }
}

/// A script out of a browser's cache that was published with another build and another engine: the manifest decides.
#[test]
fn a_script_of_an_old_build_answers_from_the_new_one() {
    let (world, browser) = (Arc::new(World::new()), Browser::start());
    let root = world.folder.path();
    let old = Manifest::read(&fs::read_to_string(root.join("xunzi/manifest")).expect("a manifest")).expect("a whole one");
    for kept in [true, false] {
        let server = world.serve();
        let page = browser.private_page();
        page.open(&server.url("/empty.html"));
        server.forget();
        let folders = [old.build.clone(), old.engine.clone()];
        server.set_fault(move |path, _| {
            let name = path.strip_prefix("/xunzi/").filter(|name| *name != "xunzi.js")?;
            let old = folders.iter().any(|folder| name.starts_with(folder.as_str()));
            match (old, kept) {
                (false, _) => Some(Wrong::Other(format!("/b/{name}"))),
                (true, false) => Some(Wrong::Status(404)),
                // so slow that it would be seen among the bytes if it were not given up
                (true, true) => Some(Wrong::Drip(Duration::from_millis(300))),
            }
        });
        for (outcome, asked) in ask(&page, SITES[0], &world.truths[1]).iter().zip(&world.truths[1]) {
            assert!(is_whole(outcome, asked), "kept: {kept}: {}: {outcome}", asked.0);
        }
        assert_eq!(repeated(&server), [], "kept: {kept}: nothing is fetched twice");
        let requests = server.requests();
        let (stale, fresh): (Vec<_>, Vec<_>) =
            requests.iter().partition(|r| [&old.build, &old.engine].iter().any(|folder| r.path.contains(folder.as_str())));
        let mut names: Vec<&str> = stale.iter().filter_map(|r| r.path.rsplit('/').next()).collect();
        names.sort_unstable();
        // What comes after the root is asked for when that is there.
        let mut first: Vec<&str> = old.open.iter().take(1).map(String::as_str).chain(["engine.wasm", "worker.js"]).collect();
        first.sort_unstable();
        assert_eq!(names, first, "kept: {kept}: asked for at once, and no more");
        let read = page.evaluate("index.stats().bytesFetched").as_u64().unwrap_or(u64::MAX);
        let size = |path: &str| fs::metadata(root.join("b").join(path.trim_start_matches("/xunzi/"))).map_or(0, |m| m.len());
        let needed: u64 = fresh.iter().filter(|r| !r.path.ends_with(".js")).map(|r| size(&r.path)).sum();
        let engine = fs::metadata(root.join("xunzi").join(&old.engine).join("engine.wasm")).expect("an engine").len();
        assert!(read < needed + engine / 2, "kept: {kept}: {read} bytes read, {needed} were needed");
        let complaints = page.complaints();
        assert!(complaints.iter().all(|told| !kept && told.contains("404")), "kept: {kept}: {complaints:?}");
    }
}

/// The steps of a first answer, from the script to the snippets, each of which can only be asked for when the one before
/// has come: with a line of nothing but latency they are what the time is made of.
#[test]
fn a_first_answer_takes_four_steps_or_two() {
    let (world, browser) = (World::new(), Browser::start());
    let latency = 1500;
    for (site, most) in [(0, 4), (2, 2)] {
        let server = world.serve();
        let page = browser.private_page();
        page.open(&server.url("/empty.html"));
        server.forget();
        server.set_line(Duration::from_millis(latency), 100_000_000);
        let base = SITES[site];
        let (asked, truth) = &world.truths[site][0];
        let outcome = page.evaluate(&format!(
            r#"(async () => {{
                const start = performance.now();
                const {{ open }} = await import("{base}xunzi.js");
                const index = await open("{base}");
                const found = await index.search({}, {{ limit: 3 }});
                return {{ ms: performance.now() - start, state: found.state, articles: found.articles }};
            }})()"#,
            asked[1]
        ));
        assert_eq!((&outcome["state"], &outcome["articles"]), (&json!("complete"), &truth["articles"]), "{outcome}");
        let steps = outcome["ms"].as_f64().unwrap_or(f64::MAX) / latency as f64;
        println!("{base}: {steps:.2} steps in {} requests", server.requests().len());
        assert_eq!(steps as u64, most, "{base}: {outcome}, {:?}", server.requests());
        assert_eq!(repeated(&server), [], "nothing is fetched twice");
    }
}

/// What every reader of a page with the box is sent of script, compressed, as it is published.
#[test]
fn script_and_worker_are_small() {
    let world = World::new();
    let site = world.folder.path().join("xunzi");
    let zipped = |path: &Path| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        let bytes = fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        encoder.write_all(&bytes).and_then(|()| encoder.finish()).expect("memory").len()
    };
    let (script, worker) = (zipped(&site.join("xunzi.js")), zipped(&engine(&site).join("worker.js")));
    println!("script {script} bytes, worker {worker} bytes");
    assert!(script + worker <= 10_240, "{script} + {worker} bytes");
}

/// What opens under the box is shown with its style, and without it when that does not come; the box itself never moves.
#[test]
fn the_panel_waits_for_its_style_but_not_for_ever() {
    let (world, browser) = (World::new(), Browser::start());
    let html = r#"<!doctype html><html lang=en><meta charset=utf-8><title>box</title><link rel=icon href=data:,>
        <script type=module src=/pack/xunzi.js></script><xunzi-search></xunzi-search><p id=below>below"#;
    fs::write(world.folder.path().join("box.html"), html).expect("the page is written");
    let query = world.texts[2][5]["text"].as_str().unwrap_or_default().chars().skip(9).take(2).collect::<String>();
    let late = Wrong::Late(Duration::from_millis(1200));
    for (wrong, styled) in [(None, true), (Some(late), true), (Some(Wrong::Status(404)), false), (Some(Wrong::Hang), false)] {
        let server = world.serve();
        let told = format!("{wrong:?}");
        server.set_fault(move |path, _| wrong.clone().filter(|_| path.ends_with("/xunzi.css")));
        let page = browser.private_page();
        page.open(&server.url("/box.html"));
        let inside = |expression: &str| {
            format!(
                "(() => {{ const box = document.querySelector('xunzi-search'), part = (name) => box.shadowRoot?.querySelector(`[part=${{name}}]`);
                    return {expression}; }})()"
            )
        };
        page.until("the box", &inside("!!part('input')"));
        let places = inside(
            // what is typed into has another width once it can be cleared
            "JSON.stringify([part('box'), part('input'), document.getElementById('below')].map((node) => node.getBoundingClientRect()).map(({ x, y, height }) => [x, y, height]))",
        );
        let before = page.evaluate(&places);
        page.evaluate("document.querySelector('xunzi-search').focus()");
        page.insert(&query);
        page.until(&format!("results, the style: {told}"), &inside("part('panel').checkVisibility() && !!part('name')"));
        let position = page.evaluate(&inside("getComputedStyle(part('panel')).position"));
        assert_eq!(position, if styled { "absolute" } else { "static" }, "{told}");
        if styled {
            assert_eq!(page.evaluate(&places), before, "{told}: nothing moves");
        }
        // a box that is moved keeps what it has
        page.evaluate("document.body.append(document.querySelector('xunzi-search'))");
        assert_eq!(page.evaluate(&inside("getComputedStyle(part('panel')).position")), position, "{told}: moved");
        let complaints = page.complaints();
        assert!(complaints.iter().all(|complaint| complaint.contains("xunzi.css")), "{told}: {complaints:?}");
    }
}

#[test]
fn an_unwanted_search_takes_nothing_from_the_others() {
    let (world, browser) = (World::new(), Browser::start());
    let server = world.serve();
    let run = |script| on_the_large_site(&world, &browser, &server, script);
    server.set_fault(|path, _| path.contains("/t/").then_some(Wrong::Late(Duration::from_millis(300))));
    let outcome = run(r#"
        const index = await open("/xunzi/", { pace });
        const control = new AbortController(), { signal } = control;
        const first = ask(index, 0, { signal }).catch((e) => e.code), second = ask(index, 0), third = ask(index, 1);
        const before = index.stats().requests;
        while (index.stats().requests < before + 3) await pause(10);
        control.abort();
        const late = await ask(index, 2, { signal }).catch((e) => e.code);
        return [await first, whole(await second, 0), whole(await third, 1), late];"#);
    assert_eq!(outcome, json!(["aborted", true, true, "aborted"]));
    assert_eq!(repeated(&server), [], "nothing is fetched twice");
    // a search that nobody waits for lets go of what hangs
    server.set_fault(|path, _| path.contains("/t/").then_some(Wrong::Hang));
    let outcome = run(r#"
        const index = await open("/xunzi/", { pace });
        const control = new AbortController(), started = Date.now();
        setTimeout(() => control.abort(), 300);
        const first = await ask(index, 0, { signal: control.signal }).catch((e) => e.code);
        return [first, Date.now() - started < 4000];"#);
    assert_eq!(outcome, json!(["aborted", true]));
}

#[test]
fn results_and_bytes_are_told_as_they_come() {
    let (world, browser) = (World::new(), Browser::start());
    let server = world.serve();
    let run = |script| on_the_large_site(&world, &browser, &server, script);
    server.set_fault(|path, _| {
        let drips = path.ends_with("/root.dat") || path.ends_with("/engine.wasm");
        let late = path.contains("/t/") && path.ends_with("0.dat");
        drips.then_some(Wrong::Drip(Duration::from_millis(40))).or(late.then_some(Wrong::Late(Duration::from_millis(400))))
    });
    let outcome = run(r#"
        const bytes = [], steps = [];
        const index = await open("/xunzi/", { pace, onbytes: (got, expected) => bytes.push([got, expected]) });
        const opening = bytes.length;
        const found = await ask(index, 0, { onprogress: (found) => steps.push(found) });
        const page = await ask(index, 0, { offset: 10 });
        const ids = new Set([...found.results, ...page.results].map((result) => result.id));
        const known = new Map(found.results.map((result) => [result.id, result.title]));
        return {
            whole: whole(found, 0), more: page.results.length, ids: ids.size,
            steps: steps.length, early: steps.every((step) => step.results.length > 0 && step.results.length <= 10 && !step.hitsExact),
            opening, rising: bytes.every(([got], i) => !i || got >= bytes[i - 1][0]), expected: bytes.at(-1)[1] > 0,
        };"#);
    let steps = outcome["steps"].as_u64().unwrap_or(0);
    let opening = outcome["opening"].as_u64().unwrap_or(0);
    assert!(steps >= 1, "what is found first is told first: {outcome}");
    assert!(opening >= 10, "bytes are told while they come: {outcome}");
    for (key, value) in
        [("whole", json!(true)), ("more", json!(10)), ("ids", json!(20)), ("early", json!(true)), ("rising", json!(true))]
    {
        assert_eq!(outcome[key], value, "{key}: {outcome}");
    }
}

/// A reader who types on does not keep a worker alive that hangs, nor does one who has stopped.
#[test]
fn a_hung_worker_is_ended_whoever_waits() {
    let (world, browser) = (Arc::new(World::new()), Browser::start());
    let server = world.serve();
    let first_worker_loops = || {
        let loops = Arc::clone(&world);
        move |path: &str, before: usize| (path.contains("/worker.js") && before < 1).then(|| spoiled(&loops, "step", "for (;;);"))
    };
    server.set_fault(first_worker_loops());
    let outcome = on_the_large_site(
        &world,
        &browser,
        &server,
        r#"const index = await open("/xunzi/", { pace: .3 });
        for (let n = 1; n < 20; n++) {
            const control = new AbortController();
            setTimeout(() => control.abort(), 1200);
            const found = await ask(index, 1, { signal: control.signal }).catch(({ code }) => code);
            if (found !== "aborted") return whole(found, 1);
        }
        return "never";"#,
    );
    assert_eq!(outcome, true);

    server.set_fault(first_worker_loops());
    let page = browser.private_page();
    page.open(&server.url("/empty.html"));
    server.forget();
    page.evaluate(
        r#"(async () => {
            globalThis.index = await (await import("/xunzi/xunzi.js")).open("/xunzi/", { pace: .3 });
            await index.search("一", { signal: AbortSignal.timeout(2200) }).catch(() => {});
        })()"#,
    );
    page.wait_events("Target.detachedFromTarget", 1);
}

/// An empty page whose policy allows no worker, so that the engine runs in the page.
fn page_without_worker<'b>(browser: &'b Browser, server: &Server) -> Page<'b> {
    let page = browser.private_page();
    server.set_headers(|path| match path {
        "/empty.html" => "Content-Security-Policy: script-src 'self' 'wasm-unsafe-eval'; worker-src 'none'\r\n".into(),
        path => header_of(path),
    });
    page.open(&server.url("/empty.html"));
    page
}

/// What ran in the page itself, for want of a worker, ends when nobody wants it.
#[test]
fn without_a_worker_nothing_goes_on_after_the_end() {
    let (world, browser) = (World::new(), Browser::start());
    let server = world.serve();
    let page = page_without_worker(&browser, &server);
    server.set_fault(|path, _| path.contains("/t/").then_some(Wrong::Hang));
    let timers = page.evaluate(
        r#"(async () => {
            const { open } = await import("/xunzi/xunzi.js"), index = await open("/xunzi/", { pace: .3 });
            const code = await index.article(NaN).catch(({ code }) => code);
            const waiting = index.search("一").catch(({ code }) => code);
            await new Promise((go) => setTimeout(go, 1000));
            index.close();
            let set = 0;
            const real = setTimeout;
            globalThis.setTimeout = (...given) => (set++, real(...given));
            await new Promise((go) => real(go, 1500));
            return [code, await waiting, set <= 1];
        })()"#,
    );
    assert_eq!(timers, json!(["unsupported", "aborted", true]));
}

/// Without a worker the engine runs in the page, and must not hold it up.
#[test]
fn without_a_worker_the_page_stays_alive() {
    let (world, browser) = (World::new(), Browser::start());
    let server = world.serve();
    let page = page_without_worker(&browser, &server);
    page.evaluate(
        "globalThis.tasks = []; new PerformanceObserver((list) => tasks.push(...list.getEntries().map((e) => e.duration)))
            .observe({ entryTypes: ['longtask'] })",
    );
    for (outcome, asked) in ask(&page, SITES[0], &world.truths[0]).iter().zip(&world.truths[0]) {
        assert!(is_whole(outcome, asked), "{outcome}");
    }
    assert_eq!(page.workers().len(), 0);
    let tasks = page.evaluate("tasks");
    println!("tasks of over 50 ms in the page: {tasks}");
    // a machine that does other things as well is slower than any reader's
    assert!(tasks.as_array().is_some_and(|tasks| tasks.iter().all(|ms| ms.as_f64().is_some_and(|ms| ms < 400.0))), "{tasks}");
}

/// A host that is not secure in the browser's eyes, where much of the platform is missing.
#[test]
fn it_works_over_plain_http() {
    let world = World::new();
    let browser = Browser::start_with(&["--host-resolver-rules=MAP plain.test 127.0.0.1"]);
    let server = world.serve();
    let page = browser.page();
    page.open(&server.url("/empty.html").replace("127.0.0.1", "plain.test"));
    assert_eq!(page.evaluate("[isSecureContext, typeof caches, typeof crypto.subtle].join()"), "false,undefined,undefined");
    for (outcome, asked) in ask(&page, SITES[0], &world.truths[0]).iter().zip(&world.truths[0]) {
        assert!(is_whole(outcome, asked), "{outcome}");
    }
}
