//! Does the input side read what it is given, and say what it left out?
#![cfg(feature = "cli")]

mod blocks;
mod bounds;
mod encodings;
mod facts;
mod fields;
mod html;
mod html_marks;
mod jsonl;
mod kept;
mod languages;
mod lost;
mod markdown;
#[path = "../common/nested.rs"]
mod nested;
mod newspaper;
mod texts;

use std::fs;
use std::path::{Path, PathBuf};
use xunzi::Article;
use xunzi::input::{self, Level, Note, Options, Read, Split};

/// Numbers below another, the same in every run (xorshift).
fn random() -> impl FnMut(usize) -> usize {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    move |n| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % n as u64) as usize
    }
}

/// A folder that is removed at the end of the test.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Folder {
        Folder(tempfile::tempdir().expect("a temporary folder"))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn put(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(&path, bytes).expect("a file");
        path
    }

    fn read(&self) -> Read {
        self.read_with(&Options::default())
    }

    fn read_with(&self, options: &Options) -> Read {
        input::read(&[self.path().to_path_buf()], options, &mut |_| {}).expect("a folder that exists")
    }
}

/// The only article.
fn one(read: &Read) -> &Article {
    assert_eq!(read.articles.len(), 1, "{:?}", read.notes);
    &read.articles[0]
}

fn titles(read: &Read) -> Vec<&str> {
    read.articles.iter().map(|a| a.title.as_str()).collect()
}

fn urls(read: &Read) -> Vec<&str> {
    read.articles.iter().map(|a| a.url.as_str()).collect()
}

/// The text of an article, U+2029 as `¶`.
fn text(article: &Article) -> String {
    article.text.replace('\u{2029}', "¶")
}

fn meta<'a>(article: &'a Article, name: &str) -> &'a str {
    article.meta.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
}

/// Every value of a key.
fn values<'a>(article: &'a Article, name: &str) -> Vec<&'a str> {
    article.meta.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).collect()
}

fn headings(article: &Article) -> Vec<(&str, &str)> {
    article.headings.iter().map(|h| (&article.text[h.start..h.end], h.anchor.as_str())).collect()
}

/// The only note about `name`.
fn note<'a>(read: &'a Read, name: &str) -> &'a Note {
    let notes: Vec<&Note> = read.notes.iter().filter(|n| n.path.ends_with(name)).collect();
    assert_eq!(notes.len(), 1, "{:?}", read.notes);
    notes[0]
}

// --- JSON lines ---

#[test]
fn json_lines_become_articles() {
    let folder = Folder::new();
    folder.put(
        "a.jsonl",
        concat!(
            r#"{"id":7,"title":"一","text":"甲乙\n\n丙丁","url":"/a/","date":"2023-12-11","author":"景静","tags":["雪","党"],"lang":"zh"}"#,
            "\r\n\n",
            r#"{"id":"x","title":"二","text":"戊","url":"/b/","tags":"一个","section":null,"source":"报"}"#,
        ),
    );
    let read = folder.read();
    assert_eq!(titles(&read), ["一", "二"]);
    assert_eq!(read.notes, []);
    let first = &read.articles[0];
    assert_eq!((first.text.as_str(), first.url.as_str()), ("甲乙\n\n丙丁", "/a/"));
    let expect = [("id", "7"), ("date", "2023-12-11"), ("author", "景静"), ("tags", "雪"), ("tags", "党"), ("lang", "zh")];
    let expect: Vec<(String, String)> = expect.iter().map(|(a, b)| (a.to_string(), b.to_string())).collect();
    assert_eq!(first.meta, expect);
    assert_eq!(meta(&read.articles[1], "id"), "x");
    assert_eq!(meta(&read.articles[1], "section"), "");
}

