//! Is an unlucky input kept within bounds: its lines, its files, its names and its addresses?

use super::{Folder, note, one, titles, urls};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::fs;
use std::io::Write as _;
use std::time::Instant;
use xunzi::builder::{Options as Parameters, build};
use xunzi::input::{self, Level, Options};

const GOOD: &str = "{\"title\":\"好\",\"text\":\"文\",\"url\":\"/good\"}\n";

/// `head`, then `n` times `unit`, then `tail`, packed.
fn packed(head: &str, unit: u8, n: usize, tail: &str) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(head.as_bytes()).unwrap();
    let piece = vec![unit; 1 << 16];
    for at in (0..n).step_by(piece.len()) {
        gzip.write_all(&piece[..piece.len().min(n - at)]).unwrap();
    }
    gzip.write_all(tail.as_bytes()).unwrap();
    gzip.finish().unwrap()
}

#[test]
fn a_line_without_end_is_named_and_the_rest_is_read() {
    let folder = Folder::new();
    let head = format!("{GOOD}{{\"title\":\"长\",\"text\":\"");
    let tail = format!("\"}}\n{}", GOOD.replace("good", "after"));
    folder.put("a.jsonl.gz", packed(&head, b'a', 33_000_000, &tail));
    let read = folder.read();
    assert_eq!(urls(&read), ["/good", "/after"]);
    let found = note(&read, "a.jsonl.gz");
    assert_eq!((found.line, found.level), (Some(2), Level::Skipped));
    assert!(found.text.contains("longer than 32 MB") && found.text.contains("--max-article"), "{found}");
    // A line of just the length that is allowed is no longer than that.
    let most = GOOD.len() as u64;
    folder.put("a.jsonl.gz", packed(&GOOD.repeat(2), b' ', 200, ""));
    let read = folder.read_with(&Options { max_article: most, ..Options::default() });
    assert_eq!((read.articles.len(), read.notes.len()), (1, 2), "{:?}", read.notes);
    let read = folder.read_with(&Options { max_article: most - 1, ..Options::default() });
    assert_eq!((read.articles.len(), read.notes.len()), (0, 3), "{:?}", read.notes);
}

#[test]
fn a_packed_file_without_end_is_named_and_its_beginning_is_read() {
    let folder = Folder::new();
    folder.put("a.jsonl.gz", packed(GOOD, b'\n', 10_000_000, GOOD));
    let read = folder.read_with(&Options { max_file: 5_000_000, ..Options::default() });
    assert_eq!(titles(&read), ["好"]);
    let note = note(&read, "a.jsonl.gz");
    assert!(note.level == Level::Skipped && note.text.contains("unpacked, the file is longer than 5 MB"), "{note}");
}

#[test]
fn what_is_read_whole_has_a_bound() {
    let folder = Folder::new();
    folder.put("a.txt", "题\n\n文");
    folder.put("zeros.jsonl.gz", packed("", 0, 33_000_000, ""));
    // Holes in files: nothing on the disk, 2 TB to a reader.
    for name in ["hole.txt", "hole.md", "hole.jsonl"] {
        fs::File::create(folder.path().join(name)).and_then(|file| file.set_len(2 << 40)).expect("a file with a hole");
    }
    let read = folder.read();
    assert_eq!(titles(&read), ["题"]);
    for name in ["zeros.jsonl.gz", "hole.txt", "hole.md", "hole.jsonl"] {
        let note = note(&read, name);
        assert!(note.level == Level::Skipped && note.text.contains("longer than 32 MB"), "{note}");
    }
    let explained = input::read_text(&folder.path().join("hole.txt"), &Options::default()).expect_err("too long");
    assert!(explained.text.contains("--max-article"), "{explained}");
}

#[test]
fn fields_that_are_not_read_and_lists_take_no_memory() {
    let folder = Folder::new();
    let many = vec!["0"; 100_000].join(",");
    folder.put(
        "a.jsonl",
        format!("{{\"x\":[{many}],\"title\":\"题\",\"text\":\"文\",\"url\":\"/\",\"tags\":[{many}],\"author\":[[{many}]],\"text\":\"末\"}}\n"),
    );
    let read = folder.read();
    let article = one(&read);
    assert_eq!((article.text.as_str(), article.meta.as_slice()), ("末", &[("tags".into(), "0".into())][..]));
    let told: Vec<&str> = read.notes.iter().map(|n| n.text.as_str()).collect();
    assert!(told.iter().any(|text| text.contains("\"author\" is neither")), "{told:?}");
    assert!(told.iter().any(|text| text.contains("99499 values")), "{told:?}");
}

