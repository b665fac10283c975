//! How much may be said of an article besides its text?
//!
//! An index repeats title, address, facts and the heading in force wherever a part of the article lies, so that a result costs one
//! file. What is longer than anybody writes there is cut, and told; no word of a title is lost, it is found in the text.

use super::blocks::before;
use super::facts::Facts;
use super::lines::BLOCK_END;
use crate::Article;

/// The longest title, in characters.
const TITLE: usize = 500;

/// The longest heading, and the longest anchor, in characters. The words of a longer one are text.
const HEADING: usize = 500;

/// The longest address, in bytes: about what browsers and servers agree on.
const ADDRESS: usize = 2_000;

/// Cuts what is too long. Returns what there is to tell.
pub(super) fn bound(article: &mut Article, facts: &Facts) -> Vec<String> {
    let mut told = Vec::new();
    let cut = facts.cut;
    if cut > 0 {
        told.push(format!("{cut} values of its metadata are too long; their beginning is kept"));
    }
    let characters = length(&article.title, TITLE);
    if characters > TITLE {
        let head: String = article.title.chars().take(TITLE - 1).chain(['…']).collect();
        let whole = std::mem::replace(&mut article.title, head);
        before(article, &format!("{whole}{BLOCK_END}"));
        told.push(format!(
            "its title has {characters} characters; its beginning is the title, and all of it the first paragraph of the text"
        ));
    }
    let before = article.headings.len();
    let text = &article.text;
    article.headings.retain(|heading| {
        let words = text.get(heading.start..heading.end).unwrap_or_default();
        length(words, HEADING) <= HEADING && length(&heading.anchor, HEADING) <= HEADING
    });
    let long = before - article.headings.len();
    if long > 0 {
        told.push(format!("{long} headings are longer than {HEADING} characters; they are text"));
    }
    told
}

/// Takes away an address that is too long for a link. Returns what there is to tell.
pub(super) fn no_address(url: &mut String) -> Option<String> {
    let length = url.len();
    (length > ADDRESS).then(|| {
        url.clear();
        format!("its address has {length} bytes, more than the {ADDRESS} that links hold; it has none now")
    })
}

/// How many characters, if they may be more than `most`; else some number that is not.
fn length(text: &str, most: usize) -> usize {
    if text.len() <= most { text.len() } else { text.chars().count() }
}
