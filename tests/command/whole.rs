//! Does `check` verify all that it says? Every file that a build has written, and every claim of one part of an index about another.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use xunzi::codec::crc::Crc;
use xunzi::codec::deflate::{deflate, inflate};
use xunzi::format::blocks::{MOST_DATA, Piece, Widths, get_block, put_block};
use xunzi::format::columns::{get_dates, get_facets, put_dates, put_facets, put_places};
use xunzi::format::manifest::Manifest;
use xunzi::format::rest;
use xunzi::format::root::Root;
use xunzi::format::{File, Kind, build_id, open, seal};
use xunzi::page::{SUMS, line, sealed};

use crate::{done, err, failed, manifest, path, run, snapshot, temp, write};

/// Every file that a build wrote, the kept one and the page's included: empty, cut, with a changed byte, longer, and gone.
#[test]
fn every_file_that_a_build_wrote_is_verified() {
    let dir = temp();
    let at = dir.path();
    for edition in ["第一版", "第二版"] {
        write(&at.join("in/a.md"), format!("# 版本\n\n这是{edition}。\n"));
        done(run(at, &["build", "in", "--out", "o", "-q", "--engine", "dev"]));
    }
    let index = at.join("o");
    assert_eq!(manifest(&index).kept.len(), 1);
    let files: Vec<(PathBuf, Vec<u8>)> = snapshot(&index).into_iter().filter_map(|(name, bytes)| Some((name, bytes?))).collect();
    assert!(files.len() >= 5, "{files:?}");
    let all = done(run(at, &["check", "o"]));
    let bytes: usize = files.iter().map(|file| file.1.len()).sum();
    assert!(all.starts_with(&format!("o: {} files, {bytes} bytes, 1 older builds", files.len())), "{all}");
    for (name, bytes) in &files {
        let file = index.join(name);
        let mut changed = bytes.clone();
        changed[bytes.len() / 3] ^= 4;
        let half = &bytes[..bytes.len() / 2];
        for worse in [&[][..], half, &bytes[..bytes.len() - 1], &changed, &[bytes, &b"\n"[..]].concat()] {
            write(&file, worse);
            failed(&run(at, &["check", "o"]), path(name));
            // Nothing of the page is needed to search in a terminal, but whatever is read is verified.
            let output = run(at, &["search", "o", "第二版"]);
            assert!(matches!(output.status.code(), Some(0 | 1)), "{}", err(&output));
        }
        fs::remove_file(&file).expect("our own file");
        let told = err(&run(at, &["check", "o"]));
        let named = if name == Path::new("manifest") { "o: holds no index" } else { path(name) };
        assert!(told.contains(named), "{}: {told}", name.display());
        write(&file, bytes);
    }
    let build = index.join(manifest(&index).build);
    for extra in ["note", "t", "root.dat"] {
        write(&build.join(extra).join("x"), "not ours");
        assert!(failed(&run(at, &["check", "o"]), extra).contains("does not belong to the index; remove it"));
        fs::remove_dir_all(build.join(extra)).expect("our own folder");
    }
    done(run(at, &["check", "o"]));
}

/// An index whose parts may be changed and sealed again, so that no checksum tells.
struct Parts {
    dir: TempDir,
    root: Root,
    payloads: BTreeMap<File, Vec<u8>>,
    dictionary: Vec<u8>,
}

const PLACES: File = File { kind: Kind::Column, number: 3 };
const DATES: File = File { kind: Kind::Column, number: 0 };
const AUTHORS: File = File { kind: Kind::Column, number: 1 };

