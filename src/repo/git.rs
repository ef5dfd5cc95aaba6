//! The Git work tree around a repository, through the `git` program.
//!
//! The owner's hooks, signing and configuration apply, because it is the owner's `git` that runs; never a shell, and
//! paths are taken literally. Only what hops asks for is touched: a commit holds the given paths and nothing else,
//! and whatever the owner has staged stays staged.

use std::collections::BTreeSet;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// Why Git could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// The program could not be started.
    #[error("`git` cannot be started: {0}")]
    Start(io::Error),
    /// It ended with an error.
    #[error("`git {what}` ended with an error")]
    Failed {
        /// The subcommand.
        what: String,
        /// What it and the owner's hooks said, the last lines.
        said: Vec<String>,
    },
}

/// What is checked out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The branch; nothing when HEAD is detached.
    pub branch: Option<String>,
    /// The commit; nothing before the first one.
    pub commit: Option<String>,
}

/// A commit and its trailers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its full id.
    pub id: String,
    /// First line of its message.
    pub subject: String,
    /// Seconds since 1970 of the commit.
    pub time: i64,
    /// Names and values at the end of its message, in order.
    pub trailers: Vec<(String, String)>,
}

impl Commit {
    /// Values of a trailer, in order.
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.trailers.iter().filter(move |(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// The first value of a trailer.
    pub fn value<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.values(name).next()
    }
}

/// A Git work tree.
#[derive(Debug, Clone)]
pub struct Git {
    root: PathBuf,
    /// Way from the top of the work tree to `root`, with a final `/`, or empty.
    prefix: String,
    folder: PathBuf,
}

/// What Git makes of a folder.
#[derive(Debug)]
pub enum Found {
    /// It lies in a work tree.
    WorkTree(Git),
    /// It is a repository without a work tree.
    Bare,
    /// It has nothing to do with Git.
    Nothing,
}

/// What an unfinished operation leaves in Git's folder, and its name.
const OPERATIONS: [(&str, &str); 6] = [
    ("MERGE_HEAD", "merge"),
    ("rebase-merge", "rebase"),
    ("rebase-apply", "rebase"),
    ("CHERRY_PICK_HEAD", "cherry-pick"),
    ("REVERT_HEAD", "revert"),
    ("BISECT_LOG", "bisect"),
];

/// Separates commits, and the fields of one; neither stands in a message.
const RECORD: char = '\u{1e}';
const FIELD: char = '\u{1f}';

impl Git {
    /// Finds the work tree that a folder lies in; one that Git does not know is [`Found::Nothing`], also where there
    /// is no `git` and no `.git` either.
    pub fn find(root: &Path) -> Result<Found, GitError> {
        let mut git = Git { root: root.to_path_buf(), prefix: String::new(), folder: PathBuf::new() };
        let has_folder = root.ancestors().any(|folder| folder.join(".git").exists());
        let looks_bare = |folder: &Path| folder.join("HEAD").is_file() && folder.join("objects").is_dir();
        if !has_folder && !root.ancestors().any(looks_bare) {
            return Ok(Found::Nothing);
        }
        let asked = ["rev-parse", "--is-bare-repository", "--is-inside-work-tree", "--absolute-git-dir"];
        let answer = match git.run(&asked, None) {
            Ok(answer) => answer,
            Err(GitError::Start(error)) if has_folder => return Err(GitError::Start(error)),
            Err(error @ GitError::Failed { .. }) if has_folder => return Err(error),
            Err(_) => return Ok(Found::Nothing),
        };
        let mut lines = answer.lines();
        match (lines.next(), lines.next()) {
            (Some("true"), _) => return Ok(Found::Bare),
            (_, Some("true")) => {}
            _ => return Ok(Found::Nothing),
        }
        git.folder = PathBuf::from(lines.next().unwrap_or_default());
        git.prefix = git.run(&["rev-parse", "--show-prefix"], None)?.trim_end_matches('\n').to_string();
        Ok(Found::WorkTree(git))
    }

    /// What is checked out.
    pub fn head(&self) -> Result<Head, GitError> {
        let text = |answer: Result<String, GitError>| match answer {
            Ok(text) => Ok(Some(text.trim().to_string()).filter(|text| !text.is_empty())),
            Err(GitError::Failed { .. }) => Ok(None),
            Err(error) => Err(error),
        };
        let branch = text(self.run(&["symbolic-ref", "--quiet", "--short", "HEAD"], None))?;
        let commit = text(self.run(&["rev-parse", "--quiet", "--verify", "HEAD^{commit}"], None))?;
        Ok(Head { branch, commit })
    }

    /// An operation that the owner has not ended yet, such as a merge.
    pub fn operation(&self) -> Option<&'static str> {
        let found = OPERATIONS.iter().find(|(name, _)| self.folder.join(name).exists());
        found.map(|(_, operation)| *operation)
    }

