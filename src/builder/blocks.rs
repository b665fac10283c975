//! Which passages share a block of text?
//!
//! Neighbours, up to a few thousand characters: a result costs one block, and a block repeats what a result needs of its
//! article. All blocks are deflated with one dictionary (`dictionary`).

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use rayon::prelude::*;

use crate::Article;
use crate::builder::corpus::{Corpus, HeadIn, Text};
use crate::builder::shelf::{Memory, Shelf};
use crate::builder::{Failure, dictionary};
use crate::codec::bytes::{Bytes, put_bytes};
use crate::codec::deflate::deflate;
use crate::format::Number;
use crate::format::blocks::{Head, MOST_DATA, MOST_FOLDS, MOST_METADATA, Piece, Widths, get_block, put_block};
use crate::format::starts::MANY;

/// Compressed text up to this many bytes goes into one file with its index.
pub(super) const PACK: usize = 64 << 10;

/// Blocks at which files become larger instead of more: a host should not have to keep tens of thousands. At 100 MB
/// of text half as many would make a further query a third dearer.
const BLOCKS: usize = 6900;

/// Bytes of the dictionary that blocks share. Twice as many would make blocks a thirtieth smaller, and a first answer of
/// texts in Latin letters 6 kB larger. Large blocks, of which there are many, have most of it in their own text.
const DICTIONARY: usize = 16 << 10;
const FOR_LARGE: usize = 8 << 10;

/// What a block aims at, in characters: from, to. Twice as many a reader would not take.
const BLOCK: (usize, usize) = (4500, 56 << 10);

/// What a block may hold of a small text that is tried as one file, in characters.
const LARGE: usize = 16 << 10;

/// Bytes of pieces that are sealed together, about.
const SEALED: usize = 256 << 10;

/// Blocks that are made at the same time.
const BATCH: usize = 128;

/// A piece that is cut, as the block that it would be alone.
pub(super) struct Cut {
    bytes: Vec<u8>,
    size: Size,
    /// Whether no reader would take it.
    too_long: bool,
}

impl Cut {
    pub(super) fn is_too_long(&self) -> bool {
        self.too_long
    }
}

/// What a passage takes.
#[derive(Clone, Copy, Default)]
struct Size {
    /// Bytes in a block,
    bytes: usize,
    /// what it takes to fold,
    folds: usize,
    /// characters,
    text: u32,
    /// the same with what is said of the article,
    said: u32,
    /// and how many pieces it has.
    pieces: u32,
}

impl Size {
    fn add(&mut self, more: Size) {
        self.bytes += more.bytes;
        self.folds += more.folds;
        self.text += more.text;
        self.said += more.said;
        self.pieces += more.pieces;
    }
}

/// All pieces of a corpus, one for each part of an article in a passage, and what each passage takes.
pub(super) struct Pieces<'m> {
    shelf: Shelf<'m>,
    /// Pieces that are not sealed yet.
    open: Vec<u8>,
    /// The first passage of each that is sealed.
    sealed: Vec<usize>,
    sizes: Vec<Size>,
    widths: Widths,
    /// How many names of metadata there are.
    keys: u64,
    /// Whether a part of a text counts otherwise than its article.
    weighted: bool,
}

/// Blocks, ready for their envelopes.
pub(super) struct Blocks {
    /// The first passage of each.
    pub(super) starts: Vec<u32>,
    pub(super) payloads: Vec<Vec<u8>>,
    /// The preset dictionary; empty if there is none.
    pub(super) dictionary: Vec<u8>,
}

