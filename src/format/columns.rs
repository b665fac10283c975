//! How is one kind of metadata kept for all articles at once, for filters, orders and counts?
//!
//! In a column of its own, fetched on first use: its bytes are cut into files of 61,440, so that none is much to lose. Values stand
//! in the index' order of articles. Bits:
//!
//! * the column `date`: days since 1970-01-01 of the dated articles, which come first, newest first: the newest as
//!   `uniform(days + 2^31, 2^32)`, then each `gamma(days since the next + 1)`;
//! * any other column: `gamma(v + 1)`: distinct values, most frequent first, each `gamma(bytes + 1)` and its UTF-8, 8 bits a
//!   byte; then per article `gamma(n + 1)`: how many values it has, each as `uniform(value, v)`;
//! * the last columns, where the index' order is not the input's: for each article in input order its number in the index,
//!   `uniform(number, articles)`; 16,384 articles a file, so that reading one article takes no more than that.

use crate::codec::bits::{BitReader, BitWriter};
use crate::codec::{Bad, bad};

/// Bytes of each file of a column but its last.
pub const PART: usize = 60 << 10;

/// The bytes of the files of a column.
pub fn parts(column: &[u8]) -> impl Iterator<Item = &[u8]> {
    // A column of no bytes is a file all the same.
    column.get(..PART.min(column.len())).into_iter().chain(column.get(PART..).into_iter().flat_map(|rest| rest.chunks(PART)))
}

/// Writes the days of the dated articles, which must not increase.
pub fn put_dates(days: &[i32]) -> Vec<u8> {
    let mut w = BitWriter::default();
    let mut before: Option<i32> = None;
    for &day in days {
        match before {
            None => w.uniform((i64::from(day) + (1 << 31)) as u64, 1 << 32),
            Some(before) => w.gamma((i64::from(before) - i64::from(day)) as u64 + 1),
        }
        before = Some(day);
    }
    w.finish()
}

/// Reads the days of `n` dated articles.
pub fn get_dates(payload: &[u8], n: u32) -> Result<Vec<i32>, Bad> {
    let mut r = BitReader::new(payload);
    // Every date but the first takes at least one bit.
    if u64::from(n) > r.left() + 1 {
        return bad("dates", r.left(), u64::from(n));
    }
    let mut days: Vec<i32> = Vec::with_capacity(n as usize);
    for _ in 0..n {
        let day = match days.last() {
            None => r.uniform(1 << 32)? as i64 - (1 << 31),
            Some(&before) => i64::from(before) - (r.gamma(1 << 33, "days between dates")? as i64 - 1),
        };
        match i32::try_from(day) {
            Ok(day) => days.push(day),
            Err(_) => return bad("date in days", u64::from(u32::MAX), day as u64),
        }
    }
    Ok(days)
}

/// Values of one kind of metadata.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facets {
    /// Distinct values, most frequent first.
    pub values: Vec<String>,
    /// Per article, numbers of its values.
    pub of: Vec<Vec<u32>>,
}

/// Writes a column.
pub fn put_facets(facets: &Facets) -> Vec<u8> {
    put_values(facets.values.iter().map(String::as_str), facets.of.iter().cloned())
}

/// Writes a column of values, and of those of each article.
pub fn put_values<'a>(values: impl ExactSizeIterator<Item = &'a str>, of: impl Iterator<Item = Vec<u32>>) -> Vec<u8> {
    let mut w = BitWriter::default();
    let distinct = values.len() as u64;
    w.gamma(distinct + 1);
    for value in values {
        w.gamma(value.len() as u64 + 1);
        value.bytes().for_each(|b| w.put(u64::from(b), 8));
    }
    for values in of {
        w.gamma(values.len() as u64 + 1);
        values.iter().for_each(|&v| w.uniform(u64::from(v), distinct));
    }
    w.finish()
}

/// Reads a column of `articles` articles.
pub fn get_facets(payload: &[u8], articles: u32) -> Result<Facets, Bad> {
    let mut r = BitReader::new(payload);
    let mut facets = Facets::default();
    // Only one value can be empty.
    for _ in 1..r.gamma(r.left() / 8 + 2, "values of a column")? {
        let bytes = (1..r.gamma(r.left() / 8 + 1, "length of a value")?)
            .map(|_| Ok(r.get(8)? as u8))
            .collect::<Result<Vec<u8>, Bad>>()?;
        match String::from_utf8(bytes) {
            Ok(value) => facets.values.push(value),
            Err(e) => return bad("UTF-8 of a value up to byte", 0, e.utf8_error().valid_up_to() as u64),
        }
    }
    let distinct = facets.values.len() as u64;
    for _ in 0..articles {
        let n = r.gamma(distinct + 1, "values of an article")? - 1;
        facets.of.push((0..n).map(|_| Ok(r.uniform(distinct)? as u32)).collect::<Result<_, Bad>>()?);
    }
    Ok(facets)
}

/// Articles of the input whose places stand in one file.
pub const PLACES: u32 = 1 << 14;

/// Writes where some of the `articles` articles of the input stand in the index.
pub fn put_places(places: &[u32], articles: u32) -> Vec<u8> {
    let mut w = BitWriter::default();
    places.iter().for_each(|&p| w.uniform(u64::from(p), u64::from(articles)));
    w.finish()
}

/// Reads one entry of it. `id`: counted from the first of them. O(number).
pub fn get_place(payload: &[u8], articles: u32, id: u32) -> Result<u32, Bad> {
    let mut r = BitReader::new(payload);
    for _ in 0..id {
        r.uniform(u64::from(articles))?;
    }
    let place = r.uniform(u64::from(articles))?;
    if place >= u64::from(articles) { bad("place of an article", u64::from(articles), place) } else { Ok(place as u32) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_round_trip() {
        for days in [vec![], vec![-5], vec![20_000, 20_000, 19_000, -400_000]] {
            assert_eq!(get_dates(&put_dates(&days), days.len() as u32), Ok(days));
        }
        let facets = Facets { values: vec!["要闻".into(), "b".into(), "c".into()], of: vec![vec![0], vec![], vec![2, 0, 1]] };
        assert_eq!(get_facets(&put_facets(&facets), 3), Ok(facets));
        assert!(get_dates(&[0; 3], 1000).is_err());
        assert!(get_facets(&[0; 3], 9).is_err());
    }
}
