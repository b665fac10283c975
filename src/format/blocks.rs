//! How is the text of the articles kept, so that a result costs one block?
//!
//! Texts are cut into passages and these packed into blocks of a few thousand characters. A block repeats what a result
//! needs of each article that has a passage in it: id, title, address, metadata, and the heading in force. Characters are
//! written as ranks in the corpus' alphabet of original characters (most frequent first) in one, two or three bytes, and the
//! block is deflated with a dictionary that all blocks share.
//!
//! A block's payload: varint length of the data, then raw deflate (RFC 1951), whose window begins as the dictionary's bytes.
//! The data: varint number of pieces, then per piece
//!
//! * for the first piece varint article (in the index' order); each of the others is of the next article;
//! * varint id (in input order) less the number after the last piece's, 0 at first, as 2k for k or -2k - 1 for k below 0;
//! * varint offset of the piece in its article's text, in characters;
//! * title: varint characters, their ranks; address: varint bytes, UTF-8;
//! * metadata: varint n, then n times varint key (a number in the root's list), varint bytes, UTF-8;
//! * heading in force at the piece's start: varint characters, ranks, varint bytes of the anchor, UTF-8 (both empty: none);
//! * headings that start in the piece: varint n, then n times varint start (after the end of the one before), varint length,
//!   in characters, varint bytes of the anchor, UTF-8;
//! * varint passages, then the characters of each as a varint; of articles that share a passage each has one part of it;
//!
//! and after the last piece the ranks of each text. Where the root says that parts of texts have weights, behind each text stands how much
//! an occurrence in which part of it counts, until all its characters have been told of: varint characters, varint weight in hundredths,
//! 1,000 at most. `dict.dat` is a varint length and raw deflate of the dictionary.

use crate::codec::bytes::{Bytes, put_bytes, put_varint};
use crate::codec::{Bad, bad, deflate};
use crate::fold::folder::Folder;
use crate::format::rest::MOST_WEIGHT;
use crate::format::root::Root;
use crate::format::{Id, Number, Rank};

/// Bytes that a block may hold: ten times what a builder aims at, for passages that cannot be cut.
pub const MOST_DATA: usize = 256 << 10;

/// What the texts and titles of a block may take to fold: as much as 65,536 Han characters, three times what a builder aims at.
pub const MOST_FOLDS: usize = 1 << 17;

/// Pieces that a block may hold. A builder counts each as at least 16 characters of its forty thousand.
const MOST_PIECES: u64 = 4096;

/// Metadata of an article, at most.
pub const MOST_METADATA: u64 = 1000;

/// The window of deflate: a longer dictionary would be out of reach.
pub const LONGEST_DICTIONARY: usize = 32 << 10;

/// How many lead bytes announce one, two and three bytes, for an alphabet of a certain size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Widths {
    one: u32,
    two: u32,
    alphabet: u32,
}

impl Widths {
    /// As many one-byte codes as the alphabet allows.
    pub fn new(alphabet: u32) -> Widths {
        // With t two-byte leads, 256 - t + 256 t characters have a code.
        let two = alphabet.saturating_sub(256).div_ceil(255);
        if two <= 200 {
            Widths { one: 256 - two, two, alphabet }
        } else {
            // 16 one-byte, 200 two-byte and 40 three-byte leads: 16 + 51,200 + 2,621,440 codes.
            Widths { one: 16, two: 200, alphabet }
        }
    }

    /// Appends the code of a rank.
    pub fn put(self, out: &mut Vec<u8>, rank: u32) {
        if rank < self.one {
            return out.push(rank as u8);
        }
        let r = rank - self.one;
        if r < self.two << 8 {
            return out.extend([(self.one + (r >> 8)) as u8, r as u8]);
        }
        let r = r - (self.two << 8);
        out.extend([(self.one + self.two + (r >> 16)) as u8, (r >> 8) as u8, r as u8]);
    }

    /// Reads `n` ranks. `n` is at most the bytes left, so nothing large is allocated for a forged one.
    pub fn get(self, bytes: &mut Bytes<'_>, n: usize) -> Result<Vec<u32>, Bad> {
        if n > bytes.0.len() {
            return bad("characters of a text", bytes.0.len() as u64, n as u64);
        }
        let mut out = vec![0; n];
        for place in &mut out {
            // Most characters take one byte or two.
            let (rank, rest) = match *bytes.0 {
                [lead, ref rest @ ..] if u32::from(lead) < self.one => (lead.into(), rest),
                [lead, low, ref rest @ ..] if u32::from(lead) < self.one + self.two => {
                    (self.one + ((u32::from(lead) - self.one) << 8 | u32::from(low)), rest)
                }
                [lead, high, low, ref rest @ ..] => {
                    let high = (u32::from(lead) - self.one - self.two) << 16 | u32::from(high) << 8;
                    (self.one + (self.two << 8) + (high | u32::from(low)), rest)
                }
                _ => return bad("end of a text", 1, 0),
            };
            bytes.0 = rest;
            if rank >= self.alphabet {
                return bad("rank of a character", u64::from(self.alphabet), u64::from(rank));
            }
            *place = rank;
        }
        Ok(out)
    }
}

