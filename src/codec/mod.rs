//! How do numbers become bytes and bits? Knows no file and no query.
//!
//! There are two kinds of numbers in payloads: *varints* (LEB128, seven bits a byte, low bits first) in byte sections
//! (`bytes`), and bit codes in bit sections, whose bits fill each byte from its lowest bit (`bits`, `sets`).

pub mod bits;
pub mod bytes;
pub mod crc;
pub mod deflate;
pub mod digits;
pub mod sets;
pub mod text116;

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
    /// The part that is wrong, what it should have been or its bound, what it is.
    pub fn parts(&self) -> (&'static str, u64, u64) {
        *self.0
    }
}

/// A fault, to be returned.
#[inline]
pub fn bad<T>(what: &'static str, expected: u64, got: u64) -> Result<T, Bad> {
    Err(Bad::new(what, expected, got))
}
