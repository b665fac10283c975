//! What do the bytes of an index look like?
//!
//! Every file of an index is an *envelope* and a *payload*. All integers of the envelope are little-endian.
//!
//! | offset | bytes | what |
//! |-------:|------:|------|
//! | 0  | 4 | magic `XUNZ` |
//! | 4  | 1 | format version, [`VERSION`] |
//! | 5  | 1 | [`Kind`] of file |
//! | 6  | 2 | zero |
//! | 8  | 4 | number of the file among its kind |
//! | 12 | 4 | length of the payload in bytes |
//! | 16 | 8 | build id, equal in all files of one build |
//! | 24 | 8 | CRC-64/XZ of bytes 0..24 and the payload |
//! | 32 | … | payload |
//!
//! A CRC of 64 bits finds every burst of damage of up to 64 bits, hence every changed byte; the length finds what was
//! cut off or added. A file is verified whole before any of it is parsed.
//!
//! Inside payloads there are two kinds of numbers: *varints* (LEB128, seven bits a byte, low bits first) in byte
//! sections, and bit codes in bit sections (bits fill each byte from its lowest bit):
//!
//! * `gamma(n)`, n ≥ 1: Elias gamma; k zeros, a one, then the k bits of n below its highest;
//! * `uniform(v, r)`, 0 ≤ v < r: truncated binary, ⌊log₂ r⌋ or ⌈log₂ r⌉ bits, none when r = 1;
//! * binary interpolative code of a set (`src/codec/sets.rs`).
//!
//! The payloads are described where their writers and readers stand side by side: the folding table in `src/fold/table.rs`,
//! gram pages in `src/format/grams.rs`, text blocks in `src/format/blocks.rs`, the root in `src/format/root.rs`, `src/format/rest.rs` and `src/format/starts.rs`, column files in `src/format/columns.rs`,
//! the pack in `src/format/pack.rs`, the list of a catalog in `src/format/members.rs`, the manifest in `src/format/manifest.rs`.
//! There is one version number. Builder and engine ship together: a file of another version is refused.
//!
#![doc = include_str!("format.md")]

mod alphabets;
pub mod blocks;
pub mod columns;
pub mod grams;
pub mod manifest;
#[cfg(feature = "cli")]
pub mod members;
pub mod pack;
pub mod rest;
pub mod root;
pub mod starts;

use crate::codec::Bad;
use crate::codec::crc::Crc;
use crate::codec::digits::{get_hex, put_hex};
use crate::error::{Error, Reason};

/// Version of the format. A reader accepts exactly this one.
pub const VERSION: u8 = 2;

/// First bytes of every file.
pub const MAGIC: [u8; 4] = *b"XUNZ";

/// Bytes before the payload.
pub const ENVELOPE: usize = 32;

/// What a file is. The value is the byte in its envelope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Kind {
    /// Parameters, frequent letters, and where everything lies. `root.dat`
    Root = 1,
    /// A page of the gram dictionary. `g/NNN.dat`
    Grams = 2,
    /// A block of text. `t/NNN.dat`
    Text = 3,
    /// The rest of the root, and the preset dictionary of the text blocks. `dict.dat`
    Dict = 4,
    /// A metadata column. `c/NNN.dat`
    Column = 5,
    /// All of the above in one file. `pack.dat`
    Pack = 6,
    /// The whole folding table. `fold.dat`
    Fold = 7,
    /// The indexes of a catalog. `members.dat`
    #[cfg(feature = "cli")]
    Members = 8,
}

/// A passage: the unit of posting lists. A long body is cut into some of about W folded characters; short ones share one, and
/// so do their titles. Their numbers count all titles first, by [`Group`], then the passages of all bodies, in the same order.
/// So a list tells by itself what stands in a title: the titles of group g are passage g.
pub type Passage = u32;

/// A group: articles that share their passages, neighbours in the index; or one article that is long enough to be alone.
pub type Group = u32;

/// An article's place in the index: newest first, those without a date last, else as they came. Lists, blocks and columns
/// count so, because the order of a list is the order in which results are wanted.
pub type Number = u32;

/// An article's place in the input, from 0. Scripts and the command count so: it is what the owner of a site knows, and
/// stays when only dates change. A column file leads from it to the [`Number`].
pub type Id = u32;

/// A character's place in one of the two alphabets of an index, most frequent first: in that of the characters as written
/// (texts in blocks are made of these), or in that of the folded ones (queries and grams). Frequent characters have small
/// ranks, which codes make use of.
pub type Rank = u32;

/// One file of an index: what it is and its number among its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct File {
    /// What it is.
    pub kind: Kind,
    /// Number from 0 among the files of this kind.
    pub number: u32,
}

impl File {
    /// The root.
    pub const ROOT: File = File { kind: Kind::Root, number: 0 };
    /// The rest of the root, and the preset dictionary.
    pub const DICT: File = File { kind: Kind::Dict, number: 0 };
    /// The whole folding table.
    pub const FOLD: File = File { kind: Kind::Fold, number: 0 };
    /// The pack.
    pub const PACK: File = File { kind: Kind::Pack, number: 0 };
    /// The indexes of a catalog.
    #[cfg(feature = "cli")]
    pub const MEMBERS: File = File { kind: Kind::Members, number: 0 };

