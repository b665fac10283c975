//! Where does each article of a newspaper page begin, and what is its head?
//!
//! Pages of newspapers come as text in which several articles stand one after the other, cut from columns or scraped
//! from the web. `cut` gives the articles back: headline, text with whole paragraphs, and who wrote it, when and
//! where. It works in three steps:
//!
//! 1. `line.rs` (`kind.rs` lists the answers), with `people.rs` for bylines and `web.rs` for what websites add: what does each line look like by itself?
//! 2. `page.rs`: what is it, seen with the others (`raw.rs` reads them, `navigation.rs` finds those that are no article's,
//!    `flow.rs` says which belong together)? Where does an article begin?
//! 3. `cut.rs`: the articles' texts.
//!
//! No word of an article is lost. What is unsure stays with the article before it, and a byline stays in the text
//! although its names are metadata as well. [`explain`] shows every decision, so that it can be corrected: by a `#` in
//! front of a headline, or by [`Rules`].

mod cut;
mod explain;
mod flow;
mod kind;
mod line;
mod navigation;
mod page;
mod people;
mod raw;
pub(super) mod rules;
mod web;

pub(super) use cut::{Cut, cut};
pub use explain::{ExplainedArticle, ExplainedLine, Explanation, explain};
pub use kind::Role;
pub use rules::{Rules, Split};
