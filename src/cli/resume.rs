//! `hops resume`: complete a run that stopped part-way.

use super::CommandResult;
use super::app::App;
use super::write::show_applied;
use crate::runner;

/// Complete a run that stopped part-way
///
/// Nothing is done twice. A run that was being taken back is taken back to its end.
#[derive(Debug, clap::Args)]
pub(super) struct ResumeArgs {
    /// Run, or its number; the latest if omitted
    run: Option<String>,
}

pub(super) fn execute(args: &ResumeArgs, app: &mut App) -> CommandResult {
    let root = runner::root(&app.folder)?;
    let faults = app.faults.clone();
    let applied = runner::resume(&root, args.run.as_deref(), &faults)?;
    show_applied(&applied, app)
}
