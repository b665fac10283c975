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
//! The payload is one bit section:
//!
//! * `gamma` of each, plus one: N, B, W, A (articles), G (groups), bodies' passages, blocks, pages, dated articles, whether reordered and
//!   whether there is a dictionary (1 or 0), bytes of UTF-8 text / 1,024,
//!   metadata columns;
//! * folded alphabet: by class of frequency, from 31 down: `gamma(n + 1)`, a set in 0..110000 hex;
//! * original alphabet: those of the folded one that no text has: `gamma(n + 1)`, their ranks as a set; then in the same way by
//!   class those that are not among the folded ones. Characters of both have the folded one's class;
//! * the folding table (`src/fold/table.rs`);
//! * first body passage of each group but the first: a set in 1..passages;
//! * first article of each group but the first: a set in 1..A;
//! * first body passage of each block but the first: a set in 1..passages;
//! * separators: for each page but the first `gamma(lcp + 1)`: how many ranks it shares with the separator before,
//!   `gamma(n)`: how many follow, those as `uniform(rank, folded alphabet + 1)`, the last rank being the sign at the ends of titles and headings;
//! * metadata keys: `gamma(n + 1)`, then each `gamma(bytes + 1)` and its bytes, 8 bits each; the same for columns: key number
//!   as `uniform`.

use std::ops::Range;
use std::sync::Arc;

use crate::codec::bits::{BitReader, BitWriter};
use crate::codec::sets::{append_list, get_list, put_set};
use crate::codec::{Bad, bad};
use crate::fold::table::{CODE_POINTS, Table};
use crate::format::grams::{LONGEST_GRAM, Shape};
use crate::format::{Group, Number, Passage, Rank};
use crate::sort;

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

/// Different characters of a text, at most, but for what their bits allow: all that have a script take less, and so do all private ones.
const MOST_CHARACTERS: u64 = 1 << 18;

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
    /// Whether the text blocks share a dictionary, `dict.dat`.
    pub dictionary: bool,
    /// UTF-8 bytes of titles and texts, in units of 1,024, rounded up.
    pub kib: u64,
    /// Pages of the gram dictionary.
    pub pages: u32,
    /// Original characters by rank.
    pub original: Vec<u32>,
    /// Folded characters by rank.
    pub folded: Vec<u32>,
    /// How to fold.
    pub table: Arc<Table>,
    /// First body passage of each group, then the number of body passages.
    pub groups: Vec<u32>,
    /// First article of each group, then the number of articles.
    pub members: Vec<Number>,
    /// First body passage of each block, then the number of body passages.
    pub blocks: Vec<u32>,
    /// Smallest string of each page but the first, as ranks.
    pub separators: Vec<Vec<u32>>,
    /// Names of metadata.
    pub keys: Vec<String>,
    /// The keys that have a column file, in file order.
    pub columns: Vec<u32>,
}

