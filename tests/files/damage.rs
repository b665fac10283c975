//! Is every damage found, and does no file, however wrong, hurt the reader?
//!
//! First what happens by accident: bytes that change, files that are cut, grow or are taken for one another. All of it must
//! be refused by the checksum, before any of it is parsed. Then what only happens on purpose: files that are wrong and
//! rightly sealed. They may be refused or answered, but never with a panic, a loop without end, or memory without bound.
//!
//! `XUNZI_ALL` does all of it on larger indexes; `XUNZI_FUZZ` says how many attacks; `XUNZI_FUZZ_ONLY` repeats the one of
//! that number; `XUNZI_SEED` makes others.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::attack::{self, Drive, Target, articles, deflate, han, targets};
use crate::generate::Rng;
use xunzi::Article;
use xunzi::builder::{Options as Parameters, build};
use xunzi::codec::bits::BitWriter;
use xunzi::codec::bytes::put_varint;
use xunzi::fold::table::{Entry, Table};
use xunzi::fold::{Class, class};
use xunzi::format::blocks::{MOST_DATA, MOST_FOLDS};
use xunzi::format::manifest::Manifest;
use xunzi::format::rest::put_dict;
use xunzi::format::root::{Frequencies, Root};
use xunzi::format::{ENVELOPE, File, Kind, VERSION, open, seal};
use xunzi::search::Options;
use xunzi::search::index::Reader;

/// Counts what each thread has allocated, and how much that was at most.
struct Counting;

thread_local! {
    static NOW: Cell<isize> = const { Cell::new(0) };
    static MOST: Cell<isize> = const { Cell::new(0) };
    /// What the thread is at, to be named when it cannot go on.
    static WORK: Cell<(&'static str, u64)> = const { Cell::new(("", 0)) };
}

/// No thread of these tests gets more: what would be without bound ends here, and not with the machine.
const LIMIT: isize = 1 << 30;

fn count(bytes: isize) -> bool {
    let fits = NOW.try_with(|now| {
        now.set(now.get() + bytes);
        let _ = MOST.try_with(|most| most.set(most.get().max(now.get())));
        bytes <= 0 || now.get() < LIMIT
    });
    if fits == Ok(false) {
        let _ = WORK.try_with(|work| {
            let _ = writeln!(std::io::stderr(), "{:?} holds more than {LIMIT} bytes", work.get());
        });
    }
    fits != Ok(false)
}

// SAFETY: all memory comes from and goes back to the system's allocator; nothing but counting is added.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if !count(layout.size() as isize) {
            return std::ptr::null_mut();
        }
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        unsafe { System.dealloc(at, layout) }
    }
    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if !count(size as isize - layout.size() as isize) {
            return std::ptr::null_mut();
        }
        unsafe { System.realloc(at, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Runs something; how much memory it held at most beyond what was held before, and how long it took.
fn measured<T>(work: impl FnOnce() -> T) -> (T, usize, Duration) {
    let before = NOW.get();
    MOST.set(before);
    let start = Instant::now();
    let out = work();
    (out, (MOST.get() - before).max(0) as usize, start.elapsed())
}

/// A machine that does other things as well may take its time: the shortest of three further attempts, where the system
/// says so in time on the processor.
fn again<T>(work: impl Fn() -> T) -> Duration {
    let processor = || {
        let stat = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        Some(Duration::from_nanos(stat.split(' ').next()?.parse().ok()?))
    };
    let attempts = (0..3).map(|_| {
        let before = processor();
        let time = measured(&work).2;
        before.zip(processor()).map_or(time, |(from, to)| to - from)
    });
    attempts.min().unwrap_or_default()
}

fn all() -> bool {
    std::env::var_os("XUNZI_ALL").is_some()
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn reader(target: &Target) -> Reader {
    let names: Vec<&str> = target.open.iter().map(String::as_str).collect();
    Reader::new(target.build, &names).expect("the builder names its own files")
}

/// Whether a reader that has nothing yet refuses a file.
fn refuses(target: &Target, file: File, bytes: &[u8]) -> bool {
    match reader(target).feed(file, bytes) {
        Ok(()) => false,
        Err(e) => matches!(e.code(), "corrupt" | "version"),
    }
}

/// Goes through `work` with two threads.
fn both<T: Sync>(work: &[T], run: impl Fn(&T) + Sync) {
    let next = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(item) = work.get(next.fetch_add(1, Ordering::Relaxed) as usize) {
                    run(item);
                }
            });
        }
    });
}

