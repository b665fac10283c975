//! What does a second reader learn from the root, and from its rest?

use super::bits::{Bits, Data, Notes, chars, show};
use super::text::inflate;

/// What a second reader learns from the root.
pub struct Root {
    pub longest: u64,
    pub bound: u64,
    pub articles: u64,
    pub groups: u64,
    pub passages: u64,
    pub dated: u64,
    pub reordered: bool,
    /// Whether parts of texts have weights.
    pub weighted: bool,
    /// Articles that count otherwise than is usual, and how much.
    pub weights: Vec<(u64, u64)>,
    pub letters: u64,
    pub original: Vec<u64>,
    /// Behind their classes.
    pub folded: Vec<(u32, u64)>,
    pub keys: Vec<String>,
    pub columns: Vec<(u64, u64)>,
    /// Ranks at which each page but the first begins, or before.
    pub separators: Vec<Vec<u64>>,
}

pub const CODE_POINTS: u64 = 0x11_0000;

/// Characters by falling class, each behind the class.
pub fn alphabet(b: &mut Bits, name: &str) -> Vec<(u32, u64)> {
    let mut out = Vec::new();
    for class in (0..32u32).rev() {
        let n = b.gamma() - 1;
        if n == 0 {
            continue;
        }
        b.note(&format!("{n}  {name} in class {class}; before it a bit for each empty class"));
        let set = b.set(n, 0, CODE_POINTS);
        b.note(&format!("after {} others: {}", out.len(), chars(&set)));
        out.extend(set.into_iter().map(|c| (class, c)));
    }
    if b.from < b.at {
        b.note("a bit for each empty class below");
    }
    out
}

/// The original alphabet, by rank; `folded`: characters behind their classes.
pub fn original(b: &mut Bits, folded: &[(u32, u64)]) -> Vec<u64> {
    let n = b.count("characters of the folded alphabet that no text has");
    let missing = b.set(n, 0, folded.len() as u64);
    b.note(&format!("their ranks: {missing:?}"));
    let mut original = alphabet(b, "further characters of the original alphabet");
    original.extend((0..).zip(folded).filter(|(rank, _)| !missing.contains(rank)).map(|(_, both)| *both));
    original.sort_by_key(|&(class, c)| (std::cmp::Reverse(class), c));
    original.into_iter().map(|x| x.1).collect()
}

pub fn class_names(bits: u64, ccc: u64) -> String {
    let names = [
        "white",
        "word",
        "mark",
        "diacritic",
        "Latin, Greek or point",
        "invisible",
        "extend",
        "joiner",
        "regional",
        "Han or kana",
        "digit",
        "without spaces",
        "stress",
        "attached",
    ];
    let set: Vec<&str> = names.iter().enumerate().filter(|(k, _)| bits >> k & 1 == 1).map(|(_, name)| *name).collect();
    format!("{}; combining class {ccc}", if set.is_empty() { "nothing".into() } else { set.join(", ") })
}

/// How many of a long list are shown.
pub const SOME: usize = 4;

/// The last 16 different numbers, the last one first; at first all are zeros.
#[derive(Default)]
pub struct Recent([u64; 16]);

impl Recent {
    pub fn get(&mut self, b: &mut Bits, r: u64) -> u64 {
        let v = if b.bit() == 0 {
            self.0[b.gamma() as usize - 1]
        } else if b.bit() == 0 {
            self.0[0] + 1
        } else {
            b.uniform(r)
        };
        let at = self.0.iter().position(|&n| n == v).unwrap_or(15);
        self.0[at] = v;
        self.0[..=at].rotate_right(1);
        v
    }
}

