//! Does every piece of real text, typed, find the article it was cut from?
//!
//! This asks the reader's promise without the judge, which could be wrong in the same way as the engine. The texts are docs-cn and
//! the English records (below `XUNZI_CORPORA`) and the sample articles; `XUNZI_ALL` cuts 100,000 pieces, else fewer.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};
use unicode_segmentation::UnicodeSegmentation as _;
use xunzi::Article;
use xunzi::builder::Options as Parameters;
use xunzi::fold::Off;

use crate::generate::Rng;
use crate::support::{Engine, seed};

/// Articles of one small index: an answer then costs little, and every article is verified.
const TOGETHER: usize = 10;
/// The same of the English records, which are a line each.
const RECORDS: usize = 400;

/// Articles of a source, or none where it is not there.
fn source(path: &Path) -> Vec<Article> {
    if !path.exists() {
        return Vec::new();
    }
    let read = xunzi::input::read(&[path.to_owned()], &Default::default(), &mut |_| {});
    read.unwrap_or_else(|e| panic!("{}: {e}", path.display())).articles
}

/// All texts, in groups that are to be indexed together, by source.
fn groups() -> BTreeMap<&'static str, Vec<Vec<Article>>> {
    let corpora = std::env::var_os("XUNZI_CORPORA").map(PathBuf::from).unwrap_or_default();
    let samples = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("articles");
    let sources = [
        ("samples", source(&samples), TOGETHER),
        ("docs-cn", source(&corpora.join("corpora/docs-cn.jsonl.gz")), TOGETHER),
        ("records-en", source(&corpora.join("corpora/records-en.jsonl.gz")), RECORDS),
    ];
    let cut = |articles: Vec<Article>, size: usize| articles.chunks(size).map(<[Article]>::to_vec).collect::<Vec<_>>();
    sources.into_iter().filter(|s| !s.1.is_empty()).map(|(name, articles, size)| (name, cut(articles, size))).collect()
}

/// A hyphen, white space, a mark or the end of a line: where what is seen and what is folded part most easily.
fn is_hard(grapheme: &str) -> bool {
    grapheme.chars().any(|c| {
        c.is_whitespace()
            || c.general_category() == GeneralCategory::DashPunctuation
            || c.general_category_group() == GeneralCategoryGroup::Mark
    })
}

/// A piece of one block, cut at the edges of what a reader sees as characters; every other one beside or behind something hard.
fn piece(rng: &mut Rng, text: &str, hard: bool) -> Option<String> {
    let blocks: Vec<&str> = text.split('\u{2029}').collect();
    let block = *rng.pick(&blocks);
    // A window, not the whole text: segmenting it all for one piece would be most of the work.
    let starts: Vec<usize> = (0..8).map(|_| rng.below(block.len().max(1))).collect();
    for start in starts {
        let from = (0..=start).rev().find(|&at| block.is_char_boundary(at)).unwrap_or(0);
        let to = (start + 1500).min(block.len());
        let to = (to..=block.len()).find(|&at| block.is_char_boundary(at)).unwrap_or(block.len());
        let window: Vec<&str> = block[from..to].graphemes(true).collect();
        // The first may be cut by the window.
        let window = if from == 0 { &window[..] } else { window.get(1..).unwrap_or_default() };
        let window = if to == block.len() { window } else { &window[..window.len().saturating_sub(1)] };
        let longest = match rng.below(20) {
            0 => 200,
            1..=5 => 3,
            _ => 24,
        };
        let length = rng.within(1, longest.min(window.len()).max(1));
        if window.len() < length {
            continue;
        }
        let mut at = rng.below(window.len() - length + 1);
        if hard {
            // The piece begins or ends with it, or just before or behind it.
            let edges = [at, at + length - 1, at.wrapping_sub(1), at + length];
            let Some(k) = (0..window.len()).find(|&k| k >= at && is_hard(window[k])) else { continue };
            let edge = edges[rng.below(4)];
            at = (at + k).checked_sub(edge)?;
            if at + length > window.len() {
                continue;
            }
        }
        return Some(window[at..at + length].concat());
    }
    None
}

/// Whether there is anything in it to look for: not only what nobody sees, marks without a letter, or signs that count as nothing.
fn says_something(piece: &str) -> bool {
    piece.chars().any(|c| {
        let nothing = c.is_whitespace()
            || matches!(c.general_category(), GeneralCategory::Format | GeneralCategory::Control)
            || c.general_category_group() == GeneralCategoryGroup::Mark;
        !nothing && !"™®℠\u{640}\u{3164}".contains(c)
    })
}

