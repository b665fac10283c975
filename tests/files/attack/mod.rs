//! How is a reader attacked?
//!
//! Checksums keep accidents out; here they are no help: files are changed and sealed again, so that whatever stands behind
//! the checksum meets bytes that no builder wrote. This file has the indexes that are attacked and a driver that
//! feeds a reader as a page would, `changes.rs` what is changed. `tests/files/damage.rs` drives it with random numbers, `fuzz/`
//! with a coverage-guided fuzzer.

#![allow(dead_code)]

mod changes;

use std::collections::BTreeMap;

use flate2::{Compress, Compression, FlushCompress, Status};
use xunzi::builder::catalog::{self, Grams};
use xunzi::builder::{Built, Options as Parameters, build};
use xunzi::codec::bytes::{Bytes, put_varint};
use xunzi::codec::crc::Crc;
use xunzi::fold::Off;
use xunzi::fold::folder::{Folder, fold_str};
use xunzi::fold::table::Table;
use xunzi::format::blocks::{MOST_FOLDS, Widths, get_block, inflate};
use xunzi::format::manifest::Manifest;
use xunzi::format::members::{Member, Place, get_members};
use xunzi::format::root::Root;
use xunzi::format::{File, Kind, open, seal};
use xunzi::format::{columns, grams, rest};
use xunzi::search::answer::{Found, Whole};
use xunzi::search::index::Reader;
use xunzi::search::whole::Reading;
use xunzi::search::{Options, Search, Sort};
use xunzi::{Article, Heading};

use crate::generate::Rng;
pub use changes::{change, frequencies, mutate};

/// An index to be attacked, taken apart.
pub struct Target {
    /// What it is an example of.
    pub name: &'static str,
    /// The build's id.
    pub build: u64,
    /// Files needed first.
    pub open: Vec<String>,
    /// The files as they are served.
    pub files: BTreeMap<File, Vec<u8>>,
    /// Payloads of the files; of a pack, those within.
    pub payloads: Vec<(File, Vec<u8>)>,
    /// Its root.
    pub root: Root,
    /// Folds its texts.
    pub folder: Folder,
    /// The dictionary of its blocks, as it stands in its file,
    pub deflated: Vec<u8>,
    /// and inflated.
    pub dictionary: Vec<u8>,
    /// Queries that find something in it, and some that do not.
    pub queries: Vec<String>,
}

impl Target {
    /// Builds an index and takes it apart.
    pub fn new(name: &'static str, articles: &[Article], parameters: &Parameters) -> Target {
        Target::of(name, build(articles, parameters).expect("there are articles"), articles)
    }

    /// Takes an index of articles apart.
    fn of(name: &'static str, built: Built, articles: &[Article]) -> Target {
        let parse = |name: &str| File::parse(name).expect("the builder names its own files");
        let files: BTreeMap<File, Vec<u8>> = built.files.into_iter().map(|(name, bytes)| (parse(&name), bytes)).collect();
        let mut payloads = Vec::new();
        for (&file, bytes) in &files {
            let payload = open(file, built.id, bytes).expect("the builder seals its own files");
            match file.kind {
                Kind::Pack => payloads.extend(unpack(built.id, payload)),
                _ => payloads.push((file, payload.to_vec())),
            }
        }
        let payload = |file| payloads.iter().find(|p| p.0 == file).map(|p| p.1.as_slice());
        let mut root = Root::get(payload(File::ROOT).expect("there is a root")).expect("the builder's root is right");
        let (mut deflated, mut dictionary) = (Vec::new(), Vec::new());
        if let Some(dict) = payload(File::DICT) {
            let (rest, of_texts) = rest::parts(dict).expect("the builder's file has two parts");
            root = root.with_rest(rest).expect("the builder's root is right");
            deflated = of_texts.to_vec();
            dictionary = rest::dictionary(of_texts).expect("the builder's dictionary is right");
        }
        let first = &articles[0];
        let start = |text: &str, n: usize| text.chars().take(n).collect::<String>();
        let middle = |text: &str, n: usize| text.chars().skip(text.chars().count() / 2).take(n).collect::<String>();
        let last = articles.last().unwrap_or(first);
        let queries = vec![
            start(&first.text, 1),
            start(&last.title, 2),
            middle(&first.text, 3),
            middle(&last.text, 7),
            middle(&last.text, 40),
            format!("{} {}", start(&first.text, 2), middle(&first.text, 2)),
            format!("{}\u{301} \"{}\"", start(&first.title, 1), middle(&last.text, 5).to_uppercase()),
            "zq".into(),
        ];
        let folder = Folder::new(&root.table, &root.original, Off::default());
        Target { name, build: built.id, open: built.open, files, root, folder, deflated, dictionary, queries, payloads }
    }

