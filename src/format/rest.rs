//! What of the root do only answers need?
//!
//! Which articles share a passage, the characters of the texts, and how all of them fold. A query of frequent letters asks the
//! dictionary of grams without it. The bits of the rest:
//!
//! * the folded characters that are not in the first level, as an alphabet (`src/format/alphabets.rs`), which goes on from there;
//! * the original alphabet: those of the folded one that no text has: `gamma(n + 1)`, their ranks as a set; then those that are
//!   not among the folded ones, as an alphabet. Characters of both have the folded one's class;
//! * the folding table (`src/fold/table.rs`): in `dict.dat` what of it texts of these characters and of ASCII need, and `fold.dat` is the
//!   whole one, a bit section, for queries of other characters;
//! * first article of each group: starts in A;
//! * where something counts more or less than is usual, and else the rest ends here: whether parts of texts do (1 or 0, 8 bits); of articles that
//!   do `gamma(n + 1)`, then of each `gamma` of how far it is behind the one before (1: the next; the first: its number plus one) and its weight
//!   in hundredths as `uniform` below 1,001.
//!
//! `dict.dat` is a byte section: the length of the rest as a varint, the rest, and to the end a raw deflate stream: the dictionary
//! that the blocks of text share, or nothing.

use std::sync::Arc;

use crate::codec::bits::{BitReader, BitWriter};
use crate::codec::bytes::{Bytes, put_varint};
use crate::codec::{Bad, bad};
use crate::fold::table::Table;
use crate::format::alphabets::{Frequencies, get_alphabet, get_original, in_order, put_alphabet, put_original};
use crate::format::blocks::{LONGEST_DICTIONARY, inflate};
use crate::format::root::{Root, end};
use crate::format::starts::{get_starts, put_starts};

/// The most that an article, or an element, counts, in hundredths;
pub const MOST_WEIGHT: u64 = 1000;

/// and what is usual.
pub const USUAL_WEIGHT: u32 = 100;

/// The payload of `dict.dat`. `dictionary`: deflated.
pub fn put_dict(rest: &[u8], dictionary: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    put_varint(&mut out, rest.len() as u64);
    out.extend_from_slice(rest);
    out.extend_from_slice(dictionary);
    out
}

/// The two parts of the payload of `dict.dat`: the rest, and the dictionary, deflated.
pub fn parts(payload: &[u8]) -> Result<(&[u8], &[u8]), Bad> {
    let mut b = Bytes(payload);
    let n = b.count("length of the rest")?;
    Ok((b.take(n)?, b.0))
}

/// The dictionary that the blocks of text share, out of `dict.dat`; empty if there is none.
pub fn dictionary(deflated: &[u8]) -> Result<Vec<u8>, Bad> {
    if deflated.is_empty() {
        return Ok(Vec::new());
    }
    let dictionary = inflate(deflated, &[])?;
    match dictionary.len() {
        n if n > LONGEST_DICTIONARY => bad("length of the dictionary", LONGEST_DICTIONARY as u64, n as u64),
        _ => Ok(dictionary),
    }
}

/// The payload of `fold.dat`.
pub fn put_fold(table: &Table) -> Vec<u8> {
    let mut w = BitWriter::default();
    table.put(&mut w);
    w.finish()
}

/// Reads `fold.dat`. `root`: a whole one.
pub fn get_fold(payload: &[u8], root: &Root) -> Result<Table, Bad> {
    let mut r = BitReader::new(payload);
    let table = Table::get(&mut r, &[&root.original, &root.folded])?;
    end(&r)?;
    Ok(table)
}

impl Root {
    /// This root with its rest, as `dict.dat` has it.
    pub fn with_rest(&self, rest: &[u8]) -> Result<Root, Bad> {
        let mut root = self.clone();
        if !root.whole {
            root.folded = Vec::new();
            root.get_rest(&mut BitReader::new(rest))?;
        }
        Ok(root)
    }

    /// Writes the rest. `first`: how many folded characters stand in the first level.
    pub(super) fn put_rest(&self, w: &mut BitWriter, frequency: &Frequencies, first: usize) {
        put_alphabet(w, self.folded.iter().copied().zip(frequency.folded.iter().copied()).skip(first));
        put_original(w, &self.original, &self.folded, frequency);
        self.table.put(w);
        put_starts(w, &self.members, u64::from(self.articles));
        if !self.weighted && self.weights.is_empty() {
            return;
        }
        w.put(u64::from(self.weighted), 8);
        w.gamma(self.weights.len() as u64 + 1);
        let mut next = 0;
        for &(article, weight) in &self.weights {
            w.gamma(u64::from(article - next) + 1);
            w.uniform(u64::from(weight), MOST_WEIGHT + 1);
            next = article + 1;
        }
    }

    /// Reads the rest, to the end.
    pub(super) fn get_rest(&mut self, r: &mut BitReader<'_>) -> Result<(), Bad> {
        let mut ordered = std::mem::take(&mut self.ordered);
        let known = ordered.last().copied();
        let rare = get_alphabet(r)?;
        // A letter's rank is the same before and after.
        if rare.first().is_some_and(|first| Some(*first) <= known) {
            return bad("first of the rare characters", known.unwrap_or(0).into(), 0);
        }
        ordered.extend(rare);
        if ordered.len() != self.letters as usize {
            return bad("folded characters", self.letters.into(), ordered.len() as u64);
        }
        self.original = get_original(r, &ordered)?;
        self.folded = in_order(ordered)?;
        self.table = Arc::new(Table::get(r, &[&self.original, &self.folded])?);
        self.members.clear();
        let (groups, articles) = (u64::from(self.group_count()), u64::from(self.articles));
        get_starts(r, &mut self.members, groups, articles)?;
        // Only a body that is alone is cut.
        for (passages, articles) in self.groups.windows(2).zip(self.members.windows(2)) {
            if let (&[from, to], &[first, end]) = (passages, articles)
                && to - from > 1
                && end - first > 1
            {
                return bad("articles of a group that is cut", 1, u64::from(end - first));
            }
        }
        self.whole = true;
        if r.left() >= 8 {
            self.get_weights(r)?;
        }
        end(r)
    }

    /// Reads what counts otherwise than is usual.
    fn get_weights(&mut self, r: &mut BitReader<'_>) -> Result<(), Bad> {
        self.weighted = r.get(8)? == 1;
        let mut left = u64::from(self.articles);
        for _ in 1..r.gamma(left + 1, "articles with a weight")? {
            left = left.saturating_sub(r.gamma(left, "article with a weight")?);
            self.weights.push((self.articles - left as u32 - 1, r.uniform(MOST_WEIGHT + 1)? as u32));
        }
        Ok(())
    }
}
