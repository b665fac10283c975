//! How does a part of a larger whole lie in one file?
//!
//! A part holds articles as they were read, ready to be indexed; what `join` must know of each to leave out what another part says as
//! well; and, if its plan says so, the index of these articles alone. Where `join` makes an index of just this part it takes that one.
//! To make one index of several it needs their texts: the grams of a part depend on what stands in the others (which of them are
//! frequent, which characters there are, in which order), so all of them would have to be kept, several times the bytes of the text.
//! Deflated, the text is two fifths of itself in Chinese and a third in Latin letters.
//!
//! The same articles, number and plan give the same bytes. All integers of the head are little-endian:
//!
//! | offset | bytes | what |
//! |-------:|------:|------|
//! | 0  | 4 | magic `XZPA` |
//! | 4  | 1 | format version, [`VERSION`] |
//! | 5  | 1 | version of this file, [`LAYOUT`] |
//! | 6  | 2 | zero |
//! | 8  | 4 | number of the part |
//! | 12 | 4 | articles |
//! | 16 | 8 | bytes of their titles and texts |
//! | 24 | 4 | articles with a date |
//! | 28 | 4 | the first of their days, counted from 1970-01-01; 0 if there is none |
//! | 32 | 4 | the last |
//! | 36 | 4 | bytes of the plan |
//! | 40 | 8 | bytes of the body |
//! | 48 | 8 | bytes of the tail |
//! | 56 | 8 | bytes of the index, 0 if there is none |
//! | 64 | 8 | CRC-64/XZ of the plan, of the body, of the tail, of the index, and then of bytes 0..64 |
//! | 72 | … | the plan as it was given, empty if there was none; the body, raw deflate; the tail; the index |
//!
//! Numbers behind the head are varints, but for keys and the build's id. In the body, each article: title, text, address; headings
//! (start, length, anchor); weights (start, length, hundredths); metadata (key, value). In the tail, two lists of names, those of
//! further facts that xunzi.toml names for columns and those that pages name; then a list of [`Key`]s, 16 bytes each, by address. The
//! index: its distinct grams ([`Grams`]); the build's id, 8 bytes; the names of the files that it opens with; and its files, each a
//! name and its bytes. A list is a varint and so many; a text its bytes, counted, in UTF-8.

use std::collections::hash_map::DefaultHasher;
use std::hash::Hasher;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;

use crate::builder::catalog::Grams;
use crate::builder::{Built, Report};
use crate::codec::bytes::{put_bytes, put_varint};
use crate::codec::crc::Crc;
use crate::format::{self, VERSION};
use crate::{Article, Heading, Weight, date};

/// Bytes before the plan.
pub const HEAD: usize = 72;
/// Version of the file of a part.
pub const LAYOUT: u8 = 1;
const MAGIC: [u8; 4] = *b"XZPA";
/// What a plan takes at most.
const MOST_PLAN: u32 = 1 << 20;
/// Bytes of a key.
const KEY: u64 = 16;

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
    /// Bytes of its body,
    pub body: u64,
    /// of what stands behind that,
    pub tail: u64,
    /// and of the index; 0 if it has none.
    pub index: u64,
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

/// An article to which a link leads, as two numbers that in this world no other has: those of its address, and of its title and text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Of its address.
    pub address: u64,
    /// Of its title and text.
    pub words: u64,
}

impl Key {
    /// That of an article.
    pub fn of(article: &Article) -> Key {
        let number = |texts: &[&str]| {
            let mut hasher = DefaultHasher::new();
            for text in texts {
                hasher.write(text.as_bytes());
                hasher.write(&[0xFF]);
            }
            hasher.finish()
        };
        Key { address: number(&[&article.url]), words: number(&[&article.title, &article.text]) }
    }
}

/// The day of an article, counted from 1970-01-01.
pub fn day_of(article: &Article) -> Option<i32> {
    article.meta.iter().find(|m| m.0 == "date").and_then(|m| date::days(&m.1))
}

