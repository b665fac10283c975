//! Which files, in which order?

use super::note::{Fatal, Level, Note, because};
use crate::date::date_in;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A regular file to be read.
pub(crate) struct Found {
    /// Where it is, for opening it and for messages.
    pub(crate) path: PathBuf,
    /// Its path inside the input folder, `/` between the parts, in the file system's own bytes (UTF-8 nearly always).
    pub(crate) inside: Vec<u8>,
    /// What is in it, by its name.
    pub(super) kind: Kind,
}

impl Found {
    /// The file's name without its extension: the title where the file names none.
    pub(crate) fn stem(&self) -> String {
        let name = self.inside.rsplit(|&b| b == b'/').next().unwrap_or(&[]);
        let stem = match name.iter().rposition(|&b| b == b'.') {
            Some(dot) if dot > 0 => &name[..dot],
            _ => name,
        };
        String::from_utf8_lossy(stem).into_owned()
    }

    /// The day in its path, if there is one.
    pub(crate) fn date(&self) -> Option<String> {
        date_in(&String::from_utf8_lossy(&self.inside))
    }
}

/// What a file holds, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    JsonLines,
    JsonLinesGzip,
    Markdown,
    Text,
}

/// The kind of a file, by the end of its name; case does not matter.
fn kind(name: &[u8]) -> Option<Kind> {
    let name = name.to_ascii_lowercase();
    const KINDS: [(&str, Kind); 10] = [
        (".jsonl", Kind::JsonLines),
        (".ndjson", Kind::JsonLines),
        (".jsonl.gz", Kind::JsonLinesGzip),
        (".ndjson.gz", Kind::JsonLinesGzip),
        (".md", Kind::Markdown),
        (".markdown", Kind::Markdown),
        (".txt", Kind::Text),
        (".srt", Kind::Text),
        (".vtt", Kind::Text),
        (".lrc", Kind::Text),
    ];
    let of = |(end, kind): &(&str, Kind)| (name.len() > end.len() && name.ends_with(end.as_bytes())).then_some(*kind);
    KINDS.iter().find_map(of)
}

/// What is said of an input that is not there.
pub(super) const NO_SUCH: &str = "there is no such file or folder; check the path";

/// What is said of pipes and devices.
pub(super) const NOT_REGULAR: &str = "not a regular file; only files and folders are read";

/// Collects the files of all inputs.
#[derive(Default)]
pub(super) struct Walk {
    pub(super) files: Vec<Found>,
    pub(super) notes: Vec<Note>,
    /// Real paths of the files and folders already taken, so that links cannot make one of them appear twice.
    taken: BTreeSet<PathBuf>,
}

impl Walk {
    fn note(&mut self, path: &Path, level: Level, text: String) {
        self.notes.push(Note::new(path, None, level, &text));
    }