    /// The same with a table that folds nothing and knows no characters but its own: a reader of it is made in a tenth of the
    /// time, so that more can be tried.
    fn light(mut self) -> Target {
        let both: Vec<u32> = self.root.original.iter().chain(&self.root.folded).copied().collect();
        let usual = std::sync::Arc::clone(&self.root.table);
        self.root.table = Table::new(Default::default(), Vec::new(), &both, |c| usual.class(c)).into();
        self.folder = Folder::new(&self.root.table, &self.root.original, Off::default());
        let changed = self.with_root(&self.root);
        self.files.extend(self.with(&changed));
        for (file, payload) in changed {
            if let Some((_, old)) = self.payloads.iter_mut().find(|p| p.0 == file) {
                *old = payload;
            }
        }
        self
    }

    /// The files that say what a root says.
    pub fn with_root(&self, root: &Root) -> Vec<(File, Vec<u8>)> {
        let (payload, rest) = root.put(&frequencies(root));
        let mut files = vec![(File::ROOT, payload)];
        if let Some(rest) = rest {
            files.push((File::DICT, rest::put_dict(&rest, &self.deflated)));
            files.push((File::FOLD, rest::put_fold(&root.table)));
        }
        files
    }

    /// Whether it is one file.
    pub fn packed(&self) -> bool {
        self.files.contains_key(&File::PACK)
    }

    /// The files with some payloads replaced, sealed again.
    pub fn with(&self, changed: &[(File, Vec<u8>)]) -> BTreeMap<File, Vec<u8>> {
        let payload = |file: File| changed.iter().find(|c| c.0 == file).map(|c| &c.1);
        if let Some(pack) = payload(File::PACK) {
            return BTreeMap::from([(File::PACK, seal(File::PACK, self.build, pack))]);
        }
        if self.packed() {
            let sealed: Vec<(File, Vec<u8>)> =
                self.payloads.iter().map(|(file, p)| (*file, seal(*file, self.build, payload(*file).unwrap_or(p)))).collect();
            return BTreeMap::from([(File::PACK, seal(File::PACK, self.build, &pack(&sealed)))]);
        }
        changed.iter().map(|(file, payload)| (*file, seal(*file, self.build, payload))).collect()
    }
}

/// The payload of a pack.
pub fn pack(sealed: &[(File, Vec<u8>)]) -> Vec<u8> {
    let mut payload = Vec::new();
    put_varint(&mut payload, sealed.len() as u64);
    for (file, bytes) in sealed {
        let name = file.name();
        put_varint(&mut payload, name.len() as u64);
        payload.extend_from_slice(name.as_bytes());
        put_varint(&mut payload, bytes.len() as u64);
    }
    sealed.iter().for_each(|(_, bytes)| payload.extend_from_slice(bytes));
    payload
}

fn unpack(build: u64, payload: &[u8]) -> Vec<(File, Vec<u8>)> {
    let mut b = Bytes(payload);
    let mut list = Vec::new();
    for _ in 0..b.varint().expect("a pack counts its files") {
        let file = File::parse(b.text().expect("a pack names its files")).expect("a pack names files of an index");
        list.push((file, b.varint().expect("a pack says how long its files are")));
    }
    let mut inner = |(file, length)| {
        let bytes = b.take(length as usize).expect("a pack holds its files");
        (file, open(file, build, bytes).expect("a pack's files are sealed").to_vec())
    };
    list.into_iter().map(&mut inner).collect()
}

