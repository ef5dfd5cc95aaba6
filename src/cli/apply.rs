//! `hops apply`: write a plan that was kept in a file.

use std::path::{Path, PathBuf};

use super::CommandResult;
use super::app::App;
use super::write::{Choice, WriteArgs};
use crate::plan::{Class, Diagnostic, Plan};
use crate::runner::{self, Batches};

/// Write a plan that `hops plan --out` made
///
/// Takes the next batch that has something to do. What is written is what the plan says, to the byte; a file that
/// changed since makes its targets stale, and nothing is written.
#[derive(Debug, clap::Args)]
pub(super) struct ApplyArgs {
    /// The plan's file
    plan: PathBuf,
    /// Take this batch
    #[arg(long, value_name = "N", conflicts_with = "all")]
    batch: Option<usize>,
    /// Take every batch
    #[arg(long)]
    all: bool,
    /// Only targets that match: globs over namespace/name, cluster/namespace/name or path
    #[arg(long, value_name = "SELECTOR")]
    only: Vec<String>,
    /// No targets that match
    #[arg(long, value_name = "SELECTOR")]
    skip: Vec<String>,
    #[command(flatten)]
    write: WriteArgs,
}

pub(super) fn execute(args: &ApplyArgs, app: &mut App) -> CommandResult {
    let plan = read(&app.folder.join(&args.plan), &args.plan)?;
    let mut again = format!("hops apply {}", args.plan.display());
    let batches = match (args.batch, args.all) {
        (Some(number), _) => {
            again.push_str(&format!(" --batch {number}"));
            Batches::One(number)
        }
        (None, true) => {
            again.push_str(" --all");
            Batches::All
        }
        (None, false) => Batches::Next,
    };
    let selection = runner::selection(&args.only, &args.skip)?;
    let title = format!("plan {}", plan.id.get(..19).unwrap_or(&plan.id));
    args.write.execute(&plan, &title, Choice { batches, selection, again: Some(again) }, app)
}

fn read(path: &Path, shown: &Path) -> Result<Plan, Diagnostic> {
    let shown = shown.display();
    let text = std::fs::read_to_string(path).map_err(|error| {
        Diagnostic::usage("no-plan-file", format!("the plan `{shown}` cannot be read"))
            .because(error.to_string())
            .help("`hops plan RECIPE --out FILE` makes one")
    })?;
    Plan::read(&text).map_err(|error| {
        Diagnostic::error("bad-plan", format!("`{shown}` cannot be applied"))
            .class(Class::Usage)
            .because(error.to_string())
            .help("make it again: `hops plan RECIPE --out FILE`")
    })
}
