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
///
/// In the page the file's name has to do: the words for all that can be wrong were a fortieth of the engine, and whoever can mend an
/// index has the command, which says the same of the same file in full.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg(not(target_arch = "wasm32"))]
pub struct Bad(Box<(&'static str, u64, u64)>);
/// A fault inside a payload.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg(target_arch = "wasm32")]
pub struct Bad;

#[cfg(not(target_arch = "wasm32"))]
impl Bad {
    /// A fault.
    #[cold]
    #[inline(never)]
    pub fn new(what: &'static str, expected: u64, got: u64) -> Bad {
        Bad(Box::new((what, expected, got)))
    }
    /// What is wrong, in words.
    pub fn say(&self, out: &mut String) {
        let (what, expected, got) = *self.0;
        out.push_str(what);
        digits::put_expected(out, expected, got);
    }
}

#[cfg(target_arch = "wasm32")]
impl Bad {
    /// A fault.
    #[inline(always)]
    pub fn new(_: &'static str, _: u64, _: u64) -> Bad {
        Bad
    }
    /// That something is wrong.
    pub fn say(&self, out: &mut String) {
        out.push_str("is damaged");
    }
}

/// A fault, to be returned.
#[inline]
pub fn bad<T>(what: &'static str, expected: u64, got: u64) -> Result<T, Bad> {
    Err(Bad::new(what, expected, got))
}
