//! What can only be told of a page with all others in sight?
//!
//! What the titles of all pages share is the site's name and no part of a page's; a heading that many pages have is not the title of
//! each; one page with a marked text makes all without one something else than articles.

use super::out::Reason;
use super::{Html, Page, repeats, survey};
use std::collections::{HashMap, HashSet};

/// Signs between a page's name and its site's.
const BETWEEN: [&str; 15] =
    [" - ", " | ", " – ", " — ", " · ", " • ", " :: ", " » ", " « ", " / ", " ~ ", "｜", " : ", " _ ", "_"];

/// What the pages of a site have in common.
pub(super) struct Site {
    /// Pieces of titles that more than half of the pages have.
    shared: HashSet<String>,
    /// First headings outside the main part, by how many pages have them.
    banners: HashMap<String, usize>,
    /// The usual language.
    lang: Option<String>,
    marked: bool,
    /// Whether any page marks how much a part of it counts.
    pub(super) weighted: bool,
    /// What stands before the path of a file in most canonical addresses.
    prefix: String,
    /// Titles of the pages by their addresses.
    titles: HashMap<String, String>,
    /// Pages that say what others say, by their paths.
    repeats: HashMap<String, Reason>,
}

impl Site {
    /// Looks at all pages.
    pub(super) fn new<'a>(pages: impl Iterator<Item = &'a Page> + Clone) -> Site {
        let mut pieces: HashMap<&str, usize> = HashMap::new();
        let mut banners: HashMap<String, usize> = HashMap::new();
        let mut langs: HashMap<&str, usize> = HashMap::new();
        let mut titles = HashMap::new();
        let mut prefixes: HashMap<&str, usize> = HashMap::new();
        let (mut all, mut marked, mut weighted) = (0, false, false);
        let mut distinct = HashSet::new();
        let repeats = repeats::repeats(pages.clone());
        for page in pages {
            marked |= page.marked;
            weighted |= page.weighted;
            if let Some(lang) = &page.head.lang {
                *langs.entry(lang).or_default() += 1;
            }
            if let Some(banner) = &page.banner {
                *banners.entry(banner.clone()).or_default() += 1;
            }
            if let Some(prefix) = page.canonical().and_then(|canonical| prefix(canonical, &page.path)) {
                *prefixes.entry(prefix).or_default() += 1;
            }
            titles.entry(bare(&page.path).to_owned()).or_insert_with(|| page.name().to_owned());
            if page.out != Some(Reason::Redirect) && !page.head.title.is_empty() && distinct.insert(&page.head.title) {
                all += 1;
                let mut ends: Vec<&str> = split(&page.head.title);
                ends.sort_unstable();
                ends.dedup();
                for piece in ends {
                    *pieces.entry(piece).or_default() += 1;
                }
            }
        }
        let shared = pieces.into_iter().filter(|&(_, n)| n > 1 && n * 2 > all).map(|(piece, _)| piece.to_owned()).collect();
        let lang = langs.into_iter().max_by_key(|&(lang, n)| (n, std::cmp::Reverse(lang))).map(|(lang, _)| lang.to_owned());
        let prefix = prefixes.into_iter().max_by_key(|&(prefix, n)| (n, std::cmp::Reverse(prefix)));
        let prefix = prefix.map_or(String::new(), |(prefix, _)| prefix.to_owned());
        Site { shared, banners, lang, marked, weighted, prefix, titles, repeats }
    }

    /// Why a page is left out, all told.
    pub(super) fn reason(&self, page: &Page, options: &Html) -> Option<Reason> {
        let out = if self.marked && !page.marked {
            Some(Reason::Unmarked)
        } else {
            // Who marks the text of each page has decided.
            let repeated = || self.repeats.get(&page.path).copied().filter(|_| !self.marked);
            page.out.or_else(|| self.copies(page).then_some(Reason::Copy)).or_else(repeated)
        };
        out.filter(|out| !options.lets_in(*out)).or_else(|| {
            let nothing = page.words.text.is_empty() && page.words.firsts == 0;
            nothing.then_some(if page.hidden { Reason::Hidden } else { Reason::Empty })
        })
    }

    /// The canonical address of a page, if it is plainly this file's: its path, or, of the site's first page, where all others are.
    pub(super) fn canonical<'a>(&self, page: &'a Page) -> Option<&'a str> {
        let canonical = page.canonical()?;
        let home = bare(&page.path).is_empty() && bare(canonical) == self.prefix;
        (home || prefix(canonical, &page.path).is_some()).then(|| canonical.split('#').next().unwrap_or_default())
    }

    /// Whether a page says that it is another one.
    fn copies(&self, page: &Page) -> bool {
        let Some(canonical) = page.canonical() else { return false };
        let other = bare(canonical);
        let own = bare(&page.path);
        !own.is_empty() && !other.ends_with(own) && self.titles.get(other).is_some_and(|title| title == page.name())
    }

    /// The title of a page, and other words by which it is known.
    pub(super) fn title(&self, page: &Page) -> (String, Option<String>) {
        let named = self.own(&page.head.title);
        let banner = page.banner.as_ref().filter(|banner| self.banners.get(*banner).is_none_or(|&n| n == 1));
        let heading = page.words.title.as_ref().or(banner).map(String::as_str);
        let default = survey::value(&page.facts.default, "title");
        let title = page.given().or(heading).or(named.as_deref()).or(default).unwrap_or(&page.stem).to_owned();
        // What stands in the title already is found there.
        let other = named
            .filter(|named| !self.shared.contains(named) && !title.contains(named.as_str()) && !named.contains(title.as_str()));
        (title, other)
    }

    /// A title without the pieces at its ends that most pages share.
    fn own(&self, title: &str) -> Option<String> {
        let mut title = title.trim();
        loop {
            let cut = BETWEEN.iter().find_map(|sign| {
                let end = title.rsplit_once(sign).filter(|(_, last)| self.shared.contains(last.trim())).map(|(rest, _)| rest);
                end.or_else(|| {
                    title.split_once(sign).filter(|(first, _)| self.shared.contains(first.trim())).map(|(_, rest)| rest)
                })
            });
            match cut.map(str::trim).filter(|rest| !rest.is_empty()) {
                Some(rest) => title = rest,
                None => break,
            }
        }
        // A page that has nothing of its own is named as all are.
        (!title.is_empty()).then(|| title.to_owned())
    }

    /// The language of a page.
    pub(super) fn lang<'a>(&'a self, page: &'a Page) -> Option<&'a str> {
        page.head.lang.as_deref().or(self.lang.as_deref())
    }
}

/// The pieces of a title at its ends.
fn split(title: &str) -> Vec<&str> {
    let mut out = Vec::new();
    for sign in BETWEEN {
        if let (Some((first, _)), Some((_, last))) = (title.split_once(sign), title.rsplit_once(sign)) {
            out.extend([first.trim(), last.trim()]);
        }
    }
    out
}

/// What stands before the path of a file in its canonical address.
fn prefix<'a>(canonical: &'a str, path: &str) -> Option<&'a str> {
    let own = bare(path);
    let before = bare(canonical).strip_suffix(own).filter(|_| !own.is_empty())?;
    (before.is_empty() || before.ends_with('/')).then(|| before.trim_end_matches('/'))
}

/// A path without the name of a folder's own page.
pub(super) fn without_index(path: &str) -> &str {
    path.strip_suffix("index.html").filter(|rest| rest.is_empty() || rest.ends_with('/')).unwrap_or(path)
}

/// A path without what servers leave away: the name of a folder's own page, `.html`, slashes at the ends.
pub(super) fn bare(path: &str) -> &str {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let path = without_index(path);
    path.strip_suffix(".html").or_else(|| path.strip_suffix(".htm")).unwrap_or(path).trim_matches('/')
}
