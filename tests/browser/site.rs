//! What do the browser tests search? Texts, queries cut from them, what a naive scan finds; and the folders that the
//! real command makes of them.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use flate2::read::MultiGzDecoder;
use serde_json::{Value, json};
use unicode_segmentation::UnicodeSegmentation;

use crate::generate::Rng;
use crate::naive::{Library, Off};

/// Articles as title and text; the place is the id.
pub type Corpus = Vec<(String, String)>;

/// What a query must find: the ids of the articles, each with its number of hits.
pub type Found = BTreeMap<u64, u64>;

/// An empty page that stands for the site's own.
pub const EMPTY: &str = "<!doctype html><meta charset=utf-8><title>empty</title><link rel=icon href=data:,>";

/// Puts the index or catalog that `XUNZI_INDEX` names into a folder, as `xunzi` beside an empty page: every 499th article of the JSON Lines
/// `XUNZI_TEXTS` that it was made of. `None`: neither is named.
#[cfg(unix)]
pub fn given(folder: &Path) -> Option<Corpus> {
    let [Some(index), Some(texts)] = ["XUNZI_INDEX", "XUNZI_TEXTS"].map(env::var_os) else {
        eprintln!("skipped: XUNZI_INDEX and XUNZI_TEXTS name no index and its texts");
        return None;
    };
    let mut corpus = Corpus::new();
    crate::support::each_of(Path::new(&texts), 499, &mut |title, text| corpus.push((title, text)));
    fs::write(folder.join("empty.html"), EMPTY).expect("the page is written");
    let dir = fs::canonicalize(&index).unwrap_or_else(|e| panic!("{}: {e}", Path::new(&index).display()));
    std::os::unix::fs::symlink(dir, folder.join("xunzi")).expect("a link in our own folder");
    Some(corpus)
}

/// The checkout.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The newspaper pages of `XUNZI_CORPORA` if they are there, else the sources of the project's sample articles; in both
/// cases one article a file, its text as it stands in the file.
pub fn corpus() -> Corpus {
    let pages = env::var_os("XUNZI_CORPORA").map(|folder| Path::new(&folder).join("articles"));
    let (folder, extension) = match pages {
        Some(folder) if folder.is_dir() => (folder, "txt"),
        _ => (root().join("articles"), "md"),
    };
    let mut files = Vec::new();
    collect(&folder, extension, &mut files);
    files.sort();
    eprintln!("corpus: {} files *.{extension} in {}", files.len(), folder.display());
    let read = |file: PathBuf| {
        let text = fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        (file.file_stem().unwrap_or_default().to_string_lossy().into_owned(), text)
    };
    files.into_iter().map(read).collect()
}

/// The large corpora of `XUNZI_CORPORA`, each with its name.
pub fn large_corpora() -> Vec<(String, Corpus)> {
    let Some(folder) = env::var_os("XUNZI_CORPORA") else { return Vec::new() };
    let mut files = Vec::new();
    collect(&Path::new(&folder).join("corpora"), "gz", &mut files);
    files.sort();
    let read = |file: PathBuf| {
        let packed = fs::File::open(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        let lines = io::read_to_string(MultiGzDecoder::new(packed)).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        let field = |line: &Value, name: &str| line[name].as_str().unwrap_or_default().to_string();
        let article = |line: &str| {
            let line: Value = serde_json::from_str(line).unwrap_or_else(|e| panic!("{}: {e}: {line}", file.display()));
            (field(&line, "title"), field(&line, "text"))
        };
        (file.display().to_string(), lines.lines().map(article).collect())
    };
    files.into_iter().map(read).collect()
}

fn collect(folder: &Path, extension: &str, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())).flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, extension, files);
        } else if path.extension().is_some_and(|e| e == extension) {
            files.push(path);
        }
    }
}

/// The lengths of the substrings, in characters as a reader sees them.
const LENGTHS: [usize; 7] = [1, 2, 3, 4, 6, 10, 20];

/// What a window of a text must be like.
type Kind<'a> = &'a dyn Fn(&[&str]) -> bool;

/// Seeded substrings of the corpus: for every length some from anywhere, some that start with a digit, and some where
/// Han meets other letters or digits; then some that are put together of two and mostly stand nowhere.
///
/// At least 500 of them are substrings.
pub fn queries(corpus: &Corpus, seed: u64) -> Vec<String> {
    let texts: Vec<Vec<&str>> = corpus.iter().map(|(_, text)| text.graphemes(true).collect()).collect();
    let mut rng = Rng::new(seed);
    let mut seen = BTreeSet::new();
    let mut queries = Vec::new();
    let digit = |window: &[&str]| window[0].starts_with(|c: char| c.is_ascii_digit());
    let mixed = |window: &[&str]| {
        let plain = window.iter().filter(|g| g.starts_with(|c: char| c.is_ascii_alphanumeric())).count();
        let han = window.iter().filter(|g| g.starts_with(|c: char| ('\u{4e00}'..='\u{9fff}').contains(&c))).count();
        plain > 0 && han > 0
    };
    let any = |_: &[&str]| true;
    let kinds: [(Kind, usize); 3] = [(&digit, 25), (&mixed, 25), (&any, 50)];
    for length in LENGTHS {
        for (kind, wanted) in kinds {
            let mut got = 0;
            // there are only ten digits, and no single character is mixed
            for _ in 0..20_000 {
                if got == wanted {
                    break;
                }
                let text = rng.pick(&texts);
                if text.len() < length {
                    continue;
                }
                let start = rng.below(text.len() - length + 1);
                let window = &text[start..start + length];
                let query = window.concat();
                // quotation marks and white space mean something in a query; other tests are about that
                let plain = !query.contains(|c: char| c.is_whitespace() || "\"“”".contains(c));
                if plain && kind(window) && seen.insert(query.clone()) {
                    queries.push(query);
                    got += 1;
                }
            }
        }
    }
    assert!(queries.len() >= 500, "only {} different substrings in this corpus", queries.len());
    for _ in 0..60 {
        let (one, other) = (rng.pick(&queries).clone(), rng.pick(&queries).clone());
        let half = |text: &str| text.chars().take(3).collect::<String>();
        queries.push(half(&one) + &half(&other));
    }
    queries
}

