//! What does the engine look like from a script?
//!
//! The binding: it converts types and does nothing else. The worker (`www/worker.js`) drives it.

#![cfg_attr(target_arch = "wasm32", no_main)]

use js_sys::Uint8Array;
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

use xunzi::fold::Off;
use xunzi::format::{Error, File, Reason};
use xunzi::manifest::Manifest;
use xunzi::reader::Reader;
use xunzi::search::{Fields, Found, Options, Reading, Search, Sort, Step, Value, Whole};

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

/// Thrown at scripts: an object with a code.
#[cold]
#[inline(never)]
fn thrown(code: &str, message: &str) -> JsValue {
    let mut out = Fields::default();
    out.text("code", code);
    out.text("message", message);
    value(&out.end())
}

#[cold]
#[inline(never)]
fn fault(error: Error) -> JsValue {
    thrown(error.code(), &error.text())
}

fn unsupported(message: &str) -> JsValue {
    thrown("unsupported", message)
}

/// Folds that are switched off, from their names, joined by commas.
fn without(exact: &str) -> Result<Off, JsValue> {
    let mut out = Off::default();
    for name in exact.split(',').filter(|name| !name.is_empty()) {
        match Off::parse(name) {
            Some(off) => out.0 |= off.0,
            None => return Err(unsupported("exact takes case, width, variant, space, diacritics, punctuation, all")),
        }
    }
    Ok(out)
}

/// A number of articles, as scripts give it.
fn count(n: f64) -> Result<u32, JsValue> {
    if (0.0..4e9).contains(&n) { Ok(n as u32) } else { Err(unsupported("limit and offset take numbers from 0")) }
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
#[wasm_bindgen]
pub struct Engine {
    reader: Reader,
    jobs: Vec<Option<Job>>,
}

#[wasm_bindgen]
impl Engine {
    /// For the build that a manifest names.
    #[wasm_bindgen(constructor)]
    pub fn new(manifest: &str) -> Result<Engine, JsValue> {
        let manifest = Manifest::read(manifest).map_err(fault)?;
        let open: Vec<&str> = manifest.open.iter().map(String::as_str).collect();
        let reader = manifest.id().and_then(|id| Reader::new(id, &open)).map_err(fault)?;
        Ok(Engine { reader, jobs: Vec::new() })
    }

    /// Takes a file that was named in `need`, or that the manifest opens with.
    pub fn feed(&mut self, name: &str, bytes: &Uint8Array) -> Result<(), JsValue> {
        let file = File::parse(name).ok_or_else(|| unsupported("not the name of a file of an index"))?;
        self.reader.feed(file, &bytes.to_vec()).map_err(|error| {
            // Whoever runs the site should see which file is bad, however well the page gets over it.
            web_sys::console::warn_2(&"xunzi:".into(), &error.text().into());
            fault(error)
        })
    }

    fn start(&mut self, job: Job) -> u32 {
        let free = self.jobs.iter().position(Option::is_none).unwrap_or(self.jobs.len());
        match self.jobs.get_mut(free) {
            Some(place) => *place = Some(job),
            None => self.jobs.push(Some(job)),
        }
        free as u32
    }

    /// Starts a search.
    pub fn search(&mut self, query: &str, limit: f64, offset: f64, sort: &str, exact: &str) -> Result<u32, JsValue> {
        let sort = match sort {
            "best" => Sort::Best,
            "newest" => Sort::Newest,
            "oldest" => Sort::Oldest,
            _ => return Err(unsupported("sort takes best, newest, oldest")),
        };
        let options = Options { limit: count(limit)?, offset: count(offset)?, sort, off: without(exact)? };
        Ok(self.start(Job::Search(Search::new(query, options))))
    }

    /// Starts reading an article whole, with a query marked in it.
    pub fn article(&mut self, id: u32, query: &str, exact: &str) -> Result<u32, JsValue> {
        Ok(self.start(Job::Reading(Reading::new(id, query, without(exact)?), None)))
    }

    /// Goes on with a job: `{need, found, done}`. At the end of reading, `found` is null if there is no such article.
    pub fn step(&mut self, job: u32) -> Result<JsValue, JsValue> {
        match self.jobs.get_mut(job as usize) {
            Some(Some(Job::Search(search))) => {
                let step = search.step(&mut self.reader).map_err(fault)?;
                Ok(progress(&step.need, step.found.as_ref().map(Found::value), step.done))
            }
            Some(Some(Job::Reading(reading, lost))) => match reading.step(&mut self.reader) {
                Ok(Step { found: None, done: true, .. }) => {
                    Err(thrown(lost.as_deref().unwrap_or("corrupt"), "the text of this article could not be read"))
                }
                Ok(step) => Ok(progress(&step.need, step.found.as_ref().map(Whole::value), step.done)),
                Err(error) if matches!(error.reason(), Reason::NoArticle { .. }) => Ok(progress(&[], None, true)),
                Err(error) => Err(fault(error)),
            },
            _ => Err(unsupported("no such job")),
        }
    }

    /// A file cannot be had, for the reason of this code; the job goes on without it.
    pub fn fail(&mut self, job: u32, name: &str, code: &str) {
        match (self.jobs.get_mut(job as usize), File::parse(name)) {
            (Some(Some(Job::Search(search))), Some(file)) => search.fail(file, code),
            (Some(Some(Job::Reading(reading, lost))), Some(file)) => {
                reading.fail(file);
                *lost = Some(code.into());
            }
            _ => {}
        }
    }

    /// Ends a job.
    pub fn close(&mut self, job: u32) {
        if let Some(job) = self.jobs.get_mut(job as usize) {
            *job = None;
        }
    }

    /// Bytes of files and decoded text in memory.
    pub fn memory(&self) -> u32 {
        self.reader.memory() as u32
    }

    /// `{articles, passages}`, zeros before the root has come.
    pub fn stats(&self) -> JsValue {
        let root = self.reader.root().ok();
        let (articles, passages) = root.map_or((0, 0), |r| (r.article_count(), r.body_passages()));
        let mut out = Fields::default();
        out.number("articles", articles.into());
        out.number("passages", passages.into());
        value(&out.end())
    }
}
