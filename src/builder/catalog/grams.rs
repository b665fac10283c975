//! What are the distinct grams of an index, by which a catalog knows what it may hold?

use std::collections::BTreeSet;
use std::io::{self, BufRead};
use std::sync::Arc;

use rayon::prelude::*;

use crate::Article;
use crate::builder::{part, unicode};
use crate::codec::bytes::{Bytes, put_bytes, put_varint};
use crate::fold::Off;
use crate::fold::folder::{BLOCK_END, Folder};
use crate::fold::table::Table;

/// Bits of a character in a gram that is one number.
pub(super) const CHAR: u32 = 21;
pub(super) const MASK: u64 = (1 << CHAR) - 1;
/// One more than the last character.
const MOST_CHAR: u64 = char::MAX as u64 + 1;

/// The numbers that were coded as how far each is above the one before.
pub(super) fn decoded(coded: &[u8]) -> impl Iterator<Item = u64> {
    let (mut left, mut gram) = (Bytes(coded), 0);
    std::iter::from_fn(move || {
        gram += left.varint().ok()?;
        Some(gram)
    })
}

/// The grams of one index: what starts at each place of its folded texts, up to three characters of one block, each as one number of
/// code points, one more than each; what ends early ends in zeros.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grams {
    /// How many there are.
    many: usize,
    /// Increasing: how far each is above the one before, as varints, a quarter of what the numbers would take.
    pub(super) coded: Vec<u8>,
    /// Characters as written.
    pub(super) used: BTreeSet<char>,
}

impl Grams {
    /// The grams of articles. O(text · log text).
    pub fn of(articles: &[Article]) -> Grams {
        let mut gathered = Gathered::default();
        gathered.add(articles);
        gathered.finish()
    }

    fn new(all: &[u64], used: BTreeSet<char>) -> Grams {
        let (mut coded, mut before) = (Vec::new(), 0);
        for &gram in all {
            put_varint(&mut coded, gram - before);
            before = gram;
        }
        coded.shrink_to_fit();
        Grams { many: all.len(), coded, used }
    }

    /// One after the other, increasing.
    pub(super) fn all(&self) -> impl Iterator<Item = u64> {
        decoded(&self.coded)
    }

    /// Writes them: the characters, each as how far it is above the one before; how many grams there are, and their bytes.
    pub(in crate::builder) fn put(&self, out: &mut Vec<u8>) {
        put_varint(out, self.used.len() as u64);
        let mut before = 0;
        for &c in &self.used {
            put_varint(out, u64::from(u32::from(c) - before));
            before = c.into();
        }
        put_varint(out, self.many as u64);
        put_bytes(out, &self.coded);
    }

    /// Reads what was written.
    pub(in crate::builder) fn get(from: &mut impl BufRead) -> io::Result<Grams> {
        let wrong = || part::wrong("the grams of its index are not whole");
        let (mut used, mut before) = (BTreeSet::new(), 0u64);
        for _ in 0..part::varint(from)? {
            before = before.checked_add(part::varint(from)?).ok_or_else(wrong)?;
            let c = u32::try_from(before).ok().and_then(char::from_u32).ok_or_else(wrong)?;
            used.insert(c);
        }
        let many = part::varint(from)?;
        let coded = part::counted(from)?;
        // Each is above the one before, of characters, and what ends early ends in zeros.
        let (mut left, mut gram, mut n) = (Bytes(&coded), 0u64, 0);
        // Whatever stands in a gram begins one.
        let [mut begins, mut stands] = [(); 2].map(|()| vec![false; MOST_CHAR as usize + 1]);
        while !left.0.is_empty() {
            let more = left.varint().map_err(|_| wrong())?;
            gram = gram.checked_add(more).filter(|_| more > 0).ok_or_else(wrong)?;
            let [a, b, c] = [gram >> (2 * CHAR), gram >> CHAR & MASK, gram & MASK];
            if a == 0 || a > MOST_CHAR || b > MOST_CHAR || c > MOST_CHAR || b == 0 && c > 0 {
                return Err(wrong());
            }
            begins[a as usize] = true;
            [b, c].into_iter().filter(|&c| c > 0).for_each(|c| stands[c as usize] = true);
            n += 1;
        }
        if n != many || begins.iter().zip(&stands).any(|(begins, stands)| *stands && !begins) {
            return Err(wrong());
        }
        Ok(Grams { many: n as usize, coded, used })
    }
}

