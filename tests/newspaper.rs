//! Are newspaper pages cut where their articles begin, without losing a word?
//!
//! `tests/newspaper/` holds pages in the manner of many papers and, as `plain-*.txt`, texts that are none. Beside each page lies a
//! golden file that was checked by reading: headline | byline | first words | last words | metadata. `XUNZI_BLESS=1`
//! writes the golden files anew.
#![cfg(feature = "cli")]

use std::fs;
use std::path::{Path, PathBuf};
use xunzi::Article;
use xunzi::input::newspaper::{Role, Rules, explain};
use xunzi::input::{self, Level, Options, Read, Split};

fn pages(plain: bool) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/newspaper");
    let mut pages: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the folder of pages")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|end| end == "txt"))
        .filter(|path| name(path).starts_with("plain-") == plain)
        .collect();
    pages.sort();
    pages
}

fn name(path: &Path) -> String {
    path.file_stem().expect("a name").to_string_lossy().into_owned()
}

fn read(path: &Path, split: Split) -> Read {
    let options = Options { split, ..Options::default() };
    input::read(&[path.to_path_buf()], &options, &mut |_| {}).expect("a page")
}

/// Title and text without white space.
fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

fn first(text: &str) -> String {
    text.chars().take(12).map(|c| if c == '\n' { '/' } else { c }).collect()
}

fn last(text: &str) -> String {
    let count = text.chars().count();
    text.chars().skip(count.saturating_sub(12)).map(|c| if c == '\n' { '/' } else { c }).collect()
}

/// One line an article. The byline column holds the lines of the text that name the author.
fn golden(articles: &[Article]) -> String {
    let mut out = String::new();
    for article in articles {
        let get = |key: &str| article.meta.iter().find(|(name, _)| name == key).map_or("", |(_, value)| value.as_str());
        let meta: Vec<String> =
            article.meta.iter().filter(|(name, _)| name != "author").map(|(name, value)| format!("{name}={value}")).collect();
        let headings: Vec<&str> = article.headings.iter().map(|h| &article.text[h.start..h.end]).collect();
        out.push_str(&format!(
            "{} | {} | {} | {} | {} | {}\n",
            article.title,
            get("author"),
            first(&article.text),
            last(&article.text),
            meta.join(" "),
            headings.join(" / ")
        ));
    }
    out
}

