//! Is a page of a built site read as its reader sees it, and is what is none left out and named?

use super::{Folder, headings, meta, one, text, titles, urls, values};
use std::time::{Duration, Instant};
use xunzi::Article;
use xunzi::input::Options;
use xunzi::input::html::{Html, Selector};

/// The only article of a page with this in its `<main>`.
fn main(html: &str) -> Article {
    page(&format!("<!doctype html><html lang=zh><title>题</title><main>{html}</main>"))
}

/// The only article of a page.
pub(super) fn page(html: &str) -> Article {
    let folder = Folder::new();
    folder.put("a.html", html);
    one(&folder.read()).clone()
}

/// A page with a title and a text.
fn simple(title: &str, body: &str) -> String {
    format!("<!doctype html><html lang=zh><title>{title}</title><body>{body}</body></html>")
}

#[test]
fn the_main_part_is_read() {
    for (body, expected) in [
        ("甲<main>乙</main>丙", "乙"),
        ("甲<article>乙</article>丙<article>丁</article>", "乙¶丁"),
        ("甲<main><nav>乙</nav><article>丙</article><aside>丁</aside><footer>戊</footer></main>", "丙¶丁"),
        ("<div role=main>乙</div>丙", "乙"),
        ("<main hidden>甲</main><main>乙</main>", "乙"),
        ("<main></main><p>甲", "甲"),
        ("甲<main>\n  <article>\n  乙</article></main>", "乙"),
        ("甲<div data-xunzi-body>乙</div><main>丙</main>", "乙"),
        ("<header>一</header><nav>二</nav>甲<aside>三</aside><footer>四</footer><form>五</form><script>六</script>乙", "甲¶乙"),
        ("甲<style>一</style><template>二</template><noscript>三</noscript><div hidden>四</div><!-- 五 -->乙", "甲¶乙"),
        ("<p style='color:red; DISPLAY : none'>一</p><p hidden=until-found>甲</p><div role=tabpanel hidden>乙</div>", "甲¶乙"),
        (
            "<svg><title>一</title><text>二</text></svg>甲<label>三</label><iframe>四</iframe><video>五</video><input value=六>",
            "甲",
        ),
        ("甲<blockquote>乙<footer>丙</footer></blockquote>", "甲¶乙¶丙"),
        ("<select><option>甲<option>乙</select><textarea>丙</textarea><button>丁</button>", "甲¶乙¶丙¶丁"),
    ] {
        assert_eq!(text(&page(&simple("题", body))), expected, "{body}");
    }
}

#[test]
fn a_stray_nul_is_nothing() {
    let filler = "文".repeat(50);
    let article = main(&format!("<h2 id=a>内存32\0·3</h2><p>{filler}</p><pre>甲\0乙</pre>"));
    assert_eq!(text(&article), format!("内存32·3¶{filler}¶甲乙"));
    assert_eq!(headings(&article), [("内存32·3", "a")]);
    // One whose characters take two bytes each is read all the same.
    let wide: Vec<u8> = "<!doctype html><title>A</title><main>one</main>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let folder = Folder::new();
    folder.put("a.html", wide);
    assert_eq!(text(one(&folder.read())), "one");
}

#[test]
fn blocks_end_and_inline_tags_join() {
    for (html, expected) in [
        ("<p>甲<b>乙</b>丙<p>丁", "甲乙丙¶丁"),
        ("<ul><li>甲<li>乙<ol><li>丙</ol></ul>丁", "甲¶乙¶丙¶丁"),
        ("<table><tr><th>甲<th>乙<tr><td>丙<td>丁</table>", "甲¶乙¶丙¶丁"),
        ("<dl><dt>甲<dd>乙<dt>丙</dl><pre>丁</pre><blockquote>戊</blockquote>己", "甲¶乙¶丙¶丁¶戊¶己"),
        ("one\n  two <i> three</i>\nfour甲\n乙", "one two three four甲乙"),
        ("甲<br>乙<wbr>丙&shy;丁", "甲\n乙丙\u{AD}丁"),
        ("<ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp>字<rt>じ</rt></ruby>の", "漢字の"),
        ("<pre>甲\n  乙\n\n丙 <b>丁</b> 戊</pre>", "甲\n  乙\n\n丙 丁 戊"),
        ("<pre><code><div class=line>甲</div><div class=line>  乙</div></code></pre>", "甲\n  乙"),
        ("甲&nbsp;&lt;乙&gt;&middot;&#20013;&CounterClockwiseContourIntegral;", "甲\u{a0}<乙>·中∳"),
        ("<p>甲<p>乙</p>丙</div></span>丁<table>戊<tr><td>己</table>", "甲¶乙¶丙丁戊¶己"),
        ("<b>甲<p>乙</b>丙</p>", "甲¶乙丙"),
        ("甲&#1;乙", "甲 乙"),
    ] {
        let read = text(&main(html));
        // Empty lines in code are one line's end.
        assert_eq!(read, expected.replace("\n\n", "\n"), "{html}");
    }
}

