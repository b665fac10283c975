//! What does the local server give, and to whom? And does it stand the readers it may get: those that pause, send half, ask
//! for what is none of their business? Requests are written byte for byte.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use tempfile::TempDir;

use crate::{COMMAND, Running, manifest, small_index, temp, write};

// What the tests are made of.

/// Nobody waits longer for an answer from this machine.
const PATIENCE: Duration = Duration::from_secs(10);

/// A folder with `site/` in it.
fn site(files: &[(&str, &[u8])]) -> TempDir {
    let dir = temp();
    fs::create_dir(dir.path().join("site")).expect("our own folder");
    for (name, bytes) in files {
        write(&dir.path().join("site").join(name), bytes);
    }
    dir
}

struct Served {
    _running: Running,
    address: String,
}

impl Served {
    fn start(dir: &TempDir, options: &[&str]) -> Served {
        Served::spawn(Command::new(COMMAND).args(["serve", "site", "--port", "0"]).args(options).current_dir(dir.path()))
    }

    fn spawn(command: &mut Command) -> Served {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("the command starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line).expect("an address");
        let address = line.trim().trim_start_matches("http://").trim_end_matches('/').to_owned();
        Served { _running: Running(child), address }
    }

    /// A connection on which these bytes were sent.
    fn send(&self, bytes: &[u8]) -> TcpStream {
        let mut stream = TcpStream::connect(&self.address).expect("the server listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
        stream.write_all(bytes).expect("a socket");
        stream
    }

    /// A connection on which a request was sent that asks for the end of the connection after it.
    fn ask(&self, method: &str, path: &str, headers: &str) -> TcpStream {
        self.send(format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n").as_bytes())
    }

    fn get(&self, path: &str) -> Answer {
        Answer::read(self.ask("GET", path, ""))
    }

    fn named(&self, host: &str) -> Answer {
        Answer::read(self.send(format!("GET / HTTP/1.1\r\n{host}Connection: close\r\n\r\n").as_bytes()))
    }
}

struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answer {
    /// Reads to the end of the connection.
    #[track_caller]
    fn read(mut stream: TcpStream) -> Answer {
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap_or_else(|e| panic!("after {} bytes: {e}", bytes.len()));
        let end =
            bytes.windows(4).position(|w| w == b"\r\n\r\n").unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(&bytes)));
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(0);
        Answer { status, head, body: bytes[end + 4..].to_vec() }
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().filter_map(|line| line.split_once(": ")).find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v)
    }