pub fn folding(b: &mut Bits, alphabets: &[u64]) {
    let n = b.count("ranges of characters that have a class though they need not occur");
    let mut known: Vec<u64> = alphabets.to_vec();
    let mut at = 0;
    for k in 0..n as usize {
        let start = at + b.gamma() - 1;
        let end = start + b.gamma();
        if k < SOME {
            b.note(&format!("range {k}: gap {}, {} characters: {:04X} to {:04X}", start - at, end - start, start, end - 1));
        }
        known.extend(start..end);
        at = end;
    }
    if n as usize > SOME {
        b.note(&format!("ranges {SOME} to {} in the same way", n - 1));
    }
    for layer in ["canonical decomposition", "compatibility decomposition", "letters", "case", "variants", "punctuation"] {
        let n = b.count(&format!("entries of the layer {layer}"));
        let from = b.set(n, 0, CODE_POINTS);
        if n > 0 {
            b.note(&format!("what is mapped: {}", chars(&from)));
        }
        let t = b.count("different characters that they are mapped to");
        let targets = b.set(t, 0, CODE_POINTS);
        if t > 0 {
            b.note(&format!("those: {}", chars(&targets)));
        }
        let (mut distance, mut length, mut composes) = (0, 1, false);
        let mut recent = <[Recent; 4]>::default();
        let run_of = |b: &mut Bits| b.count("entries that map to one character at the distance of the last one spelt out");
        let mut run = if n > 0 { run_of(b) } else { 0 };
        for (k, &c) in from.iter().enumerate() {
            let mut how = "";
            let spelt_out = run == 0;
            let to = if !spelt_out {
                run -= 1;
                vec![c.wrapping_add(distance)]
            } else {
                if b.bit() == 0 {
                    length = b.gamma() - 1;
                    composes = length == 2 && layer.starts_with("canonical") && b.bit() == 1;
                }
                let mut index = |k: u64| targets[recent[k.min(3) as usize].get(b, t) as usize];
                let to: Vec<u64> = (0..length).map(&mut index).collect();
                if let [one] = to[..] {
                    distance = one.wrapping_sub(c);
                }
                if layer.starts_with("canonical") && length == 2 {
                    how = [", which does not compose again", ", which composes again"][usize::from(composes)];
                }
                to
            };
            if k < 12 {
                b.note(&format!("{} → {}{how}", show(c), chars(&to)));
            }
            known.extend(to);
            if spelt_out && k + 1 < from.len() {
                run = match k {
                    0..12 => run_of(b),
                    _ => b.gamma() - 1,
                };
            }
        }
        if from.len() > 12 {
            b.note(&format!("the other {} entries", from.len() - 12));
        }
    }
    known.sort_unstable();
    known.dedup();
    let k = b.count("different classes");
    let classes = b.set(k, 0, 1 << 22);
    let names: Vec<String> = classes.iter().map(|c| class_names(c >> 8, c & 255)).collect();
    b.note(&format!("class 0: {}", names[0]));
    let mut recent = Recent::default();
    let mut done = 0;
    let mut runs = 0;
    while done < known.len() {
        let run = b.gamma() as usize;
        let class = recent.get(b, k);
        if runs < SOME {
            let (first, last) = (show(known[done]), show(known[done + run - 1]));
            b.note(&format!(
                "the next {run} of {} characters, {first} to {last}: class {class}, {}",
                known.len(),
                names[class as usize]
            ));
        }
        runs += 1;
        done += run;
    }
    b.note(&format!("{} more runs, up to {}", runs.saturating_sub(SOME), show(known[known.len() - 1])));
}