/// What a scan of all texts finds, query by query.
pub fn expected(corpus: &Corpus, queries: &[String]) -> Vec<Found> {
    let library = Library::new(corpus, Off::NONE);
    let found = |query: &String| {
        let matches = library.search(query).unwrap_or_else(|long| panic!("{query}: {long:?}"));
        matches.iter().map(|m| (m.id as u64, m.hits as u64)).collect()
    };
    queries.iter().map(found).collect()
}

/// The ids and hits of an answer of the command or the page, which must be a whole one.
pub fn found(query: &str, answer: &Value) -> Found {
    assert_eq!(answer["state"], "complete", "{query}: {answer}");
    let results = answer["results"].as_array().unwrap_or_else(|| panic!("{query}: no results in {answer}"));
    let number = |value: &Value| value.as_u64().unwrap_or_else(|| panic!("{query}: no number in {answer}"));
    let found: Found = results.iter().map(|result| (number(&result["id"]), number(&result["hits"]))).collect();
    assert_eq!(found.len(), results.len(), "{query}: an article twice in {answer}");
    assert_eq!(number(&answer["articles"]), found.len() as u64, "{query}: {answer}");
    assert_eq!(number(&answer["hits"]), found.values().sum::<u64>(), "{query}: {answer}");
    found
}

/// Panics with the first few queries whose answers differ from the scan's, and the first few articles of each.
pub fn compare(corpus: &Corpus, queries: &[String], answers: &[Found]) {
    assert_eq!(queries.len(), answers.len(), "every query has an answer");
    let mut wrong = Vec::new();
    for ((query, wanted), got) in queries.iter().zip(expected(corpus, queries)).zip(answers) {
        let ids: BTreeSet<u64> = wanted.keys().chain(got.keys()).copied().collect();
        let differ: Vec<String> = ids
            .iter()
            .map(|id| (id, wanted.get(id).unwrap_or(&0), got.get(id).unwrap_or(&0)))
            .filter(|(_, wanted, got)| wanted != got)
            .map(|(id, wanted, got)| format!("{id} ({wanted} / {got})"))
            .collect();
        if !differ.is_empty() {
            wrong.push(format!("{query:?}: {} articles: {}", differ.len(), differ[..differ.len().min(5)].join(", ")));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {} answers are wrong (article, hits by the scan / by the engine):\n{}",
        wrong.len(),
        queries.len(),
        wrong[..wrong.len().min(10)].join("\n")
    );
}

/// Runs the command and gives what it prints; panics if it fails.
pub fn xunzi(arguments: &[&str]) -> String {
    let run = Command::new(env!("CARGO_BIN_EXE_xunzi")).args(arguments).current_dir(root()).output();
    let run = run.expect("the command starts");
    let told = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "xunzi {}: {}\n{told}", arguments.join(" "), run.status);
    String::from_utf8(run.stdout).expect("the command prints UTF-8")
}

/// Makes a site of a corpus: `folder/xunzi/`, and an empty page that stands for the site's own.
pub fn build(corpus: &[(String, String)], folder: &Path) {
    build_with(corpus, folder, &[]);
}

/// As [`build()`] does, with further arguments of the command.
pub fn build_with(corpus: &[(String, String)], folder: &Path, arguments: &[&str]) {
    let lines: Vec<String> = corpus
        .iter()
        .enumerate()
        .map(|(id, (title, text))| json!({"title": title, "text": text, "url": format!("/{id}/")}).to_string() + "\n")
        .collect();
    let file = folder.join("articles.jsonl");
    write(&file, lines.concat().as_bytes());
    let (file, out) = (file.to_string_lossy(), folder.join("xunzi"));
    xunzi(&[&["build", &file, "--out", &out.to_string_lossy()], arguments].concat());
    write(&folder.join("empty.html"), EMPTY.as_bytes());
}

/// Makes the demo site as `./dev demo` does.
pub fn build_demo(folder: &Path) {
    let page = fs::read_to_string(root().join("index.html")).expect("index.html");
    // Trunk's build plan is none of the page
    let lines: Vec<&str> = page.lines().filter(|line| !line.contains("<link data-trunk")).collect();
    write(&folder.join("index.html"), lines.join("\n").as_bytes());
    for name in ["demo.css", "demo.js", "icon.svg", "icon-192.png", "icon-512.png", "app.webmanifest", "sw.js"] {
        let file = root().join("www/demo").join(name);
        let bytes = fs::read(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        let of_the_page = ["app.webmanifest", "sw.js"].contains(&name);
        write(&if of_the_page { folder.join(name) } else { folder.join("demo").join(name) }, &bytes);
    }
    xunzi(&["build", "articles", "--out", &folder.join("xunzi").to_string_lossy()]);
}

fn write(file: &Path, bytes: &[u8]) {
    let folder = file.parent().expect("a file stands in a folder");
    fs::create_dir_all(folder).and_then(|()| fs::write(file, bytes)).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
}
