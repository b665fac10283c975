//! How does a second reader read an index?
//!
//! It shares no code with the first: it knows the format from its description alone, and says of every bit what it means.

mod bits;
mod grams;
mod others;
mod root;
mod text;

pub use bits::Notes;
pub use grams::page;
pub use others::{envelope, manifest, members, pack};
pub use root::{dict, fold, root};
pub use text::{Piece, block, column};
