//! Which files of an index are in memory, verified and decoded?
//!
//! A [`Reader`] is fed files in any order and keeps them up to a cap, the longest unused going first. It does no I/O: who
//! needs a file that is not there returns its name, and the caller feeds it.

use std::rc::Rc;

use crate::columns;
use crate::fold::{Folded, Folder, Off};
use crate::format::{Bad, Bytes, Error, File, Kind, Reason, bad, open};
use crate::grams::{Lookup, look_up};
use crate::root::Root;
use crate::store::{Piece, Widths, get_block, inflate};

/// Files that must be fed before the work can go on.
pub type Lacks = Vec<File>;

/// Either an outcome or the files it lacks.
pub type Ready<T> = Result<Result<T, Lacks>, Error>;

/// A block of text, decoded, each piece with its folded form.
pub struct Block {
    /// The pieces and their folded texts.
    pub pieces: Vec<(Piece, Folded)>,
}

impl Block {
    fn memory(&self) -> usize {
        self.pieces.iter().map(|(p, f)| p.text.len() * 4 + f.chars.len() * 12 + p.title.len() * 4 + p.url.len() + 200).sum()
    }
}

struct Kept {
    file: File,
    payload: Rc<[u8]>,
    used: u64,
    /// Came in a pack: always there.
    pinned: bool,
}

/// The files of one index that are in memory.
pub struct Reader {
    build: u64,
    first: Vec<File>,
    root: Option<Rc<Root>>,
    folder: Option<Rc<Folder>>,
    dictionary: Option<Rc<[u8]>>,
    /// Sorted by file.
    kept: Vec<Kept>,
    blocks: Vec<(u32, Rc<Block>, u64)>,
    cap: usize,
    clock: u64,
}

/// Bytes of files, and of decoded blocks, that a reader keeps unless told otherwise.
pub const CAP: usize = 6 << 20;

impl Reader {
    /// A reader of a build. `first`: the files it needs before anything else, as the manifest names them.
    pub fn new(build: u64, first: &[&str]) -> Result<Reader, Error> {
        let parse = |name: &&str| {
            File::parse(name).ok_or_else(|| Bad::new("name of a file", 1, 0).of("manifest"))
        };
        Ok(Reader {
            build,
            first: first.iter().map(parse).collect::<Result<_, _>>()?,
            root: None,
            folder: None,
            dictionary: None,
            kept: Vec::new(),
            blocks: Vec::new(),
            cap: CAP,
            clock: 0,
        })
    }

    /// Changes how many bytes of files, and of decoded blocks, are kept.
    pub fn set_cap(&mut self, bytes: usize) {
        self.cap = bytes;
    }

    /// The root, or what must be fed first.
    pub fn root(&self) -> Result<Rc<Root>, Lacks> {
        self.root.clone().ok_or_else(|| self.first.clone())
    }

    /// The folder for the default folds. There as soon as the root is.
    pub fn folder(&self) -> Result<Rc<Folder>, Lacks> {
        self.folder.clone().ok_or_else(|| self.first.clone())
    }

    /// Bytes kept, decoded blocks included.
    pub fn memory(&self) -> usize {
        self.kept.iter().map(|k| k.payload.len()).sum::<usize>() + self.blocks.iter().map(|b| b.1.memory()).sum::<usize>()
    }

    /// Whether the whole index is in memory (it came as one file).
    pub fn is_whole(&self) -> bool {
        self.first == [File::PACK]
    }

    /// Takes a file: verifies it whole, then keeps it. A file that is already there is verified and not kept twice.
    pub fn feed(&mut self, file: File, bytes: &[u8]) -> Result<(), Error> {
        let payload = open(file, self.build, bytes)?;
        if file.kind == Kind::Pack {
            return self.unpack(payload).map_err(|b| b.of(&file.name()))?;
        }
        self.keep(file, payload, false)
    }

    fn keep(&mut self, file: File, payload: &[u8], pinned: bool) -> Result<(), Error> {
        match file.kind {
            Kind::Root if self.root.is_none() => {
                let root = Root::get(payload).map_err(|b| b.of(&file.name()))?;
                self.folder = Some(Rc::new(Folder::new(&root.table, &root.original, Off::default())));
                self.root = Some(Rc::new(root));
            }
            Kind::Dict if self.dictionary.is_none() => {
                self.dictionary = Some(inflate(payload, &[]).map_err(|b| b.of(&file.name()))?.into());
            }
            Kind::Root | Kind::Dict => {}
            _ => {
                self.clock += 1;
                let kept = Kept { file, payload: payload.into(), used: self.clock, pinned };
                match self.kept.binary_search_by_key(&file, |k| k.file) {
                    Ok(at) => self.kept[at].used = self.clock,
                    Err(at) => self.kept.insert(at, kept),
                }
                // The files fed together are needed together: what has just come is never dropped before it is read.
                let mut total: usize = self.kept.iter().filter(|k| !k.pinned).map(|k| k.payload.len()).sum();
                while total > self.cap {
                    let old = self.kept.iter().enumerate().filter(|(_, k)| !k.pinned && k.used + 64 < self.clock);
                    let Some((at, _)) = old.min_by_key(|(_, k)| k.used) else { break };
                    total -= self.kept.remove(at).payload.len();
                }
            }
        }
        Ok(())
    }

    fn unpack(&mut self, payload: &[u8]) -> Result<Result<(), Error>, Bad> {
        let mut b = Bytes(payload);
        let mut files = Vec::new();
        for _ in 0..b.count("files of a pack")? {
            let name = b.text()?;
            let Some(file) = File::parse(name).filter(|f| f.kind != Kind::Pack) else {
                return bad("name of a file", 1, 0);
            };
            files.push((file, b.count("length of a file")?));
        }
        for (file, length) in files {
            let bytes = b.take(length)?;
            let kept = open(file, self.build, bytes).and_then(|payload| self.keep(file, payload, true));
            if kept.is_err() {
                return Ok(kept);
            }
        }
        b.end()?;
        Ok(Ok(()))
    }

