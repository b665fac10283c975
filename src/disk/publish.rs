//! How does an index get onto a disk?
//!
//! [`write()`] puts all that is new beside what is there, under names that nothing refers to yet, and renames the manifest
//! last: a build that is interrupted anywhere leaves the old index whole, and one that fails puts back what it had moved. What
//! may be written over or removed says `own.rs`.

use std::collections::BTreeSet;
#[cfg(not(test))]
use std::fs;
use std::fs::File as DiskFile;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::builder::Built;
#[cfg(test)]
use crate::disk::faulty as fs;
use crate::disk::lock::Lock;
use crate::disk::own::{BEFORE, Left, MANIFEST, NAMED, Own, folders, is_hash, members};
use crate::disk::{Trouble, failed, portable, read_file, trouble};
use crate::format::manifest::{Listed, Manifest, Members};
use crate::page::{self, Page, SUMS};

/// What a build wrote.
#[derive(Debug, Default)]
pub struct Written {
    /// Files of the index.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
    /// Generations that are kept for pages that are open.
    pub kept: usize,
    /// Folders of older or interrupted builds that were removed.
    pub removed: Vec<PathBuf>,
    /// What should have been removed and is still there, and why.
    pub left: Vec<Trouble>,
}

/// How the folder is called in which a build gathers its files before they get their names.
pub(super) const GATHERING: &str = ".xunzi-new-";

/// Says whether a build may write into `dir`: it is empty or not there, or holds an index of ours.
pub fn may_write(dir: &Path) -> Result<(), Trouble> {
    if dir.exists() && !dir.is_dir() {
        return Err(trouble(dir, "is not a folder; choose a folder for --out"));
    }
    Own::read(dir).map(|_| ())
}

/// Writes an index into the folder of a lock. `keep`: older generations that stay. On failure everything is as it was, or the
/// message says that it is not.
pub fn write(lock: &Lock, built: &Built, page: &Page, keep: usize) -> Result<Written, Trouble> {
    write_with(lock, built, None, page, keep)
}

/// A build that waits on the disk for the catalog that names it.
#[derive(Debug)]
pub struct Staged {
    /// Its id.
    pub id: u64,
    /// Where its files are: on the disk of the folder that they are for.
    pub folder: PathBuf,
}

impl Staged {
    /// Writes the files of a build into a folder below `dir`.
    pub fn new(dir: &Path, built: &Built) -> Result<Staged, Trouble> {
        let folder = dir.join(format!("{:016x}", built.id));
        let files = list(&built.files);
        let folders: BTreeSet<&Path> = files.iter().filter_map(|(name, _)| Path::new(name).parent()).collect();
        folders.iter().try_for_each(|sub| fs::create_dir_all(folder.join(sub)).map_err(failed(dir, "write into")))?;
        let lines: Vec<String> = built.files.par_iter().map(|(name, bytes)| page::line(name, bytes)).collect();
        let sums = page::sealed(lines);
        files.par_iter().chain([(SUMS, sums.as_bytes())].par_iter()).try_for_each(|(name, bytes)| {
            let path = folder.join(name);
            fs::write(&path, bytes).map_err(failed(&path, "write"))
        })?;
        settle_all(&folder, &files)?;
        Ok(Staged { id: built.id, folder })
    }

    /// Whether all of it is in a folder, byte for byte, and nothing else.
    fn is_in(&self, dir: &Path) -> bool {
        let files = |dir: &Path| -> BTreeSet<PathBuf> {
            let all = walkdir::WalkDir::new(dir).into_iter().flatten().filter(|e| !e.file_type().is_dir());
            all.filter_map(|e| Some(e.path().strip_prefix(dir).ok()?.to_owned())).collect()
        };
        let own = files(&self.folder);
        let same = |name: &PathBuf| {
            read_file(&dir.join(name)).ok().is_some_and(|b| read_file(&self.folder.join(name)).is_ok_and(|own| own == b))
        };
        own == files(dir) && own.par_iter().all(same)
    }
}

/// What a catalog is made of.
#[derive(Clone, Copy, Debug)]
pub struct Many<'a> {
    /// The builds that are to stand beside it.
    pub staged: &'a [Staged],
    /// How many it names, others too.
    pub members: Members,
}

/// The same of a catalog with the builds that it names, which are moved to their places; those that stand there already stay.
pub fn write_catalog(lock: &Lock, built: &Built, many: Many<'_>, page: &Page, keep: usize) -> Result<Written, Trouble> {
    write_with(lock, built, Some(many), page, keep)
}

