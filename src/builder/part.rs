//! How does a part of a larger whole lie in one file?
//!
//! A part holds articles as they were read, ready to be indexed, and nothing else: `join` needs either all grams of a text, up to N
//! characters, with the passages of each, or the text; and the grams of a part depend on what stands in the other parts (which of them are
//! frequent, which characters there are, in which order), so all of them would have to be kept, several times the bytes of the
//! text. Deflated, the text is two fifths of itself in Chinese and a third in Latin letters.
//!
//! The same articles, number and plan give the same bytes. All integers of the head are little-endian:
//!
//! | offset | bytes | what |
//! |-------:|------:|------|
//! | 0  | 4 | magic `XZPA` |
//! | 4  | 1 | format version, [`VERSION`] |
//! | 5  | 3 | zero |
//! | 8  | 4 | number of the part |
//! | 12 | 4 | articles |
//! | 16 | 8 | bytes of their titles and texts |
//! | 24 | 4 | articles with a date |
//! | 28 | 4 | the first of their days, counted from 1970-01-01; 0 if there is none |
//! | 32 | 4 | the last |
//! | 36 | 4 | bytes of the plan |
//! | 40 | 8 | bytes of the body |
//! | 48 | 8 | zero |
//! | 56 | 8 | CRC-64/XZ of bytes 0..56, of the plan and of the body |
//! | 64 | … | the plan as it was given, empty if there was none; then the body, raw deflate |
//!
//! In the body, with varints: two lists of names, those of further facts that xunzi.toml names for columns and those that pages name; then
//! each article: title, text, address; headings (start, length, anchor); weights (start, length, hundredths); metadata (key, value).
//! A list is a varint and so many; a text its bytes, counted, in UTF-8.

use std::io::{self, BufRead, BufReader, Read, Write};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;

use crate::codec::bytes::{put_bytes, put_varint};
use crate::codec::crc::Crc;
use crate::format::VERSION;
use crate::{Article, Heading, Weight, date};

/// Bytes before the plan.
pub const HEAD: usize = 64;
const MAGIC: [u8; 4] = *b"XZPA";
/// What a plan takes at most.
const MOST_PLAN: u32 = 1 << 20;

/// What a part says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Its number.
    pub number: u32,
    /// Articles.
    pub articles: u32,
    /// UTF-8 bytes of titles and texts.
    pub text: u64,
    /// Articles with a date.
    pub dated: u32,
    /// The first and the last of their days, counted from 1970-01-01.
    pub days: [i32; 2],
    /// The plan that it was made with, as it was given.
    pub plan: String,
    /// Bytes of its body.
    pub body: u64,
    /// Its checksum.
    pub sum: u64,
}

/// Further facts that have a column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// Those that the owner names.
    pub chosen: Vec<String>,
    /// Those that pages name.
    pub found: Vec<String>,
}

/// Counts articles: how many are dated, from which day to which.
pub fn span<'a>(articles: impl IntoIterator<Item = &'a Article>) -> (u32, [i32; 2]) {
    let day = |a: &Article| a.meta.iter().find(|m| m.0 == "date").and_then(|m| date::days(&m.1));
    articles.into_iter().filter_map(day).fold((0, [0, 0]), |(n, [first, last]), day| match n {
        0 => (1, [day, day]),
        _ => (n + 1, [first.min(day), last.max(day)]),
    })
}

/// Writes a part: its bytes, and what it says of itself.
pub fn put(number: u32, plan: &str, names: &Names, articles: &[Article]) -> (Part, Vec<u8>) {
    let mut body = DeflateEncoder::new(Vec::new(), Compression::default());
    let mut buffer = Vec::new();
    for list in [&names.chosen, &names.found] {
        put_varint(&mut buffer, list.len() as u64);
        list.iter().for_each(|name| put_bytes(&mut buffer, name.as_bytes()));
    }
    for article in articles {
        put_article(&mut buffer, article);
        body.write_all(&buffer).expect("a vector takes all");
        buffer.clear();
    }
    body.write_all(&buffer).expect("a vector takes all");
    let body = body.finish().expect("a vector takes all");
    let (dated, days) = span(articles);
    let mut part = Part {
        number,
        articles: articles.len() as u32,
        text: articles.iter().map(|a| (a.title.len() + a.text.len()) as u64).sum(),
        dated,
        days,
        plan: plan.to_owned(),
        body: body.len() as u64,
        sum: 0,
    };
    let mut out = part.head();
    part.sum = Crc::new().update(&out).update(plan.as_bytes()).update(&body).finish();
    out.extend_from_slice(&part.sum.to_le_bytes());
    out.extend_from_slice(plan.as_bytes());
    out.extend_from_slice(&body);
    (part, out)
}