    fn payload(&mut self, file: File) -> Result<Rc<[u8]>, Lacks> {
        self.clock += 1;
        match self.kept.binary_search_by_key(&file, |k| k.file) {
            Ok(at) => {
                self.kept[at].used = self.clock;
                Ok(Rc::clone(&self.kept[at].payload))
            }
            Err(_) => Err(vec![file]),
        }
    }

    /// The longest gram that begins `query` (ranks of the folded alphabet), and its passages. Reads one page.
    pub fn grams(&mut self, query: &[u32]) -> Ready<Lookup> {
        let root = match self.root() {
            Ok(root) => root,
            Err(lacks) => return Ok(Err(lacks)),
        };
        let key = &query[..query.len().min(root.longest as usize)];
        let file = File { kind: Kind::Grams, number: root.page_of(key) };
        match self.payload(file) {
            Ok(payload) => Ok(Ok(look_up(&payload, key, root.shape()).map_err(|b| b.of(&file.name()))?)),
            Err(lacks) => Ok(Err(lacks)),
        }
    }

    /// A block of text. Reads one file, and the dictionary where there is one.
    pub fn block(&mut self, number: u32) -> Ready<Rc<Block>> {
        self.clock += 1;
        let now = self.clock;
        if let Some(block) = self.blocks.iter_mut().find(|b| b.0 == number) {
            block.2 = now;
            return Ok(Ok(Rc::clone(&block.1)));
        }
        let (root, folder) = match (self.root(), self.folder()) {
            (Ok(root), Ok(folder)) => (root, folder),
            (Err(lacks), _) | (_, Err(lacks)) => return Ok(Err(lacks)),
        };
        let file = File { kind: Kind::Text, number };
        let mut lacks = Lacks::new();
        if self.dictionary.is_none() && root.dictionary {
            lacks.push(File::DICT);
        }
        let payload = match self.payload(file) {
            Ok(payload) if lacks.is_empty() => payload,
            Ok(_) => return Ok(Err(lacks)),
            Err(more) => {
                lacks.extend(more);
                return Ok(Err(lacks));
            }
        };
        let dictionary = self.dictionary.clone().unwrap_or_default();
        let pieces = inflate(&payload, &dictionary)
            .and_then(|data| get_block(&data, Widths::new(root.original.len() as u32), root.keys.len() as u64))
            .and_then(|pieces| check(&root, number, pieces))
            .map_err(|b| b.of(&file.name()))?;
        let pieces = pieces.into_iter().map(|p| (folder.fold(&p.text), p)).map(|(f, p)| (p, f)).collect();
        let block = Rc::new(Block { pieces });
        self.blocks.push((number, Rc::clone(&block), now));
        let mut total: usize = self.blocks.iter().map(|b| b.1.memory()).sum();
        while total > self.cap && self.blocks.len() > 1 {
            let oldest = (0..self.blocks.len()).min_by_key(|&k| self.blocks[k].2).unwrap_or(0);
            total -= self.blocks.swap_remove(oldest).1.memory();
        }
        Ok(Ok(block))
    }

    /// The days of the dated articles, newest first.
    pub fn dates(&mut self) -> Ready<Vec<i32>> {
        let root = match self.root() {
            Ok(root) => root,
            Err(lacks) => return Ok(Err(lacks)),
        };
        let Some(number) = root.columns.iter().position(|&c| root.keys[c as usize] == "date") else { return Ok(Ok(Vec::new())) };
        let file = File { kind: Kind::Column, number: number as u32 };
        match self.payload(file) {
            Ok(payload) => Ok(Ok(columns::get_dates(&payload, root.dated).map_err(|b| b.of(&file.name()))?)),
            Err(lacks) => Ok(Err(lacks)),
        }
    }

    /// Where the article with an id stands in the index.
    pub fn place(&mut self, id: u32) -> Ready<u32> {
        let root = match self.root() {
            Ok(root) => root,
            Err(lacks) => return Ok(Err(lacks)),
        };
        if id >= root.article_count() {
            return Err(Reason::NoArticle { id }.into());
        }
        if !root.reordered {
            return Ok(Ok(id));
        }
        let file = File { kind: Kind::Column, number: root.columns.len() as u32 };
        match self.payload(file) {
            Ok(payload) => Ok(Ok(columns::get_place(&payload, root.article_count(), id).map_err(|b| b.of(&file.name()))?)),
            Err(lacks) => Ok(Err(lacks)),
        }
    }
}

/// A block must hold just the passages that the root places in it.
pub(crate) fn check(root: &Root, number: u32, pieces: Vec<Piece>) -> Result<Vec<Piece>, Bad> {
    let range = (root.blocks.get(number as usize), root.blocks.get(number as usize + 1));
    let (Some(&from), Some(&to)) = range else { return bad("number of a block", root.blocks.len() as u64, number.into()) };
    let mut passage = from;
    for piece in &pieces {
        let article = root.article_of(root.article_count() + passage);
        if piece.article != article || passage >= to {
            return bad("article of a passage", article.into(), piece.article.into());
        }
        passage = passage.saturating_add(piece.passages.len() as u32);
        if piece.passages.is_empty() || root.articles.get(article as usize + 1).is_none_or(|&end| passage > end) {
            return bad("passages of an article", to.into(), passage.into());
        }
    }
    if passage != to { bad("passages of a block", to.into(), passage.into()) } else { Ok(pieces) }
}