fn write_with(lock: &Lock, built: &Built, many: Option<Many<'_>>, page: &Page, keep: usize) -> Result<Written, Trouble> {
    let dir = lock.dir();
    let own = Own::read(dir)?;
    let fresh = tempfile::Builder::new().prefix(GATHERING).rand_bytes(12).tempdir_in(dir).map_err(failed(dir, "write into"))?;
    if lock.why_not().is_none() {
        own.interrupted.iter().for_each(|left| make_room(&left.path));
    }
    let mut publishing = Publishing { dir, fresh: fresh.path(), own: &own, undo: Vec::new() };
    match gather(dir, fresh.path(), &own, (built, many), page, keep).and_then(|files| publishing.publish(&files)) {
        Ok(manifest) => {
            let mut written = Written {
                files: built.files.len(),
                bytes: built.files.iter().map(|f| f.1.len() as u64).sum(),
                kept: manifest.kept.len(),
                ..Written::default()
            };
            match lock.why_not() {
                None => clear(dir, &own, fresh, &manifest, &mut written),
                Some(why) => spare(dir, &own, fresh, &manifest, why, &mut written),
            }
            Ok(written)
        }
        Err(mut trouble) => {
            if !publishing.undo() {
                // The manifests in it say what is ours of what stands there now.
                let kept = fresh.keep();
                trouble.text += &format!("; what was there before could not be put back ({}); build again", kept.display());
            }
            Err(trouble)
        }
    }
}

/// Writes a file and makes sure that it is on the disk.
fn put(path: &Path, bytes: &[u8]) -> Result<(), Trouble> {
    fs::write(path, bytes).map_err(failed(path, "write"))?;
    settle(path)
}

/// Makes sure that a file is on the disk.
fn settle(path: &Path) -> Result<(), Trouble> {
    let sync = || DiskFile::options().write(true).open(path)?.sync_data();
    sync().map_err(failed(path, "write"))
}

/// Makes sure that the names in a folder are on the disk. Some file systems cannot; the names are there all the same.
fn settle_names(dir: &Path) {
    let _ = DiskFile::open(dir).map(|dir| dir.sync_all());
}

/// Makes sure that the files of a build are on the disk. They are thousands: waited for one by one they take as long as all the
/// rest of a build.
fn settle_all(folder: &Path, files: &Files<'_>) -> Result<(), Trouble> {
    #[cfg(target_os = "linux")]
    if DiskFile::open(folder).is_ok_and(|folder| rustix::fs::syncfs(&folder).is_ok()) {
        return Ok(());
    }
    files.par_iter().try_for_each(|(name, _)| settle(&folder.join(name)))
}

/// Files by name.
type Files<'a> = Vec<(&'a str, &'a [u8])>;

