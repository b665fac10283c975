//! How does the engine get from Rust into the page?
//!
//! `cargo run --no-default-features --features tools --bin page` builds the modules `engine` and `more` for WebAssembly, makes the
//! scripts in `www` small, and writes its files, which `cargo build --features embed` then carries inside the command:
//!
//! ```text
//! target/page/xunzi.js       target/page/box.js          target/page/worker.js       target/page/engine.wasm
//! target/page/xunzi-sw.js    target/page/search.js       target/page/keep.js         target/page/xunzi-classic.js
//! target/page/plain.js       target/page/more.wasm       target/page/plain-more.js   target/page/xunzi-highlight.js
//! target/page/start.js       target/page/ask.js
//! ```
//!
//! What they are made of stands in `src/page.rs`.
//!
//! `plain.js` and `plain-more.js` are the modules as scripts, for browsers without WebAssembly. Binaryen makes them, and makes the
//! modules smaller: `XUNZI_BINARYEN` names the folder of its `wasm-opt` and `wasm2js` (`./dev` sets it up, in one version, so that the
//! bytes are the same everywhere). Without, the scripts are empty, and such browsers are told that they cannot search.
//!
//! Finished modules may be named instead: `page path/to/engine.wasm path/to/more.wasm`.
//!
//! The same sources and toolchain give the same bytes on every machine, since the name of the published engine folder
//! is a hash of them. So the crates' paths are cut out of the module, `RUSTFLAGS` is not heard, and no `wasm-opt` is used
//! but that one.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use oxc_allocator::Allocator;
use oxc_codegen::{Codegen, CodegenOptions};
use oxc_minifier::{CompressOptions, MangleOptions, ManglePropertiesOptions, Minifier, MinifierOptions};
use oxc_parser::Parser;
use oxc_semantic::SemanticBuilder;
use oxc_span::SourceType;
use wasm_bindgen_cli_support::{Bindgen, EncodeInto};

use xunzi::page;

/// Where the files go, from the checkout's root. `embed` reads them there, wherever `CARGO_TARGET_DIR` points.
const OUT: &str = "target/page";

fn main() -> ExitCode {
    match run() {
        Ok(lines) => {
            eprint!("{lines}");
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("page: {message}");
            ExitCode::FAILURE
        }
    }
}

/// Builds, binds and writes; the answer is what to tell the user.
fn run() -> Result<String, String> {
    let mut arguments = env::args_os().skip(1);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let named = |file: &OsStr| !file.to_string_lossy().starts_with('-');
    let modules = match (arguments.next(), arguments.next(), arguments.next()) {
        (None, ..) => build(root)?,
        (Some(first), Some(second), None) if named(&first) && named(&second) => [first, second].map(PathBuf::from),
        _ => return Err("usage: page [engine.wasm more.wasm]".into()),
    };
    let [first, second] = &modules;
    let (first, second) = (bind(first)?, bind(second)?);
    let glue = glue([&first, &second])?;
    let (wasm, more) = (first.wasm, second.wasm);
    let out = root.join(OUT);
    fs::create_dir_all(&out).map_err(|e| format!("{}: cannot be made: {e}", out.display()))?;
    let script = BANNER.to_owned() + &small(&page::script(&small_style(page::REST)), SourceType::mjs(), PRIVATE)?;
    let in_use = small(&page::box_script(&small_style(page::BOX)), SourceType::mjs(), PRIVATE)?;
    let desk = small(&page::desk_script(&small_style(page::DESK)), SourceType::mjs(), PRIVATE)?;
    let narrow = small(&page::narrow_script(&small_style(page::NARROW)), SourceType::mjs(), PRIVATE)?;
    let agent = small(&page::agent(), SourceType::mjs(), NONE)?;
    let catalog = small(&page::catalog(), SourceType::mjs(), NONE)?;
    let highlight = small(&page::highlight(), SourceType::mjs(), PRIVATE)?;
    let ask = whole()?;
    let keep = small(&page::keep(), SourceType::mjs(), NONE)?;
    let service = BANNER.to_owned() + &small(&page::service(), SourceType::cjs(), NONE)?;
    let search = BANNER.to_owned() + &small(&page::search(&small_style(page::SEARCH_STYLE)), SourceType::mjs(), NONE)?;
    let styles = [page::REST, page::BOX, page::DESK, page::NARROW, page::SEARCH_STYLE].map(small_style);
    let classic = page::classic(styles.each_ref().map(String::as_str));
    let classic = BANNER.to_owned() + &small(&classic, SourceType::cjs(), NONE)?;
    let start = small(&page::start(), SourceType::cjs(), NONE)?;
    let (plain_more, plain) = (plain(&more, &out)?, plain(&wasm, &out)?);
    let (wasm, more) = (smaller(wasm, &out)?, smaller(more, &out)?);
    let worker =
        sealed(&glue, [("WASM", &wasm), ("MORE", &more), ("PLAIN", plain.as_bytes()), ("OTHER", plain_more.as_bytes())])?;
    let mut told = String::new();
    for (name, bytes) in [
        ("xunzi.js", script.as_bytes()),
        ("box.js", in_use.as_bytes()),
        ("desk.js", desk.as_bytes()),
        ("narrow.js", narrow.as_bytes()),
        ("agent.js", agent.as_bytes()),
        ("catalog.js", catalog.as_bytes()),
        ("xunzi-highlight.js", highlight.as_bytes()),
        ("xunzi-sw.js", service.as_bytes()),
        ("xunzi-classic.js", classic.as_bytes()),
        ("start.js", start.as_bytes()),
        ("search.js", search.as_bytes()),
        ("ask.js", ask.as_bytes()),
        ("keep.js", keep.as_bytes()),
        ("worker.js", worker.as_bytes()),
        ("engine.wasm", &wasm),
        ("more.wasm", &more),
        ("plain.js", plain.as_bytes()),
        ("plain-more.js", plain_more.as_bytes()),
    ] {
        let path = out.join(name);
        let state = if replace(&path, bytes)? { "written" } else { "unchanged" };
        told += &format!("page: {OUT}/{name}: {} bytes, {state}\n", bytes.len());
    }
    Ok(told)
}

