//! Which articles are meant, and in which order?

use std::ops::RangeInclusive;
use std::rc::Rc;

use crate::error::Error;
use crate::format::columns::Facets;
use crate::format::root::Root;
use crate::search::index::Reader;
use crate::search::more::period::days;
use crate::search::more::request::bad;
use crate::search::more::{Halt, Item, Job, Listing, Narrowed, OUT};
use crate::search::step::Stop;
use crate::sort;

/// The field of dates, which has a column of its own kind.
const DATE: &str = "date";

/// The place among the columns of a field's; who asks for another is told which there are. `lenient`: of several indexes one may lack what
/// others have, and then none of its articles has a value of it.
fn place(root: &Root, field: &str, lenient: bool) -> Result<Option<u32>, Error> {
    let names = || root.columns.iter().map(|&key| root.keys.get(key as usize).map_or("", |key| key));
    match names().position(|name| name == field) {
        None if lenient => Ok(None),
        Some(at) => Ok(Some(at as u32)),
        None => {
            let mut there = String::new();
            for name in names() {
                there.push_str(if there.is_empty() { "the fields are " } else { ", " });
                there.push_str(name);
            }
            if there.is_empty() {
                there.push_str("this index has no fields to narrow by");
            }
            Err(bad(field.to_owned(), there))
        }
    }
}

/// The days that a text names, from the first to the last.
fn period(text: &str) -> Result<RangeInclusive<i32>, Error> {
    days(text).ok_or_else(|| bad(text.to_owned(), "a date is 2023, 2023-05 or 2023-05-14".into()))
}

impl Job {
    /// Which articles are meant.
    pub(super) fn narrow(&mut self, reader: &mut Reader) -> Result<Narrowed, Halt> {
        let mut keys = self.keys(reader, usize::MAX)?;
        if let Some(sort) = self.request.sort.clone() {
            let order = self.order(reader, &sort)?;
            keys = Some(match keys {
                None => order,
                Some(keys) => Rc::new(keys.iter().zip(order.iter()).map(|(&k, &o)| if k == OUT { OUT } else { o }).collect()),
            });
        }
        Ok(Narrowed { keys, lost: self.failed.first().cloned() })
    }

    /// The keys of the articles that are meant, in no order yet; `None`: all are. `but`: the condition that is left out.
    pub(super) fn keys(&mut self, reader: &mut Reader, but: usize) -> Result<Option<Rc<Vec<u32>>>, Halt> {
        let root = reader.outline().map_err(Stop::Lacks)?;
        if !self.request.narrows() {
            return Ok(None);
        }
        let mut keys = vec![0; root.article_count() as usize];
        let mut files = Vec::new();
        let filters = self.request.filters.clone();
        for (at, (field, values)) in filters.iter().enumerate() {
            let Some(number) = place(&root, field, self.request.lenient)? else {
                if field == DATE {
                    values.iter().filter(|value| !value.is_empty()).try_for_each(|value| period(value).map(drop))?;
                }
                if at != but {
                    of_values(Some(&Facets::default()), values, &mut keys);
                }
                continue;
            };
            let outcome = if field == DATE {
                self.of_dates(reader, values, &mut keys, at == but)
            } else {
                self.column(reader, number).map(|facets| {
                    if at != but {
                        of_values(facets.as_deref(), values, &mut keys)
                    }
                })
            };
            match outcome {
                // What several fields lack is asked for together.
                Err(Stop::Lacks(lacks)) => files.extend(lacks),
                outcome => outcome?,
            }
        }
        if self.request.from.is_some() || self.request.to.is_some() {
            let dates = place(&root, DATE, self.request.lenient)?.is_some();
            match self.between(reader, &mut keys, dates, but == filters.len()) {
                Err(Stop::Lacks(lacks)) => files.extend(lacks),
                outcome => outcome?,
            }
        }
        if files.is_empty() { Ok(Some(Rc::new(keys))) } else { Err(Stop::Lacks(files).into()) }
    }

