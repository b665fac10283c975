//! Articles in, files out: how is an index made?
//!
//! ```text
//! articles ─ order (newest first) ─ alphabet ─ folding table ─ folded texts ─┬─ passages ─ grams ─ pages ─┐
//!                                                                            └─ blocks ─ dictionary ──────┼─ root ─ files
//!                                                                               columns ──────────────────┘
//! ```
//!
//! Everything is decided by the articles and the options alone: no clock, no randomness, no order of threads; the same
//! input gives the same bytes. Memory is a few tens of bytes per character of text.

mod dictionary;
mod grams;
mod unicode;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use flate2::{Compress, Compression, FlushCompress, Status};
use rayon::prelude::*;

use crate::fold::{Folded, Folder, Off, class};
use crate::format::blocks::{Head, LONGEST_DICTIONARY, MOST_DATA, MOST_FOLDS, MOST_METADATA, Piece, Widths, put_block};
use crate::format::columns::{Facets, put_dates, put_facets, put_places};
use crate::format::grams::{LONGEST_GRAM, SHORTEST_PASSAGE, Shape, write as write_pages};
use crate::format::root::{Frequencies, MOST_PASSAGES, Root, alphabet};
use crate::format::{Crc, Error, File, Kind, put_varint, seal};
use crate::{Article, date};
use grams::{END, Levels, Stream};

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
    /// Whether the index is one file; if not said, small ones are.
    pub pack: Option<bool>,
}

