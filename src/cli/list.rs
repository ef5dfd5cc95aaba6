//! `hops list`: the recipes that can be run here.

use super::CommandResult;
use super::app::{App, Outcome, Output, print};
use crate::report;
use crate::runner;

/// List the recipes that can be run here
///
/// Those of the repository's `recipes/` folder, and those built into hops.
#[derive(Debug, clap::Args)]
pub(super) struct ListArgs {}

pub(super) fn execute(_args: &ListArgs, app: &mut App) -> CommandResult {
    let entries = runner::list_recipes(&app.folder)?;
    let listed: Vec<_> = entries.iter().map(|entry| (entry.name.as_str(), &entry.recipe)).collect();
    match app.output {
        Output::Json => app.json(&report::recipes_json(&listed))?,
        Output::Text => print(report::write_recipes(&listed, app.out()))?,
    }
    Ok(Outcome::Done)
}
