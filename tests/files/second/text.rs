//! What do the articles say, and what is known of them?

use super::bits::{Bits, Data, Notes};
use super::root::Root;

/// A part of an article, as a block has it.
#[derive(Default)]
pub struct Piece {
    pub id: u64,
    /// Where it starts in the text, in characters.
    pub offset: u64,
    pub title: String,
    pub url: String,
    pub meta: Vec<(String, String)>,
    pub text: String,
    /// How much each character counts, where the root says that any has a weight.
    pub weights: Vec<u64>,
}

/// The pieces of a block.
pub fn block(payload: &[u8], root: &Root, dictionary: &[u8], notes: &mut Notes) -> Vec<Piece> {
    let mut b = Data { label: "", base: 32, bytes: payload, at: 0, from: 0, notes };
    let length = b.varint() as usize;
    let deflated = b.at;
    let data = inflate(&payload[deflated..], dictionary, length);
    assert_eq!(data.len(), length);
    notes.bytes("", 32, &payload[..deflated], &format!("{length} bytes of data when inflated"));
    notes.bytes("", 32 + deflated, &payload[deflated..], "raw deflate; inflated it is:");
    let mut b = Data { label: "    data ", base: 0, bytes: &data, at: 0, from: 0, notes };
    let (mut pieces, mut texts) = (Vec::new(), Vec::new());
    let n = b.number("pieces");
    let first = b.number("article of piece 0, in the order of the index");
    let mut expected = 0;
    for number in 0..n {
        let mut piece = Piece::default();
        let step = match b.varint() {
            n if n % 2 == 0 => (n / 2) as i64,
            n => -(n.div_ceil(2) as i64),
        };
        piece.id = (expected + step) as u64;
        expected += step + 1;
        let id = piece.id;
        b.note(&format!("piece {number}, of article {}: id {id}, {step} from what follows the last one's", first + number));
        piece.offset = b.number("where the piece starts in the article's text, in characters");
        let n = b.varint();
        piece.title = b.ranks(n, root);
        b.note(&format!("title, {n} characters as ranks: {}", piece.title));
        piece.url = b.utf8("address");
        for _ in 0..b.number("metadata") {
            let key = b.varint() as usize;
            let (n, value) = b.text();
            b.note(&format!("key {key} ({}), {n} bytes: {value}", root.keys[key]));
            piece.meta.push((root.keys[key].clone(), value));
        }
        let n = b.varint();
        let text = b.ranks(n, root);
        b.note(&format!("heading in force at its start, {n} characters{}{text}", if n > 0 { ": " } else { ": none" }));
        b.utf8("its anchor");
        for _ in 0..b.number("headings that start in the piece") {
            b.number("heading: characters since the end of the one before, or since the piece's start");
            b.number("its length in characters");
            b.utf8("its anchor");
        }
        let mut length = 0;
        for passage in 0..b.number("passages") {
            length += b.number(&format!("characters of passage {passage}"));
        }
        pieces.push(piece);
        texts.push(length);
    }
    for (number, (piece, length)) in pieces.iter_mut().zip(texts).enumerate() {
        piece.text = b.ranks(length, root);
        b.note(&format!("text of piece {number}, as ranks: {}", piece.text.replace('\u{2029}', "¶")));
        while root.weighted && (piece.weights.len() as u64) < length {
            let n = b.number("characters that count alike");
            let weight = b.number("hundredths that each counts");
            piece.weights.extend((0..n).map(|_| weight));
        }
    }
    assert_eq!(b.at, data.len());
    pieces
}

/// Inflates without the engine's own inflater.
pub fn inflate(deflated: &[u8], dictionary: &[u8], length: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(length + 1);
    let mut z = flate2::Decompress::new(false);
    if !dictionary.is_empty() {
        z.set_dictionary(dictionary).expect("raw deflate takes a dictionary at its start");
    }
    let status = z.decompress_vec(deflated, &mut out, flate2::FlushDecompress::Finish).expect("deflate");
    assert_eq!(status, flate2::Status::StreamEnd);
    out
}

/// Column files from one on; how many were read: all of a column, or one of the places.
pub fn column(number: u64, payloads: &[&[u8]], root: &Root, notes: &mut Notes) -> usize {
    let mut starts = root.columns.iter().scan(0, |end, &(key, files)| Some((std::mem::replace(end, *end + files), key, files)));
    let found = starts.find(|&(start, ..)| start == number);
    let files = found.map_or(1, |(_, _, files)| files as usize);
    assert!(payloads[..files - 1].iter().all(|file| file.len() == 61_440));
    let payload = payloads[..files].concat();
    let b = &mut Bits::new(&payload, notes);
    match found.map(|(_, key, _)| root.keys[key as usize].as_str()) {
        Some("date") => {
            let mut day = b.uniform(1 << 32) as i64 - (1 << 31);
            b.note(&format!("article 0, the newest: day {day} since 1970-01-01, written as {day} + 2^31"));
            for article in 1..root.dated {
                let since = b.gamma() as i64 - 1;
                day -= since;
                b.note(&format!("article {article}: {since} days before, so day {day}"));
            }
        }
        Some(_) => {
            let v = b.count("different values");
            let values: Vec<String> = (0..v).map(|k| b.string(&format!("value {k}"))).collect();
            for article in 0..root.articles {
                let n = b.gamma() - 1;
                let of: Vec<&str> = (0..n).map(|_| values[b.uniform(v) as usize].as_str()).collect();
                b.note(&format!("article {article}: {n} values: {}; of one value the number takes no bits", of.join(", ")));
            }
        }
        None => {
            assert!(root.reordered);
            let first = (number - root.columns.iter().map(|x| x.1).sum::<u64>()) * 16_384;
            for id in first..root.articles.min(first + 16_384) {
                let place = b.uniform(root.articles);
                b.note(&format!("id {id} is article {place} of the index"));
            }
        }
    }
    b.end();
    files
}
