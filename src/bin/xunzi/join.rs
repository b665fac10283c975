//! How do parts become one index, or several and a catalog?
//!
//! Every part is read to its end and verified before anything is built, and nothing gets its name before all of it is there. Where an
//! index is to be that of one part which carries it, it is copied; else the articles of its parts are read again, one by one, as a build reads
//! its input. Memory holds one index at a time.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufReader};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Instant;

use lexopt::prelude::*;

use xunzi::address;
use xunzi::builder::again::again;
use xunzi::builder::catalog::{Grams, Indexes};
use xunzi::builder::part::{Key, Part, day_of, span};
use xunzi::builder::{Built, Failure, Memory, Options as Parameters, build_from};
use xunzi::disk::lock::Lock;
use xunzi::disk::publish::{self, Many, Staged};
use xunzi::disk::read_text;
use xunzi::disk::scratch::Beside;
use xunzi::format::manifest::Members;
use xunzi::format::members::{MOST_MEMBERS, Member, Place};
use xunzi::page::Page;

use crate::part::{Plan, Taking};
use crate::usage::{End, help, number, text};
use crate::{memory, tell};

/// What the command line says.
#[derive(Default)]
struct Flags {
    parts: Vec<PathBuf>,
    out: Option<PathBuf>,
    target: Option<u64>,
    sites: Vec<Member>,
    keep: usize,
    engine: Option<String>,
    budget: Option<u32>,
    memory: Option<u64>,
    quiet: bool,
}

/// A part, and where it lies.
struct Given {
    path: PathBuf,
    part: Part,
}

/// `xunzi join`.
pub fn join(mut parser: lexopt::Parser) -> Result<(), End> {
    let mut flags = Flags { keep: 1, ..Flags::default() };
    while let Some(argument) = parser.next()? {
        match argument {
            Short('r') => flags.parts.extend(listed(Path::new(&parser.value()?))?),
            Long("out") | Short('o') => flags.out = Some(parser.value()?.into()),
            Long("target") => flags.target = Some(size(&text("--target", parser.value()?)?)?),
            Long("site") => flags.sites.push(site(&text("--site", parser.value()?)?)?),
            Long("keep") => flags.keep = number(&mut parser, "--keep", "a number of older builds from 0")?,
            Long("engine") => flags.engine = Some(text("--engine", parser.value()?)?),
            Long("budget") => flags.budget = Some(number(&mut parser, "--budget", "a number of bytes per 100 bytes of text")?),
            Long("memory") => {
                let value = text("--memory", parser.value()?)?;
                flags.memory = Some(memory::size("--memory", &value).map_err(End::Usage)?);
            }
            Long("quiet") | Short('q') => flags.quiet = true,
            Long("help") | Short('h') => return help(),
            Value(value) => flags.parts.push(value.into()),
            other => return Err(other.unexpected().into()),
        }
    }
    let Some(out) = flags.out.clone() else {
        return Err(End::Usage("--out DIR is missing: where the index goes".into()));
    };
    if flags.parts.is_empty() && flags.sites.is_empty() {
        return Err(End::Usage("a PART is missing: the files that `xunzi build --part` wrote, or -r and a list of them".into()));
    }
    publish::may_write(&out)?;
    let started = Instant::now();
    let parts = verified(&flags.parts)?;
    let again = repeated(&parts)?;
    Joining { parts, again, flags: &flags, out: &out, started }.run()
}

/// The paths in a file, a line each.
fn listed(list: &Path) -> Result<Vec<PathBuf>, End> {
    let text = read_text(list)
        .map_err(|e| End::Failed(format!("{}: cannot be read: {e}; name a file with a part a line", list.display())))?;
    Ok(text.lines().map(str::trim).filter(|line| !line.is_empty()).map(PathBuf::from).collect())
}

/// Bytes of text.
fn size(text: &str) -> Result<u64, End> {
    let wrong = || End::Usage(format!("--target takes a size such as 500MB or 1GB, not {text}"));
    memory::bytes(text).filter(|&bytes| bytes >= 1.0).map(|bytes| bytes as u64).ok_or_else(wrong)
}

