//! Who wrote and photographed? Roles and names in a line.

use super::kind::Found;
use crate::input::lines::ends_sentence;

/// Words for what somebody did for an article, the longest first. The second of the pair: what they write with.
#[rustfmt::skip]
const ROLES: [(&str, Did); 64] = [
    ("全媒体见习记者", Did::Write), ("全媒体首席记者", Did::Write), ("全媒体记者", Did::Write),
    ("融媒体记者", Did::Write), ("融媒记者", Did::Write), ("新媒体记者", Did::Write),
    ("驻地记者", Did::Write), ("特派记者", Did::Write), ("特约记者", Did::Write),
    ("首席记者", Did::Write), ("见习记者", Did::Write), ("实习记者", Did::Write),
    ("资深记者", Did::Write), ("摄影记者", Did::Photo), ("特约通讯员", Did::Write),
    ("特约撰稿人", Did::Write), ("特约撰稿", Did::Write), ("本报评论员", Did::Write),
    ("评论员文章", Did::Write), ("特约评论员", Did::Write), ("评论员", Did::Write), ("实习生", Did::Write),
    ("通讯员", Did::Write), ("记者", Did::Write), ("读者", Did::Write), ("综合报道", Did::Part), ("综合报导", Did::Part),
    ("摄影报道", Did::Photo), ("联合报道", Did::Part), ("报道", Did::Part), ("报导", Did::Part),
    ("图片由", Did::Photo), ("撰文", Did::Write), ("撰稿", Did::Write), ("采写", Did::Write),
    ("供稿", Did::Part), ("文字", Did::Write), ("摄影", Did::Photo), ("摄像", Did::Photo),
    ("摄制", Did::Photo), ("制图", Did::Photo), ("绘图", Did::Photo), ("图片", Did::Photo),
    ("图表", Did::Photo), ("插图", Did::Photo), ("供图", Did::Photo), ("漫画", Did::Photo),
    ("图文", Did::Part), ("文图", Did::Part), ("文/图", Did::Part), ("图/文", Did::Part),
    ("文/摄", Did::Part), ("摄/文", Did::Part), ("文并摄", Did::Part), ("整理", Did::Part),
    ("时评", Did::Part), ("评论", Did::Part), ("编译", Did::Part), ("文", Did::Part),
    ("图", Did::Photo), ("摄", Did::Photo), ("及", Did::And), ("和", Did::And), ("与", Did::And),
];

/// How papers call themselves in front of a role.
#[rustfmt::skip]
const OWN: [&str; 8] = [
    "本报", "本刊", "本台", "本网", "本社", "全媒体", "融媒体", "口本报",
];

/// What a role says about the names after it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Did {
    /// They wrote; enough to know a byline by.
    Write,
    /// They wrote, took part or passed it on; not enough alone.
    Part,
    /// They photographed or drew.
    Photo,
    /// Nothing: a word between two names.
    And,
}

/// Family names, the common ones and many of the rare.
const FAMILY: &str = "\
赵趙钱錢孙孫李周吴吳郑鄭王冯馮陈陳褚卫衛蒋蔣沈韩韓杨楊朱秦尤许許何吕呂施张張孔曹严嚴华華金魏陶姜戚谢謝邹鄒喻柏水\
窦竇章云雲苏蘇潘葛奚范範彭郎鲁魯韦韋昌马馬苗凤鳳花方俞任袁柳酆鲍鮑史唐费費廉岑薛雷贺賀倪汤湯滕殷罗羅毕畢郝邬鄔安\
常乐樂于时時傅皮卞齐齊康伍余元卜顾顧孟平黄黃和穆萧蕭尹姚邵湛汪祁毛禹狄米贝貝明臧计計伏成戴谈談宋茅庞龐熊纪紀舒屈\
项項祝董梁杜阮蓝藍闵閔席季麻强強贾賈路娄婁危江童颜顏郭梅盛林刁钟鍾徐邱骆駱高夏蔡田樊胡凌霍虞万萬支柯昝管卢盧莫经經\
房裘缪繆干解应應宗丁宣邓鄧郁单單杭洪包诸諸左石崔吉钮鈕龚龔程嵇邢裴陆陸荣榮翁荀羊惠甄曲家封芮储儲靳汲糜松井段富巫\
乌烏焦巴弓牧隗山谷车車侯宓蓬全郗班仰秋仲伊宫宮宁寧仇栾欒暴甘厉厲戎祖武符刘劉景詹束龙龍叶葉幸司韶郜黎蓟薄印宿白怀懷\
蒲邰从從鄂索咸籍赖賴卓蔺藺屠蒙池乔喬阴陰胥能苍蒼双雙闻聞莘党黨翟谭譚贡貢劳勞逄姬申扶堵冉宰郦酈雍桑桂濮牛寿壽通边邊\
扈燕冀浦尚农農温溫别別庄莊晏柴瞿阎閻充慕连連茹习習宦艾鱼魚容向古易慎戈廖庾终終暨居衡步都耿满滿弘匡国國文寇广廣禄祿\
阙闕东東欧歐殳沃利蔚越夔隆师師巩鞏厍聂聶晁勾敖融冷訾辛阚闞那简簡饶饒空曾毋沙乜养養鞠须須丰豐巢关關蒯相查后後荆荊红紅\
游竺权權逯盖蓋益桓公仉督岳帅帥缑亢况有琴归歸海晋楚法汝鄢涂涂钦商牟佘佴伯赏南墨哈谯年爱阳陽佟肖闫付代戢肇苟苑鹿冼揭锁\
亓邸植荔郄战芦卲尕旦次扎索洛格桑土拉央措尼玛阿艾买热古祖帕库吾麦木力牙伊卡";

