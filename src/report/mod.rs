//! Results as text and JSON. What is computed elsewhere is only laid out here.
//!
//! Text carries ANSI styles always; whoever owns the stream strips them where colour is not wanted.
//!
//! | file | shows |
//! |---|---|
//! | `plan` | a plan: diff, lanes, batches, what is left out |
//! | `run` | what a run did |
//! | `status` | how far recipes came; runs and commits |
//! | `diagnostic` | errors and warnings |
//! | `problem` | what is wrong in a repository |
//! | `recipes` | the list of recipes, one recipe |
//! | `style` | the few colours |

mod diagnostic;
mod plan;
mod problem;
mod recipes;
mod run;
mod status;
mod style;

pub use diagnostic::write_diagnostic;
pub use plan::{Detail, write_plan};
pub use problem::{problem_diagnostic, problems_json, problems_sarif, write_github, write_problem_count};
pub use recipes::{recipe_json, recipes_json, write_recipe, write_recipes};
pub use run::{applied_json, counted, write_applied, write_undone};
pub use status::{log_json, status_json, write_log, write_run, write_status};