/// How a reader types a piece: as it is; one term where it has white space. Between quotation marks of its own that would be
/// something else, so there it is typed as it is, too.
fn typed(piece: &str) -> String {
    if piece.contains(char::is_whitespace) && !piece.contains(['"', '“', '”']) {
        format!("\"{piece}\"")
    } else {
        piece.to_owned()
    }
}

/// A dash alone, as a term: MATCHING lets it find only dashes that stand alone as well, not hyphens inside words.
fn has_lone_dash(query: &str) -> bool {
    let is_dash = |c: char| matches!(c, '−' | '─' | '━') || c.general_category() == GeneralCategory::DashPunctuation;
    query.trim_matches('"').split_whitespace().any(|term| term.chars().all(|c| is_dash(c) || c == '"'))
}

#[test]
fn what_is_seen_and_typed_finds_its_article() {
    let total = if std::env::var_os("XUNZI_ALL").is_some() { 100_000 } else { 12_000 };
    let groups = groups();
    let mut work: Vec<(&str, usize, &Vec<Article>)> = Vec::new();
    for (name, list) in &groups {
        let each = total / groups.len();
        // As many groups as there are pieces for, spread over the source.
        let many = list.len().min((each / 100).max(1));
        work.extend((0..many).map(|k| (*name, each.div_ceil(many), &list[k * list.len() / many])));
    }
    let next = AtomicUsize::new(0);
    let sums: Mutex<BTreeMap<&str, (usize, usize)>> = Mutex::default();
    let missed: Mutex<Vec<String>> = Mutex::default();
    let dashes = AtomicUsize::new(0);
    let ask = || {
        loop {
            let k = next.fetch_add(1, Ordering::Relaxed);
            let Some((name, pieces, articles)) = work.get(k) else { break };
            let mut rng = Rng::new(seed().wrapping_add(k as u64));
            let mut engine = Engine::new(articles, &Parameters { pack: Some(k.is_multiple_of(2)), ..Parameters::default() });
            let (mut asked, mut hard) = (0, 0);
            for _ in 0..40 * pieces {
                if asked == *pieces {
                    break;
                }
                let id = rng.below(articles.len());
                let text = if rng.chance(1, 8) { &articles[id].title } else { &articles[id].text };
                // A text may have nothing hard in it.
                let wanted = hard * 2 < asked && rng.chance(9, 10);
                let Some(piece) = piece(&mut rng, text, wanted).filter(|p| says_something(p)) else { continue };
                let query = typed(&piece);
                asked += 1;
                hard += usize::from(wanted);
                let found = engine.all(&mut rng, &query, Off::default()).unwrap_or_else(|e| panic!("{query:?}: {e}"));
                if !found.results.iter().any(|hit| hit.id as usize == id) {
                    if has_lone_dash(&query) {
                        dashes.fetch_add(1, Ordering::Relaxed);
                    } else {
                        missed
                            .lock()
                            .expect("no panic")
                            .push(format!("{name}: {piece:?} of {}, typed {query:?}", articles[id].url));
                    }
                }
            }
            let mut sums = sums.lock().expect("no panic");
            let sum = sums.entry(name).or_default();
            *sum = (sum.0 + asked, sum.1 + hard);
        }
    };
    std::thread::scope(|scope| {
        (0..2).map(|_| scope.spawn(ask)).collect::<Vec<_>>().into_iter().for_each(|t| t.join().expect("asked"))
    });
    let (sums, missed) = (sums.into_inner().expect("no panic"), missed.into_inner().expect("no panic"));
    let (asked, hard) = sums.values().fold((0, 0), |sum, s| (sum.0 + s.0, sum.1 + s.1));
    println!(
        "{asked} pieces {sums:?} (source: pieces, of these with something hard at an end), {} of them not found, and {} of a dash alone",
        missed.len(),
        dashes.load(Ordering::Relaxed)
    );
    assert!(missed.is_empty(), "{}:\n{}", missed.len(), missed[..missed.len().min(40)].join("\n"));
    assert!(asked * 100 >= total * 99 && hard * 5 >= asked * 2, "{asked} pieces, {hard} hard");
}
