//! What becomes of what a reader finds?

use super::address::percent;
use super::encoding;
use super::facts::{Facts, MOST};
use super::note::{Level, Note, because};
use super::options::Options;
use super::walk::Found;
use crate::{Article, date};
use std::collections::HashMap;
use std::fs::File;
use std::io::Read as _;
use std::path::PathBuf;

/// What was read.
#[derive(Clone, Debug, Default)]
pub struct Read {
    /// The articles, in input order.
    pub articles: Vec<Article>,
    /// Messages, in input order.
    pub notes: Vec<Note>,
    /// Number of files that gave at least one article.
    pub files: usize,
    /// Bytes read from disk.
    pub bytes: u64,
}

/// Where the readers put what they find.
pub(crate) struct Sink<'a> {
    /// What the user wants.
    pub(crate) options: &'a Options,
    progress: &'a mut dyn FnMut(u64),
    /// What was read so far.
    pub(super) read: Read,
    /// For every address: the article that had it first.
    urls: HashMap<String, usize>,
    /// For every [`Sort`] of warning: how many there were.
    crowds: [Crowd; REST.len()],
}

/// Warnings that one input may raise by the thousand.
#[derive(Clone, Copy)]
enum Sort {
    Repeated,
    Dates,
    Facts,
}

/// What is said of those that are only counted, in the order of [`Sort`].
const REST: [&str; 3] =
    ["articles whose address belongs to another as well", "dates that name no day", "articles with more metadata than is kept"];

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
    pub(super) fn new(options: &'a Options, progress: &'a mut dyn FnMut(u64), notes: Vec<Note>) -> Sink<'a> {
        let read = Read { notes, ..Read::default() };
        Sink { options, progress, read, urls: HashMap::new(), crowds: Default::default() }
    }

    /// A message about `found`.
    pub(crate) fn note(&mut self, found: &Found, line: Option<usize>, level: Level, text: String) {
        self.read.notes.push(Note { path: found.path.clone(), line, level, text });
    }

    /// `bytes` more were read from disk.
    pub(crate) fn progress(&mut self, bytes: u64) {
        self.read.bytes += bytes;
        (self.progress)(bytes);
    }

    /// Takes an article with its facts. One that repeats another's address is reported; if it repeats title and text as
    /// well, it is left out.
    pub(super) fn article(&mut self, found: &Found, line: Option<usize>, mut article: Article, facts: Facts) {
        if facts.dropped > 0 {
            let text = format!("{} values of its metadata beyond the first {MOST} were left out", facts.dropped);
            self.many(Sort::Facts, found, line, text);
        }
        if let Some(date) = facts.get("date").filter(|date| date::days(date).is_none()) {
            let text = format!("the date {date:?} names no day that is known; write it as 2023-12-31. It counts as no date");
            self.many(Sort::Dates, found, line, text);
        }
        article.meta = facts.list();
        if let Some(&first) = self.urls.get(&article.url) {
            let same =
                self.read.articles.get(first).is_some_and(|other| other.title == article.title && other.text == article.text);
            let text = if same {
                format!("the address {} and the same words stand earlier in the input; only the first is kept", article.url)
            } else {
                format!(
                    "the address {} belongs to another article as well; both are kept, but their links lead to one place",
                    article.url
                )
            };
            self.many(Sort::Repeated, found, line, text);
            if same {
                return;
            }
        } else {
            self.urls.insert(article.url.clone(), self.read.articles.len());
        }
        self.read.articles.push(article);
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

    /// The whole file, or a note why not.
    pub(crate) fn bytes(&mut self, found: &Found) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        let result = File::open(&found.path).and_then(|mut file| {
            if let Ok(data) = file.metadata() {
                bytes.reserve_exact(usize::try_from(data.len()).unwrap_or(0).min(1 << 30));
            }
            // In pieces, so that a progress bar moves inside a large file.
            loop {
                let n = file.by_ref().take(4 << 20).read_to_end(&mut bytes)?;
                if n == 0 {
                    return Ok(());
                }
                self.progress(n as u64);
            }
        });
        match result {
            Ok(()) => Some(bytes),
            Err(error) => {
                self.note(found, None, Level::Skipped, because(&error));
                None
            }
        }
    }

    /// The text of a whole file: decoded, line ends as `\n`, control characters as spaces. Says how it was decoded
    /// where that is not plain UTF-8.
    pub(crate) fn text(&mut self, found: &Found) -> Option<String> {
        let bytes = self.bytes(found)?;
        match encoding::decode(bytes, self.options.encoding.as_deref()) {
            Err(why) => {
                self.note(found, None, Level::Skipped, why.to_string());
                None
            }
            Ok(decoded) => {
                for (level, text) in decoded.notes() {
                    self.note(found, None, level, text);
                }
                Some(decoded.text)
            }
        }
    }

    /// The address of a file.
    pub(crate) fn url(&self, found: &Found) -> String {
        self.under_base(&percent(&found.inside, true))
    }

    /// An address under the base: `path` as it stands, one `/` between the two.
    pub(crate) fn under_base(&self, path: &str) -> String {
        let base = &self.options.base_url;
        if base.is_empty() {
            return path.to_string();
        }
        format!("{}/{}", base.trim_end_matches('/'), path.trim_start_matches('/'))
    }

    /// Everything that was read.
    pub(super) fn finish(mut self) -> Read {
        for (crowd, what) in self.crowds.into_iter().zip(REST) {
            if let Some(path) = crowd.hidden {
                let text = format!("and {} more {what}, from this file on", crowd.seen - SHOWN);
                self.read.notes.push(Note { path, line: None, level: Level::Warning, text });
            }
        }
        self.read
    }
}
