//! How does a site owner look at a site in a browser, before it is published? Arguments, the port, and who is let in.
//!
//! The readers of a local server are one browser and now and then a script, but also whatever else runs on this machine,
//! and through the browser every page of the web. So nobody can keep others waiting: no connection has a thread of its
//! own, and when there are too many, the one on which nothing has moved for the longest is closed. What is answered is
//! decided in `answer`.

mod answer;

use std::convert::Infallible;
use std::future::poll_fn;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use lexopt::prelude::*;
use tokio::io::AsyncWrite;
use tokio::net::TcpStream;
use tokio::task::{self, JoinHandle};
use tokio::time;

use crate::usage::{End, help, text};
use crate::{build, watch};
use answer::{Site, answer};

/// Tried first, and after it the next ones, unless a port is asked for.
const PORT: u16 = 8080;
const PORTS: u16 = 20;

/// A head that has not come in this time is not waited for; nor is the next request on an open connection.
const HEAD_TIME: Duration = Duration::from_secs(30);

/// The longest head that is read.
const HEAD_BYTES: usize = 64 << 10;

/// After the last answer, what a client still sends is read for so long: closing at once would take the answer away
/// from one that is still sending.
const LINGER: Duration = Duration::from_secs(2);

/// `xunzi serve`.
pub fn serve(mut parser: lexopt::Parser) -> Result<(), End> {
    let mut dir = None;
    let mut port = None;
    let mut hosts = Vec::new();
    let mut watched = false;
    while let Some(argument) = parser.next()? {
        match argument {
            Long("port") | Short('p') => {
                let value = text("--port", parser.value()?)?;
                let number = value.parse().map_err(|_| {
                    End::Usage(format!("--port takes a number from 1 to 65535, or 0 for any free port, not {value}"))
                })?;
                port = Some(number);
            }
            Long("host") => {
                let name = text("--host", parser.value()?)?;
                if name.is_empty() || name.contains(['/', '@', ',', ' ']) || (name.contains(':') && !name.starts_with('[')) {
                    return Err(End::Usage(format!("--host takes a name without a port, such as box.example, not '{name}'")));
                }
                hosts.push(name);
            }
            Long("watch") | Short('w') => watched = true,
            Long("help") | Short('h') => return help(),
            Value(value) if dir.is_none() => dir = Some(PathBuf::from(value)),
            other => return Err(other.unexpected().into()),
        }
    }
    let dir = dir.ok_or_else(|| End::Usage("DIR is missing: the folder to serve".into()))?;
    let site = Arc::new(Site { root: root(&dir)?, hosts });
    let listener = listen(port)?;
    if watched {
        // What cannot be done at all is said before anything is served.
        build::of_folder(&dir)?;
        let dir = dir.clone();
        thread::spawn(move || watch::build(|| build::of_folder(&dir)));
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    // The system takes connections from here on, so whoever reads this line can ask.
    crate::tell::print(&format!("http://{address}/\n"))?;
    runtime.block_on(async { welcome(tokio::net::TcpListener::from_std(listener)?, site).await })
}

/// The folder itself, without links in its path.
fn root(dir: &Path) -> Result<PathBuf, End> {
    let failed = |why: &str| End::Failed(format!("{}: cannot be served: {why}", dir.display()));
    let root = dir.canonicalize().map_err(|e| failed(&e.to_string()))?;
    if root.is_dir() { Ok(root) } else { Err(failed("it is no folder; give the folder that the site stands in")) }
}

/// Takes the port that was asked for, or the first free one of a few.
fn listen(asked: Option<u16>) -> Result<TcpListener, End> {
    let ports = asked.map_or(PORT..=PORT + PORTS - 1, |port| port..=port);
    let range = if asked.is_some() { format!("port {}", ports.start()) } else { format!("ports {PORT} to {}", ports.end()) };
    for port in ports {
        match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            Ok(listener) => return Ok(listener),
            Err(e) if e.kind() == io::ErrorKind::AddrInUse => {}
            Err(e) => return Err(End::Failed(format!("port {port}: {e}; choose another with --port N"))),
        }
    }
    Err(End::Failed(format!("{range}: in use by another program; choose another with --port N, or --port 0 for any free one")))
}

/// A connection, and when something last moved on it.
struct Guest {
    task: JoinHandle<()>,
    moved: Moved,
}

