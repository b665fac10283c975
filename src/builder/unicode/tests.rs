//! What is the same, what is not, and where a term may stand.

use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;

use super::*;
use crate::fold::Off;
use crate::fold::folder::{Folded, Folder, fold_str};
use crate::fold::term::Term;

/// Every character but those that are private or not assigned.
fn characters() -> Vec<char> {
    all().flatten_iter().filter(|c| c.general_category() != GeneralCategory::Unassigned).collect()
}

/// The table of a corpus of these texts, as an index carries it.
fn table_of(texts: &[&str]) -> Arc<Table> {
    let corpus: BTreeSet<char> = texts.iter().flat_map(|text| text.chars()).collect();
    let table = Arc::new(table(&corpus));
    let mut both: BTreeSet<u32> = corpus.iter().map(|&c| c as u32).collect();
    both.extend(texts.iter().flat_map(|text| fold_str(&table, text, Off::default()).chars));
    Arc::new(table.restricted(&both.into_iter().collect::<Vec<u32>>()))
}

/// Where a query stands in a text, in characters, folded by the table of that text.
fn find(text: &str, query: &str, off: Off) -> Vec<(u32, u32)> {
    let table = table_of(&[text]);
    let codes: Vec<u32> = text.chars().map(u32::from).collect();
    let mut alphabet = codes.clone();
    alphabet.sort_unstable();
    alphabet.dedup();
    let ranks: Vec<u32> = codes.iter().map(|c| alphabet.binary_search(c).expect("of its own alphabet") as u32).collect();
    let folder = Folder::new(&table, &alphabet, off);
    let folded = folder.fold(&ranks);
    let term = Term::new(&table, query, off);
    let at = |n: usize| folded.chars[n..].starts_with(&term.chars);
    let places: Vec<_> =
        (0..folded.chars.len()).filter(|&n| !term.chars.is_empty() && at(n)).map(|n| folder.place(&folded, &term, n)).collect();
    let found: Vec<_> = places.iter().flatten().copied().collect();
    assert!(
        off != Off::default() || found.len() == places.len() || term.needs_a_look(&table),
        "{query:?} in {text:?}: unlooked for"
    );
    found
}

fn is_in(query: &str, text: &str) -> bool {
    !find(text, query, Off::default()).is_empty()
}

#[track_caller]
fn assert_folds(text: &str, folded: &str) {
    let table = table_of(&[text, folded]);
    let out: String = fold_str(&table, text, Off::default()).chars.iter().filter_map(|&c| char::from_u32(c)).collect();
    assert_eq!(out, folded, "{text:?}");
}

