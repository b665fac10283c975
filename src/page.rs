//! Which files has the page, and what are they made of?
//!
//! ```text
//! xunzi.js               what a page includes: open() before it is called (www/index/first.js) and the element at rest
//!                        (www/box/shell.js) as one module, with the manifest that it came with
//! xunzi.d.ts             their types
//! xunzi-highlight.js     for the pages that results lead to: marks the words there
//! xunzi-sw.js            the service worker, for whoever wants one (www/offline)
//! xunzi-classic.js       all of it for pages that must work from file://, with the engine inside (--portable)
//! xunzi-plain.js         plain.js and plain-more.js, below, for such pages
//! search.html search.js  a search page of the index' own, with a reading view
//! ENGINE/                the release: a folder named by the checksum of `sums`, hence of all that is in it
//!   ask.js               how an index is opened and asked (www/index), and how the panel comes: fetched with the first call
//!   worker.js            glue.js and worker.js, inside seal.js
//!   engine.wasm          the module that they drive
//!   more.wasm            the second one, for what a plain search does without: fetched when that is first asked for
//!   plain.js             the first as a script, for browsers without WebAssembly
//!   plain-more.js        the second
//!   keep.js              what a page does to keep an index for a time without network
//!   box.js               the box once it is used (www/box), with its style
//!   desk.js              what is done with an answer: switches, articles read in the box, tables
//!   narrow.js            filters, dates, completions, what helps when nothing is found
//!   catalog.js           many indexes asked as one, for pages that open a catalog
//!   agent.js             searching for a reader's own agent
//!   de.json …            its words, a file for each language
//!   notices.txt          whose work is in all this; no reader asks for it
//!   sums                 name, bytes and checksum of each of these, for `xunzi check`
//! ```
//!
//! A command built with `embed` carries what `src/bin/page.rs` has made of these; another one joins them as they are, for a
//! development build whose engine comes from elsewhere.

use crate::codec::crc::Crc;

/// The scripts of `xunzi.js` in the order of joining: none uses, before all are there, what comes after it.
const SCRIPTS: [&str; 8] = [
    include_str!("../www/index/source.js"),
    include_str!("../www/index/error.js"),
    include_str!("../www/index/known.js"),
    include_str!("../www/index/release.js"),
    include_str!("../www/index/first.js"),
    include_str!("../www/box/make.js"),
    include_str!("../www/box/parameter.js"),
    include_str!("../www/box/shell.js"),
];

/// The scripts of `ask.js`, the same.
const ASK_SCRIPTS: [&str; 9] = [
    include_str!("../www/index/run.js"),
    include_str!("../www/index/given.js"),
    include_str!("../www/index/told.js"),
    include_str!("../www/index/soon.js"),
    include_str!("../www/index/manifest.js"),
    include_str!("../www/index/load.js"),
    include_str!("../www/index/link.js"),
    include_str!("../www/box/bring.js"),
    include_str!("../www/index/open.js"),
];

/// The scripts of `box.js`, the same.
const BOX_SCRIPTS: [&str; 23] = [
    include_str!("../www/box/make.js"),
    INTL,
    include_str!("../www/box/fragment.js"),
    include_str!("../www/box/words.js"),
    include_str!("../www/box/results.js"),
    include_str!("../www/box/asker.js"),
    include_str!("../www/box/theme.js"),
    include_str!("../www/box/recent.js"),
    include_str!("../www/box/parameter.js"),
    include_str!("../www/box/address.js"),
    include_str!("../www/box/notes.js"),
    include_str!("../www/box/keys.js"),
    include_str!("../www/box/site.js"),
    include_str!("../www/box/events.js"),
    include_str!("../www/box/voice.js"),
    include_str!("../www/box/wait.js"),
    include_str!("../www/box/composition.js"),
    include_str!("../www/box/frame.js"),
    include_str!("../www/box/list.js"),
    include_str!("../www/box/surface.js"),
    include_str!("../www/box/choice.js"),
    include_str!("../www/box/visit.js"),
    include_str!("../www/box/panel.js"),
];