#[test]
fn images_are_found_by_what_they_show() {
    for (html, expected) in [
        ("<p>甲<img src=a alt=' 雪\n景 '>乙<p>丙", "甲乙¶雪 景¶丙"),
        ("<p>甲<img alt='😀' src=x>乙<img alt>丙", "甲😀乙丙"),
        ("<h2 id=x><img alt=徽标></h2>甲", "徽标¶甲"),
        ("<figure><img alt=图><figcaption>说明</figcaption></figure>", "图¶说明"),
    ] {
        assert_eq!(text(&main(html)), expected, "{html}");
    }
}

#[test]
fn headings_have_the_ids_of_the_page() {
    let read = |html| {
        let article = main(html);
        headings(&article).into_iter().map(|(a, b)| format!("{a}#{b}")).collect::<Vec<_>>().join(" ")
    };
    for (html, expected) in [
        ("<h2 id=a>甲</h2>文<h3>乙</h3>", "甲#a 乙#"),
        ("<h2><a id=a></a>甲</h2><h2><a name=b>乙</a></h2>", "甲#a 乙#b"),
        ("<section id=a><h2>甲</h2>文<h2>乙</h2></section>", "甲#a 乙#"),
        ("<span id=a></span>\n<h2>甲</h2><p>文<h2>乙</h2>", "甲#a 乙#"),
        ("<p id=a data-pagefind-title>甲</p><p id=b>乙</p>", "甲#a"),
        ("<h2 id=a>甲<a href=#a>乙</a></h2>", "甲乙#a"),
        ("<h2 id=a hidden>甲</h2><h2 id=b></h2>文", ""),
    ] {
        assert_eq!(read(html), expected, "{html}");
    }
}

/// Each as a generator writes it.
#[test]
fn signs_beside_headings_are_no_words() {
    for html in [
        "<h2 id=a>甲<a class=headerlink href=#a title='Link to this heading'>¶</a></h2>",
        "<h2 id=a tabindex=-1>甲 <a class=header-anchor href=#a aria-label='Permalink to “甲”'>\u{200b}</a></h2>",
        "<h2 id=a><a class=header href=#a>甲</a></h2>",
        "<h2 class=anchor id=a>甲<a href=#a class=hash-link aria-label='Direct link to 甲'>\u{200b}</a></h2>",
        "<div><h2 id=a>甲</h2><a class=sl-anchor-link href=#a><span aria-hidden=true><svg></svg></span><span class=sr-only>Section titled “甲”</span></a></div>",
        "<h2 id=a><a href=#a class=headerlink title=甲></a>甲</h2>",
        "<h2 id=a>甲 <a href=#a class=anchor aria-hidden=true>#</a></h2>",
        "<h2 id=a>甲<a class=td-heading-self-link href=#a aria-label=Heading></a></h2>",
        "<h2 id=a>甲<a class=permalink href=#a>Permalink to 甲</a></h2>",
    ] {
        let article = main(html);
        assert_eq!((text(&article).as_str(), &headings(&article)[..]), ("甲", &[("甲", "a")][..]), "{html}");
    }
}