    /// Paths below the root with uncommitted changes, staged or not, untracked ones included.
    pub fn uncommitted(&self) -> Result<BTreeSet<String>, GitError> {
        let asked = ["status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames"];
        let answer = self.run(&asked, None)?;
        let paths = answer.split('\0').filter_map(|entry| entry.get(3..));
        Ok(paths.filter_map(|path| path.strip_prefix(&self.prefix)).map(str::to_string).collect())
    }

    /// Those of these paths that the last commit does not hold: new, or hidden from Git by `.gitignore`.
    pub fn untracked(&self, paths: &[&str]) -> Result<BTreeSet<String>, GitError> {
        let known = self.run(&["ls-files", "-z", "--cached"], None)?;
        let known: BTreeSet<&str> = known.split('\0').collect();
        Ok(paths.iter().filter(|path| !known.contains(**path)).map(|path| path.to_string()).collect())
    }

    /// The content of a file in the last commit; nothing where that has none.
    pub fn committed(&self, path: &str) -> Result<Option<Vec<u8>>, GitError> {
        let object = format!("HEAD:{}{path}", self.prefix);
        match self.output(&["cat-file", "--filters", &object], None) {
            Ok(output) => Ok(Some(output.stdout)),
            Err(GitError::Failed { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Takes these paths as they stand into the index, also those that are gone.
    pub fn stage(&self, paths: &[&str]) -> Result<(), GitError> {
        let list: String = paths.iter().flat_map(|path| [*path, "\0"]).collect();
        self.run(&["update-index", "--add", "--remove", "-z", "--stdin"], Some(&list)).map(drop)
    }

    /// Those of these paths that are staged otherwise than the last commit has them.
    pub fn staged(&self, paths: &[&str]) -> Result<Vec<String>, GitError> {
        let answer = self.run(&["diff-index", "--cached", "--name-only", "-z", "--relative", "HEAD"], None)?;
        let changed: BTreeSet<&str> = answer.split('\0').collect();
        Ok(paths.iter().filter(|path| changed.contains(**path)).map(|path| path.to_string()).collect())
    }

    /// Commits these staged paths and nothing else, and gives the commit's id.
    pub fn commit(&self, paths: &[String], message: &str) -> Result<String, GitError> {
        let mut asked = vec!["commit", "--quiet", "--cleanup=whitespace", "--only", "--file=-", "--"];
        asked.extend(paths.iter().map(String::as_str));
        self.run(&asked, Some(message))?;
        Ok(self.run(&["rev-parse", "HEAD"], None)?.trim().to_string())
    }

    /// Makes a branch at the last commit and checks it out; the work tree stays as it is.
    pub fn new_branch(&self, name: &str) -> Result<(), GitError> {
        self.run(&["switch", "--quiet", "--create", name], None).map(drop)
    }

    /// Commits of the current branch whose message has a trailer, the newest first.
    pub fn commits_with(&self, trailer: &str) -> Result<Vec<Commit>, GitError> {
        let format = format!("--format={RECORD}%H{FIELD}%ct{FIELD}%s{FIELD}%(trailers:only=true,unfold=true)");
        let wanted = format!("--grep=^{trailer}: ");
        match self.run(&["log", &wanted, &format, "HEAD"], None) {
            Ok(answer) => Ok(answer.split(RECORD).filter_map(read_commit).collect()),
            // A branch without a commit.
            Err(GitError::Failed { .. }) if self.head()?.commit.is_none() => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    fn run(&self, arguments: &[&str], input: Option<&str>) -> Result<String, GitError> {
        self.output(arguments, input).map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn output(&self, arguments: &[&str], input: Option<&str>) -> Result<Output, GitError> {
        let mut command = Command::new("git");
        command.arg("-C").arg(&self.root).arg("--literal-pathspecs").args(arguments);
        // The repository is the one that was asked for, also inside a hook of another one.
        for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY"] {
            command.env_remove(name);
        }
        command.stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() });
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(GitError::Start)?;
        if let (Some(mut stream), Some(text)) = (child.stdin.take(), input) {
            // Git that ends early says why itself.
            let _ = stream.write_all(text.as_bytes());
        }
        let output = child.wait_with_output().map_err(GitError::Start)?;
        if output.status.success() {
            return Ok(output);
        }
        let what = arguments.first().map(|word| word.to_string()).unwrap_or_default();
        Err(GitError::Failed { what, said: last_lines(&output) })
    }
}

fn read_commit(record: &str) -> Option<Commit> {
    let mut fields = record.trim_start_matches('\n').splitn(4, FIELD);
    let (id, time, subject, trailers) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
    let trailers = trailers.lines().filter_map(|line| line.split_once(": "));
    Some(Commit {
        id: id.to_string(),
        subject: subject.to_string(),
        time: time.parse().ok()?,
        trailers: trailers.map(|(name, value)| (name.to_string(), value.trim().to_string())).collect(),
    })
}

fn last_lines(output: &Output) -> Vec<String> {
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.push_str(&String::from_utf8_lossy(&output.stderr));
    let lines: Vec<&str> = text.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    lines[lines.len().saturating_sub(12)..].iter().map(|line| line.to_string()).collect()
}
