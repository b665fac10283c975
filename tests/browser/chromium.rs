//! How does a test drive a real browser? By the Chrome DevTools Protocol over a pipe: JSON messages, each ended by
//! a zero byte. No port, no further program; when the test ends, in whatever way, the pipe closes and the browser goes.

use std::collections::HashMap;
use std::env;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

/// How long a test waits for anything before it fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// Where Chromium is looked for when `XUNZI_CHROMIUM` names none.
const NAMES: [&str; 8] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/// A browser of its own: fresh profile, no window.
pub struct Browser {
    process: Child,
    pipe: Mutex<Pipe>,
    heard: Arc<Heard>,
    profile: TempDir,
}

/// The way to the browser, and the number of the last message sent.
struct Pipe {
    to: ChildStdin,
    last: u64,
}

/// What came back.
#[derive(Default)]
struct Heard {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    answers: HashMap<u64, Value>,
    events: Vec<Event>,
    gone: bool,
}

/// Something the browser told unasked.
#[derive(Clone, Debug)]
pub struct Event {
    /// The page or worker it is about; empty for the browser.
    pub session: String,
    /// As in the protocol: `Page.loadEventFired`.
    pub method: String,
    /// As in the protocol.
    pub params: Value,
}

impl Browser {
    /// Starts Chromium.
    ///
    /// # Panics
    ///
    /// If there is none, or if it does not start: a browser test never passes without a browser.
    pub fn start() -> Browser {
        Browser::start_with(&[])
    }

    /// As [`Browser::start`], with further options.
    ///
    /// # Panics
    ///
    /// As [`Browser::start`].
    pub fn start_with(options: &[&str]) -> Browser {
        Browser::start_again(TempDir::with_prefix("xunzi-chromium-").expect("a folder for the profile"), options)
    }

    /// Ends the browser as its reader would, and gives what it knows, for [`Browser::start_again`].
    pub fn end(mut self) -> TempDir {
        let profile = std::mem::replace(&mut self.profile, TempDir::new().expect("a folder"));
        drop(self);
        profile
    }

    /// As [`Browser::start_with`], with what an earlier one knew.
    ///
    /// # Panics
    ///
    /// As [`Browser::start`].
    pub fn start_again(profile: TempDir, options: &[&str]) -> Browser {
        let program = find();
        let log = File::create(profile.path().join("log.txt")).expect("a file for the browser's messages");
        // Chromium reads commands from descriptor 3 and answers on 4: the shell puts our pipes there.
        let mut process = Command::new("sh")
            .args(["-c", r#"exec "$0" "$@" 3<&0 4>&1 0</dev/null 1>&2"#])
            .arg(&program)
            .args(["--remote-debugging-pipe", "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run"])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
            // a page that nobody looks at must run as fast as any other
            .args(["--disable-renderer-backgrounding", "--disable-background-timer-throttling"])
            .args(["--disable-dev-shm-usage", "--hide-scrollbars", "--lang=en-US", "--disable-quic"])
            .arg(format!("--user-data-dir={}", profile.path().join("profile").display()))
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the shell starts");
        let to = process.stdin.take().expect("a pipe to the browser");
        let from = process.stdout.take().expect("a pipe from the browser");
        let heard = Arc::new(Heard::default());
        let listener = Arc::clone(&heard);
        thread::spawn(move || listener.listen(from));
        let browser = Browser { process, pipe: Mutex::new(Pipe { to, last: 0 }), heard, profile };
        match browser.try_call("", "Browser.getVersion", json!({})) {
            Ok(_) => browser,
            Err(error) => {
                let log = fs::read_to_string(browser.profile.path().join("log.txt")).unwrap_or_default();
                panic!("{} does not start: {error}\n{log}", program.display());
            }
        }
    }

    /// A new, empty tab.
    pub fn page(&self) -> Page<'_> {
        let target = self.call("", "Target.createTarget", json!({"url": "about:blank"}));
        self.attach(&target["targetId"])
    }

    /// A tab with a storage and a cache that no other tab knows.
    pub fn private_page(&self) -> Page<'_> {
        let context = self.call("", "Target.createBrowserContext", json!({}));
        let about = json!({"url": "about:blank", "browserContextId": context["browserContextId"]});
        let target = self.call("", "Target.createTarget", about);
        self.attach(&target["targetId"])
    }