/// An index with several pages, blocks and columns, and a dictionary.
fn paged(chars: usize) -> Target {
    let parameters = Parameters { pack: Some(false), ..Parameters::default() };
    let target = Target::new("paged", &articles(&mut Rng::new(1), &han(700), false, chars, 1500), &parameters);
    for (kind, least) in [(Kind::Grams, 3), (Kind::Text, 3), (Kind::Column, 4), (Kind::Dict, 1), (Kind::Fold, 1), (Kind::Root, 1)]
    {
        let n = target.files.keys().filter(|f| f.kind == kind).count();
        assert!(n >= least, "{n} files of {kind:?}");
    }
    target
}

fn size(target: &Target) -> usize {
    target.files.values().map(Vec::len).sum()
}

/// Bytes of an index of which every byte is changed in all ways.
const SMALL: usize = 3000;

/// All 255 other values of a byte, at every place of the smallest indexes, at places all over the files of larger ones.
#[test]
fn every_changed_byte_is_found() {
    let mut rng = Rng::new(2);
    let mut list = targets();
    list.push(paged(70_000));
    assert!(list.iter().any(|t| size(t) < SMALL && t.files.len() > 4), "no small index has files of all sorts");
    let mut work: Vec<(&Target, File, usize)> = Vec::new();
    for target in &list {
        for (&file, bytes) in &target.files {
            let n = bytes.len();
            // Each place costs 255 readings of the file.
            let most = if all() || size(target) < SMALL { n } else { 100_000_000 / (255 * n * target.files.len()) };
            let near = n.min(ENVELOPE + 2);
            work.extend((0..near).map(|at| (target, file, at)));
            let mut rest: Vec<usize> = (near..n).collect();
            while rest.len() > most.saturating_sub(near) {
                rest.swap_remove(rng.below(rest.len()));
            }
            work.extend(rest.into_iter().map(|at| (target, file, at)));
        }
    }
    let places = work.len();
    both(&work, |&(target, file, at)| {
        let mut bytes = target.files[&file].clone();
        for other in 1..=255 {
            bytes[at] ^= other;
            assert!(refuses(target, file, &bytes), "{}: {}: byte {at} changed by {other:02x}", target.name, file.name());
            bytes[at] ^= other;
        }
    });
    println!("{places} places of {} bytes, {} changes", list.iter().map(size).sum::<usize>(), places * 255);
}

/// Every single bit of every file of an index of a megabyte (without XUNZI_ALL: a tenth of that).
#[test]
fn every_flipped_bit_is_found() {
    if !all() {
        return; // one of the long tests
    }
    let target = paged(if all() { 560_000 } else { 70_000 });
    let work: Vec<(File, usize)> =
        target.files.iter().flat_map(|(&file, bytes)| (0..bytes.len()).map(move |at| (file, at))).collect();
    both(&work, |&(file, at)| {
        let mut bytes = target.files[&file].clone();
        for bit in 0..8 {
            bytes[at] ^= 1 << bit;
            assert!(refuses(&target, file, &bytes), "{}: bit {bit} of byte {at}", file.name());
            bytes[at] ^= 1 << bit;
        }
    });
    println!("{} bytes in {} files, {} flips", size(&target), target.files.len(), work.len() * 8);
}

