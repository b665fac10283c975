//! Which passages hold a string, and which strings need no list of their own?
//!
//! The dictionary D holds every character of the corpus, and every longer gram g of at most N characters whose prefix
//! `g[..-1]` and suffix `g[1..]` (one character shorter) both stand in more than B passages. So frequent strings get longer
//! grams and rare ones stop early, in every script by the same rule. Where B is more than 512, a quarter of it holds for
//! characters: a large text has room for most grams of two when it has none for those of three. L(g) is the list of passages
//! in which an occurrence of g *starts* (it may run into the next passage of its article). Hence, for a query q of folded characters:
//!
//! * q in D: L(q) is the answer, and its length the count.
//! * |q| ≤ N and q not in D: some substring of q in D has at most B passages, or D alone proves that q does not occur.
//!   (Take a shortest substring s of q that is not in D. If it is one character, it does not occur. Otherwise its prefix and
//!   suffix are in D; if one of them has at most B passages, that is the list; if both have more, s would be in D if it
//!   occurred.) Looking up the longest gram at each offset of q finds that list or that proof.
//! * In any case L of a gram at offset o of q holds, for every occurrence of q, the passage where it starts or the next one:
//!   passages of a split text have at least [`SHORTEST_PASSAGE`] characters, the longest query.
//!
//! # Pages
//!
//! The grams form a trie, written depth first, children by rank, and cut into pages of a few kilobytes anywhere between two
//! nodes. A page's bits:
//!
//! * `gamma(n)`: nodes in the page; `gamma(d + 1)`: depth of the path that is open at its start;
//! * for each node of the path: `uniform(rank, alphabet)`, `gamma(df)`, one bit whether its list follows, its list; once it is
//!   closed, its parent goes on after it. A list longer than a part of a page ([`PART`]) does not follow: it stands where the
//!   node itself does, in an earlier page, and repeating it would fill all pages with the lists of frequent characters;
//! * `uniform` of one more than the rank after which the innermost open node goes on, 0 if it starts;
//! * then the nodes. Before each node, as long as the innermost open node has no announced child left: one bit whether more
//!   children follow. If not, that node is closed and its parent is the innermost one. If so, a run of up to [`RUN`] children:
//!   `uniform(n - 1, RUN)`, `uniform` of the last rank among those possible, the other ranks as a set.
//!   Node: `gamma(df)` (at most its parent's), then its list as a set of ranks in its parent's list (for a character, and where
//!   the parent's list did not follow: in 0..P). A node has children if df > B, or a character's quarter of it ([`bound_of`]), and its length is below N.

use crate::codec::bits::{BitReader, BitWriter};
use crate::codec::sets::{Places, get_list, get_set, put_set, set_bits, skip_set, within};
use crate::codec::{Bad, bad};

/// Folded characters in a passage of a split text, at least; also the longest query.
pub const SHORTEST_PASSAGE: usize = 512;

/// The longest gram that a dictionary may hold.
pub const LONGEST_GRAM: usize = 16;

/// Children announced together. Those of a run that come to stand in the next page are announced again there.
pub const RUN: u64 = 48;

/// What share of a page the list of one open node may take at its start.
pub const PART: u64 = 12;

/// The numbers that writer and reader of pages share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// N: the longest gram, in characters.
    pub longest: u32,
    /// B: a gram in more passages than this is extended; see [`bound_of`].
    pub bound: u32,
    /// P: passages, titles included.
    pub passages: u32,
    /// Folded characters in the alphabet.
    pub alphabet: u32,
}

impl Shape {
    fn extends(self, df: u64, length: usize) -> bool {
        df > u64::from(bound_of(self.bound, length)) && length < self.longest as usize
    }
}

/// The largest B that holds for grams of every length.
pub const ONE_BOUND: u32 = 512;

/// So much smaller than a larger one is that for characters: where grams of three are too many for a large text, those of two are not.
const FINER: u32 = 4;

/// B for grams of a length: those in more passages are extended.
pub fn bound_of(bound: u32, length: usize) -> u32 {
    if length == 1 && bound > ONE_BOUND { bound / FINER } else { bound }
}