#[test]
fn a_broken_line_is_named_and_the_rest_is_read() {
    let folder = Folder::new();
    folder.put(
        "a.jsonl",
        "{\"title\":\"一\",\"url\":\"/1\"}\n{\"title\":\"二\",\"url\":\"/2\"}\n{\"title\":\"三\", oops\n{\"title\":\"四\",\"url\":\"/4\"}\n",
    );
    let read = folder.read();
    assert_eq!(titles(&read), ["一", "二", "四"]);
    let note = note(&read, "a.jsonl");
    assert_eq!((note.line, note.level), (Some(3), Level::Skipped));
    assert!(note.text.contains("broken JSON") && note.text.contains("character 15"), "{note}");
    assert!(note.to_string().contains("a.jsonl:3: skipped: broken JSON"), "{note}");
}

#[test]
fn fields_of_the_wrong_sort_are_named() {
    let folder = Folder::new();
    folder.put(
        "a.jsonl",
        "{\"title\":[1],\"text\":\"x\"}\n[1,2]\n{\"title\":\"好\",\"text\":\"x\",\"url\":\"/\",\"author\":{\"a\":1}}\n{\"url\":\"/only\"}\n{\"title\":\"h\",\"html\":\"<p>\",\"url\":\"/h\"}",
    );
    let read = folder.read();
    assert_eq!(titles(&read), ["1", "好", "h"]);
    let lines: Vec<_> = read.notes.iter().map(|n| (n.line, n.level)).collect();
    assert_eq!(lines[..3], [(Some(2), Level::Skipped), (Some(3), Level::Warning), (Some(4), Level::Skipped)]);
}

#[test]
fn many_broken_lines_are_counted() {
    let folder = Folder::new();
    folder.put("a.jsonl", "{\n".repeat(1000));
    let read = folder.read();
    assert_eq!(read.notes.len(), 21);
    assert!(read.notes[20].text.contains("980 more"), "{}", read.notes[20]);
}

#[test]
fn gzip_is_unpacked() {
    use std::io::Write as _;
    let folder = Folder::new();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all("{\"title\":\"一\",\"text\":\"甲\",\"url\":\"/1\"}\n{\"title\":\"二\",\"url\":\"/2\"}".as_bytes()).unwrap();
    let bytes = gzip.finish().unwrap();
    folder.put("whole.jsonl.gz", &bytes);
    assert_eq!(titles(&folder.read()), ["一", "二"]);
    folder.put("whole.jsonl.gz", &bytes[..bytes.len() - 9]);
    let read = folder.read();
    let note = note(&read, "whole.jsonl.gz");
    assert!(note.level == Level::Skipped && note.text.contains("gzip"), "{note}");
}

#[test]
fn an_article_without_address_or_title_gets_one() {
    let folder = Folder::new();
    folder.put("d/a b.jsonl", "{\"text\":\"短题\\n\\n正文\"}\n");
    let read = folder.read();
    let article = one(&read);
    assert_eq!((article.title.as_str(), article.text.as_str()), ("短题", "正文"));
    assert_eq!(article.url, "/d/a%20b.jsonl#l1");
    assert_eq!(note(&read, "a b.jsonl").level, Level::Info);
}

// --- Markdown ---

#[test]
fn markdown_becomes_plain_text_with_headings() {
    let folder = Folder::new();
    folder.put(
        "a.md",
        "---\ntitle: \"标题: 一\"\ndate: 2023-12-11\nauthor: [景静, 王焱]\ntags:\n  - 雪\n  - 党建\ncategories: [要闻]\n---\n\n# 标题: 一\n\n第一段**加粗**字\n换行，`code`。\n\n## 二、Hello World!\n\n- 甲\n- 乙\n\n## 二、Hello World!\n\n| a | b |\n|---|---|\n| 一 | 二 |\n\n```\nfn main() {\n    x\n}\n```\n\n![图说](x.png) <b>内</b>联<!-- no -->\n\n<div>\n<p>块&amp;文</p><script>no</script>\n</div>\n\n## 自定 {#own}\n",
    );
    let read = folder.read();
    assert_eq!(read.notes, []);
    let article = one(&read);
    assert_eq!(article.title, "标题: 一");
    assert_eq!(
        text(article),
        "第一段加粗字换行，code。¶二、Hello World!¶甲¶乙¶二、Hello World!¶a¶b¶一¶二¶fn main() {\n    x\n}¶内联¶图说¶块&文¶自定"
    );
    assert_eq!(
        headings(article),
        [("二、Hello World!", "二hello-world"), ("二、Hello World!", "二hello-world-1"), ("自定", "own")]
    );
    assert_eq!(values(article, "author"), ["景静", "王焱"]);
    assert_eq!(values(article, "tags"), ["雪", "党建"]);
    assert_eq!(meta(article, "section"), "要闻");
    assert_eq!(meta(article, "date"), "2023-12-11");
    assert_eq!(article.url, "/a.md");
}

