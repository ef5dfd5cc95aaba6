//! What a directory's kustomization includes, written or generated, as kustomize and Flux read it.
//!
//! `resources` and `components` are followed; `namespace:` and NamespaceTransformers override from the inside out,
//! so the outermost wins. A directory without a kustomization file gets the one Flux would generate. Remote
//! entries are holes: they may hold anything, and the network is never asked.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::entry::{self, Entry};
use super::finding::Finding;
use super::graph::Depth;
use super::path;
use super::tree::{DocumentId, FileClass, FileId, Repository};
use crate::manifest::Header;
use crate::manifest::kustomize::{Kustomization, NamespaceTransformer, Patch};
use crate::yaml::Node;

/// Who lists a document: the kustomization file that names it, or the one that Flux generates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Listing {
    /// Named in `resources` of this file (a Kustomization or a Component).
    Written(FileId),
    /// In a directory without a kustomization file.
    Generated,
}

/// One document of a build.
#[derive(Debug, Clone)]
pub(super) struct Built {
    pub document: DocumentId,
    /// The namespace that the kustomizations around it force, outermost first in rank.
    pub namespace: Option<Arc<str>>,
    pub listing: Listing,
}

/// A patch and the kustomization file that applies it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PatchSite {
    pub kustomization: FileId,
    pub patch: Patch,
}

/// Everything that one directory yields.
#[derive(Debug, Default)]
pub(super) struct Build {
    pub entries: Vec<Built>,
    pub patches: Vec<PatchSite>,
    /// The kustomization files that take part, components once for each use.
    pub kustomizations: Vec<FileId>,
}

impl Build {
    fn extend(&mut self, inner: &Build) {
        self.entries.extend(inner.entries.iter().cloned());
        self.patches.extend(inner.patches.iter().cloned());
        self.kustomizations.extend(&inner.kustomizations);
    }
}

/// Builds directories, each once.
pub(super) struct Builder<'a> {
    repository: &'a Repository,
    headers: &'a HashMap<DocumentId, Arc<Header>>,
    depth: Depth,
    done: HashMap<String, Arc<Build>>,
    active: HashSet<String>,
    findings: Vec<Finding>,
}

