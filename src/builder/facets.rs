//! What do filters, orders and counts need to know of all articles at once?

use std::collections::{BTreeMap, HashMap};

use crate::Article;
use crate::builder::corpus::Corpus;
use crate::format::columns::{Facets, PLACES, parts, put_dates, put_facets, put_places};
use crate::format::{File, Kind};

/// Metadata that has a column of its own.
const COLUMNS: [&str; 7] = ["date", "author", "source", "section", "tags", "lang", "version"];

/// Columns, and where articles stand.
#[derive(Default)]
pub(super) struct Columns {
    pub(super) files: Vec<(File, Vec<u8>)>,
    /// Of each column the number of its key,
    pub(super) keys: Vec<u32>,
    /// and how many files it has.
    pub(super) parts: Vec<u32>,
}

impl Columns {
    /// Adds a file.
    fn push(&mut self, payload: Vec<u8>) {
        self.files.push((File { kind: Kind::Column, number: self.files.len() as u32 }, payload));
    }
}

/// All columns of a corpus.
pub(super) fn columns(corpus: &Corpus<'_>, keys: &[String], filters: &[String]) -> Columns {
    let mut out = Columns::default();
    let further = filters.iter().map(String::as_str).filter(|name| !COLUMNS.contains(name));
    for name in COLUMNS.into_iter().chain(further) {
        let Some(key) = keys.iter().position(|k| k == name) else { continue };
        let payload = match name {
            "date" if corpus.days.is_empty() => continue,
            "date" => put_dates(&corpus.days),
            _ => put_facets(&facets(corpus.articles, &corpus.order, name)),
        };
        let before = out.files.len();
        parts(&payload).for_each(|part| out.push(part.to_vec()));
        out.keys.push(key as u32);
        out.parts.push((out.files.len() - before) as u32);
    }
    if corpus.reordered() {
        let mut places = vec![0; corpus.order.len()];
        corpus.order.iter().enumerate().for_each(|(k, &input)| places[input] = k as u32);
        places.chunks(PLACES as usize).for_each(|part| out.push(put_places(part, places.len() as u32)));
    }
    out
}

fn facets(articles: &[Article], order: &[usize], name: &str) -> Facets {
    let values = |k: usize| -> Vec<&str> {
        articles[k].meta.iter().filter(|m| m.0 == name && !m.1.is_empty()).map(|m| m.1.as_str()).collect()
    };
    let mut count: BTreeMap<&str, u32> = BTreeMap::new();
    for value in order.iter().flat_map(|&k| values(k)) {
        *count.entry(value).or_default() += 1;
    }
    let mut distinct: Vec<(&str, u32)> = count.into_iter().collect();
    distinct.sort_by_key(|&(value, n)| (std::cmp::Reverse(n), value));
    let number: HashMap<&str, u32> = distinct.iter().zip(0..).map(|(v, k)| (v.0, k)).collect();
    let of = order
        .iter()
        .map(|&k| {
            let mut of: Vec<u32> = values(k).iter().map(|v| number[v]).collect();
            of.sort_unstable();
            of.dedup();
            of
        })
        .collect();
    Facets { values: distinct.iter().map(|v| v.0.to_owned()).collect(), of }
}
