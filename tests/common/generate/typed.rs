//! How else may a reader type what stands in an article? Each function gives one other form of a term, most of them forms that
//! should still find it.

use std::collections::HashMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};
use unicode_script::{Script, UnicodeScript};
use unicode_segmentation::UnicodeSegmentation;

use super::Rng;

/// `term` in one other form that a reader may well type.
pub fn disturbed(rng: &mut Rng, term: &str) -> String {
    match rng.below(16) {
        0 => other_case(rng, term),
        1 => other_width(rng, term),
        2 => other_variant(rng, term),
        3 => spaces_put_in(rng, term),
        4 => spaces_taken_out(rng, term),
        5 => term.nfc().collect(),
        6 => term.nfd().collect(),
        7 => other_expansion(rng, term),
        8 => invisible_put_in(rng, term),
        9 => other_punctuation(rng, term),
        10 => hyphens_put_in(rng, term),
        11 => hyphens_taken_out(rng, term),
        12 => other_digits(rng, term),
        13 => points_put_in(rng, term),
        14 => edge_put_on(rng, term),
        _ => without_diacritics(term),
    }
}

/// Upper, lower or randomly mixed case.
pub fn other_case(rng: &mut Rng, term: &str) -> String {
    let how = rng.below(3);
    let mut out = String::new();
    for c in term.chars() {
        if how == 0 || (how == 2 && rng.chance(1, 2)) {
            out.extend(c.to_uppercase());
        } else {
            out.extend(c.to_lowercase());
        }
    }
    out
}

/// Katakana to its half-width form, which may take two characters.
static HALF_KANA: LazyLock<HashMap<char, String>> = LazyLock::new(|| {
    let mut half = HashMap::new();
    for h in '\u{FF61}'..='\u{FF9D}' {
        for mark in ["", "ﾞ", "ﾟ"] {
            let form = format!("{h}{mark}");
            let full: Vec<char> = form.nfkc().collect();
            if let [one] = full[..] {
                half.insert(one, form);
            }
        }
    }
    half
});

/// Half width to full width or back, all of it or here and there.
pub fn other_width(rng: &mut Rng, term: &str) -> String {
    let widen = rng.chance(1, 2);
    let all = rng.chance(1, 2);
    let mut out = String::new();
    for c in term.chars() {
        if !all && rng.chance(1, 2) {
            out.push(c);
            continue;
        }
        let code = c as u32;
        match (widen, code) {
            (true, 0x20) => out.push('\u{3000}'),
            (true, 0x21..=0x7E) => out.extend(char::from_u32(code + 0xFEE0)),
            (true, 0xFF61..=0xFF9F) => out.extend(c.nfkc()),
            (false, 0x3000) => out.push(' '),
            (false, 0xFF01..=0xFF5E) => out.extend(char::from_u32(code - 0xFEE0)),
            (false, _) => match HALF_KANA.get(&c) {
                Some(half) => out.push_str(half),
                None => out.push(c),
            },
            _ => out.push(c),
        }
    }
    out
}

/// Han characters in simplified, traditional, Taiwan's, Hong Kong's or Japan's form, each by itself.
pub fn other_variant(rng: &mut Rng, term: &str) -> String {
    let how = rng.below(6);
    let mut out = String::new();
    for c in term.chars() {
        let one = c.to_string();
        if !is_han(c) || rng.chance(1, 4) {
            out.push(c);
            continue;
        }
        out.push_str(&match how {
            0 => hanconv::t2s(&one),
            1 => hanconv::s2t(&one),
            2 => hanconv::s2tw(&one),
            3 => hanconv::s2hk(&one),
            4 => hanconv::t2jp(&one),
            _ => hanconv::jp2t(&one),
        });
    }
    out
}

pub fn is_han(c: char) -> bool {
    c.script() == Script::Han
}

/// White space between Han and Latin, or anywhere next to a Han character, or (seldom) anywhere at all.
pub fn spaces_put_in(rng: &mut Rng, term: &str) -> String {
    let how = rng.below(5);
    let graphemes: Vec<&str> = term.graphemes(true).collect();
    let mut out = String::new();
    for (at, grapheme) in graphemes.iter().enumerate() {
        out.push_str(grapheme);
        let Some(next) = graphemes.get(at + 1) else {
            continue;
        };
        let (left, right) = (grapheme.chars().any(is_han), next.chars().any(is_han));
        let here = match how {
            0..=1 => left != right,
            2..=3 => (left || right) && rng.chance(1, 3),
            _ => rng.chance(1, 4),
        };
        if here {
            out.push_str(rng.pick::<&str>(&[" ", " ", " ", "  ", "\u{3000}", "\u{A0}", "\n", "\u{2009}"]));
        }
    }
    out
}

