//! In which passages may a term start?
//!
//! A [`Plan`] asks the gram dictionary at the beginning and in the middle of the term, then at one offset after the other. The
//! order of the offsets depends on the term and on what the dictionary says, never on what happens to be in memory, so a
//! query has one plan.

use crate::format::grams::SHORTEST_PASSAGE;
use crate::format::root::Root;
use crate::format::{File, Passage, Rank};
use crate::search::index::Reader;
use crate::search::step::{Lacks, Stop, in_order};

/// Pages that a plan reads while it only wants fewer candidates,
const PAGES: usize = 4;
/// and those of a term that is longer than any gram, while there are more than B of them.
const MOST_PAGES: usize = 6;
/// With so few candidates, reading text is cheaper than reading another page: a block takes about as much.
const FEW: usize = 5;

/// The way to the passages of one term.
pub struct Plan {
    /// The term as ranks of the folded alphabet; `None`: it has a character that the corpus has not.
    ranks: Option<Vec<Rank>>,
    offset: usize,
    /// Length of the gram found at the offset before, if it is frequent and yet not extended by the next character.
    stuck: usize,
    candidates: Option<Vec<Passage>>,
    pages: Vec<u32>,
    exact: bool,
    done: bool,
    /// A page could not be had.
    gaps: bool,
}

impl Plan {
    /// For a folded term.
    pub fn new(root: &Root, term: &[u32]) -> Plan {
        Plan::new_of(root.ranks_of(term))
    }

    /// For a term as ranks.
    pub(crate) fn of(ranks: Vec<Rank>) -> Plan {
        Plan::new_of(Some(ranks))
    }

    fn new_of(ranks: Option<Vec<Rank>>) -> Plan {
        Plan { done: ranks.is_none(), ranks, offset: 0, stuck: 0, candidates: None, pages: Vec::new(), exact: false, gaps: false }
    }

    /// Goes on until it is done or lacks a file. `failed`: files that cannot be had.
    pub fn run(&mut self, reader: &mut Reader, root: &Root, failed: &[File]) -> Result<(), Stop> {
        let Some(ranks) = self.ranks.take() else { return Ok(()) };
        let outcome = self.go(&ranks, reader, root, failed);
        self.ranks = Some(ranks);
        outcome
    }

    fn go(&mut self, ranks: &[u32], reader: &mut Reader, root: &Root, failed: &[File]) -> Result<(), Stop> {
        let longest = root.longest as usize;
        // A term that is hardly a gram is asked for at its middle as well.
        let ahead = if ranks.len() > 2 { ranks.len() / 2 } else { 0 };
        let middle = ranks.get(ahead..).unwrap_or_default();
        let page_of = |term: &[u32]| root.page_of(term.get(..longest).unwrap_or(term));
        while !self.done {
            let rest = ranks.get(self.offset..).unwrap_or_default();
            let lookup = match reader.longest_gram(rest) {
                Ok(lookup) => lookup,
                Err(Stop::Lacks(lacks)) if lacks.iter().any(|f| failed.contains(f)) => {
                    // Without this page there are more candidates, or none are known.
                    self.gaps = true;
                    self.stuck = 0;
                    self.offset += 1;
                    self.done = self.offset == ranks.len();
                    continue;
                }
                Err(Stop::Lacks(lacks)) if self.offset == 0 && ahead > 0 => {
                    return Err(with_next(lacks, &[middle], reader, failed));
                }
                Err(stop) => return Err(stop),
            };
            let found = lookup.list.len();
            let exact = self.offset == 0 && lookup.length == ranks.len();
            let mut second = None;
            if self.offset == 0 && ahead > 0 && !exact {
                second = match reader.longest_gram(middle) {
                    Ok(lookup) => Some(lookup.list),
                    Err(Stop::Lacks(lacks)) if lacks.iter().any(|f| failed.contains(f)) => None,
                    Err(stop) => return Err(stop),
                };
            }
            let mut candidates = match self.candidates.take() {
                None if self.offset == 0 => lookup.list,
                None => starts(root, &lookup.list),
                Some(before) => narrow(root, before, &lookup.list),
            };
            self.read(page_of(rest));
            if let Some(list) = second {
                candidates = narrow(root, candidates, &list);
                self.read(page_of(middle));
            }
            let few = candidates.len();
            self.candidates = Some(candidates);
            let frequent = found > root.bound as usize;
            // The gram one character longer than the one before: its prefix and its suffix are frequent, so if it
            // occurred, it would be in the dictionary.
            let gap = self.stuck > 0 && (lookup.length > self.stuck || lookup.length == self.stuck && frequent);
            if exact {
                self.exact = true;
                self.done = true;
            } else if few == 0 || lookup.length == 0 || gap {
                // Proved absent.
                self.candidates = Some(Vec::new());
                self.done = true;
            } else {
                // A frequent gram that ends early: the gram one to the right is rare, or the term does not occur.
                let stuck = frequent && lookup.length < longest && lookup.length < rest.len();
                self.stuck = if stuck { lookup.length } else { 0 };
                let next = if stuck {
                    self.offset + 1
                } else {
                    // The next uncovered offset, but leave it a full gram where the term is long enough.
                    let last_full = ranks.len().saturating_sub(longest);
                    (self.offset + lookup.length).min(last_full.max(self.offset + 1))
                };
                let bound_holds = few <= root.bound as usize || ranks.len() > longest && self.pages.len() >= MOST_PAGES;
                self.offset = next;
                self.done = next >= ranks.len() || bound_holds && (few <= FEW || self.pages.len() >= PAGES);
            }
        }
        Ok(())
    }

    fn read(&mut self, page: u32) {
        if !self.pages.contains(&page) {
            self.pages.push(page);
        }
    }