#[test]
fn a_first_heading_that_is_not_the_title_stays_in_the_text() {
    let folder = Folder::new();
    folder.put("a.md", "+++\ntitle = \"题\"\ndraft = false\ndate = 2023-12-11\n+++\n引子\n\n# 头\n\n文\n\n## 尾\n末\n");
    folder.put("b.md", "---\ntitle: 2.10\n---\n# 头\n文\n");
    folder.put("c.md", "## 小\n\n# 大\n文\n");
    let read = folder.read();
    assert_eq!(titles(&read), ["题", "2.10", "大"]);
    assert_eq!(read.articles[0].text, "引子\u{2029}头\u{2029}文\u{2029}尾\u{2029}末");
    assert_eq!(headings(&read.articles[0]), [("头", "头"), ("尾", "尾")]);
    assert_eq!(read.articles[1].text, "头\u{2029}文");
    assert_eq!(headings(&read.articles[1]), [("头", "头")]);
    assert_eq!(read.articles[2].text, "小\u{2029}文");
}

#[test]
fn drafts_stay_out_and_broken_front_matter_is_named() {
    let folder = Folder::new();
    folder.put("a.md", "---\ntitle: 草\ndraft: true\n---\n文\n");
    folder.put("b.md", "---\ntitle: [\n---\n# 题\n文\n");
    folder.put("c.md", "+++\ntitle = \n+++\n文\n");
    folder.put("d.md", format!("---\n{}\n---\n文\n", "- ".repeat(20000)));
    folder.put("e.md", format!("---\na: {}\n---\n文\n", "[".repeat(1500)));
    folder.put("f.md", "---\nno end\n\n文\n");
    let read = folder.read();
    assert_eq!(titles(&read), ["题", "c", "d", "e", "f"]);
    assert_eq!((note(&read, "a.md").level, read.private), (Level::Info, 1));
    // What stands between two rules and names no field is text.
    for name in ["b.md", "c.md", "e.md"] {
        let note = note(&read, name);
        assert_eq!((note.level, note.line), (Level::Warning, Some(1)), "{note}");
    }
}

#[test]
fn addresses_follow_front_matter_and_base() {
    let folder = Folder::new();
    folder.put("a/1.md", "---\nurl: /甲/\n---\nx\n");
    folder.put("a/2.md", "---\nslug: yi er\n---\nx\n");
    folder.put("a/3.md", "---\npermalink: https://example.org/q\n---\nx\n");
    folder.put("a/雪 天.txt", "雪天\n\n文\n");
    let options = Options { base_url: "https://example.org/b".to_string(), ..Options::default() };
    let read = folder.read_with(&options);
    assert_eq!(
        urls(&read),
        [
            "https://example.org/b/甲/",
            "https://example.org/b/a/yi%20er/",
            "https://example.org/q",
            "https://example.org/b/a/%E9%9B%AA%20%E5%A4%A9.txt"
        ]
    );
}

// --- text ---

