//! Is a catalog in the page asked as an index is: with the same answers, and a partial one where one of its indexes cannot be had?

use std::fs;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use xunzi::disk::catalog::Catalog;

use crate::chromium::{Browser, Page};
use crate::server::{Server, Wrong};
use crate::site::{self, Corpus, Found, xunzi};
use crate::{ask_box, folder, shown};

/// A catalog of a corpus in `many` parts, at `folder/xunzi/`.
fn build(corpus: &Corpus, folder: &Path, many: usize) {
    let mut parts = Vec::new();
    let size = corpus.len().div_ceil(many);
    for (number, part) in corpus.chunks(size).enumerate() {
        let line = |(k, (title, text)): (usize, &(String, String))| {
            json!({"title": title, "text": text, "url": format!("/{}/", number * size + k), "date": "2023-04-05"}).to_string()
                + "\n"
        };
        let lines: String = part.iter().enumerate().map(line).collect();
        let (input, output) = (folder.join(format!("{number}.jsonl")), folder.join(format!("{number}.part")));
        fs::write(&input, lines).expect("our own folder");
        let [input, output] = [&input, &output].map(|path| path.to_string_lossy().into_owned());
        xunzi(&["build", &input, "--part", &number.to_string(), "--out", &output]);
        parts.push(output);
    }
    let out = folder.join("xunzi").to_string_lossy().into_owned();
    let mut arguments = vec!["join", "--target", "1B", "--keep", "0", "--out", &out];
    arguments.extend(parts.iter().map(String::as_str));
    xunzi(&arguments);
    fs::write(folder.join("empty.html"), site::EMPTY).expect("our own folder");
}

/// The builds beside the catalog of a folder that it names, newest first.
fn members(folder: &Path) -> Vec<String> {
    let catalog = Catalog::open(&folder.join("xunzi")).expect("a catalog");
    catalog.members.iter().map(|member| member.place.folder().expect("a build beside it")).collect()
}

/// Runs a script that has `index`, the catalog, open.
fn with_index(page: &Page, body: &str) -> Value {
    page.evaluate(&format!(
        r#"(async () => {{
            const {{ open }} = await import("/xunzi/xunzi.js");
            const index = await open("/xunzi/");
            try {{ return await (async () => {{ {body} }})(); }} finally {{ index.close(); }}
        }})()"#
    ))
}

/// What was found, by the articles' addresses, which tell their places.
fn found(query: &str, answer: &Value) -> Found {
    let mut answer = answer.clone();
    for hit in answer["results"].as_array_mut().expect("results") {
        let id: u64 = hit["url"].as_str().and_then(|url| url.trim_matches('/').parse().ok()).unwrap_or_else(|| panic!("{hit}"));
        assert_eq!(hit["id"], id, "{query}: ids count through all indexes");
    }
    site::found(query, &answer)
}

#[test]
fn the_page_asks_a_catalog_as_an_index() {
    let (corpus, folder) = (site::corpus(), folder());
    build(&corpus, folder.path(), 6);
    let queries: Vec<String> = site::queries(&corpus, crate::SEED).into_iter().step_by(3).collect();
    let server = Server::start(folder.path(), true);
    let browser = Browser::start();
    let page = browser.page();
    page.open(&server.url("/empty.html"));
    let script = format!(
        "const answers = []; for (const query of {}) answers.push(await index.search(query, {{ limit: 0 }})); return answers;",
        json!(queries)
    );
    let answers = with_index(&page, &script);
    let answers = answers.as_array().expect("a list").iter().zip(&queries).map(|(answer, query)| found(query, answer));
    site::compare(&corpus, &queries, &answers.collect::<Vec<_>>());
    // Pages are parts of the whole list, in its order; an article is read by its id; counts and times add up.
    let body = r#"const query = "的";
        const all = (await index.search(query, { limit: 0 })).results.map(({ id }) => id);
        const some = [];
        for (let offset = 0; offset < all.length; offset += 2) {
          const page = await index.search(query, { limit: 2, offset });
          some.push(...page.results.map(({ id }) => id));
        }
        const same = all.length === new Set(some).size && some.length === all.length;
        const whole = await index.article(all.at(-1), query);
        const [counted, exact] = [await index.search(query, { limit: 1, count: "exact" }), await index.timeline(query)];
        const dated = exact.map(({ from, articles }) => [from, articles]);
        const bad = await index.counts(query, "nothing").catch(({ code }) => code);
        const wrong = await index.search("的".repeat(2000)).catch(({ code }) => code);
        const gone = await index.article(1e6, query);
        // What a few indexes name is there, and no number is too large or said to be exact.
        const forms = [...await index.near("的了在是的了在是zz"), ...await index.near("我门"), ...await index.complete("的")];
        const low = [];
        for (const { text, articles, exact } of forms) {
          const { articles: n } = await index.search(text, { limit: 0 });
          if (exact || articles < 1 || articles > n) low.push([text, articles, n, exact]);
        }
        const [fields, forms_n] = [await index.fields(), forms.length];
        return { low, forms_n, fields: fields.map(({ field }) => field), n: all.length, same, whole: [whole.id, whole.hits > 0], counted: [counted.articles, counted.articlesExact, counted.results.length], dated, bad, wrong, gone,
          stats: index.stats() };"#;
    let told = with_index(&page, body);
    let n = told["n"].as_u64().unwrap_or(0);
    assert!(n > 2, "{told}");
    assert_eq!(told["same"], true, "{told}");
    assert_eq!(told["whole"][1], true, "{told}");
    assert_eq!(told["counted"], json!([n, true, 1]), "{told}");
    assert_eq!(told["low"], json!([]), "{told}");
    assert!(told["forms_n"].as_u64() > Some(2), "{told}");
    assert!(told["fields"].as_array().is_some_and(|fields| fields.iter().all(Value::is_string)), "{told}");
    assert_eq!((&told["dated"], &told["bad"]), (&json!([["2023", [n]]]), &json!("bad-request")), "{told}");
    assert_eq!((&told["wrong"], &told["gone"]), (&json!("too-long"), &Value::Null), "{told}");
    assert_eq!(told["stats"]["articles"], corpus.len(), "{told}");
    assert_eq!(page.complaints(), Vec::<String>::new());
}

