//! What a run may do to the world, as one trait: the same steps go to the work tree, or only to memory.

use std::collections::BTreeMap;

use super::folder::Folder;
use super::journal::{Entry, Journal};
use crate::plan::{Class, Diagnostic};
use crate::repo::git::{Git, GitError};

/// What carrying out a plan may do.
pub(super) trait Effects {
    /// The content of a file; nothing where there is none.
    fn read(&mut self, path: &str) -> Result<Option<Vec<u8>>, Diagnostic>;
    /// Replaces a file, or deletes it when there is no content.
    fn replace(&mut self, path: &str, content: Option<&[u8]>) -> Result<(), Diagnostic>;
    /// Commits these files and nothing else; nothing where no commits are made or nothing differs.
    fn commit(&mut self, batch: usize, paths: &[&str], message: &str) -> Result<Option<String>, Diagnostic>;
    /// Notes what is about to happen, or what has happened.
    fn record(&mut self, entry: Entry) -> Result<(), Diagnostic>;
}

/// Nothing happens: changes go to memory, on top of the files.
pub(super) struct DryRun<'a> {
    folder: &'a Folder,
    changed: BTreeMap<String, Option<Vec<u8>>>,
}

impl<'a> DryRun<'a> {
    pub fn new(folder: &'a Folder) -> DryRun<'a> {
        DryRun { folder, changed: BTreeMap::new() }
    }
}

impl Effects for DryRun<'_> {
    fn read(&mut self, path: &str) -> Result<Option<Vec<u8>>, Diagnostic> {
        match self.changed.get(path) {
            Some(content) => Ok(content.clone()),
            None => self.folder.read(path),
        }
    }

    fn replace(&mut self, path: &str, content: Option<&[u8]>) -> Result<(), Diagnostic> {
        self.changed.insert(path.to_string(), content.map(<[u8]>::to_vec));
        Ok(())
    }

    fn commit(&mut self, _: usize, _: &[&str], _: &str) -> Result<Option<String>, Diagnostic> {
        Ok(None)
    }

    fn record(&mut self, _: Entry) -> Result<(), Diagnostic> {
        Ok(())
    }
}

/// Everything happens: files are replaced, commits made, and each step is in the journal first.
pub(super) struct WorkTree<'a> {
    pub folder: &'a Folder,
    pub journal: &'a mut Journal,
    /// Where commits are made; nothing when they are not.
    pub git: Option<&'a Git>,
}

impl Effects for WorkTree<'_> {
    fn read(&mut self, path: &str) -> Result<Option<Vec<u8>>, Diagnostic> {
        self.folder.read(path)
    }

    fn replace(&mut self, path: &str, content: Option<&[u8]>) -> Result<(), Diagnostic> {
        self.folder.replace(path, content)
    }

    fn commit(&mut self, batch: usize, paths: &[&str], message: &str) -> Result<Option<String>, Diagnostic> {
        let Some(git) = self.git else { return Ok(None) };
        self.journal.point()?;
        git.stage(paths).map_err(git_problem)?;
        let changed = git.staged(paths).map_err(git_problem)?;
        if changed.is_empty() {
            return Ok(None);
        }
        self.journal.record(Entry::Committing { batch })?;
        self.journal.point()?;
        let commit = git.commit(&changed, message).map_err(refused)?;
        self.journal.point()?;
        self.journal.record(Entry::Committed { batch, commit: commit.clone() })?;
        Ok(Some(commit))
    }

    fn record(&mut self, entry: Entry) -> Result<(), Diagnostic> {
        self.journal.record(entry)
    }
}

/// What Git said, as a diagnostic.
pub(super) fn git_problem(error: GitError) -> Diagnostic {
    let diagnostic = Diagnostic::error("git", error.to_string());
    match error {
        GitError::Start(_) => diagnostic.help("install git, or write without commits: `--no-commit`"),
        GitError::Failed { said, .. } => said.into_iter().fold(diagnostic, Diagnostic::because),
    }
}

/// A commit that Git or one of the owner's hooks did not want.
fn refused(error: GitError) -> Diagnostic {
    let mut diagnostic = git_problem(error).class(Class::Partial);
    diagnostic.code = "commit-refused".into();
    diagnostic.message = "the commit was refused, by Git or by a hook".into();
    diagnostic
}