#[test]
fn a_text_file_has_title_paragraphs_and_headings() {
    let folder = Folder::new();
    folder.put("a.txt", "\u{FEFF}\n标题\r\n\r\n　　第一段。\r　　第二段。\n\n## 小标题\n\nhello\n\n");
    folder.put("b.txt", "这一行很长".repeat(20) + "\n\n尾");
    folder.put("c.txt", "Wrapped\n\nThe quick brown fox jumps over the lazy dog, and then\nit does so again for the whole of the day, and then it\nrests.\n\nshort\nlines\n");
    let read = folder.read();
    assert_eq!(titles(&read), ["标题", "b", "Wrapped"]);
    assert_eq!(read.articles[0].text, "第一段。\n第二段。\n\n小标题\n\nhello");
    assert_eq!(headings(&read.articles[0]), [("小标题", "小标题")]);
    assert_eq!(
        read.articles[2].text,
        "The quick brown fox jumps over the lazy dog, and then it does so again for the whole of the day, and then it rests.\n\nshort\nlines"
    );
}

// --- files and folders ---

#[test]
fn files_come_in_the_order_of_their_paths() {
    let folder = Folder::new();
    for name in ["b/1.txt", "b.txt", "a.md", "B/2.txt", "é.txt", "a/z.txt", "a/ä/1.txt"] {
        folder.put(name, format!("{name}\n\n文"));
    }
    let read = folder.read();
    assert_eq!(
        titles(&read),
        ["B/2.txt", "a.md", "a/z.txt", "a/ä/1.txt", "b.txt", "b/1.txt", "é.txt"].map(|name| if name.ends_with(".md") {
            "a"
        } else {
            name
        })
    );
    assert_eq!(read.files, 7);
}

#[test]
fn what_is_not_read_is_counted() {
    let folder = Folder::new();
    folder.put("a.txt", "题\n\n文");
    for name in ["x.png", "y.PNG", "Makefile", "z.css"] {
        folder.put(name, "?");
    }
    folder.put(".hidden.txt", "题");
    folder.put(".git/a.txt", "题");
    let read = folder.read();
    assert_eq!(read.articles.len(), 1);
    assert_eq!(read.notes.len(), 1);
    assert_eq!(read.notes[0].level, Level::Info);
    assert!(
        read.notes[0].text.contains("4 files of other kinds were left out (2 .png, 1 .css, 1 without extension)"),
        "{}",
        read.notes[0]
    );
    let named = input::read(&[folder.path().join("x.png")], &Options::default(), &mut |_| {}).expect("a file");
    assert_eq!(named.notes[0].level, Level::Skipped);
}

#[test]
fn a_missing_input_is_fatal_and_an_empty_folder_is_not() {
    let folder = Folder::new();
    let missing = folder.path().join("nowhere");
    let fatal = input::read(std::slice::from_ref(&missing), &Options::default(), &mut |_| {}).expect_err("nothing there");
    assert_eq!(fatal.path, missing);
    assert!(fatal.to_string().contains("nowhere: there is no such file or folder"), "{fatal}");
    let read = folder.read();
    assert!(read.articles.is_empty() && read.notes.is_empty());
}

#[test]
fn a_file_given_twice_is_read_once() {
    let folder = Folder::new();
    let path = folder.put("a.txt", "题\n\n文");
    let inputs = [path.clone(), folder.path().to_path_buf(), folder.path().to_path_buf()];
    let read = input::read(&inputs, &Options::default(), &mut |_| {}).expect("a file");
    assert_eq!(read.articles.len(), 1);
    assert!(read.notes.iter().all(|note| note.level == Level::Info), "{:?}", read.notes);
}

#[test]
fn progress_adds_up_to_the_bytes_read() {
    let folder = Folder::new();
    folder.put("a.txt", "文".repeat(3_000_000));
    folder.put("b.jsonl", "{\"title\":\"一\",\"url\":\"/1\"}\n");
    let mut steps = Vec::new();
    let read =
        input::read(&[folder.path().to_path_buf()], &Options::default(), &mut |bytes| steps.push(bytes)).expect("a folder");
    assert_eq!(steps.iter().sum::<u64>(), read.bytes);
    assert_eq!(read.bytes, 9_000_027);
    assert!(steps.len() >= 2, "{steps:?}");
}