/// What stands nowhere is proved to by the catalog: no index is opened.
/// Of which some have a field, or a date, that others lack.
#[test]
fn indexes_of_a_catalog_need_not_be_alike() {
    let folder = folder();
    let articles = [
        r#"{"title": "old", "text": "apple banan", "url": "/1/", "date": "1890-02-03"}"#,
        r#"{"title": "pear", "text": "apple of a section", "url": "/2/", "date": "1893-05-06", "section": "x"}"#,
        r#"{"title": "plum", "text": "apple without a day", "url": "/3/"}"#,
    ];
    let mut arguments = vec!["join".to_owned(), "--target".to_owned(), "1B".to_owned(), "--out".to_owned()];
    arguments.push(folder.path().join("xunzi").to_string_lossy().into_owned());
    for (number, article) in articles.iter().enumerate() {
        let (input, output) = (folder.path().join(format!("{number}.jsonl")), folder.path().join(format!("{number}.part")));
        fs::write(&input, format!("{article}\n")).expect("our own folder");
        let [input, output] = [&input, &output].map(|path| path.to_string_lossy().into_owned());
        xunzi(&["build", &input, "--part", &number.to_string(), "--out", &output]);
        arguments.push(output);
    }
    xunzi(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    fs::write(folder.path().join("empty.html"), site::EMPTY).expect("our own folder");
    let server = Server::start(folder.path(), false);
    let browser = Browser::start();
    let page = browser.page();
    page.open(&server.url("/empty.html"));
    let told = with_index(
        &page,
        r#"const all = async (options) => { const { articles, state, articlesExact } = await index.search("apple", options); return [articles, state, articlesExact]; };
            const code = (asked) => asked.then(() => "", ({ code }) => code);
            const counts = await index.counts("apple", "section", { count: "exact" });
            const years = await index.timeline(["apple"], { count: "exact" });
            const near = await index.near("apple banan", { from: "1892" });
            return { x: await all({ filters: { section: "x" } }), none: await all({ filters: { section: "" } }), ever: await all({ from: "0001", to: "9999" }),
                counts: [...counts], without: counts.without, exact: counts.exact, years: years.map(({ from, all }) => [from, all]), undated: years.undated?.all,
                drops: near.some(({ kind }) => kind === "filter"),
                bad: [await code(index.search("apple", { filters: { nofield: "x" } })), await code(index.counts("apple", "nofield")), await code(index.search("apple", { from: "1890-02-31" })), await code(index.search(5))] };"#,
    );
    assert_eq!(
        told,
        json!({"x": [1, "complete", true], "none": [2, "complete", true], "ever": [2, "complete", true],
            "counts": [{"value": "x", "articles": 1}], "without": {"articles": 2}, "exact": true,
            "years": [["1890", 1], ["1891", 0], ["1892", 0], ["1893", 1]], "undated": 1, "drops": true,
            "bad": ["bad-request", "bad-request", "bad-request", "bad-request"]})
    );
}

/// What the page has not read yet of the old one is gone, even its list: it goes over to the new one.
#[test]
fn a_catalog_is_published_anew_under_an_open_page() {
    let (corpus, folder) = (site::corpus(), folder());
    build(&corpus[..corpus.len() / 2].to_vec(), folder.path(), 3);
    let server = Server::start(folder.path(), true);
    let browser = Browser::start();
    let page = browser.page();
    page.open(&server.url("/empty.html"));
    let before = page.evaluate(
        r#"(async () => { const { open } = await import("/xunzi/xunzi.js");
        window.index = await open("/xunzi/"); return index.search("ψωϟ zqj"); })()"#,
    );
    assert_eq!((&before["state"], &before["articles"]), (&json!("complete"), &json!(0)), "{before}");
    build(&corpus, folder.path(), 5);
    let after = page.evaluate("index.search('的', { limit: 0, count: 'exact' })");
    assert_eq!(page.evaluate("index.stats().articles"), corpus.len());
    let new = browser.private_page();
    new.open(&server.url("/empty.html"));
    let new = with_index(&new, "return index.search('的', { limit: 0, count: 'exact' });");
    assert_eq!((&after["state"], &after["build"]), (&json!("complete"), &new["build"]), "{after:.600}");
    assert_eq!(found("的", &after), found("的", &new));
}

