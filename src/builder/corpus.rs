//! What is the corpus made of? Its order, its alphabets, the folding table: all that must be known before a text can be cut.
//!
//! The articles are looked at twice, some at a time: the first time for their characters and facts, the second time, when it is
//! known how to fold, for their folded characters.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use crate::builder::alphabet::{alphabet, classes};
use crate::builder::facets::Facts;
use crate::builder::intake::Intake;
use crate::builder::{Failure, Told, unicode};
use crate::fold::folder::{BLOCK_END, Folded, Folder};
use crate::fold::table::Table;
use crate::fold::{Off, class};
use crate::format::rest::{MOST_WEIGHT, USUAL_WEIGHT};
use crate::format::root::Frequencies;
use crate::format::{Id, Number};
use crate::{Article, Heading};

/// Bytes of articles that are looked at together.
pub(super) const BATCH: usize = 4 << 20;

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

/// What all articles have in common.
pub(super) struct Corpus {
    /// Which article of the input stands at each place of the index: newest first, those without a date last; of one
    /// day the heavier first, each as they came.
    pub(super) order: Vec<Id>,
    /// The days of the dated articles, in the index' order.
    pub(super) days: Vec<i32>,
    /// Characters of titles and texts as written, most frequent first: code points by rank.
    pub(super) original: Vec<u32>,
    /// The rank of each of them, by code point.
    pub(super) rank_of: Vec<u32>,
    /// The same of their folded forms.
    pub(super) folded: Vec<u32>,
    /// The rank of each folded character, by code point.
    pub(super) folded_rank: Vec<u32>,
    pub(super) frequency: Frequencies,
    pub(super) table: Arc<Table>,
    pub(super) folder: Folder,
    /// Articles that count otherwise than is usual, in the index' order, and how much, in hundredths.
    pub(super) weights: Vec<(Number, u32)>,
    /// Whether a part of a text counts otherwise than its article.
    pub(super) weighted: bool,
    /// The folded texts of as many of the first articles as there is room for.
    pub(super) folds: Vec<(Folded, Folded)>,
    /// Facts of the articles.
    pub(super) facts: Facts,
    /// Folded characters,
    pub(super) chars: u64,
    /// those of titles, the ends of blocks included,
    pub(super) titles: u64,
    /// and those of titles and texts as written.
    pub(super) written: u64,
    /// UTF-8 bytes of titles and texts.
    pub(super) utf8: u64,
    /// Whether it is Chinese, Japanese or Korean for the most part of what counts.
    pub(super) eastern: bool,
}

/// What the first look at articles counts.
#[derive(Default)]
struct Seen {
    characters: Counts,
    utf8: u64,
    weighted: bool,
}

impl Corpus {
    /// Looks at all articles. `filters`: facts that have a column as well. O(text).
    pub(super) fn new(intake: &Intake<'_, '_>, filters: &[String], told: Told<'_>) -> Result<Corpus, Failure> {
        let order = intake.order();
        let weights = (0..).zip(order.iter().map(|key| key.weight())).filter(|&(_, weight)| weight != USUAL_WEIGHT).collect();
        let (mut seen, mut facts, mut done) = (Seen::default(), Facts::new(filters), 0);
        intake.batches(BATCH, |batch| {
            done += batch.len() as u64;
            told("counting characters", done, order.len() as u64);
            batch.iter().for_each(|article| facts.add(article));
            let looks: Vec<Seen> = parts_of(batch).map(look).collect();
            for look in looks {
                seen.characters.add(&look.characters);
                seen.utf8 += look.utf8;
                seen.weighted |= look.weighted;
            }
            Ok(())
        })?;
        let mut written = classes(&seen.characters.0);
        let used: BTreeSet<char> = written.iter().filter_map(|&(c, _)| char::from_u32(c)).collect();
        let table = Arc::new(unicode::table(&used));
        // How often each is in the folded texts is not known yet.
        let any_order: Vec<u32> = written.iter().map(|x| x.0).collect();
        let Folds { counts, titles, known, .. } = fold_all(intake, &table, &any_order, order.len() as u64, told)?;
        let chars: u64 = counts.0.iter().sum();
        let is_east = |c: u32| table.class(c).is(class::HAN_KANA) || c >= 0xAC00;
        let east: u64 = (0..).zip(&counts.0).filter(|&(c, n)| *n > 0 && is_east(c)).map(|x| x.1).sum();
        let folded_classes = classes(&counts.0);
        for (c, class) in &mut written {
            if let Ok(both) = folded_classes.binary_search_by_key(c, |x| x.0) {
                *class = folded_classes[both].1;
            }
        }
        let (folded, of_folded) = alphabet(folded_classes);
        let (original, of_original) = alphabet(written);
        Ok(Corpus {
            days: order.iter().filter_map(|key| key.day()).collect(),
            order: order.iter().map(|key| key.id()).collect(),
            folded_rank: ranks(&folded),
            rank_of: ranks(&original),
            folder: Folder::new(&table, &original, Off::default()),
            original,
            folded,
            frequency: Frequencies { original: of_original, folded: of_folded },
            table,
            weights,
            weighted: seen.weighted,
            folds: known,
            facts,
            chars,
            titles,
            written: seen.characters.0.iter().sum(),
            utf8: seen.utf8,
            eastern: east * 100 > chars * 15,
        })
    }