/// The same without compression, which takes longer than all that is done with it.
pub fn stored(data: &[u8], length: u64) -> Vec<u8> {
    let mut payload = Vec::new();
    put_varint(&mut payload, length);
    let mut parts = data.chunks(0xFFFF).peekable();
    while let Some(part) = parts.next() {
        payload.push(u8::from(parts.peek().is_none()));
        payload.extend((part.len() as u16).to_le_bytes());
        payload.extend((!part.len() as u16).to_le_bytes());
        payload.extend_from_slice(part);
    }
    payload
}

/// A text payload: its length and raw deflate.
pub fn deflate(data: &[u8], dictionary: &[u8], length: u64) -> Vec<u8> {
    let mut payload = Vec::new();
    put_varint(&mut payload, length);
    let mut z = Compress::new(Compression::fast(), false);
    if !dictionary.is_empty() {
        z.set_dictionary(dictionary).expect("a fresh raw stream takes a dictionary");
    }
    payload.reserve(data.len() + data.len() / 8 + 1024);
    loop {
        let from = z.total_in() as usize;
        match z.compress_vec(&data[from..], &mut payload, FlushCompress::Finish) {
            Ok(Status::StreamEnd) => return payload,
            _ => payload.reserve(4096),
        }
    }
}

/// Articles of about `chars` characters altogether: words by falling frequency, in the characters of `letters`.
pub fn articles(rng: &mut Rng, letters: &[char], spaced: bool, chars: usize, each: usize) -> Vec<Article> {
    let falling = |rng: &mut Rng, n: usize| {
        let most = rng.below(n);
        rng.below(1 + most)
    };
    let words: Vec<String> = (0..40 + chars / 40)
        .map(|_| (0..rng.within(1, if spaced { 9 } else { 3 })).map(|_| letters[falling(rng, letters.len())]).collect())
        .collect();
    let clause = |rng: &mut Rng, words: &[String], n: usize| -> String {
        let part: Vec<&str> = (0..n).map(|_| words[falling(rng, words.len())].as_str()).collect();
        part.join(if spaced { " " } else { "" })
    };
    let mut out = Vec::new();
    let mut written = 0;
    while written < chars || out.is_empty() {
        let wanted = rng.within(each / 2, each * 3 / 2);
        let mut article = Article { title: clause(rng, &words, 3), url: format!("/a/{}.html", out.len()), ..Article::default() };
        while article.text.chars().count() < wanted {
            if !article.text.is_empty() {
                article.text.push('\n');
            }
            let start = article.text.len();
            if rng.chance(1, 3) {
                article.text.push_str(&clause(rng, &words, 2));
                article.headings.push(Heading { start, end: article.text.len(), anchor: format!("h{start}") });
                continue;
            }
            for _ in 0..rng.within(1, 6) {
                let n = rng.within(2, 12);
                article.text.push_str(&clause(rng, &words, n));
                article.text.push_str(if spaced { ". " } else { "。" });
            }
        }
        if rng.chance(3, 4) {
            article
                .meta
                .push(("date".into(), format!("{}-{:02}-{:02}", rng.within(1900, 2030), rng.within(1, 12), rng.within(1, 28))));
        }
        article.meta.push(("section".into(), ["news", "要闻", "c"][rng.below(3)].into()));
        article.meta.push(("tags".into(), ["x, y", "y", "y, z, 字"][rng.below(3)].into()));
        written += article.text.chars().count();
        out.push(article);
    }
    out
}

/// Han characters, frequent ones first.
pub fn han(n: u32) -> Vec<char> {
    (0..n).filter_map(|k| char::from_u32(0x4E00 + k * 37 % 20_000)).collect()
}

