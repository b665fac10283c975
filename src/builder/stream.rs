//! What is the text in which grams are looked for? All titles, then all bodies; those of a group that share a passage one after the
//! other.
//!
//! At both ends of a title and of a heading stands a sign, so that "the title is the query" is a gram. The end of a block ends
//! all grams: nothing is found across it.

use crate::builder::corpus::{Corpus, HeadIn, Text};
use crate::fold::folder::{BLOCK_END, Folded};
use crate::format::Rank;

/// Ends a title or a body: no gram holds it.
pub const END: u32 = u32::MAX;

/// Ranks in the folded alphabet, in as few bytes as they fit into: of nothing else is there as much in memory.
#[derive(Clone)]
pub enum Ranks {
    /// For alphabets below 65,535.
    Short(Vec<u16>),
    /// For all others.
    Long(Vec<u32>),
}

impl Ranks {
    /// Ranks of an alphabet of this size: so many ends.
    fn new(alphabet: u32, ends: usize) -> Ranks {
        match alphabet < u32::from(u16::MAX) {
            true => Ranks::Short(vec![u16::MAX; ends]),
            false => Ranks::Long(vec![END; ends]),
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Ranks::Short(ranks) => ranks.len(),
            Ranks::Long(ranks) => ranks.len(),
        }
    }

    /// Adds ranks.
    fn extend(&mut self, more: &[u32]) {
        match self {
            // The end stays the largest.
            Ranks::Short(ranks) => ranks.extend(more.iter().map(|&rank| rank as u16)),
            Ranks::Long(ranks) => ranks.extend(more),
        }
    }

    /// Puts ranks in the place of others.
    fn replace(&mut self, at: usize, with: &[u32]) {
        match self {
            Ranks::Short(ranks) => ranks[at..].iter_mut().zip(with).for_each(|(place, &rank)| *place = rank as u16),
            Ranks::Long(ranks) => ranks[at..].iter_mut().zip(with).for_each(|(place, &rank)| *place = rank),
        }
    }

    /// A rank.
    #[inline]
    pub fn at(&self, position: usize) -> u32 {
        match self {
            Ranks::Short(ranks) => wide(ranks[position]),
            Ranks::Long(ranks) => ranks[position],
        }
    }

    /// Tells all ranks but the ends, with their positions.
    pub fn each(&self, mut told: impl FnMut(u32, u32)) {
        match self {
            Ranks::Short(ranks) => {
                (0..).zip(ranks).filter(|(_, rank)| **rank != u16::MAX).for_each(|(i, &rank)| told(i, rank.into()));
            }
            Ranks::Long(ranks) => (0..).zip(ranks).filter(|(_, rank)| **rank != END).for_each(|(i, &rank)| told(i, rank)),
        }
    }

    /// Bytes in memory.
    pub fn bytes(&self) -> usize {
        match self {
            Ranks::Short(ranks) => ranks.capacity() * 2,
            Ranks::Long(ranks) => ranks.capacity() * 4,
        }
    }
}

#[inline]
fn wide(rank: u16) -> u32 {
    if rank == u16::MAX { END } else { rank.into() }
}

/// All streams of a corpus, one after the other: the folded titles and bodies as ranks, [`END`] after each.
#[derive(Clone)]
pub struct Stream {
    /// Ranks in the folded alphabet.
    pub ranks: Ranks,
    /// Where each passage starts, the first one at 0.
    pub passages: Vec<u32>,
}

/// A title or a body as it stands in the stream.
pub(super) struct Strand {
    ranks: Vec<u32>,
    /// Where passages start in it.
    passages: Vec<u32>,
}

impl Strand {
    /// Of a title.
    pub(super) fn title(title: &Text, corpus: &Corpus) -> Strand {
        Strand::new(&title.folded, &[0], &[(0, title.ranks.len())], corpus)
    }

    /// Of a body; `starts`: of its passages.
    pub(super) fn body(body: &Text, starts: &[usize], heads: &[HeadIn<'_>], corpus: &Corpus) -> Strand {
        // Where a heading is not a block of its own, a sign would hide what runs into it.
        let ends = |at: usize| body.ranks.get(at).is_none_or(|&rank| corpus.original[rank as usize] == BLOCK_END);
        let alone = |h: &&HeadIn<'_>| (h.start == 0 || ends(h.start - 1)) && ends(h.end);
        let heads: Vec<(usize, usize)> = heads.iter().filter(alone).map(|h| (h.start, h.end)).collect();
        Strand::new(&body.folded, starts, &heads, corpus)
    }

    /// `starts` and `heads` in characters as written.
    fn new(folded: &Folded, starts: &[usize], heads: &[(usize, usize)], corpus: &Corpus) -> Strand {
        let edge = corpus.folded.len() as Rank;
        let mut strand = Strand { ranks: Vec::with_capacity(folded.chars.len() + 3), passages: Vec::new() };
        let mut starts = starts.iter().map(|&at| folded.first_from(at)).peekable();
        let mut edges: Vec<usize> = heads.iter().flat_map(|h| [folded.first_from(h.0), folded.first_from(h.1)]).collect();
        edges.sort_unstable();
        let mut edges = edges.into_iter().peekable();
        for at in 0..=folded.chars.len() {
            while starts.next_if_eq(&at).is_some() {
                strand.passages.push(strand.ranks.len() as u32);
            }
            while edges.next_if_eq(&at).is_some() {
                strand.ranks.push(edge);
            }
            strand.ranks.push(match folded.chars.get(at) {
                Some(&c) if c != BLOCK_END => corpus.folded_rank[c as usize],
                _ => END,
            });
        }
        strand
    }
}

/// A stream under way.
pub(super) struct Streams {
    ranks: Ranks,
    /// Where the next title goes.
    title: usize,
    titles: Vec<u32>,
    bodies: Vec<u32>,
}

impl Streams {
    /// With room for all titles: each has two signs and an end besides its characters.
    pub(super) fn new(corpus: &Corpus) -> Streams {
        let titles = corpus.titles as usize + corpus.order.len() * 3;
        let ranks = Ranks::new(corpus.folded.len() as u32 + 1, titles);
        Streams { ranks, title: 0, titles: Vec::new(), bodies: Vec::new() }
    }

    /// Adds an article; `begins`: it is the first of its group.
    pub(super) fn add(&mut self, title: &Strand, body: &Strand, begins: bool) {
        if begins {
            self.titles.push(self.title as u32);
            let before = self.ranks.len() as u32;
            self.bodies.extend(body.passages.iter().map(|&at| before + at));
        }
        self.ranks.replace(self.title, &title.ranks);
        self.title += title.ranks.len();
        self.ranks.extend(&body.ranks);
    }

    /// All of it.
    pub(super) fn finish(mut self) -> Stream {
        self.titles.append(&mut self.bodies);
        Stream { ranks: self.ranks, passages: self.titles }
    }
}
