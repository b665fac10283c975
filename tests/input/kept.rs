//! Is a folder that is read again read as if it were for the first time, and only what has changed of it read at all?

use super::Folder;
use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, SystemTime};
use xunzi::input::{self, Kept, Options, Read};

/// As if it had been written a while ago: what was written just now is not kept.
fn age(path: &Path, seconds: u64) {
    let time = SystemTime::now() - Duration::from_secs(seconds);
    File::options().write(true).open(path).and_then(|file| file.set_modified(time)).expect("our own file");
}

/// All that a build makes use of.
fn all(read: &Read) -> String {
    format!("{:?} {:?} {} {} {} {:?}", read.articles, read.notes, read.files, read.bytes, read.private, read.left)
}

#[test]
fn what_is_as_it_was_is_not_read_again() {
    let folder = Folder::new();
    let root = [folder.path().to_path_buf()];
    let mut kept = Kept::new();
    let mut again = || input::read_again(&root, &Options::default(), &mut kept, &mut |_| {}).expect("a folder");
    let page = folder.put("a.html", "<main><h1>甲</h1>文字一</main>");
    let hidden = folder.put("n.html", "<meta name=robots content=noindex><main>不见</main>");
    let other = folder.put("b.html", "<main><h1>乙</h1>文字二</main>");
    for path in [&page, &hidden, &other] {
        age(path, 100);
    }
    let first = again();
    assert_eq!(all(&first), all(&folder.read()));
    assert_eq!(all(&again()), all(&first));
    // Another text of the same length and time is not seen: the file was not opened.
    let known = fs::metadata(&page).and_then(|data| data.modified()).expect("a time");
    let set = |path: &Path| File::options().write(true).open(path).and_then(|file| file.set_modified(known));
    folder.put("a.html", "<main><h1>甲</h1>文字三</main>");
    set(&page).expect("our own file");
    assert_eq!(again().articles[0].text, "文字一");
    age(&page, 50);
    assert_eq!(again().articles[0].text, "文字三", "another time is another file");
    folder.put("a.html", "<main><h1>甲</h1>文字四和五</main>");
    age(&page, 50);
    assert_eq!(again().articles[0].text, "文字四和五", "another length is another file");
    // What is gone is gone, and comes back as it is then.
    fs::remove_file(&other).expect("our own file");
    assert_eq!(again().articles.len(), 1);
    folder.put("b.html", "<main><h1>乙</h1>文字六</main>");
    set(&other).expect("our own file");
    assert_eq!(again().articles[1].text, "文字六");
    assert_eq!(all(&again()), all(&folder.read()));
}

#[test]
fn texts_are_kept_too() {
    let folder = Folder::new();
    let root = [folder.path().to_path_buf()];
    let mut kept = Kept::new();
    let mut again = || input::read_again(&root, &Options::default(), &mut kept, &mut |_| {}).expect("a folder");
    for (name, text) in
        [("a.md", "---\ntitle: 甲\ntags: [雪]\n---\n文字\n"), ("b.md", "---\ndraft: true\n---\n密\n"), ("c.txt", "丙\n\n文")]
    {
        age(&folder.put(name, text), 100);
    }
    let first = again();
    assert_eq!((first.articles.len(), first.private), (2, 1));
    assert_eq!(all(&again()), all(&first));
    let path = folder.put("a.md", "---\ntitle: 甲\ntags: [党]\n---\n文章\n");
    assert_eq!(again().articles[0].text, "文章");
    age(&path, 100);
    assert_eq!(all(&again()), all(&folder.read()));
    // One that is kept by nobody is read.
    fs::write(&path, "---\ntitle: 甲\ntags: [党]\n---\n文书\n").expect("our own file");
    assert_eq!(folder.read().articles[0].text, "文书");
}
