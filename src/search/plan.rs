//! In which passages may a term start?
//!
//! A [`Plan`] asks the gram dictionary at the beginning of the term and, in the same breath, where it is rarest; then at one offset
//! after the other, the rarest first. Their order depends on the term and on what the dictionary says, never on what happens to be
//! in memory, so a query has one plan.

use crate::format::grams::{SHORTEST_PASSAGE, bound_of};
use crate::format::root::Root;
use crate::format::{File, Passage, Rank};
use crate::search::index::Reader;
use crate::search::step::{Lacks, Stop, in_order};

/// Pages that a plan reads while it only wants fewer candidates,
const PAGES: usize = 4;
/// and those that it reads while there are very many and each page makes them fewer.
const MOST_PAGES: usize = 8;
const MANY: usize = 16;
/// With so few candidates, reading text is cheaper than reading another page: a block takes about as much.
const FEW: usize = 5;
/// Characters that a gram has at the least, where it is worth a page.
const SPAN: usize = 3;

/// The way to the passages of one term.
pub struct Plan {
    /// The term as ranks of the folded alphabet; `None`: it has a character that the corpus has not.
    ranks: Option<Vec<Rank>>,
    /// The offset that is asked for next.
    offset: usize,
    /// What the dictionary said at the offsets so far.
    asked: Vec<Asked>,
    candidates: Option<Vec<Passage>>,
    pages: Vec<u32>,
    exact: bool,
    done: bool,
    /// A page could not be had.
    gaps: bool,
}

