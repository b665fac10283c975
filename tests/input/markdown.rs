//! Is of Markdown what its readers see read, and nothing else?

use crate::{Folder, headings, meta, note, one, titles, urls, values};
use std::time::Instant;
use xunzi::input::markdown::Markdown;
use xunzi::input::{Level, Options};

/// The text of Markdown, `¶` between its blocks.
fn text(markdown: &str) -> String {
    let folder = Folder::new();
    folder.put("a.md", format!("# 题\n\n{markdown}\n"));
    one(&folder.read()).text.replace('\u{2029}', "¶")
}

#[test]
fn every_construct_is_what_its_reader_sees() {
    for (markdown, seen) in [
        // Soft line breaks.
        ("甲\n乙", "甲乙"),
        ("one\n*two*\n[three](x)\n`four`", "one two three four"),
        ("一\n**二**\n[三](x)", "一二三"),
        ("one  \ntwo\\\nthree", "one\ntwo\nthree"),
        // Emphasis beside punctuation.
        ("显示**「确认」**按钮，**注意：**请保存", "显示「确认」按钮，注意：请保存"),
        ("この**「本」**を*（注）*読む", "この「本」を（注）読む"),
        ("오늘**'축제'**가 열린다", "오늘'축제'가 열린다"),
        ("中文**`code`**字", "中文code字"),
        ("他说~~“错”~~对", "他说“错”对"),
        ("a ** b ** c", "a ** b ** c"),
        ("`**「确认」**按钮`", "**「确认」**按钮"),
        ("==重点==和==「要」==点", "重点和「要」点"),
        ("若 a == b 且 c == d", "若 a == b 且 c == d"),
        // Containers, alerts, admonitions.
        ("::: warning\n先停机\n:::\n\n尾", "先停机¶尾"),
        ("甲\n::: tip 提示语\n乙\n:::\n丙", "甲¶提示语¶乙¶丙"),
        (":::note[标题]\n文\n:::", "标题¶文"),
        ("::::{tab-set}\n:::{tab-item} 甲\n乙\n:::\n::::", "甲¶乙"),
        ("- 项\n  ::: tip\n  里\n  :::", "项¶里"),
        ("> [!NOTE]\n> 提醒", "提醒"),
        ("> [!warning]- 小心\n> 提醒", "小心¶提醒"),
        ("!!! note \"小标题\"\n\n    内文**粗**\n\n    - 项\n\n外", "小标题¶内文粗¶项¶外"),
        ("!!! tip\n    甲\n\n    ??? note \"深\"\n        乙\n\n丙", "甲¶深¶乙¶丙"),
        ("=== \"页一\"\n\n    甲\n\n=== \"页二\"\n\n    乙", "页一¶甲¶页二¶乙"),
        ("很好!!! 真的", "很好!!! 真的"),
        ("12. ```\n    !!! note \"甲\"\n        乙\n    ```", "!!! note \"甲\"\n    乙"),
        ("7) ~~~\n   !!! note \"甲\"\n       乙\n   ~~~", "!!! note \"甲\"\n    乙"),
        ("::: v-pre\n{{ 甲 }}\n:::\n乙", "{{ 甲 }}¶乙"),
        ("//// tab | 甲\n乙\n////\n\n丙", "甲¶乙¶丙"),
        ("```{note} 标题\n:class: x\n甲**乙**\n```\n丙", "标题¶甲乙¶丙"),
        ("```{code-block} js\nlet a\n```", "let a"),
        ("{% note info 标题 %}\n甲\n{% endnote %}", "标题¶甲"),
        ("{% tabs x %}\n<!-- tab 甲 -->\n乙\n<!-- endtab -->\n{% endtabs %}", "甲¶乙"),
        ("{{< tab \"甲\" >}}乙{{< /tab >}}{{< ref \"x.md\" >}}", "甲¶乙"),
        ("<Tabs>\n<TabItem value=\"a\" label=\"甲\">\n\n乙\n\n</TabItem>\n</Tabs>", "甲¶乙"),
        ("文<Badge type=\"tip\" text=\"新\" />尾", "文 新 尾"),
        ("import A from '@b';\n\nexport const x = {\n\n  y: 1,\n};\n\n文 {/* 密 */}字", "文 字"),
        ("import 和 export 是词", "import 和 export 是词"),
        // Tags of templates.
        ("{{< tabpane persist=\"lang\" >}}\n{{% tab header=\"终端\" %}}\n执行。\n{{% /tab %}}\n{{< /tabpane >}}", "终端¶执行。"),
        ("文{{< sup >}}字{% include x.html %}句{{ page.x }}尾", "文字句尾"),
        ("{% comment %}密{% endcomment %}明", "明"),
        ("{% raw %}{{ 甲 }}{% endraw %}", "{{ 甲 }}"),
        ("{% codeblock lang:js %}\nlet **a**;\n{% endcodeblock %}", "let **a**;"),
        ("{{< highlight go >}}\na := `{{< x >}}`\n{{< /highlight >}}", "a := `{{< x >}}`"),
        ("`{{< gallery >}}` 与\n\n```\n{{< x >}}\n::: a\n==b== [[c]]\n```", "{{< gallery >}} 与¶{{< x >}}\n::: a\n==b== [[c]]"),
        ("    {% if x %}\n    [[y]]", "{% if x %}\n[[y]]"),
        ("花费 {{ 没有结束", "花费 {{ 没有结束"),
        // Wikis.
        ("读[[书|那本]]的[[第三章]]，![[图.png]]见[[页#节]]", "读那本的第三章，见页 > 节"),
        ("[[一]](x) 与 a[[0]] [ -f x ]", "[一] 与 a0 [ -f x ]"),
        ("明%%密语%%文 100%% 与 50%%", "明文 100%% 与 50%%"),
        ("段落 ^abc-1", "段落"),
        // Changes that are suggested, notes among words, readings.
        ("甲{>>密<<}乙{++加++}{~~旧~>新~~}{==亮==}", "甲乙加旧 新亮"),
        ("文^[行内]尾", "文尾¶行内"),
        ("甲[^1][乙](x)\n\n[^1]: 注", "甲乙¶注"),
        ("｜漢字《かんじ》と東京《とうきょう》、看《三国》", "漢字と東京、看《三国》"),
        ("++插++入 H~2~O x^2^ 与 C++ 和 a^b", "插入 H2O x2 与 C++ 和 a^b"),
        ("- [/] 甲\n- [1] 乙", "甲¶[1] 乙"),
        ("* TOC\n{:toc}\n\n<<< @/a.js\n\n{!b.md!}\n\n文", "文"),
        // Attributes.
        ("[词]{.x}与[链](y){.z}与 [x]", "词与链与 [x]"),
        ("[链接](x){target=\"_blank\"} ![图](y){.wide}", "链接¶图"),
        ("段\n{: .lead}", "段"),
        ("集合 {a, b} 与 {.x", "集合 {a, b} 与 {.x"),
        // What Markdown has itself.
        ("- [ ] 甲\n- [x] 乙[^1]\n\n[^1]: 注", "甲¶乙¶注"),
        ("词\n: 释", "词¶释"),
        ("设 $a_b*c*d$ 为", "设 a_b*c*d 为"),
        ("[TOC]\n\n*[HTML]: 超文本\n\n文", "文"),
        ("文\n\n--8<-- \"a.md\"", "文"),
        ("[x]: http://a.b \"题\"\n[文][x]", "文"),
        // HTML.
        (
            "<div hidden>密</div>\n\n明<span style=\"display: none\">密</span>文<script>var k='密'</script>末<style>密</style>",
            "明文末",
        ),
        ("<div hidden>\n\n密\n\n</div>\n\n明", "明"),
        ("<p data-nosearch>密</p>\n\n<div data-pagefind-ignore>密</div>\n\n明<span data-xunzi-ignore>密</span>文", "明文"),
        ("甲<foo>乙</foo>丙<video>密</video>丁", "甲乙丙丁"),
        ("<main>甲</main>\n\n乙", "甲¶乙"),
        ("<ruby>東<rt>とう</rt>京<rp>（</rp><rt>きょう</rt><rp>）</rp></ruby>湾", "東京湾"),
        ("{漢字|かんじ}と", "漢字と"),
        ("<p>Caf&eacute; &amp; f&uuml;r M&auml;rz&hearts;</p>", "Café & für März♥"),
        ("a<!-- 密 -->b <br>c", "ab\nc"),
        ("<details><summary>头</summary>\n\n文\n\n</details>", "头¶文"),
        ("<p>他说*「好」*，**「是」**。</p>", "他说*「好」*，**「是」**。"),
    ] {
        assert_eq!(text(markdown), seen, "{markdown}");
    }
}

