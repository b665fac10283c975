//! Does the reader wait for less than with the best peer? Pagefind on the same pages, asked the same, over the same line.
//!
//! `XUNZI_ALL=1 cargo test --release --features embed --test browser peers -- --nocapture`, on docs-cn where `XUNZI_CORPORA`
//! has it. npm brings Pagefind, once, to a folder below target/. Bytes and requests are asserted; times are printed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;

use crate::chromium::Browser;
use crate::generate::typed;
use crate::measure::{First, SLOW_4G, first, first_answer, median};
use crate::server::Server;
use crate::site::{self, Corpus, large_corpora, root};

const PACKAGE: &str = "pagefind@1.6.0";

/// Pagefind's command; the reason if it cannot be had.
pub fn pagefind() -> Result<PathBuf, String> {
    let folder = root().join("target/peers").join(PACKAGE);
    let command = folder.join("node_modules/.bin/pagefind");
    if !command.exists() {
        fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        let install = ["install", "--no-audit", "--no-fund", "--no-package-lock", "--prefix", ".", PACKAGE];
        let run =
            Command::new("npm").args(install).current_dir(&folder).output().map_err(|e| format!("npm does not run: {e}"))?;
        if !run.status.success() {
            return Err(format!("npm cannot install {PACKAGE}: {}", String::from_utf8_lossy(&run.stderr)));
        }
    }
    Ok(command)
}

/// The site as its readers know it: a page for each article, in a language that Pagefind has an index for.
pub fn pages(corpus: &[(String, String)], folder: &Path) {
    let plain = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    fs::create_dir_all(folder).expect("a folder for the pages");
    for (id, (title, text)) in corpus.iter().enumerate() {
        let title = plain(title);
        let paragraphs: String = text.lines().filter(|l| !l.is_empty()).map(|l| format!("<p>{}</p>\n", plain(l))).collect();
        let page = format!(
            "<!doctype html><html lang=zh><head><meta charset=utf-8><title>{title}</title></head>\n\
             <body><main data-pagefind-body><h1>{title}</h1>\n{paragraphs}</main></body></html>"
        );
        fs::write(folder.join(format!("{id}.html")), page).expect("a page is written");
    }
}

/// From the moment its script is asked for to the first ten results with titles and excerpts, as its own box shows them.
fn ask_pagefind(browser: &Browser, server: &Server, query: &str, no_worker: bool) -> First {
    let script = format!(
        r#"const pagefind = await import("/pagefind/pagefind.js");
            await pagefind.options({{ noWorker: {no_worker} }});
            await pagefind.init();
            const {{ results }} = await pagefind.search({});
            const shown = await Promise.all(results.slice(0, 10).map((result) => result.data()));
            const ids = shown.map((page) => parseInt(page.url.split("/").pop()));"#,
        json!(query)
    );
    first(browser, server, &script, SLOW_4G)
}

/// Files below a folder, and their bytes.
pub fn size(folder: &Path) -> (usize, u64) {
    let files = walkdir::WalkDir::new(folder).into_iter().map(|entry| entry.expect("a folder that can be read"));
    let sizes = files.filter(|e| e.file_type().is_file()).map(|e| e.metadata().expect("a file").len());
    sizes.fold((0, 0), |(count, sum), size| (count + 1, sum + size))
}

/// One of the long tests.
#[test]
fn pagefind_reads_half_as_much_again() {
    if std::env::var_os("XUNZI_ALL").is_none() {
        eprintln!("skipped: the comparison with Pagefind is one of the long tests, set XUNZI_ALL");
        return;
    }
    let command = match pagefind() {
        Ok(command) => command,
        Err(reason) => return eprintln!("skipped: the comparison with Pagefind needs npm and its registry: {reason}"),
    };
    let (name, corpus): (String, Corpus) =
        large_corpora().into_iter().next().unwrap_or_else(|| ("the samples".into(), site::corpus()));
    let folder = crate::folder();
    site::build(&corpus, folder.path());
    pages(&corpus, &folder.path().join("pages"));
    let bundle = folder.path().join("pagefind");
    let run = Command::new(command)
        .current_dir(folder.path())
        .args(["--site", "pages", "--output-path", "pagefind"])
        .output()
        .expect("Pagefind runs");
    assert!(run.status.success(), "{}{}", String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    let (ours, theirs) = (size(&folder.path().join("xunzi")), size(&bundle));
    println!(
        "{name}, {} articles; files and bytes, script and engine included: xunzi {ours:?}, Pagefind {theirs:?}",
        corpus.len()
    );

    let server = Server::start(folder.path(), true);
    let browser = Browser::start();
    let queries = typed(&corpus, 10);
    let holding = |first: &First, query: &str| {
        let holds =
            |id: &&u64| corpus.get(**id as usize).is_some_and(|(title, text)| title.contains(query) || text.contains(query));
        first.ids.iter().filter(holds).count()
    };
    println!("first ten results on slow 4G: ms, requests, bytes, results, and how many of them hold the query to the letter");
    println!("  xunzi                        Pagefind                     Pagefind in a worker");
    let row = |first: &First, query: &str| {
        let First { ms, requests, bytes, ids } = first;
        format!("{ms:>5.0} {requests:>3} {bytes:>7} {:>3} {:>3}", ids.len(), holding(first, query))
    };
    let mut all: Vec<[First; 3]> = Vec::new();
    for query in &queries {
        // Without a worker Pagefind asks for less, so that is what is compared.
        let firsts = [
            first_answer(&browser, &server, "/xunzi/", query, 10, SLOW_4G),
            ask_pagefind(&browser, &server, query, true),
            ask_pagefind(&browser, &server, query, false),
        ];
        println!("  {}    {}    {}  {query}", row(&firsts[0], query), row(&firsts[1], query), row(&firsts[2], query));
        all.push(firsts);
    }
    let full: Vec<&[First; 3]> = all.iter().filter(|[ours, theirs, _]| ours.ids.len() == 10 && theirs.ids.len() == 10).collect();
    let medians = |of: &[&[First; 3]]| -> Option<[(usize, usize); 3]> {
        let told = |engine: usize| {
            let firsts = || of.iter().map(move |firsts| &firsts[engine]);
            let (ms, bytes) = (median(firsts().map(|f| f.ms)), median(firsts().map(|f| f.bytes)));
            let requests = median(firsts().map(|f| f.requests));
            println!(
                "  {:<21} {ms:>5.0} ms, {requests:>3} requests, {bytes:>7} bytes",
                ["xunzi", "Pagefind", "Pagefind in a worker"][engine]
            );
            (requests, bytes)
        };
        (!of.is_empty()).then(|| [0, 1, 2].map(told))
    };
    println!("medians over all {} queries:", all.len());
    medians(&all.iter().collect::<Vec<_>>());
    println!("medians over the {} for which both show ten results:", full.len());
    let medians = medians(&full);
    if let (Some([ours, theirs, _]), true) = (medians, full.len() >= 3) {
        // Ten results are ten blocks here and ten fragments there. Before them we ask for script, manifest, worker, engine, root,
        // the texts' dictionary and two gram pages, Pagefind for script, entry, engine, metadata and one chunk.
        assert!(ours.0 <= theirs.0 + 3, "xunzi asks for {} files, Pagefind for {}", ours.0, theirs.0);
        assert!(ours.1 * 4 < theirs.1 * 3, "xunzi reads {} bytes, Pagefind {}", ours.1, theirs.1);
    }
}
