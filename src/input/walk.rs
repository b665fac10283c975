//! Which files, in which order?

use super::note::{Fatal, Level, Note, because};
use super::options::Files;
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
        let name = name(&self.inside);
        let stem = match name.iter().rposition(|&b| b == b'.') {
            Some(dot) if dot > 0 => &name[..dot],
            _ => name,
        };
        String::from_utf8_lossy(stem).into_owned()
    }

    /// Whether it is a page of a site.
    pub(super) fn is_html(&self) -> bool {
        self.kind == Kind::Html
    }

    /// Whether it is a text that may say once more what a page of a site says.
    fn is_text(&self) -> bool {
        matches!(self.kind, Kind::Markdown | Kind::Text | Kind::Subtitles)
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
    Html,
    Markdown,
    Text,
    Subtitles,
}

/// The kind of a file, by the end of its name; case does not matter.
fn kind(name: &[u8]) -> Option<Kind> {
    let name = name.to_ascii_lowercase();
    const KINDS: [(&str, Kind); 14] = [
        (".html", Kind::Html),
        (".htm", Kind::Html),
        (".xhtml", Kind::Html),
        (".jsonl", Kind::JsonLines),
        (".ndjson", Kind::JsonLines),
        (".jsonl.gz", Kind::JsonLinesGzip),
        (".ndjson.gz", Kind::JsonLinesGzip),
        (".md", Kind::Markdown),
        (".markdown", Kind::Markdown),
        (".mdx", Kind::Markdown),
        (".txt", Kind::Text),
        (".srt", Kind::Subtitles),
        (".vtt", Kind::Subtitles),
        (".lrc", Kind::Subtitles),
    ];
    let of = |(end, kind): &(&str, Kind)| (name.len() > end.len() && name.ends_with(end.as_bytes())).then_some(*kind);
    KINDS.iter().find_map(of)
}

/// What is said of an input that is not there.
pub(super) const NO_SUCH: &str = "there is no such file or folder; check the path";

/// What is said of pipes and devices.
pub(super) const NOT_REGULAR: &str = "not a regular file; only files and folders are read";

/// Folders that hold what their author does not show yet, whatever stands in it.
const DRAFTS: [&str; 3] = ["_draft", "_drafts", "drafts"];

/// Collects the files of all inputs.
pub(super) struct Walk<'a> {
    pub(super) files: Vec<Found>,
    pub(super) notes: Vec<Note>,
    options: &'a Files,
    /// Real paths of the inputs and of the folder that is written: what a link may lead to, and what it may not.
    roots: Vec<PathBuf>,
    out: Option<PathBuf>,
    /// Real paths of the files and folders already taken, so that links cannot make one of them appear twice.
    taken: BTreeSet<PathBuf>,
}

impl<'a> Walk<'a> {
    /// Nothing is taken yet of these inputs.
    pub(super) fn new(inputs: &[PathBuf], options: &'a Files) -> Walk<'a> {
        let roots = inputs.iter().filter_map(|input| fs::canonicalize(input).ok()).collect();
        let out = options.out.as_ref().and_then(|out| fs::canonicalize(out).ok());
        Walk { files: Vec::new(), notes: Vec::new(), options, roots, out, taken: BTreeSet::new() }
    }

    /// Whether a file is one of those that the owner wants.
    fn wanted(&self, inside: &[u8]) -> bool {
        let path = String::from_utf8_lossy(inside);
        self.options.only.as_ref().is_none_or(|globs| globs.is_match(&*path)) && !self.ignored(inside)
    }

    /// Whether a file or folder is one of those that the owner does not want.
    fn ignored(&self, inside: &[u8]) -> bool {
        self.options.ignore.as_ref().is_some_and(|globs| globs.is_match(&*String::from_utf8_lossy(inside)))
    }

    /// Why a folder is not entered.
    fn closed(&self, path: &Path, real: &Path, inside: &[u8]) -> Option<&'static str> {
        let name = name(inside);
        if self.out.as_deref() == Some(real) || is_ours(path) {
            Some("an index of xunzi; it is not read")
        } else if DRAFTS.iter().any(|drafts| name.eq_ignore_ascii_case(drafts.as_bytes())) {
            Some("a folder of drafts; it is left out")
        } else if name == b"node_modules" {
            Some("a folder of packages; it is left out")
        } else {
            None
        }
    }

