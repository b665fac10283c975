//! What is left of Markdown when it is read? The HTML that a generator makes of it; the one reader of HTML takes it from there.

use super::super::anchors::Anchors;
use super::generators::SEAM;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, html};

/// The HTML of Markdown. Its headings have the anchors that they give themselves, or those that `anchors` makes of their words.
pub(super) fn html(markdown: &str, options: Options, mut anchors: Anchors) -> String {
    let mut events: Vec<Event> = Vec::new();
    // Where the heading begins that is being read, and its words so far.
    let mut heading: Option<(usize, String)> = None;
    for event in Parser::new_ext(markdown, options) {
        match &event {
            Event::Start(Tag::Heading { .. }) => heading = Some((events.len(), String::new())),
            Event::Text(words) | Event::Code(words) | Event::InlineMath(words) => {
                if let Some((_, heading)) = &mut heading {
                    heading.push_str(words);
                }
            }
            Event::SoftBreak | Event::HardBreak => {
                if let Some((_, heading)) = &mut heading {
                    heading.push(' ');
                }
            }
            Event::End(TagEnd::Heading(_)) => {
                if let Some((at, words)) = heading.take()
                    && let Some(start) = events.get_mut(at)
                {
                    anchor(start, &words.replace(SEAM, ""), &mut anchors);
                }
            }
            // A note is a block; the number that leads to it, and the box of a task, are no words.
            Event::Start(Tag::FootnoteDefinition(_)) => {
                events.push(Event::Html("<div>\n".into()));
                continue;
            }
            Event::End(TagEnd::FootnoteDefinition) => {
                events.push(Event::Html("</div>\n".into()));
                continue;
            }
            Event::FootnoteReference(_) | Event::TaskListMarker(_) => continue,
            _ => {}
        }
        events.push(event);
    }
    let mut out = String::with_capacity(markdown.len() + markdown.len() / 4);
    html::push_html(&mut out, events.into_iter());
    // Emphasis is where it should be.
    if out.contains(SEAM) { out.replace(SEAM, "") } else { out }
}

/// Gives a heading its anchor.
fn anchor(start: &mut Event, words: &str, anchors: &mut Anchors) {
    let Event::Start(Tag::Heading { id, .. }) = start else { return };
    *id = Some(
        match id {
            Some(id) => anchors.given(id),
            None => anchors.slug(words),
        }
        .into(),
    );
}
