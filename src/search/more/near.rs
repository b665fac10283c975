//! What is near a query that finds nothing?
//!
//! Which condition to drop, which parts of the query occur, and what differs from it in one character. Each is a query of its own,
//! and was answered.

use crate::format::Rank;
use crate::format::root::Root;
use crate::search::index::Reader;
use crate::search::more::forms::{BLOCKS, Pattern, ranks, spelt};
use crate::search::more::{Halt, Item, Job, Listing, Question, Texts};
use crate::search::query::split;
use crate::search::step::Stop;

/// Characters of a term that is taken apart, at most.
const LONGEST: usize = 32;

impl Job {
    pub(super) fn near(&mut self, reader: &mut Reader) -> Result<Listing, Halt> {
        let root = reader.root().map_err(Stop::Lacks)?;
        let query = self.request.query().to_owned();
        let mut items = self.conditions(reader, &query)?;
        let terms: Vec<String> = split(&query).into_iter().filter(|term| !term.trim().is_empty()).map(Into::into).collect();
        let found = self.occur(&terms)?;
        // The one to be mended: the first that is nowhere.
        let absent = found.iter().position(|&(articles, _)| articles == 0);
        if terms.len() > 1 {
            for (term, &(articles, exact)) in terms.iter().zip(&found).filter(|x| x.1.0 > 0) {
                items.push(part(term.clone(), articles, exact));
            }
        }
        if let Some(term) = absent.and_then(|at| terms.get(at)) {
            items.extend(self.parts(&root, term)?);
            let mut misses = self.misses(reader, &root, term)?;
            misses.truncate(self.request.limit);
            items.extend(misses);
        }
        Ok(Listing { label: "text", single: true, exact: false, items, rest: None, problem: self.problem() })
    }

    /// What is found when one of the conditions is dropped.
    fn conditions(&mut self, reader: &mut Reader, query: &str) -> Result<Vec<Item>, Halt> {
        let mut fields: Vec<String> = self.request.filters.iter().map(|f| f.0.clone()).collect();
        if self.request.from.is_some() || self.request.to.is_some() {
            fields.push("date".into());
        }
        let mut questions = Vec::new();
        for at in 0..fields.len() {
            let keys = self.keys(reader, at)?;
            let off = self.request.off;
            questions.push(Question { query: query.to_owned(), keys, texts: Texts::Some, off, narrowing: at + 1 });
        }
        let told = self.ask(questions)?;
        let counted = told.iter().map(|told| (told.articles, told.exact));
        let items = fields.iter().zip(counted).filter(|x| x.1.0 > 0).map(|(field, (articles, exact))| {
            let (label, articles, exact) = (field.clone(), vec![articles], Some(exact));
            Item { kind: Some("filter"), label, articles, exact, all: None }
        });
        Ok(items.collect())
    }

    /// Whether texts occur: their articles, and whether the numbers are exact.
    fn occur(&mut self, texts: &[String]) -> Result<Vec<(u32, bool)>, Halt> {
        self.count(texts, Texts::Some)
    }

    /// The longest part of a term that occurs, and what is left of it on either side.
    fn parts(&mut self, root: &Root, term: &str) -> Result<Vec<Item>, Halt> {
        let chars: Vec<char> = term.chars().take(LONGEST).collect();
        let text = |from: usize, to: usize| -> String { chars.get(from..to).unwrap_or_default().iter().collect() };
        let (mut best, mut to) = ((0, 0), 0);
        for from in 0..chars.len() {
            to = to.max(from);
            // What goes on from a part that occurs may occur as well; no other can be longer.
            while to < chars.len() && (to - from <= best.1 - best.0 || to > from) {
                let next = text(from, to + 1);
                let known = ranks(root, &next).is_some();
                if !known || self.occur(&[next])?.first().is_none_or(|found| found.0 == 0) {
                    break;
                }
                to += 1;
            }
            if to - from > best.1 - best.0 {
                best = (from, to);
            }
        }
        let mut items = Vec::new();
        if best.1 - best.0 < 2 {
            return Ok(items);
        }
        for (from, to) in [best, (0, best.0), (best.1, chars.len())] {
            let text = [text(from, to)];
            if to - from > 1
                && let Some(&(articles, exact)) = self.occur(&text)?.first()
                && articles > 0
            {
                let [text] = text;
                items.push(part(text, articles, exact));
            }
        }
        Ok(items)
    }

