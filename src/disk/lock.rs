//! Who may write into a folder? One build at a time.
//!
//! A build holds a lock on a file in the folder from before it reads the old manifest until it has cleared away what the new one
//! no longer names. The system takes the lock back when the process ends, however it ends, so a build that was killed blocks
//! nobody; and whoever holds the lock knows that no other build is at work there. The file goes with the lock.
//!
//! Where a file system has no locks, a build goes on without, and clears nothing away: then two builds at a time leave one whole
//! index, that of the last, and folders that only a later build with a lock removes.

#[cfg(not(test))]
use std::fs;
use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

#[cfg(test)]
use crate::disk::faulty as fs;
use crate::disk::{Trouble, failed, trouble};

/// The file whose lock is meant.
pub(super) const NAME: &str = ".xunzi-lock";

/// How long a build waits for another. A large one writes for a minute.
const PATIENCE: Duration = Duration::from_secs(600);
/// How often it looks.
const PAUSE: Duration = Duration::from_millis(50);

/// The right to write into a folder, until it is dropped.
#[derive(Debug)]
pub struct Lock {
    dir: PathBuf,
    /// `None`: there are no locks here.
    file: Option<File>,
    /// Why there are none.
    why_not: Option<String>,
    /// Folders that were made for this one, itself first.
    made: Vec<PathBuf>,
}

impl Lock {
    /// Waits until no other build writes into `dir`, and lets none begin. Makes the folder if it is not there. `waiting` is
    /// called once if another build is at work.
    pub fn take(dir: &Path, waiting: &mut dyn FnMut()) -> Result<Lock, Trouble> {
        if dir.as_os_str().is_empty() {
            return Err(trouble(dir, "the name of the folder is empty; choose a folder for --out"));
        }
        if dir.exists() && !dir.is_dir() {
            return Err(trouble(dir, "is not a folder; choose a folder for --out"));
        }
        let path = dir.join(NAME);
        let mut lock = Lock { dir: dir.to_owned(), file: None, why_not: None, made: Vec::new() };
        let mut since = None;
        loop {
            let missing = |d: &&Path| !d.as_os_str().is_empty() && !d.exists();
            let made: Vec<PathBuf> = dir.ancestors().take_while(missing).map(Path::to_owned).collect();
            lock.made.extend(made);
            fs::create_dir_all(dir).map_err(failed(dir, "make the folder"))?;
            let file = match open(&path) {
                // The build that had made the folder failed, and has just removed it.
                Err(e) if e.kind() == io::ErrorKind::NotFound && !dir.exists() => continue,
                opened => opened.map_err(failed(dir, "write into"))?,
            };
            match file.try_lock() {
                // Who had it before has removed the file: the lock of a file that nobody finds any more keeps nobody out.
                Ok(()) if !is_at(&file, &path) => continue,
                Ok(()) => {
                    lock.file = Some(file);
                    return Ok(lock);
                }
                Err(TryLockError::WouldBlock) => {
                    let since = *since.get_or_insert_with(|| {
                        waiting();
                        Instant::now()
                    });
                    if since.elapsed() > PATIENCE {
                        let text = "another build has been writing there for ten minutes; end it, or choose another --out";
                        return Err(trouble(dir, text));
                    }
                    sleep(PAUSE);
                }
                Err(TryLockError::Error(e)) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(TryLockError::Error(e)) => {
                    let _ = fs::remove_file(&path);
                    lock.why_not = Some(e.to_string());
                    return Ok(lock);
                }
            }
        }
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Why the file system has no locks, if it has none: then other builds may be at work as well.
    pub fn why_not(&self) -> Option<&str> {
        self.why_not.as_deref()
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Removed while it is still held: who waits for it sees that it is gone, and takes a new one. Where an open file cannot be
        // removed, or compared with its name, it stays.
        if self.file.is_some() && cfg!(unix) {
            let _ = fs::remove_file(self.dir.join(NAME));
        }
        // Of a build that failed nothing stays; what is not empty is not removed.
        let _ = self.made.iter().try_for_each(fs::remove_dir);
    }
}

fn open(path: &Path) -> io::Result<File> {
    match fs::symlink_metadata(path) {
        Ok(about) if !about.is_file() => return Err(io::Error::other(format!("{NAME} in it is no regular file"))),
        _ => {}
    }
    match File::options().write(true).create(true).truncate(false).open(path) {
        // What another user's build has left can be locked all the same.
        Err(e) if e.kind() == io::ErrorKind::PermissionDenied => File::open(path).map_err(|_| e),
        opened => opened,
    }
}

/// Whether a file is still the one at its path.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let place = |about: fs::Metadata| (about.dev(), about.ino());
    file.metadata().ok().map(place) == fs::symlink_metadata(path).ok().map(place)
}

#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> bool {
    true
}