/// Builds the modules and names the files cargo left them in.
fn build(root: &Path) -> Result<[PathBuf; 2], String> {
    let target = match env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root.join(folder),
        None => root.join("target"),
    };
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .current_dir(root)
        .args(["build", "--locked", "--profile", "web", "--target", "wasm32-unknown-unknown"])
        .args(["--no-default-features", "--features", "web", "--bin", "engine", "--bin", "more", "--target-dir"])
        .arg(&target)
        .env("CARGO_ENCODED_RUSTFLAGS", without_paths())
        .env_remove("RUSTFLAGS");
    let status = cargo.status().map_err(|e| format!("cargo cannot be started: {e}"))?;
    if !status.success() {
        return Err("the engine does not build; the messages above say why. \
                    If they say that `core` is missing, run: rustup target add wasm32-unknown-unknown"
            .into());
    }
    Ok(["engine.wasm", "more.wasm"].map(|name| target.join("wasm32-unknown-unknown/web").join(name)))
}

/// Compiler flags that cut the place of the crates' sources out of panic messages: the place differs from machine to
/// machine, tells strangers about the builder's home, and every byte of it would be sent to every reader.
fn without_paths() -> String {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(env::home_dir()?.join(".cargo")));
    let Some(folders) = home.and_then(|home| fs::read_dir(home.join("registry/src")).ok()) else {
        return String::new();
    };
    let mut flags: Vec<String> =
        folders.flatten().filter_map(|folder| Some(format!("--remap-path-prefix={}/=", folder.path().to_str()?))).collect();
    flags.sort(); // the order of a folder's entries is chance, and other flags would mean another build
    flags.join("\u{1f}")
}

/// A module ready for the page, and what it takes from there.
struct Bound {
    wasm: Vec<u8>,
    /// An object of functions.
    imports: String,
    /// The names of its own functions that answer a number.
    numbers: Vec<String>,
}

