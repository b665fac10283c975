//! Writes right files to `corpus/`, for the fuzzer to begin with.

fn main() -> std::io::Result<()> {
    xunzi_fuzz::seeds(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus"))
}
