//! How does the engine get from Rust into the page?
//!
//! `cargo run --no-default-features --features tools --bin page` builds the module `engine` for WebAssembly and
//! writes two files, which `cargo build --features embed` then carries inside the command:
//!
//! ```text
//! target/page/engine.js      the glue: a classic script that defines the global `wasm_bindgen`
//! target/page/engine.wasm    the module it loads
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
    let (script, wasm) = bind(&module)?;
    let out = root.join(OUT);
    fs::create_dir_all(&out).map_err(|e| format!("{}: cannot be made: {e}", out.display()))?;
    let mut told = String::new();
    for (name, bytes) in [("engine.js", script.as_bytes()), ("engine.wasm", &wasm)] {
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
    let script = without_comments(bound.js());
    Ok((script, bound.wasm_mut().emit_wasm()))
}

/// The script without comment lines, empty lines and indentation (the glue has no text that spans lines); nothing
/// else is touched.
fn without_comments(script: &str) -> String {
    let mut kept = String::with_capacity(script.len());
    let mut inside = false;
    for line in script.lines() {
        let words = line.trim();
        let opens = words.starts_with("/*");
        if (inside || opens) && words.ends_with("*/") {
            inside = false;
        } else if inside || opens {
            inside = true;
        } else if !words.is_empty() && !words.starts_with("//") {
            kept.push_str(words);
            kept.push('\n');
        }
    }
    kept
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
