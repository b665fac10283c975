//! How does an index get onto a disk, and off it?

pub mod inspect;
pub mod publish;
