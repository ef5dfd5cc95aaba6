//! Typed views on the documents of a GitOps repository: what a field means, never where a file is.
//!
//! A view borrows a [`crate::yaml::Node`] and answers one question at a time; nothing is deserialised as a whole,
//! so an unknown or broken field never hides the others.
//!
//! | file | views |
//! |---|---|
//! | `header` | apiVersion, kind, name and namespace of any object |
//! | `flux` | Flux Kustomization, HelmRelease, sources, FluxInstance |
//! | `kustomize` | `kustomization.yaml` |
//! | `app_template` | controllers of the bjw-s app-template values |
//! | `uses` | what a document refers to, and what its object makes: sources, Secrets, ConfigMaps, claims |
//! | `version` | chart versions and the size of a jump between two |

pub mod app_template;
pub mod flux;
pub mod header;
pub mod kustomize;
pub mod uses;
pub mod version;

pub use header::Header;
