//! How many of the articles found have each value of a field?

use std::rc::Rc;

use crate::format::root::Root;
use crate::search::index::Reader;
use crate::search::more::{Halt, Item, Job, Listing, OUT, Question};
use crate::search::step::Stop;
use crate::sort;

impl Job {
    /// The articles that match each query of the request, and whether they are all. `keys`: of those that are meant.
    pub(super) fn matching(&mut self, root: &Root, keys: Option<Rc<Vec<u32>>>) -> Result<(Vec<Vec<u32>>, bool), Halt> {
        let (texts, off) = (self.texts(), self.request.off);
        // All articles that are meant, where nothing is looked for.
        let all: Vec<u32> = match &keys {
            None => (0..root.article_count()).collect(),
            Some(keys) => (0..).zip(keys.iter()).filter(|(_, key)| **key != OUT).map(|x| x.0).collect(),
        };
        let queries = self.request.queries.clone();
        let asked = queries.iter().filter(|query| !query.trim().is_empty());
        let questions = asked.map(|query| Question { query: query.clone(), keys: keys.clone(), texts, off, narrowing: 0 });
        let told = self.ask(questions.collect())?;
        let exact = told.iter().all(|told| told.exact);
        let mut told = told.into_iter();
        let mut list_of = |query: &String| match query.trim().is_empty() {
            true => all.clone(),
            false => told.next().map(|told| told.list.clone()).unwrap_or_default(),
        };
        Ok((queries.iter().map(&mut list_of).collect(), exact))
    }

    /// How many articles have each value.
    pub(super) fn counts(&mut self, reader: &mut Reader) -> Result<Listing, Halt> {
        let root = reader.outline().map_err(Stop::Lacks)?;
        let number = self.counted(&root, &self.request.field)?;
        let facets = match number {
            Some(number) => self.column(reader, number)?,
            None => Some(Rc::default()),
        };
        let keys = self.keys(reader, usize::MAX)?;
        let (lists, exact) = self.matching(&root, keys)?;
        let mut listing = Listing { label: "value", single: true, exact, problem: self.problem(), ..Listing::default() };
        let Some(facets) = facets else { return Ok(listing) };
        let mut counts = vec![0u32; facets.values.len()];
        let mut without = 0;
        for &article in lists.iter().flatten() {
            let of = facets.of.get(article as usize).map_or(&[][..], |of| of.as_slice());
            without += u32::from(of.is_empty());
            for &value in of {
                if let Some(count) = counts.get_mut(value as usize) {
                    *count += 1;
                }
            }
        }
        for (label, n) in facets.values.iter().zip(counts).filter(|x| x.1 > 0) {
            listing.items.push(Item { label: label.clone(), articles: vec![n], ..Item::default() });
        }
        sort::by_key(&mut listing.items, |item| u128::from(!item.articles.first().copied().unwrap_or(0)));
        listing.rest = Some(("without", Item { articles: vec![without], ..Item::default() }));
        Ok(listing)
    }
}
