//! How does a second reader read an index?
//!
//! It shares no code with the first: it knows the format from its description alone, and says of every bit what it means.

use xunzi::format::File;

/// Whoever reads along: what was read, and what it means.
#[derive(Default)]
pub struct Notes(pub String);

impl Notes {
    fn line(&mut self, text: &str) {
        self.0.push_str(text.trim_end());
        self.0.push('\n');
    }
    /// Bytes of a file, or of `data` that stood in it in another form, with their meaning on the first line.
    pub fn bytes(&mut self, label: &str, at: usize, bytes: &[u8], meaning: &str) {
        for (k, line) in bytes.chunks(16).enumerate() {
            let hex: Vec<String> = line.iter().map(|b| format!("{b:02x}")).collect();
            let meaning = if k == 0 { meaning } else { "" };
            self.line(&format!("{label}{:08x}  {:47}  {meaning}", at + k * 16, hex.join(" ")));
        }
    }
}

/// Reads bits in the order of the format, and remembers where.
struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
    /// First bit of what is being read.
    from: usize,
    notes: &'a mut Notes,
}

impl<'a> Bits<'a> {
    fn new(bytes: &'a [u8], notes: &'a mut Notes) -> Bits<'a> {
        Bits { bytes, at: 0, from: 0, notes }
    }
    fn bit(&mut self) -> u64 {
        let bit = self.bytes[self.at / 8] >> (self.at % 8) & 1;
        self.at += 1;
        u64::from(bit)
    }
    /// A number of `n` bits, the lowest first.
    fn number(&mut self, n: u32) -> u64 {
        (0..n).map(|k| self.bit() << k).sum()
    }
    fn gamma(&mut self) -> u64 {
        let mut k = 0;
        while self.bit() == 0 {
            k += 1;
        }
        self.number(k) | 1 << k
    }
    fn uniform(&mut self, r: u64) -> u64 {
        if r <= 1 {
            return 0;
        }
        let k = r.ilog2();
        let short = (2 << k) - r;
        let v = self.number(k);
        if v < short { v } else { (v << 1 | self.bit()) - short }
    }
    fn starts(&mut self, n: u64, end: u64) -> Vec<u64> {
        if n <= 8192 || self.number(1) == 0 {
            return self.set(n - 1, 1, end);
        }
        let (mut starts, mut next) = (Vec::new(), 0);
        while (starts.len() as u64) < n {
            let (run, far) = (self.gamma(), self.gamma());
            starts.extend((0..run).map(|k| next + k * far));
            next += run * far;
        }
        starts.split_off(1)
    }

    fn set(&mut self, n: u64, lo: u64, hi: u64) -> Vec<u64> {
        if n == 0 {
            return Vec::new();
        }
        if n == hi - lo {
            return (lo..hi).collect();
        }
        let below = n / 2;
        let above = n - below - 1;
        let middle = lo + below + self.uniform(hi - above - (lo + below));
        let mut set = self.set(below, lo, middle);
        set.push(middle);
        set.extend(self.set(above, middle + 1, hi));
        set
    }
    /// Says what the bits since the last note mean.
    fn note(&mut self, meaning: &str) {
        let bits: String = (self.from..self.at).map(|k| if self.bytes[k / 8] >> (k % 8) & 1 == 1 { '1' } else { '0' }).collect();
        let shown = match bits.len() {
            0..=32 => bits,
            n => format!("{}… ({n} bits)", &bits[..18]),
        };
        self.notes.line(&format!("  bit {:4}  {shown:32}  {meaning}", self.from));
        self.from = self.at;
    }
    /// A gamma that is one more than what it says.
    fn count(&mut self, meaning: &str) -> u64 {
        let n = self.gamma() - 1;
        self.note(&format!("{n}  {meaning}"));
        n
    }
    fn string(&mut self, meaning: &str) -> String {
        let n = self.gamma() - 1;
        let bytes = (0..n).map(|_| self.number(8) as u8).collect();
        let text = String::from_utf8(bytes).expect("UTF-8");
        self.note(&format!("{meaning} of {n} bytes: {text}"));
        text
    }
    fn left(&self) -> usize {
        self.bytes.len() * 8 - self.at
    }
    fn end(&mut self) {
        let left = self.left();
        assert!(left < 8, "{left} bits left");
        if left > 0 {
            assert_eq!(self.number(left as u32), 0);
            self.note("nothing: the last byte is filled up");
        }
    }
}