/// Every file cut at every length, and longer by 1 to 64 bytes of any sort.
#[test]
fn every_wrong_length_is_found() {
    let mut rng = Rng::new(3);
    let mut list = targets();
    list.push(paged(70_000));
    let mut cuts = 0;
    for target in &list {
        for (&file, bytes) in &target.files {
            for n in 0..bytes.len() {
                assert!(refuses(target, file, &bytes[..n]), "{}: {} cut to {n}", target.name, file.name());
            }
            for n in 1..=64 {
                for fill in [Some(0), Some(0xFF), None] {
                    let more: Vec<u8> = (0..n).map(|_| fill.unwrap_or(rng.next() as u8)).collect();
                    let longer: Vec<u8> = [bytes.as_slice(), &more].concat();
                    assert!(refuses(target, file, &longer), "{}: {} longer by {n}", target.name, file.name());
                    let before: Vec<u8> = [more.as_slice(), bytes].concat();
                    assert!(refuses(target, file, &before), "{}: {n} bytes before {}", target.name, file.name());
                }
            }
            cuts += bytes.len() + 64 * 6;
        }
    }
    println!("{cuts} lengths");
}

/// No file passes for another: of another number, another kind, another build. What a server sends instead of a file does not
/// pass either.
#[test]
fn every_other_file_is_refused() {
    let mut list = targets();
    list.push(paged(70_000));
    list.push(paged(70_100));
    let mut pairs = 0;
    for wanted in &list {
        for (&file, right) in &wanted.files {
            for (k, other) in list.iter().enumerate() {
                for (&sent, bytes) in &other.files {
                    let same = std::ptr::eq(wanted, other) && sent == file;
                    assert_eq!(refuses(wanted, file, bytes), !same, "{} {} for {}", k, sent.name(), file.name());
                    pairs += 1;
                }
            }
            let page = b"<!DOCTYPE html><html><head><title>Not found</title></head><body></body></html>";
            assert!(refuses(wanted, file, page) && refuses(wanted, file, b"") && refuses(wanted, file, &vec![0; right.len()]));
        }
    }
    println!("{pairs} pairs");
}

/// Files of any other version are refused as such: the page then fetches the engine anew.
#[test]
fn other_versions_are_refused_as_such() {
    let target = paged(70_000);
    for (&file, bytes) in &target.files {
        for version in (0..=255).filter(|&v| v != VERSION) {
            let mut bytes = bytes.clone();
            bytes[4] = version;
            let error = reader(&target).feed(file, &bytes).expect_err("another version");
            assert_eq!(error.code(), "version");
            assert!(error.to_string().contains(&format!("expected {VERSION}, got {version}")), "{error}");
        }
    }
}

/// The manifest, which has no envelope: changed bytes, lengths, and what a server may send instead.
#[test]
fn every_damage_of_a_manifest_is_found() {
    let manifest = Manifest {
        engine: "0123456789abcdef".into(),
        build: "fedcba9876543210".into(),
        open: vec!["root.dat".into(), "dict.dat".into()],
        sizes: vec![15_000, 8_500],
        kept: vec!["1111111111111111+2222222222222222".into()],
        ..Manifest::default()
    };
    let text = manifest.write();
    // As a page reads it: what is no UTF-8 becomes U+FFFD.
    let accepted = |bytes: &[u8]| Manifest::read(&String::from_utf8_lossy(bytes)).is_ok();
    assert!(accepted(text.as_bytes()));
    let mut bytes = text.clone().into_bytes();
    for at in 0..bytes.len() {
        for other in 1..=255 {
            bytes[at] ^= other;
            assert!(!accepted(&bytes), "byte {at} changed by {other:02x}");
            bytes[at] ^= other;
        }
        assert!(!accepted(&bytes[..at]), "cut to {at}");
    }
    for n in 1..=64 {
        for fill in [b' ', b'\n', 0, b'}'] {
            assert!(!accepted(&[bytes.as_slice(), &vec![fill; n]].concat()), "longer by {n}");
            assert!(!accepted(&[&vec![fill; n], bytes.as_slice()].concat()), "longer by {n} at the start");
        }
    }
    assert!(!accepted(&bytes.repeat(2)) && !accepted(b"{}") && !accepted(b"<!DOCTYPE html>"));
    let other = text.replace("\"xunzi\":2", "\"xunzi\":1");
    assert_eq!(Manifest::read(&other).expect_err("another version").code(), "version");
}

/// How much memory an attack may take: so many times the bytes that were taken in, and this much.
const FOLD: usize = 16;
const ROOM: usize = 16 << 20;
/// No attack may take longer.
const SLOW: Duration = Duration::from_secs(1);