/// The scripts of `desk.js`.
const DESK_SCRIPTS: [&str; 10] = [
    include_str!("../www/box/make.js"),
    INTL,
    include_str!("../www/reading/reading.js"),
    include_str!("../www/box/parameter.js"),
    include_str!("../www/box/address.js"),
    include_str!("../www/box/table.js"),
    include_str!("../www/box/reader.js"),
    include_str!("../www/box/switches.js"),
    include_str!("../www/box/tools.js"),
    include_str!("../www/box/desk.js"),
];
/// The scripts of `narrow.js`.
const NARROW_SCRIPTS: [&str; 4] = [
    include_str!("../www/box/make.js"),
    include_str!("../www/box/timeline.js"),
    include_str!("../www/box/range.js"),
    include_str!("../www/box/narrow.js"),
];
/// `catalog.js`.
const CATALOG: &str = include_str!("../www/index/catalog.js");
/// `agent.js`.
const AGENT: &str = include_str!("../www/box/agent.js");

/// What `keep.js` and the service worker both are made of.
const STORE: &str = include_str!("../www/offline/store.js");
/// What stands in the place of the first of [`SCRIPTS`] where there is no host.
const INSIDE: [&str; 2] = [UNPACK, include_str!("../www/offline/inside.js")];
/// How text is made bytes again.
const UNPACK: &str = include_str!("../www/offline/unpack.js");
/// The scripts of `search.js`.
const SEARCH: [&str; 5] = [
    include_str!("../www/box/make.js"),
    INTL,
    include_str!("../www/reading/reading.js"),
    include_str!("../www/offline/keeper.js"),
    include_str!("../www/offline/search.js"),
];
/// The search page.
pub const SEARCH_PAGE: &str = include_str!("../www/offline/search.html");
/// Its style.
pub const SEARCH_STYLE: &str = include_str!("../www/offline/search.css");

/// The script that drives the engine in a worker.
pub const WORKER: &str = include_str!("../www/index/worker.js");
/// What stands between it and the module, in place of wasm-bindgen's own glue.
pub const GLUE: &str = include_str!("../www/index/glue.js");
/// What is put around both.
pub const SEAL: &str = include_str!("../www/index/seal.js");
/// The same of `ask.js`.
pub const WHOLE: &str = include_str!("../www/index/whole.js");
/// The style of the box at rest.
pub const REST: &str = include_str!("../www/box/rest.css");
/// The style of the box in use.
pub const BOX: &str = include_str!("../www/box/box.css");
/// The style of what is done with an answer.
pub const DESK: &str = include_str!("../www/box/desk.css");
/// The style of filters and help.
pub const NARROW: &str = include_str!("../www/box/narrow.css");
/// What marks the words on the pages that results lead to.
const HIGHLIGHT: [&str; 2] = [INTL, include_str!("../www/highlight/highlight.js")];
/// Numbers and dates in a language's own way.
const INTL: &str = include_str!("../www/reading/intl.js");
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

/// The file of a release, or of a build, that lists the others; a release is named by its checksum.
pub const SUMS: &str = "sums";

/// What a page may import from `xunzi.js`.
const EXPORTS: &str = "export { XunziError, open };\n";
/// What that one takes from the scripts of `ask.js`.
const ASK_RETURNS: &str = "return { ASKING, give, open, panel };\n";
/// From `xunzi-highlight.js`.
const HIGHLIGHT_EXPORTS: &str = "export { find, highlight };\n";
/// From `box.js`.
const BOX_EXPORTS: &str = "export { FACE, attach };\n";
/// And from `desk.js`.
const DESK_EXPORTS: &str = "export { Desk };\n";
/// And from `narrow.js`.
const NARROW_EXPORTS: &str = "export { Narrow, completions, dress, help };\n";
/// Where a script has its style.
const STYLE: &str = "\"__XUNZI_CSS__\"";
/// Where `box.js` has the English words.
const ENGLISH: &str = "__XUNZI_WORDS__";
/// Where the classic script has the engine's files.
const FILES: &str = "__XUNZI_FILES__";
/// Where the script has the manifest that it was published with.
const OWN: &str = "__XUNZI_OWN__";

/// The scripts and styles of a page as they are published, and the module.
pub struct Made {
    /// The script that a page includes, before anything is put in.
    pub script: String,
    /// `ask.js`.
    pub ask: String,
    /// `keep.js`.
    pub keep: String,
    /// `xunzi-sw.js`.
    pub service: String,
    /// `search.js`.
    pub search: String,
    /// `xunzi-classic.js`, before anything is put in.
    pub classic: String,
    /// What a page begins with that has it inside.
    pub start: String,
    /// `box.js`.
    pub in_use: String,
    /// `desk.js`.
    pub desk: String,
    /// `narrow.js`.
    pub narrow: String,
    /// `agent.js`.
    pub agent: String,
    /// `catalog.js`.
    pub catalog: String,
    /// `xunzi-highlight.js`.
    pub highlight: String,
    /// The worker's script.
    pub worker: String,
    /// The module; none in a development build.
    pub wasm: Option<Vec<u8>>,
    /// The second module.
    pub more: Option<Vec<u8>>,
    /// The first as a script; empty where that was not made.
    pub plain: String,
    /// The second as a script.
    pub plain_more: String,
}

