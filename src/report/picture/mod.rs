//! The Flux Kustomizations of a cluster as a picture: who applies whom, and who waits for whom.
//!
//! | file | form |
//! |---|---|
//! | `tree` | a tree of names |
//! | `text` | Graphviz, Mermaid, JSON |
//! | `svg` | a drawing |

mod svg;
mod text;
mod tree;

use std::collections::{BTreeSet, HashMap};

use crate::manifest::uses::Relation;
use crate::repo::{Graph, KsId, Vertex};

pub use svg::write_svg;
pub use text::{picture_json, write_dot, write_mermaid};
pub use tree::write_tree;

/// A Flux Kustomization in a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PictureNode {
    /// Name of its cluster.
    pub cluster: String,
    /// Effective namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// The directory it applies, empty when unknown.
    pub directory: String,
    /// HelmReleases it applies.
    pub releases: Vec<String>,
    /// Other objects it applies.
    pub objects: usize,
    /// Whether nothing applies it.
    pub dormant: bool,
    /// The node that applies it.
    pub parent: Option<usize>,
    /// The nodes it waits for.
    pub depends_on: Vec<usize>,
}

/// Nodes, each parent before its children.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Picture {
    /// The nodes.
    pub nodes: Vec<PictureNode>,
}

impl Picture {
    /// The picture of one cluster or all; with a focus only what leads to it and what hangs on it.
    pub fn of(graph: &Graph, cluster: Option<usize>, focus: Option<Vertex>) -> Picture {
        let all = (0..graph.kustomizations().len()).map(KsId);
        let mut taken: BTreeSet<KsId> =
            all.filter(|&id| cluster.is_none_or(|cluster| graph.ks(id).cluster == cluster)).collect();
        if let Some(focus) = focus {
            let around = around(graph, focus);
            taken.retain(|id| around.contains(id));
        }
        let places: HashMap<KsId, usize> = taken.iter().enumerate().map(|(place, &id)| (id, place)).collect();
        let nodes = taken.iter().map(|&id| node(graph, id, &places)).collect();
        Picture { nodes }
    }

    /// The children of a node, or the roots, by namespace and name.
    fn children(&self, parent: Option<usize>) -> Vec<usize> {
        let mut found: Vec<usize> = (0..self.nodes.len()).filter(|&at| self.nodes[at].parent == parent).collect();
        found.sort_by_key(|&at| {
            let node = &self.nodes[at];
            (&node.cluster, node.dormant, &node.namespace, &node.name)
        });
        found
    }

    fn has_several_clusters(&self) -> bool {
        self.nodes.iter().any(|node| node.cluster != self.nodes[0].cluster)
    }
}

/// The Flux Kustomization of a vertex with all that lead to it, that it waits for, and that hang on it.
fn around(graph: &Graph, focus: Vertex) -> BTreeSet<KsId> {
    let start = match focus {
        Vertex::Ks(id) => id,
        Vertex::Object(id) => graph.object(id).ks,
    };
    let mut found = BTreeSet::from([start]);
    let depends = |id: KsId| graph.edges().from(Vertex::Ks(id)).filter(|edge| edge.relation == Relation::DependsOn);
    let dependants = |id: KsId| graph.edges().to(Vertex::Ks(id)).filter(|edge| edge.relation == Relation::DependsOn);
    let ks = |vertex: Vertex| if let Vertex::Ks(id) = vertex { Some(id) } else { None };
    let mut open = vec![start];
    while let Some(id) = open.pop() {
        let next = depends(id).filter_map(|edge| edge.target.vertex().and_then(ks));
        open.extend(next.filter(|&id| found.insert(id)));
    }
    let mut open = vec![start];
    let mut below = BTreeSet::from([start]);
    while let Some(id) = open.pop() {
        let waiting = dependants(id).filter_map(|edge| ks(edge.from));
        let children = (0..graph.kustomizations().len()).map(KsId).filter(|&other| graph.ks(other).parent == Some(id));
        open.extend(waiting.chain(children).filter(|&id| below.insert(id)));
    }
    found.extend(below);
    let parents: Vec<KsId> = found.iter().copied().collect();
    for id in parents {
        let mut next = graph.ks(id).parent;
        while let Some(parent) = next.filter(|&parent| found.insert(parent)) {
            next = graph.ks(parent).parent;
        }
    }
    found
}

fn node(graph: &Graph, id: KsId, places: &HashMap<KsId, usize>) -> PictureNode {
    let ks = graph.ks(id);
    let own = || graph.objects().iter().filter(|object| object.ks == id);
    let is_release = |kind: &str| kind == "HelmRelease";
    let releases: Vec<String> =
        own().filter(|object| is_release(&object.header.kind)).map(|object| graph.name(object).into_owned()).collect();
    let depends = graph.edges().from(Vertex::Ks(id)).filter(|edge| edge.relation == Relation::DependsOn);
    let depends_on = depends.filter_map(|edge| match edge.target.vertex() {
        Some(Vertex::Ks(other)) => places.get(&other).copied(),
        _ => None,
    });
    PictureNode {
        cluster: graph.clusters()[ks.cluster].name.clone(),
        namespace: ks.namespace.clone(),
        name: ks.name.clone(),
        directory: ks.directory.clone().unwrap_or_default(),
        objects: own().count() - releases.len(),
        releases,
        dormant: ks.dormant,
        parent: ks.parent.and_then(|parent| places.get(&parent).copied()),
        depends_on: depends_on.collect(),
    }
}