impl<'a> Builder<'a> {
    pub fn new(repository: &'a Repository, headers: &'a HashMap<DocumentId, Arc<Header>>, depth: Depth) -> Builder<'a> {
        Builder { repository, headers, depth, done: HashMap::new(), active: HashSet::new(), findings: Vec::new() }
    }

    pub fn into_findings(self) -> Vec<Finding> {
        self.findings
    }

    /// What Flux applies for a `spec.path`, with the `spec.components` of its Kustomization.
    pub fn flux(&mut self, directory: &str, components: &[String]) -> Arc<Build> {
        let base = match self.repository.kustomization_in(directory) {
            Some(_) => self.kustomize(directory),
            None => self.generate(directory),
        };
        if components.is_empty() {
            return base;
        }
        let mut build = Build::default();
        build.extend(&base);
        for component in components {
            self.add_component(directory, component, &mut build);
        }
        Arc::new(build)
    }

    /// The build of a directory that has a kustomization file; empty without one or inside its own build.
    fn kustomize(&mut self, directory: &str) -> Arc<Build> {
        if let Some(build) = self.done.get(directory) {
            return build.clone();
        }
        let Some((file, root)) = self.kustomization(directory) else { return Arc::default() };
        if !self.active.insert(directory.to_string()) {
            let shown = &self.repository.file(file).path;
            let message = format!("the kustomization in `{directory}` includes itself");
            self.findings.push(Finding::at(shown, Some(root.position()), "resource-cycle", message));
            return Arc::default();
        }
        let mut build = Build::default();
        self.accumulate(directory, file, Kustomization(root), &mut build);
        self.active.remove(directory);
        let build = Arc::new(build);
        self.done.insert(directory.to_string(), build.clone());
        build
    }

    fn kustomization(&self, directory: &str) -> Option<(FileId, Node<'a>)> {
        let file = self.repository.kustomization_in(directory)?;
        Some((file, self.repository.file(file).yaml()?.document(0)?.root()?))
    }

    fn accumulate(&mut self, directory: &str, file: FileId, kustomization: Kustomization<'a>, into: &mut Build) {
        into.kustomizations.push(file);
        for entry in kustomization.resources() {
            if let Some(text) = entry.scalar() {
                self.add_resource(directory, file, text, into);
            }
        }
        for entry in kustomization.components() {
            if let Some(text) = entry.scalar() {
                self.add_component(directory, text, into);
            }
        }
        into.patches.extend(kustomization.patches().into_iter().map(|patch| PatchSite { kustomization: file, patch }));
        // kustomize runs `namespace:` before the transformers of the same file.
        if let Some(namespace) = kustomization.namespace() {
            let namespace: Arc<str> = namespace.into();
            into.entries.iter_mut().for_each(|entry| entry.namespace = Some(namespace.clone()));
        }
        for transformer in kustomization.transformers() {
            if let Some(transformer) = self.transformer(directory, transformer) {
                self.transform(&transformer, into);
            }
        }
    }

    fn add_resource(&mut self, directory: &str, lister: FileId, text: &str, into: &mut Build) {
        match entry::resource(self.repository, directory, text) {
            Entry::File(file) => self.add_file(file, Listing::Written(lister), into),
            Entry::Directory(target) => into.extend(&self.kustomize(&target)),
            Entry::Hole(_) => {}
        }
    }

    /// A component's resources join what is there, and its namespace applies to all of it.
    fn add_component(&mut self, directory: &str, text: &str, into: &mut Build) {
        let Entry::Directory(target) = entry::component(self.repository, directory, text) else { return };
        let Some((file, root)) = self.kustomization(&target) else { return };
        if !self.active.insert(target.clone()) {
            return;
        }
        self.accumulate(&target, file, Kustomization(root), into);
        self.active.remove(&target);
    }

    fn add_file(&mut self, file: FileId, listing: Listing, into: &mut Build) {
        let source = self.repository.file(file);
        if self.depth == Depth::Flux && !source.mentions_flux() {
            return;
        }
        let Some(yaml) = source.yaml() else { return };
        for index in 0..yaml.documents().len() {
            let document = DocumentId { file, index };
            if self.headers.contains_key(&document) {
                into.entries.push(Built { document, namespace: None, listing });
            }
        }
    }

    /// The kustomization that Flux generates: a directory that has one is included and not entered, others are
    /// walked, and a YAML file counts when its documents are Kubernetes objects.
    ///
    /// Source: kustomize-controller, "Generate kustomization.yaml" of the Flux Kustomization reference.
    fn generate(&mut self, directory: &str) -> Arc<Build> {
        let mut build = Build::default();
        for part in generated(self.repository, directory) {
            match part {
                Part::File(file) => self.add_file(file, Listing::Generated, &mut build),
                Part::Directory(directory) => build.extend(&self.kustomize(&directory)),
            }
        }
        Arc::new(build)
    }

    fn transformer(&self, directory: &str, entry: Node<'a>) -> Option<NamespaceTransformer> {
        let text = entry.scalar()?;
        if text.contains('\n') {
            let file = crate::yaml::File::parse(text.as_bytes().to_vec()).ok()?;
            return NamespaceTransformer::of(file.document(0)?.root()?);
        }
        let file = self.repository.find(&path::join(directory, text)?)?;
        NamespaceTransformer::of(self.repository.document(DocumentId { file, index: 0 })?.root()?)
    }

    fn transform(&self, transformer: &NamespaceTransformer, build: &mut Build) {
        let namespace: Arc<str> = transformer.namespace.as_str().into();
        for entry in &mut build.entries {
            let own = self.headers.get(&entry.document).is_some_and(|header| header.namespace.is_some());
            if !transformer.unset_only || (entry.namespace.is_none() && !own) {
                entry.namespace = Some(namespace.clone());
            }
        }
    }
}

/// What a generated kustomization lists.
pub(super) enum Part {
    File(FileId),
    Directory(String),
}

/// The entries of the kustomization that Flux generates for a directory.
pub(super) fn generated(repository: &Repository, directory: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut open = vec![directory.to_string()];
    while let Some(directory) = open.pop() {
        if repository.kustomization_in(&directory).is_some() {
            parts.push(Part::Directory(directory));
            continue;
        }
        let manifests = |file: &FileId| repository.file(*file).class == FileClass::Manifest;
        parts.extend(repository.files_in(&directory).iter().copied().filter(manifests).map(Part::File));
        open.extend(repository.directories_in(&directory).iter().rev().cloned());
    }
    parts
}
