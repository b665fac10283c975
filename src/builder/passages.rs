//! Where may a text be cut, and which short ones share a passage?

use rayon::prelude::*;

use crate::builder::Failure;
use crate::builder::corpus::{Corpus, Text};
use crate::fold::class;
use crate::fold::grapheme::is_boundary;
use crate::format::blocks::MOST_FOLDS;
use crate::format::grams::SHORTEST_PASSAGE;
use crate::format::root::{MOST_ARTICLES, MOST_PASSAGES};

/// Folded characters that an article counts as at least, for what a block says of it besides its text.
const LEAST: usize = 16;

/// The bodies, cut into passages.
pub(super) struct Passages {
    /// Where the passages of each body start, in original characters, in the index' order of articles. A body that shares its
    /// passage has one.
    pub(super) starts: Vec<Vec<usize>>,
    /// First article of each group, and one more: how many there are.
    pub(super) members: Vec<u32>,
    /// First passage of each group, and one more: where the last one ends.
    pub(super) groups: Vec<u32>,
    /// Folded characters that a passage aims at.
    pub(super) window: usize,
}

impl Passages {
    /// Cuts the bodies of a corpus; those that together have at most `share` characters share a passage. O(text).
    pub(super) fn new(corpus: &Corpus<'_>, window: usize, share: usize) -> Result<Passages, Failure> {
        let starts: Vec<Vec<usize>> = corpus.texts.par_iter().map(|(_, body)| cuts(body, corpus, window)).collect();
        if starts.len() as u64 > MOST_ARTICLES {
            return Err(Failure::TooManyArticles { articles: starts.len() as u64 });
        }
        let members = members(corpus, &starts, share);
        let mut groups = vec![0u32];
        let mut count = 0u64;
        for pair in members.windows(2) {
            // Of several articles each has one, the same.
            count += starts[pair[0] as usize].len() as u64;
            groups.push(count as u32);
        }
        if count >= MOST_PASSAGES / 2 {
            return Err(Failure::TooLarge { passages: count + groups.len() as u64 });
        }
        Ok(Passages { starts, members, groups, window })
    }

    /// Passages of bodies.
    pub(super) fn bodies(&self) -> u32 {
        self.groups.last().copied().unwrap_or(0)
    }

    /// Passages, those of titles included.
    pub(super) fn count(&self) -> u32 {
        self.groups.len() as u32 - 1 + self.bodies()
    }

    /// Whether an article is the first of its group, so that its title and its body begin passages.
    pub(super) fn begins(&self, article: usize) -> bool {
        self.members.binary_search(&(article as u32)).is_ok()
    }
}

/// The first article of each group, and one more: neighbours that together are no longer than a passage, as far as a block
/// takes what is said of them.
fn members(corpus: &Corpus<'_>, starts: &[Vec<usize>], share: usize) -> Vec<u32> {
    let mut members = vec![0];
    let (mut chars, mut folds) = (0, 0);
    for (k, ((title, body), starts)) in corpus.texts.iter().zip(starts).enumerate() {
        // Nothing fits beside a body that is cut.
        let (mut own, mut heavy) = (share + 1, 0);
        if starts.len() == 1 {
            let article = &corpus.articles[corpus.order[k]];
            let said = article.url.len() + article.meta.iter().map(|(key, value)| key.len() + value.len()).sum::<usize>();
            own = LEAST.max(title.folded.chars.len() + body.folded.chars.len()) + said / 8;
            heavy = corpus.folder.bound(&title.ranks) + corpus.folder.bound(&body.ranks);
        }
        if k > 0 && (chars + own > share || folds + heavy > MOST_FOLDS / 4) {
            members.push(k as u32);
            (chars, folds) = (0, 0);
        }
        (chars, folds) = (chars + own, folds + heavy);
    }
    members.push(starts.len() as u32);
    members
}

/// Where the passages of a body start, in original characters: 0 and the cuts. Every passage of a body that is cut has at
/// least [`SHORTEST_PASSAGE`] folded characters, and folding the parts alone gives what folding the whole gives, but for a space at a cut.
fn cuts(body: &Text, corpus: &Corpus<'_>, window: usize) -> Vec<usize> {
    let Corpus { folder, table, original, .. } = corpus;
    let folded = &body.folded;
    let character = |k: usize| {
        let rank = body.ranks[k];
        (original.get(rank as usize).copied(), folder.class(rank))
    };
    let n = folded.chars.len();
    let parts = (n + window / 2) / window;
    let mut out = vec![0];
    // Right after the original characters of the folded one before; white space that was dropped before a dash is left behind.
    let cut_at = |at: usize| {
        let end = folded.original(at - 1, at).1;
        let dash = folded.chars[at] == u32::from(b'-');
        (if dash { folded.original(at, at + 1).0.max(end) } else { end }) as usize
    };
    let mut last = 0; // in folded characters
    for part in 1..parts {
        let wanted = n * part / parts;
        let reach = window / 8;
        let (from, to) = ((wanted - reach).max(last + SHORTEST_PASSAGE), (wanted + reach).min(n - SHORTEST_PASSAGE));
        // The best place near the wanted one: the end of a paragraph, of a sentence, or any clean place.
        let mut best: Option<(u32, usize, usize)> = None;
        for at in from..to {
            let cut = cut_at(at);
            if (folded.original(at, at + 1).0 as usize) < cut {
                continue;
            }
            let Some(in_word) = folder.cuts(&body.ranks, cut) else { continue };
            let white = body.ranks.get(cut).is_some_and(|&r| folder.class(r).is(class::WHITE));
            let place = match table.class(folded.chars[at - 1]) {
                // Only where there is nothing else far and wide.
                _ if !is_boundary(body.ranks.len(), cut, character) => 5,
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
            out.push(cut_at(at));
            last = at;
        }
    }
    out
}
