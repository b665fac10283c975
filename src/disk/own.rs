//! What in a folder is ours?
//!
//! Only what a manifest of ours names: the one that readers go by, and those that an interrupted build has left in the folder
//! in which it gathered its files; of a catalog, the builds that its list names as well. Nothing else is ever written over or removed,
//! whatever it is called.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::disk::publish::GATHERING;
use crate::disk::{Trouble, failed, lock, read_file, read_text, trouble};
use crate::format::manifest::{Listed, Manifest};
use crate::format::members::get_members;
use crate::format::{File, VERSION, open};

/// The file that readers go by.
pub(super) const MANIFEST: &str = "manifest";
/// In the folder of an interrupted build: the manifest that was there before it.
pub(super) const BEFORE: &str = "before";
/// In the same folder: all folders that were ours then, and those on their way, one a line. The list of a catalog may be gone by now.
pub(super) const NAMED: &str = "named";

/// Top-level files of releases whose manifests do not list them.
const UNLISTED: [&str; 3] = ["xunzi-words.json", "xunzi.css", "xunzi.js"];

/// What the manifests in a folder say.
#[derive(Debug, Default)]
pub(super) struct Own {
    /// The text of the manifest that readers go by, if there is one.
    pub text: Option<String>,
    /// The manifest, if it is of this version: an older one's builds cannot be read by this release.
    pub current: Option<Manifest>,
    /// What interrupted builds have left.
    pub interrupted: Vec<Left>,
    /// All manifests.
    all: Vec<Manifest>,
    /// Every folder that one of them names.
    folders: BTreeSet<String>,
    /// Lists of catalogs that cannot be read: what only they name is not known.
    pub lost: BTreeSet<PathBuf>,
}

/// A folder in which an interrupted build gathered its files.
#[derive(Debug)]
pub(super) struct Left {
    /// The folder.
    pub path: PathBuf,
    /// The manifests in it.
    pub manifests: Vec<Manifest>,
    /// The folders that it names.
    pub folders: BTreeSet<String>,
}

impl Left {
    fn read(path: PathBuf) -> Left {
        let manifests = [MANIFEST, BEFORE].iter().filter_map(|name| read_text(&path.join(name)).ok());
        let manifests: Vec<Manifest> = manifests.filter_map(|text| Manifest::of_any_version(&text)).map(|of| of.1).collect();
        let named = read_text(&path.join(NAMED)).unwrap_or_default();
        let named = named.lines().filter(|name| is_hash(name)).map(str::to_owned);
        let folders = manifests.iter().flat_map(direct).map(str::to_owned).chain(named).collect();
        Left { path, manifests, folders }
    }
}

