//! Which files of an index are in memory, verified and decoded?
//!
//! A [`Reader`] is fed files in any order and keeps them up to a cap, the longest unused going first. It does no I/O: who
//! needs a file that is not there returns its name, and the caller feeds it.

use std::rc::Rc;
use std::sync::Arc;

use crate::codec::{Bad, bad};
use crate::error::{Error, Reason};
use crate::fold::Off;
use crate::fold::folder::{Folded, Folder};
use crate::fold::table::Table;
use crate::format::blocks::{MOST_FOLDS, Piece, Widths, check, get_block, inflate};
use crate::format::columns::{Facets, PLACES, get_dates, get_facets, get_place};
use crate::format::grams::{Lookup, each, look_up};
use crate::format::root::Root;
use crate::format::{File, Kind, open, pack, rest};
use crate::search::step::{Lacks, Ready, Stop};
use crate::sort;

/// Is told a gram, its passages, and whether it stands in an earlier page as well.
pub(crate) type Told<'a> = dyn FnMut(&[u32], &[u32], bool) + 'a;

/// A block of text, decoded, each piece with its folded form.
pub struct Block {
    /// The pieces and their folded texts.
    pub pieces: Vec<(Piece, Folded)>,
}

impl Block {
    /// The piece of an article, if the block has one.
    pub fn piece(&self, article: u32) -> Option<&(Piece, Folded)> {
        self.pieces.iter().find(|(p, _)| p.article == article)
    }
    fn memory(&self) -> usize {
        self.pieces
            .iter()
            .map(|(p, f)| (p.text.len() + p.weights.len()) * 4 + f.memory() + p.title.len() * 4 + p.url.len() + 200)
            .sum()
    }
}

struct Kept {
    file: File,
    payload: Rc<Vec<u8>>,
    used: u64,
    /// Came in a pack: always there.
    pinned: bool,
}

struct Decoded {
    number: u32,
    block: Rc<Block>,
    memory: usize,
    used: u64,
}

/// The files of one index that are in memory.
pub struct Reader {
    build: u64,
    first: Vec<File>,
    /// Its first level at least.
    root: Option<Rc<Root>>,
    folder: Option<Rc<Folder>>,
    /// The whole folding table, once it was asked for.
    table: Option<Arc<Table>>,
    /// `dict.dat`, if it came before the root.
    early: Option<Vec<u8>>,
    dictionary: Option<Rc<Vec<u8>>>,
    kept: Vec<Kept>,
    /// Files of columns that are not all there yet.
    held: Vec<(File, Rc<Vec<u8>>)>,
    blocks: Vec<Decoded>,
    cap: usize,
    clock: u64,
}

/// Bytes of files, as they came, and of decoded blocks that a reader keeps unless told otherwise: no session asks a host twice for
/// the same file while there is room, and with the engine itself it stays below 32 MB.
pub const CAP: usize = 24 << 20;

/// Of the cap, what decoded blocks may take: a third.
const DECODED: usize = 3;

impl Reader {
    /// A reader of a build. `first`: the files it needs before anything else, as the manifest names them.
    pub fn new(build: u64, first: &[&str]) -> Result<Reader, Error> {
        let mut files = Vec::new();
        for name in first {
            files.push(File::parse(name).ok_or_else(|| Bad::new("name of a file", 1, 0).of("manifest"))?);
        }
        // What else is named will be wanted soon; it need not be there first.
        files.retain(|f| matches!(f.kind, Kind::Root | Kind::Pack));
        if files.is_empty() {
            return Err(Bad::new("root", 1, 0).of("manifest"));
        }
        Ok(Reader {
            build,
            first: files,
            root: None,
            folder: None,
            table: None,
            early: None,
            dictionary: None,
            kept: Vec::new(),
            held: Vec::new(),
            blocks: Vec::new(),
            cap: CAP,
            clock: 0,
        })
    }

    /// Changes how many bytes of files and of decoded blocks are kept.
    pub fn set_cap(&mut self, bytes: usize) {
        self.cap = bytes;
    }