fn put_article(out: &mut Vec<u8>, article: &Article) {
    let mut text = |text: &str| put_bytes(out, text.as_bytes());
    [&article.title, &article.text, &article.url].into_iter().for_each(|t| text(t));
    put_varint(out, article.headings.len() as u64);
    for heading in &article.headings {
        put_varint(out, heading.start as u64);
        put_varint(out, heading.end.saturating_sub(heading.start) as u64);
        put_bytes(out, heading.anchor.as_bytes());
    }
    put_varint(out, article.weights.len() as u64);
    for weight in &article.weights {
        put_varint(out, weight.start as u64);
        put_varint(out, weight.end.saturating_sub(weight.start) as u64);
        put_varint(out, weight.hundredths.into());
    }
    put_varint(out, article.meta.len() as u64);
    for (key, value) in &article.meta {
        put_bytes(out, key.as_bytes());
        put_bytes(out, value.as_bytes());
    }
}

impl Part {
    /// The head up to the checksum.
    fn head(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        out.extend([VERSION, 0, 0, 0]);
        out.extend(self.number.to_le_bytes());
        out.extend(self.articles.to_le_bytes());
        out.extend(self.text.to_le_bytes());
        out.extend(self.dated.to_le_bytes());
        self.days.iter().for_each(|day| out.extend(day.to_le_bytes()));
        out.extend((self.plan.len() as u32).to_le_bytes());
        out.extend(self.body.to_le_bytes());
        out.extend([0; 8]);
        out
    }

    /// Reads a part to its end and verifies every byte of it; or says what is wrong with it.
    pub fn verify(mut file: impl Read) -> io::Result<Part> {
        let mut head = [0; HEAD];
        file.read_exact(&mut head).map_err(|e| match e.kind() {
            io::ErrorKind::UnexpectedEof => wrong("it is shorter than the head of a part"),
            _ => e,
        })?;
        if !head.starts_with(&MAGIC) {
            return Err(wrong("it is no part of `xunzi build --part`"));
        }
        if head[4] != VERSION {
            return Err(wrong(format!("it is of format {}, this command joins those of {VERSION}", head[4])));
        }
        let long = |at: usize| head[at..].first_chunk().map_or(0, |b| u64::from_le_bytes(*b));
        let number = |at: usize| head[at..].first_chunk().map_or(0, |b| u32::from_le_bytes(*b));
        let plan_length = number(36);
        if plan_length > MOST_PLAN {
            return Err(wrong(format!("its plan has {plan_length} bytes, {MOST_PLAN} at most")));
        }
        let mut plan = Vec::new();
        file.by_ref().take(plan_length.into()).read_to_end(&mut plan)?;
        let mut crc = Crc::new().update(&head[..56]).update(&plan);
        let (mut body, mut buffer) = (0, vec![0; 1 << 16]);
        loop {
            match file.read(&mut buffer)? {
                0 => break,
                n => (crc, body) = (crc.update(&buffer[..n]), body + n as u64),
            }
        }
        let part = Part {
            number: number(8),
            articles: number(12),
            text: long(16),
            dated: number(24),
            days: [number(28).cast_signed(), number(32).cast_signed()],
            plan: String::from_utf8(plan).map_err(|_| wrong("its plan is not UTF-8"))?,
            body: long(40),
            sum: long(56),
        };
        if body != part.body || part.plan.len() != plan_length as usize {
            return Err(wrong(format!("length of its body: expected {}, got {body}", part.body)));
        }
        let sum = crc.finish();
        if sum != part.sum || part.head() != head[..56] {
            return Err(wrong(format!("checksum: expected {:016x}, got {sum:016x}", part.sum)));
        }
        Ok(part)
    }

    /// Reads the articles of a part that was verified, one after the other.
    pub fn articles<R: Read>(&self, mut file: R) -> io::Result<Articles<R>> {
        let before = HEAD as u64 + self.plan.len() as u64;
        io::copy(&mut file.by_ref().take(before), &mut io::sink())?;
        let mut body = BufReader::new(DeflateDecoder::new(file));
        let mut names = Names::default();
        for list in [&mut names.chosen, &mut names.found] {
            for _ in 0..varint(&mut body)? {
                list.push(string(&mut body)?);
            }
        }
        Ok(Articles { names, left: self.articles, body })
    }
}

/// The articles of a part.
pub struct Articles<R: Read> {
    /// Further facts that have a column.
    pub names: Names,
    left: u32,
    body: BufReader<DeflateDecoder<R>>,
}

impl<R: Read> Iterator for Articles<R> {
    type Item = io::Result<Article>;

    fn next(&mut self) -> Option<io::Result<Article>> {
        if self.left == 0 {
            // Nothing may stand behind the last one.
            return match self.body.fill_buf() {
                Ok([]) => None,
                Ok(_) => Some(Err(wrong("more stands in it than its articles"))),
                Err(e) => Some(Err(e)),
            };
        }
        self.left -= 1;
        Some(article(&mut self.body))
    }
}

