//! Can it be seen, read and pressed: on dark pages and hostile ones, on phones, in forced colours, on paper?

use serde_json::{Value, json};

use super::{Boxes, TEXT, find, see, until};
use crate::chromium::Page;

/// Styles and surroundings that have broken other boxes, each with what stands around the box.
const HOSTILE: [(&str, &str, &str); 6] = [
    ("a low header that cuts", "header{overflow:hidden;height:60px}", "header"),
    ("a transformed parent", "div.around{transform:rotate(0.1deg);contain:paint;height:80px}", "div"),
    ("a neighbour on top", ".after{position:relative;z-index:2147483647;background:#eee;height:900px}", "div"),
    ("a box at the window's end", "div.around{margin-top:560px}", "div"),
    (
        "everything important",
        "*{letter-spacing:4px!important;text-transform:uppercase!important;text-align:center!important;line-height:3!important;float:none;opacity:1;color:#333!important;font-size:30px!important}",
        "div",
    ),
    ("a wide box at the edge", "div.around{position:absolute;right:0;width:140px}", "div"),
];

#[test]
fn the_first_result_is_seen_on_hostile_pages() {
    let boxes = Boxes::new();
    for (k, (what, style, tag)) in HOSTILE.into_iter().enumerate() {
        let name = format!("hostile{k}.html");
        let body = format!("<{tag} class=around><xunzi-search></xunzi-search></{tag}><div class=after>{TEXT}</div>");
        boxes.write(&name, "lang=en", style, &body);
        let page = boxes.open(&format!("/{name}"));
        find(&page, "志愿者");
        let seen = see(
            &page,
            "(() => { const { left, top, right, bottom } = one('[part=name]').getBoundingClientRect();
                const hit = root.elementFromPoint((left + right) / 2, (top + bottom) / 2);
                const panel = one('[part=popup]').getBoundingClientRect();
                const style = getComputedStyle(one('[part=text]'));
                return [left >= 0 && right <= innerWidth && top >= 0 && bottom <= innerHeight, !!hit?.closest('[part=title]'),
                    panel.bottom <= innerHeight && panel.left >= 0 && panel.right <= innerWidth, style.letterSpacing, style.textTransform, style.lineHeight]; })()",
        );
        assert_eq!(seen, json!([true, true, true, "normal", "none", "24px"]), "{what}");
    }
}

