//! What does each fuzz target do with its bytes?
//!
//! The bytes are a file's payload, sealed as the builder would seal it, so that whatever stands behind the checksum meets
//! them. The index around it, and the driver that feeds a reader as a page would, are those of `tests/files/attack`.

#[path = "../../tests/files/attack/mod.rs"]
mod attack;
#[path = "../../tests/common/generate.rs"]
mod generate;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use attack::{Drive, Target, apart, ask, sealed_manifest, stored};
use generate::Rng;
use xunzi::Article;
use xunzi::builder::part::{self, HEAD, Names, Part};
use xunzi::fold::Off;
use xunzi::fold::folder::fold_str;
use xunzi::format::blocks::inflate;
use xunzi::format::manifest::Manifest;
use xunzi::format::members::{Member, Place, get_members, put_members};
use xunzi::format::{File, Kind, seal};
use xunzi::search::query::parse;

static TARGETS: LazyLock<Vec<Target>> = LazyLock::new(attack::targets);

/// Builds the indexes, which no run should be blamed for.
pub fn ready() {
    LazyLock::force(&TARGETS);
}

/// The first byte picks one of the indexes that `suits`, the rest is for it.
fn pick(data: &[u8], suits: impl Fn(&Target) -> bool) -> Option<(&'static Target, &[u8])> {
    let (&first, rest) = data.split_first()?;
    let some: Vec<&Target> = TARGETS.iter().filter(|t| suits(t)).collect();
    Some((some.get(usize::from(first) % some.len().max(1))?, rest))
}

fn decode(data: &[u8], kind: Kind) {
    if let Some((target, payload)) = pick(data, |t| t.payloads.iter().any(|p| p.0.kind == kind)) {
        apart(target, File { kind, number: 0 }, payload);
    }
}

/// A root.
pub fn root(data: &[u8]) {
    decode(data, Kind::Root);
}

/// A page of the gram dictionary.
pub fn grams(data: &[u8]) {
    decode(data, Kind::Grams);
}

/// A text block: as it is, and as what it would inflate to.
pub fn text(data: &[u8]) {
    decode(data, Kind::Text);
    if let Some((target, data)) = pick(data, |_| true) {
        apart(target, File { kind: Kind::Text, number: 0 }, &stored(data, data.len() as u64));
    }
}

/// A metadata column.
pub fn column(data: &[u8]) {
    decode(data, Kind::Column);
}

/// The rest of a root, and the dictionary of the text blocks.
pub fn dictionary(data: &[u8]) {
    decode(data, Kind::Dict);
}

/// The whole folding table.
pub fn table(data: &[u8]) {
    decode(data, Kind::Fold);
}

/// A pack, and a query on it.
pub fn pack(data: &[u8]) {
    if let Some((target, payload)) = pick(data, Target::packed) {
        let files = BTreeMap::from([(File::PACK, seal(File::PACK, target.build, payload))]);
        Drive::new(target, files).search(&target.queries[0], Default::default());
    }
}

/// A query on an index of which one file is wrong, and an article of it. The second byte picks the file, the third the query.
pub fn query(data: &[u8]) {
    let Some((target, [number, asked, payload @ ..])) = pick(data, |_| true) else { return };
    let (file, _) = target.payloads[usize::from(*number) % target.payloads.len()];
    let mut drive = Drive::new(target, target.with(&[(file, payload.to_vec())]));
    let (query, options) = ask(&mut Rng::new((*asked).into()), target);
    drive.search(query, options);
    drive.article((*asked).into(), query);
}

/// A manifest: as it is, and with the right sum.
pub fn manifest(data: &[u8]) {
    let text = String::from_utf8_lossy(data).into_owned();
    for text in [sealed_manifest(&text), text] {
        if let Ok(manifest) = Manifest::read(&text) {
            drop(manifest.id());
        }
    }
}

/// The list of a catalog. What is read is written so that the same is read again.
pub fn members(data: &[u8]) {
    if let Ok(list) = get_members(data) {
        let again = put_members(&list.iter().collect::<Vec<_>>());
        assert_eq!(get_members(&again), Ok(list));
    }
}

