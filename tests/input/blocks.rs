//! Where does a block end? Markdown says so with U+2029; text and JSON lines keep what their authors wrote.

use super::{Folder, headings, one, text, titles};
use xunzi::Article;
use xunzi::input::{Options, Split};

/// The only article of a file.
fn article(name: &str, text: &str) -> Article {
    let folder = Folder::new();
    folder.put(name, text);
    one(&folder.read()).clone()
}

/// Title and text of a Markdown file below a title, U+2029 as `¶`.
fn blocks(markdown: &str) -> String {
    text(&article("a.md", &format!("---\ntitle: 题\n---\n{markdown}")))
}

#[test]
fn every_block_of_markdown_ends() {
    for (markdown, expected) in [
        ("甲\n\n乙\n", "甲¶乙"),
        ("## 甲\n乙\n", "甲¶乙"),
        ("甲\n===\n乙\n", "甲¶乙"),
        ("- 甲\n- 乙\n  - 丙\n\n  丁\n1. 戊\n", "甲¶乙¶丙¶丁¶戊"),
        ("> 甲\n\n乙\n> 丙\n> > 丁\n", "甲¶乙¶丙¶丁"),
        ("|甲|乙|\n|-|-|\n|丙||\n|丁|戊|\n\n己", "甲¶乙¶丙¶丁¶戊¶己"),
        ("甲\n```\n乙\n\n  丙\n```\n丁\n\n    戊\n", "甲¶乙\n  丙¶丁¶戊"),
        ("甲[^1]\n\n[^1]: 注\n", "甲¶注"),
        ("甲\n\n***\n\n乙", "甲¶乙"),
        ("甲\n<div>乙</div>\n", "甲¶乙"),
        ("<p>甲</p><p>乙<b>丙</b>丁</p>\n<table><tr><td>戊</td><td>己</td></tr></table>\n", "甲¶乙丙丁¶戊¶己"),
        ("|甲<ul><li>乙</li><li>丙</li></ul>|丁<br>戊|\n|-|-|\n", "甲¶乙¶丙¶丁\n戊"),
    ] {
        assert_eq!(blocks(markdown), expected, "{markdown}");
    }
}

#[test]
fn white_space_is_no_end() {
    for (markdown, expected) in [
        ("甲\n乙", "甲乙"),
        ("one\ntwo", "one two"),
        ("one\n**two**\n`three`\n[four](x)\n五", "one two three four 五"),
        ("밝\n혔다", "밝\n혔다"),
        ("甲  \n乙\\\n丙<br>丁<br/>戊</br>己", "甲\n乙\n丙\n丁\n戊\n己"),
        ("甲<wbr>乙<span>丙</span>丁<b>戊</b>", "甲乙丙丁戊"),
        ("<div>甲\n乙 one\n  two<wbr>三<br>四</div>", "甲乙 one two三\n四"),
        ("<pre>甲\n  乙</pre>", "甲\n  乙"),
        ("<div>\n\n甲\n</div>", "甲"),
    ] {
        assert_eq!(blocks(markdown), expected, "{markdown}");
    }
    let article = article("a.md", "# 题 one\n\n## 甲  <br>\n乙\n=\n\n一<br>二\n--\n末\n");
    assert_eq!(text(&article), "甲¶乙¶一 二¶末");
    assert_eq!(headings(&article).iter().map(|h| h.0).collect::<Vec<_>>(), ["甲", "乙", "一 二"]);
}

#[test]
fn a_heading_that_is_put_back_has_its_ends() {
    for (markdown, expected) in
        [("引\n\n# 头\n\n文", "引¶头¶文"), ("# 头\n\n文", "头¶文"), ("# 头", "头"), ("引\n\n# 头", "引¶头")]
    {
        let article = article("a.md", &format!("---\ntitle: 题\n---\n{markdown}\n"));
        assert_eq!(text(&article), expected);
        assert_eq!(headings(&article), [("头", "头")], "{markdown}");
    }
}

#[test]
fn an_authors_own_ends_stay_and_none_are_added() {
    let folder = Folder::new();
    folder.put(
        "a.jsonl",
        r#"{"title":"题\u2029目","text":"甲。\u2029\n乙\n\u2029丙\n\n \n丁\u2028戊","url":"/","author":"己\u2029庚"}"#,
    );
    folder.put("b.txt", "题\n\n甲。\u{2029}\n乙\n \u{2029} 丙\n\n\n丁\n");
    folder.put("c.md", "---\ntitle: 题\n---\n甲\u{2029}乙\n");
    folder.put("d.txt", "题\n\n一行，\n两行。\n\n# 头\n末\n");
    let read = folder.read();
    assert_eq!(titles(&read), ["题 目", "题", "题", "题"]);
    let texts: Vec<String> = read.articles.iter().map(text).collect();
    assert_eq!(texts, ["甲。¶\n乙\n¶丙\n\n丁\n戊", "甲。¶\n乙\n¶ 丙\n\n丁", "甲¶乙", "一行，\n两行。\n\n头\n\n末"]);
    assert_eq!(read.articles[0].meta, [("author".to_string(), "己 庚".to_string())]);
}

#[test]
fn newspaper_pages_have_no_ends_but_keep_their_empty_lines() {
    let folder = Folder::new();
    folder.put(
        "a.txt",
        "2023年12月11日 星期一 第4版\n\n大雪里的社区\n\n本报讯（记者 景静）昨日大雪，社区的志愿者清早出门除雪，道路已经畅通。\n居民们拿着铁锹，一同走上街头。\n\n\
         到了下午，积雪大多清理干净，公交车恢复了运行。\n\n河边的早市\n\n本报讯（记者 李明）早市开张，人来人往，卖菜的和买菜的都起得很早。\n",
    );
    let read = folder.read_with(&Options { split: Split::Newspaper, ..Options::default() });
    assert_eq!(titles(&read), ["大雪里的社区", "河边的早市"]);
    let text = &read.articles[0].text;
    assert!(!text.contains('\u{2029}') && !text.contains("\n\n\n"), "{text:?}");
    assert!(text.contains("畅通。\n居民们") && text.contains("街头。\n\n到了下午"), "{text:?}");
}

#[test]
fn a_first_line_is_the_title_only_if_it_stands_by_itself() {
    let long = "这一行很长".repeat(20);
    for (text, title, rest) in [
        ("题\n\n文\n", "题", "文"),
        ("题\n \n文\n", "题", "文"),
        ("\n\n 题 \r\n\r\n文", "题", "文"),
        ("# 题\n文", "题", "文"),
        ("挤在跳\n板上往下走。\n", "page", "挤在跳\n板上往下走。"),
        ("题\n　　文\n", "page", "题\n文"),
        ("题", "page", "题"),
        ("题\n", "page", "题"),
        (&format!("{long}\n\n文"), "page", &format!("{long}\n\n文")),
    ] {
        let article = article("page.txt", text);
        assert_eq!((article.title.as_str(), article.text.as_str()), (title, rest), "{text:?}");
    }
    for (text, title, rest) in [
        ("题\\n\\n文", "题", "文"),
        ("题\\n \\n文", "题", "文"),
        ("一\\n二\\n\\n文", "/x", "一\n二\n\n文"),
        ("题\\n文", "/x", "题\n文"),
        ("题", "/x", "题"),
    ] {
        let article = article("page.jsonl", &format!("{{\"text\":\"{text}\",\"url\":\"/x\"}}"));
        assert_eq!((article.title.as_str(), article.text.as_str()), (title, rest), "{text:?}");
    }
}