#[test]
fn what_generators_add_to_code_and_formulas_is_no_text() {
    for (html, expected) in [
        (
            "<figure class=highlight><table><tr><td class=gutter><pre><span class=line>1</span><br><span class=line>2</span></pre></td><td class=code><pre><span class=line>甲</span><br><span class=line>乙</span></pre></td></tr></table></figure>",
            "甲\n乙",
        ),
        (
            "<table><tr><td class=lntd><pre><code><span class=lnt>1\n</span><span class=lnt>2\n</span></code></pre></td><td class=lntd><pre><code>甲\n乙</code></pre></td></tr></table>",
            "甲\n乙",
        ),
        ("<pre><code><span class=linenos>1</span>甲\n<span class=ln>2</span>乙</code></pre>", "甲\n乙"),
        (
            "<div class=language-js><button title='Copy Code' class=copy></button><pre>甲</pre><div class=line-numbers-wrapper aria-hidden=true><span class=line-number>1</span></div></div>",
            "甲",
        ),
        ("<pre>甲</pre><button aria-label='Copy code to clipboard'>Copy</button><button>乙</button>", "甲¶乙"),
        (
            "甲<span class=katex><span class=katex-mathml><math><semantics><mrow><mi>x</mi><mn>2</mn></mrow><annotation encoding='application/x-tex'>x^2</annotation></semantics></math></span><span class=katex-html aria-hidden=true>x2</span></span>乙",
            "甲x2乙",
        ),
        ("<span class=katex><span class=katex-html>x2</span></span>", "x2"),
        ("<ul class=toc><li><a href=#a>甲</a><ul><li><a href=#b>乙</a></ul></ul><h2 id=a>甲</h2><h2 id=b>乙</h2>", "甲¶乙"),
        ("<ol><li>甲 <a href=#r>↩</a><li><a href=b>乙</a></ol>", "甲¶乙"),
        ("甲<span class=visually-hidden>乙</span><sup><a href=#fn1>[1]</a></sup>", "甲[1]"),
    ] {
        assert_eq!(text(&main(html)), expected, "{html}");
    }
}

#[test]
fn the_title_is_the_main_parts_and_the_other_is_found_too() {
    let folder = Folder::new();
    folder.put("a.html", simple("甲 - 站", "<main><h1>头 <a href=#x>¶</a></h1>文</main>"));
    folder.put("b.html", simple("乙 - 站", "<h1>站</h1><main>文</main>"));
    folder.put("c.html", simple("丙 - 丁 - 站", "<h1>站</h1><main>文二</main>"));
    folder.put("d.html", simple("站", "<header><h1>外</h1></header><main>文三</main>"));
    folder.put("e.html", simple("戊 | 己 - 站", "<main><h1>戊</h1>文四<h1>又</h1></main>"));
    folder.put("f.html", simple("庚 - 站", "<h1 data-pagefind-meta=title>给</h1><main><h1>给</h1>文五</main>"));
    folder.put("g.html", simple("", "<main>文六</main>"));
    let post = |title: &str| format!("<article><h1><a href=/{title}/>{title}</a></h1>摘要</article>");
    folder.put("h.html", simple("首页 - 站", &format!("<main>{}{}</main>", post("一"), post("二"))));
    folder.put("i.html", simple("壬 - 站", &post("辛")));
    let read = folder.read();
    assert_eq!(titles(&read), ["头", "乙", "丙 - 丁", "外", "戊", "给", "g", "首页", "辛"]);
    let texts: Vec<String> = read.articles.iter().map(text).collect();
    assert_eq!(texts, ["甲¶文", "文", "文二", "文三", "文四¶又", "庚¶文五", "文六", "一¶摘要¶二¶摘要", "壬¶摘要"]);
}