/// Family names of two characters whose first is in no other.
#[rustfmt::skip]
const COMPOUND: [&str; 14] = [
    "尉迟", "尉遲", "上官", "皇甫", "令狐", "长孙", "長孫", "宇文", "端木", "百里", "呼延", "拓跋",
    "独孤", "太史",
];

/// Places that begin as names do, of the many from which is reported.
#[rustfmt::skip]
const PLACES: [&str; 24] = [
    "江西", "江苏", "云南", "安徽", "广东", "广西", "广州", "海南", "成都", "上海", "南京", "南昌",
    "南宁", "安庆", "常州", "连云港", "东莞", "和田", "通州", "广東", "廣東", "廣州", "高雄",
    "金門",
];

/// True for what begins with a family name.
pub(super) fn named(name: &str) -> bool {
    name.starts_with(|c| FAMILY.contains(c)) || COMPOUND.iter().any(|family| name.starts_with(family))
}

/// Reads a line that holds nothing but roles and names.
pub(super) fn byline(key: &str) -> Option<Found> {
    let marks = ['□', '■', '◎', '●', '○', '▲', '△', '◆', '◇', '★', '☆', '※', '▶', '►', '◀', '◁', '▷', '❑', '❖', '｜', '|'];
    const WRITERS: [&str; 8] = ["记者", "通讯员", "读者", "评论员", "实习生", "撰", "采写", "文字"];
    if !WRITERS.iter().any(|word| key.contains(word)) && !key.contains(marks) {
        return None;
    }
    let mut rest = key.trim().trim_matches(marks).trim();
    let marked = rest.len() < key.trim().len();
    // The whole line may stand in brackets.
    if let Some(inner) = rest.strip_prefix('(').and_then(|r| r.strip_suffix(')'))
        && !inner.contains(['(', ')'])
    {
        rest = inner.trim();
    }
    let parsed = people(rest)?;
    let strong = parsed.written || (marked && parsed.names > 0 && parsed.family);
    if !strong || (parsed.names == 0 && !parsed.anonymous) {
        return None;
    }
    let mut found = parsed.found;
    found.because = if marked { "only a mark, roles and names".to_string() } else { "only roles and names".to_string() };
    Some(found)
}

/// Roles and names, read to the end.
pub(super) struct People {
    /// Names, and whether photos are spoken of.
    pub(super) found: Found,
    /// A word such as 记者 stands there.
    pub(super) written: bool,
    /// A role that names nobody, such as 本报记者 alone or 本报评论员.
    anonymous: bool,
    names: usize,
    /// At least one name begins with a family name.
    family: bool,
}

/// Reads `text` as roles and names; none if there is anything else in it.
pub(super) fn people(text: &str) -> Option<People> {
    let mut out = People { found: Found::default(), written: false, anonymous: false, names: 0, family: false };
    let mut rest = text;
    let mut did = Did::Part;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || "/:,、·.｜|()-—丨;&□■◎●○".contains(c));
        if rest.is_empty() {
            break;
        }
        if let Some((role, what, after)) = role(rest) {
            if what != Did::And {
                did = what;
                out.written |= what == Did::Write;
                out.anonymous |= role.contains("评论员");
                out.found.photos |= role.contains(['图', '摄']);
            }
            rest = after;
            continue;
        }
        let (name, after) = match name(rest) {
            Some(found) => found,
            // 图片由受访单位提供: whoever gave the photo.
            None if did == Did::Photo => {
                let end = rest.find(|c: char| c.is_whitespace() || "/:,、()".contains(c)).unwrap_or(rest.len());
                if rest[..end].chars().count() > 12 || rest[..end].contains(['。', '!', '?']) {
                    return None;
                }
                rest = &rest[end..];
                continue;
            }
            None => return None,
        };
        // 台北報導, 北京报道: a place before the word.
        let family = named(&name);
        let place = ["报道", "报导", "电"].iter().any(|word| after.trim_start().starts_with(word));
        if place && (!family || PLACES.contains(&name.as_str())) {
            rest = after.trim_start().trim_start_matches("报道").trim_start_matches("报导").trim_start_matches('电');
            continue;
        }
        out.names += 1;
        out.family |= family;
        if did != Did::Photo && !out.found.names.contains(&name) {
            out.found.names.push(name);
        }
        rest = after;
    }
    // A name in front of 文/图 is that of the writer; without any family name these are other words.
    (out.family || (out.anonymous && out.names == 0)).then_some(out)
}

