//! Do the forms open and close as readers expect, and give back what they took?

use serde_json::{Value, json};

use super::{Boxes, TEXT, find, see, until};
use crate::server::Wrong;

#[test]
fn a_modal_opens_by_key_and_gives_the_focus_back() {
    let boxes = Boxes::new();
    let page = boxes.one("mode=modal");
    page.evaluate("document.getElementById('before').focus()");
    let asked: Vec<String> =
        boxes.server.requests().into_iter().map(|r| r.path).filter(|path| path.starts_with("/xunzi")).collect();
    assert_eq!(asked, ["/xunzi/xunzi.js"], "nothing but the script before it is used");
    for (key, modifiers) in [("k", 2), ("/", 0)] {
        page.press_with(key, modifiers);
        until(&page, "a dialog with the focus", "one('dialog')?.open && root.activeElement === input");
        page.insert("志愿者");
        until(&page, "results, the first chosen", "count('[part=result]') > 1 && active === 0");
        page.press("Escape");
        assert_eq!(see(&page, "[input.value, open]"), json!(["", true]), "Escape clears first");
        page.press("Escape");
        assert_eq!(see(&page, "open"), false, "and closes then");
        assert_eq!(page.evaluate("document.activeElement.id"), "before");
    }
    // The same key closes; a press on the veil does too.
    page.press_with("k", 2);
    until(&page, "a dialog", "open");
    page.press_with("k", 2);
    assert_eq!(see(&page, "open"), false);
    page.evaluate("document.querySelector('xunzi-search').show('除雪')");
    until(&page, "a query that was handed over", "count('[part=result]') > 0 && input.value === '除雪'");
    assert_eq!(page.complaints(), Vec::<String>::new());
}

/// Letters belong to what takes letters.
#[test]
fn a_shortcut_is_not_taken_from_other_fields() {
    let boxes = Boxes::new();
    let body = format!(
        "<input id=a><textarea id=b></textarea><div id=c contenteditable></div><div id=d role=textbox tabindex=0></div>
        <div id=e role=combobox tabindex=0></div><xunzi-search></xunzi-search>{TEXT}"
    );
    boxes.write("fields.html", "lang=en", "", &body);
    let page = boxes.open("/fields.html");
    for id in ["a", "b", "c", "d", "e"] {
        page.evaluate(&format!("document.getElementById('{id}').focus()"));
        page.press("/");
        assert_eq!(page.evaluate("document.activeElement.id"), *id);
    }
    page.evaluate("document.activeElement.blur()");
    page.press("/");
    page.until("the box has the focus", "document.activeElement.localName === 'xunzi-search'");
    let page = boxes.one("shortcut=off");
    page.press("/");
    assert_eq!(page.evaluate("document.activeElement.localName"), "body");
}

#[test]
fn a_popup_stays_until_the_reader_closes_it() {
    let boxes = Boxes::new();
    let page = boxes.one("");
    find(&page, "志愿者");
    assert_eq!(see(&page, "open"), true);
    // A phone's keyboard that is put away takes the focus, and not the results.
    page.evaluate("document.activeElement.blur()");
    assert_eq!(see(&page, "open"), true);
    page.evaluate("document.querySelector('xunzi-search').focus(), document.getElementById('before').focus()");
    assert_eq!(see(&page, "open"), false, "whoever goes on with Tab has left");
    page.evaluate("document.querySelector('xunzi-search').focus()");
    until(&page, "the results again", "open");
    page.evaluate(
        "document.querySelector('p').dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, composed: true }))",
    );
    assert_eq!(see(&page, "open"), false);
    page.press("ArrowDown");
    until(&page, "the results again, by a key", "open");
    // By keys: places, articles, to the last and the first, and what is opened.
    page.press("ArrowDown");
    assert_eq!(see(&page, "active"), 1);
    page.press("End");
    // The end of the list brings more of it.
    assert_eq!(see(&page, "active > 8"), true);
    page.press("Home");
    assert_eq!(see(&page, "active"), 0);
    // By articles: to the first place of the next one, and back.
    let article = "[...root.querySelectorAll('[part=result]')].indexOf(one('[aria-selected=true]').closest('[part=result]'))";
    page.press("PageDown");
    page.press("PageDown");
    assert_eq!(see(&page, article), 2);
    assert_eq!(
        see(
            &page,
            "one('[aria-selected=true]') === one('[aria-selected=true]').closest('[part=result]').querySelector('[role=option]')"
        ),
        true
    );
    page.press("PageUp");
    page.press("PageUp");
    assert_eq!(see(&page, "active"), 0);
    page.evaluate("addEventListener('xunzi-select', (e) => { e.preventDefault(); window.opened = e.detail.url; })");
    let href = see(&page, "one('[aria-selected=true]').href");
    page.press("Enter");
    assert_eq!(page.evaluate("window.opened"), href);
    assert_eq!(see(&page, "open"), false);
}

