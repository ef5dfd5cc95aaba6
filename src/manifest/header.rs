//! What names an object: apiVersion, kind, metadata.name and metadata.namespace.

use crate::yaml::Node;

/// The identifying fields of one object, as written in its document.
///
/// The namespace here is only the document's own; the effective one comes from the graph, because most manifests
/// get theirs from a Flux Kustomization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// API group, empty for the core group.
    pub group: String,
    /// API version without the group, such as `v2`.
    pub version: String,
    /// Kind, such as `HelmRelease`.
    pub kind: String,
    /// `metadata.name`, empty where a kind needs none (`kustomization.yaml`).
    pub name: String,
    /// `metadata.namespace`.
    pub namespace: Option<String>,
}

impl Header {
    /// Reads the header of a document, or nothing when it has no apiVersion and kind.
    pub fn of(root: Node<'_>) -> Option<Header> {
        let api = root.get("apiVersion")?.scalar()?.to_string();
        let kind = root.get("kind")?.scalar()?.to_string();
        let (group, version) = match api.split_once('/') {
            Some((group, version)) => (group.to_string(), version.to_string()),
            None => (String::new(), api),
        };
        let metadata = root.get("metadata");
        let text = |key: &str| {
            let value = metadata?.get(key)?;
            if value.is_null() { None } else { value.scalar().map(|text| text.to_string()) }
        };
        Some(Header { group, version, kind, name: text("name").unwrap_or_default(), namespace: text("namespace") })
    }

    /// Whether the object is a Secret: its values are for the cluster alone, encrypted or not.
    pub fn is_secret(&self) -> bool {
        self.is("", "Secret")
    }

    /// Whether the object is of this kind in this API group, whatever its version.
    pub fn is(&self, group: &str, kind: &str) -> bool {
        self.group == group && self.kind == kind
    }
}
