//! What do the tests of a page with its host ask, and of what? Sites with the true answers, and what can be put in their way.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;
use xunzi::format::manifest::Manifest;

use crate::chromium::{Browser, Page};
use crate::generate::Rng;
use crate::server::{Server, Wrong};
use crate::site;

/// Two generations of a site of many files (`/xunzi/`, `/b/`) and a site of one (`/pack/`), under one server's root.
pub struct World {
    pub folder: TempDir,
    /// Per site its articles.
    pub texts: Vec<Vec<Value>>,
    /// Per site what is asked, with the true answer.
    pub truths: [Vec<(Value, Value)>; 3],
    /// A script and a module of another engine.
    pub other_worker: Vec<u8>,
    pub other_wasm: Vec<u8>,
}

/// A page of some browser, as far as what is asked here needs it.
pub trait Tab {
    /// Goes to an address and waits until it is loaded.
    fn open(&self, url: &str);
    /// The value of an expression; a promise is waited for.
    fn evaluate(&self, script: &str) -> Value;
}

/// Some browser.
pub trait Opens: Sync {
    /// A page that knows nothing yet; where pages are asked one at a time, nothing of an address that was not asked before.
    fn fresh(&self) -> Box<dyn Tab + '_>;
    /// How many pages may be asked at once.
    fn at_once(&self) -> usize;
    /// Whether a body that breaks off is a whole one to it, as long as its headers say that it is compressed.
    fn takes_what_breaks_off(&self) -> bool {
        false
    }
}

impl Tab for Page<'_> {
    fn open(&self, url: &str) {
        self.open(url);
    }

    fn evaluate(&self, script: &str) -> Value {
        self.evaluate(script)
    }
}

impl Opens for Browser {
    fn fresh(&self) -> Box<dyn Tab + '_> {
        Box::new(self.private_page())
    }

    fn at_once(&self) -> usize {
        4
    }
}

/// The sites' folders under the server's root.
pub const SITES: [&str; 3] = ["/xunzi/", "/b/", "/pack/"];

