//! `hops plan`: show what a recipe would do.

use std::path::PathBuf;

use super::CommandResult;
use super::app::{App, Outcome, Output, print};
use super::target::PlanRequestArgs;
use super::write::show;
use crate::runner;

/// Show what a recipe would do
///
/// Writes nothing but FILE. With `-o json` the plan is one JSON document (`hops.plan/v1`).
#[derive(Debug, clap::Args)]
pub(super) struct PlanArgs {
    #[command(flatten)]
    request: PlanRequestArgs,
    /// Keep the plan in this file, for `hops apply`
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Exit with 10 when the plan has changes
    #[arg(long)]
    detailed_exitcode: bool,
}

pub(super) fn execute(args: &PlanArgs, app: &mut App) -> CommandResult {
    let prepared = args.request.prepare(app)?;
    show(&prepared.plan, prepared.recipe.title(), app)?;
    if let Some(out) = &args.out {
        runner::write_plan_file(&app.folder.join(out), &prepared.plan)?;
        if app.output == Output::Text {
            let out = out.display();
            print(std::io::Write::write_fmt(
                app.out(),
                format_args!("\nthe plan is in {out}; `hops apply {out}` writes its next batch\n"),
            ))?;
        }
    }
    let changes = args.detailed_exitcode && !prepared.plan.is_empty();
    Ok(if changes { Outcome::Changes } else { Outcome::Done })
}
