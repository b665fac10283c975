//! Is an index whole, and what does it cost?
//!
//! [`check`] reads every file of an index, verifies and decodes it; [`stats`] counts bytes by file kind and by section.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde::Serialize;

use crate::codec::bits::BitWriter;
use crate::disk::Trouble;
use crate::disk::folder::OnDisk;
use crate::fold::Off;
use crate::fold::folder::fold_str;
use crate::format::blocks::{Widths, get_block, inflate};
use crate::format::columns::{get_dates, get_facets, get_place};
use crate::format::grams::{LONGEST_GRAM, Tally};
use crate::format::manifest::Manifest;
use crate::format::pack::get_pack;
use crate::format::root::Root;
use crate::format::{ENVELOPE, File, Kind, open};
use crate::page;

/// Grams of one length.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Grams {
    /// Length in characters.
    pub length: usize,
    /// How many.
    pub grams: u64,
    /// Entries of their posting lists.
    pub entries: u64,
}

/// Files of one kind.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Kinds {
    /// How many.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// What an index holds and costs.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Stats {
    /// The build's id.
    pub build: String,
    /// Articles.
    pub articles: u32,
    /// Articles with a date.
    pub dated: u32,
    /// Passages of bodies.
    pub passages: u32,
    /// UTF-8 bytes of titles and texts, rounded up to 1,024.
    pub text_bytes: u64,
    /// Bytes of all files of the index.
    pub bytes: u64,
    /// The same by kind: manifest, root, grams, text, dict, column; in a pack its inner files.
    pub kinds: BTreeMap<&'static str, Kinds>,
    /// Bits of the root by section.
    pub root_bits: BTreeMap<&'static str, u64>,
    /// The folding table alone, gzipped, in bytes.
    pub folding_gzipped: u64,
    /// Distinct characters, original and folded.
    pub alphabets: [usize; 2],
    /// N: characters of the longest gram.
    pub longest: u32,
    /// B: grams in more passages are extended.
    pub bound: u32,
    /// W: folded characters aimed at for a passage.
    pub window: u32,
    /// Grams by length.
    pub grams: Vec<Grams>,
    /// Length of the longest list.
    pub longest_list: u64,
    /// Bytes of the page's files: script, style, worker, engine.
    pub page: u64,
}

/// The inner files of an index: from the pack, or from the folder.
fn files(index: &OnDisk) -> Result<Vec<(File, Vec<u8>)>, Trouble> {
    let at = |name: &str| index.path(name);
    let bad = |name: &str, text: String| Trouble { path: at(name), text };
    let mut out = Vec::new();
    if index.manifest.open == ["pack.dat"] {
        let id = index.manifest.id().map_err(|e| bad("", e.to_string()))?;
        let bytes = index.read("pack.dat")?;
        let payload = open(File::PACK, id, &bytes).map_err(|e| bad("pack.dat", e.to_string()))?;
        let inner = get_pack(payload).map_err(|e| bad("pack.dat", e.of("pack.dat").to_string()))?;
        return Ok(inner.into_iter().map(|(file, bytes)| (file, bytes.to_vec())).collect());
    }
    for folder in ["", "g", "t", "c"] {
        let path = at(folder);
        let Ok(entries) = fs::read_dir(&path) else { continue };
        let mut names: Vec<String> = entries
            .flatten()
            .filter(|e| e.path().is_file())
            .map(|e| e.file_name().to_string_lossy().into_owned())
            .map(|n| if folder.is_empty() { n } else { format!("{folder}/{n}") })
            .collect();
        names.sort();
        for name in names {
            match File::parse(&name) {
                Some(file) => out.push((file, index.read(&name)?)),
                None => return Err(bad(&name, "does not belong to the index; remove it".into())),
            }
        }
    }
    Ok(out)
}

