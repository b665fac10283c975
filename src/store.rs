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
//! * varint article (in the index' order); varint id (in input order); varint offset of the piece in its article's text,
//!   in characters;
//! * title: varint characters, their ranks; address: varint bytes, UTF-8;
//! * metadata: varint n, then n times varint key (a number in the root's list), varint bytes, UTF-8;
//! * heading in force at the piece's start: varint characters, ranks, varint bytes of the anchor, UTF-8 (both empty: none);
//! * headings that start in the piece: varint n, then n times varint start (after the end of the one before), varint length,
//!   in characters, varint bytes of the anchor, UTF-8;
//! * varint passages, then the characters of each as a varint;
//!
//! and after the last piece the ranks of all texts. `dict.dat` is a varint length and raw deflate of the dictionary.

use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress};

use crate::format::{Bad, Bytes, bad, put_bytes, put_varint};

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
        let data = bytes.0;
        let mut out = Vec::with_capacity(n);
        let mut at = 0;
        let next = |at: &mut usize| -> Result<u32, Bad> {
            let Some(&b) = data.get(*at) else { return bad("end of a text", *at as u64 + 1, data.len() as u64) };
            *at += 1;
            Ok(u32::from(b))
        };
        for _ in 0..n {
            let lead = next(&mut at)?;
            let rank = if lead < self.one {
                lead
            } else if lead < self.one + self.two {
                self.one + ((lead - self.one) << 8 | next(&mut at)?)
            } else {
                let high = (lead - self.one - self.two) << 16 | next(&mut at)? << 8;
                self.one + (self.two << 8) + (high | next(&mut at)?)
            };
            if rank >= self.alphabet {
                return bad("rank of a character", u64::from(self.alphabet), u64::from(rank));
            }
            out.push(rank);
        }
        bytes.0 = &data[at..];
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
    pub article: u32,
    /// The article, in input order.
    pub id: u32,
    /// Where the piece starts in the article's text, in characters.
    pub offset: u32,
    /// The article's title, as ranks.
    pub title: Vec<u32>,
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
    pub text: Vec<u32>,
}

impl Piece {
    /// The heading in force at a character of the piece: its words and its anchor.
    pub fn heading_at(&self, at: u32) -> Option<(&[u32], &str)> {
        match self.heads.iter().rev().find(|h| h.start <= at) {
            Some(h) => Some((self.text.get(h.start as usize..h.end as usize)?, &h.anchor)),
            None => self.under.as_ref().map(|(words, anchor)| (words.as_slice(), anchor.as_str())),
        }
    }
}

/// The data of a block, before deflate.
pub fn put_block(pieces: &[Piece], widths: Widths) -> Vec<u8> {
    let mut out = Vec::new();
    let string = |out: &mut Vec<u8>, ranks: &[u32]| {
        put_varint(out, ranks.len() as u64);
        ranks.iter().for_each(|&r| widths.put(out, r));
    };
    put_varint(&mut out, pieces.len() as u64);
    for piece in pieces {
        for n in [piece.article, piece.id, piece.offset] {
            put_varint(&mut out, u64::from(n));
        }
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
    for rank in pieces.iter().flat_map(|p| &p.text) {
        widths.put(&mut out, *rank);
    }
    out
}

/// Reads a block's data. `keys`: how many metadata keys the root lists.
pub fn get_block(data: &[u8], widths: Widths, keys: u64) -> Result<Vec<Piece>, Bad> {
    let mut b = Bytes(data);
    let string = |b: &mut Bytes<'_>| {
        let n = b.count("characters of a string")?;
        widths.get(b, n)
    };
    let small = |b: &mut Bytes<'_>, what| b.at_most(u64::from(u32::MAX >> 1), what).map(|n| n as u32);
    let mut pieces = Vec::new();
    for _ in 0..b.count("pieces of a block")? {
        let mut piece = Piece {
            article: small(&mut b, "article")?,
            id: small(&mut b, "id")?,
            offset: small(&mut b, "offset")?,
            title: string(&mut b)?,
            url: b.text()?.into(),
            ..Piece::default()
        };
        for _ in 0..b.count("metadata")? {
            piece.meta.push((b.at_most(keys.saturating_sub(1), "metadata key")? as u32, b.text()?.into()));
        }
        let under = (string(&mut b)?, String::from(b.text()?));
        piece.under = (!under.0.is_empty() || !under.1.is_empty()).then_some(under);
        let mut at = 0;
        for _ in 0..b.count("headings")? {
            let start = at + small(&mut b, "heading")?.min(u32::MAX >> 2);
            let end = start.saturating_add(small(&mut b, "heading")?);
            piece.heads.push(Head { start, end, anchor: b.text()?.into() });
            if end > u32::MAX >> 2 {
                return bad("heading", u64::from(u32::MAX >> 2), u64::from(end));
            }
            at = end;
        }
        for _ in 0..b.count("passages")? {
            piece.passages.push(small(&mut b, "passage")?);
        }
        pieces.push(piece);
    }
    for piece in &mut pieces {
        let n: u64 = piece.passages.iter().map(|&n| u64::from(n)).sum();
        piece.text = widths.get(&mut b, usize::try_from(n).unwrap_or(usize::MAX))?;
        if piece.heads.last().is_some_and(|h| u64::from(h.end) > n) {
            return bad("end of a heading", n, piece.heads.last().map_or(0, |h| u64::from(h.end)));
        }
    }
    b.end()?;
    Ok(pieces)
}

/// Inflates a payload of text or dictionary. What comes out has exactly the length that the payload states, and that length
/// is bounded by what deflate can do (1,032 bytes for one).
pub fn inflate(payload: &[u8], dictionary: &[u8]) -> Result<Vec<u8>, Bad> {
    let mut b = Bytes(payload);
    let most = payload.len() as u64 * 1040 + 64;
    let length = b.at_most(most, "length of the data")?;
    let before = dictionary.len();
    let mut out = Vec::with_capacity(before + length);
    out.extend_from_slice(dictionary);
    out.resize(before + length, 0);
    let mut state = Box::<DecompressorOxide>::default();
    let (status, used, written) = decompress(&mut state, b.0, &mut out, before, TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF);
    if status != TINFLStatus::Done {
        return bad("deflated data", 0, status as i8 as u8 as u64);
    }
    if written != length {
        return bad("length of the data", length as u64, written as u64);
    }
    if used != b.0.len() {
        return bad("bytes of deflated data", used as u64, b.0.len() as u64);
    }
    out.drain(..before);
    Ok(out)
}