/// Counts days: how many there are, from which to which.
pub fn span(days: impl IntoIterator<Item = i32>) -> (u32, [i32; 2]) {
    days.into_iter().fold((0, [0, 0]), |(n, [first, last]), day| match n {
        0 => (1, [day, day]),
        _ => (n + 1, [first.min(day), last.max(day)]),
    })
}

/// Counts and sums what is written.
struct Summed<W> {
    inner: W,
    bytes: u64,
    crc: Crc,
}

impl<W: Write> Write for Summed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.inner.write(bytes)?;
        (self.bytes, self.crc) = (self.bytes + n as u64, self.crc.update(&bytes[..n]));
        Ok(n)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// A part that is being written, article by article.
pub struct Writer<W: Write> {
    part: Part,
    body: DeflateEncoder<Summed<W>>,
    buffer: Vec<u8>,
    keys: Vec<Key>,
}

impl<W: Write + Seek> Writer<W> {
    /// Begins a part.
    pub fn new(mut file: W, number: u32, plan: &str) -> io::Result<Writer<W>> {
        file.write_all(&[0; HEAD])?;
        let mut file = Summed { inner: file, bytes: 0, crc: Crc::new() };
        file.write_all(plan.as_bytes())?;
        file.bytes = 0;
        let part = Part { number, plan: plan.to_owned(), ..Part::default() };
        let body = DeflateEncoder::new(file, Compression::default());
        Ok(Writer { part, body, buffer: Vec::new(), keys: Vec::new() })
    }

    /// Adds an article. `linked`: whether its address is one that links lead to.
    pub fn add(&mut self, article: &Article, linked: bool) -> io::Result<()> {
        let part = &mut self.part;
        part.articles = part.articles.checked_add(1).ok_or_else(|| wrong("there are more articles than a part holds"))?;
        part.text += (article.title.len() + article.text.len()) as u64;
        if let Some(day) = day_of(article) {
            let [first, last] = part.days;
            part.days = if part.dated == 0 { [day, day] } else { [first.min(day), last.max(day)] };
            part.dated += 1;
        }
        if linked {
            self.keys.push(Key::of(article));
        }
        put_article(&mut self.buffer, article);
        self.body.write_all(&self.buffer)?;
        self.buffer.clear();
        Ok(())
    }

    /// Ends a part; `index`: of all its articles alone. What it says of itself, and the file.
    pub fn finish(self, names: &Names, index: Option<(&Built, &Grams)>) -> io::Result<(Part, W)> {
        let Writer { mut part, body, buffer: mut out, mut keys } = self;
        let mut file = body.finish()?;
        part.body = std::mem::take(&mut file.bytes);
        for list in [&names.chosen, &names.found] {
            put_varint(&mut out, list.len() as u64);
            list.iter().for_each(|name| put_bytes(&mut out, name.as_bytes()));
        }
        // Of one address, in the order in which they came.
        keys.sort_by_key(|key| key.address);
        put_varint(&mut out, keys.len() as u64);
        keys.iter().flat_map(|key| [key.address, key.words]).for_each(|n| out.extend(n.to_le_bytes()));
        file.write_all(&out)?;
        part.tail = std::mem::take(&mut file.bytes);
        if let Some((built, grams)) = index {
            out.clear();
            grams.put(&mut out);
            out.extend(built.id.to_le_bytes());
            put_varint(&mut out, built.open.len() as u64);
            built.open.iter().for_each(|name| put_bytes(&mut out, name.as_bytes()));
            put_varint(&mut out, built.files.len() as u64);
            file.write_all(&out)?;
            for (name, bytes) in &built.files {
                out.clear();
                put_bytes(&mut out, name.as_bytes());
                put_varint(&mut out, bytes.len() as u64);
                file.write_all(&out)?;
                file.write_all(bytes)?;
            }
            part.index = file.bytes;
        }
        let Summed { inner: mut file, crc, .. } = file;
        let mut head = part.head();
        part.sum = crc.update(&head).finish();
        head.extend(part.sum.to_le_bytes());
        file.seek(SeekFrom::Start(0))?;
        file.write_all(&head)?;
        file.flush()?;
        Ok((part, file))
    }
}

