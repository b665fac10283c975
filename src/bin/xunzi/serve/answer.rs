//! Which file answers a request, and what is said of it?
//!
//! Only regular files below the root are opened. A page of the web can make a browser ask a local server under any name
//! that its owner points at this machine, and read the answer as its own; so a request must name a host that only this
//! machine has, or one that the owner of the site has named.

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::net::{Ipv4Addr, Ipv6Addr};
use std::path::{Component, Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hyper::body::{Body, Bytes, Frame, SizeHint};
use hyper::header::{self, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Method, Response, StatusCode, Uri, Version};
use tokio::task::{JoinHandle, spawn_blocking};

use super::Moved;

/// Bytes of a file that are in memory at a time.
const PIECE: usize = 64 << 10;

/// What is served, and under which names.
pub struct Site {
    /// The folder, without links in its path.
    pub root: PathBuf,
    /// Names that it may be asked for under, besides those of this machine.
    pub hosts: Vec<String>,
}

/// Answers one request. It reads from the disk, so it may take its time.
pub fn answer(site: &Site, request: &Parts, moved: Moved) -> Response<Content> {
    if let Some(refusal) = site.refuses(request) {
        return refusal;
    }
    if request.method != Method::GET && request.method != Method::HEAD {
        let mut refusal = words(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD are answered here");
        refusal.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        // What may follow is not read.
        refusal.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        return refusal;
    }
    let found = site.find(request.uri.path()).and_then(|found| match found {
        Found::File { name, path } => file(request, &name, &path, moved),
        Found::Folder(address) => Ok(moved_to(&address, request.uri.query())),
    });
    found.unwrap_or_else(|e| match e.kind() {
        io::ErrorKind::NotFound => words(StatusCode::NOT_FOUND, "not found"),
        io::ErrorKind::PermissionDenied => words(StatusCode::FORBIDDEN, "the server has no right to read this file"),
        _ => failed(&format!("the file cannot be read: {e}")),
    })
}

/// An answer in words.
fn words(status: StatusCode, text: &str) -> Response<Content> {
    let mut response = Response::new(Content::whole(format!("{text}\n")));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

/// The server is at fault.
pub fn failed(text: &str) -> Response<Content> {
    words(StatusCode::INTERNAL_SERVER_ERROR, text)
}

/// The folder's address with its slash: without it, relative links in its page would lead astray.
fn moved_to(address: &str, query: Option<&str>) -> Response<Content> {
    let location = address.to_owned() + &query.map_or(String::new(), |q| format!("?{q}"));
    let mut response = words(StatusCode::MOVED_PERMANENTLY, "a folder: its address ends with /");
    match HeaderValue::try_from(location) {
        Ok(location) => response.headers_mut().insert(header::LOCATION, location),
        Err(e) => return failed(&e.to_string()),
    };
    // Not for good: the next site on this port is another one.
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

// Which file is meant?

enum Found {
    /// A regular file: as its name was asked for, and where it really is.
    File { name: PathBuf, path: PathBuf },
    /// A folder with a page, asked for without its slash: its address, encoded.
    Folder(String),
}

impl Site {
    /// What a request is told that names another server than this one, or none.
    fn refuses(&self, request: &Parts) -> Option<Response<Content>> {
        let mut names = request.headers.get_all(header::HOST).iter();
        let (first, second) = (names.next(), names.next());
        if second.is_some() {
            return Some(words(StatusCode::BAD_REQUEST, "more than one Host"));
        }
        // No browser leaves it out. Those who wrote the first clients did.
        if first.is_none() && request.version > Version::HTTP_10 {
            return Some(words(StatusCode::BAD_REQUEST, "a request must name its Host"));
        }
        let named = first.map(|name| String::from_utf8_lossy(name.as_bytes()));
        let mut all = named.iter().map(|name| name.as_ref()).chain(request.uri.authority().map(|a| a.as_str()));
        let foreign = all.find(|name| !self.is_own(name))?;
        Some(words(
            StatusCode::FORBIDDEN,
            &format!(
                "This server was asked for under the name {foreign:?}, which any page of the web could have given to this machine.\n\
                 It answers under localhost, 127.0.0.1 and [::1]; for further names start it with --host NAME."
            ),
        ))
    }

    /// Is this a name, with or without a port, that only this server goes by?
    fn is_own(&self, authority: &str) -> bool {
        let Ok(uri) = authority.parse::<Uri>() else { return false };
        let Some(host) = uri.host().filter(|_| !authority.contains(['@', '/'])) else { return false };
        let plain = host.strip_suffix('.').unwrap_or(host);
        let six = plain.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        plain.eq_ignore_ascii_case("localhost")
            || plain.parse().is_ok_and(|four: Ipv4Addr| four.is_loopback())
            || six.is_some_and(|six| six.parse().is_ok_and(|six: Ipv6Addr| six.is_loopback()))
            || self.hosts.iter().any(|own| plain.eq_ignore_ascii_case(own.strip_suffix('.').unwrap_or(own)))
    }

    /// The file or folder at an address. Whatever is not a file of the site is not found.
    fn find(&self, address: &str) -> io::Result<Found> {
        let missing = || io::Error::from(io::ErrorKind::NotFound);
        let (steps, slash) = steps(address).ok_or_else(missing)?;
        let mut name = self.root.clone();
        name.extend(&steps);
        let mut path = self.inside(&name)?;
        if path.is_dir() {
            name.push("index.html");
            path = self.inside(&name)?;
            if !slash && path.is_file() {
                return Ok(Found::Folder(encoded(&steps)));
            }
        } else if slash {
            return Err(missing());
        }
        // A pipe would keep its reader waiting, a device may never end.
        if path.is_file() { Ok(Found::File { name, path }) } else { Err(missing()) }
    }

    /// Where a file really is, which must be below the root.
    fn inside(&self, name: &Path) -> io::Result<PathBuf> {
        match name.canonicalize() {
            Ok(path) if path.starts_with(&self.root) => Ok(path),
            Err(e) if e.kind() == io::ErrorKind::PermissionDenied => Err(e),
            // No such file, a link to itself, a name that no file can have.
            _ => Err(io::ErrorKind::NotFound.into()),
        }
    }
}

/// The names that lead from the root to what an address means, and whether it ends as a folder's does. None: it leads
/// out of the root, or is none that a file can have.
fn steps(address: &str) -> Option<(Vec<String>, bool)> {
    let decoded = String::from_utf8(decoded(address)).ok()?;
    let mut steps = Vec::new();
    let mut slash = true;
    for step in decoded.split('/') {
        slash = matches!(step, "" | "." | "..");
        match step {
            "" | "." => {}
            ".." => drop(steps.pop()?),
            // Elsewhere a name may hold a drive or a path of its own.
            _ if !Path::new(step).components().eq([Component::Normal(step.as_ref())]) => return None,
            _ => steps.push(step.to_owned()),
        }
    }
    Some((steps, slash))
}

/// An address without its percent signs. One that stands for nothing is a character like any other.
fn decoded(address: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(address.len());
    let mut rest = address.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        let digit = |byte: u8| char::from(byte).to_digit(16);
        match (first, after) {
            (b'%', &[high, low, ref after @ ..]) if digit(high).is_some() && digit(low).is_some() => {
                out.extend(digit(high).zip(digit(low)).map(|(high, low)| (high << 4 | low) as u8));
                rest = after;
            }
            _ => out.push(*first),
        }
    }
    out
}

/// The address of a folder.
fn encoded(steps: &[String]) -> String {
    let mut address = String::from("/");
    for step in steps {
        for byte in step.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                address.push(char::from(byte));
            } else {
                address += &format!("%{byte:02X}");
            }
        }
        address.push('/');
    }
    address
}

// What is said of a file?

/// The answer with a file. Every answer may be kept, and must be asked for again: the site may have been built anew.
fn file(request: &Parts, name: &Path, path: &Path, moved: Moved) -> io::Result<Response<Content>> {
    let (mut file, data) = open(path)?;
    let mut first = Vec::new();
    file.by_ref().take(PIECE as u64).read_to_end(&mut first)?;
    // What fits is sent as it was read, whatever length was said.
    let len = if first.len() < PIECE { first.len() as u64 } else { data.len().max(first.len() as u64) };
    let tag = tag(&data);
    let modified = data.modified().ok().filter(|time| is_datable(*time));
    let mut response = Response::new(Content::default());
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if let Ok(tag) = HeaderValue::try_from(&tag) {
        headers.insert(header::ETAG, tag);
    }
    if let Some(Ok(date)) = modified.map(|time| HeaderValue::try_from(httpdate::fmt_http_date(time))) {
        headers.insert(header::LAST_MODIFIED, date);
    }
    if is_known(request, &tag, modified) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return Ok(response);
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind(name, &first)));
    headers.insert(header::CONTENT_LENGTH, len.into());
    *response.body_mut() = Content {
        left: len - first.len() as u64,
        first: Some(first.into()),
        file: Some(file),
        reading: None,
        moved: Some(moved),
    };
    Ok(response)
}

