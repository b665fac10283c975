//! Which address does a generator give the page of a file?
//!
//! | generator          | `guide/Some Page.md`        | `guide/index.md` | other                                                     |
//! |--------------------|-----------------------------|------------------|-----------------------------------------------------------|
//! | none               | as the file is called       | the same         | `slug`: `guide/slug/`                                     |
//! | Docusaurus         | `guide/Some Page`           | `guide/`         | `01-name` is `name`, `id` names the page, `slug` is its address; days of the blog are folders |
//! | VitePress, VuePress| `guide/Some Page.html`      | `guide/`         |                                                           |
//! | Hugo               | `guide/some-page/`          | `guide/`         | `slug` names the page                                     |
//! | MkDocs             | `guide/Some Page/`          | `guide/`         |                                                           |
//! | Jekyll             | `guide/Some Page.html`      | `guide/`         | `_posts`: categories, day and name                        |
//! | Hexo               | `guide/Some Page.html`      | `guide/`         | `_posts`: day and name                                    |
//! | mdBook             | `guide/Some Page.html`      | `guide/`         | `README.md` is `index.html`                               |
//! | Sphinx, Quarto     | `guide/Some Page.html`      | `guide/`         |                                                           |
//!
//! The folder in which a generator looks for its pages (`content`, `docs`, `src`, `source`) is no part of an address, where the
//! input is the folder above it.

use crate::date::date;
use std::fmt::Display;
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

/// Who makes pages of Markdown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Generator {
    /// Nobody: a file has its own address.
    #[default]
    None,
    /// Docusaurus.
    Docusaurus,
    /// VitePress and VuePress.
    VitePress,
    /// Hugo.
    Hugo,
    /// MkDocs.
    MkDocs,
    /// Jekyll.
    Jekyll,
    /// Hexo.
    Hexo,
    /// mdBook.
    MdBook,
    /// Sphinx with MyST; Quarto.
    Sphinx,
}

/// What the front matter says of an address.
#[derive(Default)]
pub(super) struct Said {
    pub(super) slug: Option<String>,
    pub(super) id: Option<String>,
    pub(super) date: Option<String>,
    pub(super) categories: Vec<String>,
}

/// The address of the file `inside` its input, from the root of the site.
pub(super) fn page(generator: Generator, inside: &str, said: &Said) -> String {
    let mut folders: Vec<&str> = inside.split('/').collect();
    let file = folders.pop().unwrap_or_default();
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let roots: &[&str] = match generator {
        Generator::Hugo => &["content"],
        Generator::MkDocs | Generator::VitePress => &["docs"],
        Generator::MdBook => &["src"],
        Generator::Hexo => &["source"],
        Generator::Sphinx => &["docs", "doc", "source"],
        _ => &[],
    };
    while folders.first().is_some_and(|first| roots.contains(first)) {
        folders.remove(0);
        if generator != Generator::Sphinx {
            break;
        }
    }
    let lower = stem.to_ascii_lowercase();
    let index = lower == "index" || (lower == "readme" && generator != Generator::Hugo && generator != Generator::Jekyll);
    let named = |end: &str| path(&folders) + &if index { String::new() } else { format!("{stem}{end}") };
    match generator {
        Generator::None => match &said.slug {
            Some(slug) => path(&folders) + slug.trim_matches('/') + "/",
            None => inside.to_string(),
        },
        Generator::Docusaurus => docusaurus(&folders, stem, index, said),
        Generator::Hugo => hugo(&folders, stem, index || lower == "_index", said),
        Generator::Jekyll | Generator::Hexo => {
            posts(&folders, stem, said, generator == Generator::Jekyll).unwrap_or_else(|| named(".html"))
        }
        Generator::MkDocs => named("/"),
        Generator::VitePress | Generator::MdBook | Generator::Sphinx => named(".html"),
    }
}

/// Folders of an address, each with the slash behind it.
fn path<P: Display>(folders: impl IntoIterator<Item = P>) -> String {
    folders.into_iter().map(|folder| format!("{folder}/")).collect()
}

/// A letter, a digit, or a mark on one.
fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || c.general_category_group() == GeneralCategoryGroup::Mark
}