#[derive(Default)]
struct Sum {
    time: (Duration, u64),
    memory: (usize, u64),
    steps: usize,
    changes: u64,
    refused: u64,
    answered: u64,
    panicked: Vec<u64>,
}

impl Sum {
    fn add(&mut self, other: Sum) {
        self.time = self.time.max(other.time);
        self.memory = self.memory.max(other.memory);
        self.steps = self.steps.max(other.steps);
        self.changes += other.changes;
        self.refused += other.refused;
        self.answered += other.answered;
        self.panicked.extend(other.panicked);
    }
}

/// The same of the files of a catalog, its list included: which indexes may hold a query is a list, or there is an error.
#[test]
fn sealed_damage_of_a_catalog_does_no_harm() {
    let target = attack::catalog();
    let members = &target.files[&File::MEMBERS];
    for at in 0..members.len() {
        for other in 1..=255 {
            let mut bytes = members.clone();
            bytes[at] ^= other;
            assert!(open(File::MEMBERS, target.build, &bytes).is_err(), "byte {at} changed by {other:02x}");
        }
    }
    let rng = &mut Rng::new(number("XUNZI_SEED").unwrap_or(20_261_122));
    let (mut read, mut refused, mut answered) = (0, 0, 0);
    for _ in 0..if all() { 20_000 } else { 2_000 } {
        // Kinds in turn, not files: most are pages.
        let (at, kinds) = (rng.below(target.payloads.len()), target.payloads.iter().map(|p| p.0.kind));
        let kind = *rng.pick(&kinds.collect::<std::collections::BTreeSet<_>>().into_iter().collect::<Vec<_>>());
        let of_kind: Vec<_> = target.payloads.iter().filter(|p| p.0.kind == kind).collect();
        let (file, payload) = of_kind[at % of_kind.len()];
        let changed = attack::change(rng, &target, *file, payload);
        read += usize::from(attack::apart(&target, *file, &changed));
        let mut drive = Drive::new(&target, target.with(&[(*file, changed)]));
        for query in &target.queries {
            drive.may(query);
        }
        refused += drive.outcome.refused;
        answered += drive.outcome.answered;
    }
    println!("{read} files could be read; {refused} refused, {answered} answers");
    assert!(read > 100 && refused > 100 && answered > 1000, "{read}, {refused}, {answered}");
}

