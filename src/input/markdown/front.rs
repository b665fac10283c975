//! Where does the front matter of a Markdown file end, and what does it say?
//!
//! | form                              | who writes it                     |
//! |-----------------------------------|-----------------------------------|
//! | `---` lines of YAML `---` or `...`| nearly all generators             |
//! | `+++` lines of TOML `+++`         | Hugo, Zola                        |
//! | `{ … }` of JSON, `;;;` around it  | Hugo, Hexo                        |
//! | lines of YAML, then `---`         | Hexo                              |
//! | `Title: …` lines, then none       | Pelican, MultiMarkdown            |
//! | `% title`, `% author`, `% date`   | Pandoc                            |
//! | `.. title: …`, perhaps in a comment | Nikola                          |
//!
//! What is broken is read line by line, so that one colon in a title costs neither the date nor the word `draft`. Two rules
//! around prose are no front matter: nothing that may be text is taken away.

use super::super::private::{self, Verdict};
use super::field_lines::{by_lines, field};
use super::value::{self, Fields, Value};
use serde_json::value::RawValue;

/// Front matter longer than this is read line by line: none is, and a parser should not be made to work on it.
const LONGEST: usize = 64 << 10;

/// What stands before the text.
pub(super) struct Front<'a> {
    /// Its fields, in order.
    pub(super) fields: Fields,
    /// The Markdown after it.
    pub(super) body: &'a str,
    /// Why it had to be read line by line.
    pub(super) problem: Option<String>,
    /// Whether the page stays out.
    pub(super) verdict: Verdict,
}

impl<'a> Front<'a> {
    /// Front matter of these fields; they say whether the page stays out.
    fn new(fields: Fields, body: &'a str) -> Front<'a> {
        let verdict = verdict(&fields);
        Front { fields, body, problem: None, verdict }
    }
}

/// Parts a file into front matter and text.
pub(super) fn read(text: &str) -> Front<'_> {
    let start = text.len() - text.trim_start().len();
    // Only whole empty lines may stand before it.
    let start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let inner = &text[start..];
    let first = inner.lines().next().unwrap_or_default().trim_end();
    let found = match first {
        _ if first.len() > 3 && first.bytes().all(|b| b == b'-') => fenced(inner, &[first], Form::Yaml),
        "<!--" => nikola(inner),
        _ if first.starts_with(".. ") => nikola(inner),
        "---" | "---yaml" | "--- yaml" | "---yml" => fenced(inner, &["---", "...", "----"], Form::Yaml),
        "+++" | "---toml" | "--- toml" => fenced(inner, &["+++", "---"], Form::Toml),
        ";;;" | "---json" | "--- json" => fenced(inner, &[";;;", "---"], Form::Json),
        _ if first.starts_with('{') => json(inner),
        _ if first.starts_with("% ") => pandoc(inner),
        _ => bare(inner),
    };
    found.unwrap_or_else(|| Front::new(Vec::new(), text))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Yaml,
    Toml,
    Json,
}

impl Form {
    /// What stands between a name and its value.
    fn separator(self) -> char {
        if self == Form::Toml { '=' } else { ':' }
    }
}

/// Front matter between two lines of marks.
fn fenced<'a>(text: &'a str, closing: &[&str], form: Form) -> Option<Front<'a>> {
    let start = text.find('\n')? + 1;
    let mut at = start;
    for line in text[start..].split_inclusive('\n') {
        if closing.contains(&line.trim_end()) {
            return of(form, &text[start..at], &text[at + line.len()..]);
        }
        at += line.len();
    }
    // Nothing closes it, so it is text; unless it says that nobody should read it.
    let lines = text[start..].find("\n\n").map_or(&text[start..], |end| &text[start..start + end]);
    let front = Front::new(by_lines(lines, form.separator()), text);
    let problem = Some("nothing closes it".to_string());
    (front.verdict != Verdict::Public).then_some(Front { problem, ..front })
}