    /// Takes one input of the command line: a file, or a folder with all that is in it.
    pub(super) fn input(&mut self, input: &Path) -> Result<(), Fatal> {
        let fatal = |text: String| Fatal { path: input.to_path_buf(), text };
        let data = fs::metadata(input).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => fatal(NO_SUCH.to_string()),
            _ => fatal(because(&error)),
        })?;
        if data.is_dir() {
            fs::read_dir(input).map_err(|error| fatal(because(&error)))?;
            self.folder(input);
        } else if data.is_file() {
            let name = input.file_name().map(|n| n.as_encoded_bytes().to_vec()).unwrap_or_default();
            match kind(&name) {
                Some(kind) => {
                    self.take(input, name, kind, false);
                }
                None => self.note(
                    input,
                    Level::Skipped,
                    "files of this kind are not read; .jsonl, .jsonl.gz, .md and .txt files are".to_string(),
                ),
            }
        } else {
            self.note(input, Level::Skipped, NOT_REGULAR.to_string());
        }
        Ok(())
    }

    /// Takes a file unless its real path was taken before. `linked` says that a link led to it.
    fn take(&mut self, path: &Path, inside: Vec<u8>, kind: Kind, linked: bool) -> bool {
        let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        if !self.taken.insert(real) {
            let why = if linked { "a link to a file that is read already" } else { "read already" };
            self.note(path, Level::Info, format!("{why}; it is not read twice"));
            return false;
        }
        self.files.push(Found { path: path.to_path_buf(), inside, kind });
        true
    }

    /// Takes the files of a folder. First what really stands in it, then what its links lead to: so a file keeps the
    /// path it really has, and a link back to a folder already walked is seen before it is entered.
    fn folder(&mut self, root: &Path) {
        let first = self.files.len();
        let mut others = BTreeMap::new();
        let mut links = self.tree(root, &[], &mut others);
        while !links.is_empty() {
            links.sort_by(|a, b| a.1.cmp(&b.1));
            let mut further = Vec::new();
            for (path, inside) in links {
                match fs::metadata(&path) {
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {
                        self.note(&path, Level::Skipped, "a link to something that is not there".to_string());
                    }
                    Err(error) => self.note(&path, Level::Skipped, because(&error)),
                    Ok(data) if data.is_dir() => {
                        let real = fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
                        if self.taken.contains(&real) {
                            let text = "a link to a folder that is read already (perhaps a loop); it is not followed";
                            self.note(&path, Level::Warning, text.to_string());
                        } else {
                            further.extend(self.tree(&path, &inside, &mut others));
                        }
                    }
                    Ok(data) if data.is_file() => match kind(&inside) {
                        Some(kind) => {
                            self.take(&path, inside, kind, true);
                        }
                        None => count(&mut others, &inside),
                    },
                    Ok(_) => self.note(&path, Level::Skipped, NOT_REGULAR.to_string()),
                }
            }
            links = further;
        }
        self.files[first..].sort_by(|a, b| a.inside.cmp(&b.inside));
        let html: usize = [".html", ".htm"].iter().filter_map(|end| others.remove(*end)).sum();
        if html > 0 {
            let text = format!("{html} HTML files were left out; HTML is not read yet, give its Markdown or JSON lines");
            self.note(root, Level::Skipped, text);
        }
        if !others.is_empty() {
            let total: usize = others.values().sum();
            let mut list: Vec<(usize, String)> = others.into_iter().map(|(name, n)| (n, name)).collect();
            list.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
            let shown: Vec<String> = list.iter().take(5).map(|(n, name)| format!("{n} {name}")).collect();
            let dots = if list.len() > 5 { ", …" } else { "" };
            let text = format!("{total} files of other kinds were left out ({}{dots})", shown.join(", "));
            self.note(root, Level::Info, text);
        }
    }

    /// Takes the regular files under `root` and returns the links found on the way. `prefix` is the path of `root`
    /// inside the input folder.
    fn tree(&mut self, root: &Path, prefix: &[u8], others: &mut BTreeMap<String, usize>) -> Vec<(PathBuf, Vec<u8>)> {
        let mut links = Vec::new();
        let real = fs::canonicalize(root).unwrap_or_else(|_| root.to_path_buf());
        if !self.taken.insert(real) {
            let text = "read already; it is not read twice".to_string();
            self.note(root, Level::Info, text);
            return links;
        }
        let mut entries = walkdir::WalkDir::new(root).min_depth(1).follow_root_links(true).sort_by_file_name().into_iter();
        while let Some(entry) = entries.next() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    let path = error.path().unwrap_or(root).to_path_buf();
                    let text = match error.io_error() {
                        Some(io) => because(io),
                        None => error.to_string(),
                    };
                    self.note(&path, Level::Skipped, text);
                    continue;
                }
            };
            let is_dir = entry.file_type().is_dir();
            if entry.file_name().as_encoded_bytes().starts_with(b".") {
                if is_dir {
                    entries.skip_current_dir();
                }
                continue;
            }
            if is_dir {
                let real = fs::canonicalize(entry.path()).unwrap_or_else(|_| entry.path().to_path_buf());
                if !self.taken.insert(real) {
                    let text = "read already; it is not read twice".to_string();
                    self.note(entry.path(), Level::Info, text);
                    entries.skip_current_dir();
                }
                continue;
            }
            let mut inside = prefix.to_vec();
            for part in entry.path().strip_prefix(root).unwrap_or(entry.path()).components() {
                if !inside.is_empty() {
                    inside.push(b'/');
                }
                inside.extend_from_slice(part.as_os_str().as_encoded_bytes());
            }
            if entry.file_type().is_symlink() {
                links.push((entry.path().to_path_buf(), inside));
            } else if entry.file_type().is_file() {
                match kind(&inside) {
                    Some(kind) => {
                        self.take(entry.path(), inside, kind, false);
                    }
                    None => count(others, &inside),
                }
            } else if kind(&inside).is_some() {
                self.note(entry.path(), Level::Skipped, NOT_REGULAR.to_string());
            } else {
                count(others, &inside);
            }
        }
        links
    }
}

/// Counts a file that is not read under its extension.
fn count(others: &mut BTreeMap<String, usize>, inside: &[u8]) {
    let name = inside.rsplit(|&b| b == b'/').next().unwrap_or(&[]);
    let end = match name.iter().rposition(|&b| b == b'.') {
        Some(dot) if dot > 0 && name.len() - dot <= 12 => String::from_utf8_lossy(&name[dot..]).to_lowercase(),
        _ => "without extension".to_string(),
    };
    *others.entry(end).or_insert(0) += 1;
}
