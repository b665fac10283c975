//! How is a catalog made: an index one level up, whose articles are indexes?
//!
//! A catalog is files of the same kinds as those of any index, and the same reader asks it. Its articles are the indexes, each alone in
//! its group, with one passage and no text; its dictionary holds the folded grams of all that stands in them, by the same rule:
//! every character, and every longer gram up to N characters whose prefix and whose suffix both stand in more than B indexes. So the
//! plan of a query on it names the indexes that may hold the query, and leaves out those that the dictionary proves not to.
//!
//! With B = 1 a gram that only one index has is not extended: that index is opened anyway. N is 3, or 2 where the grams of three
//! characters would take more than a share of the text ([`SHARE`]). The dictionary is made in groups of characters, each with all that
//! begins with them ([`GROUP`]), so that memory is what the grams of the indexes take as they are kept, and one group. Addresses and
//! numbers of the indexes lie beside it, in a file of their own (`src/format/members.rs`).

use std::collections::BTreeSet;
use std::io::{self, BufRead};
use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use crate::builder::alphabet::{alphabet, classes};
use crate::builder::pages::separator;
use crate::builder::{Built, Failure, Report, part, seal, unicode};
use crate::codec::Bad;
use crate::codec::bytes::{Bytes, put_bytes, put_varint};
use crate::codec::deflate::deflate;
use crate::fold::Off;
use crate::fold::folder::{BLOCK_END, Folder};
use crate::format::blocks::{Piece, Widths, put_block};
use crate::format::grams::{Page, Shape, Trie, Writer};
use crate::format::members::{Member, put_members};
use crate::format::rest::{get_fold, put_dict, put_fold};
use crate::format::root::{Frequencies, Root};
use crate::format::{File, Kind};
use crate::{Article, fold::table::Table};

/// B.
const BOUND: u32 = 1;
/// N, where that is not too much.
const LONGEST: usize = 3;
/// Pairs of gram and index that are put in order at a time, unless one character has more; 16 bytes each.
const GROUP: usize = 12 << 20;
/// Bytes of text for one of the dictionary, at least, where there is a choice.
const SHARE: u64 = 25;
/// Bytes of a page.
const PAGE: usize = 4 << 10;
/// Indexes that share a block of text, which is empty.
const BLOCK: u32 = 1024;
/// Bits of a character in a gram that is one number.
const CHAR: u32 = 21;
const MASK: u64 = (1 << CHAR) - 1;
/// One more than the last character.
const MOST_CHAR: u64 = char::MAX as u64 + 1;

/// The grams of one index: what starts at each place of its folded texts, up to three characters of one block, each as one number of
/// code points, one more than each; what ends early ends in zeros.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grams {
    /// How many there are.
    many: usize,
    /// Increasing: how far each is above the one before, as varints, a quarter of what the numbers would take.
    coded: Vec<u8>,
    /// Characters as written.
    used: BTreeSet<char>,
}

impl Grams {
    /// The grams of articles. O(text · log text).
    pub fn of(articles: &[Article]) -> Grams {
        let mut gathered = Gathered::default();
        gathered.add(articles);
        gathered.finish()
    }

    fn new(all: &[u64], used: BTreeSet<char>) -> Grams {
        let (mut coded, mut before) = (Vec::new(), 0);
        for &gram in all {
            put_varint(&mut coded, gram - before);
            before = gram;
        }
        coded.shrink_to_fit();
        Grams { many: all.len(), coded, used }
    }

    /// One after the other, increasing.
    fn all(&self) -> impl Iterator<Item = u64> {
        let (mut left, mut gram) = (Bytes(&self.coded), 0);
        std::iter::from_fn(move || {
            gram += left.varint().ok()?;
            Some(gram)
        })
    }

    /// Writes them: the characters, each as how far it is above the one before; how many grams there are, and their bytes.
    pub(super) fn put(&self, out: &mut Vec<u8>) {
        put_varint(out, self.used.len() as u64);
        let mut before = 0;
        for &c in &self.used {
            put_varint(out, u64::from(u32::from(c) - before));
            before = c.into();
        }
        put_varint(out, self.many as u64);
        put_bytes(out, &self.coded);
    }

    /// Reads what was written.
    pub(super) fn get(from: &mut impl BufRead) -> io::Result<Grams> {
        let wrong = || part::wrong("the grams of its index are not whole");
        let (mut used, mut before) = (BTreeSet::new(), 0u64);
        for _ in 0..part::varint(from)? {
            before = before.checked_add(part::varint(from)?).ok_or_else(wrong)?;
            let c = u32::try_from(before).ok().and_then(char::from_u32).ok_or_else(wrong)?;
            used.insert(c);
        }
        let many = part::varint(from)?;
        let coded = part::counted(from)?;
        // Each is above the one before, of characters, and what ends early ends in zeros.
        let (mut left, mut gram, mut n) = (Bytes(&coded), 0u64, 0);
        while !left.0.is_empty() {
            let more = left.varint().map_err(|_| wrong())?;
            gram = gram.checked_add(more).filter(|_| more > 0).ok_or_else(wrong)?;
            let [a, b, c] = [gram >> (2 * CHAR), gram >> CHAR & MASK, gram & MASK];
            if a == 0 || a > MOST_CHAR || b > MOST_CHAR || c > MOST_CHAR || b == 0 && c > 0 {
                return Err(wrong());
            }
            n += 1;
        }
        if n != many {
            return Err(wrong());
        }
        Ok(Grams { many: n as usize, coded, used })
    }
}