/// What is gathered and waits for its names.
struct Gathered<'a> {
    manifest: Manifest,
    /// Folders by name, with their files; not those that are there and whole.
    folders: Vec<(String, Files<'a>)>,
    /// Files that stand beside the manifest.
    beside: Vec<(&'static str, Vec<u8>)>,
}

/// Writes all that is new into the folder `fresh`, where nobody looks for it.
fn gather<'a>(
    dir: &Path,
    fresh: &Path,
    own: &Own,
    (built, many): (&'a Built, Option<Many<'_>>),
    page: &'a Page,
    keep: usize,
) -> Result<Gathered<'a>, Trouble> {
    let build = format!("{:016x}", built.id);
    let make = |path: &Path| fs::create_dir_all(path).map_err(failed(dir, "write into"));
    if let Some(text) = &own.text {
        put(&fresh.join(BEFORE), text.as_bytes())?;
    }
    let staged = many.map_or(&[][..], |many| many.staged);
    let coming = staged.iter().map(|member| format!("{:016x}", member.id)).chain([build.clone(), page.folder.clone()]);
    let named: BTreeSet<String> = own.folders().map(str::to_owned).chain(coming).collect();
    put(&fresh.join(NAMED), named.into_iter().map(|name| name + "\n").collect::<String>().as_bytes())?;
    // The name of a folder is a hash of what is inside: what is whole stays, so that no reader misses it, not even for a moment.
    let mut all = Vec::new();
    let lines: Vec<String> = built.files.par_iter().map(|(name, bytes)| page::line(name, bytes)).collect();
    let mut more = vec![(SUMS.to_owned(), page::sealed(lines).into_bytes())];
    if page.portable {
        more.extend(built.files.iter().map(|(name, bytes)| portable::script(name, bytes)));
    }
    let files: Files = list(&built.files).into_iter().chain(list(&more)).collect();
    if !holds(&dir.join(&build), &files) {
        let folders: BTreeSet<&Path> = files.iter().filter_map(|(name, _)| Path::new(name).parent()).collect();
        folders.iter().try_for_each(|sub| make(&fresh.join(&build).join(sub)))?;
        files.par_iter().try_for_each(|(name, bytes)| {
            let path = fresh.join(&build).join(name);
            fs::write(&path, bytes).map_err(failed(&path, "write"))
        })?;
        settle_all(&fresh.join(&build), &files)?;
        // What is in it needs no names of its own: the folder's is a hash.
        all.push((build.clone(), Files::new()));
    }
    for member in staged {
        let id = format!("{:016x}", member.id);
        if !member.is_in(&dir.join(&id)) {
            fs::rename(&member.folder, fresh.join(&id)).map_err(failed(&member.folder, "move"))?;
            all.push((id, Files::new()));
        }
    }
    let files = list(&page.engine);
    if page.is_complete() && !holds(&dir.join(&page.folder), &files) {
        let engine = fresh.join(&page.folder);
        make(&engine)?;
        files.iter().try_for_each(|(name, bytes)| put(&engine.join(name), bytes))?;
        all.push((page.folder.clone(), files));
    }
    let sizes = built.open.iter().filter_map(|name| built.files.iter().find(|f| f.0 == *name)).map(|f| f.1.len() as u64);
    let manifest = Manifest {
        engine: page.folder.clone(),
        build: build.clone(),
        open: built.open.clone(),
        sizes: sizes.collect(),
        members: many.map(|many| many.members),
        ..Manifest::default()
    };
    let beside = if page.portable { portable::beside(page, &manifest.write()) } else { page.beside(&manifest.write()) };
    beside.iter().try_for_each(|(name, bytes)| put(&fresh.join(name), bytes))?;

    let generation = |m: &Manifest| format!("{}+{}", m.build, m.engine);
    let mut kept: Vec<String> = own.current.iter().flat_map(|m| [generation(m)].into_iter().chain(m.kept.clone())).collect();
    // What somebody else has taken away cannot be kept.
    let there = |folder: &str| !is_hash(folder) || dir.join(folder).is_dir();
    let whole = |folder: &str| there(folder) && members(dir, folder).is_some_and(|all| all.iter().all(|member| there(member)));
    kept.retain(|k| *k != generation(&manifest) && k.split('+').all(whole));
    kept.truncate(keep);
    let mut files: Vec<Listed> = beside.iter().map(|(name, bytes)| Listed::new(name, bytes)).collect();
    if !is_hash(&page.folder) {
        // The name of this folder says nothing of its files.
        files.extend(page.engine.iter().map(|(name, bytes)| Listed::new(&format!("{}/{name}", page.folder), bytes)));
    }
    if !kept.is_empty() {
        // What an older release had beside the manifest, its pages may still ask for.
        files.extend(
            own.outdated(&files).into_iter().filter_map(|name| Some(Listed::new(&name, &read_file(&dir.join(&name)).ok()?))),
        );
    }
    let manifest = Manifest { kept, files, ..manifest };
    put(&fresh.join(MANIFEST), manifest.write().as_bytes())?;
    settle_names(fresh);
    Ok(Gathered { manifest, folders: all, beside })
}

/// A step of publishing that can be taken back.
enum Undo {
    /// Something has got its name: it goes back to where it was gathered.
    Named { from: PathBuf, to: PathBuf },
    /// What was there before has a second name.
    Replaced { was: PathBuf, to: PathBuf },
    /// A folder was made.
    Made(PathBuf),
}

/// New files and folders on their way to their names.
struct Publishing<'a> {
    dir: &'a Path,
    fresh: &'a Path,
    own: &'a Own,
    undo: Vec<Undo>,
}

