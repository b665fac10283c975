//! Where does each article of a page begin, and which lines are no article's? The lines of a page, seen together.

use super::kind::{Found, Kind, Role};
use super::line;
use super::people::named;
use super::raw::{self, Line};
use super::rules::{Rules, matches};
use super::web::numbered;
use crate::input::lines::{ends_sentence, unspaced};
use std::collections::HashSet;

/// A paragraph that is joined from lines has at most this many bytes.
pub(super) const PARAGRAPH: usize = 16 << 10;

/// Where an article begins.
#[derive(Clone, Debug)]
pub(super) struct Start {
    /// Its first line, as an index into the page's lines.
    pub(super) line: usize,
    /// The first of its headlines.
    pub(super) head: usize,
    /// The first line after its headlines.
    pub(super) body: usize,
    /// The line that is its title, where that is not one of the headlines above the text.
    pub(super) title: Option<usize>,
    /// What told so.
    pub(super) why: String,
    /// True if the page itself shows it, false if it follows from the others.
    pub(super) recognised: bool,
}

/// A page, its lines read.
pub(super) struct Page {
    pub(super) lines: Vec<Line>,
    pub(super) starts: Vec<Start>,
    /// The page has the furniture of a web page around its article.
    pub(super) scraped: bool,
    /// It begins with the head of a printed page, with the page's number.
    pub(super) printed: bool,
    /// The date of the whole page, if its head gives one.
    pub(super) date: Option<String>,
    /// Pairs of characters that stand side by side inside the page's lines.
    pub(super) pairs: HashSet<(char, char)>,
    /// How paragraphs begin: their first three characters.
    pub(super) openings: HashSet<String>,
    /// Headings are marked with `#` throughout.
    pub(super) marked: bool,
}

impl Page {
    /// Reads a page. Time and memory linear in its length.
    pub(super) fn read(text: &str, rules: &Rules) -> Page {
        let mut page = Page {
            lines: raw::lines(text, rules),
            starts: Vec::new(),
            scraped: false,
            printed: false,
            date: None,
            pairs: HashSet::new(),
            openings: HashSet::new(),
            marked: false,
        };
        page.signatures();
        page.navigation(rules);
        page.lines.retain(|line| !line.words.is_empty());
        let folio = |line: &Line| matches!(line.kind, Kind::Folio(_)) && numbered(&line.key);
        page.printed = page.lines.iter().take(3).any(folio);
        page.names();
        page.marked = page.lines.iter().filter(|line| matches!(line.kind, Kind::Mark(_))).count() >= 2;
        for line in &page.lines {
            if matches!(line.kind, Kind::Text(_) | Kind::Lead(_) | Kind::Photo) {
                if !matches!(line.kind, Kind::Lead(_)) {
                    page.openings.insert(line.words.chars().take(3).collect());
                }
                let mut before = None;
                for c in line.words.chars() {
                    if let Some(before) = before
                        && unspaced(before)
                        && unspaced(c)
                    {
                        page.pairs.insert((before, c));
                    }
                    before = Some(c);
                }
            }
        }
        page.find(rules);
        page
    }

    /// True for a line that is part of the paper.
    pub(super) fn live(&self, at: usize) -> bool {
        self.lines[at].role != Role::Navigation
    }

    /// The next line that is part of the paper, from `at` on.
    pub(super) fn next(&self, at: usize) -> Option<usize> {
        (at..self.lines.len()).find(|&at| self.live(at))
    }

    /// Notes what a line is, and why.
    pub(super) fn set(&mut self, at: usize, role: Role, why: &str) {
        self.lines[at].role = role;
        self.lines[at].why = why.to_string();
    }

    /// True for a line that may be a headline.
    pub(super) fn is_head(&self, at: usize) -> bool {
        matches!(self.lines[at].kind, Kind::Short | Kind::Dash | Kind::Mark(_))
    }

    fn previous(&self, at: usize) -> Option<usize> {
        (0..at).rev().find(|&at| self.live(at))
    }

