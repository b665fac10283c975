//! Does its author want a page kept out of a search?
//!
//! Generators and their search plugins have dozens of names for it. All are heeded, in any case and with or without `-` and `_`; a
//! name inside another is written with a dot: `search.exclude`. What is said in a way that cannot be understood might
//! have meant yes, so the page stays out and is named: a draft that gets public cannot be taken back.

/// What a field says about its page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verdict {
    /// Nothing against it.
    #[default]
    Public,
    /// It may stay out: a field that decides about it has a value that is neither yes nor no.
    Unclear,
    /// It stays out.
    Private,
}

/// Fields that keep a page out where they are true.
const HIDES: [&str; 36] = [
    "draft",
    "isdraft",
    "drafts",
    "noindex",
    "noindexing",
    "robotsnoindex",
    "seo.noindex",
    "robots.noindex",
    "unlisted",
    "private",
    "hidden",
    "headless",
    "nosearch",
    "searchexclude",
    "search.exclude",
    "search.hidden",
    "searchhidden",
    "excludefromsearch",
    "excludesearch",
    "hidefromsearch",
    "searchhide",
    "sitemapexclude",
    "sitemap.exclude",
    "eleventyexcludefromcollections",
    "excludedinsearch",
    "notinsearch",
    "disablesearch",
    "searchdisable",
    "searchdisabled",
    "searchomit",
    "sitemap.disable",
    "unpublished",
    "encrypt",
    "encrypted",
    "protected",
    "isprivate",
];

/// Fields that keep a page out where they are false.
const SHOWS: [&str; 25] = [
    "published",
    "publish",
    "ispublished",
    "public",
    "search",
    "searchable",
    "search.include",
    "search.enabled",
    "indexable",
    "sitemap",
    "sitemap.include",
    "pagefind",
    "docsearch",
    "permalink",
    "ispublic",
    "index",
    "indexed",
    "searchindex",
    "search.index",
    "insearchindex",
    "robots.index",
    "seo.index",
    "listed",
    "visible",
    "render",
];

/// What the field `name` with this value says. Of a list, ask for each value.
pub(super) fn says(name: &str, value: &str) -> Verdict {
    let name = plain(name);
    let value = value.trim().trim_matches(['"', '\'']).trim().to_lowercase();
    let one_of = |words: &[&str]| value.split([',', ' ', ';']).any(|word| words.contains(&word));
    let private = match name.as_str() {
        "status" | "state" | "visibility" | "poststatus" | "access" => {
            one_of(&["draft", "drafts", "private", "hidden", "pending", "unlisted", "unpublished", "trash", "future", "草稿"])
        }
        "robots" | "meta.robots" | "seo.robots" => one_of(&["noindex", "none"]),
        "build.render" | "build.list" | "build.publishresources" => {
            value == "never" || (name == "build.render" && truth(&value) == Some(false))
        }
        // Who must know a word to read a page does not want it read by all.
        "password" => !value.is_empty() && truth(&value) != Some(false),
        name if HIDES.contains(&name) => match truth(&value) {
            Some(truth) => truth,
            None => return Verdict::Unclear,
        },
        // Most of these have other uses: a date, an address, a table.
        name if SHOWS.contains(&name) => !value.is_empty() && truth(&value) == Some(false),
        _ => false,
    };
    if private { Verdict::Private } else { Verdict::Public }
}

/// True for the name of a field that may keep its page out.
pub(super) fn decides(name: &str) -> bool {
    HIDES.contains(&plain(name).as_str())
}

/// A name as it is compared: without the tables that some generators have their own fields in.
fn plain(name: &str) -> String {
    let name = ["params.", "extra.", "cascade."].iter().find_map(|table| name.strip_prefix(table)).unwrap_or(name);
    name.chars().filter(|c| !matches!(c, '-' | '_' | ' ' | '"' | '\'')).flat_map(char::to_lowercase).collect()
}

/// Yes or no, as YAML, TOML and people write it. Nothing at all is no.
fn truth(value: &str) -> Option<bool> {
    match value {
        "true" | "yes" | "y" | "on" | "1" | "t" | "是" => Some(true),
        "false" | "no" | "n" | "off" | "0" | "f" | "null" | "~" | "" | "否" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_in_any_dress() {
        for (name, value) in [
            ("draft", "true"),
            ("Draft", "Yes"),
            ("DRAFT", "1"),
            ("published", "false"),
            ("noindex", "on"),
            ("unlisted", "TRUE"),
            ("search_exclude", "true"),
            ("search.exclude", "yes"),
            ("excludeFromSearch", "true"),
            ("sitemap", "false"),
            ("_build.render", "never"),
            ("robots", "noindex, nofollow"),
            ("status", "Draft"),
            ("params.noindex", "true"),
            ("in_search_index", "false"),
            ("password", "abc"),
        ] {
            assert_eq!(says(name, value), Verdict::Private, "{name}: {value}");
        }
        for (name, value) in [("draft", "perhaps"), ("noindex", "[")] {
            assert_eq!(says(name, value), Verdict::Unclear, "{name}: {value}");
        }
        for (name, value) in
            [("draft", "no"), ("draft", ""), ("published", "2024-01-01"), ("permalink", "/a/"), ("title", "draft")]
        {
            assert_eq!(says(name, value), Verdict::Public, "{name}: {value}");
        }
    }
}