/// Articles of random words, dated, so many that their index has every kind of file.
pub fn articles(seed: u64, count: usize) -> Vec<Value> {
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
    pub fn new() -> World {
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

    /// The articles of the large site.
    pub fn corpus(&self) -> site::Corpus {
        let text = |article: &Value, key: &str| article[key].as_str().unwrap_or_default().to_owned();
        self.texts[0].iter().map(|a| (text(a, "title"), text(a, "text"))).collect()
    }

    /// A server of these sites that sends what never changes as a good host does: to be kept for ever.
    pub fn serve(&self) -> Server {
        let server = Server::start(self.folder.path(), true);
        server.set_headers(header_of);
        server
    }
}

pub fn header_of(path: &str) -> String {
    let kept = [".dat", "/worker.js", "/ask.js", ".wasm"].iter().any(|end| path.ends_with(end));
    if kept { "Cache-Control: max-age=31536000, immutable\r\n".into() } else { String::new() }
}

/// Gives the engine of a site another name, as if it were of another release.
pub fn another_engine(site: &Path) {
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
pub fn engine(site: &Path) -> PathBuf {
    let text = fs::read_to_string(site.join("manifest")).expect("a manifest");
    site.join(Manifest::read(&text).expect("a whole manifest").engine)
}

/// What is asked of a site: something frequent, something rare, something absent that only the text can refute, the
/// oldest first, an article.
pub fn questions(articles: &[Value]) -> Vec<Value> {
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
pub fn answered(questions: &[Value], articles: &[Value], index: &Path) -> Vec<(Value, Value)> {
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
pub fn ask(page: &dyn Tab, site: &str, asked: &[(Value, Value)]) -> Vec<Value> {
    ask_at(page, "", site, asked)
}

/// The same where the sites stand behind this address.
pub fn ask_at(page: &dyn Tab, base: &str, site: &str, asked: &[(Value, Value)]) -> Vec<Value> {
    ask_paced(page, base, site, asked, 0.3)
}

/// The same with waiting times of this part of the usual ones.
pub fn ask_paced(page: &dyn Tab, base: &str, site: &str, asked: &[(Value, Value)], pace: f64) -> Vec<Value> {
    let calls: Vec<&Value> = asked.iter().map(|(call, _)| call).collect();
    let script = format!(
        r#"(async () => {{
            const {{ open }} = await import("{base}/xunzi/xunzi.js");
            try {{
                globalThis.index ??= await open("{base}{site}", {{ pace: {pace} }});
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

/// Asks until no answer is of the last known index any more: what is asked first, when the manifest can be had again, is
/// answered while the host is asked.
pub fn ask_of_today(page: &dyn Tab, base: &str, site: &str, asked: &[(Value, Value)]) -> Vec<Value> {
    let mut outcomes = ask_at(page, base, site, asked);
    for _ in 0..100 {
        if outcomes.iter().all(|outcome| outcome["found"]["stale"].is_null()) {
            break;
        }
        outcomes = ask_at(page, base, site, asked);
    }
    outcomes
}

/// Whether an outcome is the whole truth.
pub fn is_whole(outcome: &Value, (call, truth): &(Value, Value)) -> bool {
    let mut found = outcome["found"].clone();
    if call[0] == "article" {
        return truth.as_object().expect("fields").iter().all(|(key, value)| found[key] == *value);
    }
    if let Some(fields) = found.as_object_mut() {
        fields.remove("build");
    }
    found == *truth
}

/// A script that comes before the worker's and changes what the engine's functions do: `how` is put before each call of
/// `function`, with `n` calls before it in this worker.
pub fn spoiled(world: &World, function: &str, how: &str) -> Wrong {
    spoiled_of(world, "xunzi", function, how)
}

pub fn spoiled_of(world: &World, site: &str, function: &str, how: &str) -> Wrong {
    let site = world.folder.path().join(site);
    let script = fs::read_to_string(engine(&site).join("worker.js")).expect("the worker's script");
    let before = format!(
        r#"{{
            const real = WebAssembly.instantiate;
            WebAssembly.instantiate = async (...given) => {{
                // Without a worker the next script runs in this page as well, and is spoiled or is not.
                WebAssembly.instantiate = real;
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

/// Opens the large site in a page of its own, on a host that lets nothing be kept, and runs a script there that has
/// `open`, `index`, `asked` and `whole(found, k)`.
pub fn on_the_large_site(world: &World, browser: &Browser, server: &Server, script: &str) -> Value {
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

/// Some blocks of text of the large site: of those that the first results lie in a few, and not all.
pub fn is_of_some_blocks(path: &str) -> bool {
    path.contains("/t/") && ["0.dat", "1.dat", "2.dat"].iter().any(|end| path.ends_with(end))
}

/// How often each path was asked for that was asked for more than once.
pub fn repeated(server: &Server) -> Vec<(String, usize)> {
    let paths: Vec<String> = server.requests().into_iter().map(|request| request.path).collect();
    let count = |path: &String| paths.iter().filter(|other| *other == path).count();
    let mut repeated: Vec<(String, usize)> =
        paths.iter().map(|path| (path.clone(), count(path))).filter(|(_, n)| *n > 1).collect();
    repeated.sort();
    repeated.dedup();
    repeated
}

/// An empty page whose policy allows no worker, so that the engine runs in the page.
pub fn page_without_worker<'b>(browser: &'b Browser, server: &Server) -> Page<'b> {
    let page = browser.private_page();
    server.set_headers(|path| match path {
        "/empty.html" => "Content-Security-Policy: script-src 'self' 'wasm-unsafe-eval'; worker-src 'none'\r\n".into(),
        path => header_of(path),
    });
    page.open(&server.url("/empty.html"));
    page
}
