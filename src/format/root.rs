//! What must a reader know before the first query?
//!
//! The root: parameters, alphabets, the folding table, which passages belong to which article, which block holds which
//! passage, and where each page of the gram dictionary begins.
//!
//! Articles stand in groups: short neighbours share one, a longer one is alone in its own. The bodies of a group of several
//! share one passage, their titles another; only a group of one may have several passages of body. Passages are numbered
//! titles first: passage g < G is the titles of group g, passage G + k the k-th passage of all bodies.
//! Articles are numbered newest first (those without a date last, then as they came in), so a list in passage order is also
//! in the order of "newest". A block holds whole passages of bodies; the title of an article is found in the block of its
//! group's first passage.
//!
//! It has two levels. The first is what the dictionary of grams is asked with, and all of `root.dat`; the second, the
//! [`rest`](super::rest), is what answers are made with, and lies in `dict.dat` before the dictionary of texts: a reader fetches
//! both at once and begins with the first. In an index of one file the rest follows the first level.
//!
//! The payload is one bit section:
//!
//! * `gamma` of each, plus one: N, B, W, A (articles), G (groups), bodies' passages, blocks, pages, dated articles, whether reordered and
//!   whether there is a `dict.dat` (1 or 0), bytes of UTF-8 text / 1,024,
//!   metadata columns, folded characters;
//! * the folded alphabet (`src/format/alphabets.rs`); where there is a `dict.dat`, only its frequent characters, and the outline of
//!   the folding table: a table (`src/fold/table.rs`) that has their classes and the upper case of ASCII;
//! * first body passage of each group: starts in passages (`src/format/starts.rs`);
//! * first body passage of each block: starts in passages;
//! * separators: for each page but the first `gamma(lcp + 1)`: how many ranks it shares with the separator before,
//!   `gamma(n)`: how many follow, those as `uniform(rank, folded alphabet + 1)`, the last rank being the sign at the ends of titles and headings;
//!   where there are more than 4,096 pages, the first of those that follow as what it is above the rank in its place in the separator
//!   before, or above -1 if that has none: `uniform(k, bits of folded alphabet + 1)`, one less than the bits that this has, and these but the highest;
//! * metadata keys: `gamma(n + 1)`, then each `gamma(bytes + 1)` and its bytes, 8 bits each; of each column the key number as
//!   `uniform`, and `gamma` of how many files it has;
//! * where there is no `dict.dat`, the rest.

use std::ops::Range;
use std::sync::Arc;

use crate::codec::bits::{BitReader, BitWriter};
use crate::codec::{Bad, bad};
use crate::fold::table::{CODE_POINTS, Table};
pub use crate::format::alphabets::Frequencies;
use crate::format::alphabets::{get_alphabet, in_order, put_alphabet};
use crate::format::grams::{LONGEST_GRAM, Shape};
use crate::format::rest::USUAL_WEIGHT;
use crate::format::starts::{get_gap, get_starts, put_gap, put_starts};
use crate::format::{Group, Number, Passage, Rank};

/// Most passages of an index, half of them titles: four gigabytes of text.
pub const MOST_PASSAGES: u64 = 1 << 22;

/// A list of all passages costs no bits, so what a forged count makes a reader allocate is bounded by the size of the root: as many
/// passages as any root may have, and those that one has more for each of its bytes.
const ANY_ROOT: u64 = 1 << 16;
const A_BYTE: u64 = 64;

/// Most articles of an index.
pub const MOST_ARTICLES: u64 = 1 << 23;

/// Most pages of the gram dictionary: a gigabyte.
const MOST_PAGES: u64 = 1 << 16;

