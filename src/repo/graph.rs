//! The Flux graph: from each cluster's roots over Flux Kustomizations to objects and their effective namespaces.
//!
//! The effective namespace of an object is the first of: `targetNamespace` of its Flux Kustomization, the
//! outermost `namespace:` of the kustomization chain, a NamespaceTransformer, its own `metadata.namespace`, and the
//! namespace of the Flux Kustomization itself. The same holds for a Flux Kustomization under its parent.
//!
//! A Flux Kustomization that nothing applies (an app that is switched off by taking it out of a list) is dormant: it
//! and its objects stay in the graph, marked, because an owner who changes all releases means those too.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, OnceLock};

use super::build::{Build, Builder, Listing, PatchSite};
use super::finding::Finding;
use super::path;
use super::roots::{self, Root};
use super::tree::{DocumentId, Repository};
use crate::manifest::Header;
use crate::manifest::flux::{FluxKustomization, KUSTOMIZE_GROUP, ObjectRef};
use crate::yaml::Document;

/// A cluster of the repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cluster {
    /// What tells it from the other clusters, or `default` where there is one.
    pub name: String,
    /// The directory that Flux starts from.
    pub directory: String,
}

/// A Flux Kustomization of the graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KsId(pub usize);

/// An object of the graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectId(pub usize);

/// A Flux Kustomization in one cluster.
#[derive(Debug)]
pub struct Ks {
    /// Place of its cluster in [`Graph::clusters`].
    pub cluster: usize,
    /// Its document; nothing for the sync of a FluxInstance, which has none in the tree.
    pub document: Option<DocumentId>,
    /// `metadata.name`.
    pub name: String,
    /// Effective namespace.
    pub namespace: String,
    /// The directory it applies; nothing when that lies outside the repository or cannot be known.
    pub directory: Option<String>,
    /// `spec.targetNamespace`.
    pub target_namespace: Option<String>,
    /// The Flux Kustomization that applies it.
    pub parent: Option<KsId>,
    /// Who lists its document.
    pub listing: Option<Listing>,
    /// Whether nothing applies it.
    pub dormant: bool,
    patches: Vec<PatchSite>,
}

/// An object that a Flux Kustomization applies in one cluster.
#[derive(Debug)]
pub struct Object {
    /// Place of its cluster in [`Graph::clusters`].
    pub cluster: usize,
    /// Its document.
    pub document: DocumentId,
    /// Its header as written.
    pub header: Arc<Header>,
    /// Effective namespace.
    pub namespace: String,
    /// The Flux Kustomization that applies it.
    pub ks: KsId,
    /// Who lists its document.
    pub listing: Listing,
}

/// Which objects a graph holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Those of Flux and Kustomize: releases, sources, Kustomizations. Other files are not parsed for it.
    Flux,
    /// All.
    All,
}

/// A repository with its Flux graph.
#[derive(Debug)]
pub struct Graph {
    repository: Repository,
    headers: HashMap<DocumentId, Arc<Header>>,
    clusters: Vec<Cluster>,
    kustomizations: Vec<Ks>,
    objects: Vec<Object>,
    findings: Vec<Finding>,
    pub(super) releases: OnceLock<Vec<ObjectId>>,
}

impl Graph {
    /// Builds the graph of a repository.
    pub fn new(repository: Repository, depth: Depth) -> Graph {
        let header = |(id, document): (DocumentId, Document<'_>)| Some((id, Arc::new(Header::of(document.root()?)?)));
        let headers: HashMap<DocumentId, Arc<Header>> = match depth {
            Depth::Flux => repository.flux_documents().filter_map(header).collect(),
            Depth::All => repository.documents().filter_map(header).collect(),
        };
        let mut builder = Builder::new(&repository, &headers, depth);
        let roots = roots::find(&repository, &headers, &mut builder);
        let names = roots::names(&roots);
        let mut walk = Walk::new(&repository, &headers, builder);
        let mut clusters = Vec::new();
        for (root, name) in roots.iter().zip(names) {
            walk.cluster(clusters.len(), root);
            clusters.push(Cluster { name, directory: root.directory.clone() });
        }
        walk.dormant(&roots);
        let Walk { kustomizations, objects, builder, .. } = walk;
        let mut findings = builder.into_findings();
        findings.sort();
        findings.dedup();
        Graph { repository, headers, clusters, kustomizations, objects, findings, releases: OnceLock::new() }
    }

    /// The files.
    pub fn repository(&self) -> &Repository {
        &self.repository
    }

    /// The clusters, by directory.
    pub fn clusters(&self) -> &[Cluster] {
        &self.clusters
    }

    /// Every Flux Kustomization of every cluster, parents before children.
    pub fn kustomizations(&self) -> &[Ks] {
        &self.kustomizations
    }

    /// Every object of every cluster.
    pub fn objects(&self) -> &[Object] {
        &self.objects
    }

    /// A Flux Kustomization by its id.
    pub fn ks(&self, id: KsId) -> &Ks {
        &self.kustomizations[id.0]
    }

    /// An object by its id.
    pub fn object(&self, id: ObjectId) -> &Object {
        &self.objects[id.0]
    }

    /// The header of a document that has one.
    pub fn header(&self, id: DocumentId) -> Option<&Arc<Header>> {
        self.headers.get(&id)
    }

    /// The document of an object.
    pub fn document(&self, object: &Object) -> Option<Document<'_>> {
        self.repository.document(object.document)
    }