/// One index of each sort, small enough that an attack takes a fraction of a millisecond.
pub fn targets() -> Vec<Target> {
    let mut rng = Rng::new(7);
    let latin: Vec<char> = "etaoinshrdlucmfwypvbgkqjxzéüñÅß".chars().collect();
    let marks: Vec<char> =
        "각한ᄀ\u{1161}\u{11A8}がカ\u{3099}e\u{301}\u{323}o\u{308}İﬁ①㍿👩\u{200D}💻🇨🇳\u{FE0F}\u{AD}－，後后干乾"
            .chars()
            .collect();
    let mut weighty = articles(&mut rng, &han(60), false, 2_000, 300);
    for (article, k) in weighty.iter_mut().zip(0..) {
        let end = article.text.chars().take(9).map(char::len_utf8).sum();
        article.weights.push(xunzi::Weight { start: 0, end, hundredths: 40 * k });
        article.meta.push(("search_weight".into(), "3".into()));
    }
    let tiny = Article { title: "一".into(), text: "一".into(), ..Article::default() };
    let paged =
        |bound, longest| Parameters { bound: Some(bound), longest: Some(longest), pack: Some(false), ..Parameters::default() };
    let packed = Parameters { pack: Some(true), ..Parameters::default() };
    vec![
        Target::new("Han, pages and blocks", &articles(&mut rng, &han(160), false, 6_000, 600), &paged(2, 6)).light(),
        Target::new("Han, with a dictionary", &articles(&mut rng, &han(600), false, 66_000, 3_000), &paged(16, 3)).light(),
        Target::new("Latin, few articles of several blocks", &articles(&mut rng, &latin, true, 8_000, 4_500), &paged(2, 5)),
        Target::new("marks, pages and blocks", &articles(&mut rng, &marks, false, 3_000, 400), &paged(1, 4)),
        Target::new("Han, packed", &articles(&mut rng, &han(60), false, 1_500, 300), &packed).light(),
        Target::new("Han, with weights", &weighty, &paged(2, 4)).light(),
        Target::new("marks, packed", &articles(&mut rng, &marks, false, 600, 200), &packed),
        Target::new("one character", &[tiny], &paged(1, 1)).light(),
        Target::new("Han, few characters", &articles(&mut rng, &han(24), false, 300, 100), &paged(1, 4)).light(),
    ]
}

/// A catalog of a few indexes, and of one elsewhere.
pub fn catalog() -> Target {
    let mut rng = Rng::new(20);
    let parts: Vec<Vec<Article>> = (0..6).map(|k| articles(&mut rng, &han(40 + 20 * k), false, 1500, 300)).collect();
    let member = |(part, number): (&Vec<Article>, u64)| {
        let place = Place::Build { id: 1 + number, pack: number == 2, sizes: vec![300; 2 - usize::from(number == 2)] };
        let (articles, text) = (part.len() as u64, part.iter().map(|a| a.text.len() as u64).sum());
        (Member { place, articles, text, dated: 1, days: [-20, 20_000], ..Member::default() }, Grams::of(part))
    };
    let mut members: Vec<(Member, Grams)> = parts.iter().zip(0..).map(member).collect();
    let there = Place::Address("https://a.example/xunzi/".into());
    members.push((Member { name: "甲".into(), place: there, ..Member::default() }, Grams::default()));
    Target::of("a catalog", catalog::build(&members).expect("there are indexes"), &parts.concat())
}

/// What came of an attack.
#[derive(Clone, Copy, Debug, Default)]
pub struct Outcome {
    /// Files that were changed, each followed by a question.
    pub changes: usize,
    /// Bytes of the files taken.
    pub fed: usize,
    /// Files refused, searches and readings that ended with an error.
    pub refused: usize,
    /// Searches and readings that ended with an answer.
    pub answered: usize,
    /// Steps of the longest.
    pub steps: usize,
}

/// After so many steps of one search a page would have been left. Forged roots may claim millions of blocks.
const PATIENCE: usize = 40;

/// A reader of an index, some of whose files are changed, and what has come of it so far.
pub struct Drive<'a> {
    target: &'a Target,
    /// Changed files, sealed.
    pub changed: BTreeMap<File, Vec<u8>>,
    reader: Reader,
    /// What has come of it.
    pub outcome: Outcome,
}