pub fn root(payload: &[u8], notes: &mut Notes) -> Root {
    let b = &mut Bits::new(payload, notes);
    let longest = b.count("N, characters of the longest gram");
    let bound = b.count("B: a gram in more passages is extended");
    b.count("W, folded characters aimed at for a passage");
    let articles = b.count("A, articles");
    let groups = b.count("G, groups of articles that share their passages");
    let passages = b.count("passages of bodies");
    let blocks = b.count("blocks");
    let pages = b.count("pages of grams");
    let dated = b.count("articles with a date");
    let reordered = b.count("the order of the index differs from the input's: 1 yes, 0 no") == 1;
    let divided = b.count("there is a dict.dat: 1 yes, 0 no") == 1;
    b.count("titles and texts, in KiB of UTF-8");
    let columns = b.count("columns of metadata");
    let letters = b.count("folded characters");
    let folded = alphabet(b, "frequent characters of the folded alphabet");
    if divided {
        folding(b, &folded.iter().map(|x| x.1).collect::<Vec<_>>());
    }
    let starts = b.starts(groups, passages);
    b.note(&format!("first body passage of each group but the first: {starts:?}; a set of {} in 1..{passages}", groups - 1));
    let starts = b.starts(blocks, passages);
    b.note(&format!("first body passage of each block but the first: {starts:?}"));
    let mut before: Vec<u64> = Vec::new();
    let mut separators = Vec::new();
    for page in 1..pages {
        let shared = b.gamma() - 1;
        let n = b.gamma();
        before.truncate(shared as usize);
        before.extend((0..n).map(|_| b.uniform(letters + 1)).collect::<Vec<_>>());
        b.note(&format!("page {page} begins at or before {before:?}"));
        separators.push(before.clone());
    }
    let n = b.count("keys of metadata");
    let keys: Vec<String> = (0..n).map(|k| b.string(&format!("key {k}"))).collect();
    let columns: Vec<(u64, u64)> = (0..columns)
        .map(|number| {
            let key = b.uniform(n);
            let files = b.gamma();
            b.note(&format!("column {number} has key {key}, {}; its files: {files}", keys[key as usize]));
            (key, files)
        })
        .collect();
    let original = Vec::new();
    let mut root = Root {
        longest,
        bound,
        articles,
        groups,
        passages,
        dated,
        reordered,
        weighted: false,
        weights: Vec::new(),
        letters,
        original,
        folded,
        keys,
        columns,
        separators,
    };
    if !divided {
        rest(b, &mut root);
    }
    b.end();
    root
}

/// What of the root stands in `dict.dat`, or behind the root.
pub fn rest(b: &mut Bits, root: &mut Root) {
    root.folded.extend(alphabet(b, "rare characters of the folded alphabet"));
    assert_eq!(root.folded.len() as u64, root.letters);
    root.original = original(b, &root.folded);
    folding(b, &root.characters());
    let starts = b.starts(root.groups, root.articles);
    let of = format!("a set of {} in 1..{}", root.groups - 1, root.articles);
    b.note(&format!("first article of each group but the first: {starts:?}; {of}"));
    if b.left() < 8 {
        return;
    }
    root.weighted = b.number(8) == 1;
    b.note(&format!("parts of texts have weights: {}", root.weighted));
    let mut next = 0;
    for _ in 0..b.count("articles with a weight") {
        let article = next + b.gamma() - 1;
        let weight = b.uniform(1001);
        b.note(&format!("article {article} counts {weight} hundredths"));
        root.weights.push((article, weight));
        next = article + 1;
    }
}

impl Root {
    /// All characters, original and folded.
    pub fn characters(&self) -> Vec<u64> {
        self.original.iter().copied().chain(self.folded.iter().map(|x| x.1)).collect()
    }
}

/// The rest of a root, and the dictionary of the blocks.
pub fn dict(payload: &[u8], root: &mut Root, notes: &mut Notes) -> Vec<u8> {
    let mut b = Data { label: "", base: 32, bytes: payload, at: 0, from: 0, notes };
    let length = b.number("bytes of the rest of the root") as usize;
    let at = b.at;
    let (of_root, deflated) = payload[at..].split_at(length);
    notes.bytes("", 32 + at, of_root, "those, bits from here on:");
    let mut bits = Bits::new(of_root, notes);
    rest(&mut bits, root);
    bits.end();
    if deflated.is_empty() {
        return Vec::new();
    }
    let mut b = Data { label: "", base: 32 + at + length, bytes: deflated, at: 0, from: 0, notes };
    let length = b.number("bytes of the dictionary") as usize;
    let out = inflate(&deflated[b.at..], &[], length);
    assert_eq!(out.len(), length);
    out
}

/// The whole folding table.
pub fn fold(payload: &[u8], root: &Root, notes: &mut Notes) {
    let mut b = Bits::new(payload, notes);
    folding(&mut b, &root.characters());
    b.end();
}