/// Grams that are gathered, of articles that come some at a time.
#[derive(Default)]
pub struct Gathered {
    /// In order, and each once;
    all: Vec<u64>,
    /// and those that came since, in runs that are in order.
    fresh: Vec<u64>,
    used: BTreeSet<char>,
}

impl Gathered {
    /// Adds those of articles. What a character folds into does not depend on what others there are.
    pub fn add(&mut self, articles: &[Article]) {
        let texts = |a: &Article| [&a.title, &a.text].map(|text| text.chars().collect::<BTreeSet<char>>());
        let used: BTreeSet<char> = articles.par_iter().flat_map_iter(texts).reduce(BTreeSet::new, |mut all, more| {
            all.extend(more);
            all
        });
        let letters: Vec<u32> = used.iter().map(|&c| c.into()).collect();
        let table: Arc<Table> = Arc::new(unicode::table(&used));
        let folder = Folder::new(&table, &letters, Off::default());
        let rank = |c: char| letters.binary_search(&c.into()).unwrap_or_default() as u32;
        let of_text = |text: &str| windows(&folder.fold(&text.chars().map(rank).collect::<Vec<u32>>()).chars);
        let of_some = |part: &[Article]| {
            let mut all: Vec<u64> = part.iter().flat_map(|a| [of_text(&a.title), of_text(&a.text)]).flatten().collect();
            all.sort_unstable();
            all.dedup();
            all
        };
        let runs: Vec<Vec<u64>> = articles.par_chunks(64).map(of_some).collect();
        runs.into_iter().for_each(|run| self.fresh.extend(run));
        self.used.extend(used);
        self.settle(self.all.len().max(FRESH));
    }

    /// Adds those of an index.
    pub fn add_all(&mut self, grams: &Grams) {
        self.fresh.extend(grams.all());
        self.used.extend(&grams.used);
        self.settle(self.all.len().max(FRESH));
    }

    /// Puts those that came since in their places, if they are more than some.
    fn settle(&mut self, some: usize) {
        if self.fresh.len() > some {
            // It makes use of runs in order; then there are two.
            self.fresh.par_sort();
            self.fresh.dedup();
            self.all.append(&mut self.fresh);
            self.all.sort();
            self.all.dedup();
        }
    }

    /// All of them.
    pub fn finish(mut self) -> Grams {
        self.settle(0);
        Grams::new(&self.all, self.used)
    }
}

/// Grams that wait until they are put in their places, at least.
const FRESH: usize = 4 << 20;