    /// The root as far as it is there, or what must be fed first.
    pub fn outline(&self) -> Result<Rc<Root>, Lacks> {
        self.root.clone().ok_or_else(|| self.first.clone())
    }

    /// The whole root, or what must be fed first.
    pub fn root(&self) -> Result<Rc<Root>, Lacks> {
        let root = self.outline()?;
        if root.whole { Ok(root) } else { Err(vec![File::DICT]) }
    }

    /// The folder for the default folds. There as soon as the whole root is.
    pub fn folder(&self) -> Result<Rc<Folder>, Lacks> {
        match (&self.folder, self.root()) {
            (Some(folder), _) => Ok(Rc::clone(folder)),
            (_, root) => root.and(Err(self.first.clone())),
        }
    }

    /// Bytes kept, decoded blocks included.
    pub fn memory(&self) -> usize {
        self.kept.iter().map(|k| k.payload.len()).sum::<usize>() + self.blocks.iter().map(|b| b.memory).sum::<usize>()
    }

    /// Whether the whole index is in memory (it came as one file).
    pub fn is_whole(&self) -> bool {
        self.first == [File::PACK]
    }

    /// Takes a file: verifies it whole, then keeps it. A file that is already there is verified and not kept twice.
    pub fn feed(&mut self, file: File, bytes: &[u8]) -> Result<(), Error> {
        let payload = open(file, self.build, bytes)?;
        if file.kind == Kind::Pack {
            return self.unpack(payload);
        }
        self.keep(file, payload, false)
    }

    fn keep(&mut self, file: File, payload: &[u8], pinned: bool) -> Result<(), Error> {
        match file.kind {
            Kind::Root if self.root.is_none() => {
                let root = Root::get(payload).map_err(|b| b.of(&file.name()))?;
                self.take(root);
                if let Some(early) = self.early.take() {
                    self.complete(&early)?;
                }
            }
            Kind::Dict if self.root.is_none() => self.early = Some(payload.to_vec()),
            Kind::Dict if self.dictionary.is_none() => self.complete(payload)?,
            Kind::Root | Kind::Dict => {}
            _ => {
                self.clock += 1;
                match self.kept.iter_mut().find(|k| k.file == file) {
                    Some(kept) => kept.used = self.clock,
                    None => self.kept.push(Kept { file, payload: Rc::new(payload.to_vec()), used: self.clock, pinned }),
                }
                self.forget();
            }
        }
        Ok(())
    }

    /// Takes a root, and what folds by it if it is whole.
    fn take(&mut self, root: Root) {
        if root.whole {
            self.folder = Some(Rc::new(Folder::new(&root.table, &root.original, Off::default())));
        }
        self.root = Some(Rc::new(root));
    }

    /// Takes `dict.dat`; the root is there.
    fn complete(&mut self, payload: &[u8]) -> Result<(), Error> {
        let Some(root) = &self.root else { return Ok(()) };
        let of = |fault: Bad| fault.of(&File::DICT.name());
        let (rest, dictionary) = rest::parts(payload).map_err(of)?;
        let dictionary = rest::dictionary(dictionary).map_err(of)?;
        let root = root.with_rest(rest).map_err(of)?;
        self.take(root);
        self.dictionary = Some(Rc::new(dictionary));
        Ok(())
    }

    /// Drops what was not used for longest, down to the cap.
    fn forget(&mut self) {
        // The files fed together are needed together: what has just come is never dropped before it is read.
        let mut total: usize = self.kept.iter().filter(|k| !k.pinned).map(|k| k.payload.len()).sum();
        while total > self.cap / DECODED * (DECODED - 1) {
            // No two files were used at the same time.
            let old = self.kept.iter().filter(|k| !k.pinned && k.used + 64 < self.clock).map(|k| k.used);
            let Some(oldest) = old.reduce(u64::min) else { break };
            self.kept.retain(|k| {
                let keep = k.used != oldest;
                if !keep {
                    total -= k.payload.len();
                }
                keep
            });
        }
    }

