//! Arguments of the subcommands that write, and how a run's result is shown.

use super::CommandResult;
use super::app::{App, Outcome, Output, print};
use super::confirm::confirm;
use crate::plan::{Class, Diagnostic, Plan, Selection, Severity};
use crate::report;
use crate::runner::{self, Applied, ApplyOptions, Batches};

/// How to write
#[derive(Debug, clap::Args)]
pub(super) struct WriteArgs {
    /// Show the plan and write nothing
    #[arg(short = 'n', long)]
    dry_run: bool,
    /// Write without asking
    #[arg(short, long, conflicts_with = "dry_run")]
    yes: bool,
    /// Write the files and make no commits
    #[arg(long)]
    no_commit: bool,
    /// Make this branch first, and commit there
    #[arg(long, value_name = "BRANCH", conflicts_with = "no_commit")]
    branch: Option<String>,
}

/// What to write, beside the plan.
pub(super) struct Choice {
    pub batches: Batches,
    pub selection: Selection,
    /// What the owner would type to write again.
    pub again: Option<String>,
}

impl WriteArgs {
    /// Shows what a plan would write here, asks, and writes it.
    pub fn execute(&self, plan: &Plan, title: &str, choice: Choice, app: &mut App) -> CommandResult {
        let root = runner::root(&app.folder)?;
        let options = ApplyOptions {
            batches: choice.batches,
            selection: choice.selection,
            no_commit: self.no_commit,
            branch: self.branch.clone(),
            again: choice.again,
            faults: app.faults.clone(),
        };
        let todo = match runner::preview(&root, plan, &options) {
            Ok(todo) => todo,
            Err(mut error) => {
                show(plan, title, app)?;
                if !self.dry_run {
                    return Err(error);
                }
                error.severity = Severity::Warning;
                print(app.show(&error))?;
                return Ok(Outcome::Done);
            }
        };
        if self.dry_run || !self.yes || app.output == Output::Text {
            show(&todo, title, app)?;
        }
        if todo.batches.is_empty() {
            return Ok(Outcome::Done);
        }
        if self.dry_run {
            if app.output == Output::Text {
                print(std::io::Write::write_all(app.out(), b"\nnothing was written: dry run\n"))?;
            }
            return Ok(Outcome::Done);
        }
        if !self.yes {
            agree(app, &format!("write {}?", report::counted(todo.files().count(), "file change")))?;
        }
        let applied = runner::apply(&root, plan, &options)?;
        if app.output == Output::Text {
            print(std::io::Write::write_all(app.out(), b"\n"))?;
        }
        show_applied(&applied, app)
    }
}

/// Shows a plan as the result.
pub(super) fn show(plan: &Plan, title: &str, app: &mut App) -> Result<(), Diagnostic> {
    match app.output {
        Output::Json => app.json(plan),
        Output::Text => {
            let detail = app.detail;
            print(report::write_plan(plan, title, detail, app.out()))
        }
    }
}

/// Shows what a run did as the result.
pub(super) fn show_applied(applied: &Applied, app: &mut App) -> CommandResult {
    match app.output {
        Output::Json => app.json(&report::applied_json(applied))?,
        Output::Text => print(report::write_applied(applied, app.out()))?,
    }
    Ok(Outcome::Done)
}

/// Asks, and takes a no for the end.
pub(super) fn agree(app: &mut App, question: &str) -> Result<(), Diagnostic> {
    match confirm(app, question)? {
        true => Ok(()),
        false => Err(Diagnostic::error("declined", "nothing was written").class(Class::Interrupted)),
    }
}
