//! Into how many files go the text and the grams of an index?

use crate::builder::blocks::{Blocks, Pieces};
use crate::builder::corpus::Corpus;
use crate::builder::pages::{Dictionary, Pages};
use crate::builder::passages::Passages;
use crate::builder::{Failure, Options};

/// How many times as large as usual files get before there are too many of them: beyond, a query would read megabytes.
const LARGEST: usize = 64;

/// Of a corpus up to this many bytes one file is better than none.
const ONE_FILE: u64 = 4 << 20;

/// The one file, and the manifest.
const PACKED: usize = 2;

/// Files of text and of grams.
pub(super) struct Divided {
    pub(super) blocks: Blocks,
    pub(super) pages: Pages,
    /// Whether they go into one file.
    pub(super) pack: bool,
}

impl Divided {
    /// Divides text and grams into files, as many as are allowed beside `others`: usually of a few kB, larger where there would
    /// be too many. `small`: one file is tried first.
    pub(super) fn new(
        corpus: &Corpus<'_>,
        passages: &Passages,
        pieces: &Pieces,
        options: &Options,
        small: bool,
        others: usize,
    ) -> Result<Divided, Failure> {
        let most = options.max_files.unwrap_or(u32::MAX);
        let allowed = |files: usize| if files <= most as usize { Ok(()) } else { Err(Failure::TooManyFiles { files, most }) };
        let one = |blocks| Divided { blocks, pages: Dictionary::new(corpus, passages, options, true).1, pack: true };
        if small && let Some(blocks) = pieces.packed(options.pack) {
            return allowed(PACKED).map(|()| one(blocks));
        }
        let (blocks, (dictionary, pages)) =
            rayon::join(|| pieces.apart(corpus, 1), || Dictionary::new(corpus, passages, options, false));
        let mut divided = Divided { blocks, pages, pack: false };
        let mut larger = 1;
        while allowed(divided.files(others)).is_err() && larger < LARGEST {
            larger *= 2;
            divided.blocks = pieces.apart(corpus, larger);
            divided.pages = dictionary.pages(larger);
        }
        let kept = allowed(divided.files(others));
        if kept.is_err()
            && allowed(PACKED).is_ok()
            && corpus.utf8 <= ONE_FILE
            && options.pack != Some(false)
            && let Some(blocks) = pieces.packed(Some(true))
        {
            return Ok(one(blocks));
        }
        kept.map(|()| divided)
    }

    /// Files of the index, with so many others.
    fn files(&self, others: usize) -> usize {
        self.blocks.payloads.len() + self.pages.pages.len() + others
    }
}
