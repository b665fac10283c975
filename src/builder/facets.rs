//! What do filters, orders and counts need to know of all articles at once?

use std::cmp::Reverse;
use std::collections::HashMap;

use crate::Article;
use crate::builder::corpus::Corpus;
use crate::format::columns::{PLACES, parts, put_dates, put_places, put_values};
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

/// The metadata of all articles, in the index' order.
#[derive(Default)]
pub(super) struct Facts {
    /// Names of metadata, in the order in which they came.
    pub(super) keys: Vec<String>,
    /// The number of each, and of its column.
    numbers: HashMap<String, (u32, Option<usize>)>,
    /// What has a column, in the order of the columns.
    wanted: Vec<String>,
    columns: Vec<Column>,
    articles: usize,
}

/// The values of one kind of metadata.
#[derive(Default)]
struct Column {
    /// The number of each value, in the order in which they came,
    values: HashMap<String, u32>,
    /// and how many times it is there.
    counts: Vec<u32>,
    /// The values of all articles,
    of: Vec<u32>,
    /// and where those of each article end.
    ends: Vec<u32>,
}

impl Facts {
    /// Of no article yet. `filters`: what has a column besides what always has one.
    pub(super) fn new(filters: &[String]) -> Facts {
        let mut wanted: Vec<String> = COLUMNS.into_iter().map(str::to_owned).collect();
        for name in filters {
            if !wanted.contains(name) {
                wanted.push(name.clone());
            }
        }
        Facts { columns: wanted.iter().map(|_| Column::default()).collect(), wanted, ..Facts::default() }
    }

    /// Takes those of the next article.
    pub(super) fn add(&mut self, article: &Article) {
        for (key, value) in &article.meta {
            let column = match self.numbers.get(key) {
                Some(&(_, column)) => column,
                None => {
                    // The days are known otherwise.
                    let column = self.wanted.iter().position(|name| name == key && key != "date");
                    self.numbers.insert(key.clone(), (self.keys.len() as u32, column));
                    self.keys.push(key.clone());
                    column
                }
            };
            if let Some(column) = column.filter(|_| !value.is_empty()) {
                self.columns[column].add(value, self.articles);
            }
        }
        self.articles += 1;
    }

    /// The number of a key.
    pub(super) fn number(&self, key: &str) -> u32 {
        self.numbers.get(key).map_or(0, |x| x.0)
    }
}

impl Column {
    /// Adds a value of an article.
    fn add(&mut self, value: &str, article: usize) {
        let number = match self.values.get(value) {
            Some(&number) => number,
            None => {
                self.values.insert(value.to_owned(), self.counts.len() as u32);
                self.counts.push(0);
                self.counts.len() as u32 - 1
            }
        };
        self.counts[number as usize] += 1;
        // Those before have no more.
        self.ends.resize(article, self.of.len() as u32);
        self.of.push(number);
    }

    /// The column as it is written.
    fn write(mut self, articles: usize) -> Vec<u8> {
        self.ends.resize(articles, self.of.len() as u32);
        let mut distinct: Vec<(Reverse<u32>, String, u32)> =
            self.values.into_iter().map(|(value, number)| (Reverse(self.counts[number as usize]), value, number)).collect();
        distinct.sort_unstable();
        let mut place = vec![0; distinct.len()];
        (0..).zip(&distinct).for_each(|(k, value)| place[value.2 as usize] = k);
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let of = starts.zip(&self.ends).map(|(from, &to)| {
            let mut of: Vec<u32> = self.of[from as usize..to as usize].iter().map(|&number| place[number as usize]).collect();
            of.sort_unstable();
            of.dedup();
            of
        });
        put_values(distinct.iter().map(|value| value.1.as_str()), of)
    }
}

/// All columns of a corpus.
pub(super) fn columns(corpus: &mut Corpus) -> Columns {
    let mut out = Columns::default();
    let columns = std::mem::take(&mut corpus.facts.columns);
    for (name, column) in std::mem::take(&mut corpus.facts.wanted).into_iter().zip(columns) {
        let Some(&(key, _)) = corpus.facts.numbers.get(&name) else { continue };
        let payload = match name.as_str() {
            "date" if corpus.days.is_empty() => continue,
            "date" => put_dates(&corpus.days),
            _ => column.write(corpus.order.len()),
        };
        let before = out.files.len();
        parts(&payload).for_each(|part| out.push(part.to_vec()));
        out.keys.push(key);
        out.parts.push((out.files.len() - before) as u32);
    }
    if corpus.reordered() {
        let mut places = vec![0; corpus.order.len()];
        (0..).zip(&corpus.order).for_each(|(k, &input)| places[input as usize] = k);
        places.chunks(PLACES as usize).for_each(|part| out.push(put_places(part, places.len() as u32)));
    }
    out
}