#[test]
fn no_index_is_opened_for_what_stands_in_none() {
    let (corpus, folder) = (site::corpus(), folder());
    build(&corpus, folder.path(), 4);
    let server = Server::start(folder.path(), true);
    let browser = Browser::start();
    let page = browser.page();
    page.open(&server.url("/empty.html"));
    let answer = with_index(&page, "return index.search('ψωϟ zqj');");
    assert_eq!((&answer["articles"], &answer["articlesExact"], &answer["state"]), (&json!(0), &json!(true), &json!("complete")));
    let manifest = fs::read_to_string(folder.path().join("xunzi/manifest")).expect("a manifest");
    let manifest: Value = serde_json::from_str(&manifest).expect("JSON");
    let members = members(folder.path());
    assert!(members.len() > 2 && manifest["members"] == json!([members.len(), 0, corpus.len()]), "{manifest}");
    for request in server.requests() {
        let of = members.iter().find(|member| request.path.contains(member.as_str()));
        assert_eq!(of, None, "{} was asked for", request.path);
        assert!(!request.path.contains("members.dat"), "not even which they are: {}", request.path);
    }
    let bytes: usize = server.requests().iter().filter(|r| r.path.ends_with(".dat")).map(|r| r.bytes).sum();
    println!("{bytes} bytes of the catalog");
}

/// An index that cannot be had, or a list that is damaged: the answer is partial, or there is an error; none is wrong.
#[test]
fn what_is_missing_is_told() {
    let (corpus, folder) = (site::corpus(), folder());
    build(&corpus, folder.path(), 4);
    let server = Server::start(folder.path(), false);
    let browser = Browser::start();
    let manifest = fs::read_to_string(folder.path().join("xunzi/manifest")).expect("a manifest");
    let manifest: Value = serde_json::from_str(&manifest).expect("JSON");
    let member = members(folder.path())[1].clone();
    let ask = |what: &str| {
        let page = browser.private_page();
        page.open(&server.url("/empty.html"));
        page.evaluate(&format!(
            r#"(async () => {{ const {{ open }} = await import("/xunzi/xunzi.js");
            try {{ const index = await open("/xunzi/", {{ pace: 0.05 }}); const found = await index.search({}, {{ limit: 0 }}); index.close(); return found; }}
            catch ({{ code, message }}) {{ return {{ code, message }}; }} }})()"#,
            json!(what)
        ))
    };
    let all = ask("的");
    assert_eq!(all["state"], "complete", "{all}");
    let faults = [Wrong::Status(404), Wrong::Flip(700), Wrong::Short(40), Wrong::Html, Wrong::Closed];
    for wrong in faults.clone() {
        let (member, fault) = (member.clone(), wrong.clone());
        server.set_fault(move |path, _| path.contains(&member).then(|| fault.clone()));
        let some = ask("的");
        assert_eq!((&some["state"], &some["articlesExact"]), (&json!("partial"), &json!(false)), "{wrong:?}: {some}");
        assert!(some["problem"]["code"].is_string(), "{wrong:?}: {some}");
        let of = |found: &Value| -> Vec<u64> {
            found["results"].as_array().expect("results").iter().filter_map(|r| r["id"].as_u64()).collect()
        };
        let (some, all) = (of(&some), of(&all));
        assert!(
            !some.is_empty() && some.len() < all.len() && some.iter().all(|id| all.contains(id)),
            "{wrong:?}: {some:?} of {all:?}"
        );
    }
    for file in ["members.dat", "catalog.js"] {
        for wrong in faults.clone() {
            // Of a script of a release only what is not a script is noticed; the checksum of `sums` is for the command.
            if file == "catalog.js" && matches!(wrong, Wrong::Flip(_)) {
                continue;
            }
            server.set_fault(move |path, _| path.ends_with(file).then(|| wrong.clone()));
            let told = ask("的");
            assert!(told["code"].is_string() && told["articles"].is_null(), "{file}: {told}");
        }
    }
    // Gram pages of the catalog are missing: nothing follows from them, and all indexes are asked.
    let build = manifest["build"].as_str().expect("an id").to_owned();
    server.set_fault(move |path, _| path.contains(&format!("{build}/g/")).then_some(Wrong::Status(404)));
    let told = ask("的");
    assert_eq!((&told["articles"], &told["hits"]), (&all["articles"], &all["hits"]), "{told}");
}

