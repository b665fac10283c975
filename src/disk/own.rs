//! What in a folder is ours?
//!
//! Only what a manifest of ours names: the one that readers go by, and those that an interrupted build has left in the folder
//! in which it gathered its files. Nothing else is ever written over or removed, whatever it is called.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::disk::publish::GATHERING;
use crate::disk::{Trouble, failed, lock, read_text, trouble};
use crate::format::VERSION;
use crate::format::manifest::{Listed, Manifest};

/// The file that readers go by.
pub(super) const MANIFEST: &str = "manifest";
/// In the folder of an interrupted build: the manifest that was there before it.
pub(super) const BEFORE: &str = "before";

/// Top-level files of releases whose manifests do not list them.
const UNLISTED: [&str; 3] = ["xunzi-words.json", "xunzi.css", "xunzi.js"];

/// What the manifests in a folder say.
#[derive(Debug, Default)]
pub(super) struct Own {
    /// The text of the manifest that readers go by, if there is one.
    pub text: Option<String>,
    /// The manifest, if it is of this version: an older one's builds cannot be read by this release.
    pub current: Option<Manifest>,
    /// Folders in which interrupted builds gathered their files, each with the manifests in it.
    pub interrupted: Vec<(PathBuf, Vec<Manifest>)>,
    /// All manifests.
    all: Vec<Manifest>,
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
                let path = entry.path();
                let manifests = [MANIFEST, BEFORE].iter().filter_map(|name| read_text(&path.join(name)).ok());
                let manifests = manifests.filter_map(|text| Manifest::of_any_version(&text)).map(|of| of.1).collect();
                own.interrupted.push((path, manifests));
            // What tools and file systems hide in a folder leaves it empty to its owner.
            } else if name != MANIFEST && name != lock::NAME && !name.starts_with('.') && name != "lost+found" {
                foreign = foreign.or(Some(name));
            }
        }
        own.interrupted.sort_by(|a, b| a.0.cmp(&b.0));
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
                if let Some(name) = foreign.filter(|_| own.interrupted.iter().all(|left| left.1.is_empty())) {
                    let text =
                        format!("holds no index of ours, but other files ({name}); choose an empty or new folder for --out");
                    return Err(trouble(dir, text));
                }
            }
        }
        own.all.extend(own.interrupted.iter().flat_map(|left| left.1.iter().cloned()));
        Ok(own)
    }

    /// Whether a manifest names a folder of a build or an engine.
    pub fn names(&self, folder: &str) -> bool {
        self.all.iter().any(|manifest| folders(manifest).any(|name| name == folder))
    }

    /// Every folder that a manifest names and that only a build can have made: its name is a hash.
    pub fn folders(&self) -> Vec<String> {
        let mut all: Vec<String> = self.all.iter().flat_map(folders).filter(|name| is_hash(name)).map(str::to_owned).collect();
        all.sort();
        all.dedup();
        all
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

/// The folders that a manifest names.
pub(super) fn folders(manifest: &Manifest) -> impl Iterator<Item = &str> {
    let kept = manifest.kept.iter().flat_map(|generation| generation.split('+'));
    let members = manifest.members.iter().flatten().map(String::as_str);
    [manifest.build.as_str(), manifest.engine.as_str()].into_iter().chain(members).chain(kept)
}

/// Whether a name is one that builds and engines have: 16 hexadecimal digits. No path is.
pub(super) fn is_hash(name: &str) -> bool {
    name.len() == 16 && name.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}