    /// Whether what a link leads to stands in one of the inputs.
    fn within(&self, real: &Path) -> bool {
        self.options.follow || self.roots.iter().any(|root| real.starts_with(root))
    }

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
            // A folder may hold JSON of all sorts; who names a file means its articles.
            let json = name.to_ascii_lowercase().ends_with(b".json").then_some(Kind::JsonLines);
            match kind(&name).or(json) {
                Some(kind) => {
                    self.take(input, name, kind, false);
                }
                None => self.note(
                    input,
                    Level::Skipped,
                    "files of this kind are not read; .html, .md, .txt, .jsonl and .jsonl.gz files are".to_string(),
                ),
            }
        } else {
            self.note(input, Level::Skipped, NOT_REGULAR.to_string());
        }
        Ok(())
    }

    /// Takes a file unless its real path was taken before. `linked` says that a link led to it.
    fn take(&mut self, path: &Path, inside: Vec<u8>, kind: Kind, linked: bool) -> bool {
        if !self.taken.insert(real(path)) {
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
                    Ok(_) if !fs::canonicalize(&path).is_ok_and(|real| self.within(&real)) => {
                        let text = "a link out of the input; it is not followed. Name what it leads to as an input of its own";
                        self.note(&path, Level::Warning, text.to_string());
                    }
                    Ok(data) if data.is_dir() => {
                        let real = real(&path);
                        if let Some(why) = self.closed(&path, &real, &inside) {
                            self.note(&path, Level::Info, why.to_string());
                        } else if self.taken.contains(&real) {
                            let text = "a link to a folder that is read already (perhaps a loop); it is not followed";
                            self.note(&path, Level::Warning, text.to_string());
                        } else {
                            further.extend(self.tree(&path, &inside, &mut others));
                        }
                    }
                    Ok(data) if data.is_file() => match kind(&inside).filter(|_| self.wanted(&inside)) {
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
        self.site(root, first);
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

    /// In a site that was built, the pages are read: what stands beside them as text or Markdown says the same once more, or is
    /// for robots.
    fn site(&mut self, root: &Path, first: usize) {
        let found = &self.files[first..];
        let pages = found.iter().filter(|found| found.is_html()).count();
        let texts = found.iter().filter(|found| found.is_text()).count();
        let home = found.iter().any(|found| found.inside == b"index.html");
        if self.options.only.is_some() || texts == 0 || pages == 0 || !(home || pages >= texts) {
            return;
        }
        let mut n = 0;
        self.files.retain(|found| {
            n += 1;
            n <= first || !found.is_text()
        });
        let text = format!(
            "a built site: {pages} pages are read, {texts} files of text or Markdown beside them are not (glob in xunzi.toml names others)"
        );
        self.note(root, Level::Info, text);
    }

    /// Takes the regular files under `root` and returns the links found on the way. `prefix` is the path of `root`
    /// inside the input folder.
    fn tree(&mut self, root: &Path, prefix: &[u8], others: &mut BTreeMap<String, usize>) -> Vec<(PathBuf, Vec<u8>)> {
        let mut links = Vec::new();
        if !self.taken.insert(real(root)) {
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
            let mut inside = prefix.to_vec();
            for part in entry.path().strip_prefix(root).unwrap_or(entry.path()).components() {
                if !inside.is_empty() {
                    inside.push(b'/');
                }
                inside.extend_from_slice(part.as_os_str().as_encoded_bytes());
            }
            if is_dir {
                let real = real(entry.path());
                if let Some(why) = self.closed(entry.path(), &real, &inside) {
                    self.note(entry.path(), Level::Info, why.to_string());
                    entries.skip_current_dir();
                } else if self.ignored(&inside) {
                    entries.skip_current_dir();
                } else if !self.taken.insert(real) {
                    let text = "read already; it is not read twice".to_string();
                    self.note(entry.path(), Level::Info, text);
                    entries.skip_current_dir();
                }
                continue;
            }
            if entry.file_type().is_symlink() {
                links.push((entry.path().to_path_buf(), inside));
            } else if entry.file_type().is_file() {
                let beside = entry.file_name() == "search.html" && entry.path().parent().is_some_and(is_ours);
                match kind(&inside).filter(|_| self.wanted(&inside) && !beside) {
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

/// The name of a file or folder, of its path inside the input.
fn name(inside: &[u8]) -> &[u8] {
    inside.rsplit(|&b| b == b'/').next().unwrap_or_default()
}

/// The real path of a file or folder; the one that it is known by, where the system tells none.
fn real(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf())
}

/// Whether a folder holds an index of xunzi.
fn is_ours(folder: &Path) -> bool {
    ["xunzi.js", "manifest"].iter().all(|name| folder.join(name).is_file())
}

/// Counts a file that is not read under its extension.
fn count(others: &mut BTreeMap<String, usize>, inside: &[u8]) {
    let name = name(inside);
    let end = match name.iter().rposition(|&b| b == b'.') {
        Some(dot) if dot > 0 && name.len() - dot <= 12 => String::from_utf8_lossy(&name[dot..]).to_lowercase(),
        _ => "without extension".to_string(),
    };
    *others.entry(end).or_insert(0) += 1;
}
