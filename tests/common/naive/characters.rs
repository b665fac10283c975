//! What does one character, seen alone, fold to, and what is it: a letter, a digit, a mark, of which script?
//!
//! The rows of MATCHING's table that look at a single character. What looks at neighbours is in `stream`.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::LazyLock;

use caseless::Caseless;
use unicode_normalization::char::{decompose_canonical, decompose_compatible};
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};
use unicode_script::{Script, UnicodeScript};

use super::Off;

/// Default_Ignorable_Code_Point, reserved code points included.
pub fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{AD}'                    // soft hyphen
        | '\u{34F}'                 // combining grapheme joiner
        | '\u{61C}'                 // Arabic letter mark
        | '\u{115F}'..='\u{1160}'   // Hangul choseong and jungseong fillers
        | '\u{17B4}'..='\u{17B5}'   // Khmer inherent vowels
        | '\u{180B}'..='\u{180F}'   // Mongolian variation selectors and vowel separator
        | '\u{200B}'..='\u{200F}'   // zero-width space, joiners, direction marks
        | '\u{202A}'..='\u{202E}'   // direction embeddings and overrides
        | '\u{2060}'..='\u{206F}'   // word joiner, invisible operators, direction isolates
        | '\u{3164}'                // Hangul filler
        | '\u{FE00}'..='\u{FE0F}'   // variation selectors
        | '\u{FEFF}'                // byte order mark
        | '\u{FFA0}'                // half-width Hangul filler
        | '\u{FFF0}'..='\u{FFF8}'   // reserved
        | '\u{1BCA0}'..='\u{1BCA3}' // shorthand format controls
        | '\u{1D173}'..='\u{1D17A}' // musical format controls
        | '\u{E0000}'..='\u{E0FFF}' // tags, supplementary variation selectors
    )
}

thread_local! {
    /// What a character became; asking the conversion tables again and again is most of the cost.
    static REPLACED: RefCell<HashMap<(char, Off), Vec<char>>> = RefCell::default();
}

/// What one character, seen alone, folds to: none, one or more characters, all decomposed.
pub fn replace(c: char, off: Off) -> Vec<char> {
    REPLACED.with_borrow_mut(|known| known.entry((c, off)).or_insert_with(|| until_nothing_changes(c, off)).clone())
}

fn until_nothing_changes(c: char, off: Off) -> Vec<char> {
    let mut chars = vec![c];
    loop {
        let next: Vec<char> = chars.iter().flat_map(|&c| one_pass(c, off)).collect();
        if next == chars {
            return chars;
        }
        chars = next;
    }
}

/// Each row of the table once. Punctuation comes first: ″ is a double quotation mark, and not two primes.
fn one_pass(c: char, off: Off) -> Vec<char> {
    let mut chars = vec![c];
    if !off.punctuation {
        chars = chars.into_iter().flat_map(plain_punctuation).collect();
    }
    chars = decomposed(&chars);
    if !off.width {
        chars = chars.into_iter().flat_map(plain_width).map(ascii_digit).collect();
    }
    if !off.case {
        chars = chars.into_iter().default_case_fold().map(|c| if c == 'ı' { 'i' } else { c }).collect();
    }
    if !off.diacritics {
        chars = chars.into_iter().flat_map(plain_letter).collect();
    }
    if !off.variant {
        chars = chars.into_iter().map(plain_han).collect();
    }
    chars.retain(|&c| !is_invisible(c));
    decomposed(&chars)
}

/// The canonical decomposition of each of `chars`.
fn decomposed(chars: &[char]) -> Vec<char> {
    let mut out = Vec::new();
    for &c in chars {
        decompose_canonical(c, |d| out.push(d));
    }
    out
}