/// What `src/bin/page.rs` has made.
#[cfg(feature = "embed")]
fn made() -> Option<Made> {
    Some(Made {
        script: include_str!("../target/page/xunzi.js").into(),
        ask: include_str!("../target/page/ask.js").into(),
        keep: include_str!("../target/page/keep.js").into(),
        service: include_str!("../target/page/xunzi-sw.js").into(),
        search: include_str!("../target/page/search.js").into(),
        classic: include_str!("../target/page/xunzi-classic.js").into(),
        start: include_str!("../target/page/start.js").into(),
        in_use: include_str!("../target/page/box.js").into(),
        desk: include_str!("../target/page/desk.js").into(),
        narrow: include_str!("../target/page/narrow.js").into(),
        agent: include_str!("../target/page/agent.js").into(),
        catalog: include_str!("../target/page/catalog.js").into(),
        highlight: include_str!("../target/page/xunzi-highlight.js").into(),
        worker: include_str!("../target/page/worker.js").into(),
        wasm: Some(include_bytes!("../target/page/engine.wasm").to_vec()),
        more: Some(include_bytes!("../target/page/more.wasm").to_vec()),
        plain: include_str!("../target/page/plain.js").into(),
        plain_more: include_str!("../target/page/plain-more.js").into(),
    })
}
#[cfg(not(feature = "embed"))]
fn made() -> Option<Made> {
    None
}

