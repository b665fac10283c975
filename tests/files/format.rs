//! Are the bytes of an index those that `src/format/format.md` shows?
//!
//! The example there is made by a second reader (`second/`). `UPDATE_GOLDEN=1` writes it anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use xunzi::builder::catalog::{self, Grams};
use xunzi::builder::{Built, Options, build};
use xunzi::disk::lock::Lock;
use xunzi::disk::publish;
use xunzi::format::manifest::{Listed, Manifest};
use xunzi::format::members::{Member, Place};
use xunzi::format::root::Root as FirstRoot;
use xunzi::format::{File, Kind, VERSION, grams};
use xunzi::page::Page;
use xunzi::search::index::Reader;
use xunzi::{Article, Heading};

use crate::attack;
use crate::generate::Rng;
use crate::second::{self, Notes, Piece, block, column, envelope, page, root};

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/format/format.md");
const FROM: &str = "<!-- from here on made by tests/files/format.rs -->\n";
const TO: &str = "<!-- up to here -->\n";

/// The example: two articles, the older one first.
fn example(pack: bool) -> Built {
    let meta = |date: &str, section: &str| vec![("date".into(), date.into()), ("section".into(), section.into())];
    let articles = [
        Article {
            title: "寻字".into(),
            text: "字法\u{2029}一字不漏。".into(),
            headings: vec![Heading { start: 0, end: "字法".len(), anchor: "how".into() }],
            weights: Vec::new(),
            url: "/1".into(),
            meta: meta("2026-01-02", "文"),
        },
        Article {
            title: "Ab".into(),
            text: "漏字".into(),
            url: "/2".into(),
            meta: meta("2026-03-04", "文"),
            ..Article::default()
        },
    ];
    let options = Options { pack: Some(pack), bound: Some(1), longest: Some(2), window: Some(2048), ..Options::default() };
    build(&articles, &options).expect("there are articles")
}

fn manifest(built: &Built) -> Manifest {
    let size = |name: &String| built.files.iter().find(|f| f.0 == *name).map_or(0, |f| f.1.len() as u64);
    Manifest {
        engine: "0123456789abcdef".into(),
        build: format!("{:016x}", built.id),
        open: built.open.clone(),
        sizes: built.open.iter().map(size).collect(),
        kept: Vec::new(),
        members: None,
        files: vec![Listed::new("xunzi.js", b"export {};\n")],
    }
}

/// The example as the document shows it.
fn document(built: &Built) -> String {
    let mut out = String::new();
    let mut notes = Notes::default();
    let text = manifest(built).write();
    second::manifest(&text, &mut notes);
    let _ = write!(out, "### `manifest`\n\n```text\n{text}{}```\n\n", notes.0);
    let mut files = built.files.clone();
    // The rest of the root is needed to read all others.
    let first = |kind: Kind| (kind != Kind::Root, kind != Kind::Dict, kind);
    files.sort_by_key(|f| File::parse(&f.0).map(|f| first(f.kind)));
    let mut known = None;
    for (name, bytes) in &files {
        let file = File::parse(name).expect("the builder names its own files");
        let mut notes = Notes::default();
        envelope(file, bytes, &mut notes);
        let payload = &bytes[32..];
        let folder = name.split('/').next().unwrap_or("");
        if folder != "t" && folder != "dict.dat" {
            notes.bytes("", 32, payload, "payload, bits:");
        }
        match (folder, &mut known) {
            ("root.dat", _) => known = Some(root(payload, &mut notes)),
            ("dict.dat", Some(root)) => drop(second::dict(payload, root, &mut notes)),
            ("fold.dat", Some(root)) => second::fold(payload, root, &mut notes),
            ("g", Some(root)) => drop(page(payload, root, &mut notes)),
            ("t", Some(root)) => drop(block(payload, root, &[], &mut notes)),
            ("c", Some(root)) => assert_eq!(column(file.number.into(), &[payload], root, &mut notes), 1),
            _ => panic!("{name} is not in the example"),
        }
        let _ = write!(out, "### `{name}`, {} bytes\n\n```text\n{}```\n\n", bytes.len(), notes.0);
    }
    // The same texts as one file: beside its own list it holds files that say what those say that were shown.
    let packed = example(true);
    let [(name, bytes)] = &packed.files[..] else { panic!("a pack is one file") };
    let mut notes = Notes::default();
    envelope(File::PACK, bytes, &mut notes);
    for (name, file) in second::pack(&bytes[32..], &mut notes) {
        let shown = files.iter().any(|f| f.0 == name && f.1[32..] == file[32..]);
        assert!(name == "root.dat" || shown, "{name} of the pack was not shown");
    }
    let _ = write!(out, "### `{name}`, {} bytes\n\n```text\n{}```\n\n", bytes.len(), notes.0);
    // A catalog of it and of an index elsewhere: its other files are of the kinds above.
    let (name, bytes) = members();
    let mut notes = Notes::default();
    envelope(File::MEMBERS, &bytes, &mut notes);
    second::members(&bytes[32..], &mut notes);
    let _ = write!(out, "### `{name}`, {} bytes\n\n```text\n{}```\n\n", bytes.len(), notes.0);
    out
}

