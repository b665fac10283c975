//! What is one line of a newspaper page? A headline, a lead, a byline, a caption, or text: as far as the line itself
//! shows it.
//!
//! Everything here looks at a line's *key*: the line with the traditional forms, full-width signs and brackets that
//! matter brought to one form, character by character.

use super::kind::{Found, Kind};
use super::people::{begins_with_role, byline, people, tail};
use super::web::{folio, info};
use crate::input::lines::ends_sentence;

/// A headline has at most this many characters.
const HEADLINE: usize = 45;
/// A caption has at most this many characters; a longer one is a story with a photo.
const CAPTION: usize = 70;

/// The line in the form that is looked at; as many characters as the line has.
pub(super) fn key(line: &str) -> String {
    line.chars().map(plain).collect()
}

fn plain(c: char) -> char {
    match c {
        '\u{3000}' | '\u{A0}' | '\t' => ' ',
        '，' => ',',
        '；' => ';',
        '：' | '︰' => ':',
        '！' => '!',
        '？' => '?',
        '（' | '【' | '〔' | '[' | '［' => '(',
        '）' | '】' | '〕' | ']' | '］' => ')',
        '／' | '∕' => '/',
        '「' | '『' => '“',
        '」' | '』' => '”',
        '０' => '0',
        '１' => '1',
        '２' => '2',
        '３' => '3',
        '４' => '4',
        '５' => '5',
        '６' => '6',
        '７' => '7',
        '８' => '8',
        '９' => '9',
        '報' => '报',
        '訊' => '讯',
        '電' => '电',
        '記' => '记',
        '員' => '员',
        '導' => '导',
        '圖' => '图',
        '攝' => '摄',
        '資' => '资',
        '來' => '来',
        '編' => '编',
        '輯' => '辑',
        '頁' => '页',
        '當' => '当',
        '關' => '关',
        '熱' => '热',
        '門' => '门',
        '閱' => '阅',
        '讀' => '读',
        '聞' => '闻',
        '綜' => '综',
        '臺' => '台',
        '為' | '爲' => '为',
        '實' => '实',
        '習' => '习',
        '見' => '见',
        '約' => '约',
        '評' => '评',
        '論' => '论',
        '時' => '时',
        '間' => '间',
        '點' => '点',
        '擊' => '击',
        '瀏' => '浏',
        '覽' => '览',
        '發' => '发',
        '佈' => '布',
        '題' => '题',
        '責' => '责',
        '鏈' => '链',
        '結' => '结',
        '標' => '标',
        '籤' => '签',
        '華' => '华',
        '據' => '据',
        '網' => '网',
        '視' => '视',
        '說' => '说',
        '與' => '与',
        '條' => '条',
        '選' => '选',
        '薦' => '荐',
        '還' => '还',
        '歡' => '欢',
        '數' => '数',
        '專' => '专',
        '訪' => '访',
        '製' => '制',
        '權' => '权',
        '備' => '备',
        '號' => '号',
        '們' => '们',
        c => c,
    }
}

/// The kind of a line without `#`. `words` is the line, `key` its key.
pub(super) fn kind(words: &str, key: &str) -> Kind {
    let count = key.chars().count();
    if let Some(found) = folio(key) {
        return Kind::Folio(found);
    }
    if let Some(found) = info(key) {
        return Kind::Info(found.restored(words, key));
    }
    if count <= 80
        && let Some(found) = byline(key)
    {
        return Kind::Byline(found.restored(words, key));
    }
    if let Some(found) = lead(key) {
        return Kind::Lead(found.restored(words, key));
    }
    if let Some(signed) = caption(key) {
        return if count <= CAPTION || !signed { Kind::Caption } else { Kind::Photo };
    }
    if dash(key) && count <= 60 && !key.contains('。') && !ends_sentence(words) {
        return Kind::Dash;
    }
    if count <= HEADLINE && short(key) {
        return Kind::Short;
    }
    Kind::Text(tail(key).map(|found| found.restored(words, key)))
}

/// True for what begins with a dash of two characters or a long one.
fn dash(key: &str) -> bool {
    key.starts_with("——") || key.starts_with("--") || key.starts_with("──") || key.starts_with("―") || key.starts_with("⸺")
}

