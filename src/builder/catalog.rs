//! How is a catalog made: an index one level up, whose articles are indexes?
//!
//! A catalog is files of the same kinds as those of any index, and the same reader asks it. Its articles are the indexes, each alone in
//! its group, with one passage and no text; its dictionary holds the folded grams of all that stands in them, by the same rule:
//! every character, and every longer gram up to N characters whose prefix and whose suffix both stand in more than B indexes. So the
//! plan of a query on it names the indexes that may hold the query, and leaves out those that the dictionary proves not to.
//!
//! With B = 1 a gram that only one index has is not extended: that index is opened anyway. N is 3, or 2 where the grams of three
//! characters would take more than a share of the text ([`SHARE`]). Addresses and numbers of the indexes lie beside it, in a file of their
//! own (`src/format/members.rs`).
//!
//! The grams of the indexes lie on a shelf, and so do the pairs of gram and index, divided into groups of characters ([`GROUP`]) each with all that
//! begins with them. In memory are the grams of one index at a time, then one group (at least all that begins with one character),
//! the grams that are extended, and the catalog itself, twice while its pages are made.

mod grams;
mod pairs;

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use crate::builder::alphabet::{alphabet, classes};
use crate::builder::pages::separator;
use crate::builder::shelf::Shelf;
use crate::builder::{Built, Failure, Memory, Report, seal, unicode};
use crate::codec::Bad;
use crate::codec::deflate::deflate;
use crate::format::blocks::{Piece, Widths, put_block};
use crate::format::grams::{Page, Shape, Trie, Writer};
use crate::format::members::{Member, put_members};
use crate::format::rest::{get_fold, put_dict, put_fold};
use crate::format::root::{Frequencies, Root};
use crate::format::{File, Kind};

use grams::{CHAR, MASK};
pub use grams::{Gathered, Grams};
use pairs::Pairs;

/// B.
const BOUND: u32 = 1;
/// N, where that is not too much.
const LONGEST: usize = 3;
/// Pairs of gram and index that are put in order at a time, unless one character has more,
const GROUP: usize = 12 << 20;
/// and bytes of one of them: they take no more than the shelves do.
const PAIR: usize = 16;
/// Bytes of text for one of the dictionary, at least, where there is a choice.
const SHARE: u64 = 25;
/// Bytes of a page.
const PAGE: usize = 4 << 10;
/// Indexes that share a block of text, which is empty.
const BLOCK: u32 = 1024;

/// The grams of one length that begin with some characters.
#[derive(Default)]
struct Level {
    /// As ranks, one more than each, in one number; increasing.
    grams: Vec<u64>,
    start: Vec<usize>,
    posts: Vec<u32>,
    /// Of each gram one shorter, where those begin that it begins.
    first: Vec<usize>,
}

impl Level {
    fn list(&self, at: usize) -> &[u32] {
        &self.posts[self.start[at]..self.start[at + 1]]
    }
    /// Those that are in more than B indexes.
    fn frequent(&self) -> impl Iterator<Item = u64> {
        (0..self.grams.len()).filter(|&at| self.list(at).len() > BOUND as usize).map(|at| self.grams[at])
    }
}

/// What of the dictionary begins with some characters.
struct Dictionary(Vec<Level>);

impl Dictionary {
    /// `pairs`: grams as ranks, one more than each, with the passage of an index that has it; in order. `frequent`: by length the grams of
    /// the whole dictionary that are extended, in order.
    fn new(pairs: &[(u64, u32)], longest: usize, frequent: &[Vec<u64>]) -> Dictionary {
        let mut levels: Vec<Level> = Vec::new();
        for length in 1..=longest as u32 {
            let extended = (length as usize).checked_sub(2).and_then(|last| frequent.get(last));
            let last = levels.last();
            // A gram starts what is longer: those of one length stand side by side, each index once or more.
            let cut = |gram: u64| gram >> ((LONGEST as u32 - length) * CHAR);
            let mut level = Level::default();
            for same in pairs.chunk_by(|a, b| cut(a.0) == cut(b.0)) {
                let gram = cut(same[0].0);
                let ends = gram & MASK == 0;
                let suffix = gram & ((1 << ((length - 1) * CHAR)) - 1);
                let enters = extended.is_none_or(|all| [gram >> CHAR, suffix].iter().all(|part| all.binary_search(part).is_ok()));
                if ends || !enters {
                    continue;
                }
                level.grams.push(gram);
                level.start.push(level.posts.len());
                let mut of: Vec<u32> = same.iter().map(|pair| pair.1).collect();
                of.sort_unstable();
                of.dedup();
                level.posts.extend(of);
            }
            level.start.push(level.posts.len());
            let above: &[u64] = last.map_or(&[], |last| &last.grams);
            level.first = above.iter().map(|&gram| level.grams.partition_point(|&g| g >> CHAR < gram)).collect();
            level.first.push(level.grams.len());
            levels.push(level);
        }
        Dictionary(levels)
    }
}

