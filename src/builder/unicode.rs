//! Where does the folding table come from?
//!
//! From Unicode data of pinned crates: normalization, case folding, scripts, general categories; OpenCC's single-character
//! tables; and the files in `data/`, each of which names its source. The table of an index holds what its own corpus can match: every character that folds into
//! the corpus' alphabet, so that what is typed in another form is found too, and nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use caseless::Caseless;
use rayon::prelude::*;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{canonical_combining_class, compose, decompose_canonical};
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};
use unicode_script::{Script, UnicodeScript};
use unicode_segmentation::UnicodeSegmentation;

use crate::fold::table::{Entry, LAYERS, Layer, Table};
use crate::fold::{Class, class, hangul};

/// Characters with the property Default_Ignorable_Code_Point (Unicode, DerivedCoreProperties), as inclusive ranges.
const INVISIBLE: [(u32, u32); 17] = [
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x061C, 0x061C),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFF8),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
];

fn invisible(c: u32) -> bool {
    INVISIBLE.iter().any(|&(a, b)| (a..=b).contains(&c))
}

/// Scripts that write no white space between words, or in which it shows a word's start and no more.
const UNSPACED: [Script; 7] =
    [Script::Bopomofo, Script::Hangul, Script::Thai, Script::Lao, Script::Khmer, Script::Myanmar, Script::Tibetan];

/// Scripts whose vowel points are optional.
const POINTED: [Script; 3] = [Script::Arabic, Script::Hebrew, Script::Syriac];

/// Cyrillic vowels: letters on which stress is marked.
const VOWELS: &str = "аеиоуыэюяіє\u{463}\u{475}өүұә";

/// Acute and grave: on a Cyrillic vowel they mark stress.
const STRESS: [char; 2] = ['\u{300}', '\u{301}'];

/// Whether a character belongs to one of these scripts, or to none but is used with one of them.
fn is_of(c: char, scripts: &[Script]) -> bool {
    let extension = c.script_extension();
    let of_all = extension.is_common() || extension.is_inherited();
    scripts.contains(&c.script()) || !of_all && scripts.iter().any(|&s| extension.contains_script(s))
}

/// A mark that folding drops wherever it stands: a point of Arabic, Hebrew or Syriac. Marks that Latin uses too are none.
fn is_point(c: char) -> bool {
    is_nonspacing(c) && is_of(c, &POINTED) && !c.script_extension().contains_script(Script::Latin)
}

fn is_nonspacing(c: char) -> bool {
    c.general_category() == GeneralCategory::NonspacingMark
}

/// The class of a character. What is no character (a surrogate) has none.
pub fn class_of(c: u32) -> Class {
    let Some(ch) = char::from_u32(c) else { return Class::default() };
    let (category, group) = (ch.general_category(), ch.general_category_group());
    let mark = matches!(category, GeneralCategory::NonspacingMark | GeneralCategory::EnclosingMark);
    let han_kana = matches!(c, 0x30FC | 0xFF70) || is_of(ch, &[Script::Han, Script::Hiragana, Script::Katakana]);
    let word = matches!(group, GeneralCategoryGroup::Letter | GeneralCategoryGroup::Number | GeneralCategoryGroup::Mark);
    let digit = group == GeneralCategoryGroup::Number;
    let vowel = || ch.to_lowercase().all(|c| VOWELS.contains(c));
    let mut bits = 0;
    let mut set = |on: bool, bit: u16| {
        if on {
            bits |= bit;
        }
    };
    set(ch.is_whitespace(), class::WHITE);
    set(word && !han_kana, class::WORD);
    set(word && han_kana, class::HAN_KANA);
    set(word && !han_kana && digit, class::DIGIT);
    set(word && !han_kana && !digit && is_of(ch, &UNSPACED), class::UNSPACED);
    set(mark, class::MARK);
    set(group == GeneralCategoryGroup::Mark, class::ATTACHED);
    set(is_diacritic(ch), class::DIACRITIC);
    set(!mark && matches!(ch.script(), Script::Latin | Script::Greek), class::LATIN_GREEK);
    set(is_point(ch), class::POINT);
    set(STRESS.contains(&ch) || vowel(), class::STRESS);
    set(invisible(c), class::INVISIBLE);
    // What the segmentation of graphemes says of a pair, here said of one of the two: a letter or a picture stands beside it.
    let one = |text: [char; 2]| text.iter().collect::<String>().graphemes(true).count() == 1;
    set(one(['a', ch]) || hangul::combines(c), class::EXTEND);
    // The joiner of emoji, signs that stand before a number, leading Hangul letters, viramas.
    set(one([ch, '가']) || c == 0x200D || canonical_combining_class(ch) == 9, class::JOINER);
    set((0x1F1E6..=0x1F1FF).contains(&c), class::REGIONAL);
    Class { bits, ccc: canonical_combining_class(ch) }
}

