//! Do blocks, metadata and columns say the same?
//!
//! Every block repeats what a result needs of an article; what it repeats must be the same everywhere, and what the columns say of
//! all articles at once must be what the blocks say of each.

use std::collections::BTreeMap;

use crate::builder::{WEIGHT, hundredths};
use crate::codec::bits::BitReader;
use crate::codec::deflate::inflate;
use crate::codec::{Bad, bad};
use crate::date;
use crate::format::blocks::{Head, MOST_DATA, Piece, Widths, check, get_block};
use crate::format::columns::{Facets, PLACES, get_dates, get_facets, put_dates, put_facets};
use crate::format::root::Root;
use crate::format::{Id, Rank};

/// The articles of an index, as its blocks have them.
pub(super) struct Texts {
    widths: Widths,
    /// In the index' order.
    pub articles: Vec<Article>,
}

/// One article.
#[derive(Default)]
pub(super) struct Article {
    pub id: Id,
    /// Its title, as ranks.
    pub title: Vec<Rank>,
    /// Its text, as ranks.
    pub text: Vec<Rank>,
    /// Where its passages start, in characters.
    pub passages: Vec<usize>,
    /// Its headings, in characters of the text. One that goes on in the next passage ends where the passage does.
    pub heads: Vec<Head>,
    url: String,
    meta: Vec<(u32, String)>,
    /// Whether a block has had any of it.
    seen: bool,
}

impl Texts {
    pub fn new(root: &Root) -> Texts {
        let articles = (0..root.article_count()).map(|_| Article::default()).collect();
        Texts { widths: Widths::new(root.original.len() as u32), articles }
    }

    /// Takes a block; blocks come in their order.
    pub fn add(&mut self, root: &Root, number: u32, payload: &[u8], dictionary: &[u8]) -> Result<(), Bad> {
        let data = inflate(payload, dictionary, MOST_DATA)?;
        for piece in check(root, number, get_block(&data, self.widths, root.keys.len() as u64, root.weighted)?)? {
            let number = u64::from(piece.article);
            let Some(article) = self.articles.get_mut(piece.article as usize) else {
                return bad("article of a passage", self.articles.len() as u64, number);
            };
            article.add(piece)?;
        }
        Ok(())
    }

    /// All blocks have come: are these all articles, and do they have what the root says?
    pub fn end(&self, root: &Root) -> Result<(), Bad> {
        let mut ids = vec![false; self.articles.len()];
        let mut occurs = vec![false; root.original.len()];
        let mut utf8 = 0u64;
        for (number, article) in (0u64..).zip(&self.articles) {
            match ids.get_mut(article.id as usize) {
                Some(taken) if !*taken && article.seen => *taken = true,
                _ => return bad("id of an article", number, article.id.into()),
            }
            if !root.reordered && u64::from(article.id) != number {
                return bad("id of an article in input order", number, article.id.into());
            }
            for &rank in article.title.iter().chain(&article.text) {
                occurs[rank as usize] = true;
                utf8 += root.original.get(rank as usize).and_then(|&c| char::from_u32(c)).map_or(0, |c| c.len_utf8() as u64);
            }
            let (said, weight) = (article.weight(root), root.heaviest(number as u32..number as u32 + 1));
            if said != weight {
                return bad("weight of an article", said.into(), weight.into());
            }
            let passages = root.passages_of(root.group_with(number as u32));
            if article.passages.len() != passages.len() {
                return bad("passages of an article", number, article.passages.len() as u64);
            }
        }
        if let Some(rank) = occurs.iter().position(|occurs| !occurs) {
            return bad("characters of the texts", occurs.len() as u64, rank as u64);
        }
        if utf8.div_ceil(1024) != root.kib {
            return bad("kilobytes of text", root.kib, utf8.div_ceil(1024));
        }
        if !root.columns.iter().any(|&key| key_of(root, key) == "date")
            && (root.dated > 0 || self.days(root).any(|d| d.is_some()))
        {
            return bad("dated articles", root.dated.into(), self.days(root).flatten().count() as u64);
        }
        Ok(())
    }

    /// Takes a column, the bytes of all its files.
    pub fn column(&self, root: &Root, key: u32, payload: &[u8]) -> Result<(), Bad> {
        if key_of(root, key) == "date" {
            let days = get_dates(payload, root.dated)?;
            let (dated, undated) = self.articles.split_at((root.dated as usize).min(self.articles.len()));
            for (article, (day, written)) in (0..).zip(days.iter().zip(self.days(root))) {
                if Some(*day) != written {
                    return bad(
                        "day of an article in the column and in its block",
                        *day as u64,
                        written.map_or(article, |d| d as u64),
                    );
                }
            }
            let dateless = self.days(root).skip(dated.len()).position(|day| day.is_some());
            return match dateless {
                Some(at) => bad("articles with a date", dated.len() as u64, (undated.len() - at) as u64),
                None => same(payload, &put_dates(&days)),
            };
        }
        let facets = get_facets(payload, root.article_count())?;
        let mut uses = vec![0u64; facets.values.len()];
        for (number, (article, of)) in (0..).zip(self.articles.iter().zip(&facets.of)) {
            let mut written: Vec<&str> = article.values(key).collect();
            written.sort_unstable();
            written.dedup();
            let mut read: Vec<&str> = of.iter().filter_map(|&v| facets.values.get(v as usize)).map(String::as_str).collect();
            read.sort_unstable();
            if written != read {
                return bad("values of an article in the column and in its block", number, read.len() as u64);
            }
            of.iter().for_each(|&v| uses[v as usize] += 1);
        }
        counted(&facets, &uses, self.articles.iter().flat_map(|article| article.values(key)))?;
        same(payload, &put_facets(&facets))
    }

