//! Does the engine find what is there, in the promised order, for the promised cost?
//!
//! All of it is asked of the library, in memory: an index is built, written, verified and read again as a page would read it.

mod catalog;
mod cost;
mod edges;
mod help;
mod judge;
mod levels;
mod narrow;
mod narrow_real;
mod oracle;
mod order;
mod real;
mod scale;
mod session;
mod shapes;
mod snippets;
mod substrings;

#[path = "../common/generate.rs"]
mod generate;
#[path = "../common/naive.rs"]
mod naive;
#[path = "../common/support.rs"]
mod support;

use generate::Rng;
use support::Engine;
use xunzi::Article;
use xunzi::builder::Options as Parameters;
use xunzi::search::answer::Found;
use xunzi::search::{Options, Sort};

fn engine(articles: &[Article], pack: bool) -> Engine {
    Engine::new(articles, &Parameters { pack: Some(pack), ..Parameters::default() })
}

fn ask(engine: &mut Engine, query: &str, sort: Sort) -> Found {
    let options = Options { sort, ..Options::default() };
    engine.search(&mut Rng::new(1), query, options).unwrap_or_else(|e| panic!("{query}: {e}"))
}

fn ids(found: &Found) -> Vec<u32> {
    found.results.iter().map(|r| r.id).collect()
}

fn article(title: &str, text: &str) -> Article {
    Article { title: title.into(), text: text.into(), url: format!("/{title}"), ..Article::default() }
}
