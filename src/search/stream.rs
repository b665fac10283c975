//! How is an answer of very many results told piece by piece?
//!
//! In the order in which it is shown: what is told is let go of, so that neither time nor memory grow faster than the number of
//! results. The pieces together are what [`page`](crate::search::rank::page) shows of all of them.

use std::rc::Rc;

use crate::search::answer::Hit;
use crate::search::rank::{Candidate, EQUALS, FIVE, Options, Sort, Verified};
use crate::sort;

/// What has been told, and what cannot be told yet.
#[derive(Default)]
pub(super) struct Stream {
    /// Candidates whose articles have been taken over.
    read: usize,
    /// Results that wait for the others of their five.
    waiting: Vec<Verified>,
    /// Results passed, told or left out.
    passed: usize,
    /// Articles that match, and places in them.
    pub(super) articles: u32,
    pub(super) hits: u64,
}

impl Stream {
    /// The results that can be told by now; with `done`, all that are left. `verified`: of each candidate taken up so far its articles.
    pub(super) fn take(
        &mut self,
        options: &Options,
        order: &[Candidate],
        verified: &mut [Vec<Option<Verified>>],
        done: bool,
    ) -> Vec<Rc<Hit>> {
        let best = options.sort == Sort::Best;
        let open = verified.iter().skip(self.read).position(|articles| articles.iter().any(Option::is_none));
        let ready = open.map_or(verified.len(), |open| self.read + open);
        // Which of the first come before the others is known when all of them have been read.
        if best && !done && ready < EQUALS.min(order.len()) {
            return Vec::new();
        }
        let mut others: Vec<Verified> = Vec::new();
        for (candidate, articles) in order.iter().zip(verified).take(ready).skip(self.read) {
            let mut own: Vec<Verified> = std::mem::take(articles).into_iter().flatten().filter(|v| v.hit.is_some()).collect();
            if best {
                sort::by_key(&mut own, |v| v.facts.key(v.article));
            }
            for v in own {
                self.articles += 1;
                self.hits += v.hit.as_ref().map_or(0, |hit| hit.hits);
                if candidate.equal && v.facts.equal { &mut self.waiting } else { &mut others }.push(v);
            }
        }
        self.read = ready;
        self.waiting.append(&mut others);
        let tells = if best && !done { self.waiting.len() / FIVE * FIVE } else { self.waiting.len() };
        let mut told: Vec<Verified> = self.waiting.drain(..tells).collect();
        if best {
            for five in told.chunks_mut(FIVE) {
                sort::by_key(five, |v| v.facts.key(v.article));
            }
        }
        let skipped = (options.offset as usize).saturating_sub(self.passed);
        self.passed += told.len();
        told.into_iter().skip(skipped).filter_map(|v| v.hit).collect()
    }
}
