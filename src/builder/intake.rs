//! Where do the articles wait, and in which order do they come out?
//!
//! They come in the order of the input, one after the other, and come out in that of the index, as often as is asked. As many as
//! there is room for are kept as they are; whenever that is full they are put in order and written as a *run*, and to read
//! all of them is to merge the runs. An article is looked at twice to learn what an index needs of it, and a third time to be cut.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::ops::Range;

use crate::builder::Failure;
use crate::builder::corpus::weight;
use crate::builder::merge::Merge;
use crate::builder::shelf::{Memory, Numbers, Shelf, put};
use crate::codec::bytes::{Bytes, put_bytes};
use crate::{Article, Heading, Weight, date};

/// What orders the articles of an index: newest first, those without a date last; of one day the heavier first, each as they came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    day: Reverse<Option<i32>>,
    weight: Reverse<u32>,
    /// Its place in the input.
    id: u32,
}

/// What share of the memory the articles may take before they are written.
const SHARE: usize = 4;

/// Bytes of the pieces of a run, at most, and what share of its articles each is at most: one of each run is in memory when they are
/// merged.
const PIECE: usize = 256 << 10;
const PIECES: usize = 16;

/// What an article takes besides its words.
const OVERHEAD: usize = 320;

/// An article as it came, or the same read again.
type Came<'a> = Cow<'a, Article>;

/// The articles of an index.
pub struct Intake<'a, 'm> {
    pub(super) memory: &'m Memory<'m>,
    /// Those that are in no run, and what they take.
    here: Vec<(Key, Came<'a>)>,
    taken: usize,
    sorted: bool,
    shelf: Shelf<'m>,
    /// The pieces of each run.
    runs: Vec<Range<usize>>,
    /// Of all articles, in the order of the input.
    keys: Vec<Key>,
    /// Those that are left out.
    removed: BTreeSet<u32>,
    utf8: u64,
}

impl<'a, 'm> Intake<'a, 'm> {
    /// For articles that take so much memory.
    pub fn new(memory: &'m Memory<'m>) -> Intake<'a, 'm> {
        Intake {
            memory,
            here: Vec::new(),
            taken: 0,
            sorted: true,
            shelf: Shelf::new(memory),
            runs: Vec::new(),
            keys: Vec::new(),
            removed: BTreeSet::new(),
            utf8: 0,
        }
    }

    /// Takes an article.
    pub fn add(&mut self, article: Cow<'a, Article>) -> Result<(), Failure> {
        let day = article.meta.iter().find(|m| m.0 == "date").and_then(|m| date::days(&m.1));
        let key = Key { day: Reverse(day), weight: Reverse(weight(&article)), id: self.keys.len() as u32 };
        self.keys.push(key);
        self.utf8 += (article.title.len() + article.text.len()) as u64;
        if let Cow::Owned(article) = &article {
            let bytes = size(article);
            self.taken += bytes;
            self.memory.take(bytes);
        }
        self.here.push((key, article));
        self.sorted = false;
        if self.taken > self.memory.room() / SHARE { self.write() } else { Ok(()) }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.keys.len() - self.removed.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// UTF-8 bytes of titles and texts that came.
    pub fn utf8(&self) -> u64 {
        self.utf8
    }

    /// Into how many runs they came: one, where all are in memory.
    pub fn runs(&self) -> usize {
        self.runs.len() + usize::from(!self.here.is_empty())
    }

    /// Leaves out an article, by its place among those that are not. Its place among all that came.
    pub fn remove(&mut self, article: usize) -> Option<usize> {
        let mut left = (0..self.keys.len() as u32).filter(|id| !self.removed.contains(id));
        let id = left.nth(article)?;
        drop(left);
        self.removed.insert(id);
        Some(id as usize)
    }

    /// Puts those that are in no run in order.
    pub(super) fn sort(&mut self) {
        if !std::mem::replace(&mut self.sorted, true) {
            self.here.sort_unstable_by_key(|x| x.0);
        }
    }

    /// Writes those that are in no run as one.
    fn write(&mut self) -> Result<(), Failure> {
        self.sort();
        let from = self.shelf.len();
        let piece = PIECE.min(self.taken / PIECES);
        let mut bytes = Vec::new();
        for (key, article) in self.here.drain(..) {
            put(&mut bytes, key.id);
            put_article(&mut bytes, &article);
            if bytes.len() > piece {
                self.shelf.put_away(std::mem::take(&mut bytes))?;
            }
        }
        if !bytes.is_empty() {
            self.shelf.put_away(bytes)?;
        }
        self.runs.push(from..self.shelf.len());
        self.memory.give(std::mem::take(&mut self.taken));
        Ok(())
    }

    /// Forgets all articles: they have been read for the last time.
    pub(super) fn clear(&mut self) {
        self.here = Vec::new();
        self.runs.clear();
        self.shelf = Shelf::new(self.memory);
        self.memory.give(std::mem::take(&mut self.taken));
    }

    /// The articles in the order of the index, by what orders them.
    pub(super) fn order(&self) -> Vec<Key> {
        let mut order: Vec<Key> = self.keys.iter().filter(|key| !self.removed.contains(&key.id)).copied().collect();
        order.sort_unstable();
        if !self.removed.is_empty() {
            let removed: Vec<u32> = self.removed.iter().copied().collect();
            order.iter_mut().for_each(|key| key.id -= removed.partition_point(|&id| id < key.id) as u32);
        }
        order
    }

    /// All articles in the order of the index. They must have been [sorted](Intake::sort).
    pub(super) fn read(&self) -> Result<impl Iterator<Item = Result<Came<'_>, Failure>>, Failure> {
        type Sequence<'s> = Box<dyn Iterator<Item = Result<(Key, Came<'s>), Failure>> + 's>;
        let here = self.here.iter().map(|(key, article)| Ok((*key, Cow::Borrowed(&**article))));
        let mut sequences: Vec<Sequence<'_>> = Vec::new();
        for run in &self.runs {
            sequences.push(Box::new(Run { intake: self, pieces: run.clone(), read: Vec::new().into_iter() }));
        }
        sequences.push(Box::new(here));
        let merged = Merge::new(sequences)?;
        let stays = |item: &Result<(Key, Came<'_>), Failure>| item.as_ref().map_or(true, |x| !self.removed.contains(&x.0.id));
        Ok(merged.filter(stays).map(|item| item.map(|x| x.1)))
    }