impl Parts {
    /// An index of many files with every kind of column.
    fn new() -> Parts {
        let dir = temp();
        let mut lines = String::new();
        for k in 0..60 {
            let text: String =
                (0..900).map(|c| char::from_u32(0x4E00 + (c * 7 + k * 31 + c * c % 97) % 1500).unwrap_or('一')).collect();
            let author = ["甲", "乙", "丙"][k as usize % 3];
            let date = format!("2023-{:02}-{:02}", k % 12 + 1, k % 28 + 1);
            let line = serde_json::json!({"title": format!("第{k}篇"), "text": text, "url": format!("/{k}"), "author": author, "date": date,
                "section": if k % 2 == 0 { "要闻" } else { "副刊" }});
            lines += &format!("{line}\n");
        }
        write(&dir.path().join("in.jsonl"), lines);
        done(run(dir.path(), &["build", "in.jsonl", "--out", "o", "-q"]));
        let index = dir.path().join("o");
        let Manifest { build, open: first, .. } = manifest(&index);
        assert_eq!(first.first().map(String::as_str), Some("root.dat"), "the index is of many files");
        let id = u64::from_str_radix(&build, 16).expect("an id");
        let mut payloads = BTreeMap::new();
        for (name, bytes) in snapshot(&index.join(build)) {
            if let Some(bytes) = bytes {
                let Some(file) = File::parse(path(&name)) else { continue };
                payloads.insert(file, open(file, id, &bytes).expect("it is whole").to_vec());
            }
        }
        let (of_root, deflated) = rest::parts(&payloads[&File::DICT]).expect("two parts");
        let root = Root::get(&payloads[&File::ROOT]).and_then(|first| first.with_rest(of_root)).expect("a root");
        assert!(root.reordered && root.columns.len() == 3, "places after three columns");
        let dictionary = rest::dictionary(deflated).expect("whole");
        Parts { dir, root, payloads, dictionary }
    }

    /// Publishes the parts as they are now.
    fn publish(&self) {
        let index = self.dir.path().join("o");
        let old = manifest(&index);
        let _ = fs::remove_dir_all(index.join(&old.build));
        let id = build_id(self.payloads.iter().map(|(file, payload)| (*file, payload.as_slice())));
        let build = format!("{id:016x}");
        let mut lines = Vec::new();
        for (file, payload) in &self.payloads {
            let bytes = seal(*file, id, payload);
            write(&index.join(&build).join(file.name()), &bytes);
            lines.push(line(&file.name(), &bytes));
        }
        write(&index.join(&build).join(SUMS), sealed(lines));
        let sizes = old.open.iter().map(|name| fs::metadata(index.join(&build).join(name)).expect("it is there").len()).collect();
        write(&index.join("manifest"), Manifest { build, sizes, ..old }.write());
    }

    /// The index with one part changed is refused, and what is wrong is said; as it was, it is whole.
    fn refused(&self, file: File, payload: Vec<u8>, told: &str) {
        let mut payloads = self.payloads.clone();
        assert_ne!(payloads.insert(file, payload).as_ref(), payloads.get(&file), "{told}: nothing was changed");
        let changed = Parts { dir: temp(), root: self.root.clone(), payloads, dictionary: Vec::new() };
        let index = changed.dir.path().join("o");
        crate::restore(&index, &snapshot(&self.dir.path().join("o")));
        changed.publish();
        let output = run(changed.dir.path(), &["check", "o"]);
        assert!(failed(&output, ".dat").contains(told), "{told}: {}", err(&output));
    }

    fn block(&self, number: u32, change: impl FnOnce(&mut Vec<Piece>)) -> (File, Vec<u8>) {
        let file = File { kind: Kind::Text, number };
        let widths = Widths::new(self.root.original.len() as u32);
        let data = inflate(&self.payloads[&file], &self.dictionary, MOST_DATA).expect("a block");
        let mut pieces = get_block(&data, widths, self.root.keys.len() as u64, self.root.weighted).expect("a block");
        change(&mut pieces);
        (file, deflate(&put_block(&pieces, widths), &self.dictionary))
    }
}