impl Trie for Dictionary {
    fn children(&self, node: Option<(usize, usize)>) -> Range<usize> {
        match node {
            None => 0..self.0[0].grams.len(),
            Some((level, at)) => self.0.get(level + 1).map_or(0..0, |next| next.first[at]..next.first[at + 1]),
        }
    }
    fn rank(&self, level: usize, at: usize) -> u32 {
        (self.0[level].grams[at] & MASK) as u32 - 1
    }
    fn list(&self, level: usize, at: usize) -> &[u32] {
        self.0[level].list(at)
    }
}

/// Both alphabets with their classes, and the rank of each folded character.
struct Letters {
    original: Vec<u32>,
    folded: Vec<u32>,
    frequency: Frequencies,
    /// By code point.
    ranks: Vec<u32>,
    /// By rank, how many pairs of gram and index begin with it.
    pairs: Vec<u64>,
}

impl Letters {
    /// `used`: characters as written. `pairs`: by code point, how many pairs begin with it.
    fn new(used: &BTreeSet<char>, pairs: Vec<u64>) -> Letters {
        let mut counts = [Vec::new(), pairs];
        for &c in used {
            counts[0].resize(c as usize + 1, 0);
            counts[0][c as usize] = 1;
        }
        let (mut written, folded) = (classes(&counts[0]), classes(&counts[1]));
        for (c, class) in &mut written {
            if let Ok(both) = folded.binary_search_by_key(c, |x| x.0) {
                *class = folded[both].1;
            }
        }
        let ((original, of_original), (folded, of_folded)) = (alphabet(written), alphabet(folded));
        let mut ranks = vec![0; folded.iter().max().map_or(0, |&c| c as usize + 1)];
        folded.iter().zip(0..).for_each(|(&c, rank)| ranks[c as usize] = rank);
        let pairs = folded.iter().map(|&c| counts[1][c as usize]).collect();
        Letters { pairs, original, folded, frequency: Frequencies { original: of_original, folded: of_folded }, ranks }
    }

    /// A gram of characters as one of ranks, one more than each; cut after some.
    fn ranked(&self, gram: u64, longest: usize) -> u64 {
        let rank = |shift: u32| match (gram >> shift) & MASK {
            0 => 0,
            c => u64::from(self.ranks[c as usize - 1] + 1) << shift,
        };
        let shifts = [2 * CHAR, CHAR, 0];
        shifts[..longest].iter().map(|&shift| rank(shift)).sum()
    }
}

/// The pages of the dictionary, of about `page` bytes, and what they are shaped like. `text`: bytes that the indexes are of.
fn pages(pairs: &Pairs<'_>, letters: &Letters, indexes: u32, text: u64, page: usize) -> Result<(Vec<Page>, Shape), Failure> {
    let (most_bytes, tops) = (text / SHARE, 0..letters.folded.len() as u32);
    let mut frequent: Vec<Vec<u64>> = Vec::new();
    let (passages, alphabet) = (2 * indexes, letters.folded.len() as u32 + 1);
    let shape = |longest: usize| Shape { longest: longest as u32, bound: BOUND, passages, alphabet };
    let mut known = (Vec::new(), shape(1));
    for longest in 1..=LONGEST {
        let shape = shape(longest);
        // Shorter ones there must be.
        let too_many = |pages: &[Page]| longest == LONGEST && bytes(pages) > most_bytes;
        let (mut writer, mut pages, mut extended) = (Writer::new(tops.clone().collect(), shape, page), Vec::new(), Vec::new());
        for group in 0..pairs.groups() {
            let dictionary = Dictionary::new(&pairs.of(group, letters, longest, indexes)?, longest, &frequent);
            if longest < LONGEST {
                extended.extend(dictionary.0[longest - 1].frequent());
            }
            writer.add(&dictionary);
            pages.append(&mut writer.take());
            if too_many(&pages) {
                return Ok(known);
            }
        }
        pages.append(&mut writer.finish());
        if too_many(&pages) {
            return Ok(known);
        }
        frequent.push(extended);
        known = (pages, shape);
    }
    Ok(known)
}