/// A gram dictionary as its builder holds it: nodes by level, children of a node side by side.
pub trait Trie {
    /// Children of a node (`None`: of the root): range of node numbers, ranks increasing. O(1).
    fn children(&self, node: Option<(usize, usize)>) -> std::ops::Range<usize>;
    /// Rank of the last character of node `at` of `level`.
    fn rank(&self, level: usize, at: usize) -> u32;
    /// Its passages, increasing.
    fn list(&self, level: usize, at: usize) -> &[u32];
}

/// A page of the dictionary, and the first gram in it.
pub struct Page {
    /// Payload.
    pub bytes: Vec<u8>,
    /// The gram that the first node stands for, as ranks.
    pub first: Vec<u32>,
    /// The gram that the last node stands for.
    pub last: Vec<u32>,
    /// Nodes by length of gram, from 1.
    pub nodes: [u32; LONGEST_GRAM + 1],
}

struct Frame {
    next: usize,
    end: usize,
    /// Children from `next` that are announced and not yet written.
    announced: usize,
    /// Whether the node's list stands in this page; the root has none.
    listed: bool,
    /// The lists of the children from `next`, one after the other, as places in the node's own; the root has none.
    places: std::vec::IntoIter<u32>,
}

/// Writes a dictionary as pages, one part after the other: of a large one there is only a part in memory. A part is some of its
/// characters, with all that begins with them.
pub struct Writer {
    /// The ranks of all characters.
    tops: Vec<u32>,
    /// How many of them are of earlier parts.
    before: usize,
    shape: Shape,
    target: u64,
    pages: Vec<Page>,
    body: BitWriter,
    count: u64,
    nodes: [u32; LONGEST_GRAM + 1],
    first: Vec<u32>,
    last: Vec<u32>,
    head: BitWriter,
    /// Nodes open now, as (level, number), and their frames; `frames[0]` is the root's.
    path: Vec<(usize, usize)>,
    frames: Vec<Frame>,
    numbers: Places,
}

/// Writes a dictionary as pages of about `target` bytes. O(size of the lists).
pub fn write<T: Trie>(trie: &T, shape: Shape, target: usize) -> Vec<Page> {
    let mut writer = Writer::new(trie.children(None).map(|k| trie.rank(0, k)).collect(), shape, target);
    writer.add(trie);
    writer.finish()
}

/// A part of a dictionary, with its characters numbered as those of the whole.
struct Part<'a, T> {
    trie: &'a T,
    tops: &'a [u32],
    before: usize,
}

impl<T: Trie> Part<'_, T> {
    /// The number of a node in its part.
    fn own(&self, level: usize, at: usize) -> usize {
        if level == 0 { at - self.before } else { at }
    }
    fn children(&self, node: Option<&(usize, usize)>) -> std::ops::Range<usize> {
        match node {
            None => 0..self.tops.len(),
            Some(&(level, at)) => self.trie.children(Some((level, self.own(level, at)))),
        }
    }
    fn rank(&self, level: usize, at: usize) -> u32 {
        match self.tops.get(at).filter(|_| level == 0) {
            Some(&rank) => rank,
            None => self.trie.rank(level, self.own(level, at)),
        }
    }
    fn list(&self, level: usize, at: usize) -> &[u32] {
        self.trie.list(level, self.own(level, at))
    }
}

impl Writer {
    /// For pages of about `target` bytes. `tops`: the ranks of all characters.
    pub fn new(tops: Vec<u32>, shape: Shape, target: usize) -> Writer {
        Writer {
            frames: vec![Frame { next: 0, end: tops.len(), announced: 0, listed: false, places: Vec::new().into_iter() }],
            tops,
            before: 0,
            shape,
            target: target as u64 * 8,
            pages: Vec::new(),
            body: BitWriter::default(),
            count: 0,
            nodes: [0; LONGEST_GRAM + 1],
            first: Vec::new(),
            last: Vec::new(),
            head: BitWriter::default(),
            path: Vec::new(),
            numbers: Places::new(shape.passages),
        }
    }

