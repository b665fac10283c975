//! What changes in a text, and where is nothing touched?

use super::constructs::{Construct, Without};
use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use std::borrow::Cow;
use std::ops::Range;

/// Changes of a text.
pub(super) struct Edits<'a> {
    pub(super) text: &'a str,
    /// What is not looked for.
    pub(super) without: Without,
    /// Where code and formulas are, in order.
    pub(super) code: Vec<Range<usize>>,
    list: Vec<(Range<usize>, Cow<'a, str>)>,
}

impl<'a> Edits<'a> {
    /// A text without changes, and the code in it.
    pub(super) fn new(text: &'a str, without: Without) -> Edits<'a> {
        Edits { text, without, code: code(text, without), list: Vec::new() }
    }

    /// Whether a construct is looked for.
    pub(super) fn has(&self, construct: Construct) -> bool {
        self.without.has(construct)
    }

    /// Puts `with` in the place of a range.
    pub(super) fn put(&mut self, range: Range<usize>, with: impl Into<Cow<'a, str>>) {
        self.list.push((range, with.into()));
    }

    /// Takes a range for code: nothing in it is touched by what comes later.
    pub(super) fn keep(&mut self, range: Range<usize>) {
        let before = |place: usize| self.code.partition_point(|other| other.start < place);
        // Those inside it say nothing more.
        let inside = before(range.start)..before(range.end);
        self.code.splice(inside, [range]);
    }

    /// The end of the code that `at` stands in.
    pub(super) fn inside(&self, at: usize) -> Option<usize> {
        let next = self.code.partition_point(|range| range.end <= at);
        self.code.get(next).filter(|range| range.start <= at).map(|range| range.end)
    }

    /// Applies them in order; of two that overlap the first.
    pub(super) fn apply(mut self) -> Cow<'a, str> {
        if self.list.is_empty() {
            return Cow::Borrowed(self.text);
        }
        self.list.sort_by_key(|(range, _)| (range.start, usize::MAX - range.end));
        let mut out = String::with_capacity(self.text.len() + self.list.len());
        let mut done = 0;
        for (range, with) in self.list {
            if range.start >= done {
                out.push_str(&self.text[done..range.start]);
                out.push_str(&with);
                done = range.end;
            }
        }
        out.push_str(&self.text[done..]);
        Cow::Owned(out)
    }
}

/// Where code and formulas are, in order and apart.
fn code(text: &str, without: Without) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    // HTML that holds code, among words.
    let mut open: Option<usize> = None;
    let mut block = None;
    for (event, range) in Parser::new_ext(text, without.parser()).into_offset_iter() {
        match event {
            Event::Code(_) | Event::InlineMath(_) | Event::DisplayMath(_) | Event::Start(Tag::CodeBlock(_)) => found.push(range),
            Event::Start(Tag::HtmlBlock) => block = Some(range),
            Event::Html(html) => {
                if let Some(block) = block.take() {
                    let html = html.trim_start().to_ascii_lowercase();
                    if ["<pre", "<script", "<style", "<code", "<!--"].iter().any(|tag| html.starts_with(tag)) {
                        found.push(block);
                    }
                }
            }
            Event::InlineHtml(tag) => match tag.as_ref() {
                "<code>" | "<pre>" | "<kbd>" | "<samp>" => open = open.or(Some(range.start)),
                "</code>" | "</pre>" | "</kbd>" | "</samp>" => found.extend(open.take().map(|start| start..range.end)),
                tag if tag.starts_with("<code ") || tag.starts_with("<pre ") => open = open.or(Some(range.start)),
                _ => {}
            },
            Event::End(TagEnd::Paragraph) => open = None,
            _ => {}
        }
    }
    found.sort_by_key(|range| range.start);
    let mut apart: Vec<Range<usize>> = Vec::with_capacity(found.len());
    for range in found {
        match apart.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            _ => apart.push(range),
        }
    }
    apart
}