fn bytes(pages: &[Page]) -> u64 {
    pages.iter().map(|page| page.bytes.len() as u64).sum()
}

/// The indexes of a catalog and their grams, which come one by one.
pub struct Indexes<'m> {
    memory: &'m Memory<'m>,
    /// The grams of each, in the order in which they came.
    shelf: Shelf<'m>,
    /// Each with the number of its piece.
    members: Vec<(Member, usize)>,
    /// Characters as written.
    used: BTreeSet<char>,
    /// By code point, how many pairs of gram and index begin with it.
    pairs: Vec<u64>,
}

impl<'m> Indexes<'m> {
    /// None yet.
    pub fn new(memory: &'m Memory<'m>) -> Indexes<'m> {
        Indexes { memory, shelf: Shelf::new(memory), members: Vec::new(), used: BTreeSet::new(), pairs: Vec::new() }
    }

    /// Adds an index; one of another address without grams, since nobody knows them.
    pub fn add(&mut self, member: Member, grams: Grams) -> Result<(), Failure> {
        for gram in grams.all() {
            let c = (gram >> (2 * CHAR)) as usize - 1;
            self.pairs.resize(self.pairs.len().max(c + 1), 0);
            self.pairs[c] += 1;
        }
        self.used.extend(grams.used);
        self.members.push((member, self.shelf.len()));
        self.shelf.put(grams.coded)
    }

    /// Puts them in the order in which a reader opens them; what is equal stays as it came.
    pub fn sort_by_key<K: Ord>(&mut self, key: impl Fn(&Member) -> K) {
        self.members.sort_by_key(|(member, _)| key(member));
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Builds the catalog, and says what it names. O(pairs · log pairs); memory as above.
    pub fn build(self) -> Result<(Built, Vec<Member>), Failure> {
        let most = GROUP.min(self.memory.room() / PAIR);
        self.build_with(most, PAGE)
    }

    /// `most`: pairs that are put in order at a time. `page`: bytes of a page.
    fn build_with(self, most: usize, page: usize) -> Result<(Built, Vec<Member>), Failure> {
        let Indexes { memory, mut shelf, members, used, pairs } = self;
        if members.is_empty() {
            return Err(Failure::Nothing);
        }
        let (members, numbers): (Vec<Member>, Vec<usize>) = members.into_iter().unzip();
        let n = members.len() as u32;
        let utf8 = members.iter().map(|member| member.text).sum::<u64>();
        let letters = Letters::new(&used, pairs);
        let pairs = Pairs::new(numbers.into_iter().map(|number| shelf.take(number)), &letters, memory, most)?;
        drop(shelf);
        let (pages, shape) = pages(&pairs, &letters, n, utf8, page)?;
        drop(pairs);
        let grams = bytes(&pages);
        let mut files = assemble(&members, letters, &used, shape, pages)?;
        files.push((File::MEMBERS, put_members(&members.iter().collect::<Vec<_>>())));
        let report = Report { articles: n, passages: n, utf8, parameters: [shape.longest, BOUND, 0], grams, ..Report::default() };
        let sealed = seal::seal_all(files, false);
        Ok((Built { id: sealed.id, files: sealed.files, open: sealed.open, report }, members))
    }
}

/// A catalog of indexes that are all there, in memory.
pub fn build(members: &[(Member, Grams)]) -> Result<Built, Failure> {
    let memory = Memory::boundless();
    let mut indexes = Indexes::new(&memory);
    members.iter().cloned().try_for_each(|(member, grams)| indexes.add(member, grams))?;
    Ok(indexes.build()?.0)
}