#[test]
fn what_counts_as_the_same() {
    for (a, b) in [
        // Case, width, digits.
        ("TiDB ΣΑΣ Straße", "tidb σας STRASSE"),
        ("ＣｈａｔＧＰＴ ｶﾞ ㌔ ① ﬁ ½ ㎧", "ChatGPT ガ キロ 1 fi 1/2 m/s"),
        ("۲۰۲۶ ٢٠٢٦ २०२६ ๒๐๒๖ 𝟚𝟘𝟚𝟞", "2026 2026 2026 2026 2026"),
        // Letters whose stroke is no mark.
        ("Đà Nẵng Łódź Øre cœur þing ſ ı Ʀ ɩ", "da nang lodz ore coeur thing s i r i"),
        // Optional marks.
        ("Алёна Вели́кий ѝ", "алена великий и"),
        ("قَرَأَ الطَّالِبُ", "قرا الطالب"),
        ("أإآٱ ةه ؤو ئىيی كک مـــرحبا ﷴ", "اااا هه وو يييي كك مرحبا محمد"),
        ("שָׁלוֹם ܫܠܳܡܐ", "שלום ܫܠܡܐ"),
        // Han.
        ("後端 臺 ⻑⺠⻘⾒ ㇐", "后端 台 長民青見 一"),
        ("髙島 﨑 渡邉 𠮷田 霞ヶ関", "高島 崎 渡辺 吉田 霞ケ関"),
        // Signs.
        ("9:00〜17:00 ～ ∼ ˜ ⁓", "9:00~17:00 ~ ~ ~ ~"),
        ("a·b•c‧d・e･f∙g⋅h", "a·b·c·d·e·f·g·h"),
        ("〔2025〕［1］【2】〖3〗⟦4⟧（5）⦅6⦆｛7｝", "[2025][1][2][3][4](5)(6){7}"),
        ("「a」『b』«c»‹d›„e“‚f‘❝g❞〝h〟′′ ″ ʻ ʼ ׳ ״", "\"a\"\"b\"\"c\"'d'\"e\"'f'\"g\"\"h\"'' \" ' ' ' \""),
        ("1−2 1─2 1‐2 ⸺ ⸻ ゠", "1-2 1-2 1-2 -- --- ="),
        ("4∶3 1⁄2 ⋯ … 、 。 ｡ ○", "4:3 1/2 ... ... , . . 〇"),
        ("Word™ for® x℠", "word for x"),
        ("i\u{AD}n\u{200B}vi\u{FEFF}si\u{FE0F}ble", "invisible"),
        ("soft\u{AD}\nhyphen\u{AD}\r\nated", "softhyphenated"),
    ] {
        let table = table_of(&[a, b]);
        let fold = |text| fold_str(&table, text, Off::default()).chars;
        let text = |text| fold(text).iter().filter_map(|&c| char::from_u32(c)).collect::<String>();
        assert_eq!(text(a), text(b));
        // What is typed in the one form is found in a corpus of the other.
        let (of_a, of_b) = (table_of(&[a]), table_of(&[b]));
        for table in [of_a, of_b] {
            assert_eq!(fold_str(&table, a, Off::default()).chars, fold_str(&table, b, Off::default()).chars, "{a}");
        }
    }
}

#[test]
fn what_does_not() {
    for (a, b) in [
        ("が", "か"),
        ("й", "и"),
        ("ї", "і"),
        ("ў", "у"),
        ("ѓ", "г"),
        ("ќ", "к"),
        ("ӥ", "и"),
        ("कि", "क"),
        ("กิ", "ก"),
        ("《", "<"),
        ("〈", "<"),
        ("⌈", "["),
        ("¨", " "),
        ("ء", "ا"),
    ] {
        let table = table_of(&[a, b]);
        assert_ne!(fold_str(&table, a, Off::default()).chars, fold_str(&table, b, Off::default()).chars, "{a} {b}");
    }
}

#[test]
fn each_fold_goes_with_its_switch() {
    let same = |a: &str, b: &str, off: u8| {
        let table = table_of(&[a, b]);
        fold_str(&table, a, Off(off)).chars == fold_str(&table, b, Off(off)).chars
    };
    for (a, b, bit) in [
        ("ı", "i", Off::CASE | Off::DIACRITICS),
        ("A", "a", Off::CASE),
        ("۲", "2", Off::WIDTH),
        ("㌔", "キロ", Off::WIDTH),
        ("đ", "d", Off::DIACRITICS),
        ("ё", "е", Off::DIACRITICS),
        ("قَ", "ق", Off::DIACRITICS),
        ("مـ", "م", Off::DIACRITICS),
        ("ى", "ي", Off::DIACRITICS),
        ("⻑", "長", Off::VARIANT),
        ("髙", "高", Off::VARIANT),
        ("ヶ", "ケ", Off::VARIANT),
        ("—", "-", Off::PUNCTUATION),
        ("〔", "[", Off::PUNCTUATION),
        ("e-mail", "email", Off::PUNCTUATION),
        ("16 GB", "16GB", Off::SPACE),
        ("도서 검색", "도서검색", Off::SPACE),
    ] {
        for k in 0..6 {
            // A fold of two switches holds while one of them is on.
            let off = if bit & (1 << k) != 0 { bit } else { 1 << k };
            assert_eq!(same(a, b, off), bit & (1 << k) == 0, "{a} {b} without {off:06b}");
        }
    }
    // Signs fold whatever width says.
    assert!(same("－（「", "-(\"", Off::WIDTH));
    assert!(same("™", "TM", Off::PUNCTUATION));
    // White space that is a character keeps its dash.
    assert!(!same("gov-\nernment", "government", Off::SPACE) && same("e-mail", "email", Off::SPACE));
}

