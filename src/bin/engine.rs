//! What does the engine look like from a script?
//!
//! The binding: it converts types and does nothing else. The worker (`www/worker.js`) drives it.

#![cfg_attr(target_arch = "wasm32", no_main)]

use js_sys::{Array, Reflect, Uint8Array};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

use xunzi::fold::Off;
use xunzi::format::{Error, File, Reason};
use xunzi::manifest::Manifest;
use xunzi::reader::Reader;
use xunzi::search::{Fields, Found, Options, Reading, Search, Sort, Value, Whole};

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

/// What is asked for, read from a script's object; what it does not say has its default.
fn asked(options: &JsValue) -> Result<Options, JsValue> {
    let mut out = Options::default();
    // `get` throws on what is no object: then nothing is asked for.
    let get = |name: &str| Reflect::get(options, &name.into()).ok().filter(|v| !v.is_null_or_undefined());
    let count = |name: &str, usual: u32| match get(name) {
        None => Ok(usual),
        Some(v) => match v.as_f64() {
            Some(n) if (0.0..4e9).contains(&n) => Ok(n as u32),
            _ => Err(unsupported("limit and offset take numbers from 0")),
        },
    };
    out.limit = count("limit", out.limit)?;
    out.offset = count("offset", out.offset)?;
    if let Some(sort) = get("sort") {
        out.sort = match sort.as_string().as_deref() {
            Some("best") => Sort::Best,
            Some("newest") => Sort::Newest,
            Some("oldest") => Sort::Oldest,
            _ => return Err(unsupported("sort takes best, newest, oldest")),
        };
    }
    if let Some(exact) = get("exact") {
        for name in Array::from(&exact).iter() {
            match name.as_string().as_deref().and_then(Off::parse) {
                Some(off) => out.off.0 |= off.0,
                None => return Err(unsupported("exact takes case, width, variant, space, diacritics, punctuation, all")),
            }
        }
    }
    Ok(out)
}

enum Job {
    Search(Search),
    Reading(Reading),
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
    pub fn search(&mut self, query: &str, options: JsValue) -> Result<u32, JsValue> {
        let options = asked(&options)?;
        Ok(self.start(Job::Search(Search::new(query, options))))
    }

    /// Starts reading an article whole, with a query marked in it.
    pub fn article(&mut self, id: u32, query: &str, options: JsValue) -> Result<u32, JsValue> {
        let off = asked(&options)?.off;
        Ok(self.start(Job::Reading(Reading::new(id, query, off))))
    }

    /// Goes on with a job: `{need, found, done}`.
    pub fn step(&mut self, job: u32) -> Result<JsValue, JsValue> {
        match self.jobs.get_mut(job as usize) {
            Some(Some(Job::Search(search))) => {
                let step = search.step(&mut self.reader).map_err(fault)?;
                Ok(progress(&step.need, step.found.as_ref().map(Found::value), step.done))
            }
            Some(Some(Job::Reading(reading))) => match reading.step(&mut self.reader) {
                Ok(step) => Ok(progress(&step.need, step.found.as_ref().map(Whole::value), step.done)),
                Err(error) if matches!(error.reason(), Reason::NoArticle { .. }) => Ok(progress(&[], None, true)),
                Err(error) => Err(fault(error)),
            },
            _ => Err(unsupported("no such job")),
        }
    }

    /// A file cannot be had; the job goes on without it.
    pub fn fail(&mut self, job: u32, name: &str) {
        match (self.jobs.get_mut(job as usize), File::parse(name)) {
            (Some(Some(Job::Search(search))), Some(file)) => search.fail(file, "not-found"),
            (Some(Some(Job::Reading(reading))), Some(file)) => reading.fail(file),
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
