//! References between objects in both directions: dependencies, sources, charts, substitutions, Secrets, ConfigMaps
//! and claims.
//!
//! A name without a namespace means the referrer's effective one. A reference is resolved within its cluster, and what
//! a dormant Flux Kustomization holds satisfies only what is dormant itself.

use std::collections::HashMap;

use super::artifact;
use super::graph::{Graph, KsId, ObjectId};
use super::tree::DocumentId;
use crate::manifest::Header;
use crate::manifest::kustomize::Kustomization;
use crate::manifest::uses::{self, Relation, Use};
use crate::yaml::{Document, Position};

/// A Flux Kustomization or an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Vertex {
    /// A Flux Kustomization.
    Ks(KsId),
    /// An object.
    Object(ObjectId),
}

/// What a reference leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A document of the repository.
    Found(Vertex),
    /// Something that the controller of an object, or a generator of a kustomization, makes.
    Made(Vertex),
    /// The source that holds this repository, which Flux itself puts in place.
    Own,
    /// Nothing in the repository.
    Missing,
}

impl Target {
    /// The vertex it leads to, if any.
    pub fn vertex(self) -> Option<Vertex> {
        match self {
            Target::Found(vertex) | Target::Made(vertex) => Some(vertex),
            Target::Own | Target::Missing => None,
        }
    }
}

/// A reference from one object to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// Who refers.
    pub from: Vertex,
    /// What for.
    pub relation: Relation,
    /// Kind of the object referred to.
    pub kind: String,
    /// Its effective namespace.
    pub namespace: String,
    /// Its name, with known values in place.
    pub name: String,
    /// Whether it may be absent.
    pub optional: bool,
    /// What it leads to.
    pub target: Target,
    document: DocumentId,
    offset: usize,
}

/// All references of a graph.
#[derive(Debug, Default)]
pub struct Edges {
    all: Vec<Edge>,
    from: HashMap<Vertex, Vec<usize>>,
    to: HashMap<Vertex, Vec<usize>>,
}

impl Edges {
    /// Every reference, Flux Kustomizations first.
    pub fn all(&self) -> &[Edge] {
        &self.all
    }

    /// What a vertex refers to.
    pub fn from(&self, vertex: Vertex) -> impl Iterator<Item = &Edge> {
        self.from.get(&vertex).into_iter().flatten().map(|&index| &self.all[index])
    }

    /// What refers to a vertex.
    pub fn to(&self, vertex: Vertex) -> impl Iterator<Item = &Edge> {
        self.to.get(&vertex).into_iter().flatten().map(|&index| &self.all[index])
    }

    pub(super) fn of(graph: &Graph) -> Edges {
        let finder = Finder::new(graph);
        let mut edges = Edges::default();
        for (index, ks) in graph.kustomizations().iter().enumerate() {
            let (Some(document), Some(parent)) = (ks.document, ks.parent.or(Some(KsId(index)))) else { continue };
            let place =
                Referrer { vertex: Vertex::Ks(KsId(index)), document, cluster: ks.cluster, namespace: &ks.namespace };
            edges.read(&finder, &place, parent, ks.dormant);
        }
        for (index, object) in graph.objects().iter().enumerate() {
            let vertex = Vertex::Object(ObjectId(index));
            let (document, namespace) = (object.document, object.namespace.as_str());
            let place = Referrer { vertex, document, cluster: object.cluster, namespace };
            edges.read(&finder, &place, object.ks, graph.is_dormant(object));
        }
        edges
    }

    fn read(&mut self, finder: &Finder<'_>, referrer: &Referrer<'_>, applied_by: KsId, dormant: bool) {
        let graph = finder.graph;
        let root = graph.repository().document(referrer.document).and_then(Document::root);
        let (Some(root), Some(header)) = (root, graph.header(referrer.document)) else { return };
        for found in uses::uses(header, root) {
            let name = graph.substituted(applied_by, found.name).into_owned();
            let namespace = graph.substituted(applied_by, found.namespace.unwrap_or(referrer.namespace)).into_owned();
            let kind = kind_of(&found).to_string();
            let wanted = Wanted { kind: &kind, namespace: &namespace, name: &name };
            let target = finder.find(referrer, &found, wanted, dormant);
            let (relation, optional, offset) = (found.relation, found.optional, found.node.range().start);
            let (from, document) = (referrer.vertex, referrer.document);
            let index = self.all.len();
            self.from.entry(from).or_default().push(index);
            if let Some(to) = target.vertex() {
                self.to.entry(to).or_default().push(index);
            }
            self.all.push(Edge { from, relation, kind, namespace, name, optional, target, document, offset });
        }
    }
}

impl Graph {
    /// Path and position of a reference.
    pub fn place_of(&self, edge: &Edge) -> (&str, Option<Position>) {
        let file = self.repository().file(edge.document.file);
        (&file.path, file.yaml().map(|yaml| yaml.position(edge.offset)))
    }

    /// Path and position of a vertex; a Flux Kustomization without a document has none.
    pub fn place(&self, vertex: Vertex) -> Option<(&str, Position)> {
        let document = match vertex {
            Vertex::Ks(id) => self.ks(id).document?,
            Vertex::Object(id) => self.object(id).document,
        };
        let position = self.repository().document(document)?.position();
        Some((&self.repository().file(document.file).path, position))
    }
}

struct Referrer<'a> {
    vertex: Vertex,
    document: DocumentId,
    cluster: usize,
    namespace: &'a str,
}

#[derive(Clone, Copy)]
struct Wanted<'a> {
    kind: &'a str,
    namespace: &'a str,
    name: &'a str,
}

/// A chart's `sourceRef` without a kind is a HelmRepository.
fn kind_of<'a>(found: &Use<'a>) -> &'a str {
    if found.kind.is_empty() && found.relation == Relation::Chart { "HelmRepository" } else { found.kind }
}