/// The longest gram at an offset.
#[derive(Clone, Copy)]
struct Asked {
    offset: usize,
    length: usize,
    /// It is frequent and yet not extended by the next character.
    stuck: bool,
    frequent: bool,
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
        let done = ranks.is_none();
        Plan { done, ranks, offset: 0, asked: Vec::new(), candidates: None, pages: Vec::new(), exact: false, gaps: false }
    }

    /// Goes on until it is done or lacks a file. `failed`: files that cannot be had.
    pub fn run(&mut self, reader: &mut Reader, root: &Root, failed: &[File]) -> Result<(), Stop> {
        let Some(ranks) = self.ranks.take() else { return Ok(()) };
        let outcome = self.go(&ranks, reader, root, failed);
        self.ranks = Some(ranks);
        outcome
    }

    #[inline(never)]
    fn go(&mut self, ranks: &[u32], reader: &mut Reader, root: &Root, failed: &[File]) -> Result<(), Stop> {
        while !self.done {
            let rest = ranks.get(self.offset..).unwrap_or_default();
            let lookup = match reader.longest_gram(rest) {
                Ok(lookup) => Some(lookup),
                // Without this page there are more candidates, or none are known.
                Err(Stop::Lacks(lacks)) if lacks.iter().any(|f| failed.contains(f)) => {
                    self.gaps = true;
                    None
                }
                // A term that is hardly a gram is asked for at a second offset as well.
                Err(Stop::Lacks(lacks)) if self.asked.is_empty() => {
                    let second = second(ranks, root).and_then(|offset| ranks.get(offset..));
                    return Err(with_next(lacks, second.as_slice(), reader, failed));
                }
                Err(stop) => return Err(stop),
            };
            let before = self.candidates.as_ref().map_or(usize::MAX, Vec::len);
            let (length, list) = lookup.map_or((0, None), |lookup| (lookup.length, Some(lookup.list)));
            let frequent = list.as_ref().is_some_and(|list| list.len() > bound_of(root.bound, length) as usize);
            let stuck = frequent && length < root.longest as usize && length < rest.len();
            self.asked.push(Asked { offset: self.offset, length, stuck, frequent });
            let known = list.is_some();
            if let Some(list) = list {
                self.exact = self.offset == 0 && length == ranks.len();
                self.candidates = Some(match self.candidates.take() {
                    None if self.offset == 0 => list,
                    None => starts(root, &list),
                    Some(before) => narrow(root, before, &list),
                });
                self.read(page_of(rest, root));
            }
            if self.exact {
                self.done = true;
            } else if known && (length == 0 || self.is_absent() || self.candidates.as_ref().is_some_and(Vec::is_empty)) {
                self.candidates = Some(Vec::new());
                self.done = true;
            } else {
                self.go_on(ranks, root, before);
            }
        }
        Ok(())
    }

    /// Whether a gram that would be in the dictionary if it occurred is not: the one a character longer than one that is stuck, where
    /// the one behind it is frequent as well.
    fn is_absent(&self) -> bool {
        self.asked.iter().filter(|asked| asked.stuck).any(|stuck| {
            let next = self.asked.iter().find(|next| next.offset == stuck.offset + 1);
            next.is_some_and(|next| next.length > stuck.length || next.length == stuck.length && next.frequent)
        })
    }

    /// Chooses the next offset, or ends. `before`: how many candidates there were before the last one.
    fn go_on(&mut self, ranks: &[u32], root: &Root, before: usize) {
        let longest = root.longest as usize;
        let few = self.candidates.as_ref().map_or(usize::MAX, Vec::len);
        let pages = self.pages.len();
        // More candidates than B come of a term that is longer than any gram, if at all.
        let bounded = few <= root.bound as usize || ranks.len() > longest && pages >= MOST_PAGES;
        // Another page is worth its bytes while the last one was.
        let worth = pages < PAGES || pages < MOST_PAGES && few > MANY && few <= before / 10 * 9;
        let second = if self.asked.len() == 1 { second(ranks, root) } else { None };
        let next = match second {
            None if bounded && (few <= FEW || !worth) => None,
            None => self.next(ranks, root),
            second => second,
        };
        match next {
            Some(offset) => self.offset = offset,
            None => self.done = true,
        }
    }

    /// The offset that says most about where the term is.
    fn next(&self, ranks: &[u32], root: &Root) -> Option<usize> {
        let asked = |offset| self.asked.iter().any(|asked| asked.offset == offset);
        // A frequent gram that ends early: the gram one to the right is rare, or the term does not occur.
        let stuck = self.asked.iter().find(|a| a.stuck && a.offset + 1 < ranks.len() && !asked(a.offset + 1));
        stuck.map(|a| a.offset + 1).or_else(|| best_of(ranks, &self.asked, &self.pages, root))
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

/// The offset that is asked for in the same breath as the first one, of a term that is hardly a gram.
fn second(ranks: &[u32], root: &Root) -> Option<usize> {
    let first = Asked { offset: 0, length: 2, stuck: false, frequent: false };
    if ranks.len() > 2 { best_of(ranks, &[first], &[], root) } else { None }
}

/// The page in which the longest gram of a term is, if there is one.
fn page_of(term: &[u32], root: &Root) -> u32 {
    root.page_of(term.get(..root.longest as usize).unwrap_or(term))
}

/// The offset whose gram is likely the rarest, by characters that no gram has had yet; one whose page is there is taken first.
fn best_of(ranks: &[u32], asked: &[Asked], pages: &[u32], root: &Root) -> Option<usize> {
    let mut best: Option<(u32, usize)> = None;
    for offset in 0..ranks.len() {
        if asked.iter().any(|a| a.offset == offset) {
            continue;
        }
        let rest = ranks.get(offset..).unwrap_or_default();
        let covered = |at: usize| asked.iter().any(|a| (a.offset..a.offset + a.length).contains(&at));
        // Ranks go by falling frequency: their logarithms are about what each character says.
        let bits =
            |(at, &rank): (usize, &u32)| if covered(offset + at) { 0 } else { 32 - rank.saturating_add(2).leading_zeros() };
        let says: u32 = rest.iter().enumerate().take(SPAN).map(bits).sum();
        let near = u32::from(pages.contains(&page_of(rest, root)));
        // Of what has all been seen only another way of looking at it is left.
        let key = if says == 0 { 0 } else { says + near * 64 };
        if best.is_none_or(|(most, _)| key > most) {
            best = Some((key, offset));
        }
    }
    best.map(|(_, offset)| offset)
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
