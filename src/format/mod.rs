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
//! gram pages in `src/format/grams.rs`, text blocks in `src/format/blocks.rs`, the root in `src/format/root.rs`, column files in `src/format/columns.rs`.
//! There is one version number. Builder and engine ship together: a file of another version is refused.
//!
#![doc = include_str!("format.md")]

pub mod blocks;
pub mod columns;
pub mod grams;
pub mod manifest;
pub mod root;

use std::fmt;

/// Version of the format. A reader accepts exactly this one.
pub const VERSION: u8 = 1;

/// First bytes of every file.
pub const MAGIC: [u8; 4] = *b"XUNZ";

/// Bytes before the payload.
pub const ENVELOPE: usize = 32;

/// What can go wrong with a question or with the bytes behind it. One word wide, so that passing it on costs little code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(Box<Reason>);

/// The reason of an [`Error`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Bytes that are not what the builder wrote.
    Corrupt {
        /// The file, by its name in the index.
        file: String,
        /// What is wrong in it.
        fault: Bad,
    },
    /// A file of another format version.
    Version {
        /// The file, by its name in the index.
        file: String,
        /// The version found in it.
        got: u64,
    },
    /// A query of more than [`crate::search::query::LONGEST`] folded characters.
    TooLong {
        /// Its length in folded characters.
        got: usize,
    },
    /// An article asked for by an id that the index does not hold.
    NoArticle {
        /// The id.
        id: u32,
    },
}

impl From<Reason> for Error {
    #[cold]
    #[inline(never)]
    fn from(reason: Reason) -> Error {
        Error(Box::new(reason))
    }
}

impl Error {
    /// A fault of a file.
    #[cold]
    #[inline(never)]
    pub fn corrupt(file: &str, fault: Bad) -> Error {
        Reason::Corrupt { file: file.into(), fault }.into()
    }
    /// Why.
    pub fn reason(&self) -> &Reason {
        &self.0
    }
    /// The code that scripts see: `corrupt`, `version`, `too-long` or `not-found`.
    pub fn code(&self) -> &'static str {
        match *self.0 {
            Reason::Corrupt { .. } => "corrupt",
            Reason::Version { .. } => "version",
            Reason::TooLong { .. } => "too-long",
            Reason::NoArticle { .. } => "not-found",
        }
    }

    /// What went wrong, in words. Put together by hand: the formatting machinery is large.
    #[cold]
    #[inline(never)]
    pub fn text(&self) -> String {
        let mut out = String::new();
        let (file, what, expected, got, end) = match &*self.0 {
            Reason::Corrupt { file, fault: Bad(fault) } => (file, fault.0, fault.1, fault.2, "; build the index again"),
            Reason::Version { file, got } => {
                (file, "index format", VERSION.into(), *got, "; build the index again with this version of xunzi")
            }
            Reason::TooLong { got } => {
                out.push_str("the query has ");
                put_decimal(&mut out, *got as u64);
                out.push_str(" characters, the longest has ");
                put_decimal(&mut out, crate::search::query::LONGEST as u64);
                return out + "; shorten it";
            }
            Reason::NoArticle { id } => {
                out.push_str("there is no article ");
                put_decimal(&mut out, (*id).into());
                return out + " in this index";
            }
        };
        for part in [file, ": ", what, ": expected "] {
            out.push_str(part);
        }
        put_decimal(&mut out, expected);
        out.push_str(", got ");
        put_decimal(&mut out, got);
        out + end
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

impl std::error::Error for Error {}

/// A fault inside a payload: the part that is wrong, what it should have been or its bound, what it is. The file's name is
/// added where it is known. One word wide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bad(Box<(&'static str, u64, u64)>);

impl Bad {
    /// A fault.
    #[cold]
    #[inline(never)]
    pub fn new(what: &'static str, expected: u64, got: u64) -> Bad {
        Bad(Box::new((what, expected, got)))
    }
    /// The fault as an error of `file`.
    #[cold]
    #[inline(never)]
    pub fn of(self, file: &str) -> Error {
        Error::corrupt(file, self)
    }
}

/// A fault, to be returned.
#[inline]
pub fn bad<T>(what: &'static str, expected: u64, got: u64) -> Result<T, Bad> {
    Err(Bad::new(what, expected, got))
}

/// What a file is. The value is the byte in its envelope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Kind {
    /// Parameters, alphabets, folding table, and where everything lies. `root.dat`
    Root = 1,
    /// A page of the gram dictionary. `g/NNN.dat`
    Grams = 2,
    /// A block of text. `t/NNN.dat`
    Text = 3,
    /// The preset dictionary of the text blocks. `dict.dat`
    Dict = 4,
    /// A metadata column. `c/NNN.dat`
    Column = 5,
    /// All of the above in one file. `pack.dat`
    Pack = 6,
}

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
    /// The preset dictionary.
    pub const DICT: File = File { kind: Kind::Dict, number: 0 };
    /// The pack.
    pub const PACK: File = File { kind: Kind::Pack, number: 0 };

    /// Its name below the index' folder: only `[0-9a-f/.]` and the kind's letters, the same on every file system.
    pub fn name(self) -> String {
        match self.kind {
            Kind::Root => "root.dat".into(),
            Kind::Dict => "dict.dat".into(),
            Kind::Pack => "pack.dat".into(),
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
            b'g' => Kind::Grams,
            b't' => Kind::Text,
            b'c' => Kind::Column,
            _ => return None,
        };
        let digits = name.get(2..)?.strip_suffix(".dat")?;
        let file = File { kind, number: get_digits(digits, 16).and_then(|n| u32::try_from(n).ok()).unwrap_or(0) };
        // One name per file, so none but this is one: neither `g/1.dat` nor `root.data`.
        (file.name() == name).then_some(file)
    }
}

