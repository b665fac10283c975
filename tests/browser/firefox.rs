//! Does it work in the other browser? Firefox is told an address and nothing else: the page there asks by itself, compares
//! with the native answers, and says how it went by asking the server for `/told/…`.
//!
//! `XUNZI_ALL=1 cargo test --release --features embed --test browser firefox -- --nocapture`; `XUNZI_FIREFOX` names the
//! browser if it is not found.

use std::fs;
use std::io::{BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::chromium::on_path;
use crate::oracle::{Question, asked_natively};
use crate::server::Server;
use crate::site::{self, large_corpora};
use crate::world::{Opens, Tab};

/// How long anything is waited for.
const PATIENCE: Duration = Duration::from_secs(180);

const PAGE: &str = r#"<!doctype html><html lang=zh><meta charset=utf-8><title>asks by itself</title><link rel=icon href=data:,>
<xunzi-search mode=inline></xunzi-search>
<script type=module>
    import { open } from "/xunzi/xunzi.js";
    const tell = (what) => fetch("/told/" + encodeURIComponent(what));
    const same = (a, b) => a === b || (a && b && typeof a === "object" && typeof b === "object"
        && Object.keys(a).length === Object.keys(b).length && Object.keys(b).every((key) => same(a[key], b[key])));
    const until = async (holds) => { while (!holds()) await new Promise((go) => setTimeout(go, 20)); };
    try {
        const asked = await (await fetch("/asked.json")).json();
        const index = await open("/xunzi/");
        for (const [place, [{ units, options }, native]] of asked.entries()) {
            const query = String.fromCharCode(...units);
            const found = await index.search(query, options).catch(({ code }) => ({ code }));
            delete found.build;
            if (!same(found, native)) throw Error(`differs at ${place}: ${JSON.stringify(found)}`);
        }
        await tell(`same: ${asked.length}`);
        // What is typed into the box.
        const box = document.querySelector("xunzi-search");
        const part = (name) => [...box.shadowRoot.querySelectorAll(`[part=${name}]`)];
        for (const query of ["的", "文章里没有的一串字"]) {
            const { results } = await index.search(query);
            box.value = query;
            const shown = () => part("result").length === results.length
                && part(results.length ? "name" : "note")[0].getBoundingClientRect().width > 0;
            await until(shown);
            await tell(`shown: ${results.length > 0}`);
        }
        index.close();
        await tell("end");
    } catch (e) {
        await tell(`failed: ${e.message}`);
        await tell("end");
    }
</script>"#;

/// A Firefox that knows nothing yet, and ends with the test.
pub struct Firefox {
    process: Child,
    _profile: TempDir,
}

impl Firefox {
    fn open(address: &str) -> Firefox {
        Firefox::open_by(address, None, &[])
    }

    /// With a proxy at this port of this machine, which sees all that leaves the browser, and further settings.
    pub fn open_by(address: &str, proxy: Option<u16>, further: &[(&str, &str)]) -> Firefox {
        Firefox::start(address, proxy, &[], further)
    }

    /// With further options and settings.
    fn start(address: &str, proxy: Option<u16>, options: &[&str], further: &[(&str, &str)]) -> Firefox {
        let named = std::env::var("XUNZI_FIREFOX").ok();
        let program = named.iter().map(String::as_str).chain(["firefox", "firefox-esr"]).find_map(on_path);
        let program = program.expect(
            "this long test needs Firefox, and there is none: `./dev test --all` installs it,\n\
             or say where it is: XUNZI_FIREFOX=/path/to/firefox",
        );
        let profile = TempDir::with_prefix("xunzi-firefox-").expect("a temporary folder");
        // No first run, no updates, no questions.
        let port = proxy.unwrap_or(0).to_string();
        let proxied = [
            ("network.proxy.type", "1"),
            ("network.proxy.http", "\"127.0.0.1\""),
            ("network.proxy.http_port", port.as_str()),
            ("network.proxy.ssl", "\"127.0.0.1\""),
            ("network.proxy.ssl_port", port.as_str()),
            // What a browser asks of its makers is none of the page's.
            ("network.proxy.no_proxies_on", "\".mozilla.org, .mozilla.com, .mozilla.net, .firefox.com, .googleapis.com\""),
            ("security.fileuri.strict_origin_policy", "true"),
        ];
        let settings = [
            ("browser.shell.checkDefaultBrowser", "false"),
            ("datareporting.policy.dataSubmissionEnabled", "false"),
            ("app.update.enabled", "false"),
            ("network.captive-portal-service.enabled", "false"),
            ("network.connectivity-service.enabled", "false"),
        ];
        let settings = settings.iter().chain(proxied.iter().filter(|_| proxy.is_some())).chain(further);
        let settings: String = settings.map(|(name, value)| format!("user_pref({name:?}, {value});\n")).collect();
        fs::write(profile.path().join("user.js"), settings).expect("the profile is written");
        let process = Command::new(program)
            .args(["--headless", "--no-remote", "--new-instance", "--profile"])
            .arg(profile.path())
            .args(options)
            .arg(address)
            // A home of its own: it writes there too.
            .env("HOME", profile.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("Firefox starts");
        Firefox { process, _profile: profile }
    }
}

impl Drop for Firefox {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What the page tells, till it says that this is the end.
fn listen(server: &Server, name: &str) -> Vec<String> {
    let (mut told, mut since) = (Vec::new(), Instant::now());
    let mut before = 0;
    while told.last().is_none_or(|last| last != "end") {
        let requests = server.requests();
        if requests.len() > before {
            (before, since) = (requests.len(), Instant::now());
        }
        told = requests.iter().filter_map(|r| r.path.strip_prefix("/told/")).map(str::to_string).collect();
        assert!(since.elapsed() < PATIENCE, "{name}: Firefox has asked for {before} files and says nothing more: {told:?}");
        std::thread::sleep(Duration::from_millis(50));
    }
    told
}

/// A Firefox that does as it is told, by its own protocol (Marionette): messages of JSON with their lengths before them. It does one
/// thing at a time.
pub struct Driven {
    line: Mutex<Line>,
    _firefox: Firefox,
}

/// The way to it.
struct Line {
    from: BufReader<TcpStream>,
    to: TcpStream,
    last: u64,
}

impl Driven {
    /// Starts one with these settings.
    pub fn start(settings: &[(&str, &str)]) -> Driven {
        let port = TcpListener::bind(("127.0.0.1", 0)).and_then(|free| free.local_addr()).expect("a free port").port();
        let named = port.to_string();
        let settings: Vec<(&str, &str)> = settings.iter().copied().chain([("marionette.port", named.as_str())]).collect();
        let firefox = Firefox::start("about:blank", None, &["--marionette"], &settings);
        let started = Instant::now();
        let to = loop {
            match TcpStream::connect(("127.0.0.1", port)) {
                Ok(to) => break to,
                Err(e) => assert!(started.elapsed() < PATIENCE, "Firefox does not listen: {e}"),
            }
            std::thread::sleep(Duration::from_millis(50));
        };
        to.set_read_timeout(Some(PATIENCE)).expect("a time");
        let mut line = Line { from: BufReader::new(to.try_clone().expect("a second hand")), to, last: 0 };
        line.hear();
        let driven = Driven { line: Mutex::new(line), _firefox: firefox };
        driven.call("WebDriver:NewSession", json!({}));
        driven.call("WebDriver:SetTimeouts", json!({"script": 170_000, "pageLoad": 170_000}));
        driven
    }

    /// One command and its answer.
    fn call(&self, name: &str, parameters: Value) -> Value {
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        line.last += 1;
        let message = json!([0, line.last, name, parameters]).to_string();
        line.to.write_all(format!("{}:{message}", message.len()).as_bytes()).expect("Firefox is there");
        let answer = line.hear();
        assert!(answer[2].is_null(), "{name}: {:.2000}", answer[2]);
        answer[3].clone()
    }
}

impl Line {
    /// The next message.
    fn hear(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut byte = [0];
            self.from.read_exact(&mut byte).expect("Firefox answers");
            match byte[0] {
                b':' => break,
                digit => length = length * 10 + usize::from(digit - b'0'),
            }
        }
        let mut text = vec![0; length];
        self.from.read_exact(&mut text).expect("Firefox answers whole");
        serde_json::from_slice(&text).expect("JSON")
    }
}

/// Its page is always the same one.
impl Tab for &Driven {
    fn open(&self, url: &str) {
        self.call("WebDriver:Navigate", json!({"url": url}));
    }

    fn evaluate(&self, script: &str) -> Value {
        // In the page's own world, where modules may be imported.
        let asking = "const [script, done] = arguments;
            (async () => window.eval(script))().then((value) => done([JSON.stringify(value ?? null)]), (e) => done(String(e)));";
        let answer = self.call("WebDriver:ExecuteAsyncScript", json!({"script": asking, "args": [script]}));
        match answer["value"][0].as_str() {
            Some(text) => serde_json::from_str(text).expect("JSON"),
            None => panic!("the page threw: {answer}\n{script:.2000}"),
        }
    }
}

impl Opens for Driven {
    fn fresh(&self) -> Box<dyn Tab + '_> {
        Box::new(self)
    }

    fn at_once(&self) -> usize {
        1
    }

    fn takes_what_breaks_off(&self) -> bool {
        true
    }
}

/// One of the long tests.
#[test]
fn firefox_answers_as_the_native_engine_does() {
    if std::env::var_os("XUNZI_ALL").is_none() {
        eprintln!("skipped: Firefox is one of the long tests, set XUNZI_ALL");
        return;
    }
    for (name, corpus) in [("the samples".to_string(), site::corpus())].into_iter().chain(large_corpora()) {
        let folder = crate::folder();
        site::build(&corpus, folder.path());
        let (questions, native) = asked_natively(&folder.path().join("xunzi"), &corpus, 2_000);
        let asked: Vec<(Value, &Value)> = questions.iter().map(Question::json).zip(&native).collect();
        fs::write(folder.path().join("asked.json"), json!(asked).to_string()).expect("the questions are written");
        fs::write(folder.path().join("page.html"), PAGE).expect("the page is written");
        let server = Server::start(folder.path(), true);
        let _firefox = Firefox::open(&server.url("/page.html"));
        let told = listen(&server, &name);
        println!("{name}: {told:?}");
        let same = format!("same: {}", questions.len());
        assert_eq!(told, [same.as_str(), "shown: true", "shown: false", "end"], "{name}");
    }
}

/// Uses the box as a reader does; every step is told.
const READER: &str = r#"<!doctype html><html lang=zh-Hans><meta charset=utf-8><title>uses the box</title><link rel=icon href=data:,>
<button id=before>before</button><xunzi-search mode=modal reading></xunzi-search>
<script type=module src=/xunzi/xunzi.js></script>
<script type=module>
    const tell = (what) => fetch("/told/" + encodeURIComponent(what));
    const box = document.querySelector("xunzi-search"), root = box.shadowRoot, input = root.querySelector("input");
    const one = (selector) => root.querySelector(selector), count = (selector) => root.querySelectorAll(selector).length;
    const until = async (what, holds) => {
        for (let k = 0; !holds(); k++) {
            if (k > 1500) throw Error(what);
            await new Promise((go) => setTimeout(go, 20));
        }
        await tell(what);
    };
    const press = (key, more) => (root.activeElement ?? box).dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, composed: true, cancelable: true, ...more }));
    const type = (text, more) => {
        input.value = text;
        input.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true, ...more }));
    };
    try {
        document.getElementById("before").focus();
        document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "k", ctrlKey: true, bubbles: true, cancelable: true }));
        await until("the dialog has the focus", () => one("dialog")?.open && root.activeElement === input);
        const queries = [];
        addEventListener("xunzi-found", (e) => queries.push(e.detail.query));
        input.dispatchEvent(new CompositionEvent("compositionstart", { data: "" }));
        for (const half of ["z", "zhi", "zhiyuanzhe"]) {
            input.dispatchEvent(new CompositionEvent("compositionupdate", { data: half }));
            type(half, { isComposing: true });
        }
        press("Enter", { isComposing: true });
        await new Promise((go) => setTimeout(go, 200));
        if (queries.length) throw Error("half a word was searched");
        input.value = "志愿者";
        input.dispatchEvent(new CompositionEvent("compositionend", { data: input.value }));
        await until("results", () => count("[part=result]") > 4 && !count("[data-old]"));
        const chosen = () => [...root.querySelectorAll("[role=option]")].findIndex((option) => option.getAttribute("aria-selected") === "true");
        await until("the first place is chosen", () => chosen() === 0);
        press("ArrowDown");
        await until("the next place is chosen", () => chosen() === 1);
        await until("switches", () => count("[part=switch]") > 4);
        one("[data-fold=case]").click();
        await until("a switch is on", () => one("[data-fold=case]").getAttribute("aria-pressed") === "true" && !count("[data-old]") && count("[part=result]") > 4);
        input.focus();
        press("Enter");
        await until("the article", () => one("[part=reading] mark.here"));
        press("Escape");
        await until("the list", () => one("[part=reading]").hidden && root.activeElement === input);
        press("Escape");
        await until("nothing is typed", () => input.value === "" && one("dialog").open);
        press("Escape");
        await until("the focus is given back", () => !one("dialog").open && document.activeElement.id === "before");
        await tell("end");
    } catch (e) {
        await tell(`failed: ${e.message}`);
        await tell("end");
    }
</script>"#;

/// One of the long tests: the box, its keys, an input method, switches and the reading view.
#[test]
fn firefox_uses_the_box() {
    if std::env::var_os("XUNZI_ALL").is_none() {
        eprintln!("skipped: Firefox is one of the long tests, set XUNZI_ALL");
        return;
    }
    let folder = crate::folder();
    site::build_demo(folder.path());
    fs::write(folder.path().join("page.html"), READER).expect("the page is written");
    let server = Server::start(folder.path(), true);
    let _firefox = Firefox::open(&server.url("/page.html"));
    let told = listen(&server, "the box");
    println!("{told:?}");
    assert_eq!(told.len(), 11, "{told:?}");
    assert!(told.iter().all(|told| !told.starts_with("failed")), "{told:?}");
}
