//! `hops undo`: take a run back.

use super::CommandResult;
use super::app::{App, Outcome, Output, print};
use super::write::{agree, show};
use crate::report;
use crate::runner;

/// Take a run back: its files become what they were
///
/// Batches are taken back in reverse order, by a commit each where the run made commits. Only files that are as the
/// run left them are put back; what cannot be undone is said before anything is written.
#[derive(Debug, clap::Args)]
pub(super) struct UndoArgs {
    /// Run, or its number; the latest if omitted
    run: Option<String>,
    /// Take only this batch back
    #[arg(long, value_name = "N")]
    batch: Option<usize>,
    /// Only targets that match: globs over namespace/name, cluster/namespace/name or path
    #[arg(long, value_name = "SELECTOR")]
    only: Vec<String>,
    /// No targets that match
    #[arg(long, value_name = "SELECTOR")]
    skip: Vec<String>,
    /// Show what would be put back, and write nothing
    #[arg(short = 'n', long)]
    dry_run: bool,
    /// Put back without asking
    #[arg(short, long, conflicts_with = "dry_run")]
    yes: bool,
}

pub(super) fn execute(args: &UndoArgs, app: &mut App) -> CommandResult {
    let root = runner::root(&app.folder)?;
    let selection = runner::selection(&args.only, &args.skip)?;
    let (run, back) = runner::preview_undo(&root, args.run.as_deref(), args.batch, &selection)?;
    if !args.yes || app.output == Output::Text {
        show(&back, &format!("undo of run {run}"), app)?;
    }
    if args.dry_run {
        if app.output == Output::Text {
            print(std::io::Write::write_all(app.out(), b"\nnothing was written: dry run\n"))?;
        }
        return Ok(Outcome::Done);
    }
    if !args.yes {
        agree(app, &format!("put back {}?", report::counted(back.files().count(), "file")))?;
    }
    let faults = app.faults.clone();
    let undone = runner::undo(&root, Some(&run), args.batch, &selection, &faults)?;
    match app.output {
        Output::Json => app.json(&report::applied_json(&undone))?,
        Output::Text => print(report::write_undone(&undone, app.out()))?,
    }
    Ok(Outcome::Done)
}