#[test]
fn folding_twice_is_folding_once_and_can_be_typed() {
    let chars = characters();
    let table = Arc::new(table(&chars.iter().copied().collect()));
    let codes: Vec<u32> = chars.iter().map(|&c| c as u32).collect();
    let folder = Folder::new(&table, &codes, Off::default());
    for (rank, &c) in (0..).zip(&chars) {
        let once = folder.fold(&[rank]).chars;
        let ranks: Vec<u32> = once.iter().map(|c| codes.binary_search(c).expect("a character") as u32).collect();
        assert_eq!(folder.fold(&ranks).chars, once, "{c:?} {:04x}", c as u32);
        // Canonical equivalence leaves no choice.
        if [c].into_iter().nfd().map(u32::from).eq(once.iter().copied())
            || [c].into_iter().nfc().map(u32::from).eq(once.iter().copied())
        {
            continue;
        }
        for typed in once.iter().filter_map(|&c| char::from_u32(c)) {
            let group = typed.general_category_group();
            let of_script = matches!(group, GeneralCategoryGroup::Letter | GeneralCategoryGroup::Mark);
            let usual = match typed {
                // What stands for signs that have no ASCII form.
                '·' | '〇' | '°' => true,
                // The usual forms of signs in another width or typeface: whoever can type such a sign types these.
                '〈' | '〉' | '《' | '》' | '¢' | '£' | '¥' | '₩' | '¦' | '¬' | '←' | '↑' | '→' | '↓' | '│' | '■' | '〒' => {
                    true
                }
                '∂' | '∇' | '∑' | '∫' | '∮' | '་' => true,
                // Greek signs with marks that are dropped.
                '᾿' | '῾' => true,
                _ => false,
            };
            assert!(typed == ' ' || typed.is_ascii_graphic() || of_script || usual, "{c:?} {:04x}: {typed:?}", c as u32);
        }
    }
}

#[test]
fn with_all_folds_off_only_composition_and_invisible_characters_are_folded() {
    let chars = characters();
    let table = Arc::new(table(&chars.iter().copied().collect()));
    let codes: Vec<u32> = chars.iter().map(|&c| c as u32).collect();
    let folder = Folder::new(&table, &codes, Off::ALL);
    for (rank, &c) in (0..).zip(&chars) {
        let composed: Vec<u32> = [c].into_iter().filter(|&c| !invisible(c as u32)).nfc().map(u32::from).collect();
        assert_eq!(folder.fold(&[rank]).chars, composed, "{c:?} {:04x}", c as u32);
    }
    let text = "a  b. c - d-e\n\u{2029}Ａ「ё」１６ ＧＢ";
    assert_eq!(find(text, text.split('\u{2029}').next().expect("a block"), Off::ALL).len(), 1);
}

#[test]
fn invisible_is_what_unicode_says() {
    // Every format character and variation selector but those that are seen: signs of numbers, verses and the like.
    for c in characters() {
        let format = c.general_category() == GeneralCategory::Format;
        let seen = matches!(c as u32, 0x600..=0x605 | 0x6DD | 0x70F | 0x890..=0x891 | 0x8E2 | 0x110BD | 0x110CD)
            || matches!(c as u32, 0xFFF9..=0xFFFB | 0x13430..=0x1343F);
        assert!(!format || invisible(c as u32) != seen, "{:04x}", c as u32);
    }
}

