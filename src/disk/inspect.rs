//! What does an index hold, and what does it cost?
//!
//! [`stats`] counts bytes by file kind and by section.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde::Serialize;

use crate::codec::Bad;
use crate::codec::bits::BitWriter;
use crate::disk::Trouble;
use crate::disk::folder::OnDisk;
use crate::fold::Off;
use crate::fold::folder::fold_str;
use crate::format::grams::{LONGEST_GRAM, Tally};
use crate::format::rest::parts;
use crate::format::root::Root;
use crate::format::{File, Kind, open};
use crate::search::step::Stop;

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
    /// The same by kind: manifest, root, dict, fold, grams, text, column; in a pack its inner files.
    pub kinds: BTreeMap<&'static str, Kinds>,
    /// Bits of the root and its rest by section.
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
    /// Bytes of the page's files: script, box, worker, engine.
    pub page: u64,
    /// What of the index a first query with five results takes, about: the root and its rest, a few gram pages and blocks of mean size.
    pub first_query: Kinds,
}

/// Gram pages and blocks of a usual first query.
const USUAL: [(&str, u64); 2] = [("grams", 3), ("text", 5)];

/// What a usual first query takes of an index of these kinds of files.
fn first_query(kinds: &BTreeMap<&'static str, Kinds>, pack: u64) -> Kinds {
    if pack > 0 {
        return Kinds { files: 1, bytes: pack };
    }
    let mut sum = Kinds::default();
    let once = ["root", "dict"].map(|name| (name, 1));
    for (name, most) in once.into_iter().chain(USUAL) {
        if let Some(kind) = kinds.get(name).filter(|kind| kind.files > 0) {
            let files = most.min(kind.files);
            sum.files += files;
            sum.bytes += kind.bytes * files / kind.files;
        }
    }
    sum
}

/// Counts what an index holds. Reads all of it.
pub fn stats(dir: &Path) -> Result<Stats, Trouble> {
    let index = OnDisk::open(dir)?;
    let wrong = |text: String| Trouble { path: index.path(""), text };
    let id = index.manifest.id().map_err(|e| wrong(e.to_string()))?;
    let mut out = Stats { build: index.manifest.build.clone(), ..Stats::default() };
    let mut on_disk = 0;
    let stored = index.files(&mut |bytes| on_disk += bytes as u64)?;
    let files = index.apart(&stored)?;
    let name = |kind| match kind {
        Kind::Root => "root",
        Kind::Grams => "grams",
        Kind::Text => "text",
        Kind::Dict => "dict",
        Kind::Column => "column",
        Kind::Pack => "pack",
        Kind::Fold => "fold",
        Kind::Members => "members",
    };
    for (file, bytes) in &files {
        let kind = out.kinds.entry(name(file.kind)).or_default();
        kind.files += 1;
        kind.bytes += bytes.len() as u64;
    }
    let packed: u64 = stored.iter().filter(|f| f.0.kind == Kind::Pack).map(|f| f.1.len() as u64).sum();
    out.first_query = first_query(&out.kinds, packed);
    let manifest = fs::metadata(dir.join("manifest")).map_or(0, |m| m.len());
    out.kinds.insert("manifest", Kinds { files: 1, bytes: manifest });
    out.bytes = manifest + on_disk;
    let payload = |file: &File, bytes: &[u8]| open(*file, id, bytes).map(<[u8]>::to_vec).map_err(|e| wrong(e.to_string()));
    let find = |file: File| match files.iter().find(|f| f.0 == file) {
        Some((file, bytes)) => payload(file, bytes),
        None => Err(wrong(format!("holds no {}; make the index anew", file.name()))),
    };
    let in_file = |file: File| move |fault: Bad| wrong(fault.of(&file.name()).to_string());
    let first = find(File::ROOT)?;
    let mut root = Root::get(&first).map_err(in_file(File::ROOT))?;
    let mut all_bits = first.len() as u64 * 8;
    if root.divided {
        let dict = find(File::DICT)?;
        let (rest, _) = parts(&dict).map_err(in_file(File::DICT))?;
        all_bits += rest.len() as u64 * 8;
        root = root.with_rest(rest).map_err(in_file(File::DICT))?;
    }
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
    let page = ["worker.js", "engine.wasm", "ask.js", "box.js"].map(|name| engine.join(name)).into_iter();
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
    let table = loop {
        match index.reader.table(term) {
            Ok(table) => break table,
            Err(Stop::Lacks(lacks)) => lacks.into_iter().try_for_each(|f| index.feed(f))?,
            Err(Stop::Error(e)) => return Err(Trouble { path: index.path(""), text: e.to_string() }),
        }
    };
    let folded = fold_str(&table, term, Off::default()).chars;
    let Some(ranks) = root.ranks_of(&folded) else { return Ok(None) };
    let path = index.path("");
    loop {
        match index.reader.grams(&ranks).map_err(|e| Trouble { path: path.clone(), text: e.to_string() })? {
            Ok(lookup) => return Ok(Some((lookup.length, lookup.list.len()))),
            Err(lacks) => lacks.into_iter().try_for_each(|f| index.feed(f))?,
        }
    }
}
