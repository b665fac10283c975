//! Do filters, the timeline and what helps when nothing is found show what an index says, and ask it what is chosen?
//!
//! The index of most tests here is a script that answers as told: what a real one answers is tested where it is made.

use serde_json::json;

use super::{Boxes, find, see, until};
use crate::chromium::Page;

/// A desk that is none, with what it was asked in `asked`.
const DESK: &str = r#"
    const { Narrow, help, completions } = await import("/xunzi/ENGINE/narrow.js");
    const words = { say: (name, value = "") => `${name} ${value}`.trim(), count: (name, n, exact) => `${n}${exact === false ? "+" : ""} ${name}`, number: String, field: (name) => name.toUpperCase() };
    const host = document.createElement("div");
    const root = host.attachShadow({ mode: "open" });
    root.append(document.createElement("div"));
    root.firstChild.setAttribute("part", "root");
    document.body.prepend(host);
    window.root = root;
    window.asked = [];
    const sections = Array.from({ length: 12 }, (_, k) => ({ value: `s${k}`, articles: 40 - k }));
    const index = {
      fields: async () => ["url", "section", "author"].map((field) => ({ field, values: 3 })),
      counts: async (query, field, options) => Object.assign(field === "section" ? sections.filter(({ value }) => value !== window.gone) : [{ value: "甲", articles: 2 }, { value: "", articles: 1 }], { exact: field === "section" }),
      timeline: async ([query], { unit }) => ["2020", "2021", "2022", "2023"].map((from, k) => ({ from, articles: [k * 3], all: 9 })),
      near: async () => [{ kind: "part", text: "分布式", articles: 12, exact: true }, { kind: "character", text: "分布式事务", articles: 3, exact: false }, { kind: "filter", text: "section", articles: 2, exact: true }],
      complete: async () => [{ text: "改革开放", articles: 312, exact: false }],
    };
    window.desk = { words, narrow: {}, query: "改革", fields: undefined, index: async () => index,
      refine: (change) => { Object.assign(desk.narrow, change); asked.push(change); }, filter: (field, values) => asked.push([field, values]), put: (text) => asked.push(text) };
    window.made = { Narrow, help, completions, narrow: new Narrow(desk, root) };
    root.firstChild.append(made.narrow.node);
    await made.narrow.show(true);
"#;

fn desk(boxes: &Boxes) -> Page<'_> {
    boxes.write("desk.html", "lang=en", "body{margin:0;width:640px}", "");
    let page = boxes.open("/desk.html");
    let engine = std::fs::read_dir(boxes.folder.path().join("xunzi"))
        .expect("an index")
        .flatten()
        .find(|folder| folder.path().join("narrow.js").exists())
        .expect("a release with narrow.js");
    let script = DESK.replace("ENGINE", &engine.file_name().to_string_lossy());
    page.evaluate(&format!("(async () => {{ {script} }})()"));
    page
}

#[test]
fn filters_have_their_numbers_and_stay_in_place() {
    let boxes = Boxes::new();
    let page = desk(&boxes);
    let rows = "[...root.querySelectorAll('fieldset')].map((group) => [group.querySelector('legend').textContent, group.querySelectorAll('[part=value]').length])";
    page.until("the numbers", &format!("JSON.stringify({rows}) === '[[\"SECTION\",6],[\"AUTHOR\",2]]'"));
    let first = page.evaluate("[...root.querySelectorAll('[part=value]')].map((label) => label.textContent).slice(0, 2)");
    assert_eq!(first, json!(["s040", "s139"]));
    assert_eq!(
        page.evaluate(
            "[...root.querySelectorAll('fieldset')[1].querySelectorAll('[part=value]')].map((label) => label.textContent)"
        ),
        json!(["甲2+", "narrow:without1+"])
    );
    page.evaluate("root.querySelector('[part=all]').click()");
    assert_eq!(page.evaluate("[root.querySelectorAll('fieldset')[0].querySelectorAll('[part=value]').length, root.querySelectorAll('fieldset')[0].querySelectorAll('input')[6] === root.activeElement]"), json!([12, true]));
    page.evaluate("root.querySelectorAll('[type=checkbox]')[1].click()");
    assert_eq!(page.evaluate("asked"), json!([["section", ["s1"]]]));
    // A value that is there no more keeps its place, without articles.
    page.evaluate("window.gone = 's1', desk.narrow.filters = { section: ['s1'] }, root.querySelectorAll('[type=checkbox]')[1].focus(), made.narrow.draw()");
    page.until("its number", "root.querySelectorAll('[part=value]')[1].textContent === 's10'");
    assert_eq!(
        page.evaluate("[root.querySelectorAll('[type=checkbox]')[1].checked, root.querySelectorAll('[part=value]')[1].hasAttribute('data-none')]"),
        json!([true, true])
    );
}

