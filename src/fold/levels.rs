//! How much of a folding table is enough for some texts and queries?
//!
//! A table has three levels, each enough for more. The *outline* folds queries of frequent letters: it is all that stands between a
//! reader and the first page of grams. The *closed* table folds the texts, and queries of their characters. The whole one also
//! knows what no text has and readers may type: other variants, forms, letters with marks.

use crate::fold::class;
use crate::fold::table::{Layer, Map, Table};

/// One more than the last character of ASCII: of them every level knows what there is to know.
const ASCII: u32 = 0x80;

impl Table {
    /// What of the table is enough to fold queries of these letters, which are all folded: their classes, and the upper case of
    /// ASCII. Which queries those are, [`Table::settles`] says.
    pub fn outline(&self, letters: &[u32]) -> Table {
        let space = u32::from(b' ');
        let mut table = Table { extra: vec![(space, space + 1)], ..Table::default() };
        for (layer, map) in table.maps.iter_mut().enumerate() {
            map.start.push(0);
            for upper in (u32::from(b'A')..=u32::from(b'Z')).filter(|_| layer == Layer::Case as usize) {
                let lower = upper + 0x20;
                let is_case = |(k, map): (usize, &Map)| map.get(upper) == (k == layer).then_some(&[lower]);
                if letters.contains(&lower) && self.maps.iter().enumerate().all(is_case) {
                    map.push(upper, &[lower], false);
                }
            }
        }
        table.with_classes(self, letters)
    }

    /// Of an outline: whether it folds this character as the whole table does, with all folds on, whatever others of this kind
    /// stand beside it. So what joins what stands before it is none.
    pub fn settles(&self, c: u32) -> bool {
        let [.., case, _, _] = &self.maps;
        let joins = class::MARK | class::INVISIBLE | class::EXTEND | class::JOINER | class::REGIONAL | class::ATTACHED;
        let known = self.known.binary_search(&c).ok().and_then(|k| self.classes.get(k));
        case.get(c).is_some() || known.is_some_and(|class| !class.is(joins | class::COMBINES))
    }

    /// What of the table is enough to fold whatever is made of the characters of an alphabet and of ASCII.
    pub fn closed(&self, alphabet: &[u32]) -> Table {
        let mut all: std::collections::BTreeSet<u32> = (0..ASCII).chain(alphabet.iter().copied()).collect();
        let mut before = 0;
        // What they come to may come to more.
        while all.len() > before {
            before = all.len();
            for map in &self.maps {
                let to = map.from.iter().filter(|c| all.contains(c)).filter_map(|&c| map.get(c));
                let to: Vec<u32> = to.flatten().copied().collect();
                all.extend(to);
            }
            let composed = self.pairs.iter().filter(|(a, b, _)| all.contains(a) && all.contains(b)).map(|pair| pair.2);
            let composed: Vec<u32> = composed.collect();
            all.extend(composed);
        }
        let mut table = Table { extra: vec![(0, ASCII)], ..Table::default() };
        for (map, whole) in table.maps.iter_mut().zip(&self.maps) {
            map.start.push(0);
            for (&c, &composes) in whole.from.iter().zip(&whole.composes).filter(|(c, _)| all.contains(c)) {
                map.push(c, whole.get(c).unwrap_or_default(), composes);
            }
        }
        table.with_classes(self, alphabet)
    }

    /// Whether a closed table folds this character as the whole table does. `alphabets`: what it is closed for.
    pub fn is_closed_for(c: u32, alphabets: [&[u32]; 2]) -> bool {
        c < ASCII || alphabets.iter().any(|alphabet| alphabet.contains(&c))
    }
}

impl Map {
    /// Adds an entry, whose character is above all that are there.
    fn push(&mut self, from: u32, to: &[u32], composes: bool) {
        self.from.push(from);
        self.to.extend_from_slice(to);
        self.start.push(self.to.len() as u32);
        self.composes.push(composes);
    }
}