/// Random changes, rightly sealed: no panic, no attack over a second, no memory without bound.
#[test]
fn sealed_damage_does_no_harm() {
    let list = targets();
    let start = number("XUNZI_SEED").unwrap_or(20_261_122).wrapping_mul(1 << 32);
    // Most attacks are on the decoders alone, one file each; some are on a reader that is asked queries.
    let one = |number: u64| {
        let rng = &mut Rng::new(start.wrapping_add(number));
        if number.is_multiple_of(if number < 100_000 { 20 } else { 1000 }) {
            attack::attack(rng, &list)
        } else {
            attack::decode(rng, &list)
        }
    };
    if let Some(only) = number("XUNZI_FUZZ_ONLY") {
        let (outcome, memory, time) = measured(|| one(only));
        println!("{outcome:?}, {memory} bytes, {time:?}");
        return;
    }
    let total = number("XUNZI_FUZZ").unwrap_or(if all() { 10_000_000 } else { 100_000 });
    let (next, changes, done) = (AtomicU64::new(0), AtomicU64::new(0), AtomicBool::new(false));
    let busy: Vec<AtomicU64> = (0..number("XUNZI_THREADS").unwrap_or(2)).map(|_| AtomicU64::new(u64::MAX)).collect();
    let began = Instant::now();
    let work = |busy: &AtomicU64| {
        let mut sum = Sum::default();
        while changes.load(Ordering::Relaxed) < total {
            let number = next.fetch_add(1, Ordering::Relaxed);
            busy.store(number, Ordering::Relaxed);
            WORK.set(("attack", number));
            let run = || catch_unwind(AssertUnwindSafe(|| one(number)));
            let (outcome, memory, mut time) = measured(run);
            let Ok(outcome) = outcome else {
                sum.panicked.push(number);
                continue;
            };
            if time > SLOW {
                time = again(run);
            }
            assert!(memory <= FOLD * outcome.fed + ROOM, "attack {number} took {memory} bytes for {} of files", outcome.fed);
            assert!(time <= SLOW, "attack {number} took {time:?}");
            changes.fetch_add(outcome.changes as u64, Ordering::Relaxed);
            sum.add(Sum {
                time: (time, number),
                memory: (memory, number),
                steps: outcome.steps,
                changes: outcome.changes as u64,
                refused: outcome.refused as u64,
                answered: outcome.answered as u64,
                panicked: Vec::new(),
            });
        }
        busy.store(u64::MAX, Ordering::Relaxed);
        sum
    };
    // An attack without end is stopped and named.
    let watch = || {
        let mut since = vec![(u64::MAX, Instant::now()); busy.len()];
        let mut told = 0;
        while !done.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(100));
            for (seen, now) in since.iter_mut().zip(&busy) {
                let now = now.load(Ordering::Relaxed);
                if seen.0 != now {
                    *seen = (now, Instant::now());
                } else if now != u64::MAX && seen.1.elapsed() > Duration::from_secs(60) {
                    eprintln!("attack {now} does not end; XUNZI_FUZZ_ONLY={now} repeats it");
                    std::process::abort();
                }
            }
            let changes = changes.load(Ordering::Relaxed);
            if changes >= told + 1_000_000 {
                told = changes;
                eprintln!("{changes} changes in {:.0?}", began.elapsed());
            }
        }
    };
    let sum = std::thread::scope(|scope| {
        scope.spawn(watch);
        let workers: Vec<_> = busy.iter().map(|busy| scope.spawn(|| work(busy))).collect();
        let ended: Vec<_> = workers.into_iter().map(|w| w.join()).collect();
        done.store(true, Ordering::Relaxed);
        let mut sum = Sum::default();
        ended.into_iter().for_each(|worker| sum.add(worker.expect("which bound does not hold was said above")));
        sum
    });
    println!(
        "{} changes in {:.0?} ({} attacks): {} panics, slowest {:?}, most memory {:?}, most steps {}, {} answers, {} refusals",
        sum.changes,
        began.elapsed(),
        next.into_inner(),
        sum.panicked.len(),
        sum.time,
        sum.memory,
        sum.steps,
        sum.answered,
        sum.refused,
    );
    let some = &sum.panicked[..sum.panicked.len().min(20)];
    assert!(some.is_empty(), "{} attacks panicked; XUNZI_FUZZ_ONLY=n repeats one of {some:?}", sum.panicked.len());
    assert!(sum.answered * 5 > total && sum.refused * 20 > total, "most attacks are of one sort");
}

/// An index of "aḅ́", to be forged.
fn letters() -> Target {
    let article = Article { title: "a".into(), text: "ab\u{323}\u{301}\u{323}a".into(), ..Article::default() };
    let parameters = Parameters { pack: Some(false), ..Parameters::default() };
    Target::new("letters", &[article], &parameters)
}

/// Neither a manifest nor a pack may leave out the root: a reader would ask for the same file again and again.
#[test]
fn an_index_without_a_root_is_refused() {
    for first in [&[][..], &["dict.dat"], &["g/000.dat", "t/000.dat"]] {
        assert!(Reader::new(1, first).is_err_and(|e| e.code() == "corrupt"), "{first:?}");
    }
    for target in targets().iter().filter(|t| t.packed()) {
        let others: Vec<(File, Vec<u8>)> = target.payloads.iter().filter(|p| p.0 != File::ROOT).cloned().collect();
        for files in [others, Vec::new()] {
            let sealed: Vec<(File, Vec<u8>)> = files.iter().map(|(f, p)| (*f, seal(*f, target.build, p))).collect();
            assert!(refuses(target, File::PACK, &seal(File::PACK, target.build, &attack::pack(&sealed))));
        }
    }
}

