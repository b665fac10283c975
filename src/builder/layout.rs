//! What becomes of each article, once all that they have in common is known?
//!
//! It is cut into passages, or shares one; its characters go into the text in which grams are looked for; and its pieces, a passage
//! each, wait for what becomes a block. This is the last time that articles are read.

use rayon::prelude::*;

use crate::Article;
use crate::builder::blocks::{Cut, Pieces, cut};
use crate::builder::corpus::{Corpus, heads, parts};
use crate::builder::intake::Intake;
use crate::builder::passages::{Groups, Passages, Share, cuts};
use crate::builder::stream::{Strand, Stream, Streams};
use crate::builder::{Failure, Told};
use crate::fold::folder::Folded;

/// Bytes of articles that are laid out together: each takes forty times as many meanwhile.
const BATCH: usize = 1 << 20;

/// A corpus that is laid out.
pub(super) struct Layout<'m> {
    pub(super) passages: Passages,
    pub(super) stream: Stream,
    pub(super) pieces: Pieces<'m>,
}

/// An article that is cut, before it is known which passage is its.
struct Laid {
    share: Share,
    title: Strand,
    body: Strand,
    pieces: Vec<Cut>,
}

impl<'m> Layout<'m> {
    /// Lays out all articles; refuses what a reader would refuse. O(text).
    pub(super) fn new(
        intake: &Intake<'_, 'm>,
        corpus: &mut Corpus,
        window: u32,
        share: u32,
        told: Told<'_>,
    ) -> Result<Layout<'m>, Failure> {
        let mut known = std::mem::take(&mut corpus.folds).into_iter();
        let corpus = &*corpus;
        let mut groups = Groups::new(window as usize, share as usize, corpus.chars);
        let (mut streams, mut pieces) = (Streams::new(corpus), Pieces::new(corpus, intake.memory));
        let mut first = 0;
        intake.batches(BATCH, |batch| {
            let folded: Vec<Option<(Folded, Folded)>> = batch.iter().map(|_| known.next()).collect();
            let each = batch.par_iter().zip(folded).enumerate();
            let laid: Vec<Laid> = each.map(|(k, (article, folded))| lay(article, folded, first + k, corpus, window)).collect();
            for (article, laid) in batch.iter().zip(laid) {
                if laid.pieces.iter().any(Cut::is_too_long) {
                    return Err(Failure::TooLong { article: corpus.order[first] as usize, title: article.title.clone() });
                }
                let begins = groups.add(&laid.share);
                streams.add(&laid.title, &laid.body, begins);
                pieces.add(laid.pieces, begins)?;
                first += 1;
            }
            told("cutting into passages", first as u64, corpus.order.len() as u64);
            Ok(())
        })?;
        Ok(Layout { passages: groups.finish()?, stream: streams.finish(), pieces: pieces.finish()? })
    }
}

/// Lays out one article: number k of the index.
fn lay(article: &Article, folded: Option<(Folded, Folded)>, k: usize, corpus: &Corpus, window: u32) -> Laid {
    let (title, body) = folded.unzip();
    let (title, body) = (corpus.read(&article.title, title), corpus.read(&article.text, body));
    let (heads, parts) = (heads(article), parts(article));
    let starts = cuts(&body, corpus, window as usize);
    Laid {
        share: Share::new(article, &title, &body, starts.len(), &corpus.folder),
        title: Strand::title(&title, corpus),
        body: Strand::body(&body, &starts, &heads, corpus),
        pieces: cut(article, k, (&title, &body), &starts, (&heads, &parts), corpus),
    }
}
