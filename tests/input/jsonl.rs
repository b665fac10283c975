//! Are JSON lines read as others write them?

use crate::{Folder, headings, meta, one, titles, values};
use xunzi::input::markdown::Markdown;
use xunzi::input::{Level, Options, Read};

fn read(lines: impl AsRef<[u8]>) -> Read {
    let folder = Folder::new();
    folder.put("a.jsonl", lines);
    folder.read()
}

#[test]
fn text_stands_under_many_names() {
    for (line, title, text) in [
        (r#"{"title":"秋","content":"晒场上","url":"/"}"#, "秋", "晒场上"),
        (r#"{"name":"秋","body":"晒场上","link":"/"}"#, "秋", "晒场上"),
        (r#"{"Title":"秋","Contents":"晒场上","permalink":"/"}"#, "秋", "晒场上"),
        (r#"{"headline":"秋","html":"<p>晒<b>场</b>上</p><script>x</script>","href":"/"}"#, "秋", "晒场上"),
        (r#"{"title":{"rendered":"秋"},"content":{"rendered":"<p>晒场上</p>"},"link":"/"}"#, "秋", "晒场上"),
        (r#"{"title":"秋","text":null,"content":"","body":"晒场上","url":"/"}"#, "秋", "晒场上"),
        (r#"{"title":2025,"text":["晒",{"type":"bold","text":"场"},"上"],"url":"/"}"#, "2025", "晒场上"),
        (r#"{"title":"秋","text":[{"type":"plain","text":"晒"},{"type":"link","text":"场上"}],"url":"/"}"#, "秋", "晒场上"),
        (r#"{"title":"秋","text":["甲","乙"],"url":"/"}"#, "秋", "甲\n乙"),
        (
            r#"{"title":"秋","messages":[{"role":"user","content":"甲"},{"role":"bot","content":"乙"}],"url":"/"}"#,
            "秋",
            "甲\n\n乙",
        ),
        (
            r#"{"title":"秋","content":{"type":"doc","content":[{"type":"paragraph","content":[{"type":"text","text":"晒"},{"type":"text","text":"场上"}]},{"type":"paragraph","content":[{"type":"text","text":"乙"}]}]},"url":"/"}"#,
            "秋",
            "晒场上\n\n乙",
        ),
        (r#"{"title":"秋","text":{"zh":"晒场上","en":"yard"},"url":"/"}"#, "秋", "晒场上\n\nyard"),
        // HTML that an object calls so, or a text that is a block of it, is read once; and Markdown.
        (r#"{"title":"秋","html":{"rendered":"<p>晒 &lt;场&gt; &amp;amp; 上</p>"},"url":"/"}"#, "秋", "晒 <场> &amp; 上"),
        (r#"{"title":"秋","html":["<p>晒场</p>","<p>上</p>"],"url":"/"}"#, "秋", "晒场\u{2029}上"),
        (r#"{"title":"秋","body":"<p>晒<b>场</b>上</p>\n<ul><li>甲</li></ul>","url":"/"}"#, "秋", "晒场上\u{2029}甲"),
        (r#"{"title":"秋","text":"<p> 是一个标签","url":"/"}"#, "秋", "<p> 是一个标签"),
        (r#"{"markdown":"秋 *天*\n\n**晒**场上","title":"秋","url":"/"}"#, "秋", "秋 天\u{2029}晒场上"),
        // Editors and chats.
        (r#"{"title":"秋","blocks":[{"type":"paragraph","data":{"text":"晒场上"}}],"url":"/"}"#, "秋", "晒场上"),
        (
            r#"{"title":"秋","blocks":[{"type":"heading_1","heading_1":{"rich_text":[{"type":"text","text":{"content":"晒"},"plain_text":"晒"},{"plain_text":"场"}]}}],"url":"/"}"#,
            "秋",
            "晒场",
        ),
        (r#"{"title":"秋","ops":[{"insert":"晒"},{"insert":"场","attributes":{"bold":true}}],"url":"/"}"#, "秋", "晒场"),
        (r#"{"title":"秋","children":[{"type":"p","children":[{"text":"晒"},{"text":"场"}]}],"url":"/"}"#, "秋", "晒场"),
        (r#"{"title":"秋","conversations":[{"from":"a","value":"晒"},{"from":"b","value":"场"}],"url":"/"}"#, "秋", "晒\n\n场"),
        (r#"{"contents":"\"秋\"\n晒场上","url":"/"}"#, "秋", "晒场上"),
        (r#"{"标题":"秋","正文":"晒场上","链接":"/"}"#, "秋", "晒场上"),
        // What is nearly JSON.
        (r#"{"title":"秋","text":"晒场上","score":NaN,"url":"/",}"#, "秋", "晒场上"),
        ("{\"title\":\"秋\",\"text\":\"晒\t场\",\"url\":\"/\"}", "秋", "晒 场"),
        ("{\n  \"title\": \"秋\",\n  \"text\": \"晒场上\",\n  \"url\": \"/\"\n}\n", "秋", "晒场上"),
        (r#"{"title":"秋","text":true,"url":"/"}"#, "秋", "true"),
        (r#"{"title":"秋","text":12.50,"url":"/"}"#, "秋", "12.50"),
    ] {
        let read = read(line);
        let article = one(&read);
        assert_eq!((article.title.as_str(), article.text.as_str()), (title, text), "{line}");
        assert_eq!(article.url, "/", "{line}");
    }
}

#[test]
fn numbers_and_ids_come_back_as_written() {
    let read = read(
        r#"{"id":12345678901234567890123,"title":"题","text":"文","url":20250701,"tags":[1.0,1e3,true],"author":{"name":"甲","url":"/"},"published":"2025-07-25"}"#,
    );
    let article = one(&read);
    assert_eq!((meta(article, "id"), article.url.as_str()), ("12345678901234567890123", "20250701"));
    assert_eq!((values(article, "tags"), meta(article, "author")), (vec!["1.0", "1e3", "true"], "甲"));
    assert_eq!(meta(article, "date"), "2025-07-25");
}

#[test]
fn arrays_marks_and_halves() {
    let two = [
        "[\n  {\"title\": \"一\", \"text\": \"a]},[\\\"\", \"url\": \"/1\"},\n  {\n    \"title\": \"二\",\n    \"url\": \"/2\"\n  }\n]\n",
        "[{\"title\":\"一\",\"url\":\"/1\"},{\"title\":\"二\",\"url\":\"/2\"}]",
        "[{\"title\":\"一\",\"url\":\"/1\"}]\n[{\"title\":\"二\",\"url\":\"/2\"}]\n",
        "\u{FEFF}{\"title\":\"一\",\"url\":\"/1\"}\n\u{FEFF}{\"title\":\"二\",\"url\":\"/2\"}\n",
        "\u{FEFF}[\n{\"title\":\"一\",\"url\":\"/1\"}\n,\n{\"title\":\"二\",\"url\":\"/2\"}]",
        "{\"title\":\"一\",\"url\":\"/1\"},\n\u{1E}{\"title\":\"二\",\"url\":\"/2\"}\n",
    ];
    for text in two {
        let read = read(text);
        assert_eq!((titles(&read), read.notes.len()), (vec!["一", "二"], 0), "{text}: {:?}", read.notes);
    }
    let cut = read("{\"title\":\"晚霞\\ud83c\",\"text\":\"\\ude00好\\\\ud83c \\ud83d\\ude00\",\"url\":\"/\"}");
    assert_eq!((one(&cut).title.as_str(), one(&cut).text.as_str()), ("晚霞\u{FFFD}", "\u{FFFD}好\\ud83c 😀"));
    assert_eq!(cut.notes[0].level, Level::Warning);
    let broken = read("[\n{\"title\":\"一\",\"url\":\"/1\"},\n{\"title\" oops},\n{\"title\":\"二\",\"url\":\"/2\"}\n]");
    assert_eq!((titles(&broken), broken.notes[0].line), (vec!["一", "二"], Some(3)));
}

#[test]
fn a_field_with_text_that_is_not_read_is_named_once() {
    let line = format!(
        "{{\"title\":\"题\",\"abstract\":\"{}\",\"vector\":[{}],\"url\":\"/\"}}\n",
        "很多字 ".repeat(60),
        "0.1,".repeat(99) + "1"
    );
    let read = read(line.replace("\"/\"", "\"/1\"") + &line);
    let told: Vec<&str> = read.notes.iter().map(|note| note.text.as_str()).collect();
    assert!(told.len() == 1 && told[0].contains("\"abstract\""), "{told:?}");
}

#[test]
fn a_long_field_that_is_not_read_may_hold_any_characters() {
    for before in ["", "a", "ab"] {
        let read = read(format!("{{\"title\":\"题\",\"abstract\":\"{before}{}\",\"url\":\"/\"}}", "雪".repeat(2000)));
        assert_eq!((titles(&read), read.notes.len()), (vec!["题"], 1), "{before}");
    }
}

#[test]
fn each_line_has_its_own_encoding() {
    let line = |text: &[u8], n: u8| [b"{\"title\":\"", text, b"\",\"url\":\"/", &[b'0' + n], b"\"}\n"].concat();
    let mut bytes = line("志愿者清理积雪".as_bytes(), 1);
    bytes.extend(line(b"d\xE9j\xE0 vu, un r\xE9sum\xE9 na\xEFf", 2));
    bytes.extend(line(b"\xE5\xBF\x97\xE6\x84\xBF\xE8\x80\x85\xFF\xE7\x90\x86\xE7\xA7\xAF\xE9\x9B\xAA", 3));
    bytes.extend(line(b"\xE5\xBF\x97\xE6\x84\xBF\xE8\x80\x85\xED\xA0\xBD\xED\xB8\x80", 4));
    assert_eq!(titles(&read(bytes)), ["志愿者清理积雪", "déjà vu, un résumé naïf", "志愿者\u{FFFD}理积雪", "志愿者😀"]);
}

#[test]
fn markdown_in_a_line_is_read_as_that_of_files() {
    let folder = Folder::new();
    folder.put("a.jsonl", r###"{"markdown":"## 二 题\n\n==重点==","title":"题","url":"/"}"###);
    let markdown = Markdown::new(Some("hexo"), None, false, &["highlights".to_owned()]).expect("names that are known");
    let read = folder.read_with(&Options { markdown, ..Options::default() });
    let article = one(&read);
    assert_eq!((article.text.as_str(), headings(article)), ("二 题\u{2029}==重点==", vec![("二 题", "二-题")]));
}