/// Hugo writes addresses in small letters, with `-` for spaces, and leaves out most signs.
fn hugo(folders: &[&str], stem: &str, index: bool, said: &Said) -> String {
    let part = |name: &str| -> String {
        let keeps = |c: &char| matches!(c, ' ' | '.' | '_' | '-' | '+' | '~' | '#' | '@') || is_letter(*c);
        name.trim().chars().filter(keeps).map(|c| if c == ' ' { '-' } else { c }).flat_map(char::to_lowercase).collect()
    };
    let mut parts: Vec<String> = folders.iter().map(|name| part(name)).collect();
    match &said.slug {
        // The name of a bundle is that of its folder.
        Some(slug) => {
            if index {
                parts.pop();
            }
            parts.push(part(slug));
        }
        None if index => {}
        None => parts.push(part(stem)),
    }
    path(&parts)
}

/// What stands before a day, the day as folders, what stands behind it.
fn dated(name: &str) -> Option<(String, &str)> {
    let (day, rest) = name.split_at_checked(10)?;
    let digits = |at: std::ops::Range<usize>| day.get(at).is_some_and(|part| part.bytes().all(|b| b.is_ascii_digit()));
    let fits = digits(0..4) && digits(5..7) && digits(8..10) && [4, 7].iter().all(|at| day.as_bytes()[*at] == b'-');
    fits.then(|| (day.replace('-', "/"), rest))
}

/// The page of a post of Jekyll or Hexo: its day and its name; of Jekyll its categories before. None for what is no post.
fn posts(folders: &[&str], stem: &str, said: &Said, jekyll: bool) -> Option<String> {
    let at = folders.iter().position(|folder| *folder == "_posts")?;
    let (day, name) = match dated(stem).filter(|_| jekyll) {
        Some((day, rest)) => (Some(day), rest.trim_start_matches('-')),
        None => (None, stem),
    };
    let said_day = said.date.as_deref().and_then(date).map(|iso| iso.replace('-', "/"));
    let day = said_day.or(day)?;
    if !jekyll {
        return Some(format!("{day}/{}{name}/", path(&folders[at + 1..])));
    }
    let slug = |words: &str, signs: &str| {
        words.split(|c: char| !(is_letter(c) || signs.contains(c))).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
    };
    let mut out = path(&folders[..at]);
    for category in &said.categories {
        let part = slug(&category.to_lowercase(), "");
        if !folders[..at].contains(&part.as_str()) {
            out.push_str(&format!("{part}/"));
        }
    }
    let name = said.slug.as_deref().unwrap_or(name);
    Some(format!("{out}{day}/{}.html", slug(name, "._~!$&'()+,;=@")))
}

/// Docusaurus takes numbers from names, knows pages by their `id`, and has days of a blog as folders.
fn docusaurus(folders: &[&str], stem: &str, index: bool, said: &Said) -> String {
    if folders.starts_with(&["src", "pages"]) {
        return path(&folders[2..]) + if index { "" } else { stem };
    }
    if folders.first() == Some(&"blog") {
        return format!("blog/{}", blog(&folders[1..], stem, index, said));
    }
    let base = usize::from(folders.first() == Some(&"docs"));
    let mut out = path(&folders[..base]);
    let inner = path(folders[base..].iter().map(|part| unnumbered(part)));
    let name = unnumbered(stem);
    match &said.slug {
        Some(slug) if slug.starts_with('/') => out.push_str(slug.trim_start_matches('/')),
        Some(slug) => out.extend([inner.as_str(), slug.trim_start_matches("./")]),
        None if index || folders.last().is_some_and(|folder| unnumbered(folder).eq_ignore_ascii_case(name)) => {
            out.push_str(&inner)
        }
        None => out.extend([inner.as_str(), said.id.as_deref().unwrap_or(name)]),
    }
    out
}

/// The address of a post below that of the blog.
fn blog(folders: &[&str], stem: &str, index: bool, said: &Said) -> String {
    if let Some(slug) = &said.slug {
        return slug.trim_start_matches('/').to_string();
    }
    let mut parts: Vec<&str> = folders.to_vec();
    if !index {
        parts.push(stem);
    }
    let Some((last, before)) = parts.split_last() else { return String::new() };
    let before = path(before);
    match dated(last) {
        Some((day, rest)) => format!("{before}{day}/{}", rest.trim_start_matches('-')).trim_end_matches('/').to_string(),
        None => format!("{before}{last}"),
    }
}

