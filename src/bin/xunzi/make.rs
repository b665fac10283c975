//! How is an index made, once it is known what of?

use std::borrow::Cow;
use std::fmt;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use xunzi::builder::{Built, Failure, Intake, Memory, Options as Parameters, build_from};
use xunzi::disk::lock::Lock;
use xunzi::disk::publish::{self, Written};
use xunzi::disk::scratch::Beside;
use xunzi::disk::{Trouble, portable};
use xunzi::input::{self, Kept, Level, Read};
use xunzi::page::Page;

use crate::phases::Phases;
use crate::usage::End;
use crate::{memory, tell};

/// Where an index goes.
pub enum Target {
    /// Into a folder.
    Folder(PathBuf),
    /// Into a page that has all of it inside.
    Page(PathBuf),
}

impl Target {
    pub fn path(&self) -> &Path {
        match self {
            Target::Folder(path) | Target::Page(path) => path,
        }
    }

    /// Says whether it may be written there.
    pub fn may_write(&self) -> Result<(), Trouble> {
        match self {
            Target::Folder(folder) => publish::may_write(folder),
            Target::Page(file) => portable::may_write(file),
        }
    }
}

/// What a build knows of the one before it, where a command watches: so that it takes less time and comes to the same.
#[derive(Default)]
pub struct Before {
    kept: Kept,
    /// Bytes of the text, and the N and B that it had: those of a text of nearly this length.
    chosen: Option<(u64, [u32; 2])>,
    /// Whether the last build took these.
    again: bool,
}

impl Before {
    /// For a command that will build again.
    pub fn new() -> Before {
        Before { kept: Kept::new(), ..Before::default() }
    }

    /// N and B, if they are known: to find them takes a quarter of a build. What is chosen with room to spare stays as long as the
    /// text is not a thousandth longer or shorter.
    fn chosen(&self, bytes: u64) -> Option<[u32; 2]> {
        let near = |&(before, _): &(u64, _)| bytes.abs_diff(before) <= before / 1000;
        self.chosen.filter(near).map(|(_, parameters)| parameters)
    }

    /// Remembers what was chosen by the text itself.
    fn choose(&mut self, built: &Built) {
        let [longest, bound, _] = built.report.parameters;
        if built.report.settled {
            self.chosen = Some((built.report.utf8, [longest, bound]));
        }
    }
}

/// What command line and xunzi.toml say, put together.
pub struct Plan {
    pub inputs: Vec<PathBuf>,
    pub options: input::Options,
    pub target: Target,
    pub portable: bool,
    pub keep: usize,
    pub strict: bool,
    pub engine: Option<String>,
    pub parameters: Parameters,
    /// Bytes of memory that a build may take.
    pub memory: u64,
    pub quiet: bool,
    pub verbose: bool,
}

impl Plan {
    /// Says whether the work can be done at all: before it, not after it.
    pub fn may_run(&self) -> Result<(), End> {
        self.target.may_write()?;
        match &self.target {
            Target::Page(file) if self.engine.is_some() || !Page::new(None).is_complete() => {
                let text = "cannot be made: this command carries no engine to put into it; build one that does (see the README)";
                Err(End::Failed(format!("{}: {text}", file.display())))
            }
            _ => Ok(()),
        }
    }

