//! Where may a text be cut, and which short ones share a passage?

use crate::Article;
use crate::builder::Failure;
use crate::builder::corpus::{Corpus, Text};
use crate::fold::class;
use crate::fold::folder::Folder;
use crate::fold::grapheme::is_boundary;
use crate::format::blocks::MOST_FOLDS;
use crate::format::grams::SHORTEST_PASSAGE;
use crate::format::root::MOST_PASSAGES;
use crate::format::starts::MANY;

/// Folded characters that an article counts as at least, for what a block says of it besides its text.
const LEAST: usize = 16;

/// Which passages there are.
pub(super) struct Passages {
    /// First article of each group, and one more: how many there are.
    pub(super) members: Vec<u32>,
    /// First passage of each group, and one more: where the last one ends.
    pub(super) groups: Vec<u32>,
    /// Folded characters that a passage aims at.
    pub(super) window: usize,
}

impl Passages {
    /// Passages of bodies.
    pub(super) fn bodies(&self) -> u32 {
        self.groups.last().copied().unwrap_or(0)
    }

    /// Passages, those of titles included.
    pub(super) fn count(&self) -> u32 {
        self.groups.len() as u32 - 1 + self.bodies()
    }
}

/// What an article takes of a passage that it shares.
pub(super) struct Share {
    /// Passages of its body.
    passages: usize,
    /// What it counts for, in folded characters; `None`: nothing fits beside it,
    chars: Option<usize>,
    /// and what it takes to fold.
    folds: usize,
}

impl Share {
    /// Of an article whose body is cut into so many passages.
    pub(super) fn new(article: &Article, title: &Text, body: &Text, passages: usize, folder: &Folder) -> Share {
        // Nothing fits beside a body that is cut.
        if passages > 1 {
            return Share { passages, chars: None, folds: 0 };
        }
        let said = article.url.len() + article.meta.iter().map(|(key, value)| key.len() + value.len()).sum::<usize>();
        let chars = LEAST.max(title.folded.chars.len() + body.folded.chars.len()) + said / 8;
        Share { passages, chars: Some(chars), folds: folder.bound(&title.ranks) + folder.bound(&body.ranks) }
    }
}

/// Groups after which it is thought of anew how many articles share one.
const ERA: usize = 256;

/// Groups under way: neighbours that together are no longer than a passage, as far as a block takes what is said of them. Where there are
/// many, as many as in the one before, while they are not shorter than half a passage and not longer than one and a half.
pub(super) struct Groups {
    passages: Passages,
    /// Folded characters that a group may have.
    share: usize,
    articles: u32,
    count: u64,
    /// Of the last group.
    own: Sum,
    folds: usize,
    /// How many articles share a group, where there are many groups and it is known.
    pace: Option<usize>,
    /// Those since it was thought of, and how many groups; `None`: there are few.
    era: Option<(Sum, usize)>,
}

/// Articles, and what they count for.
#[derive(Clone, Copy, Default)]
struct Sum {
    articles: usize,
    chars: usize,
}

impl Groups {
    /// `chars`: folded characters of all articles.
    pub(super) fn new(window: usize, share: usize, chars: u64) -> Groups {
        let passages = Passages { members: Vec::new(), groups: Vec::new(), window };
        let many = chars / share.max(1) as u64 > MANY;
        let era = many.then(Default::default);
        Groups { passages, share, articles: 0, count: 0, own: Sum::default(), folds: 0, pace: None, era }
    }

    /// Adds the next article. Whether it is the first of its group, so that its title and its body begin passages.
    pub(super) fn add(&mut self, share: &Share) -> bool {
        // Nothing fits before or behind what is too long.
        let chars = share.chars.unwrap_or(self.share * 2);
        let full = match self.pace {
            None => self.own.chars + chars > self.share,
            Some(pace) => {
                self.own.chars + chars > self.share * 3 / 2 || self.own.articles >= pace && self.own.chars >= self.share / 2
            }
        };
        let begins = self.articles == 0 || full || self.folds + share.folds > MOST_FOLDS / 4;
        if begins {
            self.pace();
            self.passages.members.push(self.articles);
            self.passages.groups.push(self.count as u32);
            // Of several articles each has one, the same.
            self.count += share.passages as u64;
            (self.own, self.folds) = (Sum::default(), 0);
        }
        self.own.chars += chars;
        self.own.articles += 1;
        self.folds += share.folds;
        self.articles += 1;
        begins
    }

    /// A group has ended.
    fn pace(&mut self) {
        let Some((sum, groups)) = self.era.as_mut().filter(|_| self.own.chars <= self.share * 3 / 2) else { return };
        sum.articles += self.own.articles;
        sum.chars += self.own.chars;
        *groups += 1;
        if *groups > ERA {
            self.pace = Some((sum.articles * self.share / sum.chars.max(1)).max(1));
            (*sum, *groups) = Default::default();
        }
    }

    /// All of them.
    pub(super) fn finish(self) -> Result<Passages, Failure> {
        let (mut passages, count) = (self.passages, self.count);
        passages.members.push(self.articles);
        passages.groups.push(count as u32);
        if count >= MOST_PASSAGES / 2 {
            return Err(Failure::TooLarge { passages: count + passages.groups.len() as u64 });
        }
        Ok(passages)
    }
}

/// Where the passages of a body start, in original characters: 0 and the cuts. Every passage of a body that is cut has at
/// least [`SHORTEST_PASSAGE`] folded characters, and folding the parts alone gives what folding the whole gives, but for a space at a cut.
pub(super) fn cuts(body: &Text, corpus: &Corpus, window: usize) -> Vec<usize> {
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Articles of 60 to 340 characters, and now and then one that is cut: where groups are few they are as full as can be, where they are
    /// many as many articles share each.
    #[test]
    fn many_groups_have_as_many_articles_each() {
        for many in [false, true] {
            let mut groups = Groups::new(4096, 4096, if many { 4096 * (MANY + 1) } else { 1000 });
            let (mut state, mut own) = (7u32, 0);
            for k in 0..100_000 {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let chars = (k % 5000 != 0).then_some(60 + (state >> 20) as usize % 281);
                let begins = groups.add(&Share { passages: if chars.is_some() { 1 } else { 3 }, chars, folds: 0 });
                own = if begins { 0 } else { own } + chars.unwrap_or(0);
                assert!(own <= if many { 4096 * 3 / 2 } else { 4096 }, "{own} characters in a group");
                assert!(begins || chars.is_some(), "what is cut is alone");
            }
            let members = groups.finish().expect("not too many").members;
            let sizes: Vec<u32> = members.windows(2).map(|of| of[1] - of[0]).collect();
            let runs = sizes.chunk_by(|a, b| a == b).count();
            assert!(sizes.len() < 100_000 / 18, "{} groups", sizes.len());
            // But for the first ones, and those next to what is cut.
            assert!(if many { runs < 350 } else { runs > 2000 }, "many: {many}: {runs} runs of {} groups", sizes.len());
        }
    }
}
