//! Which address has an article, and which anchor a heading?

use std::collections::HashMap;
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

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

/// Anchors of one page, made from its headings as GitHub makes them, no two the same.
#[derive(Default)]
pub(crate) struct Anchors {
    used: HashMap<String, usize>,
}

impl Anchors {
    /// The anchor of a heading with these words: in lower case, spaces as `-`, punctuation dropped; `-1`, `-2` for
    /// the second and third of one name.
    pub(crate) fn slug(&mut self, words: &str) -> String {
        let mut slug = String::with_capacity(words.len());
        for c in words.trim().chars().flat_map(char::to_lowercase) {
            let word = c.is_alphabetic()
                || c.general_category_group() == GeneralCategoryGroup::Mark
                || matches!(c.general_category(), GeneralCategory::DecimalNumber | GeneralCategory::ConnectorPunctuation);
            match c {
                ' ' | '\u{3000}' => slug.push('-'),
                '-' => slug.push('-'),
                _ if word => slug.push(c),
                _ => {}
            }
        }
        self.take(slug)
    }

    /// Keeps an anchor that the page itself gives.
    pub(crate) fn given(&mut self, anchor: &str) -> String {
        self.used.entry(anchor.to_string()).or_insert(0);
        anchor.to_string()
    }

    /// `slug`, or `slug-1`, `slug-2` … if it is taken.
    fn take(&mut self, slug: String) -> String {
        let Some(&last) = self.used.get(&slug) else {
            self.used.insert(slug.clone(), 0);
            return slug;
        };
        let mut n = last;
        loop {
            n += 1;
            let next = format!("{slug}-{n}");
            if !self.used.contains_key(&next) {
                self.used.insert(slug, n);
                self.used.insert(next.clone(), 0);
                return next;
            }
        }
    }
}
