//! Does anything that no reader may see get into what is published?
//!
//! Three hundred words that stand nowhere else are put where authors and generators hide things. None may be in any file of
//! the index, as it is or unpacked; the one that is planted in the open must be, or this test would prove nothing.

use std::fs;
use std::path::Path;

use xunzi::disk::folder::OnDisk;
use xunzi::fold::Off;
use xunzi::search::whole::Reading;

use crate::{done, run, temp, write};

/// Ways of hiding a word: a file's name and what is in it, the word for `CANARY`.
const HIDDEN: [(&str, &str); 30] = [
    ("a.html", "<meta name=robots content=noindex><main>CANARY</main>"),
    ("a.html", "<meta name=draft content=true><main>CANARY</main>"),
    ("drafts/a.html", "<main>CANARY</main>"),
    ("_drafts/a.html", "<main>CANARY</main>"),
    ("a.html", "<main><p hidden>CANARY</p>文字</main>"),
    ("a.html", "<main><div style='display: none'>CANARY</div>文字</main>"),
    ("a.html", "<main><!-- CANARY -->文字</main>"),
    ("a.html", "<main><script>CANARY</script>文字</main>"),
    ("a.html", "<main><style>.CANARY{}</style>文字</main>"),
    ("a.html", "<main><template>CANARY</template>文字</main>"),
    ("a.html", "<main><noscript>CANARY</noscript>文字</main>"),
    ("a.html", "<main><p data-pagefind-ignore>CANARY</p>文字</main>"),
    ("a.html", "<main><p data-xunzi-ignore=all data-xunzi-meta=x>CANARY</p>文字</main>"),
    ("a.html", "<nav>CANARY</nav><main>文字</main><footer>CANARY</footer>"),
    ("a.html", "<main><input value=CANARY><img src=CANARY.png>文字</main>"),
    ("a.html", "<main data-secret=CANARY><svg><text>CANARY</text></svg>文字</main>"),
    ("a.html", "<script>let state = 'CANARY'</script><main>文字</main>"),
    ("a.html", "<meta name=internal content=CANARY><main>文字</main>"),
    ("a.html", "<meta http-equiv=refresh content='0; url=/b'><main>CANARY</main>"),
    ("404.html", "<main>CANARY</main>"),
    ("a.md", "---\ntitle: 题\ndraft: true\n---\nCANARY\n"),
    ("a.md", "---\ntitle: 题\ndraft: maybe\n---\nCANARY\n"),
    ("a.md", "---\ntitle: 题\ninternal: CANARY\nnote:\n  reviewer: CANARY\n---\n文字\n"),
    ("a.md", "文字\n\n<!-- CANARY -->\n\n<div hidden>CANARY</div>\n"),
    ("a.md", "文字 %%CANARY%%\n\n<script>CANARY</script>\n"),
    ("a.jsonl", "{\"title\":\"题\",\"text\":\"CANARY\",\"draft\":true}\n"),
    ("a.jsonl", "{\"title\":\"题\",\"text\":\"文字\",\"internal\":\"CANARY\"}\n"),
    ("a.jsonl", "{\"title\":\"题\",\"html\":\"文字<!--CANARY--><p hidden>CANARY</p>\"}\n"),
    ("node_modules/a.html", "<main>CANARY</main>"),
    (".git/a.html", "<main>CANARY</main>"),
];

/// All that an index holds: its files as they are, and its articles with what is said of them, unpacked. Columns repeat the latter.
fn everything(dir: &Path) -> String {
    let mut all = String::new();
    for entry in walkdir::WalkDir::new(dir) {
        let entry = entry.expect("a folder of ours");
        if entry.file_type().is_file() {
            all += &String::from_utf8_lossy(&fs::read(entry.path()).expect("a file of ours"));
            all += &entry.path().to_string_lossy();
        }
    }
    let mut index = OnDisk::open(dir).expect("an index");
    for id in 0.. {
        let mut reading = Reading::new(id, "", Off::default());
        let Ok(Some(whole)) = index.run(|reader| reading.step(reader)) else { break };
        all += &format!("{whole:?}\n");
    }
    all
}

#[test]
fn what_no_reader_may_see_is_in_no_file() {
    let dir = temp();
    let mut canaries = Vec::new();
    for n in 0..10 {
        for (k, (name, text)) in HIDDEN.iter().enumerate() {
            let canary = format!("qz{n}x{k:02}canary");
            // Folders of their own, so that each is a page of its own; words around it, so that each has other neighbours.
            let path = format!("in/{n}/{k:02}/{name}");
            let text = if *name == "404.html" { text.to_string() } else { text.replace("文字", &format!("文字{n}之{k}")) };
            write(&dir.path().join(path), text.replace("CANARY", &canary));
            canaries.push(canary);
        }
    }
    write(&dir.path().join("in/open.html"), "<main>qzplantedcanary</main>");
    // What was there before and is there no more.
    write(&dir.path().join("in/old.html"), "<main>qzremovedcanary</main>");
    done(run(dir.path(), &["build", "in", "--out", "one", "--quiet"]));
    assert!(everything(&dir.path().join("one")).contains("qzremovedcanary"));
    fs::remove_file(dir.path().join("in/old.html")).expect("our own file");
    done(run(dir.path(), &["build", "in", "--out", "one", "--quiet", "--keep", "0"]));
    let all = everything(&dir.path().join("one"));
    assert!(all.contains("qzplantedcanary"), "the planted one must be found");
    assert_eq!(canaries.len(), 300);
    canaries.push("qzremovedcanary".to_owned());
    let found: Vec<&String> = canaries.iter().filter(|canary| all.contains(canary.as_str())).collect();
    assert_eq!(found, Vec::<&String>::new(), "{} of {}", found.len(), canaries.len());
}