/// NFKD of one character. But Hangul letters that stand alone stay: 감사 is to be found in 감사ㄳ. And what would become a space
/// with marks on it stays, for nobody types that (´ ¨ ゛), or is the points alone where they are Arabic ones.
fn plain_width(c: char) -> Vec<char> {
    if let [' ', marks @ ..] = &compatible(c)[..]
        && !marks.is_empty()
        && marks.iter().all(|&c| class(c) == Class::Mark || c == '\u{640}')
    {
        return if marks.iter().all(|&c| is_point(c) || c == '\u{640}') { marks.to_vec() } else { vec![c] };
    }
    match c {
        '\u{3131}'..='\u{318E}' => vec![c],
        '\u{FFA1}'..='\u{FFDC}' => {
            let letter = ('\u{3131}'..='\u{318E}').find(|&letter| compatible(letter) == compatible(c));
            vec![letter.unwrap_or(c)]
        }
        _ => compatible(c),
    }
}

fn compatible(c: char) -> Vec<char> {
    let mut out = Vec::new();
    decompose_compatible(c, |d| out.push(d));
    out
}

/// Decimal digits of every script. They stand in Unicode ten by ten, zero first.
fn ascii_digit(c: char) -> char {
    if c.is_ascii() || !is_decimal(c) {
        return c;
    }
    let before = (1..).take_while(|&back| char::from_u32(c as u32 - back).is_some_and(is_decimal)).count();
    char::from(b'0' + (before % 10) as u8)
}

fn is_decimal(c: char) -> bool {
    c.general_category() == GeneralCategory::DecimalNumber
}

/// Letters of CLDR's Latin-ASCII that have no decomposition, by what they become: `D Đ`.
static LATIN: LazyLock<HashMap<char, &'static str>> = LazyLock::new(|| {
    let lines = include_str!("latin.txt").lines().filter_map(|line| line.split_once(' '));
    lines.flat_map(|(plain, letters)| letters.chars().map(move |c| (c, plain))).collect()
});

/// Strokes that are no marks, and forms of letters that writers of Arabic leave out; the points of Arabic, Hebrew and
/// Syriac. Marks on Latin, Greek and Cyrillic letters are seen to where the letters are.
fn plain_letter(c: char) -> Vec<char> {
    if let Some(plain) = LATIN.get(&c) {
        return plain.chars().collect();
    }
    // Small and capital letters are one: where only one of them has a rule, it is the other's too.
    let one = |mut letters: std::char::ToLowercase| letters.next().filter(|_| letters.next().is_none());
    if let Some(plain) = one(c.to_lowercase()).filter(|&small| small != c).and_then(|small| LATIN.get(&small)) {
        return plain.to_uppercase().chars().collect();
    }
    if let Some(plain) = LATIN.iter().find(|(capital, _)| **capital != c && one(capital.to_lowercase()) == Some(c)) {
        return plain.1.to_lowercase().chars().collect();
    }
    match c {
        'ٱ' => vec!['ا'],
        'ة' => vec!['ه'],
        'ى' | 'ی' => vec!['ي'],
        'ک' => vec!['ك'],
        '\u{640}' => vec![],
        _ if is_point(c) => vec![],
        _ => vec![c],
    }
}

/// A nonspacing mark of Arabic, Hebrew or Syriac: of one of these scripts, or shared by them and others but Latin, whose own
/// marks (U+0308 among them) Syriac borrows.
fn is_point(c: char) -> bool {
    let pointed = [Script::Arabic, Script::Hebrew, Script::Syriac];
    c.general_category() == GeneralCategory::NonspacingMark
        && (pointed.contains(&c.script())
            || c.script_extension().iter().any(|script| pointed.contains(&script))
                && c.script_extension().iter().all(|script| script != Script::Latin))
}

/// Points, or a form of Arabic that is points alone.
pub fn is_points(c: char) -> bool {
    let mut plain = compatible(c).into_iter().filter(|&c| c != ' ').peekable();
    plain.peek().is_some() && plain.all(is_point)
}