/// Verifies every byte and every invariant of an index. Returns how many files and bytes that were.
pub fn check(dir: &Path) -> Result<(usize, u64), Trouble> {
    let index = OnDisk::open(dir)?;
    let wrong = |name: &str, text: String| Trouble { path: index.path(name), text };
    let id = index.manifest.id().map_err(|e| wrong("", e.to_string()))?;
    let files = files(&index)?;
    let mut payloads: BTreeMap<File, &[u8]> = BTreeMap::new();
    for (file, bytes) in &files {
        payloads.insert(*file, open(*file, id, bytes).map_err(|e| wrong(&file.name(), e.to_string()))?);
    }
    let get =
        |file: File| payloads.get(&file).copied().ok_or_else(|| wrong(&file.name(), "is missing; make the index anew".into()));
    let payload = get(File::ROOT)?;
    let root = Root::get(payload).map_err(|b| wrong("root.dat", b.of("root.dat").to_string()))?;
    let mut expected: BTreeSet<File> = BTreeSet::from([File::ROOT]);
    let shape = root.shape();
    for number in 0..root.pages {
        let file = File { kind: Kind::Grams, number };
        Tally::default().add(get(file)?, shape).map_err(|b| wrong(&file.name(), b.of(&file.name()).to_string()))?;
        expected.insert(file);
    }
    let mut dictionary = Vec::new();
    if root.dictionary {
        dictionary = inflate(get(File::DICT)?, &[]).map_err(|b| wrong("dict.dat", b.of("dict.dat").to_string()))?;
        expected.insert(File::DICT);
    }
    let widths = Widths::new(root.original.len() as u32);
    let mut ids = BTreeSet::new();
    for number in 0..root.block_count() {
        let file = File { kind: Kind::Text, number };
        let pieces = inflate(get(file)?, &dictionary)
            .and_then(|data| get_block(&data, widths, root.keys.len() as u64))
            .and_then(|pieces| crate::format::blocks::check(&root, number, pieces))
            .map_err(|b| wrong(&file.name(), b.of(&file.name()).to_string()))?;
        ids.extend(pieces.iter().map(|p| p.id));
        expected.insert(file);
    }
    if ids.len() != root.article_count() as usize || ids.last().is_some_and(|&id| id >= root.article_count()) {
        return Err(wrong("t", format!("{} ids for {} articles; make the index anew", ids.len(), root.article_count())));
    }
    for (number, &key) in root.columns.iter().enumerate() {
        let file = File { kind: Kind::Column, number: number as u32 };
        let payload = get(file)?;
        let read = match root.keys[key as usize].as_str() {
            "date" => get_dates(payload, root.dated).map(|_| ()),
            _ => get_facets(payload, root.article_count()).map(|_| ()),
        };
        read.map_err(|b| wrong(&file.name(), b.of(&file.name()).to_string()))?;
        expected.insert(file);
    }
    if root.reordered {
        let file = File { kind: Kind::Column, number: root.columns.len() as u32 };
        get_place(get(file)?, root.article_count(), root.article_count() - 1)
            .map_err(|b| wrong(&file.name(), b.of(&file.name()).to_string()))?;
        expected.insert(file);
    }
    if let Some(extra) = payloads.keys().find(|f| !expected.contains(f)) {
        return Err(wrong(&extra.name(), "does not belong to this index; make the index anew".into()));
    }
    check_page(dir, &index)?;
    let bytes = files.iter().map(|f| f.1.len() as u64).sum();
    Ok((files.len(), bytes))
}

/// The folder of the release is named by a checksum of what is in it, and has that of the page's script.
fn check_page(dir: &Path, index: &OnDisk) -> Result<(), Trouble> {
    let Manifest { engine, build, open, .. } = &index.manifest;
    if engine.len() != 16 {
        // An index for a development page, or without one.
        return Ok(());
    }
    let trouble = |path: &Path, text: String| Trouble { path: path.to_owned(), text: text + "; make the index anew" };
    let read = |path: &Path| fs::read(path).map_err(|e| trouble(path, format!("cannot be read: {e}")));
    let (folder, script) = (dir.join(engine), dir.join("xunzi.js"));
    let mut files = Vec::new();
    for entry in fs::read_dir(&folder).map_err(|e| trouble(&folder, format!("cannot be read: {e}")))?.flatten() {
        files.push((entry.file_name().to_string_lossy().into_owned(), read(&entry.path())?));
    }
    if !page::is_release(engine, &files) {
        return Err(trouble(&folder, "a file of the page is not as it was published".into()));
    }
    let text = String::from_utf8_lossy(&read(&script)?).into_owned();
    if !page::is_script(&text, &read(&folder.join(page::SCRIPT))?, engine, build, open) {
        return Err(trouble(&script, "is not as it was published".into()));
    }
    Ok(())
}

