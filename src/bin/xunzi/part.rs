//! How is a part made, and a plan?
//!
//! A task of some cluster runs `xunzi build --part` and may run it twice, or in two places at once: the part gets its name when all of
//! it is on the disk, and the same input gives the same bytes.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use lexopt::prelude::*;
use serde::Serialize;

use xunzi::builder::catalog::{Gathered, Grams};
use xunzi::builder::part::{Names, Writer};
use xunzi::builder::{self, Built, Failure, Intake, Memory, Options as Parameters, build_from};
use xunzi::disk::failed;
use xunzi::disk::fresh::Fresh;
use xunzi::disk::scratch::Beside;
use xunzi::format::VERSION;
use xunzi::input::{self, Kept, Level, Read};
use xunzi::search::more::period::{first_of, month_of};
use xunzi::{Article, address};

use crate::config::config;
use crate::ended::Ended;
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
    /// The last line of standard input, without which it is not whole.
    pub end: Option<String>,
    pub out: PathBuf,
    /// Bytes of memory that it may take.
    pub memory: u64,
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
    /// How many of them are those of its index.
    index: u64,
    sum: String,
    format: u8,
}

/// A day as people write it.
pub fn day(day: i32) -> String {
    let (year, month) = month_of(day);
    format!("{year:04}-{month:02}-{:02}", day - first_of(year, month) + 1)
}

/// Articles on their way into an index, and their grams.
pub struct Taking<'m> {
    pub intake: Intake<'static, 'm>,
    gathered: Gathered,
    batch: Vec<Article>,
    bytes: usize,
}

/// Bytes of articles whose grams are gathered together.
const BATCH: usize = 8 << 20;

impl<'m> Taking<'m> {
    pub fn new(memory: &'m Memory<'m>) -> Taking<'m> {
        Taking { intake: Intake::new(memory), gathered: Gathered::default(), batch: Vec::new(), bytes: 0 }
    }

    /// Takes an article, and its grams.
    pub fn take(&mut self, article: Article) -> Result<(), Failure> {
        self.bytes += article.title.len() + article.text.len();
        self.batch.push(article);
        if self.bytes > BATCH { self.settle() } else { Ok(()) }
    }

    /// Takes an article whose grams are known.
    pub fn take_known(&mut self, article: Article) -> Result<(), Failure> {
        self.settle()?;
        self.intake.add(Cow::Owned(article))
    }

    /// Takes grams.
    pub fn know(&mut self, grams: &Grams) {
        self.gathered.add_all(grams);
    }

    fn settle(&mut self) -> Result<(), Failure> {
        if self.batch.is_empty() {
            return Ok(());
        }
        self.bytes = 0;
        self.gathered.add(&self.batch);
        self.batch.drain(..).try_for_each(|article| self.intake.add(Cow::Owned(article)))
    }

    /// All have come: their grams.
    pub fn grams(&mut self) -> Result<Grams, Failure> {
        self.settle()?;
        Ok(std::mem::take(&mut self.gathered).finish())
    }
}

impl Job {
    /// Makes the part.
    pub fn run(&self) -> Result<(), End> {
        if self.out.is_dir() {
            let text = "is a folder; choose the name of a file for --out, such as parts/0007";
            return Err(End::Failed(format!("{}: {text}", self.out.display())));
        }
        let text = self.plan.as_deref().map_or(Ok(String::new()), plan_in)?;
        let plan = Plan::parse(&text).map_err(End::Failed)?;
        // Some count from 1. `join` would refuse it, when all the work is done.
        if let Some(many) = plan.parts.filter(|&many| self.number > many) {
            let text = format!(
                "the plan has {many} parts, numbered from 0 to {}, or from 1 to {many}; make a plan of more",
                many.saturating_sub(1)
            );
            return Err(End::Failed(format!("--part {}: {text}", self.number)));
        }
        let unwritten = |e: io::Error| failed(&self.out, "write")(e).into();
        let fresh = Fresh::new(&self.out)?;
        let file = BufWriter::with_capacity(1 << 18, fresh.file());
        let mut writer = Writer::new(file, self.number, &text).map_err(unwritten)?;
        let scratch = Beside::new(&self.out);
        let memory = Memory::new(self.memory, &scratch);
        let mut taking = plan.index.then(|| Taking::new(&memory));
        let mut problem: Option<End> = None;
        let read = self.read(&mut |article: Article| {
            let written = writer.add(&article, address::is_safe(&article.url)).map_err(unwritten);
            let taken = written.and_then(|()| match &mut taking {
                Some(taking) => taking.take(article).map_err(|e| self.unmade(&e)),
                None => Ok(()),
            });
            problem = taken.err();
            problem.is_none()
        });
        // The reading ends with it, before its input does.
        if let Some(problem) = problem {
            return Err(problem);
        }
        let read = read?;
        let skipped = read.notes.iter().filter(|note| note.level == Level::Skipped).count();
        if skipped > 0 && self.strict {
            let text = format!("{}: not written: {skipped} skipped, and --strict was given", self.out.display());
            return Err(End::Failed(text));
        }
        let names = Names { chosen: self.chosen.clone(), found: read.filters.iter().cloned().collect() };
        let index = match taking.filter(|_| read.count > 0) {
            Some(taking) => self.index(taking, &plan.parameters(std::slice::from_ref(&names)))?,
            None => None,
        };
        let index = index.as_ref().map(|(built, grams)| (built, grams));
        let (part, file) = writer.finish(&names, index).map_err(unwritten)?;
        drop(file);
        let bytes = fresh.file().metadata().map_err(unwritten)?.len();
        fresh.name()?;
        let [from, to] = part.days.map(|day_of| (part.dated > 0).then(|| day(day_of)));
        tell::json(&Told {
            part: part.number,
            articles: part.articles,
            text: part.text,
            dated: part.dated,
            from,
            to,
            bytes,
            index: part.index,
            sum: format!("{:016x}", part.sum),
            format: VERSION,
        })
    }

