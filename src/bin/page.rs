//! How does the engine get from Rust into the page?
//!
//! `cargo run --no-default-features --features tools --bin page` builds the module `engine` for WebAssembly, makes the
//! scripts in `www` small, and writes three files, which `cargo build --features embed` then carries inside the command:
//!
//! ```text
//! target/page/xunzi.js       what a page includes: `client.js` and `box.js` with `box.css`
//! target/page/worker.js      wasm-bindgen's glue and `worker.js`, inside `seal.js`
//! target/page/engine.wasm    the module that it drives
//! ```
//!
//! A finished module may be named instead: `page path/to/engine.wasm`.
//!
//! The same sources and toolchain give the same bytes on every machine, since the name of the published engine folder
//! is a hash of them. So the crates' paths are cut out of the module, `RUSTFLAGS` is not heard, and `wasm-opt` is not
//! used even where it is installed.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use oxc_allocator::Allocator;
use oxc_codegen::{Codegen, CodegenOptions};
use oxc_mangler::{MangleOptions, Mangler};
use oxc_parser::Parser;
use oxc_span::SourceType;
use wasm_bindgen_cli_support::{Bindgen, EncodeInto};

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
    let module = match (arguments.next(), arguments.next()) {
        (None, _) => build(root)?,
        (Some(file), None) if !file.to_string_lossy().starts_with('-') => PathBuf::from(file),
        _ => return Err("usage: page [engine.wasm]".into()),
    };
    let (glue, wasm) = bind(&module)?;
    let read = |name: &str| {
        let path = root.join("www").join(name);
        fs::read_to_string(&path).map_err(|e| format!("{}: cannot be read: {e}", path.display()))
    };
    let script = script(&read("client.js")?, &read("box.js")?, &read("box.css")?)?;
    let worker = sealed(&read("seal.js")?, &glue, &read("worker.js")?, &wasm)?;
    let out = root.join(OUT);
    fs::create_dir_all(&out).map_err(|e| format!("{}: cannot be made: {e}", out.display()))?;
    let mut told = String::new();
    for (name, bytes) in [("xunzi.js", script.as_bytes()), ("worker.js", worker.as_bytes()), ("engine.wasm", &wasm)] {
        let path = out.join(name);
        let state = if replace(&path, bytes)? { "written" } else { "unchanged" };
        told += &format!("page: {OUT}/{name}: {} bytes, {state}\n", bytes.len());
    }
    Ok(told)
}

/// Builds the module and names the file cargo left it in.
fn build(root: &Path) -> Result<PathBuf, String> {
    let target = match env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root.join(folder),
        None => root.join("target"),
    };
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .current_dir(root)
        .args(["build", "--locked", "--profile", "web", "--target", "wasm32-unknown-unknown"])
        .args(["--no-default-features", "--features", "web", "--bin", "engine", "--target-dir"])
        .arg(&target)
        .env("CARGO_ENCODED_RUSTFLAGS", without_paths())
        .env_remove("RUSTFLAGS");
    let status = cargo.status().map_err(|e| format!("cargo cannot be started: {e}"))?;
    if !status.success() {
        return Err("the engine does not build; the messages above say why. \
                    If they say that `core` is missing, run: rustup target add wasm32-unknown-unknown"
            .into());
    }
    Ok(target.join("wasm32-unknown-unknown/web/engine.wasm"))
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

/// The glue and the module, ready for the page.
fn bind(module: &Path) -> Result<(String, Vec<u8>), String> {
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
    let mut glue = loaded_simply(bound.js())?;
    // What the module takes from the glue has names with a hash in them, which nothing can compress.
    for (number, import) in bound.wasm_mut().imports.iter_mut().enumerate() {
        let short = format!("i{number}");
        if glue.matches(&format!("{}:", import.name)).count() != 1 {
            return Err(format!("the glue of this version of wasm-bindgen is not understood: `{}`", import.name));
        }
        glue = glue.replace(&format!("{}:", import.name), &format!("{short}:"));
        import.name = short;
    }
    Ok((glue, bound.wasm_mut().emit_wasm()))
}

