//! Are strings that stand in the articles found?

use unicode_segmentation::UnicodeSegmentation;

use crate::disk::check::texts::Texts;
use crate::disk::folder::OnDisk;
use crate::disk::{Trouble, trouble};
use crate::fold::Off;
use crate::fold::folder::fold_str;
use crate::format::Rank;
use crate::format::grams::SHORTEST_PASSAGE;
use crate::format::root::Root;
use crate::search::more::OUT;
use crate::search::{Options, Search};

/// Characters of a string that is searched for, as readers see them.
const LENGTHS: std::ops::Range<usize> = 2..24;

/// Searches for `wanted` strings out of articles, and expects each article among the results. Returns how many there were:
/// fewer where there is hardly any text. Which strings depends on the build alone, so that a fault shows again. `also`: what else must be true of
/// a query that finds something.
pub(super) fn search(
    index: &mut OnDisk,
    root: &Root,
    texts: &Texts,
    wanted: u32,
    also: &mut dyn FnMut(&str) -> Result<(), Trouble>,
) -> Result<u32, Trouble> {
    let mut random = index.manifest.id().unwrap_or_default();
    let mut below = move |n: usize| {
        random = random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (random ^ (random >> 31)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        ((mixed ^ (mixed >> 29)) % n.max(1) as u64) as usize
    };
    let mut searched = 0;
    // An article may hold no string that can be searched for.
    for _ in 0..u64::from(wanted) * 4 {
        if searched == wanted || texts.articles.is_empty() {
            break;
        }
        let number = below(texts.articles.len());
        let article = &texts.articles[number];
        let all = if below(8) == 0 || article.text.is_empty() { &article.title } else { &article.text };
        let from = below(all.len());
        let Some(string) = cut(root, &all[from..], LENGTHS.start + below(LENGTHS.len())) else { continue };
        let folded = fold_str(&root.table, &string, Off::default()).chars.len();
        if folded == 0 || folded > SHORTEST_PASSAGE {
            continue;
        }
        let query = format!("\"{string}\"");
        also(&query)?;
        let mut search = Search::new(&query, Options { limit: 0, ..Options::default() });
        // Of all that the dictionary names only this one is read: of a gigabyte two characters may name a tenth.
        let mut keys = vec![OUT; texts.articles.len()];
        keys[number] = 0;
        search.among(keys);
        let found = index.run(|reader| search.step(reader))?;
        if !found.is_some_and(|found| found.results.iter().any(|hit| hit.id == article.id)) {
            let title: String = spell(root, &article.title).chars().take(40).collect();
            let text = format!("{string:?} stands in the article {title:?} and is not found there; make the index anew");
            return Err(trouble(&index.path(""), text));
        }
        searched += 1;
    }
    Ok(searched)
}

fn spell(root: &Root, ranks: &[Rank]) -> String {
    ranks.iter().filter_map(|&rank| root.original.get(rank as usize).and_then(|&c| char::from_u32(c))).collect()
}

/// A string of so many characters near the start of a text, cut where readers see characters begin and end. `None`: there is none
/// in one block, or it is not what a query can say.
fn cut(root: &Root, ranks: &[Rank], length: usize) -> Option<String> {
    let near = spell(root, &ranks[..ranks.len().min(40 * length)]);
    // The first character may be the rest of one.
    let mut graphemes = near.graphemes(true).skip(1);
    let string: String = graphemes.by_ref().take(length).collect();
    // The last one may go on.
    graphemes.next()?;
    let string = string.trim().to_owned();
    let is_query = !string.is_empty() && !string.contains(['"', '\u{2029}', '\n', '“', '”', '＂', '„', '‟', '«', '»']);
    is_query.then_some(string)
}