#[cfg(unix)]
#[test]
fn links_are_followed_once_and_loops_are_named() {
    use std::os::unix::fs::symlink;
    let folder = Folder::new();
    let outside = Folder::new();
    outside.put("o/out.txt", "外\n\n文");
    folder.put("a/real.txt", "真\n\n文");
    symlink(folder.path().join("a/real.txt"), folder.path().join("link.txt")).unwrap();
    symlink(folder.path(), folder.path().join("a/loop")).unwrap();
    symlink(folder.path().join("nowhere"), folder.path().join("dangling.txt")).unwrap();
    symlink(outside.path().join("o"), folder.path().join("b")).unwrap();
    symlink(outside.path().join("o"), folder.path().join("c")).unwrap();
    symlink("self.txt", folder.path().join("self.txt")).unwrap();
    // What stands outside is nobody's to publish, unless the owner says so.
    let read = folder.read();
    assert_eq!(titles(&read), ["真"]);
    assert!(note(&read, "b").text.contains("a link out of the input"), "{:?}", read.notes);
    let mut options = Options::default();
    options.files.follow = true;
    let read = folder.read_with(&options);
    assert_eq!(titles(&read), ["真", "外"]);
    assert_eq!(read.articles[1].url, "/b/out.txt");
    assert_eq!(note(&read, "a/loop").level, Level::Warning);
    assert_eq!(note(&read, "dangling.txt").level, Level::Skipped);
    assert_eq!(note(&read, "link.txt").level, Level::Info);
    assert_eq!(note(&read, "c").level, Level::Warning);
    assert_eq!(note(&read, "self.txt").level, Level::Skipped);
}

#[cfg(unix)]
#[test]
fn only_regular_files_are_opened() {
    let folder = Folder::new();
    folder.put("a.txt", "题\n\n文");
    let pipe = folder.path().join("pipe.txt");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().is_ok_and(|status| status.success());
    let _socket = std::os::unix::net::UnixListener::bind(folder.path().join("socket.md")).expect("a socket");
    let read = folder.read();
    assert_eq!(titles(&read), ["题"]);
    assert_eq!(note(&read, "socket.md").level, Level::Skipped);
    if made {
        assert_eq!(note(&read, "pipe.txt").level, Level::Skipped);
        let read = input::read(&[pipe], &Options::default(), &mut |_| {}).expect("something there");
        assert_eq!(read.notes[0].level, Level::Skipped);
    }
}

#[cfg(unix)]
#[test]
fn what_may_not_be_read_is_named() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new();
    folder.put("a.txt", "题\n\n文");
    let path = folder.put("secret.txt", "密");
    let inner = folder.put("closed/b.txt", "密");
    let closed = inner.parent().expect("a folder");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    fs::set_permissions(closed, fs::Permissions::from_mode(0o000)).unwrap();
    let may_anyway = fs::File::open(&path).is_ok();
    let read = folder.read();
    fs::set_permissions(closed, fs::Permissions::from_mode(0o755)).unwrap();
    // The superuser may read everything.
    if !may_anyway {
        assert_eq!(titles(&read), ["题"]);
        let note = note(&read, "secret.txt");
        assert!(note.level == Level::Skipped && note.text.contains("permission denied"), "{note}");
        assert!(read.notes.iter().any(|note| note.path.ends_with("closed")), "{:?}", read.notes);
    }
}