impl<'a> Drive<'a> {
    /// A reader that has nothing yet.
    pub fn new(target: &'a Target, changed: BTreeMap<File, Vec<u8>>) -> Drive<'a> {
        let names: Vec<&str> = target.open.iter().map(String::as_str).collect();
        let reader = Reader::new(target.build, &names).expect("the builder names its own files");
        Drive { target, changed, reader, outcome: Outcome::default() }
    }

    /// Asks a query, feeding what is needed. What comes of it must be an answer that is whole in itself, or an error.
    pub fn search(&mut self, query: &str, options: Options) {
        self.run(Search::new(query, options));
    }

    /// Asks which articles may hold a query.
    pub fn may(&mut self, query: &str) {
        let mut search = Search::new(query, Options { limit: 1, sort: Sort::Newest, ..Options::default() });
        search.may();
        self.run(search);
    }

    fn run(&mut self, mut search: Search) {
        let mut asked: Vec<File> = Vec::new();
        for number in 1..=PATIENCE {
            self.outcome.steps = self.outcome.steps.max(number);
            let step = match search.step(&mut self.reader) {
                Ok(step) => step,
                Err(e) => {
                    assert!(!e.to_string().is_empty());
                    self.outcome.refused += 1;
                    return;
                }
            };
            if let Some(found) = &step.found {
                sound(found);
                let most = self.target.root.article_count();
                assert!(found.list.iter().flatten().all(|&article| article < most) || self.changed.contains_key(&File::ROOT));
            }
            if step.done {
                self.outcome.answered += 1;
                return;
            }
            assert!(!step.need.is_empty(), "not done, and nothing is needed");
            for file in step.need {
                if !self.give(file, &mut asked) {
                    search.fail(file, "corrupt");
                }
            }
        }
    }

    /// Reads an article.
    pub fn article(&mut self, id: u32, query: &str) {
        let mut reading = Reading::new(id, query, Off::default());
        let mut asked: Vec<File> = Vec::new();
        for _ in 0..PATIENCE {
            let step = match reading.step(&mut self.reader) {
                Ok(step) => step,
                Err(_) => {
                    self.outcome.refused += 1;
                    return;
                }
            };
            if step.done {
                self.outcome.answered += 1;
                step.found.iter().for_each(whole);
                return;
            }
            assert!(!step.need.is_empty(), "not done, and nothing is needed");
            for file in step.need {
                if !self.give(file, &mut asked) {
                    reading.fail(file);
                }
            }
        }
    }

    /// Feeds one file, or fails to. One search never asks twice for the same file: it would never end.
    fn give(&mut self, file: File, asked: &mut Vec<File>) -> bool {
        assert!(!asked.contains(&file), "{} is asked for twice", file.name());
        if asked.len() < 200 {
            asked.push(file);
        }
        self.feed(file)
    }

    /// Feeds a file, in its changed form where there is one. Whether it was taken.
    pub fn feed(&mut self, file: File) -> bool {
        let Some(bytes) = self.changed.get(&file).or_else(|| self.target.files.get(&file)) else { return false };
        let taken = self.reader.feed(file, bytes).is_ok();
        if taken {
            self.outcome.fed += bytes.len();
        } else {
            self.outcome.refused += 1;
        }
        taken
    }
}

/// Marks lie within their text, in order, and never overlap: the page cuts the text there.
fn within(text: &str, marks: &[(u32, u32)]) {
    let units = text.encode_utf16().count() as u32;
    let mut end = 0;
    for &(from, to) in marks {
        assert!(end <= from && from <= to && to <= units, "marks {marks:?} in a text of {units} units");
        end = to;
    }
}

fn sound(found: &Found) {
    for hit in &found.results {
        within(&hit.title, &hit.title_marks);
        hit.snippets.iter().for_each(|s| within(&s.text, &s.marks));
        assert!(!hit.snippets.is_empty(), "a result that shows nothing");
    }
}

fn whole(article: &Whole) {
    within(&article.title, &article.title_marks);
    within(&article.text, &article.marks);
    let heads: Vec<(u32, u32)> = article.headings.iter().map(|h| (h.start, h.end)).collect();
    within(&article.text, &heads);
}

/// What a page may be asked, at random.
pub fn ask<'a>(rng: &mut Rng, target: &'a Target) -> (&'a str, Options) {
    let options = Options {
        counted: rng.chance(1, 4),
        limit: *rng.pick(&[10, 10, 10, 1, 0]),
        offset: *rng.pick(&[0, 0, 0, 1, u32::MAX]),
        sort: *rng.pick(&[Sort::Best, Sort::Best, Sort::Newest, Sort::Oldest]),
        off: if rng.chance(1, 8) { Off(rng.below(64) as u8) } else { Off::default() },
    };
    (rng.pick::<String>(&target.queries), options)
}

