//! What does the engine look like from a script?
//!
//! The binding: it converts types and does nothing else. The worker (`www/index/worker.js`) drives it.
//!
//! Answers are JSON; and nothing of js-sys is used here, which brings what drives promises along.

#![cfg_attr(target_arch = "wasm32", no_main)]

mod module;

use std::process::abort;

use wasm_bindgen::prelude::*;

use xunzi::fold::Off;
use xunzi::format::File;
use xunzi::search::answer::Found;
use xunzi::search::more::unpacked;
use xunzi::search::value::{Fields, Value};
use xunzi::search::{Options, Search, Sort};

use module::{failed, fault, names, opened, with};

type Task = Search;

/// Only the page needs a module; a host build of all features needs a `main`.
#[cfg(not(target_arch = "wasm32"))]
fn main() {}

/// An answer goes over as a text, which a script parses sooner than objects are made from here, and in a tenth of the code.
fn value(of: &Value<'_>) -> JsValue {
    JsValue::from_str(&of.json())
}

/// What was asked is no question.
fn bad_request(message: &str) -> JsValue {
    failed("bad-request", message)
}

/// Folds that are switched off, from their names, joined by commas.
fn without(exact: &str) -> Result<Off, JsValue> {
    let mut out = Off::default();
    if !exact.is_empty() {
        for name in names(exact) {
            match Off::parse(name) {
                Some(off) => out.0 |= off.0,
                None => return Err(bad_request("exact takes case, width, variant, space, diacritics, punctuation, all")),
            }
        }
    }
    Ok(out)
}

/// A number of articles, as scripts give it; what is beyond every index stays so.
fn count(n: f64) -> Result<u32, JsValue> {
    if n >= 0.0 && n == n.trunc() { Ok(n as u32) } else { Err(bad_request("limit, offset and id are whole numbers from 0")) }
}

fn progress(need: &[File], found: Option<Value<'_>>, done: bool) -> JsValue {
    let names: Vec<String> = need.iter().map(|file| file.name()).collect();
    let mut out = Fields::default();
    out.put("need", Value::List(names.iter().map(|name| Value::Text(name)).collect()));
    out.put("found", found.unwrap_or(Value::Null));
    out.flag("done", done);
    value(&out.end())
}

/// Opens a build: its id, and the files that it opens with, joined by commas.
#[wasm_bindgen]
pub fn open(build: &str, files: &str) -> JsValue {
    opened(build, files, None)
}

/// Starts a search; answers its number. `numbers`: `quick`, or `exact`. Without limit its results are told piece by piece.
#[wasm_bindgen]
pub fn search(query: &str, limit: f64, offset: f64, sort: &str, exact: &str, numbers: &str) -> JsValue {
    with(|engine| {
        let sort = match sort {
            "best" => Sort::Best,
            "newest" => Sort::Newest,
            "oldest" => Sort::Oldest,
            "key" => Sort::Key,
            _ => return Err(bad_request("sort takes best, newest, oldest")),
        };
        let counted = match numbers {
            "quick" => false,
            "exact" => true,
            _ => return Err(bad_request("count takes quick, exact")),
        };
        let options = Options { limit: count(limit)?, offset: count(offset)?, sort, off: without(exact)?, counted };
        let mut search = Search::new(query, options);
        search.stream();
        Ok(value(&Value::Number(engine.start(search) as u64)))
    })
}

/// Has a search look among some articles: `keys`, four bytes for each article, say how early it is shown if `sort` is `key`, and
/// the largest leave it out. None: all are meant. `lists`: the articles are listed, and none is shown; 2: those that may match.
#[wasm_bindgen]
pub fn among(job: u32, keys: Vec<u8>, lists: u32) {
    with(|engine| {
        if let Some((search, _)) = engine.task(job) {
            if !keys.is_empty() {
                search.among(unpacked(&keys));
            }
            match lists {
                0 => {}
                1 => search.list(),
                _ => search.may(),
            }
        }
        Ok(JsValue::UNDEFINED)
    });
}

/// Goes on with a search: `{need, found, done}`.
#[wasm_bindgen]
pub fn step(job: u32) -> JsValue {
    with(|engine| {
        let Some((search, reader)) = engine.task(job) else { abort() };
        let step = search.step(reader).map_err(fault)?;
        Ok(progress(&step.need, step.found.as_ref().map(Found::value), step.done))
    })
}

/// A file cannot be had, for the reason of this code; the search goes on without it.
#[wasm_bindgen]
pub fn fail(job: u32, name: &str, code: &str) {
    with(|engine| {
        if let (Some((search, _)), Some(file)) = (engine.task(job), File::parse(name)) {
            search.fail(file, code);
        }
        Ok(JsValue::UNDEFINED)
    });
}

/// How many articles there are, 0 before the root has come.
#[wasm_bindgen]
pub fn articles() -> u32 {
    let mut articles = 0;
    with(|engine| {
        articles = engine.reader.outline().map_or(0, |root| root.article_count());
        Ok(JsValue::UNDEFINED)
    });
    articles
}
