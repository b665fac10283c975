//! Does the engine find what is there, in the promised order, for the promised cost?
//!
//! All of it is asked of the library, in memory: an index is built, written, verified and read again as a page would read it.

mod cost;
mod matching;
mod oracle;
mod scale;

#[path = "../shared/generate.rs"]
mod generate;
#[path = "../shared/naive.rs"]
mod naive;
#[path = "../shared/support.rs"]
mod support;