/// An index of another folder or host.
fn site(text: &str) -> Result<Member, End> {
    let wrong =
        |what: &str| End::Usage(format!("--site takes NAME=ADDRESS, the address of a folder with an index: {text}: {what}"));
    let (name, address) = text.split_once('=').ok_or_else(|| wrong("there is no ="))?;
    if address.is_empty() || !address::is_safe(address) {
        return Err(wrong("its address is neither of http(s) nor relative"));
    }
    let address = format!("{}/", address.trim_end_matches('/'));
    Ok(Member { name: name.into(), place: Place::Address(address), ..Member::default() })
}

fn unreadable(path: &Path, e: &dyn std::fmt::Display) -> End {
    End::Failed(format!("{}: cannot be joined: {e}; make the part anew with `xunzi build --part`", path.display()))
}

/// All parts, by number, each whole, none missing, none twice, all of one plan.
fn verified(paths: &[PathBuf]) -> Result<Vec<Given>, End> {
    let mut parts = Vec::new();
    for path in paths {
        let file = File::open(path).map_err(|e| unreadable(path, &e))?;
        let part = Part::verify(BufReader::new(file)).map_err(|e| unreadable(path, &e))?;
        parts.push(Given { path: path.clone(), part });
    }
    parts.sort_by_key(|given| given.part.number);
    let Some(first) = parts.first() else { return Ok(parts) };
    let (plan, start) = (&first.part.plan, first.part.number);
    for given in &parts {
        if given.part.plan != *plan {
            let other = if plan.is_empty() || given.part.plan.is_empty() { "one of them has none" } else { "they are of two" };
            let text = format!("has another plan than {} ({other}); make both with one --plan", first.path.display());
            return Err(End::Failed(format!("{}: {text}", given.path.display())));
        }
    }
    if let Some([one, two]) = parts.array_windows().find(|[one, two]| one.part.number == two.part.number) {
        let text = format!("is part {}, and so is {}; remove one of them", two.part.number, one.path.display());
        return Err(End::Failed(format!("{}: {text}", two.path.display())));
    }
    let plan = Plan::parse(plan).map_err(|e| unreadable(&first.path, &e))?;
    let many = plan.parts.unwrap_or(parts.len() as u32);
    // Some count from 0, some from 1.
    let last = parts.last().map_or(0, |given| given.part.number);
    let base = if plan.parts.is_some_and(|many| last < many) { 0 } else { start.min(1) };
    let wanted = base..base.saturating_add(many);
    let missing = wanted.clone().find(|n| parts.binary_search_by_key(n, |given| given.part.number).is_err());
    if let Some(missing) = missing {
        let text = format!(
            "part {missing} is missing: parts {} to {} are joined; make it with `xunzi build --part {missing}`",
            wanted.start,
            wanted.end - 1
        );
        return Err(End::Failed(text));
    }
    if let Some(given) = parts.iter().find(|given| !wanted.contains(&given.part.number)) {
        let text = format!("is part {}, but its plan has {many} parts; remove it, or make a plan of more", given.part.number);
        return Err(End::Failed(format!("{}: {text}", given.path.display())));
    }
    Ok(parts)
}

/// A join under way.
struct Joining<'a> {
    parts: Vec<Given>,
    flags: &'a Flags,
    out: &'a Path,
    started: Instant,
    /// Articles that say what an earlier part says as well, which are left out, as in a build: the place of their part, and their key.
    again: BTreeSet<(usize, Key)>,
}

/// The articles that an earlier part has as well.
fn repeated(parts: &[Given]) -> Result<BTreeSet<(usize, Key)>, End> {
    if parts.len() < 2 {
        return Ok(BTreeSet::new());
    }
    let articles = parts.iter().map(|given| u64::from(given.part.articles)).sum();
    again(parts.len(), articles, |at, from| {
        let given = &parts[at];
        let keys = given.open().and_then(|file| given.part.keys(file, from));
        let wrong = |e: io::Error| unreadable(&given.path, &e);
        Ok(keys.map_err(wrong)?.map(move |key| key.map_err(wrong)))
    })
}

impl Given {
    fn open(&self) -> io::Result<File> {
        File::open(&self.path)
    }
}

/// An index, and what a catalog says of it.
struct Made {
    built: Built,
    grams: Grams,
    dated: u32,
    days: [i32; 2],
}

/// How the folder is called in which a join gathers its indexes, and what says that it is one.
const STAGE: &str = ".xunzi-join-";
const MARK: &str = "unfinished";
const MARKED: &str = "indexes of a join that has not ended\n";