/// Links in the page's flow: Tab and arrows move the focus itself, and Escape leads back.
#[test]
fn results_in_the_page_are_a_list_of_links() {
    let boxes = Boxes::new();
    let page = boxes.one("mode=inline");
    find(&page, "志愿者");
    assert_eq!(
        see(&page, "[count('[role=listbox], [role=option]'), one('ol[part=list] > li [role=heading] a') !== null]"),
        json!([0, true])
    );
    let at = "[...root.querySelectorAll('[part=result] a')].indexOf(root.activeElement)";
    page.press("ArrowDown");
    assert_eq!(see(&page, at), 0);
    page.press("ArrowDown");
    page.press("Tab");
    assert_eq!(see(&page, at), 2);
    page.press("ArrowUp");
    page.press("Escape");
    assert_eq!(see(&page, "[root.activeElement === input, input.value]"), json!([true, "志愿者"]));
    // More of them: on at the first that is new.
    page.evaluate("document.querySelector('xunzi-search').value = '的'");
    until(&page, "ten, and more to come", "count('[part=result]') === 10 && !one('[part=more]').hidden && !count('[data-old]')");
    see(&page, "(one('[part=more]').focus(), one('[part=more]').click())");
    until(
        &page,
        "the first new one has the focus",
        "root.activeElement?.closest('[part=result]') === root.querySelectorAll('[part=result]')[10]",
    );
    let level = see(&page, "one('[role=heading]').ariaLevel");
    assert_eq!(level, "2", "under the page's heading");
}

/// What is searched stands in the address, if the site asks for it: it can be passed on, and Back leads to where the reader was.
#[test]
fn an_address_holds_the_query() {
    let boxes = Boxes::new();
    boxes.write(
        "page.html",
        "lang=en",
        "",
        &format!("<main><h1>Search</h1><xunzi-search mode=page limit=5></xunzi-search></main>{TEXT}"),
    );
    std::fs::write(boxes.folder.path().join("there.html"), crate::site::EMPTY).expect("the page is written");
    let page = boxes.open("/page.html?q=%E9%99%A4%E9%9B%AA&x=1");
    until(&page, "what the address asks for", "input.value === '除雪' && count('[part=result]') > 0");
    page.evaluate("document.querySelector('xunzi-search').value = '的'");
    // There may be as many of the query before, and more of them are not asked for while an answer is under way.
    until(&page, "results", "count('[part=result]') === 5 && !one('[part=more]').hidden");
    assert_eq!(page.evaluate("decodeURIComponent(location.search)"), "?q=的&x=1");
    see(&page, "one('[part=more]').click()");
    until(&page, "more", "count('[part=result]') === 10");
    page.evaluate("addEventListener('xunzi-select', (e) => { e.preventDefault(); location = '/there.html'; })");
    page.evaluate("scrollTo(0, 700)");
    let before = page.events("Page.loadEventFired").len();
    see(&page, "root.querySelectorAll('[part=name]')[8].click()");
    page.wait_events("Page.loadEventFired", before + 1);
    page.evaluate("history.back()");
    page.until("the page", "location.pathname === '/page.html' && !!document.querySelector('xunzi-search')?.shadowRoot");
    until(&page, "the list as it was", "input.value === '的' && count('[part=result]') === 10");
    page.until("the place in it", "Math.abs(scrollY - 700) < 60");
    // Without being asked, nothing is put into an address.
    let page = boxes.one("mode=inline");
    find(&page, "除雪");
    assert_eq!(page.evaluate("location.search"), "");
}

