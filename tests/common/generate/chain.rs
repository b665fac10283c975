//! Where do a hundred megabytes of text come from that is like real text? From a Markov chain over it.
//!
//! Each character is drawn from those that follow the last [`ORDER`] ones somewhere in the source: strings up to one more are as frequent
//! as there, longer ones mostly new, as more text of a kind brings new ones. So what is made is no easier to compress than its source.

use std::collections::BTreeSet;
use std::ops::Range;

use super::Rng;

/// Characters that decide on the next one.
const ORDER: usize = 4;

/// A source, and for each of its places those that may follow it.
pub struct Chain {
    source: Vec<char>,
    /// Where a text starts.
    starts: Vec<u32>,
    /// All places, by the characters before them.
    places: Vec<u32>,
    /// For each place those in `places` that have the same characters before them.
    same: Vec<Range<u32>>,
}

impl Chain {
    /// A chain over texts.
    pub fn new<'t>(texts: impl Iterator<Item = &'t str>) -> Chain {
        let (mut source, mut starts) = (Vec::new(), Vec::new());
        for text in texts.filter(|text| text.chars().count() > ORDER) {
            starts.push(source.len() as u32);
            source.extend(text.chars());
            // Where one text ends another goes on.
            source.push('\n');
        }
        // Four characters fit into 64 bits as numbers of the source's own.
        let alphabet: Vec<char> = source.iter().copied().collect::<BTreeSet<char>>().into_iter().collect();
        assert!(alphabet.len() <= 1 << 16, "{} characters are too many", alphabet.len());
        let mut keys = vec![0u64; source.len()];
        let mut key = 0;
        for (at, c) in source.iter().enumerate() {
            keys[at] = key;
            key = key << 16 | alphabet.binary_search(c).expect("a character of the source") as u64;
        }
        let mut places: Vec<u32> = (0..source.len() as u32).collect();
        places.sort_by_key(|&at| keys[at as usize]);
        let mut same = vec![0..0; source.len()];
        let mut from = 0;
        for equal in places.chunk_by(|&a, &b| keys[a as usize] == keys[b as usize]) {
            let to = from + equal.len() as u32;
            equal.iter().for_each(|&at| same[at as usize] = from..to);
            from = to;
        }
        Chain { source, starts, places, same }
    }

    /// A text of at least so many bytes of UTF-8, and at most one character more.
    pub fn text(&self, rng: &mut Rng, bytes: usize) -> String {
        let mut text = String::with_capacity(bytes + 4);
        let mut at = *rng.pick(&self.starts) as usize;
        // Nothing has been said yet that could be gone on with.
        for _ in 0..ORDER {
            text.push(self.source[at]);
            at += 1;
        }
        while text.len() < bytes {
            let Range { start, end } = self.same[at];
            let next = self.places[rng.within(start as usize, end as usize - 1)] as usize;
            text.push(self.source[next]);
            at = if next + 1 < self.source.len() { next + 1 } else { ORDER };
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_chain_makes_stands_in_its_source_four_and_one_at_a_time() {
        let texts = ["昨天下午的会议上有人说昨天下午的会议太长。", "会议上有人睡着了，昨天下午天气很好。"];
        let chain = Chain::new(texts.into_iter());
        let all: String = texts.iter().flat_map(|t| t.chars().chain(['\n'])).collect();
        let text = chain.text(&mut Rng::new(1), 3000);
        assert!((3000..3004).contains(&text.len()), "{} bytes", text.len());
        let chars: Vec<char> = text.chars().collect();
        for five in chars.windows(ORDER + 1) {
            let five: String = five.iter().collect();
            // At the very end the chain begins anew.
            assert!(all.contains(&five) || five.contains('\n'), "{five}");
        }
        assert!(
            !all.contains(&chars[..60].iter().collect::<String>()) || !all.contains(&chars[60..120].iter().collect::<String>())
        );
        assert_eq!(text, chain.text(&mut Rng::new(1), 3000));
        assert_ne!(text, chain.text(&mut Rng::new(2), 3000));
    }
}
