//! What becomes of one character, one cluster?

use crate::fold::table::{Layer, Table};
use crate::fold::{Class, Off, class, hangul};
use crate::sort;

/// Characters that one may fold to, at most, on the way through the layers.
const LONGEST_OUTCOME: usize = 32;

/// A folded character and the characters of the original text it came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unit {
    pub(super) c: u32,
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) class: Class,
}

impl Unit {
    fn cover(&mut self, other: Unit) {
        self.start = self.start.min(other.start);
        self.end = self.end.max(other.end);
    }
}

impl Table {
    /// Maps the characters of one layer; tells whether there were any.
    fn layer(&self, layer: Layer, seq: &mut Vec<u32>) -> bool {
        let map = &self.maps[layer as usize]; // In bounds: there are five layers.
        if map.from.is_empty() || !seq.iter().any(|c| map.from.binary_search(c).is_ok()) {
            return false;
        }
        let mut out = Vec::with_capacity(seq.len() + 3);
        for &c in seq.iter() {
            match map.get(c) {
                Some(to) => out.extend_from_slice(to),
                None => out.push(c),
            }
        }
        // No character folds to more than 18; a forged table must not multiply without end.
        out.truncate(LONGEST_OUTCOME);
        *seq = out;
        true
    }

    fn decompose(&self, seq: &mut Vec<u32>) {
        // The table holds single steps; no decomposition takes more than four.
        let _ = (0..4).all(|_| self.layer(Layer::Canonical, seq));
        if seq.iter().any(|&c| hangul::is_syllable(c)) {
            for c in std::mem::take(seq) {
                let [l, v, t] = hangul::decompose(c);
                seq.push(l);
                if v != 0 {
                    seq.push(v);
                }
                if t != 0 {
                    seq.push(t);
                }
            }
        }
    }

    /// Whether a character that stands alone stays as it is, whatever folds are on.
    pub(super) fn leaves(&self, unit: Unit) -> bool {
        let mapped = self.maps.iter().any(|map| map.from.binary_search(&unit.c).is_ok());
        // A mark that stands alone may be dropped.
        !mapped && !unit.class.is(class::INVISIBLE | class::MARK) && !hangul::is_syllable(unit.c)
    }

    /// Step 2 for one character.
    pub(super) fn map(&self, c: u32, off: Off) -> Vec<u32> {
        let visible = |c: &u32| !self.class(*c).is(class::INVISIBLE);
        if !visible(&c) {
            return Vec::new();
        }
        let mut seq = vec![c];
        self.decompose(&mut seq);
        // Signs that compatibility would take apart have a fold of their own: ″ is one sign, ™ none.
        if !off.has(Off::PUNCTUATION) {
            self.layer(Layer::Punctuation, &mut seq);
        }
        if !off.has(Off::WIDTH) {
            self.layer(Layer::Compatible, &mut seq);
        }
        if !off.has(Off::DIACRITICS) {
            self.layer(Layer::Letter, &mut seq);
        }
        if !off.has(Off::CASE) {
            self.layer(Layer::Case, &mut seq);
        }
        self.decompose(&mut seq);
        if !off.has(Off::VARIANT) {
            self.layer(Layer::Variant, &mut seq);
        }
        if !off.has(Off::PUNCTUATION) {
            self.layer(Layer::Punctuation, &mut seq);
        }
        seq.retain(visible);
        seq
    }

    fn compose(&self, a: u32, b: u32) -> Option<u32> {
        if let Some(c) = hangul::compose(a, b) {
            return Some(c);
        }
        let k = self.pairs.partition_point(|p| (p.0, p.1) < (a, b));
        self.pairs.get(k).filter(|p| (p.0, p.1) == (a, b)).map(|p| p.2)
    }

    /// Steps 3 to 5 on the units of one cluster.
    pub(super) fn normalize(&self, units: &mut Vec<Unit>, off: Off) {
        // The sort is stable, and nothing passes a starter.
        for marks in units.split_mut(|u| u.class.ccc == 0) {
            sort::by_key(marks, |u| u.class.ccc.into());
        }
        let mut kept: Vec<Unit> = Vec::new();
        let mut base: Option<usize> = None;
        for u in std::mem::take(units) {
            let mark = u.class.is(class::MARK);
            let on = base.and_then(|at| kept.get(at));
            if mark && !off.has(Off::DIACRITICS) && (u.class.is(class::POINT) || on.is_some_and(|on| may_lose(on, u))) {
                // What it stood on is shown with it, all that came of that character.
                let start = on.map(|on| on.start);
                let before = kept.get_mut(..base.map_or(0, |at| at + 1)).unwrap_or_default();
                for unit in before.iter_mut().rev().take_while(|unit| Some(unit.start) == start) {
                    unit.cover(u);
                }
                continue;
            }
            if !mark {
                base = Some(kept.len());
            }
            kept.push(u);
        }
        let mut starter: Option<usize> = None;
        for u in kept {
            let last = units.len().checked_sub(1);
            // What stands between a starter and a mark must have a lower class.
            let free = starter == last || units.last().is_some_and(|l| l.class.ccc < u.class.ccc);
            if let Some(s) = starter.and_then(|s| units.get_mut(s))
                && free
                && let Some(c) = self.compose(s.c, u.c)
            {
                s.c = c;
                s.class = self.class(c);
                s.cover(u);
                continue;
            }
            if u.class.ccc == 0 {
                starter = Some(units.len());
            }
            units.push(u);
        }
    }
}

/// Whether a writer may leave out this mark on this letter.
fn may_lose(on: &Unit, mark: Unit) -> bool {
    let both = on.class.bits & mark.class.bits;
    mark.class.is(class::DIACRITIC) && on.class.is(class::LATIN_GREEK)
        || both & class::STRESS != 0
        // The dots of ё, and of no other letter of its script: ї and ӥ are letters.
        || mark.c == 0x308 && on.c & !0x20 == 0x415
}
