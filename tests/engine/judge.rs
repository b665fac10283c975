//! The judge judged: MATCHING.md's examples, one by one, and what follows from its sentences.

use std::collections::BTreeMap;

use crate::naive::characters::replace;
use crate::naive::*;

fn folded(text: &str) -> String {
    fold(text, Off::NONE).chars.iter().collect()
}

fn folded_off(text: &str, off: Off) -> String {
    fold(text, off).chars.iter().collect()
}

fn only(name: &str) -> Off {
    (0..6).map(|bit| Off::from_bits(1 << bit)).find(|off| off.names() == name).unwrap()
}

fn same(a: &str, b: &str) {
    assert_eq!(folded(a), folded(b), "{a:?} and {b:?}");
}

fn differ(a: &str, b: &str) {
    assert_ne!(folded(a), folded(b), "{a:?} and {b:?}");
}

/// Equal, and no longer when the fold of that name is switched off.
fn same_by(fold: &str, a: &str, b: &str) {
    same(a, b);
    let off = only(fold);
    assert_ne!(folded_off(a, off), folded_off(b, off), "{a:?} and {b:?} without {fold}");
}

/// Hits in the one article `text`.
fn hits(text: &str, query: &str) -> usize {
    let found = search(&[("", text)], query, Off::NONE).unwrap();
    found.first().map_or(0, |m| m.hits)
}