/// Appends a number in decimal.
pub fn put_decimal(out: &mut String, n: u64) {
    if n > 9 {
        put_decimal(out, n / 10);
    }
    out.push(char::from(b'0' + (n % 10) as u8));
}

/// Appends a number in hexadecimal, with zeros in front up to `width` digits.
pub fn put_hex(out: &mut String, n: u64, width: u32) {
    if n > 15 || width > 1 {
        put_hex(out, n >> 4, width.saturating_sub(1));
    }
    out.push(char::from_digit(n as u32 & 15, 16).unwrap_or('0'));
}

/// A number in decimal: digits and nothing else.
pub fn get_decimal(text: &str) -> Option<u64> {
    get_digits(text, 10)
}

/// A number in hexadecimal: digits and nothing else.
pub fn get_hex(text: &str) -> Option<u64> {
    get_digits(text, 16)
}

#[inline(never)]
fn get_digits(text: &str, base: u32) -> Option<u64> {
    let mut n: u64 = 0;
    for b in text.bytes() {
        n = n.checked_mul(base.into())?.checked_add(char::from(b).to_digit(base)?.into())?;
    }
    (!text.is_empty()).then_some(n)
}

/// CRC-64/XZ (ECMA-182 polynomial, reflected), half a byte at a time: its table has 128 bytes.
#[derive(Clone, Copy)]
pub struct Crc(u64);

const CRC_TABLE: [u64; 16] = {
    let mut table = [0u64; 16];
    let mut i = 0;
    while i < 16 {
        let mut r = i as u64;
        let mut k = 0;
        while k < 4 {
            r = if r & 1 == 1 { (r >> 1) ^ 0xC96C_5795_D787_0F42 } else { r >> 1 };
            k += 1;
        }
        table[i] = r;
        i += 1;
    }
    table
};

impl Crc {
    /// The checksum of nothing yet.
    pub fn new() -> Crc {
        Crc(!0)
    }
    /// Goes on over `bytes`. O(len).
    pub fn update(mut self, bytes: &[u8]) -> Crc {
        let mut r = self.0;
        for &b in bytes {
            r ^= u64::from(b);
            r = (r >> 4) ^ CRC_TABLE[(r & 15) as usize];
            r = (r >> 4) ^ CRC_TABLE[(r & 15) as usize];
        }
        self.0 = r;
        self
    }
    /// The checksum.
    pub fn finish(self) -> u64 {
        !self.0
    }
}

