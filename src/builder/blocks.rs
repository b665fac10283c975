//! Which passages share a block of text?
//!
//! Neighbours, up to a few thousand characters: a result costs one block, and a block repeats what a result needs of its
//! article. All blocks are deflated with one dictionary (`dictionary`).

use rayon::prelude::*;

use crate::builder::corpus::Corpus;
use crate::builder::passages::Passages;
use crate::builder::{Failure, dictionary};
use crate::codec::deflate::deflate;
use crate::format::blocks::{Head, MOST_DATA, MOST_FOLDS, MOST_METADATA, Piece, Widths, put_block};
use crate::format::{Id, Number};

/// Compressed text up to this many bytes goes into one file with its index.
pub(super) const PACK: usize = 64 << 10;

/// Blocks at which files become larger instead of more: a host should not have to keep tens of thousands. At 100 MB
/// of text half as many would make a further query a third dearer.
const BLOCKS: usize = 6900;

/// Bytes of the dictionary that blocks share. Twice as many would make blocks a thirtieth smaller, and a first answer of
/// texts in Latin letters 6 kB larger.
const DICTIONARY: usize = 16 << 10;

/// What a block may hold of a small text that is tried as one file, in characters.
const LARGE: usize = 16 << 10;

/// All pieces of a corpus, one for each part of an article in a passage, and what each takes.
pub(super) struct Pieces {
    all: Vec<Piece>,
    /// Bytes in a block, and what it takes to fold.
    costs: Vec<(usize, usize)>,
    /// The first piece of each passage, and one more: how many there are.
    firsts: Vec<usize>,
    /// Names of metadata, in the order in which they came.
    pub(super) keys: Vec<String>,
    widths: Widths,
    /// Whether a part of a text counts otherwise than its article.
    pub(super) weighted: bool,
}

/// Blocks, ready for their envelopes.
pub(super) struct Blocks {
    /// The first passage of each.
    pub(super) starts: Vec<u32>,
    pub(super) payloads: Vec<Vec<u8>>,
    /// The preset dictionary; empty if there is none.
    pub(super) dictionary: Vec<u8>,
}

impl Pieces {
    /// Cuts out the pieces; refuses what a reader would refuse. O(text).
    pub(super) fn new(corpus: &Corpus<'_>, passages: &Passages) -> Result<Pieces, Failure> {
        let widths = Widths::new(corpus.original.len() as u32);
        let weighted = corpus.parts.iter().any(|parts| !parts.is_empty());
        let mut keys: Vec<String> = Vec::new();
        let key_of = |keys: &mut Vec<String>, key: &str| -> u32 {
            keys.iter().position(|k| k == key).unwrap_or_else(|| {
                keys.push(key.to_owned());
                keys.len() - 1
            }) as u32
        };
        let mut all: Vec<Piece> = Vec::new();
        let mut firsts = Vec::new();
        for (k, &input) in corpus.order.iter().enumerate() {
            let article = &corpus.articles[input];
            let meta: Vec<(u32, String)> = article.meta.iter().map(|(key, v)| (key_of(&mut keys, key), v.clone())).collect();
            let first = all.len();
            pieces_of(corpus, k, &passages.starts[k], meta, weighted, &mut all);
            if passages.begins(k) {
                firsts.extend(first..all.len());
            }
        }
        firsts.push(all.len());
        let costs: Vec<(usize, usize)> = all
            .par_iter()
            .map(|piece| (put_block(std::slice::from_ref(piece), widths).len(), piece.folds(&corpus.folder)))
            .collect();
        let too_long =
            |(piece, cost): &(&Piece, &(usize, usize))| !fits(cost.0, cost.1) || piece.meta.len() as u64 > MOST_METADATA;
        if let Some((piece, _)) = all.iter().zip(&costs).find(too_long) {
            let article = piece.id as usize;
            return Err(Failure::TooLong { article, title: corpus.articles[article].title.clone() });
        }
        Ok(Pieces { all, costs, firsts, keys, widths, weighted })
    }

    /// A small text as the blocks of one file, without a dictionary; `None`: they are too many bytes for that.
    pub(super) fn packed(&self, asked: Option<bool>) -> Option<Blocks> {
        let blocks = self.plan(LARGE);
        let payloads: Vec<Vec<u8>> = self.data(&blocks).par_iter().map(|d| deflate(d, &[])).collect();
        let fits = payloads.iter().map(Vec::len).sum::<usize>() <= PACK;
        asked.unwrap_or(fits).then(|| Blocks { starts: blocks, payloads, dictionary: Vec::new() })
    }