    fn attach(&self, target: &Value) -> Page<'_> {
        let answer = self.call("", "Target.attachToTarget", json!({"targetId": target, "flatten": true}));
        let session = answer["sessionId"].as_str().expect("a session").to_string();
        let page = Page { browser: self, session };
        for domain in ["Page", "Runtime", "Network", "Log"] {
            page.call(&format!("{domain}.enable"), json!({}));
        }
        // workers of the page become sessions of their own
        page.call("Target.setAutoAttach", json!({"autoAttach": true, "waitForDebuggerOnStart": false, "flatten": true}));
        page
    }

    fn call(&self, session: &str, method: &str, params: Value) -> Value {
        self.try_call(session, method, params).unwrap_or_else(|error| panic!("{error}"))
    }

    /// One command of the protocol and its answer.
    fn try_call(&self, session: &str, method: &str, params: Value) -> Result<Value, String> {
        let id = {
            let mut pipe = self.pipe.lock().unwrap_or_else(PoisonError::into_inner);
            pipe.last += 1;
            let mut message = json!({"id": pipe.last, "method": method, "params": params});
            if !session.is_empty() {
                message["sessionId"] = json!(session);
            }
            let mut bytes = message.to_string().into_bytes();
            bytes.push(0);
            pipe.to.write_all(&bytes).map_err(|e| format!("{method}: the browser is gone: {e}"))?;
            pipe.last
        };
        let mut answer = self.heard.wait(method, |state| state.answers.remove(&id))?;
        match answer.get("error") {
            Some(error) => Err(format!("{method}: {error}")),
            None => Ok(answer["result"].take()),
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Asked to close, it puts its profile in order and ends all its processes; waiting lets the folder be removed.
        let _ = self.try_call("", "Browser.close", json!({}));
        for _ in 0..50 {
            if !matches!(self.process.try_wait(), Ok(None)) {
                return;
            }
            thread::sleep(Duration::from_millis(100));
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Heard {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn listen(&self, from: ChildStdout) {
        let mut from = BufReader::new(from);
        let mut bytes = Vec::new();
        while matches!(from.read_until(0, &mut bytes), Ok(n) if n > 0) {
            bytes.pop();
            if let Ok(mut message) = serde_json::from_slice::<Value>(&bytes) {
                let mut state = self.lock();
                if let Some(id) = message["id"].as_u64() {
                    state.answers.insert(id, message);
                } else {
                    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
                    let (session, method) = (text(&message["sessionId"]), text(&message["method"]));
                    state.events.push(Event { session, method, params: message["params"].take() });
                }
                self.changed.notify_all();
            }
            bytes.clear();
        }
        self.lock().gone = true;
        self.changed.notify_all();
    }

    /// Waits until `look` has something.
    fn wait<T>(&self, what: &str, mut look: impl FnMut(&mut State) -> Option<T>) -> Result<T, String> {
        let end = Instant::now() + PATIENCE;
        let mut state = self.lock();
        loop {
            if let Some(found) = look(&mut state) {
                return Ok(found);
            }
            let left = end.saturating_duration_since(Instant::now());
            if state.gone {
                return Err(format!("{what}: the browser has ended"));
            }
            if left.is_zero() {
                return Err(format!("{what}: nothing came for {} seconds", PATIENCE.as_secs()));
            }
            state = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

/// A tab, seen through the protocol. Whatever goes wrong in it panics with the protocol's or the page's own words.
pub struct Page<'b> {
    browser: &'b Browser,
    session: String,
}

impl Page<'_> {
    /// One command of the protocol.
    pub fn call(&self, method: &str, params: Value) -> Value {
        self.browser.call(&self.session, method, params)
    }

    /// Goes to `url` and waits until it is loaded.
    pub fn open(&self, url: &str) {
        let before = self.events("Page.loadEventFired").len();
        let answer = self.call("Page.navigate", json!({"url": url}));
        if let Some(error) = answer["errorText"].as_str() {
            panic!("{url}: {error}");
        }
        self.wait_events("Page.loadEventFired", before + 1);
    }

    /// The value of an expression; a promise is waited for.
    pub fn evaluate(&self, script: &str) -> Value {
        self.try_evaluate(script).unwrap_or_else(|error| panic!("{error}"))
    }

    fn try_evaluate(&self, script: &str) -> Result<Value, String> {
        let about = json!({"expression": script, "awaitPromise": true, "returnByValue": true, "userGesture": true});
        let answer = self.browser.try_call(&self.session, "Runtime.evaluate", about)?;
        match answer.get("exceptionDetails") {
            Some(thrown) => Err(format!("the page threw: {}\n{script:.2000}", told(thrown))),
            None => Ok(answer["result"]["value"].clone()),
        }
    }

    /// Waits until an expression is true, looking again every 20 ms; `what` is what a failure says.
    pub fn until(&self, what: &str, condition: &str) {
        let end = Instant::now() + PATIENCE;
        // A page that is just being left has no answer.
        let leaves = |error: &String| error.contains("target navigated");
        let holds = || self.try_evaluate(condition).or_else(|e| if leaves(&e) { Ok(Value::Null) } else { Err(e) });
        while holds().unwrap_or_else(|error| panic!("{error}")) != json!(true) {
            if Instant::now() > end {
                panic!("waited {} seconds in vain for: {what}\n{condition}\n{:#?}", PATIENCE.as_secs(), self.complaints());
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Types `text` where the focus is, in one go, as an input method or a paste would.
    pub fn insert(&self, text: &str) {
        self.call("Input.insertText", json!({"text": text}));
    }

    /// Presses and releases one key: `ArrowDown`, `Enter`, `Escape`, `a`.
    pub fn press(&self, key: &str) {
        self.press_with(key, 0);
    }

    /// As [`Page::press`], with modifiers: 1 alt, 2 control, 4 meta, 8 shift.
    pub fn press_with(&self, key: &str, modifiers: u8) {
        let (code, number) = match key {
            "Enter" => ("Enter".to_string(), 13),
            "Tab" => ("Tab".to_string(), 9),
            "Escape" => ("Escape".to_string(), 27),
            "Backspace" => ("Backspace".to_string(), 8),
            "End" => ("End".to_string(), 35),
            "Home" => ("Home".to_string(), 36),
            "ArrowLeft" => ("ArrowLeft".to_string(), 37),
            "ArrowUp" => ("ArrowUp".to_string(), 38),
            "ArrowRight" => ("ArrowRight".to_string(), 39),
            "ArrowDown" => ("ArrowDown".to_string(), 40),
            letter => {
                let letter = letter.to_ascii_uppercase();
                (format!("Key{letter}"), letter.bytes().next().map_or(0, u32::from))
            }
        };
        let mut down = json!({"type": "rawKeyDown", "key": key, "code": code, "modifiers": modifiers,
            "windowsVirtualKeyCode": number, "nativeVirtualKeyCode": number});
        // A key that types something says what.
        let types = match key {
            "Enter" => Some("\r"),
            letter if letter.chars().count() == 1 && modifiers & 7 == 0 => Some(letter),
            _ => None,
        };
        if let Some(text) = types {
            down["type"] = json!("keyDown");
            down["text"] = json!(text);
        }
        let mut up = down.clone();
        up["type"] = json!("keyUp");
        self.call("Input.dispatchKeyEvent", down);
        self.call("Input.dispatchKeyEvent", up);
    }

    /// Sets the size of the window, in CSS pixels, the device's pixels for each of them, and light or dark.
    pub fn look(&self, width: u32, height: u32, scale: u32, scheme: &str) {
        self.call(
            "Emulation.setDeviceMetricsOverride",
            json!({"width": width, "height": height, "deviceScaleFactor": scale, "mobile": false}),
        );
        self.call(
            "Emulation.setEmulatedMedia",
            json!({"features": [{"name": "prefers-color-scheme", "value": scheme},
                {"name": "prefers-reduced-motion", "value": "reduce"}]}),
        );
    }

    /// Slows the network down: latency in milliseconds, bytes a second. For requests of the page, not of its workers.
    pub fn slow_network(&self, latency: u32, bytes: u32) {
        self.call(
            "Network.emulateNetworkConditions",
            json!({"offline": false, "latency": latency, "downloadThroughput": bytes, "uploadThroughput": bytes}),
        );
    }

    /// Writes what the window shows into a PNG file.
    pub fn screenshot(&self, file: &Path) {
        let answer = self.call("Page.captureScreenshot", json!({"format": "png"}));
        let bytes = from_base64(answer["data"].as_str().expect("a picture"));
        fs::create_dir_all(file.parent().expect("a folder")).expect("the folder for screenshots");
        fs::write(file, bytes).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    }

    /// All events of one kind so far.
    pub fn events(&self, method: &str) -> Vec<Event> {
        let state = self.browser.heard.lock();
        let ours = |event: &&Event| event.session == self.session && event.method == method;
        state.events.iter().filter(ours).cloned().collect()
    }

    /// Waits until `count` events of one kind have come.
    pub fn wait_events(&self, method: &str, count: usize) -> Vec<Event> {
        let ours = |event: &&Event| event.session == self.session && event.method == method;
        let enough = |state: &mut State| {
            let events: Vec<Event> = state.events.iter().filter(ours).cloned().collect();
            (events.len() >= count).then_some(events)
        };
        self.browser.heard.wait(method, enough).unwrap_or_else(|error| panic!("{error}"))
    }

    /// The sessions of the page's workers, in the order they started.
    pub fn workers(&self) -> Vec<String> {
        let attached = self.events("Target.attachedToTarget");
        let workers = attached.iter().filter(|event| event.params["targetInfo"]["type"] == "worker");
        workers.filter_map(|event| Some(event.params["sessionId"].as_str()?.to_string())).collect()
    }

    /// One command of the protocol to a worker.
    pub fn call_worker(&self, worker: &str, method: &str, params: Value) -> Value {
        self.browser.call(worker, method, params)
    }

    /// What a developer would see in red: uncaught exceptions, errors on the console and of the network.
    pub fn complaints(&self) -> Vec<String> {
        let thrown = self.events("Runtime.exceptionThrown");
        let thrown = thrown.iter().map(|event| told(&event.params["exceptionDetails"]));
        let printed = self.events("Runtime.consoleAPICalled");
        let printed =
            printed.iter().filter(|event| event.params["type"] == "error").map(|event| event.params["args"].to_string());
        let logged = self.events("Log.entryAdded");
        let logged = logged.iter().map(|event| &event.params["entry"]).filter(|entry| entry["level"] == "error");
        let logged = logged.map(|entry| format!("{} {}", entry["text"], entry["url"]));
        thrown.chain(printed).chain(logged).collect()
    }
}

impl Drop for Page<'_> {
    fn drop(&mut self) {
        let _ = self.browser.try_call(&self.session, "Page.close", json!({}));
    }
}

/// The words of an exception.
fn told(details: &Value) -> String {
    let words = details["exception"]["description"].as_str().or_else(|| details["text"].as_str());
    let value = &details["exception"]["value"];
    format!("{} {}", words.unwrap_or("?"), if value.is_null() { String::new() } else { value.to_string() })
}

/// The browser to use.
fn find() -> PathBuf {
    for variable in ["XUNZI_CHROMIUM", "CHROME"] {
        if let Some(named) = env::var_os(variable).filter(|named| !named.is_empty()) {
            return on_path(&named.to_string_lossy())
                .unwrap_or_else(|| panic!("{variable} names {}, which is not there", named.display()));
        }
    }
    NAMES.iter().find_map(|name| on_path(name)).unwrap_or_else(|| {
        panic!(
            "the browser tests need Chromium, and there is none.\n\
             `./dev test` installs it; or install it yourself (apt-get install chromium),\n\
             or say where it is: XUNZI_CHROMIUM=/path/to/chrome"
        )
    })
}

/// The program of that name.
pub fn on_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    // an absolute name stays what it is when joined
    env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// Base64 as the protocol sends it: standard alphabet, padded.
fn from_base64(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0u32, 0);
    for digit in text.bytes() {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => break,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    bytes
}
