//! What is asked of the second module?

use crate::codec::digits::get_decimal;
use crate::error::{Error, Reason};
use crate::fold::Off;
use crate::format::Id;

/// What parts of a request are joined by on their way from a script: no text has this noncharacter.
pub const BETWEEN: char = '\u{FFFF}';

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// Which articles a search is to look among.
    Narrow,
    /// How many articles have each value of a column.
    Counts,
    /// How many articles are of each year or month.
    Timeline,
    /// What is near a query that finds nothing.
    Near,
    /// What begins like a text, or fits a pattern.
    Complete,
    /// What columns there are.
    Fields,
}

impl Call {
    /// By its name.
    pub fn parse(name: &str) -> Option<Call> {
        Some(match name {
            "narrow" => Call::Narrow,
            "counts" => Call::Counts,
            "timeline" => Call::Timeline,
            "near" => Call::Near,
            "complete" => Call::Complete,
            "fields" => Call::Fields,
            _ => return None,
        })
    }
}

/// All that can be asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// The query, or several.
    pub queries: Vec<String>,
    /// Fields with values, of which an article must have one; that of all of them. The empty value: it has none.
    pub filters: Vec<(String, Vec<String>)>,
    /// The first day, month or year.
    pub from: Option<String>,
    /// The last.
    pub to: Option<String>,
    /// The field whose values the articles are put in order by; with a hyphen in front, from the last to the first.
    pub sort: Option<String>,
    /// The field to count.
    pub field: String,
    /// By month, not by year.
    pub months: bool,
    /// Whether texts are read until the numbers are exact.
    pub exact: bool,
    /// Lines wanted.
    pub limit: usize,
    /// The article to read whole.
    pub id: Id,
    /// Folds switched off.
    pub off: Off,
    /// Whether a field that is not there is one that no article has a value of: this is one of several indexes.
    pub lenient: bool,
}

/// What can be switched off.
pub const FOLDS: &str = "exact takes case, width, variant, space, diacritics, punctuation, all";

/// Lines, where none are asked for.
const LINES: usize = 10;

/// Lines, at most.
const MOST_LINES: usize = 1000;

impl Request {
    /// A request, from its parts as a script hands them over: names, each with its value; a filter has its field in between.
    pub fn parse(text: &str) -> Result<Request, Error> {
        let mut out = Request { limit: LINES, ..Request::default() };
        let mut parts = text.split(BETWEEN);
        // Where the conditions begin that the next value of a field may join.
        let mut first = 0;
        while let Some(name) = parts.next() {
            let mut value = || parts.next().unwrap_or_default().to_owned();
            match name {
                "" => {}
                "query" => out.queries.push(value()),
                "filter" => {
                    let (field, value) = (value(), value());
                    out.filter(first, field, value);
                }
                // What comes now only narrows further, whatever its fields.
                "and" => {
                    value();
                    first = out.filters.len();
                }
                // A field for which there is no value: no article has one of none.
                "none" => out.filters.push((value(), Vec::new())),
                "from" => out.from = Some(value()),
                "to" => out.to = Some(value()),
                "sort" => out.sort = Some(value()),
                "field" => out.field = value(),
                "limit" => out.limit = number(&value(), "limit is a whole number up to 1000")?,
                // What is beyond every index stays so.
                "id" => out.id = number(&value(), "id is a whole number from 0")?.min(Id::MAX as usize) as Id,
                "unit" => out.months = one_of("unit", &value(), "year", "month")?,
                "count" => out.exact = one_of("count", &value(), "quick", "exact")?,
                "lenient" => {
                    value();
                    out.lenient = true;
                }
                "exact" => {
                    for name in value().split(',').filter(|name| !name.is_empty()) {
                        match Off::parse(name) {
                            Some(off) => out.off.0 |= off.0,
                            None => return Err(bad(name.to_owned(), FOLDS.into())),
                        }
                    }
                }
                other => return Err(bad(other.to_owned(), "an option that there is".into())),
            }
        }
        if out.limit == 0 || out.limit > MOST_LINES {
            out.limit = MOST_LINES;
        }
        Ok(out)
    }

    /// One more value that will do of a field whose condition is the one of this number or a later one.
    pub fn filter(&mut self, first: usize, field: String, value: String) {
        match self.filters.iter_mut().skip(first).find(|f| f.0 == field) {
            Some((_, values)) => values.push(value),
            None => self.filters.push((field, vec![value])),
        }
    }

    /// Whether any article may be left out.
    pub fn narrows(&self) -> bool {
        !self.filters.is_empty() || self.from.is_some() || self.to.is_some()
    }

    /// The first query.
    pub fn query(&self) -> &str {
        self.queries.first().map_or("", |query| query)
    }
}

fn number(text: &str, expected: &str) -> Result<usize, Error> {
    // Scripts write what is beyond every index with an exponent.
    let beyond = text.starts_with(|c: char| c.is_ascii_digit()) && text.contains("e+");
    let number = if beyond { Some(u64::MAX) } else { get_decimal(text) };
    number.map(|n| n.min(u32::MAX.into()) as usize).ok_or_else(|| bad(text.to_owned(), expected.into()))
}

/// Whether it is the second of two words.
fn one_of(name: &str, got: &str, first: &str, second: &str) -> Result<bool, Error> {
    match got == second {
        false if got != first => Err(bad(got.to_owned(), [name, " takes ", first, " or ", second].concat())),
        second => Ok(second),
    }
}

/// What is asked for is not there.
#[cold]
#[inline(never)]
pub(crate) fn bad(got: String, expected: String) -> Error {
    Reason::BadRequest { got, expected }.into()
}