    /// What is wrong in the repository, in path order; parses what is left to know.
    pub fn findings(&self) -> Vec<Finding> {
        let mut all = self.repository.findings();
        all.extend(self.findings.iter().cloned());
        all.sort();
        all
    }

    /// The object of a kind by cluster, effective namespace and name; none that is dormant.
    pub fn find(&self, cluster: usize, kind: &str, namespace: &str, name: &str) -> Option<ObjectId> {
        self.named(cluster, kind, namespace, name).find(|&id| !self.is_dormant(self.object(id)))
    }

    /// The same, dormant objects included.
    pub(super) fn named<'a>(
        &'a self,
        cluster: usize,
        kind: &'a str,
        namespace: &'a str,
        name: &'a str,
    ) -> impl Iterator<Item = ObjectId> + 'a {
        let same = move |object: &Object| {
            object.cluster == cluster
                && object.header.name == name
                && object.header.kind == kind
                && object.namespace == namespace
        };
        self.objects.iter().enumerate().filter(move |(_, object)| same(object)).map(|(index, _)| ObjectId(index))
    }

    /// Whether nothing applies the Flux Kustomization of an object.
    pub fn is_dormant(&self, object: &Object) -> bool {
        self.ks(object.ks).dormant
    }

    /// Patches that the kustomizations of an object's Flux Kustomization apply, with the file of each.
    pub(super) fn patches(&self, object: &Object) -> &[PatchSite] {
        &self.ks(object.ks).patches
    }
}

/// The walk from one cluster's roots downwards.
struct Walk<'a> {
    repository: &'a Repository,
    headers: &'a HashMap<DocumentId, Arc<Header>>,
    builder: Builder<'a>,
    kustomizations: Vec<Ks>,
    objects: Vec<Object>,
    seen: HashSet<DocumentId>,
}

/// A Flux Kustomization that was found and is still to be built.
struct Found {
    document: DocumentId,
    parent: Option<KsId>,
    listing: Option<Listing>,
    namespace: String,
    dormant: bool,
}