    /// Names in brackets are bylines only on a page that has something else of a newspaper.
    fn signatures(&mut self) {
        let strong = self.lines.iter().any(|line| match &line.kind {
            Kind::Lead(_) | Kind::Byline(_) | Kind::Info(_) => true,
            Kind::Text(Some(found)) => !found.weak,
            _ => false,
        });
        for line in &mut self.lines {
            if !strong && let Kind::Text(found) = &mut line.kind {
                *found = None;
            }
        }
    }

    /// A name by itself is a byline on a printed page, between headline and text, and below the title of a poem.
    fn names(&mut self) {
        for at in 1..self.lines.len() {
            let name: String = self.lines[at].key.chars().filter(|c| !c.is_whitespace()).collect();
            let han = name.chars().all(|c| matches!(u32::from(c), 0x4E00..=0x9FFF));
            let short = (2..=3).contains(&name.chars().count()) && matches!(self.lines[at].kind, Kind::Short);
            if !short || !han || !named(&name) || office(&name) || !self.is_head(at - 1) {
                continue;
            }
            let text = self.lines.get(at + 1).is_some_and(|next| matches!(next.kind, Kind::Text(_)));
            if genre(&self.lines[at - 1].key) || (self.printed && text) {
                let because = "a name below a headline".to_string();
                self.lines[at].kind = Kind::Byline(Found { names: vec![name], because, weak: true, ..Found::default() });
            }
        }
    }

    // --- where articles begin ---

    fn find(&mut self, rules: &Rules) {
        let mut starts: Vec<Start> = Vec::new();
        let Some(first) = self.next(0) else { return };
        for at in first..self.lines.len() {
            if !self.live(at) {
                continue;
            }
            let line = &self.lines[at];
            let start = match &line.kind {
                Kind::Lead(found) => self.head_of(at).map(|head| (head, found.because.clone(), true)),
                Kind::Byline(_) | Kind::Info(_) => self.under_headline(at),
                Kind::Mark(1) => Some((at, "a heading of level 1".to_string(), false)),
                Kind::Photo => self.photo_story(at),
                Kind::Caption => self.photo_below_title(at),
                Kind::Text(_) if greets_editor(&line.key) => self.letter(at),
                Kind::Short if self.is_notice(at) => Some((at, "the title of a notice".to_string(), self.printed)),
                Kind::Short if genre(&line.key) => Some((at, "a title that names what it is".to_string(), self.printed)),
                _ => None,
            };
            let ruled = rules.headline.iter().any(|rule| matches(rule, &line.words));
            let start = if ruled { Some((at, "a rule of the site says so".to_string(), true)) } else { start };
            if let Some((head, why, recognised)) = start {
                // A head belongs to one article only: the first line that claims it.
                match starts.last_mut() {
                    Some(last) if head < last.body.max(last.line + 1) => {
                        last.recognised |= recognised;
                        if recognised {
                            last.why = why;
                        }
                        last.line = last.line.min(head);
                        last.head = last.line;
                    }
                    _ => {
                        let mut start = self.start(head, why, recognised);
                        if matches!(self.lines[head].kind, Kind::Photo) {
                            start.title = self.photo_title(head);
                        }
                        starts.push(start);
                    }
                }
            }
        }
        self.by_bylines(&mut starts);
        // The page begins with an article, unless nothing but headlines stands before the first start.
        let body = |at: usize| matches!(self.lines[at].kind, Kind::Text(_) | Kind::Lead(_) | Kind::Photo);
        let before = starts.first().map_or(self.lines.len(), |start| start.line);
        if (first..before).any(|at| self.live(at) && body(at)) {
            let end = before;
            let signed = (first..end)
                .any(|at| self.live(at) && matches!(self.lines[at].kind, Kind::Byline(_) | Kind::Text(Some(_)) | Kind::Lead(_)));
            starts.insert(0, self.start(first, "the page begins here".to_string(), signed));
        } else if let Some(start) = starts.first_mut() {
            start.line = first;
        }
        // A line of the whole page: it says when the paper appeared.
        self.date = self.lines.iter().find_map(|line| match &line.kind {
            Kind::Folio(found) => found.date.clone(),
            _ => None,
        });
        self.starts = starts;
    }