impl Default for Crc {
    fn default() -> Self {
        Crc::new()
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

/// Verifies a file whole and returns its payload. O(len).
pub fn open(file: File, build: u64, bytes: &[u8]) -> Result<&[u8], Error> {
    let corrupt = |what, expected, got| Bad::new(what, expected, got).of(&file.name());
    let Some((head, payload)) = bytes.split_at_checked(ENVELOPE) else {
        return Err(corrupt("length in bytes", ENVELOPE as u64, bytes.len() as u64));
    };
    if !head.starts_with(&MAGIC) {
        return Err(corrupt("first bytes", u64::from(u32_at(&MAGIC, 0)), u64::from(u32_at(head, 0))));
    }
    if head[4] != VERSION {
        return Err(Reason::Version { file: file.name(), got: u64::from(head[4]) }.into());
    }
    let length = u64::from(u32_at(head, 12));
    if length != payload.len() as u64 {
        return Err(corrupt("length of the payload in bytes", length, payload.len() as u64));
    }
    let sum = Crc::new().update(&head[..24]).update(payload).finish();
    if sum != u64_at(head, 24) {
        return Err(corrupt("checksum", u64_at(head, 24), sum));
    }
    if head[5] != file.kind as u8 || head[6] != 0 || head[7] != 0 {
        return Err(corrupt("kind of file", u64::from(file.kind as u8), u64::from(head[5])));
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
    bytes.get(at..at + 4).map_or(0, |b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}

/// Appends a varint.
pub fn put_varint(out: &mut Vec<u8>, mut n: u64) {
    while n >= 128 {
        out.push(n as u8 | 128);
        n >>= 7;
    }
    out.push(n as u8);
}

/// Appends a length in bytes and the bytes.
pub fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put_varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// Reads varints and byte strings from the front of a slice. Never past its end.
#[derive(Clone, Copy)]
pub struct Bytes<'a>(pub &'a [u8]);

impl<'a> Bytes<'a> {
    /// The next varint.
    #[inline(never)]
    pub fn varint(&mut self) -> Result<u64, Bad> {
        let mut n = 0u64;
        for shift in (0..63).step_by(7) {
            let Some((&b, rest)) = self.0.split_first() else { return bad("end of data", 1, 0) };
            self.0 = rest;
            n |= u64::from(b & 127) << shift;
            if b < 128 {
                return Ok(n);
            }
        }
        bad("number too large", 63, 64)
    }
    /// The next varint, at most `max`.
    #[inline(never)]
    pub fn at_most(&mut self, max: u64, what: &'static str) -> Result<usize, Bad> {
        let n = self.varint()?;
        if n > max {
            return bad(what, max, n);
        }
        usize::try_from(n).or(bad(what, max, n))
    }
    /// The next varint as a count of things that take at least one byte each: never more than the bytes left.
    pub fn count(&mut self, what: &'static str) -> Result<usize, Bad> {
        self.at_most(self.0.len() as u64, what)
    }
    /// The next `n` bytes.
    #[inline(never)]
    pub fn take(&mut self, n: usize) -> Result<&'a [u8], Bad> {
        let Some((head, rest)) = self.0.split_at_checked(n) else { return bad("end of data", n as u64, self.0.len() as u64) };
        self.0 = rest;
        Ok(head)
    }
    /// A length in bytes, then that many bytes.
    pub fn bytes(&mut self) -> Result<&'a [u8], Bad> {
        let n = self.count("length of a string")?;
        self.take(n)
    }
    /// A length in bytes, then that much UTF-8.
    #[inline(never)]
    pub fn text(&mut self) -> Result<&'a str, Bad> {
        let bytes = self.bytes()?;
        std::str::from_utf8(bytes).or_else(|e| bad("UTF-8 up to byte", bytes.len() as u64, e.valid_up_to() as u64))
    }
    /// The same, to be kept.
    #[inline(never)]
    pub fn string(&mut self) -> Result<String, Bad> {
        self.text().map(String::from)
    }
    /// Nothing may be left.
    pub fn end(&self) -> Result<(), Bad> {
        if self.0.is_empty() { Ok(()) } else { bad("bytes after the end", 0, self.0.len() as u64) }
    }
}

/// Writes bit codes.
#[derive(Default)]
pub struct BitWriter {
    bytes: Vec<u8>,
    /// Bits not yet in `bytes`, fewer than 8 between calls.
    buffer: u64,
    have: u32,
}

impl BitWriter {
    /// Bits written so far.
    pub fn bits(&self) -> u64 {
        self.bytes.len() as u64 * 8 + u64::from(self.have)
    }
    /// The low `n` bits of `v`, n ≤ 56.
    pub fn put(&mut self, v: u64, n: u32) {
        self.buffer |= (v & ((1 << n) - 1)) << self.have;
        self.have += n;
        while self.have >= 8 {
            self.bytes.push(self.buffer as u8);
            self.buffer >>= 8;
            self.have -= 8;
        }
    }
    /// Elias gamma of n ≥ 1.
    pub fn gamma(&mut self, n: u64) {
        let k = n.max(1).ilog2();
        self.put(0, k);
        self.put(1, 1);
        self.put(n, k);
    }
    /// Truncated binary of `v < r`.
    pub fn uniform(&mut self, v: u64, r: u64) {
        if r <= 1 {
            return;
        }
        let k = r.ilog2();
        let short = (2u64 << k) - r; // how many values get only k bits
        if v < short {
            self.put(v, k);
        } else {
            // The high part first: the reader must know from k bits whether one more follows.
            let w = v + short;
            self.put(w >> 1, k);
            self.put(w, 1);
        }
    }
    /// All bits of another writer.
    pub fn append(&mut self, other: BitWriter) {
        for &b in &other.bytes {
            self.put(u64::from(b), 8);
        }
        self.put(other.buffer, other.have);
    }
    /// The bytes, the last one filled with zeros.
    pub fn finish(mut self) -> Vec<u8> {
        if self.have > 0 {
            self.bytes.push(self.buffer as u8);
        }
        self.bytes
    }
}