/// Some attacks on one reader: files changed one after the other, a query after each, now and then an article read. How many
/// changes that were is in the outcome.
pub fn attack(rng: &mut Rng, targets: &[Target]) -> Outcome {
    let target = match rng.pick(targets) {
        // Of a pack everything is read at once, which takes long for a single change, and an index with a dictionary is large.
        target if target.packed() && rng.chance(2, 3) => &targets[0],
        target if !target.dictionary.is_empty() && rng.chance(1, 2) => &targets[7],
        target => target,
    };
    let some = |rng: &mut Rng, kinds: &[Kind], not: &BTreeMap<File, Vec<u8>>| {
        // Kinds in turn, not files: most files are blocks.
        let kind = *rng.pick(kinds);
        let files: Vec<&(File, Vec<u8>)> =
            target.payloads.iter().filter(|p| p.0.kind == kind && !not.contains_key(&p.0)).collect();
        let &(file, payload) = files.get(rng.below(files.len()))?;
        Some((*file, change(rng, target, *file, payload)))
    };
    let none = BTreeMap::new();
    if target.packed() {
        let mut changed: Vec<(File, Vec<u8>)> = Vec::new();
        if rng.chance(1, 3) {
            let sealed: Vec<(File, Vec<u8>)> = target.payloads.iter().map(|(f, p)| (*f, seal(*f, target.build, p))).collect();
            let mut payload = pack(&sealed);
            let list = payload.len() - sealed.iter().map(|s| s.1.len()).sum::<usize>();
            let mut head: Vec<u8> = payload.drain(..list).collect();
            mutate(rng, &mut head, &[]);
            head.extend(payload);
            changed.push((File::PACK, head));
        } else {
            changed.extend(some(rng, &[Kind::Root, Kind::Grams, Kind::Text, Kind::Text, Kind::Column], &none));
        }
        let mut drive = Drive::new(target, target.with(&changed));
        drive.outcome.changes = changed.len();
        question(rng, &mut drive);
        return drive.outcome;
    }
    let early = match rng.below(8) {
        0 | 1 => some(rng, &[Kind::Root], &none),
        2 | 3 => some(rng, &[Kind::Dict, Kind::Fold], &none),
        _ => None,
    };
    let changed: Vec<(File, Vec<u8>)> = early.into_iter().collect();
    let mut drive = Drive::new(target, target.with(&changed));
    drive.outcome.changes = changed.len();
    if !drive.feed(File::ROOT) {
        // Without a root nothing more can be asked: once, to see that.
        question(rng, &mut drive);
        return drive.outcome;
    }
    for _ in 0..rng.within(2, 12) {
        let kinds = [Kind::Grams, Kind::Grams, Kind::Text, Kind::Text, Kind::Text, Kind::Column];
        if let Some((file, payload)) = some(rng, &kinds, &drive.changed) {
            drive.changed.insert(file, seal(file, target.build, &payload));
            drive.outcome.changes += 1;
            // Before anything asks for it, so that it comes before what another query has fed.
            drive.feed(file);
        }
        question(rng, &mut drive);
    }
    drive.outcome
}

fn question(rng: &mut Rng, drive: &mut Drive<'_>) {
    let (query, options) = ask(rng, drive.target);
    drive.search(query, options);
    if rng.chance(1, 6) {
        drive.article(rng.below(drive.target.root.article_count() as usize + 1) as u32, query);
    }
}

