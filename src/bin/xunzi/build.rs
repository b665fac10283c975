//! How are articles made into an index from the command line?

use std::path::{Path, PathBuf};

use lexopt::prelude::*;

use xunzi::address;
use xunzi::builder::Options as Parameters;
use xunzi::input::html::{Html, REASONS, Selector};
use xunzi::input::markdown::Markdown;
use xunzi::input::newspaper::{self, Rules};
use xunzi::input::{self, Field, Files, Folder, Split, encoding, globs};

use crate::config::{self, Config, Names, chosen, config, wrong};
use crate::make::{Before, Plan, Target};
use crate::usage::{End, help, number, text};
use crate::{memory, part, tell, watch};

/// What the command line says.
#[derive(Clone, Default)]
struct Flags {
    inputs: Vec<PathBuf>,
    out: Option<PathBuf>,
    base_url: Option<String>,
    split: Option<String>,
    encoding: Option<String>,
    keep: Option<usize>,
    max_article: Option<u32>,
    max_file: Option<u32>,
    memory: Option<String>,
    strict: bool,
    engine: Option<String>,
    explained: Vec<PathBuf>,
    portable: bool,
    single: Option<PathBuf>,
    parameters: Parameters,
    part: Option<u32>,
    plan: Option<PathBuf>,
    end: Option<String>,
    help: bool,
    watch: bool,
    quiet: bool,
    verbose: bool,
}

impl Flags {
    fn read(mut parser: lexopt::Parser) -> Result<Flags, End> {
        let mut flags = Flags::default();
        while let Some(argument) = parser.next()? {
            match argument {
                Long("out") | Short('o') => flags.out = Some(parser.value()?.into()),
                Long("base-url") => flags.base_url = Some(text("--base-url", parser.value()?)?),
                Long("split") => flags.split = Some(text("--split", parser.value()?)?),
                Long("encoding") => flags.encoding = Some(text("--encoding", parser.value()?)?),
                Long("keep") => flags.keep = Some(number(&mut parser, "--keep", "a number of older builds from 0")?),
                Long("max-article") => flags.max_article = Some(number(&mut parser, "--max-article", "a number of MB from 1")?),
                Long("max-file") => flags.max_file = Some(number(&mut parser, "--max-file", "a number of MB from 1")?),
                Long("memory") => flags.memory = Some(text("--memory", parser.value()?)?),
                Long("watch") | Short('w') => flags.watch = true,
                Long("strict") => flags.strict = true,
                Long("budget") => {
                    flags.parameters.budget = Some(number(&mut parser, "--budget", "a number of bytes per 100 bytes of text")?);
                }
                Long("max-files") => {
                    flags.parameters.max_files = Some(number(&mut parser, "--max-files", "a number of files from 1")?);
                }
                Long("engine") => flags.engine = Some(text("--engine", parser.value()?)?),
                Long("part") => flags.part = Some(number(&mut parser, "--part", "the number of the part, from 0")?),
                Long("plan") => flags.plan = Some(parser.value()?.into()),
                Long("end") => flags.end = Some(text("--end", parser.value()?)?),
                Long("portable") => flags.portable = true,
                Long("single-file") => flags.single = Some(parser.value()?.into()),
                Long("explain") => flags.explained.push(parser.value()?.into()),
                Long("quiet") | Short('q') => (flags.quiet, flags.verbose) = (true, false),
                Long("verbose") | Short('v') => (flags.quiet, flags.verbose) = (false, true),
                Long("help") | Short('h') => {
                    flags.help = true;
                    return Ok(flags);
                }
                Value(path) if path.is_empty() => {
                    return Err(End::Usage("an INPUT is empty: name a file or folder to index".into()));
                }
                Value(path) => flags.inputs.push(path.into()),
                other => return Err(other.unexpected().into()),
            }
        }
        if flags.engine.as_deref().is_some_and(|e| e.is_empty() || !e.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')) {
            return Err(End::Usage("--engine takes the name of a folder in DIR: letters, digits, hyphens".into()));
        }
        Ok(flags)
    }

