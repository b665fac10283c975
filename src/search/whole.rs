//! How is one article shown whole, with a query marked in it?

use std::sync::Arc;

use crate::address;
use crate::error::{Error, Reason};
use crate::fold::Off;
use crate::fold::folder::Folder;
use crate::format::blocks::{Piece, named};
use crate::format::{File, Id, Kind, Rank};
use crate::search::answer::{Heading, Whole};
use crate::search::index::Reader;
use crate::search::matching::Text;
use crate::search::original::{Mark, Original};
use crate::search::query::parse;
use crate::search::step::{Lacks, Step, Stop, in_order};

/// Blocks that are asked for together.
const AHEAD: u32 = 24;

/// Reads a whole article and marks a query in it. What has been read is kept here, so that however long the article, each of
/// its blocks is read and decoded once.
pub struct Reading {
    id: Id,
    query: String,
    off: Off,
    failed: Vec<File>,
    /// The block to read next, once one was read.
    next: Option<u32>,
    /// The first piece, without its text.
    head: Option<Piece>,
    text: Vec<Rank>,
    heads: Vec<Mark>,
    anchors: Vec<String>,
}

impl Reading {
    /// The article with an id; `query` may be empty.
    pub fn new(id: Id, query: &str, off: Off) -> Reading {
        Reading {
            id,
            query: query.to_owned(),
            off,
            failed: Vec::new(),
            next: None,
            head: None,
            text: Vec::new(),
            heads: Vec::new(),
            anchors: Vec::new(),
        }
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

    fn go(&mut self, reader: &mut Reader) -> Result<Whole, Stop> {
        let root = reader.root().map_err(Stop::Lacks)?;
        let article = reader.place(self.id)?;
        let table = match reader.table(&self.query) {
            Err(Stop::Lacks(lacks)) if lacks.iter().any(|f| self.failed.contains(f)) => Arc::clone(&root.table),
            table => table?,
        };
        let query = parse(&table, &root.folded, &self.query, self.off)?;
        let passages = root.passages_of(root.group_with(article));
        let last = root.block_of(passages.end.saturating_sub(1));
        let mut number = self.next.unwrap_or(root.block_of(passages.start));
        while number <= last {
            let block = match reader.block(number) {
                Err(Stop::Lacks(mut need)) => {
                    let ahead = number.saturating_add(1)..=last.min(number.saturating_add(AHEAD));
                    need.extend(ahead.map(|number| File { kind: Kind::Text, number }).filter(|&file| !reader.has(file)));
                    in_order(&mut need);
                    return Err(Stop::Lacks(need));
                }
                block => block?,
            };
            if let Some((piece, _)) = block.piece(article) {
                self.take(piece);
            }
            number += 1;
            self.next = Some(number);
        }
        let Some(piece) = &self.head else { return Err(Error::from(Reason::NoArticle { id: self.id }).into()) };
        let folder = Folder::new(&root.table, &root.original, self.off);
        let (folded, title_folded) = (folder.fold(&self.text), folder.fold(&piece.title));
        let original = |ranks| Original { ranks, alphabet: &root.original, folder: &folder };
        let title = Text { original: original(&piece.title), folded: &title_folded };
        let body = Text { original: original(&self.text), folded: &folded };
        let (title_marks, in_title) = title.all_marks(&query);
        let (marks, in_text) = body.all_marks(&query);
        let headings = body.original.utf16(0, &self.heads).into_iter().zip(&self.anchors);
        Ok(Whole {
            id: piece.id,
            url: address::safe(&piece.url),
            title: title.original.string(0, piece.title.len()),
            title_marks,
            text: body.original.string(0, self.text.len()),
            marks,
            hits: in_title + in_text,
            headings: headings.map(|((start, end), anchor)| Heading { start, end, anchor: anchor.clone() }).collect(),
            meta: named(&root, piece),
        })
    }

    fn take(&mut self, piece: &Piece) {
        let at = self.text.len() as u32;
        for h in &piece.heads {
            self.heads.push(Mark { start: h.start + at, end: h.end + at, term: 0 });
            self.anchors.push(h.anchor.clone());
        }
        self.text.extend(&piece.text);
        if self.head.is_none() {
            let Piece { id, title, url, meta, .. } = piece;
            self.head = Some(Piece { id: *id, title: title.clone(), url: url.clone(), meta: meta.clone(), ..Piece::default() });
        }
    }
}
