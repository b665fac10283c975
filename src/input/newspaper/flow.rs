//! Which lines of an article belong together? A paragraph that a column broke, and what merely looks like one.

use super::kind::Kind;
use super::line;
use super::page::{PARAGRAPH, Page};
use super::people::named;
use crate::input::lines::ends_sentence;

impl Page {
    /// True if the paragraph `words` that ends with line `at` goes on in line `next`.
    pub(super) fn goes_on(&self, words: &str, at: usize, next: usize) -> bool {
        let (line, then) = (&self.lines[at], &self.lines[next]);
        if !matches!(then.kind, Kind::Text(_) | Kind::Short | Kind::Photo | Kind::Caption) || line::bullet(&then.key) {
            return false;
        }
        if matches!(then.kind, Kind::Caption | Kind::Photo) && ends_sentence(words) {
            return false;
        }
        // A remark in brackets stands by itself.
        if then.key.starts_with('(') && then.key.ends_with(')') && line::left_open(words).is_none() {
            return false;
        }
        if words.len() > PARAGRAPH {
            return false;
        }
        let Some(last) = words.trim_end().chars().next_back().filter(|_| !self.is_verse(at)) else {
            return false;
        };
        if matches!(last, ',' | '，' | '、') {
            return true;
        }
        if let Some(open) = line::left_open(words) {
            return line::closes(&then.words, open) && !(ends_sentence(words) && words.chars().count() < 20);
        }
        if ends_sentence(words) {
            return false;
        }
        let prose = match line.kind {
            Kind::Short => words.len() > line.words.len() || self.is_prose(at, next),
            // A row of a table, an item of a list.
            _ => words.chars().count() > 30 || words.contains([',', '，', '。']),
        };
        if !prose {
            return false;
        }
        // A short line after a broken one is its end, unless text follows that does not need it.
        match then.kind {
            Kind::Short => !self.is_heading(next),
            _ => true,
        }
    }

    /// True if line `at` is one of four or more short lines in a row: a poem, a list. Those that a narrow column wrapped are
    /// joined before.
    fn is_verse(&self, at: usize) -> bool {
        const LINE: usize = 16;
        let short = |at: &usize| {
            let line = &self.lines[*at];
            let kind = matches!(line.kind, Kind::Short | Kind::Text(None));
            self.live(*at) && kind && line.from == line.to && line.words.chars().take(LINE + 1).count() <= LINE
        };
        if !short(&at) {
            return false;
        }
        let near = |line: &usize| self.lines[*line].gap <= 1;
        let after = (at + 1..self.lines.len()).take(3).take_while(|line| short(line) && near(line)).count();
        let before = (0..at).rev().take(3).take_while(|line| short(line) && near(&(line + 1))).count();
        before + 1 + after >= 4
    }

    /// True if the short line `at` is a piece of a sentence that goes on in line `next`.
    fn is_prose(&self, at: usize, next: usize) -> bool {
        let line = &self.lines[at];
        let key = line.key.as_str();
        let commas = key.matches(',').count();
        let end = key.chars().next_back().unwrap_or(' ');
        // Words that nothing ends with.
        if "的和与及或把将被对从此这那该其每各并而且于向让使由因若但之所以".contains(end) || commas >= 2
        {
            return true;
        }
        #[rustfmt::skip]
        const OPEN: [&str; 26] = [
            "近日", "日前", "昨日", "今年", "去年", "目前", "据了解", "据悉", "据介绍", "下一步",
            "同时", "此外", "其中", "随后", "结束后", "活动中", "现场", "记者", "随着", "由于",
            "因为", "如果", "当天", "当日", "据", "针对",
        ];
        if commas == 1 && OPEN.iter().any(|word| key.starts_with(word)) {
            return true;
        }
        // Who went where, as reports have it; or a line that begins as another paragraph does, with somebody's name.
        #[rustfmt::skip]
        const WENT: [&str; 8] = [
            "先后来到", "先后到", "一行来到", "一行先后", "详细了解", "实地查看", "实地察看",
            "随后来到",
        ];
        if !key.contains(' ') && WENT.iter().any(|word| key.contains(word)) {
            return true;
        }
        let opening: String = line.words.chars().take(3).collect();
        if !key.contains(' ') && key.chars().count() >= 12 && named(key) && self.openings.contains(&opening) {
            return true;
        }
        // 在……的持续跟踪 | 督办下,……
        const FRAME: [&str; 10] = ["下", "中", "上", "后", "里", "时", "内", "间", "前", "以来"];
        if key.starts_with(['在', '从', '自', '当']) && !FRAME.iter().any(|word| key.contains(word)) && !key.contains(' ') {
            let clause = self.lines[next].key.split([',', '。']).next().unwrap_or("");
            if clause.chars().count() <= 12 && FRAME.iter().any(|word| clause.ends_with(word)) {
                return true;
            }
        }
        if self.marked && line.gap > 0 && (commas == 1 || key.chars().count() > 30) {
            return true;
        }
        // The two characters at the break stand side by side elsewhere on the page.
        let first = self.lines[next].words.chars().next();
        let pair = line.words.chars().next_back().zip(first);
        !key.contains(' ') && (commas == 1 || key.chars().count() >= 16) && pair.is_some_and(|pair| self.pairs.contains(&pair))
    }

    /// True for the first row of a table: three cells or more, and as many in the next line.
    fn is_row(&self, at: usize, next: usize) -> bool {
        let cells = |at: usize| self.lines[at].key.split_whitespace().count();
        cells(at) >= 3 && cells(at) == cells(next)
    }

    /// True for a paragraph, or a short line that is the beginning of one.
    fn is_text(&self, at: usize) -> bool {
        match self.lines[at].kind {
            Kind::Text(_) | Kind::Lead(_) => true,
            Kind::Short => {
                self.next(at + 1).is_some_and(|next| matches!(self.lines[next].kind, Kind::Text(_)) && self.is_prose(at, next))
            }
            _ => false,
        }
    }

    /// True if the short line `at` inside an article is a heading of it: text follows that begins a paragraph.
    pub(super) fn is_heading(&self, at: usize) -> bool {
        let Some(next) = self.next(at + 1) else {
            return false;
        };
        if self.starts.binary_search_by_key(&next, |start| start.line).is_ok() {
            return false;
        }
        matches!(self.lines[at].kind, Kind::Short)
            && self.lines[at].words.chars().count() <= 40
            && self.is_text(next)
            && !self.is_caption(at)
            && !self.is_prose(at, next)
            && line::left_open(&self.lines[at].words).is_none()
            && !self.is_row(at, next)
    }
}
