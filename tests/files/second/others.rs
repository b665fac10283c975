//! What do manifest, pack, the list of a catalog and the head of each file say?

use xunzi::format::File;

use super::bits::{Data, Notes};

/// CRC-64/XZ, a bit at a time.
pub fn sum<'a>(bytes: impl IntoIterator<Item = &'a u8>) -> u64 {
    let shift = |r: u64, _| if r & 1 == 1 { r >> 1 ^ 0xC96C_5795_D787_0F42 } else { r >> 1 };
    !bytes.into_iter().fold(!0, |r, &b| (0..8).fold(r ^ u64::from(b), shift))
}

/// A manifest: its parts stand in this order and in this form.
pub fn manifest(text: &str, notes: &mut Notes) {
    let parts = [
        ("{\"xunzi\":", "version of the format"),
        (",\"engine\":", "folder of the release: script of the worker, engine, style, words"),
        (",\"build\":", "folder of the index: its id"),
        (",\"open\":", "what a reader needs first"),
        (",\"sizes\":", "their bytes"),
        (",\"kept\":", "older builds that are still there, each with its release, the newest first: none"),
        (",\"files\":", "the page's files: path, bytes, CRC-64/XZ; here one"),
        (",\"sum\":", "CRC-64/XZ of all bytes before this comma"),
    ];
    let places = parts.map(|(start, _)| text.find(start).unwrap_or_else(|| panic!("no {start} in {text}")));
    assert!(places[0] == 0 && places.is_sorted(), "the parts stand in another order: {text}");
    for (k, (start, meaning)) in parts.into_iter().enumerate() {
        let value = &text[places[k]..places.get(k + 1).map_or(text.len() - 2, |&next| next)];
        let (name, value) = (start.trim_matches(['{', ',', ':']), &value[start.len()..]);
        notes.line(&format!("  {name:10}{value:22}{meaning}"));
        if name == "\"sum\"" {
            assert_eq!(value, format!("\"{:016x}\"", sum(&text.as_bytes()[..places[k]])));
        }
    }
    assert!(text.ends_with("}\n"), "{text}");
}

/// A pack: its files by name.
pub fn pack(payload: &[u8], notes: &mut Notes) -> Vec<(String, Vec<u8>)> {
    let mut b = Data { label: "", base: 32, bytes: payload, at: 0, from: 0, notes };
    let mut list = Vec::new();
    for _ in 0..b.number("files") {
        let (n, name) = b.text();
        let length = b.varint() as usize;
        b.note(&format!("name, {n} bytes: {name}; {length} bytes of file"));
        list.push((name, length));
    }
    let mut files = Vec::new();
    for (name, length) in list {
        let like = match name.as_str() {
            "root.dat" => "the payload as above, but with all letters and no outline, and the rest behind it",
            _ => "the payload as above",
        };
        b.notes.bytes("", 32 + b.at, &b.bytes[b.at..b.at + length], &format!("{name}: {like}"));
        files.push((name, b.bytes[b.at..b.at + length].to_vec()));
        b.at += length;
    }
    assert_eq!(b.at, payload.len(), "nothing stands after the last file");
    files
}

/// The indexes of a catalog: what each says, in words.
pub fn members(payload: &[u8], notes: &mut Notes) {
    let mut b = Data { label: "", base: 32, bytes: payload, at: 0, from: 0, notes };
    for _ in 0..b.number("indexes") {
        let (n, name) = b.text();
        b.note(&format!("name, {n} bytes: {name}"));
        let (n, address) = b.text();
        b.note(&format!("address, {n} bytes: {address}"));
        if n == 0 {
            let id = b.bytes[b.at..b.at + 8].try_into().expect("8 bytes");
            b.at += 8;
            b.note(&format!("build {:016x}", u64::from_le_bytes(id)));
            let open = b.varint();
            b.note(&format!("it opens with {} files{}", open / 2, if open % 2 == 1 { ", pack.dat" } else { "" }));
            for _ in 0..open / 2 {
                b.number("bytes of one");
            }
        }
        b.number("articles");
        b.number("bytes of text");
        if b.number("dated articles") > 0 {
            let day = b.varint();
            let first = if day % 2 == 1 { -(day as i64 + 1) / 2 } else { day as i64 / 2 };
            b.note(&format!("first day: {first} after 1970-01-01"));
            b.number("days later the last one");
        }
    }
    assert_eq!(b.at, payload.len(), "nothing stands after the last index");
}

pub fn envelope(file: File, bytes: &[u8], notes: &mut Notes) {
    let u32_at = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().expect("4 bytes"));
    let u64_at = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().expect("8 bytes"));
    assert_eq!(u32_at(12) as usize, bytes.len() - 32);
    assert_eq!(u64_at(24), sum(bytes[..24].iter().chain(&bytes[32..])));
    let meanings = [
        (0, 4, "magic, XUNZ".to_owned()),
        (4, 5, format!("version {}", bytes[4])),
        (5, 6, format!("kind {}, {:?}", bytes[5], file.kind)),
        (6, 8, "zero".into()),
        (8, 12, format!("number {} among the files of its kind", u32_at(8))),
        (12, 16, format!("{} bytes of payload", u32_at(12))),
        (16, 24, format!("build {:016x}", u64_at(16))),
        (24, 32, format!("checksum {:016x} of bytes 0 to 23 and of the payload", u64_at(24))),
    ];
    for (from, to, meaning) in meanings {
        notes.bytes("", from, &bytes[from..to], &meaning);
    }
}