/// Opens a regular file. What it was when it was looked up it may no longer be.
fn open(path: &Path) -> io::Result<(File, Metadata)> {
    let mut options = File::options();
    options.read(true);
    // A pipe that has taken the file's place is not waited for.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, rustix::fs::OFlags::NONBLOCK.bits() as i32);
    let file = options.open(path)?;
    let data = file.metadata()?;
    if data.is_file() { Ok((file, data)) } else { Err(io::ErrorKind::NotFound.into()) }
}

/// A name for this state of a file. Two builds within one tick of the clock may agree in length and time, hence the time
/// at which the file came to this place, where the system knows it, and the place.
fn tag(data: &Metadata) -> String {
    let nanos = data.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok()).map_or(0, |d| d.as_nanos());
    #[cfg(unix)]
    let place = {
        use std::os::unix::fs::MetadataExt;
        format!("-{:x}-{:x}{:08x}", data.ino(), data.ctime(), data.ctime_nsec())
    };
    #[cfg(not(unix))]
    let place = "";
    format!("\"{:x}-{nanos:x}{place}\"", data.len())
}

/// Can a header give this time? It can up to the year 9999.
fn is_datable(time: SystemTime) -> bool {
    time.duration_since(UNIX_EPOCH).is_ok_and(|since| since < Duration::from_secs(253_402_300_800))
}