    /// Tells all articles in the order of the index, some at a time: so many bytes of words, or a few more.
    pub(super) fn batches(&self, bytes: usize, mut told: impl FnMut(&[Came<'_>]) -> Result<(), Failure>) -> Result<(), Failure> {
        let (mut batch, mut sum) = (Vec::new(), 0);
        for article in self.read()? {
            let article = article?;
            sum += size(&article);
            batch.push(article);
            if sum > bytes {
                told(&batch)?;
                batch.clear();
                sum = 0;
            }
        }
        if batch.is_empty() { Ok(()) } else { told(&batch) }
    }
}

impl Drop for Intake<'_, '_> {
    fn drop(&mut self) {
        self.memory.give(self.taken);
    }
}

/// A run that is read.
struct Run<'r> {
    intake: &'r Intake<'r, 'r>,
    pieces: Range<usize>,
    read: std::vec::IntoIter<(Key, Article)>,
}

impl<'r> Iterator for Run<'r> {
    type Item = Result<(Key, Came<'r>), Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some((key, article)) = self.read.next() {
            return Some(Ok((key, Cow::Owned(article))));
        }
        let bytes = match self.intake.shelf.get(self.pieces.next()?) {
            Ok(bytes) => bytes,
            Err(fault) => return Some(Err(fault)),
        };
        let (mut left, mut read) = (Bytes(&bytes), Vec::new());
        while !left.0.is_empty() {
            let mut numbers = Numbers(left.0);
            let id = numbers.next();
            left.0 = numbers.0;
            // What was written here is whole: its sum was right.
            let Some(article) = get_article(&mut left) else { break };
            read.extend(self.intake.keys.get(id as usize).map(|key| (*key, article)));
        }
        self.read = read.into_iter();
        self.next()
    }
}

/// What an article takes in memory.
fn size(article: &Article) -> usize {
    let meta: usize = article.meta.iter().map(|(key, value)| key.len() + value.len() + 64).sum();
    let heads: usize = article.headings.iter().map(|h| h.anchor.len() + 48).sum();
    article.title.len() + article.text.len() + article.url.len() + meta + heads + article.weights.len() * 24 + OVERHEAD
}

fn put_article(out: &mut Vec<u8>, article: &Article) {
    // A place that no text has stays one.
    let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    [&article.title, &article.text, &article.url].into_iter().for_each(|text| put_bytes(out, text.as_bytes()));
    put(out, article.headings.len() as u32);
    for heading in &article.headings {
        put(out, place(heading.start));
        put(out, place(heading.end));
        put_bytes(out, heading.anchor.as_bytes());
    }
    put(out, article.weights.len() as u32);
    for weight in &article.weights {
        put(out, place(weight.start));
        put(out, place(weight.end));
        put(out, weight.hundredths.into());
    }
    put(out, article.meta.len() as u32);
    for text in article.meta.iter().flat_map(|(key, value)| [key, value]) {
        put_bytes(out, text.as_bytes());
    }
}

fn get_article(bytes: &mut Bytes<'_>) -> Option<Article> {
    let number = |bytes: &mut Bytes<'_>| bytes.varint().ok().map(|n| n as usize);
    let mut article = Article { title: bytes.string().ok()?, text: bytes.string().ok()?, ..Article::default() };
    article.url = bytes.string().ok()?;
    for _ in 0..number(bytes)? {
        let (start, end) = (number(bytes)?, number(bytes)?);
        article.headings.push(Heading { start, end, anchor: bytes.string().ok()? });
    }
    for _ in 0..number(bytes)? {
        let (start, end) = (number(bytes)?, number(bytes)?);
        article.weights.push(Weight { start, end, hundredths: number(bytes)? as u16 });
    }
    for _ in 0..number(bytes)? {
        article.meta.push((bytes.string().ok()?, bytes.string().ok()?));
    }
    Some(article)
}

impl Key {
    pub(super) fn day(&self) -> Option<i32> {
        self.day.0
    }
    pub(super) fn weight(&self) -> u32 {
        self.weight.0
    }
    pub(super) fn id(&self) -> u32 {
        self.id
    }
}
