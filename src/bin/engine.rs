//! What does the engine look like from a script?
//!
//! The binding: it converts types and does nothing else. The worker (`www/index/worker.js`) drives it.
//!
//! A module is one engine, and its functions are plain: what a class and exceptions would need in the glue, every reader
//! would wait for. What can fail answers `{code, message}` then.

#![cfg_attr(target_arch = "wasm32", no_main)]

use std::cell::Cell;
use std::process::abort;

use js_sys::Number;
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

use xunzi::error::{Error, Reason};
use xunzi::fold::Off;
use xunzi::format::File;
use xunzi::format::manifest::Manifest;
use xunzi::search::answer::{Found, Whole};
use xunzi::search::index::Reader;
use xunzi::search::step::Step;
use xunzi::search::value::{Fields, Value};
use xunzi::search::whole::Reading;
use xunzi::search::{Options, Search, Sort};

/// The standard library's allocator is four times as large.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

/// Only the page needs a module; a host build of all features needs a `main`.
#[cfg(not(target_arch = "wasm32"))]
fn main() {}

fn value(of: &Value<'_>) -> JsValue {
    of.serialize(&Serializer::json_compatible()).unwrap_or(JsValue::NULL)
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

enum Job {
    Search(Search),
    /// With the code of a file that could not be had.
    Reading(Reading, Option<String>),
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
    jobs: Vec<Option<Job>>,
}

thread_local! {
    static ENGINE: Cell<Option<Box<Engine>>> = const { Cell::new(None) };
}

/// Does something with the engine; what went wrong is the answer.
fn with(action: impl FnOnce(&mut Engine) -> Result<JsValue, JsValue>) -> JsValue {
    // Taken out while it works: should it trap, nothing is left of it, and whoever asks again meets a trap too.
    let Some(mut engine) = ENGINE.take() else { abort() };
    let answer = action(&mut engine).unwrap_or_else(|failed| failed);
    ENGINE.set(Some(engine));
    answer
}

/// Opens the build that a manifest names.
#[wasm_bindgen]
pub fn open(manifest: &str) -> JsValue {
    let reader = Manifest::read(manifest).and_then(|manifest| {
        let open: Vec<&str> = manifest.open.iter().map(String::as_str).collect();
        Reader::new(manifest.id()?, &open)
    });
    match reader {
        Ok(reader) => ENGINE.set(Some(Box::new(Engine { reader, jobs: Vec::new() }))),
        Err(error) => return fault(error),
    }
    JsValue::UNDEFINED
}

/// Takes a file that was named in `need`, or that the manifest opens with.
#[wasm_bindgen]
pub fn feed(name: &str, bytes: Vec<u8>) -> JsValue {
    with(|engine| {
        let Some(file) = File::parse(name) else { abort() };
        engine.reader.feed(file, &bytes).map_err(|error| {
            // Whoever runs the site should see which file is bad, however well the page gets over it.
            web_sys::console::warn_2(&"xunzi:".into(), &error.text().into());
            fault(error)
        })?;
        Ok(JsValue::UNDEFINED)
    })
}

impl Engine {
    fn start(&mut self, job: Job) -> JsValue {
        let free = self.jobs.iter().position(Option::is_none).unwrap_or(self.jobs.len());
        match self.jobs.get_mut(free) {
            Some(place) => *place = Some(job),
            None => self.jobs.push(Some(job)),
        }
        Number::from(free as u32).into()
    }
}

/// Starts a search; answers its number.
#[wasm_bindgen]
pub fn search(query: &str, limit: f64, offset: f64, sort: &str, exact: &str) -> JsValue {
    with(|engine| {
        let sort = match sort {
            "best" => Sort::Best,
            "newest" => Sort::Newest,
            "oldest" => Sort::Oldest,
            _ => return Err(bad_request("sort takes best, newest, oldest")),
        };
        let options = Options { limit: count(limit)?, offset: count(offset)?, sort, off: without(exact)? };
        Ok(engine.start(Job::Search(Search::new(query, options))))
    })
}

/// Starts reading an article whole, with a query marked in it; answers the job's number.
#[wasm_bindgen]
pub fn article(id: f64, query: &str, exact: &str) -> JsValue {
    with(|engine| Ok(engine.start(Job::Reading(Reading::new(count(id)?, query, without(exact)?), None))))
}

/// Goes on with a job: `{need, found, done}`. At the end of reading, `found` is null if there is no such article.
#[wasm_bindgen]
pub fn step(job: u32) -> JsValue {
    with(|engine| match engine.jobs.get_mut(job as usize) {
        Some(Some(Job::Search(search))) => {
            let step = search.step(&mut engine.reader).map_err(fault)?;
            Ok(progress(&step.need, step.found.as_ref().map(Found::value), step.done))
        }
        Some(Some(Job::Reading(reading, lost))) => match reading.step(&mut engine.reader) {
            Ok(Step { found: None, done: true, .. }) => {
                Err(failed(lost.as_deref().unwrap_or("corrupt"), "the text of this article could not be read"))
            }
            Ok(step) => Ok(progress(&step.need, step.found.as_ref().map(Whole::value), step.done)),
            Err(error) if matches!(error.reason(), Reason::NoArticle { .. }) => Ok(progress(&[], None, true)),
            Err(error) => Err(fault(error)),
        },
        _ => abort(),
    })
}

/// A file cannot be had, for the reason of this code; the job goes on without it.
#[wasm_bindgen]
pub fn fail(job: u32, name: &str, code: &str) {
    with(|engine| {
        match (engine.jobs.get_mut(job as usize), File::parse(name)) {
            (Some(Some(Job::Search(search))), Some(file)) => search.fail(file, code),
            (Some(Some(Job::Reading(reading, lost))), Some(file)) => {
                reading.fail(file);
                *lost = Some(code.into());
            }
            _ => {}
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