    /// Writes the next part. O(size of its lists).
    pub fn add<T: Trie>(&mut self, trie: &T) {
        let tops = std::mem::take(&mut self.tops);
        let part = Part { trie, tops: &tops, before: self.before };
        let until = self.before + trie.children(None).len();
        self.run(&part, until);
        self.before = until;
        self.tops = tops;
    }

    /// The pages that are whole.
    pub fn take(&mut self) -> Vec<Page> {
        std::mem::take(&mut self.pages)
    }

    /// The last pages.
    pub fn finish(mut self) -> Vec<Page> {
        if self.count > 0 {
            // The bit that closes the root.
            self.body.put(0, 1);
            self.end();
        }
        self.pages
    }

    /// Goes on until so many characters are written.
    fn run<T: Trie>(&mut self, part: &Part<'_, T>, until: usize) {
        while let Some(frame) = self.frames.last_mut() {
            let level = self.path.len();
            if level == 0 && frame.next == until {
                return;
            }
            if frame.next == frame.end {
                // The bit that closes a node is only needed if another node follows in this page; it is never missed.
                self.body.put(0, 1);
                self.frames.pop();
                self.path.pop();
                continue;
            }
            if self.count == 0 {
                self.begin(part);
            }
            let shape = self.shape;
            let Some(frame) = self.frames.last_mut() else { return };
            if frame.announced == 0 {
                let n = (frame.end - frame.next).min(RUN as usize);
                let ranks: Vec<u32> = (frame.next..frame.next + n).map(|k| part.rank(level, k)).collect();
                self.body.put(1, 1);
                self.body.uniform(n as u64 - 1, RUN);
                let start = part.children(self.path.last()).start;
                let lo = if frame.next > start { u64::from(part.rank(level, frame.next - 1)) + 1 } else { 0 };
                put_run(&mut self.body, &ranks, lo, u64::from(shape.alphabet));
                frame.announced = n;
            }
            let at = frame.next;
            frame.next += 1;
            frame.announced -= 1;
            let list = part.list(level, at);
            let parent = self.path.last().filter(|_| frame.listed);
            let of = parent.map_or(u64::from(shape.passages), |&(l, k)| part.list(l, k).len() as u64);
            let places = frame.places.as_slice().get(..list.len()).filter(|_| frame.listed);
            self.body.gamma(list.len() as u64);
            put_set(&mut self.body, places.unwrap_or(list), 0, of);
            frame.places.by_ref().take(list.len()).for_each(drop);
            self.count += 1;
            self.last = self.path.iter().map(|&(l, k)| part.rank(l, k)).chain([part.rank(level, at)]).collect();
            if let Some(nodes) = self.nodes.get_mut(level + 1) {
                *nodes += 1;
            }
            if shape.extends(list.len() as u64, level + 1) {
                self.path.push((level, at));
                let children = part.children(Some(&(level, at)));
                self.numbers.number(list);
                let lists = children.clone().map(|k| part.list(level + 1, k));
                let mut places = Vec::with_capacity(lists.clone().map(<[u32]>::len).sum());
                lists.for_each(|list| places.extend(self.numbers.each(list)));
                let places = places.into_iter();
                self.frames.push(Frame { next: children.start, end: children.end, announced: 0, listed: true, places });
            }
            if self.body.bits() + self.head.bits() >= self.target {
                self.end();
            }
        }
    }