/// All files but the list of the indexes.
fn assemble(
    members: &[Member],
    letters: Letters,
    used: &BTreeSet<char>,
    shape: Shape,
    pages: Vec<Page>,
) -> Result<Vec<(File, Vec<u8>)>, Failure> {
    let n = members.len() as u32;
    let both: Vec<u32> = letters.original.iter().chain(&letters.folded).copied().collect();
    let whole = unicode::table(used).restricted(&both);
    let each: Vec<u32> = (0..=n).collect();
    let blocks: Vec<u32> = (0..n).step_by(BLOCK as usize).chain([n]).collect();
    let root = Root {
        longest: shape.longest,
        bound: shape.bound,
        window: 1 << 20,
        divided: true,
        articles: n,
        letters: letters.folded.len() as u32,
        whole: true,
        kib: members.iter().map(|m| m.text).sum::<u64>().div_ceil(1024),
        pages: pages.len() as u32,
        table: Arc::new(whole.closed(&both)),
        separators: pages.windows(2).map(|pair| separator(&pair[0].last, &pair[1].first)).collect(),
        original: letters.original,
        folded: letters.folded,
        groups: each.clone(),
        members: each,
        blocks: blocks.clone(),
        ..Root::default()
    };
    let (payload, rest) = root.put(&letters.frequency);
    let rest = rest.unwrap_or_default();
    let too_many = |file: File| move |fault: Bad| Failure::TooMany { fault: fault.of(&file.name()) };
    let read = Root::get(&payload).map_err(too_many(File::ROOT))?.with_rest(&rest).map_err(too_many(File::DICT))?;
    let fold = put_fold(&whole);
    get_fold(&fold, &read).map_err(too_many(File::FOLD))?;
    let mut files = vec![(File::ROOT, payload), (File::DICT, put_dict(&rest, &[])), (File::FOLD, fold)];
    files.extend(pages.into_iter().zip(0..).map(|(p, number)| (File { kind: Kind::Grams, number }, p.bytes)));
    let widths = Widths::new(root.original.len() as u32);
    for (block, number) in blocks.windows(2).zip(0..) {
        let pieces: Vec<Piece> = (block[0]..block[1]).map(empty).collect();
        files.push((File { kind: Kind::Text, number }, deflate(&put_block(&pieces, widths), &[])));
    }
    Ok(files)
}

/// An index as an article without a text.
fn empty(number: u32) -> Piece {
    Piece {
        article: number,
        id: number,
        offset: 0,
        title: Vec::new(),
        url: String::new(),
        meta: Vec::new(),
        under: None,
        heads: Vec::new(),
        passages: vec![0],
        weights: Vec::new(),
        text: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Article;
    use crate::disk::scratch::Beside;

    #[test]
    fn groups_of_any_size_make_the_same_dictionary() {
        let texts = ["甲乙丙丁甲乙丙戊", "乙丙丁戊甲乙丙", "abc 甲乙丙丁 abd", "甲甲甲甲乙", "abc乙丙丁戊己"];
        let scratch = Beside::new(&std::env::temp_dir());
        // With so much text three characters are not too many, with so little they are.
        for (text, longest) in [(1 << 20, 3), (1, 2)] {
            let made = |most, memory: &Memory<'_>| {
                let mut indexes = Indexes::new(memory);
                for of in texts {
                    let article = Article { title: "甲乙".into(), text: of.repeat(40), ..Article::default() };
                    indexes.add(Member { text, ..Member::default() }, Grams::of(&[article])).expect("room for it");
                }
                indexes.build_with(most, 16).expect("a catalog").0
            };
            let whole = made(usize::MAX, &Memory::boundless());
            assert!(whole.report.parameters[0] == longest && whole.files.len() > 5, "{:?}", whole.report.parameters);
            for most in [0, 1, 5, 11, 30] {
                // Some of it on a disk.
                let little = Memory::new(300, &scratch);
                for memory in [&Memory::boundless(), &little] {
                    let again = made(most, memory);
                    assert!((again.id, &again.files) == (whole.id, &whole.files), "{most}");
                }
                assert!(little.spilled().1 > 5, "{:?}", little.spilled());
            }
        }
    }
}