/// All white space gone, or that next to a Han character, or every other one.
pub fn spaces_taken_out(rng: &mut Rng, term: &str) -> String {
    let how = rng.below(3);
    let chars: Vec<char> = term.chars().collect();
    let mut out = String::new();
    for (at, &c) in chars.iter().enumerate() {
        let beside_han = (at > 0 && is_han(chars[at - 1])) || chars.get(at + 1).is_some_and(|&next| is_han(next));
        let gone = c.is_whitespace()
            && match how {
                0 => true,
                1 => beside_han,
                _ => rng.chance(1, 2),
            };
        if !gone {
            out.push(c);
        }
    }
    out
}

/// One-character forms and what they stand for.
const EXPANSIONS: &[(&str, &str)] = &[
    ("ﬃ", "ffi"),
    ("ﬁ", "fi"),
    ("ﬀ", "ff"),
    ("ﬅ", "ſt"),
    ("ﬆ", "st"),
    ("ß", "ss"),
    ("ẞ", "SS"),
    ("ŉ", "ʼn"),
    ("ǆ", "dž"),
    ("ĳ", "ij"),
    ("㌔", "キロ"),
    ("㌕", "キログラム"),
    ("①", "1"),
    ("⑩", "10"),
    ("㈱", "(株)"),
    ("㍿", "株式会社"),
    ("㎏", "kg"),
    ("½", "1⁄2"),
    ("²", "2"),
    ("Ⅷ", "VIII"),
    ("…", "..."),
    ("⋯", "..."),
    ("‥", ".."),
    ("ำ", "\u{E4D}า"),
    ("ﻻ", "لا"),
    ("ﷲ", "الله"),
    ("ゟ", "より"),
    ("ᾳ", "αι"),
];

/// Ligatures, squares and circles taken apart, or put together.
pub fn other_expansion(rng: &mut Rng, term: &str) -> String {
    let apart = rng.chance(1, 2);
    let mut out = term.to_owned();
    for (one, many) in EXPANSIONS {
        out = if apart { out.replace(one, many) } else { out.replace(many, one) };
    }
    out
}

/// Soft hyphens, joiners, selectors and other characters that nobody sees.
pub fn invisible_put_in(rng: &mut Rng, term: &str) -> String {
    let invisible =
        ["\u{AD}", "\u{200B}", "\u{200C}", "\u{200D}", "\u{2060}", "\u{FEFF}", "\u{FE0F}", "\u{E0100}", "\u{34F}", "\u{3164}"];
    let mut out = String::new();
    for c in term.chars() {
        if rng.chance(1, 3) {
            out.push_str(rng.pick::<&str>(&invisible));
        }
        out.push(c);
    }
    if rng.chance(1, 3) {
        out.push_str(rng.pick::<&str>(&invisible));
    }
    out
}

/// Signs that look alike: each line is one sign on a keyboard. Dashes are those of their category.
const ALIKE: &[&str] = &[
    "\"“”„‟«»「」『』＂｢｣﹁﹂〝〞〟″‶ʺ״❝❞",
    "'‘’‚‛‹›＇′ʹʻʼʽ՚׳❛❜",
    "-−─━",
    ",、，､",
    ".。｡．",
    "·•‧・･∙⋅",
    "~〜～〰∼",
    "[〔［【〖〚⟦﹝",
    "]〕］】〗〛⟧﹞",
    "(（⁽❨⟮﴿",
    ")）⁾❩⟯﴾",
    "{｛❴⦃",
    "}｝❵⦄",
    ":：∶",
    "/／⁄",
    "〇○",
    "!！",
    "?？",
];

/// Quotation marks, dashes, brackets, commas and dots in another shape.
pub fn other_punctuation(rng: &mut Rng, term: &str) -> String {
    static DASHES: LazyLock<Vec<char>> = LazyLock::new(|| {
        let dashes = ('\0'..=char::MAX).filter(|c| c.general_category() == GeneralCategory::DashPunctuation);
        dashes.filter(|c| !"〜〰゠⸺⸻".contains(*c)).chain(ALIKE[2].chars()).collect()
    });
    let mut out = String::new();
    for c in term.chars() {
        if DASHES.contains(&c) {
            out.push(*rng.pick(&DASHES));
        } else if let Some(kind) = ALIKE.iter().find(|kind| kind.contains(c)) {
            out.push(*rng.pick(&kind.chars().collect::<Vec<char>>()));
        } else {
            out.push(c);
        }
    }
    out
}

