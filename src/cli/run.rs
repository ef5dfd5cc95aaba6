//! `hops run`: plan, show, confirm, write.

use super::CommandResult;
use super::app::App;
use super::target::PlanRequestArgs;
use super::write::{Choice, WriteArgs};
use crate::plan::Selection;
use crate::runner::Batches;

/// Run a recipe: plan, show, confirm, write
///
/// Each batch becomes one commit where the repository is a Git work tree. With --dry-run nothing is written and
/// nothing is asked.
#[derive(Debug, clap::Args)]
pub(super) struct RunArgs {
    #[command(flatten)]
    request: PlanRequestArgs,
    #[command(flatten)]
    write: WriteArgs,
}

pub(super) fn execute(args: &RunArgs, app: &mut App) -> CommandResult {
    let prepared = args.request.prepare(app)?;
    let choice = Choice { batches: Batches::All, selection: Selection::default(), again: None };
    args.write.execute(&prepared.plan, prepared.recipe.title(), choice, app)
}
