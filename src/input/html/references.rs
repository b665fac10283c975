//! Which characters do the references of a text stand for?

use std::borrow::Cow;
use std::cell::RefCell;

use html5ever::tokenizer::{BufferQueue, Token, TokenSink, TokenSinkResult, Tokenizer};

/// The characters of a text that has no tags.
#[derive(Default)]
struct Characters(RefCell<String>);

impl TokenSink for Characters {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        if let Token::CharacterTokens(text) = token {
            self.0.borrow_mut().push_str(&text);
        }
        TokenSinkResult::Continue
    }
}

/// A text between tags, as a browser shows it.
pub(in crate::input) fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    // What is no tag to whoever calls is none here.
    let text = text.replace('<', "&lt;");
    let tokenizer = Tokenizer::new(Characters::default(), Default::default());
    let queue = BufferQueue::default();
    queue.push_back(text.as_str().into());
    // Nothing but a script ends it early.
    let _ = tokenizer.feed(&queue);
    tokenizer.end();
    Cow::Owned(tokenizer.sink.0.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_reference_is_read() {
        for (text, shown) in [
            ("a &amp; b", "a & b"),
            ("&hellip;&#x5BFB;&#23383;", "…寻字"),
            ("&ampere &copy 1 < 2 & 3", "&ere © 1 < 2 & 3"),
            ("  &nosuch;&", "  &nosuch;&"),
            ("&CounterClockwiseContourIntegral;", "∳"),
        ] {
            assert_eq!(unescape(text), shown, "{text}");
        }
    }
}