    /// Reads the input, makes an index of it and writes it.
    pub fn run(&self, before: &mut Before) -> Result<(), End> {
        let started = Instant::now();
        let bar = if self.quiet || !io::stderr().is_terminal() { ProgressBar::hidden() } else { ProgressBar::new_spinner() };
        bar.set_style(style("{spinner} {msg}, {elapsed}"));
        bar.enable_steady_tick(Duration::from_millis(100));
        let mut since = started;
        // How long was it since this was last asked?
        let mut lap = || std::mem::replace(&mut since, Instant::now()).elapsed().as_secs_f64();
        let note = |text: String| bar.suspend(|| tell::note(text));

        let (scratch, phases) = (Beside::new(self.target.path()), Phases::new(&bar));
        let memory = Memory::new(self.memory, &scratch);
        let mut intake = Intake::new(&memory);
        let read = self.read(&mut before.kept, &mut intake, &bar, &phases)?;
        if self.verbose {
            let (articles, files, bytes) = (read.count, read.files, read.bytes as f64 / 1e3);
            note(format!("read {bytes:.1} kB; {articles} articles in {files} files; {:.2} s", lap()));
        }
        let runs = intake.runs();
        let built = self.index(&read, &mut intake, before, &phases, &note)?;
        drop(intake);
        if self.verbose {
            let [longest, bound, window] = built.report.parameters;
            let (passages, chars) = (built.report.passages, built.report.chars);
            note(format!(
                "indexed {chars} characters in {passages} passages; N {longest}, B {bound}, W {window}{}; {:.2} s",
                if before.again { " as before" } else { "" },
                lap()
            ));
        }
        self.budget(&built, &note);
        let took = Took { peak: memory::peak(), runs, spilled: memory.spilled().0 };
        self.memory_kept(&took, &note);
        phases.told("writing", 0, 1);
        let mut page = Page::new(self.engine.as_deref());
        page.portable = self.portable;
        let Target::Folder(out) = &self.target else { return self.write_page(&built, &page, &read, started) };
        let mut waiting = || note(format!("{}: another build is writing there; waiting for it", out.display()));
        let lock = Lock::take(out, &mut waiting)?;
        let written = publish::write(&lock, &built, &page, self.keep)?;
        // Others need not wait until all is told.
        drop(lock);
        bar.finish_and_clear();
        if self.verbose {
            tell::note(format!("wrote build {:016x} and page {}; {:.2} s", built.id, page.folder, lap()));
            tell::note(format!("of {} MB of memory {took}: {}", self.memory / 1_000_000, phases.times()));
            for path in &written.removed {
                tell::note(format!("removed {}", path.display()));
            }
        }
        if !self.quiet {
            summarize(out, &read, &built, &written, &page, &took, started);
        }
        written.left.iter().for_each(tell::note);
        match written.left.len() {
            left if left > 0 && self.keep == 0 => Err(End::Failed(format!(
                "{}: the new index is there, but not all that --keep 0 should have removed is gone: {left} named above; remove it",
                out.display()
            ))),
            _ => Ok(()),
        }
    }

    /// Writes a page that has all of it inside.
    fn write_page(&self, built: &Built, page: &Page, read: &Read, started: Instant) -> Result<(), End> {
        let file = self.target.path();
        let bytes = portable::single(file, built, page)?;
        if !self.quiet {
            summarize_page(file, bytes, read, built, started);
        }
        Ok(())
    }

    /// Makes an index of all that can be indexed. An article that cannot is named and left out.
    fn index(
        &self,
        read: &Read,
        intake: &mut Intake<'_, '_>,
        before: &mut Before,
        phases: &Phases<'_>,
        note: &dyn Fn(String),
    ) -> Result<Built, End> {
        let mut parameters = self.parameters.clone();
        let free = parameters.budget.or(parameters.bound).or(parameters.longest).is_none();
        let chosen = before.chosen(intake.utf8()).filter(|_| free);
        before.again = chosen.is_some();
        if let Some([longest, bound]) = chosen {
            (parameters.longest, parameters.bound) = (Some(longest), Some(bound));
        }
        parameters.filters.extend(read.filters.iter().cloned());
        loop {
            let told = |phase, done, of| phases.told(phase, done, of);
            let failure = match build_from(intake, &parameters, &told) {
                Ok(built) => {
                    before.choose(&built);
                    return Ok(built);
                }
                Err(Failure::Scratch { fault }) => return Err(End::Failed(fault)),
                Err(failure) => failure,
            };
            let failed = End::Failed(format!("{}: {failure}", self.names()));
            let Failure::TooLong { article, .. } = failure else { return Err(failed) };
            // The last one is told as the reason why there is nothing.
            if intake.len() < 2 || self.strict || article >= intake.len() {
                return Err(failed);
            }
            let place = intake.remove(article).and_then(|article| read.place(article)).unwrap_or_default();
            note(format!("{place}: skipped: {failure}"));
        }
    }

    /// Says so where the gram pages could not be kept within what was allowed.
    fn budget(&self, built: &Built, note: &dyn Fn(String)) {
        let (Some(budget), utf8) = (self.parameters.budget, built.report.utf8.max(1)) else { return };
        if built.report.grams > utf8 * u64::from(budget) / 100 {
            note(format!(
                "--budget {budget}: with the fewest grams that there can be, their pages take {} bytes per 100 bytes of text; \
                 allow as many, or leave --budget out",
                (built.report.grams * 100).div_ceil(utf8)
            ));
        }
    }

    /// Says so where more memory was taken than was to be.
    fn memory_kept(&self, took: &Took, note: &dyn Fn(String)) {
        let Some(peak) = took.peak.filter(|&peak| peak > self.memory && !self.quiet) else { return };
        note(format!(
            "{} MB of memory could not be kept: this text took {} MB, for all its characters, two bytes each, are in memory at once, \
             and then all files of its index; allow as many with --memory, or build it in parts (--part)",
            self.memory / 1_000_000,
            peak.div_ceil(1_000_000)
        ));
    }

    fn names(&self) -> String {
        self.inputs.iter().map(|p| p.display().to_string()).collect::<Vec<_>>().join(", ")
    }

