//! How is a part made, and a plan?
//!
//! A task of some cluster runs `xunzi build --part` and may run it twice, or in two places at once: the part gets its name when all of
//! it is on the disk, and the same input gives the same bytes.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use lexopt::prelude::*;
use serde::Serialize;

use xunzi::builder::{self, part};
use xunzi::format::VERSION;
use xunzi::input::{self, Level, Read};
use xunzi::search::more::period::{first_of, month_of};

use crate::config::config;
use crate::tell;
use crate::usage::{End, help, number};

/// What is to be done.
pub struct Job {
    /// None: standard input.
    pub inputs: Vec<PathBuf>,
    pub options: input::Options,
    /// Columns that xunzi.toml names.
    pub chosen: Vec<String>,
    pub number: u32,
    pub plan: Option<PathBuf>,
    pub out: PathBuf,
    pub strict: bool,
    pub quiet: bool,
}

/// What is told of a part.
#[derive(Serialize)]
struct Told {
    part: u32,
    articles: u32,
    text: u64,
    dated: u32,
    from: Option<String>,
    to: Option<String>,
    bytes: u64,
    sum: String,
    format: u8,
}

/// A day as people write it.
pub fn day(day: i32) -> String {
    let (year, month) = month_of(day);
    format!("{year:04}-{month:02}-{:02}", day - first_of(year, month) + 1)
}

impl Job {
    /// Makes the part.
    pub fn run(&self) -> Result<(), End> {
        let plan = self.plan.as_deref().map_or(Ok(String::new()), plan_in)?;
        let read = self.read()?;
        let skipped = read.notes.iter().filter(|note| note.level == Level::Skipped).count();
        if skipped > 0 && self.strict {
            let text = format!("{}: not written: {skipped} skipped, and --strict was given", self.out.display());
            return Err(End::Failed(text));
        }
        let names = part::Names { chosen: self.chosen.clone(), found: read.filters.iter().cloned().collect() };
        let (part, bytes) = part::put(self.number, &plan, &names, &read.articles);
        put(&self.out, &bytes)?;
        let days = part.days.map(|day_of| (part.dated > 0).then(|| day(day_of)));
        let [from, to] = days;
        tell::json(&Told {
            part: part.number,
            articles: part.articles,
            text: part.text,
            dated: part.dated,
            from,
            to,
            bytes: bytes.len() as u64,
            sum: format!("{:016x}", part.sum),
            format: VERSION,
        })
    }

    /// Reads the input. There may be nothing in it: what divides work over machines leaves some without any.
    fn read(&self) -> Result<Read, End> {
        let failed = |e: &dyn std::fmt::Display| End::Failed(e.to_string());
        if !self.inputs.is_empty() {
            let read = input::read(&self.inputs, &self.options, &mut |_| {}).map_err(|e| failed(&e))?;
            self.tell(&read, None);
            return Ok(read);
        }
        // Its reader wants a file.
        let unread = |e: io::Error| End::Failed(format!("standard input: cannot be read: {e}; free some space, or name files"));
        let dir = tempfile::tempdir().map_err(unread)?;
        let path = dir.path().join("stdin.jsonl");
        let mut file = std::fs::File::create(&path).map_err(unread)?;
        io::copy(&mut io::stdin().lock(), &mut file).map_err(unread)?;
        drop(file);
        let read = input::read(std::slice::from_ref(&path), &self.options, &mut |_| {}).map_err(|e| failed(&e))?;
        self.tell(&read, Some(&path));
        Ok(read)
    }

    fn tell(&self, read: &Read, stdin: Option<&Path>) {
        for note in read.notes.iter().filter(|note| note.level != Level::Info || !self.quiet) {
            let text = note.to_string();
            tell::note(stdin.map_or(text.clone(), |path| text.replace(&*path.to_string_lossy(), "standard input")));
        }
    }
}

/// Puts a file in its place in one step.
fn put(out: &Path, bytes: &[u8]) -> Result<(), End> {
    let failed = |e: io::Error| End::Failed(format!("{}: cannot be written: {e}; choose another --out", out.display()));
    if out.is_dir() {
        return Err(End::Failed(format!(
            "{}: is a folder; choose the name of a file for --out, such as parts/0007",
            out.display()
        )));
    }
    let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".xunzi-part-").tempfile_in(folder).map_err(failed)?;
    file.write_all(bytes).and_then(|()| file.as_file().sync_data()).map_err(failed)?;
    file.persist(out).map(|_| ()).map_err(|e| failed(e.error))
}

/// What a plan says.
#[derive(serde::Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The format that it is for.
    pub xunzi: u8,
    /// How many parts there will be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parts: Option<u32>,
    /// N of every index.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub longest: Option<u32>,
    /// B of every index; by itself each chooses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bound: Option<u32>,
}

impl Plan {
    /// The plan that a text is; none where there is none.
    pub fn parse(text: &str) -> Result<Plan, String> {
        if text.is_empty() {
            return Ok(Plan { xunzi: VERSION, parts: None, longest: None, bound: None });
        }
        match serde_json::from_str::<Plan>(text) {
            Ok(plan) if plan.xunzi == VERSION => Ok(plan),
            Ok(plan) => {
                Err(format!("is a plan for format {}, this command has {VERSION}; make it anew with `xunzi plan`", plan.xunzi))
            }
            Err(e) => Err(format!("is no plan: {e}; make one with `xunzi plan SAMPLE`")),
        }
    }
}

/// The text of a plan.
fn plan_in(path: &Path) -> Result<String, End> {
    let failed = |text: String| End::Failed(format!("{}: {text}", path.display()));
    let text = xunzi::disk::read_text(path)
        .map_err(|e| failed(format!("cannot be read: {e}; name the file that `xunzi plan` wrote")))?;
    Plan::parse(&text).map_err(failed)?;
    Ok(text)
}

/// `xunzi plan`.
pub fn plan(mut parser: lexopt::Parser) -> Result<(), End> {
    let mut inputs: Vec<PathBuf> = Vec::new();
    let mut plan = Plan { xunzi: VERSION, parts: None, longest: None, bound: None };
    while let Some(argument) = parser.next()? {
        match argument {
            Long("parts") => plan.parts = Some(number(&mut parser, "--parts", "a number of parts from 1")?),
            Long("bound") => plan.bound = Some(number(&mut parser, "--bound", "a number of passages from 1")?),
            Long("help") | Short('h') => return help(),
            Value(value) => inputs.push(value.into()),
            other => return Err(other.unexpected().into()),
        }
    }
    if inputs.is_empty() {
        return Err(End::Usage("a SAMPLE is missing: some of the files that the parts will be made of".into()));
    }
    let config = config()?;
    let read = input::read(&inputs, &crate::build::options(&config)?, &mut |_| {}).map_err(|e| End::Failed(e.to_string()))?;
    let parameters = builder::Options { pack: Some(false), ..builder::Options::default() };
    let built = builder::build(&read.articles, &parameters);
    let built = built.map_err(|e| End::Failed(format!("{}: {e}; name files that hold articles", inputs[0].display())))?;
    plan.longest = Some(built.report.parameters[0]);
    tell::json(&plan)
}