/// True for a line that could be a headline: no sentence ends in it, nor does it end in the middle of one.
fn short(key: &str) -> bool {
    let Some(last) = key.chars().next_back() else {
        return false;
    };
    let stop = key.contains('。') || key.contains(';') || matches!(last, ',' | '、' | ':' | '.');
    let words = key.chars().filter(|c| c.is_alphanumeric()).count();
    // A question or a call of several clauses is a sentence; so is what somebody says.
    let sentence = matches!(last, '!' | '?') && key.contains(',') && key.chars().count() > 20;
    let said = ["记者:", "问:", "答:", "主持人:", "主持:"].iter().any(|who| key.starts_with(who));
    let score = key
        .split(':')
        .collect::<Vec<_>>()
        .windows(2)
        .any(|pair| pair[0].ends_with(|c: char| c.is_ascii_digit()) && pair[1].starts_with(|c: char| c.is_ascii_digit()));
    // （下转第三版）: the end of an article, not the head of the next.
    let turn = key.starts_with("(下转");
    !stop && !sentence && !said && !score && !turn && words >= 2 && !bullet(key)
}

/// True for an item of a list.
pub(super) fn bullet(key: &str) -> bool {
    let rest =
        key.trim_start_matches(['•', '·', '●', '○', '■', '□', '◆', '◇', '▪', '►', '▶', '*', '-', '+', '>', '»', '※', '★', '☆']);
    if rest.len() < key.len() {
        return !rest.is_empty() && !dash(key);
    }
    // 1. 1、 (1) (一) 一、 ①
    let rest = key.trim_start_matches('(');
    let number: usize = rest.chars().take_while(|c| c.is_ascii_digit() || "一二三四五六七八九十".contains(*c)).count();
    let after = rest.chars().nth(number);
    let digit = rest.starts_with(|c: char| c.is_ascii_digit());
    (1..=3).contains(&number) && (matches!(after, Some('、' | ')')) || (digit && matches!(after, Some('.'))))
        || key.starts_with(|c| ('①'..='⑳').contains(&c))
}

/// The opening quote or bracket that `words` leave open, if any.
pub(super) fn left_open(words: &str) -> Option<char> {
    let mut open = Vec::new();
    for c in words.chars() {
        match c {
            '“' | '‘' | '「' | '『' | '《' | '（' | '(' | '【' | '〔' => open.push(c),
            _ => {
                if let Some(opening) = opening(c)
                    && let Some(at) = open.iter().rposition(|o| same(*o, opening))
                {
                    open.truncate(at);
                }
            }
        }
    }
    open.first().copied()
}

/// True if `words` close a quote or bracket of this sort that they did not open.
pub(super) fn closes(words: &str, open: char) -> bool {
    let mut depth = 0_usize;
    for c in words.chars() {
        if same(c, open) {
            depth += 1;
        } else if opening(c).is_some_and(|o| same(o, open)) {
            if depth == 0 {
                return true;
            }
            depth -= 1;
        }
    }
    false
}

fn opening(c: char) -> Option<char> {
    Some(match c {
        '”' => '“',
        '’' => '‘',
        '」' => '「',
        '』' => '『',
        '》' => '《',
        '）' | ')' => '(',
        '】' => '【',
        '〕' => '〔',
        _ => return None,
    })
}

fn same(a: char, b: char) -> bool {
    a == b || matches!((a, b), ('（', '(') | ('(', '（'))
}

// --- how it begins ---

/// Words for papers, agencies and stations as they name themselves at the beginning of news.
#[rustfmt::skip]
const SELF: [&str; 8] = [
    "本报", "本刊", "本台", "本网", "本社", "本站", "晚报", "晨报",
];
/// Agencies and sites; they become the source.
#[rustfmt::skip]
const AGENCIES: [&str; 24] = [
    "新华社", "新华网", "中新社", "中新网", "中国新闻网", "人民网", "光明网", "央视网", "央视新闻",
    "央广网", "中国网", "中青网", "国际在线", "中央社", "中评社", "法新社", "路透社", "美联社",
    "共同社", "韩联社", "塔斯社", "澎湃新闻", "海外网", "环球网",
];
/// How the names of papers end.
#[rustfmt::skip]
const PAPERS: [&str; 20] = [
    "日报", "晚报", "晨报", "早报", "商报", "时报", "快报", "都市报", "青年报", "导报", "周报",
    "新报", "政协报", "大河报", "融媒体中心", "融媒", "客户端", "电视台", "新闻网", "网",
];

