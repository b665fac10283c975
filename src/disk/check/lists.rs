//! Do the gram lists say what the texts say?
//!
//! A scan of the texts that shares nothing with the builder but the definition (`src/format/grams.rs`): it goes through all
//! texts once for every length of gram, and knows of each place only which gram one character shorter stands there.

use std::collections::HashMap;
use std::sync::Arc;

use crate::codec::{Bad, bad};
use crate::disk::check::texts::Texts;
use crate::fold::Off;
use crate::fold::folder::{BLOCK_END, Folded, Folder};
use crate::format::grams::{bound_of, each};
use crate::format::root::Root;
use crate::format::{Passage, Rank};

/// A fault, with the number of the page that has it.
type Fault = (u32, Bad);

/// In place of a rank: the end of a title or a block.
const END: Rank = Rank::MAX;
/// In place of a gram: the text is not in the dictionary with so many characters.
const NONE: u32 = u32::MAX;
/// The gram of no characters.
const ROOT: u32 = u32::MAX - 1;

/// A list in little memory.
#[derive(Clone, Copy, Default, PartialEq)]
struct List {
    passages: u32,
    /// A sum that depends on each of them and on their order.
    sum: u64,
}

impl List {
    fn push(&mut self, passage: Passage) {
        self.passages += 1;
        self.sum = (self.sum ^ u64::from(passage)).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29);
    }
    fn of(list: &[Passage]) -> List {
        let mut out = List::default();
        list.iter().for_each(|&passage| out.push(passage));
        out
    }
}

/// A gram of the dictionary.
struct Gram {
    page: u32,
    length: usize,
    /// Whether it holds the sign at the ends of titles and headings.
    edge: bool,
    list: List,
    /// What the texts say so far, and the last passage.
    found: List,
    last: Passage,
}

/// The dictionary, by gram.
pub(super) struct Lists {
    grams: Vec<Gram>,
    /// The number of a gram by that of its prefix and by its last character.
    by: HashMap<(u32, Rank), u32>,
}

impl Lists {
    /// Reads all pages.
    pub fn read(root: &Root, pages: &[Vec<u8>]) -> Result<Lists, Fault> {
        let mut lists = Lists { grams: Vec::new(), by: HashMap::new() };
        let edge = root.edge();
        for (page, bytes) in (0..).zip(pages) {
            let mut path: Vec<u32> = vec![ROOT];
            let mut missing = false;
            let mut told = |gram: &[Rank], list: &[Passage], repeated: bool| {
                path.truncate(gram.len());
                let (Some(&parent), Some(&rank)) = (path.last(), gram.last()) else { return };
                let next = lists.grams.len() as u32;
                let number = *lists.by.entry((parent, rank)).or_insert(next);
                missing |= repeated != (number < next);
                if number == next {
                    let (length, edge) = (gram.len(), gram.contains(&edge));
                    let (found, last) = (List::default(), NONE);
                    lists.grams.push(Gram { page, length, edge, list: List::of(list), found, last });
                }
                path.push(number);
            };
            each(bytes, root.shape(), &mut told).map_err(|fault| (page, fault))?;
            if missing {
                return Err((page, Bad::new("grams that stand once", 1, 2)));
            }
        }
        Ok(lists)
    }

    /// Compares every list with the texts. Returns how many lists.
    pub fn compare(mut self, root: &Root, texts: &Texts) -> Result<usize, Fault> {
        let stream = Stream::new(root, texts);
        let n = stream.ranks.len();
        let mut before = vec![ROOT; n];
        for length in 1..=root.longest as usize {
            let mut here = vec![NONE; n];
            let mut passages = stream.passages.iter().enumerate().skip(1).peekable();
            let mut passage = 0;
            for at in 0..n {
                while let Some((number, _)) = passages.next_if(|next| *next.1 <= at) {
                    passage = number as Passage;
                }
                let prefix = before[at];
                let Some(&rank) = stream.ranks.get(at + length - 1) else { break };
                if prefix == NONE || rank == END {
                    continue;
                }
                let frequent = |gram: Option<&u32>| {
                    let gram = gram.and_then(|&gram| self.grams.get(gram as usize));
                    gram.is_some_and(|gram| gram.list.passages > bound_of(root.bound, length - 1))
                };
                let wanted = length == 1 || frequent(Some(&prefix)) && frequent(before.get(at + 1));
                let found = self.by.get(&(prefix, rank)).copied();
                if wanted != found.is_some() {
                    let page = self.grams.get(prefix as usize).map_or(0, |gram| gram.page);
                    let what = if wanted { "grams that are missing" } else { "grams that are too many" };
                    return Err((page, Bad::new(what, 0, passage.into())));
                }
                let Some(gram) = found.and_then(|number| self.grams.get_mut(number as usize)) else { continue };
                here[at] = found.unwrap_or(NONE);
                if gram.last != passage {
                    gram.last = passage;
                    gram.found.push(passage);
                }
            }
            before = here;
        }
        let is_wrong = |gram: &&Gram| gram.found != gram.list && !(gram.edge && stream.doubtful);
        match self.grams.iter().find(is_wrong) {
            Some(gram) => {
                let Gram { page, length, list, found, .. } = gram;
                let (expected, got) = (u64::from(found.passages), u64::from(list.passages));
                let what = match (length, expected == got) {
                    (_, true) => "passages of a gram are others than in the texts: their number",
                    (1, _) => "passages of a character",
                    _ => "passages of a gram",
                };
                Err((*page, Bad::new(what, expected, got)))
            }
            None => Ok(self.grams.len()),
        }
    }
}