/// CJK radicals and strokes, each with the character that it is: `⻑長`.
static RADICALS: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let pairs = include_str!("radicals.txt").split_whitespace();
    pairs.filter_map(|pair| Some((pair.chars().next()?, pair.chars().nth(1)?))).collect()
});

/// Forms of Japanese personal and place names, each with the usual one: `髙高`.
static NAMES: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let pairs = "髙高 﨑崎 嵜崎 𠮷吉 邉邊 濵濱 栁柳 桺柳 桒桑 嶋島 嶌島 冨富 渕淵 槗橋 曻昇 圡土 穐秋 龝秋 舘館 埜野 楳梅 翆翠 薗園 濶闊 \
                 㐂喜 柗松 枩松 杦杉 冝宜 柹柿 𠀋丈 靍鶴 靏鶴 靎鶴 鎻鎖 峯峰 晧皓 煕熙";
    pairs.split_whitespace().filter_map(|pair| Some((pair.chars().next()?, pair.chars().nth(1)?))).collect()
});

/// The one character that stands for all forms of a Han character.
fn plain_han(c: char) -> char {
    let c = *RADICALS.get(&c).unwrap_or(&c);
    let c = match c {
        'ヶ' => 'ケ',
        'ヵ' => 'カ',
        _ => *NAMES.get(&c).unwrap_or(&c),
    };
    if c.script() == Script::Han { plain_variant(c) } else { c }
}

/// The one character that stands for all variants of the Han character `c` in OpenCC's tables: the simplified one, as far as
/// the tables lead there; where they lead in a circle, the circle's smallest code point.
pub fn plain_variant(c: char) -> char {
    let mut path = vec![c];
    loop {
        let next = one_step_plainer(path[path.len() - 1]);
        if let Some(seen) = path.iter().position(|&p| p == next) {
            // A fixed point is a circle of one.
            return path[seen..].iter().copied().min().unwrap_or(next);
        }
        path.push(next);
    }
}

/// Japanese to traditional, then Hong Kong's, Taiwan's and general traditional forms to simplified.
fn one_step_plainer(c: char) -> char {
    let c = if_one_char(hanconv::jp2t(c.to_string()), c);
    let c = if_one_char(hanconv::hk2s(c.to_string()), c);
    let c = if_one_char(hanconv::tw2s(c.to_string()), c);
    if_one_char(hanconv::t2s(c.to_string()), c)
}

fn if_one_char(converted: String, otherwise: char) -> char {
    let mut chars = converted.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) => c,
        _ => otherwise,
    }
}