/// Reads the beginning of a paragraph as the beginning of news.
pub(super) fn lead(key: &str) -> Option<Found> {
    let start = key.trim_start_matches(['■', '□', '◎', '●', '○', '▲', '△', '◆', '◇', '★', '☆', '※', ' ']);
    let head: String = start.chars().take(60).collect();
    const WORDS: [&str; 6] = ["讯", "电", "消息", "报道", "报导", "记者"];
    if !WORDS.iter().any(|word| head.contains(word)) {
        return None;
    }
    let bare = head.trim_start_matches(['(', ' ']);
    let bracketed = bare.len() < head.len();
    // 据新华社北京1月1日电 begins news; 据新华社报道 stands anywhere.
    let (bare, cited) = match bare.strip_prefix("据") {
        Some(rest) => (rest, true),
        None => (bare, false),
    };
    const DIGEST: [&str; 5] = ["综合外电报道", "综合外电报导", "综合外电消息", "综合消息", "综合报道"];
    let digest = DIGEST.iter().find(|word| bare.strip_prefix(*word).is_some_and(|rest| rest.starts_with([' ', ':'])));
    if let Some(word) = digest {
        return Some(Found { because: format!("begins with {word}"), ..Found::default() });
    }
    if let Some((said, source, rest)) = dispatch(bare, cited) {
        let mut found = Found { because: format!("begins with {said}"), source, ..Found::default() };
        // (记者 周俊英) or 记者周俊英 报道 behind it, or 记者王文賢嘉義2日電 in it.
        let rest = rest.trim_start_matches([')', ' ', ':', ',']);
        found.names = names_after(rest);
        if found.names.is_empty()
            && let Some(at) = said.find("记者")
        {
            let said = said.trim_end_matches("报道").trim_end_matches("报导");
            found.names = said
                .get(at..)
                .and_then(|said| people(without_dateline(said)))
                .map(|people| people.found.names)
                .unwrap_or_default();
        }
        return Some(found);
    }
    if bracketed {
        // （记者 景静）昨日…, 〔記者王小明／台北報導〕…
        let end = start.find(')')?;
        let inner = start.get('('.len_utf8()..end)?;
        let after = &start[end + 1..];
        if inner.chars().count() <= 40 && after.chars().count() >= 10 && inner.contains("记者") {
            let named = match inner.strip_prefix("中央社") {
                Some(rest) => rest,
                None => inner,
            };
            let mut found = people(without_dateline(named)).map(|people| people.found)?;
            if inner.starts_with("中央社") {
                found.source = Some("中央社".to_string());
            }
            found.because = format!("begins with ({inner})");
            return Some(found);
        }
    }
    None
}

/// The opening formula at the beginning of `text`: what it says, its source, and what follows it. `cited`: 据 stands
/// before it.
fn dispatch(text: &str, cited: bool) -> Option<(String, Option<String>, &str)> {
    // Who.
    let mut source = None;
    let mut rest = None;
    // Names that end in 网 are many; only 某某网讯 is how one of them begins its news.
    let mut strict = cited;
    for word in SELF {
        if let Some(after) = text.strip_prefix(word) {
            rest = Some(after);
        }
    }
    for word in AGENCIES {
        if let Some(after) = text.strip_prefix(word) {
            source = Some(word.to_string());
            rest = Some(after);
        }
    }
    if rest.is_none() {
        for word in PAPERS {
            if let Some(at) = text.find(word)
                && text[..at].chars().count() <= 4
                && text[..at].chars().all(|c| matches!(u32::from(c), 0x4E00..=0x9FFF))
            {
                let end = at + word.len();
                source = Some(text[..end].to_string());
                rest = Some(&text[end..]);
                strict |= word == "网";
                break;
            }
        }
    }
    let rest = rest?;
    /// The word that ends the formula; true where nothing need set it off.
    const WORDS: [(&str, bool); 7] = [
        ("讯", true),
        ("综合消息", true),
        ("综合报道", true),
        ("综合报导", true),
        ("电", false),
        ("消息", false),
        ("报道", false),
    ];
    // Where and when: no punctuation, not long.
    for (at, c) in rest.char_indices() {
        let before = &rest[..at];
        if before.chars().count() > 16 || ",。;:!?()、“”《》".contains(c) {
            return None;
        }
        for (word, loose) in WORDS {
            // 据法新社4日报道 begins a report, 据法新社报道 stands anywhere.
            let day = cited && word == "报道" && before.ends_with('日');
            if strict && !day && !matches!(word, "讯" | "电") {
                continue;
            }
            if let Some(after) = rest[at..].strip_prefix(word) {
                // 本报讯 itself is enough; for the rest something must set it off.
                let bare = before.trim().is_empty() && loose;
                let set_off =
                    after.is_empty() || after.starts_with([' ', '(', ')', ':', ',', '-', '—']) || after.starts_with("记者");
                let dated = before.contains(['日', '月']) || before.trim().is_empty() || before.chars().count() <= 8;
                if bare || (set_off && dated) {
                    let said = &text[..text.len() - after.len()];
                    return Some((said.to_string(), source, after));
                }
            }
        }
    }
    None
}