/// A role at the beginning of `text`, with the paper's name before it, and what comes after.
fn role(text: &str) -> Option<(&'static str, Did, &str)> {
    let at = OWN.iter().find_map(|paper| text.strip_prefix(paper)).unwrap_or(text).trim_start();
    for (word, did) in ROLES {
        if let Some(rest) = at.strip_prefix(word) {
            // 文 and 图 are roles only where a separator or the end follows; they begin names as well.
            let open = rest.is_empty() || rest.starts_with(|c: char| c.is_whitespace() || "/:,、()".contains(c));
            if word.chars().count() > 1 || open {
                return Some((word, did, rest));
            }
        }
    }
    // 河南日报记者, 晨报见习记者, 云溪融媒通讯员
    for word in ["记者", "通讯员", "评论员"] {
        let Some(found) = text.find(word) else {
            continue;
        };
        let before = &text[..found];
        let media = before.contains(['报', '社', '网', '台', '刊', '媒', '端']);
        // 聂海棠本报记者: a name stands before the paper's own word.
        let other = OWN.iter().any(|own| before.len() > own.len() && before.ends_with(own));
        let one = !before.trim_end().contains(|c: char| c.is_whitespace() || "/:,、()".contains(c));
        if media && one && !other && before.chars().count() <= 12 {
            let written = ROLES.iter().find(|(role, _)| *role == word)?;
            return Some((written.0, written.1, &text[found + word.len()..]));
        }
    }
    None
}

/// True if `text` begins with a role.
pub(super) fn begins_with_role(text: &str) -> bool {
    role(text).is_some()
}

/// A name at the beginning of `text`, up to a separator or the next role.
fn name(text: &str) -> Option<(String, &str)> {
    let mut name = String::new();
    let mut end = text.len();
    for (at, c) in text.char_indices() {
        let stop = c.is_whitespace() || "/:,、()｜|丨;&".contains(c);
        // A role may follow without a space, but 文 and 图 alone are then part of the name.
        let next = || role(&text[at..]).is_some_and(|(word, ..)| word.chars().count() > 1);
        if stop || (name.chars().count() >= 2 && next()) {
            end = at;
            break;
        }
        let han = matches!(u32::from(c), 0x3400..=0x9FFF | 0x2_0000..=0x3_FFFF)
            || c == '·'
            || c == '•'
            || matches!(c, '〇' | 'X' | '×');
        if !han {
            return None;
        }
        name.push(c);
        let count = name.chars().count();
        if count > 16 || (count > 4 && !name.contains(['·', '•'])) {
            return None;
        }
    }
    let count = name.chars().count();
    let long = name.contains(['·', '•']);
    let good = (2..=4).contains(&count) || (long && count <= 16);
    // Names of two characters are often written with a space between.
    if count == 1 {
        let rest = text[end..].trim_start_matches([' ', '\u{3000}']);
        let second = rest.chars().next()?;
        let after = &rest[second.len_utf8()..];
        let alone = after.is_empty() || after.starts_with(|c: char| c.is_whitespace() || "/:,、()".contains(c));
        let han = matches!(u32::from(second), 0x3400..=0x9FFF);
        return (alone && han && FAMILY.contains(&name)).then(|| (format!("{name}{second}"), after));
    }
    good.then(|| (name, &text[end..]))
}

/// The byline at the end of a paragraph: after the end of its last sentence, or in brackets.
pub(super) fn tail(key: &str) -> Option<Found> {
    let key = key.trim_end();
    // In brackets: （记者 景静 通讯员 王焱）
    if let Some(inner) = key.strip_suffix(')')
        && let Some(open) = inner.rfind('(')
    {
        let inner = &inner[open + 1..];
        if inner.chars().count() <= 60 && !inner.trim_end().ends_with('摄') {
            if let Some(mut found) = byline(inner) {
                found.because = "ends with a byline in brackets".to_string();
                return Some(found);
            }
            let before = &key[..open];
            return if ends_sentence(before) && before.chars().count() > 20 { signature(inner) } else { None };
        }
        return None;
    }
    let end = key.rfind(|c| "。!?…”)".contains(c))?;
    let rest = key[end..].chars().next().map(|c| &key[end + c.len_utf8()..])?;
    if rest.is_empty() || rest.chars().count() > 40 {
        return None;
    }
    let mut found = byline(rest)?;
    found.because = "ends with a byline".to_string();
    Some(found)
}

/// Reads names and nothing else, as some papers have them in brackets at the end.
fn signature(inner: &str) -> Option<Found> {
    let names: Vec<&str> = inner.split([' ', '、', ',', '/']).filter(|name| !name.is_empty()).collect();
    let name = |name: &&str| {
        let han = name.chars().all(|c| matches!(u32::from(c), 0x4E00..=0x9FFF));
        han && (2..=3).contains(&name.chars().count()) && named(name)
    };
    ((1..=4).contains(&names.len()) && names.iter().all(name)).then(|| Found {
        names: names.iter().map(|name| (*name).to_string()).collect(),
        because: "ends with names in brackets".to_string(),
        weak: true,
        ..Found::default()
    })
}
