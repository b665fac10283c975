//! What is there to read? Files and folders in, articles out.
//!
//! [`read`] walks the inputs in an order that depends on names only, hands each file to the reader of its kind, and
//! collects articles and [`Note`]s. A file that cannot be read or decoded is named in a note and skipped; only an
//! input that does not exist stops the work.
//!
//! | file            | question                                                              |
//! |-----------------|-----------------------------------------------------------------------|
//! | `mod.rs`        | which files, in which order, and what address has each?               |
//! | `encoding.rs`   | which encoding are these bytes in?                                    |
//! | `jsonl.rs`      | one JSON object a line                                                |
//! | `markdown.rs`   | front matter, headings, plain text                                    |
//! | `text.rs`       | a plain text file: title, paragraphs, headings                        |
//! | `newspaper.rs`  | a page of several articles: where does each begin, what is its head?  |

pub mod encoding;
mod jsonl;
mod markdown;
pub mod newspaper;
mod text;

use crate::Article;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

/// Whether a text file is cut into the articles it holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Split {
    /// A text file is cut where at least two article starts are recognised; each file that was cut is reported.
    #[default]
    Auto,
    /// Every text file is taken for a newspaper page: lines are joined and heads are read even for a single article.
    Newspaper,
    /// One file, one article.
    Off,
}

/// What to read and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// Whether text files are cut into articles.
    pub split: Split,
    /// What stands before a file's path in its address: `/`, `/docs/`, `https://example.org/`; empty for relative addresses.
    pub base_url: String,
    /// The encoding of text and Markdown files, if the user has declared one (a label such as `gb18030` or `big5`).
    pub encoding: Option<String>,
    /// A site's own rules for cutting pages.
    pub rules: newspaper::Rules,
}

impl Default for Options {
    fn default() -> Self {
        Options { split: Split::Auto, base_url: "/".to_string(), encoding: None, rules: newspaper::Rules::default() }
    }
}

/// How much a [`Note`] matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Worth knowing; nothing is wrong.
    Info,
    /// Everything was read, but something is doubtful.
    Warning,
    /// Something was left out.
    Skipped,
}

/// One message about one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The file or folder, as the user would name it.
    pub path: PathBuf,
    /// The line, counted from 1, if the message is about one.
    pub line: Option<usize>,
    /// How much it matters.
    pub level: Level,
    /// What is the matter, and what to do about it.
    pub text: String,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        let level = match self.level {
            Level::Info => "",
            Level::Warning => "warning: ",
            Level::Skipped => "skipped: ",
        };
        write!(f, ": {level}{}", self.text)
    }
}

/// What was read.
#[derive(Clone, Debug, Default)]
pub struct Read {
    /// The articles, in input order.
    pub articles: Vec<Article>,
    /// Messages, in input order.
    pub notes: Vec<Note>,
    /// Number of files that gave at least one article.
    pub files: usize,
    /// Bytes read from disk.
    pub bytes: u64,
}

/// An input that is not there. Nothing was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fatal {
    /// The input, as given.
    pub path: PathBuf,
    /// What is the matter, and what to do about it.
    pub text: String,
}

impl fmt::Display for Fatal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.text)
    }
}

impl std::error::Error for Fatal {}

/// Reads files and folders.
///
/// Inputs are read in the order given, the files of a folder in the byte order of their paths, whatever the file
/// system says. Hidden files and folders are left out; links are followed, but no file or folder is read twice.
/// `progress` is called with the number of bytes just read.
///
/// Memory: one file and its text at a time, besides the articles; JSON lines are read line by line.
///
/// # Errors
///
/// An input that does not exist or a folder that cannot be listed. Everything else is a [`Note`].
pub fn read(inputs: &[PathBuf], options: &Options, progress: &mut dyn FnMut(u64)) -> Result<Read, Fatal> {
    let mut walk = Walk::default();
    for input in inputs {
        walk.input(input)?;
    }
    let mut sink = Sink { options, progress, read: Read::default(), urls: HashMap::new(), repeated: 0 };
    sink.read.notes = walk.notes;
    for found in &walk.files {
        let before = sink.read.articles.len();
        match found.kind {
            Kind::JsonLines => jsonl::read(found, false, &mut sink),
            Kind::JsonLinesGzip => jsonl::read(found, true, &mut sink),
            Kind::Markdown => markdown::read(found, &mut sink),
            Kind::Text => text::read(found, &mut sink),
        }
        if sink.read.articles.len() > before {
            sink.read.files += 1;
        }
    }
    sink.finish();
    Ok(sink.read)
}

