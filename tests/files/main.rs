//! Are the files of an index those that are described, and does no other file hurt a reader?

mod attack;
mod damage;
mod format;
mod second;

#[path = "../common/generate.rs"]
mod generate;