/// Punctuation that looks alike.
fn plain_punctuation(c: char) -> Vec<char> {
    let plain = match c {
        // Pd, but for tildes and ゠ that Unicode calls dashes; minus; lines drawn as dashes
        '〜' | '〰' | '～' | '∼' | '⁓' | '˜' => "~",
        '゠' => "=",
        '⸺' => "--",
        '⸻' => "---",
        '\u{2212}' | '─' | '━' => "-",
        _ if c.general_category() == GeneralCategory::DashPunctuation => "-",
        // what is named a quotation mark, primes, Hebrew geresh and gershayim, apostrophes that are letters
        '❛' | '❜' | '❟' | '❮' | '❯' => "'",
        '❝' | '❞' | '❠' | '🙶' | '🙷' | '🙸' => "\"",
        '‘' | '’' | '‚' | '‛' | '‹' | '›' | '＇' | '′' | '‵' | 'ʹ' | 'ʻ' | 'ʼ' | 'ʽ' | '՚' | '׳' => "'",
        '“' | '”' | '„' | '‟' | '«' | '»' | '⹂' | '「' | '」' | '『' | '』' | '｢' | '｣' | '﹁' | '﹂' | '﹃' | '﹄' => {
            "\""
        }
        '〝' | '〞' | '〟' | '＂' | '″' | '‶' | 'ʺ' | 'ˮ' | '״' => "\"",
        '•' | '‧' | '・' | '･' | '∙' | '⋅' | '⸱' => "·",
        '〔' | '［' | '【' | '〖' | '〘' | '〚' | '⁅' | '❲' | '⟦' | '⟬' | '⦋' | '⦍' | '⦏' | '⦗' | '⹕' | '⹗' => {
            "["
        }
        '〕' | '］' | '】' | '〗' | '〙' | '〛' | '⁆' | '❳' | '⟧' | '⟭' | '⦌' | '⦎' | '⦐' | '⦘' | '⹖' | '⹘' => {
            "]"
        }
        '︗' | '︹' | '︻' | '﹇' | '﹝' => "[",
        '︘' | '︺' | '︼' | '﹈' | '﹞' => "]",
        '（' | '⁽' | '₍' | '︵' | '﹙' | '❨' | '❪' | '⟮' | '⦅' | '｟' | '⸨' | '﴿' | '⹙' | '⹛' => "(",
        '）' | '⁾' | '₎' | '︶' | '﹚' | '❩' | '❫' | '⟯' | '⦆' | '｠' | '⸩' | '﴾' | '⹚' | '⹜' => ")",
        '｛' | '︷' | '﹛' | '❴' | '⦃' => "{",
        '｝' | '︸' | '﹜' | '❵' | '⦄' => "}",
        '∶' => ":",
        '⁄' | '∕' => "/",
        '⋯' | '…' => "...",
        '、' => ",",
        '。' | '｡' => ".",
        '○' => "〇",
        '™' | '®' | '℠' => "",
        _ => return vec![c],
    };
    plain.chars().collect()
}

/// What a character is in the rules on white space and hyphens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// A letter.
    Letter,
    /// A number.
    Digit,
    /// A combining mark.
    Mark,
    /// Anything else.
    Other,
}

/// The class of a folded character.
pub fn class(c: char) -> Class {
    match c.general_category_group() {
        GeneralCategoryGroup::Letter => Class::Letter,
        GeneralCategoryGroup::Number => Class::Digit,
        GeneralCategoryGroup::Mark => Class::Mark,
        _ => Class::Other,
    }
}

/// Of one of the scripts beside which white space is dropped. Decimal digits are of no script.
pub fn is_unspaced(c: char) -> bool {
    let scripts = [
        Script::Han,
        Script::Hiragana,
        Script::Katakana,
        Script::Bopomofo,
        Script::Hangul,
        Script::Thai,
        Script::Lao,
        Script::Khmer,
        Script::Myanmar,
        Script::Tibetan,
    ];
    !is_decimal(c) && is_of(c, &scripts)
}

/// Hangul syllables and letters; not ㉠ where it is a sign of its own.
pub fn is_hangul(c: char) -> bool {
    class(c) != Class::Other && is_of(c, &[Script::Hangul])
}

/// Han or kana.
pub fn is_han_or_kana(c: char) -> bool {
    is_of(c, &[Script::Han, Script::Hiragana, Script::Katakana])
}

/// Whether the character's script is one of these, or one of the scripts that share it is. (These are gone through one by one:
/// `contains_script` also says yes for characters of all scripts.)
fn is_of(c: char, scripts: &[Script]) -> bool {
    scripts.contains(&c.script()) || c.script_extension().iter().any(|script| scripts.contains(&script))
}

/// Is `mark` one that writers leave out on the letter `base`?
pub fn is_left_out(mark: char, base: char) -> bool {
    if mark.general_category() != GeneralCategory::NonspacingMark {
        return false;
    }
    match base.script() {
        Script::Latin | Script::Greek => matches!(mark.script(), Script::Inherited | Script::Latin | Script::Greek),
        Script::Cyrillic => {
            let small = base.to_lowercase().next().unwrap_or(base);
            let vowel = "аеиоуыэюяієѣѵөүұә".contains(small);
            vowel && matches!(mark, '\u{300}' | '\u{301}') || small == 'е' && mark == '\u{308}'
        }
        _ => false,
    }
}
