//! The Flux graph: from each cluster's roots over Flux Kustomizations to objects and their effective namespaces.
//!
//! The effective namespace of an object is the first of: `targetNamespace` of its Flux Kustomization, the
//! outermost `namespace:` of the kustomization chain, a NamespaceTransformer, its own `metadata.namespace`, and the
//! namespace of the Flux Kustomization itself. The same holds for a Flux Kustomization under its parent.
//!
//! A Flux Kustomization that nothing applies (an app that is switched off by taking it out of a list) is dormant: it
//! and its objects stay in the graph, marked, because an owner who changes all releases means those too.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, OnceLock};

use super::artifact;
use super::build::{Build, Builder, Listing, PatchSite};
use super::config::Config;
use super::edges::Edges;
use super::finding::Finding;
use super::path;
use super::roots::{self, Root};
use super::substitution::{ConfigMaps, Variables};
use super::tree::{DocumentId, FileId, Repository};
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
    /// Whether something names that namespace.
    pub has_namespace: bool,
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
    kustomizations: Vec<FileId>,
    variables: OnceLock<Variables>,
}

impl Ks {
    /// The kustomization files that its build reads, each once.
    pub fn kustomizations(&self) -> &[FileId] {
        &self.kustomizations
    }
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
    /// Whether something names that namespace; if not, it is the one of its Flux Kustomization.
    pub has_namespace: bool,
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
    sources: Vec<Option<ObjectRef>>,
    applied: Vec<(KsId, DocumentId)>,
    maps: OnceLock<ConfigMaps>,
    by_name: OnceLock<HashMap<String, Vec<ObjectId>>>,
    edges: OnceLock<Edges>,
}

impl Graph {
    /// Builds the graph of a repository.
    pub fn new(repository: Repository, depth: Depth) -> Graph {
        let header = |(id, document): (DocumentId, Document<'_>)| Some((id, Arc::new(Header::of(document.root()?)?)));
        let headers: HashMap<DocumentId, Arc<Header>> = match depth {
            Depth::Flux => repository.flux_documents().filter_map(header).collect(),
            Depth::All => {
                repository.parse_all();
                repository.documents().filter_map(header).collect()
            }
        };
        let (config, broken) = match Config::read(&repository) {
            Ok(config) => (config, None),
            Err(finding) => (Config::default(), Some(finding)),
        };
        let mut builder = Builder::new(&repository, &headers, depth);
        let (roots, names) = roots::find(&repository, &headers, &mut builder, &config);
        let mut walk = Walk::new(&repository, &headers, builder);
        let mut clusters = Vec::new();
        for (root, name) in roots.iter().zip(names) {
            walk.cluster(clusters.len(), root);
            clusters.push(Cluster { name, directory: root.directory.clone() });
        }
        walk.dormant(&roots);
        let Walk { kustomizations, objects, builder, maps, applied, .. } = walk;
        let mut findings = builder.into_findings();
        findings.extend(broken);
        findings.sort();
        findings.dedup();
        let sources = roots.into_iter().map(|root| root.source).collect();
        let (releases, by_name, edges) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        Graph {
            repository,
            headers,
            clusters,
            kustomizations,
            objects,
            findings,
            releases,
            sources,
            applied,
            maps,
            by_name,
            edges,
        }
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
        let same = move |id: &ObjectId| {
            let object = self.object(*id);
            object.cluster == cluster && object.header.kind == kind && object.namespace == namespace
        };
        self.by_name().get(name).into_iter().flatten().copied().filter(same)
    }

    /// Objects by their effective name.
    fn by_name(&self) -> &HashMap<String, Vec<ObjectId>> {
        self.by_name.get_or_init(|| {
            let mut found: HashMap<String, Vec<ObjectId>> = HashMap::new();
            for (index, object) in self.objects.iter().enumerate() {
                let name = self.name(object);
                match found.get_mut(name.as_ref()) {
                    Some(ids) => ids.push(ObjectId(index)),
                    None => drop(found.insert(name.into_owned(), vec![ObjectId(index)])),
                }
            }
            found
        })
    }

    /// The name of an object with the values of its Flux Kustomization in place.
    ///
    /// kustomize gives a Namespace the name of the `namespace:` around it.
    pub fn name<'a>(&'a self, object: &'a Object) -> Cow<'a, str> {
        if object.has_namespace && object.header.is("", "Namespace") {
            return Cow::Borrowed(&object.namespace);
        }
        self.substituted(object.ks, &object.header.name)
    }

    /// A text of a document that a Flux Kustomization applies, with its known values in place.
    pub fn substituted<'a>(&'a self, ks: KsId, text: &'a str) -> Cow<'a, str> {
        if text.contains("${") {
            variables(&self.kustomizations, ks, &self.repository, &self.maps).apply(text)
        } else {
            Cow::Borrowed(text)
        }
    }

    /// The view on the document of a Flux Kustomization; none for the sync of a FluxInstance.
    pub fn ks_view(&self, id: KsId) -> Option<FluxKustomization<'_>> {
        self.repository.document(self.ks(id).document?)?.root().map(FluxKustomization)
    }

