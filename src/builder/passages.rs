//! Where may a text be cut?

use rayon::prelude::*;

use crate::builder::Failure;
use crate::builder::corpus::{Corpus, Text};
use crate::fold::class;
use crate::fold::folder::Folder;
use crate::fold::table::Table;
use crate::format::grams::SHORTEST_PASSAGE;
use crate::format::root::MOST_PASSAGES;

/// The bodies, cut into passages.
pub(super) struct Passages {
    /// Where the passages of each body start, in original characters, in the index' order of articles.
    pub(super) starts: Vec<Vec<usize>>,
    /// Passages of bodies.
    pub(super) count: u32,
    /// Folded characters that a passage aims at.
    pub(super) window: usize,
}

impl Passages {
    /// Cuts the bodies of a corpus. O(text).
    pub(super) fn new(corpus: &Corpus<'_>, window: usize) -> Result<Passages, Failure> {
        let starts: Vec<Vec<usize>> =
            corpus.texts.par_iter().map(|(_, body)| cuts(body, &corpus.folder, &corpus.table, window)).collect();
        let count: u64 = starts.iter().map(|b| b.len() as u64).sum();
        if count.max(starts.len() as u64) >= MOST_PASSAGES / 2 {
            return Err(Failure::TooLarge { passages: count + starts.len() as u64 });
        }
        Ok(Passages { starts, count: count as u32, window })
    }
}

/// Where the passages of a body start, in original characters: 0 and the cuts. Every passage of a body that is cut has at
/// least [`SHORTEST_PASSAGE`] folded characters, and folding the parts alone gives what folding the whole gives, but for a space at a cut.
fn cuts(body: &Text, folder: &Folder, table: &Table, window: usize) -> Vec<usize> {
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
            if (folded.original(at, at + 1).0 as usize) < cut {
                continue;
            }
            let Some(in_word) = folder.cuts(&body.ranks, cut) else { continue };
            let white = body.ranks.get(cut).is_some_and(|&r| folder.class(r).is(class::WHITE));
            let place = match table.class(folded.chars[at - 1]) {
                // Only where there is nothing else far and wide.
                _ if in_word => 4,
                class if class.is(class::WORD) => 3,
                _ if white => 0,
                _ if matches!(char::from_u32(folded.chars[at - 1]), Some('.' | '!' | '?' | ';')) => 1,
                class if !class.is(class::HAN_KANA) => 2,
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