impl Own {
    /// Reads what is in a folder, or says why it is not ours to write into.
    pub fn read(dir: &Path) -> Result<Own, Trouble> {
        let mut own = Own::default();
        let mut foreign = None;
        let entries = match fs::read_dir(dir) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(own),
            entries => entries.map_err(failed(dir, "read the folder"))?,
        };
        for entry in entries {
            let entry = entry.map_err(failed(dir, "read the folder"))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with(GATHERING) && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                own.interrupted.push(Left::read(entry.path()));
            // What tools and file systems hide in a folder leaves it empty to its owner.
            } else if name != MANIFEST && name != lock::NAME && !name.starts_with('.') && name != "lost+found" {
                foreign = foreign.or(Some(name));
            }
        }
        own.interrupted.sort_by(|a, b| a.path.cmp(&b.path));
        let path = dir.join(MANIFEST);
        match fs::symlink_metadata(&path) {
            Ok(about) if about.is_dir() => {
                return Err(trouble(&path, "is a folder, where a file must go; choose another --out"));
            }
            Ok(_) => {
                let text = read_text(&path).unwrap_or_default();
                let Some((version, manifest)) = Manifest::of_any_version(&text) else {
                    let text = "is not what xunzi writes there, and is left alone; choose an empty or new folder for --out, or remove it \
                                if it was an index";
                    return Err(trouble(&path, text));
                };
                own.all.push(manifest.clone());
                own.current = (version == u64::from(VERSION)).then_some(manifest);
                own.text = Some(text);
            }
            Err(_) => {
                if let Some(name) = foreign.filter(|_| own.interrupted.iter().all(|left| left.manifests.is_empty())) {
                    let text =
                        format!("holds no index of ours, but other files ({name}); choose an empty or new folder for --out");
                    return Err(trouble(dir, text));
                }
            }
        }
        own.all.extend(own.interrupted.iter().flat_map(|left| left.manifests.iter().cloned()));
        for manifest in &own.all {
            let (folders, lost) = folders(dir, manifest);
            own.folders.extend(folders);
            own.lost.extend(lost);
        }
        let catalog = own.current.iter().filter(|manifest| manifest.members.is_some());
        own.lost.extend(catalog.map(|manifest| list_of(dir, &manifest.build)).filter(|list| !list.exists()));
        own.folders.extend(own.interrupted.iter().flat_map(|left| left.folders.iter().cloned()));
        Ok(own)
    }

    /// Whether a manifest names a folder of a build or an engine.
    pub fn names(&self, folder: &str) -> bool {
        self.folders.contains(folder)
    }

    /// Every folder that a manifest names and that only a build can have made: its name is a hash.
    pub fn folders(&self) -> impl Iterator<Item = &str> {
        self.folders.iter().map(String::as_str).filter(|name| is_hash(name))
    }

    /// Whether a file beside the manifest is one that a build wrote.
    pub fn wrote(&self, file: &str) -> bool {
        let listed = |m: &Manifest| m.files.iter().any(|f| f.name == file);
        self.all.iter().any(|m| listed(m) || m.files.is_empty() && UNLISTED.contains(&file))
    }

    /// Files that the last build wrote beside the manifest and that are not among these.
    pub fn outdated(&self, files: &[Listed]) -> Vec<String> {
        let last = self.current.as_ref();
        let listed = last.iter().flat_map(|m| m.files.iter().map(|f| f.name.as_str()));
        let unlisted = UNLISTED.into_iter().filter(|_| last.is_some_and(|m| m.files.is_empty()));
        let all = listed.chain(unlisted).filter(|name| !name.contains('/') && files.iter().all(|f| f.name != *name));
        all.map(str::to_owned).collect()
    }
}

/// The folders that a manifest names: builds and engines, and the builds of those that are catalogs; and the lists that cannot be read,
/// so that nobody knows what they name.
pub(super) fn folders(dir: &Path, manifest: &Manifest) -> (BTreeSet<String>, Vec<PathBuf>) {
    let (mut all, mut lost) = (BTreeSet::new(), Vec::new());
    for folder in direct(manifest) {
        all.insert(folder.to_owned());
        match members(dir, folder) {
            Some(members) => all.extend(members),
            None => lost.push(list_of(dir, folder)),
        }
    }
    (all, lost)
}

fn list_of(dir: &Path, build: &str) -> PathBuf {
    dir.join(build).join(File::MEMBERS.name())
}

/// Those that it names itself.
fn direct(manifest: &Manifest) -> impl Iterator<Item = &str> {
    let kept = manifest.kept.iter().flat_map(|generation| generation.split('+'));
    [manifest.build.as_str(), manifest.engine.as_str()].into_iter().chain(kept)
}

/// The builds beside it that a build names: none if it is no catalog. `None`: its list cannot be read.
pub(super) fn members(dir: &Path, build: &str) -> Option<Vec<String>> {
    let path = list_of(dir, build);
    let missing = || matches!(fs::symlink_metadata(&path), Err(e) if e.kind() == io::ErrorKind::NotFound);
    if !is_hash(build) || missing() {
        return Some(Vec::new());
    }
    let bytes = read_file(&path).ok()?;
    let list = get_members(open(File::MEMBERS, u64::from_str_radix(build, 16).ok()?, &bytes).ok()?).ok()?;
    Some(list.iter().filter_map(|member| member.place.folder()).collect())
}

/// Whether a name is one that builds and engines have: 16 hexadecimal digits. No path is.
pub(super) fn is_hash(name: &str) -> bool {
    name.len() == 16 && name.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}