fn show(c: u64) -> String {
    let code = format!("U+{c:04X}");
    match char::from_u32(c as u32) {
        // Marks would sit on what stands before them.
        Some(c) if !c.is_control() && !c.is_whitespace() && !matches!(c, '\u{300}'..'\u{370}' | '\u{E0000}'..) => {
            format!("{c} {code}")
        }
        _ => code,
    }
}

fn chars(list: &[u64]) -> String {
    let (shown, more) = list.split_at(list.len().min(8));
    let shown = shown.iter().map(|&c| show(c)).collect::<Vec<_>>().join(", ");
    if more.is_empty() { shown } else { format!("{shown} and {} more", more.len()) }
}

/// What a second reader learns from the root.
pub struct Root {
    longest: u64,
    bound: u64,
    articles: u64,
    groups: u64,
    passages: u64,
    dated: u64,
    pub reordered: bool,
    /// Whether parts of texts have weights.
    pub weighted: bool,
    /// Articles that count otherwise than is usual, and how much.
    pub weights: Vec<(u64, u64)>,
    letters: u64,
    original: Vec<u64>,
    /// Behind their classes.
    folded: Vec<(u32, u64)>,
    keys: Vec<String>,
    pub columns: Vec<(u64, u64)>,
    /// Ranks at which each page but the first begins, or before.
    pub separators: Vec<Vec<u64>>,
}

const CODE_POINTS: u64 = 0x11_0000;

