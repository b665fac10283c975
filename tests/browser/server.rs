//! What does the page ask the server for, and what if the server misbehaves? A small static server that writes down
//! every request and can be told to answer wrongly.

use std::collections::HashMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;

/// A server on a free port of this machine; it ends with the test.
pub struct Server {
    shared: Arc<Shared>,
    port: u16,
}

struct Shared {
    folder: PathBuf,
    /// Whether what the browser takes compressed is sent so.
    gzip: bool,
    closed: AtomicBool,
    requests: Mutex<Vec<Request>>,
    fault: Mutex<Option<Fault>>,
    /// How slow the line is: from a request to its answer, and bytes a second for all connections together.
    line: Mutex<Option<(Duration, u32)>>,
    /// Held by who is using the line.
    turn: Mutex<()>,
}

/// One request, as it was answered.
#[derive(Clone, Debug)]
pub struct Request {
    /// The path without the query, with a slash in front.
    pub path: String,
    /// Header names in lower case.
    pub headers: HashMap<String, String>,
    /// The status answered, 0 if the connection was cut.
    pub status: u16,
    /// Bytes of the body on the wire, headers not counted.
    pub bytes: usize,
}

/// How to answer instead: asked for each request with its path and how often that path was asked for before; `None`
/// answers truly.
pub type Fault = Box<dyn Fn(&str, usize) -> Option<Wrong> + Send>;

/// Answers that a test can ask for.
#[derive(Clone, Debug)]
pub enum Wrong {
    /// A status with a short page of HTML.
    Status(u16),
    /// Status 200 and these bytes.
    Body(Vec<u8>),
    /// The true head, and only so many bytes of the body, then the end.
    Cut(usize),
    /// No answer; the connection is closed.
    Closed,
    /// The true answer, so much later.
    Late(Duration),
}

impl Server {
    /// Serves `folder`; with `gzip`, compressed for whoever accepts that.
    pub fn start(folder: &Path, gzip: bool) -> Server {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let shared = Arc::new(Shared {
            folder: folder.to_path_buf(),
            gzip,
            closed: AtomicBool::new(false),
            requests: Mutex::default(),
            fault: Mutex::default(),
            line: Mutex::default(),
            turn: Mutex::default(),
        });
        let serving = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if serving.closed.load(Ordering::Relaxed) {
                    break;
                }
                let serving = Arc::clone(&serving);
                thread::spawn(move || serving.talk(stream));
            }
        });
        Server { shared, port }
    }

    /// The full address of a path that starts with a slash.
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Answers wrongly from now on.
    pub fn set_fault(&self, fault: impl Fn(&str, usize) -> Option<Wrong> + Send + 'static) {
        *self.shared.fault.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(fault));
    }

    /// Answers over a slow line from now on: the time from a request to its answer, and bytes a second for all together.
    pub fn set_line(&self, latency: Duration, bytes: u32) {
        *self.shared.line.lock().unwrap_or_else(PoisonError::into_inner) = Some((latency, bytes));
    }

    /// Everything asked for so far, in the order it was answered.
    pub fn requests(&self) -> Vec<Request> {
        self.shared.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Forgets the requests so far.
    pub fn forget(&self) {
        self.shared.requests.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.closed.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(("127.0.0.1", self.port)); // wakes the listener, which then ends
    }
}

impl Shared {
    /// Answers the requests of one connection.
    fn talk(&self, stream: TcpStream) -> Option<()> {
        let mut to = stream.try_clone().ok()?;
        let mut from = BufReader::new(stream);
        loop {
            let mut line = String::new();
            from.read_line(&mut line).ok()?;
            let address = line.split(' ').nth(1)?.to_string();
            let mut headers = HashMap::new();
            loop {
                let mut line = String::new();
                from.read_line(&mut line).ok().filter(|n| *n > 0)?;
                let Some((name, value)) = line.trim_end().split_once(':') else {
                    break;
                };
                headers.insert(name.to_ascii_lowercase(), value.trim().to_string());
            }
            let path = unescape(address.split(['?', '#']).next().unwrap_or("/"));
            self.answer(&mut to, &path, headers)?;
        }
    }

    /// Answers one request; `None` ends the connection.
    fn answer(&self, to: &mut TcpStream, path: &str, headers: HashMap<String, String>) -> Option<()> {
        let (mut status, mut body) = self.file(path);
        let mut cut = None;
        let wrong = {
            let requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
            let before = requests.iter().filter(|request| request.path == path).count();
            let fault = self.fault.lock().unwrap_or_else(PoisonError::into_inner);
            fault.as_ref().and_then(|fault| fault(path, before))
        };
        match wrong {
            None => {}
            Some(Wrong::Status(code)) => (status, body) = (code, format!("<h1>{code}</h1>").into_bytes()),
            Some(Wrong::Body(bytes)) => (status, body) = (200, bytes),
            Some(Wrong::Cut(length)) => cut = Some(length),
            Some(Wrong::Closed) => (status, cut) = (0, Some(0)),
            Some(Wrong::Late(time)) => thread::sleep(time),
        }
        let wants = headers.get("accept-encoding").is_some_and(|value| value.contains("gzip"));
        let zipped = self.gzip && wants && status == 200;
        if zipped {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
            body = encoder.write_all(&body).and_then(|()| encoder.finish()).ok()?;
        }
        let bytes = cut.unwrap_or(body.len()).min(body.len());
        let request = Request { path: path.to_string(), headers, status, bytes };
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).push(request);
        if status > 0 {
            let head = format!(
                "HTTP/1.1 {status} so\r\nContent-Type: {}\r\nContent-Length: {}\r\n{}Cache-Control: no-cache\r\n\r\n",
                kind(path),
                body.len(),
                if zipped { "Content-Encoding: gzip\r\n" } else { "" },
            );
            let line = *self.line.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some((latency, _)) = line {
                thread::sleep(latency);
            }
            to.write_all(head.as_bytes()).ok()?;
            let speed = line.map_or(u32::MAX, |(_, bytes)| bytes);
            for part in body[..bytes].chunks(if line.is_some() { 1400 } else { usize::MAX }) {
                if line.is_some() {
                    let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
                    thread::sleep(Duration::from_secs(1) * part.len() as u32 / speed);
                }
                to.write_all(part).ok()?;
            }
        }
        if cut.is_some() {
            to.shutdown(Shutdown::Both).ok()?;
            return None;
        }
        Some(())
    }

    /// Status and body for a path.
    fn file(&self, path: &str) -> (u16, Vec<u8>) {
        let mut file = self.folder.clone();
        for part in path.split('/').filter(|part| !part.is_empty()) {
            if part.starts_with('.') {
                return (404, Vec::new());
            }
            file.push(part);
        }
        if path.ends_with('/') {
            file.push("index.html");
        }
        match fs::File::open(&file) {
            Ok(mut opened) => {
                let mut bytes = Vec::new();
                match opened.read_to_end(&mut bytes) {
                    Ok(_) => (200, bytes),
                    Err(_) => (404, Vec::new()), // a folder
                }
            }
            Err(_) => (404, Vec::new()),
        }
    }
}

/// The media type that a usual static host sends.
fn kind(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        _ if path.ends_with('/') => "text/html; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// A path without its percent escapes.
fn unescape(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let escaped = path.get(path.len() - after.len()..path.len() - after.len() + 2);
        match escaped.filter(|_| first == b'%').and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
