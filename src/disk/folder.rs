//! How is an index in a folder read?
//!
//! [`OnDisk`] reads it as a page would, file by file, each verified.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use crate::disk::{Trouble, of_index, portable, read_file, read_text, trouble};
use crate::error::{Error, Reason};
use crate::format::manifest::Manifest;
use crate::format::pack::get_pack;
use crate::format::{File, Kind, open};
use crate::page::{self, SUMS};
use crate::search::index::Reader;
use crate::search::more::{Job, Outcome, Told};
use crate::search::step::Step;

/// An index on a disk.
pub struct OnDisk {
    dir: PathBuf,
    /// Its manifest.
    pub manifest: Manifest,
    /// What was read of it.
    pub reader: Reader,
}

impl OnDisk {
    /// Opens the index in a folder.
    pub fn open(dir: &Path) -> Result<OnDisk, Trouble> {
        let path = dir.join("manifest");
        let text = read_text(&path).map_err(|e| match e.kind() {
            io::ErrorKind::NotFound if dir.is_dir() => {
                trouble(dir, "holds no index; make one with `xunzi build INPUT --out DIR`")
            }
            io::ErrorKind::NotFound => trouble(dir, "there is no such folder; name the folder that `xunzi build --out` wrote"),
            _ => trouble(
                &path,
                format!("cannot be read: {e}; name the folder that `xunzi build --out` wrote, or make the index anew"),
            ),
        })?;
        let manifest = Manifest::read(&text).map_err(of_index(&path))?;
        let open: Vec<&str> = manifest.open.iter().map(String::as_str).collect();
        let reader = manifest.id().and_then(|id| Reader::new(id, &open)).map_err(of_index(&path))?;
        Ok(OnDisk { dir: dir.to_owned(), manifest, reader })
    }

    /// An older build that a folder keeps, and its engine.
    pub fn kept(dir: &Path, build: &str, engine: &str) -> Result<OnDisk, Trouble> {
        let folder = dir.join(build);
        let first = [File::PACK, File::ROOT].map(File::name).into_iter().find(|name| folder.join(name).exists());
        let missing = || trouble(&folder.join(File::PACK.name()), "is missing, and so is root.dat; make the index anew");
        let open = first.ok_or_else(missing)?;
        let manifest = Manifest { build: build.into(), engine: engine.into(), open: vec![open], ..Manifest::default() };
        let reader =
            manifest.id().and_then(|id| Reader::new(id, &[&manifest.open[0]])).map_err(of_index(&dir.join("manifest")))?;
        Ok(OnDisk { dir: dir.to_owned(), manifest, reader })
    }

    /// Whether another build has taken the place of this one since it was opened.
    pub fn is_outdated(&self) -> bool {
        let now = read_text(&self.dir.join("manifest")).ok().and_then(|text| Manifest::read(&text).ok());
        now.is_some_and(|now| now != self.manifest)
    }

