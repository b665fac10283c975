//! Which indexes does a catalog name?
//!
//! `members.dat` stands beside the other files of a catalog (`src/builder/catalog.rs`), which is an index whose articles are indexes: the
//! k-th one of the list is its article k. A reader opens them in this order, newest first. The page has a reader of its own
//! (`www/index/catalog.js`). The payload, with varints:
//!
//! * how many there are; then each:
//! * its name: bytes, counted, in UTF-8; empty if it has none;
//! * its address: the same; that of its folder, from the catalog's. Empty: it is a build in the catalog's folder. Then follow
//! * the build's id, 8 bytes, the lowest first; how many files it opens with, 1 (`pack.dat`, or `root.dat`, which has no second) or 2
//!   (`root.dat` and `dict.dat`), as 2n + 1 for a pack, else 2n; and the bytes of each;
//! * articles; bytes of titles and texts; articles with a date, and if there are any the first day, counted from 1970-01-01, as 2k for k or
//!   -2k - 1 for k below 0, and how many days later the last one is.
//!
//! The numbers of an index of another folder are those of the day when the catalog was made, 0 if they were not known.

use crate::codec::bytes::{Bytes, put_bytes, put_varint};
use crate::codec::digits::put_hex;
use crate::codec::{Bad, bad};
use crate::format::File;

/// Indexes of a catalog, at most.
pub const MOST_MEMBERS: u64 = 1 << 16;

/// Bytes that an index takes at least.
const LEAST: u64 = 6;

/// An index of a catalog.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Member {
    /// The site's name.
    pub name: String,
    /// Where it is.
    pub place: Place,
    /// Articles.
    pub articles: u64,
    /// UTF-8 bytes of titles and texts.
    pub text: u64,
    /// Articles with a date.
    pub dated: u64,
    /// The first and the last of their days, counted from 1970-01-01.
    pub days: [i32; 2],
}

/// Where an index is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A folder with a manifest.
    Address(String),
    /// A build in the catalog's folder: its id, whether it is one file, and the bytes of the files that it opens with.
    Build {
        /// The build's id.
        id: u64,
        /// Whether it is one file.
        pack: bool,
        /// The bytes of the files that it opens with.
        sizes: Vec<u64>,
    },
}

impl Default for Place {
    fn default() -> Place {
        Place::Address(String::new())
    }
}

impl Place {
    /// The folder of a build beside the catalog: its id.
    pub fn folder(&self) -> Option<String> {
        let Place::Build { id, .. } = self else { return None };
        let mut name = String::new();
        put_hex(&mut name, *id, 16);
        Some(name)
    }

    /// The files that a build opens with.
    pub fn open(&self) -> Vec<String> {
        match self {
            Place::Address(_) => Vec::new(),
            Place::Build { pack: true, .. } => vec![File::PACK.name()],
            Place::Build { sizes, .. } => [File::ROOT, File::DICT].iter().take(sizes.len()).map(|file| file.name()).collect(),
        }
    }
}

/// Writes the list.
pub fn put_members(members: &[&Member]) -> Vec<u8> {
    let mut out = Vec::new();
    put_varint(&mut out, members.len() as u64);
    for member in members {
        put_bytes(&mut out, member.name.as_bytes());
        match &member.place {
            Place::Address(address) => put_bytes(&mut out, address.as_bytes()),
            Place::Build { id, pack, sizes } => {
                put_bytes(&mut out, &[]);
                out.extend_from_slice(&id.to_le_bytes());
                put_varint(&mut out, sizes.len() as u64 * 2 + u64::from(*pack));
                sizes.iter().for_each(|&size| put_varint(&mut out, size));
            }
        }
        [member.articles, member.text, member.dated].into_iter().for_each(|n| put_varint(&mut out, n));
        if member.dated > 0 {
            let [first, last] = member.days.map(i64::from);
            put_varint(&mut out, if first < 0 { -2 * first - 1 } else { 2 * first } as u64);
            put_varint(&mut out, (last - first) as u64);
        }
    }
    out
}