/// A part of a larger whole: as it is, and as the body of one that is whole otherwise.
pub fn part(data: &[u8]) {
    let read = |part: &Part, bytes: &[u8]| {
        let file = || std::io::Cursor::new(bytes);
        drop(part.articles(file()).map(|articles| articles.take_while(Result::is_ok).count()));
        drop(part.keys(file(), 0).map(|keys| keys.take_while(Result::is_ok).count()));
        drop((part.names(file()), part.grams(file()), part.built(file())));
    };
    if let Ok(part) = Part::verify(data) {
        read(&part, data);
    }
    // The first bytes say where the tail and the index begin.
    let [articles, body, tail] = [0, 1, 2].map(|at| u64::from(data.get(at).copied().unwrap_or(0)));
    let length = data.len() as u64;
    let (body, tail) = (body.min(length), tail.min(length - body.min(length)));
    let part = Part { articles: articles as u32, body, tail, index: length - body - tail, ..Part::default() };
    read(&part, &[&[0; HEAD][..], data].concat());
}

/// A query, folded. The second byte says with which folds.
pub fn fold(data: &[u8]) {
    let Some((target, [off, text @ ..])) = pick(data, |_| true) else { return };
    let (text, off, table) = (String::from_utf8_lossy(text), Off(off % 64), &target.root.table);
    drop(parse(table, &target.root.folded, &text, off));
    fold_str(table, &text, off);
}

/// Writes right files to `corpus`, a folder for each target, for the fuzzer to begin with.
pub fn seeds(corpus: &Path) -> std::io::Result<()> {
    let write = |target: &str, name: String, parts: &[&[u8]]| {
        std::fs::create_dir_all(corpus.join(target))?;
        std::fs::write(corpus.join(target).join(name), parts.concat())
    };
    for (t, target) in (0u8..).zip(TARGETS.iter()) {
        // Among the indexes that have a dictionary, or are packs.
        let place = |suits: fn(&Target) -> bool| TARGETS.iter().take(t.into()).filter(|t| suits(t)).count() as u8;
        for (k, (file, payload)) in target.payloads.iter().enumerate().filter(|(k, p)| *k < 20 || p.0.kind != Kind::Text) {
            let name = format!("{t}-{}", file.name().replace('/', "-"));
            write("query", name.clone(), &[&[t, k as u8, 0], payload])?;
            match file.kind {
                Kind::Root => write("root", name, &[&[t], payload])?,
                Kind::Grams => write("grams", name, &[&[t], payload])?,
                Kind::Column => write("column", name, &[&[t], payload])?,
                Kind::Dict => write("dictionary", name, &[&[place(|t| !t.packed())], payload])?,
                Kind::Fold => write("table", name, &[&[place(|t| !t.packed())], payload])?,
                _ => {
                    write("text", name.clone(), &[&[t], payload])?;
                    let data = inflate(payload, &target.dictionary).unwrap_or_default();
                    write("text", name + "-inflated", &[&[t], &data])?;
                }
            }
        }
        if target.packed() {
            let bytes = &target.files[&File::PACK];
            write("pack", t.to_string(), &[&[place(Target::packed)], &bytes[xunzi::format::ENVELOPE..]])?;
        }
        let part =
            part::put(t.into(), "{}", &Names::default(), &[Article { title: target.queries[0].clone(), ..Article::default() }], None)?.1;
        write("part", t.to_string(), &[&part[HEAD + 2..]])?;
        let place = Place::Build { id: target.build, pack: target.packed(), sizes: vec![300; target.open.len()] };
        let member = Member { name: target.name.into(), place, articles: 3, dated: 2, days: [-7, 20_000], ..Member::default() };
        write(
            "members",
            t.to_string(),
            &[&put_members(&[&member, &Member { place: Place::Address("a/".into()), ..member.clone() }])],
        )?;
        write("manifest", t.to_string(), &[attack::manifest(target).as_bytes()])?;
        for (k, query) in target.queries.iter().enumerate() {
            write("fold", format!("{t}-{k}"), &[&[t, 0], query.as_bytes()])?;
        }
    }
    Ok(())
}