/// One step of canonical decomposition, and whether its two parts compose again.
fn canonical(c: char) -> Mapping {
    if hangul::is_syllable(c as u32) {
        return None;
    }
    let full: Vec<char> = std::iter::once(c).nfd().collect();
    match full.as_slice() {
        [same] if *same == c => None,
        [_] => Some((full, false)),
        [head @ .., last] => {
            let prefix = head[1..].iter().try_fold(head[0], |a, &b| compose(a, b));
            Some(match prefix {
                Some(prefix) => (vec![prefix, *last], compose(prefix, *last) == Some(c)),
                None => (full, false),
            })
        }
        [] => None,
    }
}

/// Compatibility decomposition, and the ASCII digit of every decimal digit. Hangul letters that stand alone (U+3131 to
/// U+318E) stay: NFKC would join them to what stands before, and 감사 would not be found in 감사ㄳ. Their half-width forms become
/// them. Marks that stand alone (´ ¨ ¯) stay too: nobody can type a space with a mark on it.
fn compatible(c: char) -> Option<Vec<char>> {
    match c as u32 {
        0x3131..=0x318E => return None,
        u @ 0xFFA1..=0xFFBE => return char::from_u32(u - 0xFFA1 + 0x3131).map(|c| vec![c]),
        u @ 0xFFC2..=0xFFDC => {
            // Vowels stand in groups of six, with gaps of two.
            let k = u - 0xFFC2;
            return char::from_u32(0x314F + k / 8 * 6 + k % 8).map(|c| vec![c]);
        }
        _ => {}
    }
    if hangul::is_syllable(c as u32) {
        return None;
    }
    let full: Vec<char> = std::iter::once(c).nfkd().collect();
    match full.as_slice() {
        [' ', marks @ ..] if marks.iter().any(|m| m.general_category_group() == GeneralCategoryGroup::Mark) => {
            // Forms of points that stand alone.
            marks.iter().all(|&m| is_point(m)).then(|| marks.to_vec())
        }
        [same] if *same == c => digit(c).map(|c| vec![c]),
        _ => Some(full),
    }
}

/// The ASCII digit of a decimal digit that is none. Such digits stand in rows of ten, from zero up.
fn digit(c: char) -> Option<char> {
    let is_digit = |u: u32| char::from_u32(u).is_some_and(|c| c.general_category() == GeneralCategory::DecimalNumber);
    let row = (0..=c as u32).rev().take_while(|&u| is_digit(u)).count();
    (!c.is_ascii() && row > 0).then(|| char::from_digit((row as u32 - 1) % 10, 10)).flatten()
}

/// The lines of a data file that say something, each in its words.
fn lines(file: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    file.lines().filter(|line| !line.starts_with("# ")).map(|line| line.split(' ').collect())
}

/// A code point of a data file.
fn point(hex: &str) -> char {
    u32::from_str_radix(hex, 16).ok().and_then(char::from_u32).expect("a data file has code points in hexadecimal")
}

