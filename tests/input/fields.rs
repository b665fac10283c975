//! Do fields mean what their author, the owner of the site and the pages say: weights, keywords, versions, fields of a site's own?

use super::{Folder, meta, text, titles, values};
use xunzi::input::{Field, Folder as Place, Options};

#[test]
fn weights_keywords_and_versions() {
    let folder = Folder::new();
    folder.put("a.md", "---\ntitle: 甲\nsearch_weight: 3\nkeywords: [除雪车, 文字]\nversion: [\"1.0\", \"2.0\"]\n---\n文字\n");
    folder.put("b.md", "---\ntitle: 乙\nsearch:\n  boost: 2\n---\n文字\n");
    folder.put("c.jsonl", "{\"title\":\"丙\",\"text\":\"文字\",\"search_weight\":0.5,\"keywords\":\"别名\"}\n");
    let read = folder.read();
    let [a, b, c] = &read.articles[..] else { panic!("{:?}", read.notes) };
    assert_eq!((meta(a, "search_weight"), meta(b, "search_weight"), meta(c, "search_weight")), ("3", "2", "0.5"));
    // A keyword that is not in the text is found behind it, in a block of its own.
    assert_eq!((text(a).as_str(), text(c).as_str()), ("文字¶除雪车", "文字¶别名"));
    assert_eq!(values(a, "version"), ["1.0", "2.0"]);
}

#[test]
fn fields_are_called_as_the_owner_says() {
    let folder = Folder::new();
    folder.put("a.md", "---\n标题: 甲\n产品: [雪车, 冰车]\n发布: 2024-01-02\n---\n文字\n");
    folder.put("b/b.jsonl", "{\"标题\":\"乙\",\"内容\":\"文字\",\"产品\":\"雪车\",\"发布\":\"2024-01-02\"}\n");
    let field = |name: &str, own: &str| Field { name: name.into(), names: vec!["none".into(), own.into()] };
    let fields = vec![field("title", "标题"), field("text", "内容"), field("product", "产品"), field("date", "发布")];
    let paths = xunzi::input::globs(&["b/**".into()]).expect("a pattern").expect("one");
    let facts = vec![("section".to_owned(), "乙区".to_owned()), ("product".to_owned(), "别的".to_owned())];
    let options = Options { fields, folders: vec![Place { paths, facts }], ..Options::default() };
    let read = folder.read_with(&options);
    assert_eq!(titles(&read), ["甲", "乙"], "{:?}", read.notes);
    assert!(!read.notes.iter().any(|note| note.text.contains("is not read")), "{:?}", read.notes);
    let [a, b] = &read.articles[..] else { panic!("{:?}", read.notes) };
    assert_eq!((values(a, "product"), values(b, "product")), (vec!["雪车", "冰车"], vec!["雪车"]));
    assert_eq!((meta(a, "date"), meta(b, "date")), ("2024-01-02", "2024-01-02"));
    // What holds for a folder yields to what an article says.
    assert_eq!((meta(a, "section"), meta(b, "section")), ("", "乙区"));
}

#[test]
fn the_owners_name_goes_before_those_that_are_known() {
    let folder = Folder::new();
    folder.put(
        "a.md",
        "---\ntitle: 旧\nheadline: 甲\nlink: /甲/\ndate: 2020-01-01\nupdated: 2024-01-02\ncategory: 雪\n---\n文字\n",
    );
    folder.put(
        "b.jsonl",
        "{\"title\":\"旧\",\"headline\":\"乙\",\"link\":\"/乙/\",\"url\":\"/旧/\",\"date\":\"2020-01-01\",\"updated\":\"2024-01-02\",\"category\":\"雪\",\"text\":\"文字\"}\n",
    );
    let field = |name: &str, own: &str| Field { name: name.into(), names: vec![own.into()] };
    let fields = vec![field("title", "headline"), field("url", "link"), field("date", "updated"), field("category", "category")];
    let read = folder.read_with(&Options { fields, ..Options::default() });
    assert_eq!(titles(&read), ["甲", "乙"], "{:?}", read.notes);
    assert_eq!(super::urls(&read), ["/甲/", "/乙/"]);
    for article in &read.articles {
        assert_eq!(values(article, "date"), ["2024-01-02"]);
        // A field of the site's own may have a name that means something else where nobody says so.
        assert_eq!(values(article, "category"), ["雪"]);
        // What an article is made of is no fact of it as well.
        assert!(!article.meta.iter().any(|(name, _)| matches!(name.as_str(), "title" | "url")), "{:?}", article.meta);
    }
}

#[test]
fn values_come_back_as_they_were_written() {
    let folder = Folder::new();
    folder.put("a.md", "---\ntitle: 2.10\nversion: [1.0, 2.10, '3.0', 0x1F]\ntags:\n  - 1e3\n  - True\n---\n文字\n");
    folder.put("b.md", "+++\ntitle = \"2.10\"\nversion = [1.0, 2.10, \"3.0\", 0x1F]\ntags = [1e3, true]\ndate = 2024-01-02T03:04:05Z\n+++\n文字\n");
    folder.put("c.md", "{\"title\": 2.10, \"version\": [1.0, 2.10, \"3.0\"], \"tags\": [1e3, true, null]}\n文字\n");
    let read = folder.read();
    assert_eq!(titles(&read), ["2.10", "2.10", "2.10"], "{:?}", read.notes);
    let versions = [&["1.0", "2.10", "3.0", "0x1F"][..], &["1.0", "2.10", "3.0", "0x1F"], &["1.0", "2.10", "3.0"]];
    for (article, versions) in read.articles.iter().zip(versions) {
        assert_eq!(values(article, "version"), versions);
        assert_eq!(values(article, "tags").join(" ").to_lowercase(), "1e3 true");
    }
    assert_eq!(meta(&read.articles[1], "date"), "2024-01-02T03:04:05Z");
}
