//! What does one file give, before those in front of it have given theirs?
//!
//! Files are read by several threads. What each has to tell is kept here and told in input order: what comes out does not depend on
//! the number of threads.

use super::address::percent;
use super::encoding;
use super::facts::Facts;
use super::kept::Made;
use super::note::Level;
use super::options::Options;
use super::sink::{Sink, under_base, whole};
use super::walk::Found;
use crate::Article;

/// What a file tells, one thing after the other.
#[derive(Clone)]
pub(super) enum Told {
    Note(Option<usize>, Level, String),
    Private(Option<usize>, bool),
    Article(Option<usize>, Box<Article>, Facts),
}

/// What a file gives.
pub(super) struct Given<'a> {
    /// What the user wants.
    pub(super) options: &'a Options,
    /// Bytes read from disk.
    taken: u64,
    told: Vec<Told>,
}

impl<'a> Given<'a> {
    /// Nothing yet.
    pub(super) fn new(options: &'a Options) -> Given<'a> {
        Given { options, taken: 0, told: Vec::new() }
    }

    /// What a file gave when it was read before.
    pub(super) fn again(options: &'a Options, taken: u64, told: Vec<Told>) -> Given<'a> {
        Given { options, taken, told }
    }

    /// The bytes that were read, and what the file gave, to be kept; `None` if none were.
    pub(super) fn made(&self) -> Option<Made> {
        (self.taken > 0).then(|| Made::Told(self.taken, self.told.clone()))
    }

    /// A message about the file.
    pub(super) fn note(&mut self, line: Option<usize>, level: Level, text: String) {
        self.told.push(Told::Note(line, level, text));
    }

    /// The author keeps it out; `clear` if it says so, and not only something that may mean it.
    pub(super) fn private(&mut self, line: Option<usize>, clear: bool) {
        self.told.push(Told::Private(line, clear));
    }

    /// An article with its facts.
    pub(super) fn article(&mut self, line: Option<usize>, article: Article, facts: Facts) {
        self.told.push(Told::Article(line, Box::new(article), facts));
    }

    /// The text of the whole file: decoded, line ends as `\n`, control characters as spaces. Says how it was decoded where that is
    /// not plain UTF-8, and why where there is none.
    pub(super) fn text(&mut self, found: &Found) -> Option<String> {
        let bytes = whole(&found.path, self.options.max_article);
        self.taken += bytes.as_ref().map_or(0, |bytes| bytes.len() as u64);
        let decoded =
            bytes.and_then(|bytes| encoding::decode(bytes, self.options.encoding.as_deref()).map_err(|why| why.to_string()));
        match decoded {
            Err(why) => {
                self.note(None, Level::Skipped, why);
                None
            }
            Ok(decoded) => {
                for (level, text) in decoded.notes() {
                    self.note(None, level, text);
                }
                Some(decoded.text)
            }
        }
    }

    /// The address of a file.
    pub(super) fn url(&self, found: &Found) -> String {
        self.under_base(&percent(&found.inside, true))
    }

    /// An address under the base.
    pub(super) fn under_base(&self, path: &str) -> String {
        under_base(&self.options.base_url, path)
    }

    /// Tells it all.
    pub(super) fn hand(self, found: &Found, sink: &mut Sink) {
        sink.progress(self.taken);
        for told in self.told {
            match told {
                Told::Note(line, level, text) => sink.note(found, line, level, text),
                Told::Private(line, clear) => sink.private(found, line, clear),
                Told::Article(line, article, facts) => sink.article(found, line, *article, facts),
            }
        }
    }
}