    /// The places of the articles of the input: each has one, and it is where its block says.
    pub fn places(&self, part: u32, payload: &[u8]) -> Result<(), Bad> {
        let mut r = BitReader::new(payload);
        let first = u64::from(part) * u64::from(PLACES);
        for id in first..(first + u64::from(PLACES)).min(self.articles.len() as u64) {
            let place = r.uniform(self.articles.len() as u64)?;
            match self.articles.get(place as usize) {
                Some(article) if u64::from(article.id) == id => {}
                Some(article) => return bad("article at its place", id, article.id.into()),
                None => return bad("place of an article", self.articles.len() as u64, place),
            }
        }
        if r.left() >= 8 { bad("bits after the places", 7, r.left()) } else { Ok(()) }
    }

    fn days<'a>(&'a self, root: &'a Root) -> impl Iterator<Item = Option<i32>> + 'a {
        let key = root.keys.iter().position(|key| key == "date").map(|key| key as u32);
        self.articles.iter().map(move |article| key.and_then(|key| article.values(key).next()).and_then(date::days))
    }
}

impl Article {
    /// Takes the next piece.
    fn add(&mut self, piece: Piece) -> Result<(), Bad> {
        let at = self.text.len();
        if piece.offset as usize != at {
            return bad("offset of a piece in its article", at as u64, piece.offset.into());
        }
        if !self.seen {
            (self.id, self.title, self.url, self.meta, self.seen) = (piece.id, piece.title, piece.url, piece.meta, true);
        } else if (self.id, &self.title, &self.url, &self.meta) != (piece.id, &piece.title, &piece.url, &piece.meta) {
            return bad("article whose blocks say the same of it", self.id.into(), piece.id.into());
        }
        let under = match (self.heads.last(), &piece.under) {
            (None, None) => true,
            // Of a heading that goes on in this piece only its first part is known so far.
            (Some(head), Some((words, anchor))) => {
                let (start, known) = (head.start as usize, self.text.get(head.start as usize..head.end as usize));
                *anchor == head.anchor && start <= at && known.is_some_and(|known| words.starts_with(known))
            }
            _ => false,
        };
        if !under {
            return bad("heading in force at a piece", self.heads.len() as u64, at as u64);
        }
        let mut passage = at;
        for &length in &piece.passages {
            self.passages.push(passage);
            passage += length as usize;
        }
        let moved = |n: u32| n.saturating_add(at as u32);
        self.heads.extend(piece.heads.into_iter().map(|h| Head { start: moved(h.start), end: moved(h.end), anchor: h.anchor }));
        self.text.extend(piece.text);
        Ok(())
    }

    /// How much its metadata says that it counts.
    fn weight(&self, root: &Root) -> u32 {
        hundredths(self.meta.iter().find(|m| key_of(root, m.0) == WEIGHT).map(|m| m.1.as_str()))
    }

    /// Its values under a key of the root's list.
    fn values(&self, key: u32) -> impl Iterator<Item = &str> {
        self.meta.iter().filter(move |m| m.0 == key && !m.1.is_empty()).map(|m| m.1.as_str())
    }
}

fn key_of(root: &Root, key: u32) -> &str {
    root.keys.get(key as usize).map_or("", String::as_str)
}

/// Whether the values of a column are all different, all used, and stand with the most frequent first.
fn counted<'a>(facets: &Facets, uses: &[u64], written: impl Iterator<Item = &'a str>) -> Result<(), Bad> {
    let mut count: BTreeMap<&str, u64> = BTreeMap::new();
    written.for_each(|value| *count.entry(value).or_default() += 1);
    if count.len() != facets.values.len() {
        return bad("values of a column", count.len() as u64, facets.values.len() as u64);
    }
    if let Some(unused) = uses.iter().position(|&n| n == 0) {
        return bad("values in use", uses.len() as u64, unused as u64);
    }
    let counts: Vec<u64> = facets.values.iter().map(|value| count.get(value.as_str()).copied().unwrap_or(0)).collect();
    match counts.windows(2).find(|pair| pair[0] < pair[1]) {
        Some(pair) => bad("values by falling number of articles", pair[0], pair[1]),
        None => Ok(()),
    }
}

/// What is read must be all that there is.
fn same(payload: &[u8], written: &[u8]) -> Result<(), Bad> {
    if payload == written { Ok(()) } else { bad("bytes of a column", written.len() as u64, payload.len() as u64) }
}