impl<'a> Walk<'a> {
    fn new(
        repository: &'a Repository,
        headers: &'a HashMap<DocumentId, Arc<Header>>,
        builder: Builder<'a>,
    ) -> Walk<'a> {
        Walk { repository, headers, builder, kustomizations: Vec::new(), objects: Vec::new(), seen: HashSet::new() }
    }

    fn cluster(&mut self, cluster: usize, root: &Root) {
        let mut seen: HashSet<DocumentId> = root.kustomizations.iter().copied().collect();
        let mut open: VecDeque<Found> = VecDeque::new();
        if root.kustomizations.is_empty() {
            let ks = self.add_sync(cluster, root);
            self.build(ks, &[], &mut seen, &mut open);
        }
        for &document in &root.kustomizations {
            let own = self.headers.get(&document).and_then(|header| header.namespace.clone());
            let namespace = own.unwrap_or_else(|| "flux-system".into());
            open.push_back(Found { document, parent: None, listing: None, namespace, dormant: false });
        }
        self.follow(cluster, root, &mut seen, &mut open);
        self.seen.extend(seen);
    }

    fn follow(&mut self, cluster: usize, root: &Root, seen: &mut HashSet<DocumentId>, open: &mut VecDeque<Found>) {
        while let Some(found) = open.pop_front() {
            let (ks, components) = self.add(cluster, root, found);
            self.build(ks, &components, seen, open);
        }
    }

    /// Flux Kustomizations that no cluster applies, each in the cluster whose files lie nearest.
    fn dormant(&mut self, roots: &[Root]) {
        let mut left: Vec<DocumentId> = self.headers.keys().copied().collect();
        left.retain(|id| roots::is_ks(self.headers, *id) && !self.seen.contains(id));
        left.sort();
        for document in left {
            let Some(cluster) = self.nearest(document) else { continue };
            let mut seen = std::mem::take(&mut self.seen);
            if seen.insert(document) {
                let own = self.headers.get(&document).and_then(|header| header.namespace.clone());
                let namespace = own.unwrap_or_else(|| "flux-system".into());
                let found = Found { document, parent: None, listing: None, namespace, dormant: true };
                self.follow(cluster, &roots[cluster], &mut seen, &mut VecDeque::from([found]));
            }
            self.seen = seen;
        }
    }

    fn nearest(&self, document: DocumentId) -> Option<usize> {
        let path = |id: DocumentId| self.repository.file(id.file).path.as_str();
        let shared = |other: &str| path(document).split('/').zip(other.split('/')).take_while(|(a, b)| a == b).count();
        let distance = |ks: &Ks| (ks.document.map(|id| shared(path(id))).unwrap_or(0), std::cmp::Reverse(ks.cluster));
        self.kustomizations.iter().filter(|ks| !ks.dormant).max_by_key(|ks| distance(ks)).map(|ks| ks.cluster)
    }

    /// The Kustomization that the Flux Operator makes for `sync.path`.
    fn add_sync(&mut self, cluster: usize, root: &Root) -> KsId {
        self.kustomizations.push(Ks {
            cluster,
            document: None,
            name: "flux-system".into(),
            namespace: "flux-system".into(),
            directory: Some(root.directory.clone()),
            target_namespace: None,
            parent: None,
            listing: None,
            dormant: false,
            patches: Vec::new(),
        });
        KsId(self.kustomizations.len() - 1)
    }

    fn add(&mut self, cluster: usize, root: &Root, found: Found) -> (KsId, Vec<String>) {
        let node = self.repository.document(found.document).and_then(Document::root);
        let view = node.map(FluxKustomization);
        let header = self.headers.get(&found.document);
        let text = view.and_then(FluxKustomization::path).unwrap_or_default();
        let text = substitute(&text, &self.substitutions(found.parent));
        let source = view.and_then(FluxKustomization::source);
        let components = view.map(FluxKustomization::components).unwrap_or_default();
        self.kustomizations.push(Ks {
            cluster,
            document: Some(found.document),
            name: header.map(|header| header.name.clone()).unwrap_or_default(),
            namespace: found.namespace,
            directory: self.directory(root, source.as_ref(), &text),
            target_namespace: view.and_then(FluxKustomization::target_namespace),
            parent: found.parent,
            listing: found.listing,
            dormant: found.dormant,
            patches: Vec::new(),
        });
        let components = components.iter().filter_map(|entry| Some(entry.scalar()?.to_string())).collect();
        (KsId(self.kustomizations.len() - 1), components)
    }

    /// `spec.path` as a directory of this repository.
    ///
    /// A path of another source (an OCI artifact, a second GitRepository) lies elsewhere, even where a folder of
    /// that name exists here.
    fn directory(&self, root: &Root, source: Option<&ObjectRef>, text: &str) -> Option<String> {
        let directory = path::join("", text)?;
        let known = match (source, &root.source) {
            (None, _) => true,
            (Some(source), Some(own)) => source.kind == own.kind && source.name == own.name,
            (Some(source), None) => source.kind != "ExternalArtifact" && !directory.is_empty(),
        };
        (known && self.repository.has_directory(&directory)).then_some(directory)
    }

    fn substitutions(&self, ks: Option<KsId>) -> Vec<(String, String)> {
        let document = ks.and_then(|ks| self.kustomizations[ks.0].document);
        let node = document.and_then(|id| self.repository.document(id)).and_then(Document::root);
        node.map(|node| FluxKustomization(node).substitute()).unwrap_or_default()
    }

    fn build(&mut self, id: KsId, components: &[String], seen: &mut HashSet<DocumentId>, open: &mut VecDeque<Found>) {
        let Some(directory) = self.kustomizations[id.0].directory.clone() else { return };
        let build: Arc<Build> = self.builder.flux(&directory, components);
        let ks = &mut self.kustomizations[id.0];
        ks.patches = build.patches.clone();
        let (cluster, target, own) = (ks.cluster, ks.target_namespace.clone(), ks.namespace.clone());
        let dormant = ks.dormant;
        for entry in &build.entries {
            let Some(header) = self.headers.get(&entry.document) else { continue };
            let forced = target.clone().or_else(|| entry.namespace.as_deref().map(str::to_string));
            let namespace = forced.or_else(|| header.namespace.clone()).unwrap_or_else(|| own.clone());
            let listing = entry.listing;
            if header.is(KUSTOMIZE_GROUP, "Kustomization") {
                if seen.insert(entry.document) {
                    let listing = Some(listing);
                    let parent = Some(id);
                    open.push_back(Found { document: entry.document, parent, listing, namespace, dormant });
                }
                continue;
            }
            let header = header.clone();
            self.objects.push(Object { cluster, document: entry.document, header, namespace, ks: id, listing });
        }
    }
}

/// Replaces `${NAME}`, `${NAME:=default}` and `${NAME:-default}`; an unknown name without a default stays.
fn substitute(text: &str, values: &[(String, String)]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        let Some(length) = rest[start..].find('}') else { break };
        let inner = &rest[start + 2..start + length];
        let cut = inner.find(":=").or_else(|| inner.find(":-"));
        let (name, default) = cut.map_or((inner, None), |at| (&inner[..at], Some(&inner[at + 2..])));
        let value = values.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        out.push_str(&rest[..start]);
        out.push_str(value.or(default).unwrap_or(&rest[start..=start + length]));
        rest = &rest[start + length + 1..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::substitute;

    #[test]
    fn a_path_takes_the_values_and_defaults_of_its_parent() {
        let values = [("CLUSTER".to_string(), "edge".to_string())];
        assert_eq!(substitute("./clusters/${CLUSTER}/apps", &values), "./clusters/edge/apps");
        assert_eq!(substitute("./${REGION:=north}/${X:-y}", &values), "./north/y");
        assert_eq!(substitute("./${UNKNOWN}/${", &values), "./${UNKNOWN}/${");
    }
}