fn article(from: &mut impl BufRead) -> io::Result<Article> {
    let [title, text, url] = [string(from)?, string(from)?, string(from)?];
    let mut article = Article { title, text, url, ..Article::default() };
    for _ in 0..varint(from)? {
        let (start, length) = (varint(from)? as usize, varint(from)? as usize);
        article.headings.push(Heading { start, end: start.saturating_add(length), anchor: string(from)? });
    }
    for _ in 0..varint(from)? {
        let (start, length, hundredths) = (varint(from)? as usize, varint(from)? as usize, varint(from)? as u16);
        article.weights.push(Weight { start, end: start.saturating_add(length), hundredths });
    }
    for _ in 0..varint(from)? {
        article.meta.push((string(from)?, string(from)?));
    }
    Ok(article)
}

fn varint(from: &mut impl BufRead) -> io::Result<u64> {
    let mut n = 0;
    for shift in (0..63).step_by(7) {
        let mut byte = [0];
        from.read_exact(&mut byte)?;
        n |= u64::from(byte[0] & 127) << shift;
        if byte[0] < 128 {
            return Ok(n);
        }
    }
    Err(wrong("a number in it is too large"))
}

/// A text; no more is set aside for it than comes.
fn string(from: &mut impl BufRead) -> io::Result<String> {
    let length = varint(from)?;
    let mut bytes = Vec::new();
    from.by_ref().take(length).read_to_end(&mut bytes)?;
    if bytes.len() as u64 != length {
        return Err(wrong(format!("a text in it ends early: expected {length} bytes, got {}", bytes.len())));
    }
    String::from_utf8(bytes).map_err(|_| wrong("a text in it is not UTF-8"))
}

fn wrong(text: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, text.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> Vec<Article> {
        vec![
            Article {
                title: "寻字".into(),
                text: "字法\u{2029}一字不漏。".into(),
                headings: vec![Heading { start: 0, end: 6, anchor: "how".into() }],
                weights: vec![Weight { start: 9, end: 12, hundredths: 250 }],
                url: "/1".into(),
                meta: vec![("date".into(), "2026-01-02".into()), ("tags".into(), "文".into()), ("tags".into(), "字".into())],
            },
            Article { title: "Ab".into(), ..Article::default() },
        ]
    }

    fn names() -> Names {
        Names { chosen: vec!["版".into()], found: vec!["kind".into(), "".into()] }
    }

    /// What was put in comes out, whoever asks in whatever pieces.
    #[test]
    fn a_part_holds_its_articles() {
        let (part, bytes) = put(7, "{\"parts\":9}", &names(), &example());
        assert_eq!(Part::verify(&bytes[..]).expect("whole"), part);
        assert_eq!((part.number, part.articles, part.dated, part.days), (7, 2, 1, [20_455, 20_455]));
        let articles = part.articles(&bytes[..]).expect("whole");
        assert_eq!(articles.names, names());
        assert_eq!(articles.collect::<io::Result<Vec<_>>>().expect("whole"), example());
        assert_eq!(put(7, "{\"parts\":9}", &names(), &example()).1, bytes, "the same bytes again");
        let (empty, bytes) = put(0, "", &Names::default(), &[]);
        assert_eq!(Part::verify(&bytes[..]).expect("whole").articles(&bytes[..]).expect("whole").count(), 0);
        assert_eq!((empty.articles, empty.text), (0, 0));
    }

    /// Every bit that is turned and every byte that is cut off or added is noticed.
    #[test]
    fn damage_is_noticed() {
        let (_, bytes) = put(1, "{}", &names(), &example());
        for bit in 0..bytes.len() * 8 {
            let mut damaged = bytes.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert!(Part::verify(&damaged[..]).is_err(), "bit {bit}");
        }
        for end in 0..bytes.len() {
            assert!(Part::verify(&bytes[..end]).is_err(), "cut at {end}");
        }
        assert!(Part::verify(&[&bytes[..], &[0]].concat()[..]).is_err());
    }

    /// A body that no builder wrote, behind a right checksum, is an error and never a panic, and takes no more memory than it has.
    #[test]
    fn forged_bodies_are_errors() {
        let (_, bytes) = put(1, "", &names(), &example());
        let mut random = 1u64;
        for _ in 0..3000 {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let mut body = Vec::new();
            DeflateDecoder::new(&bytes[HEAD..]).read_to_end(&mut body).expect("whole");
            let at = (random >> 33) as usize % body.len();
            body[at] = (random >> 24) as u8;
            let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
            encoder.write_all(&body).expect("a vector takes all");
            let body = encoder.finish().expect("a vector takes all");
            let part = Part { articles: 2, body: body.len() as u64, ..Part::default() };
            let forged = [part.head(), vec![0; 8], body].concat();
            if let Ok(articles) = part.articles(&forged[..]) {
                // Who meets an error goes no further.
                drop(articles.collect::<io::Result<Vec<_>>>());
            }
        }
    }
}
