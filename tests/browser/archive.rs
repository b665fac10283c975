//! An archive that is more than one machine's memory: what do its parts cost, is what it answers right, and what does a reader pay?
//!
//! `XUNZI_GIGABYTES=10 cargo test --release --features embed --test browser archive -- --nocapture`: as many, with the statistics of real
//! text, generated and built part by part, joined, checked, and asked in the page. One takes about seven minutes and 2.5 GB of room in the target folder.
//! `./dev test --all` does it with ten, when all else is done.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::Path;
use std::process::Command;
use std::thread;

use serde_json::Value;
use tempfile::TempDir;
use xunzi::disk::catalog::Catalog;

use crate::costs::{Cost, cost};
use crate::generate::chain::Chain;
use crate::measure::{pay, strings};
use crate::naive::scan::Scan;
use crate::peers::size;
use crate::site::{self, EMPTY};
use crate::support::{batches, each_of, write_articles};

/// Articles of a part, 100 MB: each makes an index.
const ARTICLES: usize = 200_000;
/// Text of an index at most, unless one part has more.
const TARGET: &str = "1MB";

const PARTS_OF_A_GIGABYTE: f64 = 10.0;

/// The lines of a part, two years each.
fn write(chain: &Chain, part: usize, file: &Path) -> io::Result<()> {
    let mut out = BufWriter::new(File::create(file)?);
    let years = 1900 + 2 * part;
    write_articles(chain, part as u64, part * ARTICLES..(part + 1) * ARTICLES, years..years + 2, &mut out)?;
    out.flush()
}

/// Adds the addresses of the articles of a part that a plain scan finds, by their numbers.
fn scan(file: &Path, part: usize, strings: &[String], found: &mut [Vec<u32>]) {
    batches(file, 20_000, |first, corpus| {
        let (scan, first) = (Scan::new(corpus), part * ARTICLES + first as usize);
        for (string, found) in strings.iter().zip(&mut *found) {
            found.extend(scan.search(string).expect("a short string").iter().map(|hit| (first + hit.id) as u32));
        }
    });
}

/// An archive of so many parts: what is asked, and what a scan finds; the text in bytes; what the parts cost, the memory of the largest.
fn parts(folder: &Path, many: usize) -> (Vec<(String, Vec<u32>)>, u64, Cost) {
    let corpora = site::large_corpora();
    let samples = if corpora.is_empty() { site::corpus() } else { corpora.into_iter().flat_map(|(_, corpus)| corpus).collect() };
    let chain = Chain::new(samples.iter().map(|article| article.1.as_str()));
    drop(samples);
    fs::create_dir(folder.join("parts")).expect("our own folder");
    fs::write(folder.join("plan"), format!("{{\"xunzi\":2,\"parts\":{many},\"longest\":3,\"index\":true}}\n"))
        .expect("our own folder");
    let files = [folder.join("even.jsonl"), folder.join("odd.jsonl")];
    write(&chain, 0, &files[0]).expect("room for it");
    let mut corpus = Vec::new();
    each_of(&files[0], 499, &mut |title, text| corpus.push((title, text)));
    let strings = strings(&corpus);
    let mut found = vec![Vec::new(); strings.len()];
    let (mut text, mut all) = (0, Cost { seconds: 0.0, processor: 0.0, bytes: 0 });
    for part in 0..many {
        let file = &files[part % 2];
        // While one is built, it is scanned and the next is written.
        let (cost, told) = thread::scope(|threads| {
            let beside = threads.spawn(|| {
                scan(file, part, &strings, &mut found);
                if part + 1 < many {
                    write(&chain, part + 1, &files[(part + 1) % 2]).expect("room for it");
                }
            });
            let told = folder.join("told");
            let mut command = Command::new(env!("CARGO_BIN_EXE_xunzi"));
            command.current_dir(folder).args(["build", "--part", &part.to_string(), "--plan", "plan"]);
            command.arg("--out").arg(folder.join(format!("parts/{part:03}"))).arg(file);
            let cost = cost(&mut command, File::create(&told).expect("our own folder").into());
            beside.join().expect("a scan");
            (cost, fs::read(told).expect("our own file"))
        });
        let told: Value = serde_json::from_slice(&told).expect("a line of JSON");
        assert_eq!(told["articles"], ARTICLES);
        text += told["text"].as_u64().expect("bytes");
        all.seconds += cost.seconds;
        all.processor += cost.processor;
        all.bytes = all.bytes.max(cost.bytes);
    }
    files.iter().for_each(|file| fs::remove_file(file).expect("our own folder"));
    (strings.into_iter().zip(found).collect(), text, all)
}