/// The decoded text of one file, as a build would read it, or the note that says why there is none.
///
/// For `--explain`, which shows how a page is cut.
///
/// # Errors
///
/// A file that cannot be opened, is not a regular file, or is not text.
pub fn read_text(path: &Path, options: &Options) -> Result<String, Note> {
    let skipped = |text: String| Note { path: path.to_path_buf(), line: None, level: Level::Skipped, text };
    let data = fs::metadata(path).map_err(|error| skipped(because(&error)))?;
    if !data.is_file() {
        return Err(skipped(NOT_REGULAR.to_string()));
    }
    let bytes = fs::read(path).map_err(|error| skipped(because(&error)))?;
    match encoding::decode(bytes, options.encoding.as_deref()) {
        Ok(decoded) => Ok(decoded.text),
        Err(why) => Err(skipped(why.to_string())),
    }
}

/// A regular file to be read.
pub(crate) struct Found {
    /// Where it is, for opening it and for messages.
    pub(crate) path: PathBuf,
    /// Its path inside the input folder, `/` between the parts, in the file system's own bytes (UTF-8 nearly always).
    pub(crate) inside: Vec<u8>,
    /// What is in it, by its name.
    kind: Kind,
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

/// The day that a path names: `2023-12-11.txt`, `page-20231211-a2.txt`, `2023/12/11/a2.txt`.
fn date_in(path: &str) -> Option<String> {
    if let Some(date) = newspaper::date(path) {
        return Some(date);
    }
    let compact = |digits: &str| {
        let part = |from: usize, to: usize| digits.get(from..to)?.parse::<u32>().ok();
        let (year, month, day) = (part(0, 4)?, part(4, 6)?, part(6, 8)?);
        let is = digits.len() == 8 && (1800..2200).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
        is.then(|| format!("{year:04}-{month:02}-{day:02}"))
    };
    path.split(|c: char| !c.is_ascii_digit()).find_map(compact)
}

/// What a file holds, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    JsonLines,
    JsonLinesGzip,
    Markdown,
    Text,
}

/// The kind of a file, by the end of its name; case does not matter.
fn kind(name: &[u8]) -> Option<Kind> {
    let name = name.to_ascii_lowercase();
    const KINDS: [(&str, Kind); 7] = [
        (".jsonl", Kind::JsonLines),
        (".ndjson", Kind::JsonLines),
        (".jsonl.gz", Kind::JsonLinesGzip),
        (".ndjson.gz", Kind::JsonLinesGzip),
        (".md", Kind::Markdown),
        (".markdown", Kind::Markdown),
        (".txt", Kind::Text),
    ];
    let of = |(end, kind): &(&str, Kind)| (name.len() > end.len() && name.ends_with(end.as_bytes())).then_some(*kind);
    KINDS.iter().find_map(of)
}

const NOT_REGULAR: &str = "not a regular file; only files and folders are read";

/// Collects the files of all inputs.
#[derive(Default)]
struct Walk {
    files: Vec<Found>,
    notes: Vec<Note>,
    /// Real paths of the files and folders already taken, so that links cannot make one of them appear twice.
    taken: BTreeSet<PathBuf>,
}

impl Walk {
    fn note(&mut self, path: &Path, level: Level, text: String) {
        self.notes.push(Note { path: path.to_path_buf(), line: None, level, text });
    }

