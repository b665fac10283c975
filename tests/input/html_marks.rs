//! Do the marks of a site mean what they meant to Pagefind? One test an attribute; each page is read with both names of it.

use super::{Folder, headings, html, meta, note, text, titles, values};
use xunzi::Article;
use xunzi::input::Level;

/// The article of a page, which is the same with either name of the marks.
fn page(html: &str) -> Article {
    let article = html::page(html);
    assert_eq!(article, html::page(&html.replace("data-pagefind-", "data-xunzi-")), "{html}");
    article
}

fn body(html: &str) -> Article {
    page(&format!("<html lang=zh><title>题</title><body>{html}"))
}

#[test]
fn the_body() {
    for (html, expected) in [
        ("甲<div data-pagefind-body>乙</div>丙<p data-pagefind-body=false>丁</p>", "乙¶丁"),
        ("<nav>甲<p data-pagefind-body>乙</p></nav>", "乙"),
        ("<footer><p data-pagefind-body>乙</p></footer>", "乙"),
        ("<div data-pagefind-ignore>甲<p data-pagefind-body>乙</p></div>", "乙"),
        ("<div data-pagefind-body data-pagefind-ignore>乙</div>", "乙"),
        ("<div data-pagefind-body data-pagefind-ignore=all>乙</div>", "乙"),
        ("<nav data-pagefind-body>甲</nav><p>乙", "乙"),
        ("<div data-pagefind-ignore=all><p data-pagefind-body>甲</p></div><p>乙", "乙"),
        ("<div data-pagefind-body>甲<div data-pagefind-body>乙</div>丙</div>", "甲¶乙¶丙"),
        ("<main data-pagefind-body>甲<nav>一</nav><header>乙</header><aside>丙</aside></main>", "甲¶乙¶丙"),
    ] {
        assert_eq!(text(&body(html)), expected, "{html}");
    }
    assert_eq!(text(&page("<html data-pagefind-body><body>甲<main>乙</main>")), "甲¶乙");
    assert_eq!(text(&page("<body data-pagefind-body>甲<main>乙</main>")), "甲¶乙");
}

#[test]
fn one_body_leaves_out_every_page_without() {
    let folder = Folder::new();
    folder.put("a.html", "<title>甲</title><main data-pagefind-body>文</main>");
    folder.put("b.html", "<title>乙</title><main>文</main>");
    folder.put("c.html", "<title>丙</title><main data-pagefind-body></main>");
    let read = folder.read();
    assert_eq!((titles(&read), &read.left[..]), (vec!["甲"], &[("unmarked", 1), ("empty", 1)][..]));
}

#[test]
fn what_is_ignored() {
    for value in ["", "=index", "=true"] {
        let article = body(&format!(
            "<div data-pagefind-ignore{value}><h1>头</h1><img src=a.png alt=图><p data-pagefind-meta=author>景静</p>藏</div>文"
        ));
        assert_eq!((article.title.as_str(), text(&article).as_str()), ("头", "题¶文"), "{value}");
        assert_eq!((meta(&article, "author"), meta(&article, "image"), meta(&article, "image_alt")), ("景静", "a.png", "图"));
    }
    for value in ["=all", "=false", "=none"] {
        let html = format!("<div data-pagefind-ignore{value}><h1>头</h1><p data-pagefind-meta=author>景静</p>藏</div>文");
        let article = body(&html);
        assert_eq!((article.title.as_str(), text(&article).as_str(), meta(&article, "author")), ("题", "文", ""), "{value}");
        let folder = Folder::new();
        folder.put("a.html", html);
        let read = folder.read();
        if value == "=all" {
            assert_eq!(read.notes, []);
        } else {
            assert_eq!(note(&read, "a.html").level, Level::Warning);
        }
    }
    assert_eq!(text(&body("甲<span data-pagefind-ignore>一</span>乙<div data-pagefind-ignore>二</div>丙")), "甲乙¶丙");
    // Ends of tags that HTML leaves out are seen.
    assert_eq!(text(&body("<p data-pagefind-ignore>甲<p>乙")), "乙");
}

