//! Where an entry of a kustomization leads: a file, a directory with a kustomization, or nowhere.

use super::path;
use super::tree::{FileId, Repository};
use crate::manifest::kustomize;

/// Where an entry of `resources` or `components` leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Entry {
    /// A YAML file.
    File(FileId),
    /// A directory with a kustomization file.
    Directory(String),
    /// Nowhere that can be read here.
    Hole(Hole),
}

/// Why an entry of a kustomization leads nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hole {
    /// Another repository or a URL; the network is never asked.
    Remote,
    /// The path leads out of the repository.
    Outside,
    /// There is nothing at the path.
    Missing,
    /// A directory without a kustomization file.
    NoKustomization,
    /// It stands on disk and is not read: no YAML, ignored by Git, or behind a symbolic link.
    Unread,
}

/// Follows an entry of `resources`.
///
/// kustomize takes it for a file first and for a directory or an address then.
pub(super) fn resource(repository: &Repository, directory: &str, text: &str) -> Entry {
    if is_remote(text) {
        return Entry::Hole(Hole::Remote);
    }
    let Some(target) = path::join(directory, text) else { return Entry::Hole(Hole::Outside) };
    match repository.find(&target) {
        Some(file) => Entry::File(file),
        None => in_directory(repository, target),
    }
}

/// Follows an entry of `components`, which is always a directory.
pub(super) fn component(repository: &Repository, directory: &str, text: &str) -> Entry {
    if is_remote(text) {
        return Entry::Hole(Hole::Remote);
    }
    match path::join(directory, text) {
        Some(target) if repository.find(&target).is_some() => Entry::Hole(Hole::NoKustomization),
        Some(target) => in_directory(repository, target),
        None => Entry::Hole(Hole::Outside),
    }
}

fn in_directory(repository: &Repository, target: String) -> Entry {
    if repository.kustomization_in(&target).is_some() {
        return Entry::Directory(target);
    }
    let place = repository.root().join(&target);
    Entry::Hole(match place.metadata() {
        Err(_) => Hole::Missing,
        Ok(found) if !found.is_dir() => Hole::Unread,
        Ok(_) if kustomize::FILE_NAMES.iter().any(|name| place.join(name).exists()) => Hole::Unread,
        Ok(_) => Hole::NoKustomization,
    })
}

fn is_remote(text: &str) -> bool {
    let starts = ["github.com/", "git@", "git::"];
    text.contains("://") || text.contains("?ref=") || starts.iter().any(|start| text.starts_with(start))
}
