//! `hops new`: a recipe to start from.

use std::io::Write as _;

use super::CommandResult;
use super::app::{App, Outcome, print};
use crate::runner;

/// Make a recipe to start from, in the repository's `recipes/`
#[derive(Debug, clap::Args)]
pub(super) struct NewArgs {
    /// Name of the recipe
    name: String,
}

pub(super) fn execute(args: &NewArgs, app: &mut App) -> CommandResult {
    let path = runner::new_recipe(&app.folder, &args.name)?;
    let name = &args.name;
    print(writeln!(
        app.out(),
        "made {path}; `hops check {name}` checks it, `hops run {name} --dry-run` shows what it does"
    ))?;
    Ok(Outcome::Done)
}