#[test]
fn a_page_says_who_wrote_it_when_and_in_which_language() {
    let head = |head: &str| page(&format!("<html lang=zh-Hant-TW><head>{head}</head><body><main>文</main></body></html>"));
    let article = head(
        r#"<meta name=author content=景静><meta name=author content=李明><meta property="article:published_time" content="2024-01-02T08:00:00Z">
        <meta property="article:section" content=社区><meta property="article:tag" content=雪><meta property="article:tag" content="冰, 霜"><meta name=keywords content="一，二, 三">"#,
    );
    assert_eq!((meta(&article, "lang"), meta(&article, "date")), ("zh-hant-tw", "2024-01-02T08:00:00Z"));
    assert_eq!((values(&article, "author"), values(&article, "tags")), (vec!["景静", "李明"], vec!["雪", "冰, 霜"]));
    assert_eq!((meta(&article, "section"), values(&article, "keywords")), ("社区", vec!["一", "二", "三"]));
    let linked = r#"<script type="application/ld+json">{"@context":"https://schema.org","@graph":[{"@type":"Organization","name":"社"},
        {"@type":["NewsArticle"],"datePublished":"2023-12-11","author":[{"@type":"Person","name":"甲"},{"name":"乙"}],"publisher":{"name":"丙"}}]}</script>"#;
    let article = head(linked);
    assert_eq!((meta(&article, "date"), values(&article, "author")), ("2023-12-11", vec!["甲", "乙"]));
    let article =
        main("<h1>头</h1><time class=updated datetime=2025-01-01>a</time><time datetime=2022-03-04>三月四日</time><p>文");
    assert_eq!(meta(&article, "date"), "2022-03-04");
    assert_eq!(meta(&main("<p itemprop=author>丁</p><a rel=author href=x>戊</a>"), "author"), "丁");
    // What cannot be read says nothing.
    assert_eq!(head("<script type='application/ld+json'>{\"@type\":\"Article\",</script>").meta.len(), 1);
}

#[test]
fn a_page_without_a_language_has_that_of_the_site() {
    let folder = Folder::new();
    folder.put("a.html", "<html lang=ZH-cn><main>甲</main>");
    folder.put("b.html", "<main>乙</main>");
    folder.put("c.html", "<html lang=zh-cn><main>丙</main>");
    folder.put("d.html", "<html lang=en><main>丁</main>");
    let read = folder.read();
    assert_eq!(read.articles.iter().map(|a| meta(a, "lang")).collect::<Vec<_>>(), ["zh-cn", "zh-cn", "zh-cn", "en"]);
}

#[test]
fn addresses_are_those_of_the_site() {
    let folder = Folder::new();
    for name in ["index.html", "a/index.html", "a/x-index.html", "b.html", "c.htm", "雪 1.html"] {
        folder.put(name, simple(name, name));
    }
    assert_eq!(urls(&folder.read()), ["/a/", "/a/x-index.html", "/b.html", "/c.htm", "/", "/%E9%9B%AA%201.html"]);
    let html = Html { clean: true, ..Html::default() };
    let options = Options { base_url: "https://e.org/docs".into(), html, ..Options::default() };
    assert_eq!(
        urls(&folder.read_with(&options))[..3],
        ["https://e.org/docs/a/", "https://e.org/docs/a/x-index", "https://e.org/docs/b"]
    );
    let html = Html { keep_index: true, ..Html::default() };
    assert_eq!(urls(&folder.read_with(&Options { html, ..Options::default() }))[0], "/a/index.html");
}

#[test]
fn a_canonical_address_is_taken_if_it_is_plainly_this_pages() {
    let folder = Folder::new();
    let put = |name: &str, canonical: &str| {
        folder.put(name, simple(name, &format!("<link rel=canonical href='{canonical}'><main>{name}</main>")));
    };
    put("a.html", "https://e.org/docs/a");
    put("b/index.html", "/docs/b/#x");
    put("index.html", "https://e.org/docs/");
    put("c.html", "https://other.org/elsewhere");
    put("d.html", "https://e.org/docs/xd");
    assert_eq!(urls(&folder.read()), ["/docs/a", "/docs/b/", "/c.html", "/d.html", "/docs/"]);
}

