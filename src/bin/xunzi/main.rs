//! The command: how does a site owner use all this from a terminal? One file a command.

mod build;
mod config;
mod inspect;
mod search;
mod serve;
mod usage;

use std::io::{self, Write};
use std::process::ExitCode;

use lexopt::prelude::*;

use usage::{End, help};

fn main() -> ExitCode {
    match run(lexopt::Parser::from_env()) {
        Ok(()) | Err(End::Closed) => ExitCode::SUCCESS,
        Err(End::Usage(text)) => {
            eprintln!("xunzi: {text}\nTry `xunzi --help`.");
            ExitCode::from(2)
        }
        Err(End::Failed(text)) => {
            eprintln!("xunzi: {text}");
            ExitCode::FAILURE
        }
    }
}

fn run(mut parser: lexopt::Parser) -> Result<(), End> {
    match parser.next()? {
        Some(Value(command)) => match command.to_str() {
            Some("build") => build::build_index(parser),
            Some("search") => search::search(parser),
            Some("serve") => serve::serve(parser),
            Some("check") => inspect::check(parser),
            Some("stats") => inspect::stats(parser),
            Some("init") => config::init(parser),
            _ => Err(End::Usage(format!("there is no command {}", command.to_string_lossy()))),
        },
        Some(Short('h') | Long("help")) => help(),
        Some(Short('V') | Long("version")) => Ok(writeln!(io::stdout(), "xunzi {}", env!("CARGO_PKG_VERSION"))?),
        Some(Long("licenses")) => Ok(io::stdout().write_all(xunzi::page::NOTICES.as_bytes())?),
        Some(other) => Err(other.unexpected().into()),
        None => Err(End::Usage("a command is missing: build, search, serve, check, stats, init".into())),
    }
}