/// Writes a part into memory: what it says of itself, and its bytes.
pub fn put(
    number: u32,
    plan: &str,
    names: &Names,
    articles: &[Article],
    index: Option<(&Built, &Grams)>,
) -> io::Result<(Part, Vec<u8>)> {
    let mut writer = Writer::new(io::Cursor::new(Vec::new()), number, plan)?;
    articles.iter().try_for_each(|article| writer.add(article, !article.url.is_empty()))?;
    writer.finish(names, index).map(|(part, file)| (part, file.into_inner()))
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
        out.extend([VERSION, LAYOUT, 0, 0]);
        out.extend(self.number.to_le_bytes());
        out.extend(self.articles.to_le_bytes());
        out.extend(self.text.to_le_bytes());
        out.extend(self.dated.to_le_bytes());
        self.days.iter().for_each(|day| out.extend(day.to_le_bytes()));
        out.extend((self.plan.len() as u32).to_le_bytes());
        [self.body, self.tail, self.index].into_iter().for_each(|length| out.extend(length.to_le_bytes()));
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
        if head[5] != LAYOUT {
            return Err(wrong(format!("it is of version {}, this command joins those of {LAYOUT}", head[5])));
        }
        let long = |at: usize| head[at..].first_chunk().map_or(0, |b| u64::from_le_bytes(*b));
        let number = |at: usize| head[at..].first_chunk().map_or(0, |b| u32::from_le_bytes(*b));
        let plan_length = number(36);
        if plan_length > MOST_PLAN {
            return Err(wrong(format!("its plan has {plan_length} bytes, {MOST_PLAN} at most")));
        }
        let mut plan = Vec::new();
        file.by_ref().take(plan_length.into()).read_to_end(&mut plan)?;
        let mut crc = Crc::new().update(&plan);
        let (mut rest, mut buffer) = (0, vec![0; 1 << 16]);
        loop {
            match file.read(&mut buffer)? {
                0 => break,
                n => (crc, rest) = (crc.update(&buffer[..n]), rest + n as u64),
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
            tail: long(48),
            index: long(56),
            sum: long(64),
        };
        let length = part.body.checked_add(part.tail).and_then(|n| n.checked_add(part.index));
        if length != Some(rest) || part.plan.len() != plan_length as usize {
            let expected = length.map_or("less".into(), |n| n.to_string());
            return Err(wrong(format!("bytes behind its plan: expected {expected}, got {rest}")));
        }
        let sum = crc.update(&head[..64]).finish();
        if sum != part.sum || part.head() != head[..64] {
            return Err(wrong(format!("checksum: expected {:016x}, got {sum:016x}", part.sum)));
        }
        Ok(part)
    }

    /// Where the sections begin: the body, the tail, the index.
    fn places(&self) -> [u64; 3] {
        let body = HEAD as u64 + self.plan.len() as u64;
        [body, body.saturating_add(self.body), body.saturating_add(self.body).saturating_add(self.tail)]
    }

    /// Reads the articles of a part that was verified, one after the other.
    pub fn articles<R: Read + Seek>(&self, mut file: R) -> io::Result<Articles<R>> {
        file.seek(SeekFrom::Start(self.places()[0]))?;
        Ok(Articles { left: self.articles, body: BufReader::new(DeflateDecoder::new(BufReader::new(file.take(self.body)))) })
    }

    /// Further facts that have a column.
    pub fn names(&self, file: impl Read + Seek) -> io::Result<Names> {
        self.tail(file).map(|(names, _, _)| names)
    }

    /// The keys of its articles, by address; without the first `from` of them.
    pub fn keys<R: Read + Seek>(&self, file: R, from: u64) -> io::Result<Keys<R>> {
        let (_, all, rest) = self.tail(file)?;
        let (left, mut file) = (all.saturating_sub(from), rest.into_inner());
        file.seek(SeekFrom::Start(self.places()[2].saturating_sub(left * KEY)))?;
        Ok(Keys { left, file })
    }

    /// The names, how many keys there are, and where they stand.
    fn tail<R: Read + Seek>(&self, file: R) -> io::Result<(Names, u64, io::Take<BufReader<R>>)> {
        let mut file = BufReader::new(file);
        file.seek(SeekFrom::Start(self.places()[1]))?;
        let mut tail = file.take(self.tail);
        let mut names = Names::default();
        for list in [&mut names.chosen, &mut names.found] {
            for _ in 0..varint(&mut tail)? {
                list.push(string(&mut tail)?);
            }
        }
        let keys = varint(&mut tail)?;
        if tail.limit() != keys.saturating_mul(KEY) || keys > self.articles.into() {
            return Err(wrong(format!("keys of its articles: expected {keys}, got {} bytes", tail.limit())));
        }
        Ok((names, keys, tail))
    }

    /// The grams of its index, if it has one.
    pub fn grams(&self, file: impl Read + Seek) -> io::Result<Option<Grams>> {
        self.of_index(file)?.map(|mut index| Grams::get(&mut index)).transpose()
    }

    /// Its index, if it has one, and the grams of that. Every file of it is verified.
    pub fn built(&self, file: impl Read + Seek) -> io::Result<Option<(Built, Grams)>> {
        let Some(mut index) = self.of_index(file)? else { return Ok(None) };
        let grams = Grams::get(&mut index)?;
        let mut id = [0; 8];
        index.read_exact(&mut id)?;
        let id = u64::from_le_bytes(id);
        let (mut open, mut files) = (Vec::new(), Vec::new());
        for _ in 0..varint(&mut index)? {
            open.push(string(&mut index)?);
        }
        for _ in 0..varint(&mut index)? {
            let (name, bytes) = (string(&mut index)?, counted(&mut index)?);
            // Of no other name: it is to become that of a file.
            let file = format::File::parse(&name).ok_or_else(|| wrong("a file of its index has another name than those have"))?;
            format::open(file, id, &bytes).map_err(|e| wrong(format!("its index: {e}")))?;
            files.push((name, bytes));
        }
        if index.limit() > 0 || open.is_empty() || open.iter().any(|name| files.iter().all(|file| file.0 != *name)) {
            return Err(wrong("its index is not whole"));
        }
        let report = Report { articles: self.articles, utf8: self.text, ..Report::default() };
        Ok(Some((Built { id, files, open, report }, grams)))
    }

    fn of_index<R: Read + Seek>(&self, file: R) -> io::Result<Option<io::Take<BufReader<R>>>> {
        if self.index == 0 {
            return Ok(None);
        }
        let mut file = BufReader::new(file);
        file.seek(SeekFrom::Start(self.places()[2]))?;
        Ok(Some(file.take(self.index)))
    }
}

