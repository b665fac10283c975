//! How are numbers kept in sections of bits?

use crate::codec::{Bad, bad};

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
}
