//! How is one article shown whole, with a query marked in it?

use crate::address;
use crate::error::{Error, Reason};
use crate::fold::{Folder, Off};
use crate::format::File;
use crate::format::blocks::{Piece, named};
use crate::search::answer::{Heading, Whole};
use crate::search::index::Reader;
use crate::search::matching::Text;
use crate::search::query::parse;
use crate::search::snippet::Mark;
use crate::search::step::Step;
use crate::search::step::{Lacks, Stop, in_order};

/// Reads a whole article and marks a query in it.
pub struct Reading {
    id: u32,
    query: String,
    off: Off,
    failed: Vec<File>,
}

impl Reading {
    /// The article with an id; `query` may be empty.
    pub fn new(id: u32, query: &str, off: Off) -> Reading {
        Reading { id, query: query.to_owned(), off, failed: Vec::new() }
    }

    /// A file cannot be had: neither can the article.
    pub fn fail(&mut self, file: File) {
        self.failed.push(file);
    }

    /// Goes on as far as the files in memory allow. `found` is there at the end, unless a file could not be had.
    pub fn step(&mut self, reader: &mut Reader) -> Result<Step<Whole>, Error> {
        match self.go(reader) {
            Ok(whole) => Ok(Step { need: Lacks::new(), found: Some(whole), done: true }),
            Err(Stop::Lacks(need)) if need.iter().any(|f| self.failed.contains(f)) => {
                Ok(Step { need: Lacks::new(), found: None, done: true })
            }
            Err(Stop::Lacks(need)) => Ok(Step { need, found: None, done: false }),
            Err(Stop::Error(error)) => Err(error),
        }
    }

    fn go(&self, reader: &mut Reader) -> Result<Whole, Stop> {
        let root = reader.root().map_err(Stop::Lacks)?;
        let article = reader.place(self.id)?;
        let query = parse(&root.table, &root.folded, &self.query, self.off)?;
        let passages = root.passages_of(article);
        let mut blocks = Vec::new();
        let mut need = Lacks::new();
        for number in root.block_of(passages.start)..=root.block_of(passages.end.saturating_sub(1)) {
            match reader.block(number) {
                Ok(block) => blocks.push(block),
                Err(Stop::Lacks(lacks)) => need.extend(lacks),
                Err(stop) => return Err(stop),
            }
        }
        if !need.is_empty() {
            in_order(&mut need);
            return Err(Stop::Lacks(need));
        }
        let mut text = Vec::new();
        let mut heads: Vec<Mark> = Vec::new();
        let mut anchors = Vec::new();
        let mut head: Option<&Piece> = None;
        for (piece, _) in blocks.iter().filter_map(|b| b.piece(article)) {
            let at = text.len() as u32;
            for h in &piece.heads {
                heads.push(Mark { start: h.start + at, end: h.end + at, term: 0 });
                anchors.push(h.anchor.clone());
            }
            text.extend(&piece.text);
            head = head.or(Some(piece));
        }
        let Some(piece) = head else { return Err(Error::from(Reason::NoArticle { id: self.id }).into()) };
        let folder = Folder::new(&root.table, &root.original, self.off);
        let (folded, title_folded) = (folder.fold(&text), folder.fold(&piece.title));
        let title = Text { ranks: &piece.title, folded: &title_folded, folder: &folder, root: &root };
        let body = Text { ranks: &text, folded: &folded, folder: &folder, root: &root };
        let headings = body.utf16(0, &heads).into_iter().zip(anchors);
        Ok(Whole {
            id: piece.id,
            url: address::safe(&piece.url),
            title: title.string(0, piece.title.len()),
            title_marks: title.all_marks(&query),
            text: body.string(0, text.len()),
            marks: body.all_marks(&query),
            headings: headings.map(|((start, end), anchor)| Heading { start, end, anchor }).collect(),
            meta: named(&root, piece),
        })
    }
}