impl<'m> Pieces<'m> {
    /// None yet.
    pub(super) fn new(corpus: &Corpus, memory: &'m Memory<'m>) -> Pieces<'m> {
        Pieces {
            shelf: Shelf::new(memory),
            open: Vec::new(),
            sealed: vec![0],
            sizes: Vec::new(),
            widths: Widths::new(corpus.original.len() as u32),
            keys: corpus.facts.keys.len() as u64,
            weighted: corpus.weighted,
        }
    }

    /// Adds those of an article; `begins`: it is the first of its group, so that each begins a passage.
    pub(super) fn add(&mut self, pieces: Vec<Cut>, begins: bool) -> Result<(), Failure> {
        for piece in pieces {
            if begins {
                if self.open.len() > SEALED {
                    self.shelf.put(std::mem::take(&mut self.open))?;
                    self.sealed.push(self.sizes.len());
                }
                self.sizes.push(Size::default());
            }
            put_bytes(&mut self.open, &piece.bytes);
            if let Some(size) = self.sizes.last_mut() {
                size.add(piece.size);
            }
        }
        Ok(())
    }

    /// All of them.
    pub(super) fn finish(mut self) -> Result<Pieces<'m>, Failure> {
        self.shelf.put(std::mem::take(&mut self.open))?;
        Ok(self)
    }

    /// A small text as the blocks of one file, without a dictionary; `None`: they are too many bytes for that.
    pub(super) fn packed(&self, asked: Option<bool>) -> Result<Option<Blocks>, Failure> {
        let blocks = self.plan(LARGE);
        let payloads = self.each(&blocks, &|_, data| deflate(&data(), &[]))?;
        let fits = payloads.iter().map(Vec::len).sum::<usize>() <= PACK;
        Ok(asked.unwrap_or(fits).then(|| Blocks { starts: blocks, payloads, dictionary: Vec::new() }))
    }

    /// The blocks as files of their own, `larger` times as large as usual.
    pub(super) fn apart(&self, corpus: &Corpus, larger: usize) -> Result<Blocks, Failure> {
        let blocks = self.plan((corpus.chars as usize / BLOCKS).clamp(BLOCK.0, BLOCK.1) * larger);
        // Every k-th block, so that all parts of a large corpus are seen.
        let step = dictionary::step(self.sizes.iter().map(|size| size.bytes).sum());
        let samples: HashMap<usize, Vec<u8>> =
            self.each(&blocks, &|k, data| k.is_multiple_of(step).then(|| (k, data())))?.into_iter().flatten().collect();
        let mut sampled: Vec<(&usize, &Vec<u8>)> = samples.iter().collect();
        sampled.sort_unstable_by_key(|sample| sample.0);
        let sampled: Vec<&[u8]> = sampled.into_iter().map(|sample| sample.1.as_slice()).collect();
        let dictionary = dictionary::train(&sampled, if blocks.len() as u64 > MANY { FOR_LARGE } else { DICTIONARY });
        let make = |k: usize, data: &dyn Fn() -> Vec<u8>| match samples.get(&k) {
            Some(data) => deflate(data, &dictionary),
            None => deflate(&data(), &dictionary),
        };
        let payloads = self.each(&blocks, &make)?;
        Ok(Blocks { starts: blocks, payloads, dictionary })
    }

    /// The first passage of each block, at about `target` characters a block, and one more: how many passages there are. Where there
    /// are many blocks each has as many passages, as far as it is not half as long again, or half as long.
    fn plan(&self, target: usize) -> Vec<u32> {
        let mut blocks = Vec::new();
        let all: usize = self.sizes.iter().map(|size| size.said as usize).sum();
        let pace = ((all / target) as u64 > MANY).then(|| (self.sizes.len() * target / all).max(1));
        let (mut said, mut bytes, mut folds, mut passages) = (0, 0, 0, 0);
        for (passage, size) in (0..).zip(&self.sizes) {
            (bytes, folds) = (bytes + size.bytes, folds + size.folds);
            let text = said + size.text as usize;
            let full = match pace {
                None => text > target + target / 4,
                Some(pace) => text > target * 3 / 2 || passages >= pace && said >= target / 2,
            };
            if passage == 0 || full || !fits(bytes, folds) {
                blocks.push(passage);
                (said, bytes, folds, passages) = (0, size.bytes, size.folds, 0);
            }
            said += size.said as usize;
            passages += 1;
        }
        blocks.push(self.sizes.len() as u32);
        blocks
    }

    /// Makes something of each block of a plan, and of a way to its data.
    fn each<T: Send>(&self, plan: &[u32], make: &(impl Fn(usize, &dyn Fn() -> Vec<u8>) -> T + Sync)) -> Result<Vec<T>, Failure> {
        let mut reader = Reader { pieces: self, sealed: Cow::default(), at: 0, next: 0 };
        let mut out = Vec::new();
        let blocks: Vec<Range<usize>> = plan.windows(2).map(|block| block[0] as usize..block[1] as usize).collect();
        for batch in blocks.chunks(BATCH) {
            let read: Vec<Vec<u8>> = batch.iter().map(|block| reader.read(block.clone())).collect::<Result<_, _>>()?;
            let first = out.len();
            out.par_extend(read.par_iter().enumerate().map(|(k, read)| make(first + k, &|| self.data(read))));
        }
        Ok(out)
    }

    /// The data of a block of some pieces.
    fn data(&self, read: &[u8]) -> Vec<u8> {
        let mut pieces: Vec<Piece> = Vec::new();
        let mut left = Bytes(read);
        while !left.0.is_empty() {
            // What was put there is what was cut.
            let Ok(one) = left.bytes() else { break };
            for piece in get_block(one, self.widths, self.keys, self.weighted).unwrap_or_default() {
                match pieces.last_mut() {
                    Some(last) if last.article == piece.article => join(last, &piece),
                    _ => pieces.push(piece),
                }
            }
        }
        put_block(&pieces, self.widths)
    }
}