#[test]
fn what_is_no_article_is_left_out_and_named() {
    let folder = Folder::new();
    let list = "<main><h1>雪</h1><ul><li><a href=/a/>甲</a></ul></main>";
    folder.put("index.html", simple("首页", "<main><h1>首页</h1>欢迎</main>"));
    folder.put("noindex.html", simple("甲", "<meta name=ROBOTS content='NoIndex, follow'>文"));
    folder.put("none.html", simple("甲", "<meta content=none name=robots>文"));
    folder.put("odd.html", simple("甲", "<meta name=robots content='no-index;nofollow'>文"));
    folder.put("draft.html", simple("甲", "<meta name=draft content=true>文"));
    folder.put("draft2.html", "<html data-draft><body>文");
    folder.put("_drafts/a.html", simple("甲", "文"));
    folder.put("go.html", simple("甲", "<meta http-equiv=Refresh content='0; URL=/b/'>去"));
    folder.put("404.html", simple("甲", "没有"));
    folder.put("en/404/index.html", simple("甲", "none"));
    folder.put("print.html", simple("书", "<main><h1>一</h1>文<h1>二</h1>文</main>"));
    folder.put("_print/index.html", simple("书", "全文"));
    folder.put("tags/雪/index.html", simple("雪", list));
    folder.put("archives/2023/12/index.html", simple("归档", list));
    folder.put("page/2/index.html", simple("首页", "<article><h2><a href=/a/>甲</a></h2>摘要</article><article>二</article>"));
    folder.put("hidden.html", simple("甲", "<div hidden>藏</div>"));
    folder.put("empty.html", simple("甲", "<nav>导航</nav>"));
    let read = folder.read();
    assert_eq!(titles(&read), ["首页"]);
    let mut all = read.left.clone();
    all.sort_unstable();
    assert_eq!(
        all,
        [("404", 2), ("drafts", 2), ("empty", 1), ("hidden", 1), ("lists", 3), ("noindex", 3), ("print", 2), ("redirects", 1)]
    );
    let told: Vec<String> = read.notes.iter().map(ToString::to_string).collect();
    for name in
        ["noindex.html", "none.html", "draft.html", "_drafts", "go.html", "404.html", "print.html", "archives", "hidden.html"]
    {
        assert!(told.iter().any(|note| note.contains(name)), "{name}: {told:?}");
    }
    let html = Html { include: vec!["noindex".into(), "lists".into()], hidden: true, ..Html::default() };
    assert_eq!(folder.read_with(&Options { html, ..Options::default() }).articles.len(), 8);
}

#[test]
fn an_article_is_not_lost_for_its_name() {
    let folder = Folder::new();
    let text = "一段没有链接的文字。".repeat(20);
    for name in
        ["print.html", "category/news/index.html", "tags.html", "page/3/index.html", "guide/archive/a.html", "drafts.html"]
    {
        folder.put(name, simple(name, &format!("<main><h1>{name}</h1>{text}<a href=/x>见</a></main>")));
    }
    folder.put("refresh.html", simple("甲", "<meta http-equiv=refresh content=600>新闻"));
    folder.put("robots.html", simple("甲", "<meta name=robots content='index, follow, max-snippet:-1'>文"));
    folder.put("home.html", simple("乙", "<link rel=canonical href='https://e.org/'>文三"));
    folder.put("index.html", simple("丙", "文四"));
    assert_eq!(folder.read().articles.len(), 10);
}

#[test]
fn a_copy_of_a_page_is_left_out() {
    let folder = Folder::new();
    folder.put("a/index.html", simple("甲", "文"));
    folder.put("amp/x.html", simple("甲", "<link rel=canonical href=https://e.org/a/>文"));
    let read = folder.read();
    assert_eq!((read.articles.len(), &read.left[..]), (1, &[("copies", 1)][..]));
}

#[test]
fn in_a_built_site_only_pages_are_read() {
    let folder = Folder::new();
    folder.put("index.html", simple("甲", "文"));
    folder.put("robots.txt", "User-agent: *");
    folder.put("a/llms.md", "# 甲");
    folder.put("b.jsonl", "{\"title\":\"乙\",\"url\":\"/b\"}");
    let read = folder.read();
    assert_eq!(titles(&read), ["乙", "甲"]);
    assert!(read.notes.iter().any(|note| note.text.contains("2 files of text or Markdown")), "{:?}", read.notes);
    // Where pages are the fewer, they stand beside the articles.
    let folder = Folder::new();
    folder.put("a.md", "# 甲");
    folder.put("b.md", "# 乙");
    folder.put("c.html", simple("丙", "文"));
    assert_eq!(titles(&folder.read()), ["甲", "乙", "丙"]);
}

#[test]
fn bytes_are_counted_where_they_were_read() {
    let folder = Folder::new();
    let short = simple("甲", "文");
    folder.put("a.html", &short);
    folder.put("b.html", simple("乙", &"文".repeat(1000)));
    let read = folder.read_with(&Options { max_article: 1000, ..Options::default() });
    assert_eq!((titles(&read), read.bytes), (vec!["甲"], short.len() as u64));
}

