//! How does a site owner look at an index in a browser, before it is published?

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use lexopt::prelude::*;

use crate::usage::{End, help};

/// `xunzi serve`.
pub fn serve(mut parser: lexopt::Parser) -> Result<(), End> {
    let mut dir = None;
    let mut port = 8080u16;
    let mut given = false;
    while let Some(argument) = parser.next()? {
        match argument {
            Long("port") | Short('p') => {
                port = parser.value()?.parse()?;
                given = true;
            }
            Long("help") | Short('h') => return help(),
            Value(value) if dir.is_none() => dir = Some(PathBuf::from(value)),
            other => return Err(other.unexpected().into()),
        }
    }
    let dir = dir.ok_or_else(|| End::Usage("DIR is missing: the folder to serve".into()))?;
    let root = dir.canonicalize().map_err(|e| End::Failed(format!("{}: cannot be served: {e}", dir.display())))?;
    // The next free port, unless one was asked for.
    let tries = if given { 1 } else { 20 };
    let mut last = String::new();
    let server = (0..tries).find_map(|k| match tiny_http::Server::http(("127.0.0.1", port.saturating_add(k))) {
        Ok(server) => Some(server),
        Err(e) => {
            last = e.to_string();
            None
        }
    });
    let Some(server) = server else { return Err(End::Failed(format!("port {port}: {last}; choose another with --port"))) };
    writeln!(io::stdout(), "http://{}/", server.server_addr())?;
    io::stdout().flush()?;
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Ok(request) = server.recv() {
                    answer(&root, request);
                }
            });
        }
    });
    Ok(())
}

/// Answers one request with a file below `root`.
fn answer(root: &Path, request: tiny_http::Request) {
    let path = request.url().split(['?', '#']).next().unwrap_or("");
    let decoded = percent_decode(path);
    let mut file = root.join(decoded.trim_start_matches('/'));
    if file.is_dir() {
        file.push("index.html");
    }
    let inside = file.canonicalize().is_ok_and(|f| f.starts_with(root));
    let opened = inside.then(|| std::fs::File::open(&file).ok()).flatten();
    let header = |name: &str, value: &str| tiny_http::Header::from_bytes(name, value);
    let kind = match file.extension().and_then(|e| e.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("json") => "application/json",
        Some("txt" | "md") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    };
    // A reader that has gone away needs no answer.
    let _ = match opened {
        Some(opened) => {
            let mut response = tiny_http::Response::from_file(opened);
            for (name, value) in [("Content-Type", kind), ("Cache-Control", "no-cache")] {
                if let Ok(header) = header(name, value) {
                    response.add_header(header);
                }
            }
            request.respond(response)
        }
        None => request.respond(tiny_http::Response::from_string("not found\n").with_status_code(404)),
    };
}

fn percent_decode(path: &str) -> String {
    let bytes = path.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex =
            bytes.get(at + 1..at + 3).and_then(|h| std::str::from_utf8(h).ok()).and_then(|h| u8::from_str_radix(h, 16).ok());
        match (bytes[at], hex) {
            (b'%', Some(byte)) => {
                out.push(byte);
                at += 3;
            }
            (byte, _) => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