impl Root {
    /// Articles.
    pub fn article_count(&self) -> u32 {
        self.members.last().copied().unwrap_or(0)
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
    /// Folded characters as ranks; `None`: the corpus has not all of them. O(length · alphabet).
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
        self.folded.len() as Rank
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

    /// Writes the root.
    pub fn put(&self, frequency: &Frequencies) -> Vec<u8> {
        let mut w = BitWriter::default();
        for n in [
            u64::from(self.longest),
            u64::from(self.bound),
            u64::from(self.window),
            u64::from(self.article_count()),
            u64::from(self.group_count()),
            u64::from(self.body_passages()),
            u64::from(self.block_count()),
            u64::from(self.pages),
            u64::from(self.dated),
            u64::from(self.reordered),
            u64::from(self.dictionary),
            self.kib,
            self.columns.len() as u64,
        ] {
            w.gamma(n + 1);
        }
        self.put_alphabets(&mut w, frequency);
        self.table.put(&mut w);
        let passages = u64::from(self.body_passages());
        for (starts, end) in
            [(&self.groups, passages), (&self.members, u64::from(self.article_count())), (&self.blocks, passages)]
        {
            put_set(&mut w, starts.get(1..starts.len() - 1).unwrap_or(&[]), 1, end);
        }
        let mut before: &[u32] = &[];
        for separator in &self.separators {
            let lcp = separator.iter().zip(before).take_while(|(a, b)| a == b).count();
            w.gamma(lcp as u64 + 1);
            w.gamma((separator.len() - lcp) as u64);
            for &rank in separator.iter().skip(lcp) {
                w.uniform(u64::from(rank), u64::from(self.edge()) + 1);
            }
            before = separator;
        }
        w.gamma(self.keys.len() as u64 + 1);
        for key in &self.keys {
            w.gamma(key.len() as u64 + 1);
            key.bytes().for_each(|b| w.put(u64::from(b), 8));
        }
        for &key in &self.columns {
            w.uniform(u64::from(key), self.keys.len() as u64);
        }
        w.finish()
    }

    fn put_alphabets(&self, w: &mut BitWriter, frequency: &Frequencies) {
        put_alphabet(w, self.folded.iter().copied().zip(frequency.folded.iter().copied()));
        let (mut original, mut folded) = (self.original.clone(), self.folded.clone());
        sort::set(&mut original);
        sort::set(&mut folded);
        let missing: Vec<u32> =
            (0..).zip(&self.folded).filter(|(_, c)| original.binary_search(c).is_err()).map(|x| x.0).collect();
        w.gamma(missing.len() as u64 + 1);
        put_set(w, &missing, 0, self.folded.len() as u64);
        let classes = self.original.iter().copied().zip(frequency.original.iter().copied());
        put_alphabet(w, classes.filter(|(c, _)| folded.binary_search(c).is_err()));
    }

    fn get_alphabets(&mut self, r: &mut BitReader<'_>) -> Result<(), Bad> {
        let folded = get_alphabet(r)?;
        let n = folded.len() as u64;
        let missing = r.gamma(n + 1, "folded characters of no text")? - 1;
        let mut missing = get_list(r, missing, 0, n)?.into_iter().peekable();
        let mut original = get_alphabet(r)?;
        for (rank, &both) in (0..).zip(&folded) {
            if missing.next_if_eq(&rank).is_none() {
                original.push(both);
            }
        }
        self.folded = in_order(folded)?;
        self.original = in_order(original)?;
        Ok(())
    }

    /// Reads a root.
    pub fn get(payload: &[u8]) -> Result<Root, Bad> {
        let mut root = Root::default();
        root.read(&mut BitReader::new(payload))?;
        Ok(root)
    }

    /// Reads everything. What has been read stands in the root: nothing else must be cleared away after a fault.
    fn read(&mut self, r: &mut BitReader<'_>) -> Result<(), Bad> {
        let most = ANY_ROOT + r.left() / 8 * A_BYTE;
        let mut numbers = [0; 13];
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
            (1, "dictionary"),
            (1 << 40, "size of the text"),
            (1000, "columns"),
        ]) {
            *n = r.gamma(max + 1, what)? - 1;
        }
        let [longest, bound, window, articles, groups, passages, blocks, pages, dated, reordered, dictionary, kib, columns] =
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
        self.dictionary = dictionary == 1;
        self.kib = kib;
        self.get_alphabets(r)?;
        self.table = Arc::new(Table::get(r, &[&self.original, &self.folded])?);
        for (list, n, end) in
            [(&mut self.groups, groups, passages), (&mut self.members, groups, articles), (&mut self.blocks, blocks, passages)]
        {
            list.reserve_exact(n as usize + 1);
            list.push(0);
            append_list(list, r, n - 1, 1, end)?;
            list.push(end as u32);
        }
        // Only a body that is alone is cut.
        for (passages, articles) in self.groups.windows(2).zip(self.members.windows(2)) {
            if let (&[from, to], &[first, end]) = (passages, articles)
                && to - from > 1
                && end - first > 1
            {
                return bad("articles of a group that is cut", 1, u64::from(end - first));
            }
        }
        let alphabet = u64::from(self.edge()) + 1;
        for _ in 1..pages {
            let before = self.separators.last().map_or(&[][..], |s| s);
            let lcp = r.gamma(before.len() as u64 + 1, "shared part of a separator")? as usize - 1;
            let n = r.gamma(LONGEST_GRAM.saturating_sub(lcp) as u64, "length of a separator")?;
            let mut separator: Vec<u32> = before.iter().take(lcp).copied().collect();
            for _ in 0..n {
                separator.push(r.uniform(alphabet)? as u32);
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
        }
        if r.left() >= 8 { bad("bits after the end", 7, r.left()) } else { Ok(()) }
    }
}

/// The last of increasing starts, the first of which is 0, that is not above `at`.
fn last_from(starts: &[u32], at: u32) -> u32 {
    (starts.partition_point(|&first| first <= at) as u32).saturating_sub(1)
}

/// How often each character of an alphabet occurs, as the logarithm to base 2, by rank; never increasing.
#[derive(Clone, Debug, Default)]
pub struct Frequencies {
    /// Of the original characters.
    pub original: Vec<u8>,
    /// Of the folded characters.
    pub folded: Vec<u8>,
}

/// Characters with their classes.
fn put_alphabet(w: &mut BitWriter, chars: impl Iterator<Item = (u32, u8)> + Clone) {
    for class in (0..32).rev() {
        let chars: Vec<u32> = chars.clone().filter(|x| x.1 == class).map(|x| x.0).collect();
        w.gamma(chars.len() as u64 + 1);
        put_set(w, &chars, 0, CODE_POINTS);
    }
}

/// From this bit on a number says how far a character's class is from the highest one; below stands the character.
const CLASS: u32 = 21;

/// Characters, with what orders them.
fn get_alphabet(r: &mut BitReader<'_>) -> Result<Vec<u32>, Bad> {
    // All characters of a script cost no bits; all of Unicode is no alphabet.
    let most = MOST_CHARACTERS + r.left() / 16;
    let mut out = Vec::new();
    for class in 0..32 {
        let n = r.gamma(CODE_POINTS + 1, "size of an alphabet")? - 1;
        if n + out.len() as u64 > most {
            return bad("size of an alphabet", most, n);
        }
        append_list(&mut out, r, n, class << CLASS, (class << CLASS) + CODE_POINTS)?;
    }
    Ok(out)
}

/// The characters of an alphabet by rank.
fn in_order(mut chars: Vec<u32>) -> Result<Vec<u32>, Bad> {
    sort::set(&mut chars);
    chars.iter_mut().for_each(|c| *c &= (1 << CLASS) - 1);
    let mut distinct = chars.clone();
    sort::set(&mut distinct);
    if distinct.len() < chars.len() { bad("different characters of an alphabet", chars.len() as u64, 0) } else { Ok(chars) }
}
