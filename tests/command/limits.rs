//! Is what an owner allows an index to take kept, or else said?

use std::path::{Path, PathBuf};

use crate::{done, err, failed, manifest, run, snapshot, temp, write};

/// Sizes of the files of an index' build, by name.
fn build(index: &Path) -> Vec<(PathBuf, u64)> {
    let files = snapshot(&index.join(manifest(index).build)).into_iter();
    files.filter_map(|(name, bytes)| Some((name, bytes?.len() as u64))).collect()
}

/// Files of an index: those of its build, and the manifest.
fn files(index: &Path) -> usize {
    // The list of a build is for who keeps it offline, and stands beside the index.
    build(index).iter().filter(|file| !file.0.ends_with("sums")).count() + 1
}

/// A thousand articles of no sense, six hundred characters each.
fn articles() -> String {
    let mut state = 7u32;
    let mut letter = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from_u32(0x4E00 + (state >> 16) % 2000).unwrap_or('一')
    };
    (0..1000)
        .map(|k| {
            let text: String = (0..600).map(|_| letter()).collect();
            format!("{{\"title\":\"{k}\",\"text\":\"{text}\",\"url\":\"/{k}\"}}\n")
        })
        .collect()
}

#[test]
fn no_more_files_are_made_than_allowed() {
    let dir = temp();
    let at = dir.path();
    let text = articles();
    write(&at.join("in.jsonl"), &text);
    done(run(at, &["build", "in.jsonl", "--out", "usual", "-q"]));
    let usual = files(&at.join("usual"));
    assert!(usual > 120, "{usual} files");
    for most in [usual, usual / 2, 60, 20, 2] {
        let out = format!("o{most}");
        done(run(at, &["build", "in.jsonl", "--out", &out, "-q", "--max-files", &most.to_string()]));
        assert!(files(&at.join(&out)) <= most, "{} files, {most} are allowed", files(&at.join(&out)));
        done(run(at, &["check", &out, "--sample", "200"]));
        let found = done(run(at, &["search", &out, &text.chars().skip(200).take(5).collect::<String>()]));
        assert!(found.starts_with("1 article"), "{found}");
    }
    let told = failed(&run(at, &["build", "in.jsonl", "--out", "o", "--max-files", "1"]), "in.jsonl");
    assert!(told.contains("files, 1 are allowed; allow "), "{told}");
    assert!(!at.join("o").exists(), "nothing is written");
    // A small index is one file and the manifest.
    write(&at.join("small.md"), "# 小\n\n一篇短文。\n");
    let told = failed(&run(at, &["build", "small.md", "--out", "o", "--max-files", "1"]), "small.md");
    assert!(told.contains("at least 2 files, 1 are allowed; allow 2"), "{told}");
    done(run(at, &["build", "small.md", "--out", "o", "-q", "--max-files", "2"]));
    let output = run(at, &["build", "in.jsonl", "--out", "o", "--max-files", "few"]);
    assert!(err(&output).contains("--max-files takes a number of files from 1, not few"), "{}", err(&output));
}

#[test]
fn a_budget_is_kept_or_it_is_said_that_it_is_not() {
    let dir = temp();
    let at = dir.path();
    write(&at.join("in.jsonl"), articles());
    let grams = |budget: &str| {
        let told = err(&run(at, &["build", "in.jsonl", "--out", budget, "--budget", budget]));
        let index = at.join(budget);
        let bytes: u64 = build(&index).iter().filter(|file| file.0.starts_with("g")).map(|file| file.1).sum();
        println!("--budget {budget}: {bytes} bytes of gram pages");
        (told.contains(&format!("--budget {budget}: ")), bytes)
    };
    let text = 600_000 * 3 + 2_890;
    for budget in ["60", "45", "35"] {
        let (said, bytes) = grams(budget);
        let most = text * budget.parse::<u64>().expect("a number") / 100;
        // Envelopes, of 28 bytes a file, are not counted.
        assert!(said || bytes <= most + most / 50, "--budget {budget}: {bytes} bytes of gram pages");
    }
    assert!(!grams("60").0, "there is room enough");
    assert!(grams("1").0, "no gram page is that small");
}
