//! How is a catalog in a folder read?
//!
//! As an index ([`OnDisk`]) whose articles are indexes: what may hold a query is what its dictionary does not leave out.

use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use crate::disk::folder::OnDisk;
use crate::disk::{Trouble, of_index, trouble};
use crate::fold::Off;
use crate::format::members::{Member, Place, get_members};
use crate::format::root::MOST_ARTICLES;
use crate::format::{File, open};
use crate::search::{Options, Search, Sort};

/// A catalog on a disk.
pub struct Catalog {
    dir: PathBuf,
    /// Itself, as an index.
    pub index: OnDisk,
    /// The indexes, newest first.
    pub members: Vec<Member>,
}

impl Catalog {
    /// Whether there is a catalog in a folder, not an index.
    pub fn is_in(dir: &Path) -> Result<bool, Trouble> {
        Ok(OnDisk::open(dir)?.manifest.members.is_some())
    }

    /// Opens the catalog in a folder.
    pub fn open(dir: &Path) -> Result<Catalog, Trouble> {
        let index = OnDisk::open(dir)?;
        if index.manifest.members.is_none() {
            return Err(trouble(dir, "holds an index, no catalog; name the folder that `xunzi join --target` wrote"));
        }
        let name = File::MEMBERS.name();
        let path = index.path(&name);
        let bytes = index.read(&name)?;
        let id = index.manifest.id().map_err(of_index(&path))?;
        let payload = open(File::MEMBERS, id, &bytes).map_err(of_index(&path))?;
        let members = get_members(payload).map_err(|fault| of_index(&path)(fault.of(&name)))?;
        Ok(Catalog { dir: dir.to_owned(), index, members })
    }

    /// The indexes that may hold a query, by their places: those that the dictionary does not leave out, and those of which it knows
    /// nothing.
    pub fn may(&mut self, query: &str, off: Off) -> Result<Vec<usize>, Trouble> {
        let all = 0..self.members.len();
        if query.trim().is_empty() {
            return Ok(all.collect());
        }
        let mut search = Search::new(query, Options { limit: 1, sort: Sort::Newest, off, ..Options::default() });
        search.may();
        let list = self.index.run(|reader| search.step(reader))?.and_then(|found| found.list).unwrap_or_default();
        let elsewhere = |at: &usize| matches!(self.members[*at].place, Place::Address(_));
        Ok(all.filter(|at| list.contains(&(*at as u32)) || elsewhere(at)).collect())
    }

    /// Those of them that may hold an article of some days; `None`: of any, or without one.
    pub fn of_days(&mut self, query: &str, off: Off, days: Option<&RangeInclusive<i32>>) -> Result<Vec<usize>, Trouble> {
        let mut candidates = self.may(query, off)?;
        let overlaps = |member: &Member| match (days, &member.place) {
            (Some(days), Place::Build { .. }) => {
                member.dated > 0 && member.days[0] <= *days.end() && *days.start() <= member.days[1]
            }
            // Of another folder nobody knows today's days.
            _ => true,
        };
        candidates.retain(|&at| overlaps(&self.members[at]));
        Ok(candidates)
    }

    /// Opens one of the indexes.
    pub fn member(&self, number: usize) -> Result<OnDisk, Trouble> {
        match &self.members[number].place {
            Place::Build { id, .. } => OnDisk::kept(&self.dir, &format!("{id:016x}"), &self.index.manifest.engine),
            Place::Address(address) if !address.contains(':') && !address.starts_with('/') => {
                OnDisk::open(&self.dir.join(address))
            }
            Place::Address(address) => {
                Err(trouble(Path::new(address), "is of another host; a page can ask it, this command cannot"))
            }
        }
    }

    /// What is added to the ids of one of the indexes: the articles of those before it. One of another folder counts as many as there may
    /// be, for nobody knows how many there are today.
    pub fn before(&self, number: usize) -> u32 {
        let articles = |member: &Member| match member.place {
            Place::Address(_) => MOST_ARTICLES,
            Place::Build { .. } => member.articles,
        };
        self.members[..number].iter().map(articles).sum::<u64>() as u32
    }
}
