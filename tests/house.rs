//! Does the house keep its rules: who may import whom, and what the page's half must not use?
//!
//! The rules stand in three tables below; `src/lib.rs` says what they are good for. Every breach is told with its file, line and
//! rule. The sources are read as text, comments and strings blanked out: rustfmt sees to it that an index follows its list
//! without a space, and that is all that is taken for granted.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The rooms of `src/`, a floor a line, and the rooms that each may import besides itself. None may import one that stands below
/// it in this table: so no file of one room can come back to itself through another. `Article` is what `src/lib.rs` defines.
const ROOMS: [(&str, &[&str]); 16] = [
    ("Article", &[]),
    ("codec", &[]),
    ("sort", &[]),
    ("date", &[]),
    ("address", &[]),
    ("error", &["codec"]),
    ("fold", &["codec", "sort"]),
    ("page", &["codec"]),
    ("format", &["fold", "codec", "error", "sort"]),
    ("input", &["Article", "address", "date"]),
    ("search", &["address", "format", "fold", "codec", "error", "sort"]),
    ("builder", &["Article", "format", "fold", "codec", "error", "date"]),
    ("disk", &["builder", "date", "search", "format", "fold", "page", "codec", "error"]),
    ("bin/engine", &["search", "format", "fold", "codec", "error"]),
    ("bin/more", &["search", "format", "fold", "codec", "error"]),
    (
        "bin",
        &["Article", "address", "builder", "codec", "date", "disk", "error", "fold", "format", "input", "page", "search", "sort"],
    ),
];

/// What is compiled for the page.
const PAGE: [&str; 7] = ["address", "codec", "sort", "error", "fold", "format", "search"];

/// What the page's half must not use: each costs kilobytes of the engine, or panics. It may where only the builder comes: in
/// items behind `#[cfg(feature = "cli")]`, which the page's build does not have, and in unit tests.
const FORBIDDEN: [(&str, &[&str]); 4] = [
    (
        "no formatting machinery",
        &["format!", "write!", "writeln!", "format_args!", "print!", "println!", "eprint!", "eprintln!", "dbg!", ".to_string()"],
    ),
    (
        "no sort of the standard library, use crate::sort",
        &[".sort()", ".sort_by", ".sort_unstable", ".sort_floats", ".select_nth_unstable", "BinaryHeap"],
    ),
    (
        "nothing that panics, use get, ? or bad",
        &[
            ".unwrap()",
            ".expect(",
            ".unwrap_err()",
            ".expect_err(",
            "panic!",
            "assert!",
            "assert_eq!",
            "assert_ne!",
            "unreachable!",
            "todo!",
            "unimplemented!",
            ".split_at(",
            ".split_at_mut(",
            ".copy_from_slice(",
            ".swap(",
            ".swap_remove(",
        ],
    ),
    ("no I/O, no clock, no threads", &["std::fs", "std::io", "std::net", "std::env", "std::time", "std::thread", "std::process"]),
];

/// The rule for `list[at]`.
const INDEX: &str = "no index that panics, use get";

/// What makes an exception of a line, or of the one below it, where the compiler sees that nothing can panic; the reason follows.
const IN_BOUNDS: &str = "// In bounds: ";

/// The scripts that a folder of `www/` may import besides its own: folders, or single files.
const SCRIPTS: [(&str, &[&str]); 6] = [
    ("index", &[]),
    ("reading", &[]),
    (
        "box",
        &[
            "index/first.js",
            "index/given.js",
            "index/known.js",
            "index/release.js",
            "index/soon.js",
            "reading/intl.js",
            "reading/reading.js",
        ],
    ),
    ("highlight", &["reading/intl.js"]),
    ("offline", &["index/first.js", "reading/intl.js", "reading/reading.js"]),
    ("demo", &[]),
];

/// The scripts that call fetch: one for the page, or the one in its place, and what keeps files.
const FETCHES: [&str; 5] = ["index/source.js", "offline/inside.js", "offline/store.js", "offline/sw.js", "demo/sw.js"];

/// What is wrong, each with file, line and rule.
#[derive(Default)]
struct Breaches(Vec<String>);

impl Breaches {
    /// `at`: where in the source, in bytes.
    fn add(&mut self, file: &str, source: &[u8], at: usize, rule: &str) {
        let line = source[..at].iter().filter(|&&b| b == b'\n').count();
        let shown = String::from_utf8_lossy(source).lines().nth(line).unwrap_or_default().trim().to_owned();
        self.0.push(format!("{file}:{}: {rule}: {shown}", line + 1));
    }

