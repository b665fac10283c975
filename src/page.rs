//! Which files has the page, and what are they made of?
//!
//! ```text
//! xunzi.js               what a page includes: the headless face (www/index) and the element at rest (www/box/shell.js) as
//!                        one module, with the manifest that it came with
//! xunzi.d.ts             their types
//! xunzi-highlight.js     for the pages that results lead to: marks the words there
//! ENGINE/                the release: a folder named by the checksum of `sums`, hence of all that is in it
//!   worker.js            glue.js and worker.js, inside seal.js
//!   engine.wasm          the module that they drive
//!   box.js               the box once it is used (www/box), with its style
//!   de.json …            its words, a file for each language
//!   notices.txt          whose work is in all this; no reader asks for it
//!   sums                 name, bytes and checksum of each of these, for `xunzi check`
//! ```
//!
//! A command built with `embed` carries what `src/bin/page.rs` has made of these; another one joins them as they are, for a
//! development build whose engine comes from elsewhere.

use crate::codec::crc::Crc;

/// The scripts of `xunzi.js` in the order of joining: none uses, before all are there, what comes after it.
const SCRIPTS: [&str; 7] = [
    include_str!("../www/index/error.js"),
    include_str!("../www/index/manifest.js"),
    include_str!("../www/index/load.js"),
    include_str!("../www/index/link.js"),
    include_str!("../www/index/open.js"),
    include_str!("../www/box/make.js"),
    include_str!("../www/box/shell.js"),
];

/// The scripts of `box.js`, the same.
const BOX_SCRIPTS: [&str; 18] = [
    include_str!("../www/box/make.js"),
    include_str!("../www/box/fragment.js"),
    include_str!("../www/box/words.js"),
    include_str!("../www/box/results.js"),
    include_str!("../www/box/asker.js"),
    include_str!("../www/box/theme.js"),
    include_str!("../www/box/recent.js"),
    include_str!("../www/box/address.js"),
    include_str!("../www/box/notes.js"),
    include_str!("../www/box/keys.js"),
    include_str!("../www/box/labels.js"),
    include_str!("../www/box/voice.js"),
    include_str!("../www/box/wait.js"),
    include_str!("../www/box/composition.js"),
    include_str!("../www/box/frame.js"),
    include_str!("../www/box/list.js"),
    include_str!("../www/box/surface.js"),
    include_str!("../www/box/panel.js"),
];

/// The script that drives the engine in a worker.
pub const WORKER: &str = include_str!("../www/index/worker.js");
/// What stands between it and the module, in place of wasm-bindgen's own glue.
pub const GLUE: &str = include_str!("../www/index/glue.js");
/// What is put around both.
pub const SEAL: &str = include_str!("../www/index/seal.js");
/// The style of the box at rest.
pub const REST: &str = include_str!("../www/box/rest.css");
/// The style of the box in use.
pub const BOX: &str = include_str!("../www/box/box.css");
/// What marks the words on the pages that results lead to.
pub const HIGHLIGHT: &str = include_str!("../www/highlight/highlight.js");
/// Types of what a page may import, and of the element.
pub const TYPES: &str = include_str!("../www/xunzi.d.ts");

/// The box's words, a file for each language; `box.js` has a copy of the English ones.
const WORDS: [(&str, &str); 10] = [
    ("ar.json", include_str!("../www/box/words/ar.json")),
    ("de.json", include_str!("../www/box/words/de.json")),
    ("en.json", include_str!("../www/box/words/en.json")),
    ("es.json", include_str!("../www/box/words/es.json")),
    ("fr.json", include_str!("../www/box/words/fr.json")),
    ("ja.json", include_str!("../www/box/words/ja.json")),
    ("ko.json", include_str!("../www/box/words/ko.json")),
    ("ru.json", include_str!("../www/box/words/ru.json")),
    ("zh-hans.json", include_str!("../www/box/words/zh-hans.json")),
    ("zh-hant.json", include_str!("../www/box/words/zh-hant.json")),
];

/// The licences of all that is in the command and in the page, which whoever passes them on must pass on as well.
pub const NOTICES: &str = concat!(include_str!("../LICENSE"), "\n", include_str!("../THIRD-PARTY.md"));

/// The file of a release that lists the others; the release is named by its checksum.
const SUMS: &str = "sums";

