//! Do parts come to one index, or to several that are searched as one, and is nothing lost on the way?

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::{Value, json};
use tempfile::TempDir;
use xunzi::disk::catalog::Catalog;

use super::{command, done, err, failed, generate::Rng, manifest, out, path, prose, run, snapshot, temp, untouched, write};

/// Lines of articles, a day each, newest last.
pub fn lines(articles: std::ops::Range<usize>, length: usize) -> String {
    let mut all = String::new();
    for k in articles {
        let mut rng = Rng::new(k as u64);
        let (text, date) = (prose(&mut rng, length), format!("2023-{:02}-{:02}", k / 28 + 1, k % 28 + 1));
        all += &(json!({"title": format!("第{k}篇"), "text": format!("{text}编号{k}号"), "url": format!("/{k}/"), "date": date})
            .to_string()
            + "\n");
    }
    all
}

/// Makes parts of the lines of `all`, from 0: `cuts` says after which lines.
pub fn parts(dir: &Path, all: &str, cuts: &[usize], more: &[&str]) -> Vec<PathBuf> {
    let lines: Vec<&str> = all.split_inclusive('\n').collect();
    let bounds: Vec<usize> = [0].into_iter().chain(cuts.iter().copied()).chain([lines.len()]).collect();
    let make = |(number, bound): (usize, &[usize])| {
        let part = dir.join(format!("part{number:03}"));
        let number = number.to_string();
        let mut child = command(dir);
        child.args(["build", "--part", &number, "--out", path(&part)]).args(more);
        let mut child = child.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        child.stdin.take().expect("a pipe").write_all(lines[bound[0]..bound[1]].concat().as_bytes()).expect("it reads");
        let told: Value = serde_json::from_str(&done(child.wait_with_output().expect("it ends"))).expect("a line of JSON");
        assert_eq!(told["articles"], bound[1] - bound[0]);
        assert_eq!(told["bytes"], fs::metadata(&part).expect("it is there").len());
        part
    };
    bounds.windows(2).enumerate().map(make).collect()
}

/// The builds beside a catalog that it names, newest first.
pub fn members(dir: &Path) -> Vec<String> {
    let catalog = Catalog::open(dir).expect("a catalog");
    catalog.members.iter().map(|member| member.place.folder().expect("a build beside it")).collect()
}

pub fn join(dir: &Path, parts: &[PathBuf], more: &[&str]) -> std::process::Output {
    let paths: Vec<&str> = parts.iter().map(|part| path(part)).collect();
    run(dir, &[&["join", "--quiet"][..], &paths, more].concat())
}

#[test]
fn joined_parts_are_one_build() {
    let dir = temp();
    let all = lines(0..200, 700);
    write(&dir.path().join("all.jsonl"), &all);
    done(run(dir.path(), &["build", "all.jsonl", "--out", "one", "--quiet"]));
    // Two are empty, one holds one article; in any order.
    let mut parts = parts(dir.path(), &all, &[40, 40, 41, 120, 200], &[]);
    parts.reverse();
    done(join(dir.path(), &parts, &["--out", "joined"]));
    untouched(&dir.path().join("joined"), &snapshot(&dir.path().join("one")));
    // The same from a list.
    let list: String = parts.iter().map(|part| format!("{}\n", part.display())).collect();
    write(&dir.path().join("list"), list);
    done(run(dir.path(), &["join", "-r", "list", "--out", "listed", "--quiet"]));
    untouched(&dir.path().join("listed"), &snapshot(&dir.path().join("one")));
}