#[test]
fn white_space_stays_where_it_tells_words_apart() {
    let cases = [
        ("使用 TiDB", "使用tidb"),
        ("Hello  World", "hello world"),
        ("2023 12", "2023 12"),
        ("16 GB", "16gb"),
        ("a , b", "a,b"),
        ("2023-\n12", "2023-12"),
        ("d3. Create", "d3. create"),
        ("d3.create", "d3.create"),
        ("really?! Yes", "really?! yes"),
        ("Wait… What", "wait... what"),
        ("你好。 Hello", "你好.hello"),
        ("Nein！ Ja", "nein!ja"),
        ("he said. \"No\"", "he said.\"no\""),
        ("도서 검색", "도서검색"),
        ("ภาษา ไทย", "ภาษาไทย"),
        ("ខ្មែរ ភាសា", "ខ្មែរភាសា"),
        ("ㄅㄆ ㄇ", "ㄅㄆㄇ"),
        ("๑ ๒", "1 2"),
        ("No ㎏ x", "no kg x"),
        ("Windows® Server", "windows server"),
        ("x\u{301} y", "x y"),
        ("☆\u{301} y", "☆\u{301}y"),
        ("عربي نص", "عربي نص"),
        ("a\u{3000}b\tc\u{2028}d", "a b c d"),
    ];
    for (text, folded) in cases {
        assert_folds(text, folded);
    }
}

#[test]
fn hyphens_inside_words() {
    for (text, folded) in [
        ("gov-\n  ernment", "government"),
        ("e-mail COVID–19 T—恤 well‑known", "email covid19t恤wellknown"),
        ("2023-12 --flag a - b a--b 北京-上海", "2023-12--flag a-b a--b北京-上海"),
        ("서울-부산", "서울부산"),
        ("opsporings- en", "opsporingsen"),
        ("a⸺b a-\u{AD}-b a\u{AD}-b", "a--b a--b ab"),
        ("\u{301}- \u{301}- a", "\u{301}\u{301}a"),
        ("a-, a-\u{301}b 5-a 5-5", "a-,a-\u{301}b5a5-5"),
        ("iPhone™-like ½-inch", "iphonelike1/2inch"),
    ] {
        assert_folds(text, folded);
    }
}

#[test]
fn where_a_term_may_stand() {
    for (query, text) in [
        // A dash at an edge, kept or dropped.
        ("well-", "a well-known man"),
        ("well-", "a well- and"),
        ("-known", "a well-known man"),
        ("- known", "a well- known man"),
        ("-5", "minus -5"),
        ("-5", "3-5"),
        ("-5", "x—5"),
        ("5-", "5-a"),
        ("-x-", "a-x-b"),
        ("--flag", "use --flag"),
        ("n-tridecanal", "of n-\ntridecanal was"),
        // Space dropped between a digit and a letter.
        ("16GB", "16 GB"),
        ("内存16GB", "建议内存 16 GB 以上"),
        ("16GB", "ราคา16 GBครับ 16 GB를"),
        ("5g", "25\nGB"),
        ("5 G", "25 GB"),
        ("5个", "25 个"),
        ("6개", "16 개"),
        // Between syllables of Hangul.
        ("도서검색", "새 도서 검색기"),
        ("도서검색", "(도서 검색)"),
        ("가방", "제\n가\n방문"),
        ("가 방", "제가 방문"),
        ("검색", "도서 검색"),
        ("(팀회의", "가(팀 회의"),
    ] {
        assert!(is_in(query, text), "{query:?} in {text:?}");
    }
    for (query, text) in [
        ("well-", "well known"),
        ("-5", "5"),
        ("-5", "3 5"),
        ("5-", "5"),
        ("-x-", "a-x b"),
        ("5g", "25 GB"),
        ("25g", "25 GB"),
        ("5gb", "25 GB"),
        ("가방", "제가 방문"),
        ("팀회의", "A팀 회의"),
        ("d3.create", "d3. Create"),
        ("王明", "王\u{2029}明"),
        ("ab", "a-\u{2029}b"),
        ("ab", "a\u{AD}\u{2029}b"),
    ] {
        assert!(!is_in(query, text), "{query:?} not in {text:?}");
    }
}