    /// The source that holds this repository for a cluster, when its root names one.
    pub fn own_source(&self, cluster: usize) -> Option<&ObjectRef> {
        self.sources.get(cluster)?.as_ref()
    }

    /// Which Flux Kustomization applies which document of another (or of its own).
    pub(super) fn applied(&self) -> &[(KsId, DocumentId)] {
        &self.applied
    }

    /// References in both directions; found when first asked for.
    pub fn edges(&self) -> &Edges {
        self.edges.get_or_init(|| Edges::of(self))
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
    maps: OnceLock<ConfigMaps>,
    applied: Vec<(KsId, DocumentId)>,
}

/// The values that a Flux Kustomization substitutes, read when first needed.
fn variables<'k>(all: &'k [Ks], id: KsId, repository: &Repository, maps: &OnceLock<ConfigMaps>) -> &'k Variables {
    let ks = &all[id.0];
    if let Some(known) = ks.variables.get() {
        return known;
    }
    let document = ks.document.and_then(|id| repository.document(id)).and_then(Document::root);
    let found = document.map(|root| {
        let none = Variables::default();
        let outer = ks.parent.map_or(&none, |parent| variables(all, parent, repository, maps));
        let maps = maps.get_or_init(|| ConfigMaps::of(repository));
        let near = ks.document.map_or("", |id| repository.file(id.file).path.as_str());
        Variables::of(FluxKustomization(root), outer, repository, maps, near)
    });
    ks.variables.get_or_init(|| found.unwrap_or_default())
}

/// A Flux Kustomization that was found and is still to be built.
struct Found {
    document: DocumentId,
    parent: Option<KsId>,
    listing: Option<Listing>,
    namespace: String,
    has_namespace: bool,
    dormant: bool,
}