/// Grams that are gathered, of articles that come some at a time.
#[derive(Default)]
pub struct Gathered {
    /// In order, and each once;
    all: Vec<u64>,
    /// and those that came since, in runs that are in order.
    fresh: Vec<u64>,
    used: BTreeSet<char>,
}

impl Gathered {
    /// Adds those of articles. What a character folds into does not depend on what others there are.
    pub fn add(&mut self, articles: &[Article]) {
        let texts = |a: &Article| [&a.title, &a.text].map(|text| text.chars().collect::<BTreeSet<char>>());
        let used: BTreeSet<char> = articles.par_iter().flat_map_iter(texts).reduce(BTreeSet::new, |mut all, more| {
            all.extend(more);
            all
        });
        let letters: Vec<u32> = used.iter().map(|&c| c.into()).collect();
        let table: Arc<Table> = Arc::new(unicode::table(&used));
        let folder = Folder::new(&table, &letters, Off::default());
        let rank = |c: char| letters.binary_search(&c.into()).unwrap_or_default() as u32;
        let of_text = |text: &str| windows(&folder.fold(&text.chars().map(rank).collect::<Vec<u32>>()).chars);
        let of_some = |part: &[Article]| {
            let mut all: Vec<u64> = part.iter().flat_map(|a| [of_text(&a.title), of_text(&a.text)]).flatten().collect();
            all.sort_unstable();
            all.dedup();
            all
        };
        let runs: Vec<Vec<u64>> = articles.par_chunks(64).map(of_some).collect();
        runs.into_iter().for_each(|run| self.fresh.extend(run));
        self.used.extend(used);
        self.settle(self.all.len().max(FRESH));
    }

    /// Adds those of an index.
    pub fn add_all(&mut self, grams: &Grams) {
        self.fresh.extend(grams.all());
        self.used.extend(&grams.used);
        self.settle(self.all.len().max(FRESH));
    }

    /// Puts those that came since in their places, if they are more than some.
    fn settle(&mut self, some: usize) {
        if self.fresh.len() > some {
            // It makes use of runs in order; then there are two.
            self.fresh.par_sort();
            self.fresh.dedup();
            self.all.append(&mut self.fresh);
            self.all.sort();
            self.all.dedup();
        }
    }

    /// All of them.
    pub fn finish(mut self) -> Grams {
        self.settle(0);
        Grams::new(&self.all, self.used)
    }
}

/// Grams that wait until they are put in their places, at least.
const FRESH: usize = 4 << 20;

/// What starts at each place of a folded text.
fn windows(chars: &[u32]) -> Vec<u64> {
    let mut out = Vec::with_capacity(chars.len());
    for block in chars.split(|&c| c == BLOCK_END) {
        let at = |k: usize| block.get(k).map_or(0, |&c| u64::from(c) + 1);
        out.extend((0..block.len()).map(|k| at(k) << (2 * CHAR) | at(k + 1) << CHAR | at(k + 2)));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_text_has_is_refused() {
        let one = |c: char| u64::from(u32::from(c)) + 1;
        let gram = |text: &str| text.chars().zip([2 * CHAR, CHAR, 0]).map(|(c, shift)| one(c) << shift).sum::<u64>();
        let read = |grams: &[&str]| {
            let mut written = Vec::new();
            Grams::new(&grams.iter().map(|text| gram(text)).collect::<Vec<_>>(), BTreeSet::new()).put(&mut written);
            Grams::get(&mut &written[..])
        };
        assert_eq!(read(&["一", "丁三", "三"]).expect("increasing").all().collect::<Vec<_>>(), ["一", "丁三", "三"].map(gram));
        assert!(read(&["一", "丁三"]).is_err(), "nothing begins with 三");
        assert!(read(&["一", "三丁"]).is_err(), "nothing begins with 丁");
        assert!(read(&["一", "一"]).is_err(), "not increasing");
    }
}
