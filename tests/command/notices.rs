//! Does THIRD-PARTY.md name everybody whose work is in the command and in the page, and do both lock files agree?
//!
//! `XUNZI_BLESS=1 cargo test --test command notices` writes THIRD-PARTY.md anew from what cargo knows of the packages.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{done, run, temp, write};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// What the command is built for.
const NATIVE: [&str; 3] = ["x86_64-unknown-linux-gnu", "aarch64-apple-darwin", "x86_64-pc-windows-msvc"];

const INTRODUCTION: &str = "\
# Third parties

xunzi is MIT licensed, see LICENSE. This is what else is in it: in the command, in the page that the command carries
(`xunzi.js` and the folder of its release), and in the indexes that it writes. `xunzi --licenses` prints LICENSE and this
file. What concerns a page stands beside the engine of every index that the command writes, as `notices.txt`; no reader
fetches it.
";

const DATA: &str = "
## Data

- **OpenCC** (BYVoid and contributors, Apache-2.0, <https://github.com/BYVoid/OpenCC>): its tables of simplified,
  traditional and regional characters, by way of the package hanconv. In the command; an index has, of the characters of
  its own texts, which of them count as the same.
- **Unicode Character Database** and **CLDR** (Copyright © 1991-2026 Unicode, Inc., Unicode-3.0,
  <https://www.unicode.org/copyright.html>): normalization, case folding, scripts, widths and segmentation by way of the
  packages unicode-normalization, caseless, unicode-script, unicode-properties, unicode-width and unicode-segmentation;
  and in `src/builder/data` radicals and signs (`radicals.txt`, `signs.txt`, of Unicode 15.0.0) and Latin letters
  (`latin.txt`, of CLDR 41). In the command; an index has of it what concerns the characters of its own texts.
- **Forms of names** (`names.txt` in `src/builder/data`): a short list of our own after public notices of Japan's Ministry
  of Justice and National Tax Agency. In the command and in an index, as above.
- **Encoding Standard** (Copyright © WHATWG, BSD-3-Clause): the tables of legacy encodings, by way of the package
  encoding_rs. In the command.

## The engine as a script

`plain.js`, for browsers without WebAssembly, is the engine as **Binaryen** (WebAssembly Community Group, Apache-2.0,
<https://github.com/WebAssembly/binaryen>) writes it, with some lines of Binaryen's own in it. In the page.
";

/// Where the text of a licence stands: in this package, in this file. MIT's is our own.
const TEXTS: [(&str, &str, &str); 4] = [
    ("Apache-2.0", "hanconv", "data/LICENSE"),
    ("BSD-3-Clause", "encoding_rs", "LICENSE-WHATWG"),
    ("Unicode-3.0", "unicode-properties", "LICENSE-UNICODE"),
    ("Zlib", "zlib-rs", "LICENSE"),
];

fn cargo(arguments: &[&str]) -> String {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo).current_dir(ROOT).args(arguments).output().expect("cargo starts");
    assert!(output.status.success(), "cargo {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("cargo prints UTF-8")
}

/// Names and versions of the packages whose code is in a program. What runs while it is built is not.
fn packages(features: &str, target: &str) -> BTreeSet<(String, String)> {
    let tree = ["tree", "--locked", "--edges", "normal,no-proc-macro", "--prefix", "none", "--format", "{p}", "--target", target];
    let lines = cargo(&[&tree[..], &["--no-default-features", "--features", features]].concat());
    let packages = lines.lines().filter_map(|line| {
        let mut words = line.split(' ');
        Some((words.next()?.to_owned(), words.next()?.strip_prefix('v')?.to_owned()))
    });
    packages.filter(|(name, _)| name != "xunzi").collect()
}

struct Package {
    folder: PathBuf,
    licence: String,
    authors: Vec<String>,
}

/// Every package that cargo knows here.
fn known() -> BTreeMap<(String, String), Package> {
    let text = cargo(&["metadata", "--locked", "--all-features", "--format-version", "1"]);
    let metadata: serde_json::Value = serde_json::from_str(&text).expect("cargo prints JSON");
    let word = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let list = metadata["packages"].as_array().expect("packages");
    let package = |package: &serde_json::Value| Package {
        folder: Path::new(&word(&package["manifest_path"])).with_file_name(""),
        licence: word(&package["license"]),
        authors: package["authors"].as_array().map_or(Vec::new(), |authors| authors.iter().map(word).collect()),
    };
    list.iter().map(|p| ((word(&p["name"]), word(&p["version"])), package(p))).collect()
}

/// The licences that we take of those offered, MIT where there is a choice.
fn taken(name: &str, offered: &str) -> Vec<&'static str> {
    let all = offered.replace('/', " OR ");
    let all = all.split(" AND ").map(|part| {
        let choice: Vec<&str> = part.trim_matches(['(', ')']).split(" OR ").map(str::trim).collect();
        let ours = ["MIT", "Zlib", "BSD-3-Clause", "Unicode-3.0", "Apache-2.0"];
        let ours = ours.into_iter().find(|licence| choice.contains(licence));
        ours.unwrap_or_else(|| {
            panic!("{name}: {offered}: is none of the licences whose text we give; see deny.toml and this test")
        })
    });
    all.collect()
}

/// What a package says of its owners: in its licences, or else in its manifest.
fn owners(package: &Package) -> String {
    let mut lines = Vec::new();
    let files = fs::read_dir(&package.folder).expect("cargo has it here").flatten().map(|entry| entry.path());
    let mut files: Vec<PathBuf> = files.filter(|path| path.is_file()).collect();
    files.sort();
    for file in files {
        let name = file.file_name().unwrap_or_default().to_string_lossy().to_uppercase();
        let is_licence = ["LICENSE", "LICENCE", "COPYRIGHT", "NOTICE"].iter().any(|start| name.starts_with(start));
        if !is_licence || name.contains("APACHE") || name.contains("UNICODE") {
            continue;
        }
        for line in String::from_utf8_lossy(&fs::read(&file).expect("cargo has it here")).lines() {
            let line = line.trim().trim_end_matches('.');
            let starts = ["Copyright ", "(C) ", "© "].iter().any(|start| line.starts_with(start));
            // who, not how to write to them
            let who = line.split(" <").next().unwrap_or_default().to_owned();
            if starts && !lines.contains(&who) {
                lines.push(who);
            }
        }
    }
    if lines.is_empty() {
        let names = package.authors.iter().map(|author| author.split(" <").next().unwrap_or_default());
        let names = names.collect::<Vec<_>>().join(", ");
        lines.push(if names.is_empty() { "its authors".to_owned() } else { names });
    }
    lines.join("; ")
}

/// The words of a licence, without who grants it.
fn words(text: &str) -> String {
    let own = |line: &&str| {
        let line = line.trim();
        !["Copyright (c) ", "Copyright © ", "(C) "].iter().any(|start| line.starts_with(start))
    };
    let lines: Vec<&str> = text.lines().map(str::trim_end).filter(own).collect();
    lines.join("\n").trim().to_owned()
}

/// THIRD-PARTY.md as it must be now.
fn notices() -> String {
    let known = known();
    let native: BTreeSet<_> = NATIVE.iter().flat_map(|target| packages("embed", target)).collect();
    let page = packages("web", "wasm32-unknown-unknown");
    let mut out = String::from(INTRODUCTION) + DATA;
    out += "\n## Packages\n\n| package | in | licence | whose |\n|---|---|---|---|\n";
    let toolchain = fs::read_to_string(Path::new(ROOT).join("rust-toolchain.toml")).expect("our own file");
    let toolchain: toml::Table = toml::from_str(&toolchain).expect("our own file");
    let rust = toolchain["toolchain"]["channel"].as_str().expect("a version");
    let _ = writeln!(out, "| Rust's standard library {rust} | command, page | MIT | The Rust Project Developers |");
    let mut licences = BTreeSet::from(["MIT", "Apache-2.0", "Unicode-3.0", "BSD-3-Clause"]);
    for package in native.union(&page) {
        let (name, version) = package;
        let place = match (native.contains(package), page.contains(package)) {
            (true, true) => "command, page",
            (true, false) => "command",
            _ => "page",
        };
        let known = known.get(package).unwrap_or_else(|| panic!("{name} {version}: cargo does not know it"));
        let taken = taken(name, &known.licence);
        licences.extend(&taken);
        let _ = writeln!(out, "| {name} {version} | {place} | {} | {} |", taken.join(" and "), owners(known));
    }
    out += "\n## Licences\n";
    for licence in licences {
        let text = match TEXTS.iter().find(|text| text.0 == licence) {
            Some((_, name, file)) => {
                let package = known.iter().find(|(package, _)| package.0 == *name).map(|(_, package)| package);
                let package = package.unwrap_or_else(|| panic!("{licence}: {name}, whose copy of it is used here, is gone"));
                fs::read_to_string(package.folder.join(file)).expect("the text of a licence")
            }
            None => fs::read_to_string(Path::new(ROOT).join("LICENSE")).expect("our own file"),
        };
        let _ = write!(out, "\n### {licence}\n\n```text\n{}\n```\n", words(&text));
    }
    out
}

#[test]
fn everybody_whose_work_is_in_the_command_or_the_page_is_named() {
    let now = notices();
    let file = Path::new(ROOT).join("THIRD-PARTY.md");
    if std::env::var_os("XUNZI_BLESS").is_some() {
        fs::write(&file, &now).expect("our own file");
    }
    let there = fs::read_to_string(&file).expect("THIRD-PARTY.md");
    let set = |text: &'_ str| text.lines().map(str::to_owned).collect::<BTreeSet<String>>();
    let lines = |a: &str, b: &str| set(a).difference(&set(b)).map(|line| format!("  {line}\n")).collect::<String>();
    assert!(
        there == now,
        "THIRD-PARTY.md is not what cargo says; XUNZI_BLESS=1 cargo test --test command notices writes it anew.\nit lacks\n{}it should not have\n{}",
        lines(&now, &there),
        lines(&there, &now)
    );
}

/// Tables that stand in the sources themselves.
#[test]
fn every_table_that_was_taken_over_is_named() {
    let there = fs::read_dir(Path::new(ROOT).join("src/builder/data")).into_iter().flatten().flatten();
    for name in there.map(|entry| entry.file_name().to_string_lossy().into_owned()) {
        let named = DATA.contains(&format!("`{name}`")) || name.starts_with("LICENSE");
        assert!(named, "src/builder/data/{name}: where is it from? Name it in DATA in tests/command/notices.rs");
    }
}

/// Names, versions and checksums in a lock file.
fn locked(file: &str) -> BTreeMap<String, BTreeSet<String>> {
    let text = fs::read_to_string(Path::new(ROOT).join(file)).expect("our own file");
    let lock: toml::Table = toml::from_str(&text).expect("cargo's own file");
    let mut packages: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in lock["package"].as_array().expect("packages") {
        let word = |name: &str| package.get(name).and_then(toml::Value::as_str).unwrap_or_default();
        packages.entry(word("name").to_owned()).or_default().insert(format!("{} {}", word("version"), word("checksum")));
    }
    packages
}

/// What is fuzzed is what is built.
#[test]
fn both_lock_files_have_the_same_versions() {
    let (ours, fuzz) = (locked("Cargo.lock"), locked("fuzz/Cargo.lock"));
    let mut same = 0;
    for (name, versions) in &fuzz {
        let Some(ours) = ours.get(name) else { continue };
        same += 1;
        assert!(versions.is_subset(ours), "{name}: fuzz/Cargo.lock has {versions:?}, Cargo.lock {ours:?}: cp Cargo.lock fuzz/");
    }
    assert!(same > 50, "{same} packages in both");
}

#[test]
fn the_command_prints_them_and_a_page_has_those_that_concern_it() {
    let dir = temp();
    let text = done(run(dir.path(), &["--licenses"]));
    for name in ["LICENSE", "THIRD-PARTY.md"] {
        assert!(text.contains(&fs::read_to_string(Path::new(ROOT).join(name)).expect("our own file")), "{name}");
    }
    write(&dir.path().join("in/a.txt"), "a");
    done(run(dir.path(), &["build", "in", "--out", "xunzi", "--quiet", "--engine", "dev"]));
    let page = fs::read_to_string(dir.path().join("xunzi/dev/notices.txt")).expect("a release has notices");
    for (named, in_page) in [("The xunzi contributors", true), ("| wasm-bindgen ", true), ("| serde ", true), ("| hyper ", false)]
    {
        assert_eq!((text.contains(named), page.contains(named)), (true, in_page), "{named}");
    }
    for licence in ["### MIT", "### Apache-2.0", "### Unicode-3.0", "OpenCC"] {
        assert!(page.contains(licence), "{licence}");
    }
}