/// Text, query, hits: what stands in MATCHING.md, in its order, and what is of the same kind.
const EXAMPLES: &[(&str, &str, usize)] = &[
    // case
    ("TiDB", "tidb", 1),
    ("Straße", "STRASSE", 1),
    ("ΟΔΟΣ οδος οδοσ", "οδοσ", 3),
    ("Isparta ısparta", "isparta", 2),
    // width and compatibility
    ("ＣｈａｔＧＰＴ", "ChatGPT", 1),
    ("ｶﾞ", "ガ", 1),
    ("㌔", "キロ", 1),
    ("①", "1", 1),
    ("ﬁ", "fi", 1),
    ("½", "1/2", 1),
    ("1/2", "½", 1),
    // composition
    ("e\u{301}", "é", 1),
    ("é", "e\u{301}", 1),
    // digits
    ("۲۰۲۶", "2026", 1),
    ("٢٠٢٦ २०२६ ๒๐๒๖ ၂၀၂၆ ២០២៦ ༢༠༢༦ ໒໐໒໖ ২০২৬ ２０２６ 𝟐𝟎𝟐𝟔", "2026", 10),
    // marks and strokes that writers may leave out
    ("café", "cafe", 1),
    ("ά", "α", 1),
    ("Đà Nẵng", "da nang", 2),
    ("Łódź øre æon œuvre þing", "\"lodz ore aeon oeuvre thing\"", 1),
    ("مُحَمَّد", "محمد", 1),
    ("שָׁלוֹם", "שלום", 1),
    ("ܫܠܳܡܐ", "ܫܠܡܐ", 1),
    ("مـرحـبـا", "مرحبا", 1),
    ("أ إ آ ٱ", "ا", 4),
    ("مدرسة", "مدرسه", 1),
    ("مؤمن", "مومن", 1),
    ("ئ ى ي ی", "ي", 4),
    ("کتاب", "كتاب", 1),
    ("Вели́кий Но́вгород", "Великий", 1),
    ("Пётр посёлка", "Петр поселка", 2),
    ("が", "か", 0),
    ("й ї ў ѓ ќ", "и", 0),
    ("й ї ў ѓ ќ", "і", 0),
    ("й ї ў ѓ ќ", "у", 0),
    ("й ї ў ѓ ќ", "г", 0),
    ("й ї ў ѓ ќ", "к", 0),
    ("की", "क", 1),
    ("क", "की", 0),
    // simplified, traditional, variant
    ("後端", "后端", 1),
    ("臺", "台", 1),
    ("⻑期計画", "長期計画", 1),
    ("⺠⻘", "民青", 1),
    ("髙島", "高島", 1),
    ("山﨑", "山崎", 1),
    ("霞ヶ関", "霞ケ関", 1),
    // white space
    ("d3.create", "d3.create", 1),
    ("by d3. Create one", "d3.create", 0),
    ("by d3. Create one", "\"d3. create\"", 1),
    ("Really! No? Yes", "really!no", 0),
    ("Really！ No", "really!no", 1),
    ("a, b", "a，b", 1),
    ("2023-\n12", "2023-12", 1),
    ("16 GB", "16GB", 1),
    ("16GB", "\"16 GB\"", 1),
    ("内存 16 GB", "内存16GB", 1),
    ("使用 TiDB", "使用TiDB", 1),
    ("使用TiDB", "\"使用 TiDB\"", 1),
    ("도서 검색", "도서검색", 1),
    ("도서검색", "\"도서 검색\"", 1),
    ("一个\n句子", "一个句子", 1),
    ("ประเทศ\nไทย", "ประเทศไทย", 1),
    ("경찰은 오늘 밝\n혔다", "밝혔다", 1),
    ("ฟรี Wi Fi", "ฟรีwi", 1),
    ("ລາວ ດີ", "ລາວດີ", 1),
    ("ខ្មែរ ក", "ខ្មែរក", 1),
    ("မြန် မာ", "မြန်မာ", 1),
    ("བོད་ ཡིག", "བོད་ཡིག", 1),
    ("ㄅ ㄆ", "ㄅㄆ", 1),
    ("ひら カナ", "ひらカナ", 1),
    ("hello world", "helloworld", 0),
    ("hello  \t world", "\"hello world\"", 1),
    ("नमस्ते दुनिया", "नमस्तेदुनिया", 0),
    ("25 GB", "5g", 0),
    ("25 GB", "5gb", 0),
    ("25 GB", "25g", 0),
    ("25 GB", "25gb", 1),
    ("x25 GB", "25gb", 0),
    ("=25 GB/s", "25gb", 1),
    ("内25 GB存", "25gb", 1),
    ("25 GB를", "25gb", 1),
    ("25 GB", "\"5 G\"", 1),
    ("25\nGB", "5g", 1),
    ("25 元", "5元", 1),
    ("GB 25", "b25", 0),
    ("GB 25", "gb25", 1),
    ("제가 방문", "가방", 0),
    ("제가 방문", "제가방", 1),
    ("제가 방문", "\"가 방\"", 1),
    ("제가\n방문", "가방", 1),
    ("집에서 가 방문", "가방", 1),
    ("(가 방)", "가방", 1),
    ("팀(가 방)", "(가방", 1),
    // hyphens inside words
    ("gov-\nernment", "government", 1),
    ("gov- ernment", "government", 1),
    ("e-mail", "email", 1),
    ("email", "e-mail", 1),
    ("COVID-19", "COVID19", 1),
    ("COVID—19", "covid19", 1),
    ("T-恤", "T恤", 1),
    ("2023-12", "202312", 0),
    ("2023-12", "2023-12", 1),
    ("--flag", "flag", 1),
    ("x --flag", "xflag", 0),
    ("x --flag", "--flag", 1),
    ("a - b", "ab", 0),
    ("a - b", "a-b", 0),
    ("a - b", "\"a - b\"", 1),
    ("北京-上海", "北京上海", 0),
    ("北京-上海", "北京-上海", 1),
    ("state-of-the-art", "stateoftheart", 1),
    ("well--known", "wellknown", 0),
    ("well⸺known", "well--known", 1),
    ("well-known", "well-", 1),
    ("wellknown", "well-", 0),
    ("well-known", "-known", 1),
    ("wellknown", "-known", 0),
    ("well–known", "well-", 1),
    ("5", "-5", 0),
    ("15", "-5", 0),
    ("COVID-5", "-5", 1),
    ("1-5", "-5", 1),
    ("opsporings- en vervolging", "\"opsporings- en vervolging\"", 1),
    ("opsporings- en vervolging", "opsporings- en", 2),
    ("opsporings- en vervolging", "\"- en\"", 1),
    ("n-\ntridecanal", "n-tridecanal", 1),
    ("well-known", "well-k", 1),
    // look-alike punctuation
    ("a − b", "\"a - b\"", 1),
    ("a ─ b ━ c", "\"a - b\"", 1),
    ("1⸺2", "1--2", 1),
    ("9:00〜17:00", "9:00～17:00", 1),
    ("9:00〰17:00", "9:00~17:00", 1),
    ("ア゠ナ", "ア=ナ", 1),
    ("「文」『文』“文”„文‟«文»〝文〟❝文❞", "\"文\"\"", 7),
    ("‘a’", "'a'", 1),
    ("5′ 10″", "5'", 1),
    ("5′ 10″", "10\"", 1),
    ("ג׳ צה״ל", "ג'", 1),
    ("ג׳ צה״ל", "צה\"ל", 1),
    ("oʻzbek п’ять пʼять", "п'ять", 2),
    ("帕特里西亚・洛尔 • ‧", "帕特里西亚·洛尔", 1),
    ("市政发〔2025〕18号", "市政发[2025]18号", 1),
    ("【a】［b］〖c〗", "[b]", 1),
    ("《书》", "<书>", 0),
    ("1∶2", "1:2", 1),
    ("1⁄2", "1/2", 1),
    ("好……", "好......", 1),
    ("等⋯", "等...", 1),
    ("wait… what", "\"wait... what\"", 1),
    ("一、二。", "一,二.", 1),
    ("二○二五", "二〇二五", 1),
    ("Word™ for", "\"word for\"", 1),
    ("Word®s", "words", 1),
    // invisible characters
    ("so\u{ad}ft", "soft", 1),
    ("gov\u{ad}\nernment", "government", 1),
    ("志\u{200b}愿\u{feff}者", "志愿者", 1),
    ("👨\u{200d}👩\u{200d}👧", "👨👩👧", 1),
    // blocks
    ("王\u{2029}明", "王明", 0),
    ("王\u{2029}明", "\"王\u{2029}明\"", 0),
    ("王 明", "\"王\u{2029}明\"", 1),
    ("gov-\u{2029}ernment", "government", 0),
    ("a\u{2029}b", "\"a b\"", 0),
    ("王\n\n明", "王明", 1),
    // edges
    ("aaa", "aa", 2),
    ("…", ".", 1),
    ("……", "...", 2),
    ("㌔", "ロ", 1),
    ("㌔㌔", "ロキ", 1),
    ("ﬃ", "f", 1),
    ("ﬁx", "ix", 1),
];