#[test]
fn boxes_live_beside_each_other_and_move() {
    let boxes = Boxes::new();
    let body = format!(
        "<xunzi-search mode=inline></xunzi-search><div id=other><xunzi-search mode=modal></xunzi-search></div>
        <script type=module src='/xunzi/xunzi.js?twice'></script>{TEXT}"
    );
    boxes.write("two.html", "lang=en", "", &body);
    let page = boxes.open("/two.html");
    find(&page, "除雪");
    page.evaluate("document.querySelectorAll('xunzi-search')[1].show('志愿者')");
    let second = |expression: &str| {
        format!("(() => {{ const root = document.querySelectorAll('xunzi-search')[1].shadowRoot; return {expression}; }})()")
    };
    page.until(
        "results in the other",
        &second("root.querySelectorAll('[part=result]').length > 0 && root.querySelector('dialog').open"),
    );
    page.press("Escape");
    page.press("Escape");
    assert_eq!(see(&page, "input.value"), "除雪");
    page.evaluate("document.getElementById('other').append(document.querySelector('xunzi-search'))");
    page.evaluate("document.querySelectorAll('xunzi-search')[1].value = '的'");
    page.until(
        "a box that was moved answers",
        &second("root.querySelector('[part=list]').textContent.includes('的') && !root.querySelector('[data-old]')"),
    );
    page.evaluate("window.gone = document.querySelectorAll('xunzi-search')[1], gone.remove()");
    page.evaluate("new Promise((go) => setTimeout(go, 50)).then(() => { document.body.append(gone); gone.value = '雪'; })");
    page.until(
        "one that was taken away and comes back, too",
        &second("root.querySelector('[part=list]').textContent.includes('雪') && !root.querySelector('[data-old]')"),
    );
    // In another form.
    page.evaluate("gone.setAttribute('mode', 'modal'), gone.setAttribute('placeholder', 'Look here')");
    assert_eq!(page.evaluate("[gone.shadowRoot.querySelector('[part=label]').textContent, gone.shadowRoot.querySelector('[part=box]').checkVisibility()]"), json!(["Look here", false]));
    assert_eq!(page.complaints(), Vec::<String>::new());
}

/// Kept in this browser alone, when something was opened; not if the site does not want it.
#[test]
fn recent_searches_are_offered_and_forgotten() {
    let boxes = Boxes::new();
    for off in [false, true] {
        let page = boxes.one(if off { "mode=modal recent=off" } else { "mode=modal" });
        page.evaluate("addEventListener('xunzi-select', (e) => e.preventDefault())");
        find(&page, "除雪");
        page.press("Enter");
        page.evaluate("document.querySelector('xunzi-search').show('')");
        until(&page, "an empty dialog", "open && !count('[part=result]')");
        assert_eq!(
            see(&page, "[...root.querySelectorAll('[part=past]')].map((past) => past.textContent)"),
            if off { json!([]) } else { json!(["除雪"]) }
        );
        if off {
            assert_eq!(page.evaluate("localStorage.length"), 0);
            continue;
        }
        see(&page, "one('[part=past]').click()");
        until(&page, "its results", "input.value === '除雪' && count('[part=result]') > 0");
        page.press("Escape");
        see(&page, "one('[part=recent] [part=exact]').click()");
        assert_eq!(see(&page, "[count('[part=past]'), root.activeElement === input]"), json!([0, true]));
        assert_eq!(page.evaluate("Object.values(localStorage)"), json!(["[]"]));
    }
}