/// Why there is no index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// No article was given.
    Nothing,
    /// An article of which a part that cannot be divided is too long: its metadata, or text that is no characters but marks
    /// or white space.
    TooLong {
        /// Its title.
        title: String,
    },
    /// More of something, such as different characters, than a reader takes.
    TooMany {
        /// What a reader would say.
        fault: Error,
    },
    /// More text than the format can number.
    TooLarge {
        /// Passages that would be needed.
        passages: u64,
    },
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Failure::Nothing => write!(f, "there is no article to index"),
            Failure::TooLong { title } => {
                write!(f, "{title:?}: its metadata, or a part of its text that cannot be divided, is too long")
            }
            Failure::TooMany { fault } => write!(f, "more than an index holds: {fault}"),
            Failure::TooLarge { passages } => {
                write!(f, "the text needs {passages} passages, an index holds {MOST_PASSAGES}; make several indexes")
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

/// A text with its folded form.
struct Text {
    ranks: Vec<u32>,
    folded: Folded,
}

/// Compressed text up to this many bytes goes into one file with its index.
const PACK: usize = 64 << 10;

/// Blocks and pages at which files become larger instead of more: a host should not have to keep tens of thousands.
const BLOCKS: usize = 3700;
const PAGES: usize = 1600;

/// Builds an index. O(text), several passes per length of gram.
pub fn build(articles: &[Article], options: &Options) -> Result<Built, Failure> {
    if articles.is_empty() {
        return Err(Failure::Nothing);
    }
    let days: Vec<Option<i32>> =
        articles.iter().map(|a| a.meta.iter().find(|m| m.0 == "date").and_then(|m| date::days(&m.1))).collect();
    let mut order: Vec<usize> = (0..articles.len()).collect();
    order.sort_by_key(|&k| (std::cmp::Reverse(days[k]), k));
    let dated = days.iter().flatten().count();

    let counts = count(articles.iter().flat_map(|a| a.title.chars().chain(a.text.chars())).map(u32::from));
    let (original, original_frequency) = alphabet((0..).zip(counts));
    let used: BTreeSet<char> = original.iter().filter_map(|&c| char::from_u32(c)).collect();
    let rank_of = ranks(&original);
    let table = Arc::new(unicode::table(&used));
    let folder = Folder::new(&table, &original, Off::default());
    let read = |s: &str| {
        let ranks: Vec<u32> = s.chars().map(|c| rank_of[c as usize]).collect();
        let folded = folder.fold(&ranks);
        Text { ranks, folded }
    };
    let texts: Vec<(Text, Text)> = order.par_iter().map(|&k| (read(&articles[k].title), read(&articles[k].text))).collect();

    let counts = count(texts.iter().flat_map(|(title, body)| title.folded.chars.iter().chain(&body.folded.chars)).copied());
    let chars: u64 = counts.iter().sum();
    let is_east = |c: u32| table.class(c).is(class::HAN_KANA) || c >= 0xAC00;
    let east: u64 = (0..).zip(&counts).filter(|&(c, n)| *n > 0 && is_east(c)).map(|x| x.1).sum();
    let eastern = east * 100 > chars * 15;
    // What is not asked for otherwise: for one file, for Chinese, Japanese and Korean, for all else.
    let usual = |one: bool, [file, east, west]: [u32; 3]| match (one, eastern) {
        (true, _) => file,
        (false, true) => east,
        (false, false) => west,
    };
    let utf8: u64 = articles.iter().map(|a| (a.title.len() + a.text.len()) as u64).sum();
    let (folded, folded_frequency) = alphabet((0..).zip(counts));
    let folded_rank = ranks(&folded);
    let both: Vec<u32> = original.iter().chain(&folded).copied().collect();

    let small = options.pack.unwrap_or(utf8 < 8 * PACK as u64);
    let window = options.window.unwrap_or(usual(small, [1024, 2048, 4096])).max(1024) as usize;
    let bodies: Vec<Vec<usize>> = texts.par_iter().map(|(_, body)| cuts(body, &folder, &table, window)).collect();
    let passages: u64 = bodies.iter().map(|b| b.len() as u64).sum();
    if passages.max(articles.len() as u64) >= MOST_PASSAGES / 2 {
        return Err(Failure::TooLarge { passages: passages + articles.len() as u64 });
    }

    // Text blocks.
    let widths = Widths::new(original.len() as u32);
    let mut keys: Vec<String> = Vec::new();
    let key_of = |keys: &mut Vec<String>, key: &str| -> u32 {
        keys.iter().position(|k| k == key).unwrap_or_else(|| {
            keys.push(key.to_owned());
            keys.len() - 1
        }) as u32
    };
    let mut all_pieces: Vec<Piece> = Vec::new();
    let mut starts = vec![0u32];
    for (k, &input) in order.iter().enumerate() {
        let article = &articles[input];
        let meta: Vec<(u32, String)> = article.meta.iter().map(|(key, v)| (key_of(&mut keys, key), v.clone())).collect();
        pieces_of(k as u32, input as u32, article, &texts[k], &bodies[k], meta, &mut all_pieces);
        starts.push(starts[k] + bodies[k].len() as u32);
    }
    // What a reader refuses is not written: bytes of a block, and what it takes to fold.
    let costs: Vec<(usize, usize)> =
        all_pieces.par_iter().map(|piece| (put_block(std::slice::from_ref(piece), widths).len(), piece.folds(&folder))).collect();
    let fits = |bytes: usize, folds: usize| bytes <= MOST_DATA && folds <= MOST_FOLDS;
    let too_long = |(piece, cost): &(&Piece, &(usize, usize))| !fits(cost.0, cost.1) || piece.meta.len() as u64 > MOST_METADATA;
    if let Some((piece, _)) = all_pieces.iter().zip(&costs).find(too_long) {
        return Err(Failure::TooLong { title: articles[piece.id as usize].title.clone() });
    }
    let plan = |target: usize| {
        let mut blocks: Vec<Vec<usize>> = Vec::new();
        let (mut size, mut bytes, mut folds) = (0, 0, 0);
        for (k, (piece, cost)) in all_pieces.iter().zip(&costs).enumerate() {
            (bytes, folds) = (bytes + cost.0, folds + cost.1);
            match blocks.last_mut() {
                Some(block) if size + piece.text.len() <= target + target / 4 && fits(bytes, folds) => block.push(k),
                _ => {
                    blocks.push(vec![k]);
                    (size, bytes, folds) = (0, cost.0, cost.1);
                }
            }
            size += piece.text.len() + piece.title.len() + piece.url.len() / 3 + 16;
        }
        blocks
    };
    let data = |plan: &[Vec<usize>]| -> Vec<Vec<u8>> {
        plan.par_iter()
            .map(|block| {
                let mut pieces: Vec<Piece> = Vec::new();
                for &k in block {
                    let piece = &all_pieces[k];
                    match pieces.last_mut() {
                        Some(last) if last.article == piece.article => join(last, piece),
                        _ => pieces.push(piece.clone()),
                    }
                }
                put_block(&pieces, widths)
            })
            .collect()
    };
    // A small text is tried as one file, without a dictionary.
    let trial = small.then(|| {
        let blocks = plan(16 << 10);
        let payloads: Vec<Vec<u8>> = data(&blocks).par_iter().map(|d| deflate(d, &[])).collect();
        (blocks, payloads)
    });
    let fits = |payloads: &[Vec<u8>]| payloads.iter().map(Vec::len).sum::<usize>() <= PACK;
    let pack = options.pack.unwrap_or_else(|| trial.as_ref().is_some_and(|trial| fits(&trial.1)));
    let write_blocks = || match trial {
        Some((blocks, payloads)) if pack => (blocks, payloads, Vec::new()),
        _ => {
            let blocks = plan((chars as usize / BLOCKS).clamp(4 << 10, 32 << 10));
            let data = data(&blocks);
            let samples: Vec<&[u8]> = data.iter().map(Vec::as_slice).collect();
            let dictionary = dictionary::train(&samples, if eastern { 16 << 10 } else { LONGEST_DICTIONARY });
            let payloads = data.par_iter().map(|d| deflate(d, &dictionary)).collect();
            (blocks, payloads, dictionary)
        }
    };

    // Grams.
    let all_passages = articles.len() as u32 + passages as u32;
    let write_grams = || {
        let share = options.budget.unwrap_or(usual(pack, [20, 31, 40]));
        // A pack has all text in memory: short grams do.
        let wanted = options.longest.unwrap_or(usual(pack, [3, 8, 6]));
        let stream = stream(&texts, &bodies, &folded_rank);
        let budget = utf8 * u64::from(share) / 100;
        let (levels, bound, longest) = choose(stream, folded.len() as u32, all_passages, options.bound, wanted, budget);
        let shape = Shape { longest, bound, passages: all_passages, alphabet: folded.len() as u32 };
        let page_size = match utf8 {
            _ if pack => 32 << 10,
            0..12_000_000 => 4 << 10,
            _ => (budget as usize / PAGES).clamp(6 << 10, 32 << 10),
        };
        (write_pages(&levels, shape, page_size), bound, longest)
    };
    let ((blocks, block_payloads, dictionary), (pages, bound, longest)) = rayon::join(write_blocks, write_grams);

    // Columns.
    let mut files: Vec<(File, Vec<u8>)> = Vec::new();
    let mut columns = Vec::new();
    for name in ["date", "author", "source", "section", "tags", "lang"] {
        let Some(key) = keys.iter().position(|k| k == name) else { continue };
        let payload = if name == "date" {
            if dated == 0 {
                continue;
            }
            put_dates(&order.iter().filter_map(|&k| days[k]).collect::<Vec<i32>>())
        } else {
            put_facets(&facets(articles, &order, name))
        };
        files.push((File { kind: Kind::Column, number: columns.len() as u32 }, payload));
        columns.push(key as u32);
    }

    let reordered = order.iter().enumerate().any(|(k, &input)| k != input);
    if reordered {
        let mut places = vec![0; order.len()];
        order.iter().enumerate().for_each(|(k, &input)| places[input] = k as u32);
        files.push((File { kind: Kind::Column, number: columns.len() as u32 }, put_places(&places)));
    }

    let mut block_starts: Vec<u32> = blocks.iter().map(|b| b.first().map_or(0, |&k| k as u32)).collect();
    block_starts.push(passages as u32);
    let root = Root {
        longest,
        bound,
        window: window as u32,
        dated: dated as u32,
        reordered,
        dictionary: !dictionary.is_empty(),
        kib: utf8.div_ceil(1024),
        pages: pages.len() as u32,
        table: Arc::new(table.restricted(&both)),
        original,
        folded,
        articles: starts,
        blocks: block_starts,
        separators: pages.windows(2).map(|w| separator(&w[0].last, &w[1].first)).collect(),
        keys,
        columns,
    };
    let frequency = Frequencies { original: original_frequency, folded: folded_frequency };
    let payload = root.put(&frequency);
    Root::get(&payload).map_err(|fault| Failure::TooMany { fault: fault.of(&File::ROOT.name()) })?;
    files.push((File::ROOT, payload));
    if !dictionary.is_empty() {
        files.push((File::DICT, deflate(&dictionary, &[])));
    }
    files.extend(pages.into_iter().zip(0..).map(|(p, number)| (File { kind: Kind::Grams, number }, p.bytes)));
    files.extend(block_payloads.into_iter().zip(0..).map(|(p, number)| (File { kind: Kind::Text, number }, p)));
    files.sort_by_key(|f| f.0);

    // The id of a build is a checksum of all it holds.
    let mut crc = Crc::new();
    for (file, payload) in &files {
        crc = crc.update(file.name().as_bytes()).update(&(payload.len() as u64).to_le_bytes()).update(payload);
    }
    let id = crc.finish();
    let sealed: Vec<(String, Vec<u8>)> =
        files.par_iter().map(|(file, payload)| (file.name(), seal(*file, id, payload))).collect();
    let (files, open) = if pack {
        let mut payload = Vec::new();
        put_varint(&mut payload, sealed.len() as u64);
        for (name, bytes) in &sealed {
            put_varint(&mut payload, name.len() as u64);
            payload.extend_from_slice(name.as_bytes());
            put_varint(&mut payload, bytes.len() as u64);
        }
        sealed.iter().for_each(|(_, bytes)| payload.extend_from_slice(bytes));
        (vec![(File::PACK.name(), seal(File::PACK, id, &payload))], vec![File::PACK.name()])
    } else {
        let dictionary = (!dictionary.is_empty()).then(|| File::DICT.name());
        (sealed, [File::ROOT.name()].into_iter().chain(dictionary).collect())
    };
    let chars = articles.iter().map(|a| (a.title.chars().count() + a.text.chars().count()) as u64).sum();
    let report = Report {
        articles: articles.len() as u32,
        passages: passages as u32,
        utf8,
        chars,
        parameters: [longest, bound, window as u32],
    };
    Ok(Built { id, files, open, report })
}

/// How often each character occurs, by code point.
fn count(chars: impl Iterator<Item = u32>) -> Vec<u64> {
    let mut counts = Vec::new();
    for c in chars {
        if counts.len() <= c as usize {
            counts.resize(c as usize + 1, 0);
        }
        counts[c as usize] += 1;
    }
    counts
}

/// The rank of each character of an alphabet, by code point.
fn ranks(alphabet: &[u32]) -> Vec<u32> {
    let mut ranks = vec![0; alphabet.iter().max().map_or(0, |&c| c as usize + 1)];
    alphabet.iter().zip(0..).for_each(|(&c, rank)| ranks[c as usize] = rank);
    ranks
}

/// All titles, then all bodies. `bodies`: where the passages of each start, in original characters.
fn stream(texts: &[(Text, Text)], bodies: &[Vec<usize>], rank: &[u32]) -> Stream {
    let length = |(title, body): &(Text, Text)| title.folded.chars.len() + body.folded.chars.len() + 2;
    let mut stream = Stream { ranks: Vec::with_capacity(texts.iter().map(length).sum()), passages: Vec::new() };
    let mut feed = |folded: &Folded, starts: &[usize]| {
        let first = stream.ranks.len();
        let start = |&at: &usize| (first + folded.first_from(at)) as u32;
        stream.passages.extend(starts.iter().map(start));
        stream.ranks.extend(folded.chars.iter().map(|&c| rank[c as usize]));
        stream.ranks.push(END);
    };
    texts.iter().for_each(|(title, _)| feed(&title.folded, &[0]));
    texts.iter().zip(bodies).for_each(|((_, body), starts)| feed(&body.folded, starts));
    stream
}

/// The dictionary of a text, its B and its N: as asked for, or the smallest B whose pages take at most `budget` bytes.
fn choose(stream: Stream, alphabet: u32, passages: u32, bound: Option<u32>, wanted: u32, budget: u64) -> (Levels, u32, u32) {
    let wanted = wanted.clamp(1, LONGEST_GRAM as u32);
    let least = match (bound, stream.ranks.len()) {
        (Some(bound), _) => bound.max(1),
        (None, 0..500_000) => 2,
        (None, 500_000..4_000_000) => 16,
        (None, 4_000_000..20_000_000) => 32,
        _ => 128,
    };
    let found = Levels::find(&stream, alphabet, least, wanted);
    drop(stream);
    if bound.is_some() {
        return (found, least, wanted);
    }
    let costs = found.costs(passages);
    let bounds = || (least.ilog2()..=9).map(|b| 1u32 << b);
    // The smallest B within the budget; where even the largest is too much, shorter grams.
    let (bound, longest) = (3.min(wanted)..=wanted)
        .rev()
        .flat_map(|n| bounds().filter(move |&b| n == wanted || b >= 128).map(move |b| (b, n)))
        .find(|&(b, n)| costs.bytes(b, n) <= budget)
        .unwrap_or((1 << 9, 3.min(wanted)));
    let levels = if bound > least || longest < wanted { found.restrict(bound, longest) } else { found };
    (levels, bound, longest)
}

/// Where the passages of a body start, in original characters: 0 and the cuts. Every passage of a body that is cut has at
/// least [`SHORTEST_PASSAGE`] folded characters, and folding the parts alone gives what folding the whole gives.
fn cuts(body: &Text, folder: &Folder, table: &crate::fold::Table, window: usize) -> Vec<usize> {
    let folded = &body.folded;
    let n = folded.chars.len();
    let parts = (n + window / 2) / window;
    let mut out = vec![0];
    let end_of = |at: usize| folded.original(at - 1, at).1 as usize;
    let mut last = 0; // in folded characters
    for part in 1..parts {
        let wanted = n * part / parts;
        let reach = window / 8;
        let (from, to) = ((wanted - reach).max(last + SHORTEST_PASSAGE), (wanted + reach).min(n - SHORTEST_PASSAGE));
        // The best place near the wanted one: the end of a paragraph, of a sentence, or any clean place.
        let mut best: Option<(u32, usize, usize)> = None;
        for at in from..to {
            // The cut lies right after the original characters of the folded one before.
            let cut = end_of(at);
            if (folded.original(at, at + 1).0 as usize) < cut || !folder.cuts(&body.ranks, cut) {
                continue;
            }
            let place = match body.ranks.get(cut).map(|&r| folder.class(r)) {
                Some(next) if next.is(class::WHITE) => 0,
                _ if matches!(char::from_u32(folded.chars[at - 1]), Some('.' | '!' | '?' | ';')) => 1,
                _ if !table.class(folded.chars[at - 1]).is(class::WORD | class::HAN_KANA) => 2,
                _ => 3,
            };
            let candidate = (place, at.abs_diff(wanted), at);
            if best.is_none_or(|b| candidate < b) {
                best = Some(candidate);
            }
        }
        if let Some((_, _, at)) = best {
            out.push(end_of(at));
            last = at;
        }
    }
    out
}

/// One piece per passage.
fn pieces_of(
    number: u32,
    id: u32,
    article: &Article,
    (title, body): &(Text, Text),
    starts: &[usize],
    meta: Vec<(u32, String)>,
    out: &mut Vec<Piece>,
) {
    // Headings in characters.
    let mut heads: Vec<(usize, usize, &str)> = Vec::new();
    let mut chars = 0;
    let mut bytes = 0;
    let mut sorted: Vec<&crate::Heading> = article.headings.iter().collect();
    sorted.sort_by_key(|h| (h.start, h.end));
    let mut at_byte = |at: usize| -> Option<usize> {
        chars += article.text.get(bytes..at)?.chars().count();
        bytes = at;
        Some(chars)
    };
    for h in sorted {
        if let (Some(start), Some(end)) = (at_byte(h.start), at_byte(h.end)) {
            heads.push((start, end, &h.anchor));
        }
    }
    for (k, &from) in starts.iter().enumerate() {
        let to = starts.get(k + 1).copied().unwrap_or(body.ranks.len());
        let under = heads.iter().rev().find(|h| h.0 < from).map(|h| (body.ranks[h.0..h.1].to_vec(), h.2.to_owned()));
        out.push(Piece {
            article: number,
            id,
            offset: from as u32,
            title: title.ranks.clone(),
            url: article.url.clone(),
            meta: meta.clone(),
            under,
            heads: heads
                .iter()
                .filter(|h| (from..to).contains(&h.0))
                .map(|h| Head { start: (h.0 - from) as u32, end: (h.1.min(to) - from) as u32, anchor: h.2.to_owned() })
                .collect(),
            passages: vec![(to - from) as u32],
            text: body.ranks[from..to].to_vec(),
        });
    }
}

/// Adds the next passage of the same article to a piece.
fn join(piece: &mut Piece, next: &Piece) {
    let shift = piece.text.len() as u32;
    piece.heads.extend(next.heads.iter().map(|h| Head { start: h.start + shift, end: h.end + shift, anchor: h.anchor.clone() }));
    piece.passages.extend(&next.passages);
    piece.text.extend(&next.text);
}

/// The shortest string that is above `last` and not above `first`.
fn separator(last: &[u32], first: &[u32]) -> Vec<u32> {
    let lcp = first.iter().zip(last).take_while(|(a, b)| a == b).count();
    first[..(lcp + 1).min(first.len())].to_vec()
}

fn facets(articles: &[Article], order: &[usize], name: &str) -> Facets {
    let values = |k: usize| -> Vec<&str> {
        articles[k].meta.iter().filter(|m| m.0 == name && !m.1.is_empty()).map(|m| m.1.as_str()).collect()
    };
    let mut count: BTreeMap<&str, u32> = BTreeMap::new();
    for value in order.iter().flat_map(|&k| values(k)) {
        *count.entry(value).or_default() += 1;
    }
    let mut distinct: Vec<(&str, u32)> = count.into_iter().collect();
    distinct.sort_by_key(|&(value, n)| (std::cmp::Reverse(n), value));
    let number: HashMap<&str, u32> = distinct.iter().zip(0..).map(|(v, k)| (v.0, k)).collect();
    let of = order
        .iter()
        .map(|&k| {
            let mut of: Vec<u32> = values(k).iter().map(|v| number[v]).collect();
            of.sort_unstable();
            of.dedup();
            of
        })
        .collect();
    Facets { values: distinct.iter().map(|v| v.0.to_owned()).collect(), of }
}

/// A payload of text: its length and raw deflate with a preset dictionary.
fn deflate(data: &[u8], dictionary: &[u8]) -> Vec<u8> {
    let mut payload = Vec::new();
    put_varint(&mut payload, data.len() as u64);
    let mut z = Compress::new(Compression::best(), false);
    if !dictionary.is_empty() {
        z.set_dictionary(dictionary).expect("a fresh raw stream takes a dictionary");
    }
    payload.reserve(data.len() + data.len() / 8 + 1024);
    loop {
        let from = z.total_in() as usize;
        match z.compress_vec(&data[from..], &mut payload, FlushCompress::Finish) {
            Ok(Status::StreamEnd) => return payload,
            _ => payload.reserve(4096),
        }
    }
}
