//! Which build is the current one, and what does it open with?
//!
//! `manifest` is the one file of an index whose name never changes. It is JSON in one line, always written in this form:
//!
//! ```text
//! {"xunzi":1,"engine":"E","build":"B","open":["root.dat"],"sizes":[4321],"kept":["B2+E2"],"files":["xunzi.js 9876 0123456789abcdef"],"sum":"0123456789abcdef"}
//! ```
//!
//! `engine` and `build` are folders beside it; `open` is the file of the build that a reader needs before anything else and, after
//! it, those that any search will need; `sizes` are their bytes; `kept` are older builds, with their engines, that are still
//! there for pages that are open; `members`, in a catalog, are three numbers: indexes that are builds beside it, indexes elsewhere, and the
//! articles of all of them, as far as they were known; which they are stands in its `members.dat`; `files` are the page's files, which no other file vouches for: name, bytes, CRC-64/XZ. No page
//! reads them; `xunzi check` does, and a build overwrites no file of the owner's that is not listed here. `sum` is the
//! CRC-64/XZ, in hexadecimal, of all that stands before `,"sum"`. The page's script sums it up as well (`www/index/manifest.js`): it
//! asks for what is named here before the engine is there.

use crate::codec::Bad;
use crate::codec::crc::Crc;
use crate::codec::digits::{get_decimal, get_hex, put_hex};
use crate::error::{Error, Reason};
use crate::format::VERSION;
#[cfg(feature = "cli")]
use crate::format::members::{Member, Place};

/// The manifest of an index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// Folder of the engine.
    pub engine: String,
    /// Folder of the build: its id, 16 hexadecimal digits.
    pub build: String,
    /// The file needed first, then those that any search needs.
    pub open: Vec<String>,
    /// Their sizes in bytes.
    pub sizes: Vec<u64>,
    /// Older generations, newest first: build and engine, joined by `+`.
    pub kept: Vec<String>,
    /// What a catalog is made of; `None` if it is none.
    #[cfg(feature = "cli")]
    pub members: Option<Members>,
    /// Files of the page by their path below the manifest's folder. None are listed in what an earlier release wrote.
    #[cfg(feature = "cli")]
    pub files: Vec<Listed>,
}

/// How many indexes a catalog has.
#[cfg(feature = "cli")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Members {
    /// Builds in its folder.
    pub builds: u64,
    /// Indexes of other folders.
    pub elsewhere: u64,
    /// Articles of all of them.
    pub articles: u64,
}

#[cfg(feature = "cli")]
impl Members {
    /// Counts them.
    pub fn of<'a>(all: impl IntoIterator<Item = &'a Member>) -> Members {
        let mut members = Members::default();
        for member in all {
            match member.place {
                Place::Build { .. } => members.builds += 1,
                Place::Address(_) => members.elsewhere += 1,
            }
            members.articles += member.articles;
        }
        members
    }

    fn read(list: &[String]) -> Option<Members> {
        let mut numbers = list.iter().map_while(|n| get_decimal(n));
        Some(Members { builds: numbers.next()?, elsewhere: numbers.next()?, articles: numbers.next()? })
    }
}

/// A file of the page as a build wrote it.
#[cfg(feature = "cli")]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// Its path below the manifest's folder, with `/` between the parts.
    pub name: String,
    /// Its bytes.
    pub length: u64,
    /// Their CRC-64/XZ.
    pub sum: u64,
}

#[cfg(feature = "cli")]
impl Listed {
    /// Lists a file that is written.
    pub fn new(name: &str, bytes: &[u8]) -> Listed {
        Listed { name: name.into(), length: bytes.len() as u64, sum: Crc::new().update(bytes).finish() }
    }

    fn write(&self) -> String {
        format!("{} {} {:016x}", self.name, self.length, self.sum)
    }

    fn read(text: &str) -> Option<Listed> {
        let mut parts = text.split(' ');
        let (name, length, sum) = (parts.next()?, parts.next()?, parts.next()?);
        Some(Listed { name: name.into(), length: get_decimal(length)?, sum: get_hex(sum)? })
    }
}

impl Manifest {
    /// The manifest's text.
    #[cfg(feature = "cli")]
    pub fn write(&self) -> String {
        let quoted = |list: &[String]| list.iter().map(|s| format!("\"{s}\"")).collect::<Vec<_>>().join(",");
        let sizes: Vec<String> = self.sizes.iter().map(u64::to_string).collect();
        let files: Vec<String> = self.files.iter().map(Listed::write).collect();
        let members = self.members.map_or(String::new(), |Members { builds, elsewhere, articles }| {
            format!(",\"members\":[{builds},{elsewhere},{articles}]")
        });
        let files = if files.is_empty() { String::new() } else { format!(",\"files\":[{}]", quoted(&files)) };
        let head = format!(
            "{{\"xunzi\":{VERSION},\"engine\":\"{}\",\"build\":\"{}\",\"open\":[{}],\"sizes\":[{}],\"kept\":[{}]{members}{files}",
            self.engine,
            self.build,
            quoted(&self.open),
            sizes.join(","),
            quoted(&self.kept)
        );
        format!("{head},\"sum\":\"{:016x}\"}}\n", Crc::new().update(head.as_bytes()).finish())
    }

