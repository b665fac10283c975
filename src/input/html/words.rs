//! Which words does a reader see, in which order, and where does a block end?

use super::marks::{self, Ignored};
use super::survey::is_hidden;
use super::tree::{Data, Element, Id, Step, Tree, Walk};
use super::weights::{Part, Weights};
use super::{Html, noise};
use crate::Heading;
use crate::input::blocks::{Gap, Writer};
use crate::input::lines::{clean, one_line};
use std::borrow::Cow;

/// The text of a page.
#[derive(Clone, Default)]
pub(super) struct Words {
    pub(super) text: String,
    pub(super) headings: Vec<Heading>,
    /// What in it counts otherwise than the page.
    pub(super) weights: Vec<Part>,
    /// The first heading of level 1, which does not stand in the text.
    pub(super) title: Option<String>,
    /// How many headings of level 1 there are.
    pub(super) firsts: usize,
    /// Bytes of words, and how many of them are links to other pages.
    pub(super) shown: usize,
    pub(super) linked: usize,
    /// How many headings are nothing but links to other pages.
    pub(super) teasers: usize,
    /// How many other blocks, but those of lists and tables, are.
    pub(super) leads: usize,
    /// A day that is given near the beginning.
    pub(super) date: Option<String>,
}

/// What becomes of the first heading of level 1.
#[derive(Clone, Copy)]
pub(super) enum First<'a> {
    /// It is the title.
    Title,
    /// It is the title, unless it is nothing but a link: then it is that of one of several articles that the page shows.
    Unlinked,
    /// It is a heading, unless these are its words.
    Heading(&'a str),
}

/// Reads the words of some parts of a page. `main`: they are its main part, not all of it.
pub(super) fn read(tree: &Tree, parts: &[Id], main: bool, first: First<'_>, options: &Html) -> Words {
    let (writer, out) = (Writer::default(), Words::default());
    let mut reader = Reader {
        tree,
        options,
        main,
        first,
        writer,
        out,
        heading: None,
        pre: None,
        link: None,
        article: None,
        item: None,
        has_article: main && tree.holds(parts, "article"),
        block: (0, 0),
        asides: Vec::new(),
        weights: Weights::new(tree, parts),
    };
    for &part in parts {
        reader.part(part);
    }
    reader.out.text = reader.writer.text;
    reader.out.weights = reader.weights.parts();
    reader.out
}

struct Reader<'a> {
    tree: &'a Tree,
    options: &'a Html,
    main: bool,
    first: First<'a>,
    writer: Writer,
    out: Words,
    heading: Option<Open>,
    /// The outermost elements of these sorts that the walk is in.
    pre: Option<Id>,
    link: Option<Id>,
    article: Option<Id>,
    item: Option<Id>,
    /// Whether there is an article in the main part.
    has_article: bool,
    /// Bytes of words, and of links to other pages, before the block that is open.
    block: (usize, usize),
    /// Descriptions of images of the block that is open: they follow it, so as not to part its words.
    asides: Vec<String>,
    weights: Weights,
}

/// A heading that is being read.
struct Open {
    id: Id,
    at: usize,
    anchor: Option<String>,
    /// It is one of level 1.
    is_first: bool,
    /// Bytes of links to other pages before it.
    linked: usize,
    shown: usize,
}