/// Reads pieces, passage by passage.
struct Reader<'p, 'm> {
    pieces: &'p Pieces<'m>,
    sealed: Cow<'p, [u8]>,
    at: usize,
    /// Which is unsealed next.
    next: usize,
}

impl Reader<'_, '_> {
    /// The pieces of the next passages, each with its length before it.
    fn read(&mut self, passages: Range<usize>) -> Result<Vec<u8>, Failure> {
        let mut out = Vec::new();
        for passage in passages {
            if self.pieces.sealed.get(self.next) == Some(&passage) {
                self.sealed = self.pieces.shelf.get(self.next)?;
                (self.at, self.next) = (0, self.next + 1);
            }
            let here = self.sealed.get(self.at..).unwrap_or_default();
            let mut left = Bytes(here);
            for _ in 0..self.pieces.sizes[passage].pieces {
                // What was put there is what was cut.
                let _ = left.bytes();
            }
            let taken = here.len() - left.0.len();
            out.extend_from_slice(&here[..taken]);
            self.at += taken;
        }
        Ok(out)
    }
}

/// Whether a reader takes a block of so many bytes that takes so much to fold.
fn fits(bytes: usize, folds: usize) -> bool {
    bytes <= MOST_DATA && folds <= MOST_FOLDS
}

/// Cuts an article, number k of the index, into its pieces: one for each of its passages.
pub(super) fn cut(
    article: &Article,
    k: usize,
    (title, body): (&Text, &Text),
    starts: &[usize],
    (heads, parts): (&[HeadIn<'_>], &[(Range<usize>, u32)]),
    corpus: &Corpus,
) -> Vec<Cut> {
    let widths = Widths::new(corpus.original.len() as u32);
    let meta: Vec<(u32, String)> = article.meta.iter().map(|(key, v)| (corpus.facts.number(key), v.clone())).collect();
    let ends = starts.iter().skip(1).copied().chain([body.ranks.len()]);
    let piece = |(&from, to): (&usize, usize)| {
        // Those before the piece, then those within.
        let (before, rest) = heads.split_at(heads.partition_point(|h| h.start < from));
        let within = &rest[..rest.partition_point(|h| h.start < to)];
        let under = before.last().map(|h| (body.ranks[h.start..h.end].to_vec(), h.anchor.to_owned()));
        let head = |h: &HeadIn<'_>| Head {
            start: (h.start - from) as u32,
            end: (h.end.min(to) - from) as u32,
            anchor: h.anchor.to_owned(),
        };
        let piece = Piece {
            article: k as Number,
            id: corpus.order[k],
            offset: from as u32,
            title: title.ranks.clone(),
            url: article.url.clone(),
            meta: meta.clone(),
            under,
            heads: within.iter().map(head).collect(),
            passages: vec![(to - from) as u32],
            weights: if corpus.weighted { corpus.weights_in(k as Number, parts, from..to) } else { Vec::new() },
            text: body.ranks[from..to].to_vec(),
        };
        let bytes = put_block(std::slice::from_ref(&piece), widths);
        let (folds, text) = (piece.folds(&corpus.folder), piece.text.len());
        let said = text + piece.title.len() + piece.url.len() / 3 + 16;
        Cut {
            too_long: !fits(bytes.len(), folds) || piece.meta.len() as u64 > MOST_METADATA,
            size: Size { bytes: bytes.len(), folds, text: text as u32, said: said as u32, pieces: 1 },
            bytes,
        }
    };
    starts.iter().zip(ends).map(piece).collect()
}

/// Adds the next passage of the same article to a piece.
fn join(piece: &mut Piece, next: &Piece) {
    let shift = piece.text.len() as u32;
    piece.heads.extend(next.heads.iter().map(|h| Head { start: h.start + shift, end: h.end + shift, anchor: h.anchor.clone() }));
    piece.passages.extend(&next.passages);
    piece.weights.extend(&next.weights);
    piece.text.extend(&next.text);
}
