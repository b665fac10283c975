//! What is done with an answer: is it narrowed, read and taken along as it is?

use std::path::Path;

use serde_json::json;

use super::{Boxes, find, see, until};
use crate::server::Server;
use crate::site;

/// Waits for what comes after the first answer.
const THERE: &str = "count('[data-fold]') > 0";

/// A site of a page with a box, over these articles, a line each.
fn served(folder: &Path, lines: &str, html: &str, body: &str) -> Server {
    let file = folder.join("articles.jsonl");
    std::fs::write(&file, lines).expect("the articles are written");
    site::xunzi(&["build", &file.to_string_lossy(), "--out", &folder.join("xunzi").to_string_lossy()]);
    super::write(folder, "box.html", html, "", body);
    Server::start(folder, false)
}

/// A switch makes a difference count, tells beforehand what that changes, and stands in the address.
#[test]
fn a_switch_makes_a_difference_count() {
    let folder = crate::folder();
    let lines: String = ["TiDB 分布式", "tidb 后来", "ＴｉＤＢ 后端", "TiDB 後端", "TiDB分布式"]
        .iter()
        .enumerate()
        .map(|(k, text)| json!({"title": format!("篇 {k}"), "text": text, "url": format!("/{k}")}).to_string() + "\n")
        .collect();
    let server = served(folder.path(), &lines, "lang=zh-Hans", "<xunzi-search mode=page></xunzi-search>");
    let browser = crate::chromium::Browser::start();
    let page = browser.private_page();
    page.open(&server.url("/box.html"));
    find(&page, "TiDB");
    until(&page, "the switches", THERE);
    let names = see(&page, "[...root.querySelectorAll('[data-fold]')].map((button) => button.textContent)");
    assert_eq!(names, json!(["Aa", "全半", "简繁", "空格", "标点"]));
    let number = "text('status').split(' ')[0]";
    assert_eq!(see(&page, number), "5");
    for (fold, articles, query) in
        [("case", "4", "TiDB"), ("width", "4", "TiDB"), ("space", "1", "TiDB分布式"), ("variant", "1", "后端")]
    {
        page.evaluate(&format!("document.querySelector('xunzi-search').value = {}", json!(query)));
        until(&page, "an answer", "!count('[data-old]') && text('status') !== ''");
        let button = format!("one('[data-fold={fold}]')");
        see(&page, &format!("{button}.focus()"));
        until(&page, "what it would change", &format!("{button}.title.includes('少 1 篇')"));
        see(&page, &format!("{button}.click()"));
        until(&page, fold, &format!("{number} === '{articles}' && !count('[data-old]') && {button}.ariaPressed === 'true'"));
        assert_eq!(page.evaluate("new URLSearchParams(location.search).get('exact')"), fold);
        assert_eq!(see(&page, &format!("root.activeElement === {button}")), true, "the focus stays");
        // A link to it leads to the same.
        let address = page.evaluate("location.href").as_str().unwrap_or_default().to_owned();
        let other = browser.private_page();
        other.open(&address);
        until(&other, "the same", &format!("{number} === '{articles}'"));
        see(&page, &format!("{button}.click()"));
        until(
            &page,
            "all again",
            &format!(
                "{number} !== '{articles}' && {button}.ariaPressed === 'false' && !count('[data-old]') && text('status') !== ''"
            ),
        );
    }
    // A site says which it has.
    for (switches, expected) in [("off", json!([])), ("space case", json!(["space", "case"]))] {
        let body = format!("<xunzi-search mode=inline switches='{switches}'></xunzi-search>");
        super::write(folder.path(), "box.html", "lang=zh-Hans", "", &body);
        page.open(&server.url("/box.html"));
        find(&page, "TiDB");
        until(&page, "what comes with them", "count('[part=tool]') > 0");
        assert_eq!(see(&page, "[...root.querySelectorAll('[data-fold]')].map((button) => button.dataset.fold)"), expected);
    }
}

/// An article without a page is read in the box: its places marked and walked through, into the next article, and back to the list.
#[test]
fn an_article_is_read_in_the_box() {
    let boxes = Boxes::new();
    for mode in ["mode=modal", "", "mode=inline"] {
        let page = boxes.one(&format!("{mode} reading lang=en"));
        find(&page, "志愿者");
        let titles = see(&page, "[...root.querySelectorAll('[part=name]')].map((name) => name.textContent)");
        see(&page, "root.querySelectorAll('[part=result]')[0].querySelector('[part=snippet], [part=name]').click()");
        until(&page, "the article", "!!one('[part=reading] .text') && !!one('[part=reading] mark.here')");
        assert_eq!(
            see(&page, "[one('[part=reading] h1').textContent, root.activeElement === one('[part=reading] h1')]"),
            json!([titles[0], true])
        );
        assert_eq!(see(&page, "one('[part=scroll]').checkVisibility()"), false);
        let places = see(&page, "+one('.stepper [role=status]').textContent.split(' / ')[1]").as_u64().expect("a number");
        assert_eq!(
            see(&page, "new Set([...root.querySelectorAll('[part=reading] mark')].map((mark) => mark.dataset.n)).size"),
            places
        );
        let seen = "!!one('mark.here') && (() => { const { top, bottom } = one('mark.here').getBoundingClientRect(); return top >= 0 && bottom <= innerHeight; })()";
        for _ in 0..=places {
            until(&page, "the place is in view", seen);
            if see(&page, "one('[part=reading] h1')?.textContent") != titles[0] {
                break;
            }
            see(&page, "root.querySelectorAll('.stepper button')[1]?.click()");
        }
        until(&page, "the next article", &format!("one('[part=reading] h1')?.textContent === {}", titles[1]));
        page.press("Escape");
        assert_eq!(
            see(
                &page,
                "[one('[part=reading]').hidden, one('[part=scroll]').checkVisibility(), root.activeElement === input, input.value]"
            ),
            json!([true, true, true, "志愿者"])
        );
        assert_eq!(page.complaints(), Vec::<String>::new());
    }
    // Typing leads back as well; what has no address is read here without being asked.
    let page = boxes.one("mode=modal link=javascript:void");
    find(&page, "志愿者");
    page.press("Enter");
    until(&page, "the article", "!!one('[part=reading] mark.here')");
    page.evaluate("document.querySelector('xunzi-search').value = '除雪'");
    until(&page, "the list", "one('[part=reading]').hidden && count('[part=result]') > 0 && !count('[data-old]')");
}

