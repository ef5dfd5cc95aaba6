//! A view on `kustomization.yaml`: a Kustomization or Component of kustomize.config.k8s.io.

use crate::yaml::Node;

/// API group of `kustomization.yaml`.
pub const GROUP: &str = "kustomize.config.k8s.io";

/// The file names that kustomize accepts, in its order.
pub const FILE_NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// A patch of a kustomization: a file, or text in place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Patch {
    /// A path relative to the kustomization.
    File(String),
    /// A strategic merge or JSON patch written in place.
    Inline(String),
}

/// A `kustomization.yaml` document.
#[derive(Clone, Copy)]
pub struct Kustomization<'a>(pub Node<'a>);

impl<'a> Kustomization<'a> {
    /// Whether it is a `kind: Component`.
    pub fn is_component(self) -> bool {
        self.0.get("kind").and_then(|kind| kind.scalar()).is_some_and(|kind| kind == "Component")
    }

    /// `namespace`, which overrides the namespace of everything below.
    pub fn namespace(self) -> Option<String> {
        let node = self.0.get("namespace")?;
        if node.is_null() { None } else { node.scalar().map(|text| text.to_string()) }
    }

    /// `resources`, with the older `bases` after them.
    pub fn resources(self) -> Vec<Node<'a>> {
        let mut all = self.list("resources");
        all.extend(self.list("bases"));
        all
    }

    /// `components`.
    pub fn components(self) -> Vec<Node<'a>> {
        self.list("components")
    }

    /// `transformers`: files, or documents written in place.
    pub fn transformers(self) -> Vec<Node<'a>> {
        self.list("transformers")
    }

    /// Patches from `patches`, `patchesStrategicMerge` and `patchesJson6902`.
    pub fn patches(self) -> Vec<Patch> {
        let mut found = Vec::new();
        for entry in self.list("patches").into_iter().chain(self.list("patchesJson6902")) {
            if let Some(path) = entry.get("path").and_then(|path| path.scalar()) {
                found.push(Patch::File(path.to_string()));
            } else if let Some(text) = entry.get("patch").and_then(|patch| patch.scalar()) {
                found.push(Patch::Inline(text.to_string()));
            }
        }
        for entry in self.list("patchesStrategicMerge") {
            if let Some(text) = entry.scalar() {
                let inline = text.contains('\n');
                found.push(if inline { Patch::Inline(text.to_string()) } else { Patch::File(text.to_string()) });
            }
        }
        found
    }

    /// The nodes that name patch files.
    pub fn patch_files(self) -> Vec<Node<'a>> {
        let mut found: Vec<Node<'a>> = self.list("patches");
        found.extend(self.list("patchesJson6902"));
        let mut found: Vec<Node<'a>> = found.into_iter().filter_map(|entry| entry.get("path")).collect();
        let merge = self.list("patchesStrategicMerge");
        found.extend(merge.into_iter().filter(|entry| entry.scalar().is_some_and(|text| !text.contains('\n'))));
        found
    }

    /// What `configMapGenerator` and `secretGenerator` make: kind and name as written.
    pub fn generated(self) -> Vec<(&'static str, String)> {
        let lists = [("configMapGenerator", "ConfigMap"), ("secretGenerator", "Secret")];
        let named =
            lists.into_iter().flat_map(|(key, kind)| self.list(key).into_iter().map(move |entry| (kind, entry)));
        named.filter_map(|(kind, entry)| Some((kind, entry.get("name")?.scalar()?.to_string()))).collect()
    }

    fn list(self, key: &str) -> Vec<Node<'a>> {
        self.0.get(key).into_iter().flat_map(|list| list.items()).collect()
    }
}

/// What a NamespaceTransformer does: the namespace, and whether it leaves set ones alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamespaceTransformer {
    /// The namespace it sets.
    pub namespace: String,
    /// Whether objects that name a namespace keep it.
    pub unset_only: bool,
}

impl NamespaceTransformer {
    /// Reads a `kind: NamespaceTransformer` document.
    pub fn of(root: Node<'_>) -> Option<NamespaceTransformer> {
        if root.get("kind")?.scalar()? != "NamespaceTransformer" {
            return None;
        }
        let namespace = root.get("metadata")?.get("namespace")?.scalar()?.to_string();
        let unset_only = root.get("unsetOnly").and_then(|node| node.as_bool()).unwrap_or(false);
        Some(NamespaceTransformer { namespace, unset_only })
    }
}