/// The front matter `front`, if it is any.
fn of<'a>(form: Form, front: &str, body: &'a str) -> Option<Front<'a>> {
    let parsed = match form {
        _ if front.len() > LONGEST => Err(format!("it is longer than {LONGEST} bytes")),
        Form::Yaml => value::yaml(front),
        Form::Toml => value::toml(front),
        Form::Json => value::json(front),
    };
    match parsed {
        Ok(None) => loose(front).map(|fields| Front { problem: Some(SPACE.to_string()), ..Front::new(fields, body) }),
        Ok(Some(fields)) => {
            if form == Form::Yaml && !plausible(front, &fields) {
                return None;
            }
            // Of a field that is given twice a parser keeps one; whether the page is private, both say.
            let lines = by_lines(front, form.separator());
            let lost = |line: &str| {
                let name = field(line, ':').map(|(name, _)| name).filter(|name| known(name));
                name.is_some_and(|name| !fields.iter().any(|(other, _)| other == name))
            };
            let outer = |line: &&str| !line.starts_with([' ', '\t', '-', '{', '"', '#']);
            if form == Form::Yaml && front.lines().filter(outer).any(lost) {
                let verdict = verdict(&fields).max(verdict(&lines));
                return Some(Front { fields: lines, body, problem: Some(SPACE.to_string()), verdict });
            }
            let twice = lines.iter().filter(|(name, _)| lines.iter().filter(|(other, _)| other == name).count() > 1);
            let twice: Vec<(String, Value)> = if lines.len() <= 200 { twice.cloned().collect() } else { Vec::new() };
            let verdict = verdict(&fields).max(verdict(&twice));
            Some(Front { fields, body, problem: None, verdict })
        }
        Err(problem) => {
            let fields = by_lines(front, form.separator());
            let prose = fields.is_empty() || (form == Form::Yaml && !plausible(front, &fields));
            let name = |line: &str| line.split([':', '=']).next().unwrap_or_default().trim().to_string();
            let verdict = match verdict(&fields) {
                // So broken that no field can be told, but one that decides is there.
                Verdict::Public if prose && front.lines().any(|line| private::decides(&name(line))) => Verdict::Unclear,
                verdict => verdict,
            };
            if prose && verdict == Verdict::Public {
                return None;
            }
            Some(Front { fields, body, problem: Some(problem), verdict })
        }
    }
}

/// Why fields are read line by line that YAML takes for words.
const SPACE: &str = "no space stands behind a colon";

/// Fields that are no YAML for want of a space: all lines are such, each with a name that is known.
fn loose(front: &str) -> Option<Fields> {
    let fields = by_lines(front, ':');
    let lines = front.lines().filter(|line| !line.trim().is_empty() && !line.starts_with([' ', '\t', '-', '#'])).count();
    let all = !fields.is_empty() && fields.len() >= lines && fields.iter().all(|(name, _)| known(name));
    all.then_some(fields)
}

/// Lines such as `.. title: words`, perhaps in a comment.
fn nikola(text: &str) -> Option<Front<'_>> {
    let comment = text.starts_with("<!--");
    let (mut fields, mut at) = (Vec::new(), 0);
    for line in text.split_inclusive('\n') {
        let words = line.trim();
        match words.strip_prefix(".. ").and_then(|words| field(words, ':')) {
            Some((name, value)) => fields.push((name.to_string(), Value::Words(value.to_string()))),
            None if at == 0 && comment => {}
            None if words.is_empty() && !comment => break,
            None if words == "-->" && comment => {
                at += line.len();
                break;
            }
            None => return None,
        }
        at += line.len();
    }
    listed(&mut fields);
    (!fields.is_empty()).then(|| Front::new(fields, &text[at..]))
}

/// Makes lists of tags and authors that stand on one line, parted by commas.
fn listed(fields: &mut [(String, Value)]) {
    for (name, value) in fields {
        if let ("tags" | "authors" | "keywords" | "标签" | "標籤", Value::Words(words)) = (name.to_lowercase().as_str(), &*value)
        {
            let by: &[char] = if words.contains(';') { &[';'] } else { &[',', '，', '、'] };
            *value = Value::List(words.split(by).map(|word| Value::Words(word.trim().to_string())).collect());
        }
    }
}

