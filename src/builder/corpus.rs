//! What is the corpus made of? Articles in the index' order, their alphabets, the folding table, every text folded.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use crate::builder::alphabet::{alphabet, classes};
use crate::builder::unicode;
use crate::fold::folder::{BLOCK_END, Folded, Folder};
use crate::fold::table::Table;
use crate::fold::{Off, class};
use crate::format::Number;
use crate::format::rest::{MOST_WEIGHT, USUAL_WEIGHT};
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
    /// Articles that count otherwise than is usual, in the index' order, and how much, in hundredths.
    pub(super) weights: Vec<(Number, u32)>,
    /// What in each body counts otherwise than its article: the characters, and how much.
    pub(super) parts: Vec<Vec<(Range<usize>, u32)>>,
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
        let weights: Vec<u32> = articles.iter().map(weight).collect();
        let mut order: Vec<usize> = (0..articles.len()).collect();
        order.sort_by_key(|&k| (std::cmp::Reverse(days[k]), std::cmp::Reverse(weights[k]), k));
        let weights = (0..).zip(order.iter().map(|&k| weights[k])).filter(|&(_, weight)| weight != USUAL_WEIGHT).collect();

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
            parts: order.par_iter().map(|&k| parts(&articles[k])).collect(),
            weights,
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

    /// How much each character of a part of a body counts.
    pub(super) fn weights_in(&self, k: usize, within: Range<usize>) -> Vec<u32> {
        let own = self.weights.binary_search_by_key(&(k as Number), |w| w.0).map_or(USUAL_WEIGHT, |at| self.weights[at].1);
        let mut out = vec![own; within.len()];
        let parts = &self.parts[k];
        let first = parts.partition_point(|(part, _)| part.end <= within.start);
        for (part, weight) in parts[first..].iter().take_while(|(part, _)| part.start < within.end) {
            let (from, to) = (part.start.max(within.start), part.end.min(within.end));
            out[from - within.start..to - within.start].fill(*weight);
        }
        out
    }

    /// Whether the index' order is not the input's.
    pub(super) fn reordered(&self) -> bool {
        self.order.iter().enumerate().any(|(k, &input)| k != input)
    }
}

/// How much its author wants an article to count.
fn weight(article: &Article) -> u32 {
    hundredths(article.meta.iter().find(|m| m.0 == WEIGHT).map(|m| m.1.as_str()))
}

/// The metadata that says how much an article counts.
pub(crate) const WEIGHT: &str = "search_weight";

/// How much that is, in hundredths of what is usual.
pub(crate) fn hundredths(said: Option<&str>) -> u32 {
    let said = said.and_then(|said| said.trim().parse::<f64>().ok());
    let hundredths = said.filter(|said| said.is_finite()).map_or(f64::from(USUAL_WEIGHT), |said| said * 100.0);
    hundredths.clamp(0.0, MOST_WEIGHT as f64).round() as u32
}

/// Turns bytes of a text into characters, as long as they rise; `None` for one between two bytes of a character, or before the last.
struct Characters<'a> {
    text: &'a str,
    bytes: usize,
    chars: usize,
}

impl Characters<'_> {
    fn at(&mut self, byte: usize) -> Option<usize> {
        self.chars += self.text.get(self.bytes..byte)?.chars().count();
        self.bytes = byte;
        Some(self.chars)
    }
}

/// The headings of an article, from bytes to characters; those that lie elsewhere than between characters are left out.
fn heads(article: &Article) -> Vec<HeadIn<'_>> {
    let mut sorted: Vec<&Heading> = article.headings.iter().collect();
    sorted.sort_by_key(|h| (h.start, h.end));
    let mut characters = Characters { text: &article.text, bytes: 0, chars: 0 };
    let mut out = Vec::new();
    for h in sorted {
        if let (Some(start), Some(end)) = (characters.at(h.start), characters.at(h.end)) {
            out.push(HeadIn { start, end, anchor: &h.anchor });
        }
    }
    out
}

/// The parts of an article that count otherwise than it does, in the same way.
fn parts(article: &Article) -> Vec<(Range<usize>, u32)> {
    let usual = weight(article);
    let mut sorted = article.weights.clone();
    sorted.sort_by_key(|w| (w.start, w.end));
    let mut characters = Characters { text: &article.text, bytes: 0, chars: 0 };
    let mut out = Vec::new();
    for w in sorted {
        let weight = u32::from(w.hundredths).min(MOST_WEIGHT as u32);
        if let (Some(start), Some(end)) = (characters.at(w.start), characters.at(w.end))
            && weight != usual
            && start < end
        {
            out.push((start..end, weight));
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
