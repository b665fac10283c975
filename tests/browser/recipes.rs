//! Do the recipes of docs/hosts.md give a site a search? Each is followed to the letter, its site built, indexed and searched.
//!
//! `XUNZI_ALL=1 cargo test --release --features embed --test browser recipes -- --nocapture`; `XUNZI_GENERATORS=hugo,hexo` names a few.
//! The projects are those of `tests/generators`, each in a copy that the recipe's lines are put into.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::json;

use crate::chromium::{Browser, Page};
use crate::programs::{Host, missing};
use crate::site::{root, xunzi};
use crate::{ask_box, folder, shown};

/// A generator's folder, its heading in the recipes, and the lines of its project before which a recipe's lines go, in their order.
/// A file that is not named here is the recipe's own.
type Recipe = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

const RECIPES: [Recipe; 6] = [
    ("hugo", "Hugo", &[("layouts/_default/baseof.html", "<ul class=\"menu\">")]),
    ("hexo", "Hexo", &[]),
    ("vitepress", "VitePress", &[(".vitepress/config.mjs", "  markdown:")]),
    ("docusaurus", "Docusaurus", &[("docusaurus.config.js", "  presets:")]),
    ("mkdocs", "MkDocs", &[("mkdocs.yml", "  language: zh"), ("mkdocs.yml", "repo_url:")]),
    ("mdbook", "mdBook", &[]),
];

/// What the sites say: a title, and words that stand on this page only.
const PAGES: [(&str, &str); 3] =
    [("扫雪", "志愿者清扫社区道路上的积雪"), ("扩容", "数据库集群在夜里扩容"), ("Backup", "restore what was lost")];

/// The recipe under this heading: files with what goes there.
fn blocks(heading: &str) -> Vec<(String, String)> {
    let text = fs::read_to_string(root().join("docs/hosts.md")).expect("the recipes");
    let (_, rest) = text.split_once(&format!("\n### {heading}\n")).unwrap_or_else(|| panic!("there is no recipe {heading}"));
    let part = rest.split("\n#").next().unwrap_or_default();
    let fences = part.split("\n```").skip(1).step_by(2);
    let block = |fence: &str| {
        let (head, body) = fence.split_once('\n')?;
        Some((head.split_once(' ')?.1.to_owned(), body.to_owned() + "\n"))
    };
    fences.filter_map(block).collect()
}

/// Puts a recipe's lines into a project.
fn follow((name, heading, places): &Recipe, project: &Path) {
    let mut places = places.iter();
    let blocks = blocks(heading);
    assert!(!blocks.is_empty(), "{heading} says nothing of files");
    for (file, text) in blocks {
        let path = project.join(&file);
        let text = match fs::read_to_string(&path) {
            Err(_) => text,
            Ok(before) => {
                let place = places.next().filter(|place| place.0 == file);
                let (_, mark) = place.unwrap_or_else(|| panic!("{name}: where in {file} do they go?"));
                assert_eq!(before.matches(mark).count(), 1, "{name}: {mark}");
                before.replacen(mark, &(text + mark), 1)
            }
        };
        fs::create_dir_all(path.parent().expect("a folder")).and_then(|()| fs::write(path, text)).expect("it is written");
    }
    assert!(places.next().is_none(), "{name}: the recipe has lines for every place");
}

/// Builds a site by its recipe into `folder/site`; says why if its generator is not to be had.
fn make(recipe: &Recipe, folder: &Path) -> Result<(), String> {
    let name = recipe.0;
    let (from, to) = (root().join("tests/generators"), folder.join("recipe"));
    let files = walkdir::WalkDir::new(from.join(name)).into_iter().flatten().filter(|e| e.path().is_file());
    for file in files.map(walkdir::DirEntry::into_path).chain([from.join("common.sh")]) {
        let copy = to.join(file.strip_prefix(&from).expect("it is below"));
        fs::create_dir_all(copy.parent().expect("a folder")).and_then(|()| fs::copy(&file, copy)).expect("it is copied");
    }
    follow(recipe, &to.join(name));
    let pages = folder.join("pages");
    fs::create_dir_all(&pages).expect("a folder");
    let mut list = String::new();
    for (n, (title, text)) in PAGES.iter().enumerate() {
        let front = format!("---\ntitle: {title}\ndate: 2026-01-0{}\n---\n\n", n + 1);
        // One of them knows no front matter, and takes the heading for the title.
        let text = format!("{}# {title}\n\n{text}。\n", if name == "mdbook" { "" } else { &front });
        fs::write(pages.join(format!("page-{n}.md")), text).expect("a page");
        list += &format!("page-{n}\n");
    }
    fs::write(pages.join("LIST"), list).expect("their list");
    let tools = root().join("target/generators").join(name);
    let run =
        Command::new("sh").arg(to.join(name).join("make.sh")).arg(&tools).arg(folder).output().map_err(|e| e.to_string())?;
    let told = String::from_utf8_lossy(&run.stderr).into_owned() + &String::from_utf8_lossy(&run.stdout);
    match run.status.code() {
        Some(0) => Ok(()),
        Some(75) => Err(told.lines().last().unwrap_or_default().to_owned()),
        _ => panic!("{name} does not build: {}\n{told}", run.status),
    }
}

