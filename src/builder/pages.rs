//! Which grams, which B and N, and how large are their pages?

use crate::builder::corpus::Corpus;
use crate::builder::grams::{Found, Wanted};
use crate::builder::levels::{Costs, bounds};
use crate::builder::passages::Passages;
use crate::builder::shelf::Memory;
use crate::builder::stream::Stream;
use crate::builder::{Failure, LARGE, Options, Told};
use crate::format::grams::{LONGEST_GRAM, ONE_BOUND, Page, Shape, bound_of};

/// Pages at which files become larger instead of more.
const PAGES: usize = 2300;

/// The largest B: there are no more passages, so all grams are characters then.
const LARGEST: u32 = 1 << 22;

/// Characters that grams may have, where even those are too many for their budget.
const SHORTEST: usize = 3;

/// A budget that is this part of itself smaller or larger allows for a text that is a little longer or shorter.
const LITTLE: u64 = 200;

/// Bytes of a page in an index of one file, which holds all of them anyway.
const PACKED: usize = 32 << 10;

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
pub(super) struct Dictionary<'m> {
    found: Found<'m>,
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

impl<'m> Dictionary<'m> {
    /// Finds the grams of a corpus; with their pages as they usually are. `pack`: for an index of one file.
    pub(super) fn new(
        corpus: &Corpus,
        passages: &Passages,
        stream: Stream,
        options: &Options,
        pack: bool,
        memory: &'m Memory<'m>,
        told: Told<'_>,
    ) -> Result<(Dictionary<'m>, Pages), Failure> {
        // Where articles share passages more of these hold a gram by chance, and each is read in vain.
        let shared = passages.members.len() * 2 < corpus.order.len();
        let usual = match corpus.utf8 {
            0..12_000_000 if shared => [20, 34, 46],
            50_000_000.. => [20, 27, 36],
            _ => [20, 28, 40],
        };
        let share = options.budget.unwrap_or(corpus.usual(pack, usual));
        let budget = corpus.utf8 * u64::from(share) / 100;
        let page = match corpus.utf8 {
            _ if pack => PACKED,
            0..12_000_000 => corpus.usual(false, [0, 4 << 10, 9 << 9]) as usize,
            _ => (budget as usize / PAGES).clamp(6 << 10, 38 << 10),
        };
        // A pack has all text in memory: short grams do.
        let wanted = options.longest.unwrap_or(corpus.usual(pack, [3, 8, 6])).clamp(1, LONGEST_GRAM as u32);
        let least = least(options.bound, stream.ranks.len());
        let alphabet = corpus.folded.len() as u32 + 1; // and the sign at the ends of titles and headings
        let large = options.bound.is_none() && corpus.chars > LARGE;
        let mut costs = None;
        let found = Found::new(
            stream,
            Wanted { alphabet, bound: bound_of(least, 1), longest: wanted },
            memory,
            told,
            |found, length| {
                // Of a small text it takes longer to ask than to look for them.
                if !large || length != SHORTEST {
                    return Ok(false);
                }
                let these = found.costs(passages.count(), told)?;
                // With longer ones it would be more.
                let enough = these.bytes(ONE_BOUND, SHORTEST as u32) > budget + budget / LITTLE;
                costs = enough.then_some(these);
                Ok(enough)
            },
        )?;
        let named = Choice { bound: least, longest: wanted, settled: false };
        if options.bound.is_none() && costs.is_none() {
            costs = Some(found.costs(passages.count(), told)?);
        }
        let mut dictionary = Dictionary {
            found,
            shape: Shape { longest: wanted, bound: least, passages: passages.count(), alphabet },
            page,
            settled: false,
        };
        let mut allowed = budget;
        loop {
            let Choice { bound, longest, settled } = costs.as_ref().map_or(named, |costs| choose(costs, least, wanted, allowed));
            (dictionary.shape.longest, dictionary.shape.bound, dictionary.settled) = (longest, bound, settled);
            let pages = dictionary.pages(1, told)?;
            // What paths repeat at the start of a page is not foreseen: a budget that was named is kept in what is written.
            let bytes = pages.bytes();
            if bytes <= budget || options.budget.is_none() || allowed == 0 || options.bound.is_some() {
                return Ok((dictionary, pages));
            }
            allowed = (allowed * budget / bytes).min(allowed - 1);
        }
    }

    /// Its pages, `larger` times as large as usual.
    pub(super) fn pages(&self, larger: usize, told: Told<'_>) -> Result<Pages, Failure> {
        let Shape { bound, longest, .. } = self.shape;
        let pages = self.found.pages(self.shape, self.page * larger, told)?;
        Ok(Pages { pages, bound, longest, settled: self.settled })
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

/// The smallest B that is thought of for a text of so many characters.
fn least(bound: Option<u32>, characters: usize) -> u32 {
    match (bound, characters) {
        (Some(bound), _) => bound.max(1),
        (None, 0..500_000) => 2,
        (None, 500_000..4_000_000) => 16,
        (None, 4_000_000..20_000_000) => 32,
        _ => 128,
    }
}

/// B and N of a dictionary: the smallest B whose pages take at most `budget` bytes; where even the largest is too much, shorter grams;
/// where those are, fewer of them, the longest ones above all.
fn choose(costs: &Costs, least: u32, wanted: u32, budget: u64) -> Choice {
    let shortest = (SHORTEST as u32).min(wanted);
    let usual = (shortest..=wanted)
        .rev()
        .flat_map(|n| bounds(least, ONE_BOUND).filter(move |&b| n == wanted || b >= 128).map(move |b| (b, n)));
    let larger = bounds(ONE_BOUND + 1, LARGEST).filter(|&b| bound_of(b, 1) >= least);
    let all = usual.chain(larger.map(|b| (b, shortest)));
    let within = |budget: u64| all.clone().find(|&(b, n)| costs.bytes(b, n) <= budget).unwrap_or((LARGEST, shortest));
    let (bound, longest) = within(budget);
    let settled = [budget - budget / LITTLE, budget + budget / LITTLE].map(within) == [(bound, longest); 2];
    Choice { bound, longest, settled }
}

/// The shortest string that is above `last` and not above `first`.
pub(super) fn separator(last: &[u32], first: &[u32]) -> Vec<u32> {
    let lcp = first.iter().zip(last).take_while(|(a, b)| a == b).count();
    first[..(lcp + 1).min(first.len())].to_vec()
}
