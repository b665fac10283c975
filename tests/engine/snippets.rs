//! Do snippets show the places that were promised, and do they tear nothing?

use std::collections::BTreeSet;

use unicode_segmentation::UnicodeSegmentation as _;
use xunzi::builder::Options as Parameters;
use xunzi::search::answer::{Hit, Snippet};
use xunzi::search::{Options, Sort};
use xunzi::{Article, Heading};

use crate::generate::{self, Rng};
use crate::support::{self, Engine, seed};
use crate::{article, ask, engine};

const PADDING: &str = "这里讲别的事情，一句接着一句，说了很久。";

/// An article of sections: heading, anchor, text; padding between them keeps their snippets apart.
fn sections(title: &str, sections: &[(&str, &str, &str)]) -> Article {
    let mut out = article(title, "");
    for (heading, anchor, text) in sections {
        if !heading.is_empty() {
            let start = out.text.len();
            out.text += heading;
            out.headings.push(Heading { start, end: out.text.len(), anchor: anchor.to_string() });
            out.text.push('\n');
        }
        out.text += &format!("{0}{text}{0}\n", PADDING.repeat(6));
    }
    out.text.pop();
    out
}

fn marked(snippet: &Snippet) -> Vec<String> {
    let units: Vec<u16> = snippet.text.encode_utf16().collect();
    snippet
        .marks
        .iter()
        .map(|&(from, to)| String::from_utf16(&units[from as usize..to as usize]).expect("whole characters"))
        .collect()
}

fn only(engine: &mut Engine, query: &str) -> Hit {
    let mut found = ask(engine, query, Sort::Best);
    assert_eq!(found.results.len(), 1, "{query}: {found:?}");
    found.results.remove(0).as_ref().clone()
}

#[test]
fn snippets_are_the_densest_places_with_their_headings() {
    let text = sections(
        "扫雪",
        &[
            ("", "", "开头有雪。"),
            ("甲节", "jia", "雪停了，雪又下，雪再停。"),
            ("乙节", "yi", "只有一处雪。"),
            ("丙节", "bing", "雪大，雪小。"),
            ("丁节", "ding", "又是一处雪。"),
        ],
    );
    for pack in [true, false] {
        let mut engine = engine(&[text.clone(), article("无关", "无关的一篇。")], pack);
        let hit = only(&mut engine, "雪");
        let shown: Vec<(usize, Option<&str>, Option<&str>)> =
            hit.snippets.iter().map(|s| (s.marks.len(), s.heading.as_deref(), s.anchor.as_deref())).collect();
        assert_eq!(shown, [(3, Some("甲节"), Some("jia")), (2, Some("丙节"), Some("bing")), (1, None, None)]);
        assert!(hit.snippets.iter().flat_map(marked).all(|m| m == "雪"), "{:?}", hit.snippets);
        assert_eq!((hit.hits, hit.title_marks.as_slice(), &hit.lead), (9, &[(1, 2)][..], &None));
        // More different terms are denser than more occurrences of one.
        let hit = only(&mut engine, "雪 一处");
        assert_eq!(hit.snippets[0].heading.as_deref(), Some("乙节"), "{:?}", hit.snippets);
        assert_eq!(hit.snippets[1].heading.as_deref(), Some("丁节"), "{:?}", hit.snippets);
        // A heading is found as the text is, and stands under itself.
        let hit = only(&mut engine, "丙节");
        assert_eq!(hit.snippets.len(), 1);
        assert_eq!((hit.snippets[0].heading.as_deref(), marked(&hit.snippets[0])), (Some("丙节"), vec!["丙节".to_owned()]));
    }
}

#[test]
fn a_title_alone_is_shown_with_the_beginning_of_the_text() {
    for text in [format!("\n{}", PADDING.repeat(20)), PADDING.to_owned(), String::new()] {
        for pack in [true, false] {
            let hit = only(&mut engine(&[article("𠮷野家的雪", &text), article("无关", "无关。")], pack), "雪");
            let [snippet] = &hit.snippets[..] else { panic!("{:?}", hit.snippets) };
            assert_eq!((snippet.field, snippet.text.as_str(), snippet.marks.as_slice()), ("title", "𠮷野家的雪", &[(5, 6)][..]));
            assert_eq!((&snippet.heading, &snippet.anchor), (&None, &None));
            let lead = hit.lead.expect("the first words");
            assert!(
                text.trim_start().starts_with(&lead) && lead.is_empty() == text.is_empty() && lead.chars().count() < 160,
                "{lead:?}"
            );
        }
    }
}