/// What starts at each place of a folded text.
fn windows(chars: &[u32]) -> Vec<u64> {
    let mut out = Vec::with_capacity(chars.len());
    for block in chars.split(|&c| c == BLOCK_END) {
        let at = |k: usize| block.get(k).map_or(0, |&c| u64::from(c) + 1);
        out.extend((0..block.len()).map(|k| at(k) << (2 * CHAR) | at(k + 1) << CHAR | at(k + 2)));
    }
    out
}

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
    fn new(members: &[(Member, Grams)], used: &BTreeSet<char>) -> Letters {
        let mut counts = [Vec::new(), Vec::new()];
        let count = |counts: &mut Vec<u64>, c: usize| {
            counts.resize(counts.len().max(c + 1), 0);
            counts[c] += 1;
        };
        used.iter().for_each(|&c| count(&mut counts[0], c as usize));
        members.iter().flat_map(|m| m.1.all()).for_each(|gram| count(&mut counts[1], (gram >> (2 * CHAR)) as usize - 1));
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

/// The characters, by rank, in groups of so many pairs.
fn groups(letters: &Letters, most: usize) -> Vec<Range<u32>> {
    let (mut groups, mut sum) = (Vec::<Range<u32>>::new(), 0);
    for (&pairs, rank) in letters.pairs.iter().zip(0..) {
        sum += pairs;
        match groups.last_mut() {
            Some(group) if sum <= most as u64 => group.end = rank + 1,
            _ => {
                groups.push(rank..rank + 1);
                sum = pairs;
            }
        }
    }
    groups
}

/// All pairs of gram and passage whose grams begin with some characters, in order.
fn pairs(members: &[(Member, Grams)], letters: &Letters, longest: usize, group: &Range<u32>) -> Vec<(u64, u32)> {
    let n = members.len() as u32;
    let of = |(at, (_, grams)): (usize, &(Member, Grams))| {
        let begins = |gram: &u64| group.contains(&letters.ranks[(gram >> (2 * CHAR)) as usize - 1]);
        // The passages of titles come first, and hold nothing.
        let mut own: Vec<(u64, u32)> =
            grams.all().filter(begins).map(|gram| (letters.ranked(gram, longest), n + at as u32)).collect();
        own.dedup();
        own
    };
    let mut all: Vec<(u64, u32)> = members.par_iter().enumerate().flat_map_iter(of).collect();
    all.par_sort_unstable();
    all.dedup();
    all
}

/// The pages of the dictionary, of about `page` bytes, and what they are shaped like. `most`: pairs that are put in order at a time.
fn pages(members: &[(Member, Grams)], letters: &Letters, most: usize, page: usize) -> (Vec<Page>, Shape) {
    let most_bytes = members.iter().map(|m| m.0.text).sum::<u64>() / SHARE;
    let (groups, tops) = (groups(letters, most), 0..letters.folded.len() as u32);
    let mut frequent: Vec<Vec<u64>> = Vec::new();
    let (passages, alphabet) = (2 * members.len() as u32, letters.folded.len() as u32 + 1);
    let shape = |longest: usize| Shape { longest: longest as u32, bound: BOUND, passages, alphabet };
    let mut known = (Vec::new(), shape(1));
    for longest in 1..=LONGEST {
        let shape = shape(longest);
        // Shorter ones there must be.
        let too_many = |pages: &[Page]| longest == LONGEST && bytes(pages) > most_bytes;
        let (mut writer, mut pages, mut extended) = (Writer::new(tops.clone().collect(), shape, page), Vec::new(), Vec::new());
        for group in &groups {
            let dictionary = Dictionary::new(&pairs(members, letters, longest, group), longest, &frequent);
            extended.extend(dictionary.0[longest - 1].frequent());
            writer.add(&dictionary);
            pages.append(&mut writer.take());
            if too_many(&pages) {
                return known;
            }
        }
        pages.append(&mut writer.finish());
        if too_many(&pages) {
            return known;
        }
        frequent.push(extended);
        known = (pages, shape);
    }
    known
}

fn bytes(pages: &[Page]) -> u64 {
    pages.iter().map(|page| page.bytes.len() as u64).sum()
}

/// Builds a catalog of indexes, in the order in which a reader opens them. Those whose grams are not known may hold anything.
pub fn build(members: &[(Member, Grams)]) -> Result<Built, Failure> {
    if members.is_empty() {
        return Err(Failure::Nothing);
    }
    let n = members.len() as u32;
    let used: BTreeSet<char> = members.iter().flat_map(|m| &m.1.used).copied().collect();
    let letters = Letters::new(members, &used);
    let (pages, shape) = pages(members, &letters, GROUP, PAGE);
    let utf8 = members.iter().map(|m| m.0.text).sum::<u64>();
    let grams = bytes(&pages);
    let mut files = assemble(members, letters, &used, shape, pages)?;
    let list: Vec<&Member> = members.iter().map(|m| &m.0).collect();
    files.push((File::MEMBERS, put_members(&list)));
    let report = Report { articles: n, passages: n, utf8, parameters: [shape.longest, BOUND, 0], grams, ..Report::default() };
    let sealed = seal::seal_all(files, false);
    Ok(Built { id: sealed.id, files: sealed.files, open: sealed.open, report })
}

/// All files but the list of the indexes.
fn assemble(
    members: &[(Member, Grams)],
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
        kib: members.iter().map(|m| m.0.text).sum::<u64>().div_ceil(1024),
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

    #[test]
    fn groups_of_any_size_make_the_same_dictionary() {
        let texts = ["甲乙丙丁甲乙丙戊", "乙丙丁戊甲乙丙", "abc 甲乙丙丁 abd", "甲甲甲甲乙", "abc乙丙丁戊己"];
        let article = |text: &&str| Article { title: "甲乙".into(), text: text.repeat(40), ..Article::default() };
        // With so much text three characters are not too many, with so little they are.
        for (text, longest) in [(1 << 20, 3), (1, 2)] {
            let member = |of: &&str| (Member { text, ..Member::default() }, Grams::of(&[article(of)]));
            let members: Vec<(Member, Grams)> = texts.iter().map(member).collect();
            let used = members.iter().flat_map(|m| &m.1.used).copied().collect();
            let letters = Letters::new(&members, &used);
            let made = |most| {
                let (pages, shape) = pages(&members, &letters, most, 16);
                (shape, pages.into_iter().map(|page| (page.bytes, page.nodes)).collect::<Vec<_>>())
            };
            let whole = made(usize::MAX);
            assert!(whole.0.longest == longest && whole.1.len() > 2, "{whole:?}");
            assert_eq!(longest == 3, whole.1.iter().any(|page| page.1[3] > 0));
            assert!(groups(&letters, usize::MAX).len() == 1 && groups(&letters, 1).len() == letters.folded.len());
            for most in [1, 5, 11, 30] {
                assert_eq!(made(most), whole, "{most}");
            }
        }
    }
}