    /// Leaves out what is of none of these periods.
    fn of_dates(&self, reader: &mut Reader, values: &[String], keys: &mut [u32], skip: bool) -> Result<(), Stop> {
        let mut periods = Vec::new();
        for value in values.iter().filter(|value| !value.is_empty()) {
            periods.push(period(value)?);
        }
        let undated = values.iter().any(String::is_empty);
        let days = self.days(reader)?;
        let mut of = days.as_ref().map(|days| days.iter());
        for key in keys.iter_mut().filter(|_| !skip) {
            let meant = match (&mut of, undated) {
                (None, _) => false,
                (Some(days), undated) => days.next().map_or(undated, |day| periods.iter().any(|p| p.contains(day))),
            };
            if !meant {
                *key = OUT;
            }
        }
        Ok(())
    }

    /// Leaves out what is not between the two dates, and what has none.
    fn between(&self, reader: &mut Reader, keys: &mut [u32], dates: bool, skip: bool) -> Result<(), Stop> {
        let from = self.request.from.as_deref().map(period).transpose()?.map_or(i32::MIN, |p| *p.start());
        let to = self.request.to.as_deref().map(period).transpose()?.map_or(i32::MAX, |p| *p.end());
        let days = if dates { self.days(reader)?.unwrap_or_default() } else { Vec::new() };
        for (at, key) in keys.iter_mut().enumerate().filter(|_| !skip) {
            if days.get(at).is_none_or(|day| *day < from || *day > to) {
                *key = OUT;
            }
        }
        Ok(())
    }

    /// How early each article stands in the order of a field. What has no value comes last, either way.
    fn order(&mut self, reader: &mut Reader, sort: &str) -> Result<Rc<Vec<u32>>, Halt> {
        let root = reader.outline().map_err(Stop::Lacks)?;
        let (down, field) = sort.strip_prefix('-').map_or((false, sort), |field| (true, field));
        let number = place(&root, field, self.request.lenient)?;
        let none = OUT - 1;
        let mut keys = vec![none; root.article_count() as usize];
        let Some(number) = number else { return Ok(Rc::new(keys)) };
        if field == DATE {
            for (key, day) in keys.iter_mut().zip(self.days(reader)?.unwrap_or_default()) {
                // 2 to the power of 31 days before 1970 no article is from.
                let day = day as u32 ^ 1 << 31;
                *key = if down { !day } else { day }.min(none - 1);
            }
            return Ok(Rc::new(keys));
        }
        let Some(facets) = self.column(reader, number)? else { return Ok(Rc::new(keys)) };
        let places = places(&facets.values);
        let last = places.len() as u32;
        for (key, of) in keys.iter_mut().zip(&facets.of) {
            // Of several values, the first in this order.
            let own = of.iter().filter_map(|&v| places.get(v as usize)).map(|&place| if down { last - place } else { place });
            *key = own.reduce(u32::min).unwrap_or(none);
        }
        Ok(Rc::new(keys))
    }

    /// The columns there are.
    pub(super) fn fields(&mut self, reader: &mut Reader) -> Result<Listing, Halt> {
        let root = reader.outline().map_err(Stop::Lacks)?;
        let mut listing = Listing { label: "field", single: true, exact: true, ..Listing::default() };
        for &key in &root.columns {
            let label = root.keys.get(key as usize).cloned().unwrap_or_default();
            let number = listing.items.len() as u32;
            let values = if label == DATE {
                root.dated
            } else {
                self.column(reader, number)?.map_or(0, |facets| facets.values.len() as u32)
            };
            listing.items.push(Item { label, articles: vec![values], ..Item::default() });
        }
        listing.problem = self.problem();
        Ok(listing)
    }

    /// A field that is counted by its values: its place among the columns; `None`: no article has one, which may be.
    pub(super) fn counted(&self, root: &Root, field: &str) -> Result<Option<u32>, Error> {
        if field == DATE {
            return Err(bad(field.to_owned(), "counts takes a field of values; a timeline is of dates".into()));
        }
        place(root, field, self.request.lenient)
    }

