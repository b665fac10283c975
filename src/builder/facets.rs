//! What do filters, orders and counts need to know of all articles at once?

use std::collections::{BTreeMap, HashMap};

use crate::Article;
use crate::builder::corpus::Corpus;
use crate::format::columns::{Facets, PLACES, put_dates, put_facets, put_places};
use crate::format::{File, Kind};

/// Metadata that has a column of its own.
const COLUMNS: [&str; 7] = ["date", "author", "source", "section", "tags", "lang", "version"];

/// Column files, and for each, but the places, the number of its key.
pub(super) fn columns(corpus: &Corpus<'_>, keys: &[String], filters: &[String]) -> (Vec<(File, Vec<u8>)>, Vec<u32>) {
    let mut files: Vec<(File, Vec<u8>)> = Vec::new();
    let mut columns = Vec::new();
    let further = filters.iter().map(String::as_str).filter(|name| !COLUMNS.contains(name));
    for name in COLUMNS.into_iter().chain(further) {
        let Some(key) = keys.iter().position(|k| k == name) else { continue };
        let payload = match name {
            "date" if corpus.days.is_empty() => continue,
            "date" => put_dates(&corpus.days),
            _ => put_facets(&facets(corpus.articles, &corpus.order, name)),
        };
        files.push((File { kind: Kind::Column, number: columns.len() as u32 }, payload));
        columns.push(key as u32);
    }
    if corpus.reordered() {
        let mut places = vec![0; corpus.order.len()];
        corpus.order.iter().enumerate().for_each(|(k, &input)| places[input] = k as u32);
        for (number, part) in (columns.len() as u32..).zip(places.chunks(PLACES as usize)) {
            files.push((File { kind: Kind::Column, number }, put_places(part, places.len() as u32)));
        }
    }
    (files, columns)
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