/// The list of a catalog of the example and of an index of another host.
fn members() -> (String, Vec<u8>) {
    example_catalog().files.into_iter().find(|file| file.0 == "members.dat").expect("a catalog has a list")
}

/// That catalog.
fn example_catalog() -> Built {
    let built = example(false);
    let sizes = manifest(&built).sizes;
    let here = Member {
        place: Place::Build { id: built.id, pack: false, sizes },
        articles: 2,
        text: 40,
        dated: 2,
        days: [20_455, 20_516],
        ..Member::default()
    };
    let there = Member { name: "甲".into(), place: Place::Address("https://a.example/xunzi/".into()), ..Member::default() };
    let texts = [Article { title: "寻字".into(), text: "字法".into(), ..Article::default() }];
    catalog::build(&[(here, Grams::of(&texts)), (there, Grams::default())]).expect("two indexes")
}

/// The bytes that the lines of a document say each file has: eight digits of an offset, two spaces, bytes.
fn documented(text: &str) -> BTreeMap<String, Vec<u8>> {
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut name = String::new();
    for line in text.lines() {
        if let Some(heading) = line.strip_prefix("### `") {
            name = heading.split('`').next().unwrap_or("").to_owned();
        }
        let is_offset =
            line.get(..10).is_some_and(|head| head.ends_with("  ") && head[..8].bytes().all(|b| b.is_ascii_hexdigit()));
        if !is_offset {
            continue;
        }
        // A file that was shown before stands here by its name.
        let shown = line[10..].split_once('`').and_then(|(_, rest)| files.get(rest.split('`').next()?).cloned());
        let file = files.entry(name.clone()).or_default();
        assert_eq!(usize::from_str_radix(&line[..8], 16), Ok(file.len()), "bytes are left out before: {line}");
        if let Some(shown) = shown {
            file.extend(shown);
            continue;
        }
        let hex = line[10..].get(..47).unwrap_or(&line[10..]);
        file.extend(hex.split_whitespace().map(|byte| u8::from_str_radix(byte, 16).expect("two digits")));
    }
    files
}

/// The example is what the builder writes, byte for byte, and every byte of it is explained.
#[test]
fn the_documented_bytes_are_written() {
    let built = example(false);
    let manifest = manifest(&built);
    let made = document(&built);
    let mut text = std::fs::read_to_string(DOCUMENT).expect("src/format/format.md");
    let part = |text: &str| {
        let from = text.find(FROM).expect("the example's start") + FROM.len();
        from..text.find(TO).expect("the example's end")
    };
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        let range = part(&text);
        text.replace_range(range, &format!("\n{made}"));
        std::fs::write(DOCUMENT, &text).expect("src/format/format.md can be written");
    }
    let shown = &text[part(&text)];
    let files: BTreeMap<String, Vec<u8>> = built.files.into_iter().chain(example(true).files).chain([members()]).collect();
    for (name, bytes) in &documented(shown) {
        assert_eq!(Some(bytes), files.get(name), "{name} is documented with other bytes");
    }
    assert_eq!(documented(shown).len(), files.len());
    assert_eq!(shown.trim(), made.trim(), "UPDATE_GOLDEN=1 writes the example anew");
    let line = shown.lines().find(|l| l.starts_with("{\"xunzi\":")).expect("the manifest");
    assert_eq!(Manifest::read(&format!("{line}\n")), Ok(manifest));
}

