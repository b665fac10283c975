//! Is an index that is not whole refused, by everything that reads it?

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use xunzi::codec::crc::Crc;

use crate::{done, err, failed, large_index, manifest, restore, run, small_index, snapshot, temp, untouched, write};

#[test]
fn an_index_of_another_version_is_refused() {
    let dir = temp();
    let index = small_index(dir.path());
    let whole = snapshot(&index);
    let refuse = |named: &str| {
        let before = snapshot(&index);
        for arguments in
            [&["search", "xunzi", "志愿者"][..], &["check", "xunzi"], &["stats", "xunzi"], &["stats", "xunzi", "--json"]]
        {
            let line = failed(&run(dir.path(), arguments), named);
            assert!(
                line.contains("expected 2, got 3") && line.contains("build the index again with this version of xunzi"),
                "{line}"
            );
        }
        untouched(&index, &before);
    };
    // The manifest of another version, its sum right.
    let text = fs::read_to_string(index.join("manifest")).expect("a manifest");
    let (head, _) = text.rsplit_once(",\"sum\"").expect("a manifest ends with its sum");
    let head = head.replacen("{\"xunzi\":2,", "{\"xunzi\":3,", 1);
    let sum = Crc::new().update(head.as_bytes()).finish();
    write(&index.join("manifest"), format!("{head},\"sum\":\"{sum:016x}\"}}\n"));
    refuse("manifest");
    // What another version wrote is no hindrance to a new build.
    done(run(dir.path(), &["build", "in", "--out", "xunzi", "--quiet"]));
    done(run(dir.path(), &["check", "xunzi"]));

    // A file of another version, its sum right.
    restore(&index, &whole);
    let pack = index.join(manifest(&index).build).join("pack.dat");
    let mut bytes = fs::read(&pack).expect("the index is one file");
    bytes[4] = 3;
    let sum = Crc::new().update(&bytes[..24]).update(&bytes[32..]).finish();
    bytes[24..32].copy_from_slice(&sum.to_le_bytes());
    write(&pack, bytes);
    refuse("pack.dat");
}

#[test]
fn a_truncated_index_is_refused() {
    let dir = temp();
    let index = small_index(dir.path());
    let build = manifest(&index).build;
    for (name, named) in [(PathBuf::from("manifest"), "manifest"), (Path::new(&build).join("pack.dat"), "pack.dat")] {
        let path = index.join(&name);
        let bytes = fs::read(&path).expect("a file of the index");
        for length in [0, 1, 10, 31, 32, 33, bytes.len() / 2, bytes.len() - 2, bytes.len() - 1] {
            write(&path, &bytes[..length]);
            let before = snapshot(&index);
            for arguments in [
                &["search", "xunzi", "志愿者"][..],
                &["search", "xunzi", "志愿者", "--json"],
                &["check", "xunzi"],
                &["stats", "xunzi"],
            ] {
                failed(&run(dir.path(), arguments), named);
            }
            untouched(&index, &before);
        }
        write(&path, &bytes);
    }
    done(run(dir.path(), &["check", "xunzi"]));
    // A new build mends it.
    write(&index.join(&build).join("pack.dat"), b"XUNZ");
    done(run(dir.path(), &["build", "in", "--out", "xunzi", "--quiet"]));
    done(run(dir.path(), &["check", "xunzi"]));
}

#[test]
fn every_file_of_a_large_index_is_needed_and_checked() {
    let dir = temp();
    let index = large_index(dir.path());
    let build = index.join(manifest(&index).build);
    let files: Vec<PathBuf> = snapshot(&build).into_iter().filter(|(_, bytes)| bytes.is_some()).map(|x| x.0).collect();
    let kinds: BTreeSet<_> = files.iter().map(|f| f.components().next()).collect();
    assert!(files.len() > 20 && kinds.len() >= 3, "{files:?}");
    for (k, name) in files.iter().enumerate() {
        let path = build.join(name);
        let bytes = fs::read(&path).expect("a file of the index");
        let mut changed = bytes.clone();
        changed[(k * 37) % bytes.len()] ^= 1 << (k % 8);
        let worse = [Some(&bytes[..k * 13 % bytes.len()]), Some(&changed[..]), None];
        match worse[k % 3] {
            Some(worse) => write(&path, worse),
            None => fs::remove_file(&path).expect("our own file"),
        }
        let text = name.to_str().expect("our own names");
        failed(&run(dir.path(), &["check", "xunzi"]), text);
        write(&path, &bytes);
    }
    write(&build.join("t/fff.dat"), fs::read(build.join("t/000.dat")).expect("a block"));
    failed(&run(dir.path(), &["check", "xunzi"]), "t/fff.dat");
    // A search that needs a file that is not there says so, and does not say that there is nothing.
    fs::remove_file(build.join("t/fff.dat")).expect("our own file");
    for entry in fs::read_dir(build.join("t")).expect("a folder").flatten() {
        fs::remove_file(entry.path()).expect("our own file");
    }
    failed(&run(dir.path(), &["search", "xunzi", "第3篇"]), "/t/");
}

#[test]
fn a_folder_without_an_index_is_named() {
    let dir = temp();
    write(&dir.path().join("other/file.txt"), "no index");
    for arguments in [&["search", "other", "a"][..], &["check", "other"], &["stats", "other"]] {
        assert!(failed(&run(dir.path(), arguments), "other").contains("xunzi build"));
    }
    for arguments in [&["search", "nowhere", "a"][..], &["check", "nowhere"], &["stats", "nowhere"]] {
        failed(&run(dir.path(), arguments), "nowhere");
    }
    let output = run(dir.path(), &["serve", "nowhere"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("nowhere: cannot be served"), "{}", err(&output));
}
