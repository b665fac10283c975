//! When was it written about?

use crate::search::index::Reader;
use crate::search::more::period::{days, month_of};
use crate::search::more::{Halt, Item, Job, Listing, OUT};
use crate::search::step::Stop;

impl Job {
    /// How many articles of each period match each query, and how many there are.
    pub(super) fn timeline(&mut self, reader: &mut Reader) -> Result<Listing, Halt> {
        let root = reader.outline().map_err(Stop::Lacks)?;
        let days = self.dated(reader, &root)?;
        let keys = self.keys(reader, usize::MAX)?;
        let (lists, exact) = self.matching(&root, keys.clone())?;
        let mut listing = Listing { label: "from", exact, problem: self.problem(), ..Listing::default() };
        let Some(days) = days else { return Ok(listing) };
        // A period by its number: years, or months since the year 0.
        let months = self.request.months;
        let period = |day: i32| {
            let (year, month) = month_of(day);
            if months { i64::from(year) * 12 + i64::from(month) - 1 } else { i64::from(year) }
        };
        let meant = |article: usize| keys.as_ref().is_none_or(|keys| keys.get(article).is_some_and(|&key| key != OUT));
        let mut dated = days.iter().enumerate().filter(|(article, _)| meant(*article)).map(|(_, &day)| period(day));
        let none = Item { articles: vec![0; lists.len()], all: Some(0), ..Item::default() };
        // The newest come first.
        if let Some(last) = dated.next() {
            // A date far off, one mistyped, must not make a list without an end.
            let first = dated.next_back().unwrap_or(last).max(last.saturating_sub(MOST));
            for number in first..=last {
                listing.items.push(Item { label: name(number, months), ..none.clone() });
            }
            let place = |article: usize| days.get(article).map(|&day| (period(day) - first).max(0));
            for article in (0..days.len()).filter(|&article| meant(article)) {
                let item = place(article).and_then(|place| listing.items.get_mut(place as usize));
                if let Some(all) = item.and_then(|item| item.all.as_mut()) {
                    *all += 1;
                }
            }
            for (query, list) in lists.iter().enumerate() {
                for &article in list {
                    let item = place(article as usize).and_then(|place| listing.items.get_mut(place as usize));
                    if let Some(count) = item.and_then(|item| item.articles.get_mut(query)) {
                        *count += 1;
                    }
                }
            }
        }
        let mut undated = none;
        undated.all = Some((days.len()..root.article_count() as usize).filter(|&article| meant(article)).count() as u32);
        for (count, list) in undated.articles.iter_mut().zip(&lists) {
            *count = list.iter().filter(|&&article| article as usize >= days.len()).count() as u32;
        }
        listing.rest = Some(("undated", undated));
        Ok(listing)
    }
}

/// Periods of a timeline, at most; what is older counts for the first.
const MOST: i64 = 9_999;

/// The periods of several timelines, in order: those between them are there too, as in one.
pub fn filled(items: Vec<Item>) -> Vec<Item> {
    let number = |item: &Item| {
        let (year, month) = month_of(*days(&item.label)?.start());
        Some(if item.label.len() > 4 { i64::from(year) * 12 + i64::from(month) - 1 } else { i64::from(year) })
    };
    let mut out: Vec<Item> = Vec::new();
    for item in items {
        let before = out.last().and_then(number);
        if let (Some(before), Some(own)) = (before, number(&item)) {
            let none = Item { articles: vec![0; item.articles.len()], all: Some(0), ..Item::default() };
            out.extend((before + 1..own).map(|n| Item { label: name(n, item.label.len() > 4), ..none.clone() }));
        }
        out.push(item);
    }
    out
}

/// `2023`, or `2023-05`.
fn name(number: i64, months: bool) -> String {
    let mut out = String::new();
    let mut digits = |n: i64, width: u32| {
        for place in (0..width).rev() {
            out.push(char::from(b'0' + (n / 10i64.pow(place) % 10).unsigned_abs() as u8));
        }
    };
    if months {
        digits(number.div_euclid(12), 4);
        digits(number.rem_euclid(12) + 1, 2);
        out.insert(4, '-');
    } else {
        digits(number, 4);
    }
    out
}
