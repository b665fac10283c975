//! Are the page's files there, which a command with `embed` carries?
//!
//! `./dev` makes them before it builds the command, with `cargo run --no-default-features --features tools --bin page`. Where nobody
//! has (`cargo install --path .` in a fresh clone), the same is done here, in a target folder of its own: the outer build holds the
//! lock of the usual one.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, exit};

/// What `src/bin/page.rs` makes.
const FILES: [&str; 4] = ["xunzi.js", "xunzi.css", "worker.js", "engine.wasm"];

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if env::var_os("CARGO_FEATURE_EMBED").is_none() {
        return;
    }
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let page = root.join("target/page");
    for name in FILES {
        println!("cargo:rerun-if-changed={}", page.join(name).display());
    }
    if FILES.iter().any(|name| !page.join(name).is_file())
        && let Err(why) = make(&root)
    {
        println!("cargo:warning=the page's files cannot be made: {why}");
        println!("cargo:warning=make them with: cargo run --locked --no-default-features --features tools --bin page");
        println!("cargo:warning=or build a command without them: --no-default-features --features cli");
        exit(1);
    }
}

/// Makes them as `./dev` does.
fn make(root: &Path) -> Result<(), String> {
    let target = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("page");
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .current_dir(root)
        .args(["run", "--locked", "--no-default-features", "--features", "tools", "--bin", "page"])
        .env("CARGO_TARGET_DIR", &target);
    // What holds for the outer build is none of theirs.
    for name in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_TARGET", "RUSTC", "RUSTDOC", "TARGET", "HOST", "PROFILE"] {
        cargo.env_remove(name);
    }
    let output = cargo.output().map_err(|error| format!("cargo does not run: {error}"))?;
    let told = String::from_utf8_lossy(&output.stderr);
    let last: Vec<&str> = told.lines().rev().take(8).collect();
    // Several hundred MB that nobody needs again.
    let _ = std::fs::remove_dir_all(&target);
    if output.status.success() { Ok(()) } else { Err(last.into_iter().rev().collect::<Vec<_>>().join(" / ")) }
}
