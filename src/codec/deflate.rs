//! How is a text deflated and inflated?

#[cfg(feature = "cli")]
use flate2::{Compress, Compression, FlushCompress, Status};

use crate::codec::bits::BitReader;
use crate::codec::bytes::Bytes;
#[cfg(feature = "cli")]
use crate::codec::bytes::put_varint;
use crate::codec::{Bad, bad};

/// Blocks of one deflate stream. A builder's have one for every ten thousand bytes or so; each costs a pair of codes.
const MOST_DEFLATED: u32 = 100;

#[cfg(feature = "cli")]
/// A payload: the length of `data` as a varint, and raw deflate whose window begins as `dictionary`.
pub fn deflate(data: &[u8], dictionary: &[u8]) -> Vec<u8> {
    let mut payload = Vec::new();
    put_varint(&mut payload, data.len() as u64);
    let mut z = Compress::new(Compression::best(), false);
    if !dictionary.is_empty() {
        z.set_dictionary(dictionary).expect("a fresh raw stream takes a dictionary");
    }
    payload.reserve(data.len() + data.len() / 8 + 1024);
    loop {
        let from = z.total_in() as usize;
        match z.compress_vec(&data[from..], &mut payload, FlushCompress::Finish) {
            Ok(Status::StreamEnd) => return payload,
            _ => payload.reserve(4096),
        }
    }
}

/// Inflates a payload. What comes out has exactly the length that the payload states; that length is at most `most`, and
/// bounded by what deflate can do (1,032 bytes for one).
pub fn inflate(payload: &[u8], dictionary: &[u8], most: usize) -> Result<Vec<u8>, Bad> {
    let mut b = Bytes(payload);
    let most = (payload.len() * 1040 + 64).min(most);
    let length = b.at_most(most as u64, "length of the data")?;
    let before = dictionary.len();
    let mut out = Vec::with_capacity(before + length);
    out.extend_from_slice(dictionary);
    let mut r = BitReader::new(b.0);
    inflate_blocks(&mut r, &mut out, before + length)?;
    if out.len() != before + length {
        return bad("length of the data", length as u64, (out.len() - before) as u64);
    }
    if r.left() >= 8 {
        return bad("bits after deflated data", 7, r.left());
    }
    Ok(out.get(before..).unwrap_or_default().to_vec())
}

/// A prefix code of deflate: how many codes each length has, and their symbols in the order of the codes.
struct Code {
    counts: [u32; 16],
    symbols: Vec<u16>,
}

impl Code {
    fn new(lengths: &[u8]) -> Code {
        let mut code = Code { counts: [0; 16], symbols: Vec::new() };
        for (length, count) in (0..).zip(&mut code.counts).skip(1) {
            for (symbol, _) in (0..).zip(lengths).filter(|(_, l)| **l == length) {
                code.symbols.push(symbol);
                *count += 1;
            }
        }
        code
    }

    /// The next symbol. Codes of one length are consecutive numbers, so a bit more decides whether it is one of them.
    #[inline(never)]
    fn next(&self, r: &mut BitReader<'_>) -> Result<usize, Bad> {
        let (mut code, mut first, mut at, mut bits, mut length) = (0u32, 0u32, 0u32, r.peek(), 0);
        for &count in &self.counts {
            // No code has no bits, so the first count is 0.
            if code.wrapping_sub(first) < count {
                break;
            }
            (at, first) = (at + count, (first + count) << 1);
            code = code << 1 | bits & 1;
            bits >>= 1;
            length += 1;
        }
        r.get(length)?;
        match self.symbols.get((at + code).wrapping_sub(first) as usize) {
            Some(&symbol) if length < 16 => Ok(symbol.into()),
            _ => bad("code of deflated data", first.into(), code.into()),
        }
    }
}

