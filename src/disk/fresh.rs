//! How does one file get its place?
//!
//! In one step, when all of it is on the disk: under a name that nobody looks at it is written, and then renamed. Who is killed
//! leaves at most a file that begins with `.xunzi-new-`, which goes when another is written into its folder a day later; of two who write the same,
//! the last one's stays.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::NamedTempFile;

use crate::disk::{Trouble, failed};

/// What a file is called that has not got its name yet.
const PREFIX: &str = ".xunzi-new-";
/// A file is there before its lock is, and on some shared disks locks hold on one machine only: a task that runs on another has so long.
const YOUNG: Duration = Duration::from_secs(24 * 3600);

/// A file that has not got its name yet.
pub struct Fresh {
    file: NamedTempFile,
    place: PathBuf,
}

impl Fresh {
    /// Begins a file that is to be at `place`.
    pub fn new(place: &Path) -> Result<Fresh, Trouble> {
        let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        sweep(folder);
        let file = tempfile::Builder::new().prefix(PREFIX).tempfile_in(folder).map_err(failed(folder, "write into"))?;
        // As long as this one runs; where there are no locks, nobody gets one, and nothing is removed.
        let _ = file.as_file().try_lock();
        Ok(Fresh { file, place: place.to_owned() })
    }

    /// What is to be written to.
    pub fn file(&self) -> &File {
        self.file.as_file()
    }

    /// Gives it its place.
    pub fn name(self) -> Result<(), Trouble> {
        let file = self.file.as_file();
        file.sync_data().map_err(failed(&self.place, "write"))?;
        allow_reading(file);
        self.file.persist(&self.place).map(drop).map_err(|e| failed(&self.place, "write")(e.error))
    }
}

/// Removes what was written by somebody who is not there any more. What cannot be removed stands in nobody's way.
fn sweep(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let ours = entry.file_name().to_string_lossy().starts_with(PREFIX) && entry.file_type().is_ok_and(|kind| kind.is_file());
        let old = || entry.metadata().ok()?.modified().ok()?.elapsed().ok().filter(|&age| age > YOUNG);
        if ours && old().is_some() && File::options().write(true).open(entry.path()).is_ok_and(|file| file.try_lock().is_ok()) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// A temporary file is for its owner alone; this one is for everybody.
fn allow_reading(file: &File) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let _ = file.set_permissions(std::fs::Permissions::from_mode(0o644));
    }
    #[cfg(not(unix))]
    let _ = file;
}
