//! What is one line of a newspaper page? A headline, a lead, a byline, a caption, or text: as far as the line itself
//! shows it.
//!
//! Everything here looks at a line's *key*: the line with the traditional forms, full-width signs and brackets that
//! matter brought to one form, character by character.

/// What a line looks like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A heading marked with this many `#`.
    Mark(usize),
    /// A short line without the end of a sentence: a headline, a subheading, a banner, or a piece of a broken sentence.
    Short,
    /// A subtitle: a short line that begins with a dash.
    Dash,
    /// A paragraph that begins as news begin (本报讯, 新华社北京1月1日电).
    Lead(Found),
    /// A line that holds nothing but who wrote and photographed.
    Byline(Found),
    /// A line that holds date, source, author and the like, as web pages have it.
    Info(Found),
    /// The line at the head of a printed page: date, number of the page, editors.
    Folio(Found),
    /// The words under a photo.
    Caption,
    /// A news photo with its story: a paragraph signed by the photographer.
    Photo,
    /// Anything else: a paragraph or a piece of one. Holds the byline at its end, if there is one.
    Text(Option<Found>),
}

/// Metadata found in a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// Names of writers, in order.
    pub(super) names: Vec<String>,
    /// `2023-12-11`.
    pub(super) date: Option<String>,
    /// Paper, agency or site.
    pub(super) source: Option<String>,
    /// The words that told what the line is.
    pub(super) because: String,
    /// A byline that speaks of photos.
    pub(super) photos: bool,
}

impl Found {
    /// The same with the characters of the line itself instead of those of its key.
    fn restored(mut self, words: &str, key: &str) -> Found {
        let original = |part: &str| -> Option<String> {
            let at = key[..key.find(part)?].chars().count();
            Some(words.chars().skip(at).take(part.chars().count()).collect())
        };
        for name in &mut self.names {
            if let Some(same) = original(name) {
                *name = same;
            }
        }
        if let Some(source) = &mut self.source
            && let Some(same) = original(source)
        {
            *source = same;
        }
        self
    }
}

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
        '撰' => '撰',
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
        return if count <= CAPTION || !signed {
            Kind::Caption
        } else {
            Kind::Photo
        };
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
    key.starts_with("——")
        || key.starts_with("--")
        || key.starts_with("──")
        || key.starts_with("―")
        || key.starts_with("⸺")
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
    let said = ["记者:", "问:", "答:", "主持人:", "主持:"]
        .iter()
        .any(|who| key.starts_with(who));
    let score = key.split(':').collect::<Vec<_>>().windows(2).any(|pair| {
        pair[0].ends_with(|c: char| c.is_ascii_digit())
            && pair[1].starts_with(|c: char| c.is_ascii_digit())
    });
    // （下转第三版）: the end of an article, not the head of the next.
    let turn = key.starts_with("(下转");
    !stop && !sentence && !said && !score && !turn && words >= 2 && !bullet(key)
}

/// Reads the line at the head of a printed page: a date with the day of the week, the number of the page or the editors.
fn folio(key: &str) -> Option<Found> {
    if key.chars().count() > 80 || key.contains(['。', '?', '!']) {
        return None;
    }
    let date = date(key)?;
    let page =
        key.contains("星期") || key.contains('版') || key.contains("责编") && !key.contains("来源");
    let alone = key
        .chars()
        .all(|c| c.is_ascii_digit() || "年月日-/. ".contains(c));
    (page || alone).then(|| Found {
        date: Some(date),
        because: "date and page of the paper".to_string(),
        ..Found::default()
    })
}

/// True for an item of a list.
pub(super) fn bullet(key: &str) -> bool {
    let rest = key.trim_start_matches([
        '•', '·', '●', '○', '■', '□', '◆', '◇', '▪', '►', '▶', '*', '-', '+', '>', '»', '※', '★',
        '☆',
    ]);
    if rest.len() < key.len() {
        return !rest.is_empty() && !dash(key);
    }
    // 1. 1、 (1) (一) 一、 ①
    let rest = key.trim_start_matches('(');
    let number: usize = rest
        .chars()
        .take_while(|c| c.is_ascii_digit() || "一二三四五六七八九十".contains(*c))
        .count();
    let after = rest.chars().nth(number);
    let digit = rest.starts_with(|c: char| c.is_ascii_digit());
    (1..=3).contains(&number)
        && (matches!(after, Some('、' | ')')) || (digit && matches!(after, Some('.'))))
        || key.starts_with(|c| ('①'..='⑳').contains(&c))
}