    fn unpack(&mut self, payload: &[u8]) -> Result<(), Error> {
        let of_pack = |bad: Bad| bad.of(&File::PACK.name());
        for (file, bytes) in pack::get_pack(payload).map_err(of_pack)? {
            let payload = open(file, self.build, bytes)?;
            self.keep(file, payload, true)?;
        }
        // Else the pack would be asked for again.
        if self.root.is_none() {
            return Err(of_pack(Bad::new("root", 1, 0)));
        }
        Ok(())
    }

    /// The table that folds a query: of characters that no text has, the whole one.
    pub fn table(&mut self, query: &str) -> Result<Arc<Table>, Stop> {
        let root = self.root().map_err(Stop::Lacks)?;
        if !root.divided || query.chars().all(|c| Table::is_closed_for(c as u32, [&root.original, &root.folded])) {
            return Ok(Arc::clone(&root.table));
        }
        if let Some(table) = &self.table {
            return Ok(Arc::clone(table));
        }
        let payload = self.payload(File::FOLD)?;
        let table = rest::get_fold(&payload, &root).map_err(|fault| fault.of(&File::FOLD.name()))?;
        Ok(Arc::clone(self.table.insert(Arc::new(table))))
    }

    /// Whether a file is in memory.
    pub fn has(&self, file: File) -> bool {
        self.kept.iter().any(|k| k.file == file)
    }

    fn payload(&mut self, file: File) -> Result<Rc<Vec<u8>>, Stop> {
        self.clock += 1;
        match self.kept.iter_mut().find(|k| k.file == file) {
            Some(kept) => {
                kept.used = self.clock;
                Ok(Rc::clone(&kept.payload))
            }
            None => Err(Stop::Lacks(vec![file])),
        }
    }

    /// The longest gram that begins `query` (ranks of the folded alphabet), and its passages. Reads one page.
    pub fn grams(&mut self, query: &[u32]) -> Ready<Lookup> {
        match self.longest_gram(query) {
            Ok(lookup) => Ok(Ok(lookup)),
            Err(Stop::Lacks(lacks)) => Ok(Err(lacks)),
            Err(Stop::Error(error)) => Err(error),
        }
    }

    /// The same, with one kind of failure.
    pub(crate) fn longest_gram(&mut self, query: &[u32]) -> Result<Lookup, Stop> {
        let root = self.outline().map_err(Stop::Lacks)?;
        let mut key = query.get(..root.longest as usize).unwrap_or(query);
        loop {
            let file = File { kind: Kind::Grams, number: root.page_of(key) };
            let payload = self.payload(file)?;
            let lookup = look_up(&payload, key, root.shape()).map_err(|b| b.of(&file.name()))?;
            match key.get(..lookup.length) {
                // The list of a frequent gram stands where the gram does. What is shorter is asked for each time: there is an end.
                Some(gram) if lookup.elsewhere && lookup.length < key.len() => key = gram,
                _ if lookup.elsewhere => return Err(Bad::new("list of a gram", 1, 0).of(&file.name()).into()),
                _ => return Ok(lookup),
            }
        }
    }

    /// Tells every gram of a page, its passages, and whether it stands in an earlier page as well.
    pub(crate) fn grams_of(&mut self, file: File, told: &mut Told<'_>) -> Result<(), Stop> {
        let root = self.root().map_err(Stop::Lacks)?;
        let payload = self.payload(file)?;
        Ok(each(&payload, root.shape(), told).map_err(|b| b.of(&file.name()))?)
    }

    /// A block of text. Reads one file, and the dictionary where there is one.
    pub fn block(&mut self, number: u32) -> Result<Rc<Block>, Stop> {
        self.clock += 1;
        let now = self.clock;
        if let Some(decoded) = self.blocks.iter_mut().find(|b| b.number == number) {
            decoded.used = now;
            return Ok(Rc::clone(&decoded.block));
        }
        let root = self.root().map_err(Stop::Lacks)?;
        let folder = self.folder().map_err(Stop::Lacks)?;
        let file = File { kind: Kind::Text, number };
        let payload = self.payload(file)?;
        let block = self.decode(&root, &folder, file, &payload).map_err(|b| b.of(&file.name()))?;
        let memory = block.memory();
        let block = Rc::new(block);
        self.blocks.push(Decoded { number, block: Rc::clone(&block), memory, used: now });
        let mut total: usize = self.blocks.iter().map(|b| b.memory).sum();
        while total > self.cap / DECODED && self.blocks.len() > 1 {
            let oldest = self.blocks.iter().map(|b| b.used).reduce(u64::min);
            self.blocks.retain(|b| {
                let keep = Some(b.used) != oldest;
                if !keep {
                    total -= b.memory;
                }
                keep
            });
        }
        Ok(block)
    }