#[test]
fn marks_cover_a_dash_at_the_edge() {
    let off = Off::default();
    assert_eq!(find("well-known", "well-", off), [(0, 5)]);
    assert_eq!(find("well-\n known", "-known", off), [(4, 12)]);
    assert_eq!(find("3 -5", "-5", off), [(2, 4)]);
    assert_eq!(find("gov-\nernment", "government", off), [(0, 12)]);
    assert_eq!(find("16 GB", "6 g", off), [(1, 4)]);
    // A mark that was dropped is shown with the letter that it stood on.
    assert_eq!(find("ܡ\u{308}\u{730}", "ܡ", off), [(0, 3)]);
    assert_eq!(find("œ\u{591}", "o", off), [(0, 2)]);
    assert_eq!(find("اـ\u{654}", "إ", off), [(0, 3)]);
    // What folding composes is a letter, whether the corpus has it or not.
    assert_eq!(find("ン–e\u{301}", "ンe\u{301}", Off(Off::DIACRITICS)), [(0, 4)]);
    assert_eq!(find("o\u{31b}\u{300} o\u{31b}\u{300}", "\u{1edd}\u{1edd}", Off(Off::DIACRITICS)), []);
}

#[test]
fn a_term_says_from_itself_whether_it_needs_a_look() {
    let table = table_of(&["2023-15 16 GB well-known covid 도서 검색 志愿者 hello world"]);
    for (term, needs) in [
        ("志愿者", false),
        ("hello world", false),
        ("2023-12", false),
        ("well-known", false),
        ("검", false),
        ("16GB", true),
        ("16 GB", false),
        ("covid-19", true),
        ("도서", true),
        ("도 서", false),
        ("-5", true),
        ("well-", true),
        ("--", false),
    ] {
        assert_eq!(Term::new(&table, term, Off::default()).needs_a_look(&table), needs, "{term}");
    }
}

#[test]
fn the_end_of_a_block_is_one_sign_that_no_query_holds() {
    let table = table_of(&["a\u{2029}b"]);
    let fold = |text| fold_str(&table, text, Off::default()).chars;
    assert_eq!(fold("a \u{2029}\n \u{2029} b"), fold("a\u{2029}b"));
    assert_eq!(fold("a\u{2029}b").len(), 3);
    assert_eq!(Term::new(&table, "a\u{2029}b", Off::default()).chars, Term::new(&table, "a b", Off::default()).chars);
    assert_eq!(Term::new(&table, "a\u{2029}b", Off::ALL).chars, Term::new(&table, "a b", Off::ALL).chars);
}

/// A text folded in parts, cut wherever that is allowed, gives what the whole gives, but for a space at the cut.
#[test]
fn cuts_are_clean() {
    let text = "The gov-\nernment, e-mail. 16 GB 내 도서 검색 — 中文，没有空格。ที่ ๒ x\u{301}y z\u{AD}\n- a-b 5-6 Ａ\u{2029}\u{2029} b ½ ㌔";
    let table = table_of(&[text]);
    let codes: Vec<u32> = text.chars().map(u32::from).collect();
    let mut alphabet = codes.clone();
    alphabet.sort_unstable();
    alphabet.dedup();
    let ranks: Vec<u32> = codes.iter().map(|c| alphabet.binary_search(c).expect("of its own alphabet") as u32).collect();
    let folder = Folder::new(&table, &alphabet, Off::default());
    let whole = folder.fold(&ranks).chars;
    let mut clean = 0;
    for at in 1..ranks.len() {
        if folder.cuts(&ranks, at).is_none() {
            continue;
        }
        clean += 1;
        let (a, b): (Folded, Folded) = (folder.fold(&ranks[..at]), folder.fold(&ranks[at..]));
        let joined = [a.chars.as_slice(), &b.chars].concat();
        let spaced = [a.chars.as_slice(), &[0x20], &b.chars].concat();
        assert!(joined == whole || spaced == whole, "cut at {at}");
    }
    assert!(clean > 20, "{clean} cuts");
}