/// What the root holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Root {
    /// N, the longest gram.
    pub longest: u32,
    /// B: grams in more passages are extended.
    pub bound: u32,
    /// W: folded characters aimed at for a passage.
    pub window: u32,
    /// Articles with a date: the first ones.
    pub dated: u32,
    /// Whether the index' order of articles differs from the input's; then one more column maps the one to the other.
    pub reordered: bool,
    /// Whether there is a `dict.dat`: the rest of this and the dictionary that the text blocks share.
    pub divided: bool,
    /// UTF-8 bytes of titles and texts, in units of 1,024, rounded up.
    pub kib: u64,
    /// Pages of the gram dictionary.
    pub pages: u32,
    /// Articles.
    pub articles: u32,
    /// Folded characters, the rare ones as well.
    pub letters: u32,
    /// Whether the rest is there. What is only said of a whole root is empty before.
    pub whole: bool,
    /// Original characters by rank; of a whole root.
    pub original: Vec<u32>,
    /// Folded characters by rank; all of them in a whole root, else the frequent ones.
    pub folded: Vec<u32>,
    /// How to fold; its outline if the root is not whole.
    pub table: Arc<Table>,
    /// First body passage of each group, then the number of body passages.
    pub groups: Vec<u32>,
    /// First article of each group, then the number of articles; of a whole root.
    pub members: Vec<Number>,
    /// Whether parts of texts have weights: then blocks say which; of a whole root.
    pub weighted: bool,
    /// Articles that count more or less than is usual, and how much, in hundredths; of a whole root.
    pub weights: Vec<(Number, u32)>,
    /// First body passage of each block, then the number of body passages.
    pub blocks: Vec<u32>,
    /// Smallest string of each page but the first, as ranks.
    pub separators: Vec<Vec<u32>>,
    /// Names of metadata.
    pub keys: Vec<String>,
    /// The keys that have a column, in file order,
    pub columns: Vec<u32>,
    /// and how many files each has.
    pub parts: Vec<u32>,
    /// The folded characters with what orders them, until the rest is there.
    pub ordered: Vec<u32>,
}

/// The separators of so many pages are not far from one another.
const MANY_PAGES: u32 = 1 << 12;

/// Files of a column at most, which is as much as a quarter of a gigabyte.
const MOST_PARTS: u64 = 1 << 12;

impl Root {
    /// The numbers of the files of a column; after the last column's follow those of the places.
    pub fn files_of(&self, column: u32) -> Range<u32> {
        let end = |columns: u32| self.parts.iter().take(columns as usize).sum::<u32>();
        end(column)..end(column.saturating_add(1))
    }

    /// Articles.
    pub fn article_count(&self) -> u32 {
        self.articles
    }
    /// Groups of articles that share a passage.
    pub fn group_count(&self) -> u32 {
        self.groups.len().saturating_sub(1) as u32
    }
    /// Body passages.
    pub fn body_passages(&self) -> u32 {
        self.groups.last().copied().unwrap_or(0)
    }
    /// Blocks.
    pub fn block_count(&self) -> u32 {
        self.blocks.len().saturating_sub(1) as u32
    }
    /// The shape of the gram dictionary.
    pub fn shape(&self) -> Shape {
        Shape {
            longest: self.longest,
            bound: self.bound,
            passages: self.group_count() + self.body_passages(),
            alphabet: self.edge() + 1,
        }
    }
    /// Folded characters as ranks; `None`: the corpus, or what is known of it, has not all of them. O(length · alphabet).
    pub fn ranks_of(&self, folded: &[u32]) -> Option<Vec<Rank>> {
        let mut ranks = Vec::new();
        for c in folded {
            ranks.push(self.folded.iter().position(|f| f == c)? as Rank);
        }
        Some(ranks)
    }
    /// The sign at both ends of titles and headings, as grams have it: the rank after the last character, so that no query
    /// can hold it.
    pub fn edge(&self) -> Rank {
        self.letters
    }
    /// The group of a passage. O(log groups).
    pub fn group_of(&self, passage: Passage) -> Group {
        match passage.checked_sub(self.group_count()) {
            None => passage,
            Some(body) => last_from(&self.groups, body),
        }
    }
    /// The group of an article. O(log groups).
    pub fn group_with(&self, article: Number) -> Group {
        last_from(&self.members, article)
    }
    /// The passages of a group's bodies.
    pub fn passages_of(&self, group: Group) -> Range<Passage> {
        let first = |group: usize| self.groups.get(group).copied().unwrap_or(0) + self.group_count();
        first(group as usize)..first(group as usize + 1)
    }
    /// The articles of a group.
    pub fn articles_of(&self, group: Group) -> Range<Number> {
        let first = |group: usize| self.members.get(group).copied().unwrap_or(0);
        first(group as usize)..first(group as usize + 1)
    }
    /// How much the heaviest of some articles counts, in hundredths. O(articles · log weights).
    #[inline(never)]
    pub fn heaviest(&self, articles: Range<Number>) -> u32 {
        let mut most = 0;
        for article in articles {
            let said = self.weights.get(self.weights.partition_point(|w| w.0 < article));
            most = most.max(said.filter(|w| w.0 == article).map_or(USUAL_WEIGHT, |w| w.1));
        }
        most
    }
    /// The block where a passage's text is; for titles, the block of their group's first passage. O(log blocks).
    pub fn block_of(&self, passage: Passage) -> u32 {
        let body = match passage.checked_sub(self.group_count()) {
            None => self.groups.get(passage as usize).copied().unwrap_or(0),
            Some(body) => body,
        };
        last_from(&self.blocks, body)
    }
    /// The page that holds, or would hold, a string of ranks. O(log pages).
    pub fn page_of(&self, key: &[Rank]) -> u32 {
        self.separators.partition_point(|s| s.as_slice() <= key) as u32
    }