#[test]
fn front_matter_in_all_its_forms() {
    let folder = Folder::new();
    for (name, text) in [
        ("bare.md", "title: 海边\ndate: 2025-05-06 08:00:00\ntags:\n- 海\n---\n文\n"),
        ("json.md", "{\n  \"title\": \"湖边\",\n  \"date\": \"2025-05-06\"\n}\n\n文\n"),
        ("pelican.md", "Title: 山上: 一\nDate: 2025-05-06\nTags: 山, 海\n\n文\n"),
        ("spaces.md", "--- \ntitle: 河\ndate: 2025-05-06\n--- \n文\n"),
        ("colon.md", "---\ntitle: 组合: 从零: 开始 # 注\ndate: 2025-05-06\ntags: [前端, 后端]\n---\n文\n"),
        ("tab.md", "---\ntitle: 表\n\tx: 1\ndate: 2025-05-06\n---\n文\n"),
        ("twice.md", "---\ntitle: 甲\ntitle: 乙\ndate: 2025-05-06\n---\n文\n"),
        ("broken.md", "+++\ntitle = 没有引号\ndate = 2025-05-06\n+++\n文\n"),
        ("case.md", "---\nTitle: 大写\nDate: 2025-05-06\n---\n文\n"),
        ("pandoc.md", "% 潘多\n% 王明\n% 2025-05-06\n\n文\n"),
        ("2025-05-06-name.md", "文\n"),
        ("2025/05/06/index.md", "文\n"),
        ("long.md", "----\ntitle: 长\ndate: 2025-05-06\n----\n文\n"),
        ("close.md", "---\ntitle: 长\ndate: 2025-05-06\n----\n文\n"),
        ("nikola.md", "<!--\n.. title: 尼\n.. date: 2025-05-06 08:00:00\n-->\n\n文\n"),
        ("dots.md", ".. title: 尼\n.. date: 2025-05-06\n\n文\n"),
        ("space.md", "---\ntitle:无空格\ndate:2025-05-06\n---\n文\n"),
        ("wide.md", "---\ntitle：全角\ndate：2025-05-06\n---\n文\n"),
        ("han.md", "---\n标题: 键\n日期: 2025-05-06\n---\n文\n"),
        ("zola.md", "+++\ntitle = \"表\"\n[extra]\ndate = 2025-05-06\n+++\n文\n"),
        ("pub.md", "---\ntitle: 刊\npubDate: 2025-05-06\npublished: true\n---\n文\n"),
    ] {
        folder.put(name, text);
        let read = folder.read();
        let article = one(&read);
        assert_eq!((article.text.as_str(), meta(article, "date").get(..10)), ("文", Some("2025-05-06")), "{name}: {article:?}");
        std::fs::remove_file(folder.path().join(name)).expect("our own file");
    }
    for (title, seen) in [
        ("'It''s: a'", "It's: a"),
        ("\"未闭合", "未闭合"),
        ("甲 &amp; <em>乙</em>", "甲 & 乙"),
        ("Vec<u8> 与 A&B;", "Vec<u8> 与 A&B;"),
        ("Vec<u8> &amp; A", "Vec<u8> & A"),
        ("@某人", "@某人"),
    ] {
        folder.put("title.md", format!("---\ntitle: {title}\n---\n文\n"));
        assert_eq!(one(&folder.read()).title, seen);
    }
    std::fs::remove_file(folder.path().join("title.md")).expect("our own file");
    folder.put("a.md", "---\ntitle: 组合: 从零开始\ntags:\n  - 前端\n  - 后端\n---\n文\n");
    let read = folder.read();
    assert_eq!((one(&read).title.as_str(), values(one(&read), "tags")), ("组合: 从零开始", vec!["前端", "后端"]));
    assert_eq!(note(&read, "a.md").level, Level::Warning);
}