fn bind(module: &Path) -> Result<Bound, String> {
    if !module.is_file() {
        return Err(format!("{}: there is no such file", module.display()));
    }
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(module)
        .out_name("engine")
        .typescript(false)
        .debug(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        // every browser that has WebAssembly and the rest of what the page needs has `encodeInto` too
        .encode_into(EncodeInto::Always);
    let bound = bindgen.no_modules(true).and_then(|b| b.generate_output());
    let mut bound = bound.map_err(|e| {
        let hint = "the crate wasm-bindgen and the crate wasm-bindgen-cli-support must be of one version in Cargo.toml";
        format!("{}: cannot be bound: {e:#}\n      {hint}", module.display())
    })?;
    // The page has one script beside the module: a part of the engine that wants files of its own would be lost.
    let extra =
        bound.snippets().values().map(Vec::len).sum::<usize>() + bound.local_modules().len() + bound.npm_dependencies().len();
    if extra > 0 {
        return Err(format!("{}: the engine may not bring scripts of its own, it brings {extra}", module.display()));
    }
    let (mut imports, numbers) = taken(bound.js())
        .map_err(|what| format!("the glue of this version of wasm-bindgen is not understood, see www/index/glue.js: {what}"))?;
    // What the module takes from the glue has names with a hash in them, which nothing can compress: letters do.
    for (number, import) in bound.wasm_mut().imports.iter_mut().enumerate() {
        let long = format!("{}: function(", import.name);
        let short = ('a'..='z').nth(number).ok_or("the engine wants more of the page than there are letters")?.to_string();
        if imports.matches(&long).count() != 1 {
            return Err(format!("the glue has no function `{}`", import.name));
        }
        imports = imports.replace(&long, &format!("{short}("));
        (import.module, import.name) = ("x".into(), short);
    }
    Ok(Bound { wasm: bound.wasm_mut().emit_wasm(), imports, numbers })
}

/// `www/index/glue.js` with what the modules take from it.
fn glue([first, second]: [&Bound; 2]) -> Result<String, String> {
    let mut numbers: Vec<String> = first.numbers.iter().chain(&second.numbers).cloned().collect();
    numbers.sort();
    numbers.dedup();
    let numbers = format!("[{}]", numbers.join(", "));
    let mut glue = page::GLUE.to_owned();
    for (place, text) in [("__IMPORTS__", &first.imports), ("__MORE__", &second.imports), ("__NUMBERS__", &numbers)] {
        if glue.matches(place).count() != 1 {
            return Err(format!("www/index/glue.js: {place} must stand in it once"));
        }
        glue = glue.replace(place, text);
    }
    Ok(glue)
}

/// Helpers of wasm-bindgen that `www/index/glue.js` has of its own, as wasm-bindgen wrote them when that was made.
const HELPERS: [&str; 15] = [
    "function addHeapObject(obj) { if (heap_next === heap.length) heap.push(heap.length + 1); const idx = heap_next; \
     heap_next = heap[idx]; heap[idx] = obj; return idx; }",
    "function dropObject(idx) { if (idx < 1028) return; heap[idx] = heap_next; heap_next = idx; }",
    "function getArrayU8FromWasm0(ptr, len) { ptr = ptr >>> 0; \
     return getUint8ArrayMemory0().subarray(ptr / 1, ptr / 1 + len); }",
    "function getStringFromWasm0(ptr, len) { return decodeText(ptr >>> 0, len); }",
    "let cachedUint8ArrayMemory0 = null; function getUint8ArrayMemory0() { \
     if (cachedUint8ArrayMemory0 === null || cachedUint8ArrayMemory0.byteLength === 0) { \
     cachedUint8ArrayMemory0 = new Uint8Array(wasm.memory.buffer); } return cachedUint8ArrayMemory0; }",
    "function getObject(idx) { return heap[idx]; }",
    "let heap = new Array(1024).fill(undefined); heap.push(undefined, null, true, false);",
    "let heap_next = heap.length;",
    "function passArray8ToWasm0(arg, malloc) { const ptr = malloc(arg.length * 1, 1) >>> 0; \
     getUint8ArrayMemory0().set(arg, ptr / 1); WASM_VECTOR_LEN = arg.length; return ptr; }",
    "function passStringToWasm0(arg, malloc, realloc) { if (realloc === undefined) { \
     const buf = cachedTextEncoder.encode(arg); const ptr = malloc(buf.length, 1) >>> 0; \
     getUint8ArrayMemory0().subarray(ptr, ptr + buf.length).set(buf); WASM_VECTOR_LEN = buf.length; return ptr; } \
     let len = arg.length; let ptr = malloc(len, 1) >>> 0; const mem = getUint8ArrayMemory0(); let offset = 0; \
     for (; offset < len; offset++) { const code = arg.charCodeAt(offset); if (code > 0x7F) break; \
     mem[ptr + offset] = code; } if (offset !== len) { if (offset !== 0) { arg = arg.slice(offset); } \
     ptr = realloc(ptr, len, len = offset + arg.length * 3, 1) >>> 0; \
     const view = getUint8ArrayMemory0().subarray(ptr + offset, ptr + len); \
     const ret = cachedTextEncoder.encodeInto(arg, view); offset += ret.written; \
     ptr = realloc(ptr, len, offset, 1) >>> 0; } WASM_VECTOR_LEN = offset; return ptr; }",
    "function takeObject(idx) { const ret = getObject(idx); dropObject(idx); return ret; }",
    "let cachedTextDecoder = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true }); cachedTextDecoder.decode(); \
     function decodeText(ptr, len) { return cachedTextDecoder.decode(getUint8ArrayMemory0().subarray(ptr, ptr + len)); }",
    "const cachedTextEncoder = new TextEncoder();",
    "let WASM_VECTOR_LEN = 0;",
    "let wasmModule, wasmInstance, wasm; function __wbg_finalize_init(instance, module) { wasmInstance = instance; \
     wasm = instance.exports; wasmModule = module; cachedUint8ArrayMemory0 = null; return wasm; }",
];

/// What a module takes from wasm-bindgen's glue, and its functions that answer a number; or what is not as it was when
/// `www/index/glue.js` was made.
fn taken(theirs: &str) -> Result<(String, Vec<String>), String> {
    let comment = |line: &&str| ["/**", "*", "//"].iter().any(|sign| line.starts_with(sign));
    let words: Vec<&str> = theirs.lines().map(str::trim).filter(|line| !comment(line)).flat_map(str::split_whitespace).collect();
    let theirs = words.join(" ");
    let split = |text: &str, at: &str| {
        let (before, after) = text.split_once(at).ok_or_else(|| format!("there is no `{at}`"))?;
        Ok::<_, String>((before.to_owned(), after.to_owned()))
    };
    let (_, rest) = split(&theirs, "script_src = new URL(document.currentScript.src, location.href).toString(); }")?;
    let (functions, rest) = split(&rest, "function __wbg_get_imports() { const import0 = { __proto__: null,")?;
    let (imports, rest) = split(&rest, "}; return { __proto__: null, \"./engine_bg.js\": import0, }; }")?;
    let (mut helpers, _) = split(&rest, "async function __wbg_load(")?;
    for helper in HELPERS {
        helpers = helpers.replacen(helper, "", 1);
    }
    if !helpers.trim().is_empty() {
        return Err(format!("these helpers are new: {}", helpers.trim()));
    }
    let mut numbers = Vec::new();
    let mut functions = functions.trim();
    while !functions.is_empty() {
        let (name, text, number) = function(functions).ok_or_else(|| format!("{functions:.300}"))?;
        numbers.extend(number.then(|| format!("{name:?}")));
        functions =
            functions.strip_prefix(&text).ok_or_else(|| format!("{functions:.300}\n      is not\n      {text}"))?.trim_start();
    }
    Ok((format!("{{ {imports} }}"), numbers))
}

/// The first function of the glue as it must be written for `www/index/glue.js` to do the same: its name, its text, and whether
/// it answers a number.
fn function(glue: &str) -> Option<(&str, String, bool)> {
    let (name, rest) = glue.strip_prefix("function ")?.split_once('(')?;
    let (parameters, _) = rest.split_once(')')?;
    let (body, _) = rest.split_once(&format!("exports.{name} = {name};"))?;
    let (mut lines, mut values, mut bytes) = (String::new(), Vec::new(), 0);
    for parameter in parameters.split(", ").filter(|parameter| !parameter.is_empty()) {
        let passed = [("passStringToWasm0", ", wasm.__wbindgen_export2"), ("passArray8ToWasm0", "")];
        match passed.iter().find(|(helper, _)| body.contains(&format!("{helper}({parameter},"))) {
            Some((helper, more)) => {
                lines += &format!(
                    "const ptr{bytes} = {helper}({parameter}, wasm.__wbindgen_export{more}); \
                     const len{bytes} = WASM_VECTOR_LEN; "
                );
                values.push(format!("ptr{bytes}, len{bytes}"));
                bytes += 1;
            }
            None => values.push(parameter.into()),
        }
    }
    let call = format!("wasm.{name}({});", values.join(", "));
    let number = body.contains("return ret >>> 0;");
    lines += &match (number, body.contains("return takeObject(ret);")) {
        (true, _) => format!("const ret = {call} return ret >>> 0;"),
        (_, true) => format!("const ret = {call} return takeObject(ret);"),
        _ => call,
    };
    let text = format!("function {name}({parameters}) {{ {lines} }} exports.{name} = {name};");
    Some((name, text, number))
}

/// The first line of the script: whose it is, and where all others are named.
const BANNER: &str = concat!(
    "/*! ",
    env!("CARGO_PKG_NAME"),
    " ",
    env!("CARGO_PKG_VERSION"),
    " | ",
    env!("CARGO_PKG_LICENSE"),
    ", notices.txt */\n"
);

/// `worker.js`: the glue and the worker's script as one function, and `seal.js` around it.
fn sealed(glue: &str, modules: [(&'static str, &[u8]); 4]) -> Result<String, String> {
    let worker = page::WORKER;
    let main = main_function("seal", &format!("{glue}\n{worker}"))?;
    let seal = small(page::SEAL, SourceType::cjs(), PRIVATE)?;
    let sums = modules.iter().map(|(name, bytes)| (*name, sum(bytes).to_string()));
    let own = [("SUM", sum(main.as_bytes()).to_string()), ("MAIN", main)];
    Ok(put_in(seal, sums.chain(own))? + "\n")
}

/// `ask.js`: its scripts as one function, and `whole.js` around it.
fn whole() -> Result<String, String> {
    let main = main_function("", &page::asking())?;
    let whole = small(page::WHOLE, SourceType::mjs(), NONE)?;
    put_in(whole, [("SUM", sum(main.as_bytes()).to_string()), ("MAIN", main)])
}

/// A script as a function, made small.
fn main_function(parameter: &str, script: &str) -> Result<String, String> {
    // As an argument it is an expression, whose name in what is put around it is its own affair.
    let main = small(&format!("f(({parameter}) => {{ {script} }})"), SourceType::cjs(), PRIVATE)?;
    let main = main.strip_prefix("f(").and_then(|m| m.strip_suffix(");"));
    main.map(str::to_owned).ok_or("a script in www/index is no function's body".into())
}

/// Puts what is named so into a script that has each name once.
fn put_in(mut script: String, parts: impl IntoIterator<Item = (&'static str, String)>) -> Result<String, String> {
    for (name, part) in parts {
        if script.matches(name).count() != 1 {
            return Err(format!("www/index: {name} must stand once in {script:.200}"));
        }
        script = script.replace(name, &part);
    }
    Ok(script)
}

/// What the module uses of WebAssembly's extensions, as Binaryen calls them.
const EXTENSIONS: [&str; 8] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-sign-ext",
    "--enable-nontrapping-float-to-int",
    "--enable-mutable-globals",
    "--enable-multivalue",
    "--enable-reference-types",
    "--enable-call-indirect-overlong",
];

/// What Binaryen makes of a module, a tool and its passes at a time; nothing without Binaryen.
fn binaryen(wasm: &[u8], out: &Path, steps: &[(&str, &[&str])]) -> Result<Option<Vec<u8>>, String> {
    let Some(tools) = env::var_os("XUNZI_BINARYEN").map(PathBuf::from) else { return Ok(None) };
    let [from, to] = ["from.wasm", "to.wasm"].map(|name| out.join(format!(".{}.{name}", std::process::id())));
    let step = |wasm: Vec<u8>, tool: &str, passes: &[&str]| {
        fs::write(&from, wasm).map_err(|e| e.to_string())?;
        let tool = tools.join(tool);
        let run = Command::new(&tool).arg(&from).args(EXTENSIONS).args(passes).arg("-o").arg(&to).output();
        let run = run.map_err(|e| format!("{}: cannot be started: {e}", tool.display()))?;
        match run.status.success() {
            true => fs::read(&to).map_err(|e| e.to_string()),
            false => Err(format!("{}: {:.2000}", tool.display(), String::from_utf8_lossy(&run.stderr))),
        }
    };
    let made = steps.iter().try_fold(wasm.to_vec(), |wasm, (tool, passes)| step(wasm, tool, passes));
    for path in [from, to] {
        let _ = fs::remove_file(path);
    }
    made.map(Some)
}

/// A module as small as Binaryen makes it: the engine 49.0 kB gzipped as it comes, 48.4 after `-Os`
/// alone, 47.8 after these.
fn smaller(wasm: Vec<u8>, out: &Path) -> Result<Vec<u8>, String> {
    const SMALLER: [&str; 5] = ["--merge-similar-functions", "--flatten", "--rereloop", "-Oz", "-Oz"];
    Ok(binaryen(&wasm, out, &[("wasm-opt", &SMALLER)])?.unwrap_or(wasm))
}

/// The module as a script, a function of what it takes from the page; empty without Binaryen.
fn plain(wasm: &[u8], out: &Path) -> Result<String, String> {
    const LOWER: [&str; 4] =
        ["--signext-lowering", "--llvm-memory-copy-fill-lowering", "--llvm-nontrapping-fptoint-lowering", "-Oz"];
    let Some(made) = binaryen(wasm, out, &[("wasm-opt", &LOWER), ("wasm2js", &["-Oz"])])? else { return Ok(String::new()) };
    let made = String::from_utf8(made).map_err(|e| format!("wasm2js: {e}"))?;
    // It is a module, but whoever has no WebAssembly may have no modules in workers either.
    let lines = made.lines().filter(|line| !line.starts_with("import ") && !line.starts_with("export "));
    let lines: Vec<&str> = lines.collect();
    let script = format!("self.xunziEngine = (x) => {{\n{}\nreturn retasmFunc;\n}};\n", lines.join("\n"));
    Ok("/*! The engine out of Binaryen (Apache-2.0), notices.txt */\n".to_owned()
        + &small(&script, SourceType::cjs(), NONE)?
        + "\n")
}

/// Names of properties that no other script sees, nor the browser.
const PRIVATE: &str = "^(coming|dropped|expected|leave|listeners|module_or_path|moved|obtain|opened|request|seek|slow|spent|stop|tally|tick|tried|users)$";

/// Of the other scripts none: what they hand on, others or the browser see.
const NONE: &str = "^$";

/// A script without what only people need: comments, white space, and long names that nobody outside sees.
fn small(script: &str, kind: SourceType, private: &str) -> Result<String, String> {
    let allocator = Allocator::default();
    let mut parsed = Parser::new(&allocator, script, kind).parse();
    // What the parser lets pass, a name that is made twice say, the minifier would take as it comes.
    let checked = SemanticBuilder::new().with_check_syntax_error(true).build(&parsed.program).diagnostics;
    if let Some(error) = parsed.diagnostics.first().or(checked.first()) {
        return Err(format!("a script in www cannot be read: {error}"));
    }
    let options = MinifierOptions {
        mangle: Some(MangleOptions { top_level: Some(true), ..MangleOptions::default() }),
        mangle_properties: Some(ManglePropertiesOptions::from_pattern(private)?),
        compress: Some(CompressOptions::smallest()),
    };
    let names = Minifier::new(options).minify(&allocator, &mut parsed.program);
    let writer = Codegen::new().with_options(CodegenOptions::minify()).with_scoping(names.scoping);
    Ok(writer.with_private_member_mappings(names.class_private_mappings).build(&parsed.program).code)
}

/// A style sheet without comments and white space.
fn small_style(style: &str) -> String {
    let kept: String = style.split("/*").map(|part| part.split_once("*/").map_or(part, |(_, after)| after)).collect();
    let words: Vec<&str> = kept.split_whitespace().collect();
    let mut out = words.join(" ");
    for (long, short) in [
        (" {", "{"),
        ("{ ", "{"),
        ("; ", ";"),
        (" }", "}"),
        ("} ", "}"),
        (";}", "}"),
        (", ", ","),
        (": ", ":"),
        (" > ", ">"),
        (" / ", "/"),
        (" !", "!"),
    ] {
        out = out.replace(long, short);
    }
    out
}

/// The checksum of `www/index/seal.js` and `whole.js`.
fn sum(bytes: &[u8]) -> i32 {
    bytes.iter().fold(-1, |sum: i32, byte| (sum ^ i32::from(*byte)).wrapping_mul(0x100_0193))
}

/// Puts `bytes` at `path` in one step, and leaves a file that has them already alone, so that cargo need not build the
/// command anew. The answer is whether it wrote.
fn replace(path: &Path, bytes: &[u8]) -> Result<bool, String> {
    if fs::read(path).is_ok_and(|old| old == bytes) {
        return Ok(false);
    }
    let name = path.file_name().unwrap_or(OsStr::new("page")).to_string_lossy();
    let beside = path.with_file_name(format!(".{name}.{}", std::process::id()));
    let written = fs::File::create(&beside).and_then(|mut file| file.write_all(bytes)).and_then(|()| fs::rename(&beside, path));
    written.map(|()| true).map_err(|e| {
        let _ = fs::remove_file(&beside);
        format!("{}: cannot be written: {e}", path.display())
    })
}
