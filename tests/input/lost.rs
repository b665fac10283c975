//! Is all that another reader of Markdown shows of a text found in it?
//!
//! Files are made in which every construct of GitHub's Markdown stands in every other that takes it. `cmark-gfm` makes HTML of them
//! (the Debian package of that name; without it nothing is asked), of which the tokenizer of `html5ever` gives the words, a block each:
//! what a browser's `innerText` gives for pages without styles. Descriptions of images and numbers of notes are no words here.

use crate::{Folder, random};
use html5ever::tokenizer::{BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer};
use std::cell::RefCell;
use std::io::Write as _;
use std::process::{Command, Stdio};

/// Makes Markdown.
struct Maker<R> {
    below: R,
    word: usize,
}

impl<R: FnMut(usize) -> usize> Maker<R> {
    /// A word that stands nowhere else.
    fn word(&mut self) -> String {
        const WORDS: [&str; 8] = ["晨雾", "run", "강물", "ことば", "Straße", "море", "x7", "图书馆"];
        self.word += 1;
        format!("{}{}", WORDS[(self.below)(WORDS.len())], self.word)
    }

    /// Words among which constructs stand.
    fn inline(&mut self, depth: usize) -> String {
        let mut out = self.word();
        for _ in 0..1 + (self.below)(3) {
            let space = if (self.below)(2) == 0 { " " } else { "" };
            out.push_str(space);
            let inner = if depth < 3 { self.inline(depth + 1) } else { self.word() };
            let plain = self.word();
            let made = match (self.below)(16) {
                0 => format!(" *{inner}* "),
                1 => format!(" **{inner}** "),
                2 => format!(" ~~{inner}~~ "),
                // No link stands in a link.
                3 if !inner.contains("](") && !inner.contains("<http") => format!("[{inner}](http://a.b/c \"t\")"),
                4 => format!("`{plain} < & *{plain}*`"),
                5 => format!("![{plain}](i.png)"),
                6 => format!("<b>{inner}</b>"),
                7 if depth == 0 => format!("{plain}[^n]"),
                8 => format!("{plain}\\\n{}", self.word()),
                9 => format!("{plain}\n{}", self.word()),
                10 => format!(" <https://{}.org/{}> ", "example", self.word),
                11 => format!("{plain}&amp;&hearts;{plain}"),
                12 => format!("<span hidden>{plain}</span>"),
                13 => format!("{plain}<!-- {plain} -->"),
                14 => format!("\\*{plain}\\_"),
                _ => plain,
            };
            out.push_str(&made);
        }
        out
    }

    /// One block, perhaps with others in it.
    fn block(&mut self, depth: usize) -> String {
        let kind = (self.below)(if depth < 3 { 13 } else { 6 });
        let line = |text: String| text.replace("\\\n", " ").replace('\n', " ");
        match kind {
            0 | 1 => self.inline(0),
            2 => format!("## {}", line(self.inline(1))),
            3 => format!("```js\n{} = {{{{ `a` }}\n\n  {}\n```", self.word(), self.word()),
            4 => {
                let cell = |maker: &mut Self| line(maker.inline(2)).replace('|', "");
                format!("| {} | {} |\n|---|:-:|\n| {} | {} |", cell(self), cell(self), cell(self), cell(self))
            }
            5 => format!("<div>\n{}\n</div>\n<script>{}</script>", self.word(), self.word()),
            6 | 7 => indent(&self.blocks(depth + 1), "> ", "> "),
            8 => indent(&self.blocks(depth + 1), "- ", "  "),
            9 => indent(&self.blocks(depth + 1), "1. ", "   "),
            10 => format!("- [x] {}\n- [ ] {}", line(self.inline(1)), line(self.inline(1))),
            11 => format!("<details><summary>{}</summary>\n\n{}\n\n</details>", self.word(), self.blocks(depth + 1)),
            _ => format!("{}\n===\n\n---", line(self.inline(1))),
        }
    }

    fn blocks(&mut self, depth: usize) -> String {
        let many = 1 + (self.below)(3);
        (0..many).map(|_| self.block(depth)).collect::<Vec<_>>().join("\n\n")
    }
}

/// Puts marks before the first line and all others.
fn indent(text: &str, first: &str, rest: &str) -> String {
    let mark = |(n, line): (usize, &str)| format!("{}{line}", if n == 0 { first } else { rest });
    text.split('\n').enumerate().map(mark).collect::<Vec<_>>().join("\n")
}

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

fn squeeze(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() || *c == '\u{2029}').collect()
}

/// What `cmark-gfm` makes of it; none without the program.
fn render(markdown: &str) -> Option<String> {
    const EXTENSIONS: [&str; 9] = ["--unsafe", "-e", "footnotes", "-e", "table", "-e", "strikethrough", "-e", "tasklist"];
    let mut command = Command::new("cmark-gfm");
    command.args(EXTENSIONS).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().ok()?;
    child.stdin.take()?.write_all(markdown.as_bytes()).expect("a program that reads");
    let out = child.wait_with_output().expect("a program that ends");
    assert!(out.status.success());
    String::from_utf8(out.stdout).ok()
}

#[test]
fn nothing_is_lost_of_what_another_reader_shows() {
    let files = if std::env::var_os("XUNZI_ALL").is_some() { 2000 } else { 60 };
    let mut maker = Maker { below: random(), word: 0 };
    let folder = Folder::new();
    let (mut asked, mut lost) = (0, Vec::new());
    for n in 0..files {
        let markdown = format!("# 题\n\n{}\n\n{}\n\n[^n]: 注{n}\n", maker.blocks(0), maker.blocks(0));
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
