//! Migrates home-ops GitOps repositories with small, versioned recipes.
//!
//! A recipe is a `.rhai` file that finds its targets by the Flux graph of a repository and records edits. The
//! modules are layers, and imports point down only:
//!
//! | module | its one job |
//! |---|---|
//! | [`cli`] | arguments, terminal, exit codes |
//! | [`report`] | results to text and JSON |
//! | [`runner`] | plan and write: the only layer that writes the work tree |
//! | [`engine`] | a limited Rhai engine: header, parameters, imports, limits, diagnostics |
//! | [`host`] | the documented functions that recipes call |
//! | [`plan`] | targets, edits, batches and diagnostics as data |
//! | [`repo`] | which file defines, includes and references what; the overlay that edits go to |
//! | [`manifest`] | typed views on Flux, Helm, Kustomize and app-template documents |
//! | [`yaml`] | a file as text plus spans; edits that touch nothing else |

pub mod cli;
pub mod engine;
pub mod host;
pub mod manifest;
pub mod plan;
pub mod repo;
pub mod report;
pub mod runner;
pub mod yaml;