/// A heading inside a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Its first character, counted from the start of the piece.
    pub start: u32,
    /// After its last character.
    pub end: u32,
    /// What a link to it has after `#`.
    pub anchor: String,
}

/// The part of one article that lies in one block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Piece {
    /// The article, in the index' order.
    pub article: Number,
    /// The article, in input order.
    pub id: Id,
    /// Where the piece starts in the article's text, in characters.
    pub offset: u32,
    /// The article's title, as ranks.
    pub title: Vec<Rank>,
    /// The article's address.
    pub url: String,
    /// Metadata: number of the key in the root's list, value.
    pub meta: Vec<(u32, String)>,
    /// The heading under which the piece starts: its words as ranks, its anchor.
    pub under: Option<(Vec<u32>, String)>,
    /// Headings that start in the piece.
    pub heads: Vec<Head>,
    /// Lengths of the passages, in characters.
    pub passages: Vec<u32>,
    /// The text, as ranks.
    pub text: Vec<Rank>,
    /// How much an occurrence that starts at each of its characters counts, in hundredths; empty: as much as the article.
    pub weights: Vec<u32>,
}

impl Piece {
    /// Bounds what the title and the text take to fold.
    pub fn folds(&self, folder: &Folder) -> usize {
        folder.bound(&self.title) + folder.bound(&self.text)
    }

    /// The heading in force at a character of the piece: its words and its anchor.
    pub fn heading_at(&self, at: u32) -> Option<(&[u32], &str)> {
        match self.heads.iter().rev().find(|h| h.start <= at) {
            Some(h) => Some((self.text.get(h.start as usize..h.end as usize)?, &h.anchor)),
            None => self.under.as_ref().map(|(words, anchor)| (words.as_slice(), anchor.as_str())),
        }
    }
}

/// The data of a block, before deflate. Where the root says that parts of texts have weights, each piece has those of its text.
pub fn put_block(pieces: &[Piece], widths: Widths) -> Vec<u8> {
    let mut out = Vec::new();
    let string = |out: &mut Vec<u8>, ranks: &[u32]| {
        put_varint(out, ranks.len() as u64);
        ranks.iter().for_each(|&r| widths.put(out, r));
    };
    put_varint(&mut out, pieces.len() as u64);
    put_varint(&mut out, pieces.first().map_or(0, |piece| piece.article.into()));
    let mut expected = 0;
    for piece in pieces {
        let step = i64::from(piece.id) - expected;
        put_varint(&mut out, (step << 1 ^ step >> 63) as u64);
        put_varint(&mut out, u64::from(piece.offset));
        expected = i64::from(piece.id) + 1;
        string(&mut out, &piece.title);
        put_bytes(&mut out, piece.url.as_bytes());
        put_varint(&mut out, piece.meta.len() as u64);
        for (key, value) in &piece.meta {
            put_varint(&mut out, u64::from(*key));
            put_bytes(&mut out, value.as_bytes());
        }
        let (words, anchor) = piece.under.as_ref().map_or((&[][..], ""), |(w, a)| (w, a));
        string(&mut out, words);
        put_bytes(&mut out, anchor.as_bytes());
        put_varint(&mut out, piece.heads.len() as u64);
        let mut at = 0;
        for head in &piece.heads {
            put_varint(&mut out, u64::from(head.start - at));
            put_varint(&mut out, u64::from(head.end - head.start));
            put_bytes(&mut out, head.anchor.as_bytes());
            at = head.end;
        }
        put_varint(&mut out, piece.passages.len() as u64);
        for &n in &piece.passages {
            put_varint(&mut out, u64::from(n));
        }
    }
    for piece in pieces {
        piece.text.iter().for_each(|&rank| widths.put(&mut out, rank));
        for run in piece.weights.chunk_by(|a, b| a == b) {
            put_varint(&mut out, run.len() as u64);
            put_varint(&mut out, run.first().map_or(0, |&weight| weight.into()));
        }
    }
    out
}