/// Has the client this state of the file? The tag decides, if it knows one.
fn is_known(request: &Parts, tag: &str, modified: Option<SystemTime>) -> bool {
    let text = |name| request.headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()));
    if let Some(tags) = text(header::IF_NONE_MATCH) {
        return tags.split(',').map(str::trim).any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag);
    }
    let since = text(header::IF_MODIFIED_SINCE).and_then(|date| httpdate::parse_http_date(&date).ok());
    since.zip(modified).is_some_and(|(since, modified)| modified < since + Duration::from_secs(1))
}

/// The type of a file, by its name. That a text is UTF-8 is said if it begins so; otherwise it is left to the text.
fn kind(name: &Path, first: &[u8]) -> &'static str {
    let extension = name.extension().and_then(|e| e.to_str()).unwrap_or("").to_ascii_lowercase();
    let (utf8, plain) = match extension.as_str() {
        "html" | "htm" | "xhtml" => ("text/html; charset=utf-8", "text/html"),
        "js" | "mjs" | "cjs" => ("text/javascript; charset=utf-8", "text/javascript"),
        "css" => ("text/css; charset=utf-8", "text/css"),
        "txt" | "text" | "md" | "markdown" | "log" | "toml" | "yaml" | "yml" => ("text/plain; charset=utf-8", "text/plain"),
        "csv" => ("text/csv; charset=utf-8", "text/csv"),
        "vtt" => ("text/vtt; charset=utf-8", "text/vtt"),
        "xml" | "xsl" => ("text/xml; charset=utf-8", "text/xml"),
        "rss" => ("application/rss+xml; charset=utf-8", "application/rss+xml"),
        "atom" => ("application/atom+xml; charset=utf-8", "application/atom+xml"),
        // These are always UTF-8, or say themselves what they are.
        "json" | "map" => ("application/json", "application/json"),
        "jsonl" | "ndjson" => ("application/x-ndjson", "application/x-ndjson"),
        "webmanifest" => ("application/manifest+json", "application/manifest+json"),
        "svg" => ("image/svg+xml", "image/svg+xml"),
        other => {
            return match other {
                "wasm" => "application/wasm",
                "pdf" => "application/pdf",
                "epub" => "application/epub+zip",
                "zip" => "application/zip",
                "gz" | "tgz" => "application/gzip",
                "png" => "image/png",
                "apng" => "image/apng",
                "jpg" | "jpeg" => "image/jpeg",
                "gif" => "image/gif",
                "webp" => "image/webp",
                "avif" => "image/avif",
                "ico" => "image/x-icon",
                "bmp" => "image/bmp",
                "tif" | "tiff" => "image/tiff",
                "woff" => "font/woff",
                "woff2" => "font/woff2",
                "ttf" => "font/ttf",
                "otf" => "font/otf",
                "mp3" => "audio/mpeg",
                "m4a" => "audio/mp4",
                "ogg" | "oga" | "opus" => "audio/ogg",
                "wav" => "audio/wav",
                "flac" => "audio/flac",
                "mp4" | "m4v" => "video/mp4",
                "webm" => "video/webm",
                "ogv" => "video/ogg",
                "mov" => "video/quicktime",
                _ => "application/octet-stream",
            };
        }
    };
    // The piece may end within a character.
    let is_utf8 = std::str::from_utf8(first).err().is_none_or(|e| e.error_len().is_none());
    if is_utf8 { utf8 } else { plain }
}

