//! Is an index whole?
//!
//! [`check`] verifies every byte that a build has written, and that all of it belongs together: the current build
//! and the kept ones, the page's files, and what one part of an index says of another (`texts.rs`: blocks, metadata and
//! columns; `lists.rs`: the gram lists; `sample.rs`: strings out of the articles, searched for).

mod lists;
mod sample;
mod texts;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::codec::Bad;
use crate::codec::crc::Crc;
use crate::disk::catalog::Catalog;
use crate::disk::folder::OnDisk;
use crate::disk::own::{MANIFEST, Own, is_hash, members};
use crate::disk::{Trouble, read_file, trouble};
use crate::fold::Off;
use crate::format::columns::{self, PLACES};
use crate::format::manifest::{Listed, Manifest, Members};
use crate::format::members::{Place, get_members};
use crate::format::rest::{self, parts};
use crate::format::root::Root;
use crate::format::{File, Kind, build_id, open};
use crate::page;
use lists::Lists;
use texts::Texts;

/// How much is compared.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// Compare every gram list with the texts.
    pub deep: bool,
    /// So many strings out of the articles are searched for.
    pub sample: u32,
}

impl Default for Effort {
    fn default() -> Effort {
        Effort { deep: false, sample: 20 }
    }
}

/// What was verified.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// Files, all that a build has written.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
    /// Older builds among them.
    pub kept: usize,
    /// Gram lists that were compared with the texts.
    pub lists: usize,
    /// Strings that were searched for.
    pub strings: u32,
    /// What interrupted builds have left beside the index. It belongs to no index.
    pub left: Vec<PathBuf>,
}

/// How often a check begins anew because another build took the place of the one that it was reading.
const TIMES: usize = 5;

/// Verifies an index.
pub fn check(dir: &Path, effort: Effort) -> Result<Checked, Trouble> {
    let mut times = 1;
    loop {
        let mut index = OnDisk::open(dir)?;
        match one(dir, &mut index, effort) {
            Err(_) if times < TIMES && index.is_outdated() => times += 1,
            outcome => return outcome,
        }
    }
}

fn one(dir: &Path, index: &mut OnDisk, effort: Effort) -> Result<Checked, Trouble> {
    let own = Own::read(dir)?;
    let mut checked = Checked { left: own.interrupted.iter().map(|left| left.path.clone()).collect(), ..Checked::default() };
    let mut count = |bytes: usize| {
        checked.files += 1;
        checked.bytes += bytes as u64;
    };
    count(own.text.as_deref().unwrap_or_default().len());
    beside(dir, &index.manifest, &own, &mut count)?;
    let mut engines = BTreeSet::from([index.manifest.engine.clone()]);
    let (mut kept, mut others) = (Vec::new(), Vec::new());
    let mut generations = vec![(index.manifest.build.as_str(), index.manifest.engine.as_str())];
    for generation in &index.manifest.kept {
        let mut parts = generation.split('+');
        let (build, engine) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        engines.insert(engine.to_owned());
        kept.push(OnDisk::kept(dir, build, engine)?);
        generations.push((build, engine));
    }
    // That a list cannot be read is told when all files of its build are.
    for (build, engine) in generations {
        for member in members(dir, build).unwrap_or_default() {
            others.push(OnDisk::kept(dir, &member, engine)?);
        }
    }
    for name in engines.iter().filter(|name| is_hash(name)) {
        release(&dir.join(name), name, &mut count)?;
    }
    for other in kept.iter().chain(&others) {
        whole(other, &mut count)?;
    }
    let (root, pages, texts) = whole(index, &mut count)?;
    for (name, &size) in index.manifest.open.iter().zip(&index.manifest.sizes) {
        let got = index.read(name)?.len() as u64;
        if got != size {
            return Err(trouble(&index.path(name), format!("length: expected {size}, got {got}; make the index anew")));
        }
    }
    checked.kept = kept.len();
    if index.manifest.members.is_some() {
        checked.strings = catalog(dir, effort)?;
        return Ok(checked);
    }
    if effort.deep {
        checked.lists = Lists::read(&root, &pages)
            .and_then(|lists| lists.compare(&root, &texts))
            .map_err(|(number, fault)| of(index, File { kind: Kind::Grams, number }, fault))?;
    }
    checked.strings = sample::search(index, &root, &texts, effort.sample, &mut |_| Ok(()))?;
    Ok(checked)
}

