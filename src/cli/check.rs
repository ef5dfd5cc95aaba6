//! `hops check`: what is wrong with recipes, found without running them.

use std::io::Write as _;

use super::CommandResult;
use super::app::{App, Outcome, print};
use crate::plan::{Diagnostic, Severity};
use crate::{report, runner};

/// Check recipes without running them
///
/// Unknown functions, wrong numbers of arguments, `${UPPER}` in back-ticks, capabilities that are used and not declared.
#[derive(Debug, clap::Args)]
pub(super) struct CheckArgs {
    /// Recipes: paths, or names from `hops list`; all of them if omitted
    recipes: Vec<String>,
}

pub(super) fn execute(args: &CheckArgs, app: &mut App) -> CommandResult {
    let names = match args.recipes.as_slice() {
        [] => runner::list_recipes(&app.folder)?.into_iter().map(|entry| entry.name).collect(),
        names => names.to_vec(),
    };
    let mut broken = 0;
    for name in &names {
        let found = match runner::find_recipe(name, &app.folder) {
            Ok(recipe) => crate::engine::check(&recipe),
            Err(error) => vec![error],
        };
        let errors = found.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count();
        let word = if errors == 0 { "fine".to_string() } else { report::counted(errors, "error") };
        broken += usize::from(errors > 0);
        for diagnostic in &found {
            print(app.show(diagnostic))?;
        }
        print(writeln!(app.out(), "{name}: {word}"))?;
    }
    match broken {
        0 => Ok(Outcome::Done),
        _ => {
            let message = format!("recipes with errors: {broken} of {}", names.len());
            Err(Diagnostic::error("check-failed", message))
        }
    }
}