#[test]
fn an_archive_of_gigabytes_is_built_and_asked() {
    let Ok(gigabytes) = std::env::var("XUNZI_GIGABYTES") else {
        return eprintln!("skipped: XUNZI_GIGABYTES does not say how large an archive is to be");
    };
    let gigabytes: f64 = gigabytes.parse().expect("a number of gigabytes");
    let many = ((gigabytes * PARTS_OF_A_GIGABYTE).round() as usize).max(2);
    // A folder for temporary files may be memory.
    let folder = TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).expect("a temporary folder");
    let folder = folder.path();
    let (asked, text, parts) = parts(folder, many);
    let told = |what: &str, Cost { seconds, processor, bytes }: Cost| {
        println!("{what}: {seconds:.0} s, {processor:.0} s of processors, at most {:.2} GB", bytes as f64 / 1e9);
    };
    let gigabytes = text as f64 / 1e9;
    told(&format!("{many} parts, {gigabytes:.2} GB of text in {} articles", many * ARTICLES), parts);
    println!("a part: {:.2} of its text", size(&folder.join("parts")).1 as f64 / text as f64);

    let out = folder.join("xunzi");
    let list: Vec<_> = (0..many).map(|part| folder.join(format!("parts/{part:03}"))).collect();
    let mut command = Command::new(env!("CARGO_BIN_EXE_xunzi"));
    command.current_dir(folder).arg("join").args(&list).args(["--target", TARGET, "--out"]).arg(&out);
    let join = cost(&mut command, std::process::Stdio::null());
    told("join", join);
    let hours = 1000.0 / gigabytes / 3600.0;
    println!("a terabyte: {:.0} and {:.0} hours of processors", parts.processor * hours, join.processor * hours);
    fs::remove_dir_all(folder.join("parts")).expect("our own folder");

    let catalog = Catalog::open(&out).expect("a catalog");
    let build = &catalog.index.manifest.build;
    let (own, (files, bytes)) = (size(&out.join(build)).1, size(&out));
    let root = fs::metadata(out.join(build).join("root.dat")).expect("a root").len()
        + fs::metadata(out.join(build).join("dict.dat")).expect("what the root leaves out").len();
    println!(
        "{} indexes: {} files, {:.2} of the text; the catalog {:.4} of it, its root {:.1} kB",
        catalog.members.len(),
        files,
        bytes as f64 / text as f64,
        own as f64 / text as f64,
        root as f64 / 1e3,
    );
    let mut command = Command::new(env!("CARGO_BIN_EXE_xunzi"));
    command.current_dir(folder).arg("check").arg(&out).args(["--sample", "300"]);
    told("check, with 300 strings", cost(&mut command, std::process::Stdio::null()));

    fs::write(folder.join("empty.html"), EMPTY).expect("our own folder");
    let (paid, [_, absent]) = pay(folder, &asked.iter().map(|(string, _)| string.clone()).collect::<Vec<_>>());
    let mut right = 0;
    for (paid, (string, want)) in paid.iter().zip(&asked) {
        let Some(answer) = &paid.answer else { continue };
        let articles = answer["articles"].as_u64().expect("a number") as usize;
        assert!(
            articles == want.len() || answer["exact"] == false && articles < want.len(),
            "{string}: {answer}, {}",
            want.len()
        );
        let results: Vec<&str> = answer["results"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
        assert_eq!(results.len(), want.len().min(10), "{string}: {answer}");
        let number = |url: &&str| url.strip_prefix("/a/").and_then(|k| k.parse::<u32>().ok()).expect("an address of ours");
        assert!(results.iter().map(number).all(|k| want.binary_search(&k).is_ok()), "{string}: {answer}");
        right += 1;
    }
    println!("{right} of {} answers came within 50 s, and are what a scan says", asked.len());
    assert!(right * 10 >= asked.len() * 8 && paid.iter().any(|paid| paid.found() == Some(false)), "{right} of {}", asked.len());
    assert!(parts.bytes <= 1_000_000_000 && join.bytes <= 1_500_000_000, "{parts:?}, {join:?}");
    assert!(join.processor * 5.0 <= parts.processor, "{parts:?}, {join:?}");
    assert!(own as f64 <= text as f64 / 20.0 && root <= 40_000, "a catalog of {own} bytes, with a root of {root}");
    assert!(absent[1] <= 60.0, "{absent:?} ms and kB for what stands nowhere");
}