/// Searches a catalog for strings out of the articles of all its indexes; each must be found in the index that it came from.
fn catalog(dir: &Path, effort: Effort) -> Result<u32, Trouble> {
    let mut catalog = Catalog::open(dir)?;
    let (told, listed) = (catalog.index.manifest.members.unwrap_or_default(), Members::of(&catalog.members));
    for (what, told, listed) in [
        ("indexes", told.builds, listed.builds),
        ("indexes elsewhere", told.elsewhere, listed.elsewhere),
        ("articles of a catalog", told.articles, listed.articles),
    ] {
        if told != listed {
            return Err(trouble(&dir.join(MANIFEST), format!("{what}: expected {listed}, got {told}; make the catalog anew")));
        }
    }
    let here = catalog.members.iter().filter(|member| matches!(member.place, Place::Build { .. })).count() as u32;
    let (mut searched, mut rest) = (0, here);
    for number in 0..catalog.members.len() {
        if !matches!(catalog.members[number].place, Place::Build { .. }) {
            continue;
        }
        // Evenly, and the first ones one more.
        let wanted = (effort.sample - searched).div_ceil(rest.max(1));
        rest -= 1;
        let mut index = catalog.member(number)?;
        let (root, pages, texts) = whole(&index, &mut |_| {})?;
        if effort.deep {
            Lists::read(&root, &pages)
                .and_then(|lists| lists.compare(&root, &texts))
                .map_err(|(page, fault)| of(&index, File { kind: Kind::Grams, number: page }, fault))?;
        }
        searched += sample::search(&mut index, &root, &texts, wanted, &mut |string| {
            let may = catalog.may(string, Off::default())?.contains(&number);
            let path = catalog.index.path("");
            if may {
                Ok(())
            } else {
                Err(trouble(
                    &path,
                    format!("says that {string:?} is not in index {number}, where it is; join the parts anew, and make a report"),
                ))
            }
        })?;
    }
    Ok(searched)
}

/// Gram pages of an index, opened.
type Pages = Vec<Vec<u8>>;

/// Verifies a build: every file, and what its parts say of each other.
fn whole(index: &OnDisk, count: &mut impl FnMut(usize)) -> Result<(Root, Pages, Texts), Trouble> {
    let files = index.files(count)?;
    let id = index.manifest.id().map_err(|e| trouble(&index.path(""), e.to_string()))?;
    let mut payloads: BTreeMap<File, &[u8]> = BTreeMap::new();
    for (file, bytes) in index.apart(&files)? {
        payloads.insert(file, open(file, id, bytes).map_err(|e| trouble(&at(index, file), e.to_string()))?);
    }
    let sum = build_id(payloads.iter().map(|(&file, &payload)| (file, payload)));
    let mut needed = BTreeSet::new();
    let mut get = |file: File| {
        needed.insert(file);
        payloads.get(&file).copied().ok_or_else(|| trouble(&at(index, file), "is missing; make the index anew"))
    };
    let mut root = Root::get(get(File::ROOT)?).map_err(|fault| of(index, File::ROOT, fault))?;
    let numbered = |kind: Kind, n: u32| (0..n).map(move |number| File { kind, number });
    let mut dictionary = Vec::new();
    if root.divided {
        let in_dict = |fault| of(index, File::DICT, fault);
        let (rest, deflated) = parts(get(File::DICT)?).map_err(in_dict)?;
        root = root.with_rest(rest).map_err(in_dict)?;
        dictionary = rest::dictionary(deflated).map_err(in_dict)?;
        rest::get_fold(get(File::FOLD)?, &root).map_err(|fault| of(index, File::FOLD, fault))?;
    }
    let mut texts = Texts::new(&root);
    for file in numbered(Kind::Text, root.block_count()) {
        texts.add(&root, file.number, get(file)?, &dictionary).map_err(|fault| of(index, file, fault))?;
    }
    // The articles of a catalog have no texts: its characters and grams are those of its indexes.
    if !payloads.contains_key(&File::MEMBERS) {
        texts.end(&root).map_err(|fault| of(index, File::ROOT, fault))?;
    }
    let places = if root.reordered { root.article_count().div_ceil(PLACES) } else { 0 };
    let file = |number| File { kind: Kind::Column, number };
    for (column, &key) in (0..).zip(&root.columns) {
        let files = root.files_of(column);
        let first = file(files.start);
        let read: Vec<&[u8]> = files.map(|number| get(file(number))).collect::<Result<_, _>>()?;
        let whole = read.concat();
        if !columns::parts(&whole).eq(read) {
            return Err(of(index, first, Bad::new("bytes of the files of a column", columns::PART as u64, whole.len() as u64)));
        }
        texts.column(&root, key, &whole).map_err(|fault| of(index, first, fault))?;
    }
    for (part, number) in (0..places).zip(root.files_of(u32::MAX).end..) {
        texts.places(part, get(file(number))?).map_err(|fault| of(index, file(number), fault))?;
    }
    let mut pages = Vec::new();
    for file in numbered(Kind::Grams, root.pages) {
        pages.push(get(file)?.to_vec());
    }
    lists::in_order(&root, &pages).map_err(|(number, fault)| of(index, File { kind: Kind::Grams, number }, fault))?;
    if payloads.contains_key(&File::MEMBERS) {
        let list = get_members(get(File::MEMBERS)?).map_err(|fault| of(index, File::MEMBERS, fault))?;
        if list.len() as u32 != root.article_count() {
            let fault = Bad::new("indexes of a catalog", root.article_count().into(), list.len() as u64);
            return Err(of(index, File::MEMBERS, fault));
        }
    }
    if let Some(extra) = payloads.keys().find(|file| !needed.contains(file)) {
        return Err(trouble(&at(index, *extra), "does not belong to this index; make the index anew"));
    }
    // Last: what is missing or too much has been named.
    if sum != id {
        let text = format!(
            "the build's id, which is a checksum of all its files: expected {id:016x}, got {sum:016x}; make the index anew"
        );
        return Err(trouble(&index.path(""), text));
    }
    index.copies(&files, count)?;
    Ok((root, pages, texts))
}

