//! A throw-away repository to run the binary in, and what a person would see of it.
//!
//! The environment is scrubbed, so nothing of the machine reaches a test; what differs from run to run (the folder,
//! the version, digests) becomes a placeholder, so that a snapshot can stand in the test.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    ffi::OsStr,
    fs,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
    process::{Command, Output},
};

use tempfile::TempDir;

use crate::corpus::scrubbed;

/// What a file is: its mode, time of change and content (of a link: where it leads).
#[derive(Clone, Debug, PartialEq)]
pub struct Stamp {
    mode: u32,
    modified: (i64, i64),
    pub content: Vec<u8>,
}

/// Every file of a folder, hidden ones too, by its path with `/`.
pub type Tree = BTreeMap<String, Stamp>;

/// A copied or written repository in a temporary folder.
pub struct Workspace {
    home: TempDir,
    // Taken before the first run, so that a test may write its files bit by bit.
    sealed: RefCell<Option<Tree>>,
}

impl Workspace {
    /// A copy of the sample repository.
    pub fn sample() -> Self {
        Self::copy(&project().join("tests/fixtures/home-ops"))
    }

    /// A copy of a folder.
    pub fn copy(from: &Path) -> Self {
        let workspace = Self::empty();
        copy_tree(from, workspace.root());
        workspace
    }

    /// A folder that a test has made itself.
    pub fn of(home: TempDir) -> Self {
        Self { home, sealed: RefCell::new(None) }
    }

    /// A folder without files.
    pub fn empty() -> Self {
        Self::of(TempDir::with_prefix("hops-workspace-").unwrap())
    }

    /// A folder with these files.
    pub fn with(files: &[(&str, &str)]) -> Self {
        let workspace = Self::empty();
        for (path, text) in files {
            workspace.write(path, text);
        }
        workspace
    }

    /// A repository with one cluster, one source and one release, `media/plex`, at the source's version.
    pub fn tiny() -> Self {
        Self::copy(&project().join("tests/recipes/chartref/moves_to_the_shared_source/before"))
    }

    pub fn root(&self) -> &Path {
        self.home.path()
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    /// Writes a file, with the folders on the way.
    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) -> &Self {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self.seal();
        self
    }

    /// Writes a recipe `recipes/<name>.rhai`: a header, and this after it from line 3 on.
    pub fn recipe(&self, name: &str, body: &str) -> &Self {
        let header = format!("const RECIPE = #{{ name: \"{name}\", version: \"1.0.0\" }};\n\n");
        self.write(&format!("recipes/{name}.rhai"), header + body)
    }

    /// Sets the mode of a file.
    pub fn chmod(&self, path: &str, mode: u32) -> &Self {
        fs::set_permissions(self.path(path), fs::Permissions::from_mode(mode)).unwrap();
        self.seal();
        self
    }

    /// Makes a symbolic link.
    pub fn link(&self, path: &str, to: impl AsRef<Path>) -> &Self {
        std::os::unix::fs::symlink(to, self.path(path)).unwrap();
        self.seal();
        self
    }

    /// Takes the files as they are for what must stay.
    pub fn seal(&self) {
        *self.sealed.borrow_mut() = None;
    }

    /// The binary in this folder.
    pub fn command<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Command {
        self.sealed.borrow_mut().get_or_insert_with(|| tree(self.root()));
        let mut command = scrubbed(env!("CARGO_BIN_EXE_hops"));
        command.current_dir(self.root()).args(args);
        command
    }

    /// Runs the binary to its end.
    pub fn run<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Output {
        self.command(args).output().unwrap()
    }

    /// Runs the binary and gives what a person sees: exit code, standard output, standard error.
    pub fn hops<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> String {
        self.shown(&self.run(args))
    }

