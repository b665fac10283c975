//! How does an index get onto a disk?
//!
//! [`write()`] puts all that is new beside what is there, under names that nothing refers to yet, and renames the manifest
//! last: a build that is interrupted anywhere leaves the old index whole.

use std::fs::{self, File as DiskFile};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rayon::prelude::*;

use crate::builder::Built;
use crate::disk::{Trouble, trouble};
use crate::format::manifest::Manifest;
use crate::page::Page;

/// What a build wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Files of the index.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
    /// Generations that are kept for pages that are open.
    pub kept: usize,
}

/// Name of the folder in which new files are gathered before they get their names.
const GATHERING: &str = ".xunzi-new-";

/// Writes an index into `dir`. `keep`: older generations that stay. On failure everything is as it was.
pub fn write(dir: &Path, built: &Built, page: &Page, keep: usize) -> Result<Written, Trouble> {
    let existed = dir.exists();
    let created: Vec<PathBuf> =
        dir.ancestors().take_while(|d| !d.as_os_str().is_empty() && !d.exists()).map(Path::to_owned).collect();
    let fresh = dir.join(format!("{GATHERING}{}", std::process::id()));
    // Process ids come again, in containers nearly always: what an interrupted build left there is in the way.
    let _ = fs::remove_dir_all(&fresh);
    let outcome = gather(dir, &fresh, built, page).and_then(|()| publish(dir, &fresh, built, page, keep));
    // What could not be published goes; its own failure would say less than the first one.
    let _ = fs::remove_dir_all(&fresh);
    if outcome.is_err() && !existed {
        created.iter().for_each(|d| {
            let _ = fs::remove_dir(d);
        });
    }
    outcome
}

fn failed(path: &Path, doing: &str) -> impl Fn(io::Error) -> Trouble {
    move |e| {
        let advice = match e.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "free some space, then build again",
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => "choose another --out, or allow writing there",
            io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => "choose a folder for --out",
            _ => "nothing was changed; remove the cause, then build again",
        };
        trouble(path, format!("cannot {doing}: {e}; {advice}"))
    }
}

/// The files whose names never change, the manifest last.
const NAMED: [&str; 2] = ["xunzi.js", "manifest"];

/// Writes a file and makes sure that it is on the disk.
fn put(path: &Path, bytes: &[u8]) -> Result<(), Trouble> {
    fs::write(path, bytes).map_err(failed(path, "write"))?;
    settle(path)
}

/// Makes sure that a file is on the disk.
fn settle(path: &Path) -> Result<(), Trouble> {
    let sync = || DiskFile::options().write(true).open(path)?.sync_data();
    sync().map_err(failed(path, "write"))
}

/// Makes sure that the files of a build are on the disk. They are thousands: waited for one by one they take as long as all the
/// rest of a build.
fn settle_all(folder: &Path, built: &Built) -> Result<(), Trouble> {
    #[cfg(target_os = "linux")]
    if DiskFile::open(folder).is_ok_and(|folder| rustix::fs::syncfs(&folder).is_ok()) {
        return Ok(());
    }
    built.files.par_iter().try_for_each(|(name, _)| settle(&folder.join(name)))
}

fn gather(dir: &Path, fresh: &Path, built: &Built, page: &Page) -> Result<(), Trouble> {
    if dir.exists() && !dir.is_dir() {
        return Err(trouble(dir, "is not a folder; choose a folder for --out"));
    }
    fs::create_dir_all(dir).map_err(failed(dir, "make the folder"))?;
    let make = |path: &Path| fs::create_dir_all(path).map_err(failed(dir, "write into"));
    make(fresh)?;
    let build_name = format!("{:016x}", built.id);
    let build = fresh.join(&build_name);
    for sub in ["", "g", "t", "c"] {
        if sub.is_empty() || built.files.iter().any(|(name, _)| name.starts_with(&format!("{sub}/"))) {
            make(&build.join(sub))?;
        }
    }
    built.files.par_iter().try_for_each(|(name, bytes)| {
        let path = build.join(name);
        fs::write(&path, bytes).map_err(failed(&path, "write"))
    })?;
    settle_all(&build, built)?;
    if page.is_complete() {
        let engine = fresh.join(&page.folder);
        make(&engine)?;
        page.engine.iter().try_for_each(|(name, bytes)| put(&engine.join(name), bytes))?;
    }
    put(&fresh.join("xunzi.js"), page.script(&build_name, &built.open).as_bytes())
}