#[test]
fn what_one_part_says_of_another_is_verified() {
    let parts = Parts::new();
    parts.publish();
    let whole = done(run(parts.dir.path(), &["check", "o", "--deep"]));
    assert!(whole.contains(" lists"), "{whole}");

    // Places: two articles at one, two exchanged, one too many.
    let articles = parts.root.article_count();
    let mut places = vec![0; articles as usize];
    for number in 0..parts.root.block_count() {
        parts.block(number, |pieces| pieces.iter().for_each(|piece| places[piece.id as usize] = piece.article));
    }
    let with = |change: &dyn Fn(&mut Vec<u32>)| {
        let mut places = places.clone();
        change(&mut places);
        put_places(&places, articles)
    };
    assert_eq!(with(&|_| ()), parts.payloads[&PLACES]);
    parts.refused(PLACES, with(&|p| p[3] = p[4]), "article at its place");
    parts.refused(PLACES, with(&|p| p.swap(3, 4)), "article at its place");
    let longer = [parts.payloads[&PLACES].clone(), vec![0, 0]].concat();
    parts.refused(PLACES, longer, "after the places");

    // Dates and facets against the metadata of the blocks.
    let mut days = get_dates(&parts.payloads[&DATES], parts.root.dated).expect("days");
    days[7] -= 1;
    days[8..].iter_mut().for_each(|day| *day -= 1);
    parts.refused(DATES, put_dates(&days), "day of an article");
    let facets = get_facets(&parts.payloads[&AUTHORS], articles).expect("authors");
    let changed = |change: &dyn Fn(&mut xunzi::format::columns::Facets)| {
        let mut facets = facets.clone();
        change(&mut facets);
        put_facets(&facets)
    };
    parts.refused(AUTHORS, changed(&|f| f.of[5] = Vec::new()), "values of an article");
    let other = facets.of.iter().position(|of| *of != facets.of[0]).expect("several authors");
    parts.refused(AUTHORS, changed(&|f| f.of.swap(0, other)), "values of an article");
    parts.refused(AUTHORS, changed(&|f| f.values.push("丁".into())), "values of a column");
    parts.refused(AUTHORS, changed(&|f| f.values[0] = "丁".into()), "values of an article");

    // What every block repeats of an article, and what a block has.
    let whole = parts.block(1, |_| ());
    assert_eq!(whole.1, parts.payloads[&whole.0], "a block that is not changed");
    let (file, block) = parts.block(1, |pieces| pieces[0].meta.iter_mut().for_each(|value| value.1 = "丁".into()));
    parts.refused(file, block, "day of an article");
    let (file, block) = parts.block(1, |pieces| pieces[0].id = pieces[1].id);
    parts.refused(file, block, "id of an article");
    let (file, block) = parts.block(1, |pieces| pieces[0].offset += 1);
    parts.refused(file, block, "offset of a piece");
    let (file, block) = parts.block(1, |pieces| pieces[0].under = Some((vec![1], "h".into())));
    parts.refused(file, block, "heading in force");
}

/// A text that is not the one that the gram lists were made of: told by `--deep`, and by a search for every string.
#[test]
fn the_gram_lists_are_compared_with_the_texts() {
    let parts = Parts::new();
    // Texts turned around: every character stands in the same passages, and hardly any longer string does.
    let (file, block) = parts.block(1, |pieces| pieces.iter_mut().for_each(|piece| piece.text.reverse()));
    let mut payloads = parts.payloads.clone();
    payloads.insert(file, block);
    let changed = Parts { payloads, ..parts };
    changed.publish();
    done(run(changed.dir.path(), &["check", "o", "--sample", "0"]));
    let told = run(changed.dir.path(), &["check", "o", "--deep", "--sample", "0"]);
    assert_eq!(told.status.code(), Some(1));
    assert!(err(&told).contains("gram"), "{}", err(&told));
    let told = run(changed.dir.path(), &["check", "o", "--sample", "1000"]);
    assert_eq!(told.status.code(), Some(1), "all of 1,000 strings were found");
    assert!(err(&told).contains("is not found there"), "{}", err(&told));
}

#[test]
fn a_build_is_named_by_all_that_it_holds() {
    let parts = Parts::new();
    let index = parts.dir.path().join("o");
    let build = manifest(&index).build;
    // A file that says another thing, sealed for this build: only the name of the build tells.
    let id = u64::from_str_radix(&build, 16).expect("an id");
    let root = &parts.payloads[&File::ROOT];
    let last = root.len() - 1;
    let mut changed = root.clone();
    changed[last] ^= 0x80;
    let still_read = {
        let (of_root, _) = rest::parts(&parts.payloads[&File::DICT]).expect("two parts");
        Root::get(&changed).and_then(|first| first.with_rest(of_root)).is_ok_and(|root| root == parts.root)
    };
    write(&index.join(&build).join("root.dat"), seal(File::ROOT, id, &changed));
    let told = run(parts.dir.path(), &["check", "o"]);
    assert_eq!(told.status.code(), Some(1), "{still_read}");
    if still_read {
        assert!(err(&told).contains("build's id"), "{}", err(&told));
    }
    assert_eq!(Crc::new().finish(), Crc::new().update(b"").finish());
}
