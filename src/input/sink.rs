//! What becomes of what a reader finds?

use super::address::{percent, tidy};
use super::facts::{Facts, MOST};
use super::heads;
use super::lines::{BLOCK_END, clean};
use super::note::{Level, Note, because, brief};
use super::options::Options;
use super::walk::Found;
use crate::{Article, address as web, date};
use std::collections::hash_map::{DefaultHasher, Entry};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs::File;
use std::hash::{Hash as _, Hasher as _};
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// What was read.
#[derive(Clone, Debug, Default)]
pub struct Read {
    /// The articles, in input order; none where they were handed on one by one.
    pub articles: Vec<Article>,
    /// How many there were.
    pub count: usize,
    /// Messages, in input order.
    pub notes: Vec<Note>,
    /// Number of files that gave at least one article.
    pub files: usize,
    /// Bytes read from disk.
    pub bytes: u64,
    /// Pages that their authors keep out of a search: drafts, unlisted ones, and those that may be.
    pub private: usize,
    /// What was left out for a reason that is no fault of the input, in a word, and how often.
    pub left: Vec<(&'static str, usize)>,
    /// Names of the facts by which a site's pages say that readers may narrow their search.
    pub filters: BTreeSet<String>,
    /// Where each article stands: the number of its file among `paths`, and its line, 0 if that says nothing.
    places: Vec<(u32, u32)>,
    paths: Vec<PathBuf>,
}

impl Read {
    /// Where an article stands, by its place among all that were read: its file and its line.
    pub fn place(&self, article: usize) -> Option<String> {
        let &(file, line) = self.places.get(article)?;
        let path = self.paths.get(file as usize)?;
        Some(if line > 0 { format!("{}:{line}", path.display()) } else { path.display().to_string() })
    }
}

/// Takes articles as they are read. False: no more are wanted.
pub type Taker<'t> = &'t mut dyn FnMut(Article) -> bool;

/// Where the readers put what they find.
pub(crate) struct Sink<'a> {
    /// What the user wants.
    pub(crate) options: &'a Options,
    progress: &'a mut dyn FnMut(u64),
    /// Who takes the articles, as long as they are wanted.
    taker: Taker<'a>,
    refused: bool,
    /// What was read so far.
    pub(super) read: Read,
    /// For every address, as a number that no other has: the title and the text of the article that had it first, in the same way.
    urls: HashMap<u128, u128>,
    /// and the same of articles with other words under an address that was there.
    others: HashSet<(u128, u128)>,
    /// For every address with capital letters, in small ones: the first that was written so.
    cases: HashMap<String, String>,
    /// For every [`Sort`] of warning: how many there were.
    crowds: [Crowd; Sort::ALL.len()],
}

/// Warnings that one input may raise by the thousand.
#[derive(Clone, Copy)]
enum Sort {
    Repeated,
    Addresses,
    Dates,
    Facts,
    Heads,
}

impl Sort {
    const ALL: [Sort; 5] = [Sort::Repeated, Sort::Addresses, Sort::Dates, Sort::Facts, Sort::Heads];

    /// What is said of those that are only counted.
    fn rest(self) -> &'static str {
        match self {
            Sort::Repeated => "articles whose address belongs to another as well",
            Sort::Addresses => "addresses that no link leads to, or that hold a password",
            Sort::Dates => "dates that name no day",
            Sort::Facts => "articles with more metadata than is kept",
            Sort::Heads => "titles, headings, values or addresses that are too long",
        }
    }
}

/// The warnings of one sort.
#[derive(Default)]
struct Crowd {
    seen: usize,
    /// The file of the first that was not shown.
    hidden: Option<PathBuf>,
}

/// How many messages of one kind are shown before the rest are only counted.
pub(crate) const SHOWN: usize = 20;