    fn input(&mut self, input: &Path) -> Result<(), Fatal> {
        let fatal = |text: String| Fatal { path: input.to_path_buf(), text };
        let data = fs::metadata(input).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => fatal("there is no such file or folder; check the path".to_string()),
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

/// Where the readers put what they find.
pub(crate) struct Sink<'a> {
    /// What the user wants.
    pub(crate) options: &'a Options,
    progress: &'a mut dyn FnMut(u64),
    read: Read,
    /// For every address: the article that had it first.
    urls: HashMap<String, usize>,
    /// How many repeated addresses were noted so far.
    repeated: usize,
}

/// How many messages of one kind are shown before the rest are only counted.
pub(crate) const SHOWN: usize = 20;

impl Sink<'_> {
    /// A message about `found`.
    pub(crate) fn note(&mut self, found: &Found, line: Option<usize>, level: Level, text: String) {
        self.read.notes.push(Note { path: found.path.clone(), line, level, text });
    }

    /// `bytes` more were read from disk.
    pub(crate) fn progress(&mut self, bytes: u64) {
        self.read.bytes += bytes;
        (self.progress)(bytes);
    }

    /// Takes an article. One that repeats another's address is reported; if it repeats title and text as well, it is left out.
    pub(crate) fn article(&mut self, found: &Found, line: Option<usize>, article: Article) {
        if let Some(&first) = self.urls.get(&article.url) {
            let same =
                self.read.articles.get(first).is_some_and(|other| other.title == article.title && other.text == article.text);
            self.repeated += 1;
            if self.repeated <= SHOWN {
                let text = if same {
                    format!("the address {} and the same words stand earlier in the input; only the first is kept", article.url)
                } else {
                    format!(
                        "the address {} belongs to another article as well; both are kept, but their links lead to one place",
                        article.url
                    )
                };
                self.note(found, line, Level::Warning, text);
            }
            if same {
                return;
            }
        } else {
            self.urls.insert(article.url.clone(), self.read.articles.len());
        }
        self.read.articles.push(article);
    }

    /// The whole file, or a note why not.
    pub(crate) fn bytes(&mut self, found: &Found) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        let result = File::open(&found.path).and_then(|mut file| {
            if let Ok(data) = file.metadata() {
                bytes.reserve_exact(usize::try_from(data.len()).unwrap_or(0).min(1 << 30));
            }
            // In pieces, so that a progress bar moves inside a large file.
            loop {
                let n = file.by_ref().take(4 << 20).read_to_end(&mut bytes)?;
                if n == 0 {
                    return Ok(());
                }
                self.progress(n as u64);
            }
        });
        match result {
            Ok(()) => Some(bytes),
            Err(error) => {
                self.note(found, None, Level::Skipped, because(&error));
                None
            }
        }
    }

    /// The text of a whole file: decoded, line ends as `\n`, control characters as spaces. Says how it was decoded
    /// where that is not plain UTF-8.
    pub(crate) fn text(&mut self, found: &Found) -> Option<String> {
        let bytes = self.bytes(found)?;
        match encoding::decode(bytes, self.options.encoding.as_deref()) {
            Err(why) => {
                self.note(found, None, Level::Skipped, why.to_string());
                None
            }
            Ok(decoded) => {
                for (level, text) in decoded.notes() {
                    self.note(found, None, level, text);
                }
                Some(decoded.text)
            }
        }
    }

    /// The address of a file.
    pub(crate) fn url(&self, found: &Found) -> String {
        self.under_base(&percent(&found.inside, true))
    }

    /// An address under the base: `path` as it stands, one `/` between the two.
    pub(crate) fn under_base(&self, path: &str) -> String {
        let base = &self.options.base_url;
        if base.is_empty() {
            return path.to_string();
        }
        format!("{}/{}", base.trim_end_matches('/'), path.trim_start_matches('/'))
    }

    fn finish(&mut self) {
        if self.repeated > SHOWN {
            let more = self.repeated - SHOWN;
            let path = self.read.notes.last().map(|note| note.path.clone()).unwrap_or_default();
            self.read.notes.push(Note {
                path,
                line: None,
                level: Level::Warning,
                text: format!("and {more} more articles whose address belongs to another as well"),
            });
        }
    }
}

