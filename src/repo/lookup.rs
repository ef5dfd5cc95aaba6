//! Objects by what a person calls them: `plex`, `media/plex`, `hr/media/plex`, `main/media/plex`, or a file.

use super::edges::Vertex;
use super::graph::{Graph, KsId, ObjectId};
use crate::manifest::Header;
use crate::manifest::flux::{HELM_GROUP, KUSTOMIZE_GROUP, SOURCE_GROUP};

/// Short names as in kubectl and flux, with the kinds they stand for.
const SHORT: [(&str, &[&str]); 12] = [
    ("ks", &["Kustomization"]),
    ("hr", &["HelmRelease"]),
    ("source", &["GitRepository", "OCIRepository", "HelmRepository", "Bucket", "HelmChart"]),
    ("route", &["HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute", "UDPRoute", "Ingress", "IngressRoute"]),
    ("claim", &["PersistentVolumeClaim"]),
    ("pvc", &["PersistentVolumeClaim"]),
    ("secret", &["Secret", "ExternalSecret", "SealedSecret"]),
    ("cm", &["ConfigMap"]),
    ("ns", &["Namespace"]),
    ("es", &["ExternalSecret"]),
    ("deploy", &["Deployment"]),
    ("svc", &["Service"]),
];

/// Which kind of object is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    kinds: Vec<String>,
}

impl Wanted {
    /// Reads a short name, or the kind of a release or a Flux Kustomization; no graph is needed to know these.
    pub fn short(text: &str) -> Option<Wanted> {
        let text = text.to_lowercase();
        let singular = text.strip_suffix('s').filter(|_| text != "ks" && text != "ns").unwrap_or(&text);
        let is = |name: &str| name == text || name == singular;
        let long = |name: &str, kinds: &[&str]| matches!(name, "ks" | "hr") && is(&kinds[0].to_lowercase());
        let (_, kinds) = SHORT.iter().find(|(name, kinds)| is(name) || long(name, kinds))?;
        Some(Wanted { kinds: kinds.iter().map(|kind| kind.to_string()).collect() })
    }

    /// Reads `ks`, `hr`, `source`, a kind or its plural, in any case; nothing when the graph holds no such kind.
    pub fn parse(text: &str, graph: &Graph) -> Result<Wanted, LookupError> {
        if let Some(short) = Wanted::short(text) {
            return Ok(short);
        }
        let text = text.to_lowercase();
        let singular = text.strip_suffix('s').unwrap_or(&text);
        let same = |kind: &str| {
            let kind = kind.to_lowercase();
            kind == text || kind == singular || plural(&kind) == text
        };
        let mut kinds: Vec<String> = graph.objects().iter().map(|object| object.header.kind.clone()).collect();
        kinds.push("Kustomization".into());
        kinds.sort();
        kinds.dedup();
        let found: Vec<String> = kinds.iter().filter(|kind| same(kind)).cloned().collect();
        if found.is_empty() {
            let known = SHORT.iter().map(|(name, _)| name.to_string()).chain(kinds).collect();
            return Err(LookupError::UnknownKind { kind: text, known });
        }
        Ok(Wanted { kinds: found })
    }

    /// Whether these are Flux Kustomizations.
    pub fn is_ks(&self) -> bool {
        self.kinds == ["Kustomization"]
    }

    /// Whether these are HelmReleases.
    pub fn is_release(&self) -> bool {
        self.kinds == ["HelmRelease"]
    }

    /// Whether these are sources of Flux.
    pub fn is_source(&self) -> bool {
        self.kinds.iter().any(|kind| kind == "OCIRepository" || kind == "HelmRepository" || kind == "GitRepository")
    }

    /// Whether an object is of these kinds.
    pub fn holds(&self, header: &Header) -> bool {
        let flux = match header.kind.as_str() {
            "Kustomization" => header.group == KUSTOMIZE_GROUP,
            "HelmRelease" => header.group == HELM_GROUP,
            "GitRepository" | "OCIRepository" | "HelmRepository" | "Bucket" | "HelmChart" => {
                header.group == SOURCE_GROUP
            }
            _ => true,
        };
        flux && self.kinds.contains(&header.kind)
    }
}

/// Why a reference leads to no single object.
#[derive(Debug, thiserror::Error)]
pub enum LookupError {
    /// No object has that kind.
    #[error("there is no kind `{kind}` in this repository")]
    UnknownKind {
        /// The kind as given.
        kind: String,
        /// Kinds that exist.
        known: Vec<String>,
    },
    /// Nothing has that name.
    #[error("`{reference}` names nothing in this repository")]
    Nothing {
        /// The reference as given.
        reference: String,
        /// Names that exist.
        known: Vec<String>,
    },
    /// Several objects have that name.
    #[error("`{reference}` names {} objects", matches.len())]
    Several {
        /// The reference as given.
        reference: String,
        /// What tells them apart.
        matches: Vec<String>,
    },
}

