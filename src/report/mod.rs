//! Results as text and JSON. What is computed elsewhere is only laid out here.
//!
//! Text carries ANSI styles always; whoever owns the stream strips them where colour is not wanted.
//!
//! | file | shows |
//! |---|---|
//! | `inventory` | objects as rows: Flux Kustomizations, releases, sources, anything |
//! | `table` | rows as a table that fits, CSV, Markdown, names, JSON |
//! | `explain` | one object |
//! | `picture` | who applies whom and who waits for whom |
//! | `plan` | a plan: diff, lanes, batches, what is left out |
//! | `run` | what a run did |
//! | `status` | how far recipes came; runs and commits |
//! | `diagnostic` | errors and warnings |
//! | `problem` | what is wrong in a repository |
//! | `recipes` | the list of recipes, one recipe |
//! | `style` | the few colours |

mod diagnostic;
mod explain;
mod inventory;
mod picture;
mod plan;
mod problem;
mod recipes;
mod run;
mod status;
mod style;
mod table;

pub use diagnostic::write_diagnostic;
pub use explain::{Explanation, explanation_json, write_explanation};
pub use inventory::inventory;
pub use picture::{Picture, PictureNode, picture_json, write_dot, write_mermaid, write_svg, write_tree};
pub use plan::{Detail, write_plan};
pub use problem::{problem_diagnostic, problems_json, problems_sarif, write_github, write_problem_count};
pub use recipes::{recipe_json, recipes_json, write_recipe, write_recipes};
pub use run::{applied_json, counted, write_applied, write_undone};
pub use status::{log_json, status_json, write_log, write_run, write_status};
pub use table::{Cell, Column, Table, table_json, write_csv, write_markdown, write_names, write_table};