    /// Its name below the index' folder: only `[0-9a-f/.]` and the kind's letters, the same on every file system.
    pub fn name(self) -> String {
        match self.kind {
            Kind::Root => "root.dat".into(),
            Kind::Dict => "dict.dat".into(),
            Kind::Pack => "pack.dat".into(),
            Kind::Fold => "fold.dat".into(),
            #[cfg(feature = "cli")]
            Kind::Members => "members.dat".into(),
            Kind::Grams => self.numbered("g/"),
            Kind::Text => self.numbered("t/"),
            Kind::Column => self.numbered("c/"),
        }
    }

    #[inline(never)]
    fn numbered(self, folder: &str) -> String {
        let mut name = String::from(folder);
        put_hex(&mut name, self.number.into(), 3);
        name + ".dat"
    }

    /// The file of a name, if it is one.
    pub fn parse(name: &str) -> Option<File> {
        let kind = match name.bytes().next()? {
            b'r' => Kind::Root,
            b'd' => Kind::Dict,
            b'p' => Kind::Pack,
            b'f' => Kind::Fold,
            #[cfg(feature = "cli")]
            b'm' => Kind::Members,
            b'g' => Kind::Grams,
            b't' => Kind::Text,
            b'c' => Kind::Column,
            _ => return None,
        };
        let digits = name.get(2..)?.strip_suffix(".dat")?;
        let file = File { kind, number: get_hex(digits).and_then(|n| u32::try_from(n).ok()).unwrap_or(0) };
        // One name per file, so none but this is one: neither `g/1.dat` nor `root.data`.
        (file.name() == name).then_some(file)
    }
}

/// Puts a payload into its envelope.
pub fn seal(file: File, build: u64, payload: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(ENVELOPE + payload.len());
    out.extend_from_slice(&MAGIC);
    out.extend_from_slice(&[VERSION, file.kind as u8, 0, 0]);
    out.extend_from_slice(&file.number.to_le_bytes());
    out.extend_from_slice(&(payload.len() as u32).to_le_bytes());
    out.extend_from_slice(&build.to_le_bytes());
    let sum = Crc::new().update(&out).update(payload).finish();
    out.extend_from_slice(&sum.to_le_bytes());
    out.extend_from_slice(payload);
    out
}

/// The id of a build: a checksum of all that it holds. The payloads come in the order of their files.
#[cfg(feature = "cli")]
pub fn build_id<'a>(payloads: impl IntoIterator<Item = (File, &'a [u8])>) -> u64 {
    let mut crc = Crc::new();
    for (file, payload) in payloads {
        crc = crc.update(file.name().as_bytes()).update(&(payload.len() as u64).to_le_bytes()).update(payload);
    }
    crc.finish()
}

/// Verifies a file whole and returns its payload. O(len).
pub fn open(file: File, build: u64, bytes: &[u8]) -> Result<&[u8], Error> {
    let corrupt = |what, expected, got| Bad::new(what, expected, got).of(&file.name());
    let Some((head, payload)) = bytes.split_first_chunk::<ENVELOPE>() else {
        return Err(corrupt("length in bytes", ENVELOPE as u64, bytes.len() as u64));
    };
    if !head.starts_with(&MAGIC) {
        return Err(corrupt("first bytes", u64::from(u32_at(&MAGIC, 0)), u64::from(u32_at(head, 0))));
    }
    let &[_, _, _, _, version, kind, zero, also_zero, ..] = head;
    if version != VERSION {
        return Err(Reason::Version { file: file.name(), expected: VERSION.into(), got: u64::from(version) }.into());
    }
    let length = u64::from(u32_at(head, 12));
    if length != payload.len() as u64 {
        return Err(corrupt("length of the payload in bytes", length, payload.len() as u64));
    }
    // In bounds: the head has 32 bytes.
    let sum = Crc::new().update(&head[..24]).update(payload).finish();
    if sum != u64_at(head, 24) {
        return Err(corrupt("checksum", u64_at(head, 24), sum));
    }
    if kind != file.kind as u8 || zero != 0 || also_zero != 0 {
        return Err(corrupt("kind of file", u64::from(file.kind as u8), u64::from(kind)));
    }
    if u32_at(head, 8) != file.number {
        return Err(corrupt("file number", u64::from(file.number), u64::from(u32_at(head, 8))));
    }
    if u64_at(head, 16) != build {
        return Err(corrupt("build", build, u64_at(head, 16)));
    }
    Ok(payload)
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..).and_then(|b| b.first_chunk()).map_or(0, |b| u32::from_le_bytes(*b))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_parse_back() {
        for kind in [Kind::Root, Kind::Grams, Kind::Text, Kind::Dict, Kind::Column, Kind::Pack, Kind::Fold, Kind::Members] {
            for number in [0, 1, 0xabc, 0x12345] {
                let number = if matches!(kind, Kind::Grams | Kind::Text | Kind::Column) { number } else { 0 };
                let file = File { kind, number };
                assert_eq!(File::parse(&file.name()), Some(file));
            }
        }
        for wrong in ["g/1.dat", "g/+01.dat", "../root.dat", "t/00G.dat", "g/0001.dat", ""] {
            assert_eq!(File::parse(wrong), None, "{wrong}");
        }
    }
}
