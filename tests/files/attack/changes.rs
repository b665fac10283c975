//! How is a file changed, so that it cannot be what the builder wrote?

use xunzi::codec::bits::BitWriter;
use xunzi::codec::bytes::put_varint;
use xunzi::fold::Class;
use xunzi::fold::table::{Entry, Table};
use xunzi::format::blocks::{Head, Widths, get_block, inflate, put_block};
use xunzi::format::grams::{Shape, Trie, bound_of, write as write_pages};
use xunzi::format::root::{Frequencies, Root};
use xunzi::format::{File, Kind};

use super::{Target, deflate, stored};
use crate::generate::Rng;

/// The numbers at which codes and counters turn over.
const EXTREMES: [u64; 16] = [
    0,
    1,
    127,
    128,
    255,
    256,
    0xFFFF,
    (1 << 22) - 1,
    1 << 22,
    (1 << 30) + 1,
    i32::MAX as u64,
    1 << 31,
    u32::MAX as u64,
    1 << 32,
    1 << 62,
    u64::MAX >> 1,
];

/// Changes some bytes: one to four small changes of any sort. `other`: bytes to take parts from.
pub fn mutate(rng: &mut Rng, bytes: &mut Vec<u8>, other: &[u8]) {
    for _ in 0..1 + rng.below(4) * rng.below(2) {
        let n = bytes.len();
        // What stands first decides most: lengths, counts, parameters.
        let at = if rng.chance(1, 3) { rng.below(n.min(24)) } else { rng.below(n) };
        let most = 1 + rng.below(16);
        let some = rng.within(1, most).min(n - at.min(n));
        match rng.below(13) {
            0 | 1 => {
                for _ in 0..1 + rng.below(3) {
                    if let Some(b) = bytes.get_mut(at + rng.below(8)) {
                        *b ^= 1 << rng.below(8);
                    }
                }
            }
            2 => {
                if let Some(b) = bytes.get_mut(at) {
                    *b = rng.next() as u8;
                }
            }
            3 => {
                if let Some(b) = bytes.get_mut(at) {
                    *b = *rng.pick(&[0, 1, 0x7F, 0x80, 0xFE, 0xFF]);
                }
            }
            4 => bytes[at..at + some].fill(*rng.pick(&[0, 0x55, 0xFF])),
            5 => drop(bytes.drain(at..at + some)),
            6 => {
                let copy = bytes[at..at + some].to_vec();
                let to = rng.below(n + 1);
                bytes.splice(to..to, copy);
            }
            7 => bytes.truncate(at),
            8 => bytes.extend((0..some).map(|_| rng.next() as u8)),
            9 => {
                // A varint that says too much, or too little, in place of what stood there.
                let mut varint = Vec::new();
                put_varint(&mut varint, *rng.pick(&EXTREMES));
                let until = at + if rng.chance(1, 2) { 1.min(n - at.min(n)) } else { varint.len().min(n - at.min(n)) };
                bytes.splice(at..until, varint);
            }
            10 => {
                let from = rng.below(other.len());
                let part = &other[from..(from + some * 4).min(other.len())];
                let until = (at + if rng.chance(1, 2) { part.len() } else { 0 }).min(n);
                bytes.splice(at..until, part.iter().copied());
            }
            11 => shift_bits(rng, bytes, at),
            _ => {
                // The same byte many times over: deep paths, long runs.
                let b = bytes.get(at).copied().unwrap_or(0);
                bytes.splice(at..at, std::iter::repeat_n(b, 1 << rng.below(9)));
            }
        }
    }
}

/// Puts a few bits in, or takes some out: all that follows in a bit section moves.
fn shift_bits(rng: &mut Rng, bytes: &mut Vec<u8>, at: usize) {
    let rest = bytes.split_off(at.min(bytes.len()));
    let mut w = BitWriter::default();
    let keep = rng.below(8) as u32;
    w.put(u64::from(rest.first().copied().unwrap_or(0)), keep);
    match rng.below(4) {
        0 => w.gamma(*rng.pick(&EXTREMES).clamp(&1, &(1 << 41))),
        1 => w.gamma(1 + rng.below(40) as u64),
        2 => w.put(rng.next(), rng.below(9) as u32),
        _ => {}
    }
    let skip = rng.below(9) as u32 * rng.below(2) as u32;
    let mut after = keep + skip;
    let mut rest = &rest[(after as usize / 8).min(rest.len())..];
    after %= 8;
    if let (Some((&first, more)), true) = (rest.split_first(), after > 0) {
        w.put(u64::from(first >> after), 8 - after);
        rest = more;
    }
    rest.iter().for_each(|&b| w.put(u64::from(b), 8));
    bytes.extend(w.finish());
}

