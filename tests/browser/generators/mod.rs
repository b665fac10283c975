//! Does every generator's site become an index that its readers can rely on?
//!
//! `XUNZI_ALL=1 cargo test --release --features embed --test browser generators -- --nocapture`; `XUNZI_GENERATORS=hugo,hexo` names
//! a few. The same sixty pages are built by each, with what npm, PyPI, crates.io or Debian have of it, installed once below
//! `target/generators`. Chromium shows each page, and is the judge: of what is text, what is not, and which places links lead to.

mod dialects;
mod follow;
mod judge;
mod pages;

use std::collections::{HashMap, HashSet};
use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

use xunzi::disk::folder::OnDisk;
use xunzi::search::answer::Found;
use xunzi::search::{Options, Search};

use crate::chromium::{Browser, Page};
use crate::generate::Rng;
use crate::naive::{self, Library};
use crate::server::Server;
use crate::site::{root, xunzi};
use dialects::{ALL, Dialect};
use judge::Shown;
use pages::{SECRET, Source};

/// What is asked of each page, and how often.
const SHOWN: usize = 300;
const UNSEEN: usize = 100;
/// Headings that are typed, of each site.
const HEADINGS: usize = 50;
/// What the project promises: at least so many generators are tried.
const LEAST: usize = 7;

/// One of the long tests.
#[test]
fn generators() {
    if env::var_os("XUNZI_ALL").is_none() {
        return;
    }
    let named = env::var("XUNZI_GENERATORS").unwrap_or_default();
    let wanted = |name: &str| named.is_empty() || named.split(',').any(|other| other == name);
    let browser = Browser::start();
    let sources = pages::all();
    let (mut tried, mut wrong) = (Vec::new(), Vec::new());
    for dialect in ALL.iter().filter(|dialect| wanted(dialect.name)) {
        let folder = crate::folder();
        match make(dialect, &sources, folder.path()) {
            Err(reason) => println!("{}: cannot be had here: {reason}", dialect.name),
            Ok(()) => {
                let faults = check(dialect, &sources, folder.path(), &browser);
                println!("{}: {} faults", dialect.name, faults.len());
                wrong.extend(faults.into_iter().map(|fault| format!("{}: {fault}", dialect.name)));
                tried.push(dialect.name);
            }
        }
    }
    let shown = wrong.iter().take(60).map(String::as_str).collect::<Vec<_>>().join("\n");
    assert!(wrong.is_empty(), "{} faults\n{shown}", wrong.len());
    assert!(!named.is_empty() || tried.len() >= LEAST, "only {tried:?} could be tried");
}

/// Builds the site; says why if its generator is not to be had.
fn make(dialect: &Dialect, sources: &[Source], folder: &Path) -> Result<(), String> {
    pages::write(sources, dialect, &folder.join("pages"));
    let tools = root().join("target/generators").join(dialect.name);
    let script = root().join("tests/generators").join(dialect.name).join("make.sh");
    let run = Command::new("sh").arg(script).arg(&tools).arg(folder).output().map_err(|e| e.to_string())?;
    let told = String::from_utf8_lossy(&run.stderr).into_owned() + &String::from_utf8_lossy(&run.stdout);
    match run.status.code() {
        Some(0) => Ok(()),
        Some(75) => Err(told.lines().last().unwrap_or_default().to_owned()),
        _ => panic!("{} does not build: {}\n{told}", dialect.name, run.status),
    }
}

/// A page in a browser.
struct Opened<'a> {
    source: &'a Source,
    url: String,
    /// Where hosts lead who asks for it.
    led: String,
    shown: Shown,
}

/// Where hosts lead who asks for a folder without the slash at its end.
fn led(site: &Path, url: &str) -> String {
    let inside = crate::server::unescape(url.trim_start_matches('/'));
    if !url.ends_with('/') && site.join(inside).is_dir() { format!("{url}/") } else { url.to_owned() }
}

/// An index that is asked.
struct Index(OnDisk);

impl Index {
    fn ask(&mut self, query: &str, limit: u32) -> Found {
        let mut search = Search::new(query, Options { limit, offset: 0, ..Options::default() });
        let found = self.0.run(|reader| search.step(reader)).unwrap_or_else(|e| panic!("{query:?}: {e}"));
        found.unwrap_or_else(|| panic!("{query:?}: no answer"))
    }

    fn finds(&mut self, query: &str, url: &str) -> bool {
        self.ask(query, 0).results.iter().any(|hit| hit.url == url)
    }
}

/// Everything that is wrong with the index of one site.
fn check(dialect: &Dialect, sources: &[Source], folder: &Path, browser: &Browser) -> Vec<String> {
    let site = folder.join("site");
    let out = folder.join("xunzi");
    xunzi(&["build", &site.to_string_lossy(), "--out", &out.to_string_lossy(), "--quiet"]);
    let mut index = Index(OnDisk::open(&out).expect("an index"));
    let server = Server::start(&site, false);
    let page = browser.page();
    let mut faults = Vec::new();
    let mut opened = Vec::new();
    for source in sources {
        let found = index.ask(&source.mark, 0);
        let urls: Vec<&str> = found.results.iter().map(|hit| hit.url.as_str()).collect();
        let [url] = urls[..] else {
            faults.push(format!("{}: stands at {urls:?}, not at one place", source.path));
            continue;
        };
        // Generators make quotation marks round.
        let folded = |title: &str| naive::fold(title, naive::Off::NONE).chars;
        if folded(&found.results[0].title) != folded(&source.title) {
            faults.push(format!("{}: is titled {:?}, not {:?}", source.path, found.results[0].title, source.title));
        }
        let url = &led(&site, url);
        page.open(&server.url(url));
        let shown = judge::look(&page, dialect.main);
        if !shown.blocks.iter().any(|block| block.contains(&source.mark)) {
            faults.push(format!("{}: {url} shows another page, or {} is not its text", source.path, dialect.main));
            continue;
        }
        opened.push(Opened { source, url: found.results[0].url.clone(), led: url.clone(), shown });
    }
    if index.ask(SECRET, 1).articles > 0 {
        faults.push(format!("what is hidden is found: {:?}", index.ask(SECRET, 3).results));
    }
    let mut rng = Rng::new(4_712);
    for opened in &opened {
        faults.extend(texts(opened, &mut index, &mut rng));
    }
    faults.extend(headings(&opened, &mut index, &page, &server, &mut rng));
    faults
}