/// A name without the number before it that says where it stands; days and versions stay.
fn unnumbered(name: &str) -> &str {
    let digits = name.bytes().take_while(u8::is_ascii_digit).count();
    let rest = name[digits..].trim_start();
    let after = rest.trim_start_matches(['-', '_', '.']);
    let signs = rest.len() - after.len();
    let suffix = after.trim_start();
    let version = signs == 1 && rest.len() + digits == name.len() && suffix.starts_with(|c: char| c.is_ascii_digit());
    if digits == 0 || signs == 0 || version || suffix.is_empty() { name } else { suffix }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the generators themselves made of these files.
    #[test]
    fn every_generator_has_its_addresses() {
        let said = |slug: &str, date: &str, categories: &[&str]| Said {
            slug: Some(slug.to_string()).filter(|slug| !slug.is_empty()),
            id: None,
            date: Some(date.to_string()).filter(|date| !date.is_empty()),
            categories: categories.iter().map(|name| name.to_string()).collect(),
        };
        let none = || Said::default();
        for (generator, file, said, address) in [
            (Generator::None, "a/b.md", none(), "a/b.md"),
            (Generator::None, "a/b.md", said("c", "", &[]), "a/c/"),
            (Generator::Hugo, "content/posts/Hello World.md", none(), "posts/hello-world/"),
            (Generator::Hugo, "posts/My Post/index.md", none(), "posts/my-post/"),
            (Generator::Hugo, "文章/第一 篇！.md", none(), "文章/第一-篇/"),
            (Generator::Hugo, "sec/_index.md", none(), "sec/"),
            (Generator::Hugo, "sec/A.B_c+d&e.md", none(), "sec/a.b_c+de/"),
            (Generator::Hugo, "sec/slugged.md", said("Own Slug", "", &[]), "sec/own-slug/"),
            (Generator::Jekyll, "_posts/2025-05-06-Hello World.md", none(), "2025/05/06/Hello-World.html"),
            (Generator::Jekyll, "cat/_posts/2025-05-07-x.md", none(), "cat/2025/05/07/x.html"),
            (Generator::Jekyll, "_posts/2025-05-08-slugged.md", said("own-slug", "", &[]), "2025/05/08/own-slug.html"),
            (Generator::Jekyll, "_posts/2025-05-09-cats.md", said("", "", &["News", "要闻"]), "news/要闻/2025/05/09/cats.html"),
            (Generator::Jekyll, "a/index.md", none(), "a/"),
            (Generator::Jekyll, "A B.md", none(), "A B.html"),
            (Generator::Hexo, "source/_posts/海边.md", said("", "2025-05-06 08:00:00", &[]), "2025/05/06/海边/"),
            (Generator::Hexo, "source/about/index.md", none(), "about/"),
            (Generator::MkDocs, "docs/a/b.md", none(), "a/b/"),
            (Generator::MkDocs, "a/README.md", none(), "a/"),
            (Generator::MdBook, "src/a/b.md", none(), "a/b.html"),
            (Generator::VitePress, "guide/x.md", none(), "guide/x.html"),
            (Generator::Sphinx, "docs/source/a.md", none(), "a.html"),
            (Generator::Docusaurus, "docs/01-Basics/02-first.md", none(), "docs/Basics/first"),
            (Generator::Docusaurus, "docs/1.2-notes.md", none(), "docs/1.2-notes"),
            (Generator::Docusaurus, "docs/a/index.md", none(), "docs/a/"),
            (Generator::Docusaurus, "docs/a/a.md", none(), "docs/a/"),
            (Generator::Docusaurus, "docs/a/b.md", said("/own", "", &[]), "docs/own"),
            (Generator::Docusaurus, "blog/2021-08-26-welcome/index.md", none(), "blog/2021/08/26/welcome"),
            (Generator::Docusaurus, "src/pages/about.md", none(), "about"),
        ] {
            assert_eq!(page(generator, file, &said), address, "{generator:?} {file}");
        }
    }
}