#[test]
fn the_examples_of_the_definition() {
    for (text, query, expected) in EXAMPLES {
        assert_eq!(hits(text, query), *expected, "{query:?} in {text:?}: {:?} and {:?}", folded(text), folded(query));
        let title = search(&[(text, "")], query, Off::NONE).expect("short");
        assert_eq!(title.first().map_or(0, |m| m.hits), *expected, "{query:?} in the title {text:?}");
    }
}

#[test]
fn each_fold_is_switched_off_by_its_name() {
    for (fold, a, b) in [
        ("case", "TiDB", "tidb"),
        ("case", "Σ", "σ"),
        ("case", "Ж", "ж"),
        ("width", "ＣｈａｔＧＰＴ", "ChatGPT"),
        ("width", "ｶﾞ", "ガ"),
        ("width", "㌔", "キロ"),
        ("width", "①", "1"),
        ("width", "۲۰۲۶", "2026"),
        ("width", "²", "2"),
        ("width", "，", ","),
        ("width", "ﺍﻟﻌﺮﺑﻴﺔ", "العربية"),
        ("width", "กำ", "ก\u{e4d}า"),
        ("variant", "後端", "后端"),
        ("variant", "綫", "线"),
        ("variant", "図書館", "图书馆"),
        ("variant", "⻑", "長"),
        ("variant", "髙", "高"),
        ("variant", "ヶ", "ケ"),
        ("space", "使用TiDB", "使用 TiDB"),
        ("space", "16 GB", "16GB"),
        ("space", "도서 검색", "도서검색"),
        ("space", "hello  \t world", "hello world"),
        ("space", " hello ", "hello"),
        ("diacritics", "café", "cafe"),
        ("diacritics", "ά", "α"),
        ("diacritics", "Ậ", "A"),
        ("diacritics", "đ", "d"),
        ("diacritics", "مُ", "م"),
        ("diacritics", "أ", "ا"),
        ("diacritics", "ё", "е"),
        ("diacritics", "а\u{301}", "а"),
        ("punctuation", "e-mail", "email"),
        ("punctuation", "「", "\""),
        ("punctuation", "—", "-"),
        ("punctuation", "。", "."),
        ("punctuation", "·", "•"),
        ("punctuation", "〔", "["),
        ("punctuation", "○", "〇"),
        ("punctuation", "gov-\nernment", "government"),
        ("space", "gov-\nernment", "government"),
    ] {
        same_by(fold, a, b);
    }
    let text = "Ｔi “後端”。 ﬁ café ｶﾞ e-mail 16 GB ۲ ё";
    assert_eq!(folded_off(text, Off::ALL), text);
}