/// The scripts run where a page allows only its own, and no text becomes one.
#[test]
fn a_strict_policy_is_not_violated() {
    let boxes = Boxes::new();
    boxes.server.set_headers(|_| {
        "Content-Security-Policy: default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; img-src data:; require-trusted-types-for 'script'; trusted-types xunzi\r\n".into()
    });
    let body = "<xunzi-search mode=modal></xunzi-search><xunzi-search></xunzi-search><script type=module src=/watch.js></script>";
    boxes.write("strict.html", "lang=en", "", body);
    std::fs::write(boxes.folder.path().join("watch.js"), "window.broken = []; addEventListener('securitypolicyviolation', (e) => broken.push(e.violatedDirective + ' ' + e.sourceFile));")
        .expect("a script");
    let page = boxes.open("/strict.html");
    // The page of this test has a style of its own, which it may not.
    page.evaluate("window.broken = []");
    find(&page, "志愿者");
    page.press("Escape");
    page.press("Escape");
    page.evaluate("document.querySelectorAll('xunzi-search')[1].show('除雪')");
    page.until("results", "document.querySelectorAll('xunzi-search')[1].shadowRoot.querySelectorAll('[part=result]').length > 0");
    assert_eq!(page.evaluate("broken"), json!([]));
    assert_eq!(see(&page, "getComputedStyle(one('dialog')).position"), "fixed", "it has its style");
}

/// While an answer is long in coming: shapes of results, how much has come, and nothing that looks like an answer.
#[test]
fn waiting_is_shown_when_it_is_long() {
    let boxes = Boxes::new();
    boxes.server.set_fault(|path, _| path.ends_with(".dat").then_some(Wrong::Late(std::time::Duration::from_millis(2500))));
    for mode in ["", "mode=inline", "mode=modal"] {
        let page = boxes.one(mode);
        page.evaluate("document.querySelector('xunzi-search').show()");
        page.insert("志愿者");
        until(&page, "shapes of results", "count('[part=skeleton]') === 3 && text('status').startsWith('Loading')");
        assert_eq!(
            see(
                &page,
                "[count('[part=result], [data-kind=none]:not([hidden]), [part=retry]'), one('[part=progress]').offsetWidth > 0, one('[part=list]').ariaHidden]"
            ),
            json!([0, true, "true"]),
            "{mode}"
        );
        let before = see(&page, "one('[part=panel]').offsetHeight");
        until(&page, "results", "count('[part=result]') > 0 && !count('[part=skeleton], [data-late]')");
        let after = see(&page, "one('[part=panel]').offsetHeight");
        // What floats above the page may grow with its answer; a dialog, and what stands in the page, does not jump.
        assert!(mode.is_empty() || before == after || mode == "mode=inline", "{mode}: {before} high, then {after}");
    }
}

/// A page may say that its language is zh_CN, or nonsense: `Intl` takes neither.
#[test]
fn a_language_may_be_misspelt() {
    let boxes = Boxes::new();
    for (lang, said) in [("zh_CN", "篇"), ("de_AT_x_1234567890123", "Artikel")] {
        let page = boxes.one(&format!("lang={lang}"));
        find(&page, "志愿者");
        assert!(see(&page, "text('status')").as_str().is_some_and(|text| text.contains(said)), "{lang}");
        // An article that is read, what is kept, and the bar on the pages that results lead to.
        let search = std::fs::read_to_string(boxes.folder.path().join("xunzi/search.html")).expect("the search page");
        let search = search.replacen("<html>", &format!("<html lang={lang}>"), 1);
        std::fs::write(boxes.folder.path().join("xunzi/tongue.html"), search).expect("the page is written");
        let page = boxes.open("/xunzi/tongue.html?read=0");
        page.until("the byline", "!!document.querySelector('#reading .byline')");
        page.until("what can be kept", r"/\d [kM]B/.test(document.querySelector('#keeper').textContent)");
        assert_eq!(page.complaints(), Vec::<String>::new());
        let body = "<main><p>志愿者</main><script type=module src=/xunzi/xunzi-highlight.js></script>";
        boxes.write("article.html", &format!("lang={lang}"), "", body);
        let page = boxes.open("/article.html?highlight=志愿者");
        page.until(
            "the bar",
            "document.querySelector('.xunzi-hits')?.shadowRoot.querySelector('output').textContent === '1 / 1'",
        );
    }
}

