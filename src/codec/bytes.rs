//! How are numbers and strings kept in sections of bytes?

use crate::codec::{Bad, bad};

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