    /// Passages where the term may start, increasing; `None` if no page could be had.
    pub fn candidates(&self) -> Option<&[Passage]> {
        match (&self.ranks, &self.candidates) {
            (None, _) => Some(&[]),
            (_, Some(list)) => Some(list),
            _ => None,
        }
    }

    /// Whether the candidates are the passages where the term does start.
    pub fn is_exact(&self) -> bool {
        self.exact || self.ranks.is_none()
    }

    /// Whether a page could not be had.
    pub fn has_gaps(&self) -> bool {
        self.gaps
    }
}

/// Runs plans as far as they go; what some of them lack, together.
pub fn run_all(plans: &mut [Plan], reader: &mut Reader, root: &Root, failed: &[File]) -> Result<(), Stop> {
    let mut lacks = Lacks::new();
    for plan in plans {
        match plan.run(reader, root, failed) {
            Err(Stop::Lacks(more)) => lacks.extend(more),
            other => other?,
        }
    }
    all_had(lacks)
}

/// What is lacking, and what will be asked for next: a round trip costs more than a page.
fn with_next(mut lacks: Lacks, next: &[&[Rank]], reader: &mut Reader, failed: &[File]) -> Stop {
    for key in next {
        if let Err(Stop::Lacks(more)) = reader.longest_gram(key) {
            lacks.extend(more.into_iter().filter(|f| !failed.contains(f)));
        }
    }
    in_order(&mut lacks);
    Stop::Lacks(lacks)
}

/// Goes on if nothing is lacking.
fn all_had(mut lacks: Lacks) -> Result<(), Stop> {
    if lacks.is_empty() {
        return Ok(());
    }
    in_order(&mut lacks);
    Err(Stop::Lacks(lacks))
}

/// Passages where a term may start whose gram at a later offset starts in these: the same, or the one before in its article.
fn starts(root: &Root, list: &[u32]) -> Vec<u32> {
    let mut out = Vec::with_capacity(list.len() * 2);
    for &p in list {
        if let Some(before) = before(root, p)
            && out.last() != Some(&before)
        {
            out.push(before);
        }
        out.push(p);
    }
    out
}

/// Those of `candidates` with an entry of `list` in the same passage or in the next one of their article. O(both).
fn narrow(root: &Root, mut candidates: Vec<u32>, list: &[u32]) -> Vec<u32> {
    let mut at = 0;
    candidates.retain(|&p| {
        while list.get(at).is_some_and(|&q| q < p) {
            at += 1;
        }
        match list.get(at) {
            Some(&q) if q == p => true,
            Some(&q) => q == p + 1 && before(root, q) == Some(p),
            None => false,
        }
    });
    candidates
}

/// The passage before this one in the same body.
fn before(root: &Root, passage: u32) -> Option<u32> {
    let body = passage.checked_sub(root.group_count())?;
    (body > *root.groups.get(root.group_of(passage) as usize)?).then(|| passage - 1)
}

/// Where a term may be all that stands in a title or a heading, between the signs at their ends.
pub struct Edges {
    /// The term with both signs.
    ranks: Vec<Rank>,
    passages: Option<Vec<Passage>>,
}

impl Edges {
    /// For a folded term. `None`: it is nowhere.
    pub fn new(root: &Root, term: &[u32]) -> Option<Edges> {
        let mut ranks = root.ranks_of(term).filter(|ranks| ranks.len() + 2 <= SHORTEST_PASSAGE)?;
        ranks.insert(0, root.edge());
        ranks.push(root.edge());
        Some(Edges { ranks, passages: None })
    }

    /// Asks the dictionary what begins like it and, where that is among what `matters`, what ends like it. What few it lets
    /// through besides is seen when read: this decides only what is read first. `failed`: files that cannot be had. `likely`: so many
    /// titles have it that the answers to both are asked for together, which takes a round trip less and often a page more.
    pub fn run(
        &mut self,
        reader: &mut Reader,
        root: &Root,
        failed: &[File],
        likely: bool,
        matters: &mut dyn FnMut(&[Passage]) -> bool,
    ) -> Result<(), Stop> {
        if self.passages.is_some() {
            return Ok(());
        }
        let lost = |lacks: &Lacks| lacks.iter().any(|f| failed.contains(f));
        let ends = [3, 2].map(|n| self.ranks.get(self.ranks.len().saturating_sub(n)..).unwrap_or_default());
        let (begins, all) = match reader.longest_gram(&self.ranks) {
            Ok(lookup) => (lookup.list, lookup.length == self.ranks.len()),
            Err(Stop::Lacks(lacks)) if lost(&lacks) => (Vec::new(), true),
            Err(Stop::Lacks(lacks)) if likely => return Err(with_next(lacks, &ends, reader, failed)),
            Err(stop) => return Err(stop),
        };
        // Most of what is typed begins no title.
        if all || !matters(&begins) {
            self.passages = Some(begins);
            return Ok(());
        }
        let mut lists: Vec<Vec<Passage>> = Vec::new();
        let mut lacks = Lacks::new();
        for key in ends {
            match reader.longest_gram(key) {
                Ok(lookup) => lists.push(lookup.list),
                Err(Stop::Lacks(more)) if lost(&more) => {}
                Err(Stop::Lacks(more)) => lacks.extend(more),
                Err(stop) => return Err(stop),
            }
        }
        all_had(lacks)?;
        self.passages = Some(lists.into_iter().fold(begins, |all, list| narrow(root, all, &list)));
        Ok(())
    }

    /// Passages where such a title or heading may start, increasing.
    pub fn passages(&self) -> &[Passage] {
        self.passages.as_deref().unwrap_or_default()
    }
}