    /// How the input is read, with what xunzi.toml says where no flag does.
    fn options(&self, config: &Config) -> Result<input::Options, End> {
        let split = chosen("split", self.split.as_deref(), config.split.as_deref(), |name, value| match value {
            "auto" => Ok(Split::Auto),
            "newspaper" => Ok(Split::Newspaper),
            "off" => Ok(Split::Off),
            _ => Err(format!("{name} takes auto, newspaper or off, not {value}")),
        })?;
        // A wrong one would skip every text file.
        let encoding = chosen("encoding", self.encoding.as_deref(), config.encoding.as_deref(), |_, value| {
            let unknown = || encoding::Undecodable::Unknown(value.to_owned()).to_string();
            encoding::is_known(value).then(|| value.to_owned()).ok_or_else(unknown)
        })?;
        let base_url = chosen("base-url", self.base_url.as_deref(), config.base_url.as_deref(), |name, value| {
            let takes = || format!("{name} takes an address of http or https or a path such as /docs/, not {value}");
            address::is_safe(value).then(|| value.to_owned()).ok_or_else(takes)
        })?;
        let megabytes = |name, flag: Option<u32>, file: Option<u32>, default| {
            let chosen = chosen(name, flag.as_ref(), file.as_ref(), |name, &n| match n {
                0 => Err(format!("{name} takes a number of MB from 1, not 0")),
                _ => Ok(u64::from(n) * 1_000_000),
            })?;
            Ok::<u64, End>(chosen.unwrap_or(default))
        };
        let defaults = input::Options::default();
        let rules = &config.newspaper;
        let (headline, lead) = (rules.headline.clone(), rules.lead.clone());
        Ok(input::Options {
            split: split.unwrap_or_default(),
            max_article: megabytes("max-article", self.max_article, config.max_article, defaults.max_article)?,
            max_file: megabytes("max-file", self.max_file, config.max_file, defaults.max_file)?,
            base_url: base_url.unwrap_or(defaults.base_url),
            encoding,
            rules: Rules { headline, lead, drop: rules.drop.clone(), text: rules.text.clone() },
            files: Files {
                only: globs(&config.glob).map_err(wrong)?,
                ignore: globs(&config.ignore).map_err(wrong)?,
                out: self.out.clone().or_else(|| config.out.clone()),
                follow: config.follow_links,
            },
            html: pages(config)?,
            markdown: markdown(config)?,
            fields: config.fields.iter().chain(&config.filters).map(field).collect(),
            folders: config.folder.iter().map(folder).collect::<Result<_, _>>()?,
        })
    }

    /// Where the index goes, or the page that has it inside.
    fn target(&self, config: &Config) -> Result<Target, End> {
        match &self.single {
            Some(_) if self.out.is_some() => {
                Err(End::Usage("--single-file writes a page and --out a folder: give one of them".into()))
            }
            Some(_) if self.watch => Err(End::Usage("--watch builds a folder again, not a --single-file".into())),
            Some(file) if file.file_name().is_none() => {
                Err(End::Usage("--single-file takes the name of a page, such as archive.html".into()))
            }
            Some(file) => Ok(Target::Page(file.clone())),
            None => self.out(config).map(Target::Folder),
        }
    }

    /// The folder where the index goes.
    fn out(&self, config: &Config) -> Result<PathBuf, End> {
        let out = chosen("out", self.out.as_deref(), config.out.as_deref(), |name, value: &Path| {
            let named = !value.as_os_str().is_empty();
            named.then(|| value.to_owned()).ok_or_else(|| format!("{name} is empty: name the folder where the index goes"))
        })?;
        out.ok_or_else(|| End::Usage("--out DIR is missing: where the index goes".into()))
    }

    /// How many older builds stay.
    fn keep(&self, config: &Config) -> Result<usize, End> {
        let in_file = config.keep.as_ref().map(|value| {
            let number = value.as_integer().and_then(|n| usize::try_from(n).ok());
            number.ok_or_else(|| wrong(format!("keep takes a number of older builds from 0, not {value}")))
        });
        self.keep.map_or_else(|| in_file.unwrap_or(Ok(1)), Ok)
    }

    /// The same for a part.
    fn part(self, number: u32) -> Result<part::Job, End> {
        if self.watch || self.portable || self.single.is_some() {
            return Err(End::Usage(
                "--part writes a part, which is joined before it can be searched: no --watch, --portable, --single-file".into(),
            ));
        }
        let config = config()?;
        let (options, out, strict) = (self.options(&config)?, self.out(&config)?, self.strict || config.strict);
        let inputs = if self.inputs.is_empty() { config.input } else { self.inputs };
        let memory = chosen("memory", self.memory.as_deref(), config.memory.as_deref(), memory::size)?;
        let memory = memory.unwrap_or_else(memory::usual);
        let chosen = config.filters.keys().cloned().collect();
        Ok(part::Job { inputs, options, chosen, number, plan: self.plan, end: self.end, out, memory, strict, quiet: self.quiet })
    }