/// Bits of `gamma(n)`.
pub fn gamma_bits(n: u64) -> u64 {
    u64::from(n.max(1).ilog2()) * 2 + 1
}

/// Reads bit codes. Never past the end of its bytes.
#[derive(Clone)]
pub struct BitReader<'a> {
    bytes: &'a [u8],
    at: usize,
    buffer: u64,
    have: u32,
}

impl<'a> BitReader<'a> {
    /// Reads from the first bit of `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        BitReader { bytes, at: 0, buffer: 0, have: 0 }
    }
    /// Bits not yet read.
    pub fn left(&self) -> u64 {
        (self.bytes.len() - self.at) as u64 * 8 + u64::from(self.have)
    }
    fn fill(&mut self) {
        while self.have <= 56 {
            let Some(&b) = self.bytes.get(self.at) else { return };
            self.buffer |= u64::from(b) << self.have;
            self.at += 1;
            self.have += 8;
        }
    }
    /// The next 32 bits, without passing over them; zeros where there are none.
    #[inline]
    pub fn peek(&mut self) -> u32 {
        if self.have < 32 {
            self.fill();
        }
        self.buffer as u32
    }
    /// The next `n` bits, n ≤ 56.
    #[inline(never)]
    pub fn get(&mut self, n: u32) -> Result<u64, Bad> {
        if self.have < n {
            self.fill();
            if self.have < n {
                return bad("end of bits", u64::from(n), u64::from(self.have));
            }
        }
        let v = self.buffer & ((1u64 << n) - 1);
        self.buffer >>= n;
        self.have -= n;
        Ok(v)
    }
    /// Elias gamma, at most `max`.
    #[inline(never)]
    pub fn gamma(&mut self, max: u64, what: &'static str) -> Result<u64, Bad> {
        self.fill();
        let k = self.buffer.trailing_zeros();
        if k >= self.have || k > 40 {
            return bad("end of bits in a number", 40, u64::from(k));
        }
        self.get(k + 1)?;
        let n = self.get(k)? | 1 << k;
        if n > max { bad(what, max, n) } else { Ok(n) }
    }
    /// Truncated binary below `r`.
    #[inline(never)]
    pub fn uniform(&mut self, r: u64) -> Result<u64, Bad> {
        if r <= 1 {
            return Ok(0);
        }
        let k = r.ilog2();
        let short = (2u64 << k) - r;
        let v = self.get(k)?;
        if v < short { Ok(v) } else { Ok((v << 1 | self.get(1)?) - short) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crc_is_crc_64_xz() {
        // The check value of the CRC catalogue.
        assert_eq!(Crc::new().update(b"123456789").finish(), 0x995D_C9BB_DF19_39FA);
    }

    #[test]
    fn bit_codes_round_trip() {
        let mut w = BitWriter::default();
        for r in 1..70u64 {
            for v in 0..r {
                w.uniform(v, r);
                let before = w.bits();
                w.gamma(v * r + 1);
                assert_eq!(w.bits() - before, gamma_bits(v * r + 1));
            }
        }
        w.put(0x1F_FFFF_FFFF, 37);
        let mut twice = BitWriter::default();
        twice.put(1, 3);
        let bits = w.bits();
        twice.append(w);
        assert_eq!(twice.bits(), bits + 3);
        let bytes = twice.finish();
        let mut r = BitReader::new(&bytes);
        assert_eq!(r.get(3), Ok(1));
        for n in 1..70u64 {
            for v in 0..n {
                assert_eq!(r.uniform(n), Ok(v));
                assert_eq!(r.gamma(u64::MAX, ""), Ok(v * n + 1));
            }
        }
        assert_eq!(r.get(37), Ok(0x1F_FFFF_FFFF));
        assert!(r.get(8).is_err());
    }

    #[test]
    fn names_parse_back() {
        for kind in [Kind::Root, Kind::Grams, Kind::Text, Kind::Dict, Kind::Column, Kind::Pack] {
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