#[test]
fn attributes_that_are_text() {
    let article = body("<p><a href=x title=一 data-pagefind-index-attrs='title, aria-label' aria-label=二>甲</a>乙<p>丙");
    assert_eq!(text(&article), "甲乙¶一¶二¶丙");
    // The description of an image is one without the mark.
    assert_eq!(text(&body("<p>甲</p><img src=a.png alt=图 title=题 data-pagefind-index-attrs='alt, title'>")), "甲¶题¶图");
}

#[test]
fn the_title() {
    for (html, expected) in [
        ("<h1>头</h1><p data-pagefind-meta=title>给</p>", "给"),
        ("<p data-pagefind-meta='title:字面, 一切'>文</p>", "字面, 一切"),
        ("<nav><h1>导航里</h1></nav><main>文</main>", "导航里"),
        ("<div data-pagefind-ignore><h1>头</h1></div>文", "头"),
        ("<h1><img src=a></h1><h1>二</h1>文", "二"),
        ("<h2>二级</h2>文", "题"),
        ("<h2 id=a data-pagefind-meta=title>给 <a class=headerlink href=#a>¶</a><b hidden>藏</b></h2>文", "给"),
    ] {
        assert_eq!(body(html).title, expected, "{html}");
    }
    assert_eq!(page("<body data-pagefind-default-meta='title:默认'>文").title, "默认");
    assert_eq!(page("<title>题</title><body data-pagefind-default-meta='title:默认'>文").title, "题");
    assert_eq!(page("<svg><title>图</title></svg><title>题</title><body>文").title, "题");
}

#[test]
fn the_image() {
    let image = |html: &str| {
        let article = body(html);
        (meta(&article, "image").to_owned(), meta(&article, "image_alt").to_owned())
    };
    let is = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(
        image("<img src=0.png><h1>头<img src=1.png></h1>文<img src=../2.png alt=图><img src=3.png>"),
        is("../2.png", "图")
    );
    assert_eq!(image("<img src=0.png>文"), is("", ""));
    assert_eq!(image("<p data-pagefind-meta=title>头</p>文<img src=1.png>"), is("1.png", ""));
    assert_eq!(
        image("<h1>头</h1>文<img src=1.png><img data-pagefind-meta='image[src], image_alt[alt]' src=2.png alt=乙>"),
        is("2.png", "乙")
    );
}

#[test]
fn facts() {
    let article = page(
        "<html data-pagefind-meta='版本:2, 全部'><head><meta data-pagefind-meta='图[content]' content=a.png></head><body>
        <h1>头</h1><p data-pagefind-meta='author, 来源[data-x]' data-x=报>景静</p><p data-pagefind-meta=author>李明</p>
        <template><p data-pagefind-meta=模板>有</p></template><noscript><p data-pagefind-meta=脚本>无</p></noscript>
        <div data-pagefind-meta=外>外<b data-pagefind-meta=外>内</b></div><p data-pagefind-meta=空></p><footer data-pagefind-meta=脚>脚</footer>",
    );
    for (name, value) in [
        ("版本", "2, 全部"),
        ("图", "a.png"),
        ("author", "李明"),
        ("来源", "报"),
        ("模板", "有"),
        ("脚本", ""),
        ("外", "外内"),
        ("空", ""),
        ("脚", "脚"),
    ] {
        assert_eq!(meta(&article, name), value, "{name}");
    }
    // A marked element stays text.
    assert_eq!(text(&article), "景静¶李明¶外内");
}

