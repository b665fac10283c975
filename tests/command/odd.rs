//! What does a build do with folders that no site has: pipes, files that nobody may read, addresses that two pages have, a hundred
//! thousand tiny pages, one of two hundred megabytes?

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::{done, err, failed, run, temp, write};

#[test]
fn pipes_and_closed_files_are_named_and_the_rest_is_built() {
    let dir = temp();
    let site = dir.path().join("site");
    write(&site.join("a.html"), "<main>第一页</main>");
    write(&site.join("closed.html"), "<main>打不开</main>");
    write(&site.join("sub/b.html"), "<main>第二页</main>");
    fs::set_permissions(site.join("closed.html"), fs::Permissions::from_mode(0o000)).expect("our own file");
    let made = Command::new("mkfifo").arg(site.join("pipe.html")).status().expect("mkfifo starts");
    assert!(made.success());
    let output = run(dir.path(), &["build", "site", "--out", "o"]);
    let told = err(&output);
    done(output);
    assert!(told.contains("site/pipe.html: skipped: not a regular file"), "{told}");
    // Whoever may read everything reads this too.
    let readable = fs::read(site.join("closed.html")).is_ok();
    assert!(readable || told.contains("site/closed.html: skipped: "), "{told}");
    assert!(told.contains(if readable { "3 articles" } else { "2 articles" }), "{told}");
    assert_eq!(run(dir.path(), &["build", "site", "--out", "o", "--strict"]).status.code(), Some(1));
}

#[test]
fn two_pages_with_one_address_are_named() {
    let dir = temp();
    write(&dir.path().join("site/a.html"), "<main><p data-xunzi-meta=url:/same/>甲的文字</main>");
    write(&dir.path().join("site/b.html"), "<main><p data-xunzi-meta=url:/same/>乙的文字</main>");
    write(&dir.path().join("site/c.html"), "<main><p data-xunzi-meta=url:../up>丙的文字</main>");
    let output = run(dir.path(), &["build", "site", "--out", "o"]);
    let told = err(&output);
    done(output);
    assert!(told.contains("site/b.html") && told.contains("the address /same/ belongs to another article as well"), "{told}");
    assert!(told.contains("site/c.html") && told.contains("goes up with ../"), "{told}");
    assert!(told.contains("3 articles"), "{told}");
    let written: Vec<_> = fs::read_dir(dir.path()).expect("our own folder").flatten().map(|e| e.file_name()).collect();
    assert_eq!(written.len(), 2, "nothing is written beside the output: {written:?}");
}

/// Two of the long tests: many pages, and a long one. Time grows with their length.
#[test]
fn a_hundred_thousand_pages_and_one_of_two_hundred_megabytes() {
    if std::env::var_os("XUNZI_ALL").is_none() {
        return;
    }
    let dir = temp();
    for n in 0..100_000 {
        write(&dir.path().join(format!("many/{}/{n}.html", n / 1000)), format!("<title>第{n}页</title><main>小页{n}号</main>"));
    }
    let started = Instant::now();
    let output = run(dir.path(), &["build", "many", "--out", "o", "--quiet"]);
    done(output);
    println!("100,000 pages: {:.1} s", started.elapsed().as_secs_f64());
    assert!(started.elapsed() < Duration::from_secs(300));
    assert!(done(run(dir.path(), &["search", "o", "小页99999号"])).starts_with("1 articles"));
    let mut page = String::from("<title>长</title><main>");
    for n in 0..5_300_000 {
        page += &format!("<p>第{n}段，长的一页。</p>\n");
    }
    page += "<p>最后一段</p></main>";
    assert!(page.len() > 200_000_000, "{}", page.len());
    write(&dir.path().join("long/a.html"), page);
    write(&dir.path().join("long/b.html"), "<main>短的一页</main>");
    // Longer than an article may be: named, and the rest is built.
    let output = run(dir.path(), &["build", "long", "--out", "p"]);
    let told = err(&output);
    done(output);
    assert!(told.contains("long/a.html: skipped: longer than 32 MB") && told.contains("1 articles"), "{told}");
    let started = Instant::now();
    done(run(dir.path(), &["build", "long", "--out", "p", "--max-article", "400", "--quiet"]));
    println!("a page of 200 MB: {:.1} s", started.elapsed().as_secs_f64());
    assert!(done(run(dir.path(), &["search", "p", "最后一段"])).starts_with("1 articles"));
}

#[test]
fn a_page_that_cannot_be_made_is_refused_before_the_work_and_tells_what_it_lacks_after_it() {
    let dir = temp();
    write(&dir.path().join("in/a.md"), "# 甲\n\n志愿者除雪\n");
    write(&dir.path().join("in/b.txt"), b"\0\x01\x02\xff\xfe\0\0\0\x80\x81");
    // There is nothing that it could read, and it did not look.
    let told = failed(&run(dir.path(), &["build", "none", "--single-file", "p.html", "--engine", "dev"]), "p.html");
    assert!(told.contains("carries no engine") && !told.contains("none"), "{told}");
    let output = run(dir.path(), &["build", "in", "--single-file", "p.html"]);
    let told = err(&output);
    done(output);
    assert!(told.contains("left out: 1 that could not be read"), "{told}");
}
