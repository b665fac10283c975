//! Where does a build put what its memory does not hold?
//!
//! Into files without a name beside the index: nobody else sees them, and the system takes their room back when the build ends,
//! however it ends. Where a system cannot make such files they have a name until they are open.

use std::fs::File;
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use crate::builder::{Scratch, Spool};
use crate::disk::failed;

/// Temporary files on the disk where an index goes.
pub struct Beside {
    folder: PathBuf,
}

impl Beside {
    /// In the folder of an index, or where that will be.
    pub fn new(out: &Path) -> Beside {
        let there = out.ancestors().find(|folder| folder.is_dir());
        let here = Path::new(".");
        Beside { folder: there.filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(here).to_owned() }
    }
}

/// What went wrong, for the owner.
fn told(folder: &Path) -> impl Fn(io::Error) -> String {
    |e| failed(folder, "write temporary files, for which --memory leaves no room in memory")(e).to_string()
}

impl Scratch for Beside {
    fn begin(&self) -> Result<Box<dyn Spool>, String> {
        let file = tempfile::tempfile_in(&self.folder).map_err(told(&self.folder))?;
        Ok(Box::new(Temporary { folder: self.folder.clone(), file }))
    }
}

struct Temporary {
    folder: PathBuf,
    file: File,
}

impl Spool for Temporary {
    fn append(&mut self, bytes: &[u8]) -> Result<(), String> {
        // To read moves the place where bytes are written on some systems.
        let mut write = || self.file.seek(SeekFrom::End(0)).and_then(|_| self.file.write_all(bytes));
        write().map_err(told(&self.folder))
    }

    fn read(&self, at: u64, bytes: &mut [u8]) -> Result<(), String> {
        read_at(&self.file, at, bytes).map_err(told(&self.folder))
    }
}

/// Reads without moving to where the next bytes are written.
#[cfg(unix)]
fn read_at(file: &File, at: u64, bytes: &mut [u8]) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, at)
}

/// The same where to read moves it.
#[cfg(windows)]
fn read_at(file: &File, mut at: u64, mut bytes: &mut [u8]) -> io::Result<()> {
    use std::os::windows::fs::FileExt as _;
    while !bytes.is_empty() {
        let read = file.seek_read(bytes, at)?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        (bytes, at) = (&mut bytes[read..], at + read as u64);
    }
    Ok(())
}