impl Publishing<'_> {
    /// Gives everything its name, the manifest last.
    fn publish(&mut self, gathered: &Gathered<'_>) -> Result<Manifest, Trouble> {
        // First all that could be in the way, so that nothing is moved for nothing.
        let foreign = |path: &Path, what: &str| {
            Err(trouble(
                path,
                format!("is {what} where xunzi must write one, and is left alone; choose another --out, or remove it"),
            ))
        };
        for (name, _) in &gathered.beside {
            let path = self.dir.join(name);
            match fs::symlink_metadata(&path) {
                Ok(about) if about.is_dir() => {
                    return Err(trouble(&path, "is a folder, where a file must go; choose another --out"));
                }
                Ok(_) if !self.own.wrote(name) => return foreign(&path, "a file of somebody else's"),
                _ => {}
            }
        }
        for (name, files) in &gathered.folders {
            let path = self.dir.join(name);
            // Into a folder without such a name others may put files as well.
            let mut wanted = files.iter().map(|(file, _)| path.join(file)).filter(|_| !is_hash(name));
            let in_the_way =
                if is_hash(name) { Some(path.clone()) } else { wanted.find(|file| fs::symlink_metadata(file).is_ok()) };
            if let Some(path) = in_the_way.filter(|path| fs::symlink_metadata(path).is_ok() && !self.own.names(name)) {
                return foreign(&path, "something of somebody else's");
            }
        }
        for (name, files) in &gathered.folders {
            if is_hash(name) {
                self.name(name)?;
                continue;
            }
            let folder = self.dir.join(name);
            if !folder.exists() {
                fs::create_dir_all(&folder).map_err(failed(&folder, "write"))?;
                self.undo.push(Undo::Made(folder));
            }
            files.iter().try_for_each(|(file, _)| self.name(&format!("{name}/{file}")))?;
        }
        for (name, bytes) in &gathered.beside {
            if !read_file(&self.dir.join(name)).is_ok_and(|there| there == *bytes) {
                self.name(name)?;
            }
        }
        // All that the manifest names is on the disk before the manifest is.
        settle_names(self.dir);
        if self.own.text.as_deref() != Some(&gathered.manifest.write()) {
            let to = self.dir.join(MANIFEST);
            fs::rename(self.fresh.join(MANIFEST), &to).map_err(failed(&to, "write"))?;
            settle_names(self.dir);
        }
        Ok(gathered.manifest.clone())
    }

    /// Moves one file or folder to its name.
    fn name(&mut self, name: &str) -> Result<(), Trouble> {
        let (from, to) = (self.fresh.join(name), self.dir.join(name));
        let was = self.fresh.join(format!("was-{}", name.replace('/', "-")));
        if let Ok(about) = fs::symlink_metadata(&to) {
            if about.is_dir() {
                fs::rename(&to, &was).map_err(failed(&to, "replace"))?;
            } else {
                // The old file keeps its name until the new one takes it.
                fs::hard_link(&to, &was).or_else(|_| fs::copy(&to, &was).map(|_| ())).map_err(failed(&to, "replace"))?;
            }
            self.undo.push(Undo::Replaced { was, to: to.clone() });
        }
        fs::rename(&from, &to).map_err(failed(&to, "write"))?;
        self.undo.push(Undo::Named { from, to });
        Ok(())
    }

    /// Puts everything back. False: something could not be.
    fn undo(&mut self) -> bool {
        let mut all = true;
        while let Some(step) = self.undo.pop() {
            let done = match step {
                // The old file takes its name back by itself, without a moment in which there is none.
                Undo::Named { to, .. } if matches!(self.undo.last(), Some(Undo::Replaced { to: same, .. }) if *same == to && to.is_file()) => {
                    Ok(())
                }
                Undo::Named { from, to } => fs::rename(&to, &from),
                Undo::Replaced { was, to } => fs::rename(&was, &to),
                // Somebody else may have put something into it since.
                Undo::Made(folder) => fs::remove_dir(folder).or(Ok(())),
            };
            all &= done.is_ok();
        }
        all
    }
}

/// Files by their names.
fn list<N: AsRef<str>>(files: &[(N, Vec<u8>)]) -> Files<'_> {
    files.iter().map(|(name, bytes)| (name.as_ref(), bytes.as_slice())).collect()
}

/// Whether a folder holds these files, byte for byte, and no others.
fn holds(dir: &Path, files: &[(&str, &[u8])]) -> bool {
    let there = walkdir::WalkDir::new(dir).into_iter().flatten().filter(|e| !e.file_type().is_dir()).count();
    there == files.len() && files.iter().all(|(name, bytes)| read_file(&dir.join(name)).is_ok_and(|b| b == *bytes))
}