    fn words(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

const PAGE: &[(&str, &[u8])] = &[("index.html", b"the page")];

/// Larger than what the system keeps between a server and a reader that pauses.
fn video() -> Vec<u8> {
    (0..40u32 << 18).flat_map(|k| k.wrapping_mul(2_654_435_761).to_le_bytes()).collect()
}

// Nobody keeps others waiting.

#[test]
fn readers_that_pause_are_waited_for_and_keep_nobody_waiting() {
    let video = video();
    let dir = site(&[PAGE[0], ("video.bin", &video)]);
    let server = Served::start(&dir, &[]);
    let paused: Vec<TcpStream> = (0..40).map(|_| server.ask("GET", "/video.bin", "")).collect();
    for _ in 0..10 {
        assert_eq!(server.get("/").words(), "the page");
    }
    // Each of them goes on where it was.
    for stream in paused.into_iter().step_by(13) {
        assert!(Answer::read(stream).body == video);
    }
}

#[test]
fn requests_that_never_end_keep_nobody_waiting() {
    let dir = site(PAGE);
    let server = Served::start(&dir, &[]);
    let mut open = Vec::new();
    for k in 0..60 {
        open.push(server.send(match k % 4 {
            0 => b"",
            1 => b"GET / HT",
            2 => b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
            _ => b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\nonly this",
        }));
        assert_eq!(server.get("/").words(), "the page", "after {k}");
    }
    // A head that comes letter by letter is answered all the same.
    let mut slow = open.swap_remove(2);
    for byte in b"dripping\r\nConnection: close\r\n\r\n" {
        slow.write_all(&[*byte]).expect("a socket");
    }
    assert_eq!(Answer::read(slow).words(), "the page");
    // A body that is announced and not sent is not waited for.
    for body in ["Content-Length: 1000000\r\n", "Transfer-Encoding: chunked\r\n", "Expect: 100-continue\r\nContent-Length: 5\r\n"]
    {
        assert_eq!(Answer::read(server.ask("GET", "/", body)).words(), "the page", "{body}");
        assert_eq!(Answer::read(server.ask("POST", "/", body)).status, 405, "{body}");
    }
}

/// With room for few connections, the one on which nothing has moved for the longest makes room for a new one.
#[test]
fn connections_beyond_what_the_system_allows_close_the_stillest() {
    let video = video();
    let dir = site(&[PAGE[0], ("video.bin", &video)]);
    let mut command = Command::new("sh");
    let line = format!("ulimit -n 128 && exec '{COMMAND}' serve site --port 0");
    let server = Served::spawn(command.args(["-c", &line]).current_dir(dir.path()));
    let keep = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let mut idle: Vec<TcpStream> =
        (0..100).map(|k| if k % 2 == 0 { server.send(keep) } else { server.ask("GET", "/video.bin", "") }).collect();
    for _ in 0..5 {
        assert_eq!(server.get("/").words(), "the page");
    }
    // The last of them is still there.
    let last = idle.remove(98);
    let mut again = last.try_clone().expect("a socket");
    again.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").expect("a socket");
    assert_eq!(String::from_utf8_lossy(&Answer::read(last).body).matches("the page").count(), 2);
}

#[test]
fn hundreds_of_open_connections_are_each_answered_again() {
    let dir = site(PAGE);
    let server = Served::start(&dir, &[]);
    let mut open: Vec<TcpStream> = (0..300).map(|_| server.send(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")).collect();
    assert_eq!(server.get("/").words(), "the page");
    for stream in &mut open {
        stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").expect("a socket");
    }
    for stream in open {
        let both = Answer::read(stream);
        assert!(both.words().starts_with("the pageHTTP/1.1 200"), "{}", both.words());
    }
}

// What a client may send.

#[test]
fn old_hasty_and_half_closed_clients_are_answered() {
    let dir = site(&[PAGE[0], ("a.txt", b"a"), ("b.txt", b"b")]);
    let server = Served::start(&dir, &[]);
    // HTTP/1.0, without a Host, as the first clients were.
    let old = Answer::read(server.send(b"GET /a.txt HTTP/1.0\r\n\r\n"));
    assert_eq!((old.status, old.words().as_str()), (200, "a"));
    // Three requests in one piece.
    let one = |path: &str, close: &str| format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{close}\r\n");
    let line = one("/a.txt", "") + &one("/nowhere", "") + &one("/b.txt", "Connection: close\r\n");
    let three = Answer::read(server.send(line.as_bytes()));
    let words = three.words();
    assert!(three.status == 200 && words.starts_with("aHTTP/1.1 404") && words.ends_with("\r\n\r\nb"), "{words}");
    // Nothing more will come from this one, it has said so.
    let half = server.send(one("/b.txt", "").as_bytes());
    half.shutdown(Shutdown::Write).expect("a socket");
    assert_eq!(Answer::read(half).words(), "b");
    // An address in full, as to a proxy; its name counts too.
    let full = |host: &str| Answer::read(server.send(one(&format!("http://{host}/b.txt"), "Connection: close\r\n").as_bytes()));
    assert_eq!((full("localhost").words().as_str(), full("attacker.example").status), ("b", 403));
}

#[test]
fn what_is_no_request_is_told_so_and_harms_nobody() {
    let dir = site(PAGE);
    let server = Served::start(&dir, &[]);
    let long = format!("GET /{} HTTP/1.1\r\nHost: localhost\r\n\r\n", "a".repeat(1 << 20));
    let many = format!("GET / HTTP/1.1\r\nHost: localhost\r\n{}\r\n", "X: y\r\n".repeat(5000));
    let huge = format!("GET / HTTP/1.1\r\nHost: localhost\r\nX: {}\r\n\r\n", "a".repeat(1 << 20));
    for (sent, status) in [
        ("GET\r\n\r\n", 400),
        ("GET /\r\n\r\n", 400),
        ("GET / HTTP/9.9\r\n\r\n", 400),
        (" / HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: localhost\r\nno colon\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n", 400),
        ("\x16\x03\x01\x02\0\x01\0\x01\u{fc}\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\nConnection: close\r\n\r\n", 400),
        (&*many, 431),
        (&*huge, 431),
    ] {
        let mut stream = TcpStream::connect(&server.address).expect("the server listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
        // The server may have heard enough before all was said.
        let _ = stream.write_all(sent.as_bytes());
        let _ = stream.shutdown(Shutdown::Write);
        let answer = Answer::read(stream);
        assert_eq!(answer.status, status, "{:?}: {}", &sent[..sent.len().min(60)], answer.head);
    }
    let mut stream = TcpStream::connect(&server.address).expect("the server listens");
    let _ = stream.write_all(long.as_bytes());
    let _ = stream.shutdown(Shutdown::Write);
    assert!((400..500).contains(&Answer::read(stream).status));
    assert_eq!(server.get("/").words(), "the page");
}

#[test]
fn only_get_and_head_are_answered() {
    let dir = site(&[PAGE[0], ("empty.txt", b"")]);
    let server = Served::start(&dir, &[]);
    for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "BREW", "get"] {
        let answer = Answer::read(server.ask(method, "/", "Content-Length: 3\r\n\r\nabc"));
        assert_eq!((answer.status, answer.header("allow")), (405, Some("GET, HEAD")), "{method}: {}", answer.head);
    }
    assert_eq!(Answer::read(server.send(b"CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n")).status, 405);
    // The head of an answer, and nothing else.
    for (path, status, length) in [("/", 200, "8"), ("/empty.txt", 200, "0"), ("/nowhere", 404, "10")] {
        let (head, whole) = (Answer::read(server.ask("HEAD", path, "")), server.get(path));
        assert_eq!((head.status, head.header("content-length"), head.words().as_str()), (status, Some(length), ""), "{path}");
        assert_eq!((whole.status, whole.header("content-length")), (status, Some(length)), "{path}");
        assert_eq!(head.header("content-type"), whole.header("content-type"), "{path}");
    }
}

// Which file, and what is said of it.

#[test]
fn serve_gives_the_files_of_its_folder_and_no_others() {
    let dir = temp();
    let site = dir.path().join("site");
    fs::create_dir_all(&site).expect("our own folder");
    let index = small_index(&site);
    let manifest = manifest(&index);
    write(&site.join("index.html"), "<!doctype html><title>站</title>");
    write(&site.join("中文 页/index.html"), "inside");
    write(&site.join("app.wasm"), "\0asm");
    write(&site.join("100%.txt"), "percent");
    write(&dir.path().join("secret.txt"), "secret");
    write(&dir.path().join("site-secret/secret.txt"), "secret");
    std::os::unix::fs::symlink(dir.path().join("secret.txt"), site.join("way-out.txt")).expect("a link");
    let server = Served::start(&dir, &[]);
    for (path, file, kind) in [
        ("/xunzi/manifest", "xunzi/manifest", "application/octet-stream"),
        ("/xunzi/xunzi.js", "xunzi/xunzi.js", "text/javascript; charset=utf-8"),
        ("/", "index.html", "text/html; charset=utf-8"),
        ("/index.html?q=%E5%BF%97#x", "index.html", "text/html; charset=utf-8"),
        ("/%E4%B8%AD%E6%96%87%20%E9%A1%B5/", "中文 页/index.html", "text/html; charset=utf-8"),
        ("/app.wasm", "app.wasm", "application/wasm"),
        ("/100%.txt", "100%.txt", "text/plain; charset=utf-8"),
        ("/100%25.txt", "100%.txt", "text/plain; charset=utf-8"),
        ("/xunzi/../index.html", "index.html", "text/html; charset=utf-8"),
    ] {
        let answer = server.get(path);
        assert_eq!((answer.status, answer.header("content-type")), (200, Some(kind)), "{path}: {}", answer.head);
        assert!(answer.body == fs::read(site.join(file)).expect("a file of the site"), "{path}: {} bytes", answer.body.len());
    }
    let pack = format!("xunzi/{}/pack.dat", manifest.build);
    assert!(server.get(&format!("/{pack}")).body == fs::read(site.join(&pack)).expect("the index is one file"));
    for outside in [
        "/../secret.txt",
        "/../../secret.txt",
        "/xunzi/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/%2E%2E%2Fsecret.txt",
        "/..%2fsecret.txt",
        "/../site-secret/secret.txt",
        "//etc/passwd",
        "/%2fetc/passwd",
        "/../../../../../../../../etc/passwd",
        "/way-out.txt",
        "/nowhere",
        "/xunzi",
        "/xunzi/nowhere.dat",
        "/%00",
        "/%ff%fe",
        "/%",
        "/index.html/",
        "/index.html%00",
        "/..",
        "/..%5csecret.txt",
        &format!("/{}", "a".repeat(5000)),
    ] {
        let answer = server.get(outside);
        assert_eq!(answer.status, 404, "{outside}");
        assert!(!answer.words().contains("secret"), "{outside}");
    }
    // It is still there.
    assert_eq!(server.get("/").status, 200);
}

#[test]
fn a_folder_without_its_slash_is_sent_to_its_address() {
    let page: &[u8] = b"inside";
    let dir = site(&[
        PAGE[0],
        ("sub/index.html", page),
        ("sub/deep/index.html", page),
        ("中 文/a%b/index.html", page),
        ("bare/file.txt", b"no page"),
    ]);
    std::os::unix::fs::symlink("sub", dir.path().join("site/link")).expect("a link");
    let server = Served::start(&dir, &[]);
    for (path, to) in [
        ("/sub", "/sub/"),
        ("/sub?q=%E5%AD%97&x=/", "/sub/?q=%E5%AD%97&x=/"),
        ("/sub/deep", "/sub/deep/"),
        ("/sub/deep/../../sub", "/sub/"),
        ("/link", "/link/"),
        ("/%E4%B8%AD%20%E6%96%87/a%25b", "/%E4%B8%AD%20%E6%96%87/a%25b/"),
        // A browser takes what begins with two slashes for another machine.
        ("//sub", "/sub/"),
        ("/.//sub", "/sub/"),
    ] {
        let answer = server.get(path);
        assert_eq!((answer.status, answer.header("location")), (301, Some(to)), "{path}: {}", answer.head);
        let there = server.get(to);
        assert_eq!((there.status, there.words().as_str()), (200, "inside"), "{to}");
    }
    for path in ["/bare", "/bare/", "/sub/index.html/", "/index.html/.", "/nowhere/"] {
        assert_eq!(server.get(path).status, 404, "{path}");
    }
}

#[test]
fn the_type_of_a_file_is_named() {
    let kinds = [
        ("a.html", "text/html; charset=utf-8"),
        ("a.HTM", "text/html; charset=utf-8"),
        ("a.js", "text/javascript; charset=utf-8"),
        ("a.mjs", "text/javascript; charset=utf-8"),
        ("a.css", "text/css; charset=utf-8"),
        ("a.txt", "text/plain; charset=utf-8"),
        ("a.md", "text/plain; charset=utf-8"),
        ("a.csv", "text/csv; charset=utf-8"),
        ("a.xml", "text/xml; charset=utf-8"),
        ("a.json", "application/json"),
        ("a.js.map", "application/json"),
        ("a.webmanifest", "application/manifest+json"),
        ("a.wasm", "application/wasm"),
        ("a.pdf", "application/pdf"),
        ("a.svg", "image/svg+xml"),
        ("a.png", "image/png"),
        ("a.JPG", "image/jpeg"),
        ("a.jpeg", "image/jpeg"),
        ("a.gif", "image/gif"),
        ("a.webp", "image/webp"),
        ("a.avif", "image/avif"),
        ("a.ico", "image/x-icon"),
        ("a.woff", "font/woff"),
        ("a.woff2", "font/woff2"),
        ("a.ttf", "font/ttf"),
        ("a.mp3", "audio/mpeg"),
        ("a.mp4", "video/mp4"),
        ("a.webm", "video/webm"),
        ("a.dat", "application/octet-stream"),
        ("manifest", "application/octet-stream"),
    ];
    let files: Vec<(&str, &[u8])> = kinds.iter().map(|(name, _)| (*name, "字".as_bytes())).collect();
    let dir = site(&files);
    // A character stands across the end of the first piece that the server reads.
    fs::write(dir.path().join("site/long.txt"), "字".repeat(100_000)).expect("our own file");
    fs::write(dir.path().join("site/gbk.html"), b"<meta charset=gbk>\xd6\xd0\xce\xc4").expect("our own file");
    let server = Served::start(&dir, &[]);
    for (name, kind) in kinds.iter().chain(&[("long.txt", "text/plain; charset=utf-8")]) {
        assert_eq!(server.get(&format!("/{name}")).header("content-type"), Some(*kind), "{name}");
    }
    // What a page says of itself would not be heard over a wrong word of the server.
    assert_eq!(server.get("/gbk.html").header("content-type"), Some("text/html"));
}

#[test]
fn a_browser_that_has_the_file_is_not_sent_it_again() {
    let dir = site(PAGE);
    let server = Served::start(&dir, &[]);
    let first = server.get("/");
    let tag = first.header("etag").expect("a name for the state").to_owned();
    let date = first.header("last-modified").expect("a date").to_owned();
    assert_eq!(first.header("cache-control"), Some("no-cache"));
    let again = |headers: &str| Answer::read(server.ask("GET", "/", headers));
    for known in [
        format!("If-None-Match: {tag}\r\n"),
        format!("If-None-Match: \"other\", W/{tag}\r\nIf-Modified-Since: Thu, 01 Jan 1970 00:00:00 GMT\r\n"),
        "If-None-Match: *\r\n".to_owned(),
        format!("If-Modified-Since: {date}\r\n"),
    ] {
        let answer = again(&known);
        assert_eq!((answer.status, answer.words().as_str()), (304, ""), "{known}");
        assert_eq!(answer.header("etag"), Some(&*tag), "{known}");
    }
    for unknown in
        ["If-None-Match: \"other\"\r\n", "If-Modified-Since: Thu, 01 Jan 1970 00:00:00 GMT\r\n", "If-Modified-Since: soon\r\n"]
    {
        assert_eq!(again(unknown).words(), "the page", "{unknown}");
    }
    // Another file, as long and as old.
    let file = dir.path().join("site/index.html");
    let time = fs::metadata(&file).and_then(|data| data.modified()).expect("our own file");
    fs::write(&file, b"new page").expect("our own file");
    fs::File::options().write(true).open(&file).and_then(|file| file.set_modified(time)).expect("our own file");
    assert_eq!(again(&format!("If-None-Match: {tag}\r\n")).words(), "new page");
    // Times that no date can name.
    for time in [SystemTime::UNIX_EPOCH - Duration::from_secs(5), SystemTime::UNIX_EPOCH + Duration::from_secs(1 << 38)] {
        let set = fs::File::options().write(true).open(&file).and_then(|file| file.set_modified(time));
        if set.is_ok() {
            assert_eq!(server.get("/").words(), "new page");
        }
    }
}

#[test]
fn what_is_no_regular_file_is_not_opened() {
    let dir = site(PAGE);
    let site = dir.path().join("site");
    fs::create_dir(site.join("pipe")).expect("our own folder");
    for pipe in ["pipe.html", "pipe/index.html"] {
        let made = Command::new("mkfifo").arg(site.join(pipe)).status().expect("mkfifo");
        assert!(made.success());
    }
    let _socket = std::os::unix::net::UnixListener::bind(site.join("socket")).expect("a socket");
    std::os::unix::fs::symlink("loop", site.join("loop")).expect("a link");
    std::os::unix::fs::symlink("/dev/zero", site.join("zero")).expect("a link");
    let server = Served::start(&dir, &[]);
    for path in ["/pipe.html", "/pipe/", "/pipe", "/socket", "/loop", "/zero", "/loop/"] {
        assert_eq!(server.get(path).status, 404, "{path}");
    }
    // A device of the system, in the folder itself.
    let device = Served::spawn(Command::new(COMMAND).args(["serve", "/dev", "--port", "0"]));
    for path in ["/zero", "/null", "/tty", "/random"] {
        assert_eq!(device.get(path).status, 404, "{path}");
    }
}

#[test]
fn a_file_that_becomes_shorter_ends_the_connection_not_the_patience() {
    let video = video();
    let dir = site(&[PAGE[0], ("video.bin", &video)]);
    let server = Served::start(&dir, &[]);
    let mut stream = server.ask("GET", "/video.bin", "");
    stream.read_exact(&mut [0; 1000]).expect("the beginning");
    fs::write(dir.path().join("site/video.bin"), b"short").expect("our own file");
    let mut rest = Vec::new();
    // The end of the connection or an error; a wait without end is neither.
    if let Err(e) = stream.read_to_end(&mut rest) {
        assert!(!matches!(e.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut), "{e}");
    }
    assert!(rest.len() < video.len() / 2);
    assert_eq!(server.get("/video.bin").words(), "short");
}

// Who may ask.

/// A page of the web can give its own name to this machine, and read what is served here as its own.
#[test]
fn a_foreign_host_is_refused_unless_it_was_named() {
    let dir = site(PAGE);
    let server = Served::start(&dir, &[]);
    let address = server.address.clone();
    for host in ["localhost", "localhost:1", "LocalHost", "localhost.", "127.0.0.1", "[::1]", "[::1]:8080", &address] {
        assert_eq!(server.named(&format!("Host: {host}\r\n")).words(), "the page", "{host}");
    }
    let foreign = [
        "attacker.example",
        "localhost.attacker.example",
        "attacker.example:8080",
        "127.0.0.1.attacker.example",
        "192.168.1.1",
        "[fe80::1]",
        "localhost@attacker.example",
        "attacker.example@localhost",
        "localhost/",
        "localhost, attacker.example",
        "box.example",
        "\u{fc}",
        "",
    ];
    for host in foreign {
        let answer = server.named(&format!("Host: {host}\r\n"));
        assert_eq!(answer.status, 403, "{host}");
        assert!(answer.words().contains("--host NAME") && !answer.words().contains("the page"), "{host}: {}", answer.words());
    }
    let named = Served::start(&dir, &["--host", "Box.example", "--host", "[fe80::1]"]);
    for host in ["box.example", "BOX.EXAMPLE:8080", "[fe80::1]:1", "localhost"] {
        assert_eq!(named.named(&format!("Host: {host}\r\n")).words(), "the page", "{host}");
    }
    for host in ["attacker.example", "www.box.example", "[fe80::2]"] {
        assert_eq!(named.named(&format!("Host: {host}\r\n")).status, 403, "{host}");
    }
}

// Messages.

fn told(dir: &TempDir, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(COMMAND);
    command.args(arguments).current_dir(dir.path()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the command starts");
    let started = Instant::now();
    // One that serves, against expectation, would never end.
    while child.try_wait().expect("our own child").is_none() && started.elapsed() < PATIENCE {
        std::thread::sleep(Duration::from_millis(5));
    }
    let _ = child.kill();
    let run = child.wait_with_output().expect("our own child");
    (run.status.code(), String::from_utf8_lossy(&run.stderr).into_owned())
}

#[test]
fn what_cannot_be_served_is_said_with_what_to_do() {
    let dir = site(PAGE);
    let (status, text) = told(&dir, &["serve", "site/index.html"]);
    assert!(status == Some(1) && text.contains("index.html: cannot be served: it is no folder"), "{text}");
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    let (status, text) = told(&dir, &["serve", "site", "--port", &port]);
    assert_eq!(status, Some(1), "{text}");
    assert!(text.contains(&format!("port {port}: in use")) && text.contains("--port 0"), "{text}");
    for (arguments, says) in [
        (["serve", "site", "--port", "many"], "--port takes a number"),
        (["serve", "site", "--port", "70000"], "not 70000"),
        (["serve", "site", "--host", "http://box.example/"], "--host takes a name"),
        (["serve", "site", "--host", "box.example:80"], "--host takes a name"),
    ] {
        let (status, text) = told(&dir, &arguments);
        assert!(status == Some(2) && text.contains(says), "{text}");
    }
}