    /// What is not asked for otherwise: for one file; for Chinese, Japanese and Korean; for all else.
    pub(super) fn usual(&self, one: bool, [file, east, west]: [u32; 3]) -> u32 {
        match (one, self.eastern) {
            (true, _) => file,
            (false, true) => east,
            (false, false) => west,
        }
    }

    /// A text, folded, if it is not yet.
    pub(super) fn read(&self, text: &str, folded: Option<Folded>) -> Text {
        let ranks: Vec<u32> = text.chars().map(|c| self.rank_of[c as usize]).collect();
        let folded = folded.unwrap_or_else(|| self.folder.fold(&ranks));
        Text { ranks, folded }
    }

    /// How much each character of a part of a body counts. `parts`: those of the body that count otherwise than it.
    pub(super) fn weights_in(&self, k: Number, parts: &[(Range<usize>, u32)], within: Range<usize>) -> Vec<u32> {
        let own = self.weights.binary_search_by_key(&k, |w| w.0).map_or(USUAL_WEIGHT, |at| self.weights[at].1);
        let mut out = vec![own; within.len()];
        let first = parts.partition_point(|(part, _)| part.end <= within.start);
        for (part, weight) in parts[first..].iter().take_while(|(part, _)| part.start < within.end) {
            let (from, to) = (part.start.max(within.start), part.end.min(within.end));
            out[from - within.start..to - within.start].fill(*weight);
        }
        out
    }

    /// Whether the index' order is not the input's.
    pub(super) fn reordered(&self) -> bool {
        (0..).zip(&self.order).any(|(k, &input): (u32, _)| k != input)
    }
}

/// Some articles, a part for each thread.
fn parts_of<'b, 'a>(batch: &'b [Cow<'a, Article>]) -> impl IndexedParallelIterator<Item = &'b [Cow<'a, Article>]> {
    batch.par_chunks(batch.len().div_ceil(rayon::current_num_threads()).max(1))
}

/// Looks at articles for the first time.
fn look(articles: &[Cow<'_, Article>]) -> Seen {
    let mut seen = Seen::default();
    for article in articles {
        article.title.chars().chain(article.text.chars()).for_each(|c| seen.characters.count(c.into()));
        seen.utf8 += (article.title.len() + article.text.len()) as u64;
        seen.weighted |= !parts(article).is_empty();
    }
    seen
}

/// What the second look at articles gives.
#[derive(Default)]
struct Folds {
    /// How often each character is in the folded texts,
    counts: Counts,
    /// and how many are in folded titles.
    titles: u64,
    /// The first of the folded texts, and what they take.
    known: Vec<(Folded, Folded)>,
    bytes: usize,
}

/// What share of the room for all that is kept folded texts may take: else they are folded again.
const FOLDED: usize = 4;

/// Looks at all articles for the second time.
fn fold_all(
    intake: &Intake<'_, '_>,
    table: &Arc<Table>,
    alphabet: &[u32],
    articles: u64,
    told: Told<'_>,
) -> Result<Folds, Failure> {
    let rank_of = ranks(alphabet);
    let folder = Folder::new(table, alphabet, Off::default());
    let fold = |text: &str| folder.fold(&text.chars().map(|c| rank_of[c as usize]).collect::<Vec<u32>>());
    let (mut all, mut done, most) = (Folds::default(), 0, intake.memory.room() / FOLDED);
    intake.batches(BATCH, |batch| {
        // All before must be there as well.
        let keep = all.bytes < most && all.known.len() as u64 == done;
        let look = |articles: &[Cow<'_, Article>]| {
            let mut folds = Folds::default();
            for article in articles {
                let (title, body) = (fold(&article.title), fold(&article.text));
                folds.titles += title.chars.len() as u64;
                // The end of a block is in no gram.
                let all = title.chars.iter().chain(&body.chars);
                all.filter(|&&c| c != BLOCK_END).for_each(|&c| folds.counts.count(c));
                if keep {
                    folds.bytes += title.memory() + body.memory() + size_of::<(Folded, Folded)>();
                    folds.known.push((title, body));
                }
            }
            folds
        };
        let looks: Vec<Folds> = parts_of(batch).map(look).collect();
        for look in looks {
            all.counts.add(&look.counts);
            all.titles += look.titles;
            all.bytes += look.bytes;
            all.known.extend(look.known);
        }
        done += batch.len() as u64;
        told("folding", done, articles);
        Ok(())
    })?;
    Ok(all)
}

/// How much its author wants an article to count.
pub(super) fn weight(article: &Article) -> u32 {
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
pub(super) fn heads(article: &Article) -> Vec<HeadIn<'_>> {
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
pub(super) fn parts(article: &Article) -> Vec<(Range<usize>, u32)> {
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
#[derive(Default)]
struct Counts(Vec<u64>);

impl Counts {
    fn count(&mut self, c: u32) {
        if self.0.len() <= c as usize {
            self.0.resize(c as usize + 1, 0);
        }
        self.0[c as usize] += 1;
    }

    fn add(&mut self, other: &Counts) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        self.0.iter_mut().zip(&other.0).for_each(|(sum, n)| *sum += n);
    }
}

/// The rank of each character of an alphabet, by code point.
fn ranks(alphabet: &[u32]) -> Vec<u32> {
    let mut ranks = vec![0; alphabet.iter().max().map_or(0, |&c| c as usize + 1)];
    alphabet.iter().zip(0..).for_each(|(&c, rank)| ranks[c as usize] = rank);
    ranks
}