#[cfg(unix)]
#[test]
fn notes_hold_no_control_characters() {
    let folder = Folder::new();
    folder.put("a\u{1b}[2Jb\nc.txt", "");
    folder.put("x.\u{1b}[31m", "?");
    folder.put("y.md", "---\ntitle: \u{1b}]0;x\u{7} [\n---\n文\n");
    folder.put(
        "z.jsonl",
        "{\"title\":\"一\",\"url\":\"/\\u202e1\\u001b[2J\"}\n{\"title\":\"二\",\"url\":\"/\\u202e1\\u001b[2J\",\"date\":\"\\u001b[2J\\n\"}\n{\"title\":\"\\u001b[2J",
    );
    let read = folder.read();
    assert!(read.notes.len() >= 5, "{:?}", read.notes);
    for note in &read.notes {
        let shown = note.to_string();
        assert!(!note.text.contains(|c: char| c.is_control() || c == '\u{202E}'), "{:?}", note.text);
        assert!(!shown.contains(|c: char| c.is_control() || c == '\u{202E}'), "{shown:?}");
    }
    assert!(read.notes.iter().any(|n| n.to_string().contains("a\\u{1b}[2Jb\\u{a}c.txt")), "{:?}", read.notes);
    // What is as long as a page is cut.
    folder.put(
        "z.jsonl",
        format!("{{\"title\":\"一\",\"url\":\"/{0}\"}}\n{{\"title\":\"二\",\"url\":\"/{0}\"}}\n", "长".repeat(9000)),
    );
    let read = folder.read();
    let long: Vec<usize> = read.notes.iter().filter(|n| n.path.ends_with("z.jsonl")).map(|n| n.text.chars().count()).collect();
    assert!(long.len() == 3 && long.iter().all(|&n| n < 300), "{long:?}");
    let fatal = input::read(&["no\u{1b}[2J\n".into()], &Options::default(), &mut |_| {}).expect_err("nothing there");
    assert!(!fatal.to_string().contains(char::is_control), "{fatal}");
}

#[test]
fn addresses_that_no_page_should_link_to_are_named() {
    let folder = Folder::new();
    let said = |url: &str| {
        let line = serde_json::json!({"title": "题", "text": "文", "url": url});
        folder.put("a.jsonl", line.to_string());
        let read = folder.read();
        let told: Vec<String> = read.notes.iter().map(|note| format!("{:?} {}", note.level, note.text)).collect();
        (one(&read).url.clone(), told.join("\n"))
    };
    for url in [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        " \u{1}java\nscript:alert(1)",
        "data:text/html,<script>",
        "vbscript:x",
        "file:///etc/passwd",
        "mailto:a",
        "a+b-c.d:x",
    ] {
        let (_, told) = said(url);
        assert!(told.starts_with("Warning the address") && told.contains("neither http(s) nor relative"), "{url:?}: {told}");
    }
    for url in [
        "https://user:secret@example.org/",
        "http:user@example.org",
        "HTTPS:\\\\user@example.org",
        "//user:secret@example.org/a",
        "/\\user:secret@example.org",
    ] {
        let (_, told) = said(url);
        assert!(
            told.starts_with("Warning the address holds a user's name or password") && !told.contains("secret"),
            "{url:?}: {told}"
        );
    }
    for url in [
        "/a/",
        "a/b.html#x",
        "https://example.org/@user?a=b@c",
        "?q=a:b",
        "/javascript:x",
        "#a:b",
        "2023:1",
        "文:字",
        "./a:b",
        "",
    ] {
        let (kept, told) = said(url);
        assert!(!told.contains("Warning"), "{url:?}: {told}");
        assert!(kept == url || url.is_empty(), "{kept:?}");
    }
    assert_eq!(said("/a\tb\n\u{1b}c\u{7f} ").0, "/ab%1Bc%7F");
    // The first of many are shown, the rest counted, and the file of the first of these is named.
    let lines = |from: usize, n: usize| {
        (from..from + n).map(|n| format!("{{\"title\":\"{n}\",\"url\":\"data:{n}\"}}\n")).collect::<String>()
    };
    folder.put("a.jsonl", lines(0, 20));
    folder.put("b.jsonl", lines(20, 30));
    folder.put("c.jsonl", "{\"title\":\"c\",\"url\":\"/c\"}\n{\"title\":\"c\",\"url\":\"/c\"}\n");
    let read = folder.read();
    assert_eq!(read.notes.iter().filter(|n| n.path.ends_with("a.jsonl")).count(), 20);
    let rest = note(&read, "b.jsonl");
    assert!(rest.text.contains("and 30 more addresses"), "{rest}");
}

