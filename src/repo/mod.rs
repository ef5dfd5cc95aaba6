//! A repository of manifests: its files, the Flux graph over them, and the overlay that edits go to.
//!
//! Reading never writes, never needs the network and degrades per node: a broken or remote resource becomes a
//! [`Finding`], not the end of the query. Which rules the graph follows is written in the module of each:
//!
//! | file | its one idea |
//! |---|---|
//! | `root` | where a repository starts |
//! | `tree` | the files below the root, read and parsed in parallel |
//! | `path` | paths inside the repository |
//! | `config` | the clusters that `hops.toml` names |
//! | `entry` | where an entry of a kustomization leads |
//! | `artifact` | paths in artifacts that come from this repository |
//! | `build` | what a directory's kustomization (written or generated) includes |
//! | `roots` | the entry points of each cluster |
//! | `graph` | Flux Kustomizations, objects and their effective namespaces |
//! | `substitution` | what Flux puts in place of `${NAME}` |
//! | `edges` | references between objects, both ways |
//! | `check` | what Flux or kustomize would refuse, and what is likely a mistake |
//! | `lookup` | objects by what a person calls them |
//! | `release` | HelmReleases with their charts and sources |
//! | `house` | what the repository does most |
//! | `unreached` | documents that no Flux Kustomization applies, and why |
//! | `overlay` | edits in memory, on top of the files |
//! | `git` | the Git work tree around it, through the `git` program |

mod artifact;
mod build;
mod check;
mod config;
mod edges;
mod entry;
mod finding;
pub mod git;
mod graph;
mod house;
mod lookup;
mod overlay;
pub mod path;
mod release;
mod root;
mod roots;
mod substitution;
mod tree;
mod unreached;

pub use build::Listing;
pub use check::{Problem, RULES, Rule, Severity};
pub use edges::{Edge, Edges, Target, Vertex};
pub use entry::Hole;
pub use finding::Finding;
pub use graph::{Cluster, Depth, Graph, Ks, KsId, Object, ObjectId};
pub use lookup::{LookupError, Wanted};
pub use overlay::{Change, Overlay, OverlayError};
pub use release::{Chart, SourceStyle};
pub use root::{RootError, find_root};
pub use tree::{DocumentId, FileClass, FileId, Repository, SourceFile};
pub use unreached::{Reason, Unreached};