/// Reads a block's data. `keys`: how many metadata keys the root lists; `weighted`: it says that parts of texts have weights.
pub fn get_block(data: &[u8], widths: Widths, keys: u64, weighted: bool) -> Result<Vec<Piece>, Bad> {
    let mut b = Bytes(data);
    let mut pieces = Vec::new();
    let n = b.at_most(MOST_PIECES, "pieces of a block")?;
    let first = small(&mut b, "article")?;
    let mut id = 0;
    for k in 0..n as u32 {
        let mut piece = Piece { article: first.saturating_add(k), id, ..Piece::default() };
        piece.get_head(&mut b, widths, keys)?;
        id = piece.id.saturating_add(1);
        pieces.push(piece);
    }
    for piece in &mut pieces {
        let n: u64 = piece.passages.iter().map(|&n| u64::from(n)).sum();
        piece.text = widths.get(&mut b, usize::try_from(n).unwrap_or(usize::MAX))?;
        let end = piece.heads.last().map_or(0, |h| u64::from(h.end));
        if end > n {
            return bad("end of a heading", n, end);
        }
        while weighted && piece.weights.len() < piece.text.len() {
            let n = b.at_most((piece.text.len() - piece.weights.len()) as u64, "weights")?;
            let weight = b.at_most(MOST_WEIGHT, "weight")? as u32;
            for _ in 0..n {
                piece.weights.push(weight);
            }
        }
    }
    b.end()?;
    Ok(pieces)
}

#[inline(never)]
fn small(b: &mut Bytes<'_>, what: &'static str) -> Result<u32, Bad> {
    b.at_most(u64::from(u32::MAX >> 1), what).map(|n| n as u32)
}

#[inline(never)]
fn ranks(b: &mut Bytes<'_>, widths: Widths) -> Result<Vec<u32>, Bad> {
    let n = b.count("characters of a string")?;
    widths.get(b, n)
}

impl Piece {
    /// Reads all but the text. What has been read stands in the piece: nothing else must be cleared away after a fault.
    fn get_head(&mut self, b: &mut Bytes<'_>, widths: Widths, keys: u64) -> Result<(), Bad> {
        let step = b.at_most(1 << 32, "id")?;
        let id = i64::from(self.id) + ((step >> 1) as i64 ^ -((step & 1) as i64));
        self.id = match u32::try_from(id) {
            Ok(id) => id,
            Err(_) => return bad("id", u64::from(u32::MAX), id as u64),
        };
        self.offset = small(b, "offset")?;
        self.title = ranks(b, widths)?;
        self.url = b.string()?;
        for _ in 0..b.at_most(MOST_METADATA, "metadata")? {
            let key = b.at_most(keys.saturating_sub(1), "metadata key")? as u32;
            self.meta.push((key, b.string()?));
        }
        let (words, anchor) = self.under.insert((ranks(b, widths)?, String::new()));
        *anchor = b.string()?;
        if words.is_empty() && anchor.is_empty() {
            self.under = None;
        }
        let mut at = 0;
        for _ in 0..b.count("headings")? {
            let start = at + small(b, "heading")?.min(u32::MAX >> 2);
            let end = start.saturating_add(small(b, "heading")?);
            if end > u32::MAX >> 2 {
                return bad("heading", u64::from(u32::MAX >> 2), u64::from(end));
            }
            self.heads.push(Head { start, end, anchor: b.string()? });
            at = end;
        }
        for _ in 0..b.count("passages")? {
            self.passages.push(small(b, "passage")?);
        }
        Ok(())
    }
}

/// Inflates a payload of text or dictionary. See [`deflate::inflate`].
pub fn inflate(payload: &[u8], dictionary: &[u8]) -> Result<Vec<u8>, Bad> {
    deflate::inflate(payload, dictionary, MOST_DATA)
}

/// A block must hold just the passages that the root places in it.
pub fn check(root: &Root, number: u32, pieces: Vec<Piece>) -> Result<Vec<Piece>, Bad> {
    let range = (root.blocks.get(number as usize), root.blocks.get(number as usize + 1));
    let (Some(&from), Some(&to)) = range else { return bad("number of a block", root.blocks.len() as u64, number.into()) };
    let group_at = |passage| root.group_of(root.group_count() + passage);
    let (mut passage, mut article) = (from, root.articles_of(group_at(from)).start);
    for piece in &pieces {
        let group = group_at(passage);
        let articles = root.articles_of(group);
        if piece.article != article || !articles.contains(&article) || passage >= to {
            return bad("article of a passage", article.into(), piece.article.into());
        }
        let shared = articles.end - articles.start > 1;
        let end = passage.saturating_add(piece.passages.len() as u32);
        let most = if shared { passage + 1 } else { root.groups.get(group as usize + 1).copied().unwrap_or(0) };
        if piece.passages.is_empty() || end > most {
            return bad("passages of an article", to.into(), end.into());
        }
        article += 1;
        // A shared passage goes on with the next article.
        if !articles.contains(&article) {
            passage = end;
        }
    }
    if passage != to { bad("passages of a block", to.into(), passage.into()) } else { Ok(pieces) }
}

/// The metadata of an article, with the names of the keys.
pub fn named(root: &Root, piece: &Piece) -> Vec<(String, String)> {
    piece.meta.iter().map(|(k, v)| (root.keys.get(*k as usize).cloned().unwrap_or_default(), v.clone())).collect()
}