#[test]
fn a_page_may_be_in_any_encoding_and_packed() {
    let folder = Folder::new();
    let page = |charset: &str| {
        simple("题", &format!("<meta charset={charset}>")).replace("<title>", &format!("<meta charset='{charset}'><title>"))
    };
    let text = "志愿者清扫积雪";
    let (gbk, _, _) = encoding_rs::GBK.encode(text);
    let put = |name: &str, head: &str, words: &[u8]| {
        let page = simple("題", &format!("<meta {head}><main>@</main>"));
        let (before, after) = page.split_once('@').expect("a place");
        folder.put(name, [before.replace("題", "t").as_bytes(), words, after.as_bytes()].concat());
    };
    put("a.html", "charset=gb2312", &gbk);
    put("b.html", "http-equiv=Content-Type content='text/html; charset=GBK'", &gbk);
    put("c.html", "charset=utf-8", text.as_bytes());
    put("d.html", "charset=utf-16", text.as_bytes());
    let (latin, _, _) = encoding_rs::WINDOWS_1252.encode("déjà vu");
    put("e.html", "charset=iso-8859-1", &latin);
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut gzip, page("utf-8").replace("</body>", &format!("{text}</body>")).as_bytes()).unwrap();
    folder.put("f.html", gzip.finish().unwrap());
    let read = folder.read();
    let texts: Vec<&str> = read.articles.iter().map(|a| a.text.as_str()).collect();
    assert_eq!(texts, [text, text, text, text, "déjà vu", text], "{:?}", read.notes);
}

#[test]
fn the_html_of_a_json_line_is_read_by_the_same_reader() {
    let folder = Folder::new();
    folder.put(
        "a.jsonl",
        concat!(
            r#"{"html":"<h1>题</h1><p>甲<b>乙</b></p><h2 id=x>节</h2><p>丙","url":"/a"}"#,
            "\n",
            r#"{"title":"题","html":"<h1>题</h1>文<script>x</script><p hidden>y","url":"/b"}"#,
        ),
    );
    let read = folder.read();
    assert_eq!((titles(&read), text(&read.articles[0])), (vec!["题", "题"], "甲乙¶节¶丙".to_string()));
    assert_eq!((headings(&read.articles[0]), text(&read.articles[1])), (vec![("节", "x")], "文".to_string()));
}

#[test]
fn the_owner_says_what_is_read() {
    let folder = Folder::new();
    folder.put("a.html", simple("甲", "<div id=c>乙<p class=x>丙</p></div><div class='x y' data-pagefind-body>丁</div>"));
    folder.put("b/c.html", simple("甲", "戊"));
    let read = |root: Option<&str>, exclude: &[&str]| {
        let selector = |text: &&str| Selector::parse(text).expect("a selector");
        let html = Html { root: root.as_ref().map(selector), exclude: exclude.iter().map(selector).collect(), ..Html::default() };
        let files =
            xunzi::input::Files { only: xunzi::input::globs(&["*.html".into()]).expect("a pattern"), ..Default::default() };
        text(one(&folder.read_with(&Options { html, files, ..Options::default() })))
    };
    assert_eq!(read(None, &[]), "丁");
    assert_eq!(read(None, &[".y"]), "乙¶丙");
    assert_eq!(read(Some("#c"), &[]), "乙¶丙");
    assert_eq!(read(Some("#c"), &["p.x"]), "乙");
}

