//! `hops plan`: show what a recipe would do.

use super::CommandResult;
use super::app::{App, Outcome, Output, print};
use super::target::PlanRequestArgs;
use crate::plan::Diagnostic;
use crate::report;
use crate::runner::Prepared;

/// Show what a recipe would do
///
/// Writes nothing. With `-o json` the plan is one JSON document (`hops.plan/v1`).
#[derive(Debug, clap::Args)]
pub(super) struct PlanArgs {
    #[command(flatten)]
    request: PlanRequestArgs,
    /// Exit with 10 when the plan has changes
    #[arg(long)]
    detailed_exitcode: bool,
}

pub(super) fn execute(args: &PlanArgs, app: &mut App) -> CommandResult {
    let prepared = args.request.prepare(app)?;
    show(&prepared, app)?;
    let changes = args.detailed_exitcode && !prepared.plan.is_empty();
    Ok(if changes { Outcome::Changes } else { Outcome::Done })
}

/// Shows a plan as the result.
pub(super) fn show(prepared: &Prepared, app: &mut App) -> Result<(), Diagnostic> {
    match app.output {
        Output::Json => app.json(&prepared.plan),
        Output::Text => {
            let detail = app.detail;
            print(report::write_plan(&prepared.plan, prepared.recipe.title(), detail, app.out()))
        }
    }
}
