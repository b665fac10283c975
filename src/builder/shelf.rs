//! Where lies what a build has made and needs again, if there is more than its memory holds?
//!
//! In pieces on a [`Shelf`], each sealed into bytes. They stay in memory as long as there is room for them; the others go to a
//! [`Scratch`], in the order in which they came, so that they are read in that order as well. Where a piece lies changes
//! nothing of what is made of it.

use std::borrow::Cow;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use crate::builder::Failure;
use crate::codec::crc::Crc;

/// Where a build puts what its memory does not hold. What goes wrong there is told in a line for the owner.
pub trait Scratch: Send + Sync {
    /// Begins a file that nobody else sees, and that is gone when it is dropped.
    fn begin(&self) -> Result<Box<dyn Spool>, String>;
}

/// A file of a [`Scratch`].
pub trait Spool: Send + Sync {
    /// Writes bytes behind those that are there.
    fn append(&mut self, bytes: &[u8]) -> Result<(), String>;
    /// Reads as many bytes as there is room for, from a place on.
    fn read(&self, at: u64, bytes: &mut [u8]) -> Result<(), String>;
}

/// How much of a build may be in memory, and how much is.
pub struct Memory<'s> {
    /// Bytes that all shelves, and what else asks for room, may take.
    room: usize,
    taken: AtomicUsize,
    scratch: Option<&'s dyn Scratch>,
    /// Bytes that went to the scratch,
    spilled: AtomicU64,
    /// and pieces.
    pieces: AtomicU64,
}

/// What a chosen memory is divided into: so much of it is for what is kept, the rest for what is at work.
const KEPT: (usize, usize) = (1, 8);

impl<'s> Memory<'s> {
    /// A memory of so many bytes in all, and where the rest goes.
    pub fn new(bytes: u64, scratch: &'s dyn Scratch) -> Memory<'s> {
        let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
        Memory { room: bytes / KEPT.1 * KEPT.0, scratch: Some(scratch), ..Memory::boundless() }
    }

    /// All that there is.
    pub fn boundless() -> Memory<'s> {
        let (taken, spilled, pieces) = Default::default();
        Memory { room: usize::MAX, taken, scratch: None, spilled, pieces }
    }

    /// Takes room for so many bytes, whether there is any or not.
    pub(super) fn take(&self, bytes: usize) {
        self.taken.fetch_add(bytes, Ordering::Relaxed);
    }

    /// The same until what is returned is dropped.
    pub(super) fn room_for(&self, bytes: usize) -> Room<'_> {
        self.take(bytes);
        Room { memory: self, bytes }
    }

    /// Gives it back.
    pub(super) fn give(&self, bytes: usize) {
        self.taken.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// Whether there is room for so many bytes more.
    pub(super) fn has(&self, bytes: usize) -> bool {
        self.scratch.is_none() || self.taken.load(Ordering::Relaxed).saturating_add(bytes) <= self.room
    }

    /// How much of the room may be taken at all.
    pub(super) fn room(&self) -> usize {
        self.room
    }

    /// Bytes that went to the scratch, and in how many pieces.
    pub fn spilled(&self) -> (u64, u64) {
        (self.spilled.load(Ordering::Relaxed), self.pieces.load(Ordering::Relaxed))
    }
}

/// Room that is taken.
pub(super) struct Room<'m> {
    memory: &'m Memory<'m>,
    bytes: usize,
}

impl Drop for Room<'_> {
    fn drop(&mut self) {
        self.memory.give(self.bytes);
    }
}

/// Pieces by number.
pub(super) struct Shelf<'m> {
    memory: &'m Memory<'m>,
    file: Option<Box<dyn Spool>>,
    /// Bytes of the file.
    end: u64,
    pieces: Vec<Piece>,
}

enum Piece {
    Here(Vec<u8>),
    There { at: u64, length: usize, sum: u64 },
}

impl<'m> Shelf<'m> {
    pub(super) fn new(memory: &'m Memory<'m>) -> Shelf<'m> {
        Shelf { memory, file: None, end: 0, pieces: Vec::new() }
    }

    /// How many pieces there are.
    pub(super) fn len(&self) -> usize {
        self.pieces.len()
    }

    /// Adds a piece: in memory if there is room.
    pub(super) fn put(&mut self, bytes: Vec<u8>) -> Result<(), Failure> {
        let full = !self.memory.has(bytes.len());
        self.lay(bytes, full)
    }

    /// Adds a piece that is not to take room.
    pub(super) fn put_away(&mut self, bytes: Vec<u8>) -> Result<(), Failure> {
        self.lay(bytes, true)
    }

    fn lay(&mut self, mut bytes: Vec<u8>, away: bool) -> Result<(), Failure> {
        let memory = self.memory;
        let piece = match memory.scratch.filter(|_| away) {
            None => {
                bytes.shrink_to_fit();
                memory.take(bytes.len());
                Piece::Here(bytes)
            }
            Some(scratch) => {
                let file = match &mut self.file {
                    Some(file) => file,
                    none => none.insert(scratch.begin().map_err(|fault| Failure::Scratch { fault })?),
                };
                file.append(&bytes).map_err(|fault| Failure::Scratch { fault })?;
                memory.spilled.fetch_add(bytes.len() as u64, Ordering::Relaxed);
                memory.pieces.fetch_add(1, Ordering::Relaxed);
                let piece = Piece::There { at: self.end, length: bytes.len(), sum: Crc::new().update(&bytes).finish() };
                self.end += bytes.len() as u64;
                piece
            }
        };
        self.pieces.push(piece);
        Ok(())
    }

    /// A piece.
    pub(super) fn get(&self, number: usize) -> Result<Cow<'_, [u8]>, Failure> {
        match &self.pieces[number] {
            Piece::Here(bytes) => Ok(bytes.into()),
            &Piece::There { at, length, sum } => {
                let mut bytes = vec![0; length];
                let read = self.file.as_ref().map_or(Ok(()), |file| file.read(at, &mut bytes));
                read.map_err(|fault| Failure::Scratch { fault })?;
                match Crc::new().update(&bytes).finish() {
                    got if got == sum => Ok(bytes.into()),
                    _ => Err(Failure::Scratch { fault: "a temporary file is not as it was written; check the disk".into() }),
                }
            }
        }
    }

    /// A piece that is not needed again.
    pub(super) fn take(&mut self, number: usize) -> Result<Vec<u8>, Failure> {
        let bytes = match &mut self.pieces[number] {
            Piece::Here(bytes) => std::mem::take(bytes),
            Piece::There { .. } => return self.get(number).map(Cow::into_owned),
        };
        self.memory.give(bytes.len());
        Ok(bytes)
    }
}