impl<'a> Sink<'a> {
    /// An empty one; `notes` were made before the first file was opened.
    pub(super) fn new(options: &'a Options, taker: Taker<'a>, progress: &'a mut dyn FnMut(u64), notes: Vec<Note>) -> Sink<'a> {
        let (urls, others, cases, crowds) = Default::default();
        Sink { options, progress, taker, refused: false, read: Read { notes, ..Read::default() }, urls, others, cases, crowds }
    }

    /// Whether nobody wants any more articles.
    pub(super) fn refused(&self) -> bool {
        self.refused
    }

    /// A message about `found`.
    pub(crate) fn note(&mut self, found: &Found, line: Option<usize>, level: Level, text: String) {
        self.read.notes.push(Note::new(&found.path, line, level, &text));
    }

    /// A page that its author keeps out; `clear` if it says so, and not only something that may mean it.
    pub(crate) fn private(&mut self, found: &Found, line: Option<usize>, clear: bool) {
        self.read.private += 1;
        if clear {
            self.note(
                found,
                line,
                Level::Info,
                "its author keeps it out (a draft, or not to be found); it is left out".to_string(),
            );
        } else {
            let text = "it may be a draft, and nobody can tell: what it says of that is no yes and no no, or cannot be read; it is left out";
            self.note(found, line, Level::Skipped, text.to_string());
        }
    }

    /// `n` articles are left out for the same reason; `path` is the first.
    pub(super) fn left(&mut self, reason: &'static str, n: usize, path: &str, text: String) {
        self.read.left.push((reason, n));
        self.read.notes.push(Note::new(Path::new(path), None, Level::Info, &text));
    }

    /// `bytes` more were read from disk.
    pub(crate) fn progress(&mut self, bytes: u64) {
        self.read.bytes += bytes;
        (self.progress)(bytes);
    }

    /// Takes an article with its facts. One that repeats another's address is reported; if it repeats title and text as
    /// well, it is left out.
    pub(super) fn article(&mut self, found: &Found, line: Option<usize>, mut article: Article, mut facts: Facts) {
        let options = self.options;
        for folder in options.folders.iter().filter(|folder| folder.paths.is_match(&*String::from_utf8_lossy(&found.inside))) {
            for (name, value) in &folder.facts {
                if !facts.has(name) {
                    facts.put(name, value.as_str());
                }
            }
        }
        if facts.dropped > 0 {
            let text = format!("{} values of its metadata were left out: more than {MOST}, or too much in all", facts.dropped);
            self.many(Sort::Facts, found, line, text);
        }
        if let Some(date) = facts.get("date").filter(|date| date::days(date).is_none()) {
            let text =
                format!("the date \"{}\" names no day that is known; write it as 2023-12-31. It counts as no date", brief(date));
            self.many(Sort::Dates, found, line, text);
        }
        if web::has_credentials(&article.url) {
            // Not shown once more: who reads this need not know it.
            let text =
                "the address holds a user's name or password, and every reader of the site gets it; take it out".to_owned();
            self.many(Sort::Addresses, found, line, text);
        } else if !web::is_safe(&article.url) {
            let text = format!(
                "the address {} is neither http(s) nor relative, and no link is made of it; write the address of a page",
                brief(&article.url)
            );
            self.many(Sort::Addresses, found, line, text);
        }
        article.url = tidy(&article.url);
        if article.title.contains(['\n', '\t', BLOCK_END])
            || article.title.contains(char::is_control)
            || article.title.contains("  ")
        {
            article.title = clean(article.title).split_whitespace().collect::<Vec<_>>().join(" ");
        }
        for text in heads::bound(&mut article, &facts) {
            self.many(Sort::Heads, found, line, text);
        }
        article.meta = facts.list();
        // No link leads to an address that is not handed out, so none leads to the wrong article.
        let linked = web::is_safe(&article.url);
        let (address, words) = (number(&[&article.url]), number(&[&article.title, &article.text]));
        if let Some(&first) = self.urls.get(&address).filter(|_| linked) {
            let same = first == words || !self.others.insert((address, words));
            let url = brief(&article.url);
            let text = if same {
                format!("the address {url} and the same words stand earlier in the input; only the first is kept")
            } else {
                format!("the address {url} belongs to another article as well; both are kept, but their links lead to one place")
            };
            self.many(Sort::Repeated, found, line, text);
            if same {
                return;
            }
        } else {
            self.urls.insert(address, words);
            if linked && !web::has_credentials(&article.url) {
                self.alike(found, line, &article.url);
            }
        }
        if let Some(text) = heads::no_address(&mut article.url) {
            self.many(Sort::Heads, found, line, text);
        }
        if self.read.paths.last() != Some(&found.path) {
            self.read.paths.push(found.path.clone());
        }
        self.read.places.push((self.read.paths.len() as u32 - 1, line.unwrap_or(0) as u32));
        self.read.count += 1;
        self.refused |= self.refused || !(self.taker)(article);
    }

    /// Names an address that only the case of its letters tells from another, or that leads out of the site.
    fn alike(&mut self, found: &Found, line: Option<usize>, url: &str) {
        let path = url.split(['?', '#']).next().unwrap_or_default();
        if path.split(['/', '\\']).any(|part| part == "..") {
            let text = format!(
                "the address {} goes up with ../, and leads elsewhere from every page; write it from the root",
                brief(url)
            );
            self.many(Sort::Addresses, found, line, text);
        }
        let small = url.to_lowercase();
        let other = if small != url && self.urls.contains_key(&number(&[&small])) {
            Some(small)
        } else if small == url {
            self.cases.get(&small).cloned()
        } else {
            match self.cases.entry(small) {
                Entry::Vacant(place) => {
                    place.insert(url.to_owned());
                    None
                }
                Entry::Occupied(other) => Some(other.get().clone()),
            }
        };
        if let Some(other) = other {
            let text = format!(
                "the address {} is that of another article but for capital letters ({}): some servers and disks take both for one",
                brief(url),
                brief(&other)
            );
            self.many(Sort::Repeated, found, line, text);
        }
    }

    /// A warning of a sort of which there may be many: after some, the rest are only counted.
    fn many(&mut self, sort: Sort, found: &Found, line: Option<usize>, text: String) {
        let crowd = &mut self.crowds[sort as usize];
        crowd.seen += 1;
        if crowd.seen <= SHOWN {
            self.note(found, line, Level::Warning, text);
        } else if crowd.hidden.is_none() {
            crowd.hidden = Some(found.path.clone());
        }
    }

    /// The address of a file.
    pub(crate) fn url(&self, found: &Found) -> String {
        self.under_base(&percent(&found.inside, true))
    }

    /// An address under the base.
    pub(crate) fn under_base(&self, path: &str) -> String {
        under_base(&self.options.base_url, path)
    }

    /// Everything that was read.
    pub(super) fn finish(mut self) -> Read {
        for (crowd, sort) in self.crowds.into_iter().zip(Sort::ALL) {
            if let Some(path) = crowd.hidden {
                let text = format!("and {} more {}, from this file on", crowd.seen - SHOWN, sort.rest());
                self.read.notes.push(Note::new(&path, None, Level::Warning, &text));
            }
        }
        self.read
    }
}

/// A number of 128 bits for some texts: in this world no others have the same.
fn number(texts: &[&str]) -> u128 {
    let half = |seed: u8| {
        let mut hasher = DefaultHasher::new();
        seed.hash(&mut hasher);
        texts.hash(&mut hasher);
        u128::from(hasher.finish())
    };
    half(0) << 64 | half(1)
}

/// An address under a base: `path` as it stands, one `/` between the two.
pub(super) fn under_base(base: &str, path: &str) -> String {
    if base.is_empty() {
        return path.to_string();
    }
    format!("{}/{}", base.trim_end_matches('/'), path.trim_start_matches('/'))
}

/// The bytes of a file that is read whole, or why there are none.
pub(super) fn whole(path: &Path, most: u64) -> Result<Vec<u8>, String> {
    let file = File::open(path).map_err(|error| because(&error))?;
    let length = file.metadata().map_or(0, |data| data.len());
    let mut bytes = Vec::new();
    if length <= most {
        bytes.reserve_exact(usize::try_from(length).unwrap_or(0));
        // No further than it may be long, should it grow.
        file.take(most.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| because(&error))?;
    }
    if length.max(bytes.len() as u64) > most {
        return Err(format!("longer than {}; cut it, or raise --max-article", megabytes(most)));
    }
    Ok(bytes)
}

/// A bound, as its option takes it.
pub(super) fn megabytes(bytes: u64) -> String {
    format!("{} MB", bytes as f64 / 1e6)
}
