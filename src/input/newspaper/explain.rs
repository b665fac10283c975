//! How was a page cut, and why?

use super::cut::{look, pieces};
use super::kind::Role;
use super::rules::{Rules, Split};
use std::fmt;

/// How a page was cut, and why. Its printed form is a table of lines, then the list of articles.
#[derive(Clone, Debug, Default)]
pub struct Explanation {
    /// The lines that are not empty, in order.
    pub lines: Vec<ExplainedLine>,
    /// The articles: first line, title, author and so on.
    pub articles: Vec<ExplainedArticle>,
    /// What became of the file as a whole.
    pub verdict: String,
}

/// One line of a page.
#[derive(Clone, Debug)]
pub struct ExplainedLine {
    /// First and last line of the file, counted from 1; more than one where wrapped lines were joined.
    pub lines: (usize, usize),
    /// What it is.
    pub role: Role,
    /// Why; empty for ordinary text.
    pub why: String,
    /// Its first words.
    pub words: String,
}

/// One article of a page.
#[derive(Clone, Debug)]
pub struct ExplainedArticle {
    /// The line on which it begins, counted from 1.
    pub line: usize,
    /// Its headline.
    pub title: String,
    /// Characters of its text.
    pub characters: usize,
    /// Author, date, source.
    pub meta: Vec<(String, String)>,
    /// Why it begins there.
    pub why: String,
}

/// Explains how the text of a file is cut.
pub fn explain(text: &str, rules: &Rules, split: Split) -> Explanation {
    let mut page = match split {
        Split::Off => None,
        Split::Auto => look(text, rules, false),
        Split::Newspaper => look(text, rules, true),
    };
    let mut out = Explanation::default();
    let Some(page) = &mut page else {
        out.verdict = match split {
            Split::Off => "one article: cutting is off".to_string(),
            _ => "one article: fewer than two article starts are recognised; put `# ` in front of headlines and use \
                  `--split newspaper` to have it cut"
                .to_string(),
        };
        return out;
    };
    let pieces = pieces(page);
    out.verdict = match pieces.len() {
        1 => "one article, read as a newspaper page".to_string(),
        n => format!("a newspaper page of {n} articles"),
    };
    for (piece, start) in pieces.into_iter().zip(&page.starts) {
        out.articles.push(ExplainedArticle {
            line: piece.line,
            characters: piece.text.chars().count(),
            title: piece.title,
            meta: piece.facts.list(),
            why: start.why.clone(),
        });
    }
    for line in &page.lines {
        out.lines.push(ExplainedLine {
            lines: (line.from, line.to),
            role: line.role,
            why: line.why.clone(),
            words: clip(&line.words, 24),
        });
    }
    out
}

fn clip(words: &str, most: usize) -> String {
    let mut out: String = words.chars().take(most).collect();
    if words.chars().count() > most {
        out.push('…');
    }
    out
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in &self.lines {
            let number = match line.lines {
                (from, to) if from == to => from.to_string(),
                (from, to) => format!("{from}-{to}"),
            };
            write!(f, "{number:>9}  {:<10}  {}", line.role.name(), line.words)?;
            if !line.why.is_empty() {
                write!(f, "  ({})", line.why)?;
            }
            writeln!(f)?;
        }
        if !self.lines.is_empty() {
            writeln!(f)?;
        }
        writeln!(f, "{}", self.verdict)?;
        for (at, article) in self.articles.iter().enumerate() {
            let title = if article.title.is_empty() { "(no headline)" } else { &article.title };
            write!(f, "{:>4}. line {}: {title}, {} characters", at + 1, article.line, article.characters)?;
            for (name, value) in &article.meta {
                write!(f, ", {name} {value}")?;
            }
            writeln!(f, " ({})", article.why)?;
        }
        Ok(())
    }
}
