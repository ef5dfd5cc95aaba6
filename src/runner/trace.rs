//! What the trailers of commits tell of past runs, in any clone.

use std::path::Path;

use super::apply::work_tree;
use super::effects::git_problem;
use super::message::{BATCH, PARAMETER, PLAN, RECIPE, TARGET, UNDO};
use crate::plan::Diagnostic;
use crate::repo::git::Commit;

/// A commit that hops made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// The commit.
    pub commit: String,
    /// Its subject.
    pub subject: String,
    /// Seconds since 1970.
    pub time: i64,
    /// Name of the recipe.
    pub recipe: String,
    /// Its version.
    pub version: String,
    /// Id of the plan.
    pub plan: String,
    /// Number of the batch.
    pub batch: usize,
    /// Number of batches of the plan.
    pub total: usize,
    /// Parameters that were given, each `name=value`.
    pub parameters: Vec<String>,
    /// Ids of the targets.
    pub targets: Vec<String>,
    /// Whether it takes the batch back.
    pub undo: bool,
}

/// The commits of the current branch that hops made, the newest first; none outside Git.
pub fn traces(root: &Path) -> Result<Vec<Trace>, Diagnostic> {
    let Some(git) = work_tree(root)? else { return Ok(Vec::new()) };
    let commits = git.commits_with(PLAN).map_err(git_problem)?;
    Ok(commits.iter().filter_map(read).collect())
}

/// Reads the trailers of a commit; nothing when they are not all there.
fn read(commit: &Commit) -> Option<Trace> {
    let (recipe, rest) = commit.value(RECIPE)?.split_once('@')?;
    let (batch, total) = commit.value(BATCH)?.split_once('/')?;
    Some(Trace {
        commit: commit.id.clone(),
        subject: commit.subject.clone(),
        time: commit.time,
        recipe: recipe.to_string(),
        version: rest.split(' ').next().unwrap_or(rest).to_string(),
        plan: commit.value(PLAN)?.to_string(),
        batch: batch.parse().ok()?,
        total: total.parse().ok()?,
        parameters: commit.values(PARAMETER).map(str::to_string).collect(),
        targets: commit.values(TARGET).map(str::to_string).collect(),
        undo: commit.value(UNDO).is_some(),
    })
}