/// JSON without marks around it.
fn json(text: &str) -> Option<Front<'_>> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<&RawValue>();
    let first = values.next()?;
    let end = values.byte_offset();
    match first {
        Ok(first) => {
            let fields = value::from_json(first).filter(|fields| !fields.is_empty())?;
            Some(Front::new(fields, &text[end..]))
        }
        Err(error) => {
            // A line of its own closes it, or it is not taken for front matter.
            let at = text.find("\n}\n").map(|at| at + 3)?;
            let fields = by_lines(&text[..at], ':');
            let problem = Some(format!("broken JSON: {error}"));
            fields.iter().any(|(name, _)| known(name)).then(|| Front { problem, ..Front::new(fields, &text[at..]) })
        }
    }
}

/// The title block of Pandoc.
fn pandoc(text: &str) -> Option<Front<'_>> {
    let mut fields = Vec::new();
    let mut at = 0;
    for (line, name) in text.split_inclusive('\n').zip(["title", "author", "date"]) {
        let Some(value) = line.strip_prefix('%') else { break };
        at += line.len();
        fields.push((name.to_string(), Value::Words(value.trim().to_string())));
    }
    (fields.len() > 1).then(|| Front::new(fields, &text[at..]))
}

/// Lines of fields that begin the file, up to a rule or an empty line.
fn bare(text: &str) -> Option<Front<'_>> {
    if !field(text.lines().next()?, ':').is_some_and(|(name, _)| known(name)) {
        return None;
    }
    let mut at = 0;
    let mut rule = None;
    for line in text.split_inclusive('\n') {
        let words = line.trim_end();
        let item = words.starts_with([' ', '\t', '#']) || words == "-" || words.starts_with("- ");
        if words.is_empty() {
            break;
        } else if words.len() >= 3 && words.bytes().all(|b| b == b'-') {
            rule = Some(at + line.len());
            break;
        } else if !(item || field(words, ':').is_some()) {
            return None;
        }
        at += line.len();
    }
    if let Some(body) = rule {
        return of(Form::Yaml, &text[..at], &text[body..]);
    }
    let mut fields = by_lines(&text[..at], ':');
    if fields.len() < 2 && fields.first().is_none_or(|(name, _)| !name.eq_ignore_ascii_case("title")) {
        return None;
    }
    listed(&mut fields);
    Some(Front::new(fields, &text[at..]))
}

/// What all fields say together about the page.
fn verdict(fields: &[(String, Value)]) -> Verdict {
    let mut verdict = Verdict::Public;
    for (name, value) in fields {
        value.each(name, 0, &mut |name, value| verdict = verdict.max(private::says(name, value)));
    }
    verdict
}

/// True for names that front matter has and sentences seldom begin with.
pub(super) fn known(name: &str) -> bool {
    const NAMES: [&str; 44] = [
        "aliases",
        "archive",
        "author",
        "authors",
        "categories",
        "category",
        "comments",
        "cover",
        "created",
        "date",
        "description",
        "draft",
        "excerpt",
        "hidden",
        "id",
        "image",
        "keywords",
        "lang",
        "language",
        "lastmod",
        "layout",
        "menu",
        "modified",
        "nav_order",
        "noindex",
        "order",
        "permalink",
        "published",
        "sidebar_position",
        "sitemap",
        "slug",
        "status",
        "summary",
        "tag",
        "tags",
        "template",
        "title",
        "updated",
        "url",
        "weight",
        "标题",
        "日期",
        "标签",
        "作者",
    ];
    let name = name.to_ascii_lowercase();
    NAMES.contains(&name.as_str()) || private::decides(&name)
}

/// True if these fields may be front matter. Prose between two rules may hold a colon as well: its "names" are words with spaces,
/// or stand after an empty line and are none that anybody knows.
fn plausible(front: &str, fields: &[(String, Value)]) -> bool {
    let names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
    if names.is_empty() {
        return front.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'));
    }
    if names.iter().any(|name| known(name)) {
        return true;
    }
    let word = |name: &&str| !name.is_empty() && name.chars().count() <= 40 && !name.contains(char::is_whitespace);
    let prose = |value: &Value| matches!(value, Value::Words(words) if words.ends_with(['。', '！', '？', '；']));
    !front.starts_with('\n') && names.iter().all(word) && !fields.iter().all(|(_, value)| prose(value))
}