#[test]
fn rules_around_prose_are_no_front_matter() {
    for markdown in [
        "---\n\n文字甲乙，读者看得见。\n\n---\n\n丙丁",
        "---\n文字甲乙\n---\n丙丁",
        "---\n\n注意: 甲乙。\n\n---\n\n丙丁",
        "---\nHe said: 甲乙 and so on.\n---\n丙丁",
        "+++\n甲乙\n+++\n丙丁",
        "{ 甲乙 }\n丙丁",
        "Note: 甲乙\n\n丙丁",
        "---\n甲乙，没有结束\n\n丙丁",
    ] {
        let folder = Folder::new();
        folder.put("a.md", markdown);
        let read = folder.read();
        let article = one(&read);
        let all = format!("{} {}", article.title, article.text);
        assert!(all.contains("甲乙") && all.contains("丙丁"), "{markdown}: {article:?}");
    }
}

#[test]
fn what_its_author_keeps_out_stays_out() {
    let folder = Folder::new();
    for (n, front) in [
        "draft: true",
        "Draft: yes",
        "title: 甲: 乙\ndraft: true",
        "title: 甲\ntitle: 乙\ndraft: on",
        "published: false",
        "noindex: true",
        "unlisted: true",
        "search_exclude: true",
        "search:\n  exclude: true",
        "title: a: b\nsearch:\n  exclude: true",
        "excludeFromSearch: true",
        "sitemap: false",
        "robots: noindex, follow",
        "status: draft",
        "draft: 也许",
        "draft: [",
        "visibility: private",
        "draft:true",
        "title: 甲\ndraft：true",
        "params:\n  noindex: true",
        "in_search_index: false",
        "search:\n  index: false",
        "head:\n  - - meta\n    - name: robots\n      content: noindex",
        "password: abc",
        "listed: false",
    ]
    .iter()
    .enumerate()
    {
        folder.put(&format!("{n}.md"), format!("---\n{front}\n---\n机密\n"));
    }
    folder.put("toml.md", "+++\ntitle = 甲\ndraft = true\n+++\n机密\n");
    folder.put("json.md", "{\n\"title\": \"甲\",\n\"draft\": true\n}\n机密\n");
    folder.put("bare.md", "title: 甲\ndraft: true\n---\n机密\n");
    folder.put("pelican.md", "Title: 甲\nStatus: draft\n\n机密\n");
    folder.put("open.md", "---\ntitle: 甲\ndraft: true\n\n机密\n");
    folder.put("_drafts/a.md", "机密\n");
    folder.put("lines.jsonl", "{\"title\":\"a\",\"text\":\"机密\",\"draft\":true}\n{\"title\":\"b\",\"text\":\"机密\",\"published\":false}\n{\"title\":\"公开\",\"text\":\"文\",\"draft\":false,\"url\":\"/b\",\"published\":\"2024-01-02\"}\n");
    folder.put(
        "public.md",
        "---\ntitle: 公开二\ndraft: false\npublished: true\nsitemap:\n  priority: 0.5\nsearch: true\n---\n文\n",
    );
    let read = folder.read();
    let leaked: Vec<_> = read.articles.iter().filter(|article| article.text.contains("机密")).collect();
    assert!(leaked.is_empty(), "{leaked:?}");
    // A folder of drafts is not even read.
    assert_eq!((titles(&read), read.private), (vec!["公开", "公开二"], 32));
    // What cannot be understood is named as left out.
    assert_eq!(note(&read, "14.md").level, Level::Skipped);
    assert_eq!(note(&read, "15.md").level, Level::Skipped);
}