/// Letters of Latin whose stroke is no mark, the groups of Arabic letters that are written for each other, and tatweel.
fn letter(c: char) -> Option<Vec<char>> {
    static LATIN: OnceLock<BTreeMap<char, &str>> = OnceLock::new();
    let latin = LATIN.get_or_init(|| {
        let of = |line: Vec<&'static str>| line[1..].iter().flat_map(|c| c.chars()).map(|c| (c, line[0])).collect::<Vec<_>>();
        lines(include_str!("data/latin.txt")).flat_map(of).collect()
    });
    let to = match c {
        // Alef wasla; those with madda or hamza are taken apart.
        '\u{671}' => "\u{627}",
        // Teh marbuta, heh.
        '\u{629}' => "\u{647}",
        // Alef maksura, Farsi yeh, yeh.
        '\u{649}' | '\u{6CC}' => "\u{64A}",
        // Keheh, kaf.
        '\u{6A9}' => "\u{643}",
        '\u{640}' => "",
        _ => match latin.get(&c) {
            Some(to) => to,
            // A letter and its capital go together: some capitals are newer than the rules, some have one alone.
            None => {
                let of = |letters: &str| {
                    latin.get(&letters.chars().next()?).filter(|_| !letters.contains(c) && letters.chars().count() == 1)
                };
                let (small, capital) = (c.to_lowercase().to_string(), c.to_uppercase().to_string());
                let to = of(&small).map(|to| to.to_uppercase()).or_else(|| of(&capital).map(|to| to.to_lowercase()))?;
                return Some(to.chars().collect());
            }
        },
    };
    Some(to.chars().collect())
}

fn case(c: char) -> Option<Vec<char>> {
    if c == 'ı' {
        return Some(vec!['i']);
    }
    let full = || std::iter::once(c).default_case_fold();
    (!full().eq([c])).then(|| full().collect())
}

/// Radicals, strokes and forms in names, and the character that is usual.
fn forms() -> &'static BTreeMap<char, char> {
    static FORMS: OnceLock<BTreeMap<char, char>> = OnceLock::new();
    FORMS.get_or_init(|| {
        let names = lines(include_str!("data/names.txt"));
        let mut forms: BTreeMap<char, char> =
            names.filter_map(|of| Some((of[0].chars().next()?, of[1].chars().next()?))).collect();
        for of in lines(include_str!("data/radicals.txt")) {
            forms.extend((point(of[0])..=point(of[1])).map(|c| (c, point(of[2]))));
        }
        forms
    })
}

/// The representative of a character among its forms as a radical and in names and, if it is Han, its simplified,
/// traditional, regional and Japanese forms: OpenCC's single-character tables; applied until nothing changes.
fn variant(c: char) -> Option<Vec<char>> {
    let step = |c: char| {
        let c = *forms().get(&c).unwrap_or(&c);
        let steps: [fn(String) -> String; 4] = [hanconv::jp2t, hanconv::hk2s, hanconv::tw2s, hanconv::t2s];
        steps.iter().fold(c, |c, convert| {
            let out = convert(c.to_string());
            let mut chars = out.chars();
            match (chars.next(), chars.next()) {
                (Some(one), None) => one,
                _ => c,
            }
        })
    };
    if c.script() != Script::Han && !forms().contains_key(&c) {
        return None;
    }
    let mut seen = vec![c];
    loop {
        let next = step(seen[seen.len() - 1]);
        if let Some(k) = seen.iter().position(|&s| s == next) {
            // A fixed point, or a cycle: its smallest member stands for it.
            let end = seen[k..].iter().copied().min().unwrap_or(next);
            return (end != c).then(|| vec![end]);
        }
        seen.push(next);
    }
}

