//! What does the local server give, and to whom?

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

use crate::{command, manifest, small_index, temp, write};

struct Served {
    child: Child,
    address: String,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Served {
    fn start(cwd: &Path, dir: &str) -> Served {
        let mut child =
            command(cwd).args(["serve", dir, "--port", "0"]).stdout(Stdio::piped()).spawn().expect("the command starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line).expect("an address");
        let address = line.trim().trim_start_matches("http://").trim_end_matches('/').to_owned();
        assert!(address.starts_with("127.0.0.1:"), "only this machine may ask: {line}");
        Served { child, address }
    }

    /// Status, head and body of the answer to a path, sent as it stands.
    fn get(&self, path: &str) -> (u16, String, Vec<u8>) {
        let mut stream = TcpStream::connect(&self.address).expect("the server listens");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a socket");
        write!(stream, "GET {path} HTTP/1.0\r\nHost: localhost\r\nConnection: close\r\n\r\n").expect("a socket");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("an answer");
        let end = answer.windows(4).position(|w| w == b"\r\n\r\n").unwrap_or_else(|| panic!("{path}: {answer:?}"));
        let head = String::from_utf8_lossy(&answer[..end]).into_owned();
        let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(0);
        (status, head.to_lowercase(), answer[end + 4..].to_vec())
    }
}

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
    write(&dir.path().join("secret.txt"), "secret");
    write(&dir.path().join("site-secret/secret.txt"), "secret");
    std::os::unix::fs::symlink(dir.path().join("secret.txt"), site.join("way-out.txt")).expect("a link");
    let server = Served::start(dir.path(), "site");
    for (path, file, kind) in [
        ("/xunzi/manifest", "xunzi/manifest", "application/octet-stream"),
        ("/xunzi/xunzi.js", "xunzi/xunzi.js", "text/javascript; charset=utf-8"),
        ("/", "index.html", "text/html; charset=utf-8"),
        ("/index.html?q=%E5%BF%97#x", "index.html", "text/html; charset=utf-8"),
        ("/%E4%B8%AD%E6%96%87%20%E9%A1%B5/", "中文 页/index.html", "text/html; charset=utf-8"),
        ("/app.wasm", "app.wasm", "application/wasm"),
        ("/xunzi/../index.html", "index.html", "text/html; charset=utf-8"),
    ] {
        let (status, head, body) = server.get(path);
        assert_eq!(status, 200, "{path}: {head}");
        assert!(body == fs::read(site.join(file)).expect("a file of the site"), "{path}: {} bytes", body.len());
        assert!(head.contains(&format!("content-type: {kind}")), "{path}: {head}");
    }
    let pack = format!("xunzi/{}/pack.dat", manifest.build);
    assert!(server.get(&format!("/{pack}")).2 == fs::read(site.join(&pack)).expect("the index is one file"));
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
    ] {
        let (status, _, body) = server.get(outside);
        assert_eq!(status, 404, "{outside}");
        assert!(!String::from_utf8_lossy(&body).contains("secret"), "{outside}");
    }
    // It is still there.
    assert_eq!(server.get("/").0, 200);
}
