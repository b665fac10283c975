//! What begins like a text, or fits a pattern?
//!
//! Continuations come from the gram dictionary alone: it has every frequent string. On a site that is one file they come from its texts
//! too. Forms with a gap come from the dictionary, where what stands before the gap is a gram, and from the texts of some passages that
//! hold all that is fixed.

use std::rc::Rc;

use crate::fold::Off;
use crate::fold::term::Term;
use crate::format::root::Root;
use crate::format::{File, Kind, Passage, Rank};
use crate::search::index::Reader;
use crate::search::more::{Halt, Item, Job, Listing, Texts};
use crate::search::plan::Plan;
use crate::search::step::{Stop, in_order, lost};
use crate::sort;

/// Pages of what begins like a text that are read: what is frequent stands first.
const PAGES: u32 = 4;
/// Blocks of text that are read for one pattern.
pub(super) const BLOCKS: usize = 16;
/// Forms that are looked at further, for each that is shown.
const SPARE: usize = 2;

/// A pattern: characters, `None` for any.
pub(super) type Pattern = Vec<Option<Rank>>;

/// A form, as ranks, and how often it was seen.
pub(super) type Form = (Vec<Rank>, u32);

/// Passages where something may start.
type Passages = Rc<Vec<Passage>>;

/// What was read so far.
#[derive(Default)]
pub struct Forms {
    /// Strings with the passages where they may start.
    runs: Vec<(Vec<Rank>, Passages)>,
    /// What fits the patterns of the request.
    found: Option<Rc<Vec<Form>>>,
}

impl Job {
    /// What begins like the query or fits it, each with its articles.
    pub(super) fn complete(&mut self, reader: &mut Reader) -> Result<Listing, Halt> {
        let root = reader.root().map_err(Stop::Lacks)?;
        let typed = self.request.query().to_owned();
        let pattern = pattern(&root, &typed);
        let fixed = pattern.iter().flatten().all(Option::is_some);
        let forms = match pattern {
            Some(pattern) if pattern.iter().any(Option::is_some) && pattern.len() <= MOST => {
                if fixed {
                    let mut forms = self.continued(reader, &root, &pattern)?;
                    // What is rare is no gram: it stands in the texts, where those are there. A letter more would be no word.
                    if reader.is_whole() {
                        let next = pattern.into_iter().chain([None]).collect();
                        let read = self.fitting(reader, &root, &[(next, BLOCKS)], BLOCKS)?;
                        let known = forms.clone();
                        let gapless = |form: &Form| {
                            form.0.last().and_then(|&c| root.folded.get(c as usize)).is_some_and(|&c| root.table.is_gapless(c))
                        };
                        let new = |form: &&Form| gapless(form) && !known.iter().any(|gram| gram.0.starts_with(&form.0));
                        forms.extend(read.iter().filter(new).cloned());
                    }
                    forms
                } else {
                    self.fitting(reader, &root, &[(pattern, BLOCKS)], BLOCKS)?.to_vec()
                }
            }
            _ => Vec::new(),
        };
        let mut items = self.verified(&root, forms, self.texts())?;
        items.truncate(self.request.limit);
        Ok(Listing { label: "text", single: true, exact: false, items, rest: None, problem: self.problem() })
    }

