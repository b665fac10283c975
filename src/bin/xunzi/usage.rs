//! What does the command say of itself, and how does it end?

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::PathBuf;

use lexopt::prelude::*;

use xunzi::disk::Trouble;

const HELP: &str = "\
xunzi: exact substring search for static sites

usage:
  xunzi build INPUT... --out DIR      index files and folders (.md .markdown .txt .jsonl), write DIR
  xunzi build --explain FILE          show how a newspaper page is cut into articles, and why
  xunzi search DIR QUERY [--json] [--limit N] [--offset N] [--sort best|newest|oldest] [--exact LIST]
  xunzi serve DIR [--port N] [--host NAME]...     a local server for trying it out
  xunzi check DIR                     verify every byte of an index
  xunzi stats DIR [--json]            what an index holds and costs
  xunzi init                          write a commented xunzi.toml
  xunzi --licenses                    whose work is in xunzi, and under which terms

build:
  --out DIR            the folder a page includes xunzi.js from
  --base-url URL       stands before the path of a file in its address (default: /)
  --split auto|newspaper|off          cut text files into the articles they hold
  --encoding NAME      encoding of text files, where it is known (otherwise it is detected): utf-8, utf-16le, utf-16be,
                       gb18030, big5, shift_jis, euc-kr
  --keep N             older generations kept for pages that are open (default 1)
  --strict             exit 1 when any file was skipped
  --budget N           bytes of gram pages per 100 bytes of text
  --quiet, --verbose
search:
  --limit N            articles shown; 0: every one, verified (default 10)
  --exact LIST         folds switched off: case,width,variant,space,diacritics,punctuation or all
serve:
  --port N             the port; 0: any free one (default: the first free one from 8080)
  --host NAME          a name it answers under besides localhost, 127.0.0.1 and [::1]; other names are refused

examples:
  xunzi build articles --out public/xunzi
  xunzi search public/xunzi '志愿者 除雪'
  xunzi search public/xunzi '\"Hello World\"' --exact case
  xunzi serve public

Options of `build` may stand in xunzi.toml in the current folder; a flag wins over the file.
Exit status: 0 done, 1 the work failed, 2 wrong usage.
";
/// Why the command ends without having done its work.
pub enum End {
    /// Wrong usage: exit status 2.
    Usage(String),
    /// The work failed: exit status 1.
    Failed(String),
    /// Standard output was closed: nobody listens any more.
    Closed,
}

impl From<lexopt::Error> for End {
    fn from(e: lexopt::Error) -> End {
        End::Usage(e.to_string())
    }
}

impl From<Trouble> for End {
    fn from(e: Trouble) -> End {
        End::Failed(e.to_string())
    }
}

impl From<io::Error> for End {
    fn from(e: io::Error) -> End {
        match e.kind() {
            io::ErrorKind::BrokenPipe => End::Closed,
            _ => End::Failed(e.to_string()),
        }
    }
}

/// Prints the help.
pub fn help() -> Result<(), End> {
    Ok(io::stdout().write_all(HELP.as_bytes())?)
}

/// An argument that must be text.
pub fn text(value: OsString) -> Result<String, End> {
    value.into_string().map_err(|v| End::Usage(format!("{} is not UTF-8", v.to_string_lossy())))
}

/// The one folder that a command takes; `None` where help is asked for.
pub fn folder(parser: &mut lexopt::Parser) -> Result<Option<PathBuf>, End> {
    match parser.next()? {
        Some(Value(dir)) => Ok(Some(dir.into())),
        Some(Long("help") | Short('h')) => Ok(None),
        Some(other) => Err(other.unexpected().into()),
        None => Err(End::Usage("DIR is missing: the folder that `xunzi build --out` wrote".into())),
    }
}