fn check(path: &Path, found: &str) -> Result<(), String> {
    if std::env::var_os("XUNZI_BLESS").is_some() {
        fs::write(path, found).map_err(|error| error.to_string())?;
        return Ok(());
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    if expected == found {
        return Ok(());
    }
    Err(format!("{}\nexpected:\n{expected}\nfound:\n{found}", path.display()))
}

/// Every line that is not navigation stands in exactly one article, and no article has anything else.
fn complete(path: &Path, articles: &[Article], split: Split, once: bool) -> Result<(), String> {
    let text = input::read_text(path, &Options::default()).expect("text");
    let explanation = explain(&text, &Rules::default(), split);
    if explanation.lines.is_empty() {
        return Ok(());
    }
    let lines: Vec<&str> = text.split('\n').collect();
    let mut expected: Vec<char> = Vec::new();
    for line in &explanation.lines {
        if line.role == Role::Navigation {
            continue;
        }
        let mut words = String::new();
        for line in &lines[line.lines.0 - 1..line.lines.1] {
            words.push_str(line.trim_start_matches('#'));
        }
        let words = bare(&words);
        let holders = articles
            .iter()
            .filter(|article| bare(&article.title).contains(&words) || bare(&article.text).contains(&words))
            .count();
        if once && holders != 1 && words.chars().count() > 12 {
            return Err(format!("{}: {holders} articles hold line {}: {words}", path.display(), line.lines.0));
        }
        if once && holders == 0 {
            return Err(format!("{}: no article holds line {}: {words}", path.display(), line.lines.0));
        }
        expected.extend(words.chars());
    }
    // An article without a headline has the file's name.
    let title = |a: &Article| {
        if a.title == "page" { String::new() } else { bare(&a.title) }
    };
    let mut found: Vec<char> =
        articles.iter().flat_map(|a| title(a).chars().chain(bare(&a.text).chars()).collect::<Vec<_>>()).collect();
    expected.sort_unstable();
    found.sort_unstable();
    if expected == found {
        Ok(())
    } else {
        Err(format!("{}: {} characters on the page, {} in its articles", path.display(), expected.len(), found.len()))
    }
}

#[test]
fn pages_are_cut_as_a_reader_would() {
    let pages = pages(false);
    assert!(pages.len() >= 20);
    let mut wrong = Vec::new();
    for page in &pages {
        let read = read(page, Split::Auto);
        wrong.extend(check(&page.with_extension("golden"), &golden(&read.articles)).err());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_word_is_lost_or_doubled() {
    let mut wrong = Vec::new();
    for page in pages(false) {
        let read = read(&page, Split::Auto);
        if read.articles.len() > 1 {
            wrong.extend(complete(&page, &read.articles, Split::Auto, true).err());
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn ordinary_texts_are_not_cut() {
    let pages = pages(true);
    assert!(pages.len() >= 8);
    for page in &pages {
        let read = read(page, Split::Auto);
        assert_eq!(read.articles.len(), 1, "{}", page.display());
        assert_eq!(read.notes, [], "{}", page.display());
        let text = fs::read_to_string(page).expect("text");
        let article = &read.articles[0];
        let found = bare(&article.title) + &bare(&article.text);
        assert_eq!(found, bare(&text.replace('#', "")), "{}", page.display());
        let off = super_read(page);
        assert_eq!(off.articles, read.articles);
    }
}

fn super_read(page: &Path) -> Read {
    read(page, Split::Off)
}

#[test]
fn a_cut_is_reported_and_every_article_has_its_address() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/newspaper/13-briefs.txt");
    let read = read(&page, Split::Auto);
    let notes: Vec<(Level, &str)> = read.notes.iter().map(|note| (note.level, note.text.as_str())).collect();
    assert_eq!(notes.len(), 1, "{notes:?}");
    assert!(notes[0].0 == Level::Info && notes[0].1.contains("4 articles"), "{notes:?}");
    let urls: Vec<&str> = read.articles.iter().map(|a| a.url.as_str()).collect();
    let slug = "%E7%A4%BE%E5%8C%BA%E5%8C%BB%E7%94%9F%E4%B8%8A%E9%97%A8%E6%8D%A2%E8%8D%AF";
    assert_eq!(urls[1], format!("/13-briefs.txt#{slug}"));
    let one = super_read(&page);
    assert_eq!((one.articles.len(), one.articles[0].url.as_str()), (1, "/13-briefs.txt"));
}

/// A file in a temporary folder.
fn file(text: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("page.txt");
    fs::write(&path, text).expect("a file");
    (folder, path)
}

#[test]
fn an_archivist_can_correct_the_cut() {
    // Nothing shows that these are two articles.
    let text = "水库完工\n\n水库除险加固日前全部完工，下游五万亩农田有了保障。\n\n养护员上岗\n\n一百二十名公路养护员正式上岗，每人负责五公里。\n";
    let (_folder, path) = file(text);
    assert_eq!(read(&path, Split::Auto).articles.len(), 1);
    // With # in front of the headlines, and the option.
    let marked = text.replace("水库完工", "# 水库完工").replace("养护员上岗", "# 养护员上岗");
    let (_folder, path) = file(&marked);
    let found = read(&path, Split::Newspaper);
    let titles: Vec<&str> = found.articles.iter().map(|a| a.title.as_str()).collect();
    assert_eq!(titles, ["水库完工", "养护员上岗"]);
    // With a rule.
    let (_folder, path) = file(text);
    let options = Options {
        rules: Rules { headline: vec!["水*完工".to_string(), "*上岗".to_string()], ..Rules::default() },
        ..Options::default()
    };
    let found = input::read(&[path], &options, &mut |_| {}).expect("a page");
    let titles: Vec<&str> = found.articles.iter().map(|a| a.title.as_str()).collect();
    assert_eq!(titles, ["水库完工", "养护员上岗"]);
}

#[test]
fn the_explanation_shows_lines_and_articles() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/newspaper/03-broken.txt");
    let text = input::read_text(&page, &Options::default()).expect("text");
    let shown = explain(&text, &Rules::default(), Split::Auto).to_string();
    for part in ["headline", "continued", "begins with 本报讯", "a newspaper page of 2 articles", "line 19: 古桥修缮完工"]
    {
        assert!(shown.contains(part), "{part} is missing in\n{shown}");
    }
    let shown = explain("一首诗\n\n两行\n", &Rules::default(), Split::Auto).to_string();
    assert!(shown.contains("one article"), "{shown}");
}

/// A generator of numbers.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }
}

#[test]
fn no_word_is_lost_however_the_lines_stand() {
    let mut lines: Vec<String> = Vec::new();
    for page in pages(false).into_iter().chain(pages(true)) {
        let text = fs::read_to_string(page).expect("text");
        lines.extend(text.split('\n').map(str::to_string));
    }
    let mut random = Random(0x2545_F491_4F6C_DD1D);
    let rounds = if std::env::var_os("XUNZI_ALL").is_some() { 20_000 } else { 300 };
    for round in 0..rounds {
        let mut text = String::new();
        let mut at = random.below(lines.len());
        for _ in 0..random.below(40) {
            if random.below(3) == 0 {
                at = random.below(lines.len());
            }
            text.push_str(lines.get(at).map_or("", String::as_str));
            text.push_str(&"\n".repeat(1 + random.below(4)));
            at += 1;
        }
        let split = if round % 2 == 0 { Split::Newspaper } else { Split::Auto };
        let (_folder, path) = file(&text);
        let found = read(&path, split);
        if let Err(problem) = complete(&path, &found.articles, split, false) {
            panic!("round {round}: {problem}\n{text}");
        }
    }
}

#[test]
fn the_five_pages_are_cut_as_a_reader_would() {
    let Some(corpora) = std::env::var_os("XUNZI_CORPORA") else {
        return;
    };
    let folder = Path::new(&corpora).join("articles");
    let mut pages: Vec<PathBuf> = fs::read_dir(&folder)
        .expect("the folder of the five pages")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|end| end == "txt"))
        .collect();
    pages.sort();
    assert_eq!(pages.len(), 5);
    let mut found = String::new();
    for page in &pages {
        let read = read(page, Split::Auto);
        complete(page, &read.articles, Split::Auto, true).expect("every word in one article");
        found.push_str(&golden(&read.articles));
        found.push('\n');
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/newspaper/seeds.golden");
    check(&path, &found).unwrap_or_else(|problem| panic!("{problem}"));
}