    /// Forms that do occur, each with its articles, most of them first.
    pub(super) fn verified(&mut self, root: &Root, mut forms: Vec<Form>, texts: Texts) -> Result<Vec<Item>, Halt> {
        sort::by_key(&mut forms, |form| u128::from(!form.1));
        forms.truncate(self.request.limit.saturating_mul(SPARE));
        let labels: Vec<String> = forms.iter().map(|(form, _)| spelt(root, form)).collect();
        let mut counted = self.count(&labels, if texts == Texts::All { texts } else { Texts::None })?;
        if texts == Texts::Some {
            // Texts are read for what the dictionary alone cannot tell.
            let open: Vec<String> =
                labels.iter().zip(&counted).filter(|&(_, &(n, exact))| n == 0 && !exact).map(|x| x.0.clone()).collect();
            let mut seen = self.count(&open, texts)?.into_iter();
            let unknown = counted.iter_mut().filter(|(n, exact)| *n == 0 && !exact);
            unknown.zip(&mut seen).for_each(|(count, seen)| *count = seen);
        }
        let mut items = Vec::new();
        for (label, (articles, exact)) in labels.into_iter().zip(counted).filter(|x| x.1.0 > 0) {
            items.push(Item { label, articles: vec![articles], exact: Some(exact), ..Item::default() });
        }
        sort::by_key(&mut items, |item| u128::from(!item.articles.first().copied().unwrap_or(0)));
        Ok(items)
    }

    /// Grams that begin so, without those that nearly always go on in one way.
    fn continued(&mut self, reader: &mut Reader, root: &Root, pattern: &Pattern) -> Result<Vec<Form>, Halt> {
        let start: Vec<Rank> = pattern.iter().flatten().copied().collect();
        let mut forms: Vec<Form> = Vec::new();
        self.grams(reader, root, &start, &mut |gram, n| {
            // What ends with a sign, or in between two words, is no text that anyone goes on to.
            if gram.len() > start.len() && gram.last().is_some_and(|&last| fills(root, last)) && !gram.contains(&root.edge()) {
                forms.push((gram.to_vec(), n));
            }
        })?;
        let longer = |form: &Form| {
            let goes_on = |other: &Form| {
                other.0.len() > form.0.len() && other.0.starts_with(&form.0) && u64::from(other.1) * 5 >= u64::from(form.1) * 4
            };
            forms.iter().any(goes_on)
        };
        Ok(forms.iter().filter(|form| !longer(form)).cloned().collect())
    }

    /// Tells the grams that begin with a string, as far as the first pages of them go, each with the groups it is in.
    fn grams(&self, reader: &mut Reader, root: &Root, start: &[Rank], told: &mut dyn FnMut(&[Rank], u32)) -> Result<(), Stop> {
        let key = start.get(..root.longest as usize).unwrap_or(start);
        let mut end = key.to_vec();
        end.push(Rank::MAX);
        let first = root.page_of(key);
        let pages = first..=root.page_of(&end).min(first.saturating_add(PAGES - 1));
        let mut lacks: Vec<File> = pages.clone().map(|number| File { kind: Kind::Grams, number }).collect();
        lacks.retain(|file| !reader.has(*file) && !lost(self.failed(), &[*file]));
        if !lacks.is_empty() {
            return Err(Stop::Lacks(lacks));
        }
        for number in pages {
            let file = File { kind: Kind::Grams, number };
            if reader.has(file) {
                reader.grams_of(file, &mut |gram, list, repeated| {
                    if !repeated && gram.starts_with(start) {
                        let mut groups: Vec<u32> = list.iter().map(|&p| root.group_of(p)).collect();
                        sort::set(&mut groups);
                        told(gram, groups.len() as u32);
                    }
                })?;
            }
        }
        Ok(())
    }

