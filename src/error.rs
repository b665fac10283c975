//! What can go wrong with a question or with the files behind it, and how is it told?
//!
//! Numbers come in, words go out: whoever finds a fault names it by a constant text and two numbers; the sentence is put
//! together here, without the formatting machinery.

use std::fmt;

use crate::codec::Bad;
use crate::codec::digits::{put_decimal, put_expected};

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
        /// The version that this reader reads.
        expected: u64,
        /// The version found in it.
        got: u64,
    },
    /// A query of more folded characters than are looked for.
    TooLong {
        /// Folded characters of the longest query.
        most: usize,
        /// Its length in folded characters.
        got: usize,
    },
    /// What was asked is no question of this index.
    BadRequest {
        /// What was asked for.
        got: String,
        /// What could be.
        expected: String,
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
    /// The code that scripts see: `corrupt`, `version`, `too-long`, `bad-request` or `no-article`.
    pub fn code(&self) -> &'static str {
        match *self.0 {
            Reason::Corrupt { .. } => "corrupt",
            Reason::Version { .. } => "version",
            Reason::TooLong { .. } => "too-long",
            Reason::NoArticle { .. } => "no-article",
            Reason::BadRequest { .. } => "bad-request",
        }
    }

    /// What went wrong, in words. Put together by hand: the formatting machinery is large.
    #[cold]
    #[inline(never)]
    pub fn text(&self) -> String {
        let mut out = String::new();
        match &*self.0 {
            Reason::Corrupt { file, fault } => {
                out.push_str(file);
                out.push_str(": ");
                fault.say(&mut out);
                out.push_str("; build the index again");
            }
            Reason::Version { file, expected, got } => {
                out.push_str(file);
                out.push_str(": index format");
                put_expected(&mut out, *expected, *got);
                out.push_str("; build the index again with this version of xunzi");
            }
            Reason::TooLong { most, got } => {
                out.push_str("the query has ");
                put_decimal(&mut out, *got as u64);
                out.push_str(" characters, the longest has ");
                put_decimal(&mut out, *most as u64);
                out.push_str("; shorten it");
            }
            Reason::BadRequest { got, expected } => {
                for part in [expected, ", not ", got] {
                    out.push_str(part);
                }
            }
            Reason::NoArticle { id } => {
                out.push_str("there is no article ");
                put_decimal(&mut out, (*id).into());
                out.push_str(" in this index");
            }
        }
        out
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

impl std::error::Error for Error {}

impl Bad {
    /// The fault as an error of `file`.
    #[cold]
    #[inline(never)]
    pub fn of(self, file: &str) -> Error {
        Error::corrupt(file, self)
    }
}