#[test]
fn a_range_of_years_is_chosen_by_pointer_and_keys() {
    let boxes = Boxes::new();
    let page = desk(&boxes);
    page.until("the years", "root.querySelectorAll('[part=year]').length === 4");
    // To those who listen it is a table.
    assert_eq!(page.evaluate("[...root.querySelectorAll('tr')].map((row) => [row.querySelector('th').textContent, row.querySelector('button').ariaLabel])[1]"), json!(["2021", "2021: 3 articles"]));
    let at = page.evaluate("[...root.querySelectorAll('[part=year]')].map((bar) => { const { left, right, top, bottom } = bar.getBoundingClientRect(); return [(left + right) / 2, (top + bottom) / 2]; })");
    let mouse = |kind: &str, bar: usize, buttons: u8| {
        page.call(
            "Input.dispatchMouseEvent",
            json!({"type": kind, "x": at[bar][0], "y": at[bar][1], "button": "left", "buttons": buttons, "clickCount": 1}),
        );
    };
    mouse("mousePressed", 2, 1);
    mouse("mouseMoved", 1, 1);
    assert_eq!(
        page.evaluate("[...root.querySelectorAll('[part=year]')].map((bar) => bar.ariaPressed)"),
        json!(["false", "true", "true", "false"])
    );
    mouse("mouseReleased", 1, 0);
    assert_eq!(page.evaluate("asked.at(-1)"), json!({"from": "2021", "to": "2022"}));
    // By keys: one year, a range, and none again.
    page.evaluate("root.querySelectorAll('[part=year]')[0].focus()");
    page.press("ArrowRight");
    page.press_with("ArrowRight", 8);
    page.press_with("ArrowRight", 8);
    page.press("Enter");
    assert_eq!(page.evaluate("asked.at(-1)"), json!({"from": "2021", "to": "2023"}));
    page.press("Escape");
    page.until("no range", "asked.at(-1).from === undefined && asked.length === 3");
    assert_eq!(
        page.evaluate("[...root.querySelectorAll('[part=year]')].filter((bar) => bar.tabIndex === 0).length"),
        1,
        "one stop for Tab"
    );
}

/// The same range as two dates: of a year its first and last day; what is no range is not asked for.
#[test]
fn a_range_of_days_is_typed() {
    let boxes = Boxes::new();
    let page = desk(&boxes);
    page.until("the days", "root.querySelectorAll('[part=range]:not([hidden]) input[type=date]').length === 2");
    assert_eq!(
        page.evaluate(
            "[...root.querySelectorAll('[part=day]')].map((day) => [day.labels[0].textContent, day.value, day.min, day.max])"
        ),
        json!([["narrow:from", "", "2020-01-01", "2023-12-31"], ["narrow:to", "", "2020-01-01", "2023-12-31"]])
    );
    let set = |place: u8, value: &str| {
        page.evaluate(&format!(
            "(() => {{ const day = root.querySelectorAll('[part=day]')[{place}]; day.value = '{value}'; day.dispatchEvent(new Event('change', {{ bubbles: true }})); return asked.length; }})()"
        ))
    };
    assert_eq!(set(0, "2021-03-05"), 1);
    assert_eq!(page.evaluate("asked.at(-1).from + ' ' + asked.at(-1).to"), "2021-03-05 undefined");
    assert_eq!(set(1, "2021-03-04"), 1, "an end before the beginning is not asked for");
    assert_eq!(set(1, "0202-03-04"), 1, "nor a year that is still being typed");
    assert_eq!(set(1, "2022-02-28"), 2);
    assert_eq!(page.evaluate("asked.at(-1)"), json!({"from": "2021-03-05", "to": "2022-02-28"}));
    page.evaluate("desk.narrow = { from: '2021', to: '2023-02' }, made.narrow.draw()");
    page.until(
        "a year and a month as days",
        "[...root.querySelectorAll('[part=day]')].map((day) => day.value).join() === '2021-01-01,2023-02-28'",
    );
}

