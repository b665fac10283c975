//! The command: how does a site owner use all this from a terminal? One file a command.

mod build;
mod config;
mod ended;
mod init;
mod inspect;
mod join;
mod make;
mod many;
mod memory;
mod more;
mod pagefind;
mod part;
mod phases;
mod search;
mod serve;
mod tell;
mod usage;
mod watch;

use std::process::ExitCode;

use lexopt::prelude::*;

use usage::{End, help};

fn main() -> ExitCode {
    match run(lexopt::Parser::from_env()) {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever stopped listening knows it.
        Err(End::Closed) => ExitCode::FAILURE,
        Err(End::Usage(text)) => {
            tell::note(text);
            tell::line("Try `xunzi --help`.");
            ExitCode::from(2)
        }
        Err(End::Failed(text)) => {
            tell::note(text);
            ExitCode::FAILURE
        }
    }
}

fn run(mut parser: lexopt::Parser) -> Result<(), End> {
    const COMMANDS: &str = "build, search, serve, check, stats, init, plan, join";
    match parser.next()? {
        Some(Value(command)) => match command.to_str() {
            Some("build") => build::build(parser),
            Some("plan") => part::plan(parser),
            Some("join") => join::join(parser),
            Some("search") => search::search(parser),
            Some("serve") => serve::serve(parser),
            Some("check") => inspect::check(parser),
            Some("stats") => inspect::stats(parser),
            Some("init") => init::init(parser),
            _ => Err(End::Usage(format!("there is no command {}, only {COMMANDS}", command.to_string_lossy()))),
        },
        Some(Short('h') | Long("help")) => help(),
        Some(Short('V') | Long("version")) => tell::print(concat!(
            "xunzi ",
            env!("CARGO_PKG_VERSION"),
            "
"
        )),
        Some(Long("licenses")) => tell::print(xunzi::page::NOTICES),
        Some(other) => Err(other.unexpected().into()),
        None => Err(End::Usage(format!("a command is missing: {COMMANDS}"))),
    }
}
