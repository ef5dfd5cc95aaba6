//! The editor against real files, a model of its own, other readers and hostile input.
//!
//! Tests over the corpus find it through `HOPS_CORPUS` (default `../shared/corpus`) and say so where it is absent. Tables
//! and skips are printed: `cargo test --test yaml -- --nocapture` shows them.
#![allow(clippy::print_stdout)]

mod adversarial;
mod corpus;
mod hard_cases;
mod model;
mod oracle;
mod properties;
mod reference;
mod roundtrip;
mod suite;
