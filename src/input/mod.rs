//! What is there to read? Files and folders in, articles out.
//!
//! [`read`] walks the inputs in an order that depends on names only, hands each file to the reader of its kind, and
//! collects articles and [`Note`]s. A file that cannot be read or decoded is named in a note and skipped; only an
//! input that does not exist stops the work.
//!
//! Every reader hands what it finds to the sink, those that several threads do through `given.rs`; none of them knows an index.
//!
//! | file            | question                                                              |
//! |-----------------|-----------------------------------------------------------------------|
//! | `options.rs`    | what to read and how?                                                 |
//! | `walk.rs`       | which files, in which order?                                          |
//! | `encoding/`     | which encoding are these bytes in?                                    |
//! | `lines.rs`      | what does a line of any text show by itself?                          |
//! | `jsonl/`        | one JSON object a line                                                |
//! | `markdown/`     | what does a Markdown file say to its reader?                          |
//! | `private.rs`    | does its author want a page kept out of a search?                     |
//! | `html/`         | what does a page of a built site say to its reader?                   |
//! | `text.rs`       | a plain text file: title, paragraphs, headings                        |
//! | `pages.rs`      | which lines of a text belong to its pages, not to its sentences?      |
//! | `subtitles.rs`  | which sentences do subtitles show?                                    |
//! | `newspaper/`    | a page of several articles: where does each begin, what is its head?  |
//! | `blocks.rs`     | what stands between two pieces of a text?                             |
//! | `facts.rs`      | which facts does an article carry: dates, authors, tags?              |
//! | `heads.rs`      | how much may be said of an article besides its text?                  |
//! | `address.rs`    | which address?                                                        |
//! | `anchors.rs`    | which anchor has a heading?                                           |
//! | `given.rs`      | what does one file give, before those in front of it have?            |
//! | `kept.rs`       | what of a file need not be read again?                                |
//! | `sink.rs`       | what becomes of what a reader finds?                                  |
//! | `note.rs`       | what is the owner told?                                               |

mod address;
mod anchors;
mod blocks;
pub mod encoding;
mod facts;
mod given;
mod heads;
pub mod html;
mod jsonl;
mod kept;
mod lines;
pub mod markdown;
pub mod newspaper;
mod note;
mod options;
mod pages;
mod private;
mod sink;
mod subtitles;
mod text;
mod walk;

use given::Given;
pub use kept::Kept;
use kept::{Made, Stamp};
pub use newspaper::Split;
use note::because;
pub use note::{Fatal, Level, Note};
pub use options::{Field, Files, Folder, Options, globs};
use rayon::prelude::*;
pub use sink::{Read, Taker};
use sink::{Sink, whole};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use walk::{Found, Kind, NO_SUCH, NOT_REGULAR, Walk};

/// Reads files and folders.
///
/// Inputs are read in the order given, the files of a folder in the byte order of their paths, whatever the file
/// system says. Hidden files and folders are left out; links are followed within the inputs, but no file or folder is
/// read twice.
/// `progress` is called with the number of bytes just read.
///
/// Memory: a file and its text at a time for every thread, besides the articles; JSON lines are read line by line.
///
/// # Errors
///
/// An input that does not exist or a folder that cannot be listed. Everything else is a [`Note`].
pub fn read(inputs: &[PathBuf], options: &Options, progress: &mut dyn FnMut(u64)) -> Result<Read, Fatal> {
    read_again(inputs, options, &mut Kept::default(), progress)
}

/// The same, but for files that are as they were when they were read with `kept`, which must have been with the same options.
///
/// # Errors
///
/// Those of [`read`].
pub fn read_again(inputs: &[PathBuf], options: &Options, kept: &mut Kept, progress: &mut dyn FnMut(u64)) -> Result<Read, Fatal> {
    let mut articles = Vec::new();
    let mut taker = |article| {
        articles.push(article);
        true
    };
    let mut read = read_one_by_one(inputs, options, kept, &mut taker, progress)?;
    read.articles = articles;
    Ok(read)
}

