//! Are there characters in two halves? UTF-8 made of UTF-16 half by half, as some databases and Java write it (CESU-8).

/// The bytes with both halves of a character put together, half of one as U+FFFD, and where the first stood; `None` where there are
/// no halves.
pub(super) fn joined(bytes: &[u8]) -> Option<(Vec<u8>, usize)> {
    let half = |at: usize| -> Option<u32> {
        match bytes.get(at..at + 3)? {
            [0xED, b @ 0xA0..=0xBF, c @ 0x80..=0xBF] => Some(0xD000 | u32::from(b & 0x3F) << 6 | u32::from(c & 0x3F)),
            _ => None,
        }
    };
    let first = (0..bytes.len()).find(|&at| bytes[at] == 0xED && half(at).is_some())?;
    let mut out = Vec::with_capacity(bytes.len());
    out.extend_from_slice(&bytes[..first]);
    let mut at = first;
    while at < bytes.len() {
        let Some(high) = half(at) else {
            out.push(bytes[at]);
            at += 1;
            continue;
        };
        let low = half(at + 3).filter(|low| high < 0xDC00 && *low >= 0xDC00);
        let whole = low.and_then(|low| char::from_u32(0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00)));
        at += if whole.is_some() { 6 } else { 3 };
        out.extend_from_slice(whole.unwrap_or(char::REPLACEMENT_CHARACTER).encode_utf8(&mut [0; 4]).as_bytes());
    }
    Some((out, first))
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn halves_become_characters() {
        assert_eq!(joined("雪 한".as_bytes()), None);
        assert_eq!(joined(b"a\xED\xA0\xBD\xED\xB8\x80b"), Some(("a😀b".as_bytes().to_vec(), 1)));
        assert_eq!(joined(b"a\xED\xA0\xBDb"), Some(("a\u{FFFD}b".as_bytes().to_vec(), 1)));
        assert_eq!(joined(b"\xED\xB8\x80\xED\xA0\xBD"), Some(("\u{FFFD}\u{FFFD}".as_bytes().to_vec(), 0)));
    }
}
