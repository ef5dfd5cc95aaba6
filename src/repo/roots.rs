//! The entry points of each cluster, found by what Flux would start from and never by folder names.
//!
//! In this order: a Flux Kustomization whose own path includes it (what `flux bootstrap` and most templates make),
//! the path that a FluxInstance syncs, and, where neither exists, the directories of Flux Kustomizations that nothing
//! applies and that apply others (or, where none does, all such directories).

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::build::Builder;
use super::config::Config;
use super::path;
use super::tree::{DocumentId, Repository};
use crate::manifest::flux::{self, FluxKustomization, ObjectRef};
use crate::manifest::{Header, flux::KUSTOMIZE_GROUP};

/// Where a cluster starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Root {
    /// The directory that names the cluster.
    pub directory: String,
    /// Flux Kustomizations to start from; none when Flux syncs the directory itself.
    pub kustomizations: Vec<DocumentId>,
    /// The source that holds this repository, when the root names it.
    pub source: Option<ObjectRef>,
}

/// The roots with a name for each.
///
/// Clusters that `hops.toml` names are taken instead of what is found elsewhere; in a named directory the entry points
/// are found as usual, and where there is none Flux is taken to sync the directory itself.
pub(super) fn find(
    repository: &Repository,
    headers: &HashMap<DocumentId, Arc<Header>>,
    builder: &mut Builder<'_>,
    config: &Config,
) -> (Vec<Root>, Vec<String>) {
    let found = search(repository, headers, builder);
    let mut named: Vec<(Root, String)> = Vec::new();
    for (name, directory) in config.clusters().filter(|(_, directory)| repository.has_directory(directory)) {
        let mut root = Root { directory: directory.clone(), kustomizations: Vec::new(), source: None };
        for inner in &found {
            if inner.directory == directory || path::is_below(&inner.directory, &directory) {
                root.kustomizations.extend(&inner.kustomizations);
                root.source = root.source.take().or_else(|| inner.source.clone());
            }
        }
        named.push((root, name.to_string()));
    }
    if named.is_empty() {
        let names = names(&found);
        return (found, names);
    }
    named.into_iter().unzip()
}

fn search(repository: &Repository, headers: &HashMap<DocumentId, Arc<Header>>, builder: &mut Builder<'_>) -> Vec<Root> {
    let all = kustomizations(repository, headers);
    let mut applied: HashSet<DocumentId> = HashSet::new();
    let mut parents: HashSet<DocumentId> = HashSet::new();
    let mut own: Vec<(DocumentId, String, Option<ObjectRef>)> = Vec::new();
    for &(id, view) in &all {
        let Some(directory) = directory_of(view) else { continue };
        let build = builder.flux(&directory, &[]);
        applied.extend(build.entries.iter().map(|entry| entry.document).filter(|&document| document != id));
        if build.entries.iter().any(|entry| entry.document != id && is_ks(headers, entry.document)) {
            parents.insert(id);
        }
        if build.entries.iter().any(|entry| entry.document == id) {
            own.push((id, directory, view.source()));
        }
    }
    let mut roots: BTreeMap<String, Root> = BTreeMap::new();
    // One that another Kustomization applies starts nothing, even when its path holds itself.
    for (id, directory, source) in own.into_iter().filter(|(id, ..)| !applied.contains(id)) {
        add(&mut roots, directory, id, source);
    }
    for directory in synced(repository, headers) {
        let below = |root: &String| *root == directory || path::is_below(root, &directory);
        if repository.has_directory(&directory) && !roots.keys().any(below) {
            roots.insert(directory.clone(), Root { directory, kustomizations: Vec::new(), source: None });
        }
    }
    if roots.is_empty() {
        let free: Vec<_> = all.iter().filter(|(id, _)| !applied.contains(id)).collect();
        let folder = |id: DocumentId| path::parent(&repository.file(id.file).path).to_string();
        let parents: HashSet<String> =
            free.iter().filter(|(id, _)| parents.contains(id)).map(|(id, _)| folder(*id)).collect();
        for &&(id, view) in free.iter().filter(|(id, _)| parents.is_empty() || parents.contains(&folder(*id))) {
            add(&mut roots, folder(id), id, view.source());
        }
    }
    roots.into_values().collect()
}