/// The data files are what their sources say: `XUNZI_UNICODE` names a folder with the three of them.
#[test]
fn data_is_what_its_sources_say() {
    let Some(folder) = std::env::var_os("XUNZI_UNICODE") else {
        eprintln!("XUNZI_UNICODE names no folder with Unicode's files: nothing was compared");
        return;
    };
    let read = |name: &str| std::fs::read_to_string(std::path::Path::new(&folder).join(name)).expect(name);
    let ours: BTreeSet<(char, String)> = lines(include_str!("../data/latin.txt"))
        .flat_map(|of| of[1..].iter().flat_map(|c| c.chars()).map(|c| (c, of[0].to_owned())).collect::<Vec<_>>())
        .collect();
    let rules: BTreeSet<(char, String)> = read("Latin-ASCII.xml")
        .lines()
        .filter_map(|line| line.split_once(" ;")?.0.split_once(" → "))
        .filter(|(from, to)| from.chars().count() == 1 && to.chars().all(|c| c.is_ascii_alphabetic()))
        .filter_map(|(from, to)| Some((from.chars().next()?, to.to_owned())))
        .filter(|(c, _)| c.general_category_group() == GeneralCategoryGroup::Letter && [*c].into_iter().nfkd().eq([*c]))
        .collect();
    assert_eq!(ours, rules);
    let radicals: Vec<Vec<String>> = read("EquivalentUnifiedIdeograph.txt")
        .lines()
        .filter_map(|line| line.split('#').next()?.split_once(';'))
        .map(|(from, to)| {
            let (first, last) = from.trim().split_once("..").unwrap_or((from.trim(), from.trim()));
            [first, last, to.trim()].map(str::to_owned).to_vec()
        })
        .collect();
    assert_eq!(lines(include_str!("../data/radicals.txt")).collect::<Vec<_>>(), radicals);
    let names = read("UnicodeData.txt");
    let name_of: BTreeMap<char, &str> = names
        .lines()
        .filter_map(|line| {
            let mut fields = line.split(';');
            Some((char::from_u32(u32::from_str_radix(fields.next()?, 16).ok()?)?, fields.next()?))
        })
        .collect();
    for of in lines(include_str!("../data/signs.txt")) {
        for c in of[1..].iter().map(|hex| point(hex)) {
            let name = name_of[&c];
            let words: &[&str] = match of[0] {
                "\"" | "'" => {
                    &["QUOTATION MARK", "CORNER BRACKET", "PRIME", "APOSTROPHE", "COMMA", "HALF RING", "GERSH", "GERESH"]
                }
                "(" | ")" => &["PARENTHESIS"],
                "[" | "]" => &["SQUARE BRACKET", "TORTOISE SHELL", "LENTICULAR"],
                _ => &["CURLY BRACKET"],
            };
            assert!(words.iter().any(|word| name.contains(word)), "{name} as {}", of[0]);
        }
    }
    let listed: BTreeSet<char> = lines(include_str!("../data/signs.txt"))
        .flat_map(|of| of[1..].iter().map(|hex| point(hex)).collect::<Vec<_>>())
        .collect();
    for (&c, name) in name_of.iter().filter(|(c, _)| !c.is_ascii()) {
        use GeneralCategory::{ClosePunctuation, FinalPunctuation, InitialPunctuation, OpenPunctuation};
        let bracket = matches!(c.general_category(), OpenPunctuation | ClosePunctuation | InitialPunctuation | FinalPunctuation);
        let shape = [
            "QUOTATION MARK",
            "CORNER BRACKET",
            "PARENTHESIS",
            "SQUARE BRACKET",
            "TORTOISE SHELL",
            "LENTICULAR",
            "CURLY BRACKET",
        ];
        assert!(!bracket || listed.contains(&c) == shape.iter().any(|word| name.contains(word)), "{name}");
    }
}

#[test]
fn plain_characters_have_a_variant_at_most() {
    let plain: Vec<char> = all().flatten_iter().filter(|&c| is_plain(c)).collect();
    assert!(plain.len() > 150_000, "{}", plain.len());
    let is_more = |c: &&char| {
        let c = **c;
        canonical(c).is_some() || compatible(c).is_some() || letter(c).is_some() || case(c).is_some() || droppable(c)
    };
    assert_eq!(plain.iter().find(is_more), None);
}
