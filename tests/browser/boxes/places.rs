//! Does a place lead to its very words, and nothing of an article's anywhere else?

use serde_json::json;

use super::{Boxes, find, see, until};
use crate::chromium::Browser;
use crate::generate::{self, Rng};
use crate::server::Server;
use crate::site;

/// Every place has an address of its own, and a browser that follows it alone stands before the words.
#[test]
fn a_place_leads_to_its_words() {
    let (folder, browser) = (crate::folder(), Browser::start());
    let corpus: site::Corpus = site::corpus().into_iter().map(|(title, text)| (title, plain(&text))).collect();
    site::build(&corpus, folder.path());
    for (id, (title, text)) in corpus.iter().enumerate() {
        // Far from each other, so that a screen shows a few of them.
        let blocks: String = text.lines().map(|line| format!("<p>{}\n", escaped(line))).collect();
        let page = format!(
            "<!doctype html><meta charset=utf-8><link rel=icon href=data:,><style>p{{margin:90vh 0}}</style><h1>{}</h1>{blocks}",
            escaped(title)
        );
        let file = folder.path().join(id.to_string());
        std::fs::create_dir_all(&file).and_then(|()| std::fs::write(file.join("index.html"), page)).expect("the page is written");
    }
    super::write(folder.path(), "box.html", "lang=zh-Hans", "", "<xunzi-search mode=inline></xunzi-search>");
    let server = Server::start(folder.path(), false);
    let asking = browser.page();
    asking.open(&server.url("/box.html"));
    let count = if std::env::var_os("XUNZI_ALL").is_some() { 300 } else { 24 };
    let (mut rng, mut queries) = (Rng::new(crate::SEED), Vec::new());
    while queries.len() < count {
        let length = [2, 3, 4, 6, 10][queries.len() % 5];
        let query = generate::cut(&mut rng, &corpus, length);
        let of_text = || corpus.iter().any(|(_, text)| text.contains(&query));
        if query.chars().count() == length && of_text() && !query.contains(|c: char| c.is_whitespace() || "\"“”".contains(c))
        {
            queries.push(query);
        }
    }
    let (mut there, mut repeated, mut missed) = (0, 0, Vec::new());
    for query in &queries {
        asking.evaluate(&format!("document.querySelector('xunzi-search').value = {}", json!(query)));
        until(&asking, query, "count('[part=snippet]') > 0 && !count('[data-busy]') && !count('[data-old]')");
        let links = see(&asking, "[...root.querySelectorAll('[part=snippet]')].map((link) => link.href)");
        let links = links.as_array().expect("links");
        let alike = see(
            &asking,
            "[...root.querySelectorAll('[part=result]')].some((result) => { const places = [...result.querySelectorAll('[part=snippet]')], of = (f) => new Set(places.map(f)).size;
                return of((place) => place.href) < of((place) => place.textContent.replace(/…/g, '')); })",
        );
        repeated += usize::from(alike == true);
        let words = see(&asking, "one('[part=snippet] mark').textContent");
        let page = browser.page();
        page.look(1000, 700, 1, "light");
        page.open(links[0].as_str().expect("an address"));
        page.evaluate("new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))");
        let seen = page.evaluate(&format!(
            "scrollY > 0 && [...document.querySelectorAll('p')].some((p) => {{ const {{ top, bottom }} = p.getBoundingClientRect();
                return bottom > 0 && top < innerHeight && p.textContent.includes({words}); }})"
        ));
        if seen == true {
            there += 1;
        } else {
            missed.push(format!("{query}: {}", links[0]));
        }
    }
    println!("{there} of {} places found by the text fragment alone; not: {missed:#?}", queries.len());
    // A paper that has printed a passage twice leaves nothing to tell the two by.
    assert!(repeated * 20 <= queries.len(), "{repeated} articles with places of the same address");
    assert!(there * 100 >= queries.len() * 95, "{there} of {}: {missed:#?}", queries.len());
}