    /// The days of the dated articles, where the index has dates at all.
    pub(super) fn dated(&self, reader: &mut Reader, root: &Root) -> Result<Option<Vec<i32>>, Halt> {
        match place(root, DATE, self.request.lenient)? {
            None => Ok(Some(Vec::new())),
            Some(_) => Ok(self.days(reader)?),
        }
    }
}

/// Leaves out what has none of these values.
fn of_values(facets: Option<&Facets>, values: &[String], keys: &mut [u32]) {
    let wanted: Vec<bool> = facets.map_or(Vec::new(), |f| f.values.iter().map(|value| values.contains(value)).collect());
    let empty = facets.is_some() && values.iter().any(String::is_empty);
    for (at, key) in keys.iter_mut().enumerate() {
        let of = facets.and_then(|f| f.of.get(at)).map_or(&[][..], |of| of.as_slice());
        let meant = empty && of.is_empty() || of.iter().any(|&v| wanted.get(v as usize) == Some(&true));
        if !meant {
            *key = OUT;
        }
    }
}

/// The place of each value in order: numbers by size where all are numbers, else texts by their code points.
fn places(values: &[String]) -> Vec<u32> {
    let numbers: Option<Vec<u128>> = values.iter().map(|value| size(value.trim())).collect();
    let mut order: Vec<(u32, &String)> = (0..).zip(values).collect();
    match &numbers {
        Some(numbers) => sort::by_key(&mut order, |(at, _)| numbers.get(*at as usize).copied().unwrap_or(0)),
        // Sixteen bytes at a time, the last ones first: what is equal keeps its place.
        None => {
            let longest = values.iter().map(String::len).fold(0, usize::max);
            for part in (0..longest.div_ceil(16)).rev() {
                sort::by_key(&mut order, |(_, value)| {
                    let bytes = value.bytes().skip(part * 16).chain(std::iter::repeat(0)).take(16);
                    bytes.fold(0, |key, byte| key << 8 | u128::from(byte))
                });
            }
        }
    }
    let mut places = vec![0; values.len()];
    for (place, (at, _)) in (0..).zip(order) {
        if let Some(own) = places.get_mut(at as usize) {
            *own = place;
        }
    }
    places
}

/// A number as it is written in decimal, made to compare; `None`: it is none, or longer than any that is meant.
fn size(text: &str) -> Option<u128> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (digits, power) = match digits.split_once(['e', 'E']) {
        Some((digits, power)) => (digits, power.parse::<i8>().ok()?),
        None => (digits, 0),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    // Where the point comes to stand, counted from the first digit.
    let point = whole.len() as isize + isize::from(power);
    if whole.is_empty() || whole.len() > LONGEST || part.len() > LONGEST || point > LONGEST as isize {
        return None;
    }
    let zeros = std::iter::repeat(b'0');
    let before = zeros.clone().take(point.min(0).unsigned_abs());
    let all = before.chain(whole.bytes()).chain(part.bytes());
    let mut n: u128 = 0;
    for b in all.chain(zeros).take(point.max(0) as usize + LONGEST) {
        n = n * 10 + u128::from(char::from(b).to_digit(10)?);
    }
    Some(if negative { ZERO - n } else { ZERO + n })
}

/// Digits of a number before its point, and after it.
const LONGEST: usize = 18;
const ZERO: u128 = 1 << 126;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_compared_by_size_however_they_are_written() {
        let rising = ["-1e3", "-20", "-1.5", "0", "1e-3", "0.01", "+1", "2.50", "3", "1e1", "11", "+1.2e2", "1000000"];
        let sizes: Vec<_> = rising.iter().map(|text| size(text).expect("a number")).collect();
        assert!(sizes.is_sorted_by(|a, b| a < b), "{sizes:?}");
        assert_eq!((size("100"), size("2.5"), size("+7")), (size("1e2"), size("2.50"), size("7.0")));
        for none in ["", "1,000", "ten", "1e", "e2", "+", "-", "--1", "1.2.3", "1e30", "0x1", " 1"] {
            assert_eq!(size(none), None, "{none}");
        }
    }
}
