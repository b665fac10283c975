//! How does one file get its place?
//!
//! In one step, when all of it is on the disk: under a name that nobody looks at it is written, and then renamed. Who is interrupted
//! leaves at most a file that begins with `.xunzi-`; of two who write the same, the last one's stays.

use std::fs::File;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::disk::{Trouble, failed};

/// A file that has not got its name yet.
pub struct Fresh {
    file: NamedTempFile,
    place: PathBuf,
}

impl Fresh {
    /// Begins a file that is to be at `place`.
    pub fn new(place: &Path) -> Result<Fresh, Trouble> {
        let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let file = tempfile::Builder::new().prefix(".xunzi-new-").tempfile_in(folder).map_err(failed(folder, "write into"))?;
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