/// What a site has put in place of the box is seen where scripts do not run, and only there.
#[test]
fn a_fallback_is_for_those_without_scripts() {
    let boxes = Boxes::new();
    let body = "<xunzi-search><form slot=fallback action=https://example.com/><input name=q></form></xunzi-search>";
    boxes.write("plain.html", "lang=en", "", body);
    let page = boxes.open("/plain.html");
    until(&page, "the box", "input.checkVisibility()");
    assert_eq!(page.evaluate("document.querySelector('form').checkVisibility()"), false);
    page.call("Emulation.setScriptExecutionDisabled", json!({"value": true}));
    page.open(&boxes.server.url("/plain.html"));
    assert_eq!(page.evaluate("document.querySelector('form').checkVisibility()"), true);
}

/// Whatever is missing: it is said in words of its own, in the box's style, once; and a key is enough to try again.
#[test]
fn every_failure_is_told_and_tried_again() {
    let boxes = Boxes::new();
    let first = ("failure", "⚠ The index cannot be read now: Try again");
    for (name, wrong, (part, told)) in [
        ("/box.js", Wrong::Status(404), first),
        ("/box.js", Wrong::Hang, first),
        ("/ask.js", Wrong::Status(404), first),
        ("/ask.js", Wrong::Html, first),
        ("/ask.js", Wrong::Short(0), first),
        ("/ask.js", Wrong::Flip(500), first),
        ("/ask.js", Wrong::Closed, ("failure", "⚠ No connection: Try again")),
        // Where there are no words either, by signs.
        ("s", Wrong::Closed, ("failure", "⚠ Search ↻")),
        ("/engine.wasm", Wrong::Status(404), ("note", "cannot be read now")),
    ] {
        boxes.server.set_fault(move |path, _| {
            (path.ends_with(name) && !path.ends_with("xunzi.js") || name == "s" && path.ends_with(".json")).then(|| wrong.clone())
        });
        let page = boxes.one("");
        page.evaluate("document.querySelector('xunzi-search').focus()");
        page.insert("志愿者");
        until(&page, told, &format!("text('{part}').includes('{told}') && count('[part=retry]') === 1"));
        assert_eq!(see(&page, "count('[part=result], [data-kind=none]')"), 0, "it does not look like an answer");
        let size = see(&page, "one('[part=retry]').getBoundingClientRect().height");
        assert!(size.as_f64().is_some_and(|height| height >= 43.9), "{size}");
        boxes.server.set_fault(|_, _| None);
        see(&page, "one('[part=retry]').focus()");
        page.press("Enter");
        until(&page, "results, and the focus in the input", "open && count('[part=result]') > 0 && root.activeElement === input");
        assert_eq!(see(&page, "input.value"), "志愿者");
    }
    // Words that do not come are not waited for: the box has English ones.
    boxes.server.set_fault(|path, _| path.ends_with("/de.json").then_some(Wrong::Hang));
    boxes.write("german.html", "lang=de", "", "<xunzi-search></xunzi-search>");
    let page = boxes.open("/german.html");
    find(&page, "志愿者");
    assert_eq!(see(&page, "text('foot').includes('Close')"), true, "{}", see(&page, "text('foot')"));
    boxes.server.set_fault(|_, _| None);
    // Without a network nothing is said to be nowhere, and with one again it comes by itself.
    let page = boxes.one("mode=inline");
    find(&page, "的");
    boxes.server.set_fault(|path, _| path.starts_with("/xunzi").then_some(Wrong::Closed));
    let other = boxes.one("mode=inline");
    boxes.server.set_fault(|path, _| (path.starts_with("/xunzi") && !path.ends_with(".js")).then_some(Wrong::Closed));
    other.open(&boxes.server.url("/box.html"));
    other.evaluate("document.querySelector('xunzi-search').focus()");
    other.insert("除雪");
    until(&other, "that there is no connection", "text('note').includes('No connection')");
    boxes.server.set_fault(|_, _| None);
    other.evaluate("dispatchEvent(new Event('online'))");
    until(&other, "results by themselves", "count('[part=result]') > 0");
    let _: Value = see(&page, "live");
}
