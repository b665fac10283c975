//! What stands between two pieces of a text? The blocks of a marked-up page, one after the other.

use super::lines::{BLOCK_END, join, trim_end, trim_start};
use crate::Article;

/// What the words that come next are parted from those before by, the strongest last.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Gap {
    /// Nothing.
    #[default]
    None,
    /// A line that was wrapped in the source: white space, none between characters that are written without.
    Soft,
    /// A line that the author ended: a line feed.
    Hard,
    /// The end of a block: U+2029.
    Block,
}

/// Puts a block, with the end that parts it from what follows, before the text of an article.
pub(super) fn before(article: &mut Article, block: &str) {
    article.text.insert_str(0, block);
    for heading in &mut article.headings {
        heading.start += block.len();
        heading.end += block.len();
    }
    for weight in &mut article.weights {
        weight.start += block.len();
        weight.end += block.len();
    }
}

/// Writes a text, block by block.
#[derive(Default)]
pub(super) struct Writer {
    pub(super) text: String,
    gap: Gap,
}

impl Writer {
    /// Parts what comes next from what is written, at least so much.
    pub(super) fn gap(&mut self, gap: Gap) {
        let length = trim_end(&self.text).len();
        self.text.truncate(length);
        self.gap = self.gap.max(gap);
    }

    /// Parts what comes next by a space, if nothing parts it yet.
    pub(super) fn space(&mut self) {
        if self.gap == Gap::None && !self.text.is_empty() && !self.text.ends_with(char::is_whitespace) {
            self.text.push(' ');
        }
    }

    /// Ends the block, if one is open.
    pub(super) fn end(&mut self) {
        self.gap(Gap::Block);
    }

    /// Writes words. White space at the beginning of a line says nothing.
    pub(super) fn words(&mut self, words: &str) {
        if self.gap == Gap::None {
            self.text.push_str(words);
            return;
        }
        self.verbatim(trim_start(words));
    }

    /// Writes words with the white space before them.
    pub(super) fn verbatim(&mut self, words: &str) {
        if words.is_empty() {
            return;
        }
        let gap = std::mem::take(&mut self.gap);
        match gap {
            _ if self.text.is_empty() => {}
            Gap::None => {}
            Gap::Soft => {
                join(&mut self.text, words);
                return;
            }
            Gap::Hard => self.text.push('\n'),
            Gap::Block => self.text.push(BLOCK_END),
        }
        self.text.push_str(words);
    }
}