    /// What is to be done, by these and xunzi.toml, if it can be done at all: told before the work, not after it.
    fn planned(self) -> Result<Plan, End> {
        let config = config()?;
        let options = self.options(&config)?;
        let plan = self.plan(config, options)?;
        plan.may_run()?;
        Ok(plan)
    }

    /// All of it, with what xunzi.toml says where no flag does.
    fn plan(self, config: Config, options: input::Options) -> Result<Plan, End> {
        let (target, keep, strict) = (self.target(&config)?, self.keep(&config)?, self.strict || config.strict);
        let portable = self.portable || config.portable;
        let memory = chosen("memory", self.memory.as_deref(), config.memory.as_deref(), memory::size)?;
        let memory = memory.unwrap_or_else(memory::usual);
        let Flags { inputs, engine, mut parameters, quiet, verbose, .. } = self;
        parameters.filters = config.filters.keys().cloned().collect();
        let inputs = if inputs.is_empty() { config.input } else { inputs };
        if inputs.is_empty() {
            return Err(End::Usage("an INPUT is missing: a file or folder to index".into()));
        }
        Ok(Plan { inputs, options, target, portable, keep, strict, engine, parameters, memory, quiet, verbose })
    }
}

/// How the input is read where no flag says anything.
pub fn options(config: &Config) -> Result<input::Options, End> {
    Flags::default().options(config)
}

/// A field, and what the articles call it.
fn field((name, names): (&String, &Names)) -> Field {
    Field { name: name.clone(), names: names.list() }
}

/// What holds for the articles of a folder.
fn folder(folder: &config::Folder) -> Result<Folder, End> {
    let paths = globs(&folder.glob).map_err(wrong)?.ok_or_else(|| wrong("a [[folder]] has an empty glob: name its files"))?;
    let facts = folder.facts.iter().flat_map(|(name, values)| values.list().into_iter().map(move |value| (name.clone(), value)));
    Ok(Folder { paths, facts: facts.collect() })
}

/// How pages are read.
fn pages(config: &Config) -> Result<Html, End> {
    let html = &config.html;
    if let Some(unknown) = html.include.iter().find(|name| !REASONS.contains(&name.as_str())) {
        return Err(wrong(format!("include takes {}, not {unknown}", REASONS.join(", "))));
    }
    Ok(Html {
        root: html.root.as_deref().map(Selector::parse).transpose().map_err(wrong)?,
        exclude: html.exclude.iter().map(|selector| Selector::parse(selector)).collect::<Result<_, _>>().map_err(wrong)?,
        keep_index: html.keep_index,
        clean: html.clean,
        hidden: html.hidden,
        include: html.include.clone(),
        lang: html.lang.clone(),
    })
}

/// How Markdown is read.
fn markdown(config: &Config) -> Result<Markdown, End> {
    let config::Markdown { generator, anchors, clean, without } = &config.markdown;
    Markdown::new(generator.as_deref(), anchors.as_deref(), *clean, without).map_err(wrong)
}

/// `xunzi build`.
pub fn build(parser: lexopt::Parser) -> Result<(), End> {
    let flags = Flags::read(parser)?;
    if flags.help {
        return help();
    }
    if !flags.explained.is_empty() {
        return explain(&flags.explained, &flags.options(&config()?)?);
    }
    if let Some(number) = flags.part {
        return flags.part(number)?.run();
    }
    if flags.plan.is_some() || flags.end.is_some() {
        return Err(End::Usage("--plan and --end go with --part N: a build of the whole needs none".into()));
    }
    if flags.watch { watch::build(|| flags.clone().planned()) } else { flags.planned()?.run(&mut Before::default()) }
}

/// What is to be done for a site in `dir` whose owner gives no other option than xunzi.toml's.
pub fn of_folder(dir: &Path) -> Result<Plan, End> {
    let mut config = config()?;
    if config.input.is_empty() {
        config.input.push(dir.to_owned());
    }
    if config.out.is_none() {
        config.out = Some(dir.join("xunzi"));
    }
    let flags = Flags::default();
    let options = flags.options(&config)?;
    flags.plan(config, options)
}

/// `xunzi build --explain`.
fn explain(files: &[PathBuf], options: &input::Options) -> Result<(), End> {
    for file in files {
        if !file.exists() {
            return Err(End::Failed(format!("{}: there is no such file; check the path", file.display())));
        }
        let text = input::read_text(file, options).map_err(|note| End::Failed(note.to_string()))?;
        let explained = newspaper::explain(&text, &options.rules, options.split).to_string();
        tell::print(&explained.lines().map(|line| tell::plain(line) + "\n").collect::<String>())?;
    }
    Ok(())
}
