//! How deep may the tags of a page stand in each other?
//!
//! The algorithm of the standard looks through the open elements at nearly every tag, so a page of nothing but opening tags takes
//! time that grows with the square of its length: half a megabyte of `<ul><li>` a minute and a half. Browsers bound the depth of
//! their trees at 512, and so is it done here, before the parser sees a tag: one that would stand deeper is left out with its
//! end, the words in it stay. One that says something of these words (that they are hidden, say) is never left out; where there are
//! too many even of those, nothing below them is read.

use html5ever::LocalName;
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult};
use std::cell::RefCell;

/// Open elements, at most; more only if they say something of the words in them, and never more than twice as many.
const DEEPEST: usize = 512;

/// Elements down to here may have as many tags in them as they want.
const USUAL: usize = 64;

/// How many open elements may be looked through for tags that stand deeper. Then no tag is taken there but those that say something
/// of the words in them, and these are left out with their words.
const STEPS: usize = 10_000_000;

/// Open elements of fonts and the like, at most: they are opened again in every block that follows.
const FONTS: usize = 16;

/// Stands between tokenizer and parser.
pub(super) struct Shallow<B> {
    pub(super) builder: B,
    state: RefCell<State>,
}

/// What is open.
#[derive(Default)]
struct State {
    open: Vec<LocalName>,
    fonts: Vec<LocalName>,
    /// Tags that were left out and not ended yet.
    dropped: Vec<LocalName>,
    /// Where `dropped` began to hold what may be hidden: words are left out until it is shorter.
    silent: Option<usize>,
    /// Open elements that were looked through below [`USUAL`].
    steps: usize,
    /// Readings that belong to no ruby: nothing ends them, so that they stand in each other.
    strays: usize,
}

/// What becomes of a tag.
enum Fate {
    Pass,
    Drop,
}

impl<B> Shallow<B> {
    pub(super) fn new(builder: B) -> Shallow<B> {
        Shallow { builder, state: RefCell::default() }
    }
}

impl<B: TokenSink> TokenSink for Shallow<B> {
    type Handle = B::Handle;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<B::Handle> {
        let fate = match &token {
            Token::TagToken(tag) => self.state.borrow_mut().tag(tag),
            Token::CharacterTokens(_) if self.state.borrow().silent.is_some() => Fate::Drop,
            _ => Fate::Pass,
        };
        match fate {
            Fate::Pass => self.builder.process_token(token, line),
            Fate::Drop => TokenSinkResult::Continue,
        }
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

impl State {
    fn tag(&mut self, tag: &Tag) -> Fate {
        match tag.kind {
            TagKind::StartTag => self.start(tag),
            TagKind::EndTag => self.end(&tag.name),
        }
    }

    fn start(&mut self, tag: &Tag) -> Fate {
        // Foreign elements may end with the tag that begins them.
        let ended = tag.self_closing && self.open.iter().any(|open| matches!(&**open, "svg" | "math"));
        if ended || is_empty(&tag.name) {
            return Fate::Pass;
        }
        if self.open.len() > USUAL {
            self.steps += self.open.len();
        }
        if self.is_spent() {
            return self.drop(tag, tag.attrs.iter().any(|a| tells(&a.name.local)));
        }
        if matches!(&*tag.name, "rb" | "rp" | "rt" | "rtc") && !self.open.iter().any(|open| &**open == "ruby") {
            self.strays += 1;
            return if self.strays > DEEPEST { Fate::Drop } else { Fate::Pass };
        }
        if is_flat(&tag.name) {
            return Fate::Pass;
        }
        let fonts = is_font(&tag.name);
        let list = if fonts { &mut self.fonts } else { &mut self.open };
        let (length, most) = (list.len(), if fonts { FONTS } else { DEEPEST });
        let telling = !fonts && tag.attrs.iter().any(|a| tells(&a.name.local));
        if length < most || (telling && length < 2 * most) {
            list.push(tag.name.clone());
            return Fate::Pass;
        }
        self.drop(tag, telling)
    }

    /// Whether no more tags are taken here.
    fn is_spent(&self) -> bool {
        self.open.len() > USUAL && self.steps > STEPS
    }

    /// Leaves out a tag, and what stands in it, if it says something of that.
    fn drop(&mut self, tag: &Tag, telling: bool) -> Fate {
        if telling && self.silent.is_none() {
            self.silent = Some(self.dropped.len());
        }
        self.dropped.push(tag.name.clone());
        Fate::Drop
    }

    fn end(&mut self, name: &LocalName) -> Fate {
        if is_empty(name) || (is_flat(name) && !self.is_spent()) {
            return Fate::Pass;
        }
        // Looked for among the last of them only, so that a page of tags that do not fit together takes no longer than another.
        let from = self.dropped.len().saturating_sub(DEEPEST);
        if let Some(at) = self.dropped[from..].iter().rposition(|open| open == name).map(|at| from + at) {
            self.dropped.truncate(at);
            self.silent = self.silent.filter(|&silent| silent < at);
            return Fate::Drop;
        }
        if is_flat(name) {
            return Fate::Drop;
        }
        if is_font(name) {
            if let Some(at) = self.fonts.iter().rposition(|open| open == name) {
                self.fonts.remove(at);
            }
        } else if let Some(at) = self.open.iter().rposition(|open| open == name)
            // A tag does not end what stands around a table, nor does one of a few words end a block.
            && !self.open[at + 1..].iter().any(|open| is_wall(open) || (is_phrase(name) && !is_phrase(open)))
        {
            self.open.truncate(at);
            self.dropped.clear();
            self.silent = None;
        }
        Fate::Pass
    }
}

/// Elements that hold nothing, or have their text read as such.
fn is_empty(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
            | "html"
            | "head"
            | "body"
            | "title"
            | "script"
            | "style"
            | "textarea"
            | "iframe"
            | "noembed"
            | "noframes"
            | "noscript"
            | "xmp"
            | "plaintext"
            | "path"
            | "use"
            | "frame"
            | "keygen"
    )
}

/// Elements that end by themselves where the next one begins.
fn is_flat(name: &str) -> bool {
    matches!(
        name,
        "p" | "li"
            | "dt"
            | "dd"
            | "td"
            | "th"
            | "tr"
            | "tbody"
            | "thead"
            | "tfoot"
            | "caption"
            | "colgroup"
            | "option"
            | "optgroup"
            | "rb"
            | "rp"
            | "rt"
            | "rtc"
            | "hr"
    )
}

/// What the standard calls formatting elements.
fn is_font(name: &str) -> bool {
    matches!(name, "a" | "b" | "big" | "code" | "em" | "font" | "i" | "nobr" | "s" | "small" | "strike" | "strong" | "tt" | "u")
}

/// Elements that no end tag outside of them ends.
fn is_wall(name: &str) -> bool {
    matches!(name, "table" | "template" | "object" | "marquee" | "applet" | "svg" | "math")
}

/// Elements of a few words, the end of which ends no block.
fn is_phrase(name: &str) -> bool {
    matches!(
        name,
        "span"
            | "abbr"
            | "bdi"
            | "bdo"
            | "cite"
            | "data"
            | "del"
            | "dfn"
            | "ins"
            | "kbd"
            | "label"
            | "mark"
            | "q"
            | "ruby"
            | "samp"
            | "sub"
            | "sup"
            | "time"
            | "var"
    )
}

/// Attributes that say whether words may be read, or which.
fn tells(name: &str) -> bool {
    name == "hidden" || name == "style" || name.starts_with("data-")
}