#[test]
fn ids_of_headings_win() {
    let folder = Folder::new();
    folder.put("a.md", "# 题\n\n## 一 {#own}\n\n## 二 {: #two .x }\n\n## 三[^1]\n\n[^1]: 注\n");
    assert_eq!(headings(one(&folder.read())), [("一", "own"), ("二", "two"), ("三", "三")]);
}

#[test]
fn generators_give_anchors_and_addresses() {
    let folder = Folder::new();
    folder.put("content/posts/Some Page.md", "# 题\n\n## Two Words!\n\n## 三 {#own}\n\n## Two Words!\n");
    let read = |generator, anchors, clean| {
        let markdown = Markdown::new(generator, anchors, clean, &[]).expect("names that are known");
        folder.read_with(&Options { markdown, ..Options::default() })
    };
    for (generator, anchors, clean, url, first, second) in [
        (None, None, false, "/content/posts/Some%20Page.md", "two-words", "two-words-1"),
        (Some("hugo"), None, false, "/posts/some-page/", "two-words", "two-words-1"),
        (Some("Docusaurus"), None, false, "/content/posts/Some%20Page", "two-words", "two-words-1"),
        (Some("vitepress"), None, true, "/content/posts/Some%20Page", "two-words", "two-words-1"),
        (Some("jekyll"), Some("hexo"), false, "/content/posts/Some%20Page.html", "Two-Words", "Two-Words-1"),
        (Some("mkdocs"), None, false, "/content/posts/Some%20Page/", "two-words", "two-words_1"),
    ] {
        let read = read(generator, anchors, clean);
        assert_eq!(urls(&read), [url]);
        assert_eq!(headings(one(&read)), [("Two Words!", first), ("三", "own"), ("Two Words!", second)], "{generator:?}");
    }
    for (generator, anchors) in [(Some("wordpress"), None), (None, Some(""))] {
        assert!(Markdown::new(generator, anchors, false, &[]).is_err());
    }
}