    fn decode(&self, root: &Root, folder: &Folder, file: File, payload: &[u8]) -> Result<Block, Bad> {
        let dictionary = self.dictionary.as_ref().map_or(&[][..], |d| d.as_slice());
        let data = inflate(payload, dictionary)?;
        let pieces = get_block(&data, Widths::new(root.original.len() as u32), root.keys.len() as u64, root.weighted)?;
        let pieces = check(root, file.number, pieces)?;
        let folds: usize = pieces.iter().map(|piece| piece.folds(folder)).sum();
        if folds > MOST_FOLDS {
            return bad("characters of a block", MOST_FOLDS as u64, folds as u64);
        }
        let mut block = Block { pieces: Vec::new() };
        for piece in pieces {
            let folded = folder.fold(&piece.text);
            block.pieces.push((piece, folded));
        }
        Ok(block)
    }

    /// The days of the dated articles, newest first.
    pub fn dates(&mut self) -> Result<Vec<i32>, Stop> {
        let root = self.outline().map_err(Stop::Lacks)?;
        let is_date = |&key: &u32| root.keys.get(key as usize).is_some_and(|key| key == "date");
        let Some(number) = root.columns.iter().position(is_date) else { return Ok(Vec::new()) };
        let (payload, name) = self.column(&root, number as u32)?;
        Ok(get_dates(&payload, root.dated).map_err(|b| b.of(&name))?)
    }

    /// The values of a column, by its place among the columns.
    pub fn facets(&mut self, number: u32) -> Result<Facets, Stop> {
        let root = self.outline().map_err(Stop::Lacks)?;
        let (payload, name) = self.column(&root, number)?;
        Ok(get_facets(&payload, root.article_count()).map_err(|b| b.of(&name))?)
    }

    /// The bytes of a column, out of its files, and the name of the first.
    #[inline(never)]
    fn column(&mut self, root: &Root, number: u32) -> Result<(Vec<u8>, String), Stop> {
        let (mut lacks, mut whole) = (Lacks::new(), Vec::new());
        let of_this = root.files_of(number);
        // What has been there is held: all of it may be more than is kept.
        let mut held = std::mem::take(&mut self.held);
        for number in of_this.clone() {
            let file = File { kind: Kind::Column, number };
            if held.iter().all(|held| held.0 != file) {
                match self.payload(file) {
                    Ok(payload) => held.push((file, payload)),
                    Err(Stop::Lacks(more)) => lacks.extend(more),
                    Err(stop) => return Err(stop),
                }
            }
        }
        if lacks.is_empty() {
            sort::by_key(&mut held, |held| u128::from(held.0.number));
            held.retain(|(file, payload)| {
                let other = !of_this.contains(&file.number);
                if !other {
                    whole.extend_from_slice(payload);
                }
                other
            });
        }
        self.held = held;
        let name = File { kind: Kind::Column, number: of_this.start }.name();
        if lacks.is_empty() { Ok((whole, name)) } else { Err(Stop::Lacks(lacks)) }
    }

    /// Where the article with an id stands in the index.
    pub fn place(&mut self, id: u32) -> Result<u32, Stop> {
        let root = self.root().map_err(Stop::Lacks)?;
        if id >= root.article_count() {
            return Err(Error::from(Reason::NoArticle { id }).into());
        }
        if !root.reordered {
            return Ok(id);
        }
        let file = File { kind: Kind::Column, number: root.files_of(u32::MAX).end + id / PLACES };
        let payload = self.payload(file)?;
        Ok(get_place(&payload, root.article_count(), id % PLACES).map_err(|b| b.of(&file.name()))?)
    }
}
