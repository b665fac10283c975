//! What do the sixty pages say that every generator is given? Chinese and English, with everything that a page may have.
//!
//! They are made by code, the same every time. What a generator writes in its own way (front matter, notes) is asked of its
//! [`Dialect`].

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::dialects::{Dialect, Front};
use crate::generate::Rng;

/// How many there are.
pub const COUNT: usize = 60;

/// A page as its author wrote it.
pub struct Source {
    /// Where it stands, without the ending.
    pub path: String,
    pub title: String,
    pub date: String,
    pub tags: Vec<&'static str>,
    pub body: Vec<Part>,
    /// A word that stands on this page only.
    pub mark: String,
}

/// A part of a page that is written differently by generators, or the same by all.
pub enum Part {
    Markdown(String),
    /// A note: its title and text.
    Note(String, String),
}

/// Words that no reader sees, and no search may find.
pub const SECRET: &str = "q7hidden";

const HAN: [&str; 48] = [
    "志愿者",
    "清扫",
    "积雪",
    "社区",
    "道路",
    "图书馆",
    "数据库",
    "集群",
    "扩容",
    "备份",
    "恢复",
    "日志",
    "监控",
    "用户",
    "权限",
    "配置",
    "升级",
    "版本",
    "节点",
    "存储",
    "索引",
    "查询",
    "事务",
    "锁",
    "网络",
    "延迟",
    "吞吐",
    "缓存",
    "内存",
    "磁盘",
    "春天",
    "长江",
    "大桥",
    "列车",
    "车站",
    "学生",
    "老师",
    "课本",
    "试验",
    "结果",
    "方法",
    "问题",
    "原因",
    "时间",
    "地点",
    "人物",
    "故事",
    "城市",
];
const LATIN: [&str; 40] = [
    "river",
    "station",
    "cluster",
    "backup",
    "restore",
    "logging",
    "monitor",
    "user",
    "permission",
    "configure",
    "upgrade",
    "version",
    "node",
    "storage",
    "index",
    "query",
    "transaction",
    "network",
    "latency",
    "cache",
    "memory",
    "disk",
    "spring",
    "bridge",
    "train",
    "student",
    "teacher",
    "result",
    "method",
    "problem",
    "reason",
    "place",
    "story",
    "city",
    "naïve",
    "café",
    "don't",
    "e-mail",
    "well-known",
    "TiDB",
];
const TAGS: [&str; 6] = ["雪", "数据库", "release notes", "C++", "城市", "how-to"];

/// All of them.
pub fn all() -> Vec<Source> {
    (0..COUNT).map(|n| Source::new(n, &mut Rng::new(n as u64 + 4_711))).collect()
}

/// Words that make a sentence of a kind, or a part of one.
fn words(han: bool, rng: &mut Rng, least: usize, most: usize) -> String {
    let n = rng.within(least, most);
    let list: Vec<&str> = (0..n).map(|_| if han { *rng.pick::<&str>(&HAN) } else { *rng.pick::<&str>(&LATIN) }).collect();
    list.join(if han { "" } else { " " })
}

fn sentence(han: bool, rng: &mut Rng) -> String {
    let (a, b) = (words(han, rng, 2, 5), words(han, rng, 2, 4));
    let number = rng.within(2, 9_999);
    match (han, rng.below(4)) {
        (true, 0) => format!("{a}，{b}。"),
        (true, 1) => format!("{a}在 {number} 年{b}！"),
        (true, 2) => format!("{a}（见{b}），共{number}个。"),
        (true, _) => format!("使用 TiDB {a}、{b}；"),
        (false, 0) => format!("The {a}, and the {b}."),
        (false, 1) => format!("In {number} a {a} was {b}!"),
        (false, 2) => format!("{a} (see {b}); {number} in all."),
        (false, _) => format!("Use {a}: {b} & {number} more."),
    }
}

