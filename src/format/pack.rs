//! How do all files of a small index become one?
//!
//! `pack.dat` holds the other files as they would lie beside it, each sealed in its own envelope. Its payload:
//!
//! * varint number of files, at most [`MOST_FILES`]; then per file, in the order of kind and number: varint length of its
//!   name and the name (below the build's folder, see [`File::name`]), varint length of the file in bytes;
//! * the files, one after the other, envelopes included, and nothing after them.
//!
//! A pack holds a root and no pack. So every file is verified twice, and the files of a pack are read by the very code that
//! reads them when they lie apart.

use crate::codec::bytes::{Bytes, put_bytes, put_varint};
use crate::codec::{Bad, bad};
use crate::format::{File, Kind};

/// Files of a pack, at most. A pack is small; one that was asked for may hold 200 MB of text.
pub const MOST_FILES: u64 = 1 << 14;

/// The payload of a pack of sealed files by name.
pub fn put_pack(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut out = Vec::new();
    put_varint(&mut out, files.len() as u64);
    for (name, bytes) in files {
        put_bytes(&mut out, name.as_bytes());
        put_varint(&mut out, bytes.len() as u64);
    }
    files.iter().for_each(|(_, bytes)| out.extend_from_slice(bytes));
    out
}

/// The files of a pack, still sealed. O(files).
pub fn get_pack(payload: &[u8]) -> Result<Vec<(File, &[u8])>, Bad> {
    let mut b = Bytes(payload);
    let mut lengths = Vec::new();
    for _ in 0..b.at_most(MOST_FILES, "files of a pack")? {
        let Some(file) = File::parse(b.text()?).filter(|f| f.kind != Kind::Pack) else { return bad("name of a file", 1, 0) };
        lengths.push((file, b.count("length of a file")?));
    }
    let mut files = Vec::new();
    for (file, length) in lengths {
        files.push((file, b.take(length)?));
    }
    b.end()?;
    Ok(files)
}