#[test]
fn a_part_is_the_same_every_time() {
    let dir = temp();
    let all = lines(0..30, 300);
    let made = parts(dir.path(), &all, &[10], &[]);
    let before: Vec<Vec<u8>> = made.iter().map(|part| fs::read(part).expect("it is there")).collect();
    // A second attempt takes the place of the first; nothing else is left behind.
    let again = parts(dir.path(), &all, &[10], &[]);
    assert_eq!(again.iter().map(|part| fs::read(part).expect("it is there")).collect::<Vec<_>>(), before);
    assert_eq!(fs::read_dir(dir.path()).expect("our own folder").count(), 2);
    // What two parts say twice stands once, as in a build.
    let twice = [lines(0..3, 50), lines(2..5, 50), lines(2..3, 60), lines(2..3, 60)].concat();
    write(&dir.path().join("all.jsonl"), &twice);
    done(run(dir.path(), &["build", "all.jsonl", "--out", "one", "--quiet"]));
    let made = parts(dir.path(), &twice, &[3, 6, 7], &[]);
    done(join(dir.path(), &made, &["--out", "joined"]));
    untouched(&dir.path().join("joined"), &snapshot(&dir.path().join("one")));
}

/// What parts carry makes a join fast, and changes no byte of it: whether each makes an index, or several do, whether one says what another
/// says as well, and however little memory there is.
#[test]
fn the_indexes_of_parts_change_nothing() {
    let dir = temp();
    // Articles 60 to 64 stand in two parts, one of them with other words as well; each has a fact of its own kind.
    let told = |k: usize| json!({"title": format!("再说{k}"), "text": "另一句话", "url": format!("/{k}/")}).to_string() + "\n";
    let all = [lines(0..60, 700), lines(60..120, 700), lines(60..65, 700), told(61), lines(120..200, 700)].concat();
    write(&dir.path().join("with/plan"), "{\"xunzi\":2,\"index\":true}");
    write(&dir.path().join("without/plan"), "{\"xunzi\":2}");
    for folder in ["with", "without"] {
        let toml = "[filters]\nday = \"date\"\n";
        write(&dir.path().join(folder).join("xunzi.toml"), toml);
    }
    write(&dir.path().join("with/all.jsonl"), &all);
    let cuts = [60, 60, 120, 130, 131, 200];
    let [with, without] = ["with", "without"].map(|folder| parts(&dir.path().join(folder), &all, &cuts, &["--plan", "plan"]));
    let size = |part: &PathBuf| fs::metadata(part).expect("it is there").len();
    assert!(with.iter().zip(&without).all(|(a, b)| size(a) > size(b) || size(a) == size(b) && size(a) < 200));
    let here = dir.path().join("with");
    done(run(&here, &["build", "all.jsonl", "--out", "one", "--quiet"]));
    let mut snapshots = Vec::new();
    for (parts, name) in [(&with, "with"), (&without, "without")] {
        // One index of all; each its own; two of most; the same with little memory.
        for (k, more) in
            [&[][..], &["--target", "1kB"], &["--target", "300kB"], &["--target", "300kB", "--memory", "16MB"]].iter().enumerate()
        {
            let out = dir.path().join(format!("out-{name}-{k}"));
            done(join(dir.path(), parts, &[&["--out", path(&out)][..], more].concat()));
            snapshots.push(snapshot(&out));
        }
    }
    let (first, second) = snapshots.split_at(4);
    for (k, (first, second)) in first.iter().zip(second).enumerate() {
        assert!(first == second, "what parts carry changes join {k}");
    }
    assert!(first[0] == snapshot(&here.join("one")), "joined, the parts are one build");
    assert!(first[2] == first[3], "the memory changes the join");
    let indexes = |files: &std::collections::BTreeMap<PathBuf, _>| {
        files.keys().filter(|name| name.ends_with("root.dat") || name.ends_with("pack.dat")).count()
    };
    // Six parts hold something; and the catalog is one.
    let many: Vec<usize> = first.iter().map(indexes).collect();
    assert!(many[0] == 1 && many[1] == 7 && (3..7).contains(&many[2]), "{many:?}");
    done(run(dir.path(), &["check", "out-with-1", "--sample", "40", "--deep"]));
}

