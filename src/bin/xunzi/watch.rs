//! Has the input changed, and what then?
//!
//! Asking for the size and time of every file a few times a second costs some milliseconds for thousands of files, and works on
//! every disk, in containers and over networks, where systems tell nobody of changes.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use crate::config::FILE;
use crate::make::{Before, Plan};
use crate::usage::End;
use crate::{pagefind, tell};

/// How long is waited from one look to the next, at least.
const PAUSE: Duration = Duration::from_millis(100);

/// How long is waited when something has changed, for whoever writes more of it.
const SETTLED: Duration = Duration::from_millis(25);

/// Builds, and builds again whenever the input or xunzi.toml has changed, for ever. `plan` says what is to be done by what xunzi.toml
/// says now. What fails is told, and tried again with the next change.
pub fn build(plan: impl Fn() -> Result<Plan, End>) -> Result<(), End> {
    let mut configured = configuration();
    // One that is wrong from the start is not watched.
    let mut now = plan()?;
    let mut before = Before::new();
    loop {
        let seen = look(&now, configured);
        told(now.run(&mut before))?;
        if !now.quiet {
            tell::note("waiting for changes; Ctrl+C ends it");
        }
        settled(&now, seen);
        let was = std::mem::replace(&mut configured, configuration());
        if configured != was {
            // All may be read otherwise.
            before = Before::new();
        }
        match plan() {
            Ok(next) => now = next,
            // It is built as before until that is mended.
            Err(why) => told(Err(why))?,
        }
    }
}

/// Tells what failed; only where nobody listens it ends.
fn told(done: Result<(), End>) -> Result<(), End> {
    match done {
        Err(End::Failed(why) | End::Usage(why)) => tell::note(why),
        Err(End::Closed) => return Err(End::Closed),
        Ok(()) => {}
    }
    Ok(())
}

/// Waits until the input is another than it was, and nothing more is written to it.
fn settled(plan: &Plan, seen: u64) {
    let mut last = seen;
    loop {
        let started = Instant::now();
        let now = look(plan, configuration());
        if now != seen && now == last {
            return;
        }
        last = now;
        // A disk that answers slowly is asked less often.
        let pause = if now == seen { PAUSE } else { SETTLED };
        thread::sleep(pause.max(started.elapsed() * 8));
    }
}

/// A number for the files that say what is done.
fn configuration() -> u64 {
    let mut hasher = DefaultHasher::new();
    [FILE].iter().chain(&pagefind::FILES).for_each(|name| one(Path::new(name), &mut hasher));
    hasher.finish()
}

/// A number for all that may be read, with that of the configuration: it changes with every name, size and time of a file.
fn look(plan: &Plan, configuration: u64) -> u64 {
    let out = fs::canonicalize(plan.target.path()).ok();
    let mut hasher = DefaultHasher::new();
    configuration.hash(&mut hasher);
    for input in &plan.inputs {
        files(input, out.as_deref(), &mut hasher);
    }
    hasher.finish()
}

/// Adds the files of one input, in the order of their names.
fn files(input: &Path, out: Option<&Path>, hasher: &mut DefaultHasher) {
    let mut folders = vec![input.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else {
            one(&folder, hasher);
            continue;
        };
        let mut entries: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        entries.sort_unstable();
        for path in entries {
            let hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
            let Ok(data) = fs::symlink_metadata(&path) else { continue };
            if hidden || (data.is_dir() && fs::canonicalize(&path).ok().as_deref() == out) {
                continue;
            }
            if data.is_dir() { folders.push(path) } else { one(&path, hasher) }
        }
    }
}

/// Adds one file.
fn one(path: &Path, hasher: &mut DefaultHasher) {
    path.hash(hasher);
    if let Ok(data) = fs::metadata(path) {
        (data.len(), data.modified().ok()).hash(hasher);
    }
}
