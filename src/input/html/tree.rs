//! Which tree does a browser make of a page?
//!
//! `html5ever` reads the page as browsers do; here is where it puts what it finds: nodes in one list, each with the numbers of
//! its neighbours, so that a tree is made, walked and dropped without recursion, however deep it is.

use super::nest::Shallow;
use html5ever::buffer_queue::BufferQueue;
use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{Tokenizer, TokenizerOpts};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};
use html5ever::{Attribute, ExpandedName, LocalName, QualName, local_name, ns};
use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

/// The number of a node.
pub(super) type Id = u32;

/// No node.
const NONE: Id = Id::MAX;

/// The document itself.
pub(super) const DOCUMENT: Id = 0;

/// What a node is.
pub(super) enum Data {
    /// The document, what a template holds, a comment: nothing that is seen.
    Nothing,
    Text(StrTendril),
    Element(Element),
}

/// An element of HTML, SVG or MathML.
pub(super) struct Element {
    pub(super) name: LocalName,
    /// Whether it is one of HTML.
    pub(super) html: bool,
    attributes: Vec<Attribute>,
}

impl Element {
    /// The value of an attribute.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|a| &*a.name.local == name).map(|a| &*a.value)
    }

    /// The values of all attributes, with their names, as they stand in the page.
    pub(super) fn attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.attributes.iter().map(|a| (&*a.name.local, &*a.value))
    }

    /// The words of an attribute, such as its classes.
    pub(super) fn words(&self, name: &str) -> impl Iterator<Item = &str> {
        self.get(name).unwrap_or_default().split_ascii_whitespace()
    }

    /// Whether it has this class.
    pub(super) fn has_class(&self, class: &str) -> bool {
        self.words("class").any(|word| word == class)
    }
}

struct Node {
    parent: Id,
    first: Id,
    last: Id,
    previous: Id,
    next: Id,
    data: Data,
}

impl Node {
    fn new(data: Data) -> Node {
        Node { parent: NONE, first: NONE, last: NONE, previous: NONE, next: NONE, data }
    }
}

/// A page as a tree.
pub(super) struct Tree {
    nodes: Vec<Node>,
}

/// A step of a walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Enter(Id),
    Leave(Id),
}

/// A walk through a node and all below it, in the order of the page.
pub(super) struct Walk<'a> {
    tree: &'a Tree,
    root: Id,
    next: Option<Step>,
}

impl Walk<'_> {
    /// Passes over what stands below the node that was entered last; it is left next.
    pub(super) fn pass(&mut self, node: Id) {
        self.next = Some(Step::Leave(node));
    }
}

impl Iterator for Walk<'_> {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        let step = self.next?;
        self.next = match step {
            Step::Enter(id) => match self.tree.nodes[id as usize].first {
                NONE => Some(Step::Leave(id)),
                first => Some(Step::Enter(first)),
            },
            Step::Leave(id) if id == self.root => None,
            Step::Leave(id) => {
                let node = &self.tree.nodes[id as usize];
                Some(if node.next == NONE { Step::Leave(node.parent) } else { Step::Enter(node.next) })
            }
        };
        Some(step)
    }
}

impl Tree {
    /// Reads a page. Time grows with its length, whatever it holds.
    pub(super) fn read(html: &str) -> Tree {
        let sink = Sink { tree: RefCell::new(Tree { nodes: vec![Node::new(Data::Nothing)] }) };
        let builder = TreeBuilder::new(sink, TreeBuilderOpts { drop_doctype: true, ..TreeBuilderOpts::default() });
        let tokenizer = Tokenizer::new(Shallow::new(builder), TokenizerOpts::default());
        let input = BufferQueue::default();
        // A tendril holds no more than 4 GB; a file is bounded long before.
        input.push_back(StrTendril::from(html));
        // It stops behind each script, for a browser that would run it.
        while !matches!(tokenizer.feed(&input), html5ever::TokenizerResult::Done) {}
        tokenizer.end();
        tokenizer.sink.builder.sink.finish()
    }