/// Look-alike punctuation: dashes by their category, quotation marks and brackets by their names (`data/signs.txt`), and a
/// few signs that have no class.
fn punctuation(c: char) -> Option<Vec<char>> {
    static SIGNS: OnceLock<BTreeMap<char, &str>> = OnceLock::new();
    let signs = SIGNS.get_or_init(|| {
        let of = |line: Vec<&'static str>| line[1..].iter().map(|c| (point(c), line[0])).collect::<Vec<_>>();
        lines(include_str!("data/signs.txt")).flat_map(of).collect()
    });
    let to = match c {
        '-' => return None,
        // Tildes; Unicode calls two of them dashes.
        '\u{2DC}' | '\u{2053}' | '\u{223C}' | '〜' | '〰' | '～' => "~",
        '゠' => "=",
        '⸺' => "--",
        '⸻' => "---",
        '−' | '─' | '━' => "-",
        _ if c.general_category() == GeneralCategory::DashPunctuation => "-",
        '•' | '‧' | '∙' | '⋅' | '⸱' | '・' | '･' => "·",
        '∶' => ":",
        '⁄' | '∕' => "/",
        '⋯' | '…' => "...",
        '、' => ",",
        '。' | '｡' => ".",
        '○' => "〇",
        '™' | '®' | '℠' => "",
        _ => signs.get(&c)?,
    };
    Some(to.chars().collect())
}

/// What a layer makes of a character, and whether that composes again; `None`: nothing.
type Mapping = Option<(Vec<char>, bool)>;

/// The layers of one character, each character mapped at most once.
#[derive(Default)]
struct Layers {
    memo: [BTreeMap<char, Mapping>; LAYERS],
}

impl Layers {
    fn one(&mut self, layer: Layer, c: char) -> &Mapping {
        self.memo[layer as usize].entry(c).or_insert_with(|| match layer {
            Layer::Canonical => canonical(c),
            Layer::Compatible => compatible(c).map(|to| (to, false)),
            Layer::Letter => letter(c).map(|to| (to, false)),
            Layer::Case => case(c).map(|to| (to, false)),
            Layer::Variant => variant(c).map(|to| (to, false)),
            Layer::Punctuation => punctuation(c).map(|to| (to, false)),
        })
    }

    /// All layers on `c`, and with any of them left out: everything that may come out on the way is put into `way`.
    fn map(&mut self, c: char, way: &mut BTreeSet<char>) -> Vec<char> {
        let mut seq = vec![c];
        way.insert(c);
        use Layer::{Canonical as N, Case, Compatible, Letter, Punctuation, Variant};
        for layer in [N, N, N, N, Punctuation, Compatible, Letter, Case, N, N, N, N, Variant, Punctuation] {
            let mut out = Vec::new();
            for &c in &seq {
                match self.one(layer, c) {
                    Some((to, _)) => out.extend_from_slice(to),
                    None => out.push(c),
                }
            }
            way.extend(&out);
            seq = out;
        }
        seq
    }
}

/// Whether any layer changes this character: a quick look before the slow one.
fn is_mapped(c: char) -> bool {
    if hangul::is_syllable(c as u32) || ('\u{E000}'..='\u{F8FF}').contains(&c) || c >= '\u{F0000}' {
        return false;
    }
    if is_plain(c) {
        return variant(c).is_some() || punctuation(c).is_some();
    }
    let han = matches!(c, '\u{2E80}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}');
    let sign = punctuation(c).is_some() || letter(c).is_some();
    // What decomposes has a compatible form too, but for marks that stand alone (΅).
    let mut decomposes = false;
    decompose_canonical(c, |d| decomposes |= d != c);
    sign || decomposes || compatible(c).is_some() || case(c).is_some() || han && variant(c).is_some()
}

/// A unified ideograph, or no character yet: half of all there are, none with a case, a decomposition or a point.
fn is_plain(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{20000}'..='\u{2F7FF}' | '\u{2FA20}'..='\u{3FFFF}')
        || c >= '\u{E1000}'
}

/// A character that some layer changes.
struct Mapped {
    from: char,
    /// Itself and what comes out on the way.
    way: Vec<char>,
    /// What it comes to.
    to: Vec<char>,
}

/// Every character of the planes that have any, but for private ones, in order.
fn all() -> impl IndexedParallelIterator<Item = Option<char>> {
    (0..0x4_0000).into_par_iter().chain(0xE_0000..0xF_0000).map(char::from_u32)
}

