//! What does the page ask the server for, and what if the server misbehaves? A small static server that writes down
//! every request and can be told to answer wrongly.

use std::collections::HashMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;

/// Everything is there in a subfolder as well.
pub const SUBFOLDER: &str = "/deep/in/";

/// A server on a free port of this machine; it ends with the test.
pub struct Server {
    shared: Arc<Shared>,
    port: u16,
}

struct Shared {
    folder: Mutex<PathBuf>,
    /// Headers that a path is answered with, besides the usual ones.
    headers: Mutex<Option<Headers>>,
    /// Whether what the browser takes compressed is sent so.
    gzip: bool,
    closed: AtomicBool,
    /// How many faults were set: whoever hangs for one of them goes on when the next is set.
    epoch: AtomicUsize,
    requests: Mutex<Vec<Request>>,
    fault: Mutex<Option<Fault>>,
    /// How slow the line is: from a request to its answer, and bytes a second for all connections together.
    line: Mutex<Option<(Duration, u32)>>,
    /// When the line is free again.
    free: Mutex<Instant>,
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
pub type Fault = Arc<dyn Fn(&str, usize) -> Option<Wrong> + Send + Sync>;

/// Further headers for a path, each ended by `\r\n`; one of these replaces the usual one of its name.
pub type Headers = Box<dyn Fn(&str) -> String + Send>;

/// Answers that a test can ask for.
#[derive(Clone, Debug)]
pub enum Wrong {
    /// A status with a short page of HTML.
    Status(u16),
    /// Status 200 and these bytes.
    Body(Vec<u8>),
    /// Status 200 and a short page of HTML: what a host with a catch-all page says of a file that is gone.
    Html,
    /// The true head, and only so many bytes of the body, then the end.
    Cut(usize),
    /// Only so many bytes of the body, and a head that agrees with them: no browser can tell.
    Short(usize),
    /// The true body compressed, and only so many thousandths of that, with a head that agrees: browsers take it as whole.
    ShortZip(usize),
    /// The true body with one bit changed in the byte at that many thousandths of it.
    Flip(usize),
    /// The true answer with this media type; with none if it is empty.
    Typed(&'static str),
    /// What this path is answered with.
    Other(String),
    /// No answer, and no end, until the fault is over.
    Hang,
    /// The true answer in ten pieces, each so much later than the one before.
    Drip(Duration),
    /// No answer; the connection is closed.
    Closed,
    /// The true answer, so much later.
    Late(Duration),
}

impl Server {
    /// Serves `folder`; with `gzip`, compressed for whoever accepts that.
    pub fn start(folder: &Path, gzip: bool) -> Server {
        Server::start_at(folder, gzip, 0)
    }

    /// The same at the port of a server that has ended.
    pub fn start_at(folder: &Path, gzip: bool, port: u16) -> Server {
        let listener = TcpListener::bind(("127.0.0.1", port)).expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let shared = Arc::new(Shared {
            folder: Mutex::new(folder.to_path_buf()),
            headers: Mutex::default(),
            epoch: AtomicUsize::new(0),
            gzip,
            closed: AtomicBool::new(false),
            requests: Mutex::default(),
            fault: Mutex::default(),
            line: Mutex::default(),
            free: Mutex::new(Instant::now()),
        });
        let serving = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // As servers do: else what follows a head waits for its receipt, up to 40 ms.
                let _ = stream.set_nodelay(true);
                if serving.closed.load(Ordering::Relaxed) {
                    break;
                }
                let serving = Arc::clone(&serving);
                thread::spawn(move || serving.talk(stream));
            }
        });
        Server { shared, port }
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The full address of a path that starts with a slash.
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Answers wrongly from now on.
    pub fn set_fault(&self, fault: impl Fn(&str, usize) -> Option<Wrong> + Send + Sync + 'static) {
        *lock(&self.shared.fault) = Some(Arc::new(fault));
        self.shared.epoch.fetch_add(1, Ordering::Relaxed);
    }

    /// Adds headers to answers from now on.
    pub fn set_headers(&self, headers: impl Fn(&str) -> String + Send + 'static) {
        *lock(&self.shared.headers) = Some(Box::new(headers));
    }

    /// Serves another folder from now on, as after a site is published anew.
    pub fn set_folder(&self, folder: &Path) {
        *lock(&self.shared.folder) = folder.to_path_buf();
    }

    /// Answers over a slow line from now on: the time from a request to its answer, and bytes a second for all together.
    pub fn set_line(&self, latency: Duration, bytes: u32) {
        *lock(&self.shared.line) = Some((latency, bytes));
    }

    /// Everything asked for so far, in the order it was answered.
    pub fn requests(&self) -> Vec<Request> {
        lock(&self.shared.requests).clone()
    }

