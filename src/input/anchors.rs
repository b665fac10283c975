//! Which anchor has a heading? That which the page's generator makes of its words.
//!
//! | style    | words                                                          | the second of a name      |
//! |----------|----------------------------------------------------------------|---------------------------|
//! | GitHub   | small letters, digits, `-`, `_`; a space is `-`                | `name-1`                  |
//! | Hugo     | the same, without marks above and below                        | `name-1`                  |
//! | VitePress| decomposed, without accents; signs of ASCII and spaces are `-` | `name-1`                  |
//! | Hexo     | in their own case; signs of ASCII and spaces are `-`           | `name-1`                  |
//! | MkDocs   | ASCII alone; spaces are `-`                                    | `name_1`, or `_1` for none|
//! | kramdown | ASCII from the first letter on; a space is `-`                 | `name-1`; `section` for none |
//! | mdBook   | letters and digits; a space is `-`                             | `name-1`                  |
//! | Sphinx   | ASCII from the first letter on; all else is `-`                | `id1`, also for none      |
//! | Pandoc   | from the first letter on, with `.`; a space is `-`             | `name-1`; `section` for none |
//!
//! An anchor that the page itself gives goes before all.

use std::collections::HashMap;
use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

/// Who makes anchors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// GitHub; also Docusaurus, Astro, Next, Jekyll, GitLab.
    #[default]
    GitHub,
    /// Hugo.
    Hugo,
    /// VitePress and VuePress.
    VitePress,
    /// Hexo.
    Hexo,
    /// MkDocs, as Python-Markdown has it.
    MkDocs,
    /// Kramdown by itself.
    Kramdown,
    /// mdBook.
    MdBook,
    /// Sphinx and MyST.
    Sphinx,
    /// Pandoc and Quarto.
    Pandoc,
}

/// Anchors of one page, made from its headings, no two the same.
#[derive(Default)]
pub(crate) struct Anchors {
    style: Style,
    used: HashMap<String, usize>,
    /// How many were given numbers for names.
    numbered: usize,
}

impl Anchors {
    /// Anchors of this style.
    pub(super) fn of(style: Style) -> Anchors {
        Anchors { style, ..Anchors::default() }
    }

    /// The anchor of a heading with these words.
    pub(crate) fn slug(&mut self, words: &str) -> String {
        let slug = match self.style {
            Style::GitHub => github(words),
            Style::Hugo => hugo(words),
            Style::VitePress => vitepress(words),
            Style::Hexo => hexo(words),
            Style::MkDocs => mkdocs(words),
            Style::Kramdown => kramdown(words),
            Style::MdBook => mdbook(words),
            Style::Sphinx => sphinx(words),
            Style::Pandoc => pandoc(words),
        };
        self.take(slug)
    }

    /// Keeps an anchor that the page itself gives.
    pub(crate) fn given(&mut self, anchor: &str) -> String {
        self.used.entry(anchor.to_string()).or_insert(0);
        anchor.to_string()
    }

    /// `slug`, or the next free name if it is taken.
    fn take(&mut self, slug: String) -> String {
        let named = matches!(self.style, Style::MkDocs | Style::Sphinx) && slug.is_empty();
        if !named && !self.used.contains_key(&slug) {
            self.used.insert(slug.clone(), 0);
            return slug;
        }
        if self.style == Style::Sphinx {
            loop {
                self.numbered += 1;
                let next = format!("id{}", self.numbered);
                if !self.used.contains_key(&next) {
                    self.used.insert(next.clone(), 0);
                    return next;
                }
            }
        }
        let between = if self.style == Style::MkDocs { '_' } else { '-' };
        // `name_1` is followed by `name_2` there.
        let counted = slug.rsplit_once('_').and_then(|(stem, n)| Some((stem.to_string(), n.parse::<usize>().ok()?)));
        let (stem, last) = match counted.filter(|_| self.style == Style::MkDocs) {
            Some((stem, n)) => (stem, n),
            None => (slug.clone(), 0),
        };
        let mut n = last.max(self.used.get(&slug).copied().unwrap_or(0));
        loop {
            n += 1;
            let next = format!("{stem}{between}{n}");
            if !self.used.contains_key(&next) {
                self.used.insert(slug, n);
                self.used.insert(next.clone(), 0);
                return next;
            }
        }
    }
}

/// A letter, a mark, a digit, or what joins words.
fn is_word(c: char) -> bool {
    c.is_alphabetic()
        || c.general_category_group() == GeneralCategoryGroup::Mark
        || matches!(c.general_category(), GeneralCategory::DecimalNumber | GeneralCategory::ConnectorPunctuation)
}

fn github(words: &str) -> String {
    let lower = words.trim().chars().flat_map(char::to_lowercase);
    lower.filter(|c| matches!(c, ' ' | '-') || is_word(*c)).map(|c| if c == ' ' { '-' } else { c }).collect()
}

fn hugo(words: &str) -> String {
    let letter = |c: char| c == '_' || c.general_category_group() == GeneralCategoryGroup::Letter;
    let digit = |c: char| c.general_category() == GeneralCategory::DecimalNumber;
    let kept = words.trim().chars().filter(|c| matches!(c, ' ' | '-') || letter(*c) || digit(*c));
    kept.map(|c| if c == ' ' { '-' } else { c }).flat_map(char::to_lowercase).collect()
}

