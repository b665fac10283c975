//! Which address has an article?

/// Percent-encodes what may not stand in an address. `path` lets `/` stand.
pub(crate) fn percent(bytes: &[u8], path: bool) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut out = String::with_capacity(bytes.len());
    for &b in bytes {
        let plain = b.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=@".contains(&b) || (path && b == b'/');
        if plain {
            out.push(char::from(b));
        } else {
            out.push('%');
            out.push(char::from(HEX[usize::from(b >> 4)]));
            out.push(char::from(HEX[usize::from(b & 15)]));
        }
    }
    out
}

/// An address without the control characters that a browser takes out of it or encodes.
pub(super) fn tidy(url: &str) -> String {
    let url = url.trim_matches(|c: char| c <= ' ');
    if !url.contains(char::is_control) {
        return url.to_string();
    }
    let mut out = String::with_capacity(url.len());
    for c in url.chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')) {
        if c.is_control() {
            out.push_str(&percent(c.encode_utf8(&mut [0; 4]).as_bytes(), true));
        } else {
            out.push(c);
        }
    }
    out
}
