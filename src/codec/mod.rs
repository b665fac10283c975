//! How do numbers become bytes and bits?

pub mod sets;