/// A table has every place, and nothing that a spreadsheet would run.
#[test]
fn a_table_has_every_place() {
    let folder = crate::folder();
    let mut lines = String::new();
    for k in 0..15 {
        let title = ["=HYPERLINK(\"http://evil.example\")", "+1", "-1", "@SUM(A1)", "\"quoted\", 目标"][k % 5];
        lines += &(json!({"title": title, "text": format!("{} and 目标", "目标,\n第二行 ".repeat(k + 1)), "url": format!("/{k}"), "author": "=1+1"}).to_string() + "\n");
    }
    let server = served(folder.path(), &lines, "lang=en", "<xunzi-search mode=inline></xunzi-search>");
    let browser = crate::chromium::Browser::start();
    let page = browser.private_page();
    page.open(&server.url("/box.html"));
    find(&page, "目标");
    until(&page, "the tools", "count('[part=tool]') > 0");
    page.evaluate(
        "window.saved = null, URL.createObjectURL = (blob) => (blob.arrayBuffer().then((bytes) => (window.saved = [...new Uint8Array(bytes)])), 'data:,'),
        HTMLAnchorElement.prototype.click = function () { window.named = this.download; }",
    );
    see(&page, "root.querySelectorAll('[part=tool]')[1].click()");
    page.until("the table", "window.saved !== null");
    let bytes: Vec<u8> = serde_json::from_value(page.evaluate("saved")).expect("bytes");
    assert_eq!(bytes[..3], [0xef, 0xbb, 0xbf], "spreadsheets are told that it is UTF-8");
    let text = String::from_utf8(bytes[3..].to_vec()).expect("UTF-8");
    let mut rows = csv_rows(&text);
    assert_eq!(rows.remove(0), ["title", "url", "date", "section", "author", "source", "before", "match", "after"]);
    let titled = (0..15).filter(|k| k % 5 == 4).count();
    assert_eq!(rows.len(), (0..15).map(|k| k + 2).sum::<usize>() + titled, "every place");
    for row in &rows {
        assert_eq!(row.len(), 9, "{row:?}");
        assert!(row.iter().all(|cell| !cell.starts_with(['=', '+', '-', '@'])), "{row:?}");
        assert_eq!(row[7], "目标");
    }
    assert_eq!(page.evaluate("named"), "目标.csv");
}

/// Lines of cells in quotation marks.
fn csv_rows(text: &str) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for line in text.split("\r\n").filter(|line| !line.is_empty()) {
        let inner = line.strip_prefix('"').and_then(|line| line.strip_suffix('"')).unwrap_or_else(|| panic!("{line}"));
        rows.push(inner.split("\",\"").map(|cell| cell.replace("\"\"", "\"")).collect());
    }
    rows
}

/// Where the site offers it and the browser can, an agent searches; elsewhere nothing is fetched for it.
#[test]
fn an_agent_searches_if_the_site_offers_it() {
    let boxes = Boxes::new();
    for (attribute, offered) in [("agent='News of a town.'", true), ("", false)] {
        let body = format!(
            "<script>window.tools = []; document.modelContext = {{ registerTool: async (tool, options) => {{ tools.push(tool); options.signal.onabort = () => tools.pop(); }} }};</script>
            <xunzi-search {attribute}></xunzi-search>"
        );
        boxes.write("agent.html", "lang=en", "", &body);
        let before = boxes.server.requests().len();
        let page = boxes.open("/agent.html");
        page.until("the box", "!!document.querySelector('xunzi-search').shadowRoot");
        if !offered {
            page.evaluate("new Promise((go) => setTimeout(go, 100))");
            assert_eq!(page.evaluate("tools.length"), 0);
            let asked: Vec<String> = boxes.server.requests()[before..]
                .iter()
                .map(|r| r.path.clone())
                .filter(|path| path.starts_with("/xunzi"))
                .collect();
            assert_eq!(asked, ["/xunzi/xunzi.js"]);
            continue;
        }
        page.until("the tool", "tools.length === 1");
        assert_eq!(
            page.evaluate("[tools[0].name, tools[0].annotations.readOnlyHint, tools[0].description.endsWith('News of a town.')]"),
            json!(["search_site", true, true])
        );
        let told =
            page.evaluate("tools[0].execute({ query: '志愿者', limit: 3 }).then((told) => JSON.parse(told.content[0].text))");
        assert_eq!((&told["articles"], told["results"].as_array().map(Vec::len)), (&json!(18), Some(3)), "{told}");
        assert!(told["results"][0]["url"].as_str().is_some_and(|url| url.starts_with("http")), "{told}");
        page.evaluate("document.querySelector('xunzi-search').remove()");
        page.until("it goes with the box", "tools.length === 0");
    }
}