/// The bounds on what a reader takes are the builder's too: it writes no file that is then refused.
#[test]
fn what_a_reader_refuses_is_not_built() {
    let parameters = Parameters { pack: Some(false), ..Parameters::default() };
    let article = |text: String, meta: usize| Article {
        title: "t".into(),
        text,
        meta: vec![("note".into(), "x".repeat(meta))],
        ..Article::default()
    };
    let marks = |n: usize| format!("a{}", "\u{301}\u{323}".repeat(n / 2));
    for wrong in [article(marks(70_000), 0), article("a".into(), MOST_DATA)] {
        let failure = build(&[article("a".into(), 0), wrong], &parameters).err().map(|f| f.to_string());
        assert!(failure.as_ref().is_some_and(|f| f.contains("too long")), "{failure:?}");
    }
    // Long metadata of many short articles, and texts that fold to many times as much, are spread over more blocks.
    let many: Vec<Article> = (0..400).map(|k| article(format!("a{k}"), 2000)).collect();
    let long: Vec<Article> = (0..9).map(|_| article("\u{FDFA}".repeat(1500), 0)).collect();
    for (articles, query) in [(many, "a"), (long, "\u{FDFA}"), (vec![article(marks(50_000), 0)], "a\u{323}")] {
        let target = Target::new("at the bounds", &articles, &parameters);
        let mut drive = Drive::new(&target, BTreeMap::new());
        drive.search(query, Options { limit: 0, ..Options::default() });
        assert_eq!((drive.outcome.answered, drive.outcome.refused), (1, 0), "{query}");
    }
}

fn numbers(list: &[u64]) -> Vec<u8> {
    let mut out = Vec::new();
    list.iter().for_each(|&n| put_varint(&mut out, n));
    out
}

/// One piece of a block: article 0, no title, address, metadata or heading in force.
const PIECE: [u64; 8] = [0; 8];