/// A name for each root: what tells its directory from the others, or `default` where there is one.
fn names(roots: &[Root]) -> Vec<String> {
    let parts: Vec<Vec<&str>> = roots.iter().map(|root| root.directory.split('/').collect()).collect();
    if parts.len() < 2 {
        return roots.iter().map(|_| "default".to_string()).collect();
    }
    let shortest = parts.iter().map(Vec::len).min().unwrap_or(0);
    let same = |at: &dyn Fn(&[&str]) -> String| parts.iter().all(|other| at(other) == at(&parts[0]));
    let front = (0..shortest).take_while(|&i| same(&|other: &[&str]| other[i].to_string())).count();
    let back =
        (0..shortest - front).take_while(|&i| same(&|other: &[&str]| other[other.len() - 1 - i].to_string())).count();
    let names: Vec<String> = parts.iter().map(|part| part[front..part.len() - back].join("/")).collect();
    // One root inside another leaves nothing to tell them by but the whole directory.
    match names.iter().any(String::is_empty) {
        true => roots.iter().map(|root| root.directory.clone()).collect(),
        false => names,
    }
}

fn add(roots: &mut BTreeMap<String, Root>, directory: String, id: DocumentId, source: Option<ObjectRef>) {
    let root = roots.entry(directory.clone()).or_insert(Root { directory, kustomizations: Vec::new(), source: None });
    root.kustomizations.push(id);
    // An artifact is made from the source that holds the repository; it is not that source.
    root.source = root.source.take().or(source.filter(|source| source.kind != "ExternalArtifact"));
}

fn kustomizations<'a>(
    repository: &'a Repository,
    headers: &HashMap<DocumentId, Arc<Header>>,
) -> Vec<(DocumentId, FluxKustomization<'a>)> {
    let documents = repository.flux_documents();
    documents
        .filter(|(id, _)| is_ks(headers, *id))
        .filter_map(|(id, document)| Some((id, FluxKustomization(document.root()?))))
        .collect()
}

pub(super) fn is_ks(headers: &HashMap<DocumentId, Arc<Header>>, id: DocumentId) -> bool {
    headers.get(&id).is_some_and(|header| header.is(KUSTOMIZE_GROUP, "Kustomization"))
}

/// The directory of a Flux Kustomization that reads this repository from a GitRepository.
///
/// A root at the top of the repository would include everything, and a Kustomization that reads an OCI artifact has
/// a path in that artifact, so neither can show where a cluster starts.
fn directory_of(view: FluxKustomization<'_>) -> Option<String> {
    let git = view.source().is_none_or(|source| source.kind == "GitRepository");
    let directory = path::join("", &view.path()?)?;
    (git && !directory.is_empty()).then_some(directory)
}

fn synced(repository: &Repository, headers: &HashMap<DocumentId, Arc<Header>>) -> Vec<String> {
    let holds_instance =
        |header: &Header| header.is(flux::OPERATOR_GROUP, "FluxInstance") || header.is(flux::HELM_GROUP, "HelmRelease");
    let documents = repository.flux_documents();
    let paths = documents
        .filter(|(id, _)| headers.get(id).is_some_and(|header| holds_instance(header)))
        .filter_map(|(_, document)| flux::instance_sync_path(document.root()?));
    let mut found: Vec<String> = paths.filter_map(|text| path::join("", &text)).collect();
    found.sort();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(directories: &[&str]) -> Vec<String> {
        let root =
            |directory: &&str| Root { directory: directory.to_string(), kustomizations: Vec::new(), source: None };
        names(&directories.iter().map(root).collect::<Vec<_>>())
    }

    #[test]
    fn a_cluster_is_named_by_what_tells_its_directory_from_the_others() {
        assert_eq!(named(&["kubernetes/flux"]), ["default"]);
        assert_eq!(named(&["kubernetes/edge/flux", "kubernetes/main/flux"]), ["edge", "main"]);
        assert_eq!(named(&["clusters/production", "clusters/staging"]), ["production", "staging"]);
        assert_eq!(named(&["a/x/flux", "b/y/flux"]), ["a/x", "b/y"]);
        assert_eq!(named(&["flux", "flux/apps"]), ["flux", "flux/apps"]);
    }
}
