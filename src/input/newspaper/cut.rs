//! What are the articles of a page? Their texts, cut at the starts that were found.

use super::kind::{Kind, Role};
use super::line;
use super::page::{self, Page, Start};
use super::raw::Line;
use super::rules::Rules;
use crate::input::facts::Facts;
use crate::input::lines::{BLOCK_END, ends_sentence, join};

/// One article of a page.
pub(crate) struct Piece {
    /// Headline; empty if there is none.
    pub(crate) title: String,
    /// Paragraphs.
    pub(crate) text: String,
    /// Byte ranges of headings in `text`.
    pub(crate) headings: Vec<(usize, usize)>,
    /// Author, date, source.
    pub(crate) facts: Facts,
    /// The page's line on which the article begins, counted from 1.
    pub(crate) line: usize,
}

/// A page longer than this is none.
const PAGE_BYTES: usize = 8 << 20;

/// What a page gives.
pub(crate) struct Cut {
    /// Its articles, at least one.
    pub(crate) pieces: Vec<Piece>,
    /// How many lines were left out.
    pub(crate) dropped: usize,
}

/// Cuts a page into its articles. None if the text is not a newspaper page; one piece if it is a page with one article,
/// or the text of one article with a website around it.
///
/// `certain`: the user says that it is a page. Time and memory linear in the length of the text.
pub(crate) fn cut(text: &str, rules: &Rules, certain: bool) -> Option<Cut> {
    let mut page = look(text, rules, certain)?;
    let dropped = (0..page.lines.len()).filter(|&at| !page.live(at)).count();
    let pieces = pieces(&mut page);
    Some(Cut { pieces, dropped })
}

/// The page with the starts that hold, if it is one.
pub(super) fn look(text: &str, rules: &Rules, certain: bool) -> Option<Page> {
    #[rustfmt::skip]
    const SIGNS: [&str; 11] = [
        "版", "讯", "訊", "电", "電", "记者", "記者", "当前位置", "您的位置", "上一篇", "来源",
    ];
    let ruled = !rules.headline.is_empty() || !rules.lead.is_empty();
    // Whoever writes the ends of blocks knows the text better than this.
    if !certain && text.contains(BLOCK_END) {
        return None;
    }
    if !certain && !ruled && (text.len() > PAGE_BYTES || !SIGNS.iter().any(|sign| text.contains(sign))) {
        return None;
    }
    let mut page = Page::read(text, rules);
    let recognised = page.starts.iter().filter(|start| start.recognised).count();
    if certain || recognised >= 2 {
        if page.starts.is_empty() {
            let first = page.next(0)?;
            page.starts.push(Start {
                line: first,
                head: first,
                body: first + 1,
                title: None,
                why: "the page begins here".to_string(),
                recognised: false,
            });
        }
        return Some(page);
    }
    // One article: only if it begins where the page begins, or if a website stands around it.
    let first = page.starts.first()?;
    let top = page.next(0)?;
    let alone = recognised == 1 && first.recognised && first.line == top;
    if alone || page.scraped {
        let mut start = first.clone();
        start.line = top;
        page.starts = vec![start];
        return Some(page);
    }
    None
}

/// The articles of a page.
pub(super) fn pieces(page: &mut Page) -> Vec<Piece> {
    let mut out = Vec::new();
    for at in 0..page.starts.len() {
        let from = page.starts[at].line;
        let to = page.starts.get(at + 1).map_or(page.lines.len(), |next| next.line);
        let start = page.starts[at].clone();
        out.push(piece(page, from, to, &start));
    }
    out
}

/// The article of the lines `from..to`.
fn piece(page: &mut Page, from: usize, to: usize, start: &Start) -> Piece {
    let lines: Vec<usize> = (from..to).filter(|&at| page.live(at)).collect();
    let mut writer = Writer::default();
    // What stands before the headlines: the head of a printed page, banners.
    for &at in lines.iter().filter(|&&at| at < start.head) {
        let folio = matches!(page.lines[at].kind, Kind::Folio(_));
        let role = if folio { Role::Info } else { Role::Kicker };
        page.set(at, role, "before the first headline");
        writer.paragraph(&page.lines[at]);
    }
    let head: Vec<usize> = match start.title {
        Some(title) => vec![title],
        None => {
            let head = |at: &usize| (start.head..start.body.min(to)).contains(at) && page.is_head(*at);
            lines.iter().copied().filter(head).collect()
        }
    };
    let title = headlines(page, &head, &start.why, &mut writer);
    let body = |at: &usize| *at >= start.head && head.binary_search(at).is_err();
    let body: Vec<usize> = lines.iter().copied().filter(body).collect();
    let mut meta = Meta::default();
    let mut at = 0;
    while at < body.len() {
        at = paragraph(page, &body, at, &mut writer, &mut meta);
    }
    if meta.date.is_none() {
        meta.date.clone_from(&page.date);
    }
    Piece {
        title,
        text: writer.text,
        headings: writer.headings,
        facts: meta.facts(),
        line: page.lines.get(from).map_or(1, |line| line.from),
    }
}