#[test]
fn defaults_yield_to_what_is_known() {
    let article = body("<p data-pagefind-default-meta='image:默认.png'></p><h1>头</h1>文<img src=有.png>");
    assert_eq!(meta(&article, "image"), "有.png");
    let article = body("<p data-pagefind-default-meta='image:默认.png, 一, 二'></p><h1>头</h1>文");
    assert_eq!(meta(&article, "image"), "默认.png, 一, 二");
    let article = body("<p data-pagefind-default-meta=来源:默认></p><p data-pagefind-meta=来源>给</p>");
    assert_eq!(meta(&article, "来源"), "给");
}

#[test]
fn filters_keep_all_values() {
    let article = body(
        "<b data-pagefind-filter=tags>雪, 冰</b><b data-pagefind-filter=tags>党</b><b data-pagefind-filter='颜色:红, 绿'>文</b>
        <meta data-pagefind-filter='section[content], 作者[name]' content=社区 name=景静>",
    );
    assert_eq!(values(&article, "tags"), ["雪, 冰", "党"]);
    assert_eq!((meta(&article, "颜色"), meta(&article, "section"), meta(&article, "作者")), ("红, 绿", "社区", "景静"));
}

#[test]
fn sort_keys() {
    let article = body("<p data-pagefind-sort='weight:10'>文</p><b data-pagefind-sort='date[data-d]' data-d=2024-01-02></b>");
    assert_eq!((meta(&article, "weight"), meta(&article, "date")), ("10", "2024-01-02"));
    let folder = Folder::new();
    folder.put("a.html", "<main>文<b data-pagefind-sort='rank:1'></b></main>");
    assert!(folder.read().filters.contains("rank"), "what sorts has a column");
}

#[test]
fn sections() {
    let article = body("<h2 id=a>甲</h2>文<p id=b data-pagefind-title>乙</p>文<p id=c>丙</p>");
    assert_eq!(headings(&article), [("甲", "a"), ("乙", "b")]);
}

#[test]
fn the_address() {
    assert_eq!(body("<p data-pagefind-meta=url:/x/#y>文").url, "/x/#y");
    assert_eq!(body("<p data-pagefind-meta='url[href]' href=https://e.org/>文").url, "https://e.org/");
    let folder = Folder::new();
    folder.put("a.html", "<p data-pagefind-meta='url:javascript:x'>文");
    assert!(folder.read().notes.iter().any(|note| note.text.contains("neither http(s) nor relative")));
}

#[test]
fn the_weight_of_a_page() {
    for (html, expected) in [
        ("<main data-pagefind-weight=3>文</main>", "3"),
        ("<div data-pagefind-weight=12><main>文</main></div>", "10"),
        ("<main data-pagefind-weight=junk>文</main>", "1"),
        ("<main data-pagefind-weight=-1>文</main>", "0"),
        ("<main><p data-pagefind-weight=3>文</p></main>", ""),
    ] {
        assert_eq!(meta(&body(html), "search_weight"), expected, "{html}");
    }
}

/// The parts of a text that have a weight, with it.
fn parts(article: &Article) -> Vec<(&str, u16)> {
    article.weights.iter().map(|w| (&article.text[w.start..w.end], w.hundredths)).collect()
}

