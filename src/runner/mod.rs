//! Plans a recipe on a repository and writes the result. The only layer that writes the work tree.
//!
//! | file | its one idea |
//! |---|---|
//! | `library` | where a recipe is found: a path, the repository's `recipes/`, the binary |
//! | `prepare` | repository and recipe to a plan |
//! | `write` | a plan to files: checked first, then each replaced atomically |

mod library;
mod prepare;
mod write;

pub use library::{BUILT_IN, Entry, find_recipe, list_recipes};
pub use prepare::{Prepared, Request, open, open_at, prepare};
pub use write::{Written, write};