/// Where a file of an index is: those of a pack are told by the pack, with their own names after it.
fn at(index: &OnDisk, file: File) -> PathBuf {
    index.path(&file.name())
}

fn of(index: &OnDisk, file: File, fault: Bad) -> Trouble {
    trouble(&at(index, file), fault.of(&file.name()).to_string())
}

/// The page's files that no name vouches for: the manifest lists them.
fn beside(dir: &Path, manifest: &Manifest, own: &Own, count: &mut impl FnMut(usize)) -> Result<(), Trouble> {
    let script = dir.join("xunzi.js");
    if manifest.files.is_empty() {
        let text = "cannot be verified, for an earlier release wrote it; build the index again with this version of xunzi";
        return Err(trouble(&script, text));
    }
    for listed in &manifest.files {
        let path = dir.join(&listed.name);
        let bytes = read_file(&path).map_err(|e| trouble(&path, format!("cannot be read: {e}; make the index anew")))?;
        // Between its last two renames a build has put its script in place and not yet its manifest.
        let mut ahead = own.interrupted.iter().flat_map(|left| &left.manifests).flat_map(|m| &m.files);
        let is = |listed: &Listed| *listed == Listed::new(&listed.name, &bytes);
        if !is(listed) && !ahead.any(|other| other.name == listed.name && is(other)) {
            let got = Listed::new(&listed.name, &bytes);
            let text = match got.length == listed.length {
                true => format!("checksum: expected {:016x}, got {:016x}", listed.sum, got.sum),
                false => format!("length: expected {}, got {}", listed.length, got.length),
            };
            return Err(trouble(&path, text + "; make the index anew"));
        }
        count(bytes.len());
    }
    Ok(())
}

/// The folder of a release is named by a checksum of what is in it.
fn release(path: &Path, name: &str, count: &mut impl FnMut(usize)) -> Result<(), Trouble> {
    let mut files = Vec::new();
    let unreadable = |path: &Path, e: &dyn std::fmt::Display| trouble(path, format!("cannot be read: {e}; make the index anew"));
    for entry in walkdir::WalkDir::new(path).min_depth(1).sort_by_file_name() {
        let entry = entry.map_err(|e| unreadable(e.path().unwrap_or(path), &e))?;
        let bytes = read_file(entry.path()).map_err(|e| unreadable(entry.path(), &e))?;
        count(bytes.len());
        files.push((entry.file_name().to_string_lossy().into_owned(), bytes));
    }
    match page::fault(name, &files) {
        Some((file, fault)) if !is_first_release(name, &files) => {
            Err(trouble(&path.join(file), format!("{fault}; make the index anew")))
        }
        _ => Ok(()),
    }
}

/// The same of 0.1.0, whose builds may still be kept.
fn is_first_release(name: &str, files: &[(String, Vec<u8>)]) -> bool {
    let [(wasm, engine), (script, worker)] = files else { return false };
    let end = format!("//{name}\n");
    let sum = Crc::new().update(worker.strip_suffix(end.as_bytes()).unwrap_or(worker)).update(engine).finish();
    wasm == "engine.wasm" && script == "worker.js" && format!("{sum:016x}") == name
}