/// A paragraph with signs of emphasis, code, links and line ends within words and sentences.
fn paragraph(han: bool, rng: &mut Rng) -> String {
    let mut out = String::new();
    for _ in 0..rng.within(2, 5) {
        let between = if han { "" } else { " " };
        let (a, b) = (words(han, rng, 1, 2), words(han, rng, 1, 3));
        let piece = match rng.below(8) {
            0 => format!("{a}{between}**{b}**{between}{a}{between}"),
            1 => format!("{b}{between}`--{}`{between}{a}{between}", rng.pick::<&str>(&LATIN)),
            2 => format!("[{b}](https://example.org/{}){between}{a}{between}", rng.below(100)),
            3 => format!("*{a}*{between}{b}{between}"),
            4 => format!("{a}\n{b}{between}"),
            5 => format!("{} {between}", rng.within(1, 9)),
            6 => format!("{a} &lt;{}&gt; &amp; {b}{between}", rng.pick::<&str>(&LATIN)),
            _ => String::new(),
        };
        out += &piece;
        out += &sentence(han, rng);
        out += if han { "" } else { " " };
    }
    out.trim().to_owned()
}

impl Source {
    fn new(n: usize, rng: &mut Rng) -> Source {
        let han = n.is_multiple_of(2);
        let (folder, name) = match n % 6 {
            0 => ("guide", format!("page-{n:02}")),
            1 => ("guide", format!("Page_{n:02}")),
            2 => ("指南", format!("除雪-{n:02}")),
            3 => ("reference/api", format!("v1.{n}")),
            4 => ("reference", format!("p{n:02}")),
            _ => ("notes", format!("tags-{n:02}")),
        };
        let mark = format!("zq{}x{n:02}", ["ab", "cd", "ef"][n % 3]);
        let title = if han {
            format!("{}的{} {n}", rng.pick::<&str>(&HAN), rng.pick::<&str>(&HAN))
        } else {
            format!("{} of the {} No. {n}", capital(rng.pick::<&str>(&LATIN)), rng.pick::<&str>(&LATIN))
        };
        let tags = vec![TAGS[n % TAGS.len()], TAGS[(n + 2) % TAGS.len()]];
        let date = format!("202{}-{:02}-{:02}", n % 5, n % 12 + 1, n % 28 + 1);
        let mut out = Source { path: format!("{folder}/{name}"), title, date, tags, body: Vec::new(), mark };
        out.write(n, han, rng);
        out
    }

    fn put(&mut self, text: String) {
        self.body.push(Part::Markdown(text));
    }

    fn write(&mut self, n: usize, han: bool, rng: &mut Rng) {
        let mark = self.mark.clone();
        self.put(format!("{} {mark}\n\n{}", paragraph(han, rng), paragraph(han, rng)));
        let heading = |rng: &mut Rng, k: usize| match (han, k % 4) {
            (true, 0) => format!("{}与`{}` {n}-{k}", rng.pick::<&str>(&HAN), rng.pick::<&str>(&LATIN)),
            (true, 1) => format!("{}：**{}**{}？", words(true, rng, 1, 2), rng.pick::<&str>(&HAN), n * 10 + k),
            (true, _) => format!("{}{n}·{k}", words(true, rng, 2, 3)),
            (false, 0) => format!("Using `{}_{k}` with {} {n}", rng.pick::<&str>(&LATIN), rng.pick::<&str>(&LATIN)),
            (false, 1) => format!("What's the *{}* & {}? {n}/{k}", rng.pick::<&str>(&LATIN), rng.pick::<&str>(&LATIN)),
            (false, _) => format!("{} {n}, part {k}", capital(&words(false, rng, 2, 3))),
        };
        for k in 0..rng.within(4, 6) {
            let level = if k % 3 == 2 { "###" } else { "##" };
            let heading = heading(rng, k);
            self.put(format!("{level} {heading}\n\n{}", paragraph(han, rng)));
            match (n + k) % 7 {
                0 => self.put(list(han, rng)),
                1 => self.put(table(han, rng)),
                2 => self.put(code(han, rng)),
                3 => {
                    let (title, text) = (words(han, rng, 1, 2), paragraph(han, rng).replace('\n', " "));
                    self.body.push(Part::Note(title, text));
                }
                4 => self.put(raw(han, rng)),
                5 => {
                    self.put(format!("> {}\n>\n> {}", paragraph(han, rng).replace('\n', "\n> "), sentence(han, rng)));
                }
                _ => self.put(image(han, rng)),
            }
        }
        // A heading that many pages have, twice on each.
        let usual = if han { "用法" } else { "Usage" };
        for _ in 0..2 {
            self.put(format!("## {usual}\n\n{}", paragraph(han, rng)));
        }
        self.put(paragraph(han, rng));
    }