/// What a page may import from `xunzi.js`.
const EXPORTS: &str = "export { XunziError, open };\n";
/// What that one imports from `box.js`.
const BOX_EXPORTS: &str = "export { FACE, attach };\n";
/// Where a script has its style.
const STYLE: &str = "\"__XUNZI_CSS__\"";
/// Where `box.js` has the English words.
const ENGLISH: &str = "__XUNZI_WORDS__";
/// Where the script has the manifest that it was published with.
const OWN: &str = "__XUNZI_OWN__";

/// What `src/bin/page.rs` has made: the page's script, that of the box in use, the worker's, the module, what marks words.
#[cfg(feature = "embed")]
const MADE: Option<(&str, &str, &str, &[u8], &str)> = Some((
    include_str!("../target/page/xunzi.js"),
    include_str!("../target/page/box.js"),
    include_str!("../target/page/worker.js"),
    include_bytes!("../target/page/engine.wasm"),
    include_str!("../target/page/xunzi-highlight.js"),
));
#[cfg(not(feature = "embed"))]
const MADE: Option<(&str, &str, &str, &[u8], &str)> = None;

/// `xunzi.js`: all its scripts as one module, with the style of the box at rest.
pub fn script(style: &str) -> String {
    joined(&SCRIPTS).replacen(STYLE, &literal(style), 1) + EXPORTS
}

/// `box.js`: the same of the box in use.
pub fn box_script(style: &str) -> String {
    let english = WORDS.iter().find(|file| file.0 == "en.json").map_or("{}", |file| file.1);
    let english = ["JSON.parse(", &literal(&english.replace('\n', "")), ")"].concat();
    joined(&BOX_SCRIPTS).replacen(STYLE, &literal(style), 1).replacen(ENGLISH, &english, 1) + BOX_EXPORTS
}

/// Scripts as one. Their imports of each other are left out, and what they export to each other stays inside.
fn joined(scripts: &[&str]) -> String {
    let mut out = String::new();
    for script in scripts {
        for line in script.lines().filter(|line| !line.starts_with("import ") && !line.starts_with("export {")) {
            out += line.strip_prefix("export ").unwrap_or(line);
            out.push('\n');
        }
    }
    out
}

/// A text as a template of JavaScript.
fn literal(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('`', "\\`").replace("${", "\\${");
    ["`", &text, "`"].concat()
}

/// The files of a page, besides those of an index.
pub struct Page {
    /// The folder of the release.
    pub folder: String,
    /// The files in that folder; none if this command can make no index work in a page.
    pub engine: Vec<(&'static str, Vec<u8>)>,
    /// The script that a page includes, before anything is put in.
    script: String,
}

impl Page {
    /// The page's files. `beside`: a folder where a development build puts the engine; otherwise the command's own engine is
    /// used, if it carries one.
    pub fn new(beside: Option<&str>) -> Page {
        let (script, in_use, worker, wasm): (String, String, String, _) = match (beside, MADE) {
            (None, None) => return Page { folder: "none".into(), engine: Vec::new(), script: script(REST) },
            (None, Some((script, in_use, worker, wasm, _))) => (script.into(), in_use.into(), worker.into(), Some(wasm)),
            // wasm-bindgen gives the module a name of its own
            (Some(_), _) => {
                let worker = ["const seal = null;\nimportScripts(\"engine.js\");\n", WORKER].concat();
                (script(REST).replace("/engine.wasm", "/engine_bg.wasm"), box_script(BOX), worker, None)
            }
        };
        let mut engine = vec![("worker.js", worker.into_bytes())];
        engine.extend(wasm.map(|wasm| ("engine.wasm", wasm.to_vec())));
        engine.push(("box.js", in_use.into()));
        engine.extend(WORDS.map(|(name, words)| (name, words.into())));
        engine.push(("notices.txt", notices().into_bytes()));
        let sums = sums(&engine);
        let folder = beside.map_or_else(|| sum_of(sums.as_bytes()), str::to_owned);
        engine.push((SUMS, sums.into_bytes()));
        // The worker's script ends with its name: the page can tell whether it has it, and has it whole.
        if let Some((_, worker)) = engine.first_mut() {
            worker.extend_from_slice(last_line(&folder).as_bytes());
        }
        Page { folder, engine, script }
    }

    /// Whether this command can make an index work in a page.
    pub fn is_complete(&self) -> bool {
        !self.engine.is_empty()
    }

    /// The files beside the manifest that are the same for all sites.
    pub fn beside(&self) -> [(&'static str, &'static str); 2] {
        [("xunzi.d.ts", TYPES), ("xunzi-highlight.js", MADE.map_or(HIGHLIGHT, |made| made.4))]
    }

