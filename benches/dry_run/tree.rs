//! The real tree that the dry run is measured on, and what it means to do the work on it.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::Failure;
use crate::measure::Invocation;

/// The ref of the corpus that holds the tree.
const REF: &str = "haynes-ops/before-chartref";

/// Releases in the tree that still name the chart directly.
const RELEASES: usize = 33;

/// Reads every YAML file below a folder once, one after the other, and hands it over.
///
/// This is the yardstick of the benchmark: no manifest tool can do less.
pub fn read_all(folder: &Path, mut each: impl FnMut(&Path, Vec<u8>)) -> io::Result<()> {
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let kind = entry.file_type()?;
            let path = entry.path();
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_file() && path.extension().is_some_and(|end| end == "yaml" || end == "yml") {
                each(&path, fs::read(&path)?);
            }
        }
    }
    Ok(())
}

/// The tree, and a second copy of it for tools that can only write.
pub struct Tree {
    // Removes the folder when the benchmark ends.
    _folder: TempDir,
    /// The tree that is only read.
    pub root: PathBuf,
    /// The copy that tools may write to.
    pub copy: PathBuf,
    /// The files that hold the releases, relative to the root.
    pub releases: BTreeSet<String>,
    /// YAML files in the tree.
    pub files: usize,
}

impl Tree {
    /// Unpacks the tree from the corpus; `None` where there is no corpus.
    pub fn unpack() -> Result<Option<Self>, Failure> {
        let place = env::var_os("HOPS_CORPUS").unwrap_or_else(|| "../shared/corpus".into());
        let bundle = Path::new(env!("CARGO_MANIFEST_DIR")).join(place).join("corpus.bundle");
        if !bundle.is_file() {
            return Ok(None);
        }
        let folder = tempfile::Builder::new().prefix("hops-bench-").tempdir()?;
        let [root, copy] = ["tree", "copy"].map(|name| folder.path().join(name));
        extract(&bundle, folder.path(), &[&root, &copy])?;

        let (mut releases, mut files) = (BTreeSet::new(), 0);
        read_all(&root, |path, bytes| {
            files += 1;
            if names_the_chart(&bytes) {
                releases.insert(relative(path, &root));
            }
        })?;
        if releases.len() != RELEASES {
            return Err(format!("the corpus tree holds {} releases instead of {RELEASES}", releases.len()).into());
        }
        Ok(Some(Self { _folder: folder, root, copy, releases, files }))
    }

    /// Puts the release files of the copy back as they were.
    pub fn restore_copy(&self) -> io::Result<()> {
        self.releases.iter().try_for_each(|path| fs::copy(self.root.join(path), self.copy.join(path)).map(drop))
    }

    /// What differs between the tree and its copy.
    pub fn work_in_copy(&self) -> io::Result<Work> {
        let mut work = Work::default();
        let mut missed = Ok(());
        read_all(&self.copy, |path, bytes| {
            let name = relative(path, &self.copy);
            match fs::read(self.root.join(&name)) {
                Ok(before) if before == bytes => {}
                Ok(_) => {
                    work.references += usize::from(has(&bytes, b"\n  chartRef:") && !names_the_chart(&bytes));
                    work.files.insert(name);
                }
                Err(err) => missed = Err(err),
            }
        })?;
        missed.map(|()| work)
    }

    /// Checks that a tool's work is all of the job and nothing else.
    pub fn check(&self, tool: &str, work: &Work) -> Result<(), String> {
        if work.files == self.releases && work.references == RELEASES {
            return Ok(());
        }
        let right = work.files.intersection(&self.releases).count();
        let other = work.files.len() - right;
        Err(format!("{tool} changes {right} of {RELEASES} files, {other} others, {} references", work.references))
    }
}

/// What a tool did or would do: the files it changes and how many chart references it puts in.
#[derive(Default)]
pub struct Work {
    files: BTreeSet<String>,
    references: usize,
}

impl Work {
    /// Reads a unified diff.
    pub fn of_diff(diff: &str) -> Self {
        let mut work = Self::default();
        for line in diff.lines() {
            if let Some(path) = line.strip_prefix("+++ ") {
                let path = path.split('\t').next().unwrap_or(path).trim_end();
                work.files.insert(path.strip_prefix("b/").unwrap_or(path).to_owned());
            } else if line.trim_end() == "+  chartRef:" {
                work.references += 1;
            }
        }
        work
    }

    /// Whether nothing at all changes.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

fn extract(bundle: &Path, scratch: &Path, targets: &[&PathBuf]) -> Result<(), Failure> {
    let [clone, archive] = ["corpus.git", "tree.tar"].map(|name| scratch.join(name));
    run("git", &["clone", "--quiet", "--bare", &text(bundle), &text(&clone)])?;
    run("git", &["--git-dir", &text(&clone), "archive", "--output", &text(&archive), REF])?;
    for target in targets {
        fs::create_dir(target)?;
        run("tar", &["-xf", &text(&archive), "-C", &text(target)])?;
    }
    fs::remove_file(archive)?;
    fs::remove_dir_all(clone)?;
    Ok(())
}

fn run(program: &str, arguments: &[&str]) -> Result<(), Failure> {
    Invocation::new(Path::new(program), arguments).output().map(drop)
}

fn names_the_chart(bytes: &[u8]) -> bool {
    has(bytes, b"\n      chart: app-template")
}

fn has(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

fn relative(path: &Path, root: &Path) -> String {
    text(path.strip_prefix(root).unwrap_or(path))
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