#[test]
fn a_repeated_address_is_reported() {
    let folder = Folder::new();
    folder.put(
        "a.jsonl",
        "{\"title\":\"一\",\"url\":\"/1\"}\n{\"title\":\"二\",\"url\":\"/1\"}\n{\"title\":\"一\",\"url\":\"/1\"}\n",
    );
    let read = folder.read();
    assert_eq!(titles(&read), ["一", "二"]);
    let lines: Vec<_> = read.notes.iter().map(|n| (n.line, n.level)).collect();
    assert_eq!(lines, [(Some(2), Level::Warning), (Some(3), Level::Warning)]);
    let many: String = (0..100).map(|n| format!("{{\"title\":\"{n}\",\"url\":\"/1\"}}\n")).collect();
    folder.put("a.jsonl", many);
    let read = folder.read();
    assert_eq!((read.articles.len(), read.notes.len()), (100, 21));
}

// --- odd bytes ---

#[test]
fn ill_formed_utf8_is_named_and_both_sides_are_kept() {
    let folder = Folder::new();
    let mut bytes = "雪天\n\n志愿者清理积雪，保障通行安全，".repeat(20).into_bytes();
    bytes.extend(b"\xE5\xBF");
    bytes.extend("市民出行不受影响。".as_bytes());
    folder.put("a.txt", &bytes);
    let read = folder.read();
    assert!(one(&read).text.contains("安全，\u{FFFD}市民出行"));
    let note = note(&read, "a.txt");
    let at = bytes.windows(2).position(|pair| pair == b"\xE5\xBF").map(|_| bytes.len() - "市民出行不受影响。".len() - 2).unwrap();
    assert!(note.level == Level::Warning && note.text.contains(&format!("the byte at offset {at} is not UTF-8")), "{note}");
    folder.put("a.jsonl", b"{\"title\":\"\xE4\xB8\x80\xFF\",\"url\":\"/1\"}\n{\"title\":\"\xE4\xBA\x8C\",\"url\":\"/2\"}");
    let read = input::read(&[folder.path().join("a.jsonl")], &Options::default(), &mut |_| {}).expect("a file");
    assert_eq!(titles(&read), ["一\u{FFFD}", "二"]);
    assert_eq!(read.notes[0].line, Some(1));
}