/// The names in （记者 周俊英）, 记者周俊英 报道 or 记者 周俊英 at the beginning of `text`.
fn names_after(text: &str) -> Vec<String> {
    let text = text.trim_start();
    let inner = match text.strip_prefix('(') {
        Some(inner) => inner.split(')').next().unwrap_or(""),
        None => {
            if !begins_with_role(text) {
                return Vec::new();
            }
            let end = ["报道", "报导", ":", ",", "。"].iter().filter_map(|word| text.find(word)).min();
            match end {
                Some(end) if end <= 60 => &text[..end],
                _ => return Vec::new(),
            }
        }
    };
    match people(without_dateline(inner)) {
        Some(people) if people.written => people.found.names,
        _ => Vec::new(),
    }
}

/// `text` without 台北1日電 and the like at its end.
fn without_dateline(text: &str) -> &str {
    let text = text.trim();
    let Some(core) = text.strip_suffix('电') else {
        return text;
    };
    match core.rfind(|c: char| c.is_whitespace() || c == '/') {
        Some(at) => core[..at].trim_end(),
        None => match core.find(|c: char| c.is_ascii_digit()) {
            // 中央社記者王小明台北1日電: the place is the two characters before the day.
            Some(digit) => {
                let before = &core[..digit];
                let cut = before.char_indices().rev().nth(1).map_or(0, |(at, _)| at);
                &before[..cut]
            }
            None => core,
        },
    }
}

// --- photos ---

/// Some(signed) for the words of a photo: signed by a photographer, or merely beginning as they do.
fn caption(key: &str) -> Option<bool> {
    #[rustfmt::skip]
    const BEGIN: [&str; 16] = [
        "图为", "图:", "图①", "图②", "图③", "图1", "图2", "图3", "图一", "图二", "上图", "下图",
        "左图", "右图", "▲图", "图片说明",
    ];
    let bare = key.trim_start_matches(['(', '▲', '△', '◀', '▼', '↑', '↓', '→', '←', '◎', '■', ' ']);
    let begins = BEGIN.iter().any(|word| bare.starts_with(word))
        || (key.starts_with(['▲', '△', '▼', '↑', '↓']) && key.chars().count() <= CAPTION);
    let end = key.trim_end_matches(['。', ' ']);
    let signed = match end.strip_suffix(')').and_then(|inner| inner.rfind('(').map(|open| &inner[open + 1..])) {
        Some(inner) => {
            let inner = inner.trim();
            let begin = ["摄影", "资料图", "资料照", "图源", "图/", "图片"].iter().any(|word| inner.starts_with(word));
            let end = ["摄", "摄影", "供图", "资料图", "资料图片", "资料照片", "社发"].iter().any(|word| inner.ends_with(word));
            inner.chars().count() <= 30 && (begin || end)
        }
        // …… 记者 刘斐 摄
        None => end.ends_with(" 摄") || (end.ends_with('摄') && end.contains("记者") && !end.ends_with("拍摄")),
    };
    if signed {
        return Some(true);
    }
    (begins && key.chars().count() <= 2 * CAPTION).then_some(false)
}