/// The contrast of what is written with what is behind it, of every part that is seen; the lowest, and where.
const CONTRAST: &str = "(() => {
    const numbers = (colour) => { const all = colour.match(/-?[\\d.]+/g).map(Number); const whole = /^color\\(/.test(colour) ? 1 : 255;
        return [...all.slice(0, 3).map((n) => n / whole), all[3] ?? 1]; };
    const over = ([r, g, b, a], [x, y, z]) => [r * a + x * (1 - a), g * a + y * (1 - a), b * a + z * (1 - a)];
    const light = (c) => { const [r, g, b] = c.map((n) => (n <= 0.04045 ? n / 12.92 : ((n + 0.055) / 1.055) ** 2.4)); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
    const paper = (node) => { const layers = []; for (let at = node; at; at = at.assignedSlot ?? at.parentElement ?? at.getRootNode().host) { layers.push(numbers(getComputedStyle(at).backgroundColor));
        if (at.matches?.('dialog, [popover]')) break; } return layers.reverse().reduce((under, layer) => over(layer, under), [1, 1, 1]); };
    let lowest = [99, ''];
    for (const node of root.querySelectorAll('[part=root] *')) {
        const words = [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
        if (!words || !node.checkVisibility({ visibilityProperty: true, opacityProperty: true }) || node.id === 'live' || !node.getClientRects().length) continue;
        const behind = paper(node), front = over(numbers(getComputedStyle(node).color), behind), [a, b] = [light(front), light(behind)].sort((x, y) => y - x);
        const ratio = (a + 0.05) / (b + 0.05);
        if (ratio < lowest[0]) lowest = [ratio, `${node.getAttribute('part') ?? node.localName}: ${getComputedStyle(node).color} on ${behind}`];
    }
    return lowest; })()";

/// What is no text and yet must be seen: the box's edge, against what is behind it.
const EDGE: &str = "(() => {
    const numbers = (colour) => { const all = colour.match(/-?[\\d.]+/g).map(Number); const whole = /^color\\(/.test(colour) ? 1 : 255;
        return [...all.slice(0, 3).map((n) => n / whole), all[3] ?? 1]; };
    const light = (c) => { const [r, g, b] = c.map((n) => (n <= 0.04045 ? n / 12.92 : ((n + 0.055) / 1.055) ** 2.4)); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
    const paper = numbers(getComputedStyle(document.body).backgroundColor), page = paper[3] ? paper : numbers(getComputedStyle(document.documentElement).backgroundColor);
    const [r, g, b, a] = numbers(getComputedStyle(one('[part=box], [part=button]')).borderTopColor);
    const front = [r, g, b].map((n, k) => n * a + page[k] * (1 - a)), [x, y] = [light(front), light(page)].sort((x, y) => y - x);
    return (x + 0.05) / (y + 0.05); })()";

fn readable(page: &Page, what: &str) {
    let lowest = see(page, CONTRAST);
    assert!(lowest[0].as_f64().is_some_and(|ratio| (4.5..90.0).contains(&ratio)), "{what}: {lowest}");
}

/// On white, on a dark page that says nothing of a colour scheme, on a newspaper's paper, and with the reader's dark scheme.
#[test]
fn every_part_can_be_read_on_every_paper() {
    let boxes = Boxes::new();
    let papers = [
        ("white", "html{background:#fff;color:#222}", "light"),
        ("dark without a colour scheme", "html{background:#16181d;color:#ddd}", "light"),
        ("a newspaper's", "html{background:#f7f2e8;color:#221d17}", "light"),
        ("the reader's dark", ":root{color-scheme:light dark}body{background:Canvas}", "dark"),
        ("dark, light reader", "body{background:rgb(10 20 30);color:#ccc}", "light"),
    ];
    for (paper, style, scheme) in papers {
        for mode in ["", "mode=inline", "mode=modal"] {
            boxes.write("paper.html", "lang=en", style, &format!("<h1>Page</h1><xunzi-search {mode}></xunzi-search>{TEXT}"));
            let page = boxes.open("/paper.html");
            page.look(1280, 800, 1, scheme);
            let edge = see(
                &page,
                &EDGE.replace("[part=box], [part=button]", if mode == "mode=modal" { "[part=button]" } else { "[part=box]" }),
            );
            assert!(edge.as_f64().is_some_and(|ratio| (3.0..22.0).contains(&ratio)), "{paper}, {mode}: the edge, {edge}");
            find(&page, "志愿者");
            readable(&page, &format!("{paper}, {mode}: results"));
            // What is of an older query is dimmed, and can be read.
            see(&page, "one('[part=list]').setAttribute('data-dim', '')");
            readable(&page, &format!("{paper}, {mode}: old results"));
            page.evaluate("document.querySelector('xunzi-search').value = '这裏絕对没有这一句'");
            until(&page, "nothing", "count('[data-kind=none]') === 1");
            readable(&page, &format!("{paper}, {mode}: nothing"));
        }
    }
}

/// Rules for accessibility that a program can check, in every form and theme; `./dev test` brings axe-core.
#[test]
fn axe_finds_nothing() {
    let Some(axe) = std::env::var_os("XUNZI_AXE") else {
        eprintln!("skipped: XUNZI_AXE names no axe.min.js (`./dev test` brings it)");
        return;
    };
    let axe = std::fs::read_to_string(&axe).unwrap_or_else(|e| panic!("{}: {e}", axe.display()));
    let boxes = Boxes::new();
    for (html, scheme, forced) in [
        ("lang=en", "light", false),
        ("lang=zh-Hans", "dark", false),
        ("lang=ar dir=rtl", "light", false),
        ("lang=en", "light", true),
    ] {
        for mode in ["", "mode=inline", "mode=modal", "mode=page"] {
            boxes.write(
                "axe.html",
                html,
                ":root{color-scheme:light dark}",
                &format!("<main><h1>Page</h1><xunzi-search {mode}></xunzi-search></main>"),
            );
            for query in ["", "志愿者", "这裏絕对没有这一句"] {
                let page = boxes.open("/axe.html");
                let forced_colors = if forced { "active" } else { "none" };
                page.call("Emulation.setEmulatedMedia", json!({"features": [{"name": "prefers-color-scheme", "value": scheme}, {"name": "forced-colors", "value": forced_colors}]}));
                page.evaluate(&format!("document.querySelector('xunzi-search').show({})", json!(query)));
                until(
                    &page,
                    "the box",
                    &format!("one('#live') && ({} || count('[part=result], [data-kind=none]') > 0)", query.is_empty()),
                );
                page.evaluate("new Promise((go) => setTimeout(go, 200))");
                page.evaluate(&format!("{axe};0"));
                let found = page.evaluate(
                    "axe.run(document).then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.slice(0, 3).map((node) => node.target.join(' ')).join(', ')))",
                );
                assert_eq!(found, json!([]), "{html}, {scheme}, {mode}, {query:?}");
            }
        }
    }
}

/// A phone whose keyboard leaves 508 of 844 pixels: the screen is the dialog's, and a whole article is seen above the keyboard.
#[test]
fn a_phone_shows_results_above_its_keyboard() {
    let boxes = Boxes::new();
    let page = boxes.one("");
    let phone = |height: u32| {
        page.call(
            "Emulation.setDeviceMetricsOverride",
            json!({"width": 390, "height": height, "deviceScaleFactor": 2, "mobile": true}),
        );
        page.call("Emulation.setTouchEmulationEnabled", json!({"enabled": true}));
    };
    phone(844);
    page.open(&boxes.server.url("/box.html"));
    page.evaluate("document.querySelector('xunzi-search').focus()");
    until(&page, "the screen", "one('dialog')?.open && root.activeElement === input");
    phone(508);
    page.insert("志愿者");
    until(&page, "results", "count('[part=result]') > 0");
    until(&page, "the screen is what the keyboard leaves", "one('dialog').getBoundingClientRect().height === 508");
    assert_eq!(see(&page, "one('[part=result]').getBoundingClientRect().bottom < 508"), true);
    let small = see(
        &page,
        "[...root.querySelectorAll('dialog button, [role=option], dialog input')].filter((node) => node.checkVisibility())
            .map((node) => [node.getAttribute('part'), node.getBoundingClientRect()]).filter(([, { width, height }]) => width && Math.min(width, height) < 35.9)
            .map(([part, { width, height }]) => [part, width, height])",
    );
    assert_eq!(small, json!([]), "targets");
    let size = see(&page, "getComputedStyle(input).fontSize");
    assert_eq!(size, "17px", "no browser zooms in");
    // The keyboard's own key for it puts it away, and the results stay; nothing is opened that nobody has chosen.
    page.press("Enter");
    assert_eq!(
        see(&page, "[open, root.activeElement === input, count('[part=result]') > 0, location.pathname]"),
        json!([true, false, true, "/box.html"])
    );
    see(&page, "one('[part=back]').click()");
    assert_eq!(see(&page, "[open, one('[part=field]').contains(input)]"), json!([false, true]));
    assert_eq!(page.complaints(), Vec::<String>::new());
}

#[test]
fn forced_colours_still_motion_and_paper() {
    let boxes = Boxes::new();
    let media = |page: &Page, features: Value, media: &str| {
        page.call("Emulation.setEmulatedMedia", json!({"media": media, "features": features}));
    };
    let page = boxes.one("mode=inline");
    media(&page, json!([{"name": "forced-colors", "value": "active"}]), "");
    find(&page, "志愿者");
    assert_eq!(
        see(&page, "[getComputedStyle(one('[part=box]')).outlineStyle, getComputedStyle(one('[part=box]')).outlineWidth]"),
        json!(["solid", "2px"]),
        "the focus is seen"
    );
    let page = boxes.one("mode=modal");
    media(&page, json!([{"name": "prefers-reduced-motion", "value": "reduce"}]), "");
    find(&page, "志愿者");
    assert_eq!(
        see(
            &page,
            "[getComputedStyle(one('dialog')).animationName, getComputedStyle(one('[part=progress]')).transitionProperty]"
        ),
        json!(["none", "none"])
    );
    for mode in ["mode=modal", "mode=inline"] {
        let page = boxes.one(mode);
        find(&page, "志愿者");
        // How it is printed comes with the desk, a moment after the results.
        until(&page, "the desk", "count('[part=switch]') > 0");
        media(&page, json!([]), "print");
        let printed = see(
            &page,
            "[one('[part=box]').checkVisibility(), one('[part=foot]').checkVisibility(), one('[part=name]').checkVisibility(),
                getComputedStyle(one('[part=name]'), '::after').content.includes('http'), one('[part=scroll]').scrollHeight - one('[part=scroll]').clientHeight]",
        );
        assert_eq!(printed, json!([false, false, true, true, 0]), "{mode}: the list with its addresses, whole");
    }
}

