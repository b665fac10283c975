//! Is all that another reader of Markdown shows of a text found in it?
//!
//! Files are made in which every construct of GitHub's Markdown stands in every other that takes it. `cmark-gfm` makes HTML of them
//! (the Debian package of that name; without it nothing is asked), of which the tokenizer of `html5ever` gives the words, a block each:
//! what a browser's `innerText` gives for pages without styles. Descriptions of images and numbers of notes are no words here.

use crate::nested::{Maker, render, squeeze};
use crate::{Folder, random};
use html5ever::tokenizer::{BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer};
use std::cell::RefCell;

/// The blocks of words that HTML shows.
#[derive(Default)]
struct Shown(RefCell<State>);

#[derive(Default)]
struct State {
    blocks: Vec<String>,
    block: String,
    /// The element that hides its words, and how many of its name are open.
    hidden: Option<(String, usize)>,
}

impl TokenSink for Shown {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        const INLINE: [&str; 12] = ["a", "b", "br", "code", "del", "em", "i", "img", "input", "span", "strong", "sup"];
        let state = &mut *self.0.borrow_mut();
        match token {
            Token::CharacterTokens(text) if state.hidden.is_none() => state.block.push_str(&text),
            Token::TagToken(tag) => {
                let name = tag.name.to_string();
                let attribute = |name: &str| tag.attrs.iter().find(|a| &*a.name.local == name).map(|a| a.value.to_string());
                let class = attribute("class").unwrap_or_default();
                if let Some((hidden, open)) = &mut state.hidden {
                    if *hidden == name {
                        *open = if tag.kind == TagKind::StartTag { *open + 1 } else { *open - 1 };
                    }
                    if *open == 0 {
                        state.hidden = None;
                    }
                } else if tag.kind == TagKind::StartTag
                    && (name == "script" || attribute("hidden").is_some() || class.starts_with("footnote-"))
                    && name != "li"
                {
                    state.hidden = Some((name.clone(), 1));
                }
                if !INLINE.contains(&name.as_str()) && state.hidden.is_none() {
                    let block = std::mem::take(&mut state.block);
                    state.blocks.push(block);
                }
                if name == "script" && tag.kind == TagKind::StartTag {
                    return TokenSinkResult::RawData(html5ever::tokenizer::states::RawKind::ScriptData);
                }
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

fn shown(html: &str) -> Vec<String> {
    let tokenizer = Tokenizer::new(Shown::default(), Default::default());
    let queue = BufferQueue::default();
    queue.push_back(html.into());
    while !matches!(tokenizer.feed(&queue), html5ever::TokenizerResult::Done) {}
    tokenizer.end();
    let mut state = tokenizer.sink.0.into_inner();
    state.blocks.push(state.block);
    // White space between characters is a matter of the scripts.
    // The boxes of tasks, where this reader does not see one, are no words.
    let boxes = |block: String| block.trim_start_matches("[x]").trim_start_matches("[]").to_owned();
    state.blocks.iter().map(|block| boxes(squeeze(block))).filter(|block| !block.is_empty()).collect()
}

#[test]
fn nothing_is_lost_of_what_another_reader_shows() {
    let files = if std::env::var_os("XUNZI_ALL").is_some() { 2000 } else { 60 };
    let mut maker = Maker::new(random());
    let folder = Folder::new();
    let (mut asked, mut lost) = (0, Vec::new());
    for _ in 0..files {
        let markdown = maker.file();
        let Some(html) = render(&markdown) else {
            println!("no cmark-gfm: nothing is asked");
            return;
        };
        let blocks = shown(&html);
        folder.put("a.md", &markdown);
        let read = folder.read();
        let text = squeeze(&format!("题\u{2029}{}", crate::one(&read).text));
        for _ in 0..20 {
            let block: Vec<char> = blocks[(maker.below)(blocks.len())].chars().collect();
            let start = (maker.below)(block.len());
            let part: String = block[start..].iter().take(1 + (maker.below)(30)).collect();
            asked += 1;
            if !text.contains(&part) {
                lost.push(format!("{part:?} of\n{markdown}\n{text}"));
            }
        }
    }
    println!("{asked} parts of {files} files, {} lost", lost.len());
    assert!(lost.is_empty(), "{} of {asked} lost\n{}", lost.len(), lost[..lost.len().min(5)].join("\n---\n"));
}