    /// The page as a file of a generator.
    pub fn text(&self, dialect: &Dialect) -> String {
        let mut out = String::new();
        let tags = self.tags.iter().map(|tag| format!("{tag:?}")).collect::<Vec<_>>().join(", ");
        let (title, date) = (&self.title, &self.date);
        let _ = match dialect.front {
            Front::None => Ok(()),
            Front::Pelican => {
                let slug = self.path.replace('/', "-").to_lowercase();
                write!(out, "Title: {title}\nDate: {date}\nTags: {}\nSlug: {slug}\nAuthor: 景静\n\n", self.tags.join(", "))
            }
            Front::Yaml => {
                write!(out, "---\ntitle: {title:?}\ndate: {date}\ntags: [{tags}]\nauthor: 景静\n{}---\n\n", dialect.more)
            }
        };
        if dialect.heading {
            let _ = write!(out, "# {title}\n\n");
        }
        for part in &self.body {
            match part {
                Part::Markdown(text) => out += text,
                Part::Note(title, text) => out += &dialect.note.replace("TITLE", title).replace("TEXT", text),
            }
            out += "\n\n";
        }
        out
    }
}

/// Writes all pages as a generator wants them, and the list of their paths.
pub fn write(pages: &[Source], dialect: &Dialect, folder: &Path) {
    let put = |path: &str, text: &str| {
        let file = folder.join(format!("{path}.md"));
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder for pages");
        fs::write(file, text).expect("a page is written");
    };
    for page in pages {
        put(&page.path, &page.text(dialect));
    }
    let list: Vec<String> = pages.iter().map(|page| page.path.clone()).collect();
    fs::write(folder.join("LIST"), list.join("\n") + "\n").expect("the list of pages is written");
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

fn list(han: bool, rng: &mut Rng) -> String {
    let mut out = String::new();
    for k in 0..3 {
        let _ = writeln!(out, "- {}", paragraph(han, rng).replace('\n', " "));
        if k == 1 {
            let _ = writeln!(out, "    - {}\n    - {}", sentence(han, rng), words(han, rng, 2, 4));
        }
    }
    out += "\n";
    for k in 1..4 {
        let _ = writeln!(out, "{k}. {}", sentence(han, rng));
    }
    out
}

fn table(han: bool, rng: &mut Rng) -> String {
    let mut out = String::new();
    let cells = |rng: &mut Rng| (0..3).map(|_| words(han, rng, 1, 3)).collect::<Vec<_>>().join(" | ");
    let _ = writeln!(out, "| {} |\n|---|---|---|", cells(rng));
    for _ in 0..4 {
        let _ = writeln!(out, "| {} |", cells(rng));
    }
    out
}

fn code(han: bool, rng: &mut Rng) -> String {
    let (a, b) = (rng.pick::<&str>(&LATIN), rng.pick::<&str>(&HAN));
    format!(
        "```python\ndef {}(x, y=None):\n    # {}\n    if x < {} and y is not None:\n        return \"{b}\" + str(x)\n\n    return [i for i in range({})]\n```\n\n{}\n\n```sh\nxunzi build {a} --out public\n```",
        a.replace(['\'', '-', 'ï', 'é'], "_"),
        words(han, rng, 2, 4),
        rng.below(1000),
        rng.below(1000),
        sentence(han, rng),
    )
}

/// HTML within the Markdown: what is hidden, what is folded away, a ruby.
fn raw(han: bool, rng: &mut Rng) -> String {
    let secret = |rng: &mut Rng| format!("{SECRET}{}", rng.below(1_000_000));
    format!(
        "<div hidden>{} {}</div>\n\n<!-- {} {} -->\n\n{}<span style=\"display:none\">{}</span>\n\n<details><summary>{}</summary>\n<p>{}</p>\n</details>\n\n<p>{}<ruby>漢字<rp>(</rp><rt>{}</rt><rp>)</rp></ruby>{}</p>",
        secret(rng),
        words(han, rng, 1, 3),
        secret(rng),
        words(han, rng, 1, 3),
        sentence(han, rng),
        secret(rng),
        words(han, rng, 1, 2),
        words(han, rng, 4, 9),
        words(han, rng, 1, 3),
        secret(rng),
        words(han, rng, 1, 3),
    )
}

fn image(han: bool, rng: &mut Rng) -> String {
    format!(
        "{}\n\n![{}](https://example.org/{}.png)\n\n{}",
        sentence(han, rng),
        words(han, rng, 2, 4),
        rng.below(99),
        sentence(han, rng)
    )
}
