//! What stands in a plain text file? A title, paragraphs, headings; or, if it is a newspaper page, several articles.

use super::address::percent;
use super::anchors::Anchors;
use super::facts::Facts;
use super::given::Given;
use super::lines::{ends_sentence, heading, is_title, join, one_line, trim, width};
use super::newspaper::{self, Split};
use super::note::Level;
use super::pages;
use super::subtitles;
use super::walk::{Found, Kind};
use crate::{Article, Heading};

/// Reads a text file.
pub(super) fn read(found: &Found, given: &mut Given) {
    let Some(text) = given.text(found) else { return };
    if text.trim().is_empty() {
        given.note(None, Level::Skipped, "it is empty".to_string());
        return;
    }
    let url = given.url(found);
    if let Some(shown) = subtitles::read(&text, found.kind == Kind::Subtitles) {
        let mut facts = Facts::default();
        shown.author.into_iter().for_each(|author| facts.put("author", author));
        let title = shown.title.unwrap_or_else(|| found.stem());
        let article = Article { title, text: shown.text, headings: Vec::new(), url, ..Article::default() };
        given.article(None, article, facts.dated(found));
        return;
    }
    let cut = match given.options.split {
        Split::Off => None,
        Split::Auto => newspaper::cut(&text, &given.options.rules, false),
        Split::Newspaper => newspaper::cut(&text, &given.options.rules, true),
    };
    let Some(newspaper::Cut { pieces, dropped }) = cut else {
        let article = plain(&text, &found.stem(), url);
        given.article(None, article, Facts::default().dated(found));
        return;
    };
    let mut told = Vec::new();
    if pieces.len() > 1 {
        told.push(format!("a newspaper page; it was cut into {} articles", pieces.len()));
    }
    if dropped > 0 {
        told.push(format!("{dropped} lines of a website around the article were left out"));
    }
    if !told.is_empty() {
        let text = format!("{} (`--explain` shows how, `--split off` leaves it whole)", told.join("; "));
        given.note(None, Level::Info, text);
    }
    let several = pieces.len() > 1;
    let mut anchors = Anchors::default();
    for (at, piece) in pieces.into_iter().enumerate() {
        let mut url = url.clone();
        if several {
            let mut anchor = anchors.slug(&piece.title);
            if anchor.is_empty() {
                anchor = anchors.slug(&format!("a{}", at + 1));
            }
            url.push('#');
            url.push_str(&percent(anchor.as_bytes(), false));
        }
        let mut headings = Vec::new();
        for (start, end) in piece.headings {
            let anchor = anchors.slug(&piece.text[start..end]);
            headings.push(Heading { start, end, anchor });
        }
        let title = if piece.title.is_empty() { found.stem() } else { piece.title };
        let article = Article { title, text: piece.text, headings, url, ..Article::default() };
        given.article(Some(piece.line), article, piece.facts.dated(found));
    }
}

/// A text file as one article.
fn plain(text: &str, stem: &str, url: String) -> Article {
    let blank = |line: &str| trim(line).is_empty();
    let all: Vec<&str> = text.split('\n').collect();
    let gone = pages::lines(&all);
    let mut lines = all.iter().zip(gone).filter(|(_, gone)| !gone).map(|(line, _)| *line).peekable();
    while lines.next_if(|line| blank(line)).is_some() {}
    let mut anchors = Anchors::default();
    let mut title = stem.to_string();
    let first = trim(lines.peek().copied().unwrap_or(""));
    let mut next = lines.clone().skip(1);
    let after = next.next().is_some_and(blank) && next.next().is_some();
    // A first line is the title if it stands by itself, or is marked as one.
    if let Some(words) = heading(first).or_else(|| after.then_some(first)).filter(|words| is_title(words)) {
        lines.next();
        anchors.slug(words);
        title = words.to_string();
    }
    let mut out = Paragraphs::default();
    let mut block: Vec<&str> = Vec::new();
    for raw in lines {
        let line = trim(raw);
        // An indented line begins a paragraph.
        if raw.starts_with(['\u{3000}', '\t']) || raw.starts_with("    ") {
            flush(&mut block, &mut out);
        }
        if let Some(words) = heading(line) {
            flush(&mut block, &mut out);
            out.heading(words, &mut anchors);
        } else if line.is_empty() {
            flush(&mut block, &mut out);
            out.apart = true;
        } else {
            block.push(line);
        }
    }
    flush(&mut block, &mut out);
    Article { title, text: out.text, headings: out.headings, url, ..Article::default() }
}

/// Writes paragraphs, a line each. An empty line stays one, and one stands on either side of a heading.
#[derive(Default)]
struct Paragraphs {
    text: String,
    headings: Vec<Heading>,
    /// An empty line comes before the next paragraph.
    apart: bool,
}

impl Paragraphs {
    fn put(&mut self, words: &str) {
        let apart = std::mem::take(&mut self.apart);
        if !self.text.is_empty() {
            self.text.push_str(if apart { "\n\n" } else { "\n" });
        }
        self.text.push_str(words);
    }

    fn heading(&mut self, words: &str, anchors: &mut Anchors) {
        let words = one_line(words);
        self.apart = true;
        self.put(&words);
        self.apart = true;
        let end = self.text.len();
        self.headings.push(Heading { start: end - words.len(), end, anchor: anchors.slug(&words) });
    }
}

/// Appends a block of lines: as one paragraph where the lines were wrapped at a margin, otherwise line by line, as in
/// a poem or a list.
fn flush(block: &mut Vec<&str>, out: &mut Paragraphs) {
    let wrapped = match block.split_last() {
        Some((last, before)) if !before.is_empty() => {
            let widths: Vec<usize> = before.iter().map(|line| width(line)).collect();
            let most = widths.iter().copied().max().unwrap_or(0);
            let least = widths.iter().copied().min().unwrap_or(0);
            let marked = |line: &&str| line.starts_with(['-', '*', '+', '|', '>', '•', '·', '—']);
            let stops = before.iter().filter(|line| ends_sentence(line)).count();
            (50..=130).contains(&most)
                && stops * 2 <= before.len()
                && least + 20 >= most
                && width(last) <= most + 4
                && !block.iter().skip(1).any(marked)
        }
        _ => false,
    };
    if wrapped {
        let mut line = String::new();
        for part in block.iter() {
            join(&mut line, part);
        }
        out.put(&line);
    } else {
        for line in block.iter() {
            out.put(line);
        }
    }
    block.clear();
}