    /// The index of the articles alone; none if not all of them can be in it: `join` tells which.
    fn index(&self, mut taking: Taking<'_>, parameters: &Parameters) -> Result<Option<(Built, Grams)>, End> {
        let grams = taking.grams().map_err(|e| self.unmade(&e))?;
        match build_from(&mut taking.intake, parameters, &|_, _, _| {}) {
            Ok(built) => Ok(Some((built, grams))),
            Err(Failure::TooLong { .. }) => Ok(None),
            Err(failure) => Err(self.unmade(&failure)),
        }
    }

    fn unmade(&self, failure: &Failure) -> End {
        let advice = match failure {
            Failure::Scratch { .. } => "",
            _ => "; make smaller parts",
        };
        End::Failed(format!("{}: not written: {failure}{advice}", self.out.display()))
    }

    /// Reads the input, article by article. There may be nothing in it: what divides work over machines leaves some without any.
    fn read(&self, taker: input::Taker<'_>) -> Result<Read, End> {
        let read = match &*self.inputs {
            [] => {
                let stdin = Ended::new(io::stdin(), self.end.as_deref());
                let whole = stdin.whole.clone();
                let read = input::read_stream("standard input", stdin, &self.options, taker);
                if !whole.get() {
                    let text = "breaks off: its last line is not that of --end; no part was written, make it anew";
                    return Err(End::Failed(format!("standard input: {text}")));
                }
                read
            }
            inputs => input::read_one_by_one(inputs, &self.options, &mut Kept::default(), taker, &mut |_| {})
                .map_err(|e| End::Failed(e.to_string()))?,
        };
        read.notes.iter().filter(|note| note.level != Level::Info || !self.quiet).for_each(tell::note);
        Ok(read)
    }
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
    /// Whether each part carries the index of its articles, for `join` to take it where one part makes an index.
    #[serde(default)]
    pub index: bool,
}

impl Plan {
    fn bare() -> Plan {
        Plan { xunzi: VERSION, parts: None, longest: None, bound: None, index: false }
    }

    /// What an index of parts with these names is made with. As in a build of the whole: first the columns of xunzi.toml in its
    /// order, then those of the pages in theirs.
    pub fn parameters(&self, names: &[Names]) -> Parameters {
        let mut filters: Vec<String> = Vec::new();
        for name in names.iter().flat_map(|names| &names.chosen) {
            if !filters.contains(name) {
                filters.push(name.clone());
            }
        }
        let found: BTreeSet<String> = names.iter().flat_map(|names| names.found.iter().cloned()).collect();
        filters.extend(found);
        Parameters { filters, longest: self.longest, bound: self.bound, ..Parameters::default() }
    }

    /// The plan that a text is; none where there is none.
    pub fn parse(text: &str) -> Result<Plan, String> {
        if text.is_empty() {
            return Ok(Plan::bare());
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
    // What parts that were made without a plan say of it: a file is none that is empty, as a `xunzi plan` that failed leaves it.
    if text.trim().is_empty() {
        return Err(failed("is empty; make it anew with `xunzi plan SAMPLE > PLAN`".into()));
    }
    Plan::parse(&text).map_err(failed)?;
    Ok(text)
}

/// `xunzi plan`.
pub fn plan(mut parser: lexopt::Parser) -> Result<(), End> {
    let mut inputs: Vec<PathBuf> = Vec::new();
    let mut plan = Plan { index: true, ..Plan::bare() };
    while let Some(argument) = parser.next()? {
        match argument {
            Long("parts") => plan.parts = Some(number(&mut parser, "--parts", "a number of parts from 1")?),
            Long("bound") => plan.bound = Some(number(&mut parser, "--bound", "a number of passages from 1")?),
            Long("no-index") => plan.index = false,
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