impl Reader<'_> {
    fn part(&mut self, root: Id) {
        self.end();
        self.weights.root(self.tree, root);
        let mut walk = self.tree.walk(root);
        while let Some(step) = walk.next() {
            match step {
                Step::Enter(id) => match self.tree.data(id) {
                    Data::Text(words) => self.text(words),
                    Data::Element(element) => self.enter(id, element, id == root, &mut walk),
                    Data::Nothing => {}
                },
                Step::Leave(id) => {
                    if let Some(element) = self.tree.element(id) {
                        self.leave(id, element);
                    }
                }
            }
        }
        self.end();
    }

    fn enter(&mut self, id: Id, element: &Element, is_root: bool, walk: &mut Walk<'_>) {
        if element.html && is_block(&element.name) {
            self.end_in(element);
        }
        let marked = marks::of(element, "body").is_some();
        let ignored = !is_root && !marked && marks::ignored(element) != Ignored::No;
        // An image may be a word of its own, and its element holds none.
        if self.heading.is_some() || &*element.name == "a" {
            self.place(element);
        }
        if ignored
            || self.options.excludes(self.tree, id)
            || (is_hidden(element) && !self.options.hidden)
            || self.is_never(id, element, is_root)
        {
            walk.pass(id);
            return;
        }
        if let Some(names) = marks::of(element, "index-attrs") {
            let names = names.split(',').map(|name| name.trim().to_ascii_lowercase());
            // The description of an image is a text anyway.
            let further = names.filter(|name| !(name == "alt" && &*element.name == "img"));
            let values = further.filter_map(|name| element.get(&name));
            self.asides.extend(values.map(|value| one_line(&clean(value.to_owned()))).filter(|value| !value.is_empty()));
        }
        if !is_root {
            self.weights.enter(id, element);
        }
        if !element.html {
            return;
        }
        match &*element.name {
            "article" if self.article.is_none() => self.article = Some(id),
            "li" | "td" | "th" | "dd" if self.item.is_none() => self.item = Some(id),
            "br" => self.writer.gap(Gap::Hard),
            "pre" | "textarea" | "listing" | "xmp" if self.pre.is_none() => self.pre = Some(id),
            "img" => self.image(element),
            "button" => self.writer.gap(Gap::Soft),
            "a" if self.link.is_none() && element.get("href").is_some_and(|href| !href.starts_with('#')) => self.link = Some(id),
            "time"
                if self.out.date.is_none() && self.writer.text.len() < 600 && element.get("itemprop") != Some("dateModified") =>
            {
                let modified = element.words("class").any(|class| class.contains("modified") || class.contains("updated"));
                self.out.date = element.get("datetime").filter(|_| !modified).map(str::to_owned);
            }
            _ => {}
        }
        let level = level(&element.name);
        let named = marks::of(element, "title").is_some() && element.get("id").is_some();
        if self.heading.is_none() && (level.is_some() || named) {
            self.end();
            let anchor = self.anchor(id, element);
            let is_first = level == Some(1);
            self.weights.heading(level);
            self.heading =
                Some(Open { id, at: self.writer.text.len(), anchor, is_first, linked: self.out.linked, shown: self.out.shown });
        }
    }

    fn leave(&mut self, id: Id, element: &Element) {
        for open in [&mut self.pre, &mut self.link, &mut self.article, &mut self.item] {
            *open = open.filter(|&open| open != id);
        }
        if self.heading.as_ref().is_some_and(|heading| heading.id == id)
            && let Some(heading) = self.heading.take()
        {
            self.heading(heading);
        }
        if element.html && is_block(&element.name) {
            self.end_in(element);
        } else if element.html && &*element.name == "button" {
            self.writer.gap(Gap::Soft);
        }
        self.weights.leave(id);
    }

    /// Takes a heading whose words are all read.
    fn heading(&mut self, heading: Open) {
        self.writer.end();
        let mut words = one_line(self.writer.text.get(heading.at..).unwrap_or_default());
        self.writer.text.truncate(heading.at);
        self.weights.cut(heading.at);
        if words.is_empty() {
            // A heading that is an image says what the image shows.
            words = std::mem::take(&mut self.asides).join(" ");
        }
        let links = self.out.linked - heading.linked;
        let is_link = links > 0 && links == self.out.shown - heading.shown;
        self.out.teasers += usize::from(is_link);
        if !words.is_empty() {
            self.out.firsts += usize::from(heading.is_first);
            let taken = match self.first {
                First::Title | First::Unlinked => {
                    let fits = heading.is_first && !(is_link && matches!(self.first, First::Unlinked));
                    let title = fits && self.out.title.is_none();
                    if title {
                        self.out.title = Some(words.clone());
                    }
                    title
                }
                First::Heading(title) => heading.is_first && words == title,
            };
            if !taken {
                self.write(&words);
                let (end, anchor) = (self.writer.text.len(), heading.anchor.unwrap_or_default());
                self.out.headings.push(Heading { start: end - words.len(), end, anchor });
            }
        }
        self.end();
        self.weights.heading(None);
    }

    /// Ends the block, and writes what the images in it show.
    fn end(&mut self) {
        let (shown, linked) = (self.out.shown - self.block.0, self.out.linked - self.block.1);
        self.out.leads += usize::from(linked > 0 && linked == shown && self.heading.is_none() && self.item.is_none());
        self.block = (self.out.shown, self.out.linked);
        self.writer.end();
        if self.heading.is_some() {
            return;
        }
        for words in std::mem::take(&mut self.asides) {
            self.write(&words);
            self.writer.end();
        }
    }

    /// The same, at an edge of an element: a line, where it stands in code.
    fn end_in(&mut self, element: &Element) {
        match self.pre {
            Some(_) if &*element.name != "pre" => self.writer.gap(Gap::Hard),
            _ => self.end(),
        }
    }

    fn write(&mut self, words: &str) {
        self.writer.words(words);
        self.weights.wrote(&self.writer.text, words);
    }

    /// Writes words: white space is one space, but in code.
    fn text(&mut self, words: &str) {
        let dirty = |c: char| c.is_control() && !matches!(c, '\n' | '\t' | '\r' | '\u{C}');
        let words = if words.contains(dirty) { Cow::Owned(clean(words.to_owned())) } else { Cow::Borrowed(words) };
        if self.pre.is_some() && self.heading.is_none() {
            for (n, line) in words.split('\n').enumerate() {
                if n > 0 {
                    self.writer.gap(Gap::Hard);
                }
                let line = line.trim_end_matches('\r');
                self.writer.verbatim(line);
                self.weights.wrote(&self.writer.text, line);
                self.out.shown += line.len();
            }
            return;
        }
        let white = |c: char| matches!(c, ' ' | '\n' | '\t' | '\r' | '\u{C}');
        let mut rest: &str = &words;
        while !rest.is_empty() {
            let end = rest.find(white).unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            if !word.is_empty() {
                self.write(word);
                self.out.shown += word.len();
                if self.link.is_some() {
                    self.out.linked += word.len();
                }
            }
            rest = after.trim_start_matches(white);
            let gap = &after[..after.len() - rest.len()];
            if gap.contains('\n') {
                self.writer.gap(Gap::Soft);
            } else if !gap.is_empty() {
                self.writer.space();
            }
        }
    }

    /// Takes the description of an image. One that is a sign (an emoji) stands among the words.
    fn image(&mut self, element: &Element) {
        let words = one_line(&clean(element.get("alt").unwrap_or_default().to_owned()));
        if words.is_empty() {
            return;
        }
        let sign = !words.contains(char::is_alphanumeric) && !words.is_ascii();
        if sign || element.words("class").any(|class| class.contains("emoji")) {
            self.write(&words);
        } else {
            self.asides.push(words);
        }
    }

    /// Remembers the place that an element inside a heading marks.
    fn place(&mut self, element: &Element) {
        let anchor = element.get("id").or_else(|| element.get("name").filter(|_| &*element.name == "a"));
        if let (Some(heading), Some(anchor)) = (&mut self.heading, anchor)
            && heading.anchor.is_none()
            && !anchor.is_empty()
        {
            heading.anchor = Some(anchor.to_owned());
        }
    }

    /// The place that a heading marks: its own, that of the section it begins, or that of an empty element before it.
    fn anchor(&self, id: Id, element: &Element) -> Option<String> {
        let own = |element: &Element| element.get("id").filter(|id| !id.is_empty()).map(str::to_owned);
        if let Some(anchor) = own(element) {
            return Some(anchor);
        }
        let mut before = self.tree.before(id).filter(|&id| match self.tree.data(id) {
            Data::Text(words) => !words.trim().is_empty(),
            Data::Element(_) => true,
            Data::Nothing => false,
        });
        match before.next() {
            None => {
                let parent = self.tree.element(self.tree.parent(id)?)?;
                own(parent).filter(|_| matches!(&*parent.name, "section" | "header" | "hgroup") || parent.has_class("section"))
            }
            Some(id) => {
                let mark = self.tree.element(id)?;
                let empty = matches!(&*mark.name, "a" | "span" | "div") && !self.tree.has_words(id);
                empty.then(|| own(mark).or_else(|| mark.get("name").map(str::to_owned)))?
            }
        }
    }

    /// Whether a head or side is the site's, and not of the article in the same main part: NexT has all of its page in `<main>`.
    fn stands_beside(&self, id: Id, element: &Element) -> bool {
        let sites = match &*element.name {
            "aside" => element.has_class("sidebar"),
            _ => element.get("itemtype").is_some_and(|kind| kind.ends_with("/WPHeader")),
        };
        sites && self.has_article && self.article.is_none() && !self.tree.holds(&[id], "article")
    }

    /// Whether the words of an element are never text.
    fn is_never(&self, id: Id, element: &Element, is_root: bool) -> bool {
        if !element.html {
            return matches!(&*element.name, "svg" | "annotation" | "annotation-xml");
        }
        let never = match &*element.name {
            "head" | "style" | "script" | "noscript" | "noembed" | "noframes" | "label" | "form" | "nav" | "iframe"
            | "template" | "title" | "input" | "rt" | "rp" | "rtc" | "audio" | "video" | "canvas" | "datalist" | "progress"
            | "meter" | "link" | "meta" | "base" => !is_root,
            // Who said it stands below what was said.
            "footer" => !is_root && !self.tree.parent(id).is_some_and(|id| matches!(self.tree.name(id), "blockquote" | "figure")),
            "header" | "aside" => !is_root && (!self.main || self.stands_beside(id, element)),
            _ => false,
        };
        let role = match element.get("role") {
            Some("navigation" | "search") => true,
            Some("banner" | "contentinfo" | "complementary") => !self.main,
            _ => false,
        };
        never || (role && !is_root) || noise::is_noise(self.tree, id, element, self.heading.as_ref().map(|heading| heading.id))
    }
}

/// The level of a heading.
fn level(name: &str) -> Option<u8> {
    match name.as_bytes() {
        [b'h', digit @ b'1'..=b'6'] => Some(digit - b'0'),
        _ => None,
    }
}

/// Elements that stand by themselves.
fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "caption"
            | "center"
            | "dd"
            | "details"
            | "dialog"
            | "dir"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hgroup"
            | "hr"
            | "legend"
            | "li"
            | "listing"
            | "main"
            | "menu"
            | "nav"
            | "ol"
            | "optgroup"
            | "option"
            | "p"
            | "pre"
            | "search"
            | "section"
            | "select"
            | "summary"
            | "table"
            | "tbody"
            | "td"
            | "textarea"
            | "tfoot"
            | "th"
            | "thead"
            | "tr"
            | "ul"
            | "xmp"
    )
}
