//! Are newspaper pages cut where their articles begin, without losing a word?
//!
//! `newspaper/` holds pages in the manner of many papers and, as `plain-*.txt`, texts that are none. Beside each page lies a
//! golden file that was checked by reading: headline | byline | first words | last words | metadata. `XUNZI_BLESS=1`
//! writes the golden files anew.

use super::urls;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use xunzi::Article;
use xunzi::input::newspaper::{Role, Rules, explain};
use xunzi::input::{self, Level, Options, Read, Split};

fn pages(plain: bool) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/input/newspaper");
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
        let get = |key: &str| {
            let values = article.meta.iter().filter(|(name, _)| name == key).map(|(_, value)| value.as_str());
            values.collect::<Vec<&str>>().join(", ")
        };
        let meta: Vec<String> =
            article.meta.iter().filter(|(name, _)| name != "author").map(|(name, value)| format!("{name}={value}")).collect();
        let text = article.text.replace("\n\n", "\n");
        let headings: Vec<&str> = article.headings.iter().map(|h| &article.text[h.start..h.end]).collect();
        out.push_str(&format!(
            "{} | {} | {} | {} | {} | {}\n",
            article.title,
            get("author"),
            first(&text),
            last(&text),
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
        // A text without a title of its own has the file's name.
        let named = page.file_stem().is_some_and(|stem| stem == article.title.as_str());
        let found = if named { String::new() } else { bare(&article.title) } + &bare(&article.text);
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
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/input/newspaper/13-briefs.txt");
    let read = read(&page, Split::Auto);
    let notes: Vec<(Level, &str)> = read.notes.iter().map(|note| (note.level, note.text.as_str())).collect();
    assert_eq!(notes.len(), 1, "{notes:?}");
    assert!(notes[0].0 == Level::Info && notes[0].1.contains("4 articles"), "{notes:?}");
    let slug = "%E7%A4%BE%E5%8C%BA%E5%8C%BB%E7%94%9F%E4%B8%8A%E9%97%A8%E6%8D%A2%E8%8D%AF";
    assert_eq!(urls(&read)[1], format!("/13-briefs.txt#{slug}"));
    let one = super_read(&page);
    assert_eq!((one.articles.len(), one.articles[0].url.as_str()), (1, "/13-briefs.txt"));
}

#[test]
fn no_two_places_of_a_page_have_one_address() {
    let mut several = 0;
    for page in pages(false) {
        let read = read(&page, Split::Auto);
        let own = read.articles.iter().filter_map(|article| article.url.split_once('#')).map(|(_, anchor)| anchor.to_string());
        let heading = |heading: &xunzi::Heading| percent(&heading.anchor);
        let anchors: Vec<String> = own.chain(read.articles.iter().flat_map(|a| a.headings.iter().map(heading))).collect();
        let different: BTreeSet<&String> = anchors.iter().collect();
        assert_eq!(different.len(), anchors.len(), "{}: {anchors:?}", page.display());
        several += usize::from(read.articles.len() > 1 && read.articles.iter().any(|article| !article.headings.is_empty()));
    }
    assert!(several > 5);
    // The same headline twice, and a heading that repeats one.
    let news = "本报讯（记者 王小明）昨日，全市各地开展了形式多样的活动，吸引了众多市民参加。";
    let text =
        format!("简讯一则\n{news}\n\n简讯一则\n{news}\n\n另有一事\n{news}\n\n简讯一则\n\n活动将持续到月底，市民可以免费参加。\n");
    let (_folder, path) = file(&text);
    let found = read(&path, Split::Auto);
    let slug = "%E7%AE%80%E8%AE%AF%E4%B8%80%E5%88%99";
    assert_eq!(urls(&found)[..2], [format!("/page.txt#{slug}"), format!("/page.txt#{slug}-1")]);
    assert_eq!(found.articles[2].headings[0].anchor, "简讯一则-2");
}

#[test]
fn the_day_stands_on_the_page_or_in_the_name_of_its_file() {
    let news = "本报讯（记者 王小明）昨日，全市各地开展了形式多样的活动，吸引了众多市民参加。";
    let page = format!("春节活动多\n{news}\n\n公园夜游开放\n{news}\n");
    let days = |name: &str, text: &str| -> Vec<String> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, text).expect("a file");
        let read = input::read(&[folder.path().to_path_buf()], &Options::default(), &mut |_| {}).expect("a page");
        let day = |a: &Article| a.meta.iter().find(|(name, _)| name == "date").map_or(String::new(), |(_, day)| day.clone());
        read.articles.iter().map(day).collect()
    };
    let day = "2023-12-11";
    let names =
        ["2023-12-11.txt", "晨报20231211第3版.txt", "2023年12月11日.txt", "2023_a/a2-2023.12.11.txt", "2023/12/11/a2.txt"];
    for name in names {
        assert_eq!(days(name, &page), [day, day], "{name}");
        assert_eq!(days(name, "一首诗\n\n两行\n"), [day], "{name}");
    }
    for head in ["2023年12月11日 星期一 第3版", "2023-12-11", "晨报 2023.12.11 A3版 责编 王小明"] {
        assert_eq!(days("2001-01-01.txt", &format!("{head}\n\n{page}")), [day, day], "{head}");
    }
    for name in ["page.txt", "20231311.txt", "120231211.txt", "2023.txt", "12345678.txt"] {
        assert_eq!(days(name, &page), ["", ""], "{name}");
    }
}

/// An anchor as an address has it.
fn percent(anchor: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    anchor.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
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
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/input/newspaper/03-broken.txt");
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
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/input/newspaper/seeds.golden");
    check(&path, &found).unwrap_or_else(|problem| panic!("{problem}"));
}