/// Standard input is read as it comes: what cannot be is told, and of whatever length it is.
#[test]
fn standard_input_is_named() {
    let dir = temp();
    let mut child = command(dir.path());
    child.args(["build", "--part", "1", "--out", "part"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = child.spawn().expect("it starts");
    child.stdin.take().expect("a pipe").write_all(b"{\"title\":\"a\",\"text\":\"b\"}\nno object\n").expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    assert!(err(&output).contains("standard input:2: skipped"), "{}", err(&output));
    let told: Value = serde_json::from_str(&done(output)).expect("a line of JSON");
    assert_eq!((&told["articles"], &told["index"]), (&json!(1), &json!(0)));
}

/// A task that is killed leaves a pipe that ends: a half is not taken for the whole.
#[test]
fn input_that_breaks_off_makes_no_part() {
    let dir = temp();
    let give = |text: &str| {
        let mut child = command(dir.path());
        child.args(["build", "--part", "1", "--out", "part", "--end", "DONE"]).stdin(Stdio::piped());
        let mut child = child.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        child.stdin.take().expect("a pipe").write_all(text.as_bytes()).expect("it reads");
        child.wait_with_output().expect("it ends")
    };
    let all = lines(0..30, 300);
    let half: String = all.chars().take(3000).collect();
    for text in ["", &all, &half, &format!("{all}DONE\n{{}}"), &format!("{all}DON")] {
        failed(&give(text), "standard input");
        assert_eq!(fs::read_dir(dir.path()).expect("our own folder").count(), 0, "nothing is left behind");
    }
    let told: Value = serde_json::from_str(&done(give(&format!("{all}DONE\n")))).expect("a line of JSON");
    assert_eq!(told["articles"], 30);
    let before = snapshot(dir.path());
    failed(&give(&all), "--end");
    untouched(dir.path(), &before);
}

/// What is missing, doubled, damaged or foreign is named, and nothing is published.
#[test]
fn wrong_parts_are_named() {
    let dir = temp();
    let all = lines(0..12, 100);
    let made = parts(dir.path(), &all, &[3, 6, 9], &[]);
    done(join(dir.path(), &made, &["--out", "xunzi"]));
    let before = snapshot(&dir.path().join("xunzi"));
    let check = |parts: &[PathBuf], named: &str| {
        for target in [&["--out", "xunzi"][..], &["--out", "xunzi", "--target", "1kB"]] {
            let told = failed(&join(dir.path(), parts, target), named);
            untouched(&dir.path().join("xunzi"), &before);
            assert!(!told.contains("panicked"), "{told}");
        }
        let fresh = join(dir.path(), parts, &["--out", "fresh"]);
        failed(&fresh, named);
        assert!(!dir.path().join("fresh").exists());
    };
    check(&[&made[..2], &made[3..]].concat(), "part 2 is missing");
    // What a `xunzi plan` leaves that failed, and what is something else.
    write(&dir.path().join("all.jsonl"), &all);
    for wrong in ["", "\n", "{}", "<html>"] {
        write(&dir.path().join("wrong"), wrong);
        failed(&run(dir.path(), &["build", "all.jsonl", "--part", "0", "--plan", "wrong", "--out", "0.part"]), "wrong: is");
        assert!(!dir.path().join("0.part").exists(), "{wrong}");
    }
    check(&made[2..], "part 1 is missing");
    let copy = dir.path().join("copy");
    fs::copy(&made[1], &copy).expect("a copy");
    check(&[&made[..], std::slice::from_ref(&copy)].concat(), "copy");
    let whole = fs::read(&made[1]).expect("it is there");
    for damage in [whole[..whole.len() - 1].to_vec(), [&whole[..], b"x"].concat(), Vec::new(), b"<html>".to_vec()] {
        write(&copy, damage);
        check(&[&made[..1], std::slice::from_ref(&copy), &made[2..]].concat(), "copy");
    }
    let mut turned = whole.clone();
    for at in [4, 9, 20, 60, whole.len() / 2, whole.len() - 1] {
        turned[at] ^= 4;
        write(&copy, &turned);
        check(&[&made[..1], std::slice::from_ref(&copy), &made[2..]].concat(), "copy");
        turned[at] ^= 4;
    }
    fs::remove_file(&copy).expect("our own file");
    check(&[&made[..1], std::slice::from_ref(&copy), &made[2..]].concat(), "copy");
    // Of another plan, or of none.
    write(&dir.path().join("plan"), "{\"xunzi\":2,\"parts\":4}");
    let planned =
        parts(&dir.path().join("xunzi").join("..").canonicalize().expect("a folder"), &all, &[3, 6, 9], &["--plan", "plan"]);
    let foreign = fs::read(&planned[1]).expect("it is there");
    let made = parts(dir.path(), &all, &[3, 6, 9], &[]);
    write(&copy, foreign);
    check(&[&made[..1], std::slice::from_ref(&copy), &made[2..]].concat(), "another plan");
    // The plan knows how many there are.
    let planned = parts(dir.path(), &all, &[3, 6, 9], &["--plan", "plan"]);
    check(&planned[..3], "part 3 is missing");
    check(&planned[1..], "part 0 is missing");
    let more = parts(dir.path(), &all, &[3, 6, 9, 11], &["--plan", "plan"]);
    check(&more, "its plan has 4 parts");
    // So does who makes a part, before the work is done.
    let fifth = run(dir.path(), &["build", "all.jsonl", "--part", "5", "--plan", "plan", "--out", "5.part"]);
    failed(&fifth, "--part 5: the plan has 4 parts, numbered from 0 to 3, or from 1 to 4; make a plan of more");
    assert!(!dir.path().join("5.part").exists());
    let none = parts(dir.path(), "", &[0], &[]);
    check(&none, "no part holds an article");
}

fn search(dir: &Path, index: &str, query: &str, more: &[&str]) -> Value {
    let arguments = [&["search", index, query, "--json"][..], more].concat();
    serde_json::from_str(&done(run(dir, &arguments))).expect("a line of JSON")
}

/// An answer without what depends on the index: each article by its address, with its hits.
fn told(found: &Value) -> Vec<(String, u64)> {
    let results = found["results"].as_array().expect("results").iter();
    results.map(|hit| (hit["url"].as_str().unwrap_or_default().to_owned(), hit["hits"].as_u64().unwrap_or(0))).collect()
}

fn catalog(dir: &TempDir) -> Vec<PathBuf> {
    let all = lines(0..240, 700);
    write(&dir.path().join("all.jsonl"), &all);
    done(run(dir.path(), &["build", "all.jsonl", "--out", "one", "--quiet"]));
    let parts = parts(dir.path(), &all, &[20, 50, 50, 51, 130, 200], &[]);
    done(join(dir.path(), &parts, &["--out", "many", "--target", "1kB"]));
    assert_eq!(manifest(&dir.path().join("many")).members.map(|m| m.builds), Some(6), "the empty part makes no index");
    parts
}

#[test]
fn a_catalog_answers_as_one_index() {
    let dir = temp();
    catalog(&dir);
    let mut rng = Rng::new(7);
    let texts = lines(0..240, 700);
    let texts: Vec<Vec<char>> = texts
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("ours")["text"].as_str().expect("ours").chars().collect())
        .collect();
    for k in 0..60 {
        let text = rng.pick(&texts);
        let from = rng.below(text.len() - 12);
        let mut query: String = text[from..from + 1 + k % 9].iter().collect::<String>().replace(['\n', ' '], "");
        if k % 5 == 4 {
            query = format!("{query}{}", rng.pick(&texts)[..2].iter().collect::<String>());
        }
        let (one, many) = (
            search(dir.path(), "one", &query, &["--limit", "0", "--sort", "newest"]),
            search(dir.path(), "many", &query, &["--limit", "0", "--sort", "newest"]),
        );
        // The days of these indexes do not overlap: newest first they are all in one order.
        assert_eq!(told(&many), told(&one), "{query}");
        for key in ["articles", "hits", "articlesExact", "hitsExact", "state"] {
            assert_eq!(many[key], one[key], "{query}: {key}");
        }
        // In pages, and to the other side.
        let (mut paged, mut offset) = (Vec::new(), 0);
        loop {
            let page = search(dir.path(), "many", &query, &["--limit", "7", "--offset", &offset.to_string(), "--sort", "newest"]);
            let page = told(&page).into_iter().map(|x| x.0).collect::<Vec<_>>();
            if page.is_empty() || offset > 70 {
                break;
            }
            offset += page.len();
            paged.extend(page);
        }
        let all: Vec<String> = told(&one).into_iter().map(|x| x.0).take(paged.len()).collect();
        assert_eq!(paged, all, "{query}");
        let days = ["--limit", "0", "--sort", "oldest", "--from", "2023-02-20", "--to", "2023-05"];
        assert_eq!(told(&search(dir.path(), "many", &query, &days)), told(&search(dir.path(), "one", &query, &days)), "{query}");
    }
    // What is counted is summed: with one index and with six the same.
    for query in ["编号", "编号1", "第", "编号17号"] {
        for more in [&["--timeline", "month"][..], &["--timeline", "year"], &["--timeline", "month", "--from", "2023-03"]] {
            let [one, many] = ["one", "many"].map(|index| search(dir.path(), index, query, more));
            assert_eq!(many, one, "{query}: {more:?}");
        }
        let sorted = |mut lines: Vec<Value>| {
            lines.sort_by_key(Value::to_string);
            lines
        };
        for more in ["--complete", "--near"] {
            let [one, many] = ["one", "many"].map(|index| search(dir.path(), index, query, &[more, "--limit", "0"]));
            let list = |told: &Value| sorted(told["list"].as_array().cloned().unwrap_or_default());
            // An index finds what begins so by its own grams: what both name has one number, and what one index knows all know.
            let (one, many) = (list(&one), list(&many));
            for line in &many {
                let same = one.iter().find(|other| other["text"] == line["text"]);
                let count = search(dir.path(), "one", line["text"].as_str().unwrap_or(""), &["--limit", "0"]);
                assert_eq!(line["articles"], count["articles"], "{query}: {line}, {same:?}");
            }
        }
    }
    let near = search(dir.path(), "many", "编号a30号", &["--near"]);
    let lines = near["list"].as_array().expect("a list");
    assert!(lines.iter().any(|line| line["text"].as_str().is_some_and(|text| text.contains("30号"))), "{near}");
    let output = run(dir.path(), &["search", "many", "编号", "--counts", "nothing"]);
    assert_eq!(output.status.code(), Some(2), "{}", err(&output));
    let checked = done(run(dir.path(), &["check", "many", "--sample", "60", "--deep"]));
    assert!(checked.contains("60 strings searched"), "{checked}");
}

/// A join that is done again changes nothing; one of other parts takes its place, and what no page can be reading is removed.
/// Parts of which some have a field, and dates, that others lack.
const UNLIKE: [&str; 4] = [
    r#"{"title": "apple old", "text": "apple banan", "url": "/1/", "date": "1890-02-03"}"#,
    r#"{"title": "pear", "text": "apple of a section", "url": "/2/", "date": "2020-05-06", "section": "x"}"#,
    r#"{"title": "plum", "text": "apple without a day", "url": "/3/"}"#,
    r#"{"title": "fig", "text": "apple of another", "url": "/4/", "date": "2023-01-01", "section": "y"}"#,
];

/// What one index lacks others have: a catalog is asked as one index of all is.
#[test]
fn indexes_of_a_catalog_need_not_be_alike() {
    let dir = temp();
    let all = UNLIKE.join("\n") + "\n";
    write(&dir.path().join("all.jsonl"), &all);
    done(run(dir.path(), &["build", "all.jsonl", "--out", "one", "--quiet"]));
    let parts = parts(dir.path(), &all, &[1, 2, 3], &[]);
    done(join(dir.path(), &parts, &["--out", "many", "--target", "1B"]));
    for (query, more) in [
        ("apple", &["--filter", "section=x"][..]),
        ("apple", &["--filter", "section="]),
        ("apple", &["--filter", "date="]),
        ("apple", &["--filter", "date=2020", "--filter", "date="]),
        ("apple banan", &["--filter", "section=x"]),
        ("apple", &["--from", "0001", "--to", "9999"]),
        ("apple", &["--filter", "section=y", "--to", "2022"]),
    ] {
        let [one, many] = ["one", "many"]
            .map(|index| search(dir.path(), index, query, &[more, &["--sort", "newest", "--limit", "0"]].concat()));
        assert_eq!(
            (told(&many), &many["state"], &many["articles"]),
            (told(&one), &one["state"], &one["articles"]),
            "{query} {more:?}"
        );
    }
    for (query, more) in [
        ("apple", &["--counts", "section"][..]),
        ("apple", &["--counts", "section", "--from", "2000"]),
        ("apple", &["--timeline", "year"]),
        ("apple", &["--timeline", "month", "--from", "2020"]),
        ("banan", &["--counts", "section"]),
    ] {
        let [one, many] = ["one", "many"].map(|index| search(dir.path(), index, query, more));
        assert_eq!(many, one, "{query} {more:?}");
    }
    // What to drop is told by those that would have it.
    let near = search(dir.path(), "many", "apple banan", &["--near", "--from", "2000"]);
    let items = near["list"].as_array().expect("a list");
    assert!(items.iter().any(|item| item["kind"] == "filter" && item["articles"] == 1), "{near}");
    assert!(items.iter().any(|item| item["kind"] == "part" && item["text"] == "apple" && item["articles"] == 4), "{near}");
    // A field or a date that there is nowhere is none.
    for more in [&["--filter", "nofield=x"][..], &["--counts", "nofield"], &["--from", "2023-13"], &["--sort", "nofield"]] {
        let output = run(dir.path(), &[&["search", "many", "apple"][..], more].concat());
        assert_eq!(output.status.code(), Some(2), "{more:?}: {}{}", out(&output), err(&output));
    }
}

#[test]
fn catalogs_are_published_as_indexes_are() {
    let dir = temp();
    let parts = catalog(&dir);
    let many = dir.path().join("many");
    let before = snapshot(&many);
    done(join(dir.path(), &parts, &["--out", "many", "--target", "1kB"]));
    untouched(&many, &before);
    done(join(dir.path(), &parts[..4], &["--out", "many", "--target", "1kB"]));
    done(run(dir.path(), &["check", "many"]));
    assert_eq!(members(&many).len(), 3);
    let folders = |dir: &Path| fs::read_dir(dir).expect("ours").flatten().filter(|e| e.path().is_dir()).count();
    assert_eq!(
        folders(&many),
        1 + 2 + 6,
        "the engine, two catalogs, and the indexes of the older one, three of them the newer one's"
    );
    done(join(dir.path(), &parts[..4], &["--out", "many", "--target", "1kB", "--keep", "0"]));
    assert_eq!(folders(&many), 1 + 1 + 3);
    done(run(dir.path(), &["check", "many"]));
    assert_eq!(search(dir.path(), "many", "编号130号", &[])["articles"], 0);
    assert_eq!(search(dir.path(), "many", "编号50号", &[])["articles"], 1);
    // And an index of one takes the place of the catalog.
    done(join(dir.path(), &parts[..4], &["--out", "many", "--keep", "0"]));
    assert_eq!((folders(&many), manifest(&many).members), (2, None));
    assert_eq!(search(dir.path(), "many", "编号50号", &[])["articles"], 1);
}

/// Every file of a catalog that is damaged or missing is told by `check`; an index that cannot be read makes answers partial, not wrong.
#[test]
fn damaged_catalogs_are_told() {
    let dir = temp();
    catalog(&dir);
    let many = dir.path().join("many");
    let (build, members) = (manifest(&many).build, members(&many));
    let mut files: Vec<PathBuf> = walkdir::WalkDir::new(many.join(&build))
        .into_iter()
        .flatten()
        .filter(|e| e.file_type().is_file())
        .map(|e| e.path().to_owned())
        .collect();
    files.push(many.join(&members[0]).join("root.dat"));
    files.push(many.join(&members[2]).join("pack.dat"));
    for file in files.iter().filter(|file| file.exists()) {
        let whole = fs::read(file).expect("ours");
        let mut damaged = whole.clone();
        damaged[whole.len() / 2] ^= 1;
        for wrong in [Some(damaged), Some(whole[..whole.len() - 1].to_vec()), None] {
            match wrong {
                Some(bytes) => write(file, bytes),
                None => fs::remove_file(file).expect("ours"),
            }
            let output = run(dir.path(), &["check", "many"]);
            assert_eq!(output.status.code(), Some(1), "{}: {}", file.display(), out(&output));
        }
        write(file, whole);
    }
    done(run(dir.path(), &["check", "many"]));
    // The newest index is gone.
    let query = "编号";
    let all = search(dir.path(), "many", query, &["--limit", "0"]);
    fs::rename(many.join(&members[0]), dir.path().join("away")).expect("ours");
    let output = run(dir.path(), &["search", "many", query, "--json", "--limit", "0"]);
    assert!(err(&output).is_empty());
    let some: Value = serde_json::from_str(&done(output)).expect("a line of JSON");
    assert_eq!((&some["state"], &some["articlesExact"]), (&json!("partial"), &json!(false)));
    assert_eq!(some["articles"].as_u64().unwrap_or(0) + 40, all["articles"].as_u64().unwrap_or(0), "the last part had forty");
    let rest: Vec<_> = told(&all).split_off(40);
    assert_eq!(told(&some), rest);
    let times = search(dir.path(), "many", query, &["--timeline", "year"]);
    assert!(times["exact"] == json!(false) && times["problem"]["message"].is_string(), "{times}");
}

/// The example of the README: GNU parallel makes the parts.
#[test]
fn the_parts_of_gnu_parallel_are_joined() {
    let script = include_str!("../../contrib/parallel.sh");
    if std::process::Command::new("parallel").arg("--version").output().is_err() {
        return eprintln!("skipped: the example needs GNU parallel");
    }
    let dir = temp();
    let all = lines(0..120, 400);
    write(&dir.path().join("articles.jsonl"), &all);
    done(run(dir.path(), &["build", "articles.jsonl", "--out", "one", "--quiet"]));
    write(&dir.path().join("parallel.sh"), script);
    let folder = Path::new(super::COMMAND).parent().expect("a folder");
    let paths = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap_or_default());
    let output = std::process::Command::new("sh")
        .args(["parallel.sh", "articles.jsonl", "joined"])
        .current_dir(dir.path())
        .env("PATH", paths)
        .output();
    done(output.expect("a shell"));
    untouched(&dir.path().join("joined"), &snapshot(&dir.path().join("one")));
}