/// Scripts as one. Their imports of each other are left out, and what they export to each other stays inside.
fn join(scripts: &[&str]) -> String {
    let mut out = String::new();
    for line in scripts.iter().flat_map(|script| script.lines()) {
        if !line.starts_with("import ") && !line.starts_with("export {") {
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

/// The scripts of the page, at rest, with their style.
fn at_rest(scripts: &[&str], style: &str) -> String {
    join(scripts).replacen(STYLE, &literal(style), 1)
}

/// Those of the box in use.
fn in_use(style: &str) -> String {
    let english = WORDS.iter().find(|file| file.0 == "en.json").map_or("{}", |file| file.1);
    // What is named in groups (`fold:case`) is told by the second part of its name, if its file does not come.
    let lines = english.lines().filter(|line| !line.split('"').nth(1).is_some_and(|name| name.contains(':')));
    let english = lines.collect::<String>().replace(",}", "}");
    let english = ["JSON.parse(", &literal(&english), ")"].concat();
    join(&BOX_SCRIPTS).replacen(STYLE, &literal(style), 1).replacen(ENGLISH, &english, 1)
}

/// Those of the search page.
fn searching(style: &str) -> String {
    join(&SEARCH).replacen("\"__XUNZI_SEARCH_CSS__\"", &literal(style), 1)
}

/// `xunzi-highlight.js`.
pub fn highlight() -> String {
    join(&HIGHLIGHT) + HIGHLIGHT_EXPORTS
}

/// `xunzi.js`: all its scripts as one module, with the style of the box at rest.
pub fn script(style: &str) -> String {
    at_rest(&SCRIPTS, style) + EXPORTS
}

/// Those of an index that is asked, as a function's body; [`WHOLE`] makes it a module, `ask.js`.
pub fn asking() -> String {
    join(&ASK_SCRIPTS) + ASK_RETURNS
}

/// `box.js`: the same of the box in use.
pub fn box_script(style: &str) -> String {
    in_use(style) + BOX_EXPORTS
}

/// Those of what is done with an answer.
fn desk(style: &str) -> String {
    join(&DESK_SCRIPTS).replacen(STYLE, &literal(style), 1)
}

/// `desk.js`.
pub fn desk_script(style: &str) -> String {
    desk(style) + DESK_EXPORTS
}

/// Those of filters and help.
fn narrow(style: &str) -> String {
    join(&NARROW_SCRIPTS).replacen(STYLE, &literal(style), 1)
}

/// `narrow.js`.
pub fn narrow_script(style: &str) -> String {
    narrow(style) + NARROW_EXPORTS
}

/// `catalog.js`, a module.
pub fn catalog() -> String {
    join(&[CATALOG]) + "export { gather };\n"
}

/// `agent.js`.
pub fn agent() -> String {
    join(&[AGENT]) + "export { offer };\n"
}

/// A script as an expression, of what it returns at its end.
fn called(script: &str, end: &str) -> String {
    ["(() => {\n", script, end, "})()"].concat()
}

/// `xunzi-classic.js`: all of `xunzi.js`, of what comes later, and `search.js` as a classic script, which has what it needs inside; with
/// the styles of the box at rest, in use, of the desk, of what narrows, and of the search page.
pub fn classic([rest, style, of_desk, of_narrow, search]: [&str; 5]) -> String {
    let scripts: Vec<&str> = INSIDE.into_iter().chain(SCRIPTS.into_iter().skip(1)).collect();
    let inner = |script: &str, end: &str| called(script, end) + ";\n";
    let parts = [
        "\"use strict\";\n",
        "const USED = { \"ask.js\": ",
        // Where a script runs, says what stands in the place of the first.
        &called(&join(&ASK_SCRIPTS[1..]), ASK_RETURNS),
        ", \"box.js\": ",
        &called(&in_use(style), "return { FACE, attach };\n"),
        ", \"desk.js\": ",
        &called(&desk(of_desk), "return { Desk };\n"),
        ", \"narrow.js\": ",
        &called(&narrow(of_narrow), "return { Narrow, completions, dress, help };\n"),
        ", \"agent.js\": ",
        &called(&join(&[AGENT]), "return { offer };\n"),
        "};\n",
        &at_rest(&scripts, rest),
        "self.xunzi = { XunziError, open };\n",
        &inner(&searching(search), ""),
    ];
    inner(&parts.concat(), "")
}

/// What a page begins with that has that script inside, compressed.
pub fn start() -> String {
    ["(() => {\n", &join(&[UNPACK, include_str!("../www/offline/start.js")]), "})();\n"].concat()
}

/// `keep.js`, a module.
pub fn keep() -> String {
    join(&[STORE, include_str!("../www/offline/keep.js")]) + "export { forget, keep, kept };\n"
}

/// `xunzi-sw.js`, a classic script that leaves no name behind: a site's own worker may import it.
pub fn service() -> String {
    ["(() => {\n\"use strict\";\n", &join(&[STORE, include_str!("../www/offline/sw.js")]), "})();\n"].concat()
}

/// `search.js`, a module with this style for the page that is its own.
pub fn search(style: &str) -> String {
    ["import { open } from \"./xunzi.js\";\n", &searching(style), "export { register, start };\n"].concat()
}

/// The files of a page, besides those of an index.
pub struct Page {
    /// The folder of the release.
    pub folder: String,
    /// The files in that folder; none if this command can make no index work in a page.
    pub engine: Vec<(&'static str, Vec<u8>)>,
    /// What is put beside the manifest, before anything is put in.
    made: Made,
    /// Whether it must work from `file://` as well.
    pub portable: bool,
}

impl Page {
    /// The page's files. `beside`: a folder where a development build puts the engine; otherwise the command's own engine is
    /// used, if it carries one.
    pub fn new(beside: Option<&str>) -> Page {
        let (made, carried) = match (beside, made()) {
            (None, Some(made)) => (made, true),
            _ => (plain(), beside.is_some()),
        };
        if !carried {
            return Page { folder: "none".into(), engine: Vec::new(), made, portable: false };
        }
        let mut engine = vec![("worker.js", made.worker.clone().into_bytes())];
        engine.extend(made.wasm.clone().map(|wasm| ("engine.wasm", wasm)));
        engine.extend(made.more.clone().map(|more| ("more.wasm", more)));
        let plain = [("plain.js", &made.plain), ("plain-more.js", &made.plain_more)].into_iter();
        engine.extend(plain.filter(|(_, text)| !text.is_empty()).map(|(name, text)| (name, text.clone().into_bytes())));
        engine.push(("ask.js", made.ask.clone().into()));
        engine.push(("keep.js", made.keep.clone().into()));
        engine.push(("box.js", made.in_use.clone().into()));
        engine.push(("desk.js", made.desk.clone().into()));
        engine.push(("narrow.js", made.narrow.clone().into()));
        engine.push(("agent.js", made.agent.clone().into()));
        engine.push(("catalog.js", made.catalog.clone().into()));
        engine.extend(WORDS.map(|(name, words)| (name, words.into())));
        engine.push(("notices.txt", notices().into_bytes()));
        let sums = sums(&engine);
        let folder = beside.map_or_else(|| sum_of(sums.as_bytes()), str::to_owned);
        engine.push((SUMS, sums.into_bytes()));
        // The worker's script ends with its name: the page can tell whether it has it, and has it whole.
        if let Some((_, worker)) = engine.first_mut() {
            worker.extend_from_slice(last_line(&folder).as_bytes());
        }
        Page { folder, engine, made, portable: false }
    }

    /// Whether this command can make an index work in a page.
    pub fn is_complete(&self) -> bool {
        !self.engine.is_empty()
    }

    /// The files that stand beside a manifest of this text. The script knows it: it can ask for its files at once, without
    /// waiting for the manifest, and have them searched when that cannot be had.
    pub fn beside(&self, manifest: &str) -> Vec<(&'static str, Vec<u8>)> {
        let mut files = vec![("xunzi.js", self.put_in(&self.made.script, manifest).into_bytes())];
        files.push(("xunzi.d.ts", TYPES.into()));
        files.push(("xunzi-highlight.js", self.made.highlight.clone().into()));
        if self.is_complete() {
            let Made { service, search, .. } = &self.made;
            files.extend([("xunzi-sw.js", service), ("search.js", search)].map(|(name, text)| (name, text.clone().into())));
            files.push(("search.html", SEARCH_PAGE.into()));
        }
        files
    }

    /// `xunzi-classic.js` for a site with a manifest of this text. `inside`: the engine's files as `www/offline/inside.js` has them.
    pub fn classic(&self, manifest: &str, inside: &str) -> String {
        self.put_in(&self.made.classic, manifest).replacen(FILES, inside, 1)
    }

    /// The script of a page that has the one above inside, as an element `xunzi/page.js`.
    pub fn start(&self) -> &str {
        &self.made.start
    }

    fn put_in(&self, script: &str, manifest: &str) -> String {
        let own = if self.is_complete() { own(manifest) } else { "\"{}\"".into() };
        script.replacen(OWN, &own, 1)
    }
}

/// What stands before the worker's script in a development build: wasm-bindgen's own glue, which is a script for each module.
const UNSEALED: &str = r#"const seal = null;
importScripts("engine.js");
const instantiate = async (module, second) => {
  const bind = second ? new Function((await (await fetch("more.js")).text()) + "\nreturn wasm_bindgen;")() : wasm_bindgen;
  await bind({ module_or_path: module });
  return bind;
};
"#;

/// The module as a release has it, and as wasm-bindgen names it.
const MODULE: &str = "engine.wasm";
const NAMED: &str = "engine_bg.wasm";

/// The scripts as they are in `www`, for a development build, whose module wasm-bindgen gives a name of its own.
fn plain() -> Made {
    Made {
        script: script(REST).replace(MODULE, NAMED),
        in_use: box_script(BOX),
        desk: desk_script(DESK),
        narrow: narrow_script(NARROW),
        agent: agent(),
        catalog: catalog(),
        highlight: highlight(),
        ask: unsealed(&asking().replace(MODULE, NAMED)),
        keep: keep(),
        service: service(),
        search: search(SEARCH_STYLE),
        classic: classic([REST, BOX, DESK, NARROW, SEARCH_STYLE]),
        start: start(),
        worker: [UNSEALED, WORKER].concat(),
        wasm: None,
        more: None,
        plain: String::new(),
        plain_more: String::new(),
    }
}

/// `ask.js` in a development build.
fn unsealed(asking: &str) -> String {
    ["export const { ASKING, give, open, panel } = ", &called(asking, ""), ";\n"].concat()
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

/// The list of a build, which a page goes by that keeps it for a time without network: such lines, and a last one that is of the
/// list itself.
pub fn sealed(mut lines: Vec<String>) -> String {
    lines.sort_unstable();
    let text = lines.concat();
    let last = line(SUMS, text.as_bytes());
    text + &last
}

/// The line of a file in such a list: its name, bytes and checksum.
pub fn line(name: &str, bytes: &[u8]) -> String {
    format!("{name} {} {}\n", bytes.len(), sum_of(bytes))
}

/// What stands in [`SUMS`] of a release: a line a file, `worker.js` without its last line.
fn sums(files: &[(&str, Vec<u8>)]) -> String {
    let mut lines: Vec<String> = files.iter().map(|(name, bytes)| line(name, bytes)).collect();
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
    for listed in sums.split_inclusive('\n') {
        let name = listed.split(' ').next().unwrap_or_default();
        let Some(bytes) = find(name) else { return Some((name.into(), "is missing")) };
        let whole = if name == "worker.js" { bytes.strip_suffix(end.as_bytes()) } else { Some(bytes) };
        if whole.is_none_or(|bytes| listed != line(name, bytes)) {
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