    /// Starts a page at the node that comes next: its path, and nothing announced.
    fn begin<T: Trie>(&mut self, part: &Part<'_, T>) {
        let shape = self.shape;
        self.body = BitWriter::default();
        self.head = BitWriter::default();
        self.nodes = [0; LONGEST_GRAM + 1];
        self.head.gamma(self.path.len() as u64 + 1);
        let mut parent = None;
        self.first.clear();
        for (&(level, at), frame) in self.path.iter().zip(self.frames.iter_mut().skip(1)) {
            let (rank, list) = (part.rank(level, at), part.list(level, at));
            let (ranks, of) = within(parent, list, u64::from(shape.passages));
            self.first.push(rank);
            self.head.uniform(u64::from(rank), u64::from(shape.alphabet));
            self.head.gamma(list.len() as u64);
            frame.listed = set_bits(&ranks, 0, of) <= self.target / PART;
            self.head.put(u64::from(frame.listed), 1);
            if frame.listed {
                put_set(&mut self.head, &ranks, 0, of);
            }
            parent = frame.listed.then_some(list);
        }
        for frame in &mut self.frames {
            frame.announced = 0;
        }
        if let Some(frame) = self.frames.last() {
            self.first.push(part.rank(self.path.len(), frame.next));
        }
        // Open nodes go on after the path's own child; the innermost one has none, and says where it goes on.
        let had = self.frames.last().and_then(|frame| self.rank_before(part, frame)).map_or(0, |rank| u64::from(rank) + 1);
        self.head.uniform(had, u64::from(shape.alphabet) + 1);
    }

    /// The rank of the innermost node's last child before the next one.
    fn rank_before<T: Trie>(&self, part: &Part<'_, T>, frame: &Frame) -> Option<u32> {
        let start = part.children(self.path.last()).start;
        (frame.next > start).then(|| part.rank(self.path.len(), frame.next - 1))
    }

    fn end(&mut self) {
        let mut all = BitWriter::default();
        all.gamma(self.count);
        all.append(std::mem::take(&mut self.head));
        all.append(std::mem::take(&mut self.body));
        self.pages.push(Page { bytes: all.finish(), first: self.first.clone(), last: self.last.clone(), nodes: self.nodes });
        self.count = 0;
    }
}

fn put_run(w: &mut BitWriter, ranks: &[u32], lo: u64, hi: u64) {
    if let [head @ .., last] = ranks {
        let least = lo + head.len() as u64;
        w.uniform(u64::from(*last) - least, hi - least);
        put_set(w, head, lo, u64::from(*last));
    }
}