    /// `xunzi.js` for a site with a manifest of this text: it can ask for its files at once, without waiting for the manifest, and have
    /// them searched when that cannot be had.
    pub fn script(&self, manifest: &str) -> String {
        let own = if self.is_complete() { own(manifest) } else { "\"{}\"".into() };
        self.script.replacen(OWN, &own, 1)
    }
}

/// Those of the notices that concern a page. Without the others, which change more often, its release stays the same.
fn notices() -> String {
    let of_command = |line: &&str| line.starts_with("| ") && line.contains(" | command | ");
    NOTICES.split_inclusive('\n').filter(|line| !of_command(line)).collect()
}

/// What is put into the script of a site: a manifest's text as a string of JavaScript. It has no quotation mark of that kind.
fn own(manifest: &str) -> String {
    ["'", &manifest.replace('\n', "\\n"), "'"].concat()
}

/// The last line of a release's `worker.js`.
fn last_line(folder: &str) -> String {
    ["//", folder, "\n"].concat()
}

fn sum_of(bytes: &[u8]) -> String {
    format!("{:016x}", Crc::new().update(bytes).finish())
}

/// What stands in [`SUMS`]: a line a file, with its name, bytes and checksum, `worker.js` without its last line.
fn sums(files: &[(&str, Vec<u8>)]) -> String {
    let mut lines: Vec<String> =
        files.iter().map(|(name, bytes)| format!("{name} {} {}\n", bytes.len(), sum_of(bytes))).collect();
    lines.sort_unstable();
    lines.concat()
}

/// The first file of a release that is not as it was published, and what is wrong with it. `folder`: the release's name, which is
/// the checksum of [`SUMS`]; `files`: all files in it.
pub fn fault(folder: &str, files: &[(String, Vec<u8>)]) -> Option<(String, &'static str)> {
    let find = |name: &str| files.iter().find(|file| file.0 == name).map(|file| file.1.as_slice());
    let Some(sums) = find(SUMS) else { return Some((SUMS.into(), "is missing")) };
    if sum_of(sums) != folder {
        return Some((SUMS.into(), "is not as it was published"));
    }
    let sums = String::from_utf8_lossy(sums);
    let end = last_line(folder);
    for line in sums.lines() {
        let name = line.split(' ').next().unwrap_or_default();
        let Some(bytes) = find(name) else { return Some((name.into(), "is missing")) };
        let whole = if name == "worker.js" { bytes.strip_suffix(end.as_bytes()) } else { Some(bytes) };
        if whole.is_none_or(|bytes| line != format!("{name} {} {}", bytes.len(), sum_of(bytes))) {
            return Some((name.into(), "is not as it was published"));
        }
    }
    let listed = |name: &str| name == SUMS || sums.lines().any(|line| line.split(' ').next() == Some(name));
    let other = files.iter().find(|file| !listed(&file.0));
    other.map(|file| (file.0.clone(), "does not belong there"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_vouches_for_each_of_its_files() {
        let mut files =
            vec![("worker.js", b"work();\n".to_vec()), ("engine.wasm", b"\0asm".to_vec()), ("de.json", b"{}".to_vec())];
        let sums = sums(&files);
        let folder = sum_of(sums.as_bytes());
        files[0].1.extend_from_slice(last_line(&folder).as_bytes());
        files.push((SUMS, sums.into_bytes()));
        let files: Vec<(String, Vec<u8>)> = files.into_iter().map(|(name, bytes)| (name.to_owned(), bytes)).collect();
        assert_eq!(fault(&folder, &files), None);
        assert_eq!(fault("0123456789abcdef", &files), Some((SUMS.into(), "is not as it was published")));
        type Files = Vec<(String, Vec<u8>)>;
        for at in 0..files.len() {
            let told = |change: &dyn Fn(&mut Files)| {
                let mut files = files.clone();
                change(&mut files);
                fault(&folder, &files)
            };
            let (name, length) = (files[at].0.clone(), files[at].1.len());
            assert_eq!(told(&|files| drop(files.remove(at))), Some((name.clone(), "is missing")));
            let wrong = Some((name, "is not as it was published"));
            assert_eq!(told(&|files| files[at].1.truncate(length / 2)), wrong);
            assert_eq!(told(&|files| files[at].1.clear()), wrong);
            assert_eq!(told(&|files| files[at].1.push(b'\n')), wrong);
            assert_eq!(told(&|files| files[at].1[length / 2] ^= 1), wrong);
            assert_eq!(told(&|files| files.push(("x".into(), Vec::new()))), Some(("x".into(), "does not belong there")));
        }
    }
}