    /// A start whose head begins at `line`.
    fn start(&self, line: usize, why: String, recognised: bool) -> Start {
        let mut body = line;
        while body < self.lines.len() && (!self.live(body) || self.is_head(body)) {
            body += 1;
        }
        Start { line, head: line, body, title: None, why, recognised }
    }

    /// The first line of the headlines that stand directly above line `at`.
    fn head_of(&self, at: usize) -> Option<usize> {
        let mut top = None;
        let mut level = usize::MAX;
        let mut below = at;
        // A byline may stand between headline and lead.
        if let Some(above) = self.previous(at)
            && matches!(self.lines[above].kind, Kind::Byline(_) | Kind::Info(_))
            && self.previous(above).is_some_and(|top| self.is_head(top))
        {
            below = above;
        }
        let mut plain: Vec<usize> = Vec::new();
        for _ in 0..8 {
            let Some(above) = self.previous(below) else {
                break;
            };
            let line = &self.lines[above];
            let far = self.lines[below].gap >= 3 && top.is_some();
            match line.kind {
                // Headings nest: what stands above is of a higher level.
                Kind::Mark(next) if next < level => level = next,
                Kind::Short | Kind::Dash if level == usize::MAX && !far && !self.breaks_off(above) => plain.push(above),
                _ => break,
            }
            top = Some(above);
            below = above;
        }
        if plain.first().is_some_and(|&at| matches!(self.lines[at].kind, Kind::Dash)) {
            plain.remove(0);
        }
        if level == usize::MAX && plain.len() > 3 {
            // So many short lines are a list or a table, which stays with the article before, and then a headline.
            let apart = plain.windows(2).position(|pair| self.lines[pair[0]].gap > self.lines[pair[1]].gap);
            let kept = apart.map_or(3, |at| at + 1).min(3);
            return Some(plain[kept - 1]);
        }
        top
    }

    /// True if the line above `at` breaks off in the middle of a sentence, so that `at` may be its end.
    fn breaks_off(&self, at: usize) -> bool {
        let Some(above) = self.previous(at) else {
            return false;
        };
        let line = &self.lines[above];
        let text = matches!(line.kind, Kind::Text(_) | Kind::Lead(_)) && !ends_sentence(&line.words);
        text && line::left_open(&line.words).is_some_and(|open| line::closes(&self.lines[at].words, open))
    }

    /// A byline or a line of date and source under a headline, with text after it.
    fn under_headline(&self, at: usize) -> Option<(usize, String, bool)> {
        let above = self.previous(at)?;
        // A reader signs at the end of a letter.
        if !self.is_head(above) || self.lines[at].key.starts_with("读者") {
            return None;
        }
        let mut after = self.next(at + 1)?;
        while matches!(self.lines[after].kind, Kind::Byline(_) | Kind::Info(_)) {
            after = self.next(after + 1)?;
        }
        let text = matches!(self.lines[after].kind, Kind::Text(_) | Kind::Lead(_) | Kind::Photo | Kind::Caption)
            || self.next(after + 1).is_some_and(|next| matches!(self.lines[next].kind, Kind::Text(_)));
        let what = match self.lines[at].kind {
            Kind::Info(_) => "date and source stand under it",
            _ => "a byline stands under it",
        };
        let head = self.head_of(at)?;
        text.then(|| (head, what.to_string(), true))
    }

    /// Photos with their stories under a title such as 图片新闻; `at` is the first of them.
    fn photo_story(&self, at: usize) -> Option<(usize, String, bool)> {
        let why = "photos with their stories under a title of their own".to_string();
        if let Some(above) = self.previous(at)
            && self.is_photo_title(above)
        {
            // A story above the title belongs to it as well; then the start was found there.
            let earlier = self.previous(above).is_some_and(|at| matches!(self.lines[at].kind, Kind::Photo));
            return (!earlier).then_some((above, why, true));
        }
        if self.previous(at).is_some_and(|at| matches!(self.lines[at].kind, Kind::Photo)) {
            return None;
        }
        self.photo_title(at).map(|_| (at, why, true))
    }

    /// A letter to the editor, greeted in line `at`, with a headline of its own. A signature above it is none.
    fn letter(&self, at: usize) -> Option<(usize, String, bool)> {
        let key = self.lines[self.previous(at)?].key.as_str();
        let signed = key.ends_with("先生") || key.ends_with("女士") || key.chars().count() < 7;
        let head = self.head_of(at).filter(|_| !signed)?;
        Some((head, "a letter to the editor".to_string(), true))
    }

