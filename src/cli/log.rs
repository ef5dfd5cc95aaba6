//! `hops log`: runs and the commits they made.

use super::CommandResult;
use super::app::{App, Outcome, Output, print};
use crate::report;
use crate::runner;

/// Show runs and the commits they made
///
/// Runs come from the journals of this folder, commits from the current branch.
#[derive(Debug, clap::Args)]
pub(super) struct LogArgs {
    /// Run, or its number, to show line by line
    run: Option<String>,
}

pub(super) fn execute(args: &LogArgs, app: &mut App) -> CommandResult {
    let root = runner::root(&app.folder)?;
    let runs = runner::runs(&root, args.run.as_deref())?;
    if let (Some(_), Output::Text, [run]) = (&args.run, app.output, runs.as_slice()) {
        print(report::write_run(run, app.out()))?;
        return Ok(Outcome::Done);
    }
    let traces = if args.run.is_some() { Vec::new() } else { runner::traces(&root)? };
    match app.output {
        Output::Json => app.json(&report::log_json(&runs, &traces))?,
        Output::Text => print(report::write_log(&runs, &traces, app.out()))?,
    }
    Ok(Outcome::Done)
}