/// A length or distance: `symbol` has so many bits of mantissa below its exponent; the rest is read.
#[inline(never)]
fn extended(r: &mut BitReader<'_>, symbol: usize, mantissa: u32) -> Result<usize, Bad> {
    let one = 1 << mantissa;
    if symbol < one {
        return Ok(symbol);
    }
    let extra = (symbol >> mantissa) as u32 - 1;
    Ok(((one | symbol & (one - 1)) << extra) | r.get(extra)? as usize)
}

/// Appends what the blocks of a raw deflate stream (RFC 1951) hold; `out` never grows beyond `most`.
///
/// The usual crates are made for speed: in the page, zune-inflate, miniz_oxide and yazi took 4.8, 5.9 and 7.3 kB (gzipped) more
/// than this, which inflates a text block in a tenth of a millisecond.
fn inflate_blocks(r: &mut BitReader<'_>, out: &mut Vec<u8>, most: usize) -> Result<(), Bad> {
    let full = || bad("length of the data", most as u64, most as u64 + 1);
    for _ in 0..MOST_DEFLATED {
        let last = r.get(1)? == 1;
        let kind = r.get(2)?;
        if kind == 0 {
            r.get((r.left() % 8) as u32)?;
            let length = r.get(16)?;
            let check = r.get(16)?;
            if length ^ check != 0xFFFF {
                return bad("length of stored data", length, check ^ 0xFFFF);
            }
            for _ in 0..length {
                if out.len() >= most {
                    return full();
                }
                out.push(r.get(8)? as u8);
            }
        } else {
            let (literals, distances) = match kind {
                1 => {
                    let mut lengths = Vec::new();
                    for (end, length) in [(144, 8), (256, 9), (280, 7), (288, 8)] {
                        lengths.resize(end, length);
                    }
                    (Code::new(&lengths), Code::new(&[5; 30]))
                }
                2 => codes(r)?,
                _ => return bad("kind of deflated data", 2, kind),
            };
            loop {
                let symbol = literals.next(r)?;
                if symbol < 256 {
                    if out.len() >= most {
                        return full();
                    }
                    out.push(symbol as u8);
                    continue;
                }
                if symbol == 256 {
                    break;
                }
                let length = if symbol == 285 { 258 } else { 3 + extended(r, symbol - 257, 2)? };
                let symbol = distances.next(r)?;
                let distance = 1 + extended(r, symbol, 1)?;
                if symbol > 29 || distance > out.len() {
                    return bad("distance in deflated data", out.len() as u64, distance as u64);
                }
                if length > most - out.len() {
                    return full();
                }
                // What is copied may reach into what was just copied.
                for from in out.len() - distance..out.len() - distance + length {
                    out.push(out.get(from).copied().unwrap_or_default());
                }
            }
        }
        if last {
            return Ok(());
        }
    }
    full()
}

/// The two codes at the start of a block that brings its own.
fn codes(r: &mut BitReader<'_>) -> Result<(Code, Code), Bad> {
    let literals = r.get(5)? as usize + 257;
    let distances = r.get(5)? as usize + 1;
    let mut lengths = [0; 19];
    let n = r.get(4)? as usize + 4;
    for &at in b"\x10\x11\x12\x00\x08\x07\x09\x06\x0a\x05\x0b\x04\x0c\x03\x0d\x02\x0e\x01\x0f".iter().take(n) {
        let length = r.get(3)? as u8;
        if let Some(l) = lengths.get_mut(usize::from(at)) {
            *l = length;
        }
    }
    let code = Code::new(&lengths);
    let mut lengths = Vec::new();
    while lengths.len() < literals + distances {
        let symbol = code.next(r)?;
        let (value, times) = match symbol {
            16 => (lengths.last().copied().unwrap_or(0), 3 + r.get(2)?),
            17 => (0, 3 + r.get(3)?),
            18 => (0, 11 + r.get(7)?),
            _ => (symbol as u8, 1),
        };
        lengths.resize(lengths.len() + times as usize, value);
    }
    let (a, b) = lengths.split_at_checked(literals).unwrap_or_default();
    Ok((Code::new(a), Code::new(b)))
}