struct Finder<'a> {
    graph: &'a Graph,
    kustomizations: HashMap<&'a str, Vec<KsId>>,
    /// Names of Secrets, and the objects that make them.
    made: HashMap<String, Vec<ObjectId>>,
    /// Kind and name of what generators make, and the Flux Kustomization that builds them.
    generated: HashMap<(&'static str, String), Vec<KsId>>,
}

impl<'a> Finder<'a> {
    fn new(graph: &'a Graph) -> Finder<'a> {
        let mut kustomizations: HashMap<&str, Vec<KsId>> = HashMap::new();
        let mut generated: HashMap<(&'static str, String), Vec<KsId>> = HashMap::new();
        for (index, ks) in graph.kustomizations().iter().enumerate() {
            kustomizations.entry(&ks.name).or_default().push(KsId(index));
            for &file in ks.kustomizations() {
                let root = graph.repository().document(DocumentId { file, index: 0 }).and_then(Document::root);
                for (kind, name) in root.map(|root| Kustomization(root).generated()).unwrap_or_default() {
                    generated.entry((kind, name)).or_default().push(KsId(index));
                }
            }
        }
        let mut made: HashMap<String, Vec<ObjectId>> = HashMap::new();
        for (index, object) in graph.objects().iter().enumerate() {
            let root = graph.document(object).and_then(Document::root);
            if let Some(name) = root.and_then(|root| uses::makes(&object.header, root)) {
                made.entry(graph.substituted(object.ks, name).into_owned()).or_default().push(ObjectId(index));
            }
        }
        Finder { graph, kustomizations, made, generated }
    }

    fn find(&self, from: &Referrer<'_>, found: &Use<'_>, wanted: Wanted<'_>, dormant: bool) -> Target {
        if found.relation == Relation::DependsOn && wanted.kind == "Kustomization" {
            return self.ks(from.cluster, wanted, dormant).map_or(Target::Missing, |id| Target::Found(Vertex::Ks(id)));
        }
        let counts = |id: &ObjectId| dormant || !self.graph.is_dormant(self.graph.object(*id));
        let mut named = self.graph.named(from.cluster, wanted.kind, wanted.namespace, wanted.name);
        if let Some(id) = named.find(counts) {
            return Target::Found(Vertex::Object(id));
        }
        match wanted.kind {
            "Secret" | "ConfigMap" => self.made(from, wanted, dormant),
            "GitRepository" | "OCIRepository" if self.is_own(from.cluster, wanted) => Target::Own,
            "ExternalArtifact" => self.artifact(from.cluster, wanted),
            _ => Target::Missing,
        }
    }

    fn ks(&self, cluster: usize, wanted: Wanted<'_>, dormant: bool) -> Option<KsId> {
        let same = |id: &KsId| {
            let ks = self.graph.ks(*id);
            ks.cluster == cluster && ks.namespace == wanted.namespace && (dormant || !ks.dormant)
        };
        self.kustomizations.get(wanted.name)?.iter().copied().find(same)
    }

    fn made(&self, from: &Referrer<'_>, wanted: Wanted<'_>, dormant: bool) -> Target {
        let secret = self.made.get(wanted.name).into_iter().flatten().copied().find(|&id| {
            let object = self.graph.object(id);
            let here = object.namespace == wanted.namespace || object.header.kind == "ClusterExternalSecret";
            object.cluster == from.cluster && here && (dormant || !self.graph.is_dormant(object))
        });
        if let Some(id) = secret.filter(|_| wanted.kind == "Secret") {
            return Target::Made(Vertex::Object(id));
        }
        let kind = if wanted.kind == "Secret" { "Secret" } else { "ConfigMap" };
        let generated = self.generated.get(&(kind, wanted.name.to_string())).into_iter().flatten().copied();
        let mut here = generated.filter(|&id| self.graph.ks(id).cluster == from.cluster);
        here.next().map_or(Target::Missing, |id| Target::Made(Vertex::Ks(id)))
    }

    /// Whether a reference names the source that holds this repository.
    ///
    /// Without a root that names one, it is what Flux calls it by default.
    fn is_own(&self, cluster: usize, wanted: Wanted<'_>) -> bool {
        match self.graph.own_source(cluster) {
            Some(own) => own.kind == wanted.kind && own.name == wanted.name,
            None => wanted.name == "flux-system",
        }
    }

    /// The ArtifactGenerator that makes an ExternalArtifact.
    ///
    /// One that no Flux Kustomization applies counts too: it may stand beside the entry point that bootstrap applies.
    fn artifact(&self, cluster: usize, wanted: Wanted<'_>) -> Target {
        let makes = |header: &Header, document: Option<Document<'_>>| {
            let spec = document
                .filter(|_| header.is(artifact::GROUP, "ArtifactGenerator"))
                .and_then(Document::root)?
                .get("spec")?;
            let mut names = spec.get("artifacts")?.items().filter_map(|item| item.get("name")?.scalar());
            names.any(|name| name == wanted.name).then_some(())
        };
        let mut objects = self.graph.objects().iter().enumerate();
        let applied = objects.find(|(_, object)| {
            let here = object.cluster == cluster && object.namespace == wanted.namespace;
            here && makes(&object.header, self.graph.document(object)).is_some()
        });
        if let Some((index, _)) = applied {
            return Target::Made(Vertex::Object(ObjectId(index)));
        }
        let mut documents = self.graph.repository().flux_documents();
        let beside = documents
            .any(|(id, document)| self.graph.header(id).is_some_and(|header| makes(header, Some(document)).is_some()));
        if beside { Target::Own } else { Target::Missing }
    }
}