#[test]
fn every_construct_can_be_switched_off() {
    let folder = Folder::new();
    for (name, markdown, seen) in [
        ("math", "$a*b*c$", "$abc$"),
        ("footnotes", "文^[注]", "文^[注]"),
        ("tasks", "- [ ] 甲", "[ ] 甲"),
        ("strikethrough", "~~甲~~", "~~甲~~"),
        ("definitions", "词\n: 释", "词 : 释"),
        ("attributes", "## 甲 {#x}", "甲 {#x}"),
        ("emphasis", "显示**「确认」**按钮", "显示**「确认」**按钮"),
        ("highlights", "==甲==", "==甲=="),
        ("scripts", "H~2~O x^2^", "H~2~O x^2^"),
        ("containers", "::: tip 甲\n\n乙", "::: tip 甲¶乙"),
        ("alerts", "> [!NOTE] 甲", "[!NOTE] 甲"),
        ("admonitions", "!!! note \"甲\"\n    乙", "!!! note \"甲\" 乙"),
        ("shortcodes", "{{< x >}}", "{{< x >}}"),
        ("templates", "{{ x }}{% y %}", "{{ x }}{% y %}"),
        ("wikilinks", "[[甲|乙]]", "[[甲|乙]]"),
        ("comments", "甲%%乙%%", "甲%%乙%%"),
        ("critic", "{>>甲<<}", "{>>甲<<}"),
        ("ruby", "{漢字|かんじ}", "{漢字|かんじ}"),
        ("blocks", "段 ^a1", "段 ^a1"),
        ("includes", "[TOC]", "[TOC]"),
        ("components", "import A from 'a'", "import A from 'a'"),
    ] {
        folder.put("a.md", format!("# 题\n\n{markdown}\n"));
        let markdown = Markdown::new(None, None, false, &[name.to_string()]).expect("a construct");
        let read = folder.read_with(&Options { markdown, ..Options::default() });
        assert_eq!(one(&read).text.replace('\u{2029}', "¶"), seen, "{name}");
        // And what it is when it is on is something else.
        assert_ne!(one(&folder.read()).text.replace('\u{2029}', "¶"), seen, "{name}");
    }
    assert!(Markdown::new(None, None, false, &["nothing".to_string()]).is_err());
}

/// Every construct around every other that it may hold: none of its words is lost, and no sign of it is left.
#[test]
fn constructs_inside_constructs_lose_no_word() {
    let blocks: [(&str, &str); 12] = [
        ("", ""),
        ("> ", ""),
        ("- ", "  "),
        ("1. ", "   "),
        ("::: tip 头\n", "\n:::"),
        ("!!! note \"头\"\n\n", "    "),
        ("=== \"头\"\n\n", "    "),
        ("{{< x >}}\n", "\n{{< /x >}}"),
        ("{% tab title=\"头\" %}\n", "\n{% endtab %}"),
        ("<div>\n\n", "\n\n</div>"),
        ("<details><summary>头</summary>\n\n", "\n\n</details>"),
        ("> [!NOTE]\n> ", ""),
    ];
    let wrap = |inner: &str, (open, close): (&str, &str)| -> String {
        let lines = |first: &str, rest: &str| {
            inner
                .split('\n')
                .enumerate()
                .map(|(n, line)| format!("{}{line}", if n == 0 { first } else { rest }))
                .collect::<Vec<_>>()
                .join("\n")
        };
        match open {
            "> " => lines("> ", "> "),
            open if open.starts_with("> [!") => format!("> [!NOTE]\n{}", lines("> ", "> ")),
            "- " | "1. " => lines(open, close),
            open if close == "    " => format!("{open}{}", lines(close, close)),
            open => format!("{open}{inner}{close}"),
        }
    };
    let spans = [
        "**@**",
        "*「@」*",
        "[@](x)",
        "==@==",
        "[[p|@]]",
        "~~@~~",
        "`@`",
        "<b>@</b>",
        "<ruby>@<rt>x</rt></ruby>",
        "$@$",
        "@[^1]",
        "![@](i)",
    ];
    let folder = Folder::new();
    let mut expected = Vec::new();
    let mut n = 0;
    for outer in blocks {
        for inner in blocks {
            for outside in spans {
                n += 1;
                let inside = spans[n % spans.len()];
                let word = format!("词{n}句");
                let nested =
                    if matches!(outside, "`@`" | "$@$" | "![@](i)" | "[[p|@]]") || inside == "[@](x)" || inside.contains("[^") {
                        outside.replace('@', &word)
                    } else {
                        outside.replace('@', &inside.replace('@', &word))
                    };
                let markdown = format!("前言\n\n{}\n\n后语\n\n[^1]: 注\n", wrap(&wrap(&format!("前{nested}后"), inner), outer));
                folder.put(&format!("{n}.md"), &markdown);
                expected.push((format!("{n}.md"), word, markdown));
            }
        }
    }
    let read = folder.read();
    let mut wrong = Vec::new();
    for (name, word, markdown) in &expected {
        let article = read.articles.iter().find(|article| article.url == format!("/{name}")).expect("an article");
        let joined = article.text.contains(word);
        let signs = ["**", "==", "[[", ":::", "!!!", "{{", "{%", "[!", "~~"].iter().find(|sign| article.text.contains(**sign));
        let whole = article.text.contains("前言") && article.text.contains("后语");
        if !(joined && whole) || signs.is_some() {
            wrong.push(format!("{markdown:?}\n  {:?}", article.text));
        }
    }
    assert!(wrong.is_empty(), "{} of {} wrong\n{}", wrong.len(), expected.len(), wrong[..wrong.len().min(20)].join("\n"));
}