/// Changes the payload of a file so that it cannot be what the builder wrote, in a way that suits its kind.
pub fn change(rng: &mut Rng, target: &Target, file: File, payload: &[u8]) -> Vec<u8> {
    let other = &rng.pick(&target.payloads).1;
    let mut out = payload.to_vec();
    match file.kind {
        Kind::Text | Kind::Dict if rng.chance(3, 4) => {
            let (head, deflated) = match file.kind {
                Kind::Dict => payload.split_at(payload.len() - target.deflated.len()),
                _ => (&[][..], payload),
            };
            let dictionary = if file.kind == Kind::Text { target.dictionary.as_slice() } else { &[] };
            let mut data = inflate(deflated, dictionary).unwrap_or_default();
            if file.kind == Kind::Text && rng.chance(1, 2) {
                lie(rng, target, &mut data);
            } else {
                mutate(rng, &mut data, other);
            }
            let length = if rng.chance(1, 20) { *rng.pick(&EXTREMES) } else { data.len() as u64 };
            let tail = if rng.chance(1, 20) { deflate(&data, dictionary, length) } else { stored(&data, length) };
            out = [head, &tail].concat();
        }
        Kind::Root | Kind::Dict if rng.chance(1, 2) => {
            let mut root = target.root.clone();
            for _ in 0..rng.within(1, 2) {
                forge(rng, &mut root);
            }
            if let Some((_, forged)) = target.with_root(&root).into_iter().find(|f| f.0 == file) {
                out = forged;
            }
        }
        Kind::Grams if rng.chance(1, 4) => {
            if let Some(page) = write_pages(&Liar::new(rng, target.root.shape()), target.root.shape(), 4096).into_iter().next() {
                out = page.bytes;
            }
        }
        _ => mutate(rng, &mut out, other),
    }
    out
}

/// A block whose parts are well-formed and wrong.
fn lie(rng: &mut Rng, target: &Target, data: &mut Vec<u8>) {
    let widths = Widths::new(target.root.original.len() as u32);
    let Ok(mut pieces) = get_block(data, widths, target.root.keys.len() as u64, target.root.weighted) else { return };
    for _ in 0..rng.within(1, 3) {
        let k = rng.below(pieces.len());
        let number = *rng.pick(&EXTREMES) as u32 ^ rng.below(3) as u32;
        let Some(piece) = pieces.get_mut(k) else { return };
        let n = piece.text.len();
        match rng.below(13) {
            0 => piece.article = number,
            1 => piece.id = number,
            2 => piece.offset = number,
            3 => piece.title.clear(),
            4 => piece.url = "\u{10FFFF}".repeat(rng.below(40)),
            5 => piece.meta.push((rng.below(target.root.keys.len() + 1) as u32, "x".repeat(rng.below(9)))),
            6 => piece.under = Some((piece.text.get(..rng.below(n + 1)).unwrap_or(&[]).to_vec(), "a".into())),
            7 => {
                let mut ends: Vec<u32> = (0..2 * rng.within(1, 4)).map(|_| rng.below(n + 2) as u32).collect();
                ends.sort_unstable();
                if rng.chance(1, 3) {
                    ends.extend([number.max(n as u32); 2]);
                }
                piece.heads = ends.chunks(2).map(|e| Head { start: e[0], end: e[1], anchor: String::new() }).collect();
            }
            8 => {
                let cut = rng.below(n + 1);
                piece.text.truncate(cut);
                if rng.chance(1, 2) {
                    piece.passages = vec![cut as u32];
                }
            }
            9 => {
                let rank = rng.below(target.root.original.len()) as u32;
                let at = rng.below(n);
                piece.text[at..].iter_mut().take(rng.within(1, 600)).for_each(|r| *r = rank);
            }
            10 => piece.weights = vec![number.min(2000); [n, rng.below(n + 2), n * 9][rng.below(3)]],
            11 => {
                let part = rng.below(n + 1) as u32;
                piece.passages = vec![part, n as u32 - part];
            }
            _ => {
                let copy = pieces[k].clone();
                pieces.insert(rng.below(pieces.len()), copy);
            }
        }
    }
    *data = put_block(&pieces, widths);
}