/// The glue without what the worker has no use for: loaders for every kind of source (it has a compiled module), the
/// place of its own script, and a faster way for strings that are long and ASCII.
fn loaded_simply(glue: &str) -> Result<String, String> {
    // from, to (which stays), what comes instead
    let cuts = [
        ("let script_src;", "\n}", "{"),
        (
            "if (realloc === undefined) {",
            "WASM_VECTOR_LEN = offset;",
            "const buf = cachedTextEncoder.encode(arg); const offset = buf.length; \
             const ptr = malloc(offset, 1) >>> 0; getUint8ArrayMemory0().set(buf, ptr);",
        ),
        (
            "async function __wbg_load(",
            "\n})({ __proto__: null });",
            "return Object.assign(async ({ module_or_path: module }) => \
             __wbg_finalize_init(await WebAssembly.instantiate(module, __wbg_get_imports()), module), exports);",
        ),
    ];
    let mut glue = glue.lines().map(str::trim).collect::<Vec<_>>().join("\n");
    for (from, to, instead) in cuts {
        let place = glue.find(from).and_then(|start| Some((start, start + glue[start..].find(to)?)));
        let (start, end) = place.ok_or_else(|| {
            format!("the glue of this version of wasm-bindgen has no `{from}`; see `loaded_simply` in src/bin/page.rs")
        })?;
        glue.replace_range(start..end, instead);
    }
    Ok(glue)
}

/// The first line of both scripts.
const BANNER: &str =
    concat!("/*! ", env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"), " | ", env!("CARGO_PKG_LICENSE"), " */\n");

/// `xunzi.js`: the headless face and the element in one module.
fn script(client: &str, face: &str, style: &str) -> Result<String, String> {
    let style = format!("`{}`", small_style(style).replace('\\', "\\\\"));
    let plain = style.matches('`').count() == 2 && !style.contains("${");
    let joined = xunzi::face::join(client, face, &style).filter(|_| plain);
    Ok(BANNER.to_owned() + &small(&joined.ok_or("www/box.js: there is no place for the style")?, SourceType::mjs())?)
}

/// `worker.js`: the glue and the worker's script as one function, and `seal.js` around it.
fn sealed(seal: &str, glue: &str, worker: &str, wasm: &[u8]) -> Result<String, String> {
    // As an argument it is an expression, whose name for `seal` is its own affair.
    let main = small(&format!("f((seal) => {{ {glue}\n{worker} }})"), SourceType::cjs())?;
    let main = main.strip_prefix("f(").and_then(|m| m.strip_suffix(");")).ok_or("www/worker.js: is no function's body")?;
    let seal = small(seal, SourceType::cjs())?;
    if ["MAIN", "SUM", "WASM"].iter().any(|name| seal.matches(name).count() != 1) {
        return Err("www/seal.js: MAIN, SUM and WASM must stand in it once each".into());
    }
    let seal = seal.replace("SUM", &crc32(main.as_bytes()).to_string()).replace("WASM", &crc32(wasm).to_string());
    Ok(BANNER.to_owned() + &seal.replace("MAIN", main) + "\n")
}

/// A script without what only people need: comments, white space, and long names that nobody outside sees.
fn small(script: &str, kind: SourceType) -> Result<String, String> {
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, script, kind).parse();
    if let Some(error) = parsed.diagnostics.first() {
        return Err(format!("a script in www cannot be read: {error}"));
    }
    let options = MangleOptions { top_level: Some(true), ..MangleOptions::default() };
    let names = Mangler::new().with_options(options).build(&parsed.program);
    let writer = Codegen::new().with_options(CodegenOptions::minify()).with_scoping(Some(names.scoping));
    Ok(writer.with_private_member_mappings(Some(names.class_private_mappings)).build(&parsed.program).code)
}

/// A style sheet without comments and white space.
fn small_style(style: &str) -> String {
    let kept: String = style.split("/*").map(|part| part.split_once("*/").map_or(part, |(_, after)| after)).collect();
    let words: Vec<&str> = kept.split_whitespace().collect();
    let mut out = words.join(" ");
    for (long, short) in
        [(" {", "{"), ("{ ", "{"), ("; ", ";"), (" }", "}"), ("} ", "}"), (";}", "}"), (", ", ","), (": ", ":"), (" > ", ">")]
    {
        out = out.replace(long, short);
    }
    out
}

/// CRC-32 as gzip has it; bit by bit, for it is done twice.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |sum, byte| (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ ((sum & 1) * 0xedb8_8320)))
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