/// Reads the list.
pub fn get_members(payload: &[u8]) -> Result<Vec<Member>, Bad> {
    let mut b = Bytes(payload);
    let n = b.at_most(MOST_MEMBERS.min(payload.len() as u64 / LEAST), "indexes of a catalog")?;
    if n == 0 {
        return bad("indexes of a catalog", 1, 0);
    }
    let mut members = Vec::with_capacity(n);
    for _ in 0..n {
        members.push(member(&mut b)?);
    }
    b.end()?;
    Ok(members)
}

fn member(b: &mut Bytes<'_>) -> Result<Member, Bad> {
    let name = b.string()?;
    let address = b.string()?;
    let place = if address.is_empty() { build(b)? } else { Place::Address(address) };
    let mut member = Member { name, place, articles: b.varint()?, text: b.varint()?, dated: b.varint()?, days: [0, 0] };
    if member.dated > member.articles {
        return bad("dated articles", member.articles, member.dated);
    }
    if member.dated > 0 {
        let most = u64::from(u32::MAX);
        let first = b.at_most(most, "first day")? as i64;
        let first = if first % 2 == 1 { -(first + 1) / 2 } else { first / 2 };
        let last = first + b.at_most(most, "days")? as i64;
        let day = |day: i64| i32::try_from(day).or(bad("day", i32::MAX as u64, day as u64));
        member.days = [day(first)?, day(last)?];
    }
    Ok(member)
}

fn build(b: &mut Bytes<'_>) -> Result<Place, Bad> {
    let id = b.take(8)?.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
    let open = b.at_most(4, "files that a build opens with")?;
    let (files, pack) = (open / 2, open % 2 == 1);
    if files == 0 || pack && files != 1 {
        return bad("files that a build opens with", 1, files as u64);
    }
    let mut sizes = Vec::new();
    for _ in 0..files {
        sizes.push(b.varint()?);
    }
    Ok(Place::Build { id, pack, sizes })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> Vec<Member> {
        let build = |id, pack, sizes: &[u64]| Place::Build { id, pack, sizes: sizes.to_vec() };
        vec![
            Member {
                place: build(0x1122_3344_5566_7788, false, &[300, 70_000]),
                articles: 5,
                text: 1 << 30,
                dated: 5,
                days: [-3, 20_455],
                ..Member::default()
            },
            Member { place: build(u64::MAX, true, &[9]), articles: 1, ..Member::default() },
            Member { name: "甲报".into(), place: Place::Address("https://a.example/xunzi/".into()), ..Member::default() },
        ]
    }

    #[test]
    fn what_is_written_is_read() {
        let members = example();
        let payload = put_members(&members.iter().collect::<Vec<_>>());
        assert_eq!(get_members(&payload), Ok(members));
        for end in 0..payload.len() {
            assert!(get_members(&payload[..end]).is_err(), "cut at {end}");
        }
        assert!(get_members(&[&payload[..], &[0]].concat()).is_err());
    }

    /// Bytes that no builder wrote are an error or a list, never a panic; and a list of so many has as many bytes.
    #[test]
    fn forged_lists_do_no_harm() {
        let right = put_members(&example().iter().collect::<Vec<_>>());
        for at in 0..right.len() {
            for byte in 0..=u8::MAX {
                let mut forged = right.clone();
                forged[at] = byte;
                if let Ok(members) = get_members(&forged) {
                    assert!(members.len() as u64 * LEAST <= forged.len() as u64);
                    // What is read is written so again, but for numbers of more bytes than they need.
                    let again = put_members(&members.iter().collect::<Vec<_>>());
                    assert_eq!(get_members(&again), Ok(members), "{at} {byte}");
                }
            }
        }
        assert!(get_members(&[255, 255, 255, 255, 15]).is_err());
    }
}