/// Pictures of every form for whoever works on it, and those of the README: `XUNZI_SHOTS=1 cargo test … --test browser shots`, into
/// target/screenshots.
#[test]
fn shots() {
    if std::env::var_os("XUNZI_SHOTS").is_none() {
        return;
    }
    let boxes = Boxes::new();
    let style =
        "body{font:16px/1.7 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem}:root{color-scheme:light dark}";
    let (wide, phone, typing) = ((1280, 800), (390, 844), (390, 508));
    let read = "root.querySelector('[part=snippet]').click(), new Promise((go) => setTimeout(go, 500))";
    let shots = [
        ("modal", "lang=zh-Hans", "mode=modal", "志愿者", wide, "light", ""),
        ("dark", "lang=zh-Hans", "mode=modal", "志愿者", wide, "dark", ""),
        ("popup", "lang=zh-Hans", "", "志愿者", wide, "light", ""),
        ("inline", "lang=zh-Hans", "mode=inline", "志愿者", wide, "light", ""),
        ("page", "lang=en", "mode=page", "search", wide, "light", ""),
        ("reading", "lang=en", "mode=modal reading", "search", wide, "dark", read),
        ("rtl", "lang=ar dir=rtl", "mode=modal", "بحث", wide, "light", ""),
        ("none", "lang=zh-Hans", "mode=modal", "分布式事物", wide, "light", ""),
        ("phone", "lang=zh-Hans", "", "志愿者", phone, "light", ""),
        ("phone-keyboard", "lang=zh-Hans", "", "志愿者", typing, "light", ""),
        ("offline", "lang=zh-Hans", "mode=modal", "暴雪来临", wide, "light", "offline"),
    ];
    for (name, html, mode, query, (width, height), scheme, then) in shots {
        let text = "<p>正文正文正文正文正文正文正文正文。".repeat(12);
        boxes.write("shot.html", html, style, &format!("<h1>文档</h1><xunzi-search {mode}></xunzi-search>{text}"));
        let page = boxes.browser.private_page();
        page.look(width, height, 2, scheme);
        page.call(
            "Emulation.setDeviceMetricsOverride",
            json!({"width": width, "height": height, "deviceScaleFactor": 2, "mobile": width < 640}),
        );
        page.open(&boxes.server.url("/shot.html"));
        if then == "offline" {
            boxes.server.set_fault(|path, _| path.ends_with(".dat").then_some(crate::server::Wrong::Closed));
        }
        page.evaluate("document.querySelector('xunzi-search').show()");
        page.insert(query);
        until(&page, "an answer", "count('[part=result], [data-kind=none], [data-kind=failed]') > 0 && !count('[data-busy]')");
        if then != "offline" {
            until(&page, "all of it", "count('[part=switch], [data-kind=none]') > 0");
        }
        if then.starts_with("root") {
            see(&page, then);
        }
        page.screenshot(&crate::site::root().join(format!("target/screenshots/{name}.png")));
        boxes.server.set_fault(|_, _| None);
    }
    // The demo, as it stands in the README.
    let folder = crate::folder();
    let server = crate::server::Server::start(&crate::demo(&folder), false);
    let page = boxes.browser.private_page();
    page.look(1280, 800, 1, "light");
    page.open(&server.url("/?q=%E5%BF%97%E6%84%BF%E8%80%85"));
    until(&page, "all of it", "count('[part=switch]') > 0");
    page.screenshot(&crate::site::root().join("target/screenshots/demo.png"));
}
