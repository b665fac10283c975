//! Do results stand in the promised order?

use xunzi::Article;
use xunzi::fold::Off;
use xunzi::search::{Options, Sort};

use crate::generate::Rng;
use crate::{article, ask, engine, ids};

/// Articles (title, text, date) that all match `query`, in the order in which they are to be shown.
fn in_order(query: &str, sort: Sort, shown: &[(&str, &str, &str)]) {
    // Whatever the input order: the order of results may depend on it only where all else is equal.
    for (pack, reversed) in [(true, false), (true, true), (false, false), (false, true)] {
        let mut list: Vec<usize> = (0..shown.len()).collect();
        if reversed {
            list.reverse();
        }
        let articles: Vec<Article> = list
            .iter()
            .map(|&k| {
                let (title, text, date) = shown[k];
                let meta = if date.is_empty() { vec![] } else { vec![("date".into(), date.into())] };
                Article { meta, ..article(title, text) }
            })
            .collect();
        let found = ask(&mut engine(&articles, pack), query, sort);
        let got: Vec<usize> = found.results.iter().map(|r| list[r.id as usize]).collect();
        assert_eq!(got, (0..shown.len()).collect::<Vec<_>>(), "{query}, {sort:?}, pack {pack}, reversed {reversed}: {shown:?}");
    }
}

#[test]
fn results_stand_in_the_promised_order() {
    let best = |query: &str, shown: &[(&str, &str, &str)]| in_order(query, Sort::Best, shown);
    // Together before apart, whatever else.
    best(
        "志愿者 除雪",
        &[("", "志愿者除雪。", "2001-01-01"), ("除雪 志愿者", "除雪，除雪，志愿者；志愿者，除雪。", "2024-01-01")],
    );
    best("hello world", &[("", "Hello, world? Hello world!", ""), ("world, hello", "world, hello", "")]);
    // A hit in the title before hits in the text.
    best("除雪", &[("今天除雪", "一句别的话。", "2001-01-01"), ("今天", "除雪，除雪，除雪。", "2024-01-01")]);
    // All terms in the title before some of them.
    best("雪 街", &[("街上有雪", "别的。", ""), ("雪", "街，街，街。雪，街。", "")]);
    // The exact form before a folded one, both ways.
    best("後端", &[("", "一個後端。", "2001-01-01"), ("", "后端，后端，后端。", "2024-01-01")]);
    best("后端", &[("", "一个后端。", "2001-01-01"), ("", "後端，後端，後端。", "2024-01-01")]);
    best("TiDB", &[("", "some TiDB here", ""), ("", "tidb tidb tidb", "")]);
    best("ＴｉＤＢ", &[("", "some ＴｉＤＢ here", ""), ("", "TiDB TiDB TiDB", "")]);
    // The exact form before the whole word.
    best("Cat", &[("", "the Category", ""), ("", "a cat, a cat, a cat", "")]);
    // A whole word before a part of one.
    best("cat", &[("", "there is a cat somewhere", "2001-01-01"), ("", "concatenate, category, cats", "2024-01-01")]);
    best("кот", &[("", "вот кот сидит", ""), ("", "который, котлета", "")]);
    // More occurrences before fewer.
    best("雪", &[("", "雪，雪，雪，还有很多别的话要说，说上很久也说不完。", "2001-01-01"), ("", "雪，雪。", "2024-01-01")]);
    // Where there are as many, the denser text.
    best("雪", &[("", "雪，雪。", "2001-01-01"), ("", "雪，雪，还有很多别的话要说，说上很久也说不完。", "2024-01-01")]);
    // Then the newer; what has no date comes last.
    best("雪", &[("", "雪来了", "2024-02-29"), ("", "雪来了", "2024-02-28"), ("", "雪来了", "1969-12-31"), ("", "雪来了", "")]);

    let shown =
        [("甲", "雪", "2024-12-01"), ("乙", "雪雪雪", "2023-06-15"), ("丙", "雪", "1999-01-01"), ("雪", "雪", "1890-05-05")];
    in_order("雪", Sort::Newest, &shown);
    let undated = ("雪", "雪雪雪雪雪雪", "");
    in_order("雪", Sort::Newest, &[&shown[..], &[undated]].concat());
    in_order("雪", Sort::Oldest, &[&shown.iter().rev().copied().collect::<Vec<_>>()[..], &[undated]].concat());
}

/// All else equal, the input's order, over all pages of the listing.
#[test]
fn the_last_word_has_the_input_order() {
    let articles: Vec<Article> = (0..37).map(|k| Article { url: format!("/{k}"), ..article("", "雪来了") }).collect();
    for pack in [true, false] {
        let mut engine = engine(&articles, pack);
        for sort in [Sort::Best, Sort::Newest, Sort::Oldest] {
            let pages = (0..4).map(|page| Options { offset: page * 10, sort, ..Options::default() });
            let listed: Vec<u32> =
                pages.flat_map(|options| ids(&engine.search(&mut Rng::new(1), "雪", options).expect("found"))).collect();
            assert_eq!(listed, (0..37).collect::<Vec<u32>>(), "{sort:?}, pack {pack}");
        }
        let all = engine.all(&mut Rng::new(1), "雪", Off::default()).expect("found");
        assert_eq!(ids(&all), (0..37).collect::<Vec<u32>>());
    }
}
