//! `hops status`: how far recipes came.

use super::CommandResult;
use super::app::{App, Outcome, Output, print};
use crate::report;
use crate::runner;

/// Show how far recipes came: done, pending, left out, what would change again
///
/// From the trailers of the commits and the current query alone, so it says the same in every clone.
#[derive(Debug, clap::Args)]
pub(super) struct StatusArgs {
    /// Recipe; every one that a commit names if omitted
    recipe: Option<String>,
}

pub(super) fn execute(args: &StatusArgs, app: &mut App) -> CommandResult {
    let found = runner::status(&app.folder, args.recipe.as_deref())?;
    match app.output {
        Output::Json => app.json(&report::status_json(&found))?,
        Output::Text => print(report::write_status(&found, app.out()))?,
    }
    Ok(Outcome::Done)
}