/// A query for a stretch of a block of text: no signs that mean something in one.
fn stretch(block: &[char], rng: &mut Rng, most: usize) -> Option<String> {
    let length = rng.within(1, most).min(block.len());
    let start = rng.below(block.len() - length + 1);
    let text: String = block[start..start + length].iter().collect();
    let text = text.trim();
    let plain = !text.is_empty() && !text.contains(['"', '“', '”', '„', '‟', '＂', '「', '」', '『', '』']);
    plain.then(|| if text.contains(char::is_whitespace) { format!("\"{text}\"") } else { text.to_owned() })
}

/// What a reader sees is found, and nothing else.
fn texts(page: &Opened, index: &mut Index, rng: &mut Rng) -> Vec<String> {
    let mut faults = Vec::new();
    let blocks: Vec<Vec<char>> = page.shown.blocks.iter().map(|block| block.chars().collect()).collect();
    let path = &page.source.path;
    for _ in 0..SHOWN {
        let Some(query) = stretch(rng.pick::<Vec<char>>(&blocks), rng, 24) else { continue };
        if !index.finds(&query, &page.url) {
            faults.push(format!("{path}: {query:?} is seen and not found"));
        }
    }
    // A string that stands in the text too is found rightly: a scan of what is seen says whether it does.
    let text = format!("{}\u{2029}{}", page.shown.blocks.join("\u{2029}"), page.shown.rest);
    let library = Library::new(&[(page.source.title.clone(), text)], naive::Off::NONE);
    let mut asked = HashSet::new();
    for _ in 0..UNSEEN {
        let Some(line) = (!page.shown.unseen.is_empty()).then(|| rng.pick::<String>(&page.shown.unseen)) else { break };
        let Some(query) = stretch(&line.chars().collect::<Vec<_>>(), rng, 16) else { continue };
        let rightly = library.search(&query).is_ok_and(|found| !found.is_empty());
        if !rightly && asked.insert(query.clone()) && index.finds(&query, &page.url) {
            faults.push(format!("{path}: {query:?} (of {line:?}) is no text of it and found"));
        }
    }
    faults
}

/// Headings that are typed lead to their pages, and to their places there.
fn headings(opened: &[Opened], index: &mut Index, page: &Page, server: &Server, rng: &mut Rng) -> Vec<String> {
    let mut faults = Vec::new();
    let mut count: HashMap<&str, usize> = HashMap::new();
    let all = || opened.iter().flat_map(|page| page.shown.headings.iter().map(move |heading| (page, heading)));
    all().for_each(|(_, heading)| *count.entry(&heading.text).or_default() += 1);
    let once: Vec<_> = all().filter(|(_, heading)| count[heading.text.as_str()] == 1).collect();
    if once.len() < HEADINGS {
        return vec![format!("only {} headings stand on one page", once.len())];
    }
    for _ in 0..HEADINGS {
        let (opened, heading) = rng.pick(&once);
        let query = heading.text.replace(['"', '“', '”'], " ");
        let found = index.ask(&query, 3);
        let Some(hit) = found.results.iter().find(|hit| hit.url == opened.url) else {
            faults.push(format!("{}: its heading {query:?} is typed and not in the first three", opened.source.path));
            continue;
        };
        // Of a long one the beginning is shown.
        let told = |told: &Option<String>| told.as_ref().is_some_and(|told| heading.text.starts_with(told.trim_end_matches('…')));
        let snippet = hit.snippets.iter().find(|snippet| told(&snippet.heading));
        let anchor = snippet.and_then(|snippet| snippet.anchor.as_deref()).unwrap_or_default();
        if !heading.placed {
            continue;
        }
        if anchor.is_empty() {
            let told: Vec<_> = hit.snippets.iter().map(|s| (s.heading.clone(), s.anchor.clone())).collect();
            faults.push(format!("{}: {:?} has no place of its own: {told:?}", opened.source.path, heading.text));
            continue;
        }
        page.open(&server.url(&format!("{}?{}#{anchor}", opened.led, rng.next())));
        if !judge::stands_at(page, anchor, &heading.text) {
            faults.push(format!("{}: #{anchor} is not the place of {:?}", opened.source.path, heading.text));
        }
    }
    faults
}

/// Where the pages of a site are written for the eyes of whoever mends a fault: `XUNZI_KEEP=FOLDER`.
#[test]
fn a_site_is_kept_for_a_look() {
    let (Some(keep), Ok(name)) = (env::var_os("XUNZI_KEEP"), env::var("XUNZI_GENERATORS")) else { return };
    let keep = Path::new(&keep);
    fs::create_dir_all(keep).expect("a folder");
    for dialect in ALL.iter().filter(|dialect| dialect.name == name) {
        make(dialect, &pages::all(), keep).expect("its generator");
    }
}
