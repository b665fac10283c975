//! Which grams, which B and N, and how large are their pages?

use crate::builder::Options;
use crate::builder::corpus::{Corpus, HeadIn, Text};
use crate::builder::grams::{END, Levels, Stream, bounds};
use crate::builder::passages::Passages;
use crate::fold::folder::{BLOCK_END, Folded};
use crate::format::Rank;
use crate::format::grams::{LONGEST_GRAM, Page, Shape, write};

/// Pages at which files become larger instead of more.
const PAGES: usize = 2300;

/// The largest B: there are no more passages, so all grams are characters then.
const LARGEST: u32 = 1 << 22;

/// A budget that is this part of itself smaller or larger allows for a text that is a little longer or shorter.
const LITTLE: u64 = 200;

/// Bytes of a page in an index of one file, which holds all of them anyway.
const LARGE: usize = 32 << 10;

/// The gram dictionary, ready for its envelopes.
pub(super) struct Pages {
    pub(super) pages: Vec<Page>,
    /// B.
    pub(super) bound: u32,
    /// N.
    pub(super) longest: u32,
    /// Whether they were chosen, and would be the same for a text that is a little longer or shorter.
    pub(super) settled: bool,
}

/// The gram dictionary of a corpus.
pub(super) struct Dictionary {
    levels: Levels,
    shape: Shape,
    /// Bytes aimed at for a page.
    page: usize,
    settled: bool,
}

/// B and N of a dictionary, and whether they would be the same for a text that is a little longer or shorter.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Choice {
    bound: u32,
    longest: u32,
    settled: bool,
}

impl Dictionary {
    /// Finds the grams of a corpus; with their pages as they usually are. `pack`: for an index of one file.
    pub(super) fn new(corpus: &Corpus<'_>, passages: &Passages, options: &Options, pack: bool) -> (Dictionary, Pages) {
        // Where articles share passages more of these hold a gram by chance, and each is read in vain.
        let shared = passages.members.len() * 2 < corpus.texts.len();
        let usual = match corpus.utf8 {
            0..12_000_000 if shared => [20, 34, 46],
            50_000_000.. => [20, 27, 36],
            _ => [20, 28, 40],
        };
        let share = options.budget.unwrap_or(corpus.usual(pack, usual));
        let budget = corpus.utf8 * u64::from(share) / 100;
        let page = match corpus.utf8 {
            _ if pack => LARGE,
            0..12_000_000 => corpus.usual(false, [0, 4 << 10, 9 << 9]) as usize,
            _ => (budget as usize / PAGES).clamp(6 << 10, 32 << 10),
        };
        // A pack has all text in memory: short grams do.
        let wanted = options.longest.unwrap_or(corpus.usual(pack, [3, 8, 6]));
        let alphabet = corpus.folded.len() as u32 + 1; // and the sign at the ends of titles and headings
        let mut allowed = budget;
        loop {
            let stream = stream(corpus, passages);
            let (levels, choice) = choose(stream, alphabet, passages.count(), options.bound, wanted, allowed);
            let Choice { bound, longest, settled } = choice;
            let shape = Shape { longest, bound, passages: passages.count(), alphabet };
            let dictionary = Dictionary { levels, shape, page, settled };
            let pages = dictionary.pages(1);
            // What paths repeat at the start of a page is not foreseen: a budget that was named is kept in what is written.
            let bytes = pages.bytes();
            if bytes <= budget || options.budget.is_none() || allowed == 0 || options.bound.is_some() {
                return (dictionary, pages);
            }
            allowed = (allowed * budget / bytes).min(allowed - 1);
        }
    }

    /// Its pages, `larger` times as large as usual.
    pub(super) fn pages(&self, larger: usize) -> Pages {
        let Shape { bound, longest, .. } = self.shape;
        Pages { pages: write(&self.levels, self.shape, self.page * larger), bound, longest, settled: self.settled }
    }
}

impl Pages {
    /// Bytes of all pages.
    pub(super) fn bytes(&self) -> u64 {
        self.pages.iter().map(|page| page.bytes.len() as u64).sum()
    }