    /// A photo of few words, signed, under a title such as 图片新闻.
    fn photo_below_title(&self, at: usize) -> Option<(usize, String, bool)> {
        let above = self.previous(at)?;
        let signed = self.lines[at].key.contains('摄');
        let why = "a photo under a title of its own".to_string();
        (signed && self.is_photo_title(above)).then_some((above, why, true))
    }

    /// True for the title of a notice: 公示, 遗失声明.
    fn is_notice(&self, at: usize) -> bool {
        const ENDS: [&str; 8] = ["公示", "公告", "通告", "讣告", "启事", "声明", "更正", "致歉"];
        let key: String = self.lines[at].key.chars().filter(|c| !c.is_whitespace()).collect();
        let text = self.next(at + 1).is_some_and(|next| matches!(self.lines[next].kind, Kind::Text(_)));
        text && self.lines[at].gap > 0 && key.chars().count() <= 8 && ENDS.iter().any(|end| key.ends_with(end))
    }

    /// The title that stands between photo stories, the first of which is `at`.
    fn photo_title(&self, at: usize) -> Option<usize> {
        let mut next = self.next(at + 1)?;
        while matches!(self.lines[next].kind, Kind::Photo) {
            next = self.next(next + 1)?;
        }
        let story = |at: usize| matches!(self.lines[at].kind, Kind::Photo);
        (self.is_photo_title(next) && self.next(next + 1).is_some_and(story)).then_some(next)
    }

    fn is_photo_title(&self, at: usize) -> bool {
        #[rustfmt::skip]
        const TITLES: [&str; 12] = [
            "图片新闻", "图说新闻", "图片报道", "图片故事", "摄影报道", "新闻图片", "图说", "影像",
            "镜头", "视觉", "图片", "图文",
        ];
        let key = self.lines[at].key.replace(' ', "");
        matches!(self.lines[at].kind, Kind::Short | Kind::Mark(_))
            && key.chars().count() <= 8
            && TITLES.iter().any(|title| key.contains(title))
    }

    /// Starts that follow from bylines: between two of them an article must begin. Only where a headline stands out
    /// is it cut.
    fn by_bylines(&self, starts: &mut Vec<Start>) {
        let mut groups: Vec<usize> = Vec::new();
        for at in 0..self.lines.len() {
            if !self.live(at) || !matches!(self.lines[at].kind, Kind::Byline(_) | Kind::Text(Some(_))) {
                continue;
            }
            // Two lines of one byline.
            let again = self
                .previous(at)
                .is_some_and(|above| groups.last() == Some(&above) && matches!(self.lines[at].kind, Kind::Byline(_)));
            if again {
                groups.pop();
            }
            groups.push(at);
        }
        let mut more = Vec::new();
        for pair in groups.windows(2) {
            let (from, to) = (pair[0] + 1, pair[1]);
            let first = starts.partition_point(|start| start.line < from);
            let mut between = starts[first..].iter().take_while(|start| start.line <= to);
            if between.any(|start| start.recognised) {
                continue;
            }
            if let Some((at, why)) = self.best_head(from, to) {
                more.push(self.start(at, why, true));
            }
        }
        more.retain(|start| {
            let at = starts.partition_point(|other| other.line <= start.line);
            at == 0 || starts[at - 1].body <= start.line
        });
        starts.extend(more);
        starts.sort_by_key(|start| start.line);
    }

