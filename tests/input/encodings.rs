//! Are encodings told apart, and are those that are declared obeyed?

use std::fs;
use std::path::{Path, PathBuf};

use xunzi::input::encoding::{self, Undecodable};
use xunzi::input::{self, Level, Options};

use crate::{Folder, note, one};

/// A text in an encoding that the crate cannot write as well.
fn encode(text: &str, label: &str) -> Option<Vec<u8>> {
    match label {
        "utf-16le" => Some(text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        "utf-16be" => Some(text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
        _ => {
            let encoding = encoding_rs::Encoding::for_label(label.as_bytes()).expect("an encoding");
            let (bytes, _, lossy) = encoding.encode(text);
            (!lossy).then(|| bytes.into_owned())
        }
    }
}

#[test]
fn byte_order_marks_rule() {
    let text = "雪天 志愿者\n";
    for (label, mark) in [("utf-8", &b"\xEF\xBB\xBF"[..]), ("utf-16le", b"\xFF\xFE"), ("utf-16be", b"\xFE\xFF")] {
        let mut bytes = mark.to_vec();
        bytes.extend(encode(text, label).expect("bytes"));
        for declared in [None, Some("gb18030")] {
            let decoded = encoding::decode(bytes.clone(), declared).expect("text");
            assert_eq!((decoded.text.as_str(), decoded.encoding.to_lowercase().as_str()), (text, label));
            assert!(decoded.certain && decoded.replaced.is_none());
        }
    }
}

#[test]
fn declared_encodings_are_obeyed() {
    assert_eq!(encoding::decode(b"x".to_vec(), Some("no-such")), Err(Undecodable::Unknown("no-such".to_string())));
    assert!(encoding::is_known("GBK") && !encoding::is_known("no-such"));
    let samples = [
        ("gb18030", "雪天𠮷€"),
        ("GBK", "雪天"),
        ("gb2312", "雪天"),
        ("cp936", "雪天"),
        ("big5", "雪天臺灣"),
        ("cp950", "雪天"),
        ("shift_jis", "雪の日ｱ"),
        ("Shift-JIS", "雪の日"),
        ("euc-kr", "눈 오는 날"),
        ("cp949", "눈"),
        ("euc-jp", "雪の日"),
        ("utf-16le", "雪"),
        ("utf-16be", "雪"),
        ("UTF-8", "雪𠮷"),
        ("windows-1252", "neige à Paris"),
    ];
    for (label, text) in samples {
        let write = match label {
            "cp936" => "gbk",
            "cp950" => "big5",
            "cp949" => "euc-kr",
            "Shift-JIS" => "shift_jis",
            label => label,
        };
        let bytes = encode(text, write).expect("bytes");
        let decoded = encoding::decode(bytes, Some(label)).expect("text");
        assert_eq!((decoded.text.as_str(), decoded.replaced), (text, None), "{label}");
    }
    // What cannot be what it is declared to be, and is UTF-8, is read as UTF-8, with a warning.
    let decoded = encoding::decode("雪天 志愿者 x".as_bytes().to_vec(), Some("big5")).expect("text");
    assert_eq!((decoded.encoding, decoded.certain), ("UTF-8", false));
    let bad = encoding::decode(b"abc\xFFdef".to_vec(), Some("gb18030")).expect("text");
    assert_eq!(bad.replaced, Some(3));
    let folder = Folder::new();
    folder.put("a.txt", encode("雪天\n\n志愿者", "gb18030").expect("bytes"));
    let options = Options { encoding: Some("gb18030".to_string()), ..Options::default() };
    let read = folder.read_with(&options);
    assert_eq!(one(&read).text, "志愿者");
    assert_eq!(note(&read, "a.txt").text, "read as gb18030");
}

#[test]
fn detection_is_reported_and_doubt_is_a_warning() {
    let folder = Folder::new();
    folder.put("a.txt", encode("雪天的早晨\n\n志愿者清理积雪，市民出行不受影响。", "gb18030").expect("bytes"));
    folder.put("b.txt", encode("天", "gb18030").expect("bytes"));
    folder.put("c.txt", "plain");
    let read = folder.read();
    assert_eq!((note(&read, "a.txt").level, note(&read, "a.txt").text.as_str()), (Level::Info, "read as gb18030"));
    assert_eq!(note(&read, "b.txt").level, Level::Warning);
    assert!(note(&read, "b.txt").text.contains("declare"));
    assert!(!read.notes.iter().any(|note| note.path.ends_with("c.txt")));
    // JSON lines should be UTF-8; those that are not are read nevertheless.
    let line = "{\"title\":\"雪天的早晨\",\"text\":\"志愿者清理积雪，市民出行不受影响。\",\"url\":\"/1\"}\n";
    for label in ["gb18030", "big5", "utf-16le"] {
        let Some(bytes) = encode(&hanconv_if(label, line), label) else {
            continue;
        };
        folder.put("d.jsonl", bytes);
        let read = input::read(&[folder.path().join("d.jsonl")], &Options::default(), &mut |_| {}).expect("a file");
        assert_eq!(read.articles.len(), 1, "{label} {:?}", read.notes);
        assert_eq!(read.articles[0].title, hanconv_if(label, "雪天的早晨"));
        assert_eq!(read.notes.len(), 1);
    }
}

fn hanconv_if(label: &str, text: &str) -> String {
    if label == "big5" { hanconv::s2tw(text) } else { text.to_string() }
}

/// Thousands of short files in every encoding, cut at random from the pages of this folder and, where there are any, from the
/// corpora: the rate at which each is read as it was written.
#[test]
fn undeclared_encodings_are_told_apart() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/input/newspaper");
    let (mut simplified, mut japanese, mut korean) = (String::new(), String::new(), String::new());
    let mut paths: Vec<PathBuf> =
        fs::read_dir(&folder).expect("the pages").map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    for path in paths.iter().filter(|path| path.extension().is_some_and(|end| end == "txt")) {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let text = fs::read_to_string(path).expect("text");
        match name.as_str() {
            "plain-japanese.txt" => japanese = text,
            "plain-korean.txt" => korean = text,
            "plain-traditional.txt" | "10-taipei.txt" | "11-hongkong.txt" | "plain-english.txt" => {}
            _ => simplified.push_str(&text),
        }
    }
    if let Some(corpora) = std::env::var_os("XUNZI_CORPORA") {
        for entry in fs::read_dir(Path::new(&corpora).join("articles")).into_iter().flatten().flatten() {
            simplified.push_str(&fs::read_to_string(entry.path()).unwrap_or_default());
        }
    }
    let traditional = hanconv::s2tw(&simplified);
    let sets: [(&str, &[&str]); 4] = [
        (&simplified, &["utf-8", "gb18030", "utf-16le", "utf-16be"]),
        (&traditional, &["utf-8", "big5", "gb18030", "utf-16le", "utf-16be"]),
        (&japanese, &["utf-8", "shift_jis", "euc-jp", "utf-16le", "utf-16be"]),
        (&korean, &["utf-8", "euc-kr", "utf-16le", "utf-16be"]),
    ];
    let each = if std::env::var_os("XUNZI_ALL").is_some() { 2000 } else { 50 };
    let mut below = super::random();
    let (mut all, mut right) = (0, 0);
    let mut wrong = Vec::new();
    for (text, labels) in sets {
        let chars: Vec<char> = text.chars().collect();
        for label in labels {
            for least in [8, 10, 12, 16, 24, 60] {
                let mut made = 0;
                while made < each {
                    // As many characters as it takes to have `least` of Han or Hangul.
                    let start = below(chars.len());
                    let mut count = 0;
                    let piece: String = chars[start..]
                        .iter()
                        .take_while(|c| {
                            let wanted = count < least;
                            count += usize::from(matches!(u32::from(**c), 0x4E00..=0x9FFF | 0xAC00..=0xD7A3));
                            wanted
                        })
                        .collect();
                    if count < least {
                        continue;
                    }
                    let Some(bytes) = encode(&piece, label) else {
                        continue;
                    };
                    made += 1;
                    all += 1;
                    let expected = encoding::clean(piece);
                    match encoding::decode(bytes, None) {
                        Ok(decoded) if decoded.text == expected => right += 1,
                        other => wrong.push(format!("{label} {least}: {expected:?} {other:?}")),
                    }
                }
            }
        }
    }
    println!("undeclared encodings: {right} of {all} files right");
    assert!(all >= 5000);
    assert!(wrong.len() * 1000 <= all, "{right} of {all} are right; the others:\n{}", wrong.join("\n"));
}
