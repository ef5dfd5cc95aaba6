//! A Git work tree of a repository that a test may change: the sample, or any tree of files.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use tempfile::TempDir;

use crate::corpus::{Snapshot, scrubbed, snapshot};

/// The parameters that give the sample five batches with 16 targets.
pub const MAJOR: [&str; 3] = ["chartref", "-p", "upgrade=major"];

/// A repository in a temporary folder.
pub struct WorkTree {
    folder: TempDir,
}

impl WorkTree {
    /// The sample repository, committed.
    pub fn sample() -> WorkTree {
        let tree = WorkTree::without_git();
        tree.commit_all();
        tree
    }

    /// The sample repository as files alone.
    pub fn without_git() -> WorkTree {
        WorkTree::copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/home-ops"))
    }

    /// A copy of a folder as files alone.
    pub fn copy(from: &Path) -> WorkTree {
        let tree = WorkTree::of(TempDir::with_prefix("hops-run-").unwrap());
        copy(from, tree.root());
        tree
    }

    pub fn of(folder: TempDir) -> WorkTree {
        WorkTree { folder }
    }

    /// Makes everything the first commit; the same files give the same commit.
    pub fn commit_all(&self) {
        self.git(["init", "--quiet", "--initial-branch", "main"]);
        self.git(["add", "--all", "--force"]);
        self.git(["commit", "--quiet", "--message", "before"]);
    }

    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Adds a line to the end of a file.
    pub fn add_line(&self, path: &str, line: &str) {
        let text = self.read(path);
        self.write(path, &format!("{text}{line}\n"));
    }

    /// Makes an executable hook.
    pub fn hook(&self, name: &str, script: &str) {
        use std::os::unix::fs::PermissionsExt as _;
        let path = self.path(".git/hooks").join(name);
        self.write(&format!(".git/hooks/{name}"), &format!("#!/bin/sh\n{script}\n"));
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Every file but Git's and hops's own.
    pub fn files(&self) -> Snapshot {
        snapshot(self.root()).unwrap()
    }

    /// The binary in this folder.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = scrubbed(env!("CARGO_BIN_EXE_hops"));
        command.arg("-C").arg(self.root()).args(arguments);
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Runs the binary, which must succeed, and gives its standard output.
    pub fn done(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}\n{}", said(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs the binary, which must end with this code, and gives what it says.
    pub fn fails(&self, code: i32, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}\n{}", said(&output));
        String::from_utf8(output.stderr).unwrap()
    }

    /// Keeps the plan of a recipe in a file outside of the repository, and gives its path.
    pub fn plan(&self, recipe: &[&str]) -> String {
        let path = format!("{}.plan.json", self.root().display());
        self.done(&[&["plan", "-q", "--out", &path], recipe].concat());
        path
    }

    /// Runs `git`, which must succeed, and gives its standard output.
    pub fn git<const N: usize>(&self, arguments: [&str; N]) -> String {
        let mut command = scrubbed("git");
        command.arg("-C").arg(self.root()).args(arguments);
        command.env("GIT_AUTHOR_DATE", "2024-01-01T00:00:00Z").env("GIT_COMMITTER_DATE", "2024-01-01T00:00:00Z");
        let output = command.output().unwrap();
        assert!(output.status.success(), "git {arguments:?}\n{}", said(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Subjects of the commits, the oldest first, without the one that the test began with.
    pub fn subjects(&self) -> Vec<String> {
        let log = self.git(["log", "--reverse", "--format=%s"]);
        log.lines().skip(1).map(str::to_string).collect()
    }

    /// Asserts that Git sees no uncommitted change.
    pub fn assert_clean(&self) {
        assert_eq!(self.git(["status", "--porcelain"]), "");
    }
}

impl Drop for WorkTree {
    fn drop(&mut self) {
        let _ = fs::remove_file(format!("{}.plan.json", self.root().display()));
    }
}

/// Both streams of a program.
pub fn said(output: &Output) -> String {
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    format!("{}\n{out}{err}", output.status)
}

/// Copies a folder with its modes.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (source, target) = (entry.as_ref().unwrap().path(), to.join(entry.unwrap().file_name()));
        if source.is_dir() {
            copy(&source, &target);
        } else {
            fs::copy(&source, &target).unwrap();
        }
    }
}
