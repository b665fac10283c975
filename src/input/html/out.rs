//! Which pages are no articles?
//!
//! Pages that ask not to be found, and those that a generator makes besides what its author wrote. Where a name may also be that of
//! an article (`print.html`, `/category/news/`), the page itself must say so too: no article is lost for its name.

use super::head::Head;
use super::words::Words;

/// Why a page is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::input) enum Reason {
    Noindex,
    Draft,
    Redirect,
    Missing,
    Print,
    List,
    Unmarked,
    Copy,
    Empty,
    Hidden,
}

impl Reason {
    /// What is said of such pages, after their number.
    pub(in crate::input) fn says(self) -> &'static str {
        match self {
            Reason::Noindex => "ask not to be found (noindex)",
            Reason::Draft => "are drafts",
            Reason::Redirect => "only lead to another page",
            Reason::Missing => "are shown where there is no page (404)",
            Reason::Print => "are printed forms of other pages",
            Reason::List => "are lists of tags, categories or archives",
            Reason::Unmarked => "have no data-xunzi-body or data-pagefind-body, which other pages have",
            Reason::Copy => "say what another page here says, or name it as their canonical address and are titled like it",
            Reason::Empty => "hold no text",
            Reason::Hidden => "hold nothing that is not hidden",
        }
    }

    /// The same in a word, for a summary and for the option that lets them in.
    pub(in crate::input) fn name(self) -> &'static str {
        match self {
            Reason::Noindex => "noindex",
            Reason::Draft => "drafts",
            Reason::Redirect => "redirects",
            Reason::Missing => "404",
            Reason::Print => "print",
            Reason::List => "lists",
            Reason::Unmarked => "unmarked",
            Reason::Copy => "copies",
            Reason::Empty => "empty",
            Reason::Hidden => "hidden",
        }
    }
}

/// Why a page is left out by what it says itself. `path`: where it stands in the site.
pub(super) fn reason(path: &str, head: &Head, words: &Words, articles: usize) -> Option<Reason> {
    let parts: Vec<String> = path.split('/').map(str::to_ascii_lowercase).collect();
    let (name, folders) = parts.split_last()?;
    let folder = |at: usize| folders.len().checked_sub(at).and_then(|at| folders.get(at)).map_or("", String::as_str);
    // A page is named by its file, or by its folder where the file is the folder's own.
    let page = if name.starts_with("index.") { folder(1) } else { name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem) };
    if head.draft {
        return Some(Reason::Draft);
    }
    if head.redirect {
        return Some(Reason::Redirect);
    }
    if head.noindex {
        return Some(Reason::Noindex);
    }
    if page == "404" || page == "404-page" {
        return Some(Reason::Missing);
    }
    let is_print = match page {
        "_print" | "print_page" => true,
        "print" => words.firsts > 1,
        _ => folders.iter().any(|folder| folder == "_print"),
    };
    if is_print {
        return Some(Reason::Print);
    }
    is_list(folders, page, head, words, articles).then_some(Reason::List)
}

/// Whether a page lists others: its address says so, and there are links where an article has words.
fn is_list(folders: &[String], page: &str, head: &Head, words: &Words, articles: usize) -> bool {
    const LISTS: [&str; 9] = ["tags", "tag", "categories", "category", "archives", "archive", "authors", "author", "topics"];
    let number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let listed = LISTS.contains(&page) || folders.iter().any(|folder| LISTS.contains(&folder.as_str()));
    let paged = folders.windows(2).any(|pair| pair[0] == "page" && number(&pair[1]))
        || (number(page) && folders.iter().rev().take(2).any(|folder| folder == "page"))
        // Pelican
        || (words.teasers > 0 && page.strip_prefix("index").is_some_and(number));
    if head.is_article || !(listed || paged) {
        return false;
    }
    let links = words.linked * 3 >= words.shown;
    links || articles > 1 || words.teasers > 0 || (paged && words.leads > 1)
}