/// The example for Slurm and Kubernetes, one task after the other.
#[test]
fn the_parts_of_an_array_of_tasks_are_joined() {
    let dir = temp();
    let all = lines(0..90, 400);
    write(&dir.path().join("all.jsonl"), &all);
    done(run(dir.path(), &["build", "all.jsonl", "--out", "one", "--quiet"]));
    let cut: Vec<&str> = all.split_inclusive('\n').collect();
    for (number, some) in cut.chunks(30).enumerate() {
        write(&dir.path().join(format!("{number}.jsonl")), some.concat());
    }
    write(&dir.path().join("files"), "0.jsonl\n1.jsonl\n2.jsonl\n");
    write(&dir.path().join("slurm.sh"), include_str!("../../contrib/slurm.sh"));
    fs::create_dir(dir.path().join("parts")).expect("our own folder");
    let plan = done(run(dir.path(), &["plan", "0.jsonl", "--parts", "3", "--no-index"]));
    assert!(plan.contains("\"index\":false") && plan.contains("\"parts\":3"), "{plan}");
    write(&dir.path().join("plan"), "{\"xunzi\":2,\"parts\":3,\"index\":true}");
    let folder = Path::new(super::COMMAND).parent().expect("a folder");
    let paths = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap_or_default());
    for (number, name) in ["SLURM_ARRAY_TASK_ID", "JOB_COMPLETION_INDEX", "SLURM_ARRAY_TASK_ID"].iter().enumerate() {
        let mut task = std::process::Command::new("sh");
        task.arg("slurm.sh").current_dir(dir.path()).env("PATH", &paths).env(name, number.to_string());
        let task = task.envs([("FILES", "files"), ("PLAN", "plan"), ("PARTS", "parts")]).output().expect("a shell");
        let told: Value = serde_json::from_str(&done(task)).expect("a line of JSON");
        assert!(told["articles"] == 30 && told["index"].as_u64() > Some(0), "{told}");
    }
    done(run(dir.path(), &["join", "parts/0", "parts/1", "parts/2", "--out", "joined", "--quiet"]));
    untouched(&dir.path().join("joined"), &snapshot(&dir.path().join("one")));
}

