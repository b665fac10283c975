//! Do fields mean what their author, the owner of the site and the pages say: weights, keywords, versions, fields of a site's own?

use super::{Folder, meta, text, titles, values};
use xunzi::input::{Field, Folder as Place, Options};

#[test]
fn weights_keywords_and_versions() {
    let folder = Folder::new();
    folder.put("a.md", "---\ntitle: 甲\nsearch_weight: 3\nkeywords: [除雪车, 文字]\nversion: [1.0, \"2.0\"]\n---\n文字\n");
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
    assert_eq!((titles(&read), &read.notes[..]), (vec!["甲", "乙"], &[][..]));
    let [a, b] = &read.articles[..] else { panic!("{:?}", read.notes) };
    assert_eq!((values(a, "product"), values(b, "product")), (vec!["雪车", "冰车"], vec!["雪车"]));
    assert_eq!((meta(a, "date"), meta(b, "date")), ("2024-01-02", "2024-01-02"));
    // What holds for a folder yields to what an article says.
    assert_eq!((meta(a, "section"), meta(b, "section")), ("", "乙区"));
}
