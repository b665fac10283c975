//! Do results stand in the promised order?

use xunzi::fold::Off;
use xunzi::search::{Options, Sort};
use xunzi::{Article, Weight};

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

/// The ids of the first results of an index of these articles, whatever their order in the input.
fn first(articles: &[Article], query: &str) -> Vec<String> {
    let mut orders = Vec::new();
    for (pack, reversed) in [(true, false), (true, true), (false, false), (false, true)] {
        let mut articles = articles.to_vec();
        if reversed {
            articles.reverse();
        }
        let found = ask(&mut engine(&articles, pack), query, Sort::Best);
        orders.push(found.results.iter().map(|r| r.url.trim_start_matches('/').to_owned()).collect::<Vec<_>>());
    }
    orders.dedup();
    assert_eq!(orders.len(), 1, "one order, whatever the input's: {orders:?}");
    orders.remove(0)
}

/// An article that counts so much, and of which every occurrence of some words counts so much.
fn weighing(name: &str, text: &str, weight: &str, parts: &[(&str, u16)]) -> Article {
    let meta = if weight.is_empty() { vec![] } else { vec![("search_weight".to_owned(), weight.to_owned())] };
    let part = |&(words, hundredths): &(&str, u16)| {
        let start = text.find(words).expect("words of the text");
        Weight { start, end: start + words.len(), hundredths }
    };
    Article { text: text.into(), url: format!("/{name}"), meta, weights: parts.iter().map(part).collect(), ..Article::default() }
}

#[test]
fn the_weight_of_an_article_stands_before_occurrences() {
    let articles = [
        weighing("ten", "雪来了", "12", &[]),
        weighing("three", "雪来了", "3", &[]),
        weighing("more", "雪来了", "1.25", &[]),
        weighing("usual", "雪，雪，雪，雪，雪，雪", "junk", &[]),
        weighing("half", "雪，雪，雪，雪，雪，雪，雪，雪", "0.5", &[]),
    ];
    assert_eq!(first(&articles, "雪"), ["ten", "three", "more", "usual", "half"]);
    // What is found, and how often, is the same.
    let found = ask(&mut engine(&articles, true), "雪", Sort::Best);
    assert_eq!((found.articles, found.hits), (5, 17));
    // Nothing is left out, and nearness stands before.
    let none = [weighing("none", "雪，雪，雪", "-1", &[]), weighing("usual", "雪来了，真好", "", &[])];
    assert_eq!(first(&none, "雪"), ["usual", "none"]);
    let near = [weighing("near", "街上，雪", "0.1", &[]), weighing("far", "街上什么也没有，没有雪", "9", &[])];
    assert_eq!(first(&near, "雪 街"), ["near", "far"]);
}

/// Heavy articles are opened first, among more than one page of them, where each has passages of its own and where many share one.
#[test]
fn heavy_articles_are_opened_first() {
    for length in [1, 400] {
        let text = format!("雪来了{}", "，说别的话".repeat(length));
        let mut articles: Vec<Article> = (0..60).map(|k| weighing(&k.to_string(), &text, "", &[])).collect();
        for (k, weight) in [(41, "4"), (17, "2"), (59, "0.25")] {
            articles[k] = weighing(&k.to_string(), &text, weight, &[]);
        }
        // The index' order says otherwise.
        for (k, article) in articles.iter_mut().enumerate() {
            let day = if k == 59 {
                "2025-01-01"
            } else if k == 41 || k == 17 {
                "2001-01-01"
            } else {
                "2024-01-01"
            };
            article.meta.push(("date".into(), day.into()));
        }
        let mut engine = engine(&articles, false);
        let listed: Vec<u32> = (0..6)
            .flat_map(|page| {
                let options = Options { offset: page * 10, ..Options::default() };
                ids(&engine.search(&mut Rng::new(1), "雪", options).expect("found"))
            })
            .collect();
        if length > 1 {
            assert_eq!(listed[..4], [41, 17, 0, 1], "{length}");
            assert_eq!(listed[59], 59, "{length}");
        } else {
            assert_eq!(listed[0], 41, "{length}");
        }
        let mut sorted = listed;
        sorted.sort_unstable();
        assert_eq!(sorted, (0..60).collect::<Vec<u32>>());
    }
}

#[test]
fn an_occurrence_counts_by_its_part_of_the_text() {
    let articles = [
        weighing("one", "一场雪，别的话", "", &[("场雪", 1000)]),
        weighing("two", "雪，雪，雪，别的话说了很多", "", &[]),
        weighing("around", "雪，别的话", "", &[("，别的话", 1000)]),
        weighing("nothing", "雪，雪，雪，雪", "", &[("雪，雪，雪，雪", 0)]),
    ];
    assert_eq!(first(&articles, "雪"), ["one", "two", "around", "nothing"]);
    // The number that is shown is that of the occurrences.
    let found = ask(&mut engine(&articles, true), "雪", Sort::Best);
    assert_eq!(found.results.iter().map(|r| r.hits).collect::<Vec<_>>(), [1, 3, 1, 4]);
    // What has no weight of its own counts as its article does.
    let articles = [weighing("all", "雪，别的话", "5", &[]), weighing("less", "雪，雪，雪，雪", "5", &[("雪，雪，雪，雪", 100)])];
    assert_eq!(first(&articles, "雪"), ["all", "less"]);
    // The same in the third block of a text, behind parts that have none, and over the edges of passages.
    let before = "说别的话，".repeat(3000);
    let late = |name, hundredths| {
        let text = format!("{before}甲{}雪，雪", "说别的话，".repeat(300));
        let start = before.len();
        let weights = vec![Weight { start, end: text.len(), hundredths }];
        Article { text, url: format!("/{name}"), weights, ..Article::default() }
    };
    assert_eq!(first(&[late("light", 50), late("heavy", 300), late("usual", 100)], "雪"), ["heavy", "usual", "light"]);
}