/// The keys of a part.
pub struct Keys<R> {
    left: u64,
    file: BufReader<R>,
}

impl<R: Read> Iterator for Keys<R> {
    type Item = io::Result<Key>;

    fn next(&mut self) -> Option<io::Result<Key>> {
        self.left = self.left.checked_sub(1)?;
        let mut bytes = [0; KEY as usize];
        let read = self.file.read_exact(&mut bytes);
        let number = |at: usize| bytes[at..].first_chunk().map_or(0, |b| u64::from_le_bytes(*b));
        Some(read.map(|()| Key { address: number(0), words: number(8) }))
    }
}

/// The articles of a part.
pub struct Articles<R: Read> {
    left: u32,
    body: BufReader<DeflateDecoder<BufReader<io::Take<R>>>>,
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

pub(super) fn varint(from: &mut impl BufRead) -> io::Result<u64> {
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

/// Bytes, counted; no more is set aside for them than comes.
pub(super) fn counted(from: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let length = varint(from)?;
    let mut bytes = Vec::new();
    from.by_ref().take(length).read_to_end(&mut bytes)?;
    if bytes.len() as u64 != length {
        return Err(wrong(format!("a text in it ends early: expected {length} bytes, got {}", bytes.len())));
    }
    Ok(bytes)
}

fn string(from: &mut impl BufRead) -> io::Result<String> {
    String::from_utf8(counted(from)?).map_err(|_| wrong("a text in it is not UTF-8"))
}

pub(super) fn wrong(text: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, text.into())
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::builder::{Options, build};

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

    /// With the index of its articles or without.
    fn written(number: u32, plan: &str, articles: &[Article], index: bool) -> (Part, Vec<u8>) {
        let index = index.then(|| (build(articles, &Options::default()).expect("small"), Grams::of(articles)));
        put(number, plan, &names(), articles, index.as_ref().map(|(built, grams)| (built, grams))).expect("into memory")
    }

    /// What was put in comes out.
    #[test]
    fn a_part_holds_its_articles() {
        for index in [false, true] {
            let (part, bytes) = written(7, "{\"parts\":9}", &example(), index);
            let file = || Cursor::new(&bytes);
            assert_eq!(Part::verify(&bytes[..]).expect("whole"), part);
            assert_eq!((part.number, part.articles, part.dated, part.days), (7, 2, 1, [20_455, 20_455]));
            assert_eq!(part.names(file()).expect("whole"), names());
            assert_eq!(part.articles(file()).expect("whole").collect::<io::Result<Vec<_>>>().expect("whole"), example());
            let keys = |from| part.keys(file(), from).expect("whole").collect::<io::Result<Vec<_>>>().expect("whole");
            assert_eq!((keys(0), keys(1)), (vec![Key::of(&example()[0])], vec![]), "the other one has no address");
            assert_eq!(written(7, "{\"parts\":9}", &example(), index).1, bytes, "the same bytes again");
            let built = part.built(file()).expect("whole");
            assert_eq!(built.is_some(), index);
            if let Some((built, grams)) = built {
                let again = build(&example(), &Options::default()).expect("small");
                assert_eq!((built.id, &built.files, &built.open), (again.id, &again.files, &again.open));
                assert_eq!(grams, Grams::of(&example()));
                assert_eq!(part.grams(file()).expect("whole"), Some(grams));
            }
        }
        let (empty, bytes) = put(0, "", &Names::default(), &[], None).expect("into memory");
        let whole = Part::verify(&bytes[..]).expect("whole");
        assert_eq!(whole.articles(Cursor::new(&bytes)).expect("whole").count(), 0);
        assert_eq!((empty.articles, empty.text), (0, 0));
    }

    /// A key is written into files: another hash would need another version of them.
    #[test]
    fn keys_stay_as_they_are() {
        assert_eq!(Key::of(&example()[0]), Key { address: KEPT[0], words: KEPT[1] });
    }
    const KEPT: [u64; 2] = [15_761_577_764_450_961_030, 1_541_104_576_835_069_287];

    /// Every bit that is turned and every byte that is cut off or added is noticed.
    #[test]
    fn damage_is_noticed() {
        let (_, bytes) = written(1, "{}", &example(), true);
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

    /// What no builder wrote, behind a right checksum, is an error and never a panic, and takes no more memory than it has.
    #[test]
    fn forged_parts_are_errors() {
        let (right, bytes) = written(1, "", &example(), true);
        let (body, rest) = bytes[HEAD..].split_at(right.body as usize);
        let mut inflated = Vec::new();
        DeflateDecoder::new(body).read_to_end(&mut inflated).expect("whole");
        let mut random = 1u64;
        for k in 0..6000 {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let (mut inflated, mut rest) = (inflated.clone(), rest.to_vec());
            let changed = if k % 2 == 0 { &mut inflated } else { &mut rest };
            let at = (random >> 33) as usize % changed.len();
            changed[at] = (random >> 24) as u8;
            let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
            encoder.write_all(&inflated).expect("a vector takes all");
            let body = encoder.finish().expect("a vector takes all");
            let part = Part { body: body.len() as u64, ..right.clone() };
            let forged = [part.head(), vec![0; 8], body, rest].concat();
            let file = || Cursor::new(&forged);
            // Who meets an error goes no further.
            if let Ok(articles) = part.articles(file()) {
                drop(articles.collect::<io::Result<Vec<_>>>());
            }
            if let Ok(keys) = part.keys(file(), 0) {
                drop(keys.collect::<io::Result<Vec<_>>>());
            }
            drop((part.names(file()), part.grams(file()), part.built(file())));
        }
    }
}