/// The documented bytes are an index that answers.
#[test]
fn the_documented_bytes_are_read() {
    let text = std::fs::read_to_string(DOCUMENT).expect("src/format/format.md");
    let files = documented(&text);
    let line = text.lines().find(|l| l.starts_with("{\"xunzi\":")).expect("the manifest");
    let manifest = Manifest::read(&format!("{line}\n")).expect("a manifest");
    let open: Vec<&str> = manifest.open.iter().map(String::as_str).collect();
    for (query, ids) in
        [("字", vec![1, 0]), ("字不", vec![0]), ("ａＢ", vec![1]), ("漏字", vec![1]), ("字漏", vec![]), ("文", vec![])]
    {
        let mut reader = Reader::new(manifest.id().expect("an id"), &open).expect("a reader");
        let options = xunzi::search::Options { sort: xunzi::search::Sort::Newest, ..Default::default() };
        let mut search = xunzi::search::Search::new(query, options);
        let found = loop {
            let step = search.step(&mut reader).expect("whole files");
            if step.done {
                break step.found.expect("an answer");
            }
            for file in step.need {
                reader.feed(file, &files[&file.name()]).expect("whole files");
            }
        };
        assert_eq!(found.results.iter().map(|r| r.id).collect::<Vec<_>>(), ids, "{query}");
        assert!(found.articles_exact, "{query}");
    }
}

/// What the example is too small for: several pages and blocks, characters of two bytes, a dictionary. The second reader
/// finds every article as it came in, and the grams and lists that the first one finds.
#[test]
fn a_large_index_is_read_the_same() {
    let mut articles = attack::articles(&mut Rng::new(1), &attack::han(700), false, 70_000, 4000);
    // Values so long that their column takes several files.
    articles
        .iter_mut()
        .zip(0..)
        .for_each(|(article, k)| article.meta.push(("source".into(), format!("{k}{}", "漏".repeat(2000)))));
    let built = build(&articles, &Options { pack: Some(false), ..Options::default() }).expect("there are articles");
    let mut notes = Notes::default();
    let payloads: BTreeMap<File, &[u8]> = built.files.iter().map(|(n, b)| (File::parse(n).expect("a name"), &b[32..])).collect();
    let of = |kind: Kind| payloads.iter().filter(move |p| p.0.kind == kind).map(|p| (p.0.number, *p.1));
    built.files.iter().for_each(|(name, bytes)| envelope(File::parse(name).expect("a name"), bytes, &mut notes));
    let mut root = second::root(payloads[&File::ROOT], &mut notes);
    let dictionary = second::dict(payloads[&File::DICT], &mut root, &mut notes);
    second::fold(payloads[&File::FOLD], &root, &mut notes);

    let mut pieces: Vec<Piece> = of(Kind::Text).flat_map(|(_, p)| block(p, &root, &dictionary, &mut notes)).collect();
    pieces.sort_by_key(|p| (p.id, p.offset));
    for (id, article) in articles.iter().enumerate() {
        let own: Vec<&Piece> = pieces.iter().filter(|p| p.id == id as u64).collect();
        assert_eq!(own.iter().map(|p| p.text.as_str()).collect::<String>(), article.text, "article {id}");
        for piece in own {
            assert_eq!((&piece.title, &piece.url, &piece.meta), (&article.title, &article.url, &article.meta), "article {id}");
        }
    }

    let shape = FirstRoot::get(payloads[&File::ROOT]).expect("the builder's root is right").shape();
    let mut before: Vec<u64> = Vec::new();
    let mut count = 0;
    for (number, payload) in of(Kind::Grams) {
        for (k, (gram, passages)) in page(payload, &root, &mut notes).into_iter().enumerate() {
            assert!(before < gram, "page {number}: {gram:?} stands after {before:?}");
            let separator = number.checked_sub(1).map(|k| &root.separators[k as usize]);
            assert!(separator.is_none_or(|s| *s <= gram && (k > 0 || *s > before)), "page {number} begins elsewhere");
            // Each search reads its page up to the gram: some of them do.
            if k % 16 == number as usize % 16 {
                let narrow = |list: &[u64]| list.iter().map(|&n| n as u32).collect::<Vec<u32>>();
                let found = grams::look_up(payload, &narrow(&gram), shape).expect("the builder's pages are right");
                assert_eq!((found.length, found.list), (gram.len(), narrow(&passages)), "page {number}: {gram:?}");
            }
            before = gram;
            count += 1;
        }
    }
    let columns: Vec<&[u8]> = of(Kind::Column).map(|(_, payload)| payload).collect();
    let mut at = 0;
    while at < columns.len() {
        at += column(at as u64, &columns[at..], &root, &mut notes);
    }
    println!("{} articles, {} pieces, {} pages of {count} grams", articles.len(), pieces.len(), root.separators.len() + 1);
    assert!(pieces.len() > articles.len() && of(Kind::Text).count() > 2);
    assert!(root.separators.len() > 1 && count > 1000);
    assert!(columns.len() > root.columns.len() + usize::from(root.reordered), "every column is one file");
}

