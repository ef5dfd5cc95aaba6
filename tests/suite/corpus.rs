//! The corpus of real repositories: where it lies, and its trees as files to work on.
//!
//! The corpus stays outside the project. `HOPS_CORPUS` names the folder that holds `corpus.bundle`; without it the
//! folder `../shared/corpus` beside the project is tried. Where there is none, tests that need it say so and pass.

use std::{
    collections::BTreeMap,
    env, fs, io,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use tempfile::TempDir;

/// What a test of the corpus gives back.
pub type TestResult<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// Every file of a tree, by its path with `/`.
pub type Snapshot = BTreeMap<String, Vec<u8>>;

/// A bare clone of the bundle, removed when the test ends.
pub struct Corpus {
    home: TempDir,
}

impl Corpus {
    /// Opens the corpus, or says that there is none and gives `None`.
    pub fn open() -> TestResult<Option<Self>> {
        let bundle = folder().join("corpus.bundle");
        if !bundle.is_file() {
            say("skipped: no corpus");
            return Ok(None);
        }
        let home = TempDir::with_prefix("hops-corpus-")?;
        let clone = home.path().join("corpus.git");
        succeed(git(home.path()).args(["clone", "--quiet", "--bare"]).arg(bundle).arg(clone))?;
        Ok(Some(Self { home }))
    }

    /// Writes the tree of a ref into a new folder.
    pub fn extract(&self, reference: &str) -> TestResult<TempDir> {
        let folder = TempDir::with_prefix("hops-tree-")?;
        let mut archive = git(&self.home.path().join("corpus.git"))
            .args(["archive", "--format=tar", reference])
            .stdout(Stdio::piped())
            .spawn()?;
        let stream = archive.stdout.take().ok_or("git archive gives no output")?;
        succeed(Command::new("tar").arg("-x").arg("-C").arg(folder.path()).stdin(stream))?;
        if archive.wait()?.success() { Ok(folder) } else { Err(format!("no tree at `{reference}`").into()) }
    }

    /// Reads the tree of a ref.
    pub fn read(&self, reference: &str) -> TestResult<Snapshot> {
        Ok(snapshot(self.extract(reference)?.path())?)
    }
}

/// Reads every file below a folder, but neither Git's nor hops's own.
pub fn snapshot(root: &Path) -> io::Result<Snapshot> {
    let mut files = Snapshot::new();
    let mut folders = vec![(root.to_path_buf(), String::new())];
    while let Some((folder, prefix)) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}/{name}") };
            if path == ".git" || path == ".hops" {
                continue;
            }
            let kind = entry.file_type()?;
            if kind.is_dir() {
                folders.push((entry.path(), path));
            } else if kind.is_file() {
                files.insert(path, fs::read(entry.path())?);
            } else {
                files.insert(path, fs::read_link(entry.path())?.to_string_lossy().into_owned().into_bytes());
            }
        }
    }
    Ok(files)
}

/// Names the paths whose bytes differ, with those that only one of the two has.
pub fn changed<'a>(before: &'a Snapshot, after: &'a Snapshot) -> Vec<&'a str> {
    let mut paths: Vec<&str> =
        before.iter().filter(|(path, bytes)| after.get(*path) != Some(*bytes)).map(|(path, _)| path.as_str()).collect();
    paths.extend(after.keys().filter(|path| !before.contains_key(*path)).map(String::as_str));
    paths.sort_unstable();
    paths
}

/// Prints a line that the test harness does not hold back.
pub fn say(line: &str) {
    // `println!` is captured while a test passes, and a score that nobody sees is none.
    let _ = writeln!(io::stderr(), "{line}");
}

/// Works on items in as many threads as the machine runs at once; the results keep the order.
pub fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    let worker = || {
        while let Some((index, item)) =
            Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|at| Some((at, items.get(at)?)))
        {
            let result = work(item);
            done.lock().unwrap().push((index, result));
        }
    };
    thread::scope(|scope| {
        let threads = thread::available_parallelism().map_or(1, usize::from).min(items.len());
        (0..threads).for_each(|_| drop(scope.spawn(worker)));
    });
    let mut done = done.into_inner().unwrap();
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

/// Starts a program with a small, fixed environment.
pub fn scrubbed(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    command
        .env_clear()
        .env("PATH", env::var_os("PATH").unwrap_or_default())
        .env("HOME", env::temp_dir())
        .env("LC_ALL", "C.UTF-8")
        .env("NO_COLOR", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .envs(["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_NAME"), "test")))
        .envs(["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_EMAIL"), "test@example.org")))
        .stdin(Stdio::null());
    command
}

/// Runs a command to its end and gives its standard output; a failure carries what it said.
pub fn succeed(command: &mut Command) -> TestResult<String> {
    let output = command.output()?;
    if output.status.success() {
        return Ok(String::from_utf8(output.stdout)?);
    }
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    Err(format!("{command:?}\n{}\n{out}{err}", output.status).into())
}

fn git(folder: &Path) -> Command {
    let mut command = scrubbed("git");
    command.arg("-C").arg(folder);
    command
}

fn folder() -> PathBuf {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    env::var_os("HOPS_CORPUS").map_or_else(beside, PathBuf::from)
}