/// Who looks at the nodes of a page.
trait Visitor {
    /// A node: its level from 0, the last character's rank, its df. The list comes next in `r` and must be read or skipped.
    /// False ends the walk.
    fn node(&mut self, r: &mut BitReader<'_>, level: usize, rank: u32, df: u64, of: Of) -> Result<bool, Bad>;
    /// An open node whose list does not follow. False ends the walk.
    fn open(&mut self, level: usize, rank: u32) -> bool;
    /// An open node was closed; so many are still open. False ends the walk.
    fn closed(&mut self, open: usize) -> bool;
}

/// What a list is a set of.
#[derive(Clone, Copy)]
struct Of {
    /// How many numbers there are.
    all: u64,
    /// Whether they are places in the parent's list; else passages.
    parent: bool,
}

impl Of {
    /// Reads a list; `parent`: its parent's.
    fn list(self, r: &mut BitReader<'_>, df: u64, parent: &[u32]) -> Result<Vec<u32>, Bad> {
        if !self.parent {
            return get_list(r, df, 0, self.all);
        }
        let mut list = Vec::new();
        get_set(r, df, 0, self.all, &mut |_, k| list.extend(parent.get(k as usize)))?;
        Ok(list)
    }
}

/// An open node.
struct Open {
    /// Smallest rank that its next child may have.
    lo: u64,
    df: u64,
    /// Whether its list is in the page.
    listed: bool,
    /// Announced children.
    run: std::vec::IntoIter<u32>,
}

impl Open {
    /// What the lists of its children are sets of.
    fn of(&self, shape: Shape) -> Of {
        Of { all: if self.listed { self.df } else { shape.passages.into() }, parent: self.listed }
    }
}

/// Walks a page. O(size of the page); never more than its bits allow.
fn walk(page: &[u8], shape: Shape, visitor: &mut impl Visitor) -> Result<(), Bad> {
    let alphabet = u64::from(shape.alphabet);
    let mut r = BitReader::new(page);
    let opened = |df: u64, listed: bool| Open { lo: 0, df, listed, run: Vec::new().into_iter() };
    let mut opens = vec![opened(u64::from(shape.passages), false)];
    let nodes = r.gamma(page.len() as u64 * 8, "nodes of a page")?;
    let depth = r.gamma(u64::from(shape.longest), "depth of a page")? - 1;
    for level in 0..depth as usize {
        let rank = r.uniform(alphabet)?;
        let (parent, of) = opens.last().map_or((0, Of { all: 0, parent: false }), |open| (open.df, open.of(shape)));
        let df = r.gamma(parent, "passages of a gram")?;
        let follows = r.get(1)? == 1;
        let goes_on = match follows {
            true => visitor.node(&mut r, level, rank as u32, df, of)?,
            false => visitor.open(level, rank as u32),
        };
        if !goes_on {
            return Ok(());
        }
        if let Some(open) = opens.last_mut() {
            open.lo = rank + 1;
        }
        opens.push(opened(df, follows));
    }
    if let Some(open) = opens.last_mut() {
        open.lo = r.uniform(alphabet + 1)?;
    }
    for _ in 0..nodes {
        let (rank, parent, of) = loop {
            let Some(open) = opens.last_mut() else { return bad("nodes of a page", nodes, 0) };
            if let Some(rank) = open.run.next() {
                break (rank, open.df, open.of(shape));
            }
            if r.get(1)? == 0 {
                opens.pop();
                if !visitor.closed(opens.len()) {
                    return Ok(());
                }
                continue;
            }
            let n = r.uniform(RUN)?;
            let least = open.lo + n;
            if least >= alphabet {
                return bad("rank of a gram", alphabet, least);
            }
            let last = least + r.uniform(alphabet - least)?;
            let mut run = get_list(&mut r, n, open.lo, last)?;
            run.push(last as u32);
            open.run = run.into_iter();
            open.lo = last + 1;
        };
        let level = opens.len() - 1;
        let df = r.gamma(parent, "passages of a gram")?;
        if !visitor.node(&mut r, level, rank, df, of)? {
            return Ok(());
        }
        if shape.extends(df, level + 1) {
            opens.push(opened(df, true));
        }
    }
    Ok(())
}

/// What a page says of a string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookup {
    /// Length of the longest gram that begins the string, in characters; 0 if its first character does not occur.
    pub length: usize,
    /// That gram's passages.
    pub list: Vec<u32>,
    /// The list stands in another page: that of the gram itself.
    pub elsewhere: bool,
}

struct Seek<'q> {
    query: &'q [u32],
    shape: Shape,
    /// How many open nodes are the beginning of the query; equals `found.length`.
    matched: usize,
    found: Lookup,
}

impl Visitor for Seek<'_> {
    fn node(&mut self, r: &mut BitReader<'_>, level: usize, rank: u32, df: u64, of: Of) -> Result<bool, Bad> {
        if self.matched != level {
            skip_set(r, df, 0, of.all)?;
            return Ok(true);
        }
        match self.query.get(level) {
            Some(&wanted) if rank < wanted => {
                skip_set(r, df, 0, of.all)?;
                Ok(true)
            }
            Some(&wanted) if rank == wanted => {
                // The parent is the gram found so far.
                let list = of.list(r, df, &self.found.list)?;
                self.matched = level + 1;
                self.found = Lookup { length: self.matched, list, elsewhere: false };
                Ok(self.shape.extends(df, self.matched) && self.matched < self.query.len())
            }
            // Past the query's place.
            _ => Ok(false),
        }
    }

    fn open(&mut self, level: usize, rank: u32) -> bool {
        match self.query.get(level) {
            Some(&wanted) if self.matched == level && rank == wanted => {
                self.matched = level + 1;
                self.found = Lookup { length: self.matched, list: Vec::new(), elsewhere: true };
                true
            }
            wanted => self.matched != level || wanted.is_some_and(|&wanted| rank < wanted),
        }
    }

    fn closed(&mut self, open: usize) -> bool {
        // Past the query's own branch nothing of it can follow.
        self.matched < open
    }
}