    fn none(self) {
        assert!(self.0.is_empty(), "{} breaches\n{}", self.0.len(), self.0.join("\n"));
    }
}

/// The files below a folder of the project that end so, by name, with their bytes.
fn below(folder: &str, ending: &str) -> Vec<(String, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = walkdir::WalkDir::new(root.join(folder)).sort_by_file_name().into_iter().map(|e| e.expect("a folder"));
    let ends = |path: &Path| path.extension().is_some_and(|e| e == ending);
    let name = |path: &Path| path.strip_prefix(root).expect("it is below").to_string_lossy().replace('\\', "/");
    let read = |path: &Path| (name(path), fs::read(path).expect("a source"));
    let found: Vec<_> = files.filter(|e| ends(e.path())).map(|e| read(e.path())).collect();
    assert!(!found.is_empty(), "{folder} holds no .{ending}");
    found
}

fn is_word(byte: Option<&u8>) -> bool {
    byte.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_')
}

/// Where a text stands, as a word of its own if it begins as one.
fn places(code: &[u8], text: &str) -> Vec<usize> {
    let text = text.as_bytes();
    let stands = |&at: &usize| code[at..].starts_with(text) && !(is_word(text.first()) && at > 0 && is_word(code.get(at - 1)));
    (0..code.len()).filter(stands).collect()
}

fn blank(code: &mut [u8], part: std::ops::Range<usize>) {
    code[part].iter_mut().filter(|b| **b != b'\n').for_each(|b| *b = b' ');
}

/// The code of a source: comments, strings and characters are blanked out, and every item behind one of the conditions
/// `without`. All that is left stands where it stood.
fn code(source: &[u8], without: &[&str]) -> Vec<u8> {
    let mut out = source.to_vec();
    let find = |from: usize, text: &[u8]| {
        let found = (from..source.len()).find(|&k| source[k..].starts_with(text));
        found.map_or(source.len(), |k| k + text.len())
    };
    let mut at = 0;
    while at < source.len() {
        let rest = &source[at..];
        let hashes = rest.iter().skip(1).take_while(|b| **b == b'#').count();
        let end = if rest.starts_with(b"//") {
            find(at, b"\n")
        } else if rest.starts_with(b"/*") {
            find(at + 2, b"*/")
        } else if rest[0] == b'r' && rest.get(1 + hashes) == Some(&b'"') && (at == 0 || !is_word(source.get(at - 1))) {
            find(at + 2 + hashes, &[&b"\""[..], &b"#".repeat(hashes)].concat())
        } else if rest[0] == b'"' {
            let mut end = at + 1;
            while source.get(end).is_some_and(|b| *b != b'"') {
                end += if source[end] == b'\\' { 2 } else { 1 };
            }
            end + 1
        } else if rest.starts_with(b"'\\") {
            find(at + 3, b"'")
        } else if rest[0] == b'\'' {
            // A character ends after one, a lifetime does not.
            let next = (2..6).find(|&n| rest.get(n).is_none_or(|b| b & 0xC0 != 0x80)).unwrap_or(2);
            if rest.get(next) == Some(&b'\'') { at + next + 1 } else { at }
        } else {
            at
        };
        let end = end.min(source.len());
        blank(&mut out, at..end);
        at = end.max(at + 1);
    }
    for attribute in places(&out, "#[cfg(") {
        let condition = source[attribute + 6..].split(|b| *b == b']').next().unwrap_or_default();
        if without.iter().any(|w| condition == format!("{w})").as_bytes()) {
            let end = item(&out, attribute);
            blank(&mut out, attribute..end);
        }
    }
    out
}