impl Graph {
    /// Every Flux Kustomization and object, each object once for each cluster, dormant ones last.
    pub fn vertices(&self) -> Vec<Vertex> {
        let kustomizations = (0..self.kustomizations().len()).map(|index| Vertex::Ks(KsId(index)));
        let objects = (0..self.objects().len()).map(|index| Vertex::Object(ObjectId(index)));
        kustomizations.chain(objects).collect()
    }

    /// Cluster, kind, namespace and name of a vertex.
    pub fn identity(&self, vertex: Vertex) -> (usize, &str, &str, String) {
        match vertex {
            Vertex::Ks(id) => {
                let ks = self.ks(id);
                (ks.cluster, "Kustomization", &ks.namespace, ks.name.clone())
            }
            Vertex::Object(id) => {
                let object = self.object(id);
                (object.cluster, &object.header.kind, &object.namespace, self.name(object).into_owned())
            }
        }
    }

    /// What a person calls a vertex: `kind/namespace/name`, with its cluster in front where there are several.
    pub fn reference(&self, vertex: Vertex) -> String {
        let (cluster, kind, namespace, name) = self.identity(vertex);
        let short = SHORT
            .iter()
            .find(|(_, kinds)| *kinds == [kind])
            .map_or_else(|| kind.to_lowercase(), |(short, _)| short.to_string());
        if self.clusters().len() > 1 {
            format!("{}/{short}/{namespace}/{name}", self.clusters()[cluster].name)
        } else {
            format!("{short}/{namespace}/{name}")
        }
    }

    /// The one vertex that a person means.
    ///
    /// `text` holds a name, with namespace, kind and cluster before it as far as needed, or is the path of a file with one
    /// object. Where a Flux Kustomization and a release have the same name, the release is meant.
    pub fn lookup(&self, text: &str, cluster: Option<usize>) -> Result<Vertex, LookupError> {
        let mut found: Vec<Vertex> = self.vertices();
        found.retain(|vertex| {
            cluster.is_none_or(|cluster| self.identity(*vertex).0 == cluster) && self.is_called(*vertex, text)
        });
        let mut seen = std::collections::HashSet::new();
        found.retain(|vertex| seen.insert(self.reference(*vertex)));
        let is_kind = |vertex: &Vertex, wanted: &str| self.identity(*vertex).1 == wanted;
        for kind in ["HelmRelease", "Kustomization"] {
            if found.len() > 1 && found.iter().filter(|vertex| is_kind(vertex, kind)).count() == 1 {
                found.retain(|vertex| is_kind(vertex, kind));
            }
        }
        match found.as_slice() {
            [only] => Ok(*only),
            [] => {
                let names = self
                    .vertices()
                    .into_iter()
                    .map(|vertex| self.identity(vertex))
                    .flat_map(|(_, _, namespace, name)| [format!("{namespace}/{name}"), name]);
                Err(LookupError::Nothing { reference: text.into(), known: names.collect() })
            }
            several => {
                let matches = several.iter().map(|vertex| self.reference(*vertex)).collect();
                Err(LookupError::Several { reference: text.into(), matches })
            }
        }
    }

    fn is_called(&self, vertex: Vertex, text: &str) -> bool {
        let (cluster, kind, namespace, name) = self.identity(vertex);
        if self.place(vertex).is_some_and(|(path, _)| path == text) {
            return true;
        }
        let mut parts: Vec<&str> = text.split('/').collect();
        let cluster_name = self.clusters()[cluster].name.as_str();
        if parts.pop() != Some(name.as_str()) {
            return false;
        }
        let is_kind = |part: &str| {
            let part = part.to_lowercase();
            kind.to_lowercase() == part || SHORT.iter().any(|(short, kinds)| *short == part && kinds.contains(&kind))
        };
        match parts.as_slice() {
            [] => true,
            [one] => *one == namespace || is_kind(one),
            [front, inner] => *inner == namespace && (is_kind(front) || *front == cluster_name),
            [front, middle, inner] => *inner == namespace && is_kind(middle) && *front == cluster_name,
            _ => false,
        }
    }
}

fn plural(kind: &str) -> String {
    match kind.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None => format!("{kind}s"),
    }
}