/// Removes what joins have left that were interrupted; what cannot be removed stands in nobody's way.
fn sweep(out: &Path) {
    for entry in fs::read_dir(out).into_iter().flatten().flatten() {
        let named = entry.file_name().as_encoded_bytes().starts_with(STAGE.as_bytes());
        let left = entry.path();
        if named && fs::read(left.join(MARK)).is_ok_and(|mark| mark == MARKED.as_bytes()) {
            let _ = fs::remove_dir_all(&left);
        }
    }
}

impl Joining<'_> {
    fn run(self) -> Result<(), End> {
        let failed = |failure| self.failed(&failure);
        let groups = self.groups();
        let many = groups.len() + self.flags.sites.len();
        if many as u64 > MOST_MEMBERS {
            let text = format!(
                "not written: {many} indexes, and a catalog takes {MOST_MEMBERS}; choose a larger --target, or fewer --site"
            );
            return Err(End::Failed(format!("{}: {text}", self.out.display())));
        }
        let page = Page::new(self.flags.engine.as_deref());
        let mut waiting = || tell::note(format!("{}: another build is writing there; waiting for it", self.out.display()));
        let lock = Lock::take(self.out, &mut waiting)?;
        // The folder is there now, and its disk is that of the temporary files.
        let scratch = Beside::new(self.out);
        let memory = Memory::new(self.flags.memory.unwrap_or_else(memory::usual), &scratch);
        if groups.len() < 2 && self.flags.sites.is_empty() {
            let made = self.index(groups.first().cloned().unwrap_or_default(), false, &memory)?.ok_or_else(|| self.nothing())?;
            let written = publish::write(&lock, &made.built, &page, self.flags.keep)?;
            drop(lock);
            written.left.iter().for_each(tell::note);
            self.summarize(&format!("index {:.1} kB in {} files", written.bytes as f64 / 1e3, written.files), &[]);
            return Ok(());
        }
        if lock.why_not().is_none() {
            sweep(self.out);
        }
        // On the disk of the folder, and out of the way of what is published there.
        let marked = |stage: tempfile::TempDir| fs::write(stage.path().join(MARK), MARKED).map(|()| stage);
        let stage = tempfile::Builder::new().prefix(STAGE).tempdir_in(self.out).and_then(marked);
        let stage =
            stage.map_err(|e| End::Failed(format!("{}: cannot write into: {e}; choose another --out", self.out.display())))?;
        let (mut indexes, mut staged, mut ids) = (Indexes::new(&memory), Vec::new(), BTreeSet::new());
        for group in groups {
            let Some(made) = self.index(group, true, &memory)? else { continue };
            // Two indexes may hold the same.
            if ids.insert(made.built.id) {
                staged.push(Staged::new(stage.path(), &made.built)?);
            }
            indexes.add(member(&made), made.grams).map_err(failed)?;
        }
        for site in &self.flags.sites {
            indexes.add(site.clone(), Grams::default()).map_err(failed)?;
        }
        // Newest first, those without a date last; those of other folders, whose dates nobody knows, behind them.
        indexes.sort_by_key(|m| (matches!(m.place, Place::Address(_)), std::cmp::Reverse((m.dated > 0).then_some(m.days[1]))));
        if indexes.is_empty() {
            return Err(self.nothing());
        }
        let (built, members) = indexes.build().map_err(failed)?;
        let many = Many { staged: &staged, members: Members::of(&members) };
        let written = publish::write_catalog(&lock, &built, many, &page, self.flags.keep)?;
        drop(lock);
        written.left.iter().for_each(tell::note);
        self.summarize(
            &format!("{} indexes, catalog {:.1} kB in {} files", members.len(), written.bytes as f64 / 1e3, written.files),
            &members,
        );
        Ok(())
    }

    fn failed(&self, failure: &Failure) -> End {
        End::Failed(format!("{}: {failure}", self.out.display()))
    }

    fn nothing(&self) -> End {
        End::Failed(format!("{}: not written: no part holds an article; check the input of the parts", self.out.display()))
    }

    /// Neighbours that make an index: as many as have the text that is aimed at.
    fn groups(&self) -> Vec<Range<usize>> {
        let mut groups: Vec<Range<usize>> = Vec::new();
        let mut text = 0;
        for (at, given) in self.parts.iter().enumerate() {
            let fits = self.flags.target.is_none_or(|target| text + given.part.text <= target);
            match groups.last_mut().filter(|_| fits || text == 0) {
                Some(group) => group.end = at + 1,
                None => {
                    groups.push(at..at + 1);
                    text = 0;
                }
            }
            text += given.part.text;
        }
        groups
    }

    /// Whether a part says something that an earlier one says as well.
    fn repeats(&self, at: usize) -> bool {
        self.again.range((at, Key::default())..(at + 1, Key::default())).next().is_some()
    }

    /// The index of some parts, and its grams if a `catalog` is to name it; `None`: there is no article in them.
    fn index(&self, group: Range<usize>, catalog: bool, memory: &Memory<'_>) -> Result<Option<Made>, End> {
        if let ([given], None, false) = (&self.parts[group.clone()], self.flags.budget, self.repeats(group.start)) {
            let Part { dated, days, .. } = given.part;
            let there = given.open().and_then(|file| given.part.built(file)).map_err(|e| unreadable(&given.path, &e))?;
            if let Some((built, grams)) = there {
                return Ok(Some(Made { built, grams, dated, days }));
            }
        }
        let failed = |failure| self.failed(&failure);
        let (mut taking, mut names, mut all_days) = (Taking::new(memory), Vec::new(), Vec::new());
        for at in group {
            let given = &self.parts[at];
            let wrong = |e: io::Error| unreadable(&given.path, &e);
            names.push(given.open().and_then(|file| given.part.names(file)).map_err(wrong)?);
            let repeats = self.repeats(at);
            // What is left out may be all that has some gram.
            let grams = match catalog && !repeats {
                true => given.open().and_then(|file| given.part.grams(file)).map_err(wrong)?,
                false => None,
            };
            if let Some(grams) = &grams {
                taking.know(grams);
            }
            for article in given.open().and_then(|file| given.part.articles(file)).map_err(wrong)? {
                let article = article.map_err(wrong)?;
                if repeats && address::is_safe(&article.url) && self.again.contains(&(at, Key::of(&article))) {
                    continue;
                }
                all_days.push(day_of(&article));
                let known = !catalog || grams.is_some();
                if known { taking.take_known(article) } else { taking.take(article) }.map_err(failed)?;
            }
        }
        let grams = taking.grams().map_err(failed)?;
        if taking.intake.is_empty() {
            return Ok(None);
        }
        let plan = self.parts.first().map_or("", |given| &given.part.plan);
        let plan = Plan::parse(plan).map_err(End::Failed)?;
        let parameters = Parameters { budget: self.flags.budget, ..plan.parameters(&names) };
        let intake = &mut taking.intake;
        loop {
            match build_from(intake, &parameters, &|_, _, _| {}) {
                Ok(built) => {
                    let (dated, days) = span(all_days.into_iter().flatten());
                    return Ok(Some(Made { built, grams, dated, days }));
                }
                Err(Failure::TooLong { article, title }) if intake.len() > 1 && article < intake.len() => {
                    if let Some(removed) = intake.remove(article) {
                        all_days[removed] = None;
                    }
                    tell::note(format!("skipped: {}", Failure::TooLong { article, title }));
                }
                Err(failure) => return Err(failed(failure)),
            }
        }
    }

    fn summarize(&self, made: &str, members: &[Member]) {
        if self.flags.quiet {
            return;
        }
        let articles: u64 = self.parts.iter().map(|given| u64::from(given.part.articles)).sum();
        let text: u64 = self.parts.iter().map(|given| given.part.text).sum();
        let elsewhere = members.iter().filter(|member| matches!(member.place, Place::Address(_))).count();
        let sites = if elsewhere > 0 { format!(", {elsewhere} of them elsewhere") } else { String::new() };
        tell::note(format!(
            "{}: {articles} articles in {} parts, {:.1} kB of text: {made}{sites}, {:.2} s",
            self.out.display(),
            self.parts.len(),
            text as f64 / 1e3,
            self.started.elapsed().as_secs_f64()
        ));
    }
}

/// An index as a catalog names it.
fn member(Made { built, dated, days, .. }: &Made) -> Member {
    let size = |name: &String| built.files.iter().find(|file| file.0 == *name).map_or(0, |file| file.1.len() as u64);
    let pack = built.open.first().is_some_and(|name| name == "pack.dat");
    Member {
        name: String::new(),
        place: Place::Build { id: built.id, pack, sizes: built.open.iter().map(size).collect() },
        articles: built.report.articles.into(),
        text: built.report.utf8,
        dated: (*dated).into(),
        days: *days,
    }
}