    /// Forgets the requests so far.
    pub fn forget(&self) {
        lock(&self.shared.requests).clear();
    }
}

/// What a mutex holds; the answers of a server whose test has failed do not matter.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
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
            let path = path.strip_prefix(SUBFOLDER).map_or(path.clone(), |rest| format!("/{rest}"));
            self.answer(&mut to, &path, headers)?;
        }
    }

    /// Answers one request; `None` ends the connection.
    fn answer(&self, to: &mut TcpStream, path: &str, headers: HashMap<String, String>) -> Option<()> {
        let arrived = Instant::now();
        let epoch = self.epoch.load(Ordering::Relaxed);
        let before = lock(&self.requests).iter().filter(|request| request.path == path).count();
        let fault = lock(&self.fault).clone();
        let wrong = fault.and_then(|fault| fault(path, before));
        let (mut status, mut body) = self.file(path);
        let mut media = kind(path);
        let mut cut = None;
        let mut zip_cut = None;
        let mut pause = Duration::ZERO;
        match wrong {
            None => {}
            Some(Wrong::Status(code)) => (status, body, media) = (code, format!("<h1>{code}</h1>").into_bytes(), HTML),
            Some(Wrong::Html) => (status, body, media) = (200, b"<!doctype html><title>Home</title><p>Home".to_vec(), HTML),
            Some(Wrong::Body(bytes)) => (status, body) = (200, bytes),
            Some(Wrong::Cut(length)) => cut = Some(length),
            Some(Wrong::Short(length)) => body.truncate(length),
            Some(Wrong::ShortZip(thousandths)) => zip_cut = Some(thousandths),
            Some(Wrong::Flip(thousandths)) => {
                let at = body.len() * thousandths / 1000;
                body[at] ^= 1 << (at % 8);
            }
            Some(Wrong::Typed(other)) => media = other,
            Some(Wrong::Other(other)) => (status, body) = self.file(&other),
            Some(Wrong::Closed) => (status, cut) = (0, Some(0)),
            Some(Wrong::Late(time)) => thread::sleep(time),
            Some(Wrong::Drip(time)) => pause = time,
            Some(Wrong::Hang) => {
                while self.epoch.load(Ordering::Relaxed) == epoch && !self.closed.load(Ordering::Relaxed) {
                    thread::sleep(Duration::from_millis(5));
                }
                (status, cut) = (0, Some(0));
            }
        }
        let wants = headers.get("accept-encoding").is_some_and(|value| value.contains("gzip"));
        let zipped = (self.gzip || zip_cut.is_some()) && wants && status == 200;
        if zipped {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
            body = encoder.write_all(&body).and_then(|()| encoder.finish()).ok()?;
            body.truncate(zip_cut.map_or(body.len(), |thousandths| body.len() * thousandths / 1000));
        }
        let bytes = cut.unwrap_or(body.len()).min(body.len());
        let request = Request { path: path.to_string(), headers, status, bytes };
        lock(&self.requests).push(request);
        if status > 0 {
            let further = lock(&self.headers).as_ref().map_or(String::new(), |headers| headers(path));
            let mut head = format!("HTTP/1.1 {status} so\r\nContent-Length: {}\r\n{further}", body.len());
            if !further.contains("Cache-Control:") {
                head += "Cache-Control: no-cache\r\n";
            }
            if !media.is_empty() {
                head += &format!("Content-Type: {media}\r\n");
            }
            if zipped {
                head += "Content-Encoding: gzip\r\n";
            }
            let line = *lock(&self.line);
            if let Some((latency, _)) = line {
                // What it took to compress is no part of it: hosts have done that before.
                thread::sleep(latency.saturating_sub(arrived.elapsed()));
            }
            to.write_all((head + "\r\n").as_bytes()).ok()?;
            let part = match line {
                Some(_) => 1400,
                None if pause.is_zero() => usize::MAX,
                None => bytes.div_ceil(10).max(1),
            };
            for piece in body[..bytes].chunks(part) {
                if let Some((_, speed)) = line {
                    // The line is one for all: each piece takes it from when it is free. Waking late must not slow it down.
                    let due = {
                        let mut free = lock(&self.free);
                        *free = (*free).max(Instant::now()) + Duration::from_secs(1) * piece.len() as u32 / speed;
                        *free
                    };
                    thread::sleep(due.saturating_duration_since(Instant::now()));
                }
                thread::sleep(pause);
                to.write_all(piece).ok()?;
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
        let mut file = lock(&self.folder).clone();
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

const HTML: &str = "text/html; charset=utf-8";

/// The media type that a usual static host sends.
fn kind(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "html" => HTML,
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        _ if path.ends_with('/') => HTML,
        _ => "application/octet-stream",
    }
}

/// A path without its percent escapes.
pub fn unescape(path: &str) -> String {
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
