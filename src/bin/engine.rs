//! What does the engine look like from a script?
//!
//! The binding: it converts types and does nothing else. The worker (`www/index/worker.js`) drives it.
//!
//! A module is one engine, and its functions are plain: what a class and exceptions would need in the glue, every reader
//! would wait for. What can fail answers `{code, message}` then. Answers are JSON; and nothing of js-sys is used here, which
//! brings what drives promises along.

#![cfg_attr(target_arch = "wasm32", no_main)]

use std::cell::Cell;
use std::mem::ManuallyDrop;
use std::process::abort;

use wasm_bindgen::prelude::*;

use xunzi::codec::digits::get_hex;
use xunzi::error::Error;
use xunzi::fold::Off;
use xunzi::format::File;
use xunzi::search::answer::Found;
use xunzi::search::index::Reader;
use xunzi::search::more::unpacked;
use xunzi::search::value::{Fields, Value};
use xunzi::search::{Options, Search, Sort};

/// The standard library's allocator is four times as large.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

/// Only the page needs a module; a host build of all features needs a `main`.
#[cfg(not(target_arch = "wasm32"))]
fn main() {}

/// An answer goes over as a text, which a script parses sooner than objects are made from here, and in a tenth of the code.
fn value(of: &Value<'_>) -> JsValue {
    JsValue::from_str(&of.json())
}

/// What a function answers that failed.
#[cold]
#[inline(never)]
fn failed(code: &str, message: &str) -> JsValue {
    let mut out = Fields::default();
    out.text("code", code);
    out.text("message", message);
    value(&out.end())
}

#[cold]
#[inline(never)]
fn fault(error: Error) -> JsValue {
    failed(error.code(), &error.text())
}

/// What was asked is no question.
fn bad_request(message: &str) -> JsValue {
    failed("bad-request", message)
}

/// Folds that are switched off, from their names, joined by commas.
fn without(exact: &str) -> Result<Off, JsValue> {
    let mut out = Off::default();
    if !exact.is_empty() {
        for name in exact.split(',') {
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

/// The engine of one build of an index.
struct Engine {
    reader: Reader,
    jobs: Vec<Option<Search>>,
}

thread_local! {
    /// There is no end at which it would have to be dropped.
    static ENGINE: Cell<Option<ManuallyDrop<Box<Engine>>>> = const { Cell::new(None) };
}

/// Does something with the engine; what went wrong is the answer.
fn with(action: impl FnOnce(&mut Engine) -> Result<JsValue, JsValue>) -> JsValue {
    // Taken out while it works: should it trap, nothing is left of it, and whoever asks again meets a trap too.
    let Some(mut engine) = ENGINE.take() else { abort() };
    let answer = action(&mut engine).unwrap_or_else(|failed| failed);
    ENGINE.set(Some(engine));
    answer
}

/// Opens a build: its id, and the files that it opens with, joined by commas. The page has read and verified the manifest.
#[wasm_bindgen]
pub fn open(build: &str, files: &str) -> JsValue {
    let mut open = Vec::new();
    open.extend(files.split(','));
    match Reader::new(get_hex(build).unwrap_or(0), &open) {
        Ok(reader) => ENGINE.set(Some(ManuallyDrop::new(Box::new(Engine { reader, jobs: Vec::new() })))),
        Err(error) => return fault(error),
    }
    JsValue::UNDEFINED
}

/// Takes a file that was named in `need`, or that the manifest opens with.
#[wasm_bindgen]
pub fn feed(name: &str, bytes: Vec<u8>) -> JsValue {
    with(|engine| {
        let Some(file) = File::parse(name) else { abort() };
        engine.reader.feed(file, &bytes).map_err(fault)?;
        Ok(JsValue::UNDEFINED)
    })
}

/// Starts a search; answers its number.
#[wasm_bindgen]
pub fn search(query: &str, limit: f64, offset: f64, sort: &str, exact: &str) -> JsValue {
    with(|engine| {
        let sort = match sort {
            "best" => Sort::Best,
            "newest" => Sort::Newest,
            "oldest" => Sort::Oldest,
            "key" => Sort::Key,
            _ => return Err(bad_request("sort takes best, newest, oldest")),
        };
        let options = Options { limit: count(limit)?, offset: count(offset)?, sort, off: without(exact)? };
        let free = engine.jobs.iter().position(Option::is_none).unwrap_or(engine.jobs.len());
        let search = Some(Search::new(query, options));
        match engine.jobs.get_mut(free) {
            Some(place) => *place = search,
            None => engine.jobs.push(search),
        }
        Ok(value(&Value::Number(free as u64)))
    })
}

/// Has a search look among some articles: `keys`, four bytes for each article, say how early it is shown if `sort` is `key`, and
/// the largest leave it out. None: all are meant. `lists`: the articles are listed, and none is shown.
#[wasm_bindgen]
pub fn among(job: u32, keys: Vec<u8>, lists: u32) {
    with(|engine| {
        if let Some(Some(search)) = engine.jobs.get_mut(job as usize) {
            if !keys.is_empty() {
                search.among(unpacked(&keys));
            }
            if lists > 0 {
                search.list();
            }
        }
        Ok(JsValue::UNDEFINED)
    });
}

/// Goes on with a search: `{need, found, done}`.
#[wasm_bindgen]
pub fn step(job: u32) -> JsValue {
    with(|engine| {
        let Some(Some(search)) = engine.jobs.get_mut(job as usize) else { abort() };
        let step = search.step(&mut engine.reader).map_err(fault)?;
        Ok(progress(&step.need, step.found.as_ref().map(Found::value), step.done))
    })
}

/// A file cannot be had, for the reason of this code; the search goes on without it.
#[wasm_bindgen]
pub fn fail(job: u32, name: &str, code: &str) {
    with(|engine| {
        if let (Some(Some(search)), Some(file)) = (engine.jobs.get_mut(job as usize), File::parse(name)) {
            search.fail(file, code);
        }
        Ok(JsValue::UNDEFINED)
    });
}

/// Ends a job.
#[wasm_bindgen]
pub fn close(job: u32) {
    with(|engine| {
        if let Some(job) = engine.jobs.get_mut(job as usize) {
            *job = None;
        }
        Ok(JsValue::UNDEFINED)
    });
}

/// Bytes of memory that the module has taken; it never gives any back.
#[wasm_bindgen]
pub fn taken() -> u32 {
    #[cfg(target_arch = "wasm32")]
    return (core::arch::wasm32::memory_size::<0>() as u32).saturating_mul(65536);
    #[cfg(not(target_arch = "wasm32"))]
    return 0;
}

/// How many articles there are, 0 before the root has come.
#[wasm_bindgen]
pub fn articles() -> u32 {
    let engine = ENGINE.take();
    let root = engine.as_ref().and_then(|engine| engine.reader.outline().ok());
    ENGINE.set(engine);
    root.map_or(0, |root| root.article_count())
}