/// Frequencies that keep the order of the alphabets, where there are any.
pub fn frequencies(root: &Root) -> Frequencies {
    let mut rest = [&root.original[..], &root.folded[..]];
    let mut classes = [Vec::new(), Vec::new()];
    for class in (0..32).rev() {
        // As many as are in order, and no character of both without its twin.
        let mut taken = rest.map(|rest| rest.iter().zip([0].iter().chain(rest)).take_while(|(c, before)| c >= before).count());
        loop {
            let before = taken;
            for (own, other) in [(0, 1), (1, 0)] {
                let apart = |c: &&u32| rest[other][taken[other]..].contains(c);
                taken[own] = rest[own][..taken[own]].iter().take_while(|c| !apart(c)).count();
            }
            if taken == before {
                break;
            }
        }
        for ((rest, classes), taken) in rest.iter_mut().zip(&mut classes).zip(taken) {
            // The last class takes what has no order.
            let taken = if class == 0 { rest.len() } else { taken };
            classes.extend(std::iter::repeat_n(class, taken));
            *rest = &rest[taken..];
        }
    }
    let [original, folded] = classes;
    Frequencies { original, folded }
}

/// Every second number or so of those below `n`, from 1.
fn starts(rng: &mut Rng, count: usize, n: u32) -> Vec<u32> {
    let mut set: Vec<u32> = (1..count).map(|_| 1 + rng.below(n.max(2) as usize - 1) as u32).filter(|&s| s < n).collect();
    set.push(0);
    set.sort_unstable();
    set.dedup();
    set.push(n);
    set
}

/// Groups of one article each, but for those of one passage: every other one of these has two.
fn groups(root: &mut Root, starts: Vec<u32>) {
    let mut end = 0;
    root.members = vec![0];
    for (k, pair) in starts.windows(2).enumerate() {
        end += if k % 2 == 0 && pair[1] - pair[0] == 1 { 2 } else { 1 };
        root.members.push(end);
    }
    root.groups = starts;
    root.dated = 0;
}

/// Makes one part of a root wrong, and keeps it readable.
pub fn forge(rng: &mut Rng, root: &mut Root) {
    let passages = root.body_passages();
    match rng.below(14) {
        0 => root.longest = rng.within(1, 16) as u32,
        1 => root.bound = 1 << rng.below(22),
        2 => root.dated = rng.below(root.article_count() as usize + 1) as u32,
        3 => root.reordered = !root.reordered,
        4 => root.divided = !root.divided,
        5 => {
            let count = rng.below(passages as usize) + 1;
            groups(root, starts(rng, count, passages));
        }
        6 => {
            let count = rng.below(passages as usize) + 1;
            root.blocks = starts(rng, count, passages);
        }
        7 => {
            // More of everything than there is.
            let n = passages + rng.below(2000) as u32;
            let (articles, blocks) = (rng.below(n as usize) + 1, rng.below(n as usize) + 1);
            groups(root, starts(rng, articles, n));
            root.blocks = starts(rng, blocks, n);
        }
        8 => {
            let cut = rng.below(root.separators.len() + 1);
            root.separators.truncate(cut);
            if let (true, Some(last)) = (rng.chance(1, 2), root.separators.last().cloned()) {
                root.separators.push([last, vec![0]].concat());
            }
            root.pages = root.separators.len() as u32 + 1;
        }
        9 => {
            let alphabet = if rng.chance(1, 2) { &mut root.original } else { &mut root.folded };
            let at = rng.below(alphabet.len());
            match alphabet.get(at) {
                Some(&c) if rng.chance(1, 2) && c + 1 < 0x11_0000 && !alphabet.contains(&(c + 1)) => alphabet[at] = c + 1,
                _ => alphabet.truncate(at),
            }
        }
        10 => {
            let at = rng.below(root.keys.len());
            if let Some(key) = root.keys.get_mut(at) {
                *key = ["date", "", "tags", "\u{10FFFF}"][rng.below(4)].into();
            }
        }
        11 => {
            let keys = root.keys.len();
            root.columns = (0..rng.below(5).min(keys * 5)).map(|_| rng.below(keys) as u32).collect();
            root.parts = root.columns.iter().map(|_| 1 << rng.below(13)).collect();
        }
        12 => {
            root.weighted = rng.chance(1, 2);
            let gap = 1 + rng.below(3) as u32;
            root.weights = (0..rng.below(9) as u32).map(|k| (k * gap, rng.below(1024) as u32)).collect();
        }
        _ => root.table = table(rng, root).into(),
    }
    if rng.chance(7, 8) {
        root.letters = root.folded.len() as u32;
        root.articles = root.members.last().copied().unwrap_or(0);
    }
    if root.folded.is_empty() {
        root.separators.clear();
        root.pages = 1;
    }
    for separator in &mut root.separators {
        separator.iter_mut().for_each(|r| *r = (*r).min(root.folded.len() as u32 - 1));
    }
    let mut last: &[u32] = &[];
    if root.separators.iter().any(|s| s.as_slice() <= std::mem::replace(&mut last, s)) {
        root.separators.clear();
        root.pages = 1;
    }
}