// How does it get to the client?

/// The body of an answer: words, or a file of which only a piece is in memory.
#[derive(Default)]
pub struct Content {
    /// Sent before anything of the file.
    first: Option<Bytes>,
    /// None while a piece of it is read.
    file: Option<File>,
    /// Bytes of the file that come after `first` and were not yet read.
    left: u64,
    reading: Option<JoinHandle<io::Result<Piece>>>,
    /// Told about every piece that is taken.
    moved: Option<Moved>,
}

/// The file, and what was read of it.
type Piece = (File, Vec<u8>);

impl Content {
    fn whole(text: String) -> Content {
        Content { first: Some(text.into()), ..Content::default() }
    }
}

impl Body for Content {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if let Some(moved) = &self.moved {
            moved.now();
        }
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(Ok(Frame::data(first))));
        }
        let most = self.left.min(PIECE as u64);
        if let Some(mut file) = self.file.take_if(|_| most > 0) {
            self.reading = Some(spawn_blocking(move || {
                let mut piece = Vec::with_capacity(most as usize);
                file.by_ref().take(most).read_to_end(&mut piece)?;
                Ok((file, piece))
            }));
        }
        let Some(reading) = &mut self.reading else { return Poll::Ready(None) };
        let read = ready!(Pin::new(reading).poll(context)).unwrap_or_else(|e| Err(io::Error::other(e)));
        self.reading = None;
        Poll::Ready(Some(read.and_then(|(file, piece)| {
            if piece.is_empty() {
                // The length was promised: the connection ends, and the client sees that the answer is cut short.
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the file has become shorter"));
            }
            self.left -= piece.len() as u64;
            self.file = Some(file);
            Ok(Frame::data(piece.into()))
        })))
    }

    fn is_end_stream(&self) -> bool {
        self.size_hint().exact() == Some(0)
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.first.as_ref().map_or(0, |first| first.len() as u64) + self.left)
    }
}