/// Time is linear, whatever is repeated.
#[test]
fn bombs_end_in_seconds() {
    let folder = Folder::new();
    let aliases: String = (1..40).map(|n| format!("a{n}: &a{n} [{}]\n", vec![format!("*a{}", n - 1); 9].join(","))).collect();
    let n = 60_000;
    for (at, text) in [
        "{{ ".repeat(n),
        "{{".repeat(n) + "}}",
        "{{< x >}}".repeat(n),
        "{% raw %}".repeat(n),
        "{% comment %}".repeat(n),
        "[[".repeat(n),
        "[[a|b]]".repeat(n),
        "==a ".repeat(n),
        "%%".repeat(n + 1),
        "**「".repeat(n),
        "::: a\n".repeat(n),
        "> ".repeat(n),
        "!!! a\n".repeat(n),
        (0..3000).map(|n| format!("{}!!! a \"b\"\n", " ".repeat(n * 4 % 4000))).collect(),
        "{% codeblock %}\n".repeat(n),
        "`".repeat(n) + "a",
        (1..400).map(|n| "`".repeat(n) + " ").collect(),
        "$a ".repeat(n),
        "《か》".repeat(n),
        "漢《か》".repeat(n),
        "《".repeat(n) + "》",
        "^[".repeat(n),
        "{++".repeat(n),
        "{~~ ~>".repeat(n),
        "a^b".repeat(n),
        "<A ".repeat(n),
        "[a]{.b}".repeat(n),
        "]{.b}".repeat(n),
        "```{note}\n".repeat(n / 10),
        "import {\n".repeat(n),
        "::: v-pre\n".repeat(n / 10),
        format!("{}{}", "[".repeat(n), "]".repeat(n)),
        "<table><tr><td>".repeat(n / 10),
        "<rt>".repeat(n),
        "<div hidden>".repeat(n),
        "<a b='".repeat(n),
        "|a".repeat(n) + "\n" + &"|-".repeat(n),
        format!("---\na0: &a0 x\n{aliases}---\n文"),
        format!("---\n{}---\n文", "draft: false\n".repeat(n)),
        format!("---\n{}\n---\n文", "- ".repeat(n)),
        "title: a\n".repeat(n),
        "{".repeat(n),
        format!("{{\"a\":{}", "[".repeat(n)),
    ]
    .iter()
    .enumerate()
    {
        folder.put(&format!("{at}.md"), text);
        let start = Instant::now();
        let read =
            xunzi::input::read(&[folder.path().join(format!("{at}.md"))], &Default::default(), &mut |_| {}).expect("a file");
        assert!(read.articles.len() + read.private <= 1);
        let took = start.elapsed().as_secs_f64();
        println!("{at}: {took:.2} s");
        assert!(took < 20.0, "{at}: {took} s, {:?}", text.chars().take(40).collect::<String>());
    }
}
