//! YAML files as text plus a map of where every value sits, and edits that touch nothing else.
//!
//! A [`File`] never changes and gives back its bytes exactly: byte order mark, line ends, trailing blanks and a
//! missing final newline included. A [`Draft`] puts [`Operation`]s on top of it; each replaces a few byte ranges, is parsed again and
//! compared with the intended change before it counts. Values are what Kubernetes reads (YAML 1.1 as `sigs.k8s.io/yaml`
//! has it), while the text keeps what people wrote.
//!
//! Knows nothing about Kubernetes objects and imports nothing else of this crate.
//!
//! # Map
//!
//! | part | its job |
//! |---|---|
//! | `source` | bytes, byte order mark, UTF-8, line and column |
//! | `text` | line starts, line ends, gaps between tokens |
//! | `build`, `tree` | parser events to one flat vector of nodes with ranges |
//! | `file`, `node` | the views: [`File`], [`Document`], [`Node`] |
//! | `scalar`, `value` | what Kubernetes makes of it: [`Value`] |
//! | `path`, `find` | [`Path`], and from a path to nodes |
//! | `comment` | which comments belong to what; the schema comment |
//! | `operation` | [`Operation`] and [`Fragment`]: edits as data |
//! | `emit`, `content` | new content as lines for its place |
//! | `edit` | an operation as splices, and as a change to the tree |
//! | `check` | the new text must be the old tree with that change |
//! | `draft`, `diff` | [`Draft`], byte edits, [`Diff`] |
//! | `error` | [`ParseError`], [`ValueError`], [`EditError`], [`PathError`] |
//!
//! # Why an edit is refused
//!
//! | code | reason |
//! |---|---|
//! | `encrypted` | the document is encrypted with SOPS |
//! | `no-such-document`, `empty-document`, `no-such-path` | there is nothing to edit |
//! | `many-matches` | the path leads to more than one place |
//! | `through-alias`, `through-merge` | the edit would change what an alias or merge key brings in; detach it first |
//! | `anchor-in-use` | an alias elsewhere stands for what would go |
//! | `key-exists`, `duplicate-key`, `complex-key` | the key is taken, there twice, or not a scalar |
//! | `not-a-mapping`, `not-a-list`, `not-an-entry`, `not-an-alias`, `index-out-of-range` | the place is of another kind |
//! | `bad-fragment`, `flow-content` | the new content is not one YAML value, or does not fit into brackets |
//! | `bad-target`, `move-into-itself`, `merge-overrides`, `no-value` | a move or detachment has no clear result |
//! | `no-line`, `no-final-newline` | the text around leaves no line for it |
//! | `self-check` | the result would not be the old file with the intended change; nothing was changed |

mod build;
mod check;
mod comment;
mod content;
mod diff;
mod draft;
mod edit;
mod emit;
mod error;
mod file;
mod find;
mod node;
mod operation;
mod path;
mod scalar;
mod source;
mod text;
mod tree;
mod value;

pub use diff::{Diff, DiffLine, Hunk, Tag};
pub use draft::{Applied, ByteEdit, Draft};
pub use error::{EditError, ParseError, PathError, ValueError};
pub use file::File;
pub use node::{Document, Kind, Node, SchemaComment};
pub use operation::{Fragment, Operation, Where};
pub use path::{Path, Step};
pub use source::Position;
pub use value::{Mapping, Value};