    /// What fits one of some patterns: grams, and what stands in some of the passages that hold all that is fixed in one of them,
    /// so many blocks of it at most, and `most` of all.
    pub(super) fn fitting(
        &mut self,
        reader: &mut Reader,
        root: &Root,
        patterns: &[(Pattern, usize)],
        most: usize,
    ) -> Result<Rc<Vec<Form>>, Halt> {
        if let Some(forms) = &self.forms.found {
            return Ok(Rc::clone(forms));
        }
        let (mut forms, mut lacks, mut looks) = (Vec::new(), Vec::new(), Vec::new());
        for (pattern, of_it) in patterns {
            let found = self.passages(reader, root, pattern).and_then(|passages| {
                let Some(passages) = passages else { return Ok(()) };
                self.whole_grams(reader, root, pattern, &mut forms)?;
                let mut blocks: Vec<u32> = passages.iter().map(|&p| root.block_of(p)).collect();
                sort::set(&mut blocks);
                looks.push(Look { pattern, blocks, most: *of_it, weight: 1 });
                Ok(())
            });
            match found {
                // What several lack is asked for together.
                Err(Halt::Stop(Stop::Lacks(files))) => lacks.extend(files),
                found => found?,
            }
        }
        if lacks.is_empty() {
            let (blocks, known) = (sample(&mut looks, most), forms.len());
            self.scan(reader, &blocks, &mut lacks, &mut |text| {
                looks.iter().for_each(|at| look(root, text, at.pattern, at.weight, known, &mut forms));
            })?;
        }
        if !lacks.is_empty() {
            in_order(&mut lacks);
            lacks.truncate(MOST_FILES);
            return Err(Stop::Lacks(lacks).into());
        }
        let forms = Rc::new(forms);
        self.forms.found = Some(Rc::clone(&forms));
        Ok(forms)
    }

    /// Grams that fit a pattern, where it begins with what is fixed.
    fn whole_grams(&self, reader: &mut Reader, root: &Root, pattern: &Pattern, forms: &mut Vec<Form>) -> Result<(), Stop> {
        let start: Vec<Rank> = pattern.iter().map_while(|c| *c).collect();
        if start.is_empty() || pattern.len() > root.longest as usize {
            return Ok(());
        }
        self.grams(reader, root, &start, &mut |gram, n| {
            if fits(root, gram, pattern) && forms.iter().all(|known: &Form| known.0 != gram) {
                forms.push((gram.to_vec(), n));
            }
        })
    }

    /// The passages that hold all that is fixed in a pattern; `None`: there are none.
    fn passages(&mut self, reader: &mut Reader, root: &Root, pattern: &Pattern) -> Result<Option<Passages>, Halt> {
        let mut all: Option<Passages> = None;
        for run in pattern.split(Option::is_none).filter(|run| !run.is_empty()) {
            let run: Vec<Rank> = run.iter().flatten().copied().collect();
            let list = self.starts(reader, root, run)?;
            all = Some(match all {
                None => list,
                Some(before) => Rc::new(before.iter().filter(|p| list.binary_search(p).is_ok()).copied().collect()),
            });
            if all.as_ref().is_some_and(|all| all.is_empty()) {
                return Ok(None);
            }
        }
        Ok(all)
    }

    /// The passages where a string may start.
    fn starts(&mut self, reader: &mut Reader, root: &Root, run: Vec<Rank>) -> Result<Passages, Halt> {
        if let Some((_, list)) = self.forms.runs.iter().find(|known| known.0 == run) {
            return Ok(Rc::clone(list));
        }
        let failed: Vec<File> = self.failed().iter().map(|f| f.0).collect();
        let mut plan = Plan::of(run.clone());
        plan.run(reader, root, &failed)?;
        let list = Rc::new(plan.candidates().unwrap_or_default().to_vec());
        self.forms.runs.push((run, Rc::clone(&list)));
        Ok(list)
    }

    /// Tells the texts of blocks; notes what is lacking.
    fn scan(&self, reader: &mut Reader, blocks: &[u32], lacks: &mut Vec<File>, told: &mut dyn FnMut(&[u32])) -> Result<(), Stop> {
        for &number in blocks {
            match reader.block(number) {
                Err(Stop::Lacks(files)) => {
                    if !lost(self.failed(), &files) {
                        lacks.extend(files);
                    }
                }
                block => block?.pieces.iter().for_each(|(_, folded)| told(&folded.chars)),
            }
        }
        Ok(())
    }
}

/// Where a pattern is looked for.
struct Look<'a> {
    pattern: &'a Pattern,
    /// Blocks where it may be.
    blocks: Vec<u32>,
    /// So many of them are read at most.
    most: usize,
    /// Each stands for so many.
    weight: u32,
}

