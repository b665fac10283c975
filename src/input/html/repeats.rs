//! Which pages only say once more what stands on others?
//!
//! A blog's first page, the pages of its sections and all that follow them show the beginnings of articles below headings that lead to
//! them; some books have their first chapter a second time as the first page of the site. No name tells such pages, so their
//! words do: a page of which most is the beginning of blocks of other pages is a list, if its headings are links.

use super::Page;
use super::out::Reason;
use super::site::bare;
use crate::input::lines::BLOCK_END;
use std::collections::{HashMap, HashSet};

/// Headings that are links, at least, on a page that is a list. One may be that of an article that links to itself.
const TEASERS: usize = 2;

/// Characters by which the beginning of a block is known: an excerpt may end anywhere behind them.
const KNOWN: usize = 16;

/// The pages that repeat others, by their paths.
pub(super) fn repeats<'a>(pages: impl Iterator<Item = &'a Page> + Clone) -> HashMap<String, Reason> {
    let all = || pages.clone().filter(|page| page.out.is_none());
    let mut out = HashMap::new();
    for home in all().filter(|page| bare(&page.path).is_empty() && !page.words.text.is_empty()) {
        let same = |page: &Page| page.path != home.path && page.words.text == home.words.text && page.name() == home.name();
        if all().any(same) {
            out.insert(home.path.clone(), Reason::Copy);
        }
    }
    let may_list = |page: &&Page| page.words.teasers + page.words.leads >= TEASERS && !page.head.is_article;
    let mut wanted: HashSet<&str> = all().filter(may_list).flat_map(beginnings).collect();
    if wanted.is_empty() {
        return out;
    }
    let mut known: HashSet<&str> = HashSet::new();
    for page in all().filter(|page| !may_list(page)) {
        known.extend(beginnings(page).chain([beginning(page.name())]).filter_map(|begins| wanted.take(begins)));
    }
    for page in all().filter(may_list) {
        let (mut again, mut whole) = (0, 0);
        for block in page.words.text.split(BLOCK_END) {
            whole += block.len();
            again += if known.contains(beginning(block)) { block.len() } else { 0 };
        }
        if again * 2 > whole {
            out.insert(page.path.clone(), Reason::List);
        }
    }
    out
}

/// How the blocks of a page begin.
fn beginnings(page: &Page) -> impl Iterator<Item = &str> {
    page.words.text.split(BLOCK_END).map(beginning)
}

fn beginning(block: &str) -> &str {
    let end = block.char_indices().nth(KNOWN).map_or(block.len(), |(end, _)| end);
    block[..end].trim_end()
}