#[test]
fn line_ends_and_control_characters_are_evened_out() {
    let folder = Folder::new();
    folder.put("a.txt", "\u{FEFF}题\r\n\r\n甲\r乙\n丙\u{2028}丁\u{85}戊\0己\u{1}庚\u{7F}辛\t壬\r\n");
    assert_eq!(one(&folder.read()).text, "甲\n乙\n丙\n丁\n戊 己 庚 辛\t壬");
    folder.put("a.txt", "甲乙丙\0".repeat(50));
    assert_eq!(one(&folder.read()).title, "a");
    folder.put("a.jsonl", r#"{"title":"一\u0000二","text":"甲\r\n\u0001乙","url":"/1"}"#);
    let read = input::read(&[folder.path().join("a.jsonl")], &Options::default(), &mut |_| {}).expect("a file");
    assert_eq!((read.articles[0].title.as_str(), read.articles[0].text.as_str()), ("一 二", "甲\n乙"));
}

#[test]
fn empty_files_are_named() {
    let folder = Folder::new();
    folder.put("a.txt", "");
    folder.put("b.txt", " \n\u{3000}\r\n\u{FEFF}");
    folder.put("c.md", "");
    folder.put("d.jsonl", "\n\n");
    folder.put("e.jsonl.gz", "");
    let read = folder.read();
    assert_eq!(read.articles, []);
    for name in ["a.txt", "c.md"] {
        let note = note(&read, name);
        assert!(note.level == Level::Skipped && note.text.contains("empty"), "{note}");
    }
}

#[test]
fn what_is_not_text_is_named() {
    let folder = Folder::new();
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    let mut state = 1_u32;
    for _ in 0..5000 {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        bytes.push((state >> 24) as u8);
    }
    folder.put("a.txt", &bytes);
    folder.put("b.md", vec![0; 4096]);
    let read = folder.read();
    assert_eq!(read.articles, []);
    for name in ["a.txt", "b.md"] {
        let note = note(&read, name);
        assert!(note.level == Level::Skipped && note.text.contains("not text"), "{note}");
    }
}

#[test]
fn deep_nesting_does_no_harm() {
    let folder = Folder::new();
    let texts = [
        ">".repeat(50_000),
        "[".repeat(50_000),
        "- ".repeat(20_000),
        "<div>".repeat(50_000),
        "<script>".repeat(20_000),
        "*a **a ".repeat(10_000),
        format!("---\n{}---\n", (0..300).map(|n| format!("{}a:\n", " ".repeat(n))).collect::<String>()),
        "&".repeat(50_000),
    ];
    for (n, text) in texts.iter().enumerate() {
        folder.put(&format!("{n}.md"), text);
    }
    folder.put("a.jsonl", "[".repeat(100_000) + "\n" + &"{\"a\":".repeat(100_000));
    let start = std::time::Instant::now();
    let read = folder.read();
    assert!(read.articles.len() >= 6);
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}

#[test]
fn no_bytes_make_it_panic() {
    let folder = Folder::new();
    let seeds: [&[u8]; 4] = [
        include_bytes!("newspaper/08-scraped.txt"),
        include_bytes!("newspaper/25-mixed-marks.txt"),
        "---\ntitle: 题\ntags: [一, 二]\n---\n# 题\n\n| 甲 | 乙 |\n|---|---|\n| 1 | 2 |\n\n<b>丙</b> ![丁](x) `戊`[^1]\n\n[^1]: 注\n".as_bytes(),
        "{\"title\":\"一\",\"text\":\"甲\\n乙\",\"url\":\"/1\",\"tags\":[\"a\"]}\n{\"title\":\"二\"}\n".as_bytes(),
    ];
    let mut below = random();
    let rounds = if std::env::var_os("XUNZI_ALL").is_some() { 20_000 } else { 200 };
    for round in 0..rounds {
        let mut bytes = seeds[round % seeds.len()].to_vec();
        for _ in 0..=below(12) {
            let at = below(bytes.len().max(1)).min(bytes.len());
            match below(4) {
                0 => bytes.truncate(at),
                1 => bytes.insert(at, below(256) as u8),
                2 if at < bytes.len() => bytes[at] = below(256) as u8,
                _ => {
                    let end = (at + below(40)).min(bytes.len());
                    let part = bytes[at..end].to_vec();
                    let to = below(bytes.len() + 1);
                    bytes.splice(to..to, part);
                }
            }
        }
        for name in ["a.txt", "b.md", "c.jsonl", "d.jsonl.gz"] {
            folder.put(name, &bytes);
        }
        let options = Options { split: [Split::Auto, Split::Newspaper, Split::Off][round % 3], ..Options::default() };
        let read = folder.read_with(&options);
        for article in &read.articles {
            for heading in &article.headings {
                assert!(article.text.get(heading.start..heading.end).is_some_and(|words| !words.contains('\n')), "round {round}");
            }
            assert!(!article.text.contains("\n\n\n") && !article.title.contains('\n'), "round {round}");
        }
    }
}

#[test]
fn a_large_file_is_read_in_linear_time() {
    let line = "雪后初晴，志愿者们拿起铁锹清理路面，确保市民出行安全。\n";
    let (small, large) =
        if std::env::var_os("XUNZI_ALL").is_some() { (50_usize << 20, 200_usize << 20) } else { (1 << 20, 4 << 20) };
    let folder = Folder::new();
    let mut times = Vec::new();
    for size in [small, large] {
        folder.put("large.txt", line.repeat(size / line.len()));
        let start = std::time::Instant::now();
        let read = folder.read_with(&Options { max_article: 1 << 30, ..Options::default() });
        times.push(start.elapsed().as_secs_f64());
        assert_eq!(read.bytes as usize, size / line.len() * line.len());
        assert!(one(&read).text.len() > size - 2 * line.len());
    }
    assert!(times[1] < times[0] * 4.0 * 2.5 + 0.5, "{times:?}");
}