    /// Writes the root, and apart from it the rest where that has a file.
    pub fn put(&self, frequency: &Frequencies) -> (Vec<u8>, Option<Vec<u8>>) {
        let mut w = BitWriter::default();
        for n in [
            u64::from(self.longest),
            u64::from(self.bound),
            u64::from(self.window),
            u64::from(self.articles),
            u64::from(self.group_count()),
            u64::from(self.body_passages()),
            u64::from(self.block_count()),
            u64::from(self.pages),
            u64::from(self.dated),
            u64::from(self.reordered),
            u64::from(self.divided),
            self.kib,
            self.columns.len() as u64,
            u64::from(self.letters),
        ] {
            w.gamma(n + 1);
        }
        let first = if self.divided { frequency.frequent() } else { self.folded.len() };
        put_alphabet(&mut w, self.folded.iter().copied().zip(frequency.folded.iter().copied()).take(first));
        if self.divided {
            self.table.outline(self.folded.get(..first).unwrap_or_default()).put(&mut w);
        }
        let passages = u64::from(self.body_passages());
        for starts in [&self.groups, &self.blocks] {
            put_starts(&mut w, starts, passages);
        }
        let mut before: &[u32] = &[];
        for separator in &self.separators {
            let lcp = separator.iter().zip(before).take_while(|(a, b)| a == b).count();
            w.gamma(lcp as u64 + 1);
            w.gamma((separator.len() - lcp) as u64);
            for (at, &rank) in separator.iter().enumerate().skip(lcp) {
                match before.get(at) {
                    last if at == lcp && self.pages > MANY_PAGES => {
                        put_gap(&mut w, rank + 1 - last.map_or(0, |&r| r + 1), self.edge())
                    }
                    _ => w.uniform(u64::from(rank), u64::from(self.edge()) + 1),
                }
            }
            before = separator;
        }
        w.gamma(self.keys.len() as u64 + 1);
        for key in &self.keys {
            w.gamma(key.len() as u64 + 1);
            key.bytes().for_each(|b| w.put(u64::from(b), 8));
        }
        for (&key, &parts) in self.columns.iter().zip(&self.parts) {
            w.uniform(u64::from(key), self.keys.len() as u64);
            w.gamma(u64::from(parts));
        }
        if !self.divided {
            self.put_rest(&mut w, frequency, first);
            return (w.finish(), None);
        }
        let mut rest = BitWriter::default();
        self.put_rest(&mut rest, frequency, first);
        (w.finish(), Some(rest.finish()))
    }

    /// Reads a root: whole where it has no rest of its own, else its first level.
    pub fn get(payload: &[u8]) -> Result<Root, Bad> {
        let mut root = Root::default();
        root.read(&mut BitReader::new(payload))?;
        Ok(root)
    }

