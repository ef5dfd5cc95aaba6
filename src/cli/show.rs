//! `hops show`: one recipe, its runbook and parameters.

use super::CommandResult;
use super::app::{App, Outcome, Output, print};
use crate::report;
use crate::runner;

/// Show a recipe: its runbook and parameters
#[derive(Debug, clap::Args)]
pub(super) struct ShowArgs {
    /// Recipe: a path, or a name from `hops list`
    recipe: String,
}

pub(super) fn execute(args: &ShowArgs, app: &mut App) -> CommandResult {
    let recipe = runner::find_recipe(&args.recipe, &app.folder)?;
    match app.output {
        Output::Json => app.json(&report::recipe_json(&recipe))?,
        Output::Text => print(report::write_recipe(&recipe, app.out()))?,
    }
    Ok(Outcome::Done)
}
