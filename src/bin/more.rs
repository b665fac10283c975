//! What does the second module look like from a script?
//!
//! It is fetched when something is asked for that a plain search does without: to read an article whole, to narrow, to count, and
//! what is near a query or begins like it. As the first one (`engine.rs`) it converts types and does nothing else, and the
//! worker drives it.

#![cfg_attr(target_arch = "wasm32", no_main)]

mod module;

use std::process::abort;

use js_sys::Number;
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

use xunzi::error::Reason;
use xunzi::format::File;
use xunzi::search::answer::{Problem, Whole};
use xunzi::search::more::{Call, Job, Outcome, Question, Request, Texts, Told, packed, unpacked};
use xunzi::search::step::Step;
use xunzi::search::value::{Fields, Value};
use xunzi::search::whole::Reading;

use module::{failed, fault, opened, with};

/// Only the page needs a module; a host build of all features needs a `main`.
#[cfg(not(target_arch = "wasm32"))]
fn main() {}

/// Bytes of files that this module keeps: the worker has them as they came.
const CAP: usize = 8 << 20;

fn value(of: &Value<'_>) -> JsValue {
    of.serialize(&Serializer::json_compatible()).unwrap_or(JsValue::NULL)
}

enum Task {
    Asked(Job),
    /// With the code of a file that could not be had.
    Reading(Reading, Option<String>),
}

/// Opens a build: its id, and the files that it opens with, joined by commas.
#[wasm_bindgen]
pub fn open(build: &str, files: &str) -> JsValue {
    opened(build, files, Some(CAP))
}

/// Starts what `call` says, as `request` has it in parts; answers its number.
#[wasm_bindgen]
pub fn ask(call: &str, request: &str) -> JsValue {
    with(|engine| {
        let request = Request::parse(request).map_err(fault)?;
        let task = match Call::parse(call) {
            Some(call) => Task::Asked(Job::new(call, request)),
            None => Task::Reading(Reading::new(request.id, request.query(), request.off), None),
        };
        Ok(Number::from(engine.start(task) as u32).into())
    })
}

/// What a step came to: `{need, asks, found, done}`.
fn progress(need: &[File], asks: &[(usize, Question)], found: Option<Value<'_>>, done: bool) -> JsValue {
    let names: Vec<String> = need.iter().map(|file| file.name()).collect();
    let keys: Vec<Option<String>> = asks.iter().map(|(_, question)| question.keys.as_ref().map(|keys| packed(keys))).collect();
    let folds: Vec<String> = asks.iter().map(|(_, question)| question.off.names()).collect();
    let mut questions = Vec::new();
    for (((number, question), keys), exact) in asks.iter().zip(&keys).zip(&folds) {
        let mut out = Fields::default();
        out.number("number", *number as u64);
        out.text("query", &question.query);
        out.text("exact", exact);
        out.number("limit", u64::from(question.texts != Texts::All));
        out.number("lists", u64::from(question.texts != Texts::Some));
        if let Some(keys) = keys {
            out.text("keys", keys);
        }
        questions.push(out.end());
    }
    let mut out = Fields::default();
    out.put("need", Value::List(names.iter().map(|name| Value::Text(name)).collect()));
    out.put("asks", Value::List(questions));
    out.put("found", found.unwrap_or(Value::Null));
    out.flag("done", done);
    value(&out.end())
}

/// Goes on with a task: `{need, asks, found, done}`. At the end of reading, `found` is null if there is no such article.
#[wasm_bindgen]
pub fn step(task: u32) -> JsValue {
    with(|engine| match engine.task(task) {
        Some((Task::Asked(job), reader)) => {
            let step = job.step(reader).map_err(fault)?;
            let mut bytes = Default::default();
            let found = step.found.as_ref();
            Ok(progress(&step.need, &step.asks, found.map(|found: &Outcome| found.value(&mut bytes)), found.is_some()))
        }
        Some((Task::Reading(reading, lost), reader)) => match reading.step(reader) {
            Ok(Step { found: None, done: true, .. }) => {
                Err(failed(lost.as_deref().unwrap_or("corrupt"), "the text of this article could not be read"))
            }
            Ok(step) => Ok(progress(&step.need, &[], step.found.as_ref().map(Whole::value), step.done)),
            Err(error) if matches!(error.reason(), Reason::NoArticle { .. }) => Ok(progress(&[], &[], None, true)),
            Err(error) => Err(fault(error)),
        },
        _ => abort(),
    })
}

/// The answer to a question: the numbers of articles, four bytes each, how many they are at least, whether they are all, and the
/// code and the words of what could not be read, if anything.
#[wasm_bindgen]
pub fn told(task: u32, number: u32, list: Vec<u8>, articles: u32, exact: u32, code: &str, message: &str) {
    with(|engine| {
        if let Some((Task::Asked(job), _)) = engine.task(task) {
            let problem = (!code.is_empty()).then(|| Problem { code: code.into(), message: message.into() });
            job.tell(number as usize, Told { list: unpacked(&list), articles, exact: exact > 0, problem });
        }
        Ok(JsValue::UNDEFINED)
    });
}

/// A file cannot be had, for the reason of this code; the task goes on without it.
#[wasm_bindgen]
pub fn fail(task: u32, name: &str, code: &str) {
    with(|engine| {
        match (engine.task(task), File::parse(name)) {
            (Some((Task::Asked(job), _)), Some(file)) => job.fail(file, code),
            (Some((Task::Reading(reading, lost), _)), Some(file)) => {
                reading.fail(file);
                *lost = Some(code.into());
            }
            _ => {}
        }
        Ok(JsValue::UNDEFINED)
    });
}