/// Weights of articles and of parts of their texts are read the same; an index without any has not a byte of them.
#[test]
fn weights_are_read_the_same() {
    let mut articles = attack::articles(&mut Rng::new(3), &attack::han(300), false, 30_000, 2500);
    let plain = build(&articles, &Options { pack: Some(false), ..Options::default() }).expect("there are articles");
    let mut notes = Notes::default();
    let of = |built: &Built, file: File| built.files.iter().find(|f| f.0 == file.name()).map(|f| f.1[32..].to_vec());
    let mut root = second::root(&of(&plain, File::ROOT).expect("a root"), &mut notes);
    second::dict(&of(&plain, File::DICT).expect("its rest"), &mut root, &mut notes);
    assert!(!root.weighted && root.weights.is_empty());
    for (k, article) in articles.iter_mut().enumerate().filter(|(k, _)| k % 3 == 0) {
        article.meta.push(("search_weight".into(), ["0", "10", "0.07"][k / 3 % 3].into()));
        let cut = |n: usize| article.text.char_indices().nth(n).map_or(article.text.len(), |(at, _)| at);
        article.weights = vec![
            xunzi::Weight { start: cut(3), end: cut(9), hundredths: 250 },
            xunzi::Weight { start: cut(9), end: cut(900), hundredths: 5 },
        ];
    }
    for pack in [false, true] {
        let built = build(&articles, &Options { pack: Some(pack), ..Options::default() }).expect("there are articles");
        let files: BTreeMap<String, Vec<u8>> = match &built.files[..] {
            [(_, bytes)] if pack => second::pack(&bytes[32..], &mut notes).into_iter().collect(),
            files => files.iter().cloned().collect(),
        };
        let mut root = second::root(&files["root.dat"][32..], &mut notes);
        let dictionary = files.get("dict.dat").map_or(Vec::new(), |f| second::dict(&f[32..], &mut root, &mut notes));
        assert!(root.weighted);
        assert_eq!(root.weights.len(), articles.len().div_ceil(3));
        let texts = files.iter().filter(|f| f.0.starts_with("t/"));
        let pieces: Vec<Piece> = texts.flat_map(|(_, bytes)| block(&bytes[32..], &root, &dictionary, &mut notes)).collect();
        for (id, article) in articles.iter().enumerate() {
            let mut own: Vec<&Piece> = pieces.iter().filter(|p| p.id == id as u64).collect();
            own.sort_by_key(|p| p.offset);
            let usual = if id % 3 == 0 { [0, 1000, 7][id / 3 % 3] } else { 100 };
            let mut expected = vec![usual; article.text.chars().count()];
            for part in &article.weights {
                let at = |byte: usize| article.text[..byte].chars().count();
                expected[at(part.start)..at(part.end)].fill(u64::from(part.hundredths));
            }
            assert_eq!(own.iter().flat_map(|p| p.weights.clone()).collect::<Vec<u64>>(), expected, "article {id}");
        }
    }
}