#[test]
fn the_weights_of_elements() {
    for (html, expected) in [
        ("<p>甲<p data-pagefind-weight=3>乙 丙</p>丁", &[("乙 丙", 300)][..]),
        ("<p>甲<b data-pagefind-weight=0.25>乙</b>丙", &[("乙", 25)]),
        ("<div data-pagefind-weight=3>甲<p data-pagefind-weight=0>乙</p>丙</div>", &[("甲", 300), ("乙", 0), ("丙", 300)]),
        ("甲<p data-pagefind-weight=12>乙</p><p data-pagefind-weight=-2>丙", &[("乙", 1000), ("丙", 0)]),
        // No number is 1, and 1 may be less than what is around it.
        ("<div data-pagefind-weight=2>甲<p data-pagefind-weight=x>乙</p></div>", &[("甲", 200), ("乙", 100)]),
        ("<main data-pagefind-weight=2>甲<p data-pagefind-weight=1>乙</p>丙</main>", &[("乙", 100)]),
        ("<main data-pagefind-weight=2>甲<p data-pagefind-weight=2>乙</p>丙</main>", &[]),
        // Headings, where there is a weight at all, but in a marked element.
        ("<h2>甲</h2>乙<h6>丙</h6>", &[]),
        ("<h2> 甲\n<b>一</b> </h2>乙<h6>丙</h6><p data-pagefind-weight=3>丁", &[("甲一", 600), ("丙", 200), ("丁", 300)]),
        ("<div data-pagefind-weight=3><h2>甲</h2>乙</div>丙", &[("甲¶乙", 300)]),
        ("<h3 data-pagefind-weight=9>甲</h3>乙", &[("甲", 900)]),
        ("<main data-pagefind-weight=2><h2>甲</h2>乙</main>", &[]),
        ("<meta name=search_weight content=2><main><h2>甲</h2><p data-pagefind-weight=3>乙</main>", &[("乙", 300)]),
        // A title does not stand in the text, nor does what is left out.
        ("<h1 data-pagefind-weight=5>甲</h1>乙<p data-pagefind-weight=3>丙", &[("丙", 300)]),
        ("乙<p data-pagefind-ignore data-pagefind-weight=3>丙</p>丁<i data-pagefind-weight=4>戊</i>", &[("戊", 400)]),
        // Code keeps its lines, and what an image shows counts as its element does.
        ("<pre data-pagefind-weight=3>  甲 \n乙</pre>丙", &[("甲\n乙", 300)]),
        ("<p data-pagefind-weight=3>甲<img src=a.png alt=图></p>丙", &[("甲¶图", 300)]),
    ] {
        let article = body(html);
        let expected: Vec<(String, u16)> = expected.iter().map(|(w, n)| (w.replace('¶', "\u{2029}"), *n)).collect();
        let got: Vec<(String, u16)> = parts(&article).into_iter().map(|(w, n)| (w.to_owned(), n)).collect();
        assert_eq!(got, expected, "{html}");
    }
}

#[test]
fn headings_weigh_where_any_page_of_the_site_gives_a_weight() {
    let folder = Folder::new();
    folder.put("a.html", "<title>甲</title><main><h2>一</h2>文</main>");
    assert!(folder.read().articles.iter().all(|article| article.weights.is_empty()));
    folder.put("b.html", "<title>乙</title><main>字<b data-pagefind-weight=2>词</b></main>");
    let read = folder.read();
    assert_eq!(read.articles.iter().map(parts).collect::<Vec<_>>(), [[("一", 600)], [("词", 200)]]);
}

#[test]
fn parts_of_html_in_other_files_weigh_as_well() {
    let folder = Folder::new();
    let html = "<h2>甲</h2><p>乙</p><p data-xunzi-weight=3>丙</p>";
    folder.put("a.jsonl", serde_json::json!({"title": "题", "html": html, "url": "/a"}).to_string() + "\n");
    folder.put("b.md", "---\ntitle: 题\n---\n## 甲\n\n乙\n\n<p data-pagefind-weight=3>丙</p>\n");
    // The first line is the title of the first, where nothing else is.
    folder.put(
        "c.jsonl",
        serde_json::json!({"html": "<pre>\"题\"\n甲</pre><p data-pagefind-weight=3>丙</p>", "url": "/c"}).to_string(),
    );
    // Nothing is marked.
    folder.put("d.jsonl", serde_json::json!({"title": "题", "html": "<h2>甲</h2><p>乙</p>", "url": "/d"}).to_string());
    let read = folder.read();
    assert_eq!(titles(&read), ["题"; 4]);
    let expected = [&[("甲", 600), ("丙", 300)][..], &[("甲", 600), ("丙", 300)], &[("丙", 300)], &[]];
    assert_eq!(read.articles.iter().map(parts).collect::<Vec<_>>(), expected);
}