/// Whether a folder in DIR is one of ours: its name is a hash.
fn is_ours(name: &str) -> bool {
    name.len() == 16 && name.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

fn publish(dir: &Path, fresh: &Path, built: &Built, page: &Page, keep: usize) -> Result<Written, Trouble> {
    let build = format!("{:016x}", built.id);
    let before = fs::read_to_string(dir.join("manifest")).ok().and_then(|text| Manifest::read(&text).ok());
    let generation = |m: &Manifest| format!("{}+{}", m.build, m.engine);
    let mut kept: Vec<String> = before.iter().map(generation).chain(before.iter().flat_map(|m| m.kept.clone())).collect();
    kept.retain(|k| *k != format!("{build}+{}", page.folder));
    kept.truncate(keep);
    let sizes = built.open.iter().filter_map(|name| built.files.iter().find(|f| f.0 == *name)).map(|f| f.1.len() as u64);
    let manifest =
        Manifest { engine: page.folder.clone(), build: build.clone(), open: built.open.clone(), sizes: sizes.collect(), kept };
    put(&fresh.join("manifest"), manifest.write().as_bytes())?;
    if let Some(folder) = NAMED.map(|name| dir.join(name)).iter().find(|path| path.is_dir()) {
        return Err(trouble(folder, "is a folder, where a file must go; choose another --out"));
    }

    let built_files: Vec<(&str, &[u8])> = built.files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let mut folders = vec![(build.as_str(), built_files)];
    if page.is_complete() {
        folders.push((&page.folder, page.engine.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect()));
    }
    for (name, files) in &folders {
        let (from, to) = (fresh.join(name), dir.join(name));
        // The name is a hash of what is inside: what is whole stays, so that no reader misses it, not even for a moment.
        if holds(&to, files) {
            continue;
        }
        if to.exists() {
            fs::rename(&to, fresh.join(format!("old-{name}"))).map_err(failed(&to, "replace"))?;
        }
        fs::rename(&from, &to).map_err(failed(&to, "write"))?;
    }
    for name in NAMED {
        let to = dir.join(name);
        fs::rename(fresh.join(name), &to).map_err(failed(&to, "write"))?;
    }
    if let Ok(folder) = DiskFile::open(dir) {
        // Some file systems cannot sync a folder; the renames are done all the same.
        let _ = folder.sync_all();
    }
    prune(dir, &manifest);
    Ok(Written { files: built.files.len(), bytes: built.files.iter().map(|f| f.1.len() as u64).sum(), kept: manifest.kept.len() })
}

/// Whether a folder holds these files, byte for byte, and no others.
fn holds(dir: &Path, files: &[(&str, &[u8])]) -> bool {
    let there = walkdir::WalkDir::new(dir).into_iter().flatten().filter(|e| e.file_type().is_file()).count();
    there == files.len() && files.iter().all(|(name, bytes)| fs::read(dir.join(name)).is_ok_and(|b| b == *bytes))
}

/// Removes generations that are no longer kept, and what interrupted builds have left.
fn prune(dir: &Path, manifest: &Manifest) {
    let Ok(entries) = fs::read_dir(dir) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let used =
            name == manifest.build || name == manifest.engine || manifest.kept.iter().any(|k| k.split('+').any(|f| f == name));
        let holds = |file: &str| entry.path().join(file).is_file();
        let generation = is_ours(&name) && !used && (holds("root.dat") || holds("pack.dat") || holds("engine.wasm"));
        let age = entry.metadata().and_then(|m| m.modified()).ok().and_then(|t| SystemTime::now().duration_since(t).ok());
        let left_over = name.starts_with(GATHERING) && age.is_some_and(|age| age > Duration::from_secs(3600));
        if generation || left_over {
            // What cannot be removed does no harm, and the next build tries again.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
