//! Rhai, limited: a recipe's header and parameters, its imports, the limits it runs under, and what an error says.
//!
//! | file | its one idea |
//! |---|---|
//! | `limits` | the engine with every limit set, and the latch that a script cannot catch |
//! | `resolver` | what a recipe may import: the standard modules and files beside it |
//! | `recipe` | the text, the header, the runbook |
//! | `parameter` | declared parameters, and values from the command line |
//! | `plan` | runs `plan(p)` |
//! | `check` | what is wrong with a recipe, found without running it |
//! | `explain` | script errors as diagnostics with line and column |
//! | `docs` | what the host functions say about themselves |

mod check;
mod docs;
mod explain;
mod limits;
mod parameter;
mod plan;
mod recipe;
mod resolver;

pub use check::check;
pub use docs::{FunctionDoc, function_docs};
pub use limits::Limits;
pub use parameter::{Kind, Parameter};
pub use plan::plan;
pub use recipe::{Header, Recipe};
pub use resolver::{STANDARD, imports};