/// A host as most are: an address of a folder leads to that with a slash.
fn host(site: &Path) -> Option<Host> {
    let host =
        Host::nginx(&format!("server {{ listen 127.0.0.1:PORT; root {}; gzip on; absolute_redirect off; }}", site.display()));
    if host.is_none() {
        missing("nginx");
    }
    host
}

/// A reader searches from the first page, and follows a result.
fn search(page: &Page, server: &Host, name: &str) {
    for (_, text) in PAGES {
        page.open(&server.url("/"));
        ask_box(page, text);
        page.until(&format!("{name}: results"), &shown("count('[part=result]') > 0 && count('mark') > 0"));
        page.evaluate(&shown("setTimeout(() => root.querySelector('[part=name]').click()) && 0"));
        let there = format!("document.readyState === 'complete' && document.body.innerText.includes({})", json!(text));
        page.until(&format!("{name}: the page that was found"), &format!("location.pathname !== '/' && {there}"));
    }
}

/// Plain pages: what the first recipe says.
#[test]
fn the_recipe_for_plain_pages() {
    let site = folder();
    let lines: String = blocks("Plain HTML").into_iter().map(|(_, text)| text).collect();
    let links: String = (0..PAGES.len()).map(|n| format!("<a href=page-{n}.html>{n}</a> ")).collect();
    let page = |title: &str, text: &str| {
        format!(
            "<!doctype html><html lang=zh><meta charset=utf-8><title>{title}</title><link rel=icon href=data:,><nav>{lines}{links}</nav><main>{text}</main>"
        )
    };
    fs::write(site.path().join("index.html"), page("首页", "欢迎")).expect("a page");
    for (n, (title, text)) in PAGES.iter().enumerate() {
        fs::write(site.path().join(format!("page-{n}.html")), page(title, &format!("<h1>{title}</h1><p>{text}")))
            .expect("a page");
    }
    indexed(site.path());
    let browser = Browser::start();
    if let Some(host) = host(site.path()) {
        search(&browser.page(), &host, "plain HTML");
    }
}

fn indexed(site: &Path) {
    xunzi(&["build", &site.to_string_lossy(), "--out", &site.join("xunzi").to_string_lossy(), "--quiet"]);
}

/// One of the long tests.
#[test]
fn the_recipes_for_generators() {
    if env::var_os("XUNZI_ALL").is_none() {
        eprintln!("skipped: generators are one of the long tests, set XUNZI_ALL");
        return;
    }
    let named = env::var("XUNZI_GENERATORS").unwrap_or_default();
    let browser = Browser::start();
    let mut tried = 0;
    for recipe in RECIPES.iter().filter(|(name, ..)| named.is_empty() || named.split(',').any(|other| other == *name)) {
        let folder = folder();
        match make(recipe, folder.path()) {
            Err(reason) => println!("{}: cannot be had here: {reason}", recipe.0),
            Ok(()) => {
                let site = folder.path().join("site");
                indexed(&site);
                let Some(host) = host(&site) else { return };
                search(&browser.private_page(), &host, recipe.0);
                println!("{}: built, indexed, searched and followed", recipe.0);
                tried += 1;
            }
        }
    }
    assert!(!named.is_empty() || tried == RECIPES.len(), "only {tried} of {} could be tried", RECIPES.len());
}