/// What may befall a file, each on each file of a catalog and of one of its indexes: while it lasts an answer is whole, or says that it is not, or
/// there is an error; once it is over the same page answers everything.
#[test]
fn no_fault_of_a_catalog_makes_a_wrong_answer() {
    let (corpus, folder) = (site::corpus(), folder());
    build(&corpus, folder.path(), 4);
    let manifest = fs::read_to_string(folder.path().join("xunzi/manifest")).expect("a manifest");
    let manifest: Value = serde_json::from_str(&manifest).expect("JSON");
    let (build, member) = (manifest["build"].as_str().expect("an id").to_owned(), members(folder.path())[1].clone());
    let mut files = vec!["catalog.js".to_owned(), "members.dat".to_owned()];
    for folder_of in [&build, &member] {
        let there = |name: &&str| folder.path().join("xunzi").join(folder_of).join(name).exists();
        files.extend(
            ["pack.dat", "root.dat", "dict.dat", "g/", "t/"].into_iter().filter(there).map(|name| format!("{folder_of}/{name}")),
        );
    }
    assert!(files.len() > 6, "{files:?}");
    let late = Duration::from_millis(200);
    let faults = [
        Wrong::Status(404),
        Wrong::Status(503),
        Wrong::Html,
        Wrong::Short(70),
        Wrong::Short(0),
        Wrong::Flip(500),
        Wrong::Cut(60),
        Wrong::Closed,
        Wrong::Hang,
        Wrong::Late(late),
    ];
    let server = Server::start(folder.path(), false);
    let browser = Browser::start();
    let queries = ["的", "ψωϟ zqj"];
    let ask = |page: &Page| {
        page.evaluate(&format!(
            r#"(async () => {{ const {{ open }} = await import("/xunzi/xunzi.js");
            const found = [];
            for (const query of {}) {{
              try {{ window.index ??= await open("/xunzi/", {{ pace: 0.05 }}); found.push(await window.index.search(query, {{ limit: 0 }})); }}
              catch ({{ code, message }}) {{ found.push({{ code, message }}); }}
            }}
            return found; }})()"#,
            json!(queries)
        ))
    };
    let fresh = || {
        let page = browser.private_page();
        page.open(&server.url("/empty.html"));
        page
    };
    let of = |found: &Value| -> Option<Vec<(u64, u64)>> {
        let hit = |hit: &Value| Some((hit["id"].as_u64()?, hit["hits"].as_u64()?));
        found["results"].as_array()?.iter().map(hit).collect()
    };
    let truth = ask(&fresh());
    assert!(truth[0]["state"] == "complete" && truth[1]["articles"] == 0 && truth[1]["state"] == "complete", "{truth}");
    let (mut whole, mut part, mut error) = (0, 0, 0);
    for file in &files {
        for wrong in &faults {
            // Of a script of a release only what is not a script is noticed.
            if file == "catalog.js" && matches!(wrong, Wrong::Flip(_)) {
                continue;
            }
            let page = fresh();
            let (at, fault) = (file.clone(), wrong.clone());
            server.set_fault(move |path, _| path.contains(&at).then(|| fault.clone()));
            let told = ask(&page);
            for (told, truth) in told.as_array().expect("two").iter().zip(truth.as_array().expect("two")) {
                let name = format!("{file}, {wrong:?}: {told:.600}");
                let Some(found) = of(told) else {
                    assert!(told["code"].is_string() && told["message"].as_str().is_some_and(|text| !text.is_empty()), "{name}");
                    error += 1;
                    continue;
                };
                let all = of(truth).expect("results");
                if told["state"] == "complete" {
                    assert_eq!((&found, &told["articles"], &told["hits"]), (&all, &truth["articles"], &truth["hits"]), "{name}");
                    whole += 1;
                } else {
                    assert!(told["state"] == "partial" && told["problem"]["code"].is_string(), "{name}");
                    assert!(told["articlesExact"] == false && found.iter().all(|hit| all.contains(hit)), "{name}");
                    part += 1;
                }
            }
            server.set_fault(|_, _| None);
            let mut healed = ask(&page);
            for _ in 0..3 {
                if healed[0]["state"] != "complete" {
                    healed = ask(&page);
                }
            }
            assert_eq!(
                (of(&healed[0]), of(&healed[1])),
                (of(&truth[0]), of(&truth[1])),
                "{file}, {wrong:?} is over: {healed:.600}"
            );
        }
    }
    println!("{whole} whole answers, {part} partial ones, {error} errors");
    assert!(whole > 20 && part > 5 && error > 20, "{whole}, {part}, {error}");
}

