//! Which bytes are the page, and in which encoding?

use crate::input::sink::megabytes;
use std::io::Read as _;

/// How far browsers look for the encoding that a page declares.
const NEAR: usize = 1024;

/// Attributes of one tag, at most. The parser compares each with all before it.
const ATTRIBUTES: usize = 10_000;

/// Of so many bytes one may be a NUL before a page is taken for one of two bytes a character: its tags have one in each.
const STRAY: usize = 64;

/// A page that was packed for its server is unpacked.
pub(super) fn unpacked(bytes: Vec<u8>, most: u64) -> Result<Vec<u8>, String> {
    if !bytes.starts_with(&[0x1F, 0x8B, 8]) {
        return Ok(bytes);
    }
    let mut out = Vec::new();
    let mut gzip = flate2::read::MultiGzDecoder::new(bytes.as_slice()).take(most.saturating_add(1));
    gzip.read_to_end(&mut out).map_err(|error| format!("the gzip stream breaks off ({error}); make the file again"))?;
    if out.len() as u64 > most {
        return Err(format!("unpacked, longer than {}; cut it, or raise --max-article", megabytes(most)));
    }
    Ok(out)
}

/// A page without the NULs that stray in it: browsers show nothing where one stands in a text, not even a space, and some generators
/// leave them behind. Of a page in an encoding of two bytes a character they are a part.
pub(super) fn without_nul(mut bytes: Vec<u8>) -> Vec<u8> {
    let nul = bytes.iter().filter(|&&b| b == 0).count();
    let wide = bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) || nul > bytes.len() / STRAY;
    if nul > 0 && !wide {
        bytes.retain(|&b| b != 0);
    }
    bytes
}

/// The encoding that a page declares, if it is one that can be read.
pub(super) fn declared(bytes: &[u8]) -> Option<String> {
    let head = bytes.get(..NEAR).unwrap_or(bytes).to_ascii_lowercase();
    let mut rest = head.as_slice();
    while let Some(at) = rest.windows(5).position(|part| part == b"<meta") {
        rest = rest.get(at + 5..)?;
        let tag = rest.get(..rest.iter().position(|&b| b == b'>')?)?;
        let Some(at) = tag.windows(7).position(|part| part == b"charset") else { continue };
        let value = tag.get(at + 7..)?.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
        let value = value.strip_prefix(b"\"").or_else(|| value.strip_prefix(b"'")).unwrap_or(value);
        let end = value.iter().position(|b| !(b.is_ascii_alphanumeric() || b"-_:.".contains(b))).unwrap_or(value.len());
        let label = String::from_utf8_lossy(value.get(..end)?).into_owned();
        // One of two bytes a character could not have been read this far: who says so means UTF-8.
        let wide = label.starts_with("utf-16");
        return Some(label).filter(|label| !wide && label != "utf-8" && super::encoding::is_known(label));
    }
    None
}

/// Refuses a page with a tag of more attributes than anybody writes.
pub(super) fn bounded(html: &str) -> Result<(), String> {
    let bytes = html.as_bytes();
    let mut at = 0;
    while let Some(open) = bytes[at..].iter().position(|&b| b == b'<') {
        at += open + 1;
        if !bytes.get(at).is_some_and(u8::is_ascii_alphabetic) {
            continue;
        }
        let (mut quote, mut attributes) = (None, 0);
        while let Some(&b) = bytes.get(at) {
            at += 1;
            match (quote, b) {
                (None, b'>') => break,
                (None, b'"' | b'\'') if bytes[at - 2] == b'=' => quote = Some(b),
                (None, b' ' | b'\t' | b'\n' | b'/' | b'\x0C') => attributes += 1,
                (Some(open), _) if open == b => quote = None,
                _ => {}
            }
            if attributes > ATTRIBUTES {
                return Err(format!(
                    "a tag with more than {ATTRIBUTES} attributes; it is no page that a browser should be given"
                ));
            }
        }
    }
    Ok(())
}