/// Chooses the title among the headlines and writes the others as the first paragraphs.
fn headlines(page: &mut Page, head: &[usize], why: &str, writer: &mut Writer) -> String {
    let mut title = String::new();
    let Some((main, above)) = title_of(page, head) else {
        return title;
    };
    for &at in head {
        if at <= main && at + above >= main {
            join_title(&mut title, &page.lines[at].words);
            page.set(at, Role::Headline, if at == main { why } else { "" });
            continue;
        }
        if at < main {
            page.set(at, Role::Kicker, "above the headline");
        } else {
            page.set(at, Role::Subtitle, "below the headline");
        }
        writer.paragraph(&page.lines[at]);
    }
    title
}

/// Writes the paragraph that begins at `body[at]`; returns where the next begins.
fn paragraph(page: &mut Page, body: &[usize], at: usize, writer: &mut Writer, meta: &mut Meta) -> usize {
    let line = body[at];
    let next = body.get(at + 1).copied();
    let (role, why) = match &page.lines[line].kind {
        Kind::Byline(found) => (Role::Byline, found.because.clone()),
        Kind::Info(found) | Kind::Folio(found) => (Role::Info, found.because.clone()),
        Kind::Lead(found) => (Role::Lead, found.because.clone()),
        Kind::Text(Some(found)) => (Role::Text, found.because.clone()),
        Kind::Mark(_) => (Role::Heading, "marked with #".to_string()),
        Kind::Caption => (Role::Caption, "signed by a photographer, or begins as captions do".to_string()),
        Kind::Photo => (Role::Caption, "a story signed by its photographer".to_string()),
        Kind::Short if page.is_caption(line) => (Role::Caption, "a short line where a photo was".to_string()),
        Kind::Short if page.next(line + 1) == next && page.is_heading(line) => {
            (Role::Heading, "a short line between paragraphs".to_string())
        }
        _ => (Role::Text, String::new()),
    };
    page.set(line, role, &why);
    meta.add(&page.lines[line].kind);
    match role {
        Role::Heading => writer.heading(&page.lines[line].words),
        Role::Lead | Role::Text => return broken(page, body, at, writer, meta),
        _ => writer.paragraph(&page.lines[line]),
    }
    at + 1
}

/// Writes the paragraph that begins at `body[at]` with the lines in which it goes on. Captions in the middle of a broken
/// sentence come after it.
fn broken(page: &mut Page, body: &[usize], at: usize, writer: &mut Writer, meta: &mut Meta) -> usize {
    let mut words = page.lines[body[at]].words.clone();
    let mut last = body[at];
    let mut end = at + 1;
    let mut captions: Vec<usize> = Vec::new();
    loop {
        let caption = |at: &usize| matches!(page.lines[*at].kind, Kind::Caption) || page.is_caption(*at);
        let between = match ends_sentence(&words) {
            true => 0,
            false => body[end..].iter().take_while(|at| caption(at)).count(),
        };
        let Some(&next) = body.get(end + between).filter(|&&next| page.goes_on(&words, last, next)) else {
            break;
        };
        captions.extend(&body[end..end + between]);
        page.set(next, Role::Continued, "the line before breaks off in the middle of a sentence");
        meta.add(&page.lines[next].kind);
        join(&mut words, &page.lines[next].words);
        last = next;
        end += between + 1;
    }
    writer.words(&words, page.lines[body[at]].gap > 0);
    for at in captions {
        page.set(at, Role::Caption, "in the middle of a broken sentence");
        writer.paragraph(&page.lines[at]);
    }
    end
}