/// Where an item ends that begins here, with its attributes: at its brace that closes, or at a semicolon outside of all.
fn item(code: &[u8], at: usize) -> usize {
    let mut depth = 0;
    for (k, b) in code.iter().enumerate().skip(at) {
        match b {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 && matches!(b, b';' | b'}') {
            return k + 1;
        }
    }
    code.len()
}

fn word(code: &[u8], at: usize) -> String {
    code[at..].iter().take_while(|b| is_word(Some(b))).map(|b| char::from(*b)).collect()
}

/// The names that stand behind a path's beginning: one, or those of a group.
fn names(code: &[u8], at: usize) -> Vec<(usize, String)> {
    if code.get(at) != Some(&b'{') {
        return vec![(at, word(code, at))];
    }
    let mut out = Vec::new();
    let (mut depth, mut begins) = (0, false);
    for (k, b) in code.iter().enumerate().skip(at) {
        match b {
            b'{' => (depth, begins) = (depth + 1, depth == 0),
            b'}' => depth -= 1,
            b',' => begins = depth == 1,
            b if begins && !b.is_ascii_whitespace() => {
                out.push((k, word(code, k)));
                begins = false;
            }
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    out
}

/// The room of a file below `src/`.
fn room(file: &str) -> &str {
    let path = file.trim_start_matches("src/").trim_end_matches(".rs");
    match path.split_once('/') {
        None if path == "lib" => "Article",
        Some(("bin", "engine" | "module/mod")) => "bin/engine",
        Some(("bin", "more")) => "bin/more",
        Some((room, _)) => room,
        None => path,
    }
}

/// Whom a source imports that it may not.
fn imports(file: &str, source: &[u8], breaches: &mut Breaches) {
    let code = code(source, &["test"]);
    let own = room(file);
    let Some((_, allowed)) = ROOMS.iter().find(|r| r.0 == own) else {
        return breaches.add(file, source, 0, "a room that is not in the table ROOMS of tests/house.rs");
    };
    let is_bin = own.starts_with("bin");
    let mut found: Vec<(usize, String)> = Vec::new();
    for at in places(&code, if is_bin { "xunzi::" } else { "crate::" }) {
        found.extend(names(&code, at + "crate::".len()));
    }
    // As many steps up as lead out of all rooms.
    let steps = file.trim_end_matches("/mod.rs").matches('/').count();
    for at in places(&code, &"super::".repeat(steps)).into_iter().filter(|_| !is_bin) {
        found.extend(names(&code, at + "super::".len() * steps));
    }
    for (at, name) in found {
        // Types, and what is nobody's, stand in lib.rs.
        let from = if name.starts_with(char::is_uppercase) { "Article" } else { &name };
        if from != own && !allowed.contains(&from) {
            breaches.add(file, source, at, &format!("{own} may not import {from}"));
        }
    }
}

/// What a source of the page's half uses that it must not.
fn forbidden(file: &str, source: &[u8], breaches: &mut Breaches) {
    let code = code(source, &["test", "feature = \"cli\""]);
    let in_bounds = |at: usize| {
        let mut before = source[..at].rsplitn(3, |b| *b == b'\n');
        let rest = source[at..].split(|b| *b == b'\n').next();
        let lines = [before.next(), rest, before.next()];
        lines.into_iter().flatten().any(|line| String::from_utf8_lossy(line).contains(IN_BOUNDS))
    };
    for (rule, texts) in FORBIDDEN {
        for at in texts.iter().flat_map(|text| places(&code, text)).filter(|at| !in_bounds(*at)) {
            breaches.add(file, source, at, rule);
        }
    }
    let follows = |at: usize| at > 0 && (is_word(code.get(at - 1)) || matches!(code[at - 1], b')' | b']' | b'?'));
    for at in places(&code, "[").into_iter().filter(|&at| follows(at) && !code[at..].starts_with(b"[..]") && !in_bounds(at)) {
        breaches.add(file, source, at, INDEX);
    }
}

/// What a script imports that it may not, and whether it calls fetch.
fn script(file: &str, source: &[u8], breaches: &mut Breaches) {
    let path = file.trim_start_matches("www/");
    let folder = path.split('/').next().unwrap_or_default();
    let Some((_, allowed)) = SCRIPTS.iter().find(|s| s.0 == folder) else {
        return breaches.add(file, source, 0, "a folder that is not in the table SCRIPTS of tests/house.rs");
    };
    let mut at = 0;
    for line in source.split_inclusive(|b| *b == b'\n') {
        let text = String::from_utf8_lossy(line);
        let code = text.trim_start();
        let is_comment = code.starts_with("//") || code.starts_with('*') || code.starts_with("/*");
        let calls = places(line, "fetch(");
        if !FETCHES.contains(&path) && !is_comment && !calls.is_empty() {
            breaches.add(file, source, at + calls[0], &format!("only {} call fetch", FETCHES.join(", ")));
        }
        // `import … from "…"`, `export … from "…"`, `import "…"`, `import("…")`; what is built is the demo's like any page's.
        let quoted = |start: &str| text.split_once(start).and_then(|(_, rest)| rest.split(['"', '\'']).next());
        let name = ["from \"", "from '", "import \"", "import '", "import(\"", "import('"].into_iter().find_map(quoted);
        if let (Some(name), false) = (name, is_comment) {
            let from = match name.strip_prefix("../") {
                Some(other) => other.to_owned(),
                None => format!("{folder}/{}", name.trim_start_matches("./")),
            };
            let built = folder == "demo" && ["xunzi/xunzi.js", "xunzi/search.js"].contains(&from.as_str());
            if !built && !from.starts_with(&format!("{folder}/")) && !allowed.contains(&from.as_str()) {
                breaches.add(file, source, at, &format!("{folder} may not import {from}"));
            }
        }
        at += line.len();
    }
}

#[test]
fn a_room_imports_only_those_it_may() {
    for (k, (room, allowed)) in ROOMS.iter().enumerate() {
        let below: Vec<_> = allowed.iter().filter(|a| !ROOMS[..k].iter().any(|r| r.0 == **a)).collect();
        assert!(below.is_empty(), "{room} may import {below:?}, which do not stand above it in the table");
    }
    let mut breaches = Breaches::default();
    for (file, source) in below("src", "rs") {
        imports(&file, &source, &mut breaches);
    }
    breaches.none();
}

#[test]
fn the_pages_half_uses_nothing_that_is_large_or_panics() {
    let mut breaches = Breaches::default();
    for (file, source) in below("src", "rs") {
        if PAGE.contains(&room(&file)) {
            forbidden(&file, &source, &mut breaches);
        }
    }
    breaches.none();
}

#[test]
fn scripts_import_only_what_they_may_and_one_alone_fetches() {
    let mut breaches = Breaches::default();
    for (file, source) in below("www", "js") {
        script(&file, &source, &mut breaches);
    }
    breaches.none();
}

/// The rules at work: of each source here every line is a breach that is marked so, and no other.
#[test]
fn every_breach_is_seen_and_nothing_else() {
    type Rule = fn(&str, &[u8], &mut Breaches);
    let cases: [(Rule, &str, &str); 5] = [
        (
            imports,
            "src/search/plan.rs",
            r#"use crate::builder::build; // wrong
use crate::{fold::Off, input::{self, Read}}; // wrong
use crate::format::File;
use super::super::disk::folder; // wrong
use super::index::Reader;
fn plan() -> crate::Article { "crate::builder" } // wrong
// crate::builder
#[cfg(test)]
mod tests {
    use crate::builder::build;
}
"#,
        ),
        (imports, "src/bin/engine.rs", "use xunzi::search::Search;\nuse xunzi::builder::build; // wrong\n"),
        (imports, "src/new/mod.rs", "// wrong\n"),
        (
            forbidden,
            "src/search/plan.rs",
            r##"fn plan<'a>(list: &'a [u32; 4], c: char) -> Result<u32, Bad> {
    let text = format!("{c}"); // wrong
    list.sort_unstable(); // wrong
    sort::set(list);
    let (quote, mark) = ('"', '\''); let more = list[1]; // wrong
    debug_assert!(list.len() == 4);
    // In bounds: there are four.
    let known = list[3];
    let same = list[2]; // In bounds: there are four.
    let all = &list[..];
    let other = r#"list[0] ""#; let parts = parts()[0]; // wrong
    list.first().unwrap() // wrong
}
#[cfg(feature = "cli")]
fn put(list: [u32; 2]) {
    println!("{}", list[0]);
}
fn get() { panic!() } // wrong
#[cfg(test)]
mod tests {
    fn all() { assert_eq!([1][0], 1); }
}
"##,
        ),
        (
            script,
            "www/box/results.js",
            "import { open } from \"../index/first.js\";\nimport { words } from \"./words.js\";\n\
            import { link } from \"../index/link.js\"; // wrong\nconst answer = await fetch(address); // wrong\n// fetch(address)\n",
        ),
    ];
    for (rule, file, source) in cases {
        let mut breaches = Breaches::default();
        rule(file, source.as_bytes(), &mut breaches);
        let expected: BTreeSet<String> =
            source.lines().zip(1..).filter(|l| l.0.contains("// wrong")).map(|l| format!("{file}:{}", l.1)).collect();
        let place = |breach: &String| breach.split(": ").next().unwrap_or_default().to_owned();
        let seen: BTreeSet<String> = breaches.0.iter().map(place).collect();
        assert_eq!(seen, expected, "{:#?}", breaches.0);
    }
}