/// All titles, then all bodies, folded.
struct Stream {
    ranks: Vec<Rank>,
    /// Where each passage starts.
    passages: Vec<usize>,
    /// Where a heading goes on in another passage, the index does not say where it ends.
    doubtful: bool,
}

impl Stream {
    fn new(root: &Root, texts: &Texts) -> Stream {
        let table = Arc::clone(&root.table);
        let folder = Folder::new(&table, &root.original, Off::default());
        let of: HashMap<u32, Rank> = root.folded.iter().zip(0..).map(|(&c, rank)| (c, rank)).collect();
        let mut stream = Stream { ranks: Vec::new(), passages: Vec::new(), doubtful: false };
        // Only the first of those that share a passage begins it.
        let begins = |k: u32| usize::from(root.articles_of(root.group_with(k)).start != k);
        for (k, article) in (0..).zip(&texts.articles) {
            stream.feed(&folder.fold(&article.title), &of, &[0][begins(k)..], &[(0, article.title.len())]);
        }
        for (k, article) in (0..).zip(&texts.articles) {
            let is_end =
                |at: usize| article.text.get(at).is_none_or(|&rank| root.original.get(rank as usize) == Some(&BLOCK_END));
            let mut heads = Vec::new();
            for head in &article.heads {
                let (start, end) = (head.start as usize, head.end as usize);
                stream.doubtful |= !is_end(end) && article.passages.contains(&end);
                // Only a heading that is a block of its own has signs.
                if (start == 0 || is_end(start - 1)) && is_end(end) {
                    heads.push((start, end));
                }
            }
            stream.feed(&folder.fold(&article.text), &of, &article.passages[begins(k)..], &heads);
        }
        stream
    }

    fn feed(&mut self, folded: &Folded, of: &HashMap<u32, Rank>, passages: &[usize], heads: &[(usize, usize)]) {
        let edge = of.len() as Rank;
        let starts: Vec<usize> = passages.iter().map(|&at| folded.first_from(at)).collect();
        let mut edges: Vec<usize> = heads.iter().flat_map(|h| [folded.first_from(h.0), folded.first_from(h.1)]).collect();
        edges.sort_unstable();
        let (mut starts, mut edges) = (starts.into_iter().peekable(), edges.into_iter().peekable());
        for at in 0..=folded.chars.len() {
            while starts.next_if(|&start| start <= at).is_some() {
                self.passages.push(self.ranks.len());
            }
            while edges.next_if(|&edge| edge <= at).is_some() {
                self.ranks.push(edge);
            }
            let rank = folded.chars.get(at).filter(|&&c| c != BLOCK_END);
            self.ranks.push(rank.and_then(|c| of.get(c)).copied().unwrap_or(END));
        }
    }
}

/// Whether the grams of all pages stand in one order, each once, and the root's separators between the pages.
pub(super) fn in_order(root: &Root, pages: &[Vec<u8>]) -> Result<(), Fault> {
    let mut last: Vec<Rank> = Vec::new();
    for (page, bytes) in (0u32..).zip(pages) {
        let separator = page.checked_sub(1).and_then(|before| root.separators.get(before as usize));
        let mut fault = None;
        let mut first = true;
        each(bytes, root.shape(), |gram, list, repeated| {
            if repeated {
                return;
            }
            if list.is_empty() || gram <= last.as_slice() {
                fault = fault.take().or(Some("order of grams"));
            }
            if first && separator.is_some_and(|separator| separator.as_slice() <= last.as_slice() || gram < separator.as_slice())
            {
                fault = Some("first gram of a page and the root's separator");
            }
            first = false;
            last = gram.to_vec();
        })
        .map_err(|fault| (page, fault))?;
        if let Some(what) = fault {
            return Err((page, Bad::new(what, page.into(), page.into())));
        }
    }
    let separators = pages.len().saturating_sub(1);
    if root.separators.len() != separators {
        return bad("separators", separators as u64, root.separators.len() as u64).map_err(|fault| (0, fault));
    }
    Ok(())
}
