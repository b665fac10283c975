//! Into how many files go the text and the grams of an index?

use crate::builder::blocks::Blocks;
use crate::builder::corpus::Corpus;
use crate::builder::layout::Layout;
use crate::builder::pages::{Dictionary, Pages};
use crate::builder::passages::Passages;
use crate::builder::shelf::Memory;
use crate::builder::{Failure, LARGE, Options, Told};

/// How many times as large as usual files get before there are too many of them: beyond, a query would read megabytes.
const LARGEST: usize = 64;

/// Of a corpus up to this many bytes one file is better than none.
const ONE_FILE: u64 = 4 << 20;

/// So many files are never too many for a text that would fit into one.
const PLENTY: u32 = 1 << 16;

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
    pub(super) fn new<'m>(
        corpus: &Corpus,
        Layout { passages, stream, pieces }: Layout<'m>,
        options: &Options,
        (small, others): (bool, usize),
        memory: &'m Memory<'m>,
        told: Told<'_>,
    ) -> Result<(Divided, Passages), Failure> {
        let most = options.max_files.unwrap_or(u32::MAX);
        let allowed = |files: usize| if files <= most as usize { Ok(()) } else { Err(Failure::TooManyFiles { files, most }) };
        let dictionary = |stream, pack| Dictionary::new(corpus, &passages, stream, options, pack, memory, told);
        if small && let Some(blocks) = pieces.packed(options.pack)? {
            allowed(PACKED)?;
            let pages = dictionary(stream, true)?.1;
            return Ok((Divided { blocks, pages, pack: true }, passages));
        }
        // Where even the largest files are too many, a text that is not large may go into one.
        let again = (most < PLENTY && corpus.utf8 <= ONE_FILE && options.pack != Some(false)).then(|| stream.clone());
        // Of a large text not at once: the stream takes more than all that is made.
        let (found, blocks) = match corpus.chars > LARGE {
            true => (dictionary(stream, false), pieces.apart(corpus, 1)),
            false => rayon::join(|| dictionary(stream, false), || pieces.apart(corpus, 1)),
        };
        let (grams, pages) = found?;
        let mut divided = Divided { blocks: blocks?, pages, pack: false };
        let mut larger = 1;
        while allowed(divided.files(others)).is_err() && larger < LARGEST {
            larger *= 2;
            divided.blocks = pieces.apart(corpus, larger)?;
            divided.pages = grams.pages(larger, told)?;
        }
        let kept = allowed(divided.files(others));
        if kept.is_err()
            && allowed(PACKED).is_ok()
            && let Some(stream) = again
            && let Some(blocks) = pieces.packed(Some(true))?
        {
            let pages = dictionary(stream, true)?.1;
            return Ok((Divided { blocks, pages, pack: true }, passages));
        }
        kept.map(|()| (divided, passages))
    }

    /// Files of the index, with so many others.
    fn files(&self, others: usize) -> usize {
        self.blocks.payloads.len() + self.pages.pages.len() + others
    }
}
