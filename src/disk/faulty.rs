//! What if the file system refuses once? Stands in for `std::fs` in the unit tests of this folder.
//!
//! Every call that changes something is counted, on the thread that makes it, and one of them can be made to fail: a write that
//! fails has written half of its bytes.

use std::cell::Cell;
use std::io;
use std::path::Path;

pub(super) use std::fs::{Metadata, read_dir, symlink_metadata};

thread_local! {
    static CALLS: Cell<usize> = const { Cell::new(0) };
    /// The call that fails, from 1; 0: none.
    static FAILS: Cell<usize> = const { Cell::new(0) };
}

/// From now on the `n`th call fails, and no other. Returns how many there were before.
fn fail(n: usize) -> usize {
    FAILS.set(n);
    CALLS.replace(0)
}

fn call() -> io::Result<()> {
    CALLS.set(CALLS.get() + 1);
    if CALLS.get() == FAILS.get() { Err(io::Error::other("refused by the test")) } else { Ok(()) }
}

macro_rules! stand_ins {
    ($($name:ident($($argument:ident),*) -> $out:ty;)*) => {
        $(pub(super) fn $name($($argument: impl AsRef<Path>),*) -> io::Result<$out> {
            call()?;
            std::fs::$name($($argument),*)
        })*
    };
}

stand_ins! {
    create_dir_all(path) -> ();
    rename(from, to) -> ();
    hard_link(from, to) -> ();
    copy(from, to) -> u64;
    remove_file(path) -> ();
    remove_dir(path) -> ();
    remove_dir_all(path) -> ();
}

pub(super) fn write(path: impl AsRef<Path>, bytes: impl AsRef<[u8]>) -> io::Result<()> {
    let bytes = bytes.as_ref();
    call().inspect_err(|_| std::fs::write(&path, &bytes[..bytes.len() / 2]).expect("a folder of the test's own"))?;
    std::fs::write(path, bytes)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::PathBuf;

    use super::fail;
    use crate::Article;
    use crate::builder::{Built, Options, build};
    use crate::disk::check::{Effort, check};
    use crate::disk::folder::OnDisk;
    use crate::disk::lock::Lock;
    use crate::disk::publish::{Written, write};
    use crate::disk::{Path, Trouble};
    use crate::page::Page;

    fn edition(text: &str) -> Built {
        let article = Article { title: "除雪".into(), text: text.into(), url: "/".into(), ..Article::default() };
        build(&[article], &Options { pack: Some(false), ..Options::default() }).expect("there is an article")
    }

    /// Everything in a folder, by name.
    fn all(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
        let entries = walkdir::WalkDir::new(dir).min_depth(1).into_iter().map(|e| e.expect("our own folder"));
        let bytes = |path: &Path| if path.is_dir() { Vec::new() } else { std::fs::read(path).expect("our own file") };
        entries.map(|e| (e.path().to_owned(), bytes(e.path()))).collect()
    }

    fn publish(dir: &Path, built: &Built, page: &Page, keep: usize) -> Result<Written, Trouble> {
        write(&Lock::take(dir, &mut || ())?, built, page, keep)
    }

    /// Each call of a build that changes something on the disk fails once: what was there before is there, byte for byte and no
    /// file more, or the new index is whole. What could not be cleared away is named, and the next build removes it.
    #[test]
    fn each_write_that_fails_leaves_the_old_index_or_the_new_one() {
        // The calls are counted on one thread.
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
        pool.install(|| {
            let (old, new) = (edition("旧的"), edition("新的，长一点"));
            // With the folder of a release whose name is a hash, where the command carries one, and with another.
            let pages = [Page::new(None), Page::new(Some("dev"))];
            for (page, before, keep) in pages.iter().flat_map(|p| [(p, true, 0), (p, true, 1), (p, false, 1)]) {
                let names = |dir: &Path| -> Vec<PathBuf> {
                    all(dir).keys().map(|path| path.strip_prefix(dir).expect("below").to_owned()).collect()
                };
                let usual = tempfile::tempdir().expect("a temporary folder");
                for built in [&old, &new].into_iter().skip(usize::from(!before)) {
                    publish(usual.path(), built, page, keep).expect("nothing fails");
                }
                let (mut refused, mut built, mut n) = (0, 0, 1);
                loop {
                    let dir = tempfile::tempdir().expect("a temporary folder");
                    let dir = dir.path();
                    if before {
                        publish(dir, &old, page, 1).expect("nothing fails");
                    }
                    let was = all(dir);
                    fail(n);
                    let outcome = publish(dir, &new, page, keep);
                    let calls = fail(0);
                    let whole = || check(dir, Effort::default()).map(drop).unwrap_or_else(|e| panic!("call {n}: {e}"));
                    match outcome {
                        Err(trouble) => {
                            assert!(calls >= n && trouble.to_string().contains("refused by the test"), "call {n}: {trouble}");
                            assert!(all(dir) == was, "call {n}: {trouble}\n{:#?}\n{:#?}", was.keys(), all(dir).keys());
                            if before {
                                whole();
                            }
                            refused += 1;
                        }
                        Ok(written) => {
                            whole();
                            let build = |built: &Built| format!("{:016x}", built.id);
                            assert_eq!(OnDisk::open(dir).expect("an index").manifest.build, build(&new), "call {n}");
                            // What somebody took away may be read there as long as it is there.
                            let stays = dir.join(build(&old)).exists() && keep == 0;
                            let hidden = std::fs::read_dir(dir).expect("our own folder").flatten();
                            let hidden = hidden.filter(|e| e.file_name().to_string_lossy().starts_with(".xunzi-new")).count();
                            assert!(!stays && hidden == 0 || !written.left.is_empty(), "call {n}: {:?}", all(dir).keys());
                            publish(dir, &new, page, keep).expect("nothing fails");
                            assert_eq!(names(dir), names(usual.path()), "call {n}: the next build clears away what is left");
                            built += 1;
                            if calls < n {
                                break;
                            }
                        }
                    }
                    n += 1;
                }
                println!("{} calls, before {before}, keep {keep}: {refused} builds refused, {built} went through", n - 1);
                assert!(refused > 10 && n > refused, "{refused} of {n}");
            }
        });
    }
}
