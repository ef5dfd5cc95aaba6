//! Plans a recipe on a repository, applies plans, and takes runs back. The only layer that writes the work tree.
//!
//! Dry, for real, taken up again and taken back, a plan goes through the same steps: `survey` compares it with the
//! files, `carry` goes through its batches, and `effects` says whether anything happens.
//!
//! | file | its one idea |
//! |---|---|
//! | `library` | where a recipe is found: a path, the repository's `recipes/`, the binary |
//! | `prepare` | repository and recipe to a plan |
//! | `apply` | a plan to files and commits: checked first, then batch by batch |
//! | `again` | a run of the past: taken up again, or taken back |
//! | `survey` | what is to do, what is done, what is stale |
//! | `carry` | the steps of each batch |
//! | `effects` | what the steps may do: everything, or nothing but memory |
//! | `folder` | files below a root, replaced atomically |
//! | `message` | what a batch's commit says |
//! | `journal` | what is about to happen, and what has happened |
//! | `past` | runs of the past, as their journals tell |
//! | `trace` | what the trailers of commits tell |
//! | `status` | how far a recipe came |
//! | `store` | `.hops`: the lock, kept plans |
//! | `fault` | faults on purpose, for tests |

mod again;
mod apply;
mod carry;
mod effects;
mod fault;
mod folder;
mod journal;
mod library;
mod message;
mod past;
mod prepare;
mod status;
mod store;
mod survey;
mod trace;

pub use again::{preview_undo, resume, undo};
pub use apply::{Applied, ApplyOptions, Batches, apply, preview};
pub use carry::BatchDone;
pub use fault::Faults;
pub use folder::write_plan_file;
pub use journal::{Begin, Commits, Entry};
pub use library::{BUILT_IN, Entry as RecipeEntry, find_recipe, list_recipes};
pub use past::{Past, Phase, list as runs};
pub use prepare::{Prepared, Request, open, open_at, prepare, root, selection};
pub use status::{Progress, Standing, status};
pub use trace::{Trace, traces};