    /// The path of a file of the index.
    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.join(&self.manifest.build).join(name)
    }

    /// The name of what is at a path in its folder.
    fn name(&self, path: &Path) -> String {
        path.strip_prefix(self.path("")).unwrap_or(path).to_string_lossy().replace('\\', "/")
    }

    /// Reads a file of the index.
    pub fn read(&self, name: &str) -> Result<Vec<u8>, Trouble> {
        let path = self.path(name);
        read_file(&path).map_err(|e| trouble(&path, format!("cannot be read: {e}; make the index anew")))
    }

    /// Reads a file and feeds it to the reader.
    pub fn feed(&mut self, file: File) -> Result<(), Trouble> {
        let bytes = self.read(&file.name())?;
        self.reader.feed(file, &bytes).map_err(of_index(&self.path(&file.name())))
    }

    /// Runs a job to its end, reading what it needs.
    pub fn run<T>(&mut self, mut step: impl FnMut(&mut Reader) -> Result<Step<T>, Error>) -> Result<Option<T>, Trouble> {
        loop {
            let Step { need, found, done } = step(&mut self.reader).map_err(of_index(&self.dir))?;
            if done {
                return Ok(found);
            }
            for file in need {
                self.feed(file)?;
            }
        }
    }

    /// Runs a request to its end, and searches as it has questions. The inner error: this index cannot be asked that.
    pub fn answer(&mut self, job: &mut Job) -> Result<Result<Outcome, Error>, Trouble> {
        loop {
            let step = match job.step(&mut self.reader) {
                Err(error) if matches!(error.reason(), Reason::BadRequest { .. }) => return Ok(Err(error)),
                step => step.map_err(of_index(&self.dir))?,
            };
            if let Some(found) = step.found {
                return Ok(Ok(found));
            }
            for file in step.need {
                self.feed(file)?;
            }
            for (number, question) in step.asks {
                let mut search = question.search();
                let found = self.run(|reader| search.step(reader))?;
                job.tell(number, found.map_or_else(Told::default, Told::from));
            }
        }
    }

    /// Whether what is made of these files of the index is theirs: their list, and the scripts
    /// that hand them over to pages without a host, if there are any.
    pub fn copies(&self, files: &[(File, Vec<u8>)], count: &mut impl FnMut(usize)) -> Result<(), Trouble> {
        let all = walkdir::WalkDir::new(self.path("js")).into_iter().flatten().filter(|e| !e.file_type().is_dir());
        let mut scripts: BTreeSet<String> = all.map(|e| self.name(e.path())).collect();
        let any = !scripts.is_empty() || self.manifest.files.iter().any(|file| file.name == portable::CLASSIC);
        let wrong = |name: &str, what: &str| Err(trouble(&self.path(name), what));
        let mut lines = Vec::new();
        for (file, bytes) in files {
            let name = file.name();
            if any {
                let (copy, wanted) = portable::script(&name, bytes);
                if !scripts.remove(&copy) {
                    return wrong(&copy, "is missing; make the index anew");
                }
                if self.read(&copy)? != wanted {
                    return wrong(&copy, "is not as it was published; make the index anew");
                }
                count(wanted.len());
            }
            lines.push(page::line(&name, bytes));
        }
        if let Some(name) = scripts.first() {
            return wrong(name, "does not belong to the index; remove it");
        }
        let list = self.read(SUMS)?;
        count(list.len());
        match list == page::sealed(lines).as_bytes() {
            true => Ok(()),
            false => wrong(SUMS, "is not as it was published; make the index anew"),
        }
    }

    /// All files of the index as they are on the disk. `count` is told the length of each. Anything else in the build's folder is
    /// an error.
    pub fn files(&self, count: &mut impl FnMut(usize)) -> Result<Vec<(File, Vec<u8>)>, Trouble> {
        let root = self.path("");
        let packed = self.is_packed();
        let mut out = Vec::new();
        for entry in walkdir::WalkDir::new(&root).min_depth(1).sort_by_file_name() {
            let entry = entry.map_err(|e| {
                let text = format!("cannot be read: {e}; make the index anew");
                trouble(e.path().unwrap_or(&root), text)
            })?;
            let name = self.name(entry.path());
            if entry.file_type().is_dir() && !packed && ["g", "t", "c"].contains(&name.as_str()) {
                continue;
            }
            // What is made of the files of the index: see `copies`.
            if name == SUMS || name == "js" || name.starts_with("js/") {
                continue;
            }
            let Some(file) = File::parse(&name).filter(|file| packed == (file.kind == Kind::Pack)) else {
                return Err(trouble(entry.path(), "does not belong to the index; remove it"));
            };
            let bytes = self.read(&name)?;
            count(bytes.len());
            out.push((file, bytes));
        }
        Ok(out)
    }

    fn is_packed(&self) -> bool {
        self.manifest.open == [File::PACK.name()]
    }

    /// These files of the index, those of a pack apart, still sealed.
    pub fn apart<'a>(&self, files: &'a [(File, Vec<u8>)]) -> Result<Vec<(File, &'a [u8])>, Trouble> {
        if !self.is_packed() {
            return Ok(files.iter().map(|(file, bytes)| (*file, bytes.as_slice())).collect());
        }
        let path = self.path(&File::PACK.name());
        let Some((_, bytes)) = files.first() else { return Err(trouble(&path, "is missing; make the index anew")) };
        let id = self.manifest.id().map_err(of_index(&path))?;
        let payload = open(File::PACK, id, bytes).map_err(of_index(&path))?;
        get_pack(payload).map_err(|fault| of_index(&path)(fault.of(&File::PACK.name())))
    }
}
