//! The same as the judge finds, in a hundredth of the time: a library finds the folded term in the folded text, and the judge
//! looks at each place. For large corpora; a test compares the two.

use std::collections::BTreeSet;

use memchr::memmem::Finder;
use rayon::prelude::*;

use super::{Folded, Match, Off, Searched, Term, TooLong, fold, folded_terms};

/// Articles folded once, every fold on.
pub struct Scan {
    /// Title and body of each article.
    articles: Vec<[Stream; 2]>,
}

/// A folded text, and once more as a string.
struct Stream {
    folded: Folded,
    string: String,
    /// For each byte of it that starts a character, which of them.
    characters: Vec<u32>,
}

impl Scan {
    /// Folds all articles.
    pub fn new<A: Searched + Sync>(corpus: &[A]) -> Scan {
        let articles = corpus.par_iter().map(|a| [a.title(), a.text()].map(Stream::new)).collect();
        Scan { articles }
    }

    /// The same as the judge's search.
    pub fn search(&self, query: &str) -> Result<Vec<Match>, TooLong> {
        let terms = folded_terms(query, Off::NONE)?;
        if terms.is_empty() {
            return Ok(Vec::new());
        }
        // Prepared once: there are very many short texts.
        let strings: Vec<String> = terms.iter().map(|term| term.chars.iter().collect()).collect();
        let finders: Vec<Finder> = strings.iter().map(Finder::new).collect();
        let hits = |streams: &[Stream; 2]| {
            let mut sum = 0;
            for (term, finder) in terms.iter().zip(&finders) {
                let hits: usize = streams.iter().map(|s| s.occurrences(term, finder)).sum();
                if hits == 0 {
                    return 0;
                }
                sum += hits;
            }
            sum
        };
        let matches = self.articles.par_iter().enumerate().map(|(id, streams)| Match { id, hits: hits(streams) });
        Ok(matches.filter(|m| m.hits > 0).collect())
    }

    /// Title and body of an article, folded.
    pub fn folded(&self, id: usize) -> [&Folded; 2] {
        let [title, text] = &self.articles[id];
        [&title.folded, &text.folded]
    }
}

impl Stream {
    fn new(text: &str) -> Stream {
        let folded = fold(text, Off::NONE);
        let string: String = folded.chars.iter().collect();
        let lengths = folded.chars.iter().enumerate();
        let characters = lengths.flat_map(|(at, c)| std::iter::repeat_n(at as u32, c.len_utf8())).collect();
        Stream { folded, string, characters }
    }

    /// As the judge counts them: overlapping ones too, those that start inside one original character once.
    fn occurrences(&self, term: &Term, finder: &Finder) -> usize {
        let first = term.chars.first().map_or(1, |c| c.len_utf8());
        let (mut starts, mut from) = (BTreeSet::new(), 0);
        while let Some(at) = finder.find(&self.string.as_bytes()[from..]) {
            let place = term.at(&self.folded, self.characters[from + at] as usize);
            starts.extend(place.map(|p| p.0));
            from += at + first;
        }
        starts.len()
    }
}
