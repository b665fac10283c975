//! Are plain texts read as their sentences, whatever pages, times and encodings they came through?

use crate::{Folder, meta, note, one};
use xunzi::input::Level;

fn text(name: &str, bytes: impl AsRef<[u8]>) -> String {
    let folder = Folder::new();
    folder.put(name, bytes);
    one(&folder.read()).text.clone()
}

#[test]
fn pages_go_from_between_two_halves_of_a_sentence() {
    let before = "众人走到山门前，只见那棵三百年的银";
    let after = "杏树下坐着一位老僧，正在扫地。";
    for page in ["— 47 —", "47", "- 47 -", "第 47 页", "第四十七页", "47 / 120", "· xlvii ·", "[47]", "Page 47 of 120", "４７"]
    {
        let read = text("a.txt", format!("第三回\n\n{before}\n\n{page}\n\n{after}\n"));
        assert!(read.replace('\n', "").contains("银杏树下") && !read.contains("47"), "{page}: {read}");
    }
    // With running heads.
    let book = format!(
        "第三回\n\n{before}\n\n47\n\n红楼梦\n\n{after}\n\n又走了一里多路，远远望见一座石\n\n48\n\n红楼梦\n\n桥横在水上。\n"
    );
    let read = text("a.txt", book).replace('\n', "");
    assert!(read.contains("银杏树下") && read.contains("石桥横在"), "{read}");
    let latin =
        "Chapter\n\nThe old ferry crossed the wide river and reached the\n\n12\n\nother bank before the rain began to fall.\n";
    assert!(text("a.txt", latin).replace('\n', " ").contains("reached the other bank"));
    // A number that a sentence does not run over stays, and so does one that stands in a list.
    for kept in ["他数了数，一共有这么多人。\n\n47\n\n这是全部。", "甲\n\n47\n\n乙", "1\n\n2\n\n3"] {
        let read = text("a.txt", format!("题\n\n{kept}\n"));
        assert!(kept.split_whitespace().all(|word| read.contains(word)), "{kept}: {read}");
    }
}

#[test]
fn subtitles_are_the_sentences_they_show() {
    let srt = "1\n00:00:01,000 --> 00:00:03,000\n<i>昨天晚上，邻居</i>\n\n2\n00:00:03,000 --> 00:00:05,000\n{\\an8}送来了梨。\n\n3\n00:00:05,500 --> 00:00:07,000\nShe stayed\n\n4\n00:00:07,000 --> 00:00:09,000\nfor a cup of tea.\n";
    let close = "1\n00:00:01,000 --> 00:00:04,000\n我们今天\n2\n00:00:04,000 --> 00:00:06,000\n去看海。\n";
    assert_eq!(text("a.srt", close), "我们今天去看海。");
    assert_eq!(text("a.srt", srt), "昨天晚上，邻居送来了梨。\nShe stayed for a cup of tea.");
    let vtt = "WEBVTT - 题\n\nNOTE 密\n密\n\nSTYLE\n::cue { color: red }\n\nintro\n00:01.000 --> 00:03.000 align:start\n<v 王明>昨天晚上，邻居\n\n00:03.000 --> 00:05.000\n昨天晚上，邻居\n送来<00:04.000>了梨&amp;桃。\n";
    assert_eq!(text("a.vtt", vtt), "昨天晚上，邻居送来了梨&桃。");
    let folder = Folder::new();
    folder.put("a.lrc", "[ti:渡船]\n[ar:景静]\n[00:01.20]渡船靠了岸\n[00:05.00][00:15.00]炊烟升起来\n");
    let read = folder.read();
    let song = one(&read);
    assert_eq!((song.title.as_str(), song.text.as_str(), meta(song, "author")), ("渡船", "渡船靠了岸\n炊烟升起来", "景静"));
}

#[test]
fn a_file_of_two_encodings_is_read_line_by_line() {
    let folder = Folder::new();
    let mut bytes = "书摘\n\n小城的清晨从豆浆铺的热气里开始，挑水的人踩着青石板走过。\n".as_bytes().to_vec();
    bytes.extend(encoding_rs::GB18030.encode("这一段是后来用旧软件补上的，邻居送来了新鲜的梨。\n").0.iter());
    folder.put("a.txt", &bytes);
    let read = folder.read();
    let text = &one(&read).text;
    assert!(text.contains("豆浆铺") && text.contains("旧软件补上"), "{text}");
    assert_eq!(note(&read, "a.txt").level, Level::Warning);
}

/// A new page is a line, also where nothing but its sign stands between two halves.
#[test]
fn a_sign_of_a_new_page_ends_a_line() {
    let book = "题\n\n这一段文字一直写到页面的最后一行还没有结束因为后面还\u{C}第 13 页\n有半句话在下一页。\n";
    assert_eq!(text("a.txt", book), "这一段文字一直写到页面的最后一行还没有结束因为后面还有半句话在下一页。");
}

#[test]
fn emoji_in_two_halves_are_read() {
    let mut bytes = "题\n\n志愿者".as_bytes().to_vec();
    bytes.extend(b"\xED\xA0\xBD\xED\xB8\x80");
    bytes.extend("清理积雪".as_bytes());
    assert_eq!(text("a.txt", &bytes), "志愿者😀清理积雪");
}
