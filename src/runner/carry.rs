//! Carries out what a survey found to do: batch by batch, files first, then the commit.
//!
//! Forward and back, for real and dry, it is this one function; only the [`Effects`] differ.

use std::collections::BTreeSet;

use super::effects::Effects;
use super::journal::Entry;
use super::message;
use crate::plan::{Batch, ChangeError, Diagnostic, FileChange, Plan, digest};

/// Which way a batch goes.
#[derive(Debug, Clone)]
pub(super) enum Way {
    /// It is applied.
    Forward,
    /// It is taken back; the commit that did it, by batch.
    Back(Vec<(usize, String)>),
}

/// What to carry out.
pub(super) struct Work<'a> {
    /// What is to do.
    pub todo: &'a Plan,
    /// Files that are as they should be already, and may still need a commit.
    pub done: &'a BTreeSet<(usize, String)>,
    /// Every file that the chosen batches change.
    pub chosen: &'a Plan,
    /// Number of batches of the whole plan.
    pub total: usize,
    pub way: Way,
}

/// A batch that was carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchDone {
    /// Its number.
    pub number: usize,
    /// Its lane.
    pub lane: Option<String>,
    /// Ids of its targets.
    pub targets: Vec<String>,
    /// Paths that were written.
    pub files: Vec<String>,
    /// Its commit, when one was made.
    pub commit: Option<String>,
}

/// Carries out every batch, in order.
pub(super) fn carry_out(work: &Work<'_>, effects: &mut dyn Effects) -> Result<Vec<BatchDone>, Diagnostic> {
    let mut done = Vec::new();
    for batch in &work.todo.batches {
        announce(work, batch, effects)?;
        for change in &batch.files {
            let now = effects.read(&change.path)?;
            let after = change.result(now.as_deref()).map_err(|error| interrupted(change, error))?;
            effects.replace(&change.path, after.as_deref())?;
        }
        if !batch.files.is_empty() {
            effects.record(Entry::Written { batch: batch.number })?;
        }
        let commit = commit(work, batch, effects)?;
        let files = batch.files.iter().map(|change| change.path.clone()).collect();
        let (number, lane, targets) = (batch.number, batch.lane.clone(), batch.targets.clone());
        done.push(BatchDone { number, lane, targets, files, commit });
    }
    effects.record(Entry::Done)?;
    Ok(done)
}

/// Notes what is about to be written, and what takes it back.
fn announce(work: &Work<'_>, batch: &Batch, effects: &mut dyn Effects) -> Result<(), Diagnostic> {
    if batch.files.is_empty() {
        return Ok(());
    }
    let number = batch.number;
    if let Way::Back(_) = work.way {
        let paths = batch.files.iter().map(|change| change.path.clone()).collect();
        return effects.record(Entry::Back { batch: number, paths });
    }
    let mut back = Vec::with_capacity(batch.files.len());
    for change in &batch.files {
        let now = effects.read(&change.path)?;
        back.push(change.inverse(now.as_deref()).map_err(|error| interrupted(change, error))?);
    }
    effects.record(Entry::Batch { batch: number, back })
}

/// Commits the files of a batch that stand as the batch leaves them.
fn commit(work: &Work<'_>, batch: &Batch, effects: &mut dyn Effects) -> Result<Option<String>, Diagnostic> {
    let Some(whole) = work.chosen.batches.iter().find(|own| own.number == batch.number) else { return Ok(None) };
    let mut paths = Vec::new();
    for change in &whole.files {
        let done = work.done.contains(&(batch.number, change.path.clone()));
        // A file that a later batch has changed further belongs to that batch's commit.
        let own = !done || effects.read(&change.path)?.as_deref().map(digest) == change.after;
        if own {
            paths.push(change.path.as_str());
        }
    }
    let text = match &work.way {
        Way::Forward => message::of_batch(work.chosen, whole, work.total),
        Way::Back(commits) => {
            let commit = commits.iter().find(|(number, _)| *number == batch.number).map(|(_, id)| id.as_str());
            message::of_undo(work.chosen, whole, work.total, commit)
        }
    };
    effects.commit(batch.number, &paths, &text)
}

/// A file that changed after the survey, while the run was on.
fn interrupted(change: &FileChange, error: ChangeError) -> Diagnostic {
    Diagnostic::error("changed-meanwhile", format!("`{}` changed while the run was on", change.path))
        .because(error.to_string())
}