    /// Reads the input and tells what is the matter with it.
    fn read(&self, kept: &mut Kept, intake: &mut Intake<'_, '_>, bar: &ProgressBar, phases: &Phases<'_>) -> Result<Read, End> {
        bar.set_message("looking for files");
        let mut all = 0;
        if !bar.is_hidden() {
            all = input::size(&self.inputs, &self.options);
            bar.set_style(style("{spinner} {msg}: {percent} %, {eta} left"));
        }
        phases.told("reading", 0, 1);
        let (mut bytes, mut failure) = (0, None);
        let mut taker = |article| {
            failure = intake.add(Cow::Owned(article)).err();
            failure.is_none()
        };
        let mut progress = |more| {
            bytes += more;
            phases.told("reading", bytes, all.max(bytes + 1));
        };
        let read = input::read_one_by_one(&self.inputs, &self.options, kept, &mut taker, &mut progress);
        let read = read.map_err(|e| End::Failed(e.to_string()))?;
        if let Some(failure) = failure {
            return Err(End::Failed(failure.to_string()));
        }
        let told = read.notes.iter().filter(|note| note.level != Level::Info || !self.quiet);
        told.for_each(|note| bar.suspend(|| tell::note(note)));
        if read.count == 0 {
            return Err(End::Failed(match left_out(&read) {
                left if left.is_empty() => {
                    format!("{}: no article could be read there; xunzi reads .html, .md, .txt and .jsonl files", self.names())
                }
                left => format!(
                    "{}: every page was left out: {left}; check that this is meant, or name what should be read under include in xunzi.toml",
                    self.names()
                ),
            }));
        }
        let skipped = read.notes.iter().filter(|note| note.level == Level::Skipped).count();
        if skipped > 0 && self.strict {
            return Err(End::Failed(format!(
                "{skipped} skipped, and --strict was given; {} is unchanged",
                self.target.path().display()
            )));
        }
        Ok(read)
    }
}

/// What a line of progress tells.
fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}

/// What was left out and why, in a few words.
fn left_out(read: &Read) -> String {
    let private = ("kept out by their authors", read.private);
    let all = read.left.iter().copied().chain((read.private > 0).then_some(private));
    all.map(|(reason, n)| format!("{n} {reason}")).collect::<Vec<_>>().join(", ")
}

/// The end of a summary: what was left out, and what could not be read.
fn left(read: &Read) -> String {
    let skipped = read.notes.iter().filter(|note| note.level == Level::Skipped).count();
    let mut left = left_out(read);
    if skipped > 0 {
        left = format!("{left}{}{skipped} that could not be read", if left.is_empty() { "" } else { ", " });
    }
    if left.is_empty() { left } else { format!("; left out: {left}") }
}

/// The same of a page that has all inside.
fn summarize_page(file: &Path, bytes: u64, read: &Read, built: &Built, started: Instant) {
    let (report, left) = (&built.report, left(read));
    tell::note(format!(
        "{}: {} articles from {} files, {:.1} kB of text in a page of {:.1} kB, {:.2} bytes per byte, {:.2} s{left}",
        file.display(),
        report.articles,
        read.files,
        report.utf8 as f64 / 1e3,
        bytes as f64 / 1e3,
        bytes as f64 / report.utf8.max(1) as f64,
        started.elapsed().as_secs_f64(),
    ));
}

/// What a build took.
struct Took {
    /// Bytes of memory, where the system tells.
    peak: Option<u64>,
    /// Runs of articles that were merged.
    runs: usize,
    /// Bytes of temporary files.
    spilled: u64,
}

impl fmt::Display for Took {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(peak) = self.peak {
            write!(f, "{} MB", peak.div_ceil(1_000_000))?;
        }
        match self.spilled {
            0 => write!(f, " in one run"),
            spilled => write!(f, " in {} runs, {} MB in temporary files", self.runs, spilled.div_ceil(1_000_000)),
        }
    }
}

/// What was done, in a line, and what the owner should know of it.
fn summarize(out: &Path, read: &Read, built: &Built, written: &Written, page: &Page, took: &Took, started: Instant) {
    let (report, left) = (&built.report, left(read));
    tell::note(format!(
        "{} articles from {} files, {:.1} kB of text: index {:.1} kB in {} files, {:.2} bytes per byte, {:.2} s, {took}{left}",
        report.articles,
        read.files,
        report.utf8 as f64 / 1e3,
        written.bytes as f64 / 1e3,
        written.files,
        written.bytes as f64 / report.utf8.max(1) as f64,
        started.elapsed().as_secs_f64()
    ));
    if written.kept > 0 {
        tell::note(format!(
            "{} older generation kept for pages that are open: articles removed since stay readable until the next build \
             (--keep 0 removes them now)",
            written.kept
        ));
    }
    if !page.is_complete() {
        tell::note(format!("this command carries no engine: {} can be searched here, not in a page", out.display()));
    }
}
