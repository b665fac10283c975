//! Are the page's files there, which the command carries?
//!
//! `./dev` makes them before it builds the command. Where nobody has (`cargo install --path .` in a fresh clone), the same is done
//! here, in a target folder of its own: the outer build holds the lock of the usual one. What is there is taken as it is.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, exit};

/// The last of what `src/bin/page.rs` makes: where it is, all are.
const LAST: &str = "target/page/plain-more.js";

/// What cargo says of the outer build, and is not so of this one.
const OUTER: [&str; 7] = ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_TARGET", "RUSTC", "TARGET", "HOST", "PROFILE"];

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if env::var_os("CARGO_FEATURE_EMBED").is_none() {
        return;
    }
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    println!("cargo:rerun-if-changed={}", root.join(LAST).display());
    if root.join(LAST).is_file() {
        return;
    }
    if let Err(why) = make(&root) {
        println!("cargo:warning=the page's files, which the command carries, cannot be made: {why}");
        println!(
            "cargo:warning=`rustup target add wasm32-unknown-unknown` may help; without them: --no-default-features --features cli"
        );
        exit(1);
    }
}

/// Makes them as `./dev` does.
fn make(root: &Path) -> Result<(), String> {
    let target = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("page");
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root).env("CARGO_TARGET_DIR", &target);
    cargo.args(["run", "--locked", "--no-default-features", "--features", "tools", "--bin", "page"]);
    // Whether this very file is to make them again must not be told by the outer build either.
    let features = env::vars_os().map(|(name, _)| name).filter(|name| name.to_string_lossy().starts_with("CARGO_FEATURE_"));
    for name in features.chain(OUTER.map(Into::into)) {
        cargo.env_remove(name);
    }
    let output = cargo.output().map_err(|error| format!("cargo does not run: {error}"))?;
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    // Several hundred megabytes that nobody needs again.
    let _ = fs::remove_dir_all(&target);
    let last: Vec<&str> = told.lines().rev().take(8).collect();
    if output.status.success() { Ok(()) } else { Err(last.into_iter().rev().collect::<Vec<_>>().join(" / ")) }
}