/// A folding table that maps the characters of a corpus to one another in rings, with classes at random.
fn table(rng: &mut Rng, root: &Root) -> Table {
    let both: Vec<char> =
        root.original.iter().chain(&root.folded).filter_map(|&c| char::from_u32(c)).chain(['가', 'a']).collect();
    let longest = *rng.pick(&[1, 1, 2, 2, 3, 32]);
    let layers = [0; 6].map(|_| {
        let n = rng.below(20);
        let entry = |rng: &mut Rng| Entry {
            from: *rng.pick(&both),
            to: (0..rng.below(longest + 1)).map(|_| *rng.pick(&both)).collect(),
            composes: rng.chance(1, 2),
        };
        (0..n).map(|_| entry(rng)).collect()
    });
    let extra = vec![(0x300, 0x310), (0x1161, 0x1170)];
    let salt = rng.next();
    let few = rng.chance(1, 2);
    let alphabet: Vec<u32> = root.original.iter().chain(&root.folded).copied().collect();
    Table::new(layers, extra, &alphabet, |c| {
        let hash = Rng::new(salt ^ u64::from(c)).next();
        let bits = if few { 1 << (hash % 16) } else { hash };
        Class { bits: bits as u16 & 0x3FFF, ccc: if hash >> 60 < 3 { (hash >> 32) as u8 } else { 0 } }
    })
}

/// A gram dictionary that is well-formed and says what is not so.
struct Liar {
    levels: Vec<Vec<Node>>,
}

struct Node {
    rank: u32,
    list: Vec<u32>,
    children: std::ops::Range<usize>,
}

impl Liar {
    fn new(rng: &mut Rng, shape: Shape) -> Liar {
        let some = |rng: &mut Rng, of: &[u32], most: usize| -> Vec<u32> {
            let keep = rng.within(1, 4);
            let mut list: Vec<u32> = of.iter().copied().filter(|_| rng.chance(keep, 4)).take(most).collect();
            if list.is_empty() {
                list.extend(of.first());
            }
            list
        };
        let ranks: Vec<u32> = (0..shape.alphabet).collect();
        let all: Vec<u32> = (0..shape.passages).collect();
        let mut levels: Vec<Vec<Node>> = Vec::new();
        let mut above: Vec<Vec<u32>> = vec![all];
        for length in 1..=shape.longest.min(6) {
            let mut level = Vec::new();
            for (k, list) in above.iter().enumerate() {
                let start = level.len();
                let extends = length == 1 || list.len() as u32 > bound_of(shape.bound, length as usize - 1);
                if extends && level.len() < 300 {
                    let most = if length == 1 { 60 } else { rng.below(6) };
                    for rank in some(rng, &ranks, most) {
                        level.push(Node { rank, list: some(rng, list, usize::MAX), children: 0..0 });
                    }
                }
                if let Some(parent) = levels.last_mut().and_then(|l| l.get_mut(k)) {
                    parent.children = start..level.len();
                }
            }
            above = level.iter().map(|n| n.list.clone()).collect();
            levels.push(level);
        }
        Liar { levels }
    }
}

impl Trie for Liar {
    fn children(&self, node: Option<(usize, usize)>) -> std::ops::Range<usize> {
        match node {
            None => 0..self.levels[0].len(),
            Some((level, at)) => self.levels[level][at].children.clone(),
        }
    }
    fn rank(&self, level: usize, at: usize) -> u32 {
        self.levels[level][at].rank
    }
    fn list(&self, level: usize, at: usize) -> &[u32] {
        &self.levels[level][at].list
    }
}