/// Milliseconds since the server began.
#[derive(Clone)]
struct Moved {
    began: Instant,
    at: Arc<AtomicU64>,
}

impl Moved {
    fn new(began: Instant) -> Moved {
        let moved = Moved { began, at: Arc::default() };
        moved.now();
        moved
    }

    /// A request came, or a part of an answer was taken.
    fn now(&self) {
        self.at.store(self.began.elapsed().as_millis() as u64, Ordering::Relaxed);
    }
}

/// Takes connections for as long as the process lives.
async fn welcome(listener: tokio::net::TcpListener, site: Arc<Site>) -> Result<(), End> {
    let most = most_guests();
    let began = Instant::now();
    let mut guests: Vec<Guest> = Vec::new();
    loop {
        let taken = listener.accept().await;
        guests.retain(|guest| !guest.task.is_finished());
        match taken {
            Ok((stream, _)) => {
                if guests.len() >= most {
                    see_out(&mut guests).await;
                }
                let moved = Moved::new(began);
                guests.push(Guest { task: tokio::spawn(attend(stream, site.clone(), moved.clone())), moved });
            }
            // The client has gone already.
            Err(e) if matches!(e.kind(), io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset) => {}
            // The system has no room for a further connection: make some.
            Err(_) if !guests.is_empty() => see_out(&mut guests).await,
            Err(e) => return Err(End::Failed(format!("no connection can be taken any more: {e}"))),
        }
    }
}

/// Closes the connection on which nothing has moved for the longest.
async fn see_out(guests: &mut Vec<Guest>) {
    let stillest = guests.iter().enumerate().min_by_key(|(_, guest)| guest.moved.at.load(Ordering::Relaxed)).map(|(k, _)| k);
    if let Some(k) = stillest {
        let guest = guests.swap_remove(k);
        guest.task.abort();
        // It is closed when this returns; that it was cut short is what was asked for.
        let _ = guest.task.await;
    }
}

/// How many connections are kept. Each may need a second descriptor, for the file that it is sent, and some are left
/// for everything else. A system often allows more than it gives unasked.
#[cfg(unix)]
fn most_guests() -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    const ENOUGH: u64 = 1 << 13;
    let limit = getrlimit(Resource::Nofile);
    let within = limit.maximum.unwrap_or(ENOUGH).min(ENOUGH);
    let mut allowed = limit.current.unwrap_or(ENOUGH);
    if allowed < within && setrlimit(Resource::Nofile, Rlimit { current: Some(within), maximum: limit.maximum }).is_ok() {
        allowed = within;
    }
    (allowed.min(ENOUGH).saturating_sub(64) / 2).max(8) as usize
}

#[cfg(not(unix))]
fn most_guests() -> usize {
    1000
}

/// Answers the requests of one connection, one after the other.
async fn attend(stream: TcpStream, site: Arc<Site>, moved: Moved) {
    // An answer is written in few pieces, the last of which should not wait for the receipt of the one before.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request: hyper::Request<hyper::body::Incoming>| {
        moved.now();
        let (head, _) = request.into_parts();
        let (site, moved) = (site.clone(), moved.clone());
        Box::pin(async move {
            // Disks may be slow, and must not keep others waiting.
            let answered = task::spawn_blocking(move || answer(&site, &head, moved)).await;
            Ok::<_, Infallible>(answered.unwrap_or_else(|e| answer::failed(&format!("the answer failed: {e}"))))
        })
    });
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(HEAD_BYTES)
        .half_close(true)
        .serve_connection(TokioIo::new(stream), service);
    // Whatever ended the connection, its client has been told or is no longer there.
    let _ = poll_fn(|context| connection.poll_without_shutdown(context)).await;
    let stream = connection.into_parts().io.into_inner();
    let _ = time::timeout(LINGER, drain(stream)).await;
}

/// Says that nothing follows, and reads until the client has said so too.
async fn drain(mut stream: TcpStream) -> io::Result<()> {
    poll_fn(|context| Pin::new(&mut stream).poll_shutdown(context)).await?;
    let mut sink = [0; 4096];
    loop {
        stream.readable().await?;
        match stream.try_read(&mut sink) {
            Ok(0) => return Ok(()),
            Ok(_) => {}
            Err(e) if e.kind() == io::ErrorKind::WouldBlock => {}
            Err(e) => return Err(e),
        }
    }
}
