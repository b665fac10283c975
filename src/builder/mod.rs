//! Articles in, files out: how is an index made?
//!
//! ```text
//! articles ─ intake ─┬─ corpus (order, alphabets, folding table, facts) ─┬─ columns ──────────────────┐
//!    one by one      └─ layout (again, in the index' order), cut into ─┬─ a stream ─ grams ─ pages ──┼─ root ─ seal ─ files
//!                                                                      └─ pieces ─ blocks, dictionary ┘
//! ```
//!
//! Everything is decided by the articles and the options alone: no clock, no randomness, no order of threads, and no size of memory;
//! the same input gives the same bytes.
//!
//! # Memory
//!
//! How much a build takes is chosen ([`Memory`]). What it keeps (articles, pieces of texts, positions and lists of grams) lies on
//! shelves (`shelf.rs`) that fill an eighth of that, and the rest goes to a [`Scratch`]: articles as runs in the order of the index, which are
//! merged whenever they are read (`merge.rs`); all else in the order in which it is read again. At work are some megabytes of articles, one after
//! the other; then the stream, two bytes for each folded character and two bits more; and the files that are made, which wait for the
//! id of the build. So a build takes three to four times the text's bytes, whatever less is chosen: beyond some gigabytes make several
//! indexes.

mod alphabet;
mod blocks;
pub mod catalog;
mod corpus;
mod dictionary;
mod divide;
mod facets;
mod grams;
mod intake;
mod layout;
mod levels;
mod merge;
mod pages;
pub mod part;
mod passages;
mod seal;
mod shelf;
mod sorter;
mod stream;
mod unicode;

use std::borrow::Cow;
use std::sync::Arc;

use crate::Article;
pub(crate) use crate::builder::corpus::{WEIGHT, hundredths};
pub use crate::builder::intake::Intake;
pub use crate::builder::shelf::{Memory, Scratch, Spool};
use crate::codec::Bad;
use crate::codec::deflate::deflate;
use crate::error::Error;
use crate::format::rest::{get_fold, put_dict, put_fold};
use crate::format::root::{MOST_ARTICLES, MOST_PASSAGES, Root};
use crate::format::{File, Kind};
use blocks::PACK;
use corpus::Corpus;
use divide::Divided;
use facets::Columns;
use layout::Layout;
use passages::Passages;

/// Whom a build tells how far it is: what it does, how much of that is done, and of how much.
pub type Told<'t> = &'t (dyn Fn(&'static str, u64, u64) + Sync);

/// What may be chosen. The default suits most sites; `None` lets the corpus decide.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Bytes of gram pages allowed per 100 bytes of UTF-8 text.
    pub budget: Option<u32>,
    /// B: grams in more passages than this are extended.
    pub bound: Option<u32>,
    /// N: characters of the longest gram.
    pub longest: Option<u32>,
    /// W: folded characters of a passage.
    pub window: Option<u32>,
    /// Folded characters up to which neighbouring articles share a passage; if not said W, and a quarter more for alphabets.
    pub share: Option<u32>,
    /// Further facts of which each has a column, for readers to narrow a search by.
    pub filters: Vec<String>,
    /// Whether the index is one file; if not said, small ones are.
    pub pack: Option<bool>,
    /// Files that an index may have, the manifest included and those of the page not.
    pub max_files: Option<u32>,
}

/// Why there is no index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// No article was given.
    Nothing,
    /// An article of which a part that cannot be divided is too long: its metadata, or text that is no characters but marks
    /// or white space.
    TooLong {
        /// Its place in what was given.
        article: usize,
        /// Its title.
        title: String,
    },
    /// More of something, such as different characters, than a reader takes.
    TooMany {
        /// What a reader would say.
        fault: Error,
    },
    /// More articles than the format can number.
    TooManyArticles {
        /// How many there are.
        articles: u64,
    },
    /// More text than the format can number.
    TooLarge {
        /// Passages that would be needed.
        passages: u64,
    },
    /// What does not fit into memory could not be put elsewhere.
    Scratch {
        /// What went wrong, for the owner.
        fault: String,
    },
    /// More files than are allowed, even when they are as large as they get.
    TooManyFiles {
        /// How many it would be.
        files: usize,
        /// How many are allowed.
        most: u32,
    },
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Failure::Nothing => write!(f, "there is no article to index"),
            Failure::TooLong { title, .. } => {
                write!(f, "{title:?}: its metadata, or a part of its text that cannot be divided, is too long")
            }
            Failure::TooMany { fault } => write!(f, "more than an index holds: {fault}"),
            Failure::TooManyArticles { articles } => {
                write!(f, "there are {articles} articles, an index holds {MOST_ARTICLES}; make several indexes")
            }
            Failure::TooLarge { passages } => {
                write!(f, "the text needs {passages} passages, an index holds {MOST_PASSAGES}; make several indexes")
            }
            Failure::Scratch { fault } => write!(f, "{fault}"),
            Failure::TooManyFiles { files, most } => {
                write!(f, "the index takes at least {files} files, {most} are allowed; allow {files}, or make several indexes")
            }
        }
    }
}

impl std::error::Error for Failure {}

/// Bytes by what they are for, and the numbers behind them.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Articles.
    pub articles: u32,
    /// Passages of bodies.
    pub passages: u32,
    /// UTF-8 bytes of titles and texts.
    pub utf8: u64,
    /// Characters of titles and texts.
    pub chars: u64,
    /// N, B, W.
    pub parameters: [u32; 3],
    /// Bytes of the gram pages.
    pub grams: u64,
    /// Whether N and B were chosen by the text, and would be the same if it were a little longer or shorter.
    pub settled: bool,
}