/// A file or manifest of another version is refused as such, whatever else is in it.
#[test]
fn other_versions_are_refused() {
    let built = example(false);
    let open: Vec<&str> = built.open.iter().map(String::as_str).collect();
    for (name, bytes) in &built.files {
        let file = File::parse(name).expect("the builder names its own files");
        for version in (0..=255).filter(|&v| v != VERSION) {
            let mut other = bytes.clone();
            other[4] = version;
            let mut reader = Reader::new(built.id, &open).expect("a reader");
            let error = reader.feed(file, &other).expect_err("another version");
            assert_eq!(error.code(), "version");
            let message = format!(
                "{name}: index format: expected {VERSION}, got {version}; build the index again with this version of xunzi"
            );
            assert_eq!(error.to_string(), message);
        }
    }
    let text = manifest(&built).write();
    for version in [0u64, 1, 17, u64::MAX] {
        let other = text.replacen(&format!("{{\"xunzi\":{VERSION},"), &format!("{{\"xunzi\":{version},"), 1);
        assert_eq!(Manifest::read(&other).expect_err("another version").code(), "version");
    }
}

/// Every file that a build leaves in its folder is named in the document, and every file named there is left by some build.
#[test]
fn every_file_that_is_served_is_described() {
    let text = std::fs::read_to_string(DOCUMENT).expect("src/format/format.md");
    let rows = text.lines().skip_while(|l| *l != "| file | what it is |").skip(2).take_while(|l| l.starts_with('|'));
    let mut described: BTreeSet<String> = rows.filter_map(|l| l.split('`').nth(1)).map(str::to_owned).collect();
    let page = Some(Page::new(None)).filter(Page::is_complete).unwrap_or_else(|| Page::new(Some("0123456789abcdef")));
    if !page.engine.iter().any(|(name, _)| *name == "engine.wasm") {
        // A command that carries no engine leaves none; `cargo test --features embed` is asked.
        described.remove("ENGINE/engine.wasm");
    }
    if !page.engine.iter().any(|(name, _)| *name == "plain.js") {
        described.remove("ENGINE/plain.js");
    }
    let large = attack::articles(&mut Rng::new(1), &attack::han(700), false, 70_000, 4000);
    let apart = build(&large, &Options { pack: Some(false), ..Options::default() }).expect("there are articles");
    let mut left = BTreeSet::new();
    for built in [apart, example(true), example_catalog()] {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let lock = Lock::take(dir.path(), &mut || ()).expect("a folder of our own");
        publish::write(&lock, &built, &page, 1).expect("a folder of our own");
        drop(lock);
        let build = format!("{:016x}", built.id);
        for entry in walkdir::WalkDir::new(dir.path()).into_iter().map(|e| e.expect("a folder of our own")) {
            let path = entry.path().strip_prefix(dir.path()).expect("it is below").to_string_lossy().replace('\\', "/");
            if entry.file_type().is_dir() || path.starts_with('.') {
                continue;
            }
            let general = |part: &str| match part.split_once('.') {
                _ if part == build => "BUILD".to_owned(),
                _ if part == page.folder => "ENGINE".to_owned(),
                Some((number, "dat")) if number.len() > 2 && number.bytes().all(|b| b.is_ascii_hexdigit()) => {
                    "NNN.dat".to_owned()
                }
                Some((_, "json")) => "LANGUAGE.json".to_owned(),
                _ => part.to_owned(),
            };
            left.insert(path.split('/').map(general).collect::<Vec<_>>().join("/"));
        }
    }
    assert_eq!(left, described);
}

/// Names are the same on every file system: the kind, a number in small hexadecimal digits, one slash at most.
#[test]
fn names_are_plain() {
    let built = example(false);
    for (name, _) in &built.files {
        let (folder, rest) = name.split_once('/').unwrap_or(("", name));
        let stem = rest.strip_suffix(".dat").expect("every file ends in .dat");
        match folder {
            "" => assert!(matches!(stem, "root" | "dict" | "fold" | "pack"), "{name}"),
            "g" | "t" | "c" => assert!(stem.len() >= 3 && stem.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')), "{name}"),
            _ => panic!("{name}"),
        }
    }
    assert!(format!("{:016x}", built.id).bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')));
}
