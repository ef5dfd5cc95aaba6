//! Arguments of the subcommands that plan: recipe, parameters, selection.

use super::app::App;
use crate::plan::Diagnostic;
use crate::runner::{self, Prepared, Request};

/// Which recipe, with which parameters, on which targets
#[derive(Debug, clap::Args)]
pub(super) struct PlanRequestArgs {
    /// Recipe: a path, or a name from `hops list`
    recipe: String,
    /// Parameter of the recipe; `hops show RECIPE` lists them
    #[arg(short, long = "param", value_name = "NAME=VALUE")]
    parameters: Vec<String>,
    /// Only targets that match: globs over namespace/name, cluster/namespace/name or path
    #[arg(long, value_name = "SELECTOR")]
    only: Vec<String>,
    /// No targets that match
    #[arg(long, value_name = "SELECTOR")]
    skip: Vec<String>,
}

impl PlanRequestArgs {
    /// Makes the plan, and shows what is wrong in the repository on the error stream.
    pub fn prepare(&self, app: &mut App) -> Result<Prepared, Diagnostic> {
        let prepared = runner::prepare(&Request {
            folder: app.folder.clone(),
            recipe: self.recipe.clone(),
            parameters: self.parameters.clone(),
            only: self.only.clone(),
            skip: self.skip.clone(),
        })?;
        for finding in prepared.graph.findings() {
            let warning = Diagnostic::warning(finding.code, finding.message.clone()).at(&finding.path, finding.place);
            super::app::print(app.show(&warning))?;
        }
        Ok(prepared)
    }
}
