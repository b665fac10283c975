//! What is left of Markdown when it is read? Blocks of words, and headings with their anchors.

use super::super::address::Anchors;
use super::super::blocks::{Gap, Writer};
use super::super::lines::{BLOCK_END, one_line, trim_end};
use super::super::tags::Tags;
use super::generators::SEAM;
use crate::Heading;
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use std::borrow::Cow;

/// The Markdown that is read: CommonMark, and what most generators add to it.
pub(super) const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_HEADING_ATTRIBUTES)
    .union(Options::ENABLE_DEFINITION_LIST)
    .union(Options::ENABLE_MATH);

/// The body as plain text.
#[derive(Default)]
pub(super) struct Plain {
    pub(super) text: String,
    pub(super) headings: Vec<Heading>,
    /// The first heading of level 1, if nothing but the title can stand before it: it was not put into the text.
    pub(super) title: Option<Title>,
}

/// A heading that may be the title.
pub(super) struct Title {
    pub(super) words: String,
    anchor: String,
    /// Where it stands in the text.
    at: usize,
    /// How many headings stand before it.
    before: usize,
}

impl Plain {
    /// Puts the first heading back into the text: the front matter gives another title than it.
    pub(super) fn restore(&mut self, title: &str, heading: Title) {
        if heading.words == title {
            return;
        }
        let mut block = heading.words.clone();
        let mut start = heading.at;
        if heading.at > 0 {
            // The block before ends at `at`, and the end of the one that is put in is in place.
            block.insert(0, BLOCK_END);
            start += BLOCK_END.len_utf8();
        } else if !self.text.is_empty() {
            block.push(BLOCK_END);
        }
        self.text.insert_str(heading.at, &block);
        for other in &mut self.headings[heading.before..] {
            other.start += block.len();
            other.end += block.len();
        }
        let found = Heading { start, end: start + heading.words.len(), anchor: heading.anchor };
        self.headings.insert(heading.before, found);
    }
}

/// Turns Markdown into plain text with headings.
pub(super) fn plain(body: &str) -> Plain {
    let mut out = Plain::default();
    let mut anchors = Anchors::default();
    let mut writer = Writer::default();
    let mut level_one = false;
    // The heading being written: its start, its level, the id it gives itself.
    let mut heading: Option<(usize, HeadingLevel, Option<String>)> = None;
    let mut code = false;
    let mut html: Option<String> = None;
    let mut tags = Tags::default();
    for event in Parser::new_ext(body, OPTIONS) {
        let words = matches!(event, Event::Text(_) | Event::Code(_) | Event::InlineMath(_) | Event::DisplayMath(_));
        let breaks = matches!(event, Event::SoftBreak | Event::HardBreak);
        if tags.hide() && (words || breaks) {
            continue;
        }
        match event {
            Event::Start(tag) => match tag {
                Tag::Heading { level, id, .. } => {
                    writer.end();
                    heading = Some((writer.text.len(), level, id.map(|id| id.to_string())));
                }
                Tag::CodeBlock(_) => {
                    writer.end();
                    code = true;
                }
                Tag::HtmlBlock => {
                    writer.end();
                    html = Some(String::new());
                }
                Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Superscript | Tag::Subscript => {}
                Tag::Link { .. } | Tag::Image { .. } => {}
                _ => writer.end(),
            },
            Event::End(tag) => match tag {
                TagEnd::Heading(_) => {
                    tags.end_block();
                    writer.end();
                    if let Some((at, level, id)) = heading.take() {
                        let words = one_line(&writer.text[at..]);
                        writer.text.truncate(at);
                        let anchor = match id {
                            Some(id) => anchors.given(&id),
                            None => anchors.slug(&words),
                        };
                        let first = level == HeadingLevel::H1 && !level_one;
                        level_one |= first;
                        if first && !words.is_empty() {
                            out.title = Some(Title { words, anchor, at, before: out.headings.len() });
                        } else if !words.is_empty() {
                            writer.words(&words);
                            out.headings.push(Heading { start: writer.text.len() - words.len(), end: writer.text.len(), anchor });
                        }
                    }
                    writer.end();
                }
                TagEnd::CodeBlock => {
                    code = false;
                    writer.end();
                }
                TagEnd::HtmlBlock => {
                    if let Some(block) = html.take() {
                        tags.html(&seamless(&block), &mut writer);
                    }
                    writer.end();
                }
                TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Superscript | TagEnd::Subscript => {}
                TagEnd::Link | TagEnd::Image => {}
                _ => {
                    tags.end_block();
                    writer.end();
                }
            },
            Event::Text(words) => {
                let words = seamless(&words);
                if code {
                    for line in words.split_inclusive('\n') {
                        writer.verbatim(trim_end(line));
                        if line.ends_with('\n') {
                            writer.gap(Gap::Hard);
                        }
                    }
                } else {
                    writer.words(&words);
                }
            }
            Event::Code(words) => writer.words(&words),
            Event::Html(piece) => match &mut html {
                Some(block) => block.push_str(&piece),
                None => tags.html(&piece, &mut writer),
            },
            Event::InlineHtml(tag) => tags.tag(&tag, heading.is_some(), &mut writer),
            Event::SoftBreak if heading.is_some() => writer.words(" "),
            Event::SoftBreak => writer.gap(Gap::Soft),
            Event::HardBreak => writer.gap(Gap::Hard),
            Event::InlineMath(words) | Event::DisplayMath(words) => writer.words(&words),
            Event::Rule => writer.end(),
            Event::FootnoteReference(_) | Event::TaskListMarker(_) => {}
        }
    }
    writer.end();
    out.text = writer.text;
    out
}

/// Words without the seams of emphasis.
fn seamless(words: &str) -> Cow<'_, str> {
    if words.contains(SEAM) { Cow::Owned(words.replace(SEAM, "")) } else { Cow::Borrowed(words) }
}