/// Counts what an index holds. Reads all of it.
pub fn stats(dir: &Path) -> Result<Stats, Trouble> {
    let index = OnDisk::open(dir)?;
    let wrong = |text: String| Trouble { path: index.path(""), text };
    let id = index.manifest.id().map_err(|e| wrong(e.to_string()))?;
    let mut out = Stats { build: index.manifest.build.clone(), ..Stats::default() };
    let files = files(&index)?;
    let name = |kind| match kind {
        Kind::Root => "root",
        Kind::Grams => "grams",
        Kind::Text => "text",
        Kind::Dict => "dict",
        Kind::Column => "column",
        Kind::Pack => "pack",
    };
    for (file, bytes) in &files {
        let kind = out.kinds.entry(name(file.kind)).or_default();
        kind.files += 1;
        kind.bytes += bytes.len() as u64;
    }
    let manifest = fs::metadata(dir.join("manifest")).map_or(0, |m| m.len());
    out.kinds.insert("manifest", Kinds { files: 1, bytes: manifest });
    out.bytes = manifest
        + match index.manifest.open == ["pack.dat"] {
            true => fs::metadata(index.path("pack.dat")).map_or(0, |m| m.len()),
            false => files.iter().map(|f| f.1.len() as u64).sum(),
        };
    let payload = |file: &File, bytes: &[u8]| open(*file, id, bytes).map(<[u8]>::to_vec).map_err(|e| wrong(e.to_string()));
    let Some((file, bytes)) = files.iter().find(|f| f.0 == File::ROOT) else {
        return Err(wrong("holds no root.dat; make the index anew".into()));
    };
    let root = Root::get(&payload(file, bytes)?).map_err(|b| wrong(b.of("root.dat").to_string()))?;
    let shape = root.shape();
    let mut tally = Tally::default();
    for (file, bytes) in files.iter().filter(|f| f.0.kind == Kind::Grams) {
        tally.add(&payload(file, bytes)?, shape).map_err(|b| wrong(b.of(&file.name()).to_string()))?;
    }
    let mut table = BitWriter::default();
    root.table.put(&mut table);
    let table_bits = table.bits();
    let mut gz = GzEncoder::new(Vec::new(), Compression::best());
    let gzipped = std::io::Write::write_all(&mut gz, &table.finish()).and_then(|()| gz.finish());
    out.folding_gzipped = gzipped.map_or(0, |bytes| bytes.len() as u64);
    let all_bits = out.kinds.get("root").map_or(0, |k| (k.bytes - ENVELOPE as u64) * 8);
    out.root_bits.insert("folding table", table_bits);
    out.root_bits.insert("alphabets, boundaries, separators", all_bits.saturating_sub(table_bits));
    out.articles = root.article_count();
    out.dated = root.dated;
    out.passages = root.body_passages();
    out.text_bytes = root.kib * 1024;
    out.alphabets = [root.original.len(), root.folded.len()];
    (out.longest, out.bound, out.window) = (root.longest, root.bound, root.window);
    out.grams = (1..=LONGEST_GRAM)
        .filter(|&n| tally.grams[n] > 0)
        .map(|length| Grams { length, grams: tally.grams[length], entries: tally.entries[length] })
        .collect();
    out.longest_list = tally.longest_list;
    let size = |path: &Path| fs::metadata(path).map_or(0, |m| m.len());
    let engine = dir.join(&index.manifest.engine);
    let page = ["worker.js", "engine.wasm", "xunzi.css"].map(|name| engine.join(name)).into_iter();
    out.page = page.chain([dir.join("xunzi.js")]).map(|path| size(&path)).sum();
    Ok(out)
}

/// What the dictionary alone says of a term: length of the gram found at its start, and in how many passages. `None`: the
/// term has a character that the index has not.
pub fn gram(index: &mut OnDisk, term: &str) -> Result<Option<(usize, usize)>, Trouble> {
    let root = loop {
        match index.reader.root() {
            Ok(root) => break root,
            Err(lacks) => lacks.into_iter().try_for_each(|f| index.feed(f))?,
        }
    };
    let folded = fold_str(&root.table, term, Off::default()).chars;
    let ranks: Option<Vec<u32>> = folded.iter().map(|c| root.folded.iter().position(|f| f == c).map(|k| k as u32)).collect();
    let Some(ranks) = ranks else { return Ok(None) };
    let path = index.path("");
    loop {
        match index.reader.grams(&ranks).map_err(|e| Trouble { path: path.clone(), text: e.to_string() })? {
            Ok(lookup) => return Ok(Some((lookup.length, lookup.list.len()))),
            Err(lacks) => lacks.into_iter().try_for_each(|f| index.feed(f))?,
        }
    }
}
