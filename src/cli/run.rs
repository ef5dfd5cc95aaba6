//! `hops run`: plan, show, confirm, write.

use super::CommandResult;
use super::app::{App, Outcome, Output, print};
use super::confirm::confirm;
use super::plan::show;
use super::target::PlanRequestArgs;
use crate::plan::Diagnostic;
use crate::runner;

/// Run a recipe: plan, show, confirm, write
///
/// With --dry-run nothing is written and nothing is asked.
#[derive(Debug, clap::Args)]
pub(super) struct RunArgs {
    #[command(flatten)]
    request: PlanRequestArgs,
    /// Show the plan and write nothing
    #[arg(short = 'n', long)]
    dry_run: bool,
    /// Write without asking
    #[arg(short, long, conflicts_with = "dry_run")]
    yes: bool,
}

pub(super) fn execute(args: &RunArgs, app: &mut App) -> CommandResult {
    let prepared = args.request.prepare(app)?;
    show(&prepared, app)?;
    let plan = &prepared.plan;
    if plan.is_empty() {
        return Ok(Outcome::Done);
    }
    if args.dry_run {
        if app.output == Output::Text {
            print(std::io::Write::write_all(app.out(), b"\nnothing was written: dry run\n"))?;
        }
        return Ok(Outcome::Done);
    }
    if !args.yes {
        let question = format!("write {}?", counted(plan.files().count(), "file change"));
        if !confirm(app, &question)? {
            return Err(Diagnostic::error("declined", "nothing was written").class(crate::plan::Class::Interrupted));
        }
    }
    let written = runner::write(prepared.graph.repository().root(), plan)?;
    if app.output == Output::Text {
        use std::io::Write as _;
        let (files, targets) = (counted(written.files, "file"), counted(written.targets, "target"));
        print(writeln!(app.out(), "\nwrote {files} for {targets}"))?;
    }
    Ok(Outcome::Done)
}

fn counted(count: usize, word: &str) -> String {
    format!("{count} {word}{}", if count == 1 { "" } else { "s" })
}