/// Changes one file and decodes it without a reader, all of it: a search may never come to the place that is wrong, and many
/// more can be tried in the same time.
pub fn decode(rng: &mut Rng, targets: &[Target]) -> Outcome {
    // Mostly the smallest.
    let target = &targets[if rng.chance(19, 20) { 7 } else { rng.below(targets.len()) }];
    let kinds = [Kind::Grams, Kind::Grams, Kind::Grams, Kind::Text, Kind::Text, Kind::Text, Kind::Column, Kind::Column];
    let kind = match rng.below(200) {
        0 => Kind::Dict,
        17..=18 => Kind::Fold,
        1..=12 if target.root.table.sizes().1 < 1000 || rng.chance(1, 20) => Kind::Root,
        13..=16 => Kind::Pack,
        _ => *rng.pick(&kinds),
    };
    let files: Vec<&(File, Vec<u8>)> = target.payloads.iter().filter(|p| p.0.kind == kind).collect();
    let mut outcome = Outcome { changes: 1, ..Outcome::default() };
    let right = match files.get(rng.below(files.len())) {
        Some((file, payload)) => {
            let changed = change(rng, target, *file, payload);
            outcome.fed = changed.len();
            apart(target, *file, &changed)
        }
        // What is not among the files: a manifest, and a query.
        None => {
            let (query, _) = ask(rng, target);
            let mut text = query.to_owned().into_bytes();
            mutate(rng, &mut text, &target.payloads[0].1);
            fold_str(&target.root.table, &String::from_utf8_lossy(&text), Off(rng.below(64) as u8));
            let mut bytes = manifest(target).into_bytes();
            mutate(rng, &mut bytes, &target.payloads[0].1);
            outcome.fed = bytes.len();
            let text = String::from_utf8_lossy(&bytes).into_owned();
            [Manifest::read(&text).is_ok(), Manifest::read(&sealed_manifest(&text)).is_ok()].contains(&true)
        }
    };
    outcome.answered = usize::from(right);
    outcome.refused = usize::from(!right);
    outcome
}

/// A manifest up to its sum.
pub fn manifest(target: &Target) -> String {
    let manifest = Manifest {
        engine: "0123456789abcdef".into(),
        build: format!("{:016x}", target.build),
        open: target.open.clone(),
        sizes: vec![15_000, 8_500],
        kept: vec!["1111111111111111+2222222222222222".into()],
        ..Manifest::default()
    };
    let text = manifest.write();
    text.rsplit_once(",\"sum\"").expect("a manifest has a sum").0.to_owned()
}

/// A manifest with its sum.
pub fn sealed_manifest(head: &str) -> String {
    format!("{head},\"sum\":\"{:016x}\"}}\n", Crc::new().update(head.as_bytes()).finish())
}

/// Decodes a payload, all of it. Whether nothing was wrong.
pub fn apart(target: &Target, file: File, payload: &[u8]) -> bool {
    let root = &target.root;
    match file.kind {
        Kind::Root => match Root::get(payload) {
            Ok(root) => {
                Folder::new(&root.table, &root.original, Off::default());
                true
            }
            Err(_) => false,
        },
        Kind::Fold => rest::get_fold(payload, root).is_ok(),
        Kind::Grams => {
            let found = [&[][..], &[0, 0, 1], &[1], &[u32::MAX]].map(|key| grams::look_up(payload, key, root.shape()).is_ok());
            grams::Tally::default().add(payload, root.shape()).is_ok() && found.iter().all(|&ok| ok)
        }
        Kind::Text => {
            let widths = Widths::new(root.original.len() as u32);
            let data = inflate(payload, &target.dictionary);
            let Ok(pieces) = data.and_then(|data| get_block(&data, widths, root.keys.len() as u64, root.weighted)) else {
                return false;
            };
            let fits = pieces.iter().map(|p| p.folds(&target.folder)).sum::<usize>() <= MOST_FOLDS;
            if fits {
                pieces.iter().for_each(|p| drop(target.folder.fold(&p.text)));
            }
            fits
        }
        Kind::Dict => rest::parts(payload).is_ok_and(|(of_root, deflated)| {
            let first = target.payloads.iter().find(|p| p.0 == File::ROOT).and_then(|p| Root::get(&p.1).ok());
            let whole = first.is_some_and(|first| first.with_rest(of_root).is_ok());
            rest::dictionary(deflated).is_ok() & whole
        }),
        Kind::Column => {
            columns::get_dates(payload, root.dated).is_ok()
                | columns::get_facets(payload, root.article_count()).is_ok()
                | columns::get_place(payload, root.article_count(), root.article_count() / 2).is_ok()
        }
        Kind::Members => get_members(payload).is_ok(),
        Kind::Pack => {
            Drive::new(target, BTreeMap::new()).reader.feed(File::PACK, &seal(File::PACK, target.build, payload)).is_ok()
        }
    }
}