#[test]
fn composition_is_always_folded() {
    for off in (0..64).map(Off::from_bits) {
        for (composed, apart) in [
            ("é", "e\u{301}"),
            ("が", "か\u{3099}"),
            ("й", "и\u{306}"),
            ("한", "\u{1112}\u{1161}\u{11ab}"),
            ("한", "하\u{11ab}"),
            ("ậ", "a\u{302}\u{323}"),
            ("ậ", "a\u{323}\u{302}"),
            ("\u{958}", "क\u{93c}"),
            ("神", "\u{fa19}"),
            ("Ω", "\u{2126}"),
            ("أ", "ا\u{654}"),
        ] {
            assert_ne!(composed, apart);
            assert_eq!(folded_off(composed, off), folded_off(apart, off), "{composed} without {}", off.names());
        }
    }
    assert_eq!(folded("각"), "각");
    assert_eq!(folded_off("e\u{301}", Off::ALL), "é");
}

#[test]
fn letters_keep_what_makes_them_letters() {
    for (a, b) in [
        ("が", "か"),
        ("ぱ", "は"),
        ("й", "и"),
        ("ї", "і"),
        ("ў", "у"),
        ("ѓ", "г"),
        ("ќ", "к"),
        ("ӧ", "о"),
        ("≠", "="),
        ("की", "क"),
        ("मं", "म"),
        ("ก่", "ก"),
        ("ไทย", "ทย"),
        ("猫", "狗"),
        ("か \u{3099}", "が"),
    ] {
        differ(a, b);
    }
    assert_eq!(folded("й"), "й");
    // Nothing to stand on: the mark is all there is, so it stays.
    assert_eq!(folded("\u{301}"), "\u{301}");
    assert_eq!(folded(" \u{301}"), "\u{301}");
    // An enclosing mark is no base, and is no diacritic.
    assert_eq!(folded("a\u{20dd}\u{301}"), "a\u{20dd}");
    assert_eq!(folded("ӗ\u{301}ё\u{301}"), "ӗе");
}

#[test]
fn invisible_characters_are_always_dropped() {
    for off in (0..64).map(Off::from_bits) {
        assert_eq!(folded_off("so\u{ad}ft", off), "soft");
        assert_eq!(folded_off("so\u{ad}\nft", off), "soft");
        assert_eq!(folded_off("\u{feff}a\u{200b}b\u{200d}c\u{2060}", off), "abc");
        assert_eq!(folded_off("❤\u{fe0f}葛\u{e0100}", off), "❤葛");
        assert_eq!(folded_off("\u{3164}\u{115f}\u{ffa0}\u{34f}\u{61c}", off), "");
    }
    // What it parted meets again.
    same("か\u{200b}\u{3099}", "が");
    same("hello \u{200b} world", "hello world");
}

#[test]
fn with_folds_off_folding_is_unicode_normalization() {
    use unicode_normalization::UnicodeNormalization;
    // Every character of the first 13,000, and samples of all others, beside letters and marks of many kinds.
    for code in (0..0x3400).chain((0x3400..0x110000).step_by(37)) {
        let Some(c) = char::from_u32(code) else {
            continue;
        };
        let text = format!("{c}\u{323}\u{301}e{c}\u{1161}{c}\u{3099}\u{1100}{c}\u{345}\u{338}{c}\u{9be}");
        let visible: String = text.chars().filter(|&c| !is_invisible(c)).collect();
        let nfc: String = visible.nfc().collect();
        assert_eq!(folded_off(&text, Off::ALL), nfc, "U+{code:04X}");
    }
}

/// Every character that Unicode has given a meaning.
fn assigned() -> impl Iterator<Item = char> {
    use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};
    let none = |c: &char| matches!(c.general_category(), GeneralCategory::Unassigned | GeneralCategory::PrivateUse);
    ('\0'..=char::MAX).filter(move |c| !none(c) && *c != '\u{2029}')
}