impl<'a> Walk<'a> {
    fn new(
        repository: &'a Repository,
        headers: &'a HashMap<DocumentId, Arc<Header>>,
        builder: Builder<'a>,
    ) -> Walk<'a> {
        Walk {
            repository,
            headers,
            builder,
            kustomizations: Vec::new(),
            objects: Vec::new(),
            seen: HashSet::new(),
            maps: OnceLock::new(),
            applied: Vec::new(),
        }
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
            let (parent, listing, has_namespace) = (None, None, true);
            open.push_back(Found { document, parent, listing, namespace, has_namespace, dormant: false });
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
                let (parent, listing, has_namespace) = (None, None, true);
                let found = Found { document, parent, listing, namespace, has_namespace, dormant: true };
                self.follow(cluster, &roots[cluster], &mut seen, &mut VecDeque::from([found]));
            }
            self.seen = seen;
        }
    }

    fn nearest(&self, document: DocumentId) -> Option<usize> {
        let file = |id: DocumentId| self.repository.file(id.file).path.as_str();
        let shared = |other: &str| path::shared(file(document), other);
        let distance = |ks: &Ks| (ks.document.map(|id| shared(file(id))).unwrap_or(0), std::cmp::Reverse(ks.cluster));
        self.kustomizations.iter().filter(|ks| !ks.dormant).max_by_key(|ks| distance(ks)).map(|ks| ks.cluster)
    }

    /// The Kustomization that the Flux Operator makes for `sync.path`.
    fn add_sync(&mut self, cluster: usize, root: &Root) -> KsId {
        self.kustomizations.push(Ks {
            cluster,
            document: None,
            name: "flux-system".into(),
            namespace: "flux-system".into(),
            has_namespace: true,
            directory: Some(root.directory.clone()),
            target_namespace: None,
            parent: None,
            listing: None,
            dormant: false,
            patches: Vec::new(),
            kustomizations: Vec::new(),
            variables: OnceLock::new(),
        });
        KsId(self.kustomizations.len() - 1)
    }

    fn add(&mut self, cluster: usize, root: &Root, found: Found) -> (KsId, Vec<String>) {
        let node = self.repository.document(found.document).and_then(Document::root);
        let view = node.map(FluxKustomization);
        let header = self.headers.get(&found.document);
        let text = view.and_then(FluxKustomization::path).unwrap_or_default();
        let text = self.substituted(found.parent, text);
        let name = self.substituted(found.parent, header.map(|header| header.name.clone()).unwrap_or_default());
        let target = view.and_then(FluxKustomization::target_namespace);
        let target = target.map(|target| self.substituted(found.parent, target));
        let source = view.and_then(FluxKustomization::source);
        let components = view.map(FluxKustomization::components).unwrap_or_default();
        self.kustomizations.push(Ks {
            cluster,
            document: Some(found.document),
            name,
            namespace: found.namespace,
            has_namespace: found.has_namespace,
            directory: self.directory(root, source.as_ref(), &text),
            target_namespace: target,
            parent: found.parent,
            listing: found.listing,
            dormant: found.dormant,
            patches: Vec::new(),
            kustomizations: Vec::new(),
            variables: OnceLock::new(),
        });
        let components = components.iter().filter_map(|entry| Some(entry.scalar()?.to_string())).collect();
        (KsId(self.kustomizations.len() - 1), components)
    }

    /// `spec.path` as a directory of this repository.
    ///
    /// A path of another source (an OCI artifact, a second GitRepository) lies elsewhere, even where a folder of
    /// that name exists here.
    fn directory(&self, root: &Root, source: Option<&ObjectRef>, text: &str) -> Option<String> {
        if let Some(source) = source.filter(|source| source.kind == "ExternalArtifact") {
            return self.in_artifact(root, source, text);
        }
        let directory = path::join("", text)?;
        let known = match (source, &root.source) {
            (None, _) => true,
            (Some(source), Some(own)) => source.kind == own.kind && source.name == own.name,
            (Some(_), None) => !directory.is_empty(),
        };
        (known && self.repository.has_directory(&directory)).then_some(directory)
    }

    /// The folder behind a path of an artifact that the nearest ArtifactGenerator copies from this repository.
    fn in_artifact(&self, root: &Root, source: &ObjectRef, text: &str) -> Option<String> {
        let is_generator = |id: &DocumentId| {
            self.headers.get(id).is_some_and(|header| header.is(artifact::GROUP, "ArtifactGenerator"))
        };
        let mut generators: Vec<DocumentId> = self.headers.keys().copied().filter(is_generator).collect();
        let file = |id: &DocumentId| self.repository.file(id.file).path.as_str();
        generators.sort_by_key(|id| (std::cmp::Reverse(path::shared(file(id), &root.directory)), *id));
        let own = |found: &ObjectRef| match &root.source {
            Some(own) => own.kind == found.kind && own.name == found.name,
            None => found.name == "flux-system",
        };
        let folder = generators
            .into_iter()
            .find_map(|id| artifact::folder(self.repository.document(id)?.root()?, &source.name, text, own));
        folder.filter(|folder| self.repository.has_directory(folder))
    }

    fn substituted(&self, ks: Option<KsId>, text: String) -> String {
        match ks {
            Some(ks) if text.contains("${") => {
                variables(&self.kustomizations, ks, self.repository, &self.maps).apply(&text).into_owned()
            }
            _ => text,
        }
    }

    fn build(&mut self, id: KsId, components: &[String], seen: &mut HashSet<DocumentId>, open: &mut VecDeque<Found>) {
        let Some(directory) = self.kustomizations[id.0].directory.clone() else { return };
        let build: Arc<Build> = self.builder.flux(&directory, components);
        let ks = &mut self.kustomizations[id.0];
        ks.patches = build.patches.clone();
        ks.kustomizations = build.kustomizations.clone();
        ks.kustomizations.sort();
        ks.kustomizations.dedup();
        let (cluster, target, own) = (ks.cluster, ks.target_namespace.clone(), ks.namespace.clone());
        let dormant = ks.dormant;
        for entry in &build.entries {
            let Some(header) = self.headers.get(&entry.document) else { continue };
            let forced = target.clone().or_else(|| entry.namespace.as_deref().map(str::to_string));
            let named = forced.or_else(|| header.namespace.clone());
            let has_namespace = named.is_some();
            let namespace = self.substituted(Some(id), named.unwrap_or_else(|| own.clone()));
            let listing = entry.listing;
            if header.is(KUSTOMIZE_GROUP, "Kustomization") {
                self.applied.push((id, entry.document));
                if seen.insert(entry.document) {
                    let listing = Some(listing);
                    let parent = Some(id);
                    let document = entry.document;
                    open.push_back(Found { document, parent, listing, namespace, has_namespace, dormant });
                }
                continue;
            }
            let header = header.clone();
            let document = entry.document;
            self.objects.push(Object { cluster, document, header, namespace, has_namespace, ks: id, listing });
        }
    }
}