/// True if a sentence ends at the end of `words`: its mark, with closing quotes and brackets behind it.
pub(in crate::input) fn ends_sentence(words: &str) -> bool {
    let core =
        words.trim_end_matches(|c: char| c.is_whitespace() || "”’」』\"')）]】〕》〉".contains(c));
    match core.chars().next_back() {
        None => true,
        Some(c) => "。！？!?…：:；;．｡".contains(c) || (c == '.' && core.len() > 1),
    }
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

// --- who wrote it ---

/// Words for what somebody did for an article, the longest first. The second of the pair: what they write with.
const ROLES: [(&str, Did); 62] = [
    ("全媒体见习记者", Did::Write),
    ("全媒体首席记者", Did::Write),
    ("全媒体记者", Did::Write),
    ("融媒体记者", Did::Write),
    ("融媒记者", Did::Write),
    ("新媒体记者", Did::Write),
    ("驻地记者", Did::Write),
    ("特派记者", Did::Write),
    ("特约记者", Did::Write),
    ("首席记者", Did::Write),
    ("见习记者", Did::Write),
    ("实习记者", Did::Write),
    ("资深记者", Did::Write),
    ("摄影记者", Did::Photo),
    ("特约通讯员", Did::Write),
    ("特约撰稿人", Did::Write),
    ("特约撰稿", Did::Write),
    ("本报评论员", Did::Write),
    ("特约评论员", Did::Write),
    ("评论员", Did::Write),
    ("实习生", Did::Write),
    ("通讯员", Did::Write),
    ("记者", Did::Write),
    ("综合报道", Did::Part),
    ("综合报导", Did::Part),
    ("摄影报道", Did::Photo),
    ("联合报道", Did::Part),
    ("报道", Did::Part),
    ("报导", Did::Part),
    ("图片由", Did::Photo),
    ("撰文", Did::Write),
    ("撰稿", Did::Write),
    ("采写", Did::Write),
    ("供稿", Did::Part),
    ("文字", Did::Write),
    ("摄影", Did::Photo),
    ("摄像", Did::Photo),
    ("摄制", Did::Photo),
    ("制图", Did::Photo),
    ("绘图", Did::Photo),
    ("图片", Did::Photo),
    ("图表", Did::Photo),
    ("插图", Did::Photo),
    ("供图", Did::Photo),
    ("漫画", Did::Photo),
    ("图文", Did::Part),
    ("文图", Did::Part),
    ("文/图", Did::Part),
    ("图/文", Did::Part),
    ("文/摄", Did::Part),
    ("摄/文", Did::Part),
    ("文并摄", Did::Part),
    ("整理", Did::Part),
    ("时评", Did::Part),
    ("评论", Did::Part),
    ("编译", Did::Part),
    ("文", Did::Part),
    ("图", Did::Photo),
    ("摄", Did::Photo),
    ("及", Did::And),
    ("和", Did::And),
    ("与", Did::And),
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
const COMPOUND: [&str; 14] = [
    "尉迟", "尉遲", "上官", "皇甫", "令狐", "长孙", "長孫", "宇文", "端木", "百里", "呼延", "拓跋",
    "独孤", "太史",
];

/// Places that begin as names do, of the many from which is reported.
const PLACES: [&str; 24] = [
    "江西",
    "江苏",
    "云南",
    "安徽",
    "广东",
    "广西",
    "广州",
    "海南",
    "成都",
    "上海",
    "南京",
    "南昌",
    "南宁",
    "安庆",
    "常州",
    "连云港",
    "东莞",
    "和田",
    "通州",
    "广東",
    "廣東",
    "廣州",
    "高雄",
    "金門",
];

/// True for what begins with a family name.
fn named(name: &str) -> bool {
    name.starts_with(|c| FAMILY.contains(c))
        || COMPOUND.iter().any(|family| name.starts_with(family))
}

/// Reads a line that holds nothing but roles and names.
pub(super) fn byline(key: &str) -> Option<Found> {
    let marks = [
        '□', '■', '◎', '●', '○', '▲', '△', '◆', '◇', '★', '☆', '※', '▶', '►', '◀', '◁', '▷', '❑',
        '❖', '｜', '|',
    ];
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
    found.because = if marked {
        "only a mark, roles and names".to_string()
    } else {
        "only roles and names".to_string()
    };
    Some(found)
}

/// Roles and names, read to the end.
struct People {
    found: Found,
    /// A word such as 记者 stands there.
    written: bool,
    /// A role that names nobody, such as 本报记者 alone or 本报评论员.
    anonymous: bool,
    names: usize,
    /// At least one name begins with a family name.
    family: bool,
}

/// Reads `text` as roles and names; none if there is anything else in it.
fn people(text: &str) -> Option<People> {
    let mut out = People {
        found: Found::default(),
        written: false,
        anonymous: false,
        names: 0,
        family: false,
    };
    let mut rest = text;
    let mut did = Did::Part;
    loop {
        rest = rest.trim_start_matches(|c: char| {
            c.is_whitespace() || "/:,、·.｜|()-—丨;&□■◎●○".contains(c)
        });
        if rest.is_empty() {
            break;
        }
        if let Some((role, what, after)) = role(rest) {
            if what != Did::And {
                did = what;
                out.written |= what == Did::Write;
                out.anonymous |= role.ends_with("评论员");
                out.found.photos |= role.contains(['图', '摄']);
            }
            rest = after;
            continue;
        }
        let (name, after) = name(rest)?;
        // 台北報導, 北京报道: a place before the word.
        let family = named(&name);
        let place = ["报道", "报导", "电"]
            .iter()
            .any(|word| after.trim_start().starts_with(word));
        if place && (!family || PLACES.contains(&name.as_str())) {
            rest = after
                .trim_start()
                .trim_start_matches("报道")
                .trim_start_matches("报导")
                .trim_start_matches('电');
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
    let mut at = text;
    for paper in ["本报", "本刊", "本台", "本网", "本社", "全媒体", "融媒体"] {
        if let Some(rest) = at.strip_prefix(paper) {
            at = rest.trim_start();
            break;
        }
    }
    if at.len() == text.len() {
        // 河南日报记者, 晚报记者, 新华社记者
        for paper in [
            "日报",
            "晚报",
            "晨报",
            "早报",
            "商报",
            "时报",
            "快报",
            "都市报",
            "青年报",
            "新华社",
            "中新社",
            "中新网",
            "人民网",
            "中央社",
        ] {
            if let Some(found) = text.find(paper)
                && text[..found].chars().count() <= 4
                && !text[..found].contains(|c: char| c.is_whitespace())
            {
                at = text[found + paper.len()..].trim_start();
                break;
            }
        }
    }
    for (word, did) in ROLES {
        if let Some(rest) = at.strip_prefix(word) {
            // 文 and 图 are roles only where a separator or the end follows; they begin names as well.
            let open = rest.is_empty()
                || rest.starts_with(|c: char| c.is_whitespace() || "/:,、()".contains(c));
            if word.chars().count() > 1 || open {
                return Some((word, did, rest));
            }
        }
    }
    None
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
            || c == '〇';
        if !han {
            return None;
        }
        name.push(c);
    }
    let count = name.chars().count();
    let long = name.contains(['·', '•']);
    let good = (2..=4).contains(&count) || (long && count <= 16);
    // Names of two characters are often written with a space between.
    if count == 1 {
        let rest = text[end..].trim_start_matches([' ', '\u{3000}']);
        let second = rest.chars().next()?;
        let after = &rest[second.len_utf8()..];
        let alone = after.is_empty()
            || after.starts_with(|c: char| c.is_whitespace() || "/:,、()".contains(c));
        let han = matches!(u32::from(second), 0x3400..=0x9FFF);
        return (alone && han && FAMILY.contains(&name))
            .then(|| (format!("{name}{second}"), after));
    }
    good.then(|| (name, &text[end..]))
}

/// The byline at the end of a paragraph: after the end of its last sentence, or in brackets.
fn tail(key: &str) -> Option<Found> {
    let key = key.trim_end();
    // In brackets: （记者 景静 通讯员 王焱）
    if let Some(inner) = key.strip_suffix(')')
        && let Some(open) = inner.rfind('(')
    {
        let inner = &inner[open + 1..];
        if inner.chars().count() <= 60 && !inner.trim_end().ends_with('摄') {
            let mut found = byline(inner)?;
            found.because = "ends with a byline in brackets".to_string();
            return Some(found);
        }
        return None;
    }
    let end = key.rfind(|c| "。!?…”)".contains(c))?;
    let rest = key[end..]
        .chars()
        .next()
        .map(|c| &key[end + c.len_utf8()..])?;
    if rest.is_empty() || rest.chars().count() > 40 {
        return None;
    }
    let mut found = byline(rest)?;
    found.because = "ends with a byline".to_string();
    Some(found)
}

// --- how it begins ---

/// Words for papers, agencies and stations as they name themselves at the beginning of news.
const SELF: [&str; 8] = [
    "本报", "本刊", "本台", "本网", "本社", "本站", "晚报", "晨报",
];
/// Agencies and sites; they become the source.
const AGENCIES: [&str; 24] = [
    "新华社",
    "新华网",
    "中新社",
    "中新网",
    "中国新闻网",
    "人民网",
    "光明网",
    "央视网",
    "央视新闻",
    "央广网",
    "中国网",
    "中青网",
    "国际在线",
    "中央社",
    "中评社",
    "法新社",
    "路透社",
    "美联社",
    "共同社",
    "韩联社",
    "塔斯社",
    "澎湃新闻",
    "海外网",
    "环球网",
];
/// How the names of papers end.
const PAPERS: [&str; 20] = [
    "日报",
    "晚报",
    "晨报",
    "早报",
    "商报",
    "时报",
    "快报",
    "都市报",
    "青年报",
    "导报",
    "周报",
    "新报",
    "政协报",
    "大河报",
    "融媒体中心",
    "融媒",
    "客户端",
    "电视台",
    "新闻网",
    "网",
];

/// Reads the beginning of a paragraph as the beginning of news.
pub(super) fn lead(key: &str) -> Option<Found> {
    let start = key.trim_start_matches([
        '■', '□', '◎', '●', '○', '▲', '△', '◆', '◇', '★', '☆', '※', ' ',
    ]);
    let head: String = start.chars().take(60).collect();
    let bare = head.trim_start_matches(['(', ' ']);
    let bracketed = bare.len() < head.len();
    let bare = bare.strip_prefix("据").unwrap_or(bare);
    if let Some((said, source, rest)) = dispatch(bare) {
        let mut found = Found {
            because: format!("begins with {said}"),
            source,
            ..Found::default()
        };
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

/// The opening formula at the beginning of `text`: what it says, its source, and what follows it.
fn dispatch(text: &str) -> Option<(String, Option<String>, &str)> {
    // Who.
    let mut source = None;
    let mut rest = None;
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
                && text[..at]
                    .chars()
                    .all(|c| matches!(u32::from(c), 0x4E00..=0x9FFF))
            {
                let end = at + word.len();
                source = Some(text[..end].to_string());
                rest = Some(&text[end..]);
                break;
            }
        }
    }
    let rest = rest?;
    // Where and when: no punctuation, not long.
    for (at, c) in rest.char_indices() {
        let before = &rest[..at];
        if before.chars().count() > 16 || ",。;:!?()、“”《》".contains(c) {
            return None;
        }
        for (word, loose) in [
            ("讯", true),
            ("综合消息", true),
            ("综合报道", true),
            ("综合报导", true),
            ("电", false),
            ("消息", false),
            ("报道", false),
        ] {
            if let Some(after) = rest[at..].strip_prefix(word) {
                // 本报讯 itself is enough; for the rest something must set it off.
                let bare = before.trim().is_empty() && loose;
                let set_off = after.is_empty()
                    || after.starts_with([' ', '(', ')', ':', ',', '-', '—'])
                    || after.starts_with("记者");
                let dated = before.contains(['日', '月'])
                    || before.trim().is_empty()
                    || before.chars().count() <= 8;
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
            if role(text).is_none() {
                return Vec::new();
            }
            let end = ["报道", "报导", ":", ",", "。"]
                .iter()
                .filter_map(|word| text.find(word))
                .min();
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
    const BEGIN: [&str; 16] = [
        "图为",
        "图:",
        "图①",
        "图②",
        "图③",
        "图1",
        "图2",
        "图3",
        "图一",
        "图二",
        "上图",
        "下图",
        "左图",
        "右图",
        "▲图",
        "图片说明",
    ];
    let bare = key.trim_start_matches(['▲', '△', '◀', '▼', '↑', '↓', '→', '←', '◎', '■', ' ']);
    let begins = BEGIN.iter().any(|word| bare.starts_with(word))
        || (key.starts_with(['▲', '△', '▼', '↑', '↓']) && key.chars().count() <= CAPTION);
    let end = key.trim_end_matches(['。', ' ']);
    let signed = match end
        .strip_suffix(')')
        .and_then(|inner| inner.rfind('(').map(|open| &inner[open + 1..]))
    {
        Some(inner) => {
            let inner = inner.trim();
            let begin = ["摄影", "资料图", "资料照", "图源", "图/", "图片"]
                .iter()
                .any(|word| inner.starts_with(word));
            let end = [
                "摄",
                "摄影",
                "供图",
                "资料图",
                "资料图片",
                "资料照片",
                "社发",
            ]
            .iter()
            .any(|word| inner.ends_with(word));
            inner.chars().count() <= 30 && (begin || end)
        }
        // …… 记者 刘斐 摄
        None => {
            end.ends_with(" 摄")
                || (end.ends_with('摄') && end.contains("记者") && !end.ends_with("拍摄"))
        }
    };
    if signed {
        return Some(true);
    }
    (begins && key.chars().count() <= 2 * CAPTION).then_some(false)
}

// --- date, source, author of a web page ---

const KEYS: [&str; 27] = [
    "发布时间",
    "发布日期",
    "发表时间",
    "更新时间",
    "更新日期",
    "日期",
    "时间",
    "信息来源",
    "稿件来源",
    "文章来源",
    "新闻来源",
    "来源",
    "责任编辑",
    "责编",
    "编辑",
    "校对",
    "审核",
    "作者",
    "记者",
    "浏览次数",
    "浏览量",
    "浏览",
    "点击数",
    "点击",
    "阅读量",
    "阅读",
    "字体",
];

/// Reads a line of keys and values.
fn info(key: &str) -> Option<Found> {
    if key.chars().count() > 120 || key.contains('。') {
        return None;
    }
    // Every key with its colon: (start of key, end of colon, key).
    let mut places: Vec<(usize, usize, &str)> = Vec::new();
    for word in KEYS {
        for (at, _) in key.match_indices(word) {
            let after = &key[at + word.len()..];
            let colon = after.trim_start();
            if !colon.starts_with(':') {
                continue;
            }
            let end = key.len() - colon.len() + 1;
            if !places
                .iter()
                .any(|(start, stop, _)| at < *stop && *start < end)
            {
                places.push((at, end, word));
            }
        }
    }
    places.sort_unstable();
    let first = places.first()?.0;
    let before = key[..first].trim_matches(|c: char| c.is_whitespace() || "()|｜".contains(c));
    let dated = date(key);
    // Before the first key only a date or a source may stand.
    let only_date = before.is_empty() || (date(before).is_some() && before.chars().count() <= 24);
    let wanted = places.iter().filter(|(_, _, word)| *word != "记者").count();
    if !only_date
        || !(wanted >= 2
            || (wanted == 1
                && (dated.is_some()
                    || places[0].2.contains("来源")
                    || places[0].2.starts_with('责'))))
    {
        return None;
    }
    let mut found = Found {
        because: "date, source and the like of a web page".to_string(),
        date: dated,
        ..Found::default()
    };
    for (n, (_, end, word)) in places.iter().enumerate() {
        let stop = places.get(n + 1).map_or(key.len(), |next| next.0);
        let value =
            key[*end..stop].trim_matches(|c: char| c.is_whitespace() || "()|｜,;".contains(c));
        if value.is_empty() || value.chars().count() > 40 {
            continue;
        }
        if word.ends_with("来源") {
            let value = value.split("  ").next().unwrap_or(value).trim();
            found.source = Some(value.to_string());
        } else if *word == "作者" || *word == "记者" {
            let names = people(value)
                .map(|people| people.found.names)
                .unwrap_or_default();
            let names = if names.is_empty() {
                vec![value.to_string()]
            } else {
                names
            };
            found.names.extend(names);
        }
    }
    Some(found)
}

/// The first full date in `key`, as `2023-12-11`.
pub(super) fn date(key: &str) -> Option<String> {
    let chars: Vec<char> = key.chars().collect();
    let number = |at: usize, most: usize| -> Option<(u32, usize)> {
        let digits: String = chars[at..]
            .iter()
            .take(most)
            .take_while(|c| c.is_ascii_digit())
            .collect();
        Some((digits.parse().ok()?, at + digits.len()))
    };
    for at in 0..chars.len() {
        if !chars[at].is_ascii_digit() || (at > 0 && chars[at - 1].is_ascii_digit()) {
            continue;
        }
        let Some((year, end)) = number(at, 4) else {
            continue;
        };
        if !(1800..2200).contains(&year) || end - at != 4 {
            continue;
        }
        let Some(first) = chars.get(end) else {
            continue;
        };
        if !matches!(first, '年' | '-' | '/' | '.') {
            continue;
        }
        let Some((month, end)) = number(end + 1, 2).filter(|(month, _)| (1..=12).contains(month))
        else {
            continue;
        };
        let Some(second) = chars.get(end) else {
            continue;
        };
        if !matches!(
            (first, second),
            ('年', '月') | ('-', '-') | ('/', '/') | ('.', '.')
        ) {
            continue;
        }
        let Some((day, _)) = number(end + 1, 2).filter(|(day, _)| (1..=31).contains(day)) else {
            continue;
        };
        return Some(format!("{year:04}-{month:02}-{day:02}"));
    }
    None
}
