//! What does a web page or a printed page put around its articles? Date and source, the way through the site, menus,
//! buttons, lists of other articles.

use super::kind::Found;
use super::people::people;
use crate::date::date;

#[rustfmt::skip]
const KEYS: [&str; 27] = [
    "发布时间", "发布日期", "发表时间", "更新时间", "更新日期", "日期", "时间", "信息来源",
    "稿件来源", "文章来源", "新闻来源", "来源", "责任编辑", "责编", "编辑", "校对", "审核", "作者",
    "记者", "浏览次数", "浏览量", "浏览", "点击数", "点击", "阅读量", "阅读", "字体",
];

/// Reads a line of keys and values.
pub(super) fn info(key: &str) -> Option<Found> {
    if key.len() > 480 || key.contains('。') || key.chars().count() > 120 {
        return None;
    }
    if let Some(date) = date(key)
        && (key.contains("发表于") || key.starts_with("原创 "))
    {
        return Some(Found { date: Some(date), because: "date and author of a post".to_string(), ..Found::default() });
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
            if !places.iter().any(|(start, stop, _)| at < *stop && *start < end) {
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
        || !(wanted >= 2 || (wanted == 1 && (dated.is_some() || places[0].2.contains("来源") || places[0].2.starts_with('责'))))
    {
        return None;
    }
    let mut found = Found { because: "date, source and the like of a web page".to_string(), date: dated, ..Found::default() };
    for (n, (_, end, word)) in places.iter().enumerate() {
        let stop = places.get(n + 1).map_or(key.len(), |next| next.0);
        let value = key[*end..stop].trim_matches(|c: char| c.is_whitespace() || "()|｜,;".contains(c));
        if value.is_empty() || value.chars().count() > 40 {
            continue;
        }
        if word.ends_with("来源") {
            let value = value.split("  ").next().unwrap_or(value).trim();
            found.source = Some(value.to_string());
        } else if *word == "作者" || *word == "记者" {
            let names = people(value).map(|people| people.found.names).unwrap_or_default();
            let names = if names.is_empty() { vec![value.to_string()] } else { names };
            found.names.extend(names);
        }
    }
    Some(found)
}

/// True if `key` holds the number of a printed page: 第4版, A3版.
pub(super) fn numbered(key: &str) -> bool {
    let number = |c: &char| c.is_ascii_digit() || "一二三四五六七八九十".contains(*c);
    let chars: Vec<char> = key.chars().collect();
    chars.windows(2).any(|pair| number(&pair[0]) && pair[1] == '版')
}

/// Reads the line at the head of a printed page: date, day of the week, number of the page, editors.
pub(super) fn folio(key: &str) -> Option<Found> {
    #[rustfmt::skip]
    const STAFF: [&str; 16] = [
        "责编", "责任编辑", "编辑", "美编", "版式", "校对", "组版", "制版", "审读", "值班", "主编",
        "电话", "邮箱", "热线", "E-mail", "总第",
    ];
    if key.len() > 320 || key.contains(['。', '?', '!']) || key.contains("来源") || key.chars().count() > 80 {
        return None;
    }
    let date = date(key);
    let page = numbered(key) || key.contains("星期");
    let staff = STAFF.iter().filter(|word| key.contains(*word)).count();
    let alone = date.is_some() && key.chars().all(|c| c.is_ascii_digit() || "年月日-/. ".contains(c));
    let turn = key.starts_with("(上接") || key.starts_with("(下转");
    let info = staff > 0 && key.matches(':').count() >= 2 && date.is_some();
    let is = alone || (date.is_some() && page) || staff >= 2 || (staff == 1 && page);
    (is && !turn && !info || staff >= 2 && page).then(|| Found {
        date,
        because: "date, page and editors of the paper".to_string(),
        ..Found::default()
    })
}

pub(super) fn breadcrumb(key: &str) -> bool {
    #[rustfmt::skip]
    const BEGIN: [&str; 9] = [
        "当前位置", "您的位置", "你的位置", "您当前的位置", "您所在的位置", "您现在的位置",
        "你现在的位置", "所在位置", "现在位置",
    ];
    let bare = key.trim_start_matches(['>', '»', ' ', '•']);
    if key.chars().count() > 90 {
        return false;
    }
    if BEGIN
        .iter()
        .any(|word| bare.strip_prefix(word).is_some_and(|rest| rest.trim_start().starts_with([':', '首', '>', '主', '网'])))
    {
        return true;
    }
    let steps = bare.matches(['>', '»', '›']).count();
    if steps >= 2 && !key.contains('。') && (bare.contains("首页") || bare.trim_end().ends_with("正文")) {
        return true;
    }
    (bare.starts_with("首页") || bare.starts_with("网站首页") || bare.starts_with("主页"))
        && bare.chars().filter(|c| matches!(c, '>' | '»' | '›' | '→')).count() >= 1
}

pub(super) fn pager(key: &str) -> bool {
    #[rustfmt::skip]
    const BEGIN: [&str; 9] = [
        "上一篇", "下一篇", "上一页", "下一页", "上一条", "下一条", "上一則", "上一则", "下一则",
    ];
    let bare = key.trim_start_matches(['<', '«', '‹', '←', ' ', '•', '(', '>']);
    BEGIN.iter().any(|word| {
        bare.strip_prefix(word)
            .is_some_and(|rest| rest.trim().is_empty() || rest.trim_start().starts_with([':', '>', '»', '›', '→', ')', '|', '<']))
    })
}

pub(super) fn menu(key: &str) -> bool {
    let bare = key.trim_start_matches(['|', ' ']);
    if !(bare.starts_with("首页") || bare.starts_with("网站首页") || bare.starts_with("主页")) || key.contains('>') {
        return false;
    }
    let words: Vec<&str> = bare.split([' ', '|', '·', '/']).filter(|word| !word.is_empty()).collect();
    words.len() >= 4 && words.iter().all(|word| word.chars().count() <= 6)
}

/// True for a line made of nothing but the words on buttons.
pub(super) fn tools(key: &str) -> bool {
    #[rustfmt::skip]
    const WORDS: [&str; 60] = [
        "打印本页", "打印", "关闭窗口", "关闭", "收藏", "加入收藏", "设为首页", "分享到", "分享至",
        "分享", "返回首页", "返回列表", "返回顶部", "返回上页", "返回", "字体大小", "字体", "字号",
        "放大", "缩小", "默认", "大", "中", "小", "浏览次数", "浏览", "点击次数", "点击数", "点击",
        "阅读次数", "阅读量", "阅读", "次", "评论", "举报", "点赞", "赞", "复制链接", "复制",
        "扫一扫", "手机阅读", "微信", "微博", "新浪微博", "朋友圈", "空间", "登录", "注册",
        "网站地图", "联系我们", "关于我们", "我要评论", "我要纠错", "纠错", "更多", "查看更多",
        "首页", "末页", "尾页", "顶部",
    ];
    if key.len() > 360 {
        return false;
    }
    let mut rest: String = key.chars().filter(|c| !c.is_whitespace() && !c.is_ascii_digit()).collect();
    if rest.chars().count() > 60 || rest.is_empty() {
        return false;
    }
    let mut found = 0;
    let mut long = false;
    'next: while !rest.is_empty() {
        for word in WORDS {
            if let Some(after) = rest.strip_prefix(word) {
                long |= word.chars().count() > 1;
                rest = after.to_string();
                found += 1;
                continue 'next;
            }
        }
        let Some(c) = rest.chars().next() else { break };
        if !(c.is_ascii_punctuation() || "·、。…+—|｜".contains(c) || c == 'Q') {
            return false;
        }
        rest.remove(0);
    }
    // One word alone may be a heading of the article; with a number or in brackets it is not.
    let marked = key.contains(|c: char| c.is_ascii_digit() || ":()".contains(c));
    found > 1 && long || found == 1 && long && (marked || key.chars().count() >= 4)
}

pub(super) fn invitation(key: &str) -> bool {
    #[rustfmt::skip]
    const BEGIN: [&str; 14] = [
        "点击上方", "点击下方", "点击蓝字", "长按识别", "长按二维码", "长按下方", "扫码关注",
        "扫描二维码", "识别二维码", "扫一扫关注", "关注我们", "欢迎关注", "阅读原文", "点个在看",
    ];
    let bare = key.trim_start_matches(|c: char| !c.is_alphanumeric());
    key.chars().count() <= 40 && BEGIN.iter().any(|word| bare.starts_with(word))
}

pub(super) fn footer(key: &str) -> bool {
    #[rustfmt::skip]
    const WORDS: [&str; 9] = [
        "版权所有", "Copyright", "copyright", "COPYRIGHT", "ICP备", "公网安备", "备案号",
        "技术支持", "All Rights Reserved",
    ];
    key.chars().count() <= 120 && !key.contains('。') && WORDS.iter().any(|word| key.contains(word))
}

/// True for the title of a list of other articles.
pub(super) fn list_title(key: &str) -> bool {
    #[rustfmt::skip]
    const TITLES: [&str; 48] = [
        "往期推荐", "往期回顾", "往期精彩", "精彩回顾", "相关阅读", "相关新闻", "相关文章",
        "相关链接", "相关推荐", "相关资讯", "相关报道", "相关内容", "相关稿件", "延伸阅读",
        "推荐阅读", "推荐文章", "推荐新闻", "精彩推荐", "热门推荐", "编辑推荐", "今日推荐",
        "为您推荐", "为你推荐", "猜你喜欢", "热门文章", "热门新闻", "热门标签", "热门话题",
        "热点新闻", "热点推荐", "热点排行", "热门排行", "热门点击", "最新文章", "最新新闻",
        "最新资讯", "最新动态", "最新评论", "网友评论", "点击排行", "点击排行榜", "阅读排行",
        "阅读排行榜", "新闻排行", "友情链接", "热门", "24小时热闻", "你可能还喜欢",
    ];
    let bare = key.trim_matches(|c: char| c.is_whitespace() || ":>»+()|…•·■◆-—=#*更多".contains(c));
    TITLES.contains(&bare)
}

/// True for the beginning of an article that a list shows, cut off with dots.
pub(super) fn teaser(words: &str) -> bool {
    let end = words.trim_end();
    end.ends_with("...") || end.ends_with("…") || end.ends_with("[详细]") || end.ends_with("【详细】") || end.ends_with("[全文]")
}