/// Characters by falling class, each behind the class.
fn alphabet(b: &mut Bits, name: &str) -> Vec<(u32, u64)> {
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
fn original(b: &mut Bits, folded: &[(u32, u64)]) -> Vec<u64> {
    let n = b.count("characters of the folded alphabet that no text has");
    let missing = b.set(n, 0, folded.len() as u64);
    b.note(&format!("their ranks: {missing:?}"));
    let mut original = alphabet(b, "further characters of the original alphabet");
    original.extend((0..).zip(folded).filter(|(rank, _)| !missing.contains(rank)).map(|(_, both)| *both));
    original.sort_by_key(|&(class, c)| (std::cmp::Reverse(class), c));
    original.into_iter().map(|x| x.1).collect()
}

fn class_names(bits: u64, ccc: u64) -> String {
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
const SOME: usize = 4;

/// The last 16 different numbers, the last one first; at first all are zeros.
#[derive(Default)]
struct Recent([u64; 16]);

impl Recent {
    fn get(&mut self, b: &mut Bits, r: u64) -> u64 {
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

fn folding(b: &mut Bits, alphabets: &[u64]) {
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
fn rest(b: &mut Bits, root: &mut Root) {
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
    fn characters(&self) -> Vec<u64> {
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

/// The grams of a page, as ranks, each with its passages.
pub fn page(payload: &[u8], root: &Root, notes: &mut Notes) -> Vec<(Vec<u64>, Vec<u64>)> {
    let b = &mut Bits::new(payload, notes);
    // The characters, and after them the sign at both ends of a title and of a heading.
    let alphabet = root.letters + 1;
    let all: Vec<u64> = (0..root.groups + root.passages).collect();
    let gram = |path: &[u64]| -> String {
        path.iter().map(|&r| root.folded.get(r as usize).map_or('|', |&(_, c)| char::from_u32(c as u32).unwrap_or('?'))).collect()
    };
    let set = |b: &mut Bits, df: u64, parent: &[u64]| -> Vec<u64> {
        let ranks = b.set(df, 0, parent.len() as u64);
        ranks.iter().map(|&k| parent[k as usize]).collect()
    };
    let list = |b: &mut Bits, parent: &[u64]| -> Vec<u64> {
        let df = b.gamma();
        set(b, df, parent)
    };
    let nodes = b.gamma();
    b.note(&format!("{nodes}  nodes of the page"));
    let depth = b.count("depth of the path that is open at its start");
    // Rank, passages, first rank that a child may have, children announced.
    let mut open: Vec<(u64, Vec<u64>, u64, Vec<u64>)> = vec![(0, all.clone(), 0, Vec::new())];
    for _ in 0..depth {
        let rank = b.uniform(alphabet);
        let df = b.gamma();
        let listed = b.bit() == 1;
        let passages = if listed { set(b, df, &open[open.len() - 1].1) } else { all.clone() };
        b.note(&format!("rank {rank}, {df} passages {passages:?}, listed {listed}: open, its node stands in an earlier page"));
        // Once it is closed, its parent goes on after it.
        let last = open.len() - 1;
        open[last].2 = rank + 1;
        open.push((rank, passages, 0, Vec::new()));
    }
    let last = open.len() - 1;
    open[last].2 = b.uniform(alphabet + 1);
    b.note("0: the innermost open node, here the trie's root, begins; else one more than its last child's rank");
    let mut grams = Vec::new();
    for _ in 0..nodes {
        let path = |open: &[(u64, Vec<u64>, u64, Vec<u64>)]| open[1..].iter().map(|o| o.0).collect::<Vec<u64>>();
        loop {
            let last = open.len() - 1;
            if !open[last].3.is_empty() {
                break;
            }
            let name = if last == 0 { "the root".into() } else { format!("“{}”", gram(&path(&open))) };
            if b.bit() == 0 {
                b.note(&format!("no more children: {name} is closed"));
                open.pop();
                continue;
            }
            let n = b.uniform(48) + 1;
            let least = open[last].2 + n - 1;
            let end = least + b.uniform(alphabet - least);
            let mut run = b.set(n - 1, open[last].2, end);
            run.push(end);
            b.note(&format!("children of {name}: {n}, the last of rank {end}, so {run:?}"));
            open[last].2 = end + 1;
            open[last].3 = run;
        }
        let last = open.len() - 1;
        let rank = open[last].3.remove(0);
        let passages = list(b, &open[last].1);
        let path: Vec<u64> = [path(&open), vec![rank]].concat();
        let bound = if path.len() == 1 && root.bound > 512 { root.bound / 4 } else { root.bound };
        let extends = passages.len() as u64 > bound && (path.len() as u64) < root.longest;
        b.note(&format!(
            "“{}”: {} passages, {passages:?}{}",
            gram(&path),
            passages.len(),
            if extends { "; more than B, so it is open" } else { "" }
        ));
        grams.push((path, passages.clone()));
        if extends {
            open.push((rank, passages, 0, Vec::new()));
        }
    }
    while b.at < payload.len() * 8 && !open.is_empty() {
        if b.bit() == 0 {
            b.note("closed; not needed, since no node follows");
        }
        open.pop();
    }
    b.end();
    grams
}

/// Reads bytes of a section.
struct Data<'a> {
    /// What its lines begin with, and the offset that they count from.
    label: &'static str,
    base: usize,
    bytes: &'a [u8],
    at: usize,
    from: usize,
    notes: &'a mut Notes,
}

impl Data<'_> {
    fn varint(&mut self) -> u64 {
        let mut n = 0;
        for shift in (0..).step_by(7) {
            let b = self.bytes[self.at];
            self.at += 1;
            n |= u64::from(b & 127) << shift;
            if b < 128 {
                break;
            }
        }
        n
    }
    fn note(&mut self, meaning: &str) {
        self.notes.bytes(self.label, self.base + self.from, &self.bytes[self.from..self.at], meaning);
        self.from = self.at;
    }
    fn number(&mut self, meaning: &str) -> u64 {
        let n = self.varint();
        self.note(&format!("{n}  {meaning}"));
        n
    }
    fn text(&mut self) -> (usize, String) {
        let n = self.varint() as usize;
        self.at += n;
        (n, String::from_utf8(self.bytes[self.at - n..self.at].to_vec()).expect("UTF-8"))
    }
    fn utf8(&mut self, meaning: &str) -> String {
        let (n, text) = self.text();
        self.note(&format!("{meaning}, {n} bytes: {text}"));
        text
    }
    /// Characters as ranks: as many leads as the alphabet needs announce a second byte or two more, the others are ranks.
    fn ranks(&mut self, n: u64, root: &Root) -> String {
        let alphabet = root.original.len() as u64;
        let (one, two) = match alphabet.saturating_sub(256).div_ceil(255) {
            two @ 0..=200 => (256 - two, two),
            _ => (16, 200),
        };
        let mut byte = || {
            self.at += 1;
            u64::from(self.bytes[self.at - 1])
        };
        let mut rank = || match byte() {
            lead if lead < one => lead,
            lead if lead < one + two => one + (lead - one) * 256 + byte(),
            lead => one + two * 256 + (lead - one - two) * 65_536 + byte() * 256 + byte(),
        };
        (0..n).map(|_| char::from_u32(root.original[rank() as usize] as u32).unwrap_or('?')).collect()
    }
}

/// A part of an article, as a block has it.
#[derive(Default)]
pub struct Piece {
    pub id: u64,
    /// Where it starts in the text, in characters.
    pub offset: u64,
    pub title: String,
    pub url: String,
    pub meta: Vec<(String, String)>,
    pub text: String,
    /// How much each character counts, where the root says that any has a weight.
    pub weights: Vec<u64>,
}

/// The pieces of a block.
pub fn block(payload: &[u8], root: &Root, dictionary: &[u8], notes: &mut Notes) -> Vec<Piece> {
    let mut b = Data { label: "", base: 32, bytes: payload, at: 0, from: 0, notes };
    let length = b.varint() as usize;
    let deflated = b.at;
    let data = inflate(&payload[deflated..], dictionary, length);
    assert_eq!(data.len(), length);
    notes.bytes("", 32, &payload[..deflated], &format!("{length} bytes of data when inflated"));
    notes.bytes("", 32 + deflated, &payload[deflated..], "raw deflate; inflated it is:");
    let mut b = Data { label: "    data ", base: 0, bytes: &data, at: 0, from: 0, notes };
    let (mut pieces, mut texts) = (Vec::new(), Vec::new());
    let n = b.number("pieces");
    let first = b.number("article of piece 0, in the order of the index");
    let mut expected = 0;
    for number in 0..n {
        let mut piece = Piece::default();
        let step = match b.varint() {
            n if n % 2 == 0 => (n / 2) as i64,
            n => -(n.div_ceil(2) as i64),
        };
        piece.id = (expected + step) as u64;
        expected += step + 1;
        let id = piece.id;
        b.note(&format!("piece {number}, of article {}: id {id}, {step} from what follows the last one's", first + number));
        piece.offset = b.number("where the piece starts in the article's text, in characters");
        let n = b.varint();
        piece.title = b.ranks(n, root);
        b.note(&format!("title, {n} characters as ranks: {}", piece.title));
        piece.url = b.utf8("address");
        for _ in 0..b.number("metadata") {
            let key = b.varint() as usize;
            let (n, value) = b.text();
            b.note(&format!("key {key} ({}), {n} bytes: {value}", root.keys[key]));
            piece.meta.push((root.keys[key].clone(), value));
        }
        let n = b.varint();
        let text = b.ranks(n, root);
        b.note(&format!("heading in force at its start, {n} characters{}{text}", if n > 0 { ": " } else { ": none" }));
        b.utf8("its anchor");
        for _ in 0..b.number("headings that start in the piece") {
            b.number("heading: characters since the end of the one before, or since the piece's start");
            b.number("its length in characters");
            b.utf8("its anchor");
        }
        let mut length = 0;
        for passage in 0..b.number("passages") {
            length += b.number(&format!("characters of passage {passage}"));
        }
        pieces.push(piece);
        texts.push(length);
    }
    for (number, (piece, length)) in pieces.iter_mut().zip(texts).enumerate() {
        piece.text = b.ranks(length, root);
        b.note(&format!("text of piece {number}, as ranks: {}", piece.text.replace('\u{2029}', "¶")));
        while root.weighted && (piece.weights.len() as u64) < length {
            let n = b.number("characters that count alike");
            let weight = b.number("hundredths that each counts");
            piece.weights.extend((0..n).map(|_| weight));
        }
    }
    assert_eq!(b.at, data.len());
    pieces
}

/// Inflates without the engine's own inflater.
fn inflate(deflated: &[u8], dictionary: &[u8], length: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(length + 1);
    let mut z = flate2::Decompress::new(false);
    if !dictionary.is_empty() {
        z.set_dictionary(dictionary).expect("raw deflate takes a dictionary at its start");
    }
    let status = z.decompress_vec(deflated, &mut out, flate2::FlushDecompress::Finish).expect("deflate");
    assert_eq!(status, flate2::Status::StreamEnd);
    out
}

/// Column files from one on; how many were read: all of a column, or one of the places.
pub fn column(number: u64, payloads: &[&[u8]], root: &Root, notes: &mut Notes) -> usize {
    let mut starts = root.columns.iter().scan(0, |end, &(key, files)| Some((std::mem::replace(end, *end + files), key, files)));
    let found = starts.find(|&(start, ..)| start == number);
    let files = found.map_or(1, |(_, _, files)| files as usize);
    assert!(payloads[..files - 1].iter().all(|file| file.len() == 61_440));
    let payload = payloads[..files].concat();
    let b = &mut Bits::new(&payload, notes);
    match found.map(|(_, key, _)| root.keys[key as usize].as_str()) {
        Some("date") => {
            let mut day = b.uniform(1 << 32) as i64 - (1 << 31);
            b.note(&format!("article 0, the newest: day {day} since 1970-01-01, written as {day} + 2^31"));
            for article in 1..root.dated {
                let since = b.gamma() as i64 - 1;
                day -= since;
                b.note(&format!("article {article}: {since} days before, so day {day}"));
            }
        }
        Some(_) => {
            let v = b.count("different values");
            let values: Vec<String> = (0..v).map(|k| b.string(&format!("value {k}"))).collect();
            for article in 0..root.articles {
                let n = b.gamma() - 1;
                let of: Vec<&str> = (0..n).map(|_| values[b.uniform(v) as usize].as_str()).collect();
                b.note(&format!("article {article}: {n} values: {}; of one value the number takes no bits", of.join(", ")));
            }
        }
        None => {
            assert!(root.reordered);
            let first = (number - root.columns.iter().map(|x| x.1).sum::<u64>()) * 16_384;
            for id in first..root.articles.min(first + 16_384) {
                let place = b.uniform(root.articles);
                b.note(&format!("id {id} is article {place} of the index"));
            }
        }
    }
    b.end();
    files
}

/// CRC-64/XZ, a bit at a time.
fn sum<'a>(bytes: impl IntoIterator<Item = &'a u8>) -> u64 {
    let shift = |r: u64, _| if r & 1 == 1 { r >> 1 ^ 0xC96C_5795_D787_0F42 } else { r >> 1 };
    !bytes.into_iter().fold(!0, |r, &b| (0..8).fold(r ^ u64::from(b), shift))
}

/// A manifest: its parts stand in this order and in this form.
pub fn manifest(text: &str, notes: &mut Notes) {
    let parts = [
        ("{\"xunzi\":", "version of the format"),
        (",\"engine\":", "folder of the release: script of the worker, engine, style, words"),
        (",\"build\":", "folder of the index: its id"),
        (",\"open\":", "what a reader needs first"),
        (",\"sizes\":", "their bytes"),
        (",\"kept\":", "older builds that are still there, each with its release, the newest first: none"),
        (",\"files\":", "the page's files: path, bytes, CRC-64/XZ; here one"),
        (",\"sum\":", "CRC-64/XZ of all bytes before this comma"),
    ];
    let places = parts.map(|(start, _)| text.find(start).unwrap_or_else(|| panic!("no {start} in {text}")));
    assert!(places[0] == 0 && places.is_sorted(), "the parts stand in another order: {text}");
    for (k, (start, meaning)) in parts.into_iter().enumerate() {
        let value = &text[places[k]..places.get(k + 1).map_or(text.len() - 2, |&next| next)];
        let (name, value) = (start.trim_matches(['{', ',', ':']), &value[start.len()..]);
        notes.line(&format!("  {name:10}{value:22}{meaning}"));
        if name == "\"sum\"" {
            assert_eq!(value, format!("\"{:016x}\"", sum(&text.as_bytes()[..places[k]])));
        }
    }
    assert!(text.ends_with("}\n"), "{text}");
}

/// A pack: its files by name.
pub fn pack(payload: &[u8], notes: &mut Notes) -> Vec<(String, Vec<u8>)> {
    let mut b = Data { label: "", base: 32, bytes: payload, at: 0, from: 0, notes };
    let mut list = Vec::new();
    for _ in 0..b.number("files") {
        let (n, name) = b.text();
        let length = b.varint() as usize;
        b.note(&format!("name, {n} bytes: {name}; {length} bytes of file"));
        list.push((name, length));
    }
    let mut files = Vec::new();
    for (name, length) in list {
        let like = match name.as_str() {
            "root.dat" => "the payload as above, but with all letters and no outline, and the rest behind it",
            _ => "the payload as above",
        };
        b.notes.bytes("", 32 + b.at, &b.bytes[b.at..b.at + length], &format!("{name}: {like}"));
        files.push((name, b.bytes[b.at..b.at + length].to_vec()));
        b.at += length;
    }
    assert_eq!(b.at, payload.len(), "nothing stands after the last file");
    files
}

/// The indexes of a catalog: what each says, in words.
pub fn members(payload: &[u8], notes: &mut Notes) {
    let mut b = Data { label: "", base: 32, bytes: payload, at: 0, from: 0, notes };
    for _ in 0..b.number("indexes") {
        let (n, name) = b.text();
        b.note(&format!("name, {n} bytes: {name}"));
        let (n, address) = b.text();
        b.note(&format!("address, {n} bytes: {address}"));
        if n == 0 {
            let id = b.bytes[b.at..b.at + 8].try_into().expect("8 bytes");
            b.at += 8;
            b.note(&format!("build {:016x}", u64::from_le_bytes(id)));
            let open = b.varint();
            b.note(&format!("it opens with {} files{}", open / 2, if open % 2 == 1 { ", pack.dat" } else { "" }));
            for _ in 0..open / 2 {
                b.number("bytes of one");
            }
        }
        b.number("articles");
        b.number("bytes of text");
        if b.number("dated articles") > 0 {
            let day = b.varint();
            let first = if day % 2 == 1 { -(day as i64 + 1) / 2 } else { day as i64 / 2 };
            b.note(&format!("first day: {first} after 1970-01-01"));
            b.number("days later the last one");
        }
    }
    assert_eq!(b.at, payload.len(), "nothing stands after the last index");
}

pub fn envelope(file: File, bytes: &[u8], notes: &mut Notes) {
    let u32_at = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().expect("4 bytes"));
    let u64_at = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().expect("8 bytes"));
    assert_eq!(u32_at(12) as usize, bytes.len() - 32);
    assert_eq!(u64_at(24), sum(bytes[..24].iter().chain(&bytes[32..])));
    let meanings = [
        (0, 4, "magic, XUNZ".to_owned()),
        (4, 5, format!("version {}", bytes[4])),
        (5, 6, format!("kind {}, {:?}", bytes[5], file.kind)),
        (6, 8, "zero".into()),
        (8, 12, format!("number {} among the files of its kind", u32_at(8))),
        (12, 16, format!("{} bytes of payload", u32_at(12))),
        (16, 24, format!("build {:016x}", u64_at(16))),
        (24, 32, format!("checksum {:016x} of bytes 0 to 23 and of the payload", u64_at(24))),
    ];
    for (from, to, meaning) in meanings {
        notes.bytes("", from, &bytes[from..to], &meaning);
    }
}
