//! What is the corpus made of? Articles in the index' order, their alphabets, the folding table, every text folded.

use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;

use crate::builder::alphabet::{alphabet, classes};
use crate::builder::unicode;
use crate::fold::folder::{BLOCK_END, Folded, Folder};
use crate::fold::table::Table;
use crate::fold::{Off, class};
use crate::format::root::Frequencies;
use crate::{Article, Heading, date};

/// A text with its folded form.
pub(super) struct Text {
    /// Its characters, as ranks of the original alphabet.
    pub(super) ranks: Vec<u32>,
    pub(super) folded: Folded,
}

/// A heading of a body, in characters.
pub(super) struct HeadIn<'a> {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) anchor: &'a str,
}

/// The articles, put in order and folded.
pub(super) struct Corpus<'a> {
    pub(super) articles: &'a [Article],
    /// Which article of the input stands at each place of the index: newest first, those without a date last; of one
    /// day the heavier first, each as they came.
    pub(super) order: Vec<usize>,
    /// The days of the dated articles, in the index' order.
    pub(super) days: Vec<i32>,
    /// Characters of titles and texts as written, most frequent first: code points by rank.
    pub(super) original: Vec<u32>,
    /// The same of their folded forms.
    pub(super) folded: Vec<u32>,
    /// The rank of each folded character, by code point.
    pub(super) folded_rank: Vec<u32>,
    pub(super) frequency: Frequencies,
    pub(super) table: Arc<Table>,
    pub(super) folder: Folder,
    /// Title and body of each article, in the index' order.
    pub(super) texts: Vec<(Text, Text)>,
    /// The headings of each body, in the order of the text.
    pub(super) heads: Vec<Vec<HeadIn<'a>>>,
    /// Folded characters.
    pub(super) chars: u64,
    /// UTF-8 bytes of titles and texts.
    pub(super) utf8: u64,
    /// Whether it is Chinese, Japanese or Korean for the most part of what counts.
    pub(super) eastern: bool,
}

impl Corpus<'_> {
    /// Reads articles. O(text).
    pub(super) fn new(articles: &[Article]) -> Corpus<'_> {
        let days: Vec<Option<i32>> =
            articles.iter().map(|a| a.meta.iter().find(|m| m.0 == "date").and_then(|m| date::days(&m.1))).collect();
        let mut order: Vec<usize> = (0..articles.len()).collect();
        order.sort_by_key(|&k| (std::cmp::Reverse(days[k]), std::cmp::Reverse(weight(&articles[k])), k));

        let counts = count(articles.iter().flat_map(|a| a.title.chars().chain(a.text.chars())).map(u32::from));
        let mut written = classes(&counts);
        let used: BTreeSet<char> = written.iter().filter_map(|&(c, _)| char::from_u32(c)).collect();
        let table = Arc::new(unicode::table(&used));
        // How often each is in the folded texts is not known yet.
        let any_order: Vec<u32> = written.iter().map(|x| x.0).collect();
        let rank_of = ranks(&any_order);
        let folder = Folder::new(&table, &any_order, Off::default());
        let read = |s: &str| {
            let ranks: Vec<u32> = s.chars().map(|c| rank_of[c as usize]).collect();
            let folded = folder.fold(&ranks);
            Text { ranks, folded }
        };
        let mut texts: Vec<(Text, Text)> =
            order.par_iter().map(|&k| (read(&articles[k].title), read(&articles[k].text))).collect();

        // The end of a block is in no gram.
        let folded = texts.iter().flat_map(|(title, body)| title.folded.chars.iter().chain(&body.folded.chars)).copied();
        let counts = count(folded.filter(|&c| c != BLOCK_END));
        let chars: u64 = counts.iter().sum();
        let is_east = |c: u32| table.class(c).is(class::HAN_KANA) || c >= 0xAC00;
        let east: u64 = (0..).zip(&counts).filter(|&(c, n)| *n > 0 && is_east(c)).map(|x| x.1).sum();
        let folded_classes = classes(&counts);
        for (c, class) in &mut written {
            if let Ok(both) = folded_classes.binary_search_by_key(c, |x| x.0) {
                *class = folded_classes[both].1;
            }
        }
        let (folded, of_folded) = alphabet(folded_classes);
        let (original, of_original) = alphabet(written);
        let rank_of = ranks(&original);
        texts.par_iter_mut().flat_map_iter(|(title, body)| [title, body]).for_each(|text| {
            text.ranks.iter_mut().for_each(|rank| *rank = rank_of[any_order[*rank as usize] as usize]);
        });
        let folder = Folder::new(&table, &original, Off::default());
        Corpus {
            articles,
            days: order.iter().filter_map(|&k| days[k]).collect(),
            folded_rank: ranks(&folded),
            original,
            folded,
            frequency: Frequencies { original: of_original, folded: of_folded },
            table,
            folder,
            heads: order.par_iter().map(|&k| heads(&articles[k])).collect(),
            texts,
            chars,
            order,
            utf8: articles.iter().map(|a| (a.title.len() + a.text.len()) as u64).sum(),
            eastern: east * 100 > chars * 15,
        }
    }

    /// What is not asked for otherwise: for one file; for Chinese, Japanese and Korean; for all else.
    pub(super) fn usual(&self, one: bool, [file, east, west]: [u32; 3]) -> u32 {
        match (one, self.eastern) {
            (true, _) => file,
            (false, true) => east,
            (false, false) => west,
        }
    }

    /// Whether the index' order is not the input's.
    pub(super) fn reordered(&self) -> bool {
        self.order.iter().enumerate().any(|(k, &input)| k != input)
    }
}

/// How much its author wants an article to count, in thousandths of what is usual.
fn weight(article: &Article) -> u32 {
    let said = article.meta.iter().find(|m| m.0 == "search_weight").and_then(|m| m.1.trim().parse::<f64>().ok());
    (said.unwrap_or(1.0).clamp(0.0, 1000.0) * 1000.0) as u32
}

/// The headings of an article, from bytes to characters; those that lie elsewhere than between characters are left out.
fn heads(article: &Article) -> Vec<HeadIn<'_>> {
    let mut sorted: Vec<&Heading> = article.headings.iter().collect();
    sorted.sort_by_key(|h| (h.start, h.end));
    let (mut chars, mut bytes) = (0, 0);
    let mut at_byte = |at: usize| -> Option<usize> {
        chars += article.text.get(bytes..at)?.chars().count();
        bytes = at;
        Some(chars)
    };
    let mut out = Vec::new();
    for h in sorted {
        if let (Some(start), Some(end)) = (at_byte(h.start), at_byte(h.end)) {
            out.push(HeadIn { start, end, anchor: &h.anchor });
        }
    }
    out
}

/// How often each character occurs, by code point.
fn count(chars: impl Iterator<Item = u32>) -> Vec<u64> {
    let mut counts = Vec::new();
    for c in chars {
        if counts.len() <= c as usize {
            counts.resize(c as usize + 1, 0);
        }
        counts[c as usize] += 1;
    }
    counts
}

/// The rank of each character of an alphabet, by code point.
fn ranks(alphabet: &[u32]) -> Vec<u32> {
    let mut ranks = vec![0; alphabet.iter().max().map_or(0, |&c| c as usize + 1)];
    alphabet.iter().zip(0..).for_each(|(&c, rank)| ranks[c as usize] = rank);
    ranks
}