    /// What occurs and differs from a term in one character: another, one more, one less, or two that change places.
    fn misses(&mut self, reader: &mut Reader, root: &Root, term: &str) -> Result<Vec<Item>, Halt> {
        // A character that no text has is certainly the wrong one.
        let chars: Vec<Option<Rank>> = term
            .chars()
            .take(LONGEST)
            .map(|c| ranks(root, c.encode_utf8(&mut [0; 4])).and_then(|r| r.first().copied()))
            .collect();
        let unknown: Vec<usize> = (0..chars.len()).filter(|&at| chars.get(at) == Some(&None)).collect();
        if unknown.len() > 1 || chars.len() < 2 {
            return Ok(Vec::new());
        }
        let patterns = patterns(&chars, unknown.first().copied());
        // Blocks of a large index are larger: as many as make up so much text.
        let most = MOST_TEXT * u64::from(root.block_count()) / root.kib.max(1);
        let mut forms = self.fitting(reader, root, &patterns, most as usize)?.to_vec();
        let direct = direct(&chars, unknown.first().copied());
        let labels: Vec<String> = direct.iter().map(|form| spelt(root, form)).collect();
        let found = self.occur(&labels)?;
        forms.extend(direct.into_iter().zip(found).filter(|x| x.1.0 > 0).map(|(form, (articles, _))| (form, articles)));
        let own: Option<Vec<Rank>> = chars.iter().copied().collect();
        forms.retain(|form| Some(&form.0) != own.as_ref());
        let mut items = self.verified(root, forms, Texts::Some)?;
        for item in &mut items {
            item.kind = Some("character");
        }
        Ok(items)
    }
}

/// A part that occurs.
fn part(label: String, articles: u32, exact: bool) -> Item {
    Item { kind: Some("part"), label, articles: vec![articles], exact: Some(exact), all: None }
}

/// Blocks that are read for what has another character at one place: of 500 words of docs-cn 97.4 % are found with 96 and 1,000 KiB
/// of text in all, 98.4 % with these.
const MOST_BLOCKS: usize = 160;

/// KiB of text in all blocks that are read for one query: about a third of that comes over the wire.
const MOST_TEXT: u64 = 1_600;

/// Patterns of what has another character at one place, or one more, each with the blocks to read. `wrong`: the place, if it is known.
fn patterns(chars: &[Option<Rank>], wrong: Option<usize>) -> Vec<(Pattern, usize)> {
    let mut out = Vec::new();
    for at in (0..chars.len()).filter(|at| wrong.is_none_or(|wrong| wrong == *at)) {
        let mut pattern = chars.to_vec();
        if let Some(gap) = pattern.get_mut(at) {
            *gap = None;
        }
        out.push((pattern, MOST_BLOCKS));
    }
    for at in (1..chars.len()).filter(|_| wrong.is_none()) {
        let mut pattern = chars.to_vec();
        pattern.insert(at, None);
        out.push((pattern, BLOCKS));
    }
    out
}

/// What has one character less, or two that change places.
fn direct(chars: &[Option<Rank>], wrong: Option<usize>) -> Vec<Vec<Rank>> {
    let mut out: Vec<Vec<Option<Rank>>> = Vec::new();
    for at in 0..chars.len() {
        let mut less = chars.to_vec();
        let moved = less.remove(at);
        if chars.len() > 2 {
            out.push(less.clone());
        }
        if wrong.is_none() && at + 1 < chars.len() {
            less.insert(at + 1, moved);
            out.push(less);
        }
    }
    out.into_iter().filter_map(|form| form.into_iter().collect()).collect()
}
