//! What the commit of a batch says: a subject for people, trailers for tools.

use crate::plan::{Batch, Plan};

/// Trailer with name, version and digest of the recipe.
pub(super) const RECIPE: &str = "Hops-Recipe";
/// Trailer with the id of the plan.
pub(super) const PLAN: &str = "Hops-Plan";
/// Trailer with the number of the batch and of all batches.
pub(super) const BATCH: &str = "Hops-Batch";
/// Trailer with a target; one for each.
pub(super) const TARGET: &str = "Hops-Target";
/// Trailer with a parameter whose value is not the recipe's own.
pub(super) const PARAMETER: &str = "Hops-Parameter";
/// Trailer of a commit that takes a batch back.
pub(super) const UNDO: &str = "Hops-Undo";

/// The message of a batch's commit.
pub(super) fn of_batch(plan: &Plan, batch: &Batch, total: usize) -> String {
    let recipe = &plan.recipe;
    let mut text = format!("hops: {} {}, {}\n\n", recipe.name, recipe.version, place(batch, total));
    text.push_str(&trailers(plan, batch, total));
    text
}

/// The message of the commit that takes a batch back.
pub(super) fn of_undo(plan: &Plan, batch: &Batch, total: usize, commit: Option<&str>) -> String {
    let recipe = &plan.recipe;
    let mut text = format!("hops: undo {} {}, {}\n\n", recipe.name, recipe.version, place(batch, total));
    if let Some(commit) = commit {
        text.push_str(&format!("This reverts commit {commit}.\n\n"));
    }
    text.push_str(&trailers(plan, batch, total));
    text.push_str(&format!("{UNDO}: {}\n", commit.unwrap_or("true")));
    text
}

fn place(batch: &Batch, total: usize) -> String {
    let lane = batch.lane.as_ref().map(|lane| format!(", {lane}")).unwrap_or_default();
    let targets = match batch.targets.as_slice() {
        [one] => one.clone(),
        many => format!("{} targets", many.len()),
    };
    format!("batch {} of {total}{lane}: {targets}", batch.number)
}

fn trailers(plan: &Plan, batch: &Batch, total: usize) -> String {
    let recipe = &plan.recipe;
    let mut text = format!("{RECIPE}: {}@{} {}\n{PLAN}: {}\n", recipe.name, recipe.version, recipe.digest, plan.id);
    text.push_str(&format!("{BATCH}: {}/{total}\n", batch.number));
    for parameter in plan.given.iter().filter(|text| !text.contains('\n')) {
        text.push_str(&format!("{PARAMETER}: {parameter}\n"));
    }
    for target in &batch.targets {
        text.push_str(&format!("{TARGET}: {target}\n"));
    }
    text
}