/// Seconds for a million tags, where half a megabyte took minutes.
#[test]
fn time_grows_with_length_however_tags_nest() {
    let n = 1_000_000;
    let many = |unit: &str| unit.repeat(n / unit.matches('<').count().max(1));
    for (name, html) in [
        ("div", many("<div>")),
        ("list", many("<ul><li>")),
        ("span", many("<span>")),
        ("bold", many("<b>")),
        ("fonts", (0..n / 4).map(|k| format!("<font a={k}><p>x")).collect()),
        ("misnested", many("<b><div></b>")),
        ("strays", many("<div></span>")),
        ("tables", many("<table><tr><td>")),
        ("fostered", format!("<table>{}", many("<tr>x<b>"))),
        ("sections", many("<section><p>x</section>")),
        ("svg", many("<svg><g>")),
        ("links", many("<a href=x><div>")),
        ("quotes", many("<blockquote><p>x</blockquote>")),
        ("hidden", many("<div hidden>")),
        ("buttons", many("<button><p>")),
        ("templates", many("<template>")),
        ("attributes", format!("<p {}>", (0..200_000).map(|k| format!("a{k} ")).collect::<String>())),
        ("entities", "&amp".repeat(n)),
        ("less", "<".repeat(n)),
        ("headings", many("<h2><ul>")),
        ("select", many("<select><option>")),
    ] {
        let folder = Folder::new();
        folder.put("a.html", format!("<main>{html}末"));
        folder.put("b.html", simple("好", "文"));
        let started = Instant::now();
        let read = folder.read();
        let took = started.elapsed();
        eprintln!("{name}: {} kB, {:.2} s", html.len() / 1000, took.as_secs_f64());
        assert!(took < Duration::from_secs(20), "{name}: {took:?}");
        assert!(read.articles.iter().any(|article| article.title == "好"), "{name}");
        if !["attributes", "hidden", "templates", "svg", "select"].contains(&name) {
            assert!(read.articles.iter().any(|article| article.text.contains('末')), "{name}: {:?}", read.notes);
        }
        if name == "hidden" {
            assert_eq!(read.articles.len(), 1);
        }
    }
}

#[test]
fn addresses_that_lead_to_one_place_are_told() {
    let folder = Folder::new();
    folder.put("A.html", simple("甲", "文"));
    folder.put("a.html", simple("乙", "文二"));
    folder.put("b.jsonl", "{\"title\":\"丙\",\"url\":\"/x/../../etc\"}");
    let read = folder.read();
    let told: Vec<&str> = read.notes.iter().map(|note| note.text.as_str()).collect();
    assert_eq!((read.articles.len(), told.len()), (3, 2), "{told:?}");
    assert!(told[0].contains("capital letters (/A.html)") && told[1].contains("../"), "{told:?}");
}

#[cfg(unix)]
#[test]
fn nothing_out_of_the_input_is_read() {
    use std::os::unix::fs::symlink;
    let folder = Folder::new();
    folder.put("private/secret.html", simple("密", "密钥"));
    folder.put("in/a.html", simple("甲", "文"));
    folder.put("in/sub/b.html", simple("乙", "文二"));
    let input = folder.path().join("in");
    symlink("../private/secret.html", input.join("out.html")).expect("a link");
    symlink("../private", input.join("folder")).expect("a link");
    symlink("..", input.join("sub/up")).expect("a link");
    symlink("a.html", input.join("again.html")).expect("a link");
    // An index in the site, whether it is the one that is written or another.
    folder.put("in/search/xunzi.js", "");
    folder.put("in/search/manifest", "");
    folder.put("in/search/search.html", simple("丙", "文三"));
    folder.put("in/out/old.html", simple("丁", "文四"));
    let mut options = Options::default();
    options.files.out = Some(input.join("out"));
    let read = xunzi::input::read(&[input], &options, &mut |_| {}).expect("a folder");
    assert_eq!(titles(&read), ["甲", "乙"]);
    for (name, words) in [("out.html", "link out of the input"), ("folder", "link out of the input"), ("search", "not read")] {
        assert!(super::note(&read, name).text.contains(words), "{:?}", read.notes);
    }
}