    /// The shortest string between each two pages.
    pub(super) fn separators(&self) -> Vec<Vec<u32>> {
        self.pages.windows(2).map(|w| separator(&w[0].last, &w[1].first)).collect()
    }
}

/// All titles, then all bodies; those of a group that share a passage one after the other.
///
/// At both ends of a title and of a heading stands a sign, so that "the title is the query" is a gram. The end of a block ends
/// all grams: nothing is found across it.
fn stream(corpus: &Corpus<'_>, cut: &Passages) -> Stream {
    let edge = corpus.folded.len() as Rank;
    let length = |(title, body): &(Text, Text)| title.folded.chars.len() + body.folded.chars.len() + 4;
    let mut stream = Stream { ranks: Vec::with_capacity(corpus.texts.iter().map(length).sum()), passages: Vec::new() };
    let mut feed = |folded: &Folded, passages: &[usize], heads: &[(usize, usize)]| {
        // In folded characters.
        let mut passages = passages.iter().map(|&at| folded.first_from(at)).peekable();
        let mut edges: Vec<usize> = heads.iter().flat_map(|h| [folded.first_from(h.0), folded.first_from(h.1)]).collect();
        edges.sort_unstable();
        let mut edges = edges.into_iter().peekable();
        for at in 0..=folded.chars.len() {
            while passages.next_if_eq(&at).is_some() {
                stream.passages.push(stream.ranks.len() as u32);
            }
            while edges.next_if_eq(&at).is_some() {
                stream.ranks.push(edge);
            }
            stream.ranks.push(match folded.chars.get(at) {
                Some(&c) if c != BLOCK_END => corpus.folded_rank[c as usize],
                _ => END,
            });
        }
    };
    for (k, (title, _)) in corpus.texts.iter().enumerate() {
        feed(&title.folded, if cut.begins(k) { &[0] } else { &[] }, &[(0, title.ranks.len())]);
    }
    for ((k, (_, body)), starts) in corpus.texts.iter().enumerate().zip(&cut.starts) {
        // Where a heading is not a block of its own, a sign would hide what runs into it.
        let ends = |at: usize| body.ranks.get(at).is_none_or(|&rank| corpus.original[rank as usize] == BLOCK_END);
        let alone = |h: &&HeadIn<'_>| (h.start == 0 || ends(h.start - 1)) && ends(h.end);
        let heads: Vec<(usize, usize)> = corpus.heads[k].iter().filter(alone).map(|h| (h.start, h.end)).collect();
        feed(&body.folded, if cut.begins(k) { starts } else { &[] }, &heads);
    }
    stream
}

/// The dictionary of a text, its B and its N: as asked for, or the smallest B whose pages take at most `budget` bytes.
fn choose(stream: Stream, alphabet: u32, passages: u32, bound: Option<u32>, wanted: u32, budget: u64) -> (Levels, Choice) {
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
        return (found, Choice { bound: least, longest: wanted, settled: false });
    }
    let costs = found.costs(passages);
    // The smallest B within the budget; where even the largest is too much, shorter grams; where those are, fewer of them.
    let shortest = 3.min(wanted);
    let usual =
        (shortest..=wanted).rev().flat_map(|n| bounds(least, 512).filter(move |&b| n == wanted || b >= 128).map(move |b| (b, n)));
    let all = usual.chain(bounds(513, LARGEST).map(|b| (b, shortest)));
    let within = |budget: u64| all.clone().find(|&(b, n)| costs.bytes(b, n) <= budget).unwrap_or((LARGEST, shortest));
    let (bound, longest) = within(budget);
    let settled = [budget - budget / LITTLE, budget + budget / LITTLE].map(within) == [(bound, longest); 2];
    let levels = if bound > least || longest < wanted { found.restrict(bound, longest) } else { found };
    (levels, Choice { bound, longest, settled })
}

/// The shortest string that is above `last` and not above `first`.
fn separator(last: &[u32], first: &[u32]) -> Vec<u32> {
    let lcp = first.iter().zip(last).take_while(|(a, b)| a == b).count();
    first[..(lcp + 1).min(first.len())].to_vec()
}
