//! How do payloads become the files of a build?

use rayon::prelude::*;

use crate::format::pack::put_pack;
use crate::format::{File, build_id, seal};

/// The files of a build.
pub(super) struct Sealed {
    /// The build's id: a checksum of all that it holds.
    pub(super) id: u64,
    /// The files by name.
    pub(super) files: Vec<(String, Vec<u8>)>,
    /// What a reader needs first.
    pub(super) open: Vec<String>,
}

/// Seals payloads; in a pack, the sealed files once more as one.
pub(super) fn seal_all(mut payloads: Vec<(File, Vec<u8>)>, pack: bool) -> Sealed {
    payloads.sort_by_key(|f| f.0);
    let id = build_id(payloads.iter().map(|(file, payload)| (*file, payload.as_slice())));
    let dictionary = payloads.iter().find(|(file, _)| *file == File::DICT).map(|_| File::DICT.name());
    let files: Vec<(String, Vec<u8>)> =
        payloads.into_par_iter().map(|(file, payload)| (file.name(), seal(file, id, &payload))).collect();
    if pack {
        let one = (File::PACK.name(), seal(File::PACK, id, &put_pack(&files)));
        return Sealed { id, files: vec![one], open: vec![File::PACK.name()] };
    }
    Sealed { id, files, open: [File::ROOT.name()].into_iter().chain(dictionary).collect() }
}