#[test]
fn what_does_occur_is_offered() {
    let boxes = Boxes::new();
    let page = desk(&boxes);
    page.evaluate("made.help(desk, '分布式事物').then((node) => root.firstChild.append(node))");
    page.until("what is offered", "root.querySelectorAll('[part=near]').length === 3");
    let offered = page.evaluate("[...root.querySelectorAll('[part=nears]')].map((group) => [group.ariaLabel, group.querySelector('[part=near]').textContent, group.querySelector('mark')?.textContent ?? ''])");
    assert_eq!(
        offered,
        json!([
            ["narrow:filter-off", "SECTION2 articles", ""],
            ["narrow:part", "分布式12 articles", ""],
            ["narrow:character", "分布式事务3+ articles", "务"]
        ])
    );
    page.evaluate("root.querySelectorAll('[part=near]').forEach((near) => near.click())");
    assert_eq!(page.evaluate("asked"), json!([["section", []], "分布式", "分布式事务"]));
    page.evaluate("made.completions(desk, '改革').then((node) => root.firstChild.append(node))");
    page.until("what goes on", "root.querySelector('[part=chip]')?.textContent === '改革开放312+'");
    page.evaluate("root.querySelector('[part=chip]').click()");
    assert_eq!(page.evaluate("asked.at(-1)"), "改革开放");
}

/// The box with a real index: a value is chosen, stands as a chip and in the address, and goes again.
#[test]
fn a_value_narrows_what_is_listed() {
    let boxes = Boxes::new();
    boxes.write(
        "narrow.html",
        "lang=en",
        "",
        "<main><h1>Search</h1><xunzi-search mode=page filters='section author'></xunzi-search></main>",
    );
    let page = boxes.open("/narrow.html");
    find(&page, "志愿者");
    until(&page, "the filters' button", "count('[part=bar] [aria-expanded]') === 1");
    see(&page, "one('[aria-expanded]').click()");
    until(&page, "values with numbers", "count('[part=filter]') === 2 && count('[part=value]') > 2");
    let first = see(&page, "[one('[part=value] bdi').textContent, +one('[part=value] span').textContent]");
    let articles = first[1].as_u64().expect("a number");
    assert!((1..18).contains(&articles), "{first}");
    see(&page, "one('[part=value] input').click()");
    until(&page, "fewer", &format!("text('status').startsWith('{articles} article') && count('[part=result]') <= {articles}"));
    assert_eq!(see(&page, "[...root.querySelectorAll('[part=chip] bdi')].map((chip) => chip.textContent)"), json!([first[0]]));
    assert_eq!(
        page.evaluate("new URLSearchParams(location.search).get('filter')"),
        format!("section:{}", first[0].as_str().unwrap_or_default())
    );
    let address = page.evaluate("location.href").as_str().unwrap_or_default().to_owned();
    let other = boxes.browser.private_page();
    other.open(&address);
    until(
        &other,
        "a link to it leads to the same",
        &format!("text('status').startsWith('{articles} article') && count('[part=chip]') === 1"),
    );
    see(&page, "one('[part=chip]').click()");
    until(&page, "all again", "text('status').startsWith('18 articles') && count('[part=chip]') === 0");
    assert_eq!(page.evaluate("location.search"), "?q=%E5%BF%97%E6%84%BF%E8%80%85");
    assert_eq!(page.complaints(), Vec::<String>::new());
}

/// And a word with one wrong character: what does occur is offered, and Enter goes on to it.
#[test]
fn a_wrong_character_is_helped() {
    let boxes = Boxes::new();
    let page = boxes.one("mode=modal");
    page.evaluate("document.querySelector('xunzi-search').show()");
    page.insert("志原者");
    until(
        &page,
        "nothing, and what is near",
        "count('[data-kind=none]') === 1 && [...root.querySelectorAll('[part=near] bdi')].some((near) => near.textContent === '志愿者')",
    );
    page.press("Enter");
    until(&page, "on with the first of them", "input.value !== '志原者' && count('[part=result]') > 0 && !count('[data-old]')");
    assert_eq!(page.complaints(), Vec::<String>::new());
}