/// Every character, alone and beside others: folding it once is enough.
#[test]
fn folding_twice_is_folding_once() {
    let mut wrong = Vec::new();
    for c in assigned() {
        for (before, after) in [("", ""), ("a", "a"), ("中", "文")] {
            let once = folded(&format!("{before}{c}{after}"));
            if folded(&once) != once {
                wrong.push(format!("{before:?} {c:?} {after:?}: {once:?} {:?}", folded(&once)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong[..wrong.len().min(100)].join("\n"));
}

/// What a fold makes of a character is never one that it folds away elsewhere, and letters that are one have one class.
#[test]
fn what_folds_alike_is_alike() {
    let mut alike: BTreeMap<Vec<char>, Vec<char>> = BTreeMap::new();
    for c in assigned() {
        let plain = replace(c, Off::NONE);
        if plain != [c] {
            alike.entry(plain).or_default().push(c);
        }
    }
    for (plain, forms) in &alike {
        let again: Vec<char> = plain.iter().flat_map(|&c| replace(c, Off::NONE)).collect();
        assert_eq!(again, *plain, "{forms:?}");
    }
    assert!(alike.len() > 5000, "{}", alike.len());
}

/// The reduced copies are what the sources say, where Debian's packages unicode-data and unicode-cldr-core are installed.
#[test]
fn the_data_are_those_of_their_sources() {
    use unicode_normalization::UnicodeNormalization;
    use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

    let source = std::fs::read_to_string("/usr/share/unicode/cldr/common/transforms/Latin-ASCII.xml");
    let Ok(latin) = source else {
        println!("skipped: the packages unicode-data and unicode-cldr-core are not installed");
        return;
    };
    let mut letters = 0;
    for line in latin.lines() {
        let Some((letter, rest)) = line.split_once(" → ") else { continue };
        let (Ok(letter), Some((plain, _))) = (letter.parse::<char>(), rest.split_once(" ;")) else { continue };
        let is_rule = letter.general_category_group() == GeneralCategoryGroup::Letter
            && !plain.is_empty()
            && plain.chars().all(|c| c.is_ascii_alphabetic());
        if is_rule && letter.nfkd().eq([letter]) {
            let kept = Off { diacritics: false, ..Off::ALL };
            assert_eq!(replace(letter, kept).iter().collect::<String>(), plain, "{letter}");
            letters += 1;
        }
    }
    let mut radicals = 0;
    let source = std::fs::read_to_string("/usr/share/unicode/EquivalentUnifiedIdeograph.txt").expect("the package is there");
    for line in source.lines() {
        let Some((from, to)) = line.split('#').next().and_then(|l| l.split_once(';')) else { continue };
        let code = |hex: &str| u32::from_str_radix(hex.trim(), 16).expect("a code point");
        let (first, last) = from.split_once("..").unwrap_or((from, from));
        let plain = char::from_u32(code(to)).expect("a character");
        for c in (code(first)..=code(last)).filter_map(char::from_u32) {
            assert_eq!(replace(c, Off::NONE), replace(plain, Off::NONE), "{c} {plain}");
            radicals += 1;
        }
    }
    let listed = |text: &str| text.split_whitespace().map(|w| w.chars().count()).sum::<usize>();
    let rows = include_str!("../common/naive/latin.txt")
        .lines()
        .filter_map(|l| l.split_once(' '))
        .map(|l| l.1.chars().count())
        .sum::<usize>();
    assert_eq!((letters, radicals * 2), (rows, listed(include_str!("../common/naive/radicals.txt"))));
}

#[test]
fn positions_go_back_to_original_characters() {
    let f = fold("a\u{301}ﬁ ㌔", Off::NONE);
    assert_eq!(f.chars.iter().collect::<String>(), "afiキロ");
    assert_eq!(f.ranges, [(0, 2), (2, 3), (2, 3), (4, 5), (4, 5)]);
    let f = fold("x \n\u{a0}y", Off::NONE);
    assert_eq!(f.ranges, [(0, 1), (1, 4), (4, 5)]);
    let f = fold("ｶ\u{ad}ﾞ", Off::NONE);
    assert_eq!(f.ranges, [(0, 3)]);
    let f = fold("q\u{301}\u{323}", Off::ALL);
    assert_eq!(f.chars, ['q', '\u{323}', '\u{301}']);
    assert_eq!(f.ranges, [(0, 1), (2, 3), (1, 2)]);
    let f = fold("a- b", Off::NONE);
    assert_eq!(f.ranges, [(0, 1), (3, 4)]);
}

#[test]
fn terms_are_cut_at_white_space_and_quotes() {
    let cases: &[(&str, &[&str])] = &[
        ("", &[]),
        (" \u{3000}\n", &[]),
        ("a  b\u{3000}c", &["a", "b", "c"]),
        ("a\u{2029}b", &["a", "b"]),
        ("\"a b\" c", &["a b", "c"]),
        ("“a b” c", &["a b", "c"]),
        ("\"a b", &["a b"]),
        ("5\"x \"y\"", &["5\"x", "y"]),
        ("\"a\"b c\" d", &["a\"b c", "d"]),
        ("\"", &["\""]),
        ("\"\" ", &["\"\""]),
        ("\"\" a", &["", "a"]),
        ("\"\"\"", &["\""]),
        ("“a\" b”", &["a\" b"]),
        ("”a b", &["”a", "b"]),
        ("＂a b", &["＂a", "b"]),
        ("\u{feff}\"a b\"", &["\u{feff}\"a", "b\""]),
    ];
    for (query, expected) in cases {
        assert_eq!(&terms(query), expected, "{query:?}");
    }
}

#[test]
fn every_term_must_occur_in_title_or_body() {
    let articles = [("TiDB 架构", "後端使用 TiDB。"), ("", "后端"), ("TiDB", ""), ("Ti", "DB")];
    let find = |query| search(&articles, query, Off::NONE).unwrap().iter().map(|m| (m.id, m.hits)).collect::<Vec<_>>();
    assert_eq!(find("tidb"), [(0, 2), (2, 1)]);
    assert_eq!(find("后端 tidb"), [(0, 3)]);
    assert_eq!(find("使用tidb"), [(0, 1)]);
    assert_eq!(find("\"使用 tidb\""), [(0, 1)]);
    assert_eq!(find("tidb TiDB ＴｉＤＢ"), [(0, 2), (2, 1)]);
    assert_eq!(find("架构后端"), []);
    assert_eq!(find("\u{ad} \"\" 后端 \u{200b}"), [(0, 1), (1, 1)]);
    assert_eq!(find(""), []);
    assert_eq!(find("  \u{3000} "), []);
    assert_eq!(find("\0"), []);
}

#[test]
fn folds_switched_off_are_off_on_both_sides() {
    let articles = [("", "TiDB"), ("", "tidb"), ("", "ＴｉＤＢ")];
    let ids = |off| search(&articles, "TiDB", off).unwrap().iter().map(|m| m.id).collect::<Vec<_>>();
    assert_eq!(ids(Off::NONE), [0, 1, 2]);
    assert_eq!(ids(only("case")), [0, 2]);
    assert_eq!(ids(only("width")), [0, 1]);
    assert_eq!(ids(Off::ALL), [0]);

    let half = [("", "ｶﾞ")];
    assert_eq!(search(&half, "ｶ", Off::NONE).unwrap(), []);
    assert_eq!(search(&half, "ｶ", only("width")).unwrap().len(), 1);
    assert_eq!(search_among_default(&half, "ｶ", only("width")).unwrap(), []);
}

#[test]
fn five_hundred_and_twelve_folded_characters_are_the_most() {
    assert!(folded_terms(&"a".repeat(512), Off::NONE).is_ok());
    assert_eq!(folded_terms(&"a".repeat(513), Off::NONE), Err(TooLong { folded: 513 }));
    assert!(folded_terms(&"ﬃ".repeat(171), Off::ALL).is_err());
    assert!(folded_terms(&"e\u{301}\u{ad}".repeat(512), Off::NONE).is_ok());
    let two = format!("{} {}", "a".repeat(300), "b".repeat(213));
    assert!(folded_terms(&two, Off::NONE).is_err());
    let spread = format!("\"{}\"", "志 ".repeat(512));
    assert!(folded_terms(&spread, Off::NONE).is_ok());
}

#[test]
fn marks_are_tight_and_cut_no_character() {
    let marks = |text, term| marks(text, term, Off::NONE);
    assert_eq!(marks("aaa", "aa"), [(0, 2), (1, 3)]);
    assert_eq!(marks("𠮷野家 Cafe\u{301}", "cafe"), [(5, 10)]);
    assert_eq!(marks("xｶﾞy", "ガ"), [(1, 3)]);
    assert_eq!(marks("㌔㌔x", "ロキ"), [(0, 2)]);
    assert_eq!(marks("ﬁ\u{301}", "i"), [(0, 2)]);
    assert_eq!(marks("well-known", "well-"), [(0, 5)]);
    assert_eq!(marks("well-known", "-known"), [(4, 10)]);
    assert_eq!(marks("gov-\nernment", "government"), [(0, 12)]);
    assert_eq!(marks("a16 GB 16 GB", "16gb"), [(7, 12)]);
}
