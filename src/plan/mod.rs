//! A plan as data: targets, the edits of each, batches, and what is left out with its reason.
//!
//! [`Recording`] is what a recipe writes to while it plans; [`Recording::finish`] turns it into a [`Plan`], which
//! nothing changes any more. What a dry run shows and what is written are the same [`FileChange`]s.
//!
//! | file | its one idea |
//! |---|---|
//! | `diagnostic` | an error or a hint for people |
//! | `selection` | `--only` and `--skip` |
//! | `recording` | the plan while a recipe makes it |
//! | `finish` | lanes to batches, steps to the byte edits of each batch |
//! | `data` | the finished plan |
//! | `change` | what happens to one file, as byte edits, and back |
//! | `choose` | one batch, or only some targets |
//! | `file` | the plan's canonical JSON, its id, and reading it back |

mod change;
mod choose;
mod data;
mod diagnostic;
mod file;
mod finish;
mod recording;
mod selection;

pub use change::{ChangeError, Edit, FileChange, Status, digest, digest_all};
pub use choose::ChoiceError;
pub use data::{Batch, Inputs, LaneCount, Plan, RecipeId, Skipped, Target};
pub use diagnostic::{Class, Diagnostic, Place, Severity, nearest};
pub use file::PlanFileError;
pub use recording::{Recording, Subject, TargetId};
pub use selection::{Selection, SelectionError};