/// Two sites on two origins in one box, and then one of them is down.
#[test]
fn two_sites_are_asked_in_one_box() {
    let corpus = site::corpus();
    let (left, right) = corpus.split_at(corpus.len() / 2);
    let folders = [folder(), folder(), folder()];
    site::build(left, folders[1].path());
    site::build(right, folders[2].path());
    let [one, two] = [1, 2].map(|k| Server::start(folders[k].path(), true));
    for server in [&one, &two] {
        server.set_headers(|_| "Access-Control-Allow-Origin: *\r\n".into());
    }
    let site = |name: &str, server: &Server| format!("{name}={}", server.url("/xunzi/"));
    let out = folders[0].path().join("xunzi").to_string_lossy().into_owned();
    xunzi(&["join", "--site", &site("甲", &one), "--site", &site("乙", &two), "--out", &out]);
    fs::write(folders[0].path().join("empty.html"), site::EMPTY).expect("our own folder");
    let page = r#"<!doctype html><html lang=en><meta charset=utf-8><title>box</title><link rel=icon href=data:,>
        <script type=module src=/xunzi/xunzi.js></script><xunzi-search limit=100></xunzi-search>"#;
    fs::write(folders[0].path().join("box.html"), page).expect("our own folder");
    let here = Server::start(folders[0].path(), true);
    let browser = Browser::start();
    let page = browser.page();
    page.open(&here.url("/empty.html"));
    let query = "的";
    let sum = |corpus: &[(String, String)]| {
        let found = &site::expected(&corpus.to_vec(), &[query.to_owned()])[0];
        (found.len() as u64, found.values().sum::<u64>())
    };
    let (of_left, of_right) = (sum(left), sum(right));
    let both = with_index(&page, &format!("return index.search({}, {{ limit: 0 }});", json!(query)));
    assert_eq!(both["state"], "complete", "{both}");
    assert_eq!((both["articles"].as_u64(), both["hits"].as_u64()), (Some(of_left.0 + of_right.0), Some(of_left.1 + of_right.1)));
    for hit in both["results"].as_array().expect("results") {
        let (name, server) = if hit["meta"]["site"] == "甲" { ("甲", &one) } else { ("乙", &two) };
        assert_eq!(hit["meta"]["site"], name, "{hit}");
        assert!(hit["url"].as_str().is_some_and(|url| url.starts_with(&server.url("/"))), "{hit} is of {name}");
    }
    // Down: the box says that these are not all, and shows those of the other.
    two.set_fault(|_, _| Some(Wrong::Closed));
    let page = browser.private_page();
    page.open(&here.url("/box.html"));
    ask_box(&page, query);
    page.until("what the other site has", &shown(&format!("count('[part=result]') === {}", of_left.0)));
    page.until("that it is not all", &shown("/could not be|not all/.test(text('note'))"));
    page.until("its name", &shown("text('list').includes('甲') && !text('list').includes('乙')"));
    // So does what is taken along.
    page.until("the tools", &shown("count('[part=tool]') > 0"));
    page.evaluate(
        "window.saved = '', URL.createObjectURL = (blob) => (blob.text().then((text) => (window.saved = text)), 'data:,')",
    );
    page.evaluate(&shown("root.querySelectorAll('[part=tool]')[1].click()"));
    page.until("a table that tells it", r#"/^.*"after"\r\n"[^"]*not all"\r\n./.test(saved)"#);
}