    /// The blocks as files of their own, `larger` times as large as usual.
    pub(super) fn apart(&self, corpus: &Corpus<'_>, larger: usize) -> Blocks {
        let blocks = self.plan((corpus.chars as usize / BLOCKS).clamp(4500, 32 << 10) * larger);
        let data = self.data(&blocks);
        let samples: Vec<&[u8]> = data.iter().map(Vec::as_slice).collect();
        let dictionary = dictionary::train(&samples, DICTIONARY);
        let payloads = data.par_iter().map(|d| deflate(d, &dictionary)).collect();
        Blocks { starts: blocks, payloads, dictionary }
    }

    /// The first passage of each block, at about `target` characters a block, and one more: how many passages there are.
    fn plan(&self, target: usize) -> Vec<u32> {
        let mut blocks = Vec::new();
        let (mut size, mut bytes, mut folds) = (0, 0, 0);
        for (passage, range) in self.firsts.windows(2).enumerate() {
            let (pieces, costs) = (&self.all[range[0]..range[1]], &self.costs[range[0]..range[1]]);
            let cost = costs.iter().fold((0, 0), |sum, cost| (sum.0 + cost.0, sum.1 + cost.1));
            let text: usize = pieces.iter().map(|piece| piece.text.len()).sum();
            (bytes, folds) = (bytes + cost.0, folds + cost.1);
            if passage == 0 || size + text > target + target / 4 || !fits(bytes, folds) {
                blocks.push(passage as u32);
                (size, bytes, folds) = (0, cost.0, cost.1);
            }
            size += pieces.iter().map(|piece| piece.text.len() + piece.title.len() + piece.url.len() / 3 + 16).sum::<usize>();
        }
        blocks.push(self.firsts.len() as u32 - 1);
        blocks
    }

    fn data(&self, plan: &[u32]) -> Vec<Vec<u8>> {
        plan.par_windows(2)
            .map(|block| {
                let mut pieces: Vec<Piece> = Vec::new();
                for piece in &self.all[self.firsts[block[0] as usize]..self.firsts[block[1] as usize]] {
                    match pieces.last_mut() {
                        Some(last) if last.article == piece.article => join(last, piece),
                        _ => pieces.push(piece.clone()),
                    }
                }
                put_block(&pieces, self.widths)
            })
            .collect()
    }
}

/// Whether a reader takes a block of so many bytes that takes so much to fold.
fn fits(bytes: usize, folds: usize) -> bool {
    bytes <= MOST_DATA && folds <= MOST_FOLDS
}

/// The pieces of an article, one for each of its passages.
fn pieces_of(corpus: &Corpus<'_>, k: usize, starts: &[usize], meta: Vec<(u32, String)>, weighted: bool, out: &mut Vec<Piece>) {
    let ((title, body), heads, input) = (&corpus.texts[k], &corpus.heads[k], corpus.order[k]);
    for (part, &from) in starts.iter().enumerate() {
        let to = starts.get(part + 1).copied().unwrap_or(body.ranks.len());
        // Those before the piece, then those within.
        let (before, rest) = heads.split_at(heads.partition_point(|h| h.start < from));
        let within = &rest[..rest.partition_point(|h| h.start < to)];
        let under = before.last().map(|h| (body.ranks[h.start..h.end].to_vec(), h.anchor.to_owned()));
        out.push(Piece {
            article: k as Number,
            id: input as Id,
            offset: from as u32,
            title: title.ranks.clone(),
            url: corpus.articles[input].url.clone(),
            meta: meta.clone(),
            under,
            heads: within
                .iter()
                .map(|h| Head { start: (h.start - from) as u32, end: (h.end.min(to) - from) as u32, anchor: h.anchor.to_owned() })
                .collect(),
            passages: vec![(to - from) as u32],
            weights: if weighted { corpus.weights_in(k, from..to) } else { Vec::new() },
            text: body.ranks[from..to].to_vec(),
        });
    }
}

/// Adds the next passage of the same article to a piece.
fn join(piece: &mut Piece, next: &Piece) {
    let shift = piece.text.len() as u32;
    piece.heads.extend(next.heads.iter().map(|h| Head { start: h.start + shift, end: h.end + shift, anchor: h.anchor.clone() }));
    piece.passages.extend(&next.passages);
    piece.weights.extend(&next.weights);
    piece.text.extend(&next.text);
}