impl Drop for Shelf<'_> {
    fn drop(&mut self) {
        let here = self.pieces.iter().map(|piece| if let Piece::Here(bytes) = piece { bytes.len() } else { 0 });
        self.memory.give(here.sum());
    }
}

/// Appends a number, seven bits a byte.
pub(super) fn put(out: &mut Vec<u8>, mut number: u32) {
    while number >= 128 {
        out.push(number as u8 | 128);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Appends rising numbers: how many, then how far each is above the one before.
pub(super) fn put_rising(out: &mut Vec<u8>, numbers: &[u32]) {
    put(out, numbers.len() as u32);
    out.reserve(numbers.len());
    let mut before = 0;
    for &number in numbers {
        put(out, number - before);
        before = number;
    }
}

/// Reads what was put into bytes. Only what a build has put there itself, so that nothing can be missing.
pub(super) struct Numbers<'a>(pub(super) &'a [u8]);

impl Numbers<'_> {
    /// Whether nothing is left.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The next number.
    #[inline]
    pub(super) fn next(&mut self) -> u32 {
        let (mut number, mut shift) = (0, 0);
        while let Some((&byte, rest)) = self.0.split_first() {
            self.0 = rest;
            number |= u32::from(byte & 127) << shift;
            if byte < 128 {
                break;
            }
            shift += 7;
        }
        number
    }

    /// Adds the next rising numbers to a list; how many there were.
    pub(super) fn rising(&mut self, list: &mut Vec<u32>) -> usize {
        let n = self.next() as usize;
        let mut before = 0;
        list.extend((0..n).map(|_| {
            before += self.next();
            before
        }));
        n
    }

    /// Passes the next rising numbers over; how many there were.
    pub(super) fn skip(&mut self) -> usize {
        let n = self.next() as usize;
        let mut left = n;
        while left > 0 {
            let Some((&byte, rest)) = self.0.split_first() else { break };
            self.0 = rest;
            left -= usize::from(byte < 128);
        }
        n
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    /// A scratch in memory, of which the bytes can be changed.
    #[derive(Default)]
    struct Fake(Arc<Mutex<Vec<u8>>>);

    impl Scratch for Fake {
        fn begin(&self) -> Result<Box<dyn Spool>, String> {
            Ok(Box::new(Fake(self.0.clone())))
        }
    }

    impl Spool for Fake {
        fn append(&mut self, bytes: &[u8]) -> Result<(), String> {
            let mut all = self.0.lock().expect("one thread");
            if all.len() + bytes.len() > 1000 {
                return Err("no space".into());
            }
            all.extend_from_slice(bytes);
            Ok(())
        }
        fn read(&self, at: u64, bytes: &mut [u8]) -> Result<(), String> {
            let all = self.0.lock().expect("one thread");
            bytes.copy_from_slice(&all[at as usize..at as usize + bytes.len()]);
            Ok(())
        }
    }

    #[test]
    fn pieces_come_back_from_wherever_they_lie() {
        let scratch = Fake::default();
        let memory = Memory::new(100 * KEPT.1 as u64, &scratch);
        let mut shelf = Shelf::new(&memory);
        for k in 0..20u8 {
            shelf.put(vec![k; 40]).expect("there is room");
        }
        let (bytes, pieces) = memory.spilled();
        assert!(pieces == 18 && bytes == 18 * 40, "{pieces} pieces, {bytes} bytes");
        for k in 0..20u8 {
            assert_eq!(shelf.get(k.into()).expect("it is there").as_ref(), [k; 40]);
        }
        assert_eq!(shelf.take(0), Ok(vec![0; 40]));
        shelf.put(vec![9; 30]).expect("there is room again");
        assert_eq!(memory.spilled().1, 18, "in memory");
        // What fails is told, and what is not as it was.
        assert_eq!(shelf.put_away(vec![1; 900]), Err(Failure::Scratch { fault: "no space".into() }));
        scratch.0.lock().expect("one thread")[3] ^= 1;
        let told = shelf.get(2).expect_err("another byte").to_string();
        assert!(told.contains("not as it was written"), "{told}");
        drop(shelf);
        assert_eq!(memory.taken.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn numbers_come_back() {
        let mut bytes = Vec::new();
        put(&mut bytes, u32::MAX);
        for list in [&[][..], &[0], &[5, 6, 300, 70_000, u32::MAX]] {
            put_rising(&mut bytes, list);
            put_rising(&mut bytes, list);
        }
        let mut numbers = Numbers(&bytes);
        assert_eq!(numbers.next(), u32::MAX);
        for list in [&[][..], &[0], &[5, 6, 300, 70_000, u32::MAX]] {
            let mut read = Vec::new();
            assert_eq!((numbers.rising(&mut read), numbers.skip()), (list.len(), list.len()));
            assert_eq!(read, list);
        }
        assert!(numbers.is_empty());
    }
}