/// The same, but each article is handed on as soon as it is read.
///
/// # Errors
///
/// Those of [`read`].
pub fn read_one_by_one(
    inputs: &[PathBuf],
    options: &Options,
    kept: &mut Kept,
    taker: Taker<'_>,
    progress: &mut dyn FnMut(u64),
) -> Result<Read, Fatal> {
    let mut walk = Walk::new(inputs, &options.files);
    for input in inputs {
        walk.input(input)?;
    }
    let mut sink = Sink::new(options, taker, progress, walk.notes);
    kept.only(walk.files.iter().map(|found| found.path.as_path()));
    let mut pages = html::read_all(&walk.files, kept, &mut sink);
    let mut at = 0;
    for batch in walk.files.chunks(BATCH) {
        if sink.refused() {
            break;
        }
        let given: Vec<(Option<Stamp>, Given)> = batch.par_iter().map(|found| alone(found, kept, options)).collect();
        for (found, (stamp, given)) in batch.iter().zip(given) {
            if let Some(made) = stamp.and_then(|_| given.made()) {
                kept.put(&found.path, stamp, made);
            }
            let before = sink.read.count;
            match found.kind {
                Kind::JsonLines => jsonl::read(found, false, &mut sink),
                Kind::JsonLinesGzip => jsonl::read(found, true, &mut sink),
                Kind::Html => pages.hand(at, found, &mut sink),
                Kind::Markdown | Kind::Text | Kind::Subtitles => given.hand(found, &mut sink),
            }
            if sink.read.count > before {
                sink.read.files += 1;
            }
            at += 1;
        }
    }
    pages.finish(&mut sink);
    Ok(sink.finish())
}

/// Reads JSON lines that come from elsewhere, such as standard input, line by line; `name`: what notes call it. Each article is handed on as soon
/// as it is read.
pub fn read_stream(name: &str, from: impl io::Read + 'static, options: &Options, taker: Taker<'_>) -> Read {
    let mut progress = |_| {};
    let mut sink = Sink::new(options, taker, &mut progress, Vec::new());
    let found = Found { path: name.into(), inside: b"stdin.jsonl".to_vec(), kind: Kind::JsonLines };
    jsonl::read_stream(&found, from, &mut sink);
    sink.read.files = usize::from(sink.read.count > 0);
    sink.finish()
}

/// The bytes of all files that [`read`] would open, for an estimate of how long it takes.
pub fn size(inputs: &[PathBuf], options: &Options) -> u64 {
    let mut walk = Walk::new(inputs, &options.files);
    // One that is not there is told by who reads.
    if inputs.iter().any(|input| walk.input(input).is_err()) {
        return 0;
    }
    walk.files.iter().filter_map(|found| fs::metadata(&found.path).ok()).map(|data| data.len()).sum()
}

/// Files of which several threads read at a time, and whose articles wait for those before them.
const BATCH: usize = 256;

/// What a file gives that is read by itself, and its stamp, if that is to be kept.
fn alone<'a>(found: &Found, kept: &Kept, options: &'a Options) -> (Option<Stamp>, Given<'a>) {
    let mut given = Given::new(options);
    if matches!(found.kind, Kind::JsonLines | Kind::JsonLinesGzip | Kind::Html) {
        return (None, given);
    }
    let stamp = kept.stamp(&found.path);
    if let Some(Made::Told(taken, told)) = kept.get(&found.path, stamp) {
        return (None, Given::again(options, taken, told));
    }
    match found.kind {
        Kind::Markdown => markdown::read(found, &mut given),
        Kind::Text | Kind::Subtitles => text::read(found, &mut given),
        Kind::JsonLines | Kind::JsonLinesGzip | Kind::Html => {}
    }
    (stamp, given)
}

/// The decoded text of one file, as a build would read it, or the note that says why there is none.
///
/// For `--explain`, which shows how a page is cut.
///
/// # Errors
///
/// A file that cannot be opened, is not a regular file, or is not text.
pub fn read_text(path: &Path, options: &Options) -> Result<String, Note> {
    let skipped = |text: String| Note::new(path, None, Level::Skipped, &text);
    let data = fs::metadata(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => skipped(NO_SUCH.to_string()),
        _ => skipped(because(&error)),
    })?;
    if !data.is_file() {
        return Err(skipped(NOT_REGULAR.to_string()));
    }
    let bytes = whole(path, options.max_article).map_err(skipped)?;
    match encoding::decode(bytes, options.encoding.as_deref()) {
        Ok(decoded) => Ok(decoded.text),
        Err(why) => Err(skipped(why.to_string())),
    }
}