/// What a task has left that was killed goes with one in that folder a day later; what others are writing stays.
#[test]
fn what_a_killed_task_has_left_goes_with_the_next() {
    let dir = temp();
    let old = std::time::SystemTime::now() - std::time::Duration::from_secs(2 * 24 * 3600);
    let left = |name: &str, age: Option<std::time::SystemTime>| {
        write(&dir.path().join(name), "half a part");
        let file = fs::File::options().write(true).open(dir.path().join(name)).expect("ours");
        age.into_iter().for_each(|age| file.set_modified(age).expect("ours"));
        file
    };
    let [_dead, running, _young, _other] =
        [(".xunzi-new-dead", Some(old)), (".xunzi-new-runs", Some(old)), (".xunzi-new-young", None), (".xunzi-other", Some(old))]
            .map(|(name, age)| left(name, age));
    running.lock().expect("a lock");
    parts(dir.path(), &lines(0..5, 100), &[], &[]);
    let mut names: Vec<String> =
        fs::read_dir(dir.path()).expect("ours").flatten().map(|e| e.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    assert_eq!(names, [".xunzi-new-runs", ".xunzi-new-young", ".xunzi-other", "part000"]);
}

#[test]
fn what_an_interrupted_join_has_left_goes_with_the_next() {
    let dir = temp();
    let made = parts(dir.path(), &lines(0..20, 300), &[10], &[]);
    let out = dir.path().join("all");
    // One with the mark of a join, one that only has such a name.
    write(&out.join(".xunzi-join-abcdef/unfinished"), "indexes of a join that has not ended\n");
    write(&out.join(".xunzi-join-abcdef/0123456789abcdef/root.dat"), "half of it");
    write(&out.join(".xunzi-join-letter/unfinished"), "a letter that I have to end");
    done(join(dir.path(), &made, &["--out", path(&out), "--target", "1kB"]));
    let hidden = |entry: fs::DirEntry| entry.file_name().into_string().ok().filter(|name| name.starts_with('.'));
    let left: Vec<String> = fs::read_dir(&out).expect("the catalog").filter_map(|entry| hidden(entry.expect("a name"))).collect();
    assert!(left.contains(&".xunzi-join-letter".to_owned()), "{left:?}");
    assert!(left.iter().filter(|name| name.starts_with(".xunzi-join-")).count() == 1, "{left:?}");
}

#[test]
fn a_catalog_of_more_than_a_reader_takes_is_refused() {
    let dir = temp();
    let site = |n: u32| format!("--site=s{n}=s{n}");
    let sites: Vec<String> = (0..=65_536).map(site).collect();
    let sites: Vec<&str> = sites.iter().map(String::as_str).collect();
    let told = failed(&run(dir.path(), &[&["join", "--out", "joined"][..], &sites].concat()), "joined");
    assert!(told.contains("65537 indexes, and a catalog takes 65536"), "{told}");
    assert!(!dir.path().join("joined").exists());
}