/// A hyphen, at times with the line broken behind it, in a word or two.
pub fn hyphens_put_in(rng: &mut Rng, term: &str) -> String {
    let chars: Vec<char> = term.chars().collect();
    let mut out = String::new();
    for (at, &c) in chars.iter().enumerate() {
        out.push(c);
        let inside = c.is_alphanumeric() && chars.get(at + 1).is_some_and(|next| next.is_alphanumeric());
        if inside && rng.chance(1, 4) {
            out.push_str(rng.pick::<&str>(&["-", "-", "-", "-\n", "- ", "–", "\u{AD}\n", "‑"]));
        }
    }
    out
}

/// Dashes gone, all of them or every other one.
pub fn hyphens_taken_out(rng: &mut Rng, term: &str) -> String {
    let all = rng.chance(1, 2);
    let is_dash = |c: char| c == '−' || c.general_category() == GeneralCategory::DashPunctuation;
    term.chars().filter(|&c| !is_dash(c) || !all && rng.chance(1, 2)).collect()
}

/// Decimal digits in another script.
pub fn other_digits(rng: &mut Rng, term: &str) -> String {
    let zeros = ['0', '٠', '۰', '०', '০', '๐', '໐', '၀', '០', '༠', '０', '᠐', '\u{1D7CE}'];
    let is_digit = |c: char| c.general_category() == GeneralCategory::DecimalNumber;
    let to = *rng.pick(&zeros);
    let value = |c: char| {
        let code = c as u32;
        (0..10).take_while(|back| char::from_u32(code - back).is_some_and(is_digit)).last().unwrap_or(0)
    };
    term.chars().map(|c| if is_digit(c) { char::from_u32(to as u32 + value(c)).unwrap_or(c) } else { c }).collect()
}

/// Vowel points, tatweel, stress: marks that writers of a script may set or leave out, behind a letter here and there.
pub fn points_put_in(rng: &mut Rng, term: &str) -> String {
    let mut out = String::new();
    for c in term.chars() {
        out.push(c);
        let marks: &[&str] = match c.script() {
            Script::Arabic => &["\u{64E}", "\u{651}", "\u{640}", "\u{652}", "\u{670}"],
            Script::Hebrew => &["\u{5B8}", "\u{5BC}", "\u{591}"],
            Script::Syriac => &["\u{733}", "\u{740}"],
            Script::Cyrillic => &["\u{301}", "\u{300}", "\u{308}"],
            Script::Latin | Script::Greek => &["\u{301}", "\u{323}"],
            _ => &[],
        };
        if !marks.is_empty() && c.is_alphabetic() && rng.chance(1, 3) {
            out.push_str(rng.pick::<&str>(marks));
        }
    }
    out
}

/// A dash, white space or stop before the term or behind it.
pub fn edge_put_on(rng: &mut Rng, term: &str) -> String {
    let edge = *rng.pick(&["-", "-", "-", "–", "- ", " -", "--", "-\n", "\u{AD}", ".", " ", "™"]);
    match rng.below(3) {
        0 => format!("{edge}{term}"),
        1 => format!("{term}{edge}"),
        _ => format!("{edge}{term}{edge}"),
    }
}

/// What a keyboard without marks and strokes gives: Latin, Greek and Cyrillic letters without their marks, Arabic and Hebrew ones
/// without points; other scripts as they are.
pub fn without_diacritics(term: &str) -> String {
    let mut out = String::new();
    let mut on_letter = false;
    for c in term.nfd() {
        if c.script() == Script::Inherited {
            if on_letter && matches!(c, '\u{300}'..='\u{36F}' | '\u{64B}'..='\u{655}' | '\u{670}') {
                continue;
            }
        } else {
            on_letter = matches!(c.script(), Script::Latin | Script::Greek | Script::Cyrillic | Script::Arabic);
        }
        match c {
            'đ' => out.push('d'),
            'Đ' => out.push('D'),
            'ł' => out.push('l'),
            'ø' => out.push('o'),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            '\u{591}'..='\u{5C2}' if c != '\u{5BE}' => {}
            '\u{640}' => {}
            _ => out.push(c),
        }
    }
    out.nfc().collect()
}
