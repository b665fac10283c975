//! What has the owner said about cutting pages?

/// Whether a text file is cut into the articles it holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Split {
    /// A text file is cut where at least two article starts are recognised; each file that was cut is reported.
    #[default]
    Auto,
    /// Every text file is taken for a newspaper page: lines are joined and heads are read even for a single article.
    Newspaper,
    /// One file, one article.
    Off,
}

/// A site's own rules for cutting pages. Each is a pattern for a whole line; `*` stands for any characters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// Lines that are headlines: an article begins here.
    pub headline: Vec<String>,
    /// Paragraphs that begin an article, whose headlines stand above them.
    pub lead: Vec<String>,
    /// Lines that are left out.
    pub drop: Vec<String>,
    /// Lines that are text, whatever they look like.
    pub text: Vec<String>,
}

/// True if `pattern`, in which `*` stands for any characters, describes the whole of `line`.
pub(super) fn matches(pattern: &str, line: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or("");
    let Some(mut rest) = line.strip_prefix(first) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}