/// What `compute` gives, computed once. Not under the lock: while a thread waits for others it may be given work that
/// comes here too.
fn once<T: Send + Sync>(cell: &'static OnceLock<Vec<T>>, compute: impl FnOnce() -> Vec<T>) -> &'static [T] {
    match cell.get() {
        Some(all) => all,
        None => {
            let all = compute();
            cell.get_or_init(|| all)
        }
    }
}

/// Every character that some layer changes.
fn mapped() -> &'static [Mapped] {
    static ALL: OnceLock<Vec<Mapped>> = OnceLock::new();
    let map = |layers: &mut Layers, from: Option<char>| {
        let from = from.filter(|&c| is_mapped(c))?;
        let mut way = BTreeSet::new();
        let to = layers.map(from, &mut way);
        Some(Mapped { from, way: way.into_iter().collect(), to })
    };
    once(&ALL, || all().map_init(Layers::default, map).flatten_iter().collect())
}

/// White space, and what folding may drop: characters that a query may hold in any case.
fn anywhere() -> &'static [u32] {
    static ALL: OnceLock<Vec<u32>> = OnceLock::new();
    let is_anywhere = |c: &char| !is_plain(*c) && (c.is_whitespace() || droppable(*c));
    once(&ALL, || all().flatten_iter().filter(is_anywhere).map(u32::from).collect())
}

/// Whether folding may drop it: invisible, or an optional mark.
fn droppable(c: char) -> bool {
    invisible(c as u32) || is_diacritic(c) || is_point(c)
}

/// A mark that folding drops after a Latin or Greek letter.
fn is_diacritic(c: char) -> bool {
    is_nonspacing(c) && matches!(c.script(), Script::Inherited | Script::Latin | Script::Greek) && !is_point(c)
}

/// The folding table for a corpus whose texts consist of these characters.
pub fn table(corpus: &BTreeSet<char>) -> Table {
    let mut layers = Layers::default();
    let mut known: BTreeSet<char> = BTreeSet::new();
    // The pieces that the corpus' texts fold into, taken apart.
    let mut pieces: BTreeSet<char> = BTreeSet::new();
    for &c in corpus {
        pieces.extend(layers.map(c, &mut known));
    }
    let jamo = |c: u32| matches!(c, 0x1100..0x1113 | 0x1161..0x1176 | 0x11A8..0x11C3);
    let hangul = pieces.iter().any(|&c| hangul::is_syllable(c as u32) || jamo(c as u32));
    if hangul {
        // Any jamo may compose to a syllable of the corpus.
        pieces.extend((0x1100..0x1200).filter(|&c| jamo(c)).filter_map(char::from_u32));
    }
    for Mapped { from, way, to } in mapped() {
        // A mark that becomes a letter (U+0345) must not pass for one that is dropped. A dash may be dropped inside of a word.
        if droppable(*from) || to.iter().all(|c| pieces.contains(c) || c.is_whitespace() || *c == '-' || droppable(*c)) {
            known.extend(way);
        }
    }
    known.extend(&pieces);

    let mut entries: [Vec<Entry>; LAYERS] = Default::default();
    use Layer::{Canonical, Case, Compatible, Letter, Punctuation, Variant};
    for (layer, out) in [Canonical, Compatible, Letter, Case, Variant, Punctuation].into_iter().zip(&mut entries) {
        for &from in &known {
            // What decomposes never reaches a later layer.
            let decomposes = layers.one(Layer::Canonical, from).is_some();
            if decomposes && !matches!(layer, Layer::Canonical) {
                continue;
            }
            if let Some((to, composes)) = layers.one(layer, from) {
                out.push(Entry { from, to: to.clone(), composes: *composes });
            }
        }
    }
    // What a query may hold in any case.
    let mut extra: Vec<(u32, u32)> = Vec::new();
    let jamos = (0x1100..0x1200).filter(|&c| hangul && jamo(c));
    let all: BTreeSet<u32> = anywhere().iter().copied().chain(jamos).collect();
    for c in all {
        match extra.last_mut() {
            Some(last) if last.1 == c => last.1 += 1,
            _ => extra.push((c, c + 1)),
        }
    }
    let alphabet: Vec<u32> = known.iter().map(|&c| c as u32).collect();
    Table::new(entries, extra, &alphabet, class_of)
}

#[cfg(test)]
mod tests;