#[test]
fn snippets_are_cut_where_clauses_end() {
    let mut rng = Rng::new(seed() + 3);
    let ends: Vec<char> = "。！？；，、：\n".chars().collect();
    let (mut cut, mut snippets) = (0, 0);
    for _ in 0..200 {
        // Clauses of 3 to 16 characters: some end is always near.
        let mut text = String::new();
        for _ in 0..rng.within(10, 120) {
            (0..rng.within(3, 16)).for_each(|_| text.push(*rng.pick(&['天', '地', '人', '你', '我', '他', '山', '水'])));
            if rng.chance(1, 8) {
                text.push('雪');
            }
            let end = *rng.pick(&ends);
            text.push(end);
            // An empty line ends a block; one line feed is a space.
            if end == '\n' {
                text.push(end);
            }
        }
        text.push('雪');
        let found = ask(&mut engine(&[article("", &text)], rng.chance(1, 2)), "雪", Sort::Best);
        for snippet in &found.results[0].snippets {
            let shown = snippet.text.trim_matches('…');
            let width = shown.chars().count() * 2;
            assert!(width <= 260, "{width} columns: {shown}");
            let whole = text.match_indices(shown).any(|(at, _)| {
                let before = text[..at].chars().next_back();
                let last = shown.chars().next_back();
                let after = text[at + shown.len()..].chars().next();
                before.is_none_or(|c| ends.contains(&c))
                    && (after.is_none_or(|c| c == '\n') || last.is_some_and(|c| ends.contains(&c)))
            });
            if !whole {
                println!("{:?}", snippet.text);
            }
            cut += usize::from(whole);
            snippets += 1;
        }
    }
    println!("{cut} of {snippets} snippets are cut at clause marks");
    assert_eq!(cut, snippets);

    // Without any, at the edges of words.
    let words = ["snow", "shovel", "street", "winter", "volunteers", "community", "ice"];
    for _ in 0..100 {
        let text: Vec<&str> = (0..rng.within(20, 300)).map(|_| *rng.pick(&words)).collect();
        let text = text.join(" ");
        let Some(hit) = ask(&mut engine(&[article("", &text)], false), "shovel", Sort::Best).results.pop() else { continue };
        for snippet in &hit.snippets {
            let shown = snippet.text.trim_matches('…');
            let at = text.find(shown).expect("it stands in the text");
            let edge = |c: Option<char>| c.is_none_or(char::is_whitespace);
            let outside = (text[..at].chars().next_back(), text[at + shown.len()..].chars().next());
            assert!(edge(outside.0) && edge(outside.1), "{outside:?} around {shown:?}");
            assert!(shown.len() <= 220 && shown.trim() == shown, "{shown:?}");
        }
    }
}

/// No snippet tears a combining sequence, an emoji sequence or a syllable of letters.
#[test]
fn snippets_tear_nothing() {
    let mut rng = Rng::new(seed() + 4);
    let mut checked = 0;
    let mut check = |corpus: &[(String, String)], engine: &mut Engine, query: &str| {
        let Ok(found) = engine.search(&mut Rng::new(1), query, Options::default()) else { return };
        for hit in &found.results {
            let (_, text) = &corpus[hit.id as usize];
            let boundaries: BTreeSet<usize> = text.grapheme_indices(true).map(|g| g.0).chain([text.len()]).collect();
            assert!(hit.snippets.len() <= 3, "{query:?}: {:?}", hit.snippets);
            for snippet in hit.snippets.iter().filter(|s| s.field == "text") {
                // What is left out shows as an ellipsis, which the text may have of its own.
                let shown = [snippet.text.as_str(), snippet.text.trim_start_matches('…')];
                let shown = shown.into_iter().flat_map(|s| [s, s.trim_end_matches('…')]);
                let mut places = shown.flat_map(|shown| {
                    let at = (0..=text.len().saturating_sub(shown.len())).filter(move |&at| text.is_char_boundary(at));
                    at.filter(move |&at| text[at..].starts_with(shown)).map(move |at| (at, at + shown.len()))
                });
                let whole = |(start, end): (usize, usize)| boundaries.contains(&start) && boundaries.contains(&end);
                assert!(places.any(whole), "{query:?}: torn: {:?}\nin {text:?}", snippet.text);
                checked += 1;
            }
        }
    };
    for _ in 0..150 {
        let corpus = generate::corpus(&mut rng);
        let mut engine = Engine::new(&support::articles(&corpus), &support::options(&mut rng));
        for _ in 0..20 {
            let query = generate::query(&mut rng, &corpus);
            check(&corpus, &mut engine, &query);
        }
    }
    // Sequences without any place to cut for long, searched by their first part, their last, and one in the middle.
    for sequence in [
        "👨\u{200d}👩\u{200d}👧",
        "e\u{301}\u{323}\u{302}",
        "🇨🇳",
        "👍🏽",
        "각\u{11a8}",
        "か\u{3099}",
        "क\u{94d}षि",
        "1\u{fe0f}\u{20e3}",
    ] {
        for before in [0, 1, 7, 30, 100] {
            let text = format!("{0}甲{0}", sequence.repeat(before + 1));
            let corpus = [(String::new(), text)];
            let mut engine = Engine::new(&support::articles(&corpus), &Parameters::default());
            let chars: Vec<char> = sequence.chars().collect();
            let mut queries = vec![
                "甲".to_owned(),
                chars[0].to_string(),
                chars[chars.len() - 1].to_string(),
                chars[chars.len() / 2].to_string(),
            ];
            // A query that is wider than a snippet, and begins or ends inside of a sequence.
            let long: String = sequence.repeat(before + 1);
            let long: Vec<char> = long.chars().collect();
            queries.push(long[..long.len() - 1].iter().collect());
            queries.push(long[1..].iter().collect::<String>() + "甲");
            queries.push(long[long.len() / 3..].iter().collect());
            for query in queries {
                check(&corpus, &mut engine, &query);
            }
        }
    }
    println!("{checked} snippets, none of them torn");
    assert!(checked > 1000);
}