    /// Runs the binary, which must succeed, and gives its standard output.
    pub fn done<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> String {
        let output = self.run(args);
        assert!(output.status.success(), "{}", self.shown(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    /// What `hops plan -o json` gives.
    pub fn plan(&self, args: &[&str]) -> serde_json::Value {
        serde_json::from_str(&self.done(["plan", "-o", "json"].iter().chain(args))).unwrap()
    }

    /// An output as a snapshot holds it.
    pub fn shown(&self, output: &Output) -> String {
        let code = output.status.code().map_or_else(|| output.status.to_string(), |code| code.to_string());
        let mut text = format!("exit code {code}\n");
        for (name, bytes) in [("stdout", &output.stdout), ("stderr", &output.stderr)] {
            if !bytes.is_empty() {
                text += &format!("--- {name}\n{}", self.plain(&String::from_utf8_lossy(bytes)));
            }
        }
        text
    }

    /// Whether a run has left every file alone: content, mode and time of change; no file more or less.
    pub fn assert_untouched(&self) {
        let sealed = self.sealed.borrow();
        let before = sealed.as_ref().expect("nothing was run");
        let now = tree(self.root());
        assert_eq!(differences(before, &now), Vec::<String>::new(), "files were touched");
    }

    /// The files whose stamp differs from that before the first run.
    pub fn touched(&self) -> Vec<String> {
        differences(self.sealed.borrow().as_ref().expect("nothing was run"), &tree(self.root()))
    }

    fn plain(&self, text: &str) -> String {
        let real = self.root().canonicalize().unwrap();
        let mut text = text.replace(&*real.to_string_lossy(), "[ROOT]");
        text = text.replace(&*self.root().to_string_lossy(), "[ROOT]");
        text = text.replace(concat!("hops ", env!("CARGO_PKG_VERSION")), "hops [VERSION]");
        text = text.replace(concat!("this is ", env!("CARGO_PKG_VERSION")), "this is [VERSION]");
        let mut parts = text.split("sha256:");
        let mut out = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            out += "[DIGEST]";
            out += part.trim_start_matches(|letter: char| letter.is_ascii_hexdigit());
        }
        out
    }
}

/// The root of the project.
pub fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Reads every file of a folder.
pub fn tree(root: &Path) -> Tree {
    let mut files = Tree::new();
    let mut open = vec![root.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let metadata = path.symlink_metadata().unwrap();
            let content = if metadata.is_dir() {
                open.push(path.clone());
                Vec::new()
            } else if metadata.is_symlink() {
                fs::read_link(&path).unwrap().to_string_lossy().into_owned().into_bytes()
            } else {
                // A file without a read bit still has a stamp.
                fs::read(&path).unwrap_or_default()
            };
            // The time of a folder tells of a file that came and went.
            let modified = (metadata.mtime(), metadata.mtime_nsec());
            let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
            files.insert(name, Stamp { mode: metadata.mode(), modified, content });
        }
    }
    files
}

/// The paths whose stamps differ, with those that only one of the two has.
pub fn differences(before: &Tree, now: &Tree) -> Vec<String> {
    let mut paths: Vec<String> =
        before.iter().filter(|(path, stamp)| now.get(*path) != Some(stamp)).map(|(path, _)| path.clone()).collect();
    paths.extend(now.keys().filter(|path| !before.contains_key(*path)).cloned());
    paths.sort_unstable();
    paths
}

/// Copies a folder with its links and modes.
pub fn copy_tree(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            copy_tree(&source, &target);
        } else if kind.is_symlink() {
            std::os::unix::fs::symlink(fs::read_link(&source).unwrap(), &target).unwrap();
        } else {
            fs::copy(&source, &target).unwrap();
        }
    }
}

#[test]
fn a_touched_file_is_seen() {
    let workspace = Workspace::with(&[("a.yaml", "a: 1\n"), ("b/c.yaml", "c: 1\n")]);
    workspace.run(["--version"]);
    workspace.assert_untouched();
    fs::write(workspace.path("b/c.yaml"), "c: 2\n").unwrap();
    fs::write(workspace.path("b/d.yaml"), "d: 1\n").unwrap();
    fs::remove_file(workspace.path("a.yaml")).unwrap();
    assert_eq!(workspace.touched(), ["a.yaml", "b", "b/c.yaml", "b/d.yaml"]);
}