fn plain(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n\n")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// Across inline elements, ruby and line breaks, not across blocks; the bar walks through them all, and goes.
#[test]
fn the_page_marks_the_words_wherever_they_stand() {
    let boxes = Boxes::new();
    let blocks = [
        ("<p>一个志愿者来了", 1),
        ("<p>志<b>愿</b>者", 1),
        ("<p><ruby>志<rp>(<rt>zhì<rp>)</ruby><ruby>愿<rt>yuàn</ruby>者", 1),
        ("<p>志\n   愿者", 1),
        ("<p>志愿<br>者和志愿者", 2),
        ("<p>志愿<p>者", 0),
        ("<p hidden>志愿者", 0),
        ("<script type=text/plain>志愿者</script>", 0),
        ("<p>志愿&#8203;者", 1),
    ];
    let body: String = blocks.iter().map(|(html, _)| format!("{html}\n")).collect();
    let count: usize = blocks.iter().map(|(_, count)| count).sum();
    let body = format!(
        "<main>{body}<p style='margin-top:2000px'>最后的志愿者</main><script type=module src=/xunzi/xunzi-highlight.js></script>"
    );
    boxes.write("marks.html", "lang=zh-Hans", "", &body);
    let page = boxes.open("/marks.html?highlight=%E5%BF%97%E6%84%BF%E8%80%85");
    let bar = |expression: &str| {
        format!("(() => {{ const bar = document.querySelector('.xunzi-hits')?.shadowRoot; return {expression}; }})()")
    };
    page.until("the bar", &bar("!!bar"));
    let all = count + 1;
    assert_eq!(page.evaluate("CSS.highlights.get('xunzi').size"), all);
    assert_eq!(page.evaluate(&bar("bar.querySelector('output').textContent")), format!("1 / {all}"));
    page.evaluate(&bar("bar.querySelectorAll('button')[0].click()"));
    assert_eq!(page.evaluate(&bar("bar.querySelector('output').textContent")), format!("{all} / {all}"));
    page.until(
        "the last one is seen",
        "[...CSS.highlights.get('xunzi-here')][0].getBoundingClientRect().top < innerHeight && scrollY > 0",
    );
    page.evaluate(&bar("bar.querySelectorAll('button')[2].click()"));
    assert_eq!(page.evaluate(&bar("[bar === undefined, CSS.highlights.size]")), json!([true, 0]));
    // A page's own script may have them marked.
    let own = "import('/xunzi/xunzi-highlight.js').then(({ find, highlight }) => [find(document.body, '志愿者').length, highlight('志愿者').count])";
    assert_eq!(page.evaluate(own), json!([all, all]));
    page.evaluate(&bar("bar.querySelectorAll('button')[2].click()"));
    // Case and width are the page's to fold; a query that the page has not is no bar; the text of the page is as it was.
    boxes.write(
        "case.html",
        "lang=en",
        "",
        "<main><p>ＴｉＤＢ and tidb and Café</main><script type=module src=/xunzi/xunzi-highlight.js></script>",
    );
    for (query, marks) in [("TiDB", 2), ("cafe", 1), ("%22and%20tidb%22", 1), ("nowhere", 0)] {
        let page = boxes.open(&format!("/case.html?highlight={query}"));
        page.until("the marks", &format!("(CSS.highlights.get('xunzi')?.size ?? 0) === {marks}"));
        assert_eq!(page.evaluate("document.querySelector('main').innerHTML.trim()"), "<p>ＴｉＤＢ and tidb and Café</p>");
    }
    // What is another letter is not marked: a vowel and a voiced sound are not marks to leave out, taken apart or not.
    boxes.write(
        "letters.html",
        "lang=ko",
        "",
        "<main><p>산 · バス · ハ\u{3099}ス · район · раи\u{306}он · ΟΔΟΣ · Élan · سَلَام</main><script type=module src=/xunzi/xunzi-highlight.js></script>",
    );
    for (query, marks) in
        [("사", 0), ("산", 1), ("ハス", 0), ("バス", 2), ("раион", 0), ("район", 2), ("οδος", 1), ("elan", 1), ("سلام", 1)]
    {
        let page = boxes.open(&format!("/letters.html?highlight={query}"));
        page.until(query, &format!("document.readyState === 'complete' && (CSS.highlights.get('xunzi')?.size ?? 0) === {marks}"));
    }
    // The box hands the query over.
    let page = boxes.one("mode=inline highlight");
    find(&page, "志愿者");
    let href = see(&page, "new URL(one('[part=snippet]').href).searchParams.get('highlight')");
    assert_eq!(href, "志愿者");
}

/// A step past the last place leads to the next article that the box had found, and back.
#[test]
fn the_bar_goes_on_to_the_next_article() {
    let boxes = Boxes::new();
    let lines: String = (1..=3)
        .map(|k| {
            json!({"title": format!("第{k}篇"), "text": "有志愿者，".repeat(4 - k), "url": format!("/a{k}.html")}).to_string()
                + "\n"
        })
        .collect();
    let file = boxes.folder.path().join("three.jsonl");
    std::fs::write(&file, lines).expect("the articles are written");
    site::xunzi(&["build", &file.to_string_lossy(), "--out", &boxes.folder.path().join("three").to_string_lossy()]);
    for k in 1..=3 {
        let text = "<p>有志愿者，".repeat(4 - k);
        boxes.write(
            &format!("a{k}.html"),
            "lang=zh-Hans",
            "",
            &format!("<main>{text}</main><script type=module src=/xunzi/xunzi-highlight.js></script>"),
        );
    }
    boxes.write("three.html", "lang=zh-Hans", "", "<xunzi-search mode=inline src=/three/ highlight></xunzi-search>");
    let page = boxes.open("/three.html");
    // Whatever leads to another page is done when that has come.
    let led = |script: &str| {
        let before = page.events("Page.loadEventFired").len();
        page.evaluate(&format!("setTimeout(() => {{ {script} }}), 0"));
        page.wait_events("Page.loadEventFired", before + 1);
    };
    let bar = |expression: &str| {
        format!(
            "(() => {{ const bar = document.querySelector('.xunzi-hits')?.shadowRoot; const told = bar?.querySelector('output')?.textContent; return {expression}; }})()"
        )
    };
    let step = |k: u8| format!("document.querySelector('.xunzi-hits').shadowRoot.querySelectorAll('button')[{k}].click()");
    let at = |name: &str, told: &str| {
        page.until(name, &format!("location.pathname === '/{name}.html' && {}", bar(&format!("told === '{told}'"))));
    };
    find(&page, "志愿者");
    led("document.querySelector('xunzi-search').shadowRoot.querySelector('[part=snippet]').click()");
    at("a1", "1 / 3");
    page.evaluate(&step(1));
    page.evaluate(&step(1));
    assert_eq!(page.evaluate(&bar("[told, bar.querySelectorAll('button')[1].ariaLabel]")), json!(["3 / 3", "下一篇"]));
    led(&step(1));
    at("a2", "1 / 2");
    page.evaluate(&step(1));
    led(&step(1));
    at("a3", "1 / 1");
    // The last one begins again.
    page.evaluate(&step(1));
    assert_eq!(page.evaluate(&bar("told")), "1 / 1");
    led(&step(0));
    at("a2", "1 / 2");
}

/// Nothing that stands in titles, texts, headings, addresses or queries becomes markup, runs, or leads away by a script.
#[test]
fn hostile_articles_stay_text() {
    let folder = crate::folder();
    let bodies = [
        "<img src=x onerror=run()>",
        "<script>run()</script>",
        "\"><svg onload=run()>",
        "javascript:run()",
        "<a href=javascript:run()>",
        "{{constructor.constructor('run()')()}}",
        "${run()}",
        "`;run();`",
        "<iframe srcdoc='<script>parent.run()</script>'>",
        "<style>@import'//evil.example'</style>",
        "&lt;img src=x onerror=run()&gt;",
        "<mark onclick=run()>",
        "\u{202e}<img src=x onerror=run()>",
        "</slot></template><img src=x onerror=run()>",
        "data:text/html,<script>run()</script>",
    ];
    let lines: String = (0..500)
        .map(|k| {
            let body = bodies[k % bodies.len()];
            let url = match k % 5 {
                0 => format!("/{k}"),
                1 => format!("javascript:run({k})"),
                2 => format!("data:text/html,{body}"),
                3 => format!("//evil.example/{k}"),
                _ => format!("/{k}#{body}"),
            };
            json!({"title": format!("目标 {k} {body}"), "text": format!("{body} 目标 {body}"), "url": url, "author": body, "section": body, "date": body, "lang": body}).to_string() + "\n"
        })
        .collect();
    let file = folder.path().join("articles.jsonl");
    std::fs::write(&file, lines).expect("the articles are written");
    site::xunzi(&["build", &file.to_string_lossy(), "--out", &folder.path().join("xunzi").to_string_lossy()]);
    let server = Server::start(folder.path(), false);
    let browser = Browser::start();
    for mode in ["mode=inline", ""] {
        super::write(
            folder.path(),
            "hostile.html",
            "lang=en",
            "",
            &format!("<xunzi-search {mode} limit=500></xunzi-search><script src=/run.js></script>"),
        );
        std::fs::write(folder.path().join("run.js"), "window.ran = 0; window.run = () => ran++;").expect("a script");
        let page = browser.private_page();
        page.open(&server.url("/hostile.html"));
        for query in ["目标", "<img src=x onerror=run()>", "\"><svg onload=run()>", "javascript:run()"] {
            page.evaluate("document.querySelector('xunzi-search').show('')");
            page.insert(query);
            until(
                &page,
                "results",
                &format!(
                    "count('[part=result]') > 20 && input.value === {} && !count('[data-busy]') && !count('[data-old]')",
                    json!(query)
                ),
            );
            let made = see(
                &page,
                "[count('img, script, iframe, style, object, embed, [onclick], [onerror], [onload]'), ran,
                [...root.querySelectorAll('a')].filter((link) => !/^https?:$/.test(link.protocol)).length]",
            );
            assert_eq!(made, json!([0, 0, 0]), "{mode}: {query}");
            page.evaluate("document.querySelector('xunzi-search').value = ''");
        }
        // A planted one of each is seen by this test.
        see(
            &page,
            "one('[part=list]').append(Object.assign(document.createElement('a'), { href: 'javascript:run()', onclick: null }), document.createElement('img'))",
        );
        let made = see(
            &page,
            "[count('img'), [...root.querySelectorAll('a')].filter((link) => !/^https?:$/.test(link.protocol)).length]",
        );
        assert_eq!(made, json!([1, 1]));
    }
}