/// Which of the headlines is the title, and how many of the lines above it belong to it.
fn title_of(page: &Page, head: &[usize]) -> Option<(usize, usize)> {
    let level = |at: usize| match page.lines[at].kind {
        Kind::Mark(level) => Some(level),
        _ => None,
    };
    // Marked headings: the lowest level is the article's, what stands above it is the column's.
    if let Some(&main) = head.iter().filter(|&&at| level(at).is_some()).max_by_key(|&&at| (level(at), at)) {
        return Some((main, 0));
    }
    // The subtitle with a dash stands below its headline.
    let dash = |at: usize| matches!(page.lines[at].kind, Kind::Dash);
    let dashed = head.windows(2).position(|pair| dash(pair[1]) && !dash(pair[0]));
    if let Some(at) = dashed {
        return broken_over(page, &head[..=at]).or(Some((head[at], 0)));
    }
    let plain: Vec<usize> = head.iter().copied().filter(|&at| !matches!(page.lines[at].kind, Kind::Dash)).collect();
    let words = |at: usize| page.lines[at].words.as_str();
    let count = |at: usize| words(at).chars().count();
    match *plain.as_slice() {
        [] => head.first().map(|&at| (at, 0)),
        _ if broken_over(page, &plain).is_some() => broken_over(page, &plain),
        [only] => Some((only, 0)),
        [first, second] => {
            // 京广路街道 | 党建领航强网格: the place is part of the title.
            #[rustfmt::skip]
            const COLUMNS: [&str; 22] = [
                "要闻", "新闻", "时政", "关注", "聚焦", "简讯", "短讯", "快讯", "焦点", "民生",
                "专题", "专栏", "专版", "本版", "社会", "综合", "广角", "视点", "热点", "时评",
                "短评", "头条",
            ];
            // 要闻 | 全市……: the name of a column is not, nor that of a series.
            #[rustfmt::skip]
            const SERIES: [&str; 8] = [
                "系列报道", "系列评论", "系列之", "特别报道", "特别策划", "走基层", "之一", "之二",
            ];
            // （上接A1版）, 【国际】 stand above the headline; so does the name of a campaign: “……在行动”.
            let campaign = |words: &str| {
                let bare = words.trim_end_matches(['”', '」', '』']);
                bare.len() < words.len() && (bare.ends_with("行动") || bare.ends_with("活动") || bare.ends_with("进行时"))
            };
            let above =
                |words: &str| words.starts_with(['（', '(', '【']) || (words.starts_with(['“', '「', '『']) && campaign(words));
            let series = |words: &str| {
                SERIES.iter().any(|word| words.contains(word)) || words.ends_with("之三") || words.ends_with("之四")
            };
            if count(first) <= 6 && COLUMNS.iter().any(|column| words(first).contains(column))
                || series(words(first))
                || above(words(first))
            {
                return Some((second, 0));
            }
            let name = count(first) <= 8 && !words(first).contains([' ', '（', '(']) && first + 1 == second;
            if name {
                return Some((second, 1));
            }
            // A headline that the column broke: its quote closes in the second line.
            if line::left_open(words(first)).is_some_and(|open| line::closes(words(second), open)) {
                return Some((second, usize::from(first + 1 == second)));
            }
            Some((first, 0))
        }
        [.., before, last] => Some((last, usize::from(page::office(&page.lines[before].key) && before + 1 == last))),
    }
}

/// A headline in large type that was broken over three lines or more: short ones that stand close to each other.
fn broken_over(page: &Page, head: &[usize]) -> Option<(usize, usize)> {
    let close = |pair: &[usize]| page.lines[pair[1]].gap == 0 && pair[0] + 1 == pair[1];
    let short = |&at: &usize| page.lines[at].words.chars().count() <= 12 && !page.lines[at].words.contains(' ');
    let office = head.first().is_some_and(|&at| page::office(&page.lines[at].key));
    let broken = head.len() >= 3 && head.iter().all(short) && head.windows(2).all(close) && !office;
    broken.then(|| head.last().map(|&last| (last, head.len() - 1))).flatten()
}

fn join_title(title: &mut String, words: &str) {
    if !title.is_empty() {
        let broken = line::left_open(title).is_some();
        if !broken {
            title.push(' ');
        }
    }
    title.push_str(words);
}

/// Writes paragraphs, a line each. An empty line of the page stays one, and one stands on either side of a heading; the end
/// of a block is never written, for a column may break anything.
#[derive(Default)]
struct Writer {
    text: String,
    headings: Vec<(usize, usize)>,
    /// An empty line comes before the next paragraph, whatever the page has.
    apart: bool,
}

impl Writer {
    fn paragraph(&mut self, line: &Line) {
        self.words(&line.words, line.gap > 0);
    }

    fn words(&mut self, words: &str, apart: bool) {
        let apart = std::mem::take(&mut self.apart) || apart;
        if !self.text.is_empty() {
            self.text.push_str(if apart { "\n\n" } else { "\n" });
        }
        self.text.push_str(words);
    }

    fn heading(&mut self, words: &str) {
        self.words(words, true);
        self.apart = true;
        self.headings.push((self.text.len() - words.len(), self.text.len()));
    }
}

/// Author, date and source, gathered line by line.
#[derive(Default)]
struct Meta {
    names: Vec<String>,
    date: Option<String>,
    source: Option<String>,
}

impl Meta {
    fn add(&mut self, kind: &Kind) {
        let (Kind::Byline(found) | Kind::Info(found) | Kind::Folio(found) | Kind::Lead(found) | Kind::Text(Some(found))) = kind
        else {
            return;
        };
        for name in &found.names {
            if !self.names.contains(name) {
                self.names.push(name.clone());
            }
        }
        self.date = self.date.take().or_else(|| found.date.clone());
        self.source = self.source.take().or_else(|| found.source.clone());
    }

    fn facts(self) -> Facts {
        let mut facts = Facts::default();
        self.date.into_iter().for_each(|date| facts.put("date", date));
        self.names.into_iter().for_each(|name| facts.put("author", name));
        self.source.into_iter().for_each(|source| facts.put("source", source));
        facts
    }
}