/// Chooses what is read, from all over the blocks of each pattern. What those of few blocks leave of their share goes to the others.
fn sample(looks: &mut [Look<'_>], most: usize) -> Vec<u32> {
    sort::by_key(looks, |look| look.blocks.len() as u128);
    let (mut left, mut open) = (most, looks.len());
    let mut out = Vec::new();
    for look in looks {
        let share = look.most.min(left / open.max(1)).max(1);
        let step = look.blocks.len().div_ceil(share).max(1);
        let before = out.len();
        out.extend(look.blocks.iter().step_by(step));
        look.weight = step as u32;
        left = left.saturating_sub(out.len() - before);
        open -= 1;
    }
    sort::set(&mut out);
    out
}

/// Files that one step asks for, at most.
const MOST_FILES: usize = 24;

/// The longest pattern.
const MOST: usize = 64;

/// What was typed as a pattern; `None`: it has a character that no text has.
fn pattern(root: &Root, typed: &str) -> Option<Pattern> {
    let any = |c: char| c == '.' || c == '?';
    let mut out = Pattern::new();
    let gaps = typed.chars().any(any) && typed.chars().any(|c| !any(c) && !c.is_whitespace());
    if !gaps {
        return Some(ranks(root, typed)?.into_iter().map(Some).collect());
    }
    let mut run = String::new();
    for c in typed.trim().chars().chain(['.']) {
        if !any(c) {
            run.push(c);
            continue;
        }
        out.extend(ranks(root, &run)?.into_iter().map(Some));
        out.push(None);
        run.clear();
    }
    // The last one was put there to end what stands before it.
    out.pop();
    Some(out)
}

/// A text folded, as ranks.
pub(super) fn ranks(root: &Root, typed: &str) -> Option<Vec<Rank>> {
    root.ranks_of(&Term::new(&root.table, typed, Off::default()).chars)
}

/// Ranks as a text.
pub(super) fn spelt(root: &Root, form: &[Rank]) -> String {
    form.iter().filter_map(|&rank| char::from_u32(*root.folded.get(rank as usize)?)).collect()
}

/// A character that may stand for a gap: any letter, digit or Han character. A sign is none, and no more is the end of a text.
fn fills(root: &Root, c: Rank) -> bool {
    root.folded.get(c as usize).is_some_and(|&c| root.table.is_word(c))
}

fn fits(root: &Root, form: &[Rank], pattern: &Pattern) -> bool {
    let fits = |(&c, wanted): (&Rank, &Option<Rank>)| wanted.map_or_else(|| fills(root, c), |wanted| wanted == c);
    form.len() == pattern.len() && form.iter().zip(pattern).all(fits)
}

/// Counts what fits a pattern in a folded text, each place as `weight`, but for the forms before `known`, which have their numbers.
fn look(root: &Root, text: &[u32], pattern: &Pattern, weight: u32, known: usize, forms: &mut Vec<Form>) {
    // In characters: those of the pattern are few.
    let wanted: Vec<Option<u32>> = pattern.iter().map(|c| c.and_then(|rank| root.folded.get(rank as usize).copied())).collect();
    for at in text.windows(wanted.len().max(1)) {
        let fits = at.iter().zip(&wanted).all(|(&c, wanted)| wanted.is_none_or(|wanted| wanted == c));
        if fits
            && let Some(form) = root.ranks_of(at)
            && form.iter().zip(pattern).all(|(&c, wanted)| wanted.is_some() || fills(root, c))
        {
            match forms.iter().position(|known| known.0 == form) {
                None => forms.push((form, weight)),
                Some(at) if at < known => {}
                Some(at) => {
                    if let Some(form) = forms.get_mut(at) {
                        form.1 = form.1.saturating_add(weight);
                    }
                }
            }
        }
    }
}
