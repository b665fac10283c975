//! Is all that a browser shows of Markdown found in it?
//!
//! Files in which every construct stands in every other that takes it, as `cmark-gfm` makes HTML of them (the Debian package of that
//! name; without it nothing is asked) and Chromium shows it: `innerText`, less what the table of constructs drops.
//! `XUNZI_ALL=1 cargo test --release --features embed --test browser lost -- --nocapture` asks of 2,000 files.

use std::fs;

use serde_json::{Value, json};
use xunzi::input::{self, Options};

use crate::chromium::{Browser, Page};
use crate::generate::Rng;
use crate::nested::{Maker, render, squeeze};

/// Strings asked of each file.
const ASKED: usize = 20;

/// Files that are shown at a time.
const BATCH: usize = 100;

/// What Chromium shows of each piece of HTML, a line a block. Notes lose their numbers, what is folded is opened.
fn shown(page: &Page, htmls: &[String]) -> Vec<Vec<String>> {
    const LOOK: &str = r"((htmls) => htmls.map((html) => {
      document.body.innerHTML = html;
      for (const part of document.querySelectorAll('.footnote-ref, .footnote-backref')) part.remove();
      for (const part of document.querySelectorAll('details')) part.open = true;
      return document.body.innerText.split(/[\n\t]+/);
    }))";
    let answer = page.evaluate(&format!("{LOOK}({})", json!(htmls)));
    let lines = |text: &Value| -> Vec<String> {
        let lines = text.as_array().expect("a list of lines").iter().map(|line| squeeze(line.as_str().unwrap_or_default()));
        // The boxes of tasks, where that reader does not see one, are no words.
        let boxes = lines.map(|line| line.trim_start_matches("[x]").trim_start_matches("[]").to_owned());
        boxes.filter(|line| !line.is_empty()).collect()
    };
    answer.as_array().expect("a list").iter().map(lines).collect()
}

#[test]
fn nothing_is_lost_of_what_chromium_shows_of_markdown() {
    let files = if std::env::var_os("XUNZI_ALL").is_some() { 2_000 } else { BATCH };
    let mut rng = Rng::new(crate::SEED);
    let mut maker = Maker::new(|below| rng.below(below));
    let all: Vec<String> = (0..files).map(|_| maker.file()).collect();
    if render(&all[0]).is_none() {
        return eprintln!("skipped: what Chromium shows of Markdown needs cmark-gfm");
    }
    let browser = Browser::start();
    let page = browser.page();
    let folder = crate::folder();
    let (mut rng, mut asked, mut lost) = (Rng::new(crate::SEED + 1), 0, Vec::new());
    for batch in all.chunks(BATCH) {
        let htmls: Vec<String> = batch.iter().map(|markdown| render(markdown).expect("it was there")).collect();
        for (markdown, blocks) in batch.iter().zip(shown(&page, &htmls)) {
            let file = folder.path().join("a.md");
            fs::write(&file, markdown).expect("a file");
            let read = input::read(&[file], &Options::default(), &mut |_| {}).expect("our own file");
            let [article] = &read.articles[..] else { panic!("{:?}", read.notes) };
            let text = squeeze(&format!("{}\u{2029}{}", article.title, article.text));
            for _ in 0..ASKED {
                let block: Vec<char> = rng.pick::<String>(&blocks).chars().collect();
                let start = rng.below(block.len());
                let part: String = block[start..].iter().take(rng.within(1, 30)).collect();
                asked += 1;
                if !text.contains(&part) {
                    lost.push(format!("{part:?} of\n{markdown}\n{text}"));
                }
            }
        }
    }
    println!("{asked} parts of {files} files as Chromium shows them, {} lost", lost.len());
    assert!(lost.is_empty(), "{} of {asked} lost\n{}", lost.len(), lost[..lost.len().min(5)].join("\n---\n"));
}