    /// Walks through a node and all below it.
    pub(super) fn walk(&self, root: Id) -> Walk<'_> {
        Walk { tree: self, root, next: Some(Step::Enter(root)) }
    }

    pub(super) fn data(&self, id: Id) -> &Data {
        &self.nodes[id as usize].data
    }

    /// The element that a node is.
    pub(super) fn element(&self, id: Id) -> Option<&Element> {
        match self.data(id) {
            Data::Element(element) => Some(element),
            _ => None,
        }
    }

    /// The name of an HTML element; empty for any other node.
    pub(super) fn name(&self, id: Id) -> &str {
        self.element(id).filter(|element| element.html).map_or("", |element| &element.name)
    }

    pub(super) fn parent(&self, id: Id) -> Option<Id> {
        Some(self.nodes[id as usize].parent).filter(|&parent| parent != NONE)
    }

    /// The nodes that stand before a node below the same parent, nearest first.
    pub(super) fn before(&self, id: Id) -> impl Iterator<Item = Id> {
        let previous = |id: Id| Some(self.nodes[id as usize].previous).filter(|&id| id != NONE);
        std::iter::successors(previous(id), move |&id| previous(id))
    }

    /// The nodes right below a node.
    pub(super) fn children(&self, id: Id) -> impl Iterator<Item = Id> {
        let some = |id: Id| Some(id).filter(|&id| id != NONE);
        std::iter::successors(some(self.nodes[id as usize].first), move |&id| some(self.nodes[id as usize].next))
    }

    /// All words below a node as one line, no more than about `most` bytes of them: for what is short by nature.
    pub(super) fn words(&self, root: Id, most: usize) -> String {
        let mut out = String::new();
        let mut walk = self.walk(root);
        // What holds few words in many elements is not searched to its end either.
        let mut steps = 0;
        while let Some(step) = walk.next() {
            steps += 1;
            if out.len() > 2 * most || steps > 16 * most {
                break;
            }
            let Step::Enter(id) = step else { continue };
            match self.data(id) {
                Data::Text(words) => out.push_str(words),
                Data::Element(element) if id != root && is_silent(element) => walk.pass(id),
                Data::Element(element) if &*element.name == "br" => out.push(' '),
                _ => {}
            }
        }
        let mut out = out.split_whitespace().collect::<Vec<_>>().join(" ");
        out.truncate(out.floor_char_boundary(most));
        out
    }

    /// Whether there are any words below a node.
    pub(super) fn has_words(&self, root: Id) -> bool {
        let mut walk = self.walk(root);
        while let Some(step) = walk.next() {
            let Step::Enter(id) = step else { continue };
            match self.data(id) {
                Data::Text(words) if !words.trim().is_empty() => return true,
                Data::Element(element) if id != root && is_silent(element) => walk.pass(id),
                _ => {}
            }
        }
        false
    }

    /// Whether any of these nodes is an element of this name, or holds one.
    pub(super) fn holds(&self, roots: &[Id], name: &str) -> bool {
        let is = |step: Step| matches!(step, Step::Enter(id) if self.name(id) == name);
        roots.iter().any(|&root| self.walk(root).any(is))
    }

    fn add(&mut self, data: Data) -> Id {
        self.nodes.push(Node::new(data));
        // A page of 32 MB has some ten million nodes; one of more than there are numbers does not stand in memory.
        (self.nodes.len() - 1) as Id
    }

    /// Takes a node from its parent.
    fn detach(&mut self, id: Id) {
        let Node { parent, previous, next, .. } = self.nodes[id as usize];
        if parent == NONE {
            return;
        }
        match previous {
            NONE => self.nodes[parent as usize].first = next,
            _ => self.nodes[previous as usize].next = next,
        }
        match next {
            NONE => self.nodes[parent as usize].last = previous,
            _ => self.nodes[next as usize].previous = previous,
        }
        let node = &mut self.nodes[id as usize];
        (node.parent, node.previous, node.next) = (NONE, NONE, NONE);
    }

    /// Puts a node below `parent`, before `next` or as the last.
    fn insert(&mut self, parent: Id, next: Id, id: Id) {
        self.detach(id);
        let previous = match next {
            NONE => std::mem::replace(&mut self.nodes[parent as usize].last, id),
            _ => std::mem::replace(&mut self.nodes[next as usize].previous, id),
        };
        match previous {
            NONE => self.nodes[parent as usize].first = id,
            _ => self.nodes[previous as usize].next = id,
        }
        let node = &mut self.nodes[id as usize];
        (node.parent, node.previous, node.next) = (parent, previous, next);
    }

    /// Puts a node, or words, which join those before them.
    fn put(&mut self, parent: Id, next: Id, child: NodeOrText<Handle>) {
        match child {
            NodeOrText::AppendNode(handle) => self.insert(parent, next, handle.id),
            NodeOrText::AppendText(words) => {
                let previous = match next {
                    NONE => self.nodes[parent as usize].last,
                    _ => self.nodes[next as usize].previous,
                };
                if previous != NONE
                    && let Data::Text(before) = &mut self.nodes[previous as usize].data
                {
                    before.push_tendril(&words);
                    return;
                }
                let id = self.add(Data::Text(words));
                self.insert(parent, next, id);
            }
        }
    }
}