/// An index.
pub struct Built {
    /// The build's id: the same articles and options give the same.
    pub id: u64,
    /// The files, sealed, by their name below the build's folder.
    pub files: Vec<(String, Vec<u8>)>,
    /// The file that a reader needs before anything else, then those that every search will need.
    pub open: Vec<String>,
    /// Numbers.
    pub report: Report,
}

/// Folded characters from which on lists would be long with passages of the usual length.
const LARGE: u64 = 20_000_000;

/// Builds an index in memory. O(text), several passes per length of gram.
pub fn build(articles: &[Article], options: &Options) -> Result<Built, Failure> {
    let memory = Memory::boundless();
    let mut intake = Intake::new(&memory);
    articles.iter().try_for_each(|article| intake.add(Cow::Borrowed(article)))?;
    build_from(&mut intake, options, &|_, _, _| {})
}

/// Builds an index of articles that have come in, which are forgotten as soon as they are not needed any more: where one is too long to be
/// indexed, they are still there. `told` hears how far the work is.
pub fn build_from(intake: &mut Intake<'_, '_>, options: &Options, told: Told<'_>) -> Result<Built, Failure> {
    if intake.is_empty() {
        return Err(Failure::Nothing);
    }
    let (memory, articles) = (intake.memory, intake.len());
    if articles as u64 > MOST_ARTICLES {
        return Err(Failure::TooManyArticles { articles: articles as u64 });
    }
    intake.sort();
    let mut corpus = Corpus::new(intake, &options.filters, told)?;
    let small = options.pack.unwrap_or(corpus.utf8 < 8 * PACK as u64);
    let east = if corpus.chars < LARGE { 2048 } else { 4096 };
    let window = options.window.unwrap_or(corpus.usual(small, [1024, east, 4096])).max(1024);
    // A block holds two passages of Han characters, one of others.
    let share = options.share.unwrap_or(corpus.usual(false, [window, window, window + window / 4]));
    let layout = Layout::new(intake, &mut corpus, window, share, told)?;
    intake.clear();
    let columns = facets::columns(&mut corpus);
    // Besides them the manifest, the root, its rest, the folding table.
    let others = columns.files.len() + 4;
    let (divided, passages) = Divided::new(&corpus, layout, options, (small, others), memory, told)?;
    let report = Report {
        articles: articles as u32,
        passages: passages.bodies(),
        utf8: corpus.utf8,
        chars: corpus.written,
        parameters: [divided.pages.longest, divided.pages.bound, window],
        grams: divided.pages.bytes(),
        settled: divided.pages.settled && !divided.pack,
    };
    let pack = divided.pack;
    let payloads = assemble(corpus, passages, divided, columns)?;
    let sealed = seal::seal_all(payloads, pack);
    Ok(Built { id: sealed.id, files: sealed.files, open: sealed.open, report })
}

/// All payloads: what has been made, and the root that says where it lies.
fn assemble(
    corpus: Corpus,
    passages: Passages,
    Divided { blocks, pages, pack }: Divided,
    columns: Columns,
) -> Result<Vec<(File, Vec<u8>)>, Failure> {
    let both: Vec<u32> = corpus.original.iter().chain(&corpus.folded).copied().collect();
    let whole = corpus.table.restricted(&both);
    let table = if pack { whole.clone() } else { whole.closed(&both) };
    let root = Root {
        longest: pages.longest,
        bound: pages.bound,
        window: passages.window as u32,
        dated: corpus.days.len() as u32,
        reordered: corpus.reordered(),
        divided: !pack,
        articles: corpus.order.len() as u32,
        letters: corpus.folded.len() as u32,
        whole: true,
        kib: corpus.utf8.div_ceil(1024),
        pages: pages.pages.len() as u32,
        table: Arc::new(table),
        separators: pages.separators(),
        original: corpus.original,
        folded: corpus.folded,
        groups: passages.groups,
        members: passages.members,
        blocks: blocks.starts,
        weighted: corpus.weighted,
        weights: corpus.weights,
        keys: corpus.facts.keys,
        columns: columns.keys,
        parts: columns.parts,
        ..Root::default()
    };
    let (payload, rest) = root.put(&corpus.frequency);
    let mut files = columns.files;
    let too_many = |file: File| move |fault: Bad| Failure::TooMany { fault: fault.of(&file.name()) };
    let first = Root::get(&payload).map_err(too_many(File::ROOT))?;
    if let Some(rest) = rest {
        let read = first.with_rest(&rest).map_err(too_many(File::DICT))?;
        let fold = put_fold(&whole);
        get_fold(&fold, &read).map_err(too_many(File::FOLD))?;
        files.push((File::FOLD, fold));
        let dictionary = if blocks.dictionary.is_empty() { Vec::new() } else { deflate(&blocks.dictionary, &[]) };
        files.push((File::DICT, put_dict(&rest, &dictionary)));
    }
    files.push((File::ROOT, payload));
    files.extend(pages.pages.into_iter().zip(0..).map(|(p, number)| (File { kind: Kind::Grams, number }, p.bytes)));
    files.extend(blocks.payloads.into_iter().zip(0..).map(|(p, number)| (File { kind: Kind::Text, number }, p)));
    Ok(files)
}
