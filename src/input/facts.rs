//! Which facts does an article carry? One entry a value, in order: two authors are two entries, a tag keeps its comma.

use super::lines::{BLOCK_END, clean, one_line};
use super::walk::Found;
use crate::Article;

/// The facts that a file may give of an article, in the order in which it carries them: each with the names that others give it, in
/// the order of their rank; its own is the first.
pub(super) const NAMES: [(&str, &[&str]); 10] = [
    ("id", &["id"]),
    (
        "date",
        &[
            "date",
            "published",
            "publishdate",
            "publisheddate",
            "publishedat",
            "publishedtime",
            "publishedon",
            "datepublished",
            "pubdate",
            "posted",
            "postdate",
            "datetime",
            "created",
            "createdat",
            "datecreated",
            "createtime",
            "timestamp",
            "time",
            "updated",
            "updatedat",
            "modified",
            "modifiedat",
            "datemodified",
            "lastmod",
            "lastmodified",
            "createdutc",
            "createdtime",
            "publishtime",
            "publicationdate",
            "postedat",
            "issued",
            "isodate",
            "日期",
            "发布日期",
            "發布日期",
        ],
    ),
    ("author", &["author", "authors", "byline", "creator", "作者"]),
    ("source", &["source"]),
    ("section", &["section", "categories", "category", "分类", "分類"]),
    ("tags", &["tags", "tag", "标签", "標籤"]),
    ("lang", &["lang", "language", "locale"]),
    ("version", &["version", "versions", "docversion"]),
    (WEIGHT, &["searchweight", "searchboost"]),
    (KEYWORDS, &["keywords", "keyword"]),
];

/// How much an article counts, 1 being usual: of articles that are alike otherwise the heavier one comes first.
pub(super) const WEIGHT: &str = "search_weight";

/// Words by which an article is found although it does not show them.
pub(super) const KEYWORDS: &str = "keywords";

/// True if `key`, as somebody wrote it, is `name`: in any case, with or without `-` and `_`.
pub(super) fn is(key: &str, name: &str) -> bool {
    let mut plain = key.bytes().filter(|b| !matches!(b, b'-' | b'_' | b' ')).map(|b| b.to_ascii_lowercase());
    name.bytes().all(|b| plain.next() == Some(b)) && plain.next().is_none()
}

/// An article has at most this many; what it gives beyond is dropped with a warning.
pub(super) const MOST: usize = 500;

/// The longest value, in characters; of a longer one the beginning is kept.
const LONGEST: usize = 500;

/// The characters of all values together; what goes beyond is dropped like what is too many.
const ALL: usize = 8_000;

/// The facts of one article.
#[derive(Clone, Default)]
pub(super) struct Facts {
    entries: Vec<(String, String)>,
    /// How many there were beyond [`MOST`] or [`ALL`].
    pub(super) dropped: usize,
    /// How many were longer than [`LONGEST`].
    pub(super) cut: usize,
    /// Characters so far.
    size: usize,
}

impl Facts {
    /// Adds a value, as one line. What is empty or was given before under the same name says nothing new.
    pub(super) fn put(&mut self, name: &str, value: impl Into<String>) {
        let mut value = one_line(&clean(value.into()));
        if let Some((end, _)) = value.char_indices().nth(LONGEST) {
            value.truncate(end);
            self.cut += 1;
        }
        if value.is_empty() || self.entries.iter().any(|(other, known)| other == name && *known == value) {
            return;
        }
        let size = self.size + value.chars().count();
        if self.entries.len() < MOST && size <= ALL {
            self.size = size;
            self.entries.push((name.to_string(), value));
        } else {
            self.dropped += 1;
        }
    }

    /// The facts with the day in the file's path, if they hold none.
    pub(super) fn dated(mut self, found: &Found) -> Facts {
        if !self.has("date") {
            found.date().into_iter().for_each(|date| self.put("date", date));
        }
        self
    }

    /// Lets an article be found by the words that its author gives for that: they stand behind its text, a block each, but those that
    /// stand in it anyway.
    pub(super) fn found_by_keywords(&self, article: &mut Article) {
        for (_, word) in self.entries.iter().filter(|(name, _)| name == KEYWORDS) {
            if !article.text.contains(word.as_str()) && !article.title.contains(word.as_str()) {
                if !article.text.is_empty() {
                    article.text.push(BLOCK_END);
                }
                article.text.push_str(word);
            }
        }
    }

    /// The first value under this name.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.entries.iter().find_map(|(other, value)| (other == name).then_some(value.as_str()))
    }

    /// True if there is a value under this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// The entries, as an article has them.
    pub(super) fn list(self) -> Vec<(String, String)> {
        self.entries
    }
}