    /// The headlines between two bylines that most look like the beginning of an article.
    fn best_head(&self, from: usize, to: usize) -> Option<(usize, String)> {
        // (first line, lines, next to the byline above, a name of a place or office on top)
        let mut heads: Vec<(usize, usize, bool, bool)> = Vec::new();
        let mut at = from;
        let mut text_before = false;
        while at < to {
            if !self.live(at) {
                at += 1;
                continue;
            }
            match self.lines[at].kind {
                Kind::Short | Kind::Dash | Kind::Mark(_) if !self.is_caption(at) => {
                    let first = at;
                    let mut count = 0;
                    let mut office_on_top = false;
                    while at < to && (!self.live(at) || self.is_head(at)) {
                        if self.live(at) {
                            count += 1;
                            office_on_top |= office(&self.lines[at].key);
                        }
                        at += 1;
                    }
                    if at < to || matches!(self.lines.get(at).map(|line| &line.kind), Some(Kind::Text(_))) {
                        heads.push((first, count, !text_before, office_on_top && count > 1));
                    }
                }
                Kind::Text(_) | Kind::Lead(_) | Kind::Photo => {
                    text_before = true;
                    at += 1;
                }
                _ => at += 1,
            }
        }
        let alone = heads.len() == 1;
        let score = |&(_, count, next, office): &(usize, usize, bool, bool)| {
            2 * count.min(3) + if next { if alone { 3 } else { 1 } } else { 0 } + if office { 2 } else { 0 }
        };
        let best = heads.iter().max_by_key(|head| (score(head), std::cmp::Reverse(head.0)))?;
        if score(best) < 5 {
            return None;
        }
        let why = match best {
            (_, _, true, _) => "a headline between two bylines, next to the first",
            (_, _, _, true) => "between two bylines, headlines that begin with a place or an office",
            _ => "between two bylines, several headlines in a row",
        };
        Some((best.0, why.to_string()))
    }

    /// True for a short line that stands by itself where a photo was: after a byline that speaks of photos, or in the
    /// middle of a broken sentence.
    pub(super) fn is_caption(&self, at: usize) -> bool {
        if !matches!(self.lines[at].kind, Kind::Short) {
            return false;
        }
        let mut above = self.previous(at);
        // The last of several captions may stand close to the text.
        let several = above.is_some_and(|above| self.lines[above].gap >= 2 && matches!(self.lines[above].kind, Kind::Short));
        let far = several || self.next(at + 1).is_some_and(|next| self.lines[next].gap >= 2);
        if self.lines[at].gap < 2 || !far {
            return false;
        }
        for _ in 0..8 {
            let Some(line) = above else { break };
            match &self.lines[line].kind {
                Kind::Byline(found) => return found.photos,
                Kind::Caption => return true,
                Kind::Short if self.lines[line].gap >= 2 => above = self.previous(line),
                Kind::Text(_) | Kind::Lead(_) => {
                    let next = self.next(at + 1);
                    let open = !ends_sentence(&self.lines[line].words);
                    return open && next.is_some_and(|next| matches!(self.lines[next].kind, Kind::Text(_)));
                }
                _ => return false,
            }
        }
        false
    }
}

/// True for how a letter to a paper begins.
fn greets_editor(key: &str) -> bool {
    const WHO: [&str; 5] = ["编辑同志", "编辑先生", "编辑部", "编辑您好", "编辑你好"];
    key.chars().count() <= 12 && WHO.iter().any(|who| key.strip_prefix("尊敬的").unwrap_or(key).starts_with(who))
}

/// True for a title such as 秋收之后（诗）.
fn genre(key: &str) -> bool {
    #[rustfmt::skip]
    const GENRES: [&str; 9] = [
        "(诗)", "(组诗)", "(外一首)", "(外二首)", "(散文)", "(小说)", "(小小说)", "(随笔)", "(杂文)",
    ];
    key.chars().count() <= 24 && GENRES.iter().any(|genre| key.ends_with(genre))
}

/// True for a short name of a place or an office: the line over a headline where every part of town has its own article.
pub(super) fn office(key: &str) -> bool {
    #[rustfmt::skip]
    const ENDS: [&str; 40] = [
        "街道", "镇", "乡", "区", "县", "市", "村", "社区", "街道办", "办事处", "局", "委", "办",
        "院", "所", "站", "队", "公司", "集团", "学校", "小学", "中学", "大学", "学院", "医院",
        "中心", "银行", "厂", "馆", "园", "州", "旗", "省", "處", "處所", "鎮", "鄉", "區", "縣",
        "公所",
    ];
    let count = key.chars().count();
    (2..=9).contains(&count) && !key.contains([' ', ',', '“', '!', '?']) && ENDS.iter().any(|end| key.ends_with(end))
}