/// Elements of which no word is ever seen.
pub(super) fn is_silent(element: &Element) -> bool {
    element.html && matches!(&*element.name, "script" | "style" | "template" | "noscript" | "rt" | "rp")
}

/// What the parser holds of a node: it asks for names far more often than for anything else.
pub(super) type Handle = Rc<Named>;

pub(super) struct Named {
    id: Id,
    name: QualName,
}

/// Where the parser puts what it finds.
pub(super) struct Sink {
    tree: RefCell<Tree>,
}

impl Sink {
    fn nothing(&self) -> Handle {
        unnamed(self.tree.borrow_mut().add(Data::Nothing))
    }
}

/// What the parser holds of a node that is no element.
fn unnamed(id: Id) -> Handle {
    Rc::new(Named { id, name: QualName::new(None, ns!(), local_name!("")) })
}

impl TreeSink for Sink {
    type Handle = Handle;
    type Output = Tree;
    type ElemName<'a> = ExpandedName<'a>;

    fn finish(self) -> Tree {
        self.tree.into_inner()
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> Handle {
        unnamed(DOCUMENT)
    }

    fn elem_name<'a>(&'a self, target: &'a Handle) -> ExpandedName<'a> {
        target.name.expanded()
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, _: ElementFlags) -> Handle {
        let element = Element { name: name.local.clone(), html: name.ns == ns!(html), attributes };
        let id = self.tree.borrow_mut().add(Data::Element(element));
        Rc::new(Named { id, name })
    }

    fn create_comment(&self, _: StrTendril) -> Handle {
        self.nothing()
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Handle {
        self.nothing()
    }

    fn append(&self, parent: &Handle, child: NodeOrText<Handle>) {
        self.tree.borrow_mut().put(parent.id, NONE, child);
    }

    fn append_based_on_parent_node(&self, element: &Handle, previous: &Handle, child: NodeOrText<Handle>) {
        let has_parent = self.tree.borrow().parent(element.id).is_some();
        if has_parent { self.append_before_sibling(element, child) } else { self.append(previous, child) }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    /// The first child of a template holds what stands in it.
    fn get_template_contents(&self, target: &Handle) -> Handle {
        let first = self.tree.borrow().nodes[target.id as usize].first;
        if first != NONE {
            return unnamed(first);
        }
        let contents = self.nothing();
        self.tree.borrow_mut().insert(target.id, NONE, contents.id);
        contents
    }

    fn same_node(&self, a: &Handle, b: &Handle) -> bool {
        a.id == b.id
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &Handle, child: NodeOrText<Handle>) {
        let mut tree = self.tree.borrow_mut();
        if let Some(parent) = tree.parent(sibling.id) {
            tree.put(parent, sibling.id, child);
        }
    }

    fn add_attrs_if_missing(&self, target: &Handle, attributes: Vec<Attribute>) {
        if let Data::Element(element) = &mut self.tree.borrow_mut().nodes[target.id as usize].data {
            for attribute in attributes {
                if !element.attributes.iter().any(|known| known.name == attribute.name) {
                    element.attributes.push(attribute);
                }
            }
        }
    }

    fn remove_from_parent(&self, target: &Handle) {
        self.tree.borrow_mut().detach(target.id);
    }

    fn reparent_children(&self, node: &Handle, parent: &Handle) {
        let mut tree = self.tree.borrow_mut();
        while tree.nodes[node.id as usize].first != NONE {
            let first = tree.nodes[node.id as usize].first;
            tree.insert(parent.id, NONE, first);
        }
    }
}