    /// Verifies and reads a manifest.
    pub fn read(text: &str) -> Result<Manifest, Error> {
        match version(text) {
            Some(n) if n == u64::from(VERSION) => Ok(Manifest::of(sealed(text)?)),
            Some(got) => Err(Reason::Version { file: "manifest".into(), expected: VERSION.into(), got }.into()),
            None => Err(corrupt("first bytes", 0, text.len() as u64)),
        }
    }

    /// The manifest that a release of any version wrote, and its version; `None` for what xunzi did not write.
    #[cfg(feature = "cli")]
    pub fn of_any_version(text: &str) -> Option<(u64, Manifest)> {
        Some((version(text)?, Manifest::of(sealed(text).ok()?)))
    }

    /// What a verified manifest says: from here on the text is what `write` wrote.
    fn of(head: &str) -> Manifest {
        Manifest {
            engine: between(head, "\"engine\":\"", b'"').to_owned(),
            build: between(head, "\"build\":\"", b'"').to_owned(),
            open: list(between(head, "\"open\":[", b']')),
            sizes: list(between(head, "\"sizes\":[", b']')).iter().filter_map(|n| get_decimal(n)).collect(),
            kept: list(between(head, "\"kept\":[", b']')),
            #[cfg(feature = "cli")]
            members: Members::read(&list(between(head, ",\"members\":[", b']'))),
            #[cfg(feature = "cli")]
            files: list(between(head, "\"files\":[", b']')).iter().filter_map(|text| Listed::read(text)).collect(),
        }
    }

    /// The build's id.
    pub fn id(&self) -> Result<u64, Error> {
        let got = self.build.len() as u64;
        get_hex(&self.build).ok_or_else(|| Bad::new("digits of the build's id", 16, got).of("manifest"))
    }
}

/// Bytes of `,"sum":"0123456789abcdef"}` and the line's end.
const TAIL: usize = 27;

#[cold]
#[inline(never)]
fn corrupt(what: &'static str, expected: u64, got: u64) -> Error {
    Bad::new(what, expected, got).of("manifest")
}

/// The version that a manifest begins with.
fn version(text: &str) -> Option<u64> {
    let start = "{\"xunzi\":";
    if text.starts_with(start) { get_decimal(between(text, start, b',')) } else { None }
}

/// All that the sum is of, if it is right.
fn sealed(text: &str) -> Result<&str, Error> {
    let Some((head, tail)) = text.len().checked_sub(TAIL).and_then(|at| text.split_at_checked(at)) else {
        return Err(corrupt("checksum", 1, 0));
    };
    let sum = Crc::new().update(head.as_bytes()).finish();
    let mut expected = String::from(",\"sum\":\"");
    put_hex(&mut expected, sum, 16);
    if tail == expected + "\"}\n" { Ok(head) } else { Err(corrupt("checksum", sum, 0)) }
}

/// What stands between the first `start` and the next `end`, or nothing.
#[inline(never)]
fn between<'a>(text: &'a str, start: &str, end: u8) -> &'a str {
    let mut rest = text;
    while !rest.is_empty() {
        if let Some(inner) = rest.strip_prefix(start) {
            let n = inner.bytes().position(|b| b == end);
            return n.and_then(|n| inner.get(..n)).unwrap_or(inner);
        }
        let mut chars = rest.chars();
        chars.next();
        rest = chars.as_str();
    }
    ""
}

/// The items of a list, without quotation marks.
fn list(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut item = String::new();
    for c in text.chars().chain([',']) {
        match c {
            '"' => {}
            ',' if item.is_empty() => {}
            ',' => out.push(std::mem::take(&mut item)),
            c => item.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_nothing_else() {
        let manifest = Manifest {
            engine: "dev".into(),
            build: "00000000000000ff".into(),
            open: vec!["root.dat".into()],
            sizes: vec![77],
            kept: vec!["0123456789abcdef+fedcba9876543210".into()],
            members: Some(Members { builds: 12, elsewhere: 1, articles: 3_000_000 }),
            files: vec![Listed::new("xunzi.js", b"script"), Listed::new("dev/worker.js", b"")],
        };
        let text = manifest.write();
        assert_eq!(Manifest::read(&text), Ok(manifest.clone()));
        assert_eq!(Manifest::of_any_version(&text), Some((u64::from(VERSION), manifest.clone())));
        assert_eq!(manifest.id(), Ok(255));
        let bytes = text.as_bytes();
        for at in 0..bytes.len() {
            assert!(Manifest::read(&text[..at]).is_err(), "cut at {at}");
            for other in 0..128u8 {
                let mut changed = bytes.to_vec();
                changed[at] = other;
                if other != bytes[at] {
                    let changed = String::from_utf8(changed).unwrap_or_default();
                    assert!(Manifest::read(&changed).is_err(), "byte {at} as {other}");
                }
            }
        }
        assert!(Manifest::read(&format!("{text} ")).is_err());
    }
}