/// Removes what an interrupted build has gathered, but not what says what it had named already.
fn make_room(left: &Path) {
    for entry in fs::read_dir(left).into_iter().flatten().flatten() {
        // What cannot be removed is told when everything else is done.
        let _ = match entry.file_type() {
            Ok(kind) if kind.is_dir() => fs::remove_dir_all(entry.path()),
            Ok(_) if [MANIFEST, BEFORE, NAMED].iter().any(|name| entry.file_name() == *name) => Ok(()),
            _ => fs::remove_file(entry.path()),
        };
    }
}

/// Folders of older builds that the new manifest does not name and that are there. Lists that cannot be read are told: what is named by
/// one that is in use, nobody knows, and nothing is unused then.
fn unused(dir: &Path, own: &Own, manifest: &Manifest, written: &mut Written) -> Vec<PathBuf> {
    let text = "the list of a catalog that cannot be read: indexes that only it names are not removed, and articles that were removed \
                since may be read there; remove them by hand";
    written.left.extend(own.lost.iter().map(|path| trouble(path, text)));
    let (used, lost) = folders(dir, manifest);
    if let Some(path) = lost.first() {
        written.left.push(trouble(path, "cannot be read, so nothing of older builds was removed; build again"));
        return Vec::new();
    }
    let all = own.folders().filter(|name| !used.contains(*name));
    all.map(|name| dir.join(name)).filter(|path| fs::symlink_metadata(path).is_ok()).collect()
}

/// Removes what no manifest names any more, and what interrupted builds have left.
fn clear(dir: &Path, own: &Own, fresh: tempfile::TempDir, manifest: &Manifest, written: &mut Written) {
    let advice = "; articles that were removed since may be read there; remove it, or build again once it can be removed";
    let mut stuck = Vec::new();
    for path in unused(dir, own, manifest, written) {
        // Out of sight at once; then it may take its time.
        let gone = fresh.path().join(path.file_name().unwrap_or_default());
        match fs::rename(&path, &gone).and_then(|()| remove(&gone)).or_else(|_| remove(&path)) {
            Ok(()) => written.removed.push(path),
            Err(e) => {
                stuck.extend(path.file_name().map(|name| name.to_string_lossy().into_owned()));
                written.left.push(trouble(&path, format!("an older build that cannot be removed: {e}{advice}")));
            }
        }
    }
    let beside = manifest.kept.is_empty().then(|| own.outdated(&manifest.files)).into_iter().flatten();
    for path in beside.map(|name| dir.join(name)).filter(|path| fs::symlink_metadata(path).is_ok()) {
        if let Err(e) = fs::remove_file(&path) {
            written.left.push(trouble(&path, format!("a file of an older release that cannot be removed: {e}; remove it")));
        }
    }
    // As long as something is there that only one of these folders names, that one stays: the next build reads it.
    for Left { path, folders, .. } in &own.interrupted {
        let before = stuck.len();
        stuck.retain(|name| !folders.contains(name));
        if stuck.len() < before {
            continue;
        }
        match remove(path) {
            Ok(()) => written.removed.push(path.clone()),
            Err(e) => {
                written.left.push(trouble(path, format!("left by a build that was interrupted; cannot be removed: {e}{advice}")))
            }
        }
    }
    if stuck.is_empty() {
        let path = fresh.keep();
        if let Err(e) = remove(&path) {
            written.left.push(trouble(&path, format!("what was replaced cannot be removed: {e}{advice}")));
        }
    } else {
        let path = fresh.keep();
        let _ = fs::remove_file(path.join(MANIFEST));
        make_room(&path);
    }
}

/// The same where there are no locks: another build may be about to name what looks unused, so nothing is removed.
fn spare(dir: &Path, own: &Own, fresh: tempfile::TempDir, manifest: &Manifest, why: &str, written: &mut Written) {
    let text =
        format!("not removed, for another build may use it: locks do not work here ({why}); remove it when none is running");
    for path in unused(dir, own, manifest, written).into_iter().chain(own.interrupted.iter().map(|left| left.path.clone())) {
        written.left.push(trouble(&path, text.clone()));
    }
    drop(fresh);
}

/// Removes a folder with all that is in it, or a link to one.
fn remove(path: &Path) -> std::io::Result<()> {
    match fs::symlink_metadata(path) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Ok(about) if !about.is_dir() => fs::remove_file(path),
        _ => fs::remove_dir_all(path),
    }
}
