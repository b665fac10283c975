//! Which Markdown holds every construct of GitHub's in every other that takes it, and what does `cmark-gfm` make of it?

use std::io::Write as _;
use std::process::{Command, Stdio};

/// Makes Markdown.
pub struct Maker<R> {
    pub below: R,
    word: usize,
    files: usize,
}

impl<R: FnMut(usize) -> usize> Maker<R> {
    pub fn new(below: R) -> Maker<R> {
        Maker { below, word: 0, files: 0 }
    }

    /// A file with a title, blocks, and a note.
    pub fn file(&mut self) -> String {
        self.files += 1;
        format!("# 题\n\n{}\n\n{}\n\n[^n]: 注{}\n", self.blocks(0), self.blocks(0), self.files)
    }

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

/// A text without its white space, which is a matter of the scripts.
pub fn squeeze(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() || *c == '\u{2029}').collect()
}

/// What `cmark-gfm` makes of it; none without the program.
pub fn render(markdown: &str) -> Option<String> {
    const EXTENSIONS: [&str; 9] = ["--unsafe", "-e", "footnotes", "-e", "table", "-e", "strikethrough", "-e", "tasklist"];
    let mut command = Command::new("cmark-gfm");
    command.args(EXTENSIONS).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().ok()?;
    child.stdin.take()?.write_all(markdown.as_bytes()).expect("a program that reads");
    let out = child.wait_with_output().expect("a program that ends");
    assert!(out.status.success());
    String::from_utf8(out.stdout).ok()
}
