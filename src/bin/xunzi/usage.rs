//! What does the command say of itself, and how does it end?

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::str::FromStr;

use xunzi::disk::Trouble;

use crate::tell;

const HELP: &str = "\
xunzi: exact substring search for static sites

usage:
  xunzi build INPUT... --out DIR      index files and folders (.html .md .txt .jsonl), write DIR
  xunzi build --explain FILE          show how a newspaper page is cut into articles, and why
  xunzi search DIR QUERY [--json] [--limit N] [--offset N] [--sort best|newest|oldest|FIELD|-FIELD] [--exact LIST]
                       [--filter FIELD=VALUE]... [--from DATE] [--to DATE]
                       [--counts FIELD | --timeline year|month | --near | --complete]
  xunzi build INPUT... --out DIR --watch          build again whenever the input changes
  xunzi build INPUT... --single-file FILE.html    one page with articles, index, engine and box inside
  xunzi build [INPUT...] --part N [--plan FILE] --out PART   one part of a larger whole; without INPUT from standard input
  xunzi plan SAMPLE... [--parts N] [--no-index] > FILE       what all parts share
  xunzi join PART... | -r LIST --out DIR [--target SIZE] [--site NAME=ADDRESS]...    parts into one index, or several and a
                       catalog, which is searched as one
  xunzi serve DIR [--port N] [--host NAME]... [--watch]      a local server for trying it out
  xunzi check DIR [--deep] [--sample N]   verify every byte and every invariant of an index
  xunzi stats DIR [--json]            what an index holds and costs
  xunzi init                          write a commented xunzi.toml
  xunzi --licenses                    whose work is in xunzi, and under which terms

build:
  --out DIR            the folder a page includes xunzi.js from
  --base-url URL       stands before the path of a file in its address (default: /)
  --split auto|newspaper|off          cut text files into the articles they hold
  --encoding NAME      encoding of text files, where it is known (otherwise it is detected): utf-8, utf-16le, utf-16be,
                       gb18030, big5, shift_jis, euc-kr
  --keep N             older generations kept for pages that are open (default 1); 0 removes them now, or fails
  --portable           DIR works from file:// as well, from a stick say
  --watch              stay, and build again whenever the input changes
  --strict             exit 1 when any file was skipped
  --max-article MB     one line of JSON lines, or one Markdown or text file, at most (default 32)
  --max-file MB        one file of JSON lines at most, unpacked (default 1000)
  --memory SIZE        memory that a build takes, such as 500MB or 3GB: what does not fit goes to temporary files beside DIR
                       (default: a quarter of what there is, 2GB at most)
  --budget N           bytes of gram pages per 100 bytes of text
  --max-files N        files of the index at most, those of the page (about a dozen) not counted
  --quiet              only what was skipped or is doubtful
  --verbose            also what was read, how it was indexed, what was written and removed, and how long each took
join:
  -r LIST              a file that names a part a line
  --target SIZE        text of an index at most, unless one part has more: 500MB, 1GB (by itself one index of all)
  --memory SIZE        as of build, for an index of several parts, or of one that carries none, and for the catalog
  --site NAME=ADDRESS  the catalog names this index as well, of another folder or host; its results are told with NAME
build --part N:
  --plan FILE          what all parts share
  --end LINE           standard input is whole if this is its last line; else no part is written: for tasks that may be killed
plan:
  --no-index           parts hold articles only: a third to a half of their text, and `join` makes all indexes; by itself each carries
                       the index of its articles, and `join` copies it where one part makes an index
search:
  --limit N            articles shown; 0: every one, verified (default 10)
  --filter FIELD=VALUE only articles with this value; of one field any, of several fields one of each; no VALUE: without one
  --from DATE --to DATE    only articles from then, until then: 2023, 2023-05 or 2023-05-14
  --counts FIELD       how many of the articles found have each value
  --timeline UNIT      how many are of each year or month
  --near               what is near a query that finds nothing, each with its articles
  --complete           what begins like the query, or fits it, with . or ? for any character
  --                   a query that begins with a hyphen stands after this
  --exact LIST         folds switched off: case,width,variant,space,diacritics,punctuation or all
serve:
  --port N             the port; 0: any free one (default: the first free one from 8080)
  --watch              build what xunzi.toml says, or DIR into DIR/xunzi, and again whenever the input changes
  --host NAME          a name it answers under besides localhost, 127.0.0.1 and [::1]; other names are refused
check:
  --deep               compare every list of the index with the texts
  --sample N           search N strings out of the articles (default 20)

examples:
  xunzi build articles --out public/xunzi
  xunzi search public/xunzi '志愿者 除雪'
  xunzi search public/xunzi '\"Hello World\"' --exact case
  xunzi search public/xunzi 志愿者 --filter section=社区 --from 2023 --to 2023-05
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
    tell::print(HELP)
}

/// The value of an option that must be text.
pub fn text(option: &str, value: OsString) -> Result<String, End> {
    value.into_string().map_err(|v| End::Usage(format!("{option}: {} is not UTF-8", v.to_string_lossy())))
}

/// The value of an option that must be a number; `takes` says which.
pub fn number<T: FromStr>(parser: &mut lexopt::Parser, option: &str, takes: &str) -> Result<T, End> {
    let value = parser.value()?;
    let number = value.to_str().and_then(|text| text.parse().ok());
    number.ok_or_else(|| End::Usage(format!("{option} takes {takes}, not {}", value.to_string_lossy())))
}

/// A folder that a command is given.
pub fn folder(value: OsString) -> Result<PathBuf, End> {
    match value.is_empty() {
        true => Err(End::Usage("DIR is empty: name the folder that `xunzi build --out` wrote".into())),
        false => Ok(value.into()),
    }
}

/// A folder that was not given.
pub fn no_folder() -> End {
    End::Usage("DIR is missing: the folder that `xunzi build --out` wrote".into())
}