/// What no reader of the site sees stands nowhere in what is handed on; one that is seen does.
#[test]
fn what_is_not_shown_is_not_read() {
    let secrets = [
        "<!-- 机密 -->",
        "<script>机密</script>",
        "<script type='application/ld+json'>{\"@type\":\"Person\",\"name\":\"机密\"}</script>",
        "<style>机密</style>",
        "<template><p>机密</p></template>",
        "<noscript>机密</noscript>",
        "<p hidden>机密</p>",
        "<div hidden><div><p>机密</div></div>",
        "<p style='display:none'>机密</p>",
        "<p style='color:red;visibility: hidden'>机密</p>",
        "<input value=机密><input type=hidden value=机密>",
        "<meta name=description content=机密><meta property=og:description content=机密>",
        "<p data-note=机密 title=机密 aria-label=机密>文</p>",
        "<div data-xunzi-ignore>机密</div>",
        "<div data-pagefind-ignore=all><h1>机密</h1><p data-pagefind-meta=x>机密</p></div>",
        "<h2 hidden id=机密>机密</h2>",
        "<img alt=机密 hidden>",
        "<section hidden><img alt=机密></section>",
        "<details hidden><summary>机密</summary></details>",
        "<table hidden><tr><td>机密</table>",
        "<svg><text>机密</text></svg>",
        "<iframe>机密</iframe><iframe srcdoc=机密></iframe>",
        "<p data-nosearch>机密</p>",
        "<form>机密</form><label>机密</label>",
        "<audio>机密</audio><video>机密</video><canvas>机密</canvas>",
    ];
    let deep = format!("{}<div hidden>机密</div>{}", "<div>".repeat(3000), "</div>".repeat(3000));
    let list = format!("{}<p hidden>机密</p>{}", "<ul><li>".repeat(200_000), "</ul>".repeat(200_000));
    let folder = Folder::new();
    for (n, secret) in secrets.iter().copied().chain([deep.as_str(), list.as_str()]).enumerate() {
        folder.put(&format!("{n}.html"), simple("题", &format!("<main>前{secret}<p>公开{n}</main>")));
    }
    let read = folder.read();
    assert_eq!(read.articles.len(), secrets.len() + 2, "{:?}", read.notes);
    for article in &read.articles {
        assert!(!format!("{article:?}").contains("机密"), "{article:?}");
        assert!(article.text.contains("公开") && article.text.contains('前'), "{article:?}");
    }
}

#[test]
fn pages_that_say_what_others_say() {
    let folder = Folder::new();
    let article =
        |n: usize| format!("<p>第{n}篇文章从这里开始，说的是除雪和志愿者的事情。</p><p>第{n}篇还有一段，别处没有。</p>");
    for n in 0..3 {
        let html = format!("<title>题{n}</title><main><article><h1>题{n}</h1>{}</article></main>", article(n));
        folder.put(&format!("post/{n}/index.html"), html);
    }
    let entry =
        |n: usize| format!("<article><h2><a href=/post/{n}/>题{n}</a></h2><p>第{n}篇文章从这里开始，说的是除雪…</p></article>");
    let list = |from: usize| format!("<main>{}{}</main>", entry(from), entry(from + 1));
    // The first page of a blog, that of a section, and Butterfly's, whose titles are no headings.
    folder.put("index.html", list(0));
    folder.put("post/index.html", list(1));
    folder.put("page/2/index.html", list(0).replace("h2>", "div>"));
    let read = folder.read();
    assert_eq!(titles(&read), ["题0", "题1", "题2"], "{:?}", read.notes);
    assert_eq!(read.left, [("lists", 3)]);
    // A book's first chapter is there twice; a page that shows two others and says most itself is none of these.
    let folder = Folder::new();
    let chapter = "<title>题</title><main><h1>题</h1><p>第一章的文字。</p></main>";
    folder.put("index.html", chapter);
    folder.put("one.html", chapter);
    let own = "<p>这一页自己说的话比它引的多得多，引的只是两篇文章的名字和开头。</p>".repeat(3);
    folder.put(
        "two.html",
        format!(
            "<main><h1>导读</h1>{own}<h2><a href=one.html>题</a></h2><p>第一章的文字。</p><h2><a href=x.html>别</a></h2></main>"
        ),
    );
    let read = folder.read();
    assert_eq!((urls(&read), &read.left[..]), (vec!["/one.html", "/two.html"], &[("copies", 1)][..]));
}

#[test]
fn what_stands_around_the_article_in_the_main_part() {
    let around =
        "<main><header itemtype=http://schema.org/WPHeader><p>站点</p></header><aside class=sidebar>侧栏</aside><article><header>署名</header><aside>旁注</aside>文字</article>
        <div class=relatedPosts><b>相关</b><a href=/b>别的一篇文章的开头</a></div><div class=related>是正文</div></main>";
    assert_eq!(text(&page(around)), "署名¶旁注¶文字¶是正文");
    assert_eq!(text(&page("<main><header><h1>题</h1>引言</header><article>文字</article></main>")), "引言¶文字");
    assert_eq!(text(&page("<main><header>引言</header><aside class=sidebar>旁注</aside>文字</main>")), "引言¶旁注¶文字");
}
