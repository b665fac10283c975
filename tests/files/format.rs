//! Are the bytes of an index those that `src/format/format.md` shows?
//!
//! The example there is made by a second reader (`second.rs`). `UPDATE_GOLDEN=1` writes it anew.

use std::collections::BTreeMap;
use std::fmt::Write;

use xunzi::builder::{Built, Options, build};
use xunzi::format::manifest::Manifest;
use xunzi::format::{File, VERSION};
use xunzi::search::index::Reader;
use xunzi::{Article, Heading};

use crate::second::{Notes, block, column, envelope, page, root};

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/format/format.md");
const FROM: &str = "<!-- from here on made by tests/files/format.rs -->\n";
const TO: &str = "<!-- up to here -->\n";

/// The example: two articles, the older one first.
fn example() -> Built {
    let meta = |date: &str, section: &str| vec![("date".into(), date.into()), ("section".into(), section.into())];
    let articles = [
        Article {
            title: "寻字".into(),
            text: "字法\n一字不漏。".into(),
            headings: vec![Heading { start: 0, end: "字法".len(), anchor: "how".into() }],
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
    let options = Options { pack: Some(false), bound: Some(1), longest: Some(2), ..Options::default() };
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
        ..Manifest::default()
    }
}

/// The example as the document shows it.
fn document(built: &Built) -> String {
    let mut out = String::new();
    let text = manifest(built).write();
    let _ = write!(out, "### `manifest`\n\n```text\n{text}```\n\n");
    let mut files = built.files.clone();
    files.sort_by_key(|f| File::parse(&f.0).map(|f| f.kind));
    let mut known = None;
    for (name, bytes) in &files {
        let file = File::parse(name).expect("the builder names its own files");
        let mut notes = Notes::default();
        envelope(file, bytes, &mut notes);
        let payload = &bytes[32..];
        let folder = name.split('/').next().unwrap_or("");
        if folder != "t" {
            notes.bytes("", 32, payload, "payload, bits:");
        }
        match (folder, &known) {
            ("root.dat", _) => known = Some(root(payload, &mut notes)),
            ("g", Some(root)) => page(payload, root, &mut notes),
            ("t", Some(root)) => block(payload, root, &mut notes),
            ("c", Some(root)) => column(file.number.into(), payload, root, &mut notes),
            _ => panic!("{name} is not in the example"),
        }
        let _ = write!(out, "### `{name}`, {} bytes\n\n```text\n{}```\n\n", bytes.len(), notes.0);
    }
    out
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
        let file = files.entry(name.clone()).or_default();
        assert_eq!(usize::from_str_radix(&line[..8], 16), Ok(file.len()), "bytes are left out before: {line}");
        let hex = line[10..].get(..47).unwrap_or(&line[10..]);
        file.extend(hex.split_whitespace().map(|byte| u8::from_str_radix(byte, 16).expect("two digits")));
    }
    files
}

/// The example is what the builder writes, byte for byte, and every byte of it is explained.
#[test]
fn the_documented_bytes_are_written() {
    let built = example();
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
    let files: BTreeMap<String, Vec<u8>> = built.files.iter().cloned().collect();
    for (name, bytes) in &documented(shown) {
        assert_eq!(Some(bytes), files.get(name), "{name} is documented with other bytes");
    }
    assert_eq!(documented(shown).len(), files.len());
    assert_eq!(shown.trim(), made.trim(), "UPDATE_GOLDEN=1 writes the example anew");
    let line = shown.lines().find(|l| l.starts_with("{\"xunzi\":")).expect("the manifest");
    assert_eq!(Manifest::read(&format!("{line}\n")), Ok(manifest(&built)));
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

/// A file or manifest of another version is refused as such, whatever else is in it.
#[test]
fn other_versions_are_refused() {
    let built = example();
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
    for version in [0u64, 2, 17, u64::MAX] {
        let other = text.replacen(&format!("{{\"xunzi\":{VERSION},"), &format!("{{\"xunzi\":{version},"), 1);
        assert_eq!(Manifest::read(&other).expect_err("another version").code(), "version");
    }
}

/// Names are the same on every file system: the kind, a number in small hexadecimal digits, one slash at most.
#[test]
fn names_are_plain() {
    let built = example();
    for (name, _) in &built.files {
        let (folder, rest) = name.split_once('/').unwrap_or(("", name));
        let stem = rest.strip_suffix(".dat").expect("every file ends in .dat");
        match folder {
            "" => assert!(matches!(stem, "root" | "dict" | "pack"), "{name}"),
            "g" | "t" | "c" => assert!(stem.len() >= 3 && stem.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')), "{name}"),
            _ => panic!("{name}"),
        }
    }
    assert!(format!("{:016x}", built.id).bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')));
}