/// The longest gram of a page that begins `query` (ranks), and its list. The page must be the one that the root names for
/// `query`; then this holds for the whole dictionary. O(size of the page).
pub fn look_up(page: &[u8], query: &[u32], shape: Shape) -> Result<Lookup, Bad> {
    let mut seek = Seek { query, shape, matched: 0, found: Lookup { length: 0, list: Vec::new(), elsewhere: false } };
    walk(page, shape, &mut seek)?;
    Ok(seek.found)
}

/// Counts over the nodes of pages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Grams by length; index 0 is unused.
    pub grams: [u64; LONGEST_GRAM + 1],
    /// Entries of their lists, by length of gram.
    pub entries: [u64; LONGEST_GRAM + 1],
    /// Length of the longest list.
    pub longest_list: u64,
    /// Nodes of the path at a page's start, which stand in an earlier page.
    path: usize,
}

impl Visitor for Tally {
    fn node(&mut self, r: &mut BitReader<'_>, level: usize, _: u32, df: u64, of: Of) -> Result<bool, Bad> {
        skip_set(r, df, 0, of.all)?;
        if self.path > 0 {
            self.path -= 1;
        } else {
            for (counts, more) in [(&mut self.grams, 1), (&mut self.entries, df)] {
                if let Some(count) = counts.get_mut(level + 1) {
                    *count += more;
                }
            }
            self.longest_list = self.longest_list.max(df);
        }
        Ok(true)
    }
    fn open(&mut self, _: usize, _: u32) -> bool {
        self.path = self.path.saturating_sub(1);
        true
    }
    fn closed(&mut self, _: usize) -> bool {
        true
    }
}

impl Tally {
    /// Adds a page, reading all of it.
    pub fn add(&mut self, page: &[u8], shape: Shape) -> Result<(), Bad> {
        let mut r = BitReader::new(page);
        r.gamma(page.len() as u64 * 8, "nodes of a page")?;
        self.path = r.gamma(u64::from(shape.longest), "depth of a page")? as usize - 1;
        walk(page, shape, self)
    }
}

/// Reads every gram of a page with its list.
struct Each<F> {
    /// The nodes that are open, as ranks, and their lists.
    path: Vec<u32>,
    lists: Vec<Vec<u32>>,
    /// Nodes of the path at the page's start that are still to come.
    repeated: usize,
    told: F,
}

impl<F: FnMut(&[u32], &[u32], bool)> Each<F> {
    fn tell(&mut self, level: usize, rank: u32, list: Vec<u32>) {
        self.path.truncate(level);
        self.path.push(rank);
        (self.told)(&self.path, &list, self.repeated > 0);
        self.lists.push(list);
        self.repeated = self.repeated.saturating_sub(1);
    }
}

impl<F: FnMut(&[u32], &[u32], bool)> Visitor for Each<F> {
    fn node(&mut self, r: &mut BitReader<'_>, level: usize, rank: u32, df: u64, of: Of) -> Result<bool, Bad> {
        self.lists.truncate(level);
        let list = of.list(r, df, self.lists.last().map_or(&[], Vec::as_slice))?;
        self.tell(level, rank, list);
        Ok(true)
    }
    fn open(&mut self, level: usize, rank: u32) -> bool {
        self.lists.truncate(level);
        self.tell(level, rank, Vec::new());
        true
    }
    fn closed(&mut self, _: usize) -> bool {
        true
    }
}

/// Tells every gram of a page, in their order: its ranks, its passages, and whether it stands in an earlier page as well, for
/// what is below it goes on here. O(size of the lists).
pub fn each(page: &[u8], shape: Shape, told: impl FnMut(&[u32], &[u32], bool)) -> Result<(), Bad> {
    let mut r = BitReader::new(page);
    r.gamma(page.len() as u64 * 8, "nodes of a page")?;
    let repeated = r.gamma(u64::from(shape.longest), "depth of a page")? as usize - 1;
    walk(page, shape, &mut Each { path: Vec::new(), lists: Vec::new(), repeated, told })
}
