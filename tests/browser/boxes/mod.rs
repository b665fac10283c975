//! What does the reader see and touch? The box in its forms, on pages of its own and of others.

mod desk;
mod forms;
mod looks;
mod narrowing;
mod places;
mod typing;

use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::chromium::{Browser, Page};
use crate::server::Server;
use crate::site;

/// The sample articles as a site, with pages that have boxes.
struct Boxes {
    folder: TempDir,
    server: Server,
    browser: Browser,
}

/// What stands around a box on a page that has no style of its own.
const TEXT: &str = "<p>Words of the page, and more of them, so that it is not empty.</p>";

impl Boxes {
    fn new() -> Boxes {
        let folder = crate::folder();
        site::build_demo(folder.path());
        let server = Server::start(folder.path(), false);
        Boxes { folder, server, browser: Browser::start() }
    }

    /// A page whose `html` has these attributes, with this style and these elements.
    fn write(&self, name: &str, html: &str, style: &str, body: &str) {
        write(self.folder.path(), name, html, style, body);
    }

    /// A tab that knows nothing yet, with a page of one box.
    fn one(&self, attributes: &str) -> Page<'_> {
        let body = format!("<h1>Page</h1><button id=before>before</button><xunzi-search {attributes}></xunzi-search>{TEXT}");
        self.write("box.html", "lang=en", "", &body);
        self.open("/box.html")
    }

    fn open(&self, path: &str) -> Page<'_> {
        let page = self.browser.private_page();
        page.look(1280, 800, 1, "light");
        page.open(&self.server.url(path));
        page
    }
}

fn write(folder: &Path, name: &str, html: &str, style: &str, body: &str) {
    let page = format!(
        "<!doctype html><html {html}><meta charset=utf-8><meta name=viewport content='width=device-width,initial-scale=1'>
        <title>box</title><link rel=icon href=data:,><style>{style}</style>
        <script type=module src=/xunzi/xunzi.js></script>{body}"
    );
    std::fs::write(folder.join(name), page).expect("the page is written");
}

/// An expression about the first box on the page: `text(part)`, `count(selector)`, `one(selector)`, `input`, `open` (what floats is
/// there), `active` (the place of the chosen option), `box`, `root`.
fn shown(expression: &str) -> String {
    format!(
        "(() => {{ const box = document.querySelector('xunzi-search'), root = box.shadowRoot, input = root.querySelector('input');
            const one = (selector) => root.querySelector(selector), count = (selector) => root.querySelectorAll(selector).length;
            const text = (part) => one(`[part=${{part}}]`)?.textContent ?? '', live = one('#live')?.textContent ?? '';
            const open = !!(one('dialog')?.open || one('[part=popup]')?.matches(':popover-open'));
            const active = [...root.querySelectorAll('[role=option]')].findIndex((option) => option.ariaSelected === 'true');
            return {expression}; }})()"
    )
}

fn see(page: &Page, expression: &str) -> Value {
    page.evaluate(&shown(expression))
}

fn until(page: &Page, what: &str, expression: &str) {
    page.until(what, &shown(expression));
}

/// Puts the focus into the box, types, and waits for results.
fn find(page: &Page, query: &str) {
    page.evaluate("document.querySelector('xunzi-search').show()");
    page.insert(query);
    until(page, "results", &format!("count('[part=result]') > 0 && input.value === {} && !count('[data-old]')", json!(query)));
}
