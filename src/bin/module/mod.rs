//! What is the same in both modules? A module is one engine, with what it is doing, and functions that are plain.
//!
//! What a class and exceptions would need in the glue, every reader would wait for: what can fail answers `{code, message}`. Each
//! module says what it does, its `Task`, and how a value goes over to scripts.

use std::cell::Cell;
use std::mem::ManuallyDrop;
use std::process::abort;

use wasm_bindgen::prelude::*;

use xunzi::codec::digits::get_hex;
use xunzi::error::Error;
use xunzi::format::File;
use xunzi::search::index::Reader;
use xunzi::search::value::Fields;

use crate::{Task, value};

/// The standard library's allocator is four times as large.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

/// What a function answers that failed.
#[cold]
#[inline(never)]
pub fn failed(code: &str, message: &str) -> JsValue {
    let mut out = Fields::default();
    out.text("code", code);
    out.text("message", message);
    value(&out.end())
}

#[cold]
#[inline(never)]
pub fn fault(error: Error) -> JsValue {
    failed(error.code(), &error.text())
}

/// The engine of one build of an index.
pub struct Engine {
    pub reader: Reader,
    tasks: Vec<Option<Task>>,
}

impl Engine {
    /// Starts a task; its number.
    pub fn start(&mut self, task: Task) -> usize {
        let free = self.tasks.iter().position(Option::is_none).unwrap_or(self.tasks.len());
        match self.tasks.get_mut(free) {
            Some(place) => *place = Some(task),
            None => self.tasks.push(Some(task)),
        }
        free
    }

    /// A task that has not ended, and the reader.
    pub fn task(&mut self, number: u32) -> Option<(&mut Task, &mut Reader)> {
        Some((self.tasks.get_mut(number as usize)?.as_mut()?, &mut self.reader))
    }
}

thread_local! {
    /// There is no end at which it would have to be dropped.
    static ENGINE: Cell<Option<ManuallyDrop<Box<Engine>>>> = const { Cell::new(None) };
}

/// Does something with the engine; what went wrong is the answer.
pub fn with(action: impl FnOnce(&mut Engine) -> Result<JsValue, JsValue>) -> JsValue {
    // Taken out while it works: should it trap, nothing is left of it, and whoever asks again meets a trap too.
    let Some(mut engine) = ENGINE.take() else { abort() };
    let answer = action(&mut engine).unwrap_or_else(|failed| failed);
    ENGINE.set(Some(engine));
    answer
}

/// The names that commas join. The library's way to split a text brings along what formats numbers.
pub fn names(list: &str) -> Vec<&str> {
    let (mut names, mut from) = (Vec::new(), 0);
    for (at, byte) in list.bytes().chain([b',']).enumerate() {
        if byte == b',' {
            names.extend(list.get(from..at));
            from = at + 1;
        }
    }
    names
}

/// Opens a build: its id, and the files that it opens with, joined by commas. The page has read and verified the manifest. `cap`: bytes
/// of files that are kept, if not as many as usual.
pub fn opened(build: &str, files: &str, cap: Option<usize>) -> JsValue {
    match Reader::new(get_hex(build).unwrap_or(0), &names(files)) {
        Ok(mut reader) => {
            if let Some(cap) = cap {
                reader.set_cap(cap);
            }
            ENGINE.set(Some(ManuallyDrop::new(Box::new(Engine { reader, tasks: Vec::new() }))));
        }
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

/// Ends a task.
#[wasm_bindgen]
pub fn close(task: u32) {
    with(|engine| {
        if let Some(task) = engine.tasks.get_mut(task as usize) {
            *task = None;
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