/// Words in which runs of white space and of these signs are one `-`, and none stands at an end.
fn parted(words: impl Iterator<Item = char>, signs: &str) -> String {
    let mut out = String::new();
    for c in words {
        if c.is_whitespace() || signs.contains(c) {
            if !out.is_empty() && !out.ends_with('-') {
                out.push('-');
            }
        } else if !c.is_control() {
            out.push(c);
        }
    }
    out.truncate(out.trim_end_matches('-').len());
    out
}

/// Signs of ASCII.
const ASCII: &str = "~`!@#$%^&*()-_+=[]{}|\\;:\"'<>,.?/";

fn vitepress(words: &str) -> String {
    let plain = words.nfkd().filter(|c| !('\u{300}'..='\u{36F}').contains(c));
    let out = parted(plain, &format!("{ASCII}“”‘’"));
    let number = if out.starts_with(|c: char| c.is_ascii_digit()) { "_" } else { "" };
    format!("{number}{}", out.to_lowercase())
}

fn hexo(words: &str) -> String {
    // Accents go from Latin letters alone.
    let plain = words.trim().chars().flat_map(|c| {
        let first = c.nfd().next().filter(|first| first.is_ascii_alphabetic());
        std::iter::once(first.unwrap_or(c))
    });
    parted(plain, ASCII)
}

fn mkdocs(words: &str) -> String {
    let ascii: String = words.nfkd().filter(char::is_ascii).collect();
    let kept: String =
        ascii.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-') || c.is_whitespace()).collect();
    let mut out = String::new();
    for c in kept.trim().to_ascii_lowercase().chars() {
        let c = if c.is_whitespace() { '-' } else { c };
        if !(c == '-' && out.ends_with('-')) {
            out.push(c);
        }
    }
    out
}

fn kramdown(words: &str) -> String {
    let from = words.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(words.len());
    let kept = words[from..].chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-'));
    let out: String = kept.map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect();
    if out.is_empty() { "section".to_string() } else { out }
}

fn mdbook(words: &str) -> String {
    let kept = words.trim().chars().filter(|c| c.is_alphanumeric() || matches!(c, '_' | '-') || c.is_whitespace());
    kept.map(|c| if c.is_whitespace() { '-' } else { c.to_ascii_lowercase() }).collect()
}

fn sphinx(words: &str) -> String {
    let lower = words.to_lowercase();
    let ascii = lower.nfkd().filter(|c| c.is_ascii() || c.is_whitespace());
    let out = parted(ascii.map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }), "-");
    out.trim_start_matches(|c: char| c == '-' || c.is_ascii_digit()).to_string()
}

fn pandoc(words: &str) -> String {
    let kept = words.chars().filter(|c| is_word(*c) || matches!(c, '-' | '.') || c.is_whitespace());
    let kept: String = kept.flat_map(char::to_lowercase).collect();
    let out = kept.split_whitespace().collect::<Vec<_>>().join("-");
    let out = out.trim_start_matches(|c: char| !c.is_alphabetic());
    if out.is_empty() { "section".to_string() } else { out.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the generators themselves made of these headings.
    #[test]
    fn every_style_is_that_of_its_generator() {
        let headings =
            ["二、Hello World!", "二、Hello World!", "1.2 Café – naïve_x", "한국어 제목", "“引” C++ & C#", "「題」（注）"];
        for (style, anchors) in [
            (Style::GitHub, ["二hello-world", "二hello-world-1", "12-café--naïve_x", "한국어-제목", "引-c--c", "題注"]),
            (Style::Hugo, ["二hello-world", "二hello-world-1", "12-café--naïve_x", "한국어-제목", "引-c--c", "題注"]),
            (
                Style::Hexo,
                ["二、Hello-World", "二、Hello-World-1", "1-2-Cafe-–-naive-x", "한국어-제목", "“引”-C-C", "「題」（注）"],
            ),
            (Style::MkDocs, ["hello-world", "hello-world_1", "12-cafe-naive_x", "_1", "c-c", "_2"]),
            (Style::Kramdown, ["hello-world", "hello-world-1", "caf--navex", "section", "c--c", "section-1"]),
            (Style::Sphinx, ["hello-world", "id1", "cafe-naive-x", "id2", "c-c", "id3"]),
            (Style::MdBook, ["二hello-world", "二hello-world-1", "12-café--naïve_x", "한국어-제목", "引-c--c", "題注"]),
            (Style::Pandoc, ["二hello-world", "二hello-world-1", "café-naïve_x", "한국어-제목", "引-c-c", "題注"]),
        ] {
            let mut made = Anchors::of(style);
            assert_eq!(headings.map(|words| made.slug(words)), anchors, "{style:?}");
        }
        let mut vitepress = Anchors::of(Style::VitePress);
        let korean: String = "한국어-제목".nfkd().collect();
        assert_eq!(
            headings.map(|words| vitepress.slug(words)),
            ["二、hello-world", "二、hello-world-1", "_1-2-cafe-–-naive-x", &korean, "引-c-c", "「題」-注"]
        );
    }
}