    /// Reads everything. What has been read stands in the root: nothing else must be cleared away after a fault.
    fn read(&mut self, r: &mut BitReader<'_>) -> Result<(), Bad> {
        let most = ANY_ROOT + r.left() / 8 * A_BYTE;
        let mut numbers = [0; 14];
        for (n, (max, what)) in numbers.iter_mut().zip([
            (LONGEST_GRAM as u64, "longest gram"),
            (1 << 30, "bound of a gram"),
            (1 << 30, "window"),
            (MOST_ARTICLES, "articles"),
            (most.min(MOST_PASSAGES) / 2, "groups of articles"),
            (most.min(MOST_PASSAGES) / 2, "passages"),
            (most.min(MOST_PASSAGES) / 2, "blocks"),
            (MOST_PAGES, "pages"),
            (MOST_ARTICLES, "dated articles"),
            (1, "order"),
            (1, "rest of the root"),
            (1 << 40, "size of the text"),
            (1000, "columns"),
            (CODE_POINTS, "folded characters"),
        ]) {
            *n = r.gamma(max + 1, what)? - 1;
        }
        let [longest, bound, window, articles, groups, passages, blocks, pages, dated, reordered, divided, kib, columns, letters] =
            numbers;
        if longest == 0
            || bound == 0
            || groups == 0
            || articles < groups
            || passages < groups
            || blocks == 0
            || passages < blocks
            || articles < dated
        {
            return bad("size of the index", articles, passages.min(blocks));
        }
        self.longest = longest as u32;
        self.bound = bound as u32;
        self.window = window as u32;
        self.pages = pages as u32;
        self.dated = dated as u32;
        self.reordered = reordered == 1;
        self.divided = divided == 1;
        self.kib = kib;
        self.articles = articles as u32;
        self.letters = letters as u32;
        self.ordered = get_alphabet(r)?;
        self.folded = in_order(self.ordered.clone())?;
        if self.divided {
            self.table = Arc::new(Table::get(r, &[&self.folded])?);
        }
        get_starts(r, &mut self.groups, groups, passages)?;
        get_starts(r, &mut self.blocks, blocks, passages)?;
        let alphabet = u64::from(self.edge()) + 1;
        for _ in 1..pages {
            let before = self.separators.last().map_or(&[][..], |s| s);
            let lcp = r.gamma(before.len() as u64 + 1, "shared part of a separator")? as usize - 1;
            let n = r.gamma(LONGEST_GRAM.saturating_sub(lcp) as u64, "length of a separator")?;
            let mut separator: Vec<u32> = before.iter().take(lcp).copied().collect();
            for k in 0..n {
                separator.push(match before.get(lcp) {
                    last if k == 0 && pages > u64::from(MANY_PAGES) => {
                        let rank = last.map_or(0, |&r| u64::from(r) + 1) + get_gap(r, self.edge())? - 1;
                        if rank >= alphabet {
                            return bad("rank in a separator", alphabet, rank);
                        }
                        rank as u32
                    }
                    _ => r.uniform(alphabet)? as u32,
                });
            }
            if separator.as_slice() <= before {
                return bad("order of the separators", 1, 0);
            }
            self.separators.push(separator);
        }
        for _ in 1..r.gamma(1001, "metadata keys")? {
            let mut key = Vec::new();
            for _ in 1..r.gamma(1001, "length of a metadata key")? {
                key.push(r.get(8)? as u8);
            }
            match String::from_utf8(key) {
                Ok(key) => self.keys.push(key),
                Err(e) => return bad("UTF-8 of a metadata key up to byte", 0, e.utf8_error().valid_up_to() as u64),
            }
        }
        let keys = self.keys.len() as u64;
        for _ in 0..columns {
            let key = r.uniform(keys)?;
            if key >= keys {
                return bad("key of a column", keys, key);
            }
            self.columns.push(key as u32);
            self.parts.push(r.gamma(MOST_PARTS, "files of a column")? as u32);
        }
        if self.divided { end(r) } else { self.get_rest(r) }
    }
}

/// Nothing stands after the end.
pub(super) fn end(r: &BitReader<'_>) -> Result<(), Bad> {
    if r.left() >= 8 { bad("bits after the end", 7, r.left()) } else { Ok(()) }
}

/// The last of increasing starts, the first of which is 0, that is not above `at`.
fn last_from(starts: &[u32], at: u32) -> u32 {
    (starts.partition_point(|&first| first <= at) as u32).saturating_sub(1)
}