/// What an error of the file system means for the user.
fn because(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => "permission denied; make it readable, or move it away".to_string(),
        io::ErrorKind::NotFound => "it is not there any more; run the build again".to_string(),
        _ => format!("it cannot be read: {error}"),
    }
}

/// Percent-encodes what may not stand in an address. `path` lets `/` stand.
pub(crate) fn percent(bytes: &[u8], path: bool) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut out = String::with_capacity(bytes.len());
    for &b in bytes {
        let plain = b.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=@".contains(&b) || (path && b == b'/');
        if plain {
            out.push(char::from(b));
        } else {
            out.push('%');
            out.push(char::from(HEX[usize::from(b >> 4)]));
            out.push(char::from(HEX[usize::from(b & 15)]));
        }
    }
    out
}

/// Anchors of one page, made from its headings as GitHub makes them, no two the same.
#[derive(Default)]
pub(crate) struct Anchors {
    used: HashMap<String, usize>,
}

impl Anchors {
    /// The anchor of a heading with these words: in lower case, spaces as `-`, punctuation dropped; `-1`, `-2` for
    /// the second and third of one name.
    pub(crate) fn slug(&mut self, words: &str) -> String {
        let mut slug = String::with_capacity(words.len());
        for c in words.trim().chars().flat_map(char::to_lowercase) {
            let word = c.is_alphabetic()
                || c.general_category_group() == GeneralCategoryGroup::Mark
                || matches!(c.general_category(), GeneralCategory::DecimalNumber | GeneralCategory::ConnectorPunctuation);
            match c {
                ' ' | '\u{3000}' => slug.push('-'),
                '-' => slug.push('-'),
                _ if word => slug.push(c),
                _ => {}
            }
        }
        self.take(slug)
    }

    /// Keeps an anchor that the page itself gives.
    pub(crate) fn given(&mut self, anchor: &str) -> String {
        self.used.entry(anchor.to_string()).or_insert(0);
        anchor.to_string()
    }

    /// `slug`, or `slug-1`, `slug-2` … if it is taken.
    fn take(&mut self, slug: String) -> String {
        let Some(&last) = self.used.get(&slug) else {
            self.used.insert(slug.clone(), 0);
            return slug;
        };
        let mut n = last;
        loop {
            n += 1;
            let next = format!("{slug}-{n}");
            if !self.used.contains_key(&next) {
                self.used.insert(slug, n);
                self.used.insert(next.clone(), 0);
                return next;
            }
        }
    }
}

/// True for characters of scripts that are written without spaces, and their punctuation: no space is put between
/// two of them when lines are joined.
pub(crate) fn unspaced(c: char) -> bool {
    matches!(u32::from(c),
        0x2010..=0x2027 | 0x2030..=0x205E | 0x25A0..=0x25FF
        | 0x2E80..=0x312F | 0x31A0..=0x9FFF | 0xF900..=0xFAFF | 0xFE30..=0xFE4F | 0xFF00..=0xFFEF
        | 0x1B000..=0x1B16F | 0x1F200..=0x1F2FF | 0x20000..=0x3FFFF)
}

/// Appends `next` to `line`: joined where both sides are written without spaces, otherwise with a space.
pub(crate) fn join(line: &mut String, next: &str) {
    let (Some(a), Some(b)) = (line.chars().next_back(), next.chars().next()) else {
        line.push_str(next);
        return;
    };
    if !(a.is_whitespace() || b.is_whitespace() || (unspaced(a) && unspaced(b))) {
        line.push(' ');
    }
    line.push_str(next);
}