/// Files of a few kilobytes that say they are large: what they make a reader hold, and how long it takes, stays bounded.
#[test]
fn forged_files_stay_small() {
    let target = letters();
    let text = File { kind: Kind::Text, number: 0 };
    let page = File { kind: Kind::Grams, number: 0 };
    type Forged = (&'static str, Vec<(File, Vec<u8>)>, String);
    let mut forged: Vec<Forged> = Vec::new();
    let mut add = |name, files, query: &str| forged.push((name, files, query.to_owned()));
    let root = |change: &dyn Fn(&mut Root)| {
        let mut root = target.root.clone();
        // All of it in one file.
        root.divided = false;
        change(&mut root);
        root.letters = root.folded.len() as u32;
        root.articles = root.members.last().copied().unwrap_or(0);
        (File::ROOT, root.put(&attack::frequencies(&root)).0)
    };

    // Folding tables in which a character becomes many, and each of them many again.
    let alphabet: Vec<u32> = target.root.original.iter().chain(&target.root.folded).copied().collect();
    let entry = |from, to| Entry { from, to: vec![to; 32], composes: false };
    type Ring = (&'static str, [&'static [(char, char)]; 6]);
    let rings: [Ring; 3] = [
        ("a ring in the first layer", [&[('a', 'a')], &[], &[], &[], &[], &[]]),
        ("a ring in every layer", [&[('a', 'a')]; 6]),
        (
            "a chain through the layers",
            [&[('a', 'b')], &[('b', 'c')], &[('c', 'd')], &[('e', 'f')], &[('f', 'g')], &[('g', 'h')]],
        ),
    ];
    for (name, layers) in rings {
        let layers = layers.map(|layer| layer.iter().map(|&(from, to)| entry(from, to)).collect());
        let table = Table::new(layers, Vec::new(), &alphabet, |_| Class::default());
        add(name, vec![root(&|r| r.table = table.clone().into())], "a");
    }

    // Separators each of which is longer than the one before.
    let grow = |r: &mut Root| {
        r.folded.truncate(1);
        r.separators = (1..3800).map(|k| vec![0; k * 16]).collect();
        r.pages = 3800;
    };
    add("separators without end", vec![root(&grow)], "a");

    // Alphabets that hold the same characters in every class.
    let mut many = target.root.clone();
    many.folded = (0..32).flat_map(|_| 0..100_000).collect();
    let folded = (0..32).rev().flat_map(|class| std::iter::repeat_n(class, 100_000)).collect();
    many.divided = false;
    let (mut bytes, _) = many.put(&Frequencies { folded, original: vec![0; many.original.len()] });
    bytes.resize(16 << 10, 0);
    add("alphabets of the same characters", vec![(File::ROOT, bytes)], "a");

    // As many characters as there may be, all of which fold to others.
    let padding = vec!["k".repeat(1000); 20];
    let large = |r: &mut Root| {
        r.original = (0..1 << 17).collect();
        r.folded = (0x2_0000..0x4_0000).collect();
        r.keys = padding.clone();
        let both: Vec<u32> = r.original.iter().chain(&r.folded).copied().collect();
        r.table = Table::new(Default::default(), Vec::new(), &both, |_| Class::default()).into();
    };
    add("a large alphabet", vec![root(&large)], "a");
    let both: Vec<u32> = (0x1_0000..0x1_8000).collect();
    let entries = |n: u32, to: usize| -> Vec<Entry> {
        (0..n).filter_map(|k| char::from_u32(0x1_0000 + k)).map(|c| Entry { from: c, to: vec![c; to], composes: true }).collect()
    };
    for (name, n, to) in
        [("most mappings", 13_000, 1), ("most pairs", 8_000, 2), ("long mappings", 700, 32), ("too many mappings", 9_000, 32)]
    {
        let table = Table::new([0; 6].map(|_| entries(n, to)), Vec::new(), &both, |_| Class::default());
        let change = |r: &mut Root| {
            r.table = table.clone().into();
            (r.original, r.folded) = (both.clone(), both.clone());
        };
        add(name, vec![root(&change)], "a \u{10000}");
    }

    // As many articles or blocks as there may be and more, which as full sets cost no bits, and grams that stand in all of them.
    // For a root of this size, that is.
    let most = 1 << 15;
    for (name, articles, passages, blocks) in [
        ("most articles", most, most, 1),
        ("most articles and blocks", most, most, most),
        ("most blocks", 1, most, most),
        ("too many articles", 2 * most, 2 * most, 1),
        ("too many blocks", 1, 2 * most, 2 * most),
        ("millions of everything", 1 << 23, 1 << 23, 1 << 23),
    ] {
        let starts = |n: u32| (0..n).chain([passages]).collect::<Vec<u32>>();
        let change = |r: &mut Root| {
            r.groups = starts(articles);
            r.members = (0..=articles).collect();
            r.blocks = starts(blocks);
            r.folded = vec![u32::from('a'), u32::from('b')];
            r.longest = 1;
        };
        let mut w = BitWriter::default();
        w.gamma(2); // nodes
        w.gamma(1); // depth
        w.uniform(0, 3); // the first node is the root's first child
        w.put(1, 1); // children follow: two
        w.uniform(1, xunzi::format::grams::RUN);
        for _ in 0..2 {
            w.gamma(u64::from(articles + passages));
            w.put(0, 1); // for every other gram than these two: no more children
        }
        let files = vec![root(&change), (page, w.finish())];
        for query in ["a", "a b", "a a\u{301} \"aa\""] {
            add(name, files.clone(), query);
        }
    }

    // Blocks that inflate to a thousand times their size: as much as is allowed, and more.
    let block = |data: &[u8]| (text, deflate(data, &[], data.len() as u64));
    let of = |list: &[&[u64]]| numbers(&list.concat());
    for n in [MOST_DATA as u64 - 100, 8 << 20] {
        let zeros = vec![0; n as usize];
        add("zeros", vec![block(&vec![0; n as usize])], "a");
        add("pieces", vec![block(&of(&[&[4096], &zeros]))], "a");
        add("metadata", vec![block(&of(&[&[100, 0], &[0, 0, 0, 0, 1000].repeat(100), &zeros[40_000..]]))], "a");
        add("headings", vec![block(&of(&[&[1], &PIECE, &[n / 3], &zeros]))], "a");
        add("passages", vec![block(&of(&[&[1], &PIECE, &[0, n], &zeros]))], "a");
        add("a long text", vec![block(&of(&[&[1], &PIECE, &[0, 1, n], &zeros]))], "a");
        add("a long title", vec![block(&of(&[&[1, 0, 0, 0, n], &zeros]))], "a");
    }
    // A text as long as may be: of the same letter, of marks, of halves of flags, of what folds to many.
    let long = |n: usize, ranks: &[u64]| {
        let ranks: Vec<u64> = (0..n).map(|k| ranks[k % ranks.len()]).collect();
        block(&of(&[&[1], &PIECE, &[0, 1, n as u64], &ranks]))
    };
    let rank = |c: char| target.root.original.iter().position(|&o| o == u32::from(c)).expect("a letter of the index") as u64;
    let (a, acute, dot) = (rank('a'), rank('\u{301}'), rank('\u{323}'));
    let classes = |class: Class| Table::new(Default::default(), Vec::new(), &alphabet, move |_| class);
    for n in [MOST_FOLDS / 2, MOST_FOLDS / 2 + 1, 1 << 17] {
        add("a text of one letter", vec![long(n, &[a])], "a");
        add("a text of one letter, a long query", vec![long(n, &[a])], &"a".repeat(500));
        add("a text of marks", vec![long(n, &[acute, dot])], "a");
        add("a text of marks after a letter", vec![long(n, &[&[a][..], &[acute, dot].repeat(n / 2)].concat())], "a");
        for bits in [class::REGIONAL, class::EXTEND, class::WHITE, class::JOINER] {
            let table = classes(Class { bits, ccc: 0 });
            add("a text of one class", vec![root(&|r| r.table = table.clone().into()), long(n, &[a])], "a");
        }
        let layers = [0; 6].map(|_| vec![entry('a', 'a')]);
        let table = Table::new(layers, Vec::new(), &alphabet, |_| Class::default());
        let many = (root(&|r| r.table = table.clone().into()), long(n / 32, &[a]));
        add("a text that folds to many", vec![many.0, many.1], "a");
    }

    // Thousands of empty deflated blocks, and of files in a pack.
    let mut w = BitWriter::default();
    for k in (0..MOST_DATA as u64 * 4).rev() {
        w.put(u64::from(k == 0), 1);
        w.put(1, 2);
        w.put(0, 7);
    }
    let mut empty = Vec::new();
    put_varint(&mut empty, 0);
    empty.extend(w.finish());
    add("empty blocks", vec![(text, empty)], "a");

    // A dictionary far longer than deflate can reach.
    let (_, rest) = target.root.put(&attack::frequencies(&target.root));
    let long = deflate(&vec![0; MOST_DATA], &[], MOST_DATA as u64);
    add("a long dictionary", vec![(File::DICT, put_dict(&rest.expect("it is divided"), &long))], "a");

    // Queries may be pasted.
    add("a query of marks", vec![], &"\u{301}\u{323}".repeat(16 << 10));
    add("a long query", vec![], &"a".repeat(32 << 10));
    add("a query of many terms", vec![], &"a b ".repeat(250));
    add(
        "a query of different terms",
        vec![],
        &(0x4E00..0x4E00 + (16 << 10)).filter_map(char::from_u32).map(|c| format!("{c} ")).collect::<String>(),
    );

    let mut wrong = Vec::new();
    for (k, (name, files, query)) in forged.iter().enumerate() {
        if number("XUNZI_FUZZ_ONLY").is_some_and(|only| only != k as u64) {
            continue;
        }
        WORK.set((name, k as u64));
        let changed: BTreeMap<File, Vec<u8>> = files.iter().map(|(f, p)| (*f, seal(*f, target.build, p))).collect();
        let run = || {
            let mut drive = Drive::new(&target, changed.clone());
            drive.search(query, Options::default());
            drive.article(0, query);
            drive.outcome
        };
        let (outcome, memory, mut time) = measured(run);
        if time > SLOW {
            time = again(run);
        }
        let sizes: Vec<usize> = files.iter().map(|f| f.1.len()).collect();
        println!("{k} {name}: {sizes:?} bytes, {memory} in memory, {time:.0?}, {outcome:?}");
        if memory > FOLD * outcome.fed.max(sizes.iter().sum()) + ROOM || time > SLOW {
            wrong.push((*name, memory, time));
        }
    }
    assert!(wrong.is_empty(), "these took too much or too long: {wrong:?}");
}