/// Four times the headings, at most about four times as long, to the end of the build.
#[test]
fn many_headings_take_linear_time() {
    let (small, large) = if std::env::var_os("XUNZI_ALL").is_some() { (300_000, 1_200_000) } else { (80_000, 320_000) };
    let folder = Folder::new();
    // Short passages and short grams, so that headings weigh most.
    let parameters = Parameters { window: Some(1024), longest: Some(1), pack: Some(false), ..Parameters::default() };
    let times = [small, large].map(|n| {
        let sections: String = (0..n / 2).map(|k| format!("## 节{k}\n\n雪后初晴{k}\n\n## 节\n\n")).collect();
        folder.put("a.md", format!("# 题\n\n{sections}"));
        let start = Instant::now();
        let options = Options { max_article: u64::MAX, ..Options::default() };
        let read = folder.read_with(&options);
        assert_eq!(one(&read).headings.len(), n);
        build(&read.articles, &parameters).expect("an index");
        start.elapsed().as_secs_f64()
    });
    assert!(times[1] < times[0] * 5.0 + 0.5, "{times:?}");
}

/// Every block of an index repeats what a result needs of its article: what is too long for that is cut and told, and nothing of a
/// title is lost.
#[test]
fn a_title_or_author_of_sixty_thousand_characters_does_not_multiply_the_index() {
    let han = |n: u32, seed: u32| -> String {
        (0..n)
            .map(|k| char::from_u32(0x4E00 + (k.wrapping_mul(2_654_435_761).wrapping_add(seed) >> 7) % 3000).unwrap_or('一'))
            .collect()
    };
    let (body, long) = (han(200_000, 1), han(60_000, 2));
    let usual = serde_json::json!({"title": "题", "text": body, "author": "甲", "url": "/1"});
    let with = |key: &str, value: serde_json::Value| {
        let mut line = usual.clone();
        line[key] = value;
        let dir = tempfile::tempdir().expect("a folder");
        let file = dir.path().join("a.jsonl");
        std::fs::write(&file, line.to_string()).expect("our own folder");
        xunzi::input::read(&[file], &xunzi::input::Options::default(), &mut |_| ()).expect("an input")
    };
    let size = |read: &xunzi::input::Read| -> usize {
        let built = xunzi::builder::build(&read.articles, &Default::default()).expect("an index");
        built.files.iter().map(|file| file.1.len()).sum()
    };
    let plain = size(&with("title", "题".into()));
    for (key, value) in [
        ("title", long.clone().into()),
        ("author", long.clone().into()),
        ("tags", (0..900).map(|k| han(60, k)).collect::<Vec<_>>().into()),
        ("url", format!("/{long}").into()),
    ] {
        let read = with(key, value);
        assert!(read.notes.iter().any(|note| note.to_string().contains("a.jsonl:1: warning: ")), "{key}: {:?}", read.notes);
        let got = size(&read);
        println!("{key}: {got} bytes, {plain} without");
        assert!(got < plain * 2, "{key}: {got} bytes, {plain} without");
        let article = &read.articles[0];
        assert!(article.title.chars().count() <= 500 && article.meta.iter().all(|m| m.1.chars().count() <= 500), "{key}");
        assert!(article.text.ends_with(&body), "{key}");
        if key == "title" {
            assert!(article.text.starts_with(&long), "all of the title is found");
        }
    }
    // What anybody writes stays as it is.
    let title = han(500, 3);
    let read = with("title", title.clone().into());
    assert_eq!((read.articles[0].title.as_str(), read.notes.len()), (title.as_str(), 0));
}

/// A heading too long to be one is text; the others keep their places.
#[test]
fn headings_move_with_a_title_and_long_ones_are_text() {
    let long = "长".repeat(600);
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("a.md");
    std::fs::write(&file, format!("---\ntitle: {long}\n---\n\n# 甲\n\n文\n\n## {long}\n\n字\n\n## 乙\n\n尾\n"))
        .expect("our own folder");
    let read = xunzi::input::read(&[file], &xunzi::input::Options::default(), &mut |_| ()).expect("an input");
    let article = &read.articles[0];
    let words: Vec<&str> = article.headings.iter().map(|h| &article.text[h.start..h.end]).collect();
    assert!(words.ends_with(&["乙"]) && words.iter().all(|words| words.chars().count() <= 500), "{words:?}");
    assert!(article.text.starts_with(&long) && article.text.matches(&long).count() == 2);
}
